"""The slope of reserve demand: against a known one, against what is published, and by hand."""

from __future__ import annotations

import dataclasses
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from scipy import stats

import fedliq as fl
from fedliq.econometrics import sampled
from fedliq.econometrics.responses import lagged_rows
from reserve_demand import (
    impulse,
    least_squares,
    persistent,
    posterior_on_the_last_week,
    simulated,
    weekly,
)

# As in the series the New York Fed publishes, whose order is the median and then the bands.
COLUMNS = ["median", "lower_95", "upper_95", "lower_68", "upper_68"]
QUANTILES = [0.5, 0.025, 0.975, 0.16, 0.84]
# Short histories have dates on which the instrument is weak; that is not what they are for.
unheeded_weakness = pytest.mark.filterwarnings(
    "ignore:on .* what forecast errors do to reserves:fedliq.exceptions.WeakInstrumentWarning"
)
unheeded_convergence = pytest.mark.filterwarnings(
    "ignore:on .* chains have not converged:fedliq.exceptions.ConvergenceWarning"
)
HISTORY = simulated(160, 7)


def elasticity(history=HISTORY, **options):
    return fl.reserve_demand_elasticity(history.spread, history.ratio, **options)


def short(**options):
    """Give the full estimator a few draws, for what does not depend on how many."""
    return fl.BayesianVAR(
        **{"draws": 20, "tune": 5, "chains": 2, "seed": 3, "progress": False} | options
    )


def everything(estimate):
    return np.hstack([estimate.estimates, estimate.diagnostics])


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def within(frame, value, band):
    return (frame[f"lower_{band}"] <= value) & (value <= frame[f"upper_{band}"])


class TestAgainstAKnownSlope:
    """Slope and volatility wander, demand moves reserves: see ``reserve_demand.simulated``."""

    @unheeded_weakness
    def test_the_bands_of_the_fast_estimator_hold_it_and_those_of_least_squares_do_not(self):
        held, narrow, deceived = [], [], []
        for number in range(200):
            history = simulated(260, [1, number])
            frame = elasticity(history).to_frame()
            ready = frame["median"].notna().to_numpy()
            assert ready.sum() == 260 - 2 - 51
            held.append(within(frame, history.slope, 95)[ready].mean())
            narrow.append(within(frame, history.slope, 68)[ready].mean())
            lower, upper = least_squares(history, 26)
            inside = (lower <= history.slope) & (history.slope <= upper)
            deceived.append(inside[ready].mean())
        assert 0.90 < np.mean(held) < 0.98
        assert 0.60 < np.mean(narrow) < 0.80
        assert np.mean(deceived) < 0.75

    @pytest.mark.slow
    def test_the_bands_of_the_full_estimator_hold_it(self):
        held = Parallel(n_jobs=2)(
            delayed(posterior_on_the_last_week)(number) for number in range(200)
        )
        wide, narrow = np.mean(held, axis=0)
        assert 0.90 < wide < 0.98
        assert 0.60 < narrow < 0.80

    @unheeded_weakness
    def test_the_middle_of_the_fast_estimator_is_right_where_least_squares_is_deceived(self):
        """By cov(demand, ratio) / var(ratio), above the slope: demand moves reserves up too."""
        errors, deceived = [], []
        for number in range(60):
            history = simulated(260, [4, number])
            lower, upper = least_squares(history, 26)
            frame = elasticity(history).to_frame()
            errors.append((frame["median"] - history.slope).iloc[60:].median())
            deceived.append(np.median((lower + upper)[60:] / 2 - history.slope[60:]))
        assert np.mean(deceived) > 0.3
        assert abs(np.mean(errors)) < np.mean(deceived) / 3

    @unheeded_weakness
    def test_where_demand_stands_still_the_slope_is_found_without_error(self):
        """Next to no demand shocks, so that all weeks lie on one line, of slope -2."""
        history = simulated(200, 12)
        noise = np.random.default_rng(12).standard_normal(200)
        nearly = weekly(-2 * (history.ratio.to_numpy() * 100 - 12) - 5 + 1e-4 * noise)
        frame = fl.reserve_demand_elasticity(nearly, history.ratio).to_frame().dropna()
        np.testing.assert_allclose(frame["median"], -2, atol=0.01)
        assert within(frame, -2, 95).all()


