"""How close run-off is to its end: the four factors, and what they said before it was decided."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

DAY = pd.Timedelta(1, unit="D")
FACTORS = ["on_rrp", "btfp", "spread", "ratio"]
COLUMNS = ["on_rrp", "btfp", "spread_outside_turns_28d", "reserves_to_bank_assets"]
# A week of 2024, when the BTFP was open, and figures that meet nothing.
OPEN = "2024-01-05"
FAR = (500.0, 120.0, -9.0, 0.15)
LIMITS = fl.QtEndThresholds(on_rrp=100, btfp=10, spread=-2, ratio=0.13)
MEETING = (100.0, 10.0, -2.0, 0.13)


def panel(*rows, first=OPEN) -> pd.DataFrame:
    days = pd.date_range(first, periods=len(rows), freq="7D", name="date")
    return pd.DataFrame(rows, days, COLUMNS, dtype=float)


def states(*row, day=OPEN, thresholds=LIMITS):
    return fl.assess_qt_end(panel(row, first=day), thresholds).factors["state"].tolist()


@pytest.fixture(scope="module")
def known(sample):
    """The reading on every Friday, as known by then."""
    return fl.assess_qt_end(fl.qt_end_panel(sample))


class TestThresholds:
    @pytest.mark.parametrize("place", range(4))
    def test_at_a_threshold_a_factor_is_met_and_just_beyond_it_is_not(self, place):
        """The spread is met from below upwards, the others from above downwards."""
        limit = MEETING[place]
        inward = np.inf if place == 2 else -np.inf
        for value, state in (
            (limit, "met"),
            (np.nextafter(limit, inward), "met"),
            (np.nextafter(limit, -inward), "not met"),
        ):
            row = [*FAR[:place], value, *FAR[place + 1 :]]
            expected = ["not met"] * 4
            expected[place] = state
            assert states(*row) == expected, value

    @pytest.mark.parametrize("place", range(4))
    def test_each_threshold_belongs_to_its_factor(self, place):
        assert states(*MEETING) == ["met"] * 4
        changes = [{"on_rrp": 99.0}, {"btfp": 9.0}, {"spread": -1.0}, {"ratio": 0.12}]
        stricter = fl.QtEndThresholds(
            **(dict(zip(FACTORS, MEETING, strict=True)) | changes[place])
        )
        expected = ["met"] * 4
        expected[place] = "not met"
        assert states(*MEETING, thresholds=stricter) == expected

    def test_unless_told_otherwise_they_are_those_documented(self):
        """The ratio is the upper edge of the kink in New York Fed Staff Report 1019."""
        usual = fl.QtEndThresholds()
        assert usual.ratio == 0.13
        assert (usual.btfp, usual.spread) == (10, -2)
        table = fl.assess_qt_end(panel(FAR)).factors
        assert table["threshold"].tolist() == [usual.on_rrp, 10, -2, 0.13]
        assert table["unit"].tolist() == ["USD bn", "USD bn", "bp", "fraction"]
        assert table.index.tolist() == FACTORS

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"on_rrp": -1}, fl.InvalidInputError, "on_rrp: expected USD bn from 0 up, got -1"),
            ({"btfp": -0.5}, fl.InvalidInputError, "btfp: expected USD bn from 0 up, got -0.5"),
            ({"spread": np.nan}, fl.InvalidInputError, "spread: expected a finite number"),
            ({"spread": "zero"}, fl.InputTypeError, "spread: expected a number"),
            ({"ratio": 13}, fl.UnitError, "for 13 % write 0.13"),
        ],
    )
    def test_some_make_no_sense(self, change, error, message):
        with pytest.raises(error, match=message):
            fl.QtEndThresholds(**change)

    def test_nothing_at_all_may_be_asked_of_a_facility(self):
        empty = fl.QtEndThresholds(on_rrp=0, btfp=0)
        assert states(0.0, 0.0, *FAR[2:], thresholds=empty) == ["met", "met"] + ["not met"] * 2

    def test_they_are_an_object_of_their_own(self):
        with pytest.raises(fl.InputTypeError, match="thresholds: expected QtEndThresholds"):
            fl.assess_qt_end(panel(FAR), (100, 10, -2, 0.13))


class TestStages:
    @pytest.mark.parametrize("met", range(5))
    def test_the_stage_is_a_count(self, met):
        stage = ("far", "far", "approaching", "near", "reached")[met]
        row = [*MEETING[:met], *FAR[met:]]
        reading = fl.assess_qt_end(panel(row), LIMITS)
        assert (reading.met, reading.stage) == (met, stage)
        assert reading.history["met"].tolist() == [met]
        assert reading.history["stage"].tolist() == [stage]

    def test_it_does_not_matter_which_are_met(self):
        for mask in range(16):
            chosen = [bool(mask >> place & 1) for place in range(4)]
            row = [MEETING[place] if chosen[place] else FAR[place] for place in range(4)]
            reading = fl.assess_qt_end(panel(row), LIMITS)
            assert reading.met == sum(chosen)
            assert (reading.factors["state"] == "met").tolist() == chosen

    def test_the_stages_are_ordered(self):
        rows = [(*MEETING[:met], *FAR[met:]) for met in (2, 4, 3, 0)]
        stage = fl.assess_qt_end(panel(*rows), LIMITS).history["stage"]
        assert stage.cat.ordered
        assert stage.cat.categories.tolist() == ["far", "approaching", "near", "reached"]
        assert (stage >= "near").tolist() == [False, True, True, False]

    @pytest.mark.parametrize("place", range(4))
    def test_without_a_figure_a_factor_is_not_available_and_there_is_no_stage(self, place):
        row = [*MEETING[:place], np.nan, *MEETING[place + 1 :]]
        reading = fl.assess_qt_end(panel(row), LIMITS)
        expected = ["met"] * 4
        expected[place] = "not available"
        assert reading.factors["state"].tolist() == expected
        assert pd.isna(reading.factors["date"].iloc[place])
        assert np.isnan(reading.factors["value"].iloc[place])
        assert (reading.met, reading.stage) == (3, None)
        assert reading.history["known"].tolist() == [3]
        assert reading.history["stage"].isna().all()


class TestBtfp:
    """Opened on 2023-03-12; its last loan, of 2024-03-11, fell due a year later."""

    def test_the_dates_are_those_of_the_record(self):
        rows = fl.policy_table("facilities").rows
        of = rows[rows["facility"] == "BTFP"].set_index("parameter")["effective"]
        opened = of["opened; loans up to one year"]
        gone = of["last possible maturity (one year after the last loan)"]
        for day, state in (
            (opened - DAY, "met"),
            (opened, "not met"),
            (gone - DAY, "not met"),
            (gone, "met"),
        ):
            assert states(*FAR, day=day)[1] == state, day

    @pytest.mark.parametrize("value", [0.0, 120.0, np.nan])
    @pytest.mark.parametrize("day", ["2019-09-13", "2023-03-11", "2025-03-11", "2026-08-21"])
    def test_outside_its_time_it_is_met_whatever_the_panel_says(self, day, value):
        reading = fl.assess_qt_end(panel((500.0, value, -9.0, 0.15), first=day), LIMITS)
        assert reading.factors.loc["btfp", "state"] == "met"
        assert reading.factors.loc["btfp", "value"] == 0
        assert reading.history["btfp"].tolist() == [0]

    @pytest.mark.parametrize("day", ["2023-03-12", "2024-03-11", "2025-03-10"])
    def test_in_its_time_a_missing_figure_is_missing(self, day):
        assert states(500.0, np.nan, -9.0, 0.15, day=day)[1] == "not available"


class TestFactors:
    def test_each_is_by_the_last_row_that_has_a_figure(self):
        rows = panel(
            (90.0, 120.0, -9.0, 0.15),
            (500.0, 9.0, -9.0, 0.12),
            (500.0, np.nan, -1.0, np.nan),
            (80.0, np.nan, np.nan, np.nan),
        )
        reading = fl.assess_qt_end(rows, LIMITS)
        table = reading.factors
        assert table["value"].tolist() == [80, 9, -1, 0.12]
        assert table["date"].tolist() == [rows.index[place] for place in (3, 1, 2, 1)]
        assert table["state"].tolist() == ["met"] * 4
        assert (reading.met, reading.stage) == (4, "reached")

    def test_a_figure_older_than_twenty_days_is_no_longer_one(self):
        for days, state in ((20, "met"), (21, "not available")):
            rows = panel((90.0, 9.0, -1.0, 0.12), (90.0, 9.0, -1.0, np.nan))
            index = [rows.index[0], rows.index[0] + days * DAY]
            reading = fl.assess_qt_end(rows.set_axis(pd.DatetimeIndex(index)), LIMITS)
            assert reading.factors["state"].tolist() == ["met"] * 3 + [state]
            assert reading.stage == ("reached" if state == "met" else None)

    def test_how_old_it_may_be_may_be_chosen(self):
        rows = panel(MEETING, (np.nan,) * 4)
        for limit, met in (("7D", 4), ("6D", 0)):
            assert fl.assess_qt_end(rows, LIMITS, max_stale=limit).met == met
        with pytest.raises(fl.InvalidInputError, match="max_stale: expected a span"):
            fl.assess_qt_end(rows, max_stale=7)

    @pytest.mark.parametrize(("place", "factor"), [(0, 1000), (1, 1000), (2, 1000), (3, 100)])
    def test_figures_in_another_unit(self, place, factor):
        row = list(FAR)
        row[place] *= factor
        with pytest.raises(fl.UnitError, match=rf"^{COLUMNS[place]}: .* is impossible in"):
            fl.assess_qt_end(panel(row))

    def test_the_history_is_row_by_row(self):
        rows = panel(FAR, (90.0, np.nan, -1.0, 0.15), MEETING, (np.nan,) * 4)
        history = fl.assess_qt_end(rows, LIMITS).history
        np.testing.assert_array_equal(history[FACTORS], rows[COLUMNS])
        assert history["met"].tolist() == [0, 2, 4, 0]
        assert history["known"].tolist() == [4, 3, 4, 0]
        assert history["stage"].astype(object).where(history["stage"].notna(), None).tolist() == [
            "far", None, "reached", None,
        ]  # fmt: skip

    def test_cutting_the_panel_short_cuts_the_history_short(self, panel):
        whole = fl.assess_qt_end(panel).history
        for day in ("2018-05-02", "2020-03-18", "2025-03-05", "2025-03-12"):
            short = fl.assess_qt_end(panel[:day]).history
            pd.testing.assert_frame_equal(short, whole[:day], check_exact=True)

    def test_the_inputs_are_left_alone(self):
        rows = panel(FAR, (90.0, np.nan, -1.0, 0.15), first="2025-03-05")
        copy = rows.copy()
        reading = fl.assess_qt_end(rows, LIMITS)
        frame = reading.to_frame()
        frame["met"] = 9
        reading.history.index.name = "another"
        pd.testing.assert_frame_equal(rows, copy)
        assert rows.index.name == "date"
        assert reading.history["met"].tolist() == [0, 3]

    def test_a_column_that_is_missing(self):
        with pytest.raises(fl.InvalidInputError, match="the columns btfp are missing"):
            fl.assess_qt_end(panel(FAR).drop(columns="btfp"))

    def test_no_row_at_all(self):
        with pytest.raises(fl.InvalidInputError, match="panel: has no row"):
            fl.assess_qt_end(panel(FAR).iloc[:0])

    def test_rows_that_are_no_dates_in_order(self):
        with pytest.raises(fl.TimeIndexError, match="panel: expected a DatetimeIndex"):
            fl.assess_qt_end(panel(FAR).reset_index(drop=True))
        with pytest.raises(fl.TimeIndexError, match="panel: dates are not in order"):
            fl.assess_qt_end(panel(FAR, FAR).iloc[::-1])

    def test_a_list_is_no_panel(self):
        with pytest.raises(fl.InputTypeError, match="panel: expected a DataFrame, got list"):
            fl.assess_qt_end([FAR])


class TestRecord:
    def test_the_decisions_are_those_of_the_record(self):
        events = fl.policy_table("events").rows.set_index("date")["event"]
        for day, what in fl.QT_DECISIONS.items():
            recorded = set(events[day].replace(":", "").split())
            assert set(what.split()) <= recorded, day

    def test_no_decision_to_slow_or_end_run_off_is_left_out(self):
        events = fl.policy_table("events").rows
        about = events[
            events["event"].str.contains("slower|end of run-off") & (events["kind"] == "policy")
        ]
        assert {f"{day:%Y-%m-%d}" for day in about["date"]} <= set(fl.QT_DECISIONS)

    @pytest.mark.parametrize(
        ("decision", "outcome"),
        [
            ("2019-03-20", "called"),
            ("2019-09-17", "called"),
            ("2024-05-01", "missed"),
            ("2025-03-19", "missed"),
            ("2025-10-29", "called"),
            ("2025-12-10", "called"),
        ],
    )
    def test_it_said_so_before_each_or_it_did_not(self, known, sample, decision, outcome):
        """On the eve, by the New York Fed's own figures for the Friday before it."""
        row = fl.score_qt_end(known.history).loc[decision]
        assert row["outcome"] == outcome
        friday = known.history[: pd.Timestamp(decision) - DAY].index[-1]
        on_rrp = sample["on_rrp"][friday]
        rates = sample["iorb"] if friday >= pd.Timestamp("2021-07-29") else sample["ioer"]
        days = sample["sofr"][friday - 27 * DAY : friday - DAY].index
        spread = 100 * (sample["sofr"][days] - rates[days]).median()
        if outcome == "called":
            assert row["met"] == 4
            assert on_rrp < 15
            assert spread >= -2
        else:
            # The facility still held money, and repo traded well below the rate on reserves.
            assert row["met"] < 2
            assert on_rrp > 110
            assert spread < -5

    def test_the_calls_of_one_episode_share_one_alarm(self, sample):
        """At 100 bn of ON RRP, which no end of a month interrupts."""
        reading = fl.assess_qt_end(fl.qt_end_panel(sample), LIMITS)
        score = fl.score_qt_end(reading.history)
        assert score.loc["2019-03-20", "since"] == score.loc["2019-09-17", "since"]
        assert score.loc["2025-10-29", "since"] == score.loc["2025-12-10", "since"]
        # Six weeks from one to the other: 2025-10-29 to 2025-12-10.
        leads = score["lead_weeks"]
        assert leads["2025-12-10"] - leads["2025-10-29"] == pytest.approx(6)


