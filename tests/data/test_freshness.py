"""When fl.load asks again: by the publisher's timetable, and once a week for revisions."""

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.cache import Cache, default_directory
from redirected import assert_same, freeze, serve

GRAPH = "/graph/fredgraph.csv"
MINUTE = pd.Timedelta(1, unit="m")


@pytest.fixture
def clock(monkeypatch):
    return freeze(monkeypatch, "2026-08-21 18:00")


def hold_back(publishers, name, last):
    """Let the publisher have nothing after a day; return how to let it publish the rest."""
    whole = publishers.figures[name]
    publishers.figures[name] = whole.loc[:last]
    return lambda until=None: publishers.figures.update({name: whole.loc[:until]})


# The day a figure is for, the day before it that has one, and when it is public (Eastern):
# METHODS, section 8, and the publishers' own calendars.
TIMETABLE = [
    ("fed_assets", "2026-08-12", "2026-08-19", "2026-08-20 16:30"),
    ("fed_assets", "2025-11-19", "2025-11-26", "2025-11-28 16:30"),  # Thanksgiving: Friday
    ("bank_assets", "2026-08-05", "2026-08-12", "2026-08-21 16:15"),
    ("sofr", "2026-08-19", "2026-08-20", "2026-08-21 08:00"),
    ("effr", "2026-08-19", "2026-08-20", "2026-08-21 09:00"),
    ("on_rrp", "2026-08-20", "2026-08-21", "2026-08-21 13:15"),
    ("tga_close", "2026-06-22", "2026-06-23", "2026-06-24 16:00"),
    ("tga_close", "2026-06-17", "2026-06-18", "2026-06-22 16:00"),  # Juneteenth, a weekend
    ("iorb", "2026-08-20", "2026-08-21", "2026-08-21 00:00"),  # long announced
    ("gdp", "2026-01-01", "2026-04-01", "2026-07-30 08:30"),
]


@pytest.mark.parametrize(("name", "before", "day", "public"), TIMETABLE)
def test_a_figure_is_asked_for_from_the_hour_it_is_public(
    publishers, clock, name, before, day, public
):
    publish = hold_back(publishers, name, before)
    clock.set(pd.Timestamp(public) - 60 * MINUTE)
    assert fl.load([name])[name].index[-1] == pd.Timestamp(before)
    asked = len(publishers.asked)
    publish(day)
    clock.set(pd.Timestamp(public) - MINUTE)
    assert fl.load([name])[name].index[-1] == pd.Timestamp(before)
    assert len(publishers.asked) == asked
    clock.set(public)
    assert fl.load([name])[name].index[-1] == pd.Timestamp(day)
    assert len(publishers.asked) > asked


@pytest.mark.parametrize(
    ("name", "last", "loaded", "until"),
    [
        ("fed_assets", "2026-08-19", "2026-08-20 16:30", "2026-08-27 16:29"),
        ("sofr", "2026-08-20", "2026-08-21 08:00", "2026-08-24 07:59"),  # over the weekend
        ("on_rrp", "2026-08-21", "2026-08-21 13:15", "2026-08-24 13:14"),
        ("iorb", "2026-08-21", "2026-08-20 18:00", "2026-08-21 23:59"),
        ("gdp", "2026-04-01", "2026-07-30 08:30", "2026-08-06 08:29"),
    ],
)
def test_nobody_is_asked_while_nothing_is_due(publishers, clock, name, last, loaded, until):
    hold_back(publishers, name, last)
    clock.set(loaded)
    fl.load([name])
    asked = len(publishers.asked)
    clock.set(until)
    fl.load([name])
    assert len(publishers.asked) == asked


def test_a_figure_that_is_late_is_asked_for_every_quarter_of_an_hour_at_most(publishers, clock):
    publish = hold_back(publishers, "fed_assets", "2026-08-12")
    times = {
        "2026-08-20 16:30": 1,  # the first load
        "2026-08-20 16:31": 1,
        "2026-08-20 16:45": 1,
        "2026-08-20 16:46": 2,
        "2026-08-20 17:00": 2,
        "2026-08-20 17:02": 3,
    }
    for now, asked in times.items():
        clock.set(now)
        fl.load(["fed_assets"])
        assert (now, len(publishers.asked)) == (now, asked)
    publish("2026-08-19")
    clock.set("2026-08-20 17:18")
    assert fl.load(["fed_assets"])["fed_assets"].iloc[-1] == 6745.699
    clock.set("2026-08-20 18:00")
    fl.load(["fed_assets"])
    assert len(publishers.asked) == 4


