"""Abnormal changes around every row of a series, and what groups of quiet days would have given."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fedliq._validate import Floats

    Flags = NDArray[np.bool_]
    Rows = NDArray[np.int64]

__all__ = ["Abnormal", "Model", "average_over_clusters", "placebo_averages"]


@dataclass(frozen=True, slots=True)
class Abnormal:
    """Changes less what the rows before would have led one to expect, around every row.

    Attributes
    ----------
    changes : numpy.ndarray
        Rows by days of the window; NaN where the window or the rows before do not fit.
    deviation : numpy.ndarray
        Standard deviation of what the model left unexplained, zero where nothing was.
    fitted : numpy.ndarray of int
        Rows that the model was fitted to.
    """

    changes: Floats
    deviation: Floats
    fitted: Rows


@dataclass(frozen=True, slots=True)
class Model:
    """What is expected of a series around a row: its mean before, or that and a benchmark's part.

    Attributes
    ----------
    change : numpy.ndarray
        By row, NaN where there is none.
    benchmark : numpy.ndarray or None
        Changes of another series; without one the model is a constant.
    rounding : (float, float)
        Up to what a change of either is the rounding of a machine.
    quiet : numpy.ndarray of bool
        Rows that belong to no event.
    window : (int, int)
        First and last row around an event.
    estimation : int
        Rows before the window, the quiet ones of which are fitted.
    standardised : bool
        Divide by the deviation.
    """

    change: Floats
    benchmark: Floats | None
    rounding: tuple[float, float]
    quiet: Flags
    window: tuple[int, int]
    estimation: int
    standardised: bool
    _fits: dict[bytes, Abnormal] = field(default_factory=dict, init=False, repr=False)

    @property
    def days(self) -> Rows:
        """Days of the window."""
        return np.arange(self.window[0], self.window[1] + 1)

    def around(self, keep: Flags | None = None) -> Abnormal:
        """Fit before every row, and take the window around it; once for each choice of rows.

        Parameters
        ----------
        keep : numpy.ndarray of bool, optional
            Which of the rows before the window may be fitted. By default all.

        Returns
        -------
        Abnormal
            All NaN where fewer than half of the rows before are fitted.
        """
        key = b"" if keep is None or keep.all() else keep.tobytes()
        if key not in self._fits:
            self._fits[key] = self._fitted(keep)
        return self._fits[key]

    def _fitted(self, keep: Flags | None) -> Abnormal:
        length, (before, after) = len(self.change), self.window
        by = np.zeros(length) if self.benchmark is None else self.benchmark
        rows = np.arange(self.estimation - before, length - after)
        first = rows + before - self.estimation
        used = sliding_window_view(self.quiet & ~np.isnan(self.change + by), self.estimation)[
            first
        ]
        used = used if keep is None else used & keep
        fitted = used.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean, away = _centred(self.change, used, first)
            mean_by, away_by = _centred(by, used, first)
            spread = (away_by**2).sum(axis=1)
            told = spread > fitted * self.rounding[1] ** 2
            slope = np.where(told, (away * away_by).sum(axis=1) / spread, 0.0)
            left = ((away - slope[:, None] * away_by) ** 2).sum(axis=1)
            left[left <= fitted * self.rounding[0] ** 2] = 0.0
            deviation = np.sqrt(left / (fitted - (1 if self.benchmark is None else 2)))
            day = rows[:, None] + self.days
            expected = mean[:, None] + slope[:, None] * (by[day] - mean_by[:, None])
            changes = self.change[day] - expected
            if self.standardised:
                changes = np.where(deviation[:, None] > 0, changes / deviation[:, None], np.nan)
        changes[2 * fitted < self.estimation] = np.nan
        around = Abnormal(
            np.full((length, len(self.days)), np.nan),
            np.full(length, np.nan),
            np.zeros(length, int),
        )
        around.changes[rows], around.deviation[rows], around.fitted[rows] = (
            changes,
            deviation,
            fitted,
        )
        return around


def _centred(values: Floats, used: Flags, first: Rows) -> tuple[Floats, Floats]:
    """Return the mean of what is used before each row, and how far each of it lies from that."""
    before = np.where(used, sliding_window_view(values, used.shape[1])[first], 0.0)
    mean = before.sum(axis=1) / used.sum(axis=1)
    return mean, np.where(used, before - mean[:, None], 0.0)


def average_over_clusters(paths: Sequence[Floats]) -> Floats:
    """Average the events of each cluster, then the clusters.

    Parameters
    ----------
    paths : sequence of numpy.ndarray
        For each cluster events by days.

    Returns
    -------
    numpy.ndarray
        By days.
    """
    return np.mean([cluster.mean(axis=0) for cluster in paths], axis=0)


def placebo_averages(
    model: Model, clusters: Sequence[Rows], draws: int, seed: int
) -> tuple[Floats, int]:
    """Move the clusters to quiet days at random, their distances kept, and average anew.

    Clusters near enough to share rows of their models move together, and a moved event is fitted
    without the windows of those before it, as the real ones were.

    Parameters
    ----------
    model : Model
    clusters : sequence of numpy.ndarray of int
        Rows of the events of each, in order.
    draws, seed : int

    Returns
    -------
    tuple
        Draws by days, none where there is no place; and how many places there are, of those that
        move with the least room, so far apart that no cluster meets its own window.
    """
    rng = np.random.default_rng(seed)
    quiet = _quiet_windows(model)
    total, least = np.zeros((draws, len(model.days))), len(model.change)
    for group in _neighbours(clusters, model.estimation + len(model.days)):
        rows = np.concatenate(group)
        apart = rows - rows[0]
        moved = [model.around(keep).changes for keep in _kept(apart, model)]
        places = np.arange(len(quiet) - apart[-1])
        for away, changes in zip(apart, moved, strict=True):
            free = quiet & ~np.isnan(changes).any(axis=1)
            places = places[free[places + away]]
        widest = max(cluster[-1] - cluster[0] for cluster in group) + len(model.days)
        least = min(least, _apart_by(places, widest))
        if not len(places):
            return np.empty((0, len(model.days))), 0
        chosen = places[rng.integers(0, len(places), draws)]
        parts = np.concatenate([np.full(len(cluster), 1 / len(cluster)) for cluster in group])
        for away, changes, part in zip(apart, moved, parts, strict=True):
            total += changes[chosen + away] * (part / len(clusters))
    return total, least


def _neighbours(clusters: Sequence[Rows], reach: int) -> list[list[Rows]]:
    """Group clusters of which the next begins before the reach of the last has ended."""
    groups = [[clusters[0]]]
    for before, cluster in pairwise(clusters):
        if cluster[0] - before[-1] < reach:
            groups[-1].append(cluster)
        else:
            groups.append([cluster])
    return groups


def _quiet_windows(model: Model) -> Flags:
    """Say around which rows every day of the window is quiet."""
    before, after = model.window
    quiet = np.zeros(len(model.quiet), dtype=bool)
    whole = sliding_window_view(model.quiet, len(model.days)).all(axis=1)
    quiet[-before : len(quiet) - after] = whole
    return quiet


def _kept(apart: Rows, model: Model) -> list[Flags]:
    """Say for each event which rows before its window lie in no window of an earlier one."""
    before, after = model.window
    rows = np.arange(before - model.estimation, before)
    kept = []
    for at, own in enumerate(apart):
        starts = (apart[:at] - own)[:, None]
        inside = (rows >= starts + before) & (rows <= starts + after)
        kept.append(~inside.any(axis=0))
    return kept


def _apart_by(places: Rows, rows: int) -> int:
    """Count how many places there are so many rows apart."""
    count, free_from = 0, 0
    for place in places.tolist():
        if place >= free_from:
            count, free_from = count + 1, place + rows
    return count
