"""When a figure became public, by its publisher's timetable.

Times are Eastern wall-clock times, without a time zone.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_positive_int
from fedliq._validate import check_time_index
from fedliq.calendar import (
    ONE_DAY,
    ONE_MONTH,
    WEDNESDAY,
    day_of,
    days_of,
    index_of,
    moment_of,
    office_calendar,
    weekday,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fedliq.calendar import Days, Office

__all__ = [
    "ReleaseRule",
    "due_at",
    "latest_due",
    "release_times",
    "upcoming_at",
    "upcoming_releases",
]

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
        "in_force": "14:00",
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


# Rates dated by the day of the decision itself, and the cut of a Sunday (FOMC statements).
_SAME_DAY: Mapping[str, str] = MappingProxyType(
    {
        "2008-10-29": "2008-10-29 14:15",
        "2008-12-16": "2008-12-16 14:15",
        "2015-12-16": "2015-12-16 14:00",
        "2016-12-14": "2016-12-14 14:00",
        "2020-03-16": "2020-03-15 17:00",
    }
)
# To then the FOMC announced at 14:15 (Board, press release of 13 March 2013).
_QUARTER_PAST = np.datetime64("2013-03-20", "D")

# Releases of days on which the Board was closed by executive order or for a day of mourning:
# Wednesday, day of release. The H.4.1 of 2014, 2020 and 2025 by the dates they bear, and by when
# they came to FRED; the others by analogy, and the H.8 by the next day they can have come out:
# a date too late does not look ahead.
_LATE_H41: Mapping[str, str] = MappingProxyType(
    {
        "2003-12-24": "2003-12-29",
        "2008-12-24": "2008-12-29",
        "2014-12-24": "2014-12-29",
        "2020-12-23": "2020-12-28",
        "2025-01-08": "2025-01-10",
        "2025-12-24": "2025-12-29",
    }
)
_LATE_H8: Mapping[str, str] = MappingProxyType(
    {
        "2003-12-17": "2003-12-29",
        "2008-12-17": "2008-12-29",
        "2014-12-17": "2014-12-29",
        "2020-12-16": "2020-12-28",
        "2021-06-09": "2021-06-21",
        "2025-12-17": "2025-12-29",
    }
)


def _put_off(days: Days, due: Days, late: Mapping[str, str]) -> Days:
    """Replace the days that the timetable gives by those of the record, where there is one."""
    known = np.asarray([late.get(str(day), "NaT") for day in days], dtype="datetime64[D]")
    return np.where(np.isnat(known), due, known)


def _announcement_days(days: Days) -> Days:
    """From then on no regular announcement can change the rate in force on a day."""
    return np.busday_offset(days - ONE_DAY, 0, roll="backward", busdaycal=office_calendar("board"))


def _gdp_days(days: Days) -> Days:
    """About 30 days after the end of a quarter that is dated by its first day."""
    end = (days.astype("datetime64[M]") + 3 * ONE_MONTH).astype("datetime64[D]") - ONE_DAY
    due = np.busday_offset(
        end + 30 * ONE_DAY, 0, roll="forward", busdaycal=office_calendar("board")
    )
    return _put_off(days, due, _LATE_GDP)


def _release_days(days: Days, rule: ReleaseRule) -> Days:
    match rule:
        case "h41":
            # Thursday; the next business day when Thursday is a holiday.
            due = np.busday_offset(
                days + ONE_DAY, 0, roll="forward", busdaycal=office_calendar("board")
            )
            return _put_off(days, due, _LATE_H41)
        case "h8":
            # Friday of the following week; "If Friday is a federal holiday, then the data
            # are released on Thursday" (Board, About the H.8).
            due = np.busday_offset(
                days + 9 * ONE_DAY, 0, roll="backward", busdaycal=office_calendar("board")
            )
            return _put_off(days, due, _LATE_H8)
        case "repo_rate" | "fed_funds_rate" | "dts":
            return _next(days, "repo" if rule == "repo_rate" else "banks")
        case "gdp":
            return _gdp_days(days)
        case "in_force":
            return _announcement_days(days)
        case _:  # on_rrp, repo: known on the day itself
            return days


def release_times(observed: pd.DatetimeIndex, rule: ReleaseRule) -> pd.DatetimeIndex:
    """When observations became public, by the publisher's timetable.

    Parameters
    ----------
    observed : pandas.DatetimeIndex
        The days the figures are for.
    rule : str
        ``"h41"`` (Thursday 16:30 for Wednesday; the next business day when Thursday is a
        holiday; the Monday or Friday after for six weeks in which the Board was closed besides), ``"h8"`` (Friday of the following week 16:15; Thursday when that Friday
        is a holiday; the Monday after for six weeks in which the Board was closed besides), ``"repo_rate"`` (SOFR, TGCR, BGCR: next repo-market day 08:00),
        ``"fed_funds_rate"`` (EFFR, OBFR: next business day 09:00), ``"on_rrp"`` (same day
        13:15), ``"repo"`` (same day 13:45), ``"dts"`` (next business day 16:00),
        ``"in_force"`` (administered rates: 14:00 on the Board's last business day before the
        one they apply on; five that are dated by their own announcement when that was made), ``"gdp"``
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
    times = index_of(_release_days(days, rule)) + pd.Timedelta(f"{_CLOCK[rule]}:00")
    if rule == "in_force":
        times = times.where(days >= _QUARTER_PAST, times + pd.Timedelta(15, unit="m"))
        own = np.asarray([_SAME_DAY.get(str(day), "NaT") for day in days], dtype="datetime64[ns]")
        times = times.where(np.isnat(own), pd.DatetimeIndex(own))
    return times


