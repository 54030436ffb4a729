"""How ample reserves are, as the brief shows it: the four factors, and the slope of demand."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.alignment import no_figures
from fedliq.ampleness import reserve_demand_data
from fedliq.assessment import QT_STAGES, QtEndThresholds, assess_qt_end
from fedliq.econometrics.elasticity import WEAK_STRENGTH, reserve_demand_elasticity
from fedliq.exceptions import InvalidInputError, UnknownSeriesError, WeakInstrumentWarning
from fedliq.policy.tables import policy_table
from fedliq.report.desk import caps_in_force, total_cap
from fedliq.report.figures import number_or_none
from fedliq.report.page import NONE, Section, Table, day_shown
from fedliq.slope_regimes import compare_regimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq.data.dataset import Dataset
    from fedliq.regimes import ReserveThresholds

__all__ = ["Ample", "Factor", "Slope", "ample_section", "how_ample"]

_LABELS = {
    "on_rrp": "ON RRP",
    "btfp": "BTFP",
    "spread": "SOFR - IORB outside turns, 28-day mean",
    "ratio": "Reserves over bank assets",
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the four factors; met at or below its threshold, the spread at or above."""

    name: str
    value: float | None
    threshold: float
    unit: str
    state: str
    date: pd.Timestamp | None


@dataclass(frozen=True, slots=True)
class Slope:
    """The last estimate of the slope of reserve demand, beside the regime by ratio."""

    median: float | None
    lower_95: float | None
    upper_95: float | None
    date: pd.Timestamp | None
    by_slope: str | None
    by_ratio: str | None
    agree: bool | None
    unit: str = "bp per pp"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ample:
    """How ample reserves are."""

    factors: tuple[Factor, ...]
    met: int
    stage: str | None
    run_off: str
    slope: Slope


def how_ample(
    known: Dataset,
    panel: pd.DataFrame,
    rates: Mapping[str, pd.Series[float]],
    bands: ReserveThresholds,
    moment: pd.Timestamp,
) -> Ample:
    """Read the four factors and the slope from what was public at a moment."""
    day = moment.normalize()
    # Each factor on its own days, so that the assessment finds the last figure of each.
    parts = {
        "on_rrp": known.get("on_rrp", no_figures("on_rrp")),
        "btfp": panel["btfp"],
        "spread_outside_turns_28d": rates["spread_outside_turns_28d"],
        "reserves_to_bank_assets": panel["reserves_to_bank_assets"],
    }
    factors_by_day = pd.concat(parts, axis=1, join="outer", sort=True)
    # The state of the BTFP, and the age of figures, go by the day.
    factors_by_day = factors_by_day.reindex(factors_by_day.index.union([day]))
    reading = assess_qt_end(factors_by_day, QtEndThresholds(ratio=bands.abundant[1]))
    rows = reading.factors.to_dict("index")
    factors = tuple(
        Factor(
            str(name),
            number_or_none(one["value"]),
            float(one["threshold"]),
            str(one["unit"]),
            str(one["state"]),
            None if pd.isna(one["date"]) else one["date"],
        )
        for name, one in rows.items()
    )
    return Ample(factors, reading.met, reading.stage, _run_off(moment), _slope(known, bands))


def _run_off(moment: pd.Timestamp) -> str:
    """Say whether run-off is under way, by the caps in force."""
    day = moment.normalize()
    in_force = caps_in_force(day)
    if not policy_table("runoff_caps").covers(day) or in_force.empty:
        return ""
    since = in_force["effective"].iloc[0]
    if total_cap(in_force):
        return f"Run-off is under way, its caps those of {since:%Y-%m-%d}."
    return f"No run-off is under way: caps are zero since {since:%Y-%m-%d}."


def _slope(known: Dataset, bands: ReserveThresholds) -> Slope:
    """Estimate the slope on the last week that can be, or say why there is none."""
    empty = Slope(None, None, None, None, None, None, None)
    try:
        data = reserve_demand_data(known)
    except UnknownSeriesError as error:
        return replace(empty, note=str(error).removeprefix("dataset: ").partition(";")[0])
    complete = data[["spread", "ratio"]].dropna()
    if complete.empty:
        return replace(empty, note="no week has EFFR, reserves and bank assets")
    last = pd.DatetimeIndex(complete.index[-1:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", WeakInstrumentWarning)  # the note says it
        try:
            estimate = reserve_demand_elasticity(data["spread"], data["ratio"], on=last)
        except InvalidInputError as error:
            return replace(empty, note=str(error).partition(". ")[0])
    beside = compare_regimes(data["ratio"].loc[last], estimate.estimates, bands).iloc[0]
    row = estimate.estimates.iloc[0]
    if row.isna().any():
        return replace(
            empty, note="a figure before the last week is missing, or too few are remembered"
        )
    weak = estimate.diagnostics["strength"].iloc[0] < WEAK_STRENGTH
    return Slope(
        float(row["median"]),
        float(row["lower_95"]),
        float(row["upper_95"]),
        last[0],
        str(beside["by_slope"]),
        str(beside["by_ratio"]),
        bool(beside["agree"]),
        note="errors of reserves hardly move reserves, so that it means little" if weak else "",
    )


def _shown(factor: Factor, value: float | None) -> str:
    if value is None:
        return NONE
    if factor.name == "ratio":
        return f"{100 * value:.2f} %"
    return f"{value:{'+,.1f' if factor.name == 'spread' else ',.1f'}} {factor.unit}"


def ample_section(ample: Ample) -> Section:
    """Word the factors and the slope."""
    rows = tuple(
        (
            _LABELS[one.name],
            _shown(one, one.value),
            ("at least " if one.name == "spread" else "at most ") + _shown(one, one.threshold),
            one.state,
            day_shown(one.date),
        )
        for one in ample.factors
    )
    known = sum(one.state != "not available" for one in ample.factors)
    stage = f": {ample.stage}" if ample.stage else f", {len(ample.factors) - known} not available"
    count = f"{ample.met} of {len(ample.factors)} factors of the end of run-off are met{stage}."
    return Section(
        "How ample are reserves?",
        (*((ample.run_off,) if ample.run_off else ()), count, *_slope_lines(ample.slope)),
        Table(("factor", "value", "met at", "state", "as of"), rows, frozenset({0, 3, 4})),
        (
            (
                "Thresholds are assumptions, but for that of the ratio (NY Fed Staff Report 1019). "
                f"Stages by count: {', '.join(QT_STAGES)}."
            ),
            (
                "Slope: fedliq's estimate from weekly figures, after NY Fed Staff Report 1019; bp of "
                "EFFR - IORB per percentage point of reserves over bank assets."
            ),
        ),
    )


def _slope_lines(slope: Slope) -> tuple[str, ...]:
    if slope.median is None:
        return (f"Slope of reserve demand: {NONE}, {slope.note}.",)
    held = "they agree" if slope.agree else "they disagree"
    note = f" Weak: {slope.note}." if slope.note else ""
    return (
        (
            f"Slope of reserve demand {slope.median:+.2f} bp per pp (95 % band {slope.lower_95:+.2f} "
            f"to {slope.upper_95:+.2f}; week to {slope.date:%Y-%m-%d}): {slope.by_slope}. By the ratio "
            f"{slope.by_ratio}: {held}.{note}"
        ),
    )
