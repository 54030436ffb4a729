"""How many basis points the federal funds rate moves with reserves: the slope of demand."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int
from fedliq._validate import check_inputs, check_length, check_regular, check_time_index
from fedliq.econometrics.forgetting import (
    ForgettingVAR,
    fewest_remembered,
    filtered_elasticity,
)
from fedliq.econometrics.responses import lagged_rows
from fedliq.econometrics.results import BANDS, DemandEstimate
from fedliq.econometrics.sampled import BayesianVAR, sampled_elasticity
from fedliq.econometrics.samples import check_moves, check_spread, check_varied
from fedliq.exceptions import (
    InputTypeError,
    InvalidInputError,
    WeakInstrumentWarning,
)
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["WEAK_STRENGTH", "reserve_demand_elasticity"]

_MOST_LAGS, _MOST_HORIZON = 13, 52
# Observations for each coefficient of the longer equation, before a first estimate.
_FEWEST_PER_COEFFICIENT = 4
#: Below this strength an instrument is weak: a first-stage F of 10.
WEAK_STRENGTH = 10.0**0.5


def reserve_demand_elasticity(
    spread: pd.Series[float],
    ratio: pd.Series[float],
    *,
    estimator: ForgettingVAR | BayesianVAR = ForgettingVAR(),  # noqa: B008 - frozen
    lags: int = 2,
    horizon: int = 4,
    warm_up: int = 52,
    on: pd.DatetimeIndex | None = None,
) -> DemandEstimate:
    """Slope of the reserve demand curve over time, each by what had been observed by then.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Federal funds rate less IORB, averaged over the week of the ratio; see
        ``fl.reserve_demand_data``.
    ratio : pandas.Series [fraction]
        Reserves over bank assets, on the same dates.
    estimator : ForgettingVAR or BayesianVAR, default ``ForgettingVAR()``
        The fast one, or the full one, which takes seconds for each date.
    lags : int, default 2 [observations]
        Of both variables in both equations, 13 at most.
    horizon : int, default 4 [observations]
        Weeks after a forecast error over which both responses are summed, 52 at most.
    warm_up : int, default 52 [observations]
        Complete ones, with their lags, up to the first estimate.
    on : pandas.DatetimeIndex, optional
        Dates of the index to estimate for. By default every one; the full estimator wants
        fewer, such as ``ratio.index[::13]``.

    Returns
    -------
    DemandEstimate
        ``estimates`` [bp per percentage point of reserves over bank assets], negative where
        more reserves lower the rate: ``median``, ``lower_95``, ``upper_95``, ``lower_68``,
        ``upper_68``. ``diagnostics``: ``response``, how much of an error of reserves is left
        over the horizon on average [pp per pp], and ``strength``, that over its standard
        error; of the fast estimator ``effective_observations``, of the full one ``rhat`` and
        ``effective_draws``.

    Raises
    ------
    SampleError
        Fewer complete observations than ``warm_up``, no variation, or collinear series.
    UnitError
        A value is impossible in its unit, or the spread looks like percent.
    InvalidInputError
        A number is out of range, the half-life too short for so many lags, or a date of
        ``on`` is not in the index.
    MissingExtraError
        The full estimator is asked for without ``fedliq[econometrics]``.
    AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`; a weekly index with a hole is refused, NaN are not.

    Warns
    -----
    WeakInstrumentWarning
        At some date ``strength`` is below the root of 10.
    ConvergenceWarning
        Chains of the full estimator disagree: R-hat above 1.01, or fewer than 100 effective
        draws a chain.

    Notes
    -----
    A demand shock moves the rate and reserves together, so a regression of one on the other
    is no demand curve. What reserves do beyond what their past and that of the spread foretold
    is mostly supply: the Treasury's account, the foreign pool, the Desk. If the part of it
    that is demand fades soon, the response of the spread over that of the ratio in the weeks
    after is the slope [afonso2022]_:

    sum of E[spread(t+h) | error] over sum of E[ratio(t+h) | error], h = 1 to ``horizon``,

    from an autoregression of the two. Where demand shocks last for weeks the estimate is too
    flat, by the more the longer they last.

    In the fast estimator information is discounted by 0.5 ** (1 / half_life) a week, as if
    coefficients followed a random walk [koop2013]_; bands are Student's with the discounted
    number of observations, to first order. In the full one they do follow one, volatilities
    too [primiceri2005]_, and the bands are quantiles of the posterior. Both are late where the
    curve bends, the full one more so. The New York Fed's own estimate uses daily reserves,
    which are confidential; its lags, priors and horizon are not published.

    NaN: dates that miss a figure or one of its lags are passed over and have no estimate; nor
    has any before ``warm_up``, before either series has moved, or on which less than two
    observations for each coefficient are remembered, as after a long gap.

    Timing: an estimate uses its own date and those before. The data of a week are public
    nine days after it.

    References
    ----------
    .. [afonso2022] G. Afonso, D. Giannone, G. La Spada and J. C. Williams, "Scarce,
       Abundant, or Ample? A Time-Varying Model of the Reserve Demand Curve", Federal
       Reserve Bank of New York Staff Reports 1019, 2022.
    .. [koop2013] G. Koop and D. Korobilis, "Large time-varying parameter VARs", Journal of
       Econometrics 177(2), 2013.
    .. [primiceri2005] G. E. Primiceri, "Time Varying Structural Vector Autoregressions and
       Monetary Policy", Review of Economic Studies 72(3), 2005.

    Examples
    --------
    >>> import fedliq as fl
    >>> data = fl.reserve_demand_data(fl.load_sample())
    >>> elasticity = fl.reserve_demand_elasticity(data["spread"], data["ratio"])
    >>> elasticity.to_frame().loc["2019-09-25"].round(1).tolist()
    [-2.8, -4.0, -1.7, -3.4, -2.3]
    """
    index, (values, fraction) = check_inputs({"spread": spread, "ratio": ratio})
    check_regular(index, "spread, ratio")
    check_positive_int(lags, "lags", _MOST_LAGS)
    check_positive_int(horizon, "horizon", _MOST_HORIZON)
    fewest = _FEWEST_PER_COEFFICIENT * (2 + 2 * lags)
    if check_positive_int(warm_up, "warm_up") < fewest:
        raise InvalidInputError(
            f"warm_up: expected at least {fewest} with {lags} lags, four observations for each "
            f"coefficient; got {warm_up}."
        )
    check_length(max(len(index) - lags, 0), warm_up, "spread, ratio")
    rows = lagged_rows(values, convert(fraction, Unit.FRACTION, Unit.PERCENT), lags)
    complete = ~np.isnan(rows[:, 0])
    _check_sample(rows[complete], warm_up)
    wanted = _wanted(on, index)
    ready = complete & (np.cumsum(complete) >= warm_up) & _varied(rows)
    positions = index.get_indexer(wanted) - lags
    there = positions >= 0
    there[there] = ready[positions[there]]
    if isinstance(estimator, ForgettingVAR):
        _check_memory(estimator, rows, lags)
        quantiles, beside = filtered_elasticity(estimator, rows, positions[there], lags, horizon)
    elif isinstance(estimator, BayesianVAR):
        quantiles, beside = sampled_elasticity(estimator, rows, positions[there], lags, horizon)
    else:
        raise InputTypeError(
            "estimator: expected fl.ForgettingVAR() or fl.BayesianVAR(), got "
            f"{type(estimator).__name__}."
        )
    _warn_if_weak(beside["strength"], wanted[there])
    used = index[lags:][complete]
    return DemandEstimate(
        method=f"reserve demand elasticity, {type(estimator).__name__}",
        estimates=_frame(dict(zip(("median", *BANDS), quantiles.T, strict=True)), wanted, there),
        first=used[0],
        last=used[-1],
        observations=len(used),
        specification={
            **{
                name: value
                for name, value in asdict(estimator).items()
                if name not in ("jobs", "progress")
            },
            "lags": lags,
            "horizon": horizon,
            "warm_up": warm_up,
            "unit": "bp per pp of reserves over bank assets",
        },
        diagnostics=_frame(beside, wanted, there),
    )


def _check_sample(rows: Floats, warm_up: int) -> None:
    """Refuse a sample from which no elasticity can be had."""
    check_length(len(rows), warm_up, "spread, ratio, with their lags")
    check_spread(rows[:, -1])
    check_moves(rows[:, 0], "ratio")
    check_varied(np.delete(rows, 1, axis=1), "spread, ratio, with their lags")


def _check_memory(estimator: ForgettingVAR, rows: Floats, lags: int) -> None:
    """Refuse a half-life that remembers too little for so many coefficients."""
    remembered, needed = 1 / (1 - estimator.decay), fewest_remembered(rows)
    if remembered < needed:
        raise InvalidInputError(
            f"estimator: a half-life of {estimator.half_life:g} remembers {remembered:.1f} "
            f"observations, with {lags} lags an estimate takes {needed:.0f}; lengthen it, or take "
            "fewer lags."
        )


def _varied(rows: Floats) -> NDArray[np.bool_]:
    """Tell the rows by which every variable and every lag has moved; before, nothing is told."""
    varying = np.delete(rows, 1, axis=1)
    lowest, highest = np.fmin.accumulate(varying), np.fmax.accumulate(varying)
    return np.asarray((highest > lowest).all(axis=1))


def _wanted(on: pd.DatetimeIndex | None, index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    if on is None:
        return index
    wanted = check_time_index(on, "on")
    unknown = wanted.difference(index)
    if len(unknown):
        raise InvalidInputError(
            f"on: {unknown[0].date()} is not a date of spread and ratio; take dates of their index, "
            "such as ratio.index[::13]."
        )
    return wanted


def _frame(
    columns: dict[str, Floats], dates: pd.DatetimeIndex, there: NDArray[np.bool_]
) -> pd.DataFrame:
    """Put figures on all dates wanted, NaN where there is no estimate."""
    frame = pd.DataFrame(np.nan, index=dates, columns=list(columns))
    frame.loc[there] = np.column_stack(list(columns.values()))
    return frame


def _warn_if_weak(strength: Floats, dates: pd.DatetimeIndex) -> None:
    weak = strength < WEAK_STRENGTH
    if weak.any():
        warnings.warn(
            f"on {weak.sum()} of {len(dates)} dates, {dates[weak][0].date()} the first, what forecast "
            "errors do to reserves is within noise (strength below the root of 10); their "
            "elasticities mean little.",
            WeakInstrumentWarning,
            stacklevel=3,
        )
