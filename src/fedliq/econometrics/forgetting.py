"""The fast estimator: a vector autoregression whose coefficients forget.

Each week the information gathered so far is discounted, which is what a random walk of the
coefficients does to it. The whole history takes one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from fedliq._options import check_number
from fedliq.econometrics.responses import RATIO_GIVEN, ROUNDING, SPREAD_GIVEN, responses
from fedliq.econometrics.results import QUANTILES
from fedliq.exceptions import InvalidInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fedliq._validate import Floats
    from fedliq.econometrics.responses import Function

__all__ = ["ForgettingVAR", "fewest_remembered", "filtered_elasticity"]

# Prior information on each coefficient, in squares of bp and pp: next to none, but enough for
# a spread that has stood still for years.
_DIFFUSE = 1e-6
# A derivative by complex step is exact, so the step may be as small as it likes.
_STEP = 1e-20
_SHORTEST, _LONGEST = 4, 1_000


@dataclass(frozen=True, slots=True)
class ForgettingVAR:
    """The fast estimator: a vector autoregression whose coefficients forget.

    Parameters
    ----------
    half_life : float, default 26 [observations]
        After so many an observation counts half. Shorter follows a bend of the curve sooner,
        longer has narrower bands. What is remembered at a time, 38 observations by default,
        has to be two for each coefficient.

    Raises
    ------
    InvalidInputError
        ``half_life`` is not from 4 to 1,000.
    InputTypeError
        ``half_life`` is no number.
    """

    half_life: float = 26.0

    @property
    def decay(self) -> float:
        """What an observation counts a step later."""
        return float(0.5 ** (1 / self.half_life))

    def __post_init__(self) -> None:
        if not _SHORTEST <= check_number(self.half_life, "half_life") <= _LONGEST:
            raise InvalidInputError(
                f"half_life: expected {_SHORTEST} to {_LONGEST} observations, got {self.half_life}."
            )


class _Equation(NamedTuple):
    coefficients: Floats
    covariance: Floats


def _discounted(values: Floats, decay: float) -> Floats:
    """Sum what has come so far, each week's weight ``decay`` times that of the next.

    One step after the other, so that the sums of a history cut short are the same to the bit.
    """
    sums = np.empty_like(values)
    total = np.zeros(values.shape[1:])
    for week, value in enumerate(values):
        total *= decay
        total += value
        sums[week] = total
    return sums


def _quadratic(vectors: Floats, matrices: Floats) -> Floats:
    """Return x'Ax for each week, by the same operations however many weeks there are."""
    return np.asarray((vectors[:, None, :] @ matrices @ vectors[:, :, None])[:, 0, 0])


def _surprise(
    rows: Floats, given: slice, target: int, equation: _Equation, decay: float
) -> Floats:
    """Error of each week's forecast by the week before, over its predicted width; NaN at first."""
    known, past = rows[1:, given], equation.coefficients[:-1]
    error = rows[1:, target] - (known * past).sum(axis=1)
    width = 1 + _quadratic(known, equation.covariance[:-1]) / decay
    return np.concatenate([[np.nan], error / np.sqrt(width)])


def _derivative(of: Function, first: Floats, second: Floats) -> Floats:
    """Differentiate by each coefficient of the first equation."""
    gradient = np.empty_like(first)
    for place in range(first.shape[1]):
        moved = first.astype(complex)
        moved[:, place] += _STEP * 1j
        gradient[:, place] = of(moved, second).imag / _STEP
    return gradient


def _with_deviation(of: Function, ratio: _Equation, spread: _Equation) -> tuple[Floats, Floats]:
    """Evaluate a function of both equations, and its standard deviation to first order."""
    by_ratio = _derivative(of, ratio.coefficients, spread.coefficients)
    by_spread = _derivative(
        lambda second, first: of(first, second), spread.coefficients, ratio.coefficients
    )
    variance = sum(
        _quadratic(slope, one.covariance)
        for slope, one in ((by_ratio, ratio), (by_spread, spread))
    )
    return of(ratio.coefficients, spread.coefficients), np.sqrt(variance)


def fewest_remembered(rows: Floats) -> float:
    """Return how many weeks of information an estimate takes: two for each coefficient."""
    return 2.0 * (rows.shape[1] - 1)


def _filter(rows: Floats, decay: float) -> tuple[_Equation, _Equation, Floats]:
    """Run both equations through all weeks; how many weeks of information each week has."""
    complete = ~np.isnan(rows[:, 0])
    held = np.where(complete[:, None], rows, 0.0)
    moments = _discounted(held[:, :, None] * held[:, None, :], decay)
    equations, squares = [], np.zeros((len(rows), 2))
    weeks = _discounted(complete.astype(float), decay)
    # While few weeks are remembered, an error says more of the start than of the width.
    settled = complete & (np.roll(weeks, 1) >= fewest_remembered(rows))
    settled[0] = False
    for number, (given, target) in enumerate(((RATIO_GIVEN, 0), (SPREAD_GIVEN, -1))):
        information = moments[:, given, given]
        inverse = np.linalg.inv(information + _DIFFUSE * np.eye(information.shape[1]))
        coefficients = (inverse @ moments[:, given, target, None])[..., 0]
        equation = _Equation(coefficients, np.asarray(inverse, dtype=np.float64))
        equations.append(equation)
        surprise = _surprise(rows, given, target, equation, decay)
        squares[settled, number] = np.nan_to_num(surprise[settled]) ** 2
    counted = _discounted(settled.astype(float), decay)
    with np.errstate(invalid="ignore"):  # before the first error there is no width
        scale = np.maximum(_discounted(squares, decay) / counted[:, None], np.square(ROUNDING))
    ratio, spread = (
        one._replace(covariance=one.covariance * scale[:, number, None, None])
        for number, one in enumerate(equations)
    )
    return ratio, spread, weeks


def filtered_elasticity(
    how: ForgettingVAR, rows: Floats, positions: NDArray[np.int64], lags: int, horizon: int
) -> tuple[Floats, dict[str, Floats]]:
    """Estimate the elasticity at some rows, each by that row and those before it.

    Parameters
    ----------
    how : ForgettingVAR
    rows : numpy.ndarray
        As ``lagged_rows`` lays them out, in bp and pp.
    positions : numpy.ndarray
        Of the rows wanted.
    lags, horizon : int

    Returns
    -------
    tuple of numpy.ndarray and dict
        Rows wanted by ``QUANTILES`` [bp per pp], and the diagnostics by name. NaN where fewer
        weeks are remembered than two for each coefficient, as after a long gap.
    """

    def quotient(ratio: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
        of_spread, of_ratio = responses(ratio, spread, lags, horizon)
        return of_spread / of_ratio

    def response(ratio: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
        return responses(ratio, spread, lags, horizon)[1] / horizon

    # All rows, then those wanted: numpy rounds a stack of one otherwise than a stack of many.
    ratio, spread, weeks = _filter(rows, how.decay)
    with np.errstate(divide="ignore", invalid="ignore"):  # of the first weeks, never wanted
        middle, deviation = _with_deviation(quotient, ratio, spread)
        left, error = _with_deviation(response, ratio, spread)
        steps = stdtrit(weeks[:, None], np.array(QUANTILES))
        everything = {
            "quantiles": middle[:, None] + steps * deviation[:, None],
            "response": left,
            "strength": left / error,
            "effective_observations": weeks,
        }
    forgotten = (weeks < fewest_remembered(rows))[positions]
    wanted = {name: values[positions] for name, values in everything.items()}
    for values in wanted.values():
        values[forgotten] = np.nan
    return wanted.pop("quantiles"), wanted
