import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from plausible import sheet

RECORD = fl.policy_schedule()
# As known on the Wednesday on which these projections open, nothing leaves the balance sheet,
# nothing is bought, and agency principal goes into bills.
QUIET = RECORD.as_known_on("2025-12-03")
DAYS = fl.projection_dates("2025-12-03", "2026-12-31")
LIABILITIES = [
    "currency_in_circulation", "tga", "on_rrp", "reverse_repo_foreign", "unlisted_liabilities",
    "reserves",
]  # fmt: skip


MODEL = fl.PrepaymentModel(0.06)


NO_MBS = sheet(mbs=0, other_assets=2350)


def project(schedule=QUIET, opening=None, end="2026-12-31", cpr=0.06, **assumed) -> fl.Projection:
    return fl.project_balance_sheet(
        opening or sheet(),
        schedule,
        end,
        fl.Assumptions(prepayment=fl.PrepaymentModel(cpr), **assumed),
    )


def moved(by: float, since: str = "2026-06-03", level: float = 900) -> pd.Series:
    """A path that stands at a level and is moved once."""
    return pd.Series(np.where(since <= DAYS, level + by, level).astype(float), DAYS)


def profile(notes: float = 4150.0, tips: float = 50.0, maturity: str = "2040-05-15"):
    table = pd.DataFrame(
        {"notes": [notes], "tips": [tips], "bills": [0.0]}, pd.DatetimeIndex([maturity])
    )
    return fl.MaturityProfile(pd.Timestamp("2025-12-03"), table, "made up")


def spread(total: float = 4200.0, months: int = 120):
    """Coupons and bills that mature every month."""
    dates = pd.date_range("2025-12-01", periods=months, freq="MS") + pd.Timedelta(14, unit="D")
    table = pd.DataFrame({"notes": 0.7, "tips": 0.1, "bills": 0.2}, dates) * total / months
    return fl.MaturityProfile(pd.Timestamp("2025-12-03"), table, "made up")


HELD_DOWN = QUIET.with_caps("2026-01-01", treasury=40, agency=10)
CASES = {
    "quiet": project(),
    "caps": project(HELD_DOWN),
    "caps on a profile": project(HELD_DOWN, maturities=spread(), inflation=3.0),
    "purchases": project(
        RECORD.as_known_on("2025-12-10").with_purchases("2026-02-01", 25),
        sheet(date="2025-12-10"),
    ),
    "paths": project(
        lines={
            "tga": fl.Seasonal(fl.Target(850), {(4, 1): 120.0}),
            "on_rrp": fl.Target(10),
            "currency_in_circulation": fl.Growth(0.03),
            "reverse_repo_foreign": fl.Drift(20),
            "other_assets": fl.Drift(-30),
            "unlisted_liabilities": fl.Drift(40),
            "bank_assets": fl.Growth(0.05),
        }
    ),
    "a short sheet": project(
        opening=sheet(currency_in_circulation=None, reverse_repo_foreign=None, bank_assets=None)
    ),
    "reinvested in MBS": project(
        RECORD.as_known_on("2022-06-01"), sheet(date="2022-06-01", mbs=2700), end="2023-06-30"
    ),
    "MBS bought": project(
        RECORD.as_known_on("2020-07-01"), sheet(date="2020-07-01"), end="2021-06-30", cpr=0.0
    ),
}
every_case = pytest.mark.parametrize("projection", CASES.values(), ids=CASES)


