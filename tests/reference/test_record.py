"""The record of decisions and the ids of series, row by row against their compilation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import fedliq as fl

RECORDS = Path(__file__).with_name("policy")

# FRED's ids with the unit FRED declares and the convention in its title.
FRED = {
    "fed_assets": ("WALCL", "USD mn", "Wednesday level"),
    "tga": ("WDTGAL", "USD mn", "Wednesday level"),
    "tga_week_average": ("WTREGEN", "USD mn", "week average"),
    "reserves": ("WRBWFRBL", "USD mn", "Wednesday level"),
    "reserves_week_average": ("WRESBAL", "USD mn", "week average"),
    "treasuries": ("TREAST", "USD mn", "Wednesday level"),
    "mbs": ("WSHOMCB", "USD mn", "Wednesday level"),
    "securities": ("WSHOSHO", "USD mn", "Wednesday level"),
    "remittances_due": ("RESPPLLOPNWW", "USD mn", "Wednesday level"),
    "bank_assets": ("TLAACBW027SBOG", "USD bn", "Wednesday level"),
    "bank_assets_nsa": ("TLAACBW027NBOG", "USD bn", "Wednesday level"),
    "on_rrp": ("RRPONTSYD", "USD bn", "operation"),
    "repo_treasury_collateral": ("RPONTSYD", "USD bn", "operation"),
    "gdp": ("GDP", "USD bn", "quarter, dated by its first day"),
    "sofr": ("SOFR", "percent", "volume-weighted median"),
    "ioer": ("IOER", "percent", "rate in force"),
    "iorb": ("IORB", "percent", "rate in force"),
}


@pytest.mark.parametrize("name", FRED)
def test_ids_units_and_conventions_are_those_of_fred(name):
    info = fl.catalog()[name]
    assert (info.fred, str(info.native_unit), info.observation) == FRED[name]


@pytest.mark.parametrize("name", fl.POLICY_TABLES)
def test_every_row_is_as_compiled(name):
    """Figures, dates and notes; ``source`` became a key, a bracket of it a note."""
    compiled = pd.read_csv(RECORDS / f"{name}.csv")
    rows = fl.policy_table(name).rows
    assert len(rows) == len(compiled)
    if name == "facilities":  # kept in order of time
        compiled = compiled.sort_values("effective", kind="stable", ignore_index=True)
    for column in compiled.columns.drop(["source", "note"], errors="ignore"):
        ours, theirs = rows[column], compiled[column]
        if pd.api.types.is_datetime64_any_dtype(ours):
            theirs = pd.to_datetime(theirs)
        same = (ours == theirs) | (ours.isna() & theirs.isna())
        assert same.all(), (column, rows[~same])
