"""Regimes by the slope of the demand curve, and whether those by the ratio agree."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import fedliq as fl


def weeks(count: int) -> pd.DatetimeIndex:
    return pd.date_range("2025-01-01", periods=count, freq="7D", name="date")


def slopes(*rows) -> pd.DataFrame:
    """Pairs of a median and the upper end of its 95 % band."""
    return pd.DataFrame(rows, weeks(len(rows)), ["median", "upper_95"], dtype=float)


# One slope for each label by slope, one ratio for each label by ratio.
BY_SLOPE = {"scarce": (-3.0, -1.0), "ample": (-1.0, -0.2), "abundant": (-0.5, 0.2)}
BY_RATIO = {
    "scarce": 0.07,
    "ample-to-scarce": 0.09,
    "ample": 0.11,
    "abundant-to-ample": 0.125,
    "abundant": 0.15,
}
# "Whether the one label contains the other. A band of transition agrees with the regimes on
# either side."
AGREE = {
    ("scarce", "scarce"): True,
    ("ample-to-scarce", "scarce"): True,
    ("ample", "scarce"): False,
    ("abundant-to-ample", "scarce"): False,
    ("abundant", "scarce"): False,
    ("scarce", "ample"): False,
    ("ample-to-scarce", "ample"): True,
    ("ample", "ample"): True,
    ("abundant-to-ample", "ample"): True,
    ("abundant", "ample"): False,
    ("scarce", "abundant"): False,
    ("ample-to-scarce", "abundant"): False,
    ("ample", "abundant"): False,
    ("abundant-to-ample", "abundant"): True,
    ("abundant", "abundant"): True,
}


class TestClassify:
    @pytest.mark.parametrize(
        ("median", "upper", "label"),
        [
            (-1.0, 0.0, "abundant"),  # the band reaches zero
            (-1.0, 1e-12, "abundant"),
            (-1.0, -1e-12, "ample"),
            (-5.0, 0.0, "abundant"),  # however steep the median
            (0.5, 0.9, "abundant"),
            (-2.0, -0.1, "scarce"),
            (np.nextafter(-2.0, 0), -0.1, "ample"),
            (np.nextafter(-2.0, -3), -0.1, "scarce"),
        ],
    )
    def test_a_label_by_the_band_and_the_median(self, median, upper, label):
        assert fl.classify_slope(slopes((median, upper))).tolist() == [label]

    def test_how_steep_is_scarce_may_be_chosen(self):
        frame = slopes((-0.9, -0.1), (-1.0, -0.1), (-1.1, -0.1))
        assert fl.classify_slope(frame, steep=-1.0).tolist() == ["ample", "scarce", "scarce"]

    def test_the_labels_are_ordered(self):
        labels = fl.classify_slope(slopes(*BY_SLOPE.values()))
        assert labels.name == "classify_slope"
        assert labels.cat.ordered
        assert labels.cat.categories.tolist() == list(fl.SLOPE_REGIMES)
        assert list(fl.SLOPE_REGIMES) == ["scarce", "ample", "abundant"]
        assert (labels <= "ample").tolist() == [True, True, False]

    @pytest.mark.parametrize("row", [(np.nan, -0.1), (-3.0, np.nan), (np.nan, 0.1), (np.nan,) * 2])
    def test_without_either_figure_there_is_no_label(self, row):
        labels = fl.classify_slope(slopes(row, (-3.0, -0.1)))
        assert labels.isna().tolist() == [True, False]

    def test_columns_that_are_missing(self):
        with pytest.raises(fl.InvalidInputError, match="elasticity: the columns upper_95 are"):
            fl.classify_slope(slopes((-1.0, 0.1)).drop(columns="upper_95"))

    @pytest.mark.parametrize(
        ("steep", "error", "message"),
        [
            (0.0, fl.InvalidInputError, "steep: expected a negative number of bp per pp, got 0"),
            (2.0, fl.InvalidInputError, "steep: expected a negative number"),
            (np.nan, fl.InvalidInputError, "steep: expected a finite number"),
            ("-2", fl.InputTypeError, "steep: expected a number"),
        ],
    )
    def test_steep_is_a_negative_number(self, steep, error, message):
        with pytest.raises(error, match=message):
            fl.classify_slope(slopes((-1.0, 0.1)), steep=steep)

    def test_rows_that_are_no_dates_in_order(self):
        frame = slopes((-1.0, 0.1), (-1.0, 0.1))
        with pytest.raises(fl.TimeIndexError, match="elasticity: dates are not in order"):
            fl.classify_slope(frame.iloc[::-1])
        with pytest.raises(fl.InputTypeError, match="elasticity: expected a DataFrame"):
            fl.classify_slope(frame["median"])


class TestCompare:
    def test_every_pair_of_labels(self):
        assert set(AGREE) == set(itertools.product(fl.REGIMES, fl.SLOPE_REGIMES))
        ratio = pd.Series([BY_RATIO[one] for one, _ in AGREE], weeks(15))
        table = fl.compare_regimes(ratio, slopes(*(BY_SLOPE[other] for _, other in AGREE)))
        assert table["by_ratio"].tolist() == [one for one, _ in AGREE]
        assert table["by_slope"].tolist() == [other for _, other in AGREE]
        assert table["agree"].tolist() == list(AGREE.values())

    def test_the_figures_stand_beside_the_labels(self):
        ratio = pd.Series([0.113, 0.080], weeks(2))
        frame = slopes((-0.6, 0.1), (-2.8, -1.7))
        table = fl.compare_regimes(ratio, frame)
        assert table.columns.tolist() == ["ratio", "by_ratio", "slope", "by_slope", "agree"]
        assert table["ratio"].tolist() == [0.113, 0.080]
        assert table["slope"].tolist() == [-0.6, -2.8]
        assert table.index.equals(ratio.index)

    @pytest.mark.parametrize(
        ("ratio", "slope"),
        [(np.nan, (-3.0, -1.0)), (0.07, (np.nan, -1.0)), (0.07, (-3.0, np.nan))],
    )
    def test_without_a_label_nothing_agrees_or_disagrees(self, ratio, slope):
        table = fl.compare_regimes(pd.Series([ratio, 0.07], weeks(2)), slopes(slope, (-3.0, -1.0)))
        assert table["agree"].tolist() == [None, True]

    def test_bands_and_steepness_may_be_chosen(self):
        ratio, frame = pd.Series([0.105], weeks(1)), slopes((-1.5, -0.5))
        lower = fl.ReserveThresholds(abundant=(0.09, 0.10), scarce=(0.06, 0.07))
        assert fl.compare_regimes(ratio, frame)["agree"].tolist() == [True]
        row = fl.compare_regimes(ratio, frame, lower, steep=-1.0).iloc[0]
        assert (row["by_ratio"], row["by_slope"], row["agree"]) == ("abundant", "scarce", False)

    def test_they_must_share_one_index(self):
        ratio, frame = pd.Series([0.1, 0.1, 0.1], weeks(3)), slopes(*[(-1.0, -0.1)] * 3)
        for one, other in ((ratio.iloc[1:], frame), (ratio, frame.iloc[:2])):
            with pytest.raises(fl.AlignmentError, match="ratio, elasticity: they do not share"):
                fl.compare_regimes(one, other)
        moved = frame.set_axis(frame.index + pd.Timedelta(1, unit="D"))
        with pytest.raises(fl.AlignmentError, match=r"use ratio.reindex\(elasticity.index\)"):
            fl.compare_regimes(ratio, moved)

    def test_a_ratio_in_percent(self):
        with pytest.raises(fl.UnitError, match="looks like percent"):
            fl.compare_regimes(pd.Series([12.2], weeks(1)), slopes((-1.0, -0.1)))

    def test_thresholds_of_another_kind(self):
        with pytest.raises(fl.InputTypeError, match="thresholds: expected ReserveThresholds"):
            fl.compare_regimes(pd.Series([0.122], weeks(1)), slopes((-1.0, -0.1)), -2.0)

    def test_the_inputs_are_left_alone(self):
        ratio, frame = pd.Series([0.122, np.nan], weeks(2)), slopes((-1.0, -0.1), (-3.0, 0.1))
        copies = ratio.copy(), frame.copy()
        table = fl.compare_regimes(ratio, frame)
        table["ratio"] = 0.0
        table.index.name = "another"
        pd.testing.assert_series_equal(ratio, copies[0])
        pd.testing.assert_frame_equal(frame, copies[1])
        assert ratio.index.name == frame.index.name == "date"
