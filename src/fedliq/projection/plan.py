"""A projection laid out: checked, dated, and with the securities that chance does not touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fedliq.calendar import ONE_DAY, ONE_MONTH, WEDNESDAY, day_of, index_of, weekday
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.policy.schedule import PolicySchedule
from fedliq.projection.assumptions import PATH_LINES, Assumptions
from fedliq.projection.inflation import index_ratio
from fedliq.projection.maturities import months_since
from fedliq.projection.opening import OpeningSheet
from fedliq.projection.paths import AbsorbsDrains, values_of
from fedliq.projection.prepayment import SETTLEMENT_LAG, payment_days, run_mbs
from fedliq.projection.treasuries import treasury_flows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from fedliq.projection.maturities import MaturityProfile

    Day = str | date | pd.Timestamp
    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = ["Plan", "levels", "make_plan", "projection_dates", "run_securities"]

_LONGEST = 30 * 366 * ONE_DAY
# A profile that misses more of the holdings than this is that of another portfolio.
_PROFILE_TOLERANCE = 0.05


def projection_dates(opening: Day, end: Day) -> pd.DatetimeIndex:
    """Return the dates of a projection: the opening day, then each Wednesday to the end.

    Parameters
    ----------
    opening, end : str, date or Timestamp

    Returns
    -------
    pandas.DatetimeIndex

    Raises
    ------
    InvalidInputError
        The end is not after the opening, or more than thirty years away.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.projection_dates("2026-07-15", "2026-08-01").strftime("%m-%d").tolist()
    ['07-15', '07-22', '07-29']
    """
    start, last = day_of(opening, "opening"), day_of(end, "end")
    if not start < last <= start + _LONGEST:
        raise InvalidInputError(
            f"end: expected a day after the opening ({start}) and at most thirty years later, got "
            f"{last}."
        )
    days = np.arange(start + ONE_DAY, last + ONE_DAY, dtype="datetime64[D]")
    return index_of(np.concatenate([[start], days[weekday(days) == WEDNESDAY]]))


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A projection laid out.

    Attributes
    ----------
    opening, schedule, assumptions
        As given, checked.
    days : numpy.ndarray of datetime64
        The opening day and the Wednesdays after it.
    payments : numpy.ndarray of datetime64
        When agency principal is paid, after the opening.
    left_after : numpy.ndarray [fraction]
        The part of MBS left after each payment, at the speed assumed.
    caps : numpy.ndarray [USD bn]
        The agency cap at each payment.
    ceilings, mbs_bought : numpy.ndarray [USD bn]
        The most by which MBS may fall, and net purchases, from two months before the first
        payment.
    """

    opening: OpeningSheet
    schedule: PolicySchedule
    assumptions: Assumptions
    days: Days
    payments: Days
    left_after: Floats
    caps: Floats
    ceilings: Floats
    mbs_bought: Floats

    @property
    def start(self) -> np.datetime64:
        """The opening day."""
        return self.days[0]

    @property
    def left_before(self) -> float:
        """Part of MBS left by a payment before the opening: as if paid like the first after it."""
        return float(self.left_after[0]) if len(self.left_after) else 1.0

    def run_mbs(
        self, left_after: Callable[[int], Floats | float]
    ) -> Iterator[tuple[Floats | float, Floats | float, Floats | float]]:
        """Run MBS from the opening, at speeds that may differ from those assumed."""
        return run_mbs(
            self.opening.mbs,
            self.left_before,
            left_after,
            self.caps,
            self.ceilings,
            self.mbs_bought,
        )

    @property
    def on_rrp_rule(self) -> AbsorbsDrains | None:
        """How ON RRP gives way; None where it follows a path of its own."""
        rule = self.assumptions.lines.get("on_rrp", AbsorbsDrains())
        return rule if isinstance(rule, AbsorbsDrains) else None


def make_plan(
    opening: OpeningSheet, schedule: PolicySchedule, end: Day, assumptions: Assumptions
) -> Plan:
    """Check what is given and lay out the months."""
    for value, name, kind in (
        (opening, "opening", OpeningSheet),
        (schedule, "schedule", PolicySchedule),
        (assumptions, "assumptions", Assumptions),
    ):
        if not isinstance(value, kind):
            raise InputTypeError(
                f"{name}: expected a fl.{kind.__name__}, got {type(value).__name__}."
            )
    days = projection_dates(opening.day, end).to_numpy().astype("datetime64[D]")
    _check_fit(opening, schedule, assumptions)
    start = days[0].astype("datetime64[M]")
    months = np.arange(start, days[-1].astype("datetime64[M]") + ONE_MONTH)
    payments = payment_days(months)
    payments = payments[(payments > days[0]) & (payments <= days[-1])]
    first = payments[0].astype("datetime64[M]") if len(payments) else start
    before = payment_days(first - np.arange(SETTLEMENT_LAG, 0, -1) * ONE_MONTH)
    both = np.concatenate([before, payments])
    model = assumptions.prepayment
    return Plan(
        opening=opening,
        schedule=schedule,
        assumptions=assumptions,
        days=days,
        payments=payments,
        left_after=(1.0 - model.scheduled(len(payments))) * (1.0 - model.smm(payments)),
        # Before the first row of the record all principal was reinvested.
        caps=_or_zero(schedule.in_force("agency_cap", payments)),
        ceilings=_or_zero(schedule.in_force("mbs_ceiling", both)),
        mbs_bought=_mbs_bought(schedule, both),
    )


