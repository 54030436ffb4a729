"""From the prices of 30-day federal funds futures to the rate before and after each meeting.

A contract is worth 100 less the average EFFR of its month. A month without a change of the rate
says what the rate is; from there the months with a meeting are solved, backward first, as the
CME's tool does, because a meeting late in a month leaves few days from which to tell the new rate.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import isnan, nan
from statistics import fmean
from typing import TYPE_CHECKING

from fedliq.calendar import ONE_MONTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

__all__ = ["RatePath", "days_at_each_rate", "solve_rates"]


def days_at_each_rate(months: Days, changes: Days) -> list[dict[int, int]]:
    """Count the days of each month at each rate.

    Parameters
    ----------
    months : numpy.ndarray of datetime64[M]
    changes : numpy.ndarray of datetime64[D]
        First day of each new rate, in order.

    Returns
    -------
    list of dict of int to int
        For each month the rates it sees, in order, and on how many days. Rate 0 holds before the
        first change, rate 1 after it.
    """
    firsts: list[int] = changes.astype("datetime64[D]").astype(int).tolist()
    starts: list[int] = months.astype("datetime64[D]").astype(int).tolist()
    ends: list[int] = (months + ONE_MONTH).astype("datetime64[D]").astype(int).tolist()
    counted = []
    for start, end in zip(starts, ends, strict=True):
        seen = range(bisect_right(firsts, start), bisect_right(firsts, end - 1) + 1)
        edges = [start, *firsts[seen.start : seen.stop - 1], end]
        counted.append({rate: edges[at + 1] - edges[at] for at, rate in enumerate(seen)})
    return counted


@dataclass(frozen=True, slots=True)
class RatePath:
    """The rates, and how much of a month told each.

    Attributes
    ----------
    rates : list of float [percent]
        Before the first change and after each; NaN where the months do not tell.
    shares : list of float [fraction]
        Part of its days that the month which told a rate spent at it: the smaller, the more an
        error of the price is blown up. NaN where no month did.
    """

    rates: list[float]
    shares: list[float]


def solve_rates(
    averages: Sequence[float], days: Sequence[Mapping[int, int]], changes: int, before: float
) -> RatePath:
    """Find the rates that the months' averages imply.

    Parameters
    ----------
    averages : sequence of float [percent]
        By month, in order; NaN where there is no price.
    days : sequence of mapping
        As :func:`days_at_each_rate` counts them.
    changes : int
        How many there are.
    before : float [percent]
        The rate before the first change, for where no month tells it; NaN where that is not
        known either.

    Returns
    -------
    RatePath
    """
    path = RatePath([nan] * (changes + 1), [nan] * (changes + 1))
    priced = [at for at, average in enumerate(averages) if not isnan(average)]
    flat: dict[int, list[float]] = {}
    for at in priced:
        if len(days[at]) == 1:
            (rate,) = days[at]
            flat.setdefault(rate, []).append(averages[at])
    for rate, told in flat.items():
        path.rates[rate], path.shares[rate] = fmean(told), 1.0
    mixed = [at for at in priced if len(days[at]) > 1]
    # The last month that tells one rate, and again: what follows a meeting is solved for only
    # where no later month told it.
    for start in (nan, before):
        if isnan(path.rates[0]):
            path.rates[0] = start
        while any(_solve(path, days[at], averages[at]) for at in reversed(mixed)):
            pass
    return path


def _solve(path: RatePath, month: Mapping[int, int], average: float) -> bool:
    """Solve a month for the one rate that is not known, and say whether there was one."""
    unknown = [rate for rate in month if isnan(path.rates[rate])]
    if len(unknown) != 1:
        return False
    (rate,) = unknown
    length = sum(month.values())
    known = sum(path.rates[other] * held for other, held in month.items() if other != rate)
    path.rates[rate] = (length * average - known) / month[rate]
    path.shares[rate] = month[rate] / length
    return True
