"""What was known when: release times by name, datasets as known at a moment, and audits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_time_of_day
from fedliq._validate import check_series, check_time_index
from fedliq.calendar import moment_of
from fedliq.data.catalog import series_info
from fedliq.data.dataset import check_dataset, public_at
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.releases import release_times

if TYPE_CHECKING:
    from datetime import date

    from fedliq._validate import Floats
    from fedliq.data.dataset import Dataset

__all__ = ["as_known", "audit_look_ahead", "release_time"]


def release_time(series: str, observation_dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """When observations of a series became public, by its publisher's timetable.

    Parameters
    ----------
    series : str
        A name of the catalog.
    observation_dates : pandas.DatetimeIndex
        The days the figures are for.

    Returns
    -------
    pandas.DatetimeIndex
        Eastern wall-clock times, one for each row, in the same order.

    Raises
    ------
    UnknownSeriesError
        The catalog has no such series.
    TimeIndexError
        The dates are not sorted, unique, naive and without time of day.
    InvalidInputError
        Dates lie outside the years the holiday rules hold for.

    Notes
    -----
    The timetable of ``fl.catalog()[series].release_rule``, on the business days of the office
    that publishes; see :func:`fedliq.releases.release_times`.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> thanksgiving = pd.DatetimeIndex(["2025-11-26"])
    >>> fl.release_time("fed_assets", thanksgiving).strftime("%a %Y-%m-%d %H:%M").tolist()
    ['Fri 2025-11-28 16:30']
    """
    return release_times(observation_dates, series_info(series).release_rule)


def as_known(dataset: Dataset, when: str | date | pd.Timestamp) -> Dataset:
    """Return what of a dataset was public at a moment.

    Parameters
    ----------
    dataset : Dataset
        Of whatever source.
    when : str, date or Timestamp
        A day, which means its end, or a moment such as ``"2026-08-20 09:00"``: Eastern
        wall-clock time, unless it has a time zone. A Timestamp is a moment even at midnight.

    Returns
    -------
    Dataset
        Each series cut where the timetable says that the next value was not yet public;
        ``as_of`` is the day.

    Raises
    ------
    InvalidInputError
        ``when`` is neither a day nor a moment.
    InputTypeError
        ``dataset`` is not a Dataset.

    Notes
    -----
    Timing: a value is known from its release time on, that instant included. Revisions are
    not undone; ``fl.load(as_of=...)`` brings the figures of the day where ALFRED keeps them.

    Examples
    --------
    The H.4.1 of a Wednesday comes out on Thursday at 16:30.

    >>> import fedliq as fl
    >>> sample = fl.load_sample()
    >>> for hour in ("16:29", "16:30"):
    ...     known = fl.as_known(sample, f"2023-03-16 {hour}")
    ...     print(known["fed_assets"].index[-1].date())
    2023-03-08
    2023-03-15
    """
    return public_at(check_dataset(dataset), moment_of(when, "when"))


_REPEATS_WITHIN = pd.Timedelta(35, unit="D")


def audit_look_ahead(
    frame: pd.DataFrame,
    dataset: Dataset,
    *,
    columns: Mapping[str, str] | None = None,
    hour: str = "23:59",
) -> pd.DataFrame:
    """Find the rows of a frame that use a figure before it was public.

    Parameters
    ----------
    frame : pandas.DataFrame
        Indexed by the day on which a row was, or would have been, acted upon.
    dataset : Dataset
        The figures that the frame was made from.
    columns : mapping of str to str, optional
        Column to name of the series whose values it holds, in the dataset's unit; by default
        the columns that are named like a series of the dataset.
    hour : str, default "23:59"
        The Eastern time of day at which a row acts.

    Returns
    -------
    pandas.DataFrame
        A row for each use that came too early: ``row`` and ``column`` in the frame, ``value``,
        ``observed`` (the day the figure is for), ``public`` (when it came out) and ``early_by``
        (public less the moment of the row). Empty where there is none.

    Raises
    ------
    InvalidInputError
        No column can be audited, a column is not in the frame, or ``hour`` is none.
    UnknownSeriesError
        A series is not in the dataset.
    TimeIndexError, InputTypeError
        The frame is not one of numbers on sorted, unique, naive dates.

    Notes
    -----
    A value is traced to the figure it equals, of several to the one for the day nearest to
    the row. Where one of the last 35 days that was public equals it, nothing is claimed: a
    figure that repeats cannot betray a look-ahead. Values that equal no figure, such as changes or
    averages, are not audited: audit the frame before they are computed.

    NaN: passed over.

    Examples
    --------
    A weekly figure joined to the Wednesday it is for is a day early.

    >>> import fedliq as fl
    >>> sample = fl.load_sample()
    >>> mine = sample.frame(["fed_assets"]).loc["2023-03-15":"2023-03-15"]
    >>> found = fl.audit_look_ahead(mine, sample, hour="16:00")
    >>> str(found["public"].iloc[0]), str(found["early_by"].iloc[0])
    ('2023-03-16 16:30:00', '1 days 00:30:00')
    """
    check_dataset(dataset)
    chosen = _audited(frame, dataset, columns)
    moments = check_time_index(frame.index, "frame") + check_time_of_day(hour, "hour")
    found = [
        _early(
            column,
            check_series(frame[column], f"frame[{column!r}]")[1],
            moments,
            dataset[name],
            release_time(name, pd.DatetimeIndex(dataset[name].index)),
        )
        for column, name in chosen.items()
    ]
    together = pd.concat(found, ignore_index=True)
    return together.sort_values(["row", "column"], ignore_index=True)


def _audited(
    frame: pd.DataFrame, dataset: Dataset, columns: Mapping[str, str] | None
) -> dict[str, str]:
    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(f"frame: expected a DataFrame, got {type(frame).__name__}.")
    if columns is None:
        columns = {name: name for name in frame.columns if name in dataset}
    if not isinstance(columns, Mapping):
        raise InputTypeError(
            "columns: expected a mapping of column to series, such as {'assets': 'fed_assets'}; "
            f"got {type(columns).__name__}."
        )
    if not columns:
        raise InvalidInputError(
            "columns: no column of the frame is named like a series of the dataset; say which "
            "holds what, for instance columns={'assets': 'fed_assets'}."
        )
    for column in columns:
        check_choice(column, list(frame.columns), "columns")
    return dict(columns)


def _early(
    column: str,
    values: Floats,
    moments: pd.DatetimeIndex,
    figures: pd.Series[float],
    public: pd.DatetimeIndex,
) -> pd.DataFrame:
    """Trace each value of a column to a figure, and keep those not yet public."""
    held, days = figures.to_numpy(), pd.DatetimeIndex(figures.index)
    found: list[tuple[int, int]] = []
    for position, value in enumerate(values.tolist()):
        moment = moments[position]
        same = np.flatnonzero(held == value)  # none for NaN
        distance = np.abs(days[same] - moment)
        repeats = (public[same] <= moment) & (distance <= _REPEATS_WITHIN)
        if len(same) and not repeats.any():
            nearest = int(same[np.argmin(distance)])
            if public[nearest] > moment:
                found.append((position, nearest))
    rows, figure = np.asarray(found, dtype=np.intp).reshape(-1, 2).T
    return pd.DataFrame(
        {
            "row": moments[rows].normalize(),
            "column": column,
            "value": values[rows],
            "observed": days[figure],
            "public": public[figure],
            "early_by": public[figure] - moments[rows],
        }
    )