def _or_zero(values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, values)


def _check_fit(opening: OpeningSheet, schedule: PolicySchedule, assumptions: Assumptions) -> None:
    """Refuse parts that are each in order but do not belong together."""
    if not schedule.first <= opening.day <= schedule.last:
        raise InvalidInputError(
            f"opening: {opening.day.date()} lies outside the schedule, which is complete from "
            f"{schedule.first.date()} to {schedule.last.date()}. Open within it, or make a "
            "fl.PolicySchedule that covers the day."
        )
    _check_assumed(opening, schedule)
    absent = [name for name in assumptions.lines if getattr(opening, name) is None]
    if absent:
        raise InvalidInputError(
            f"lines: the opening sheet has no {', '.join(absent)}; give its level to "
            "fl.OpeningSheet, or leave the path out."
        )
    profile = assumptions.maturities
    if profile is not None and profile.as_of > opening.day:
        raise InvalidInputError(
            f"maturities: of {profile.as_of.date()}, after the opening of {opening.day.date()}; a "
            "projection does not look ahead."
        )


def _check_assumed(opening: OpeningSheet, schedule: PolicySchedule) -> None:
    """What had happened by the opening is in its sheet, and no assumption changes it."""
    rows = schedule.to_frame()
    month = opening.day.replace(day=1)
    early = rows[(rows["confidence"] == "assumed") & (rows["effective"] < month)]
    if len(early):
        raise InvalidInputError(
            f"schedule: {early['decision'].iloc[0]} is assumed from "
            f"{early['effective'].iloc[0]:%Y-%m-%d}, before the month of the opening, {month:%Y-%m}; "
            "assume from then on."
        )


def _mbs_bought(schedule: PolicySchedule, payments: Days) -> Floats:
    """Net MBS purchases of the calendar month of each payment."""
    first = payments.astype("datetime64[M]")
    days = np.arange(
        first[0].astype("datetime64[D]"), (first[-1] + ONE_MONTH).astype("datetime64[D]")
    )
    return _by_month(days, schedule.purchased(days)["mbs_announced"], first[0])


def _by_month(days: Days, daily: Floats, origin: np.datetime64) -> Floats:
    """Sum what each day adds by calendar month, from that of the origin."""
    # A month may have no day left where the origin is its last.
    months = int(months_since(days[-1:], origin)[0]) + 1 if len(days) else 1
    return np.bincount(months_since(days, origin), daily, minlength=months).astype(np.float64)


def _up_to(days: Days, when: Days, flows: Floats) -> Floats:
    """Sum flows after the first of the days given up to each of them."""
    after = when > days[0]
    order = np.argsort(when[after], kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(flows[after][order])])
    return sums[np.searchsorted(when[after][order], days, side="right")]


def run_securities(plan: Plan) -> tuple[dict[str, Floats], bool]:
    """Return Treasuries and MBS on each day, with the sums of their flows since the opening.

    And whether some cap had room.
    """
    days = plan.days
    run = plan.run_mbs(plan.left_after.__getitem__)
    balance, gone, moved = np.asarray(list(run), dtype=float).reshape(-1, 3).T
    paid = np.searchsorted(plan.payments, days, side="right")
    every_day = np.arange(days[0] + ONE_DAY, days[-1] + ONE_DAY, dtype="datetime64[D]")
    bought = plan.schedule.purchased(every_day)
    principal, caps_have_room = _treasury_principal(plan, moved)
    sums = {
        "mbs_runoff": _up_to(days, plan.payments, gone),
        "agency_into_treasuries": _up_to(days, plan.payments, moved),
        "purchases_announced": _up_to(days, every_day, bought["treasuries_announced"]),
        "purchases_assumed": _up_to(days, every_day, bought["treasuries_assumed"]),
        "mbs_purchases_announced": _up_to(days, every_day, bought["mbs_announced"]),
        **principal,
    }
    treasuries = (
        plan.opening.treasuries
        - sums["treasuries_redeemed"]
        + sums["agency_into_treasuries"]
        + sums["purchases_announced"]
        + sums["purchases_assumed"]
        + sums["tips_accrual"]
    )
    mbs = np.concatenate([[plan.opening.mbs], balance])[paid]
    return {"treasuries": treasuries, "mbs": mbs, **sums}, caps_have_room


