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

from fedliq._validate import check_choice
from fedliq.exceptions import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["POLICY_TABLES", "PolicyTable", "policy_table"]

#: Names that :func:`policy_table` knows.
POLICY_TABLES = (
    "administered_rates",
    "bill_purchases",
    "events",
    "facilities",
    "fomc_meetings",
    "runoff_caps",
)

# The columns without which a row says nothing.
_REQUIRED = {
    "administered_rates": ("announced", "effective", "iorb_pct", "on_rrp_pct"),
    "bill_purchases": ("programme", "period_start", "period_end", "amount_bn", "announced"),
    "events": ("date", "event", "kind"),
    "facilities": ("facility", "effective", "parameter"),
    "fomc_meetings": ("start_date", "end_date", "projections"),
    "runoff_caps": (
        "announced",
        "effective",
        "treasury_cap_bn_per_month",
        "agency_cap_bn_per_month",
    ),
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
    last = ("note", "source")
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
        One of ``POLICY_TABLES``: ``"administered_rates"``, ``"bill_purchases"``,
        ``"events"``, ``"facilities"``, ``"fomc_meetings"``, ``"runoff_caps"``.

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
