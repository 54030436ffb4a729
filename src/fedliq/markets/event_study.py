"""What a series did around dates, beyond what it had been doing, against what quiet days give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_positive_int, check_seed, check_whole
from fedliq._validate import check_columns, check_same_index, check_series, check_time_index
from fedliq.exceptions import InputTypeError, InvalidInputError, SampleError, TimeIndexError
from fedliq.markets.changes import LATEST, Changes, changes_over, levels_of
from fedliq.markets.placebo import Abnormal, Model, average_over_clusters, placebo_averages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["EventStudy", "event_study"]

_BAND = (0.025, 0.975)
_ROUNDING = 1e-12
_FEWEST_DRAWS, _FEWEST_PLACES = 100, 10
_SHORTEST_ESTIMATION = 20


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Abnormal changes around events; see :func:`event_study`.

    Attributes
    ----------
    average : pandas.DataFrame
        By day of the window, 0 the day of the events: ``abnormal``, averaged over clusters;
        ``cumulative``, from the first day of the window on; ``lower_95`` and ``upper_95``, between
        which 95 % of the cumulative averages on quiet days lie; ``p_value``, the share of them as
        far from zero.
    by_event : pandas.DataFrame
        Abnormal changes, events by days of the window.
    events : pandas.DataFrame
        By date: ``event``; ``day_0``, the row it falls on; ``cluster``, a number that events with
        overlapping windows share; ``fitted``, rows of the pre-event model; ``deviation``, what
        that left unexplained; ``cumulative``, to the end of the window; ``left_out``, why an event
        is not in the averages, empty where it is.
    placebo : pandas.Series
        Cumulative averages to the end of the window on quiet days, one a draw.
    specification : mapping of str to object
        Every choice that made it.
    """

    average: pd.DataFrame
    by_event: pd.DataFrame
    events: pd.DataFrame
    placebo: pd.Series[float]
    specification: Mapping[str, object]

    def to_frame(self) -> pd.DataFrame:
        """Return the averages as a frame of their own.

        Returns
        -------
        pandas.DataFrame
            As ``average``.
        """
        return self.average.copy()

    def summary(self) -> str:
        """Put the study into a few lines of text.

        Returns
        -------
        str
            The cumulative average at the end of the window against quiet days, and what was
            left out.
        """
        used = self.events[self.events["left_out"] == ""]
        last = self.average.iloc[-1]
        chosen = ", ".join(f"{name} {value}" for name, value in self.specification.items())
        lines = [
            (
                f"{len(used)} events in {used['cluster'].nunique()} clusters, cumulative abnormal "
                f"change to day {self.average.index[-1]}: {last['cumulative']:+.4g}"
            ),
            (
                f"quiet days give {last['lower_95']:+.4g} to {last['upper_95']:+.4g} in 95 % of "
                f"cases; p-value {last['p_value']:.3f}"
            ),
            f"specification: {chosen}",
        ]
        left = self.events[self.events["left_out"] != ""]
        lines += [f"left out: {when:%Y-%m-%d}, {why}" for when, why in left["left_out"].items()]
        return "\n".join(lines)


