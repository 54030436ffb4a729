"""Caps on redemptions and purchases over time, as announced and as assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq.calendar import day_of
from fedliq.exceptions import InvalidInputError
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    MUTED,
    ORANGE,
    PURPLE,
    check_axes,
    check_kind,
    check_some,
    days_of,
    dress,
    label_dates,
    level_line,
)
from fedliq.policy.schedule import DAYS_IN_MONTH, PolicySchedule

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

    from fedliq._validate import Floats

    Day = str | date | pd.Timestamp
    Rates = list[tuple[str, str, Floats]]

__all__ = ["caps_and_purchases"]


def _rates(schedule: PolicySchedule, days: pd.DatetimeIndex) -> Rates:
    """Name, colour and USD bn a month of what drains (negative) and what adds."""
    caps = [
        (label, colour, -np.where(np.isfinite(cap), cap, 0.0))
        for label, colour, cap in (
            ("cap on Treasuries", ORANGE, schedule.in_force("treasury_cap", days)),
            ("cap on agency securities", PURPLE, schedule.in_force("agency_cap", days)),
        )
    ]
    bought = schedule.purchased(days.to_numpy(dtype="datetime64[D]"))
    purchases = [
        (label, colour, DAYS_IN_MONTH * bought[name])
        for label, colour, name in (
            ("Treasuries bought", BLUE, "treasuries_announced"),
            ("MBS bought, net", GREEN, "mbs_announced"),
            ("Treasuries bought, assumed", MUTED, "treasuries_assumed"),
        )
    ]
    return [*caps, *purchases]


def _steps(days: pd.DatetimeIndex, schedule: PolicySchedule) -> tuple[pd.DatetimeIndex, Rates]:
    """Keep the days on which something changes, and the ends."""
    rates = _rates(schedule, days)
    values = np.array([one for _, _, one in rates])
    changes = np.any(np.diff(values) != 0, axis=0)
    keep = np.r_[True, changes]
    keep[-1] = True
    return days[keep], [(label, colour, one[keep]) for label, colour, one in rates]


def caps_and_purchases(
    schedule: PolicySchedule,
    start: Day,
    end: Day,
    *,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the caps on redemptions below zero and purchases above it.

    Parameters
    ----------
    schedule : PolicySchedule
        Such as :func:`fedliq.policy_schedule`.
    start, end : str, date or Timestamp
        First and last day drawn.
    source : str, optional
        By default that of the schedule: announcements, and how many were read second-hand.
    ax : matplotlib.axes.Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        ``end`` is not after ``start``, one of them is not a date, or nothing was capped or bought
        between them.
    InputTypeError
        ``schedule`` is not a PolicySchedule.

    Notes
    -----
    A cap is the most that may run off in a month, not what did. Purchases of a period are spread
    evenly over its days and stated as USD bn a month. Vertical lines are the days
    between which the schedule is complete.

    NaN: none. Where no cap is in force, or it is unlimited, none is drawn.

    Timing: by effective day. ``schedule.as_known_on(day)`` draws what had been announced.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> what_if = fl.policy_schedule().with_purchases("2026-11-01", 20)
    >>> ax = fl.plot.caps_and_purchases(what_if, "2022-01-01", "2027-06-30", ax=Figure().subplots())
    >>> ax.get_ylabel()
    'USD bn per month'
    """
    check_kind(schedule, PolicySchedule, "schedule", "fl.policy_schedule")
    first, last = day_of(start, "start"), day_of(end, "end")
    if not first < last:
        raise InvalidInputError(f"end: expected a day after {first}, got {last}.")
    days, rates = _steps(pd.date_range(first, last), schedule)
    lines = [one for one in rates if one[2].any()]
    check_some("schedule", *(values for _, _, values in lines))
    ax = check_axes(ax)
    above, below = np.zeros(len(days)), np.zeros(len(days))
    for label, colour, values in lines:
        floor = above if values.max() > 0 else below
        ax.fill_between(
            days_of(days),
            floor,
            floor + values,
            step="post",
            color=colour,
            alpha=0.8,
            linewidth=0,
            hatch="///" if "assumed" in label else None,
            label=label,
        )
        if values.max() > 0:
            above = above + values
        else:
            below = below + values
    level_line(ax, 0)
    for end_of_record in days_of(pd.DatetimeIndex([schedule.first, schedule.last])):
        if first < end_of_record < last:
            ax.axvline(end_of_record, color=MUTED, linestyle=":")
    label_dates(ax)
    return dress(
        ax,
        title="Redemption caps (down) and purchases (up)",
        unit="USD bn per month",
        last=min(schedule.last, days[-1]),
        source=source or _announcements(schedule, days),
    )


def _announcements(schedule: PolicySchedule, days: pd.DatetimeIndex) -> str:
    rows = schedule.decisions
    rows = rows[rows["unit"].str.startswith("USD bn") & (rows["effective"] <= days[-1])]
    replaced = rows.groupby("decision")["effective"].shift(-1)
    ended = rows["until"].fillna(replaced - pd.Timedelta(1, unit="D"))
    shown = rows[~(ended < days[0])]
    second = int((shown["confidence"] == "secondary").sum())
    return "announcements of the FOMC and the New York Fed" + (
        f", {second} read second-hand" if second else ""
    )
