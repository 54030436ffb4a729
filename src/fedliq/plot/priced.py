"""What futures price for the FOMC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from fedliq._options import check_positive_int
from fedliq.markets.fedwatch import FedWatch
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    INK,
    check_axes,
    check_kind,
    check_some,
    dress,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["meeting_probabilities", "rate_path"]

_DARKEST = 0.65  # so that ink on it can be read
_MOST_LABELS, _MOST_WITH_FIGURES = 8, 12  # meetings
_LEAST = 0.005  # below half a percent there is nothing to print


def _in_force(priced: FedWatch) -> str:
    return "{:.2f}-{:.2f}".format(*priced.target_range)


def _first(frame: pd.DataFrame, meetings: int | None) -> pd.DataFrame:
    return frame if meetings is None else frame.iloc[: check_positive_int(meetings, "meetings")]


def _label_meetings(ax: Axes, places: Sequence[int], labels: Sequence[str]) -> None:
    """Label as many meetings as there is room for, from the first on."""
    step = -(-len(places) // _MOST_LABELS)
    ax.set_xticks(places[::step], labels[::step])


def meeting_probabilities(
    priced: FedWatch,
    *,
    meetings: int | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probability of each target range after each meeting, as a table of shades.

    Parameters
    ----------
    priced : FedWatch
        What :func:`fedliq.meeting_probabilities` returns.
    meetings : int, optional
        Only the first so many; by default all.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        No meeting is told, or ``meetings`` is not a whole number from 1.
    InputTypeError
        ``priced`` is no FedWatch.

    Notes
    -----
    The figures in the cells are percent, rounded; beyond 12 meetings the shades stand alone. The
    range in force is framed. Ranges above and below all that are as likely as half a percent are left out.

    NaN: a meeting that is not told stays empty.

    Timing: the last observation is the day of the prices.

    Examples
    --------
    The CME's own example, half a move at each of two meetings:

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> priced = fl.meeting_probabilities(
    ...     pd.Series([94.875, 94.75, 94.625], pd.period_range("2024-05", "2024-07", freq="M")),
    ...     pd.DatetimeIndex(["2024-03-20", "2024-06-01", "2024-07-01"]),
    ...     pd.Series([5.12], pd.DatetimeIndex(["2024-04-30"])),
    ...     as_of="2024-05-01",
    ...     target_range=(5.0, 5.25),
    ...     new_rate_from="announcement day",
    ... )
    >>> ax = fl.plot.meeting_probabilities(priced, ax=Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['5.00-5.25', '5.25-5.50', '5.50-5.75']
    """
    check_kind(priced, FedWatch, "priced", "fl.meeting_probabilities")
    table = _first(priced.ranges, meetings)
    reached = (table.to_numpy() >= _LEAST).any(axis=0) | (table.columns == _in_force(priced))
    rows = np.flatnonzero(reached)
    table = table.iloc[:, rows[0] : rows[-1] + 1] if len(rows) else table
    values = table.to_numpy()
    check_some("priced", values)
    ax = check_axes(ax)
    for column, row in zip(*np.nonzero(values >= _LEAST), strict=True):
        share = float(values[column, row])
        ax.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5), 1, 1, color=BLUE, alpha=_DARKEST * share, linewidth=0
            )
        )
        if len(table) <= _MOST_WITH_FIGURES:
            figure = f"{100 * share:.0f}"
            ax.text(column, row, figure, ha="center", va="center", color=INK, fontsize="small")
    if _in_force(priced) in table:
        row = list(table.columns).index(_in_force(priced))
        frame = Rectangle((-0.5, row - 0.5), len(table), 1, fill=False, edgecolor=INK, linewidth=1)
        ax.add_patch(frame)
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.set_ylim(-0.5, len(table.columns) - 0.5)
    _label_meetings(ax, range(len(table)), [f"{day:%d %b\n%Y}" for day in table.index])
    ax.set_yticks(range(len(table.columns)), list(table.columns))
    dress(
        ax,
        title=f"Priced on {priced.as_of:%Y-%m-%d}, percent",
        unit="target range, percent",
        last=priced.as_of,
        source=source,
    )
    ax.grid(visible=False)
    return ax


def rate_path(
    priced: FedWatch,
    *,
    meetings: int | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the EFFR that futures expect after each meeting.

    Parameters
    ----------
    priced : FedWatch
        What :func:`fedliq.meeting_probabilities` returns.
    meetings : int, optional
        Only the first so many; by default all.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        No meeting is told, or ``meetings`` is not a whole number from 1.
    InputTypeError
        ``priced`` is no FedWatch.

    Notes
    -----
    Prices hold premia for risk: an expectation under them, not a forecast.

    NaN: a gap.

    Timing: the last observation is the day of the prices.

    Examples
    --------
    The CME's own example, half a move at each of two meetings:

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> priced = fl.meeting_probabilities(
    ...     pd.Series([94.875, 94.75, 94.625], pd.period_range("2024-05", "2024-07", freq="M")),
    ...     pd.DatetimeIndex(["2024-03-20", "2024-06-01", "2024-07-01"]),
    ...     pd.Series([5.12], pd.DatetimeIndex(["2024-04-30"])),
    ...     as_of="2024-05-01",
    ...     target_range=(5.0, 5.25),
    ...     new_rate_from="announcement day",
    ... )
    >>> fl.plot.rate_path(priced, ax=Figure().subplots()).get_ylabel()
    'percent'
    """
    check_kind(priced, FedWatch, "priced", "fl.meeting_probabilities")
    path = _first(priced.path, meetings)
    after = path["after"].to_numpy()
    check_some("priced", after)
    ax = check_axes(ax)
    low, high = priced.target_range
    ax.axhspan(low, high, color=GREEN, alpha=0.2, linewidth=0, label="target range in force")
    places = np.arange(len(path) + 1)
    rates = np.append(path["before"].to_numpy()[:1], after)
    ax.plot(places, rates, color=BLUE, linewidth=1.2, drawstyle="steps-post")
    ax.plot(places, rates, "o", color=BLUE, markersize=5, label="expected EFFR")
    _label_meetings(ax, range(len(rates)), ["now", *(f"{day:%d %b\n%Y}" for day in path.index)])
    return dress(
        ax,
        title=f"Expected EFFR, priced on {priced.as_of:%Y-%m-%d}",
        unit="percent",
        last=priced.as_of,
        source=source,
    )
