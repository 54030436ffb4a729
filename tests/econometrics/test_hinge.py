"""The hinge: recovered where it is known, covered by its bands, and where it was published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.fft import dct
from scipy.signal import lfilter
from scipy.stats import norm
from scipy.stats import t as student

import fedliq as fl
from fedliq.econometrics import hinge

WEEKS = 400
KINK, LEVEL, SLOPE = 13.0, -6.0, -2.0
TRUTH = {"kink": KINK / 100, "level_above": LEVEL, "slope_below": SLOPE}
BOUNDS = ["lower_95", "upper_95", "lower_68", "upper_68"]
ENDS = (0.025, 0.975, 0.16, 0.84)


def weekly(values) -> pd.Series:
    return pd.Series(values, pd.date_range("2012-01-04", periods=len(values), freq="7D"))


def bent(points, kink=KINK, level=LEVEL, slope=SLOPE):
    return level + slope * np.minimum(points - kink, 0)


def lasting(rng, root, count):
    """Errors of variance one, each ``root`` times the one before and something new."""
    return lfilter([1], [1, -root], np.sqrt(1 - root**2) * rng.standard_normal(count))


def swings(rng):
    """A ratio that goes from 9 to 18 % and back about every two years."""
    phase = np.arange(WEEKS) / 100 + rng.uniform()
    wave = 13.5 + 4 * np.sin(2 * np.pi * phase) + 0.5 * lasting(rng, 0.8, WEEKS)
    return np.clip(wave, 9, 18)


def walks(rng):
    """A ratio that walks about between 9 and 18 %, with both sides of the kink visited."""
    while True:
        steps = np.cumsum(0.4 * rng.standard_normal(WEEKS)) + rng.uniform(0, 18)
        points = 9 + np.abs((steps % 18) - 9)
        if 0.15 < (points < KINK).mean() < 0.85:
            return points


def fitted(points, spread, **options):
    return fl.reserve_demand_hinge(weekly(spread), weekly(points / 100), **options)


def noisy(seed=1, root=0.6, count=WEEKS):
    rng = np.random.default_rng(seed)
    points = swings(rng)[:count]
    return points, bent(points) + lasting(rng, root, count)


def gradient(points, at):
    """Of the curve by kink, level and slope, by finite differences."""
    nudges = 1e-7 * np.eye(3)
    return np.column_stack(
        [(bent(points, *(at + one)) - bent(points, *(at - one))) / 2e-7 for one in nudges]
    )


def sandwich(points, spread, at, cosines, columns=(0, 1, 2)):
    """Covariance by averages of squared cosine sums of the scores, and the one without.

    Lazarus, Lewis, Stock and Watson (2018), equation for the equal-weighted cosine estimator.
    """
    known, count = gradient(points, at)[:, columns], len(points)
    inverse = np.linalg.inv(known.T @ known)
    residuals = spread - bent(points, *at)
    residuals = residuals - known @ np.linalg.lstsq(known, residuals, rcond=None)[0]
    sums = dct(known * residuals[:, None], type=2, axis=0)[1 : cosines + 1] / 2
    robust = inverse @ (2 / cosines * sums.T @ sums) @ inverse * count / (count - len(columns))
    return robust, inverse * (residuals @ residuals) / (count - len(columns))


def at_estimate(found):
    return found["estimate"].to_numpy(float) * [100, 1, 1]


def robust_bands(points, spread):
    found = fitted(points, spread).estimates
    return {
        (band, name): (found.loc[name, f"lower_{band}"], found.loc[name, f"upper_{band}"])
        for band in (95, 68)
        for name in TRUTH
    }


def plain_bands(points, spread):
    """Those of textbooks: normal, with errors that are taken for unrelated."""
    at = at_estimate(fitted(points, spread).estimates)
    errors = np.sqrt(np.diag(sandwich(points, spread, at, 1)[1]))
    unit = np.array([100, 1, 1])
    return {
        (band, name): (one - norm.ppf(upper) * error, one + norm.ppf(upper) * error)
        for band, upper in ((95, 0.975), (68, 0.84))
        for name, one, error in zip(TRUTH, at / unit, errors / unit, strict=True)
    }


def coverage(ratio, root, bands=robust_bands, *, replications=400):
    """Share of histories in which each band holds the truth; one that is open holds it.

    And the share of histories in which all bands are closed.
    """
    rng = np.random.default_rng(2026)
    held, closed = [], []
    for _ in range(replications):
        points = ratio(rng)
        found = bands(points, bent(points) + lasting(rng, root, WEEKS))
        held.append(
            [
                not (low > TRUTH[name] or high < TRUTH[name])
                for (_, name), (low, high) in found.items()
            ]
        )
        closed.append(np.isfinite(list(found.values())).all())
    return dict(zip(found, np.mean(held, axis=0), strict=True)), np.mean(closed)


class TestCoverage:
    """Of histories whose kink stands at 13 %, with errors that stay for weeks."""

    @pytest.mark.parametrize(("ratio", "root"), [(swings, 0.5), (swings, 0.7), (walks, 0.6)])
    def test_the_bands_hold_the_truth_about_as_often_as_they_say(self, ratio, root):
        """Level and slope go with any kink that will do, so their bands are rather too wide."""
        shares, closed = coverage(ratio, root)
        assert closed > 0.95
        assert 0.88 <= shares[95, "kink"] <= 0.99
        assert 0.56 <= shares[68, "kink"] <= 0.76
        for name in ("level_above", "slope_below"):
            assert 0.93 <= shares[95, name] < 1, name
            assert 0.66 <= shares[68, name] <= 0.93, name

    @pytest.mark.parametrize("root", [0.5, 0.7])
    def test_errors_taken_for_unrelated_make_them_far_too_narrow(self, root):
        robust, _ = coverage(swings, root)
        plain, _ = coverage(swings, root, plain_bands)
        for which, share in robust.items():
            assert plain[which] < share - 0.1, which


class TestWithoutNoise:
    @pytest.mark.parametrize("kink", [11.11, 12.0, 12.5, 13.0, 13.37, 15.0])
    @pytest.mark.parametrize(("level", "slope"), [(-6.0, -2.0), (0.0, -2.0), (3.0, 0.75)])
    def test_the_curve_is_recovered(self, kink, level, slope):
        points = np.linspace(9, 18, 200)
        found = fitted(points, bent(points, kink, level, slope)).estimates["estimate"]
        assert found["kink"] == pytest.approx(kink / 100, abs=1e-10)
        assert found["level_above"] == pytest.approx(level, abs=1e-9)
        assert found["slope_below"] == pytest.approx(slope, abs=1e-9)

    def test_a_kink_between_those_tried_is_found_to_the_step(self):
        points = np.linspace(9, 18, 200)
        spread = bent(points, 12.345) + 1e-4 * np.sin(np.arange(200))
        found = fitted(points, spread).estimates["estimate"]
        assert found["kink"] == pytest.approx(0.12345, abs=0.00006)


def by_hand(points, spread, kink):
    """Least squares with the kink given."""
    known = np.column_stack([np.ones(len(points)), np.minimum(points - kink, 0)])
    found = np.linalg.lstsq(known, spread, rcond=None)[0]
    return found, np.sum((spread - known @ found) ** 2)


def tried(curve):
    """The kinks that the specification says were tried, in percent."""
    first, _, last, _ = curve.specification["kinks_tried"].split()
    return np.arange(round(100 * float(first)), round(100 * float(last)) + 1) / 100


class TestLeastSquares:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_the_sum_of_squares_is_that_of_lstsq_at_every_kink(self, seed):
        points, spread = noisy(seed)
        kinks = tried(fitted(points, spread))
        slow = [by_hand(points, spread, kink)[1] for kink in kinks]
        np.testing.assert_allclose(hinge._lines(spread, points, kinks).squares, slow, rtol=1e-9)

    def test_a_ratio_rounded_to_the_kinks_themselves(self):
        points, spread = noisy(3)
        points = np.round(points, 2)
        kinks = tried(fitted(points, spread))
        slow = [by_hand(points, spread, kink)[1] for kink in kinks]
        np.testing.assert_allclose(hinge._lines(spread, points, kinks).squares, slow, rtol=1e-9)

    @pytest.mark.parametrize("seed", [1, 2])
    def test_the_estimate_has_the_least_of_them(self, seed):
        points, spread = noisy(seed)
        curve = fitted(points, spread)
        kinks = tried(curve)
        best = kinks[np.argmin([by_hand(points, spread, kink)[1] for kink in kinks])]
        found = curve.estimates["estimate"]
        assert found["kink"] == pytest.approx(best / 100, abs=1e-12)
        lines, _ = by_hand(points, spread, best)
        np.testing.assert_allclose(found[["level_above", "slope_below"]], lines, rtol=1e-9)

    @pytest.mark.parametrize("count", [100, 400])
    def test_a_twentieth_and_at_least_ten_lie_on_either_side_of_every_kink(self, count):
        points, spread = noisy(4, count=count)
        kinks = tried(fitted(points, spread))
        least = max(count // 20, 10)
        assert (points < kinks[0]).sum() >= least
        assert (points > kinks[-1]).sum() >= least
        # And no further in than that: a step out, and one observation, there are fewer.
        assert (points < kinks[0] - 0.01).sum() <= least
        assert (points > kinks[-1] + 0.01).sum() <= least

    @pytest.mark.parametrize("falls_to", [10.0, 13.0])
    def test_equal_ratios_at_the_end_are_all_on_one_side(self, falls_to):
        """Thirty weeks at the lowest ratio: no kink lies where nothing is below it."""
        points = np.r_[np.full(30, 10.0), np.linspace(10.5, 16, 170)]
        rng = np.random.default_rng(1)
        # Steeper than any line from further down: the least squares are at the lowest kink.
        straight = -1.5 * points if falls_to == 10 else bent(points, falls_to)
        curve = fitted(points, straight + 0.1 * rng.standard_normal(200))
        kinks = tried(curve)
        assert (points < kinks[0]).sum() >= 10
        assert np.isfinite(curve.estimates["estimate"].to_numpy()).all()


def test_two_ratios_alone_have_no_kink():
    """Below any kink between them there is one ratio, which has no slope."""
    points = np.tile([10.0, 12.0], 100)
    with pytest.raises(fl.SampleError, match="no room for a kink"):
        fitted(points, bent(points, 11.0) + np.sin(np.arange(200)))


class TestBands:
    """By the numerical gradient of the curve, a cosine transform and Student's quantiles."""

    @pytest.mark.parametrize("cosines", [None, 9])
    @pytest.mark.parametrize("seed", [1, 5])
    def test_they_are_the_hull_of_what_a_scaled_likelihood_ratio_does_not_reject(
        self, seed, cosines
    ):
        points, spread = noisy(seed)
        curve = fitted(points, spread, cosines=cosines)
        used = 21 if cosines is None else cosines  # 0.4 times 400 to the power of 2/3 is 21.7
        assert curve.specification["cosines"] == used
        robust, plain = sandwich(points, spread, at_estimate(curve.estimates), used)
        kinks = tried(curve)
        fits = [by_hand(points, spread, kink) for kink in kinks]
        lines = np.array([one for one, _ in fits])
        squares = np.array([square for _, square in fits])
        scale = squares.min() / (WEEKS - 3) * max(robust[0, 0] / plain[0, 0], 1)
        for band, upper in ((95, 0.975), (68, 0.84)):
            reach = student.ppf(upper, used)
            kept = (squares - squares.min()) / scale <= reach**2
            low, high = [kinks[kept].min() / 100], [kinks[kept].max() / 100]
            for place in (0, 1):
                ordered = np.flatnonzero(kept)[np.argsort(lines[kept, place])]
                for bound, end, sign in ((low, ordered[0], -1), (high, ordered[-1], 1)):
                    at = (kinks[end], *lines[end])
                    given, _ = sandwich(points, spread, at, used, columns=(1, 2))
                    bound.append(lines[end, place] + sign * reach * np.sqrt(given[place, place]))
            np.testing.assert_allclose(curve.estimates[f"lower_{band}"], low, rtol=1e-6)
            np.testing.assert_allclose(curve.estimates[f"upper_{band}"], high, rtol=1e-6)

    def test_the_estimate_lies_in_the_narrower_and_that_in_the_wider(self):
        found = fitted(*noisy()).estimates[
            ["lower_95", "lower_68", "estimate", "upper_68", "upper_95"]
        ]
        assert (np.diff(found.to_numpy(float), axis=1) > 0).all()

    def test_a_straight_line_sets_no_upper_bound(self):
        for seed in range(5):
            rng = np.random.default_rng(seed)
            points = swings(rng)
            spread = 20 - 2 * points + lasting(rng, 0.5, WEEKS)
            kink = fitted(points, spread).estimates.loc["kink"]
            assert np.isnan(kink["upper_95"])
            assert kink["lower_95"] > 0.14

    def test_a_line_that_starts_at_the_lowest_ratio_sets_no_lower_bound(self):
        """Flat almost throughout: any kink far enough down will do."""
        points, _ = noisy()
        rng = np.random.default_rng(3)
        low = np.sort(points)[22]
        spread = bent(points, low, slope=-9) + 0.4 * lasting(rng, 0.5, WEEKS)
        kink = fitted(points, spread).estimates.loc["kink"]
        assert np.isnan(kink["lower_95"])
        assert kink["upper_95"] < 0.13

    def test_noise_alone_mostly_sets_none(self):
        """There is no kink to find; a band that is closed on both sides finds one by chance."""
        closed = 0
        for seed in range(20):
            rng = np.random.default_rng(seed)
            points = swings(rng)
            kink = fitted(points, lasting(rng, 0.5, WEEKS)).estimates.loc["kink"]
            closed += kink[["lower_95", "upper_95"]].notna().all()
        assert closed <= 5


