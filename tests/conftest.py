"""Fixtures that several test modules use."""

from __future__ import annotations

from pathlib import Path

import pytest

import fedliq as fl
from redirected import freeze, live

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample():
    return fl.load_sample()


@pytest.fixture(scope="session")
def panel(sample):
    return fl.indicator_panel(sample)


@pytest.fixture(scope="session")
def shared():
    """Find a file of the reference data beside the project, or skip and say why."""

    def find(*parts: str) -> Path:
        path = ROOT.parent.joinpath("shared", *parts)
        if not path.exists():
            pytest.skip(f"reference data {'/'.join(parts)} is not beside the project")
        return path

    return find


@pytest.fixture
def clock(monkeypatch):
    return freeze(monkeypatch, "2026-10-20 18:00")


@pytest.fixture
def publishers(monkeypatch, tmp_path, clock):  # noqa: ARG001 - the clock stands before they run
    """Every publisher on the loopback, asked by default, with a cache of one's own."""
    with live(monkeypatch, tmp_path / "cache") as one:
        yield one
