"""The numbers of the brief, worked out by hand from the published figures.

Levels are those of the H.4.1 and the H.8 named, USD bn; rates in percent, spreads in bp.
"""

from __future__ import annotations

import pandas as pd
import pytest

from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import as_text


@pytest.fixture(scope="module")
def march(sample):
    """Friday 17 March 2023: H.4.1 of Wednesday the 15th, H.8 of the 8th."""
    return make_brief(sample, "2023-03-17")


@pytest.fixture(scope="module")
def december(sample):
    """Friday 12 December 2025: the first day of reserve management purchases."""
    return make_brief(sample, "2025-12-12")


def reading(brief, label):
    return next(one for one in brief.readings if one.label == label)


def corridor(brief):
    return {one.label: one.value for one in brief.corridor}


class TestReadings:
    @pytest.mark.parametrize(
        ("label", "change", "width", "adds_when", "verdict"),
        [
            # 8,639.300 less 8,384.767 on 15 February
            ("Fed assets", 254.533, 25, "rises", "adds"),
            # 277.643 less 439.703
            ("TGA", -162.060, 50, "falls", "adds"),
            # 2,106.166 on the 17th less 2,059.662 on 17 February
            ("ON RRP", 46.504, 10, "falls", "drains"),
            # caps of 60 and 35, no purchases
            ("Purchases less caps", -95.0, 0, "rises", "drains"),
        ],
    )
    def test_march_2023(self, march, label, change, width, adds_when, verdict):
        one = reading(march, label)
        assert one.change == pytest.approx(change, abs=1e-6)
        assert (one.neutral_within, one.adds_when, one.verdict) == (width, adds_when, verdict)

    def test_purchases_begin_with_their_period(self, sample, december):
        assert reading(december, "Purchases less caps").change == 40
        assert reading(december, "Purchases less caps").verdict == "adds"
        eve = reading(make_brief(sample, "2025-12-11"), "Purchases less caps")
        assert eve.change == 0

    def test_the_spread_is_read_by_its_four_week_mean_outside_turns(self, sample, december):
        outside = make_brief(sample, "2025-12-12").spread_outside_turns
        assert outside.date == pd.Timestamp("2025-12-11")
        one = reading(december, "SOFR - IORB outside turns")
        assert (one.neutral_within, one.adds_when) == (2, "falls")
        assert one.date == pd.Timestamp("2025-12-11")

    @pytest.mark.parametrize(
        ("series", "width"), [("fed_assets", 25), ("tga", 50), ("on_rrp", 10), ("ratio", 0.2)]
    )
    def test_a_quarter_to_a_third_of_changes_lie_within_the_width(self, panel, series, width):
        since = panel["2023-07":"2026-08"]
        level = 100 * since["reserves_to_bank_assets"] if series == "ratio" else since[series]
        changes = level.diff(4).abs().dropna()
        assert 0.24 <= (changes <= width).mean() <= 0.34


class TestLevels:
    def test_changes_are_dated_and_add_up(self, march):
        assert [(one.weeks, f"{one.since:%Y-%m-%d}") for one in march.changes] == [
            (1, "2023-03-08"),
            (4, "2023-02-15"),
            (13, "2022-12-14"),
            (52, "2022-03-16"),
        ]
        four = march.changes[1]
        # ON RRP of 15 March less that of 15 February: 2,055.823 less 2,011.998
        assert (four.fed_assets, four.tga, four.on_rrp) == pytest.approx(
            (254.533, 162.060, -43.825), abs=1e-6
        )

    def test_distances(self, march):
        """Week-average reserves of 8 March 2023 over bank assets of that Wednesday."""
        reserves, assets = 2999.720, 22857.2
        assert march.ratio.date == pd.Timestamp("2023-03-08")
        assert march.ratio.value == pytest.approx(reserves / assets)
        gaps = [one.usd_bn for one in march.distances]
        assert gaps == pytest.approx(
            [reserves - edge * assets for edge in (0.13, 0.12, 0.1, 0.08)]
        )
        points = [one.percentage_points for one in march.distances]
        assert points == pytest.approx(
            [100 * reserves / assets - edge for edge in (13, 12, 10, 8)]
        )

    def test_the_ratio_is_late_only_where_both_releases_have_moved_on(self, sample):
        assert not make_brief(sample, "2023-03-16").ratio.overdue


