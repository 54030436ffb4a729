"""The HTML pages as a browser shows them: on a telephone, on a desk, in the dark, on paper."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

KINDS = ("brief", "early", "given", "projection")
WIDTHS = (320, 375, 768, 1280)
SCHEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
# A4 less margins of 1 cm, at 96 pixels to the inch.
PAPER = 718


class Tags(HTMLParser):
    """The elements that are written, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, _):
        self.found.append(tag)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


class TestAlone:
    def test_it_says_nothing_and_asks_for_nothing(self, look, files, kind):
        for width in WIDTHS:
            watched = look(kind, width)
            assert watched.said == []
            assert watched.asked == [files[kind].as_uri()]

    def test_the_browser_mends_nothing(self, look, files, kind):
        """Every element stands where it was written, and no other does."""
        page = look(kind, 1280).page
        there = page.evaluate(
            "[...document.querySelectorAll('*')].map(one => one.tagName.toLowerCase())"
        )
        assert there == Tags(files[kind].read_text(encoding="utf-8")).found
        assert page.evaluate("document.compatMode") == "CSS1Compat"

    def test_nothing_of_a_hostile_name_is_run(self, look):
        page = look("given", 1280).page
        assert page.evaluate("document.scripts.length") == 0
        assert "<script>alert(1)</script>&\"'" in page.inner_text("main")

    def test_a_script_would_not_run_if_there_were_one(self, browser, files, tmp_path):
        path = tmp_path / "a.html"
        text = files["projection"].read_text(encoding="utf-8")
        assert "</h1>" in text
        path.write_text(
            text.replace("</h1>", "</h1><script>document.title = 'run'</script>"), encoding="utf-8"
        )
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.title() == "The balance sheet forward"
        context.close()


class TestScreens:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_nothing_reaches_beyond_the_screen(self, look, kind, width):
        page = look(kind, width).page
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        # Nor is any line or chart cut off; tables scroll by themselves.
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('h1, h2, p, li, dt, dd, svg, .table')]
                .filter(one => one.getBoundingClientRect().right > window.innerWidth + 0.5)
                .map(one => one.textContent.slice(0, 60))"""
        )
        assert beyond == []

    def test_on_a_desk_no_table_has_to_be_scrolled(self, look, kind):
        hidden = look(kind, 1280).page.evaluate(
            """[...document.querySelectorAll('.table')].filter(one => one.scrollWidth >
                one.clientWidth).map(one => one.getAttribute('aria-label'))"""
        )
        assert hidden == []

    def test_with_letters_twice_as_large_nothing_does_either(self, look, kind):
        """WCAG 2.2, 1.4.4."""
        page = look(kind, 1280).page
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.evaluate("document.documentElement.style.fontSize = ''")
        assert fits

    def test_every_chart_is_seen(self, look, kind):
        for width in WIDTHS:
            page = look(kind, width).page
            boxes = page.evaluate(
                """[...document.querySelectorAll('svg')].map(one => {
                    const box = one.getBoundingClientRect(); return [box.width, box.height]; })"""
            )
            assert len(boxes) == page.evaluate("document.querySelectorAll('figure').length")
            for wide, high in boxes:
                assert wide >= min(width, 430) - 40
                assert 0.5 < high / wide < 1

    def test_no_word_of_a_chart_is_cut_off(self, look, kind):
        """The letters are the browser's, and may be wider than those the chart was laid out for."""
        for width in (375, 1280):
            out = look(kind, width).page.evaluate(
                """() => [...document.querySelectorAll('svg')].flatMap(svg => {
                    const whole = svg.getBoundingClientRect();
                    return [...svg.querySelectorAll('text')].filter(one => {
                        const box = one.getBoundingClientRect();
                        return box.left < whole.left - 1 || box.right > whole.right + 1
                            || box.top < whole.top - 1 || box.bottom > whole.bottom + 1;
                    }).map(one => one.textContent.trim()); })"""
            )
            assert out == []