FIRST = pd.Timestamp("2020-01-03")  # a Friday
WEEK = 7 * DAY


def history(*met, known=4) -> pd.DataFrame:
    """Weekly counts from 2020-01-03; a pair is how many are met and how many are known."""
    pairs = [one if isinstance(one, tuple) else (one, known) for one in met]
    days = pd.date_range(FIRST, periods=len(pairs), freq="7D", name="date")
    return pd.DataFrame(pairs, days, ["met", "known"])


def on(row, days=0):
    """The day of a row, or some days after it, as a decision is dated."""
    return f"{FIRST + row * WEEK + days * DAY:%Y-%m-%d}"


def only(table) -> pd.Series:
    assert len(table) == 1
    return table.iloc[0]


def judged(rows, day, **options):
    """The one decision on a day, apart from false alarms."""
    table = fl.score_qt_end(rows, {day: "a decision"}, **options)
    return only(table[table["what"] == "a decision"])


class TestDecisions:
    def test_the_lead_is_counted_from_the_first_row_of_the_unbroken_alarm(self):
        row = judged(history(4, 3, 4, 4, 4), on(4, days=5))
        assert row["outcome"] == "called"
        assert row["since"] == FIRST + 2 * WEEK
        assert row["lead_weeks"] == pytest.approx(2 + 5 / 7)
        assert row["met"] == 4

    def test_an_alarm_that_stands_from_the_first_row(self):
        row = judged(history(4, 4, 4), on(3))
        assert (row["since"], row["lead_weeks"]) == (FIRST, 3)

    def test_the_row_of_the_day_itself_comes_too_late(self):
        rows = history(2, 2, 4)
        assert judged(rows, on(2))["outcome"] == "missed"
        assert judged(rows, on(2))["met"] == 2
        assert judged(rows, on(2, days=1))["outcome"] == "called"
        assert judged(rows, on(2, days=1))["lead_weeks"] == pytest.approx(1 / 7)

    def test_what_is_missed_has_no_lead(self):
        row = judged(history(4, 4, 3), on(2, days=3))
        assert row["outcome"] == "missed"
        assert row["met"] == 3
        assert pd.isna(row["since"])
        assert np.isnan(row["lead_weeks"])

    @pytest.mark.parametrize(("least", "outcome"), [(1, "called"), (2, "called"), (3, "missed")])
    def test_how_many_factors_give_the_alarm_may_be_chosen(self, least, outcome):
        row = judged(history(2, 2), on(2), min_met=least)
        assert row["outcome"] == outcome
        assert row["met"] == 2

    def test_a_row_in_the_four_weeks_before_is_needed(self):
        rows = history(4)
        assert judged(rows, on(4))["outcome"] == "called"
        row = judged(rows, on(4, days=1))
        assert row["outcome"] == "not available"
        assert pd.isna(row["met"])
        assert pd.isna(row["since"])
        assert np.isnan(row["lead_weeks"])

    @pytest.mark.parametrize("day", ["2020-01-03", "2019-12-31"])
    def test_before_the_history_there_is_nothing_to_judge_by(self, day):
        assert judged(history(4, 4), day)["outcome"] == "not available"

    def test_a_history_without_rows(self):
        assert judged(history(4).iloc[:0], on(0))["outcome"] == "not available"

    def test_rows_are_sorted_by_date_and_hold_what_was_decided(self):
        decisions = {on(2): "later", on(1): "sooner"}
        table = fl.score_qt_end(history(4, 4, 4), decisions)
        assert table["what"].tolist() == ["sooner", "later"]
        assert table.columns.tolist() == ["what", "outcome", "met", "since", "lead_weeks"]
        assert table.index.name == "date"


