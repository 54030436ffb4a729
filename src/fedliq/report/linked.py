"""Whether prices have followed liquidity, and what they did around decisions, as the brief shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fedliq._validate import check_time_index
from fedliq.data.availability import release_time
from fedliq.exceptions import InvalidInputError
from fedliq.markets.event_study import event_study
from fedliq.markets.lead_lag import lead_lag
from fedliq.policy.tables import policy_table
from fedliq.report.page import NONE, Section, Table, day_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Around", "Link", "Linked", "linked", "linked_section"]

_LEADS = range(27)
_EVENT_DAYS = 20
_EVIDENCE = 0.05


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


@dataclass(frozen=True, slots=True)
class Around:
    """Cumulative abnormal changes around policy events, in percent, against quiet days."""

    price: str
    events: int | None = None
    cumulative: float | None = None
    lower_95: float | None = None
    upper_95: float | None = None
    p_value: float | None = None
    unit: str = "percent"
    note: str = ""


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
    known = {name: price.loc[:last].dropna() for name, price in prices.items()}
    return Linked(
        tuple(_link(name, net_liquidity, price) for name, price in known.items()),
        tuple(_around(name, price, last) for name, price in known.items()),
    )


def _reason(error: InvalidInputError) -> str:
    return str(error).partition(". ")[0].rstrip(".")


def _link(name: str, net_liquidity: pd.Series[float], price: pd.Series[float]) -> Link:
    last = price.index[-1] if len(price) else None
    try:
        found = lead_lag(
            net_liquidity,
            price,
            leads=_LEADS,
            available=release_time("fed_assets", check_time_index(net_liquidity.index, "panel")),
        )
    except InvalidInputError as error:
        return Link(name, last, note=_reason(error))
    best = found.profile.loc[found.best].to_dict()
    return Link(
        name,
        last,
        found.best,
        best["correlation"],
        best["p_value"],
        best["corrected_p_value"],
        int(best["observations"]),
    )


def _around(name: str, price: pd.Series[float], last: pd.Timestamp) -> Around:
    events = policy_table("events").rows
    announced = events[(events["kind"] == "policy") & (events["date"] <= last)]
    try:
        study = event_study(price, announced, window=(0, _EVENT_DAYS))
    except InvalidInputError as error:
        return Around(name, note=_reason(error))
    end = study.average.iloc[-1].to_dict()
    return Around(
        name,
        int((study.events["left_out"] == "").sum()),
        100 * end["cumulative"],
        100 * end["lower_95"],
        100 * end["upper_95"],
        end["p_value"],
    )


def _link_row(link: Link) -> tuple[str, ...]:
    if link.correlation is None:
        return (link.price, *(NONE,) * 5, day_shown(link.last))
    return (
        link.price,
        f"{link.lead_weeks} weeks",
        f"{link.correlation:+.2f}",
        f"{link.observations}",
        f"{link.p_value:.3f}",
        f"{link.corrected_p_value:.3f}",
        day_shown(link.last),
    )


def _verdict(links: tuple[Link, ...]) -> str:
    tried = [link for link in links if link.corrected_p_value is not None]
    survive = [link.price for link in tried if (link.corrected_p_value or 0.0) < _EVIDENCE]
    if not tried:
        return "No lead could be looked for."
    if not survive:
        return f"No lead of 0 to {_LEADS[-1]} weeks survives the search for it."
    return f"A lead survives the search for it in {', '.join(survive)}."


def _around_line(around: Around) -> str:
    if around.cumulative is None:
        return f"{around.price} around policy events: {NONE}, {around.note}."
    return (
        f"{around.price}, {_EVENT_DAYS} days from each of {around.events} policy events: "
        f"{around.cumulative:+.1f} % beyond its trend; quiet days give {around.lower_95:+.1f} to "
        f"{around.upper_95:+.1f} % in 95 % of cases (p {around.p_value:.3f})."
    )


def linked_section(found: Linked) -> Section:
    """Word the leads and the events."""
    columns = ("price", "lead", "correlation", "weeks", "p alone", "p of search", "last price")
    return Section(
        "Net liquidity and prices",
        (_verdict(found.links), *(_around_line(one) for one in found.around)),
        Table(columns, tuple(_link_row(link) for link in found.links), frozenset({0, 6})),
        (
            (
                "Correlation of 4-week changes, each figure dated by when it was known, at the lead "
                "that stands out most. p of search: share of searches over series without any "
                "relation that find as much. Past correlations are no forecast."
            ),
            *(f"{link.price}: {link.note}." for link in found.links if link.note),
        ),
    )
