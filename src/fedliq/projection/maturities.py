"""What matures when: the Treasury holdings as a profile by maturity date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_columns, check_series, check_time_index
from fedliq.calendar import ONE_DAY, ONE_MONTH, day_of, index_of
from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError
from fedliq.quantities import QUANTITIES

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

__all__ = [
    "MATURITY_BUCKETS",
    "MaturityProfile",
    "maturity_profile",
    "maturity_profile_from_buckets",
]

_KINDS = {"NotesBonds": "notes", "FRNs": "notes", "TIPS": "tips", "Bills": "bills"}
_COLUMNS = ("notes", "tips", "bills")

#: Remaining maturities of H.4.1 table 2, first and last day of each.
MATURITY_BUCKETS: Mapping[str, tuple[int, int]] = {
    "within_15_days": (1, 15),
    "16_to_90_days": (16, 90),
    "91_days_to_1_year": (91, 365),
    "over_1_to_5_years": (366, 1826),
    "over_5_to_10_years": (1827, 3652),
    "over_10_years": (3653, 10957),
}
_BILL_BUCKETS = tuple(MATURITY_BUCKETS)[:3]


class MaturityProfile:
    """Treasury principal by maturity date.

    Parameters
    ----------
    as_of : str, date or Timestamp
        The day of the holdings; all mature after it.
    principal : pandas.DataFrame [USD bn]
        By maturity date: ``notes`` (nominal coupons and floating rate notes), ``tips``
        (inflation compensation to ``as_of`` included) and ``bills``.
    basis : str
        Where it comes from, for the notes of a projection.

    Raises
    ------
    InvalidInputError
        A column is missing, an amount negative, or something has matured by ``as_of``.
    UnitError
        The amounts sum to more than the Federal Reserve can hold, in USD bn.
    TimeIndexError, InputTypeError
        ``principal`` is no DataFrame by sorted, unique, naive dates.

    Notes
    -----
    A profile does not change: what it hands out is a copy.
    """

    __slots__ = ("_as_of", "_basis", "_principal")

    def __init__(
        self, as_of: str | date | pd.Timestamp, principal: pd.DataFrame, basis: str
    ) -> None:
        self._as_of = when = pd.Timestamp(day_of(as_of, "as_of"))
        self._basis = basis
        check_columns(principal, _COLUMNS, "principal")
        index = check_time_index(principal.index, "principal")
        columns = {name: check_series(principal[name], name)[1] for name in _COLUMNS}
        for name, amounts in columns.items():
            bad = ~(amounts >= 0)
            if bad.any():
                raise InvalidInputError(
                    f"principal: {name} maturing on {index[bad][0].date()} is {amounts[bad][0]} USD "
                    "bn; expected amounts from 0."
                )
        if len(index) and index[0] <= when:
            raise InvalidInputError(
                f"principal: {index[0].date()} is not after the day of the holdings, "
                f"{when.date()}; drop what has matured."
            )
        self._principal = pd.DataFrame(columns, index=index, copy=True)
        if self.total > QUANTITIES["treasuries"].high:
            raise UnitError(
                f"principal: it sums to {self.total:.6g} USD bn, more than the "
                f"{QUANTITIES['treasuries'].high:g} that are possible; see fl.convert."
            )

    def __repr__(self) -> str:
        return f"MaturityProfile({self.total:,.1f} USD bn, {self.basis})"

    @property
    def as_of(self) -> pd.Timestamp:
        """The day of the holdings."""
        return self._as_of

    @property
    def basis(self) -> str:
        """Where it comes from."""
        return self._basis

    @property
    def principal(self) -> pd.DataFrame:
        """Principal by maturity date and kind, as a table of your own [USD bn]."""
        return self._principal.copy()

    @property
    def total(self) -> float:
        """All principal [USD bn]."""
        return float(self._principal.to_numpy().sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the principal by maturity date as a table of your own [USD bn]."""
        return self._principal.copy()


def maturity_profile(holdings: pd.DataFrame, as_of: str | date | pd.Timestamp) -> MaturityProfile:
    """Build the profile from holdings by CUSIP.

    Parameters
    ----------
    holdings : pandas.DataFrame
        A row for each security, with ``security_type`` ("NotesBonds", "FRNs", "TIPS", "Bills";
        other types are left out), ``maturity``, ``par_bn`` and ``inflation_compensation_bn``
        [USD bn], as ``fl.load_sample_holdings()`` returns.
    as_of : str, date or Timestamp
        The day of the holdings.

    Returns
    -------
    MaturityProfile

    Raises
    ------
    InvalidInputError
        A column is missing, a holding is negative, or a security has matured by ``as_of``.
    InputTypeError
        ``holdings`` is no DataFrame.

    Notes
    -----
    Inflation compensation is part of the principal of TIPS; floating rate notes count as
    coupons.

    NaN: a missing inflation compensation is none; any other missing amount is refused.

    Timing: as of the day given; nothing is rolled over.

    Examples
    --------
    >>> import fedliq as fl
    >>> profile = fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16")
    >>> round(profile.total, 3)  # as the H.4.1 of that day
    5738.619
    """
    wanted = ("security_type", "maturity", "par_bn", "inflation_compensation_bn")
    check_columns(holdings, wanted, "holdings")
    held = holdings[holdings["security_type"].isin(list(_KINDS))]
    if held.empty:
        raise InvalidInputError(
            f"holdings: no row has a security_type among {', '.join(_KINDS)}; got "
            f"{', '.join(map(str, holdings['security_type'].unique()[:5]))}."
        )
    amounts = held[["par_bn", "inflation_compensation_bn"]]
    if not all(pd.api.types.is_numeric_dtype(one) for one in amounts.dtypes):
        raise InputTypeError("holdings: expected numbers in par_bn and inflation_compensation_bn.")
    compensation = amounts["inflation_compensation_bn"].fillna(0.0)
    maturity = pd.to_datetime(held["maturity"], errors="coerce")
    bad = held[~((held["par_bn"] >= 0) & (compensation >= 0)) | maturity.isna()]
    if len(bad):
        raise InvalidInputError(
            f"holdings: row {bad.index[0]} has a par of {bad['par_bn'].iloc[0]} USD bn and matures on "
            f"{bad['maturity'].iloc[0]}; expected amounts from 0 and a date."
        )
    table = pd.pivot_table(
        held.assign(
            principal=held["par_bn"] + compensation,
            kind=held["security_type"].map(_KINDS),
            maturity=maturity,
        ),
        values="principal",
        index="maturity",
        columns="kind",
        aggfunc="sum",
        fill_value=0.0,
    ).reindex(columns=list(_COLUMNS), fill_value=0.0)
    day = pd.Timestamp(day_of(as_of, "as_of"))
    return MaturityProfile(day, table, f"holdings by CUSIP of {day.date()}")


