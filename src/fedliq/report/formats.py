"""A page as text for a terminal, as Markdown or as HTML, and its facts as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import textwrap
from typing import TYPE_CHECKING, Literal

import pandas as pd

from fedliq.report.page import is_fact

if TYPE_CHECKING:
    from fedliq.report.page import Document, Table

__all__ = ["FORMATS", "Format", "as_json", "as_markdown", "as_text", "render", "text_table"]

Format = Literal["text", "markdown", "html", "json"]
FORMATS = ("text", "markdown", "html", "json")

_WIDTH = 100


def text_table(table: Table) -> list[str]:
    """Set a table in columns, one line a row."""
    grid = (table.columns, *table.rows)
    widths = [max(len(row[column]) for row in grid) for column in range(len(table.columns))]
    return [
        "  ".join(
            cell.ljust(width) if column in table.text_columns else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in grid
    ]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)


def as_text(page: Document) -> str:
    """Return a page for a terminal, at most 100 columns wide but for its tables."""
    lines = [page.title.upper(), *(one for line in page.lines for one in _wrapped(line))]
    for section in page.sections:
        lines += ["", section.title.upper()]
        for line in section.lines:
            lines += _wrapped(line)
        if section.table:
            lines += ["  " + line for line in text_table(section.table)]
        for note in section.notes:
            lines += _wrapped(note)
    return "\n".join(lines) + "\n"


def _markdown_table(table: Table) -> list[str]:
    def row(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    rule = tuple(
        "---" if column in table.text_columns else "---:" for column in range(len(table.columns))
    )
    return [row(table.columns), row(rule), *(row(cells) for cells in table.rows)]


def as_markdown(page: Document) -> str:
    """Return a page as GitHub-flavoured Markdown."""
    blocks = [f"# {page.title}", *page.lines]
    for section in page.sections:
        blocks += [f"## {section.title}", *section.lines]
        if section.table:
            blocks.append("\n".join(_markdown_table(section.table)))
        blocks += section.notes
    return "\n\n".join(blocks) + "\n"


def _plain(value: object) -> object:
    """Dates as ISO text, NaN and infinity as null, dataclasses as objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if is_fact(field)
        }
    if isinstance(value, pd.Timestamp):
        # A day is naive; a moment, such as that of retrieval, has its zone.
        return value.date().isoformat() if value.tz is None else value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        # Nine decimals are finer than any figure, and free of binary noise.
        return round(value, 9) if math.isfinite(value) else None
    return value


def as_json(facts: object) -> str:
    """Return facts as JSON: units as in each object, dates ISO, what is missing null."""
    return json.dumps(_plain(facts), indent=2) + "\n"


def _with_charts(facts: object, page: Document) -> str:
    # Only here is matplotlib wanted.
    from fedliq.report.html import as_html  # noqa: PLC0415
    from fedliq.report.pictures import draw  # noqa: PLC0415

    return as_html(page, draw(facts))


def render(facts: object, page: Document, form: Format) -> str:
    """Return facts as JSON, or the page they are worded on as text, Markdown or HTML.

    Raises
    ------
    MissingExtraError
        HTML has charts, and matplotlib is not installed.
    """
    if form == "html":
        return _with_charts(facts, page)
    if form == "json":
        return as_json(facts)
    return as_text(page) if form == "text" else as_markdown(page)
