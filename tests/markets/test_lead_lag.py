"""Correlations of liquidity with a later price: as a plain loop of pandas finds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from fedliq.markets.correlation import correlate
from liquidity_and_price import (
    band,
    holed,
    independent,
    laid_together,
    moved,
    returning,
    searched,
    thursday_afternoons,
    walks,
)

LEADS = range(-12, 13, 3)
BANDS = ["lower_95", "upper_95", "p_value"]


class TestEveryLead:
    @pytest.mark.parametrize("overlapping", [True, False])
    @pytest.mark.parametrize("changes", ["log", "difference"])
    @pytest.mark.parametrize("horizon", [1, 4])
    @pytest.mark.parametrize("missing", [False, True])
    def test_it_is_the_correlation_that_pandas_gives(self, horizon, changes, overlapping, missing):
        series = independent(1, 402)
        liquidity, price = holed(*series) if missing else series
        found = searched(
            liquidity,
            price,
            leads=LEADS,
            horizon=horizon,
            changes=changes,
            overlapping=overlapping,
        ).profile
        assert found.index.tolist() == list(LEADS)
        for lead in LEADS:
            pair = laid_together(
                moved(liquidity, horizon, changes),
                moved(price, horizon, changes),
                lead,
                1 if overlapping else horizon,
            )
            row = found.loc[lead]
            assert row["correlation"] == pytest.approx(pair["one"].corr(pair["other"]), abs=1e-12)
            assert row["observations"] == len(pair)
            alone = band(pair["one"], pair["other"])
            by_hand = [alone.lower, alone.upper, alone.p_value]
            np.testing.assert_allclose(row[BANDS].astype(float), by_hand, rtol=1e-8)

    def test_levels_are_compared_as_they_are(self):
        liquidity, price = returning(1, 120)
        for changes in ("log", "difference"):
            for overlapping in (True, False):
                found = searched(
                    liquidity,
                    price,
                    leads=[-2, 0, 3],
                    horizon=0,
                    changes=changes,
                    overlapping=overlapping,
                ).profile
                for lead, row in found.iterrows():
                    pair = laid_together(
                        moved(liquidity, 0, changes), moved(price, 0, changes), lead
                    )
                    assert row["observations"] == len(pair) == 120 - abs(lead)
                    assert row["correlation"] == pytest.approx(pair.corr().iloc[0, 1], abs=1e-12)
                    assert 0 < row["corrected_p_value"] <= 1

    def test_four_weeks_and_changes_of_logarithms_that_overlap_are_the_default(self):
        series = independent(2, 160)
        spelled = searched(*series, horizon=4, changes="log", overlapping=True)
        pd.testing.assert_frame_equal(searched(*series).profile, spelled.profile)

    def test_leads_are_sorted_whatever_they_come_in(self):
        series = independent(2, 160)
        wanted = searched(*series, leads=[-2, 0, 1, 7])
        for given_as in ((7, -2, 1, 0), iter([1, 0, 7, -2]), np.array([0, 1, -2, 7])):
            again = searched(*series, leads=given_as)
            pd.testing.assert_frame_equal(again.profile, wanted.profile, check_exact=True)
            assert again.best == wanted.best

    def test_liquidity_may_come_by_business_day(self):
        rng = np.random.default_rng(3)
        days = pd.bdate_range("2024-01-01", periods=200)
        liquidity = pd.Series(6000 + rng.standard_normal(200).cumsum(), days)
        price = pd.Series(
            100 + rng.standard_normal(201).cumsum(), days.append(days[-1:] + days.freq)
        )
        found = searched(liquidity, price, available=days, leads=[0, 5], horizon=2).profile
        for lead, row in found.iterrows():
            pair = laid_together(moved(liquidity, 2), moved(price.iloc[1:], 2), lead)
            assert row["correlation"] == pytest.approx(pair.corr().iloc[0, 1], abs=1e-12)

    def test_the_inputs_are_left_alone(self):
        series = holed(*independent(4, 160))
        public = thursday_afternoons(160)
        copies, stamps = [one.copy() for one in series], public.copy()
        found = searched(*series, available=public)
        frame = found.to_frame()
        pd.testing.assert_frame_equal(frame, found.profile)
        frame.loc[:, "correlation"] = 0.0
        for one, copy in zip(series, copies, strict=True):
            pd.testing.assert_series_equal(one, copy)
        pd.testing.assert_index_equal(public, stamps)
        assert (found.profile["correlation"] != 0).all()


class TestBandOfALead:
    @pytest.mark.parametrize("truth", [0.0, 0.6])
    @pytest.mark.parametrize("horizon", [1, 4])
    def test_it_holds_the_truth_about_as_often_as_it_says(self, truth, horizon):
        """Of changes that overlap, over five years of weeks, of steps that correlate so much."""
        rng = np.random.default_rng(5)
        one, noise = rng.standard_normal((2, 260 + horizon, 2000)).cumsum(axis=1)
        other = truth * one + np.sqrt(1 - truth**2) * noise
        lower, upper = correlate(
            *(level[horizon:] - level[:-horizon] for level in (one, other)), horizon
        ).bounds()
        assert 0.93 <= np.mean((lower <= truth) & (truth <= upper)) <= 0.97


class TestPlanted:
    @pytest.mark.parametrize("lead", [-5, 0, 6])
    def test_a_lead_that_is_there_is_found(self, lead):
        """Half of the variance of the price's steps is that of liquidity so many weeks before."""
        found, histories, sure = 0, 36, 0
        for seed in range(histories):
            rng = np.random.default_rng([6, seed])
            one, noise = rng.standard_normal((2, 300))
            search = searched(*walks(one, np.roll(one, lead) + noise), leads=range(-8, 13))
            found += search.best == lead
            sure += search.profile.loc[lead, "corrected_p_value"] < 0.01
        assert found >= 0.95 * histories
        assert sure >= 0.98 * histories

    def test_with_its_sign(self):
        rng = np.random.default_rng(7)
        one, noise = rng.standard_normal((2, 300))
        search = searched(*walks(one, noise - np.roll(one, 3)))
        assert search.best == 3
        assert search.profile.loc[3, "upper_95"] < 0


