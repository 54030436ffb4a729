import numpy as np
import pandas as pd
import pytest

import fedliq as fl

WEEKS = pd.date_range("2023-03-01", periods=4, freq="7D")


def test_a_missing_week_is_not_filled_by_the_one_before():
    weekly = pd.Series([1.0, np.nan, 3.0, 4.0], WEEKS)
    (aligned,) = fl.align(weekly)
    np.testing.assert_array_equal(aligned, [1, np.nan, 3, 4])
    (daily,) = fl.align(weekly, on=pd.date_range("2023-03-01", "2023-03-15"))
    assert daily.tolist()[:7] == [1.0] * 7
    assert daily.iloc[7:14].isna().all()


def test_a_series_that_has_ended_is_not_carried_for_ever():
    """The Bank Term Funding Program ran out a year after its last loan of 2024-03-11."""
    btfp = pd.Series([10.0, 5.0], pd.DatetimeIndex(["2025-02-26", "2025-03-05"]))
    (aligned,) = fl.align(btfp, on=pd.date_range("2025-03-05", periods=60, freq="7D"))
    assert aligned.notna().sum() == 1


def test_a_longer_limit_is_asked_for_by_name():
    gdp = pd.Series([30_000.0], pd.DatetimeIndex(["2025-01-30"]))
    on = pd.DatetimeIndex(["2025-04-02"])
    assert np.isnan(fl.align(gdp, on=on)[0].item())
    assert fl.align(gdp, on=on, max_stale="130D")[0].item() == 30_000


def test_order_and_names_are_kept():
    one, two = pd.Series(1.0, WEEKS, name="one"), pd.Series(2.0, WEEKS)
    aligned = fl.align(one, two)
    assert [series.name for series in aligned] == ["one", None]
    assert [series.iloc[0] for series in aligned] == [1, 2]


def test_staleness_names_series_that_have_no_name():
    frame = fl.staleness(pd.Series(1.0, WEEKS, name="one"), pd.Series(2.0, WEEKS))
    assert frame.columns.tolist() == ["one", "series 2"]
    assert frame.eq(0).all().all()


@pytest.mark.parametrize("limit", ["-1D", "a week", None, "NaT", object()])
def test_a_limit_that_is_no_span_is_refused(limit):
    with pytest.raises(fl.InvalidInputError, match="max_stale: expected a span of time"):
        fl.align(pd.Series(1.0, WEEKS), max_stale=limit)


def test_no_series_at_all_is_refused():
    with pytest.raises(fl.InputTypeError, match="give at least one Series"):
        fl.align()


def test_dates_that_are_none_are_refused():
    with pytest.raises(fl.TimeIndexError, match="on: expected a DatetimeIndex"):
        fl.align(pd.Series(1.0, WEEKS), on=["2023-03-01"])


class TestAsAvailable:
    def test_an_observation_is_dated_by_its_publication(self):
        public = pd.DatetimeIndex(["2023-03-02", "2023-03-09", "2023-03-16", "2023-03-23"])
        dated = fl.as_available(pd.Series([1.0, 2, 3, 4], WEEKS, name="x"), public)
        assert dated.index.equals(public)
        assert dated.tolist() == [1, 2, 3, 4]
        assert dated.name == "x"

    def test_of_two_published_on_one_day_the_later_observation_stands(self):
        public = pd.DatetimeIndex(["2023-03-02", "2023-03-16", "2023-03-16", "2023-03-23"])
        dated = fl.as_available(pd.Series([1.0, 2, 3, 4], WEEKS), public)
        assert dated.tolist() == [1, 3, 4]

    def test_dates_of_publication_must_fit_and_not_go_back(self):
        series = pd.Series(1.0, WEEKS)
        with pytest.raises(fl.AlignmentError, match="expected 4 dates"):
            fl.as_available(series, WEEKS[:3])
        with pytest.raises(fl.AlignmentError, match="go back"):
            fl.as_available(series, WEEKS[::-1])

    def test_publication_does_not_come_before_the_observation(self):
        with pytest.raises(fl.AlignmentError, match="2023-03-01 would be public before"):
            fl.as_available(pd.Series(1.0, WEEKS), WEEKS - pd.Timedelta(1, unit="D"))

    def test_times_of_publication_become_days(self):
        times = WEEKS + pd.Timedelta(40, unit="h")
        assert fl.as_available(pd.Series(1.0, WEEKS), times).index.equals(times.normalize())

    @pytest.mark.parametrize("available", [list(WEEKS), WEEKS.tz_localize("UTC")])
    def test_what_are_no_days_of_publication(self, available):
        with pytest.raises(fl.TimeIndexError, match="available: expected a DatetimeIndex"):
            fl.as_available(pd.Series(1.0, WEEKS), available)


@pytest.mark.parametrize("limit", [6, 6.0, "6", np.int64(6)])
def test_a_bare_number_is_no_span(limit):
    """pandas would read six nanoseconds."""
    with pytest.raises(fl.InvalidInputError, match="expected a span of time such as '6D'"):
        fl.align(pd.Series(1.0, WEEKS), max_stale=limit)