def event_study(  # noqa: PLR0913 - each is a choice of the caller's, by name
    series: pd.Series[float],
    events: pd.DatetimeIndex | pd.DataFrame,
    *,
    window: tuple[int, int] = (-5, 20),
    estimation: int = 120,
    benchmark: pd.Series[float] | None = None,
    changes: Changes = "log",
    standardised: bool = False,
    draws: int = 5_000,
    seed: int = 0,
) -> EventStudy:
    """Measure abnormal changes around dates, and how often quiet days show as much.

    Parameters
    ----------
    series : pandas.Series [any unit]
        By business day, for instance a price.
    events : pandas.DatetimeIndex or pandas.DataFrame
        Dates, or a table with a column ``date`` and perhaps ``event``, such as
        ``fl.policy_table("events").rows``. One that is no row of the series counts on the next.
    window : (int, int), default (-5, 20)
        First and last row, counted from the event's.
    estimation : int, default 120
        Rows before the window to which the model is fitted, those within the window of any event
        left out. An event with fewer than half of them is left out itself.
    benchmark : pandas.Series [any unit], optional
        On the same dates. What the series owes to it by the slope before the event is not
        abnormal. By default all but the mean change is.
    changes : {"log", "difference"}, default "log"
        Of both series.
    standardised : bool, default False
        Divide by the standard deviation before each event, so that stormy times do not outweigh
        the others.
    draws : int, default 5000
        Placebo studies.
    seed : int, default 0
        Fixes their random numbers.

    Returns
    -------
    EventStudy
        Averages with the placebo's band, each event's changes, and what was left out and why.
        In logarithms (0.01 is about one percent), the unit of the series, or standard deviations.

    Raises
    ------
    SampleError
        No event is left, or fewer than 10 places for a placebo are outside their windows.
    InvalidInputError
        A value is infinite or has no logarithm, or a number is out of range.
    AlignmentError
        The benchmark does not share the series' index.
    TimeIndexError, InputTypeError
        As in :func:`align`.

    Notes
    -----
    The model is a constant, or a constant and a slope on the benchmark's change, by least squares
    [mackinlay1997]_. Events whose windows overlap answer the same news and are not independent:
    they form a cluster, are averaged first, and count as one. The placebo moves the clusters to days
    outside all windows, at random, fits and averages anew; distances within a cluster are kept, and
    between clusters so near that they share rows of their models. It needs no normal
    distribution. It takes event days to be as calm as others; ``standardised`` does not ask that of
    their surroundings. Each p-value is that of its day alone.

    NaN: an event with a NaN in its window or the row before is left out; rows before that have
    none are not fitted.

    Timing: the model uses rows before the window only, the placebo the whole series: give a span
    whose quiet days are like those around the events. An event after the close belongs to the next
    day: shift such dates yourself.

    References
    ----------
    .. [mackinlay1997] A. C. MacKinlay, "Event Studies in Economics and Finance", Journal of
       Economic Literature 35(1), 1997.

    Examples
    --------
    Every event lifts the series by a tenth on the day after:

    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> days = pd.bdate_range("2020-01-01", periods=1200)
    >>> steps = np.random.default_rng(2).normal(0, 0.01, 1200)
    >>> steps[[301, 501, 701, 901]] += 0.1
    >>> price = pd.Series(100 * np.exp(steps.cumsum()), days)
    >>> study = fl.event_study(price, days[[300, 500, 700, 900]], window=(-2, 2))
    >>> study.average["abnormal"].round(1).abs().tolist()
    [0.0, 0.0, 0.0, 0.1, 0.0]
    >>> bool(study.average.loc[2, "p_value"] < 0.001)
    True
    """
    before, after = _check_window(window)
    _check_options(estimation, draws, seed, standardised)
    index, change, rounding = _changes_of(series, "series", changes)
    explained_by, rounding_by = None, 0.0
    if benchmark is not None:
        other_index, explained_by, rounding_by = _changes_of(benchmark, "benchmark", changes)
        check_same_index(index, other_index, "series", "benchmark")
    table = _placed(events, index)
    rows = table["row"].to_numpy()
    if after - before + estimation >= len(index):
        raise SampleError(
            f"series: {len(index)} rows are fewer than the estimation and the window take "
            f"({after - before + estimation + 1})."
        )
    quiet = _quiet(rows[rows >= 0], len(index), before, after)
    model = Model(
        change,
        explained_by,
        (rounding, rounding_by),
        quiet,
        (before, after),
        estimation,
        standardised,
    )
    around = model.around()
    table["left_out"] = _reasons(rows, index, around, model)
    clusters = _clusters(table, after - before)
    drawn, places = placebo_averages(model, clusters, draws, seed)
    if places < _FEWEST_PLACES:
        raise SampleError(
            f"events: outside their windows are {places} places for a placebo, apart enough not to "
            f"meet; it takes {_FEWEST_PLACES}. Give a longer series, fewer events, or a shorter window or "
            "estimation."
        )
    return EventStudy(
        average=_averages(around.changes, clusters, drawn, range(before, after + 1)),
        by_event=pd.DataFrame(
            around.changes[np.concatenate(clusters)],
            table.index[table["left_out"] == ""],
            pd.RangeIndex(before, after + 1, name="day"),
        ),
        events=_listed(table, index, around, clusters),
        placebo=pd.Series(drawn.sum(axis=1), name="cumulative"),
        specification={
            "window": (before, after),
            "estimation": estimation,
            "model": "constant" if benchmark is None else "constant and benchmark",
            "changes": changes,
            "standardised": standardised,
            "draws": draws,
            "seed": seed,
        },
    )


def _check_options(estimation: object, draws: object, seed: object, standardised: object) -> None:
    if check_positive_int(estimation, "estimation") < _SHORTEST_ESTIMATION:
        raise InvalidInputError(
            f"estimation: expected at least {_SHORTEST_ESTIMATION} rows, got {estimation}."
        )
    if check_positive_int(draws, "draws") < _FEWEST_DRAWS:
        raise InvalidInputError(f"draws: expected at least {_FEWEST_DRAWS}, got {draws}.")
    check_seed(seed)
    if not isinstance(standardised, bool):
        raise InputTypeError(f"standardised: expected True or False, got {standardised!r}.")


def _changes_of(
    series: object, argument: str, changes: Changes
) -> tuple[pd.DatetimeIndex, Floats, float]:
    """Return dates, changes, and up to what a change is the rounding of a machine."""
    index, values = check_series(series, argument)
    level = levels_of(values, index, argument, changes)
    largest = np.abs(np.nan_to_num(level)).max(initial=0.0)
    return index, changes_over(level, 1), _ROUNDING * float(largest)


