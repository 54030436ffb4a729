"""What the estimates of reserve demand and the reading of run-off are made from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

DAY = pd.Timedelta(1, unit="D")
NEEDED = ["reserves_week_average", "bank_assets", "effr", "ioer", "iorb"]
FACTORS = ["on_rrp", "btfp", "spread_outside_turns_28d", "reserves_to_bank_assets"]


def of(sample, names, **changes) -> fl.Dataset:
    held = {name: sample[name] for name in names} | changes
    return fl.Dataset(held, as_of=sample.moment, source="sample")


def without(sample, *names, **changes) -> fl.Dataset:
    return of(sample, [name for name in sample if name not in names], **changes)


def days(*text) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(text, name="date")


@pytest.fixture(scope="module")
def weeks(sample):
    return fl.reserve_demand_data(sample)


class TestReserveDemandData:
    def test_the_columns_and_the_first_week(self, weeks):
        """Under a target range, which the FOMC set on 2008-12-16, the H.4.1 begins here."""
        assert weeks.columns.tolist() == [
            "spread", "ratio", "reserves", "bank_assets", "bank_deposits", "on_rrp",
        ]  # fmt: skip
        assert weeks.index[0] == pd.Timestamp("2008-12-24")
        assert (weeks.index.day_of_week == 2).all()
        assert (np.diff(weeks.index) == np.timedelta64(7, "D")).all()

    @pytest.mark.parametrize(
        ("wednesday", "rate", "counted"),
        [
            # Of the repo spike: no holiday, no end of a month.
            ("2019-09-18", "ioer", "2019-09-12 2019-09-13 2019-09-16 2019-09-17 2019-09-18"),
            # Independence Day on the Thursday.
            ("2019-07-10", "ioer", "2019-07-05 2019-07-08 2019-07-09 2019-07-10"),
            # The end of August and the business day after it, which is behind Labor Day.
            ("2019-09-04", "ioer", "2019-08-29 2019-09-04"),
            # The last day of the year is a Thursday.
            ("2016-01-06", "ioer", "2016-01-05 2016-01-06"),
            # Two rates: IOER to 2021-07-28, the end of July on the Friday.
            ("2021-08-04", "iorb", "2021-07-29 2021-08-03 2021-08-04"),
            # IORB was cut from the first day of the week on.
            ("2025-09-24", "iorb", "2025-09-18 2025-09-19 2025-09-22 2025-09-23 2025-09-24"),
        ],
    )
    def test_the_spread_is_the_average_of_the_days_of_the_week(
        self, weeks, sample, wednesday, rate, counted
    ):
        on = pd.DatetimeIndex(counted.split())
        by_hand = 100 * (sample["effr"][on] - sample[rate][on]).mean()
        assert weeks.loc[wednesday, "spread"] == pytest.approx(by_hand, abs=1e-5)

    def test_the_week_of_the_repo_spike_as_published(self, weeks):
        """EFFR 2.13, 2.14, 2.25, 2.30 and 2.25 against 2.10 (New York Fed)."""
        assert weeks.loc["2019-09-18", "spread"] == pytest.approx((3 + 4 + 15 + 20 + 15) / 5)

    def test_ends_of_months_may_be_kept_and_other_turns_left_out(self, sample):
        kept = fl.reserve_demand_data(sample, without={})
        on = days("2019-08-29", "2019-08-30", "2019-09-03", "2019-09-04")
        by_hand = 100 * (sample["effr"][on] - sample["ioer"][on]).mean()
        assert kept.loc["2019-09-04", "spread"] == pytest.approx(by_hand, abs=1e-5)
        tax = fl.reserve_demand_data(sample, without={"tax_date": (0, 0)})
        on = days("2019-09-12", "2019-09-13", "2019-09-17", "2019-09-18")
        by_hand = 100 * (sample["effr"][on] - sample["ioer"][on]).mean()
        assert tax.loc["2019-09-18", "spread"] == pytest.approx(by_hand, abs=1e-5)
        with pytest.raises(fl.InvalidInputError, match="windows"):
            fl.reserve_demand_data(sample, without={"full_moon": (0, 0)})

    def test_the_other_columns_are_the_figures_of_the_week(self, weeks, sample):
        assert weeks.index.equals(sample["reserves_week_average"]["2008-12-24":].index)
        for column, name in (
            ("reserves", "reserves_week_average"),
            ("bank_assets", "bank_assets"),
            ("bank_deposits", "bank_deposits_nsa"),
        ):
            published = sample[name].reindex(weeks.index)
            np.testing.assert_array_equal(weeks[column], published, err_msg=column)
        np.testing.assert_allclose(
            weeks["ratio"], weeks["reserves"] / weeks["bank_assets"], rtol=1e-12
        )
        # 8.0 % on 2019-09-25, the least of that year.
        assert weeks.loc["2019", "ratio"].idxmin() == pd.Timestamp("2019-09-25")
        assert weeks.loc["2019-09-25", "ratio"] == pytest.approx(0.080, abs=5e-4)

    def test_on_rrp_is_the_average_of_the_operations_of_the_week(self, weeks, sample):
        on = days("2019-09-12", "2019-09-13", "2019-09-16", "2019-09-17", "2019-09-18")
        by_hand = sample["on_rrp"][on].mean()
        assert weeks.loc["2019-09-18", "on_rrp"] == pytest.approx(by_hand)

    def test_before_its_first_operation_on_rrp_was_zero(self, weeks):
        """2013-09-23 (New York Fed), in the week that ended on the 25th."""
        assert (weeks["on_rrp"][:"2013-09-18"] == 0).all()
        assert (weeks["on_rrp"]["2013-09-25":"2013-12-31"] > 0).all()

    def test_a_week_without_figures_is_never_taken_for_zero(self, sample):
        on_rrp = sample["on_rrp"]
        gap = (on_rrp.index < "2013-12-01") | (
            (on_rrp.index >= "2021-01-07") & (on_rrp.index <= "2021-01-13")
        )
        found = fl.reserve_demand_data(without(sample, on_rrp=on_rrp[~gap]))["on_rrp"]
        assert (found[:"2013-09-18"] == 0).all()
        assert found["2013-09-25":"2013-11-27"].isna().all()
        assert found["2013-12-04":].isna().sum() == 1
        assert np.isnan(found["2021-01-13"])

    def test_figures_of_before_the_first_operation_stand(self, sample):
        """Tests of small value: what is given is not written over."""
        trial = pd.Series([3.0], days("2012-08-07"))
        found = fl.reserve_demand_data(
            without(sample, on_rrp=pd.concat([trial, sample["on_rrp"]]))
        )
        assert found.loc["2012-08-08", "on_rrp"] == 3
        assert found.loc["2012-08-15", "on_rrp"] == 0

    def test_a_missing_figure_is_neither_carried_on_nor_made_up(self, sample):
        holed = {
            name: sample[name].drop(pd.Timestamp("2020-06-10"))
            for name in ("bank_assets", "bank_deposits_nsa")
        }
        effr = sample["effr"]
        holed["effr"] = effr[(effr.index < "2020-06-18") | (effr.index > "2020-06-24")]
        found = fl.reserve_demand_data(without(sample, **holed))
        assert found.loc["2020-06-10", ["ratio", "bank_assets", "bank_deposits"]].isna().all()
        assert found.loc["2020-06-10", ["spread", "reserves"]].notna().all()
        assert np.isnan(found.loc["2020-06-24", "spread"])
        assert found.loc[["2020-06-03", "2020-06-17"]].notna().all(axis=None)

    def test_deposits_and_on_rrp_may_be_missing(self, sample, weeks):
        found = fl.reserve_demand_data(of(sample, NEEDED))
        assert found["bank_deposits"].isna().all()
        assert (found["on_rrp"][:"2013-09-18"] == 0).all()
        assert found["on_rrp"]["2013-09-25":].isna().all()
        same = ["spread", "ratio", "reserves", "bank_assets"]
        pd.testing.assert_frame_equal(found[same], weeks[same], check_exact=True)

    def test_one_of_the_two_rates_on_reserves_is_enough_for_its_time(self, sample, weeks):
        older = fl.reserve_demand_data(without(sample, "iorb"))["spread"]
        assert older[:"2021-07-28"].equals(weeks["spread"][:"2021-07-28"])
        assert older["2021-08-11":].isna().all()
        newer = fl.reserve_demand_data(without(sample, "ioer"))["spread"]
        assert newer[:"2021-07-28"].isna().all()
        assert newer["2021-08-04":].equals(weeks["spread"]["2021-08-04":])

    @pytest.mark.parametrize("name", ["reserves_week_average", "bank_assets", "effr"])
    def test_what_it_cannot_do_without_is_named(self, sample, name):
        with pytest.raises(fl.UnknownSeriesError, match=f"dataset: has no {name};"):
            fl.reserve_demand_data(without(sample, name))

    def test_all_that_is_missing_is_named_at_once(self, sample):
        with pytest.raises(fl.UnknownSeriesError, match="has no bank_assets, effr, iorb; reserve"):
            fl.reserve_demand_data(without(sample, "effr", "bank_assets", "ioer", "iorb"))

    def test_a_frame_is_no_dataset(self, weeks):
        with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset"):
            fl.reserve_demand_data(weeks)

    @pytest.mark.parametrize(
        "day", ["2012-03-07", "2019-09-19", "2021-08-05", "2024-11-29", "2025-12-26"]
    )
    def test_as_known_on_a_day_it_is_the_same_as_far_as_it_goes(self, sample, weeks, day):
        known = fl.reserve_demand_data(sample.known_on(day))
        whole = weeks.loc[known.index]
        assert 0 <= (pd.Timestamp(day) - known.index[-1]).days <= 9
        same = ["spread", "reserves", "on_rrp"]
        pd.testing.assert_frame_equal(known[same], whole[same], check_exact=True)
        # The H.8 of a Wednesday is public nine days later, or on the day before a holiday.
        late = known.index > pd.Timestamp(day) - 9 * DAY
        assert known.loc[late, ["ratio", "bank_assets"]].isna().all(axis=None)
        early = known.index <= pd.Timestamp(day) - 12 * DAY
        pd.testing.assert_frame_equal(known[early], whole[early], check_exact=True)


def by_hand(sample, day):
    """Cut every series to what was public, and take the last figure of each."""
    known = sample.known_on(day)
    sofr, rate = known["sofr"], fl.splice_iorb(known["ioer"], known["iorb"])
    calm = ~fl.turn_flags(sofr.index).any(axis=1)
    spread = 100 * (sofr - rate.reindex(sofr.index))[calm]
    month = spread[spread.index > sofr.index[-1] - 28 * DAY]
    ratio = (known["reserves_week_average"] / known["bank_assets"]).dropna()
    return [known["on_rrp"].iloc[-1], month.mean(), ratio.iloc[-1]]


class TestQtEndPanel:
    @pytest.mark.parametrize(
        "day",
        [
            "2018-07-04",
            "2018-12-05",  # a day of mourning: no repo market
            "2019-03-19",
            "2019-09-16",
            "2020-04-10",  # Good Friday
            "2021-07-29",
            "2023-03-16",
            "2024-04-30",
            "2024-11-29",  # the H.4.1 came on Friday, behind Thanksgiving
            "2025-01-09",  # a day of mourning: no H.4.1
            "2025-10-28",
            "2025-12-26",
            "2025-12-29",
            "2026-01-01",
            "2026-08-21",
        ],
    )
    def test_it_is_what_the_slow_way_gives(self, sample, day):
        row = fl.qt_end_panel(sample, days(day)).iloc[0]
        found = row[["on_rrp", "spread_outside_turns_28d", "reserves_to_bank_assets"]]
        np.testing.assert_allclose(found.astype(float), by_hand(sample, day), rtol=1e-9)

    def test_the_btfp_is_that_of_the_last_h41(self, sample):
        """11.943 bn on 2023-03-15, the first Wednesday, in the release of the 16th."""
        found = fl.qt_end_panel(
            sample, days("2023-03-15", "2023-03-16", "2023-03-22", "2023-03-23")
        )
        btfp = sample["btfp"]
        assert btfp["2023-03-15"] == pytest.approx(11.943)
        expected = btfp[["2023-03-08", "2023-03-15", "2023-03-15", "2023-03-22"]]
        np.testing.assert_array_equal(found["btfp"], expected)

    def test_the_ratio_waits_for_the_later_of_the_two_releases(self, sample):
        """The H.8 of Wednesday 2025-10-15 came on Friday the 24th, its H.4.1 on the 16th."""
        ratio = sample["reserves_week_average"] / sample["bank_assets"]
        found = fl.qt_end_panel(sample, days("2025-10-23", "2025-10-24"))
        np.testing.assert_allclose(
            found["reserves_to_bank_assets"], ratio[["2025-10-08", "2025-10-15"]], rtol=1e-12
        )

    def test_every_friday_from_the_first_sofr_on(self, sample):
        found = fl.qt_end_panel(sample)
        assert found.columns.tolist() == FACTORS
        assert found.index[0] == pd.Timestamp("2018-04-06")
        assert found.index[-1] == pd.Timestamp("2026-08-21")
        assert (np.diff(found.index) == np.timedelta64(7, "D")).all()

    @pytest.mark.parametrize("day", ["2018-06-01", "2019-09-17", "2023-03-16", "2025-12-26"])
    def test_nothing_changes_when_what_came_later_is_cut_off(self, sample, day):
        cut = fl.qt_end_panel(sample.known_on(day))
        whole = fl.qt_end_panel(sample)
        assert 0 <= (pd.Timestamp(day) - cut.index[-1]).days < 7
        pd.testing.assert_frame_equal(cut, whole[:day], check_exact=True, check_freq=False)

    def test_a_day_alone_is_as_among_others(self, sample):
        whole = fl.qt_end_panel(sample)
        some = whole.index[[0, 70, 200, 430]]
        pd.testing.assert_frame_equal(
            fl.qt_end_panel(sample, some), whole.loc[some], check_exact=True, check_freq=False
        )

    @pytest.mark.parametrize(
        ("name", "column", "last", "public", "oldest"),
        [
            ("on_rrp", "on_rrp", "2025-09-12", 0, 6),
            ("sofr", "spread_outside_turns_28d", "2025-09-12", 3, 6),
            ("btfp", "btfp", "2023-03-15", 1, 13),
            ("bank_assets", "reserves_to_bank_assets", "2025-09-10", 9, 20),
        ],
    )
    def test_a_figure_serves_until_it_is_too_old(self, sample, name, column, last, public, oldest):
        """To the evening of the last day the docstring allows."""
        cut = without(sample, **{name: sample[name][:last]})
        since = pd.date_range(pd.Timestamp(last), periods=30)
        found = fl.qt_end_panel(cut, since)[column]
        own = found == found.iloc[public]
        assert own.tolist() == [public <= age <= oldest for age in range(30)]
        assert found.iloc[oldest + 1 :].isna().all()

    def test_before_four_weeks_of_sofr_there_is_no_mean(self, sample):
        """The first day of 28 is 2018-04-03; on the last, the figure of the day before is out."""
        found = fl.qt_end_panel(sample, days("2018-04-30", "2018-05-01"))
        spread = found["spread_outside_turns_28d"]
        assert spread.isna().tolist() == [True, False]

    def test_what_the_dataset_lacks_is_not_available(self, sample):
        found = fl.qt_end_panel(of(sample, ["on_rrp"]), days("2025-10-28"))
        assert found["on_rrp"].tolist() == [sample["on_rrp"]["2025-10-28"]]
        assert found[FACTORS[1:]].isna().all(axis=None)
        nothing = fl.qt_end_panel(of(sample, []), days("2025-10-28", "2025-10-29"))
        assert nothing.isna().all(axis=None)
        assert nothing.index.equals(days("2025-10-28", "2025-10-29"))

    def test_without_sofr_the_days_must_be_given(self, sample):
        with pytest.raises(fl.UnknownSeriesError, match=r"has no 'sofr', .* give days"):
            fl.qt_end_panel(without(sample, "sofr"))

    def test_days_that_are_none(self, sample):
        with pytest.raises(fl.TimeIndexError, match="days: expected a DatetimeIndex"):
            fl.qt_end_panel(sample, ["2025-10-28"])
        with pytest.raises(fl.TimeIndexError, match="days: dates are not in order"):
            fl.qt_end_panel(sample, days("2025-10-28", "2025-10-27"))
        with pytest.raises(fl.TimeIndexError, match="days: expected dates, got times of day"):
            fl.qt_end_panel(sample, days("2025-10-28 12:00"))

    def test_a_frame_is_no_dataset(self, panel):
        with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset"):
            fl.qt_end_panel(panel)
