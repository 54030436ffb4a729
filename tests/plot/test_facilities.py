"""The facilities: each as it was given, on a scale that shows small beside large."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import FACILITIES, MISSING, curve, daily, key, last_stated, line, same_days, weekly

LABELS = {"on_rrp": "ON RRP", "btfp": "BTFP", "srf": "SRF"}


def test_each_line_is_what_was_given_on_days_of_its_own(ax):
    fl.plot.facilities(**FACILITIES, ax=ax)
    assert len(ax.lines) == 3
    for name, given in FACILITIES.items():
        found = curve(line(ax, LABELS[name]))
        assert same_days(found, given.index)
        assert found.tolist() == given.tolist()


@pytest.mark.parametrize("name", FACILITIES)
def test_one_alone(ax, name):
    fl.plot.facilities(**{name: FACILITIES[name]}, ax=ax)
    assert key(ax) == [LABELS[name]]
    assert last_stated(ax) == f"{FACILITIES[name].index[-1]:%Y-%m-%d}"


def test_the_last_observation_is_that_of_the_one_that_goes_on_longest(ax):
    short = FACILITIES["on_rrp"].copy()
    short.iloc[-2:] = MISSING
    fl.plot.facilities(on_rrp=short, btfp=FACILITIES["btfp"][:3], ax=ax)
    assert last_stated(ax) == "2026-01-01"
    assert short.last_valid_index() == pd.Timestamp("2026-01-01")


def test_nan_is_a_gap(ax):
    fl.plot.facilities(srf=daily(1, MISSING, 3), ax=ax)
    assert curve(line(ax, "SRF")).tolist() == pytest.approx([1, MISSING, 3], nan_ok=True)


def test_above_one_tenfold_is_as_far_everywhere_and_below_it_is_linear(ax):
    fl.plot.facilities(**FACILITIES, ax=ax)
    ax.figure.draw_without_rendering()
    heights = ax.transData.transform([(0, y) for y in (0, 0.25, 0.5, 1, 10, 100, 1000)])[:, 1]
    steps = np.diff(heights)
    assert steps[1] == pytest.approx(steps[0])
    assert steps[2] == pytest.approx(2 * steps[0])
    assert steps[4] == pytest.approx(steps[3])
    assert steps[5] == pytest.approx(steps[3])
    assert heights[0] == pytest.approx(ax.bbox.y0)


def test_marks_of_the_scale_are_written_out(ax):
    fl.plot.facilities(**FACILITIES, ax=ax)
    ax.figure.draw_without_rendering()
    written = {one.get_text() for one in ax.get_yticklabels()}
    assert {"0", "1", "10", "100", "1,000"} <= written


@pytest.mark.parametrize("given", [weekly(0, 0, 0), weekly(5)], ids=["zeros", "one row"])
def test_little_can_be_drawn(ax, given):
    fl.plot.facilities(srf=given, ax=ax)
    ax.figure.draw_without_rendering()
    assert curve(line(ax, "SRF")).tolist() == given.tolist()
    assert ax.get_ylim()[0] == 0


def test_a_published_day(sample, ax):
    """ON RRP was 2,553.716 USD bn on 30 December 2022 (New York Fed), the most it has ever been."""
    fl.plot.facilities(on_rrp=sample["on_rrp"]["2022-12-28":"2023-01-04"], ax=ax)
    drawn = curve(line(ax, "ON RRP"))
    assert drawn["2022-12-30"] == drawn.max() == pytest.approx(2553.716)


def test_refusals_name_the_argument(ax):
    with pytest.raises(
        fl.InvalidInputError, match=r"^on_rrp, btfp, srf: no figures of a facility"
    ):
        fl.plot.facilities(ax=ax)
    for name, given in FACILITIES.items():
        for nothing in (MISSING * given, given[:0]):
            with pytest.raises(fl.InvalidInputError, match=f"^{name}: nothing to draw"):
                fl.plot.facilities(**FACILITIES | {name: nothing}, ax=ax)
        with pytest.raises(fl.UnitError, match=f"^{name}: "):
            fl.plot.facilities(**FACILITIES | {name: 1e6 * given}, ax=ax)
        with pytest.raises(fl.UnitError, match=f"^{name}: "):
            fl.plot.facilities(**{name: given - 3000}, ax=ax)
        with pytest.raises(
            fl.InputTypeError, match=f"^{name}: expected a pandas Series, got list"
        ):
            fl.plot.facilities(**{name: [1.0]}, ax=ax)
        with pytest.raises(fl.TimeIndexError, match=f"^{name}: "):
            fl.plot.facilities(**{name: given[::-1]}, ax=ax)
    assert not ax.lines
