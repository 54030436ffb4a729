"""The brief in the course of a day: Thursday 2026-08-20, whose H.4.1 is due at 16:30."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import fedliq as fl
from fedliq.calendar import business_days
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import FORMATS, as_json, as_markdown, as_text, render

MORNING, EVENING = "2026-08-20 07:00", "2026-08-20 17:00"
# What the brief's components are and what the year ahead opens on.
NAMES = [
    "fed_assets",
    "tga",
    "reserves_week_average",
    "treasuries",
    "mbs",
    "bank_assets",
    "sofr",
    "iorb",
    "effr",
    "on_rrp",
    "srf",
    "tga_close",
    "tga_week_average",
]
# Without these the year ahead is not worked out, and a brief takes a fraction of the time.
OPENING = {"treasuries", "mbs", "tga_week_average"}


@pytest.fixture(scope="module")
def series(sample):
    """Every component up to date: where the sample ends early, its last value is carried on."""
    last = pd.Timestamp("2026-08-21")
    dates = {
        "tga": pd.date_range("2026-07-22", "2026-08-19", freq="7D"),
        "srf": business_days("2026-07-23", last, office="repo"),
        "tga_close": business_days("2026-06-24", "2026-08-20"),
        "tga_week_average": pd.date_range("2026-08-19", "2026-08-19"),
    }
    held = {name: sample[name] for name in NAMES}
    for name, days in dates.items():
        assert held[name].index[-1] < days[0]
        carried = pd.Series(held[name].iloc[-1], days)
        held[name] = pd.concat([held[name], carried])
    return held


@pytest.fixture(scope="module")
def morning(series):
    """With figures of the rest of the day too, which nobody could know at seven."""
    return fl.Dataset(series, as_of=MORNING, source="publishers")


@pytest.fixture(scope="module")
def brief(morning):
    return make_brief(morning)


@pytest.fixture(scope="module")
def of_the_morning(morning):
    """What was known at seven, without the year ahead."""
    known = fl.as_known(morning, MORNING)
    return {name: known[name] for name in known if name not in OPENING}


def standing(series, when, **options) -> fl.Dataset:
    return fl.Dataset(series, as_of=when, **{"source": "publishers", **options})


def overdue(brief) -> set[str]:
    return {one.name for one in brief.components if one.overdue}


def releases(brief) -> dict[str, str]:
    """The weekly releases to come, by their title and hour."""
    return {
        one.what: f"{one.date:%a %Y-%m-%d} {one.note}"
        for one in brief.upcoming
        if "H." in one.what
    }


def sections(brief) -> dict:
    return {section.title: section for section in document(brief).sections}


def words(brief) -> str:
    return " ".join(as_text(document(brief)).split())


class TestTheHour:
    def test_the_brief_says_which_it_is(self, brief):
        opening = "As known on Thursday 2026-08-20 at 07:00 (Eastern)."
        assert opening in words(brief)
        assert opening in as_markdown(document(brief))
        data = json.loads(as_json(brief))
        assert (data["as_of"], data["at"]) == ("2026-08-20", "07:00")

    def test_a_whole_day_has_none(self, of_the_morning):
        brief = make_brief(standing(of_the_morning, "2026-08-20"))
        assert "As known at the end of Thursday 2026-08-20 (Eastern)." in words(brief)
        assert json.loads(as_json(brief))["at"] == ""

    @pytest.mark.parametrize(
        "when",
        [
            "2026-08-20 07:00",
            pd.Timestamp("2026-08-20 07:00"),
            pd.Timestamp("2026-08-20 11:00", tz="UTC"),
            pd.Timestamp("2026-08-20 20:00", tz="Asia/Tokyo"),
        ],
    )
    def test_in_eastern_time_whatever_the_zone(self, of_the_morning, when):
        dataset = standing(of_the_morning, when)
        assert dataset.moment == pd.Timestamp(MORNING)
        assert make_brief(dataset).at == "07:00"

    def test_midnight_in_another_zone_is_no_day(self, of_the_morning):
        """20:00 in New York: four hours of summer time before."""
        utc = pd.Timestamp("2026-08-20 00:00", tz="UTC")
        assert standing(of_the_morning, utc).moment == pd.Timestamp("2026-08-19 20:00")

    def test_a_day_asked_for_is_taken_whole(self, morning):
        brief = make_brief(morning, "2026-08-19")
        assert brief.at == ""
        assert brief.as_of == pd.Timestamp("2026-08-19")


class TestWhatIsKnown:
    def test_nothing_that_came_out_later_is_used(self, morning, brief):
        assert make_brief(fl.as_known(morning, MORNING)) == brief

    def test_later_figures_can_be_anything(self, series, morning, brief):
        known = fl.as_known(morning, MORNING)
        other = {
            name: one.where(one.index.isin(known[name].index), one * 1.07)
            for name, one in series.items()
        }
        assert not other["fed_assets"].equals(series["fed_assets"])
        assert make_brief(standing(other, MORNING)) == brief

    def test_each_component_is_the_last_one_out_at_seven(self, brief):
        """The evening before: the statement and ON RRP; of the rates, those of Tuesday."""
        assert {one.name: f"{one.date:%m-%d}" for one in brief.components} == {
            "fed_assets": "08-12",
            "tga": "08-12",
            "reserves_week_average": "08-12",
            "bank_assets": "08-05",
            "sofr": "08-18",
            "iorb": "08-20",
            "effr": "08-18",
            "on_rrp": "08-19",
            "srf": "08-19",
        }

    @pytest.mark.parametrize(
        ("hour", "said"),
        [
            ("07:00", "Bill purchases: no period at hand for this day"),
            ("13:59", "Bill purchases: no period at hand for this day"),
            ("14:00", "Bill purchases 2025-12-12 to 2026-01-14: 40 USD bn"),
        ],
    )
    def test_a_decision_of_the_afternoon_is_none_of_the_morning(self, sample, hour, said):
        """FOMC statement of 10 December 2025, released at 14:00."""
        held = {name: sample[name] for name in NAMES if name not in OPENING}
        policy = make_brief(standing(held, f"2025-12-10 {hour}")).policy
        assert [line.startswith(said) for line in policy if line.startswith("Bill")] == [True]


class TestWhatIsDue:
    def test_at_seven_nothing_is_overdue(self, brief):
        figures = [
            *brief.components,
            *brief.corridor,
            brief.net_liquidity,
            brief.ratio,
            brief.spread,
            brief.spread_outside_turns,
        ]
        assert [one.name for one in figures if one.overdue] == []
        assert [one.label for one in brief.readings if one.verdict == "not counted"] == []
        assert "OVERDUE" not in words(brief)
        assert "overdue" not in words(brief)
        assert "Waiting for" not in words(brief)
        assert "should be out" not in words(brief)

    @pytest.mark.parametrize(
        ("names", "before", "due"),
        # Each by the timetable, METHODS, section 8; the standing repo facility closes at 13:45.
        [
            ({"sofr"}, "07:59", "08:00"),
            ({"effr"}, "08:59", "09:00"),
            ({"on_rrp"}, "13:14", "13:15"),
            ({"srf"}, "13:44", "13:45"),
            ({"fed_assets", "tga", "reserves_week_average"}, "16:29", "16:30"),
        ],
    )
    def test_from_its_minute_on_a_missing_figure_is_overdue(
        self, of_the_morning, names, before, due
    ):
        early, late = (
            overdue(make_brief(standing(of_the_morning, f"2026-08-20 {minute}")))
            for minute in (before, due)
        )
        assert late - early == names
        assert early < late

    def test_at_five_all_of_the_day_is_overdue_and_nothing_else(self, of_the_morning):
        brief = make_brief(standing(of_the_morning, EVENING))
        assert overdue(brief) == {
            "fed_assets",
            "tga",
            "reserves_week_average",
            "sofr",
            "effr",
            "on_rrp",
            "srf",
        }
        assets = next(one for one in brief.components if one.name == "fed_assets")
        assert assets.note == "the figure for 2026-08-19 should be out"
        assert brief.net_liquidity.overdue
        assert "(2026-08-12, 8 d, OVERDUE)" in words(brief)
        late = "fed_assets (last 2026-08-12), tga (last 2026-08-12), on_rrp (last 2026-08-19)"
        assert f"Waiting for {late}." in words(brief)
        uncounted = {one.label for one in brief.readings if one.verdict == "not counted"}
        assert {"Fed assets", "TGA", "ON RRP"} <= uncounted

    def test_bank_assets_are_due_on_friday_at_a_quarter_past_four(self, of_the_morning):
        early, late = (
            overdue(make_brief(standing(of_the_morning, f"2026-08-21 {minute}")))
            for minute in ("16:14", "16:15")
        )
        assert late - early == {"bank_assets"}

    def test_at_five_what_has_come_out_is_not_overdue(self, series):
        """Assets of 6,745.699, H.4.1 of 20 August 2026."""
        held = {name: one for name, one in series.items() if name not in OPENING}
        brief = make_brief(standing(held, EVENING))
        assert overdue(brief) == set()
        assert brief.components[0].value == 6745.699
        assert brief.net_liquidity.date == pd.Timestamp("2026-08-19")

    def test_at_midnight_nothing_of_the_day_is_due(self, of_the_morning):
        brief = make_brief(standing(of_the_morning, "2026-08-20 00:00"))
        assert brief.at == "00:00"
        assert overdue(brief) == set()
        assert releases(brief)["H.4.1, 16:30"].startswith("Thu 2026-08-20")


class TestWhatComesNext:
    def test_at_seven_the_h41_of_the_day_is_to_come(self, brief):
        assert releases(brief) == {
            "H.4.1, 16:30": "Thu 2026-08-20 for Wednesday 19 August",
            "H.8, 16:15": "Fri 2026-08-21 for Wednesday 12 August",
        }
        section = sections(brief)["What comes next"]
        assert section.table.rows[0] == (
            "Thu 2026-08-20",
            "H.4.1, 16:30",
            "for Wednesday 19 August",
        )
        assert "Times are Eastern." in section.notes
        first = json.loads(as_json(brief))["upcoming"][0]
        assert (first["date"], first["what"]) == ("2026-08-20", "H.4.1, 16:30")

    @pytest.mark.parametrize(
        ("when", "thursday"),
        [
            ("2026-08-20 16:29", "2026-08-20"),
            ("2026-08-20 16:30", "2026-08-27"),
            (EVENING, "2026-08-27"),
            ("2026-08-20", "2026-08-27"),
        ],
    )
    def test_once_it_is_out_it_is_that_of_next_week(self, of_the_morning, when, thursday):
        brief = make_brief(standing(of_the_morning, when))
        assert releases(brief)["H.4.1, 16:30"].startswith(f"Thu {thursday} for Wednesday")
        assert releases(brief)["H.8, 16:15"].startswith("Fri 2026-08-21")

    def test_nothing_is_listed_that_is_past(self, brief):
        assert all(one.date >= brief.as_of for one in brief.upcoming)
        of_the_day = [one.what for one in brief.upcoming if one.date == brief.as_of]
        assert of_the_day == ["H.4.1, 16:30"]


RETRIEVED = {
    "fed_assets": pd.Timestamp("2026-08-13 20:45", tz="UTC"),
    "sofr": pd.Timestamp("2026-08-19 12:05", tz="UTC"),
    "on_rrp": pd.Timestamp("2026-08-20 10:58:30", tz="UTC"),
}


@pytest.fixture(scope="module")
def fetched(of_the_morning):
    return make_brief(standing(of_the_morning, MORNING, retrieved_at=RETRIEVED))


class TestWhenItWasFetched:
    def test_each_component_says_when(self, fetched):
        stated = {one.name: one.retrieved_at for one in fetched.components}
        assert {name: when for name, when in stated.items() if when is not None} == RETRIEVED
        table = sections(fetched)["Figures and their sources"].table
        column = table.columns.index("retrieved, UTC")
        shown = {row[0]: row[column] for row in table.rows}
        assert shown["fed_assets"] == "2026-08-13 20:45"
        assert shown["sofr"] == "2026-08-19 12:05"
        assert shown["on_rrp"] == "2026-08-20 10:58"
        assert {shown[name] for name in set(shown) - set(RETRIEVED)} == {"n/a"}

    @pytest.mark.parametrize("form", ["text", "markdown"])
    def test_it_is_printed(self, fetched, form):
        lines = render(fetched, document(fetched), form).splitlines()
        (row,) = (line for line in lines if re.match(r"[ |]+fed_assets ", line))
        assert "2026-08-13 20:45" in row
        assert any("retrieved, UTC" in line for line in lines)

    def test_json_has_the_moment_with_its_zone(self, fetched):
        data = json.loads(as_json(fetched))
        stated = {one["name"]: one["retrieved_at"] for one in data["components"]}
        assert stated["fed_assets"] == "2026-08-13T20:45:00+00:00"
        assert stated["on_rrp"] == "2026-08-20T10:58:30+00:00"
        assert stated["tga"] is None

    def test_the_first_and_the_last_are_stated_once(self, of_the_morning, fetched):
        span = "retrieved 2026-08-13 20:45 to 2026-08-20 10:58 UTC"
        assert fetched.data.endswith(f"; {span}")
        assert span in words(fetched)
        at_once = dict.fromkeys(of_the_morning, RETRIEVED["sofr"])
        brief = make_brief(standing(of_the_morning, MORNING, retrieved_at=at_once))
        assert brief.data.endswith("; retrieved 2026-08-19 12:05 UTC")

    def test_what_was_not_fetched_says_nothing(self, brief):
        assert "retrieved" not in words(brief)
        assert all(one.retrieved_at is None for one in brief.components)
        table = sections(brief)["Figures and their sources"].table
        assert "retrieved, UTC" not in table.columns


class TestNowcast:
    def test_it_is_made_of_the_last_of_each(self, morning, brief):
        """Assets of 6,759.955 (H.4.1 of 13 August), ON RRP of 0.317 (19 August 2026)."""
        account = morning["tga_close"]["2026-08-18"]
        assert brief.nowcast.value == pytest.approx(6759.955 - account - 0.317)
        days = "assets of 2026-08-12, TGA of 2026-08-18, ON RRP of 2026-08-19"
        assert brief.nowcast.source == days
        assert brief.nowcast.date == pd.Timestamp("2026-08-12")
        assert brief.nowcast.age_days == 8
        line = f"Nowcast, by the last of each that is public: {brief.nowcast.value:,.1f} USD bn"
        assert f"{line} ({days})." in words(brief)
        assert f"{line} ({days})." in as_markdown(document(brief))
        assert json.loads(as_json(brief))["nowcast"]["value"] == round(brief.nowcast.value, 9)

    def test_it_is_that_of_the_function_at_the_hour(self, morning, brief):
        day = pd.DatetimeIndex(["2026-08-20"])
        row = fl.net_liquidity_nowcast(morning, day, hour="07:00").iloc[0]
        assert brief.nowcast.value == row["net_liquidity"]

    def test_in_the_evening_all_parts_have_moved_on(self, series):
        held = {name: one for name, one in series.items() if name not in OPENING}
        nowcast = make_brief(standing(held, EVENING)).nowcast
        assert nowcast.source == "assets of 2026-08-19, TGA of 2026-08-19, ON RRP of 2026-08-20"
        # 6,745.699 in the H.4.1 of 20 August, ON RRP of 0.225 on that day.
        account = series["tga_close"]["2026-08-19"]
        assert nowcast.value == pytest.approx(6745.699 - account - 0.225)

    @pytest.mark.parametrize(
        ("change", "note"),
        [
            ({"on_rrp": None}, "a part is not in the dataset"),
            ({"tga": None, "tga_close": None}, "a part is not in the dataset"),
            ({"on_rrp": "2026-08-13"}, "no fresh figure of ON RRP"),
            ({"tga": "2026-08-05", "tga_close": "2026-08-10"}, "no fresh figure of TGA"),
            (
                {"fed_assets": "2026-08-05", "on_rrp": "2026-08-13"},
                "no fresh figure of assets or ON RRP",
            ),
        ],
    )
    def test_it_says_why_there_is_none(self, of_the_morning, change, note):
        kept = {name: one for name, one in of_the_morning.items() if name not in change}
        cut = {name: of_the_morning[name][:last] for name, last in change.items() if last}
        brief = make_brief(standing(kept | cut, MORNING))
        assert brief.nowcast.value is None
        assert brief.nowcast.note == note
        assert f"Nowcast: n/a, {note}." in words(brief)
        assert json.loads(as_json(brief))["nowcast"]["value"] is None


@pytest.fixture(scope="module")
def bare(series):
    held = {name: one for name, one in series.items() if name != "bank_assets"}
    return make_brief(standing(held, MORNING))


class TestWithoutBankAssets:
    @pytest.mark.parametrize("form", FORMATS)
    def test_it_renders_without_a_number_that_is_none(self, bare, form):
        text = render(bare, document(bare), form)
        assert "2026-08-20" in text
        assert not re.findall(r"\bnan\b|\binf\b|\bNaN\b|\bNaT\b|\bNone\b", text)

    def test_the_year_ahead_has_levels_and_no_ratio(self, bare):
        assert bare.ahead.missing == ""
        section = sections(bare)["The year ahead"]
        ratio = section.table.columns.index("ratio %")
        assert len(section.table.rows) > 2
        for row in section.table.rows:
            assert row[ratio:] == ("n/a", "n/a", "n/a")
            assert re.fullmatch(r"[\d,]+", row[section.table.columns.index("reserves")])
        assert "bank assets are not at hand, and so no ratio" in section.lines[0]
        assert bare.ahead.crossings == ()

    def test_json_has_null(self, bare):
        ahead = json.loads(as_json(bare))["ahead"]
        for row in ahead["rows"]:
            assert [row[name] for name in ("ratio", "ratio_low", "ratio_high", "regime")] == (
                [None] * 4
            )
            assert row["reserves"] > 0
        assert ahead["required_per_month"] is None

    def test_the_ratio_is_not_at_hand_and_not_counted(self, bare):
        assert bare.ratio.value is None
        assert bare.ratio.note == "no figure at hand"
        reading = next(one for one in bare.readings if one.label == "Reserves over bank assets")
        assert reading.verdict == "not counted"
        assert any(line.startswith("Total assets, all commercial banks") for line in bare.missing)

    def test_the_rest_is_as_with_them(self, bare, brief):
        assert bare.net_liquidity == brief.net_liquidity
        assert bare.nowcast == brief.nowcast
        assert bare.upcoming == brief.upcoming
        assert [row.reserves for row in bare.ahead.rows] == [
            row.reserves for row in brief.ahead.rows
        ]


@pytest.fixture(scope="module")
def mixed(of_the_morning):
    sources = dict.fromkeys(of_the_morning, "FRED: observations of WALCL")
    sources |= {"sofr": "New York Fed: rates", "on_rrp": "New York Fed: operations"}
    vintages = dict.fromkeys(of_the_morning, "latest revised")
    vintages["bank_assets"] = "as of 2026-08-14"
    return standing(of_the_morning, MORNING, source=sources, vintage=vintages)


class TestSeveralSources:
    def test_each_is_named_once_and_in_order(self, mixed):
        data = make_brief(mixed).data
        assert data == "FRED, New York Fed; figures as of 2026-08-14, latest revised"

    def test_it_stands_in_the_opening_line(self, mixed):
        brief = make_brief(mixed)
        assert f"; {brief.data}." in words(brief)
        assert json.loads(as_json(brief))["data"] == brief.data

    def test_a_series_whose_source_is_not_stated_says_so(self, of_the_morning):
        some = standing(of_the_morning, MORNING, source={"sofr": "New York Fed"})
        assert make_brief(some).data == "New York Fed, not stated; figures as given"
