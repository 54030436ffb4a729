"""What holds of every event study by definition, over histories that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from plain_event_study import clusters_of, walk

QUICK = settings(deadline=None, max_examples=20)
COLUMNS = ["abnormal", "cumulative", "lower_95", "upper_95"]


@st.composite
def cases(draw):
    """Give a price, a benchmark, rows of events, and what else is chosen."""
    seed = draw(st.integers(0, 10_000))
    rows = draw(st.lists(st.integers(60, 180), min_size=1, max_size=4, unique=True).map(sorted))
    options = {
        "window": (draw(st.integers(-4, 0)), draw(st.integers(0, 6))),
        "estimation": draw(st.integers(30, 50)),
        "standardised": draw(st.booleans()),
        "draws": 100,
        "seed": seed,
    }
    return walk(seed, 800), walk(seed + 1, 800), rows, options


def study(series, rows, **options):
    return fl.event_study(series, series.index[rows], **options)


def same(one, other, factor=1.0, among=COLUMNS):
    scale = one.average[among].abs().max().max()
    np.testing.assert_allclose(
        factor * one.average[among],
        other.average[among],
        rtol=1e-6,
        atol=1e-8 * abs(factor) * scale,
    )


@QUICK
@given(case=cases(), factor=st.floats(1e-3, 1e3))
def test_the_unit_of_a_price_does_not_matter_in_logarithms(case, factor):
    series, market, rows, options = case
    found = study(series, rows, benchmark=market, **options)
    same(found, study(factor * series, rows, benchmark=market / factor, **options))


@QUICK
@given(case=cases(), level=st.floats(-1e3, 1e3), slope=st.floats(-5, 5))
def test_neither_the_level_nor_the_trend_matters_in_differences(case, level, slope):
    series, market, rows, options = case
    options["changes"] = "difference"
    trend = pd.Series(slope * np.arange(len(series)) + level, series.index)
    same(study(series, rows, **options), study(series + trend, rows, **options))
    same(
        study(series, rows, benchmark=market, **options),
        study(series + trend, rows, benchmark=market - 2 * trend, **options),
    )


@QUICK
@given(case=cases(), factor=st.floats(0.01, 100), sign=st.sampled_from([1, -1]))
def test_differences_scale_with_the_series_and_p_values_do_not(case, factor, sign):
    series, _, rows, options = case
    options = {**options, "changes": "difference", "standardised": False}
    found, scaled = (study(one, rows, **options) for one in (series, sign * factor * series))
    same(found, scaled, sign * factor, ["abnormal", "cumulative"])
    bounds = ["lower_95", "upper_95"] if sign > 0 else ["upper_95", "lower_95"]
    np.testing.assert_allclose(
        sign * factor * found.average[["lower_95", "upper_95"]], scaled.average[bounds], rtol=1e-6,
        atol=1e-8 * factor,
    )  # fmt: skip
    # Standard deviations are a unit of the series' own.
    options["standardised"] = True
    same(study(series, rows, **options), study(factor * series, rows, **options))
    # A draw may tie with the events, where rounding decides.
    assert (found.average["p_value"] - scaled.average["p_value"]).abs().max() <= 1 / 101 + 1e-12


@QUICK
@given(case=cases(), growth=st.floats(-0.01, 0.01))
def test_steady_growth_is_nothing_abnormal(case, growth):
    series, _, rows, options = case
    options["standardised"] = False
    steady = pd.Series(100 * np.exp(growth * np.arange(len(series))), series.index)
    found = study(steady, rows, **options)
    assert found.by_event.abs().to_numpy().max() < 1e-11
    assert found.placebo.abs().max() < 1e-11
    assert found.events.loc[found.by_event.index, "deviation"].between(0, 1e-6).all()


@QUICK
@given(
    case=cases(),
    growth=st.floats(1e-4, 0.01),
    sign=st.sampled_from([1, -1]),
    changes=st.sampled_from(["log", "difference"]),
)
def test_steady_growth_has_no_standard_deviation_and_no_slope_upon_it(case, growth, sign, changes):
    series, _, rows, options = case
    steps = pd.Series(sign * growth * np.arange(len(series)), series.index)
    steady = 100 * np.exp(steps) if changes == "log" else 100 + 100 * steps
    options.update(changes=changes, standardised=True)
    with pytest.raises(fl.SampleError, match=r"^events: none .* because nothing moved before it"):
        study(steady, rows, **options)
    options["standardised"] = False
    same(study(series, rows, benchmark=steady, **options), study(series, rows, **options))


@QUICK
@given(case=cases(), slope=st.floats(-3, 3), drift=st.floats(-0.01, 0.01))
def test_what_moves_with_its_benchmark_alone_does_nothing_abnormal(case, slope, drift):
    _, market, rows, options = case
    options["standardised"] = False
    tied = market**slope * np.exp(drift * np.arange(len(market)))
    found = study(tied, rows, benchmark=market, **options)
    assert found.by_event.abs().to_numpy().max() < 1e-10
    assert found.placebo.abs().max() < 1e-10


@QUICK
@given(case=cases(), slope=st.floats(0.1, 3), sign=st.sampled_from([1, -1]))
def test_how_a_benchmark_is_scaled_does_not_matter(case, slope, sign):
    series, market, rows, options = case
    found = study(series, rows, benchmark=market, **options)
    same(found, study(series, rows, benchmark=market ** (sign * slope), **options))


@QUICK
@given(case=cases())
def test_sums_and_averages_are_what_they_are_called(case):
    series, market, rows, options = case
    found = study(series, rows, benchmark=market, **options)
    average, events = found.average, found.events
    np.testing.assert_allclose(average["cumulative"], average["abnormal"].cumsum(), rtol=1e-9)
    used = events[events["left_out"] == ""]
    assert used.index.equals(found.by_event.index)
    groups = clusters_of([series.index.get_loc(day) for day in used["day_0"]], options["window"])
    counts = used["cluster"].value_counts().sort_index()
    assert counts.tolist() == [len(group) for group in groups]
    by_cluster = used["cumulative"].groupby(used["cluster"].astype(int)).mean()
    assert by_cluster.mean() == pytest.approx(average["cumulative"].iloc[-1], rel=1e-9, abs=1e-12)
    assert average["p_value"].between(1 / 101, 1).all()
    assert (average["lower_95"] <= average["upper_95"]).all()
    # Two or three draws of a hundred lie beyond either bound, fewer where some of them tie.
    lower, upper = average[["lower_95", "upper_95"]].iloc[-1]
    assert (found.placebo < lower - 1e-12).sum() <= 3
    assert (found.placebo > upper + 1e-12).sum() <= 3


@QUICK
@given(case=cases(), more=st.integers(0, 60))
def test_rows_before_the_estimation_do_not_change_an_event(case, more):
    series, _, rows, options = case
    first = rows[0] + options["window"][0] - options["estimation"]
    cut = max(min(first - 1, more), 0)
    whole = study(series, rows, **options)
    shorter = fl.event_study(series.iloc[cut:], series.index[rows], **options)
    np.testing.assert_allclose(whole.by_event, shorter.by_event, rtol=1e-7, atol=1e-10)
    assert whole.events["fitted"].tolist() == shorter.events["fitted"].tolist()
