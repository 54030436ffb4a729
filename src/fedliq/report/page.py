"""What a page is made of, whatever its format: sections of lines and tables of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NONE", "Document", "Section", "Table", "day_shown"]

#: What stands where there is no figure.
NONE = "n/a"


def day_shown(date: pd.Timestamp | None) -> str:
    """Return a day as every table shows it."""
    return NONE if date is None else f"{date:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text; numbers are set flush right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Section:
    """A title, what it says, a table, and what is to be said below it."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A title, opening lines and sections, in reading order."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
