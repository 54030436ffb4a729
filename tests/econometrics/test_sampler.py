"""The Gibbs sampler, piece by piece against what each piece should draw, and as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

import fedliq as fl
from fedliq.econometrics import sampled, sampler
from fedliq.econometrics.responses import lagged_rows
from fedliq.econometrics.sampler import MIXTURE, Regression, draw_states, last_coefficients
from reserve_demand import impulse, simulated

# The priors, as the sampler's comments state them: drift of a coefficient and of the logarithm
# of a variance by the week, how many weeks each is worth, variances of the first state.
DRIFT, VOLATILITY_DRIFT, PRIOR_WEEKS = 0.02, 0.1, 20
FIRST_VARIANCE, FIRST_LOG_VARIANCE = 4.0, 10.0
# By chance alone one figure in two million is further off than so many standard errors.
FAR = 5.0
DRAWS = 40_000


class TestMixture:
    def test_the_weights_make_up_one(self):
        assert MIXTURE[0].sum() == pytest.approx(1, abs=1e-12)
        assert (MIXTURE[[0, 2]] > 0).all()

    def test_it_has_the_moments_of_a_log_chi_square(self):
        """Mean digamma(1/2) + log 2 and variance pi^2 / 2: Harvey, Ruiz and Shephard (1994)."""
        weight, mean, variance = MIXTURE
        centre = weight @ mean
        assert centre == pytest.approx(special.digamma(0.5) + np.log(2), abs=1e-3)
        assert weight @ (variance + (mean - centre) ** 2) == pytest.approx(np.pi**2 / 2, abs=5e-3)

    def test_it_has_the_distribution_of_a_log_chi_square(self):
        weight, mean, variance = MIXTURE
        at = np.linspace(-20, 4, 500)
        mixed = stats.norm.cdf(at[:, None], mean, np.sqrt(variance)) @ weight
        assert np.abs(mixed - stats.chi2.cdf(np.exp(at), 1)).max() < 1e-3


@pytest.fixture(scope="module")
def drawn():
    """Draws of states seen through a few regressors, and the same normal worked out densely."""
    rng = np.random.default_rng(11)
    weeks, states = 4, 2
    known, target = rng.standard_normal((weeks, states)), rng.standard_normal(weeks)
    precise = np.array([1.0, 0.0, 3.0, 0.5])  # the second week is missing
    drift, first = np.array([0.3, 0.05]), np.array([[1.0, -2.0], [4.0, 0.5]])
    walk = np.kron(np.eye(weeks) - np.eye(weeks, k=-1), np.eye(states))
    prior = np.linalg.inv(np.diag([*first[1], *np.tile(drift, weeks - 1)]))
    seen = np.zeros((weeks, weeks * states))
    for week in range(weeks):
        seen[week, week * states : (week + 1) * states] = known[week]
    precision = walk.T @ prior @ walk + seen.T @ np.diag(precise) @ seen
    opening = np.concatenate([first[0], np.zeros((weeks - 1) * states)])
    mean = np.linalg.solve(precision, walk.T @ prior @ opening + seen.T @ (precise * target))
    bands = np.zeros((states, weeks, states))
    bands[0] = known**2 * precise[:, None]
    bands[1, :, 0] = known[:, 0] * known[:, 1] * precise
    pull = known * (precise * target)[:, None]
    before = [one.copy() for one in (bands, pull, drift, first)]
    draws = np.array([draw_states(bands, pull, drift, first, rng) for _ in range(DRAWS)])
    for one, other in zip((bands, pull, drift, first), before, strict=True):
        np.testing.assert_array_equal(one, other)
    return draws.reshape(DRAWS, -1), mean, np.linalg.inv(precision)


class TestStates:
    def test_their_mean_is_that_of_the_dense_normal(self, drawn):
        draws, mean, covariance = drawn
        error = np.sqrt(np.diag(covariance) / DRAWS)
        assert (np.abs(draws.mean(axis=0) - mean) < FAR * error).all()

    def test_their_covariance_is_that_of_the_dense_normal(self, drawn):
        draws, _, covariance = drawn
        variances = np.diag(covariance)
        error = np.sqrt((np.outer(variances, variances) + covariance**2) / DRAWS)
        assert (np.abs(np.cov(draws.T) - covariance) < FAR * error).all()


class TestConditionals:
    @pytest.mark.parametrize(
        ("log_square", "log_variance"), [(0.5, 0.0), (-7.0, -1.0), (2.0, 3.0)]
    )
    def test_parts_of_the_mixture_come_as_often_as_bayes_has_it(self, log_square, log_variance):
        weight, mean, variance = MIXTURE
        expected = weight * stats.norm.pdf(log_square - log_variance, mean, np.sqrt(variance))
        expected /= expected.sum()
        same = np.ones(DRAWS)
        means, variances = sampler._part(
            log_square * same, log_variance * same, np.random.default_rng(5)
        )
        chosen = means[:, None] == mean
        assert (chosen == (variances[:, None] == variance)).all()
        error = np.sqrt(expected * (1 - expected) / DRAWS)
        assert (np.abs(chosen.mean(axis=0) - expected) <= FAR * error + 1e-4).all()

    def test_a_drift_is_drawn_from_the_inverse_gamma_of_its_changes(self):
        path = np.cumsum(np.random.default_rng(6).standard_normal(31))
        squares = np.sum(np.diff(path) ** 2)
        drawn = sampler._drift(np.tile(path[:, None], DRAWS), DRIFT, np.random.default_rng(7))
        posterior = stats.invgamma(
            (PRIOR_WEEKS + 30) / 2, scale=(PRIOR_WEEKS * DRIFT**2 + squares) / 2
        )
        assert stats.kstest(drawn, posterior.cdf).pvalue > 1e-4

    def test_without_any_change_a_drift_is_drawn_from_its_prior(self):
        drawn = sampler._drift(np.zeros((1, DRAWS)), VOLATILITY_DRIFT, np.random.default_rng(8))
        prior = stats.invgamma(PRIOR_WEEKS / 2, scale=PRIOR_WEEKS * VOLATILITY_DRIFT**2 / 2)
        assert stats.kstest(drawn, prior.cdf).pvalue > 1e-4


def regression(seed: int, weeks: int, size: float = 1.0):
    """A target after its own lag and two regressors far from standard units."""
    rng = np.random.default_rng(seed)
    other = 100 + 3 * rng.standard_normal(weeks)
    target = np.zeros(weeks)
    for week in range(1, weeks):
        target[week] = 0.5 * target[week - 1] + 2 * (other[week] - 100) + rng.standard_normal()
    target *= size
    known = np.column_stack([np.ones(weeks - 1), target[:-1], other[1:]])
    return target[1:].copy(), known


class TestStandardUnits:
    @settings(deadline=None, max_examples=50)
    @given(st.integers(0, 1_000), st.floats(0.01, 100), st.sets(st.integers(0, 39), max_size=8))
    def test_what_is_fitted_is_the_same_in_both_units(self, seed, size, missing):
        target, known = regression(seed, 41, size)
        target[list(missing)] = known[list(missing)] = np.nan
        there = ~np.isnan(target)
        made = Regression.of(target, known, 1, 1e-6)
        height = target[there] / made.target[there]
        assert np.ptp(height) == pytest.approx(0, abs=1e-9 * height.max())
        coefficients = np.random.default_rng(seed).standard_normal((5, 3))
        np.testing.assert_allclose(
            (known[there] @ (coefficients @ made.back).T),
            height[0] * (made.known[there] @ coefficients.T),
            rtol=1e-7,
            atol=1e-7 * height[0],
        )

    def test_regressors_are_turned_to_unit_mean_square_and_apart(self):
        target, known = regression(1, 200)
        made = Regression.of(target, known, 1, 1e-6)
        np.testing.assert_allclose(made.known.T @ made.known / 199, np.eye(3), atol=1e-8)

    def test_the_target_is_in_standard_deviations_of_what_is_left(self):
        target, known = regression(2, 200)
        fitted, *_ = np.linalg.lstsq(known, target)
        left = np.sqrt(np.mean((target - known @ fitted) ** 2))
        made = Regression.of(target, known, 1, 1e-6)
        np.testing.assert_allclose(made.target * left, target, rtol=1e-9)
        assert made.least == pytest.approx((1e-6 / left) ** 2, rel=1e-9)

    @pytest.mark.parametrize("own_lag", [0, 1, 2])
    def test_the_prior_is_a_walk_of_one_regressor(self, own_lag):
        target, known = regression(3, 200)
        made = Regression.of(target, known, own_lag, 1e-6)
        np.testing.assert_allclose(made.centre @ made.back, np.eye(3)[own_lag], atol=1e-9)

    def test_missing_weeks_say_nothing(self):
        target, known = regression(4, 100)
        target[[3, 50]] = known[[3, 50]] = np.nan
        made = Regression.of(target, known, 1, 1e-6)
        assert np.flatnonzero(made.there == 0).tolist() == [3, 50]
        assert set(made.there) == {0.0, 1.0}
        assert not made.known[[3, 50]].any()
        assert not made.target[[3, 50]].any()
        without = Regression.of(np.delete(target, [3, 50]), np.delete(known, [3, 50], 0), 1, 1e-6)
        np.testing.assert_allclose(made.back, without.back, rtol=1e-9, atol=1e-12)

    def test_a_target_that_stands_still_is_measured_by_its_rounding(self):
        known = np.column_stack([np.ones(50), np.full(50, -5.0), np.arange(50.0)])
        made = Regression.of(np.full(50, -5.0), known, 1, 0.13)
        np.testing.assert_allclose(made.target, -5 / 0.13, rtol=1e-9)
        assert made.least == pytest.approx(1)
        assert np.isfinite(made.back).all()


class TestPosterior:
    def test_where_nothing_drifts_it_is_about_least_squares(self):
        rng = np.random.default_rng(21)
        known = np.column_stack([np.ones(400), rng.standard_normal((400, 2)) @ [[3, 0], [1, 1]]])
        target = known @ [2.0, -1.0, 0.5] + 0.7 * rng.standard_normal(400)
        fitted, (left,), *_ = np.linalg.lstsq(known, target)
        error = np.sqrt(np.diag(np.linalg.inv(known.T @ known)) * left / 397)
        drawn = last_coefficients(
            Regression.of(target, known, 1, 1e-6), draws=800, tune=200, rng=rng
        )
        assert drawn.shape == (800, 3)
        assert (np.abs(np.median(drawn, axis=0) - fitted) < 4 * error).all()
        # What may drift is known less well than what may not, but not as if by a handful of weeks.
        ratio = drawn.std(axis=0) / error
        assert ((ratio > 1) & (ratio < 4)).all()

    def test_it_follows_a_coefficient_that_moves(self):
        rng = np.random.default_rng(22)
        slope = np.repeat([-2.0, 1.0], 150)
        known = np.column_stack([np.ones(300), rng.standard_normal(300)])
        target = slope * known[:, 1] + 0.3 * rng.standard_normal(300)
        drawn = last_coefficients(
            Regression.of(target, known, 0, 1e-6), draws=300, tune=100, rng=rng
        )
        assert np.median(drawn[:, 1]) == pytest.approx(1, abs=0.3)

    def test_how_fast_a_coefficient_drifts_is_learned(self):
        """One that moves by 0.5 a week is followed, one that stands is averaged."""
        far, sure = [], []
        for number in range(5):
            rng = np.random.default_rng([27, number])
            known = np.column_stack([np.ones(200), rng.choice([-1.0, 1.0], 200)])
            slope = np.cumsum(0.5 * rng.standard_normal(200))
            target = slope * known[:, 1] + 0.1 * rng.standard_normal(200)
            made = Regression(target, known, np.ones(200), np.zeros(2), np.eye(2), 1e-12)
            drawn = last_coefficients(made, draws=200, tune=200, rng=rng)
            far.append(np.abs(np.median(drawn[:, 1]) - slope[-1]))
            sure.append(drawn[:, 0].std())
        assert np.mean(far) < 0.5
        assert np.mean(sure) < 0.5

    def test_what_drifts_is_held_to_what_each_drifts_by(self, monkeypatch):
        held, drift = [], sampler._drift

        def noted(path, usual, rng):
            held.append((path.shape, usual))
            return drift(path, usual, rng)

        monkeypatch.setattr(sampler, "_drift", noted)
        made = Regression.of(*regression(5, 50), 1, 1e-6)
        last_coefficients(made, draws=2, tune=1, rng=np.random.default_rng(0))
        assert held == 3 * [((49, 3), DRIFT), ((49, 1), VOLATILITY_DRIFT)]

    def test_draws_to_tune_are_those_before_the_ones_kept(self):
        made = Regression.of(*regression(6, 50), 1, 1e-6)
        all_of_them, kept = (
            last_coefficients(made, draws=draws, tune=tune, rng=np.random.default_rng(1))
            for draws, tune in ((50, 0), (30, 20))
        )
        np.testing.assert_array_equal(all_of_them[20:], kept)

    def test_a_week_of_wild_errors_counts_less(self):
        """Where volatility has jumped the band is wider, by about as much."""
        rng = np.random.default_rng(23)
        known = np.column_stack([np.ones(300), rng.standard_normal(300)])
        calm = rng.standard_normal(300)
        widths = []
        for size in (1.0, 10.0):
            target = known @ [0.0, 1.0] + calm * np.where(np.arange(300) < 100, 1.0, size)
            drawn = last_coefficients(
                Regression(target, known, np.ones(300), np.zeros(2), np.eye(2), 1e-12),
                draws=400,
                tune=200,
                rng=rng,
            )
            widths.append(drawn[:, 1].std())
        assert 2 < widths[1] / widths[0] < 10

    def test_with_three_weeks_of_four_missing_the_band_is_wider(self):
        rng = np.random.default_rng(24)
        known = np.column_stack([np.ones(300), rng.standard_normal(300)])
        target = known @ [0.0, 1.0] + rng.standard_normal(300)
        widths = []
        for there in (np.ones(300), np.arange(300) % 4 // 3.0):
            seen = Regression(
                target * there, known * there[:, None], there, np.zeros(2), np.eye(2), 1e-12
            )
            widths.append(last_coefficients(seen, draws=400, tune=200, rng=rng)[:, 1].std())
        assert 1 < widths[1] / widths[0] < 2.5

    def test_missing_weeks_tell_nothing_of_volatility_either(self):
        """They have no error, so that it does not matter what an error of nothing is taken for."""
        rng = np.random.default_rng(28)
        there = np.arange(80) % 2.0
        known = np.column_stack([np.ones(80), rng.standard_normal(80)]) * there[:, None]
        target = (known @ [0.0, 1.0] + rng.standard_normal(80)) * there
        one, same = (
            last_coefficients(
                Regression(target, known, there, np.zeros(2), np.eye(2), least),
                draws=20,
                tune=5,
                rng=np.random.default_rng(29),
            )
            for least in (1e-20, 1e-40)
        )
        np.testing.assert_allclose(one, same, rtol=1e-6)

    def test_errors_below_rounding_make_nothing_surer_than_rounding_does(self):
        """Of 200 weeks at one level, rounded to 0.13, the mean cannot be known to less."""
        still = Regression.of(np.full(200, -5.0), np.ones((200, 1)), 0, 0.13)
        drawn = last_coefficients(still, draws=400, tune=200, rng=np.random.default_rng(25))
        assert np.median(drawn) == pytest.approx(-5, abs=0.1)
        assert drawn.std() > 0.13 / np.sqrt(200)

    def test_it_is_of_the_last_week_and_no_other(self):
        """The last week's regressor is so large that its coefficient is all but seen."""
        rng = np.random.default_rng(26)
        known = np.ones((60, 1))
        known[-1] = 1e4
        target = known[:, 0] + rng.standard_normal(60)
        clear = Regression(target, known, np.ones(60), np.zeros(1), np.eye(1), 1e-12)
        drawn = last_coefficients(clear, draws=300, tune=100, rng=rng)
        assert np.abs(drawn - target[-1] / 1e4).max() < 0.005  # a week's drift is about 0.02

    def test_ranks_of_the_truth_are_uniform(self):
        """Simulation-based calibration: Talts, Betancourt, Simpson, Vehtari and Gelman (2018).

        Parameters drawn from the prior, data from the parameters, and the posterior by the data:
        over many such rounds the truth is equally likely at every rank among the draws. So it
        is among the rounds whose data are noisy, and among those whose data are calm.
        """
        weeks, ranks, noisy = 30, [], []
        for number in range(100):
            rng = np.random.default_rng([31, number])
            drift = PRIOR_WEEKS * DRIFT**2 / 2 / rng.standard_gamma(PRIOR_WEEKS / 2, 2)
            wander = PRIOR_WEEKS * VOLATILITY_DRIFT**2 / 2 / rng.standard_gamma(PRIOR_WEEKS / 2)
            centre = np.array([0.0, 1.0])
            path = centre + np.sqrt(FIRST_VARIANCE) * rng.standard_normal(2)
            path = path + np.cumsum(
                np.vstack([np.zeros(2), np.sqrt(drift) * rng.standard_normal((weeks - 1, 2))]), 0
            )
            log_variance = np.sqrt(FIRST_LOG_VARIANCE) * rng.standard_normal() + np.cumsum(
                [0.0, *np.sqrt(wander) * rng.standard_normal(weeks - 1)]
            )
            known = np.column_stack([np.ones(weeks), rng.standard_normal(weeks)])
            noise = np.exp(log_variance / 2) * rng.standard_normal(weeks)
            target = np.einsum("ti,ti->t", known, path) + noise
            drawn = last_coefficients(
                Regression(target, known, np.ones(weeks), centre, np.eye(2), 1e-12),
                draws=150,
                tune=75,
                rng=rng,
            )
            ranks.append((drawn < path[-1]).mean(axis=0))
            noisy.append(np.diff(target).std() > 3)
        assert 0.3 < np.mean(noisy) < 0.7
        for one in np.transpose(ranks):
            for some in (one[noisy], one[~np.array(noisy)]):
                assert stats.kstest(some, "uniform").pvalue > 1e-3
                assert stats.kstest(np.abs(2 * some - 1), "uniform").pvalue > 1e-3

    @pytest.mark.parametrize("until", [90, 120])
    def test_draws_are_finite_where_the_spread_stands_still(self, until):
        history = simulated(120, 3)
        spread = history.spread.round()
        spread.iloc[20:until] = -5.0
        rows = lagged_rows(spread.to_numpy(), history.ratio.to_numpy() * 100, 2)
        how = fl.BayesianVAR(draws=100, tune=50)
        assert np.isfinite(sampled.draw_chain(rows, 2, 4, how, 0)).all()


