"""A frozen set of series in canonical units, each with its provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._validate import check_series, check_time_index
from fedliq.alignment import DEFAULT_MAX_STALE, align, no_figures
from fedliq.calendar import WEDNESDAY, day_of, end_of, moment_of, weekday
from fedliq.data.catalog import SeriesInfo, series_info, unknown_series
from fedliq.exceptions import (
    InputTypeError,
    InvalidInputError,
    TimeIndexError,
    UnknownSeriesError,
)
from fedliq.releases import release_times

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, timedelta

__all__ = ["Dataset", "Provenance"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a series comes from and what its values are.

    Attributes
    ----------
    info : SeriesInfo
        The catalog's entry: unit, native unit, observation convention, publisher, ids.
    source : str
        What delivered it, for instance ``"bundled sample: weekly.csv"``.
    vintage : str
        Which state of the figures it holds, for instance ``"latest revised"``.
    first, last : Timestamp or None
        Span of the observations; None where there are none.
    observations : int
        How many there are.
    sha256 : str
        Hash of the raw bytes it was read from; empty where it was read from none.
    retrieved_at : Timestamp or None
        When it was fetched, in UTC; None where it was not.
    """

    info: SeriesInfo
    source: str
    vintage: str
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    observations: int
    sha256: str = ""
    retrieved_at: pd.Timestamp | None = None

    @property
    def series_id(self) -> str:
        """Id at FRED or at the publisher."""
        return self.info.series_id

    @property
    def observation(self) -> str:
        """``"Wednesday level"``, ``"week average"`` and so on."""
        return self.info.observation

    def __str__(self) -> str:
        info = self.info
        span = (
            f"{self.first.date()} to {self.last.date()}, {self.observations} observations"
            if self.first is not None and self.last is not None
            else "no observations"
        )
        return (
            f"{info.name}: {info.title} [{info.unit}], {info.observation}; {info.publisher}, "
            f"{info.release} ({info.series_id}, published in {info.native_unit}); "
            f"{self.source}, {self.vintage}{self._retrieved()}; {span}"
        )

    def _retrieved(self) -> str:
        when = self.retrieved_at
        return f", retrieved {when:%Y-%m-%d %H:%M} UTC" if when is not None else ""


def check_wednesdays(index: pd.DatetimeIndex, info: SeriesInfo) -> None:
    """Refuse a weekly figure of the Board that is not dated by its Wednesday."""
    others = index[weekday(index.to_numpy().astype("datetime64[D]")) != WEDNESDAY]
    if info.frequency == "weekly" and len(others):
        raise TimeIndexError(
            f"{info.name}: the {info.release.split(',')[0]} is for Wednesdays, but a value is "
            f"given for {others[0]:%A %Y-%m-%d}; figures are dated by the Wednesday they are for."
        )


