"""Checks of single values that a caller chooses: numbers, words, spans of time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError
from fedliq.quantities import QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "check_amount",
    "check_choice",
    "check_jobs",
    "check_negative",
    "check_number",
    "check_positive_int",
    "check_seed",
    "check_span",
    "check_threshold",
    "check_time_of_day",
    "check_whole",
]


def check_whole(value: object, argument: str) -> int:
    """Refuse anything but a whole number."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise InputTypeError(
            f"{argument}: expected a whole number, got {type(value).__name__} {value!r}."
        )
    return int(value)


def check_positive_int(value: object, argument: str, most: int = 100_000) -> int:
    """Refuse anything but a whole number from one up to a most."""
    number = check_whole(value, argument)
    if not 1 <= number <= most:
        raise InvalidInputError(f"{argument}: expected 1 to {most}, got {value}.")
    return number


def check_seed(value: object, argument: str = "seed") -> int:
    """Refuse what cannot fix random numbers."""
    seed = check_whole(value, argument)
    if seed < 0:
        raise InvalidInputError(f"{argument}: expected a whole number from 0 up, got {seed}.")
    return seed


def check_jobs(value: object, argument: str = "jobs") -> None:
    """Refuse what is no number of processes, None for whatever is usual."""
    if value is not None and check_whole(value, argument) == 0:
        raise InvalidInputError(f"{argument}: expected processes, or -1 for all; got 0.")


def check_choice(value: object, choices: Sequence[str], argument: str) -> str:
    """Refuse a word that is not among the valid ones, and list those."""
    if value not in choices:
        valid = ", ".join(repr(choice) for choice in choices)
        raise InvalidInputError(f"{argument}: {value!r} is not one of {valid}.")
    return str(value)


def check_span(value: str | timedelta, argument: str) -> pd.Timedelta:
    """Refuse what is not a span of time, or a negative one.

    pandas reads a bare number as nanoseconds, which nobody means.
    """
    span = pd.Timedelta(-1)
    named = isinstance(value, str) and any(letter.isalpha() for letter in value)
    if named or isinstance(value, (timedelta, np.timedelta64)):
        with suppress(ValueError):
            span = pd.Timedelta(value)
    if not span >= pd.Timedelta(0):  # NaT compares false with everything
        raise InvalidInputError(
            f"{argument}: expected a span of time such as '6D' or timedelta(days=6), "
            f"not negative; got {value!r}."
        )
    return span


_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def check_time_of_day(value: object, argument: str) -> pd.Timedelta:
    """Refuse what is not an hour and a minute; return the time since midnight."""
    found = _TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidInputError(
            f"{argument}: expected a time of day from '00:00' to '23:59', such as '09:00'; got "
            f"{value!r}."
        )
    return pd.Timedelta(hours=int(found[1]), minutes=int(found[2]))


def check_threshold(value: object, argument: str) -> float:
    """Refuse a threshold that is not a plain fraction, above all one given in percent."""
    number = check_number(value, argument)
    if not 0 < number < 1:
        remedy = f"; for {number:g} % write {number / 100:g}" if 1 <= number < 100 else ""  # noqa: PLR2004 - percent
        raise UnitError(
            f"{argument}: expected a fraction between 0 and 1, got {number:g}{remedy}."
        )
    return number


def check_number(value: object, argument: str) -> float:
    """Refuse anything but a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise InputTypeError(
            f"{argument}: expected a number, got {type(value).__name__} {value!r}."
        )
    if not np.isfinite(value):
        raise InvalidInputError(f"{argument}: expected a finite number, got {value}.")
    return float(value)


def check_amount(value: object, quantity: str, argument: str) -> float:
    """Refuse a single number that is impossible in the unit of its quantity."""
    known, number = QUANTITIES[quantity], check_number(value, argument)
    if not known.low <= number <= known.high:
        raise UnitError(
            f"{argument}: {number:.15g} is impossible in {known.stated}; see fl.convert."
        )
    return number


def check_negative(value: object, argument: str, unit: str) -> float:
    """Refuse a slope that does not fall."""
    number = check_number(value, argument)
    if number >= 0:
        raise InvalidInputError(
            f"{argument}: expected a negative number of {unit}, got {number:g}."
        )
    return number
