"""The projection against figures that others published."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.inflation import index_ratio
from fedliq.projection.treasuries import treasury_flows

PUBLISHED = tomllib.loads(Path(__file__).with_name("published.toml").read_text())
QUARTER_ENDS = pd.date_range("2022-06-30", "2025-09-30", freq="QE")


def last_wednesday(series: pd.Series, day: pd.Timestamp) -> pd.Timestamp:
    return series.index[series.index <= day][-1]


@pytest.fixture(scope="module")
def schedule():
    return fl.policy_schedule()


@pytest.fixture(scope="module")
def maturities():
    return fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16")


@pytest.fixture(scope="module")
def cpi():
    years = PUBLISHED["cpi_u"]
    levels = [level for year in range(2021, 2026) for level in years[str(year)]]
    return pd.Series(levels, pd.date_range("2021-01-01", periods=len(levels), freq="MS"))


def opened(sample, day: str) -> fl.OpeningSheet:
    """Securities as published; the other lines do not matter here."""
    return fl.OpeningSheet(
        date=day,
        treasuries=sample["treasuries"][day],
        mbs=sample["mbs"][day],
        other_assets=sample["fed_assets"][day] - sample["treasuries"][day] - sample["mbs"][day],
        tga=sample["tga"][day],
        on_rrp=sample["on_rrp"][day],
        reserves=sample["reserves_week_average"][day],
    )


def run(sample, schedule, day: str, end: str, **assumptions) -> pd.DataFrame:
    given = {"prepayment": fl.PrepaymentModel(0.06)} | assumptions
    return fl.project_balance_sheet(
        opened(sample, day), schedule, end, fl.Assumptions(**given)
    ).weekly


def test_the_redemption_rule_by_its_published_examples():
    rule = PUBLISHED["redemption_rule"]
    month = fl.redemptions(rule["maturing"], 0, rule["cap"])
    assert month.coupon_rollovers == rule["rolled_over"]
    add_ons = fl.rollover_add_ons(1, dict(zip("abc", rule["offerings"], strict=True)))
    assert [round(one * 1e9) for one in add_ons.values()] == rule["add_ons_of_one_billion"]


@pytest.mark.parametrize("day", QUARTER_ENDS, ids=lambda day: f"{day:%Y-%m}")
def test_treasuries_through_qt_with_inflation_as_it_came(treasuries_by_cpi, sample, day):
    """Opened on 2022-06-01 with the maturities of 2022-02-16 and the caps as announced."""
    wednesday = last_wednesday(treasuries_by_cpi, day)
    assert treasuries_by_cpi[wednesday] == pytest.approx(sample["treasuries"][wednesday], rel=1e-3)


@pytest.fixture(scope="module")
def treasuries_by_cpi(sample, schedule, maturities, cpi):
    path = run(sample, schedule, "2022-06-01", "2025-09-30", maturities=maturities, inflation=cpi)
    return path["treasuries"]


def test_treasuries_through_qt_with_inflation_at_two_percent(sample, schedule, maturities):
    path = run(sample, schedule, "2022-06-01", "2025-09-30", maturities=maturities)["treasuries"]
    for day in QUARTER_ENDS:
        wednesday = last_wednesday(path, day)
        assert path[wednesday] == pytest.approx(sample["treasuries"][wednesday], rel=0.01)


@pytest.mark.parametrize("year", [2023, 2024])
def test_redemptions_of_bills_and_coupons_by_month_as_the_annual_report_has_them(
    schedule, maturities, cpi, year
):
    origin, last = np.datetime64("2022-02-16"), np.datetime64("2024-12-31")
    nothing = np.zeros(35)
    flows = treasury_flows(
        maturities, schedule, origin, last, index_ratio(cpi, origin), (nothing, nothing)
    )
    first = 11 if year == 2023 else 23  # months since February 2022
    ours = {
        name: flows.months[name][first : first + 12] for name in ("redeemed", "bills_redeemed")
    }
    table = PUBLISHED["annual_report_g1"]
    published = {name: np.asarray(table[f"{name}_{year}"]) / 1000 for name in ("all", "bills")}
    np.testing.assert_allclose(ours["redeemed"], published["all"], atol=0.02)
    # What roll-overs since February 2022 were bought in is known only by its rule.
    np.testing.assert_allclose(ours["bills_redeemed"], published["bills"], atol=3.0)
    assert ((ours["bills_redeemed"] > 0) == (published["bills"] > 0)).all()


def test_bills_run_down_as_the_soma_did(schedule, maturities, cpi):
    origin, last = np.datetime64("2022-02-16"), np.datetime64("2024-12-31")
    nothing = np.zeros(35)
    flows = treasury_flows(
        maturities, schedule, origin, last, index_ratio(cpi, origin), (nothing, nothing)
    )
    start = maturities.principal["bills"].sum()
    for day, held in PUBLISHED["soma_bills"].items():
        if day == "source":
            continue
        gone = flows.bills_redeemed[flows.days <= np.datetime64(day)].sum()
        assert start - gone == pytest.approx(held, rel=0.02), day


def test_treasuries_and_mbs_since_run_off_ended(sample, schedule):
    model = fl.fit_prepayment(sample["mbs"].dropna()[:"2025-12-03"])
    path = run(sample, schedule, "2025-12-03", "2026-08-19", prepayment=model)
    projected = path["treasuries"] + path["mbs"]
    actual = (sample["treasuries"] + sample["mbs"]).dropna()
    both = projected.index.intersection(actual.index)
    assert len(both) > 35
    np.testing.assert_allclose(projected[both], actual[both], rtol=0.005)


def test_mbs_fitted_to_the_end_of_2022(sample, schedule):
    ends = PUBLISHED["mbs_year_ends"]
    model = fl.fit_prepayment(sample["mbs"].dropna()[:"2022-12-31"])
    path = run(sample, schedule, "2022-12-28", "2025-12-31", prepayment=model)["mbs"]
    assert path.iloc[0] == ends["2022"]
    for year in ("2023", "2024", "2025"):
        assert path[: f"{year}-12-31"].iloc[-1] == pytest.approx(ends[year], rel=0.03)


@pytest.fixture(scope="module")
def scores(sample, schedule):
    history = fl.balance_sheet_history(sample)["2014":]
    starts = history["2018":"2025"].index
    result = fl.backtest_projection(history, schedule, starts)
    assert len(starts) == 418
    assert not result.skipped
    return result.mean_absolute_errors()


@pytest.mark.parametrize("naive", ["to_no_change", "to_pace"])
@pytest.mark.parametrize("weeks", [4, 13, 26, 52])
def test_reserves_from_every_week_of_2018_to_2025_beat_the_naive_forecasts(scores, weeks, naive):
    assert scores.loc[("reserves", weeks), naive] < 1
    assert scores.loc[("fed_assets", weeks), naive] < 1


def test_half_a_year_ahead_reserves_beat_them_by_the_ratio_that_is_stated(scores):
    """0.81 of "no change" and 0.53 of "the last quarter's pace", as the changelog says."""
    half_a_year = scores.loc[("reserves", 26)]
    assert half_a_year["starts"] == 418
    assert half_a_year["to_no_change"] == pytest.approx(0.81, abs=0.01)
    assert half_a_year["to_pace"] == pytest.approx(0.53, abs=0.01)


def test_interest_paid_in_2023(sample, schedule):
    """IORB is also paid on deposits of clearing houses, which the H.4.1 counts as other ones."""
    published = PUBLISHED["income_2023"]
    lines = fl.balance_sheet_history(sample)["2022-12-28":"2024-01-03"]
    # The foreign pool is at hand to March 2023 only; its last level stands for the year.
    lines["reverse_repo_foreign"] = sample["reverse_repo_foreign"].iloc[-1]
    days = lines.index.to_numpy().astype("datetime64[D]")
    rates = pd.DataFrame(
        {name: schedule.in_force(name, days) for name in ("iorb", "on_rrp_rate")}, lines.index
    )
    paid = fl.project_net_income(lines, rates, treasury_yield=2, mbs_yield=2.3).sum()
    year = 365 / (days[-1] - days[0]).astype(int)
    on_repo = published["interest_expense"] - published["interest_on_reserves"]
    assert paid["interest_on_reverse_repo"] * year == pytest.approx(on_repo, rel=0.04)
    on_reserves = paid["interest_on_reserves"] * year
    assert 0.90 < on_reserves / published["interest_on_reserves"] < 1.0
