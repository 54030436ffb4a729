"""fl.load: from the publishers, through the cache, into a Dataset."""

import hashlib
import os
import subprocess
import sys
import threading
from itertools import pairwise
from urllib.parse import urlsplit

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.cache import Cache, default_directory
from fedliq.data.http import Manners
from loopback import KEY, Reply
from redirected import assert_same, freeze, live, new_publisher, paths, redirect, serve

GRAPH, ARCHIVE, INTERFACE = "/graph/fredgraph.csv", "/datadownload/Output.aspx", "/fred/series"


def ids(publishers):
    """Series asked of FRED's graphs."""
    return [one.partition("id=")[2].partition("&")[0] for one in publishers.asked if GRAPH in one]


# -- the whole -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Everything loaded once; the publisher goes away, the cache stays."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        freeze(patch, "2026-10-20 18:00")
        with live(patch, folder) as publishers:
            with pytest.warns(fl.MissingDataWarning) as given:
                dataset = fl.load()
            asked = list(publishers.asked)
    return folder, dataset, asked, [str(one.message) for one in given]


def test_what_is_loaded_is_what_was_published(filled, sample):
    _, dataset, _, _ = filled
    assert list(dataset) == [name for name in fl.catalog() if name in sample]
    for name in sample:
        assert_same(dataset[name], sample[name])


def test_what_nobody_publishes_is_left_out_with_a_warning(filled):
    """The loopback server, like the sample, has no deferred asset."""
    _, dataset, _, (warning,) = filled
    assert "remittances_due" not in dataset
    assert "left out: remittances_due" in warning


def test_each_series_comes_from_its_publisher_first(filled):
    _, dataset, asked, _ = filled
    origins = {name: dataset.provenance(name).source for name in dataset}
    assert origins["sofr"] == "New York Fed: SOFR"
    assert origins["on_rrp"] == "New York Fed: Reverse Repo operations"
    assert origins["srf"] == "New York Fed: Repo operations"
    assert origins["tga_close"] == "Treasury Fiscal Data: operating cash balance"
    assert origins["fed_assets"] == "FRED graph CSV: WALCL"
    assert origins["federal_reserve_notes"] == "Board Data Download: H.4.1 RESPPLLN_N.WW"
    assert not any(INTERFACE in one for one in asked)  # without a key


def test_a_second_load_asks_nobody_and_gives_the_same(filled, monkeypatch):
    folder, dataset, _, _ = filled
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(folder))
    freeze(monkeypatch, "2026-10-20 18:10")
    with new_publisher().running() as publishers:
        redirect(monkeypatch, publishers)
        again = fl.load(list(dataset))
        assert publishers.asked == []
    for name in dataset:
        assert_same(again[name], dataset[name])
        assert again.provenance(name) == dataset.provenance(name)


def test_a_loaded_dataset_serves_every_indicator(filled, panel):
    _, dataset, _, _ = filled
    pd.testing.assert_frame_equal(
        fl.indicator_panel(dataset), panel, check_freq=False, check_index_type=False
    )


@pytest.mark.parametrize("key", ["", KEY])
def test_a_warm_cache_loads_no_library_of_the_network(filled, key):
    folder, dataset, _, _ = filled
    code = (
        "import sys, pandas as pd, fedliq as fl, fedliq.data.load as load\n"
        "load.utc_now = lambda: pd.Timestamp('2026-10-20 22:10', tz='UTC')\n"
        f"names = {list(dataset)}\n"
        "assert len(fl.load(names)) == len(names)\n"
        "heavy = {'requests', 'urllib3', 'fredapi', 'filelock', 'tqdm', 'platformdirs'}\n"
        "print('loaded:', *sorted(heavy & set(sys.modules)))"
    )
    environment = os.environ | {"FEDLIQ_CACHE_DIR": str(folder), "FRED_API_KEY": key}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("loaded:\n", "")


# -- which source --------------------------------------------------------------------------


def test_a_key_in_the_environment_puts_the_interface_in_front(publishers, monkeypatch):
    monkeypatch.setenv("FRED_API_KEY", KEY)
    dataset = fl.load(["fed_assets"])
    assert paths(publishers) == ["/fred/series", "/fred/series/observations"]
    assert dataset.provenance("fed_assets").source == "FRED: WALCL"


def test_a_key_that_is_given_puts_the_interface_in_front(publishers, sample):
    dataset = fl.load(["fed_assets", "sofr"], api_key=KEY)
    assert_same(dataset["fed_assets"], sample["fed_assets"])
    assert INTERFACE in paths(publishers)
    # What the New York Fed publishes still comes from there.
    assert dataset.provenance("sofr").source == "New York Fed: SOFR"


