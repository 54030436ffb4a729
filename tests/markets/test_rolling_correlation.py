"""Correlation over a moving window: pandas' own, with bands that hold as often as they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from liquidity_and_price import band, moved

BANDS = ["lower_95", "upper_95"]


def days(count):
    return pd.bdate_range("2020-01-01", periods=count)


def walks(seed, count=200, correlation=0.5):
    rng = np.random.default_rng(seed)
    one, noise = rng.standard_normal((2, count))
    other = correlation * one + np.sqrt(1 - correlation**2) * noise
    return tuple(
        pd.Series(level * np.exp(0.01 * steps.cumsum()), days(count))
        for level, steps in ((6000, one), (100, other))
    )


def by_pandas(liquidity, price, window, horizon, changes):
    one, other = (moved(series, horizon, changes) for series in (liquidity, price))
    return one.rolling(window).corr(other), one, other


@pytest.mark.parametrize("changes", ["log", "difference"])
@pytest.mark.parametrize(("window", "horizon"), [(60, 1), (20, 1), (90, 5), (60, 60)])
@pytest.mark.parametrize("missing", [False, True])
def test_it_is_the_rolling_correlation_of_pandas(window, horizon, changes, missing):
    liquidity, price = walks(1)
    if missing:
        liquidity.iloc[30], price.iloc[[95, 96]] = np.nan, np.nan
    found = fl.rolling_correlation(
        liquidity, price, window=window, horizon=horizon, changes=changes
    )
    wanted, one, other = by_pandas(liquidity, price, window, horizon, changes)
    pd.testing.assert_index_equal(found.index, liquidity.index)
    assert found.columns.tolist() == ["correlation", *BANDS]
    np.testing.assert_allclose(found["correlation"], wanted, atol=1e-9)
    assert found.isna().any(axis=1).equals(wanted.isna())
    if not missing:
        assert found["correlation"].first_valid_index() == days(200)[window + horizon - 1]
    for row in np.flatnonzero(wanted.notna())[::25]:
        seen = slice(row - window + 1, row + 1)
        ends = band(one.iloc[seen], other.iloc[seen], horizon)
        np.testing.assert_allclose(found[BANDS].iloc[row], [ends.lower, ends.upper], rtol=1e-8)


def test_a_month_of_levels_that_return():
    rng = np.random.default_rng(2)
    one, other = (pd.Series(values, days(80)) for values in 50 + rng.standard_normal((2, 80)))
    found = fl.rolling_correlation(one, other, window=22, horizon=0)
    wanted = np.log(one).rolling(22).corr(np.log(other))
    np.testing.assert_allclose(found["correlation"], wanted, atol=1e-9)
    assert found.notna().all(axis=1).tolist() == [False] * 21 + [True] * 59


def test_sixty_daily_changes_of_logarithms_are_the_default():
    spelled = fl.rolling_correlation(*walks(3), window=60, horizon=1, changes="log")
    pd.testing.assert_frame_equal(fl.rolling_correlation(*walks(3)), spelled)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 999),
    end=st.integers(0, 150),
    window=st.integers(20, 60),
    horizon=st.integers(1, 8),
)
def test_what_comes_later_changes_nothing(seed, end, window, horizon):
    liquidity, price = walks(seed, 150)
    options = {"window": window, "horizon": horizon}
    whole = fl.rolling_correlation(liquidity, price, **options)
    known = fl.rolling_correlation(liquidity.iloc[:end], price.iloc[:end], **options)
    pd.testing.assert_frame_equal(known, whole.iloc[:end], rtol=1e-9, check_freq=False)


@pytest.mark.parametrize("truth", [0.0, 0.5])
@pytest.mark.parametrize(("window", "horizon", "lower"), [(60, 1, 0.925), (250, 5, 0.915)])
def test_the_bands_hold_the_truth_about_as_often_as_they_say(truth, window, horizon, lower):
    """Of 1,000 windows of their own, where steps have no memory.

    What overlaps leans on the last, and bands by few cosines are known to be a little narrow.
    """
    held = 0
    for seed in range(1000):
        series = walks([4, seed], window + horizon, truth)
        last = fl.rolling_correlation(*series, window=window, horizon=horizon).iloc[-1]
        held += last["lower_95"] <= truth <= last["upper_95"]
    assert lower <= held / 1000 <= 0.965


@pytest.mark.parametrize("sign", [1, -1])
def test_what_moves_together_correlates_perfectly(sign):
    liquidity, _ = walks(5)
    found = fl.rolling_correlation(liquidity, liquidity**sign).iloc[60:]
    np.testing.assert_allclose(found, sign, rtol=1e-9)
    assert found.abs().max(axis=None) <= 1


def test_a_window_that_stands_still_has_none():
    liquidity, price = walks(6)
    price.iloc[40:120] = 77.0
    found = fl.rolling_correlation(liquidity, price, window=30)
    still = price.diff().abs().rolling(30).max() == 0
    assert still.sum() == 50
    assert found[still].isna().all(axis=None)
    assert found[~still].iloc[30:].notna().all(axis=None)


def test_the_inputs_are_left_alone():
    series = walks(7)
    copies = [one.copy() for one in series]
    found = fl.rolling_correlation(*series)
    found.iloc[:, :] = 0.0
    for one, copy in zip(series, copies, strict=True):
        pd.testing.assert_series_equal(one, copy)


def test_a_level_that_stands_still_neither_wanders_nor_correlates():
    rng = np.random.default_rng(10)
    still, other = pd.Series(64.0, days(80)), pd.Series(50 + rng.standard_normal(80), days(80))
    for series in ((still, other), (other, still)):
        found = fl.rolling_correlation(*series, window=20, horizon=0, changes="difference")
        assert found.isna().all(axis=None)


class TestTooShort:
    @pytest.mark.parametrize("count", [0, 1, 59, 60])
    def test_before_a_window_is_full_there_is_nothing(self, count):
        found = fl.rolling_correlation(*walks(8, count))
        assert found.shape == (count, 3)
        assert found.isna().all(axis=None)

    def test_one_window_is_enough(self):
        rng = np.random.default_rng(9)
        one, other = (pd.Series(values, days(60)) for values in 50 + rng.standard_normal((2, 60)))
        found = fl.rolling_correlation(one, other, horizon=0)
        assert found.notna().all(axis=1).tolist() == [False] * 59 + [True]

    def test_a_horizon_longer_than_the_series_leaves_no_changes(self):
        assert fl.rolling_correlation(*walks(8, 100), horizon=200).isna().all(axis=None)


class TestRefusals:
    @pytest.mark.parametrize("window", [19, 1, 0, -60])
    def test_a_window_too_short_to_say_anything(self, window):
        with pytest.raises(fl.InvalidInputError, match="window: expected"):
            fl.rolling_correlation(*walks(9), window=window)

    @pytest.mark.parametrize("window", [60.0, "60D", True, None])
    def test_a_window_that_is_no_number_of_rows(self, window):
        with pytest.raises(fl.InputTypeError, match="window: expected a whole number"):
            fl.rolling_correlation(*walks(9), window=window)

    def test_a_horizon_that_goes_back(self):
        with pytest.raises(fl.InvalidInputError, match="horizon: expected steps from 0"):
            fl.rolling_correlation(*walks(9), horizon=-1)

    def test_changes_of_another_kind(self):
        with pytest.raises(fl.InvalidInputError, match="changes: 'pct' is not one of"):
            fl.rolling_correlation(*walks(9), changes="pct")

    def test_series_on_other_dates(self):
        liquidity, price = walks(9)
        with pytest.raises(fl.AlignmentError, match=r"liquidity, price = fl\.align\("):
            fl.rolling_correlation(liquidity, price.iloc[1:])

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_what_has_no_logarithm(self, name):
        series = dict(zip(("liquidity", "price"), walks(9), strict=True))
        series[name].iloc[12] = 0.0
        with pytest.raises(
            fl.InvalidInputError, match=f"{name}: not above zero on 2020-01-17, .*'difference'"
        ):
            fl.rolling_correlation(**series)

    def test_what_is_no_series(self):
        liquidity, price = walks(9)
        with pytest.raises(fl.InputTypeError, match="price: expected a pandas Series"):
            fl.rolling_correlation(liquidity, price.to_frame())
