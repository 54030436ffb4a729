"""Collect the facts of the brief from a dataset, as known on a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._version import __version__
from fedliq.alignment import no_figures
from fedliq.calendar import day_of
from fedliq.data.catalog import series_info
from fedliq.exceptions import InvalidInputError
from fedliq.indicators.facilities import btfp_runoff, on_rrp_depletion, srf_take_up
from fedliq.panel import CHANGE_WEEKS, daily_rates, indicator_panel
from fedliq.policy.tables import policy_table
from fedliq.regimes import ReserveThresholds, regime_spells
from fedliq.releases import latest_due
from fedliq.report.facts import (
    Brief,
    Change,
    Distance,
    Facility,
    Figure,
    Spell,
    SpreadWindow,
)
from fedliq.report.readings import read_all, tally
from fedliq.report.upcoming import upcoming

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from fedliq.data.dataset import Dataset
    from fedliq.policy.tables import PolicyTable

__all__ = ["make_brief"]

_COMPONENTS = (
    "fed_assets",
    "tga",
    "on_rrp",
    "reserves_week_average",
    "bank_assets",
    "sofr",
    "iorb",
    "effr",
    "srf",
)
# The rate paid on reserves before and since this day is called IOER and IORB.
_FIRST_IORB = pd.Timestamp("2021-07-29")
_SPREAD_WINDOWS = (7, 28, 91)
_SPELLS = 4
# USD bn; below it the ON RRP facility no longer cushions reserves.
_NEAR_ZERO = 50.0


def _value(number: float) -> float | None:
    return None if pd.isna(number) else float(number)


def _figure(
    name: str,
    label: str,
    unit: str,
    series: pd.Series[float],
    day: pd.Timestamp,
    *,
    due: pd.Timestamp,
    source: str,
) -> Figure:
    """Take the last value there is."""
    known = series.dropna()
    if known.empty:
        return Figure(name, label, unit, source, note="no figure at hand")
    last = known.index[-1]
    overdue = last < due
    note = f"the figure for {due:%Y-%m-%d} should be out" if overdue else ""
    return Figure(
        name,
        label,
        unit,
        source,
        value=float(known.iloc[-1]),
        date=last,
        age_days=(day - last).days,
        overdue=overdue,
        note=note,
    )


_SHORT = {
    "Board of Governors of the Federal Reserve System": "Fed Board",
    "Federal Reserve Bank of New York": "NY Fed",
}


def _component(dataset: Dataset, name: str, day: pd.Timestamp) -> Figure:
    info = series_info(name)
    listed = info.fred or info.board
    publisher = _SHORT.get(info.publisher, info.publisher)
    return _figure(
        name,
        f"{info.title} ({info.observation})",
        str(info.unit),
        dataset.get(name, no_figures()),
        day,
        due=latest_due(info.release_rule, day),
        source=f"{publisher}, {info.release}" + (f" ({listed})" if listed else ""),
    )


def _net_liquidity(panel: pd.DataFrame, day: pd.Timestamp) -> Figure:
    return _figure(
        "net_liquidity",
        "Net liquidity",
        "USD bn",
        panel["net_liquidity"],
        day,
        due=latest_due("h41", day),
        source="Fed assets - TGA - ON RRP, Wednesday levels",
    )


def _ratio(panel: pd.DataFrame, day: pd.Timestamp) -> Figure:
    return _figure(
        "reserves_to_bank_assets",
        "Reserves over bank assets",
        "fraction",
        panel["reserves_to_bank_assets"],
        day,
        due=min(latest_due("h41", day), latest_due("h8", day)),
        source="H.4.1 week-average reserves over H.8 total assets",
    )


def _spread(
    rates: Mapping[str, pd.Series[float]], column: str, label: str, day: pd.Timestamp
) -> Figure:
    return _figure(
        column,
        label,
        "bp",
        rates[column],
        day,
        due=latest_due("repo_rate", day),
        source="NY Fed (SOFR), Fed Board (IORB)",
    )


def _changes(panel: pd.DataFrame) -> tuple[Change, ...]:
    row = panel[panel["net_liquidity"].notna()].tail(1)
    if row.empty:
        return ()
    when, last = pd.Timestamp(row.index[0]), row.iloc[0]
    return tuple(
        Change(
            weeks=weeks,
            since=when - pd.Timedelta(7 * weeks, unit="D"),
            total=_value(last[f"net_liquidity_change_{weeks}w"]),
            fed_assets=_value(last[f"fed_assets_contribution_{weeks}w"]),
            tga=_value(last[f"tga_contribution_{weeks}w"]),
            on_rrp=_value(last[f"on_rrp_contribution_{weeks}w"]),
        )
        for weeks in CHANGE_WEEKS
    )


def _distances(panel: pd.DataFrame, bands: ReserveThresholds) -> tuple[Distance, ...]:
    row = panel[panel["reserves_to_bank_assets"].notna()].tail(1)
    if row.empty:
        return ()
    last = row.iloc[0]
    edges = (
        (bands.abundant[1], "upper edge of the abundant band", "gap_to_abundant_upper"),
        (bands.abundant[0], "lower edge of the abundant band", "gap_to_abundant_lower"),
        (bands.scarce[1], "upper edge of the scarce band", "gap_to_scarce_upper"),
        (bands.scarce[0], "lower edge of the scarce band", "gap_to_scarce_lower"),
    )
    return tuple(
        Distance(edge, of, 100 * (float(last["reserves_to_bank_assets"]) - edge), float(last[gap]))
        for edge, of, gap in edges
    )


def _spells(panel: pd.DataFrame) -> tuple[Spell, ...]:
    spells = regime_spells(panel["regime"], panel["reserves_to_bank_assets"]).tail(_SPELLS)
    return tuple(
        Spell(**{name: one[name] for name in Spell.__annotations__})
        for one in spells.iloc[::-1].to_dict("records")
    )


def _spread_windows(rates: Mapping[str, pd.Series[float]]) -> tuple[SpreadWindow, ...]:
    spread = rates["sofr_iorb_spread"].dropna()
    if spread.empty:
        return ()
    outside = rates["spread_outside_turns"]
    windows = []
    for days in _SPREAD_WINDOWS:
        since = spread.index[-1] - pd.Timedelta(days - 1, unit="D")
        recent = spread[since:]
        windows.append(
            SpreadWindow(
                days=days,
                mean=_value(recent.mean()),
                mean_outside_turns=_value(outside[since:].mean()),
                highest=_value(recent.max()),
                highest_on=recent.index[int(recent.argmax())],
                share_at_or_above=_value((recent >= 0).mean()),
            )
        )
    return tuple(windows)


def _rate_in_force(column: str, label: str, day: pd.Timestamp) -> Figure:
    """An administered rate by the record, dated by the decision's first day."""
    table = policy_table("administered_rates")
    source = "FOMC implementation notes"
    changes = table.rows.set_index("effective")[column].dropna()[:day]
    if not table.covers(day) or changes.empty:
        note = "not in force yet" if table.covers(day) else "the record does not cover this day"
        return Figure(column, label, "percent", source, note=note)
    since = changes.index[-1]
    return Figure(
        column,
        label,
        "percent",
        source,
        value=float(changes.iloc[-1]),
        date=since,
        note=f"in force since {since:%Y-%m-%d}",
    )


