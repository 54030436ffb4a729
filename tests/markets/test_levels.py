"""Levels that wander are compared with a warning, and without a word on significance."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.adfvalues import mackinnoncrit

import fedliq as fl
import liquidity_and_price
from liquidity_and_price import independent, returning, searched, wednesdays

EMPTY = ["lower_95", "upper_95", "p_value", "critical", "corrected_p_value"]


def dickey_fuller(series):
    """The t-statistic of statsmodels' regression of changes on a constant and the level before."""
    frame = pd.DataFrame({"one": 1.0, "before": series.shift(), "change": series.diff()}).dropna()
    return OLS(frame["change"], frame[["one", "before"]]).fit().tvalues["before"]


class TestLeadLag:
    def test_random_walks_are_warned_of_and_no_significance_is_given(self):
        with pytest.warns(
            fl.TrendingLevelsWarning, match="liquidity, price: levels that wander .*horizon from 1"
        ) as caught:
            found = searched(*independent(1, 200), horizon=0)
        assert [warning.filename for warning in caught] == [liquidity_and_price.__file__]
        assert found.profile[EMPTY].isna().all(axis=None)
        assert found.profile["correlation"].notna().all()
        assert found.parts[["lower_95", "upper_95"]].isna().all(axis=None)
        assert found.parts[["at_best", "own_correlation"]].notna().all(axis=None)
        assert len(found.largest) == 0
        assert found.best == found.profile["correlation"].abs().idxmax()
        assert "levels that wander: no significance can be given" in found.summary().splitlines()

    @pytest.mark.parametrize("wandering", ["liquidity", "price"])
    def test_one_that_wanders_is_enough(self, wandering):
        series = dict(zip(("liquidity", "price"), returning(2, 200), strict=True))
        walks = dict(zip(("liquidity", "price"), independent(1, 200), strict=True))
        series[wandering] = walks[wandering]
        with pytest.warns(fl.TrendingLevelsWarning, match=f"^{wandering}: levels"):
            found = searched(**series, horizon=0)
        assert found.profile[EMPTY].isna().all(axis=None)

    def test_levels_that_return_are_judged(self):
        found = searched(*returning(2), horizon=0)
        assert found.profile.notna().all(axis=None)
        assert len(found.largest) == 199

    def test_the_test_is_of_what_is_compared(self):
        """A walk of logarithms, or of the values as they are."""
        liquidity, price = independent(3, 300)
        for changes, of in (("log", np.log), ("difference", lambda one: one)):
            with pytest.warns(fl.TrendingLevelsWarning) as caught:
                searched(liquidity, price, horizon=0, changes=changes)
            one, other = (dickey_fuller(of(series)) for series in (liquidity, price))
            shown = f"(Dickey-Fuller liquidity {one:.1f}, price {other:.1f};"
            assert shown in str(caught[0].message)


@pytest.mark.parametrize("missing", [False, True])
def test_levels_wander_where_the_dickey_fuller_test_does_not_reject(missing):
    """At the 5 % of MacKinnon (2010), with a constant: -2.86."""
    critical = mackinnoncrit(1, "c")[1]
    warned = []
    for seed in range(60):
        one, _ = returning(seed, 120, root=0.9)
        if missing:
            one.iloc[[5, 60, 61]] = np.nan
        other = pd.Series(50 + np.random.default_rng(seed).standard_normal(120), one.index)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            rolled = fl.rolling_correlation(one, other, window=40, horizon=0)
        statistic = dickey_fuller(np.log(one))
        assert [warning.category for warning in caught] == (
            [fl.TrendingLevelsWarning] if statistic > critical else []
        )
        assert rolled["lower_95"].isna().all() == (statistic > critical)
        if caught:
            assert caught[0].filename == __file__
            assert f"liquidity {statistic:.1f};" in str(caught[0].message)
        warned.append(bool(caught))
    assert 0.2 < np.mean(warned) < 0.9


@pytest.mark.parametrize(("count", "tells"), [(20, False), (21, True)])
def test_fewer_than_twenty_steps_tell_nothing(count, tells):
    walk = pd.Series(50 + np.arange(float(count)) ** 1.1, wednesdays(count))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fl.rolling_correlation(walk, walk.iloc[::-1].set_axis(walk.index), window=20, horizon=0)
    assert bool(caught) == tells


def test_changes_are_never_warned_of():
    """Even of walks of walks: the horizon says that changes are meant."""
    rng = np.random.default_rng(4)
    weeks = wednesdays(200)
    one, other = 1000 + rng.standard_normal((2, 200)).cumsum(axis=1).cumsum(axis=1)
    series = pd.Series(one, weeks), pd.Series(other, weeks)
    found = searched(*series, changes="difference", horizon=1)
    assert found.profile.notna().all(axis=None)
    assert fl.rolling_correlation(*series, changes="difference").iloc[60:].notna().all(axis=None)
