"""A page as one HTML file that asks nobody for anything."""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fedliq.report.page import Document, Headline, Picture, Section, Table

__all__ = ["as_html"]

# Nothing may be loaded, whatever a figure's text may hold.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_HALF_A_PAGE = 60  # letters of a table that stands beside a chart
# Letters: a date, a unit or a range is not broken; what names a row may be, for a narrow screen.
_SHORT, _SHORT_NAME = 18, 12
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_LATE = re.compile(r"\bOVERDUE\b")


def _text(text: str) -> str:
    """Escape, and mark what is late and what may not be broken at its hyphens."""
    marked = _LATE.sub('<strong class="late">OVERDUE</strong>', escape(text))
    return _DAY.sub(r"<time>\g<0></time>", marked)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _table(table: Table, title: str) -> str:
    def cell(tag: str, column: int, text: str, scope: str = "") -> str:
        named = [] if column in table.text_columns else ["number"]
        if len(text) <= (_SHORT if column else _SHORT_NAME):
            named.append("whole")
        kind = f' class="{" ".join(named)}"' if named else ""
        return f"<{tag}{scope}{kind}>{_text(text)}</{tag}>"

    head = "".join(
        cell("th", column, text, ' scope="col"') if text else "<td></td>"
        for column, text in enumerate(table.columns)
    )
    body = "\n".join(
        "<tr>"
        + cell("th", 0, row[0], ' scope="row"')
        + "".join(cell("td", column, text) for column, text in enumerate(row) if column)
        + "</tr>"
        for row in table.rows
    )
    letters = sum(
        2 + max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)
    )
    wide = " wide" if letters > _HALF_A_PAGE else ""
    # A table wider than the screen scrolls by itself, by keys as well as by touch.
    return (
        f'<div class="table{wide}" role="region" tabindex="0" aria-label="{escape(title)}, table">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _pictures(pictures: Iterable[Picture]) -> list[str]:
    drawn = [f"<figure>{one.svg}</figure>" for one in pictures if one.svg]
    missing = [
        f'<p class="note">No chart of {_text(one.missing)}.</p>' for one in pictures if one.missing
    ]
    return [*drawn, *missing]


def _section(section: Section, pictures: list[Picture]) -> str:
    name = _slug(section.title)
    evidence = _pictures(pictures)
    if section.table:
        evidence.append(_table(section.table, section.title))
    return "\n".join(
        (
            f'<section aria-labelledby="{name}">',
            f'<h2 id="{name}">{escape(section.title)}</h2>',
            *(f"<p>{_text(line)}</p>" for line in section.lines),
            *(('<div class="evidence">', *evidence, "</div>") if evidence else ()),
            *(f'<p class="note">{_text(note)}</p>' for note in section.notes),
            "</section>",
        )
    )


def _headlines(headlines: tuple[Headline, ...]) -> list[str]:
    if not headlines:
        return []
    tiles = (
        f"<div><dt>{_text(one.label)}</dt><dd>{_text(one.value)}"
        f"<small>{_text(one.note)}</small></dd></div>"
        for one in headlines
    )
    return ['<dl class="headlines">', *tiles, "</dl>"]


def as_html(page: Document, pictures: Iterable[Picture] = ()) -> str:
    """Return a page as one HTML file, its charts inside.

    Parameters
    ----------
    page : Document
    pictures : iterable of Picture, optional
        Each goes into the section of its title.

    Returns
    -------
    str
        Without scripts, fonts or anything else to be loaded: it can be kept, sent and printed.
    """
    drawn: dict[str, list[Picture]] = {section.title: [] for section in page.sections}
    for picture in pictures:
        drawn[picture.section].append(picture)
    style = files("fedliq.report").joinpath("page.css").read_text(encoding="utf-8")
    links = "".join(
        f'<li><a href="#{_slug(section.title)}">{escape(section.title)}</a></li>'
        for section in page.sections
    )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(page.title)}</title>",
            f"<style>\n{style}</style>",
            "</head>",
            "<body>",
            "<header>",
            f"<h1>{escape(page.title)}</h1>",
            *(f"<p>{_text(line)}</p>" for line in page.lines),
            *_headlines(page.headlines),
            f'<nav aria-label="Sections"><ul>{links}</ul></nav>',
            "</header>",
            "<main>",
            *(_section(section, drawn[section.title]) for section in page.sections),
            "</main>",
            "</body>",
            "</html>\n",
        )
    )
