"""Every promise of the house, run over every public indicator.

A new indicator is found by its mark; it needs nothing here but a typical value for a new
quantity.
"""

from __future__ import annotations

import inspect
import re

import numpy as np
import pandas as pd
import pytest
from numpydoc.docscrape import FunctionDoc

import fedliq as fl
from fedliq.quantities import QUANTITIES
from fedliq.spec import spec_of
from plausible import (
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


def test_every_public_function_of_the_indicators_is_marked():
    homes = ("fedliq.indicators.", "fedliq.regimes")
    functions = {
        name
        for name, one in PUBLIC.items()
        if inspect.isfunction(one) and one.__module__.startswith(homes)
    }
    assert functions - set(MARKED) == {"splice_iorb"}  # joins two indexes, makes no indicator


@over(MARKED)
def test_the_spec_matches_the_signature(function):
    spec = spec_of(function)
    assert spec.name == function.__name__
    parameters = inspect.signature(function).parameters
    series = [
        name
        for name, one in parameters.items()
        if "Series" in str(one.annotation) and name != "regime"
    ]
    assert list(spec.inputs) == series
    positional = [one for one in parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert len(positional) <= 4
    assert spec.formula


@over(MARKED)
def test_the_docstring_is_complete(function):
    doc = FunctionDoc(function)
    documented = [name.strip() for one in doc["Parameters"] for name in one.name.split(",")]
    assert documented == list(inspect.signature(function).parameters)
    for one in doc["Parameters"]:
        if any(name.strip() in QUANTITIES for name in one.name.split(",")):
            unit = QUANTITIES[one.name.split(",")[0].strip()].unit
            assert f"[{unit}]" in one.type, f"{one.name} states no unit"
    for section in ("Summary", "Returns", "Raises", "Notes", "References", "Examples"):
        assert doc[section], f"no section {section}"
    notes = " ".join(doc["Notes"])
    assert "NaN:" in notes
    assert "Timing:" in notes
    assert ">>>" in "\n".join(doc["Examples"])
    assert "doctest:" not in "\n".join(doc["Examples"])


@over(PLAIN)
def test_the_result_has_the_index_and_the_names_promised(function):
    series = inputs(function, weekly())
    result = call(function, series)
    assert result.index.equals(weekly())
    outputs = list(spec_of(function).outputs)
    if isinstance(result, pd.Series):
        assert outputs == [result.name] == [function.__name__]
    else:
        assert list(result.columns) == outputs
    assert frame(result).notna().any().all()


@over(PLAIN)
def test_inputs_are_not_changed_and_share_no_memory_with_the_result(function):
    series = inputs(function, weekly())
    before = {name: one.copy(deep=True) for name, one in series.items()}
    result = call(function, series)
    for one in series.values():
        for column in frame(result).columns:
            given = result if isinstance(result, pd.Series) else result[column]
            if given.dtype == float:
                assert not np.shares_memory(given.to_numpy(), one.to_numpy())
    for name, one in series.items():
        pd.testing.assert_series_equal(one, before[name], check_freq=True)


@over(PLAIN)
def test_the_same_inputs_give_the_same_result(function):
    first, second = (call(function, inputs(function, weekly())) for _ in range(2))
    pd.testing.assert_frame_equal(frame(first), frame(second))


@over(PLAIN)
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows(function, rows):
    result = call(function, inputs(function, weekly(rows)))
    assert len(result) == rows


@over(PLAIN)
def test_all_nan_gives_all_nan(function):
    series = {name: one * np.nan for name, one in inputs(function, weekly()).items()}
    assert frame(call(function, series)).isna().all().all()


@over(PLAIN)
def test_nan_at_a_date_gives_nan_there_and_changes_nothing_before(function):
    whole = frame(call(function, inputs(function, weekly())))
    for name in spec_of(function).inputs:
        series = inputs(function, weekly())
        series[name].iloc[40] = np.nan
        holed = frame(call(function, series))
        assert holed.iloc[40].isna().all(), name
        pd.testing.assert_frame_equal(holed.iloc[:40], whole.iloc[:40])
        if function.__name__ not in LOOKING_BACK:
            pd.testing.assert_frame_equal(holed.iloc[41:], whole.iloc[41:])


@over(PLAIN)
@pytest.mark.parametrize("rows", [1, 13, 41, 59])
def test_no_look_ahead(function, rows):
    """A history cut short gives the same past."""
    series = inputs(function, weekly())
    whole = frame(call(function, series))
    cut = frame(call(function, {name: one.iloc[:rows] for name, one in series.items()}))
    pd.testing.assert_frame_equal(cut, whole.iloc[:rows], check_freq=False)


@over(PLAIN)
@pytest.mark.parametrize("dtype", ["float32", "Float64"])
def test_other_floating_types(function, dtype):
    series = inputs(function, weekly())
    got = frame(call(function, {name: one.astype(dtype) for name, one in series.items()}))
    tolerance = 1e-3 if dtype == "float32" else 1e-12
    expected = frame(call(function, series))
    pd.testing.assert_frame_equal(got, expected, rtol=tolerance, atol=tolerance)


@over({name: one for name, one in PLAIN.items() if not FRACTIONS & set(spec_of(one).inputs)})
@pytest.mark.parametrize("dtype", ["int64", "Int64"])
def test_whole_numbers(function, dtype):
    series = whole(inputs(function, weekly()))
    got = frame(call(function, {name: one.astype(dtype) for name, one in series.items()}))
    pd.testing.assert_frame_equal(got, frame(call(function, series)))


BAD_INDEXES = {
    "unsorted": lambda index: index[::-1],
    "duplicated": lambda index: index[:-1].append(index[-2:-1]),
    "with a time zone": lambda index: index.tz_localize("America/New_York"),
    "of numbers": lambda index: pd.RangeIndex(len(index)),
    "with times of day": lambda index: index + pd.Timedelta(13, unit="h"),
    "of periods": lambda index: index.to_period("W"),
    "with a missing date": lambda index: index[:-1].append(pd.DatetimeIndex([pd.NaT])),
}


@over(PLAIN)
@pytest.mark.parametrize("spoil", BAD_INDEXES.values(), ids=BAD_INDEXES.keys())
def test_a_bad_index_is_refused_and_the_argument_named(function, spoil):
    series = inputs(function, weekly())
    for name in series:
        bad = series | {name: series[name].set_axis(spoil(series[name].index))}
        with pytest.raises(fl.TimeIndexError, match=rf"^{name}: "):
            call(function, bad)


@over(PLAIN)
@pytest.mark.parametrize(
    "spoil",
    [
        list,
        np.asarray,
        lambda one: one.astype(str),
        lambda one: one.astype(complex),
        lambda one: one > 0,
        lambda _: None,
    ],
)
def test_what_is_no_series_of_numbers_is_refused(function, spoil):
    series = inputs(function, weekly())
    for name in series:
        with pytest.raises(fl.InputTypeError, match=rf"^{name}: expected"):
            call(function, series | {name: spoil(series[name])})


@over({name: one for name, one in PLAIN.items() if len(spec_of(one).inputs) > 1})
def test_series_that_do_not_share_an_index_are_refused_with_the_remedy(function):
    series = inputs(function, weekly())
    names = list(series)
    for name in names:
        shifted = series | {name: series[name].iloc[1:]}
        with pytest.raises(fl.AlignmentError) as caught:
            call(function, shifted)
        remedy = re.search(r"(\S.*) = fl\.align\((.*), on=(\w+)\.index\)$", str(caught.value))
        assert remedy, str(caught.value)
        aligned = fl.align(*(shifted[one] for one in names), on=shifted[remedy[3]].index)
        call(function, dict(zip(names, aligned, strict=True)))


@over(PLAIN)
def test_a_slip_of_unit_is_refused(function):
    """A thousand or a million times too large: millions or thousands for billions."""
    series = inputs(function, weekly())
    for name, quantity in spec_of(function).inputs.items():
        for factor in (1e4, 1e6):
            with pytest.raises(fl.UnitError, match=name) as caught:
                call(function, series | {name: series[name] * factor})
            assert str(quantity.unit) in str(caught.value)


@over(PLAIN)
def test_infinity_is_refused(function):
    series = inputs(function, weekly())
    for name in series:
        with pytest.raises(fl.UnitError, match=rf"^{name}: inf"):
            call(function, series | {name: series[name].replace(series[name].iloc[3], np.inf)})


@over(PLAIN)
def test_naming_the_index_of_a_result_leaves_the_inputs_alone(function):
    series = inputs(function, weekly())
    result = call(function, series)
    result.index.name = "mine"
    assert all(one.index.name is None for one in series.values())


@over({name: one for name, one in PLAIN.items() if len(spec_of(one).inputs) > 1})
def test_the_same_dates_in_another_resolution_are_the_same_dates(function):
    series = inputs(function, weekly())
    expected = frame(call(function, series))
    name = next(reversed(series))
    other = series | {name: series[name].set_axis(weekly().as_unit("s"))}
    np.testing.assert_array_equal(frame(call(function, other)), expected)


@over(PLAIN)
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_resolution_of_dates(function, unit):
    series = inputs(function, weekly())
    expected = frame(call(function, series))
    got = frame(
        call(
            function, {name: one.set_axis(one.index.as_unit(unit)) for name, one in series.items()}
        )
    )
    np.testing.assert_allclose(got.to_numpy(), expected.to_numpy(), rtol=1e-12)


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
