"""Plausible inputs for every public indicator, found by its mark."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.spec import spec_of

TYPICAL = {
    "fed_assets": 6700,
    "total_liabilities": 6650,
    "securities": 6400,
    "tga": 800,
    "on_rrp": 300,
    "reverse_repo_total": 650,
    "remittances_due": -200,
    "reserves": 3000,
    "bank_assets": 24_000,
    "gdp": 30_000,
    "btfp": 100,
    "srf": 5,
    "sofr": 4,
    "rate": 4,
    "benchmark": 3.5,
    "iorb": 3.9,
    "on_rrp_rate": 3.5,
    "srf_rate": 4.25,
    "spread": 3,
    "ratio": 0.125,
}
# What else a function must be given.
ARGUMENTS = {"reserves_gap": {"threshold": 0.12}}
# Where a value at one date shows later, because the function looks back.
LOOKING_BACK = {
    "net_liquidity_contributions",
    "share_at_or_above",
    "on_rrp_depletion",
    "btfp_runoff",
    "srf_take_up",
}
# These take or give something other than plain series on one index; their own tests
# cover them.
SHAPED = {"bridge_to_reserves", "regime_spells"}

PUBLIC = {name: getattr(fl, name) for name in fl.__all__}
MARKED = {name: one for name, one in PUBLIC.items() if spec_of(one)}
PLAIN = {name: one for name, one in MARKED.items() if name not in SHAPED}


def over(functions):
    return pytest.mark.parametrize("function", functions.values(), ids=functions.keys())


def weekly(rows: int = 60) -> pd.DatetimeIndex:
    return pd.date_range("2022-01-05", periods=rows, freq="7D")


def inputs(function, index: pd.DatetimeIndex) -> dict[str, pd.Series]:
    """Plausible series that wander by three percent, each in its own rhythm."""
    made = {}
    for phase, name in enumerate(spec_of(function).inputs):
        wave = 1 + 0.03 * np.sin(np.arange(len(index)) / 3 + phase)
        made[name] = pd.Series(TYPICAL[name] * wave, index=index)
    return made


def call(function, series: dict[str, pd.Series]):
    return function(**series, **ARGUMENTS.get(function.__name__, {}))


def frame(result) -> pd.DataFrame:
    """Any result as numbers, so that all can be compared alike."""
    columns = result.to_frame() if isinstance(result, pd.Series) else result
    numbers = {
        name: one.cat.codes.where(one.notna())
        if isinstance(one.dtype, pd.CategoricalDtype)
        else one
        for name, one in columns.items()
    }
    return pd.DataFrame({name: one.astype(float) for name, one in numbers.items()})


def whole(series: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Rounded to whole numbers, with a corridor that rounding does not close."""
    rounded = {name: one.round() for name, one in series.items()}
    if "srf_rate" in rounded:
        rounded["srf_rate"] = rounded["srf_rate"] + 1
    return rounded


FRACTIONS = {name for name, typical in TYPICAL.items() if 0 < typical < 1}


def sheet(**changes) -> fl.OpeningSheet:
    """A plausible opening sheet with every line apart."""
    amounts = {
        "date": "2025-12-03",
        "treasuries": 4200,
        "mbs": 2050,
        "other_assets": 300,
        "tga": 900,
        "on_rrp": 100,
        "reserves": 2900,
        "currency_in_circulation": 2400,
        "reverse_repo_foreign": 330,
        "bank_assets": 24_500,
    }
    return fl.OpeningSheet(**amounts | changes)
