"""Gibbs sampler of a regression with drifting coefficients and stochastic volatility.

States are drawn all at once through the banded Cholesky factor of their precision (Chan and
Jeliazkov, 2009), volatilities by the ten-part mixture of Omori, Chib, Shephard and Nakajima
(2007). One draw costs time linear in weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.linalg.lapack import dpbtrf, dpbtrs, dtbtrs

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["MIXTURE", "Regression", "draw_states", "last_coefficients"]

#: Weights, means and variances of the normals that together stand for the logarithm of a
#: chi-square with one degree of freedom [omori2007]_.
MIXTURE = np.array(
    [
        [0.00609, 1.92677, 0.11265],
        [0.04775, 1.34744, 0.17788],
        [0.13057, 0.73504, 0.26768],
        [0.20674, 0.02266, 0.40611],
        [0.22715, -0.85173, 0.62699],
        [0.18842, -1.97278, 0.98583],
        [0.12047, -3.46788, 1.57469],
        [0.05591, -5.55246, 2.54498],
        [0.01575, -8.68384, 4.16591],
        [0.00115, -14.65000, 7.33342],
    ]
).T

# In standard units. A coefficient drifts by 0.02 a week, the logarithm of a variance by 0.1, as
# if each had been seen for so many weeks.
_DRIFT, _VOLATILITY_DRIFT, _PRIOR_WEEKS = 0.02, 0.1, 20.0
# Where the first state can be.
_FIRST_VARIANCE, _FIRST_LOG_VARIANCE = 4.0, 10.0
_FLAT = 1e-12


class Regression(NamedTuple):
    """A regression in standard units, and the way back.

    The regressors are turned so that they are uncorrelated and of unit mean square, the target
    is in standard deviations of what they leave unexplained. One prior then does for every
    coefficient: they drift as they can be told apart (Primiceri, 2005).

    Attributes
    ----------
    target, known : numpy.ndarray
        Weeks, and weeks by coefficients; zero where a week is missing.
    there : numpy.ndarray
        One where the week is complete, zero where it is not.
    centre : numpy.ndarray
        Prior mean of the first week's coefficients.
    back : numpy.ndarray
        Turns coefficients into those of the data, from the right.
    least : float
        Variance below which an error is rounding.
    """

    target: Floats
    known: Floats
    there: Floats
    centre: Floats
    back: Floats
    least: float

    @classmethod
    def of(cls, target: Floats, known: Floats, own_lag: int, rounding: float) -> Regression:
        """Standardise; the prior is a random walk of the target."""
        there = ~np.isnan(target)
        seen, explained = known[there], target[there]
        values, vectors = np.linalg.eigh(np.einsum("ti,tj->ij", seen, seen) / len(seen))
        # A direction in which nothing moves tells nothing, and is left out.
        root = np.where(values > values.max() * _FLAT, np.sqrt(np.abs(values)), np.inf)
        turned = np.einsum("ti,ij->tj", seen, vectors / root)
        weights = np.einsum("tj,t->j", turned, explained) / len(seen)
        left = explained - np.einsum("tj,j->t", turned, weights)
        height = max(float(np.sqrt(np.mean(left**2))), rounding)
        standard = np.zeros_like(known)
        standard[there] = turned
        return cls(
            np.where(there, target, 0.0) / height,
            standard,
            there.astype(float),
            vectors[own_lag] * np.where(np.isinf(root), 0.0, root) / height,
            (vectors / root * height).T,
            (rounding / height) ** 2,
        )


def draw_states(
    bands: Floats, pull: Floats, drift: Floats, first: Floats, rng: np.random.Generator
) -> Floats:
    """Draw the path of states that follow random walks, all weeks at once.

    Parameters
    ----------
    bands : numpy.ndarray
        What the observations say: at [d, t, j] the precision that ties state j of week t to
        state j + d of the same week.
    pull : numpy.ndarray
        Weeks by states: precision times observation.
    drift : numpy.ndarray
        Variance of each state's weekly change.
    first : numpy.ndarray
        Mean and variance of each state in the first week, as two rows.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Weeks by states.
    """
    states = len(drift)
    _, weeks, _ = bands.shape
    matrix = np.zeros((states + 1, weeks, states))
    matrix[:states] = bands
    matrix[0] += 2 / drift
    matrix[0, -1] -= 1 / drift
    matrix[0, 0] += 1 / first[1] - 1 / drift
    matrix[states, :-1] = -1 / drift
    pull = pull.copy()
    pull[0] += first[0] / first[1]
    factor, failed = dpbtrf(matrix.reshape(states + 1, -1), lower=1, overwrite_ab=1)
    if failed:  # pragma: no cover - a sum of squares and a prior
        raise np.linalg.LinAlgError("the precision of the states is not positive")
    mean, _ = dpbtrs(factor, pull.reshape(-1, 1), lower=1)
    stray, _ = dtbtrs(factor, rng.standard_normal((mean.size, 1)), uplo="L", trans="T")
    return (mean + stray).reshape(weeks, states)


def _drift(path: Floats, usual: float, rng: np.random.Generator) -> Floats:
    """Draw the variance of the weekly change of each state."""
    moved = np.diff(path, axis=0)
    squares = _PRIOR_WEEKS * usual**2 + np.einsum("ti,ti->i", moved, moved)
    return squares / 2 / rng.standard_gamma((_PRIOR_WEEKS + len(moved)) / 2, path.shape[1])


def _part(log_squares: Floats, log_variance: Floats, rng: np.random.Generator) -> Floats:
    """Draw which normal of the mixture each week's error comes from: its mean and variance."""
    weight, mean, variance = MIXTURE
    away = (log_squares - log_variance)[:, None] - mean
    likely = weight / np.sqrt(variance) * np.exp(-0.5 * away**2 / variance)
    reached = np.cumsum(likely, axis=1)
    chosen = (reached < rng.random((len(away), 1)) * reached[:, -1:]).sum(axis=1)
    return MIXTURE[1:, np.minimum(chosen, len(weight) - 1)]


