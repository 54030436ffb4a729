"""Changes over a horizon, and a look at whether levels wander."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_whole
from fedliq.exceptions import InvalidInputError, TrendingLevelsWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq._validate import Floats

__all__ = [
    "LATEST",
    "Changes",
    "changes_over",
    "check_horizon",
    "levels_of",
    "warn_if_wandering",
]

Changes = Literal["log", "difference"]
#: A close this long after a day no longer answers what came out on it: a long holiday.
LATEST = pd.Timedelta(7, unit="D")

# Of the Dickey-Fuller statistic with a constant, at 5 percent (MacKinnon, 2010).
_WANDERS_ABOVE = -2.86
_FEWEST_TO_TELL = 20


def check_horizon(value: object, argument: str = "horizon") -> int:
    """Refuse what is no number of steps from zero up."""
    horizon = check_whole(value, argument)
    if horizon < 0:
        raise InvalidInputError(
            f"{argument}: expected steps from 0 (levels) up, got {horizon}; a lead is given by leads."
        )
    return horizon


def levels_of(
    values: Floats, index: pd.DatetimeIndex, argument: str, changes: str, horizon: int = 1
) -> Floats:
    """Return what is differenced: logarithms, or the values as they are."""
    check_choice(changes, get_args(Changes), "changes")
    endless = index[np.isinf(values)]
    if len(endless):
        raise InvalidInputError(f"{argument}: infinite on {endless[0].date()}; drop that row.")
    if changes == "difference":
        return values
    empty = index[values <= 0]
    if len(empty):
        instead = "'difference'" if horizon else "'difference', which leaves levels as they are"
        raise InvalidInputError(
            f"{argument}: not above zero on {empty[0].date()}, which has no logarithm; use "
            f"changes={instead}."
        )
    return np.log(values)


def changes_over(levels: Floats, horizon: int) -> Floats:
    """Return the change over so many rows, NaN where it would begin before the first.

    Over zero rows, which is no change, the levels themselves.
    """
    if horizon == 0:
        return levels
    changes = np.full_like(levels, np.nan)
    changes[horizon:] = levels[horizon:] - levels[:-horizon]
    return changes


def _dickey_fuller(levels: Floats) -> float:
    """Return the t of the level in a regression of its change, as if errors did not stay."""
    before, change = levels[:-1], np.diff(levels)
    there = ~np.isnan(before + change)
    before, change = before[there] - before[there].mean(), change[there] - change[there].mean()
    if len(before) < _FEWEST_TO_TELL or not before.any():
        return -np.inf
    slope = before @ change / (before @ before)
    residual = change - slope * before
    error = residual @ residual / (len(before) - 2)
    return float(slope * np.sqrt(before @ before / error)) if error else -np.inf


def warn_if_wandering(levels: Mapping[str, Floats]) -> bool:
    """Warn of levels that wander, and say whether one of them does."""
    found = {name: _dickey_fuller(values) for name, values in levels.items()}
    wandering = {name: value for name, value in found.items() if value > _WANDERS_ABOVE}
    if wandering:
        shown = ", ".join(f"{name} {value:.1f}" for name, value in wandering.items())
        warnings.warn(
            f"{', '.join(wandering)}: levels that wander (Dickey-Fuller {shown}; below "
            f"{_WANDERS_ABOVE} it would seem otherwise). Two series that wander correlate whether or "
            "not they have to do with each other, so no significance is given. Compare changes: "
            "horizon from 1 up.",
            TrendingLevelsWarning,
            stacklevel=3,
        )
    return bool(wandering)
