"""Checks that raise. Every public function starts with one of them.

They read, and never change, what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fedliq.exceptions import (
    AlignmentError,
    InputTypeError,
    InvalidInputError,
    TimeIndexError,
    UnitError,
)
from fedliq.quantities import QUANTITIES, Quantity
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "check_choice",
    "check_inputs",
    "check_no_gap",
    "check_positive_int",
    "check_result",
    "check_series",
    "check_span",
    "check_threshold",
    "check_time_index",
]


def _day(stamp: object) -> str:
    """A date as a message shows it: without a midnight that says nothing."""
    text = str(stamp)
    return text.removesuffix(" 00:00:00")


def check_time_index(index: object, argument: str) -> pd.DatetimeIndex:
    """Refuse an index that is not sorted, unique, naive and made of dates."""
    if not isinstance(index, pd.DatetimeIndex):
        raise TimeIndexError(
            f"{argument}: expected a DatetimeIndex, got {type(index).__name__}; "
            "set the dates as index with pd.to_datetime."
        )
    if index.tz is not None:
        raise TimeIndexError(
            f"{argument}: expected dates without a time zone, got {index.tz}; "
            "observation dates are calendar days: use .tz_localize(None)."
        )
    if index.hasnans:
        raise TimeIndexError(f"{argument}: the index has missing dates (NaT); drop those rows.")
    if not index.is_unique:
        twice = ", ".join(_day(stamp) for stamp in index[index.duplicated()][:3])
        raise TimeIndexError(
            f"{argument}: dates occur more than once (first {twice}); keep one row a date."
        )
    if not index.is_monotonic_increasing:
        back = int(np.argmax(np.diff(index.asi8) < 0)) + 1
        raise TimeIndexError(
            f"{argument}: dates are not in order ({_day(index[back])} comes after "
            f"{_day(index[back - 1])}); use .sort_index()."
        )
    return index


def _numbers(series: object, argument: str) -> Floats:
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
    if pd.api.types.is_bool_dtype(dtype) or not pd.api.types.is_numeric_dtype(dtype):
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
    stated = f"{quantity.unit.value} (plausible: {quantity.low:g} to {quantity.high:g})"
    likely = _likely_unit(value, quantity) if np.isfinite(value) else None
    remedy = (
        f"It looks like {likely.value}: use "
        f"fl.convert({argument}, {likely.value!r}, {quantity.unit.value!r})."
        if likely
        else "Check the series and its unit."
    )
    raise UnitError(
        f"{argument}: {value:.15g} on {_day(index[first])} is impossible in {stated}. {remedy}"
    )


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
    series: object, argument: str, quantity: str | None
) -> tuple[pd.DatetimeIndex, Floats, tuple[float, float]]:
    values = _numbers(series, argument)
    index = check_time_index(getattr(series, "index", None), argument)
    known = QUANTITIES[quantity] if quantity is not None else None
    extremes = _extremes(values, known.low if known else None)
    # Without any value both extremes are NaN, and neither comparison holds.
    if known is not None and (extremes[0] < known.low or extremes[1] > known.high):
        _refuse_magnitude(values, index, argument, known)
    return index, values, extremes


def check_series(
    series: object, argument: str, quantity: str | None = None
) -> tuple[pd.DatetimeIndex, Floats]:
    """Check kind, index and, where a quantity is named, magnitude of one series."""
    index, values, _ = _checked(series, argument, quantity)
    return index, values


def check_inputs(
    series: Mapping[str, pd.Series[float]], whole: str | None = None
) -> tuple[pd.DatetimeIndex, tuple[Floats, ...]]:
    """Check several series, each by the name of its quantity, that must share one index.

    Where one of them is the ``whole``, none of the others may exceed it anywhere.
    """
    checked = {name: _checked(one, name, name) for name, one in series.items()}
    indexes = {name: index for name, (index, _, _) in checked.items()}
    first, *others = indexes.values()
    if any(other is not first and not other.equals(first) for other in others):
        raise AlignmentError(_misalignment(indexes))
    if whole is not None:
        _, total, (smallest, _) = checked[whole]
        for name, (_, part, (_, largest)) in checked.items():
            # Mostly the extremes settle it, at less than the cost of comparing pairs.
            if name != whole and largest > smallest:
                _check_not_above(part, total, first, name, whole)
    return first, tuple(values for _, values, _ in checked.values())


def _misalignment(indexes: Mapping[str, pd.DatetimeIndex]) -> str:
    # The series with the widest spacing sets the index: a daily figure can be read on
    # a weekly date, a weekly one cannot be made daily without repeating it.
    def spacing(name: str) -> float:
        index = indexes[name]
        return float((index[-1] - index[0]).days) / len(index) if len(index) else 0.0

    slowest = max(indexes, key=spacing)
    shapes = "; ".join(
        f"{name} has {len(index)} dates"
        + (f" from {_day(index[0])} to {_day(index[-1])}" if len(index) else "")
        for name, index in indexes.items()
    )
    names = ", ".join(indexes)
    reference, other = next(
        (slowest, name) for name in indexes if not indexes[name].equals(indexes[slowest])
    )
    missing = indexes[reference].difference(indexes[other])
    where = (
        f" {other} has no row on {_day(missing[0])}."
        if len(missing)
        else f" {other} has rows that {reference} lacks."
    )
    return (
        f"{names}: the series do not share one index ({shapes}).{where} "
        f"Put them on one: {names} = fl.align({names}, on={slowest}.index)"
    )


def _check_not_above(
    part: Floats, whole: Floats, index: pd.Index[Any], part_name: str, whole_name: str
) -> None:
    """Refuse a component that exceeds the total it belongs to: the slip of unit in small."""
    above = part > whole
    if above.any():
        first = int(np.argmax(above))
        raise UnitError(
            f"{part_name}: {part[first]:.15g} on {_day(index[first])} exceeds {whole_name} "
            f"({whole[first]:.15g}), of which it is a part. One of the two is in another unit: "
            f"both must be in {QUANTITIES[whole_name].unit.value}; see fl.convert."
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


def check_no_gap(index: pd.DatetimeIndex, arguments: str) -> None:
    """Refuse a weekly or slower index with a hole: there, rows are not time.

    Daily indexes have weekends and holidays, so their spacing says nothing.
    """
    if len(index) < 3:  # noqa: PLR2004 - two dates have one distance, which cannot be odd
        return
    steps = np.diff(index.asi8)
    usual = int(np.median(steps))
    day = pd.Timedelta(1, unit="D") // pd.Timedelta(1, unit=index.unit)
    holes = steps > usual * 3 // 2
    if usual >= 5 * day and holes.any():
        first = int(np.argmax(holes))
        raise AlignmentError(
            f"{arguments}: nothing between {_day(index[first])} and {_day(index[first + 1])}, "
            f"though dates are usually {usual // day} days apart, so counting rows would not "
            "count time. Put the series on a regular index with fl.align(..., on=...)."
        )


def check_positive_int(value: object, argument: str) -> int:
    """Refuse anything but a whole number of at least one."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise InputTypeError(
            f"{argument}: expected a whole number, got {type(value).__name__} {value!r}."
        )
    if value < 1:
        raise InvalidInputError(f"{argument}: expected at least 1, got {value}.")
    return int(value)