@pytest.mark.parametrize("empty", ["environment", "argument"])
def test_an_empty_key_is_none(publishers, monkeypatch, empty):
    monkeypatch.setenv("FRED_API_KEY", "" if empty == "environment" else KEY)
    fl.load(["fed_assets"], api_key=None if empty == "environment" else "")
    assert paths(publishers) == [GRAPH]


def test_the_key_is_in_no_provenance_and_no_file(publishers, tmp_path):
    dataset = fl.load(["fed_assets"], api_key=KEY)
    assert KEY not in str(dataset.provenance("fed_assets"))
    for path in (tmp_path / "cache").iterdir():
        assert KEY not in path.name
        assert KEY.encode() not in path.read_bytes()
    assert len(publishers.asked) == 2


@pytest.mark.parametrize(
    ("source", "path", "origin"),
    [
        ("fredgraph", GRAPH, "FRED graph CSV: WALCL"),
        ("board", ARCHIVE, "Board Data Download: H.4.1 RESPPMA_N.WW"),
        (["board", "fredgraph"], ARCHIVE, "Board Data Download: H.4.1 RESPPMA_N.WW"),
        (("fredgraph", "board"), GRAPH, "FRED graph CSV: WALCL"),
    ],
)
def test_the_source_that_is_named_is_asked_in_the_order_named(
    publishers, sample, source, path, origin
):
    dataset = fl.load(["fed_assets"], source=source)
    assert paths(publishers) == [path]
    assert dataset.provenance("fed_assets").source == origin
    assert_same(dataset["fed_assets"], sample["fed_assets"])


def test_a_source_that_is_named_is_asked_though_another_ones_figures_are_held(publishers):
    fl.load(["fed_assets"])
    dataset = fl.load(["fed_assets"], source="board")
    assert paths(publishers) == [GRAPH, ARCHIVE]
    assert "Board" in dataset.provenance("fed_assets").source


def test_where_one_source_fails_the_next_is_asked(publishers, sample):
    serve(publishers, GRAPH, "<html>moved</html>", 404)
    dataset = fl.load(["fed_assets", "tga"])
    assert paths(publishers) == [GRAPH, GRAPH, ARCHIVE]
    for name in dataset:
        assert "Board" in dataset.provenance(name).source
        assert_same(dataset[name], sample[name])


def test_a_source_that_does_not_have_a_series_is_not_asked_for_it(publishers):
    with pytest.raises(fl.NotAvailableError, match="tga_close: no source that was asked has it"):
        fl.load(["tga_close"], source=["fredgraph", "nyfed", "board"])
    assert publishers.asked == []


def test_a_source_of_ones_own_is_asked_like_any_other(publishers, sample):
    class Mine:
        name, remote, keeps_vintages, overlap_days = "mine", True, False, None

        def serves(self, info):
            return info.name == "mbs"

        def deliver(self, wanted):
            return publishers.sources()["fredgraph"].deliver(wanted)

    dataset = fl.load(["mbs", "tga"], source=[Mine(), "fredgraph"])
    assert_same(dataset["mbs"], sample["mbs"])
    assert Cache(default_directory()).read("mbs").origin.source == "mine"
    assert Cache(default_directory()).read("tga").origin.source == "fredgraph"


def test_a_folder_goes_before_what_is_cached_and_is_never_cached(publishers, tmp_path):
    fl.load(["fed_assets", "tga"])
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "fed_assets.csv").write_text("date,value\n2026-08-19,6700\n")
    folder = fl.LocalFiles(mine)
    for offline in (False, True):
        dataset = fl.load(["fed_assets"], source=folder, offline=offline)
        assert dataset["fed_assets"].tolist() == [6700]
    both = fl.load(["fed_assets", "tga"], source=[folder, "fredgraph"])
    assert both["fed_assets"].tolist() == [6700]
    assert both.provenance("tga").source == "FRED graph CSV: WDTGAL"
    assert ids(publishers) == ["WALCL", "WDTGAL"]
    assert fl.load(["fed_assets"])["fed_assets"].iloc[-1] == 6745.699


def test_a_file_that_cannot_be_read_is_told_though_another_source_has_the_series(
    publishers, tmp_path
):
    (tmp_path / "fed_assets.csv").write_text("date,value\n2026-08-19,many\n")
    with pytest.warns(fl.FedliqWarning, match=r"fed_assets\.csv"):
        fl.load(["fed_assets"], source=[fl.LocalFiles(tmp_path), "fredgraph"])
    assert len(publishers.asked) == 1


