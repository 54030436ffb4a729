"""Which month tells the rate before and after a meeting, and where none does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fedliq.markets.rate_path import days_at_each_rate
from futures import days, effr, implied, priced, watch

NAN = np.nan
PAST = "2025-03-19"


def months(*names):
    return pd.PeriodIndex(names, freq="M")


def rates(found):
    """The rate before the first meeting and after each."""
    return [found.path["before"].iloc[0], *found.path["after"]]


def off(futures, **errors):
    """Add errors [bp] to the implied rates of months, spelled jun=..."""
    names = futures.index.strftime("%b").str.lower()
    return futures - [errors.get(name, 0) / 100 for name in names]


class TestDays:
    @pytest.mark.parametrize(
        ("first_day", "expected"),
        [
            ("2025-06-01", [{0: 31}, {1: 30}, {1: 31}]),
            ("2025-06-02", [{0: 31}, {0: 1, 1: 29}, {1: 31}]),
            ("2025-06-30", [{0: 31}, {0: 29, 1: 1}, {1: 31}]),
            ("2025-07-01", [{0: 31}, {0: 30}, {1: 31}]),
        ],
    )
    def test_the_first_day_of_a_rate_is_its_own(self, first_day, expected):
        found = days_at_each_rate(
            np.arange("2025-05", "2025-08", dtype="datetime64[M]"),
            np.array([first_day], dtype="datetime64[D]"),
        )
        assert found == expected

    def test_a_month_may_see_several_rates(self):
        found = days_at_each_rate(
            np.array(["2024-02"], dtype="datetime64[M]"),
            np.array(["2024-01-10", "2024-02-05", "2024-02-20"], dtype="datetime64[D]"),
        )
        assert found == [{1: 4, 2: 15, 3: 10}]


PATH = {"2025-05-01": 4.33, "2025-06-19": 4.2, "2025-07-31": 4.0, "2025-09-18": 3.9}
MEETINGS = days(PAST, "2025-06-18", "2025-07-30", "2025-09-17", "2025-12-10")


class TestAnchors:
    """Of meetings in June, July and September, so that May and August are at one rate."""

    def test_the_path_behind_the_prices_is_found(self):
        found = watch(priced(PATH, "2025-05", "2025-10"), MEETINGS, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2, 4.0, 3.9])
        assert found.path["change"].tolist() == pytest.approx([-13, -20, -10])
        # July's contract told June, August and October are at one rate.
        np.testing.assert_allclose(found.path["share"], [30 / 31, 1, 1])
        assert found.contracts["difference"].tolist() == pytest.approx([0] * 6, abs=1e-9)

    def test_months_with_meetings_in_a_row_are_solved_backward(self):
        """June's contract is then left over, and shows by how much it does not fit."""
        futures = off(priced(PATH, "2025-05", "2025-08"), jul=3, jun=2)
        found = watch(futures, MEETINGS, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2 + 0.03 * 31 / 30, 4.0])
        differences = found.contracts["difference"]
        assert differences.drop("2025-06-01").tolist() == pytest.approx([0] * 3, abs=1e-9)
        # 12 days of June are at the rate that July tells.
        assert differences["2025-06-01"] == pytest.approx(2 - 12 / 30 * 3 * 31 / 30)

    def test_the_contract_between_two_anchors_is_not_needed(self):
        meetings = days(PAST, "2025-06-18", "2025-09-17")
        futures = priced({"2025-05-01": 4.33, "2025-06-19": 4.2}, "2025-05", "2025-07")
        found = watch(off(futures, jun=5), meetings, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2])
        assert found.path["share"].tolist() == [1.0]
        assert found.contracts["difference"].tolist() == pytest.approx([0, 5, 0], abs=1e-9)
        assert rates(watch(futures[["2025-05", "2025-07"]], meetings, "2025-05-05")) == (
            pytest.approx([4.33, 4.2])
        )

    def test_months_at_the_same_rate_are_averaged(self):
        meetings = days(PAST, "2025-06-18", "2025-09-17")
        futures = implied({"2025-05": 4.33, "2025-06": 4.3, "2025-07": 4.21, "2025-08": 4.15})
        found = watch(futures, meetings, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.18])
        assert found.contracts["difference"].tolist()[2:] == pytest.approx([3, -3])

    def test_only_where_no_later_month_helps_it_goes_forward(self):
        """The curve ends with July, whose contract then tells the rate after its meeting."""
        futures = off(priced(PATH, "2025-05", "2025-07"), jun=2)
        found = watch(futures, MEETINGS, "2025-05-05")
        june = 4.2 + 0.02 * 30 / 12
        july = 4.0 - (june - 4.2) * 30
        assert rates(found) == pytest.approx([4.33, june, july])
        np.testing.assert_allclose(found.path["share"], [12 / 30, 1 / 31])
        assert found.contracts["difference"].abs().max() == 0

    def test_a_month_at_one_rate_without_a_price_is_passed_over(self):
        """Without August, July goes forward, and so does September."""
        futures = priced(PATH, "2025-05", "2025-09").drop(months("2025-08"))
        found = watch(futures, MEETINGS, "2025-05-05")
        assert rates(found) == pytest.approx(list(PATH.values()))
        np.testing.assert_allclose(found.path["share"], [12 / 30, 1 / 31, 13 / 30])
        august = found.contracts.loc["2025-08-01"]
        assert august["path"] == pytest.approx(4.0)
        assert august[["price", "implied", "difference"]].isna().all()

    def test_of_two_meetings_in_a_month_the_second_is_solved_from_later_months(self):
        """June has three rates: its first is that of May, its last is told by July and August."""
        meetings = days(PAST, "2025-06-04", "2025-06-25", "2025-07-30", "2025-09-17")
        path = {"2025-05-01": 4.33, "2025-06-05": 4.2, "2025-06-26": 4.1, "2025-07-31": 4.0}
        found = watch(priced(path, "2025-05", "2025-08"), meetings, "2025-05-05")
        assert rates(found) == pytest.approx(list(path.values()))
        np.testing.assert_allclose(found.path["share"], [21 / 30, 30 / 31, 1])

    def test_two_meetings_in_a_month_are_told_if_the_months_around_it_are_at_one_rate(self):
        meetings = days(PAST, "2025-06-04", "2025-06-25", "2025-09-17")
        path = {"2025-05-01": 4.33, "2025-06-05": 4.2, "2025-06-26": 4.05}
        found = watch(priced(path, "2025-05", "2025-07"), meetings, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2, 4.05])
        assert found.path["share"].tolist() == pytest.approx([21 / 30, 1])

    def test_two_meetings_in_the_last_month_of_the_curve_are_not_told(self):
        meetings = days(PAST, "2025-06-04", "2025-06-25", "2025-09-17")
        found = watch(implied({"2025-05": 4.33, "2025-06": 4.2}), meetings, "2025-05-05")
        assert rates(found)[0] == pytest.approx(4.33)
        assert found.path["after"].isna().all()
        assert found.not_told == {
            pd.Timestamp("2025-06-04"): (
                "no month with a price tells the rate after it from those around it"
            ),
            pd.Timestamp("2025-06-25"): "the rate before it is not told",
            pd.Timestamp("2025-09-17"): "the prices end with 2025-06",
        }

    @pytest.mark.parametrize(
        ("meeting", "new_rate_from", "share"),
        [
            ("2025-06-27", "next day", 3 / 30),
            ("2025-06-27", "announcement day", 4 / 30),
            ("2025-06-29", "next day", 1 / 30),
            ("2025-06-30", "announcement day", 1 / 30),
        ],
    )
    def test_a_meeting_late_in_the_last_month_is_told_by_few_days(
        self, meeting, new_rate_from, share
    ):
        """A basis point of the price is then one over the share."""
        futures = implied({"2025-05": 4.33, "2025-06": 4.32})
        found = watch(futures, days(PAST, meeting), "2025-05-05", new_rate_from=new_rate_from)
        assert found.path["share"].item() == pytest.approx(share)
        assert found.path["change"].item() == pytest.approx(-1 / share)

    def test_after_the_last_day_of_a_month_the_whole_next_one_is_at_the_new_rate(self):
        futures = implied({"2025-05": 4.33, "2025-06": 4.33, "2025-07": 4.2, "2025-08": 4.1})
        meetings = days(PAST, "2025-06-30", "2025-07-31", "2025-09-17")
        found = watch(futures, meetings, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2, 4.1])
        assert found.path["share"].tolist() == [1, 1]
        assert found.contracts["path"].tolist() == pytest.approx([4.33, 4.33, 4.2, 4.1])

    def test_months_after_the_last_meeting_given_may_have_one_and_are_not_used(self):
        futures = off(priced(PATH, "2025-05", "2025-10"), jun=2)
        found = watch(futures, MEETINGS[:3], "2025-05-05")
        cut = watch(futures[:"2025-07"], MEETINGS[:3], "2025-05-05")
        pd.testing.assert_frame_equal(found.path, cut.path)
        pd.testing.assert_frame_equal(found.contracts, cut.contracts)
        assert found.contracts.index[-1] == pd.Timestamp("2025-07-01")
        assert found.not_told == cut.not_told == {}

    def test_the_last_day_of_the_last_month_given_tells_nothing(self):
        found = watch(
            implied({"2025-05": 4.33, "2025-06": 4.33, "2025-07": 4.2}),
            days(PAST, "2025-06-30"),
            "2025-05-05",
        )
        assert rates(found) == pytest.approx([4.33, NAN], nan_ok=True)
        assert list(found.not_told) == [pd.Timestamp("2025-06-30")]


