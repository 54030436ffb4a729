"""What changed since a week ago: the figures known now beside those known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.alignment import no_figures
from fedliq.calendar import ONE_DAY
from fedliq.data.catalog import series_info
from fedliq.policy.tables import policy_schedule
from fedliq.releases import due_at
from fedliq.report.desk import announced_by
from fedliq.report.figures import number_or_none, time_of
from fedliq.report.page import Section, day_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fedliq.data.dataset import Dataset

__all__ = ["Announced", "Moved", "Week", "since_last_week", "week_section"]

_WEEK = 7 * ONE_DAY
_LEVELS = {
    "fed_assets": "Fed assets",
    "tga": "TGA",
    "reserves_week_average": "Reserves (week average)",
    "on_rrp": "ON RRP",
    "srf": "SRF",
}
_DECISIONS = {
    "treasury_cap": "cap on Treasuries {value:g} USD bn a month from {effective}",
    "agency_cap": "cap on agency securities {value:g} USD bn a month from {effective}",
    "bill_purchases": "bill purchases of {value:g} USD bn, {effective} to {until}",
    "treasury_pace": "purchases of Treasuries {value:g} USD bn a month from {effective}",
    "mbs_pace": "purchases of MBS {value:g} USD bn a month from {effective}",
    "purchases_without_amount": "purchases without a stated amount from {effective}",
    "target_high": "upper end of the target range {value:.2f} percent from {effective}",
    "iorb": "IORB {value:.2f} percent from {effective}",
    "on_rrp_rate": "ON RRP rate {value:.2f} percent from {effective}",
    "srf_rate": "SRF rate {value:.2f} percent from {effective}",
}


_PACES = ("treasury_pace", "mbs_pace")
_MARKS = {"secondary": " (read second-hand)", "inferred": " (inferred)"}


@dataclass(frozen=True, slots=True)
class Moved:
    """The last figure of now beside the last that was known a week before."""

    name: str
    label: str
    unit: str
    value: float | None
    date: pd.Timestamp | None
    before: float | None
    before_date: pd.Timestamp | None

    @property
    def is_new(self) -> bool:
        """Whether a figure came out in between."""
        return self.date is not None and self.date != self.before_date


@dataclass(frozen=True, slots=True)
class Announced:
    """A decision that was announced in between."""

    date: pd.Timestamp
    what: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Week:
    """What is known now and was not a week ago; figures as they stand now."""

    since: pd.Timestamp
    at: str
    moved: tuple[Moved, ...]
    regime: str | None
    regime_before: str | None
    announced: tuple[Announced, ...]
    record_begins: pd.Timestamp
    record_ends: pd.Timestamp


def since_last_week(
    known: Dataset,
    panel: pd.DataFrame,
    rates: Mapping[str, pd.Series[float]],
    moment: pd.Timestamp,
) -> Week:
    """Set what is known at a moment beside what was known seven days before.

    Parameters
    ----------
    known : Dataset
        What was public at the moment.
    panel, rates
        Made of it, by ``indicator_panel`` and ``daily_rates``.
    moment : pandas.Timestamp

    Returns
    -------
    Week
        By the publishers' timetable. A revision of a figure known then is no change.
    """
    then = moment - _WEEK
    both = min(due_at("h41", then), due_at("h8", then))
    ratio = panel["reserves_to_bank_assets"]
    moved = (
        _moved(
            "net_liquidity", "Net liquidity", "USD bn", panel["net_liquidity"], due_at("h41", then)
        ),
        *_levels(known, then),
        _moved("reserves_to_bank_assets", "Reserves over bank assets", "fraction", ratio, both),
        _moved(
            "sofr_iorb_spread",
            "SOFR - IORB",
            "bp",
            rates["sofr_iorb_spread"],
            due_at("repo_rate", then),
        ),
    )
    return Week(
        then.normalize(),
        time_of(moment),
        moved,
        _last_label(panel["regime"]),
        _last_label(panel["regime"].loc[:both]),
        tuple(_announced(announced_by(then), announced_by(moment))),
        policy_schedule().first,
        policy_schedule().last,
    )


def _moved(name: str, label: str, unit: str, series: pd.Series[float], due: pd.Timestamp) -> Moved:
    held = series.dropna()
    before = held.loc[:due]
    return Moved(
        name,
        label,
        unit,
        number_or_none(held.iloc[-1]) if len(held) else None,
        held.index[-1] if len(held) else None,
        number_or_none(before.iloc[-1]) if len(before) else None,
        before.index[-1] if len(before) else None,
    )


def _levels(known: Dataset, then: pd.Timestamp) -> Iterator[Moved]:
    for name, label in _LEVELS.items():
        due = due_at(series_info(name).release_rule, then)
        yield _moved(name, label, "USD bn", known.get(name, no_figures(name)), due)


def _last_label(regime: pd.Series[str]) -> str | None:
    known = regime.dropna()
    return str(known.iloc[-1]) if len(known) else None


def _announced(then: pd.Timestamp, now: pd.Timestamp) -> Iterator[Announced]:
    rows = policy_schedule().decisions
    rows = rows[(rows["announced"] > then) & (rows["announced"] <= now)]
    # Zeros that only go with another decision: no amount stated, or none of it in effect.
    unstated = rows["decision"] == "purchases_without_amount"
    open_ended = rows.loc[unstated & (rows["value"] > 0), "announced"]
    beside = rows["decision"].isin(_PACES) & rows["announced"].isin(open_ended)
    rows = rows[~beside & ~(unstated & (rows["value"] == 0))]
    for one in rows.sort_values("announced", kind="stable").to_dict("records"):
        if one["decision"] in _DECISIONS:
            days = {
                key: day_shown(one[key]) for key in ("effective", "until") if pd.notna(one[key])
            }
            said = _DECISIONS[one["decision"]].format(value=one["value"], **days)
            yield Announced(one["announced"], said, one["confidence"])


def _announced_lines(week: Week) -> list[str]:
    by_day: dict[str, list[str]] = {}
    for one in week.announced:
        said = one.what + _MARKS.get(one.confidence, "")
        by_day.setdefault(day_shown(one.date), []).append(said)
    lines = [f"Announced on {day}: {'; '.join(what)}." for day, what in by_day.items()]
    if week.since + _WEEK > week.record_ends:
        return [*lines, f"The record of decisions ends on {day_shown(week.record_ends)}."]
    if week.since < week.record_begins:
        return [*lines, f"The record of decisions begins on {day_shown(week.record_begins)}."]
    return lines or ["No decision was announced."]


def _shown(value: float, digits: int, sign: str) -> str:
    """Write a number; what rounds to zero has no sign of its own."""
    return f"{round(value, digits) + 0.0:{sign},.{digits}f}"


def _change(one: Moved) -> str:
    """Say how a figure moved, where there was one to move from."""
    value, before = one.value or 0.0, one.before
    scale, unit, digits = (100.0, "%", 2) if one.unit == "fraction" else (1.0, one.unit, 1)
    level = _shown(scale * value, digits, "+" if unit == "bp" else "")
    now = f"{level} {unit} ({day_shown(one.date)})"
    if before is None:
        return f"{one.label} {now}, the first figure at hand"
    step = round(scale * (value - before), digits)
    if not step:
        return f"{one.label} unchanged at {now}"
    return f"{one.label} {_shown(step, digits, '+')}{' pp' if unit == '%' else ''} to {now}"


def _regime_line(week: Week) -> tuple[str, ...]:
    if week.regime is None or week.regime_before is None:
        return ()
    if week.regime == week.regime_before:
        return (f"The regime by the ratio is {week.regime}, as it was.",)
    return (f"The regime by the ratio went from {week.regime_before} to {week.regime}.",)


def week_section(week: Week) -> Section:
    """Word what changed, from the figures alone."""
    new = [_change(one) for one in week.moved if one.is_new]
    old = [
        f"{one.label} (last {day_shown(one.date)})"
        for one in week.moved
        if not one.is_new and one.date is not None
    ]
    regime = any(one.name == "reserves_to_bank_assets" and one.is_new for one in week.moved)
    sentences = (
        f"{'; '.join(new)}." if new else "No figure came out.",
        *(_regime_line(week) if regime else ()),
        *((f"No new figure: {', '.join(old)}.",) if old else ()),
        *_announced_lines(week),
    )
    return Section(
        "What changed since last week",
        sentences,
        None,
        (
            (
                "Each last figure beside the last that was public by "
                f"{week.since:%A %Y-%m-%d}{' ' * bool(week.at)}{week.at}, as they stand now."
            ),
        ),
    )
