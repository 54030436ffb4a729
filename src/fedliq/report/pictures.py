"""The charts of the brief, by the section they belong to."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from fedliq import plot
from fedliq.alignment import align, no_figures
from fedliq.ampleness import reserve_demand_data
from fedliq.calendar import turn_flags
from fedliq.econometrics.elasticity import reserve_demand_elasticity
from fedliq.exceptions import FedliqError, WeakInstrumentWarning
from fedliq.indicators.spreads import rate_spread
from fedliq.panel import rate_in_force
from fedliq.policy.tables import policy_schedule
from fedliq.report.ahead import Ahead
from fedliq.report.desk import announced_by
from fedliq.report.facts import Brief
from fedliq.report.figures import reason_of
from fedliq.report.page import Picture
from fedliq.report.priced import MEETINGS
from fedliq.report.svg import draw_svg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.axes import Axes

    from fedliq.outlook import Outlook
    from fedliq.report.facts import Background, Facility
    from fedliq.report.linked import Linked
    from fedliq.report.priced import Priced
    from fedliq.report.svg import Draw

__all__ = ["draw"]

_YEAR, _HALF_A_YEAR = pd.Timedelta(365, unit="D"), pd.Timedelta(182, unit="D")
_PARTS = ("fed_assets", "tga", "on_rrp")
_CHANGE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What to draw: ``described`` tells it to a reader who cannot see it."""

    section: str
    what: str
    draw: Draw
    described: str

    @property
    def key(self) -> str:
        """What names it within the page."""
        return self.what.replace(" ", "-").lower()


def _since(series: pd.DataFrame | pd.Series[float], day: pd.Timestamp, years: float) -> slice:
    """Return the last years up to a day, as a slice of dates."""
    return slice(max(day - years * _YEAR, series.index[0]), day) if len(series) else slice(None)


def _span(series: pd.Series[float]) -> str:
    known = series.dropna().index
    return f"{known[0]:%Y-%m-%d} to {known[-1]:%Y-%m-%d}" if len(known) else "no date"


def _liquidity(behind: Background, day: pd.Timestamp) -> Iterator[_Drawing]:
    title, source = "Net liquidity", behind.credit(*_PARTS)
    recent = behind.panel[_since(behind.panel, day, 5)]
    yield _Drawing(
        title,
        "net liquidity",
        partial(plot.net_liquidity, *(recent[one] for one in _PARTS), source=source),
        f"Fed assets by week, {_span(recent['net_liquidity'])}, as the sum of net liquidity, the TGA and ON RRP.",
    )
    year = behind.panel[_since(behind.panel, day, 1)]
    columns = {f"{one}_contribution_{_CHANGE_WEEKS}w": one for one in _PARTS}
    moved = year[list(columns)].rename(columns=columns)
    yield _Drawing(
        title,
        "contributions",
        partial(plot.net_liquidity_contributions, moved, source=source),
        f"What Fed assets, the TGA and ON RRP contributed to its change over {_CHANGE_WEEKS} weeks, "
        f"{_span(year['net_liquidity'])}; the last are in the table.",
    )


def _reserves(behind: Background, day: pd.Timestamp) -> Iterator[_Drawing]:
    recent = behind.panel[_since(behind.panel, day, 8)]
    yield _Drawing(
        "Reserves over bank assets",
        "ratio",
        partial(
            plot.reserves_to_bank_assets,
            recent["reserves_to_bank_assets"],
            recent["regime"],
            source=behind.credit("reserves_week_average", "bank_assets"),
        ),
        f"By week, {_span(recent['reserves_to_bank_assets'])}, between the abundant and the scarce band, with the regime "
        "of each week as a strip.",
    )


def _spread(behind: Background, day: pd.Timestamp) -> Iterator[_Drawing]:
    spread = behind.rates["sofr_iorb_spread"]
    recent = spread[_since(spread, day, 1.1)]
    days = pd.DatetimeIndex(recent.index)

    def draw(*, ax: Axes) -> Axes:
        (paid,) = align(behind.rates["iorb"], on=days)
        floor, ceiling = (
            rate_spread(rate_in_force(one, days), paid) for one in ("on_rrp_pct", "srf_pct")
        )
        return plot.sofr_iorb_spread(
            recent,
            turn_flags(days),
            floor=floor,
            ceiling=ceiling,
            source=behind.credit("sofr", "iorb"),
            ax=ax,
        )

    yield _Drawing(
        "SOFR - IORB",
        "spread",
        draw,
        f"By day, {_span(recent)}, with quarter-ends and other turns marked, between the rates of ON "
        "RRP and of the standing repo facility.",
    )


def _facilities(
    behind: Background, day: pd.Timestamp, opened: Iterable[Facility]
) -> Iterator[_Drawing]:
    title = "Facilities and the Desk"
    names = [one.figure.name for one in opened]
    held = {one: behind.known.get(one, no_figures(one)) for one in names}
    recent = {name: one[_since(one, day, 5)] for name, one in held.items()}
    given = {name: one for name, one in recent.items() if len(one)}
    yield _Drawing(
        title,
        "facilities",
        partial(
            plot.facilities,
            on_rrp=given.get("on_rrp"),
            btfp=given.get("btfp"),
            srf=given.get("srf"),
            source=behind.credit(*given),
        ),
        f"{', '.join(given).upper().replace('_', ' ')} over the last five years to {day:%Y-%m-%d}, on a "
        "logarithmic scale.",
    )

    def draw(*, ax: Axes) -> Axes:
        schedule = policy_schedule().as_known_on(announced_by(behind.moment))
        return plot.caps_and_purchases(schedule, day - 5 * _YEAR, day + _HALF_A_YEAR, ax=ax)

    yield _Drawing(
        title,
        "policy",
        draw,
        "Caps on redemptions below zero, purchases above it, USD bn a month, over the last five years.",
    )


