"""A dataset as the estimates of reserve demand and the reading of run-off want it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_time_index
from fedliq.alignment import align, known_at, no_figures, week_average
from fedliq.calendar import TURN_WINDOWS, end_of, turn_flags
from fedliq.data.dataset import check_dataset, figures_of
from fedliq.exceptions import UnknownSeriesError
from fedliq.indicators.reserves import reserves_to_bank_assets
from fedliq.indicators.spreads import rate_spread, splice_iorb
from fedliq.panel import daily_rates
from fedliq.releases import release_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq.data.dataset import Dataset
    from fedliq.releases import ReleaseRule

__all__ = ["qt_end_panel", "reserve_demand_data"]

# The first whole week of the H.4.1 under a target range, which the FOMC set on 2008-12-16: before
# it the rate on reserves changed its rule three times in ten weeks.
_FIRST_WEEK = pd.Timestamp("2008-12-24")
# First operations of the facility, New York Fed: before that day it held nothing.
_FIRST_ON_RRP = pd.Timestamp("2013-09-23")
_NEEDED = ("reserves_week_average", "bank_assets", "effr")
_MONTH_END: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"month_end": TURN_WINDOWS["month_end"]}
)


def reserve_demand_data(
    dataset: Dataset, *, without: Mapping[str, tuple[int, int]] = _MONTH_END
) -> pd.DataFrame:
    """Lay out, by week of the H.4.1, what the estimates of reserve demand are made from.

    Parameters
    ----------
    dataset : Dataset
        With ``reserves_week_average``, ``bank_assets``, ``effr``, and ``ioer`` or ``iorb``;
        with ``bank_deposits_nsa`` and ``on_rrp`` for the semi-logarithmic curve.
    without : mapping of str to (int, int), default month-ends
        Days left out of the average of the spread, as in :func:`turn_flags`: from 2015 to 2017
        the federal funds rate fell by 5 to 10 bp on the last day of most months. ``{}`` leaves
        none out.

    Returns
    -------
    pandas.DataFrame
        By Wednesday from 2008-12-24: ``spread`` [bp], EFFR less IORB (to 2021-07-28 IOER),
        the average over the business days of the week; ``ratio`` [fraction]; ``reserves``, the
        average over its seven days, ``bank_assets``, Wednesday levels, ``bank_deposits``, the
        same, not seasonally adjusted, and ``on_rrp``, the average over the week's operations
        [USD bn].

    Raises
    ------
    UnknownSeriesError
        The dataset lacks reserves, bank assets, EFFR or the rate paid on reserves.
    InvalidInputError
        As in :func:`turn_flags`.
    InputTypeError
        ``dataset`` is no Dataset.

    Notes
    -----
    NaN: where a figure is missing; ON RRP before its first operation is zero, which it was.

    Timing: by observation date. Bank assets of a week are public nine days after it: for
    what was known, give ``dataset.known_on(day)``.

    Examples
    --------
    >>> import fedliq as fl
    >>> data = fl.reserve_demand_data(fl.load_sample())
    >>> data.loc["2019-09-18", ["spread", "ratio"]].round(3).tolist()
    [11.4, 0.08]
    """
    check_dataset(dataset)
    paid = [name for name in ("ioer", "iorb") if name in dataset]
    missing = [name for name in _NEEDED if name not in dataset] + ([] if paid else ["iorb"])
    if missing:
        raise UnknownSeriesError(
            f"dataset: has no {', '.join(missing)}; reserve demand is read from reserves, bank "
            "assets, EFFR and the rate paid on reserves."
        )
    held = figures_of(dataset, (*_NEEDED, "bank_deposits_nsa", "ioer", "iorb", "on_rrp"))
    weeks = _weeks(check_time_index(held["reserves_week_average"].index, "reserves_week_average"))
    reserves, bank_assets, deposits = align(
        held["reserves_week_average"], held["bank_assets"], held["bank_deposits_nsa"], on=weeks
    )
    spread = rate_spread(*align(held["effr"], splice_iorb(held["ioer"], held["iorb"])))
    flags = turn_flags(check_time_index(spread.index, "effr"), without)
    left_out = np.asarray(flags.to_numpy().any(axis=1))
    on_rrp = week_average(held["on_rrp"], on=weeks)
    on_rrp[(weeks < _FIRST_ON_RRP) & on_rrp.isna()] = 0.0
    return pd.DataFrame(
        {
            "spread": week_average(spread.where(~left_out), on=weeks),
            "ratio": reserves_to_bank_assets(reserves, bank_assets),
            "reserves": reserves,
            "bank_assets": bank_assets,
            "bank_deposits": deposits,
            "on_rrp": on_rrp,
        },
        index=weeks,
    )


def _weeks(published: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return every Wednesday of the weeks published: one that is missing is NaN, not a hole."""
    published = published[published >= _FIRST_WEEK]
    if not len(published):
        return published
    return pd.date_range(published[0], published[-1], freq="7D", name="date", unit=published.unit)


