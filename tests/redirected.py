"""What several tests of live data share: a frozen clock, and publishers on the loopback."""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pandas as pd

from fedliq.data import load
from loopback import HURRY, Publisher, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

HOMES = {
    "NewYorkFed": "fedliq.data.nyfed",
    "FiscalData": "fedliq.data.treasury",
    "FredApi": "fedliq.data.fred",
    "FredGraph": "fedliq.data.fred",
    "BoardDownload": "fedliq.data.board",
}


@functools.cache
def _template() -> Publisher:
    return Publisher()


def new_publisher() -> Publisher:
    """A publisher of one's own; reading the sample anew for each test would take longer."""
    return copy.deepcopy(_template())


class Clock:
    """A clock that stands still until it is told otherwise; Eastern times, as releases have."""

    def __init__(self, eastern: str) -> None:
        self.set(eastern)

    def __call__(self) -> pd.Timestamp:
        return self.now

    def set(self, eastern: str) -> None:
        self.now = pd.Timestamp(eastern, tz="America/New_York").tz_convert("UTC")


def freeze(monkeypatch, eastern: str) -> Clock:
    """Stop every clock that live data are judged by."""
    clock = Clock(eastern)
    for module in ("clock", "load", "nyfed", "tables"):
        monkeypatch.setattr(f"fedliq.data.{module}.utc_now", clock)
    return clock


def redirect(monkeypatch, publisher: Publisher, manners=HURRY) -> None:
    """Point every publisher's service at the loopback server, by its own arguments."""
    root = publisher.root
    places = {
        "NewYorkFed": {
            "root_url": f"{root}/api",
            "elasticity_url": f"{root}/elasticity-data.csv",
        },
        "FiscalData": {"root_url": f"{root}/fiscal"},
        "FredApi": {"root_url": f"{root}/fred"},
        "FredGraph": {
            "root_url": f"{root}/graph/fredgraph.csv",
            "vintage_url": f"{root}/graph/alfredgraph.csv",
        },
        "BoardDownload": {"root_url": f"{root}/datadownload"},
    }
    for name, home in HOMES.items():
        service = getattr(importlib.import_module(home), name)
        pointed = functools.partial(service, **places[name], manners=manners)
        monkeypatch.setattr(f"{home}.{name}", pointed)
    # A service is made once a process: here, once a test.
    anew = functools.cache(load._service.__wrapped__)
    monkeypatch.setattr(load, "_service", anew)


@contextlib.contextmanager
def live(monkeypatch, cache_dir) -> Iterator[Publisher]:
    """Publishers on the loopback, a cache of one's own, and no key in the environment."""
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(cache_dir))
    monkeypatch.delenv("FRED_API_KEY", raising=False)
    with new_publisher().running() as publisher:
        redirect(monkeypatch, publisher)
        yield publisher


def serve(publisher: Publisher, path: str, body: bytes | str, status: int = 200) -> None:
    """Let the server answer a path with a body, whatever it would have said."""
    raw = body.encode() if isinstance(body, str) else body

    def fault(asked: str, reply: Reply) -> Reply:
        return Reply(raw, status) if urlsplit(asked).path == path else reply

    publisher.faults.append(fault)


def paths(publisher: Publisher) -> list[str]:
    """Return the paths asked for, without their query."""
    return [urlsplit(one).path for one in publisher.asked]


def assert_same(read: pd.Series, published: pd.Series) -> None:
    """Every date and every bit; pandas 2 and 3 differ in the resolution of an index."""
    pd.testing.assert_series_equal(
        read, published, check_exact=True, check_freq=False, check_index_type=False
    )
    assert read.index.equals(published.index.as_unit("ns"))