class TestEquivariance:
    def test_a_spread_that_is_higher_throughout_lifts_the_level_alone(self):
        points, spread = noisy()
        columns = ["estimate", *BOUNDS]
        before = fitted(points, spread).estimates[columns]
        after = fitted(points, spread + 7).estimates[columns]
        before.loc["level_above"] += 7
        np.testing.assert_allclose(after, before, rtol=1e-8, atol=1e-8)

    @pytest.mark.parametrize("factor", [0.5, 3.0])
    def test_a_spread_in_another_measure_scales_level_and_slope(self, factor):
        points, spread = noisy()
        columns = ["estimate", *BOUNDS]
        before = fitted(points, spread).estimates[columns]
        after = fitted(points, factor * spread).estimates[columns]
        before.loc[["level_above", "slope_below"]] *= factor
        np.testing.assert_allclose(after, before, rtol=1e-8, atol=1e-8)

    def test_a_ratio_that_is_higher_throughout_moves_the_kink_with_it(self):
        points, spread = noisy()
        columns = ["estimate", *BOUNDS]
        before = fitted(points, spread).estimates[columns]
        after = fitted(points + 2, spread).estimates[columns]
        before.loc["kink"] += 0.02
        np.testing.assert_allclose(after, before, rtol=1e-8, atol=1e-8)

    def test_the_order_of_weeks_matters_to_the_errors_alone(self):
        points, spread = noisy()
        mixed = np.random.default_rng(0).permutation(WEEKS)
        before, after = (
            fitted(points, spread).estimates,
            fitted(points[mixed], spread[mixed]).estimates,
        )
        np.testing.assert_allclose(after["estimate"], before["estimate"], rtol=1e-9)
        width = (before["upper_95"] - before["lower_95"]) / (after["upper_95"] - after["lower_95"])
        # Errors that stay, once mixed, look unrelated.
        assert (width > 1.3).all()


