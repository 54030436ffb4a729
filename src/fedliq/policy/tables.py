"""Read the policy tables that ship with the package.

Each table is a TOML file in ``records/``: its rows, the units of its columns and the
sources its rows point to.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd

from fedliq._options import check_choice
from fedliq.exceptions import DataError
from fedliq.policy.rows import DECISIONS
from fedliq.policy.schedule import PolicySchedule

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["POLICY_TABLES", "PolicyTable", "policy_schedule", "policy_table"]

#: Names that :func:`policy_table` knows.
POLICY_TABLES = (
    "administered_rates",
    "asset_purchases",
    "bill_purchases",
    "events",
    "facilities",
    "fomc_meetings",
    "runoff_caps",
)

# The columns without which a row says nothing.
_REQUIRED = {
    "administered_rates": ("announced", "effective", "iorb_pct", "on_rrp_pct"),
    "asset_purchases": (
        "announced",
        "effective",
        "treasury_pace_bn_per_month",
        "pace_into_bills",
        "mbs_pace_bn_per_month",
        "without_amount",
    ),
    "bill_purchases": ("programme", "period_start", "period_end", "amount_bn", "announced"),
    "events": ("date", "event", "kind"),
    "facilities": ("facility", "effective", "parameter"),
    "fomc_meetings": ("start_date", "end_date", "projections"),
    "runoff_caps": (
        "announced",
        "effective",
        "treasury_cap_bn_per_month",
        "agency_cap_bn_per_month",
        "mbs_ceiling_bn_per_month",
        "agency_into_bills",
    ),
}
# The columns that a schedule is made of, by the name of the decision.
_DECIDED = {
    "runoff_caps": {
        "treasury_cap": "treasury_cap_bn_per_month",
        "agency_cap": "agency_cap_bn_per_month",
        "mbs_ceiling": "mbs_ceiling_bn_per_month",
        "agency_into_bills": "agency_into_bills",
    },
    "asset_purchases": {
        "treasury_pace": "treasury_pace_bn_per_month",
        "pace_into_bills": "pace_into_bills",
        "mbs_pace": "mbs_pace_bn_per_month",
        "purchases_without_amount": "without_amount",
    },
    "bill_purchases": {"bill_purchases": "amount_bn"},
    "administered_rates": {
        "iorb": "iorb_pct",
        "on_rrp_rate": "on_rrp_pct",
        "srf_rate": "srf_pct",
        "target_low": "target_low_pct",
        "target_high": "target_high_pct",
    },
}
_DATES = ("announced", "effective", "date", "start_date", "end_date", "period_start", "period_end")


@dataclass(frozen=True, slots=True, eq=False)
class PolicyTable:
    """One table of the record.

    Attributes
    ----------
    name, title : str
        What it is.
    rows : pandas.DataFrame
        A row for each decision, dates as timestamps; ``source`` holds a key of
        ``sources``. A copy of your own.
    units : mapping of str to str
        For each column of amounts or rates.
    sources : mapping of str to str
        Where rows were read.
    first, last : Timestamp
        Between these days the record is complete: what it does not say did not happen.
        NaT where it is a selection.
    """

    name: str
    title: str
    rows: pd.DataFrame
    units: dict[str, str]
    sources: dict[str, str]
    first: pd.Timestamp
    last: pd.Timestamp

    def covers(self, day: pd.Timestamp) -> bool:
        """Say whether the record is complete on a day."""
        return bool(self.first <= day <= self.last)

    def changes(self, column: str) -> pd.Series[float]:
        """Return a column of a table of decisions by the first day each applies."""
        return self.rows.set_index("effective")[column].dropna()


def _frame(name: str, rows: list[dict[str, Any]], sources: Mapping[str, str]) -> pd.DataFrame:
    for number, row in enumerate(rows, start=1):
        missing = [key for key in (*_REQUIRED[name], "source") if key not in row]
        if missing or row["source"] not in sources:
            wrong = f"lacks {', '.join(missing)}" if missing else "points to an unknown source"
            raise DataError(f"policy table {name}: row {number} {wrong}: {row}.")
    if name in _DECIDED:
        rows = [{"confidence": "primary", **row} for row in rows]
    last = ("confidence", "note", "source")
    named = dict.fromkeys(key for row in rows for key in row)
    frame = pd.DataFrame(rows, columns=sorted(named, key=last.__contains__))
    for column in frame.columns.intersection(list(_DATES)):
        frame[column] = pd.to_datetime(frame[column])
    order = frame.columns.intersection(["effective", "date", "end_date", "period_start"])
    if not frame[order[0]].is_monotonic_increasing:
        raise DataError(f"policy table {name}: rows are not in order of {order[0]}.")
    return frame


def policy_table(name: str) -> PolicyTable:
    """Return one of the policy tables of the package.

    Parameters
    ----------
    name : str
        One of ``POLICY_TABLES``: ``"administered_rates"``, ``"asset_purchases"``,
        ``"bill_purchases"``, ``"events"``, ``"facilities"``, ``"fomc_meetings"``,
        ``"runoff_caps"``.

    Returns
    -------
    PolicyTable
        Rows, units and sources.

    Raises
    ------
    InvalidInputError
        There is no such table.
    DataError
        The table is damaged: a row lacks a column or a source, or is out of order.

    Notes
    -----
    Timing: ``effective`` is the first day a decision applies and, of rates, caps and
    purchases, ``announced`` the day it became public. A back-test uses only rows announced
    by its date.

    Examples
    --------
    >>> import fedliq as fl
    >>> caps = fl.policy_table("runoff_caps")
    >>> caps.rows.loc[caps.rows["effective"] == "2024-06-01", "treasury_cap_bn_per_month"].item()
    25.0
    >>> caps.units["treasury_cap_bn_per_month"]
    'USD bn per month'
    """
    check_choice(name, POLICY_TABLES, "name")
    table = _read(name)
    return replace(
        table,
        rows=table.rows.copy(),
        units=dict(table.units),
        sources=dict(table.sources),
    )


@lru_cache(maxsize=len(POLICY_TABLES))
def _read(name: str) -> PolicyTable:
    """Read a table once; it cannot change while the program runs."""
    text = files("fedliq.policy").joinpath("records", f"{name}.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return PolicyTable(
        name=name,
        title=raw["title"],
        rows=_frame(name, raw["rows"], raw["sources"]),
        units=raw["units"],
        sources=raw["sources"],
        first=pd.Timestamp(raw.get("first", pd.NaT)),
        last=pd.Timestamp(raw.get("last", pd.NaT)),
    )


def policy_schedule() -> PolicySchedule:
    """Return the record of decisions as a schedule.

    Returns
    -------
    PolicySchedule
        Redemption caps, purchases and administered rates since 2017, complete from the first
        day of the table of caps to the last day that all tables cover.

    Notes
    -----
    Timing: everything the record holds. A back-test cuts it with ``as_known_on``.

    Examples
    --------
    >>> import fedliq as fl
    >>> schedule = fl.policy_schedule()
    >>> schedule.between("2025-12-01", "2025-12-12")[["decision", "value"]].to_numpy().tolist()[:2]
    [['treasury_cap', 0.0], ['agency_cap', 0.0]]
    >>> schedule.at("2026-01-05")["bill_purchases"].item()
    40.0
    """
    parts = [
        _decisions(_read(name), decision, column)
        for name, decided in _DECIDED.items()
        for decision, column in decided.items()
    ]
    caps = _read("runoff_caps")
    last = min(_read(name).last for name in _DECIDED)
    return PolicySchedule(pd.concat(parts, ignore_index=True), caps.first, last)


def _decisions(table: PolicyTable, decision: str, column: str) -> pd.DataFrame:
    rows = table.rows[table.rows[column].notna()]
    periods = "period_start" in rows
    until = (
        rows["period_end"] if periods else pd.Series(pd.NaT, rows.index, rows["announced"].dtype)
    )
    return pd.DataFrame(
        {
            "announced": rows["announced"],
            "effective": rows["period_start" if periods else "effective"],
            "until": until,
            "decision": decision,
            "value": rows[column].astype(float),
            "unit": DECISIONS[decision],
            "confidence": rows["confidence"],
            "source": rows["source"].map(table.sources),
        }
    )
