"""Faults to put between a publisher and a reader, and a witness of what the reader then sees."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import logging
import re
import time
import traceback
import warnings
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import fedliq as fl
from fedliq.data.cache import Cache, series_of_csv
from fedliq.exceptions import CacheError
from loopback import HURRY, KEY, Fault, Publisher, Reply
from redirected import freeze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from fedliq.data.http import Manners

# A Tuesday, after the last figure of the sample (bank_assets of 2026-09-30).
NOW = "2026-10-20 16:00"
# A series of each source.
SERIES = {
    "nyfed": "sofr",
    "treasury": "tga_close",
    "fred": "fed_assets",
    "fredgraph": "fed_assets",
    "board": "fed_assets",
}
PATHS = {
    "nyfed": "/api/",
    "treasury": "/fiscal/",
    "fred": "/fred/",
    "fredgraph": "/graph/",
    "board": "/datadownload/",
}
PAGE = b"<!DOCTYPE html><html><head><title>Sorry</title></head><body>Back soon.</body></html>"
# How many figures of each series are published.
DAYS = 120
# No single call may take longer (seconds); the patience of HURRY is for one document.
BOUND = 8.0


# -- faults --------------------------------------------------------------------------------


def instead(**changes: object) -> Fault:
    """Change fields of every answer."""
    return lambda _, reply: replace(reply, **changes)


def edit(old: str, new: str, count: int = 0) -> Fault:
    """Change a text (a pattern) of every answer; where it is not found, the server fails."""

    def fault(_: str, reply: Reply) -> Reply:
        body, found = re.subn(old.encode(), new.encode(), reply.body, count=count)
        if not found:
            raise ValueError(f"there is no {old!r} to change")
        return replace(reply, body=body)

    return fault


def without_end(share: float) -> Fault:
    """Cut an answer short, with a Content-Length that is true."""
    return lambda _, reply: replace(reply, body=reply.body[: int(len(reply.body) * share)])


def without_last(count: int) -> Fault:
    """Leave out the last bytes of an answer, with a Content-Length that is true."""
    return lambda _, reply: replace(reply, body=reply.body[:-count])


def broken_off(_: str, reply: Reply) -> Reply:
    """Close the connection in mid-body."""
    half = reply.body[: len(reply.body) // 2]
    return replace(reply, body=half, stated_length=len(reply.body), reset=True)


def at(part: str, fault: Fault) -> Fault:
    """Apply a fault to the requests whose path holds a text."""
    return lambda path, reply: fault(path, reply) if part in path else reply


def first(times: int, fault: Fault) -> Fault:
    """Apply a fault to the first answers only."""
    count = itertools.count()
    return lambda path, reply: fault(path, reply) if next(count) < times else reply


def down(*names: str) -> Fault:
    """Let publishers answer with HTTP 503 and a web page."""

    def fault(path: str, reply: Reply) -> Reply:
        ill = any(path.startswith(PATHS[name]) for name in names)
        return Reply(PAGE, 503) if ill else reply

    return fault


def rows(change: Callable[[list[dict]], list[dict]]) -> Fault:
    """Change the rows of an answer in JSON: those of the last day are the first, or the last."""

    def fault(_: str, reply: Reply) -> Reply:
        answer = json.loads(reply.body)
        found = answer.get("refRates") or answer.get("data") or answer["repo"]["operations"]
        found[:] = change(found)
        return replace(reply, body=json.dumps(answer).encode())

    return fault


def archived(*edits: Fault) -> Fault:
    """Change the XML in the Board's archive."""

    def fault(path: str, reply: Reply) -> Reply:
        packed = io.BytesIO(reply.body)
        with zipfile.ZipFile(packed) as archive:
            inner = Reply(archive.read("H41_data.xml"))
        for one in edits:
            inner = one(path, inner)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("H41_data.xml", inner.body)
        return replace(reply, body=packed.getvalue())

    return fault


# -- the witness ---------------------------------------------------------------------------


