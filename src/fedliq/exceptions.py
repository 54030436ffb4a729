"""Everything fedliq raises.

Each error derives from :class:`FedliqError` and from the builtin a caller would
catch without knowing fedliq. A message says which argument is wrong, what was
expected, what came, and what to do.
"""

from __future__ import annotations

__all__ = [
    "AlignmentError",
    "DataError",
    "FedliqError",
    "InputTypeError",
    "InvalidInputError",
    "TimeIndexError",
    "UnitError",
    "UnknownSeriesError",
]


class FedliqError(Exception):
    """Root of every error that fedliq raises on purpose."""


class InputTypeError(FedliqError, TypeError):
    """An argument is of the wrong kind, for instance a list where a Series is needed."""


class InvalidInputError(FedliqError, ValueError):
    """An argument is of the right kind but cannot be used."""


class UnitError(InvalidInputError):
    """Values are impossible in the unit the argument is documented in."""


class AlignmentError(InvalidInputError):
    """Series do not share one index, or a weekly index has a gap."""


class TimeIndexError(InvalidInputError):
    """An index is not a sorted, unique, time-zone-naive ``DatetimeIndex`` of dates."""


class UnknownSeriesError(FedliqError, KeyError):
    """A name is not in the dataset or the catalog."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument, which makes a sentence unreadable.
        return str(self.args[0]) if self.args else ""


class DataError(FedliqError, ValueError):
    """A stored figure, table or catalog entry is not what it should be."""
