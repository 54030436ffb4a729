import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from plausible import sheet

# Nothing is redeemed and nothing bought; agency principal goes into bills.
QUIET = fl.policy_schedule().as_known_on("2025-12-03")
MODEL = fl.PrepaymentModel(0.06)
NAMES = list(fl.SHOCKS)
MIXED = pd.DataFrame(np.eye(len(NAMES)), NAMES, NAMES)
MIXED.loc["tga", "bank_assets"] = MIXED.loc["bank_assets", "tga"] = -0.6
MIXED.loc["prepayment", "on_rrp"] = MIXED.loc["on_rrp", "prepayment"] = 0.5
SIZES = {
    "prepayment": 0.2, "tga": 60.0, "on_rrp": 0.3, "currency_in_circulation": 0.004,
    "unlisted_liabilities": 15.0, "bank_assets": 0.006,
}  # fmt: skip
IN_USD = ("tga", "unlisted_liabilities")
ALL = fl.ShockModel(SIZES, correlation=MIXED)


def simulate(
    shocks=ALL, schedule=QUIET, opening=None, end="2026-12-30", seed=1, paths=400, **lines
) -> fl.Fan:
    return fl.simulate_balance_sheet(
        opening or sheet(),
        schedule,
        end,
        fl.Assumptions(prepayment=MODEL, lines=lines),
        shocks=shocks,
        seed=seed,
        paths=paths,
    )


FANS = {
    "all": simulate(),
    "caps": simulate(schedule=QUIET.with_caps("2026-01-01", treasury=20, agency=15)),
    "reinvested in MBS": simulate(
        schedule=fl.policy_schedule().as_known_on("2022-06-01"),
        opening=sheet(date="2022-06-01"),
        end="2023-05-31",
    ),
    "paths": simulate(
        tga=fl.Target(700),
        on_rrp=fl.Target(30),
        other_assets=fl.Drift(-20),
        unlisted_liabilities=fl.Drift(30),
        reverse_repo_foreign=fl.Drift(10),
    ),
    "a short sheet": simulate(
        opening=sheet(currency_in_circulation=None, reverse_repo_foreign=None, bank_assets=None)
    ),
}
every_fan = pytest.mark.parametrize("fan", FANS.values(), ids=FANS)


def central(fan: fl.Fan, name: str) -> np.ndarray:
    return fan.central.weekly[name].loc[fan.dates].to_numpy()


class TestEveryFan:
    @every_fan
    def test_assets_are_liabilities_and_reserves_on_every_path(self, fan):
        lines = ("tga", "on_rrp", "unlisted_liabilities", "currency_in_circulation", "reserves")
        owed = sum(np.nan_to_num(fan.line(name)) for name in lines)
        owed = owed + np.nan_to_num(central(fan, "reverse_repo_foreign"))[:, None]
        np.testing.assert_allclose(fan.line("fed_assets"), owed, rtol=0, atol=1e-9)
        assets = fan.line("treasuries") + fan.line("mbs") + central(fan, "other_assets")[:, None]
        np.testing.assert_allclose(fan.line("fed_assets"), assets, rtol=0, atol=1e-9)

    @every_fan
    def test_ratio_and_net_liquidity_follow_from_the_levels(self, fan):
        net = fan.line("fed_assets") - fan.line("tga") - fan.line("on_rrp")
        np.testing.assert_allclose(fan.line("net_liquidity"), net)
        ratio = fan.line("reserves") / fan.line("bank_assets")
        np.testing.assert_allclose(fan.line("reserves_to_bank_assets"), ratio)

    @every_fan
    def test_nothing_strays_on_the_opening_day(self, fan):
        for name in fl.FAN_LINES:
            np.testing.assert_allclose(
                fan.line(name)[0], fan.central.weekly[name].iloc[0], rtol=1e-13
            )

    @every_fan
    def test_quantiles_are_in_order(self, fan):
        for name in fl.FAN_LINES:
            table = fan.quantiles(name)
            assert table.columns.tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
            assert table.index.equals(fan.dates)
            assert (table.diff(axis=1).iloc[:, 1:].fillna(0.0) >= 0).all(axis=None)

    @every_fan
    def test_its_dates_are_the_opening_and_the_last_wednesday_of_each_month(self, fan):
        assert fan.dates.equals(fan.central.monthly().index)
        assert fan.line("reserves").shape == (len(fan.dates), 400)


