"""Everything fedliq raises.

Each error derives from :class:`FedliqError` and from the builtin a caller would
catch without knowing fedliq. A message says which argument is wrong, what was
expected, what came, and what to do.
"""

from __future__ import annotations

__all__ = [
    "AlignmentError",
    "ApiKeyError",
    "CacheError",
    "CacheWarning",
    "ConvergenceWarning",
    "DataError",
    "FedliqError",
    "FedliqWarning",
    "InputTypeError",
    "InvalidInputError",
    "MalformedAnswerError",
    "MissingDataWarning",
    "MissingExtraError",
    "NotAvailableError",
    "RateLimitError",
    "SampleError",
    "SourceError",
    "StaleDataWarning",
    "TimeIndexError",
    "TrendingLevelsWarning",
    "UnitError",
    "UnknownSeriesError",
    "WeakInstrumentWarning",
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


class SampleError(InvalidInputError):
    """A sample is too short for an estimate, does not vary, or its regressors are collinear."""


class UnknownSeriesError(FedliqError, KeyError):
    """A name is not in the dataset or the catalog."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument, which makes a sentence unreadable.
        return str(self.args[0]) if self.args else ""


class DataError(FedliqError, ValueError):
    """A figure, table or catalog entry is not what it should be."""


class NotAvailableError(FedliqError, LookupError):
    """A figure is not to be had: not published, or offline and not in the cache."""


class SourceError(FedliqError, ConnectionError):
    """A publisher could not be reached, or did not answer as it should."""


class RateLimitError(SourceError):
    """A publisher asks for fewer requests."""


class MalformedAnswerError(SourceError):
    """A publisher's answer cannot be read: cut short, of another kind, or without its fields."""


class ApiKeyError(FedliqError, PermissionError):
    """A key is missing, or the publisher does not accept it."""


class CacheError(FedliqError, OSError):
    """The cache on disk cannot be read or written."""


class MissingExtraError(FedliqError, ImportError):
    """A package is needed that only an extra of fedliq installs."""


class FedliqWarning(UserWarning):
    """Root of every warning that fedliq gives on purpose."""


class StaleDataWarning(FedliqWarning):
    """A refresh failed, and older figures from the cache serve instead."""


class MissingDataWarning(FedliqWarning):
    """A series could not be had, and is not in the dataset."""


class CacheWarning(FedliqWarning):
    """The cache on disk is damaged or cannot be written; the figures returned are good."""


class WeakInstrumentWarning(FedliqWarning):
    """Forecast errors of reserves hardly move reserves, so that an elasticity means little."""


class TrendingLevelsWarning(FedliqWarning):
    """Levels that wander are compared, which correlate whether or not they have to do with each other."""


class ConvergenceWarning(FedliqWarning):
    """Chains of a sampler do not agree, or have too few independent draws."""