def test_the_sample_is_a_source_too(publishers, sample):
    dataset = fl.load(["tga", "sofr"], source="sample", since="2026-01-01")
    assert_same(dataset["sofr"].set_axis(dataset["sofr"].index.as_unit("ns")),
                sample["sofr"].loc["2026-01-01":])  # fmt: skip
    assert dataset.as_of == sample.as_of
    assert publishers.asked == []
    known = fl.load(["fed_assets"], source="sample", as_of="2023-03-16 16:29")
    assert known["fed_assets"].index[-1] == pd.Timestamp("2023-03-08")


def test_a_named_series_that_the_sample_lacks_is_not_available():
    with pytest.raises(fl.NotAvailableError, match="remittances_due"):
        fl.load(["fed_assets", "remittances_due"], source="sample")


# -- since, offline, refresh, progress -----------------------------------------------------


def test_since_cuts_what_is_shown_and_caches_the_whole(publishers, sample):
    dataset = fl.load(["sofr"], since="2026-08-03")
    assert dataset["sofr"].index[0] == pd.Timestamp("2026-08-03")
    assert dataset.provenance("sofr").first == pd.Timestamp("2026-08-03")
    assert_same(fl.load(["sofr"])["sofr"], sample["sofr"])
    assert len(publishers.asked) == 1


@pytest.mark.parametrize(
    ("name", "since", "asked"),
    [
        ("sofr", "2026-08-03", "startDate=2026-08-03&endDate=2026-10-20"),
        ("fed_assets", "2026-08-03", "cosd=2026-08-03"),
        # From the last one held at the latest: otherwise nothing could be compared.
        ("sofr", "2026-09-01", "startDate=2026-08-20&endDate=2026-10-20"),
        ("tga_close", "2026-06-01", "record_date%3Agte%3A2026-06-01"),
    ],
)
def test_of_what_is_held_only_figures_since_then_are_asked_for(
    publishers, sample, name, since, asked
):
    fl.load([name])
    fl.load([name], since=since, refresh=True)
    assert asked in publishers.asked[-1]
    assert_same(fl.load([name])[name], sample[name])


def test_the_new_york_fed_is_asked_for_the_last_weeks_only(publishers, sample):
    """It revises a rate on its day of publication, if ever; FRED's series change throughout."""
    for _ in range(2):
        dataset = fl.load(["sofr", "fed_assets"], refresh=True)
    starts = [one.partition("startDate=")[2][:10] for one in publishers.asked if "sofr" in one]
    assert starts == ["2000-07-03", "2026-07-06"]  # 45 days before 2026-08-20
    assert not any("cosd" in one for one in publishers.asked)
    assert_same(dataset["sofr"], sample["sofr"])


def test_offline_asks_nobody_however_old_the_cache_is(publishers, clock, sample):
    fl.load(["fed_assets"])
    clock.set("2031-01-01 12:00")
    dataset = fl.load(["fed_assets"], offline=True)
    assert_same(dataset["fed_assets"], sample["fed_assets"])
    assert len(publishers.asked) == 1
    assert dataset.as_of == pd.Timestamp("2031-01-01")


def test_offline_says_what_is_not_cached(publishers):
    fl.load(["fed_assets"])
    with pytest.raises(fl.NotAvailableError, match="tga: not in the cache"):
        fl.load(["fed_assets", "tga"], offline=True)
    with pytest.warns(fl.MissingDataWarning, match="left out: "):
        dataset = fl.load(offline=True)
    assert list(dataset) == ["fed_assets"]
    assert len(publishers.asked) == 1


def test_offline_needs_no_key_that_is_right(publishers, monkeypatch):
    fl.load(["fed_assets"])
    monkeypatch.setenv("FRED_API_KEY", "not a key")
    assert len(fl.load(["fed_assets"], offline=True)) == 1
    assert len(publishers.asked) == 1


def test_refresh_asks_though_nothing_is_due(publishers):
    for refresh in (False, True):
        fl.load(["fed_assets"], refresh=refresh)
    assert ids(publishers) == ["WALCL", "WALCL"]


def test_progress_is_told_of_each_series_once(publishers):
    fl.load(["tga"])
    serve(publishers, "/api/rates/secured/tgcr/search.json", "gone", 404)
    told = []
    with pytest.raises(fl.NotAvailableError, match="TGCR"):
        fl.load(
            ["tga", "mbs", "tgcr", "tga_close"],
            progress=lambda name, what: told.append((name, what)),
        )
    assert sorted(told) == [
        ("mbs", "fredgraph"),
        ("tga", "cached"),
        ("tga_close", "treasury"),
        ("tgcr", "failed"),
    ]


