"""A server for the tests of sources and of faults, which point at it themselves."""

from __future__ import annotations

import pytest

from faults import sitting
from loopback import Publisher


@pytest.fixture(scope="module")
def publisher():
    with Publisher().running() as one:
        yield one


@pytest.fixture
def desk(publisher, tmp_path, monkeypatch, caplog, capfd):
    with sitting(publisher, tmp_path, monkeypatch, caplog, capfd) as one:
        yield one
