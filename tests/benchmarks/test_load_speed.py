"""How fast figures come, from publishers and from the cache, against named alternatives.

The publishers are on the loopback and take 50 ms for an answer. What is measured against is
what no client could do better: the requests at the pace that FRED allows, and pandas reading
the very files of the cache.
"""

from __future__ import annotations

import dataclasses
import time

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.http import Manners
from loopback import KEY
from redirected import freeze, live, paths, redirect

# What the front page of the brief is made of.
BRIEF = (
    "fed_assets",
    "tga",
    "on_rrp",
    "reserves_week_average",
    "bank_assets",
    "gdp",
    "sofr",
    "iorb",
    "effr",
    "tgcr",
    "on_rrp_rate",
    "srf",
)
NOW = "2026-10-20 18:00"


def slow(_: str, reply):
    return dataclasses.replace(reply, delay=0.05)


@pytest.fixture
def publisher(monkeypatch, tmp_path):
    freeze(monkeypatch, NOW)
    with live(monkeypatch, tmp_path / "cache") as one:
        redirect(monkeypatch, one, Manners())
        one.faults.append(slow)
        yield one


def of_fred(publisher) -> int:
    return sum(path.startswith(("/fred/", "/graph/")) for path in paths(publisher))


@pytest.mark.parametrize("way", ["fedliq", "the floor: requests at the pace FRED allows"])
@pytest.mark.parametrize(
    ("key", "requests"), [(KEY, 12), (None, 6)], ids=["with a key", "without a key"]
)
def test_first_load(benchmark, publisher, key, requests, way):
    """Six of the twelve are FRED's; fredapi is asked for unit and figures of each."""
    benchmark.group = f"twelve series of the brief, {requests} requests to FRED"
    if way == "fedliq":
        dataset = benchmark.pedantic(fl.load, (BRIEF,), {"api_key": key}, rounds=1)
        assert len(dataset) == len(BRIEF)
        assert of_fred(publisher) == requests
    else:
        benchmark.pedantic(time.sleep, ((requests - 1) / Manners().per_second,), rounds=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory, sample):
    """Everything in the cache."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        freeze(patch, NOW)
        with live(patch, folder):
            fl.load(list(sample))
    return folder


@pytest.mark.parametrize("way", ["fedliq", "pandas: read_csv of the same files"])
@pytest.mark.benchmark(group="the whole dataset from a warm cache")
def test_warm_cache(benchmark, filled, monkeypatch, sample, way):
    freeze(monkeypatch, NOW)
    names = list(sample)

    def read():
        return [
            pd.read_csv(path, index_col="date", parse_dates=["date"])
            for path in filled.glob("*.csv")
        ]

    def load():
        return fl.load(names, cache_dir=filled)

    assert len(benchmark(load if way == "fedliq" else read)) == len(names)
