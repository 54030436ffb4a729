import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.prepayment import payment_days
from fedliq.projection.shocks import _nearest

MONTHS = 480
LEVEL = {"tga": 2000.0, "on_rrp": 1500.0, "currency_in_circulation": 2000.0, "bank_assets": 2e4}
SIZE = {"tga": 50.0, "on_rrp": 0.2, "currency_in_circulation": 0.004, "bank_assets": 0.006}
KEPT = {"tga": 0.7, "on_rrp": 0.5, "currency_in_circulation": 1.0, "bank_assets": 1.0}


def wander() -> dict[str, np.ndarray]:
    """Monthly deviations of known size and persistence; those of TGA and banks go together."""
    rng = np.random.default_rng(3)
    shocks = dict(zip(SIZE, rng.standard_normal((4, MONTHS)), strict=True))
    shocks["bank_assets"] = -0.6 * shocks["tga"] + 0.8 * shocks["bank_assets"]
    made = {}
    for name, size in SIZE.items():
        path, level = [], 0.0
        for shock in shocks[name]:
            level = KEPT[name] * level + size * shock
            path.append(level)
        made[name] = np.asarray(path)
    return made


def history() -> pd.DataFrame:
    """Wednesdays, with the month's level on the last one of each and noise on the others."""
    days = pd.date_range("1980-01-02", periods=int(MONTHS * 4.348) - 8, freq="7D")
    month = (days.year - 1980) * 12 + days.month - 1
    last = np.append(month[1:] != month[:-1], True)
    noise = np.random.default_rng(4)
    columns = {}
    for name, away in wander().items():
        moved = away[month]
        levels = LEVEL[name] + moved if name == "tga" else LEVEL[name] * np.exp(moved)
        columns[name] = np.where(last, levels, levels * noise.uniform(0.7, 1.4, len(days)))
    return pd.DataFrame(columns, days)


HISTORY = history()


