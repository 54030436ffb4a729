"""The Federal Reserve's calendar: business days, tax dates, and the days that move repo.

Everything is computed from rules, never from the rows at hand, so that a history cut
short gives the same answer as the whole one.

Three offices close on different days:

``"banks"``
    The Reserve Banks: federal holidays; one on a Sunday moves to Monday, one on a
    Saturday is not moved (Board of Governors, *K.8 Holidays Observed by the Federal
    Reserve System*). This is what fedliq means by a business day.
``"board"``
    The Board of Governors, which publishes H.4.1 and H.8: closed also on the Friday before a Saturday holiday, and on Inauguration Day (same source).
``"repo"``
    The market for Treasury repo, which makes SOFR: the Banks' days less Good Friday, the
    Friday before a Saturday 4 July or Christmas Day, and 2018-12-05 (SIFMA calendar, as
    the New York Fed's Treasury repo reference rates follow it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from pandas.tseries.holiday import (
    GoodFriday,
    Holiday,
    USColumbusDay,
    USLaborDay,
    USMartinLutherKingJr,
    USMemorialDay,
    USPresidentsDay,
    USThanksgivingDay,
    sunday_to_monday,
)

from fedliq._options import check_choice, check_positive_int
from fedliq._validate import check_time_index
from fedliq.exceptions import InputTypeError, InvalidInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

__all__ = [
    "TURN_WINDOWS",
    "Office",
    "business_days",
    "nth_business_day",
    "tax_dates",
    "turn_flags",
]

Office = Literal["banks", "board", "repo"]

# Martin Luther King Jr. Day was first observed in 1986; before that other rules held.
_FIRST, _LAST = pd.Timestamp("1986-01-01"), pd.Timestamp("2099-12-31")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")

_HOLIDAYS = (
    Holiday("New Year's Day", month=1, day=1, observance=sunday_to_monday),
    USMartinLutherKingJr,
    USPresidentsDay,
    USMemorialDay,
    # Signed into law two days before the Saturday 2021-06-19: too late to move a release.
    Holiday("Juneteenth", month=6, day=19, start_date="2022-01-01", observance=sunday_to_monday),
    Holiday("Independence Day", month=7, day=4, observance=sunday_to_monday),
    USLaborDay,
    USColumbusDay,
    Holiday("Veterans Day", month=11, day=11, observance=sunday_to_monday),
    USThanksgivingDay,
    Holiday("Christmas Day", month=12, day=25, observance=sunday_to_monday),
)
WEDNESDAY, SATURDAY = 2, 5  # Monday is 0
ONE_DAY, ONE_MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")


def weekday(days: Days) -> NDArray[np.int64]:
    """Monday is 0; day 0 of the epoch was a Thursday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _dates(holiday: Holiday) -> Days:
    # A year more at either end, for what reaches over it: a release, a turn.
    return np.asarray(holiday.dates("1985-01-01", "2101-12-31"), dtype="datetime64[D]")


@lru_cache(maxsize=3)
def office_calendar(office: Office) -> np.busdaycalendar:
    """Return the business days of an office, as numpy counts them."""
    closed = np.concatenate([_dates(holiday) for holiday in _HOLIDAYS])
    saturdays = closed[weekday(closed) == SATURDAY]
    if office == "board":
        inaugurations = np.asarray(
            [f"{year}-01-20" for year in range(1989, 2100, 4)], dtype="datetime64[D]"
        )
        sundays = weekday(inaugurations) == SATURDAY + 1
        closed = np.concatenate([closed, saturdays - ONE_DAY, inaugurations + sundays * ONE_DAY])
    elif office == "repo":
        month = saturdays.astype("datetime64[M]").astype(np.int64) % 12 + 1
        summer_or_christmas = saturdays[np.isin(month, (7, 12))]
        mourning = np.asarray(["2018-12-05"], dtype="datetime64[D]")
        closed = np.concatenate(
            [closed, _dates(GoodFriday), summer_or_christmas - ONE_DAY, mourning]
        )
    return np.busdaycalendar(holidays=closed)


def days_of(index: pd.DatetimeIndex, argument: str) -> Days:
    """Return an index as days, or refuse years for which the rules do not hold."""
    days = index.to_numpy().astype("datetime64[D]")
    if len(index) and (index.min() < _FIRST or index.max() > _LAST):
        raise _outside_the_rules(argument, index.min(), index.max())
    return days


