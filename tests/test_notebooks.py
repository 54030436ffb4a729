"""The notebooks run on the bundled sample, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
# The kernel's own libraries warn about themselves; what our code warns of is checked inside.
@pytest.mark.filterwarnings("default")
def test_it_runs(path):
    notebook = nbformat.read(path, as_version=4)
    strict = nbformat.v4.new_code_cell(
        "import warnings; warnings.filterwarnings('error', module='fedliq|__main__')"
    )
    notebook.cells.insert(0, strict)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=path.parent)
    assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
