"""How the spread and the ratio respond to a forecast error of reserves.

Both estimators of the elasticity end here: an equation for the ratio and one for the spread
given the ratio become the ratio of two impulse responses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from fedliq._validate import Floats

    Numbers = NDArray[Any]  # real, or complex where a derivative is taken
    Function = Callable[[Numbers, Numbers], Numbers]  # of the ratio's and the spread's equation

__all__ = ["RATIO_GIVEN", "ROUNDING", "SPREAD_GIVEN", "lagged_rows", "responses"]

#: Columns of :func:`lagged_rows` on which the ratio is regressed, and those for the spread.
RATIO_GIVEN, SPREAD_GIVEN = slice(1, -1), slice(0, -1)
#: Standard deviations of the rounding of the ratio [pp] and the spread [bp]: what is smaller is
#: not known. Rates are published to whole basis points, which is 0.29 where they stand still.
ROUNDING = (1e-4, 0.29)


def lagged_rows(spread: Floats, ratio: Floats, lags: int) -> Floats:
    """Lay each week beside its past, from the first week that has all its lags.

    Columns: the ratio, one, the lags of the spread, the lags of the ratio, the spread. Rows
    that miss a figure are NaN throughout.
    """
    weeks = len(spread)
    past = [one[lags - lag : weeks - lag] for one in (spread, ratio) for lag in range(1, lags + 1)]
    rows = np.column_stack([ratio[lags:], np.ones(weeks - lags), *past, spread[lags:]])
    rows[np.isnan(rows).any(axis=1)] = np.nan
    return rows


def responses(ratio: Numbers, spread: Numbers, lags: int, horizon: int) -> tuple[Numbers, Numbers]:
    """Sum the responses of the spread and of the ratio over the weeks after the error.

    Parameters
    ----------
    ratio, spread : numpy.ndarray
        Coefficients of the two equations, in the order of :func:`lagged_rows`, along the last
        axis.
    lags, horizon : int
        The error's own week is left out: what moves the demand of that week moves reserves too.

    Returns
    -------
    tuple of numpy.ndarray
        Of the spread [bp] and of the ratio [pp], per percentage point of error. Their quotient
        is the elasticity.
    """
    now = spread[..., 0]
    of_spread, of_ratio = [now], [np.ones_like(now)]
    for week in range(1, horizon + 1):
        moved_ratio = moved_spread = np.zeros_like(now)
        for lag in range(1, min(week, lags) + 1):
            before_spread, before_ratio = of_spread[week - lag], of_ratio[week - lag]
            moved_ratio = (
                moved_ratio
                + ratio[..., lag] * before_spread
                + ratio[..., lags + lag] * before_ratio
            )
            moved_spread = (
                moved_spread
                + spread[..., 1 + lag] * before_spread
                + spread[..., 1 + lags + lag] * before_ratio
            )
        of_ratio.append(moved_ratio)
        of_spread.append(moved_spread + now * moved_ratio)
    return np.sum(of_spread[1:], axis=0), np.sum(of_ratio[1:], axis=0)
