"""What the EFFR as it came says of the rate before the first meeting, and which months count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from futures import daily, days, effr, implied, priced, watch

# July has a meeting ahead, June had none, and July's contract does not fit the rates around it:
# backward it tells 4.6 before its meeting.
MEETINGS = days("2025-05-07", "2025-07-30", "2025-09-17")
JULY = implied({"2025-07": 4.6 - 0.2 / 31, "2025-08": 4.4})
AS_OF = "2025-07-10"
BACKWARD = 4.6


def before(known, as_of=AS_OF, futures=JULY, meetings=MEETINGS, **options):
    return watch(futures, meetings, as_of, known, **options).path["before"].iloc[0]


def known(last="2025-07-09", path=None, first="2025-05-01", freq="B"):
    path = path or {"2025-05-01": 4.33, "2025-06-16": 4.3, "2025-07-01": 4.29}
    return daily(path, first, last, freq)


JUNE = (15 * 4.33 + 15 * 4.3) / 30


class TestMonthBefore:
    """Its realised average, as its contract was settled."""

    def test_it_is_the_rate_before_where_this_month_has_a_meeting_ahead(self):
        assert before(known()) == pytest.approx(JUNE)

    def test_then_this_months_contract_is_not_needed(self):
        found = watch(JULY, MEETINGS, AS_OF, known())
        assert found.contracts.loc["2025-07-01", "difference"] == pytest.approx(
            100 * (BACKWARD - JUNE) * 30 / 31
        )

    def test_weekends_carry_the_rate_of_friday(self):
        """Sunday 1 June that of 30 May, and the days to Sunday the 15th that of the 13th."""
        path = {"2025-05-30": 4.4, "2025-06-02": 4.33, "2025-06-16": 4.3}
        expected = (4.4 + 14 * 4.33 + 15 * 4.3) / 30
        assert before(known(path=path, first="2025-05-30")) == pytest.approx(expected)

    @pytest.mark.parametrize("first", ["2025-06-02", "2025-06-09"])
    def test_without_a_rate_for_its_first_days_it_is_not_used(self, first):
        assert before(known(first=first)) == pytest.approx(BACKWARD)

    @pytest.mark.parametrize(
        ("last", "expected"),
        [("2025-06-25", (15 * 4.33 + 15 * 4.3) / 30), ("2025-06-24", BACKWARD)],
    )
    def test_more_than_five_days_without_a_rate_are_no_holiday(self, last, expected):
        assert before(known(last)) == pytest.approx(expected)

    @pytest.mark.parametrize(("gap", "expected"), [(5, JUNE), (6, BACKWARD)])
    def test_within_the_month_as_at_its_end(self, gap, expected):
        rates = known(freq="D")
        missing = pd.date_range("2025-06-03", periods=gap)
        assert before(rates.drop(missing)) == pytest.approx(expected)
        assert before(rates.mask(rates.index.isin(missing))) == pytest.approx(expected)

    def test_it_reaches_back_over_two_long_months_and_a_holiday(self):
        """On 31 August the month before began 61 days ago, here with a rate 5 days older."""
        meetings = days("2025-06-18", "2025-08-31", "2025-12-10")
        rates = daily({"2025-06-19": 4.33, "2025-07-16": 4.3}, "2025-06-19", "2025-08-30")
        found = before(
            rates.drop(pd.date_range("2025-06-27", "2025-07-01")),
            "2025-08-31",
            implied({"2025-08": 4.45, "2025-09": 4.4}),
            meetings,
            new_rate_from="announcement day",
        )
        assert found == pytest.approx((15 * 4.33 + 16 * 4.3) / 31)

    @pytest.mark.parametrize(
        ("last_meeting", "new_rate_from", "expected"),
        [
            ("2025-05-31", "next day", JUNE),
            ("2025-05-31", "announcement day", JUNE),
            # The EFFR as it came changes on the next day, whatever the worksheet counts.
            ("2025-06-01", "announcement day", 4.4 + 0.2 * 30 / 29),
            ("2025-06-01", "next day", BACKWARD),
            ("2025-06-02", "announcement day", 4.4 + 0.2 * 30 / 29),
            ("2025-06-18", "next day", BACKWARD),
            ("2025-06-30", "next day", BACKWARD),
        ],
    )
    def test_if_it_saw_two_rates_it_is_not_used(self, last_meeting, new_rate_from, expected):
        meetings = days(last_meeting, "2025-07-30", "2025-09-17")
        assert before(known(), meetings=meetings, new_rate_from=new_rate_from) == pytest.approx(
            expected
        )

    def test_where_this_month_has_no_meeting_its_contract_alone_tells(self):
        futures = implied({"2025-07": 4.5, "2025-08": 4.4, "2025-09": 4.3})
        meetings = days("2025-05-07", "2025-08-13", "2025-10-29")
        assert before(known(), futures=futures, meetings=meetings) == pytest.approx(4.5)

    @pytest.mark.parametrize(
        ("last_meeting", "expected"), [("2025-06-30", 4.5), ("2025-07-01", 4.29)]
    )
    def test_this_month_tells_if_it_saw_the_present_rate_alone(self, last_meeting, expected):
        futures = implied({"2025-07": 4.5, "2025-08": 4.4})
        meetings = days(last_meeting, "2025-08-13", "2025-10-29")
        found = watch(futures, meetings, AS_OF, known())
        assert found.path["before"].item() == pytest.approx(expected)
        july = found.contracts.loc["2025-07-01"]
        assert july["implied"] == pytest.approx(4.5)
        assert np.isnan(july["path"]) == np.isnan(july["difference"]) == (expected == 4.29)


class TestLastRate:
    """June's meeting is past, July's contract ends the curve: only the EFFR tells the start."""

    MEETINGS = days("2025-06-18", "2025-07-09", "2025-09-17")
    FUTURES = priced({"2025-06-19": 4.33, "2025-07-10": 4.2}, "2025-07", "2025-07")

    def start(self, rates, as_of="2025-06-25", **options):
        found = watch(self.FUTURES, self.MEETINGS, as_of, rates, **options)
        return found.path["before"].item()

    def test_it_is_the_rate_before_and_then_the_contract_tells_the_rate_after(self):
        found = watch(self.FUTURES, self.MEETINGS, "2025-06-25", effr("2025-06-25", 4.33))
        assert found.path["before"].item() == pytest.approx(4.33)
        assert found.path["after"].item() == pytest.approx(4.2)

    def test_a_month_that_tells_it_comes_first(self):
        futures = priced({"2025-06-19": 4.4, "2025-07-10": 4.2}, "2025-07", "2025-08")
        found = watch(futures, self.MEETINGS, "2025-06-25", effr("2025-06-25", 4.33))
        assert found.path["before"].item() == pytest.approx(4.4)

    @pytest.mark.parametrize(("last", "expected"), [("2025-06-20", 4.33), ("2025-06-19", np.nan)])
    def test_it_may_be_five_days_old(self, last, expected):
        rates = daily({"2025-01-01": 4.33}, "2025-06-02", last)
        assert self.start(rates) == pytest.approx(expected, nan_ok=True)

    @pytest.mark.parametrize("new_rate_from", ["next day", "announcement day"])
    @pytest.mark.parametrize(("as_of", "expected"), [("2025-06-19", np.nan), ("2025-06-20", 4.33)])
    def test_that_of_the_day_of_the_announcement_is_still_the_old_one(
        self, as_of, expected, new_rate_from
    ):
        rates = daily({"2025-01-01": 4.33}, "2025-06-02", "2025-07-31")
        found = self.start(rates, as_of, new_rate_from=new_rate_from)
        assert found == pytest.approx(expected, nan_ok=True)

    def test_a_day_without_a_number_has_none(self):
        rates = daily({"2025-06-19": 4.33, "2025-06-24": np.nan}, "2025-06-19", "2025-06-24")
        assert self.start(rates) == pytest.approx(4.33)

    def test_what_comes_on_the_day_or_later_is_not_used(self):
        rates = effr("2025-06-25", 4.33)
        ahead = pd.concat([rates, pd.Series(1.0, pd.date_range("2025-06-25", periods=30))])
        assert self.start(ahead) == self.start(rates) == 4.33
        assert before(pd.concat([known(), pd.Series(1.0, days("2025-07-10"))])) == (
            pytest.approx(JUNE)
        )

    def test_without_any_rate_months_tell(self):
        none = pd.Series(dtype=float, index=pd.DatetimeIndex([]))
        assert np.isnan(self.start(none))
        assert before(none) == pytest.approx(BACKWARD)


class TestMeetingDay:
    def test_a_meeting_on_the_day_is_still_ahead(self):
        found = watch(JULY, MEETINGS, "2025-07-30", known("2025-07-29"))
        assert found.path.index[0] == pd.Timestamp("2025-07-30")
        assert found.path["before"].iloc[0] == pytest.approx(JUNE)

    def test_on_the_day_after_it_is_past(self):
        futures = implied({"2025-07": 4.6, "2025-08": 4.4, "2025-09": 4.3})
        found = watch(futures, MEETINGS, "2025-07-31", known("2025-07-30"))
        assert found.path.index.tolist() == [pd.Timestamp("2025-09-17")]
        assert found.path["before"].item() == pytest.approx(4.4)
        assert found.path["after"].item() == pytest.approx(4.4 - 0.1 * 30 / 13)


class TestContractMonths:
    def test_every_letter_has_its_month(self):
        """CME Group, month codes of futures."""
        letters = "FGHJKMNQUVXZ"
        for product in ("ZQ", "FF"):
            found = fl.contract_months([f"{product}{letter}26" for letter in letters])
            assert found.equals(pd.date_range("2026-01-01", periods=12, freq="MS"))

    def test_the_order_is_kept_and_any_iterable_will_do(self):
        found = fl.contract_months(symbol for symbol in ("ZQF27", "FFZ09", "ZQF27"))
        assert found.strftime("%Y-%m").tolist() == ["2027-01", "2009-12", "2027-01"]
        assert isinstance(fl.contract_months([]), pd.DatetimeIndex)
        assert len(fl.contract_months(pd.Index(["ZQZ26"]))) == 1

    @pytest.mark.parametrize(
        "symbol", ["ZQZ6", "ZQA26", "ESZ26", "ZQZ2026", "zqz26", "ZQZ26 ", "", 26, None]
    )
    def test_what_is_no_symbol_is_named(self, symbol):
        with pytest.raises(fl.InvalidInputError, match=f"^symbols: {symbol!r} is not a symbol"):
            fl.contract_months(["ZQZ26", symbol])
