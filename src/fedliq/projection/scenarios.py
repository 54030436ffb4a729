"""Fans: many balance sheets at once, each closing exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_positive_int, check_seed, check_threshold
from fedliq.calendar import ONE_DAY, index_of
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.policy.schedule import DAYS_IN_MONTH
from fedliq.projection.balance_sheet import Projection, month_ends, project_plan
from fedliq.projection.plan import Plan, make_plan
from fedliq.projection.shocks import SHOCKS, ShockModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from fedliq.policy.schedule import PolicySchedule
    from fedliq.projection.assumptions import Assumptions
    from fedliq.projection.opening import OpeningSheet

    Floats = NDArray[np.float64]

__all__ = ["FAN_LINES", "Fan", "simulate_balance_sheet"]

_DRAWN = (
    "treasuries",
    "mbs",
    "currency_in_circulation",
    "tga",
    "on_rrp",
    "unlisted_liabilities",
    "reserves",
    "bank_assets",
)
#: The lines of a fan.
FAN_LINES = (*_DRAWN, "fed_assets", "net_liquidity", "reserves_to_bank_assets")
_SPEED = SHOCKS.index("prepayment")
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """Simulated balance sheets.

    Attributes
    ----------
    central : Projection
        The projection they stray from.
    dates : pandas.DatetimeIndex
        The opening day, the last Wednesday of each month, and the last one of all.
    notes : tuple of str
        Those of the projection, and what was shocked.
    """

    central: Projection
    dates: pd.DatetimeIndex
    notes: tuple[str, ...]
    _drawn: Floats

    def line(self, name: str) -> Floats:
        """Return every path of a line.

        Parameters
        ----------
        name : str
            One of ``fl.FAN_LINES``.

        Returns
        -------
        numpy.ndarray
            Dates by paths, in the unit of ``fl.PROJECTION_COLUMNS``.
        """
        check_choice(name, FAN_LINES, "name")
        if name in _DRAWN:
            drawn = self._drawn[_DRAWN.index(name)].view()
            drawn.flags.writeable = False
            return drawn
        if name == "reserves_to_bank_assets":
            return self.line("reserves") / self.line("bank_assets")
        other = self.central.weekly["other_assets"].loc[self.dates].to_numpy()[:, None]
        assets = self.line("treasuries") + self.line("mbs") + other
        return assets if name == "fed_assets" else assets - self.line("tga") - self.line("on_rrp")

    def quantiles(self, name: str, q: Sequence[float] = _QUANTILES) -> pd.DataFrame:
        """Return quantiles of a line by date.

        Parameters
        ----------
        name : str
            One of ``fl.FAN_LINES``.
        q : sequence of float [fraction]

        Returns
        -------
        pandas.DataFrame
            A column for each quantile.
        """
        if not np.ndim(q) or not len(q) or not all(0 <= one <= 1 for one in q):
            raise InvalidInputError(
                f"q: expected fractions from 0 to 1, such as (0.05, 0.95), got {q!r}."
            )
        return pd.DataFrame(
            np.quantile(self.line(name), q, axis=1).T, index=self.dates, columns=list(q)
        )

    def crossing_dates(self, threshold: float) -> pd.Series[pd.Timestamp]:
        """Return, for each path, the first of the fan's dates with the ratio below a threshold.

        Parameters
        ----------
        threshold : float [fraction]
            Of reserves over bank assets.

        Returns
        -------
        pandas.Series of Timestamp
            NaT for a path that does not cross within the horizon, and for all where no bank
            assets were given. Between the fan's dates nothing is looked at.
        """
        below = self.line("reserves_to_bank_assets") < check_threshold(threshold, "threshold")
        first = pd.Series(self.dates[below.argmax(axis=0)], name="crossing")
        return first.where(pd.Series(below.any(axis=0)))

    def crossing_probability(self, threshold: float) -> pd.Series[float]:
        """Return the share of paths that were below a threshold on a date of the fan by then.

        Parameters
        ----------
        threshold : float [fraction]
            Of reserves over bank assets.

        Returns
        -------
        pandas.Series [fraction]
            By date; NaN where no bank assets were given.
        """
        below = self.line("reserves_to_bank_assets") < check_threshold(threshold, "threshold")
        crossed = np.logical_or.accumulate(below, axis=0).mean(axis=1)
        if self.central.opening.bank_assets is None:
            crossed = np.full(len(self.dates), np.nan)
        return pd.Series(crossed, index=self.dates, name="crossing_probability")

    def to_frame(self, q: Sequence[float] = _QUANTILES) -> pd.DataFrame:
        """Return the quantiles of every line, a column for each line and quantile."""
        return pd.concat({name: self.quantiles(name, q) for name in FAN_LINES}, axis=1)


def simulate_balance_sheet(
    opening: OpeningSheet,
    schedule: PolicySchedule,
    end: str | date | pd.Timestamp,
    assumptions: Assumptions,
    *,
    shocks: ShockModel,
    seed: int,
    paths: int = 10_000,
) -> Fan:
    """Simulate the balance sheet with shocks to its lines.

    Parameters
    ----------
    opening, schedule, end, assumptions
        As in :func:`project_balance_sheet`.
    shocks : ShockModel
        How far lines stray, from ``fl.calibrate_shocks`` or given.
    seed : int
        The same seed gives the same paths; a longer horizon does not change the months it
        shares with a shorter one.
    paths : int, default 10 000

    Returns
    -------
    Fan
        Paths on the opening day and the last Wednesday of each month.

    Raises
    ------
    InvalidInputError, AlignmentError, InputTypeError
        As in :func:`project_balance_sheet`.

    Notes
    -----
    Each shocked line strays from its projected path, which is its median: the TGA, not below
    zero, and unlisted liabilities by an amount; prepayment speed, ON RRP, currency and bank
    assets by a factor. Where ON RRP gives way to drains it does so on each path before it is
    shocked, so that neither it nor reserves have the projection as their median. A shock is
    scaled to the days between two dates. Reserves are what is left, exactly, in every path; a path with negative reserves is
    one that policy would have prevented, and the notes say how many there are.

    What a shock to prepayment reinvests in Treasuries, more or less than projected, stays
    there: its roll-over is not simulated.

    NaN: ``currency_in_circulation`` and the ratio where the opening sheet lacks the line.

    Timing: shocks begin after the opening day.

    Examples
    --------
    >>> import fedliq as fl
    >>> opening = fl.OpeningSheet(
    ...     date="2026-07-15", treasuries=4512, mbs=1960, other_assets=270,
    ...     tga=796, on_rrp=2, reserves=3143, bank_assets=25_700,
    ... )
    >>> fan = fl.simulate_balance_sheet(
    ...     opening, fl.policy_schedule(), "2027-07-31",
    ...     fl.Assumptions(prepayment=fl.PrepaymentModel(0.06)),
    ...     shocks=fl.ShockModel({"tga": 80, "bank_assets": 0.005}), seed=1, paths=1000,
    ... )
    >>> fan.line("reserves").shape
    (14, 1000)
    >>> bool(0 <= fan.crossing_probability(0.12).iloc[-1] <= 1)
    True
    """
    if not isinstance(shocks, ShockModel):
        raise InputTypeError(
            f"shocks: expected a ShockModel, got {type(shocks).__name__}; use "
            "fl.calibrate_shocks(history)."
        )
    check_positive_int(paths, "paths", 10_000_000)
    check_seed(seed)
    plan = make_plan(opening, schedule, end, assumptions)
    central = project_plan(plan)
    rows, weekly = month_ends(plan.days), central.weekly
    weekly["agency_into_treasuries"] = weekly["agency_into_treasuries"].cumsum()
    frame = weekly[rows]
    drawn = np.empty((len(_DRAWN), len(frame), paths))
    for number, name in enumerate(_DRAWN):
        drawn[number, 0] = frame[name].iloc[0]
    _simulate(plan, frame, shocks, np.random.default_rng(seed), drawn)
    notes = (*central.notes, *_notes(opening, shocks, drawn))
    return Fan(central, index_of(plan.days[rows]), notes, drawn)


def _notes(opening: OpeningSheet, shocks: ShockModel, drawn: Floats) -> list[str]:
    absent = [
        name
        for name in ("currency_in_circulation", "bank_assets")
        if shocks.volatility[name] and getattr(opening, name) is None
    ]
    still = [name for name in SHOCKS if not shocks.volatility[name]] + absent
    notes = [f"Not shocked: {', '.join(still)}."] if still else []
    negative = float((drawn[_DRAWN.index("reserves")] < 0).any(axis=0).mean())
    if negative:
        notes.append(f"Paths on which reserves turn negative: {100 * negative:.1f} %.")
    return notes


def _simulate(
    plan: Plan, frame: pd.DataFrame, shocks: ShockModel, rng: np.random.Generator, drawn: Floats
) -> None:
    """Fill the paths date by date, so that what is worked on stays small.

    The frame holds the central path, its agency principal in Treasuries as a sum.
    """
    factor, monthly = shocks.factor(), shocks.kept()[:, None]
    state = np.zeros((len(SHOCKS), drawn.shape[2]))
    days = frame.index.to_numpy().astype("datetime64[D]")
    paid = np.searchsorted(plan.payments, days, side="right")
    central = {name: frame[name].to_numpy() for name in frame.columns if name != "regime"}
    agency = _agency(plan, state)
    balance, moved = np.full(drawn.shape[2], plan.opening.mbs), np.zeros(drawn.shape[2])
    for step in range(1, len(frame)):
        kept, size = _over(monthly, float((days[step] - days[step - 1]) / ONE_DAY))
        state *= kept
        state += (factor * size) @ rng.standard_normal(state.shape)
        for _ in range(paid[step] - paid[step - 1]):
            balance, _gone, into = next(agency)
            moved += into
        _close(plan, central, step, state, balance, moved, drawn[:, step])


def _over(monthly: Floats, days: float) -> tuple[Floats, Floats]:
    """Return what is left of a deviation after so many days, and how large their shock is."""
    months = days / DAYS_IN_MONTH
    kept = monthly**months
    lasting = monthly == 1.0
    size = np.sqrt((1.0 - kept**2) / np.where(lasting, 1.0, 1.0 - monthly**2))
    return kept, np.where(lasting, np.sqrt(months), size)


def _agency(plan: Plan, state: Floats) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Run MBS on every path, each at the speed of its own present shock."""
    scheduled = 1.0 - plan.assumptions.prepayment.scheduled(len(plan.payments))
    smm = plan.assumptions.prepayment.smm(plan.payments)

    def left(payment: int) -> Floats:
        prepaid = np.exp(state[_SPEED])
        prepaid *= -smm[payment]
        # At the worst everything is prepaid.
        np.maximum(prepaid, -1.0, out=prepaid)
        prepaid += 1.0
        prepaid *= scheduled[payment]
        return prepaid

    return plan.run_mbs(left)  # type: ignore[return-value]  # one value for each path


