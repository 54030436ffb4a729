"""Charts as SVG for a page: named, in the page's colours, and with nothing of a file about them."""

from __future__ import annotations

import io
import re
import warnings
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import fedliq as fl
from fedliq import plot
from fedliq.plot import canvas
from fedliq.report.svg import VARIABLES, draw_svg

SVG, HREF = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
WEEKS = pd.date_range("2025-01-01", periods=30, freq="7D")


def line(title="A title", label="a", colour=canvas.BLUE):
    def draw(*, ax):
        ax.plot(range(4), [1, 3, 2, 4], color=colour, label=label, clip_on=True)
        ax.fill_between(range(4), 0, 1, color=canvas.ORANGE, alpha=0.2)
        ax.legend(labelcolor=canvas.INK, frameon=False)
        ax.set_title(title, loc="left", color=canvas.INK)
        ax.set_xlabel("below", color=canvas.MUTED)
        ax.tick_params(colors=canvas.INK)
        ax.spines[:].set_color(canvas.GRID)
        return ax

    return draw


def parsed(svg) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(root) -> list[str]:
    return ["".join(one.itertext()).strip() for one in root.iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def drawn():
    return parsed(draw_svg("one", line(), "Said of it."))


class TestNames:
    def test_it_is_an_image_with_a_title_and_a_description(self, drawn):
        assert drawn.tag == f"{SVG}svg"
        assert drawn.get("role") == "img"
        title, desc = drawn[0], drawn[1]
        assert (title.tag, title.text) == (f"{SVG}title", "A title")
        assert (desc.tag, desc.text) == (f"{SVG}desc", "Said of it.")
        assert drawn.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]

    def test_words_are_words(self, drawn):
        assert {"A title", "a", "below"} <= set(texts(drawn))

    def test_of_two_charts_no_name_is_that_of_the_other(self):
        first, second = (parsed(draw_svg(key, line(), "")) for key in ("one", "two"))
        names = [
            {one.get("id") for one in root.iter() if one.get("id")} for root in (first, second)
        ]
        assert all(names)
        assert not names[0] & names[1]
        for root, own in zip((first, second), names, strict=True):
            referred = {one.get(HREF, "#").removeprefix("#") for one in root.iter()} - {""}
            for one in root.iter():
                for value in one.attrib.values():
                    referred |= set(re.findall(r"url\(#([^)]*)\)", value))
            assert referred
            assert referred <= own

    @pytest.mark.parametrize("text", ["<b>&\"'</b>", "]]>", "5 < 6 > 4"])
    def test_markup_in_words_stays_text(self, text):
        root = parsed(draw_svg("one", line(text, text), text))
        assert [root[0].text, root[1].text] == [text, text]
        assert texts(root).count(text) == 2
        assert not [one for one in root.iter() if not one.tag.startswith(SVG)]

    @pytest.mark.parametrize("text", ["A$ against US$", "$^$", "$x$", r"a\_b $\alpha$"])
    def test_dollars_are_no_formula(self, text):
        """A price may be called so; matplotlib reads what stands between two as mathematics."""
        root = parsed(draw_svg("one", line(text, text), ""))
        assert root[0].text == text
        assert texts(root).count(text) == 2

    @pytest.mark.parametrize("text", ["\u91d1", "\U0001f4c8", "\u0623"])
    def test_letters_that_matplotlib_cannot_show_are_for_the_browser(self, text):
        """Nothing is warned of: the text stays text."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert texts(parsed(draw_svg("one", line(text), ""))).count(text) == 1


class TestColours:
    def test_every_colour_of_charts_has_a_variable(self):
        colours = {
            value
            for name, value in vars(canvas).items()
            if name.isupper() and isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)
        }
        assert set(VARIABLES.values()) == colours
        assert len(colours) == len(VARIABLES) == 9

    @pytest.mark.parametrize(("name", "colour"), VARIABLES.items())
    def test_the_variable_takes_the_place_of_its_colour(self, name, colour):
        svg = draw_svg("one", line(colour=colour), "")
        assert f"stroke: var(--{name})" in svg
        assert colour not in svg

    def test_no_colour_is_left(self, drawn):
        styles = [value for one in drawn.iter() for value in one.attrib.values()]
        painted = re.findall(r"(?:fill|stroke|color): ?([^;]+)", "; ".join(styles))
        assert painted
        assert all(one == "none" or re.fullmatch(r"var\(--[a-z]+\)", one) for one in painted)
        assert not re.findall(r"#[0-9a-fA-F]{6}", " ".join(styles))

    def test_the_paper_is_that_of_the_page(self, drawn):
        """Neither figure nor axes have a ground of their own."""
        grounds = [
            next(iter(one)).get("style")
            for one in drawn.iter(f"{SVG}g")
            if one.get("id") in ("one-patch_1", "one-patch_2")
        ]
        assert grounds == ["fill: none"] * 2


class TestBare:
    def test_size_fonts_and_style_sheet_are_the_pages(self, drawn):
        assert drawn.get("width") is None
        assert drawn.get("height") is None
        left, top, width, height = map(float, drawn.get("viewBox").split())
        assert (left, top) == (0, 0)
        assert width > height > 0
        assert not list(drawn.iter(f"{SVG}style"))
        assert not any("DejaVu" in value for one in drawn.iter() for value in one.attrib.values())

    def test_who_made_it_and_when_is_not_in_it(self, drawn):
        tags = {one.tag.rpartition("}")[2] for one in drawn.iter()}
        assert not tags & {"metadata", "RDF", "creator", "date"}
        assert "atplotlib" not in " ".join(drawn.itertext())

    def test_places_are_those_of_matplotlib_to_a_hundredth(self):
        """Of every point of the line."""

        def draw(*, ax):
            ax.plot(np.arange(50.0), np.sqrt(np.arange(50.0)), color=canvas.BLUE)
            return ax

        figure, written = Figure(figsize=(4.8, 3.4), layout="constrained"), io.StringIO()
        draw(ax=figure.add_subplot())
        figure.savefig(written, format="svg")
        ours, plain = (
            next(one.get("d") for one in root.iter(f"{SVG}path") if colour in one.get("style", ""))
            for root, colour in (
                (parsed(draw_svg("one", draw, "")), "var(--blue)"),
                (parsed(written.getvalue()), canvas.BLUE),
            )
        )
        ours, plain = (np.array(re.findall(r"[\d.]+", one), dtype=float) for one in (ours, plain))
        assert len(ours) > 20
        assert ours == pytest.approx(plain, abs=0.0101)

    def test_numbers_are_no_finer_than_a_hundredth_of_a_point(self, drawn):
        values = [value for one in drawn.iter() for name, value in one.items() if name != "id"]
        assert not re.findall(r"\.\d{3,}", " ".join(values))


class TestSame:
    def test_drawn_again_it_is_the_same(self):
        assert draw_svg("one", line(), "x") == draw_svg("one", line(), "x")

    def test_the_settings_of_a_user_are_left_alone_and_change_nothing(self):
        plain = draw_svg("one", line(), "x")
        settings = {"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}
        with mpl.rc_context(settings):
            before = dict(mpl.rcParams)
            assert draw_svg("one", line(), "x") == plain
            assert dict(mpl.rcParams) == before

    def test_no_window_is_opened(self):
        """Without pyplot there is no backend to be chosen, and no figure that stays."""
        from matplotlib import pyplot as plt  # noqa: PLC0415

        before = plt.get_fignums()
        draw_svg("one", line(), "x")
        assert plt.get_fignums() == before

    def test_a_refusal_is_passed_on(self):
        empty = pd.Series(np.nan, WEEKS)

        def draw(*, ax):
            return plot.net_liquidity(empty, empty, empty, ax=ax)

        with pytest.raises(fl.InvalidInputError, match="nothing to draw"):
            draw_svg("one", draw, "")
