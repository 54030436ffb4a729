"""Weeks of liquidity and of a price, made up, and what plain pandas and scipy say of them."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.fft import dct
from scipy.signal import lfilter
from scipy.stats import t as student

import fedliq as fl

NO_FIGURE = {"liquidity": [11, 40], "price": [25, 26, 90]}


@cache
def wednesdays(count):
    return pd.date_range("2016-01-06", periods=count, freq="W-WED")


@cache
def thursday_afternoons(count):
    return wednesdays(count) + pd.Timedelta("1D 16:30:00")


def lasting(rng, root, count):
    return lfilter([1], [1, -root], np.sqrt(1 - root**2) * rng.standard_normal(count))


def walks(one, other):
    """Liquidity on Wednesdays, public on Thursdays, and a price on Fridays, by their log steps."""
    weeks = wednesdays(len(one))
    liquidity = pd.Series(6000 * np.exp(0.01 * np.cumsum(one)), weeks)
    return liquidity, pd.Series(100 * np.exp(0.02 * np.cumsum(other)), weeks + pd.Timedelta("2D"))


def independent(seed, count=300, kind="plain"):
    """Two that have nothing to do with each other, but perhaps their storms."""
    rng = np.random.default_rng(seed)
    one, other = rng.standard_normal((2, count))
    if "slow" in kind:
        one = lasting(rng, 0.8, count)
    if "storms" in kind:
        both = np.exp(0.8 * lasting(rng, 0.95, count))
        one, other = one * both, other * both
    return walks(one, other)


def returning(seed, count=150, root=0.0):
    """Two levels that come back to 50, and so may be compared as they are."""
    rng = np.random.default_rng(seed)
    weeks = wednesdays(count)
    one, other = (50 + lasting(rng, root, count) for _ in range(2))
    return pd.Series(one, weeks), pd.Series(other, weeks + pd.Timedelta("2D"))


def holed(liquidity, price):
    liquidity, price = liquidity.copy(), price.copy()
    liquidity.iloc[NO_FIGURE["liquidity"]] = np.nan
    price.iloc[NO_FIGURE["price"]] = np.nan
    return liquidity, price


def searched(liquidity, price, **options):
    chosen = {
        "leads": range(27),
        "available": thursday_afternoons(len(liquidity)),
        "bootstrap": fl.BlockBootstrap(199),
    } | options
    return fl.lead_lag(liquidity, price, **chosen)


def moved(series, horizon, changes="log"):
    levels = np.log(series) if changes == "log" else series
    return levels.diff(horizon) if horizon else levels


def laid_together(one, other, lead, every=1):
    """Two changes by row, the other so many rows later, on every so-manieth row from the end."""
    frame = pd.DataFrame(
        {"one": np.asarray(one), "other": pd.Series(np.asarray(other)).shift(-lead)}
    )
    return frame.iloc[::-1].iloc[::every].iloc[::-1].dropna()


def band(one, other, horizon=1):
    """The 95 % band and the p-value of a correlation, from the definitions.

    Fisher's transform; the influence function of a correlation; its long-run variance by the
    first cosines, 0.4 times the observations to the power of 2/3: Lazarus, Lewis, Stock and
    Watson (2018). None swings faster than over four horizons, which changes share.
    """
    one, other = ((np.asarray(x) - np.mean(x)) / np.std(x) for x in (one, other))
    count, found = len(one), np.mean(one * other)
    influence = one * other - found * (one**2 + other**2) / 2
    used = max(min(int(0.4 * count ** (2 / 3)), count // (2 * horizon)), 2)
    variance = 2 / used * np.sum((dct(influence, type=2)[1 : used + 1] / 2) ** 2)
    error = np.sqrt(variance) / count / (1 - found**2)
    steps = student.ppf([0.025, 0.975], used)
    ends = np.tanh(np.arctanh(found) + error * steps)
    return SimpleNamespace(
        lower=ends[0], upper=ends[1], p_value=2 * student.sf(abs(np.arctanh(found)) / error, used)
    )


def verdicts(seed, kind, overlapping):
    """Of one search in vain: does each test of its best lead reject at 5 %?"""
    found = searched(
        *independent([1, seed], kind=kind),
        overlapping=overlapping,
        bootstrap=fl.BlockBootstrap(199, seed=seed),
    ).profile
    best = found.loc[found["correlation"].abs().idxmax()]
    count, size = best["observations"], best["correlation"]
    # What scipy's pearsonr says of a correlation of this size among as many observations.
    plain = 2 * student.sf(abs(size) * np.sqrt((count - 2) / (1 - size**2)), count - 2)
    return (
        found["corrected_p_value"].min() <= 0.05,
        plain < 0.05,
        best["p_value"] < 0.05,
        found.loc[6, "lower_95"] <= 0 <= found.loc[6, "upper_95"],
    )