@pytest.fixture(scope="module")
def rows():
    history = simulated(90, 8)
    return lagged_rows(history.spread.to_numpy(), history.ratio.to_numpy() * 100, 2)


def handed(monkeypatch, what=lambda regression, _: regression):
    """Note what the sampler is handed, in its place."""
    given = []

    def noted(regression, *, draws, tune, rng):  # noqa: ARG001 - the sampler's own names
        given.append(what(regression, rng))
        return np.ones((draws, regression.known.shape[1]))

    monkeypatch.setattr(sampled, "last_coefficients", noted)
    return given


class TestChains:
    HOW = fl.BayesianVAR(draws=20, tune=5, seed=4)

    def test_a_chain_is_the_same_each_time(self, rows):
        one, same = (sampled.draw_chain(rows, 2, 4, self.HOW, 1) for _ in range(2))
        assert one.shape == (2, 20)
        np.testing.assert_array_equal(one, same)

    def test_chains_differ_from_each_other(self, rows):
        one, other = (sampled.draw_chain(rows, 2, 4, self.HOW, chain) for chain in (0, 1))
        assert not np.isin(one, other).any()

    def test_seeds_differ_from_each_other(self, rows):
        one, other = (
            sampled.draw_chain(rows, 2, 4, fl.BayesianVAR(draws=20, tune=5, seed=seed), 0)
            for seed in (0, 1)
        )
        assert not np.isin(one, other).any()

    @pytest.mark.parametrize(("lags", "horizon"), [(1, 1), (2, 4), (3, 7)])
    def test_each_draw_is_of_the_quotient_and_of_the_mean_response(
        self, monkeypatch, lags, horizon
    ):
        history = simulated(90, 8)
        rows = lagged_rows(history.spread.to_numpy(), history.ratio.to_numpy() * 100, lags)
        drawn = []

        def made(regression, *, draws, tune, rng):  # noqa: ARG001 - the sampler's own names
            drawn.append(0.4 * rng.standard_normal((draws, regression.known.shape[1])))
            return drawn[-1]

        monkeypatch.setattr(sampled, "last_coefficients", made)
        slopes, left = sampled.draw_chain(rows, lags, horizon, self.HOW, 0)
        for ratio, spread, slope, mean in zip(*drawn, slopes, left, strict=True):
            of_spread, of_ratio = impulse(ratio, spread, lags, horizon)
            assert slope == pytest.approx(of_spread[1:].sum() / of_ratio[1:].sum(), rel=1e-6)
            assert mean == pytest.approx(of_ratio[1:].mean(), rel=1e-6)

    def test_random_numbers_depend_on_seed_week_and_chain_and_on_nothing_else(
        self, rows, monkeypatch
    ):
        """What the sampler is handed, rather than what it makes of it."""
        first = handed(monkeypatch, lambda _, rng: rng.random())
        tasks = [(seed, week, chain) for seed in (0, 1) for week in (80, 85) for chain in (0, 1)]
        for jobs, draws in ((None, 20), (2, 30)):
            for seed, week, chain in tasks:
                how = fl.BayesianVAR(draws=draws, tune=5, seed=seed, jobs=jobs)
                sampled.draw_chain(rows[:week] * (jobs or 1), 2, 4, how, chain)
        half = len(first) // 2
        assert first[:half] == first[half:]
        assert len(set(first[:half])) == 2 * len(tasks)  # two equations each

    def test_before_the_data_both_variables_are_expected_where_they_were(self, rows, monkeypatch):
        given = handed(monkeypatch)
        sampled.draw_chain(rows, 2, 4, self.HOW, 0)
        assert [one.known.shape[1] for one in given] == [5, 6]
        for one, column in zip(given, (0, -1), strict=True):
            before = (one.known @ one.centre)[1:]
            np.testing.assert_allclose(before, one.target[:-1], rtol=1e-6)
            np.testing.assert_allclose(
                one.target / one.target[0], rows[:, column] / rows[0, column], rtol=1e-9
            )

    def test_rounding_is_that_of_whole_basis_points(self, monkeypatch, rows):
        """A spread without any other variation is measured by 1 / sqrt(12) bp."""
        given = handed(monkeypatch)
        still = rows.copy()
        still[:, [2, 3, -1]] = -5.0
        sampled.draw_chain(still, 2, 4, self.HOW, 0)
        assert 5 / -given[1].target[0] == pytest.approx(1 / np.sqrt(12), rel=0.02)
