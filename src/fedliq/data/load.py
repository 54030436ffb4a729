"""Bring figures from the publishers, through the cache, into a Dataset."""

from __future__ import annotations

import os
import warnings
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.calendar import day_of, eastern, moment_of
from fedliq.data.availability import as_known
from fedliq.data.cache import Cache, default_directory
from fedliq.data.catalog import catalog, series_info
from fedliq.data.clock import ago, utc_now
from fedliq.data.dataset import Dataset, with_series
from fedliq.data.refresh import Held, Outcome, Refresh, nobody_has, read_local, vintage_day
from fedliq.data.sample import load_sample
from fedliq.exceptions import (
    CacheWarning,
    InputTypeError,
    InvalidInputError,
    MissingDataWarning,
    NotAvailableError,
    StaleDataWarning,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Source
    from fedliq.exceptions import FedliqError

    Progress = Callable[[str, str], None]

__all__ = ["SOURCES", "load"]

#: Names of the publishers' services, in the order in which they are asked.
SOURCES = ("nyfed", "treasury", "fred", "fredgraph", "board")


# What fedliq.data.sources.Source asks for.
_PARTS = ("name", "remote", "keeps_vintages", "overlap_days", "serves", "deliver")


def _chosen(source: object, key: str | None) -> tuple[str | Source, ...]:
    """Return names and objects to ask, in order; by default FRED's interface only with a key."""
    if source is None:
        return tuple(name for name in SOURCES if name != "fred" or key)
    several = tuple(source) if isinstance(source, (list, tuple)) else (source,)
    for one in several:
        if one not in SOURCES and not all(hasattr(one, part) for part in _PARTS):
            known = ", ".join(repr(name) for name in SOURCES)
            raise InvalidInputError(
                f"source: {one!r} is not one of {known}, nor an object with what a source has "
                f"({', '.join(_PARTS)}), such as fl.LocalFiles(folder); 'sample' goes alone."
            )
    return several


def make_sources(chosen: Sequence[str | Source], key: str | None) -> tuple[Source, ...]:
    """Make the sources that are reached over the network."""
    made = (_source(one, key) for one in chosen)
    return tuple(one for one in made if one.remote)


def _source(one: str | Source, key: str | None) -> Source:
    return _service(one, key if one == "fred" else None) if isinstance(one, str) else one


@cache
def _service(name: str, key: str | None) -> Source:
    """Make the client of a service, once, so that its limits hold for the whole process.

    Its module is loaded when it is to be asked.
    """
    match name:
        case "nyfed":
            from fedliq.data.nyfed import NewYorkFed  # noqa: PLC0415

            return NewYorkFed()
        case "treasury":
            from fedliq.data.treasury import FiscalData  # noqa: PLC0415

            return FiscalData()
        case "fred":
            from fedliq.data.fred import FredApi  # noqa: PLC0415

            return FredApi(key or "")
        case "fredgraph":
            from fedliq.data.fred import FredGraph  # noqa: PLC0415

            return FredGraph()
        case _:
            from fedliq.data.board import BoardDownload  # noqa: PLC0415

            return BoardDownload()


def load(  # noqa: PLR0913 - each is a choice of the caller's, by name
    names: Iterable[str] | None = None,
    *,
    source: str | Source | Sequence[str | Source] | None = None,
    as_of: str | date | pd.Timestamp | None = None,
    since: str | date | pd.Timestamp | None = None,
    offline: bool = False,
    refresh: bool = False,
    api_key: str | None = None,
    cache_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Load figures from their publishers, through a cache on disk.

    Parameters
    ----------
    names : iterable of str, optional
        Of the series, as in ``fl.catalog()``; by default all of them.
    source : str, source, or sequence of these, optional
        One of ``"nyfed"``, ``"treasury"``, ``"fred"``, ``"fredgraph"``, ``"board"``,
        ``"sample"``, or an object such as ``fl.LocalFiles(folder)``. By default each series
        comes from its publisher, or from FRED, in that order; without a key of FRED's, from
        its graphs.
    as_of : str, date or Timestamp, optional
        The figures as they stood at the end of that day, or at that moment; a Timestamp is a
        moment even at midnight. See Notes.
    since : str, date or Timestamp, optional
        Only observations from this day on; of what is cached, only those are asked for anew.
    offline : bool, default False
        Ask nobody: what the cache has serves, however old.
    refresh : bool, default False
        Ask for everything anew, whether or not anything new is due.
    api_key : str, optional
        Of FRED; by default the environment's ``FRED_API_KEY``.
    cache_dir : str or pathlib.Path, optional
        By default the environment's ``FEDLIQ_CACHE_DIR``, else the user's cache directory.
    progress : callable, optional
        Called with the name of a series and what came of it.

    Returns
    -------
    Dataset
        In canonical units, as of this moment in Eastern time, or as of ``as_of``.

    Raises
    ------
    NotAvailableError
        A series that was named is not published, or not cached while offline.
    SourceError, RateLimitError, MalformedAnswerError
        A series that was named, or everything, could not be had.
    ApiKeyError
        FRED does not accept the key.
    UnitError, DataError
        What was sent for a series that was named cannot be trusted, and nothing is cached.
    UnknownSeriesError
        A name is not in the catalog.
    InvalidInputError, InputTypeError
        Another argument cannot be used.

    Warns
    -----
    StaleDataWarning
        A refresh failed, and what was cached serves; the message says how old it is.
    MissingDataWarning
        A series of the whole catalog could not be had and is left out, or no vintage of that
        day is kept.
    CacheWarning
        The cache is damaged or cannot be written.

    Notes
    -----
    A series is asked for when a figure is due that the cache does not have, by its publisher's
    timetable, and once a week for revisions. FRED is asked twice a second at most.

    ``as_of``: series of FRED's come as ALFRED keeps them for that day, others as last revised;
    all are then cut to what was public by the publisher's timetable, which
    ``Dataset.provenance`` says of each. A day means its end, a Timestamp with a time of day
    that moment, in Eastern time unless it has a time zone.

    NaN: dropped; a series holds what was observed.

    Timing: by observation date.

    Examples
    --------
    >>> import fedliq as fl
    >>> dataset = fl.load(["fed_assets", "tga"], source="sample", since="2026-01-01")
    >>> dataset["fed_assets"].index[0].date().isoformat()
    '2026-01-07'
    """
    infos = _infos(names)
    first = None if since is None else pd.Timestamp(day_of(since, "since"))
    if source == "sample":
        dataset = _of_sample(infos, first, strict=names is not None)
        return dataset if as_of is None else as_known(dataset, as_of)
    key = api_key if api_key is not None else os.environ.get("FRED_API_KEY")
    chosen = _chosen(source, key)
    now = utc_now()
    local = [one for one in chosen if not isinstance(one, str) and not one.remote]
    here = read_local(local, infos, now)
    shown = eastern(now) if as_of is None else _past(moment_of(as_of, "as_of"), eastern(now))
    job = Refresh(
        Cache(Path(cache_dir) if cache_dir is not None else default_directory()),
        cache(lambda: make_sources(chosen, key)),
        now,
        since=first,
        only=frozenset() if source is None else frozenset(_names(chosen)),
        offline=offline,
        always=refresh,
        report=progress or _silent,
    )
    rest = [one for one in infos if one.name not in here.held]
    if len(local) == len(chosen):
        outcome = Outcome(failures={one.name: nobody_has(one) for one in rest} | here.failures)
    else:
        outcome = job.run(rest) if as_of is None else _with_vintages(job, rest, shown)
    outcome.held |= here.held
    for name in sorted(set(here.failures) & set(outcome.held)):
        served = outcome.held[name].origin.origin
        _warn(f"{here.failures[name]} {served} serves instead.", MissingDataWarning, 3)
    _tell(outcome, strict=names is not None, now=now)
    dataset = _dataset(outcome.held, shown, first)
    return dataset if as_of is None else as_known(dataset, as_of)


def _names(sources: Iterable[str | Source]) -> list[str]:
    return [one if isinstance(one, str) else one.name for one in sources]


def _past(moment: pd.Timestamp, now: pd.Timestamp) -> pd.Timestamp:
    if moment.normalize() > now.normalize():
        raise InvalidInputError(f"as_of: {moment:%Y-%m-%d %H:%M} (Eastern) is in the future.")
    return moment


def _of_sample(
    infos: Sequence[SeriesInfo], first: pd.Timestamp | None, *, strict: bool
) -> Dataset:
    sample = load_sample()
    lacking = [one.name for one in infos if one.name not in sample]
    if lacking and strict:
        raise NotAvailableError(f"{lacking[0]}: the bundled sample has no figure of it.")
    asked = {one.name: sample[one.name] for one in infos if one.name in sample}
    return with_series(sample, _cut(asked, first), sample.moment)


def _silent(_name: str, _what: str) -> None:
    pass


def _infos(names: Iterable[str] | None) -> tuple[SeriesInfo, ...]:
    if names is None:
        return tuple(catalog().values())
    if isinstance(names, str):
        raise InputTypeError(f"names: expected names in a list, got the text {names!r}.")
    return tuple(series_info(name) for name in dict.fromkeys(names))


def _with_vintages(job: Refresh, infos: Sequence[SeriesInfo], shown: pd.Timestamp) -> Outcome:
    """Take ALFRED's vintage of each series, and where there is none, the series as it stands."""
    today = eastern(job.now).normalize()

    def day(info: SeriesInfo) -> pd.Timestamp:
        return vintage_day(info, shown)

    def keepers() -> list[Source]:
        return [one for one in job.sources() if one.keeps_vintages]

    kept = [info for info in infos if day(info) < today and info.fred is not None]
    past = replace(job, sources=keepers, vintage=day).run(kept)
    rest = [info for info in infos if info.name not in past.held]
    outcome = job.run(rest)
    outcome.cache_trouble += past.cache_trouble
    without = {name: error for name, error in past.failures.items() if name in outcome.held}
    for names, reason in _by_reason(without):
        _warn(
            f"{_listed(names)}: no vintage of {shown:%Y-%m-%d} could be had ({reason}); the "
            "figures are as last revised, cut to what was public.",
            MissingDataWarning,
        )
    outcome.held |= past.held
    return outcome


def _tell(outcome: Outcome, *, strict: bool, now: pd.Timestamp) -> None:
    """Raise what a caller who named series must know; warn of what he should know."""
    for text in outcome.cache_trouble:
        _warn(text, CacheWarning)
    missing = {name: error for name, error in outcome.failures.items() if name not in outcome.held}
    if missing and (strict or not outcome.held):
        raise next(iter(missing.values()))
    for names, reason in _by_reason(missing):
        _warn(f"not at hand, and left out: {_listed(names)} ({reason}).", MissingDataWarning)
    stale = {name: error for name, error in outcome.failures.items() if name in outcome.held}
    for names, reason in _by_reason(stale):
        oldest = min(outcome.held[name].origin.retrieved for name in names)
        _warn(
            f"{_listed(names)}: the refresh failed ({reason}); what was retrieved "
            f"{ago(now - oldest)} ago serves.",
            StaleDataWarning,
        )


def _by_reason(failures: Mapping[str, FedliqError]) -> list[tuple[list[str], str]]:
    """Put series together that failed for one reason, such as a publisher that is down."""
    together: dict[str, list[str]] = defaultdict(list)
    for name, error in failures.items():
        together[str(error).removeprefix(f"{name}: ").rstrip(".")].append(name)
    return [(names, reason) for reason, names in together.items()]


_SHOWN = 5


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _warn(text: str, category: type[Warning], level: int = 4) -> None:
    # At the line of the caller of load, so many frames up.
    warnings.warn(text, category, stacklevel=level)


def _cut(
    series: Mapping[str, pd.Series[float]], first: pd.Timestamp | None
) -> dict[str, pd.Series[float]]:
    return {
        name: one if first is None else one[one.index >= first] for name, one in series.items()
    }


def _dataset(
    held: Mapping[str, Held], moment: pd.Timestamp, first: pd.Timestamp | None
) -> Dataset:
    ordered = {name: held[name] for name in catalog() if name in held}
    origins = {name: one.origin for name, one in ordered.items()}
    return Dataset(
        _cut({name: one.figures for name, one in ordered.items()}, first),
        as_of=moment,
        source={name: one.origin for name, one in origins.items()},
        vintage={name: one.vintage for name, one in origins.items()},
        sha256={name: one.raw_sha256 for name, one in origins.items()},
        retrieved_at={name: one.retrieved for name, one in origins.items()},
    )