def upcoming_releases(
    rule: Literal["h41", "h8"], after: str | date | pd.Timestamp, count: int = 1
) -> pd.DatetimeIndex:
    """Return the next times at which a weekly release is due.

    Parameters
    ----------
    rule : {"h41", "h8"}
        The Board's weekly release.
    after : str, date or Timestamp
        Releases up to the end of this day, or up to this moment in Eastern time, are past. A
        Timestamp at midnight means the day.
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
    return upcoming_at(rule, moment_of(after, "after", midnight_is_a_day=True), count)


def upcoming_at(
    rule: Literal["h41", "h8"], moment: pd.Timestamp, count: int = 1
) -> pd.DatetimeIndex:
    """Return the next times at which a weekly release is due after a moment."""
    day = day_of(moment.normalize(), "moment")
    reach = np.arange(day - 21 * ONE_DAY, day + 7 * (count + 1) * ONE_DAY, dtype="datetime64[D]")
    wednesdays = reach[weekday(reach) == WEDNESDAY]
    times = release_times(index_of(wednesdays), rule)
    return times[times > moment][:count]


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


def latest_due(rule: ReleaseRule, when: str | date | pd.Timestamp) -> pd.Timestamp:
    """Return the latest day for which a figure should be public.

    Parameters
    ----------
    rule : str
        As in :func:`release_times`.
    when : str, date or Timestamp
        By the end of a day, or by a moment such as ``"2026-08-20 09:00"``, in Eastern time. A
        Timestamp at midnight means the day.

    Returns
    -------
    pandas.Timestamp
        An observation date. A series that ends before it is overdue.

    Raises
    ------
    InvalidInputError
        The rule is unknown, or ``when`` is neither a day nor a moment.

    Examples
    --------
    >>> from fedliq.releases import latest_due
    >>> print(latest_due("h41", "2026-08-21").date(), latest_due("h8", "2026-08-21").date())
    2026-08-19 2026-08-12
    """
    check_choice(rule, get_args(ReleaseRule), "rule")
    return due_at(rule, moment_of(when, "when", midnight_is_a_day=True))


def due_at(rule: ReleaseRule, moment: pd.Timestamp) -> pd.Timestamp:
    """Return the latest day for which a figure should be public at a moment."""
    last = day_of(moment.normalize(), "when")
    days = np.arange(last - 400 * ONE_DAY, last + ONE_DAY, dtype="datetime64[D]")
    if rule in ("h41", "h8"):
        days = days[weekday(days) == WEDNESDAY]
    elif rule == "gdp":
        months = np.unique(days.astype("datetime64[M]"))[1:]
        days = months[months.astype(np.int64) % 3 == 0].astype("datetime64[D]")
    elif rule in _OFFICES:
        days = days[np.is_busday(days, busdaycal=office_calendar(_OFFICES[rule]))]
    public = release_times(index_of(days), rule)
    return pd.Timestamp(days[public <= moment][-1])
