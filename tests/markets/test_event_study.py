"""Abnormal changes, their average and its p-value, against loops written out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.markets.placebo import Model, placebo_averages
from plain_event_study import by_loop, change_of, quiet_days, rows_of, walk

# The second and third share a few rows, the fourth has windows of others before it.
ROWS = [180, 300, 310, 380, 520]
WINDOWS = [(-5, 20), (0, 0), (-1, 2), (0, 5), (-3, 0)]


def study(series, rows, **options):
    options = {"draws": 100, "window": (-5, 20), **options}
    return fl.event_study(series, series.index[rows], **options)


@pytest.fixture
def price():
    return walk(1, 1200)


@pytest.fixture
def market(price):
    """What the price owes to, with a noise of its own, and holes in both."""
    own = walk(2, 1200)
    price *= own**0.8
    price.iloc[[205, 250]] = np.nan
    own.iloc[[210, 251, 421]] = np.nan
    return own


class TestAbnormalChanges:
    @pytest.mark.parametrize("window", WINDOWS)
    @pytest.mark.parametrize("changes", ["log", "difference"])
    def test_are_the_changes_less_the_mean_before_windows_left_out(self, price, window, changes):
        price.iloc[[230, 240]] = np.nan
        found = study(price, ROWS, window=window, changes=changes, estimation=100)
        abnormal, fitted, deviation = by_loop(
            price, price.index[ROWS], window, 100, changes=changes
        )
        pd.testing.assert_frame_equal(
            found.by_event, abnormal, check_freq=False, rtol=1e-9, atol=1e-12
        )
        assert found.events["fitted"].tolist() == fitted
        np.testing.assert_allclose(found.events["deviation"], deviation, rtol=1e-9)
        assert found.specification["model"] == "constant"

    @pytest.mark.parametrize("window", WINDOWS)
    @pytest.mark.parametrize("changes", ["log", "difference"])
    def test_with_a_benchmark_are_the_errors_of_the_market_model(
        self, price, market, window, changes
    ):
        """Equation 3 of MacKinlay (1997), least squares by statsmodels for each event."""
        found = study(
            price, ROWS, window=window, changes=changes, benchmark=market, estimation=100
        )
        abnormal, fitted, deviation = by_loop(
            price, price.index[ROWS], window, 100, market, changes
        )
        pd.testing.assert_frame_equal(
            found.by_event, abnormal, check_freq=False, rtol=1e-7, atol=1e-10
        )
        assert found.events["fitted"].tolist() == fitted
        np.testing.assert_allclose(found.events["deviation"], deviation, rtol=1e-7)
        assert found.specification["model"] == "constant and benchmark"

    @pytest.mark.parametrize("with_market", [False, True])
    def test_are_divided_by_the_deviation_where_standardised(self, price, market, with_market):
        options = {"benchmark": market} if with_market else {}
        plain = study(price, ROWS, **options)
        scaled = study(price, ROWS, standardised=True, **options)
        expected = plain.by_event.div(plain.events["deviation"], axis=0)
        pd.testing.assert_frame_equal(scaled.by_event, expected, rtol=1e-9)
        pd.testing.assert_series_equal(scaled.events["deviation"], plain.events["deviation"])

    def test_by_default_are_logarithmic_from_five_rows_before_to_twenty_after(self, price):
        found = fl.event_study(price, price.index[[400]])
        chosen = study(price, [400], window=(-5, 20), estimation=120, draws=5000, seed=0)
        pd.testing.assert_frame_equal(found.average, chosen.average)
        assert found.specification == {
            "window": (-5, 20),
            "estimation": 120,
            "model": "constant",
            "changes": "log",
            "standardised": False,
            "draws": 5000,
            "seed": 0,
        }

    def test_of_a_benchmark_that_stood_still_are_those_of_the_constant_model(self, price):
        """Without variation before the event there is no slope to tell."""
        still = pd.Series(50.0, price.index)
        still.iloc[400:] = 60.0
        found = study(price, [400], benchmark=still, window=(-2, 2))
        pd.testing.assert_frame_equal(
            found.by_event, study(price, [400], window=(-2, 2)).by_event, rtol=1e-9
        )

    @pytest.mark.parametrize("seed", range(5))
    def test_of_a_benchmark_that_grew_steadily_are_those_of_the_constant_model(self, price, seed):
        """It has no variation before the event either, though its level is not the same."""
        steps = np.random.default_rng(seed).normal(0, 0.01, len(price))
        steps[200:400], steps[400] = 0.0003, 0.05
        steady = pd.Series(100 * np.exp(steps.cumsum()), price.index)
        found = study(price, [400], benchmark=steady, window=(0, 0))
        constant = study(price, [400], window=(0, 0))
        pd.testing.assert_frame_equal(found.by_event, constant.by_event, rtol=1e-12)

    def test_of_a_benchmark_that_stood_still_up_to_rounding_are_so_too(self, price):
        """Three tenths, and now and then the sum of one and two, which is no double of its own."""
        still = pd.Series(np.where(np.arange(1200) % 3, 0.3, 0.1 + 0.2), price.index)
        still.iloc[400:] *= 1.05
        found = study(price, [400], benchmark=still, window=(-2, 2))
        pd.testing.assert_frame_equal(
            found.by_event, study(price, [400], window=(-2, 2)).by_event, rtol=1e-9
        )

    def test_have_no_standard_deviation_where_only_rounding_stirred(self, price):
        price.iloc[100:400] = np.where(np.arange(300) % 3, 0.3, 0.1 + 0.2)
        found = study(price, [400, 900], standardised=True)
        assert found.events["left_out"].tolist() == ["nothing moved before it", ""]

    def test_of_a_benchmark_that_hardly_moved_are_still_less_what_is_owed_to_it(self, price):
        """A millionth of its growth is more than rounding, and the slope on it is three."""
        steps = 1 + 1e-6 * np.random.default_rng(6).standard_normal(len(price))
        other = pd.Series(steps.cumsum(), price.index)
        tied = 3 * other + 5 * np.arange(len(price))
        found = study(tied, [400], benchmark=other, changes="difference")
        assert found.by_event.abs().max(axis=None) < 1e-10
        constant = study(tied, [400], changes="difference")
        assert constant.by_event.abs().max(axis=None) > 1e-6

    @pytest.mark.parametrize("growth", [0.0, 0.0003])
    @pytest.mark.parametrize("window", [(0, 0), (-1, 1)])
    def test_have_no_standard_deviation_where_nothing_stirred_before(self, price, growth, window):
        """Such an event is left out, and does not drown the others."""
        steps = np.log(price).diff().fillna(0.0).to_numpy(copy=True)
        steps[350:450], steps[450] = growth, 0.01
        still = pd.Series(100 * np.exp(steps.cumsum()), price.index)
        options = {"window": window, "estimation": 60}
        scaled = study(still, [200, 450, 560], standardised=True, **options)
        assert scaled.events["left_out"].tolist() == ["", "nothing moved before it", ""]
        assert scaled.average["abnormal"].abs().max() < 10
        plain = study(still, [200, 450, 560], **options)
        assert plain.events["left_out"].tolist() == [""] * 3
        assert plain.events["deviation"].iloc[1] == 0
        assert plain.by_event[0].iloc[1] == pytest.approx(0.01 - growth, rel=1e-9)

    def test_are_divided_by_a_deviation_however_small(self, price):
        """A millionth of the growth is more than rounding."""
        noise = np.random.default_rng(7).standard_normal(len(price))
        steady = pd.Series((1 + 1e-6 * noise).cumsum(), price.index)
        wild = pd.Series(noise.cumsum(), price.index)
        options = {"changes": "difference", "standardised": True}
        found, expected = (study(one, ROWS, **options).by_event for one in (steady, wild))
        np.testing.assert_allclose(found, expected, atol=1e-5)

    def test_see_nothing_of_what_comes_after_the_window(self, price, market):
        later = [series.copy() for series in (price, market)]
        for one, seed in zip(later, (3, 4), strict=True):
            one.iloc[401:] *= 3 * walk(seed, 1200)[401:]
        for options in ({}, {"standardised": True}):
            before, after = (
                study(own, [180, 380, 500], benchmark=other, **options)
                for own, other in ((price, market), tuple(later))
            )
            pd.testing.assert_frame_equal(
                before.by_event[:2], after.by_event[:2], check_exact=True
            )
            pd.testing.assert_frame_equal(before.events[:2], after.events[:2], check_exact=True)
            assert not np.allclose(before.by_event.iloc[2], after.by_event.iloc[2])

    def test_see_nothing_of_later_events_unless_they_fall_before_the_window(self, price):
        alone, together = study(price, [300]), study(price, [300, 301, 330])
        pd.testing.assert_series_equal(
            alone.by_event.iloc[0], together.by_event.iloc[0], check_exact=True
        )


class TestAverage:
    def test_abnormal_is_the_mean_over_clusters_of_the_mean_over_their_events(self, price):
        found = study(price, ROWS)
        means = found.by_event.groupby(found.events["cluster"].to_numpy()).mean()
        assert len(means) == 4
        np.testing.assert_allclose(found.average["abnormal"], means.mean(), rtol=1e-9)

    def test_cumulative_adds_up_from_the_first_day_of_the_window(self, price):
        found = study(price, ROWS)
        total = 0.0
        for day, row in found.average.iterrows():
            total += row["abnormal"]
            assert row["cumulative"] == pytest.approx(total, rel=1e-12), day
        assert found.average.index.tolist() == list(range(-5, 21))
        np.testing.assert_allclose(
            found.events["cumulative"], found.by_event.sum(axis=1), rtol=1e-12
        )

    def test_bands_and_p_values_are_ranks_among_the_placebo_day_by_day(self, price):
        window, estimation = (-2, 3), 120
        found = study(price, ROWS, window=window, draws=199, seed=7)
        rows = rows_of(price, price.index[ROWS])
        quiet = quiet_days(price, rows, window).to_numpy()
        change = change_of(price).to_numpy()
        model = Model(change, None, (1e-12, 0.0), quiet, window, estimation, standardised=False)
        drawn, _ = placebo_averages(model, [np.array([row]) for row in rows], 199, 7)
        for place, row in enumerate(found.average.itertuples()):
            sums = drawn[:, : place + 1].sum(axis=1)
            further = sum(abs(one) >= abs(row.cumulative) for one in sums)
            assert row.p_value == (1 + further) / 200
            ends = np.percentile(sums, [2.5, 97.5])
            np.testing.assert_allclose([row.lower_95, row.upper_95], ends, rtol=1e-9)
        np.testing.assert_allclose(found.placebo, drawn.sum(axis=1), rtol=1e-12, atol=1e-15)
        assert found.average["p_value"].nunique() > 2

    def test_a_p_value_is_never_below_one_over_the_draws_and_one(self, price):
        price.iloc[400:] *= 2
        found = study(price, [400], window=(0, 0), draws=499)
        assert found.average.loc[0, "p_value"] == 1 / 500
        assert (found.placebo.abs() < np.log(2)).all()
        assert len(found.placebo) == 499

    def test_where_nothing_ever_happens_the_p_value_is_one(self, price):
        """Draws as far from zero as the events count, and all of them are at zero."""
        found = study(pd.Series(5.0, price.index), [400], changes="difference")
        assert found.average["p_value"].eq(1).all()
        assert found.average.drop(columns="p_value").eq(0).all().all()


class TestResult:
    def test_the_same_seed_gives_the_same_and_another_another_placebo(self, price):
        one, same, other = (study(price, ROWS, seed=seed) for seed in (3, 3, 4))
        pd.testing.assert_series_equal(one.placebo, same.placebo, check_exact=True)
        pd.testing.assert_frame_equal(one.average, same.average, check_exact=True)
        assert not np.allclose(one.placebo, other.placebo)
        pd.testing.assert_frame_equal(one.by_event, other.by_event, check_exact=True)

    def test_the_frame_is_a_copy_of_the_averages(self, price):
        found = study(price, ROWS)
        frame = found.to_frame()
        pd.testing.assert_frame_equal(frame, found.average)
        frame.iloc[0, 0] = 99.0
        assert found.average.iloc[0, 0] != 99.0

    def test_it_is_frozen(self, price):
        with pytest.raises(dataclasses.FrozenInstanceError):
            study(price, [400]).average = None

    def test_the_inputs_are_left_alone(self, price, market):
        table = pd.DataFrame({"date": price.index[[500, 300]], "event": ["b", "a"]})
        copies = [one.copy() for one in (price, market, table)]
        fl.event_study(price, table, benchmark=market, standardised=True, draws=100)
        dates = price.index[[300, 500]]
        fl.event_study(price, dates, draws=100)
        pd.testing.assert_series_equal(price, copies[0])
        pd.testing.assert_series_equal(market, copies[1])
        pd.testing.assert_frame_equal(table, copies[2])
        assert dates.name is None

    def test_the_summary_says_what_was_found_and_what_was_left_out(self, price):
        found = study(price, [20, 180, 300, 310], window=(-1, 12))
        last = found.average.loc[12]
        lines = found.summary().splitlines()
        assert lines[0] == (
            "3 events in 2 clusters, cumulative abnormal change to day 12: "
            f"{last['cumulative']:+.4g}"
        )
        assert f"{last['lower_95']:+.4g} to {last['upper_95']:+.4g}" in lines[1]
        assert lines[1].endswith(f"p-value {last['p_value']:.3f}")
        assert lines[2].startswith("specification: window (-1, 12), estimation 120, ")
        day = f"{price.index[20]:%Y-%m-%d}"
        assert lines[3:] == [f"left out: {day}, too few quiet days before it"]

    def test_integers_and_nullable_floats_are_numbers(self, price):
        whole = (100 * price).round().astype("int64")
        found, other = (
            study(whole.astype(kind), [400], changes="difference") for kind in ("int64", "Float64")
        )
        pd.testing.assert_frame_equal(found.average, other.average)
        expected = by_loop(whole, price.index[[400]], (-5, 20), 120, changes="difference")[0]
        pd.testing.assert_frame_equal(found.by_event, expected, check_freq=False, rtol=1e-9)
