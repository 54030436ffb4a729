"""The facilities on one scale, from hundreds of millions to trillions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

from fedliq._validate import check_series
from fedliq.exceptions import InvalidInputError
from fedliq.plot.canvas import (
    BLUE,
    GREEN,
    RED,
    check_axes,
    check_some,
    days_of,
    dress,
    label_dates,
    last_day,
    plain_number,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["facilities"]


def facilities(
    *,
    on_rrp: pd.Series[float] | None = None,
    btfp: pd.Series[float] | None = None,
    srf: pd.Series[float] | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw ON RRP, the BTFP and the standing repo facility.

    Parameters
    ----------
    on_rrp, btfp, srf : pandas.Series [USD bn], optional
        Each on days of its own.
    source, ax : optional
        As in :func:`net_liquidity`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InvalidInputError
        No series is given, or one has no figure to draw.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`fedliq.on_rrp_depletion`.

    Notes
    -----
    The scale is logarithmic above 1 USD bn and linear from there to zero, so that 50 bn of repo
    can be seen beside 2,500 bn of reverse repo.

    NaN: a gap.

    Timing: by observation date.

    Examples
    --------
    >>> import fedliq as fl
    >>> from matplotlib.figure import Figure
    >>> data = fl.load_sample()
    >>> ax = fl.plot.facilities(
    ...     on_rrp=data["on_rrp"]["2021":], srf=data["srf"], ax=Figure().subplots()
    ... )
    >>> ax.get_ylabel()
    'USD bn, logarithmic above 1'
    """
    given = {"on_rrp": on_rrp, "btfp": btfp, "srf": srf}
    held = {name: one for name, one in given.items() if one is not None}
    if not held:
        raise InvalidInputError(
            "on_rrp, btfp, srf: no figures of a facility. Give at least one of the three."
        )
    checked = {name: check_series(one, name, name) for name, one in held.items()}
    for name, (_, values) in checked.items():
        check_some(name, values)
    ax = check_axes(ax)
    looks = {"on_rrp": (BLUE, "-"), "btfp": (GREEN, "--"), "srf": (RED, "-")}
    for name, (index, values) in checked.items():
        colour, style = looks[name]
        label = name.upper().replace("_", " ")
        ax.plot(days_of(index), values, style, color=colour, linewidth=1.1, label=label)
    ax.set_yscale("symlog", linthresh=1)
    ax.yaxis.set_major_formatter(FuncFormatter(plain_number))
    ax.set_ylim(0, None)
    label_dates(ax)
    return dress(
        ax,
        title="Facilities",
        unit="USD bn, logarithmic above 1",
        last=last_day(*held.values()),
        source=source,
    )
