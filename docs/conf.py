"""Sphinx configuration."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import fedliq
from fedliq.cli import main as fedliq_command

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
    "formulas",
    "myst_nb",
    "numpydoc",
    "spec_blocks",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinxcontrib.bibtex",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_generated", "example_package"]
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

# What is copied runs: without prompts, without output.
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "fedliq"
html_static_path = ["_static", "_generated/pages"]
html_css_files = ["wide.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
# The first two have nothing to list beside the text; the others' tables need the room.
html_sidebars = {
    page: [] for page in ("index", "tutorial", "comparison", "data", "policy", "sources")
}
html_theme_options = {
    "navigation_with_keys": False,
    "secondary_sidebar_items": {  # the last that matches counts
        "**": ["page-toc"],
        "index": [],
        "comparison": [],
        "data": [],
        "policy": [],
    },
    "show_toc_level": 2,
}

# sphinx-build -b linkcheck asks the web; nothing else here does.
linkcheck_workers = 2
linkcheck_timeout = 30
linkcheck_retries = 2
linkcheck_rate_limit_timeout = 120
linkcheck_ignore = [r"https?://(dx\.)?doi\.org/"]  # publishers behind it turn programs away

# What is made from the package and the notebooks is made anew at every build.
write_tables(HERE / "_generated")
write_demand_tables(HERE / "_generated")
write_market_tables(HERE / "_generated")
(HERE / "_generated/pages").mkdir(exist_ok=True)
fedliq_command(["report", "--format", "html", "-o", str(HERE / "_generated/pages/brief.html")])
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks", dirs_exist_ok=True)
