"""Tables of the documentation that are made from the package itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import fedliq as fl
from fedliq.quantities import QUANTITIES
from fedliq.spec import spec_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["write_tables"]


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    header = list(header)
    lines = [header, ["---"] * len(header), *([str(cell) for cell in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _quantities() -> str:
    return _table(
        ("name", "unit", "plausible range", "meaning"),
        (
            (f"`{one.name}`", one.unit, f"{one.low:g} to {one.high:g}", one.meaning)
            for one in QUANTITIES.values()
        ),
    )


def _indicators() -> str:
    marked = (spec_of(getattr(fl, name)) for name in sorted(fl.__all__))
    return _table(
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


def _panel() -> str:
    return _table(
        ("column", "unit", "what it holds"),
        (
            (f"`{name}`", unit or "label", meaning)
            for name, (unit, meaning) in fl.PANEL_COLUMNS.items()
        ),
    )


def _sample_span(sample: fl.Dataset, name: str) -> str:
    if name not in sample:
        return "none"
    return f"{sample[name].index[0].date()} to {sample[name].index[-1].date()}"


def _series() -> str:
    sample = fl.load_sample()
    return _table(
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


def _cell(value: object) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _policy() -> str:
    parts = []
    for name in fl.POLICY_TABLES:
        table = fl.policy_table(name)
        units = "; ".join(f"`{column}` in {unit}" for column, unit in table.units.items())
        sources = "\n".join(f"- `{key}`: {text}" for key, text in table.sources.items())
        rows = ([_cell(cell) for cell in row] for row in table.rows.to_numpy(dtype=object))
        parts.append(
            f"## {table.title}\n\n`fl.policy_table({name!r})`"
            + (f"; {units}." if units else ".")
            + f"\n\n{_table(table.rows.columns, rows)}\nSources:\n\n{sources}\n"
        )
    return "\n".join(parts)


def write_tables(folder: Path) -> None:
    """Write each table as a Markdown file that pages include."""
    folder.mkdir(exist_ok=True)
    for name, text in {
        "quantities": _quantities(),
        "indicators": _indicators(),
        "panel": _panel(),
        "series": _series(),
        "policy": _policy(),
    }.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