def test_without_volatility_every_path_is_the_central_one():
    for schedule in (QUIET, QUIET.with_caps("2026-01-01", treasury=20, agency=15)):
        fan = simulate(fl.ShockModel({}), schedule, paths=2, tga=fl.Target(700))
        for name in fl.FAN_LINES:
            for path in fan.line(name).T:
                np.testing.assert_allclose(path, central(fan, name), rtol=1e-12, err_msg=name)


def test_the_same_seed_gives_the_same_paths():
    again = simulate()
    for name in fl.FAN_LINES:
        np.testing.assert_array_equal(again.line(name), FANS["all"].line(name))
    assert (simulate(seed=2).line("tga")[1:] != again.line("tga")[1:]).all()


def test_a_longer_horizon_shares_the_months_of_a_shorter_one():
    short, long = simulate(end="2026-06-24"), simulate(end="2027-12-31")
    for name in fl.FAN_LINES:
        np.testing.assert_allclose(
            long.line(name)[: len(short.dates)], short.line(name), rtol=1e-13
        )
    assert long.dates[: len(short.dates)].equals(short.dates)
    # One that ends within a month shares those before it.
    cut = simulate(end="2026-07-10")
    assert cut.dates[-1] == pd.Timestamp("2026-07-08")
    np.testing.assert_allclose(cut.line("tga")[:-1], short.line("tga"), rtol=1e-13)


def strayed(fan: fl.Fan, name: str) -> np.ndarray:
    """How far the paths are from the central one, in the terms of the shock."""
    if name in IN_USD:
        return fan.line(name) - central(fan, name)[:, None]
    if name != "prepayment":
        return np.log(fan.line(name) / central(fan, name)[:, None])
    # What is prepaid of what amortisation leaves; up to May one payment a month.
    mbs = fan.line("mbs")[:7]
    prepaid = 1.0 - mbs[1:] / (mbs[:-1] * (1.0 - MODEL.scheduled(6))[:, None])
    return np.concatenate(
        [np.zeros((1, mbs.shape[1])), np.log(prepaid / (1.0 - 0.94 ** (1 / 12)))]
    )


class TestShocks:
    PATHS = 6000
    # Without drains, so that ON RRP stands still until it is shocked.
    FAN = simulate(paths=PATHS, on_rrp=fl.Constant())
    MONTHS = ((FAN.dates - FAN.dates[0]).days / (1461 / 48)).to_numpy()  # since the opening

    # Four standard errors of each.
    @pytest.mark.parametrize("name", fl.SHOCKS)
    def test_shocks_have_no_direction(self, name):
        for away in strayed(self.FAN, name)[[1, 6]]:
            assert abs(away.mean()) < 4 * away.std() / np.sqrt(self.PATHS)
            assert abs((away > 0).mean() - 0.5) < 4 * 0.5 / np.sqrt(self.PATHS)

    def test_shocks_correlate_as_given(self):
        first = np.stack([strayed(self.FAN, name)[1] for name in fl.SHOCKS])
        np.testing.assert_allclose(np.corrcoef(first), MIXED, atol=4 / np.sqrt(self.PATHS))

    # A deviation fades to the part kept each month; its variance after t months is that of a
    # month's shock times 1 + kept^2 + kept^4 ..., or t where all of it is kept.
    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("prepayment", 0.8),
            ("tga", 0.8),
            ("on_rrp", 0.8),
            ("currency_in_circulation", 1.0),
            ("unlisted_liabilities", 1.0),
            ("bank_assets", 1.0),
        ],
    )
    def test_deviations_have_the_size_given_and_fade_or_stay(self, name, kept):
        away = strayed(self.FAN, name)
        for row in (1, 2, 6):
            months = self.MONTHS[row]
            sums = months if kept == 1 else (1 - kept ** (2 * months)) / (1 - kept**2)
            assert away[row].std() == pytest.approx(
                SIZES[name] * np.sqrt(sums), rel=4 / np.sqrt(2 * self.PATHS)
            )
        slope = (away[5] @ away[6]) / (away[5] @ away[5])
        assert slope == pytest.approx(kept ** (self.MONTHS[6] - self.MONTHS[5]), abs=0.05)

    def test_a_persistence_of_your_own(self):
        fan = simulate(fl.ShockModel({"tga": 60}, {"tga": 0.0}), paths=4000)
        away = strayed(fan, "tga")
        assert away[12].std() == pytest.approx(60, rel=0.05)
        assert abs(np.corrcoef(away[11], away[12])[0, 1]) < 0.06


