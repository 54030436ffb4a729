"""Every promise of the house, run over every public indicator.

A new indicator is found by its mark; it needs nothing here but a typical value for a new
quantity.
"""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
from numpydoc.docscrape import FunctionDoc

import fedliq as fl
from fedliq.quantities import QUANTITIES
from fedliq.spec import spec_of
from fedliq.testing import BAD_INDEXES, PROMISES, check_indicator
from plausible import (
    ARGUMENTS,
    FRACTIONS,
    LOOKING_BACK,
    MARKED,
    PLAIN,
    PUBLIC,
    call,
    frame,
    inputs,
    over,
    weekly,
    whole,
)

# These two ask nothing of what it computes.
OF_THE_FUNCTION = ("signature", "docstring")


def test_every_public_function_of_the_indicators_is_marked():
    homes = ("fedliq.indicators.", "fedliq.regimes")
    functions = {
        name
        for name, one in PUBLIC.items()
        if inspect.isfunction(one) and one.__module__.startswith(homes)
    }
    assert functions - set(MARKED) == {"splice_iorb"}  # joins two indexes, makes no indicator


@over(MARKED)
@pytest.mark.parametrize("promise", OF_THE_FUNCTION)
def test_every_indicator_is_documented(function, promise):
    check_indicator(function, {}, promises=[promise])


@over(PLAIN)
@pytest.mark.parametrize("promise", [name for name in PROMISES if name not in OF_THE_FUNCTION])
def test_every_indicator_keeps(function, promise):
    check_indicator(
        function,
        inputs(function, weekly()),
        arguments=ARGUMENTS.get(function.__name__),
        looks_back=function.__name__ in LOOKING_BACK,
        promises=[promise],
    )


@over(MARKED)
def test_numpydoc_reads_the_docstring_without_complaint(function):
    """The documentation is made with it; the promise is checked without."""
    doc = FunctionDoc(function)
    documented = [name.strip() for one in doc["Parameters"] for name in one.name.split(",")]
    assert documented == list(inspect.signature(function).parameters)
    for section in ("Summary", "Returns", "Raises", "Notes", "References", "Examples"):
        assert doc[section], f"no section {section}"


@over({name: one for name, one in PLAIN.items() if not FRACTIONS & set(spec_of(one).inputs)})
@pytest.mark.parametrize("dtype", ["int64", "Int64"])
def test_whole_numbers(function, dtype):
    series = whole(inputs(function, weekly()))
    got = frame(call(function, {name: one.astype(dtype) for name, one in series.items()}))
    pd.testing.assert_frame_equal(got, frame(call(function, series)))


# Those that take something other than plain series on one index, with what they take.
def lines_of(layout: str, index: pd.DatetimeIndex) -> pd.DataFrame:
    middle = {name: (QUANTITIES[name].low + QUANTITIES[name].high) / 200 for name in QUANTITIES}
    levels = middle | {
        "fed_assets": 8000.0,
        "total_factors_supplying": 8050.0,
        "currency_in_circulation": 2000.0,
        "federal_reserve_notes": 2000.0,
        "reverse_repo_total": 700.0,
        "reverse_repo_foreign": 300.0,
        "on_rrp": 400.0,
        "total_capital": 40.0,
        "tga": 500.0,
        "deposits_other_than_reserves": 700.0,
    }
    return pd.DataFrame({name: levels[name] for name in fl.BRIDGE_LINES[layout]}, index=index)


def spells_of(index: pd.DatetimeIndex, ratio_index: pd.DatetimeIndex) -> pd.DataFrame:
    regime = fl.classify_reserves(pd.Series(0.125, weekly(len(index)))).set_axis(index)
    return fl.regime_spells(regime, pd.Series(0.125, ratio_index))


@pytest.mark.parametrize("layout", fl.BRIDGE_LINES)
class TestBridgeContract:
    @pytest.mark.parametrize("rows", [0, 1, 5])
    def test_rows_in_rows_out(self, layout, rows):
        bridge = fl.bridge_to_reserves(lines_of(layout, weekly(rows)), layout=layout)
        assert bridge.index.equals(weekly(rows))
        assert bridge.columns[0] == "net_liquidity"
        assert bridge.columns[-1] == "reserves"
        assert bridge["reserves"].notna().all()

    def test_all_nan(self, layout):
        bridge = fl.bridge_to_reserves(lines_of(layout, weekly()) * np.nan, layout=layout)
        assert bridge.isna().all().all()

    @pytest.mark.parametrize("spoil", BAD_INDEXES.values(), ids=BAD_INDEXES.keys())
    def test_bad_indexes(self, layout, spoil):
        lines = lines_of(layout, weekly()).set_axis(spoil(weekly()))
        with pytest.raises(fl.TimeIndexError, match=r"^fed_assets: "):
            fl.bridge_to_reserves(lines, layout=layout)

    def test_cutting_history_short(self, layout):
        lines = lines_of(layout, weekly())
        whole_bridge = fl.bridge_to_reserves(lines, layout=layout)
        cut = fl.bridge_to_reserves(lines.iloc[:20], layout=layout)
        pd.testing.assert_frame_equal(cut, whole_bridge.iloc[:20], check_freq=False)


@pytest.mark.parametrize("spoil", BAD_INDEXES.values(), ids=BAD_INDEXES.keys())
def test_bad_indexes_of_spells(spoil):
    with pytest.raises(fl.TimeIndexError, match=r"^ratio: "):
        spells_of(weekly(), spoil(weekly()))
    with pytest.raises(fl.TimeIndexError, match=r"^regime: "):
        spells_of(spoil(weekly()), weekly())
