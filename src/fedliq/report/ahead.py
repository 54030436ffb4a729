"""The projection as the brief and the command line show it: facts first, then words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.exceptions import FedliqError, InvalidInputError, UnknownSeriesError
from fedliq.outlook import Outlook, make_outlook
from fedliq.policy.tables import policy_schedule
from fedliq.projection.balance_sheet import WITHOUT_AMOUNT
from fedliq.regimes import ReserveThresholds
from fedliq.report.desk import announced_by
from fedliq.report.page import READ_OFF, Document, Section, Table

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset

__all__ = [
    "Ahead",
    "AheadRow",
    "Crossing",
    "ahead_document",
    "ahead_section",
    "look_ahead",
    "stale",
    "summarise",
]

_LOW, _HIGH = 0.05, 0.95
# Older than this, an opening sheet says nothing of the year after the brief.
_OPENING_MAX_AGE = pd.Timedelta(45, unit="D")
_EVERY_THIRD = 3


@dataclass(frozen=True, slots=True)
class AheadRow:
    """One date of the projection, in USD bn; the ratio is a fraction with its fan."""

    date: pd.Timestamp
    treasuries: float
    mbs: float
    fed_assets: float
    tga: float
    on_rrp: float
    reserves: float
    net_liquidity: float
    purchases_announced: float
    purchases_assumed: float
    ratio: float
    ratio_low: float
    ratio_high: float
    regime: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Whether and when the ratio falls below an edge of a band."""

    edge: float
    of: str
    probability: float
    central: pd.Timestamp | None
    unit: str = "fraction of paths, by the last date"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the schedule implies."""

    opening: pd.Timestamp
    rows: tuple[AheadRow, ...]
    crossings: tuple[Crossing, ...]
    paths: int
    assumed: bool
    target_ratio: float | None
    required_per_month: float | None
    required_start: pd.Timestamp | None
    required_from: pd.Timestamp | None
    required_missing: str
    notes: tuple[str, ...]
    missing: str = ""
    outlook: Outlook | None = field(default=None, compare=False, repr=False, metadata=READ_OFF)


def _no_outlook(opening: pd.Timestamp, reason: str) -> Ahead:
    """Say why there is none."""
    return Ahead(opening, (), (), 0, False, None, None, None, None, "", (), reason)  # noqa: FBT003 - a field


def stale(opening: pd.Timestamp, day: pd.Timestamp) -> str:
    """Say so where the last whole week is too old to speak of the year after a day."""
    if day - opening <= _OPENING_MAX_AGE:
        return ""
    return f"the last week with every line is {opening.date()}"


def look_ahead(known: Dataset, moment: pd.Timestamp) -> Ahead:
    """Project a year from what was public at a moment, or say why that cannot be done."""
    day = moment.normalize()
    schedule = policy_schedule()
    if not schedule.first <= day:
        return _no_outlook(day, f"the record of caps begins on {schedule.first.date()}")
    try:
        outlook = make_outlook(known, schedule.as_known_on(announced_by(moment)))
    except UnknownSeriesError as error:
        # Without the list of all that is known.
        return _no_outlook(day, str(error).removeprefix("name: ").partition(";")[0])
    except FedliqError as error:
        return _no_outlook(day, str(error).rstrip("."))
    opening = outlook.projection.opening.day
    if stale(opening, day):
        return _no_outlook(day, stale(opening, day))
    return summarise(outlook, every=_EVERY_THIRD)


def summarise(outlook: Outlook, every: int = 1) -> Ahead:
    """Take the facts of an outlook: each so many month-ends, the opening and the last."""
    fan, projection = outlook.fan, outlook.projection
    table = projection.monthly().assign(
        **dict(
            zip(
                ("ratio_low", "ratio_high"),
                fan.quantiles("reserves_to_bank_assets", (_LOW, _HIGH)).to_numpy().T,
                strict=True,
            )
        )
    )
    sums = ["purchases_announced", "purchases_assumed"]
    table[sums] = table[sums].cumsum()
    last = len(table) - 1
    chosen = sorted({*range(0, max(last - every + 1, 1), every), last})
    rows = table.iloc[chosen].rename(columns={"reserves_to_bank_assets": "ratio"})
    names = [name for name in AheadRow.__dataclass_fields__ if name != "date"]
    required = outlook.required
    return Ahead(
        opening=projection.opening.day,
        rows=tuple(AheadRow(date, *values) for date, *values in rows[names].itertuples()),
        crossings=_crossings(outlook),
        paths=fan.line("reserves").shape[1],
        assumed=bool((projection.schedule.to_frame()["confidence"] == "assumed").any()),
        target_ratio=outlook.target_ratio,
        required_per_month=None if required is None else required.per_month,
        required_start=None if required is None else required.start,
        required_from=None if required is None else required.hold_from,
        required_missing=_why_none(outlook),
        notes=fan.notes,
        outlook=outlook,
    )


def _crossings(outlook: Outlook) -> tuple[Crossing, ...]:
    """Only of edges that the ratio still stands above."""
    bands = ReserveThresholds()
    now = outlook.projection.weekly["reserves_to_bank_assets"].iloc[0]
    edges = (
        (bands.abundant[1], "upper edge of the abundant band"),
        (bands.abundant[0], "lower edge of the abundant band"),
        (bands.scarce[1], "upper edge of the scarce band"),
        (bands.scarce[0], "lower edge of the scarce band"),
    )
    found = []
    for edge, of in edges:
        if not now >= edge:
            continue
        ratio = outlook.projection.weekly["reserves_to_bank_assets"].loc[outlook.fan.dates]
        # On the dates of the fan, so that the two can be compared.
        central = ratio.index[ratio < edge].min()
        probability = float(outlook.fan.crossing_probability(edge).iloc[-1])
        found.append(Crossing(edge, of, probability, None if pd.isna(central) else central))
    return tuple(found)


def ahead_section(ahead: Ahead, title: str = "The year ahead") -> Section:
    """Word the projection."""
    if ahead.missing:
        return Section(title, (f"n/a: {ahead.missing}.",))
    first, last = ahead.rows[0], ahead.rows[-1]
    rows = tuple(
        (
            f"{one.date:%Y-%m-%d}",
            *(
                f"{value:,.0f}"
                for value in (one.fed_assets, one.tga, one.on_rrp, one.reserves, one.net_liquidity)
            ),
            *_ampleness(one),
        )
        for one in ahead.rows
    )
    columns = (
        "date",
        "Fed assets",
        "TGA",
        "ON RRP",
        "reserves",
        "net liquidity",
        "ratio %",
        "5-95 % of paths",
        "regime",
    )
    return Section(
        title,
        (
            (
                f"{_premise(ahead)}, reserves go from {first.reserves:,.0f} to {last.reserves:,.0f} USD "
                f"bn by {last.date:%Y-%m-%d}{_of_bank_assets(first, last)}."
            ),
            *_crossing_lines(ahead),
            *_required_lines(ahead),
        ),
        Table(columns, rows, frozenset({0, 7, 8})),
        (f"USD bn. {ahead.paths:,} simulated paths. A projection, not a forecast.", *ahead.notes),
    )


def _ampleness(row: AheadRow) -> tuple[str, str, str]:
    """Ratio, its range and its regime; without bank assets there is none of them."""
    if math.isnan(row.ratio):
        return "n/a", "n/a", "n/a"
    low, high = 100 * row.ratio_low, 100 * row.ratio_high
    return f"{100 * row.ratio:.1f}", f"{low:.1f}-{high:.1f}", row.regime


def _of_bank_assets(first: AheadRow, last: AheadRow) -> str:
    if math.isnan(last.ratio):
        return "; bank assets are not at hand, and so no ratio"
    ends = f"from {100 * first.ratio:.1f} to {100 * last.ratio:.1f} % of bank assets"
    return f", {ends}: {last.regime}"


def _premise(ahead: Ahead) -> str:
    if not ahead.assumed:
        counted = any(note.startswith(WITHOUT_AMOUNT) for note in ahead.notes)
        return "By the amounts announced" if counted else "By what has been announced"
    bought = ahead.rows[-1].purchases_assumed
    amount = f", purchases of {bought:,.0f} USD bn in all" if bought else ""
    return f"With what is assumed below{amount}"


def _crossing_lines(ahead: Ahead) -> list[str]:
    lines = []
    for one in ahead.crossings:
        share = f"{100 * one.probability:.0f} % of paths" if one.probability else "no path"
        central = "" if one.central is None else f", the central one on {one.central:%Y-%m-%d}"
        lines.append(
            f"Below {100 * one.edge:g} % ({one.of}) at a month-end by then: {share}{central}."
        )
    return lines


def _why_none(outlook: Outlook) -> str:
    if outlook.required is not None or outlook.projection.opening.bank_assets is None:
        return ""
    if outlook.projection.caps_have_room:
        return "under these caps bills bought would run off in turn"
    return "the horizon is too short"


def _required_lines(ahead: Ahead) -> list[str]:
    if ahead.target_ratio is None:
        return []
    target = f"{100 * ahead.target_ratio:g} % of bank assets"
    if ahead.required_missing:
        return [f"What {target} would take is not worked out: {ahead.required_missing}."]
    pace, start, held = ahead.required_per_month, ahead.required_start, ahead.required_from
    if pace is None or start is None or held is None:
        return []
    if round(pace, 1) == 0:
        return [f"Reserves stay at or above {target} without purchases beyond these."]
    beyond = " beyond these purchases" if ahead.rows[-1].purchases_assumed else ""
    keep = f"To keep reserves at {target}"
    if ahead.rows[0].ratio < ahead.target_ratio:
        keep = f"To bring reserves to {target} by {held:%Y-%m-%d} and keep them there"
    return [f"{keep} takes {pace:,.1f} USD bn a month{beyond} from {start:%Y-%m-%d} on."]


def ahead_document(ahead: Ahead, version: str) -> Document:
    """Word a projection that stands alone."""
    if ahead.missing:
        raise InvalidInputError(ahead.missing)
    section = ahead_section(ahead, "The path")
    flows = Table(
        ("date", "Treasuries", "MBS", "bought, announced", "bought, assumed"),
        tuple(
            (
                f"{one.date:%Y-%m-%d}",
                *(
                    f"{value:,.1f}"
                    for value in (
                        one.treasuries,
                        one.mbs,
                        one.purchases_announced,
                        one.purchases_assumed,
                    )
                ),
            )
            for one in ahead.rows
        ),
        frozenset({0}),
    )
    return Document(
        "The balance sheet forward",
        (f"Projected from {ahead.opening:%A %Y-%m-%d}. fedliq {version}.",),
        (
            section,
            Section(
                "Securities",
                (),
                flows,
                ("USD bn. Purchases are summed from the opening on.",),
            ),
        ),
    )