class TestRules:
    def test_the_speed_of_prepayment_changes_composition_and_not_size(self):
        fan = simulate(fl.ShockModel({"prepayment": 0.5}))
        np.testing.assert_allclose(fan.line("fed_assets"), 6550, rtol=1e-13)
        assert fan.line("mbs")[-1].std() > 10

    def test_below_its_cap_agency_principal_leaves(self):
        schedule = QUIET.with_caps("2025-12-01", agency=1000)
        fan = simulate(fl.ShockModel({"prepayment": 0.5}), schedule)
        np.testing.assert_allclose(fan.line("treasuries"), 4200, rtol=1e-13)
        np.testing.assert_allclose(fan.line("fed_assets") - fan.line("mbs"), 4500, rtol=1e-13)

    def test_holdings_never_fall_below_nothing(self):
        fan = simulate(fl.ShockModel({"prepayment": 2.0, "tga": 1000.0}))
        assert fan.line("mbs").min() >= 0
        assert fan.line("tga").min() == 0

    @pytest.mark.parametrize("floor", [0.0, 40.0])
    def test_on_rrp_gives_way_on_every_path(self, floor):
        fan = simulate(fl.ShockModel({"tga": 80}), on_rrp=fl.AbsorbsDrains(floor))
        both = fan.line("on_rrp") + fan.line("reserves")
        expected = np.maximum(100 + np.minimum(both - 3000, 0), floor)
        np.testing.assert_allclose(fan.line("on_rrp"), expected, atol=1e-9)
        assert (fan.line("on_rrp") == floor).any()
        assert (fan.line("on_rrp") == 100).any()

    def test_a_shock_to_on_rrp_moves_reserves_the_other_way(self):
        fan = simulate(fl.ShockModel({"on_rrp": 0.3}))
        np.testing.assert_allclose(fan.line("on_rrp") + fan.line("reserves"), 3000)

    @pytest.mark.parametrize("line", ["tga", "currency_in_circulation", "unlisted_liabilities"])
    def test_what_strays_into_a_liability_leaves_reserves(self, line):
        fan = simulate(fl.ShockModel({line: SIZES[line]}), on_rrp=fl.Constant())
        moved = fan.line(line) - central(fan, line)[:, None]
        np.testing.assert_allclose(fan.line("reserves") - 2900, -moved, atol=1e-9)
        assert np.ptp(moved[-1]) > 1

    def test_a_line_that_the_sheet_lacks_does_not_stray(self):
        fan = FANS["a short sheet"]
        for name in ("currency_in_circulation", "bank_assets", "reserves_to_bank_assets"):
            assert np.isnan(fan.line(name)).all()
        assert fan.crossing_dates(0.12).isna().all()
        assert fan.crossing_probability(0.12).isna().all()
        assert fan.to_frame()["bank_assets"].isna().all(axis=None)
        (told,) = (note for note in fan.notes if note.startswith("Not shocked"))
        assert "currency_in_circulation" in told
        assert "bank_assets" in told

    def test_the_notes_tell_how_often_reserves_turn_negative(self):
        opening = sheet(reserves=60, on_rrp=0)
        fan = simulate(fl.ShockModel({"tga": 40}), opening=opening)
        share = (fan.line("reserves") < 0).any(axis=0).mean()
        assert 0.05 < share < 0.95
        assert f"negative: {100 * share:.1f} %" in fan.notes[-1]
        assert "negative" not in " ".join(FANS["all"].notes)

    def test_a_shock_does_not_take_on_rrp_below_its_floor(self):
        fan = simulate(fl.ShockModel({"on_rrp": 0.5}), on_rrp=fl.AbsorbsDrains(90))
        assert fan.line("on_rrp").min() == 90

    def test_the_notes_tell_what_does_not_stray(self):
        fan = simulate(fl.ShockModel({"tga": 60, "bank_assets": 0.01}), paths=2)
        assert fan.notes[: len(fan.central.notes)] == fan.central.notes
        (told,) = (note for note in fan.notes if note.startswith("Not shocked"))
        assert "prepayment, on_rrp, currency_in_circulation" in told
        assert "tga" not in told
        assert "Not shocked" not in " ".join(FANS["all"].notes)


