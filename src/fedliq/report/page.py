"""What a page is made of, whatever its format: sections of lines and tables of text."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Document", "Section", "Table"]


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
