"""What every source of figures has in common, whoever publishes them."""

from __future__ import annotations

import csv
import io
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from fedliq.exceptions import (
    ApiKeyError,
    DataError,
    FedliqError,
    MalformedAnswerError,
    SourceError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fedliq.data.catalog import SeriesInfo
    from fedliq.units import Unit

__all__ = [
    "Delivery",
    "OneByOne",
    "Request",
    "Source",
    "check_once",
    "dated_values",
    "rows_of",
]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a source.

    Attributes
    ----------
    info : SeriesInfo
        The catalog's entry of the series.
    since : Timestamp or None
        Only observations from this day on are needed; a source may send earlier ones too.
    vintage : Timestamp or None
        The figures as they stood at the end of this day; by default as they stand now.
    """

    info: SeriesInfo
    since: pd.Timestamp | None = None
    vintage: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a source sent, as it sent it.

    Attributes
    ----------
    figures : pandas.Series [unit]
        By observation date, in the order sent. NaN where the publisher says "missing".
    unit : Unit or None
        As the publisher declares it with the figures; None where it declares none.
    frequency : str or None
        In the catalog's words, where declared.
    origin : str
        What was read, for the provenance: ``"FRED graph CSV: WALCL"``.
    sha256 : str
        Hash of the raw bytes.
    """

    figures: pd.Series[float]
    unit: Unit | None
    frequency: str | None
    origin: str
    sha256: str


class Source(Protocol):
    """A place that figures come from.

    Attributes
    ----------
    name : str
        As ``source=`` spells it.
    remote : bool
        Whether it is reached over the network, so that its figures are cached.
    keeps_vintages : bool
        Whether it can say how the figures stood on an earlier day.
    overlap_days : int or None
        How far before the last figure held a refresh reaches back; None: to the beginning,
        because this publisher revises.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def remote(self) -> bool: ...  # noqa: D102
    @property
    def keeps_vintages(self) -> bool: ...  # noqa: D102
    @property
    def overlap_days(self) -> int | None: ...  # noqa: D102

    def serves(self, info: SeriesInfo) -> bool:
        """Whether it has the series."""
        ...

    def deliver(
        self, wanted: Sequence[Request]
    ) -> Iterator[tuple[Request, Delivery | FedliqError]]:
        """Yield each request with what came of it, an error included."""
        ...


class OneByOne(ABC):
    """A source that is asked for one series after another; reached over the network, by default."""

    remote = True
    keeps_vintages = False
    overlap_days: int | None = None

    @abstractmethod
    def fetch(self, request: Request) -> Delivery:
        """Fetch one series; raises a FedliqError where it cannot be had."""

    def deliver(
        self, wanted: Sequence[Request]
    ) -> Iterator[tuple[Request, Delivery | FedliqError]]:
        """Yield each request with what came of it.

        A publisher that is down is asked no more: an outage would be waited for once a series.
        """
        down: FedliqError | None = None
        for request in wanted:
            outcome: Delivery | FedliqError
            if down is not None:
                outcome = down
            else:
                try:
                    outcome = self.fetch(request)
                except FedliqError as error:
                    outcome = error
                    if isinstance(error, (ApiKeyError, SourceError)) and not isinstance(
                        error, MalformedAnswerError
                    ):
                        down = error
            yield request, outcome


def dated_values(
    dates: Iterable[object], values: Iterable[object], what: str = ""
) -> pd.Series[float]:
    """Read the dates and figures of an answer, or refuse what is neither.

    ``what`` is named in the refusal. Missing is ``"."`` at FRED, ``"null"`` at the Treasury,
    ``"NA"`` at the New York Fed and ``"ND"`` or nothing at the Board.
    """
    dates, values = list(dates), list(values)
    try:
        index = pd.DatetimeIndex(
            np.array([_day(one) for one in dates], dtype="datetime64[ns]").reshape(-1)
        )
        numbers = np.array([_number(value) for value in values], dtype=np.float64)
    except (ValueError, TypeError):
        raise MalformedAnswerError(
            f"{_start(what)}the answer holds a date or a figure that is none: "
            f"{_first_bad(dates, values)}."
        ) from None
    if np.isinf(numbers).any():
        raise MalformedAnswerError(f"{_start(what)}the answer holds an infinite figure.")
    return pd.Series(numbers, index=index)


def rows_of(text: str) -> list[list[str]]:
    """Read a CSV, or refuse what is none."""
    try:
        return list(csv.reader(io.StringIO(text)))
    except csv.Error:
        raise MalformedAnswerError("the answer is not a CSV.") from None


_ISO_DAY = re.compile(r"(19|20)\d{2}-\d{2}-\d{2}")


def _day(value: object) -> str:
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError(value)
    return value


_MISSING = frozenset({"", ".", "null", "NA", "ND", "NC", "None"})


def _number(value: object) -> float:
    if value is None or (isinstance(value, str) and value.strip() in _MISSING):
        return np.nan
    # Python reads "1_0" as ten.
    plain = isinstance(value, (int, float)) or (isinstance(value, str) and "_" not in value)
    if plain and not isinstance(value, bool):
        return float(value)  # type: ignore[arg-type]  # a number or a text
    raise ValueError(value)


def _first_bad(dates: list[object], values: list[object]) -> str:
    for date, value in zip(dates, values, strict=False):
        try:
            np.datetime64(_day(date), "ns")
            _number(value)
        except ValueError:
            return f"{str(date)[:40]!r}, {str(value)[:40]!r}"
    return "their numbers differ"


def _start(what: str) -> str:
    return f"{what}: " if what else ""


def check_once(values: pd.Series[float], what: str = "") -> None:
    """Refuse an answer that gives one date twice: which of the two holds is not ours to say."""
    twice = values.index[values.index.duplicated()]
    if len(twice):
        raise DataError(f"{_start(what)}the answer gives {twice[0]:%Y-%m-%d} more than once.")
