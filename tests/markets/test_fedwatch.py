"""Meeting probabilities as published, and the tables that show them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from futures import days, effr, implied, likely, priced, watch

FLAT = pd.Series(dtype=float, index=pd.DatetimeIndex([]))  # no rate is known


class TestPublished:
    @pytest.mark.parametrize(
        ("new_rate_from", "before", "hike"),
        [("next day", 4.45, 0.2), ("announcement day", 4.425, 0.3)],
    )
    def test_a_meeting_on_the_third_counts_three_days_of_the_old_rate_or_two(
        self, new_rate_from, before, hike
    ):
        """p = T (E - A) / (N 0.25), here 30 x 0.005 / (3 x 0.25), or by 2 days 0.3."""
        found = watch(
            implied({"2025-06": 4.495, "2025-07": 4.5}),
            days("2025-05-07", "2025-06-03", "2025-08-20"),
            "2025-06-02",
            new_rate_from=new_rate_from,
        )
        assert found.path.loc["2025-06-03", "before"] == pytest.approx(before)
        assert found.moves.loc["2025-06-03"].to_dict() == pytest.approx({0: 1 - hike, 25: hike})

    def test_the_next_day_is_the_default(self):
        given = (
            implied({"2025-06": 4.495, "2025-07": 4.5}),
            days("2025-05-07", "2025-06-03", "2025-08-20"),
            "2025-06-02",
        )
        pd.testing.assert_frame_equal(
            watch(*given).path, watch(*given, new_rate_from="next day").path
        )

    @pytest.mark.parametrize(
        ("new_rate_from", "june", "july"),
        [
            ("announcement day", "2024-06-01", "2024-07-01"),
            ("next day", "2024-05-31", "2024-06-30"),
        ],
    )
    def test_the_two_views_of_the_cme(self, new_rate_from, june, july):
        """CME Group, "The CME FedWatch Tool Aggregated Enhancement Explained", 2024.

        Each change falls on the first of its month, so that every contract is at one rate.
        """
        found = fl.meeting_probabilities(
            pd.Series([94.875, 94.75, 94.625], pd.period_range("2024-05", "2024-07", freq="M")),
            days("2024-03-20", june, july, "2024-09-18"),
            pd.Series([5.125], days("2024-04-30")),
            as_of="2024-05-01",
            target_range=(5.0, 5.25),
            new_rate_from=new_rate_from,
        )
        half = {"5.00-5.25": 0.5, "5.25-5.50": 0.5}
        assert found.moves.loc[june].to_dict() == {0: 0.5, 25: 0.5}
        assert found.moves.loc[july].to_dict() == {0: 0.5, 25: 0.5}
        assert likely(found.ranges.loc[june]) == half
        assert likely(found.nearest_ranges.loc[june]) == half
        assert likely(found.ranges.loc[july]) == {
            "5.00-5.25": 0.25, "5.25-5.50": 0.5, "5.50-5.75": 0.25,
        }  # fmt: skip
        assert likely(found.nearest_ranges.loc[july]) == {"5.25-5.50": 1.0}

    @pytest.mark.parametrize("as_of", ["2015-08-31", "2015-09-01"])
    def test_september_2015_is_solved_forward_from_august(self, as_of):
        """CME Group, "Fed Funds Futures Probability Tree Calculator", 2015, Type #2.

        FFQ5 is 99.8675 and FFU5 99.805. August had no meeting, so that it tells the start, by its
        contract or as it was settled; October has one, so that September is solved forward.
        """
        prices = {"2015-08": 99.8675, "2015-09": 99.805}
        futures = pd.Series(list(prices.values()), pd.PeriodIndex(list(prices), freq="M"))
        found = watch(
            futures[as_of[:7] :],
            days("2015-07-29", "2015-09-17", "2015-10-28"),
            as_of,
            effr(as_of, 0.1325, "2015-07-01") if as_of > "2015-09" else FLAT,
            (0.0, 0.25),
            new_rate_from="announcement day",
        )
        path = found.path.loc["2015-09-17"]
        assert path["before"] == pytest.approx(0.1325)
        assert round(path["after"], 5) == 0.26643
        assert path["share"] == pytest.approx(14 / 30)
        assert found.moves.loc["2015-09-17"].round(3).to_dict() == {0: 0.464, 25: 0.536}
        assert list(found.not_told) == [pd.Timestamp("2015-10-28")]

    def test_september_2022_is_solved_backward_from_october(self):
        """CME Group, "FedWatch calculation examples", prices of 12 September 2022.

        It counts the day of the announcement as new. October has no meeting and tells what
        September's makes of the rate; September's contract then tells the rate before, and
        November's the rate after its meeting.
        """
        found = watch(
            pd.Series([97.4475, 96.94, 96.43], fl.contract_months(["ZQU22", "ZQV22", "ZQX22"])),
            days("2022-07-27", "2022-09-21", "2022-11-02", "2022-12-14"),
            "2022-09-12",
            pd.Series([2.33, 2.33], days("2022-09-08", "2022-09-09")),
            (2.25, 2.5),
            new_rate_from="announcement day",
        )
        september, november = found.path.loc["2022-09-21"], found.path.loc["2022-11-02"]
        assert september["before"] == pytest.approx(2.2987, abs=5.1e-5)
        assert september["after"] == pytest.approx(3.06)
        assert september["change"] == pytest.approx(76.13, abs=5.1e-3)
        assert november["after"] == pytest.approx(3.5876, abs=5e-5)
        assert november["change"] == pytest.approx(52.76, abs=5e-3)
        assert november["share"] == pytest.approx(29 / 30)

    def test_the_settlement_of_18_september_2026_gives_what_the_tool_showed(self):
        """As the CME's FedWatch Tool showed it on 2026-09-20, settlements with it.

        Counting the day of the announcement would give 40.3 and 59.7 % for October, and solving
        December forward from November 45.4 % for two moves, not backward from February 44.1.
        """
        symbols = ["ZQV26", "ZQX26", "ZQZ26", "ZQF27", "ZQG27"]
        found = watch(
            pd.Series([96.105, 95.975, 95.835, 95.77, 95.68], fl.contract_months(symbols)),
            pd.DatetimeIndex(fl.policy_table("fomc_meetings").rows["end_date"]),
            "2026-09-18",
            FLAT,
            (3.75, 4.0),
        )
        october, december = (
            found.ranges.loc[day].mul(100).round(1) for day in ("2026-10-28", "2026-12-09")
        )
        assert likely(october) == {"3.75-4.00": 42.4, "4.00-4.25": 57.6}
        assert likely(december) == {"3.75-4.00": 9.9, "4.00-4.25": 46.0, "4.25-4.50": 44.1}


def after_one_meeting(change, target_range=(4.25, 4.5), start=4.33):
    """A meeting in June between May and July, each at one rate."""
    futures = priced(
        {"2025-05-01": start, "2025-06-19": start + change / 100}, "2025-05", "2025-07"
    )
    return watch(
        futures,
        days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17"),
        "2025-05-05",
        effr("2025-05-05", start),
        target_range,
    )


def move(change):
    return likely(after_one_meeting(change).moves.loc["2025-06-18"])


class TestSplit:
    """The part above a multiple of 25 bp goes to the next one."""

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (10, {0: 0.6, 25: 0.4}),
            (-10, {-25: 0.4, 0: 0.6}),
            (-30, {-50: 0.2, -25: 0.8}),
            (40, {25: 0.4, 50: 0.6}),
            (76.25, {75: 0.95, 100: 0.05}),
            (-99, {-100: 0.96, -75: 0.04}),
            (0.01, {0: 0.9996, 25: 0.0004}),
            (24.99, {0: 0.0004, 25: 0.9996}),
        ],
    )
    def test_a_change_is_shared_by_the_two_multiples_around_it(self, change, expected):
        assert move(change) == pytest.approx(expected, abs=1e-9)

    @pytest.mark.parametrize("change", [-75, -25, 0, 25, 50, 75])
    @pytest.mark.parametrize("dust", [-1e-10, 0, 1e-10])
    def test_a_multiple_is_certain_whatever_the_rounding(self, change, dust):
        assert move(change + dust) == {change: 1.0}

    def test_columns_are_every_multiple_between_the_ends(self):
        futures = priced(
            {"2025-05-01": 4.33, "2025-06-19": 3.58, "2025-07-31": 3.93}, "2025-05", "2025-08"
        )
        found = watch(
            futures,
            days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17"),
            "2025-05-05",
        )
        assert found.moves.columns.tolist() == [-75, -50, -25, 0, 25, 50]
        assert found.moves.loc["2025-06-18"].tolist() == [1, 0, 0, 0, 0, 0]
        expected = [0, 0, 0, 0, 0.6, 0.4]
        np.testing.assert_allclose(found.moves.loc["2025-07-30"], expected, atol=1e-9)
        assert found.ranges.columns.tolist() == ["3.50-3.75", "3.75-4.00", "4.00-4.25"]


class TestRanges:
    def test_moves_of_meetings_are_independent(self):
        """A cut of 10 bp, then a hike of 15: 0.4 and 0.6, of each 0.4 and 0.6."""
        futures = priced(
            {"2025-05-01": 4.33, "2025-06-19": 4.23, "2025-07-31": 4.38}, "2025-05", "2025-08"
        )
        meetings = days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17")
        found = watch(futures, meetings, "2025-05-05")
        assert likely(found.ranges.loc["2025-06-18"]) == pytest.approx(
            {"4.00-4.25": 0.4, "4.25-4.50": 0.6}
        )
        assert likely(found.ranges.loc["2025-07-30"]) == pytest.approx(
            {"4.00-4.25": 0.16, "4.25-4.50": 0.48, "4.50-4.75": 0.36}
        )
        assert likely(found.nearest_ranges.loc["2025-07-30"]) == pytest.approx(
            {"4.25-4.50": 0.8, "4.50-4.75": 0.2}
        )

    @pytest.mark.parametrize(
        ("target_range", "labels"),
        [
            ((4.25, 4.5), ["4.00-4.25", "4.25-4.50"]),
            ((4.33, 4.33), ["4.08-4.08", "4.33-4.33"]),
            ((4.0, 4.5), ["3.75-4.25", "4.00-4.50"]),
            ((3.8, 4.05), ["3.55-3.80", "3.80-4.05"]),
            ([4, 5], ["3.75-4.75", "4.00-5.00"]),
        ],
    )
    def test_a_range_of_any_width_moves_as_one(self, target_range, labels):
        found = after_one_meeting(-10, target_range)
        assert likely(found.ranges.loc["2025-06-18"]) == pytest.approx(
            dict(zip(labels, [0.4, 0.6], strict=True))
        )
        assert found.target_range == tuple(target_range)

    def test_cuts_may_lead_below_zero(self):
        found = after_one_meeting(-60, (0.0, 0.25), 0.08)
        assert likely(found.ranges.loc["2025-06-18"]) == pytest.approx(
            {"-0.75--0.50": 0.4, "-0.50--0.25": 0.6}
        )

    def test_directions_are_against_the_range_now_and_not_the_meeting_before(self):
        """Of the moves above, the way back up counts as unchanged."""
        futures = priced(
            {"2025-05-01": 4.33, "2025-06-19": 4.23, "2025-07-31": 4.38}, "2025-05", "2025-08"
        )
        meetings = days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17")
        directions = watch(futures, meetings, "2025-05-05").directions
        assert directions.columns.tolist() == ["lower", "unchanged", "higher"]
        assert directions.loc["2025-06-18"].tolist() == pytest.approx([0.4, 0.6, 0])
        assert directions.loc["2025-07-30"].tolist() == pytest.approx([0.16, 0.48, 0.36])

    @pytest.mark.parametrize(
        ("change", "expected"), [(-60, [1, 0, 0]), (0, [0, 1, 0]), (60, [0, 0, 1])]
    )
    def test_directions_add_up_moves_of_any_size(self, change, expected):
        directions = after_one_meeting(change).directions
        assert directions.loc["2025-06-18"].tolist() == pytest.approx(expected)

    def test_to_frame_holds_what_can_occur_in_order(self):
        futures = priced(
            {"2025-05-01": 4.33, "2025-06-19": 4.23, "2025-07-31": 4.38}, "2025-05", "2025-08"
        )
        found = watch(
            futures, days("2025-03-19", "2025-06-18", "2025-07-30", "2025-09-17"), "2025-05-05"
        )
        frame = found.to_frame()
        assert frame.columns.tolist() == ["meeting", "range", "probability"]
        assert frame.index.tolist() == [0, 1, 2, 3, 4]
        assert frame["meeting"].dt.strftime("%m-%d").tolist() == ["06-18"] * 2 + ["07-30"] * 3
        assert frame["range"].tolist() == [
            "4.00-4.25", "4.25-4.50", "4.00-4.25", "4.25-4.50", "4.50-4.75",
        ]  # fmt: skip
        expected = [0.4, 0.6, 0.16, 0.48, 0.36]
        np.testing.assert_allclose(frame["probability"], expected, rtol=1e-9)


class TestLayout:
    def test_tables_are_indexed_by_meeting_and_month(self):
        found = after_one_meeting(-10)
        for table in (
            found.path, found.moves, found.ranges, found.nearest_ranges, found.directions
        ):  # fmt: skip
            assert table.index.name == "meeting"
            assert table.index.strftime("%m-%d").tolist() == ["06-18", "07-30"]
        assert found.contracts.index.name == "month"
        assert found.contracts.index.strftime("%m-%d").tolist() == ["05-01", "06-01", "07-01"]
        assert found.path.columns.tolist() == ["before", "after", "change", "share"]
        assert found.contracts.columns.tolist() == ["price", "implied", "path", "difference"]
        assert found.as_of == pd.Timestamp("2025-05-05")
        assert found.target_range == (4.25, 4.5)

    def test_a_watch_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            after_one_meeting(-10).as_of = pd.Timestamp("2025-05-06")
