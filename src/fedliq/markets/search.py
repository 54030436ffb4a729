"""How far from zero correlations get at many leads when there is none: a search, bootstrapped whole.

The price's own steps are kept on their dates, with the calm and the storms of the time, and whole
blocks of them change sign at random: what is left of a correlation is chance. Every correlation
of the search is then taken anew. Steps are summed after their signs have changed, so that changes
over several steps overlap as the real ones do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fedliq._options import check_jobs, check_positive_int, check_seed
from fedliq.exceptions import InvalidInputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["BlockBootstrap", "Search", "correlations_by_chance", "rolled_up"]

_CHUNK = 500  # draws that fit a processor's cache
_FEWEST_DRAWS, _FEWEST_BLOCKS = 100, 10


@dataclass(frozen=True, slots=True)
class BlockBootstrap:
    """How the correlations of a search are drawn where there are none.

    Parameters
    ----------
    draws : int, default 10000
        Searches over series that have nothing to do with each other, at least 100.
    block : int, optional
        Steps that change sign together, so that what follows from step to step is kept. By
        default the fourth root of their number, which is 5 for ten years of weeks.
    seed : int, default 0
        Fixes every random number, whatever runs where.
    jobs : int, optional
        Threads, as ``n_jobs`` of joblib, for which the extra ``econometrics`` is needed. By
        default none beside this one; much of the work is done by numpy on all processors anyway,
        so that jobs help where it is held to one of them.

    Raises
    ------
    InvalidInputError
        A number is out of range.
    InputTypeError
        A number is not whole.
    """

    draws: int = 10_000
    block: int | None = None
    seed: int = 0
    jobs: int | None = None

    def __post_init__(self) -> None:
        if check_positive_int(self.draws, "draws") < _FEWEST_DRAWS:
            raise InvalidInputError(f"draws: expected at least {_FEWEST_DRAWS}, got {self.draws}.")
        if self.block is not None:
            check_positive_int(self.block, "block")
        check_seed(self.seed)
        check_jobs(self.jobs)

    def block_of(self, steps: int) -> int:
        """Return the length of a block of so many steps."""
        if self.block is None:
            return max(round(steps**0.25), 1)
        if self.block * _FEWEST_BLOCKS > steps:
            raise InvalidInputError(
                f"block: {self.block} leaves fewer than {_FEWEST_BLOCKS} blocks of {steps} steps; "
                f"give at most {steps // _FEWEST_BLOCKS}."
            )
        return self.block


def rolled_up(steps: Floats, horizon: int) -> Floats:
    """Sum the last steps up to each, along the last axis; fewer at the beginning."""
    sums = steps.cumsum(axis=-1)
    sums[..., horizon:] = sums[..., horizon:] - sums[..., :-horizon]
    return sums


@dataclass(frozen=True, slots=True)
class Search:
    """One change, laid against another at every lead, as matrices.

    Attributes
    ----------
    weights : numpy.ndarray
        Rows of the price by leads: the liquidity that meets them, less its mean, of length one.
    meets : numpy.ndarray
        Which rows of the price take part at which lead, as ones and zeros.
    """

    weights: Floats
    meets: Floats

    @classmethod
    def over(
        cls,
        liquidity: Floats,
        there: NDArray[np.bool_],
        rows: NDArray[np.int64],
        leads: Sequence[int],
    ) -> Search:
        """Pair the changes of liquidity on some rows with those of a price so many rows later.

        Parameters
        ----------
        liquidity : numpy.ndarray
            Changes by row, NaN where there is none.
        there : numpy.ndarray of bool
            Rows on which the price has a change.
        rows : numpy.ndarray of int
            Rows of liquidity that take part.
        leads : sequence of int

        Returns
        -------
        Search
        """
        weights = np.zeros((len(liquidity), len(leads)))
        meets = np.zeros_like(weights)
        for column, lead in enumerate(leads):
            mine = pairs(liquidity, there, rows, lead)
            away = liquidity[mine] - liquidity[mine].mean()
            size = np.sqrt(away @ away)
            weights[mine + lead, column] = away / size if size else np.nan
            meets[mine + lead, column] = 1.0
        return cls(weights, meets)

    def correlations(self, prices: Floats) -> Floats:
        """Correlate, at every lead, changes of the price: searches by rows to searches by leads."""
        sums, squares = prices @ self.meets, (prices**2) @ self.meets
        with np.errstate(invalid="ignore", divide="ignore"):  # where a price stands still
            return prices @ self.weights / np.sqrt(squares - sums**2 / self.meets.sum(axis=0))


def pairs(
    liquidity: Floats, there: NDArray[np.bool_], rows: NDArray[np.int64], lead: int
) -> NDArray[np.int64]:
    """Return the rows of liquidity that meet a change of the price so many rows later."""
    inside = rows[(rows + lead >= 0) & (rows + lead < len(there))]
    return inside[there[inside + lead] & ~np.isnan(liquidity[inside])]


def correlations_by_chance(
    search: Search, steps: Floats, horizon: int, how: BlockBootstrap
) -> Floats:
    """Draw the correlations of a search over series that have nothing to do with each other.

    Parameters
    ----------
    search : Search
    steps : numpy.ndarray
        Changes of the price over one row, less their mean; zero where there is none.
    horizon : int
        Steps in a change.
    how : BlockBootstrap

    Returns
    -------
    numpy.ndarray
        Draws by leads.
    """
    block = how.block_of(len(steps))
    sizes = [min(_CHUNK, how.draws - start) for start in range(0, how.draws, _CHUNK)]
    tasks = [
        (search, steps, horizon, block, size, (how.seed, at)) for at, size in enumerate(sizes)
    ]
    if how.jobs is None:
        return np.concatenate([_draw(*task) for task in tasks])
    try:
        from joblib import Parallel, delayed  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(
            "bootstrap: jobs need joblib; install it with pip install 'fedliq[econometrics]', or "
            "leave jobs out."
        ) from error
    # Nearly all of the work is in numpy, which lets other threads run.
    run = Parallel(n_jobs=how.jobs, prefer="threads")
    return np.concatenate(run(delayed(_draw)(*task) for task in tasks))


def _draw(
    search: Search, steps: Floats, horizon: int, block: int, draws: int, key: tuple[int, int]
) -> Floats:
    """Draw some searches; their random numbers depend on the seed and the chunk alone."""
    seed, chunk = key
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(chunk,)))
    blocks = -(-len(steps) // block)
    signs = 2.0 * rng.integers(0, 2, (draws, blocks)) - 1.0
    turned = np.repeat(signs, block, axis=1)[:, : len(steps)] * steps
    return search.correlations(rolled_up(turned, horizon))
