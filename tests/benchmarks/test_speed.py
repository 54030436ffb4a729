"""How fast, against a named alternative in the same run.

``pytest tests/benchmarks --benchmark-enable --benchmark-only`` prints each group as a
table; the number in brackets is the ratio to the fastest of the group.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

ROWS = 1_000_000


def load_script():
    location = Path(__file__).with_name("plain_pandas.py")
    spec = spec_from_file_location("plain_pandas", location)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def script(sample):
    """The plain-pandas panel, ready to run on the sample."""
    module = load_script()
    rates = fl.policy_table("administered_rates").rows.set_index("effective")
    series = {name: sample[name] for name in sample}
    return lambda: module.panel(series, rates["srf_pct"].dropna(), rates["on_rrp_pct"])


def test_the_script_computes_the_same_columns(script, panel):
    """Two ways to the same numbers: neither is the other's expected value."""
    plain = script()
    assert list(plain.columns) == list(panel.columns)
    assert (
        plain["regime"].astype(object).fillna("") == panel["regime"].astype(object).fillna("")
    ).all()
    numbers = panel.columns.drop("regime")
    pd.testing.assert_frame_equal(
        plain[numbers].astype(float), panel[numbers].astype(float), check_freq=False, rtol=1e-9
    )


def start(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


FIRST_USE = (
    "import pandas as pd, fedliq as fl; day = pd.DatetimeIndex(['2022-12-28']); "
    "fl.net_liquidity(*(pd.Series([value], day) for value in (8551.169, 409.809, 2293.003)))"
)


@pytest.mark.parametrize("code", ["pass", "import fedliq"])
@pytest.mark.benchmark(group="import fedliq against a bare interpreter")
def test_import(benchmark, code):
    benchmark.pedantic(start, args=(code,), rounds=20, warmup_rounds=2)


@pytest.mark.parametrize(
    "code", ["import pandas", FIRST_USE], ids=["import pandas", "first use of fedliq"]
)
@pytest.mark.benchmark(group="first use against import pandas")
def test_first_use(benchmark, code):
    benchmark.pedantic(start, args=(code,), rounds=15, warmup_rounds=2)


@pytest.fixture(scope="module")
def levels():
    rng = np.random.default_rng(0)
    index = pd.date_range("0001-01-01", periods=ROWS, freq="D", unit="s")

    def made(low, high):
        # An index of its own, as series from different sources have.
        return pd.Series(rng.uniform(low, high, ROWS), index.copy(deep=True))

    return made(4_000, 9_000), made(0, 1_000), made(0, 2_000)


@pytest.fixture(scope="module")
def ratio(levels):
    return pd.Series(np.random.default_rng(1).uniform(0.05, 0.2, ROWS), levels[0].index)


@pytest.mark.parametrize("way", ["fedliq", "bare pandas: a - b - c"])
@pytest.mark.benchmark(group="net_liquidity, a million rows")
def test_net_liquidity(benchmark, levels, way):
    assets, tga, on_rrp = levels
    compute = {
        "fedliq": lambda: fl.net_liquidity(assets, tga, on_rrp),
        "bare pandas: a - b - c": lambda: assets - tga - on_rrp,
    }[way]
    pd.testing.assert_series_equal(
        benchmark(compute), assets - tga - on_rrp, check_names=False, check_freq=False
    )


@pytest.mark.parametrize("way", ["fedliq", "bare pandas: pd.cut"])
@pytest.mark.benchmark(group="classify_reserves, a million rows")
def test_classify_reserves(benchmark, ratio, way):
    compute = {
        "fedliq": lambda: fl.classify_reserves(ratio),
        "bare pandas: pd.cut": lambda: pd.cut(
            ratio, [0, 0.08, 0.10, 0.12, 0.13, 1], labels=list(fl.REGIMES)
        ),
    }[way]
    assert benchmark(compute).cat.codes.equals(fl.classify_reserves(ratio).cat.codes)


@pytest.mark.parametrize("way", ["fedliq", "plain pandas"])
@pytest.mark.benchmark(group="the panel of the sample")
def test_panel(benchmark, sample, script, way):
    compute = script if way == "plain pandas" else lambda: fl.indicator_panel(sample)
    assert len(benchmark(compute)) == len(sample["fed_assets"])
