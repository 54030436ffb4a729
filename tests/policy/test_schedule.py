import numpy as np
import pandas as pd
import pytest

import fedliq as fl

COLUMNS = ("announced", "effective", "until", "decision", "value", "confidence")


def schedule(*rows: tuple, unit: str | None = None) -> fl.PolicySchedule:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    units = frame["decision"].map(dict(fl.DECISIONS)) if unit is None else unit
    return fl.PolicySchedule(frame.assign(unit=units, source="a test"), "2020-01-01", "2030-01-01")


def cap(effective: str, value: float, announced: str | None = "2020-01-01") -> tuple:
    return (announced, effective, None, "treasury_cap", value, "primary")


def period(first: str, last: str | None, amount: float, announced: str = "2025-12-10") -> tuple:
    return (announced, first, last, "bill_purchases", amount, "primary")


def days(first: str, last: str) -> np.ndarray:
    return np.arange(first, np.datetime64(last) + np.timedelta64(1, "D"), dtype="datetime64[D]")


RECORD = fl.policy_schedule()


# FOMC, Plans for Reducing the Size of the Balance Sheet, 4 May 2022, and the implementation
# notes of 1 May 2024, 19 March 2025 and 29 October 2025.
@pytest.mark.parametrize(
    ("day", "treasury", "agency", "ceiling", "into_bills"),
    [
        ("2022-05-31", 0, 0, 0, 0),
        ("2022-06-01", 30, 17.5, 17.5, 0),
        ("2022-08-31", 30, 17.5, 17.5, 0),
        ("2022-09-01", 60, 35, 35, 0),
        ("2024-05-31", 60, 35, 35, 0),
        ("2024-06-01", 25, 35, np.inf, 0),
        ("2025-03-31", 25, 35, np.inf, 0),
        ("2025-04-01", 5, 35, np.inf, 0),
        ("2025-11-30", 5, 35, np.inf, 0),
        ("2025-12-01", 0, 0, np.inf, 1),
    ],
)
def test_caps_hold_from_their_day_to_the_next(day, treasury, agency, ceiling, into_bills):
    held = RECORD.at(day)[["treasury_cap", "agency_cap", "mbs_ceiling", "agency_into_bills"]]
    assert held.tolist() == [treasury, agency, ceiling, into_bills]


def test_what_is_in_force_is_said_of_every_decision():
    held = RECORD.at("2026-01-05")
    assert held.index.tolist() == list(fl.DECISIONS)
    assert held.name == pd.Timestamp("2026-01-05")


def test_nothing_is_in_force_before_the_first_decision():
    assert np.isnan(RECORD.at("2017-09-30")["treasury_cap"])
    assert RECORD.at("2017-10-01")["treasury_cap"] == 6


def test_a_purchase_period_ends_on_its_last_day():
    one = schedule(period("2026-01-10", "2026-01-14", 5), period("2026-02-01", "2026-02-28", 9))
    asked = ["2026-01-09", "2026-01-10", "2026-01-14", "2026-01-15", "2026-02-28", "2026-03-01"]
    held = [one.at(day)["bill_purchases"] for day in asked]
    np.testing.assert_equal(held, [np.nan, 5, 5, np.nan, 9, np.nan])


def test_between_includes_both_ends():
    one = schedule(*(cap(day, 1) for day in ("2025-01-01", "2025-01-02", "2025-01-05")))
    found = one.between("2025-01-02", "2025-01-05")["effective"].dt.day
    assert found.tolist() == [2, 5]
    assert one.between("2025-01-03", "2025-01-04").empty


def test_a_decision_is_read_on_the_days_of_an_index():
    index = pd.DatetimeIndex(["2017-09-30", "2022-08-31", "2022-09-01"])
    np.testing.assert_equal(RECORD.in_force("treasury_cap", index), [np.nan, 30, 60])
    with pytest.raises(fl.InvalidInputError, match="decision: 'cap' is not one of"):
        RECORD.in_force("cap", index)


