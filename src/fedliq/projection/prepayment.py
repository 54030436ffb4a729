"""Agency MBS forward: scheduled amortisation, prepayment, and what the caps leave to reinvest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_number, check_positive_int, check_series, check_time_index
from fedliq.calendar import ONE_DAY, ONE_MONTH, index_of, office_calendar
from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = [
    "PrepaymentModel",
    "cpr_to_smm",
    "fit_prepayment",
    "mbs_principal",
    "monthly_principal",
    "prepayment_seasonality",
    "run_mbs",
]

# Months from a purchase of MBS to its settlement: two to three in the TBA market.
SETTLEMENT_LAG = 2
_MONTHS = 12
_SEASONAL_MONTHS = 36
_PAYMENT_DAY = 25
_FASTEST = 0.95


@dataclass(frozen=True, slots=True)
class PrepaymentModel:
    """How fast agency MBS pay down.

    Parameters
    ----------
    cpr : float [fraction per year]
        Conditional prepayment rate: the part of the balance that is prepaid within a year.
    note_rate : float, default 3.3 [percent]
        Rate on the mortgages, which sets scheduled amortisation.
    remaining_term : int, default 300 [months]
        Until the mortgages mature.
    seasonality : tuple of 12 floats, default all one
        Factors on the monthly prepayment rate, January first; they average one.

    Notes
    -----
    The defaults are an assumption for a portfolio bought for the most part in 2020-21: coupons
    near 2.5 %, servicing and guaranty fees of some 0.8 %. Where the speed is fitted to total
    principal, scheduled and prepaid together, they hardly matter.
    """

    cpr: float
    note_rate: float = 3.3
    remaining_term: int = 300
    seasonality: Sequence[float] = (1.0,) * _MONTHS

    def __post_init__(self) -> None:
        if not 0 <= check_number(self.cpr, "cpr") <= _FASTEST:
            raise UnitError(
                f"cpr: expected a fraction of the balance per year, such as 0.06, got {self.cpr:g}."
            )
        if not 0 <= check_number(self.note_rate, "note_rate") < 25:  # noqa: PLR2004 - percent
            raise UnitError(f"note_rate: expected percent, such as 3.3, got {self.note_rate:g}.")
        check_positive_int(self.remaining_term, "remaining_term", 480)
        try:
            factors = np.asarray(self.seasonality, dtype=float)
        except (TypeError, ValueError):
            factors = np.zeros(0)
        if (
            factors.shape != (_MONTHS,)
            or not (factors > 0).all()
            or not np.isclose(factors.mean(), 1.0, rtol=0, atol=1e-6)
        ):
            raise InvalidInputError(
                "seasonality: expected twelve factors above 0, January first, that average one; "
                f"got {self.seasonality!r}."
            )
        object.__setattr__(self, "seasonality", tuple(float(one) for one in factors))

    def smm(self, months: Days) -> Floats:
        """Return the single monthly mortality in each of the months given [fraction]."""
        calendar_month = months.astype("datetime64[M]").astype(np.int64) % _MONTHS
        return cpr_to_smm(self.cpr) * np.asarray(self.seasonality)[calendar_month]

    def scheduled(self, months: int) -> Floats:
        """Return the scheduled part of the balance in each month from now on [fraction]."""
        terms = np.maximum(self.remaining_term - np.arange(months), 1)
        return _amortised(self.note_rate, terms)


def cpr_to_smm(cpr: ArrayLike) -> Floats:
    """Turn a conditional prepayment rate per year into a single monthly mortality.

    Parameters
    ----------
    cpr : float or array [fraction per year]

    Returns
    -------
    numpy.ndarray [fraction per month]
        ``1 - (1 - cpr) ** (1 / 12)``.

    Examples
    --------
    >>> from fedliq.projection.prepayment import cpr_to_smm
    >>> round(float(cpr_to_smm(0.06)), 6)
    0.005143
    """
    return np.asarray(1.0 - (1.0 - np.asarray(cpr, dtype=float)) ** (1 / _MONTHS))


def _amortised(note_rate: float, terms: NDArray[np.int64]) -> Floats:
    """Scheduled principal of a level-payment mortgage as a part of its balance."""
    monthly = note_rate / 100 / _MONTHS
    if monthly == 0:
        return np.asarray(1.0 / terms)
    return np.asarray(monthly / np.expm1(terms * np.log1p(monthly)))


def mbs_principal(
    balance: float, months: pd.DatetimeIndex, model: PrepaymentModel
) -> pd.DataFrame:
    """Principal that agency MBS pay, month by month, where nothing is reinvested in them.

    Parameters
    ----------
    balance : float [USD bn]
        Before the first month's payment.
    months : pandas.DatetimeIndex
        A day in each calendar month, without gaps.
    model : PrepaymentModel

    Returns
    -------
    pandas.DataFrame [USD bn]
        On ``months``: ``scheduled``, ``prepaid``, their sum ``principal``, and ``balance``
        after the payment.

    Raises
    ------
    InvalidInputError
        The balance is negative, or months are missing.
    TimeIndexError, InputTypeError
        ``months`` are no sorted, unique, naive dates, or ``model`` is no PrepaymentModel.

    Notes
    -----
    Formula: scheduled = balance r / ((1 + r)^n - 1) with monthly note rate r and n months to
    go; prepaid = SMM of what is left.

    NaN: refused.

    Timing: by the month in which principal is paid, on its 25th or the next business day.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> months = pd.date_range("2023-01-01", periods=2, freq="MS")
    >>> fl.mbs_principal(2641.4, months, fl.PrepaymentModel(0.055))["principal"].round(2).tolist()
    [18.07, 17.98]
    """
    if not isinstance(model, PrepaymentModel):
        raise InputTypeError(
            f"model: expected a PrepaymentModel, got {type(model).__name__}; use "
            "fl.PrepaymentModel(cpr=0.06) or fl.fit_prepayment(mbs)."
        )
    if not check_number(balance, "balance") >= 0:
        raise InvalidInputError(f"balance: expected USD bn from 0, got {balance:g}.")
    calendar = check_time_index(months, "months").to_numpy().astype("datetime64[M]")
    if len(calendar) > 1 and (np.diff(calendar) != ONE_MONTH).any():
        raise InvalidInputError("months: expected one day in each calendar month, without gaps.")
    scheduled_rate, smm = model.scheduled(len(months)), model.smm(calendar)
    left = (1.0 - scheduled_rate) * (1.0 - smm)
    after = balance * np.cumprod(left)
    before = np.concatenate([[balance], after[:-1]]) if len(after) else after
    scheduled = before * scheduled_rate
    return pd.DataFrame(
        {
            "scheduled": scheduled,
            "prepaid": before - scheduled - after,
            "principal": before - after,
            "balance": after,
        },
        index=months,
    )


def payment_days(months: Days) -> Days:
    """Return the day of each month on which principal is paid: the 25th or the next business day."""
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (_PAYMENT_DAY - 1) * ONE_DAY
    return np.busday_offset(days, 0, roll="forward", busdaycal=office_calendar("banks"))


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
    seasonality: Sequence[float] = (1.0,) * _MONTHS,
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
    if excess(_FASTEST) > 0:
        raise InvalidInputError(
            f"mbs: the fall of {falls.sum():.1f} USD bn is faster than any speed."
        )
    return PrepaymentModel(
        float(brentq(excess, 0.0, _FASTEST)), note_rate, remaining_term, seasonality
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
    For each calendar month the mean of the prepaid part of the balance over the mean of the
    twelve months around it.

    NaN: months without a level are left out.

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
    falls = monthly_principal(mbs).dropna()
    if len(falls) < _SEASONAL_MONTHS:
        raise InvalidInputError(
            f"mbs: expected at least {_SEASONAL_MONTHS} monthly payments, got {len(falls)}; use "
            "fl.PrepaymentModel without seasonality."
        )
    index, values = check_series(mbs.dropna(), "mbs", "mbs")
    before = values[index.searchsorted(index_of(_level_days(falls))) - 1]
    terms = remaining_term + np.arange(len(falls))[::-1]
    prepaid = pd.Series(falls.to_numpy() / before - _amortised(note_rate, terms), falls.index)
    if (prepaid <= 0).any():
        when = prepaid.index[prepaid <= 0][0]
        raise InvalidInputError(
            f"mbs: in {when:%Y-%m} holdings fell by less than scheduled amortisation; principal was "
            "reinvested then. Choose years without reinvestment."
        )
    around = prepaid.rolling(_MONTHS).mean().rolling(2).mean().shift(-_MONTHS // 2)
    away = (prepaid / around).dropna()
    month = away.index.to_numpy().astype("datetime64[M]").astype(np.int64) % _MONTHS
    factors = away.groupby(month).mean()
    return tuple((factors / factors.mean()).tolist())


def run_mbs(
    opening: float,
    left_before: float,
    left_after: Callable[[int], Floats | float],
    caps: Floats,
    ceilings: Floats,
    bought: Floats,
) -> Iterator[tuple[Floats | float, Floats | float, Floats | float]]:
    """Run MBS holdings payment by payment under cap and ceiling, for one path or many at once.

    Parameters
    ----------
    opening : float [USD bn]
    left_before : float [fraction]
        Part of the balance left by each payment of the months before, whose reinvestment is
        still to settle.
    left_after : callable
        For the number of a payment, the part of the balance left after it; one number, or one
        for each path. Called when its turn comes.
    caps : numpy.ndarray [USD bn per month]
        What may leave the balance sheet with each payment.
    ceilings, bought : numpy.ndarray [USD bn per month]
        The most by which MBS may fall, and net purchases, from ``SETTLEMENT_LAG`` months
        before the first payment.

    Yields
    ------
    tuple of float or numpy.ndarray [USD bn]
        After each payment: the balance, what left the balance sheet, what went into
        Treasuries.
    """
    balance: Floats | float = opening
    waiting: deque[Floats | float] = deque()
    for month in range(SETTLEMENT_LAG if len(caps) else 0):
        before = opening * (1.0 - left_before)
        waiting.append(before - np.minimum(before, ceilings[month]) + bought[month])
    for month, cap in enumerate(caps):
        principal = balance * (1.0 - left_after(month))
        fall = np.minimum(principal, ceilings[month + SETTLEMENT_LAG])
        gone = np.minimum(fall, cap)
        waiting.append(principal - fall + bought[month + SETTLEMENT_LAG])
        balance = balance - principal + waiting.popleft()
        yield balance, gone, fall - gone
