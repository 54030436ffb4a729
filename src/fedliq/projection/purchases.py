"""Reserve management purchases: what it takes to keep reserves at a ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_threshold
from fedliq.calendar import ONE_DAY, ONE_MONTH, day_of, index_of
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.policy.schedule import DAYS_IN_MONTH
from fedliq.projection.balance_sheet import Projection
from fedliq.projection.paths import AbsorbsDrains

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Day = str | date | pd.Timestamp

    Floats = NDArray[np.float64]

__all__ = ["RequiredPurchases", "required_purchases"]


@dataclass(frozen=True, slots=True, eq=False)
class RequiredPurchases:
    """Purchases that keep reserves over bank assets at or above a target.

    Attributes
    ----------
    target_ratio : float [fraction]
    start : Timestamp
        First day of purchases.
    hold_from : Timestamp
        From when on the target holds.
    per_month : float [USD bn per month]
        The smallest constant pace; 0 where none is needed.
    binding : Timestamp
        The date that decides the pace; NaT where none is needed.
    monthly : pandas.Series [USD bn]
        The smallest schedule: what is first needed on a Wednesday of each calendar month, and
        so must have been bought by then; by the month's first day. Up to any month its sum is
        never above that of the constant pace.
    """

    target_ratio: float
    start: pd.Timestamp
    hold_from: pd.Timestamp
    per_month: float
    binding: pd.Timestamp
    monthly: pd.Series[float]

    def to_frame(self) -> pd.DataFrame:
        """Return the smallest schedule beside the constant pace, by month [USD bn].

        Of the first month the pace counts the days from ``start``, of the last one all.
        """
        months = self.monthly.index.to_numpy().astype("datetime64[M]")
        begin = np.maximum(months.astype("datetime64[D]"), np.datetime64(self.start, "D"))
        days = ((months + ONE_MONTH).astype("datetime64[D]") - begin) / ONE_DAY
        constant = pd.Series(self.per_month * days / DAYS_IN_MONTH, index=self.monthly.index)
        return pd.DataFrame({"smallest": self.monthly, "constant": constant})


def required_purchases(
    projection: Projection,
    target_ratio: float,
    *,
    start: Day | None = None,
    hold_from: Day | None = None,
) -> RequiredPurchases:
    """Find the smallest purchases that keep reserves over bank assets at a target.

    Parameters
    ----------
    projection : Projection
        Without these purchases.
    target_ratio : float [fraction]
        Such as 0.12.
    start : str, date or Timestamp, optional
        First day of purchases, by default the day after the opening.
    hold_from : str, date or Timestamp, optional
        From when on the target holds, by default from ``start``. A later day leaves time to
        reach a target that reserves are below.

    Returns
    -------
    RequiredPurchases
        On top of what the projection's schedule already buys.

    Raises
    ------
    InvalidInputError
        The projection has no bank assets, a day lies outside it, or its caps have room: then
        bills bought would run off in turn, and no amount added to the path is right.
    UnitError
        The target is no fraction.

    Notes
    -----
    A purchase raises reserves one for one where ON RRP follows a path of its own. Where it
    gives way to drains, a purchase first spares it a drain. With purchases spread evenly over calendar days from
    ``start``, the constant pace is the highest ratio, over all Wednesdays, of what is missing
    to the days there were to buy it.

    NaN: refused.

    Timing: on the Wednesdays of the projection; between them nothing is promised.

    Examples
    --------
    >>> import fedliq as fl
    >>> opening = fl.OpeningSheet(
    ...     date="2026-07-15", treasuries=4512, mbs=1960, other_assets=270,
    ...     tga=796, on_rrp=2, reserves=3143, bank_assets=25_700,
    ... )
    >>> assumptions = fl.Assumptions(
    ...     prepayment=fl.PrepaymentModel(0.06), lines={"bank_assets": fl.Growth(0.04)}
    ... )
    >>> projection = fl.project_balance_sheet(
    ...     opening, fl.policy_schedule(), "2027-07-31", assumptions
    ... )
    >>> needed = fl.required_purchases(projection, 0.12, start="2026-09-01")
    >>> round(needed.per_month, 1)
    5.5
    """
    if not isinstance(projection, Projection):
        raise InputTypeError(
            f"projection: expected a Projection, got {type(projection).__name__}; use "
            "fl.project_balance_sheet."
        )
    target = check_threshold(target_ratio, "target_ratio")
    frame = projection.weekly
    if projection.opening.bank_assets is None:
        raise InvalidInputError(
            "projection: has no bank assets, so no ratio to keep; give bank_assets to the opening sheet."
        )
    days = frame.index.to_numpy().astype("datetime64[D]")
    first = days[0] + ONE_DAY if start is None else day_of(start, "start")
    if not days[0] < first <= days[-1]:
        raise InvalidInputError(
            f"start: expected a day after the opening ({days[0]}) up to {days[-1]}, got {first}."
        )
    held = first if hold_from is None else day_of(hold_from, "hold_from")
    if not first <= held <= days[-1]:
        raise InvalidInputError(
            f"hold_from: expected a day from the first purchases ({first}) to {days[-1]}, got {held}."
        )
    if projection.caps_have_room:
        raise InvalidInputError(
            "projection: in some month less Treasury principal matures than its cap lets go, so bills "
            "bought would run off in turn; try amounts with schedule.with_purchases instead."
        )
    missing = np.where(days >= held, _missing(projection, target), 0.0)
    # A purchase of a day is in that day's level.
    lasted = (days - first) / ONE_DAY + 1
    pace = np.where(lasted > 0, missing / np.maximum(lasted, 1), 0.0) * DAYS_IN_MONTH
    binding = int(np.argmax(pace))
    needed = bool(pace[binding] > 0)
    return RequiredPurchases(
        target,
        pd.Timestamp(first),
        pd.Timestamp(held),
        float(pace[binding]) if needed else 0.0,
        frame.index[binding] if needed else pd.NaT,  # type: ignore[arg-type]  # a Timestamp too
        _smallest(days, missing, first),
    )


def _missing(projection: Projection, target: float) -> Floats:
    """Return what purchases must have added by each date for reserves to be at the target."""
    frame, opening = projection.weekly, projection.opening
    wanted = target * frame["bank_assets"].to_numpy()
    reserves, on_rrp = frame["reserves"].to_numpy(), frame["on_rrp"].to_numpy()
    rule = projection.assumptions.lines.get("on_rrp", AbsorbsDrains())
    if not isinstance(rule, AbsorbsDrains):
        return np.maximum(wanted - reserves, 0.0)
    # Above the opening level of reserves ON RRP must be whole again; below it, at its floor.
    low = min(rule.floor, opening.on_rrp)
    needed = wanted + np.where(wanted > opening.reserves, opening.on_rrp, low)
    return np.where(wanted > reserves, np.maximum(needed - (reserves + on_rrp), 0.0), 0.0)


def _smallest(
    days: NDArray[np.datetime64], missing: Floats, first: np.datetime64
) -> pd.Series[float]:
    """Buy in each month only what has not been bought and will be missing by its end."""
    so_far = np.maximum.accumulate(missing)
    months = np.arange(first.astype("datetime64[M]"), days[-1].astype("datetime64[M]") + ONE_MONTH)
    last = np.searchsorted(days, (months + ONE_MONTH).astype("datetime64[D]")) - 1
    upto = so_far[last]
    index = index_of(months.astype("datetime64[D]"))
    return pd.Series(np.diff(upto, prepend=0.0), index=index, name="purchases")
