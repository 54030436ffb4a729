import numpy as np
import pandas as pd
import pytest

import fedliq as fl

# Four years are 1461 days, and 365.25 days are a year.
FOUR_YEARS = pd.DatetimeIndex(["2021-03-03", "2025-03-03"])


def lines(index=FOUR_YEARS, **changes) -> pd.DataFrame:
    held = {"treasuries": 5000.0, "mbs": 2000.0, "reserves": 3000.0, "on_rrp": 1000.0}
    return pd.DataFrame(held | changes, index)


def rates(index=FOUR_YEARS, iorb=5.0, on_rrp_rate=4.0) -> pd.DataFrame:
    return pd.DataFrame({"iorb": iorb, "on_rrp_rate": on_rrp_rate}, index)


def income(held=None, paid=None, **options) -> pd.DataFrame:
    usual = {"treasury_yield": 2.0, "mbs_yield": 3.0, "operating_expenses": 10.0}
    return fl.project_net_income(
        lines() if held is None else held, rates() if paid is None else paid, **usual | options
    )


def test_four_years_of_constant_levels():
    first, last = income().to_dict("records")
    assert first == dict.fromkeys(first, 0)
    # A year: 2 % of 5000 and 3 % of 2000; 5 % of 3000; 4 % of 1000.
    assert last["interest_income"] == pytest.approx(4 * 160)
    assert last["interest_on_reserves"] == pytest.approx(4 * 150)
    assert last["interest_on_reverse_repo"] == pytest.approx(4 * 40)
    assert last["net_income"] == pytest.approx(4 * (160 - 150 - 40 - 10))
    assert last["deferred_asset"] == pytest.approx(160)
    assert last["remittances"] == 0


def test_expenses_are_nine_billion_a_year_unless_told_otherwise():
    plain = fl.project_net_income(lines(), rates(), treasury_yield=2.0, mbs_yield=3.0)
    assert plain["net_income"].iloc[-1] == pytest.approx(4 * (160 - 150 - 40 - 9))


def test_other_income_and_the_foreign_pool():
    assert income(other_income=5.0)["net_income"].iloc[-1] == pytest.approx(4 * -35)
    foreign = income(lines(reverse_repo_foreign=500.0))
    assert foreign["interest_on_reverse_repo"].iloc[-1] == pytest.approx(4 * 60)


def test_a_foreign_pool_that_is_not_at_hand_costs_nothing():
    pd.testing.assert_frame_equal(income(lines(reverse_repo_foreign=np.nan)), income())


def test_levels_count_as_the_mean_of_both_ends_and_rates_from_the_start():
    held = lines(
        treasuries=[5000.0, 4000.0], mbs=[2000.0, 1000.0], reserves=[3000.0, 3400.0],
        on_rrp=[1000.0, 0.0],
    )  # fmt: skip
    last = income(held, rates(iorb=[5.0, 1.0], on_rrp_rate=[4.0, 1.0])).iloc[-1]
    assert last["interest_income"] == pytest.approx(4 * (0.02 * 4500 + 0.03 * 1500))
    assert last["interest_on_reserves"] == pytest.approx(4 * 0.05 * 3200)
    assert last["interest_on_reverse_repo"] == pytest.approx(4 * 0.04 * 500)


def test_a_yield_may_be_given_by_date():
    by_date = pd.Series(2.0, FOUR_YEARS)
    pd.testing.assert_frame_equal(income(treasury_yield=by_date), income())


class TestDeferredAsset:
    # Six spans of four years; 2 % of 1000 is earned, IORB is paid on 1000.
    INDEX = pd.DatetimeIndex([f"{year}-03-03" for year in range(2001, 2030, 4)])
    TABLE = fl.project_net_income(
        lines(INDEX, treasuries=1000.0, mbs=0.0, reserves=1000.0, on_rrp=0.0),
        rates(INDEX, iorb=[4.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 9.0]),
        treasury_yield=2.0,
        mbs_yield=3.0,
        operating_expenses=0.0,
        deferred_asset=10.0,
    )

    def test_losses_add_to_it_and_income_pays_it_off_before_anything_is_remitted(self):
        np.testing.assert_allclose(self.TABLE["net_income"], [0, -80, 40, 40, 40, -40, 40, 40])
        np.testing.assert_allclose(
            self.TABLE["deferred_asset"], [10, 90, 50, 10, 0, 40, 0, 0], atol=1e-9
        )
        np.testing.assert_allclose(
            self.TABLE["remittances"], [0, 0, 0, 0, 30, 0, 0, 40], atol=1e-9
        )

    def test_income_is_remitted_or_changes_the_asset(self):
        change = self.TABLE["deferred_asset"].diff().iloc[1:]
        both = (self.TABLE["remittances"] - change).iloc[1:]
        np.testing.assert_allclose(both, self.TABLE["net_income"].iloc[1:], atol=1e-9)
        assert (self.TABLE[["deferred_asset", "remittances"]] >= 0).all(axis=None)

    def test_what_is_not_known_leaves_nothing_known_after_it(self):
        held = lines(self.INDEX).assign(
            reserves=[3000.0, 3000, 3000, np.nan, 3000, 3000, 3000, 3000]
        )
        table = income(held, rates(self.INDEX))
        gone = [False, False, False, True, True]
        assert table["net_income"].isna().tolist() == [*gone, False, False, False]
        for name in ("deferred_asset", "remittances"):
            assert table[name].isna().tolist() == [*gone, True, True, True]


