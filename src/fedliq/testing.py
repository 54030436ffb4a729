"""The promises of the house, run over any indicator: fedliq's own, and yours.

For the tests of a package that adds indicators. It needs no test framework:
:func:`check_indicator` raises an :class:`AssertionError` that says which promise is broken, and
how.

>>> import fedliq as fl
>>> from fedliq.testing import check_indicator, typical_series
>>> check_indicator(fl.sofr_iorb_spread, typical_series({"sofr": 4.0, "iorb": 3.9}))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_number, check_positive_int
from fedliq._promises import (
    BAD_INDEXES,
    OF_ITS_RESULTS,
    OF_THE_FUNCTION,
    BrokenError,
    Case,
    Check,
)
from fedliq._validate import check_inputs
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.spec import spec_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fedliq.spec import Spec

__all__ = ["BAD_INDEXES", "PROMISES", "check_indicator", "typical_series"]

#: What is promised of every indicator, by the name that an AssertionError gives it.
PROMISES: Mapping[str, str] = MappingProxyType(
    {name: text for name, (_, text) in (OF_THE_FUNCTION | OF_ITS_RESULTS).items()}
)


def check_indicator(
    function: Callable[..., Any],
    series: Mapping[str, pd.Series[float]],
    *,
    arguments: Mapping[str, object] | None = None,
    looks_back: bool = False,
    promises: Iterable[str] | None = None,
) -> None:
    """Hold an indicator to the promises of the house.

    Parameters
    ----------
    function : callable
        Marked with :func:`fedliq.extend.indicator`.
    series : mapping of str to pandas.Series [units of the spec]
        One for each quantity it takes, on one index, without NaN: :func:`typical_series` makes
        some. Series that wander betray more than those that only rise or fall, and one that
        is shorter than a window of the indicator is too short.
    arguments : mapping of str to object, optional
        What else it must be given.
    looks_back : bool, default False
        Whether it uses earlier days, such as those of a window. NaN may then show later, too.
    promises : iterable of str, optional
        Those of ``PROMISES`` to check; by default all.

    Raises
    ------
    AssertionError
        A promise is broken; the text says which, and how.
    InputTypeError
        ``function`` is not marked, or ``series`` is no mapping.
    InvalidInputError
        ``series`` does not hold what the function takes, holds NaN or nothing but zeros, or is
        shorter than 12 rows; or a promise is unknown.
    UnitError, AlignmentError, TimeIndexError
        As in :func:`fedliq.extend.check_inputs`, of the series given.

    See Also
    --------
    fedliq.extend.indicator : Marks a function.

    Notes
    -----
    It calls the function on what it was given, some hundred times.

    Examples
    --------
    >>> import fedliq as fl
    >>> from fedliq.extend import indicator
    >>> from fedliq.testing import check_indicator, typical_series
    >>> @indicator("sofr - iorb", unit=fl.Unit.PERCENT)
    ... def hasty_spread(sofr, iorb):
    ...     return (sofr - iorb).rename("hasty_spread")
    >>> typical = typical_series({"sofr": 4.0, "iorb": 3.9})
    >>> check_indicator(hasty_spread, typical, promises=["result", "no look-ahead"])
    >>> check_indicator(hasty_spread, typical, promises=["misaligned"])
    Traceback (most recent call last):
        ...
    AssertionError: hasty_spread breaks the promise 'misaligned': sofr without its first row: expected AlignmentError, but it is taken.
    """
    spec = spec_of(function)
    if spec is None:
        raise InputTypeError(
            f"function: {getattr(function, '__name__', function)!r} is not marked with "
            "@fedliq.extend.indicator."
        )
    chosen = set(PROMISES) if promises is None else _chosen(promises)
    case = Case(function, spec, {}, arguments or {}, looks_back)
    _run(case, OF_THE_FUNCTION, chosen)
    if chosen - set(OF_THE_FUNCTION):
        _run(replace(case, series=_checked(series, spec)), OF_ITS_RESULTS, chosen)


def _chosen(promises: Iterable[str]) -> set[str]:
    if isinstance(promises, str) or not isinstance(promises, Iterable):
        raise InputTypeError(
            f"promises: expected several names, such as ['NaN']; got {type(promises).__name__}."
        )
    return {check_choice(one, list(PROMISES), "promises") for one in promises}


def _run(case: Case, checks: Mapping[str, Check], chosen: set[str]) -> None:
    for promise, (check, _) in checks.items():
        if promise in chosen:
            try:
                check(case)
            except BrokenError as broken:
                raise AssertionError(
                    f"{case.function.__name__} breaks the promise {promise!r}: {broken}"
                ) from broken.__cause__


_FEWEST = 12


def _checked(series: object, spec: Spec) -> dict[str, pd.Series[float]]:
    """Refuse series on which a promise could not be seen to break."""
    if not isinstance(series, Mapping):
        raise InputTypeError(
            f"series: expected a mapping of names to Series, got {type(series).__name__}."
        )
    if set(series) != set(spec.inputs) or not series:
        raise InvalidInputError(
            f"series: {spec.name} takes {list(spec.inputs)}, given are {list(series)}."
        )
    given = dict(series)
    index, values = check_inputs(given, quantities=spec.inputs)
    if len(index) < _FEWEST:
        raise InvalidInputError(f"series: {len(index)} rows are too few; give {_FEWEST} or more.")
    for name, one in zip(given, values, strict=True):
        if np.isnan(one).any() or not one.any():
            raise InvalidInputError(
                f"series: {name} holds NaN, or nothing but zeros, on which little can be seen; give "
                "typical figures."
            )
    return {name: one.astype(float) for name, one in given.items()}


def typical_series(levels: Mapping[str, float], *, rows: int = 60) -> dict[str, pd.Series[float]]:
    """Make series that wander by three percent about typical levels.

    Parameters
    ----------
    levels : mapping of str to float [unit of the quantity]
        A typical level of each, under its name.
    rows : int, default 60
        How many Wednesdays, from 2022-01-05.

    Returns
    -------
    dict of str to pandas.Series [unit of the quantity]
        All on one index, each in a rhythm of its own.

    Raises
    ------
    InputTypeError, InvalidInputError
        A level is no finite number, or ``rows`` is less than 1.

    Notes
    -----
    NaN: none.

    Timing: the same at every call.

    Examples
    --------
    >>> from fedliq.testing import typical_series
    >>> made = typical_series({"sofr": 4.0, "iorb": 3.9}, rows=3)
    >>> made["sofr"].round(3).tolist()
    [4.0, 4.039, 4.074]
    """
    if not isinstance(levels, Mapping):
        raise InputTypeError(
            f"levels: expected a mapping of names to numbers, got {type(levels).__name__}."
        )
    check_positive_int(rows, "rows")
    wednesdays = pd.date_range("2022-01-05", periods=rows, freq="7D")
    steps = np.arange(rows) / 3
    return {
        name: pd.Series(
            check_number(level, f"levels[{name!r}]") * (1 + 0.03 * np.sin(steps + phase)),
            index=wednesdays.copy(),
        )
        for phase, (name, level) in enumerate(levels.items())
    }
