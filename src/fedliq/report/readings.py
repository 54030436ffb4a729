"""Does it add liquidity or drain it? One printed rule for each indicator.

Levels are read by their change over four weeks, SOFR - IORB by that of its four-week mean,
purchases less caps by what is announced for now. The neutral widths are judgements: what
moves less says little. Between a quarter and a third of the absolute four-week changes since
mid-2023 lie within them; of SOFR - IORB, whose rates come in whole basis points, two thirds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fedliq.alignment import lagged
from fedliq.policy.tables import policy_table
from fedliq.releases import due_at
from fedliq.report.desk import announced_by, caps_in_force, total_cap
from fedliq.report.facts import Reading

if TYPE_CHECKING:
    import pandas as pd

    from fedliq.releases import ReleaseRule
    from fedliq.report.facts import Direction, Verdict

__all__ = ["read_all", "tally"]

_WEEKS = 4
_DAYS = 7 * _WEEKS


def _verdict(change: float, neutral_within: float, adds_when: Direction) -> Verdict:
    if abs(change) <= neutral_within:
        return "neutral"
    return "adds" if (change > 0) == (adds_when == "rises") else "drains"


def _reading(
    label: str,
    change: pd.Series[float],
    unit: str,
    *,
    neutral_within: float,
    adds_when: Direction,
    due: pd.Timestamp,
) -> Reading:
    """Read the last change there is; one that is overdue is shown but not counted."""
    known = change.dropna()
    value, date = (float(known.iloc[-1]), known.index[-1]) if len(known) else (None, None)
    verdict: Verdict = "not counted"
    note = ""
    if value is None or date is None:
        note = "no figure at hand"
    elif date < due:
        note = f"overdue, the figure for {due:%Y-%m-%d} should be out"
    else:
        verdict = _verdict(value, neutral_within, adds_when)
    return Reading(label, value, unit, neutral_within, adds_when, date, verdict, note)


def _desk(moment: pd.Timestamp) -> Reading:
    """Purchases announced for the running period, less the caps on redemptions."""
    day = moment.normalize()
    label, unit = "Purchases less caps", "USD bn a month"
    caps, bought = policy_table("runoff_caps"), policy_table("bill_purchases")
    cap = total_cap(caps_in_force(day))
    begun = (bought.rows["announced"] <= announced_by(moment)) & (
        bought.rows["period_start"] <= day
    )
    running = bought.rows[begun & (bought.rows["period_end"] >= day)]
    if not caps.covers(day) or (running.empty and not cap and not bought.covers(day)):
        note = "the record does not cover this day"
        return Reading(label, None, unit, 0, "rises", None, "not counted", note)
    net = float(running["amount_bn"].sum()) - cap
    note = (
        "caps are ceilings; no reserve management purchases while redemptions ran" if cap else ""
    )
    return Reading(label, net, unit, 0, "rises", day, _verdict(net, 0, "rises"), note)


def read_all(
    levels: dict[str, pd.Series[float]],
    ratio: pd.Series[float],
    outside_turns_28d: pd.Series[float],
    moment: pd.Timestamp,
) -> tuple[Reading, ...]:
    """Read every indicator of the brief, as of a moment."""

    def due(rule: ReleaseRule) -> pd.Timestamp:
        return due_at(rule, moment)

    def change(series: pd.Series[float]) -> pd.Series[float]:
        return series - lagged(series, _DAYS)

    h41, h8 = due("h41"), due("h8")
    assets, tga, on_rrp = (change(levels[name]) for name in ("fed_assets", "tga", "on_rrp"))
    percent = change(ratio.dropna() * 100)
    spread = change(outside_turns_28d)
    return (
        _reading("Fed assets", assets, "USD bn", neutral_within=25, adds_when="rises", due=h41),
        _reading("TGA", tga, "USD bn", neutral_within=50, adds_when="falls", due=h41),
        _reading(
            "ON RRP", on_rrp, "USD bn", neutral_within=10, adds_when="falls", due=due("on_rrp")
        ),
        _reading(
            "Reserves over bank assets",
            percent,
            "pp",
            neutral_within=0.2,
            adds_when="rises",
            due=min(h41, h8),
        ),
        _reading(
            "SOFR - IORB outside turns",
            spread,
            "bp",
            neutral_within=2,
            adds_when="falls",
            due=due("repo_rate"),
        ),
        _desk(moment),
    )


def tally(readings: tuple[Reading, ...]) -> dict[str, int]:
    """Count the verdicts."""
    verdicts = [reading.verdict for reading in readings]
    return {
        verdict: verdicts.count(verdict)
        for verdict in ("adds", "neutral", "drains", "not counted")
    }