def _corridor(
    dataset: Dataset, rates: Mapping[str, pd.Series[float]], day: pd.Timestamp
) -> tuple[Figure, ...]:
    paid = "IORB" if day >= _FIRST_IORB else "IOER"
    position = _figure(
        "sofr_corridor_position",
        "SOFR between floor (0) and ceiling (1)",
        "fraction",
        rates["sofr_corridor_position"],
        day,
        due=latest_due("repo_rate", day),
        source="from the rates above",
    )
    return (
        _rate_in_force("srf_pct", "SRF rate, the ceiling", day),
        replace(_component(dataset, paid.lower(), day), label=paid),
        _rate_in_force("on_rrp_pct", "ON RRP rate, the floor", day),
        replace(_component(dataset, "sofr", day), label="SOFR"),
        replace(_component(dataset, "effr", day), label="EFFR"),
        position,
    )


def _facilities(dataset: Dataset, day: pd.Timestamp) -> tuple[Facility, ...]:
    return (
        _on_rrp(dataset, _component(dataset, "on_rrp", day)),
        _srf(dataset, _component(dataset, "srf", day)),
        *_btfp(dataset, _component(dataset, "btfp", day), day),
    )


def _on_rrp(dataset: Dataset, figure: Figure) -> Facility:
    if figure.value is None:
        return Facility(figure, "")
    last = on_rrp_depletion(dataset["on_rrp"]).iloc[-1]
    if figure.value < _NEAR_ZERO and not figure.overdue:
        return Facility(
            figure,
            f"near zero (below {_NEAR_ZERO:g} USD bn): a further fall of assets falls on reserves",
        )
    left = last["weeks_to_zero"]
    pace = f"{last['weekly_pace']:+.1f} USD bn a week over 4 weeks"
    empty = f", empty in {left:.0f} weeks at that pace" if np.isfinite(left) else ""
    return Facility(figure, f"{last['share_of_peak']:.1%} of its highest value, {pace}{empty}")


def _srf(dataset: Dataset, figure: Figure) -> Facility:
    if figure.value is None:
        return Facility(figure, "")
    last = srf_take_up(dataset["srf"]).iloc[-1]
    return Facility(
        figure,
        f"used on {last['days_used']:.0f} operation days of the 28 calendar days to then, at "
        f"most {last['window_max']:.1f} USD bn; record {last['record']:.1f} USD bn",
    )


