"""Tables of the page on what net liquidity does not tell, made from the package and simulations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import t as student
from tables import sections, table

import fedliq as fl

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["write_market_tables"]

_WEEKS, _WALKS, _SEARCHES = 550, 4_000, 400
_FOUND = 0.77  # between the logarithms of net liquidity and of the S&P 500, 2016-26
# A year's drift and standard deviation of a price like that of American shares.
_DRIFT, _DEVIATION = 0.11, 0.17
_LEADS, _LEVEL = range(27), 0.05


def _net_liquidity_steps() -> NDArray[np.float64]:
    sample = fl.load_sample()
    parts = fl.align(sample["fed_assets"], sample["tga"], sample["on_rrp"])
    return np.diff(np.log(fl.net_liquidity(*parts)["2016":].dropna().to_numpy()))


def _share_as_high(rng: np.random.Generator, drifts: tuple[float, float]) -> float:
    """Share of pairs of independent walks whose levels correlate as much as the real ones do."""
    steps = rng.normal(size=(2, _WALKS, _WEEKS)) + np.array(drifts)[:, None, None]
    one, other = steps.cumsum(axis=-1)
    one, other = (level - level.mean(axis=1, keepdims=True) for level in (one, other))
    found = (one * other).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return float((np.abs(found) >= _FOUND).mean())


def _levels(rng: np.random.Generator) -> str:
    steps = _net_liquidity_steps()
    drifts = (steps.mean() / steps.std(), _DRIFT / _DEVIATION / np.sqrt(52))
    return table(
        (
            "independent random walks of 550 weeks",
            f"share whose levels correlate by {_FOUND} or more",
        ),
        (
            ("without drift", f"{_share_as_high(rng, (0.0, 0.0)):.0%}"),
            (
                "with the drifts of net liquidity and of a share index",
                f"{_share_as_high(rng, drifts):.0%}",
            ),
        ),
    )


def _search(rng: np.random.Generator, seed: int) -> tuple[float, float, float]:
    """Search two independent walks for a lead, and return what three ways make of the best one."""
    weeks = pd.date_range("2016-01-06", periods=_WEEKS, freq="W-WED")
    one, other = np.exp(rng.normal(0, 0.02, (2, _WEEKS)).cumsum(axis=1))
    found = fl.lead_lag(
        pd.Series(6000 * one, weeks),
        pd.Series(100 * other, weeks + pd.Timedelta(2, unit="D")),
        leads=_LEADS,
        available=weeks + pd.Timedelta(1, unit="D"),
        bootstrap=fl.BlockBootstrap(draws=200, seed=seed),
    ).profile
    largest = found.loc[found["correlation"].abs().idxmax()]
    size = largest["observations"]
    t = largest["correlation"] * np.sqrt((size - 2) / (1 - largest["correlation"] ** 2))
    plain = 2 * student.sf(abs(t), size - 2)
    return plain, found["p_value"].min(), found["corrected_p_value"].min()


def _searches(rng: np.random.Generator) -> str:
    p_values = np.array([_search(rng, seed) for seed in range(_SEARCHES)])
    ways = (
        "the highest correlation, every week counted as new",
        "the same with bands that allow for the overlap",
        "corrected for the search",
    )
    shares = (p_values <= _LEVEL).mean(axis=0)
    return table(
        (f"judged at {_LEVEL:.0%} by", "walks in which a lead is found"),
        ((way, f"{share:.0%}") for way, share in zip(ways, shares, strict=True)),
    )


def write_market_tables(folder: Path) -> None:
    """Write both tables into one file, each behind a marker."""
    rng = np.random.default_rng(0)
    parts = {"levels": _levels(rng), "searches": _searches(rng)}
    (folder / "markets.md").write_text(sections(parts), encoding="utf-8")
