"""Net liquidity and its parts: areas add up to Fed assets, contributions to the change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import (
    CONTRIBUTIONS,
    FED_ASSETS,
    MISSING,
    ON_RRP,
    TGA,
    area,
    areas,
    at,
    curve,
    last_stated,
    line,
    over,
    same_days,
    title,
    weekly,
)

LIQUIDITY = FED_ASSETS - TGA - ON_RRP


def gap(series: pd.Series, *rows: int) -> pd.Series:
    held = series.copy()
    held.iloc[list(rows)] = MISSING
    return held


class TestNetLiquidity:
    def test_the_areas_are_net_liquidity_tga_and_on_rrp_one_on_the_other(self, ax):
        fl.plot.net_liquidity(FED_ASSETS, TGA, ON_RRP, ax=ax)
        tops = [0 * LIQUIDITY, LIQUIDITY, LIQUIDITY + TGA, LIQUIDITY + TGA + ON_RRP]
        for number, label in enumerate(("net liquidity", "TGA", "ON RRP")):
            drawn = over(area(ax, label), FED_ASSETS.index)
            np.testing.assert_allclose(drawn["lower"], tops[number], atol=0.01)
            np.testing.assert_allclose(drawn["upper"], tops[number + 1], atol=0.01)

    def test_together_they_are_fed_assets(self, ax):
        fl.plot.net_liquidity(FED_ASSETS, TGA, ON_RRP, ax=ax)
        for day in FED_ASSETS.index[:-1]:
            heights = [np.diff(at(one, day)).item() for one in areas(ax)]
            assert len(heights) == 3
            assert sum(heights) == pytest.approx(FED_ASSETS[day], rel=1e-6)

    def test_lines_are_fed_assets_and_net_liquidity(self, ax):
        fl.plot.net_liquidity(FED_ASSETS, TGA, ON_RRP, ax=ax)
        above, below = ax.lines
        assert above.get_label() == "Fed assets"
        pd.testing.assert_series_equal(curve(above), FED_ASSETS, **LOOSELY)
        pd.testing.assert_series_equal(curve(below), LIQUIDITY, **LOOSELY)

    def test_levels_are_read_from_zero(self, ax):
        fl.plot.net_liquidity(FED_ASSETS, TGA, ON_RRP, ax=ax)
        assert ax.get_ylim()[0] == 0
        assert ax.get_ylim()[1] > FED_ASSETS.max()

    def test_a_published_week(self, sample, ax):
        """H.4.1 of 29 December 2022, tables 1 and 5, USD mn: 8,551,169, 409,809 and 2,293,003."""
        on = pd.DatetimeIndex(["2022-12-21", "2022-12-28"])
        parts = fl.align(sample["fed_assets"], sample["tga"], sample["on_rrp"], on=on)
        fl.plot.net_liquidity(*parts, ax=ax)
        heights = [at(one, "2022-12-28", -1e-6) for one in areas(ax)]
        assert np.ravel(heights) == pytest.approx(
            [0, 5848.357, 5848.357, 6258.166, 6258.166, 8551.169], abs=0.01
        )
        assert title(ax) == "Net liquidity 5,848 USD bn on 2022-12-28"

    @pytest.mark.parametrize("argument", [0, 1, 2])
    def test_where_one_is_missing_there_is_a_gap(self, ax, argument):
        parts = [FED_ASSETS, TGA, ON_RRP]
        parts[argument] = gap(parts[argument], 2)
        fl.plot.net_liquidity(*parts, ax=ax)
        inside = FED_ASSETS.index[2] + pd.Timedelta(days=1)
        before = FED_ASSETS.index[2] - pd.Timedelta(days=1)
        for one in areas(ax):
            assert np.isnan(at(one, inside)).all()
            assert np.isnan(at(one, before)).all()
        assert np.isnan(curve(ax.lines[1]).iloc[2])
        assert curve(ax.lines[1]).notna().sum() == 5

    @pytest.mark.parametrize("argument", [0, 1, 2])
    def test_title_and_foot_have_the_last_day_on_which_all_are_known(self, ax, argument):
        parts = [FED_ASSETS, TGA, ON_RRP]
        parts[argument] = gap(parts[argument], 4, 5)
        fl.plot.net_liquidity(*parts, ax=ax)
        assert title(ax) == "Net liquidity 4,730 USD bn on 2024-01-24"
        assert last_stated(ax) == "2024-01-24"

    def test_nothing_is_drawn_after_the_last_observation_stated(self, ax):
        fl.plot.net_liquidity(FED_ASSETS, gap(TGA, 4, 5), ON_RRP, ax=ax)
        assert max(curve(one).last_valid_index() for one in ax.lines) == pd.Timestamp("2024-01-24")

    def test_one_row_is_said_in_the_title(self, ax):
        fl.plot.net_liquidity(FED_ASSETS[:1], TGA[:1], ON_RRP[:1], ax=ax)
        ax.figure.draw_without_rendering()
        assert title(ax) == "Net liquidity 5,700 USD bn on 2024-01-03"

    def test_refusals_name_the_argument(self, ax):
        with pytest.raises(fl.AlignmentError, match="tga has no row on 2024-02-07"):
            fl.plot.net_liquidity(FED_ASSETS, TGA[:-1], ON_RRP, ax=ax)
        with pytest.raises(fl.UnitError, match=r"^fed_assets: 7000000 on 2024-01-03.*USD mn"):
            fl.plot.net_liquidity(1000 * FED_ASSETS, TGA, ON_RRP, ax=ax)
        with pytest.raises(fl.UnitError, match=r"^tga: .*more than half of fed_assets"):
            fl.plot.net_liquidity(FED_ASSETS, 2.5 * TGA, ON_RRP, ax=ax)
        with pytest.raises(
            fl.InputTypeError, match=r"^on_rrp: expected a pandas Series, got list"
        ):
            fl.plot.net_liquidity(FED_ASSETS, TGA, [1.0], ax=ax)
        with pytest.raises(fl.TimeIndexError, match=r"^on_rrp: expected a DatetimeIndex"):
            fl.plot.net_liquidity(FED_ASSETS, TGA, ON_RRP.reset_index(drop=True), ax=ax)
        for nothing in (gap(TGA, *range(6)), TGA[:0]):
            given = (one.reindex(nothing.index) for one in (FED_ASSETS, ON_RRP))
            first, last = given
            with pytest.raises(
                fl.InvalidInputError, match=r"^fed_assets, tga, on_rrp: nothing to"
            ):
                fl.plot.net_liquidity(first, nothing, last, ax=ax)
        assert not ax.lines
        assert not ax.collections


class TestContributions:
    def test_bars_are_stacked_up_from_zero_and_down_from_zero(self, ax):
        """On the second date: -20 down; 40 and 8 up."""
        fl.plot.net_liquidity_contributions(CONTRIBUTIONS, ax=ax)
        assert [at(one, "2024-01-10") for one in (area(ax, "TGA"), area(ax, "ON RRP"))] == [
            pytest.approx((0, 40)),
            pytest.approx((40, 48)),
        ]
        assert at(areas(ax)[1], "2024-01-10") == pytest.approx((-20, 0))

    def test_on_every_day_they_reach_as_far_as_the_parts_do(self, ax):
        fl.plot.net_liquidity_contributions(CONTRIBUTIONS, ax=ax)
        assert len(areas(ax)) == 6
        for day, parts in CONTRIBUTIONS.iterrows():
            aside = -1e-6 if day == CONTRIBUTIONS.index[-1] else 1e-6
            pairs = [areas(ax)[number : number + 2] for number in (0, 2, 4)]
            up = down = 0.0
            for value, (above, below) in zip(parts, pairs, strict=True):
                up, was_up = up + max(value, 0), up
                down, was_down = down + min(value, 0), down
                spans = [at(one, day, aside) for one in (above, below)]
                for span, ends in zip(spans, ((was_up, up), (down, was_down)), strict=True):
                    assert np.diff(span) == pytest.approx(ends[1] - ends[0])
                    assert ends[0] == ends[1] or span == pytest.approx(ends)

    def test_a_bar_stands_from_halfway_to_its_day_to_halfway_from_it(self, ax):
        fl.plot.net_liquidity_contributions(CONTRIBUTIONS, ax=ax)
        tga = area(ax, "TGA")
        assert at(tga, "2024-01-10", -3.4) == pytest.approx((0, 40))
        assert at(tga, "2024-01-10", +3.4) == pytest.approx((0, 40))
        assert at(tga, "2024-01-10", +3.6) == pytest.approx((15, 35))

    def test_the_line_is_their_sum(self, ax):
        fl.plot.net_liquidity_contributions(CONTRIBUTIONS, ax=ax)
        drawn = curve(line(ax, "sum"))
        assert drawn.tolist() == [-15, 28, 23, -36, 30, 18]
        assert same_days(drawn, CONTRIBUTIONS.index)

    def test_the_sum_is_the_change_of_net_liquidity(self, ax):
        given = fl.net_liquidity_contributions(FED_ASSETS, TGA, ON_RRP)
        fl.plot.net_liquidity_contributions(given, ax=ax)
        np.testing.assert_allclose(curve(line(ax, "sum")), LIQUIDITY.diff())

    def test_columns_count_by_name_not_by_place(self, ax):
        shuffled = CONTRIBUTIONS[["on_rrp", "fed_assets", "tga"]].assign(other=1.0)
        fl.plot.net_liquidity_contributions(shuffled, ax=ax)
        assert at(area(ax, "TGA"), "2024-01-10") == pytest.approx((0, 40))
        assert curve(line(ax, "sum")).tolist() == [-15, 28, 23, -36, 30, 18]

    @pytest.mark.parametrize("column", CONTRIBUTIONS)
    def test_where_a_part_is_missing_nothing_is_drawn(self, ax, column):
        given = CONTRIBUTIONS.assign(**{column: gap(CONTRIBUTIONS[column], 2, 5)})
        fl.plot.net_liquidity_contributions(given, ax=ax)
        for one in areas(ax):
            assert np.isnan(at(one, "2024-01-17")).all()
        assert curve(line(ax, "sum")).isna().tolist() == [False, False, True, False, False, True]
        assert last_stated(ax) == "2024-01-31"

    def test_refusals_name_the_argument(self, ax):
        draw = fl.plot.net_liquidity_contributions
        with pytest.raises(
            fl.InvalidInputError, match=r"^contributions: the columns tga, on_rrp are"
        ):
            draw(CONTRIBUTIONS[["fed_assets"]], ax=ax)
        with pytest.raises(
            fl.InputTypeError,
            match=r"^contributions: expected a DataFrame.*fl\.net_liquidity_contributions",
        ):
            draw(FED_ASSETS, ax=ax)
        with pytest.raises(fl.InvalidInputError, match=r"^contributions: nothing to draw"):
            draw(CONTRIBUTIONS.assign(tga=MISSING), ax=ax)
        with pytest.raises(fl.InvalidInputError, match=r"^contributions: nothing to draw"):
            draw(CONTRIBUTIONS[:0], ax=ax)
        with pytest.raises(fl.TimeIndexError, match=r"^contributions: "):
            draw(CONTRIBUTIONS[::-1], ax=ax)
        assert not ax.collections


LOOSELY = {"check_names": False, "check_freq": False, "check_index_type": False}


def test_a_loose_comparison_is_one():
    with pytest.raises(AssertionError):
        pd.testing.assert_series_equal(weekly(1, 2), weekly(1, 3), **LOOSELY)