def _outside_the_rules(
    argument: str, first: pd.Timestamp, last: pd.Timestamp
) -> InvalidInputError:
    return InvalidInputError(
        f"{argument}: the holiday rules hold from {_FIRST.date()} to {_LAST.date()}; got "
        f"{first.date()} to {last.date()}."
    )


def day_of(value: str | date | pd.Timestamp, argument: str) -> np.datetime64:
    """Read one day, in one spelling: "10/11/2025" has two meanings and "now" many."""
    spelled = not isinstance(value, str) or _ISO_DAY.fullmatch(value)
    try:
        plain = str(value) if isinstance(value, str) else value  # numpy's text is a str as well
        stamp = pd.Timestamp(plain) if isinstance(plain, (str, date)) and spelled else pd.NaT
    except ValueError:
        stamp = pd.NaT
    if pd.isna(stamp) or stamp.tz is not None or stamp != stamp.normalize():
        raise InvalidInputError(
            f"{argument}: expected a day, such as '2026-08-21' or a date without time of day; "
            f"got {value!r}."
        )
    if not _FIRST <= stamp <= _LAST:
        raise _outside_the_rules(argument, stamp, stamp)
    return stamp.to_datetime64().astype("datetime64[D]")


def moment_of(
    when: str | date | pd.Timestamp, argument: str, *, midnight_is_a_day: bool = False
) -> pd.Timestamp:
    """Read a moment in Eastern wall-clock time; a day means its last instant.

    A Timestamp at midnight is a moment, unless the caller holds days as Timestamps: read as a
    day, it would know what the day was yet to bring.
    """
    if midnight_is_a_day and isinstance(when, pd.Timestamp) and when.tz is None:
        when = when.date() if when == when.normalize() else when
    if isinstance(when, str) and _ISO_MOMENT.fullmatch(when):
        day_of(when[:10], argument)  # refuses a 30 February
        when = pd.Timestamp(when)
    if not isinstance(when, datetime):
        return end_of(pd.Timestamp(day_of(when, argument)))
    moment = pd.Timestamp(when)
    if pd.isna(moment):
        raise InvalidInputError(f"{argument}: expected a day or a moment, got {when!r}.")
    wall_clock = moment if moment.tz is None else eastern(moment)
    day_of(wall_clock.normalize(), argument)  # refuses years for which the rules do not hold
    return wall_clock


def eastern(moment: pd.Timestamp) -> pd.Timestamp:
    """Return Eastern wall-clock time, in which releases are timed."""
    return moment.tz_convert("America/New_York").tz_localize(None)


def end_of(day: pd.Timestamp) -> pd.Timestamp:
    """Return the last instant of a day."""
    return day + pd.Timedelta(1, unit="D") - pd.Timedelta(1, unit="ns")


def index_of(days: Days) -> pd.DatetimeIndex:
    """Nanoseconds on every pandas, so that indexes compare alike."""
    return pd.DatetimeIndex(days.astype("datetime64[ns]"))


def business_days(
    start: str | date | pd.Timestamp, end: str | date | pd.Timestamp, office: Office = "banks"
) -> pd.DatetimeIndex:
    """Business days from ``start`` to ``end``, both included.

    Parameters
    ----------
    start, end : str, date or Timestamp
        Between 1986-01-01 and 2099-12-31.
    office : {"banks", "board", "repo"}, default "banks"
        Whose business days; see the top of this module.

    Returns
    -------
    pandas.DatetimeIndex
        Sorted; empty where ``end`` lies before ``start``.

    Raises
    ------
    InvalidInputError
        A date is none, or outside the years for which the holiday rules hold.

    Examples
    --------
    Independence Day 2026 falls on a Saturday: Banks open on the Friday, the Board closed.

    >>> from fedliq.calendar import business_days
    >>> business_days("2026-07-02", "2026-07-06").strftime("%a %d").tolist()
    ['Thu 02', 'Fri 03', 'Mon 06']
    >>> business_days("2026-07-02", "2026-07-06", office="board").strftime("%a %d").tolist()
    ['Thu 02', 'Mon 06']
    """
    calendar = office_calendar(_office(office))
    first, last = day_of(start, "start"), day_of(end, "end")
    days = np.arange(first, last + ONE_DAY, dtype="datetime64[D]")
    return index_of(days[np.is_busday(days, busdaycal=calendar)])


