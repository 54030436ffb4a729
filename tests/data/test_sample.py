from importlib.resources import files

import pandas as pd
import pytest

import fedliq as fl
from fedliq.quantities import QUANTITIES

FILES = (
    "weekly.csv",
    "daily_rates.csv",
    "daily_operations.csv",
    "quarterly_gdp.csv",
    "h41_lines_2016-02-03_2017-12-27.csv",
    "h41_lines_2021-04-28_2023-03-22.csv",
    "soma_holdings_2022-02-16.csv",
)


@pytest.mark.parametrize("file", FILES)
def test_the_bundled_files_are_the_published_ones(shared, file):
    bundled = files("fedliq.data.sample").joinpath(file).read_bytes()
    assert bundled == shared("figures", file).read_bytes()


def test_the_notice_of_the_new_york_fed_goes_along():
    notice = files("fedliq.data.sample").joinpath("SOURCES.md").read_text()
    assert "does not sanction, endorse or recommend" in notice
    assert "no liability" in notice


def test_every_series_of_the_catalog_is_there_but_the_deferred_asset(sample):
    assert set(fl.catalog()) - set(sample) == {"remittances_due"}  # no figure at hand


def test_wednesday_levels_and_week_averages_are_told_apart(sample):
    assert sample.provenance("tga").observation == "Wednesday level"
    assert sample.provenance("tga_week_average").observation == "week average"


def test_provenance_says_where_a_figure_comes_from(sample):
    text = str(sample.provenance("on_rrp"))
    for part in (
        "USD bn",
        "Federal Reserve Bank of New York",
        "RRPONTSYD",
        "daily_operations.csv",
    ):
        assert part in text
    assert len(sample.provenance("on_rrp").sha256) == 64


def test_weekly_figures_are_of_wednesdays_and_none_is_skipped(sample):
    for name in sample:
        if sample.provenance(name).info.frequency != "weekly":
            continue
        index = sample[name].index
        assert (index.day_of_week == 2).all()
        gaps = index[1:][pd.Series(index).diff().iloc[1:].to_numpy() != pd.Timedelta(7, unit="D")]
        # The lines of the H.4.1 cover two spans of time.
        assert len(gaps) <= 1, name
    assert (pd.Series(sample["fed_assets"].index).diff().dropna().dt.days == 7).all()


def test_figures_lie_within_the_plausible_ranges(sample):
    """The ranges must hold all of history, or they would refuse published figures."""
    for name in sample:
        quantity = fl.catalog()[name].measures
        assert sample[name].between(quantity.low, quantity.high).all(), name


@pytest.mark.parametrize("name", sorted(set(QUANTITIES) & {"fed_assets", "bank_assets", "gdp"}))
def test_no_figure_would_pass_in_millions(sample, name):
    assert (sample[name] * 1000 > QUANTITIES[name].high).all()


def test_identities_of_the_h41(sample):
    """Table 5 of 2016-17: assets are liabilities and capital, but for rounding."""
    lines = sample.frame(["total_liabilities", "total_capital", "fed_assets"])
    missed = lines["fed_assets"] - lines["total_liabilities"] - lines["total_capital"]
    assert missed.abs().max() <= 0.001 + 1e-9
    split = sample.frame(["reverse_repo_foreign", "reverse_repo_others", "reverse_repo_total"])
    parts = split["reverse_repo_foreign"] + split["reverse_repo_others"]
    assert (parts - split["reverse_repo_total"]).abs().max() <= 0.001 + 1e-9
