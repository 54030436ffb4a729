"""What futures price for the next meetings, as the brief shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.exceptions import NotAvailableError
from fedliq.markets.fed_funds import contract_months
from fedliq.markets.fedwatch import meeting_probabilities
from fedliq.policy.tables import policy_table
from fedliq.report.figures import number_or_none, rate_in_force_figure
from fedliq.report.page import NONE, Section, Table, day_shown

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset
    from fedliq.markets.fedwatch import FedWatch

__all__ = ["Meeting", "Priced", "priced_in", "priced_section"]

_MEETINGS = 8
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


@dataclass(frozen=True, slots=True)
class Priced:
    """What is priced for the next meetings, or why that is not at hand."""

    date: pd.Timestamp | None
    target_range: str
    meetings: tuple[Meeting, ...]
    note: str = ""


def priced_in(futures: pd.DataFrame, known: Dataset, last: pd.Timestamp) -> Priced:
    """Read the next meetings off the prices of the last day there is.

    Parameters
    ----------
    futures : pandas.DataFrame [price]
        By day, a column a symbol.
    known : Dataset
        With ``effr``.
    last : pandas.Timestamp
        The last day whose closes are known.

    Returns
    -------
    Priced
    """
    by_day = futures.loc[:last].dropna(how="all")
    if by_day.empty or last - by_day.index[-1] > _OLDEST:
        found = day_shown(None if by_day.empty else by_day.index[-1])
        return Priced(None, "", (), f"no prices of the last days; the last are of {found}")
    day = by_day.index[-1]
    calendar = policy_table("fomc_meetings")
    bounds = [rate_in_force_figure(f"target_{side}_pct", "", day) for side in ("low", "high")]
    low, high = (one.value for one in bounds)
    if "effr" not in known:
        return Priced(day, "", (), "EFFR is not in the dataset")
    if low is None or high is None or not calendar.covers(day):
        return Priced(
            day, "", (), "the record of target ranges or meetings does not cover the day"
        )
    meetings = pd.DatetimeIndex(calendar.rows["end_date"])
    prices = by_day.iloc[-1].set_axis(contract_months(by_day.columns))
    try:
        watch = meeting_probabilities(
            prices, meetings, known["effr"], as_of=day, target_range=(low, high)
        )
    except NotAvailableError as error:
        return Priced(day, "", (), str(error).removeprefix("futures: ").rstrip("."))
    return Priced(day, f"{low:.2f}-{high:.2f}", _meetings(watch))


def _meetings(watch: FedWatch) -> tuple[Meeting, ...]:
    ranges = watch.ranges
    rows = []
    for date, after, sides, likely in zip(
        pd.DatetimeIndex(ranges.index[:_MEETINGS]),
        watch.path["after"].tolist(),
        watch.directions.to_numpy().tolist(),
        ranges.to_numpy(),
        strict=False,
    ):
        lower, unchanged, higher = map(number_or_none, sides)
        told = unchanged is not None
        rows.append(
            Meeting(
                date,
                number_or_none(after),
                lower,
                unchanged,
                higher,
                str(ranges.columns[int(likely.argmax())]) if told else "",
                float(likely.max()) if told else None,
                watch.not_told.get(date, ""),
            )
        )
    return tuple(rows)


def _share(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.1f} %"


def priced_section(priced: Priced) -> Section:
    """Word what is priced."""
    title = "What futures price for the FOMC"
    if not priced.meetings:
        return Section(title, (f"{NONE}: {priced.note}.",))
    rows = tuple(
        (
            day_shown(one.date),
            NONE if one.expected is None else f"{one.expected:.3f}",
            *(_share(value) for value in (one.lower, one.unchanged, one.higher)),
            f"{one.likeliest}, {_share(one.probability)}" if one.likeliest else NONE,
        )
        for one in priced.meetings
    )
    columns = ("after the meeting of", "EFFR", "lower", "unchanged", "higher", "likeliest range")
    return Section(
        title,
        (
            (
                f"Settlements of {day_shown(priced.date)}. Lower, unchanged and higher are against the "
                f"target range of that day, {priced.target_range} percent."
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
