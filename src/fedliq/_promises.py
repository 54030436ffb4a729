"""How each promise of the house is looked at: one check for each, over any indicator."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from fedliq.alignment import align
from fedliq.exceptions import (
    AlignmentError,
    FedliqError,
    InputTypeError,
    TimeIndexError,
    UnitError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fedliq.spec import Spec

    Given = Mapping[str, object]

__all__ = ["BAD_INDEXES", "OF_ITS_RESULTS", "OF_THE_FUNCTION", "BrokenError", "Case", "Check"]


class BrokenError(Exception):
    """A promise is not kept; the text says how."""


@dataclass(frozen=True, slots=True)
class Case:
    """An indicator with what it is tried on."""

    function: Callable[..., Any]
    spec: Spec
    series: Mapping[str, pd.Series[float]]
    arguments: Mapping[str, object]
    looks_back: bool

    @property
    def dates(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(next(iter(self.series.values())).index)

    def fresh(self) -> dict[str, pd.Series[float]]:
        """Copies, so that what a function does to them reaches no other promise."""
        return {name: one.copy() for name, one in self.series.items()}

    def compute(self, given: Given, what: str) -> pd.Series[Any] | pd.DataFrame:
        """Return what the function makes of what it has to take."""
        try:
            result = self.function(**given, **self.arguments)
        except Exception as error:
            raise BrokenError(f"{what}: raised {_shown(error)}") from error
        if not isinstance(result, (pd.Series, pd.DataFrame)):
            raise BrokenError(
                f"{what}: gave a {type(result).__name__}, not a Series or DataFrame."
            )
        if not isinstance(result.index, pd.DatetimeIndex):
            raise BrokenError(f"{what}: gave a result that is not indexed by dates.")
        return result

    def frame(self, given: Given, what: str) -> pd.DataFrame:
        """Compute, and make numbers of every kind and dates of every resolution comparable."""
        result = self.compute(given, what)
        columns = result.to_frame() if isinstance(result, pd.Series) else result
        dates = pd.DatetimeIndex(result.index).as_unit("ns")
        return pd.DataFrame(
            {name: _comparable(one.set_axis(dates)) for name, one in columns.items()}, index=dates
        )

    def refusal(
        self, given: Given, error: type[FedliqError], what: str, pattern: str = ""
    ) -> FedliqError:
        """Return the error with which the function refuses what it has to refuse."""
        try:
            self.function(**given, **self.arguments)
        except error as caught:
            if not re.search(pattern, str(caught)):
                raise BrokenError(
                    f"{what}: the text of the refusal should match {pattern} but is: {caught}"
                ) from caught
            return caught
        except Exception as other:
            raise BrokenError(f"{what}: expected {error.__name__}, got {_shown(other)}") from other
        raise BrokenError(f"{what}: expected {error.__name__}, but it is taken.")


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _comparable(column: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype(float)
    return column.astype(object).where(column.notna(), np.nan)  # None, NaN and NaT alike


def _same(got: pd.DataFrame, expected: pd.DataFrame, what: str, tolerance: float = 0.0) -> None:
    """Compare dates and values."""
    try:
        pd.testing.assert_frame_equal(
            got,
            expected,
            check_dtype=False,  # a column of labels may be NaN throughout in one of the two
            check_freq=False,
            rtol=tolerance,
            atol=tolerance,
        )
    except AssertionError as difference:
        raise BrokenError(f"{what}.\n{difference}") from None


# The rounding of a running sum may depend on what it has passed; nothing else may.
_ROUNDING = 1e-9


def _signature(case: Case) -> None:
    parameters = inspect.signature(case.function).parameters
    if case.spec.name != case.function.__name__:
        raise BrokenError(f"the spec is that of {case.spec.name!r}.")
    series = [
        name
        for name, one in parameters.items()
        if "Series" in str(one.annotation) and "Series[str]" not in str(one.annotation)
    ]
    if series != list(case.spec.inputs):
        raise BrokenError(
            f"annotated as pandas Series of numbers are {series}, and quantities of the spec are "
            f"{list(case.spec.inputs)}; annotate each, and declare with quantities=(...) what "
            "fedliq's table lacks."
        )
    positional = [name for name, one in parameters.items() if one.kind is not one.KEYWORD_ONLY]
    if len(positional) > _MOST_POSITIONAL:
        raise BrokenError(
            f"takes {len(positional)} arguments by position, and nobody keeps more than "
            f"{_MOST_POSITIONAL} in order; put options after a *."
        )


_MOST_POSITIONAL = 4
_SECTIONS = ("Summary", "Parameters", "Returns", "Raises", "Notes", "References", "Examples")


def _docstring(case: Case) -> None:
    sections = _sections(inspect.getdoc(case.function) or "")
    for name in _SECTIONS:
        if not sections.get(name):
            raise BrokenError(f"there is no section {name}, in numpydoc's layout.")
    types = _documented(sections["Parameters"])
    parameters = list(inspect.signature(case.function).parameters)
    if list(types) != parameters:
        raise BrokenError(f"documented are {list(types)}, but the parameters are {parameters}.")
    for name, quantity in case.spec.inputs.items():
        if f"[{quantity.unit}]" not in types[name]:
            raise BrokenError(f"the line of {name} does not state its unit, [{quantity.unit}].")
    for line in ("NaN:", "Timing:"):
        if line not in sections["Notes"]:
            raise BrokenError(f"the section Notes has no {line!r}, which says how it goes there.")
    if ">>>" not in sections["Examples"] or "doctest:" in sections["Examples"]:
        raise BrokenError("the section Examples has no doctest that runs as it stands.")


def _sections(text: str) -> dict[str, str]:
    """Cut a numpydoc docstring at its underlined headings."""
    summary, *rest = re.split(r"^([A-Z][A-Za-z ]*)\n-{3,}$", text, flags=re.MULTILINE)
    bodies = zip(rest[::2], rest[1::2], strict=True)
    return {"Summary": summary.strip()} | {name: body.strip() for name, body in bodies}


def _documented(section: str) -> dict[str, str]:
    """Return each parameter with what follows its colon; one line may name several."""
    lines = re.findall(r"^(\S[^:\n]*?)(?: *: *(.*))?$", section, flags=re.MULTILINE)
    return {name.strip(): kind for names, kind in lines for name in names.split(",")}


def _result(case: Case) -> None:
    result = case.compute(case.fresh(), "the series given")
    if not result.index.equals(case.dates):
        raise BrokenError(
            f"the result has {len(result)} rows on an index other than that of the series given."
        )
    named = [result.name] if isinstance(result, pd.Series) else list(result.columns)
    outputs = list(case.spec.outputs)
    if named != outputs:
        raise BrokenError(f"the spec says that it gives {outputs}; what came is named {named}.")
    if isinstance(result, pd.Series) and named != [case.spec.name]:
        raise BrokenError(f"a Series is named after its function, and this one {named[0]!r}.")
    empty = [name for name, one in case.frame(case.fresh(), "").items() if one.isna().all()]
    if empty:
        raise BrokenError(
            f"{', '.join(map(str, empty))}: NaN throughout; where a window takes a longer history, "
            "give one."
        )


def _inputs_unchanged(case: Case) -> None:
    given, before = case.fresh(), case.fresh()
    result = case.compute(given, "the series given")
    columns = result.to_frame() if isinstance(result, pd.Series) else result
    for name, one in given.items():
        try:
            pd.testing.assert_series_equal(one, before[name])
        except AssertionError as difference:
            raise BrokenError(f"{name} is changed.\n{difference}") from None
        for column in columns:
            if np.shares_memory(columns[column].to_numpy(), one.to_numpy()):
                raise BrokenError(
                    f"{column} of the result is the memory of {name}: who writes to one writes to "
                    "the other; return a copy."
                )
    result.index.name = "named later"
    if any(one.index.name == "named later" for one in given.values()):
        raise BrokenError("naming the index of the result names that of the input.")


def _same_again(case: Case) -> None:
    first, second = (case.frame(case.fresh(), "the series given") for _ in range(2))
    _same(second, first, "a second call on the same series gives another result")


def _few_rows(case: Case) -> None:
    for rows in (0, 1, 2):
        cut = {name: one.iloc[:rows] for name, one in case.fresh().items()}
        result = case.compute(cut, f"{rows} rows")
        if not result.index.equals(case.dates[:rows]):
            raise BrokenError(f"{rows} rows in give {len(result)} rows out.")


def _nan(case: Case) -> None:
    nothing = {name: one * np.nan for name, one in case.fresh().items()}
    if not case.frame(nothing, "series of NaN").isna().all(axis=None):
        raise BrokenError("series of NaN give something other than NaN.")
    whole = case.frame(case.fresh(), "the series given")
    at = len(case.dates) * 2 // 3
    for name in case.series:
        given = case.fresh()
        given[name].iloc[at] = np.nan
        where = f"NaN in {name} on {case.dates[at].date()}"
        holed = case.frame(given, where)
        there = holed.iloc[at].dropna()
        if len(there):
            raise BrokenError(f"{where} gives {there.to_dict()} on that day, not NaN.")
        _same(holed.iloc[:at], whole.iloc[:at], f"{where} changes what is before it", _ROUNDING)
        if not case.looks_back:
            _same(
                holed.iloc[at + 1 :],
                whole.iloc[at + 1 :],
                f"{where} changes what is after it; an indicator that uses earlier days is checked "
                "with looks_back=True",
                _ROUNDING,
            )


def _no_look_ahead(case: Case) -> None:
    whole = case.frame(case.fresh(), "the series given")
    rows = len(whole)
    for kept in (1, rows // 5 + 1, rows * 2 // 3 + 1, rows - 1):
        cut = {name: one.iloc[:kept] for name, one in case.fresh().items()}
        what = f"a history that ends on {case.dates[kept - 1].date()}"
        _same(
            case.frame(cut, what),
            whole.iloc[:kept],
            f"{what} gives another past than one that goes on",
            _ROUNDING,
        )


# With how far apart the results may be.
_FLOATS: Mapping[Literal["float32", "Float64"], float] = MappingProxyType(
    {"float32": 1e-3, "Float64": 1e-12}
)


def _kinds_of_floats(case: Case) -> None:
    expected = case.frame(case.fresh(), "the series given")
    for kind, tolerance in _FLOATS.items():
        given = {name: one.astype(kind) for name, one in case.fresh().items()}
        got = case.frame(given, f"series of {kind}")
        _same(got, expected, f"series of {kind} give another result", tolerance)


def _resolutions(case: Case) -> None:
    expected = case.frame(case.fresh(), "the series given")
    last = list(case.series)[-1]
    for unit in ("s", "ms", "us", "ns"):
        # All series in this resolution; then one of them, beside others.
        for names in (set(case.series), {last}):
            what = f"{', '.join(sorted(names))} with dates in {unit!r}"
            given = {
                name: one.set_axis(case.dates.as_unit(unit)) if name in names else one
                for name, one in case.fresh().items()
            }
            _same(case.frame(given, what), expected, f"{what} give another result", 1e-12)


#: Ways to spoil an index, by name: for tests of functions that take more than plain series.
BAD_INDEXES: Mapping[str, Callable[[pd.DatetimeIndex], pd.Index[Any]]] = MappingProxyType(
    {
        "unsorted": lambda dates: dates[::-1],
        "duplicated": lambda dates: dates[:-1].append(dates[-2:-1]),
        "with a time zone": lambda dates: dates.tz_localize("America/New_York"),
        "of numbers": lambda dates: pd.RangeIndex(len(dates)),
        "with times of day": lambda dates: dates + pd.Timedelta(13, unit="h"),
        "of periods": lambda dates: dates.to_period("D"),
        "with a missing date": lambda dates: dates[:-1].append(pd.DatetimeIndex([pd.NaT])),
    }
)


def _bad_indexes(case: Case) -> None:
    for kind, spoil in BAD_INDEXES.items():
        for name, one in case.fresh().items():
            bad = case.fresh() | {name: one.set_axis(spoil(case.dates))}
            case.refusal(bad, TimeIndexError, f"an index of {name} {kind}", f"^{name}: ")


_NO_NUMBERS: Mapping[str, Callable[[pd.Series[Any]], object]] = MappingProxyType(
    {
        "a list": list,
        "an array": np.asarray,
        "a Series of text": lambda one: one.astype(str),
        "a Series of complex numbers": lambda one: one.astype(complex),
        "a Series of flags": lambda one: one > 0,
        "None": lambda _: None,
    }
)


def _no_numbers(case: Case) -> None:
    for kind, spoil in _NO_NUMBERS.items():
        for name, one in case.fresh().items():
            bad = case.fresh() | {name: spoil(one)}
            case.refusal(bad, InputTypeError, f"{kind} as {name}", f"^{name}: expected")


_REMEDY = r"\S.* = fl\.align\(.*, on=(\w+)\.index\)$"


def _misaligned(case: Case) -> None:
    """Misalign each, and then do what the refusal says."""
    for name in case.series if len(case.series) > 1 else ():
        given = case.fresh()
        given[name] = given[name].iloc[1:]
        what = f"{name} without its first row"
        text = str(case.refusal(given, AlignmentError, what, _REMEDY))
        on = re.search(_REMEDY, text)[1]  # type: ignore[index]  # refusal() has found it
        if on not in given:
            raise BrokenError(f"{what}: the refusal aligns on {on!r}, which is no argument.")
        aligned = align(*given.values(), on=pd.DatetimeIndex(given[on].index))
        mended = dict(zip(given, aligned, strict=True))
        case.compute(mended, f"{what}, mended as the refusal says")


# Levels in millions or thousands for billions, rates in hundredths of a basis point for percent.
_SLIPS = (1e3, 1e4, 1e6)


def _slips_of_unit(case: Case) -> None:
    for name, quantity in case.spec.inputs.items():
        for factor in _SLIPS:
            bad = case.fresh() | {name: case.series[name] * factor}
            what = (
                f"{name} times {factor:g} (its plausible range is {quantity.low:g} to "
                f"{quantity.high:g} {quantity.unit})"
            )
            text = str(case.refusal(bad, UnitError, what, name))
            if str(quantity.unit) not in text:
                raise BrokenError(f"{what}: the refusal does not name the unit; it is: {text}")


def _infinity(case: Case) -> None:
    for name in case.series:
        for value in (np.inf, -np.inf):
            bad = case.fresh()
            bad[name].iloc[3] = value
            case.refusal(bad, UnitError, f"{value} in {name}", f"^{name}: {value}")


Check = tuple["Callable[[Case], None]", str]
OF_THE_FUNCTION: dict[str, Check] = {
    "signature": (_signature, "Every Series of numbers it takes is a quantity of its spec."),
    "docstring": (
        _docstring,
        "Units in brackets, Raises, a 'NaN:' and a 'Timing:' note, References and a doctest.",
    ),
}
OF_ITS_RESULTS: dict[str, Check] = {
    "result": (_result, "On the index of the inputs, with the names that the spec says."),
    "inputs unchanged": (
        _inputs_unchanged,
        "Inputs are not changed, and share no memory with the result.",
    ),
    "same again": (_same_again, "The same inputs give the same result."),
    "few rows": (_few_rows, "No row, one and two are taken, and give as many."),
    "NaN": (_nan, "NaN gives NaN on its day, and changes nothing before it."),
    "no look-ahead": (_no_look_ahead, "A history cut short gives the same past."),
    "kinds of floats": (_kinds_of_floats, "float32 and pandas' own Float64 are taken."),
    "resolutions": (_resolutions, "Dates are the same dates in every resolution."),
    "bad indexes": (
        _bad_indexes,
        "TimeIndexError: dates out of order, twice, missing, with a zone or a time, or none.",
    ),
    "no numbers": (_no_numbers, "InputTypeError: what is no Series of numbers."),
    "misaligned": (
        _misaligned,
        "AlignmentError: series that do not share an index, with the call that mends it.",
    ),
    "slips of unit": (_slips_of_unit, "UnitError: a thousand times too large, or more."),
    "infinity": (_infinity, "UnitError: an infinite figure."),
}
