"""Sphinx configuration."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import fedliq

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from demand_tables import write_demand_tables  # noqa: E402 - found beside this file
from market_tables import write_market_tables  # noqa: E402
from tables import write_tables  # noqa: E402

project = "fedliq"
author = "The fedliq developers"
copyright = "2026, the fedliq developers"  # noqa: A001 - Sphinx asks for this name
release = version = fedliq.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinxcontrib.bibtex",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_generated"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "plain"

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings state types and units
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "fedliq"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_show_sourcelink = False
# Only the reference has pages below it to list beside the text.
html_sidebars = {"*": [], "howto/*": [], "notebooks/*": []}
html_theme_options = {
    "header_links_before_dropdown": 8,
    "navigation_with_keys": False,
    "secondary_sidebar_items": {"data": [], "policy": [], "**": ["page-toc"]},
    "show_toc_level": 2,
}

# What is made from the package and the notebooks is made anew at every build.
write_tables(HERE / "_generated")
write_demand_tables(HERE / "_generated")
write_market_tables(HERE / "_generated")
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks", dirs_exist_ok=True)
