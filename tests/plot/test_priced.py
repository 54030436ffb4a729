"""What futures price: a table of shades, and the expected path."""

from __future__ import annotations

import pandas as pd
import pytest

import fedliq as fl
from charts import MISSING, WATCH, box, curve, key, line, title, watch
from fedliq.plot.canvas import INK
from futures import days, implied
from futures import watch as read

COLUMNS = ["3.50-3.75", "3.75-4.00", "4.00-4.25", "4.25-4.50", "4.50-4.75"]
# Rows from the lowest range up, meetings from the left: worked out beside charts.WATCH.
SHARES = {
    (0, 3): 0.60, (0, 4): 0.40,
    (1, 2): 0.12, (1, 3): 0.56, (1, 4): 0.32,
    (2, 0): 0.12, (2, 1): 0.56, (2, 2): 0.32,
}  # fmt: skip


def cells(ax) -> dict[tuple[int, int], float]:
    """Read the opacity of each cell by its middle, meeting first."""
    found = {}
    for one in ax.patches:
        if one.get_fill():
            left, bottom, right, top = box(one)
            assert (right - left, top - bottom) == pytest.approx((1, 1))
            found[round((left + right) / 2), round((bottom + top) / 2)] = one.get_alpha()
    return found


@pytest.fixture
def half_told():
    """No prices of October and November, so that of three meetings the first alone is told."""
    return read(
        implied({"2025-08": 4.33, "2025-09": 4.28, "2025-12": 4.08}),
        days("2025-07-30", "2025-09-17", "2025-10-29", "2025-12-10"),
        "2025-08-15",
    )


