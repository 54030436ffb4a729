from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import fedliq as fl

DAY = "2026-07-01"


def holdings(*rows: tuple) -> pd.DataFrame:
    columns = ["security_type", "maturity", "par_bn", "inflation_compensation_bn"]
    return pd.DataFrame(rows, columns=columns)


HELD = holdings(
    ("NotesBonds", "2027-05-15", 10.0, np.nan),
    ("NotesBonds", "2027-05-15", 2.5, np.nan),
    ("FRNs", "2027-07-31", 4.0, 0.0),
    ("TIPS", "2027-07-15", 8.0, 1.5),
    ("Bills", "2026-09-03", 7.0, np.nan),
    ("Agency Debts", "2029-01-15", 99.0, np.nan),
)


class TestProfileOfHoldings:
    def test_each_kind_by_maturity_date(self):
        profile = fl.maturity_profile(HELD, DAY)
        expected = pd.DataFrame(
            {
                "notes": [0, 12.5, 0, 4],  # floating rate notes count as coupons
                "tips": [0, 0, 9.5, 0],  # inflation compensation is principal
                "bills": [7.0, 0, 0, 0],
            },
            pd.DatetimeIndex(["2026-09-03", "2027-05-15", "2027-07-15", "2027-07-31"]),
        )
        pd.testing.assert_frame_equal(
            profile.to_frame(), expected, check_names=False, check_index_type=False
        )
        assert profile.total == 33
        assert profile.as_of == pd.Timestamp(DAY)
        assert "CUSIP" in profile.basis

    def test_the_holdings_given_stay_as_they_are(self):
        given = HELD.copy()
        fl.maturity_profile(given, DAY)
        pd.testing.assert_frame_equal(given, HELD)

    def test_the_bundled_holdings_are_those_of_the_h41(self, sample):
        # Both were published independently: by CUSIP by the New York Fed, as a total by the Board.
        profile = fl.maturity_profile(fl.load_sample_holdings(), "2022-02-16")
        assert profile.total == pytest.approx(sample["treasuries"]["2022-02-16"], abs=0.002)

    @pytest.mark.parametrize(
        ("held", "day", "message"),
        [
            (HELD.drop(columns="maturity"), DAY, "holdings: the columns maturity are missing"),
            (holdings(("Bills", "2026-09-03", -1.0, 0)), DAY, "holdings: .*2026-09-03"),
            (holdings(("Bills", "2026-09-03", np.nan, 0)), DAY, "holdings: .*2026-09-03"),
            (holdings(("TIPS", "2027-01-15", 1.0, -0.1)), DAY, "holdings: .*2027-01-15"),
            (HELD, "2026-09-03", "2026-09-03 is not after .* drop what has matured"),
        ],
    )
    def test_holdings_that_cannot_be(self, held, day, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.maturity_profile(held, day)

    @pytest.mark.parametrize(
        ("held", "error", "message"),
        [
            (
                holdings(("Agency Debts", "2029-01-15", 99.0, 0)),
                fl.InvalidInputError,
                "no row has",
            ),
            (
                holdings(("Bills", None, 120.0, 0)),
                fl.InvalidInputError,
                "amounts from 0 and a date",
            ),
            (
                holdings(("Bills", "2026-09-03", "seven", 0)),
                fl.InputTypeError,
                "numbers in par_bn",
            ),
            (holdings(("Bills", "2026-09-03", 4e6, 0)), fl.UnitError, "it sums to"),
        ],
    )
    def test_holdings_of_another_kind_or_unit(self, held, error, message):
        with pytest.raises(error, match=message):
            fl.maturity_profile(held, DAY)

    def test_a_table_is_needed(self):
        with pytest.raises(fl.InputTypeError, match="holdings: expected a DataFrame, got list"):
            fl.maturity_profile([], DAY)


# H.4.1 of 2 July 2026, table 2: Treasury securities by remaining maturity.
PUBLISHED = dict(
    zip(fl.MATURITY_BUCKETS, (81.6, 343.4, 531.8, 1431.9, 490.6, 1613.0), strict=True)
)


class TestProfileOfBuckets:
    PROFILE = fl.maturity_profile_from_buckets(PUBLISHED, DAY, bills=500, tips=350)

    def test_every_bucket_keeps_its_amount_within_its_days(self):
        principal = self.PROFILE.to_frame().sum(axis=1)
        to_go = (principal.index - pd.Timestamp(DAY)).days
        for name, (first, last) in fl.MATURITY_BUCKETS.items():
            inside = principal[(to_go >= first) & (to_go <= last)]
            assert inside.sum() == pytest.approx(PUBLISHED[name], rel=1e-12)

    def test_the_buckets_leave_no_day_out(self):
        bounds = list(fl.MATURITY_BUCKETS.values())
        assert bounds[0][0] == 1
        assert all(after[0] == before[1] + 1 for before, after in pairwise(bounds))

    def test_bills_and_tips_are_as_much_as_said(self):
        held = self.PROFILE.to_frame()
        assert held["bills"].sum() == pytest.approx(500, rel=1e-12)
        assert held["tips"].sum() == pytest.approx(350, rel=1e-12)
        assert self.PROFILE.total == pytest.approx(sum(PUBLISHED.values()), rel=1e-12)

    def test_bills_mature_on_thursdays_within_a_year(self):
        bills = self.PROFILE.to_frame()["bills"]
        dates = bills.index[bills > 0]
        assert set(dates.day_name()) == {"Thursday"}
        assert dates[-1] <= pd.Timestamp(DAY) + pd.Timedelta(365, unit="D")

    def test_coupons_mature_in_mid_month_and_at_month_end(self):
        held = self.PROFILE.to_frame()
        for kind in ("notes", "tips"):
            dates = held.index[held[kind] > 0]
            assert ((dates.day == 15) | dates.is_month_end).all()
        assert (
            held.index[held["tips"] > 0] > pd.Timestamp(DAY) + pd.Timedelta(365, unit="D")
        ).all()

    def test_within_a_bucket_all_dates_bear_the_same(self):
        held = self.PROFILE.to_frame()["2026-07-17":"2026-09-29"]  # 16 to 90 days
        for kind in ("notes", "bills"):
            amounts = held.loc[held[kind] > 0, kind]
            assert len(amounts) > 3
            np.testing.assert_allclose(amounts, amounts.iloc[0])

    def test_a_bucket_without_a_coupon_date_matures_on_its_last_day(self):
        # From 16 to 30 July there is neither a 15th nor the last day of a month.
        profile = fl.maturity_profile_from_buckets(PUBLISHED, "2026-07-15", bills=0)
        assert profile.to_frame().loc["2026-07-30", "notes"] == pytest.approx(81.6)

    def test_it_says_that_it_is_an_approximation(self):
        assert "buckets" in self.PROFILE.basis

    @pytest.mark.parametrize(
        ("change", "options", "message"),
        [
            ({}, {"bills": 957}, "at most 956.8 of bills"),  # 81.6 + 343.4 + 531.8
            ({}, {"bills": -1}, "expected amounts from 0"),
            ({}, {"bills": 0, "tips": 3600}, "3535.5 of TIPS"),  # 1431.9 + 490.6 + 1613
            ({"over_10_years": -1.0}, {"bills": 0}, "expected amounts from 0"),
            ({"over_30_years": 1.0}, {"bills": 0}, "buckets: expected an amount for each of"),
        ],
    )
    def test_amounts_that_do_not_fit(self, change, options, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.maturity_profile_from_buckets(PUBLISHED | change, DAY, **options)

    def test_every_bucket_is_needed(self):
        with pytest.raises(fl.InvalidInputError, match="buckets: expected an amount for each of"):
            fl.maturity_profile_from_buckets({"within_15_days": 81.6}, DAY, bills=0)
        with pytest.raises(fl.InputTypeError, match=r"buckets\['over_10_years'\]: expected a num"):
            fl.maturity_profile_from_buckets(PUBLISHED | {"over_10_years": "x"}, DAY, bills=0)


class TestProfile:
    TABLE = pd.DataFrame(
        {"notes": [1.0, 2.0], "tips": 0.5, "bills": [3.0, 0.0]},
        pd.DatetimeIndex(["2026-07-02", "2027-07-15"]),
    )

    def test_the_table_given_and_the_table_handed_out_are_the_callers(self):
        given = self.TABLE.copy()
        profile = fl.MaturityProfile(pd.Timestamp(DAY), given, "mine")
        for table in (given, profile.to_frame()):
            table.loc[:, "notes"] = 99.0
        pd.testing.assert_frame_equal(profile.to_frame(), self.TABLE)
        assert profile.total == 7

    @pytest.mark.parametrize(
        ("table", "error", "message"),
        [
            (TABLE.drop(columns="tips"), fl.InvalidInputError, "principal: the columns tips"),
            (TABLE.assign(tips=[0.5, -0.5]), fl.InvalidInputError, "tips maturing on 2027-07-15"),
            (TABLE.assign(bills=np.nan), fl.InvalidInputError, "bills maturing on 2026-07-02"),
            (TABLE[::-1], fl.TimeIndexError, "principal: dates are not in order"),
            (TABLE.reset_index(drop=True), fl.TimeIndexError, "principal: expected a Datetime"),
            (TABLE["notes"], fl.InputTypeError, "principal: expected a DataFrame, got Series"),
            (TABLE.shift(-1, freq="D"), fl.InvalidInputError, "2026-07-01 is not after the day"),
        ],
    )
    def test_what_is_no_profile(self, table, error, message):
        with pytest.raises(error, match=message):
            fl.MaturityProfile(pd.Timestamp(DAY), table, "mine")
