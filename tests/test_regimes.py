import numpy as np
import pandas as pd
import pytest

import fedliq as fl


def weeks(*values: float) -> pd.Series:
    return pd.Series(values, pd.date_range("2025-01-01", periods=len(values), freq="7D"))


def test_the_labels_are_ordered():
    regime = fl.classify_reserves(weeks(0.07, 0.14))
    assert regime.cat.ordered
    assert regime.cat.categories.tolist() == [
        "scarce", "ample-to-scarce", "ample", "abundant-to-ample", "abundant",
    ]  # fmt: skip
    assert (regime < "ample").tolist() == [True, False]


def test_the_edges_belong_to_the_bands():
    regime = fl.classify_reserves(weeks(0.08, 0.10, 0.12, 0.13))
    assert regime.tolist() == [
        "ample-to-scarce", "ample-to-scarce", "abundant-to-ample", "abundant-to-ample",
    ]  # fmt: skip


def test_a_minimum_spell_delays_and_never_dates_back():
    ratio = weeks(0.14, 0.11, 0.14, 0.11, 0.11, 0.11)
    regime = fl.classify_reserves(ratio, min_spell="14D")
    assert regime.tolist() == ["abundant"] * 5 + ["ample"]


def test_a_gap_neither_ends_nor_begins_a_spell():
    ratio = weeks(0.14, np.nan, 0.14, 0.11)
    spells = fl.regime_spells(fl.classify_reserves(ratio), ratio)
    assert spells["regime"].tolist() == ["abundant", "ample"]
    assert spells["weeks"].tolist() == [3, 1]
    assert spells["first"].tolist() == [ratio.index[0], ratio.index[3]]


def test_spells_of_nothing():
    assert fl.regime_spells(fl.classify_reserves(weeks()), weeks()).empty
    nothing = weeks(np.nan, np.nan)
    assert fl.regime_spells(fl.classify_reserves(nothing), nothing).empty


def test_a_ratio_in_percent_is_refused():
    with pytest.raises(fl.UnitError, match="looks like percent"):
        fl.classify_reserves(weeks(12.2))


@pytest.mark.parametrize(
    ("bands", "error", "message"),
    [
        ({"abundant": (12, 13)}, fl.UnitError, "for 12 % write 0.12"),
        ({"abundant": 0.12}, fl.InvalidInputError, "abundant: expected two edges"),
        ({"abundant": (0.13, 0.12)}, fl.InvalidInputError, "must rise"),
        ({"scarce": (0.08, 0.125)}, fl.InvalidInputError, "must rise"),
        ({"scarce": ("8 %", 0.10)}, fl.InputTypeError, "scarce: expected a number"),
    ],
)
def test_thresholds_that_make_no_sense(bands, error, message):
    with pytest.raises(error, match=message):
        fl.ReserveThresholds(**bands)


def test_thresholds_are_an_object_of_their_own():
    with pytest.raises(fl.InputTypeError, match="thresholds: expected ReserveThresholds"):
        fl.classify_reserves(weeks(0.12), (0.08, 0.12))


def test_spells_need_the_labels_of_that_ratio():
    ratio = weeks(0.14, 0.11)
    with pytest.raises(fl.AlignmentError, match="regime, ratio: they do not share one index"):
        fl.regime_spells(fl.classify_reserves(ratio.iloc[:1]), ratio)
    with pytest.raises(fl.InputTypeError, match="regime: expected the categorical Series"):
        fl.regime_spells(pd.Series(["ample", "ample"], ratio.index), ratio)


def test_a_bare_number_is_no_minimum_spell():
    with pytest.raises(fl.InvalidInputError, match="min_spell: expected a span"):
        fl.classify_reserves(weeks(0.12), min_spell=28)


def test_a_single_observation_lasts_its_week():
    ratio = weeks(0.14)
    assert fl.regime_spells(fl.classify_reserves(ratio), ratio)["weeks"].tolist() == [1]


def test_only_the_last_spell_of_a_history_cut_short_can_differ(sample):
    ratio = fl.reserves_to_bank_assets(
        *fl.align(sample["reserves_week_average"], sample["bank_assets"])
    )
    whole = fl.regime_spells(fl.classify_reserves(ratio), ratio)
    cut = ratio[:"2020-03-18"]
    spells = fl.regime_spells(fl.classify_reserves(cut), cut)
    pd.testing.assert_frame_equal(spells.iloc[:-1], whole.iloc[: len(spells) - 1])
    assert spells["first"].iloc[-1] == whole["first"].iloc[len(spells) - 1]