class TestCalibration:
    MODEL = fl.calibrate_shocks(HISTORY, months=600)

    @pytest.mark.parametrize("name", SIZE)
    def test_it_finds_the_size_of_the_shocks(self, name):
        # Four standard errors, of some 470 months.
        assert self.MODEL.volatility[name] == pytest.approx(SIZE[name], rel=4 / np.sqrt(2 * 470))

    @pytest.mark.parametrize("name", SIZE)
    def test_it_finds_how_long_they_last(self, name):
        assert self.MODEL.persistence[name] == pytest.approx(KEPT[name], abs=4 * 0.85 / 21.7)
        assert self.MODEL.persistence["bank_assets"] == 1

    def test_it_finds_which_go_together(self):
        found = self.MODEL.correlation
        assert found.loc["tga", "bank_assets"] == pytest.approx(-0.6, abs=4 * 0.64 / 21.7)
        for name in ("on_rrp", "currency_in_circulation"):
            assert abs(found.loc[name, "tga"]) < 4 / 21.7

    def test_what_the_sheet_does_not_list_strays_too(self):
        held = HISTORY[["tga", "on_rrp"]].assign(reserves=3000.0, fed_assets=9000.0)
        moved = pd.Series(np.arange(len(held)), held.index) % 9 * 10.0
        held["fed_assets"] = held["tga"] + held["on_rrp"] + 3000 + 2500 + moved
        monthly = moved[(held.index + pd.Timedelta(7, unit="D")).month != held.index.month]
        found = fl.calibrate_shocks(held, months=600).volatility["unlisted_liabilities"]
        assert found == pytest.approx(monthly.diff().std())
        currency = held.assign(currency_in_circulation=2000.0 + moved)
        found = fl.calibrate_shocks(currency, months=600).volatility["unlisted_liabilities"]
        assert found == pytest.approx(0, abs=1e-9)

    def test_a_line_that_is_not_in_the_history_does_not_stray(self):
        assert self.MODEL.volatility["prepayment"] == 0
        assert self.MODEL.correlation.loc["prepayment", "tga"] == 0

    def test_it_finds_the_size_of_shocks_to_prepayment(self):
        rng, away, balance = np.random.default_rng(5), 0.0, [15_000.0]
        paid = payment_days(np.arange("1990-01", "2010-01", dtype="datetime64[M]"))
        for shock in rng.standard_normal(len(paid)):
            away = 0.6 * away + 0.1 * shock
            balance.append(balance[-1] * (1 - 0.012 * np.exp(away)))
        days = pd.date_range("1990-01-03", "2010-01-06", freq="7D")
        levels = np.asarray(balance)[np.searchsorted(paid, days.to_numpy(), side="right")]
        model = fl.calibrate_shocks(pd.DataFrame({"mbs": levels}, days), months=600)
        # Four standard errors, of 240 months.
        assert model.volatility["prepayment"] == pytest.approx(0.1, rel=4 / np.sqrt(480))
        assert model.persistence["prepayment"] == pytest.approx(0.6, abs=4 * 0.8 / np.sqrt(240))

    def test_only_the_last_months_count(self):
        wild = HISTORY.copy()
        wild.loc[:"2010-01-01"] *= np.random.default_rng(6).uniform(
            0.5, 2, (len(wild[:"2010-01-01"]), 1)
        )
        wild["tga"] = wild["tga"].clip(upper=4000)
        one, other = (fl.calibrate_shocks(table, months=48) for table in (HISTORY, wild))
        assert one.volatility == other.volatility
        assert one.persistence == other.persistence
        pd.testing.assert_frame_equal(one.correlation, other.correlation)

    def test_a_short_history_says_nothing(self):
        mixed = HISTORY.iloc[-120:].copy()
        mixed.iloc[:60, mixed.columns.get_loc("tga")] = np.nan
        found = fl.calibrate_shocks(mixed).volatility
        assert found["tga"] == 0
        assert found["bank_assets"] > 0
        with pytest.raises(fl.InvalidInputError, match="history: no line has 18 months"):
            fl.calibrate_shocks(HISTORY.iloc[-52:])

    def test_lines_that_share_few_months_are_not_correlated(self):
        apart = HISTORY[["tga", "bank_assets"]].copy()
        apart.loc["2017-12-01":, "tga"] = np.nan  # two years before the other ends
        found = fl.calibrate_shocks(apart, months=36)
        assert min(found.volatility[name] for name in apart) > 0
        assert found.correlation.loc["tga", "bank_assets"] == 0

    def test_missing_weeks_and_columns_are_passed_over(self):
        holes = HISTORY.copy()
        holes.loc[holes.index[-1000:-990], "tga"] = np.nan
        found = fl.calibrate_shocks(holes[["tga", "on_rrp"]], months=600)
        assert found.volatility["tga"] == pytest.approx(50, rel=0.15)
        assert found.volatility["bank_assets"] == 0

    def test_a_month_that_is_not_over_does_not_count(self):
        cut = HISTORY[:"2019-06-12"]
        pd.testing.assert_frame_equal(
            fl.calibrate_shocks(cut).correlation,
            fl.calibrate_shocks(HISTORY[:"2019-05-29"]).correlation,
        )
        assert (
            fl.calibrate_shocks(cut).volatility
            == fl.calibrate_shocks(HISTORY[:"2019-05-29"]).volatility
        )

    def test_on_rrp_counts_where_there_is_something_of_it(self):
        noise = HISTORY.copy()
        noise.loc["2017-01-01":, "on_rrp"] = np.random.default_rng(9).uniform(
            0, 99, len(noise["2017-01-01":])
        )
        one, other = (
            fl.calibrate_shocks(table[["on_rrp", "tga"]], months=600).volatility["on_rrp"]
            for table in (noise, HISTORY[:"2016-12-31"])
        )
        assert one == pytest.approx(other, rel=0.05)

    def test_mbs_count_where_nothing_was_reinvested_in_them(self):
        paid = payment_days(np.arange("1990-01", "2010-01", dtype="datetime64[M]"))
        days = pd.date_range("1990-01-03", "2010-01-06", freq="7D")
        number = np.searchsorted(paid, days.to_numpy(), side="right")
        # A fall of one per cent every month, then, from the 121st on, of a tenth or none.
        falling = 15_000 * 0.99 ** np.minimum(number, 120)
        reinvested = falling * (1 - 0.001 * np.maximum(number - 120, 0) * (number % 3 > 0))
        history = pd.DataFrame({"mbs": reinvested}, days)
        found = fl.calibrate_shocks(history, months=600)
        assert found.volatility["prepayment"] == pytest.approx(0, abs=0.02)

    @pytest.mark.parametrize("level", [0.0, 300.0])
    def test_a_line_that_stands_still_does_not_stray(self, level):
        still = pd.DataFrame({"tga": 500.0, "on_rrp": level}, HISTORY.index)
        assert set(fl.calibrate_shocks(still).volatility.values()) == {0.0}

    def test_the_history_stays_as_it_is(self):
        given = HISTORY.copy()
        fl.calibrate_shocks(given)
        pd.testing.assert_frame_equal(given, HISTORY)

    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            (HISTORY["tga"], fl.InputTypeError, "history: expected a DataFrame, got Series"),
            (HISTORY[["tga"]] * 1000, fl.UnitError, "tga: .* looks like USD mn"),
            (HISTORY[::-1], fl.TimeIndexError, "dates are not in order"),
        ],
    )
    def test_what_is_refused(self, given, error, message):
        with pytest.raises(error, match=message):
            fl.calibrate_shocks(given)

    @pytest.mark.parametrize(
        ("months", "message"), [(0, "expected 1 to 600"), (17, "expected at least 18, got 17")]
    )
    def test_a_year_and_a_half_is_needed(self, months, message):
        with pytest.raises(fl.InvalidInputError, match=f"months: {message}"):
            fl.calibrate_shocks(HISTORY, months=months)


