"""Meeting probabilities over the prices of 2021 to 2023: as decided, and as pyfedwatch has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from futures import announcements, by_pyfedwatch, contracts, decided, import_pyfedwatch

MEETINGS = announcements()
EVERY = 5  # days for pyfedwatch
A_TICK = 0.25 / 25  # of a contract in its last month, as part of a move


@pytest.fixture(scope="module")
def prices(shared):
    return contracts(shared("data", "ZQ_contracts_2021-01_2023-09.csv"))


def read(prices, effr, day, **options):
    months = fl.contract_months(prices.columns)
    return fl.meeting_probabilities(
        prices.loc[day].set_axis(months),
        MEETINGS,
        effr,
        as_of=day,
        target_range=decided(day),
        **options,
    )


@pytest.fixture(scope="module")
def watches(prices, sample):
    return {day: read(prices, sample["effr"], day) for day in prices.index}


class TestEveryDay:
    def test_no_meeting_within_the_curve_is_left_untold(self, watches):
        for day, watch in watches.items():
            assert watch.path.notna().all(axis=None), day
            assert {reason[:15] for reason in watch.not_told.values()} == {"the prices end "}, day

    def test_rows_sum_to_one(self, watches):
        for day, watch in watches.items():
            for table in (watch.moves, watch.ranges, watch.nearest_ranges):
                np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-9, err_msg=str(day))

    def test_the_next_move_was_never_seen_outside_of_what_was_ever_discussed(self, watches):
        moves = [move for watch in watches.values() for move in likely_moves(watch)]
        assert min(moves) >= -25
        assert max(moves) <= 100

    def test_the_rate_before_the_next_meeting_is_the_effr_or_nearly(self, watches, sample):
        """From the day after a change on; the new rate shows in the EFFR a day later."""
        effr = sample["effr"]
        for day, watch in watches.items():
            last = MEETINGS[day > MEETINGS][-1]
            if day > last + pd.Timedelta(days=1):
                apart = watch.path["before"].iloc[0] - effr[: day - pd.Timedelta(days=1)].iloc[-1]
                assert abs(apart) < 0.06, day

    def test_contracts_of_the_next_months_fit_within_a_few_ticks(self, watches):
        apart = pd.concat(
            [
                watch.contracts.loc[: day + pd.Timedelta(days=240), "difference"].abs().dropna()
                for day, watch in watches.items()
            ]
        )
        assert apart.quantile(0.99) < 2
        assert (apart == 0).mean() > 0.6  # those that told a rate
        assert apart.max() < 10


def likely_moves(watch):
    first = watch.moves.iloc[0]
    return first.index[first > 0]


@pytest.mark.parametrize("meeting", MEETINGS[(MEETINGS > "2021") & (MEETINGS < "2023-09")])
def test_the_evening_before_the_range_decided_was_the_most_likely(prices, watches, meeting):
    """Board of Governors, FOMC statements."""
    evening = prices.index[prices.index < meeting][-1]
    low, high = decided(meeting + pd.Timedelta(days=1))
    row = watches[evening].ranges.loc[meeting]
    assert row.idxmax() == f"{low:.2f}-{high:.2f}"
    assert row.max() > 0.75
    assert watches[evening].nearest_ranges.loc[meeting].idxmax() == row.idxmax()


def test_75_points_in_june_2022_came_as_a_surprise_of_the_last_days(watches):
    """Wall Street Journal, afternoon of Monday 13 June 2022; before, 50 had been spoken of."""
    friday, tuesday = (
        watches[pd.Timestamp(day)].moves.loc["2022-06-15"] for day in ("2022-06-10", "2022-06-14")
    )
    assert friday[50] > 0.5
    assert tuesday[75] > 0.9


@pytest.fixture(scope="module")
def compared(prices, sample):
    """By day: whether last month's average matters, our table and pyfedwatch's."""
    module = import_pyfedwatch()
    frames = {
        symbol: prices[[symbol]].dropna().set_axis(["Close"], axis=1).rename_axis("Date")
        for symbol in prices
    }
    dates = MEETINGS.strftime("%Y-%m-%d").tolist()
    tables = {}
    for day in prices.index[prices.index >= "2021-02-01"][::EVERY]:  # from a month without
        last, ahead = MEETINGS[day > MEETINGS][-1], MEETINGS[day <= MEETINGS][:4]
        count = int((ahead.day > 1).cumprod().sum())
        if ahead[0] == day or not count or last.day == 1:
            continue
        ours = read(prices, sample["effr"], day, new_rate_from="announcement day")
        theirs = by_pyfedwatch(module, frames, dates, f"{day:%Y-%m-%d}", count, decided(day))
        month = day.to_period("M")
        realised = last.to_period("M") < month - 1 and ahead[0].to_period("M") == month
        if ours.path["change"].iloc[0] == 0 and theirs.iloc[0].sum() == 0:
            theirs = theirs.iloc[1:]
        tables[day] = realised, ours.ranges.loc[theirs.index], theirs
    return tables


@pytest.mark.parametrize(("realised", "tolerance"), [(False, 1e-9), (True, 1.001 * A_TICK)])
def test_pyfedwatch_has_the_same_tables(compared, realised, tolerance):
    """pyfedwatch 1.2.0, which counts the day of the announcement as new.

    Where both read the same months the tables are the same. They do not

    - on the day of a meeting, which pyfedwatch takes for past;
    - for a meeting on the first of a month, which is then at the new rate throughout, and until
      the next one: pyfedwatch solves a month that has no days at the old rate;
    - where last month tells the rate before the next meeting: pyfedwatch takes the last price of
      its contract, we the realised average.

    Where the first meeting changes nothing at all, pyfedwatch loses that certainty.
    """
    days = [day for day, (matters, *_) in compared.items() if matters == realised]
    assert len(days) >= (15 if realised else 90)
    for day in days:
        ours, theirs = compared[day][1].align(compared[day][2], fill_value=0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance, err_msg=str(day))