# By column: the releases a figure waits for, and for how long from the start of its own day it
# serves: 6, 13 or 20 days after it, their evenings included.
_KNOWN_BY: Mapping[str, tuple[tuple[ReleaseRule, ...], str]] = MappingProxyType(
    {
        "on_rrp": (("on_rrp",), "7D"),
        "btfp": (("h41",), "14D"),
        "spread_outside_turns_28d": (("repo_rate",), "7D"),
        "reserves_to_bank_assets": (("h41", "h8"), "21D"),
    }
)


def qt_end_panel(dataset: Dataset, days: pd.DatetimeIndex | None = None) -> pd.DataFrame:
    """Lay out the four factors of the end of run-off as they were known on each day.

    Parameters
    ----------
    dataset : Dataset
        With some of ``on_rrp``, ``btfp``, ``sofr``, ``ioer``, ``iorb``,
        ``reserves_week_average`` and ``bank_assets``.
    days : pandas.DatetimeIndex, optional
        By default every Friday, when the H.8 is out, from the first SOFR to the day the
        dataset stands on.

    Returns
    -------
    pandas.DataFrame
        By day, the columns that :func:`assess_qt_end` reads: ``on_rrp``, ``btfp`` [USD bn],
        ``spread_outside_turns_28d`` [bp], ``reserves_to_bank_assets`` [fraction].

    Raises
    ------
    UnknownSeriesError
        No ``days`` are given, and the dataset has no SOFR to begin with.
    TimeIndexError, InputTypeError
        ``days`` are not sorted, unique, naive dates; ``dataset`` is no Dataset.

    Notes
    -----
    NaN: where nothing was public yet, or it was older than 6 days (ON RRP, SOFR), 13 (BTFP)
    or 20 (the ratio, whose H.8 comes nine days after its Wednesday).

    Timing: as known at the end of each day, by the publishers' timetable. Revisions are not
    undone.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> eve = pd.DatetimeIndex(["2025-10-28"])
    >>> fl.qt_end_panel(fl.load_sample(), eve)["reserves_to_bank_assets"].round(3).tolist()
    [0.123]
    """
    check_dataset(dataset)
    held = figures_of(dataset, ("on_rrp", "btfp", "reserves_week_average", "bank_assets"))
    factors = {
        "on_rrp": held["on_rrp"],
        "btfp": held["btfp"],
        "spread_outside_turns_28d": daily_rates(dataset)["spread_outside_turns_28d"],
        "reserves_to_bank_assets": reserves_to_bank_assets(
            *align(held["reserves_week_average"], held["bank_assets"])
        ),
    }
    wanted = _fridays(dataset) if days is None else check_time_index(days, "days")
    evenings = pd.DatetimeIndex([end_of(day) for day in wanted]).as_unit("ns")
    known = {}
    for name, series in factors.items():
        rules, oldest = _KNOWN_BY[name]
        observed = check_time_index(series.index, name)
        public = pd.DatetimeIndex(
            np.maximum.reduce([release_times(observed, rule).as_unit("ns") for rule in rules])
        )
        known[name] = known_at(series, public, evenings, max_stale=oldest)["value"].to_numpy()
    return pd.DataFrame(known, index=wanted)


def _fridays(dataset: Dataset) -> pd.DatetimeIndex:
    sofr = dataset.get("sofr", no_figures("sofr")).dropna()
    if sofr.empty:
        raise UnknownSeriesError(
            "dataset: has no 'sofr', whose first day is that of the factors; give days."
        )
    first = check_time_index(sofr.index, "sofr")[0]
    return pd.date_range(first, dataset.moment.normalize(), freq="W-FRI", name="date")
