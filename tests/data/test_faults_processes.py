"""What is in the cache when a process dies, or several write at once: a state as it was published."""

import itertools
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import fedliq as fl

# Another process, which refreshes on its own; it may be told at what point to die.
OTHER = """
import os, pathlib, signal, sys
import pandas as pd
import fedliq as fl
import fedliq.data.load as load
from fedliq.data.fred import FredGraph
from fedliq.data.http import Manners

root, folder, now, times, point, number, *names = sys.argv[1:]

def deadly(call):
    count = iter(range(1, 1000))
    def die_at(*arguments, **options):
        if next(count) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return die_at

class Half:
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self.file.__enter__() and self
    def __exit__(self, *error):
        return self.file.__exit__(*error)
    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        half_written(None)
        self.file.write(content[len(content) // 2 :])
    def flush(self):
        self.file.flush()
    def fileno(self):
        return self.file.fileno()

half_written = lambda _: None
if point == "write":
    half_written = deadly(half_written)
    opened = pathlib.Path.open
    def opened_by_half(path, mode="r", *arguments, **options):
        file = opened(path, mode, *arguments, **options)
        return Half(file) if mode == "xb" else file
    pathlib.Path.open = opened_by_half
elif point:
    setattr(pathlib.Path, point, deadly(getattr(pathlib.Path, point)))
load.utc_now = lambda: pd.Timestamp(now)
graph = FredGraph(root_url=root, manners=Manners(per_second=1000, pause=0.01))
for _ in range(int(times)):
    fl.load(names, source=graph, cache_dir=folder, refresh=True)
"""


def another(desk, *names, times=1, point="", number=0):
    root = f"{desk.publisher.root}/graph/fredgraph.csv"
    arguments = [root, desk.folder, desk.clock.now, times, point, number, *names]
    command = [sys.executable, "-W", "error", "-c", OTHER, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


# Where it dies, and which state is in the cache then: the old one, or the new one.
DEATHS = {
    "in the middle of the figures": ("write", 1, 0),
    "before the figures are in place": ("replace", 1, 0),
    "in the middle of the sidecar": ("write", 2, 0),
    "between the figures and the sidecar": ("replace", 2, 0),
    "before the old figures are removed": ("unlink", 1, 1),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_process_that_is_killed_leaves_the_old_state_or_the_new_one(desk, death):
    point, number, state = DEATHS[death]
    desk.load(["fed_assets"], "fredgraph").is_quiet()
    desk.revise("fed_assets")
    with another(desk, "fed_assets", point=point, number=number) as killed:
        _, err = killed.communicate(timeout=30)
    assert killed.returncode == -signal.SIGKILL, err.decode()
    seen = desk.load(["fed_assets"], "fredgraph", offline=True)
    seen.is_quiet()
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[state])
    # The dead hold no lock.
    seen = desk.load(["fed_assets"], "fredgraph", refresh=True)
    seen.is_quiet()
    assert seen.seconds < 5
    assert seen.dataset["fed_assets"].equals(desk.published("fed_assets")[1])
    assert len([file for file in desk.held() if file.endswith(".csv")]) == 1


def test_a_first_write_that_is_killed_leaves_nothing_to_be_read(desk):
    with another(desk, "fed_assets", point="replace", number=2) as killed:
        _, err = killed.communicate(timeout=30)
    assert killed.returncode == -signal.SIGKILL, err.decode()
    refused = desk.load(["fed_assets"], "fredgraph", offline=True)
    refused.fails(fl.NotAvailableError, "not in the cache")
    assert not refused.warned
    desk.load(["fed_assets"], "fredgraph").is_quiet()


def test_several_processes_at_once_leave_every_entry_whole(desk):
    """While they write, and the publisher revises at every turn, a reader sees whole states."""
    names = ["fed_assets", "tga", "mbs"]
    desk.load(names, "fredgraph").is_quiet()
    for name in names:
        desk.revise(name)
    states = {name: [desk._first[name], desk.publisher.figures[name]] for name in names}
    turn = itertools.count()

    def revising(_, reply):
        now = next(turn)
        desk.publisher.figures.update({name: both[now % 2] for name, both in states.items()})
        return reply

    desk.wrongly(revising)
    others = [another(desk, *names, times=6) for _ in range(3)]
    reads = 0
    while any(one.poll() is None for one in others):
        seen = desk.load(names, "fredgraph", offline=True)
        seen.is_quiet()
        assert list(seen.dataset) == names
        reads += 1
    for one in others:
        out, err = one.communicate(timeout=30)
        assert (one.returncode, out, err) == (0, b"", b"")
    assert reads
    assert next(turn) == 3 * 6 * 3  # nobody asked in vain, and nobody gave up
    seen = desk.load(names, "fredgraph", offline=True)
    seen.is_quiet()
    assert all(len(seen.dataset[name]) == len(desk.published(name)[0]) for name in names)
    # Of each series one pair of files, and nothing that was left on the way.
    assert len(desk.held()) == 2 * len(names)


def test_several_threads_at_once_leave_every_entry_whole(desk):
    names = ["fed_assets", "tga", "sofr"]
    desk.load(names, "fredgraph").is_quiet()
    with ThreadPoolExecutor(4) as pool:
        sources = [desk.publisher.sources()["fredgraph"] for _ in range(8)]
        loads = [
            pool.submit(fl.load, names, source=one, cache_dir=desk.folder, refresh=True)
            for one in sources
        ]
        for one in loads:
            dataset = one.result()
            assert all(dataset[name].equals(desk.published(name)[0]) for name in names)
    desk.load(names, "fredgraph", offline=True).is_quiet()
    assert len(desk.held()) == 2 * len(names)
