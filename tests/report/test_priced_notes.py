"""Where the brief cannot say what is priced, or no longer. Prices are made up."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.report import priced as module
from fedliq.report.brief import make_brief
from fedliq.report.priced import Meeting, Priced
from made_up_futures import DAY, JULY, at, read, settled, words

TITLE = "WHAT FUTURES PRICE FOR THE FOMC"
NOT_COVERED = "the record of target ranges or meetings does not cover the day"
DECIDED = "decided since these prices"


@pytest.fixture(scope="module")
def dataset(sample):
    names = ("fed_assets", "tga", "on_rrp", "effr")
    return fl.Dataset({name: sample[name] for name in names}, as_of=sample.as_of, source="a test")


class TestOldPrices:
    def test_prices_of_five_days_ago_are_used(self, dataset):
        one = read(settled(DAY), dataset, DAY + pd.Timedelta(5, unit="D"))
        assert one.date == DAY
        assert len(one.meetings) == 4

    def test_older_ones_are_not_and_it_says_of_when_they_are(self, dataset):
        one = read(settled(DAY), dataset, DAY + pd.Timedelta(6, unit="D"))
        said = "no prices of the last days; the last are of 2022-08-10"
        assert one == Priced(None, note=said)
        assert words(one) == f"{TITLE} n/a: {said}."

    def test_at_an_hour_they_are_judged_by_the_day_before(self, dataset):
        futures = settled(DAY)
        assert at(dataset, "2022-08-16 07:00", futures).date == DAY
        assert at(dataset, "2022-08-17 07:00", futures).date is None

    @pytest.mark.parametrize("futures", [settled("2022-08-11"), settled(DAY) * np.nan])
    def test_where_there_are_none_yet_it_says_so(self, dataset, futures):
        one = read(futures, dataset, DAY)
        assert one == Priced(None, note="no prices up to this day")
        assert words(one) == f"{TITLE} n/a: no prices up to this day."


class TestDecisionsSince:
    @pytest.mark.parametrize(
        ("when", "note"),
        # Decisions are announced at 14:00 Eastern (Board, FOMC calendars).
        [
            ("2022-07-27 07:00", ""),
            ("2022-07-27 13:59", ""),
            ("2022-07-27 14:00", DECIDED),
            ("2022-07-28 07:00", DECIDED),
            ("2022-07-30", DECIDED),
        ],
    )
    def test_a_meeting_keeps_its_row_and_is_said_to_be_decided(self, dataset, when, note):
        one = at(dataset, when, settled("2022-07-26", path=JULY, until="2022-11"))
        july, *later = one.meetings
        assert (july.date, july.note) == (pd.Timestamp("2022-07-27"), note)
        assert (july.expected, july.higher) == (pytest.approx(2.33), pytest.approx(1))
        assert {meeting.note for meeting in later} == {""}
        assert ("2022-07-27: decided since these prices." in words(one)) == bool(note)

    @pytest.mark.parametrize("when", ["2022-07-28 07:00", "2022-07-30"])
    def test_prices_of_the_day_of_the_decision_hold_it_no_more(self, dataset, when):
        one = at(dataset, when, settled("2022-07-27", path=JULY, until="2022-11"))
        assert one.meetings[0].date == pd.Timestamp("2022-09-21")
        assert "decided" not in words(one)

    def test_that_it_is_decided_goes_before_that_it_is_not_told(self, dataset):
        futures = settled("2022-07-26", path=JULY, until="2022-11")
        futures = futures.drop(columns=["ZQN22", "ZQQ22", "ZQU22"])
        for when, note in (("2022-07-27 07:00", "2022-08, 2022-09"), ("2022-07-28", DECIDED)):
            july = at(dataset, when, futures).meetings[0]
            assert (july.expected, july.likeliest) == (None, "")
            assert july.note.endswith(note)


class TestWhatTheRecordCovers:
    @pytest.mark.parametrize(
        "day",
        ["2005-06-06", "2020-12-30", "2021-01-04", "2021-01-26", "2027-06-01", "2028-01-05"],
    )
    def test_outside_the_record_of_meetings_or_rates_it_says_so(self, dataset, day):
        """The calendar begins with the meeting of 27 January 2021, and outlasts that of rates."""
        futures = settled(day, path={day[:8] + "01": 0.1}, until=f"{day[:4]}-12")
        one = read(futures, dataset, day)
        assert one == Priced(pd.Timestamp(day), note=NOT_COVERED)
        assert words(one) == f"{TITLE} n/a: {NOT_COVERED}."

    @pytest.mark.parametrize("day", ["2021-01-04", "2021-01-11", "2021-01-26"])
    def test_before_the_first_meeting_of_the_record_there_is_a_brief(self, dataset, day):
        futures = settled(day, path={"2021-01-01": 0.09})
        assert make_brief(dataset, day, futures=futures).priced.note == NOT_COVERED

    def test_from_that_meeting_on_the_next_are_told(self, dataset):
        """It was on 27 January 2021, the next on 17 March and 28 April (Board, FOMC calendars)."""
        futures = settled("2021-01-27", path={"2021-01-01": 0.09}, until="2021-04")
        one = read(futures, dataset, "2021-01-27")
        assert [f"{meeting.date:%m-%d}" for meeting in one.meetings] == ["03-17", "04-28"]
        assert one.target_range == (0.0, 0.25)

    def test_prices_from_before_the_record_are_not_covered_by_its_first_days(self, dataset):
        futures = settled("2021-01-26", path={"2021-01-01": 0.09}, until="2021-04")
        one = read(futures, dataset, "2021-01-28")
        assert one == Priced(pd.Timestamp("2021-01-26"), note=NOT_COVERED)

    def test_the_record_of_rates_covers_the_day_after_the_prices_or_not(self, dataset):
        last = fl.policy_table("administered_rates").last
        for day, covered in ((last - pd.Timedelta(1, unit="D"), True), (last, False)):
            path = {f"{day:%Y-%m}-01": 3.88}
            futures = settled(day, path=path, until=day.to_period("M") + 4)
            one = read(futures, dataset, day)
            assert bool(one.meetings) is covered
            assert (one.note == NOT_COVERED) is not covered

    def test_the_calendar_ends_with_its_last_meeting(self, dataset, monkeypatch):
        """Here with that of 27 July 2022: what comes after it is not at hand."""
        rows = fl.policy_table("fomc_meetings").rows
        short = SimpleNamespace(rows=rows[rows["end_date"] <= "2022-07-27"])
        monkeypatch.setattr(module, "policy_table", lambda _: short)
        (one,) = read(settled("2022-07-26", path=JULY), dataset, "2022-07-26").meetings
        assert one.date == pd.Timestamp("2022-07-27")
        for day in ("2022-07-27", "2022-07-28", "2022-08-10"):
            futures = settled(day, path=JULY)
            assert read(futures, dataset, day) == Priced(pd.Timestamp(day), note=NOT_COVERED)


class TestWhatTheCurveTells:
    def test_without_effr_it_says_so(self, dataset):
        held = {name: dataset[name] for name in dataset if name != "effr"}
        without = fl.Dataset(held, as_of=dataset.as_of, source="a test")
        one = make_brief(without, DAY, futures=settled(DAY)).priced
        assert one == Priced(DAY, note="EFFR is not in the dataset")

    def test_a_curve_that_ends_before_the_next_meeting_tells_nothing(self, dataset):
        one = read(settled(DAY, until="2022-08"), dataset, DAY)
        assert (one.date, one.target_range, one.meetings) == (DAY, None, ())
        assert "n/a: no month from 2022-09 on has a price" in words(one)
        assert words(one).endswith("the meeting of 2022-09-21 is not told.")

    def test_a_meeting_that_is_not_told_has_no_figures_but_a_reason(self, dataset):
        """Neither November nor December is priced, so nothing tells what is between them."""
        futures = settled(DAY).drop(columns=["ZQX22", "ZQZ22"])
        one = read(futures, dataset, DAY)
        september, november, december, _ = one.meetings
        assert (september.unchanged, september.note) == (pytest.approx(0.6), "")
        assert november == Meeting(
            pd.Timestamp("2022-11-02"), *[None] * 4, "", None, "no price for 2022-11, 2022-12"
        )
        # What is beyond is told, but not by how much the range will have moved by then.
        assert december.expected == pytest.approx(2.38)
        assert (december.unchanged, december.likeliest, december.probability) == (None, "", None)
        assert "2022-11-02 n/a n/a n/a n/a n/a" in words(one)
        assert "2022-12-14 2.380 n/a n/a n/a n/a" in words(one)
        assert "2022-11-02: no price for 2022-11, 2022-12." in words(one)
        assert "2022-09-21:" not in words(one)

    def test_a_meeting_that_is_told_after_one_that_is_not_says_why_it_has_no_shares(self, dataset):
        """The rates before and after that of 1 February are, but not what came in November."""
        one = read(settled(DAY).drop(columns=["ZQX22", "ZQZ22"]), dataset, DAY)
        february = one.meetings[-1]
        assert february.expected == pytest.approx(2.38)
        assert (february.lower, february.unchanged, february.higher) == (None, None, None)
        assert february.note == "the rate after an earlier meeting is not told"
        assert words(one).endswith(f"2023-02-01: {february.note}.")


class TestRefusals:
    BAD = settled(DAY).rename(columns={"ZQU22": "ESU22"})

    @pytest.mark.parametrize(
        ("futures", "error", "said"),
        [
            (BAD, fl.InvalidInputError, r"^futures: symbols: 'ESU22' is not a symbol"),
            (100 - settled(DAY), fl.UnitError, "^futures: .* is no price"),
            (
                settled(DAY).assign(FFU22=97.6),
                fl.InvalidInputError,
                "^futures: 2022-09 has more than one",
            ),
        ],
    )
    def test_what_is_no_curve_is_refused(self, dataset, futures, error, said):
        with pytest.raises(error, match=said):
            read(futures, dataset, DAY)

    @pytest.mark.parametrize(
        "day",
        ["2022-08-09", "2022-08-10", "2023-08-10", "2028-01-05"],
    )
    def test_a_symbol_that_is_none_is_refused_on_every_day(self, dataset, day):
        """Before the prices, on their day, long after and beyond the record."""
        with pytest.raises(fl.InvalidInputError, match=r"^futures: symbols: 'ESU22'"):
            read(self.BAD, dataset, day)

    def test_it_is_refused_without_effr_as_well(self, dataset):
        held = fl.Dataset({"tga": dataset["tga"]}, as_of=dataset.as_of, source="a test")
        with pytest.raises(fl.InvalidInputError, match="'ESU22'"):
            read(self.BAD, held, DAY)

    @pytest.mark.parametrize(
        ("index", "said"),
        [
            (lambda days: days[::-1], "futures: dates are not in order"),
            (lambda days: days.tz_localize("UTC"), "futures: expected dates without a time zone"),
            (lambda days: range(len(days)), "futures: expected a DatetimeIndex"),
        ],
    )
    def test_days_in_another_order_or_none_are_refused(self, dataset, index, said):
        """The last rows of a frame that runs back would be its first days."""
        futures = settled("2022-08-09", DAY)
        with pytest.raises(fl.TimeIndexError, match=said):
            read(futures.set_axis(index(futures.index)), dataset, DAY)