class TestEveryProjection:
    @every_case
    def test_assets_are_liabilities_and_reserves_in_every_row(self, projection):
        rows = projection.weekly
        assets = rows["treasuries"] + rows["mbs"] + rows["other_assets"]
        np.testing.assert_allclose(rows["fed_assets"], assets, rtol=0, atol=1e-9)
        owed = rows[LIABILITIES].fillna(0.0).sum(axis=1)
        np.testing.assert_allclose(rows["fed_assets"], owed, rtol=0, atol=1e-9)

    @every_case
    def test_the_change_of_treasuries_is_the_sum_of_their_flows(self, projection):
        rows = projection.weekly
        flows = (
            rows["agency_into_treasuries"]
            + rows["purchases_announced"]
            + rows["purchases_assumed"]
            + rows["tips_accrual"]
            - rows["treasuries_redeemed"]
        )
        np.testing.assert_allclose(rows["treasuries"].diff().iloc[1:], flows.iloc[1:], atol=1e-9)

    @every_case
    def test_the_first_row_is_the_opening_sheet(self, projection):
        first, opening = projection.weekly.iloc[0], projection.opening
        for name in ("treasuries", "mbs", "fed_assets", *LIABILITIES, "bank_assets"):
            held = getattr(opening, name)
            assert first[name] == pytest.approx(held, abs=1e-9) or (
                held is None and np.isnan(first[name])
            )
        assert (first.iloc[-7:] == 0).all()  # the flows

    @every_case
    def test_the_columns_are_those_promised(self, projection):
        assert projection.weekly.columns.tolist() == list(fl.PROJECTION_COLUMNS)
        index = projection.weekly.index
        assert index.equals(fl.projection_dates(index[0], index[-1]))

    @every_case
    def test_ratio_regime_and_net_liquidity_follow_from_the_levels(self, projection):
        rows = projection.weekly
        ratio = rows["reserves"] / rows["bank_assets"]
        pd.testing.assert_series_equal(
            rows["reserves_to_bank_assets"], ratio, check_names=False, check_freq=False
        )
        assert rows["regime"].tolist() == fl.classify_reserves(ratio).tolist() or (
            ratio.isna().all() and rows["regime"].isna().all()
        )
        net = rows["fed_assets"] - rows["tga"] - rows["on_rrp"]
        np.testing.assert_allclose(rows["net_liquidity"], net)


