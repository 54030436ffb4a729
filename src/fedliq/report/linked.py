"""Whether prices have followed liquidity, and what they did around decisions, as the brief shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._validate import check_time_index
from fedliq.data.availability import release_time
from fedliq.exceptions import InvalidInputError
from fedliq.markets.event_study import event_study
from fedliq.markets.lead_lag import lead_lag
from fedliq.policy.tables import policy_table
from fedliq.report.figures import reason_of
from fedliq.report.page import NONE, READ_OFF, Section, Table, day_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fedliq.markets.event_study import EventStudy
    from fedliq.markets.lead_lag import LeadLag

__all__ = ["Around", "Link", "Linked", "linked", "linked_section"]

_LEADS = range(27)
_EVENT_DAYS = 20
_EVIDENCE = 0.05
_SMALLEST_SHOWN = 0.001
_DAILY, _STALE = pd.Timedelta(4, unit="D"), pd.Timedelta(7, unit="D")


@dataclass(frozen=True, slots=True)
class Link:
    """The lead of net liquidity that stands out most, and what it is worth after the search."""

    price: str
    last: pd.Timestamp | None
    lead_weeks: int | None = None
    correlation: float | None = None
    p_value: float | None = None
    corrected_p_value: float | None = None
    observations: int | None = None
    note: str = ""
    found: LeadLag | None = field(default=None, compare=False, repr=False, metadata=READ_OFF)


@dataclass(frozen=True, slots=True)
class Around:
    """Cumulative abnormal changes after policy announcements, against quiet days."""

    price: str
    events: int | None = None
    cumulative: float | None = None
    lower_95: float | None = None
    upper_95: float | None = None
    p_value: float | None = None
    unit: str = "percent"
    note: str = ""
    study: EventStudy | None = field(default=None, compare=False, repr=False, metadata=READ_OFF)


@dataclass(frozen=True, slots=True)
class Linked:
    """What prices have had to do with liquidity."""

    links: tuple[Link, ...]
    around: tuple[Around, ...]


def linked(
    net_liquidity: pd.Series[float],
    prices: Mapping[str, pd.Series[float]],
    last: pd.Timestamp,
) -> Linked:
    """Look for leads of net liquidity, and at policy events, in prices up to a day.

    Parameters
    ----------
    net_liquidity : pandas.Series [USD bn]
        As known, by Wednesday.
    prices : mapping of str to pandas.Series
    last : pandas.Timestamp
        The last day whose closes are known.

    Returns
    -------
    Linked
    """
    for name, price in prices.items():
        check_time_index(price.index, f"prices, {name}")
    known = {name: price.loc[:last].dropna() for name, price in prices.items()}
    return Linked(
        tuple(_link(name, net_liquidity, price, last) for name, price in known.items()),
        tuple(_around(name, price, last) for name, price in known.items()),
    )


def _link(
    name: str, net_liquidity: pd.Series[float], price: pd.Series[float], day: pd.Timestamp
) -> Link:
    last = price.index[-1] if len(price) else None
    old = "" if last is None or day - last <= _STALE else f"its last close is of {day_shown(last)}"
    try:
        found = lead_lag(
            net_liquidity,
            price,
            leads=_LEADS,
            available=release_time("fed_assets", check_time_index(net_liquidity.index, "panel")),
        )
    except InvalidInputError as error:
        return Link(name, last, note=reason_of(error))
    best = found.profile.loc[found.best].to_dict()
    return Link(
        name,
        last,
        found.best,
        best["correlation"],
        best["p_value"],
        best["corrected_p_value"],
        int(best["observations"]),
        old,
        found,
    )


def _around(name: str, price: pd.Series[float], last: pd.Timestamp) -> Around:
    events = policy_table("events").rows
    announced = events[(events["kind"] == "policy") & (events["date"] <= last)]
    if announced.empty:
        return Around(name, note="no announcement yet")
    if len(price) > 1 and (price.index[-1] - price.index[0]) / (len(price) - 1) > _DAILY:
        return Around(name, note="the price is not a daily one")
    try:
        study = event_study(price, announced, window=(0, _EVENT_DAYS))
    except InvalidInputError as error:
        return Around(name, note=reason_of(error))
    end = study.average.iloc[-1].to_dict()
    cumulative, lower, upper = (
        100 * math.expm1(end[column]) for column in ("cumulative", "lower_95", "upper_95")
    )
    used = int((study.events["left_out"] == "").sum())
    return Around(name, used, cumulative, lower, upper, end["p_value"], study=study)


def _p(value: float | None) -> str:
    if value is None:
        return NONE
    return f"{value:.3f}" if value >= _SMALLEST_SHOWN else f"<{_SMALLEST_SHOWN}"


def _weeks(number: int | None) -> str:
    return f"{number} week" if number == 1 else f"{number} weeks"


def _link_row(link: Link) -> tuple[str, ...]:
    return (
        link.price,
        _weeks(link.lead_weeks),
        f"{link.correlation:+.2f}",
        f"{link.observations}",
        _p(link.p_value),
        _p(link.corrected_p_value),
        day_shown(link.last),
    )


def _verdict(found: list[Link]) -> str:
    survive = [
        f"{link.price} ({_weeks(link.lead_weeks)}, {link.correlation:+.2f})"
        for link in found
        if link.corrected_p_value is not None and link.corrected_p_value < _EVIDENCE
    ]
    if not found:
        return "No lead could be looked for."
    if not survive:
        return f"No lead of 0 to {_LEADS[-1]} weeks survives the search for it."
    tried = f"; {len(found)} prices were tried, which no p-value here allows for"
    return f"A lead survives the search for it in {', '.join(survive)}{tried * (len(found) > 1)}."


def _around_line(around: Around) -> str:
    if around.cumulative is None:
        return f"{around.price} after policy announcements: {NONE}, {around.note}."
    return (
        f"{around.price}, {_EVENT_DAYS} closes from each of {around.events} policy announcements of the "
        f"record: {around.cumulative:+.1f} % beyond its trend; quiet days give "
        f"{around.lower_95:+.1f} to {around.upper_95:+.1f} % in 95 % of cases (p "
        f"{_p(around.p_value)})."
    )


def linked_section(linked_prices: Linked) -> Section:
    """Word the leads and the events."""
    found = [link for link in linked_prices.links if link.correlation is not None]
    columns = ("price", "lead", "correlation", "n", "p alone", "p of search", "last close")
    table = Table(columns, tuple(map(_link_row, found)), frozenset({0, 6}))
    how = (
        "Correlation of 4-week changes, each figure dated by when it was known, at the lead that "
        "stands out most. p of search: share of searches over series without any relation that "
        "find as much. Past correlations are no forecast."
    )
    return Section(
        "Net liquidity and prices",
        (_verdict(found),),
        table if found else None,
        (
            *((how,) if found else ()),
            *(f"{link.price}: {link.note}." for link in linked_prices.links if link.note),
            *map(_around_line, linked_prices.around),
        ),
    )
