"""Refuse samples from which nothing can be estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fedliq.exceptions import SampleError, UnitError

if TYPE_CHECKING:
    from fedliq._validate import Floats

__all__ = ["FEWEST_FOR_A_CURVE", "check_moves", "check_spread", "check_varied"]

#: Observations that a curve takes.
FEWEST_FOR_A_CURVE = 40
# Smallest singular value over the largest at which a column is a sum of the others.
_COLLINEAR = 1e-8
# In basis points the spread has never stayed within this for a year; in percent it always has.
_IN_PERCENT = 0.5


def check_moves(values: Floats, argument: str) -> None:
    """Refuse a series that stands still."""
    if np.ptp(values) == 0:
        raise SampleError(f"{argument}: stands at {values[0]:g} throughout, so it tells no slope.")


def check_spread(spread: Floats) -> None:
    """Refuse a spread that stands still, or that looks like percent."""
    check_moves(spread, "spread")
    largest = float(np.abs(spread).max())
    if largest < _IN_PERCENT:
        raise UnitError(
            f"spread: nowhere beyond {largest:g}, which is no basis points; it looks like percent: "
            "use fl.convert(spread, 'percent', 'bp')."
        )


def check_varied(known: Floats, arguments: str) -> None:
    """Refuse columns of which one stands still, or is a sum of the others."""
    varying = known - known.mean(axis=0)
    widths = varying.std(axis=0)
    if not (widths > 0).all():
        raise SampleError(
            f"{arguments}: one of them stands still throughout, so it tells nothing."
        )
    sizes = np.linalg.svd(varying / widths, compute_uv=False)
    if sizes[-1] < _COLLINEAR * sizes[0]:
        raise SampleError(
            f"{arguments}: one follows from the others without any error, so their parts cannot be "
            "told apart; is one of them made from the others?"
        )
