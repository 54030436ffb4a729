"""From net liquidity to reserves, line by line of the H.4.1."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from fedliq._options import check_choice
from fedliq._validate import check_result, check_series, check_time_index
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.indicators.liquidity import net_liquidity
from fedliq.spec import indicator
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BRIDGE_LINES", "bridge_to_reserves"]

Layout = Literal["factors", "condition"]

_ALWAYS = ("fed_assets", "tga", "on_rrp", "reverse_repo_total")
_DEPOSITS = ("term_deposits", "foreign_official_deposits")

#: The lines each layout of the H.4.1 needs, as columns of the frame given.
BRIDGE_LINES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "factors": (
            *_ALWAYS,
            "reverse_repo_foreign",
            "total_factors_supplying",
            "currency_in_circulation",
            "treasury_cash_holdings",
            *_DEPOSITS,
            "deposits_other_than_reserves",
            "treasury_contributions",
            "other_liabilities_and_capital",
        ),
        "condition": (
            *_ALWAYS,
            "federal_reserve_notes",
            *_DEPOSITS,
            "other_deposits",
            "deferred_availability_cash_items",
            "other_liabilities",
            "total_capital",
        ),
    }
)


def _checked_lines(lines: object, layout: str) -> pd.DataFrame:
    if not isinstance(lines, pd.DataFrame):
        raise InputTypeError(
            f"lines: expected a DataFrame with a column for each line of the H.4.1, got "
            f"{type(lines).__name__}."
        )
    wanted = BRIDGE_LINES[layout]
    missing = [name for name in wanted if name not in lines.columns]
    if missing:
        raise InvalidInputError(
            f"lines: the layout {layout!r} also needs the columns {', '.join(missing)} "
            "(USD bn, Wednesday levels)."
        )
    for name in wanted:
        check_series(lines[name], name, name)
    return lines[list(wanted)].astype(float)


@indicator(
    "net_liquidity + factors beyond assets - currency - reverse repos other than ON RRP"
    " - other deposits - other liabilities and capital",
    columns={"net_liquidity": Unit.USD_BN, "reserves": Unit.USD_BN},
)
def bridge_to_reserves(lines: pd.DataFrame, *, layout: Layout = "factors") -> pd.DataFrame:
    """Lay out what lies between net liquidity and reserves.

    Parameters
    ----------
    lines : pandas.DataFrame [USD bn]
        Wednesday levels of the H.4.1, a column a line, named as in
        ``fl.BRIDGE_LINES[layout]``. Other columns are ignored.
    layout : {"factors", "condition"}, default "factors"
        ``"factors"``: table 1, factors affecting reserve balances. ``"condition"``: table
        5, the statement of condition, where the result is the deposits of depository
        institutions.

    Returns
    -------
    pandas.DataFrame [USD bn]
        ``net_liquidity`` first, then a signed column for each item, then ``reserves``,
        which is the sum of all before it.

    Raises
    ------
    InvalidInputError
        A line is missing, or the layout unknown.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    Table 1 counts more on the supplying side than total assets (Treasury currency
    outstanding above all): ``factors_beyond_assets``. Reverse repos are split into the
    foreign official pool, where the layout gives it, and ``reverse_repo_other``: what the
    H.4.1 books beyond the day's ON RRP operation.

    Each line is rounded to the million, so the sum can miss the published figure by a few:
    at most 2 million on the Wednesdays of 2021-23, 3 on one of 2016-17 (2017-07-19, when
    the published lines miss their own published totals by as much).

    NaN: where any line is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    Board of Governors, H.4.1, tables 1 and 5.

    Examples
    --------
    >>> import fedliq as fl
    >>> dataset = fl.load_sample()
    >>> lines = dataset.frame(fl.BRIDGE_LINES["factors"], on=dataset["reserves"].index)
    >>> bridge = fl.bridge_to_reserves(lines)
    >>> wednesday = bridge.loc["2022-12-28"].round(1)
    >>> wednesday[["net_liquidity", "currency_in_circulation", "reserves"]].tolist()
    [5848.4, -2307.3, 2979.7]
    """
    check_choice(layout, get_args(Layout), "layout")
    h41 = _checked_lines(lines, layout)
    net = net_liquidity(h41["fed_assets"], h41["tga"], h41["on_rrp"])
    items = {"net_liquidity": net}
    h41 = h41.assign(reverse_repo_other=h41["reverse_repo_total"] - h41["on_rrp"])
    absorbing = [name for name in BRIDGE_LINES[layout] if name not in _ALWAYS]
    if layout == "factors":
        items["factors_beyond_assets"] = h41["total_factors_supplying"] - h41["fed_assets"]
        h41["reverse_repo_other"] -= h41["reverse_repo_foreign"]
        # Taken from the published subtotal, which spares the rounding of one line.
        known = h41["tga"] + h41["term_deposits"] + h41["foreign_official_deposits"]
        h41["other_deposits"] = h41["deposits_other_than_reserves"] - known
        absorbing.remove("total_factors_supplying")
        absorbing[absorbing.index("deposits_other_than_reserves")] = "other_deposits"
    items |= {name: 0.0 - h41[name] for name in (*absorbing, "reverse_repo_other")}
    bridge = pd.DataFrame(items)
    bridge["reserves"] = bridge.sum(axis=1, skipna=False)
    index = check_time_index(bridge.index, "lines")
    check_result(bridge["reserves"].to_numpy(), index, "reserves", ("fed_assets", "tga"))
    return bridge
