"""fedliq against figures that others published."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

import fedliq as fl
from fedliq.calendar import business_days
from fedliq.panel import daily_rates

PUBLISHED = tomllib.loads(Path(__file__).with_name("published.toml").read_text())


def on(day: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([day])


@pytest.fixture(scope="module")
def spread(sample):
    sofr, iorb = fl.align(sample["sofr"], fl.splice_iorb(sample["ioer"], sample["iorb"]))
    return fl.sofr_iorb_spread(sofr, iorb)


@pytest.fixture(scope="module")
def ratio(sample):
    return fl.reserves_to_bank_assets(
        *fl.align(sample["reserves_week_average"], sample["bank_assets"])
    )


@pytest.mark.parametrize("release", PUBLISHED["h41"], ids=lambda one: str(one["date"]))
def test_the_sample_holds_the_h41_as_printed(sample, release):
    for name in release.keys() - {"source", "date"}:
        printed = fl.convert(float(release[name]), "USD mn", "USD bn")
        assert sample[name].loc[str(release["date"])] == pytest.approx(printed, abs=1e-9), name


@pytest.mark.parametrize(("day", "printed"), list(PUBLISHED["sofr"][0].items())[1:])
def test_the_sample_holds_sofr_as_printed(sample, day, printed):
    assert sample["sofr"].loc[day] == printed


def test_peaks_of_the_facilities(sample):
    for name, record in (("on_rrp", "on_rrp_peak"), ("srf", "srf_record")):
        assert sample[name].idxmax().date() == PUBLISHED[record]["date"]
        assert sample[name].max() == PUBLISHED[record]["value"]
    assert fl.srf_take_up(sample["srf"])["record"].iloc[-1] == 74.6
    assert fl.on_rrp_depletion(sample["on_rrp"]).loc["2022-12-30", "share_of_peak"] == 1


class TestNetLiquidity:
    """Wednesday levels of the H.4.1 and the ON RRP operation of the day."""

    def test_28_december_2022(self, panel):
        # 8,551.169 - 409.809 - 2,293.003
        assert round(panel.loc["2022-12-28", "net_liquidity"], 1) == 5848.4

    def test_a_mixture_of_millions_and_billions_is_refused(self, sample):
        day = on("2022-12-28")
        assets, tga, on_rrp = (sample[name].loc[day] for name in ("fed_assets", "tga", "on_rrp"))
        in_millions = fl.convert(assets, "USD bn", "USD mn")
        with pytest.raises(fl.UnitError, match="looks like USD mn"):
            fl.net_liquidity(in_millions, fl.convert(tga, "USD bn", "USD mn"), on_rrp)
        with pytest.raises(fl.UnitError, match=r"fl\.convert\(tga, 'USD mn', 'USD bn'\)"):
            fl.net_liquidity(assets, fl.convert(tga, "USD bn", "USD mn"), on_rrp)
        with pytest.raises(fl.UnitError, match="looks like USD:"):
            fl.net_liquidity(assets, tga, fl.convert(on_rrp, "USD bn", "USD"))

    def test_a_weekly_and_a_daily_series_are_refused_with_the_call_that_mends_it(self, sample):
        assets, tga, on_rrp = sample["fed_assets"], sample["tga"], sample["on_rrp"]
        with pytest.raises(fl.AlignmentError) as caught:
            fl.net_liquidity(assets, tga, on_rrp)
        call = "fed_assets, tga, on_rrp = fl.align(fed_assets, tga, on_rrp, on=fed_assets.index)"
        assert call in str(caught.value)

    def test_the_holiday_wednesday_of_new_year_2025(self, sample, panel):
        """No operation on the day: the one before serves, the one after never does."""
        wednesday = on("2025-01-01")
        parts = fl.align(sample["fed_assets"], sample["tga"], sample["on_rrp"], on=wednesday)
        assert fl.net_liquidity(*parts).round(1).tolist() == [5657.1]
        stale = fl.staleness(sample["fed_assets"], sample["tga"], sample["on_rrp"], on=wednesday)
        assert stale.iloc[0].to_dict() == {"fed_assets": 0, "tga": 0, "on_rrp": 1}
        assert panel.loc["2025-01-01", "on_rrp_days_stale"] == 1

    def test_the_h41_after_the_failure_of_silicon_valley_bank(self, sample):
        """+297 bn of assets on Wednesday 15 March 2023, public on Thursday at 16:30."""
        assert round(sample["fed_assets"].diff().loc["2023-03-15"], 1) == 297.0
        assert sample.known_on("2023-03-15")["fed_assets"].index[-1] == pd.Timestamp("2023-03-08")
        assert sample.known_on("2023-03-16")["fed_assets"].index[-1] == pd.Timestamp("2023-03-15")

    def test_the_week_average_is_another_figure_than_the_wednesday_level(self, sample):
        assert sample["tga_week_average"].loc["2025-10-29"] == 957.990
        assert sample["tga"].loc["2025-10-29"] == 983.859


class TestBridge:
    """Closes to the reserves the H.4.1 prints, but for the rounding of its lines."""

    def test_table_1_closes_within_two_million_on_every_wednesday(self, sample):
        printed = sample["reserves"]
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=printed.index)
        missed = (fl.bridge_to_reserves(lines)["reserves"] - printed).abs()
        assert len(missed) == 100
        assert missed.max() <= 0.002 + 1e-9

    def test_table_5_closes_within_the_rounding_of_its_own_totals(self, sample):
        printed = sample["depository_deposits"]
        lines = sample.frame(fl.BRIDGE_LINES["condition"], on=printed.index)
        bridge = fl.bridge_to_reserves(lines, layout="condition")
        missed = (bridge["reserves"] - printed).abs().round(6)
        assert len(missed) == 100
        # On one Wednesday the printed lines miss the printed totals by three million.
        assert missed[missed > 0.002].index.strftime("%Y-%m-%d").tolist() == ["2017-07-19"]
        day = on("2017-07-19")
        total_liabilities = sample["total_liabilities"].loc[day].item()
        printed_lines = lines.loc[day[0]]
        summed = (
            printed_lines[
                [
                    "federal_reserve_notes",
                    "reverse_repo_total",
                    "tga",
                    "term_deposits",
                    "foreign_official_deposits",
                    "other_deposits",
                    "deferred_availability_cash_items",
                    "other_liabilities",
                ]
            ].sum()
            + printed.loc[day].item()
        )
        assert round(total_liabilities - summed, 3) == missed.max() == 0.003

    def test_every_row_adds_up(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=sample["reserves"].index)
        bridge = fl.bridge_to_reserves(lines)
        items = bridge.drop(columns="reserves").sum(axis=1)
        pd.testing.assert_series_equal(items, bridge["reserves"], check_names=False)

    def test_total_factors_exceed_total_assets_by_about_49_bn(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=sample["reserves"].index)
        beyond = fl.bridge_to_reserves(lines)["factors_beyond_assets"]
        assert beyond.between(45, 52).all()


class TestRegimes:
    """H.4.1 week averages over H.8 total assets."""

    def test_september_2019_is_ample_to_scarce_and_its_low_is_the_year_s(self, ratio):
        regime = fl.classify_reserves(ratio)
        assert set(regime["2019-09"]) == {"ample-to-scarce"}
        year = ratio["2019"]
        assert year.idxmin() == pd.Timestamp("2019-09-25")
        assert round(year.min(), 3) == 0.080

    @pytest.mark.parametrize("year", ["2014", "2021"])
    def test_2014_and_2021_are_abundant(self, ratio, year):
        assert set(fl.classify_reserves(ratio)[year]) == {"abundant"}

    @pytest.mark.parametrize(
        ("year", "percent"),
        [("2010", 9.0), ("2014", 18.0), ("2018", 11.9), ("2019", 9.0), ("2021", 17.9)],
    )
    def test_yearly_means(self, ratio, year, percent):
        assert round(100 * ratio[year].mean(), 1) == percent

    def test_spells_tell_when_reserves_left_abundance(self, ratio):
        spells = fl.regime_spells(fl.classify_reserves(ratio), ratio)
        low = spells[(spells["first"] <= "2019-09-25") & (spells["last"] >= "2019-09-25")].iloc[0]
        assert low["regime"] == "ample-to-scarce"
        assert round(low["lowest"], 3) == 0.080


class TestSpread:
    """Federal Reserve Bank of New York and Board of Governors; spreads in basis points."""

    @pytest.mark.parametrize(
        ("day", "bp"),
        [
            ("2019-09-17", 315),  # 5.25 against IOER of 2.10
            ("2025-10-31", 32),
            ("2025-12-31", 22),
            ("2026-04-15", 7),  # tax date
            ("2025-09-30", 9),  # "9 basis points higher than IORB"
        ],
    )
    def test_landmarks(self, spread, day, bp):
        assert spread.loc[day] == bp

    @pytest.mark.parametrize(
        ("month", "bp"),
        [
            ("2025-09", 0.7),
            ("2025-10", 7.4),
            ("2025-11", 7.8),
            ("2025-12", 5.9),
            ("2026-05", -6.5),
        ],
    )
    def test_monthly_means(self, spread, month, bp):
        # 2026-05 is -6.45: to one decimal either neighbour is right.
        assert spread[month].mean() == pytest.approx(bp, abs=0.05 + 1e-9)

    @pytest.mark.parametrize(
        ("first", "last", "percent"),
        [("2024-10", "2024-12", 13), ("2025-10", "2025-12", 95), ("2026-04", "2026-06", 24)],
    )
    def test_share_of_days_at_or_above_iorb_by_quarter(self, spread, first, last, percent):
        quarter = spread[first:last]
        days = (quarter.index[-1] - quarter.index[0]).days + 1
        share = fl.share_at_or_above(quarter, days=days)
        assert round(100 * share.iloc[-1]) == percent

    def test_ioer_and_iorb_meet_at_15_basis_points(self, sample):
        spliced = fl.splice_iorb(sample["ioer"], sample["iorb"])
        assert spliced["2021-07-28":"2021-07-29"].tolist() == [0.15, 0.15]
        assert spliced.index.is_unique
        assert len(spliced) == len(sample["ioer"]) + len(sample["iorb"])

    def test_sofr_left_the_corridor_on_the_last_day_of_october_2025(self, sample):
        # 4.22 between 3.75 and 4.00, FOMC implementation note of 29 October 2025.
        day = on("2025-10-31")
        position = fl.corridor_position(
            pd.Series([4.22], day), pd.Series([3.75], day), pd.Series([4.00], day)
        )
        assert position.item() == pytest.approx((4.22 - 3.75) / 0.25)
        assert daily_rates(sample)["sofr_corridor_position"].loc[day].item() == position.item()


class TestCalendar:
    def test_holidays_as_the_board_lists_them(self):
        weekdays = pd.bdate_range("2020-01-01", "2024-12-31")
        juneteenth = pd.DatetimeIndex(["2022-06-20", "2023-06-19", "2024-06-19"])
        printed = pd.DatetimeIndex(PUBLISHED["k8"]["banks_closed"]).union(juneteenth)
        closed = weekdays.difference(business_days("2020-01-01", "2024-12-31"))
        assert closed.equals(printed)
        besides = weekdays.difference(closed).difference(
            business_days("2020-01-01", "2024-12-31", office="board")
        )
        assert besides.equals(pd.DatetimeIndex(PUBLISHED["k8"]["board_closed_besides"]))

    def test_holidays_as_the_richmond_fed_lists_them(self):
        weekdays = pd.bdate_range("2025-01-01", "2027-12-31")
        closed = weekdays.difference(business_days("2025-01-01", "2027-12-31"))
        assert closed.equals(pd.DatetimeIndex(PUBLISHED["richmond"]["banks_closed"]))

    @pytest.mark.parametrize(
        ("series", "office"),
        [("effr", "banks"), ("sofr", "repo"), ("tgcr", "repo"), ("srf", "repo")],
    )
    def test_rates_were_published_for_exactly_the_business_days(self, sample, series, office):
        observed = sample[series].index
        assert business_days(observed[0], observed[-1], office=office).equals(observed)
