"""SOFR - IORB: other days as a line, turns as marks, floor and ceiling as steps."""

from __future__ import annotations

import pandas as pd
import pytest

import fedliq as fl
from charts import (
    CEILING,
    FLOOR,
    MISSING,
    SPREAD,
    TURNS,
    curve,
    daily,
    foot,
    key,
    last_stated,
    line,
    same_days,
    title,
)

DAYS = SPREAD.index


def drawn(ax, label: str) -> dict[str, float]:
    return {f"{day:%m-%d}": value for day, value in curve(line(ax, label)).items()}


class TestTurns:
    def test_each_day_is_drawn_once_as_what_it_is(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, TURNS, ax=ax)
        assert drawn(ax, "other days") == {
            "12-29": -4, "12-30": -3, "01-02": -2, "01-05": -1, "01-07": -3,
        }  # fmt: skip
        assert drawn(ax, "quarter-end") == {"12-31": 12, "01-01": 9}
        assert drawn(ax, "other turn") == {"01-06": 5}

    def test_the_days_of_the_calendar(self, ax):
        """A quarter ends on 31 December; 15 December 2025 is a day of coupons and of taxes."""
        days = pd.bdate_range("2025-12-08", "2026-01-09")
        spread = pd.Series(range(len(days)), days, dtype=float)
        fl.plot.sofr_iorb_spread(spread, fl.turn_flags(days), ax=ax)
        assert pd.Timestamp("2025-12-31") in curve(line(ax, "quarter-end")).index
        assert pd.Timestamp("2025-12-15") in curve(line(ax, "other turn")).index
        parts = pd.concat(
            [curve(line(ax, label)) for label in ("other days", "quarter-end", "other turn")]
        )
        assert parts.index.is_unique
        assert parts.sort_index().tolist() == spread.tolist()

    def test_a_table_without_quarter_ends_has_other_turns_alone(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, TURNS.drop(columns="quarter_end"), ax=ax)
        assert key(ax) == ["other days", "other turn"]
        assert drawn(ax, "other turn") == {"12-31": 12, "01-06": 5}

    def test_without_them_the_line_has_every_day(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, ax=ax)
        assert curve(line(ax, "SOFR - IORB")).tolist() == SPREAD.tolist()
        assert key(ax) == ["SOFR - IORB"]
        assert "Turns" not in foot(ax)

    def test_days_of_turns_alone_have_marks_and_no_line(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD[2:4], TURNS[2:4], ax=ax)
        assert drawn(ax, "other days") == {}
        assert drawn(ax, "quarter-end") == {"12-31": 12, "01-01": 9}

    def test_marks_are_of_two_shapes_and_have_no_line(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, TURNS, ax=ax)
        marks = [line(ax, label) for label in ("quarter-end", "other turn")]
        assert len({one.get_marker() for one in marks}) == 2
        assert {one.get_linestyle() for one in marks} == {"None"}
        assert line(ax, "other days").get_linestyle() == "-"


class TestCorridor:
    def test_floor_and_ceiling_are_those_given_each_held_until_the_next(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, floor=FLOOR, ceiling=CEILING, ax=ax)
        assert curve(line(ax, "ON RRP rate - IORB")).tolist() == FLOOR.tolist()
        assert curve(line(ax, "SRF rate - IORB")).tolist() == CEILING.tolist()
        for label in ("ON RRP rate - IORB", "SRF rate - IORB"):
            assert line(ax, label).get_drawstyle() == "steps-post"
            assert same_days(curve(line(ax, label)), DAYS)

    def test_one_of_them_alone(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, ceiling=CEILING, ax=ax)
        assert key(ax) == ["SOFR - IORB", "SRF rate - IORB"]

    def test_the_level_of_iorb_is_drawn(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, ax=ax)
        assert [0, 0] in [list(one.get_ydata()) for one in ax.lines]


class TestMissing:
    def test_a_day_without_a_figure_has_none(self, ax):
        spread = daily(-4, MISSING, -2, -1, MISSING)
        fl.plot.sofr_iorb_spread(spread, floor=FLOOR[:5], ax=ax)
        found = curve(line(ax, "SOFR - IORB"))
        assert found.dropna().to_dict() == spread.dropna().to_dict()
        assert last_stated(ax) == "2026-01-01"
        assert title(ax) == "SOFR - IORB -1 bp on 2026-01-01"

    def test_a_day_without_a_figure_parts_the_line(self, ax):
        fl.plot.sofr_iorb_spread(daily(-4, -3, MISSING, -1, -2), ax=ax)
        assert curve(line(ax, "SOFR - IORB")).isna().any()

    def test_a_turn_without_a_figure_is_no_mark(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD.mask(DAYS == "2025-12-31"), TURNS, ax=ax)
        assert curve(line(ax, "quarter-end")).dropna().tolist() == [9]

    def test_floor_and_ceiling_have_gaps(self, ax):
        fl.plot.sofr_iorb_spread(SPREAD, floor=FLOOR.mask(DAYS == "2025-12-31"), ax=ax)
        assert curve(line(ax, "ON RRP rate - IORB")).isna().tolist() == [
            False, False, True, False, False, False, False, False,
        ]  # fmt: skip


def test_a_published_day(sample, ax):
    """SOFR 5.25 (NY Fed), IOER 2.10 percent (Board) on 17 September 2019: 315 basis points."""
    sofr, ioer = fl.align(sample["sofr"]["2019-09-16":"2019-09-17"], sample["ioer"])
    fl.plot.sofr_iorb_spread(fl.sofr_iorb_spread(sofr, ioer), ax=ax)
    assert curve(line(ax, "SOFR - IORB")).iloc[-1] == pytest.approx(315)
    assert title(ax) == "SOFR - IORB +315 bp on 2019-09-17"


def test_one_row(ax):
    fl.plot.sofr_iorb_spread(SPREAD[:1], TURNS[:1], floor=FLOOR[:1], ax=ax)
    ax.figure.draw_without_rendering()
    assert title(ax) == "SOFR - IORB -4 bp on 2025-12-29"


def test_refusals_name_the_argument(ax):
    draw = fl.plot.sofr_iorb_spread
    for name, one in (("floor", FLOOR), ("ceiling", CEILING)):
        with pytest.raises(fl.AlignmentError, match=f"^spread, {name}: the series do not share"):
            draw(SPREAD, **{name: one[:-1]}, ax=ax)
        with pytest.raises(fl.UnitError, match=f"^{name}: "):
            draw(SPREAD, **{name: 1000 * one}, ax=ax)
        with pytest.raises(fl.InputTypeError, match=f"^{name}: expected a pandas Series"):
            draw(SPREAD, **{name: 5}, ax=ax)
    with pytest.raises(fl.AlignmentError, match=r"^spread, turns: the series do not share"):
        draw(SPREAD, TURNS[:-1], ax=ax)
    for turns in (TURNS["quarter_end"], TURNS.astype(int), "turns"):
        with pytest.raises(fl.InputTypeError, match=r"^turns: .*fl\.turn_flags"):
            draw(SPREAD, turns, ax=ax)
    with pytest.raises(fl.UnitError, match=r"^spread: "):
        draw(1000 * SPREAD, ax=ax)
    for nothing in (MISSING * SPREAD, SPREAD[:0]):
        with pytest.raises(fl.InvalidInputError, match=r"^spread: nothing to draw"):
            draw(nothing, ax=ax)
    assert not ax.lines