class TestAsKnownOn:
    def test_a_decision_is_known_on_the_day_it_is_announced(self):
        # The slower pace from June 2024 was announced on 1 May.
        assert RECORD.as_known_on("2024-04-30").at("2024-06-01")["treasury_cap"] == 60
        assert RECORD.as_known_on("2024-05-01").at("2024-06-01")["treasury_cap"] == 25

    def test_nothing_announced_later_is_left(self):
        known = RECORD.as_known_on("2022-05-04")
        assert known.to_frame()["announced"].max() == pd.Timestamp("2022-05-04")
        assert known.at("2026-01-01")["iorb"] == 0.90  # as set on 4 May 2022

    def test_assumptions_are_dropped(self):
        what_if = RECORD.with_caps("2026-01-01", treasury=10).with_purchases("2026-11-01", 20)
        known = what_if.as_known_on("2026-08-21")
        assert set(known.to_frame()["confidence"]) <= {"primary", "secondary", "inferred"}
        assert np.isnan(known.at("2027-01-01")["assumed_purchases"])

    def test_it_is_complete_up_to_that_day_and_never_further_than_it_was(self):
        assert RECORD.as_known_on("2024-05-01").last == pd.Timestamp("2024-05-01")
        assert RECORD.as_known_on("2099-01-01").last == RECORD.last
        assert RECORD.as_known_on("2024-05-01").first == RECORD.first

    def test_before_the_schedule_begins_nothing_is_known(self):
        with pytest.raises(fl.InvalidInputError, match="day: 2017-09-30 lies before the schedule"):
            RECORD.as_known_on("2017-09-30")


class TestPurchases:
    # FOMC, 10 December 2025: 40 billion from 12 December to 14 January, which is 34 days.
    def test_an_announced_amount_is_spread_over_the_days_of_its_period(self):
        daily = RECORD.purchased(days("2025-12-11", "2026-01-14"))["treasuries_announced"]
        assert daily[0] == 0
        np.testing.assert_allclose(daily[1:], 40 / 34, rtol=1e-15)
        assert daily.sum() == pytest.approx(40, rel=1e-14)

    def test_a_period_does_not_keep_to_calendar_months(self):
        december = RECORD.purchased(days("2025-12-01", "2025-12-31"))["treasuries_announced"]
        assert december.sum() == pytest.approx(40 * 20 / 34, rel=1e-14)

    def test_assumed_purchases_are_kept_apart_from_announced_ones(self):
        bought = RECORD.with_purchases("2026-11-01", 20).purchased(
            days("2026-10-31", "2026-11-02")
        )
        assert bought["treasuries_announced"].tolist() == [0, 0, 0]
        # Four years, leap day included, are 48 months.
        np.testing.assert_allclose(bought["treasuries_assumed"], [0, *[20 * 48 / 1461] * 2])
        np.testing.assert_allclose(bought["bills"], bought["treasuries_assumed"])

    def test_assumed_purchases_go_on_until_further_notice(self):
        assumed = RECORD.with_purchases("2027-01-01", 20).with_purchases("2031-01-01", 0)
        later = assumed.purchased(days("2027-01-01", "2035-12-31"))["treasuries_assumed"]
        assert later.sum() == pytest.approx(20 * 48, rel=1e-12)

    def test_a_monthly_pace_of_treasuries_and_of_mbs(self):
        # Desk statement of 10 June 2020: 80 and 40 billion a month.
        bought = RECORD.purchased(days("2020-06-10", "2020-06-11"))
        np.testing.assert_allclose(bought["treasuries_announced"], [0, 80 * 48 / 1461])
        np.testing.assert_allclose(bought["mbs_announced"], [0, 40 * 48 / 1461])
        np.testing.assert_allclose(bought["coupons"], bought["treasuries_announced"])
        assert not bought["bills"].any()

    def test_purchases_cannot_be_assumed_where_they_are_announced(self):
        with pytest.raises(fl.InvalidInputError, match="start on 2026-08-14 or later"):
            RECORD.with_purchases("2026-08-13", 20)
        # From then on nothing is bought, as announced: that leaves room for a "what if".
        assert RECORD.with_purchases("2026-08-14", 20).at("2026-08-14")["assumed_purchases"] == 20

    def test_holding_purchases_goes_on_from_the_last_announced_period(self):
        held = RECORD.as_known_on("2025-12-10").holding_purchases()
        assert np.isnan(held.at("2026-01-14")["assumed_purchases"])
        assert held.at("2026-01-15")["assumed_purchases"] == 40
        assert held.to_frame().iloc[-1][["confidence", "source"]].tolist() == ["assumed"] * 2

    def test_a_period_of_two_months_holds_the_purchases_of_two(self):
        held = schedule(period("2026-01-01", "2026-02-28", 40)).holding_purchases()
        assert held.at("2026-03-01")["assumed_purchases"] == 20

    def test_holding_purchases_leaves_an_assumption_in_place(self):
        assumed = RECORD.as_known_on("2025-12-10").with_purchases("2026-06-01", 5)
        held = assumed.holding_purchases()
        assert held.at("2026-06-01")["assumed_purchases"] == 5
        assert np.isnan(held.at("2026-05-31")["assumed_purchases"])

    def test_reserve_management_of_2019_was_in_bills(self):
        # Desk statement of 11 October 2019: bills, at some 60 billion a month.
        bought = RECORD.purchased(days("2019-11-15", "2019-11-15"))
        np.testing.assert_allclose(bought["bills"], 60 * 48 / 1461)
        assert not bought["coupons"].any()

    @pytest.mark.parametrize(
        "day",
        [
            "2018-01-02",  # no period had been announced
            "2019-10-15",  # what follows the period was announced with it
        ],
    )
    def test_there_may_be_nothing_to_hold(self, day):
        known = RECORD.as_known_on(day)
        pd.testing.assert_frame_equal(known.holding_purchases().to_frame(), known.to_frame())


