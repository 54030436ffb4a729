"""Reserves against what they are there for: the balance sheets of banks, and the economy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_threshold
from fedliq._validate import check_inputs, check_result
from fedliq.spec import indicator
from fedliq.units import Unit

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["reserves_gap", "reserves_to_bank_assets", "reserves_to_gdp"]


def _ratio(reserves: pd.Series[float], **base: pd.Series[float]) -> tuple[pd.Index, Floats]:
    index, (numerator, denominator) = check_inputs({"reserves": reserves, **base})
    ratio = np.divide(numerator, denominator)
    return index, check_result(ratio, index, "ratio", ("reserves", *base))


@indicator("reserves / bank_assets", unit=Unit.FRACTION)
def reserves_to_bank_assets(
    reserves: pd.Series[float], bank_assets: pd.Series[float]
) -> pd.Series[float]:
    """Reserves over total assets of commercial banks.

    Parameters
    ----------
    reserves : pandas.Series [USD bn]
        Reserve balances (FRED: WRESBAL, week average, or WRBWFRBL, Wednesday level; both
        in USD mn).
    bank_assets : pandas.Series [USD bn]
        Total assets, all commercial banks, seasonally adjusted (FRED: TLAACBW027SBOG, in
        USD bn).

    Returns
    -------
    pandas.Series [fraction]
        0.12 means 12 %. On the index of the inputs, named ``reserves_to_bank_assets``.

    Raises
    ------
    UnitError
        A value is impossible in USD billions, or the ratio exceeds 0.4.
    AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    See Also
    --------
    classify_reserves : The regime a ratio belongs to.
    reserves_gap : The distance to a threshold in USD bn.

    Notes
    -----
    reserves / bank_assets. The H.8 is published nine days after its Wednesday and revised
    every week, so a ratio as of today is not the one that was known at the time.

    NaN: where either input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    G. Afonso, D. Giannone, G. La Spada and J. C. Williams, "Scarce, Abundant, or Ample? A
    Time-Varying Model of the Reserve Demand Curve", Federal Reserve Bank of New York Staff
    Reports 1019, 2022.

    Examples
    --------
    The low of 2019, in the week after the repo market seized up:

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2019-09-25"])
    >>> reserves, bank_assets = pd.Series([1400.171], day), pd.Series([17488.718], day)
    >>> fl.reserves_to_bank_assets(reserves, bank_assets).round(4).tolist()
    [0.0801]
    """
    index, ratio = _ratio(reserves, bank_assets=bank_assets)
    return pd.Series(ratio, index=index, name="reserves_to_bank_assets", copy=False)


@indicator("reserves / gdp", unit=Unit.FRACTION)
def reserves_to_gdp(reserves: pd.Series[float], gdp: pd.Series[float]) -> pd.Series[float]:
    """Reserves over nominal gross domestic product.

    Parameters
    ----------
    reserves : pandas.Series [USD bn]
        Reserve balances.
    gdp : pandas.Series [USD bn]
        Nominal GDP at an annual rate (FRED: GDP), on the same index. It is quarterly and
        dated by the first day of its quarter; put it on the dates of reserves by when it
        was published, or it tells of weeks that had not happened.

    Returns
    -------
    pandas.Series [fraction]
        On the index of the inputs, named ``reserves_to_gdp``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`reserves_to_bank_assets`.

    Notes
    -----
    reserves / gdp.

    NaN: where either input is NaN.

    Timing: element by element, by the dates given.

    References
    ----------
    Bureau of Economic Analysis, *Gross Domestic Product*.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2026-07-15"])
    >>> reserves, gdp = pd.Series([3142.721], day), pd.Series([31865.721], day)
    >>> fl.reserves_to_gdp(reserves, gdp).round(4).tolist()
    [0.0986]
    """
    index, ratio = _ratio(reserves, gdp=gdp)
    return pd.Series(ratio, index=index, name="reserves_to_gdp", copy=False)


@indicator("reserves - threshold * bank_assets", unit=Unit.USD_BN)
def reserves_gap(
    reserves: pd.Series[float], bank_assets: pd.Series[float], threshold: float
) -> pd.Series[float]:
    """How far reserves lie above a share of bank assets, in billions.

    Parameters
    ----------
    reserves, bank_assets : pandas.Series [USD bn]
        As in :func:`reserves_to_bank_assets`.
    threshold : float [fraction]
        Share of bank assets, for instance 0.12.

    Returns
    -------
    pandas.Series [USD bn]
        Positive above the threshold. On the index of the inputs, named ``reserves_gap``.

    Raises
    ------
    UnitError
        As in :func:`reserves_to_bank_assets`, or ``threshold`` is not a fraction.
    AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    reserves - threshold * bank_assets: what would have to drain, at bank assets as they
    are, for the ratio to reach the threshold.

    NaN: where either input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    As in :func:`reserves_to_bank_assets`.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2026-07-15"])
    >>> reserves, bank_assets = pd.Series([3142.721], day), pd.Series([25725.9], day)
    >>> fl.reserves_gap(reserves, bank_assets, 0.12).round(1).tolist()
    [55.6]
    """
    check_threshold(threshold, "threshold")
    ratio = reserves_to_bank_assets(reserves, bank_assets)
    gap = reserves.to_numpy(float) - threshold * bank_assets.to_numpy(float)
    return pd.Series(gap, index=ratio.index, name="reserves_gap", copy=False)
