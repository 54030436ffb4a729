"""Correlations with bands that allow for errors that stay, and for variances that move."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from fedliq._options import check_positive_int
from fedliq._validate import check_same_index, check_series
from fedliq.exceptions import InvalidInputError
from fedliq.long_run import cosine_sums, usual_cosines
from fedliq.markets.changes import (
    Changes,
    changes_over,
    check_horizon,
    levels_of,
    warn_if_wandering,
)

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["Correlations", "correlate", "rolling_correlation"]

_UPPER = 0.975
_SHORTEST_WINDOW = 20
_NEAREST_TO_ONE = 1 - 1e-12  # where the transform is still finite
_LEAST_ERROR = 1e-100  # where nothing is left unexplained
_ROUNDING = 1e-9


class Correlations(NamedTuple):
    """Correlations, the standard errors of their Fisher transforms, and degrees of freedom."""

    estimates: Floats
    errors: Floats
    freedom: int

    def bounds(self) -> tuple[Floats, Floats]:
        """Return the ends of the 95 percent bands."""
        width = stdtrit(self.freedom, _UPPER) * self.errors
        return np.tanh(_fisher(self.estimates) - width), np.tanh(_fisher(self.estimates) + width)

    def p_values(self) -> Floats:
        """Return the probability of one as far from zero, where there is none."""
        return 2 * stdtr(self.freedom, -np.abs(_fisher(self.estimates)) / self.errors)


def _fisher(correlations: Floats) -> Floats:
    return np.arctanh(np.clip(correlations, -_NEAREST_TO_ONE, _NEAREST_TO_ONE))


def correlate(first: Floats, second: Floats, horizon: int) -> Correlations:
    """Correlate along the first axis.

    Parameters
    ----------
    first, second : numpy.ndarray
        Observations in order of time, then whatever else; without NaN.
    horizon : int
        Observations that each shares with the next, and one: what slow means grows with it.

    Returns
    -------
    Correlations
        NaN where one stands still. The errors are those of the influence function of the
        correlation, its long-run variance by slow cosines [lazarus2018]_.
    """
    observations = len(first)
    one, other = _scaled(first), _scaled(second)
    found = np.clip((one * other).mean(axis=0), -1, 1)
    influence = one * other - found * (one**2 + other**2) / 2
    cosines = max(min(usual_cosines(observations), observations // (2 * max(horizon, 1))), 2)
    variance = (cosine_sums(influence, cosines) ** 2).sum(axis=0) / observations**2
    slope = 1 - np.minimum(np.abs(found), _NEAREST_TO_ONE) ** 2
    return Correlations(found, np.maximum(np.sqrt(variance) / slope, _LEAST_ERROR), cosines)


def _scaled(values: Floats) -> Floats:
    """Centre values and scale them to a variance of one; NaN where all but rounding stands still."""
    away = values - values.mean(axis=0)
    size = np.sqrt((away**2).mean(axis=0))
    still = size <= _ROUNDING * np.abs(values).max(axis=0)
    return away / np.where(still, np.nan, size)


def rolling_correlation(
    liquidity: pd.Series[float],
    price: pd.Series[float],
    *,
    window: int = 60,
    horizon: int = 1,
    changes: Changes = "log",
) -> pd.DataFrame:
    """Correlate the changes of two series over a moving window.

    Parameters
    ----------
    liquidity, price : pandas.Series [any unit]
        On the same dates, for instance business days.
    window : int, default 60
        Changes in each window, at least 20.
    horizon : int, default 1
        Rows over which changes are taken. 0 compares levels.
    changes : {"log", "difference"}, default "log"
        Changes of logarithms, or of the values as they are.

    Returns
    -------
    pandas.DataFrame
        ``correlation``, ``lower_95`` and ``upper_95``, on the index of both.

    Raises
    ------
    AlignmentError
        The series do not share one index.
    InvalidInputError
        A value has no logarithm, or a number is out of range.
    TimeIndexError, InputTypeError
        As in :func:`align`.

    Warns
    -----
    TrendingLevelsWarning
        ``horizon`` is 0 and a level wanders; there are no bands then.

    Notes
    -----
    Pearson's correlation. The bands are those of Fisher's transform with a long-run variance by
    slow cosines [lazarus2018]_, which allows for changes that overlap and for calm and storms.
    Short windows hold little: over 60 rows of changes over four, bands of 95 % hold the truth in
    about 91 % of cases. A path of bands is not a test: among many windows some leave zero out.

    NaN: until a window is full, and where one holds a NaN or a series that stands still.

    Timing: a row uses itself and the ``window + horizon - 1`` before it; date the liquidity by when
    it was known, for instance with :func:`net_liquidity_nowcast`.

    References
    ----------
    .. [lazarus2018] E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson, "HAR Inference:
       Recommendations for Practice", Journal of Business & Economic Statistics 36(4), 2018.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> days = pd.bdate_range("2026-01-05", periods=80)
    >>> moves = np.sin(np.arange(80.0) ** 2)
    >>> liquidity = pd.Series(6000 + moves.cumsum(), days)
    >>> price = pd.Series(100 - moves.cumsum(), days)
    >>> rolled = fl.rolling_correlation(liquidity, price, changes="difference")
    >>> rolled["correlation"].iloc[[59, 60, 79]].round(3).tolist()
    [nan, -1.0, -1.0]
    """
    index, one = check_series(liquidity, "liquidity")
    other_index, other = check_series(price, "price")
    check_same_index(index, other_index, "liquidity", "price")
    horizon = check_horizon(horizon)
    if check_positive_int(window, "window") < _SHORTEST_WINDOW:
        raise InvalidInputError(
            f"window: expected at least {_SHORTEST_WINDOW} rows, got {window}."
        )
    levels = {
        "liquidity": levels_of(one, index, "liquidity", changes, horizon),
        "price": levels_of(other, index, "price", changes, horizon),
    }
    wanders = horizon == 0 and warn_if_wandering(levels)
    moved = [changes_over(level, horizon) for level in levels.values()]
    frame = np.full((len(index), 3), np.nan)
    if len(index) >= window:
        windows = [np.lib.stride_tricks.sliding_window_view(one, window).T for one in moved]
        found = correlate(windows[0], windows[1], horizon)
        bounds = (np.nan, np.nan) if wanders else found.bounds()
        frame[window - 1 :] = np.column_stack(np.broadcast_arrays(found.estimates, *bounds))
    return pd.DataFrame(frame, index, ["correlation", "lower_95", "upper_95"])
