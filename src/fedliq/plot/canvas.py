"""What all charts share: axes, colours, and the words that stand on each."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from fedliq.exceptions import InputTypeError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "BLUE",
    "GREEN",
    "GRID",
    "INK",
    "MUTED",
    "ORANGE",
    "PURPLE",
    "RED",
    "SKY",
    "check_axes",
    "check_kind",
    "check_some",
    "days_of",
    "dress",
    "label_dates",
    "last_day",
    "level_line",
    "plain_number",
]

INK, MUTED, GRID = "#1f2328", "#57606a", "#d0d7de"
# The palette of Okabe and Ito (Color Universal Design, 2008): told apart with any colour
# vision. Lightness differs too, for print without colour.
BLUE, ORANGE, GREEN = "#0072b2", "#e69f00", "#009e73"
RED, PURPLE, SKY = "#d55e00", "#cc79a7", "#56b4e9"

_SIZE = (7.2, 4.2)
# At the size of small print.
_LETTERS_PER_INCH, _LETTERS_OF_A_HANDLE = 16, 7


def check_axes(ax: object) -> Axes:
    """Return the axes given, or those of a new figure; refuse anything else."""
    if ax is None:
        from matplotlib import pyplot as plt  # noqa: PLC0415 - chooses a backend; not all want one

        return plt.subplots(figsize=_SIZE, layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise InputTypeError(
            f"ax: expected matplotlib Axes, got {type(ax).__name__}; use one of plt.subplots()."
        )
    return ax


def check_kind(result: object, kind: type, argument: str, maker: str) -> None:
    """Refuse what is not the result that a chart draws."""
    if not isinstance(result, kind):
        raise InputTypeError(
            f"{argument}: expected the {kind.__name__} that {maker} returns, got "
            f"{type(result).__name__}."
        )


def check_some(argument: str, *values: NDArray[np.floating[Any]]) -> None:
    """Refuse a chart of nothing."""
    if not any(np.isfinite(one).any() for one in values):
        raise InvalidInputError(f"{argument}: nothing to draw, every figure is missing.")


def days_of(index: pd.Index[pd.Timestamp]) -> NDArray[np.datetime64]:
    """Return dates as matplotlib takes them, without pandas' converters."""
    return index.to_numpy(dtype="datetime64[D]")


def last_day(*series: pd.Series[float]) -> pd.Timestamp:
    """Return the last day on which any of the series has a figure."""
    return max(
        one.index[one.notna().to_numpy()].max() for one in series if one.notna().to_numpy().any()
    )


# Of years, months, days, hours, minutes and seconds; then of the first of each.
_DATES = ("%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S")
_FIRSTS = ("%Y", "%b\n%Y", "%d %b", "%d %b", "%H:%M", "%H:%M")


def label_dates(ax: Axes) -> None:
    """Label an axis of dates: few labels, the year where it begins."""
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    # What matplotlib says of the whole axis in its corner would lie on the source.
    formatter = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, formats=_DATES, zero_formats=_FIRSTS, show_offset=False
    )
    ax.xaxis.set_major_formatter(formatter)


def level_line(ax: Axes, value: float) -> None:
    """Draw the level against which a chart is read."""
    ax.axhline(value, color=INK, linewidth=0.8)


def dress(
    ax: Axes,
    *,
    title: str,
    unit: str,
    last: pd.Timestamp,
    source: str | None,
    below: Iterable[str] = (),
) -> Axes:
    """Write on a chart what it shows, in which unit, until when and from whom.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    title : str
    unit : str
        Of the vertical axis.
    last : pandas.Timestamp
        Day of the last observation.
    source : str or None
        Of the figures; None says that it was not stated.
    below : iterable of str
        Lines to stand between the chart and its source.

    Returns
    -------
    matplotlib.axes.Axes
        Those given.
    """
    letters = int(_LETTERS_PER_INCH * ax.bbox.width / ax.figure.dpi)
    note = f"Last observation {last:%Y-%m-%d}. Source: {source or 'not stated'}."
    lines = [
        wrapped
        for line in (*below, note)
        for wrapped in textwrap.wrap(line, max(letters, 30), break_on_hyphens=False)
    ]
    rows = _key(ax, letters)
    ax.set_title(
        title, loc="left", color=INK, fontsize="medium", fontweight="bold", pad=6 + 13 * rows
    )
    ax.set_ylabel(unit, color=INK, fontsize="small")
    ax.set_xlabel("\n".join(lines), loc="left", color=MUTED, fontsize="small")
    ax.tick_params(colors=INK, labelsize="small")
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(MUTED)
    ax.grid(axis="y", color=GRID, linewidth=0.6)
    ax.set_axisbelow(True)
    for axis in (ax.xaxis, ax.yaxis):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(FuncFormatter(plain_number))
    return ax


def plain_number(value: float, _: int | None = None) -> str:
    """Write a number of an axis with separators, and without binary noise."""
    return f"{value:,.10g}"


def _key(ax: Axes, letters: int) -> int:
    """Lay the key between title and chart, where it hides nothing; return its rows."""
    handles, labels = ax.get_legend_handles_labels()
    if not handles:
        return 0
    columns = min(max(letters // (max(map(len, labels)) + _LETTERS_OF_A_HANDLE), 1), len(handles))
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.1,
        borderpad=0.1,
        columnspacing=1.2,
        frameon=False,
        fontsize="small",
        labelcolor=INK,
        ncols=columns,
    )
    return -(-len(handles) // columns)
