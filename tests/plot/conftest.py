"""No window opens, and neither figures nor settings outlive a test."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


@pytest.fixture(autouse=True, scope="session")
def _no_window():
    mpl.use("Agg")


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    with mpl.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def ax():
    return Figure(layout="constrained").subplots()