def _btfp(dataset: Dataset, figure: Figure, day: pd.Timestamp) -> list[Facility]:
    """Nothing before the program opened; no level once the last loan must have matured."""
    rows = policy_table("facilities").rows
    rows = rows[(rows["facility"] == "BTFP") & (rows["effective"] <= day)]
    if rows.empty:
        return []
    summary = "; ".join(
        f"{one['effective'].date()} {one['parameter']}" for one in rows.to_dict("records")
    )
    if "closed" in rows["state"].to_numpy():
        note = "closed, nothing can be outstanding"
        figure = Figure(figure.name, figure.label, figure.unit, figure.source, note=note)
    elif figure.value is not None and not figure.overdue:
        share = btfp_runoff(dataset["btfp"])["share_of_peak"].iloc[-1]
        summary = f"{share:.0%} of its highest value so far; {summary}"
    return [Facility(figure, summary)]


def _policy(day: pd.Timestamp) -> tuple[str, ...]:
    return (*_caps(day), *_purchases(day))


def _span(table: PolicyTable) -> str:
    return f"the record covers {table.first:%Y-%m-%d} to {table.last:%Y-%m-%d}"


def _caps(day: pd.Timestamp) -> list[str]:
    table = policy_table("runoff_caps")
    if not table.covers(day):
        return [f"Redemption caps: not at hand for this day; {_span(table)}."]
    in_force = table.rows[table.rows["effective"] <= day].tail(1).to_dict("records")
    return [
        f"Redemption caps since {one['effective'].date()}: Treasuries "
        f"{one['treasury_cap_bn_per_month']:g}, agency securities "
        f"{one['agency_cap_bn_per_month']:g} USD bn a month ({table.sources[one['source']]})."
        for one in in_force
    ]


def _purchases(day: pd.Timestamp) -> list[str]:
    """Periods that are running or announced; those known from the press are marked so."""
    table = policy_table("bill_purchases")
    announced = table.rows[table.rows["announced"] <= day]
    current = announced[announced["period_end"] >= day].to_dict("records")
    if not current:
        return [f"Bill purchases: no period at hand for this day; {_span(table)}."]
    return [
        f"Bill purchases {one['period_start'].date()} to {one['period_end'].date()}: "
        f"{one['amount_bn']:g} USD bn, announced {one['announced'].date()} "
        f"({one['confidence']} source: {table.sources[one['source']]}; {one['note']})."
        for one in current
    ]


def _missing(figures: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(
        f"{one.label}: {one.note}; the last at hand is of {one.date.date()}."
        if one.date is not None
        else f"{one.label}: {one.note}."
        for one in figures
        if one.note
    )


def _data_line(dataset: Dataset) -> str:
    origins = {dataset.provenance(name) for name in dataset}
    sources = {one.source.split(":")[0] for one in origins}
    vintages = {one.vintage for one in origins}
    return f"{', '.join(sorted(sources))}; figures {', '.join(sorted(vintages))}"


def make_brief(dataset: Dataset, as_of: str | date | pd.Timestamp | None = None) -> Brief:
    """Collect the facts of the brief.

    Parameters
    ----------
    dataset : Dataset
        At least with ``fed_assets``.
    as_of : str, date or Timestamp, optional
        Only what had been published by the end of this day is used. By default the day
        the dataset stands on.

    Returns
    -------
    Brief
        Plain values; see ``fedliq.report.document`` for how they are worded.

    Raises
    ------
    InvalidInputError
        Nothing had been published by then, or ``as_of`` is not a date.
    """
    day = pd.Timestamp(day_of(dataset.as_of if as_of is None else as_of, "as_of"))
    known = dataset.known_on(day)
    if "fed_assets" in known and known["fed_assets"].empty:
        first = dataset.provenance("fed_assets").first
        raise InvalidInputError(
            f"as_of: no H.4.1 of this dataset had been published by {day.date()}; its first "
            f"Wednesday is {first.date() if first is not None else 'missing'}."
        )
    bands = ReserveThresholds()
    panel, rates = indicator_panel(known, bands), daily_rates(known)
    names = (name if name != "iorb" or day >= _FIRST_IORB else "ioer" for name in _COMPONENTS)
    components = tuple(_component(known, name, day) for name in names)
    readings = read_all(
        {name: known.get(name, no_figures()) for name in ("fed_assets", "tga", "on_rrp")},
        panel["reserves_to_bank_assets"],
        rates["spread_outside_turns"],
        day,
    )
    spells = _spells(panel)
    return Brief(
        version=__version__,
        as_of=day,
        data=_data_line(dataset),
        readings=readings,
        tally=tally(readings),
        net_liquidity=_net_liquidity(panel, day),
        changes=_changes(panel),
        ratio=_ratio(panel, day),
        regime=spells[0].regime if spells else None,
        thresholds={"abundant": bands.abundant, "scarce": bands.scarce},
        distances=_distances(panel, bands),
        spells=spells,
        spread=_spread(rates, "sofr_iorb_spread", "SOFR - IORB", day),
        spread_outside_turns=_spread(
            rates, "spread_outside_turns", "SOFR - IORB, last day that is no turn", day
        ),
        spread_windows=_spread_windows(rates),
        corridor=_corridor(known, rates, day),
        facilities=_facilities(known, day),
        policy=_policy(day),
        components=components,
        missing=_missing(components),
        upcoming=upcoming(day),
    )
