"""Facilities and the Desk: what stands open, what runs off, what is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq.assessment import QtEndThresholds
from fedliq.indicators.facilities import btfp_runoff, on_rrp_depletion, srf_take_up
from fedliq.policy.tables import policy_table
from fedliq.report.facts import Facility, Figure
from fedliq.report.figures import component

if TYPE_CHECKING:
    from fedliq.data.dataset import Dataset
    from fedliq.policy.tables import PolicyTable

__all__ = ["announced_by", "caps_in_force", "facilities", "policy_lines", "total_cap"]

# USD bn; below it the ON RRP facility no longer cushions reserves.
_NEAR_ZERO = QtEndThresholds().on_rrp


def facilities(dataset: Dataset, moment: pd.Timestamp) -> tuple[Facility, ...]:
    """Sum up each facility that had opened by a moment."""
    rows = policy_table("facilities").rows
    opened = rows[rows["effective"] <= moment]
    summed = []
    for title, name, sum_up in (
        ("ON RRP", "on_rrp", _on_rrp),
        ("SRF", "srf", _srf),
        ("BTFP", "btfp", _btfp),
    ):
        record = opened[opened["facility"] == title]
        if len(record):
            summed.append(sum_up(component(dataset, name, moment), dataset, record))
    return tuple(summed)


def _on_rrp(figure: Figure, dataset: Dataset, _: pd.DataFrame) -> Facility:
    if figure.value is None:
        return Facility(figure, "")
    if figure.value < _NEAR_ZERO and not figure.overdue:
        near = f"near zero (below {_NEAR_ZERO:g} USD bn)"
        return Facility(figure, f"{near}: little is left that a fall of assets could draw on")
    last = on_rrp_depletion(dataset["on_rrp"]).iloc[-1]
    left = last["weeks_to_zero"]
    pace = f"{last['weekly_pace']:+.1f} USD bn a week over 4 weeks"
    empty = f", empty in {left:.0f} weeks at that pace" if np.isfinite(left) else ""
    return Facility(figure, f"{last['share_of_peak']:.1%} of its highest value, {pace}{empty}")


def _srf(figure: Figure, dataset: Dataset, _: pd.DataFrame) -> Facility:
    if figure.value is None:
        return Facility(figure, "")
    last = srf_take_up(dataset["srf"]).iloc[-1]
    return Facility(
        figure,
        f"used on {last['days_used']:.0f} operation days of the 28 calendar days to then, at "
        f"most {last['window_max']:.1f} USD bn; record {last['record']:.1f} USD bn",
    )


def _btfp(figure: Figure, dataset: Dataset, record: pd.DataFrame) -> Facility:
    """No level is shown once the last loan must have matured."""
    summary = "; ".join(
        f"{one['effective'].date()} {one['parameter']}" for one in record.to_dict("records")
    )
    if "closed" in record["state"].to_numpy():
        note = "closed, nothing can be outstanding"
        figure = Figure(figure.name, figure.label, figure.unit, figure.source, note=note)
    elif figure.value is not None and not figure.overdue:
        share = btfp_runoff(dataset["btfp"])["share_of_peak"].iloc[-1]
        summary = f"{share:.0%} of its highest value so far; {summary}"
    return Facility(figure, summary)


def policy_lines(moment: pd.Timestamp) -> tuple[str, ...]:
    """Say which caps and purchases stand, and since when."""
    return (*_caps(moment.normalize()), *_purchases(moment))


def announced_by(moment: pd.Timestamp) -> pd.Timestamp:
    """Return the last day whose announcements are known: those of a day come in the afternoon."""
    return (moment - pd.Timedelta(14, unit="h")).normalize()


def caps_in_force(day: pd.Timestamp) -> pd.DataFrame:
    """Return the row of the caps in force on a day, and none before the record begins."""
    rows = policy_table("runoff_caps").rows
    return rows[rows["effective"] <= day].tail(1)


def total_cap(in_force: pd.DataFrame) -> float:
    """Return what may run off in a month, Treasuries and agency securities, in USD bn."""
    return float(in_force.filter(like="_cap_bn_per_month").to_numpy().sum())


def _span(table: PolicyTable) -> str:
    return f"the record covers {table.first:%Y-%m-%d} to {table.last:%Y-%m-%d}"


def _caps(day: pd.Timestamp) -> list[str]:
    table = policy_table("runoff_caps")
    if not table.covers(day):
        return [f"Redemption caps: not at hand for this day; {_span(table)}."]
    in_force = caps_in_force(day).to_dict("records")
    return [
        f"Redemption caps since {one['effective'].date()}: Treasuries "
        f"{one['treasury_cap_bn_per_month']:g}, agency securities "
        f"{one['agency_cap_bn_per_month']:g} USD bn a month ({table.sources[one['source']]})."
        for one in in_force
    ]


def _purchases(moment: pd.Timestamp) -> list[str]:
    """Periods that are running or announced; those known from the press are marked so."""
    table, day = policy_table("bill_purchases"), moment.normalize()
    announced = table.rows[table.rows["announced"] <= announced_by(moment)]
    current = announced[announced["period_end"] >= day].to_dict("records")
    if not current:
        return [f"Bill purchases: no period at hand for this day; {_span(table)}."]
    return [
        f"Bill purchases {one['period_start'].date()} to {one['period_end'].date()}: "
        f"{one['amount_bn']:g} USD bn, announced {one['announced'].date()} "
        f"({one['confidence']} source: {table.sources[one['source']]}; {one['note']})."
        for one in current
    ]
