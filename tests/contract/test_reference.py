"""The reference of the documentation has a place for every public name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fedliq.extend
import fedliq.plot
import fedliq.testing

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"
# An entry of a list of functions, or a constant that the text names.
ENTRY = re.compile(r"^   ([\w.]+)$|`(?:fl|fedliq)\.([\w.]+)`", re.MULTILINE)


@pytest.mark.parametrize(
    "module", [fedliq, fedliq.extend, fedliq.plot, fedliq.testing], ids=lambda one: one.__name__
)
def test_every_public_name_is_in_the_reference(module):
    listed = {name for pair in ENTRY.findall(PAGE.read_text(encoding="utf-8")) for name in pair}
    within = module.__name__.removeprefix("fedliq").removeprefix(".")
    expected = {f"{within}.{name}".removeprefix(".") for name in module.__all__}
    assert expected <= listed
