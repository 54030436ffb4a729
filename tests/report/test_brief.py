import json
import re

import pandas as pd
import pytest

import fedliq as fl
from fedliq.calendar import end_of
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.facts import Reading
from fedliq.report.formats import FORMATS, as_json, as_markdown, as_text, render
from fedliq.report.readings import tally
from fedliq.report.upcoming import upcoming

# Across the sample: before SOFR, before ON RRP, stress, holidays, weekends, after the end.
DAYS = [
    "2002-12-19", "2008-10-15", "2013-09-24", "2014-12-31", "2018-04-05", "2019-09-18",
    "2020-03-16", "2021-07-29", "2022-12-29", "2023-03-12", "2023-03-17", "2024-03-11",
    "2025-01-01", "2025-03-11", "2025-10-31", "2025-12-11", "2026-08-21", "2027-12-31",
]  # fmt: skip


@pytest.fixture(scope="module")
def brief(sample):
    return make_brief(sample)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "html"])  # test_html.py
def test_it_can_be_written_on_any_day(sample, day, form):
    brief = make_brief(sample, day)
    text = render(brief, document(brief), form)
    assert day in text
    assert not re.findall(r"\bnan\b|\binf\b|\bNaT\b|\bNone\b", text)


@pytest.mark.parametrize("day", DAYS)
def test_it_uses_nothing_that_was_not_public(sample, day):
    """Cutting the data to what was known changes not a word."""
    assert make_brief(sample, day) == make_brief(sample.known_on(day), day)


@pytest.mark.parametrize("day", DAYS)
def test_no_figure_is_of_a_later_day(sample, day):
    brief = make_brief(sample, day)
    figures = [*brief.components, *brief.corridor, brief.net_liquidity, brief.ratio, brief.spread]
    for one in figures:
        assert one.date is None or one.date <= brief.as_of
        assert (one.value is None) == (one.date is None)
        assert one.value is not None or one.note
    assert all(event.date > brief.as_of for event in brief.upcoming)


def test_the_morning_after_the_h41_of_march_2023(sample):
    """Fed assets 8,639.300 less TGA 277.643 less ON RRP 2,055.823, H.4.1 of 16 March 2023."""
    brief = make_brief(sample, "2023-03-17")
    assert brief.net_liquidity.value == pytest.approx(8639.300 - 277.643 - 2055.823)
    assert brief.net_liquidity.date == pd.Timestamp("2023-03-15")
    week = brief.changes[0]
    assert week.weeks == 1
    assert week.fed_assets == pytest.approx(297.017, abs=1e-6)
    assert week.total == pytest.approx(week.fed_assets + week.tga + week.on_rrp)
    # The evening before, none of it was known.
    assert make_brief(sample, "2023-03-15").net_liquidity.date == pd.Timestamp("2023-03-08")


def test_distances_to_the_bands(brief):
    assert [one.edge for one in brief.distances] == [0.13, 0.12, 0.10, 0.08]
    for one in brief.distances:
        assert one.percentage_points == pytest.approx(100 * (brief.ratio.value - one.edge))
        assert (one.usd_bn > 0) == (one.percentage_points > 0)


def test_what_is_overdue_says_so_and_is_not_counted(brief):
    tga = next(one for one in brief.components if one.name == "tga")
    assert tga.overdue
    assert tga.note == "the figure for 2026-08-19 should be out"
    reading = next(one for one in brief.readings if one.label == "TGA")
    assert reading.verdict == "not counted"
    assert sum(brief.tally.values()) == len(brief.readings)


def test_readings_follow_their_rule(sample):
    for day in DAYS[6:]:
        for one in make_brief(sample, day).readings:
            if one.verdict == "neutral":
                assert abs(one.change) <= one.neutral_within
            elif one.verdict != "not counted":
                assert abs(one.change) > one.neutral_within
                helps = (one.change > 0) == (one.adds_when == "rises")
                assert one.verdict == ("adds" if helps else "drains")


def test_the_tally_counts():
    one = Reading("x", 1.0, "bp", 2, "rises", None, "neutral")
    assert tally((one, one)) == {"adds": 0, "neutral": 2, "drains": 0, "not counted": 0}


class TestPolicy:
    """FOMC implementation notes; New York Fed operating policies (policy tables)."""

    def test_caps_as_announced_by_then(self, sample):
        (line, *_) = make_brief(sample, "2024-06-03").policy
        assert "since 2024-06-01: Treasuries 25, agency securities 35 USD bn a month" in line

    def test_a_purchase_period_is_not_known_before_it_is_announced(self, sample):
        before = " ".join(make_brief(sample, "2025-12-09").policy)
        after = " ".join(make_brief(sample, "2025-12-10").policy)
        assert "no period at hand for this day; the record covers 2025-12-10" in before
        assert "2025-12-12 to 2026-01-14: 40 USD bn, announced 2025-12-10 (primary" in after

    def test_amounts_from_the_press_are_marked(self, brief):
        assert any("secondary source" in line for line in brief.policy)

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("2025-03-10", "no figure at hand"),
            ("2025-03-11", "closed, nothing can be outstanding"),
        ],
    )
    def test_the_bank_term_funding_program(self, sample, day, said):
        cut = {name: sample[name] for name in sample if name != "btfp"}
        dataset = fl.Dataset(cut, as_of=day, source="sample")
        btfp = next(
            one for one in make_brief(dataset, day).facilities if one.figure.name == "btfp"
        )
        assert btfp.figure.note == said


