"""Threads may share a dataset: pure functions have nothing to fight over."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

import fedliq as fl

DAYS = ["2019-09-17", "2023-03-17"]


@pytest.fixture
def hasty():
    """Let threads take turns far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def panel(dataset, day):
    return fl.indicator_panel(dataset.known_on(day))


@pytest.mark.usefixtures("hasty")
def test_threads_that_share_a_dataset_see_what_one_alone_sees(sample):
    """pandas 2.2 says of a new index that dates occur twice while two threads look (21150)."""
    alone = {day: panel(sample, day) for day in DAYS}  # and holidays are worked out
    for _ in range(3):
        shared = fl.load_sample()
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda day: (day, panel(shared, day)), DAYS * 4))  # noqa: B023 - used within the turn
        for day, one in found:
            pd.testing.assert_frame_equal(one, alone[day])
