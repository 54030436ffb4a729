"""What stands together in a chart is told apart with any colour vision, and words can be read."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.container import BarContainer
from matplotlib.text import Text

from charts import CHARTS, watch
from fedliq.plot import canvas

# G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for
# Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics
# 15(6), 2009: severity 1.0, on linear RGB.
VISION = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# IEC 61966-2-1:1999, sRGB to CIE XYZ, and its white D65.
XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # fmt: skip
WHITE = XYZ @ np.ones(3)
# A difference of 2.3 is just seen (M. Mahy and others, Color Research & Application 19(2), 1994)
# between fields that touch; apart, and small, it takes several times as much.
LEAST = 10.0
every_vision = pytest.mark.parametrize("vision", VISION)


def linear(colour):
    """Light of a colour on white paper, by IEC 61966-2-1."""
    red, green, blue, opacity = to_rgba(colour)
    shown = opacity * np.array([red, green, blue]) + (1 - opacity)
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="all cones"):
    """CIE 15:2004, L*a*b*."""
    seen = np.clip(VISION[vision] @ linear(colour), 0, 1)
    ratio = XYZ @ seen / WHITE
    small = (6 / 29) ** 3
    x, y, z = np.where(ratio > small, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one, other, vision):
    """CIE 1976 colour difference."""
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def contrast(one, other):
    """WCAG 2.2, contrast ratio of relative luminances."""
    low, high = sorted(float(XYZ[1] @ linear(shade)) for shade in (one, other))
    return (high + 0.05) / (low + 0.05)


def marks(ax):
    """List what the key explains: its label, colour, and what else tells it apart."""
    found = []
    for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
        if isinstance(handle, BarContainer):
            found.append((label, handle[0].get_facecolor(), ("field", "")))
        elif hasattr(handle, "get_facecolor"):
            (face,) = np.atleast_2d(handle.get_facecolor())
            found.append((label, tuple(face), ("field", handle.get_hatch() or "")))
        else:
            look = handle.get_linestyle(), handle.get_marker()
            found.append((label, handle.get_color(), look))
    return found


# Drawn one on the other, so that the inner one is darker than its key.
NESTED = ({"90 % of paths", "50 % of paths"}, {"95 % band", "68 % band"})


@every_vision
@pytest.mark.parametrize("name", CHARTS)
def test_what_the_key_names_is_told_apart_by_colour_or_by_style(name, vision):
    for (one, colour, look), (other, beside, its_look) in combinations(
        marks(CHARTS[name].draw()), 2
    ):
        if look == its_look and {one, other} not in NESTED:
            assert apart(colour, beside, vision) >= LEAST, (one, other)


@every_vision
@pytest.mark.parametrize(
    ("name", "outer", "inner"),
    [
        ("projection_fan", "90 % of paths", "50 % of paths"),
        ("reserve_demand_elasticity", "95 % band", "68 % band"),
    ],
)
def test_an_inner_band_is_told_from_the_outer_one(name, outer, inner, vision):
    colours = {label: colour for label, colour, _ in marks(CHARTS[name].draw())}
    (*hue, first), (*_, second) = colours[outer], colours[inner]
    both = (*hue, 1 - (1 - first) * (1 - second))
    assert apart(colours[outer], both, vision) >= LEAST
    assert apart(colours[outer], "white", vision) >= LEAST


PRINTED = {
    "net_liquidity": [("net liquidity", "TGA"), ("TGA", "ON RRP")],
    "net_liquidity_contributions": [
        ("Fed assets", "TGA"),
        ("TGA", "ON RRP"),
        ("Fed assets", "ON RRP"),
    ],
    "caps_and_purchases": [
        ("cap on Treasuries", "cap on agency securities"),
        ("Treasuries bought", "MBS bought, net"),
    ],
    "reserves_to_bank_assets": [
        ("scarce", "ample-to-scarce"),
        ("ample-to-scarce", "ample"),
        ("ample", "abundant-to-ample"),
        ("abundant-to-ample", "abundant"),
    ],
}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [(name, *pair) for name, pairs in PRINTED.items() for pair in pairs],
)
def test_fields_that_touch_are_told_apart_in_print_without_colour(name, one, other):
    colours = {label: colour for label, colour, _ in marks(CHARTS[name].draw())}
    assert abs(lab(colours[one])[0] - lab(colours[other])[0]) >= 5


@pytest.mark.parametrize("ink", [canvas.INK, canvas.MUTED])
def test_words_have_the_contrast_that_wcag_asks_for(ink):
    """Web Content Accessibility Guidelines 2.2, success criterion 1.4.3 (AA): 4.5 to 1."""
    assert contrast(ink, "white") >= 4.5


@pytest.mark.parametrize("name", CHARTS)
def test_every_word_on_a_chart_has_it(name):
    ax = CHARTS[name].draw()
    ax.figure.draw_without_rendering()
    words = [one for one in ax.findobj(Text) if one.get_text()]
    assert len(words) > 5
    for one in words:
        assert contrast(one.get_color(), "white") >= 4.5, one.get_text()


def test_words_on_the_darkest_cell_have_it_too():
    (cell, *_), (words, *_) = (
        sorted(found, key=lambda one: contrast(one, "white"), reverse=True)
        for found in (
            [patch.get_facecolor() for patch in certain().patches if patch.get_fill()],
            [text.get_color() for text in certain().texts],
        )
    )
    assert contrast(words, to_rgba(cell)) >= 4.5


def certain():
    """A range that is certain is the darkest that can be."""
    return CHARTS["meeting_probabilities"]._replace(given=(watch(0.0),)).draw()


def test_a_colour_is_measured_as_the_standards_do():
    """Black and white are 21 to 1 (WCAG 2.2); L*a*b* of the sRGB red: Lindbloom, D65, 2 degrees."""
    assert contrast("black", "white") == pytest.approx(21)
    np.testing.assert_allclose(lab("white"), [100, 0, 0], atol=1e-6)
    np.testing.assert_allclose(lab("red"), [53.2, 80.1, 67.2], atol=0.1)
