"""How long the brief takes as one HTML file, against what it cannot do without.

Cold, in a process of its own, beside loading nothing but what it is made with; warm, beside the
same brief as text and the same charts as plain matplotlib writes them.
"""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from matplotlib.figure import Figure

from fedliq.report import pictures
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import render

PARTS = "import pandas, scipy.special, scipy.stats"
DRAWS = "import matplotlib.figure, matplotlib.dates, matplotlib.backends.backend_svg"


def start(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True)


@pytest.mark.parametrize(
    "way",
    [
        "fedliq report --format html",
        "fedliq report --format text",
        "import pandas and scipy",
        "import pandas, scipy and matplotlib",
    ],
)
@pytest.mark.benchmark(group="the brief of the sample from a shell, against its imports")
def test_cold(benchmark, tmp_path, way):
    file = tmp_path / "brief"
    if way.startswith("fedliq"):
        words = ("-m", "fedliq.cli", *way.split()[1:], "-o", str(file))
    else:
        words = ("-c", f"{PARTS}; {DRAWS}" if "matplotlib" in way else PARTS)
    benchmark.pedantic(start, args=words, rounds=5, warmup_rounds=1)
    assert file.exists() == way.startswith("fedliq")


@pytest.fixture(scope="module")
def brief(sample):
    return make_brief(sample)


def plain_svg(one) -> str:
    """Draw as it comes, and write as it comes."""
    figure, written = Figure(figsize=(4.8, 3.4), layout="constrained"), io.StringIO()
    one.draw(ax=figure.add_subplot())
    figure.savefig(written, format="svg")
    return written.getvalue()


@pytest.mark.parametrize("way", ["fedliq", "plain matplotlib: the same charts, savefig"])
@pytest.mark.benchmark(group="charts of the brief as SVG, warm")
def test_charts(benchmark, brief, way):
    drawings = list(pictures._of_brief(brief, brief.background))

    def plain():
        return [plain_svg(one) for one in drawings]

    def ours():
        return [one.svg for one in pictures.draw(brief)]

    made = benchmark.pedantic(ours if way == "fedliq" else plain, rounds=5, warmup_rounds=1)
    assert len(made) == len(drawings)
    assert all("<svg" in one for one in made)


@pytest.mark.parametrize("way", ["make_brief alone", "text", "html"])
@pytest.mark.benchmark(group="the brief of the sample, warm")
def test_warm(benchmark, sample, way):
    def whole():
        brief = make_brief(sample)
        return brief if "alone" in way else render(brief, document(brief), way)

    assert benchmark.pedantic(whole, rounds=5, warmup_rounds=1)
