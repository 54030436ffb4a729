"""Net income of the Reserve Banks, and the deferred asset that losses leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_columns, check_inputs, check_series, same_dates
from fedliq.exceptions import AlignmentError, InvalidInputError, UnitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["project_net_income"]

_DAYS_IN_YEAR = 365.25
# Percent a year: a fraction such as 0.021 lies below, and no portfolio of the Federal Reserve
# has ever yielded as much as the highest.
_LOWEST_YIELD, _HIGHEST_YIELD = 0.1, 20.0


def project_net_income(
    lines: pd.DataFrame,
    rates: pd.DataFrame,
    *,
    treasury_yield: float | pd.Series[float],
    mbs_yield: float | pd.Series[float],
    operating_expenses: float = 9.0,
    other_income: float | pd.Series[float] = 0.0,
    deferred_asset: float = 0.0,
) -> pd.DataFrame:
    """Work out what the Reserve Banks earn and pay, and the deferred asset.

    Parameters
    ----------
    lines : pandas.DataFrame [USD bn]
        ``treasuries``, ``mbs``, ``reserves``, ``on_rrp`` and, where at hand,
        ``reverse_repo_foreign``: ``projection.to_frame()``, or published figures.
    rates : pandas.DataFrame [percent]
        ``iorb`` and ``on_rrp_rate`` on the same dates.
    treasury_yield, mbs_yield : float or pandas.Series [percent]
        What the holdings earn on their amount: coupons less the amortisation of premiums.
    operating_expenses : float, default 9 [USD bn per year]
        Of the Reserve Banks and the Board, dividends included.
    other_income : float or pandas.Series, default 0 [USD bn per year]
        Interest on loans and repos, for instance.
    deferred_asset : float, default 0 [USD bn]
        On the first date.

    Returns
    -------
    pandas.DataFrame [USD bn]
        On the dates given, for the time since the date before: ``interest_income``,
        ``interest_on_reserves``, ``interest_on_reverse_repo``, ``net_income``;
        ``deferred_asset`` on the date, and ``remittances`` to the Treasury. The first row
        is zero but for the deferred asset.

    Raises
    ------
    InvalidInputError
        A column is missing, or an amount that cannot be negative is.
    AlignmentError
        The two do not share one index.
    UnitError, TimeIndexError, InputTypeError
        As in ``fl.net_liquidity``.

    Notes
    -----
    Formula: net income = yields on securities + other income - IORB on reserves - ON RRP rate
    on reverse repos of both kinds - expenses, each at the mean of the level at both ends of
    the interval and the rate, yield or other income at its start. Losses add to the deferred asset; income first
    pays it off, and what is left is remitted.

    Gains and losses on securities held do not enter.

    NaN: where an input is NaN, and from then on in the deferred asset and remittances. Without
    ``reverse_repo_foreign``, or where it is NaN, its cost is left out.

    Timing: a row needs the levels of its own date.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.DatetimeIndex(["2023-01-04", "2024-01-03"])
    >>> lines = pd.DataFrame(
    ...     {"treasuries": 5200.0, "mbs": 2550.0, "reserves": 3250.0, "on_rrp": 1800.0}, days
    ... )
    >>> rates = pd.DataFrame({"iorb": 5.0, "on_rrp_rate": 4.9}, days)
    >>> income = fl.project_net_income(lines, rates, treasury_yield=1.9, mbs_yield=2.2)
    >>> income["net_income"].round(1).tolist()
    [0.0, -104.4]
    """
    index, (treasuries, mbs, reserves, on_rrp) = check_inputs(
        _columns(lines, ("treasuries", "mbs", "reserves", "on_rrp"), "lines")
    )
    rate_index, (iorb, on_rrp_rate) = check_inputs(
        _columns(rates, ("iorb", "on_rrp_rate"), "rates")
    )
    if not same_dates(index, rate_index):
        raise AlignmentError(
            "lines, rates: they do not share one index; read the rates on the dates of the lines, "
            "with fl.align(..., on=lines.index)."
        )
    if "reverse_repo_foreign" in lines:
        _, foreign = check_series(
            lines["reverse_repo_foreign"], "reverse_repo_foreign", "reverse_repo_foreign"
        )
        on_rrp = on_rrp + np.nan_to_num(foreign)
    for name, value in (
        ("operating_expenses", operating_expenses),
        ("deferred_asset", deferred_asset),
    ):
        if check_number(value, name) < 0:
            raise InvalidInputError(f"{name}: expected USD bn from 0, got {value}.")
    years = np.diff(index.to_numpy(), prepend=index.to_numpy()[:1]) / np.timedelta64(1, "D")
    years = years / _DAYS_IN_YEAR
    earned = _mean(treasuries) * _before(_yield(treasury_yield, "treasury_yield", index)) / 100
    earned = earned + _mean(mbs) * _before(_yield(mbs_yield, "mbs_yield", index)) / 100
    income = (earned + _before(_flow(other_income, "other_income", index))) * years
    on_reserves = _mean(reserves) * _before(iorb) / 100 * years
    on_repo = _mean(on_rrp) * _before(on_rrp_rate) / 100 * years
    net = income - on_reserves - on_repo - operating_expenses * years
    deferred, remitted = _deferred(net, deferred_asset)
    return pd.DataFrame(
        {
            "interest_income": income,
            "interest_on_reserves": on_reserves,
            "interest_on_reverse_repo": on_repo,
            "net_income": net,
            "deferred_asset": deferred,
            "remittances": remitted,
        },
        index=index,
    )


def _columns(frame: object, names: tuple[str, ...], argument: str) -> dict[str, pd.Series[float]]:
    table = check_columns(frame, names, argument)
    return {name: table[name] for name in names}


def _mean(level: Floats) -> Floats:
    """Of both ends of each interval."""
    return (level + _before(level)) / 2


def _before(values: Floats) -> Floats:
    return np.concatenate([values[:1], values[:-1]])


def _flow(value: float | pd.Series[float], argument: str, index: pd.DatetimeIndex) -> Floats:
    """Return a number, or a Series on the dates of the lines, as an array."""
    if not isinstance(value, pd.Series):
        return np.full(len(index), check_number(value, argument))
    own, amounts = check_series(value, argument)
    if not same_dates(own, index):
        raise AlignmentError(
            f"{argument}, lines: they do not share one index; use fl.align({argument}, "
            "on=lines.index)."
        )
    return amounts


def _yield(value: float | pd.Series[float], argument: str, index: pd.DatetimeIndex) -> Floats:
    rates = _flow(value, argument, index)
    if np.any((rates < _LOWEST_YIELD) | (rates > _HIGHEST_YIELD)):
        raise UnitError(
            f"{argument}: expected percent from {_LOWEST_YIELD:g} to {_HIGHEST_YIELD:g}, such as 2.1."
        )
    return rates


def _deferred(net: Floats, opening: float) -> tuple[Floats, Floats]:
    """What losses leave: the deferred asset is how far the sum of income is below its start.

    The running maximum is what has been remitted: once the asset is paid off, every further
    high of the sum goes to the Treasury.
    """
    earned = np.cumsum(net) - opening
    paid = np.maximum(np.maximum.accumulate(earned), 0.0)
    return paid - earned, np.diff(paid, prepend=0.0)