@dataclass
class Seen:
    """What came of one call of ``fl.load``."""

    dataset: fl.Dataset | None
    error: fl.FedliqError | None
    warned: list[warnings.WarningMessage]
    asked: list[str]
    times: list[float]
    seconds: float

    def fails(self, kind: type[Exception], text: str) -> None:
        """It was refused with this very class of error, and says so."""
        assert self.error is not None, f"no error; got {self.dataset!r}"
        assert type(self.error) is kind, repr(self.error)
        assert re.search(text, str(self.error)), str(self.error)

    def warns(self, kind: type[Warning], *texts: str) -> None:
        """There was this warning, which says all of that, and no other one, and no error."""
        assert self.error is None, repr(self.error)
        assert [one.category for one in self.warned] == [kind], self._told()
        for text in texts:
            assert re.search(text, str(self.warned[0].message)), self._told()

    def is_quiet(self) -> None:
        """Neither an error nor a warning."""
        assert self.error is None, repr(self.error)
        assert not self.warned, self._told()

    def _told(self) -> list[str]:
        return [f"{one.category.__name__}: {one.message}" for one in self.warned]


@dataclass
class Desk:
    """A reader with a cache, and publishers whose faults are his; every call is witnessed.

    After each call of :meth:`load` it holds that the call ended in time, that no cached
    observation was lost, that every value returned or cached is one that was published, and
    that the key is nowhere to be read.
    """

    publisher: Publisher
    folder: Path
    caplog: pytest.LogCaptureFixture
    capfd: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    manners: Manners = HURRY
    _states: dict[str, list[pd.Series]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FRED_API_KEY"):
            self.monkeypatch.delenv(name, raising=False)
            self.monkeypatch.delenv(name.lower(), raising=False)
        self.monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(self.folder / "never"))
        self.clock = freeze(self.monkeypatch, NOW)
        self.caplog.set_level(logging.DEBUG)
        self._first = dict(self.publisher.figures)
        self.sources = self.publisher.sources(self.manners)

    def published(self, name: str) -> list[pd.Series]:
        """All states of a series that were published, in the catalog's unit."""
        if name not in self._states:
            self._states[name] = [_canonical(name, self._first[name])]
        return self._states[name]

    def patience(self, **changes: float) -> None:
        """Take other manners than those of HURRY."""
        self.manners = replace(HURRY, **changes)
        self.sources = self.publisher.sources(self.manners)

    def wrongly(self, *faults: Fault) -> None:
        """Let the publishers misbehave from now on; without a fault, let them behave."""
        self.publisher.faults = list(faults)

    def later(self, span: str) -> None:
        self.clock.now += pd.Timedelta(span)

    def publish(self, name: str, figures: pd.Series) -> None:
        """Let another state of a series be published, in its native unit."""
        self.publisher.figures[name] = figures
        self.published(name).append(_canonical(name, figures))

    def revise(self, name: str, by: float = 1.001) -> None:
        """Publish a series with another last value, and say nothing."""
        figures = self.publisher.figures[name].copy()
        figures.iloc[-1] = round(figures.iloc[-1] * by, 3)
        self.publish(name, figures)

    def load(
        self, names: list[str] | None, *order: str, kept: bool = True, **options: object
    ) -> Seen:
        """Call ``fl.load`` with sources in this order, and hold what must always hold.

        Only where someone else clears or spoils the cache meanwhile is nothing ``kept``.
        """
        before, asked = self._readable(), len(self.publisher.asked)
        dataset = error = None
        start = time.perf_counter()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                dataset = fl.load(
                    names,
                    source=[self.sources[name] for name in order],
                    cache_dir=self.folder,
                    **options,
                )
            except fl.FedliqError as refused:
                error = refused
        seconds = time.perf_counter() - start
        times = self.publisher.times[asked:]
        seen = Seen(dataset, error, warned, self.publisher.asked[asked:], times, seconds)
        assert seconds < BOUND, f"it took {seconds:.1f} seconds"
        assert all(issubclass(one.category, fl.FedliqWarning) for one in warned), seen._told()
        if kept:
            self._nothing_is_lost(before)
        self._nothing_is_wrong(dataset)
        self._the_key_is_nowhere(seen)
        return seen

    def held(self) -> dict[str, bytes]:
        """Every file of the cache with its bytes, but for those that only lock."""
        return {name: body for name, body in self._files().items() if not name.endswith(".lock")}

    def _files(self) -> dict[str, bytes]:
        found = {}
        for path in sorted(self.folder.glob("*")):
            # What another process writes, it also moves away.
            with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                found[path.name] = path.read_bytes()
        return found

    def _readable(self) -> dict[str, pd.Series]:
        cache, found = Cache(self.folder), {}
        for name in cache.names():
            try:
                entry = cache.read(name)
            except CacheError:
                continue
            if entry is not None:
                found[name] = series_of_csv(entry.content, name)
        return found

    def _nothing_is_lost(self, before: dict[str, pd.Series]) -> None:
        after = self._readable()
        for name, old in before.items():
            assert name in after, f"{name} is no longer in the cache"
            gone = old.index.difference(after[name].index)
            assert gone.empty, f"{name}: {len(gone)} cached observations are lost"

    def _nothing_is_wrong(self, dataset: fl.Dataset | None) -> None:
        shown = {} if dataset is None else dict(dataset)
        for name, series in [*shown.items(), *self._readable().items()]:
            assert not series.empty, f"{name} is empty"
            right = np.zeros(len(series), dtype=bool)
            for state in self.published(name):
                right |= (state.reindex(series.index) == series).to_numpy()
            assert right.all(), f"{name}: never published: {series[~right].to_dict()}"

    def _the_key_is_nowhere(self, seen: Seen) -> None:
        out, err = self.capfd.readouterr()
        texts = [
            out,
            err,
            self.caplog.text,
            *(record.getMessage() for record in self.caplog.records),
        ]
        texts += [str(one.message) for one in seen.warned]
        for source in self.sources.values():
            texts += [repr(source), str(source), repr(vars(source))]
        if seen.error is not None:
            texts += [str(seen.error), repr(seen.error), repr(seen.error.args)]
            texts += traceback.format_exception(seen.error)
        for name, body in self._files().items():
            texts += [name, body.decode("utf-8", "replace")]
        assert not [text for text in texts if KEY in text]


