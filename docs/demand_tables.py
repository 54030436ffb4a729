"""Tables of the page on reserve demand, made from the package and its sample."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from tables import sections, table

import fedliq as fl
from fedliq.econometrics.elasticity import WEAK_STRENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["write_demand_tables"]

# What has been published on the slope, and what it asks of the 95 % band.
_FINDINGS = (
    ("2010-01-20", "2011-12-31", "negative"),
    ("2013-01-01", "2017-12-31", "zero"),
    ("2018-10-01", "2019-12-31", "negative"),
    ("2021-07-01", "2024-12-31", "zero"),
    ("2026-06-24", "2026-07-31", "negative"),
)
_DATES = ("2011-06-29", "2014-06-25", "2016-06-29", "2018-12-26", "2019-09-25", "2021-06-30")
_DATES += ("2023-06-28", "2025-10-29", "2026-06-24")
_FULL = fl.BayesianVAR(draws=600, tune=200, chains=2, progress=False)
_PERIODS = (("2010", "2014"), ("2015", "2020-02"), ("2022", "2026"))
_RUNS = 200


def _estimate(data: pd.DataFrame, **options: object) -> fl.DemandEstimate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fl.WeakInstrumentWarning)  # a table counts those weeks
        return fl.reserve_demand_elasticity(data["spread"], data["ratio"], **options)


def _share(estimates: pd.DataFrame, first: str, last: str, finding: str) -> float:
    """Share of the weeks on which the 95 % band says what has been published."""
    weeks = estimates.loc[first:last].dropna()
    if finding == "negative":
        return float((weeks["upper_95"] < 0).mean())
    return float(((weeks["lower_95"] <= 0) & (weeks["upper_95"] >= 0)).mean())


def _findings(estimates: pd.DataFrame) -> str:
    words = {"negative": "below zero, band excludes it", "zero": "band includes zero"}
    return table(
        ("weeks", "published", "weeks that agree", "mean of the medians"),
        (
            (
                f"{first} to {last}",
                words[finding],
                f"{_share(estimates, first, last, finding):.0%}",
                f"{estimates.loc[first:last, 'median'].mean():+.2f}",
            )
            for first, last, finding in _FINDINGS
        ),
    )


def _estimators(data: pd.DataFrame, fast: pd.DataFrame) -> str:
    weeks = pd.DatetimeIndex(_DATES)
    full = fl.reserve_demand_elasticity(data["spread"], data["ratio"], estimator=_FULL, on=weeks)
    both = [one.loc[weeks] for one in (fast, full.estimates)]
    return table(
        ("week", "fast, bp per pp", "95 % band", "full, bp per pp", "95 % band", "R-hat"),
        (
            (
                week.date(),
                *(
                    cell
                    for one in both
                    for cell in (f"{one['median'][week]:+.2f}", _band(one.loc[week], 2))
                ),
                f"{full.diagnostics['rhat'][week]:.3f}",
            )
            for week in weeks
        ),
    )


def _band(row: pd.Series[float], digits: int) -> str:
    return f"{row['lower_95']:+.{digits}f} to {row['upper_95']:+.{digits}f}"


def _sensitivity(sample: fl.Dataset, data: pd.DataFrame) -> str:
    whole_weeks = fl.reserve_demand_data(sample, without={})
    cases: Mapping[str, tuple[pd.DataFrame, dict[str, object]]] = {
        "as by default": (data, {}),
        "half-life 13": (data, {"estimator": fl.ForgettingVAR(13)}),
        "half-life 20": (data, {"estimator": fl.ForgettingVAR(20)}),
        "half-life 39": (data, {"estimator": fl.ForgettingVAR(39)}),
        "half-life 52": (data, {"estimator": fl.ForgettingVAR(52)}),
        "1 lag": (data, {"lags": 1}),
        "3 lags": (data, {"lags": 3}),
        "4 lags": (data, {"lags": 4}),
        "horizon 1": (data, {"horizon": 1}),
        "horizon 2": (data, {"horizon": 2}),
        "horizon 8": (data, {"horizon": 8}),
        "month-ends kept": (whole_weeks, {}),
        "from April 2009": (data["2009-04-01":], {}),
    }
    rows = []
    for title, (frame, options) in cases.items():
        estimate = _estimate(frame, **options)
        estimates, strength = estimate.estimates, estimate.diagnostics["strength"].dropna()
        shares = [f"{_share(estimates, *finding):.0%}" for finding in _FINDINGS]
        weak = f"{(strength < WEAK_STRENGTH).mean():.0%}"
        rows.append((title, *shares, f"{estimates['median'].iloc[-1]:+.2f}", weak))
    heads = [
        f"{first[:4]} {finding}" if first[:4] == last[:4] else f"{first[:4]}-{last[2:4]} {finding}"
        for first, last, finding in _FINDINGS
    ]
    return table(("choice", *heads, "last week", "weak"), rows)


def _simulate(slope: np.ndarray, stays: float, seed: int) -> pd.DataFrame:
    """Make weeks with a known slope, of demand that moves reserves and stays so much a week."""
    rng = np.random.default_rng(seed)
    weeks = len(slope)
    demand, supply = np.zeros(weeks), np.zeros(weeks)
    for week in range(1, weeks):
        demand[week] = stays * demand[week - 1] + rng.standard_normal()
        supply[week] = 0.97 * supply[week - 1] + 0.3 * rng.standard_normal()
    ratio = 12 + supply + 0.3 * demand
    index = pd.date_range("2020-01-01", periods=weeks, freq="7D")
    spread = -5 + slope * (ratio - 12) + demand
    return pd.DataFrame({"spread": spread, "ratio": ratio / 100}, index)


def _covers(estimates: pd.DataFrame, slope: np.ndarray) -> pd.Series[bool]:
    return (estimates["lower_95"] <= slope) & (slope <= estimates["upper_95"])


def _bend(weeks: int = 312, before: int = 156) -> str:
    """Coverage around a bend that takes half a year, which no estimate by the past foresees."""
    slope = np.interp(np.arange(weeks), [0, before, before + 26, weeks], [0.0, 0.0, -1.5, -1.5])
    spans = {
        "the year before the bend": (before - 52, before),
        "its half-year": (before, before + 26),
        "the half-year after": (before + 26, before + 52),
        "the year after that": (before + 52, before + 104),
        "the year after that one": (before + 104, weeks),
    }
    shares = np.mean(
        [
            _covers(_estimate(_simulate(slope, 0.0, seed)).estimates, slope)
            for seed in range(_RUNS)
        ],
        axis=0,
    )
    return table(
        ("weeks", "95 % bands that hold the true slope"),
        ((title, f"{shares[first:last].mean():.0%}") for title, (first, last) in spans.items()),
    )


def _persistence(weeks: int = 208) -> str:
    """Bias and coverage where the demand of a week stays on, with a slope of -1 throughout."""
    slope = np.full(weeks, -1.0)
    rows = []
    for stays in (0.0, 0.25, 0.5, 0.7, 0.9):
        made = [_estimate(_simulate(slope, stays, seed)).estimates for seed in range(_RUNS // 2)]
        medians = np.concatenate([one["median"].dropna() for one in made])
        held = np.mean([_covers(one, slope)[one["median"].notna()].mean() for one in made])
        rows.append((f"{stays:g}", f"{np.median(medians):+.2f}", f"{held:.0%}"))
    return table(("left after a week", "median estimate of -1", "95 % bands that hold it"), rows)


def _kinks(data: pd.DataFrame) -> str:
    rows = []
    for first, last in _PERIODS:
        curve = fl.reserve_demand_hinge(
            data.loc[first:last, "spread"], data.loc[first:last, "ratio"]
        )
        kink, level, slope = (
            curve.estimates.loc[name] for name in ("kink", "level_above", "slope_below")
        )
        rows.append(
            (
                f"{curve.first:%Y-%m} to {curve.last:%Y-%m}",
                f"{100 * kink['estimate']:.1f}",
                f"{100 * kink['lower_95']:.1f} to {100 * kink['upper_95']:.1f}",
                f"{level['estimate']:+.1f}",
                f"{slope['estimate']:+.1f}",
                _band(slope, 1),
            )
        )
    heads = ("sample", "kink, %", "95 % band", "spread above, bp", "slope below, bp per pp")
    return table((*heads, "95 % band"), rows)


def _disagreements(ratio: pd.Series[float], estimates: pd.DataFrame) -> str:
    """List the spells of eight weeks and more on which the two readings disagree."""
    beside = fl.compare_regimes(ratio, estimates)
    apart = beside[beside["agree"].eq(False)]  # noqa: FBT003 - None is neither
    spell = (apart.index.to_series().diff() > pd.Timedelta(7, unit="D")).cumsum()
    rows = []
    for _, one in apart.groupby(spell.to_numpy()):
        labels = [", ".join(one[name].astype(str).unique()) for name in ("by_ratio", "by_slope")]
        if len(one) >= 8:  # noqa: PLR2004 - the docstring says so
            rows.append(
                (
                    f"{one.index[0].date()} to {one.index[-1].date()}",
                    f"{100 * one['ratio'].mean():.1f}",
                    labels[0],
                    f"{one['slope'].mean():+.2f}",
                    labels[1],
                )
            )
    return table(
        ("weeks", "mean ratio, %", "by the ratio", "mean slope, bp per pp", "by the slope"), rows
    )


def _score(history: pd.DataFrame, least: int) -> str:
    score = fl.score_qt_end(history, min_met=least)
    return table(
        ("date", "what", "outcome", "met on the eve", "alarm since", "weeks"),
        (
            (
                day.date(),
                one["what"],
                one["outcome"],
                "" if pd.isna(one["met"]) else one["met"],
                "" if pd.isna(one["since"]) else one["since"].date(),
                "" if pd.isna(one["lead_weeks"]) else f"{one['lead_weeks']:.0f}",
            )
            for day, one in score.iterrows()
        ),
    )


def write_demand_tables(folder: Path) -> None:
    """Write every table into one file, each behind a marker."""
    sample = fl.load_sample()
    data = fl.reserve_demand_data(sample)
    real_time = _estimate(data).estimates
    known = fl.assess_qt_end(fl.qt_end_panel(sample)).history
    parts = {
        "findings": _findings(real_time),
        "estimators": _estimators(data, real_time),
        "sensitivity": _sensitivity(sample, data),
        "bend": _bend(),
        "persistence": _persistence(),
        "kinks": _kinks(data),
        "disagreements": _disagreements(data["ratio"], real_time),
        "score of four": _score(known, 4),
        "score of three": _score(known, 3),
    }
    (folder / "demand.md").write_text(sections(parts), encoding="utf-8")
