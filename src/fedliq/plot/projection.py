"""The balance sheet forward: fans, and when a threshold is crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fedliq._options import check_choice, check_threshold
from fedliq._validate import check_series
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
)
from fedliq.plot.reserves import shade_bands
from fedliq.projection.balance_sheet import PROJECTION_COLUMNS
from fedliq.projection.scenarios import FAN_LINES, Fan

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["crossing_dates", "projection_fan"]

_RATIO = "reserves_to_bank_assets"
_TITLES = {
    _RATIO: "Reserves over bank assets",
    "fed_assets": "Fed assets",
    "mbs": "MBS",
    "on_rrp": "ON RRP",
    "tga": "TGA",
}
_BANDS = ((0.05, 0.95, 0.22), (0.25, 0.75, 0.35))


def projection_fan(
    fan: Fan,
    line: str = _RATIO,
    *,
    history: pd.Series[float] | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the paths of a line: bands, the median, and the projection they stray from.

    Parameters
    ----------
    fan : Fan
        What :func:`fedliq.simulate_balance_sheet` returns, or ``outlook.fan``.
    line : str, default "reserves_to_bank_assets"
        One of ``fl.FAN_LINES``. The ratio is drawn in percent, between its bands.
    history : pandas.Series, optional
        What came before, in the line's own unit.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        The line is unknown, or there is no figure to draw: the ratio has none without bank assets.
    UnitError, TimeIndexError, InputTypeError
        ``fan`` is not a Fan, or ``history`` not a Series of the line.

    Notes
    -----
    The bands hold 90 % and 50 % of the paths at each date; they say nothing of what the shocks do
    not hold.

    NaN: a gap.

    Timing: the last observation is the opening of the projection.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.load_sample()
    >>> outlook = fl.make_outlook(data, fl.policy_schedule(), paths=200)
    >>> past = fl.indicator_panel(data)["reserves_to_bank_assets"]["2025":]
    >>> ax = fl.plot.projection_fan(outlook.fan, history=past, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['90 % of paths', '50 % of paths', 'median', 'projection', 'history']
    """
    check_kind(fan, Fan, "fan", "fl.simulate_balance_sheet")
    check_choice(line, FAN_LINES, "line")
    quantiles = fan.quantiles(line, (0.05, 0.25, 0.5, 0.75, 0.95))
    check_some("fan", quantiles.to_numpy())
    scale = 100.0 if line == _RATIO else 1.0
    past = None
    if history is not None:
        quantity = "ratio" if line == _RATIO else line if line != "net_liquidity" else None
        past = check_series(history, "history", quantity)
    ax = check_axes(ax)
    if line == _RATIO:
        shade_bands(ax, fan.central.assumptions.thresholds)
    days = days_of(fan.dates)
    for low, high, alpha in _BANDS:
        ax.fill_between(
            days,
            scale * quantiles[low],
            scale * quantiles[high],
            color=BLUE,
            alpha=alpha,
            linewidth=0,
            label=f"{100 * (high - low):.0f} % of paths",
        )
    ax.plot(days, scale * quantiles[0.5].to_numpy(), color=BLUE, linewidth=1.6, label="median")
    weekly = fan.central.weekly[line]
    ax.plot(
        days_of(weekly.index),
        scale * weekly.to_numpy(),
        "--",
        color=INK,
        linewidth=1.2,
        label="projection",
    )
    if past is not None:
        index, values = past
        ax.plot(days_of(index), scale * values, color=INK, linewidth=1.6, label="history")
    label_dates(ax)
    label = _TITLES.get(line, line.replace("_", " ").capitalize())
    unit = PROJECTION_COLUMNS[line][0]
    return dress(
        ax,
        title=f"{label}, projected",
        unit="percent of bank assets" if line == _RATIO else str(unit),
        last=fan.central.opening.day,
        source=source,
    )


def crossing_dates(
    fan: Fan, threshold: float, *, source: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw when reserves over bank assets first fall below a threshold, as a distribution.

    Parameters
    ----------
    fan : Fan
        What :func:`fedliq.simulate_balance_sheet` returns, or ``outlook.fan``.
    threshold : float [fraction]
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        The fan has no bank assets, hence no ratio.
    UnitError, InputTypeError
        ``fan`` is not a Fan, or the threshold not a fraction.

    Notes
    -----
    A bar is the share of paths that are below on that date for the first time; the line is the
    share that has been below by then. Only the fan's dates are looked at.

    NaN: a path without a ratio crosses nothing.

    Timing: the last observation is the opening of the projection.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> outlook = fl.make_outlook(fl.load_sample(), fl.policy_schedule(), paths=200)
    >>> ax = fl.plot.crossing_dates(outlook.fan, 0.10, ax=Figure().subplots())
    >>> ax.get_ylabel()
    'percent of paths'
    """
    check_kind(fan, Fan, "fan", "fl.simulate_balance_sheet")
    edge = check_threshold(threshold, "threshold")
    check_some("fan", fan.line(_RATIO))
    first = 100 * fan.crossing_dates(edge).value_counts().reindex(fan.dates, fill_value=0)
    first /= fan.line(_RATIO).shape[1]
    by_then = first.cumsum()
    ax = check_axes(ax)
    days = days_of(fan.dates)
    width = 0.7 * np.diff(days).astype(float).min(initial=30.0)  # days
    ax.bar(days, first, width, color=ORANGE, label="first below on this date")
    ax.plot(
        days, by_then, color=BLUE, linewidth=1.6, drawstyle="steps-post", label="below by then"
    )
    ax.set_ylim(0, max(float(by_then.iloc[-1]) * 1.15, 5.0))
    label_dates(ax)
    return dress(
        ax,
        title=f"Below {100 * edge:g} % by {fan.dates[-1]:%Y-%m-%d}: {by_then.iloc[-1]:.0f} % of paths",
        unit="percent of paths",
        last=fan.central.opening.day,
        source=source,
        below=("Reserves over bank assets, at month-ends.",),
    )
