"""Do levels wander, and do they wander together? The tests of statsmodels, side by side."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from fedliq._validate import check_length, check_same_index, check_series
from fedliq.exceptions import MissingExtraError, SampleError

__all__ = ["trend_tests"]

_FEWEST = 50
_ROUNDING = 1e-9
_WANDERS = "it wanders (unit root)"
_RETURNS = "it returns to a trend"
_APART = "they wander apart (no cointegration)"


def trend_tests(liquidity: pd.Series[float], price: pd.Series[float]) -> pd.DataFrame:
    """Test two levels for a unit root each, and for cointegration.

    Parameters
    ----------
    liquidity, price : pandas.Series [any unit]
        On the same dates, as they are to be compared; usually logarithms.

    Returns
    -------
    pandas.DataFrame
        By series and test: ``null``, what is taken to be true; ``statistic``; ``p_value``: of
        one as far out if it is; ``lags``, of changes or of autocovariances, missing where
        statsmodels does not say. ``adf``: augmented Dickey-Fuller, whose null is that the level
        wanders; ``kpss``: Kwiatkowski, Phillips, Schmidt and Shin, whose null is that it returns
        to a trend, its p-values between 0.01 and 0.1 alone; ``coint``: Engle and Granger, of price
        on liquidity, whose null is that they wander apart.

    Raises
    ------
    AlignmentError
        The series do not share one index.
    SampleError
        Fewer than 50 complete dates, a series stands still or grows evenly, or the one follows from
        the other.
    MissingExtraError
        statsmodels is not installed.
    TimeIndexError, InputTypeError
        As in :func:`align`.

    Notes
    -----
    Each test allows for a constant and a trend, lags by the information criterion of Akaike (of
    ``kpss``, by the data). Where levels wander and no cointegration is found, a correlation of
    levels says nothing; where it is found, they have moved together in this sample.

    NaN: dates that miss either are left out.

    Timing: uses the whole sample given.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> rng = np.random.default_rng(4)
    >>> weeks = pd.date_range("2016-01-06", periods=300, freq="W-WED")
    >>> one, other = (pd.Series(rng.normal(size=300).cumsum(), weeks) for _ in range(2))
    >>> tests = fl.trend_tests(one, other)
    >>> [bool(p > 0.05) for p in tests["p_value"].loc[[("price", "adf"), ("both", "coint")]]]
    [True, True]
    """
    index, one = check_series(liquidity, "liquidity")
    other_index, other = check_series(price, "price")
    check_same_index(index, other_index, "liquidity", "price")
    there = ~np.isnan(one + other)
    check_length(int(there.sum()), _FEWEST, "liquidity, price")
    levels = {"liquidity": one[there], "price": other[there]}
    steps = {name: np.diff(level) for name, level in levels.items()}
    for name, step in steps.items():
        if np.ptp(step) <= _ROUNDING * np.abs(levels[name]).max():
            raise SampleError(
                f"{name}: stands still or grows evenly, so there is nothing to test."
            )
    if abs(np.corrcoef(steps["liquidity"], steps["price"])[0, 1]) > 1 - _ROUNDING:
        raise SampleError("liquidity, price: one follows from the other without any error.")
    try:
        from statsmodels.tsa.stattools import adfuller, coint, kpss  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "trend_tests needs statsmodels; install it with pip install 'fedliq[econometrics]'."
        ) from error
    rows = {}
    with warnings.catch_warnings():
        # That a p-value lies outside its table, and that two levels are nearly one.
        warnings.simplefilter("ignore")
        for name, level in levels.items():
            rows[name, "adf"] = (_WANDERS, *adfuller(level, regression="ct", autolag="AIC")[:3])
            rows[name, "kpss"] = (_RETURNS, *kpss(level, regression="ct", nlags="auto")[:3])
        together = coint(levels["price"], levels["liquidity"], trend="ct", autolag="aic")[:2]
        rows["both", "coint"] = (_APART, *together, pd.NA)
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["null", "statistic", "p_value", "lags"]
    )
    table.index = pd.MultiIndex.from_tuples(rows, names=["series", "test"])
    return table.astype({"lags": "Int64"})
