import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.prepayment import cpr_to_smm, payment_days, run_mbs
from fedliq.projection.speeds import monthly_principal

YEAR = pd.date_range("2023-01-01", periods=12, freq="MS")
SUMMER = (0.8, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 1.0, 0.8, 0.8)  # they average one


def paid_down(cpr: float, opening: float = 2700.0, months: int = 14, **options) -> pd.Series:
    """Wednesday levels of MBS that pay on the 25th or the next business day."""
    model = fl.PrepaymentModel(cpr, **options)
    starts = pd.date_range("2022-11-01", periods=months, freq="MS")
    # The 25th, and where it is none the business day after: weekends and Christmas alone here.
    days = [day + pd.Timedelta(24, unit="D") for day in starts]
    christmas = {pd.Timestamp(f"{year}-12-25") for year in range(2022, 2030)}
    christmas.add(pd.Timestamp("2022-12-26"))  # for the Sunday before
    for at, day in enumerate(days):
        moved = day
        while moved.weekday() > 4 or moved in christmas:
            moved += pd.Timedelta(1, unit="D")
        days[at] = moved
    wednesdays = pd.date_range("2022-11-02", days[-1] + pd.Timedelta(6, unit="D"), freq="W-WED")
    balance, levels = opening, pd.Series(opening, wednesdays)
    monthly_rate = model.note_rate / 1200
    for number, (start, day) in enumerate(zip(starts, days, strict=True)):
        left = model.remaining_term - number
        scheduled = balance * monthly_rate / ((1 + monthly_rate) ** left - 1)
        factor = model.seasonality[start.month - 1]
        smm = (1 - (1 - cpr) ** (1 / 12)) * factor
        balance -= scheduled + smm * (balance - scheduled)
        levels[levels.index >= day] = balance
    return levels


class TestSpeed:
    # SIFMA Uniform Practices: at 6 % CPR 0.5143 % of the balance is prepaid each month.
    def test_a_year_of_the_monthly_rate_is_the_yearly_one(self):
        assert cpr_to_smm(0.06) == pytest.approx(0.005143, abs=5e-7)
        np.testing.assert_allclose((1 - cpr_to_smm([0.0, 0.06, 0.5])) ** 12, [1, 0.94, 0.5])

    def test_the_season_begins_in_january(self):
        model = fl.PrepaymentModel(0.06, seasonality=SUMMER)
        smm = model.smm(np.arange("2023-01", "2024-01", dtype="datetime64[M]"))
        np.testing.assert_allclose(smm / cpr_to_smm(0.06), SUMMER)

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"cpr": 6}, fl.UnitError, "cpr: expected a fraction .* such as 0.06, got 6"),
            ({"cpr": 1.0}, fl.UnitError, "cpr: expected a fraction"),
            ({"cpr": -0.01}, fl.UnitError, "cpr: expected a fraction"),
            ({"cpr": "6 %"}, fl.InputTypeError, "cpr: expected a number"),
            ({"note_rate": 330}, fl.UnitError, "note_rate: expected percent"),
            ({"remaining_term": 0}, fl.InvalidInputError, "remaining_term: expected 1 to 480"),
            ({"remaining_term": 25.5}, fl.InputTypeError, "remaining_term: expected a whole"),
            ({"seasonality": (1.0,) * 11}, fl.InvalidInputError, "seasonality: expected twelve"),
            ({"seasonality": (2.0,) * 12}, fl.InvalidInputError, "that average one"),
            ({"seasonality": (-1.0, 3.0) * 6}, fl.InvalidInputError, "factors above 0"),
        ],
    )
    def test_what_is_no_model(self, options, error, message):
        with pytest.raises(error, match=message):
            fl.PrepaymentModel(**{"cpr": 0.06} | options)