def check_choice(value: object, choices: Sequence[str], argument: str) -> str:
    """Refuse a word that is not among the valid ones, and list those."""
    if value not in choices:
        valid = ", ".join(repr(choice) for choice in choices)
        raise InvalidInputError(f"{argument}: {value!r} is not one of {valid}.")
    return str(value)


def check_span(value: str | timedelta, argument: str) -> pd.Timedelta:
    """Refuse what is not a span of time, or a negative one."""
    try:
        span = pd.Timedelta(value)
    except (TypeError, ValueError):
        span = pd.Timedelta(-1)
    if not span >= pd.Timedelta(0):  # NaT compares false with everything
        raise InvalidInputError(
            f"{argument}: expected a span of time such as '6D' or timedelta(days=6), "
            f"not negative; got {value!r}."
        )
    return span


def check_threshold(value: object, argument: str) -> float:
    """Refuse a threshold that is not a plain fraction, above all one given in percent."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise InputTypeError(
            f"{argument}: expected a fraction such as 0.12, got {type(value).__name__} {value!r}."
        )
    number = float(value)
    if not 0 < number < 1:
        remedy = f"; for {number:g} % write {number / 100:g}" if 1 <= number < 100 else ""  # noqa: PLR2004 - percent
        raise UnitError(
            f"{argument}: expected a fraction between 0 and 1, got {number:g}{remedy}."
        )
    return number
