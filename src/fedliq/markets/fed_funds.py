"""The federal funds rate as it came, and the prices of its futures by month."""

from __future__ import annotations

import re
from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from fedliq._validate import check_numbers, check_series
from fedliq.calendar import ONE_DAY, ONE_MONTH
from fedliq.exceptions import InvalidInputError, TimeIndexError, UnitError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fedliq._validate import Floats

    Days = NDArray[np.datetime64]

__all__ = ["KnownEffr", "contract_months", "prices_of"]

# A price is 100 less a rate between -5 and 25 percent.
_LOWEST_PRICE, _HIGHEST_PRICE = 75.0, 105.0
_LONGEST_HOLIDAY = 5  # days without a rate
_REACH = 100 * ONE_DAY  # back over the month before
_SYMBOL = re.compile(r"(?:ZQ|FF)([FGHJKMNQUVXZ])(\d{2})")
_MONTH_CODES = "FGHJKMNQUVXZ"


def contract_months(symbols: Iterable[str]) -> pd.DatetimeIndex:
    """Read the months of 30-day federal funds futures off their symbols.

    Parameters
    ----------
    symbols : iterable of str
        Such as ``"ZQZ26"`` or ``"FFZ26"``: product, letter of the month, two digits of the year.

    Returns
    -------
    pandas.DatetimeIndex
        First day of each month, in the order given.

    Raises
    ------
    InvalidInputError
        A symbol is none of these. One digit of a year would leave the decade to be guessed.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.contract_months(["ZQZ26", "ZQF27"]).strftime("%Y-%m").tolist()
    ['2026-12', '2027-01']
    """
    found = [(symbol, _SYMBOL.fullmatch(str(symbol))) for symbol in symbols]
    wrong = [symbol for symbol, match in found if match is None]
    if wrong:
        raise InvalidInputError(
            f"symbols: {wrong[0]!r} is not a symbol such as 'ZQZ26': ZQ or FF, a letter for the "
            "month and two digits of the year."
        )
    return pd.DatetimeIndex(
        [f"20{match[2]}-{_MONTH_CODES.index(match[1]) + 1:02d}-01" for _, match in found if match]
    )


def prices_of(futures: pd.Series[float]) -> tuple[Days, Floats]:
    """Return the months that have a price, in order, and the prices."""
    values = check_numbers(futures, "futures")
    priced = ~np.isnan(values)
    months, values = _months_of(futures.index)[priced], values[priced]
    order = np.argsort(months)
    months, values = months[order], values[order]
    twice = months[1:][months[1:] == months[:-1]]
    if len(twice):
        raise InvalidInputError(
            f"futures: {twice[0]} has more than one price; give one contract a month, of one day."
        )
    wrong = (values < _LOWEST_PRICE) | (values > _HIGHEST_PRICE)
    if wrong.any():
        raise UnitError(
            f"futures: {values[wrong][0]:g} for {months[wrong][0]} is no price, which is 100 less "
            "a rate in percent; of rates, give 100 - rates."
        )
    return months, values


def _months_of(index: object) -> Days:
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex) or index.hasnans or index.tz is not None:
        raise TimeIndexError(
            f"futures: expected a PeriodIndex or DatetimeIndex of months, got {type(index).__name__}; "
            "use .set_axis(fl.contract_months(symbols))."
        )
    return index.to_numpy().astype("datetime64[M]")


class KnownEffr(NamedTuple):
    """The EFFR of the last months as it was public on a day: that of the days before it.

    Attributes
    ----------
    days : numpy.ndarray of datetime64[D]
    rates : numpy.ndarray [percent]
    """

    days: Days
    rates: Floats

    @classmethod
    def on(cls, effr: pd.Series[float], day: np.datetime64) -> KnownEffr:
        """Take what a series holds of the days before one."""
        index, values = check_series(effr, "effr", "effr")
        days = index.to_numpy()
        recent = slice(*np.searchsorted(days, [day - _REACH, day]))
        days, rates = days[recent].astype("datetime64[D]"), values[recent]
        there = ~np.isnan(rates)
        return cls(days[there], rates[there])

    def month_average(self, month: np.datetime64) -> float:
        """Average over the days of a month, as its contract is settled; NaN if one lacks a rate.

        A day without a rate counts with the one before it.
        """
        days = np.arange(month, month + ONE_MONTH, dtype="datetime64[D]")
        position = np.searchsorted(self.days, days, side="right") - 1
        if position[0] < 0:
            return nan
        if ((days - self.days[position]).astype(int) > _LONGEST_HOLIDAY).any():
            return nan
        return float(self.rates[position].mean())

    def in_force(self, day: np.datetime64, since: np.datetime64) -> float:
        """Return the last rate, NaN if it is old or from before the last change."""
        if not len(self.days):
            return nan
        last = self.days[-1]
        fresh = (day - last).astype(int) <= _LONGEST_HOLIDAY
        return float(self.rates[-1]) if fresh and last >= since else nan
