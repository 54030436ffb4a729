"""Reserves over bank assets between the bands that divide the regimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_same_index, check_series, check_time_index
from fedliq.exceptions import InputTypeError
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    RED,
    SKY,
    check_axes,
    check_some,
    days_of,
    dress,
    label_dates,
    last_day,
)
from fedliq.regimes import REGIMES, ReserveThresholds, check_thresholds
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["reserves_to_bank_assets", "shade_bands"]

_COLOURS = dict(zip(REGIMES, (RED, ORANGE, BLUE, SKY, GREEN), strict=True))
_STRIP = 0.035  # of the height of the axes


def shade_bands(ax: Axes, thresholds: ReserveThresholds) -> None:
    """Shade the two bands of an axis in percent of bank assets; name what lies beside them."""
    scarce, abundant = thresholds.scarce, thresholds.abundant
    for (low, high), colour in ((abundant, GREEN), (scarce, RED)):
        ax.axhspan(100 * low, 100 * high, color=colour, alpha=0.18, linewidth=0)
    for name, at, align in (
        ("abundant", abundant[1], "bottom"),
        ("ample", (scarce[1] + abundant[0]) / 2, "center"),
        ("scarce", scarce[0], "top"),
    ):
        ax.annotate(
            name,
            (1.01, 100 * at),
            xycoords=("axes fraction", "data"),
            va=align,
            color=MUTED,
            fontsize="small",
            annotation_clip=False,
        )


def _draw_strip(ax: Axes, regime: pd.Series[str]) -> None:
    """Draw the regimes along the foot of the axes, each spell from its day to the next one's."""
    days, codes = days_of(regime.index), regime.cat.codes.to_numpy()
    begins = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
    step = np.median(np.diff(days).astype(float)) if len(days) > 1 else 7.0
    ends = np.append(days[begins[1:]], days[-1] + np.timedelta64(round(step), "D"))
    for code, name in reversed(list(enumerate(regime.cat.categories))):
        here = codes[begins] == code
        if here.any():
            starts = days[begins][here]
            ax.broken_barh(
                list(zip(starts, ends[here] - starts, strict=True)),
                (0, _STRIP),
                transform=ax.get_xaxis_transform(),
                facecolor=_COLOURS.get(str(name), INK),
                linewidth=0,
                label=str(name),
            )


def reserves_to_bank_assets(
    ratio: pd.Series[float],
    regime: pd.Series[str] | None = None,
    *,
    thresholds: ReserveThresholds = ReserveThresholds(),  # noqa: B008 - frozen
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw reserves over bank assets, the two bands, and the regimes as a strip.

    Parameters
    ----------
    ratio : pandas.Series [fraction]
        See :func:`fedliq.reserves_to_bank_assets`. Drawn in percent.
    regime : pandas.Series of categorical, optional
        What :func:`fedliq.classify_reserves` makes of it, on the same index.
    thresholds : ReserveThresholds, default ``ReserveThresholds()``
        The bands to shade; those the regimes were made with.
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
        The two series do not share one index.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`fedliq.classify_reserves`.

    Notes
    -----
    NaN: a gap.

    Timing: by observation date.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> panel = fl.indicator_panel(fl.load_sample())["2024":"2025"]
    >>> ratio, regime = panel["reserves_to_bank_assets"], panel["regime"]
    >>> ax = fl.plot.reserves_to_bank_assets(ratio, regime, ax=Figure().subplots())
    >>> print(ax.get_title(loc="left"))
    Reserves 11.98 % of bank assets: ample
    """
    check_thresholds(thresholds)
    index, values = check_series(ratio, "ratio", "ratio")
    check_some("ratio", values)
    if regime is not None:
        if not isinstance(regime, pd.Series) or not isinstance(regime.dtype, pd.CategoricalDtype):
            raise InputTypeError(
                "regime: expected the categorical Series that fl.classify_reserves returns, got "
                f"{type(regime).__name__}."
            )
        check_same_index(index, check_time_index(regime.index, "regime"), "ratio", "regime")
    ax = check_axes(ax)
    shade_bands(ax, thresholds)
    percent = convert(values, Unit.FRACTION, Unit.PERCENT)
    ax.plot(days_of(index), percent, color=INK, linewidth=1.6)
    low = min(float(np.nanmin(percent)), 100 * thresholds.scarce[0])
    high = max(float(np.nanmax(percent)), 100 * thresholds.abundant[1])
    margin = 0.08 * (high - low)
    ax.set_ylim(low - 1.5 * margin, high + margin)
    last = last_day(ratio)
    now = ""
    if regime is not None:
        _draw_strip(ax, regime)
        now = "" if pd.isna(regime.loc[last]) else f": {regime.loc[last]}"
    label_dates(ax)
    return dress(
        ax,
        title=f"Reserves {100 * float(ratio.loc[last]):.2f} % of bank assets{now}",
        unit="percent of bank assets",
        last=last,
        source=source,
    )
