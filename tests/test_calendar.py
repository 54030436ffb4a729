import pandas as pd
import pytest

import fedliq as fl
from fedliq.calendar import business_days, nth_business_day, tax_dates


def days(*text: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(text)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    # The purchase periods of 2026 were announced on these days (policy table bill_purchases).
    [(2026, 6, 11), (2026, 7, 13), (2026, 8, 13)],
)
def test_the_ninth_business_day(year, month, day):
    assert nth_business_day(year, month, 9).day == day


def test_a_business_day_the_month_does_not_have():
    with pytest.raises(fl.InvalidInputError, match="n: 2026-02 has 19 business days"):
        nth_business_day(2026, 2, 23)


@pytest.mark.parametrize("day", ["1985-12-31", "2100-01-01"])
def test_outside_the_years_of_the_rules(day):
    with pytest.raises(fl.InvalidInputError, match="the holiday rules hold from 1986-01-01"):
        business_days(day, day)


@pytest.mark.parametrize(
    "day",
    [
        "no date",
        "2025-02-30",
        "10/11/2025",
        "2025-10",
        "now",
        "20251031",
        20251031,
        "2025-10-31 16:00",
        None,
        pd.NaT,
        pd.Timestamp("2025-10-31 16:00"),
        pd.Timestamp("2025-10-31", tz="UTC"),
    ],
)
def test_what_is_no_date(day):
    with pytest.raises(fl.InvalidInputError, match="start: expected a day"):
        business_days(day, "2026-01-01")


def test_an_office_that_is_none():
    with pytest.raises(fl.InvalidInputError, match="office: 'bank' is not one of 'banks'"):
        business_days("2026-01-01", "2026-01-02", office="bank")


@pytest.mark.parametrize(
    ("april", "due"),
    # Internal Revenue Service, due dates of Form 1040 and first estimated payments.
    [
        (2005, "2005-04-15"),
        (2006, "2006-04-17"),
        (2007, "2007-04-17"),
        (2016, "2016-04-18"),
        (2017, "2017-04-18"),
        (2018, "2018-04-17"),
        (2019, "2019-04-15"),
        (2022, "2022-04-18"),
        (2023, "2023-04-18"),
        (2024, "2024-04-15"),
    ],
)
def test_april_tax_dates_with_emancipation_day(april, due):
    assert tax_dates(f"{april}-04-01", f"{april}-04-30").equals(days(due))


def test_individuals_also_pay_in_january():
    """Publication 509: the last estimated payment of a year is due on 15 January."""
    assert tax_dates("2026-01-01", "2026-12-31").strftime("%m-%d").tolist() == [
        "01-15",
        "04-15",
        "06-15",
        "09-15",
        "12-15",
    ]


def test_the_postponed_payments_of_2020():
    assert tax_dates("2020-02-01", "2020-08-31").equals(days("2020-07-15"))


class TestTurns:
    def test_quarter_ends_reach_two_business_days_either_way(self):
        """FEDS Notes, 6 June 2025: "Quarter-end periods are +/- 2 business days"."""
        around = business_days("2025-09-24", "2025-10-06")
        flagged = around[fl.turn_flags(around)["quarter_end"]]
        assert flagged.equals(
            days("2025-09-26", "2025-09-29", "2025-09-30", "2025-10-01", "2025-10-02")
        )

    def test_a_quarter_end_on_good_friday_is_one_of_the_reserve_banks(self):
        sofr_days = business_days("2024-03-25", "2024-04-05", office="repo")
        flagged = sofr_days[fl.turn_flags(sofr_days)["quarter_end"]]
        assert flagged.equals(days("2024-03-27", "2024-03-28", "2024-04-01", "2024-04-02"))

    def test_settlement_moves_off_weekends(self):
        november = business_days("2025-11-12", "2025-11-20")
        flagged = november[fl.turn_flags(november)["mid_month_settlement"]]
        assert flagged.equals(days("2025-11-17", "2025-11-18"))

    def test_a_month_end_and_the_business_day_after(self):
        october = business_days("2025-10-29", "2025-11-05")
        flagged = october[fl.turn_flags(october)["month_end"]]
        assert flagged.equals(days("2025-10-31", "2025-11-03"))

    def test_days_between_the_ends_of_a_window_belong_to_it(self):
        weekend = days("2026-01-03", "2026-01-04")
        assert fl.turn_flags(weekend)["quarter_end"].tolist() == [True, True]

    def test_windows_can_be_chosen_and_a_kind_left_out(self):
        around = business_days("2025-09-24", "2025-10-06")
        flags = fl.turn_flags(around, {"quarter_end": (0, 0)})
        assert flags.columns.tolist() == ["quarter_end"]
        assert around[flags["quarter_end"]].equals(days("2025-09-30"))

    @pytest.mark.parametrize("window", [2, (1,), (0, -1), (0.5, 1), [0, 1]])
    def test_a_window_that_is_none(self, window):
        with pytest.raises(fl.InvalidInputError, match=r"expected \(days before, days after\)"):
            fl.turn_flags(days("2026-01-02"), {"tax_date": window})

    def test_a_kind_that_is_none(self):
        with pytest.raises(fl.InvalidInputError, match="windows: 'year_end' is not one of"):
            fl.turn_flags(days("2026-01-02"), {"year_end": (1, 1)})

    @pytest.mark.parametrize("day", ["1986-01-02", "2099-12-31"])
    def test_the_first_and_last_year_of_the_rules(self, day):
        assert fl.turn_flags(days(day))["quarter_end"].tolist() == [True]

    def test_windows_of_another_kind(self):
        with pytest.raises(fl.InputTypeError, match="windows: expected a mapping"):
            fl.turn_flags(days("2026-01-02"), ["month_end"])

    def test_no_days(self):
        assert fl.turn_flags(pd.DatetimeIndex([])).empty

    def test_the_rows_at_hand_do_not_matter(self):
        long = business_days("2024-01-01", "2026-12-31")
        whole = fl.turn_flags(long)
        for rows in (1, 59, 400):
            pd.testing.assert_frame_equal(fl.turn_flags(long[:rows]), whole.iloc[:rows])