class TestTreasuries:
    def test_with_nothing_redeemed_and_nothing_bought_they_stay_flat(self):
        for maturities in (None, spread()):
            rows = project(opening=NO_MBS, maturities=maturities, inflation=0.0)
            np.testing.assert_allclose(rows.weekly["treasuries"], 4200, rtol=1e-14)

    def test_a_cap_of_60_takes_30_in_mid_month_and_30_at_its_end(self):
        rows = project(QUIET.with_caps("2026-01-01", treasury=60), end="2026-03-11").weekly
        off = rows["treasuries_redeemed"]
        # 31 January and 28 February are Saturdays, the 15th of February is a Sunday.
        assert off[off > 0].to_dict() == {
            pd.Timestamp(day): pytest.approx(30)
            for day in ("2026-01-21", "2026-02-04", "2026-02-18", "2026-03-04")
        }

    @pytest.mark.parametrize("maturities", [None, spread()], ids=["caps bind", "profile"])
    def test_raising_a_cap_never_raises_holdings(self, maturities):
        held = [
            project(QUIET.with_caps("2026-01-01", treasury=cap), maturities=maturities).weekly
            for cap in (0, 5, 17.5, 30, 60)
        ]
        for loose, tight in zip(held[1:], held, strict=False):
            assert (loose["treasuries"] <= tight["treasuries"] + 1e-9).all()
            assert loose["treasuries"].iloc[-1] < tight["treasuries"].iloc[-1]
            assert (loose["reserves"] <= tight["reserves"] + 1e-9).all()

    def test_a_cap_above_what_matures_changes_nothing_more(self):
        # A 120th of the holdings matures each month: 28 of coupons and 7 of bills.
        off = [
            project(
                QUIET.with_caps("2025-12-01", treasury=cap),
                NO_MBS,
                maturities=spread(),
                inflation=0.0,
            ).weekly["treasuries_redeemed"]
            for cap in (35, 60, 600)
        ]
        # Of December's bills a fifth matures on the last Thursday, after the last Wednesday.
        for one in off:
            assert one.sum() == pytest.approx(13 * 35 - 7 / 5)

    def test_maturing_principal_with_its_compensation_leaves(self):
        # On 15 April 2026, a Wednesday; 133 days after the opening, at 3 % a year.
        held = project(
            QUIET.with_caps("2025-12-01", treasury=100),
            maturities=profile(4150, 50, "2026-04-15"),
            inflation=3.0,
            opening=NO_MBS,
            end="2026-05-31",
        ).weekly
        ratio = 1.03 ** (133 / 365.25)
        np.testing.assert_allclose(held["treasuries_redeemed"]["2026-04-15"], 100, rtol=1e-12)
        assert held["tips_accrual"][:"2026-04-15"].sum() == pytest.approx(50 * (ratio - 1))

    def test_tips_accrue_their_principal_times_the_change_of_the_index(self):
        days = pd.date_range("2025-06-01", "2027-02-01", freq="MS")
        cpi = pd.Series(320 * 1.002 ** np.arange(len(days)), days)
        rows = project(maturities=profile(tips=50), inflation=cpi).weekly
        # 3 December is between the reference indexes of September and October, two days of
        # 31 on its way; 30 December 2026 a year later, 29 days of 31.
        first = cpi["2025-09-01"] + 2 / 31 * (cpi["2025-10-01"] - cpi["2025-09-01"])
        last = cpi["2026-09-01"] + 29 / 31 * (cpi["2026-10-01"] - cpi["2026-09-01"])
        assert rows["tips_accrual"].sum() == pytest.approx(50 * (last / first - 1), rel=1e-9)
        assert rows["tips_accrual"].iloc[1:].min() > 0

    def test_what_leaves_before_the_opening_is_not_seen_in_it(self):
        # 300 mature on 15 November, under a cap of 300; TIPS accrue from 29 October.
        table = pd.DataFrame(
            {"notes": [300.0, 4000.0], "tips": [0.0, 200.0], "bills": 0.0},
            pd.DatetimeIndex(["2025-11-15", "2040-05-15"]),
        )
        older = fl.MaturityProfile(pd.Timestamp("2025-10-29"), table, "made up")
        past = QUIET.with_caps("2025-11-01", treasury=300).with_caps("2025-12-01", treasury=0)
        with pytest.raises(fl.InvalidInputError, match=r"schedule: treasury_cap .* 2025-11-01"):
            project(past, maturities=older)  # an assumption does not change the past
        decided = past.to_frame().replace({"confidence": {"assumed": "inferred"}})
        schedule = fl.PolicySchedule(decided, past.first, past.last)
        rows = project(schedule, maturities=older, inflation=3.0, end="2025-12-10").weekly
        assert rows["treasuries_redeemed"].tolist() == [0, 0]
        # 35 days after the profile, 42 days after it.
        accrued = 200 * (1.03 ** (42 / 365.25) - 1.03 ** (35 / 365.25))
        np.testing.assert_allclose(rows["tips_accrual"], [0, accrued])
        with pytest.raises(fl.InvalidInputError, match="the profile of 2025-10-29 leads to 4,49"):
            project(QUIET, maturities=older)  # the cap was 5, not 300

    def test_an_older_profile_is_rolled_to_the_opening(self):
        # Bought as announced up to 8 July 2026: four times 40, 25, 10, and 27 days of 32 of 10.
        # Agency principal of seven months went into bills.
        paid = fl.mbs_principal(2050, pd.DatetimeIndex(["2026-07-01"]), MODEL)["principal"].item()
        expected = 4200 + 4 * 40 + 25 + 10 + 10 * 27 / 32 + 7 * paid
        known = RECORD.as_known_on("2026-07-08")
        for opened, fits in ((1.045, True), (0.955, True), (1.06, False), (0.94, False)):
            opening = sheet(date="2026-07-08", treasuries=expected * opened, mbs=2050)
            if fits:
                rows = project(known, opening, maturities=profile(tips=0.0, notes=4200.0)).weekly
                assert rows["treasuries"].iloc[0] == pytest.approx(expected * opened)
                continue
            with pytest.raises(fl.InvalidInputError, match=f"leads to {expected:,.1f} USD bn"):
                project(known, opening, maturities=profile(tips=0.0, notes=4200.0))


