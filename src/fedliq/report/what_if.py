"""Options of the command line, read as assumptions on the schedule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.exceptions import InvalidInputError

if TYPE_CHECKING:
    from fedliq.policy.schedule import PolicySchedule

__all__ = ["with_options"]

_NUMBER = r"(\d+(?:\.\d+)?)"
_RMP = re.compile(rf"{_NUMBER}(?:@(.+))?")
_CAPS = re.compile(rf"{_NUMBER}/{_NUMBER}@(.+)")


def with_options(
    schedule: PolicySchedule, rmp: str | None = None, caps: str | None = None
) -> PolicySchedule:
    """Assume the purchases and caps that options such as 20@2026-11-01 and 25/35@2027-01-01 ask for."""
    if rmp is not None:
        asked = _RMP.fullmatch(rmp)
        if asked is None:
            raise InvalidInputError(
                f"--rmp: expected AMOUNT or AMOUNT@DATE, such as 20@2026-11-01, got {rmp!r}."
            )
        amount, start = asked.groups()
        schedule = schedule.with_purchases(start or _after_announced(schedule), float(amount))
    if caps is not None:
        asked = _CAPS.fullmatch(caps)
        if asked is None:
            raise InvalidInputError(
                f"--caps: expected TREASURY/AGENCY@DATE, such as 25/35@2027-01-01, got {caps!r}."
            )
        treasury, agency, start = asked.groups()
        schedule = schedule.with_caps(start, treasury=float(treasury), agency=float(agency))
    return schedule


def _after_announced(schedule: PolicySchedule) -> pd.Timestamp:
    """Return the day after the last announced period, or after what is known at all."""
    rows = schedule.decisions
    ends = rows.loc[rows["decision"] == "bill_purchases", "until"]
    last = max([schedule.last, *ends])
    return last + pd.Timedelta(1, unit="D")
