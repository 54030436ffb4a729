"""How the Federal Reserve's facilities fill and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int
from fedliq._validate import check_series
from fedliq.alignment import lagged
from fedliq.spec import indicator
from fedliq.units import Unit

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["btfp_runoff", "on_rrp_depletion", "srf_take_up"]


def _running_peak(values: Floats) -> Floats:
    peak = np.fmax.accumulate(values) if values.size else values
    return np.where(np.isnan(values), np.nan, peak)


def _emptying(series: pd.Series[float], name: str, weeks: int) -> pd.DataFrame:
    """Level, share of the peak so far, pace, and the weeks left at that pace."""
    check_positive_int(weeks, "weeks")
    index, level = check_series(series, name, name)
    pace = (level - lagged(series, 7 * weeks).to_numpy()) / weeks
    peak = _running_peak(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(peak > 0, level / peak, np.where(np.isnan(level), np.nan, 0.0))
        left = np.where(pace < 0, level / -pace, np.inf)
    left = np.where(level == 0, 0.0, np.where(np.isnan(pace), np.nan, left))
    columns = {name: level, "share_of_peak": share, "weekly_pace": pace, "weeks_to_zero": left}
    return pd.DataFrame(columns, index=index)


_EMPTYING_UNITS = {
    "share_of_peak": Unit.FRACTION,
    "weekly_pace": Unit.USD_BN,
    "weeks_to_zero": Unit.WEEKS,
}


@indicator(
    "on_rrp, its share of the peak so far, its weekly pace, and on_rrp / -pace",
    columns={"on_rrp": Unit.USD_BN, **_EMPTYING_UNITS},
)
def on_rrp_depletion(on_rrp: pd.Series[float], *, weeks: int = 4) -> pd.DataFrame:
    """How far the ON RRP facility has emptied, and when it would be empty.

    Parameters
    ----------
    on_rrp : pandas.Series [USD bn]
        ON RRP with private counterparties (FRED: RRPONTSYD), daily or weekly.
    weeks : int, default 4
        Span over which the pace is measured, in weeks of seven days, not rows.

    Returns
    -------
    pandas.DataFrame
        On the index of the input: ``on_rrp`` [USD bn]; ``share_of_peak`` [fraction], of
        the highest value up to that date; ``weekly_pace`` [USD bn], average change per
        week; ``weeks_to_zero`` [weeks], at that pace: ``inf`` when it is not falling, 0
        when it is empty.

    Raises
    ------
    UnitError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.
    InvalidInputError
        ``weeks`` is less than 1.

    Notes
    -----
    Once the facility is near zero, further run-off of assets falls on reserves one for one.

    NaN: where the input is NaN; ``weekly_pace`` and ``weeks_to_zero`` also until ``weeks``
    have passed.

    Timing: a date uses the past only. The value ``weeks`` earlier is the last one observed
    by then, at most six days old.

    References
    ----------
    Federal Reserve Bank of New York, *Reverse Repo Operations*.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.date_range("2024-01-03", periods=5, freq="7D")
    >>> on_rrp = pd.Series([720.0, 680.0, 640.0, 600.0, 560.0], weeks)
    >>> fl.on_rrp_depletion(on_rrp, weeks=4).iloc[-1].round(2).tolist()
    [560.0, 0.78, -40.0, 14.0]
    """
    return _emptying(on_rrp, "on_rrp", weeks)


@indicator(
    "btfp, its share of the peak so far, its weekly pace, and btfp / -pace",
    columns={"btfp": Unit.USD_BN, **_EMPTYING_UNITS},
)
def btfp_runoff(btfp: pd.Series[float], *, weeks: int = 4) -> pd.DataFrame:
    """How far the Bank Term Funding Program has run off.

    Parameters
    ----------
    btfp : pandas.Series [USD bn]
        Loans outstanding, Wednesday level (FRED: H41RESPPALDKNWW, in USD mn). The program
        opened on 2023-03-12, made its last loan on 2024-03-11 and was gone a year later.
    weeks : int, default 4
        Span over which the pace is measured, in weeks of seven days, not rows.

    Returns
    -------
    pandas.DataFrame
        Columns ``btfp``, ``share_of_peak``, ``weekly_pace`` and ``weeks_to_zero`` as in
        :func:`on_rrp_depletion`.

    Raises
    ------
    UnitError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.
    InvalidInputError
        ``weeks`` is less than 1.

    Notes
    -----
    NaN: as in :func:`on_rrp_depletion`.

    Timing: a date uses the past only.

    References
    ----------
    Board of Governors, H.4.1, table 1; press releases of 12 March 2023 and 24 January 2024.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.DatetimeIndex(["2023-03-15", "2023-03-22"])
    >>> btfp = pd.Series([11.943, 53.669], weeks)
    >>> fl.btfp_runoff(btfp, weeks=1)["weeks_to_zero"].tolist()
    [nan, inf]
    """
    return _emptying(btfp, "btfp", weeks)


@indicator(
    "srf, and over the window the days used, the mean and the maximum; the record so far",
    columns={
        "srf": Unit.USD_BN,
        "days_used": Unit.DAYS,
        "window_mean": Unit.USD_BN,
        "window_max": Unit.USD_BN,
        "record": Unit.USD_BN,
    },
)
def srf_take_up(srf: pd.Series[float], *, days: int = 28) -> pd.DataFrame:
    """How much, and how often, the standing repo facility is drawn on.

    Parameters
    ----------
    srf : pandas.Series [USD bn]
        Amount accepted on each operation day, all collateral, both operations of the day.
    days : int, default 28
        Calendar days in the window, today included.

    Returns
    -------
    pandas.DataFrame
        On the index of the input: ``srf`` [USD bn]; ``days_used`` [days], operation days
        in the window with any take-up; ``window_mean`` and ``window_max`` [USD bn];
        ``record`` [USD bn], the highest value up to that date.

    Raises
    ------
    UnitError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.
    InvalidInputError
        ``days`` is less than 1.

    Notes
    -----
    NaN: the row, where the input is NaN. Inside the window NaN is passed over.

    Timing: a date uses itself and the ``days - 1`` days before it, fewer at the start.

    References
    ----------
    Federal Reserve Bank of New York, *Repo Operations*.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.DatetimeIndex(["2025-12-29", "2025-12-30", "2025-12-31"])
    >>> srf = pd.Series([0.0, 16.0, 74.6], days)
    >>> fl.srf_take_up(srf).iloc[-1].round(1).tolist()
    [74.6, 2.0, 30.2, 74.6, 74.6]
    """
    span = pd.Timedelta(check_positive_int(days, "days"), unit="D")
    index, values = check_series(srf, "srf", "srf")
    level = pd.Series(values, index=index)
    used = pd.Series(np.where(np.isnan(values), np.nan, values > 0), index=index)
    window = level.rolling(span, min_periods=1)
    take_up = pd.DataFrame(
        {
            "srf": level,
            "days_used": used.rolling(span, min_periods=1).sum(),
            "window_mean": window.mean(),
            "window_max": window.max(),
            "record": _running_peak(values),
        },
        index=index,
    )
    return take_up.where(level.notna())
