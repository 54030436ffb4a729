"""Reserve demand: the fitted curve through its observations, and the slope with its bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import fedliq as fl
from charts import (
    DEMAND,
    ELASTICITY,
    HINGE,
    MISSING,
    area,
    areas,
    at,
    box,
    curve,
    hinge,
    last_stated,
    line,
    over,
    same_days,
    title,
)

SPREAD, RATIO = DEMAND.values()


def draw(ax, curve=HINGE, spread=SPREAD, ratio=RATIO):
    return fl.plot.reserve_demand_curve(curve, spread, ratio, ax=ax)


class TestCurve:
    def test_dots_are_the_observations_with_the_ratio_in_percent(self, ax):
        draw(ax)
        np.testing.assert_allclose(
            area(ax, "observations").get_offsets(),
            [(10, -1), (11, -2.5), (12, -5.2), (13, -4.8), (14, -5), (11.5, -4)],
        )

    def test_a_day_that_misses_either_figure_is_left_out(self, ax):
        draw(ax, spread=SPREAD.where(SPREAD != -5.2), ratio=RATIO.where(RATIO != 0.14))
        np.testing.assert_allclose(
            area(ax, "observations").get_offsets(), [(10, -1), (11, -2.5), (13, -4.8), (11.5, -4)]
        )

    def test_the_line_falls_to_the_kink_and_is_flat_from_there(self, ax):
        """-5 from 12 % on, below it 2 basis points more for each point: -1 at 10 %."""
        draw(ax)
        drawn = curve(line(ax, "fitted"))
        assert list(drawn.index) == pytest.approx([10, 12, 14])
        assert drawn.tolist() == pytest.approx([-1, -5, -5])

    def test_where_all_lies_on_one_side_of_the_kink_it_still_reaches_it(self, ax):
        draw(ax, spread=SPREAD[:2], ratio=RATIO[:2])
        assert list(curve(line(ax, "fitted")).index) == pytest.approx([10, 12, 12])
        ax.clear()
        draw(ax, spread=SPREAD[3:5], ratio=RATIO[3:5])
        assert list(curve(line(ax, "fitted")).index) == pytest.approx([12, 12, 14])

    def test_the_shading_is_the_band_of_the_kink(self, ax):
        draw(ax)
        (band,) = ax.patches
        assert box(band) == pytest.approx((11.5, 0, 13, 1))

    @pytest.mark.parametrize(
        ("bounds", "ends"),
        [
            ({"lower": MISSING}, (10, 13)),
            ({"upper": MISSING}, (11.5, 14)),
            ({"lower": MISSING, "upper": MISSING}, (10, 14)),
        ],
    )
    def test_where_the_sample_does_not_bound_it_it_reaches_to_the_edge_of_the_data(
        self, ax, bounds, ends
    ):
        draw(ax, hinge(**bounds))
        left, _, right, _ = box(ax.patches[0])
        assert (left, right) == pytest.approx(ends)

    def test_a_curve_of_the_library_comes_closest_to_what_it_was_fitted_to(self, ax, sample):
        """Least squares: no line that is moved, and no kink, is nearer to the dots drawn."""
        data = fl.reserve_demand_data(sample)["2022":].dropna()
        found = fl.reserve_demand_hinge(data["spread"], data["ratio"])
        draw(ax, found, data["spread"], data["ratio"])
        drawn = curve(line(ax, "fitted"))
        x, y = area(ax, "observations").get_offsets().T

        def distance(points, heights):
            return float(((y - np.interp(x, points, heights)) ** 2).sum())

        middle = np.array([0, 1, 0])
        points, heights = drawn.index.to_numpy(), drawn.to_numpy()
        assert len(x) == len(data)
        for moved in np.vstack([0.1 * np.eye(3), -0.1 * np.eye(3)]):
            assert distance(points, heights) <= distance(points, heights + moved)
        for moved in (-0.2, 0.2):
            assert distance(points, heights) <= distance(points + moved * middle, heights)

    def test_a_curve_that_does_not_fall_is_not_called_flat_from_its_kink_on(self, ax):
        with pytest.raises(fl.NotAvailableError):
            hinge(slope=1.0).satiation(25_000)
        draw(ax, hinge(slope=1.0))
        assert "flat from" not in title(ax)

    def test_the_last_observation_is_the_last_one_drawn(self, ax):
        draw(ax, hinge(last="2024-01-24"))
        assert last_stated(ax) == "2024-02-07"

    def test_refusals_name_the_argument(self, ax):
        with pytest.raises(fl.AlignmentError, match=r"^spread, ratio: the series do not share"):
            draw(ax, spread=SPREAD[:-1])
        with pytest.raises(fl.UnitError, match=r"^ratio: .*percent"):
            draw(ax, ratio=100 * RATIO)
        with pytest.raises(fl.UnitError, match=r"^spread: "):
            draw(ax, spread=1000 * SPREAD)
        for wrong in (ELASTICITY, HINGE.estimates, "curve"):
            with pytest.raises(
                fl.InputTypeError,
                match=r"^curve: expected the HingeCurve .*fl\.reserve_demand_hinge",
            ):
                draw(ax, wrong)
        half = SPREAD.where(RATIO < 0.12), RATIO.where(RATIO >= 0.12)
        for spread, ratio in (half, (SPREAD[:0], RATIO[:0])):
            with pytest.raises(fl.InvalidInputError, match=r"^spread, ratio: nothing to draw"):
                draw(ax, spread=spread, ratio=ratio)
        assert not ax.collections


def with_estimates(estimates):
    return replace(ELASTICITY, estimates=estimates)


class TestElasticity:
    def test_bands_and_median_are_those_estimated(self, ax):
        fl.plot.reserve_demand_elasticity(ELASTICITY, ax=ax)
        frame = ELASTICITY.estimates
        for label in ("95 % band", "68 % band"):
            of = label[:2]
            drawn = over(area(ax, label), frame.index)
            np.testing.assert_allclose(drawn["lower"], frame[f"lower_{of}"], atol=1e-5)
            np.testing.assert_allclose(drawn["upper"], frame[f"upper_{of}"], atol=1e-5)
        assert curve(line(ax, "median")).tolist() == [-1, -1.5, -2, -1.2, -0.8, -0.6]
        assert same_days(curve(line(ax, "median")), frame.index)

    def test_zero_is_drawn_where_reserves_begin_to_be_abundant(self, ax):
        fl.plot.reserve_demand_elasticity(ELASTICITY, ax=ax)
        assert [0, 0] in [list(one.get_ydata()) for one in ax.lines]

    def test_weeks_without_an_estimate_are_a_gap_and_not_the_last(self, ax):
        frame = ELASTICITY.estimates.copy()
        frame.iloc[[2, 5]] = MISSING
        fl.plot.reserve_demand_elasticity(with_estimates(frame), ax=ax)
        assert curve(line(ax, "median")).isna().tolist() == [
            False,
            False,
            True,
            False,
            False,
            True,
        ]
        for one in areas(ax):
            assert np.isnan(at(one, "2024-01-16")).all()
            assert np.isnan(at(one, "2024-01-18")).all()
        assert last_stated(ax) == "2024-01-31"
        assert title(ax) == "Slope of reserve demand -0.8 on 2024-01-31"

    @pytest.mark.filterwarnings("ignore::fedliq.WeakInstrumentWarning")
    def test_one_of_the_library(self, ax, sample):
        data = fl.reserve_demand_data(sample)["2015":"2020"]
        found = fl.reserve_demand_elasticity(data["spread"], data["ratio"])
        fl.plot.reserve_demand_elasticity(found, ax=ax)
        drawn = curve(line(ax, "median")).dropna()
        assert drawn.tolist() == found.to_frame()["median"].dropna().tolist()
        assert last_stated(ax) == f"{drawn.index[-1]:%Y-%m-%d}"

    def test_one_row(self, ax):
        fl.plot.reserve_demand_elasticity(with_estimates(ELASTICITY.estimates[:1]), ax=ax)
        ax.figure.draw_without_rendering()
        assert title(ax) == "Slope of reserve demand -1.0 on 2024-01-03"

    def test_refusals_name_the_argument(self, ax):
        draw = fl.plot.reserve_demand_elasticity
        with pytest.raises(
            fl.InputTypeError,
            match=r"^elasticity: .*\(by hand\); use fl\.plot\.reserve_demand_curve",
        ):
            draw(HINGE, ax=ax)
        for wrong in (ELASTICITY.estimates, None):
            with pytest.raises(
                fl.InputTypeError,
                match=r"^elasticity: expected the DemandEstimate .*elasticity returns",
            ):
                draw(wrong, ax=ax)
        for nothing in (MISSING * ELASTICITY.estimates, ELASTICITY.estimates[:0]):
            with pytest.raises(fl.InvalidInputError, match=r"^elasticity: nothing to draw"):
                draw(with_estimates(nothing), ax=ax)
        assert not ax.lines