def last_coefficients(
    regression: Regression, *, draws: int, tune: int, rng: np.random.Generator
) -> Floats:
    """Draw the coefficients of the last week from their posterior.

    Parameters
    ----------
    regression : Regression
    draws, tune : int
        Kept, and before them thrown away.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Draws by coefficients, in units of the data.
    """
    target, known, there, centre, back, least = regression
    weeks, count = known.shape
    products = np.zeros((count, weeks, count))
    for apart in range(count):
        products[apart, :, : count - apart] = known[:, apart:] * known[:, : count - apart]
    first = np.stack([centre, np.full(count, _FIRST_VARIANCE)])
    first_log = np.array([[0.0], [_FIRST_LOG_VARIANCE]])
    drift, volatility_drift = np.full(count, _DRIFT**2), np.array([_VOLATILITY_DRIFT**2])
    log_variance = np.zeros(weeks)
    kept = np.empty((draws, count))
    for turn in range(-tune, draws):
        precision = there * np.exp(-log_variance)
        pull = known * (precision * target)[:, None]
        path = draw_states(products * precision[:, None], pull, drift, first, rng)
        drift = _drift(path, _DRIFT, rng)
        error = target - np.einsum("ti,ti->t", known, path)
        log_squares = np.log(error**2 + least)
        mean, variance = _part(log_squares, log_variance, rng)
        seen = there / variance
        volatility = draw_states(
            seen[None, :, None],
            (seen * (log_squares - mean))[:, None],
            volatility_drift,
            first_log,
            rng,
        )
        volatility_drift = _drift(volatility, _VOLATILITY_DRIFT, rng)
        log_variance = volatility[:, 0]
        if turn >= 0:
            kept[turn] = path[-1]
    return kept @ back
