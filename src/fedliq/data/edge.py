"""Trust at the edge: what a source sent becomes a series in canonical units, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_series
from fedliq.data.dataset import check_wednesdays
from fedliq.data.sources import check_once
from fedliq.exceptions import DataError, NotAvailableError, UnitError
from fedliq.releases import release_times
from fedliq.units import convert

if TYPE_CHECKING:
    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Delivery

__all__ = ["accept", "check_not_shorter", "check_same_size"]

# A declared "daily" says nothing of weekends.
_SAME_FREQUENCY = {
    "daily": ("daily", "business daily"),
    "business daily": ("daily", "business daily"),
}
# Between two states of one series lie revisions of some per cent; between units a thousand.
_LARGEST_REVISION = 10.0


def accept(delivery: Delivery, info: SeriesInfo, now: pd.Timestamp) -> pd.Series[float]:
    """Return what was sent in the catalog's unit, sorted, without rows that say "missing".

    Parameters
    ----------
    delivery : Delivery
        As the source sent it.
    info : SeriesInfo
        What the catalog says of the series.
    now : Timestamp
        Eastern wall-clock time; nothing can be known of later days.

    Returns
    -------
    pandas.Series [info.unit]
        By observation date.

    Raises
    ------
    UnitError
        The declared unit is of another kind, or a figure is impossible in it.
    DataError
        A date comes twice or lies in the future, or the declared frequency is another.
    TimeIndexError
        A weekly figure is not dated by its Wednesday.
    NotAvailableError
        There is no figure at all.
    """
    where = f"{info.name}: {delivery.origin}"
    try:
        check_once(delivery.figures)
        _check_frequency(delivery, info)
        known = _known(delivery.figures)
        _check_not_ahead(known.index, info, now)
        converted = convert(known, delivery.unit or info.native_unit, info.unit)
        _check_possible(converted, delivery, info)
    except (DataError, NotAvailableError, UnitError) as error:
        raise type(error)(f"{where}: {error}") from None
    index, values = check_series(converted, info.name)
    check_wednesdays(index, info)
    return pd.Series(values, index=index.rename("date"), name=info.name)


def _known(values: pd.Series[float]) -> pd.Series[float]:
    known = values.dropna().sort_index()
    if known.empty:
        raise NotAvailableError("the answer holds no figure.")
    return known


def _check_possible(converted: pd.Series[float], delivery: Delivery, info: SeriesInfo) -> None:
    wrong = ~converted.between(info.measures.low, info.measures.high)
    if wrong.any():
        day = converted.index[wrong][0]
        declared = "declared as" if delivery.unit else "published, by the catalog, in"
        raise UnitError(
            f"{converted[day]:.10g} {info.unit} on {day:%Y-%m-%d} is impossible; the figures are "
            f"{declared} {delivery.unit or info.native_unit}. The publisher has changed the unit "
            "or the series."
        )


def _check_frequency(delivery: Delivery, info: SeriesInfo) -> None:
    declared = delivery.frequency
    if declared is not None and declared not in _SAME_FREQUENCY.get(
        info.frequency, (info.frequency,)
    ):
        raise DataError(
            f"it is declared {declared}, and the catalog has it as {info.frequency}; the series "
            "may have been replaced by another."
        )


def _check_not_ahead(index: pd.Index[pd.Timestamp], info: SeriesInfo, now: pd.Timestamp) -> None:
    """Refuse a figure for a day that is yet to come; only a rate in force is known ahead."""
    latest = pd.DatetimeIndex(index[-1:])
    known_from = (
        release_times(latest, info.release_rule) if info.release_rule == "in_force" else latest
    )
    if known_from[0] > now:
        raise DataError(
            f"it gives a figure for {latest[0]:%Y-%m-%d}, which is in the future at "
            f"{now:%Y-%m-%d %H:%M} Eastern; check the clock of this machine."
        )


def check_same_size(fresh: pd.Series[float], held: pd.Series[float], what: str) -> None:
    """Refuse figures of quite another size than those held of the same days.

    A publisher that moves from millions to billions, and does not say so, is caught here
    where the plausible range is too wide to tell.
    """
    common = fresh.index.intersection(held.index)
    old, new = held[common].to_numpy(), fresh[common].to_numpy()
    both = (old != 0) & (new != 0)
    if not both.any():
        return
    ratio = float(np.median(np.abs(new[both] / old[both])))
    if not 1 / _LARGEST_REVISION < ratio < _LARGEST_REVISION:
        raise UnitError(
            f"{what}: the figures sent are {ratio:.6g} times those held of the same "
            f"{int(both.sum())} days; the publisher has changed the unit without declaring it. "
            "Nothing was replaced."
        )


def check_not_shorter(
    fresh: pd.Series[float], held: pd.Series[float], since: pd.Timestamp | None, what: str
) -> None:
    """Refuse a history that lacks days which are held."""
    expected = held.index if since is None else held.index[held.index >= since]
    gone = expected.difference(fresh.index)
    if len(gone):
        raise DataError(
            f"{what}: the history sent is shorter than the one held: {len(gone)} of "
            f"{len(expected)} observations are missing, the first of {gone[0]:%Y-%m-%d}. What is "
            f"held stays. If the publisher has withdrawn them, clear the cache of {fresh.name!r} "
            "(fedliq cache --clear) and fetch again."
        )
