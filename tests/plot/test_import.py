"""What is loaded when, and what is said where matplotlib is missing."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(code)],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import fedliq as fl; dir(fl); fl.net_liquidity", []),
        ("import fedliq as fl; fl.plot", ["matplotlib"]),
        ("import fedliq.plot", ["matplotlib"]),
    ],
)
def test_matplotlib_is_loaded_with_fl_plot_and_pyplot_not_even_then(code, loaded):
    found = run(
        f"""
        {code}
        import sys
        print(*(one for one in ("matplotlib", "matplotlib.pyplot") if one in sys.modules))
        """
    )
    assert found.stderr == ""
    assert found.stdout.split() == loaded


def test_importing_it_changes_no_setting_and_drawing_on_axes_loads_no_pyplot():
    found = run(
        """
        import sys, matplotlib, pandas as pd
        from matplotlib.figure import Figure
        # Whoever reads which backend it is lets matplotlib choose one, and load pyplot.
        names = [one for one in matplotlib.rcParams if one != "backend"]
        before = [matplotlib.rcParams[one] for one in names]
        import fedliq as fl
        weeks = pd.date_range("2024-01-03", periods=2, freq="7D")
        fl.plot.facilities(btfp=pd.Series([1.0, 2.0], weeks), ax=Figure().subplots())
        assert [matplotlib.rcParams[one] for one in names] == before
        assert "matplotlib.pyplot" not in sys.modules
        from matplotlib import units
        assert pd.Timestamp not in units.registry, "pandas' converters are not ours to register"
        """
    )
    assert found.stderr == ""


@pytest.mark.parametrize("code", ["import fedliq as fl; fl.plot", "import fedliq.plot"])
def test_without_matplotlib_the_extra_is_named(code):
    found = run(
        f"""
        import sys
        sys.modules["matplotlib"] = None
        import fedliq as fl
        fl.net_liquidity
        try:
            {code}
        except fl.MissingExtraError as error:
            print(error)
        """
    )
    assert found.stderr == ""
    assert found.stdout.startswith("fedliq.plot needs matplotlib; ")
    assert "pip install 'fedliq[plot]'" in found.stdout


def test_it_is_listed_and_another_name_is_not():
    found = run(
        """
        import fedliq as fl
        assert "plot" in dir(fl)
        try:
            fl.plots
        except AttributeError as error:
            print(error)
        """
    )
    assert found.stdout.strip() == "module 'fedliq' has no attribute 'plots'"
