"""Tables of the New York Fed that are no series: distributions, operations, holdings."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._options import check_choice
from fedliq.calendar import day_of
from fedliq.data.cache import Cache, Entry, Origin, default_directory
from fedliq.data.clock import ago, utc_now
from fedliq.exceptions import (
    CacheError,
    CacheWarning,
    DataError,
    FedliqError,
    NotAvailableError,
    StaleDataWarning,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from fedliq.data.nyfed import NewYorkFed

__all__ = [
    "load_operations",
    "load_reference_rate",
    "load_reserve_demand_elasticity",
    "load_soma_holdings",
    "load_soma_summary",
]

# They change once a day at most.
_ASK_AGAIN = pd.Timedelta(12, unit="h")

_RATES = ("sofr", "tgcr", "bgcr", "effr", "obfr")
_KINDS = ("Repo", "Reverse Repo")
# Columns whose text can look like a number.
_TEXT = {"cusip": str, "operation": str}


def _publisher() -> NewYorkFed:
    from fedliq.data.nyfed import NewYorkFed  # noqa: PLC0415 - only when it is to be asked

    return NewYorkFed()


def _through_cache(
    key: str,
    fetch: Callable[[NewYorkFed], pd.DataFrame],
    *,
    dates: str,
    offline: bool,
    final: bool = False,
) -> pd.DataFrame:
    """Return a table from the cache, renewed where it is old; a final one is never old."""
    cache, now = Cache(default_directory()), utc_now()
    try:
        held = cache.read(key)
    except CacheError as damaged:
        warnings.warn(str(damaged), CacheWarning, stacklevel=3)
        held = None
    if held is not None and (final or offline or now - held.origin.retrieved < _ASK_AGAIN):
        return _read(held.content, dates)
    if offline:
        raise NotAvailableError(f"{key}: not in the cache, and nobody is asked while offline.")
    try:
        table = fetch(_publisher())
        content = table.to_csv(index=table.index.name is not None).encode()
        # Read back, so that the first table is exactly like those that follow from the cache.
        fresh = _read(content, dates)
        _check_rows(key, fresh, held, dates)
    except FedliqError as error:
        if held is None:
            raise
        age = ago(now - held.origin.retrieved)
        text = f"{key}: the refresh failed ({error}); what was retrieved {age} ago serves."
        warnings.warn(text, StaleDataWarning, stacklevel=3)
        return _read(held.content, dates)
    origin = Origin(
        source="nyfed",
        origin=f"New York Fed: {key}",
        unit="as its columns say",
        retrieved_at=now.isoformat(timespec="seconds"),
        vintage="as last revised",
        raw_sha256=hashlib.sha256(content).hexdigest(),
    )
    try:
        cache.update(key, lambda _: Entry(content, origin))
    except CacheError as error:
        warnings.warn(str(error), CacheWarning, stacklevel=3)
    return fresh


def _check_rows(key: str, fresh: pd.DataFrame, held: Entry | None, dates: str) -> None:
    """Refuse a table without rows, and one with fewer than the one held."""
    rows = len(fresh)
    if not rows:
        raise NotAvailableError(f"{key}: the answer has no rows.")
    before = 0 if held is None else len(_read(held.content, dates))
    if rows < before:
        raise DataError(f"{key}: the answer has {rows} rows, fewer than the {before} held.")


def _read(content: bytes, dates: str) -> pd.DataFrame:
    table = pd.read_csv(io.BytesIO(content), parse_dates=[dates], dtype=_TEXT)
    return table.set_index("date") if dates == "date" else table


def load_reference_rate(rate: str, *, offline: bool = False) -> pd.DataFrame:
    """Load a reference rate with the distribution behind it.

    Parameters
    ----------
    rate : {"sofr", "tgcr", "bgcr", "effr", "obfr"}
        Of the New York Fed.
    offline : bool, default False
        Ask nobody: what the cache has serves, however old.

    Returns
    -------
    pandas.DataFrame
        By value date: ``rate``, ``percentile_1``, ``percentile_25``, ``percentile_75``,
        ``percentile_99`` [percent] and ``volume_bn`` [USD bn].

    Raises
    ------
    SourceError, RateLimitError, MalformedAnswerError
        It cannot be had, and is not cached.
    NotAvailableError
        ``offline``, and it is not cached.
    InvalidInputError
        ``rate`` is none of these.

    Warns
    -----
    StaleDataWarning
        A refresh failed, and what was cached serves.

    Notes
    -----
    Of a rate that was revised, the revised one. Use is subject to the New York Fed's terms; it
    does not sanction or endorse this package and has no liability for its use.

    NaN: where a percentile or the volume was not published.

    Timing: by value date; public on the next business day.

    Examples
    --------
    >>> import fedliq as fl
    >>> sofr = fl.load_reference_rate("sofr")  # asks New York  # doctest: +SKIP
    >>> (sofr["percentile_99"] - sofr["rate"]).tail(1)  # asks New York  # doctest: +SKIP
    """
    check_choice(rate, _RATES, "rate")
    return _through_cache(
        f"reference-rate-{rate}", lambda source: source.rate_table(rate), dates="date",
        offline=offline,
    )  # fmt: skip


def load_operations(kind: str, *, offline: bool = False) -> pd.DataFrame:
    """Load the repo or reverse repo operations of the Desk, one row each.

    Parameters
    ----------
    kind : {"Repo", "Reverse Repo"}
        As the New York Fed calls them.
    offline : bool, default False
        Ask nobody: what the cache has serves, however old.

    Returns
    -------
    pandas.DataFrame
        By day of operation, from 2013-09-23: ``operation`` (its id), ``term``,
        ``submitted_bn``, ``accepted_bn`` [USD bn], ``counterparties``, ``offering_rate_pct``
        and ``award_rate_pct`` [percent].

    Raises
    ------
    SourceError, RateLimitError, MalformedAnswerError
        It cannot be had, and is not cached.
    NotAvailableError
        ``offline``, and it is not cached.
    InvalidInputError
        ``kind`` is neither.

    Warns
    -----
    StaleDataWarning
        A refresh failed, and what was cached serves.

    Notes
    -----
    Small value exercises are left out. A day can have several operations.

    NaN: the rates of an operation with several kinds of collateral, and what is not published.

    Timing: by day of operation; public on that day.

    Examples
    --------
    >>> import fedliq as fl
    >>> repo = fl.load_operations("Repo")  # asks New York  # doctest: +SKIP
    """
    check_choice(kind, _KINDS, "kind")
    key = f"operations-{kind.lower().replace(' ', '-')}"
    return _through_cache(
        key, lambda source: source.operation_table(kind), dates="date", offline=offline
    )


def load_soma_summary(*, offline: bool = False) -> pd.DataFrame:
    """Load the holdings of the System Open Market Account by type of security.

    Parameters
    ----------
    offline : bool, default False
        Ask nobody: what the cache has serves, however old.

    Returns
    -------
    pandas.DataFrame [USD bn]
        By Wednesday: ``bills``, ``notes_and_bonds``, ``frn``, ``tips``,
        ``tips_inflation_compensation``, ``agencies``, ``mbs``, ``cmbs``, ``total``.

    Raises
    ------
    SourceError, RateLimitError, MalformedAnswerError
        It cannot be had, and is not cached.
    NotAvailableError
        ``offline``, and it is not cached.

    Warns
    -----
    StaleDataWarning
        A refresh failed, and what was cached serves.

    Notes
    -----
    Par, or current face of MBS.

    NaN: where a type was not held or not published.

    Timing: by Wednesday; public on Thursday.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.load_soma_summary()["mbs"].tail(1)  # asks New York  # doctest: +SKIP
    """
    return _through_cache(
        "soma-summary", lambda source: source.summary_table(), dates="date", offline=offline
    )


def load_soma_holdings(day: str | date | pd.Timestamp, *, offline: bool = False) -> pd.DataFrame:
    """Load the securities that the Federal Reserve held on a Wednesday, by CUSIP.

    Parameters
    ----------
    day : str, date or Timestamp
        A Wednesday.
    offline : bool, default False
        Ask nobody: what the cache has serves.

    Returns
    -------
    pandas.DataFrame
        As :func:`fedliq.load_sample_holdings`, so that :func:`fedliq.maturity_profile` takes
        it; with agency MBS, whose ``maturity`` is missing and whose ``par_bn`` is current face.

    Raises
    ------
    NotAvailableError
        Nothing was published for the day; or ``offline``, and it is not cached.
    SourceError, RateLimitError, MalformedAnswerError
        It cannot be had, and is not cached.
    InvalidInputError
        ``day`` is not a date.

    Notes
    -----
    Holdings of a past day do not change: once cached they are not asked for again.

    NaN: coupon of bills, spread of all but floating rate notes, and so on.

    Timing: by Wednesday; public on Thursday.

    Examples
    --------
    >>> import fedliq as fl
    >>> holdings = fl.load_soma_holdings("2026-11-18")  # asks New York  # doctest: +SKIP
    >>> profile = fl.maturity_profile(holdings, "2026-11-18")  # asks New York  # doctest: +SKIP
    """
    wednesday = pd.Timestamp(day_of(day, "day"))
    return _through_cache(
        f"soma-holdings-{wednesday:%Y-%m-%d}",
        lambda source: source.holdings_table(wednesday),
        dates="maturity",
        offline=offline,
        final=True,
    )


def load_reserve_demand_elasticity(*, offline: bool = False) -> pd.DataFrame:
    """Load the reserve demand elasticity as the New York Fed publishes it.

    Parameters
    ----------
    offline : bool, default False
        Ask nobody: what the cache has serves, however old.

    Returns
    -------
    pandas.DataFrame [bp per pp]
        By date: ``median``, ``lower_95``, ``upper_95``, ``lower_68``, ``upper_68``: basis
        points of the fed funds - IORB spread per percentage point of reserves over bank assets.

    Raises
    ------
    SourceError, RateLimitError, MalformedAnswerError
        It cannot be had, and is not cached.
    NotAvailableError
        ``offline``, and it is not cached.

    Warns
    -----
    StaleDataWarning
        A refresh failed, and what was cached serves.

    Notes
    -----
    Federal Reserve Bank of New York, Reserve Demand Elasticity: one estimate every five
    business days from 2010-01-20. Each uses data up to its date only.

    NaN: none is published.

    Timing: by date of the estimate; published monthly.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.load_reserve_demand_elasticity()["median"].tail(1)  # asks New York  # doctest: +SKIP
    """
    return _through_cache(
        "reserve-demand-elasticity",
        lambda source: source.elasticity_table(),
        dates="date",
        offline=offline,
    )
