"""Overnight rates against the rates the Federal Reserve sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number, check_positive_int
from fedliq._validate import check_inputs, check_result, check_series
from fedliq.calendar import TURN_WINDOWS, turn_flags
from fedliq.exceptions import InvalidInputError
from fedliq.spec import indicator
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq._validate import Floats

__all__ = [
    "FIRST_IORB",
    "corridor_position",
    "rate_spread",
    "share_at_or_above",
    "sofr_iorb_spread",
    "splice_iorb",
    "spread_outside_turns",
]

_FIRST_SOFR = pd.Timestamp("2018-04-02")
#: From this day the rate paid on reserves is called IORB, before it IOER.
FIRST_IORB = pd.Timestamp("2021-07-29")
_LAST_IOER = FIRST_IORB - pd.Timedelta(1, unit="D")

# Rates are published to a hundredth of a percent. Rounding to a millionth of a basis
# point takes away binary noise, so that 4.45 less 4.40 is 5 bp and not 4.999999999999982.
_DECIMALS = 6


def _basis_points(difference: Floats) -> Floats:
    return np.round(convert(difference, Unit.PERCENT, Unit.BASIS_POINT), _DECIMALS)


def _spread(name: str, bounds: str, **rates: pd.Series[float]) -> pd.Series[float]:
    index, (rate, benchmark) = check_inputs(rates)
    spread = check_result(_basis_points(rate - benchmark), index, bounds, rates)
    return pd.Series(spread, index=index, name=name, copy=False)


@indicator("sofr - iorb", unit=Unit.BASIS_POINT)
def sofr_iorb_spread(sofr: pd.Series[float], iorb: pd.Series[float]) -> pd.Series[float]:
    """SOFR less the interest rate on reserve balances, in basis points.

    Parameters
    ----------
    sofr : pandas.Series [percent]
        Secured Overnight Financing Rate by value date (FRED: SOFR). There is none before
        2018-04-02.
    iorb : pandas.Series [percent]
        Interest on reserve balances on the same dates (FRED: IORB; before 2021-07-29
        IOER, see :func:`splice_iorb`).

    Returns
    -------
    pandas.Series [bp]
        Positive when repo trades above IORB. On the index of the inputs, named
        ``sofr_iorb_spread``.

    Raises
    ------
    InvalidInputError
        ``sofr`` has values before 2018-04-02: a proxy is not SOFR.
    UnitError
        A rate is impossible in percent, or the spread impossible in basis points. IORB as
        a fraction is always refused; another rate as a fraction only where the spread
        gives it away.
    AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    See Also
    --------
    rate_spread : The same for any pair of rates.
    spread_outside_turns : Without quarter-ends, settlement and tax days.

    Notes
    -----
    (sofr - iorb) * 100, rounded to a millionth of a basis point.

    NaN: where either input is NaN.

    Timing: element by element, by value date. SOFR of a day is public on the next
    business day about 08:00 Eastern. IORB is set for all seven days: put it on the dates
    of SOFR, never the other way round, or Fridays count three times.

    References
    ----------
    Federal Reserve Bank of New York, *Secured Overnight Financing Rate Data*; Board of
    Governors, *Interest on Reserve Balances*.

    Examples
    --------
    The repo spike of September 2019, against IOER:

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.DatetimeIndex(["2019-09-16", "2019-09-17", "2019-09-18"])
    >>> sofr = pd.Series([2.43, 5.25, 2.55], days)
    >>> ioer = pd.Series([2.10, 2.10, 2.10], days)
    >>> fl.sofr_iorb_spread(sofr, ioer).tolist()
    [33.0, 315.0, 45.0]
    """
    index, values = check_series(sofr, "sofr", "sofr")
    early = index[~np.isnan(values) & (index < _FIRST_SOFR)]
    if len(early):
        raise InvalidInputError(
            f"sofr: {len(early)} values before {_FIRST_SOFR.date()} (first "
            f"{early[0].date()}), when there was no SOFR; for a proxy use fl.rate_spread."
        )
    return _spread("sofr_iorb_spread", "sofr_iorb_spread", sofr=sofr, iorb=iorb)


@indicator("rate - benchmark", unit=Unit.BASIS_POINT)
def rate_spread(rate: pd.Series[float], benchmark: pd.Series[float]) -> pd.Series[float]:
    """One overnight rate less another, in basis points.

    Parameters
    ----------
    rate : pandas.Series [percent]
        For instance EFFR or TGCR.
    benchmark : pandas.Series [percent]
        For instance IORB or the ON RRP rate, on the same dates.

    Returns
    -------
    pandas.Series [bp]
        On the index of the inputs, named ``rate_spread``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`sofr_iorb_spread`.

    Notes
    -----
    (rate - benchmark) * 100, rounded to a millionth of a basis point. EFFR - IORB is the
    spread of the reserve demand curve, TGCR - ON RRP rate that of repo against its floor.

    NaN: where either input is NaN.

    Timing: element by element, by value date.

    References
    ----------
    Federal Reserve Bank of New York, *Reference Rates*.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2026-08-20"])
    >>> effr, iorb = pd.Series([3.63], day), pd.Series([3.65], day)
    >>> fl.rate_spread(effr, iorb).tolist()
    [-2.0]
    """
    return _spread("rate_spread", "spread", rate=rate, benchmark=benchmark)


def splice_iorb(ioer: pd.Series[float], iorb: pd.Series[float]) -> pd.Series[float]:
    """Join the rate on excess reserves to the rate on reserve balances that replaced it.

    Parameters
    ----------
    ioer : pandas.Series [percent]
        Interest on excess reserves, 2008-10-09 to 2021-07-28 (FRED: IOER).
    iorb : pandas.Series [percent]
        Interest on reserve balances, from 2021-07-29 (FRED: IORB).

    Returns
    -------
    pandas.Series [percent]
        Named ``iorb``: the rows of ``ioer`` to 2021-07-28, then those of ``iorb``.

    Raises
    ------
    InvalidInputError
        One of the two has values outside its time.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`sofr_iorb_spread`.

    Notes
    -----
    Both stood at 0.15 at the joint. The two series need not share an index.

    NaN: kept inside each rate's own time; outside it, rows that are NaN are left out.

    Timing: by the day each rate was in force.

    References
    ----------
    Board of Governors, *Interest on Reserve Balances*: "the IOER rate and the IORR rate
    [were replaced] with a single rate, the IORB rate", effective 29 July 2021.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> ioer = pd.Series([0.15], pd.DatetimeIndex(["2021-07-28"]))
    >>> iorb = pd.Series([0.15], pd.DatetimeIndex(["2021-07-29"]))
    >>> fl.splice_iorb(ioer, iorb).tolist()
    [0.15, 0.15]
    """
    old_index, old = check_series(ioer, "ioer", "ioer")
    new_index, new = check_series(iorb, "iorb", "iorb")
    old_in_time, new_in_time = old_index <= _LAST_IOER, new_index >= FIRST_IORB
    for name, index, outside, span in (
        ("ioer", old_index, ~old_in_time & ~np.isnan(old), f"after {_LAST_IOER.date()}"),
        ("iorb", new_index, ~new_in_time & ~np.isnan(new), f"before {FIRST_IORB.date()}"),
    ):
        if outside.any():
            raise InvalidInputError(
                f"{name}: there was no such rate {span}, but a value is given for "
                f"{index[outside][0].date()}; leave those rows out."
            )
    return pd.Series(
        np.concatenate([old[old_in_time], new[new_in_time]]),
        index=old_index[old_in_time].append(new_index[new_in_time]),
        name="iorb",
    )


@indicator("spread where no turn is near, else NaN", unit=Unit.BASIS_POINT)
def spread_outside_turns(
    spread: pd.Series[float], windows: Mapping[str, tuple[int, int]] = TURN_WINDOWS
) -> pd.Series[float]:
    """Blank out the days on which the calendar moves repo rates.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Such as :func:`sofr_iorb_spread`.
    windows : mapping of str to (int, int), default ``TURN_WINDOWS``
        Which turns, and how many business days around them; see :func:`turn_flags`.

    Returns
    -------
    pandas.Series [bp]
        On the index of the input, named ``spread_outside_turns``.

    Raises
    ------
    UnitError, TimeIndexError, InputTypeError
        As in :func:`sofr_iorb_spread`.
    InvalidInputError
        As in :func:`turn_flags`.

    Notes
    -----
    NaN: on turns and where the input is NaN.

    Timing: element by element; turns come from the calendar alone.

    References
    ----------
    E. Bostrom, D. Bowman, A. Rose and A. Xia, "What Happens on Quarter-Ends in the Repo
    Market", FEDS Notes, 6 June 2025.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.DatetimeIndex(["2025-12-22", "2025-12-31"])
    >>> fl.spread_outside_turns(pd.Series([2.0, 22.0], days)).tolist()
    [2.0, nan]
    """
    index, values = check_series(spread, "spread", "spread")
    on_turn = turn_flags(index, windows).to_numpy().any(axis=1)
    return pd.Series(np.where(on_turn, np.nan, values), index=index, name="spread_outside_turns")


@indicator("days with spread >= level / days observed, over the window", unit=Unit.FRACTION)
def share_at_or_above(
    spread: pd.Series[float], level: float = 0.0, *, days: int = 91
) -> pd.Series[float]:
    """Share of recent days on which a spread stood at or above a level.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Such as :func:`sofr_iorb_spread`.
    level : float [bp], default 0
        Zero asks how often repo traded at or above IORB.
    days : int, default 91
        Calendar days in the window, today included: 91 are a quarter.

    Returns
    -------
    pandas.Series [fraction]
        On the index of the input, named ``share_at_or_above``.

    Raises
    ------
    UnitError, TimeIndexError, InputTypeError
        As in :func:`sofr_iorb_spread`.
    InvalidInputError
        ``days`` is less than 1.

    Notes
    -----
    A window of time, not of rows: business days are counted where they fall.

    NaN: where the input is NaN, and until a whole window has passed since the first date.
    Inside the window NaN counts neither for nor against.

    Timing: a date uses itself and the ``days - 1`` days before it.

    References
    ----------
    Federal Reserve Bank of New York, *Reference Rates*.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> days = pd.date_range("2025-12-01", periods=4)
    >>> spread = pd.Series([-1.0, 0.0, 3.0, -2.0], days)
    >>> fl.share_at_or_above(spread, days=2).tolist()
    [nan, 0.5, 1.0, 0.5]
    """
    index, values = check_series(spread, "spread", "spread")
    span = pd.Timedelta(check_positive_int(days, "days"), unit="D")
    observed = ~np.isnan(values)
    level = check_number(level, "level")
    above = pd.Series(np.where(observed, values >= level, np.nan), index=index)
    share = above.rolling(span, min_periods=1).mean().to_numpy()
    begun = index > index.min() + span - pd.Timedelta(2, unit="D") if len(index) else observed
    share = np.where(observed & begun, share, np.nan)
    return pd.Series(share, index=index, name="share_at_or_above")


@indicator("(rate - on_rrp_rate) / (srf_rate - on_rrp_rate)", unit=Unit.FRACTION)
def corridor_position(
    rate: pd.Series[float], on_rrp_rate: pd.Series[float], srf_rate: pd.Series[float]
) -> pd.Series[float]:
    """Where a rate lies between the floor and the ceiling of the Fed's corridor.

    Parameters
    ----------
    rate : pandas.Series [percent]
        SOFR, EFFR or another overnight rate.
    on_rrp_rate : pandas.Series [percent]
        The floor: offering rate of the ON RRP facility.
    srf_rate : pandas.Series [percent]
        The ceiling: minimum bid rate of the standing repo facility, from 2021-07-29.

    Returns
    -------
    pandas.Series [fraction]
        0 at the floor, 1 at the ceiling; outside 0 to 1 where the rate has left the
        corridor. On the index of the inputs, named ``corridor_position``.

    Raises
    ------
    InvalidInputError
        The ceiling does not lie above the floor.
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`sofr_iorb_spread`.

    Notes
    -----
    (rate - on_rrp_rate) / (srf_rate - on_rrp_rate).

    NaN: where any input is NaN.

    Timing: element by element, by value date.

    References
    ----------
    Board of Governors, FOMC implementation notes.

    Examples
    --------
    On 2025-10-31 SOFR left the corridor through its ceiling.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2025-10-31"])
    >>> sofr = pd.Series([4.22], day)
    >>> on_rrp_rate, srf_rate = pd.Series([3.75], day), pd.Series([4.0], day)
    >>> fl.corridor_position(sofr, on_rrp_rate, srf_rate).round(2).tolist()
    [1.88]
    """
    index, (value, floor, ceiling) = check_inputs(
        {"rate": rate, "on_rrp_rate": on_rrp_rate, "srf_rate": srf_rate}
    )
    inverted = ceiling <= floor
    if inverted.any():
        raise InvalidInputError(
            f"srf_rate: must lie above on_rrp_rate, but does not on "
            f"{index[inverted][0].date()}; are the two exchanged?"
        )
    check_result(_basis_points(value - floor), index, "sofr_iorb_spread", ("rate", "on_rrp_rate"))
    position = (value - floor) / (ceiling - floor)
    return pd.Series(position, index=index, name="corridor_position", copy=False)
