"""The cache on disk: whole or not at all, and every bit as it was."""

import errno
import hashlib
import json
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fedliq as fl
from fedliq.data import cache as module
from fedliq.data.cache import (
    Cache,
    Entry,
    Origin,
    csv_of_series,
    default_directory,
    series_of_csv,
)
from redirected import assert_same

ORIGIN = Origin(
    source="fredgraph",
    origin="FRED graph CSV: WALCL",
    unit="USD bn",
    retrieved_at="2026-08-21T20:49:14+00:00",
    vintage="as last revised",
    raw_sha256="ab" * 32,
)


def entry(text, origin=ORIGIN):
    return Entry(text.encode(), origin)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def files(cache):
    return sorted(path.name for path in cache.directory.iterdir() if path.suffix != ".lock")


# -- every bit -----------------------------------------------------------------------------

DAYS = st.dates(pd.Timestamp("1700-01-01").date(), pd.Timestamp("2200-12-31").date())


@given(st.dictionaries(DAYS, st.floats(allow_nan=False), min_size=1))
def test_a_series_comes_back_with_every_bit(values):
    days = sorted(values)
    numbers = np.array([values[day] for day in days], dtype=np.float64)
    index = pd.DatetimeIndex(np.array(days, dtype="datetime64[ns]"))
    read = series_of_csv(csv_of_series(pd.Series(numbers, index)), "tga")
    # Compared as bits: 0.0 and -0.0 are equal as numbers.
    np.testing.assert_array_equal(read.to_numpy().view(np.int64), numbers.view(np.int64))
    assert read.index.equals(index)
    assert (read.name, read.index.name) == ("tga", "date")


@given(DAYS, st.sampled_from(["s", "ms", "us", "ns"]))
def test_a_date_comes_back_whatever_its_resolution(day, unit):
    index = pd.DatetimeIndex([pd.Timestamp(day)]).as_unit(unit)
    read = series_of_csv(csv_of_series(pd.Series([1.0], index)), "x")
    assert read.index[0].date() == day


def test_the_whole_sample_comes_back_through_the_disk(cache, sample):
    for name in sample:
        cache.update(name, lambda _, name=name: Entry(csv_of_series(sample[name]), ORIGIN))
    for name in sample:
        assert_same(series_of_csv(cache.read(name).content, name), sample[name])


def test_the_file_is_a_csv_that_anyone_can_read(cache):
    series = pd.Series([6745.699], pd.DatetimeIndex(["2026-08-19"]))
    cache.update("fed_assets", lambda _: Entry(csv_of_series(series), ORIGIN))
    (csv,) = cache.directory.glob("*.csv")
    assert csv.read_text() == "date,value\n2026-08-19,6745.699\n"


# -- the sidecar ---------------------------------------------------------------------------


def test_the_sidecar_says_what_it_is_and_where_it_comes_from(cache):
    cache.update("fed_assets", lambda _: entry("date,value\n2026-08-19,6745.699\n"))
    sidecar = json.loads((cache.directory / "fed_assets.json").read_text())
    content = (cache.directory / sidecar["file"]).read_bytes()
    assert sidecar["sha256"] == hashlib.sha256(content).hexdigest()
    assert sidecar["name"] == "fed_assets"
    said = {
        "source": "fredgraph",
        "origin": "FRED graph CSV: WALCL",
        "unit": "USD bn",
        "retrieved_at": "2026-08-21T20:49:14+00:00",
        "vintage": "as last revised",
        "raw_sha256": "ab" * 32,
    }
    assert said.items() <= sidecar.items()


def test_what_is_read_is_what_was_written(cache):
    written = cache.update("fed_assets", lambda _: entry("date,value\n2026-08-19,6745.699\n"))
    assert cache.read("fed_assets") == written
    assert written.origin.retrieved == pd.Timestamp("2026-08-21 20:49:14", tz="UTC")


def test_what_replaces_an_entry_sees_the_one_that_was_there(cache):
    seen = []
    for text in ("first", "second"):
        cache.update("tga", lambda held, text=text: seen.append(held) or entry(text))
    assert seen == [None, entry("first")]
    assert cache.read("tga") == entry("second")
    assert len(files(cache)) == 2  # the figures of the first are gone


def test_the_same_figures_again_renew_the_sidecar_alone(cache):
    cache.update("tga", lambda _: entry("same"))
    later = Origin("fred", "FRED: WDTGAL", "USD bn", "2026-08-28T20:49:14+00:00", "x", "cd" * 32)
    cache.update("tga", lambda _: entry("same", later))
    assert cache.read("tga") == entry("same", later)
    assert len(files(cache)) == 2


# -- whole or not at all -------------------------------------------------------------------


class BoomError(Exception):
    pass


def explode(*_):
    raise BoomError


def test_where_the_renewal_raises_the_old_state_stays(cache):
    cache.update("tga", lambda _: entry("old"))
    before = files(cache)
    with pytest.raises(BoomError):
        cache.update("tga", explode)
    assert cache.read("tga") == entry("old")
    assert files(cache) == before


