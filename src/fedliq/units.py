"""Units, and the only place where one billion is a thousand millions.

Inside fedliq levels are USD billions, rates percent per year, spreads basis points
and ratios plain fractions. :func:`convert` is for the border: what a provider
publishes in another unit is converted once, by name, never by guess.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from fedliq.exceptions import InputTypeError, UnitError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Values = TypeVar("Values", float, "np.ndarray", "pd.Series[float]", "pd.DataFrame")

__all__ = ["Unit", "convert"]


class Unit(StrEnum):
    """A unit that fedliq knows, spelled as it is printed.

    Members compare equal to their text, so ``"USD mn"`` may be given wherever a
    ``Unit`` is expected.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.Unit("USD mn") is fl.Unit.USD_MN
    True
    >>> [unit.value for unit in fl.Unit]
    ['USD', 'USD mn', 'USD bn', 'USD tn', 'fraction', 'percent', 'bp', 'weeks', 'days']
    """

    USD = "USD"
    USD_MN = "USD mn"
    USD_BN = "USD bn"
    USD_TN = "USD tn"
    FRACTION = "fraction"
    PERCENT = "percent"
    BASIS_POINT = "bp"
    WEEKS = "weeks"
    DAYS = "days"


# Sizes are whole numbers of the smallest unit of each dimension, so that every
# conversion is one correctly rounded multiplication or division.
_SIZES = {
    "money": {
        Unit.USD: 1,
        Unit.USD_MN: 10**6,
        Unit.USD_BN: 10**9,
        Unit.USD_TN: 10**12,
    },
    "rate": {Unit.BASIS_POINT: 1, Unit.PERCENT: 100, Unit.FRACTION: 10_000},
    "time": {Unit.DAYS: 1, Unit.WEEKS: 7},
}


def _as_unit(value: Unit | str, argument: str) -> Unit:
    try:
        return Unit(value)
    except ValueError:
        known = ", ".join(repr(unit.value) for unit in Unit)
        raise UnitError(f"{argument}: {value!r} is not a unit; use one of {known}.") from None


def _as_floats(values: Any) -> Any:  # noqa: ANN401 - four kinds, told apart by their dtype
    """Whole numbers overflow where doubles round, and text repeats: only doubles pass."""
    if isinstance(values, (int, float)) and not isinstance(values, bool):
        return float(values)
    dtypes = getattr(values, "dtypes", getattr(values, "dtype", None))
    # Of a DataFrame they are a Series, of anything else one.
    each: list[object] = list(dtypes) if hasattr(dtypes, "items") else [dtypes]  # type: ignore[arg-type]  # has items
    if not all(getattr(one, "kind", "") in ("f", "i", "u") for one in each):
        raise InputTypeError(
            f"values: expected numbers, got {type(values).__name__}; give a float, or an array, "
            "Series or DataFrame of numbers."
        )
    return values.astype("float64")


def convert(values: Values, from_unit: Unit | str, to_unit: Unit | str) -> Values:
    """Convert between two units of the same dimension.

    Parameters
    ----------
    values : float, numpy.ndarray, pandas.Series or pandas.DataFrame [from_unit]
        What is to be converted. Never changed in place.
    from_unit, to_unit : Unit or str
        Money: ``"USD"``, ``"USD mn"``, ``"USD bn"``, ``"USD tn"``. Rates and ratios:
        ``"fraction"``, ``"percent"``, ``"bp"``. Spans: ``"days"``, ``"weeks"``.

    Returns
    -------
    same type as ``values`` [to_unit]
        With the same index and name.

    Raises
    ------
    UnitError
        A unit is unknown, or the two measure different things.
    InputTypeError
        ``values`` is text or anything else that is not a number.

    Notes
    -----
    One multiplication or division by a whole number, so the result is the correctly
    rounded one.

    NaN: propagates.

    Timing: element by element; dates play no part.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.convert(8_551_169.0, "USD mn", "USD bn")
    8551.169
    >>> fl.convert(0.12, "fraction", fl.Unit.PERCENT)
    12.0
    """
    source, target = _as_unit(from_unit, "from_unit"), _as_unit(to_unit, "to_unit")
    numbers: Values = _as_floats(values)
    for sizes in _SIZES.values():
        if source in sizes and target in sizes:
            multiply, divide = sizes[source], sizes[target]
            if multiply % divide == 0:
                return numbers * float(multiply // divide)
            return numbers / float(divide // multiply)
    raise UnitError(
        f"from_unit, to_unit: {source.value!r} cannot be converted to {target.value!r}; "
        "they measure different things."
    )
