"""How fast an event study draws its placebo, against a loop of pandas in the same run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.markets.placebo import Model, placebo_averages
from plain_event_study import (
    change_of,
    clusters_of,
    groups_of,
    moved,
    places_of,
    quiet_days,
    rows_of,
)

WINDOW, ESTIMATION, DRAWS, FEW = (-5, 20), 120, 5000, 20


@pytest.fixture(scope="module")
def stocks(shared):
    table = pd.read_csv(shared("data", "SP500.csv"), parse_dates=["date"], index_col="date")
    return table["value"]


@pytest.fixture(scope="module")
def studied(stocks):
    """Changes, quiet days and clusters of the events that are not left out."""
    found = fl.event_study(stocks, fl.policy_table("events").rows, draws=100)
    dates = found.events.index[found.events["day_0"].notna()]
    quiet = quiet_days(stocks, rows_of(stocks, dates), WINDOW)
    used = rows_of(stocks, found.by_event.index)
    return change_of(stocks), quiet, clusters_of(used, WINDOW)


@pytest.fixture(scope="module")
def places(studied):
    """Where clusters that move together may go: found once, and outside what is timed."""
    change, quiet, clusters = studied
    groups = groups_of(clusters, WINDOW, ESTIMATION)
    return [(group, places_of(change, quiet, group, WINDOW, ESTIMATION)) for group in groups]


def by_array(studied, draws):
    change, quiet, clusters = studied
    model = Model(
        change.to_numpy(),
        None,
        (1e-12, 0.0),
        quiet.to_numpy(),
        WINDOW,
        ESTIMATION,
        standardised=False,
    )
    return placebo_averages(model, [np.array(cluster) for cluster in clusters], draws, 0)[0]


def by_pandas(studied, places, draws):
    """Move the clusters, fit, average: one study after the other."""
    change, quiet, _ = studied
    rng = np.random.default_rng(0)
    chosen = [(group, np.array(free)[rng.integers(0, len(free), DRAWS)]) for group, free in places]
    averages = [
        pd.concat(
            [
                path
                for group, firsts in chosen
                for path in moved(change, quiet, group, firsts[draw], WINDOW, ESTIMATION)
            ],
            axis=1,
        ).mean(axis=1)
        for draw in range(draws)
    ]
    return np.array(averages)


@pytest.mark.benchmark(group="placebo studies of the policy events on the S&P 500")
def test_arrays(benchmark, studied):
    benchmark.extra_info["studies"] = DRAWS
    benchmark(by_array, studied, DRAWS)


@pytest.mark.benchmark(group="placebo studies of the policy events on the S&P 500")
def test_a_loop_of_pandas(benchmark, studied, places):
    benchmark.extra_info["studies"] = FEW
    benchmark.pedantic(by_pandas, args=(studied, places, FEW), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="the whole study, 5,000 draws")
@pytest.mark.parametrize("standardised", [False, True])
def test_study(benchmark, stocks, standardised):
    events = fl.policy_table("events").rows
    benchmark(fl.event_study, stocks, events, standardised=standardised)


def test_both_ways_give_the_same_studies(studied, places):
    """Number by number: the same places, in the same order."""
    np.testing.assert_allclose(
        by_array(studied, DRAWS)[:FEW], by_pandas(studied, places, FEW), rtol=1e-7, atol=1e-12
    )
