"""How fast the projection is, against named alternatives in the same run."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

PATHS = 10_000
YEARS = 10
SHOCKS = fl.ShockModel(
    {
        "prepayment": 0.07,
        "tga": 110,
        "on_rrp": 0.15,
        "currency_in_circulation": 0.003,
        "unlisted_liabilities": 15,
        "bank_assets": 0.004,
    }
)


@pytest.fixture(scope="module")
def opening(sample):
    """With every line apart, as the H.4.1 had them on 2022-12-28."""
    return fl.opening_sheet(sample, "2022-12-28")


@pytest.fixture(scope="module")
def assumptions():
    return fl.Assumptions(
        prepayment=fl.PrepaymentModel(0.06),
        maturities=fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16"),
        lines={
            "tga": fl.Target(700),
            "bank_assets": fl.Growth(0.04),
            "currency_in_circulation": fl.Growth(0.03),
        },
    )


@pytest.fixture(scope="module")
def schedule():
    """Run-off ends and purchases go on, so that reserves last for ten years."""
    return fl.policy_schedule().with_purchases("2026-10-15", 20)


def end(years: int) -> str:
    return f"{2022 + years}-12-28"


@pytest.mark.parametrize("way", ["fedliq: every line", "numpy: the random numbers alone"])
@pytest.mark.benchmark(group="10,000 paths of ten years, monthly")
def test_fan(benchmark, opening, schedule, assumptions, way):
    def simulate():
        return fl.simulate_balance_sheet(
            opening, schedule, end(YEARS), assumptions, shocks=SHOCKS, seed=1, paths=PATHS
        ).dates

    def draw():
        return np.random.default_rng(1).standard_normal((YEARS * 12 + 1, len(fl.SHOCKS), PATHS))

    assert len(benchmark(simulate if way.startswith("fedliq") else draw)) >= YEARS * 12


@pytest.mark.parametrize("paths", [5_000, 10_000, 20_000])
@pytest.mark.benchmark(group="ten years by paths: linear where twice the paths take twice as long")
def test_fan_by_paths(benchmark, opening, schedule, assumptions, paths):
    fan = benchmark(
        fl.simulate_balance_sheet,
        opening, schedule, end(YEARS), assumptions, shocks=SHOCKS, seed=1, paths=paths,
    )  # fmt: skip
    assert fan.line("reserves").shape[1] == paths


@pytest.mark.parametrize("years", [5, 10, 20])
@pytest.mark.benchmark(group="5,000 paths by years: linear in months")
def test_fan_by_years(benchmark, opening, schedule, assumptions, years):
    fan = benchmark(
        fl.simulate_balance_sheet,
        opening, schedule, end(years), assumptions, shocks=SHOCKS, seed=1, paths=5_000,
    )  # fmt: skip
    assert len(fan.dates) > years * 12


def plain_treasuries(holdings: pd.DataFrame, months: int) -> list[float]:
    """The redemption rule in plain Python over the list of holdings, nothing rolled over."""
    rows = list(zip(holdings["maturity"], holdings["par_bn"], strict=True))
    level, path = sum(par for _, par in rows), []
    for month in pd.period_range("2022-12", periods=months, freq="M"):
        maturing = sum(
            par for day, par in rows if day.year == month.year and day.month == month.month
        )
        level -= min(maturing, 60.0)
        path.append(level)
    return path


@pytest.mark.parametrize(
    "way", ["fedliq: every line, weekly", "plain Python: Treasuries, monthly"]
)
@pytest.mark.benchmark(group="one projection of ten years")
def test_projection(benchmark, opening, schedule, assumptions, way):
    holdings = fl.load_sample_holdings()

    def project():
        return fl.project_balance_sheet(opening, schedule, end(YEARS), assumptions).weekly

    def plain():
        return plain_treasuries(holdings, YEARS * 12)

    assert len(benchmark(project if way.startswith("fedliq") else plain)) >= YEARS * 12


def test_a_fan_needs_hardly_more_memory_than_what_it_returns(opening, schedule, assumptions):
    tracemalloc.start()
    fan = fl.simulate_balance_sheet(
        opening, schedule, end(YEARS), assumptions, shocks=SHOCKS, seed=1, paths=PATHS
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    returned = 8 * fan.line("reserves").nbytes  # eight lines are drawn, the others follow
    assert peak < 1.2 * returned