def _office(office: str) -> Office:
    return check_choice(office, get_args(Office), "office")  # type: ignore[return-value]  # checked


def nth_business_day(year: int, month: int, n: int) -> pd.Timestamp:
    """Return the ``n``-th business day of a month.

    Parameters
    ----------
    year, month, n : int
        ``n`` counts from 1.

    Returns
    -------
    pandas.Timestamp
        A business day of the Reserve Banks.

    Raises
    ------
    InvalidInputError
        The month has fewer business days, or there is no such month.

    Examples
    --------
    The Desk announces purchases around the ninth business day.

    >>> from fedliq.calendar import nth_business_day
    >>> print(nth_business_day(2026, 8, 9).date())
    2026-08-13
    """
    check_positive_int(n, "n")
    first = day_of(f"{year:04d}-{month:02d}-01", "month")
    month_after = (first.astype("datetime64[M]") + ONE_MONTH).astype("datetime64[D]")
    days = business_days(pd.Timestamp(first), pd.Timestamp(month_after - ONE_DAY))
    if n > len(days):
        raise InvalidInputError(f"n: {year}-{month:02d} has {len(days)} business days, not {n}.")
    return days[n - 1]


# A legal holiday in the District of Columbia since 2005; the first return it moved was that
# of 2007 (IRS Announcement 2007-16).
_FIRST_EMANCIPATION_YEAR = 2007
# IRS Notice 2020-23: the April and June payments of 2020 fell due on 15 July.
_MOVED_TAX_DATES = MappingProxyType({"2020-04-15": "2020-07-15", "2020-06-15": "2020-07-15"})


def tax_dates(
    start: str | date | pd.Timestamp, end: str | date | pd.Timestamp
) -> pd.DatetimeIndex:
    """Days on which federal income tax payments fall due.

    Parameters
    ----------
    start, end : str, date or Timestamp
        First and last day, both included.

    Returns
    -------
    pandas.DatetimeIndex
        The estimated-tax days of individuals and calendar-year corporations: the 15th of
        January, April, June, September and December, moved to the next business day off
        weekends, holidays and, in April, Emancipation Day of the District of Columbia.

    Raises
    ------
    InvalidInputError
        A date is none, or outside the years the holiday rules hold for.

    Notes
    -----
    Internal Revenue Service, Publication 509, *Tax Calendars*; Internal Revenue Code
    section 7503 for the move. In 2020 the April and June payments were put off to 15 July
    (Notice 2020-23).

    Examples
    --------
    >>> from fedliq.calendar import tax_dates
    >>> tax_dates("2026-01-01", "2026-12-31").strftime("%m-%d").tolist()
    ['01-15', '04-15', '06-15', '09-15', '12-15']
    >>> tax_dates("2022-04-01", "2022-04-30").strftime("%m-%d").tolist()
    ['04-18']
    """
    first, last = day_of(start, "start"), day_of(end, "end")
    days = _tax_days(int(str(first)[:4]), int(str(last)[:4]))
    return index_of(days[(days >= first) & (days <= last)])


def _tax_days(first_year: int, last_year: int) -> Days:
    years = range(first_year, last_year + 1)
    due = [f"{year}-{month}-15" for year in years for month in ("01", "04", "06", "09", "12")]
    moved = np.asarray([_MOVED_TAX_DATES.get(day, day) for day in due], dtype="datetime64[D]")
    emancipation = np.asarray(
        [f"{year}-04-16" for year in years if year >= _FIRST_EMANCIPATION_YEAR],
        dtype="datetime64[D]",
    )
    day_of_week = weekday(emancipation)
    on_saturday, on_sunday = day_of_week == SATURDAY, day_of_week == SATURDAY + 1
    observed = emancipation - on_saturday * ONE_DAY + on_sunday * ONE_DAY
    board = office_calendar("board")
    closed = np.busdaycalendar(holidays=np.concatenate([board.holidays, observed]))
    return np.unique(np.busday_offset(moved, 0, roll="forward", busdaycal=closed))


# Business days before and after the turn that belong to it. Quarter-ends: "Quarter-end
# periods are +/- 2 business days from quarter-end" (FEDS Notes, 6 June 2025). The others
# press on the day itself and the next one.
TURN_WINDOWS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "quarter_end": (2, 2),
        "month_end": (0, 1),
        "mid_month_settlement": (0, 1),
        "tax_date": (0, 1),
    }
)


