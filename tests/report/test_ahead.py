import json

import pandas as pd
import pytest

import fedliq as fl
from fedliq.cli import main
from fedliq.report.ahead import ahead_section, look_ahead, summarise
from fedliq.report.brief import make_brief
from fedliq.report.what_if import with_options

LAST = "2026-08-21"


@pytest.fixture(scope="module")
def known():
    return fl.policy_schedule().as_known_on(LAST)


@pytest.fixture(scope="module")
def outlook(sample, known):
    return fl.make_outlook(sample.known_on(LAST), known)


@pytest.fixture(scope="module")
def ahead(sample):
    return look_ahead(sample.known_on(LAST), pd.Timestamp(LAST))


def project(capsys, *options):
    assert main(["project", "--format", "json", *options]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_brief_looks_a_year_ahead(sample, ahead):
    assert make_brief(sample, LAST).ahead == ahead
    assert ahead.opening == pd.Timestamp("2026-08-12")  # the last week with every line
    assert ahead.rows[0].date == ahead.opening
    assert ahead.rows[-1].date == ahead.opening + pd.Timedelta(364, unit="D")


def test_its_rows_are_those_of_the_projection(outlook, ahead):
    weekly = outlook.projection.weekly
    for row in ahead.rows:
        assert row.reserves == weekly.loc[row.date, "reserves"]
        assert row.ratio == weekly.loc[row.date, "reserves_to_bank_assets"]
        assert row.net_liquidity == pytest.approx(row.fed_assets - row.tga - row.on_rrp)
        assert row.ratio_low <= row.ratio_high


def test_every_third_month_and_the_last_date_without_a_row_beside_it(ahead):
    gaps = [
        (two.date - one.date).days for one, two in zip(ahead.rows, ahead.rows[1:], strict=False)
    ]
    assert min(gaps) > 60
    assert max(gaps) < 125


def test_only_edges_the_ratio_stands_above_can_be_crossed(ahead):
    assert [one.edge for one in ahead.crossings] == [0.10, 0.08]
    assert all(0 <= one.probability <= 1 for one in ahead.crossings)


def test_purchases_that_bring_reserves_to_the_target(outlook):
    """Assumed from the first day that is free, after the period to 13 August, it holds."""
    required, projection = outlook.required, outlook.projection
    assert required.start == pd.Timestamp("2026-08-14")
    assert required.hold_from == projection.opening.day + pd.Timedelta(182, unit="D")
    bought = projection.schedule.with_purchases(required.start, required.per_month)
    again = fl.project_balance_sheet(
        projection.opening, bought, "2027-08-11", projection.assumptions
    ).weekly["reserves_to_bank_assets"]
    assert again[required.hold_from :].min() == pytest.approx(0.12)
    assert again[: required.hold_from].min() < 0.12


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2016-05-05", "the record of caps begins on 2017-10-01"),
        ("2027-12-31", "the last week with every line is 2026-08-12"),
    ],
)
def test_where_there_is_none_it_says_why(sample, day, reason):
    ahead = make_brief(sample, day).ahead
    assert not ahead.rows
    assert ahead_section(ahead).lines == (f"n/a: {reason}.",)


def test_a_dataset_without_the_lines_says_which(sample):
    few = fl.Dataset({"fed_assets": sample["fed_assets"]}, as_of=LAST, source="test")
    (line,) = ahead_section(make_brief(few, LAST).ahead).lines
    assert line.startswith("n/a: ")
    assert "treasuries" in line


def test_what_was_assumed_is_said(ahead):
    text = " ".join(ahead.notes)
    for part in (
        "week averages",
        "tga to",
        "bank_assets +",
        "inflation of TIPS 2 %",
        "Not at hand",
    ):
        assert part in text


def test_the_central_path_and_the_fan_are_judged_on_the_same_dates(sample):
    known = sample.known_on("2018-03-20")
    outlook = fl.make_outlook(known, fl.policy_schedule().as_known_on("2018-03-20"))
    crossed = [one for one in summarise(outlook).crossings if one.central is not None]
    assert crossed
    for one in crossed:
        assert one.central in outlook.fan.dates
        assert outlook.projection.crossing(one.edge) <= one.central


