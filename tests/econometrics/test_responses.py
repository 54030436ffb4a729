"""What an error of reserves does to both variables, worked out in other ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fedliq.econometrics.responses import RATIO_GIVEN, SPREAD_GIVEN, lagged_rows, responses
from reserve_demand import impulse

LAGS, HORIZONS = st.integers(1, 6), st.integers(1, 12)
COEFFICIENTS = st.floats(-1, 1, allow_subnormal=False)


@st.composite
def equations(draw):
    lags = draw(LAGS)
    ratio = draw(arrays(float, 1 + 2 * lags, elements=COEFFICIENTS))
    spread = draw(arrays(float, 2 + 2 * lags, elements=COEFFICIENTS))
    return ratio, spread, lags


def test_the_columns_are_those_of_the_two_regressions():
    spread, ratio = np.array([1.0, 2, 3, 4]), np.array([10.0, 20, 30, 40])
    rows = lagged_rows(spread, ratio, 2)
    assert rows.tolist() == [[30, 1, 2, 1, 20, 10, 3], [40, 1, 3, 2, 30, 20, 4]]
    assert rows[0, RATIO_GIVEN].tolist() == [1, 2, 1, 20, 10]
    assert rows[0, SPREAD_GIVEN].tolist() == [30, 1, 2, 1, 20, 10]


@pytest.mark.parametrize("variable", [0, 1])
def test_a_row_that_misses_a_figure_is_missing_throughout(variable):
    both = np.arange(20.0).reshape(2, 10)
    both[variable, 4] = np.nan
    rows = lagged_rows(*both, 3)
    assert np.isnan(rows).all(axis=1).tolist() == [False, True, True, True, True, False, False]
    assert np.isnan(rows).any(axis=1).tolist() == np.isnan(rows).all(axis=1).tolist()


@settings(deadline=None, max_examples=150)
@given(equations(), HORIZONS)
def test_the_sums_are_those_of_the_companion_matrix(both, horizon):
    ratio, spread, lags = both
    by_textbook = [one[1:].sum() for one in impulse(ratio, spread, lags, horizon)]
    size = max(1.0, *(np.abs(one).max() for one in impulse(ratio, spread, lags, horizon)))
    np.testing.assert_allclose(
        responses(ratio, spread, lags, horizon), by_textbook, rtol=1e-9, atol=1e-9 * size
    )


@settings(deadline=None, max_examples=60)
@given(equations(), HORIZONS, st.integers(0, 2**32 - 1))
def test_the_sums_are_those_by_which_two_histories_part(both, horizon, seed):
    """One with an error of one point more than the other, and everything else the same."""
    ratio, spread, lags = both
    rng = np.random.default_rng(seed)
    weeks = lags + 1 + horizon
    shocks = rng.standard_normal((weeks, 2))
    opening = rng.standard_normal((lags, 2))

    def history(error):
        spreads, ratios = list(opening[:, 0]), list(opening[:, 1])
        for week in range(lags, weeks):
            past = np.array([1.0, *spreads[: -lags - 1 : -1], *ratios[: -lags - 1 : -1]])
            now = past @ ratio + shocks[week, 0] + (error if week == lags else 0.0)
            spreads.append(np.array([now, *past]) @ spread + shocks[week, 1])
            ratios.append(now)
        return np.array([spreads, ratios])

    with_error, without = history(1.0), history(0.0)
    apart = (with_error - without)[:, lags + 1 :].sum(axis=1)
    size = max(1.0, np.abs(with_error).max())
    np.testing.assert_allclose(
        responses(ratio, spread, lags, horizon), apart, rtol=1e-9, atol=1e-9 * size
    )


@settings(deadline=None, max_examples=100)
@given(
    slope=st.floats(-10, 5),
    root=st.floats(0.3, 0.99),
    moved=st.floats(0, 1),
    supplied=st.floats(0.1, 1),
    lags=LAGS,
    horizon=HORIZONS,
)
def test_the_population_of_a_demand_curve_gives_its_slope(
    slope, root, moved, supplied, lags, horizon
):
    """Supply lasts, demand is over within its week and moves reserves in it: worked by hand.

    ratio(t) = supply(t) + moved * demand(t), supply(t) = root * supply(t-1) + shock(t), and
    spread(t) = slope * ratio(t) + demand(t). Last week's demand is spread - slope * ratio, so

    E[ratio(t) | past] = root * (ratio(t-1) - moved * (spread(t-1) - slope * ratio(t-1)))
    E[spread(t) | ratio(t), past] = slope * ratio(t) + mixed * (ratio(t) - E[ratio(t) | past]),

    mixed being cov(demand, error) / var(error): what deceives a regression of one on the other.
    """
    mixed = moved / (supplied**2 + moved**2)
    ratio = np.zeros(1 + 2 * lags)
    ratio[1], ratio[1 + lags] = -root * moved, root * (1 + moved * slope)
    spread = np.concatenate([[slope + mixed], -mixed * ratio])
    of_spread, of_ratio = responses(ratio, spread, lags, horizon)
    assert of_ratio == pytest.approx(
        sum(root**week * (1 - moved * mixed) for week in range(1, horizon + 1)), rel=1e-9
    )
    assert of_spread / of_ratio == pytest.approx(slope, rel=1e-6, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(equations(), HORIZONS)
def test_many_pairs_of_equations_at_once_are_each_pair_alone(both, horizon):
    ratio, spread, lags = both
    factors = np.array([[0.5], [1.0], [-0.25]])
    together = responses(factors * ratio, factors * spread, lags, horizon)
    alone = [
        responses(factor * ratio, factor * spread, lags, horizon) for factor in factors.ravel()
    ]
    np.testing.assert_allclose(np.transpose(together), alone, rtol=1e-12, atol=1e-12)