class TestProbabilities:
    def test_each_cell_is_as_dark_as_it_is_likely(self, ax):
        fl.plot.meeting_probabilities(WATCH, ax=ax)
        drawn = cells(ax)
        assert set(drawn) == set(SHARES)
        certain = drawn[0, 3] / 0.60
        assert {at: alpha / certain for at, alpha in drawn.items()} == pytest.approx(SHARES)
        assert certain <= 1

    def test_each_cell_has_its_share_in_percent(self, ax):
        fl.plot.meeting_probabilities(WATCH, ax=ax)
        written = {one.get_position(): one.get_text() for one in ax.texts}
        assert written == {at: f"{100 * share:.0f}" for at, share in SHARES.items()}
        assert {one.get_horizontalalignment() for one in ax.texts} == {"center"}
        assert {one.get_color() for one in ax.texts} == {INK}

    def test_rows_are_ranges_from_the_lowest_up_and_columns_meetings(self, ax):
        fl.plot.meeting_probabilities(WATCH, ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == COLUMNS
        assert ax.get_yticks().tolist() == [0, 1, 2, 3, 4]
        assert [one.get_text().split() for one in ax.get_xticklabels()] == [
            ["17", "Sep", "2025"], ["29", "Oct", "2025"], ["10", "Dec", "2025"],
        ]  # fmt: skip
        assert ax.get_xticks().tolist() == [0, 1, 2]
        assert ax.get_xlim() == (-0.5, 2.5)
        assert ax.get_ylim() == (-0.5, 4.5)

    def test_the_range_in_force_is_framed(self, ax):
        fl.plot.meeting_probabilities(WATCH, ax=ax)
        (frame,) = (one for one in ax.patches if not one.get_fill())
        assert box(frame) == pytest.approx((-0.5, 2.5, 2.5, 3.5))

    def test_a_range_in_force_that_nothing_is_priced_for_has_no_frame(self, ax):
        fl.plot.meeting_probabilities(watch(-50), ax=ax)
        assert [one for one in ax.patches if not one.get_fill()] == []
        assert cells(ax) == {(0, 0): pytest.approx(0.65)}

    def test_what_is_less_than_half_a_percent_is_left_out(self, ax):
        fl.plot.meeting_probabilities(watch(0.1, 0.2), ax=ax)
        assert {one.get_position(): one.get_text() for one in ax.texts} == {
            (0, 0): "100", (1, 0): "99", (1, 1): "1",
        }  # fmt: skip

    def test_a_meeting_that_is_not_told_stays_empty(self, ax, half_told):
        assert half_told.ranges.isna().all(axis=1).tolist() == [False, True, True]
        fl.plot.meeting_probabilities(half_told, ax=ax)
        assert {meeting for meeting, _ in cells(ax)} == {0}
        assert len(ax.get_xticks()) == 3

    def test_the_example_of_the_cme(self, ax):
        """CME Group, "The CME FedWatch Tool Aggregated Enhancement Explained", 2024."""
        priced = fl.meeting_probabilities(
            pd.Series([94.875, 94.75, 94.625], pd.period_range("2024-05", "2024-07", freq="M")),
            days("2024-03-20", "2024-06-01", "2024-07-01"),
            pd.Series([5.12], days("2024-04-30")),
            as_of="2024-05-01",
            target_range=(5.0, 5.25),
            new_rate_from="announcement day",
        )
        fl.plot.meeting_probabilities(priced, ax=ax)
        assert {one.get_position(): one.get_text() for one in ax.texts} == {
            (0, 0): "50", (0, 1): "50", (1, 0): "25", (1, 1): "50", (1, 2): "25",
        }  # fmt: skip
        assert title(ax) == "Priced on 2024-05-01, percent"

    def test_a_range_that_is_nowhere_likely_has_no_row(self, ax):
        """0.2 basis points are 0.8 percent of a rise at the second meeting, 0.4 at the first."""
        fl.plot.meeting_probabilities(watch(0.1), ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == ["4.25-4.50"]
        ax.clear()
        fl.plot.meeting_probabilities(watch(0.1, 0.2), ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == ["4.25-4.50", "4.50-4.75"]

    def test_rows_are_a_quarter_point_apart(self, ax):
        """Nothing now and two moves down at once: 4.00-4.25 lies between and is not likely."""
        fl.plot.meeting_probabilities(watch(0, -50), ax=ax)
        assert [one.get_text() for one in ax.get_yticklabels()] == COLUMNS[1:4]

    def test_the_range_in_force_has_a_row_where_others_are_likelier(self, ax):
        fl.plot.meeting_probabilities(watch(-25, 25), ax=ax, meetings=1)
        assert [one.get_text() for one in ax.get_yticklabels()] == ["4.00-4.25", "4.25-4.50"]
        (frame,) = (one for one in ax.patches if not one.get_fill())
        assert box(frame) == pytest.approx((-0.5, 0.5, 0.5, 1.5))

    @pytest.mark.parametrize(("meetings", "figures"), [(12, True), (13, False)])
    def test_beyond_twelve_meetings_there_are_no_figures(self, ax, meetings, figures):
        fl.plot.meeting_probabilities(watch(*[0.0] * meetings), ax=ax)
        assert set(cells(ax)) == {(number, 0) for number in range(meetings)}
        assert bool(ax.texts) is figures

    def test_there_is_no_key_and_no_grid(self, ax):
        fl.plot.meeting_probabilities(WATCH, ax=ax)
        assert key(ax) == []
        assert not any(one.get_visible() for one in ax.get_xgridlines() + ax.get_ygridlines())


class TestPath:
    def test_it_goes_from_the_rate_now_to_that_after_each_meeting(self, ax):
        """4.33, then 10 basis points up, 5 and 50 down."""
        fl.plot.rate_path(WATCH, ax=ax)
        steps, dots = ax.lines
        for one in (steps, dots):
            assert one.get_xdata().tolist() == [0, 1, 2, 3]
            assert one.get_ydata().tolist() == pytest.approx([4.33, 4.43, 4.38, 3.88])
        assert (steps.get_drawstyle(), steps.get_linestyle()) == ("steps-post", "-")
        assert (dots.get_marker(), dots.get_linestyle()) == ("o", "None")
        assert [one.get_text().split() for one in ax.get_xticklabels()] == [
            ["now"], ["17", "Sep", "2025"], ["29", "Oct", "2025"], ["10", "Dec", "2025"],
        ]  # fmt: skip

    def test_the_target_range_in_force_is_shaded(self, ax):
        fl.plot.rate_path(WATCH, ax=ax)
        (band,) = ax.patches
        assert box(band) == pytest.approx((0, 4.25, 1, 4.5))

    def test_a_meeting_that_is_not_told_is_a_gap(self, ax, half_told):
        fl.plot.rate_path(half_told, ax=ax)
        assert curve(line(ax, "expected EFFR")).isna().tolist() == [False, False, True, True]
        assert len(ax.get_xticks()) == 4

    def test_one_meeting(self, ax):
        fl.plot.rate_path(watch(10), ax=ax)
        assert curve(line(ax, "expected EFFR")).tolist() == pytest.approx([4.33, 4.43])


EACH = pytest.mark.parametrize("draw", [fl.plot.meeting_probabilities, fl.plot.rate_path])


class TestMeetings:
    @EACH
    @pytest.mark.parametrize("count", [1, 2, 3, 9])
    def test_only_the_first_are_drawn(self, ax, draw, count):
        draw(WATCH, meetings=count, ax=ax)
        labels = [one.get_text().split() for one in ax.get_xticklabels()]
        months = ["Sep", "Oct", "Dec"][:count]
        assert [one[1] for one in labels if len(one) == 3] == months
        if draw is fl.plot.rate_path:
            expected = [4.33, 4.43, 4.38, 3.88][: count + 1]
            assert curve(line(ax, "expected EFFR")).tolist() == pytest.approx(expected)
        else:
            assert set(cells(ax)) <= {(at, row) for at in range(count) for row in range(5)}
            assert ax.get_xlim()[1] == min(count, 3) - 0.5

    @EACH
    @pytest.mark.parametrize("count", [8, 9, 16, 40])
    def test_no_more_than_eight_are_labelled_each_at_its_place(self, ax, draw, count):
        priced = watch(*[1.0] * count)
        draw(priced, ax=ax)
        now = draw is fl.plot.rate_path
        days = [*([None] if now else []), *priced.path.index]
        places, labels = ax.get_xticks(), [one.get_text() for one in ax.get_xticklabels()]
        assert 4 <= len(places) <= 8
        assert places[0] == 0
        for place, label in zip(places.astype(int), labels, strict=True):
            day = days[place]
            assert label == ("now" if day is None else f"{day:%d %b}\n{day:%Y}")

    @EACH
    @pytest.mark.parametrize(
        ("count", "error"),
        [(0, fl.InvalidInputError), (-1, fl.InvalidInputError), (1.5, fl.InputTypeError)],
    )
    def test_what_is_no_count_is_refused(self, ax, draw, count, error):
        with pytest.raises(error, match=r"^meetings: expected "):
            draw(WATCH, meetings=count, ax=ax)
        assert not ax.lines
        assert not ax.patches


@EACH
def test_refusals_name_the_argument(ax, draw):
    for wrong in (WATCH.path, "priced", None):
        with pytest.raises(
            fl.InputTypeError, match=r"^priced: expected the FedWatch .*fl\.meeting_probabilities"
        ):
            draw(wrong, ax=ax)
    with pytest.raises(fl.InvalidInputError, match=r"^priced: nothing to draw"):
        draw(watch(MISSING, MISSING), ax=ax)
    assert not ax.lines
    assert not ax.patches
