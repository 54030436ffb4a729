"""What a reader gets when the disk is full, files are damaged, or a process dies or competes."""

import errno
import itertools
import json
import os
from pathlib import Path

import pytest
from filelock import FileLock

import fedliq as fl
from faults import down
from fedliq.data import cache as cache_module
from fedliq.data import whole_files
from fedliq.data.cache import Cache

# -- a disk that cannot be written ---------------------------------------------------------

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
READ_ONLY = OSError(errno.EROFS, os.strerror(errno.EROFS))
DENIED = PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def raising(error):
    def refuse(*_, **__):
        raise error

    return refuse


def no_space(number):
    """Let the disk be full at the first or the second file of an entry: figures, sidecar."""

    def refuse(patch, _):
        whole, count = cache_module.write_whole, itertools.count(1)

        def replace(path, content):
            if next(count) >= number:
                raise FULL
            whole(path, content)

        patch.setattr(cache_module, "write_whole", replace)

    return refuse


def no_lock(_, lock):
    lock.unlink(missing_ok=True)
    lock.mkdir(parents=True)


REFUSING = {
    "no space for the figures": (no_space(1), "No space left on device"),
    "no space for the sidecar": (no_space(2), "No space left on device"),
    "no space when it comes to the disk": (
        lambda patch, _: patch.setattr(whole_files.os, "fsync", raising(FULL)),
        "No space left on device",
    ),
    "no writing": (
        lambda patch, _: patch.setattr(whole_files, "uuid4", raising(READ_ONLY)),
        "Read-only file system",
    ),
    "no moving": (
        lambda patch, _: patch.setattr(Path, "replace", raising(DENIED)),
        "Permission denied",
    ),
    "no lock": (no_lock, "Is a directory"),
}


@pytest.mark.parametrize("refusing", REFUSING)
@pytest.mark.parametrize(("source", "name"), [("fredgraph", "fed_assets"), ("nyfed", "sofr")])
def test_what_cannot_be_cached_is_returned_and_what_is_cached_stays(desk, refusing, source, name):
    refuse, reason = REFUSING[refusing]
    lock = desk.folder / f"{name}.lock"
    texts = (
        rf"^cache: '{name}' cannot be written in .* \({reason}\)",
        "free some space, or name another folder with cache_dir= or FEDLIQ_CACHE_DIR",
    )
    with desk.monkeypatch.context() as patch:
        refuse(patch, lock)
        seen = desk.load([name], source)
    seen.warns(fl.CacheWarning, *texts)
    assert seen.dataset[name].equals(desk.published(name)[0])
    assert Cache(desk.folder).names() == ()
    if lock.is_dir():
        lock.rmdir()

    desk.load([name], source).is_quiet()
    held = desk.held()
    desk.revise(name)
    desk.later("30h")
    with desk.monkeypatch.context() as patch:
        refuse(patch, lock)
        seen = desk.load([name], source)
    seen.warns(fl.CacheWarning, *texts)
    assert seen.dataset[name].equals(desk.published(name)[1])  # the new ones, and all of them
    assert desk.held().items() >= held.items()
    seen = desk.load([name], source, offline=True)
    seen.is_quiet()
    assert seen.dataset[name].equals(desk.published(name)[0])


def test_a_cache_folder_that_is_a_file_costs_warnings_and_no_figures(desk):
    desk.folder.write_text("not a folder")
    seen = desk.load(["fed_assets"], "fredgraph")
    assert seen.error is None
    assert {one.category for one in seen.warned} == {fl.CacheWarning}
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[0])
    assert desk.folder.read_text() == "not a folder"


def test_a_sidecar_that_cannot_be_replaced_costs_warnings_and_no_figures(desk):
    (desk.folder / "fed_assets.json").mkdir(parents=True)
    seen = desk.load(["fed_assets"], "fredgraph")
    assert seen.error is None
    assert {one.category for one in seen.warned} == {fl.CacheWarning}
    assert any("cannot be written" in str(one.message) for one in seen.warned)
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[0])


def test_a_lock_that_is_not_let_go_is_not_waited_for_for_ever(desk, monkeypatch):
    monkeypatch.setattr(cache_module, "_LOCK_SECONDS", 0.2)
    desk.load(["fed_assets"], "fredgraph").is_quiet()
    held = desk.held()
    desk.revise("fed_assets")
    desk.later("30h")
    with FileLock(desk.folder / "fed_assets.lock"):
        seen = desk.load(["fed_assets"], "fredgraph")
    seen.warns(fl.CacheWarning, r"^cache: another process has held 'fed_assets' for 0\.2 seconds")
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[1])
    assert desk.held() == held


