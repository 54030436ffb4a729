"""What futures price for the next meetings, as the brief shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._validate import check_time_index
from fedliq.exceptions import InvalidInputError, NotAvailableError
from fedliq.markets.fed_funds import contract_months
from fedliq.markets.fedwatch import meeting_probabilities
from fedliq.policy.tables import policy_table
from fedliq.report.desk import announced_by
from fedliq.report.figures import number_or_none, rate_in_force_figure, reason_of
from fedliq.report.page import NONE, READ_OFF, Section, Table, day_shown

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset
    from fedliq.markets.fedwatch import FedWatch

__all__ = ["MEETINGS", "Meeting", "Priced", "priced_in", "priced_section"]

MEETINGS = 8
# A price older than this says what was priced, not what is: a long weekend.
_OLDEST = pd.Timedelta(5, unit="D")


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is priced for the time after a meeting; None where the curve does not tell."""

    date: pd.Timestamp
    expected: float | None
    lower: float | None
    unchanged: float | None
    higher: float | None
    likeliest: str
    probability: float | None
    note: str = ""
    unit: str = "percent"
    probability_unit: str = "fraction"


@dataclass(frozen=True, slots=True)
class Priced:
    """What is priced for the next meetings, or why that is not at hand."""

    date: pd.Timestamp | None
    target_range: tuple[float, float] | None = None
    meetings: tuple[Meeting, ...] = ()
    note: str = ""
    watch: FedWatch | None = field(default=None, compare=False, repr=False, metadata=READ_OFF)


def priced_in(
    futures: pd.DataFrame, known: Dataset, last: pd.Timestamp, moment: pd.Timestamp
) -> Priced:
    """Read the next meetings off the prices of the last day there is.

    Settlements are made after the FOMC's announcements, so those of a day look from its end.

    Parameters
    ----------
    futures : pandas.DataFrame [price]
        By day, a column a symbol.
    known : Dataset
        With ``effr``.
    last : pandas.Timestamp
        The last day whose closes are known.
    moment : pandas.Timestamp
        That of the brief.

    Returns
    -------
    Priced

    Raises
    ------
    InvalidInputError
        A symbol is none, or the days are not in order.
    """
    try:
        months = contract_months(futures.columns)
    except InvalidInputError as error:
        raise InvalidInputError(f"futures: {error}") from None
    check_time_index(futures.index, "futures")
    by_day = futures.loc[:last].dropna(how="all")
    if by_day.empty:
        return Priced(None, note="no prices up to this day")
    day = by_day.index[-1]
    if last - day > _OLDEST:
        return Priced(None, note=f"no prices of the last days; the last are of {day_shown(day)}")
    if "effr" not in known:
        return Priced(day, note="EFFR is not in the dataset")
    calendar, after = policy_table("fomc_meetings"), day + pd.Timedelta(1, unit="D")
    low, high = (
        rate_in_force_figure(f"target_{side}_pct", "", after).value for side in ("low", "high")
    )
    meetings = pd.DatetimeIndex(calendar.rows["end_date"])
    if low is None or high is None or not meetings[0] < after <= meetings[-1]:
        return Priced(day, note="the record of target ranges or meetings does not cover the day")
    try:
        watch = meeting_probabilities(
            by_day.iloc[-1].set_axis(months),
            meetings,
            known["effr"],
            as_of=after,
            target_range=(low, high),
        )
    except NotAvailableError as error:
        return Priced(day, note=reason_of(error))
    # Read from the day after, and shown as what it is: prices of the day.
    shown = replace(watch, as_of=day)
    return Priced(day, (low, high), _meetings(watch, announced_by(moment)), watch=shown)


def _meetings(watch: FedWatch, decided: pd.Timestamp) -> tuple[Meeting, ...]:
    ranges = watch.ranges
    rows = []
    for date, after, sides, likely in zip(
        pd.DatetimeIndex(ranges.index[:MEETINGS]),
        watch.path["after"].tolist(),
        watch.directions.to_numpy().tolist(),
        ranges.to_numpy(),
        strict=False,
    ):
        lower, unchanged, higher = map(number_or_none, sides)
        told = unchanged is not None
        note = "" if told else "the rate after an earlier meeting is not told"
        rows.append(
            Meeting(
                date,
                number_or_none(after),
                lower,
                unchanged,
                higher,
                str(ranges.columns[int(likely.argmax())]) if told else "",
                float(likely.max()) if told else None,
                "decided since these prices"
                if date <= decided
                else watch.not_told.get(date, note),
            )
        )
    return tuple(rows)


def _share(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"


def priced_section(priced: Priced) -> Section:
    """Word what is priced."""
    title = "What futures price for the FOMC"
    if priced.target_range is None:
        return Section(title, (f"{NONE}: {priced.note}.",))
    low, high = priced.target_range
    rows = tuple(
        (
            day_shown(one.date),
            NONE if one.expected is None else f"{one.expected:.3f}",
            *(_share(value) for value in (one.lower, one.unchanged, one.higher)),
            f"{one.likeliest}, {_share(one.probability)}" if one.likeliest else NONE,
        )
        for one in priced.meetings
    )
    columns = (
        "after the meeting of",
        "EFFR, %",
        "lower",
        "unchanged",
        "higher",
        "likeliest range",
    )
    return Section(
        title,
        (
            (
                f"Settlements of {day_shown(priced.date)}. Lower, unchanged and higher are against the "
                f"target range in force after it, {low:.2f}-{high:.2f} percent."
            ),
        ),
        Table(columns, rows, frozenset({0, 5})),
        (
            (
                "30-day federal funds futures by the CME's method, a decision counted from the day "
                "after it. Prices hold premia for risk."
            ),
            *(f"{day_shown(one.date)}: {one.note}." for one in priced.meetings if one.note),
        ),
    )
