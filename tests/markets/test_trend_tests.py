"""Do levels wander, and together? As statsmodels says when asked directly."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import adfuller, coint, kpss

import fedliq as fl
from liquidity_and_price import lasting, wednesdays

ROWS = [
    ("liquidity", "adf"),
    ("liquidity", "kpss"),
    ("price", "adf"),
    ("price", "kpss"),
    ("both", "coint"),
]


def weekly(values):
    return pd.Series(values, wednesdays(len(values)))


def walks(seed, count=300):
    return tuple(
        weekly(one.cumsum()) for one in np.random.default_rng(seed).normal(size=(2, count))
    )


def p_values(*series):
    return fl.trend_tests(*series)["p_value"]


@pytest.mark.parametrize("missing", [False, True])
def test_the_numbers_are_those_of_statsmodels(missing):
    """Of walks whose steps lean on the last, so that criteria differ in how many lags."""
    liquidity, price = (walk + 0.8 * walk.shift().bfill() for walk in walks(3))
    if missing:
        liquidity.iloc[[0, 80]], price.iloc[[81, 299]] = np.nan, np.nan
    found = fl.trend_tests(liquidity, price)
    both = pd.DataFrame({"liquidity": liquidity, "price": price}).dropna()
    assert found.index.tolist() == ROWS
    assert found.index.names == ["series", "test"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that p-values lie outside a table
        for name in both:
            by_adf = adfuller(both[name], regression="ct", autolag="AIC")
            by_kpss = kpss(both[name], regression="ct", nlags="auto")
            assert by_adf[2] != adfuller(both[name], regression="ct", autolag="BIC")[2]
            numbers = found.loc[name, ["statistic", "p_value", "lags"]].to_numpy(float)
            np.testing.assert_allclose(numbers, [by_adf[:3], by_kpss[:3]], rtol=1e-9)
        by_aic, by_bic = (
            coint(both["price"], both["liquidity"], trend="ct", autolag=criterion)[:2]
            for criterion in ("aic", "bic")
        )
    assert by_aic != by_bic
    row = found.loc[("both", "coint")]
    np.testing.assert_allclose([row["statistic"], row["p_value"]], by_aic, rtol=1e-9)
    assert row["lags"] is pd.NA
    assert found["lags"].dtype == "Int64"


def test_each_row_says_what_is_taken_to_be_true():
    nulls = fl.trend_tests(*walks(1))["null"]
    assert nulls.tolist() == [
        "it wanders (unit root)",
        "it returns to a trend",
        "it wanders (unit root)",
        "it returns to a trend",
        "they wander apart (no cointegration)",
    ]


def test_walks_and_what_returns_to_a_trend_are_told_apart():
    """Of 40 of each: adf rejects the walks in about 5 % and the others in nearly all; kpss the other way."""
    wandered, returned = [], []
    for seed in range(40):
        walk, _ = walks([2, seed])
        steady = weekly(0.05 * np.arange(300) + lasting(np.random.default_rng(seed), 0.5, 300))
        found = p_values(walk, steady)
        wandered.append((found["liquidity", "adf"] < 0.05, found["liquidity", "kpss"] < 0.05))
        returned.append((found["price", "adf"] < 0.05, found["price", "kpss"] < 0.05))
    (by_adf, by_kpss), (steady_adf, steady_kpss) = (
        np.mean(one, axis=0) for one in (wandered, returned)
    )
    assert by_adf < 0.15
    assert by_kpss > 0.8
    assert steady_adf > 0.95
    assert steady_kpss < 0.25


def test_levels_that_wander_together_are_found_and_others_are_not():
    found = []
    for seed in range(20):
        walk, other = walks([3, seed])
        near = 2 * walk + weekly(np.random.default_rng(seed).normal(size=300))
        found.append(
            (p_values(walk, near)["both", "coint"], p_values(walk, other)["both", "coint"])
        )
    together, apart = np.mean(np.array(found) < 0.05, axis=0)
    assert together == 1
    assert apart <= 0.2


def test_the_inputs_are_left_alone():
    series = walks(4)
    copies = [one.copy() for one in series]
    fl.trend_tests(*series)
    for one, copy in zip(series, copies, strict=True):
        pd.testing.assert_series_equal(one, copy)


class TestRefusals:
    def test_without_statsmodels(self, monkeypatch):
        for module in ("statsmodels", "statsmodels.tsa", "statsmodels.tsa.stattools"):
            monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(fl.MissingExtraError, match=r"pip install 'fedliq\[econometrics\]'"):
            fl.trend_tests(*walks(5))

    def test_fifty_complete_dates_are_enough_and_fewer_are_not(self):
        liquidity, price = walks(5, 51)
        liquidity.iloc[7] = np.nan
        assert fl.trend_tests(liquidity, price)["p_value"].notna().all()
        price.iloc[8] = np.nan
        with pytest.raises(fl.SampleError, match=r"liquidity, price: 49 complete .* takes 50"):
            fl.trend_tests(liquidity, price)

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_a_level_that_stands_still(self, name):
        series = dict(zip(("liquidity", "price"), walks(5, 60), strict=True))
        series[name][:] = 7.5
        with pytest.raises(fl.SampleError, match=f"{name}: stands still or grows evenly"):
            fl.trend_tests(**series)

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_a_level_that_grows_evenly(self, name):
        series = dict(zip(("liquidity", "price"), walks(5, 60), strict=True))
        series[name][:] = 7.5 + 0.1 * np.arange(60)
        with pytest.raises(fl.SampleError, match=f"{name}: stands still or grows evenly"):
            fl.trend_tests(**series)

    def test_two_levels_of_which_one_follows_from_the_other(self):
        liquidity, _ = walks(5, 60)
        with pytest.raises(fl.SampleError, match="liquidity, price: one follows from the other"):
            fl.trend_tests(liquidity, 3 - 2 * liquidity)

    def test_series_on_other_dates(self):
        liquidity, price = walks(5)
        with pytest.raises(fl.AlignmentError, match=r"liquidity, price = fl\.align\("):
            fl.trend_tests(liquidity, price.iloc[1:])

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_what_is_no_series(self, name):
        series = dict(zip(("liquidity", "price"), walks(5), strict=True))
        series[name] = series[name].to_numpy()
        with pytest.raises(fl.InputTypeError, match=f"{name}: expected a pandas Series"):
            fl.trend_tests(**series)
