"""Weeks of a reserve demand curve whose slope is known, for the tests of its estimators."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

import fedliq as fl

#: Name the dates of a simulated history begin on; a Wednesday, as in the H.4.1.
FIRST_WEEK = "2010-01-06"


class Simulated(NamedTuple):
    """A history of the curve: what is observed, and the slope behind it."""

    spread: pd.Series  # bp
    ratio: pd.Series  # fraction
    slope: np.ndarray  # bp per pp


def simulated(weeks: int, seed: int | list[int], *, feedback: float = 1.0) -> Simulated:
    """Draw a history in which demand shocks move the rate and reserves together.

    The slope wanders and so does the volatility of demand; supply lasts, a demand shock is over
    within its week. ``feedback`` times 0.3 is how many points of reserves the Desk adds for each
    basis point of a demand shock, which is what deceives a regression of one on the other.
    """
    rng = np.random.default_rng(seed)
    slope = -1 + np.cumsum(0.03 * rng.standard_normal(weeks))
    demand = rng.standard_normal(weeks) * np.exp(np.cumsum(0.03 * rng.standard_normal(weeks)))
    supply = persistent(0.97, 0.3 * rng.standard_normal(weeks))
    shift = persistent(0.98, 0.1 * rng.standard_normal(weeks))
    level = 12 + supply + 0.3 * feedback * demand
    spread = -5 + shift + slope * (level - 12) + demand
    return Simulated(weekly(spread, "spread"), weekly(level / 100, "ratio"), slope)


def persistent(root: float, shocks: np.ndarray) -> np.ndarray:
    """Let each value be ``root`` times the one before, plus a shock."""
    values = np.empty_like(shocks)
    value = 0.0
    for week, shock in enumerate(shocks):
        value = root * value + shock
        values[week] = value
    return values


def weekly(values: np.ndarray, name: str | None = None) -> pd.Series:
    """Put values on Wednesdays."""
    return pd.Series(values, pd.date_range(FIRST_WEEK, periods=len(values), freq="7D"), name=name)


def impulse(
    of_ratio: np.ndarray, of_spread: np.ndarray, lags: int, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the responses of the spread and of the ratio to an error of the ratio, by week.

    The textbook way (Luetkepohl, New Introduction to Multiple Time Series Analysis, 2005,
    sections 2.1.2 and 9.1): solve the structural form for the present, and raise the companion
    matrix to powers. ``of_ratio`` are the coefficients of the ratio on one, the lags of the
    spread and those of the ratio; ``of_spread`` those of the spread on the ratio and the same.
    """
    present = np.array([[1.0, 0.0], [-of_spread[0], 1.0]])  # the ratio first, then the spread
    past = [
        np.array(
            [
                [of_ratio[1 + lags + lag], of_ratio[1 + lag]],
                [of_spread[2 + lags + lag], of_spread[2 + lag]],
            ]
        )
        for lag in range(lags)
    ]
    reduced = np.hstack([np.linalg.solve(present, one) for one in past])
    companion = np.vstack([reduced, np.eye(2 * lags)[: 2 * lags - 2]])
    state = np.zeros(2 * lags)
    state[:2] = np.linalg.solve(present, [1.0, 0.0])
    path = np.array(
        [np.linalg.matrix_power(companion, week) @ state for week in range(horizon + 1)]
    )
    return path[:, 1], path[:, 0]


def least_squares(history: Simulated, half_life: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the bounds at 95 % of a discounted regression of the spread on the ratio, by week.

    Weights 0.5 ** (age / half_life), the usual standard errors; NaN in the first ten weeks.
    """
    ones = np.ones(len(history.slope))
    rows = np.column_stack([ones, history.ratio * 100 - 12, history.spread + 5])
    ages = np.subtract.outer(np.arange(len(rows)), np.arange(len(rows)))
    weights = np.where(ages >= 0, 0.5 ** (np.maximum(ages, 0) / half_life), 0.0)
    sums = np.einsum("ts,si,sj->tij", weights, rows, rows)[10:]
    inverse = np.linalg.inv(sums[:, :2, :2])
    fitted = np.einsum("tij,tj->ti", inverse, sums[:, :2, 2])
    freedom = sums[:, 0, 0] - 2
    left = (sums[:, 2, 2] - np.einsum("ti,ti->t", fitted, sums[:, :2, 2])) / freedom
    width = stats.t.ppf(0.975, freedom) * np.sqrt(left * inverse[:, 1, 1])
    bounds = np.full((2, len(rows)), np.nan)
    bounds[:, 10:] = fitted[:, 1] - width, fitted[:, 1] + width
    return bounds[0], bounds[1]


def posterior_on_the_last_week(number: int) -> tuple[bool, bool]:
    """Say whether the bands at 95 % and 68 % of a short chain hold the slope of a history."""
    history = simulated(160, [2, number])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fl.WeakInstrumentWarning)
        warnings.simplefilter("ignore", fl.ConvergenceWarning)  # short chains: there are hundreds
        estimate = fl.reserve_demand_elasticity(
            history.spread,
            history.ratio,
            estimator=fl.BayesianVAR(draws=300, tune=100, chains=1, seed=number, progress=False),
            on=history.ratio.index[-1:],
        )
    last, slope = estimate.to_frame().iloc[0], history.slope[-1]
    return (
        bool(last["lower_95"] <= slope <= last["upper_95"]),
        bool(last["lower_68"] <= slope <= last["upper_68"]),
    )
