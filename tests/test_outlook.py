import numpy as np
import pandas as pd
import pytest

import fedliq as fl

WEDNESDAYS = pd.DatetimeIndex(["2026-06-24", "2026-07-01"])
# Six operations up to Wednesday 1 July; none on the weekend.
OPERATIONS = pd.DatetimeIndex(
    ["2026-06-24", "2026-06-25", "2026-06-26", "2026-06-29", "2026-06-30", "2026-07-01"]
)
FIGURES = {
    "fed_assets": pd.Series([6700.0, 6710.0], WEDNESDAYS),
    "treasuries": pd.Series([4400.0, 4410.0], WEDNESDAYS),
    "mbs": pd.Series([1980.0, 1970.0], WEDNESDAYS),
    "tga": pd.Series([850.0, 860.0], WEDNESDAYS),
    "tga_week_average": pd.Series([840.0, 855.0], WEDNESDAYS),
    "reserves_week_average": pd.Series([3050.0, 3040.0], WEDNESDAYS),
    "on_rrp": pd.Series([1.0, 7.0, 14.0, 21.0, 28.0, 35.0], OPERATIONS),
    "bank_assets": pd.Series([25_000.0], WEDNESDAYS[:1]),
}
LEVELS = {
    "reserves": pd.Series([3060.0, 3030.0], WEDNESDAYS),
    "currency_in_circulation": pd.Series([2400.0, 2401.0], WEDNESDAYS),
    "reverse_repo_foreign": pd.Series([330.0, 331.0], WEDNESDAYS),
}


def dataset(*without: str, **more: pd.Series) -> fl.Dataset:
    held = {name: one for name, one in (FIGURES | more).items() if name not in without}
    return fl.Dataset(held, as_of="2026-07-09", source="a test")


class TestHistory:
    def test_it_is_on_one_footing(self):
        history = fl.balance_sheet_history(dataset())
        assert history.index.tolist() == WEDNESDAYS.tolist()
        row = history.loc["2026-07-01"]
        # Thursday 7, Friday to Sunday 14, then 21, 28 and 35: 133 over seven days.
        assert row.to_dict() == {
            "fed_assets": 6710, "treasuries": 4410, "mbs": 1970, "tga": 855, "reserves": 3040,
            "on_rrp": pytest.approx(19), "bank_assets": 25_000,
        }  # fmt: skip

    def test_what_is_missing_stays_missing(self):
        history = fl.balance_sheet_history(dataset("on_rrp", "bank_assets"))
        assert history[["on_rrp", "bank_assets"]].isna().all(axis=None)
        # Of the first week only its Wednesday is at hand.
        assert np.isnan(fl.balance_sheet_history(dataset()).loc["2026-06-24", "on_rrp"])

    def test_bank_assets_are_at_most_twenty_days_old(self):
        for day, known in (("2026-06-10", True), ("2026-06-03", False)):
            older = pd.Series([25_000.0], pd.DatetimeIndex([day]))
            history = fl.balance_sheet_history(dataset(bank_assets=older))
            assert (
                history["bank_assets"].notna().tolist() == [True, False] if known else [False] * 2
            )

    def test_week_averages_and_levels_are_not_the_same(self, sample):
        # H.4.1 of 30 October 2025: the TGA averaged 957.990 and stood at 983.859.
        history = fl.balance_sheet_history(sample)
        assert history.loc["2025-10-29", "tga"] == pytest.approx(957.990)
        assert sample["tga"]["2025-10-29"] == pytest.approx(983.859)

    def test_a_series_of_the_h41_is_needed(self):
        with pytest.raises(fl.UnknownSeriesError, match="mbs"):
            fl.balance_sheet_history(dataset("mbs"))
        with pytest.raises(fl.InputTypeError, match=r"dataset: .* fl\.load_sample"):
            fl.balance_sheet_history(FIGURES)


