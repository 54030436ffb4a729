"""Single figures of the brief: the last value there is, with its date, age and origin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.alignment import no_figures
from fedliq.calendar import end_of
from fedliq.data.catalog import series_info
from fedliq.policy.tables import policy_table
from fedliq.releases import due_at
from fedliq.report.facts import Figure

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset

__all__ = [
    "component",
    "last_figure",
    "number_or_none",
    "rate_in_force_figure",
    "reason_of",
    "time_of",
]


def number_or_none(number: float) -> float | None:
    """Return a plain number, and None where there is none."""
    return None if pd.isna(number) else float(number)


def reason_of(error: Exception) -> str:
    """Return what a refusal says is wrong, without the argument and what a caller could do."""
    return str(error).partition(": ")[2].partition(". ")[0].partition("; use ")[0].rstrip(".")


def time_of(moment: pd.Timestamp) -> str:
    """Return the hour of a moment, and nothing for the end of a day."""
    return "" if moment == end_of(moment.normalize()) else f"{moment:%H:%M}"


def last_figure(
    name: str,
    label: str,
    unit: str,
    series: pd.Series[float],
    day: pd.Timestamp,
    *,
    due: pd.Timestamp,
    source: str,
) -> Figure:
    """Take the last value there is."""
    known = series.dropna()
    if known.empty:
        return Figure(name, label, unit, source, note="no figure at hand")
    last = known.index[-1]
    overdue = last < due
    note = f"the figure for {due:%Y-%m-%d} should be out" if overdue else ""
    return Figure(
        name,
        label,
        unit,
        source,
        value=float(known.iloc[-1]),
        date=last,
        age_days=(day - last).days,
        overdue=overdue,
        note=note,
    )


def component(dataset: Dataset, name: str, moment: pd.Timestamp) -> Figure:
    """Take the last value of a series of the catalog that there is at a moment."""
    info = series_info(name)
    listed = info.fred or info.board
    figure = last_figure(
        name,
        f"{info.title} ({info.observation})",
        str(info.unit),
        dataset.get(name, no_figures()),
        moment.normalize(),
        due=due_at(info.release_rule, moment),
        source=f"{info.publisher_in_short}, {info.release}" + (f" ({listed})" if listed else ""),
    )
    if name not in dataset:
        return figure
    return replace(figure, retrieved_at=dataset.provenance(name).retrieved_at)


def rate_in_force_figure(column: str, label: str, day: pd.Timestamp) -> Figure:
    """An administered rate by the record, dated by the decision's first day."""
    table = policy_table("administered_rates")
    source = "FOMC implementation notes"
    changes = table.changes(column)[:day]
    if not table.covers(day) or changes.empty:
        note = "not in force yet" if table.covers(day) else "the record does not cover this day"
        return Figure(column, label, "percent", source, note=note)
    since = changes.index[-1]
    return Figure(
        column,
        label,
        "percent",
        source,
        value=float(changes.iloc[-1]),
        date=since,
        note=f"in force since {since:%Y-%m-%d}",
    )