class TestSample:
    def test_weeks_that_miss_a_figure_are_left_out(self):
        points, spread = noisy()
        ratio, rate = weekly(points / 100), weekly(spread)
        rate.iloc[[0, 50]] = np.nan
        ratio.iloc[[50, 51, 399]] = np.nan
        whole = rate.notna() & ratio.notna()
        holed = fl.reserve_demand_hinge(rate, ratio)
        dropped = fl.reserve_demand_hinge(rate[whole], ratio[whole])
        pd.testing.assert_frame_equal(holed.estimates, dropped.estimates, check_exact=True)
        assert holed.observations == 396
        assert (holed.first, holed.last) == (rate.index[1], rate.index[398])

    def test_the_inputs_are_left_alone(self):
        points, spread = noisy()
        ratio, rate = weekly(points / 100), weekly(spread)
        copies = ratio.copy(), rate.copy()
        curve = fl.reserve_demand_hinge(rate, ratio)
        frame = curve.to_frame()
        frame["estimate"] = 0.0
        pd.testing.assert_series_equal(ratio, copies[0])
        pd.testing.assert_series_equal(rate, copies[1])
        assert (curve.estimates["estimate"] != 0).all()

    def test_what_lies_beside_the_fit(self):
        points, spread = noisy()
        curve = fitted(points, spread)
        found = curve.estimates["estimate"]
        kink = 100 * found["kink"]
        residuals = spread - bent(points, kink, found["level_above"], found["slope_below"])
        beside = curve.diagnostics["value"]
        explained = 1 - residuals.var() / spread.var()
        assert beside["r_squared"] == pytest.approx(explained, rel=1e-9)
        related = pd.Series(residuals).autocorr(1)
        assert beside["autocorrelation"] == pytest.approx(related, rel=1e-9)
        assert beside["observations_below"] == (points < kink).sum()

    def test_units_are_stated_and_the_summary_names_the_sample(self):
        curve = fitted(*noisy())
        assert curve.estimates["unit"].tolist() == ["fraction", "bp", "bp per pp"]
        text = curve.summary()
        assert "sample: 2012-01-04 to 2019-08-28, 400 observations" in text
        assert "slope_below" in text