@pytest.mark.parametrize("error", [fl.SourceError("down"), fl.DataError("shorter")])
def test_an_error_of_the_renewal_is_passed_on_as_it_is(cache, error):
    def fail(_):
        raise error

    with pytest.raises(type(error)) as passed:
        cache.update("tga", fail)
    assert passed.value is error


@pytest.mark.parametrize("fails", [".csv", ".json"])
@pytest.mark.parametrize("held", [True, False])
def test_where_the_disk_is_full_the_old_state_stays(cache, monkeypatch, fails, held):
    if held:
        cache.update("tga", lambda _: entry("old"))
    real = Path.replace

    def full(self, target):
        if Path(target).suffix == fails:
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(
            fl.CacheError, match=r"'tga' cannot be written .*No space left"
        ) as told:
            cache.update("tga", lambda _: entry("new"))
    assert "FEDLIQ_CACHE_DIR" in str(told.value)
    assert cache.read("tga") == (entry("old") if held else None)
    assert not [name for name in files(cache) if name.startswith(".")]
    # And once there is room again, nothing stands in the way.
    cache.update("tga", lambda _: entry("new"))
    assert cache.read("tga") == entry("new")
    assert len(files(cache)) == 2


@pytest.mark.parametrize("fails", [".csv", ".json"])
def test_a_process_that_is_killed_leaves_the_old_pair(cache, monkeypatch, fails):
    """Killed, nothing tidies up: the half of the new pair that is there must do no harm."""
    cache.update("tga", lambda _: entry("old"))
    real = module.write_whole

    def killed(path, content):
        if path.suffix == fails:
            raise BoomError
        real(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(module, "write_whole", killed)
        with pytest.raises(BoomError):
            cache.update("tga", lambda _: entry("new"))
    assert cache.read("tga") == entry("old")
    assert cache.names() == ("tga",)


def test_readers_see_one_state_or_the_other_while_it_is_written(cache):
    states = [entry(f"{number}," * 2000) for number in range(2)]
    cache.update("tga", lambda _: states[0])
    stop, wrong, reads = threading.Event(), [], []

    def read():
        while not stop.is_set():
            found = cache.read("tga")
            reads.append(1)
            if found not in states:
                wrong.append(found)

    def guarded():
        try:
            read()
        except fl.CacheError as error:
            wrong.append(error)

    readers = [threading.Thread(target=guarded) for _ in range(3)]
    for one in readers:
        one.start()
    for number in range(60):
        cache.update("tga", lambda _, number=number: states[number % 2])
    stop.set()
    for one in readers:
        one.join()
    assert not wrong
    assert len(reads) > 60


def test_writers_of_one_entry_wait_for_each_other(cache):
    def count(held):
        number = 0 if held is None else int(held.content)
        return entry(str(number + 1))

    def write():
        for _ in range(10):
            cache.update("tga", count)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert cache.read("tga").content == b"40"


def test_a_writer_does_not_wait_for_ever(cache, monkeypatch):
    monkeypatch.setattr(module, "_LOCK_SECONDS", 0.05)

    def meanwhile(_):
        # Inside the renewal the lock is held: another writer must give up.
        with pytest.raises(fl.CacheError, match="another process has held 'tga'"):
            Cache(cache.directory).update("tga", lambda _: entry("other"))
        return entry("mine")

    cache.update("tga", meanwhile)
    assert cache.read("tga") == entry("mine")


# -- damage --------------------------------------------------------------------------------


def sidecar_of(cache, **changed):
    path = cache.directory / "tga.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


DAMAGE = {
    "figures changed": lambda cache: next(cache.directory.glob("*.csv")).write_text("6.0"),
    "figures cut": lambda cache: next(cache.directory.glob("*.csv")).write_text(""),
    "figures gone": lambda cache: next(cache.directory.glob("*.csv")).unlink(),
    "sidecar cut": lambda cache: (cache.directory / "tga.json").write_text('{"format": 1, "na'),
    "sidecar of another kind": lambda cache: (cache.directory / "tga.json").write_text("[]"),
    "sidecar of another series": lambda cache: sidecar_of(cache, name="mbs"),
    "sidecar of a later format": lambda cache: sidecar_of(cache, format=99),
    "sidecar is a folder": lambda cache: (
        (cache.directory / "tga.json").unlink(),
        (cache.directory / "tga.json").mkdir(),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_told_and_never_read(cache, damage):
    cache.update("tga", lambda _: entry("5.0"))
    damage(cache)
    with pytest.raises(fl.CacheError, match=r"'tga' in .* is damaged") as told:
        cache.read("tga")
    assert "fedliq cache --clear" in str(told.value)


@pytest.mark.parametrize("damage", list(DAMAGE)[:-1])
def test_a_damaged_entry_is_replaced_like_one_that_is_not_there(cache, damage):
    cache.update("tga", lambda _: entry("5.0"))
    DAMAGE[damage](cache)
    seen = []
    cache.update("tga", lambda held: seen.append(held) or entry("7.0"))
    assert seen == [None]
    assert cache.read("tga") == entry("7.0")


@pytest.mark.parametrize("when", ["yesterday", "2026-08-21T20:49:14"])
def test_a_time_that_is_none_or_has_no_zone_is_damage(cache, when):
    cache.update("tga", lambda _: entry("5.0"))
    sidecar_of(cache, retrieved_at=when)
    with pytest.raises(fl.CacheError, match="damaged"):
        cache.read("tga")


def test_a_sidecar_cannot_point_out_of_the_folder(cache):
    cache.update("tga", lambda _: entry("5.0"))
    outside = cache.directory.parent / "outside.csv"
    outside.write_text("secret")
    sidecar_of(cache, file="../outside.csv", sha256=hashlib.sha256(b"secret").hexdigest())
    with pytest.raises(fl.CacheError):
        cache.read("tga")


# -- names, sizes, clearing ----------------------------------------------------------------


def test_a_folder_that_is_not_there_holds_nothing_and_is_not_made(cache):
    assert cache.read("tga") is None
    assert cache.names() == ()
    assert cache.clear() == ()
    assert not cache.directory.exists()


def test_names_are_those_of_the_entries_in_order(cache):
    for name in ("tga", "mbs", "fed_assets@2023-03-15", "soma-summary"):
        cache.update(name, lambda _: entry("x"))
    assert cache.names() == ("fed_assets@2023-03-15", "mbs", "soma-summary", "tga")


def test_an_entry_is_not_confused_with_one_whose_name_begins_alike(cache):
    cache.update("tga", lambda _: entry("first"))
    cache.update("tga_close", lambda _: entry("second"))
    cache.update("tga", lambda _: entry("third"))
    cache.clear(["tga"])
    assert cache.names() == ("tga_close",)
    assert cache.read("tga_close") == entry("second")


def test_the_size_is_that_of_figures_and_sidecar(cache):
    cache.update("tga", lambda _: entry("x" * 1000))
    on_disk = sum((cache.directory / name).stat().st_size for name in files(cache))
    assert cache.size("tga") == on_disk > 1000


def test_clearing_some_leaves_the_others(cache):
    for name in ("tga", "mbs", "sofr"):
        cache.update(name, lambda _: entry("x"))
    assert set(cache.clear(["tga", "sofr"])) == {"tga", "sofr"}
    assert cache.names() == ("mbs",)
    assert cache.read("tga") is None


def test_clearing_takes_names_of_any_kind(cache):
    for name in ("tga", "mbs", "sofr"):
        cache.update(name, lambda _: entry("x"))
    cache.clear(iter(["sofr", "tga"]))
    assert cache.names() == ("mbs",)


def test_clearing_all_leaves_nothing(cache):
    for name in ("tga", "mbs"):
        cache.update(name, lambda _: entry("x"))
    assert set(cache.clear()) == {"tga", "mbs"}
    assert list(cache.directory.iterdir()) == []


def test_clearing_a_damaged_entry_mends_it(cache):
    cache.update("tga", lambda _: entry("5.0"))
    DAMAGE["sidecar cut"](cache)
    cache.clear(["tga"])
    assert cache.read("tga") is None


def test_clearing_what_is_not_there_removes_nothing(cache):
    cache.update("tga", lambda _: entry("5.0"))
    assert cache.clear(["gold"]) == ()
    assert cache.names() == ("tga",)


@pytest.mark.parametrize("name", ["../notes", "*", "t*", "???", "[t]ga"])
def test_clearing_takes_names_and_not_patterns_or_paths(cache, name):
    cache.update("tga", lambda _: entry("5.0"))
    mine = cache.directory.parent / "notes.json"
    mine.write_text("{}")
    cache.clear([name])
    assert mine.exists()
    assert cache.read("tga") == entry("5.0")


def test_clearing_all_leaves_files_that_are_not_the_caches(cache):
    """FEDLIQ_CACHE_DIR may name a folder that is used for other things too."""
    cache.update("tga", lambda _: entry("5.0"))
    mine = cache.directory / "package.json"
    mine.write_text('{"name": "mine"}')
    assert "package" not in cache.names()
    cache.clear()
    assert mine.exists()


# -- where it is ---------------------------------------------------------------------------


def test_the_folder_is_the_one_the_environment_names(monkeypatch, tmp_path):
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(tmp_path / "here"))
    assert default_directory() == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", "~/there")
    assert default_directory() == Path("~/there").expanduser()


@pytest.mark.parametrize("named", [None, ""])
def test_by_default_the_folder_is_the_users_cache(monkeypatch, named):
    monkeypatch.delenv("FEDLIQ_CACHE_DIR", raising=False)
    if named is not None:
        monkeypatch.setenv("FEDLIQ_CACHE_DIR", named)
    folder = default_directory()
    assert folder == platformdirs.user_cache_path("fedliq", appauthor=False)
    assert "fedliq" in folder.parts
