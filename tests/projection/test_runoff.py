import numpy as np
import pandas as pd
import pytest

import fedliq as fl

MONTHS = pd.date_range("2022-06-01", periods=3, freq="MS")
PARTS = ["coupon_redemptions", "bill_redemptions", "coupon_rollovers", "bill_rollovers"]


def parts(month: fl.Redemptions) -> list:
    return [getattr(month, name) for name in PARTS]


# New York Fed, statement of 4 May 2022: coupons up to the cap, then bills up to what it leaves.
@pytest.mark.parametrize(
    ("coupons", "bills", "cap", "expected"),
    [
        (21, 0, 6, [6, 0, 15, 0]),
        (21, 30, 6, [6, 0, 15, 30]),  # the cap is spent on coupons
        (45, 40, 60, [45, 15, 0, 25]),  # bills fill it
        (20, 20, 60, [20, 20, 0, 0]),  # less matures than the cap allows
        (60, 5, 60, [60, 0, 0, 5]),
        (0, 80, 60, [0, 60, 0, 20]),
        (50, 25, 0, [0, 0, 50, 25]),
        (50, 25, np.inf, [50, 25, 0, 0]),
        (50, np.nan, 60, [np.nan] * 4),
        (50, 25, np.nan, [np.nan] * 4),
    ],
)
def test_a_month_under_a_cap(coupons, bills, cap, expected):
    np.testing.assert_equal(parts(fl.redemptions(coupons, bills, cap)), expected)


def test_plain_numbers_give_plain_numbers():
    assert {type(one) for one in parts(fl.redemptions(21, 0, 6))} == {float}


def test_scenarios_by_months():
    caps = np.array([[60], [30]])  # two scenarios ...
    month = fl.redemptions(np.array([45.0, 20, 70]), 40.0, caps)  # ... of three months
    assert month.coupon_redemptions.tolist() == [[45, 20, 60], [30, 20, 30]]
    assert month.bill_redemptions.tolist() == [[15, 40, 0], [0, 10, 0]]


def test_series_in_series_out():
    coupons = pd.Series([45.0, 20, 70], MONTHS, name="mine")
    month = fl.redemptions(coupons, pd.Series(40.0, MONTHS), 60)
    for one in parts(month):
        assert one.index.equals(MONTHS)
    assert month.coupon_rollovers.tolist() == [0, 0, 10]
    table = month.to_frame()
    assert table.columns.tolist() == PARTS
    assert table.index.equals(MONTHS)
    assert table["bill_rollovers"].tolist() == [25, 0, 40]
    assert coupons.tolist() == [45, 20, 70]


def test_a_table_of_plain_numbers_has_one_row():
    assert fl.redemptions(21, 3, 6).to_frame().to_numpy().tolist() == [[6, 0, 15, 3]]


ONE = pd.Series([1.0, 2, 3], MONTHS)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((-1, 0, 6), fl.InvalidInputError, "coupons: expected amounts from 0, got -1"),
        ((1, [0, -2], 6), fl.InvalidInputError, "bills: .* got -2"),
        ((1, 0, -np.inf), fl.InvalidInputError, "cap: expected amounts from 0"),
        (("many", 0, 6), fl.InputTypeError, "coupons: expected amounts in USD bn, got str"),
        (([1, 2], [1, 2, 3], 6), fl.InvalidInputError, r"coupons \(2,\), bills \(3,\)"),
        ((ONE, ONE.iloc[:2], 6), fl.AlignmentError, r"coupons, bills = fl\.align"),
        ((ONE, 0, np.ones((2, 3))), fl.InvalidInputError, "a Series of 3 months and an array"),
        ((ONE.reset_index(drop=True), 0, 6), fl.TimeIndexError, "coupons: expected a Datetime"),
    ],
)
def test_what_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        fl.redemptions(*arguments)