def _clusters(table: pd.DataFrame, reach: int) -> list[NDArray[np.int64]]:
    """Group the rows of events that can be used by whether their windows overlap."""
    used = table.loc[table["left_out"] == "", "row"].to_numpy()
    if not len(used):
        counted = table["left_out"].value_counts().items()
        reasons = ", ".join(f"{number} because {why}" for why, number in counted)
        raise SampleError(f"events: none of {len(table)} can be used: {reasons}.")
    return np.split(used, np.flatnonzero(np.diff(used) > reach) + 1)


def _check_window(window: object) -> tuple[int, int]:
    if not isinstance(window, tuple) or len(window) != 2:  # noqa: PLR2004 - first and last
        raise InputTypeError(
            f"window: expected first and last row such as (-5, 20), got {window!r}."
        )
    before, after = (check_whole(row, "window") for row in window)
    if not before <= 0 <= after:
        raise InvalidInputError(f"window: expected to hold day 0, got {window!r}.")
    return before, after


def _placed(events: object, index: pd.DatetimeIndex) -> pd.DataFrame:
    """List the events by date, with the row each falls on, -1 where it falls on none."""
    if isinstance(events, pd.DataFrame):
        given = check_columns(events, ("date",), "events")
        if not pd.api.types.is_datetime64_any_dtype(given["date"]):
            raise TimeIndexError(
                "events: the column date holds no dates; convert it with pd.to_datetime."
            )
        given = given.sort_values("date")
        dates = check_time_index(pd.DatetimeIndex(given["date"]), "events")
        labels = given["event"].tolist() if "event" in given else [""] * len(given)
    else:
        dates = check_time_index(events, "events")
        labels = [""] * len(dates)
    if not len(dates):
        raise SampleError("events: none is given.")
    rows = index.searchsorted(dates)
    inside = rows < len(index)
    inside[inside] = index[rows[inside]] - dates[inside] <= LATEST
    return pd.DataFrame(
        {"event": labels, "row": np.where(inside, rows, -1)}, index=dates.rename("date")
    )


def _quiet(rows: NDArray[np.int64], length: int, before: int, after: int) -> NDArray[np.bool_]:
    quiet = np.ones(length, dtype=bool)
    for row in rows:
        quiet[max(row + before, 0) : row + after + 1] = False
    return quiet


def _reasons(
    rows: NDArray[np.int64], index: pd.DatetimeIndex, around: Abnormal, model: Model
) -> list[str]:
    """Say of each event why it cannot be used, nothing where it can."""
    after = model.window[1]
    reasons = []
    for row in rows:
        if row < 0:
            reasons.append("the series has no row within a week of it")
        elif row + after >= len(index):
            reasons.append(f"its window reaches beyond {index[-1].date()}")
        elif 2 * around.fitted[row] < model.estimation:
            reasons.append("too few quiet days before it")
        elif np.isnan(model.change[row + model.days]).any():
            reasons.append("a figure in its window, or the one before, is missing")
        elif np.isnan(around.changes[row]).any():
            missing = model.benchmark is not None and np.isnan(model.benchmark[row + model.days])
            reasons.append(
                "the benchmark is missing in its window"
                if np.any(missing)
                else "nothing moved before it"
            )
        else:
            reasons.append("")
    return reasons


def _averages(
    changes: Floats, clusters: list[NDArray[np.int64]], drawn: Floats, days: range
) -> pd.DataFrame:
    abnormal = average_over_clusters([changes[cluster] for cluster in clusters])
    cumulative, by_chance = abnormal.cumsum(), drawn.cumsum(axis=1)
    lower, upper = np.quantile(by_chance, _BAND, axis=0)
    as_far = (np.abs(by_chance) >= np.abs(cumulative)).sum(axis=0)
    return pd.DataFrame(
        {
            "abnormal": abnormal,
            "cumulative": cumulative,
            "lower_95": lower,
            "upper_95": upper,
            "p_value": (1 + as_far) / (1 + len(drawn)),
        },
        index=pd.RangeIndex(days.start, days.stop, name="day"),
    )


def _listed(
    table: pd.DataFrame,
    index: pd.DatetimeIndex,
    around: Abnormal,
    clusters: list[NDArray[np.int64]],
) -> pd.DataFrame:
    rows = table["row"].to_numpy()
    used = (table["left_out"] == "").to_numpy()
    number = np.repeat(np.arange(len(clusters)), [len(one) for one in clusters])
    listed = pd.DataFrame(
        {
            "event": table["event"],
            "day_0": index[np.maximum(rows, 0)].where(rows >= 0),
            "cluster": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "fitted": np.where(used, around.fitted[rows], 0),
            "deviation": np.where(used, around.deviation[rows], np.nan),
            "cumulative": np.where(used, around.changes[rows].sum(axis=1), np.nan),
            "left_out": table["left_out"],
        },
        index=table.index,
    )
    listed.loc[used, "cluster"] = number
    return listed