def test_a_projection_goes_straight_in():
    opening = fl.OpeningSheet(
        date="2026-07-15", treasuries=4500, mbs=2000, other_assets=300, tga=800, on_rrp=5,
        reserves=3100,
    )  # fmt: skip
    projection = fl.project_balance_sheet(
        opening,
        fl.policy_schedule(),
        "2027-07-14",
        fl.Assumptions(prepayment=fl.PrepaymentModel(0.06)),
    )
    held = projection.to_frame()
    table = income(held, rates(held.index))
    assert table.index.equals(held.index)
    # A year of 2 % on the 6500 of securities and 1 % more on 1760 to 2000 of them, less 5 % on
    # 3100, 4 % on 5 and 10 of expenses: -17.6 to -15.2, and a little from 9 of purchases.
    assert -17.6 < table["net_income"].sum() < -15
    assert table["deferred_asset"].iloc[-1] == pytest.approx(-table["net_income"].sum())


def test_nothing_given_is_changed():
    held, paid = lines(reverse_repo_foreign=[np.nan, 3.0]), rates()
    before = held.copy(), paid.copy()
    income(held, paid)
    pd.testing.assert_frame_equal(held, before[0])
    pd.testing.assert_frame_equal(paid, before[1])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"held": lines().drop(columns="mbs")}, fl.InvalidInputError, "lines: the columns mbs"),
        ({"paid": rates()[["iorb"]]}, fl.InvalidInputError, "rates: the columns on_rrp_rate"),
        ({"paid": rates(FOUR_YEARS.shift(1, "D"))}, fl.AlignmentError, r"lines, rates: .*fl\.ali"),
        ({"paid": rates(iorb=0.05)}, fl.UnitError, "iorb: 0.05 .* looks like fraction"),
        ({"held": lines(reserves=3e6)}, fl.UnitError, "reserves: .* looks like USD mn"),
        ({"treasury_yield": 210}, fl.UnitError, "treasury_yield: expected percent from 0"),
        ({"mbs_yield": -1}, fl.UnitError, "mbs_yield: expected percent from 0"),
        ({"mbs_yield": 0.03}, fl.UnitError, "mbs_yield: expected percent"),
        ({"held": lines().to_dict()}, fl.InputTypeError, "lines: expected a DataFrame, got dict"),
        (
            {"other_income": pd.Series(3.0, FOUR_YEARS.shift(1, "D"))},
            fl.AlignmentError,
            "other_income, lines: they do not share one index",
        ),
        ({"mbs_yield": "3 %"}, fl.InputTypeError, "mbs_yield: expected a number"),
        (
            {"mbs_yield": pd.Series(3.0, FOUR_YEARS.shift(1, "D"))},
            fl.AlignmentError,
            "mbs_yield, lines: they do not share one index",
        ),
        ({"operating_expenses": -9}, fl.InvalidInputError, "operating_expenses: expected USD bn"),
        ({"deferred_asset": -1}, fl.InvalidInputError, "deferred_asset: expected USD bn from 0"),
        ({"other_income": "some"}, fl.InputTypeError, "other_income: expected a number"),
    ],
)
def test_what_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        income(**arguments)


def test_yields_and_other_income_by_date_count_from_the_start_of_the_interval():
    """A hundred billion more of one per cent would show if the end counted."""
    first = pd.Series([1.0, 3.0], FOUR_YEARS)
    by_date = income(treasury_yield=first, other_income=pd.Series([2.0, 50.0], FOUR_YEARS))
    plain = income(treasury_yield=1.0, other_income=2.0)
    pd.testing.assert_frame_equal(by_date, plain)