# Of bills bought, 320 of 1640 are for one month and 370 for two; far from its maturities the
# portfolio has nothing else that matures.
class TestBillsBought:
    FAR = profile(notes=4200.0, tips=0.0)
    ONE, TWO = 320 / 1640, 370 / 1640
    OFF = QUIET.with_caps("2026-01-01", treasury=1000)

    def off(self, schedule, opening=NO_MBS, end="2026-03-31"):
        rows = project(schedule, opening, maturities=self.FAR, end=end, inflation=0.0)
        return rows.weekly["treasuries_redeemed"].cumsum()

    def test_assumed_purchases_run_off_as_they_mature(self):
        bought = self.OFF.with_purchases("2025-12-04", 1461 / 48)  # one a day, 28 in December
        # All Thursdays of January are before 4 February, those of February before 4 March.
        off = self.off(bought)
        assert off["2026-02-04"] == pytest.approx(28 * self.ONE)
        assert off["2026-03-04"] - off["2026-02-04"] == pytest.approx(
            28 * self.TWO + 31 * self.ONE
        )

    def test_agency_principal_runs_off_where_it_went_into_bills(self):
        months = pd.date_range("2025-12-01", periods=2, freq="MS")
        december, january = fl.mbs_principal(2050, months, MODEL)["principal"]
        off = self.off(self.OFF, sheet())
        assert off["2026-02-04"] == pytest.approx(december * self.ONE)
        assert off["2026-03-04"] - off["2026-02-04"] == pytest.approx(
            december * self.TWO + january * self.ONE
        )

    def test_agency_principal_stays_for_two_years_where_it_went_into_coupons(self):
        rows = self.OFF.to_frame()
        rows.loc[rows["decision"] == "agency_into_bills", "value"] = 0.0
        coupons = fl.PolicySchedule(rows, QUIET.first, QUIET.last)
        off = self.off(coupons, sheet(), end="2028-01-12")
        # Of 243.5 on offer at month-end 97 are two-year notes; those of December mature on the 31st.
        (december,) = fl.mbs_principal(2050, pd.DatetimeIndex(["2025-12-01"]), MODEL)["principal"]
        assert off["2027-12-29"] == 0
        assert off["2028-01-12"] == pytest.approx(december * 97 / 243.5)

    def test_what_was_bought_before_the_opening_runs_off_too(self):
        # 20 of the 34 days of December's period, and December's agency principal.
        known = RECORD.as_known_on("2025-12-31").with_caps("2026-01-01", treasury=1000)
        paid = fl.mbs_principal(2050, pd.DatetimeIndex(["2026-01-01"]), MODEL)["principal"].item()
        off = self.off(known, sheet(date="2025-12-31"))
        assert off["2026-02-04"] == pytest.approx((paid + 40 * 20 / 34) * self.ONE)


class TestOpeningDay:
    """What happens on the day of the opening sheet is in it."""

    def test_agency_principal_paid_on_that_day(self):
        opening = sheet(date="2026-02-25")  # a Wednesday and the 25th
        rows = project(RECORD.as_known_on("2026-02-25"), opening, end="2026-04-01").weekly
        assert rows["mbs"][:"2026-03-18"].tolist() == [2050] * 4
        assert rows["mbs"]["2026-03-25"] < 2050

    def test_redemptions_and_purchases_of_that_day(self):
        # Wednesday 15 April 2026, the first of the 29 days of a period of 25 billion.
        known = RECORD.as_known_on("2026-04-15").with_caps("2026-04-01", treasury=60)
        rows = project(known, sheet(date="2026-04-15"), end="2026-05-13").weekly
        np.testing.assert_allclose(rows["purchases_announced"], [0, *[25 * 7 / 29] * 4])
        # 30 are left of April's cap, for the 30th.
        assert rows["treasuries_redeemed"].tolist() == [0, 0, 0, 30, 0]


class TestAgencyPrincipal:
    def test_it_is_paid_by_the_model_on_the_25th_or_the_next_business_day(self):
        rows = project(HELD_DOWN, end="2026-03-31").weekly
        months = pd.date_range("2025-12-01", periods=4, freq="MS")
        expected = fl.mbs_principal(2050, months, fl.PrepaymentModel(0.06))
        # Christmas is paid on the 26th; the other 25ths are a Sunday and two Wednesdays.
        seen = rows["mbs"][["2025-12-24", "2025-12-31", "2026-01-28", "2026-02-25", "2026-03-25"]]
        np.testing.assert_allclose(seen, [2050, *expected["balance"]], rtol=1e-12)
        assert rows["mbs"]["2026-02-18"] == rows["mbs"]["2026-01-28"]
        # The caps begin in January: until then all goes into Treasuries, then all above 10.
        into = rows["agency_into_treasuries"]
        np.testing.assert_allclose(into[into > 0], expected["principal"] - [0, 10, 10, 10])
        assert rows["mbs_runoff"][rows["mbs_runoff"] > 0].tolist() == [10, 10, 10]

    @pytest.mark.parametrize("cpr", [0.0, 0.06, 0.4])
    def test_without_a_cap_its_speed_changes_composition_and_not_size(self, cpr):
        rows = project(cpr=cpr).weekly
        np.testing.assert_allclose(rows["fed_assets"], 6550, rtol=1e-14)
        assert rows["mbs_runoff"].sum() == 0
        assert (rows["mbs"].diff().dropna() <= 0).all()
        np.testing.assert_allclose(rows["agency_into_treasuries"].cumsum(), 2050 - rows["mbs"])

    def test_raising_its_cap_never_raises_assets(self):
        held = [
            project(QUIET.with_caps("2026-01-01", agency=cap)).weekly["fed_assets"]
            for cap in (0, 5, 10, 15, 35)
        ]
        for loose, tight in zip(held[1:], held, strict=False):
            assert (loose <= tight + 1e-9).all()
        assert held[2].iloc[-1] == pytest.approx(6550 - 12 * 10)

    def test_principal_above_the_ceiling_comes_back_as_mbs(self):
        # Cap and ceiling are 17.5 from June 2022 and 35 from September; some 20 are paid a month.
        rows = CASES["reinvested in MBS"].weekly
        off = rows["mbs_runoff"]
        assert off[off > 0].iloc[:3].tolist() == [17.5] * 3
        assert 19 < off["2022-09-28"] < 20
        assert rows["agency_into_treasuries"].sum() == 0
        # In June and July what was paid before June, and reinvested whole, still settles.
        np.testing.assert_allclose(rows["mbs"][:"2022-08-24"], 2700, atol=0.1)
        np.testing.assert_allclose(rows["mbs"]["2022-08-31"], 2700 - 17.5, atol=0.2)

    def test_mbs_bought_by_trade_date_settle_with_a_later_payment(self):
        rows = CASES["MBS bought"].weekly
        # 40 billion a month since 11 June 2020: 48 times 40 in four years, or 1461 days.
        np.testing.assert_allclose(rows["mbs_purchases_announced"].iloc[1:], 7 * 40 * 48 / 1461)
        # With the payments of July to September settle the months of May, June, July.
        steps = rows["mbs"][["2020-07-22", "2020-07-29", "2020-08-26", "2020-09-30"]].diff()[1:]
        np.testing.assert_allclose(steps, [0, 20 * 40 * 48 / 1461, 31 * 40 * 48 / 1461], atol=0.15)


