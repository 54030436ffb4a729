"""Whether prices follow liquidity, as the brief says it. Prices and liquidity are made up."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import as_json, as_text
from fedliq.report.linked import linked, linked_section
from fedliq.report.page import Document

TITLE = "Net liquidity and prices"
NAMES = ("fed_assets", "tga", "on_rrp")
DAY = pd.Timestamp("2022-06-10")
WEEKS = pd.date_range("2019-01-02", "2022-06-08", freq="7D")
DAYS = pd.bdate_range("2018-06-01", "2022-06-30")
# Dates of kind "policy" in the record up to DAY; the first row on or after each answers it.
POLICY = ["2019-03-20", "2019-07-31", "2019-10-11", "2020-03-15", "2021-11-03", "2022-05-04"]
STRESS = "2019-09-17"  # SOFR at 5.25 (New York Fed)


def walk(seed, index, step=0.01) -> pd.Series:
    steps = np.random.default_rng(seed).normal(0, step, len(index))
    return pd.Series(1000 * np.exp(steps.cumsum()), index)


def following(liquidity, weeks) -> pd.Series:
    """A price that moves on Fridays, as liquidity did on the Wednesday so many weeks before."""
    steps = np.log(liquidity).diff().fillna(0).shift(weeks, fill_value=0)
    fridays = steps.set_axis(steps.index + pd.Timedelta(2, unit="D"))
    return 100 * np.exp(
        fridays.reindex(DAYS, fill_value=0).cumsum() + 0.02 * np.log(walk(3, DAYS))
    )


def jumping(dates, percent=10.0, index=DAYS) -> pd.Series:
    """A price that stands still but for the row after each date."""
    rows = index.searchsorted(pd.DatetimeIndex(dates)) + 1
    steps = np.zeros(len(index))
    steps[rows] = math.log(1 + percent / 100)
    return pd.Series(100 * np.exp(steps.cumsum()), index)


def percent(logarithm):
    return 100 * (math.exp(logarithm) - 1)


def words(found) -> str:
    return " ".join(as_text(Document("", (), (linked_section(found),))).split())


@pytest.fixture(scope="module")
def liquidity():
    return walk(1, WEEKS)


@pytest.fixture(scope="module")
def prices(liquidity):
    return {"follows": following(liquidity, 3), "wanders": walk(2, DAYS)}


@pytest.fixture(scope="module")
def found(liquidity, prices):
    return linked(liquidity, prices, DAY)


@pytest.fixture(scope="module")
def dataset(sample):
    return fl.Dataset({name: sample[name] for name in NAMES}, as_of=sample.as_of, source="a test")


def around(price, day=DAY):
    """What events show, without looking for a lead."""
    (one,) = linked(pd.Series(dtype=float, index=WEEKS[:0]), {"made up": price}, day).around
    return one


class TestLeads:
    def test_a_price_that_follows_liquidity_is_found_at_its_lead(self, found):
        follows, wanders = found.links
        assert (follows.price, follows.lead_weeks) == ("follows", 3)
        assert follows.correlation > 0.9
        assert follows.corrected_p_value < 0.05
        assert wanders.corrected_p_value > 0.05
        assert (
            f"A lead survives the search for it in follows (3 weeks, {follows.correlation:+.2f}); "
            "2 prices were tried, which no p-value here allows for."
        ) in words(found)

    def test_they_are_those_of_lead_lag(self, liquidity, prices, found):
        for link, price in zip(found.links, prices.values(), strict=True):
            by_hand = fl.lead_lag(
                liquidity,
                price[price.index <= DAY],
                leads=range(27),
                available=fl.release_time("fed_assets", liquidity.index),
            )
            row = by_hand.profile.loc[by_hand.best]
            assert link.lead_weeks == by_hand.best
            assert link.correlation == row["correlation"]
            assert link.p_value == row["p_value"]
            assert link.corrected_p_value == row["corrected_p_value"]
            assert link.observations == row["observations"]
            assert link.note == ""

    def test_the_last_price_is_that_of_the_day(self, found):
        assert {link.last for link in found.links} == {DAY}

    @pytest.mark.parametrize(
        ("price", "why"),
        [
            (walk(2, DAYS)["2021-11-22":], r"\d+ complete observations; the estimate takes \d+"),
            (walk(2, DAYS) * 0 + 5, "one of them stands still, so nothing correlates"),
            (walk(2, DAYS) * np.nan, r"0 complete observations; the estimate takes \d+"),
            (walk(2, DAYS)["2022-06-13":], r"0 complete observations; the estimate takes \d+"),
            (walk(2, DAYS) - 1000, "not above zero on 2018-06-04, .*[^.]"),
        ],
    )
    def test_what_cannot_be_looked_for_has_a_reason(self, liquidity, price, why):
        """In one sentence, and without the name of an argument that a reader never gave."""
        one = linked(liquidity, {"made up": price}, DAY)
        (link,) = one.links
        assert re.fullmatch(why, link.note)
        assert link.lead_weeks is link.correlation is link.p_value is None
        assert link.corrected_p_value is link.observations is None
        assert "No lead could be looked for." in words(one)
        assert f"made up: {link.note}." in words(one)

    def test_without_a_price_up_to_the_day_there_is_no_last_one(self, liquidity):
        one = linked(liquidity, {"made up": walk(2, DAYS)["2022-06-13":]}, DAY)
        assert one.links[0].last is None
        assert linked_section(one).table is None

    def test_a_close_that_is_missing_is_no_last_price(self, liquidity):
        price = walk(2, DAYS)["2021-11-22":]
        price[DAY] = np.nan
        (link,) = linked(liquidity, {"made up": price}, DAY).links
        assert link.last == pd.Timestamp("2022-06-09")

    @pytest.mark.parametrize(
        ("last", "note"),
        [("2022-06-03", ""), ("2022-06-02", "its last close is of 2022-06-02")],
    )
    def test_that_a_price_ends_more_than_a_week_before_is_said(self, liquidity, last, note):
        (link,) = linked(liquidity, {"made up": walk(2, DAYS)["2021-01-01":last]}, DAY).links
        assert (link.last, link.note) == (pd.Timestamp(last), note)
        assert link.correlation is not None

    def test_a_weekly_price_is_looked_at_for_leads(self, liquidity):
        one = linked(liquidity, {"made up": walk(2, DAYS[DAYS.day_of_week == 4])}, DAY)
        assert one.links[0].correlation is not None
        assert one.links[0].note == ""
        assert one.around[0].note == "the price is not a daily one"


class TestEvents:
    def test_they_are_those_of_event_study(self, prices, found):
        for one, price in zip(found.around, prices.values(), strict=True):
            study = fl.event_study(
                price[price.index <= DAY], pd.DatetimeIndex(POLICY), window=(0, 20)
            )
            last = study.average.loc[20]
            assert one.events == 6
            for shown in ("cumulative", "lower_95", "upper_95"):
                assert getattr(one, shown) == pytest.approx(percent(last[shown]))
            assert one.p_value == last["p_value"]
            assert (one.unit, one.note) == ("percent", "")

    @pytest.mark.parametrize("by", [10.0, -10.0, -50.0])
    def test_a_price_that_jumps_after_every_decision(self, by):
        """By so many percent of its level, and never else: quiet days are quiet."""
        one = around(jumping(POLICY, by))
        assert one.cumulative == pytest.approx(by)
        assert (one.lower_95, one.upper_95) == pytest.approx((0, 0))
        assert one.p_value < 0.001

    def test_a_jump_at_a_date_of_stress_is_none_of_them(self):
        """Six weeks after the decision of July 2019, and more than twenty days before October's."""
        one = around(jumping([STRESS]))
        assert one.events == 6
        assert abs(one.cumulative) < 0.5

    def test_a_date_of_the_calendar_is_none_of_them(self):
        """In 2024 run-off was slowed, announced on 1 May; the year-end is in the record as well."""
        price = walk(2, pd.bdate_range("2023-06-01", "2025-02-14"))
        assert around(price, price.index[-1]).events == 1

    def test_one_of_the_day_itself_is_no_quiet_day(self, prices):
        day = pd.Timestamp(POLICY[-1])
        price = prices["wanders"]
        study = fl.event_study(price[price.index <= day], pd.DatetimeIndex(POLICY), window=(0, 20))
        one = around(price, day)
        assert one.events == 5
        assert one.lower_95 == pytest.approx(percent(study.average.loc[20, "lower_95"]))

    @pytest.mark.parametrize(
        ("day", "events"),
        # Twenty rows after 4 May 2022, Memorial Day counted, is 1 June.
        [("2022-05-03", 5), ("2022-05-31", 5), ("2022-06-01", 6)],
    )
    def test_an_event_counts_once_its_window_is_over(self, prices, day, events):
        assert around(prices["wanders"], pd.Timestamp(day)).events == events

    @pytest.mark.parametrize(
        ("price", "why"),
        [
            # All of it after the announcement of 2020 and before that of 2021, or before them all.
            (
                walk(2, DAYS)["2020-09-01":"2021-10-01"],
                "none of 6 can be used: 6 because the series has no row within a week of it",
            ),
            (
                # The announcement of 4 May 2022 lies 117 closes after the first.
                walk(2, DAYS)["2021-11-22":],
                "none of 6 can be used: 5 because .* of it, 1 because too few quiet days before it",
            ),
            (walk(2, pd.bdate_range("2014-01-01", "2016-01-01")), "none of 6 can be used: .*[^.]"),
            (walk(2, DAYS) - 1000, "not above zero on 2018-06-04, .*[^.]"),
            (walk(2, DAYS) * np.nan, "0 rows are fewer than .*[^.]"),
        ],
    )
    def test_what_cannot_be_studied_has_a_reason(self, price, why):
        one = around(price)
        assert re.fullmatch(why, one.note)
        assert one.events is one.cumulative is one.p_value is None
        assert one.lower_95 is one.upper_95 is None

    def test_the_reason_names_no_decision_that_was_still_to_come(self):
        for date in re.findall(r"\d{4}-\d{2}-\d{2}", around(walk(2, DAYS) * np.nan).note):
            assert pd.Timestamp(date) <= DAY

    def test_the_reason_gives_no_advice_that_a_reader_cannot_take(self, liquidity):
        one = linked(liquidity, {"made up": walk(2, DAYS)["2021-11-01":]}, DAY)
        assert "Give" not in one.links[0].note + one.around[0].note

    def test_the_reason_stands_in_the_section(self, liquidity):
        one = linked(liquidity, {"made up": walk(2, DAYS) - 1000}, DAY)
        said = "made up after policy announcements: n/a, "
        assert f"{said}{one.around[0].note}." in words(one)

    @pytest.mark.parametrize(
        ("day", "first"), [("2012-06-01", True), ("2019-03-19", True), ("2019-03-20", False)]
    )
    def test_before_the_first_announcement_that_is_said(self, day, first):
        """Of 20 March 2019, when the end of run-off was announced (Board, press release)."""
        price = walk(2, pd.bdate_range("2010-01-01", day))
        one = around(price, pd.Timestamp(day))
        assert one.cumulative is None
        assert (one.note == "no announcement yet") is first

    @pytest.mark.parametrize("rows", [0, 1, 2, 50, 119, 140])
    def test_a_price_of_a_few_days_is_no_failure(self, rows):
        kept = DAYS[DAYS <= DAY]
        one = around(walk(2, kept[len(kept) - rows :]))
        assert one.cumulative is None
        assert one.note.startswith(f"{rows} rows are fewer than ")

    @pytest.mark.parametrize(("days", "daily"), [(3, True), (4, True), (5, False), (7, False)])
    def test_a_price_with_long_spaces_between_its_closes_is_not_a_daily_one(self, days, daily):
        """Twenty closes are a month of trading, and not a quarter or more."""
        price = walk(2, pd.date_range("2008-01-02", DAY, freq=f"{days}D"))
        one = around(price)
        assert (one.cumulative is not None) is daily
        assert one.note == ("" if daily else "the price is not a daily one")

    def test_two_closes_a_week_apart_are_enough_to_see_it(self):
        price = walk(2, pd.DatetimeIndex(["2022-06-03", "2022-06-10"]))
        assert around(price).note == "the price is not a daily one"

    def test_a_daily_price_with_a_hole_is_a_daily_one(self, prices):
        price = prices["wanders"].drop(DAYS[(DAYS > "2020-08-01") & (DAYS < "2020-12-01")])
        assert around(price).events == 6


