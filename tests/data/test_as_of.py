"""fl.load(as_of=...): the figures as they stood, to the hour of their release."""

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.cache import Cache, default_directory
from loopback import KEY
from redirected import assert_same

ALFRED = "/graph/alfredgraph.csv"


def keep_vintage(publishers, name, day, last, factor=1.01):
    """Let ALFRED hold a state of the series that differs from today's."""
    then = (publishers.figures[name].loc[:last] * factor).round(3)
    publishers.vintages[name, day] = then
    return then


def vintages_asked(publishers):
    return [one.partition("vintage_date=")[2] for one in publishers.asked if ALFRED in one]


def test_figures_come_as_they_stood_at_the_end_of_the_day(publishers):
    then = keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    dataset = fl.load(["fed_assets"], as_of="2023-03-16")
    assert_same(dataset["fed_assets"], (then / 1000).rename("fed_assets"))
    assert dataset.provenance("fed_assets").vintage == "ALFRED vintage of 2023-03-16"
    assert dataset.as_of == pd.Timestamp("2023-03-16")
    assert vintages_asked(publishers) == ["2023-03-16"]
    assert len(publishers.asked) == 1  # today's figures are not needed


@pytest.mark.parametrize(
    ("as_of", "vintage", "last"),
    [
        # H.4.1 of Wednesday 2023-03-15: Thursday 16:30 Eastern, with 297 bn more.
        ("2023-03-16 16:29", "2023-03-15", "2023-03-08"),
        ("2023-03-16 16:30", "2023-03-16", "2023-03-15"),
        (pd.Timestamp("2023-03-16 20:29", tz="UTC"), "2023-03-15", "2023-03-08"),
        (pd.Timestamp("2023-03-16 20:30", tz="UTC"), "2023-03-16", "2023-03-15"),
        ("2023-03-15", "2023-03-15", "2023-03-08"),
    ],
)
def test_before_the_hour_of_its_release_a_figure_is_not_known(publishers, as_of, vintage, last):
    for day, end in (("2023-03-15", "2023-03-08"), ("2023-03-16", "2023-03-15")):
        keep_vintage(publishers, "fed_assets", day, end)
    dataset = fl.load(["fed_assets"], as_of=as_of)
    assert vintages_asked(publishers) == [vintage]
    assert dataset["fed_assets"].index[-1] == pd.Timestamp(last)


def test_a_vintage_that_knows_too_much_is_cut_by_the_timetable(publishers):
    """ALFRED dates vintages by days: this one holds what came later that day."""
    keep_vintage(publishers, "fed_assets", "2023-03-15", "2023-03-15")
    dataset = fl.load(["fed_assets"], as_of="2023-03-15")
    assert dataset["fed_assets"].index[-1] == pd.Timestamp("2023-03-08")


def test_each_series_has_the_hour_of_its_own_release(publishers):
    """At noon SOFR (08:00) is out, ON RRP (13:15) and the H.4.1 (16:30) are not."""
    for name, day, last in (
        ("sofr", "2023-03-16", "2023-03-15"),
        ("on_rrp", "2023-03-15", "2023-03-15"),
        ("fed_assets", "2023-03-15", "2023-03-08"),
    ):
        keep_vintage(publishers, name, day, last)
    dataset = fl.load(["sofr", "on_rrp", "fed_assets"], as_of="2023-03-16 12:00")
    ends = {name: dataset.provenance(name).last.strftime("%F") for name in dataset}
    assert ends == {"sofr": "2023-03-15", "on_rrp": "2023-03-15", "fed_assets": "2023-03-08"}
    assert all("ALFRED" in dataset.provenance(name).vintage for name in dataset)


def test_with_a_key_the_interface_is_asked_for_the_vintage(publishers):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    dataset = fl.load(["fed_assets"], as_of="2023-03-16", api_key=KEY)
    assert all(
        "realtime_start=2023-03-16&realtime_end=2023-03-16" in one for one in publishers.asked
    )
    assert dataset.provenance("fed_assets").source == "FRED: WALCL"


def test_a_series_without_a_vintage_is_cut_to_what_was_public_and_said_so(publishers, sample):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    with pytest.warns(
        fl.MissingDataWarning, match="tga: no vintage of 2023-03-16 .*as last revised, cut"
    ) as told:
        dataset = fl.load(["fed_assets", "tga"], as_of="2023-03-16")
    assert_same(dataset["tga"], sample["tga"].loc[:"2023-03-15"])
    assert dataset.provenance("tga").vintage == "as last revised"
    assert dataset.provenance("fed_assets").vintage == "ALFRED vintage of 2023-03-16"
    assert "fed_assets" not in str(told[0].message)


def test_a_series_that_fred_does_not_have_is_cut_without_a_warning(publishers, sample):
    """The Treasury keeps no vintages: its provenance says so."""
    dataset = fl.load(["tga_close"], as_of="2023-03-16 15:59")
    assert_same(dataset["tga_close"], sample["tga_close"].loc[:"2023-03-14"])
    assert dataset.provenance("tga_close").vintage == "as last revised"
    assert vintages_asked(publishers) == []


def test_a_vintage_in_another_unit_is_refused_where_none_is_declared(publishers, sample):
    """WTREGEN was in billions once, and the CSV of a graph declares no unit."""
    keep_vintage(publishers, "tga_week_average", "2010-07-01", "2010-06-30", 0.001)
    with pytest.warns(fl.MissingDataWarning, match="tga_week_average: no vintage .*unit"):
        dataset = fl.load(["tga_week_average"], as_of="2010-07-01")
    assert_same(dataset["tga_week_average"], sample["tga_week_average"].loc[:"2010-06-30"])