class TestHonesty:
    """Sentences that would be false on some day."""

    def test_before_july_2021_the_rate_is_called_ioer(self, sample):
        brief = make_brief(sample, "2019-09-18")
        assert [one.value for one in brief.corridor if one.label == "IOER"] == [2.10]
        assert not any("Interest rate on reserve balances" in line for line in brief.missing)

    def test_a_stale_level_has_no_share_of_its_peak(self, sample):
        btfp = make_brief(sample, "2024-06-05").facilities[-1]
        assert btfp.figure.overdue
        assert "highest" not in btfp.summary

    def test_a_program_is_not_named_before_it_exists(self, sample):
        names = [one.figure.name for one in make_brief(sample, "2023-03-10").facilities]
        assert names == ["on_rrp", "srf"]

    def test_administered_rates_are_dated_by_their_decision_and_end_with_the_record(self, sample):
        ceiling = make_brief(sample, "2026-08-21").corridor[0]
        assert ceiling.note == "in force since 2025-12-11"
        assert not ceiling.overdue
        late = make_brief(sample, "2028-01-05").corridor[0]
        assert late.value is None
        assert late.note == "the record does not cover this day"

    def test_an_overdue_spread_is_not_counted(self, sample):
        reading = next(
            one for one in make_brief(sample, "2026-08-27").readings if "SOFR" in one.label
        )
        assert reading.verdict == "not counted"

    def test_a_mean_needs_its_whole_window(self, sample):
        """SOFR began on 2018-04-03: eight weeks later there are two means to compare."""
        for day, counted in (("2018-05-20", False), ("2018-06-01", True)):
            reading = next(one for one in make_brief(sample, day).readings if "SOFR" in one.label)
            assert (reading.verdict != "not counted") == counted


class TestUpcoming:
    def test_what_came_after_21_august_2026(self):
        events = {
            (f"{one.date:%Y-%m-%d}", one.what)
            for one in upcoming(end_of(pd.Timestamp("2026-08-21")))
        }
        assert events == {
            ("2026-08-27", "H.4.1, 16:30"),
            ("2026-08-28", "H.8, 16:15"),
            ("2026-08-31", "month-end"),
            ("2026-10-14", "Desk announces the next purchase period"),
            ("2026-09-15", "federal tax date"),
            ("2026-09-15", "mid-month coupon settlement"),
            ("2026-09-16", "FOMC decision, 14:00"),
            ("2026-09-30", "quarter-end"),
            ("2026-10-28", "FOMC decision, 14:00"),
        }

    @pytest.mark.parametrize("day", pd.date_range("2025-11-20", "2026-02-20", freq="3D"))
    def test_every_kind_lies_ahead_and_in_order(self, day):
        events = upcoming(end_of(day))
        assert all(one.date > day for one in events)
        assert [one.date for one in events] == sorted(one.date for one in events)
        kinds = " ".join(one.what for one in events)
        for kind in ("FOMC", "H.4.1", "H.8", "quarter-end", "tax", "settlement"):
            assert kind in kinds

    def test_a_meeting_is_not_named_from_a_calendar_of_other_years(self, sample):
        assert not any("FOMC" in one.what for one in upcoming(end_of(pd.Timestamp("2019-09-18"))))
        text = as_text(document(make_brief(sample, "2019-09-18")))
        assert "The FOMC calendar at hand does not cover this day." in text

    @pytest.mark.parametrize(
        ("day", "due"),
        # Announced as the running period ends, about the ninth business day (New York Fed).
        [
            ("2025-12-09", None),
            ("2025-12-10", "2026-01-14"),
            ("2026-01-13", "2026-01-14"),
            ("2026-07-01", "2026-07-13"),
            ("2026-10-15", None),
            ("2019-09-18", None),
        ],
    )
    def test_the_desk_announces_only_what_is_running(self, day, due):
        days = [
            f"{one.date:%Y-%m-%d}"
            for one in upcoming(end_of(pd.Timestamp(day)))
            if "Desk" in one.what
        ]
        assert days == ([due] if due else [])


class TestFormats:
    def test_json_keeps_numbers_and_dates(self, brief):
        data = json.loads(as_json(brief))
        assert data["as_of"] == "2026-08-21"
        assert data["net_liquidity"]["value"] == 5946.901  # 6,743.028 - 795.976 - 0.151
        assert data["changes"][0]["unit"] == "USD bn"
        assert data["net_liquidity"]["unit"] == "USD bn"
        assert data["thresholds"] == {"abundant": [0.12, 0.13], "scarce": [0.08, 0.10]}

    def test_markdown_tables_are_whole(self, brief):
        text = as_markdown(document(brief))
        assert text.startswith("# US dollar liquidity\n")
        for block in text.split("\n\n"):
            if block.startswith("|"):
                assert len({row.count("|") for row in block.split("\n")}) == 1

    def test_every_section_is_in_both(self, brief):
        text, markdown = as_text(document(brief)), as_markdown(document(brief))
        titles = re.findall(r"^## (.+)$", markdown, flags=re.MULTILINE)
        assert titles[:2] == ["What changed since last week", "Reading"]
        for title in titles:
            assert title.upper() in text

    def test_text_fits_a_terminal_and_is_ascii(self, brief):
        assert as_text(document(brief)).isascii()
        assert max(map(len, as_text(document(brief)).splitlines())) <= 120

    def test_thresholds_and_sources_are_printed_beside_the_verdict(self, brief):
        text = " ".join(as_text(document(brief)).split())
        assert "abundant band 12-13 %" in text
        assert "NY Fed Staff Report 1019" in text
        assert "scarce band 8-10 % (assumption" in text
        assert "does not sanction or endorse" in text


def test_a_day_before_all_figures(sample):
    with pytest.raises(fl.InvalidInputError, match=r"no H.4.1 of this dataset had been published"):
        make_brief(sample, "2002-12-18")