def test_purchases_without_an_amount_are_said_not_to_be_projected(sample):
    """From 2020-03-15 in coming months, from 2020-03-23 in the amounts needed."""
    lines = ahead_section(make_brief(sample, "2020-03-27").ahead)
    assert lines.lines[0].startswith("By the amounts announced, ")
    assert any("Purchases without an announced amount run" in note for note in lines.notes)
    later = ahead_section(make_brief(sample, "2020-06-26").ahead)
    assert later.lines[0].startswith("By what has been announced, ")


class TestCommandLine:
    def test_the_path_as_text(self, capsys):
        assert main(["project"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("THE BALANCE SHEET FORWARD\nProjected from Wednesday 2026-08-12")
        assert "By what has been announced" in out
        assert not err
        assert max(map(len, out.splitlines())) <= 120

    def test_markdown(self, capsys):
        assert main(["project", "--format", "markdown"]) == 0
        out = capsys.readouterr().out
        assert out.startswith("# The balance sheet forward")
        assert "| date | Fed assets |" in out

    def test_purchases_assumed_from_a_day_on(self, capsys):
        """Twenty a month for the 184 days from November to the end of April."""
        path = project(capsys, "--rmp", "20@2026-11-01", "--to", "2027-04-30")
        until = pd.Timestamp("2027-04-28")
        days = (until - pd.Timestamp("2026-11-01")).days + 1
        assert path["rows"][-1]["date"] == "2027-04-28"
        assert path["rows"][-1]["purchases_assumed"] == pytest.approx(20 * 12 / 365.25 * days)

    def test_purchases_without_a_day_begin_after_the_last_announced_period(self, known):
        assumed = with_options(known, rmp="20").decisions.iloc[-1]
        assert assumed["effective"] == pd.Timestamp("2026-10-15")

    def test_where_a_target_cannot_be_worked_out_it_says_why(self, capsys):
        assert main(["project", "--caps", "999/999@2026-09-01"]) == 0
        assert "is not worked out: under these caps" in " ".join(capsys.readouterr().out.split())
        assert main(["project", "--to", "2026-08-20"]) == 0
        assert "the horizon is too short" in " ".join(capsys.readouterr().out.split())

    def test_what_is_assumed_is_not_called_announced(self, capsys):
        for options in (["--caps", "25/35@2027-01-01"], ["--rmp", "20"]):
            assert main(["project", *options]) == 0
            out = capsys.readouterr().out
            assert "With what is assumed below" in out
            assert "By what has been announced" not in out
            assert "Assumed from" in out

    def test_caps_take_reserves_down(self, capsys):
        lower = project(capsys, "--caps", "25/35@2027-01-01")["rows"][-1]
        held = project(capsys)["rows"][-1]
        # Seven months of 25 for Treasuries; agency principal below its cap leaves as well.
        assert held["fed_assets"] - lower["fed_assets"] > 7 * 25
        assert lower["reserves"] < held["reserves"]

    def test_from_an_earlier_day_it_knows_what_was_known_then(self, capsys):
        """On 2022-05-31 the caps of June and September had been announced, and none after."""
        path = project(capsys, "--from", "2022-05-31", "--to", "2024-12-31")
        assert path["opening"] == "2022-05-25"
        assert not any("announced after" in note and "2024" in note for note in path["notes"])

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("--rmp", "twenty"),
            ("--rmp", "20@soon"),
            ("--rmp", "20@2026-08-13"),  # a period announced covers the day
            ("--caps", "25"),
            ("--caps", "25/35@January"),
            ("--to", "2020-01-01"),
            ("--to", "2026-08-13"),  # before the first Wednesday
            ("--from", "2015-01-01"),
            ("--from", "2035-01-01"),  # the figures end long before
            ("--caps", "60/35@2020-01-01"),  # what is past is past
            ("--target-ratio", "12"),
        ],
    )
    def test_a_refused_option_is_one_line_that_names_it(self, capsys, option, value):
        assert main(["project", option, value]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.count("\n") == 1
        assert err.startswith("fedliq: ")


def test_all_months_are_kept_where_none_is_left_out(outlook):
    assert len(summarise(outlook).rows) == len(outlook.projection.monthly())
