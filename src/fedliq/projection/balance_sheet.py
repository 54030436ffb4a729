"""The balance sheet forward: every line by its rule, and reserves as what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_threshold
from fedliq.calendar import index_of
from fedliq.exceptions import InvalidInputError
from fedliq.projection.opening import LIABILITIES, OpeningSheet
from fedliq.projection.paths import AbsorbsDrains
from fedliq.projection.plan import Plan, levels, make_plan, run_securities
from fedliq.quantities import QUANTITIES
from fedliq.regimes import classify_reserves
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from fedliq.policy.schedule import PolicySchedule
    from fedliq.projection.assumptions import Assumptions

    Floats = NDArray[np.float64]

__all__ = ["PROJECTION_COLUMNS", "Projection", "project_balance_sheet", "project_plan"]

_LEVELS: dict[str, tuple[Unit | None, str]] = {
    "treasuries": (Unit.USD_BN, "Treasury securities held outright, TIPS compensation included"),
    "mbs": (Unit.USD_BN, "Agency mortgage-backed securities held outright"),
    "other_assets": (Unit.USD_BN, "All other assets"),
    "fed_assets": (Unit.USD_BN, "treasuries + mbs + other_assets"),
    "currency_in_circulation": (Unit.USD_BN, "NaN where it is part of unlisted_liabilities"),
    "tga": (Unit.USD_BN, "Treasury General Account"),
    "on_rrp": (Unit.USD_BN, "Overnight reverse repurchase agreements"),
    "reverse_repo_foreign": (Unit.USD_BN, "NaN where it is part of unlisted_liabilities"),
    "unlisted_liabilities": (Unit.USD_BN, "All other liabilities and capital, net"),
    "reserves": (Unit.USD_BN, "fed_assets less all liabilities above"),
    "bank_assets": (Unit.USD_BN, "Total assets of commercial banks; NaN where none were given"),
    "reserves_to_bank_assets": (Unit.FRACTION, "reserves / bank_assets"),
    "regime": (None, "Label of that ratio, without hysteresis"),
    "net_liquidity": (Unit.USD_BN, "fed_assets - tga - on_rrp"),
}
#: How a note begins where purchases run that nobody can project.
WITHOUT_AMOUNT = "Purchases without an announced amount run"

_FLOWS: dict[str, tuple[Unit | None, str]] = {
    "treasuries_redeemed": (Unit.USD_BN, "Treasury principal that left since the row before"),
    "mbs_runoff": (Unit.USD_BN, "Agency principal that left since the row before"),
    "agency_into_treasuries": (
        Unit.USD_BN,
        "Agency principal reinvested in Treasuries since the row before",
    ),
    "purchases_announced": (Unit.USD_BN, "Treasuries bought since the row before, as announced"),
    "purchases_assumed": (Unit.USD_BN, "Treasuries bought since the row before, by assumption"),
    "mbs_purchases_announced": (
        Unit.USD_BN,
        "Net MBS purchases since the row before, by trade date",
    ),
    "tips_accrual": (Unit.USD_BN, "Inflation compensation accrued since the row before"),
}
#: Every column of a projection: its unit (None for labels) and what it holds.
PROJECTION_COLUMNS: Mapping[str, tuple[Unit | None, str]] = MappingProxyType(_LEVELS | _FLOWS)


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A projected balance sheet.

    Attributes
    ----------
    opening : OpeningSheet
        The sheet it starts from.
    schedule : PolicySchedule
    assumptions : Assumptions
    notes : tuple of str
        What was known, what was assumed, and what was not at hand.
    caps_have_room : bool
        Whether in some month less Treasury principal matured than the cap would have let go:
        then what is bought runs off in turn.
    """

    opening: OpeningSheet
    schedule: PolicySchedule
    assumptions: Assumptions
    notes: tuple[str, ...]
    caps_have_room: bool
    _weekly: pd.DataFrame = field(repr=False)

    @property
    def weekly(self) -> pd.DataFrame:
        """The opening day, then each Wednesday, as a table of your own.

        Its columns are those of ``fl.PROJECTION_COLUMNS``.
        """
        return self._weekly.copy()

    def to_frame(self) -> pd.DataFrame:
        """Return the weekly rows as a table of your own."""
        return self._weekly.copy()

    def monthly(self) -> pd.DataFrame:
        """Return the opening, the last Wednesday of each month and the last row, flows summed."""
        last = month_ends(self._weekly.index.to_numpy())
        rows = self._weekly[last].copy()
        sums = self._weekly[list(_FLOWS)].cumsum()[last]
        rows[list(_FLOWS)] = sums.diff().fillna(0.0)
        return rows

    def crossing(self, threshold: float) -> pd.Timestamp:
        """Return the first Wednesday on which reserves over bank assets are below a threshold.

        Parameters
        ----------
        threshold : float [fraction]

        Returns
        -------
        Timestamp
            NaT where that does not happen within the horizon, or no bank assets were given.
        """
        ratio = self._weekly["reserves_to_bank_assets"]
        below = (ratio < check_threshold(threshold, "threshold")).to_numpy()
        if not below.any():
            return pd.NaT  # type: ignore[return-value]  # the stubs keep it apart
        return pd.Timestamp(self._weekly.index[int(below.argmax())])