class TestMissing:
    def test_a_row_on_which_nothing_can_be_said_is_passed_over(self):
        """Three of three met: the fourth would decide."""
        row = judged(history(4, 4, (3, 3)), on(3))
        assert row["outcome"] == "called"
        assert row["met"] == 4
        assert row["lead_weeks"] == 3

    def test_it_ends_an_alarm(self):
        row = judged(history(3, 4, (3, 3), 4, 4), on(5))
        assert row["since"] == FIRST + 3 * WEEK

    def test_an_alarm_that_it_ends_is_not_called_false(self):
        """It may have stood on, to be answered later."""
        too_soon = {on(0): "too soon"}
        ended = fl.score_qt_end(history(2, 4, 2, *[2] * 8), too_soon, within_weeks=4)
        assert len(ended) == 2
        lost = fl.score_qt_end(history(2, 4, (3, 3), *[2] * 8), too_soon, within_weeks=4)
        assert lost["outcome"].tolist() == ["not available"]

    @pytest.mark.parametrize(("met", "known"), [(2, 3), (1, 2), (0, 1), (1, 3)])
    def test_it_is_not_passed_over_where_the_others_decide(self, met, known):
        most = met + 4 - known  # were all met that are missing
        rows = history(4, (met, known))
        row = judged(rows, on(2), min_met=most + 1)
        assert row["outcome"] == "missed"
        assert row["met"] == met
        assert judged(rows, on(2), min_met=most)["met"] == 4

    def test_enough_that_are_met_decide_as_well(self):
        row = judged(history(0, (2, 2)), on(2), min_met=2)
        assert (row["outcome"], row["met"]) == ("called", 2)

    def test_after_four_weeks_of_passing_over_nothing_can_be_said(self):
        rows = history(4, *[(3, 3)] * 4)
        assert judged(rows, on(4))["outcome"] == "called"
        assert judged(rows, on(5))["outcome"] == "not available"

    def test_a_hole_of_more_than_four_weeks_ends_an_alarm(self):
        """Nobody knows what stood between: it is not counted as lead."""
        rows = history(4, 4, 4, 4)
        apart = rows.set_axis(rows.index[:2].append(rows.index[2:] + pd.Timedelta(35, unit="D")))
        row = judged(apart, apart.index[-1] + pd.Timedelta(1, unit="D"))
        assert (row["outcome"], row["since"]) == ("called", apart.index[2])