class TestPurchases:
    # FOMC, 10 December 2025: 40 billion over the 34 days from 12 December to 14 January.
    ROWS = CASES["purchases"].weekly

    def test_an_announced_period_does_not_keep_to_calendar_months(self):
        announced = self.ROWS["purchases_announced"]
        np.testing.assert_allclose(announced["2025-12-17"], 40 * 6 / 34)
        np.testing.assert_allclose(announced[:"2025-12-31"].sum(), 40 * 20 / 34)
        np.testing.assert_allclose(announced[:"2026-01-14"].sum(), 40, rtol=1e-12)
        assert announced["2026-01-15":].sum() == 0

    def test_assumed_purchases_are_kept_apart(self):
        assumed = self.ROWS["purchases_assumed"]
        assert assumed[:"2026-01-31"].sum() == 0
        a_day = 25 * 48 / 1461  # four years are 1461 days and 48 months
        np.testing.assert_allclose(assumed["2026-02-04"], 4 * a_day)
        np.testing.assert_allclose(assumed["2026-02-11":], 7 * a_day)

    def test_they_raise_reserves_one_for_one(self):
        without = project(RECORD.as_known_on("2025-12-10"), sheet(date="2025-12-10")).weekly
        more = self.ROWS["reserves"] - without["reserves"]
        np.testing.assert_allclose(more, self.ROWS["purchases_assumed"].cumsum(), atol=1e-9)


class TestLiabilities:
    @pytest.mark.parametrize("line", ["currency_in_circulation", "unlisted_liabilities"])
    def test_what_flows_into_a_liability_leaves_reserves(self, line):
        level = getattr(sheet(), line)
        held = project(lines={line: moved(-60, level=level)}).weekly
        assert held["reserves"].diff()["2026-06-03"] == pytest.approx(60)
        assert held[line]["2026-06-03"] == level - 60

    @pytest.mark.parametrize(
        ("drain", "floor", "on_rrp", "reserves"),
        [
            (60, 0, 40, 2900),  # ON RRP gives way first
            (130, 0, 0, 2870),
            (130, 25, 25, 2845),
            (130, 200, 100, 2770),  # it is below the floor, and stays
            (-80, 0, 100, 2980),  # what comes in goes to reserves
        ],
    )
    def test_on_rrp_absorbs_drains_down_to_its_floor(self, drain, floor, on_rrp, reserves):
        lines = {"tga": moved(drain), "on_rrp": fl.AbsorbsDrains(floor)}
        row = project(lines=lines).weekly.loc["2026-06-03"]
        assert [row["on_rrp"], row["reserves"]] == pytest.approx([on_rrp, reserves])

    def test_on_rrp_absorbs_drains_unless_told_otherwise(self):
        assert project(lines={"tga": moved(60)}).weekly["on_rrp"].iloc[-1] == pytest.approx(40)
        held = project(lines={"tga": moved(60), "on_rrp": fl.Constant()}).weekly
        assert held["on_rrp"].iloc[-1] == 100
        assert held["reserves"].iloc[-1] == pytest.approx(2840)

    def test_a_path_of_your_own(self):
        own = pd.Series(np.linspace(900, 700, len(DAYS)), DAYS)
        rows = project(lines={"tga": own}).weekly
        assert rows["tga"].tolist() == own.tolist()

    def test_thresholds_of_your_own_set_the_regime(self):
        # 11.84 % is ample by the usual bands.
        assert project().weekly["regime"].iloc[0] == "ample"
        thresholds = fl.ReserveThresholds(abundant=(0.105, 0.11))
        assert project(thresholds=thresholds).weekly["regime"].iloc[0] == "abundant"

    def test_bank_assets_move_the_ratio_alone(self):
        rows = project(lines={"bank_assets": fl.Growth(0.05)}).weekly
        np.testing.assert_allclose(rows["reserves"], 2900)
        last = (DAYS[-1] - DAYS[0]).days / 365.25
        assert rows["reserves_to_bank_assets"].iloc[-1] == pytest.approx(
            2900 / (24_500 * 1.05**last)
        )