def test_only_what_is_due_is_asked_for(publishers, clock):
    hold_back(publishers, "bank_assets", "2026-08-12")
    fl.load(["fed_assets", "sofr", "bank_assets"])
    del publishers.asked[:]
    clock.set("2026-08-24 08:00")  # Monday: SOFR of Friday is out
    fl.load(["fed_assets", "sofr", "bank_assets"])
    assert ["sofr" in one for one in publishers.asked] == [True]


def test_revisions_are_asked_for_once_a_week(publishers, clock):
    publishers.figures["gdp"] = publishers.figures["gdp"].loc[:"2026-04-01"]
    fl.load(["gdp"])
    for now, asked in {
        "2026-08-28 17:59": 1,
        "2026-08-28 18:01": 2,
        "2026-09-04 18:00": 2,
        "2026-09-04 18:02": 3,
    }.items():
        clock.set(now)
        fl.load(["gdp"])
        assert (now, len(publishers.asked)) == (now, asked)


def revise(publishers):
    revised = publishers.figures["bank_assets"].copy()
    revised.loc["2003":"2026-06"] *= 1.0067
    publishers.figures["bank_assets"] = revised.round(3)


def assert_revised(publishers, key):
    loaded = fl.load(["bank_assets"], api_key=key)["bank_assets"]
    assert_same(loaded, publishers.figures["bank_assets"].rename("bank_assets"))


@pytest.mark.parametrize("key", [None, "0123456789abcdef0123456789abcdef"])
def test_a_revision_is_picked_up_however_far_back_it_reaches(publishers, clock, key):
    """The H.8 is revised every week, by up to 0.67 % (METHODS, trap 9)."""
    hold_back(publishers, "bank_assets", "2026-08-12")
    fl.load(["bank_assets"], api_key=key)
    revise(publishers)
    clock.set("2026-08-28 18:01")
    assert_revised(publishers, key)


def test_a_revision_is_picked_up_after_a_key_was_found(publishers, clock):
    hold_back(publishers, "bank_assets", "2026-08-12")
    fl.load(["bank_assets"])
    clock.set("2026-08-29 12:00")
    key = "0123456789abcdef0123456789abcdef"
    fl.load(["bank_assets"], api_key=key)
    revise(publishers)
    clock.set("2026-09-10 12:00")
    assert_revised(publishers, key)


def test_an_ended_series_is_never_asked_for_again(publishers, clock):
    """The rate on excess reserves ended on 2021-07-28."""
    fl.load(["ioer"])
    for now in ("2026-09-21 12:00", "2030-01-02 12:00"):
        clock.set(now)
        assert fl.load(["ioer"])["ioer"].index[-1] == pd.Timestamp("2021-07-28")
    assert len(publishers.asked) == 1
    fl.load(["ioer"], refresh=True)
    assert len(publishers.asked) == 2


def test_an_ended_series_that_is_not_whole_is_asked_for_again(publishers, clock):
    publish = hold_back(publishers, "ioer", "2021-07-01")
    fl.load(["ioer"])
    publish()
    clock.set("2026-08-21 18:16")
    assert fl.load(["ioer"])["ioer"].index[-1] == pd.Timestamp("2021-07-28")


def test_a_clock_that_went_back_asks_nobody(publishers, clock):
    """As for figures of the future: those held were not, when they came."""
    fl.load(["sofr"])
    clock.set("2026-08-20 12:00")
    assert fl.load(["sofr"])["sofr"].index[-1] == pd.Timestamp("2026-08-20")
    assert len(publishers.asked) == 1


# -- a refresh that fails ------------------------------------------------------------------


