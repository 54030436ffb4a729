"""What holds for all charts: words, axes, and that nothing is left changed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import charts
import fedliq as fl
from charts import CHARTS, foot, key, last_stated, new_axes, same_picture, title

every_chart = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


def test_every_function_is_here():
    assert set(CHARTS) == set(fl.plot.__all__)


class TestWords:
    @every_chart
    def test_title_unit_and_last_observation(self, chart):
        ax = chart.draw()
        assert title(ax) == chart.title
        assert ax.get_ylabel() == chart.unit
        assert last_stated(ax) == chart.last

    @every_chart
    def test_the_key_names_what_is_drawn(self, chart):
        assert tuple(key(chart.draw())) == chart.key

    @every_chart
    def test_the_source_is_that_given(self, chart):
        assert foot(chart.draw(source="H.4.1, table 1")).endswith(
            f"Last observation {chart.last}. Source: H.4.1, table 1."
        )

    @every_chart
    def test_a_source_that_is_not_given_is_not_made_up(self, chart):
        # Decisions know who announced them.
        known = chart.name == "caps_and_purchases"
        said = "announcements of the FOMC and the New York Fed" if known else "not stated"
        assert foot(chart.draw()).endswith(f"Source: {said}.")

    @every_chart
    def test_above_it_stands_what_the_axes_alone_do_not_say(self, chart):
        before = {
            "sofr_iorb_spread": "Turns: quarter-ends; month-ends, settlement and tax dates. ",
            "reserve_demand_curve": "Reserves, percent of bank assets. ",
            "crossing_dates": "Reserves over bank assets, at month-ends. ",
            "lead_lag": "Lead in observations of liquidity; positive: liquidity comes first. ",
            "event_study": "Days from the event, in rows of the series. ",
        }.get(chart.name, "")
        assert foot(chart.draw()).startswith(f"{before}Last observation ")

    @every_chart
    @pytest.mark.parametrize("size", [(7.2, 4.2), (4.8, 3.4)])
    def test_its_foot_stays_within_the_figure(self, chart, size):
        figure = Figure(figsize=size, layout="constrained")
        ax = chart.draw(ax=figure.subplots(), source="Fed Board (H.4.1, H.8); NY Fed (Repo)")
        figure.draw_without_rendering()
        words = ax.xaxis.label.get_window_extent()
        assert words.x0 >= 0
        assert words.x1 <= figure.bbox.width
        assert words.y0 >= 0

    def test_month_and_year_of_a_short_span_do_not_lie_on_its_foot(self):
        source = "Fed Board (H.4.1); NY Fed (Reverse repo operations)"
        figure = Figure(figsize=(4.8, 3.4), layout="constrained")
        ax = CHARTS["net_liquidity"].draw(ax=figure.subplots(), source=source)
        figure.draw_without_rendering()
        words, beside = ax.xaxis.label, ax.xaxis.get_offset_text()
        assert not (
            beside.get_text() and words.get_window_extent().overlaps(beside.get_window_extent())
        )

    @every_chart
    @pytest.mark.parametrize("size", [(7.2, 4.2), (4.8, 3.4), (3.6, 3.0)])
    def test_its_key_stands_between_title_and_chart_and_hides_neither(self, chart, size):
        figure = Figure(figsize=size, layout="constrained")
        ax = chart.draw(ax=figure.subplots())
        figure.draw_without_rendering()
        if chart.key:
            box = ax.get_legend().get_window_extent()
            assert box.y0 >= ax.bbox.y1 - 1
            assert box.y1 <= ax._left_title.get_window_extent().y0 + 1
            assert box.x1 <= figure.bbox.width

    @every_chart
    def test_it_can_be_printed(self, chart):
        page = io.BytesIO()
        chart.draw().figure.savefig(page, format="svg")
        assert page.getvalue().startswith(b"<?xml")


class TestAxes:
    @every_chart
    def test_it_draws_on_the_axes_given_and_nowhere_else(self, chart):
        figure = Figure()
        here, beside = figure.subplots(1, 2)
        before = beside.get_children(), beside.get_xlim(), beside.get_ylim()
        assert chart.draw(ax=here) is here
        assert figure.axes == [here, beside]
        assert (beside.get_children(), beside.get_xlim(), beside.get_ylim()) == before
        assert title(beside) == beside.get_ylabel() == beside.get_xlabel() == ""
        assert figure.texts == figure.legends == figure.lines == figure.patches == []

    @every_chart
    def test_it_draws_on_a_part_of_a_figure(self, chart):
        left, _ = Figure(figsize=(10, 4), layout="constrained").subfigures(1, 2)
        ax = left.subplots()
        assert chart.draw(ax=ax) is ax
        assert title(ax) == chart.title

    @every_chart
    def test_with_axes_given_pyplot_knows_of_no_figure(self, chart):
        before = plt.get_fignums()
        chart.draw()
        assert plt.get_fignums() == before

    @every_chart
    def test_without_axes_it_makes_one_figure_with_constrained_layout(self, chart):
        ax = chart.draw(ax=None)
        assert isinstance(ax, Axes)
        assert [plt.figure(number) for number in plt.get_fignums()] == [ax.figure]
        assert ax.figure.axes == [ax]
        assert type(ax.figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
        same_picture(ax, chart.draw())

    @every_chart
    @pytest.mark.parametrize("wrong", ["an axis", Figure(), np.array([1.0])], ids=str)
    def test_what_is_no_axes_is_refused(self, chart, wrong):
        kind = type(wrong).__name__
        with pytest.raises(fl.InputTypeError, match=f"^ax: expected matplotlib Axes, got {kind}"):
            chart.draw(ax=wrong)
        assert not plt.get_fignums()

    @every_chart
    def test_a_refusal_leaves_no_figure_behind(self, chart):
        given = ["nothing"] * len(chart.given)
        with pytest.raises(fl.FedliqError):
            chart.function(*given, **dict.fromkeys(chart.options, "nothing"))
        assert not plt.get_fignums()


def parts_of(one):
    """Take apart what holds other things; None of what does not."""
    if is_dataclass(one):
        return {field.name: getattr(one, field.name) for field in fields(one)}
    if isinstance(one, SimpleNamespace):
        return vars(one)
    if isinstance(one, fl.PolicySchedule):
        return {"rows": one.to_frame(), "said": repr(one)}
    if isinstance(one, Mapping):
        return dict(one)
    return dict(enumerate(one)) if isinstance(one, (tuple, list)) else None


EQUAL = {
    pd.Series: pd.testing.assert_series_equal,
    pd.DataFrame: pd.testing.assert_frame_equal,
    pd.Index: pd.testing.assert_index_equal,
    np.ndarray: np.testing.assert_array_equal,
}


def unchanged(one, other):
    """Compare two objects to the bottom."""
    assert type(one) is type(other)
    held, kind = parts_of(one), next((kind for kind in EQUAL if isinstance(one, kind)), None)
    if kind is not None:
        EQUAL[kind](one, other)
    elif held is not None:
        its = parts_of(other)
        assert list(held) == list(its)
        for name in held:
            unchanged(held[name], its[name])
    else:
        assert one == other


def test_a_change_at_the_bottom_would_be_seen():
    for name in ("projection_fan", "event_study", "caps_and_purchases", "rate_path"):
        given = CHARTS[name].given
        unchanged(given, deepcopy(given))
    other = deepcopy(charts.FAN)
    other.central.weekly.iloc[0, 0] += 1
    with pytest.raises(AssertionError):
        unchanged(charts.FAN, other)


class TestNothingIsLeftChanged:
    @every_chart
    def test_inputs(self, chart):
        given = (chart.given, dict(chart.options))
        before = deepcopy(given)
        chart.draw()
        unchanged(given, before)

    @every_chart
    def test_settings_of_matplotlib(self, chart):
        before = dict(mpl.rcParams)
        chart.draw()
        chart.draw(ax=None)
        assert dict(mpl.rcParams) == before

    @every_chart
    def test_colours_and_lines_are_its_own_whatever_the_settings(self, chart):
        plain = chart.draw()
        with mpl.rc_context({"axes.prop_cycle": mpl.cycler(color=["red"]), "lines.linewidth": 9}):
            other = chart.draw()
        assert [one.get_color() for one in other.lines] == [one.get_color() for one in plain.lines]

    @every_chart
    def test_drawing_twice_gives_the_same(self, chart):
        same_picture(chart.draw(), chart.draw())


def rebuilt(value, change):
    """Change every Series and frame of dates within what a chart is given."""
    if isinstance(value, (pd.Series, pd.DataFrame)) and isinstance(value.index, pd.DatetimeIndex):
        return change(value)
    if isinstance(
        value, (charts.DemandEstimate, charts.EventStudy, charts.LeadLag, charts.FedWatch)
    ):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{name: rebuilt(one, change) for name, one in parts.items()})
    return value


def changed(chart, change):
    return chart._replace(
        given=tuple(rebuilt(one, change) for one in chart.given),
        options={name: rebuilt(one, change) for name, one in chart.options.items()},
    )


OF_SERIES = {
    name: one
    for name, one in CHARTS.items()
    if name not in ("caps_and_purchases", "crossing_dates", "lead_lag")
}
every_one_of_series = pytest.mark.parametrize("chart", OF_SERIES.values(), ids=OF_SERIES)


class TestWhateverPandasHolds:
    @every_one_of_series
    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    def test_dates_of_every_resolution_fall_on_the_same_days(self, chart, unit):
        other = changed(chart, lambda one: one.set_axis(one.index.as_unit(unit)))
        same_picture(other.draw(), chart.draw())

    @every_one_of_series
    def test_names_of_series_and_index_do_not_reach_the_chart(self, chart):
        def named(one):
            renamed = one.rename_axis("when") if isinstance(one, pd.DataFrame) else one.rename("x")
            return renamed.rename_axis("when")

        same_picture(changed(chart, named).draw(), chart.draw())

    @pytest.mark.parametrize("dtype", ["float32", "Float64", "Float32"])
    @pytest.mark.parametrize(
        "name",
        [
            "net_liquidity",
            "sofr_iorb_spread",
            "facilities",
            "projection_fan",
            "reserve_demand_curve",
        ],
    )
    def test_numbers_of_every_kind(self, name, dtype):
        def cast(one):
            return one if isinstance(one, pd.DataFrame) else one.astype(dtype)

        same_picture(changed(CHARTS[name], cast).draw(), CHARTS[name].draw())

    @pytest.mark.parametrize("dtype", ["float32", "Float64", "Float32"])
    def test_numbers_of_every_kind_beside_labels(self, dtype):
        chart = CHARTS["reserves_to_bank_assets"]
        ratio, regime = chart.given
        same_picture(chart._replace(given=(ratio.astype(dtype), regime)).draw(), chart.draw())

    def test_whole_numbers(self):
        chart = CHARTS["net_liquidity"]
        for dtype in ("int64", "Int64"):
            whole = chart._replace(given=tuple(one.astype(dtype) for one in chart.given))
            same_picture(whole.draw(), chart.draw())

    def test_missing_values_of_pandas_are_missing(self):
        one = charts.weekly(12, 13, charts.MISSING, 14)
        same_picture(
            fl.plot.facilities(btfp=one.astype("Float64"), ax=new_axes()),
            fl.plot.facilities(btfp=one, ax=new_axes()),
        )

    def test_long_histories(self):
        days = pd.date_range("1990-01-01", periods=13_000, freq="D")
        values = pd.Series(np.linspace(0, 2000, 13_000), days)
        ax = fl.plot.facilities(on_rrp=values, ax=new_axes())
        drawn = charts.curve(charts.line(ax, "ON RRP"))
        assert charts.same_days(drawn, days)
        np.testing.assert_array_equal(drawn, values)
        ax.figure.draw_without_rendering()
        assert 3 <= len([one for one in ax.get_xticklabels() if one.get_text()]) <= 9


class TestDress:
    def test_lines_of_the_foot_are_as_long_as_the_chart_is_wide(self):
        source = "; ".join(f"publisher {number} (release {number})" for number in range(20))
        for width in (4.8, 7.2, 14):
            ax = Figure(figsize=(width, 4)).subplots()
            CHARTS["net_liquidity"].draw(ax=ax, source=source)
            lines = ax.get_xlabel().split("\n")
            longest = 16 * ax.get_window_extent().width / ax.figure.dpi
            assert len(lines) > 1
            assert 0.7 * longest < max(map(len, lines)) <= longest
            assert f"Source: {source}." in foot(ax)

    def test_words_are_never_broken_at_their_hyphens(self):
        source = " ".join(["second-hand", "month-ends", "2026-01-07"] * 9)
        for width in np.arange(3, 8, 0.25):
            ax = Figure(figsize=(width, 4)).subplots()
            CHARTS["net_liquidity"].draw(ax=ax, source=source)
            words = ax.get_xlabel().split()
            assert set(words) >= {"second-hand", "month-ends", "2026-01-07", "2024-02-07."}
            assert not [word for word in words if word.endswith("-")]

    @pytest.mark.parametrize(
        ("value", "written"),
        [(0.1 + 0.2, "0.3"), (1234567.0, "1,234,567"), (-0.005, "-0.005"), (0.0, "0"), (25, "25")],
    )
    def test_numbers_have_separators_and_no_noise(self, value, written):
        assert fl.plot.canvas.plain_number(value) == written

    @every_chart
    def test_numbers_of_the_vertical_axis_are_written_so(self, chart):
        ax = chart.draw()
        if chart.name != "meeting_probabilities":  # ranges have names
            assert ax.yaxis.get_major_formatter()(1000.5, 0) == "1,000.5"

    @every_chart
    def test_lines_to_read_by_lie_behind_what_is_drawn(self, chart):
        ax = chart.draw()
        grid = [one.get_visible() for one in ax.yaxis.get_gridlines()]
        assert ax.get_axisbelow() is True
        assert all(grid) is (chart.name != "meeting_probabilities")
        assert [ax.spines[side].get_visible() for side in ("top", "right", "left", "bottom")] == [
            False, False, True, True,
        ]  # fmt: skip
