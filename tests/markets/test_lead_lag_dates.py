"""Each figure meets the first close after the day it came out, and none before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from liquidity_and_price import (
    independent,
    laid_together,
    searched,
    thursday_afternoons,
    wednesdays,
)

COUNT = 150
LEADS = [-4, 0, 1, 4]


def same(one, other):
    pd.testing.assert_frame_equal(one.profile, other.profile, check_exact=True)


def differs(one, other):
    return not np.allclose(one.profile["correlation"], other.profile["correlation"], atol=1e-6)


@pytest.fixture
def pair():
    return independent(1, COUNT)


def found(pair, **options):
    return searched(*pair, **{"leads": LEADS} | options)


def on_other_days(price, seed=2):
    """Closes on every weekday; those that are not on a Friday are wild."""
    days = pd.bdate_range(price.index[0] - pd.Timedelta(days=9), price.index[-1])
    wild = np.random.default_rng(seed).lognormal(5, 3, len(days))
    return price.combine_first(pd.Series(wild, days))


def test_a_figure_of_thursday_meets_the_close_of_friday_alone(pair):
    liquidity, price = pair
    same(found(pair), found((liquidity, on_other_days(price))))


@pytest.mark.parametrize("hour", ["00:00", "08:30", "23:59"])
def test_the_close_of_the_day_itself_is_too_early_whatever_the_hour(pair, hour):
    """A figure of the morning is not laid against the close of that day either."""
    liquidity, price = pair
    on_thursdays = wednesdays(COUNT) + pd.Timedelta(f"1D {hour}:00")
    same(found(pair), found((liquidity, on_other_days(price)), available=on_thursdays))


def test_of_a_figure_out_on_the_day_itself_the_next_close_is_met(pair):
    """Wednesday's figure on Wednesday evening, and Thursday's close."""
    liquidity, price = pair
    known = wednesdays(COUNT) + pd.Timedelta("18h")
    closes = on_other_days(price.set_axis(price.index - pd.Timedelta(days=1)), 3)
    same(found(pair), found((liquidity, closes), available=known))


@pytest.mark.parametrize("later", [3, 6])
def test_over_a_holiday_the_next_close_serves(pair, later):
    """Monday's, or that of the Thursday after, which is a week from publication."""
    liquidity, price = pair
    index = price.index.to_series()
    index.iloc[70] += pd.Timedelta(days=later)
    same(found(pair), found((liquidity, price.set_axis(pd.DatetimeIndex(index)))))


def test_later_than_a_week_no_close_serves(pair):
    """The Friday after is eight days from publication: two changes over four weeks are gone."""
    liquidity, price = pair
    rows = found((liquidity, price.drop(price.index[70]))).profile["observations"]
    assert rows.tolist() == [COUNT - 4 - abs(lead) - 2 for lead in LEADS]


def test_a_close_that_is_missing_is_passed_over_for_the_next(pair):
    liquidity, price = pair
    monday = price.index[70] + pd.Timedelta(days=3)
    later = pd.concat([price, pd.Series(price.iloc[70], [monday])]).sort_index()
    later.loc[price.index[70]] = np.nan
    same(found(pair), found((liquidity, later)))


def test_a_figure_that_becomes_public_later_meets_a_later_price(pair):
    """Monday's instead of Thursday's: neither Friday's nor Monday's close counts any more."""
    liquidity, price = pair
    daily = on_other_days(price)
    late = thursday_afternoons(COUNT).to_series()
    late.iloc[70] += pd.Timedelta(days=4)
    late = pd.DatetimeIndex(late)
    before = found((liquidity, daily), available=late)
    assert differs(before, found((liquidity, daily)))
    for days, counts in ((0, False), (3, False), (4, True), (5, False)):
        changed = daily.copy()
        changed[price.index[70] + pd.Timedelta(days=days)] *= 1.5
        after = found((liquidity, changed), available=late)
        assert differs(before, after) == counts, days


def test_two_figures_out_on_one_day_meet_the_same_close(pair):
    liquidity, price = pair
    together = thursday_afternoons(COUNT).to_series()
    together.iloc[70] = together.iloc[71]
    equal = price.copy()
    equal.iloc[70] = price.iloc[71]
    same(
        found((liquidity, equal)),
        found((liquidity, price), available=pd.DatetimeIndex(together)),
    )


