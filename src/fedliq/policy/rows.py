"""What a row of a schedule must be."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_columns
from fedliq.exceptions import InvalidInputError
from fedliq.quantities import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DECISIONS", "LIMITS", "PERIODS", "checked_rows"]

#: What a schedule can hold: each decision with its unit.
DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "treasury_cap": "USD bn per month",
        "agency_cap": "USD bn per month",
        "mbs_ceiling": "USD bn per month",
        "agency_into_bills": "fraction",
        "treasury_pace": "USD bn per month",
        "pace_into_bills": "fraction",
        "mbs_pace": "USD bn per month",
        "purchases_without_amount": "fraction",
        "bill_purchases": "USD bn in the period",
        "assumed_purchases": "USD bn per month",
        "iorb": "percent",
        "on_rrp_rate": "percent",
        "srf_rate": "percent",
        "target_low": "percent",
        "target_high": "percent",
    }
)
# These hold for a period and not until further notice.
PERIODS = "bill_purchases"
_COLUMNS = ("announced", "effective", "until", "decision", "value", "unit", "confidence", "source")
_CONFIDENCE = ("primary", "secondary", "inferred", "assumed")
# Here infinity says that there is no limit.
LIMITS = ("treasury_cap", "agency_cap", "mbs_ceiling")


def _most(decision: str, unit: str) -> float:
    """Return the highest plausible value: of amounts, that of all holdings."""
    if decision in LIMITS:
        return np.inf
    if unit == "percent":
        return QUANTITIES["rate"].high
    return 1.0 if unit == "fraction" else QUANTITIES["securities"].high


def _check_rows(rows: pd.DataFrame) -> None:
    """Refuse rows that contradict themselves or each other."""
    known = rows["decision"].isin(list(DECISIONS))
    periods = rows["decision"] == PERIODS
    most = [_most(*pair) for pair in zip(rows["decision"], rows["unit"], strict=True)]
    bad = {
        f"the decision is not one of {', '.join(DECISIONS)}": ~known,
        "its unit is not that of fl.DECISIONS": rows["decision"].map(dict(DECISIONS))
        != rows["unit"],
        f"its confidence is not one of {', '.join(_CONFIDENCE)}": ~rows["confidence"].isin(
            list(_CONFIDENCE)
        ),
        "expected an amount, rate or fraction that is possible in its unit": ~(
            (rows["value"] >= 0) & (rows["value"] <= most)
        ),
        "IORB was never below 0.10 %; is it given as a fraction?": (rows["decision"] == "iorb")
        & (rows["value"] < QUANTITIES["iorb"].low),
        "it takes effect before it is announced": rows["announced"] > rows["effective"],
        "a purchase period, and nothing else, has a last day (until), not before its first": (
            (periods != rows["until"].notna()) | (rows["until"] < rows["effective"])
        ),
    }
    for reason, wrong in bad.items():
        if wrong.any():
            row = rows[wrong].iloc[0]
            raise InvalidInputError(
                f"decisions: row {wrong.idxmax()} ({row['decision']} of {row['value']:g}, effective "
                f"{row['effective']:%Y-%m-%d}): {reason}."
            )
    _check_order(rows)
    _check_overlap(rows)


def _check_order(rows: pd.DataFrame) -> None:
    decision = rows["decision"].to_numpy()
    by_decision = rows.iloc[np.argsort(pd.factorize(decision)[0], kind="stable")]
    same = by_decision["decision"].to_numpy()
    effective = by_decision["effective"].to_numpy()
    back = (same[1:] == same[:-1]) & (effective[1:] <= effective[:-1])
    if back.any():
        raise InvalidInputError(
            f"decisions: the rows of {same[1:][back][0]} are not in order of their effective day, "
            f"one a day (see {pd.Timestamp(effective[1:][back][0]).date()}); sort them and keep one."
        )


def _check_overlap(rows: pd.DataFrame) -> None:
    periods = rows[rows["decision"] == PERIODS]
    clash = periods["effective"].iloc[1:].to_numpy() <= periods["until"].iloc[:-1].to_numpy()
    if clash.any():
        first = periods.iloc[1:][clash].iloc[0]
        raise InvalidInputError(
            f"decisions: the purchase period from {first['effective']:%Y-%m-%d} overlaps the one "
            "before it; let each begin after the last day of the other."
        )
    assumed = rows[(rows["decision"] == "assumed_purchases") & (rows["value"] > 0)]
    # A period in which nothing is bought leaves room for an assumption.
    busy = periods[periods["value"] > 0]
    if len(assumed) and len(busy) and assumed["effective"].iloc[0] <= busy["until"].iloc[-1]:
        last = busy["until"].iloc[-1]
        raise InvalidInputError(
            f"start: purchases assumed from {assumed['effective'].iloc[0]:%Y-%m-%d} overlap those "
            f"announced to {last:%Y-%m-%d}; start on {last + pd.Timedelta(1, unit='D'):%Y-%m-%d} "
            "or later."
        )


def checked_rows(decisions: object) -> pd.DataFrame:
    """Return the rows of a schedule with days and numbers as such, or refuse them."""
    given = check_columns(decisions, _COLUMNS, "decisions", "; start from fl.policy_schedule()")
    rows = given.loc[:, list(_COLUMNS)].reset_index(drop=True)
    for column in ("announced", "effective", "until"):
        try:
            days = pd.to_datetime(rows[column])
        except (TypeError, ValueError) as error:
            raise InvalidInputError(f"decisions: {column}: {error}.") from None
        if days.dt.tz is not None or (days.dropna() != days.dropna().dt.normalize()).any():
            raise InvalidInputError(
                f"decisions: {column}: expected days without a time of day or a time zone."
            )
        rows[column] = days
    try:
        rows["value"] = rows["value"].astype(float)
    except (TypeError, ValueError):
        raise InvalidInputError("decisions: value: expected numbers.") from None
    if rows["effective"].isna().any():
        raise InvalidInputError("decisions: each row needs the day it takes effect.")
    _check_rows(rows)
    return rows
