"""Why an event is left out, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from plain_event_study import (
    change_of,
    clusters_of,
    groups_of,
    places_of,
    quiet_days,
    walk,
    without_meeting,
)

TOO_FEW = "too few quiet days before it"
MISSING = "a figure in its window, or the one before, is missing"
MISSING_THERE = "the benchmark is missing in its window"


@pytest.fixture
def price():
    return walk(21)


def study(series, rows, **options):
    options = {"draws": 100, "window": (-2, 3), **options}
    return fl.event_study(series, series.index[rows], **options)


def reasons(found):
    return found.events["left_out"].tolist()


class TestLeftOut:
    def test_an_event_after_the_last_date_is(self, price):
        dates = price.index[[300]].append(pd.DatetimeIndex([price.index[-1] + pd.Timedelta("1D")]))
        found = fl.event_study(price, dates, draws=100)
        assert reasons(found) == ["", "the series has no row within a week of it"]
        assert found.events["day_0"].isna().tolist() == [False, True]

    def test_an_event_that_falls_on_no_row_takes_none_from_the_others(self, price):
        dates = price.index[[52]].append(pd.DatetimeIndex(["2030-01-01"]))
        found = fl.event_study(price, dates, window=(-2, 3), estimation=50, draws=100)
        assert found.events["fitted"].tolist() == [49, 0]

    def test_an_event_long_before_the_first_date_is(self, price):
        first = price.index[0]
        dates = pd.DatetimeIndex([first - pd.Timedelta("8D"), first - pd.Timedelta("7D")])
        found = fl.event_study(price, dates.append(price.index[[300]]), draws=100)
        assert reasons(found) == ["the series has no row within a week of it", TOO_FEW, ""]
        assert found.events["day_0"].tolist()[1:] == [first, price.index[300]]

    @pytest.mark.parametrize("after", [0, 3])
    def test_an_event_whose_window_reaches_beyond_the_last_row_is(self, price, after):
        last = len(price) - 1
        window = (-2, after)
        assert reasons(study(price, [300, last - after], window=window)) == ["", ""]
        if after:
            beyond = f"its window reaches beyond {price.index[-1].date()}"
            assert reasons(study(price, [300, last - after + 1], window=window)) == ["", beyond]
            assert reasons(study(price, [300, last], window=window)) == ["", beyond]

    def test_an_event_without_its_rows_of_estimation_is(self, price):
        """The first row has no change, so one of the 50 rows cannot be fitted."""
        found = study(price, [51, 200], estimation=50)
        assert reasons(found) == [TOO_FEW, ""]
        found = study(price, [52, 200], estimation=50)
        assert reasons(found) == ["", ""]
        assert found.events["fitted"].tolist() == [49, 50]

    @pytest.mark.parametrize(("missing", "used"), [(9, True), (10, False)])
    @pytest.mark.parametrize("holed", ["series", "benchmark"])
    def test_an_event_with_fewer_than_half_of_them_is(self, price, missing, used, holed):
        """A run of missing levels takes one change more than it has rows."""
        given = {"series": price, "benchmark": walk(22)}
        given[holed].iloc[285 : 285 + missing] = np.nan
        found = fl.event_study(
            **given, events=price.index[[200, 300]], window=(0, 3), estimation=20, draws=100
        )
        assert reasons(found) == ["", "" if used else TOO_FEW]
        assert found.events["fitted"].tolist() == [20, 10 if used else 0]

    def test_windows_of_other_events_are_not_quiet(self, price):
        # 40 rows before each window; those of others take 6 each.
        rows = [100, 200, 208, 216, 224]
        found = study(price, rows, estimation=40)
        assert found.events["fitted"].tolist() == [40, 40, 34, 28, 22]
        crowded = study(price, [*rows, 232], estimation=40)
        assert reasons(crowded)[-1] == TOO_FEW

    @pytest.mark.parametrize(
        ("row", "used"), [(296, True), (297, False), (298, False), (303, False), (304, True)]
    )
    @pytest.mark.parametrize("holed", ["series", "benchmark"])
    def test_an_event_with_a_missing_change_in_its_window_is(self, price, row, used, holed):
        """A missing level takes two changes: its own and the next."""
        given = {"series": price, "benchmark": walk(22)}
        given[holed].iloc[row] = np.nan
        found = fl.event_study(**given, events=price.index[[200, 300]], window=(-2, 3), draws=100)
        missing = MISSING if holed == "series" else MISSING_THERE
        assert reasons(found) == ["", "" if used else missing]

    def test_of_two_reasons_the_series_own_is_told(self, price):
        market = walk(22)
        price.iloc[301] = market.iloc[301] = np.nan
        found = study(price, [200, 300], benchmark=market)
        assert reasons(found) == ["", MISSING]

    def test_an_event_after_still_days_whose_benchmark_is_missing_says_that(self, price):
        market = walk(22)
        price.iloc[150:320] = 7.0
        market.iloc[301] = np.nan
        found = study(price, [300, 500], benchmark=market)
        assert reasons(found) == [MISSING_THERE, ""]

    @pytest.mark.parametrize("with_benchmark", [False, True])
    def test_an_event_after_days_that_did_not_stir_has_no_standard_deviation(
        self, price, with_benchmark
    ):
        """Of the growth that stops, or of a third of the benchmark's, nothing is left to explain."""
        market = walk(22)
        still = market ** (1 / 3) if with_benchmark else pd.Series(7.0, price.index)
        price.iloc[150:320] = still.iloc[150:320]
        options = {"benchmark": market} if with_benchmark else {}
        found = study(price, [100, 300, 500], estimation=80, standardised=True, **options)
        assert reasons(found) == ["", "nothing moved before it", ""]
        assert found.events["fitted"].tolist() == [80, 0, 80]
        assert reasons(study(price, [100, 300, 500], estimation=80, **options)) == ["", "", ""]

    def test_what_is_left_out_has_no_figures_but_its_day_and_its_label(self, price):
        dates = price.index[[30, 300]]
        table = pd.DataFrame({"date": dates, "event": ["early", "late"]})
        found = fl.event_study(price, table, draws=100)
        early = found.events.iloc[0]
        assert (early["event"], early["day_0"], early["fitted"]) == ("early", dates[0], 0)
        assert early[["cluster", "deviation", "cumulative"]].isna().all()
        assert found.by_event.index.tolist() == [dates[1]]
        alone = fl.event_study(price, dates[1:], draws=100)
        np.testing.assert_array_equal(found.by_event, alone.by_event)
        pd.testing.assert_series_equal(found.average["abnormal"], alone.average["abnormal"])

    def test_its_window_is_no_quiet_day_for_the_others(self, price):
        price.iloc[261] = np.nan
        found = study(price, [260, 300])
        assert reasons(found) == [MISSING, ""]
        # Six rows of its window, within which two changes are missing anyway.
        assert found.events["fitted"].tolist() == [0, 114]
        assert found.events[["deviation", "cumulative"]].isna().all(axis=1).tolist() == [
            True,
            False,
        ]