@pytest.mark.parametrize("lead", [1, 2])
def test_no_price_up_to_the_day_a_figure_came_out_matters_to_what_it_foretells(lead):
    """A change so many weeks later, over no more weeks, begins after the last figure used.

    The figures end with a block of weeks; whatever happens to prices up to the day the first of
    these came out, their correlation is what it was.
    """
    liquidity, price = independent(3, 120)
    daily = on_other_days(price)
    liquidity.iloc[:60] = np.nan  # the first change is that to week 61
    first = thursday_afternoons(120)[61].normalize()
    wild = daily.copy()
    wild[:first] *= np.random.default_rng(4).lognormal(0, 2, len(wild[:first]))
    options = {"leads": [lead], "horizon": lead}
    before = found((liquidity, daily), **options)
    correlations = ["correlation", "lower_95", "upper_95", "p_value", "observations"]
    after = found((liquidity, wild), **options)
    start = 61 if lead == 1 else 62
    assert before.profile.loc[lead, "observations"] == 120 - start - lead
    pd.testing.assert_frame_equal(before.profile[correlations], after.profile[correlations])
    wild = daily.copy()
    wild[price.index[start]] *= 1.5
    assert differs(before, found((liquidity, wild), **options))


def test_liquidity_that_repeats_the_price_does_not_lead_it():
    """Liquidity of Wednesday is what the price did up to Thursday, when the figure came out.

    Dated by the Wednesday it is for it would foretell one day in five.
    """
    weeks = 1500
    index = pd.date_range("1990-01-03", periods=weeks, freq="W-WED")
    days = pd.bdate_range(index[0] - pd.Timedelta(days=10), index[-1] + pd.Timedelta(days=5))
    steps = np.random.default_rng(5).standard_normal(len(days))
    price = pd.Series(1000 + steps.cumsum(), days)
    liquidity = price.reindex(index + pd.Timedelta(days=1)).set_axis(index)
    rows = searched(
        liquidity,
        price,
        available=index + pd.Timedelta("1D 16:30:00"),
        leads=[0, 1],
        horizon=1,
        changes="difference",
    ).profile["correlation"]
    assert rows[0] == pytest.approx(0.8, abs=0.04)
    assert abs(rows[1]) < 2.5 / np.sqrt(weeks)
    unwise = laid_together(liquidity.diff(), price.reindex(index).diff(), 1).corr().iloc[0, 1]
    assert unwise > 0.15


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_meets_the_close_that_a_plain_loop_finds(seed):
    """Publication up to six days late, closes with holes of up to ten days."""
    rng = np.random.default_rng(seed)
    weeks = wednesdays(120)
    public = weeks + pd.to_timedelta(rng.integers(0, 7, 120), unit="D") + pd.Timedelta("9h")
    liquidity = pd.Series(6000 + rng.standard_normal(120).cumsum(), weeks)
    days = pd.date_range(weeks[0], weeks[-1] + pd.Timedelta(days=3))
    days = days[np.repeat(rng.random(len(days)) < 0.5, rng.integers(1, 8, len(days)))[: len(days)]]
    price = pd.Series(100 + rng.standard_normal(len(days)).cumsum(), days)
    price[rng.random(len(days)) < 0.1] = np.nan
    closes = list(price.dropna().items())
    met = []
    for day in public.normalize():
        after = [close for on, close in closes if day < on <= day + pd.Timedelta(days=7)]
        met.append(after[0] if after else np.nan)
    assert 0 < np.isnan(met).sum() < 60
    options = {"leads": [-1, 0, 2], "horizon": 2, "changes": "difference"}
    rows = searched(liquidity, price, available=public, **options).profile
    for lead, row in rows.iterrows():
        laid = laid_together(liquidity.diff(2), pd.Series(met).diff(2), lead)
        assert row["observations"] == len(laid)
        assert row["correlation"] == pytest.approx(laid.corr().iloc[0, 1], abs=1e-12)


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_the_resolution_of_dates_does_not_matter(pair, unit):
    liquidity, price = pair
    other = price.set_axis(price.index.as_unit(unit))
    same(found(pair), found((liquidity, other)))
    public = thursday_afternoons(COUNT).as_unit(unit)
    same(found(pair), found(pair, available=public))


def test_the_timetable_of_the_h41_serves(sample):
    """The H.4.1 comes out on a Thursday, or after a holiday on the next business day."""
    figures = sample["fed_assets"]["2024":"2025"]
    public = fl.release_time("fed_assets", pd.DatetimeIndex(figures.index))
    days = pd.bdate_range("2024-01-01", "2026-01-15")
    rng = np.random.default_rng(6)
    price = pd.Series(rng.lognormal(4, 0.5, len(days)), days)
    rows = searched(figures, price, available=public, leads=[0, 3], horizon=1).profile
    met = [price[price.index > day.normalize()].iloc[0] for day in public]
    assert set(public.day_name()) >= {"Thursday", "Friday"}
    for lead, row in rows.iterrows():
        laid = laid_together(np.log(figures).diff(), np.log(pd.Series(met)).diff(), lead)
        assert row["correlation"] == pytest.approx(laid.corr().iloc[0, 1], abs=1e-12)
