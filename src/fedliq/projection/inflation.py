"""How the principal of TIPS grows with the consumer price index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_time_index
from fedliq.calendar import ONE_DAY, ONE_MONTH
from fedliq.exceptions import InvalidInputError, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = ["index_ratio"]

_LAG = 3 * ONE_MONTH
_MOST = 30.0  # percent a year


def index_ratio(
    inflation: float | pd.Series[float], base: np.datetime64
) -> Callable[[Days], Floats]:
    """Return the index ratio of TIPS on any day, relative to a base day.

    Parameters
    ----------
    inflation : float [percent per year] or pandas.Series
        A constant rate, or the consumer price index itself (CPI-U, not seasonally adjusted) by
        the first day of each month.
    base : numpy.datetime64
        Where the ratio is 1.

    Returns
    -------
    callable
        From days to ratios.

    Raises
    ------
    UnitError
        The rate is no plausible percentage.
    InvalidInputError
        The index lacks a month, or is not above zero.

    Notes
    -----
    Of an index, a day's reference is the index of three months before, interpolated to the
    day within the month (31 CFR 356, appendix B).

    Timing: the index of a month reaches principal two to three months later: a series to May
    serves days to the end of July.
    """
    if not isinstance(inflation, pd.Series):
        rate = check_number(inflation, "inflation")
        if abs(rate) > _MOST:
            raise UnitError(f"inflation: expected percent per year, such as 2.0, got {rate:g}.")
        return lambda days: np.exp(np.log1p(rate / 100) * ((days - base) / ONE_DAY / 365.25))
    index = check_time_index(inflation.index, "inflation")
    months = index.to_numpy().astype("datetime64[M]")
    levels = inflation.to_numpy(dtype=float)
    if not len(levels) or not (levels > 0).all() or (np.diff(months) != ONE_MONTH).any():
        raise InvalidInputError(
            "inflation: expected an index level above 0 for each month, without gaps, dated by the "
            "month's first day; or a rate in percent, such as 2.0."
        )

    def reference(days: Days) -> Floats:
        month = days.astype("datetime64[M]")
        position = ((month - _LAG - months[0]) / ONE_MONTH).astype(np.int64)
        if len(days) and (position.min() < 0 or position.max() + 1 >= len(levels)):
            raise InvalidInputError(
                f"inflation: principal from {days.min()} to {days.max()} needs the index from "
                f"{(days.min().astype('datetime64[M]') - _LAG)} to "
                f"{days.max().astype('datetime64[M]') - _LAG + ONE_MONTH}; it covers {months[0]} to "
                f"{months[-1]}. Extend it by an assumption of your own, or give a rate."
            )
        first = month.astype("datetime64[D]")
        length = (month + ONE_MONTH).astype("datetime64[D]") - first
        part = (days.astype("datetime64[D]") - first) / length
        return levels[position] + part * (levels[position + 1] - levels[position])

    origin = reference(np.asarray([base]))[0]
    return lambda days: reference(days) / origin