def month_ends(days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Mark the first day and the last one of each month."""
    month = days.astype("datetime64[M]")
    marked = np.ones(len(days), dtype=bool)
    marked[1:-1] = month[2:] != month[1:-1]
    return marked


def project_balance_sheet(
    opening: OpeningSheet,
    schedule: PolicySchedule,
    end: str | date | pd.Timestamp,
    assumptions: Assumptions,
) -> Projection:
    """Project the Federal Reserve's balance sheet week by week.

    Parameters
    ----------
    opening : OpeningSheet
        Where it starts.
    schedule : PolicySchedule
        Caps and purchases. ``schedule.as_known_on(day)`` for what had been announced.
    end : str, date or Timestamp
        Last day, at most thirty years after the opening.
    assumptions : Assumptions
        Prepayment, maturities, paths of the other lines, inflation.

    Returns
    -------
    Projection
        Every line on the opening day and each Wednesday after it.

    Raises
    ------
    InvalidInputError
        The opening lies outside the schedule, the maturities belong to another portfolio, a
        path is given for a line that the opening sheet lacks, or reserves would be negative.
    AlignmentError
        A path given as a Series lacks a date of the projection.
    InputTypeError
        An argument is of another kind.

    Notes
    -----
    Treasuries: principal against the cap of its calendar month, coupons first; what is rolled
    over is bought pro rata to offering sizes. Redemptions settle on the maturity date or the
    next business day, those of bills evenly over the month's Thursdays. Purchases settle
    evenly over the calendar days of their period.

    MBS: principal by the prepayment model, paid on the 25th or the next business day, against
    cap and ceiling; what is reinvested in MBS settles two months later.

    Reserves are what is left: fed_assets less all other liabilities. The identity closes in
    every row. Losses of the Reserve Banks are not fed back; they are part of the path of
    ``unlisted_liabilities``.

    NaN: only in columns that the opening sheet lacks.

    Timing: knows what the schedule holds; the notes say whether any of it was announced after
    the opening.

    References
    ----------
    Federal Reserve Bank of New York, "Statement Regarding Plans for Reducing the Size of the
    Federal Reserve's Balance Sheet", 4 May 2022; and *Open Market Operations during 2021*,
    May 2022.

    Examples
    --------
    >>> import fedliq as fl
    >>> opening = fl.OpeningSheet(
    ...     date="2026-07-15", treasuries=4512, mbs=1960, other_assets=270,
    ...     tga=796, on_rrp=2, reserves=3143, bank_assets=25_700,
    ... )
    >>> schedule = fl.policy_schedule().with_purchases("2026-11-01", 20)
    >>> assumptions = fl.Assumptions(prepayment=fl.PrepaymentModel(0.06))
    >>> projection = fl.project_balance_sheet(opening, schedule, "2026-12-31", assumptions)
    >>> projection.weekly[["purchases_announced", "purchases_assumed"]].sum().round(1).tolist()
    [9.4, 39.4]
    >>> print(projection.crossing(0.13))
    2026-07-15 00:00:00
    """
    return project_plan(make_plan(opening, schedule, end, assumptions))


def project_plan(plan: Plan) -> Projection:
    """Work out every line of a projection that is laid out."""
    opening, assumptions = plan.opening, plan.assumptions
    held, caps_have_room = run_securities(plan)
    columns = {**levels(plan), "treasuries": held["treasuries"], "mbs": held["mbs"]}
    columns["fed_assets"] = held["treasuries"] + held["mbs"] + columns["other_assets"]
    liquidity = columns["fed_assets"] - sum(
        columns[name] for name in LIABILITIES if name != "on_rrp"
    )
    if plan.on_rrp_rule is not None:
        opened = opening.reserves + opening.on_rrp
        columns["on_rrp"] = plan.on_rrp_rule.share(opening.on_rrp, liquidity - opened)
    columns["reserves"] = liquidity - columns["on_rrp"]
    index = index_of(plan.days)
    _check_reserves(columns["reserves"], index)
    for name in ("currency_in_circulation", "reverse_repo_foreign", "bank_assets"):
        if getattr(opening, name) is None:
            columns[name] = np.full(len(index), np.nan)
    ratio = pd.Series(columns["reserves"] / columns["bank_assets"], index=index)
    _check_ratio(ratio)
    frame = pd.DataFrame(
        columns
        | {
            "net_liquidity": columns["fed_assets"] - columns["tga"] - columns["on_rrp"],
            "reserves_to_bank_assets": ratio.to_numpy(),
            **{name: np.diff(held[name], prepend=0.0) for name in _FLOWS},
        },
        index=index,
    )
    frame["regime"] = classify_reserves(ratio, assumptions.thresholds)
    return Projection(
        opening,
        plan.schedule,
        assumptions,
        notes_of(plan),
        caps_have_room,
        frame[list(PROJECTION_COLUMNS)],
    )


def _check_reserves(reserves: Floats, index: pd.DatetimeIndex) -> None:
    negative = index[reserves < 0]
    if len(negative):
        raise InvalidInputError(
            f"end: reserves would be negative from {negative[0].date()}, which the Desk would not let "
            "happen; assume purchases (schedule.with_purchases, --rmp), other paths or an earlier end."
        )


def _check_ratio(ratio: pd.Series[float]) -> None:
    known = QUANTITIES["ratio"]
    high = ratio.index[ratio > known.high]
    if len(high):
        raise InvalidInputError(
            f"end: on {high[0].date()} reserves would be {ratio[high[0]]:.3f} of bank assets, more than "
            f"the {known.high:g} that is plausible; look at the paths of bank_assets and the other lines."
        )


def notes_of(plan: Plan) -> tuple[str, ...]:
    """Say what was known, what was assumed and what was not at hand."""
    opening, assumptions = plan.opening, plan.assumptions
    rows = plan.schedule.to_frame()
    rows = rows[rows["effective"] <= pd.Timestamp(plan.days[-1])]
    notes = [f"Opening sheet of {opening.day.date()}: {opening.basis}."]
    later = int((rows["announced"] > opening.day).sum())
    if later:
        last = rows["announced"].max()
        notes.append(
            f"Decisions announced after the opening that the schedule knows: {later}, the last on "
            f"{last.date()}."
        )
    unknown = plan.schedule.in_force("purchases_without_amount", plan.days) > 0
    if unknown.any():
        notes.append(f"{WITHOUT_AMOUNT} on {plan.days[unknown][0]}; they are not projected.")
    assumed = rows[(rows["confidence"] == "assumed") & np.isfinite(rows["value"])]
    notes += [
        f"Assumed from {row['effective']:%Y-%m-%d}: {row['decision'].replace('_', ' ')} of "
        f"{row['value']:g} {row['unit']}."
        for row in assumed.to_dict("records")
    ]
    paths = {"on_rrp": AbsorbsDrains(), **assumptions.lines}
    worded = (
        f"{name} {'as given' if isinstance(path, pd.Series) else path}"
        for name, path in paths.items()
    )
    notes.append(f"Paths: {'; '.join(worded)}.")
    if assumptions.maturities is None:
        notes.append("No maturities: each Treasury cap is taken to bind, and TIPS accrue nothing.")
    else:
        inflation = assumptions.inflation
        rate = (
            "by the index given" if isinstance(inflation, pd.Series) else f"{inflation:g} % a year"
        )
        notes.append(
            f"Treasury principal: {assumptions.maturities.basis}; inflation of TIPS {rate}."
        )
    notes.append(
        f"Agency MBS: prepaid at {100 * assumptions.prepayment.cpr:.1f} % a year beside amortisation."
    )
    merged = [
        name
        for name in ("currency_in_circulation", "reverse_repo_foreign")
        if getattr(opening, name) is None
    ]
    if merged:
        notes.append(f"Not at hand, and part of unlisted_liabilities: {', '.join(merged)}.")
    return tuple(notes)
