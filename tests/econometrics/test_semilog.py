"""The curve in logarithms: as published, as statsmodels has it, and covered by its bands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.fft import dct
from scipy.signal import lfilter
from scipy.stats import t as student

import fedliq as fl

MONTHS = 168  # January 2009 to December 2022
BOUNDS = ["lower_95", "upper_95", "lower_68", "upper_68"]
ENDS = (0.025, 0.975, 0.16, 0.84)
TRUTH = {"constant": -180.0, "log_reserves": -17.0, "log_deposits": 32.0}
TRUTH["minus_5_percent"] = TRUTH["log_reserves"] * np.log(0.95)


def monthly(values) -> pd.Series:
    return pd.Series(values, pd.date_range("2009-01-01", periods=len(values), freq="MS"))


def lasting(rng, root, count):
    return lfilter([1], [1, -root], np.sqrt(1 - root**2) * rng.standard_normal(count))


def history(seed, *, root=0.7, noise=1.0, count=MONTHS):
    """Reserves that go their own long way, deposits that grow, and errors that stay."""
    rng = np.random.default_rng(seed)
    reserves = np.exp(7.6 + 0.4 * lasting(rng, 0.98, count))
    deposits = np.exp(9.0 + 0.005 * np.arange(count) + 0.05 * lasting(rng, 0.97, count))
    spread = (
        TRUTH["constant"]
        + TRUTH["log_reserves"] * np.log(reserves)
        + TRUTH["log_deposits"] * np.log(deposits)
        + noise * lasting(rng, root, count)
    )
    return monthly(spread - spread.mean()), monthly(reserves), monthly(deposits), spread.mean()


def fitted(*history, **options):
    return fl.reserve_demand_semilog(*history[:3], **options)


def least_squares(spread, reserves, deposits):
    known = np.column_stack([np.ones(len(spread)), np.log(reserves), np.log(deposits)])
    found = np.linalg.lstsq(known, spread.to_numpy(), rcond=None)[0]
    return found, known, spread.to_numpy() - known @ found


def numbers(row):
    return row[["estimate", *BOUNDS]].astype(float)


@pytest.fixture(scope="module")
def published(sample):
    """The sample and the regressors of the source, by month."""
    data = fl.reserve_demand_data(sample)["2009":"2022"].resample("MS").mean()
    return fl.reserve_demand_semilog(
        data["spread"], data["reserves"], data["bank_deposits"], on_rrp=data["on_rrp"]
    )


class TestPublished:
    """Lopez-Salido and Vissing-Jorgensen (2023), by month from 2009 to 2022."""

    def test_five_percent_less_raises_the_rate_by_about_a_basis_point(self, published):
        rise = published.estimates.loc["minus_5_percent"]
        assert 0.7 < rise["estimate"] < 1.3
        assert rise["lower_95"] > 0

    def test_reserves_lower_the_rate_and_deposits_raise_it(self, published):
        estimates = published.estimates
        assert estimates.loc["log_reserves", "upper_95"] < 0
        assert estimates.loc["log_deposits", "lower_95"] > 0

    def test_the_sample_is_theirs(self, published):
        assert published.observations == MONTHS
        assert (f"{published.first:%Y-%m}", f"{published.last:%Y-%m}") == ("2009-01", "2022-12")
        assert published.specification["on_rrp"] == "added"


@pytest.mark.parametrize("root", [0.5, 0.7])
def test_the_bands_hold_the_truth_about_as_often_as_they_say(root):
    """Errors stay and so do the regressors; such bands are known to be a little narrow."""
    names = ["log_reserves", "log_deposits", "minus_5_percent"]
    held = {(band, name): 0 for band in (95, 68) for name in names}
    replications = 400
    for seed in range(replications):
        found = fitted(*history(seed, root=root)).estimates
        for band, name in held:
            row = found.loc[name]
            held[band, name] += row[f"lower_{band}"] <= TRUTH[name] <= row[f"upper_{band}"]
    for name in names:
        assert 0.85 <= held[95, name] / replications <= 0.99, name
        assert 0.50 <= held[68, name] / replications <= 0.76, name


class TestLeastSquares:
    def test_without_noise_the_curve_is_recovered(self):
        spread, reserves, deposits, mean = history(1, noise=0.0)
        found = fitted(spread, reserves, deposits).estimates["estimate"]
        assert found["constant"] == pytest.approx(TRUTH["constant"] - mean, rel=1e-8)
        for name in ("log_reserves", "log_deposits", "minus_5_percent"):
            assert found[name] == pytest.approx(TRUTH[name], rel=1e-8), name

    @pytest.mark.parametrize(("cosines", "used"), [(None, 12), (6, 6)])
    def test_it_is_ordinary_least_squares_with_errors_by_slow_cosines(self, cosines, used):
        """0.4 times 168 to the power of 2/3 is 12.2: Lazarus, Lewis, Stock and Watson (2018)."""
        spread, reserves, deposits, _ = history(2)
        found, known, residuals = least_squares(spread, reserves, deposits)
        curve = fitted(spread, reserves, deposits, cosines=cosines)
        assert curve.specification["cosines"] == curve.freedom == used
        parameters = ["constant", "log_reserves", "log_deposits"]
        np.testing.assert_allclose(curve.estimates.loc[parameters, "estimate"], found, rtol=1e-7)
        inverse = np.linalg.inv(known.T @ known)
        sums = dct(known * residuals[:, None], type=2, axis=0)[1 : used + 1] / 2
        covariance = inverse @ (2 / used * sums.T @ sums) @ inverse * MONTHS / (MONTHS - 3)
        pd.testing.assert_frame_equal(
            curve.covariance, pd.DataFrame(covariance, parameters, parameters), rtol=1e-6
        )
        steps = student.ppf(ENDS, used)
        for place, name in enumerate(parameters):
            bounds = found[place] + np.sqrt(covariance[place, place]) * steps
            np.testing.assert_allclose(
                curve.estimates.loc[name, BOUNDS].astype(float), bounds, rtol=1e-6
            )

    def test_five_percent_less_is_the_log_of_095_times_the_slope(self):
        estimates = fitted(*history(3)).estimates
        slope, fall = (
            numbers(estimates.loc[name]) for name in ("log_reserves", "minus_5_percent")
        )
        swapped = ["estimate", "upper_95", "lower_95", "upper_68", "lower_68"]
        np.testing.assert_allclose(fall, np.log(0.95) * slope[swapped], rtol=1e-9)
        assert fall["lower_95"] < fall["lower_68"] < fall["estimate"]
        assert fall["estimate"] < fall["upper_68"] < fall["upper_95"]

    def test_the_facility_is_added_to_reserves(self):
        spread, reserves, deposits, _ = history(4)
        facility = monthly(np.linspace(0, 900, MONTHS))
        apart = fitted(spread, reserves, deposits, on_rrp=facility)
        together = fitted(spread, reserves + facility, deposits)
        pd.testing.assert_frame_equal(apart.estimates, together.estimates)
        assert not np.allclose(
            apart.estimates["estimate"], fitted(spread, reserves, deposits).estimates["estimate"]
        )
        assert together.specification["on_rrp"] == "left out"

    def test_months_that_miss_a_figure_are_left_out(self):
        spread, reserves, deposits, _ = history(5)
        facility = monthly(np.full(MONTHS, 10.0))
        spread.iloc[0] = reserves.iloc[1] = deposits.iloc[167] = facility.iloc[80] = np.nan
        whole = np.ones(MONTHS, dtype=bool)
        whole[[0, 1, 80, 167]] = False
        holed = fitted(spread, reserves, deposits, on_rrp=facility)
        dropped = fitted(spread[whole], reserves[whole], deposits[whole], on_rrp=facility[whole])
        pd.testing.assert_frame_equal(holed.estimates, dropped.estimates, check_exact=True)
        assert holed.observations == 164
        assert (holed.first, holed.last) == (spread.index[2], spread.index[166])

    def test_reserves_of_zero_on_a_month_that_is_left_out_do_no_harm(self):
        spread, reserves, deposits, _ = history(4)
        spread.iloc[3], reserves.iloc[3] = np.nan, 0.0
        assert fitted(spread, reserves, deposits).observations == MONTHS - 1

    def test_the_inputs_are_left_alone(self):
        given = [*history(6)[:3], monthly(np.full(MONTHS, 10.0))]
        copies = [one.copy() for one in given]
        fitted(*given[:3], on_rrp=given[3])
        for one, copy in zip(given, copies, strict=True):
            pd.testing.assert_series_equal(one, copy)

    def test_what_lies_beside_the_fit(self):
        spread, reserves, deposits, _ = history(7)
        curve = fitted(spread, reserves, deposits)
        _, _, residuals = least_squares(spread, reserves, deposits)
        beside = curve.diagnostics["value"]
        assert beside["r_squared"] == pytest.approx(
            1 - residuals.var() / spread.var(ddof=0), rel=1e-9
        )
        assert beside["autocorrelation"] == pytest.approx(
            pd.Series(residuals).autocorr(1), rel=1e-9
        )
        assert curve.estimates["unit"].tolist() == [
            "bp", "bp per log point", "bp per log point", "bp",
        ]  # fmt: skip


def faint():
    """A curve that falls, though so little that the wider band of its slope reaches zero."""
    for seed in range(200):
        curve = fitted(*history(seed, noise=12.0))
        row = curve.estimates.loc["log_reserves"]
        if row["upper_68"] < 0 < row["upper_95"]:
            return curve
    raise AssertionError


class TestReservesAtSlope:
    @pytest.mark.parametrize("slope", [-0.5, -1.0, -3.0])
    def test_there_the_fitted_curve_has_that_slope(self, published, slope):
        bank_assets = 25_000.0
        table = published.reserves_at_slope(slope, bank_assets)
        coefficients = published.estimates["estimate"]

        def spread(points):
            return coefficients["log_reserves"] * np.log(points / 100 * bank_assets)

        at = 100 * table.loc["ratio", "estimate"]
        found = (spread(at + 1e-4) - spread(at - 1e-4)) / 2e-4
        assert found == pytest.approx(slope, rel=1e-6)
        np.testing.assert_allclose(
            numbers(table.loc["reserves"]), bank_assets * numbers(table.loc["ratio"]), rtol=1e-12
        )
        assert table["unit"].tolist() == ["fraction", "USD bn"]

    def test_a_steeper_logarithm_has_the_slope_at_more_reserves(self, published):
        row = numbers(published.estimates.loc["log_reserves"])
        ratio = numbers(published.reserves_at_slope(-1.0, 25_000.0).loc["ratio"])
        assert ratio["lower_95"] < ratio["lower_68"] < ratio["estimate"]
        assert ratio["estimate"] < ratio["upper_68"] < ratio["upper_95"]
        for band in (95, 68):
            assert 100 * ratio[f"upper_{band}"] == pytest.approx(-row[f"lower_{band}"])
            assert 100 * ratio[f"lower_{band}"] == pytest.approx(-row[f"upper_{band}"])

    def test_where_the_slope_may_be_zero_there_is_no_lower_bound(self):
        table = faint().reserves_at_slope(-1.0, 25_000.0)
        assert table["lower_95"].isna().all()
        assert (table[["upper_95", "lower_68", "upper_68", "estimate"]] > 0).all(axis=None)

    @pytest.mark.parametrize("slope", [0.0, 2.0])
    def test_a_slope_that_is_not_negative(self, published, slope):
        with pytest.raises(fl.InvalidInputError, match="slope: expected a negative number"):
            published.reserves_at_slope(slope, 25_000.0)

    def test_a_slope_that_only_more_reserves_than_bank_assets_have(self, published):
        with pytest.raises(fl.NotAvailableError, match="exceed all bank assets"):
            published.reserves_at_slope(-1e-9, 25_600)

    def test_bank_assets_in_millions(self, published):
        with pytest.raises(fl.UnitError, match="bank_assets: 25000000 is impossible in USD bn"):
            published.reserves_at_slope(-1.0, 25_000_000.0)


class TestReservesAtSpread:
    @pytest.mark.parametrize(("spread", "deposits"), [(0.0, 18_000.0), (-10.0, 9_000.0)])
    def test_there_the_fitted_curve_stands_at_that_spread(self, published, spread, deposits):
        table = published.reserves_at_spread(spread, deposits)
        found = published.estimates["estimate"]
        at = found["constant"] + found["log_deposits"] * np.log(deposits)
        at += found["log_reserves"] * np.log(table.loc["reserves", "estimate"])
        assert at == pytest.approx(spread, abs=1e-9)
        assert table["unit"].tolist() == ["USD bn"]

    @pytest.mark.parametrize(("spread", "deposits"), [(0.0, 18_000.0), (-10.0, 9_000.0)])
    def test_the_bands_are_those_of_the_delta_method(self, published, spread, deposits):
        """With the gradient of the logarithm by finite differences."""
        found = published.estimates["estimate"].iloc[:3].to_numpy(float)

        def level(one):
            return (spread - one[0] - one[2] * np.log(deposits)) / one[1]

        nudges = np.diag(1e-5 * np.abs(found))
        gradient = [(level(found + one) - level(found - one)) / (2 * one.sum()) for one in nudges]
        error = np.sqrt(gradient @ published.covariance.to_numpy() @ gradient)
        bounds = np.exp(level(found) + student.ppf(ENDS, published.freedom) * error)
        table = published.reserves_at_spread(spread, deposits)
        np.testing.assert_allclose(table.loc["reserves", BOUNDS].astype(float), bounds, rtol=1e-6)

    def test_more_deposits_want_more_reserves_and_a_higher_rate_goes_with_fewer(self, published):
        def reserves(spread, deposits):
            return published.reserves_at_spread(spread, deposits).loc["reserves", "estimate"]

        assert reserves(0.0, 18_000.0) > reserves(0.0, 17_000.0)
        assert reserves(5.0, 18_000.0) < reserves(0.0, 18_000.0)

    def test_deposits_in_millions(self, published):
        with pytest.raises(fl.UnitError, match="deposits: 18000000 is impossible in USD bn"):
            published.reserves_at_spread(0.0, 18_000_000.0)

    def test_a_spread_that_no_reserves_go_with(self, published):
        with pytest.raises(fl.InvalidInputError, match="so far off"):
            published.reserves_at_spread(-1_000.0, 18_000.0)

    def test_a_spread_that_is_no_number(self, published):
        with pytest.raises(fl.InvalidInputError, match="spread: expected a finite number"):
            published.reserves_at_spread(np.nan, 18_000.0)


class TestRefusals:
    def test_reserves_of_zero_have_no_logarithm(self):
        spread, reserves, deposits, _ = history(1)
        reserves.iloc[[3, 9]] = np.nan, 0.0
        with pytest.raises(
            fl.InvalidInputError, match="zero on 2009-10-01, which has no logarithm"
        ):
            fitted(spread, reserves, deposits)
        facility = monthly(np.full(MONTHS, 10.0))
        assert fitted(spread, reserves, deposits, on_rrp=facility).observations == MONTHS - 1

    def test_forty_complete_months_are_enough_and_fewer_are_not(self):
        spread, reserves, deposits, _ = history(1, count=41)
        spread.iloc[7] = np.nan
        assert fitted(spread, reserves, deposits).observations == 40
        deposits.iloc[8] = np.nan
        with pytest.raises(
            fl.SampleError, match="39 complete observations; the estimate takes 40"
        ):
            fitted(spread, reserves, deposits)

    def test_deposits_in_proportion_to_reserves_cannot_be_told_apart(self):
        spread, reserves, _, _ = history(1)
        with pytest.raises(fl.SampleError, match="one follows from the others"):
            fitted(spread, reserves, 4 * reserves)

    def test_what_stands_still(self):
        spread, reserves, deposits, _ = history(1)
        with pytest.raises(fl.SampleError, match="spread: stands at -15 throughout"):
            fitted(monthly(np.full(MONTHS, -15.0)), reserves, deposits)
        with pytest.raises(fl.SampleError, match="one of them stands still throughout"):
            fitted(spread, reserves, monthly(np.full(MONTHS, 10_000.0)))

    def test_a_curve_that_rises(self):
        spread, reserves, deposits, _ = history(1)
        curve = fitted(-spread, reserves, deposits)
        with pytest.raises(fl.NotAvailableError, match="slope: the estimated curve does not fall"):
            curve.reserves_at_slope(-1.0, 25_000.0)
        with pytest.raises(
            fl.NotAvailableError, match="spread: the estimated curve does not fall"
        ):
            curve.reserves_at_spread(0.0, 18_000.0)

    @pytest.mark.parametrize("place", [0, 1, 2, 3])
    def test_series_on_different_dates(self, place):
        given = [*history(1)[:3], monthly(np.full(MONTHS, 10.0))]
        given[place] = given[place].iloc[1:]
        with pytest.raises(fl.AlignmentError, match="do not share one index"):
            fitted(*given[:3], on_rrp=given[3])

    @pytest.mark.parametrize(
        ("place", "name"), [(1, "reserves"), (2, "bank_deposits"), (3, "on_rrp")]
    )
    def test_amounts_in_millions(self, place, name):
        given = [*history(1)[:3], monthly(np.full(MONTHS, 100.0))]
        given[place] = given[place] * 1000
        with pytest.raises(fl.UnitError, match=rf"^{name}: .* is impossible in USD bn"):
            fitted(*given[:3], on_rrp=given[3])

    @pytest.mark.parametrize(
        ("cosines", "error"),
        [(0, fl.InvalidInputError), (85, fl.InvalidInputError), ("4", fl.InputTypeError)],
    )
    def test_cosines_that_are_no_number_up_to_half_the_months(self, cosines, error):
        with pytest.raises(error, match="cosines: expected"):
            fitted(*history(1), cosines=cosines)

    def test_a_spread_in_percent(self):
        spread, reserves, deposits, _ = history(1)
        with pytest.raises(fl.UnitError, match=r"spread: .* looks like percent"):
            fitted(spread / 100, reserves, deposits)
