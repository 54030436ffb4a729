"""How a line of the balance sheet moves that no rule of the Desk decides: named paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_series
from fedliq.calendar import ONE_DAY, day_of, days_of, tax_dates
from fedliq.exceptions import AlignmentError, InputTypeError, InvalidInputError, UnitError
from fedliq.quantities import QUANTITIES

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = [
    "AbsorbsDrains",
    "Constant",
    "DebtLimit",
    "Drift",
    "Growth",
    "Path",
    "Seasonal",
    "Target",
    "seasonal_pattern",
    "values_of",
]

_DAYS_IN_YEAR = 365.25
_WEEK = 7 * ONE_DAY


@runtime_checkable
class Path(Protocol):
    """Anything that continues a line from its opening level."""

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        ...


@dataclass(frozen=True, slots=True)
class Constant:
    """The opening level, held."""

    def __str__(self) -> str:
        return "held"

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        return np.full(len(days), opening)


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth at a constant rate.

    Parameters
    ----------
    per_year : float [fraction]
        0.03 is 3 % a year.
    """

    per_year: float

    def __post_init__(self) -> None:
        if abs(check_number(self.per_year, "per_year")) >= 1:
            raise UnitError(
                f"per_year: expected a fraction, such as 0.03, got {self.per_year:g}; for "
                f"{self.per_year:g} % write {self.per_year / 100:g}."
            )

    def __str__(self) -> str:
        return f"{100 * self.per_year:+.1f} % a year"

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        return opening * np.exp(np.log1p(self.per_year) * _years(days))


@dataclass(frozen=True, slots=True)
class Drift:
    """A constant change a year.

    Parameters
    ----------
    per_year : float [USD bn]
    """

    per_year: float

    def __post_init__(self) -> None:
        check_number(self.per_year, "per_year")

    def __str__(self) -> str:
        return f"{self.per_year:+,.0f} USD bn a year"

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        return opening + self.per_year * _years(days)


@dataclass(frozen=True, slots=True)
class Target:
    """A return to a level: half of the gap is closed in each half-life.

    Parameters
    ----------
    level : float [USD bn]
    half_life_weeks : float, default 13
        0: at the target from the first day after the opening.
    """

    level: float
    half_life_weeks: float = 13.0

    def __post_init__(self) -> None:
        _check_level(self.level, "level")
        if not check_number(self.half_life_weeks, "half_life_weeks") >= 0:
            raise InvalidInputError(
                f"half_life_weeks: expected weeks from 0, got {self.half_life_weeks:g}."
            )

    def __str__(self) -> str:
        return f"to {self.level:,.0f} USD bn, half of the gap in {self.half_life_weeks:g} weeks"

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        weeks = (days - days[0]) / _WEEK
        if self.half_life_weeks == 0:
            return np.where(weeks > 0, self.level, opening)
        return self.level + (opening - self.level) * 0.5 ** (weeks / self.half_life_weeks)


