"""What a package needs to add indicators of its own.

An indicator of yours is a function over series that starts with :func:`check_inputs` or
:func:`check_series` and is marked with :func:`indicator`. What fedliq's table of quantities
lacks is declared beside it as a :class:`Quantity` and handed to both: nothing is registered, so
that two packages cannot get in each other's way. :mod:`fedliq.testing` holds an indicator to the
promises of the house.

>>> import pandas as pd
>>> import fedliq as fl
>>> from fedliq.extend import Quantity, check_inputs, indicator
>>> own = (Quantity("m2", fl.Unit.USD_BN, 200, 200_000, "The money stock M2"),)
>>> @indicator("reserves / m2", unit=fl.Unit.FRACTION, quantities=own)
... def reserves_to_m2(reserves, m2):
...     index, (part, whole) = check_inputs({"reserves": reserves, "m2": m2}, quantities=own)
...     return pd.Series(part / whole, index=index, name="reserves_to_m2")
>>> day = pd.DatetimeIndex(["2022-01-03"])
>>> reserves_to_m2(pd.Series([4000.0], day), pd.Series([20_000.0], day)).tolist()
[0.2]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fedliq import _validate
from fedliq._options import check_choice
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.quantities import QUANTITIES, Quantity
from fedliq.spec import Spec, indicator, own_quantities, spec_of

if TYPE_CHECKING:
    import pandas as pd

    from fedliq._validate import Floats

__all__ = ["Quantity", "Spec", "check_inputs", "check_series", "indicator", "spec_of"]


def check_inputs(
    series: Mapping[str, pd.Series[float]],
    *,
    quantities: Iterable[Quantity] = (),
    whole: str | None = None,
) -> tuple[pd.DatetimeIndex, tuple[Floats, ...]]:
    """Check several series, each by the name of its quantity, that must share one index.

    Parameters
    ----------
    series : mapping of str to pandas.Series [unit of the quantity]
        Under the names of their quantities, which are those of your arguments.
    quantities : iterable of Quantity, optional
        Those that fedliq's table lacks; the same as for :func:`indicator`.
    whole : str, optional
        The one that the others are parts of. None may be more than half of it: that a part is
        in millions, where the whole is in billions, shows here even where both are plausible.

    Returns
    -------
    index : pandas.DatetimeIndex
        The dates they share, to put the result on. Naming it leaves the caller's alone.
    values : tuple of numpy.ndarray of float
        Of each series, in the order given. They may be the caller's memory: read, never write.

    Raises
    ------
    InputTypeError
        Something is not a Series of numbers.
    TimeIndexError
        An index is not sorted, unique, naive and made of dates.
    UnitError
        A value is impossible in the unit of its quantity, or a part too large for the whole.
    AlignmentError
        The series do not share one index; the text shows the call that mends it.
    InvalidInputError
        ``series`` is empty, or a name is no quantity of fedliq's or of yours.

    Notes
    -----
    Each text starts with the argument that is wrong.

    NaN: taken, and left where it is.

    Timing: dates are compared as days, in whatever resolution.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> from fedliq.extend import Quantity, check_inputs
    >>> m2 = Quantity("m2", fl.Unit.USD_BN, 200, 200_000, "The money stock M2")
    >>> day = pd.DatetimeIndex(["2022-01-03"])
    >>> given = {"reserves": pd.Series([4000.0], day), "m2": pd.Series([20_000_000.0], day)}
    >>> check_inputs(given, quantities=(m2,))
    Traceback (most recent call last):
        ...
    fedliq.exceptions.UnitError: m2: 20000000 on 2022-01-03 is impossible in USD bn (plausible: 200 to 200000). It looks like USD mn: use fl.convert(m2, 'USD mn', 'USD bn').
    """
    if not isinstance(series, Mapping):
        raise InputTypeError(
            f"series: expected a mapping of names to Series, got {type(series).__name__}."
        )
    if not series:
        raise InvalidInputError("series: expected at least one, got an empty mapping.")
    known = QUANTITIES | own_quantities(quantities)
    for name in series:
        _check_known(name, known, "series")
    if whole is not None:
        check_choice(whole, list(series), "whole")
    return _validate.check_inputs(series, whole, known)


def check_series(
    series: pd.Series[float], argument: str, quantity: Quantity | str | None = None
) -> tuple[pd.DatetimeIndex, Floats]:
    """Check one series: its kind, its index and, where a quantity is given, its size.

    Parameters
    ----------
    series : pandas.Series [unit of the quantity]
        What your function was given.
    argument : str
        The name of that argument, with which a refusal starts.
    quantity : Quantity or str, optional
        One of yours, or the name of one of fedliq's. Without one, any size is taken.

    Returns
    -------
    index : pandas.DatetimeIndex
        Its dates. Naming the index of a result leaves the caller's alone.
    values : numpy.ndarray of float
        Maybe the caller's memory: read, never write.

    Raises
    ------
    InputTypeError
        It is not a Series of numbers.
    TimeIndexError
        The index is not sorted, unique, naive and made of dates.
    UnitError
        A value is impossible in the unit of the quantity.
    InvalidInputError
        ``quantity`` is the name of none of fedliq's, or has no possible name or range.

    See Also
    --------
    check_inputs : For several series on one index.

    Notes
    -----
    NaN: taken, and left where it is.

    Timing: dates are days; one with a time of day is refused.

    Examples
    --------
    >>> import pandas as pd
    >>> from fedliq.extend import check_series
    >>> sofr = pd.Series([3.63], pd.DatetimeIndex(["2026-08-20"]))
    >>> index, values = check_series(sofr, "sofr", "sofr")
    >>> values.tolist()
    [3.63]
    """
    if isinstance(quantity, str):
        _check_known(quantity, QUANTITIES, "quantity")
    elif quantity is not None:
        (quantity,) = own_quantities((quantity,), "quantity").values()
    return _validate.check_series(series, argument, quantity)


def _check_known(name: object, known: Mapping[str, Quantity], argument: str) -> None:
    if name not in known:
        raise InvalidInputError(
            f"{argument}: {name!r} is no quantity of fedliq; declare it, as in "
            f"fedliq.extend.Quantity({name!r}, fl.Unit.USD_BN, low, high, 'what it is'), and give "
            "that."
        )