def _ample(behind: Background) -> Iterator[_Drawing]:
    def draw(*, ax: Axes) -> Axes:
        data = reserve_demand_data(behind.known)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", WeakInstrumentWarning)  # the section says it
            slope = reserve_demand_elasticity(data["spread"], data["ratio"])
        credit = behind.credit("effr", "iorb", "reserves_week_average", "bank_assets")
        return plot.reserve_demand_elasticity(slope, source=f"fedliq, from {credit}", ax=ax)

    yield _Drawing(
        "How ample are reserves?",
        "elasticity",
        draw,
        "By week, each by its past alone, with bands of 68 and 95 percent. Zero is abundance.",
    )


def _forward(
    outlook: Outlook, title: str, ahead: Ahead, history: pd.Series[float] | None
) -> Iterator[_Drawing]:
    first, last = ahead.rows[0], ahead.rows[-1]
    source = "fedliq, by the assumptions below"
    yield _Drawing(
        title,
        "fan",
        partial(plot.projection_fan, outlook.fan, history=history, source=source),
        f"From {100 * first.ratio:.1f} percent to {100 * last.ratio:.1f} by {last.date:%Y-%m-%d}; 90 % "
        f"of paths end between {100 * last.ratio_low:.1f} and {100 * last.ratio_high:.1f}.",
    )
    for one in ahead.crossings[:1]:
        yield _Drawing(
            title,
            "crossing",
            partial(plot.crossing_dates, outlook.fan, one.edge, source=source),
            "The share of paths that are below it for the first time at each month-end.",
        )


def _ahead(ahead: Ahead, behind: Background) -> Iterator[_Drawing]:
    if ahead.outlook is not None:
        ratio = behind.panel["reserves_to_bank_assets"]
        history = ratio[_since(ratio, ahead.opening, 2)]
        yield from _forward(ahead.outlook, "The year ahead", ahead, history)


def _priced(priced: Priced) -> Iterator[_Drawing]:
    watch, title = priced.watch, "What futures price for the FOMC"
    if watch is not None:
        source = "settlements given"
        yield _Drawing(
            title,
            "priced",
            partial(plot.meeting_probabilities, watch, meetings=MEETINGS, source=source),
            "Probability of each target range after each meeting; the likeliest are in the table.",
        )
        yield _Drawing(
            title,
            "rate path",
            partial(plot.rate_path, watch, meetings=MEETINGS, source=source),
            "Expected federal funds rate after each meeting, as in the table.",
        )


def _linked(linked: Linked) -> Iterator[_Drawing]:
    title = "Net liquidity and prices"
    for number, (link, around) in enumerate(zip(linked.links, linked.around, strict=True)):
        source = f"{link.price} as given, and the H.4.1"
        found, study = link.found, around.study
        if found is not None:
            yield _Drawing(
                title,
                f"lead {number}",
                partial(plot.lead_lag, found, source=source),
                f"Net liquidity and {link.price}: correlation of changes at each lead, against what "
                "a search finds by chance.",
            )
        if study is not None:
            yield _Drawing(
                title,
                f"events {number}",
                partial(plot.event_study, study, source=source),
                f"{link.price} after policy announcements, against quiet days.",
            )


def _drawn(one: _Drawing) -> Picture:
    """Draw, or say why there is nothing to see."""
    try:
        return Picture(one.section, svg=draw_svg(one.key, one.draw, one.described))
    except FedliqError as error:
        return Picture(one.section, missing=f"{one.what}: {reason_of(error)}")


def _of_brief(brief: Brief, behind: Background) -> Iterator[_Drawing]:
    for part in (_liquidity, _reserves, _spread):
        yield from part(behind, brief.as_of)
    yield from _facilities(behind, brief.as_of, brief.facilities)
    yield from _ample(behind)
    yield from _ahead(brief.ahead, behind)
    if brief.priced:
        yield from _priced(brief.priced)
    if brief.linked:
        yield from _linked(brief.linked)


def draw(facts: object) -> tuple[Picture, ...]:
    """Draw the charts of a brief or a projection from what its facts were read off.

    Parameters
    ----------
    facts : Brief or Ahead
        As ``make_brief`` and ``summarise`` return them.

    Returns
    -------
    tuple of Picture
        Each with the title of its section. A chart whose figures are not at hand says why.
    """
    drawings: Iterator[_Drawing] = iter(())
    if isinstance(facts, Brief) and facts.background is not None:
        drawings = _of_brief(facts, facts.background)
    elif isinstance(facts, Ahead) and facts.outlook is not None:
        drawings = _forward(facts.outlook, "The path", facts, None)
    return tuple(map(_drawn, drawings))
