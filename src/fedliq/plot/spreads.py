"""SOFR against the rate that reserves earn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_same_index, check_series, check_time_index
from fedliq.exceptions import InputTypeError
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    ORANGE,
    RED,
    check_axes,
    check_some,
    days_of,
    dress,
    label_dates,
    last_day,
    level_line,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

__all__ = ["sofr_iorb_spread"]

_QUARTER_END = "quarter_end"
_BOUNDS = {"floor": ("ON RRP rate - IORB", "--"), "ceiling": ("SRF rate - IORB", "-.")}


def _kinds_of_turn(turns: object, index: pd.DatetimeIndex) -> tuple[Flags, Flags]:
    """Return which days are quarter-ends, and which another turn."""
    if not isinstance(turns, pd.DataFrame) or not all(
        map(pd.api.types.is_bool_dtype, turns.dtypes)
    ):
        raise InputTypeError(
            "turns: expected the frame of flags that fl.turn_flags returns, got "
            f"{type(turns).__name__}."
        )
    check_same_index(index, check_time_index(turns.index, "turns"), "spread", "turns")
    any_turn = turns.to_numpy(dtype=bool).any(axis=1)
    quarter = np.zeros(len(turns), dtype=bool)
    if _QUARTER_END in turns:
        quarter = turns[_QUARTER_END].to_numpy(dtype=bool)
    return quarter, any_turn & ~quarter


def sofr_iorb_spread(
    spread: pd.Series[float],
    turns: pd.DataFrame | None = None,
    *,
    floor: pd.Series[float] | None = None,
    ceiling: pd.Series[float] | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw SOFR - IORB with turns marked, within the corridor.

    Parameters
    ----------
    spread : pandas.Series [bp]
        See :func:`fedliq.sofr_iorb_spread`.
    turns : pandas.DataFrame of bool, optional
        What :func:`fedliq.turn_flags` says of the same days. They are marked, and the line runs
        through the other days alone.
    floor, ceiling : pandas.Series [bp], optional
        ON RRP rate less IORB, and SRF rate less IORB, on the same days; see
        :func:`fedliq.rate_spread`.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        There is no figure to draw.
    AlignmentError
        The series do not share one index.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`fedliq.spread_outside_turns`.

    Notes
    -----
    NaN: a gap.

    Timing: by value date.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.load_sample()
    >>> sofr, iorb = fl.align(data["sofr"]["2025":], data["iorb"])
    >>> spread = fl.sofr_iorb_spread(sofr, iorb)
    >>> turns = fl.turn_flags(spread.index)
    >>> ax = fl.plot.sofr_iorb_spread(spread, turns, ax=Figure().subplots())
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['other days', 'quarter-end', 'other turn']
    """
    index, values = check_series(spread, "spread", "spread")
    check_some("spread", values)
    beside = {}
    for name, one in (("floor", floor), ("ceiling", ceiling)):
        if one is not None:
            of, beside[name] = check_series(one, name, "spread")
            check_same_index(index, of, "spread", name)
    none = np.zeros(len(index), dtype=bool)
    marked = turns is not None
    quarter, other = (none, none) if turns is None else _kinds_of_turn(turns, index)
    ax = check_axes(ax)
    days, quiet = days_of(index), ~(quarter | other)
    ax.plot(
        days[quiet],
        values[quiet],
        color=BLUE,
        linewidth=1.3,
        label="other days" if marked else "SOFR - IORB",
    )
    for here, colour, marker, label in (
        (quarter, RED, "^", "quarter-end"),
        (other, ORANGE, "o", "other turn"),
    ):
        if here.any():
            ax.plot(days[here], values[here], marker, color=colour, markersize=3.5, label=label)
    for name, bound in beside.items():
        label, style = _BOUNDS[name]
        ax.plot(
            days, bound, style, color=GREEN, linewidth=1.1, drawstyle="steps-post", label=label
        )
    level_line(ax, 0)
    label_dates(ax)
    last = last_day(spread)
    return dress(
        ax,
        title=f"SOFR - IORB {float(spread.loc[last]):+.0f} bp on {last:%Y-%m-%d}",
        unit="bp over IORB",
        last=last,
        source=source,
        below=("Turns: quarter-ends; month-ends, settlement and tax dates.",) if marked else (),
    )
