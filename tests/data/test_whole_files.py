"""Files that are there whole or, where something fails, as they were."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from fedliq.data.whole_files import write_whole

ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0
unprivileged = pytest.mark.skipif(ROOT, reason="root may write anywhere")


@pytest.fixture
def full_disk(monkeypatch):
    """Every write ends with ENOSPC, when the content is to reach the disk."""

    def refuse(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestWhole:
    @pytest.mark.parametrize("content", [b"", b"one\n", b"\x00\xff\r\n" * 100_000])
    def test_a_file_holds_what_was_written(self, tmp_path, content):
        path = tmp_path / "a.html"
        write_whole(path, content)
        assert path.read_bytes() == content
        assert names(tmp_path) == ["a.html"]

    def test_a_file_that_is_there_is_replaced(self, tmp_path):
        path = tmp_path / "a.html"
        path.write_bytes(b"longer than the new one")
        write_whole(path, b"new")
        assert path.read_bytes() == b"new"
        assert names(tmp_path) == ["a.html"]

    def test_a_reader_of_the_old_file_reads_it_to_its_end(self, tmp_path):
        path = tmp_path / "a.html"
        path.write_bytes(b"old" * 1000)
        with path.open("rb") as reader:
            start = reader.read(3)
            write_whole(path, b"new")
            assert start + reader.read() == b"old" * 1000

    def test_whoever_reads_meanwhile_finds_one_or_the_other(self, tmp_path):
        path = tmp_path / "a.html"
        versions = [letter * 300_000 for letter in (b"a", b"b")]
        write_whole(path, versions[0])
        done = threading.Event()

        def write():
            for turn in range(30):
                write_whole(path, versions[turn % 2])
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        found = set()
        while not done.is_set():
            found.add(path.read_bytes())
        writer.join()
        assert found <= set(versions)

    def test_a_name_without_a_folder_is_in_that_of_now(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        write_whole(Path("a.html"), b"x")
        assert names(tmp_path) == ["a.html"]

    def test_the_longest_name_that_a_folder_takes(self, tmp_path):
        """255 bytes on the file systems of Linux and macOS (NAME_MAX)."""
        longest = os.pathconf(tmp_path, "PC_NAME_MAX")
        name = "a" * (longest - 5) + ".html"
        write_whole(tmp_path / name, b"x")
        assert names(tmp_path) == [name]


class TestFailure:
    def test_with_a_full_disk_the_old_file_stays(self, tmp_path, full_disk):  # noqa: ARG002
        path = tmp_path / "a.html"
        path.write_bytes(b"old")
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, b"new")
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["a.html"]

    def test_with_a_full_disk_there_is_no_new_file(self, tmp_path, full_disk):  # noqa: ARG002
        with pytest.raises(OSError, match="No space left"):
            write_whole(tmp_path / "a.html", b"new")
        assert names(tmp_path) == []

    def test_stopped_by_a_key_it_leaves_nothing_behind(self, tmp_path, monkeypatch):
        def stop(_):
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            write_whole(tmp_path / "a.html", b"new")
        assert names(tmp_path) == []

    def test_where_it_cannot_be_put_in_place_nothing_is_left(self, tmp_path, monkeypatch):
        def refuse(*_):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        (tmp_path / "a.html").write_bytes(b"old")
        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(PermissionError):
            write_whole(tmp_path / "a.html", b"new")
        assert names(tmp_path) == ["a.html"]
        assert (tmp_path / "a.html").read_bytes() == b"old"

    def test_it_is_on_the_disk_before_it_takes_the_place(self, tmp_path, monkeypatch):
        """Else a crash could leave an empty file under the name."""
        order = []
        sync, replace = os.fsync, Path.replace
        monkeypatch.setattr(
            os, "fsync", lambda file: (order.append(os.fstat(file).st_size), sync(file))
        )
        monkeypatch.setattr(
            Path, "replace", lambda one, other: (order.append("in place"), replace(one, other))
        )
        write_whole(tmp_path / "a.html", b"12345")
        assert order == [5, "in place"]

    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            write_whole(tmp_path / "none" / "a.html", b"x")
        assert names(tmp_path) == []

    def test_a_folder_in_the_place_of_the_file(self, tmp_path):
        (tmp_path / "a").mkdir()
        with pytest.raises(IsADirectoryError):
            write_whole(tmp_path / "a", b"x")
        assert names(tmp_path) == ["a"]
        assert names(tmp_path / "a") == []

    @unprivileged
    def test_a_folder_that_may_not_be_written_to(self, tmp_path):
        tmp_path.chmod(0o500)
        try:
            with pytest.raises(PermissionError):
                write_whole(tmp_path / "a.html", b"x")
        finally:
            tmp_path.chmod(0o700)
        assert names(tmp_path) == []


class TestLinks:
    def test_a_link_stays_a_link_and_its_file_is_replaced(self, tmp_path):
        (tmp_path / "there").mkdir()
        target, link = tmp_path / "there" / "b.html", tmp_path / "a.html"
        target.write_bytes(b"old")
        link.symlink_to(target)
        write_whole(link, b"new")
        assert link.is_symlink()
        assert target.read_bytes() == b"new"
        assert not target.is_symlink()
        assert names(tmp_path / "there") == ["b.html"]
        assert names(tmp_path) == ["a.html", "there"]

    def test_the_file_that_a_link_names_is_made(self, tmp_path):
        link = tmp_path / "a.html"
        link.symlink_to("b.html")
        write_whole(link, b"new")
        assert link.is_symlink()
        assert (tmp_path / "b.html").read_bytes() == b"new"

    def test_links_in_a_circle_are_refused_as_files_are(self, tmp_path):
        one, other = tmp_path / "a", tmp_path / "b"
        one.symlink_to(other)
        other.symlink_to(one)
        with pytest.raises(OSError, match="symbolic link"):
            write_whole(one, b"x")
        assert names(tmp_path) == ["a", "b"]


class TestPermissions:
    @pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
    def test_a_new_file_follows_the_umask(self, tmp_path, mask, mode):
        before = os.umask(mask)
        try:
            write_whole(tmp_path / "a.html", b"x")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "a.html").stat().st_mode) == mode


class TestNoFile:
    def test_a_terminal_is_written_to_and_stays_one(self):
        """One of our own, in a folder where not even root can replace it: not /dev/null."""
        keyboard, screen = os.openpty()
        try:
            path = Path(os.ttyname(screen))
            write_whole(path, b"x")
            assert stat.S_ISCHR(path.stat().st_mode)
            os.set_blocking(keyboard, False)
            assert os.read(keyboard, 100) == b"x"
        finally:
            os.close(keyboard)
            os.close(screen)

    def test_a_pipe_is_written_to_and_stays_one(self, tmp_path):
        pipe, got = tmp_path / "pipe", []
        os.mkfifo(pipe)
        reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
        reader.start()
        write_whole(pipe, b"through it")
        reader.join(timeout=10)
        assert got == [b"through it"]
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert names(tmp_path) == ["pipe"]

    @pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
    def test_a_pipe_that_a_shell_names_by_its_number(self):
        """As ``-o /dev/stdout | less`` and ``-o >(less)`` do."""
        out, into = os.pipe()
        try:
            write_whole(Path(f"/dev/fd/{into}"), b"through it")
            os.set_blocking(out, False)
            assert os.read(out, 100) == b"through it"
        finally:
            os.close(out)
            os.close(into)
