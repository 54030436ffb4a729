"""Renew what is cached: what is due, from whom, and what to make of what came."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.alignment import no_figures
from fedliq.calendar import eastern
from fedliq.data.cache import Entry, Origin, csv_of_series, series_of_csv
from fedliq.data.edge import accept, check_not_shorter, check_same_size
from fedliq.data.gather import gather
from fedliq.data.sample import load_sample
from fedliq.data.sources import Request
from fedliq.exceptions import ApiKeyError, CacheError, FedliqError, NotAvailableError
from fedliq.releases import due_at, release_times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fedliq.data.cache import Cache
    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Delivery, Source

__all__ = ["Held", "Outcome", "Refresh", "nobody_has", "read_local", "vintage_day"]

# A figure that should be out is asked for again after this ...
_ASK_AGAIN = pd.Timedelta(15, unit="m")
# ... and one that is out after that, for the sake of revisions.
_REVISIONS = pd.Timedelta(7, unit="D")

LATEST = "as last revised"
# What a vintage that is not kept is cached as, so that it is not asked for again and again.
_NO_VINTAGE = "no vintage is kept"


@dataclass(frozen=True, slots=True)
class Held:
    """A series in canonical units with its origin."""

    figures: pd.Series[float]
    origin: Origin


@dataclass(slots=True)
class Outcome:
    """What came of each series: what is held, why a refresh failed, what ails the cache."""

    held: dict[str, Held] = field(default_factory=dict)
    failures: dict[str, FedliqError] = field(default_factory=dict)
    cache_trouble: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refresh:
    """One round of asking.

    Attributes
    ----------
    cache : Cache
        Where figures are kept.
    sources : callable
        Returns the sources, in the order in which they are asked; called when one has to be.
    now : Timestamp
        In UTC.
    since : Timestamp or None
        Of what is held, ask only for observations from this day on.
    only : frozenset of str
        Names of the sources that are wanted; what another one delivered is asked for anew.
        Empty where any will do.
    offline, always : bool
        Ask for nothing, or for everything.
    vintage : callable, optional
        The day whose vintage of a series is wanted; figures as they stand, by default.
    report : callable
        Told the name of a series and what came of it.
    """

    cache: Cache
    sources: Callable[[], Sequence[Source]]
    now: pd.Timestamp
    since: pd.Timestamp | None = None
    only: frozenset[str] = frozenset()
    offline: bool = False
    always: bool = False
    vintage: Callable[[SeriesInfo], pd.Timestamp] | None = None
    report: Callable[[str, str], None] = lambda _name, _what: None

    def run(self, infos: Sequence[SeriesInfo]) -> Outcome:
        """Bring every series up to date as far as can be."""
        outcome = Outcome()
        waiting: dict[SeriesInfo, Iterator[Source]] = {}
        for info in infos:
            held = self._read(info, outcome)
            if held is not None and held.origin.vintage == _NO_VINTAGE:
                if not self.always:
                    self._fail(outcome, info, _no_vintage(info))
                    continue
                held = None
            if held is not None:
                outcome.held[info.name] = held
            if held is not None and not self._is_due(info, held):
                self.report(info.name, "cached")
            elif self.offline:
                self._fail(outcome, info, _not_cached(info))
            else:
                waiting[info] = iter([one for one in self.sources() if one.serves(info)])
        while waiting:
            self._round(waiting, outcome)
        return outcome

    def _round(self, waiting: dict[SeriesInfo, Iterator[Source]], outcome: Outcome) -> None:
        """Ask the next source of each series that waits; who fails waits on."""
        batches: dict[int, tuple[Source, list[Request]]] = {}
        for info, sources in list(waiting.items()):
            source = next(sources, None)
            if source is None:
                del waiting[info]
                said = outcome.failures.get(info.name)
                self._fail(outcome, info, said or nobody_has(info))
                if self.vintage is not None and isinstance(said, NotAvailableError):
                    self._keep_as_missing(info)
            else:
                request = self._request(info, source, outcome.held.get(info.name))
                batches.setdefault(id(source), (source, []))[1].append(request)
        for source, request, delivery in gather(list(batches.values())):
            info = request.info
            try:
                if isinstance(delivery, FedliqError):
                    raise delivery
                outcome.held[info.name] = self._settle(source, request, delivery, outcome)
            except ApiKeyError:
                raise
            except FedliqError as error:
                # What the first of them said: it is the one that should have it.
                outcome.failures.setdefault(info.name, error)
            else:
                outcome.failures.pop(info.name, None)
                waiting.pop(info, None)
                self.report(info.name, source.name)

    def _fail(self, outcome: Outcome, info: SeriesInfo, error: FedliqError) -> None:
        outcome.failures[info.name] = error
        self.report(info.name, "failed")

    def _keep_as_missing(self, info: SeriesInfo) -> None:
        """Remember that a vintage is not kept; it will not come to be."""
        origin = Origin(
            source="",
            origin="",
            unit=str(info.unit),
            retrieved_at=self.now.isoformat(timespec="seconds"),
            vintage=_NO_VINTAGE,
            raw_sha256="",
        )
        with suppress(CacheError):
            self.cache.update(
                self._key(info), lambda _: Entry(csv_of_series(no_figures()), origin)
            )

    def _key(self, info: SeriesInfo) -> str:
        return info.name if self.vintage is None else f"{info.name}@{self.vintage(info):%Y-%m-%d}"

    def _read(self, info: SeriesInfo, outcome: Outcome) -> Held | None:
        try:
            entry = self.cache.read(self._key(info))
        except CacheError as error:
            outcome.cache_trouble.append(str(error))
            return None
        return None if entry is None else _held(entry, info)

    def _is_due(self, info: SeriesInfo, held: Held) -> bool:
        """Whether a figure is out that is not held, or a week has passed."""
        if self.offline or self.vintage is not None:
            return False  # a vintage of a past day never changes
        if self.always or (self.only and held.origin.source not in self.only):
            return True
        age = self.now - held.origin.retrieved
        last = held.figures.index[-1]
        if info.ended is not None and last >= pd.Timestamp(info.ended):
            return False
        return age > _REVISIONS or (
            age > _ASK_AGAIN and last < due_at(info.release_rule, eastern(self.now))
        )

    def _request(self, info: SeriesInfo, source: Source, held: Held | None) -> Request:
        if self.vintage is not None:
            return Request(info, None, self.vintage(info))
        if held is None:
            return Request(info)
        last = held.figures.index[-1]
        if self.since is not None:
            return Request(info, min(self.since, last))
        if _family(source.name) != _family(held.origin.source):
            return Request(info)
        if source.overlap_days is not None:
            return Request(info, last - pd.Timedelta(source.overlap_days, unit="D"))
        first = held.origin.delivered_from
        return Request(info, pd.Timestamp(first) if first else None)

    def _settle(
        self, source: Source, request: Request, delivery: Delivery, outcome: Outcome
    ) -> Held:
        """Accept what came, put it beside what is held, and keep it."""
        info = request.info
        fresh = accept(delivery, info, eastern(self.now))

        def renew(entry: Entry | None) -> Entry:
            # What was asked for follows from what was held then; it may be gone by now.
            held = outcome.held.get(info.name) if entry is None else _held(entry, info)
            origin = _origin(source, request, delivery, self.now)
            start = request.since
            if held is not None and start is None and not _same(held.origin, origin):
                start = fresh.index[0]  # another publisher's history may begin later
            _compare(fresh, held, request, start, delivery.origin)
            if held is None or start is None:
                return Entry(csv_of_series(fresh), origin)
            # Where a source sends more than it was asked for, that is not looked at: what is
            # held of earlier days was not compared with it.
            earlier, later = held.figures[held.figures.index < start], fresh[fresh.index >= start]
            if len(earlier):
                origin = _joined(held.origin, origin, start)
            return Entry(csv_of_series(pd.concat([earlier, later])), origin)

        try:
            return _held(self.cache.update(self._key(info), renew), info)
        except CacheError as error:
            outcome.cache_trouble.append(str(error))
            return _held(renew(None), info)


@lru_cache(maxsize=1)
def _reference() -> Mapping[str, pd.Series[float]]:
    """What figures that come for the first time are compared with."""
    return load_sample()


def _compare(
    fresh: pd.Series[float],
    held: Held | None,
    request: Request,
    start: pd.Timestamp | None,
    what: str,
) -> None:
    """Refuse figures that cannot be a later state of those held from a day on, or of the sample."""
    name = request.info.name
    if held is not None and request.vintage is None:
        check_not_shorter(fresh, held.figures, start, f"{name}: {what}")
    known = held.figures if held is not None else _reference().get(name)
    if known is not None:
        check_same_size(fresh, known, f"{name}: {what}")


def _origin(source: Source, request: Request, delivery: Delivery, now: pd.Timestamp) -> Origin:
    day = request.vintage
    return Origin(
        source=source.name,
        origin=delivery.origin,
        unit=str(request.info.unit),
        retrieved_at=now.isoformat(timespec="seconds"),
        vintage=LATEST if day is None else f"ALFRED vintage of {day:%Y-%m-%d}",
        raw_sha256=delivery.sha256,
    )


def read_local(
    sources: Sequence[Source], infos: Sequence[SeriesInfo], now: pd.Timestamp
) -> Outcome:
    """Read what local sources have, each series from the first that has it; nothing is cached."""
    outcome = Outcome()
    for source in sources:
        waiting = [one for one in infos if one.name not in outcome.held and source.serves(one)]
        for request, delivery in source.deliver([Request(one) for one in waiting]):
            name = request.info.name
            try:
                if isinstance(delivery, FedliqError):
                    raise delivery
                fresh = accept(delivery, request.info, eastern(now))
                _compare(fresh, None, request, None, delivery.origin)
            except FedliqError as error:
                outcome.failures[name] = error
            else:
                outcome.failures.pop(name, None)
                outcome.held[name] = Held(fresh, _origin(source, request, delivery, now))
    return outcome


def vintage_day(info: SeriesInfo, moment: pd.Timestamp) -> pd.Timestamp:
    """Return the last day whose vintage holds nothing that came out after a moment.

    Vintages have a day and no hour: before the hour of its release, a series stood as it did
    the day before.
    """
    clock = release_times(pd.DatetimeIndex(["2026-08-19"]), info.release_rule)[0]
    return (moment - (clock - clock.normalize())).normalize()


def _family(source: str) -> str:
    """Name the publisher's database: two ways to FRED lead to the same figures."""
    return "fred" if source == "fredgraph" else source


def _same(one: Origin, other: Origin) -> bool:
    return _family(one.source) == _family(other.source)


def _joined(before: Origin, now: Origin, first: pd.Timestamp) -> Origin:
    """Say of a series put together from two deliveries where it comes from."""
    if _same(before, now):
        return replace(now, origin=before.origin, delivered_from=before.delivered_from)
    day = f"{first:%Y-%m-%d}"
    text = f"{now.origin} from {day}, before that {before.origin}"
    return replace(now, origin=text, delivered_from=day)


def _no_vintage(info: SeriesInfo) -> NotAvailableError:
    return NotAvailableError(f"{info.name}: ALFRED keeps no vintage of that day.")


def nobody_has(info: SeriesInfo) -> NotAvailableError:
    """Say that none of the sources serves a series."""
    return NotAvailableError(f"{info.name}: no source that was asked has it.")


def _not_cached(info: SeriesInfo) -> NotAvailableError:
    return NotAvailableError(
        f"{info.name}: not in the cache, and nobody is asked while offline; load it once with "
        "offline=False."
    )


def _held(entry: Entry, info: SeriesInfo) -> Held:
    return Held(series_of_csv(entry.content, info.name), entry.origin)
