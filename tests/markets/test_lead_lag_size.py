"""Where there is nothing, the search finds something as often as it says, and no more."""

from __future__ import annotations

import numpy as np
import pytest
from joblib import Parallel, delayed

from liquidity_and_price import verdicts

pytestmark = pytest.mark.slow


def shares(kind, replications, *, overlapping=True):
    """How often each test rejects at 5 %, over 27 leads of 300 weeks."""
    found = Parallel(n_jobs=2)(
        delayed(verdicts)(seed, kind, overlapping) for seed in range(replications)
    )
    return np.mean(found, axis=0)


def test_of_random_walks_one_search_in_twenty_finds_a_lead():
    """As many as it says; tests that know nothing of the search find one far more often.

    ``plain`` takes the best correlation for one among independent observations, ``alone`` for
    the only one looked at.
    """
    corrected, plain, alone, held = shares("plain", 2000)
    assert 0.04 <= corrected <= 0.06
    assert plain > 0.8
    assert alone > 0.3
    assert 0.92 <= held <= 0.97


@pytest.mark.parametrize(
    ("kind", "overlapping"),
    [("storms", True), ("slow", True), ("slow storms", False)],
)
def test_so_it_is_where_storms_hit_both_liquidity_is_slow_or_blocks_lie_apart(kind, overlapping):
    """Volatilities in common that stay; changes of liquidity that lean on the last by 0.8.

    Of 1,000 searches, 5 % give or take two and a half standard errors.
    """
    corrected, plain, alone, _ = shares(kind, 1000, overlapping=overlapping)
    assert 0.033 <= corrected <= 0.067
    assert min(plain, alone) > 0.25
