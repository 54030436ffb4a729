"""What comes next: meetings, releases, and the days that move repo."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from fedliq.calendar import business_days, nth_business_day, tax_dates
from fedliq.policy.tables import policy_table
from fedliq.releases import latest_due, upcoming_releases
from fedliq.report.facts import Upcoming

__all__ = ["upcoming"]

# The Desk announces the coming purchase period around this business day of the month.
_ANNOUNCEMENT_DAY = 9
_MEETINGS = 2


def _meetings(day: pd.Timestamp) -> list[Upcoming]:
    """The next meetings of a calendar that covers the day; none from another time."""
    table = policy_table("fomc_meetings")
    if not table.covers(day):
        return []
    ahead = table.rows[table.rows["end_date"] > day].head(_MEETINGS)
    return [
        Upcoming(
            one["end_date"],
            "FOMC decision, 14:00",
            "with projections" if one["projections"] else "",
        )
        for one in ahead.to_dict("records")
    ]


def _releases(day: pd.Timestamp) -> list[Upcoming]:
    weekly: tuple[tuple[Literal["h41", "h8"], str], ...] = (("h41", "H.4.1"), ("h8", "H.8"))
    events = []
    for rule, title in weekly:
        (time,) = upcoming_releases(rule, day)
        observed = latest_due(rule, time.normalize())
        events.append(
            Upcoming(time.normalize(), f"{title}, {time:%H:%M}", f"for Wednesday {observed:%d %B}")
        )
    return events


def _month_ends(day: pd.Timestamp) -> list[Upcoming]:
    """The next month-end and the next quarter-end, once where they coincide."""
    months = pd.date_range(day.replace(day=1), periods=5, freq="MS")
    ends = [business_days(month, month + pd.offsets.MonthEnd(0))[-1] for month in months]
    ahead = [end for end in ends if end > day]
    quarter_end = next(end for end in ahead if end.month % 3 == 0)
    events = [Upcoming(quarter_end, "quarter-end", "repo turn")]
    if ahead[0] != quarter_end:
        events.append(Upcoming(ahead[0], "month-end", "repo turn, coupon settlement"))
    return events


def _mid_month(day: pd.Timestamp) -> Upcoming:
    months = pd.date_range(day.replace(day=1), periods=2, freq="MS")
    days = [
        business_days(month + pd.Timedelta(14, unit="D"), month + pd.Timedelta(20, unit="D"))[0]
        for month in months
    ]
    return Upcoming(next(one for one in days if one > day), "mid-month coupon settlement")


def _announcement(day: pd.Timestamp) -> list[Upcoming]:
    """The next purchase period is announced as the last one known comes to its end."""
    rows = policy_table("bill_purchases").rows
    end = rows.loc[rows["announced"] <= day, "period_end"].max()
    if pd.isna(end) or end < day:
        return []
    due = nth_business_day(end.year, end.month, _ANNOUNCEMENT_DAY)
    note = f"about: the {_ANNOUNCEMENT_DAY}th business day"
    return [Upcoming(due, "Desk announces the next purchase period", note)] if due > day else []


def upcoming(day: pd.Timestamp) -> tuple[Upcoming, ...]:
    """List what comes after a day, in order."""
    events = [
        *_meetings(day),
        *_releases(day),
        *_month_ends(day),
        _mid_month(day),
        *_announcement(day),
    ]
    tomorrow = day + pd.Timedelta(1, unit="D")
    taxes = tax_dates(tomorrow, tomorrow + pd.Timedelta(200, unit="D"))
    events.append(Upcoming(taxes[0], "federal tax date", "fills the TGA"))
    return tuple(sorted(events, key=lambda event: (event.date, event.what)))
