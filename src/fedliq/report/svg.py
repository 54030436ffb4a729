"""Charts as SVG that can stand in a page: named for readers, in the page's colours."""

from __future__ import annotations

import io
import re
import warnings
from typing import TYPE_CHECKING, Protocol
from xml.etree import ElementTree as ET

from matplotlib import style
from matplotlib.figure import Figure

from fedliq.plot import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VARIABLES", "Draw", "draw_svg"]

#: The colours of charts by the page's variable that takes their place, so that a page can
#: show them light or dark.
VARIABLES = {
    "ink": canvas.INK,
    "muted": canvas.MUTED,
    "grid": canvas.GRID,
    "blue": canvas.BLUE,
    "orange": canvas.ORANGE,
    "green": canvas.GREEN,
    "red": canvas.RED,
    "purple": canvas.PURPLE,
    "sky": canvas.SKY,
}
# On a telephone a point of the drawing is about a point of the screen.
_SIZE = (4.8, 3.4)
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
_TO_VARIABLE = {colour: f"var(--{name})" for name, colour in VARIABLES.items()}
_COLOUR = re.compile("|".join(_TO_VARIABLE))
_FONT = re.compile(r"font-family: [^;]*;? ?")
# Hundredths of a point are finer than any screen, and half the size of the file.
_FINE = re.compile(r"(\.\d\d)\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Draw(Protocol):
    """A chart that lacks nothing but Axes to be drawn on."""

    def __call__(self, *, ax: Axes) -> Axes:
        """Draw on the axes."""
        ...


def draw_svg(key: str, draw: Draw, described: str) -> str:
    """Draw a chart and return it as an SVG element.

    Parameters
    ----------
    key : str
        Unique in the page; what the drawing refers to within itself is named by it.
    draw : Draw
        Draws on the Axes it is given.
    described : str
        What a reader who cannot see it is told, after its title.

    Returns
    -------
    str
        An ``svg`` element with ``role="img"``, a title and a description, in text that stays
        text, without the size and the metadata of a file.
    """
    written, title = _written(key, draw)
    # Its style sheet would hold for the whole page.
    bare = _STYLE.sub("", written)
    root = ET.fromstring(bare)  # noqa: S314 - what was written a line above
    _clean(root, key)
    _describe(root, key, title, described)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    return ET.tostring(root, encoding="unicode")


def _written(key: str, draw: Draw) -> tuple[str, str]:
    """Draw with matplotlib's own settings, whatever the user's are; return file and title."""
    # Text stays text: no formulas, and the reader's fonts have letters that ours lack.
    ours = {"svg.fonttype": "none", "svg.hashsalt": key, "text.parse_math": False}
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    written = io.StringIO()
    with style.context(["default", ours]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure = Figure(figsize=_SIZE, layout="constrained", facecolor="none")
        ax = figure.add_subplot(facecolor="none")
        draw(ax=ax)
        figure.savefig(written, format="svg", metadata=nothing)
    return written.getvalue(), ax.get_title(loc="left")


def _clean(root: ET.Element, key: str) -> None:
    """Keep names apart from those of other charts, and leave colours and size to the page."""
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    for one in root.iter():
        for name, value in one.attrib.items():
            if name == "id":
                one.set(name, f"{key}-{value}")
            elif name == f"{{{_XLINK}}}href":
                one.set(name, f"#{key}-{value.removeprefix('#')}")
            else:
                named = _REFERENCE.sub(rf"url(#{key}-\1)", value)
                named = _COLOUR.sub(lambda found: _TO_VARIABLE[found[0]], named)
                one.set(name, _FINE.sub(r"\1", _FONT.sub("", named)))


def _describe(root: ET.Element, key: str, title: str, described: str) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{key}-title {key}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", described))):
        element = ET.Element(f"{{{_SVG}}}{tag}", {"id": f"{key}-{tag}"})
        element.text = text
        root.insert(place, element)
