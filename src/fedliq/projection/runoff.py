"""One month of redemptions under a cap, as the Desk runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_time_index, same_dates
from fedliq.exceptions import AlignmentError, InputTypeError, InvalidInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Amount = TypeVar("Amount", float, Floats)

__all__ = ["Redemptions", "redemptions", "rollover_add_ons", "split_over_dates"]

# Add-ons are awarded in multiples of 100 dollars, ten million of which are a billion.
_LOTS_PER_BN = 10_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Redemptions:
    """What a month's cap does to the principal that matures in it.

    Attributes
    ----------
    coupon_redemptions, bill_redemptions : float, numpy.ndarray or pandas.Series [USD bn]
        Principal that leaves the balance sheet.
    coupon_rollovers, bill_rollovers : float, numpy.ndarray or pandas.Series [USD bn]
        Principal rolled over at auction. Redemptions and roll-overs sum to what matures.
    """

    coupon_redemptions: pd.Series[float] | Floats | float
    bill_redemptions: pd.Series[float] | Floats | float
    coupon_rollovers: pd.Series[float] | Floats | float
    bill_rollovers: pd.Series[float] | Floats | float

    def to_frame(self) -> pd.DataFrame:
        """Return the four as columns; of plain numbers a single row."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        first = self.coupon_redemptions
        index = first.index if isinstance(first, pd.Series) else None
        flat = {name: np.ravel(np.asarray(one)) for name, one in columns.items()}
        return pd.DataFrame(flat, index=index)


def _amounts(value: object, argument: str) -> Floats:
    if isinstance(value, pd.Series):
        check_time_index(value.index, argument)
    given = np.asarray(value)
    if given.dtype.kind not in "fiu":
        raise InputTypeError(
            f"{argument}: expected amounts in USD bn, got {type(value).__name__} of {given.dtype}."
        )
    amounts = given.astype(np.float64)
    if np.isinf(amounts).any() and argument != "cap":
        raise InvalidInputError(f"{argument}: expected finite amounts.")
    if np.any(amounts < 0):
        raise InvalidInputError(
            f"{argument}: expected amounts from 0, got {np.nanmin(amounts):g} USD bn; holdings and "
            "caps are never negative."
        )
    return amounts


def divided(coupons: Amount, bills: Amount, cap: Amount) -> tuple[Amount, Amount]:
    """Return what is redeemed of coupons and of bills: coupons first, bills fill the cap."""
    of_coupons = np.minimum(coupons, cap)
    return of_coupons, np.minimum(bills, cap - of_coupons)


def redemptions(coupons: ArrayLike, bills: ArrayLike, cap: ArrayLike) -> Redemptions:
    """Divide maturing Treasury principal into redemptions and roll-overs.

    Parameters
    ----------
    coupons, bills : float, array or pandas.Series [USD bn]
        Principal that matures in each calendar month; floating rate notes and the inflation
        compensation of TIPS count with the coupons.
    cap : float, array or pandas.Series [USD bn per month]
        The most that may be redeemed; infinity where there is no cap.

    Returns
    -------
    Redemptions
        Of the common shape of the three: months, or scenarios by months.

    Raises
    ------
    InvalidInputError
        An amount is negative, or the shapes do not fit together.
    AlignmentError
        Series are given that do not share one index.
    InputTypeError
        An argument does not hold numbers.

    Notes
    -----
    Formula: redemptions = min(cap, coupons + bills); coupons first, bills fill what the cap
    leaves, the rest is rolled over [nyfed2022]_.

    NaN: where any of the three is NaN.

    Timing: month by month, by the month in which the principal matures.

    References
    ----------
    .. [nyfed2022] Federal Reserve Bank of New York, "Statement Regarding Plans for Reducing
       the Size of the Federal Reserve's Balance Sheet", 4 May 2022.

    Examples
    --------
    With 21 billion maturing under a cap of 6, 15 billion are rolled over.

    >>> import fedliq as fl
    >>> month = fl.redemptions(coupons=21, bills=0, cap=6)
    >>> month.coupon_redemptions, month.coupon_rollovers
    (6.0, 15.0)
    >>> fl.redemptions(coupons=[45, 20], bills=[40, 20], cap=60).bill_redemptions.tolist()
    [15.0, 20.0]
    """
    given = {"coupons": coupons, "bills": bills, "cap": cap}
    series = {name: one for name, one in given.items() if isinstance(one, pd.Series)}
    index = next((check_time_index(one.index, name) for name, one in series.items()), None)
    if index is not None and not all(
        same_dates(index, check_time_index(one.index, name)) for name, one in series.items()
    ):
        raise AlignmentError(
            f"{', '.join(series)}: the series do not share one index; use "
            f"{', '.join(series)} = fl.align({', '.join(series)})."
        )
    arrays = [_amounts(one, name) for name, one in given.items()]
    try:
        shape = np.broadcast_shapes(*(one.shape for one in arrays))
    except ValueError:
        shapes = ", ".join(f"{name} {one.shape}" for name, one in zip(given, arrays, strict=True))
        raise InvalidInputError(
            f"coupons, bills, cap: the shapes do not fit together ({shapes}); give one value for "
            "each month, or scenarios by months."
        ) from None
    if index is not None and shape != (len(index),):
        raise InvalidInputError(
            f"coupons, bills, cap: a Series of {len(index)} months and an array of shape {shape} do "
            "not fit together; give all as Series, or numbers beside them."
        )
    maturing_coupons, maturing_bills, limit = np.broadcast_arrays(*arrays)
    coupon, bill = divided(maturing_coupons, maturing_bills, limit)
    # With an infinite cap nothing is left over, and infinity less infinity is not asked.
    results = (coupon, bill, maturing_coupons - coupon, maturing_bills - bill)
    nan = np.isnan(limit) | np.isnan(maturing_coupons) | np.isnan(maturing_bills)
    shaped = (np.where(nan, np.nan, one) for one in results)
    if index is not None:
        return Redemptions(*(pd.Series(one, index) for one in shaped))
    return Redemptions(*(float(one) if one.ndim == 0 else one for one in shaped))


