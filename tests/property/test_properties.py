"""What holds by definition, over inputs that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import fedliq as fl

settings.register_profile("fedliq", deadline=None, max_examples=60)
settings.load_profile("fedliq")

ROWS = st.integers(1, 40)


def index(rows: int) -> pd.DatetimeIndex:
    return pd.date_range("2020-01-01", periods=rows, freq="7D")


@st.composite
def series(draw, *ranges, holes: bool = True):
    """Several series on one weekly index, each within its range, some values missing."""
    rows = draw(ROWS)
    made = []
    for low, high in ranges:
        values = st.floats(low, high, allow_subnormal=False)
        if holes:
            values = values | st.just(np.nan)
        made.append(pd.Series(draw(arrays(float, rows, elements=values)), index=index(rows)))
    return made


LEVELS = ((4_500, 10_000), (0, 1_500), (0, 1_800))
RATES = ((3, 6), (2.5, 3.9))
RATIO = (0.04, 0.25)


def close(left, right, tolerance=1e-9):
    np.testing.assert_allclose(
        np.asarray(left, float), np.asarray(right, float), rtol=1e-12, atol=tolerance
    )


class TestNetLiquidity:
    @given(series(*LEVELS))
    def test_net_liquidity_tga_and_on_rrp_make_up_assets(self, levels):
        assets, tga, on_rrp = levels
        whole = fl.net_liquidity(assets, tga, on_rrp) + tga + on_rrp
        close(whole, assets.where(tga.notna() & on_rrp.notna()))

    @given(series(*LEVELS), st.floats(0.25, 3))
    def test_it_scales_with_its_inputs(self, levels, factor):
        scaled = fl.net_liquidity(*(one * factor for one in levels))
        close(scaled, fl.net_liquidity(*levels) * factor, 1e-8)

    @given(series(*LEVELS), st.integers(1, 5))
    def test_contributions_add_up_to_the_change(self, levels, periods):
        moved = fl.net_liquidity_contributions(*levels, periods=periods)
        change = fl.net_liquidity(*levels).diff(periods)
        close(moved.sum(axis=1, skipna=False), change)
        assert moved.isna().any(axis=1).equals(change.isna())

    @given(series(*LEVELS, (-300, 50)))
    def test_the_variants_differ_by_what_their_names_say(self, levels):
        assets, tga, on_rrp, due = levels
        net = fl.net_liquidity(assets, tga, on_rrp)
        close(fl.net_liquidity_including_deferred_asset(*levels), net - due)
        foreign, capital, loans = 300.0, 45.0, 150.0
        close(fl.net_liquidity_total_reverse_repo(assets, tga, on_rrp + foreign), net - foreign)
        close(fl.net_liquidity_from_liabilities(assets - capital, tga, on_rrp), net - capital)
        close(fl.net_liquidity_securities_only(assets - loans, tga, on_rrp), net - loans)


class TestReserves:
    @given(series((500, 4_000), (15_000, 30_000)), st.floats(0.01, 0.3))
    def test_the_gap_is_the_distance_of_the_ratio_in_billions(self, levels, threshold):
        reserves, assets = levels
        ratio = fl.reserves_to_bank_assets(reserves, assets)
        close(fl.reserves_gap(reserves, assets, threshold), (ratio - threshold) * assets, 1e-8)

    @given(series((500, 4_000), (15_000, 30_000)), st.floats(0.5, 2))
    def test_the_ratio_does_not_depend_on_scale(self, levels, factor):
        reserves, assets = levels
        close(
            fl.reserves_to_bank_assets(reserves * factor, assets * factor),
            fl.reserves_to_bank_assets(reserves, assets),
        )


class TestSpreads:
    @given(series(*RATES), st.floats(0, 5))
    def test_shifting_both_rates_changes_nothing(self, rates, shift):
        sofr, iorb = rates
        close(fl.sofr_iorb_spread(sofr + shift, iorb + shift), fl.sofr_iorb_spread(*rates), 1e-5)

    @given(series((2, 5), (2, 5)))
    def test_exchanging_the_rates_changes_the_sign(self, rates):
        rate, benchmark = rates
        close(fl.rate_spread(rate, benchmark), -fl.rate_spread(benchmark, rate))

    @given(series((-50, 100)), st.integers(1, 200))
    def test_the_share_is_one_that_can_be_counted(self, one, days):
        (spread,) = one
        share = fl.share_at_or_above(spread, days=days)
        assert share.dropna().between(0, 1).all()
        for date in share.dropna().index:
            window = spread[date - pd.Timedelta(days - 1, unit="D") : date].dropna()
            assert share[date] == pytest.approx((window >= 0).mean())

    @given(series((0.2, 6), (0, 3), (4, 7)))
    def test_the_corridor_runs_from_zero_to_one(self, rates):
        rate, floor, ceiling = rates
        assume(((rate - floor) > -0.9).where(rate.notna() & floor.notna(), other=True).all())
        inside = rate.clip(floor, ceiling)
        position = fl.corridor_position(inside, floor, ceiling).dropna()
        assert position.between(-1e-9, 1 + 1e-9).all()


THRESHOLDS = (
    st.lists(st.floats(0.02, 0.35, allow_subnormal=False), min_size=4, max_size=4, unique=True)
    .map(sorted)
    .map(lambda e: fl.ReserveThresholds(abundant=(e[2], e[3]), scarce=(e[0], e[1])))
)
SPANS = st.none() | st.sampled_from(["0D", "7D", "21D", "70D"])


class TestRegimes:
    @given(series(RATIO), THRESHOLDS)
    def test_more_reserves_never_give_a_scarcer_label(self, one, thresholds):
        (ratio,) = one
        codes = fl.classify_reserves(ratio, thresholds).cat.codes[ratio.notna()]
        by_ratio = codes.iloc[np.argsort(ratio.dropna().to_numpy(), kind="stable")]
        assert by_ratio.is_monotonic_increasing

    @given(series(RATIO), THRESHOLDS)
    def test_labels_by_the_definition(self, one, thresholds):
        (ratio,) = one
        (scarce_low, scarce_high), (low, high) = thresholds.scarce, thresholds.abundant
        for value, label in zip(ratio, fl.classify_reserves(ratio, thresholds), strict=True):
            if np.isnan(value):
                assert pd.isna(label)
            elif value > high:
                assert label == "abundant"
            elif value >= low:
                assert label == "abundant-to-ample"
            elif value > scarce_high:
                assert label == "ample"
            elif value >= scarce_low:
                assert label == "ample-to-scarce"
            else:
                assert label == "scarce"

    @given(series(RATIO), THRESHOLDS)
    def test_hysteresis_walks_as_a_state_machine_would(self, one, thresholds):
        (ratio,) = one
        (scarce_low, scarce_high), (low, high) = thresholds.scarce, thresholds.abundant
        came_from_above = {"abundant": None, "scarce": None}  # the side each band was left to
        expected = []
        for value in ratio:
            if np.isnan(value):
                expected.append(None)
                continue
            if not low <= value <= high:
                came_from_above["abundant"] = value > high
            if not scarce_low <= value <= scarce_high:
                came_from_above["scarce"] = value > scarce_high
            if low <= value <= high:
                side = came_from_above["abundant"]
                labels = {None: "abundant-to-ample", True: "abundant", False: "ample"}
            elif scarce_low <= value <= scarce_high:
                side = came_from_above["scarce"]
                labels = {None: "ample-to-scarce", True: "ample", False: "scarce"}
            else:
                side = None
                labels = {None: "abundant" if value > high else "scarce"}
                if scarce_high < value < low:
                    labels = {None: "ample"}
            expected.append(labels[side])
        got = fl.classify_reserves(ratio, thresholds, hysteresis=True)
        assert [None if pd.isna(label) else label for label in got] == expected

    @given(series(RATIO), st.booleans(), SPANS, st.integers(1, 40))
    def test_cutting_history_short_changes_no_earlier_label(self, one, hysteresis, span, rows):
        (ratio,) = one
        options = {"hysteresis": hysteresis, "min_spell": span}
        whole = fl.classify_reserves(ratio, **options)
        cut = fl.classify_reserves(ratio.iloc[:rows], **options)
        pd.testing.assert_series_equal(cut, whole.iloc[:rows], check_freq=False)

    @given(series(RATIO, holes=False), st.integers(1, 6))
    def test_a_label_counts_only_once_it_has_held(self, one, weeks):
        (ratio,) = one
        raw = fl.classify_reserves(ratio)
        settled = fl.classify_reserves(ratio, min_spell=f"{7 * weeks}D")
        changes = settled[settled.cat.codes.diff().fillna(0) != 0]
        for date, label in changes.items():
            since = date - pd.Timedelta(7 * weeks, unit="D")
            assert (raw[since:date] == label).all()

    @given(series(RATIO))
    def test_spells_cover_every_observation_once(self, one):
        (ratio,) = one
        regime = fl.classify_reserves(ratio)
        spells = fl.regime_spells(regime, ratio)
        counted = sum(
            regime[spell.first : spell.last].notna().sum() for spell in spells.itertuples()
        )
        assert counted == regime.notna().sum()
        assert (spells["regime"].astype(str) != spells["regime"].astype(str).shift()).all()
        assert (spells["lowest"] <= spells["mean"] + 1e-15).all()
        assert (spells["mean"] <= spells["highest"] + 1e-15).all()


DAYS = st.lists(st.integers(0, 400), min_size=0, max_size=40, unique=True).map(sorted)


def on_days(days: list[int]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D"))


@st.composite
def observed(draw):
    days = draw(DAYS)
    values = draw(arrays(float, len(days), elements=st.floats(-10, 10) | st.just(np.nan)))
    return pd.Series(values, index=on_days(days))


class TestAlign:
    @given(observed(), DAYS, st.integers(0, 60))
    def test_each_date_takes_the_last_value_within_the_limit(self, one, days, limit):
        (aligned,) = fl.align(one, on=on_days(days), max_stale=f"{limit}D")
        ages = fl.staleness(one, on=on_days(days)).iloc[:, 0]
        for date in on_days(days):
            known = one[:date].dropna()
            if known.empty:
                assert np.isnan(aligned[date])
                assert np.isnan(ages[date])
                continue
            age = (date - known.index[-1]).days
            assert ages[date] == age
            if age <= limit:
                assert aligned[date] == known.iloc[-1]
            else:
                assert np.isnan(aligned[date])

    @given(observed(), DAYS, st.integers(0, 400))
    def test_later_observations_change_nothing_before_them(self, one, days, cut):
        when = pd.Timestamp("2020-01-01") + pd.Timedelta(cut, unit="D")
        (whole,) = fl.align(one, on=on_days(days))
        (known,) = fl.align(one[:when], on=on_days(days))
        pd.testing.assert_series_equal(known[:when], whole[:when])

    @given(observed())
    def test_observations_stay_on_their_own_days(self, one):
        known = one.dropna()
        (aligned,) = fl.align(known)
        pd.testing.assert_series_equal(aligned, known)


class TestConvert:
    PAIRS = st.sampled_from(
        [("USD", "USD bn"), ("USD mn", "USD bn"), ("USD tn", "USD mn"), ("fraction", "bp")]
    )

    @given(st.floats(-1e9, 1e9), PAIRS)
    def test_there_and_back(self, value, pair):
        there = fl.convert(value, *pair)
        assert fl.convert(there, *reversed(pair)) == pytest.approx(value, rel=1e-15, abs=1e-300)

    @given(st.integers(0, 10**9))
    def test_whole_millions_become_the_nearest_billions(self, millions):
        assert fl.convert(float(millions), "USD mn", "USD bn") == millions / 1000
