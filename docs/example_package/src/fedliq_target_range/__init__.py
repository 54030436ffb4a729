"""Where the federal funds rate stands in the FOMC's target range.

An example of a package built on fedliq: two indicators, and two quantities that fedliq's table
lacks. Nothing is registered anywhere; importing fedliq knows nothing of it.
"""

from __future__ import annotations

import fedliq as fl
import numpy as np
import pandas as pd
from fedliq.extend import Quantity, check_inputs, indicator

__all__ = ["QUANTITIES", "target_range_drift", "target_range_position"]

#: What fedliq's table of quantities lacks, with the size that a value can possibly have.
QUANTITIES = (
    Quantity(
        "target_low", fl.Unit.PERCENT, 0, 25, "Lower limit of the federal funds target range"
    ),
    Quantity(
        "target_high", fl.Unit.PERCENT, 0, 25, "Upper limit of the federal funds target range"
    ),
)


@indicator(
    "(effr - target_low) / (target_high - target_low)",
    unit=fl.Unit.FRACTION,
    quantities=QUANTITIES,
)
def target_range_position(
    effr: pd.Series[float], target_low: pd.Series[float], target_high: pd.Series[float]
) -> pd.Series[float]:
    """Where the effective federal funds rate stands in the target range.

    Parameters
    ----------
    effr : pandas.Series [percent]
        Effective federal funds rate by value date (FRED: EFFR).
    target_low, target_high : pandas.Series [percent]
        Limits of the target range in force on those dates (FRED: DFEDTARL and DFEDTARU), from
        2008-12-16.

    Returns
    -------
    pandas.Series [fraction]
        0 at the lower limit, 1 at the upper one; outside 0 to 1 where the rate has left the
        range. On the index of the inputs, named ``target_range_position``.

    Raises
    ------
    fedliq.InvalidInputError
        The upper limit does not lie above the lower one.
    fedliq.UnitError, fedliq.AlignmentError, fedliq.TimeIndexError, fedliq.InputTypeError
        As in :func:`fedliq.extend.check_inputs`.

    Notes
    -----
    (effr - target_low) / (target_high - target_low). EFFR is the median of the day's trades since
    2016-03-01, and was their mean before.

    NaN: where any input is NaN.

    Timing: element by element, by value date. EFFR of a day is public on the next business day
    about 09:00 Eastern; the range is announced before the day it is in force.

    References
    ----------
    Federal Reserve Bank of New York, *Effective Federal Funds Rate*; Board of Governors, FOMC
    implementation notes.

    Examples
    --------
    On 2019-09-17 the rate left the range through its upper limit.

    >>> import pandas as pd
    >>> from fedliq_target_range import target_range_position
    >>> days = pd.DatetimeIndex(["2019-09-16", "2019-09-17"])
    >>> effr = pd.Series([2.25, 2.30], days)
    >>> low, high = pd.Series(2.00, days), pd.Series(2.25, days)
    >>> target_range_position(effr, low, high).round(6).tolist()
    [1.0, 1.2]
    """
    index, (rate, low, high) = check_inputs(
        {"effr": effr, "target_low": target_low, "target_high": target_high}, quantities=QUANTITIES
    )
    inverted = high <= low
    if inverted.any():
        raise fl.InvalidInputError(
            f"target_high: must lie above target_low, but does not on "
            f"{index[inverted][0].date()}; are the two exchanged?"
        )
    return pd.Series((rate - low) / (high - low), index=index, name="target_range_position")


@indicator(
    "effr - target_low, less what that was `days` before",
    unit=fl.Unit.BASIS_POINT,
    quantities=QUANTITIES,
)
def target_range_drift(
    effr: pd.Series[float], target_low: pd.Series[float], *, days: int = 28
) -> pd.Series[float]:
    """How far the effective federal funds rate has risen within its range.

    Parameters
    ----------
    effr : pandas.Series [percent]
        Effective federal funds rate by value date (FRED: EFFR).
    target_low : pandas.Series [percent]
        Lower limit of the target range in force on those dates (FRED: DFEDTARL).
    days : int, default 28
        Over how many calendar days.

    Returns
    -------
    pandas.Series [bp]
        Positive where the rate has risen in the range, whatever became of the range itself. On
        the index of the inputs, named ``target_range_drift``.

    Raises
    ------
    fedliq.InvalidInputError
        ``days`` is not a whole number from 1 up.
    fedliq.UnitError, fedliq.AlignmentError, fedliq.TimeIndexError, fedliq.InputTypeError
        As in :func:`fedliq.extend.check_inputs`.

    Notes
    -----
    A decision of the FOMC moves the rate and the range alike, and so leaves no trace here. What
    is left is the market's own: a rate that rises in its range tells of reserves that get scarcer.

    NaN: where either input is NaN, and until ``days`` have passed since the first date.

    Timing: a date uses the past only. The value ``days`` earlier is the last one observed by then,
    at most six days old.

    References
    ----------
    S. Anbil, A. Anderson and Z. Senyuz, "What Happened in Money Markets in September 2019?", FEDS
    Notes, 27 February 2020.

    Examples
    --------
    >>> import pandas as pd
    >>> from fedliq_target_range import target_range_drift
    >>> friday_and_monday = pd.DatetimeIndex(["2019-09-13", "2019-09-16"])
    >>> effr = pd.Series([2.14, 2.25], friday_and_monday)
    >>> low = pd.Series(2.00, friday_and_monday)
    >>> target_range_drift(effr, low, days=3).tolist()
    [nan, 11.0]
    """
    if isinstance(days, bool) or not isinstance(days, (int, np.integer)) or days < 1:
        raise fl.InvalidInputError(f"days: expected a whole number from 1 up, got {days!r}.")
    index, (rate, low) = check_inputs(
        {"effr": effr, "target_low": target_low}, quantities=QUANTITIES
    )
    above = pd.Series(fl.convert(rate - low, "percent", "bp"), index=index)
    # fl.align is the one way to another date: never a later value, never one that is too old.
    (before,) = fl.align(above, on=index - pd.Timedelta(int(days), unit="D"))
    # Rates have two decimals; rounding takes away binary noise, not figures.
    drift = (above.to_numpy() - before.to_numpy()).round(6)
    return pd.Series(drift, index=index, name="target_range_drift")