class TestCrossing:
    # 2900 of 24 500 are 11.84 %.
    def test_it_is_the_first_date_below(self):
        projection = project(lines={"tga": moved(600)})  # 500 of it leaves reserves
        assert projection.crossing(0.1) == pd.Timestamp("2026-06-03")
        assert projection.crossing(0.119) == pd.Timestamp("2025-12-03")
        assert projection.crossing(2400 / 24_500 - 1e-9) is pd.NaT

    def test_the_threshold_itself_is_not_below(self):
        opening = project(end="2025-12-05")  # a row of its own, and no rounding
        assert opening.crossing(2900 / 24_500) is pd.NaT
        assert opening.crossing(2900 / 24_500 + 1e-9) == pd.Timestamp("2025-12-03")

    def test_without_bank_assets_there_is_none(self):
        assert CASES["a short sheet"].crossing(0.1) is pd.NaT

    def test_percent_is_refused(self):
        with pytest.raises(fl.UnitError, match=r"threshold: .* for 12 % write 0\.12"):
            project().crossing(12)


class TestMonthly:
    MONTHS = CASES["caps"].monthly()

    def test_its_rows_are_the_opening_and_the_last_wednesday_of_each_month(self):
        days = self.MONTHS.index
        assert days[:3].strftime("%Y-%m-%d").tolist() == ["2025-12-03", "2025-12-31", "2026-01-28"]
        assert (days[1:].day_name() == "Wednesday").all()
        assert ((days[1:] + pd.Timedelta(7, unit="D")).month != days[1:].month).all()

    def test_it_sums_flows_and_samples_levels(self):
        weekly = CASES["caps"].weekly
        for name in ("treasuries_redeemed", "mbs_runoff", "agency_into_treasuries"):
            assert self.MONTHS[name].sum() == pytest.approx(weekly[name].sum())
        assert self.MONTHS.loc["2026-02-25", "treasuries_redeemed"] == pytest.approx(40)
        assert self.MONTHS["reserves"].tolist() == weekly["reserves"][self.MONTHS.index].tolist()

    def test_an_opening_at_a_month_end_is_a_row_of_its_own(self):
        opening = sheet(date="2025-12-31")
        months = project(RECORD.as_known_on("2025-12-31"), opening, end="2026-02-28").monthly()
        assert months.index.strftime("%m-%d").tolist() == ["12-31", "01-28", "02-25"]
        assert months["purchases_announced"].tolist() == [0, pytest.approx(40 * 14 / 34), 0]


