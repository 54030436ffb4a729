"""Word the facts: sections of lines and tables of text, whatever the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fedliq.report.ahead import ahead_section
from fedliq.report.ample import ample_section
from fedliq.report.linked import linked_section
from fedliq.report.page import NONE, Document, Headline, Section, Table, day_shown
from fedliq.report.priced import priced_section
from fedliq.report.week import week_section

if TYPE_CHECKING:
    import pandas as pd

    from fedliq.report.facts import Brief, Figure

__all__ = ["document"]

_NOTICE = (
    "Reference rates are those of the Federal Reserve Bank of New York, which does not sanction "
    "or endorse this brief and has no liability for its use."
)
_BAND_ORIGIN = {
    "abundant": "estimate of Afonso, Giannone, La Spada and Williams, NY Fed Staff Report 1019",
    "scarce": "assumption: market usage, no primary source",
}


def _minute(moment: pd.Timestamp | None) -> str:
    return NONE if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _number(value: float | None, form: str) -> str:
    return NONE if value is None else format(value, form)


def _weeks(number: float) -> str:
    return f"{number:.0f} week" if round(number) == 1 else f"{number:.0f} weeks"


_FORMS = {"USD bn": ",.1f", "percent": ".2f", "bp": "+.1f", "pp": "+.2f", "fraction": ".2f"}


def _amount(figure: Figure) -> str:
    if figure.value is None:
        return NONE
    if figure.name == "reserves_to_bank_assets":
        return f"{100 * figure.value:.2f} %"
    unit = "" if figure.unit == "fraction" else f" {figure.unit}"
    return f"{figure.value:{_FORMS[figure.unit]}}{unit}"


def _age(figure: Figure) -> str:
    if figure.age_days is None:
        return ""
    days = "today" if figure.age_days == 0 else f"{figure.age_days} d"
    return f"{days}, OVERDUE" if figure.overdue else days


def _stamp(figure: Figure) -> str:
    if figure.age_days is None:
        return figure.note
    return f"{day_shown(figure.date)}, {_age(figure)}"


def _readings(brief: Brief) -> Section:
    rows = tuple(
        (
            one.label,
            _number(one.change, "+,.2f" if one.unit == "pp" else "+,.1f"),
            f"{one.neutral_within:g}",
            one.unit,
            one.adds_when,
            day_shown(one.date),
            one.verdict,
        )
        for one in brief.readings
    )
    columns = ("indicator", "change", "neutral +/-", "unit", "adds when it", "as of", "reading")
    tally = ", ".join(f"{count} {verdict}" for verdict, count in brief.tally.items() if count)
    return Section(
        "Reading",
        (f"Of {len(brief.readings)} indicators: {tally}.",),
        Table(columns, rows, frozenset({0, 3, 4, 5, 6})),
        (
            (
                "Rule: the change over 4 weeks (of SOFR - IORB, that of its 4-week mean; of "
                "purchases less caps, what is announced for now) adds or drains where it is larger "
                "than the neutral width."
            ),
            *(f"{one.label}: {one.note}." for one in brief.readings if one.note),
        ),
    )


def _net_liquidity(brief: Brief) -> Section:
    figure = brief.net_liquidity
    rows = tuple(
        (
            _weeks(one.weeks),
            day_shown(one.since),
            *(
                _number(value, "+,.1f")
                for value in (one.total, one.fed_assets, one.tga, one.on_rrp)
            ),
        )
        for one in brief.changes
    )
    table = Table(
        ("change over", "since", "net liquidity", "Fed assets", "TGA", "ON RRP"),
        rows,
        frozenset({0, 1}),
    )
    late = _overdue(brief)
    return Section(
        "Net liquidity",
        (
            f"{_amount(figure)} ({_stamp(figure)}), standard definition: {figure.source}.",
            *((f"Waiting for {late}.",) if late else ()),
            _nowcast(brief.nowcast),
            *_drivers(brief),
        ),
        table if rows else None,
        ("USD bn. Contributions are signed: a falling TGA adds. They sum to the change.",)
        if rows
        else (),
    )


def _nowcast(figure: Figure) -> str:
    if figure.value is None:
        return f"Nowcast: {NONE}, {figure.note}."
    return f"Nowcast, by the last of each that is public: {_amount(figure)} ({figure.source})."


def _drivers(brief: Brief) -> tuple[str, ...]:
    """Name what drove the change over four weeks, the largest first."""
    change = next((one for one in brief.changes if one.weeks == 4), None)  # noqa: PLR2004
    if change is None or change.total is None:
        return ()
    parts = {"Fed assets": change.fed_assets, "the TGA": change.tga, "ON RRP": change.on_rrp}
    ordered = sorted(parts.items(), key=lambda part: -abs(part[1] or 0.0))
    named = ", ".join(f"{name} {value:+,.1f}" for name, value in ordered)
    return (f"Over 4 weeks {change.total:+,.1f}: {named}.",)


def _overdue(brief: Brief) -> str:
    """Name the components whose later figures should be out but are not at hand."""
    late = [
        f"{one.name} (last {day_shown(one.date)})"
        for one in brief.components
        if one.name in ("fed_assets", "tga", "on_rrp") and (one.overdue or one.date is None)
    ]
    return ", ".join(late)


def _ampleness(brief: Brief) -> Section:
    figure = brief.ratio
    if brief.regime is None:
        return Section("Reserves over bank assets", (f"{NONE}: {figure.note}.",))
    bands = "; ".join(
        f"{name} band {100 * low:g}-{100 * high:g} % ({_BAND_ORIGIN[name]})"
        for name, (low, high) in brief.thresholds.items()
    )
    now, *before = brief.spells
    history = ", ".join(
        f"{one.regime} {day_shown(one.first)} to {day_shown(one.last)} ({_weeks(one.weeks)})"
        for one in before
    )
    rows = tuple(
        (f"{100 * one.edge:g} %", one.of, f"{one.percentage_points:+.2f}", f"{one.usd_bn:+,.1f}")
        for one in brief.distances
    )
    return Section(
        "Reserves over bank assets",
        (
            (
                f"{_amount(figure)} ({_stamp(figure)}): {brief.regime}, since {day_shown(now.first)} "
                f"({_weeks(now.weeks)})."
            ),
            *((f"Before: {history}.",) if history else ()),
        ),
        Table(("edge", "of the bands", "pp", "USD bn"), rows, frozenset({0, 1})),
        (
            "Distance of the ratio from each edge; USD bn at bank assets as they are.",
            f"Thresholds: {bands}.",
        ),
    )


def _spread(brief: Brief) -> Section:
    rows = tuple(
        (
            f"{one.days} days",
            _number(one.mean, "+.1f"),
            _number(one.mean_outside_turns, "+.1f"),
            _number(one.highest, "+.1f"),
            day_shown(one.highest_on),
            _number(one.share_at_or_above, ".0%"),
        )
        for one in brief.spread_windows
    )
    table = Table(
        ("last", "mean", "outside turns", "highest", "on", "days at or above 0"),
        rows,
        frozenset({0, 4}),
    )
    outside = brief.spread_outside_turns
    return Section(
        "SOFR - IORB",
        (
            (
                f"{_amount(brief.spread)} ({_stamp(brief.spread)}); outside turns "
                f"{_amount(outside)} ({day_shown(outside.date)})."
            ),
        ),
        table if rows else None,
        (
            (
                "bp. Turns: quarter-ends +/- 2 business days (FEDS Notes, 6 June 2025); month-ends, "
                "mid-month settlement and tax dates with the business day after."
            ),
        ),
    )


def _corridor(brief: Brief) -> Section:
    rows = tuple((one.label, _amount(one), _stamp(one), one.source) for one in brief.corridor)
    columns = ("rate", "level", "as of", "source")
    return Section("The corridor", (), Table(columns, rows, frozenset({0, 2, 3})))


def _facilities(brief: Brief) -> Section:
    rows = tuple(
        (
            one.figure.name.upper().replace("_", " "),
            _amount(one.figure),
            _stamp(one.figure),
            one.figure.source,
        )
        for one in brief.facilities
    )
    notes = tuple(
        f"{one.figure.name.upper().replace('_', ' ')}: {one.summary}."
        for one in brief.facilities
        if one.summary
    )
    return Section(
        "Facilities and the Desk",
        (),
        Table(("facility", "level", "as of", "source"), rows, frozenset({0, 2, 3})),
        (*notes, *brief.policy),
    )


def _sources(brief: Brief) -> Section:
    fetched = any(one.retrieved_at is not None for one in brief.components)
    columns = (
        "series",
        "value",
        "as of",
        "age",
        *(("retrieved, UTC",) if fetched else ()),
        "source",
    )
    rows = tuple(
        (
            one.name,
            _amount(one),
            day_shown(one.date),
            _age(one) or one.note,
            *((_minute(one.retrieved_at),) if fetched else ()),
            one.source,
        )
        for one in brief.components
    )
    return Section(
        "Figures and their sources",
        (),
        Table(columns, rows, frozenset(range(len(columns))) - {1}),
        (
            *(
                ("Not at hand, and nothing was put in its place. " + " ".join(brief.missing),)
                if brief.missing
                else ()
            ),
            _NOTICE,
        ),
    )


def _upcoming(brief: Brief) -> Section:
    rows = tuple((f"{one.date:%a %Y-%m-%d}", one.what, one.note) for one in brief.upcoming)
    meetings = any(one.what.startswith("FOMC") for one in brief.upcoming)
    unknown = () if meetings else ("The FOMC calendar at hand does not cover this day.",)
    return Section(
        "What comes next",
        (),
        Table(("date", "event", ""), rows, frozenset({0, 1, 2})),
        ("Times are Eastern.", *unknown),
    )


def _when(brief: Brief) -> str:
    day = f"{brief.as_of:%A %Y-%m-%d}"
    return f"on {day} at {brief.at}" if brief.at else f"at the end of {day}"


def _headlines(brief: Brief) -> tuple[Headline, ...]:
    """Choose what is to be seen first: where liquidity stands, and how ample it is."""
    on_rrp = next((one.figure for one in brief.facilities if one.figure.name == "on_rrp"), None)
    ample = brief.ample
    return (
        Headline("Net liquidity", _amount(brief.net_liquidity), _stamp(brief.net_liquidity)),
        Headline(
            "Reserves over bank assets",
            _amount(brief.ratio) + (f", {brief.regime}" if brief.regime else ""),
            _stamp(brief.ratio),
        ),
        Headline("SOFR - IORB", _amount(brief.spread), _stamp(brief.spread)),
        *((Headline("ON RRP", _amount(on_rrp), _stamp(on_rrp)),) if on_rrp else ()),
        Headline(
            "End of run-off",
            ample.stage or NONE,
            f"{ample.met} of {len(ample.factors)} factors met",
        ),
    )


def document(brief: Brief) -> Document:
    """Word the brief.

    Parameters
    ----------
    brief : Brief
        The facts.

    Returns
    -------
    Document
        Title, opening lines and sections, in reading order.
    """
    return Document(
        "US dollar liquidity",
        ((f"As known {_when(brief)} (Eastern). fedliq {brief.version}; {brief.data}."),),
        (
            week_section(brief.week),
            _readings(brief),
            _net_liquidity(brief),
            _ampleness(brief),
            _spread(brief),
            _corridor(brief),
            _facilities(brief),
            ample_section(brief.ample),
            ahead_section(brief.ahead),
            *((priced_section(brief.priced),) if brief.priced else ()),
            *((linked_section(brief.linked),) if brief.linked else ()),
            _sources(brief),
            _upcoming(brief),
        ),
        _headlines(brief),
    )