class TestPrincipal:
    # Of a 30-year mortgage at 6 % the monthly payment on 100,000 is 599.55, 500 of it interest.
    def test_the_first_payment_of_a_mortgage(self):
        model = fl.PrepaymentModel(0.0, note_rate=6, remaining_term=360)
        first = fl.mbs_principal(100_000, YEAR[:1], model)
        assert first["principal"].round(2).tolist() == [99.55]

    def test_a_mortgage_is_paid_off_at_its_term(self):
        months = pd.date_range("2023-01-01", periods=360, freq="MS")
        model = fl.PrepaymentModel(0.0, note_rate=6, remaining_term=360)
        table = fl.mbs_principal(100, months, model)
        payment = table["principal"] + 0.005 * (table["balance"] + table["principal"])
        np.testing.assert_allclose(payment, payment.iloc[0], rtol=1e-9)  # level payments
        assert table["balance"].iloc[-1] == pytest.approx(0, abs=1e-9)

    def test_without_interest_principal_falls_in_equal_parts(self):
        model = fl.PrepaymentModel(0.0, note_rate=0, remaining_term=4)
        assert fl.mbs_principal(100, YEAR[:4], model)["balance"].tolist() == [75, 50, 25, 0]

    def test_what_is_left_after_amortisation_is_prepaid(self):
        # Half is scheduled; of the other half 1 - 0.5 ** (1/12) is prepaid.
        model = fl.PrepaymentModel(0.5, note_rate=0, remaining_term=2)
        row = fl.mbs_principal(100, YEAR[:1], model).iloc[0]
        assert row["scheduled"] == pytest.approx(50)
        assert row["prepaid"] == pytest.approx(50 * (1 - 0.5 ** (1 / 12)))
        assert row["balance"] == pytest.approx(50 * 0.5 ** (1 / 12))

    @pytest.mark.parametrize("cpr", [0.0, 0.06, 0.9])
    def test_balance_and_principal_close(self, cpr):
        table = fl.mbs_principal(2641.4, YEAR, fl.PrepaymentModel(cpr, seasonality=SUMMER))
        np.testing.assert_allclose(table["scheduled"] + table["prepaid"], table["principal"])
        np.testing.assert_allclose(table["balance"] + table["principal"].cumsum(), 2641.4)
        assert table.index.equals(YEAR)

    def test_no_months_no_principal(self):
        assert fl.mbs_principal(100, YEAR[:0], fl.PrepaymentModel(0.06)).empty

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ((-1, YEAR, fl.PrepaymentModel(0.06)), fl.InvalidInputError, "balance: expected USD"),
            ((100, YEAR[::2], fl.PrepaymentModel(0.06)), fl.InvalidInputError, "months: .* gaps"),
            ((100, YEAR, 0.06), fl.InputTypeError, "model: expected a PrepaymentModel, got float"),
        ],
    )
    def test_what_is_refused(self, arguments, error, message):
        with pytest.raises(error, match=message):
            fl.mbs_principal(*arguments)


# The 25th was a Sunday before Memorial Day, Christmas, a Saturday, and a plain Thursday.
def test_principal_is_paid_on_the_25th_or_the_next_business_day():
    months = np.asarray(["2025-05", "2024-12", "2026-04", "2026-06"], dtype="datetime64[M]")
    paid = ["2025-05-27", "2024-12-26", "2026-04-27", "2026-06-25"]
    assert payment_days(months).astype(str).tolist() == paid


class TestMonthlyFall:
    def test_it_is_read_from_wednesday_to_wednesday_after_the_payments(self):
        # 25 January 2023 was itself a Wednesday: its level is after the payment.
        weekly = pd.Series(100.0, pd.date_range("2022-12-21", "2023-03-01", freq="7D"))
        weekly["2022-12-28":] = 90
        weekly["2023-01-25":] = 83
        weekly["2023-03-01":] = 80  # the 25th of February was a Saturday, paid on Monday
        falls = monthly_principal(weekly)
        assert falls.to_dict() == {
            pd.Timestamp("2023-01-01"): 7,
            pd.Timestamp("2023-02-01"): 3,
        }

    def test_a_payment_that_is_not_yet_in_the_levels_is_left_out(self):
        weekly = paid_down(0.06)
        assert monthly_principal(weekly[:"2023-06-22"]).index[-1] == pd.Timestamp("2023-05-01")
        assert monthly_principal(weekly[:"2023-06-28"]).index[-1] == pd.Timestamp("2023-06-01")

    def test_a_missing_level_leaves_both_months_unknown(self):
        weekly = paid_down(0.06)
        falls = monthly_principal(weekly.drop(pd.Timestamp("2023-06-28")))
        assert falls.index[falls.isna()].strftime("%m").tolist() == ["06", "07"]

    def test_of_nothing(self):
        assert monthly_principal(pd.Series(dtype=float, index=pd.DatetimeIndex([]))).empty


