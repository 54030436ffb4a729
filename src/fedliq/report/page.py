"""What a page is made of, whatever its format: sections of lines and tables of text."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import Field

    import pandas as pd

__all__ = [
    "NONE",
    "READ_OFF",
    "Document",
    "Headline",
    "Picture",
    "Section",
    "Table",
    "day_shown",
    "is_fact",
]

#: What stands where there is no figure.
NONE = "n/a"
#: Marks the field of a fact that holds what it was read off: there for charts, not printed.
READ_OFF = MappingProxyType({"fact": False})


def day_shown(date: pd.Timestamp | None) -> str:
    """Return a day as every table shows it."""
    return NONE if date is None else f"{date:%Y-%m-%d}"


def is_fact(one: Field[Any]) -> bool:
    """Say whether a field is a fact, and not what facts were read off."""
    return bool(one.metadata.get("fact", True))


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
class Headline:
    """A figure to be seen first, where a format has room for it."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Document:
    """A title, opening lines and sections, in reading order."""

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    headlines: tuple[Headline, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as an ``svg`` element for the section of a title, or why there is none."""

    section: str
    svg: str = ""
    missing: str = ""
