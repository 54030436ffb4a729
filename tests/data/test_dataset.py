import pickle

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.releases import release_times

DAYS = pd.DatetimeIndex(["2026-08-12", "2026-08-19"])


def small(**series) -> fl.Dataset:
    return fl.Dataset(
        {name: pd.Series(values, DAYS) for name, values in series.items()},
        as_of="2026-08-21",
        source="a table",
    )


def test_what_is_handed_out_is_a_copy():
    dataset = small(fed_assets=[6700.0, 6745.699])
    mine = dataset["fed_assets"]
    mine.iloc[0] = 0
    assert dataset["fed_assets"].iloc[0] == 6700


def test_what_was_given_can_be_changed_without_harm():
    given = pd.Series([6700.0, 6745.699], DAYS)
    dataset = fl.Dataset({"fed_assets": given}, as_of="2026-08-21", source="a table")
    given.iloc[0] = 0
    assert dataset["fed_assets"].iloc[0] == 6700


def test_it_is_a_mapping_that_cannot_be_written_to():
    dataset = small(fed_assets=[6700.0, 6745.699])
    assert list(dataset) == ["fed_assets"]
    assert "tga" not in dataset
    assert dataset.get("tga") is None
    with pytest.raises(TypeError):
        dataset["tga"] = pd.Series(dtype=float)
    with pytest.raises(AttributeError):
        dataset.as_of = "2026-01-01"


def test_it_can_be_pickled(sample):
    again = pickle.loads(pickle.dumps(sample))  # noqa: S301 - made here
    assert again.as_of == sample.as_of
    pd.testing.assert_series_equal(again["sofr"], sample["sofr"])


def test_missing_rows_are_left_out():
    dataset = small(fed_assets=[np.nan, 6745.699])
    assert dataset["fed_assets"].index.equals(DAYS[1:])
    assert dataset.provenance("fed_assets").observations == 1


@pytest.mark.parametrize("ask", [lambda d: d["fed_asets"], lambda d: d.provenance("fed_asets")])
def test_an_unknown_name_offers_the_nearest(ask):
    with pytest.raises(fl.UnknownSeriesError, match="did you mean 'fed_assets'"):
        ask(small(fed_assets=[6700.0, 6745.699]))
    with pytest.raises(KeyError):
        ask(small(tga=[1.0, 2.0]))


def test_a_name_that_the_catalog_does_not_define_is_refused():
    with pytest.raises(fl.UnknownSeriesError, match="no series 'WALCL'"):
        small(WALCL=[6_700_000.0, 6_745_699.0])


def test_figures_in_another_unit_are_refused():
    with pytest.raises(fl.UnitError, match=r"fed_assets: .* looks like USD mn"):
        small(fed_assets=[6_700_000.0, 6_745_699.0])


def test_a_day_that_is_none():
    with pytest.raises(fl.InvalidInputError, match="as_of: expected a day"):
        fl.Dataset({}, as_of="today's", source="")


def test_a_frame_is_aligned(sample):
    frame = sample.frame(["fed_assets", "on_rrp"])
    assert frame.index.equals(sample["fed_assets"].index)
    assert frame.loc["2025-01-01", "on_rrp"] == sample["on_rrp"].loc["2024-12-31"]


class TestKnownOn:
    def test_each_series_ends_where_its_publisher_had_got_to(self, sample):
        evening = sample.known_on("2023-03-17")  # a Friday
        last = {name: str(evening[name].index[-1].date()) for name in ("fed_assets", "bank_assets",
                "sofr", "effr", "on_rrp", "iorb", "gdp")}  # fmt: skip
        assert last == {
            "fed_assets": "2023-03-15",
            "bank_assets": "2023-03-08",
            "sofr": "2023-03-16",
            "effr": "2023-03-16",
            "on_rrp": "2023-03-17",
            "iorb": "2023-03-17",
            "gdp": "2022-10-01",
        }

    def test_knowing_later_and_then_earlier_is_knowing_earlier(self, sample):
        once = sample.known_on("2019-09-18")
        twice = sample.known_on("2024-01-05").known_on("2019-09-18")
        for name in sample:
            pd.testing.assert_series_equal(once[name], twice[name])
        assert once.as_of == twice.as_of == pd.Timestamp("2019-09-18")

    def test_everything_it_holds_was_public_and_nothing_public_is_missing(self, sample):
        day = pd.Timestamp("2022-11-25")  # the day after Thanksgiving
        known = sample.known_on(day)
        for name in sample:
            rule = sample.provenance(name).info.release_rule
            public = release_times(sample[name].index, rule) < day + pd.Timedelta(1, unit="D")
            public &= sample[name].index <= day  # a rate is announced for days to come
            assert known[name].index.equals(sample[name].index[public])

    def test_provenance_goes_along(self, sample):
        before, after = (one.provenance("tga") for one in (sample, sample.known_on("2020-01-02")))
        assert after.sha256 == before.sha256
        assert after.source == before.source
        assert after.last == pd.Timestamp("2020-01-01")


def test_a_weekly_figure_is_dated_by_its_wednesday():
    fridays = pd.Series([6700.0, 6745.699], DAYS + pd.Timedelta(2, unit="D"))
    with pytest.raises(
        fl.TimeIndexError, match=r"fed_assets: the H\.4\.1 is for Wednesdays, but a"
    ):
        fl.Dataset({"fed_assets": fridays}, as_of="2026-08-21", source="a table")


def test_a_list_is_no_mapping():
    with pytest.raises(fl.InputTypeError, match="series: expected a mapping"):
        fl.Dataset([], as_of="2026-08-21", source="a table")


def test_it_equals_itself_alone(sample):
    assert sample == sample  # noqa: PLR0124 - Mapping would compare Series, and fail
    assert sample != sample.known_on("2026-08-21")