class TestPlaces:
    """How many places a placebo has on which no cluster meets its own rows."""

    def places(self, series, rows):
        window, estimation = (-2, 3), 120
        quiet = quiet_days(series, rows, window)
        groups = groups_of(clusters_of(rows, window), window, estimation)
        found = [
            places_of(change_of(series), quiet, group, window, estimation) for group in groups
        ]
        return [
            without_meeting(set(places), group, window)
            for places, group in zip(found, groups, strict=True)
        ]

    def too_few(self, places):
        return (
            f"^events: outside their windows are {places} places for a placebo, apart enough not "
            "to meet; it takes 10. Give a longer series, fewer events, or a shorter window or "
            "estimation.$"
        )

    @pytest.mark.parametrize("rows", [[150], [150, 153], [150, 210, 213, 217]])
    def test_ten_are_enough_and_nine_are_not(self, rows):
        series = walk(21, 1000)
        lengths = range(rows[-1] + 4, 500)
        length = next(n for n in lengths if self.places(series[:n], rows) == [10])
        assert self.places(series[: length - 1], rows) == [9]
        study(series[:length], rows)
        with pytest.raises(fl.SampleError, match=self.too_few(9)):
            study(series[: length - 1], rows)

    def test_none_at_all_is_said_so(self, price):
        with pytest.raises(fl.SampleError, match=self.too_few(0)):
            study(price.iloc[:130], [124])

    @pytest.mark.parametrize("alone", [130, 450])
    def test_those_with_the_least_room_count(self, price, alone):
        """A wide cluster behind or before an event on its own, which finds room enough."""
        wide = list(range(260, 316, 5))
        rows = sorted([alone, *wide])
        places = self.places(price, rows)
        assert min(places) < 10 < max(places)
        assert places.index(min(places)) == (0 if alone > 300 else 1)
        with pytest.raises(fl.SampleError, match=self.too_few(min(places))):
            study(price, rows)


