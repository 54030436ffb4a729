"""Event studies as a textbook writes them: a loop over events, a regression each, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm


def walk(seed: int, rows: int = 600, first: str = "2015-01-01") -> pd.Series:
    """Make a price on business days whose steps have a standard deviation of a percent."""
    steps = np.random.default_rng(seed).normal(0.0004, 0.01, rows)
    return pd.Series(100 * np.exp(steps.cumsum()), pd.bdate_range(first, periods=rows))


def change_of(series: pd.Series | None, changes: str = "log") -> pd.Series | None:
    if series is None:
        return None
    return (np.log(series) if changes == "log" else series).diff()


def rows_of(series: pd.Series, dates: pd.DatetimeIndex) -> list[int]:
    """Count for each event the rows before it, whether or not it is a row itself."""
    return [int((series.index < when).sum()) for when in dates]


def quiet_days(series: pd.Series, rows: list[int], window: tuple[int, int]) -> pd.Series:
    quiet = pd.Series(data=True, index=series.index)
    for row in rows:
        for day in range(window[0], window[1] + 1):
            if 0 <= row + day < len(series):
                quiet.iloc[row + day] = False
    return quiet


def around(change, other, quiet, row, window, estimation):
    """Abnormal changes in the window around a row, rows fitted, and standard error of the fit."""
    start, end = row + window[0] - estimation, row + window[0]
    own = change.iloc[start:end][quiet.iloc[start:end]]
    during = change.iloc[end : row + window[1] + 1].reset_index(drop=True)
    if other is None:
        return during - own.mean(), own.count(), own.std()
    pairs = pd.DataFrame({"own": own, "other": other.reindex(own.index)}).dropna()
    model = sm.OLS(pairs["own"], sm.add_constant(pairs[["other"]])).fit()
    explains = other.iloc[end : row + window[1] + 1].reset_index(drop=True)
    expected = model.params["const"] + model.params["other"] * explains
    return during - expected, int(model.nobs), np.sqrt(model.mse_resid)


def by_loop(series, dates, window, estimation, benchmark=None, changes="log"):
    """Return for each event its abnormal changes, the rows fitted and the deviation."""
    rows = rows_of(series, dates)
    quiet = quiet_days(series, rows, window)
    change, other = change_of(series, changes), change_of(benchmark, changes)
    found = [around(change, other, quiet, row, window, estimation) for row in rows]
    abnormal = pd.DataFrame(
        [list(one[0]) for one in found],
        index=dates.rename("date"),
        columns=pd.RangeIndex(window[0], window[1] + 1, name="day"),
    )
    return abnormal, [one[1] for one in found], [one[2] for one in found]


def clusters_of(rows: list[int], window: tuple[int, int]) -> list[list[int]]:
    """Put events together whose windows share a row."""
    groups, reach = [], set()
    for row in rows:
        days = set(range(row + window[0], row + window[1] + 1))
        if days & reach:
            groups[-1].append(row)
            reach |= days
        else:
            groups.append([row])
            reach = days
    return groups


def groups_of(clusters, window: tuple[int, int], estimation: int) -> list[list[list[int]]]:
    """Put clusters together of which some events' rows, of model or window, are the same."""
    groups, reach = [], set()
    for cluster in clusters:
        days = {
            day
            for row in cluster
            for day in range(row + window[0] - estimation, row + window[1] + 1)
        }
        if days & reach:
            groups[-1].append(cluster)
            reach |= days
        else:
            groups.append([cluster])
            reach = days
    return groups


def _fits(free, there, rows, window, estimation) -> bool:
    fitted = free & there
    for row in rows:
        start, end = row + window[0], row + window[1] + 1
        if start < estimation or end > len(free) or not (free & there)[start:end].all():
            return False
        if 2 * fitted[start - estimation : start].sum() < estimation:
            return False
        fitted[start:end] = False
    return True


def places_of(change, quiet, group, window, estimation, other=None) -> list[int]:
    """List the rows to which the first event of clusters that move together can be moved.

    Of all their events the windows are quiet and whole, and half of the rows before are left,
    those in the windows of the events moved before it taken away.
    """
    there = change.notna().to_numpy() & (True if other is None else other.notna().to_numpy())
    apart = [row - group[0][0] for cluster in group for row in cluster]
    return [
        first
        for first in range(len(change))
        if _fits(quiet.to_numpy(), there, [first + gap for gap in apart], window, estimation)
    ]


def moved(change, quiet, group, first, window, estimation, other=None, *, standardised=False):
    """Return the average of each cluster of a group whose first event falls on another row."""
    averages, own = [], quiet.copy()
    for cluster in group:
        paths = []
        for row in [first + real - group[0][0] for real in cluster]:
            path, _, deviation = around(change, other, own, row, window, estimation)
            paths.append(path / deviation if standardised else path)
            own.iloc[row + window[0] : row + window[1] + 1] = False
        averages.append(pd.concat(paths, axis=1).mean(axis=1))
    return averages


def without_meeting(places, group, window: tuple[int, int]) -> int:
    """Find how many places there are at most on no two of which a cluster meets its own rows."""
    length = window[1] - window[0] + 1 + max(cluster[-1] - cluster[0] for cluster in group)
    most = [0] * (max(places, default=-1) + 1 + length)  # from each row on
    for row in range(len(most) - length - 1, -1, -1):
        most[row] = max(most[row + 1], 1 + most[row + length] if row in places else 0)
    return most[0]
