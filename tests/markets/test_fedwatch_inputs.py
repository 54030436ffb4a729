"""What meeting_probabilities takes, and what it refuses and why."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from futures import daily, days, priced

PATH = {"2025-05-01": 4.33, "2025-06-19": 4.2, "2025-07-31": 4.0}


def given(**changed):
    return {
        "futures": priced(PATH, "2025-05", "2025-08"),
        "meetings": days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17"),
        "effr": daily({"2025-04-01": 4.33}, "2025-04-01", "2025-05-02", "B"),
        "as_of": "2025-05-05",
        "target_range": (4.25, 4.5),
    } | changed


def probabilities(**changed):
    return fl.meeting_probabilities(**given(**changed))


def same(one, other):
    for table in ("path", "contracts", "moves", "ranges", "nearest_ranges", "directions"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))
    assert (one.as_of, one.target_range) == (other.as_of, other.target_range)
    assert one.not_told == other.not_told


def by_day(day):
    def reindexed(futures):
        return futures.set_axis(pd.DatetimeIndex([f"{month}-{day}" for month in futures.index]))

    return reindexed


WAYS = {
    "first days": by_day("01"),
    "any days": by_day("17"),
    "seconds": lambda futures: futures.set_axis(by_day("01")(futures).index.as_unit("s")),
    "times of day": lambda futures: futures.set_axis(
        by_day("15")(futures).index + pd.Timedelta(hours=15)
    ),
    "days of periods": lambda futures: futures.set_axis(
        pd.PeriodIndex(by_day("01")(futures).index, freq="D")
    ),
    "symbols": lambda futures: futures.set_axis(
        fl.contract_months(["ZQK25", "ZQM25", "ZQN25", "ZQQ25"])
    ),
    "unsorted": lambda futures: futures.iloc[[2, 0, 3, 1]],
    "Float64": lambda futures: futures.astype("Float64"),
    "named": lambda futures: futures.rename("settle").rename_axis("month"),
}


class TestInputs:
    @pytest.mark.parametrize("way", WAYS)
    def test_futures_by_month_in_any_spelling(self, way):
        same(probabilities(futures=WAYS[way](given()["futures"])), probabilities())

    @pytest.mark.parametrize(
        "as_of",
        [
            pd.Timestamp("2025-05-05"),
            dt.date(2025, 5, 5),
            dt.datetime(2025, 5, 5),  # noqa: DTZ001 - a day has no zone
        ],
    )
    def test_the_day_in_any_spelling(self, as_of):
        same(probabilities(as_of=as_of), probabilities())

    def test_prices_that_are_whole_numbers(self):
        futures = pd.Series([96, 95], pd.period_range("2025-05", "2025-06", freq="M"))
        for kind in (int, "Int64"):
            same(probabilities(futures=futures.astype(kind)), probabilities(futures=futures * 1.0))

    def test_missing_prices_and_rates_of_nullable_kind(self):
        futures, effr = given()["futures"].copy(), given()["effr"]
        futures.iloc[1] = np.nan
        nullable = probabilities(futures=futures.astype("Float64"), effr=effr.astype("Float64"))
        same(nullable, probabilities(futures=futures))

    @pytest.mark.parametrize("unit", ["s", "us", "ns"])
    def test_dates_in_any_resolution(self, unit):
        meetings, effr = given()["meetings"].as_unit(unit), given()["effr"]
        found = probabilities(meetings=meetings, effr=effr.set_axis(effr.index.as_unit(unit)))
        same(found, probabilities())
        assert found.path.index.dtype == probabilities().path.index.dtype

    def test_the_inputs_are_left_alone(self):
        before, after = given(), given()
        found = fl.meeting_probabilities(**before)
        for table in (found.contracts, found.path):
            table[:] = 0.0
            table.index.name = "mine"
        for name in ("futures", "effr"):
            pd.testing.assert_series_equal(before[name], after[name])
        pd.testing.assert_index_equal(before["meetings"], after["meetings"])
        assert before["meetings"].name is None

    def test_tables_are_made_afresh(self):
        found = probabilities()
        ranges = found.ranges
        ranges[:] = 0.0
        same(found, probabilities())


class TestRefusals:
    def refused(self, error, match, **changed):
        with pytest.raises(error, match=match):
            probabilities(**changed)

    @pytest.mark.parametrize("futures", [[95.67], {"2025-05": 95.67}, None])
    def test_futures_that_are_no_series(self, futures):
        self.refused(fl.InputTypeError, "^futures: expected a pandas Series", futures=futures)

    def test_futures_that_are_text(self):
        futures = given()["futures"].astype(str)
        self.refused(fl.InputTypeError, r"^futures: .*pd\.to_numeric", futures=futures)

    @pytest.mark.parametrize(
        "index",
        [
            range(4),
            ["ZQK25", "ZQM25", "ZQN25", "ZQQ25"],
            pd.DatetimeIndex(["2025-05-01", "2025-06-01", "2025-07-01", None]),
            pd.date_range("2025-05-01", periods=4, freq="MS", tz="UTC"),
        ],
    )
    def test_futures_without_months(self, index):
        futures = given()["futures"].set_axis(index)
        self.refused(
            fl.TimeIndexError,
            r"^futures: expected a PeriodIndex or DatetimeIndex of months, .*\.set_axis\("
            r"fl\.contract_months\(symbols\)\)",
            futures=futures,
        )

    def test_futures_of_two_days(self):
        futures = pd.concat([given()["futures"], given()["futures"].iloc[1:2]])
        self.refused(
            fl.InvalidInputError,
            "^futures: 2025-06 has more than one price; give one contract a month, of one day",
            futures=futures,
        )

    def test_a_month_twice_but_once_without_a_price_has_one(self):
        """Two products of a vendor's table, of which one was not traded."""
        once = given()
        twice = once | {
            "futures": pd.concat([once["futures"], once["futures"].iloc[1:2] * np.nan])
        }
        pd.testing.assert_frame_equal(
            fl.meeting_probabilities(**once).path, fl.meeting_probabilities(**twice).path
        )

    def test_rates_for_prices(self):
        self.refused(
            fl.UnitError,
            r"^futures: 4\.33 for 2025-05 is no price, .* give 100 - rates",
            futures=100 - given()["futures"],
        )

    @pytest.mark.parametrize("price", [75.0, 105.0])
    def test_prices_may_be_as_far_as_75_and_105(self, price):
        futures = given()["futures"].copy()
        futures.iloc[0] = price
        assert probabilities(futures=futures).contracts["price"].iloc[0] == price

    @pytest.mark.parametrize("price", [74.9, 105.1, np.inf, -np.inf])
    def test_and_no_farther_whatever_their_month(self, price):
        futures = given()["futures"].copy()
        futures[pd.Period("2020-01")] = price
        self.refused(fl.UnitError, f"^futures: {price:g} for 2020-01 is no price", futures=futures)

    @pytest.mark.parametrize("last", ["2025-04", "2025-05"])
    def test_a_curve_that_ends_before_the_first_meeting(self, last):
        self.refused(
            fl.NotAvailableError,
            "^futures: no month from 2025-06 on has a price, .* meeting of 2025-06-18",
            futures=priced(PATH, "2025-04", last)
            if last > "2025-04"
            else (priced({"2025-04-01": 4.33}, "2025-04", "2025-04")),
        )

    def test_a_curve_without_a_price(self):
        for futures in (given()["futures"] * np.nan, given()["futures"].iloc[:0]):
            self.refused(fl.NotAvailableError, "^futures: no month from 2025-06", futures=futures)

    @pytest.mark.parametrize(
        ("meetings", "error", "match"),
        [
            (["2025-06-18"], fl.TimeIndexError, "expected a DatetimeIndex, got list"),
            (days("2025-06-18", "2025-03-19"), fl.TimeIndexError, "dates are not in order"),
            (days("2025-03-19", "2025-03-19"), fl.TimeIndexError, "occur more than once"),
            (days("2025-03-19").tz_localize("UTC"), fl.TimeIndexError, "without a time zone"),
            (days("2025-03-19 14:00"), fl.TimeIndexError, "got times of day"),
            (days("2025-05-05"), fl.InvalidInputError, "none lies before 2025-05-05, .*as well"),
            (days("2025-06-18"), fl.InvalidInputError, "Give the one before as well"),
            (days(), fl.InvalidInputError, "none lies before 2025-05-05"),
            (
                days("2025-01-29", "2025-05-04"),
                fl.InvalidInputError,
                "none lies on 2025-05-05 or after it; the last is 2025-05-04",
            ),
        ],
    )
    def test_meetings_that_cannot_be_used(self, meetings, error, match):
        self.refused(error, f"^meetings: .*{match}", meetings=meetings)

    @pytest.mark.parametrize(
        ("target_range", "error", "match"),
        [
            (4.25, fl.InputTypeError, r"expected \(low, high\) in percent"),
            ((4.25,), fl.InputTypeError, r"expected \(low, high\)"),
            ((4.0, 4.25, 4.5), fl.InputTypeError, r"expected \(low, high\)"),
            ("4.25-4.50", fl.InputTypeError, r"expected \(low, high\)"),
            (np.array([4.25, 4.5]), fl.InputTypeError, r"expected \(low, high\)"),
            (("4.25", "4.5"), fl.InputTypeError, "expected a number, got str"),
            ((4.25, np.nan), fl.InvalidInputError, "expected a finite number"),
            ((425, 450), fl.UnitError, "425 is impossible in percent"),
            ((4.5, 4.25), fl.InvalidInputError, r"4\.5 lies above 4\.25; give \(low, high\)"),
            ((0.0425, 0.045), fl.UnitError, r"far from the EFFR of 4\.33 percent on 2025-05-02"),
        ],
    )
    def test_a_range_that_cannot_be_used(self, target_range, error, match):
        self.refused(error, f"^target_range: .*{match}", target_range=target_range)

    @pytest.mark.parametrize("target_range", [(3.08, 3.33), (5.33, 5.58)])
    def test_the_range_may_lie_a_percentage_point_from_the_effr(self, target_range):
        assert probabilities(target_range=target_range).target_range == target_range
        further = -0.01 if target_range[0] < 4 else 0.01
        moved = tuple(bound + further for bound in target_range)
        self.refused(fl.UnitError, "^target_range: .* far from the EFFR", target_range=moved)

    def test_a_later_effr_does_not_judge_the_range(self):
        later = daily({"2025-04-01": 4.33, "2025-05-05": 9.0}, "2025-04-01", "2025-05-30")
        same(probabilities(effr=later), probabilities())

    def test_an_effr_of_another_year_does_not_judge_the_range(self):
        effr = daily({"2024-01-01": 5.6}, "2024-01-01", "2024-12-31", "B")
        assert probabilities(effr=effr).target_range == (4.25, 4.5)

    def test_the_last_effr_judges_the_range_and_not_one_before(self):
        effr = daily({"2025-04-01": 9.0, "2025-04-30": 4.33}, "2025-04-01", "2025-05-02", "B")
        assert probabilities(effr=effr).target_range == (4.25, 4.5)

    @pytest.mark.parametrize(
        ("effr", "error", "match"),
        [
            (4.33, fl.InputTypeError, "expected a pandas Series"),
            (pd.Series([4.33]), fl.TimeIndexError, "expected a DatetimeIndex"),
            (pd.Series([433.0], days("2025-05-02")), fl.UnitError, "impossible in percent"),
            (pd.Series(["4.33"], days("2025-05-02")), fl.InputTypeError, "expected numbers"),
            (
                pd.Series([4.3, 4.4], days("2025-05-02", "2025-05-01")),
                fl.TimeIndexError,
                "not in order",
            ),
        ],
    )
    def test_an_effr_that_cannot_be_used(self, effr, error, match):
        self.refused(error, f"^effr: .*{match}", effr=effr)

    @pytest.mark.parametrize("as_of", ["5 May 2025", "2025-05", "now", 20250505, None])
    def test_a_day_that_is_none(self, as_of):
        self.refused(fl.InvalidInputError, "^as_of: expected a day", as_of=as_of)

    def test_another_first_day_of_the_new_rate(self):
        self.refused(
            fl.InvalidInputError,
            "^new_rate_from: 'today' is not one of 'next day', 'announcement day'",
            new_rate_from="today",
        )
