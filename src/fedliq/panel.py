"""The one place where data meets indicators: a dataset becomes a frame of all of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import check_time_index
from fedliq.alignment import align, as_available, staleness
from fedliq.data.dataset import check_dataset, figures_of
from fedliq.exceptions import AlignmentError, UnknownSeriesError
from fedliq.indicators.facilities import btfp_runoff, on_rrp_depletion, srf_take_up
from fedliq.indicators.liquidity import (
    net_liquidity,
    net_liquidity_contributions,
    net_liquidity_securities_only,
    net_liquidity_total_reverse_repo,
)
from fedliq.indicators.reserves import reserves_gap, reserves_to_bank_assets, reserves_to_gdp
from fedliq.indicators.spreads import (
    corridor_position,
    rate_spread,
    share_at_or_above,
    sofr_iorb_spread,
    splice_iorb,
    spread_outside_turns,
)
from fedliq.policy.tables import policy_table
from fedliq.regimes import ReserveThresholds, check_thresholds, classify_reserves
from fedliq.releases import release_times
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq.data.dataset import Dataset

__all__ = ["CHANGE_WEEKS", "PANEL_COLUMNS", "daily_rates", "indicator_panel", "rate_in_force"]

#: Horizons, in weeks, over which the panel takes changes of net liquidity.
CHANGE_WEEKS = (1, 4, 13, 52)

_COMPONENTS = ("fed_assets", "tga", "on_rrp")
# A quarter's GDP serves until the next one is out: 92 days, 146 in the autumn of 2025.
_GDP_MAX_STALE = "150D"
_MEAN_DAYS, _FEWEST_IN_MEAN = 28, 5

_CHANGES = {
    f"net_liquidity_change_{weeks}w": (Unit.USD_BN, f"Change of net liquidity over {weeks} weeks")
    for weeks in CHANGE_WEEKS
} | {
    f"{part}_contribution_{weeks}w": (
        Unit.USD_BN,
        f"Part of that change over {weeks} weeks that {part} contributed",
    )
    for weeks in CHANGE_WEEKS
    for part in _COMPONENTS
}

#: Every column of the panel: its unit (None for labels) and what it holds.
PANEL_COLUMNS: Mapping[str, tuple[Unit | None, str]] = MappingProxyType(
    {
        "fed_assets": (Unit.USD_BN, "Total assets, Wednesday level"),
        "tga": (Unit.USD_BN, "Treasury General Account, Wednesday level"),
        "on_rrp": (Unit.USD_BN, "ON RRP, of Wednesday or the last operation before it"),
        "on_rrp_days_stale": (Unit.DAYS, "Age of that operation, 0 on an operation day"),
        "net_liquidity": (Unit.USD_BN, "fed_assets - tga - on_rrp"),
        "net_liquidity_securities_only": (Unit.USD_BN, "securities - tga - on_rrp"),
        "net_liquidity_total_reverse_repo": (Unit.USD_BN, "fed_assets - tga - reverse_repo_total"),
        **_CHANGES,
        "reserves": (Unit.USD_BN, "Reserve balances, week average"),
        "bank_assets": (Unit.USD_BN, "Total assets of commercial banks, seasonally adjusted"),
        "reserves_to_bank_assets": (Unit.FRACTION, "reserves / bank_assets"),
        "regime": (None, "Label of that ratio, without hysteresis"),
        "gap_to_abundant_upper": (
            Unit.USD_BN,
            "Reserves less the abundant band's upper edge, by default 13 %",
        ),
        "gap_to_abundant_lower": (
            Unit.USD_BN,
            "Reserves less its lower edge, by default 12 % of bank assets",
        ),
        "gap_to_scarce_upper": (
            Unit.USD_BN,
            "Reserves less the scarce band's upper edge, by default 10 %",
        ),
        "gap_to_scarce_lower": (
            Unit.USD_BN,
            "Reserves less its lower edge, by default 8 % of bank assets",
        ),
        "reserves_to_gdp": (Unit.FRACTION, "reserves / the latest GDP published by then"),
        "sofr": (Unit.PERCENT, "SOFR of Wednesday or the last value date before it"),
        "iorb": (Unit.PERCENT, "IORB, before 2021-07-29 IOER"),
        "sofr_iorb_spread": (Unit.BASIS_POINT, "sofr - iorb"),
        "spread_outside_turns": (Unit.BASIS_POINT, "The last spread on a day that is no turn"),
        "spread_outside_turns_28d": (Unit.BASIS_POINT, "Mean of that over the last 28 days"),
        "share_at_or_above_iorb": (Unit.FRACTION, "Days of the last 91 with SOFR at or above"),
        "effr_iorb_spread": (Unit.BASIS_POINT, "effr - iorb"),
        "tgcr_on_rrp_spread": (Unit.BASIS_POINT, "tgcr - on_rrp_rate"),
        "sofr_corridor_position": (Unit.FRACTION, "SOFR between ON RRP rate (0) and SRF rate (1)"),
        "on_rrp_share_of_peak": (Unit.FRACTION, "ON RRP over its highest value so far"),
        "on_rrp_weekly_pace": (Unit.USD_BN, "Average change of ON RRP per week over 4 weeks"),
        "on_rrp_weeks_to_zero": (Unit.WEEKS, "Weeks until ON RRP is empty at that pace"),
        "btfp": (Unit.USD_BN, "Bank Term Funding Program loans, Wednesday level"),
        "btfp_share_of_peak": (Unit.FRACTION, "BTFP over its highest value so far"),
        "srf": (Unit.USD_BN, "Standing repo facility, last operation day"),
        "srf_days_used": (Unit.DAYS, "Days of the last 28 on which it was used"),
        "srf_window_max": (Unit.USD_BN, "Highest take-up of the last 28 days"),
    }
)

_INPUTS = (
    *_COMPONENTS,
    "securities",
    "reverse_repo_total",
    "reserves_week_average",
    "bank_assets",
    "gdp",
    "sofr",
    "effr",
    "tgcr",
    "ioer",
    "iorb",
    "on_rrp_rate",
    "btfp",
    "srf",
)


def rate_in_force(column: str, days: pd.DatetimeIndex) -> pd.Series[float]:
    """Return an administered rate on each day, from the table of administered rates.

    A rate holds until the next decision, so what is read is its change, however old; NaN
    on days the record does not cover.
    """
    table = policy_table("administered_rates")
    (rate,) = align(table.changes(column), on=days, max_stale="36500D")
    return rate.where((days >= table.first) & (days <= table.last))


def _four_week_mean(daily: pd.Series[float]) -> pd.Series[float]:
    """Mean over 28 days, once so many have passed, of at least five values."""
    if daily.empty:
        return daily
    whole = daily.index >= daily.index[0] + pd.Timedelta(_MEAN_DAYS - 1, unit="D")
    window = pd.Timedelta(_MEAN_DAYS, unit="D")
    return daily.rolling(window, min_periods=_FEWEST_IN_MEAN).mean().where(whole)


def daily_rates(dataset: Dataset) -> dict[str, pd.Series[float]]:
    """Compute spreads of overnight rates, each on the value dates of its own rate.

    Parameters
    ----------
    dataset : Dataset
        With some of ``sofr``, ``effr``, ``tgcr``, ``ioer``, ``iorb`` and ``on_rrp_rate``.

    Returns
    -------
    dict of str to pandas.Series
        ``iorb`` [percent], IOER before 2021-07-29; ``sofr_iorb_spread``,
        ``spread_outside_turns``, its mean ``spread_outside_turns_28d``,
        ``effr_iorb_spread``, ``tgcr_on_rrp_spread`` [bp];
        ``share_at_or_above_iorb`` and ``sofr_corridor_position`` [fraction]. Empty where
        the dataset lacks the rate.

    Notes
    -----
    Timing: by value date. A market rate that is missing on a day is not carried over from
    the day before.
    """
    held = figures_of(dataset, _INPUTS)
    sofr, effr, tgcr = (held[name] for name in ("sofr", "effr", "tgcr"))
    iorb = splice_iorb(held["ioer"], held["iorb"])
    spread = sofr_iorb_spread(*align(sofr, iorb))
    outside_turns = spread_outside_turns(spread)
    days = check_time_index(sofr.index, "sofr")
    return {
        "iorb": iorb,
        "sofr_iorb_spread": spread,
        "spread_outside_turns": outside_turns,
        "spread_outside_turns_28d": _four_week_mean(outside_turns),
        "share_at_or_above_iorb": share_at_or_above(spread),
        "effr_iorb_spread": rate_spread(*align(effr, iorb)),
        "tgcr_on_rrp_spread": rate_spread(*align(tgcr, held["on_rrp_rate"])),
        "sofr_corridor_position": corridor_position(
            sofr, rate_in_force("on_rrp_pct", days), rate_in_force("srf_pct", days)
        ),
    }


def _liquidity(held: Mapping[str, pd.Series[float]], on: pd.DatetimeIndex) -> pd.DataFrame:
    names = (*_COMPONENTS, "securities", "reverse_repo_total")
    level = dict(zip(names, align(*(held[name] for name in names), on=on), strict=True))
    parts = level["fed_assets"], level["tga"], level["on_rrp"]
    columns: dict[str, pd.Series[float]] = {name: level[name] for name in _COMPONENTS}
    columns["on_rrp_days_stale"] = staleness(held["on_rrp"], on=on)["on_rrp"].where(
        level["on_rrp"].notna()
    )
    columns["net_liquidity"] = net_liquidity(*parts)
    columns["net_liquidity_securities_only"] = net_liquidity_securities_only(
        level["securities"], level["tga"], level["on_rrp"]
    )
    columns["net_liquidity_total_reverse_repo"] = net_liquidity_total_reverse_repo(
        level["fed_assets"], level["tga"], level["reverse_repo_total"]
    )
    for weeks in CHANGE_WEEKS:
        moved = net_liquidity_contributions(*parts, periods=weeks)
        columns[f"net_liquidity_change_{weeks}w"] = moved.sum(axis=1, skipna=False)
        for part in _COMPONENTS:
            columns[f"{part}_contribution_{weeks}w"] = moved[part]
    return pd.DataFrame(columns, index=on)


def _ampleness(
    held: Mapping[str, pd.Series[float]], on: pd.DatetimeIndex, bands: ReserveThresholds
) -> pd.DataFrame:
    reserves, bank_assets = align(held["reserves_week_average"], held["bank_assets"], on=on)
    gdp = held["gdp"]
    (published_gdp,) = align(
        as_available(gdp, release_times(check_time_index(gdp.index, "gdp"), "gdp")),
        on=on,
        max_stale=_GDP_MAX_STALE,
    )
    ratio = reserves_to_bank_assets(reserves, bank_assets)
    edges = {
        "gap_to_abundant_upper": bands.abundant[1],
        "gap_to_abundant_lower": bands.abundant[0],
        "gap_to_scarce_upper": bands.scarce[1],
        "gap_to_scarce_lower": bands.scarce[0],
    }
    columns = {
        "reserves": reserves,
        "bank_assets": bank_assets,
        "reserves_to_bank_assets": ratio,
        "regime": classify_reserves(ratio, bands),
        **{name: reserves_gap(reserves, bank_assets, edge) for name, edge in edges.items()},
        "reserves_to_gdp": reserves_to_gdp(reserves, published_gdp),
    }
    return pd.DataFrame(columns, index=on)


def _facilities(held: Mapping[str, pd.Series[float]]) -> dict[str, pd.Series[float]]:
    """Each on its own dates, still to be sampled."""
    on_rrp = on_rrp_depletion(held["on_rrp"])
    btfp, srf = btfp_runoff(held["btfp"]), srf_take_up(held["srf"])
    return {
        "on_rrp_share_of_peak": on_rrp["share_of_peak"],
        "on_rrp_weekly_pace": on_rrp["weekly_pace"],
        "on_rrp_weeks_to_zero": on_rrp["weeks_to_zero"],
        "btfp": btfp["btfp"],
        "btfp_share_of_peak": btfp["share_of_peak"],
        "srf": srf["srf"],
        "srf_days_used": srf["days_used"],
        "srf_window_max": srf["window_max"],
    }


def _check_weekly(on: pd.DatetimeIndex) -> None:
    """Refuse a missing week: the panel counts weeks by rows."""
    gaps = on[1:][np.diff(on.to_numpy()) != np.timedelta64(7, "D")]
    if len(gaps):
        raise AlignmentError(
            f"dataset: fed_assets has no row a week before {gaps[0].date()}; the panel takes "
            "changes over weeks and needs every Wednesday from the first to the last."
        )


def indicator_panel(
    dataset: Dataset,
    thresholds: ReserveThresholds = ReserveThresholds(),  # noqa: B008 - frozen
) -> pd.DataFrame:
    """Compute every indicator on the Wednesdays of the H.4.1.

    Parameters
    ----------
    dataset : Dataset
        At least ``fed_assets``, which gives the dates. A column whose inputs the dataset
        lacks is NaN.
    thresholds : ReserveThresholds, default ``ReserveThresholds()``
        Bands for ``regime`` and the gaps.

    Returns
    -------
    pandas.DataFrame
        The columns of ``fl.PANEL_COLUMNS``, in that order, each in the unit stated there.

    Raises
    ------
    UnknownSeriesError
        The dataset has no ``fed_assets``.
    AlignmentError
        A week is missing in ``fed_assets``: there, counting rows would not count weeks.
    InputTypeError
        ``dataset`` is not a Dataset.

    Notes
    -----
    Daily figures are read on Wednesday, or on the last day before it that has one, six
    days back at most. Reserves are week averages, the convention of the ratio.

    NaN: where an input is missing or too old. Nothing is made up.

    Timing: by observation date. A row uses its own Wednesday and what came before, but
    the H.4.1 is public a day later, the H.8 nine days later. For a row as it was known,
    compute the panel of ``dataset.known_on(day)``. GDP alone is taken by publication.

    Examples
    --------
    >>> import fedliq as fl
    >>> panel = fl.indicator_panel(fl.load_sample())
    >>> panel.loc["2022-12-28", "net_liquidity"].round(1).item()
    5848.4
    >>> panel.loc["2019-09-25", "regime"]
    'ample-to-scarce'
    """
    check_thresholds(thresholds)
    check_dataset(dataset)
    if "fed_assets" not in dataset:
        raise UnknownSeriesError(
            "dataset: has no 'fed_assets', whose Wednesdays are the rows of the panel; "
            "add it to the series the Dataset is made from."
        )
    held = figures_of(dataset, _INPUTS)
    on = check_time_index(held["fed_assets"].index, "fed_assets")
    _check_weekly(on)
    sampled = {"sofr": held["sofr"], **daily_rates(dataset), **_facilities(held)}
    columns = {
        **_liquidity(held, on),
        **_ampleness(held, on, thresholds),
        **dict(zip(sampled, align(*sampled.values(), on=on), strict=True)),
    }
    return pd.DataFrame({name: columns[name] for name in PANEL_COLUMNS}, index=on)