class TestFit:
    @pytest.mark.parametrize("months", [1, 3, 12])
    @pytest.mark.parametrize("cpr", [0.001, 0.03, 0.06, 0.4])
    def test_it_recovers_the_speed_of_a_made_up_path(self, cpr, months):
        weekly = paid_down(cpr, remaining_term=314)
        before = weekly.copy()
        model = fl.fit_prepayment(weekly, months=months)  # 300 months are left after 14
        assert model.cpr == pytest.approx(cpr, abs=1e-9)
        pd.testing.assert_series_equal(weekly, before)

    def test_it_takes_the_season_out(self):
        weekly = paid_down(0.06, remaining_term=250, note_rate=4.0, seasonality=SUMMER)
        model = fl.fit_prepayment(
            weekly, months=4, remaining_term=236, note_rate=4.0, seasonality=SUMMER
        )
        assert model.cpr == pytest.approx(0.06, abs=1e-9)
        assert (model.remaining_term, model.note_rate) == (236, 4.0)
        assert model.seasonality == SUMMER
        # Without it the speed of September to December passes for that of a year.
        autumn = fl.fit_prepayment(weekly, months=4, remaining_term=236, note_rate=4.0).cpr
        assert autumn == pytest.approx(0.06 * (1.1 + 1.0 + 0.8 + 0.8) / 4, rel=0.01)

    def test_weeks_without_a_payment_change_nothing(self):
        weekly = paid_down(0.06)
        fitted = {fl.fit_prepayment(weekly[:day]).cpr for day in ("2023-06-28", "2023-07-19")}
        assert len(fitted) == 1

    def test_only_the_last_months_count(self):
        weekly = paid_down(0.06, remaining_term=314)
        weekly[:"2023-06-28"] += 500.0
        assert fl.fit_prepayment(weekly, months=5).cpr == pytest.approx(0.06, abs=1e-9)

    @pytest.mark.parametrize(
        ("weekly", "message"),
        [
            (paid_down(0.06)[:"2023-02-15"], "the last 3 monthly payments are not all at hand"),
            (
                paid_down(0.06).where(lambda one: one.index != pd.Timestamp("2023-11-29")),
                "without missing weeks",
            ),
            (paid_down(0.06) * 0 + 2000, "less than scheduled amortisation alone; .* reinvested"),
            (paid_down(0.06)[::-1].set_axis(paid_down(0.06).index), "reinvested"),
        ],
    )
    def test_what_cannot_be_fitted(self, weekly, message):
        with pytest.raises(fl.InvalidInputError, match=f"mbs: .*{message}"):
            fl.fit_prepayment(weekly)

    def test_a_fall_faster_than_any_speed(self):
        weekly = paid_down(0.06)
        weekly["2023-12-27":] = 10.0
        with pytest.raises(fl.InvalidInputError, match="faster than any speed"):
            fl.fit_prepayment(weekly)

    def test_millions_are_refused(self):
        with pytest.raises(fl.UnitError, match=r"mbs: .*USD mn"):
            fl.fit_prepayment(paid_down(0.06) * 1000)


class TestSeasonality:
    # The last of 49 payments leaves the usual 300 months.
    WEEKLY = paid_down(0.06, months=49, remaining_term=349, seasonality=SUMMER)

    def test_it_finds_the_season_of_a_made_up_path(self):
        before = self.WEEKLY.copy()
        factors = fl.prepayment_seasonality(self.WEEKLY)
        np.testing.assert_allclose(factors, SUMMER, atol=2e-3)
        assert np.mean(factors) == pytest.approx(1, abs=1e-12)
        pd.testing.assert_series_equal(self.WEEKLY, before)

    def test_with_it_any_window_gives_the_same_speed(self):
        factors = fl.prepayment_seasonality(self.WEEKLY)
        for day, left in (("2024-03-06", 333), ("2024-09-04", 327), ("2025-11-05", 313)):
            fitted = fl.fit_prepayment(self.WEEKLY[:day], seasonality=factors, remaining_term=left)
            assert fitted.cpr == pytest.approx(0.06, abs=1e-4)

    def test_three_years_are_needed(self):
        with pytest.raises(fl.InvalidInputError, match=r"mbs: expected at least 36 .* got 34"):
            fl.prepayment_seasonality(self.WEEKLY[:"2025-10-01"])

    def test_months_of_reinvestment_are_refused(self):
        held = self.WEEKLY.copy()
        held["2024-06-26":] += held["2024-06-19"] - held["2024-06-26"]
        with pytest.raises(fl.InvalidInputError, match="mbs: in 2024-06 holdings fell by less"):
            fl.prepayment_seasonality(held)