class TestSpread:
    def test_windows(self, sample, december):
        """SOFR less IORB to 11 December 2025, by the definition of each window."""
        sofr, iorb = sample["sofr"], sample["iorb"]
        spread = ((sofr - iorb.reindex(sofr.index)) * 100).round(6)[:"2025-12-11"]
        for one in december.spread_windows:
            window = spread[pd.Timestamp("2025-12-11") - pd.Timedelta(one.days - 1, unit="D") :]
            assert one.mean == pytest.approx(window.mean())
            assert one.highest == window.max()
            assert one.highest_on == window.idxmax()
            assert one.share_at_or_above == pytest.approx((window >= 0).mean())
        week = december.spread_windows[0]
        # No turn in the week to 11 December; the 28 days hold a month-end and a settlement.
        assert week.mean_outside_turns == pytest.approx(week.mean)
        assert december.spread_windows[1].mean_outside_turns < december.spread_windows[1].mean

    def test_before_a_turn_the_spread_outside_turns_is_not_late(self, sample):
        """The last day that is no turn lies before 29 December; SOFR of the 30th is out."""
        brief = make_brief(sample, "2025-12-31")
        assert brief.spread.date == pd.Timestamp("2025-12-30")
        assert brief.spread_outside_turns.date == pd.Timestamp("2025-12-26")
        assert not brief.spread_outside_turns.overdue

    def test_corridor(self, december):
        """FOMC implementation note of 10 December 2025, in force from the 11th."""
        rates = corridor(december)
        assert rates["SRF rate, the ceiling"] == 3.75
        assert rates["ON RRP rate, the floor"] == 3.50
        assert rates["IORB"] == 3.65
        position = (rates["SOFR"] - 3.50) / 0.25
        assert rates["SOFR, floor 0, ceiling 1"] == pytest.approx(position)

    @pytest.mark.parametrize(("day", "name"), [("2021-07-28", "IOER"), ("2021-07-29", "IORB")])
    def test_the_rate_paid_changes_its_name_on_29_july_2021(self, sample, day, name):
        assert corridor(make_brief(sample, day))[name] == 0.15


class TestWords:
    def test_drivers_come_largest_first(self, march):
        text = " ".join(as_text(document(march)).split())
        # 254.533 + 162.060 - 43.825
        assert "Over 4 weeks +372.8: Fed assets +254.5, the TGA +162.1, ON RRP -43.8." in text

    def test_what_is_overdue_is_marked(self, sample):
        text = as_text(document(make_brief(sample, "2026-08-21")))
        assert "(2026-07-15, 37 d, OVERDUE)" in text
        assert "Waiting for tga (last 2026-07-15)." in text

    @pytest.mark.parametrize(
        ("day", "near"),
        [("2022-12-30", False), ("2024-06-05", False), ("2026-08-21", True)],
    )
    def test_near_zero_is_said_below_fifty_billion(self, sample, day, near):
        (on_rrp, *_) = make_brief(sample, day).facilities
        assert ("near zero (below 50 USD bn)" in on_rrp.summary) == near

    def test_facilities_are_listed_from_the_day_they_opened(self, sample):
        for day, names in (
            ("2013-09-20", []),
            ("2013-09-23", ["on_rrp"]),
            ("2021-07-29", ["on_rrp", "srf"]),
            ("2023-03-12", ["on_rrp", "srf", "btfp"]),
        ):
            assert [one.figure.name for one in make_brief(sample, day).facilities] == names