class TestRefusals:
    def test_forty_complete_weeks_are_enough_and_fewer_are_not(self):
        points = np.linspace(9, 18, 41)
        ratio, spread = weekly(points / 100), weekly(bent(points) + np.sin(np.arange(41)))
        spread.iloc[7] = np.nan
        assert fl.reserve_demand_hinge(spread, ratio).observations == 40
        ratio.iloc[8] = np.nan
        with pytest.raises(
            fl.SampleError, match="39 complete observations; the estimate takes 40"
        ):
            fl.reserve_demand_hinge(spread, ratio)

    def test_what_stands_still_has_no_curve(self):
        points, spread = noisy()
        with pytest.raises(fl.SampleError, match="spread: stands at -6 throughout"):
            fitted(points, np.full(WEEKS, -6.0))
        with pytest.raises(fl.SampleError, match="no room for a kink"):
            fitted(np.full(WEEKS, 12.0), spread)

    def test_reserves_that_hardly_move_leave_no_room(self):
        points, spread = noisy()
        with pytest.raises(fl.SampleError, match="no room for a kink with 20 observations"):
            fitted(12 + (points - 12) / 1000, spread)

    def test_a_ratio_in_percent(self):
        points, spread = noisy()
        with pytest.raises(fl.UnitError, match="ratio"):
            fl.reserve_demand_hinge(weekly(spread), weekly(points))

    def test_a_spread_in_percent(self):
        points, spread = noisy()
        with pytest.raises(fl.UnitError, match=r"spread: .* looks like percent"):
            fitted(points, spread / 100)

    def test_series_on_different_dates(self):
        points, spread = noisy()
        with pytest.raises(fl.AlignmentError, match="do not share one index"):
            fl.reserve_demand_hinge(weekly(spread).iloc[1:], weekly(points / 100))

    def test_lists(self):
        points, spread = noisy()
        with pytest.raises(fl.InputTypeError, match="spread: expected a pandas Series"):
            fl.reserve_demand_hinge(list(spread), weekly(points / 100))

    @pytest.mark.parametrize(
        ("cosines", "error"),
        [(0, fl.InvalidInputError), (201, fl.InvalidInputError), (2.5, fl.InputTypeError)],
    )
    def test_cosines_that_are_no_number_up_to_half_the_weeks(self, cosines, error):
        with pytest.raises(error, match="cosines: expected"):
            fitted(*noisy(), cosines=cosines)