def split_over_dates(amount: float, maturing: pd.Series[float]) -> pd.Series[float]:
    """Spread a month's amount over its maturity dates, pro rata to what matures on each.

    Parameters
    ----------
    amount : float [USD bn]
        A month's redemptions or roll-overs; at most what matures.
    maturing : pandas.Series [USD bn]
        Principal that matures on each date of the month.

    Returns
    -------
    pandas.Series [USD bn]
        On the dates of ``maturing``; sums to ``amount``.

    Raises
    ------
    InvalidInputError
        More is to be spread than matures, or an amount is negative.
    TimeIndexError, InputTypeError
        ``maturing`` is no series of amounts by date.

    Notes
    -----
    Coupons and bills are spread apart: what redeems of the coupons goes by the coupon dates,
    what redeems of the bills by theirs (New York Fed, statement of 4 May 2022).

    NaN: all NaN where any of ``maturing`` is NaN.

    Timing: by maturity date; payment on a day that is no business day moves to the next.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> dates = pd.DatetimeIndex(["2022-06-15", "2022-06-30"])
    >>> fl.split_over_dates(30, pd.Series([16.0, 32.0], dates)).tolist()
    [10.0, 20.0]
    """
    if not isinstance(maturing, pd.Series):
        raise InputTypeError(
            f"maturing: expected a Series by maturity date, got {type(maturing).__name__}."
        )
    amounts = _amounts(maturing, "maturing")
    part = check_number(amount, "amount")
    total = float(amounts.sum())
    if part < 0 or part > total * (1 + 1e-12):
        raise InvalidInputError(
            f"amount: expected 0 to the {total:g} USD bn that mature, got {part:g}."
        )
    share = amounts / total if total else amounts
    return pd.Series(part * share, index=maturing.index)


def rollover_add_ons(amount: float, offerings: Mapping[str, float]) -> dict[str, float]:
    """Divide a roll-over among the securities on offer, pro rata to their offering sizes.

    Parameters
    ----------
    amount : float [USD bn]
        Principal to be rolled over on one day, in whole hundreds of dollars.
    offerings : mapping of str to float [USD bn]
        For each security issued that day its offering size to the public.

    Returns
    -------
    dict of str to float [USD bn]
        Add-ons in whole hundreds of dollars that sum to ``amount``.

    Raises
    ------
    InvalidInputError
        There is no offering, or an amount is negative.
    InputTypeError
        ``offerings`` is no mapping of names to amounts.

    Notes
    -----
    Shares are cut down to whole hundreds of dollars; what that leaves goes to the largest
    offering (Federal Reserve Bank of New York, *FAQs: Treasury Rollovers*).

    NaN: refused.

    Timing: none.

    Examples
    --------
    >>> import fedliq as fl
    >>> add_ons = fl.rollover_add_ons(1, {"3-year": 24, "10-year": 21, "30-year": 13})
    >>> [f"{one * 1e9:,.0f}" for one in add_ons.values()]
    ['413,793,200', '362,068,900', '224,137,900']
    """
    if not isinstance(offerings, Mapping) or not offerings:
        raise InputTypeError(
            "offerings: expected a mapping from securities to sizes in USD bn, such as "
            "{'3-year': 24}."
        )
    sizes = [
        Fraction(str(check_number(one, f"offerings[{name!r}]"))) for name, one in offerings.items()
    ]
    lots = round(check_number(amount, "amount") * _LOTS_PER_BN)
    if lots < 0 or min(sizes) < 0 or not sum(sizes) > 0:
        raise InvalidInputError(
            "amount, offerings: expected amounts from 0 and at least one offering above 0; got "
            f"{amount:g} and {dict(offerings)}."
        )
    awarded = [lots * one // sum(sizes) for one in sizes]
    awarded[sizes.index(max(sizes))] += lots - sum(awarded)
    return {name: int(one) / _LOTS_PER_BN for name, one in zip(offerings, awarded, strict=True)}
