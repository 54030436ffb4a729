"""What futures price, as the brief says it. Prices are made up; ranges and meetings are published."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import FORMATS, as_json, as_text, render
from fedliq.report.priced import Meeting, Priced, priced_section
from made_up_futures import DAY, JULY, PATH, at, read, settled, words

NAMES = ("fed_assets", "tga", "on_rrp", "effr")
TITLE = "What futures price for the FOMC"


@pytest.fixture(scope="module")
def dataset(sample):
    return fl.Dataset({name: sample[name] for name in NAMES}, as_of=sample.as_of, source="a test")


@pytest.fixture(scope="module")
def brief(dataset):
    return make_brief(dataset, DAY, futures=settled(DAY))


class TestWhatIsPriced:
    def test_the_probabilities_are_those_of_the_path(self, brief):
        september, november, december, february = brief.priced.meetings
        dates = [f"{one.date:%Y-%m-%d}" for one in brief.priced.meetings]
        assert dates == ["2022-09-21", "2022-11-02", "2022-12-14", "2023-02-01"]
        assert september.expected == pytest.approx(2.43)
        assert (september.lower, september.unchanged, september.higher) == pytest.approx(
            (0, 0.6, 0.4)
        )
        later = (0.6 * 0.2, 0.6 * 0.8 + 0.4 * 0.2, 0.4 * 0.8)
        for one in (november, december, february):
            assert one.expected == pytest.approx(2.38)
            assert (one.lower, one.unchanged, one.higher) == pytest.approx(later)
            assert (one.likeliest, one.probability) == ("2.25-2.50", pytest.approx(later[1]))
        assert {one.note for one in brief.priced.meetings} == {""}

    def test_the_likeliest_range_need_not_be_the_one_in_force(self, dataset):
        risen = PATH | {"2022-09-22": 2.33 + 0.70, "2022-11-03": 2.33 + 0.70}
        (first, *_) = read(settled(DAY, path=risen), dataset, DAY).meetings
        assert (first.likeliest, first.probability) == ("3.00-3.25", pytest.approx(0.8))
        assert (first.lower, first.unchanged, first.higher) == pytest.approx((0, 0, 1))

    @pytest.mark.parametrize(
        ("day", "of", "effr_of", "target_range"),
        # FOMC implementation notes in force on the day after the prices. The New York Fed
        # publishes the EFFR of a day on the next business day.
        [
            ("2021-01-28", "2021-01-28", "2021-01-27", (0.0, 0.25)),
            ("2022-06-10", "2022-06-10", "2022-06-09", (0.75, 1.0)),
            ("2022-06-15", "2022-06-15", "2022-06-14", (1.5, 1.75)),
            ("2022-12-29", "2022-12-28", "2022-12-28", (4.25, 4.5)),
            ("2023-03-12", "2023-03-10", "2023-03-09", (4.5, 4.75)),
            ("2023-05-03", "2023-05-03", "2023-05-02", (5.0, 5.25)),
        ],
    )
    def test_it_is_what_meeting_probabilities_says(self, dataset, day, of, effr_of, target_range):
        day, of = pd.Timestamp(day), pd.Timestamp(of)
        meetings = pd.DatetimeIndex(fl.policy_table("fomc_meetings").rows["end_date"])
        changes = meetings[meetings > of][:9] + pd.Timedelta(1, unit="D")
        rates = target_range[0] + 0.08 + np.cumsum([0, 0.3, 0.2, 0.1, 0, 0, -0.1, -0.2, 0.05, 0.1])
        path = dict(zip([str(of.date())[:8] + "01", *changes.astype(str)], rates, strict=True))
        futures = settled(of, path=path, until=changes[-1].to_period("M") + 1)
        one = make_brief(dataset, day, futures=futures).priced
        watch = fl.meeting_probabilities(
            futures.loc[of].set_axis(fl.contract_months(futures.columns)),
            meetings,
            dataset["effr"][:effr_of],
            as_of=of + pd.Timedelta(1, unit="D"),
            target_range=target_range,
        )
        assert (one.date, one.target_range) == (of, target_range)
        assert len(one.meetings) == 8 < len(watch.path)
        for told, (date, row) in zip(
            one.meetings, watch.directions.iloc[:8].iterrows(), strict=True
        ):
            assert told.date == date
            assert told.expected == watch.path.loc[date, "after"]
            assert [told.lower, told.unchanged, told.higher] == row.tolist()
            assert told.likeliest == watch.ranges.loc[date].idxmax()
            assert told.probability == watch.ranges.loc[date].max()

    @pytest.mark.parametrize(
        ("day", "target_range", "first"),
        [
            ("2022-07-26", (1.5, 1.75), "2022-07-27"),
            ("2022-07-27", (2.25, 2.5), "2022-09-21"),
            ("2022-07-28", (2.25, 2.5), "2022-09-21"),
        ],
    )
    def test_settlements_of_the_day_of_a_decision_know_it(self, dataset, day, target_range, first):
        """That of 27 July 2022 took effect on the 28th (implementation note)."""
        path = JULY | {"2022-09-22": 2.33 + 0.1}
        one = read(settled(day, path=path, until="2022-11"), dataset, day)
        assert (one.date, one.target_range) == (pd.Timestamp(day), target_range)
        assert one.meetings[0].date == pd.Timestamp(first)
        (september,) = (row for row in one.meetings if row.date == pd.Timestamp("2022-09-21"))
        assert september.expected == pytest.approx(2.43)
        assert {row.note for row in one.meetings} == {""}

    def test_the_range_is_that_of_the_prices_and_not_of_the_brief(self, dataset):
        one = read(settled("2022-07-26", path=JULY), dataset, "2022-07-31")
        assert (one.date, one.target_range) == (pd.Timestamp("2022-07-26"), (1.5, 1.75))

    def test_a_month_that_is_over_is_told_by_the_rates_that_came(self, dataset):
        """The EFFR was 2.33 on every day of August 2022 (New York Fed), its contract made up."""
        path = {"2022-08-01": 2.38, "2022-09-22": 2.48}
        for day, unchanged in (("2022-08-30", 0.6), ("2022-08-31", 0.4)):
            one = read(settled(day, path=path), dataset, "2022-09-01")
            assert one.meetings[0].unchanged == pytest.approx(unchanged)

    def test_of_the_rate_before_the_first_meeting_the_last_effr_tells(self, sample, dataset):
        """June and July 2022 both have a meeting, so that their contracts alone tell nothing.

        EFFR of 9 June 2022: 0.83 percent (New York Fed).
        """
        path = {"2022-06-01": 0.83, "2022-06-16": 1.33, "2022-07-28": 1.83}
        futures = settled("2022-06-10", path=path, until="2022-07")
        june, july = read(futures, dataset, "2022-06-10").meetings
        assert (june.expected, july.expected) == pytest.approx((1.33, 1.83))
        assert (june.higher, june.likeliest) == (pytest.approx(1), "1.25-1.50")
        old = fl.Dataset({"effr": sample["effr"][:"2022-05-27"]}, as_of="2022-06-10", source="x")
        june, july = read(futures, old, "2022-06-10").meetings
        assert june.expected is july.expected is None


class TestWhatIsKnown:
    def test_closes_of_the_day_count_at_its_end(self, dataset):
        futures = settled("2022-08-09", DAY)
        assert make_brief(dataset, DAY, futures=futures).priced.date == DAY

    @pytest.mark.parametrize("hour", ["00:00", "07:00", "17:00", "23:59"])
    def test_before_that_they_are_those_of_the_day_before(self, dataset, hour):
        futures = settled("2022-08-09", DAY)
        one = at(dataset, f"2022-08-10 {hour}", futures)
        assert one.date == pd.Timestamp("2022-08-09")

    def test_later_prices_and_rates_can_be_anything(self, dataset, brief):
        futures = settled("2022-08-09", DAY, "2022-08-11", "2022-08-12")
        futures.loc["2022-08-11":] = 80.0
        later = dict(dataset) | {
            "effr": dataset["effr"].where(dataset["effr"].index < DAY, other=9.0)
        }
        changed = fl.Dataset(later, as_of=dataset.as_of, source="a test")
        assert make_brief(changed, DAY, futures=futures).priced == brief.priced

    def test_a_day_without_any_price_is_passed_over(self, dataset):
        futures = settled("2022-08-09", DAY)
        futures.loc[DAY] = np.nan
        assert read(futures, dataset, DAY).date == pd.Timestamp("2022-08-09")

    def test_a_contract_without_a_price_is_not_filled_from_the_day_before(self, dataset):
        """August tells the rate before the meeting, so that September tells the one after it."""
        futures = settled("2022-08-09", DAY, until="2022-10")
        futures.loc[DAY, "ZQV22"] = np.nan
        futures.loc["2022-08-09", "ZQV22"] = 90.0
        (one,) = read(futures, dataset, DAY).meetings
        assert one.expected == pytest.approx(2.43)

    @pytest.mark.parametrize("weekend", ["2022-08-13", "2022-08-14"])
    def test_over_a_weekend_the_prices_are_those_of_friday(self, dataset, weekend):
        one = read(settled("2022-08-12"), dataset, weekend)
        assert one.date == pd.Timestamp("2022-08-12")
        assert "Settlements of 2022-08-12." in words(one)


TOLD = Meeting(pd.Timestamp("2022-09-21"), 2.43, 0.0, 0.6, 0.4, "2.25-2.50", 0.6)


class TestHowItIsSaid:
    def test_a_row_a_meeting(self):
        other = Meeting(pd.Timestamp("2022-11-02"), None, None, None, None, "", None, "no price")
        section = priced_section(Priced(DAY, (2.25, 2.5), (TOLD, other)))
        assert section.title == TITLE
        assert section.table.columns == (
            *("after the meeting of", "EFFR, %"),
            *("lower", "unchanged", "higher", "likeliest range"),
        )
        assert section.table.rows == (
            ("2022-09-21", "2.430", "0.0 %", "60.0 %", "40.0 %", "2.25-2.50, 60.0 %"),
            ("2022-11-02", "n/a", "n/a", "n/a", "n/a", "n/a"),
        )
        assert section.table.text_columns == {0, 5}
        (line,) = section.lines
        assert line == (
            "Settlements of 2022-08-10. Lower, unchanged and higher are against the target range "
            "in force after it, 2.25-2.50 percent."
        )
        assert section.notes[1:] == ("2022-11-02: no price.",)
        assert "a decision counted from the day after it" in section.notes[0]
        assert "premia for risk" in section.notes[0]

    def test_a_range_at_zero_is_a_range(self):
        """0.00-0.25 percent, from March 2020 to March 2022 (FOMC implementation notes)."""
        section = priced_section(Priced(DAY, (0.0, 0.25), (TOLD,)))
        assert section.lines[0].endswith("in force after it, 0.00-0.25 percent.")
        assert len(section.table.rows) == 1

    def test_without_a_range_there_is_no_table(self):
        section = priced_section(Priced(DAY, note="nothing is there"))
        assert (section.lines, section.table, section.notes) == (
            ("n/a: nothing is there.",),
            None,
            (),
        )

    def test_a_brief_without_futures_has_no_such_section(self, dataset):
        brief = make_brief(dataset, DAY)
        assert brief.priced is None
        assert TITLE.upper() not in as_text(document(brief))
        assert json.loads(as_json(brief))["priced"] is None

    def test_it_stands_between_the_year_ahead_and_the_sources(self, brief):
        titles = [section.title for section in document(brief).sections]
        at = titles.index(TITLE)
        assert titles[at - 1 : at + 2] == ["The year ahead", TITLE, "Figures and their sources"]

    @pytest.mark.parametrize("form", FORMATS)
    @pytest.mark.parametrize("gone", [[], ["ZQX22", "ZQZ22"], ["ZQU22"]])
    def test_nothing_that_is_none_is_printed(self, dataset, form, gone):
        brief = make_brief(dataset, DAY, futures=settled(DAY).drop(columns=gone))
        text = render(brief, document(brief), form)
        assert TITLE.upper() in text.upper() or form == "json"
        assert not re.findall(r"\bnan\b|\binf\b|\bNaN\b|\bNaT\b|\bNone\b", text)

    def test_a_program_can_read_it(self, dataset):
        futures = settled(DAY).drop(columns=["ZQX22", "ZQZ22"])
        told = json.loads(as_json(make_brief(dataset, DAY, futures=futures)))["priced"]
        assert (told["date"], told["note"]) == ("2022-08-10", "")
        assert told["target_range"] == [2.25, 2.5]
        september, november, *_ = told["meetings"]
        assert september["date"] == "2022-09-21"
        assert september["unchanged"] == pytest.approx(0.6)
        assert [november[name] for name in ("expected", "lower", "unchanged", "higher")] == (
            [None] * 4
        )
        assert november["probability"] is None
        assert november["note"] == "no price for 2022-11, 2022-12"

    def test_units_stand_beside_the_values(self, brief):
        """The rate expected is 2.43 percent, a share of one of its probabilities 0.6."""
        for one in json.loads(as_json(brief))["priced"]["meetings"]:
            assert (one["unit"], one["probability_unit"]) == ("percent", "fraction")

    def test_where_it_is_not_at_hand_a_program_reads_null_and_why(self, dataset):
        told = json.loads(as_json(make_brief(dataset, "2022-09-30", futures=settled(DAY))))
        assert (told["priced"]["date"], told["priced"]["meetings"]) == (None, [])
        assert told["priced"]["target_range"] is None
        assert "2022-08-10" in told["priced"]["note"]