SERIES = st.integers(0, 10_000).map(lambda seed: independent(seed, 90))
FEW = {"leads": [-3, 0, 2, 9], "bootstrap": fl.BlockBootstrap(100)}
SCALES = st.floats(0.01, 100)


def alike(one, other):
    np.testing.assert_allclose(one.profile, other.profile, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(one.largest, other.largest, rtol=1e-6)
    assert one.best == other.best


class TestByDefinition:
    @settings(max_examples=25, deadline=None)
    @given(series=SERIES, one=SCALES, other=SCALES)
    def test_units_do_not_matter(self, series, one, other):
        liquidity, price = series
        for changes in ("log", "difference"):
            alike(
                searched(liquidity, price, changes=changes, **FEW),
                searched(one * liquidity, other * price, changes=changes, **FEW),
            )

    @settings(max_examples=25, deadline=None)
    @given(series=SERIES, one=st.floats(-9000, 9000), other=st.floats(-500, 500))
    def test_where_differences_count_levels_do_not_matter(self, series, one, other):
        liquidity, price = series
        alike(
            searched(liquidity, price, changes="difference", **FEW),
            searched(liquidity + one, price + other, changes="difference", **FEW),
        )

    @settings(max_examples=25, deadline=None)
    @given(series=SERIES)
    def test_liquidity_upside_down_turns_every_correlation(self, series):
        liquidity, price = series
        plain = searched(liquidity, price, changes="difference", **FEW)
        turned = searched(-liquidity, price, changes="difference", **FEW)
        mirrored = plain.profile.assign(
            correlation=-plain.profile["correlation"],
            lower_95=-plain.profile["upper_95"],
            upper_95=-plain.profile["lower_95"],
        )
        pd.testing.assert_frame_equal(turned.profile, mirrored, rtol=1e-9)
        assert turned.best == plain.best

    @settings(max_examples=25, deadline=None)
    @given(series=SERIES, horizon=st.integers(1, 5))
    def test_whoever_looks_at_more_leads_finds_less(self, series, horizon):
        """The same draws, and the largest of more."""
        few = searched(*series, horizon=horizon, leads=[0, 3, 4]).profile
        many = searched(*series, horizon=horizon, leads=range(-4, 10)).profile.loc[few.index]
        assert (many["corrected_p_value"] >= few["corrected_p_value"]).all()
        assert (many["critical"] >= few["critical"] - 1e-12).all()
        same = ["correlation", *BANDS, "observations"]
        pd.testing.assert_frame_equal(many[same], few[same], check_exact=True)