def maturity_profile_from_buckets(
    buckets: Mapping[str, float],
    as_of: str | date | pd.Timestamp,
    *,
    bills: float,
    tips: float = 0.0,
) -> MaturityProfile:
    """Spread the remaining maturities of the H.4.1 into a profile.

    Parameters
    ----------
    buckets : mapping of str to float [USD bn]
        Treasury holdings by remaining maturity, by the keys of ``fl.MATURITY_BUCKETS``.
    as_of : str, date or Timestamp
        The Wednesday they are of.
    bills : float [USD bn]
        How much of what matures within a year is bills.
    tips : float, default 0 [USD bn]
        Principal of TIPS, compensation included, taken evenly from what matures after a year.

    Returns
    -------
    MaturityProfile
        Its ``basis`` says that it is an approximation.

    Raises
    ------
    InvalidInputError
        A bucket is missing, unknown or negative, or there are more bills than mature within
        a year, or more TIPS than after it.

    Notes
    -----
    Within a bucket coupons are spread evenly over its mid-month and month-end maturity dates
    and bills over its Thursdays; over ten years means up to thirty.

    NaN: refused.

    Timing: as of the day given.

    Examples
    --------
    >>> import fedliq as fl
    >>> buckets = dict(zip(fl.MATURITY_BUCKETS, (81.6, 343.4, 531.8, 1431.9, 490.6, 1613.0)))
    >>> profile = fl.maturity_profile_from_buckets(buckets, "2026-07-01", bills=500)
    >>> round(profile.total, 1), round(float(profile.principal["bills"].sum()), 1)
    (4492.3, 500.0)
    """
    if not isinstance(buckets, Mapping) or set(buckets) != set(MATURITY_BUCKETS):
        raise InvalidInputError(
            f"buckets: expected an amount for each of {', '.join(MATURITY_BUCKETS)}; got {buckets!r}."
        )
    amounts = {name: check_number(one, f"buckets[{name!r}]") for name, one in buckets.items()}
    within_a_year = sum(amounts[name] for name in _BILL_BUCKETS)
    beyond = sum(amounts.values()) - within_a_year
    check_number(bills, "bills")
    check_number(tips, "tips")
    if min(amounts.values()) < 0 or not 0 <= bills <= within_a_year or not 0 <= tips <= beyond:
        raise InvalidInputError(
            f"buckets, bills, tips: expected amounts from 0, at most {within_a_year:g} of bills "
            f"and {beyond:g} of TIPS; got {amounts}, bills {bills} and tips {tips}."
        )
    start = day_of(as_of, "as_of")
    bill_share = bills / within_a_year if within_a_year else 0.0
    tips_share = tips / beyond if beyond else 0.0
    parts = []
    for name, (first, last) in MATURITY_BUCKETS.items():
        days = start + np.arange(first, last + 1) * ONE_DAY
        billed = amounts[name] * bill_share if name in _BILL_BUCKETS else 0.0
        coupons = amounts[name] - billed
        inflation_linked = 0.0 if name in _BILL_BUCKETS else coupons * tips_share
        kinds = {"notes": coupons - inflation_linked, "tips": inflation_linked, "bills": billed}
        for kind, amount in kinds.items():
            dates = _thursdays(days) if kind == "bills" else _coupon_dates(days)
            parts.append(pd.DataFrame({kind: amount / len(dates)}, index=index_of(dates)))
    table = pd.concat(parts).groupby(level=0).sum().reindex(columns=list(_COLUMNS), fill_value=0.0)
    day = pd.Timestamp(start)
    return MaturityProfile(
        day, table, f"maturity buckets of the H.4.1 of {day.date()}, spread evenly"
    )


def _thursdays(days: np.ndarray) -> np.ndarray:
    # Day 0 of the epoch was a Thursday.
    return days[days.astype(np.int64) % 7 == 0]


def _coupon_dates(days: np.ndarray) -> np.ndarray:
    """Return the 15ths and last days of months; a bucket without one falls on its last day."""
    month = days.astype("datetime64[M]")
    in_month = (days - month.astype("datetime64[D]")) / ONE_DAY + 1
    last = (days + ONE_DAY).astype("datetime64[M]") > month
    chosen = days[(in_month == 15) | last]  # noqa: PLR2004 - the 15th
    return chosen if len(chosen) else days[-1:]


def months_since(days: Days, origin: np.datetime64) -> NDArray[np.int64]:
    """Number each day by its month, that of the origin 0."""
    months = days.astype("datetime64[M]") - origin.astype("datetime64[M]")
    return (months / ONE_MONTH).astype(np.int64)