class TestOnTheSample:
    """Staff Report 1019 of the New York Fed (Afonso, Giannone, La Spada and Williams, 2022).

    And Liberty Street Economics, "Tracking Reserve Ampleness in Real Time Using Reserve Demand
    Elasticity", 17 October 2024: significantly negative in 2010-11 and 2018-19,
    indistinguishable from zero in 2012-17 and from mid-2020 on.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def data(cls, sample):
        return fl.reserve_demand_data(sample)

    @pytest.fixture(scope="class")
    @classmethod
    def fast(cls, data):
        return fl.reserve_demand_elasticity(data["spread"], data["ratio"]).to_frame()

    @pytest.mark.parametrize(
        ("first", "last"), [("2010-01-20", "2011-12-31"), ("2018-10-01", "2019-12-31")]
    )
    def test_where_the_published_elasticity_is_negative_ours_mostly_is(self, fast, first, last):
        assert (fast.loc[first:last, "upper_95"] < 0).mean() > 1 / 2

    @pytest.mark.parametrize(
        ("first", "last"), [("2013-01-01", "2017-12-31"), ("2021-07-01", "2024-12-31")]
    )
    def test_where_the_published_elasticity_may_be_zero_ours_mostly_may(self, fast, first, last):
        assert within(fast[first:last], 0, 95).mean() > 1 / 2

    def test_by_mid_2026_it_is_slightly_negative(self, fast):
        months = fast["2026-06":"2026-07"]
        assert months["median"].between(-1.5, 0, inclusive="neither").all()
        assert (months["upper_95"] < 0).all()

    def test_the_columns_are_those_of_the_published_series(self, fast):
        assert fast.columns.tolist() == COLUMNS

    @pytest.mark.filterwarnings("ignore:on .* chains have not converged")
    def test_both_estimators_agree(self, data, fast):
        """Each one's median lies within the other's band at 95 %."""
        on = pd.DatetimeIndex(
            ["2011-06-29", "2014-06-25", "2018-12-26", "2023-06-28", "2026-06-24"]
        )
        full = fl.reserve_demand_elasticity(
            data["spread"],
            data["ratio"],
            estimator=fl.BayesianVAR(draws=200, tune=100, chains=1, progress=False),
            on=on,
        ).to_frame()
        assert full.columns.tolist() == COLUMNS
        assert within(full, fast.loc[on, "median"], 95).all()
        assert within(fast.loc[on], full["median"], 95).all()


class TestNoLookAhead:
    @unheeded_weakness
    @settings(deadline=None, max_examples=60)
    @given(st.data())
    def test_what_comes_later_does_not_change_the_fast_estimate(self, data):
        options = {
            "lags": data.draw(st.integers(1, 4)),
            "horizon": data.draw(st.integers(1, 12)),
            "estimator": fl.ForgettingVAR(data.draw(st.floats(15, 200))),
            "warm_up": 40,
        }
        cut = data.draw(st.integers(options["lags"] + 42, 160))
        whole = elasticity(**options)
        spread, ratio = HISTORY.spread[:cut], HISTORY.ratio[:cut]
        known = fl.reserve_demand_elasticity(spread, ratio, **options)
        assert same(everything(whole)[:cut], everything(known))

    @unheeded_weakness
    @pytest.mark.parametrize("lags", [1, 2, 3])
    @pytest.mark.parametrize("horizon", [1, 4, 9, 12])
    def test_nor_does_being_the_only_date_there_is_an_estimate_for(self, lags, horizon):
        options = {"lags": lags, "horizon": horizon}
        spread, ratio = HISTORY.spread[: 52 + lags], HISTORY.ratio[: 52 + lags]
        alone = fl.reserve_demand_elasticity(spread, ratio, **options)
        assert alone.estimates["median"].notna().sum() == 1
        whole = elasticity(**options)
        assert same(everything(whole)[: 52 + lags], everything(alone))

    @unheeded_weakness
    @unheeded_convergence
    @pytest.mark.parametrize("cut", [60, 61, 100, 159])
    def test_what_comes_later_does_not_change_the_full_estimate(self, cut):
        on = HISTORY.ratio.index[[56, 59]]
        whole = elasticity(estimator=short(), on=on)
        known = fl.reserve_demand_elasticity(
            HISTORY.spread[:cut], HISTORY.ratio[:cut], estimator=short(), on=on
        )
        assert np.isfinite(everything(whole)).all()
        assert same(everything(whole), everything(known))


class TestDatesAskedFor:
    @unheeded_weakness
    @settings(deadline=None, max_examples=40)
    @given(st.sets(st.integers(0, 159), min_size=1))
    def test_the_fast_estimate_on_a_date_does_not_depend_on_the_others(self, places):
        on = HISTORY.ratio.index[sorted(places)]
        some = elasticity(on=on)
        assert some.estimates.index.equals(on)
        assert some.diagnostics.index.equals(on)
        assert same(everything(some), everything(elasticity())[sorted(places)])

    @unheeded_weakness
    @unheeded_convergence
    def test_nor_does_the_full_one_nor_how_many_processes_there_are(self):
        on = HISTORY.ratio.index[[30, 60, 100, 159]]
        several = everything(elasticity(estimator=short(), on=on))
        assert np.isnan(several).all(axis=1).tolist() == [True, False, False, False]
        assert same(several, everything(elasticity(estimator=short(jobs=2), on=on)))
        assert same(several[1::2], everything(elasticity(estimator=short(), on=on[1::2])))
        assert same(several[2:3], everything(elasticity(estimator=short(), on=on[2:3])))

    @pytest.mark.parametrize("estimator", [fl.ForgettingVAR(), short()])
    @pytest.mark.parametrize("places", [[], [0, 3, 20]])
    def test_dates_without_an_estimate_alone_have_none(self, estimator, places):
        on = HISTORY.ratio.index[places]
        estimate = elasticity(estimator=estimator, on=on)
        assert estimate.estimates.index.equals(on)
        assert estimate.estimates.columns.tolist() == COLUMNS
        assert np.isnan(everything(estimate)).all()
        assert estimate.summary().startswith("reserve demand elasticity")

    @unheeded_weakness
    @pytest.mark.parametrize(("lags", "warm_up"), [(1, 16), (2, 52), (3, 70)])
    def test_the_first_estimate_is_on_the_date_that_makes_the_warm_up_full(self, lags, warm_up):
        ready = elasticity(lags=lags, warm_up=warm_up).estimates.notna().all(axis=1)
        assert np.flatnonzero(ready).tolist() == list(range(lags + warm_up - 1, 160))


class TestRandomNumbers:
    ON = HISTORY.ratio.index[-1:]

    @unheeded_weakness
    @unheeded_convergence
    def test_another_seed_draws_something_else(self):
        one, other = (
            everything(elasticity(estimator=short(seed=seed), on=self.ON)) for seed in (0, 1)
        )
        assert (one != other).all()

    @unheeded_weakness
    @unheeded_convergence
    def test_the_global_state_is_neither_read_nor_changed(self):
        made = []
        for seed in (1, 2):
            np.random.seed(seed)  # noqa: NPY002 - the global state is the point
            before = np.random.get_state()  # noqa: NPY002
            made.append(everything(elasticity(estimator=short(), on=self.ON)))
            after = np.random.get_state()  # noqa: NPY002
            assert before[0] == after[0]
            assert before[2:] == after[2:]
            np.testing.assert_array_equal(before[1], after[1])
        assert same(*made)

    @unheeded_weakness
    @unheeded_convergence
    def test_the_bands_are_quantiles_of_all_chains_together(self):
        rows = lagged_rows(HISTORY.spread.to_numpy(), HISTORY.ratio.to_numpy() * 100, 2)
        how = short(draws=40, chains=3)
        slope, left = np.hstack([sampled.draw_chain(rows, 2, 4, how, chain) for chain in range(3)])
        estimate = elasticity(estimator=how, on=self.ON)
        np.testing.assert_allclose(
            estimate.estimates.iloc[0], np.quantile(slope, QUANTILES), rtol=1e-9
        )
        beside = estimate.diagnostics.iloc[0]
        low, middle, high = np.quantile(left, [0.16, 0.5, 0.84])
        assert beside["response"] == pytest.approx(middle, rel=1e-9)
        assert beside["strength"] == pytest.approx(middle / ((high - low) / 2), rel=1e-9)

    @unheeded_weakness
    def test_chains_that_agree_have_an_r_hat_of_one(self):
        """Half the posterior in each: R-hat is near one, and no draw counts more than once."""
        on = HISTORY.ratio.index[[100]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fl.ConvergenceWarning)
            estimate = elasticity(estimator=short(draws=300, tune=100), on=on)
        assert 0.99 < estimate.diagnostics["rhat"].iloc[0] < 1.05
        assert 20 < estimate.diagnostics["effective_draws"].iloc[0] < 1.5 * 600

    def test_one_chain_is_judged_by_its_halves(self):
        """It may converge, and then nobody is told to draw more."""
        estimator = short(draws=2_000, tune=200, chains=1, seed=np.int64(3))
        estimate = elasticity(estimator=estimator, on=HISTORY.ratio.index[[120]])
        assert 0.99 < estimate.diagnostics["rhat"].iloc[0] <= 1.01


def by_hand(spread, ratio, week, half_life, lags=2, horizon=4):
    """Work out one week of the fast estimator: weights, regressions, errors and a Jacobian.

    ``spread`` in bp, ``ratio`` in pp. Returns the five figures and both diagnostics.
    """
    decay = 0.5 ** (1 / half_life)
    past = {
        t: [1.0, *spread[t - lags : t][::-1], *ratio[t - lags : t][::-1]]
        for t in range(lags, week + 1)
    }
    dates = np.array(
        [t for t, row in past.items() if np.isfinite([*row, spread[t], ratio[t]]).all()]
    )
    past = np.array([past[t] for t in dates])
    fitted, covariances = [], []
    for known, target, rounding in (
        (past, ratio[dates], 1e-4),
        (np.column_stack([ratio[dates], past]), spread[dates], 0.29),
    ):

        def weighted(rows, by, known=known, target=target):
            root = decay ** ((by - dates[:rows]) / 2)
            design = known[:rows] * root[:, None]
            coefficients, *_ = np.linalg.lstsq(design, target[:rows] * root)
            return coefficients, np.linalg.inv(design.T @ design)

        total = weights = 0.0
        for row in range(1, len(dates)):
            # Errors count once two weeks are remembered for each coefficient.
            if np.sum(decay ** (dates[row] - 1 - dates[:row])) < 2 * (2 + 2 * lags):
                continue
            before, inverse = weighted(row, dates[row] - 1)
            error = target[row] - known[row] @ before
            age = week - dates[row]
            total += decay**age * error**2 / (1 + known[row] @ inverse @ known[row] / decay)
            weights += decay**age
        coefficients, inverse = weighted(len(dates), week)
        fitted.append(coefficients)
        covariances.append(inverse * max(total / weights, rounding**2))
    count = len(fitted[0])
    joint = np.concatenate(fitted)
    covariance = np.zeros((len(joint), len(joint)))
    covariance[:count, :count], covariance[count:, count:] = covariances

    def slope(both):
        of_spread, of_ratio = impulse(both[:count], both[count:], lags, horizon)
        return of_spread[1:].sum() / of_ratio[1:].sum()

    def left(both):
        return impulse(both[:count], both[count:], lags, horizon)[1][1:].mean()

    def deviation(of):
        steps = 1e-6 * np.eye(len(joint))
        gradient = np.array([(of(joint + step) - of(joint - step)) / 2e-6 for step in steps])
        return np.sqrt(gradient @ covariance @ gradient)

    observed = np.sum(decay ** (week - dates))
    bands = slope(joint) + stats.t.ppf(QUANTILES, observed) * deviation(slope)
    return [*bands, left(joint), left(joint) / deviation(left), observed]


class TestFilter:
    @unheeded_weakness
    @pytest.mark.parametrize("half_life", [13, 26, 104])
    @pytest.mark.parametrize("week", [60, 101, 159])
    def test_it_is_weighted_least_squares_with_an_error_to_first_order(self, half_life, week):
        """Weights 0.5 ** (age / half_life), bands Student's with the sum of the weights."""
        estimate = elasticity(estimator=fl.ForgettingVAR(half_life))
        expected = by_hand(
            HISTORY.spread.to_numpy(), HISTORY.ratio.to_numpy() * 100, week, half_life
        )
        np.testing.assert_allclose(everything(estimate)[week], expected, rtol=1e-4, atol=1e-4)

    @unheeded_weakness
    @pytest.mark.parametrize(("lags", "horizon"), [(1, 1), (1, 6), (3, 2), (4, 12)])
    def test_so_it_is_with_other_lags_and_horizons(self, lags, horizon):
        spread, ratio = HISTORY.spread.to_numpy(), HISTORY.ratio.to_numpy() * 100
        estimate = elasticity(lags=lags, horizon=horizon)
        expected = by_hand(spread, ratio, 120, 26, lags, horizon)
        np.testing.assert_allclose(everything(estimate)[120], expected, rtol=1e-4, atol=1e-4)

    @unheeded_weakness
    @pytest.mark.parametrize("week", [80, 150])
    def test_errors_below_rounding_count_as_rounding(self, week):
        """Here the spread is foretold to 0.05 bp, and quoted in whole ones."""
        ratio = HISTORY.ratio.to_numpy() * 100
        spread = 20 - 2 * ratio + 0.05 * np.random.default_rng(13).standard_normal(160)
        estimate = fl.reserve_demand_elasticity(weekly(spread), HISTORY.ratio)
        expected = by_hand(spread, ratio, week, 26)
        np.testing.assert_allclose(everything(estimate)[week], expected, rtol=2e-3, atol=1e-3)

    @unheeded_weakness
    @settings(deadline=None, max_examples=25)
    @given(st.floats(1, 5), st.floats(0.3, 1.5))
    def test_it_scales_as_its_unit_says(self, by_spread, by_ratio):
        spread = HISTORY.spread * 5  # far from rounding
        frame = fl.reserve_demand_elasticity(spread, HISTORY.ratio).estimates
        scaled = fl.reserve_demand_elasticity(
            spread * by_spread, HISTORY.ratio * by_ratio
        ).estimates
        np.testing.assert_allclose(scaled, frame * by_spread / by_ratio, rtol=1e-3, atol=1e-4)

    @unheeded_weakness
    @settings(deadline=None, max_examples=25)
    @given(st.floats(-100, 100))
    def test_the_level_of_the_spread_does_not_matter(self, shift):
        shifted = fl.reserve_demand_elasticity(HISTORY.spread + shift, HISTORY.ratio).estimates
        np.testing.assert_allclose(shifted, elasticity().estimates, rtol=1e-2, atol=1e-3)

    @unheeded_weakness
    @settings(deadline=None, max_examples=25)
    @given(st.sampled_from(["spread", "ratio"]), st.integers(55, 159), st.integers(1, 4))
    def test_a_missing_week_costs_itself_and_those_that_need_it(self, name, week, lags):
        options = {"lags": lags, "warm_up": 40}
        series = {"spread": HISTORY.spread.copy(), "ratio": HISTORY.ratio.copy()}
        series[name].iloc[week] = np.nan
        estimate = fl.reserve_demand_elasticity(**series, **options)
        missing = estimate.estimates.isna().all(axis=1).to_numpy()
        there = estimate.estimates.notna().all(axis=1).to_numpy()
        cost = set(range(week, min(week + lags, 159) + 1))
        assert set(np.flatnonzero(missing[lags + 39 :]) + lags + 39) == cost
        assert (missing ^ there).all()
        assert np.isnan(everything(estimate)[sorted(cost)]).all()
        assert same(everything(estimate)[:week], everything(elasticity(**options))[:week])
        assert estimate.observations == 160 - lags - len(cost)

    @unheeded_weakness
    @pytest.mark.parametrize("week", [80, 113, 140])
    def test_missing_weeks_say_nothing_and_age_what_came_before_them(self, week):
        spread, ratio = HISTORY.spread.copy(), HISTORY.ratio.copy()
        ratio.iloc[[5, 70]] = np.nan
        spread.iloc[100:110] = np.nan
        estimate = fl.reserve_demand_elasticity(spread, ratio)
        expected = by_hand(spread.to_numpy(), ratio.to_numpy() * 100, week, 26)
        np.testing.assert_allclose(everything(estimate)[week], expected, rtol=1e-4, atol=1e-4)

    @unheeded_weakness
    def test_missing_weeks_put_off_the_first_estimate(self):
        ratio = HISTORY.ratio.copy()
        ratio.iloc[10] = np.nan
        first = fl.reserve_demand_elasticity(HISTORY.spread, ratio).estimates["median"]
        assert first.first_valid_index() == ratio.index[53 + 3]

    @unheeded_weakness
    @pytest.mark.parametrize("lags", [1, 2])
    def test_before_either_has_moved_there_is_no_estimate(self, lags):
        """Nor before every lag has, which is so many weeks later."""
        for name in ("spread", "ratio"):
            series = {"spread": HISTORY.spread.copy(), "ratio": HISTORY.ratio.copy()}
            series[name].iloc[:80] = series[name].iloc[0]
            median = fl.reserve_demand_elasticity(**series, lags=lags).estimates["median"]
            assert np.flatnonzero(median.notna()).tolist() == list(range(80 + lags, 160))

    @unheeded_weakness
    @pytest.mark.parametrize("half_life", [10, 26])
    def test_nor_is_there_one_while_too_little_is_remembered(self, half_life):
        """Less than two weeks for each coefficient, of which there are six with two lags."""
        spread = HISTORY.spread.copy()
        spread.iloc[70:120] = np.nan
        complete = np.ones(158)
        complete[68:120] = 0
        ages = np.subtract.outer(np.arange(158), np.arange(158))
        remembered = np.where(ages < 0, 0, 0.5 ** (ages / half_life)) @ complete
        expected = (complete > 0) & (np.cumsum(complete) >= 52) & (remembered >= 12)
        estimate = fl.reserve_demand_elasticity(
            spread, HISTORY.ratio, estimator=fl.ForgettingVAR(half_life)
        )
        assert 0 < expected[120:].sum() < 38
        assert estimate.estimates["median"].notna().tolist() == [False, False, *expected]
        assert estimate.diagnostics["strength"].notna().tolist() == [False, False, *expected]

    @unheeded_weakness
    def test_a_spread_that_stands_still_leaves_every_figure_finite(self):
        spread = HISTORY.spread.round()
        spread.iloc[20:120] = -5.0
        estimate = fl.reserve_demand_elasticity(spread, HISTORY.ratio)
        assert np.isfinite(everything(estimate)[53:]).all()

    @unheeded_weakness
    @unheeded_convergence
    @pytest.mark.parametrize("estimator", [fl.ForgettingVAR(), short()])
    def test_what_is_given_stays_as_it_was(self, estimator):
        spread, ratio = HISTORY.spread.copy(), HISTORY.ratio.copy()
        spread.iloc[70] = np.nan
        before = spread.copy(), ratio.copy()
        on = ratio.index[-2:]
        dates = on.copy()
        fl.reserve_demand_elasticity(spread, ratio, estimator=estimator, on=on)
        pd.testing.assert_series_equal(spread, before[0])
        pd.testing.assert_series_equal(ratio, before[1])
        pd.testing.assert_index_equal(on, dates)