class TestGaps:
    def test_a_gap_ends_the_ranges_and_later_moves_go_on(self):
        """June and July tell nothing of the rate between them once July has no price."""
        futures = priced(PATH, "2025-05", "2025-10").drop(months("2025-06", "2025-07"))
        found = watch(futures, MEETINGS, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, NAN, 4.0, 3.9], nan_ok=True)
        assert found.moves.loc["2025-06-18":"2025-07-30"].isna().all(axis=None)
        assert found.moves.loc["2025-09-17"].tolist() == pytest.approx([0.4, 0.6])
        for table in (found.ranges, found.nearest_ranges):
            assert table.isna().all(axis=None)
        assert found.not_told == {
            pd.Timestamp("2025-06-18"): "no price for 2025-06, 2025-07",
            pd.Timestamp("2025-07-30"): "the rate before it is not told",
            pd.Timestamp("2025-12-10"): "the prices end with 2025-10",
        }
        assert found.contracts.loc["2025-07-01", ["price", "path"]].isna().all()

    @pytest.mark.parametrize(
        ("without", "meeting", "named"),
        [
            (["2025-06", "2025-07", "2025-09"], "2025-06-18", "2025-06, 2025-07"),
            (["2025-06", "2025-09", "2025-10"], "2025-09-17", "2025-09, 2025-10"),
        ],
    )
    def test_only_months_from_its_own_to_the_next_meetings_are_named(
        self, without, meeting, named
    ):
        """The anchors around the other month tell what it would."""
        meetings = days(PAST, "2025-06-18", "2025-07-30", "2025-09-17", "2025-10-29", "2025-12-10")
        futures = priced({**PATH, "2025-10-30": 3.8}, "2025-05", "2025-11").drop(months(*without))
        found = watch(futures, meetings, "2025-05-05")
        assert found.not_told[pd.Timestamp(meeting)] == f"no price for {named}"

    def test_ranges_end_with_the_first_meeting_that_is_not_told(self):
        meetings = days(PAST, "2025-06-18", "2025-07-30", "2025-09-17", "2025-10-29", "2025-12-10")
        path = {**PATH, "2025-10-30": 3.8}
        futures = priced(path, "2025-05", "2025-11").drop(months("2025-09", "2025-10"))
        found = watch(futures, meetings, "2025-05-05")
        assert rates(found) == pytest.approx([4.33, 4.2, 4.0, NAN, 3.8], nan_ok=True)
        for table in (found.ranges, found.nearest_ranges, found.directions):
            told = table.notna().all(axis=1).tolist()
            assert told == [True, True, False, False]
            assert table.isna().all(axis=1).tolist() == [False, False, True, True]
        assert found.to_frame()["meeting"].unique().tolist() == [
            pd.Timestamp("2025-06-18"), pd.Timestamp("2025-07-30"),
        ]  # fmt: skip
        assert found.not_told == {
            pd.Timestamp("2025-09-17"): "no price for 2025-09, 2025-10",
            pd.Timestamp("2025-10-29"): "the rate before it is not told",
            pd.Timestamp("2025-12-10"): "the prices end with 2025-11",
        }

    def test_where_nothing_is_told_the_tables_are_empty_or_missing(self):
        stale = pd.Series([4.33], days("2025-02-03"))
        found = watch(implied({"2025-06": 4.3}), days(PAST, "2025-06-18"), "2025-05-05", stale)
        assert found.path.isna().all(axis=None)
        assert (len(found.moves), len(found.ranges), len(found.nearest_ranges)) == (1, 1, 1)
        assert [*found.moves, *found.ranges, *found.nearest_ranges] == []
        assert found.directions.isna().all(axis=None)
        assert found.to_frame().empty
        assert found.to_frame().columns.tolist() == ["meeting", "range", "probability"]
        assert found.not_told == {pd.Timestamp("2025-06-18"): "the rate before it is not told"}

    def test_nan_counts_as_not_priced(self):
        futures = priced(PATH, "2025-05", "2025-10")
        holed = futures.mask(futures.index == pd.Period("2025-07"))
        found, dropped = (watch(one, MEETINGS, "2025-05-05") for one in (holed, holed.dropna()))
        pd.testing.assert_frame_equal(found.path, dropped.path)
        pd.testing.assert_frame_equal(found.contracts, dropped.contracts)
        assert found.not_told == dropped.not_told

    def test_meetings_beyond_the_curve_are_in_not_told_alone(self):
        found = watch(priced(PATH, "2025-05", "2025-07"), MEETINGS, "2025-05-05")
        assert found.path.index.strftime("%m-%d").tolist() == ["06-18", "07-30"]
        assert found.not_told == {
            pd.Timestamp("2025-09-17"): "the prices end with 2025-07",
            pd.Timestamp("2025-12-10"): "the prices end with 2025-07",
        }

    def test_months_before_this_one_are_not_used(self):
        futures = priced(PATH, "2025-05", "2025-10")
        found = watch(futures, MEETINGS, "2025-05-05")
        expired = pd.concat([implied({"2025-03": 9.0, "2025-04": 8.0}), futures])
        again = watch(expired, MEETINGS, "2025-05-05")
        pd.testing.assert_frame_equal(found.contracts, again.contracts)
        pd.testing.assert_frame_equal(found.path, again.path)


def test_where_this_month_has_no_price_the_last_effr_is_the_rate_before():
    """May has no price: June forward from the last EFFR."""
    futures = priced(PATH, "2025-06", "2025-06")
    found = watch(futures, MEETINGS, "2025-05-05", effr("2025-05-05", 4.33))
    assert rates(found) == pytest.approx([4.33, 4.2])
    assert found.contracts["price"].isna().tolist() == [True, False]
    assert found.contracts["path"].tolist() == pytest.approx([4.33, 100 - futures.iloc[0]])
