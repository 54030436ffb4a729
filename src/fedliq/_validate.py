"""Checks of series, indexes and tables that raise. Every public function starts with one of them.

They read, and never change, what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pandas as pd

from fedliq.exceptions import (
    AlignmentError,
    InputTypeError,
    InvalidInputError,
    SampleError,
    TimeIndexError,
    UnitError,
)
from fedliq.quantities import QUANTITIES, Quantity
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "check_columns",
    "check_inputs",
    "check_length",
    "check_numbers",
    "check_regular",
    "check_result",
    "check_same_index",
    "check_series",
    "check_time_index",
    "same_dates",
]


def _day(stamp: object) -> str:
    """A date as a message shows it: without a midnight that says nothing."""
    text = str(stamp)
    return text.removesuffix(" 00:00:00")


def check_time_index(index: object, argument: str) -> pd.DatetimeIndex:
    """Refuse an index that is not sorted, unique, naive and made of dates.

    What comes back is a view: naming the index of a result leaves the caller's alone.
    """
    if not isinstance(index, pd.DatetimeIndex):
        remedy = (
            "use .to_timestamp()."
            if isinstance(index, pd.PeriodIndex)
            else "index the values by their dates, with .set_axis(pd.DatetimeIndex(...))."
        )
        raise TimeIndexError(
            f"{argument}: expected a DatetimeIndex, got {type(index).__name__}; {remedy}"
        )
    if index.tz is not None:
        raise TimeIndexError(
            f"{argument}: expected dates without a time zone, got {index.tz}; "
            "observation dates are calendar days: use .tz_localize(None)."
        )
    if index.hasnans:
        raise TimeIndexError(f"{argument}: the index has missing dates (NaT); drop those rows.")
    # Not index.is_unique, which pandas 2.2 answers wrongly to threads that share an index
    # (pandas issue 21150).
    if not _rises(index):
        _refuse_order(index, argument)
    if not index.is_normalized:
        raise TimeIndexError(
            f"{argument}: expected dates, got times of day such as {_first_time(index)}; a figure "
            "is indexed by the day it is for: use .set_axis(series.index.normalize())."
        )
    return index.view()


def _rises(index: pd.DatetimeIndex) -> bool:
    days = index.asi8
    return bool(np.all(days[1:] > days[:-1]))


def _refuse_order(index: pd.DatetimeIndex, argument: str) -> NoReturn:
    """Say of dates that do not rise which come twice, or before their turn."""
    twice = ", ".join(_day(stamp) for stamp in index[index.duplicated()][:3])
    if twice:
        raise TimeIndexError(
            f"{argument}: dates occur more than once (first {twice}); keep one row a date."
        )
    back = int(np.argmax(np.diff(index.asi8) < 0)) + 1
    raise TimeIndexError(
        f"{argument}: dates are not in order ({_day(index[back])} comes after "
        f"{_day(index[back - 1])}); use .sort_index()."
    )


def _first_time(index: pd.DatetimeIndex) -> str:
    return str(index[index != index.normalize()][0])


def same_dates(one: pd.DatetimeIndex, other: pd.DatetimeIndex) -> bool:
    """Say whether two indexes hold the same dates, in whatever resolution."""
    if one.unit == other.unit:
        return one.equals(other)
    return one.as_unit("s").equals(other.as_unit("s"))  # dates lose nothing by it


def check_numbers(series: object, argument: str) -> Floats:
    """Refuse what is no Series of numbers; whatever its index, return its values."""
    if not isinstance(series, pd.Series):
        raise InputTypeError(
            f"{argument}: expected a pandas Series, got {type(series).__name__}; "
            "wrap the values in a Series indexed by date."
        )
    if series.empty:  # of whatever dtype pandas gives to nothing
        return np.empty(0)
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind == "f":
        return series.to_numpy(dtype=np.float64)
    numeric = pd.api.types.is_float_dtype(dtype) or pd.api.types.is_integer_dtype(dtype)
    if not numeric:
        raise InputTypeError(
            f"{argument}: expected numbers, got dtype {dtype}; convert with pd.to_numeric."
        )
    return series.to_numpy(dtype=np.float64, na_value=np.nan)


def _likely_unit(value: float, quantity: Quantity) -> Unit | None:
    """Return the unit in which ``value`` would be plausible, the nearest first."""
    candidates = []
    for unit in Unit:
        try:
            converted = convert(value, unit, quantity.unit)
        except UnitError:
            continue
        if unit != quantity.unit and quantity.low <= converted <= quantity.high:
            candidates.append((abs(np.log(abs(converted / value))) if value else 0.0, unit))
    return min(candidates)[1] if candidates else None


def _refuse_magnitude(
    values: Floats, index: pd.Index[Any], argument: str, quantity: Quantity
) -> None:
    outside = (values < quantity.low) | (values > quantity.high)
    first = int(np.argmax(outside))
    value = float(values[first])
    likely = _likely_unit(value, quantity) if np.isfinite(value) else None
    remedy = (
        f"It looks like {likely.value}: use "
        f"fl.convert({argument}, {likely.value!r}, {quantity.unit.value!r})."
        if likely
        else "Check the series and its unit."
    )
    raise UnitError(
        f"{argument}: {value:.15g} on {_day(index[first])} is impossible in {quantity.stated}. {remedy}"
    )


_LARGEST_PART = 0.5

# The bits of infinity. Doubles from zero up are ordered like the unsigned integers of
# their bits; negative numbers and NaN lie above infinity in that order.
_INFINITY = np.array(np.inf).view(np.uint64)


def _extremes(values: Floats, floor: float | None = None) -> tuple[float, float]:
    """Smallest and largest value, NaN passed over.

    With a floor of zero the first is only a bound: where no value is negative or missing,
    one look at the bits gives the largest, and memory is read once instead of twice.
    """
    if values.size == 0:
        return np.nan, np.nan
    if floor == 0:
        largest = np.maximum.reduce(values.view(np.uint64))
        if largest <= _INFINITY:
            return 0.0, float(largest.view(np.float64))
    return float(np.fmin.reduce(values)), float(np.fmax.reduce(values))


def _checked(
    series: object, argument: str, known: Quantity | None
) -> tuple[pd.DatetimeIndex, Floats, tuple[float, float]]:
    values = check_numbers(series, argument)
    index = check_time_index(getattr(series, "index", None), argument)
    extremes = _extremes(values, known.low if known else None)
    # Without any value both extremes are NaN, and neither comparison holds.
    if known is not None and (extremes[0] < known.low or extremes[1] > known.high):
        _refuse_magnitude(values, index, argument, known)
    return index, values, extremes


def check_series(
    series: object, argument: str, quantity: str | Quantity | None = None
) -> tuple[pd.DatetimeIndex, Floats]:
    """Check kind, index and, where a quantity is given, magnitude of one series."""
    known = QUANTITIES[quantity] if isinstance(quantity, str) else quantity
    index, values, _ = _checked(series, argument, known)
    return index, values


def check_inputs(
    series: Mapping[str, pd.Series[float]],
    whole: str | None = None,
    quantities: Mapping[str, Quantity] = QUANTITIES,
) -> tuple[pd.DatetimeIndex, tuple[Floats, ...]]:
    """Check several series, each by the name of its quantity, that must share one index.

    Where one of them is the ``whole``, none of the others may be more than half of it:
    no single account or facility has ever been more than a third.
    """
    checked = {name: _checked(one, name, quantities[name]) for name, one in series.items()}
    indexes = {name: index for name, (index, _, _) in checked.items()}
    first, *others = indexes.values()
    if not all(same_dates(first, other) for other in others):
        raise AlignmentError(_misalignment(indexes))
    if whole is not None:
        _, total, (smallest, _) = checked[whole]
        for name, (_, part, (_, largest)) in checked.items():
            # Mostly the extremes settle it, at less than the cost of comparing pairs.
            if name != whole and largest > _LARGEST_PART * smallest:
                _check_part(part, total, first, name, quantities[whole])
    return first, tuple(values for _, values, _ in checked.values())


def check_same_index(
    one: pd.DatetimeIndex, other: pd.DatetimeIndex, name: str, other_name: str
) -> None:
    """Refuse two series, of any quantity, that do not share one index."""
    if not same_dates(one, other):
        raise AlignmentError(_misalignment({name: one, other_name: other}))


def _misalignment(indexes: Mapping[str, pd.DatetimeIndex]) -> str:
    # The series with the widest spacing sets the index: a daily figure can be read on
    # a weekly date, a weekly one cannot be made daily without repeating it.
    # GDP never does: its dates are those of quarters that were not over.
    def spacing(name: str) -> float:
        index = indexes[name]
        if len(index) < 2:  # noqa: PLR2004 - one date has no spacing
            return float("inf") if len(index) else 0.0
        return float((index[-1] - index[0]).days) / len(index)

    slowest = max((name for name in indexes if name != "gdp"), key=spacing)
    shapes = "; ".join(
        f"{name} has {len(index)} dates"
        + (f" from {_day(index[0])} to {_day(index[-1])}" if len(index) else "")
        for name, index in indexes.items()
    )
    names = ", ".join(indexes)
    reference, other = next(
        (slowest, name) for name in indexes if not same_dates(indexes[name], indexes[slowest])
    )
    missing = indexes[reference].difference(indexes[other])
    where = (
        f" {other} has no row on {_day(missing[0])}."
        if len(missing)
        else f" {other} has rows that {reference} lacks."
    )
    if "gdp" in indexes:
        where += (
            " GDP is dated by the first day of its quarter: first date it by publication, with "
            "fl.as_available, and allow max_stale='150D'."
        )
    return (
        f"{names}: the series do not share one index ({shapes}).{where} "
        f"Put them on one: {names} = fl.align({names}, on={slowest}.index)"
    )


def _check_part(
    part: Floats, whole: Floats, index: pd.Index[Any], part_name: str, total: Quantity
) -> None:
    """Refuse a component too large for the total it belongs to: the slip of unit in small."""
    above = part > _LARGEST_PART * whole
    if above.any():
        first = int(np.argmax(above))
        raise UnitError(
            f"{part_name}: {part[first]:.15g} on {_day(index[first])} is more than half of "
            f"{total.name} ({whole[first]:.15g}). One of the two is in another unit: both must "
            f"be in {total.unit.value}; see fl.convert."
        )


def check_result(
    values: Floats, index: pd.DatetimeIndex, quantity: str, inputs: Iterable[str]
) -> Floats:
    """Refuse a result that no inputs in the documented units can give."""
    known = QUANTITIES[quantity]
    if values.size and (np.fmin.reduce(values) < known.low or np.fmax.reduce(values) > known.high):
        first = int(np.argmax((values < known.low) | (values > known.high)))
        units = ", ".join(f"{name} in {QUANTITIES[name].unit.value}" for name in inputs)
        raise UnitError(
            f"{', '.join(inputs)}: on {_day(index[first])} they give {values[first]:.6g} "
            f"{known.unit.value}, outside {known.low:g} to {known.high:g}. One of them is in "
            f"another unit; expected {units}. See fl.convert."
        )
    return values


def check_regular(index: pd.DatetimeIndex, arguments: str) -> None:
    """Refuse a weekly or slower index with a hole or a stray row: there, rows are not time.

    Daily indexes have weekends and holidays, so their spacing says nothing.
    """
    if len(index) < 3:  # noqa: PLR2004 - two dates have one distance, which cannot be odd
        return
    steps = np.diff(index.asi8)
    usual = int(np.median(steps))
    day = pd.Timedelta(1, unit="D") // pd.Timedelta(1, unit=index.unit)
    odd = (steps * 3 > usual * 4) | (steps * 3 < usual * 2)
    if usual >= 5 * day and odd.any():
        first = int(np.argmax(odd))
        raise AlignmentError(
            f"{arguments}: {_day(index[first])} and {_day(index[first + 1])} are "
            f"{steps[first] // day} days apart, though dates are usually {usual // day} apart, so "
            "counting rows would not count time. Put the series on a regular index with "
            "fl.align(..., on=...)."
        )


def check_length(observations: int, fewest: int, arguments: str) -> None:
    """Refuse too few complete observations."""
    if observations < fewest:
        raise SampleError(
            f"{arguments}: {observations} complete observations; the estimate takes {fewest}. Give "
            "a longer history."
        )


def check_columns(
    frame: object, names: Iterable[str], argument: str, remedy: str = ""
) -> pd.DataFrame:
    """Refuse what is no DataFrame, or lacks a column."""
    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(
            f"{argument}: expected a DataFrame, got {type(frame).__name__}{remedy}."
        )
    missing = [name for name in names if name not in frame]
    if missing:
        raise InvalidInputError(f"{argument}: the columns {', '.join(missing)} are missing.")
    return frame
