"""Abnormal changes around every row of a series, and what groups of quiet days would have given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["Abnormal", "average_over_clusters", "placebo_averages"]


def _sums(values: Floats, first: NDArray[np.int64], length: int) -> Floats:
    """Sum so many rows from each first one on."""
    running = np.concatenate([[0.0], values.cumsum()])
    return running[first + length] - running[first]


@dataclass(frozen=True, slots=True)
class Abnormal:
    """Changes less what the rows before would have led one to expect, around every row.

    Attributes
    ----------
    changes : numpy.ndarray
        Rows by days of the window; NaN where the window or the rows before do not fit.
    deviation : numpy.ndarray
        Standard deviation of what the model left unexplained in the rows before.
    fitted : numpy.ndarray of int
        Rows that the model was fitted to.
    """

    changes: Floats
    deviation: Floats
    fitted: NDArray[np.int64]

    @classmethod
    def around(
        cls,
        change: Floats,
        explained_by: Floats | None,
        quiet: NDArray[np.bool_],
        window: tuple[int, int],
        estimation: int,
    ) -> Abnormal:
        """Fit the model before each row, and take the window around it.

        Parameters
        ----------
        change : numpy.ndarray
            By row, NaN where there is none.
        explained_by : numpy.ndarray or None
            Changes of a benchmark; without one the model is a constant.
        quiet : numpy.ndarray of bool
            Rows that belong to no event.
        window : (int, int)
        estimation : int
            Rows before the window, the quiet ones of which are fitted.

        Returns
        -------
        Abnormal
        """
        before, after = window
        rows = np.arange(len(change))
        start = rows + before - estimation
        fits = (start >= 0) & (rows + after < len(change))
        other = np.zeros(len(change)) if explained_by is None else explained_by
        used = quiet & ~np.isnan(change) & ~np.isnan(other)
        own, by = np.where(used, change, 0.0), np.where(used, other, 0.0)
        first = np.where(fits, start, 0)
        count, sum_own, sum_by, own_own, by_by, own_by = (
            _sums(part, first, estimation)
            for part in (used.astype(float), own, by, own * own, by * by, own * by)
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            mean_own, mean_by = sum_own / count, sum_by / count
            spread_by, joint = by_by - count * mean_by**2, own_by - count * mean_own * mean_by
            slope = np.where(spread_by > 0, joint / spread_by, 0.0)
            unexplained = own_own - count * mean_own**2 - slope * joint
            freedom = count - (1 if explained_by is None else 2)
            deviation = np.sqrt(
                np.maximum(unexplained, 0.0) / np.where(freedom > 0, freedom, np.nan)
            )
        constant = mean_own - slope * mean_by
        day = rows[:, None] + np.arange(before, after + 1)
        day = np.where(fits[:, None], day, 0)
        abnormal = change[day] - constant[:, None] - slope[:, None] * other[day]
        abnormal[~fits | (2 * count < estimation)] = np.nan
        return cls(abnormal, deviation, count.astype(int))


def average_over_clusters(paths: Sequence[Floats]) -> Floats:
    """Average the events of each cluster, then the clusters.

    Parameters
    ----------
    paths : sequence of numpy.ndarray
        For each cluster events, on the axis before the last, by days.

    Returns
    -------
    numpy.ndarray
        By days, and whatever axes come before.
    """
    return np.mean([cluster.mean(axis=-2) for cluster in paths], axis=0)


def placebo_averages(
    changes: Floats,
    quiet: NDArray[np.bool_],
    clusters: Sequence[NDArray[np.int64]],
    window: tuple[int, int],
    draws: int,
    seed: int,
) -> tuple[Floats, int]:
    """Move each cluster to quiet days at random, its inner distances kept, and average anew.

    Parameters
    ----------
    changes : numpy.ndarray
        Abnormal, rows by days of the window.
    quiet : numpy.ndarray of bool
        Rows that belong to no event.
    clusters : sequence of numpy.ndarray of int
        Rows of the events of each.
    window : (int, int)
    draws, seed : int

    Returns
    -------
    tuple
        Draws by days; and the fewest places any cluster had to choose from.
    """
    days = np.arange(window[0], window[1] + 1)
    rows = np.arange(len(quiet))
    inside = (rows + window[0] >= 0) & (rows + window[1] < len(quiet))
    free = np.zeros(len(quiet), dtype=bool)
    free[inside] = quiet[rows[inside, None] + days].all(axis=1)
    free &= ~np.isnan(changes).any(axis=1)
    rng = np.random.default_rng(seed)
    drawn, fewest = [], len(rows)
    for cluster in clusters:
        apart = cluster - cluster[0]
        room = rows[: len(rows) - apart[-1]]
        places = room[free[room[:, None] + apart].all(axis=1)]
        fewest = min(fewest, len(places))
        if not len(places):
            return np.empty((0, len(days))), 0
        chosen = places[rng.integers(0, len(places), draws)]
        drawn.append(changes[chosen[:, None] + apart])
    return average_over_clusters(drawn), fewest
