import numpy as np
import pandas as pd
import pytest

import fedliq as fl


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (8_551_169.0, "USD mn", "USD bn", 8551.169),
        (2_293_003_000_000.0, "USD", "USD bn", 2293.003),
        (8.551169, "USD tn", "USD bn", 8551.169),
        (0.0365, "fraction", "percent", 3.65),
        (3.65, "percent", "bp", 365.0),
        (14.0, "days", "weeks", 2.0),
        (5.0, fl.Unit.PERCENT, fl.Unit.PERCENT, 5.0),
    ],
)
def test_known_conversions(value, from_unit, to_unit, expected):
    assert fl.convert(value, from_unit, to_unit) == pytest.approx(expected, rel=1e-15)


def test_a_series_keeps_its_index_and_name_and_is_not_changed():
    series = pd.Series(
        [1000.0, np.nan], pd.DatetimeIndex(["2026-01-07", "2026-01-14"]), name="tga"
    )
    before = series.copy()
    converted = fl.convert(series, "USD mn", "USD bn")
    pd.testing.assert_series_equal(converted, before / 1000)
    pd.testing.assert_series_equal(series, before)


def test_a_frame_and_an_array():
    frame = pd.DataFrame({"a": [1000.0]})
    assert fl.convert(frame, "USD mn", "USD bn").loc[0, "a"] == 1
    assert fl.convert(np.array([0.12]), "fraction", "percent").tolist() == [12.0]


def test_units_of_different_things_are_refused():
    with pytest.raises(fl.UnitError, match="measure different things"):
        fl.convert(1.0, "USD bn", "percent")


def test_an_unknown_unit_is_refused_with_the_known_ones():
    with pytest.raises(fl.UnitError, match="to_unit: 'billions' is not a unit; use one of 'USD'"):
        fl.convert(1.0, "USD mn", "billions")


@pytest.mark.parametrize("text", ["1", None, True])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(fl.InputTypeError, match="values: expected numbers, got"):
        fl.convert(text, "USD mn", "USD bn")


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0],
        pd.Series(["8551"]),
        pd.Series([True]),
        np.array([True]),
        pd.DataFrame({"a": [1.0], "b": ["x"]}),
    ],
    ids=["list", "text", "flags", "array of flags", "frame with text"],
)
def test_what_would_repeat_or_count_instead_of_convert_is_refused(values):
    with pytest.raises(fl.InputTypeError, match="values: expected numbers"):
        fl.convert(values, "USD bn", "USD mn")


def test_whole_numbers_do_not_overflow():
    small = pd.Series([8_551_169], dtype="int32")
    assert fl.convert(small, "USD mn", "USD").tolist() == [8_551_169_000_000.0]
    assert fl.convert(np.array([6_745_699], dtype="int32"), "USD bn", "USD mn").tolist() == [
        6_745_699_000.0
    ]
    assert fl.convert(8551, "USD bn", "USD") == 8.551e12