class TestFalseAlarms:
    def test_an_alarm_that_nothing_followed_is_false(self):
        rows = history(2, 4, 4, 4, 3, *[2] * 6)
        row = only(fl.score_qt_end(rows, {on(0): "too soon"}, within_weeks=4).drop(index=on(0)))
        assert row["outcome"] == "false alarm"
        assert row.name == row["since"] == FIRST + WEEK
        assert row["what"] == f"until {on(3)}"
        assert row["lead_weeks"] == 2
        assert row["met"] == 4

    def test_its_count_is_the_most_that_were_met(self):
        rows = history(1, 2, 4, 3, *[1] * 8)
        alarms = fl.score_qt_end(rows, {on(0): "too soon"}, within_weeks=4, min_met=2)
        assert alarms.loc[on(1), "met"] == 4

    @pytest.mark.parametrize(
        ("row", "days", "false"),
        [
            (1, -1, True),  # the day before it began
            (1, 0, True),  # the day it began, which is too late to be told
            (1, 1, False),
            (2, 3, False),  # while it stood
            (7, 0, False),  # four weeks after its last row
            (7, 1, True),  # a day later
        ],
    )
    def test_a_decision_within_the_weeks_after_it_answers_it(self, row, days, false):
        rows = history(2, 4, 4, 4, *[2] * 10)
        table = fl.score_qt_end(rows, {on(row, days=days): "a decision"}, within_weeks=4)
        assert (table["outcome"] == "false alarm").any() == false

    def test_one_of_several_decisions_is_enough(self):
        rows = history(2, 4, *[2] * 10)
        decisions = {on(0): "too soon", on(3): "in time", on(9): "too late"}
        assert (
            "false alarm"
            not in fl.score_qt_end(rows, decisions, within_weeks=4)["outcome"].tolist()
        )

    def test_an_alarm_that_still_stands_is_not_judged(self):
        rows = history(*[2] * 3, *[4] * 8)
        table = fl.score_qt_end(rows, {on(1): "too soon"}, within_weeks=1)
        assert table["outcome"].tolist() == ["missed"]

    def test_nor_is_one_whose_weeks_are_not_over(self):
        rows = history(2, 4, *[2] * 4)
        too_soon = {on(0): "too soon"}
        assert len(fl.score_qt_end(rows, too_soon, within_weeks=5)) == 1
        assert len(fl.score_qt_end(rows, too_soon, within_weeks=4)) == 2

    def test_half_a_year_is_waited_unless_told_otherwise(self):
        too_soon = {on(0): "too soon"}
        assert len(fl.score_qt_end(history(2, 4, *[2] * 25), too_soon)) == 1
        assert len(fl.score_qt_end(history(2, 4, *[2] * 26), too_soon)) == 2

    def test_each_alarm_is_judged_on_its_own(self):
        rows = history(4, 2, 4, 4, *[2] * 8)
        table = fl.score_qt_end(rows, {on(11): "too late"}, within_weeks=2)
        assert table["outcome"].tolist() == ["false alarm", "false alarm", "missed"]
        assert table["lead_weeks"].tolist()[:2] == [0, 1]

    def test_without_any_decision_all_that_ended_are_false(self):
        table = fl.score_qt_end(history(2, 4, *[2] * 6), {}, within_weeks=4)
        assert table["outcome"].tolist() == ["false alarm"]

    def test_no_decision_and_no_alarm_leave_nothing_to_tell(self):
        table = fl.score_qt_end(history(2, 2), {})
        assert table.empty
        assert table.columns.tolist() == ["what", "outcome", "met", "since", "lead_weeks"]


