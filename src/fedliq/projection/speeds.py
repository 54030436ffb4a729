"""How fast agency MBS have paid down: speed and season, read from the H.4.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int
from fedliq._validate import check_series
from fedliq.calendar import ONE_DAY, ONE_MONTH, index_of
from fedliq.exceptions import InvalidInputError
from fedliq.projection.prepayment import (
    FASTEST,
    MONTHS,
    PrepaymentModel,
    amortised,
    payment_days,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

__all__ = ["fit_prepayment", "monthly_principal", "prepayment_seasonality"]

_SEASONAL_MONTHS = 36


def monthly_principal(mbs: pd.Series[float]) -> pd.Series[float]:
    """Read each month's fall of MBS holdings from weekly levels.

    Parameters
    ----------
    mbs : pandas.Series [USD bn]
        Wednesday levels of the H.4.1.

    Returns
    -------
    pandas.Series [USD bn]
        By the first day of each month, from the first Wednesday on or after one month's
        payment day to the first on or after the next.

    Notes
    -----
    Where principal is reinvested in MBS this is the net fall, not principal.

    NaN: in months without a level on either side.

    Timing: a month is known after its payment day; later ones are left out.
    """
    index, values = check_series(mbs, "mbs", "mbs")
    if not len(index):
        return pd.Series(dtype=float, index=index)
    days = index.to_numpy().astype("datetime64[D]")
    months = np.arange(
        days[0].astype("datetime64[M]"), days[-1].astype("datetime64[M]") + ONE_MONTH
    )
    position = np.searchsorted(days, payment_days(months))
    known = position < len(days)
    # A Wednesday more than a week after the payment would mix in the next one.
    near = np.where(
        known, days[np.minimum(position, len(days) - 1)] - payment_days(months), 99 * ONE_DAY
    )
    levels = np.where(near <= 6 * ONE_DAY, values[np.minimum(position, len(days) - 1)], np.nan)
    fall = pd.Series(levels, index_of(months.astype("datetime64[D]"))).diff().mul(-1)
    return fall.iloc[1:][known[1:]]


def fit_prepayment(
    mbs: pd.Series[float],
    *,
    months: int = 3,
    note_rate: float = 3.3,
    remaining_term: int = 300,
    seasonality: Sequence[float] = (1.0,) * MONTHS,
) -> PrepaymentModel:
    """Fit the prepayment speed to the fall of MBS holdings over the last months.

    Parameters
    ----------
    mbs : pandas.Series [USD bn]
        Wednesday levels of the H.4.1, up to the day of the fit; a time in which principal
        was not reinvested in MBS.
    months : int, default 3
        How many of the last monthly payments to fit.
    note_rate, remaining_term, seasonality
        As in :class:`PrepaymentModel`.

    Returns
    -------
    PrepaymentModel
        With the speed that pays down exactly what was paid down.

    Raises
    ------
    InvalidInputError
        Fewer months are at hand, or holdings did not fall, or fell slower than scheduled
        amortisation alone: then something was reinvested.
    UnitError, TimeIndexError, InputTypeError
        As in ``fl.net_liquidity``.

    Notes
    -----
    With seasonal factors the speed is that of an average month, whatever the season of the
    window.

    NaN: a window with a missing level is refused.

    Timing: uses nothing after the last date of ``mbs``.

    Examples
    --------
    >>> import fedliq as fl
    >>> mbs = fl.load_sample()["mbs"].dropna()
    >>> model = fl.fit_prepayment(mbs[:"2022-12-31"])
    >>> 0.05 < model.cpr < 0.06
    True
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy, and nothing else needs it

    check_positive_int(months, "months", 120)
    falls = monthly_principal(mbs).iloc[-months:]
    if len(falls) < months or falls.isna().any():
        raise InvalidInputError(
            f"mbs: the last {months} monthly payments are not all at hand; give weekly levels over "
            f"at least {months + 2} months, without missing weeks, or a smaller months."
        )
    end = float(mbs.loc[: index_of(_level_days(falls))[-1] + pd.Timedelta(6, unit="D")].iloc[-1])
    start = end + float(falls.sum())
    payments = falls.index.to_numpy()

    def excess(cpr: float) -> float:
        term = min(remaining_term + months, 480)
        trial = PrepaymentModel(cpr, note_rate, term, seasonality)
        left = (1.0 - trial.scheduled(months)) * (1.0 - trial.smm(payments))
        return float(start * np.prod(left)) - end

    if excess(0.0) < 0:
        raise InvalidInputError(
            f"mbs: over the last {months} months holdings fell by {falls.sum():.1f} USD bn, less than "
            "scheduled amortisation alone; principal was reinvested then. Choose a window after "
            "reinvestment ended, or give the speed with fl.PrepaymentModel(cpr=...)."
        )
    if excess(FASTEST) > 0:
        raise InvalidInputError(
            f"mbs: the fall of {falls.sum():.1f} USD bn is faster than any speed."
        )
    return PrepaymentModel(
        float(brentq(excess, 0.0, FASTEST)), note_rate, remaining_term, seasonality
    )


