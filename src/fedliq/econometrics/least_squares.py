"""Least squares whose intervals allow for errors that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fedliq.econometrics.results import BANDS, QUANTILES
from fedliq.long_run import cosine_sums

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["Fit", "beside_the_fit", "fit", "intervals"]


class Fit(NamedTuple):
    """Coefficients, a robust and a plain covariance, and the residuals."""

    coefficients: Floats
    covariance: Floats
    plain_covariance: Floats
    residuals: Floats


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
    left = observations - regressors
    sums = cosine_sums(known * residuals[:, None], cosines)
    half = np.sqrt(observations / left) * (inverse @ sums.T)
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
