"""Treasury holdings forward: principal against the caps, roll-overs, purchases, inflation."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from fedliq.calendar import ONE_DAY, ONE_MONTH, office_calendar, weekday
from fedliq.exceptions import InvalidInputError
from fedliq.projection.maturities import months_since
from fedliq.projection.runoff import divided

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from fedliq.policy.schedule import PolicySchedule
    from fedliq.projection.maturities import MaturityProfile

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = ["OFFERING_SIZES", "TreasuryFlows", "treasury_flows"]

_MID, _END = 0, 1
_MID_MONTH = 20  # coupons mature on the 15th or on a month's last day
_THURSDAY = 3
_ROUNDING = 1e-9

#: What roll-overs are bought in, by term in months and offering size in USD bn: the coupons
#: settled in mid-month and at month-end, TIPS, and bills. Sizes of the auctions of 2025
#: (U.S. Treasury, quarterly refunding statements); TIPS and bills as averages per month.
OFFERING_SIZES: Mapping[str, Mapping[int, float]] = MappingProxyType(
    {
        "mid_month": MappingProxyType({36: 58.0, 120: 40.0, 360: 23.0}),
        "month_end": MappingProxyType({24: 97.0, 60: 70.0, 84: 44.0, 240: 14.0}),
        "month_end_tips": MappingProxyType({60: 8.0, 120: 9.0, 360: 1.5}),
        "bills": MappingProxyType({1: 320.0, 2: 370.0, 3: 330.0, 4: 270.0, 6: 300.0, 12: 50.0}),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class TreasuryFlows:
    """Redemptions by settlement day, and the TIPS whose principal grows.

    ``real_tips`` is the principal of TIPS after each of ``tips_days``, at the index ratio of
    the profile's day; ``months`` tells what matured and what left in each calendar month.
    ``slack`` says that in some month less matured than a cap would have let go.
    """

    days: Days
    redeemed: Floats
    bills_redeemed: Floats
    tips_days: Days
    real_tips: Floats
    months: dict[str, Floats]
    slack: bool = False


def _settled(days: Days) -> Days:
    """Principal due on a day that is no business day is paid on the next."""
    return np.busday_offset(days, 0, roll="forward", busdaycal=office_calendar("banks"))


def _thursdays(month: np.datetime64) -> Days:
    days = np.arange(
        month.astype("datetime64[D]"),
        (month + ONE_MONTH).astype("datetime64[D]"),
        dtype="datetime64[D]",
    )
    return days[weekday(days) == _THURSDAY]


def _shares(mix: Mapping[int, float]) -> tuple[NDArray[np.int64], Floats]:
    sizes = np.asarray(list(mix.values()))
    return np.asarray(list(mix), dtype=np.int64), sizes / sizes.sum()


class _Ladder:
    """The holdings by month of maturity, changed month by month as they are rolled over."""

    def __init__(self, profile: MaturityProfile, months: int) -> None:
        longest = max(max(mix) for mix in OFFERING_SIZES.values())
        self.notes = np.zeros((months + longest + 1, 2))
        self.tips = np.zeros((months + longest + 1, 2))
        self.bills = np.zeros(months + longest + 1)
        start = np.datetime64(profile.as_of, "D")
        dates = profile.principal.index.to_numpy().astype("datetime64[D]")
        month = dates.astype("datetime64[M]")
        position = months_since(dates, start)
        slot = ((dates - month.astype("datetime64[D]")) / ONE_DAY + 1 > _MID_MONTH).astype(
            np.int64
        )
        inside = position < len(self.bills)
        where = (position[inside], slot[inside])
        held = profile.principal[inside]
        np.add.at(self.notes, where, held["notes"].to_numpy())
        np.add.at(self.tips, where, held["tips"].to_numpy())
        np.add.at(self.bills, position[inside], held["bills"].to_numpy())
        self._terms = {name: _shares(mix) for name, mix in OFFERING_SIZES.items()}
        end, linked = (
            sum(OFFERING_SIZES[name].values()) for name in ("month_end", "month_end_tips")
        )
        self._tips_share = linked / (end + linked)

    def buy_coupons(self, month: int, slot: int, amount: float, ratio: float) -> float:
        """Buy what settles with that slot, and return how much of it is real TIPS principal."""
        linked = 0.0
        if slot == _END:
            terms, shares = self._terms["month_end_tips"]
            linked = amount * self._tips_share / ratio
            # TIPS mature on the 15th.
            self.tips[month + terms, _MID] += linked * shares
            amount *= 1 - self._tips_share
        terms, shares = self._terms["mid_month" if slot == _MID else "month_end"]
        self.notes[month + terms, slot] += amount * shares
        return linked

    def buy_bills(self, month: int, amount: float) -> None:
        terms, shares = self._terms["bills"]
        self.bills[month + terms] += amount * shares


def treasury_flows(
    profile: MaturityProfile | None,
    schedule: PolicySchedule,
    start: np.datetime64,
    end: np.datetime64,
    index_ratio: Callable[[Days], Floats],
    bought: tuple[Floats, Floats],
) -> TreasuryFlows:
    """Run the redemption rule month by month, from the day of the holdings.

    Parameters
    ----------
    profile : MaturityProfile or None
        None: every cap is assumed to bind.
    schedule : PolicySchedule
        For the caps.
    start, end : numpy.datetime64
        The opening day and the last day.
    index_ratio : callable
        Index ratio of TIPS on given days, 1 on the day of the profile.
    bought : pair of numpy.ndarray [USD bn]
        Bills and coupons bought outright in each month from that of the profile.

    Returns
    -------
    TreasuryFlows
        What settles up to the month of ``end``.
    """
    origin = start if profile is None else np.datetime64(profile.as_of, "D")
    months = int(months_since(np.asarray([end]), origin)[0]) + 1
    first = origin.astype("datetime64[M]")
    starts = (first + np.arange(months) * ONE_MONTH).astype("datetime64[D]")
    ends = (first + np.arange(1, months + 1) * ONE_MONTH).astype("datetime64[D]") - ONE_DAY
    settle = np.stack([_settled(starts + 14 * ONE_DAY), _settled(ends)], axis=1)
    caps = schedule.in_force("treasury_cap", starts)
    # Before the first row of the record all principal was rolled over.
    caps = np.where(np.isnan(caps), 0.0, caps)
    if profile is None:
        return _caps_bind(caps, settle)
    if np.isfinite(caps[0]):
        # Of the month of the holdings, the profile has only the coupon dates still to come.
        caps[0] *= float((settle[0] > origin).mean())
    ladder = _Ladder(profile, months)
    # What settles after the last day needs no index.
    ratios = index_ratio(np.minimum(settle, end).ravel()).reshape(settle.shape)
    thursdays = [_settled(_thursdays(month)) for month in starts.astype("datetime64[M]")]
    thursdays[0] = thursdays[0][thursdays[0] > origin]
    return _run(ladder, caps, settle, ratios, bought, thursdays)


def _caps_bind(caps: Floats, settle: Days) -> TreasuryFlows:
    if not np.isfinite(caps).all():
        raise InvalidInputError(
            "maturities: where no cap limits redemptions, all that matures leaves; give the "
            "maturities to fl.Assumptions."
        )
    redeemed = np.repeat(caps / 2, 2)
    days = settle.ravel()
    none = np.zeros(len(days))
    months = {"redeemed": redeemed.reshape(-1, 2).sum(axis=1)}
    return TreasuryFlows(days, redeemed, none, days[:1], np.zeros(1), months)


def _run(
    ladder: _Ladder,
    caps: Floats,
    settle: Days,
    ratios: Floats,
    bought: tuple[Floats, Floats],
    thursdays: list[Days],
) -> TreasuryFlows:
    months = len(caps)
    coupon_days = np.zeros((months, 2))
    real = np.zeros((months, 2))
    table = {
        name: np.zeros(months)
        for name in (
            "coupons_maturing",
            "bills_maturing",
            "coupons_redeemed",
            "bills_redeemed",
            "bills",
        )
    }
    bill_days: list[Days] = []
    bill_amounts: list[Floats] = []
    real_tips = float(ladder.tips.sum())
    for month in range(months):
        maturing = ladder.notes[month] + ladder.tips[month] * ratios[month]
        coupons, bills = float(maturing.sum()), float(ladder.bills[month])
        off_coupons, off_bills = divided(coupons, bills, float(caps[month]))
        kept = 1.0 - off_coupons / coupons if coupons else 0.0
        coupon_days[month] = maturing * (1.0 - kept)
        for slot in (_MID, _END):
            amount = kept * maturing[slot] + (bought[1][month] if slot == _END else 0.0)
            linked = ladder.buy_coupons(month, slot, amount, ratios[month, slot])
            real_tips += linked - ladder.tips[month, slot]
            real[month, slot] = real_tips
        ladder.buy_bills(month, bills - off_bills + bought[0][month])
        # A profile of a month's last days has no Thursday left in it: its bills are due at once.
        due = thursdays[month] if len(thursdays[month]) else settle[month, _END:]
        bill_days.append(due)
        bill_amounts.append(np.full(len(due), off_bills / len(due)))
        table["coupons_maturing"][month] = coupons
        table["bills_maturing"][month] = bills
        table["coupons_redeemed"][month] = off_coupons
        table["bills_redeemed"][month] = off_bills
        table["bills"][month] = ladder.bills[month + 1 :].sum()
    table["redeemed"] = table["coupons_redeemed"] + table["bills_redeemed"]
    days = np.concatenate([settle.ravel(), *bill_days])
    redeemed = np.concatenate([coupon_days.ravel(), *bill_amounts])
    of_bills = np.concatenate([np.zeros(settle.size), *bill_amounts])
    order = np.argsort(days, kind="stable")
    return TreasuryFlows(
        days[order],
        redeemed[order],
        of_bills[order],
        settle.ravel(),
        real.ravel(),
        table,
        slack=bool((np.asarray(table["redeemed"]) < caps - _ROUNDING).any()),
    )