class TestRefusals:
    def test_without_any_event_left_every_reason_is_told(self, price):
        dates = price.index[[5, 599]].append(pd.DatetimeIndex(["2030-01-01"]))
        expected = (
            f"events: none of 3 can be used: 1 because {TOO_FEW}, 1 because its window reaches "
            f"beyond {dates[1].date()}, 1 because the series has no row within a week of it."
        )
        with pytest.raises(fl.SampleError, match=f"^{re.escape(expected)}$"):
            fl.event_study(price, dates)

    @pytest.mark.parametrize(
        ("options", "kind", "message"),
        [
            ({"window": [-2, 3]}, fl.InputTypeError, r"^window: .* such as \(-5, 20\), got \[-2"),
            ({"window": (-2, 3, 4)}, fl.InputTypeError, "^window: expected first and last row"),
            ({"window": (-2.0, 3)}, fl.InputTypeError, "^window: expected a whole .* float -2.0"),
            ({"window": (-2, True)}, fl.InputTypeError, "^window: expected a whole .* bool True"),
            ({"window": ("a", 3)}, fl.InputTypeError, "^window: expected a whole .* str 'a'"),
            ({"window": (1, 3)}, fl.InvalidInputError, "^window: expected to hold day 0"),
            ({"window": (-3, -1)}, fl.InvalidInputError, "^window: expected to hold day 0"),
            ({"window": (3, -3)}, fl.InvalidInputError, "^window: expected to hold day 0"),
            ({"estimation": 19}, fl.InvalidInputError, "^estimation: expected at least 20 rows"),
            ({"estimation": 0}, fl.InvalidInputError, "^estimation: expected 1"),
            ({"estimation": 60.0}, fl.InputTypeError, "^estimation: expected a whole number"),
            ({"draws": 99}, fl.InvalidInputError, "^draws: expected at least 100, got 99"),
            ({"draws": "many"}, fl.InputTypeError, "^draws: expected a whole number"),
            ({"seed": -1}, fl.InvalidInputError, "^seed: expected a whole number from 0 up"),
            ({"seed": None}, fl.InputTypeError, "^seed: expected a whole number"),
            ({"standardised": 1}, fl.InputTypeError, "^standardised: expected True or False"),
            ({"changes": "percent"}, fl.InvalidInputError, "^changes: 'percent' is not one of"),
        ],
    )
    def test_options_out_of_range_are(self, price, options, kind, message):
        with pytest.raises(kind, match=message):
            study(price, [300], **options)

    def test_the_smallest_numbers_allowed_are_not(self, price):
        found = study(price, [300], window=(0, 0), estimation=20, draws=100, seed=0)
        assert found.average.index.tolist() == [0]
        assert len(found.placebo) == 100
        assert found.events["fitted"].tolist() == [20]

    def test_a_window_of_numpys_whole_numbers_is_not(self, price):
        found = study(price, [300], window=(np.int64(-2), np.int32(3)))
        pd.testing.assert_frame_equal(found.average, study(price, [300]).average)
        assert "window (-2, 3), " in found.summary()

    def test_a_series_shorter_than_estimation_and_window_together_is(self, price):
        message = r"^series: 45 rows are fewer than the estimation and the window take \(46\)\.$"
        with pytest.raises(fl.SampleError, match=message):
            study(price[:45], [42], estimation=40)
        with pytest.raises(fl.SampleError, match=r"^events: outside .* are 0 places"):
            study(price[:46], [42], estimation=40)

    @pytest.mark.parametrize("holed", ["series", "benchmark"])
    @pytest.mark.parametrize("changes", ["log", "difference"])
    @pytest.mark.parametrize("endless", [np.inf, -np.inf])
    def test_infinite_figures_are(self, price, holed, changes, endless):
        given = {"series": price, "benchmark": walk(22)}
        given[holed].iloc[7] = endless
        message = f"^{holed}: infinite on {price.index[7].date()}; drop that row"
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.event_study(**given, events=price.index[[300]], changes=changes)

    @pytest.mark.parametrize("holed", ["series", "benchmark"])
    def test_what_has_no_logarithm_is_and_the_message_says_what_to_do(self, price, holed):
        given = {"series": price, "benchmark": walk(22)}
        given[holed].iloc[7] = -1.0
        day = price.index[7].date()
        message = f"^{holed}: not above zero on {day}, .*use changes='difference'"
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.event_study(**given, events=price.index[[300]])
        fl.event_study(**given, events=price.index[[300]], changes="difference", draws=100)

    def test_a_benchmark_on_other_dates_is(self, price):
        with pytest.raises(
            fl.AlignmentError,
            match=r"^series, benchmark: the series do not share one index .* fl\.align",
        ):
            study(price, [300], benchmark=walk(22).iloc[1:])

    @pytest.mark.parametrize("argument", ["series", "benchmark"])
    def test_what_is_no_series_by_date_is(self, price, argument):
        given = {"series": price, "benchmark": price, "events": price.index[[300]]}
        with pytest.raises(fl.InputTypeError, match=f"^{argument}: expected a pandas Series"):
            fl.event_study(**{**given, argument: price.to_numpy()})
        with pytest.raises(fl.TimeIndexError, match=f"^{argument}: expected a DatetimeIndex"):
            fl.event_study(**{**given, argument: price.reset_index(drop=True)})

    @pytest.mark.parametrize(
        ("events", "message"),
        [
            (["2016-02-02"], "expected a DatetimeIndex, got list"),
            (pd.DatetimeIndex(["2016-02-02", "2016-02-01"]), r"not in order .*\.sort_index"),
            (pd.DatetimeIndex(["2016-02-02", "2016-02-02"]), "more than once .* keep one row"),
            (pd.DatetimeIndex(["2016-02-02 14:00"]), "expected dates, got times of day"),
            (pd.DatetimeIndex(["2016-02-02", pd.NaT]), "missing dates .*drop those rows"),
            (pd.DatetimeIndex(["2016-02-02"], tz="UTC"), "without a time zone"),
            (pd.DataFrame({"date": pd.to_datetime(["2016-02-02"] * 2)}), "more than once"),
            (pd.DataFrame({"date": pd.to_datetime(["2016-02-02 14:00"])}), "times of day"),
            (pd.DataFrame({"date": [pd.NaT, pd.Timestamp("2016-02-02")]}), "missing dates"),
        ],
    )
    def test_dates_that_cannot_be_placed_are(self, price, events, message):
        with pytest.raises(fl.TimeIndexError, match=f"^events: .*{message}"):
            fl.event_study(price, events)

    def test_a_table_without_dates_is(self, price):
        table = fl.policy_table("events").rows.drop(columns="date")
        with pytest.raises(fl.InvalidInputError, match=r"^events: the columns date are missing"):
            fl.event_study(price, table)

    @pytest.mark.parametrize(
        "dates",
        [["soon"], ["2016-02-02"], ["2016-02-02", pd.Timestamp("2016-02-03")], [20160202], [None]],
    )
    def test_a_table_whose_dates_are_none_is(self, price, dates):
        message = r"^events: the column date holds no dates; convert it with pd\.to_datetime\.$"
        with pytest.raises(fl.TimeIndexError, match=message):
            fl.event_study(price, pd.DataFrame({"date": dates}))

    def test_a_table_whose_dates_have_a_time_zone_is(self, price):
        dates = pd.to_datetime(["2016-02-02"]).tz_localize("UTC")
        with pytest.raises(fl.TimeIndexError, match=r"^events: .* without a time zone"):
            fl.event_study(price, pd.DataFrame({"date": dates}))

    def test_no_events_at_all_are(self, price):
        none = price.index[:0]
        for events in (none, pd.DataFrame({"date": none})):
            with pytest.raises(fl.SampleError, match=r"^events: none is given\.$"):
                fl.event_study(price, events)
