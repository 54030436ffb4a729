"""How fast the table of one day is made, against pyfedwatch in the same run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from futures import announcements, by_pyfedwatch, contracts, decided, import_pyfedwatch

COUNT = 8
MEETINGS = announcements()
# In a month whose meeting is ahead, after one with a meeting: both then read the same contracts.
DAY = pd.Timestamp("2021-04-05")


@pytest.fixture(scope="module")
def prices(shared):
    """Of all days, a column a symbol."""
    return contracts(shared("data", "ZQ_contracts_2021-01_2023-09.csv"))


@pytest.fixture(scope="module")
def ours(prices, sample):
    effr = sample["effr"]
    # A ninth, so that the month before it counts as one without a meeting.
    meetings = MEETINGS[: (DAY > MEETINGS).sum() + COUNT + 1]
    target_range = decided(DAY)

    def table():
        row = prices.loc[DAY]
        return fl.meeting_probabilities(
            row.set_axis(fl.contract_months(row.index)),
            meetings,
            effr,
            as_of=DAY,
            target_range=target_range,
            new_rate_from="announcement day",
        ).ranges.iloc[:COUNT]

    return table


@pytest.fixture(scope="module")
def theirs(prices):
    module = import_pyfedwatch()
    frames = {
        symbol: prices[[symbol]].dropna().set_axis(["Close"], axis=1).rename_axis("Date")
        for symbol in prices
    }
    dates, target_range = MEETINGS.strftime("%Y-%m-%d").tolist(), decided(DAY)
    return lambda: by_pyfedwatch(module, frames, dates, f"{DAY:%Y-%m-%d}", COUNT, target_range)


@pytest.mark.parametrize("way", ["ours", "theirs"], ids=["fedliq", "pyfedwatch"])
@pytest.mark.benchmark(group="target ranges after eight meetings, by the prices of one day")
def test_table(benchmark, request, way):
    assert len(benchmark(request.getfixturevalue(way))) == COUNT


def test_both_ways_give_the_same_table(ours, theirs):
    one, other = ours().align(theirs(), fill_value=0)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)
