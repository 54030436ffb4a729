"""The last observation that was public, against a loop that reads as the definition does."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl

QUICK = settings(deadline=None, derandomize=True, max_examples=120)
START = pd.Timestamp("2023-01-04")
WEEKS = pd.date_range("2023-03-01", periods=4, freq="7D")
THURSDAYS = WEEKS + pd.Timedelta("1D 16:30:00")
WEEKLY = pd.Series([1.0, 2.0, 3.0, 4.0], WEEKS, name="weekly")


def moments(*text: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(text)


def slowly(
    series: pd.Series, available: pd.DatetimeIndex, when: pd.Timestamp, limit: pd.Timedelta
) -> tuple[float, pd.Timestamp]:
    """Look at every row: public by then and observed at all; the last of them, if young enough."""
    value, observed = np.nan, pd.NaT
    for day, one, public in zip(series.index, series.to_numpy(), available, strict=True):
        if public <= when and not np.isnan(one):
            value, observed = one, day
    if observed is pd.NaT or when - observed > limit:
        return np.nan, pd.NaT
    return value, observed


@st.composite
def published(draw):
    """Observations, some missing, with hours of publication that never go back."""
    days = draw(st.lists(st.integers(0, 60), max_size=12, unique=True).map(sorted))
    values = draw(
        st.lists(st.floats(-5, 5) | st.just(np.nan), min_size=len(days), max_size=len(days))
    )
    lags = draw(st.lists(st.integers(0, 96), min_size=len(days), max_size=len(days)))
    index = pd.DatetimeIndex([START + pd.Timedelta(day, unit="D") for day in days])
    hours = np.maximum.accumulate([24 * day + lag for day, lag in zip(days, lags, strict=True)])
    available = pd.DatetimeIndex([START + pd.Timedelta(int(hour), unit="h") for hour in hours])
    return pd.Series(values, index, dtype=float), available


# Whole hours, as those of publication, so that instants of release are hit.
HOURS = st.lists(st.integers(-30, 1800), max_size=25).map(sorted)
LIMITS = st.integers(0, 400).map(lambda hours: pd.Timedelta(hours, unit="h"))


class TestAgainstALoop:
    @QUICK
    @given(one=published(), hours=HOURS, limit=LIMITS)
    def test_each_moment_takes_the_last_value_that_was_public(self, one, hours, limit):
        series, available = one
        when = pd.DatetimeIndex([START + pd.Timedelta(hour, unit="h") for hour in hours])
        known = fl.known_at(series, available, when, max_stale=limit)
        expected = [slowly(series, available, moment, limit) for moment in when]
        np.testing.assert_array_equal(known["value"], [value for value, _ in expected])
        observed = pd.Series([day for _, day in expected], when, dtype=known["observed"].dtype)
        pd.testing.assert_series_equal(known["observed"], observed, check_names=False)
        assert known.index.equals(when)
        assert known.columns.tolist() == ["value", "observed"]

    @QUICK
    @given(one=published(), hours=HOURS, limit=LIMITS, cut=st.integers(0, 1800))
    def test_what_is_published_later_changes_nothing(self, one, hours, limit, cut):
        series, available = one
        until = START + pd.Timedelta(cut, unit="h")
        when = pd.DatetimeIndex([START + pd.Timedelta(hour, unit="h") for hour in hours])
        when = when[when <= until]
        whole = fl.known_at(series, available, when, max_stale=limit)
        out = available <= until
        known = fl.known_at(series[out], available[out], when, max_stale=limit)
        pd.testing.assert_frame_equal(known, whole, check_dtype=False)

    @QUICK
    @given(one=published(), hours=HOURS)
    def test_rows_without_a_value_might_as_well_not_be_there(self, one, hours):
        series, available = one
        there = series.notna().to_numpy()
        when = pd.DatetimeIndex([START + pd.Timedelta(hour, unit="h") for hour in hours])
        pd.testing.assert_frame_equal(
            fl.known_at(series, available, when),
            fl.known_at(series[there], available[there], when),
            check_dtype=False,
        )

    @QUICK
    @given(one=published(), hours=HOURS, limits=st.tuples(LIMITS, LIMITS).map(sorted))
    def test_a_longer_limit_adds_values_and_changes_none(self, one, hours, limits):
        series, available = one
        when = pd.DatetimeIndex([START + pd.Timedelta(hour, unit="h") for hour in hours])
        short, long = (
            fl.known_at(series, available, when, max_stale=limit)["value"] for limit in limits
        )
        held = short.notna().to_numpy()
        np.testing.assert_array_equal(long[held], short[held])


class TestInstants:
    def test_the_instant_of_release_is_included(self):
        just_before = THURSDAYS - pd.Timedelta(1, unit="s")
        when = just_before.append(THURSDAYS).sort_values()
        known = fl.known_at(WEEKLY, THURSDAYS, when, max_stale="10D")
        np.testing.assert_array_equal(known["value"], [np.nan, 1, 1, 2, 2, 3, 3, 4])

    def test_the_last_instant_of_a_day_is_a_moment(self):
        """To the nanosecond, finer than the hours of publication are kept."""
        ends = WEEKS + pd.Timedelta(2, unit="D") - pd.Timedelta(1, unit="ns")
        known = fl.known_at(WEEKLY, THURSDAYS, ends)
        assert known["value"].tolist() == WEEKLY.tolist()

    def test_of_two_published_at_once_the_later_observation_stands(self):
        together = pd.DatetimeIndex([THURSDAYS[0], THURSDAYS[2], THURSDAYS[2], THURSDAYS[3]])
        known = fl.known_at(WEEKLY, together, THURSDAYS[2:3])
        assert known["value"].tolist() == [3.0]
        assert known["observed"].tolist() == [WEEKS[2]]

    def test_a_figure_may_be_public_on_its_own_day(self):
        available = WEEKS + pd.Timedelta("13:15:00")
        known = fl.known_at(WEEKLY, available, available)
        assert known["value"].tolist() == WEEKLY.tolist()

    def test_a_moment_may_come_twice(self):
        twice = THURSDAYS[[0, 0, 1]]
        known = fl.known_at(WEEKLY, THURSDAYS, twice)
        assert known["value"].tolist() == [1.0, 1.0, 2.0]
        assert known.index.equals(twice)

    def test_the_h41_of_march_2023(self, sample):
        """8,342.283 until Thursday 2023-03-16, 16:30, and 8,639.300 from then on."""
        assets = sample["fed_assets"]
        public = fl.release_time("fed_assets", pd.DatetimeIndex(assets.index))
        when = moments("2023-03-15 23:59", "2023-03-16 16:29", "2023-03-16 16:30")
        known = fl.known_at(assets, public, when, max_stale="10D")
        assert known["value"].tolist() == [8342.283, 8342.283, 8639.300]


class TestStaleness:
    @pytest.mark.parametrize("limit", ["2D", "48h", timedelta(days=2), pd.Timedelta("2D")])
    def test_the_limit_counts_from_the_observation_and_is_included(self, limit):
        """Observed on Wednesday 2023-03-22 at midnight: two days on is Friday at midnight."""
        when = moments("2023-03-24 00:00:00", "2023-03-24 00:00:01")
        known = fl.known_at(WEEKLY, THURSDAYS, when, max_stale=limit)
        np.testing.assert_array_equal(known["value"], [4.0, np.nan])
        assert known["observed"].iloc[0] == WEEKS[3]
        assert known["observed"].isna().tolist() == [False, True]

    def test_six_days_by_default(self):
        when = moments("2023-03-28 00:00", "2023-03-28 00:01")
        known = fl.known_at(WEEKLY, THURSDAYS, when)
        np.testing.assert_array_equal(known["value"], [4.0, np.nan])

    def test_a_value_too_old_is_not_replaced_by_an_older_one(self):
        gap = WEEKLY.copy()
        gap.iloc[2:] = np.nan
        known = fl.known_at(gap, THURSDAYS, THURSDAYS[3:], max_stale="8D")
        assert known["value"].isna().all()

    @pytest.mark.parametrize("limit", ["-1D", "a week", "6", 6, None, "NaT"])
    @pytest.mark.parametrize(
        "series", [WEEKLY, WEEKLY[:0], WEEKLY * np.nan], ids=["values", "empty", "missing"]
    )
    def test_what_is_no_limit(self, series, limit):
        available = THURSDAYS[: len(series)]
        with pytest.raises(fl.InvalidInputError, match="max_stale: expected a span of time"):
            fl.known_at(series, available, THURSDAYS, max_stale=limit)


class TestNothing:
    def test_before_anything_is_public(self):
        known = fl.known_at(WEEKLY, THURSDAYS, moments("2023-03-02 16:29"))
        assert known["value"].isna().all()
        assert known["observed"].isna().all()

    @pytest.mark.parametrize("series", [WEEKLY[:0], WEEKLY * np.nan], ids=["empty", "missing"])
    def test_without_values_nothing_is_known(self, series):
        known = fl.known_at(series, THURSDAYS[: len(series)], THURSDAYS)
        assert known.index.equals(THURSDAYS)
        assert known["value"].isna().all()
        assert known["observed"].isna().all()
        assert known["value"].dtype == float
        assert known["observed"].dtype.kind == "M"

    def test_without_moments_there_are_no_rows(self):
        known = fl.known_at(WEEKLY, THURSDAYS, moments())
        assert known.shape == (0, 2)
        assert known["value"].dtype == float
        assert known["observed"].dtype.kind == "M"

    def test_a_missing_value_does_not_hide_the_one_before(self):
        hole = WEEKLY.copy()
        hole.iloc[1] = np.nan
        known = fl.known_at(hole, THURSDAYS, THURSDAYS[1:2], max_stale="10D")
        assert known["value"].tolist() == [1.0]
        assert known["observed"].tolist() == [WEEKS[0]]

    @pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
    @pytest.mark.parametrize("other", ["s", "us", "ns"])
    def test_indexes_of_any_resolution(self, unit, other):
        series = WEEKLY.set_axis(WEEKS.as_unit(unit))
        known = fl.known_at(series, THURSDAYS.as_unit(other), THURSDAYS.as_unit(unit))
        assert known["value"].tolist() == WEEKLY.tolist()
        assert known["observed"].tolist() == WEEKS.tolist()


def test_a_rate_announced_ahead_serves_from_the_day_it_is_for(sample):
    """The FOMC of Wednesday 2025-12-10 lowered IORB to 3.65 percent from Thursday on."""
    iorb = sample["iorb"]["2025-12-08":"2025-12-12"]
    moments = pd.DatetimeIndex(["2025-12-10 14:00", "2025-12-10 23:59", "2025-12-11 00:00"])
    known = fl.known_at(iorb, fl.release_time("iorb", iorb.index), moments)
    assert known["value"].tolist() == [3.9, 3.9, 3.65]


class TestRefused:
    @pytest.mark.parametrize(
        ("available", "error", "message"),
        [
            (THURSDAYS[:3], fl.AlignmentError, "available: expected 4 dates, one for each row"),
            (THURSDAYS.append(THURSDAYS[3:]), fl.AlignmentError, "available: expected 4 dates"),
            (THURSDAYS[::-1], fl.AlignmentError, "available: dates of publication go back"),
            (THURSDAYS[[0, 2, 1, 3]], fl.AlignmentError, "dates of publication go back"),
            (
                WEEKS - pd.Timedelta(8, unit="D"),
                fl.AlignmentError,
                "available: 2023-03-01 would be public before it was observed",
            ),
            (list(THURSDAYS), fl.TimeIndexError, "available: expected a DatetimeIndex"),
            (THURSDAYS.tz_localize("UTC"), fl.TimeIndexError, "available: expected a Datetime"),
            (None, fl.TimeIndexError, "available: expected a DatetimeIndex"),
        ],
    )
    def test_times_of_publication_that_cannot_be_those_of_the_rows(
        self, available, error, message
    ):
        with pytest.raises(error, match=message):
            fl.known_at(WEEKLY, available, THURSDAYS)

    def test_a_missing_time_of_publication(self):
        unknown = THURSDAYS.to_series().where(WEEKLY.to_numpy() != 2)
        with pytest.raises(fl.AlignmentError, match="available: "):
            fl.known_at(WEEKLY, pd.DatetimeIndex(unknown), THURSDAYS)

    @pytest.mark.parametrize(
        ("when", "error"),
        [
            (THURSDAYS[::-1], fl.AlignmentError),
            (list(THURSDAYS), fl.TimeIndexError),
            (THURSDAYS.tz_localize("UTC"), fl.TimeIndexError),
            (THURSDAYS.append(moments("NaT")), fl.TimeIndexError),
            (THURSDAYS[0], fl.TimeIndexError),
        ],
    )
    def test_what_are_no_moments(self, when, error):
        with pytest.raises(error, match="moments: "):
            fl.known_at(WEEKLY, THURSDAYS, when)

    @pytest.mark.parametrize(
        ("series", "error"),
        [
            (WEEKLY.tolist(), fl.InputTypeError),
            (WEEKLY.astype(str), fl.InputTypeError),
            (WEEKLY.iloc[::-1], fl.TimeIndexError),
            (WEEKLY.set_axis(THURSDAYS), fl.TimeIndexError),
            (WEEKLY.reset_index(drop=True), fl.TimeIndexError),
        ],
    )
    def test_what_is_no_series(self, series, error):
        with pytest.raises(error, match="series: "):
            fl.known_at(series, THURSDAYS, THURSDAYS)


def test_what_is_given_is_left_alone():
    series, available, when = WEEKLY.copy(), THURSDAYS.copy(), THURSDAYS.rename("mine")
    known = fl.known_at(series, available, when)
    known["value"] = 0.0
    known.index.name = "other"
    pd.testing.assert_series_equal(series, WEEKLY)
    assert available.equals(THURSDAYS)
    assert when.name == "mine"
