"""Sums of errors that stay: how far a mean or a slope can be off, when each error leans on the last.

The long-run variance of scores is the average of their squared sums along slow cosines; what
divides by its root follows Student's distribution with as many degrees of freedom as there are
cosines [lazarus2018]_.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fedliq._options import check_positive_int

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["cosine_sums", "usual_cosines"]


def usual_cosines(observations: int, given: int | None = None) -> int:
    """Return the number asked for, else 0.4 times the observations to the power of 2/3."""
    if given is None:
        return max(int(0.4 * observations ** (2 / 3)), 2)
    return check_positive_int(given, "cosines", observations // 2)


def cosine_sums(scores: Floats, cosines: int) -> Floats:
    """Sum scores along slow cosines, so that the squares add up to the variance of their sum.

    Parameters
    ----------
    scores : numpy.ndarray
        Observations in order of time, then whatever else.
    cosines : int
        How many; as many degrees of freedom has the variance.

    Returns
    -------
    numpy.ndarray
        A row a cosine: ``sums.T @ sums`` is the long-run covariance of the sum of the scores.
    """
    observations = len(scores)
    phase = np.pi * np.outer(np.arange(1, cosines + 1), np.arange(observations) + 0.5)
    return np.sqrt(2 / cosines) * (np.cos(phase / observations) @ scores)
