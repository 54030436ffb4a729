"""Which regime the slope of the demand curve speaks of, beside the one by the ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_negative
from fedliq._validate import check_columns, check_time_index, same_dates
from fedliq.exceptions import AlignmentError
from fedliq.regimes import REGIMES, ReserveThresholds, classify_reserves, ordered_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SLOPE_REGIMES", "classify_slope", "compare_regimes"]

#: From the steepest to the flattest.
SLOPE_REGIMES = ("scarce", "ample", "abundant")

# The labels by ratio that do not contradict one by slope: a band of transition belongs to both
# of its neighbours.
_COMPATIBLE: Mapping[str, tuple[str, ...]] = {
    "scarce": REGIMES[:2],
    "ample": REGIMES[1:4],
    "abundant": REGIMES[3:],
}
_STEEP = -2.0


def classify_slope(elasticity: pd.DataFrame, *, steep: float = _STEEP) -> pd.Series[str]:
    """Label each date with the regime its slope of reserve demand belongs to.

    Parameters
    ----------
    elasticity : pandas.DataFrame [bp per pp]
        With ``median`` and ``upper_95``, as :func:`reserve_demand_elasticity` and
        :func:`load_reserve_demand_elasticity` give them.
    steep : float [bp per pp], default -2
        A median from here down is called scarce. An assumption without a published source,
        made for :class:`ForgettingVAR`: its medians were lower from late August 2019 to
        mid-March 2020, and higher in most weeks of 2010-11. The full estimator never was as low
        in 2019.

    Returns
    -------
    pandas.Series of ordered categorical
        ``scarce < ample < abundant``, named ``classify_slope``.

    Raises
    ------
    InvalidInputError
        A column is missing, or ``steep`` is not negative.
    TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    Abundant where the 95 % band reaches zero or lies above it: no answer of the rate to
    reserves can be told. Ample where it lies below, scarce where the median is ``steep`` or
    less too.

    NaN: where either figure is NaN.

    Timing: element by element.

    References
    ----------
    As in :func:`reserve_demand_elasticity`: reserves are abundant where the curve is flat, ample
    where it slopes gently, scarce where it is steep.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.DatetimeIndex(["2019-09-25", "2024-06-26", "2026-07-01"])
    >>> slopes = pd.DataFrame({"median": [-2.8, 0.0, -0.8], "upper_95": [-1.7, 0.3, -0.1]}, weeks)
    >>> fl.classify_slope(slopes).tolist()
    ['scarce', 'abundant', 'ample']
    """
    check_columns(elasticity, ("median", "upper_95"), "elasticity")
    index = check_time_index(elasticity.index, "elasticity")
    check_negative(steep, "steep", "bp per pp")
    median, upper = (elasticity[name].to_numpy(float) for name in ("median", "upper_95"))
    codes = np.where(upper >= 0, 2, np.where(median <= steep, 0, 1))
    codes[np.isnan(median) | np.isnan(upper)] = -1
    return pd.Series(
        ordered_labels(codes, SLOPE_REGIMES), index=index, name="classify_slope", copy=False
    )


def compare_regimes(
    ratio: pd.Series[float],
    elasticity: pd.DataFrame,
    thresholds: ReserveThresholds = ReserveThresholds(),  # noqa: B008 - frozen
    *,
    steep: float = _STEEP,
) -> pd.DataFrame:
    """Lay the regime by slope beside the regime by ratio, and say where they disagree.

    Parameters
    ----------
    ratio : pandas.Series [fraction]
        Reserves over bank assets.
    elasticity : pandas.DataFrame [bp per pp]
        As in :func:`classify_slope`, on the same dates.
    thresholds : ReserveThresholds, default ``ReserveThresholds()``
        The bands of the ratio.
    steep : float [bp per pp], default -2
        As in :func:`classify_slope`.

    Returns
    -------
    pandas.DataFrame
        ``ratio`` [fraction], ``by_ratio``, ``slope`` [bp per pp], ``by_slope``, and
        ``agree``: whether the one label contains the other, None where one is missing. A band
        of transition agrees with the regimes on either side.

    Raises
    ------
    AlignmentError
        The two do not share one index.
    InvalidInputError, UnitError, TimeIndexError, InputTypeError
        As in :func:`classify_slope` and :func:`classify_reserves`.

    Notes
    -----
    NaN: a label is missing where its figure is.

    Timing: element by element.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.DatetimeIndex(["2018-10-03", "2019-09-25"])
    >>> slopes = pd.DataFrame({"median": [-0.6, -2.8], "upper_95": [0.1, -1.7]}, weeks)
    >>> fl.compare_regimes(pd.Series([0.113, 0.080], weeks), slopes)["agree"].tolist()
    [False, True]
    """
    by_ratio = classify_reserves(ratio, thresholds)
    by_slope = classify_slope(elasticity, steep=steep)
    index = check_time_index(by_ratio.index, "ratio")
    if not same_dates(index, check_time_index(by_slope.index, "elasticity")):
        raise AlignmentError(
            "ratio, elasticity: they do not share one index; use ratio.reindex(elasticity.index)."
        )
    pairs = zip(by_ratio.tolist(), by_slope.tolist(), strict=True)
    agree = [
        None if pd.isna(first) or pd.isna(second) else first in _COMPATIBLE[second]
        for first, second in pairs
    ]
    return pd.DataFrame(
        {
            "ratio": ratio,
            "by_ratio": by_ratio,
            "slope": elasticity["median"],
            "by_slope": by_slope,
            "agree": pd.Series(agree, index=index, dtype=object),
        },
        index=index,
    )
