"""Projections from the past, with what was known then, against what came."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int
from fedliq._validate import check_columns, check_series, check_time_index
from fedliq.calendar import WEDNESDAY, weekday
from fedliq.exceptions import AlignmentError, InputTypeError, InvalidInputError, TimeIndexError
from fedliq.policy.schedule import PolicySchedule
from fedliq.projection.assumptions import Assumptions
from fedliq.projection.balance_sheet import project_balance_sheet
from fedliq.projection.opening import OpeningSheet
from fedliq.projection.paths import Drift, Growth, Target
from fedliq.projection.prepayment import PrepaymentModel, payment_days
from fedliq.projection.speeds import fit_prepayment, monthly_principal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fedliq.projection.paths import Path

    Floats = NDArray[np.float64]

    Assume = Callable[[pd.DataFrame, PolicySchedule], Assumptions]

__all__ = ["Backtest", "backtest_projection", "standard_assumptions"]

#: The lines that are scored.
SCORED = ("treasuries", "mbs", "fed_assets", "tga", "on_rrp", "reserves", "net_liquidity")
_NEEDED = ("fed_assets", "treasuries", "mbs", "tga", "on_rrp", "reserves")
METHODS = ("projection", "no_change", "pace")
_WEEK = pd.Timedelta(7, unit="D")
_PACE_WEEKS = 13
_YEAR = 52
# Assumed where holdings do not show it, because principal was reinvested in MBS.
_USUAL_CPR = 0.10


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """Errors of projections from many dates.

    Attributes
    ----------
    errors : pandas.DataFrame [USD bn]
        Projected less actual, a row for each ``start`` and horizon in ``weeks``, a column for
        each line and method: "projection", "no_change" (the opening level) and "pace" (the
        change of the last 13 weeks continued).
    skipped : tuple of str
        Start dates that could not be projected, and why.
    """

    errors: pd.DataFrame
    skipped: tuple[str, ...]

    def mean_absolute_errors(self) -> pd.DataFrame:
        """Return the mean absolute error by line and horizon, a column for each method [USD bn].

        All methods are scored on the same start dates; ``starts`` counts them. The columns
        ``to_no_change`` and ``to_pace`` are ratios: below 1 the projection was better.

        Raises
        ------
        InvalidInputError
            No start could be scored.
        """
        if self.errors.empty:
            why = self.skipped[0] if self.skipped else "no horizon ends within the history"
            raise InvalidInputError(f"starts: there is nothing to score; {why}.")
        sizes = self.errors.abs().groupby(level="weeks")
        means, counts = sizes.mean(), sizes.count()
        rows = {
            (line, horizon): {
                "starts": counts.loc[horizon, (line, "projection")],
                **{method: means.loc[horizon, (line, method)] for method in METHODS},
            }
            for line in SCORED
            for horizon in means.index
        }
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["line", "weeks"])
        for naive in METHODS[1:]:
            table[f"to_{naive}"] = table["projection"] / table[naive]
        return table.astype({"starts": int})

    def to_frame(self) -> pd.DataFrame:
        """Return the errors as a table of your own."""
        return self.errors.copy()


def standard_assumptions(history: pd.DataFrame, schedule: PolicySchedule) -> Assumptions:
    """Assume what the history and the schedule suggest, by fixed rules.

    Parameters
    ----------
    history : pandas.DataFrame [USD bn]
        Weekly ``mbs`` and ``tga``, at least a year, up to the opening day; with ``fed_assets``,
        ``on_rrp``, ``reserves`` and ``bank_assets`` also what follows from them.
    schedule : PolicySchedule
        As known on that day.

    Returns
    -------
    Assumptions
        Prepayment fitted to the last twelve months, or three, in which no principal was
        reinvested in MBS, else 10 % a year; the TGA returns to its mean of the last 52 weeks
        with a half-life of 26; unlisted liabilities drift as over the last 104 weeks; bank
        assets grow as over the last 52; ON RRP absorbs drains; other assets are held. No
        maturities.

    Raises
    ------
    InvalidInputError
        A column is missing, or the history is shorter than a year.

    Notes
    -----
    The rules and their numbers were chosen knowing how 2018 to 2025 went.

    NaN: weeks without a figure are left out.

    Timing: uses nothing after the last row of ``history``.

    Examples
    --------
    >>> import fedliq as fl
    >>> sample = fl.load_sample()
    >>> history = sample.frame(("mbs", "tga"), on=sample["tga"].index)[:"2022-12-28"]
    >>> assumed = fl.standard_assumptions(history, fl.policy_schedule().as_known_on("2022-12-28"))
    >>> round(assumed.prepayment.cpr, 2), round(assumed.lines["tga"].level)
    (0.06, 631)
    """
    check_columns(history, ("mbs", "tga"), "history")
    _check_schedule(schedule)
    tga = history["tga"].dropna().iloc[-_YEAR:]
    if len(tga) < _YEAR:
        raise InvalidInputError(
            f"history: expected at least {_YEAR} weeks of tga up to the opening, got {len(tga)}."
        )
    lines: dict[str, Path] = {"tga": Target(float(tga.mean()), 26)}
    if set(_NEEDED) <= set(history):
        listed = history["tga"] + history["on_rrp"] + history["reserves"]
        unlisted = (history["fed_assets"] - listed).dropna().iloc[-2 * _YEAR - 1 :]
        if len(unlisted) > _YEAR:
            years = (unlisted.index[-1] - unlisted.index[0]) / pd.Timedelta(365.25, unit="D")
            change = float(unlisted.iloc[-1] - unlisted.iloc[0])
            lines["unlisted_liabilities"] = Drift(change / years)
    bank_assets = history["bank_assets"].dropna() if "bank_assets" in history else tga.iloc[:0]
    if len(bank_assets) > _YEAR and not pd.isna(history["bank_assets"].iloc[-1]):
        grown = float(bank_assets.iloc[-1] / bank_assets.iloc[-_YEAR - 1])
        lines["bank_assets"] = Growth(grown - 1)
    return Assumptions(prepayment=_speed(history["mbs"].dropna(), schedule), lines=lines)


def _speed(mbs: pd.Series[float], schedule: PolicySchedule) -> PrepaymentModel:
    falls = monthly_principal(mbs.iloc[-70:])
    paid = payment_days(falls.index.to_numpy().astype("datetime64[M]"))
    ceilings = schedule.in_force("mbs_ceiling", paid)
    free = (falls > 0).to_numpy() & (falls.to_numpy() < 0.97 * ceilings)
    for months in (12, 3):
        if len(free) >= months and free[-months:].all():
            # Slower than amortisation alone: reinvestment bought before was still settling.
            with suppress(InvalidInputError):
                return fit_prepayment(mbs, months=months)
    return PrepaymentModel(_USUAL_CPR)


def backtest_projection(
    history: pd.DataFrame,
    schedule: PolicySchedule,
    starts: pd.DatetimeIndex,
    *,
    weeks: Sequence[int] = (4, 13, 26, 52),
    assume: Assume = standard_assumptions,
) -> Backtest:
    """Project from past dates and compare with what came.

    Parameters
    ----------
    history : pandas.DataFrame [USD bn]
        Week by week ``fed_assets``, ``treasuries``, ``mbs``, ``tga``, ``on_rrp`` and
        ``reserves``, and ``bank_assets`` where at hand, as ``fl.balance_sheet_history`` returns
        them: the TGA, ON RRP and reserves on one footing.
    schedule : PolicySchedule
        Cut at each start to what had been announced by then; purchases are then assumed to
        go on as last announced.
    starts : pandas.DatetimeIndex
        Weeks of ``history`` to start from.
    weeks : sequence of int, default (4, 13, 26, 52)
        Horizons.
    assume : callable, default ``fl.standard_assumptions``
        From the history up to the start and the schedule as known then to ``Assumptions``.

    Returns
    -------
    Backtest

    Raises
    ------
    InvalidInputError
        A column is missing, a start is no week of the history, or a horizon is none.
    AlignmentError
        A week is missing in the history.
    UnitError, TimeIndexError, InputTypeError
        As in ``fl.net_liquidity``.

    Notes
    -----
    A start is skipped, and said so, where a figure of its week or of the 13 weeks before is
    missing; a horizon of a start, where the projection to it is refused. A horizon beyond the
    history is left out.

    NaN: where the actual figure is missing.

    Timing: a projection knows the figures of its own Wednesday, which are public a day later,
    and what had been announced by the end of that day. Figures are as last revised.

    Examples
    --------
    >>> import fedliq as fl
    >>> history = fl.balance_sheet_history(fl.load_sample())["2021":"2024"]
    >>> result = fl.backtest_projection(
    ...     history, fl.policy_schedule(), history.index[60:70], weeks=[26]
    ... )
    >>> bool(result.mean_absolute_errors().loc[("treasuries", 26), "to_no_change"] < 1)
    True
    """
    _check(history, schedule, starts)
    if not np.ndim(weeks) or not len(weeks):
        raise InvalidInputError(f"weeks: expected horizons such as (13, 26), got {weeks!r}.")
    horizons = sorted({check_positive_int(one, "weeks", 520) for one in weeks})
    actual = {name: history[name].to_numpy(dtype=float) for name in _NEEDED}
    actual["net_liquidity"] = actual["fed_assets"] - actual["tga"] - actual["on_rrp"]
    rows: dict[tuple[pd.Timestamp, int], list[float]] = {}
    skipped = []
    for start in starts:
        at = int(history.index.get_indexer(pd.DatetimeIndex([start]))[0])
        past = [one[max(at - _PACE_WEEKS, 0)] + one[at] for one in actual.values()]
        if at < _PACE_WEEKS or np.isnan(past).any():
            skipped.append(f"{start.date()}: lacks a figure of its week or of 13 weeks before")
            continue
        try:
            known = schedule.as_known_on(start)
            held = known.holding_purchases()
            opening = OpeningSheet.from_history(history, start)
            assumed = assume(history.iloc[: at + 1], known)
        except InvalidInputError as error:
            skipped.append(f"{start.date()}: {error}")
            continue
        projected = None
        for horizon in reversed([one for one in horizons if at + one < len(history)]):
            # What is refused at a far horizon can still be scored at the nearer ones.
            if projected is None:
                try:
                    projected = project_balance_sheet(
                        opening, held, start + horizon * _WEEK, assumed
                    ).weekly
                except InvalidInputError as error:
                    skipped.append(f"{start.date()}, {horizon} weeks: {error}")
                    continue
            rows[start, horizon] = _errors(actual, projected, at, horizon)
    rows = dict(sorted(rows.items()))
    columns = pd.MultiIndex.from_product([SCORED, METHODS], names=["line", "method"])
    index = pd.MultiIndex.from_arrays(
        [pd.DatetimeIndex([start for start, _ in rows]), [horizon for _, horizon in rows]],
        names=["start", "weeks"],
    )
    table = np.asarray(list(rows.values()), dtype=float).reshape(len(rows), len(columns))
    return Backtest(pd.DataFrame(table, index, columns), tuple(skipped))


def _errors(
    actual: dict[str, Floats], projected: pd.DataFrame, at: int, horizon: int
) -> list[float]:
    """Compare each line by each method with what came: rows of the projection are weeks."""
    errors = []
    for line in SCORED:
        now, before, came = (actual[line][at + step] for step in (0, -_PACE_WEEKS, horizon))
        pace = now + (now - before) * horizon / _PACE_WEEKS
        errors += [guess - came for guess in (projected[line].iloc[horizon], now, pace)]
    return errors


def _check_schedule(schedule: object) -> None:
    if not isinstance(schedule, PolicySchedule):
        raise InputTypeError(
            f"schedule: expected a PolicySchedule, got {type(schedule).__name__}."
        )


def _check(history: object, schedule: object, starts: object) -> None:
    table = check_columns(history, _NEEDED, "history")
    _check_schedule(schedule)
    for name in _NEEDED:
        index, _ = check_series(table[name], name, name)
    others = index[weekday(index.to_numpy()) != WEDNESDAY]
    if len(others):
        raise TimeIndexError(
            f"history: expected the Wednesdays of the H.4.1, got {others[0]:%A %Y-%m-%d}."
        )
    gaps = index[1:][np.diff(index.to_numpy()) != np.timedelta64(7, "D")]
    if len(gaps):
        raise AlignmentError(
            f"history: has no row a week before {gaps[0].date()}; give every week from the first to "
            "the last, with NaN where a figure is missing."
        )
    unknown = check_time_index(starts, "starts").difference(index)
    if len(unknown):
        raise InvalidInputError(f"starts: {unknown[0].date()} is no week of the history.")
