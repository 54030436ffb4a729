"""The only place that fills, samples or shifts series against dates.

Series of different frequency meet here and nowhere else. A date takes the last value
observed on or before it, never a later one, and never one older than a stated limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fedliq._options import check_span
from fedliq._validate import check_series, check_time_index
from fedliq.exceptions import AlignmentError, InputTypeError, TimeIndexError

if TYPE_CHECKING:
    from datetime import timedelta

    from numpy.typing import NDArray

__all__ = [
    "align",
    "as_available",
    "check_available",
    "known_at",
    "lagged",
    "no_figures",
    "staleness",
    "week_average",
]

# Six days: a weekly figure serves until the day before the next one is due. With seven,
# a missing week would silently be filled by the one before it.
DEFAULT_MAX_STALE = "6D"
# How long before the day it is for a rate can be announced, over a long weekend.
_AHEAD, _NOT_AHEAD = pd.Timedelta(7, unit="D"), pd.Timedelta(0)


def _target(series: tuple[pd.Series[Any], ...], on: pd.DatetimeIndex | None) -> pd.DatetimeIndex:
    if not series:
        raise InputTypeError("series: give at least one Series.")
    if on is None:
        return check_series(series[0], "series 1")[0]
    return check_time_index(on, "on")


def _last_known(
    index: pd.DatetimeIndex, values: NDArray[np.float64], on: pd.DatetimeIndex
) -> tuple[NDArray[np.float64], pd.TimedeltaIndex]:
    """Return the last value at or before each date, and how old it is (NaT where none is)."""
    there = ~np.isnan(values)
    index, values = index[there], values[there]
    if not len(values):
        return np.full(len(on), np.nan), pd.to_timedelta([pd.NaT] * len(on))
    position = index.searchsorted(on, side="right") - 1
    age = on - index[position]
    return (
        np.where(position >= 0, values[position], np.nan),
        pd.TimedeltaIndex(age.where(position >= 0)),
    )


def align(
    *series: pd.Series[float],
    on: pd.DatetimeIndex | None = None,
    max_stale: str | timedelta = DEFAULT_MAX_STALE,
) -> tuple[pd.Series[float], ...]:
    """Put series of different frequency on one index, without looking ahead.

    Each date takes the last value observed on or before it. A value older than
    ``max_stale`` is not used: the result there is NaN.

    Parameters
    ----------
    *series : pandas.Series [any unit]
        Indexed by observation date. Rows that are NaN count as not observed.
    on : pandas.DatetimeIndex, optional
        The dates wanted. By default those of the first series.
    max_stale : str or timedelta, default ``"6D"``
        Oldest age at which a value still serves. Six days let a weekly figure serve
        until the day before the next one; a quarterly one needs more, say ``"150D"``.

    Returns
    -------
    tuple of pandas.Series [units as given]
        As many as were given, in the same order, each with its own name, all on ``on``.

    Raises
    ------
    InputTypeError
        Something is not a Series of numbers.
    TimeIndexError
        An index is not sorted, unique, naive and made of dates.
    InvalidInputError
        ``max_stale`` is negative or not a span.

    See Also
    --------
    staleness : How old the value is that each date takes.

    Notes
    -----
    NaN: a row that is NaN is passed over for the last value before it, within the limit.

    Timing: by observation date. A figure observed on Wednesday may be public only on
    Thursday; see ``Dataset.known_on`` for what was public when. Align once, from the series
    as observed: in an aligned series a value held over counts as an observation.

    Examples
    --------
    On the holiday Wednesday 2025-01-01 no ON RRP operation took place; the day before
    serves, the day after never does.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> wednesday = pd.DatetimeIndex(["2025-01-01"])
    >>> fed_assets = pd.Series([6852.491], wednesday, name="fed_assets")
    >>> on_rrp = pd.Series([473.46, 239.858], pd.DatetimeIndex(["2024-12-31", "2025-01-02"]))
    >>> fed_assets, on_rrp = fl.align(fed_assets, on_rrp)
    >>> on_rrp.tolist()
    [473.46]
    """
    target = _target(series, on)
    limit = check_span(max_stale, "max_stale")
    aligned = []
    for number, one in enumerate(series, start=1):
        values, age = _last_known(*check_series(one, f"series {number}"), target)
        fresh = np.asarray(age <= limit)
        aligned.append(pd.Series(np.where(fresh, values, np.nan), index=target, name=one.name))
    return tuple(aligned)


def staleness(*series: pd.Series[float], on: pd.DatetimeIndex | None = None) -> pd.DataFrame:
    """How many days old the value is that :func:`align` would take for each date.

    Parameters
    ----------
    *series : pandas.Series [any unit]
        Indexed by observation date. Rows that are NaN count as not observed.
    on : pandas.DatetimeIndex, optional
        The dates wanted. By default those of the first series.

    Returns
    -------
    pandas.DataFrame [days]
        A column for each series, under its name, or ``series 1``, ``series 2`` where it
        has none or shares it. 0 where the date itself was observed.

    Raises
    ------
    InputTypeError
        Something is not a Series of numbers.
    TimeIndexError
        An index is not sorted, unique, naive and made of dates.

    Notes
    -----
    NaN: where nothing has been observed yet.

    Timing: by observation date, as in :func:`align`.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> on_rrp = pd.Series([473.46], pd.DatetimeIndex(["2024-12-31"]), name="on_rrp")
    >>> fl.staleness(on_rrp, on=pd.DatetimeIndex(["2025-01-01"]))["on_rrp"].tolist()
    [1.0]
    """
    target = _target(series, on)
    names = [getattr(one, "name", None) for one in series]
    ages = {}
    for number, one in enumerate(series, start=1):
        label = f"series {number}"
        _, age = _last_known(*check_series(one, label), target)
        shared = one.name is None or names.count(one.name) > 1
        ages[label if shared else one.name] = age / pd.Timedelta(1, unit="D")
    return pd.DataFrame(ages, index=target)


def as_available(series: pd.Series[float], available: pd.DatetimeIndex) -> pd.Series[float]:
    """Date each observation by the day it became public instead of the day it is for.

    Parameters
    ----------
    series : pandas.Series [any unit]
        Indexed by observation date.
    available : pandas.DatetimeIndex
        When each row became public, one for each row, never going back; for instance from
        :func:`fedliq.releases.release_times`. Times of day are taken off.

    Returns
    -------
    pandas.Series [unit as given]
        Indexed by the day of publication. Where several observations came out on one
        day, the latest of them stands.

    Raises
    ------
    AlignmentError
        ``available`` has not one date for each row, its dates go back, or one lies before
        its observation.
    TimeIndexError
        ``available`` is not a DatetimeIndex without a time zone.

    Notes
    -----
    NaN: kept.

    Timing: the result on a date was public by the end of that date.
    """
    index, values = check_series(series, "series")
    days = check_available(available, index).normalize()
    last_of_day = ~days.duplicated(keep="last")
    return pd.Series(values[last_of_day], index=days[last_of_day], name=series.name)


def check_available(
    available: object, index: pd.DatetimeIndex, ahead: pd.Timedelta = _NOT_AHEAD
) -> pd.DatetimeIndex:
    """Refuse times of publication that cannot be those of the rows, or come too far ahead."""
    if not isinstance(available, pd.DatetimeIndex) or available.tz is not None:
        raise TimeIndexError(
            "available: expected a DatetimeIndex without a time zone, got "
            f"{type(available).__name__}."
        )
    if len(available) != len(index):
        raise AlignmentError(
            f"available: expected {len(index)} dates, one for each row of series, got "
            f"{len(available)}."
        )
    if not available.is_monotonic_increasing:
        raise AlignmentError("available: dates of publication go back; sort both together.")
    too_early = available.normalize() + ahead < index
    if too_early.any():
        early = index[too_early][0].date()
        raise AlignmentError(f"available: {early} would be public before it was observed.")
    return available


def known_at(
    series: pd.Series[float],
    available: pd.DatetimeIndex,
    moments: pd.DatetimeIndex,
    *,
    max_stale: str | timedelta = DEFAULT_MAX_STALE,
) -> pd.DataFrame:
    """Take, at each moment, the last observation that was public.

    Parameters
    ----------
    series : pandas.Series [any unit]
        Indexed by observation date. Rows that are NaN count as not observed.
    available : pandas.DatetimeIndex
        When each row became public, one for each row, never going back; for instance from
        :func:`fedliq.release_time`.
    moments : pandas.DatetimeIndex
        Eastern wall-clock times, in order.
    max_stale : str or timedelta, default ``"6D"``
        Oldest age, from observation to moment, at which a value still serves.

    Returns
    -------
    pandas.DataFrame
        Indexed by moment: ``value`` [unit as given] and ``observed``, the day it is for.

    Raises
    ------
    AlignmentError
        ``available`` does not belong to the rows, or ``moments`` go back.
    TimeIndexError
        An index is not one of naive times.
    InvalidInputError
        ``max_stale`` is negative or not a span.

    Notes
    -----
    NaN: where nothing was public yet, or it was too old; ``observed`` is then NaT.

    Timing: a value is public from its release time on, that instant included; a rate that is
    announced ahead, from the day it is for.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> fed_assets = fl.load_sample()["fed_assets"]["2023-03-01":"2023-03-15"]
    >>> public = fl.release_time("fed_assets", fed_assets.index)
    >>> thursday = pd.DatetimeIndex(["2023-03-16 16:00", "2023-03-16 17:00"])
    >>> fl.known_at(fed_assets, public, thursday, max_stale="10D")["value"].round(1).tolist()
    [8342.3, 8639.3]
    """
    index, values = check_series(series, "series")
    public = check_available(available, index, _AHEAD)
    if not isinstance(moments, pd.DatetimeIndex) or moments.tz is not None or moments.hasnans:
        raise TimeIndexError("moments: expected a DatetimeIndex without a time zone or NaT.")
    if not moments.is_monotonic_increasing:
        raise AlignmentError("moments: times go back; use .sort_values().")
    limit = check_span(max_stale, "max_stale")
    # The last instant of a day is finer than the resolution of an index of days.
    index, public, at = (one.as_unit("ns") for one in (index, public, moments))
    there = ~np.isnan(values)
    index, values = index[there], values[there]
    public = pd.DatetimeIndex(np.maximum(public[there], index))
    position = public.searchsorted(at, side="right") - 1
    observed = pd.DatetimeIndex([pd.NaT] * len(moments)).as_unit("ns")
    value = np.full(len(moments), np.nan)
    if len(index):
        last = index[position]
        fresh = (position >= 0) & (at - last <= limit)
        observed = pd.DatetimeIndex(last.where(fresh))
        value = np.where(fresh, values[position], np.nan)
    return pd.DataFrame({"value": value, "observed": observed}, index=moments.view())


def week_average(series: pd.Series[float], *, on: pd.DatetimeIndex) -> pd.Series[float]:
    """Average a daily series over the seven days that end on each date.

    Parameters
    ----------
    series : pandas.Series [any unit]
        By day. Days that are missing or NaN are left out of the average.
    on : pandas.DatetimeIndex
        The dates wanted; the Wednesdays of the H.4.1 give the weeks of its averages.

    Returns
    -------
    pandas.Series [unit as given]
        On ``on``, under its own name.

    Raises
    ------
    TimeIndexError, InputTypeError
        As in :func:`align`.

    Notes
    -----
    NaN: where none of the seven days has a value.

    Timing: a date uses itself and the six days before it. A date whose week is not over yet
    would be averaged over what there is: ask only for weeks that have ended.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> effr = pd.Series([3.62, 3.64], pd.DatetimeIndex(["2026-08-13", "2026-08-19"]))
    >>> fl.week_average(effr, on=pd.DatetimeIndex(["2026-08-19", "2026-08-26"])).tolist()
    [3.63, nan]
    """
    index, values = check_series(series, "series")
    wanted = check_time_index(on, "on")
    there = ~np.isnan(values)
    days, held = index[there], values[there]
    first = days.searchsorted(wanted - pd.Timedelta(6, unit="D"))
    last = days.searchsorted(wanted, side="right")
    # Each week is summed on its own: a running sum would carry the rounding of all before it.
    averages = [
        held[start:end].mean() if end > start else np.nan
        for start, end in zip(first, last, strict=True)
    ]
    return pd.Series(averages, index=wanted, name=series.name, dtype=float)


def lagged(series: pd.Series[float], days: int) -> pd.Series[float]:
    """Return the value as it stood ``days`` calendar days before each date of the series.

    Rows are not time: a step of 28 days is four weeks on a weekly, a business-daily and
    a daily index alike. On a day without an observation the last one before it serves,
    within the default limit of :func:`align`.
    """
    index, _ = check_series(series, "series")
    (earlier,) = align(series, on=index - pd.Timedelta(days, unit="D"))
    return earlier.set_axis(index)


def no_figures(name: str | None = None) -> pd.Series[float]:
    """Return a series without observations, for a figure that is not at hand."""
    return pd.Series(np.empty(0), index=pd.DatetimeIndex([], name="date"), name=name)