def _level_days(falls: pd.Series[float]) -> Days:
    return payment_days(falls.index.to_numpy().astype("datetime64[M]"))


def prepayment_seasonality(
    mbs: pd.Series[float], *, note_rate: float = 3.3, remaining_term: int = 300
) -> tuple[float, ...]:
    """Measure the season of prepayment from the fall of MBS holdings over some years.

    Parameters
    ----------
    mbs : pandas.Series [USD bn]
        Wednesday levels of the H.4.1 over at least three years in which principal was not
        reinvested in MBS, up to the day of the estimate.
    note_rate : float, default 3.3 [percent]
        As in :class:`PrepaymentModel`.
    remaining_term : int, default 300 [months]
        As in :class:`PrepaymentModel`, on the last day.

    Returns
    -------
    tuple of 12 floats
        Factors on the monthly prepayment rate, January first; they average one. For
        ``fl.PrepaymentModel(seasonality=...)`` and ``fl.fit_prepayment``.

    Raises
    ------
    InvalidInputError
        Fewer than three years of payments are at hand, or in some month holdings fell by less
        than scheduled amortisation.
    UnitError, TimeIndexError, InputTypeError
        As in ``fl.net_liquidity``.

    Notes
    -----
    For each calendar month the mean of its monthly mortality over that of the twelve months
    around it.

    NaN: a month without a level is left out, and the twelve-month means that it belongs to.

    Timing: uses nothing after the last date of ``mbs``.

    Examples
    --------
    People move in summer: July prepays most, February least.

    >>> import fedliq as fl
    >>> mbs = fl.load_sample()["mbs"].dropna()["2022-10":]
    >>> factors = fl.prepayment_seasonality(mbs)
    >>> factors.index(max(factors)) + 1, factors.index(min(factors)) + 1
    (7, 2)
    """
    falls = monthly_principal(mbs)
    if falls.count() < _SEASONAL_MONTHS:
        raise InvalidInputError(
            f"mbs: expected at least {_SEASONAL_MONTHS} monthly payments, got {falls.count()}; use "
            "fl.PrepaymentModel without seasonality."
        )
    index, values = check_series(mbs.dropna(), "mbs", "mbs")
    before = values[index.searchsorted(index_of(_level_days(falls))) - 1]
    terms = remaining_term + 1 + np.arange(len(falls))[::-1]
    left = 1.0 - falls.to_numpy() / before
    prepaid = pd.Series(1.0 - left / (1.0 - amortised(note_rate, terms)), falls.index)
    if (prepaid <= 0).any():
        when = prepaid.index[prepaid <= 0][0]
        raise InvalidInputError(
            f"mbs: in {when:%Y-%m} holdings fell by less than scheduled amortisation; principal was "
            "reinvested then. Choose years without reinvestment."
        )
    around = prepaid.rolling(MONTHS).mean().rolling(2).mean().shift(-MONTHS // 2)
    away = (prepaid / around).dropna()
    month = away.index.to_numpy().astype("datetime64[M]").astype(np.int64) % MONTHS
    factors = away.groupby(month).mean()
    return tuple((factors / factors.mean()).tolist())