class TestUnderCapAndCeiling:
    """A tenth of what is left is paid each month."""

    @staticmethod
    def run(caps, ceilings, bought=None):
        caps = np.asarray(caps, dtype=float)
        bought = np.zeros(len(caps) + 2) if bought is None else np.asarray(bought)
        rows = run_mbs(100.0, 0.9, lambda _: 0.9, caps, np.asarray(ceilings, dtype=float), bought)
        return np.asarray(list(rows)).T.tolist()

    def test_what_is_above_the_ceiling_comes_back_two_months_later(self):
        balance, gone, moved = self.run([4] * 4, [4] * 6)
        # 10, 9.6, 9.24 and 8.916 are paid. The two months before paid 10 each, so 6 and 6 of
        # theirs are still to settle; after them what was paid above 4: 6, then 5.6.
        assert balance == pytest.approx([96, 92.4, 89.16, 85.844])
        assert gone == [4] * 4
        assert moved == [0] * 4

    def test_the_cap_of_a_month_that_was_reinvested_whole_leaves_holdings_as_they_were(self):
        balance, gone, moved = self.run([0] * 3, [0] * 5)
        assert balance == pytest.approx([100] * 3)
        assert gone == moved == [0] * 3

    def test_between_cap_and_ceiling_principal_goes_into_treasuries(self):
        balance, gone, moved = self.run([3, 3], [4] * 4)
        assert balance == pytest.approx([96, 92.4])
        assert gone == [3, 3]
        assert moved == [1, 1]

    def test_without_a_ceiling_nothing_comes_back(self):
        balance, gone, moved = self.run([0, 4, 35], [np.inf] * 5)
        assert balance == pytest.approx([90, 81, 72.9])
        assert gone == pytest.approx([0, 4, 8.1])  # a cap above what is paid takes all of it
        assert moved == pytest.approx([10, 5, 0])

    def test_a_ceiling_holds_for_the_principal_of_its_month(self):
        # Ceilings begin two months before: 10 less 2, then 10 less 7, are still to settle.
        balance, gone, _ = self.run([35, 35, 35], [2, 7, np.inf, 0, np.inf])
        assert balance == pytest.approx([98, 91.2, 82.08])  # -10 + 8; -9.8 + 3; -9.12 + 0
        assert gone == pytest.approx([10, 0, 9.12])

    def test_purchases_settle_two_months_after(self):
        balance, *_ = self.run([0] * 3, [np.inf] * 5, bought=[1, 2, 3, 40, 50])
        assert balance == pytest.approx([91, 83.9, 78.51])  # -10 + 1; -9.1 + 2; -8.39 + 3

    def test_paths_run_side_by_side_as_each_would_alone(self):
        left = np.asarray([0.99, 0.9, 0.5])
        caps, ceilings, bought = np.full(4, 3.0), np.full(6, 4.0), np.ones(6)
        together = list(run_mbs(100.0, 0.9, lambda _: left, caps, ceilings, bought))
        for number, one in enumerate(left):
            alone = run_mbs(100.0, 0.9, lambda _, one=one: one, caps, ceilings, bought)
            for side, single in zip(together, alone, strict=True):
                np.testing.assert_allclose([part[number] for part in side], single)

    def test_no_payment_no_rows(self):
        rows = run_mbs(100.0, 0.9, lambda _: 0.9, np.zeros(0), np.zeros(2), np.zeros(2))
        assert list(rows) == []