class TestCrossing:
    FAN = simulate(fl.ShockModel({"tga": 150, "bank_assets": 0.01}))
    THRESHOLD = 0.114

    def test_dates_and_probabilities_agree(self):
        dates = self.FAN.crossing_dates(self.THRESHOLD)
        probability = self.FAN.crossing_probability(self.THRESHOLD)
        assert len(dates) == 400
        assert 0.1 < probability.iloc[-1] < 0.9
        for day, share in probability.items():
            assert share == pytest.approx((dates <= day).mean())
        assert dates.isna().mean() == pytest.approx(1 - probability.iloc[-1])

    def test_a_date_is_the_first_one_below(self):
        ratio = pd.DataFrame(self.FAN.line("reserves_to_bank_assets"), self.FAN.dates)
        for path, day in self.FAN.crossing_dates(self.THRESHOLD).items():
            if pd.isna(day):
                assert (ratio[path] >= self.THRESHOLD).all()
            else:
                assert ratio.loc[day, path] < self.THRESHOLD
                assert (ratio.loc[: day - pd.Timedelta(1, unit="D"), path] >= self.THRESHOLD).all()

    def test_once_crossed_a_path_has_crossed(self):
        assert (self.FAN.crossing_probability(self.THRESHOLD).diff().dropna() >= 0).all()
        below = self.FAN.line("reserves_to_bank_assets") < self.THRESHOLD
        assert (np.diff(below.astype(int), axis=0) < 0).any()  # though some come back

    def test_percent_is_refused(self):
        for ask in (self.FAN.crossing_dates, self.FAN.crossing_probability):
            with pytest.raises(fl.UnitError, match=r"threshold: .* for 12 % write 0\.12"):
                ask(12)


class TestWhatIsHandedOut:
    FAN = FANS["all"]

    def test_quantiles_are_those_of_the_paths(self):
        table = self.FAN.quantiles("reserves", [0, 0.5, 1])
        paths = self.FAN.line("reserves")
        np.testing.assert_array_equal(table[0], paths.min(axis=1))
        np.testing.assert_allclose(table[0.5], np.median(paths, axis=1))
        np.testing.assert_array_equal(table[1], paths.max(axis=1))

    def test_a_table_of_every_line_and_quantile(self):
        table = self.FAN.to_frame([0.1, 0.9])
        assert table.columns.tolist() == [(name, q) for name in fl.FAN_LINES for q in (0.1, 0.9)]
        pd.testing.assert_frame_equal(table["tga"], self.FAN.quantiles("tga", [0.1, 0.9]))

    @pytest.mark.parametrize("name", fl.FAN_LINES)
    def test_what_is_done_to_a_line_does_not_reach_the_fan(self, name):
        before = self.FAN.line(name).copy()
        line = self.FAN.line(name)
        if line.flags.writeable:
            line[:] = 0.0
        else:
            with pytest.raises(ValueError, match="read-only"):
                line[:] = 0.0
        np.testing.assert_array_equal(self.FAN.line(name), before)

    @pytest.mark.parametrize(
        ("ask", "message"),
        [
            (lambda fan: fan.line("other_assets"), "name: 'other_assets' is not one of"),
            (lambda fan: fan.quantiles("tgaa"), "name: 'tgaa' is not one of"),
            (lambda fan: fan.quantiles("tga", []), "q: expected fractions"),
            (lambda fan: fan.quantiles("tga", [5, 50, 95]), "q: .* from 0 to 1.*5, 50"),
        ],
    )
    def test_what_cannot_be_asked(self, ask, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            ask(self.FAN)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"shocks": {"tga": 60}},
            fl.InputTypeError,
            r"shocks: .* fl\.calibrate_shocks\(history\)",
        ),
        ({"seed": -1}, fl.InvalidInputError, "seed: expected a whole number from 0 up, got -1"),
        ({"seed": None}, fl.InputTypeError, "seed: expected a whole number"),
        ({"seed": True}, fl.InputTypeError, "seed: expected a whole number"),
        ({"paths": 0}, fl.InvalidInputError, "paths: expected 1 to"),
        ({"paths": 1.5}, fl.InputTypeError, "paths: expected a whole number"),
        ({"end": "2025-12-03"}, fl.InvalidInputError, "end: expected a day after the opening"),
    ],
)
def test_what_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        simulate(**options)