@dataclass(frozen=True, slots=True)
class Seasonal:
    """A return to a target with the season of tax dates on top.

    Parameters
    ----------
    target : Target
    pattern : mapping of (int, int) to float [USD bn]
        See :func:`seasonal_pattern`.
    """

    target: Target
    pattern: Mapping[tuple[int, int], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.target, Target) or not isinstance(self.pattern, Mapping):
            raise InputTypeError(
                "target, pattern: expected a fl.Target and the pattern that fl.seasonal_pattern "
                f"returns, got {type(self.target).__name__} and {type(self.pattern).__name__}."
            )
        for key, away in self.pattern.items():
            check_number(away, f"pattern[{key!r}]")

    def __str__(self) -> str:
        return f"{self.target}, with the season of tax dates"

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day [USD bn], never below zero."""
        season = _season(days, self.pattern)
        level = self.target.values(opening - season[0], days) + season
        return np.maximum(level, 0.0)


@dataclass(frozen=True, slots=True)
class DebtLimit:
    """An episode of the debt limit: the TGA is drawn down to a low, then rebuilt.

    Parameters
    ----------
    resolved : str, date or Timestamp
        The day on which the limit is suspended or raised; where it lies before the opening,
        only what is left of the rebuilding.
    low : float, default 50 [USD bn]
        Level on that day.
    target : float [USD bn]
        Level after the rebuilding.
    rebuild_weeks : float, default 12
    """

    resolved: str | date | pd.Timestamp
    target: float
    low: float = 50.0
    rebuild_weeks: float = 12.0

    def __post_init__(self) -> None:
        day_of(self.resolved, "resolved")
        _check_level(self.target, "target")
        _check_level(self.low, "low")
        if not check_number(self.rebuild_weeks, "rebuild_weeks") > 0:
            raise InvalidInputError(
                f"rebuild_weeks: expected weeks above 0, got {self.rebuild_weeks:g}."
            )

    def __str__(self) -> str:
        return (
            f"down to {self.low:,.0f} USD bn on {day_of(self.resolved, 'resolved')}, then to "
            f"{self.target:,.0f} in {self.rebuild_weeks:g} weeks"
        )

    def values(self, opening: float, days: Days) -> Floats:
        """Return the level on each day, the opening day first [USD bn]."""
        start, resolved = days[0], day_of(self.resolved, "resolved")
        low = min(self.low, opening) if resolved > start else opening
        begin = max(resolved, start)
        rebuilt = resolved + np.timedelta64(round(self.rebuild_weeks * 7), "D")
        # A rebuilding that should be over still takes a week.
        end = max(rebuilt, begin + _WEEK)
        knots = np.asarray([start, begin, end]).astype("datetime64[D]").astype(float)
        levels = [opening, low, self.target]
        if resolved <= start:
            knots, levels = knots[1:], levels[1:]
        return np.interp(days.astype("datetime64[D]").astype(float), knots, levels)


@dataclass(frozen=True, slots=True)
class AbsorbsDrains:
    """ON RRP gives way first: a fall of liquidity empties it before reserves fall.

    Parameters
    ----------
    floor : float, default 0 [USD bn]
        What stays in the facility.

    Notes
    -----
    Formula: on_rrp = opening + min(0, change of reserves and ON RRP together since the
    opening), not below the floor. A rise of liquidity goes to reserves. This is how 2023 and
    2024 went and 2022 did not: see the page on projections.
    """

    floor: float = 0.0

    def __post_init__(self) -> None:
        if check_number(self.floor, "floor") < 0:
            raise InvalidInputError(f"floor: expected USD bn from 0, got {self.floor:g}.")

    def __str__(self) -> str:
        return f"gives way to drains, down to {self.floor:,.0f} USD bn"

    def share(self, opening: float, change: Floats) -> Floats:
        """Return ON RRP for a change of reserves and ON RRP together [USD bn]."""
        return np.maximum(opening + np.minimum(change, 0.0), min(self.floor, opening))


def seasonal_pattern(tga: pd.Series[float]) -> dict[tuple[int, int], float]:
    """Measure how the TGA moves around tax dates.

    Parameters
    ----------
    tga : pandas.Series [USD bn]
        Wednesday levels over some years.

    Returns
    -------
    dict of (int, int) to float [USD bn]
        By the month of the last tax date and the weeks since then: the median distance from
        the centred mean of a year.

    Raises
    ------
    InvalidInputError
        Fewer than two years are at hand.
    UnitError, TimeIndexError, InputTypeError
        As in ``fl.net_liquidity``.

    Notes
    -----
    The median keeps episodes of the debt limit from passing for a season. Tax dates: see
    ``fl.calendar.tax_dates``.

    NaN: weeks without a level are left out.

    Timing: a description of the whole history given; cut it before a back-test.

    Examples
    --------
    >>> import fedliq as fl
    >>> pattern = fl.seasonal_pattern(fl.load_sample()["tga"].dropna()["2015":"2019"])
    >>> pattern[4, 1] > 0 > pattern[1, 11]  # after the April tax date, and before it
    True
    """
    index, _ = check_series(tga, "tga", "tga")
    if len(index) < 2 * 52:
        raise InvalidInputError(
            f"tga: expected at least two years of weeks, got {len(index)} rows."
        )
    away = tga - tga.rolling(53, center=True, min_periods=40).mean()
    months, weeks = _since_tax_date(days_of(index, "tga"))
    medians = away.groupby([months, weeks]).median().dropna()
    keys = zip(*(medians.index.get_level_values(level).tolist() for level in (0, 1)), strict=True)
    return dict(zip(keys, medians.tolist(), strict=True))


def _since_tax_date(days: Days) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    due = tax_dates(pd.Timestamp(days[0] - 200 * ONE_DAY), pd.Timestamp(days[-1]))
    dates = due.to_numpy().astype("datetime64[D]")
    last = dates[np.searchsorted(dates, days, side="right") - 1]
    months = last.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return months, ((days - last) / _WEEK).astype(np.int64)


def _season(days: Days, pattern: Mapping[tuple[int, int], float]) -> Floats:
    months, weeks = _since_tax_date(days.astype("datetime64[D]"))
    return np.asarray(
        [
            pattern.get((month, week), 0.0)
            for month, week in zip(months.tolist(), weeks.tolist(), strict=True)
        ]
    )


def _years(days: Days) -> Floats:
    return (days - days[0]) / ONE_DAY / _DAYS_IN_YEAR


def _check_level(value: object, argument: str) -> None:
    if check_number(value, argument) < 0:
        raise InvalidInputError(f"{argument}: expected USD bn from 0, got {value}.")


def values_of(path: object, line: str, opening: float, days: Days) -> Floats:
    """Return a line's levels, checked: by a named path, or read from a series of the caller's own.

    The opening day keeps the level of the opening sheet.
    """
    values = _followed(path, line, opening, days)
    known = QUANTITIES[line]
    if values.shape != days.shape:
        raise InvalidInputError(
            f"lines[{line!r}]: expected a level for each of {len(days)} days, got {values.shape}."
        )
    # A line that the sheet does not list apart stands at zero.
    bad = ~((values >= known.low) & (values <= known.high)) & ~((values == 0) & (opening == 0))
    if bad.any():
        first = int(np.argmax(bad))
        raise UnitError(
            f"lines[{line!r}]: {values[first]:.6g} on {days[first]} is outside what is possible in "
            f"{known.unit.value} ({known.low:g} to {known.high:g}): is it in another unit (see "
            "fl.convert), or does the path run on for too long?"
        )
    return values


def _followed(path: object, line: str, opening: float, days: Days) -> Floats:
    if path is None:
        path = Constant()
    if isinstance(path, pd.Series):
        index, values = check_series(path, line)
        own = index.to_numpy().astype("datetime64[D]")
        later = days[1:]
        missing = later[~np.isin(later, own[~np.isnan(values)])]
        if len(missing):
            raise AlignmentError(
                f"lines[{line!r}]: the series has no level on {missing[0]}; give one for each date of the "
                "projection, see fl.projection_dates."
            )
        return np.concatenate([[opening], values[np.searchsorted(own, later)]])
    if isinstance(path, (type, Mapping, pd.DataFrame)) or not isinstance(path, Path):
        raise InputTypeError(
            f"lines[{line!r}]: expected a path such as fl.Growth(0.03) or fl.Target(850), a Series "
            f"by date, or nothing to hold the opening level; got {path!r:.60}."
        )
    return np.asarray(path.values(opening, days), dtype=float)