# -- damage --------------------------------------------------------------------------------


def sidecar(change):
    def damage(folder, name):
        path = folder / f"{name}.json"
        path.write_bytes(change(path.read_bytes()))

    return damage


def figures(change):
    def damage(folder, name):
        (path,) = folder.glob(f"{name}.*.csv")
        path.write_bytes(change(path.read_bytes()))

    return damage


def field(name, value):
    return sidecar(lambda old: json.dumps(json.loads(old) | {name: value}).encode())


def without_figures(folder, name):
    (path,) = folder.glob(f"{name}.*.csv")
    path.unlink()


DAMAGE = {
    "one digit of the figures": figures(lambda old: old[:-2] + b"0\n"),
    "the end of the figures": figures(lambda old: old[: len(old) // 2]),
    "figures of nothing": figures(lambda _: b""),
    "figures that are gone": without_figures,
    "the end of the sidecar": sidecar(lambda old: old[: len(old) // 2]),
    "a sidecar of nothing": sidecar(lambda _: b""),
    "a sidecar of zeros": sidecar(lambda old: bytes(len(old))),
    "a sidecar that is a list": sidecar(lambda _: b"[]"),
    "a sidecar that says null": sidecar(lambda _: b"null"),
    "a sidecar without a hash": sidecar(lambda old: old.replace(b"sha256", b"md5")),
    "a sidecar of another series": field("name", "tga"),
    "a sidecar of a later format": field("format", 2),
    "a time that is none": field("retrieved_at", "2O26-10-20T20:00:00+00:00"),
    "a time without its zone": field("retrieved_at", "2026-10-20T20:00:00"),
    "a time that is missing": field("retrieved_at", None),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_and_mended_where_the_publisher_can_be_asked(desk, damage):
    desk.load(["fed_assets", "tga"], "fredgraph").is_quiet()
    DAMAGE[damage](desk.folder, "fed_assets")
    seen = desk.load(["fed_assets", "tga"], "fredgraph")
    seen.warns(fl.CacheWarning, "^cache: 'fed_assets' in .* is damaged", "it is fetched anew")
    assert [path.partition("id=")[2] for path in seen.asked] == ["WALCL"]  # and only that
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[0])
    seen = desk.load(["fed_assets", "tga"], "fredgraph", offline=True)
    seen.is_quiet()
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[0])


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_and_never_read_where_nobody_can_be_asked(desk, damage):
    desk.load(["fed_assets", "tga"], "fredgraph").is_quiet()
    DAMAGE[damage](desk.folder, "fed_assets")
    held = desk.held()

    named = desk.load(["fed_assets"], "fredgraph", offline=True)
    named.fails(fl.NotAvailableError, "^fed_assets: not in the cache, and nobody is asked")
    assert [one.category for one in named.warned] == [fl.CacheWarning]

    whole = desk.load(None, "fredgraph", offline=True)
    assert list(whole.dataset) == ["tga"]
    kinds = [one.category for one in whole.warned]
    assert kinds.count(fl.CacheWarning) == 1
    assert set(kinds) == {fl.CacheWarning, fl.MissingDataWarning}

    desk.wrongly(down("fredgraph"))
    ill = desk.load(["fed_assets"], "fredgraph")
    ill.fails(fl.SourceError, "^FRED: WALCL: .*HTTP 503")
    assert [one.category for one in ill.warned] == [fl.CacheWarning]
    assert desk.held() == held


@pytest.mark.parametrize("how", ["cleared", "damaged"])
def test_a_history_is_whole_although_the_cache_is_lost_while_the_publisher_answers(desk, how):
    """Only the last weeks were asked for: alone they must not pass for the whole."""
    desk.load(["sofr"], "nyfed").is_quiet()
    desk.later("30h")

    def meanwhile(_, reply):
        if how == "cleared":
            Cache(desk.folder).clear()
        else:
            DAMAGE["figures of nothing"](desk.folder, "sofr")
        return reply

    desk.wrongly(meanwhile)
    seen = desk.load(["sofr"], "nyfed", kept=False)
    assert seen.dataset["sofr"].equals(desk.published("sofr")[0])
    desk.wrongly()
    seen = desk.load(["sofr"], "nyfed", kept=False)
    assert seen.dataset["sofr"].equals(desk.published("sofr")[0])