class TestReserves:
    @pytest.fixture
    def curve(self):
        return fitted(*noisy())

    def test_satiation_is_the_kink_in_both_units(self, curve):
        table = curve.satiation(25_000.0)
        kink = curve.estimates.loc["kink", ["estimate", *BOUNDS]].astype(float)
        np.testing.assert_array_equal(table.loc["ratio", kink.index].astype(float), kink)
        np.testing.assert_allclose(
            table.loc["reserves", kink.index].astype(float), 25_000 * kink, rtol=1e-12
        )
        assert table["unit"].tolist() == ["fraction", "USD bn"]

    def test_every_slope_of_the_falling_side_and_less_is_passed_at_the_kink(self, curve):
        steepest = curve.estimates.loc["slope_below", "estimate"]
        for slope in (steepest, steepest / 2, -1e-9):
            pd.testing.assert_frame_equal(
                curve.reserves_at_slope(slope, 25_000.0), curve.satiation(25_000.0)
            )

    def test_nowhere_is_it_steeper(self, curve):
        steepest = curve.estimates.loc["slope_below", "estimate"]
        with pytest.raises(fl.NotAvailableError, match="nowhere by"):
            curve.reserves_at_slope(steepest - 1e-6, 25_000.0)

    def test_a_curve_that_rises_shows_no_satiation(self):
        points = np.linspace(9, 18, 200)
        spread = bent(points, slope=1.0) + 0.1 * np.sin(np.arange(200))
        curve = fitted(points, spread)
        with pytest.raises(fl.NotAvailableError, match="this curve rises"):
            curve.reserves_at_slope(-0.5, 25_000.0)
        with pytest.raises(fl.NotAvailableError, match="this curve rises"):
            curve.satiation(25_000.0)

    @pytest.mark.parametrize("slope", [0.0, 1.0])
    def test_a_slope_that_is_not_negative(self, curve, slope):
        with pytest.raises(fl.InvalidInputError, match="slope: expected a negative number"):
            curve.reserves_at_slope(slope, 25_000.0)

    def test_bank_assets_in_millions(self, curve):
        with pytest.raises(fl.UnitError, match="bank_assets: 25000000 is impossible in USD bn"):
            curve.satiation(25_000_000.0)
        with pytest.raises(fl.UnitError, match="bank_assets: 25000000 is impossible in USD bn"):
            curve.reserves_at_slope(-1.0, 25_000_000.0)

    def test_a_bound_that_the_sample_does_not_set_stays_open(self):
        rng = np.random.default_rng(0)
        points = swings(rng)
        table = fitted(points, 20 - 2 * points + lasting(rng, 0.5, WEEKS)).satiation(25_000.0)
        assert table["upper_95"].isna().all()
        assert table["lower_95"].notna().all()


def test_the_kink_since_2022_is_where_it_was_published(sample):
    """12 to 13 % of bank assets (New York Fed Staff Report 1019)."""
    data = fl.reserve_demand_data(sample)["2022":]
    kink = fl.reserve_demand_hinge(data["spread"], data["ratio"]).estimates.loc["kink"]
    assert kink["lower_95"] <= 0.13
    assert kink["upper_95"] >= 0.12
    # Narrow enough to say so: within it is not all that was tried.
    assert kink["upper_95"] - kink["lower_95"] < 0.03