class TestNearest:
    def test_correlations_that_contradict_each_other_are_mended(self):
        # One goes with the other two, which go against each other.
        contradiction = np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]])
        assert np.linalg.eigvalsh(contradiction).min() < -0.5
        # Its eigenvalues are 1.9, 1.9 and -0.8, the last for (1, -1, -1). Without it 1.9 times
        # the projection on what is orthogonal to that is left, of which the diagonal is 2/3.
        mended = _nearest(contradiction)
        expected = np.array([[1, 0.5, 0.5], [0.5, 1, -0.5], [0.5, -0.5, 1]])
        np.testing.assert_allclose(mended, expected, atol=1e-12)
        np.testing.assert_array_equal(np.diag(mended), 1)
        np.testing.assert_array_equal(mended, mended.T)

    def test_correlations_in_order_stay_as_they_are(self):
        fine = np.array([[1, 0.3, -0.2], [0.3, 1, 0.5], [-0.2, 0.5, 1]])
        np.testing.assert_allclose(_nearest(fine), fine, atol=1e-14)
        assert _nearest(np.empty((0, 0))).shape == (0, 0)


class TestModel:
    def test_it_keeps_to_what_it_was_given(self):
        sizes = {"tga": 80.0}
        model = fl.ShockModel(sizes)
        sizes["tga"] = 90.0
        assert model.volatility["tga"] == 80
        with pytest.raises(TypeError):
            model.volatility["tga"] = 90.0

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"volatility": ["tga"]}, "volatility: expected a mapping"),
            ({"volatility": {"tga": "80"}}, r"volatility\['tga'\]: expected a number"),
            ({"correlation": np.eye(2)}, "correlation: expected a DataFrame, got ndarray"),
        ],
    )
    def test_arguments_of_another_kind(self, options, message):
        with pytest.raises(fl.InputTypeError, match=message):
            fl.ShockModel(**{"volatility": {"tga": 80}} | options)

    def test_what_is_left_out(self):
        model = fl.ShockModel({"tga": 80})
        assert model.volatility == dict.fromkeys(fl.SHOCKS, 0.0) | {"tga": 80}
        # Currency, banks and the rest of the sheet do not come back.
        assert model.persistence == {
            "prepayment": 0.8, "tga": 0.8, "on_rrp": 0.8, "currency_in_circulation": 1,
            "unlisted_liabilities": 1, "bank_assets": 1,
        }  # fmt: skip
        np.testing.assert_array_equal(model.correlation, np.eye(len(fl.SHOCKS)))

    def test_its_factor_makes_the_covariances(self):
        names = ["bank_assets", "tga"]
        model = fl.ShockModel(
            {"tga": 80, "bank_assets": 0.01},
            correlation=pd.DataFrame([[1, -0.5], [-0.5, 1]], names, names),
        )
        expected = pd.DataFrame(0.0, fl.SHOCKS, fl.SHOCKS)
        expected.loc["tga", "tga"], expected.loc["bank_assets", "bank_assets"] = 6400, 0.0001
        expected.loc["tga", "bank_assets"] = expected.loc["bank_assets", "tga"] = -0.4
        factor = model.factor()
        np.testing.assert_allclose(factor @ factor.T, expected, atol=1e-12)

    def test_perfect_correlation_is_one(self):
        names = ["tga", "on_rrp"]
        both = pd.DataFrame(1.0, names, names)
        factor = fl.ShockModel({"tga": 20, "on_rrp": 0.5}, correlation=both).factor()
        found = pd.DataFrame(factor @ factor.T, fl.SHOCKS, fl.SHOCKS).loc[names, names]
        np.testing.assert_allclose(found, [[400, 10], [10, 0.25]], atol=1e-12)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"volatility": {"tgaa": 1}}, "volatility: tgaa is not among prepayment, tga"),
            ({"persistence": {"reserves": 1}}, "persistence: reserves is not among"),
            ({"volatility": {"tga": -1}}, r"volatility\['tga'\]: expected 0 to"),
            ({"volatility": {"tga": 80_000}}, "tga .*in USD bn"),
            ({"volatility": {"bank_assets": 2.5}}, "for 1 % write 0.01"),
            ({"volatility": {"tga": np.nan}}, r"volatility\['tga'\]: expected a finite number"),
            ({"persistence": {"tga": 1.1}}, "persistence: expected fractions from 0 to 1"),
            ({"persistence": {"tga": np.nan}}, r"persistence\['tga'\]: expected a finite"),
            (
                {
                    "correlation": pd.DataFrame(
                        [[1, 2], [2, 1]], ["tga", "on_rrp"], ["tga", "on_rrp"]
                    )
                },
                "no negative eigenvalue",
            ),
            (
                {
                    "correlation": pd.DataFrame(
                        [[1, 0.2], [0, 1]], ["tga", "on_rrp"], ["tga", "on_rrp"]
                    )
                },
                "symmetric",
            ),
            ({"correlation": pd.DataFrame([[2.0]], ["tga"], ["tga"])}, "ones on its diagonal"),
            ({"correlation": pd.DataFrame([[1.0]], ["gdp"], ["gdp"])}, "rows and columns among"),
            ({"correlation": pd.DataFrame([[1.0]], ["tga"], ["on_rrp"])}, "rows and columns"),
        ],
    )
    def test_what_is_no_model(self, options, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.ShockModel(**{"volatility": {"tga": 80}} | options)


def test_two_months_change_is_not_a_months():
    """Of a history whose every third month-end is missing, the changes of one month count."""
    weeks = pd.date_range("2015-01-07", periods=520, freq="7D")
    rng = np.random.default_rng(3)
    ends = np.append(weeks[1:].month != weeks[:-1].month, True)
    moves = np.where(ends, rng.normal(0, 0.01, len(weeks)), 0.0)
    levels = pd.Series(20_000 * np.exp(np.cumsum(moves)), weeks)
    missing = levels.where(weeks.month % 3 != 0)
    whole, holed = (
        fl.calibrate_shocks(pd.DataFrame({"bank_assets": one}), months=118).volatility[
            "bank_assets"
        ]
        for one in (levels, missing)
    )
    assert whole == pytest.approx(0.01, rel=0.15)
    assert holed == pytest.approx(0.01, rel=0.25)
