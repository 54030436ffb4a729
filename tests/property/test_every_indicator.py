"""The promises on NaN, truncation and scale, over inputs that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fedliq.spec import spec_of
from fedliq.units import Unit
from plausible import LOOKING_BACK, PLAIN, TYPICAL, call, frame, over, weekly

QUICK = settings(deadline=None, max_examples=25)


@st.composite
def plausible(draw, function):
    """Series within three percent of the typical value, some rows missing."""
    rows = draw(st.integers(1, 30))
    index = weekly(rows)
    factors = st.floats(0.97, 1.03, allow_subnormal=False) | st.just(np.nan)
    return {
        name: pd.Series(TYPICAL[name] * draw(arrays(float, rows, elements=factors)), index)
        for name in spec_of(function).inputs
    }


@over(PLAIN)
@QUICK
@given(data=st.data())
def test_a_history_cut_short_gives_the_same_past(function, data):
    series = data.draw(plausible(function))
    rows = data.draw(st.integers(0, len(next(iter(series.values())))))
    whole = frame(call(function, series))
    cut = frame(call(function, {name: one.iloc[:rows] for name, one in series.items()}))
    pd.testing.assert_frame_equal(cut, whole.iloc[:rows], check_freq=False)


@over(PLAIN)
@QUICK
@given(data=st.data())
def test_nan_comes_out_where_it_went_in(function, data):
    series = data.draw(plausible(function))
    result = frame(call(function, series))
    missing = pd.concat(series, axis=1).isna().any(axis=1).to_numpy()
    assert result[missing].isna().all().all()
    if function.__name__ not in LOOKING_BACK and "turns" not in function.__name__:
        assert result[~missing].notna().all().all()


@over(
    {
        name: one
        for name, one in PLAIN.items()
        if {quantity.unit for quantity in spec_of(one).inputs.values()} == {Unit.USD_BN}
    }
)
@QUICK
@given(data=st.data(), factor=st.floats(0.5, 2))
def test_levels_scale(function, data, factor):
    """Twice the dollars give twice the dollars, and the same ratios and spans."""
    series = data.draw(plausible(function))
    once = frame(call(function, series))
    scaled = frame(call(function, {name: one * factor for name, one in series.items()}))
    for column, unit in zip(once, spec_of(function).outputs.values(), strict=True):
        expected = once[column] * factor if unit is Unit.USD_BN else once[column]
        # A pace may be rounding noise about zero, and the weeks left with it.
        steady = pytest.approx(expected.to_numpy(), rel=1e-6, abs=1e-6, nan_ok=True)
        if unit is not Unit.WEEKS:
            assert scaled[column].to_numpy() == steady