class TestSplitOverDates:
    DATES = pd.DatetimeIndex(["2022-06-15", "2022-06-30"])

    def test_pro_rata_to_what_matures_on_each_date(self):
        maturing = pd.Series([16.0, 32.0], self.DATES)
        off = fl.split_over_dates(30, maturing)
        assert off.tolist() == [10, 20]
        assert off.index.equals(self.DATES)
        assert maturing.tolist() == [16, 32]

    def test_the_parts_sum_to_the_amount(self):
        maturing = pd.Series([0.1, 0.0, 0.7], pd.date_range("2022-06-02", periods=3, freq="7D"))
        assert fl.split_over_dates(0.8, maturing).sum() == pytest.approx(0.8, rel=1e-15)
        assert fl.split_over_dates(0.5, maturing).iloc[1] == 0

    def test_nothing_matures_and_nothing_is_spread(self):
        assert fl.split_over_dates(0, pd.Series([0.0, 0.0], self.DATES)).tolist() == [0, 0]

    def test_a_missing_amount_leaves_nothing_known(self):
        assert fl.split_over_dates(1, pd.Series([2.0, np.nan], self.DATES)).isna().all()

    @pytest.mark.parametrize(
        ("amount", "maturing", "error", "message"),
        [
            (50, [16.0, 32.0], fl.InvalidInputError, "amount: expected 0 to the 48 USD bn"),
            (-1, [16.0, 32.0], fl.InvalidInputError, "amount: .* got -1"),
            (1, [-16.0, 32.0], fl.InvalidInputError, "maturing: expected amounts from 0"),
            ("1", [16.0, 32.0], fl.InputTypeError, "amount: expected a number, got str"),
        ],
    )
    def test_what_cannot_be_spread(self, amount, maturing, error, message):
        with pytest.raises(error, match=message):
            fl.split_over_dates(amount, pd.Series(maturing, self.DATES))

    def test_dates_are_needed(self):
        with pytest.raises(fl.InputTypeError, match="maturing: expected a Series by maturity"):
            fl.split_over_dates(1, [16.0, 32.0])
        with pytest.raises(fl.TimeIndexError, match="maturing: dates are not in order"):
            fl.split_over_dates(1, pd.Series([16.0, 32.0], self.DATES[::-1]))


class TestRolloverAddOns:
    @staticmethod
    def dollars(amount: float, offerings: dict) -> list[int]:
        add_ons = fl.rollover_add_ons(amount, offerings)
        assert list(add_ons) == list(offerings)
        return [round(one * 1e9) for one in add_ons.values()]

    # New York Fed, FAQs: Treasury Rollovers: 1 billion over offerings of 24, 21 and 13.
    def test_the_example_of_the_new_york_fed(self):
        sizes = {"3-year": 24, "10-year": 21, "30-year": 13}
        assert self.dollars(1, sizes) == [413_793_200, 362_068_900, 224_137_900]

    def test_the_remainder_goes_to_the_largest_wherever_it_stands(self):
        sizes = {"30-year": 13, "10-year": 21, "3-year": 24}
        assert self.dollars(1, sizes) == [224_137_900, 362_068_900, 413_793_200]

    def test_equal_offerings_share_but_for_the_last_hundreds(self):
        assert self.dollars(1, dict.fromkeys("abc", 20)) == [333_333_400, 333_333_300, 333_333_300]

    def test_whole_shares_stay_whole(self):
        # In binary 0.3 is a little less than 0.1 + 0.2.
        assert self.dollars(0.3, {"a": 0.1, "b": 0.2}) == [100_000_000, 200_000_000]

    @pytest.mark.parametrize("hundreds", [0, 1, 7, 123_456_789, 10**9])
    def test_add_ons_are_whole_hundreds_that_sum_to_the_amount(self, hundreds):
        given = self.dollars(hundreds / 1e7, {"a": 58, "b": 42, "c": 25, "d": 0})
        assert sum(given) == 100 * hundreds
        assert all(one % 100 == 0 and one >= 0 for one in given)
        assert given[3] == 0

    @pytest.mark.parametrize(
        ("amount", "offerings", "error", "message"),
        [
            (1, {}, fl.InputTypeError, "offerings: expected a mapping"),
            (1, [24, 21], fl.InputTypeError, "offerings: expected a mapping"),
            (-1, {"a": 24}, fl.InvalidInputError, "amount, offerings: expected amounts from 0"),
            (1, {"a": 24, "b": -1}, fl.InvalidInputError, "expected amounts from 0"),
            (1, {"a": 0}, fl.InvalidInputError, "at least one offering above 0"),
            (np.nan, {"a": 24}, fl.InvalidInputError, "amount: expected a finite number"),
            (1, {"a": "24"}, fl.InputTypeError, r"offerings\['a'\]: expected a number"),
        ],
    )
    def test_what_is_refused(self, amount, offerings, error, message):
        with pytest.raises(error, match=message):
            fl.rollover_add_ons(amount, offerings)


def test_sizes_that_are_no_binary_fractions_divide_exactly():
    assert fl.rollover_add_ons(30, {"a": 0.1, "b": 0.2}) == {"a": 10.0, "b": 20.0}
