"""How fast a search over leads is bootstrapped, against named alternatives in the same run."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.markets.search import correlations_by_chance
from liquidity_and_price import independent, moved, searched

WEEKS, HORIZON, LEADS = 1040, 4, range(60)  # 20 years
DRAWS, BY_LOOP = 10_000, 20


class Turned:
    """In place of a search: it gives back the steps, turned."""

    @staticmethod
    def correlations(prices):
        return prices


@pytest.fixture(scope="module")
def pair():
    return independent(1, WEEKS)


@pytest.fixture(scope="module")
def steps(pair):
    """The price's steps, less their mean, of some draws: what every way is given alike."""
    plain = moved(pair[1], 1)
    plain = (plain - plain.mean()).fillna(0.0).to_numpy()
    return correlations_by_chance(Turned(), plain, 1, fl.BlockBootstrap(DRAWS))[:BY_LOOP]


def by_fedliq(pair, draws=DRAWS, jobs=None):
    """All there is: matching, correlations with bands, the bootstrap, thirds of the sample."""
    return searched(*pair, leads=LEADS, bootstrap=fl.BlockBootstrap(draws, jobs=jobs))


def by_pandas(pair, steps):
    """A loop over draws and leads of Series.corr."""
    liquidity, missing = moved(pair[0], HORIZON).reset_index(drop=True), np.arange(WEEKS) < HORIZON
    found = []
    for turned in steps:
        price = pd.Series(turned).rolling(HORIZON).sum().mask(missing)
        found.append([liquidity.corr(price.shift(-lead)) for lead in LEADS])
    return np.array(found)


def by_numpy(pair, steps):
    """A loop over draws and leads of np.corrcoef, where no value is missing."""
    liquidity = moved(pair[0], HORIZON).to_numpy()[HORIZON:]
    found = []
    for turned in steps:
        price = np.convolve(turned, np.ones(HORIZON))[HORIZON:WEEKS]
        found.append(
            [np.corrcoef(liquidity[: len(price) - lead], price[lead:])[0, 1] for lead in LEADS]
        )
    return np.array(found)


LOOPS = {"pandas": by_pandas, "numpy": by_numpy}


def test_all_ways_give_the_same_correlations(pair, steps):
    """The largest of each draw, in standard deviations of chance as all draws have it."""
    found = by_fedliq(pair)
    profile = found.profile
    by_chance = profile["critical"].to_numpy() / np.quantile(found.largest, 0.95)
    for loop in LOOPS.values():
        largest = np.abs(loop(pair, steps[:3]) / by_chance).max(axis=1)
        np.testing.assert_allclose(found.largest.iloc[:3], largest, rtol=1e-8)


@pytest.mark.benchmark(group="10,000 searches over 60 leads of 20 years of weeks, by fedliq")
def test_searches(benchmark, pair):
    benchmark.pedantic(by_fedliq, args=(pair,), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.benchmark(group="20 of these searches, by a loop")
def test_loops(benchmark, pair, steps, loop):
    benchmark.pedantic(LOOPS[loop], args=(pair, steps), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="what a search costs against a loop of pandas")
def test_what_a_search_costs_against_a_loop_of_pandas(benchmark, pair, steps):
    """A draw of ours shares what is done once; a draw of the loop is given its turned steps."""
    started = perf_counter()
    by_pandas(pair, steps)
    loop = (perf_counter() - started) / BY_LOOP
    benchmark.pedantic(by_fedliq, args=(pair,), rounds=3, warmup_rounds=1)
    ratio = loop / (benchmark.stats["median"] / DRAWS)
    benchmark.extra_info["times as fast as pandas, by search"] = round(ratio)


@pytest.mark.parametrize("draws", [5_000, 10_000, 20_000])
@pytest.mark.benchmark(group="cost by draws")
def test_draws(benchmark, pair, draws):
    benchmark.pedantic(by_fedliq, args=(pair, draws), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize("jobs", [None, 2])
@pytest.mark.benchmark(group="20,000 searches by threads")
def test_jobs(benchmark, pair, jobs):
    benchmark.pedantic(by_fedliq, args=(pair, 20_000, jobs), rounds=3, warmup_rounds=1)
