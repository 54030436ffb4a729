"""The fast estimator: a vector autoregression whose coefficients forget.

Each week the information gathered so far is discounted, which is what a random walk of the
coefficients does to it. The whole history takes one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

from fedliq._validate import check_number
from fedliq.econometrics.responses import RATIO_GIVEN, SPREAD_GIVEN, responses
from fedliq.econometrics.results import QUANTILES
from fedliq.exceptions import InvalidInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fedliq._validate import Floats
    from fedliq.econometrics.responses import Function

__all__ = ["ForgettingVAR", "filtered_elasticity"]

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
        longer has narrower bands.

    Raises
    ------
    InvalidInputError
        ``half_life`` is not from 4 to 1,000.
    InputTypeError
        ``half_life`` is no number.
    """

    half_life: float = 26.0

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


def _surprise(
    rows: Floats, given: slice, target: int, equation: _Equation, decay: float
) -> Floats:
    """Error of each week's forecast by the week before, over its predicted width; NaN at first."""
    known, past = rows[1:, given], equation.coefficients[:-1]
    error = rows[1:, target] - np.einsum("ti,ti->t", known, past)
    width = 1 + np.einsum("ti,tij,tj->t", known, equation.covariance[:-1], known) / decay
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
        np.einsum("ti,tij,tj->t", slope, one.covariance, slope)
        for slope, one in ((by_ratio, ratio), (by_spread, spread))
    )
    return of(ratio.coefficients, spread.coefficients), np.sqrt(variance)


def _filter(rows: Floats, decay: float) -> tuple[_Equation, _Equation, Floats]:
    """Run both equations through all weeks; how many weeks of information each week has."""
    complete = ~np.isnan(rows[:, 0])
    held = np.where(complete[:, None], rows, 0.0)
    moments = _discounted(held[:, :, None] * held[:, None, :], decay)
    equations, squares = [], np.zeros((len(rows), 2))
    # Until there are twice as many weeks as coefficients, an error says more of the start
    # than of the width.
    settled = complete & (np.cumsum(complete) > 2 * (rows.shape[1] - 1))
    for number, (given, target) in enumerate(((RATIO_GIVEN, 0), (SPREAD_GIVEN, -1))):
        information = moments[:, given, given]
        inverse = np.linalg.inv(information + _DIFFUSE * np.eye(information.shape[1]))
        coefficients = np.einsum("tij,tj->ti", inverse, moments[:, given, target])
        equation = _Equation(coefficients, np.asarray(inverse, dtype=np.float64))
        equations.append(equation)
        surprise = _surprise(rows, given, target, equation, decay)
        squares[settled, number] = np.nan_to_num(surprise[settled]) ** 2
    weeks = _discounted(np.column_stack([complete, settled]).astype(float), decay)
    scale = _discounted(squares, decay) / np.maximum(weeks[:, 1:], 1.0)
    ratio, spread = (
        one._replace(covariance=one.covariance * scale[:, number, None, None])
        for number, one in enumerate(equations)
    )
    return ratio, spread, weeks[:, 0]


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
        Rows wanted by ``QUANTILES`` [bp per pp], and the diagnostics by name.
    """

    def quotient(ratio: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
        of_spread, of_ratio = responses(ratio, spread, lags, horizon)
        return of_spread / of_ratio

    def response(ratio: NDArray[Any], spread: NDArray[Any]) -> NDArray[Any]:
        return responses(ratio, spread, lags, horizon)[1] / horizon

    *filtered, weeks = _filter(rows, 0.5 ** (1 / how.half_life))
    ratio, spread = (_Equation(*(part[positions] for part in one)) for one in filtered)
    middle, deviation = _with_deviation(quotient, ratio, spread)
    left, error = _with_deviation(response, ratio, spread)
    steps = stdtrit(weeks[positions, None], np.array(QUANTILES))
    return middle[:, None] + steps * deviation[:, None], {
        "response": left,
        "strength": left / error,
        "effective_observations": weeks[positions],
    }