def turn_days(first: np.datetime64, last: np.datetime64) -> dict[str, Days]:
    """Return the turns of each kind from four months before the first day to four after the last."""
    months = np.arange(
        first.astype("datetime64[M]") - 4 * ONE_MONTH,
        last.astype("datetime64[M]") + 5 * ONE_MONTH,
        dtype="datetime64[M]",
    )
    calendar = office_calendar("banks")
    month_ends = np.busday_offset(
        (months + ONE_MONTH).astype("datetime64[D]"), -1, roll="forward", busdaycal=calendar
    )
    mid_months = np.busday_offset(
        months.astype("datetime64[D]") + 14 * ONE_DAY, 0, roll="forward", busdaycal=calendar
    )
    return {
        "quarter_end": month_ends[months.astype(np.int64) % 3 == 2],  # noqa: PLR2004 - March
        "month_end": month_ends,
        "mid_month_settlement": mid_months,
        "tax_date": _tax_days(int(str(months[0])[:4]), int(str(months[-1])[:4])),
    }


def turn_flags(
    index: pd.DatetimeIndex, windows: Mapping[str, tuple[int, int]] = TURN_WINDOWS
) -> pd.DataFrame:
    """Flag the days on which the calendar, not scarcity, moves repo rates.

    Parameters
    ----------
    index : pandas.DatetimeIndex
        The days to be judged.
    windows : mapping of str to (int, int), default ``TURN_WINDOWS``
        For each kind of turn the business days before and after it that belong to it.
        Kinds: ``"quarter_end"``, ``"month_end"`` (quarter-ends among them),
        ``"mid_month_settlement"`` (coupon settlement on the 15th or the next business
        day), ``"tax_date"``. A kind left out is not flagged.

    Returns
    -------
    pandas.DataFrame of bool
        A column for each kind, on ``index``.

    Raises
    ------
    TimeIndexError
        ``index`` is not sorted, unique, naive and made of dates.
    InvalidInputError
        A kind is unknown, a window is not two whole numbers from 0, or dates lie outside
        the years the holiday rules hold for.

    Notes
    -----
    NaN: none; every day is judged.

    Timing: from the calendar alone. Business days are the Reserve Banks'. The quarter-end
    window is the one published in FEDS Notes [bostrom2025]_; the others are fedliq's own
    reading of when the pressure shows.

    References
    ----------
    .. [bostrom2025] E. Bostrom, D. Bowman, A. Rose and A. Xia, "What Happens on
       Quarter-Ends in the Repo Market", FEDS Notes, 6 June 2025.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.DatetimeIndex(["2025-12-26", "2025-12-29", "2025-12-31", "2026-01-05"])
    >>> fl.turn_flags(days)["quarter_end"].tolist()
    [False, True, True, True]
    """
    days = days_of(check_time_index(index, "index"), "index")
    if not isinstance(windows, Mapping):
        raise InputTypeError(
            "windows: expected a mapping from kinds of turn to days, such as "
            f"{{'quarter_end': (2, 2)}}, got {type(windows).__name__}."
        )
    for kind, window in windows.items():
        check_choice(kind, tuple(TURN_WINDOWS), "windows")
        _check_window(window, kind)
    if not len(days):
        return pd.DataFrame({kind: np.empty(0, dtype=bool) for kind in windows}, index=index)
    turns = turn_days(days[0], days[-1])
    calendar = office_calendar("banks")
    flags = {}
    for kind, (before, after) in windows.items():
        starts = np.busday_offset(turns[kind], -before, busdaycal=calendar)
        ends = np.busday_offset(turns[kind], after, busdaycal=calendar)
        position = np.searchsorted(starts, days, side="right") - 1
        flags[kind] = (position >= 0) & (days <= ends[np.maximum(position, 0)])
    return pd.DataFrame(flags, index=index)


def _check_window(window: object, kind: str) -> None:
    if not (
        isinstance(window, tuple)
        and len(window) == 2  # noqa: PLR2004 - before and after
        and all(isinstance(days, int) and days >= 0 for days in window)
    ):
        raise InvalidInputError(
            f"windows: expected (days before, days after) for {kind!r}, such as (0, 1); "
            f"got {window!r}."
        )
