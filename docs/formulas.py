"""Formulas as MathML, by docutils: browsers show it without a script from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

__all__ = ["setup"]


def _within_a_line(page: HTML5Translator, node: nodes.math) -> None:
    page.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def _apart(page: HTML5Translator, node: nodes.math_block) -> None:
    # The box scrolls where a screen is narrower than the formula.
    page.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the renderer that ``html_math_renderer`` names."""
    app.add_html_math_renderer("mathml", (_within_a_line, None), (_apart, None))
    return {"parallel_read_safe": True}