class Dataset(Mapping[str, "pd.Series[float]"]):
    """A read-only mapping from names to series in canonical units.

    Parameters
    ----------
    series : mapping of str to pandas.Series
        By catalog name, in the catalog's unit. Rows that are NaN are left out: a series
        holds what was observed.
    as_of : str, date or Timestamp
        The day a report on it stands on unless told otherwise, as a whole; or a moment of it,
        such as ``"2026-08-21 09:00"``, in Eastern time.
    source : str or mapping of str to str
        What delivered the figures, of all series or of each.
    vintage : str or mapping of str to str, default "as given"
        Which state of the figures they are, of all series or of each.
    sha256 : mapping of str to str, optional
        Hash of the raw bytes of each series.
    retrieved_at : mapping of str to Timestamp, optional
        When each series was fetched; with its time zone, and held in UTC.

    Raises
    ------
    UnknownSeriesError
        A name is not in the catalog.
    UnitError
        Values are impossible in the catalog's unit.
    TimeIndexError, InputTypeError
        A series is not one of numbers on sorted, unique, naive dates, or a weekly one is
        not on Wednesdays.

    Notes
    -----
    Every series handed out is a copy; nothing done to it reaches the dataset.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> mine = pd.Series([6745.699], pd.DatetimeIndex(["2026-08-19"]))
    >>> dataset = fl.Dataset({"fed_assets": mine}, as_of="2026-08-21", source="my own table")
    >>> dataset["fed_assets"].tolist()
    [6745.699]
    >>> dataset.provenance("fed_assets").observation
    'Wednesday level'
    """

    __slots__ = ("_moment", "_provenance", "_series")

    def __init__(
        self,
        series: Mapping[str, pd.Series[float]],
        *,
        as_of: str | date | pd.Timestamp,
        source: str | Mapping[str, str],
        vintage: str | Mapping[str, str] = "as given",
        sha256: Mapping[str, str] | None = None,
        retrieved_at: Mapping[str, pd.Timestamp] | None = None,
    ) -> None:
        if not isinstance(series, Mapping):
            raise InputTypeError(
                f"series: expected a mapping of names to Series, got {type(series).__name__}."
            )
        held, provenance = {}, {}
        for name, one in series.items():
            info = series_info(name)
            index, values = check_series(one, name, info.measures.name)
            check_wednesdays(index, info)
            observed = pd.Series(values, index=index, name=name).dropna()
            held[name] = observed
            provenance[name] = Provenance(
                info=info,
                source=_stated(source, name),
                vintage=_stated(vintage, name),
                first=observed.index[0] if len(observed) else None,
                last=observed.index[-1] if len(observed) else None,
                observations=len(observed),
                sha256=(sha256 or {}).get(name, ""),
                retrieved_at=_in_utc((retrieved_at or {}).get(name), name),
            )
        self._series = held
        self._provenance = provenance
        self._moment = moment_of(as_of, "as_of", midnight_is_a_day=True)

    @property
    def as_of(self) -> pd.Timestamp:
        """The day a report on the dataset stands on unless told otherwise."""
        return self._moment.normalize()

    @property
    def moment(self) -> pd.Timestamp:
        """The moment of that day, in Eastern time: its last instant unless told otherwise."""
        return self._moment

    def __getitem__(self, name: str) -> pd.Series[float]:
        self._check_name(name)
        return self._series[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    # Mapping compares values one by one, and two Series have no one answer.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"<fedliq.Dataset of {len(self)} series as of {self.as_of.date()}>"

    def _check_name(self, name: str) -> None:
        if name not in self._series:
            raise UnknownSeriesError(unknown_series(name, self._series))

    def provenance(self, name: str) -> Provenance:
        """Where a series comes from and what its values are.

        Parameters
        ----------
        name : str
            Of the series.

        Returns
        -------
        Provenance
            Source, ids, units, observation convention and span.

        Raises
        ------
        UnknownSeriesError
            The dataset has no such series.
        """
        self._check_name(name)
        return self._provenance[name]

    def credit(self, *names: str) -> str:
        """Word where series come from, for the foot of a chart or a table.

        Parameters
        ----------
        *names : str
            Of the series; by default all of the dataset.

        Returns
        -------
        str
            Each publisher once, with its releases.

        Raises
        ------
        UnknownSeriesError
            The dataset has no such series.

        Examples
        --------
        >>> import fedliq as fl
        >>> fl.load_sample().credit("reserves_week_average", "bank_assets", "sofr")
        'Fed Board (H.4.1, H.8); NY Fed (Repo reference rates)'
        """
        releases: dict[str, dict[str, None]] = {}
        for name in names or self:
            info = self.provenance(name).info
            held = releases.setdefault(info.publisher_in_short, {})
            held[info.release.partition(",")[0]] = None
        return "; ".join(f"{who} ({', '.join(what)})" for who, what in releases.items())

    def frame(
        self,
        names: Iterable[str],
        *,
        on: pd.DatetimeIndex | None = None,
        max_stale: str | timedelta = DEFAULT_MAX_STALE,
    ) -> pd.DataFrame:
        """Put several series on one index, as :func:`fedliq.align` does.

        Parameters
        ----------
        names : iterable of str
            Of the series, which become the columns.
        on : pandas.DatetimeIndex, optional
            The dates wanted; by default those of the first series.
        max_stale : str or timedelta, default "6D"
            Oldest age at which a value still serves.

        Returns
        -------
        pandas.DataFrame [canonical units]
            NaN where a series has no value that is fresh enough.

        Raises
        ------
        UnknownSeriesError
            The dataset has no such series.
        """
        wanted = list(names)
        return pd.DataFrame(
            dict(
                zip(
                    wanted,
                    align(*(self[name] for name in wanted), on=on, max_stale=max_stale),
                    strict=True,
                )
            )
        )

    def known_on(self, day: str | date | pd.Timestamp) -> Dataset:
        """Return what had been published by the end of a day.

        Parameters
        ----------
        day : str, date or Timestamp
            In Eastern time.

        Returns
        -------
        Dataset
            Each series cut where its release rule says that the next value was not yet
            public; ``as_of`` is the day.

        Raises
        ------
        InvalidInputError
            ``day`` is not a date.

        Notes
        -----
        Dates of publication are respected, revisions are not undone: a value is the one
        this dataset holds, not its first print.
        """
        return public_at(self, end_of(pd.Timestamp(day_of(day, "day"))))


def public_at(dataset: Dataset, moment: pd.Timestamp) -> Dataset:
    """Cut each series to what was public at a moment."""
    known = {}
    for name, one in dataset.items():
        index = check_time_index(one.index, name)
        public = release_times(index, dataset.provenance(name).info.release_rule)
        # A rate in force is announced before the days it is for.
        known[name] = one[(public <= moment) & (index <= moment)]
    return with_series(dataset, known, moment)


def with_series(
    dataset: Dataset, series: Mapping[str, pd.Series[float]], moment: pd.Timestamp
) -> Dataset:
    """Make a dataset of other spans of the same figures."""
    origins = {name: dataset.provenance(name) for name in series}
    retrieved = {name: one.retrieved_at for name, one in origins.items()}
    made = Dataset(
        series,
        as_of=moment,
        source={name: one.source for name, one in origins.items()},
        vintage={name: one.vintage for name, one in origins.items()},
        sha256={name: one.sha256 for name, one in origins.items()},
        retrieved_at={name: when for name, when in retrieved.items() if when is not None},
    )
    made._moment = moment  # noqa: SLF001 - midnight included, which as_of takes for a day
    return made


def _in_utc(moment: pd.Timestamp | None, name: str) -> pd.Timestamp | None:
    if moment is None:
        return None
    if not isinstance(moment, pd.Timestamp) or moment.tz is None:
        raise InvalidInputError(
            f"retrieved_at: {name}: expected a Timestamp with its time zone, got {moment!r}."
        )
    return moment.tz_convert("UTC")


def _stated(text: str | Mapping[str, str], name: str) -> str:
    return text if isinstance(text, str) else text.get(name, "not stated")


def check_dataset(dataset: object) -> Dataset:
    """Refuse what is no Dataset, and say how to get one."""
    if not isinstance(dataset, Dataset):
        raise InputTypeError(
            f"dataset: expected a Dataset, got {type(dataset).__name__}; "
            "use fl.load_sample() or fl.Dataset(...)."
        )
    return dataset


def figures_of(dataset: Dataset, names: Iterable[str]) -> dict[str, pd.Series[float]]:
    """Take series by name; one that the dataset lacks is empty, never made up."""
    return {name: dataset.get(name, no_figures(name)) for name in names}