def test_series_that_share_a_name_are_told_apart():
    one, two = pd.Series(1.0, WEEKS, name="value"), pd.Series(2.0, WEEKS, name="value")
    assert fl.staleness(one, two).columns.tolist() == ["series 1", "series 2"]


class TestWeekAverage:
    WEDNESDAY = pd.DatetimeIndex(["2019-09-18"], name="date")

    def test_the_week_of_the_repo_spike_by_hand(self):
        """EFFR as the New York Fed published it, Thursday to Wednesday."""
        days = pd.DatetimeIndex([f"2019-09-{day}" for day in (12, 13, 16, 17, 18)])
        effr = pd.Series([2.13, 2.14, 2.25, 2.30, 2.25], days, name="effr")
        average = fl.week_average(effr, on=self.WEDNESDAY)
        assert average.tolist() == pytest.approx([11.07 / 5])
        assert average.name == "effr"
        assert average.index.equals(self.WEDNESDAY)
        assert average.index.name == "date"

    @pytest.mark.parametrize(
        ("day", "counted"),
        [("2019-09-11", False), ("2019-09-12", True), ("2019-09-18", True), ("2019-09-19", False)],
    )
    def test_the_seven_days_end_on_the_date_and_include_it(self, day, counted):
        average = fl.week_average(pd.Series([7.0], pd.DatetimeIndex([day])), on=self.WEDNESDAY)
        assert average.notna().tolist() == [counted]

    def test_days_without_a_value_are_left_out(self):
        days = pd.date_range("2019-09-12", "2019-09-18")
        daily = pd.Series([1.0, np.nan, np.nan, 2.0, np.nan, np.nan, 6.0], days)
        assert fl.week_average(daily, on=self.WEDNESDAY).tolist() == [3]

    def test_a_week_without_any_is_nan_and_not_filled(self):
        days = pd.date_range("2019-09-05", "2019-09-25")
        daily = pd.Series(1.0, days).mask((days >= "2019-09-12") & (days <= "2019-09-18"))
        weeks = pd.date_range("2019-09-11", periods=3, freq="7D")
        np.testing.assert_array_equal(fl.week_average(daily, on=weeks), [1, np.nan, 1])

    def test_a_series_without_values_has_none(self):
        empty = pd.Series([], pd.DatetimeIndex([]), dtype=float)
        assert fl.week_average(empty, on=WEEKS).isna().tolist() == [True] * 4
        nothing = pd.Series(np.nan, WEEKS)
        assert fl.week_average(nothing, on=WEEKS).isna().tolist() == [True] * 4
        assert fl.week_average(nothing, on=WEEKS[:0]).empty

    @pytest.mark.parametrize("seed", range(5))
    def test_it_is_what_grouping_by_weeks_gives(self, seed):
        """For dates a week apart, pandas has the same weeks."""
        rng = np.random.default_rng(seed)
        days = pd.date_range("2015-01-01", periods=800)
        daily = pd.Series(rng.normal(size=800) * 1e6, days).mask(rng.random(800) < 0.6)
        daily = daily[rng.random(800) < 0.8]
        grouped = daily.groupby(daily.index.to_period("W-WED")).mean()
        ends = grouped.index.to_timestamp(how="end").normalize()
        average = fl.week_average(daily, on=pd.DatetimeIndex(ends))
        np.testing.assert_allclose(average, grouped, rtol=1e-12)

    def test_weeks_may_overlap(self):
        daily = pd.Series(np.arange(10.0), pd.date_range("2019-09-12", periods=10))
        days = pd.date_range("2019-09-18", periods=3)
        assert fl.week_average(daily, on=days).tolist() == [3, 4, 5]

    def test_a_history_cut_short_gives_the_same_weeks_exactly(self, sample):
        effr, weeks = sample["effr"], sample["reserves_week_average"]["2009":].index
        whole = fl.week_average(effr, on=weeks)
        for day in ("2010-06-30", "2019-09-18", "2025-01-01"):
            short = fl.week_average(effr[:day], on=weeks[weeks <= day])
            pd.testing.assert_series_equal(short, whole[:day], check_exact=True)
        later = fl.week_average(effr["2018-01-04":], on=weeks[weeks >= "2018-01-10"])
        pd.testing.assert_series_equal(later, whole["2018-01-10":], check_exact=True)

    def test_the_inputs_are_left_alone(self):
        daily = pd.Series([1.0, np.nan], WEEKS[:2], name="x")
        copy, days = daily.copy(), WEEKS.rename("date")
        average = fl.week_average(daily, on=days)
        average.index.name = "another"
        pd.testing.assert_series_equal(daily, copy)
        assert days.name == "date"

    def test_what_are_no_dates_or_numbers_is_refused(self):
        with pytest.raises(fl.TimeIndexError, match="on: expected a DatetimeIndex"):
            fl.week_average(pd.Series(1.0, WEEKS), on=list(WEEKS))
        with pytest.raises(fl.TimeIndexError, match="on: dates are not in order"):
            fl.week_average(pd.Series(1.0, WEEKS), on=WEEKS[::-1])
        with pytest.raises(fl.InputTypeError, match="series: expected"):
            fl.week_average([1.0], on=WEEKS)
