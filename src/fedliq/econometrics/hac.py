"""Least squares whose intervals allow for errors that stay: statsmodels, and nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fedliq._validate import check_positive_int
from fedliq.econometrics.results import BANDS, QUANTILES
from fedliq.exceptions import MissingExtraError, SampleError

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["Fit", "beside_the_fit", "check_collinear", "fit", "intervals", "usual_lags"]

# Smallest singular value over the largest at which a column is a sum of the others.
_COLLINEAR = 1e-8


class Fit(NamedTuple):
    """Coefficients with two covariances, and the residuals."""

    coefficients: Floats
    covariance: Floats
    plain_covariance: Floats
    residuals: Floats
    freedom: float


def usual_lags(observations: int, given: int | None) -> int:
    """Return the bandwidth asked for, else 1.3 times the root of the observations."""
    if given is None:
        return int(np.ceil(1.3 * np.sqrt(observations)))
    return check_positive_int(given, "hac_lags", max(observations // 2, 1))


def fit(target: Floats, known: Floats, lags: int) -> Fit:
    """Regress by least squares, with the covariance of Newey and West (1987).

    Parameters
    ----------
    target, known : numpy.ndarray
        Observations, and observations by regressors, the constant among them.
    lags : int
        Bandwidth of the Bartlett kernel.

    Returns
    -------
    Fit
        ``freedom`` are the degrees that the kernel leaves Student's distribution,
        1.5 * observations / lags [lazarus2018]_.

    Raises
    ------
    MissingExtraError
        statsmodels is not installed.
    """
    try:
        from statsmodels.regression.linear_model import OLS  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "statsmodels is needed for the curves of reserve demand; install it with "
            "pip install 'fedliq[econometrics]'."
        ) from error
    plain = OLS(target, known).fit()
    robust = plain.get_robustcov_results("HAC", maxlags=lags, use_correction=True)
    return Fit(
        plain.params,
        robust.cov_params(),
        plain.cov_params(),
        plain.resid,
        1.5 * len(target) / lags,
    )


def check_collinear(known: Floats, arguments: str) -> None:
    """Refuse regressors of which one is a sum of the others; the first is the constant."""
    varying = known[:, 1:] - known[:, 1:].mean(axis=0)
    widths = varying.std(axis=0)
    if (widths == 0).any():
        raise SampleError(
            f"{arguments}: one of them stands still throughout, so it tells nothing."
        )
    sizes = np.linalg.svd(varying / widths, compute_uv=False)
    if sizes[-1] < _COLLINEAR * sizes[0]:
        raise SampleError(f"{arguments}: they are collinear; their parts cannot be told apart.")


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
