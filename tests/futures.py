"""Federal funds futures: made from a path of the rate, as they were, and as pyfedwatch reads them."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING
from unittest.mock import MagicMock

import pandas as pd
import pytest

import fedliq as fl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RANGE = (4.25, 4.5)


def days(*dates: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(dates)


def daily(path: Mapping[str, float], first: str, last: str, freq: str = "D") -> pd.Series:
    """Spread rates, each by its first day, over the days from one to another."""
    index = pd.date_range(first, last, freq=freq)
    rates = pd.Series(list(path.values()), days(*path))
    return rates.reindex(index.union(rates.index)).ffill().reindex(index)


def priced(path: Mapping[str, float], first: str, last: str) -> pd.Series:
    """Give each month from one to another 100 less the average of its days."""
    end = pd.Period(last, "M").to_timestamp(how="end").normalize()
    rates = daily(path, f"{first}-01", str(end.date()))
    return 100 - rates.groupby(rates.index.to_period("M")).mean()


def implied(averages: Mapping[str, float]) -> pd.Series:
    """Price months by the average rate of each."""
    return 100 - pd.Series(list(averages.values()), pd.PeriodIndex(list(averages), freq="M"))


def effr(as_of: str, rate: float = 4.33, since: str = "2025-01-01") -> pd.Series:
    """Hold a rate on every business day before one."""
    return daily({since: rate}, since, str(pd.Timestamp(as_of).date()), "B").iloc[:-1]


def watch(futures, meetings, as_of, known=None, target_range=RANGE, **options) -> fl.FedWatch:
    return fl.meeting_probabilities(
        futures,
        meetings,
        effr(as_of) if known is None else known,
        as_of=as_of,
        target_range=target_range,
        **options,
    )


def likely(row: pd.Series) -> dict:
    """What has a probability, without the floating-point dust of convolution."""
    return {column: part for column, part in row.items() if part > 0}


def contracts(path: Path) -> pd.DataFrame:
    """Read closing prices by day, a column a symbol."""
    rows = pd.read_csv(path, parse_dates=["date"])
    return rows.pivot_table(index="date", columns="symbol", values="close")


def decided(day: pd.Timestamp) -> tuple[float, float]:
    """Return the target range in force on a day, by the record."""
    rates = fl.policy_table("administered_rates").rows
    low, high = rates.loc[rates["effective"] <= day, ["target_low_pct", "target_high_pct"]].iloc[
        -1
    ]
    return float(low), float(high)


def announcements() -> pd.DatetimeIndex:
    """List the record's meetings, and the one before, by the Board's calendar of 2020."""
    return days("2020-12-16").append(
        pd.DatetimeIndex(fl.policy_table("fomc_meetings").rows["end_date"])
    )


def import_pyfedwatch():
    """Import pyfedwatch 1.2.0 without what it needs only to download and draw, or skip."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("bs4", "holidays", "pandas_datareader"):
            patch.setitem(sys.modules, name, MagicMock())
        return pytest.importorskip(
            "pyfedwatch.fedwatch", reason="pyfedwatch 1.2.0 is not installed (--no-deps will do)"
        )


def by_pyfedwatch(module, frames: Mapping[str, pd.DataFrame], meetings, day, count, target_range):
    """Let pyfedwatch make its table, from the frame of each symbol."""
    made = module.FedWatch(day, count, meetings, lambda symbol: frames[symbol])
    with warnings.catch_warnings():
        for kind in (FutureWarning, DeprecationWarning):  # pandas moved on
            warnings.simplefilter("ignore", kind)
        table = made.generate_hike_info(rate_cols=True, watch_rate_range=target_range)
    return table.droplevel("WatchDate").rename(index=pd.Timestamp)
