"""The full estimator: a Bayesian vector autoregression for each week asked for.

Every chain of every week is a task of its own, which joblib runs here or wherever its backend
is: the random numbers of a task depend on the seed, the week and the chain alone.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from fedliq._options import check_jobs, check_positive_int, check_seed
from fedliq.econometrics.responses import RATIO_GIVEN, ROUNDING, SPREAD_GIVEN, responses
from fedliq.econometrics.results import QUANTILES
from fedliq.econometrics.sampler import Regression, last_coefficients
from fedliq.exceptions import (
    ConvergenceWarning,
    InputTypeError,
    InvalidInputError,
    MissingExtraError,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["BayesianVAR", "draw_chain", "sampled_elasticity"]

# What chains should reach (Vehtari, Gelman, Simpson, Carpenter and Buerkner, 2021).
_MOST_RHAT, _FEWEST_PER_CHAIN = 1.01, 100
_FEWEST_DRAWS = 10


@dataclass(frozen=True, slots=True)
class BayesianVAR:
    """The full estimator: drifting coefficients and stochastic volatility, by Gibbs sampling.

    Parameters
    ----------
    draws : int, default 1000
        Kept from each chain.
    tune : int, default 500
        Thrown away before them.
    chains : int, default 4
        Independent of each other, so that they can be compared.
    seed : int, default 0
        Fixes every random number, whatever runs where.
    jobs : int, optional
        Processes, as ``n_jobs`` of joblib. By default what ``joblib.parallel_config`` says,
        which is how a Dask or Ray cluster takes the chains, and else one.
    progress : bool, default True
        Show on standard error how many chains have been handed out.

    Raises
    ------
    InvalidInputError
        A number is out of range.
    InputTypeError
        A number is not whole, or ``progress`` is neither True nor False.
    """

    draws: int = 1_000
    tune: int = 500
    chains: int = 4
    seed: int = 0
    jobs: int | None = None
    progress: bool = True

    def __post_init__(self) -> None:
        for name in ("draws", "tune", "chains"):
            check_positive_int(getattr(self, name), name)
        if self.draws < _FEWEST_DRAWS:
            raise InvalidInputError(f"draws: expected at least {_FEWEST_DRAWS}, got {self.draws}.")
        check_seed(self.seed)
        check_jobs(self.jobs)
        if not isinstance(self.progress, bool):
            raise InputTypeError(f"progress: expected True or False, got {self.progress!r}.")


def draw_chain(rows: Floats, lags: int, horizon: int, how: BayesianVAR, chain: int) -> Floats:
    """Draw the elasticity at the last row, and how much of an error of reserves is left.

    Parameters
    ----------
    rows : numpy.ndarray
        As ``lagged_rows`` lays them out, in bp and pp.
    lags, horizon : int
    how : BayesianVAR
    chain : int
        Its number, which with that of the row tells its random numbers from all others.

    Returns
    -------
    numpy.ndarray
        Two rows of draws: the elasticity [bp per pp], the mean response of the ratio.
    """
    key = np.random.SeedSequence(how.seed, spawn_key=(len(rows), chain))
    rng = np.random.default_rng(key)
    equations = (
        Regression.of(rows[:, 0], rows[:, RATIO_GIVEN], 1 + lags, ROUNDING[0]),
        Regression.of(rows[:, -1], rows[:, SPREAD_GIVEN], 2, ROUNDING[1]),
    )
    ratio, spread = (
        last_coefficients(one, draws=how.draws, tune=how.tune, rng=rng) for one in equations
    )
    of_spread, of_ratio = responses(ratio, spread, lags, horizon)
    return np.stack([of_spread / of_ratio, of_ratio / horizon])


def _drawn(
    how: BayesianVAR, rows: Floats, positions: NDArray[np.int64], lags: int, horizon: int
) -> Floats:
    """Run every chain of every row wanted: rows, what is drawn, chains, draws."""
    try:
        from joblib import Parallel, delayed  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing("joblib") from error
    tasks = [(row, chain) for row in positions for chain in range(how.chains)]
    # Counted as they are handed out, which any backend of joblib allows.
    counted = tqdm(tasks, desc="chains", disable=not how.progress, leave=False)
    drawn = Parallel(n_jobs=how.jobs)(
        delayed(draw_chain)(rows[: row + 1], lags, horizon, how, chain) for row, chain in counted
    )
    shape = (len(positions), how.chains, 2, how.draws)
    return np.array(drawn).reshape(shape).swapaxes(1, 2)


def _halves(chains: Floats) -> Floats:
    """Return each half of every chain as one of its own, so that one chain can be judged too."""
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def _missing(package: str) -> MissingExtraError:
    return MissingExtraError(
        f"estimator: BayesianVAR needs {package}; install it with "
        "pip install 'fedliq[econometrics]', or use fl.ForgettingVAR()."
    )


def sampled_elasticity(
    how: BayesianVAR, rows: Floats, positions: NDArray[np.int64], lags: int, horizon: int
) -> tuple[Floats, dict[str, Floats]]:
    """Draw the elasticity at some rows from its posterior by that row and those before it.

    Parameters and what is returned are those of ``filtered_elasticity``.
    """
    try:
        from arviz_stats.base.array import array_stats  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _missing("arviz-stats") from error
    if not len(positions):
        empty = np.empty(0)
        names = ("response", "strength", "rhat", "effective_draws")
        return np.empty((0, len(QUANTILES))), dict.fromkeys(names, empty)
    drawn = _drawn(how, rows, positions, lags, horizon)
    elasticity, response = drawn[:, 0], drawn[:, 1]
    ends = QUANTILES[1:3]
    rhat, bulk, tail = np.array(
        [
            [
                array_stats.rhat(_halves(one)),  # type: ignore[no-untyped-call]
                array_stats.ess(one),  # type: ignore[no-untyped-call]
                array_stats.ess(one, method="tail", prob=ends),  # type: ignore[no-untyped-call]
            ]
            for one in elasticity
        ]
    ).T
    effective = np.minimum(bulk, tail)
    poor = ~((rhat <= _MOST_RHAT) & (effective >= _FEWEST_PER_CHAIN * how.chains))
    if poor.any():
        warnings.warn(
            f"on {poor.sum()} of {len(poor)} dates chains have not converged: R-hat up to "
            f"{rhat.max():.3f}, effective draws down to {effective.min():.0f}; raise draws and tune.",
            ConvergenceWarning,
            stacklevel=3,
        )
    # By quantiles: where nothing moves, a mean of draws can be anything.
    left, low, high = np.quantile(response, (0.5, 0.16, 0.84), axis=(1, 2))
    return np.quantile(elasticity, QUANTILES, axis=(1, 2)).T, {
        "response": left,
        "strength": 2 * left / (high - low),
        "rhat": rhat,
        "effective_draws": effective,
    }
