"""The demand for reserves: a curve, and its slope over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fedliq._validate import check_inputs
from fedliq.econometrics.hinge import HingeCurve
from fedliq.econometrics.results import BANDS, DemandEstimate
from fedliq.exceptions import InputTypeError
from fedliq.plot.canvas import (
    BLUE,
    INK,
    ORANGE,
    check_axes,
    check_kind,
    check_some,
    days_of,
    dress,
    label_dates,
    level_line,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["reserve_demand_curve", "reserve_demand_elasticity"]


def reserve_demand_curve(
    curve: HingeCurve,
    spread: pd.Series[float],
    ratio: pd.Series[float],
    *,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a fitted demand curve through the observations it was fitted to.

    Parameters
    ----------
    curve : HingeCurve
        What :func:`fedliq.reserve_demand_hinge` returns.
    spread : pandas.Series [bp]
    ratio : pandas.Series [fraction]
        The arguments it was given. The ratio is drawn in percent.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        There is no figure to draw.
    AlignmentError, UnitError, TimeIndexError, InputTypeError
        As in :func:`fedliq.reserve_demand_hinge`, or ``curve`` is no HingeCurve.

    Notes
    -----
    The shading is the 95 % band of the kink; where the sample does not bound it, it reaches to
    the edge of the data.

    NaN: left out.

    Timing: the curve uses the whole sample it was given.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.reserve_demand_data(fl.load_sample())["2022":]
    >>> curve = fl.reserve_demand_hinge(data["spread"], data["ratio"])
    >>> ax = fl.plot.reserve_demand_curve(
    ...     curve, data["spread"], data["ratio"], ax=Figure().subplots()
    ... )
    >>> print(ax.get_title(loc="left"))
    Reserve demand: flat from 13.2 % on
    """
    check_kind(curve, HingeCurve, "curve", "fl.reserve_demand_hinge")
    index, (values, fraction) = check_inputs({"spread": spread, "ratio": ratio})
    there = np.isfinite(values) & np.isfinite(fraction)
    check_some("spread, ratio", (values + fraction)[there])
    ax = check_axes(ax)
    percent = 100 * fraction[there]
    estimate, lower, upper = (
        curve.estimates[name].astype(float) for name in ("estimate", "lower_95", "upper_95")
    )
    kink, low, high = (100 * one["kink"] for one in (estimate, lower, upper))
    ax.axvspan(
        low if np.isfinite(low) else percent.min(),
        high if np.isfinite(high) else percent.max(),
        color=ORANGE,
        alpha=0.25,
        linewidth=0,
        label="kink, 95 % band",
    )
    ax.scatter(
        percent, values[there], s=8, color=BLUE, alpha=0.5, linewidth=0, label="observations"
    )
    points = np.array([min(percent.min(), kink), kink, max(percent.max(), kink)])
    fitted = estimate["level_above"] + estimate["slope_below"] * np.minimum(points - kink, 0)
    ax.plot(points, fitted, color=INK, linewidth=2, label="fitted")
    level_line(ax, 0)
    falls = estimate["slope_below"] < 0
    shape = f"flat from {kink:.1f} % on" if falls else "no fall, no satiation"
    return dress(
        ax,
        title=f"Reserve demand: {shape}",
        unit="bp over IORB",
        last=index[there][-1],
        source=source,
        below=("Reserves, percent of bank assets.",),
    )


def reserve_demand_elasticity(
    elasticity: DemandEstimate, *, source: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the slope of reserve demand week by week, with its bands.

    Parameters
    ----------
    elasticity : DemandEstimate
        What :func:`fedliq.reserve_demand_elasticity` returns.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        There is no figure to draw.
    InputTypeError
        It is not an elasticity.

    Notes
    -----
    Where the 95 % band lies below zero, reserves are not abundant.

    NaN: a gap.

    Timing: that of the estimator: each week by its past alone, or, of the Bayesian one, by the
    weeks up to it.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.reserve_demand_data(fl.load_sample())
    >>> elasticity = fl.reserve_demand_elasticity(data["spread"], data["ratio"])
    >>> fl.plot.reserve_demand_elasticity(elasticity, ax=Figure().subplots()).get_ylabel()
    'bp per pp of bank assets'
    """
    check_kind(elasticity, DemandEstimate, "elasticity", "fl.reserve_demand_elasticity")
    frame = elasticity.estimates
    if "median" not in frame:
        raise InputTypeError(
            f"elasticity: expected an estimate by week, got one of a curve ({elasticity.method}); "
            "use fl.plot.reserve_demand_curve."
        )
    check_some("elasticity", frame["median"].to_numpy())
    ax = check_axes(ax)
    days = days_of(frame.index)
    for (low, high), alpha, label in zip(
        (BANDS[:2], BANDS[2:]), (0.2, 0.35), ("95 % band", "68 % band"), strict=True
    ):
        ax.fill_between(
            days, frame[low], frame[high], color=BLUE, alpha=alpha, linewidth=0, label=label
        )
    ax.plot(days, frame["median"].to_numpy(), color=INK, linewidth=1.4, label="median")
    level_line(ax, 0)
    label_dates(ax)
    known = frame["median"].dropna()
    return dress(
        ax,
        title=f"Slope of reserve demand {known.iloc[-1]:+.1f} on {known.index[-1]:%Y-%m-%d}",
        unit="bp per pp of bank assets",
        last=known.index[-1],
        source=source,
    )
