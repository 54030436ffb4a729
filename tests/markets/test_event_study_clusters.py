"""On which row an event falls, which events belong together, and how much each counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from plain_event_study import clusters_of, rows_of, walk

MISSING = "a figure in its window, or the one before, is missing"
POLICY = fl.policy_table("events").rows


def study(series, dates, **options):
    return fl.event_study(series, dates, **{"draws": 100, "window": (-2, 3), **options})


@pytest.fixture(scope="module")
def price():
    return walk(11)


@pytest.fixture(scope="module")
def decade():
    """Business days around every event of the record."""
    return walk(12, 2500, "2018-01-01")


class TestDayZero:
    def test_a_weekend_goes_to_monday(self, price):
        monday = price.index[300]
        while monday.day_name() != "Monday":
            monday += pd.offsets.BDay()
        for event in (monday, monday - pd.Timedelta(days=1), monday - pd.Timedelta(days=2)):
            found = study(price, pd.DatetimeIndex([event]))
            assert found.events["day_0"].tolist() == [monday]
            assert found.events.index.tolist() == [event]
            assert found.by_event.index.tolist() == [event]

    @pytest.mark.parametrize(("days", "used"), [(6, True), (7, True), (8, False)])
    def test_a_gap_of_a_week_is_a_holiday_and_a_longer_one_is_not(self, price, days, used):
        resumed = price.index[400]
        event = resumed - pd.Timedelta(days=days)
        gap = (price.index >= event) & (price.index < resumed)
        found = study(price[~gap], pd.DatetimeIndex([price.index[200], event]))
        assert found.events["day_0"].tolist() == [price.index[200], resumed if used else pd.NaT]
        assert found.events["left_out"].tolist() == [
            "",
            "" if used else "the series has no row within a week of it",
        ]

    def test_the_resolution_of_dates_does_not_matter(self, price):
        coarse = price.set_axis(price.index.as_unit("s"))
        one = study(price, price.index[[300, 400]].as_unit("s"))
        other = study(coarse, price.index[[300, 400]].as_unit("ns"))
        pd.testing.assert_frame_equal(one.average, other.average)

    def test_saturday_and_sunday_are_one_cluster_and_count_as_one_event(self, price):
        monday = price.index[300] + pd.offsets.Week(weekday=0)
        weekend = pd.DatetimeIndex([monday - pd.Timedelta(days=2), monday - pd.Timedelta(days=1)])
        both, one = study(price, weekend), study(price, pd.DatetimeIndex([monday]))
        assert both.events["cluster"].tolist() == [0, 0]
        pd.testing.assert_frame_equal(both.average, one.average)
        np.testing.assert_array_equal(both.by_event.iloc[0], both.by_event.iloc[1])

    def test_a_weekly_series_counts_weeks(self):
        weekly = walk(13, 400).set_axis(pd.date_range("2015-01-07", periods=400, freq="7D"))
        after_the_row = weekly.index[300] + pd.Timedelta(days=1)
        found = study(weekly, pd.DatetimeIndex([after_the_row]))
        assert found.events["day_0"].tolist() == [weekly.index[301]]


class TestClusters:
    @pytest.mark.parametrize("window", [(-2, 3), (0, 1), (0, 4), (-4, 0)])
    def test_windows_that_share_a_row_belong_together_and_windows_that_touch_do_not(
        self, price, window
    ):
        length = window[1] - window[0] + 1
        overlap = study(price, price.index[[300, 300 + length - 1]], window=window)
        touch = study(price, price.index[[300, 300 + length]], window=window)
        assert overlap.events["cluster"].tolist() == [0, 0]
        assert touch.events["cluster"].tolist() == [0, 1]

    def test_windows_of_a_day_are_clusters_of_their_own(self, price):
        found = study(price, price.index[[300, 301, 302]], window=(0, 0))
        assert found.events["cluster"].tolist() == [0, 1, 2]

    def test_a_chain_is_one_cluster_although_its_ends_are_far_apart(self, price):
        found = study(price, price.index[[250, 255, 260, 265, 300]])
        assert found.events["cluster"].tolist() == [0, 0, 0, 0, 1]

    def test_a_cluster_counts_once_however_many_events_it_has(self, price):
        found = study(price, price.index[[200, 300, 301, 302, 303]])
        mean = (found.by_event.iloc[0] + found.by_event.iloc[1:].mean()) / 2
        np.testing.assert_allclose(found.average["abnormal"], mean, rtol=1e-9, atol=1e-15)
        assert not np.allclose(found.average["abnormal"], found.by_event.mean())

    def test_an_event_left_out_holds_no_cluster_together_and_has_no_number(self, price):
        holed = price.copy()
        holed.iloc[308] = np.nan
        found = study(holed, price.index[[300, 306, 310, 400]], window=(-3, 4))
        reasons = found.events["left_out"].tolist()
        assert reasons[1] == reasons[2] == MISSING
        assert found.events["cluster"].isna().tolist() == [False, True, True, False]
        whole = study(price, price.index[[300, 306, 310, 400]], window=(-3, 4))
        assert whole.events["cluster"].tolist() == [0, 0, 0, 1]
        assert found.events["cluster"].dropna().tolist() == [0, 1]

    def test_two_events_whose_link_is_left_out_are_two_clusters(self, price):
        """Of 300, 305, 310 only neighbours overlap; the one between lacks its last day."""
        linked = study(price, price.index[[300, 305, 310]])
        assert linked.events["cluster"].tolist() == [0, 0, 0]
        holed = price.copy()
        holed.iloc[305] = np.nan  # changes of rows 305 and 306: days 0 and 1 of the second
        apart = study(holed, price.index[[300, 305, 310]])
        assert apart.events["left_out"].tolist() == ["", MISSING, ""]
        assert apart.events["cluster"].tolist() == [0, pd.NA, 1]

    def test_numbers_run_in_order_of_time_and_follow_the_overlaps(self, decade):
        rows = sorted(np.random.default_rng(5).choice(np.arange(150, 700), 30, replace=False))
        found = study(decade, decade.index[rows])
        groups = clusters_of([int(row) for row in rows], (-2, 3))
        expected = [number for number, group in enumerate(groups) for _ in group]
        assert found.events["cluster"].tolist() == expected
        assert 15 < len(groups) < 30


class TestTables:
    def test_the_table_of_policy_events_plugs_in(self, decade):
        found = study(decade, POLICY)
        assert found.events.index.tolist() == POLICY["date"].tolist()
        assert found.events["event"].tolist() == POLICY["event"].tolist()
        assert found.events.index.name == "date"
        rows = rows_of(decade, found.events.index)
        inside = found.events["day_0"].notna()
        days = [decade.index[row] for row in rows if row < len(decade)]
        assert found.events.loc[inside, "day_0"].tolist() == days
        # The record's repurchases restarted on a Sunday, the BTFP opened on another.
        assert f"{found.events.loc['2020-03-15', 'day_0']:%F}" == "2020-03-16"
        assert f"{found.events.loc['2023-03-12', 'day_0']:%F}" == "2023-03-13"

    def test_so_does_a_part_of_it(self, decade):
        chosen = POLICY[POLICY["kind"] == "policy"]
        found = study(decade, chosen)
        assert found.events.index.tolist() == chosen["date"].tolist()
        dates = pd.DatetimeIndex(chosen["date"])
        pd.testing.assert_frame_equal(found.average, study(decade, dates).average)

    def test_a_table_may_be_in_any_order_and_labels_stay_with_their_dates(self, price):
        dates = price.index[[400, 200, 300]]
        table = pd.DataFrame({"date": dates, "event": ["c", "a", "b"]}, index=[9, 9, 3])
        found = study(price, table)
        assert found.events["event"].tolist() == ["a", "b", "c"]
        assert found.events.index.tolist() == price.index[[200, 300, 400]].tolist()
        pd.testing.assert_frame_equal(
            found.average, study(price, price.index[[200, 300, 400]]).average
        )

    def test_a_table_without_labels_is_as_good_as_its_dates(self, price):
        dates = price.index[[200, 300]]
        found = study(price, pd.DataFrame({"date": dates}))
        assert found.events["event"].tolist() == ["", ""]
        pd.testing.assert_frame_equal(found.events, study(price, dates).events)
