"""What a search finds by chance: blocks that change sign, and the whole search over again."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.markets.search import Search, correlations_by_chance, rolled_up
from liquidity_and_price import holed, independent, laid_together, moved, returning, searched

LEADS = [-9, -1, 0, 2, 13]


class Turned:
    """In place of a search: it gives back the changes it is to correlate."""

    @staticmethod
    def correlations(prices):
        return prices


def signs_of(steps, how):
    """The signs each draw gives to some steps, as plus and minus one."""
    return correlations_by_chance(Turned(), np.ones(steps), 1, how)


class TestSigns:
    """Shao (2010): whole blocks turn together, each block and draw for itself."""

    @pytest.mark.parametrize(
        ("steps", "block", "length"), [(60, 4, 4), (61, 4, 4), (63, 1, 1), (520, None, 5)]
    )
    def test_blocks_change_sign_together(self, steps, block, length):
        """By default the fourth root of the number of steps: 5 for ten years of weeks."""
        signs = signs_of(steps, fl.BlockBootstrap(400, block=block))
        assert signs.shape == (400, steps)
        assert set(np.unique(signs)) == {-1, 1}
        of_blocks = signs[:, ::length]
        np.testing.assert_array_equal(signs, of_blocks.repeat(length, axis=1)[:, :steps])
        # Four standard errors of means of 400 coins: neighbours and draws go their own ways.
        assert np.abs(of_blocks.mean(axis=0)).max() < 4 / np.sqrt(400)
        assert np.abs((of_blocks[:, 1:] * of_blocks[:, :-1]).mean(axis=0)).max() < 0.2
        assert np.abs((of_blocks[1:] * of_blocks[:-1]).mean(axis=0)).max() < 4 / np.sqrt(399)

    def test_no_draws_repeat_however_many(self):
        signs = signs_of(300, fl.BlockBootstrap(1234))
        assert len(signs) == len(np.unique(signs, axis=0)) == 1234

    def test_the_seed_fixes_them(self):
        one, again = (signs_of(90, fl.BlockBootstrap(600, seed=3)) for _ in range(2))
        np.testing.assert_array_equal(one, again)
        assert not np.array_equal(one, signs_of(90, fl.BlockBootstrap(600, seed=4)))

    @pytest.mark.parametrize("horizon", [1, 3])
    def test_steps_turn_before_they_are_summed(self, horizon):
        steps = np.random.default_rng(1).standard_normal(50)
        how = fl.BlockBootstrap(100, block=2)
        turned = signs_of(50, how) * steps
        sums = pd.DataFrame(turned).T.rolling(horizon, min_periods=1).sum().T
        found = correlations_by_chance(Turned(), steps, horizon, how)
        np.testing.assert_allclose(found, sums, atol=1e-12)


@pytest.mark.parametrize("horizon", [1, 2, 7, 40])
def test_sums_of_the_last_steps_are_those_of_pandas(horizon):
    steps = np.random.default_rng(2).standard_normal((3, 40))
    for given in (steps, steps[0]):
        kept = given.copy()
        by_pandas = pd.DataFrame(given.T).rolling(horizon, min_periods=1).sum().to_numpy().T
        np.testing.assert_allclose(rolled_up(given, horizon).reshape(by_pandas.shape), by_pandas)
        np.testing.assert_array_equal(given, kept)


def by_hand(liquidity, price, leads, horizon, overlapping, how):
    """The correlations of each draw, by pandas, of series rebuilt with the same signs."""
    changes, steps = moved(liquidity, horizon), moved(price, min(horizon, 1))
    steps = (steps - steps.mean()).fillna(0.0).to_numpy()
    missing = moved(price, horizon).isna().to_numpy()
    summed = max(horizon, 1)
    every = 1 if overlapping else summed
    draws = []
    for signs in signs_of(len(steps), how):
        rebuilt = pd.Series(signs * steps).rolling(summed, min_periods=1).sum().mask(missing)
        pairs = (laid_together(changes, rebuilt, lead, every) for lead in leads)
        draws.append([pair["one"].corr(pair["other"]) for pair in pairs])
    return np.array(draws)


@pytest.mark.parametrize(
    ("horizon", "overlapping", "missing"),
    [(0, True, True), (1, True, True), (4, True, True), (4, False, False)],
)
def test_a_search_is_drawn_anew_as_pandas_would(horizon, overlapping, missing):
    """Chance at each lead, the farthest of each draw in its terms, and the share beyond.

    Where levels are compared, it is levels that turn.
    """
    liquidity, price = (independent if horizon else returning)(1, 240)
    if missing:
        liquidity, price = holed(liquidity, price)
    how = fl.BlockBootstrap(120, block=3, seed=5)
    options = {"leads": LEADS, "horizon": horizon, "overlapping": overlapping}
    found = searched(liquidity, price, bootstrap=how, **options)
    drawn = by_hand(liquidity, price, LEADS, horizon, overlapping, how)
    real = found.profile["correlation"].to_numpy()
    by_chance = np.sqrt(((drawn**2).sum(axis=0) + real**2) / 121)
    largest = np.abs(drawn / by_chance).max(axis=1)
    np.testing.assert_allclose(found.largest, largest, rtol=1e-8)
    beyond = [(largest >= one).sum() for one in np.abs(real) / by_chance]
    np.testing.assert_allclose(
        found.profile["corrected_p_value"], (1 + np.array(beyond)) / 121, rtol=1e-12
    )
    within = np.quantile(largest, 0.95) * by_chance
    np.testing.assert_allclose(found.profile["critical"], within, rtol=1e-8)
    assert found.best == LEADS[np.argmax(np.abs(real) / by_chance)]


@pytest.mark.parametrize("changes", ["log", "difference"])
def test_what_stands_out_most_need_not_be_the_largest(changes):
    """Few observations at a far lead make large correlations there by chance."""
    for seed in range(60):
        series = independent([2, seed], 120)
        found = searched(*series, leads=[0, 80], horizon=1, changes=changes)
        profile = found.profile
        largest = profile["correlation"].abs().idxmax()
        assert profile["corrected_p_value"].idxmin() == found.best
        assert profile["critical"][80] > profile["critical"][0]
        if largest != found.best:
            assert largest == 80
            return
    raise AssertionError


def test_a_search_over_matrices_is_a_loop_of_correlations():
    rng = np.random.default_rng(3)
    liquidity, prices = rng.standard_normal(90), rng.standard_normal((4, 90)) + 3
    liquidity[[3, 50]] = np.nan
    there = rng.random(90) > 0.1
    rows = np.arange(0, 90, 2)
    found = Search.over(liquidity, there, rows, LEADS).correlations(prices)
    for draw, price in zip(found, prices, strict=True):
        masked = pd.Series(price).where(there)
        kept = pd.Series(liquidity).where(np.isin(np.arange(90), rows))
        wanted = [kept.corr(masked.shift(-lead)) for lead in LEADS]
        np.testing.assert_allclose(draw, wanted, rtol=1e-10)


class TestReproducible:
    SERIES = independent(4, 200)

    def found(self, **how):
        return searched(*self.SERIES, bootstrap=fl.BlockBootstrap(**{"draws": 1100} | how))

    def test_the_same_seed_gives_the_same_search(self):
        one, again = self.found(seed=3), self.found(seed=3)
        pd.testing.assert_frame_equal(one.profile, again.profile, check_exact=True)
        pd.testing.assert_series_equal(one.largest, again.largest, check_exact=True)
        pd.testing.assert_frame_equal(one.parts, again.parts, check_exact=True)

    def test_another_seed_gives_another_draw_of_the_same(self):
        one, other = self.found(seed=3), self.found(seed=4)
        assert not np.isclose(one.largest, other.largest).any()
        pd.testing.assert_series_equal(one.profile["correlation"], other.profile["correlation"])

    @pytest.mark.parametrize("jobs", [1, 2, -1])
    def test_where_it_runs_does_not_matter(self, jobs):
        one, other = self.found(), self.found(jobs=jobs)
        pd.testing.assert_series_equal(one.largest, other.largest, check_exact=True)
        pd.testing.assert_frame_equal(one.profile, other.profile, check_exact=True)

    def test_without_joblib_jobs_are_refused_and_the_rest_works(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "joblib", None)
        with pytest.raises(fl.MissingExtraError, match=r"pip install 'fedliq\[econometrics\]'"):
            self.found(jobs=2)
        assert len(self.found().largest) == 1100