class TestOpeningSheet:
    def test_wednesday_levels_where_reserves_are_at_hand(self):
        opening = fl.opening_sheet(dataset(**LEVELS))
        assert opening.day == pd.Timestamp("2026-07-01")
        assert opening.basis == "Wednesday levels"
        held = {
            "treasuries": 4410, "mbs": 1970, "other_assets": 330, "fed_assets": 6710, "tga": 860,
            "on_rrp": 35, "reserves": 3030, "currency_in_circulation": 2401,
            "reverse_repo_foreign": 331, "bank_assets": 25_000,
        }  # fmt: skip
        assert {name: getattr(opening, name) for name in held} == held
        assert opening.unlisted_liabilities == 6710 - 860 - 35 - 3030 - 2401 - 331

    def test_week_averages_elsewhere(self):
        opening = fl.opening_sheet(dataset())
        assert "week averages" in opening.basis
        assert (opening.tga, opening.on_rrp, opening.reserves) == (855, pytest.approx(19), 3040)
        assert (opening.treasuries, opening.mbs) == (4410, 1970)
        assert opening.currency_in_circulation is None

    def test_levels_of_another_week_do_not_serve(self):
        earlier = {name: one.iloc[:1] for name, one in LEVELS.items()}
        opening = fl.opening_sheet(dataset(**earlier))
        assert "week averages" in opening.basis
        assert (opening.reserves, opening.currency_in_circulation) == (3040, None)

    def test_without_bank_assets_there_is_no_ratio(self):
        assert fl.opening_sheet(dataset("bank_assets")).bank_assets is None

    def test_the_last_wednesday_of_2022(self, sample):
        # H.4.1 of 29 December 2022; ON RRP by the New York Fed.
        opening = fl.opening_sheet(sample, "2022-12-28")
        assert opening.basis == "Wednesday levels"
        assert opening.fed_assets == pytest.approx(8551.2, abs=0.05)
        assert opening.tga == pytest.approx(409.8, abs=0.05)
        assert opening.on_rrp == pytest.approx(2293.0, abs=0.05)

    def test_the_last_week_with_every_line_is_the_default(self):
        late = dataset(tga_week_average=FIGURES["tga_week_average"].iloc[:1], on_rrp=pd.Series(
            2.0, pd.date_range("2026-06-01", "2026-07-01")
        ))  # fmt: skip
        assert fl.opening_sheet(late).day == pd.Timestamp("2026-06-24")

    @pytest.mark.parametrize(
        ("day", "message"),
        [
            ("2026-07-02", "2026-07-02 is no Wednesday of the H.4.1 .* every line is 2026-07-01"),
            ("2026-06-24", "2026-06-24 lacks on_rrp"),
            ("Wednesday", "day: expected a day"),
        ],
    )
    def test_a_day_that_cannot_be_opened_on(self, day, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.opening_sheet(dataset(), day)

    def test_there_may_be_no_such_day(self):
        with pytest.raises(
            fl.InvalidInputError, match="dataset: there is no week with every line"
        ):
            fl.opening_sheet(dataset("on_rrp"))


class TestWhatWasPublic:
    # The H.4.1 of Wednesday 28 December 2022 came out on the 29th.
    @pytest.mark.parametrize(
        ("day", "opens"),
        [
            ("2022-12-28", "2022-12-21"),
            ("2022-12-29", "2022-12-28"),
            ("2023-03-16", "2023-03-15"),
            ("2023-11-23", "2023-11-15"),  # Thanksgiving: the release came a day later
            ("2023-11-24", "2023-11-22"),
        ],
    )
    def test_a_sheet_is_opened_once_it_is_published(self, sample, day, opens):
        opening = fl.opening_sheet(sample.known_on(day))
        assert opening.day == pd.Timestamp(opens)
        # The H.8 comes nine days after its Wednesday.
        published = sample["bank_assets"][: pd.Timestamp(day) - pd.Timedelta(9, unit="D")]
        assert opening.bank_assets == published.iloc[-1]

    def test_no_figure_from_after_that_day_is_used(self, sample):
        day = pd.Timestamp("2023-03-16")
        known = sample.known_on(day)
        later = {
            name: one.where(one.index.isin(known[name].index), one * 1.01)
            for name, one in sample.items()
            if name in {*FIGURES, *LEVELS}
        }
        other = fl.Dataset(later, as_of=sample.as_of, source="a test")
        assert fl.opening_sheet(other.known_on(day)) == fl.opening_sheet(known)
        pd.testing.assert_frame_equal(
            fl.balance_sheet_history(other.known_on(day)), fl.balance_sheet_history(known)
        )
        assert fl.opening_sheet(other) != fl.opening_sheet(sample)


class TestMaturities:
    MBS = FIGURES["mbs"]
    RECORD = fl.policy_schedule()

    @pytest.mark.parametrize(
        ("day", "of", "basis"),
        [
            ("2022-02-16", "2022-02-16", "holdings by CUSIP"),
            ("2026-06-30", "2022-02-16", "holdings by CUSIP"),
            ("2026-07-01", "2026-07-01", "maturity buckets"),
            ("2026-08-12", "2026-07-01", "maturity buckets"),
        ],
    )
    def test_the_last_profile_on_or_before_a_day(self, day, of, basis):
        profile = fl.sample_maturity_profile(day, self.RECORD, self.MBS)
        assert profile.as_of == pd.Timestamp(of)
        assert basis in profile.basis

    def test_there_may_be_none(self):
        assert fl.sample_maturity_profile("2022-02-15", self.RECORD, self.MBS) is None

    def test_bills_are_those_published_and_what_was_bought_since(self, sample):
        table = fl.load_sample_maturities().set_index("item")["amount_bn"]
        profile = fl.sample_maturity_profile("2026-07-01", self.RECORD, sample["mbs"])
        # From mid-October: four times 40, 25, 10, and 20 days of 32 of 10 were bought, and since
        # December agency principal went into bills.
        agency = sample["mbs"]["2025-11-26"] - sample["mbs"]["2026-07-01"]
        bills = table["bills"] + 160 + 25 + 10 + 10 * 20 / 32 + agency
        assert profile.principal["bills"].sum() == pytest.approx(bills)
        tips = table["tips"] + table["tips_compensation"]
        assert profile.principal["tips"].sum() == pytest.approx(tips)
        assert profile.total == pytest.approx(table[list(fl.MATURITY_BUCKETS)].sum())

    def test_a_day_is_needed(self):
        with pytest.raises(fl.InvalidInputError, match="day: expected a day"):
            fl.sample_maturity_profile("soon", self.RECORD, self.MBS)


class TestOutlook:
    @pytest.fixture(scope="class")
    @staticmethod
    def outlook(sample):
        day = "2026-01-15"
        return fl.make_outlook(
            sample.known_on(day), fl.policy_schedule().as_known_on(day), paths=50
        )

    def test_it_projects_a_year_from_the_last_published_week(self, outlook, sample):
        days = outlook.projection.weekly.index
        assert (days[0], days[-1]) == (pd.Timestamp("2026-01-14"), pd.Timestamp("2027-01-13"))
        assert outlook.projection.opening == fl.opening_sheet(sample.known_on("2026-01-15"))

    def test_it_buys_only_what_had_been_announced(self, outlook):
        # On 14 January, 40 billion for the period to 12 February.
        weekly = outlook.projection.weekly
        assert weekly["purchases_announced"].sum() == pytest.approx(40)
        assert weekly["purchases_assumed"].sum() == 0

    def test_its_fan_strays_from_the_same_projection(self, outlook):
        pd.testing.assert_frame_equal(outlook.fan.central.weekly, outlook.projection.weekly)
        assert outlook.fan.line("reserves").shape[1] == 50
        assert outlook.fan.line("tga")[-1].std() > 10

    def test_a_target_that_is_missed_now_is_to_be_reached_by_half_of_the_horizon(
        self, outlook, sample
    ):
        day = "2026-01-15"
        ratio = outlook.projection.weekly["reserves_to_bank_assets"]
        target = float(ratio.iloc[0]) + 0.005
        missed = fl.make_outlook(
            sample.known_on(day),
            fl.policy_schedule().as_known_on(day),
            target_ratio=target,
            paths=2,
        )
        middle = ratio.index[len(ratio) // 2]
        expected = fl.required_purchases(
            missed.projection, target, start="2026-02-13", hold_from=middle
        )  # the day after the period announced on 2026-01-14
        assert missed.required.per_month == expected.per_month > 0
        assert missed.required.binding >= middle

    def test_a_target_that_holds_now_is_to_hold_throughout(self, outlook, sample):
        day = "2026-01-15"
        ratio = outlook.projection.weekly["reserves_to_bank_assets"]
        target = float(ratio.iloc[0]) - 1e-6
        held = fl.make_outlook(
            sample.known_on(day),
            fl.policy_schedule().as_known_on(day),
            target_ratio=target,
            paths=2,
        )
        expected = fl.required_purchases(held.projection, target)
        assert held.required.per_month == expected.per_month

    def test_what_came_later_changes_nothing(self, sample):
        day = pd.Timestamp("2024-07-03")
        known = sample.known_on(day)
        later = {
            name: one.where(one.index.isin(known[name].index), one * 1.01)
            for name, one in sample.items()
            if name in {*FIGURES, *LEVELS}
        }
        other = fl.Dataset(later, as_of=sample.as_of, source="a test").known_on(day)
        schedule = fl.policy_schedule().as_known_on(day)
        both = [fl.make_outlook(one, schedule, paths=20) for one in (known, other)]
        pd.testing.assert_frame_equal(both[0].projection.weekly, both[1].projection.weekly)
        pd.testing.assert_frame_equal(both[0].fan.to_frame(), both[1].fan.to_frame())

    def test_its_end_seed_and_target_are_yours(self, sample):
        day = "2026-01-15"
        known, schedule = sample.known_on(day), fl.policy_schedule().as_known_on(day)
        one, other = (
            fl.make_outlook(
                known, schedule, end="2026-06-30", target_ratio=0.1, paths=20, seed=seed
            )
            for seed in (1, 2)
        )
        assert one.projection.weekly.index[-1] == pd.Timestamp("2026-06-24")
        assert one.required.target_ratio == 0.1
        assert (one.fan.line("tga")[1:] != other.fan.line("tga")[1:]).any()

    def test_without_bank_assets_nothing_is_required(self, sample):
        names = (set(FIGURES) | set(LEVELS)) - {"bank_assets"}
        fewer = fl.Dataset({name: sample[name] for name in names}, as_of="2026-01-15", source="x")
        schedule = fl.policy_schedule().as_known_on("2026-01-15")
        outlook = fl.make_outlook(fewer.known_on("2026-01-15"), schedule, paths=2)
        assert outlook.required is None
        assert outlook.fan.crossing_dates(0.12).isna().all()

    def test_where_no_amount_is_right_none_is_required(self, sample):
        day = "2026-01-15"
        known, schedule = sample.known_on(day), fl.policy_schedule().as_known_on(day)
        short = fl.make_outlook(known, schedule, end="2026-01-28", paths=2)
        assert short.required is None
        # More than matures may leave: bills bought would run off in turn.
        capped = fl.make_outlook(
            known, schedule.with_caps("2026-03-01", treasury=400), paths=2, end="2026-06-30"
        )
        assert capped.projection.caps_have_room
        assert capped.required is None

    def test_what_is_refused(self, sample):
        with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset, got dict"):
            fl.make_outlook({}, fl.policy_schedule())
        with pytest.raises(fl.InputTypeError, match="schedule: expected a PolicySchedule"):
            fl.make_outlook(sample, {})
        with pytest.raises(fl.InvalidInputError, match="lies outside the schedule"):
            fl.make_outlook(sample, fl.policy_schedule().as_known_on("2026-01-15"))
        with pytest.raises(fl.UnitError, match="target_ratio"):
            fl.make_outlook(sample, fl.policy_schedule(), target_ratio=12, paths=2)
