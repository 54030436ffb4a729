"""What changed since a week ago, against the releases and announcements of those days.

Levels are those of the H.4.1 and the H.8 named, USD bn; rates in percent, spreads in bp.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from fedliq.panel import daily_rates
from fedliq.policy.tables import policy_schedule
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import FORMATS, as_json, as_text, render
from fedliq.report.page import Document
from fedliq.report.week import Announced, Moved, Week, since_last_week, week_section

TITLE = "What changed since last week"
LEVELS = ("fed_assets", "tga", "reserves_week_average", "on_rrp", "srf")
# What the section reads; without the holdings, so that a brief of them is quick.
NAMES = (*LEVELS, "bank_assets", "sofr", "iorb", "ioer", "effr")
WEEK = pd.Timedelta(7, unit="D")
HOURS = ("00:00", "07:59", "08:00", "09:00", "13:14", "13:15", "13:45", "14:00", "16:29", "16:30",
         "23:59:59")  # fmt: skip
NOTHING = re.compile(r"-0\.0+\b(?!\d)|\bnan\b|\binf\b|\bNone\b|\bNaT\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def dataset(sample):
    return fl.Dataset({name: sample[name] for name in NAMES}, as_of=sample.as_of, source="a test")


def of(dataset, when) -> Week:
    """The week to the end of a day, or to a moment."""
    when = pd.Timestamp(when)
    known = fl.as_known(dataset, when)
    return since_last_week(known, fl.indicator_panel(known), daily_rates(known), when)


def end(day) -> pd.Timestamp:
    return pd.Timestamp(day) + pd.Timedelta("23:59:59.999999999")


def moved(week, name) -> Moved:
    return next(one for one in week.moved if one.name == name)


def words(week) -> str:
    return " ".join(as_text(Document("", (), (week_section(week),))).split())


def decided(*, first, last) -> list[Announced]:
    """What of the record was announced on these days, the last included."""
    return [one for one in of_record() if pd.Timestamp(first) <= one.date <= pd.Timestamp(last)]


@pytest.fixture(scope="module")
def march(sample):
    """Friday 17 March 2023, after the H.4.1 of the 16th; a week before, that of the 9th."""
    return make_brief(sample, "2023-03-17").week


class TestPublished:
    @pytest.mark.parametrize(
        ("name", "value", "date", "before", "before_date"),
        [
            # H.4.1 of 16 and of 9 March 2023
            ("fed_assets", 8639.300, "2023-03-15", 8342.283, "2023-03-08"),
            ("tga", 277.643, "2023-03-15", 311.731, "2023-03-08"),
            ("reserves_week_average", 3251.482, "2023-03-15", 2999.720, "2023-03-08"),
            # New York Fed, reverse repo operations of 17, 15, 10 and 8 March 2023
            ("on_rrp", 2106.166, "2023-03-17", 2188.375, "2023-03-10"),
            ("srf", 0.0, "2023-03-17", 0.0, "2023-03-10"),
            (
                "net_liquidity",
                8639.300 - 277.643 - 2055.823,
                "2023-03-15",
                8342.283 - 311.731 - 2193.237,
                "2023-03-08",
            ),
            # H.8 of 17 and of 10 March 2023, with week-average reserves of the same Wednesdays
            (
                "reserves_to_bank_assets",
                2999.720 / 22857.2,
                "2023-03-08",
                2998.303 / 22921.9,
                "2023-03-01",
            ),
            # SOFR 4.57 and 4.55 (New York Fed), IORB 4.65 (implementation note of 1 February)
            ("sofr_iorb_spread", -8.0, "2023-03-16", -10.0, "2023-03-09"),
        ],
    )
    def test_march_2023(self, march, name, value, date, before, before_date):
        one = moved(march, name)
        assert (one.value, one.before) == pytest.approx((value, before))
        assert (one.date, one.before_date) == (pd.Timestamp(date), pd.Timestamp(before_date))
        assert one.is_new

    def test_march_2023_in_words(self, march):
        said = words(march)
        assert march.since == pd.Timestamp("2023-03-10")
        assert "Fed assets +297.0 to 8,639.3 USD bn (2023-03-15)" in said
        assert "TGA -34.1 to 277.6 USD bn (2023-03-15)" in said
        assert "SOFR - IORB +2.0 to -8.0 bp (2023-03-16)" in said
        # 13.12 less 13.08 percent
        assert "Reserves over bank assets +0.04 pp to 13.12 % (2023-03-08)" in said
        assert "SRF unchanged at 0.0 USD bn" in said
        assert "Friday 2023-03-10" in said
        assert "No new figure" not in said

    def test_each_figure_stands_there_once_and_in_its_unit(self, march):
        units = {one.name: one.unit for one in march.moved}
        assert len(units) == len(march.moved)
        assert units == dict.fromkeys(("net_liquidity", *LEVELS), "USD bn") | {
            "reserves_to_bank_assets": "fraction",
            "sofr_iorb_spread": "bp",
        }

    def test_the_h41_of_thanksgiving_comes_on_friday(self, dataset):
        """Federal Reserve, H.4.1 of Friday 28 November 2025: figures of Wednesday the 26th."""
        eve, friday = (moved(of(dataset, end(f"2025-11-{day}")), "fed_assets") for day in (27, 28))
        # On Thursday the 20th that of the 19th had come out, on schedule.
        assert (eve.date, eve.before_date) == (pd.Timestamp("2025-11-19"),) * 2
        assert not eve.is_new
        assert friday.date == pd.Timestamp("2025-11-26")
        assert friday.before_date == pd.Timestamp("2025-11-19")

    def test_the_h41_of_christmas_2025_comes_on_monday(self, dataset):
        """The Board was closed from 24 to 26 December; the H.4.1 bears Monday 29 December."""
        for day in ("2025-12-25", "2025-12-26", "2025-12-28"):
            one = moved(of(dataset, end(day)), "fed_assets")
            assert one.date == pd.Timestamp("2025-12-17")
        assert moved(of(dataset, end("2025-12-29")), "fed_assets").is_new

    @pytest.mark.parametrize(
        ("hour", "date", "before"),
        [("16:29", "2026-08-12", "2026-08-05"), ("16:30", "2026-08-19", "2026-08-12")],
    )
    def test_a_release_counts_from_its_minute_on_in_both_weeks(self, dataset, hour, date, before):
        """H.4.1: Thursday 16:30."""
        standing = fl.Dataset(dict(dataset), as_of=f"2026-08-20 {hour}", source="a test")
        week = make_brief(standing).week
        one = moved(week, "fed_assets")
        assert (one.date, one.before_date) == (pd.Timestamp(date), pd.Timestamp(before))

    @pytest.mark.parametrize(
        ("hour", "date", "before"),
        [("07:59", "2026-08-18", "2026-08-11"), ("08:00", "2026-08-19", "2026-08-12")],
    )
    def test_so_does_sofr(self, dataset, hour, date, before):
        """New York Fed: at about 8:00 on the next business day, an hour before EFFR."""
        one = moved(of(dataset, f"2026-08-20 {hour}"), "sofr_iorb_spread")
        assert (one.date, one.before_date) == (pd.Timestamp(date), pd.Timestamp(before))

    def test_at_an_hour_the_words_say_by_which_hour(self, dataset):
        """By the end of that Thursday another H.4.1 was out."""
        assert "16:29" in words(of(dataset, "2026-08-20 16:29"))
        assert not re.search(r"\d\d:\d\d", words(of(dataset, end("2026-08-20"))))

    def test_a_figure_that_did_not_come_out_is_named_with_its_last_day(self, dataset):
        week = of(dataset, end("2026-08-21"))
        one = moved(week, "tga")
        assert (one.value, one.before) == (one.value,) * 2
        assert not one.is_new
        # The sample has the TGA of 15 July 2026 and none since.
        said = words(week)
        new, _, old = said.partition("No new figure")
        assert "TGA" not in new
        assert "TGA (last 2026-07-15)" in old
        assert "Fed assets" not in old

    def test_the_first_figure_of_all_has_none_before(self, dataset):
        """SOFR began on 3 April 2018 (New York Fed), and came out on the next day."""
        one = moved(of(dataset, end("2018-04-05")), "sofr_iorb_spread")
        assert (one.before, one.before_date) == (None, None)
        assert one.is_new
        eve = moved(of(dataset, "2018-04-04 07:59"), "sofr_iorb_spread")
        assert (eve.value, eve.date, eve.is_new) == (None, None, False)
        # A week on it has one.
        later = moved(of(dataset, end("2018-04-11")), "sofr_iorb_spread")
        assert later.before_date == pd.Timestamp("2018-04-03")

    @pytest.mark.parametrize(
        ("day", "before", "now"),
        [
            # 2,094.0 of reserves (H.4.1) on 21 March 2018 are less than 13 % of bank assets, and
            # those of the week before were more.
            ("2018-04-05", "abundant", "abundant-to-ample"),
        ],
    )
    def test_a_regime_that_changes_is_said(self, dataset, day, before, now):
        week = of(dataset, end(day))
        assert (week.regime_before, week.regime) == (before, now)
        assert f"from {before} to {now}" in words(week)

    def test_the_regimes_are_those_of_the_two_ratios(self, dataset):
        """Bands of 13, 12, 10 and 8 percent of bank assets."""
        for day in pd.date_range("2018-02-02", "2019-10-25", freq="56D"):
            week = of(dataset, end(day))
            one = moved(week, "reserves_to_bank_assets")
            for ratio, regime in ((one.value, week.regime), (one.before, week.regime_before)):
                edges = (0.13, 0.12, 0.10, 0.08)
                names = ("abundant", "abundant-to-ample", "ample", "ample-to-scarce", "scarce")
                assert regime == names[sum(ratio < edge for edge in edges)]
            changed = week.regime != week.regime_before
            assert changed == (f"from {week.regime_before} to {week.regime}" in words(week))


def of_record() -> list[Announced]:
    rows = policy_schedule().decisions
    return [
        Announced(one["announced"], one["decision"], one["confidence"])
        for one in rows.to_dict("records")
    ]


class TestAnnounced:
    """FOMC implementation notes and statements; New York Fed operating policies."""

    def said_on(self, dataset, day) -> str:
        return words(of(dataset, end(day)))

    def test_december_2025(self, dataset):
        week = of(dataset, end("2025-12-11"))
        assert {one.date for one in week.announced} == {pd.Timestamp("2025-12-10")}
        said = words(week)
        for one in (
            "bill purchases of 40 USD bn, 2025-12-12 to 2026-01-14",
            "IORB 3.65 percent from 2025-12-11",
            "ON RRP rate 3.50 percent from 2025-12-11",
            "SRF rate 3.75 percent from 2025-12-11",
        ):
            assert one in said
        assert re.search(r"upper end of the target range 3\.75 percent from 2025-12-11", said)
        assert said.count("Announced on 2025-12-10") == 1
        assert "second-hand" not in said
        assert "No decision" not in said

    def test_it_is_said_from_two_in_the_afternoon_and_for_seven_days(self, dataset):
        """FOMC statements come at 14:00."""
        for when, there in (
            ("2025-12-10 13:59", False),
            ("2025-12-10 14:00", True),
            ("2025-12-17 13:59", True),
            ("2025-12-17 14:00", False),
        ):
            assert bool(of(dataset, when).announced) == there

    @pytest.mark.parametrize(
        ("day", "first", "second"),
        [
            # Plans for Reducing the Size of the Federal Reserve's Balance Sheet, 4 May 2022
            ("2022-05-04", "30 USD bn a month from 2022-06-01", "17.5 USD bn a month"),
            # Implementation note of 29 October 2025: all principal is rolled over or reinvested
            ("2025-10-30", "cap on Treasuries 0 USD bn a month", "from 2025-12-01"),
        ],
    )
    def test_caps(self, dataset, day, first, second):
        said = self.said_on(dataset, day)
        assert first in said
        assert second in said

    def test_march_2020_is_not_told_as_purchases_of_nothing(self, dataset):
        """FOMC statement of 15 March 2020: "at least $500 billion" of Treasuries and "at least
        $200 billion" of agency MBS over coming months.
        """
        said = self.said_on(dataset, "2020-03-16")
        assert "Announced on 2020-03-15" in said
        assert "IORB 0.10 percent" in said
        assert "purchases of Treasuries 0 USD bn" not in said
        assert "purchases" in said

    def test_a_pace_of_purchases_names_both_kinds_of_securities(self, dataset):
        """Implementation note of 10 June 2020: 80 billion of Treasuries a month, 40 of MBS."""
        said = self.said_on(dataset, "2020-06-10")
        assert re.search(r"Treasuries 80 USD bn a month", said)
        assert re.search(r"(MBS|agency)[^.;]* 40 USD bn a month", said)

    @pytest.mark.parametrize("day", ["2023-03-17", "2024-02-23", "2026-08-21"])
    def test_in_a_quiet_week_nothing_was_announced(self, dataset, day):
        """FOMC meetings of 2023, 2024 and 2026 (Board, calendars); none in these weeks."""
        week = of(dataset, end(day))
        assert not week.announced
        assert "No decision was announced." in words(week)

    @pytest.mark.parametrize(
        "day",
        [
            "2003-06-26",  # the target to 1 percent on 25 June 2003 (FOMC statement)
            "2008-12-17",  # a range of 0 to 0.25 percent on 16 December 2008 (FOMC statement)
            "2010-11-04",  # 600 billion of Treasuries on 3 November 2010 (FOMC statement)
        ],
    )
    def test_before_the_record_it_is_not_said_that_nothing_was_decided(self, dataset, sample, day):
        given = sample if day < "2008" else dataset
        assert "No decision was announced" not in self.said_on(given, day)

    @pytest.mark.parametrize("day", ["2026-10-15", "2026-11-05", "2027-12-31"])
    def test_after_the_record_its_end_is_said(self, dataset, day):
        last = policy_schedule().last
        assert last < pd.Timestamp(day)
        week = of(dataset, end(day))
        assert week.record_ends == last
        said = words(week)
        assert f"ends on {last:%Y-%m-%d}" in said
        assert "No decision was announced" not in said

    def test_to_its_last_day_the_record_speaks(self, dataset):
        said = self.said_on(dataset, f"{policy_schedule().last:%Y-%m-%d}")
        assert "record of decisions" not in said

    @pytest.mark.parametrize(
        ("day", "confidence"),
        [("2026-08-13", "secondary"), ("2026-09-17", "inferred")],
    )
    def test_what_is_not_read_in_a_primary_source_says_so(self, dataset, day, confidence):
        week = of(dataset, end(day))
        assert {one.confidence for one in week.announced} == {confidence}
        (sentence,) = re.findall(r"Announced on [^:]*: (.*?)\.(?= [A-Z]|$)", words(week))
        for one in sentence.split("; "):
            assert one.endswith(")")

    @settings(max_examples=12, deadline=None)
    @given(st.dates(date(2017, 10, 10), date(2026, 10, 14)))
    def test_every_day_of_the_record_with_a_decision_is_named_and_no_other(self, dataset, day):
        day = pd.Timestamp(day)
        week = of(dataset, end(day))
        days = {one.date for one in decided(first=day - WEEK + pd.Timedelta("1D"), last=day)}
        assert {one.date for one in week.announced} == days
        named = re.findall(r"Announced on (\S+):", words(week))
        assert named == [f"{one:%Y-%m-%d}" for one in sorted(days)]


def last_of(series):
    held = series.dropna()
    return (held.iloc[-1], held.index[-1]) if len(held) else (None, None)


def made_of(known) -> dict[str, pd.Series]:
    """Every series of the section, from nothing but what was known."""
    panel = fl.indicator_panel(known)
    made = {name: known[name] for name in LEVELS if name in known}
    made |= {name: panel[name] for name in ("net_liquidity", "reserves_to_bank_assets")}
    return made | {"sofr_iorb_spread": daily_rates(known)["sofr_iorb_spread"]}


def changed_after(dataset, when) -> fl.Dataset:
    """Other figures from the first on that was not public at a moment."""
    changed = {
        name: one.where(fl.release_time(name, one.index) <= when, 1.01 * one + 0.01)
        for name, one in dataset.items()
    }
    assert not all(changed[name].equals(dataset[name]) for name in LEVELS)
    return fl.Dataset(changed, as_of=dataset.as_of, source="a test")


class TestWhatWasKnown:
    @settings(max_examples=15, deadline=None)
    @given(
        day=st.dates(date(2010, 1, 8), date(2026, 8, 31)),
        hour=st.sampled_from(HOURS),
    )
    def test_then_is_what_was_public_seven_days_before(self, dataset, day, hour):
        moment = pd.Timestamp(f"{day} {hour}")
        week = of(dataset, moment)
        for now, when in ((True, moment), (False, moment - WEEK)):
            known = fl.as_known(dataset, when)
            for name, series in made_of(known).items():
                one = moved(week, name)
                value, date = (one.value, one.date) if now else (one.before, one.before_date)
                assert (value, date) == last_of(series), (name, now)
            regime = fl.indicator_panel(known)["regime"].dropna()
            stood = week.regime if now else week.regime_before
            assert stood == (str(regime.iloc[-1]) if len(regime) else None)

    @pytest.mark.parametrize(
        "when",
        [
            *map(end, ("2024-07-04", "2024-11-28", "2024-11-29", "2025-01-09", "2025-12-24")),
            *map(end, ("2025-12-25", "2025-12-26", "2025-12-31", "2026-01-01", "2026-06-19")),
            *map(pd.Timestamp, ("2025-12-24 13:15", "2026-08-20 16:29", "2026-08-20 16:30")),
        ],
        ids=str,
    )
    def test_it_uses_nothing_that_came_out_later(self, dataset, when):
        """Holidays, weeks in which the Board was closed, hours: later figures change nothing."""
        assert of(changed_after(dataset, when), when) == of(dataset, when)

    @pytest.mark.parametrize("day", ["2024-11-28", "2025-12-24", "2025-12-26"])
    def test_nor_does_the_brief_of_a_day(self, dataset, day):
        changed = changed_after(dataset, end(day))
        assert make_brief(changed, day).week == of(dataset, end(day))

    @pytest.mark.parametrize("hour", ["16:29", "16:30"])
    def test_nor_does_the_brief_of_an_hour(self, dataset, hour):
        when = pd.Timestamp(f"2026-08-20 {hour}")
        changed = fl.Dataset(dict(changed_after(dataset, when)), as_of=when, source="a test")
        assert make_brief(changed).week == of(dataset, when)

    @pytest.mark.parametrize("when", ["2025-12-26 23:59", "2026-08-20 16:29"])
    def test_what_stood_before_does_not_know_the_week(self, dataset, when):
        when = pd.Timestamp(when)
        then = when - WEEK
        plain, other = of(dataset, when), of(changed_after(dataset, then), when)
        for name in (one.name for one in plain.moved):
            one, two = moved(plain, name), moved(other, name)
            assert (one.before, one.before_date) == (two.before, two.before_date)
            if one.is_new:
                assert one.value != two.value
        assert plain.regime_before == other.regime_before


class TestMissing:
    @pytest.mark.parametrize(
        ("gone", "with_it"),
        [
            (("tga",), {"tga", "net_liquidity"}),
            (("on_rrp",), {"on_rrp", "net_liquidity"}),
            (("srf",), {"srf"}),
            (
                ("reserves_week_average",),
                {"reserves_week_average", "reserves_to_bank_assets"},
            ),
            (("bank_assets",), {"reserves_to_bank_assets"}),
            (("sofr",), {"sofr_iorb_spread"}),
            (("iorb", "ioer"), {"sofr_iorb_spread"}),
        ],
    )
    def test_what_is_made_of_a_missing_series_is_missing_and_no_more(self, dataset, gone, with_it):
        left = {name: dataset[name] for name in NAMES if name not in gone}
        full, week = (
            of(fl.Dataset(one, as_of=dataset.as_of, source="a test"), end("2023-03-17"))
            for one in (dict(dataset), left)
        )
        nothing = {"value": None, "date": None, "before": None, "before_date": None}
        for one in full.moved:
            missing = one.name in with_it
            assert moved(week, one.name) == (replace(one, **nothing) if missing else one)
            assert (f"{one.label} " in words(week)) == (not missing)
        assert (week.regime is None) == ("reserves_to_bank_assets" in with_it)

    def test_of_fed_assets_alone_there_is_a_section(self, dataset):
        alone = fl.Dataset({"fed_assets": dataset["fed_assets"]}, as_of="2023-03-17", source="x")
        brief = make_brief(alone)
        assert [one.name for one in brief.week.moved if one.is_new] == ["fed_assets"]
        assert brief.week.regime is None
        said = words(brief.week)
        assert said.count("USD bn") == 1
        assert "regime" not in said
        assert not NOTHING.search(said)
        for form in ("text", "markdown", "json"):
            assert render(brief, document(brief), form)

    def test_where_nothing_came_out_it_says_so(self, dataset):
        week = of(dataset, end("2027-12-31"))
        assert not any(one.is_new for one in week.moved)
        said = words(week)
        assert "No figure came out." in said
        for one in week.moved:
            assert f"{one.label} (last {one.date:%Y-%m-%d})" in said
        assert "regime" not in said


figures = st.one_of(
    st.floats(-12_000, 12_000),
    st.floats(-0.2, 0.2),
    st.sampled_from((0.0, -0.0, -0.04, 0.04, 0.0499, -1e-9, 1e-9)),
)


@pytest.fixture(scope="module")
def week_of(dataset):
    """A week of one figure in which nothing else was."""
    quiet, day = of(dataset, end("2024-02-23")), pd.Timestamp("2024-02-21")

    def made(value, before, unit) -> Week:
        one = Moved("x", "One", unit, value, day, before, None if before is None else day - WEEK)
        return replace(quiet, moved=(one,), regime=None, regime_before=None)

    return made


class TestWords:
    @settings(max_examples=150, deadline=None)
    @given(
        value=figures,
        before=figures | st.none(),
        unit=st.sampled_from(("USD bn", "bp", "fraction")),
    )
    def test_no_number_is_a_minus_zero_and_none_is_missing(self, week_of, value, before, unit):
        said = words(week_of(value, before, unit))
        assert not NOTHING.search(said)
        # A step too small to be shown is none.
        assert not re.search(r"\+0\.0+ (pp )?to ", said)

    def test_a_spread_has_its_sign_and_a_level_none(self, week_of):
        """As in the rest of the brief."""
        assert "One +2.0 to +5.0 bp " in words(week_of(5.0, 3.0, "bp"))
        assert "One +2.0 to 5.0 USD bn " in words(week_of(5.0, 3.0, "USD bn"))

    @settings(max_examples=200, deadline=None)
    @given(
        value=st.floats(1, 12_000),
        step=st.floats(-500, 500),
        unit=st.sampled_from(("USD bn", "bp", "fraction")),
    )
    def test_the_step_and_the_level_are_those_of_the_figures(self, week_of, value, step, unit):
        """To half of the last digit shown."""
        scale, digits = (0.01, 2) if unit == "fraction" else (1, 1)
        week = week_of(value * scale, (value - step) * scale, unit)
        numbers = [
            float(one.replace(",", ""))
            for one in re.findall(r"[-+]?[\d,]*\.\d+", words(week).split("(")[0])
        ]
        half = 0.5001 * 10**-digits
        assert numbers[-1] == pytest.approx(value, abs=half)
        if "unchanged" in words(week):
            assert abs(step) <= half
        else:
            assert numbers[0] == pytest.approx(step, abs=half)

    @pytest.mark.parametrize("form", FORMATS)
    def test_it_comes_first_in_every_format(self, dataset, form, monkeypatch):
        monkeypatch.setattr("fedliq.report.pictures.draw", lambda _: ())
        brief = make_brief(dataset, "2023-03-17")
        text = render(brief, document(brief), form).lower()
        if form == "json":
            keys = list(json.loads(text))
            assert keys.index("week") < keys.index("readings")
        else:
            titles = [one.title.lower() for one in document(brief).sections]
            assert titles[0] == TITLE.lower()
            heading = {"text": "\n{}\n", "markdown": "## {}\n", "html": ">{}</h2>"}[form]
            places = [text.index(heading.format(title)) for title in titles[:2]]
            assert places == sorted(places)
            assert "+297.0" in text[places[0] : places[1]]

    def test_every_announcement_of_the_record_can_be_worded(self, dataset, panel):
        rates = daily_rates(dataset)
        for one in {one.date for one in decided(first="2017-10-10", last="2026-10-14")}:
            said = words(since_last_week(dataset, panel, rates, end(one)))
            assert f"Announced on {one:%Y-%m-%d}: " in said
            assert not NOTHING.search(said)
            assert "{" not in said


@pytest.fixture(scope="module")
def told(dataset):
    return json.loads(as_json(make_brief(dataset, "2025-12-11")))


class TestJson:
    def test_the_facts_are_there_with_their_dates(self, told):
        week = told["week"]
        assert week["since"] == "2025-12-04"
        assert week["record_ends"] == f"{policy_schedule().last:%Y-%m-%d}"
        for one in week["moved"]:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["date"])
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["before_date"])
            assert math.isfinite(one["value"])
            assert one["unit"]
        assert {one["date"] for one in week["announced"]} == {"2025-12-10"}
        assert all(one["confidence"] == "primary" for one in week["announced"])

    def test_what_is_not_at_hand_is_null(self, dataset):
        told = json.loads(as_json(make_brief(dataset, "2013-09-24")))["week"]["moved"]
        spread = next(one for one in told if one["name"] == "sofr_iorb_spread")
        keys = ("value", "date", "before", "before_date")
        assert [spread[key] for key in keys] == [None] * 4

    def test_nothing_that_facts_were_read_off_is_in_it(self, sample):
        """Only what JSON has by itself, and no key of a result."""
        told = json.loads(as_json(make_brief(sample, "2025-12-11")))

        def keys(one):
            if isinstance(one, dict):
                yield from one
                for held in one.values():
                    yield from keys(held)
            elif isinstance(one, list):
                for held in one:
                    yield from keys(held)

        assert not {"background", "outlook", "found", "study", "watch", "known", "panel"} & set(
            keys(told)
        )
        assert len(json.dumps(told)) < 60_000