@pytest.fixture(scope="module")
def evening(dataset, prices):
    return make_brief(dataset, DAY, prices={"wanders": prices["wanders"]})


class TestWhatIsKnown:
    def test_it_is_net_liquidity_as_known_up_to_the_closes_of_the_day(
        self, dataset, prices, evening
    ):
        panel = fl.indicator_panel(fl.as_known(dataset, DAY))
        by_hand = linked(panel["net_liquidity"], {"wanders": prices["wanders"]}, DAY)
        assert evening.linked == by_hand
        assert evening.linked.links[0].last == DAY

    def test_later_prices_can_be_anything(self, dataset, prices, evening):
        price = prices["wanders"]
        changed = price.where(price.index <= DAY, price * 3)
        assert not changed.equals(price)
        assert make_brief(dataset, DAY, prices={"wanders": changed}).linked == evening.linked

    def test_before_the_end_of_the_day_its_close_does_not_count(self, dataset):
        price = walk(2, DAYS)["2021-11-22":]  # too short for a lead, so that it is quick
        for hour, last in (("07:00", "2022-06-09"), ("23:59", "2022-06-09")):
            standing = fl.Dataset(dict(dataset), as_of=f"2022-06-10 {hour}", source="a test")
            (link,) = make_brief(standing, prices={"made up": price}).linked.links
            assert link.last == pd.Timestamp(last)

    def test_without_the_account_of_the_treasury_there_is_a_reason(self, sample):
        held = {name: sample[name] for name in ("fed_assets", "on_rrp")}
        without = fl.Dataset(held, as_of=sample.as_of, source="a test")
        one = make_brief(without, DAY, prices={"made up": walk(2, DAYS)}).linked
        assert one.links[0].correlation is None
        assert one.links[0].note
        assert one.around[0].events == 6

    def test_a_brief_without_prices_has_no_such_section(self, dataset):
        for prices in (None, {}):
            brief = make_brief(dataset, DAY, prices=prices)
            assert brief.linked is None
            assert TITLE.upper() not in as_text(document(brief)).splitlines()
            assert json.loads(as_json(brief))["linked"] is None

    def test_closes_that_run_back_are_refused(self, dataset, prices):
        backward = next(iter(prices.values()))[::-1]
        with pytest.raises(fl.TimeIndexError, match="prices, mine: dates are not in order"):
            make_brief(dataset, DAY, prices={"mine": backward})
