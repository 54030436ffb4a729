"""Least squares whose intervals allow for errors that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fedliq._validate import check_positive_int
from fedliq.econometrics.results import BANDS, QUANTILES

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["Fit", "beside_the_fit", "fit", "intervals", "usual_cosines"]


class Fit(NamedTuple):
    """Coefficients, a robust and a plain covariance, and the residuals."""

    coefficients: Floats
    covariance: Floats
    plain_covariance: Floats
    residuals: Floats


def usual_cosines(observations: int, given: int | None) -> int:
    """Return the number asked for, else 0.4 times the observations to the power of 2/3."""
    if given is None:
        return max(int(0.4 * observations ** (2 / 3)), 2)
    return check_positive_int(given, "cosines", observations // 2)


def fit(target: Floats, known: Floats, cosines: int) -> Fit:
    """Regress, with the equal-weighted cosine estimate of the long-run variance.

    Parameters
    ----------
    target, known : numpy.ndarray
        Observations in order of time, and observations by regressors.
    cosines : int
        How many slow cosines of the scores make up their long-run variance; as many degrees of
        freedom has the Student's distribution of its intervals [lazarus2018]_.

    Returns
    -------
    Fit
    """
    observations, regressors = known.shape
    inverse = np.linalg.inv(known.T @ known)
    coefficients = inverse @ (known.T @ target)
    residuals = target - known @ coefficients
    phase = np.pi * np.outer(np.arange(1, cosines + 1), np.arange(observations) + 0.5)
    projected = np.cos(phase / observations) @ (known * residuals[:, None])
    left = observations - regressors
    half = np.sqrt(2 / cosines * observations / left) * (inverse @ projected.T)
    plain = residuals @ residuals / left * inverse
    return Fit(coefficients, half @ half.T, plain, residuals)


def intervals(estimates: Floats, errors: Floats, freedom: float) -> pd.DataFrame:
    """Lay out estimates with both bands of Student's distribution."""
    steps = stdtrit(freedom, np.array(QUANTILES))
    return pd.DataFrame(
        np.asarray(estimates)[:, None] + np.asarray(errors)[:, None] * steps,
        columns=["estimate", *BANDS],
    )


def beside_the_fit(target: Floats, residuals: Floats, **more: float) -> pd.DataFrame:
    """Lay out what to look at beside a curve."""
    away = target - target.mean()
    return pd.DataFrame(
        {
            "value": {
                "r_squared": 1 - float(residuals @ residuals / (away @ away)),
                "autocorrelation": float(np.corrcoef(residuals[1:], residuals[:-1])[0, 1]),
                **more,
            }
        }
    )
