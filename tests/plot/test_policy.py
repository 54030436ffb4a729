"""Caps below zero and purchases above it, by what the FOMC and the New York Fed announced."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import (
    ADDED,
    SCHEDULE,
    area,
    areas,
    at,
    curve,
    foot,
    key,
    last_stated,
    schedule,
)

RECORD = fl.policy_schedule()
TREASURIES, AGENCY = "cap on Treasuries", "cap on agency securities"
BOUGHT, MBS, ASSUMED = "Treasuries bought", "MBS bought, net", "Treasuries bought, assumed"
NOON = 0.5
DAYS_IN_MONTH = 365.25 / 12


def draw(ax, start, end, of=RECORD, **options):
    return fl.plot.caps_and_purchases(of, start, end, ax=ax, **options)


class TestCaps:
    # FOMC, addendum of 14 June 2017 and implementation notes of 20 September 2017, 20 March 2019
    # and 31 July 2019; Plans for Reducing the Size of the Balance Sheet, 4 May 2022; notes of
    # 1 May 2024, 19 March 2025 and 29 October 2025.
    @pytest.mark.parametrize(
        ("day", "treasuries", "agency"),
        [
            ("2017-10-01", 6, 4),
            ("2018-10-01", 30, 20),
            ("2019-05-01", 15, 20),
            ("2022-06-01", 30, 17.5),
            ("2022-08-31", 30, 17.5),
            ("2022-09-01", 60, 35),
            ("2023-06-15", 60, 35),
            ("2024-05-31", 60, 35),
            ("2024-06-01", 25, 35),
            ("2025-03-31", 25, 35),
            ("2025-04-01", 5, 35),
            ("2025-11-30", 5, 35),
        ],
    )
    def test_on_published_days_they_reach_down_as_far_as_announced(
        self, ax, day, treasuries, agency
    ):
        draw(ax, "2017-01-01", "2026-06-30")
        assert at(area(ax, TREASURIES), day, NOON) == pytest.approx((-treasuries, 0))
        assert at(area(ax, AGENCY), day, NOON) == pytest.approx(
            (-treasuries - agency, -treasuries)
        )

    @pytest.mark.parametrize(
        "day", ["2017-09-30", "2019-09-15", "2021-06-15", "2022-05-31", "2025-12-01"]
    )
    def test_where_none_is_in_force_none_is_drawn(self, ax, day):
        draw(ax, "2017-01-01", "2026-06-30")
        for label in (TREASURIES, AGENCY):
            low, high = at(area(ax, label), day, NOON)
            assert high - low == 0 or np.isnan(low)

    def test_an_unlimited_cap_is_not_drawn_and_the_other_stands_from_zero(self, ax):
        unlimited = SCHEDULE.with_caps("2024-10-01", treasury=float("inf"))
        draw(ax, "2024-03-01", "2024-12-31", unlimited)
        assert at(area(ax, TREASURIES), "2024-08-01", NOON) == pytest.approx((-25, 0))
        assert np.diff(at(area(ax, TREASURIES), "2024-11-01", NOON)) == 0
        assert at(area(ax, AGENCY), "2024-11-01", NOON) == pytest.approx((-35, 0))
        assert ax.get_ylim()[0] > -120

    def test_what_is_nowhere_in_force_is_not_in_the_key(self, ax):
        draw(ax, "2023-01-01", "2023-12-31")
        assert key(ax) == [TREASURIES, AGENCY]

    def test_the_schedule_as_it_was_known_is_drawn_as_it_was_known(self, ax):
        """The cut to 25 from June 2024 was announced on 1 May 2024."""
        draw(ax, "2024-01-01", "2024-12-31", RECORD.as_known_on("2024-04-30"))
        assert at(area(ax, TREASURIES), "2024-07-01", NOON) == pytest.approx((-60, 0))
        assert last_stated(ax) == "2024-04-30"


class TestPurchases:
    def test_a_period_adds_up_to_what_was_announced(self, ax):
        """40 USD bn from 12 December 2025 to 14 January 2026 (New York Fed, 11 December 2025)."""
        draw(ax, "2025-12-01", "2026-01-31")
        bought = area(ax, BOUGHT)
        days = pd.date_range("2025-12-12", "2026-01-14")
        heights = [at(bought, day, NOON) for day in days]
        assert [low for low, _ in heights] == [0] * 34
        assert sum(high for _, high in heights) / DAYS_IN_MONTH == pytest.approx(40)
        assert len({round(high, 9) for _, high in heights}) == 1
        low, high = at(bought, "2025-12-11", NOON)
        assert high - low == 0 or np.isnan(low)

    # New York Fed, statements of 11 October 2019 and 10 June 2020; FOMC statement of 3 November 2021.
    @pytest.mark.parametrize(
        ("day", "treasuries", "mbs"),
        [
            ("2020-01-15", 60, 0),
            ("2020-07-01", 80, 40),
            ("2021-11-14", 80, 40),
            ("2021-11-15", 70, 35),
        ],
    )
    def test_a_pace_is_what_was_announced_a_month(self, ax, day, treasuries, mbs):
        draw(ax, "2019-12-01", "2022-06-30")
        assert at(area(ax, BOUGHT), day, NOON) == pytest.approx((0, treasuries))
        assert np.nan_to_num(np.diff(at(area(ax, MBS), day, NOON))) == pytest.approx(mbs)
        if mbs:
            assert at(area(ax, MBS), day, NOON)[0] == pytest.approx(treasuries)

    def test_what_is_assumed_is_hatched_and_begins_on_its_day(self, ax):
        draw(ax, "2024-01-01", "2025-07-31", SCHEDULE)
        assumed = area(ax, ASSUMED)
        assert at(assumed, "2025-05-01", NOON) == pytest.approx((0, 20))
        assert at(assumed, "2025-07-30", NOON) == pytest.approx((0, 20))
        assert np.nan_to_num(np.diff(at(assumed, "2025-04-30", NOON))) == 0
        assert {one.get_label() for one in areas(ax) if one.get_hatch()} == {ASSUMED}

    def test_assumed_purchases_stand_on_announced_ones(self, ax):
        both = schedule(("2024-01-02", "2024-02-01", None, "treasury_pace", 80))
        draw(ax, "2024-01-01", "2024-12-31", both.with_purchases("2024-06-01", 20))
        assert at(area(ax, BOUGHT), "2024-07-01", NOON) == pytest.approx((0, 80))
        assert at(area(ax, ASSUMED), "2024-07-01", NOON) == pytest.approx((80, 100))

    def test_they_do_not_stand_on_caps(self, ax):
        both = schedule(
            ("2024-01-02", "2024-02-01", None, "treasury_cap", 60),
            ("2024-01-02", "2024-02-01", None, "treasury_pace", 80),
        )
        draw(ax, "2024-01-01", "2024-12-31", both)
        assert at(area(ax, TREASURIES), "2024-07-01", NOON) == pytest.approx((-60, 0))
        assert at(area(ax, BOUGHT), "2024-07-01", NOON) == pytest.approx((0, 80))


class TestSpan:
    def test_every_day_is_drawn_from_the_first_to_the_last(self, ax):
        """Compared with the schedule day by day, by the definitions of the decisions."""
        draw(ax, "2024-06-15", "2025-07-31", SCHEDULE)
        for day in pd.date_range("2024-06-15", "2025-07-30"):
            held = SCHEDULE.at(day).fillna(0)
            expected = {
                TREASURIES: held["treasury_cap"],
                AGENCY: held["agency_cap"],
                BOUGHT: held["treasury_pace"],
                MBS: held["mbs_pace"],
                ASSUMED: held["assumed_purchases"],
            }
            for label, amount in expected.items():
                height = np.nan_to_num(np.diff(at(area(ax, label), day, NOON))).item()
                assert height == pytest.approx(amount), (day, label)
        ends = [one.get_paths()[0].get_extents() for one in areas(ax)]
        days = pd.DatetimeIndex(["2024-06-15", "2025-07-31"])
        left, right = (days - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        assert {(one.x0, one.x1) for one in ends} == {(left, right)}

    def test_the_day_up_to_which_the_schedule_is_complete_is_marked(self, ax):
        draw(ax, "2024-06-15", "2025-07-31", SCHEDULE)
        (mark,) = (one for one in ax.lines if one.get_linestyle() == ":")
        assert list(curve(mark).index) == [pd.Timestamp("2025-04-30")] * 2
        assert last_stated(ax) == "2025-04-30"

    @pytest.mark.parametrize(
        ("start", "end"), [("2024-06-15", "2025-04-30"), ("2025-05-02", "2025-07-31")]
    )
    def test_where_that_is_not_between_the_ends_no_mark_is_drawn(self, ax, start, end):
        draw(ax, start, end, SCHEDULE)
        assert [one for one in ax.lines if one.get_linestyle() == ":"] == []

    def test_a_span_that_ends_earlier_has_its_last_day_as_the_last_observation(self, ax):
        draw(ax, "2024-06-15", "2025-03-01", SCHEDULE)
        assert last_stated(ax) == "2025-03-01"

    @pytest.mark.parametrize("kind", [str, pd.Timestamp, lambda day: pd.Timestamp(day).date()])
    def test_days_may_be_given_in_any_kind(self, ax, kind):
        draw(ax, kind("2025-03-31"), kind(ADDED), SCHEDULE)
        assert at(area(ax, BOUGHT), "2025-03-31", NOON) == pytest.approx((0, 80))

    def test_where_the_schedule_does_not_begin_before_the_span_that_is_marked(self, ax):
        """The record begins on 1 October 2017; from 2012 to 2014 the Fed did buy securities."""
        draw(ax, "2012-01-01", "2019-12-31")
        marks = [curve(one).index[0] for one in ax.lines if one.get_linestyle() == ":"]
        assert RECORD.first in marks


class TestSource:
    def test_it_says_how_many_were_read_second_hand(self, ax):
        frame = SCHEDULE.decisions.assign(source="a test")
        frame["confidence"] = frame["confidence"].where(frame.index % 4 > 0, "secondary")
        second = frame[frame["confidence"] == "secondary"]
        draw(ax, "2024-01-01", "2025-07-31", fl.PolicySchedule(frame, "2024-01-01", "2025-04-30"))
        assert len(second) == 3
        assert foot(ax).endswith(
            "Source: announcements of the FOMC and the New York Fed, 3 read second-hand."
        )

    def test_decisions_on_rates_do_not_count(self, ax):
        """Every rate read second-hand, and of what is drawn nothing."""
        frame = RECORD.decisions
        frame["confidence"] = "primary"
        frame.loc[frame["unit"] == "percent", "confidence"] = "secondary"
        shown = frame["effective"].between("2022-01-01", "2025-11-30")
        assert (frame.loc[shown, "confidence"] == "secondary").any()
        draw(ax, "2022-01-01", "2025-11-30", fl.PolicySchedule(frame, RECORD.first, RECORD.last))
        assert foot(ax).endswith("Source: announcements of the FOMC and the New York Fed.")

    def test_decisions_outside_the_span_do_not_count(self, ax):
        """Of 2026 the record has amounts of purchases read second-hand, of these years none."""
        draw(ax, "2022-01-01", "2025-11-30")
        assert foot(ax).endswith("Source: announcements of the FOMC and the New York Fed.")

    def test_a_period_that_began_before_the_span_counts(self, ax):
        """On 1 February 2026 the period from 15 January was running, its amount from a dealer."""
        draw(ax, "2026-02-01", "2026-02-10")
        assert foot(ax).endswith(", 1 read second-hand.")

    # Of the cap on Treasuries: 60 until 30 June 2024, read second-hand, and 25 from 1 July on.
    @pytest.mark.parametrize(
        ("start", "counted"),
        [
            ("2024-02-01", True),
            ("2024-06-30", True),
            ("2024-07-01", False),
            ("2024-07-02", False),
        ],
    )
    def test_a_decision_counts_until_the_next_takes_its_place(self, ax, start, counted):
        frame = SCHEDULE.decisions
        frame.loc[0, "confidence"] = "secondary"
        assert frame.loc[0, ["decision", "value"]].tolist() == ["treasury_cap", 60]
        draw(ax, start, "2024-08-31", fl.PolicySchedule(frame, "2024-01-01", "2025-04-30"))
        assert ("1 read second-hand" in foot(ax)) is counted

    def test_one_of_ones_own_is_stated_instead(self, ax):
        draw(ax, "2026-02-01", "2026-03-01", source="the Desk")
        assert foot(ax).endswith("Source: the Desk.")


def test_refusals_name_the_argument(ax):
    with pytest.raises(
        fl.InvalidInputError, match=r"^end: expected a day after 2024-01-01, got 2023"
    ):
        draw(ax, "2024-01-01", "2023-12-31")
    with pytest.raises(
        fl.InvalidInputError, match=r"^end: expected a day after 2024-01-01, got 2024"
    ):
        draw(ax, "2024-01-01", "2024-01-01")
    with pytest.raises(fl.InvalidInputError, match=r"^start: expected a day"):
        draw(ax, "soon", "2024-01-01")
    with pytest.raises(fl.InvalidInputError, match=r"^end: expected a day"):
        draw(ax, "2024-01-01", "2024-13-01")
    with pytest.raises(
        fl.InputTypeError, match=r"^schedule: .*PolicySchedule .*fl\.policy_schedule"
    ):
        draw(ax, "2024-01-01", "2024-12-31", RECORD.decisions)
    with pytest.raises(fl.InvalidInputError, match=r"^schedule: nothing to draw"):
        draw(ax, "2022-04-01", "2022-05-01")
    assert not ax.collections
