"""Fixtures that several test modules use."""

from __future__ import annotations

from pathlib import Path

import pytest

import fedliq as fl

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
