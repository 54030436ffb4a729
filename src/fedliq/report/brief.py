"""Collect the facts of the brief from a dataset, as known on a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._version import __version__
from fedliq.calendar import day_of, end_of
from fedliq.data.availability import as_known
from fedliq.data.dataset import figures_of
from fedliq.exceptions import InvalidInputError, UnknownSeriesError
from fedliq.indicators.spreads import FIRST_IORB
from fedliq.nowcast import net_liquidity_nowcast
from fedliq.panel import CHANGE_WEEKS, daily_rates, indicator_panel
from fedliq.regimes import ReserveThresholds, regime_spells
from fedliq.releases import due_at
from fedliq.report.ahead import look_ahead
from fedliq.report.ample import how_ample
from fedliq.report.desk import facilities, policy_lines
from fedliq.report.facts import (
    Background,
    Brief,
    Change,
    Distance,
    Figure,
    Spell,
    SpreadWindow,
)
from fedliq.report.figures import (
    component,
    last_figure,
    number_or_none,
    rate_in_force_figure,
    time_of,
)
from fedliq.report.linked import linked
from fedliq.report.priced import priced_in
from fedliq.report.readings import read_all, tally
from fedliq.report.upcoming import upcoming
from fedliq.report.week import since_last_week

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from fedliq.data.dataset import Dataset

__all__ = ["make_brief"]

_LEVELS = ("fed_assets", "tga", "reserves_week_average", "bank_assets")
_SPREAD_WINDOWS = (7, 28, 91)
_SPELLS = 4


def _net_liquidity(panel: pd.DataFrame, moment: pd.Timestamp) -> Figure:
    return last_figure(
        "net_liquidity",
        "Net liquidity",
        "USD bn",
        panel["net_liquidity"],
        moment.normalize(),
        due=due_at("h41", moment),
        source="Fed assets - TGA - ON RRP, Wednesday levels",
    )


_PARTS = {"fed_assets": "assets", "tga": "TGA", "on_rrp": "ON RRP"}


def _nowcast(dataset: Dataset, moment: pd.Timestamp) -> Figure:
    """Net liquidity by the last part of each that is public."""
    day = moment.normalize()
    empty = Figure("net_liquidity_nowcast", "Net liquidity, nowcast", "USD bn", "")
    try:
        last = net_liquidity_nowcast(
            dataset, pd.DatetimeIndex([day]), hour=f"{moment:%H:%M}"
        ).iloc[0]
    except UnknownSeriesError:
        return replace(empty, note="a part is not in the dataset")
    old = [label for name, label in _PARTS.items() if pd.isna(last[name])]
    if old:
        return replace(empty, note=f"no fresh figure of {' or '.join(old)}")
    observed = {label: last[f"{name}_observed"] for name, label in _PARTS.items()}
    oldest = min(observed.values())
    return replace(
        empty,
        source=", ".join(f"{label} of {when:%Y-%m-%d}" for label, when in observed.items()),
        value=float(last["net_liquidity"]),
        date=oldest,
        age_days=(day - oldest).days,
    )


def _ratio(panel: pd.DataFrame, moment: pd.Timestamp) -> Figure:
    return last_figure(
        "reserves_to_bank_assets",
        "Reserves over bank assets",
        "fraction",
        panel["reserves_to_bank_assets"],
        moment.normalize(),
        due=min(due_at("h41", moment), due_at("h8", moment)),
        source="H.4.1 week-average reserves over H.8 total assets",
    )


def _spread(
    rates: Mapping[str, pd.Series[float]], column: str, label: str, moment: pd.Timestamp
) -> Figure:
    return last_figure(
        column,
        label,
        "bp",
        rates[column],
        moment.normalize(),
        due=due_at("repo_rate", moment),
        source="NY Fed (SOFR), Fed Board (IORB)",
    )


def _changes(panel: pd.DataFrame) -> tuple[Change, ...]:
    known = panel[panel["net_liquidity"].notna()]
    if known.empty:
        return ()
    when, last = known.index[-1], known.iloc[-1]
    return tuple(
        Change(
            weeks=weeks,
            since=when - pd.Timedelta(7 * weeks, unit="D"),
            total=number_or_none(last[f"net_liquidity_change_{weeks}w"]),
            fed_assets=number_or_none(last[f"fed_assets_contribution_{weeks}w"]),
            tga=number_or_none(last[f"tga_contribution_{weeks}w"]),
            on_rrp=number_or_none(last[f"on_rrp_contribution_{weeks}w"]),
        )
        for weeks in CHANGE_WEEKS
    )


def _distances(panel: pd.DataFrame, bands: ReserveThresholds) -> tuple[Distance, ...]:
    known = panel[panel["reserves_to_bank_assets"].notna()]
    if known.empty:
        return ()
    last = known.iloc[-1]
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
        Spell(**{str(name): one[name] for name in one if name != "mean"})
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
                mean=number_or_none(recent.mean()),
                mean_outside_turns=number_or_none(outside[since:].mean()),
                highest=number_or_none(recent.max()),
                highest_on=recent.index[int(recent.argmax())],
                share_at_or_above=number_or_none((recent >= 0).mean()),
            )
        )
    return tuple(windows)


def _corridor(
    market: Mapping[str, Figure], rates: Mapping[str, pd.Series[float]], moment: pd.Timestamp
) -> tuple[Figure, ...]:
    """Lay the overnight rates between the ceiling and the floor."""
    day = moment.normalize()
    position = last_figure(
        "sofr_corridor_position",
        "SOFR, floor 0, ceiling 1",
        "fraction",
        rates["sofr_corridor_position"],
        day,
        due=due_at("repo_rate", moment),
        source="from the rates above",
    )
    ceiling = rate_in_force_figure("srf_pct", "SRF rate, the ceiling", day)
    if ceiling.value is None:
        position = replace(position, note="no ceiling: " + ceiling.note)
    sofr, paid, effr = (replace(one, label=name.upper()) for name, one in market.items())
    return (
        ceiling,
        paid,
        rate_in_force_figure("on_rrp_pct", "ON RRP rate, the floor", day),
        sofr,
        effr,
        position,
    )


def _last_close(moment: pd.Timestamp) -> pd.Timestamp:
    """Return the last day whose closes are known: its own only at the end of a day."""
    day = moment.normalize()
    return day if moment == end_of(day) else day - pd.Timedelta(1, unit="D")


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
    times = sorted(one.retrieved_at for one in origins if one.retrieved_at is not None)
    retrieved = f"; {_between(times[0], times[-1])}" if times else ""
    return f"{', '.join(sorted(sources))}; figures {', '.join(sorted(vintages))}{retrieved}"


def _between(first: pd.Timestamp, last: pd.Timestamp) -> str:
    shown = sorted({f"{one:%Y-%m-%d %H:%M}" for one in (first, last)})
    return f"retrieved {' to '.join(shown)} UTC"


def make_brief(
    dataset: Dataset,
    as_of: str | date | pd.Timestamp | None = None,
    *,
    futures: pd.DataFrame | None = None,
    prices: Mapping[str, pd.Series[float]] | None = None,
) -> Brief:
    """Collect the facts of the brief.

    Parameters
    ----------
    dataset : Dataset
        At least with ``fed_assets``.
    as_of : str, date or Timestamp, optional
        Only what had been published by the end of this day is used. By default the day
        the dataset stands on.
    futures : pandas.DataFrame [price], optional
        Settlements of 30-day federal funds futures by day, a column a symbol such as ``ZQZ26``.
    prices : mapping of str to pandas.Series, optional
        Daily closes to be laid beside net liquidity, by name.

    Returns
    -------
    Brief
        Plain values; see ``fedliq.report.document`` for how they are worded.

    Raises
    ------
    InvalidInputError
        Nothing had been published by then, or ``as_of`` is not a date.
    """
    moment = dataset.moment if as_of is None else end_of(pd.Timestamp(day_of(as_of, "as_of")))
    known, day = as_known(dataset, moment), moment.normalize()
    if "fed_assets" in known and known["fed_assets"].empty:
        first = dataset.provenance("fed_assets").first
        raise InvalidInputError(
            f"as_of: no H.4.1 of this dataset had been published by {day.date()}; its first "
            f"Wednesday is {first.date() if first is not None else 'missing'}."
        )
    bands = ReserveThresholds()
    panel, rates = indicator_panel(known, bands), daily_rates(known)
    paid = "iorb" if day >= FIRST_IORB else "ioer"
    levels = tuple(component(known, name, moment) for name in _LEVELS)
    market = {name: component(known, name, moment) for name in ("sofr", paid, "effr")}
    open_facilities = facilities(known, moment)
    standing = tuple(one.figure for one in open_facilities)
    figures = (*levels, *market.values(), *standing)
    readings = read_all(
        figures_of(known, ("fed_assets", "tga", "on_rrp")),
        panel["reserves_to_bank_assets"],
        rates["spread_outside_turns_28d"],
        moment,
    )
    spells = _spells(panel)
    spread = _spread(rates, "sofr_iorb_spread", "SOFR - IORB", moment)
    outside = _spread(
        rates, "spread_outside_turns", "SOFR - IORB, last day that is no turn", moment
    )
    return Brief(
        version=__version__,
        as_of=day,
        at=time_of(moment),
        data=_data_line(dataset),
        week=since_last_week(known, panel, rates, moment),
        readings=readings,
        tally=tally(readings),
        net_liquidity=_net_liquidity(panel, moment),
        nowcast=_nowcast(known, moment),
        changes=_changes(panel),
        ratio=_ratio(panel, moment),
        regime=spells[0].regime if spells else None,
        thresholds={"abundant": bands.abundant, "scarce": bands.scarce},
        distances=_distances(panel, bands),
        spells=spells,
        spread=spread,
        # It ends before a turn by design, and is late only where SOFR itself is.
        spread_outside_turns=replace(outside, overdue=spread.overdue, note=spread.note),
        spread_windows=_spread_windows(rates),
        corridor=_corridor(market, rates, moment),
        facilities=open_facilities,
        policy=policy_lines(moment),
        ample=how_ample(known, panel, rates, bands, moment),
        # The Bank Term Funding Program is summed up with the facilities.
        components=tuple(one for one in figures if one.name != "btfp"),
        missing=_missing(figures),
        upcoming=upcoming(moment),
        ahead=look_ahead(known, moment),
        priced=None if futures is None else priced_in(futures, known, _last_close(moment), moment),
        linked=linked(panel["net_liquidity"], prices, _last_close(moment)) if prices else None,
        background=Background(moment, known, panel, rates),
    )