class TestRefusals:
    def test_a_history_read_back_as_text(self):
        with pytest.raises(fl.InputTypeError, match="met: expected"):
            fl.score_qt_end(history(4).astype({"met": str}))

    @pytest.mark.parametrize(
        ("least", "error"),
        [(0, fl.InvalidInputError), (5, fl.InvalidInputError), (2.0, fl.InputTypeError)],
    )
    def test_a_count_that_is_none_of_four_factors(self, least, error):
        with pytest.raises(error, match="min_met: expected"):
            fl.score_qt_end(history(4), min_met=least)

    @pytest.mark.parametrize(
        ("weeks", "error"),
        [(0, fl.InvalidInputError), (521, fl.InvalidInputError), ("4W", fl.InputTypeError)],
    )
    def test_weeks_that_are_none(self, weeks, error):
        with pytest.raises(error, match="within_weeks: expected"):
            fl.score_qt_end(history(4), within_weeks=weeks)

    @pytest.mark.parametrize("day", ["soon", "2025-13-01", "2025-02-30"])
    def test_a_decision_on_no_day(self, day):
        with pytest.raises(fl.InvalidInputError, match="decisions: expected"):
            fl.score_qt_end(history(4), {day: "a decision"})

    @pytest.mark.parametrize("day", [None, pd.NaT, "2020-01-03T12:00Z", "2020-01-03 12:00", "now"])
    def test_a_decision_without_a_day_of_its_own(self, day):
        """Judged by rows before its day: with an hour it would see the row of that day."""
        with pytest.raises(fl.InvalidInputError, match="decisions: expected"):
            fl.score_qt_end(history(4), {day: "a decision"})

    def test_decisions_without_what_they_were(self):
        with pytest.raises(fl.InputTypeError, match="decisions: expected a mapping"):
            fl.score_qt_end(history(4), ["2020-01-03"])

    @pytest.mark.parametrize("column", ["met", "known"])
    def test_a_column_that_is_missing(self, column):
        with pytest.raises(fl.InvalidInputError, match=f"history: the columns {column} are"):
            fl.score_qt_end(history(4).drop(columns=column))

    def test_rows_that_are_no_dates(self):
        with pytest.raises(fl.TimeIndexError, match="history: expected a DatetimeIndex"):
            fl.score_qt_end(history(4).reset_index(drop=True))

    def test_the_history_is_left_alone(self):
        rows = history(4, (3, 3), 2)
        copy = rows.copy()
        fl.score_qt_end(rows, {on(1): "a decision"})
        pd.testing.assert_frame_equal(rows, copy)