def _canonical(name: str, figures: pd.Series) -> pd.Series:
    info = fl.catalog()[name]
    return fl.convert(figures, info.native_unit, info.unit).dropna()


@contextlib.contextmanager
def sitting(publisher: Publisher, tmp_path, monkeypatch, caplog, capfd) -> Iterator[Desk]:
    """Give a reader an empty cache, and publishers that behave until told otherwise.

    They publish the last figures of the sample only: a fault is one in a short history too.
    """
    kept = ("figures", "units", "frequencies", "vintages")
    before = {name: dict(getattr(publisher, name)) for name in kept}
    publisher.figures = {name: one[-DAYS:] for name, one in publisher.figures.items()}
    publisher.faults, publisher.page_size = [], None
    try:
        yield Desk(publisher, tmp_path / "cache", caplog, capfd, monkeypatch)
    finally:
        publisher.faults, publisher.page_size = [], None
        for name, one in before.items():
            setattr(publisher, name, one)


def refused_twice(
    desk: Desk,
    source: str,
    name: str,
    kind: type[Exception],
    text: str,
    *,
    faults: Sequence[Fault] = (),
    figures: pd.Series | None = None,
) -> None:
    """Let an answer be refused where nothing is cached, and where something is."""
    good = desk.publisher.figures[name]
    bad = good if figures is None else figures
    desk.patience(attempts=1)

    desk.wrongly(*faults)
    desk.publisher.figures[name] = bad
    desk.load([name], source).fails(kind, text)
    assert not desk.held()

    desk.wrongly()
    desk.publisher.figures[name] = good
    whole = desk.load([name], source)
    whole.is_quiet()
    held = desk.held()

    desk.later("30h")
    desk.wrongly(*faults)
    desk.publisher.figures[name] = bad
    seen = desk.load([name], source)
    seen.warns(
        fl.StaleDataWarning, f"^{name}: the refresh failed", r"retrieved 30 hours ago serves"
    )
    assert seen.dataset[name].equals(whole.dataset[name])
    assert desk.held() == held