class TestErrors:
    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"lags": 0}, fl.InvalidInputError, "lags: expected 1 to 13, got 0"),
            ({"lags": 14}, fl.InvalidInputError, "lags: expected 1 to 13, got 14"),
            ({"lags": 2.0}, fl.InputTypeError, "lags: expected a whole number, got float"),
            ({"horizon": 0}, fl.InvalidInputError, "horizon: expected 1 to 52, got 0"),
            ({"horizon": 53}, fl.InvalidInputError, "horizon: expected 1 to 52, got 53"),
            ({"horizon": "4"}, fl.InputTypeError, "horizon: expected a whole number, got str"),
            ({"warm_up": 23}, fl.InvalidInputError, "warm_up: expected at least 24 with 2 lags"),
            (
                {"warm_up": 31, "lags": 3},
                fl.InvalidInputError,
                "warm_up: expected at least 32 with 3 lags",
            ),
            ({"warm_up": 0}, fl.InvalidInputError, "warm_up: expected 1 to"),
            ({"warm_up": 52.0}, fl.InputTypeError, "warm_up: expected a whole number"),
            (
                {"warm_up": 159},
                fl.SampleError,
                "spread, ratio: 158 complete observations; the estimate takes 159. Give a longer history",
            ),
            (
                {"estimator": fl.ForgettingVAR(7)},
                fl.InvalidInputError,
                "half-life of 7 remembers 10.6 .* with 2 lags .* takes 12; lengthen it, or take",
            ),
            (
                {"on": pd.DatetimeIndex(["2010-01-07"])},
                fl.InvalidInputError,
                r"on: 2010-01-07 is not a date .* such as ratio\.index\[::13\]",
            ),
            (
                {"on": HISTORY.ratio.index[::-1]},
                fl.TimeIndexError,
                r"on: dates are not in order .* use \.sort_index",
            ),
            ({"on": ["2010-01-06"]}, fl.TimeIndexError, "on: expected a DatetimeIndex, got list"),
            (
                {"estimator": "fast"},
                fl.InputTypeError,
                r"estimator: expected fl\.ForgettingVAR\(\) or fl\.BayesianVAR\(\), got str",
            ),
            (
                {"estimator": fl.ForgettingVAR},
                fl.InputTypeError,
                r"estimator: expected fl\.ForgettingVAR\(\) or .*, got type",
            ),
        ],
    )
    def test_options_that_make_no_sense(self, options, error, message):
        with pytest.raises(error, match=message):
            elasticity(**options)

    @unheeded_weakness
    @pytest.mark.parametrize(
        "options",
        [
            {"lags": 1, "warm_up": 16},
            {"lags": 3, "warm_up": 32},
            {"horizon": 52},
            {"horizon": 1},
            {"warm_up": 158},
            {"estimator": fl.ForgettingVAR(5.5), "lags": 1},
            {"lags": 13, "warm_up": 112, "estimator": fl.ForgettingVAR(100)},
            {"estimator": fl.ForgettingVAR(1_000)},
        ],
    )
    def test_options_at_the_edge_do(self, options):
        assert np.isfinite(everything(elasticity(**options))[-1]).all()

    @pytest.mark.parametrize(
        ("maker", "options", "error", "message"),
        [
            (
                "ForgettingVAR",
                {"half_life": 3.9},
                fl.InvalidInputError,
                "half_life: expected 4 to",
            ),
            ("ForgettingVAR", {"half_life": 1001}, fl.InvalidInputError, "4 to 1000 .* got 1001"),
            ("ForgettingVAR", {"half_life": np.nan}, fl.InvalidInputError, "half_life: .* finite"),
            ("ForgettingVAR", {"half_life": "26"}, fl.InputTypeError, "half_life: .* a number"),
            ("BayesianVAR", {"draws": 0}, fl.InvalidInputError, "draws: expected 1 to"),
            ("BayesianVAR", {"draws": 9}, fl.InvalidInputError, "draws: .* at least 10, got 9"),
            ("BayesianVAR", {"draws": 100.0}, fl.InputTypeError, "draws: .* whole number"),
            ("BayesianVAR", {"tune": 0}, fl.InvalidInputError, "tune: expected 1 to"),
            ("BayesianVAR", {"tune": "all"}, fl.InputTypeError, "tune: .* whole number"),
            ("BayesianVAR", {"chains": 0}, fl.InvalidInputError, "chains: expected 1 to"),
            ("BayesianVAR", {"chains": True}, fl.InputTypeError, "chains: .* whole number"),
            ("BayesianVAR", {"seed": 1.5}, fl.InputTypeError, "seed: expected a whole number"),
            ("BayesianVAR", {"seed": True}, fl.InputTypeError, "seed: expected a whole number"),
            ("BayesianVAR", {"seed": -1}, fl.InvalidInputError, "seed: .* from 0 up, got -1"),
            ("BayesianVAR", {"jobs": 0}, fl.InvalidInputError, "jobs: .* or -1 for all; got 0"),
            ("BayesianVAR", {"jobs": "all"}, fl.InputTypeError, "jobs: expected a whole number"),
            (
                "BayesianVAR",
                {"progress": 1},
                fl.InputTypeError,
                "progress: expected True or False",
            ),
        ],
    )
    def test_estimators_that_make_no_sense(self, maker, options, error, message):
        with pytest.raises(error, match=message):
            getattr(fl, maker)(**options)

    def test_estimators_cannot_be_changed_afterwards(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            fl.ForgettingVAR().half_life = 2
        with pytest.raises(dataclasses.FrozenInstanceError):
            fl.BayesianVAR().seed = -1

    @pytest.mark.parametrize(
        ("spread", "ratio", "error", "message"),
        [
            (
                HISTORY.spread[1:],
                HISTORY.ratio,
                fl.AlignmentError,
                r"spread, ratio: the series do not share one index .* fl\.align\(",
            ),
            (
                HISTORY.spread.drop(HISTORY.spread.index[50]),
                HISTORY.ratio.drop(HISTORY.spread.index[50]),
                fl.AlignmentError,
                r"spread, ratio: 2010-12-15 and 2010-12-29 are 14 days apart.* fl\.align\(",
            ),
            (
                HISTORY.spread,
                HISTORY.ratio * 100,
                fl.UnitError,
                r"ratio: .* percent: use fl\.convert\(ratio, 'percent', 'fraction'\)",
            ),
            (
                HISTORY.spread / 100,
                HISTORY.ratio,
                fl.UnitError,
                r"spread: .* looks like percent: use fl\.convert\(spread, 'percent', 'bp'\)",
            ),
            (
                HISTORY.spread[:53],
                HISTORY.ratio[:53],
                fl.SampleError,
                "spread, ratio: 51 complete observations; the estimate takes 52. Give a longer history",
            ),
            (
                HISTORY.spread[:2],
                HISTORY.ratio[:2],
                fl.SampleError,
                "spread, ratio: 0 complete observations; the estimate takes 52",
            ),
            (
                HISTORY.spread * np.nan,
                HISTORY.ratio,
                fl.SampleError,
                "spread, ratio, .*: 0 complete observations; the estimate takes 52",
            ),
            (
                HISTORY.spread * 0 - 5,
                HISTORY.ratio,
                fl.SampleError,
                "spread: stands at -5 throughout",
            ),
            (
                HISTORY.spread,
                HISTORY.ratio * 0 + 0.12,
                fl.SampleError,
                "ratio: stands at 12 throughout",
            ),
            (
                HISTORY.ratio * 300 - 40,
                HISTORY.ratio,
                fl.SampleError,
                "spread, ratio, .* one follows from the others .* is one of them made from the others",
            ),
            (
                (HISTORY.ratio * 300 - 40).shift(1, fill_value=-4.0),
                HISTORY.ratio,
                fl.SampleError,
                "spread, ratio, with their lags: one follows from the others without any error",
            ),
            (
                HISTORY.spread.to_numpy(),
                HISTORY.ratio,
                fl.InputTypeError,
                "spread: expected a pandas Series, got ndarray; wrap",
            ),
            (
                HISTORY.spread,
                HISTORY.ratio.reset_index(drop=True),
                fl.TimeIndexError,
                r"ratio: expected a DatetimeIndex, .* with \.set_axis",
            ),
        ],
    )
    def test_series_that_make_no_sense(self, spread, ratio, error, message):
        with pytest.raises(error, match=message):
            fl.reserve_demand_elasticity(spread, ratio)

    @pytest.mark.parametrize(
        ("module", "package"),
        [("joblib", "joblib"), ("arviz_stats.base.array", "arviz-stats")],
    )
    def test_without_its_packages_the_full_estimator_says_what_to_install(
        self, module, package, monkeypatch
    ):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(
            fl.MissingExtraError, match=f"estimator: BayesianVAR needs {package}"
        ) as caught:
            elasticity(estimator=short(), on=HISTORY.ratio.index[-1:])
        assert isinstance(caught.value, ImportError)
        assert "pip install 'fedliq[econometrics]'" in str(caught.value)
        assert "fl.ForgettingVAR()" in str(caught.value)

    @unheeded_weakness
    def test_the_fast_one_needs_none_of_them(self, monkeypatch):
        for module in ("joblib", "arviz_stats", "arviz_stats.base.array", "statsmodels"):
            monkeypatch.setitem(sys.modules, module, None)
        assert elasticity().estimates["median"].notna().sum() == 160 - 2 - 51


class TestWarnings:
    def test_reserves_whose_errors_leave_nothing_behind_are_a_weak_instrument(self):
        noise = np.random.default_rng(2).standard_normal((2, 160))
        with pytest.warns(fl.WeakInstrumentWarning, match="strength below the root of 10") as told:
            estimate = fl.reserve_demand_elasticity(
                weekly(-5 + noise[0]), weekly(0.12 + 0.003 * noise[1])
            )
        weak = estimate.diagnostics["strength"].dropna() < np.sqrt(10)
        assert weak.mean() > 0.9
        (one,) = told
        assert str(one.message).startswith(
            f"on {weak.sum()} of 107 dates, {weak.idxmax().date()} the first,"
        )
        assert one.filename == __file__

    def test_persistent_supply_is_a_strong_one(self):
        """Without endogenous reserves and with ever fresh supply, nothing is to be warned of."""
        history = simulated(200, 5, feedback=0.0)
        estimate = elasticity(history, estimator=fl.ForgettingVAR(200))
        assert (estimate.diagnostics["strength"].iloc[53:] > np.sqrt(10)).all()

    @unheeded_weakness
    def test_a_few_draws_have_not_converged(self):
        on = HISTORY.ratio.index[[30, 100, 120]]
        with pytest.warns(
            fl.ConvergenceWarning, match="on 2 of 2 dates .* raise draws and tune"
        ) as told:
            estimate = elasticity(estimator=short(draws=10), on=on)
        beside = estimate.diagnostics.dropna()
        text = str(told[0].message)
        assert f"R-hat up to {beside['rhat'].max():.3f}" in text
        assert f"down to {beside['effective_draws'].min():.0f};" in text
        assert told[0].filename == __file__

    def test_chains_are_judged_by_r_hat_and_by_effective_draws_for_each(self, monkeypatch):
        """R-hat above 1.01, or fewer than 100 effective draws a chain: Vehtari et al. (2021)."""

        def drawn(rows, lags, horizon, how, chain):  # noqa: ARG001 - the sampler's own names
            rng = np.random.default_rng([len(rows), chain])
            draws = rng.standard_normal(how.draws)
            if len(rows) == 99:  # each draw much like the one before
                draws = persistent(0.9, draws)
            if len(rows) == 100:  # one chain narrower than the other
                draws *= 1 + chain
            if len(rows) == 101:  # far ones follow each other, on either side
                draws *= np.exp(persistent(0.99, rng.standard_normal(how.draws)) / 2)
            return np.stack([draws, 10 + rng.standard_normal(how.draws)])

        monkeypatch.setattr(sampled, "draw_chain", drawn)
        with pytest.warns(fl.ConvergenceWarning, match="on 3 of 4 dates") as told:
            estimate = elasticity(estimator=short(draws=1_500), on=HISTORY.ratio.index[99:103])
        rhat, effective = estimate.diagnostics[["rhat", "effective_draws"]].to_numpy().T
        assert [len(told), *(rhat[:3] > 1.01)] == [1, False, False, True]
        assert (effective[[0, 2]] > 500).all()
        assert 100 < effective[1] < 200
        assert effective[3] < 200


class TestEstimate:
    @pytest.fixture(scope="class")
    @classmethod
    def estimate(cls):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fl.WeakInstrumentWarning)
            return elasticity(estimator=fl.ForgettingVAR(30), lags=3, horizon=5, warm_up=60)

    def test_the_frame_is_a_copy(self, estimate):
        frame = estimate.to_frame()
        pd.testing.assert_frame_equal(frame, estimate.estimates)
        frame.iloc[-1] = 99.0
        frame["other"] = 1
        assert estimate.estimates.columns.tolist() == COLUMNS
        assert (estimate.estimates.iloc[-1] != 99).all()

    def test_it_says_what_it_was_made_from_and_how(self, estimate):
        index = HISTORY.ratio.index
        assert estimate.method == "reserve demand elasticity, ForgettingVAR"
        assert (estimate.first, estimate.last) == (index[3], index[-1])
        assert estimate.observations == 157
        assert dict(estimate.specification) == {
            "half_life": 30,
            "lags": 3,
            "horizon": 5,
            "warm_up": 60,
            "unit": "bp per pp of reserves over bank assets",
        }
        assert estimate.estimates.index.equals(index)

    def test_the_summary_tells_all_of_it(self, estimate):
        text = estimate.summary()
        assert estimate.method in text
        assert "sample: 2010-01-27 to 2013-01-23, 157 observations" in text
        for name, value in estimate.specification.items():
            assert f"{name} {value}" in text
        last = pd.concat([estimate.estimates, estimate.diagnostics], axis=1).iloc[-1]
        for name, value in last.items():
            assert name in text
            assert f"{value:.3f}" in text
        assert text.count("2013-01-23") == 3

    @unheeded_weakness
    def test_the_summary_shows_the_last_date_that_has_an_estimate(self):
        ratio = HISTORY.ratio.copy()
        ratio.iloc[-2] = np.nan
        estimate = fl.reserve_demand_elasticity(HISTORY.spread, ratio)
        assert estimate.last == ratio.index[-3]
        shown = estimate.summary()
        assert f"{estimate.estimates['median'].iloc[-3]:.3f}" in shown
        assert "NaN" not in shown

    @unheeded_weakness
    @unheeded_convergence
    @pytest.mark.parametrize("progress", [True, False])
    def test_progress_is_shown_where_it_is_asked_for_and_is_no_part_of_the_estimate(
        self, progress, capsys
    ):
        estimate = elasticity(
            estimator=short(progress=progress, jobs=1), on=HISTORY.ratio.index[-2:]
        )
        out, err = capsys.readouterr()
        assert not out
        assert ("chains" in err) == progress
        assert ("/4" in err) == progress
        assert progress or not err
        assert dict(estimate.specification) == {
            "draws": 20,
            "tune": 5,
            "chains": 2,
            "seed": 3,
            "lags": 2,
            "horizon": 4,
            "warm_up": 52,
            "unit": "bp per pp of reserves over bank assets",
        }
