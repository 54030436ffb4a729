"""What comes next: meetings, releases, and the days that move repo."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from fedliq.calendar import day_of, nth_business_day, turn_days
from fedliq.policy.tables import policy_table
from fedliq.releases import latest_due, upcoming_at
from fedliq.report.desk import announced_by
from fedliq.report.facts import Upcoming

__all__ = ["upcoming"]

# The Desk announces the coming purchase period around this business day of the month.
_ANNOUNCEMENT_DAY = 9
_MEETINGS = 2


def _meetings(moment: pd.Timestamp) -> list[Upcoming]:
    """The next meetings of a calendar that covers the day; none from another time."""
    table = policy_table("fomc_meetings")
    if not table.covers(moment.normalize()):
        return []
    ahead = table.rows[table.rows["end_date"] > announced_by(moment)].head(_MEETINGS)
    return [
        Upcoming(
            one["end_date"],
            "FOMC decision, 14:00",
            "with projections" if one["projections"] else "",
        )
        for one in ahead.to_dict("records")
    ]


def _releases(moment: pd.Timestamp) -> list[Upcoming]:
    weekly: tuple[tuple[Literal["h41", "h8"], str], ...] = (("h41", "H.4.1"), ("h8", "H.8"))
    events = []
    for rule, title in weekly:
        (time,) = upcoming_at(rule, moment)
        observed = latest_due(rule, time.normalize())
        events.append(
            Upcoming(time.normalize(), f"{title}, {time:%H:%M}", f"for Wednesday {observed:%d %B}")
        )
    return events


def _turns(day: pd.Timestamp) -> list[Upcoming]:
    """The next of each kind; a month-end only where it is no quarter-end."""
    today = day_of(day, "day")
    ahead = {kind: days[days > today][0] for kind, days in turn_days(today, today).items()}
    named = {
        "quarter_end": ("quarter-end", "repo turn"),
        "month_end": ("month-end", "repo turn, coupon settlement"),
        "mid_month_settlement": ("mid-month coupon settlement", ""),
        "tax_date": ("federal tax date", "fills the TGA"),
    }
    if ahead["month_end"] == ahead["quarter_end"]:
        del named["month_end"]
    return [Upcoming(pd.Timestamp(ahead[kind]), *words) for kind, words in named.items()]


def _announcement(day: pd.Timestamp) -> list[Upcoming]:
    """The next purchase period is announced as the last one known comes to its end."""
    rows = policy_table("bill_purchases").rows
    end = rows.loc[rows["announced"] <= day, "period_end"].max()
    if pd.isna(end) or end < day:
        return []
    due = nth_business_day(end.year, end.month, _ANNOUNCEMENT_DAY)
    note = f"about: the {_ANNOUNCEMENT_DAY}th business day"
    return [Upcoming(due, "Desk announces the next purchase period", note)] if due > day else []


def upcoming(moment: pd.Timestamp) -> tuple[Upcoming, ...]:
    """List what comes after a moment, in order; of its own day, only releases still to come."""
    day = moment.normalize()
    events = [*_meetings(moment), *_releases(moment), *_turns(day), *_announcement(day)]
    return tuple(sorted(events, key=lambda event: (event.date, event.what)))