class TestWhatIf:
    def test_other_caps_replace_what_was_decided_from_then_on(self):
        what_if = RECORD.with_caps("2024-01-01", treasury=10)
        held = {day: what_if.at(day) for day in ("2023-12-31", "2024-01-01", "2026-01-01")}
        assert [one["treasury_cap"] for one in held.values()] == [60, 10, 10]

    def test_a_cap_left_out_stays_as_it_is(self):
        what_if = RECORD.with_caps("2024-01-01", treasury=10)
        for name in ("agency_cap", "mbs_ceiling", "iorb", "agency_into_bills"):
            assert what_if.at("2024-07-01")[name] == RECORD.at("2024-07-01")[name]
        assert RECORD.with_caps("2024-01-01", agency=5).at("2024-01-01")["treasury_cap"] == 60

    def test_agency_principal_above_an_assumed_cap_leaves_mbs_all_the_same(self):
        assert RECORD.at("2023-01-01")["mbs_ceiling"] == 35
        assert RECORD.with_caps("2023-01-01", agency=5).at("2023-01-01")["mbs_ceiling"] == np.inf

    def test_each_gives_a_schedule_of_its_own(self):
        before = RECORD.to_frame()
        for change in (
            lambda: RECORD.with_caps("2024-01-01", treasury=10, agency=5),
            lambda: RECORD.with_purchases("2026-11-01", 20),
            lambda: RECORD.as_known_on("2020-01-01"),
            RECORD.holding_purchases,
        ):
            assert change() is not RECORD
            pd.testing.assert_frame_equal(RECORD.to_frame(), before)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            (
                lambda: RECORD.with_caps("2026-01-01", treasury=-5),
                fl.InvalidInputError,
                "cap of -5",
            ),
            (
                lambda: RECORD.with_caps("2026-01-15", treasury=5),
                fl.InvalidInputError,
                "effective: .* the first day of one, got 2026-01-15",
            ),
            (
                lambda: RECORD.with_purchases("2026-11-01", np.inf),
                fl.InvalidInputError,
                "expected a finite number",
            ),
            (lambda: RECORD.with_caps("2026-01-01", agency="5"), fl.InputTypeError, "agency: "),
            (lambda: RECORD.with_purchases("2026-11-01", np.nan), fl.InvalidInputError, "finite"),
            (lambda: RECORD.with_purchases("soon", 5), fl.InvalidInputError, "expected a day"),
            (lambda: RECORD.at("2026-13-01"), fl.InvalidInputError, "day: expected a day"),
            (lambda: RECORD.between("x", "2026-01-01"), fl.InvalidInputError, "start: expected"),
        ],
    )
    def test_what_cannot_be_assumed_or_asked(self, change, error, message):
        with pytest.raises(error, match=message):
            change()


