"""Net liquidity, what is taken from it, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fedliq._validate import check_columns, check_inputs, check_time_index
from fedliq.indicators.liquidity import net_liquidity as standard
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    check_axes,
    check_some,
    days_of,
    dress,
    label_dates,
    last_day,
    level_line,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["net_liquidity", "net_liquidity_contributions"]

_PARTS = {"fed_assets": ("Fed assets", BLUE), "tga": ("TGA", ORANGE), "on_rrp": ("ON RRP", GREEN)}


def net_liquidity(
    fed_assets: pd.Series[float],
    tga: pd.Series[float],
    on_rrp: pd.Series[float],
    *,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw Fed assets as net liquidity, the TGA and ON RRP, stacked.

    Parameters
    ----------
    fed_assets, tga, on_rrp : pandas.Series [USD bn]
        The arguments of :func:`fedliq.net_liquidity`, on one index.
    source : str, optional
        To be stated below, such as ``data.credit("fed_assets", "tga", "on_rrp")``.
    ax : matplotlib.axes.Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        There is no figure to draw.
    AlignmentError, UnitError, TimeIndexError, InputTypeError
        As in :func:`fedliq.net_liquidity`.

    Notes
    -----
    The three areas add up to Fed assets, by the standard definition.

    NaN: a gap.

    Timing: by observation date.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> panel = fl.indicator_panel(fl.load_sample())["2022-06":"2022-12"]
    >>> parts = panel["fed_assets"], panel["tga"], panel["on_rrp"]
    >>> ax = fl.plot.net_liquidity(*parts, ax=Figure().subplots())
    >>> print(ax.get_title(loc="left"))
    Net liquidity 5,848 USD bn on 2022-12-28
    """
    index, (assets, account, facility) = check_inputs(
        {"fed_assets": fed_assets, "tga": tga, "on_rrp": on_rrp}, whole="fed_assets"
    )
    liquidity = standard(fed_assets, tga, on_rrp).to_numpy(dtype=np.float64)
    check_some("fed_assets, tga, on_rrp", liquidity)
    ax = check_axes(ax)
    days, floor = days_of(index), 0 * liquidity
    for label, colour, top in (
        ("net liquidity", BLUE, liquidity),
        ("TGA", ORANGE, liquidity + account),
        ("ON RRP", GREEN, liquidity + account + facility),
    ):
        ax.fill_between(days, floor, top, color=colour, alpha=0.75, linewidth=0, label=label)
        floor = top
    whole = np.where(np.isfinite(liquidity), assets, np.nan)
    ax.plot(days, whole, color=INK, linewidth=1, label="Fed assets")
    ax.plot(days, liquidity, color=INK, linewidth=1.6)
    ax.set_ylim(0, None)
    label_dates(ax)
    known = np.flatnonzero(np.isfinite(liquidity))[-1]
    return dress(
        ax,
        title=f"Net liquidity {liquidity[known]:,.0f} USD bn on {index[known]:%Y-%m-%d}",
        unit="USD bn",
        last=index[known],
        source=source,
    )


def net_liquidity_contributions(
    contributions: pd.DataFrame, *, source: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what moved net liquidity: stacked areas that sum to its change.

    Parameters
    ----------
    contributions : pandas.DataFrame [USD bn]
        What :func:`fedliq.net_liquidity_contributions` returns: ``fed_assets``, ``tga`` and
        ``on_rrp``, signed, so that a falling TGA is positive.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        A column is missing, or there is no figure to draw.
    TimeIndexError, InputTypeError
        The frame is none on sorted, unique dates.

    Notes
    -----
    The line is the sum of the areas, the change of net liquidity.

    NaN: a gap where a part is missing.

    Timing: by observation date.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.load_sample()
    >>> parts = fl.align(data["fed_assets"], data["tga"], data["on_rrp"])
    >>> moved = fl.net_liquidity_contributions(*parts, periods=4)["2022-10":"2022-12"]
    >>> fl.plot.net_liquidity_contributions(moved, ax=Figure().subplots()).get_ylabel()
    'USD bn'
    """
    remedy = "; use fl.net_liquidity_contributions(...)"
    frame = check_columns(contributions, _PARTS, "contributions", remedy)
    index = check_time_index(frame.index, "contributions")
    values = frame[list(_PARTS)].to_numpy(dtype=float)
    total = values.sum(axis=1)
    check_some("contributions", total)
    ax = check_axes(ax)
    days = days_of(index)
    above, below = 0 * total, 0 * total
    for (label, colour), part in zip(_PARTS.values(), values.T, strict=True):
        higher, lower = above + np.maximum(part, 0), below + np.minimum(part, 0)
        for floor, top, named in ((above, higher, label), (below, lower, None)):
            ax.fill_between(
                days, floor, top, step="mid", color=colour, alpha=0.85, linewidth=0, label=named
            )
        above, below = higher, lower
    ax.plot(days, total, color=INK, linewidth=1.4, marker=".", markersize=3, label="sum")
    level_line(ax, 0)
    label_dates(ax)
    last = last_day(frame["fed_assets"].where(np.isfinite(total)))
    return dress(ax, title="What moved net liquidity", unit="USD bn", last=last, source=source)
