"""Net liquidity under its several definitions, and what moved it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int
from fedliq._validate import check_inputs, check_regular
from fedliq.spec import indicator
from fedliq.units import Unit

__all__ = [
    "net_liquidity",
    "net_liquidity_contributions",
    "net_liquidity_from_liabilities",
    "net_liquidity_including_deferred_asset",
    "net_liquidity_securities_only",
    "net_liquidity_total_reverse_repo",
]


def _subtract(
    name: str, total: pd.Series[float], total_name: str, **parts: pd.Series[float]
) -> pd.Series[float]:
    """Take from a total the parts of it that do not reach the market."""
    index, (whole, first, *others) = check_inputs({total_name: total, **parts}, whole=total_name)
    result = np.subtract(whole, first)
    for part in others:
        np.subtract(result, part, out=result)
    return pd.Series(result, index=index, name=name, copy=False)


@indicator("fed_assets - tga - on_rrp", unit=Unit.USD_BN)
def net_liquidity(
    fed_assets: pd.Series[float], tga: pd.Series[float], on_rrp: pd.Series[float]
) -> pd.Series[float]:
    """Net liquidity in its standard definition.

    Parameters
    ----------
    fed_assets : pandas.Series [USD bn]
        Total assets of the Federal Reserve, Wednesday level (FRED: WALCL, in USD mn).
    tga : pandas.Series [USD bn]
        Treasury General Account, Wednesday level (FRED: WDTGAL, in USD mn; WTREGEN is
        the week average, up to 216 bn apart).
    on_rrp : pandas.Series [USD bn]
        ON RRP with private counterparties on the same day (FRED: RRPONTSYD, in USD bn).

    Returns
    -------
    pandas.Series [USD bn]
        On the index of the inputs, named ``net_liquidity``.

    Raises
    ------
    UnitError
        A value is impossible in USD billions, or a part is more than half of total assets.
        A small figure in millions can still pass for billions: give what the publisher's
        declared unit says, not what looks right.
    AlignmentError
        The series do not share one index; the text shows the call that mends it.
    TimeIndexError
        An index is not sorted, unique, naive and made of dates.
    InputTypeError
        An argument is not a Series of numbers.

    See Also
    --------
    net_liquidity_contributions : What moved it.
    bridge_to_reserves : What lies between it and reserves.

    Notes
    -----
    fed_assets - tga - on_rrp. It is not reserves: currency, foreign official reverse
    repos, other deposits and capital lie between the two.

    NaN: where any input is NaN.

    Timing: element by element, by observation date. The H.4.1 of a Wednesday is public on
    Thursday at 16:30 Eastern.

    References
    ----------
    Board of Governors, H.4.1 *Factors Affecting Reserve Balances*, tables 1 and 5; New
    York Fed, *Reverse Repo Operations*.

    Examples
    --------
    The Wednesday 2022-12-28: assets and the TGA are published in millions, ON RRP in
    billions.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2022-12-28"])
    >>> fed_assets = fl.convert(pd.Series([8_551_169.0], day), "USD mn", "USD bn")
    >>> tga = fl.convert(pd.Series([409_809.0], day), "USD mn", "USD bn")
    >>> on_rrp = pd.Series([2293.003], day)
    >>> fl.net_liquidity(fed_assets, tga, on_rrp).round(1).tolist()
    [5848.4]
    """
    return _subtract("net_liquidity", fed_assets, "fed_assets", tga=tga, on_rrp=on_rrp)


@indicator("total_liabilities - tga - on_rrp", unit=Unit.USD_BN)
def net_liquidity_from_liabilities(
    total_liabilities: pd.Series[float], tga: pd.Series[float], on_rrp: pd.Series[float]
) -> pd.Series[float]:
    """Net liquidity counted from total liabilities instead of total assets.

    Parameters
    ----------
    total_liabilities : pandas.Series [USD bn]
        Total liabilities of the Federal Reserve, capital not included, Wednesday level.
    tga, on_rrp : pandas.Series [USD bn]
        As in :func:`net_liquidity`.

    Returns
    -------
    pandas.Series [USD bn]
        On the index of the inputs, named ``net_liquidity_from_liabilities``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    total_liabilities - tga - on_rrp: lower than :func:`net_liquidity` by the Reserve
    Banks' capital.

    NaN: where any input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    Board of Governors, H.4.1, table 5.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2017-12-27"])
    >>> liabilities, tga = pd.Series([4407.291], day), pd.Series([186.486], day)
    >>> on_rrp = pd.Series([147.749], day)
    >>> fl.net_liquidity_from_liabilities(liabilities, tga, on_rrp).round(3).tolist()
    [4073.056]
    """
    return _subtract(
        "net_liquidity_from_liabilities",
        total_liabilities,
        "total_liabilities",
        tga=tga,
        on_rrp=on_rrp,
    )


@indicator("fed_assets - tga - reverse_repo_total", unit=Unit.USD_BN)
def net_liquidity_total_reverse_repo(
    fed_assets: pd.Series[float], tga: pd.Series[float], reverse_repo_total: pd.Series[float]
) -> pd.Series[float]:
    """Net liquidity less all reverse repos, the foreign official pool included.

    Parameters
    ----------
    fed_assets, tga : pandas.Series [USD bn]
        As in :func:`net_liquidity`.
    reverse_repo_total : pandas.Series [USD bn]
        Reverse repurchase agreements of the Federal Reserve, private and foreign
        official, Wednesday level (FRED: WLRRAL, in USD mn).

    Returns
    -------
    pandas.Series [USD bn]
        On the index of the inputs, named ``net_liquidity_total_reverse_repo``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    fed_assets - tga - reverse_repo_total: lower than :func:`net_liquidity` by the foreign
    pool, several hundred billions.

    NaN: where any input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    Board of Governors, H.4.1, tables 1 and 5.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2023-03-15"])
    >>> fed_assets, tga = pd.Series([8639.3], day), pd.Series([277.643], day)
    >>> reverse_repo = pd.Series([2423.126], day)
    >>> fl.net_liquidity_total_reverse_repo(fed_assets, tga, reverse_repo).round(1).tolist()
    [5938.5]
    """
    return _subtract(
        "net_liquidity_total_reverse_repo",
        fed_assets,
        "fed_assets",
        tga=tga,
        reverse_repo_total=reverse_repo_total,
    )


@indicator("fed_assets - tga - on_rrp - remittances_due", unit=Unit.USD_BN)
def net_liquidity_including_deferred_asset(
    fed_assets: pd.Series[float],
    tga: pd.Series[float],
    on_rrp: pd.Series[float],
    remittances_due: pd.Series[float],
) -> pd.Series[float]:
    """Net liquidity that counts the deferred asset among the assets.

    Parameters
    ----------
    fed_assets, tga, on_rrp : pandas.Series [USD bn]
        As in :func:`net_liquidity`.
    remittances_due : pandas.Series [USD bn]
        Earnings remittances due to the Treasury (FRED: RESPPLLOPNWW, in USD mn) with the
        sign they are published with: negative since September 2022, when they became a
        deferred asset.

    Returns
    -------
    pandas.Series [USD bn]
        On the index of the inputs, named ``net_liquidity_including_deferred_asset``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    fed_assets - tga - on_rrp - remittances_due. The H.4.1 books cumulated losses as a
    negative liability, so they are missing from total assets, although the interest that
    caused them has been paid out in reserves. Taking the liability off as published adds
    the deferred asset back.

    NaN: where any input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    Board of Governors, H.4.1, table 5 and its note on remittances; FRED, RESPPLLOPNWW.

    Examples
    --------
    A deferred asset of 100 bn counts in full.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2023-09-27"])
    >>> fed_assets, tga = pd.Series([8000.0], day), pd.Series([700.0], day)
    >>> on_rrp, remittances_due = pd.Series([1400.0], day), pd.Series([-100.0], day)
    >>> fl.net_liquidity_including_deferred_asset(
    ...     fed_assets, tga, on_rrp, remittances_due
    ... ).tolist()
    [6000.0]
    """
    return _subtract(
        "net_liquidity_including_deferred_asset",
        fed_assets,
        "fed_assets",
        tga=tga,
        on_rrp=on_rrp,
        remittances_due=remittances_due,
    )


@indicator("securities - tga - on_rrp", unit=Unit.USD_BN)
def net_liquidity_securities_only(
    securities: pd.Series[float], tga: pd.Series[float], on_rrp: pd.Series[float]
) -> pd.Series[float]:
    """Net liquidity from securities held outright alone, without loans and repos.

    Parameters
    ----------
    securities : pandas.Series [USD bn]
        Securities held outright, Wednesday level (FRED: WSHOSHO, in USD mn).
    tga, on_rrp : pandas.Series [USD bn]
        As in :func:`net_liquidity`.

    Returns
    -------
    pandas.Series [USD bn]
        On the index of the inputs, named ``net_liquidity_securities_only``.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    securities - tga - on_rrp: blind to emergency lending, such as that of March 2023.

    NaN: where any input is NaN.

    Timing: element by element, by observation date.

    References
    ----------
    Board of Governors, H.4.1, table 1.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> day = pd.DatetimeIndex(["2023-03-15"])
    >>> securities, tga = pd.Series([7940.014], day), pd.Series([277.643], day)
    >>> on_rrp = pd.Series([2055.823], day)
    >>> fl.net_liquidity_securities_only(securities, tga, on_rrp).round(3).tolist()
    [5606.548]
    """
    return _subtract(
        "net_liquidity_securities_only", securities, "securities", tga=tga, on_rrp=on_rrp
    )


@indicator(
    "change of fed_assets, minus change of tga, minus change of on_rrp",
    columns={"fed_assets": Unit.USD_BN, "tga": Unit.USD_BN, "on_rrp": Unit.USD_BN},
)
def net_liquidity_contributions(
    fed_assets: pd.Series[float],
    tga: pd.Series[float],
    on_rrp: pd.Series[float],
    periods: int = 1,
) -> pd.DataFrame:
    """Split the change of net liquidity into what each component contributed.

    Parameters
    ----------
    fed_assets, tga, on_rrp : pandas.Series [USD bn]
        As in :func:`net_liquidity`.
    periods : int, default 1
        Rows over which the change is taken: weeks on a weekly index.

    Returns
    -------
    pandas.DataFrame [USD bn]
        Columns ``fed_assets``, ``tga`` and ``on_rrp``, signed so that a fall of the TGA
        shows as a positive contribution; each row adds up to the change of
        :func:`net_liquidity`.

    Raises
    ------
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`. ``AlignmentError`` also where a weekly index has a
        gap or a stray row: there, counting rows would not count weeks.
    InvalidInputError
        ``periods`` is less than 1.

    Notes
    -----
    The change of fed_assets, minus that of tga, minus that of on_rrp.

    NaN: the whole row, where any component is NaN at either end, so that a row never adds
    up to part of the change; the first ``periods`` rows.

    Timing: a row uses itself and the row ``periods`` before it.

    References
    ----------
    Board of Governors, H.4.1, tables 1 and 5.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.DatetimeIndex(["2023-03-08", "2023-03-15"])
    >>> fed_assets = pd.Series([8342.283, 8639.300], weeks)
    >>> tga = pd.Series([311.731, 277.643], weeks)
    >>> on_rrp = pd.Series([2193.237, 2055.823], weeks)
    >>> moved = fl.net_liquidity_contributions(fed_assets, tga, on_rrp)
    >>> moved.iloc[-1].round(3).to_dict()
    {'fed_assets': 297.017, 'tga': 34.088, 'on_rrp': 137.414}
    """
    check_positive_int(periods, "periods")
    index, (assets, treasury, reverse_repo) = check_inputs(
        {"fed_assets": fed_assets, "tga": tga, "on_rrp": on_rrp}, whole="fed_assets"
    )
    check_regular(index, "fed_assets, tga, on_rrp")
    signed = {"fed_assets": assets, "tga": -treasury, "on_rrp": -reverse_repo}
    changes = pd.DataFrame(signed, index=index).diff(periods)
    return changes.where(changes.notna().all(axis=1))
