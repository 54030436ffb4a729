"""Reserves over bank assets: the ratio, the bands, and the strip of regimes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import (
    MISSING,
    RATIO,
    REGIME,
    area,
    areas,
    box,
    colour,
    curve,
    daily,
    key,
    last_stated,
    number,
    regimes,
    same_days,
    title,
    weekly,
)


def strip(ax) -> list[tuple[str, pd.Timestamp, pd.Timestamp]]:
    """Read the spells off the strip: label, first day, end."""
    spells = []
    for one in areas(ax):
        for path in one.get_paths():
            (left, _), (right, _) = path.get_extents().get_points()
            ends = (pd.Timestamp("1970-01-01") + pd.Timedelta(days=day) for day in (left, right))
            spells.append((one.get_label(), *ends))
    return sorted(spells, key=lambda spell: spell[1])


class TestRatio:
    def test_the_line_is_the_ratio_in_percent(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, ax=ax)
        (drawn,) = ax.lines
        assert curve(drawn).tolist() == pytest.approx([7.5, 9, 11, 12.5, 14, 11.5])
        assert same_days(curve(drawn), RATIO.index)

    def test_nan_is_a_gap_and_not_the_last_observation(self, ax):
        fl.plot.reserves_to_bank_assets(weekly(0.1, MISSING, 0.12, MISSING), ax=ax)
        assert curve(ax.lines[0]).tolist() == pytest.approx(
            [10, MISSING, 12, MISSING], nan_ok=True
        )
        assert title(ax) == "Reserves 12.00 % of bank assets"
        assert last_stated(ax) == "2024-01-17"

    def test_a_published_week(self, panel, ax):
        """H.4.1, week to 25 September 2019: 1,400.171 USD bn; H.8 of that day: 17,488.718."""
        week = panel.loc[["2019-09-25"]]
        fl.plot.reserves_to_bank_assets(week["reserves_to_bank_assets"], week["regime"], ax=ax)
        assert curve(ax.lines[0]).item() == pytest.approx(8.006, abs=5e-4)
        assert title(ax) == "Reserves 8.01 % of bank assets: ample-to-scarce"

    @pytest.mark.parametrize(
        ("ratio", "low", "high"), [(RATIO, 7.5, 14.0), (weekly(0.11, 0.11), 8.0, 13.0)]
    )
    def test_ratio_and_bands_are_within_the_axes_and_above_the_strip(self, ax, ratio, low, high):
        fl.plot.reserves_to_bank_assets(ratio, ax=ax)
        bottom, top = ax.get_ylim()
        assert bottom + 0.035 * (top - bottom) < low
        assert top > high

    def test_one_row_is_said_in_the_title(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO[:1], REGIME[:1], ax=ax)
        ax.figure.draw_without_rendering()
        assert title(ax) == "Reserves 7.50 % of bank assets: scarce"
        assert strip(ax) == [("scarce", pd.Timestamp("2024-01-03"), pd.Timestamp("2024-01-10"))]

    def test_a_label_that_is_missing_is_not_written(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO[:2], regimes("scarce", None), ax=ax)
        assert title(ax) == "Reserves 9.00 % of bank assets"


class TestBands:
    @pytest.mark.parametrize(
        "thresholds",
        [
            fl.ReserveThresholds(),
            fl.ReserveThresholds(abundant=(0.11, 0.14), scarce=(0.07, 0.095)),
        ],
    )
    def test_they_lie_between_the_thresholds(self, ax, thresholds):
        fl.plot.reserves_to_bank_assets(RATIO, thresholds=thresholds, ax=ax)
        spans = [(box(one)[1], box(one)[3]) for one in ax.patches]
        expected = [
            (100 * low, 100 * high) for low, high in (thresholds.abundant, thresholds.scarce)
        ]
        assert np.ravel(spans) == pytest.approx(np.ravel(expected))

    def test_they_reach_from_side_to_side(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, ax=ax)
        assert [(box(one)[0], box(one)[2]) for one in ax.patches] == [(0, 1), (0, 1)]

    def test_what_lies_beside_them_is_named_at_its_height(self, ax):
        """Abundant from 13 percent up, scarce from 8 percent down, ample halfway from 10 to 12."""
        fl.plot.reserves_to_bank_assets(RATIO, ax=ax)
        assert {one.get_text(): (one.xy[1], one.get_verticalalignment()) for one in ax.texts} == {
            "abundant": (pytest.approx(13), "bottom"),
            "ample": (pytest.approx(11), "center"),
            "scarce": (pytest.approx(8), "top"),
        }

    def test_the_upper_one_has_the_colour_of_abundant_and_the_lower_one_of_scarce(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, REGIME, ax=ax)
        upper, lower = (one.get_facecolor()[:3] for one in ax.patches)
        assert upper == colour(area(ax, "abundant"))[:3]
        assert lower == colour(area(ax, "scarce"))[:3]


class TestStrip:
    def test_each_spell_lasts_to_the_next_and_the_last_one_a_step(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, REGIME, ax=ax)
        days = [*RATIO.index, RATIO.index[-1] + pd.Timedelta(days=7)]
        assert strip(ax) == [
            (label, first, then)
            for label, first, then in zip(REGIME, days[:-1], days[1:], strict=True)
        ]

    def test_weeks_of_one_regime_are_one_spell(self, ax):
        regime = regimes("ample", "ample", "abundant", "ample", "ample", "ample")
        fl.plot.reserves_to_bank_assets(RATIO, regime, ax=ax)
        days = pd.DatetimeIndex(["2024-01-03", "2024-01-17", "2024-01-24", "2024-02-14"])
        assert strip(ax) == [
            ("ample", days[0], days[1]), ("abundant", days[1], days[2]), ("ample", days[2], days[3]),
        ]  # fmt: skip

    def test_it_runs_along_the_foot_of_the_axes(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, REGIME, ax=ax)
        for one in areas(ax):
            (_, bottom), (_, top) = one.get_paths()[0].get_extents().get_points()
            assert (bottom, top) == (0, 0.035)
            assert one.get_transform().transform((number("2024-01-03"), 0)) == pytest.approx(
                ax.transAxes.transform((0, 0))[1] * np.array([0, 1])
                + ax.transData.transform((number("2024-01-03"), 0)) * np.array([1, 0])
            )

    def test_days_without_a_label_stay_empty(self, ax):
        regime = regimes("ample", None, None, "scarce", None, "scarce")
        fl.plot.reserves_to_bank_assets(RATIO, regime, ax=ax)
        assert [
            (label, str(first.date()), str(end.date())) for label, first, end in strip(ax)
        ] == [
            ("ample", "2024-01-03", "2024-01-10"),
            ("scarce", "2024-01-24", "2024-01-31"),
            ("scarce", "2024-02-07", "2024-02-14"),
        ]

    def test_one_label_alone(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, regimes(*["ample"] * 6), ax=ax)
        assert key(ax) == ["ample"]
        assert len(strip(ax)) == 1

    def test_no_label_at_all(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, regimes(*[None] * 6), ax=ax)
        assert key(ax) == []
        assert strip(ax) == []

    def test_without_regimes_there_is_none(self, ax):
        fl.plot.reserves_to_bank_assets(RATIO, ax=ax)
        assert not areas(ax)
        assert ax.get_legend() is None

    def test_days(self, ax):
        """The step of the last spell is the usual distance, not that over a weekend."""
        ratio = daily(0.11, 0.11, 0.11, 0.09, first="2025-12-31")
        fl.plot.reserves_to_bank_assets(ratio, fl.classify_reserves(ratio), ax=ax)
        assert strip(ax)[-1] == (
            "ample-to-scarce",
            pd.Timestamp("2026-01-05"),
            pd.Timestamp("2026-01-06"),
        )

    def test_labels_of_ones_own_are_drawn_too(self, ax):
        regime = pd.Series(pd.Categorical(["mine"] * 6), RATIO.index)
        fl.plot.reserves_to_bank_assets(RATIO, regime, ax=ax)
        assert key(ax) == ["mine"]


def test_refusals_name_the_argument(ax):
    draw = fl.plot.reserves_to_bank_assets
    with pytest.raises(
        fl.AlignmentError, match=r"ratio, regime: .*regime has no row on 2024-02-07"
    ):
        draw(RATIO, REGIME[:-1], ax=ax)
    with pytest.raises(fl.UnitError, match=r"^ratio: 7\.5 on 2024-01-03 .*percent"):
        draw(100 * RATIO, REGIME, ax=ax)
    for labels in (REGIME.astype(object), list(REGIME)):
        with pytest.raises(fl.InputTypeError, match=r"^regime: .*fl\.classify_reserves"):
            draw(RATIO, labels, ax=ax)
    with pytest.raises(
        fl.InputTypeError, match=r"^thresholds: expected ReserveThresholds, got tuple"
    ):
        draw(RATIO, thresholds=(0.1, 0.2), ax=ax)
    with pytest.raises(fl.TimeIndexError, match=r"^ratio: dates are not in order"):
        draw(RATIO[::-1], ax=ax)
    with pytest.raises(fl.TimeIndexError, match=r"^regime: dates are not in order"):
        draw(RATIO, REGIME[::-1], ax=ax)
    for nothing in (MISSING * RATIO, RATIO[:0]):
        with pytest.raises(fl.InvalidInputError, match=r"^ratio: nothing to draw"):
            draw(nothing, ax=ax)
    assert not ax.lines
    assert not ax.patches
