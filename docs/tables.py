"""Tables of the documentation that are made from the package itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import fedliq as fl
from fedliq.data.board import BoardDownload
from fedliq.data.fred import FredApi, FredGraph
from fedliq.data.nyfed import NewYorkFed
from fedliq.data.treasury import FiscalData
from fedliq.quantities import QUANTITIES
from fedliq.spec import spec_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Source

__all__ = ["sections", "table", "write_tables"]


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Set cells as a Markdown table."""
    header = list(header)
    lines = [header, ["---"] * len(header), *([str(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def sections(parts: Mapping[str, str]) -> str:
    """Put texts into one file, each behind a marker, so that a page can set its words between."""
    return "".join(
        f"<!-- {name} -->\n\n{text}\n<!-- end {name} -->\n" for name, text in parts.items()
    )


def _quantities() -> str:
    return table(
        ("name", "unit", "plausible range", "meaning"),
        (
            (f"`{one.name}`", one.unit, f"{one.low:g} to {one.high:g}", one.meaning)
            for one in QUANTITIES.values()
        ),
    )


def _indicators() -> str:
    marked = (spec_of(getattr(fl, name)) for name in sorted(fl.__all__))
    return table(
        ("function", "formula", "gives"),
        (
            (
                f"{{obj}}`~fedliq.{spec.name}`",
                spec.formula,
                ", ".join(sorted({str(unit) for unit in spec.outputs.values() if unit}))
                or "labels",
            )
            for spec in marked
            if spec
        ),
    )


def _columns(columns: Mapping[str, tuple[fl.Unit | None, str]]) -> str:
    return table(
        ("column", "unit", "what it holds"),
        ((f"`{name}`", unit or "label", meaning) for name, (unit, meaning) in columns.items()),
    )


def _panel() -> str:
    return _columns(fl.PANEL_COLUMNS)


def _projection_columns() -> str:
    return _columns(fl.PROJECTION_COLUMNS)


def _sample_span(sample: fl.Dataset, name: str) -> str:
    if name not in sample:
        return "none"
    return f"{sample[name].index[0].date()} to {sample[name].index[-1].date()}"


def _series() -> str:
    sample = fl.load_sample()
    return table(
        ("name", "what", "held in", "published in", "release and id", "sample"),
        (
            (
                f"`{name}`",
                f"{info.title} ({info.observation})",
                info.unit,
                info.native_unit,
                f"{info.release}" + (f", {listed}" if (listed := info.fred or info.board) else ""),
                _sample_span(sample, name),
            )
            for name, info in fl.catalog().items()
        ),
    )


# What each service knows a series by.
_KEYS = {
    "nyfed": "nyfed",
    "treasury": "treasury",
    "fred": "fred",
    "fredgraph": "fred",
    "board": "board",
}


def _services() -> tuple[Source, ...]:
    """Return one of each, in the order in which they are asked; none of them is."""
    made = (NewYorkFed(), FiscalData(), FredApi("0" * 32), FredGraph(), BoardDownload())
    if tuple(one.name for one in made) != fl.SOURCES:
        raise ValueError(fl.SOURCES)  # a new service has to be described here
    return made


def _sources() -> str:
    def count(source: Source) -> int:
        return sum(source.serves(info) for info in fl.catalog().values())

    def reach(source: Source) -> str:
        days = source.overlap_days
        return "the whole series" if days is None else f"the last {days} days held"

    return table(
        ("`source=`", "series", "a refresh asks for", "keeps vintages"),
        (
            (f"`{one.name}`", count(one), reach(one), "yes" if one.keeps_vintages else "no")
            for one in _services()
        ),
    )


def _served() -> str:
    def key(source: Source, info: SeriesInfo) -> str:
        return f"`{getattr(info, _KEYS[source.name])}`" if source.serves(info) else ""

    services = _services()
    return table(
        ("series", *(f"`{one.name}`" for one in services)),
        (
            (f"`{name}`", *(key(one, info) for one in services))
            for name, info in fl.catalog().items()
        ),
    )


def _cell(value: object) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _policy() -> str:
    parts = []
    for name in fl.POLICY_TABLES:
        record = fl.policy_table(name)
        units = "; ".join(f"`{column}` in {unit}" for column, unit in record.units.items())
        sources = "\n".join(f"- `{key}`: {text}" for key, text in record.sources.items())
        rows = ([_cell(cell) for cell in row] for row in record.rows.to_numpy(dtype=object))
        parts.append(
            f"## {record.title}\n\n`fl.policy_table({name!r})`"
            + (f"; {units}." if units else ".")
            + f"\n\n{table(record.rows.columns, rows)}\nSources:\n\n{sources}\n"
        )
    return "\n".join(parts)


_DECISIONS = {
    "treasury_cap": "Treasury principal that may leave in a calendar month",
    "agency_cap": "agency principal that may leave in a calendar month",
    "mbs_ceiling": "the most by which MBS may fall; principal above it is reinvested in MBS",
    "agency_into_bills": "share that goes into bills, of what is reinvested in Treasuries",
    "treasury_pace": "net purchases of Treasuries at a pace, until further notice",
    "pace_into_bills": "share of that pace that goes into bills",
    "purchases_without_amount": "1 where purchases run whose amount is not announced",
    "mbs_pace": "net purchases of MBS at a pace, until further notice",
    "bill_purchases": "reserve management purchases, for a period with a first and a last day",
    "assumed_purchases": "purchases of bills that a user assumes, until further notice",
    "iorb": "interest on reserve balances, before July 2021 IOER",
    "on_rrp_rate": "award rate of ON RRP",
    "srf_rate": "rate of the standing repo facility",
    "target_low": "lower end of the target range",
    "target_high": "upper end of the target range",
}


def _decisions() -> str:
    # A decision without a meaning here fails the build, which is the point.
    return table(
        ("decision", "unit", "what it is"),
        ((f"`{name}`", unit, _DECISIONS[name]) for name, unit in fl.DECISIONS.items()),
    )


# The Wednesdays nearest to the ends of the years 2022 to 2025.
_YEAR_ENDS = pd.DatetimeIndex(["2022-12-28", "2023-12-27", "2025-01-01", "2025-12-31"])
_YEARS = ("2022", "2023", "2024", "2025")
# Federal Reserve Bank of New York, Open Market Operations during 2021, May 2022: agency MBS.
_NEW_YORK = (2599.6, 2319.9, 2072.8, 1849.7)
# Board of Governors, press release of 12 January 2024, and the audited statements of 2023.
_INTEREST = {"interest_on_reserves": 176.8, "interest_on_reverse_repo": 104.3}
_SCORED = {
    "treasuries": "Treasuries",
    "mbs": "MBS",
    "fed_assets": "Fed assets",
    "tga": "TGA",
    "on_rrp": "ON RRP",
    "reserves": "reserves",
    "net_liquidity": "net liquidity",
}
_FAN = {"reserves": "reserves", "tga": "TGA", "mbs": "MBS", "bank_assets": "bank assets"}
_FAN_MONTHS = (3, 6, 12)


def _off(projected: float, came: float) -> str:
    return f"{100 * (projected / came - 1):+.2f}"


def _project(
    sample: fl.Dataset,
    start: str,
    end: str,
    schedule: fl.PolicySchedule,
    model: fl.PrepaymentModel,
    maturities: fl.MaturityProfile | None = None,
) -> pd.DataFrame:
    """Project with nothing but what the securities need."""
    assumed = fl.Assumptions(prepayment=model, maturities=maturities)
    return fl.project_balance_sheet(
        fl.opening_sheet(sample, start), schedule, end, assumed
    ).to_frame()


def _score_treasuries(sample: fl.Dataset) -> str:
    profile = fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16")
    model = fl.PrepaymentModel(0.06)  # plays no part for Treasuries: the agency cap never bound
    both = [
        _project(sample, "2022-06-01", "2025-09-30", fl.policy_schedule(), model, held)
        for held in (profile, None)
    ]
    path, caps = (one["treasuries"] for one in both)
    quarter_ends = path.index[1:][np.diff(path.index.quarter, append=0)[1:] != 0]
    rows = []
    for day in quarter_ends:
        came = sample["treasuries"][day]
        rows.append(
            (
                day.date(),
                f"{came:,.1f}",
                f"{path[day]:,.1f}",
                _off(path[day], came),
                _off(caps[day], came),
            )
        )
    return table(
        ("Wednesday", "published", "projected", "error, %", "by the caps alone, error, %"), rows
    )


def _score_since_december(sample: fl.Dataset) -> str:
    profile = fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16")
    mbs = sample["mbs"].dropna()
    model = fl.fit_prepayment(mbs[:"2025-12-03"], months=12)
    frame = _project(sample, "2025-12-03", "2026-08-19", fl.policy_schedule(), model, profile)
    came = pd.DataFrame({name: sample[name] for name in ("treasuries", "mbs")}).loc[frame.index]
    rows = []
    for title, names in (
        ("Treasuries", ["treasuries"]),
        ("MBS", ["mbs"]),
        ("Treasuries and MBS", ["treasuries", "mbs"]),
    ):
        error = 100 * (frame[names].sum(axis=1) / came[names].sum(axis=1) - 1)
        largest = error.abs().idxmax()
        rows.append((title, f"{error[largest]:+.2f}", largest.date(), f"{error.iloc[-1]:+.2f}"))
    return table(("", "largest error, %", "on", "error at the end, %"), rows)


def _score_mbs(sample: fl.Dataset) -> str:
    mbs = sample["mbs"].dropna()
    model = fl.fit_prepayment(mbs[:"2022-12-31"])
    path = _project(sample, "2022-12-28", "2025-12-31", fl.policy_schedule(), model)["mbs"]
    return table(
        ("Wednesday", "published", "projected", "error, %"),
        (
            (day.date(), f"{mbs[day]:,.1f}", f"{path[day]:,.1f}", _off(path[day], mbs[day]))
            for day in _YEAR_ENDS[1:]
        ),
    )


def _score_new_york(sample: fl.Dataset) -> str:
    """Agency MBS from the start of the New York Fed's own projection."""
    mbs = sample["mbs"].dropna()
    start = "2022-03-02"
    schedule = fl.policy_schedule().as_known_on("2022-05-31")
    history = fl.balance_sheet_history(sample)[:start]
    models = {
        "fitted to December 2018 - July 2019": fl.fit_prepayment(mbs[:"2019-07-31"], months=8),
        "fitted to December 2018 - April 2019": fl.fit_prepayment(mbs[:"2019-04-30"], months=5),
        "`fl.standard_assumptions` of the day": fl.standard_assumptions(
            history, schedule.as_known_on(start)
        ).prepayment,
        "6 %, **chosen with hindsight**": fl.PrepaymentModel(0.06),
    }
    came = mbs[_YEAR_ENDS].tolist()
    rows = [
        ("realised", "", *(f"{one:,.1f}" for one in came)),
        ("New York Fed, May 2022", "", *map(_with_error, _NEW_YORK, came)),
    ]
    for title, model in models.items():
        path = _project(sample, start, "2025-12-31", schedule, model)["mbs"]
        cells = map(_with_error, path[_YEAR_ENDS].tolist(), came)
        rows.append((title, f"{100 * model.cpr:.1f}", *cells))
    return table(("projection", "CPR, %", *_YEARS), rows)


def _with_error(projected: float, came: float) -> str:
    return f"{projected:,.1f} ({100 * (projected / came - 1):+.1f} %)"


def _starts(history: pd.DataFrame) -> pd.DatetimeIndex:
    return history["2018":"2025"].index


def _score_backtest(result: fl.Backtest) -> str:
    return table(
        (
            "line",
            "weeks",
            "starts",
            "projection",
            "no change",
            "pace",
            "to no change",
            "to pace",
        ),
        (
            (
                _SCORED[line],
                weeks,
                row.starts,
                f"{row.projection:,.0f}",
                f"{row.no_change:,.0f}",
                f"{row.pace:,.0f}",
                *(f"{one:.2f}" if one < 1 else f"**{one:.2f}**" for one in row[-2:]),
            )
            for (line, weeks), row in _named(result.mean_absolute_errors())
        ),
    )


def _named(table: pd.DataFrame) -> Iterable[tuple[tuple[str, int], tuple[float, ...]]]:
    return zip(table.index, table.itertuples(index=False), strict=True)


def _score_by_year(result: fl.Backtest) -> str:
    sizes = result.errors.xs(26, level="weeks")["reserves"].abs()
    years = sizes.groupby(sizes.index.year).mean()
    return table(
        ("starts in", "projection", "no change", "pace", "to no change", "to pace"),
        (
            (
                year,
                *(f"{one:,.0f}" for one in row),
                *(
                    f"{one:.2f}" if one < 1 else f"**{one:.2f}**"
                    for one in (row.projection / row.no_change, row.projection / row.pace)
                ),
            )
            for year, row in zip(years.index, years.itertuples(index=False), strict=True)
        ),
    )


def _score_fans(history: pd.DataFrame, schedule: fl.PolicySchedule) -> str:
    """Count how often what came lay within the middle 90 % of paths, from every fourth week."""
    hits: dict[tuple[str, int], list[tuple[int, bool]]] = {}
    for start in _starts(history)[::4]:
        known, past = schedule.as_known_on(start), history[:start]
        opening = fl.OpeningSheet.from_history(history, start)
        fan = fl.simulate_balance_sheet(
            opening,
            known.holding_purchases(),
            start + pd.DateOffset(months=13),
            fl.standard_assumptions(past, known),
            shocks=fl.calibrate_shocks(past),
            seed=0,
            paths=500,
        )
        for line in _FAN:
            band = fan.quantiles(line, (0.05, 0.95))
            for months in _FAN_MONTHS:
                low, high = band.iloc[months]
                came = history[line].get(band.index[months], np.nan)
                if not np.isnan(came):
                    hits.setdefault((line, months), []).append((start.year, low <= came <= high))
    spans = ((2018, 2025), (2018, 2021), (2022, 2025))
    return table(
        ("line", "months ahead", *(f"starts {first}-{last}" for first, last in spans)),
        (
            (
                _FAN[line],
                months,
                *(
                    f"{100 * np.mean([hit for year, hit in found if a <= year <= b]):.0f} %"
                    for a, b in spans
                ),
            )
            for (line, months), found in sorted(
                hits.items(), key=lambda one: list(_FAN).index(one[0][0])
            )
        ),
    )


def _score_interest(history: pd.DataFrame, sample: fl.Dataset) -> str:
    """Interest paid in 2023, on published levels and rates."""
    lines = history["2022-12-28":"2024-01-03"].assign(
        reverse_repo_foreign=sample["reverse_repo_foreign"].dropna().iloc[-1]
    )
    rates = fl.align(sample["iorb"], sample["on_rrp_rate"], on=lines.index)
    income = fl.project_net_income(
        lines,
        pd.concat(rates, axis=1),
        treasury_yield=2,  # not looked at
        mbs_yield=2,
    )
    paid = income.loc["2023"].sum()
    return table(
        ("", "computed", "published"),
        (
            (title, f"{paid[name]:,.1f}", f"{_INTEREST[name]:,.1f}")
            for title, name in (
                ("on reserves", "interest_on_reserves"),
                ("on reverse repos", "interest_on_reverse_repo"),
            )
        ),
    )


def _projection_scores() -> str:
    """Score the projection on what came."""
    sample, schedule = fl.load_sample(), fl.policy_schedule()
    history = fl.balance_sheet_history(sample)
    result = fl.backtest_projection(history, schedule, _starts(history))
    parts = {
        "treasuries": _score_treasuries(sample),
        "since december": _score_since_december(sample),
        "mbs": _score_mbs(sample),
        "new york": _score_new_york(sample),
        "backtest": _score_backtest(result),
        "by year": _score_by_year(result),
        "fans": _score_fans(history, schedule),
        "interest": _score_interest(history, sample),
    }
    return sections(parts)


def write_tables(folder: Path) -> None:
    """Write each table as a Markdown file that pages include."""
    folder.mkdir(exist_ok=True)
    for name, text in {
        "quantities": _quantities(),
        "indicators": _indicators(),
        "panel": _panel(),
        "series": _series(),
        "sources": _sources(),
        "served": _served(),
        "policy": _policy(),
        "projection_columns": _projection_columns(),
        "decisions": _decisions(),
        "projection_scores": _projection_scores(),
    }.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
