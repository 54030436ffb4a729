"""Links to prices: correlations at every lead, and what prices did around events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from fedliq.exceptions import InvalidInputError
from fedliq.markets.event_study import EventStudy
from fedliq.markets.lead_lag import LeadLag
from fedliq.plot.canvas import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    check_axes,
    check_kind,
    check_some,
    dress,
    level_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["event_study", "lead_lag"]

_SMALLEST_SHOWN = 0.01


def _p(value: float) -> str:
    return f"p = {value:.2f}" if value >= _SMALLEST_SHOWN else f"p < {_SMALLEST_SHOWN}"


def lead_lag(result: LeadLag, *, source: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the correlation at every lead, and what chance does to a search over all.

    Parameters
    ----------
    result : LeadLag
        What :func:`fedliq.lead_lag` returns.
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
        ``result`` is no LeadLag.

    Notes
    -----
    Within the shading stay 95 % of searches over series that have nothing to do with each other,
    at every lead. The whiskers are the 95 % bands of single leads, as if no other had been
    looked at. The title has the p-value after the search.

    NaN: a lead without a correlation is left out; no shading where levels wander.

    Timing: that of the study.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> weeks = pd.date_range("2020-01-01", periods=200, freq="W-WED")
    >>> steps = np.random.default_rng(1).normal(0, 0.01, (2, 200)).cumsum(axis=1)
    >>> liquidity, price = (pd.Series(np.exp(one), weeks) for one in steps)
    >>> found = fl.lead_lag(liquidity, price, leads=range(9), available=weeks)
    >>> ax = fl.plot.lead_lag(found, ax=Figure().subplots())
    >>> ax.get_ylabel()
    'correlation of changes'
    """
    check_kind(result, LeadLag, "result", "fl.lead_lag")
    profile = result.profile
    correlation = profile["correlation"].to_numpy()
    check_some("result", correlation)
    ax = check_axes(ax)
    leads = profile.index.to_numpy()
    critical = profile["critical"].to_numpy()
    if np.isfinite(critical).any():
        ax.fill_between(
            leads,
            -critical,
            critical,
            color=ORANGE,
            alpha=0.25,
            linewidth=0,
            label="95 % of searches by chance",
        )
    ax.vlines(leads, profile["lower_95"], profile["upper_95"], color=MUTED, linewidth=0.9)
    ax.plot(leads, correlation, "o", color=BLUE, markersize=4, label="correlation, 95 % band")
    best = profile.loc[result.best]
    ax.plot(
        result.best, best["correlation"], "D", color=INK, markersize=6, label="stands out most"
    )
    level_line(ax, 0)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    p_value = float(best["corrected_p_value"].item())
    verdict = (
        f"{_p(float(p_value))} after the search"
        if np.isfinite(float(p_value))
        else "levels wander"
    )
    return dress(
        ax,
        title=f"Lead {result.best}: {best['correlation']:+.2f}, {verdict}",
        unit="correlation of " + ("changes" if result.specification["horizon"] else "levels"),
        last=result.parts["last"].max(),
        source=source,
        below=("Lead in observations of liquidity; positive: liquidity comes first.",),
    )


_UNITS = {"log": "cumulative log change", "difference": "cumulative change"}


def event_study(study: EventStudy, *, source: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw the cumulative abnormal change around events, against quiet days.

    Parameters
    ----------
    study : EventStudy
        What :func:`fedliq.event_study` returns.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        No event is in the averages.
    InputTypeError
        ``study`` is no EventStudy.

    Notes
    -----
    Thin lines are single events. In the shading lie 95 % of the averages that the same clusters
    of events give when they are moved to quiet days.

    NaN: events that were left out are not drawn.

    Timing: that of the study.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> days = pd.bdate_range("2020-01-01", periods=1200)
    >>> steps = np.random.default_rng(2).normal(0, 0.01, 1200)
    >>> price = pd.Series(100 * np.exp(steps.cumsum()), days)
    >>> study = fl.event_study(price, days[[300, 500, 700, 900]], window=(-2, 2))
    >>> ax = fl.plot.event_study(study, ax=Figure().subplots())
    >>> ax.get_ylabel()
    'cumulative log change'
    """
    check_kind(study, EventStudy, "study", "fl.event_study")
    used = study.events[study.events["left_out"] == ""]
    if used.empty:
        raise InvalidInputError(
            "study: no event is in the averages; see study.events['left_out']."
        )
    ax = check_axes(ax)
    average = study.average
    days = average.index.to_numpy()
    single = study.by_event.loc[used.index].to_numpy().cumsum(axis=1).T
    ax.plot(days, single, color=MUTED, linewidth=0.6, alpha=0.5)
    ax.fill_between(
        days,
        average["lower_95"],
        average["upper_95"],
        color=ORANGE,
        alpha=0.3,
        linewidth=0,
        label="95 % on quiet days",
    )
    ax.plot(days, average["cumulative"], color=BLUE, linewidth=2, label="average")
    level_line(ax, 0)
    ax.axvline(0, color=MUTED, linestyle=":")
    unit = _UNITS[str(study.specification["changes"])]
    if study.specification["standardised"]:
        unit = "cumulative standard deviations"
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    last = average.iloc[-1]
    return dress(
        ax,
        title=f"{len(used)} events: {last['cumulative']:+.3g} by day {days[-1]}, "
        f"{_p(float(last['p_value']))}",
        unit=unit,
        last=used["day_0"].max(),
        source=source,
        below=("Days from the event, in rows of the series.",),
    )