class TestWhatIsKnown:
    def test_decisions_announced_later_change_nothing(self):
        later = RECORD.to_frame()
        later.loc[later["announced"] > "2025-12-10", "value"] *= 1.5
        other = fl.PolicySchedule(later, RECORD.first, RECORD.last)
        opening = sheet(date="2025-12-10")
        known = [project(one.as_known_on("2025-12-10"), opening) for one in (RECORD, other)]
        pd.testing.assert_frame_equal(known[0].weekly, known[1].weekly)
        assert known[0].notes == known[1].notes
        whole = [project(one, opening).weekly["treasuries"].iloc[-1] for one in (RECORD, other)]
        assert whole[0] != whole[1]

    def test_the_notes_tell_what_was_announced_after_the_opening(self):
        opening = sheet(date="2025-12-10")
        assert "announced after the opening" in " ".join(project(RECORD, opening).notes)
        known = project(RECORD.as_known_on("2025-12-10"), opening)
        assert "announced after the opening" not in " ".join(known.notes)

    def test_the_notes_tell_what_was_assumed_and_what_is_not_at_hand(self):
        notes = " ".join(CASES["a short sheet"].notes)
        assert "currency_in_circulation, reverse_repo_foreign" in notes
        assert "No maturities" in notes
        assert "Wednesday levels" in notes
        assumed = " ".join(CASES["caps on a profile"].notes)
        assert "Assumed from 2026-01-01" in assumed
        assert "made up" in assumed
        assert "3 % a year" in assumed

    def test_nothing_given_is_changed(self):
        tga, cpi = moved(60), pd.Series(300.0, pd.date_range("2025-06-01", periods=22, freq="MS"))
        lines = {"tga": tga}
        held = spread()
        before = tga.copy(), cpi.copy(), held.to_frame(), QUIET.to_frame()
        project(lines=lines, maturities=held, inflation=cpi)
        for one, other in zip((tga, cpi), before[:2], strict=True):
            pd.testing.assert_series_equal(one, other)
        pd.testing.assert_frame_equal(held.to_frame(), before[2])
        pd.testing.assert_frame_equal(QUIET.to_frame(), before[3])
        assert list(lines) == ["tga"]

    def test_tables_handed_out_are_your_own(self):
        projection = project()
        for table in (projection.weekly, projection.to_frame(), projection.monthly()):
            table.loc[:, "reserves"] = 0.0
        assert (projection.weekly["reserves"] > 0).all()