class TestRows:
    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            (("2026-01-01", "2026-01-01", None, "cap", 5, "primary"), "not one of treasury_cap"),
            (("2026-01-01", "2026-01-01", None, "iorb", 5, "heard"), "confidence is not one of"),
            (cap("2026-01-01", -1), "expected an amount"),
            (cap("2026-01-01", np.nan), "expected an amount"),
            (period("2026-01-01", "2026-02-01", np.inf), "possible in its unit"),
            (period("2026-01-01", "2026-02-01", 40_000_000), "possible in its unit"),
            (("2026-01-01", "2026-01-01", None, "iorb", 365, "primary"), "possible in its unit"),
            (("2026-01-01", "2026-01-01", None, "iorb", 0.0365, "primary"), "given as a fraction"),
            (
                ("2026-01-01", "2026-01-01", None, "agency_into_bills", 100, "primary"),
                "possible in its unit",
            ),
            (("2026-01-01", "2026-01-01 14:00", None, "iorb", 4, "primary"), "time of day"),
            (("2026-01-01", "then", None, "iorb", 4, "primary"), "effective: "),
            (("2026-01-01", "2026-01-01", None, "iorb", "four", "primary"), "value: expected num"),
            (cap("2026-01-01", 5, announced="2026-01-02"), "before it is announced"),
            (period("2026-01-01", None, 5), "has a last day"),
            (period("2026-01-02", "2026-01-01", 5), "not before its first"),
            (
                ("2026-01-01", "2026-01-01", "2026-02-01", "iorb", 5, "primary"),
                "and nothing else, has a last day",
            ),
            ((None, None, None, "iorb", 5, "primary"), "needs the day it takes effect"),
        ],
    )
    def test_a_row_that_contradicts_itself(self, rows, message):
        with pytest.raises(fl.InvalidInputError, match=f"decisions: .*{message}"):
            schedule(rows)

    def test_an_offending_row_is_named(self):
        with pytest.raises(fl.InvalidInputError, match=r"row 1 \(treasury_cap of -6, .* 2026-02"):
            schedule(cap("2026-01-01", 5), cap("2026-02-01", -6))

    def test_a_unit_of_its_own_is_refused(self):
        with pytest.raises(fl.InvalidInputError, match=r"not that of fl\.DECISIONS"):
            schedule(cap("2026-01-01", 5), unit="USD mn per month")

    @pytest.mark.parametrize("second", ["2025-12-31", "2026-01-01"])
    def test_rows_out_of_order_or_twice_a_day(self, second):
        with pytest.raises(fl.InvalidInputError, match=r"treasury_cap are not in order .* sort"):
            schedule(cap("2026-01-01", 5), cap(second, 6))

    def test_order_is_asked_of_each_decision_only(self):
        one = schedule(cap("2026-01-01", 5), period("2025-12-12", "2026-01-14", 40))
        assert one.at("2026-01-01")[["treasury_cap", "bill_purchases"]].tolist() == [5, 40]

    def test_purchase_periods_may_meet_but_not_overlap(self):
        first = period("2026-01-01", "2026-01-31", 5)
        assert schedule(first, period("2026-02-01", "2026-02-28", 6)).at("2026-02-01").any()
        with pytest.raises(fl.InvalidInputError, match="from 2026-01-31 overlaps"):
            schedule(first, period("2026-01-31", "2026-02-28", 6))

    def test_it_is_made_of_a_table_with_every_column(self):
        with pytest.raises(fl.InputTypeError, match="decisions: expected a DataFrame, got list"):
            fl.PolicySchedule([], "2020-01-01", "2030-01-01")
        with pytest.raises(fl.InvalidInputError, match="the columns value, unit are missing"):
            fl.PolicySchedule(
                RECORD.to_frame().drop(columns=["value", "unit"]), "2020-01-01", "2030-01-01"
            )

    def test_the_table_given_and_the_table_handed_out_are_the_callers(self):
        given = RECORD.to_frame()
        before = given.copy()
        one = fl.PolicySchedule(given, RECORD.first, RECORD.last)
        pd.testing.assert_frame_equal(given, before)
        for table in (
            given,
            one.decisions,
            one.to_frame(),
            one.between("2017-01-01", "2030-01-01"),
        ):
            table.loc[:, "value"] = 99.0
        pd.testing.assert_frame_equal(one.to_frame(), before)
        assert one.at("2024-07-01")["treasury_cap"] == 25

    def test_it_does_not_end_before_it_begins(self):
        with pytest.raises(fl.InvalidInputError, match="last: expected a day from 2020-01-01"):
            fl.PolicySchedule(RECORD.to_frame(), "2020-01-01", "2019-12-31")

    def test_it_cannot_be_written_to(self):
        with pytest.raises(AttributeError):
            RECORD.last = pd.Timestamp("2030-01-01")


class TestTheRecord:
    def test_it_says_everything_that_the_tables_say(self):
        rows = RECORD.to_frame()
        tables = {
            "treasury_cap": ("runoff_caps", "treasury_cap_bn_per_month"),
            "mbs_pace": ("asset_purchases", "mbs_pace_bn_per_month"),
            "bill_purchases": ("bill_purchases", "amount_bn"),
            "on_rrp_rate": ("administered_rates", "on_rrp_pct"),
        }
        assert set(rows["decision"]) == set(fl.DECISIONS) - {"assumed_purchases"}
        for decision, (name, column) in tables.items():
            table = fl.policy_table(name)
            kept = rows[rows["decision"] == decision]
            assert kept["value"].tolist() == table.rows[column].tolist()
            assert kept["announced"].tolist() == table.rows["announced"].tolist()
            assert set(kept["source"]) <= set(table.sources.values())

    def test_what_was_read_second_hand_stays_marked(self):
        rows = RECORD.to_frame()
        assert set(rows.loc[rows["decision"] == "bill_purchases", "confidence"]) == {
            "primary",
            "secondary",
        }

    def test_it_ends_where_the_first_of_its_tables_does(self):
        tables = [
            fl.policy_table(name)
            for name in ("runoff_caps", "asset_purchases", "bill_purchases", "administered_rates")
        ]
        assert RECORD.first == fl.policy_table("runoff_caps").first
        assert RECORD.last == min(table.last for table in tables)
