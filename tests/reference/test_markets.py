"""Net liquidity, the S&P 500 and bitcoin since 2016: levels correlate, and changes do not.

The figures are those compiled beside the reference data, section 7 of METHODS: correlations of
log levels, and of changes over four weeks that do not overlap at leads of 0, 4, 8, 12 and 24
weeks. Which of four phases the blocks of four weeks have is not told there, and matters.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

LEADS = [0, 4, 8, 12, 24]
LEVELS = {"S&P 500": 0.77, "bitcoin": 0.79}
CHANGES = {"S&P 500": [-0.14, 0.20, 0.14, 0.02, 0.06], "bitcoin": [0.11, 0.10, 0.09, 0.02, -0.05]}

each_price = pytest.mark.parametrize("name", LEVELS)


@pytest.fixture(scope="module")
def liquidity(sample):
    assets, tga, on_rrp = fl.align(sample["fed_assets"], sample["tga"], sample["on_rrp"])
    return fl.net_liquidity(assets, tga, on_rrp)["2016":].dropna()


@pytest.fixture(scope="module")
def prices(shared):
    def closes(name):
        path = shared("data", f"{name}.csv")
        return pd.read_csv(path, index_col="date", parse_dates=True)["value"]

    # Coinbase's price by way of FRED ends on 8 April 2025.
    coinbase, after = closes("CBBTCUSD"), closes("BTCUSD_YAHOO_CLOSE")["2025-04-09":]
    return {"S&P 500": closes("SP500"), "bitcoin": pd.concat([coinbase, after])}


def found(liquidity, price, **options):
    public = fl.release_time("fed_assets", pd.DatetimeIndex(liquidity.index))
    return fl.lead_lag(liquidity, price, **{"leads": range(27), "available": public} | options)


@pytest.fixture(scope="module")
def phases(liquidity, prices):
    """By price, the searches over blocks that end with the last week, the one before, and so on."""
    return {
        name: [
            found(liquidity.iloc[: len(liquidity) - skipped], price, overlapping=False)
            for skipped in range(4)
        ]
        for name, price in prices.items()
    }


@each_price
def test_levels_correlate_and_that_says_nothing(liquidity, prices, name):
    with pytest.warns(fl.TrendingLevelsWarning, match="liquidity, price: levels that wander"):
        search = found(liquidity, prices[name], leads=[0], horizon=0)
    row = search.profile.loc[0]
    assert row["correlation"] == pytest.approx(LEVELS[name], abs=0.02)
    assert row.drop(["correlation", "observations"]).isna().all()


class TestChangesThatDoNotOverlap:
    @each_price
    def test_one_phase_gives_the_compiled_figures(self, phases, name):
        """With less than 0.03 between them at every lead; others differ by more."""
        apart = [
            np.abs(search.profile.loc[LEADS, "correlation"] - CHANGES[name]).max()
            for search in phases[name]
        ]
        assert min(apart) < 0.03
        assert max(apart) > 0.05

    @each_price
    def test_up_to_the_last_week_they_are_near_but_for_the_lead_of_none(self, phases, name):
        figures = phases[name][0].profile.loc[LEADS, "correlation"]
        np.testing.assert_allclose(figures.iloc[1:], CHANGES[name][1:], atol=0.1)

    @each_price
    def test_the_compiled_figures_lie_among_the_phases(self, phases, name):
        figures = pd.concat(
            [one.profile.loc[LEADS, "correlation"] for one in phases[name]], axis=1
        )
        assert (figures.min(axis=1) - 0.03 <= CHANGES[name]).all()
        assert (figures.max(axis=1) + 0.03 >= CHANGES[name]).all()

    @each_price
    def test_none_survives_the_search_in_any_phase(self, phases, name):
        for search in phases[name]:
            assert search.profile["corrected_p_value"].min() > 0.05
            assert search.profile["observations"].min() > 120

    def test_of_the_stock_market_even_the_sign_at_no_lead_depends_on_the_phase(self, phases):
        at_none = [search.profile.loc[0, "correlation"] for search in phases["S&P 500"]]
        assert min(at_none) < -0.05
        assert max(at_none) > 0.05


@each_price
def test_nor_does_any_of_changes_that_overlap(liquidity, prices, name):
    search = found(liquidity, prices[name])
    assert search.profile["corrected_p_value"].min() > 0.05
    # Looked at alone, as is often done, the best of them would seem to be something.
    assert search.profile.loc[search.best, "p_value"] < 0.05
    assert search.profile.loc[[24, 25, 26], "correlation"].abs().max() < 0.1


@each_price
def test_both_levels_have_a_unit_root_and_wander_apart(liquidity, prices, name):
    close = fl.align(prices[name], on=pd.DatetimeIndex(liquidity.index))[0]
    p_values = fl.trend_tests(np.log(liquidity), np.log(close))["p_value"]
    assert p_values["liquidity", "adf"] > 0.05
    assert p_values["price", "adf"] > 0.05
    assert p_values["liquidity", "kpss"] < 0.05
    if name == "S&P 500":
        assert p_values["both", "coint"] > 0.05