def test_the_limit_of_requests_holds_from_load_to_load(publishers, monkeypatch):
    """FRED wants two requests a second at most, however often load is called."""
    redirect(monkeypatch, publishers, Manners(per_second=20))
    for name in ("tga", "mbs", "treasuries"):
        fl.load([name])
    gaps = [later - one for one, later in pairwise(publishers.times)]
    assert len(gaps) == 2
    # Between arrivals, not departures: some milliseconds may be made up on the way.
    assert min(gaps) > 0.04


def test_several_threads_can_load_at_once(publishers, sample, tmp_path):
    """One client of FRED serves them all, and fredapi's keeps an answer between two calls."""
    names = ("iorb", "gdp", "tga_week_average", "bank_assets")
    loaded = {}

    def load(name):
        one = fl.load([name], source="fred", api_key=KEY, cache_dir=tmp_path / name)
        loaded[name] = one[name], one.provenance(name).sha256

    threads = [threading.Thread(target=load, args=(name,)) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for name in names:
        figures, sha256 = loaded[name]
        assert_same(figures, sample[name])
        alone = fl.load([name], source="fred", api_key=KEY, cache_dir=tmp_path / "alone")
        assert alone.provenance(name).sha256 == sha256
    assert len(publishers.asked) == 16


# -- provenance ----------------------------------------------------------------------------


def test_provenance_says_from_where_in_which_state_and_when(publishers, clock):
    sent = {}

    def watch(asked: str, reply: Reply) -> Reply:
        sent[urlsplit(asked).query] = reply.body
        return reply

    publishers.faults.append(watch)
    told = fl.load(["fed_assets"]).provenance("fed_assets")
    assert told.source == "FRED graph CSV: WALCL"
    assert told.vintage == "as last revised"
    assert told.sha256 == hashlib.sha256(sent["id=WALCL"]).hexdigest()
    assert told.retrieved_at == clock.now
    assert "retrieved 2026-10-20 22:00 UTC" in str(told)


def test_what_comes_from_the_cache_was_retrieved_when_it_was_fetched(publishers, clock):
    fl.load(["fed_assets"])
    then = clock.now
    clock.set("2026-10-20 18:05")
    dataset = fl.load(["fed_assets"])
    assert dataset.provenance("fed_assets").retrieved_at == then
    assert dataset.moment == pd.Timestamp("2026-10-20 18:05")
    assert len(publishers.asked) == 1


def test_the_cache_can_be_named(publishers, tmp_path):
    fl.load(["fed_assets"], cache_dir=tmp_path / "other")
    assert Cache(tmp_path / "other").names() == ("fed_assets",)
    assert not default_directory().exists()
    fl.load(["fed_assets"], cache_dir=str(tmp_path / "other"))
    assert len(publishers.asked) == 1


# -- input ---------------------------------------------------------------------------------


def test_names_come_once_and_in_the_order_of_the_catalog(publishers):
    dataset = fl.load(iter(["tga", "fed_assets", "tga"]))
    assert list(dataset) == ["fed_assets", "tga"]
    assert sorted(ids(publishers)) == ["WALCL", "WDTGAL"]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"names": "fed_assets"}, fl.InputTypeError, "names: expected names in a list"),
        ({"names": ["gold"]}, fl.UnknownSeriesError, "no series 'gold'"),
        ({"names": ["WALCL"]}, fl.UnknownSeriesError, "did you mean 'fed_assets'"),
        ({"source": "bloomberg"}, fl.FedliqError, "source: 'bloomberg' is not one of 'nyfed'"),
        ({"source": 7}, fl.FedliqError, "source: 7 "),
        ({"source": ["fredgraph", "FRED"]}, fl.FedliqError, "source: 'FRED' "),
        ({"since": "last week"}, fl.InvalidInputError, "since: expected a day"),
        ({"since": "10/11/2025"}, fl.InvalidInputError, "since: expected a day"),
        ({"as_of": "yesterday"}, fl.InvalidInputError, "as_of: expected a day"),
        ({"as_of": "2026-10-21"}, fl.InvalidInputError, "as_of: .* in the future"),
        ({"as_of": "2099-12-31"}, fl.InvalidInputError, "as_of: .* in the future"),
        ({"source": "fred", "api_key": ""}, fl.ApiKeyError, "api_key: a key of FRED has"),
        ({"source": "fred", "api_key": "secret"}, fl.ApiKeyError, "api_key: a key of FRED has"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anyone_is_asked(publishers, arguments, error, text):
    with pytest.raises(error, match=text) as refused:
        fl.load(**({"names": ["fed_assets"]} | arguments))
    assert "secret" not in str(refused.value)
    assert publishers.asked == []


def test_no_source_has_nothing(publishers):
    with pytest.raises(fl.NotAvailableError, match="no source that was asked"):
        fl.load(["fed_assets"], source=[])
    assert publishers.asked == []