def test_a_vintage_in_another_unit_is_read_where_it_is_declared(publishers, sample):
    keep_vintage(publishers, "tga_week_average", "2010-07-01", "2010-06-30", 0.001)
    publishers.units["tga_week_average"] = "Billions of Dollars"
    dataset = fl.load(["tga_week_average"], as_of="2010-07-01", api_key=KEY)
    pd.testing.assert_series_equal(
        dataset["tga_week_average"], sample["tga_week_average"].loc[:"2010-06-30"],
        rtol=1e-12, check_freq=False, check_index_type=False,
    )  # fmt: skip


def test_a_vintage_is_cached_for_ever(publishers, clock):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    first = fl.load(["fed_assets"], as_of="2023-03-16")
    for now in ("2026-10-20 19:00", "2031-01-02 12:00"):
        clock.set(now)
        again = fl.load(["fed_assets"], as_of="2023-03-16")
        assert_same(again["fed_assets"], first["fed_assets"])
        assert again.provenance("fed_assets") == first.provenance("fed_assets")
    assert len(publishers.asked) == 1
    assert Cache(default_directory()).names() == ("fed_assets@2023-03-16",)


def test_a_vintage_that_is_not_kept_is_not_asked_for_again(publishers, clock):
    for now in ("2026-10-20 18:00", "2026-10-20 18:05"):
        clock.set(now)
        with pytest.warns(fl.MissingDataWarning, match="fed_assets: no vintage of 2023-03-16"):
            dataset = fl.load(["fed_assets"], as_of="2023-03-16")
        assert dataset["fed_assets"].index[-1] == pd.Timestamp("2023-03-15")
    assert len(vintages_asked(publishers)) == 1


def test_a_refresh_asks_again_for_a_vintage_that_was_not_kept(publishers):
    with pytest.warns(fl.MissingDataWarning):
        fl.load(["fed_assets"], as_of="2023-03-16")
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    dataset = fl.load(["fed_assets"], as_of="2023-03-16", refresh=True)
    assert dataset.provenance("fed_assets").vintage == "ALFRED vintage of 2023-03-16"


def test_offline_a_vintage_that_is_cached_serves(publishers):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    first = fl.load(["fed_assets"], as_of="2023-03-16")
    again = fl.load(["fed_assets"], as_of="2023-03-16", offline=True)
    assert_same(again["fed_assets"], first["fed_assets"])
    with pytest.raises(fl.NotAvailableError, match="not in the cache"):
        fl.load(["fed_assets"], as_of="2023-03-09", offline=True)
    assert len(publishers.asked) == 1


def test_a_vintage_and_the_figures_of_today_are_kept_apart(publishers, sample):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    then = fl.load(["fed_assets"], as_of="2023-03-16")["fed_assets"]
    now = fl.load(["fed_assets"])["fed_assets"]
    assert_same(now, sample["fed_assets"])
    assert (then / now.loc[:"2023-03-15"]).round(6).eq(1.01).all()


def test_of_today_no_vintage_is_asked_for(publishers, clock, sample):
    clock.set("2026-08-21 18:00")
    dataset = fl.load(["fed_assets"], as_of="2026-08-21")
    assert_same(dataset["fed_assets"], sample["fed_assets"])
    assert vintages_asked(publishers) == []
    assert dataset.provenance("fed_assets").vintage == "as last revised"


def test_a_figure_of_today_is_shown_from_its_hour_on(publishers, clock):
    clock.set("2026-08-21 18:00")
    keep_vintage(publishers, "on_rrp", "2026-08-20", "2026-08-20", 1)
    for moment, last in (("2026-08-21 13:14", "2026-08-20"), ("2026-08-21 13:15", "2026-08-21")):
        known = fl.load(["on_rrp"], as_of=moment)
        assert known["on_rrp"].index[-1] == pd.Timestamp(last)


@pytest.mark.parametrize("as_of", ["2026-10-21", "2026-10-21 00:00", "2027-01-01"])
def test_a_day_to_come_is_refused(publishers, as_of):
    with pytest.raises(fl.InvalidInputError, match=r"as_of: .* in the future"):
        fl.load(["fed_assets"], as_of=as_of)
    assert publishers.asked == []


def test_since_and_as_of_go_together(publishers):
    keep_vintage(publishers, "fed_assets", "2023-03-16", "2023-03-15")
    dataset = fl.load(["fed_assets"], as_of="2023-03-16", since="2023-03-01")
    assert dataset["fed_assets"].index.strftime("%F").tolist() == [
        "2023-03-01",
        "2023-03-08",
        "2023-03-15",
    ]
    whole = fl.load(["fed_assets"], as_of="2023-03-16")
    assert whole["fed_assets"].index[0] == pd.Timestamp("2002-12-18")


def test_of_the_whole_nothing_is_shown_before_it_was_public(publishers):
    """Every value of the dataset was public at the moment, by the publishers' timetable."""
    moment = pd.Timestamp("2023-03-16 16:29")
    with pytest.warns(fl.MissingDataWarning):
        dataset = fl.load(as_of=moment)
    assert len(dataset) > 40
    assert publishers.asked
    for name in dataset:
        index = dataset[name].index
        assert (index <= moment).all(), name
        assert (fl.release_time(name, index) <= moment).all(), name
