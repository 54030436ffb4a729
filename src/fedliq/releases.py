"""When a figure became public, by its publisher's timetable.

Times are Eastern wall-clock times, without a time zone.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from fedliq._validate import check_choice, check_positive_int, check_time_index
from fedliq.calendar import (
    ONE_DAY,
    ONE_MONTH,
    WEDNESDAY,
    day_of,
    days_of,
    index_of,
    office_calendar,
    weekday,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fedliq.calendar import Days, Office

__all__ = ["ReleaseRule", "latest_due", "release_times", "upcoming_releases"]

ReleaseRule = Literal[
    "h41", "h8", "repo_rate", "fed_funds_rate", "on_rrp", "repo", "dts", "in_force", "gdp"
]


def _next(days: Days, office: Office) -> Days:
    return np.busday_offset(days, 1, roll="backward", busdaycal=office_calendar(office))


# The hour at which each release comes out on its day.
_CLOCK: Mapping[str, str] = MappingProxyType(
    {
        "h41": "16:30",
        "h8": "16:15",
        "repo_rate": "08:00",
        "fed_funds_rate": "09:00",
        "on_rrp": "13:15",
        "repo": "13:45",
        "dts": "16:00",
        "in_force": "00:00",
        "gdp": "08:30",
    }
)


# First estimates that a lapse of appropriations put off: quarter, day of publication
# (Bureau of Economic Analysis, news releases of those days).
_LATE_GDP: Mapping[str, str] = MappingProxyType(
    {
        "2013-07-01": "2013-11-07",
        "2018-10-01": "2019-02-28",
        "2025-07-01": "2025-12-23",
        "2025-10-01": "2026-02-20",
    }
)


def _gdp_days(days: Days) -> Days:
    """About 30 days after the end of a quarter that is dated by its first day."""
    end = (days.astype("datetime64[M]") + 3 * ONE_MONTH).astype("datetime64[D]") - ONE_DAY
    due = np.busday_offset(
        end + 30 * ONE_DAY, 0, roll="forward", busdaycal=office_calendar("board")
    )
    late = [_LATE_GDP.get(str(day), "NaT") for day in days]
    put_off = np.asarray(late, dtype="datetime64[D]")
    return np.where(np.isnat(put_off), due, put_off)


def _release_days(days: Days, rule: ReleaseRule) -> Days:
    match rule:
        case "h41":
            # Thursday; the next business day when Thursday is a holiday.
            return np.busday_offset(
                days + ONE_DAY, 0, roll="forward", busdaycal=office_calendar("board")
            )
        case "h8":
            # Friday of the following week; "If Friday is a federal holiday, then the data
            # are released on Thursday" (Board, About the H.8).
            return np.busday_offset(
                days + 9 * ONE_DAY, 0, roll="backward", busdaycal=office_calendar("board")
            )
        case "repo_rate":
            return _next(days, "repo")
        case "fed_funds_rate" | "dts":
            return _next(days, "banks")
        case "gdp":
            return _gdp_days(days)
        case _:  # on_rrp, repo, in_force: known on the day itself
            return days


def release_times(observed: pd.DatetimeIndex, rule: ReleaseRule) -> pd.DatetimeIndex:
    """When observations became public, by the publisher's timetable.

    Parameters
    ----------
    observed : pandas.DatetimeIndex
        The days the figures are for.
    rule : str
        ``"h41"`` (Thursday 16:30 for Wednesday; the next business day when Thursday is a
        holiday), ``"h8"`` (Friday of the following week 16:15; Thursday when that Friday
        is a holiday), ``"repo_rate"`` (SOFR, TGCR, BGCR: next repo-market day 08:00),
        ``"fed_funds_rate"`` (EFFR, OBFR: next business day 09:00), ``"on_rrp"`` (same day
        13:15), ``"repo"`` (same day 13:45), ``"dts"`` (next business day 16:00),
        ``"in_force"`` (administered rates: the day they apply at the latest), ``"gdp"``
        (30 days after the quarter; the day itself for four that were put off).

    Returns
    -------
    pandas.DatetimeIndex
        Eastern wall-clock times, one for each row, in the same order.

    Raises
    ------
    InvalidInputError
        The rule is unknown, or dates lie outside the years the holiday rules hold for.
    TimeIndexError
        ``observed`` is not sorted, unique, naive and made of dates.

    Notes
    -----
    The rule, not the record: a release that came late for its own reasons is dated by the
    timetable. Four first estimates of GDP that a lapse of appropriations put off are dated
    by the day they came out.

    Examples
    --------
    >>> import pandas as pd
    >>> from fedliq.releases import release_times
    >>> wednesdays = pd.DatetimeIndex(["2023-03-15", "2025-11-26"])
    >>> release_times(wednesdays, "h41").strftime("%a %Y-%m-%d %H:%M").tolist()
    ['Thu 2023-03-16 16:30', 'Fri 2025-11-28 16:30']
    """
    check_choice(rule, get_args(ReleaseRule), "rule")
    days = days_of(check_time_index(observed, "observed"), "observed")
    return index_of(_release_days(days, rule)) + pd.Timedelta(f"{_CLOCK[rule]}:00")


def upcoming_releases(
    rule: Literal["h41", "h8"], after: str | date | pd.Timestamp, count: int = 1
) -> pd.DatetimeIndex:
    """Return the next times at which a weekly release is due.

    Parameters
    ----------
    rule : {"h41", "h8"}
        The Board's weekly release.
    after : str, date or Timestamp
        Releases of this day and before it are past.
    count : int, default 1
        How many.

    Returns
    -------
    pandas.DatetimeIndex
        Eastern wall-clock times.

    Raises
    ------
    InvalidInputError
        The release is not a weekly one, or the date is none.

    Examples
    --------
    >>> from fedliq.releases import upcoming_releases
    >>> upcoming_releases("h41", "2026-08-21").strftime("%a %Y-%m-%d %H:%M").tolist()
    ['Thu 2026-08-27 16:30']
    """
    check_choice(rule, ("h41", "h8"), "rule")
    check_positive_int(count, "count")
    day = day_of(after, "after")
    reach = np.arange(day - 21 * ONE_DAY, day + 7 * (count + 1) * ONE_DAY, dtype="datetime64[D]")
    wednesdays = reach[weekday(reach) == WEDNESDAY]
    times = release_times(index_of(wednesdays), rule)
    return times[times.normalize() > pd.Timestamp(day)][:count]


# Which days a rule has observations for: the business days of an office, or others.
_OFFICES: Mapping[str, Office] = MappingProxyType(
    {
        "repo_rate": "repo",
        "fed_funds_rate": "banks",
        "on_rrp": "repo",
        "repo": "repo",
        "dts": "banks",
    }
)


def latest_due(rule: ReleaseRule, day: str | date | pd.Timestamp) -> pd.Timestamp:
    """Return the latest day for which a figure should be public by the end of ``day``.

    Parameters
    ----------
    rule : str
        As in :func:`release_times`.
    day : str, date or Timestamp
        In Eastern time.

    Returns
    -------
    pandas.Timestamp
        An observation date. A series that ends before it is overdue.

    Raises
    ------
    InvalidInputError
        The rule is unknown, or ``day`` is none.

    Examples
    --------
    >>> from fedliq.releases import latest_due
    >>> print(latest_due("h41", "2026-08-21").date(), latest_due("h8", "2026-08-21").date())
    2026-08-19 2026-08-12
    """
    check_choice(rule, get_args(ReleaseRule), "rule")
    last = day_of(day, "day")
    days = np.arange(last - 400 * ONE_DAY, last + ONE_DAY, dtype="datetime64[D]")
    if rule in ("h41", "h8"):
        days = days[weekday(days) == WEDNESDAY]
    elif rule == "gdp":
        months = np.unique(days.astype("datetime64[M]"))[1:]
        days = months[months.astype(np.int64) % 3 == 0].astype("datetime64[D]")
    elif rule in _OFFICES:
        days = days[np.is_busday(days, busdaycal=office_calendar(_OFFICES[rule]))]
    public = _release_days(days, rule)
    return pd.Timestamp(days[public <= last][-1])
