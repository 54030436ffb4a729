"""The record's events on stocks and yields: what is known of those days must come out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

EVENTS = fl.policy_table("events").rows


@pytest.fixture(scope="module")
def stocks(shared):
    """Daily closes of the S&P 500."""
    table = pd.read_csv(shared("data", "SP500.csv"), parse_dates=["date"], index_col="date")
    return table["value"]


@pytest.fixture(scope="module")
def yields(shared):
    """Treasury yields at ten years [percent]; holidays are no rows."""
    table = pd.read_csv(shared("data", "DGS10.csv"), parse_dates=["date"], index_col="date")
    return table["value"].dropna()


@pytest.fixture(scope="module")
def found(stocks):
    return fl.event_study(stocks, EVENTS, draws=1000)


def test_the_first_trading_day_after_the_sunday_of_march_2020_fell_by_twelve_percent(stocks):
    """Closed at 2,386.13 after 2,711.02, down 11.98 %: S&P Dow Jones Indices, 16 March 2020."""
    found = fl.event_study(stocks, EVENTS, draws=100)
    event = found.events.loc["2020-03-15"]
    assert f"{event['day_0']:%F}" == "2020-03-16"
    # What is usual, some hundredths of a percent a day, is all that is taken off.
    day = found.by_event.loc["2020-03-15", 0]
    assert day == pytest.approx(np.log(2386.13 / 2711.02), abs=0.002)
    assert day == pytest.approx(np.log(1 - 0.1198), abs=0.002)
    assert day == found.by_event.min(axis=None)
    # The Friday before, the index rose by 9.29 %, from 2,480.64.
    friday = found.by_event.loc["2020-03-15", -1]
    assert friday == pytest.approx(np.log(2711.02 / 2480.64), abs=0.002)


def test_the_day_on_which_the_run_off_was_slowed_in_2025_rose_by_one_percent(stocks):
    """Closed at 5,675.29 after 5,614.66 on 19 March 2025, up 1.08 %."""
    found = fl.event_study(stocks, EVENTS, draws=100)
    day = found.by_event.loc["2025-03-19", 0]
    assert day == pytest.approx(np.log(5675.29 / 5614.66), abs=0.002)


def test_the_repo_spike_and_the_purchases_that_followed_are_one_cluster(found):
    """17 September and 11 October 2019 are 18 trading days apart, windows 26 days long."""
    cluster = found.events["cluster"]
    assert cluster["2019-09-17"] == cluster["2019-10-11"]
    assert cluster["2019-07-31"] != cluster["2019-09-17"]
    autumn = cluster["2025-10-15":"2025-10-31"]
    assert autumn.tolist() == [autumn.iloc[0]] * 4


def test_events_after_the_end_of_the_data_are_left_out_and_say_so(stocks):
    found = fl.event_study(stocks[:"2026-08-05"], EVENTS, draws=100)
    late = found.events["2026-08-01":]
    assert late.index.strftime("%F").tolist() == ["2026-08-13", "2026-09-16"]
    assert set(late["left_out"]) == {"the series has no row within a week of it"}
    assert late["day_0"].isna().all()
    assert "left out: 2026-09-16, the series has no row" in found.summary()


def test_an_event_at_the_end_of_the_data_is_left_out_and_says_so(stocks):
    """Of twenty rows after 10 December 2025 the last is 9 January 2026; one is cut off."""
    assert stocks.index.get_loc("2026-01-09") - stocks.index.get_loc("2025-12-10") == 20
    whole, cut = (
        fl.event_study(stocks[:last], EVENTS[EVENTS["kind"] == "policy"], draws=100)
        for last in ("2026-01-09", "2026-01-08")
    )
    assert whole.events.loc["2025-12-10", "left_out"] == ""
    assert cut.events.loc["2025-12-10", "left_out"] == "its window reaches beyond 2026-01-08"


def test_yields_fell_on_the_day_the_slower_run_off_of_2019_was_announced(yields):
    """From 2.61 to 2.54 percent on 20 March 2019: H.15 of the Board of Governors."""
    chosen = EVENTS[EVENTS["kind"] == "policy"]
    found = fl.event_study(yields["2009":], chosen, changes="difference", draws=100)
    assert found.by_event.loc["2019-03-20", 0] == pytest.approx(2.54 - 2.61, abs=0.01)
    assert found.events.loc["2020-03-15", "day_0"] == pd.Timestamp("2020-03-16")


def test_standardised_by_the_days_before_the_fall_of_march_2020_still_stands_out(stocks):
    """About five times the deviation of a half-year that already held the falls of early March."""
    found = fl.event_study(stocks, EVENTS, standardised=True, window=(0, 0), draws=100)
    scaled = found.by_event.loc["2020-03-15", 0]
    steps = np.log(stocks).diff()[:"2020-03-13"].iloc[-120:]
    assert scaled == pytest.approx(np.log(1 - 0.1198) / steps.std(), rel=0.05)
    assert scaled == found.by_event.min(axis=None)
