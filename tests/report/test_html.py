"""The brief as one HTML file: whole, well-formed, and asking nobody for anything.

It is written so that it is XML too, but for its first line and ``meta``, so that expat, which
forgives nothing, can read it; tests/browser holds what a browser makes of it against that.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from fedliq.report import html
from fedliq.report.ahead import ahead_document, summarise
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import as_text, render
from fedliq.report.html import as_html
from fedliq.report.page import Document, Headline, Picture, Section, Table
from fedliq.report.pictures import draw
from made_up_futures import DAY, settled

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
HOSTILE = "<script>alert(1)</script>&\"'"
# As in test_brief.py.
DAYS = [
    "2002-12-19", "2008-10-15", "2013-09-24", "2014-12-31", "2018-04-05", "2019-09-18",
    "2020-03-16", "2021-07-29", "2022-12-29", "2023-03-12", "2023-03-17", "2024-03-11",
    "2025-01-01", "2025-03-11", "2025-10-31", "2025-12-11", "2026-08-21", "2027-12-31",
]  # fmt: skip


def parsed(page: str) -> ET.Element:
    """Read a page as strictly as XML is read."""
    head, _, rest = page.partition("\n")
    assert head == "<!DOCTYPE html>"
    closed = re.sub(r"<(meta|br|hr|wbr|img|link)\b([^>]*?)/?>", r"<\1\2/>", rest)
    return ET.fromstring(closed)  # noqa: S314 - what was written a line above


def said(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def plain(text: str) -> str:
    return " ".join(text.split())


def walk(seed, days) -> pd.Series:
    steps = np.random.default_rng(seed).normal(0, 0.01, len(days))
    return pd.Series(100 * np.exp(steps.cumsum()), days)


class Page:
    """A page, what it was made of, and what it reads as."""

    def __init__(self, facts, words):
        self.facts, self.document, self.pictures = facts, words, draw(facts)
        self.html = as_html(words, self.pictures)
        self.root = parsed(self.html)
        self.body = self.root.find("body")

    def sections(self):
        return self.body.find("main").findall("section")

    def charts(self):
        return list(self.root.iter(f"{SVG}svg"))


@pytest.fixture(scope="module")
def pages(sample):
    held = {}

    def page(day) -> Page:
        if day not in held:
            brief = make_brief(sample, day)
            held[day] = Page(brief, document(brief))
        return held[day]

    return page


@pytest.fixture(scope="module")
def full(sample):
    """With futures and two prices, one of a hostile name."""
    days = pd.bdate_range("2019-01-01", DAY)
    prices = {HOSTILE: walk(1, days), "S&P 500": walk(2, days)}
    brief = make_brief(sample, DAY, futures=settled(DAY), prices=prices)
    return Page(brief, document(brief))


@pytest.fixture(scope="module")
def forward(sample):
    ahead = summarise(fl.make_outlook(sample, fl.policy_schedule().as_known_on(sample.as_of)))
    return Page(ahead, ahead_document(ahead, fl.__version__))


@pytest.fixture(scope="module", params=["brief", "with futures and prices", "projection"])
def page(request, pages):
    """Each kind of page there is."""
    if request.param == "brief":
        return pages("2026-08-21")
    return request.getfixturevalue("full" if "prices" in request.param else "forward")


def tables_of(section: ET.Element) -> list[list[list[str]]]:
    return [
        [[said(cell) for cell in row] for row in table.iter("tr")]
        for table in section.iter("table")
    ]


def promised(brief) -> Counter:
    """Count the charts that each section is to have, drawn or named as missing."""
    charts = Counter(
        {
            "Net liquidity": 2,
            "Reserves over bank assets": 1,
            "SOFR - IORB": 1,
            "Facilities and the Desk": 2,
            "How ample are reserves?": 1,
        }
    )
    if not brief.ahead.missing:
        charts["The year ahead"] = 1 + bool(brief.ahead.crossings)
    if brief.priced and brief.priced.target_range:
        charts["What futures price for the FOMC"] = 2
    if brief.linked:
        leads = sum(one.lead_weeks is not None for one in brief.linked.links)
        around = sum(one.cumulative is not None for one in brief.linked.around)
        charts["Net liquidity and prices"] = leads + around
    return +charts


class TestAnyDay:
    @pytest.mark.parametrize("day", DAYS)
    def test_it_holds_all_that_the_page_says_and_a_place_for_each_chart(self, pages, day):
        page = pages(day)
        assert day in said(page.body)
        whole_in_order(page)
        charts_are_there(page, promised(page.facts))
        ids_are_unique_and_lead_somewhere(page)
        assert not re.findall(r"\bnan\b|\binf\b|\bNaT\b|\bNone\b", said(page.body))

    def test_of_later_days_every_chart_is_drawn(self, pages):
        for day in ("2018-04-05", "2023-03-17", "2025-12-11", "2026-08-21"):
            page = pages(day)
            assert all(one.svg and not one.missing for one in page.pictures)
            assert len(page.charts()) == 9


def whole_in_order(page) -> None:
    """Title, lines, sections, tables and notes: each there, in order, and nothing beside."""
    head, words = page.body.find("header"), page.document
    assert said(page.root.find("head/title")) == said(head.find("h1")) == words.title
    assert [said(one) for one in head.findall("p")] == [plain(line) for line in words.lines]
    sections = page.sections()
    assert [said(one.find("h2")) for one in sections] == [one.title for one in words.sections]
    for told, section in zip(words.sections, sections, strict=True):
        lines = [*told.lines, *told.notes]
        assert [said(one) for one in section.findall("p")] == [plain(line) for line in lines]
        table = told.table
        expected = [[list(table.columns), *map(list, table.rows)]] if table else []
        assert tables_of(section) == expected
    texts = [
        one for one in (page.body.find("main")).iter("p") if not said(one).startswith("No chart")
    ]
    assert len(texts) == sum(len(one.lines) + len(one.notes) for one in words.sections)


def charts_are_there(page, expected) -> None:
    found = Counter()
    for told, section in zip(page.document.sections, page.sections(), strict=True):
        drawn = list(section.iter(f"{SVG}svg"))
        missing = [one for one in section.iter("p") if said(one).startswith("No chart")]
        assert all(len(said(one)) > len("No chart of .") for one in missing)
        if drawn or missing:
            found[told.title] = len(drawn) + len(missing)
    assert found == expected


def ids_are_unique_and_lead_somewhere(page) -> None:
    everything = list(page.root.iter())
    ids = [one.get("id") for one in everything if one.get("id") is not None]
    assert all(ids)
    assert len(ids) == len(set(ids))
    named = set(ids)
    for one in everything:
        for name, value in one.items():
            if name in ("href", HREF):
                assert value.removeprefix("#") in named
            if name in ("aria-labelledby", "aria-describedby"):
                assert set(value.split()) <= named
            assert set(re.findall(r"url\(#([^)]*)\)", value)) <= named


class TestWhole:
    def test_every_line_cell_and_note_is_there_in_order(self, page):
        whole_in_order(page)

    def test_names_are_unique_and_lead_somewhere(self, page):
        ids_are_unique_and_lead_somewhere(page)

    def test_of_futures_and_prices_there_are_charts(self, full):
        charts_are_there(full, promised(full.facts))
        assert len(full.charts()) == 15

    def test_of_a_projection_there_are_charts(self, forward):
        crossings = bool(forward.facts.crossings)
        charts_are_there(forward, Counter({"The path": 1 + crossings}))

    def test_it_reads_as_the_text_does(self, page):
        """Word by word: each figure with its date, its age, OVERDUE, its source, its threshold."""
        head = page.body.find("header")
        parts = [head.find("h1"), *head.findall("p")]
        for section in page.sections():
            told = [one for one in section if one.tag in ("h2", "p")]
            notes = [one for one in told if one.get("class") == "note"]
            cells = [one for one in section.iter() if one.tag in ("th", "td")]
            parts += [*(one for one in told if one not in notes), *cells, *notes]
        words = [word for part in parts for word in said(part).casefold().split()]
        assert words == as_text(page.document).casefold().split()

    def test_what_is_overdue_is_marked_wherever_it_is_said(self, pages):
        page = pages("2026-08-21")
        late = [said(one) for one in page.root.iter() if one.get("class") == "late"]
        told = " ".join(page.body.itertext())
        assert late == re.findall(r"\bOVERDUE\b", told)
        # Beside those of the text, those of the figures that come first.
        first = " ".join(one.note for one in page.document.headlines)
        assert len(late) == (as_text(page.document) + first).count("OVERDUE") > 2

    def test_the_first_figures_are_those_of_the_brief(self, pages):
        """H.4.1 of 16 March 2023; week-average reserves of the 8th over the H.8 of that day."""
        page = pages("2023-03-17")
        tiles = {
            said(one.find("dt")): said(one.find("dd"))
            for one in page.body.find("header").iter("div")
        }
        assert "6,305.8 USD bn" in tiles["Net liquidity"]
        assert "2023-03-15" in tiles["Net liquidity"]
        # 2,999.720 over 22,857.2
        assert "13.12 %" in tiles["Reserves over bank assets"]
        assert "abundant" in tiles["Reserves over bank assets"]
        assert "-8.0 bp" in tiles["SOFR - IORB"]
        assert "2,106.2 USD bn" in tiles["ON RRP"]

    def test_every_section_has_a_link_and_a_name(self, page):
        links = page.body.find("header/nav").iter("a")
        targets = {one.get("href"): said(one) for one in links}
        titles = {f"#{one.find('h2').get('id')}": said(one.find("h2")) for one in page.sections()}
        assert targets == titles
        for one in page.sections():
            assert one.get("aria-labelledby") == one.find("h2").get("id")

    def test_numbers_are_set_right_and_each_row_and_column_has_a_head(self, page):
        tables = [one.table for one in page.document.sections if one.table]
        drawn = list(page.root.iter("table"))
        for told, table in zip(tables, drawn, strict=True):
            for row in table.find("tbody"):
                assert [one.tag for one in row] == ["th"] + ["td"] * (len(row) - 1)
                assert row[0].get("scope") == "row"
                for column, cell in enumerate(row):
                    is_number = "number" in cell.get("class", "").split()
                    assert is_number == (column not in told.text_columns)
            for cell in table.find("thead/tr"):
                assert (cell.tag, cell.get("scope")) == (
                    ("th", "col") if said(cell) else ("td", None)
                )

    def test_a_table_can_be_reached_by_keys_and_has_a_name(self, page):
        holders = [one for one in page.root.iter("div") if one.find("table") is not None]
        names = [one.get("aria-label") for one in holders]
        assert len(names) == len(set(names)) == len(list(page.root.iter("table")))
        assert all(one.get("tabindex") == "0" and one.get("role") == "region" for one in holders)


class TestAlone:
    def test_it_is_html_in_english_for_any_screen(self, page):
        assert page.root.tag == "html"
        assert page.root.get("lang") == "en"
        assert 'charset="utf-8"' in page.html[:1024]
        (viewport,) = page.root.findall("head/meta[@name='viewport']")
        assert "width=device-width" in viewport.get("content")
        assert not re.search(r"user-scalable|maximum-scale", viewport.get("content"))

    def test_nothing_may_be_loaded(self, page):
        (meta,) = page.root.findall("head/meta[@http-equiv='Content-Security-Policy']")
        rules = dict(
            (*one.split(maxsplit=1), "")[:2] for one in meta.get("content").split(";") if one
        )
        assert rules.pop("default-src") == "'none'"
        # What opens anything again is its own style, and that alone.
        assert rules == {"style-src": "'unsafe-inline'"}
        head = list(page.root.find("head"))
        assert head.index(meta) < head.index(page.root.find("head/style"))

    def test_nothing_is_asked_for(self, page):
        names = {one.tag.removeprefix(SVG) for one in page.root.iter()}
        assert not names & {
            "script", "link", "iframe", "frame", "object", "embed", "img", "image", "video",
            "audio", "source", "form", "base", "foreignObject", "animate", "set",
        }  # fmt: skip
        for one in page.root.iter():
            for name, value in one.items():
                assert not name.startswith("on")
                assert name not in ("src", "srcset", "data", "action", "formaction", "poster")
                if name in ("href", HREF):
                    assert value.startswith("#")
                assert all(ref.startswith("#") for ref in re.findall(r"url\((.*?)\)", value))
        bare = re.sub(r'xmlns(:\w+)?="http://www\.w3\.org/[\w/]+"', "", page.html)
        assert not re.search(r"https?:|//\w|data:|javascript:|@import|file:", bare)
        style = said(page.root.find("head/style"))
        assert "url(" not in style
        assert "@font-face" not in style

    def test_a_name_from_a_file_stays_text(self, full):
        """In lines, tables, notes and the titles and notes of charts."""
        assert "<script" not in full.html
        assert "alert(1)</" not in full.html
        section = next(
            one for one in full.sections() if said(one.find("h2")) == "Net liquidity and prices"
        )
        holders = {
            one.tag.removeprefix(SVG)
            for one in section.iter()
            if HOSTILE in " ".join((one.text or "", one.tail or ""))
        }
        assert {"p", "th", "desc", "text"} <= holders
        assert "S&P 500" in said(section)
        assert not re.search(r"&(?!(amp|lt|gt|quot|#x27|#39);)", full.html)

    def test_written_again_it_is_the_same(self, full):
        assert render(full.facts, full.document, "html") == full.html


PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=20
).map(plain)
SOME = PRINTABLE.filter(bool)


@st.composite
def documents(drawn):
    def table():
        width = drawn(st.integers(1, 9))
        cells = st.tuples(*[SOME] * width)
        return Table(
            drawn(cells),
            tuple(drawn(st.lists(cells, min_size=1, max_size=3))),
            frozenset(drawn(st.sets(st.integers(0, width - 1)))),
        )

    titles = drawn(
        st.lists(st.sampled_from(string.ascii_letters), max_size=3, unique_by=str.lower)
    )
    texts = st.lists(SOME, max_size=2).map(tuple)
    sections = tuple(
        Section(
            title + drawn(PRINTABLE).translate(dict.fromkeys(map(ord, string.printable))),
            drawn(texts),
            table() if drawn(st.booleans()) else None,
            drawn(texts),
        )
        for title in titles
    )
    headlines = drawn(st.lists(st.builds(Headline, SOME, SOME, SOME), max_size=2).map(tuple))
    return Document(drawn(SOME), drawn(texts), sections, headlines)


class TestAnyText:
    """Whatever is said comes back as it was, and is never markup."""

    @settings(max_examples=60, deadline=None)
    @given(documents(), SOME)
    def test_it_comes_back(self, told, reason):
        pictures = [Picture(one.title, missing=reason) for one in told.sections]
        root = parsed(as_html(told, pictures))
        body = root.find("body")
        assert said(root.find("head/title")) == said(body.find("header/h1")) == told.title
        assert [said(one) for one in body.findall("header/p")] == list(told.lines)
        tiles = [
            (said(one.find("dt")), one.find("dd").text, said(one.find("dd/small")))
            for one in body.iter("div")
            if one.find("dt") is not None
        ]
        assert tiles == [(one.label, one.value, one.note) for one in told.headlines]
        assert (body.find("header/dl") is None) == (not told.headlines)
        for section, drawn in zip(told.sections, body.findall("main/section"), strict=True):
            assert said(drawn.find("h2")) == section.title
            lines = [*section.lines, *section.notes]
            assert [said(one) for one in drawn.findall("p")] == lines
            assert [said(one) for one in drawn.findall("div/p")] == [f"No chart of {reason}."]
            expected = [section.table.columns, *section.table.rows] if section.table else []
            assert [cells for table in tables_of(drawn) for cells in table] == [
                list(row) for row in expected
            ]
            named = [one.get("aria-label") for one in drawn.iter("div") if one.get("role")]
            assert all(section.title in one for one in named)

    @pytest.mark.parametrize("place", range(9))
    def test_markup_is_text_wherever_it_stands(self, place):
        words = ["x"] * 9
        words[place] = HOSTILE
        title, line, head, text, column, cell, note, label, missing = words
        told = Document(
            title,
            (line,),
            (Section(head, (text,), Table((column, "y"), ((cell, "1"),)), (note,)),),
            (Headline(label, label, label),),
        )
        page = as_html(told, (Picture(head, missing=missing),))
        assert "<script" not in page
        assert HOSTILE in "".join(parsed(page).itertext())
        assert {one.tag for one in parsed(page).iter()} == {
            one.tag for one in parsed(page.replace("alert", "")).iter()
        }

    def test_overdue_within_a_word_is_not_marked(self):
        told = Document("t", ("OVERDUE, NOTOVERDUE and OVERDUES",), ())
        assert as_html(told).count('class="late"') == 1

    def test_a_heading_of_a_table_without_words_is_no_heading(self):
        told = Document("t", (), (Section("s", (), Table(("a", ""), (("b", "c"),))),))
        assert [one.tag for one in parsed(as_html(told)).iter("thead").__next__()[0]] == [
            "th",
            "td",
        ]

    def test_a_wide_table_stands_by_itself_and_a_short_cell_is_not_broken(self):
        few, many = (
            Section(
                f"s{count}",
                (),
                Table(("x",) * count, (("2026-08-21", *["long " * 9] * (count - 1)),)),
            )
            for count in (2, 9)
        )
        root = parsed(as_html(Document("t", (), (few, many))))
        classes = [one.get("class").split() for one in root.iter("div") if one.get("role")]
        assert classes == [["table"], ["table", "wide"]]
        for row in root.iter("tbody"):
            whole = ["whole" in one.get("class", "").split() for one in row[0]]
            assert whole == [True] + [False] * (len(whole) - 1)


def blocks() -> dict[str, str]:
    """The variables' definitions by medium, and the rest of the style."""
    style = Path(html.__file__).with_name("page.css").read_text(encoding="utf-8")
    found = re.findall(r"(@media[^{]*\{\s*)?:root\s*\{([^}]*)\}", style)
    named = {}
    for medium, body in found:
        kind = "dark" if "dark" in medium else "print" if "print" in medium else "light"
        named[kind] = body
    return named | {"all": style}


def defined(body: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


class TestColours:
    def test_every_variable_of_the_charts_is_defined_in_light_dark_and_print(self, page):
        used = set(re.findall(r"var\(--([\w-]+)\)", page.html))
        assert {"ink", "muted", "grid", "blue"} <= used
        for medium in ("light", "dark", "print"):
            assert used <= set(defined(blocks()[medium])), medium

    def test_the_style_is_the_file_and_is_for_three_media(self, pages):
        named = blocks()
        assert set(named) == {"light", "dark", "print", "all"}
        assert named["all"] in pages("2026-08-21").html
        assert set(re.findall(r"var\(--([\w-]+)\)", named["all"])) <= set(defined(named["light"]))

    @pytest.mark.parametrize("medium", ["light", "dark", "print"])
    def test_words_stand_out_from_the_paper_and_from_tiles(self, medium):
        """WCAG 2.2, 1.4.3: 4.5 to 1."""
        colours = defined(blocks()[medium])
        for name in ("ink", "muted", "link", "late"):
            for ground in ("paper", "tile"):
                assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)

    def test_the_contrast_is_that_of_the_definition(self):
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        # WebAIM and WCAG's own technique G18 give 4.54 for #767676 on white.
        assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
