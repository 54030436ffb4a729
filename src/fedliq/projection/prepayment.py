"""Agency MBS forward: scheduled amortisation, prepayment, and what the caps leave to reinvest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number, check_positive_int
from fedliq._validate import check_time_index
from fedliq.calendar import ONE_DAY, ONE_MONTH, office_calendar
from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = [
    "FASTEST",
    "MONTHS",
    "SETTLEMENT_LAG",
    "PrepaymentModel",
    "amortised",
    "cpr_to_smm",
    "mbs_principal",
    "payment_days",
    "run_mbs",
]

# Months from a purchase of MBS to its settlement: two to three in the TBA market.
SETTLEMENT_LAG = 2
MONTHS = 12
# The highest prepayment rate a year; at one nothing would be left.
FASTEST = 0.95
_PAYMENT_DAY = 25


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
    seasonality: Sequence[float] = (1.0,) * MONTHS

    def __post_init__(self) -> None:
        if not 0 <= check_number(self.cpr, "cpr") <= FASTEST:
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
            factors.shape != (MONTHS,)
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
        calendar_month = months.astype("datetime64[M]").astype(np.int64) % MONTHS
        return cpr_to_smm(self.cpr) * np.asarray(self.seasonality)[calendar_month]

    def scheduled(self, months: int) -> Floats:
        """Return the scheduled part of the balance in each month from now on [fraction]."""
        terms = np.maximum(self.remaining_term - np.arange(months), 1)
        return amortised(self.note_rate, terms)


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
    return np.asarray(1.0 - (1.0 - np.asarray(cpr, dtype=float)) ** (1 / MONTHS))


def amortised(note_rate: float, terms: NDArray[np.int64]) -> Floats:
    """Scheduled principal of a level-payment mortgage as a part of its balance."""
    monthly = note_rate / 100 / MONTHS
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
