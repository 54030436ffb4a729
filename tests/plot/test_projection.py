"""Fans and crossings: quantiles of the paths, and shares of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import (
    FAN,
    HISTORY,
    MISSING,
    areas,
    box,
    curve,
    fan,
    last_stated,
    line,
    over,
    same_days,
    title,
    weekly,
)
from plausible import sheet

WIDE, NARROW = "90 % of paths", "50 % of paths"
# Of 21 paths evenly apart the 2nd is the 5 % quantile, the 6th that of 25 %, the 11th the median.
MIDDLE, STEP = np.array([3000, 2900, 2700, 2600]), np.array([0, 20, 40, 30])


@pytest.fixture(scope="module")
def simulated():
    """A fan as the library makes it."""
    return fl.simulate_balance_sheet(
        sheet(),
        fl.policy_schedule().as_known_on("2025-12-03"),
        "2026-06-24",
        fl.Assumptions(prepayment=fl.PrepaymentModel(0.06)),
        shocks=fl.ShockModel({"tga": 150, "bank_assets": 0.02}),
        seed=1,
        paths=201,
    )


@pytest.fixture(scope="module")
def without_bank_assets():
    return fl.simulate_balance_sheet(
        sheet(bank_assets=None),
        fl.policy_schedule().as_known_on("2025-12-03"),
        "2026-03-25",
        fl.Assumptions(prepayment=fl.PrepaymentModel(0.06)),
        shocks=fl.ShockModel({"tga": 60}),
        seed=1,
        paths=20,
    )


class TestFan:
    def test_bands_lie_between_the_quantiles_of_the_paths(self, ax):
        fl.plot.projection_fan(FAN, "reserves", ax=ax)
        wide, narrow = areas(ax)
        assert (wide.get_label(), narrow.get_label()) == (WIDE, NARROW)
        first = 1  # on the opening day all paths are one
        for shape, steps in ((wide, 9), (narrow, 5)):
            drawn = over(shape, FAN.dates)[first:]
            below, above = MIDDLE - steps * STEP, MIDDLE + steps * STEP
            # On the last date the lowest path has gone up to the highest: each place moves up one.
            below[3] = MIDDLE[3] - (steps - 1) * STEP[3]
            above[3] = MIDDLE[3] + (steps + 1) * STEP[3]
            np.testing.assert_allclose(drawn["lower"], below[first:], atol=0.01)
            np.testing.assert_allclose(drawn["upper"], above[first:], atol=0.01)

    def test_the_median_is_the_middle_path(self, ax):
        fl.plot.projection_fan(FAN, "reserves", ax=ax)
        drawn = curve(line(ax, "median"))
        assert same_days(drawn, FAN.dates)
        # And so does the median, where the lowest path went up.
        assert drawn.tolist() == [3000, 2900, 2700, 2630]

    def test_the_projection_is_weekly(self, ax):
        fl.plot.projection_fan(FAN, "reserves", ax=ax)
        drawn = curve(line(ax, "projection"))
        assert len(drawn) == 12
        assert drawn.tolist() == [3000.0 - 30 * week for week in range(12)]
        assert line(ax, "projection").get_linestyle() == "--"

    def test_the_ratio_is_in_percent_and_so_is_its_history(self, ax):
        fl.plot.projection_fan(FAN, history=HISTORY, ax=ax)
        assert curve(line(ax, "median")).tolist() == pytest.approx([12, 11.6, 10.8, 10.52])
        assert curve(line(ax, "projection")).iloc[-1] == pytest.approx(10.68)
        assert curve(line(ax, "history")).tolist() == pytest.approx([12.8, 12.5, 12.2])
        assert same_days(curve(line(ax, "history")), HISTORY.index)
        ends = [over(one, FAN.dates).iloc[1].tolist() for one in areas(ax)]
        assert ends == [pytest.approx([10.88, 12.32]), pytest.approx([11.2, 12.0])]

    def test_the_ratio_lies_between_the_bands_of_the_projection(self, ax):
        mine = fl.ReserveThresholds(abundant=(0.11, 0.14), scarce=(0.07, 0.095))
        fl.plot.projection_fan(fan(thresholds=mine), ax=ax)
        assert [(box(one)[1], box(one)[3]) for one in ax.patches] == [
            pytest.approx((11, 14)),
            pytest.approx((7, 9.5)),
        ]

    @pytest.mark.parametrize(
        "name", [name for name in fl.FAN_LINES if name != "reserves_to_bank_assets"]
    )
    def test_every_other_line_is_in_its_own_unit_and_has_no_bands_of_regimes(self, ax, name):
        levels = {
            "treasuries": 4000, "mbs": 2000, "currency_in_circulation": 2300, "tga": 800,
            "on_rrp": 10, "unlisted_liabilities": 200, "reserves": 3000, "bank_assets": 25_000,
            "fed_assets": 6300, "net_liquidity": 5490,
        }  # fmt: skip
        fl.plot.projection_fan(FAN, name, ax=ax)
        assert curve(line(ax, "median")).iloc[0] == levels[name]
        assert curve(line(ax, "projection")).iloc[0] == levels[name]
        assert ax.get_ylabel() == "USD bn"
        assert not ax.patches
        assert not ax.texts
        assert title(ax).lower() == f"{name.replace('_', ' ')}, projected"

    @pytest.mark.parametrize(
        ("name", "written"), [("tga", "TGA"), ("on_rrp", "ON RRP"), ("mbs", "MBS")]
    )
    def test_abbreviations_are_written_as_everywhere_else(self, ax, name, written):
        fl.plot.projection_fan(FAN, name, ax=ax)
        assert title(ax).startswith(written)

    def test_a_fan_of_the_library(self, ax, simulated):
        """Counted path by path: at most 5 % of 201 paths are below the band, at most 5 % above."""
        fl.plot.projection_fan(simulated, "tga", ax=ax)
        paths = simulated.line("tga")
        for shape, share in zip(areas(ax), (0.05, 0.25), strict=True):
            drawn = over(shape, simulated.dates)[1:]
            below = (paths[1:] < drawn["lower"].to_numpy()[:, None] - 0.01).mean(axis=1)
            above = (paths[1:] > drawn["upper"].to_numpy()[:, None] + 0.01).mean(axis=1)
            assert below.tolist() == pytest.approx([share] * len(below), abs=0.01)
            assert above.tolist() == pytest.approx([share] * len(above), abs=0.01)

    def test_the_last_observation_is_the_opening_even_with_a_longer_history(self, ax):
        fl.plot.projection_fan(FAN, history=weekly(0.12, 0.12, first="2026-01-14"), ax=ax)
        assert last_stated(ax) == "2026-01-07"

    def test_a_gap_of_the_history_is_one(self, ax):
        fl.plot.projection_fan(FAN, history=weekly(0.12, MISSING, 0.13), ax=ax)
        assert curve(line(ax, "history")).tolist() == pytest.approx([12, MISSING, 13], nan_ok=True)

    def test_without_bank_assets_only_the_ratio_cannot_be_drawn(self, ax, without_bank_assets):
        for name in ("reserves_to_bank_assets", "bank_assets"):
            with pytest.raises(fl.InvalidInputError, match=r"^fan: nothing to draw"):
                fl.plot.projection_fan(without_bank_assets, name, ax=ax)
        fl.plot.projection_fan(without_bank_assets, "reserves", ax=ax)
        assert curve(line(ax, "median")).iloc[0] == 2900

    def test_refusals_name_the_argument(self, ax):
        draw = fl.plot.projection_fan
        for name in ("nothing", 5, None):
            with pytest.raises(fl.InvalidInputError, match=r"^line: "):
                draw(FAN, name, ax=ax)
        for wrong in (FAN.dates, FAN.central, "fan"):
            with pytest.raises(
                fl.InputTypeError, match=r"^fan: expected the Fan .*fl\.simulate_balance"
            ):
                draw(wrong, ax=ax)
        with pytest.raises(fl.UnitError, match=r"^history: 12\.8 on 2025-12-17 .*percent"):
            draw(FAN, history=100 * HISTORY, ax=ax)
        with pytest.raises(fl.UnitError, match=r"^history: .*USD mn"):
            draw(FAN, "reserves", history=weekly(3e6), ax=ax)
        with pytest.raises(
            fl.InputTypeError, match=r"^history: expected a pandas Series, got list"
        ):
            draw(FAN, history=[0.1], ax=ax)
        with pytest.raises(fl.TimeIndexError, match=r"^history: "):
            draw(FAN, history=HISTORY[::-1], ax=ax)
        assert not ax.lines
        assert not ax.patches


class TestCrossing:
    def test_bars_count_the_paths_that_are_below_for_the_first_time(self, ax):
        """Below 10 %, 2,500 of 25,000: five of 21 paths in February, two more in March."""
        fl.plot.crossing_dates(FAN, 0.10, ax=ax)
        assert [box(one)[3] for one in ax.patches] == pytest.approx([0, 0, 500 / 21, 200 / 21])
        assert {box(one)[1] for one in ax.patches} == {0}

    def test_bars_stand_on_their_dates_and_do_not_touch(self, ax):
        fl.plot.crossing_dates(FAN, 0.10, ax=ax)
        days = (FAN.dates - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
        assert [(box(one)[0] + box(one)[2]) / 2 for one in ax.patches] == pytest.approx(
            days.tolist()
        )
        ends = [(box(one)[0], box(one)[2]) for one in ax.patches]
        assert [right - left for left, right in ends] == pytest.approx(
            [ends[0][1] - ends[0][0]] * 4
        )
        assert 10 < ends[0][1] - ends[0][0] < 21  # the shortest distance is three weeks

    def test_the_line_is_the_share_that_has_been_below(self, ax):
        """A path that came back up is still one that crossed."""
        fl.plot.crossing_dates(FAN, 0.10, ax=ax)
        drawn = curve(line(ax, "below by then"))
        assert drawn.tolist() == pytest.approx([0, 0, 500 / 21, 700 / 21])
        assert same_days(drawn, FAN.dates)
        assert line(ax, "below by then").get_drawstyle() == "steps-post"

    @pytest.mark.parametrize("threshold", [0.05, 0.115, 0.118, 0.12, 0.3])
    def test_bars_sum_to_the_probability_of_a_crossing(self, ax, simulated, threshold):
        fl.plot.crossing_dates(simulated, threshold, ax=ax)
        ratio = simulated.line("reserves") / simulated.line("bank_assets")
        crossed = 100 * (np.minimum.accumulate(ratio) < threshold).mean(axis=1)
        np.testing.assert_allclose(
            np.cumsum([box(one)[3] for one in ax.patches]), crossed, atol=1e-9
        )
        np.testing.assert_allclose(curve(line(ax, "below by then")), crossed, atol=1e-9)
        probability = 100 * simulated.crossing_probability(threshold)
        np.testing.assert_allclose(curve(line(ax, "below by then")), probability, atol=1e-9)

    def test_all_of_it_is_within_the_axes(self, ax):
        for threshold, top in ((0.05, 5), (0.10, 33), (0.3, 100)):
            fl.plot.crossing_dates(FAN, threshold, ax=ax)
            assert ax.get_ylim()[0] == 0
            assert top <= ax.get_ylim()[1] <= 1.2 * top + 1
            ax.clear()

    def test_the_title_has_threshold_end_and_share(self, ax):
        fl.plot.crossing_dates(FAN, 0.125, ax=ax)
        assert title(ax) == "Below 12.5 % by 2026-03-25: 100 % of paths"
        assert last_stated(ax) == "2026-01-07"

    def test_bars_of_the_library_do_not_overlap(self, ax):
        one = fl.simulate_balance_sheet(
            sheet(),
            fl.policy_schedule().as_known_on("2025-12-03"),
            "2026-07-08",
            fl.Assumptions(prepayment=fl.PrepaymentModel(0.06)),
            shocks=fl.ShockModel({"tga": 150}),
            seed=1,
            paths=20,
        )
        fl.plot.crossing_dates(one, 0.118, ax=ax)
        ends = [box(bar) for bar in ax.patches]
        assert all(left[2] <= right[0] for left, right in pairwise(ends))

    def test_refusals_name_the_argument(self, ax, without_bank_assets):
        with pytest.raises(fl.InvalidInputError, match=r"^fan: nothing to draw"):
            fl.plot.crossing_dates(without_bank_assets, 0.10, ax=ax)
        with pytest.raises(
            fl.InputTypeError, match=r"^fan: expected the Fan .*fl\.simulate_balance"
        ):
            fl.plot.crossing_dates("fan", 0.10, ax=ax)
        with pytest.raises(fl.UnitError, match=r"^threshold: expected a fraction .*0.1"):
            fl.plot.crossing_dates(FAN, 10, ax=ax)
        with pytest.raises(fl.InputTypeError, match=r"^threshold: "):
            fl.plot.crossing_dates(FAN, "10 %", ax=ax)
        assert not ax.patches
