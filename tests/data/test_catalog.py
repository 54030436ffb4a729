import re

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.catalog import SeriesInfo, series_info
from fedliq.quantities import QUANTITIES
from fedliq.units import _SIZES


@pytest.mark.parametrize("name", fl.catalog())
def test_every_series_has_a_unit_and_a_range_that_refuse_a_slip(name):
    info = fl.catalog()[name]
    assert info.unit == info.measures.unit
    assert info.measures is QUANTITIES[info.quantity or name]
    wednesday = pd.DatetimeIndex(["2026-08-19"])
    slip = pd.Series([info.measures.high * 1.001], wednesday)
    with pytest.raises(fl.UnitError, match=f"^{name}: "):
        fl.Dataset({name: slip}, as_of="2026-08-21", source="a slip")


def test_native_units_can_be_converted():
    for info in fl.catalog().values():
        assert any({info.unit, info.native_unit} <= set(sizes) for sizes in _SIZES.values())


def test_ids_are_unique_and_look_like_ids():
    for ids in (
        [info.fred for info in fl.catalog().values() if info.fred],
        [info.board for info in fl.catalog().values() if info.board],
    ):
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(r"[A-Z0-9_.]+", one) for one in ids)


def test_the_catalog_cannot_be_written_to():
    with pytest.raises(TypeError):
        fl.catalog()["mine"] = None


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(fl.UnknownSeriesError, match="did you mean 'sofr'"):
        series_info("soffr")
    with pytest.raises(fl.UnknownSeriesError, match="known are bank_assets"):
        series_info("###")


@pytest.mark.parametrize(
    ("field", "value"),
    [("frequency", "monthly"), ("release_rule", "h15"), ("unit", "percent"), ("quantity", "x")],
)
def test_an_entry_that_makes_no_sense_is_refused(field, value):
    good = fl.catalog()["fed_assets"]
    fields = {name: getattr(good, name) for name in SeriesInfo.__slots__}
    with pytest.raises(fl.DataError, match=f"catalog: fed_assets: '{value}' as {field}"):
        SeriesInfo(**fields | {field: value})