class TestDates:
    def test_the_opening_and_each_wednesday_after_it(self):
        days = fl.projection_dates("2026-07-17", "2026-08-05")  # from a Friday
        assert days.strftime("%m-%d").tolist() == ["07-17", "07-22", "07-29", "08-05"]

    def test_a_projection_of_days_within_a_week_is_the_opening(self):
        assert len(project(end="2025-12-05").weekly) == 1

    @pytest.mark.parametrize("end", ["2025-12-03", "2025-11-30", "2056-01-01"])
    def test_the_end_lies_after_the_opening_and_within_thirty_years(self, end):
        with pytest.raises(
            fl.InvalidInputError, match=r"end: .* after the opening \(2025-12-03\)"
        ):
            project(end=end)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("sheet", QUIET, fl.Assumptions(prepayment=MODEL)), r"opening: .* fl\.OpeningSheet"),
            ((sheet(), QUIET.to_frame(), fl.Assumptions(prepayment=MODEL)), "schedule: .* DataF"),
            ((sheet(), QUIET, {"prepayment": MODEL}), r"assumptions: .* fl\.Assumptions, got dic"),
        ],
    )
    def test_arguments_of_another_kind(self, arguments, message):
        opening, schedule, assumptions = arguments
        with pytest.raises(fl.InputTypeError, match=message):
            fl.project_balance_sheet(opening, schedule, "2026-12-31", assumptions)

    @pytest.mark.parametrize("date", ["2017-09-27", "2025-12-10"])
    def test_an_opening_outside_the_schedule(self, date):
        with pytest.raises(
            fl.InvalidInputError, match=f"opening: {date} lies outside .* 2017-10-01 to 2025-12-03"
        ):
            project(opening=sheet(date=date), end="2026-12-31")

    def test_a_path_for_a_line_that_the_sheet_lacks(self):
        with pytest.raises(
            fl.InvalidInputError, match="lines: the opening sheet has no bank_asse"
        ):
            project(opening=sheet(bank_assets=None), lines={"bank_assets": fl.Growth(0.05)})

    def test_a_series_that_does_not_cover_a_date(self):
        with pytest.raises(fl.AlignmentError, match=r"lines\['tga'\]: .* no level on 2026-12-30"):
            project(lines={"tga": moved(60)[:"2026-12-23"]})

    @pytest.mark.parametrize("total", [3900, 4500])
    def test_maturities_of_another_portfolio(self, total):
        with pytest.raises(
            fl.InvalidInputError, match=r"maturities: .* of the 4,200\.0 in the op"
        ):
            project(maturities=profile(total - 50))

    def test_maturities_of_about_the_same_portfolio_will_do(self):
        for total in (4000, 4400):  # within five per cent
            assert project(maturities=profile(total - 50)).weekly["treasuries"].iloc[0] == 4200

    def test_maturities_from_after_the_opening(self):
        late = fl.MaturityProfile(pd.Timestamp("2025-12-10"), profile().to_frame(), "made up")
        with pytest.raises(
            fl.InvalidInputError, match="maturities: of 2025-12-10, after the open"
        ):
            project(maturities=late)

    def test_reserves_that_would_be_negative(self):
        with pytest.raises(
            fl.InvalidInputError, match="reserves would be negative from 2026-06-03"
        ):
            project(lines={"tga": moved(3100)})

    def test_an_index_of_prices_need_not_reach_beyond_the_projection(self):
        # Principal of 31 May, a Sunday, is paid in June; a projection to May does not need it.
        cpi = pd.Series(300.0, pd.date_range("2025-06-01", "2026-03-01", freq="MS"))
        rows = project(maturities=profile(), inflation=cpi, end="2026-05-31")
        assert len(rows.weekly) == 26

    def test_an_index_of_prices_that_ends_too_early(self):
        cpi = pd.Series(300.0, pd.date_range("2025-06-01", "2026-05-01", freq="MS"))
        with pytest.raises(fl.InvalidInputError, match=r"inflation: .* covers 2025-06 to 2026-05"):
            project(maturities=profile(), inflation=cpi)

    @pytest.mark.parametrize(
        ("assumed", "error", "message"),
        [
            ({"prepayment": 0.06}, fl.InputTypeError, r"fl\.PrepaymentModel\(cpr=0\.06\)"),
            ({"maturities": spread().to_frame()}, fl.InputTypeError, "maturities: expected a Mat"),
            ({"lines": [fl.Target(850)]}, fl.InputTypeError, "lines: expected a mapping"),
            ({"lines": {"reserves": fl.Target(3000)}}, fl.InvalidInputError, "reserves follow"),
            ({"lines": {"treasuries": fl.Drift(1)}}, fl.InvalidInputError, "treasuries follow"),
            ({"lines": {"tgaa": fl.Drift(1)}}, fl.InvalidInputError, "tgaa .*unknown.*tga"),
            ({"thresholds": (0.08, 0.12)}, fl.InputTypeError, "thresholds: expected Reserve"),
        ],
    )
    def test_assumptions_that_make_no_sense(self, assumed, error, message):
        with pytest.raises(error, match=message):
            fl.Assumptions(**{"prepayment": MODEL} | assumed)

    def test_assumptions_are_kept_as_they_were_given(self):
        lines = {"tga": fl.Target(850)}
        assumed = fl.Assumptions(prepayment=MODEL, lines=lines)
        lines["on_rrp"] = fl.Target(0)
        assert list(assumed.lines) == ["tga"]
        with pytest.raises(TypeError):
            assumed.lines["on_rrp"] = fl.Target(0)

    def test_other_paths_for_some_lines_leave_the_rest(self):
        assumed = fl.Assumptions(prepayment=MODEL, lines={"tga": fl.Target(850)}, inflation=3.0)
        changed = assumed.with_lines(tga=fl.Target(700), bank_assets=fl.Growth(0.04))
        assert dict(changed.lines) == {"tga": fl.Target(700), "bank_assets": fl.Growth(0.04)}
        assert (changed.prepayment, changed.inflation) == (MODEL, 3.0)
        assert dict(assumed.lines) == {"tga": fl.Target(850)}
        with pytest.raises(fl.InvalidInputError, match="reserves follow from rules"):
            assumed.with_lines(reserves=fl.Target(3000))


def test_a_ratio_that_no_bank_would_believe_is_refused_by_the_lines_that_make_it():
    with pytest.raises(fl.InvalidInputError, match=r"end: on .* of bank assets, .* bank_assets"):
        project(opening=sheet(bank_assets=7300), lines={"tga": fl.Target(0, 1)})


def test_assumptions_keep_their_own_series():
    days = fl.projection_dates("2025-12-03", "2026-12-31")
    tga, cpi = (
        pd.Series(900.0, days),
        pd.Series(300.0, pd.date_range("2025-01-01", "2027-01-01", freq="MS")),
    )
    assumed = fl.Assumptions(prepayment=MODEL, lines={"tga": tga}, inflation=cpi)
    tga.iloc[:], cpi.iloc[:] = 0.0, 1.0
    assert (assumed.lines["tga"] == 900).all()
    assert (assumed.inflation == 300).all()