def _close(
    plan: Plan,
    central: dict[str, Floats],
    step: int,
    state: Floats,
    balance: Floats,
    moved: Floats,
    out: Floats,
) -> None:
    """Work out one date of every path; reserves are what is left."""
    treasuries, mbs, currency, tga, on_rrp, unlisted, reserves, bank_assets = out
    shock = dict(zip(SHOCKS, state, strict=True))
    opening = plan.opening
    np.add(
        moved,
        central["treasuries"][step] - central["agency_into_treasuries"][step],
        out=treasuries,
    )
    mbs[:] = balance
    np.add(shock["tga"], central["tga"][step], out=tga)
    np.maximum(tga, 0.0, out=tga)
    np.add(shock["unlisted_liabilities"], central["unlisted_liabilities"][step], out=unlisted)
    _scaled(central["currency_in_circulation"][step], shock["currency_in_circulation"], currency)
    _scaled(central["bank_assets"][step], shock["bank_assets"], bank_assets)
    # What reserves and ON RRP share, first of all.
    fixed = central["other_assets"][step]
    if opening.reverse_repo_foreign is not None:
        fixed -= central["reverse_repo_foreign"][step]
    np.add(treasuries, mbs, out=reserves)
    reserves += fixed
    reserves -= tga
    reserves -= unlisted
    if opening.currency_in_circulation is not None:
        reserves -= currency
    rule = plan.on_rrp_rule
    if rule is None:
        on_rrp[:] = central["on_rrp"][step]
    else:
        on_rrp[:] = rule.share(opening.on_rrp, reserves - (opening.reserves + opening.on_rrp))
    on_rrp *= np.exp(shock["on_rrp"])
    if rule is not None:
        np.maximum(on_rrp, min(rule.floor, opening.on_rrp), out=on_rrp)
    reserves -= on_rrp


def _scaled(level: float, log_shock: Floats, out: Floats) -> None:
    if np.isnan(level):
        out[:] = np.nan
    else:
        np.exp(log_shock, out=out)
        out *= level