def _treasury_principal(plan: Plan, moved: Floats) -> tuple[dict[str, Floats], bool]:
    """Redemptions and the accrual of TIPS, summed since the opening; whether a cap had room."""
    days, profile = plan.days, plan.assumptions.maturities
    origin = plan.start if profile is None else np.datetime64(profile.as_of, "D")
    ratio = index_ratio(plan.assumptions.inflation, origin)
    earlier = _moved_before(plan, origin)
    bought = _bought_by_month(plan, origin, earlier, moved)
    flows = treasury_flows(profile, plan.schedule, plan.start, days[-1], ratio, bought)
    redeemed = _up_to(days, flows.days, flows.redeemed)
    if profile is None:
        return {"treasuries_redeemed": redeemed, "tips_accrual": np.zeros(len(days))}, False
    marks = np.concatenate([[origin], days])
    before = np.searchsorted(flows.tips_days, marks[:-1], side="right") - 1
    held = float(profile.principal["tips"].sum())
    real = np.where(before >= 0, flows.real_tips[np.maximum(before, 0)], held)
    accrued = np.cumsum(real * np.diff(ratio(marks)))
    left = float(flows.redeemed[flows.days <= plan.start].sum())
    _check_profile(plan, profile, profile.total - left + accrued[0] + float(earlier[1].sum()))
    sums = {"treasuries_redeemed": redeemed, "tips_accrual": accrued - accrued[0]}
    return sums, flows.slack


def _check_profile(plan: Plan, profile: MaturityProfile, left: float) -> None:
    """Refuse a profile that does not lead to the opening sheet, but for what was bought."""
    before = np.arange(np.datetime64(profile.as_of, "D") + ONE_DAY, plan.start + ONE_DAY)
    every = plan.schedule.purchased(before)
    expected = left + float(every["bills"].sum() + every["coupons"].sum())
    gap = expected / plan.opening.treasuries - 1
    if abs(gap) > _PROFILE_TOLERANCE:
        raise InvalidInputError(
            f"maturities: the profile of {profile.as_of.date()} leads to {expected:,.1f} USD bn of "
            f"Treasuries on {plan.opening.day.date()}, {gap:+.1%} of the "
            f"{plan.opening.treasuries:,.1f} in the opening sheet; give one of about the same day."
        )


def _moved_before(plan: Plan, origin: np.datetime64) -> tuple[Days, Floats]:
    """Agency principal that went into Treasuries between the holdings and the opening.

    At the speed of the first payment after it, on the holdings of the opening.
    """
    months = np.arange(
        origin.astype("datetime64[M]"), plan.start.astype("datetime64[M]") + ONE_MONTH
    )
    paid = payment_days(months)
    paid = paid[(paid > origin) & (paid <= plan.start)]
    principal = plan.opening.mbs * (1.0 - plan.left_before)
    fall = np.minimum(principal, _or_zero(plan.schedule.in_force("mbs_ceiling", paid)))
    return paid, fall - np.minimum(fall, _or_zero(plan.schedule.in_force("agency_cap", paid)))


def _bought_by_month(
    plan: Plan, origin: np.datetime64, earlier: tuple[Days, Floats], moved: Floats
) -> tuple[Floats, Floats]:
    """Bills and coupons bought outright in each month from that of the maturity profile."""
    last = plan.days[-1].astype("datetime64[M]") + ONE_MONTH
    days = np.arange(origin + ONE_DAY, last.astype("datetime64[D]"))
    every = plan.schedule.purchased(days)
    bills, coupons = (_by_month(days, every[name], origin) for name in ("bills", "coupons"))
    paid = np.concatenate([earlier[0], plan.payments])
    into_bills = _or_zero(plan.schedule.in_force("agency_into_bills", paid))
    reinvested = np.concatenate([earlier[1], moved])
    where = months_since(paid, origin)
    np.add.at(bills, where, reinvested * into_bills)
    np.add.at(coupons, where, reinvested * (1.0 - into_bills))
    return bills, coupons


def levels(plan: Plan) -> dict[str, Floats]:
    """Return every line that follows a path; ON RRP only where it does."""
    lines = [name for name in PATH_LINES if name != "on_rrp" or plan.on_rrp_rule is None]
    return {
        name: values_of(
            plan.assumptions.lines.get(name),
            name,
            plan.opening.level(name),
            plan.days,
        )
        for name in lines
    }