def test_a_failed_refresh_serves_what_is_held_and_says_how_old_it_is(publishers, clock, sample):
    fl.load(["fed_assets"], source="fredgraph")
    serve(publishers, GRAPH, "<html>down</html>", 404)
    clock.set("2026-08-29 18:00")
    with pytest.warns(fl.StaleDataWarning, match="fed_assets: .*8 days ago serves") as told:
        dataset = fl.load(["fed_assets"], source="fredgraph")
    assert_same(dataset["fed_assets"], sample["fed_assets"])
    assert dataset.provenance("fed_assets").retrieved_at == pd.Timestamp(
        "2026-08-21 22:00", tz="UTC"
    )
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole.iloc[10:],  # shorter
        lambda whole: whole.drop(whole.index[600]),  # with a hole
        lambda whole: whole * 1000,  # another unit
        lambda whole: whole / 1000,
    ],
    ids=["shorter", "a hole", "larger unit", "smaller unit"],
)
def test_what_cannot_be_a_later_state_never_replaces_what_is_held(
    publishers, clock, sample, spoil
):
    # The plausible range of an operation says nothing of the unit; what is held does.
    fl.load(["repo_treasury_collateral"])
    publishers.figures["repo_treasury_collateral"] = spoil(
        publishers.figures["repo_treasury_collateral"]
    )
    held = Cache(default_directory()).read("repo_treasury_collateral")
    clock.set("2026-08-29 18:00")
    with pytest.warns(fl.StaleDataWarning, match="repo_treasury_collateral"):
        dataset = fl.load(["repo_treasury_collateral"])
    assert_same(dataset["repo_treasury_collateral"], sample["repo_treasury_collateral"])
    assert Cache(default_directory()).read("repo_treasury_collateral") == held


def test_a_first_delivery_in_an_undeclared_unit_is_refused_by_the_sample(publishers):
    publishers.figures["repo_treasury_collateral"] *= 0.001
    with pytest.raises(fl.UnitError, match="changed the unit without declaring it"):
        fl.load(["repo_treasury_collateral"])
    assert Cache(default_directory()).names() == ()


def test_figures_dated_by_another_weekday_are_not_cached(publishers):
    whole = publishers.figures["fed_assets"]
    publishers.figures["fed_assets"] = whole.set_axis(
        whole.index + pd.Timedelta(2, unit="D")
    ).iloc[:-1]
    with pytest.raises(fl.TimeIndexError, match="for Wednesdays"):
        fl.load(["fed_assets"], source="fredgraph")
    assert Cache(default_directory()).names() == ()


# -- two sources for one series ------------------------------------------------------------


def test_a_source_that_steps_in_adds_the_last_weeks_and_is_named(publishers, clock, sample):
    publish = hold_back(publishers, "fed_assets", "2026-08-12")
    clock.set("2026-08-20 16:00")
    fl.load(["fed_assets"])
    publish("2026-08-19")
    serve(publishers, GRAPH, "<html>down</html>", 404)
    clock.set("2026-08-20 16:31")
    dataset = fl.load(["fed_assets"])
    assert_same(dataset["fed_assets"], sample["fed_assets"])
    origin = dataset.provenance("fed_assets").source
    assert "Board Data Download: H.4.1 RESPPMA_N.WW" in origin


@pytest.fixture
def interrupted(publishers, clock):
    """FRED's figures, three hours without FRED, and FRED's again."""
    clock.set("2026-08-20 17:00")
    fl.load(["fed_assets"])
    for _ in range(3):
        serve(publishers, GRAPH, "<html>down</html>", 404)
        fl.load(["fed_assets"], refresh=True)
        publishers.faults.clear()
        fl.load(["fed_assets"], refresh=True)
    return publishers


def test_a_revision_is_picked_up_after_a_source_stepped_in(interrupted):
    revised = (interrupted.figures["fed_assets"] * 1.001).round(0)
    interrupted.figures["fed_assets"] = revised
    dataset = fl.load(["fed_assets"], refresh=True)
    assert_same(dataset["fed_assets"], (revised / 1000).rename("fed_assets"))


def test_provenance_does_not_grow_with_every_interruption(interrupted):
    (origin,) = {fl.load(["fed_assets"]).provenance("fed_assets").source}
    assert origin.count("before that") <= 1
    assert interrupted.asked