class TestForAll:
    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("width", [375, 1280])
    def test_axe_finds_no_violation(self, look, kind, width, scheme):
        axe = pytest.importorskip(
            "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing"
        )
        options = {"runOnly": {"type": "tag", "values": RULES}}
        found = axe.Axe().run(look(kind, width, scheme).page, options=options).response
        told = [
            (one["id"], node["html"][:100]) for one in found["violations"] for node in one["nodes"]
        ]
        assert told == []
        passed = {one["id"] for one in found["passes"]}
        assert {"color-contrast", "document-title", "region", "landmark-one-main"} <= passed

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_words_of_charts_stand_out(self, look, kind, scheme):
        """WCAG 2.2, 1.4.3: 4.5 to 1, against whatever is painted below them."""
        found = look(kind, 1280, scheme).page.evaluate(CONTRAST)
        words = [one for one in found if one["kind"] == "text"]
        assert len(words) > 10 or kind == "early"
        assert [one for one in words if one["ratio"] < 4.5] == []

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_lines_of_charts_stand_out(self, look, kind, scheme):
        """WCAG 2.2, 1.4.11: 3 to 1. Not what is faint on purpose: the grid, events one by one."""
        found = look(kind, 1280, scheme).page.evaluate(CONTRAST)
        lines = [one for one in found if one["kind"] == "line" and one["share"] > 0.99]
        assert lines or kind == "early"
        faint = {(one["key"], one["what"]) for one in lines if one["ratio"] < 3}
        assert faint == set()

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_the_page_is_in_the_colours_asked_for(self, look, scheme):
        page = look("brief", 1280, scheme).page
        ground, ink = (
            sum(map(int, re.findall(r"\d+", page.evaluate(f"getComputedStyle({of})"))[:3]))
            for of in (
                "document.body).backgroundColor + (''",
                "document.querySelector('svg text')).fill + (''",
            )
        )
        assert (ground > ink) == (scheme == "light")

    def test_a_chart_has_a_name_for_those_who_cannot_see_it(self, look, kind):
        page = look(kind, 1280).page
        names = page.evaluate(
            """[...document.querySelectorAll('svg')].map(one => one.getAttribute('aria-labelledby')
                .split(' ').map(id => document.getElementById(id).textContent).join(' '))"""
        )
        assert [page.get_by_role("img", name=name, exact=True).count() for name in names] == (
            [1] * len(names)
        )

    def test_titles_go_down_by_one(self, look, kind):
        levels = look(kind, 1280).page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map(one => +one.tagName[1])"
        )
        assert levels[0] == 1
        assert set(levels[1:]) == {2}


class TestKeys:
    def test_a_wide_table_is_reached_and_scrolled_by_keys(self, look):
        page = look("brief", 375).page
        page.evaluate("window.scrollTo(0, 0); document.activeElement.blur()")
        wide = page.evaluate(
            "[...document.querySelectorAll('.table')].filter(one => one.scrollWidth > "
            "one.clientWidth).map(one => one.getAttribute('aria-label'))"
        )
        assert len(wide) >= 3
        reached = []
        for _ in range(60):
            page.keyboard.press("Tab")
            name = page.evaluate("document.activeElement.getAttribute('aria-label')")
            if name in wide and name not in reached:
                reached.append(name)
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == (
                    "solid"
                )
                page.keyboard.press("ArrowRight")
                for _ in range(20):  # it glides there
                    page.wait_for_timeout(50)
                    if moved := page.evaluate("document.activeElement.scrollLeft"):
                        break
                assert moved > 0
        assert reached == wide

    def test_while_a_table_scrolls_its_rows_keep_their_names(self, look):
        page = look("brief", 375).page
        moved = page.evaluate(
            """() => { const table = [...document.querySelectorAll('.table')].find(
                    one => one.scrollWidth > one.clientWidth + 100);
                table.scrollLeft = 100;
                const head = table.querySelector('tbody th').getBoundingClientRect();
                const edge = table.getBoundingClientRect().left;
                table.scrollLeft = 0;
                return Math.abs(head.left - edge); }"""
        )
        assert moved < 1

    def test_every_link_leads_to_its_section(self, look, kind):
        page = look(kind, 375).page
        links = page.locator("nav a")
        for number in range(links.count()):
            page.evaluate("window.scrollTo(0, 0)")
            link = links.nth(number)
            title = link.inner_text()
            link.focus()
            page.keyboard.press("Enter")
            target = page.evaluate(
                "(() => { const one = document.querySelector(':target'); "
                "const box = one.getBoundingClientRect(); "
                "return [one.tagName, one.textContent, box.top, box.bottom]; })()"
            )
            assert target[:2] == ["H2", title]
            assert -1 <= target[2] < target[3] <= 800


@pytest.fixture
def printed(look, kind):
    """As on paper, in the colours of paper whatever those of the screen."""
    page = look(kind, PAPER, "dark").page
    page.emulate_media(media="print")
    yield page
    page.emulate_media(media="screen")


class TestPaper:
    def test_links_are_left_out_and_the_paper_is_white(self, printed):
        style = printed.evaluate(
            "[getComputedStyle(document.querySelector('nav')).display, "
            "getComputedStyle(document.body).backgroundColor, "
            "getComputedStyle(document.body).color]"
        )
        assert style == ["none", "rgb(255, 255, 255)", "rgb(0, 0, 0)"]

    def test_no_table_is_cut_off_by_the_edge_of_the_paper(self, printed):
        """Nor scrolled, which paper cannot be."""
        beyond = printed.evaluate(
            """() => [...document.querySelectorAll('table, svg, p')]
                .filter(one => one.getBoundingClientRect().right > window.innerWidth + 0.5)
                .map(one => one.closest('section').querySelector('h2').textContent)"""
        )
        assert beyond == []

    def test_it_can_be_kept_as_a_pdf(self, look, kind):
        content = look(kind, PAPER).page.pdf(format="A4", margin=dict.fromkeys(
            ("top", "right", "bottom", "left"), "1cm"))  # fmt: skip
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
        pages = len(re.findall(rb"/Type\s*/Page\b", content))
        assert pages >= (1 if kind in ("early", "projection") else 3)
        # Words are words: fonts are in it.
        assert b"/Font" in content
