"""How fast reserve demand is estimated, against named alternatives in the same run."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import WLS

import fedliq as fl
from fedliq.econometrics.forgetting import filtered_elasticity
from fedliq.econometrics.responses import RATIO_GIVEN, SPREAD_GIVEN, lagged_rows, responses
from fedliq.econometrics.sampler import draw_states

# Chains short enough to be timed have not converged, and say so.
pytestmark = pytest.mark.filterwarnings("ignore::fedliq.ConvergenceWarning")

LAGS, HORIZON, WARM_UP = 2, 4, 52
DECAY = 0.5 ** (1 / fl.ForgettingVAR().half_life)


@pytest.fixture(scope="module")
def rows(sample):
    data = fl.reserve_demand_data(sample).dropna(subset=["spread", "ratio"])
    return lagged_rows(data["spread"].to_numpy(), 100 * data["ratio"].to_numpy(), LAGS)


def by_filter(rows):
    positions = np.arange(WARM_UP, len(rows))
    return filtered_elasticity(fl.ForgettingVAR(), rows, positions, LAGS, HORIZON)[0][:, 0]


def by_statsmodels(rows):
    """Both equations afresh every week, by weighted least squares; point estimates only."""
    slopes = []
    for week in range(WARM_UP, len(rows)):
        seen = rows[: week + 1]
        weights = DECAY ** np.arange(week, -1, -1)
        ratio = WLS(seen[:, 0], seen[:, RATIO_GIVEN], weights).fit().params
        spread = WLS(seen[:, -1], seen[:, SPREAD_GIVEN], weights).fit().params
        of_spread, of_ratio = responses(ratio, spread, LAGS, HORIZON)
        slopes.append(of_spread / of_ratio)
    return np.array(slopes)


WAYS = {"fedliq: with bands": by_filter, "statsmodels: WLS every week": by_statsmodels}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.benchmark(group="elasticity of every week from 2010, each by its past")
def test_real_time_elasticity(benchmark, rows, way):
    benchmark(WAYS[way], rows)


def test_both_ways_give_the_same_elasticities(rows):
    """The prior of the filter is next to nothing, not nothing."""
    few = rows[:120]
    np.testing.assert_allclose(by_filter(few), by_statsmodels(few), rtol=1e-3, atol=1e-4)


WEEKS, STATES = 900, 6


@pytest.fixture(scope="module")
def regression():
    """A regression of the size of the whole history."""
    rng = np.random.default_rng(0)
    known = rng.standard_normal((WEEKS, STATES))
    known[:, 0] = 1.0
    path = np.cumsum(0.02 * rng.standard_normal((WEEKS, STATES)), axis=0)
    target = np.einsum("ti,ti->t", known, path) + 0.5 * rng.standard_normal(WEEKS)
    return known, target, np.full(WEEKS, 4.0), np.full(STATES, 0.02**2)


def by_precision(known, target, precision, drift, rng):
    bands = np.zeros((STATES, WEEKS, STATES))
    for apart in range(STATES):
        products = known[:, apart:] * known[:, : STATES - apart]
        bands[apart, :, : STATES - apart] = products * precision[:, None]
    pull = known * (precision * target)[:, None]
    first = np.stack([np.zeros(STATES), np.full(STATES, 4.0)])
    return draw_states(bands, pull, drift, first, rng)


def by_filtering(known, target, precision, drift, rng):
    """Carter and Kohn (1994), week by week: forward by the Kalman filter, backward by draws."""
    mean, covariance = np.zeros(STATES), 4.0 * np.eye(STATES)
    means, covariances = [], []
    for week in range(WEEKS):
        if week:
            covariance = covariance + np.diag(drift)
        row = known[week]
        spread = row @ covariance @ row + 1 / precision[week]
        gain = covariance @ row / spread
        mean = mean + gain * (target[week] - row @ mean)
        covariance = covariance - np.outer(gain, row @ covariance)
        means.append(mean)
        covariances.append(covariance)
    path = np.empty((WEEKS, STATES))
    path[-1] = rng.multivariate_normal(means[-1], covariances[-1], method="cholesky")
    for week in range(WEEKS - 2, -1, -1):
        ahead = np.linalg.inv(covariances[week] + np.diag(drift))
        gain = covariances[week] @ ahead
        middle = means[week] + gain @ (path[week + 1] - means[week])
        left = covariances[week] - gain @ covariances[week]
        path[week] = rng.multivariate_normal(middle, (left + left.T) / 2, method="cholesky")
    return path


DRAWS = {"fedliq: banded precision": by_precision, "numpy: Carter-Kohn": by_filtering}


@pytest.mark.parametrize("way", DRAWS)
@pytest.mark.benchmark(group="one draw of 900 weeks of six coefficients")
def test_draw_of_states(benchmark, regression, way):
    benchmark(DRAWS[way], *regression, np.random.default_rng(1))


def test_both_draws_come_from_the_same_distribution(regression):
    """Means of 60 draws each differ by no more than their own noise allows."""
    ours, theirs = (
        np.array([draw(*regression, rng)[::50] for _ in range(60)])
        for draw, rng in (
            (by_precision, np.random.default_rng(1)),
            (by_filtering, np.random.default_rng(2)),
        )
    )
    noise = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / 60)
    assert np.abs((ours.mean(axis=0) - theirs.mean(axis=0)) / noise).max() < 4.5
    assert 0.85 < np.median(ours.std(axis=0) / theirs.std(axis=0)) < 1.15


@pytest.mark.parametrize("draws", [100, 200, 400])
@pytest.mark.benchmark(group="the full estimator for the last week, one chain")
def test_draws(benchmark, sample, draws):
    estimate_last(benchmark, sample, fl.BayesianVAR(draws, 10, chains=1, progress=False))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.benchmark(group="the full estimator for the last week, four chains")
def test_jobs(benchmark, sample, jobs):
    estimate_last(benchmark, sample, fl.BayesianVAR(200, 100, jobs=jobs, progress=False))


def estimate_last(benchmark, sample, estimator):
    data = fl.reserve_demand_data(sample).dropna(subset=["spread", "ratio"])
    benchmark.pedantic(
        fl.reserve_demand_elasticity,
        args=(data["spread"], data["ratio"]),
        kwargs={"estimator": estimator, "on": data.index[-1:]},
        rounds=3,
        warmup_rounds=1,
    )
