"""Where clusters are moved to, how often nothing is found, and whether something is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from scipy.spatial import cKDTree

import fedliq as fl
from fedliq.markets.placebo import Model, average_over_clusters, placebo_averages
from plain_event_study import (
    change_of,
    groups_of,
    moved,
    places_of,
    quiet_days,
    walk,
    without_meeting,
)

WINDOW, ESTIMATION = (-2, 3), 60


def studied(series, rows, **options):
    options = {"draws": 3000, "window": WINDOW, "estimation": ESTIMATION, **options}
    return fl.event_study(series, series.index[rows], **options)


def model_of(series, rows, window=WINDOW, benchmark=None, *, standardised=False):
    other = None if benchmark is None else change_of(benchmark).to_numpy()
    quiet = quiet_days(series, rows, window).to_numpy()
    rounding = (1e-12, 1e-12)  # of levels of about one
    change = change_of(series).to_numpy()
    return Model(change, other, rounding, quiet, window, ESTIMATION, standardised)


def placed(series, rows, group, window=WINDOW, benchmark=None, *, every=1, **options):
    """Places of clusters that move together, and for some the sum of their averages there."""
    change, other = change_of(series), change_of(benchmark)
    quiet = quiet_days(series, rows, window)
    places = places_of(change, quiet, group, window, ESTIMATION, other)
    paths = [
        sum(moved(change, quiet, group, first, window, ESTIMATION, other, **options))
        for first in places[::every]
    ]
    return places, np.array(paths)


def nearest(values, among):
    """Return for each value, a number or a row of them, which of others is nearest, how far."""
    values, among = (np.asarray(one).reshape(len(one), -1) for one in (values, among))
    return cKDTree(among).query(values)[::-1]


def on_all(drawn, places, some):
    """Say whether draws are on as many places as there are, those of which some are known."""
    return (
        len(np.unique(drawn.round(9), axis=0)) == len(places)
        and nearest(some, drawn)[1].max() < 1e-10
    )


class TestPlaces:
    @pytest.mark.parametrize("window", [(-2, 3), (-2, 0), (0, 4)])
    @pytest.mark.parametrize("cluster", [[150], [150, 150], [150, 151], [150, 152, 154]])
    def test_a_cluster_goes_to_every_quiet_place_and_to_no_other(self, cluster, window):
        """Events before and after it, and a missing figure, leave three stretches."""
        series = walk(31, 290)
        series.iloc[200] = np.nan
        # Of these windows the first and the last reach out of the series.
        rows = [1, *cluster, 289]
        places, some = placed(series, rows, [cluster], window, every=3)
        model = model_of(series, rows, window)
        drawn, count = placebo_averages(model, [np.array(cluster)], 3000, 0)
        assert on_all(drawn, places, some)
        assert count == without_meeting(set(places), [cluster], window)

    def test_so_do_the_placebos_of_a_study(self):
        """Events are days to be kept away from though their windows reach out of the series."""
        series, rows = walk(31, 300), [1, 150, 153, 298]
        expected = placed(series, rows, [[150, 153]])[1].sum(axis=1)
        found = studied(series, rows)
        assert nearest(found.placebo, expected)[1].max() < 1e-12
        assert nearest(expected, found.placebo)[1].max() < 1e-12

    @pytest.mark.parametrize("with_benchmark", [False, True])
    @pytest.mark.parametrize("standardised", [False, True])
    def test_moved_events_are_fitted_without_the_windows_of_those_moved_before_them(
        self, with_benchmark, standardised
    ):
        """As the real ones are: of a chain of eight, the last to little more than half."""
        series, market = walk(36, 420), walk(37, 420)
        market.iloc[[260, 390]] = np.nan
        benchmark = market if with_benchmark else None
        cluster, window = list(range(180, 209, 4)), (-1, 4)
        options = {"benchmark": benchmark, "standardised": standardised}
        places, some = placed(series, cluster, [cluster], window, every=6, **options)
        model = model_of(series, cluster, window, **options)
        drawn, count = placebo_averages(model, [np.array(cluster)], 5000, 0)
        assert on_all(drawn, places, some)
        assert count == without_meeting(set(places), [cluster], window)

    @pytest.mark.parametrize("gap", [65, 66])
    def test_clusters_that_share_rows_of_their_models_move_together(self, gap):
        """A window of 6 and a model of 60 rows: 66 rows apart they share none."""
        clusters = [[100, 103], [103 + gap], [168 + gap]]
        series, rows = walk(34, 460), [row for cluster in clusters for row in cluster]
        groups = groups_of(clusters, WINDOW, ESTIMATION)
        assert len(groups) == gap - 64
        sums, rooms = [], []
        for group in groups:
            places, paths = placed(series, rows, group)
            sums.append(paths / 3)
            rooms.append(without_meeting(set(places), group, WINDOW))
        expected = sums[0] if gap == 65 else (sums[0][:, None] + sums[1]).reshape(-1, 6)
        drawn, count = placebo_averages(
            model_of(series, rows), [np.array(cluster) for cluster in clusters], 3000, 0
        )
        assert nearest(drawn, expected)[1].max() < 1e-10
        assert len(np.unique(drawn.round(12), axis=0)) > 0.8 * min(3000, len(expected))
        assert count == min(rooms)

    def test_each_place_is_as_likely_as_another(self):
        series = walk(32, 260)
        _, expected = placed(series, [150], [[150]])
        found, _ = placebo_averages(model_of(series, [150]), [np.array([150])], 20_000, 0)
        counts = np.bincount(nearest(found, expected)[0], minlength=len(expected))
        even = 20_000 / len(expected)
        surprise = ((counts - even) ** 2 / even).sum()
        freedom = len(expected) - 1
        assert abs(surprise - freedom) < 4 * np.sqrt(2 * freedom)

    def test_clusters_far_apart_move_on_their_own_and_count_the_same(self):
        series, rows = walk(33, 420), [120, 200, 203]
        one, two = (
            placed(series, rows, [cluster])[1].sum(axis=1) for cluster in ([120], [200, 203])
        )
        found = studied(series, rows)
        sums = ((one[:, None] + two) / 2).ravel()
        assert nearest(found.placebo, sums)[1].max() < 1e-12
        assert found.placebo.round(12).nunique() > 0.8 * min(3000, len(sums))
        spread = np.sqrt(one.var() + two.var()) / 2
        assert found.placebo.std() == pytest.approx(spread, rel=0.06)

    def test_without_any_place_there_are_no_draws(self):
        series = walk(35, 70)
        drawn, count = placebo_averages(model_of(series, [64]), [np.array([64])], 100, 0)
        assert (drawn.shape, count) == ((0, 6), 0)

    def test_an_average_over_clusters_is_one_of_averages(self):
        paths = [np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [5.0, 0.0], [7.0, 6.0]])]
        assert average_over_clusters(paths).tolist() == [3.0, 2.0]


def rejections(draw, replications, **options):
    """Share of histories in which the p-value at the end of the window is below 5 percent."""
    found = 0
    for seed in range(replications):
        steps, rows = draw(np.random.default_rng([7, seed]))
        levels = pd.Series(steps.cumsum(), pd.bdate_range("2000-01-03", periods=len(steps)))
        result = fl.event_study(
            levels, levels.index[rows], changes="difference", **{"draws": 199, **options}
        )
        found += result.average["p_value"].iloc[-1] <= 0.05
    return found / replications


def scattered(rng, count, first, last, apart):
    """Draw rows at random, no two of them nearer than so many rows."""
    gaps = rng.multinomial(last - first - apart * (count - 1), np.full(count + 1, 1 / (count + 1)))
    return first + gaps[:count].cumsum() + apart * np.arange(count)


@pytest.mark.slow
class TestSize:
    """Events at random, on which nothing happens: five of a hundred studies say something does."""

    def test_of_single_events(self):
        def draw(rng):
            return rng.standard_normal(2500), scattered(rng, 10, 150, 2470, 150)

        assert 0.02 <= rejections(draw, 400) <= 0.08

    def test_of_events_in_pairs(self):
        def draw(rng):
            rows = scattered(rng, 8, 150, 2460, 160)
            return rng.standard_normal(2500), np.sort(np.concatenate([rows, rows + 2]))

        assert 0.02 <= rejections(draw, 400) <= 0.08

    def test_of_a_market_model_with_short_windows(self):
        def draw(rng):
            return rng.standard_normal(1500), scattered(rng, 8, 150, 1490, 130)

        market = pd.Series(
            np.random.default_rng(1).standard_normal(1500).cumsum(),
            pd.bdate_range("2000-01-03", periods=1500),
        )
        share = rejections(draw, 400, benchmark=market, window=(-1, 5))
        assert 0.02 <= share <= 0.08

    def test_of_standardised_events_where_volatility_comes_in_storms(self):
        """The logarithm of the deviation wanders with a half-life of about seven weeks."""

        def draw(rng):
            calm = lfilter([0.16], [1, -0.98], rng.standard_normal(2600))[100:]
            steps = np.exp(calm) * rng.standard_normal(2500)
            return steps, scattered(rng, 10, 150, 2470, 150)

        assert 0.02 <= rejections(draw, 400, standardised=True) <= 0.08

    def test_of_events_in_chains(self):
        """Four events twenty rows apart, with windows of 26."""
        rows = (np.arange(200, 2400, 320)[:, None] + np.arange(0, 80, 20)).ravel()

        def draw(rng):
            return rng.standard_normal(2500), rows

        assert 0.02 <= rejections(draw, 300, draws=399) <= 0.09

    def test_of_clusters_that_share_rows_of_their_models(self):
        """Eight events thirty rows apart, with windows of 26 and models of 120."""

        def draw(rng):
            return rng.standard_normal(2500), 400 + 30 * np.arange(8)

        assert 0.02 <= rejections(draw, 300, draws=399) <= 0.09


class TestPower:
    @pytest.mark.parametrize("with_market", [False, True])
    def test_a_jump_of_three_deviations_on_the_day_of_ten_events_is_found(self, with_market):
        """Ten independent jumps of 3 have a mean 9.5 standard errors from zero."""
        for seed in range(12):
            rng = np.random.default_rng(seed)
            steps = rng.standard_normal(2500)
            rows = scattered(rng, 10, 150, 2470, 150)
            market = rng.standard_normal(2500)
            steps += 2 * market * with_market
            steps[rows] += 3
            index = pd.bdate_range("2000-01-03", periods=2500)
            found = fl.event_study(
                pd.Series(steps.cumsum(), index),
                index[rows],
                window=(-2, 2),
                changes="difference",
                benchmark=pd.Series(market.cumsum(), index) if with_market else None,
                draws=999,
            )
            assert found.average.loc[0, "p_value"] == 0.001
            assert found.average.loc[0, "abnormal"] == pytest.approx(3, abs=1.4)
            assert found.average.loc[[-2, -1, 1, 2], "abnormal"].abs().max() < 1.4

    def test_standardising_finds_what_a_storm_at_one_event_would_drown(self):
        """One event in ten falls into days thirty times as wild."""
        rng = np.random.default_rng(5)
        steps, rows = rng.standard_normal(2500), np.arange(200, 2400, 220)
        steps[rows[3] - 130 : rows[3] + 30] *= 30
        steps[rows] += np.where(np.arange(10) == 3, 0, 3)
        index = pd.bdate_range("2000-01-03", periods=2500)
        plain, scaled = (
            fl.event_study(
                pd.Series(steps.cumsum(), index),
                index[rows],
                window=(0, 0),
                changes="difference",
                standardised=standardised,
                draws=999,
            ).average.loc[0, "p_value"]
            for standardised in (False, True)
        )
        assert scaled == 0.001 < plain
