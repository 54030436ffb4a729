"""The real services, asked only where ``FEDLIQ_TEST_LIVE=1`` says so.

FEDLIQ_TEST_LIVE=1 pytest tests/data/test_live_services.py

The key of FRED is taken from ``FRED_API_KEY``; without one its interface is left out.
"""

import os

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data import clock

UNASKED = os.environ.get("FEDLIQ_TEST_LIVE") != "1"
pytestmark = [
    pytest.mark.live,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.skipif(UNASKED, reason="asks the publishers themselves: set FEDLIQ_TEST_LIVE=1"),
]

# A series of each source, a day long past, and the figure published for it (New York Fed,
# SOFR; Daily Treasury Statement; H.4.1 of 2022-12-29, table 5).
PUBLISHED = [
    ("nyfed", "sofr", "2018-04-03", 1.83),
    ("treasury", "tga_close", "2022-12-28", 409.809),
    ("fred", "fed_assets", "2022-12-28", 8551.169),
    ("fredgraph", "fed_assets", "2022-12-28", 8551.169),
    ("board", "fed_assets", "2022-12-28", 8551.169),
]


@pytest.mark.parametrize(("source", "name", "day", "figure"), PUBLISHED)
def test_a_service_gives_what_it_published_and_what_is_new(tmp_path, source, name, day, figure):
    if source == "fred" and not os.environ.get("FRED_API_KEY"):
        pytest.skip("there is no FRED_API_KEY")
    dataset = fl.load([name], source=source, cache_dir=tmp_path)
    series = dataset[name]
    assert series[day] == figure
    assert clock.utc_now().tz_localize(None) - series.index[-1] < pd.Timedelta(15, unit="D")
    assert dataset.provenance(name).retrieved_at is not None
    again = fl.load([name], source=source, cache_dir=tmp_path, offline=True)
    assert again[name].equals(series)
