"""``--output``: the file whole or not at all, and what is loaded for each format."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import fedliq as fl
from fedliq import cli
from fedliq.cli import main
from fedliq.report.formats import FORMATS

ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0
# Long before most figures, so that it is quick.
DAY = "2012-08-10"
COMMANDS = {"report": ("report", "--as-of", DAY), "project": ("project", "--to", "2027-01-31")}
STARTS = {"text": "US DOLLAR", "markdown": "# US", "html": "<!DOCTYPE html>", "json": "{"}


@pytest.fixture
def said(monkeypatch):
    """Have the page ready, for what is done with it is what is looked at."""
    monkeypatch.setattr(cli, "_dataset", lambda *_: fl.load_sample())
    monkeypatch.setattr("fedliq.report.formats.render", lambda *_: "a page of \u20ac\n")
    return "a page of \u20ac\n".encode()


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(capsys, *arguments) -> str:
    assert main(["report", "--as-of", DAY, *arguments]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    assert err.startswith("fedliq: --output: ")
    return err.removeprefix("fedliq: --output: ").rstrip("\n")


def shell(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        capture_output=True,
        check=False,
        env=os.environ | environment,
    )


class TestEachFormat:
    @pytest.mark.parametrize("command", COMMANDS)
    @pytest.mark.parametrize("form", FORMATS)
    def test_the_file_holds_what_would_have_been_printed(self, command, form, tmp_path, capsys):
        arguments = [*COMMANDS[command], "--format", form]
        path = tmp_path / "out"
        assert main([*arguments, "--output", str(path)]) == 0
        assert capsys.readouterr() == ("", "")
        assert main(arguments) == 0
        out, err = capsys.readouterr()
        assert not err
        assert path.read_bytes().decode() == out
        assert names(tmp_path) == ["out"]
        if command == "report":
            assert out.startswith(STARTS[form])
        if form == "json":
            assert json.loads(out)
        if form == "html":
            assert out.rstrip().endswith("</html>")
            assert ("<svg" in out) or command == "report"

    def test_the_format_is_chosen_by_the_option_and_not_by_the_name(self, tmp_path):
        main([*COMMANDS["report"], "-o", str(tmp_path / "brief.html")])
        assert (tmp_path / "brief.html").read_text().startswith("US DOLLAR LIQUIDITY")

    def test_help_names_both(self, capsys):
        for command in COMMANDS:
            with pytest.raises(SystemExit, match="0"):
                main([command, "--help"])
            told = " ".join(capsys.readouterr().out.split())
            assert "--output" in told
            assert "-o FILE" in told
            assert "{text,markdown,html,json}" in told

    def test_the_choices_are_the_formats_there_are(self, capsys):
        with pytest.raises(SystemExit, match="2"):
            main(["report", "--format", "pdf"])
        told = capsys.readouterr().err
        assert all(form in told for form in FORMATS)


class TestWhole:
    @pytest.mark.parametrize("option", ["-o", "--output"])
    def test_it_is_written_in_utf_8_whatever_the_terminal(
        self, said, tmp_path, option, monkeypatch, capsys
    ):
        monkeypatch.setenv("PYTHONIOENCODING", "ascii")
        assert main([*COMMANDS["report"], option, str(tmp_path / "a")]) == 0
        assert (tmp_path / "a").read_bytes() == said
        assert capsys.readouterr() == ("", "")

    def test_a_file_of_before_is_replaced(self, said, tmp_path):
        (tmp_path / "a").write_text("old" * 100)
        main([*COMMANDS["report"], "-o", str(tmp_path / "a")])
        assert (tmp_path / "a").read_bytes() == said
        assert names(tmp_path) == ["a"]

    def test_a_link_is_followed(self, said, tmp_path):
        (tmp_path / "a").symlink_to("b")
        main([*COMMANDS["report"], "-o", str(tmp_path / "a")])
        assert (tmp_path / "a").is_symlink()
        assert (tmp_path / "b").read_bytes() == said

    def test_it_may_be_read_by_whom_the_umask_lets(self, said, tmp_path):  # noqa: ARG002
        before = os.umask(0o027)
        try:
            main([*COMMANDS["report"], "-o", str(tmp_path / "a")])
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640

    def test_a_terminal_stays_one(self, said):
        """As does /dev/null, which a test had better not risk."""
        keyboard, screen = os.openpty()
        try:
            path = os.ttyname(screen)
            assert main([*COMMANDS["report"], "-o", path]) == 0
            assert stat.S_ISCHR(Path(path).stat().st_mode)
            os.set_blocking(keyboard, False)
            assert os.read(keyboard, 100).replace(b"\r\n", b"\n") == said
        finally:
            os.close(keyboard)
            os.close(screen)

    def test_a_brief_that_is_refused_leaves_the_file_of_before(self, tmp_path, capsys):
        (tmp_path / "a").write_text("old")
        assert main(["report", "--as-of", "1980-01-01", "-o", str(tmp_path / "a")]) == 2
        assert "as_of" in capsys.readouterr().err
        assert (tmp_path / "a").read_text() == "old"
        assert names(tmp_path) == ["a"]


class TestRefusals:
    """Exit code 2, one line: the option, the file, why, what to do."""

    def test_a_folder_that_is_not_there(self, said, tmp_path, capsys):  # noqa: ARG002
        path = str(tmp_path / "none" / "brief.html")
        told = refused(capsys, "-o", path)
        assert path in told
        assert "No such file or directory" in told
        assert "name a file in a folder" in told
        assert names(tmp_path) == []

    def test_a_folder_in_place_of_the_file(self, said, tmp_path, capsys):  # noqa: ARG002
        told = refused(capsys, "-o", str(tmp_path))
        assert str(tmp_path) in told
        assert "directory" in told
        assert names(tmp_path) == []

    @pytest.mark.skipif(ROOT, reason="root may write anywhere")
    def test_a_folder_that_may_not_be_written_to(self, said, tmp_path, capsys):  # noqa: ARG002
        tmp_path.chmod(0o500)
        try:
            assert "Permission denied" in refused(capsys, "-o", str(tmp_path / "a"))
        finally:
            tmp_path.chmod(0o700)

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT])
    def test_a_disk_that_refuses(self, said, tmp_path, capsys, monkeypatch, number):  # noqa: ARG002
        def refuse(_):
            raise OSError(number, os.strerror(number))

        (tmp_path / "a").write_text("old")
        monkeypatch.setattr(os, "fsync", refuse)
        told = refused(capsys, "-o", str(tmp_path / "a"))
        assert os.strerror(number) in told
        assert (tmp_path / "a").read_text() == "old"
        assert names(tmp_path) == ["a"]

    def test_links_in_a_circle(self, said, tmp_path, capsys):  # noqa: ARG002
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        refused(capsys, "-o", str(tmp_path / "a"))
        assert names(tmp_path) == ["a", "b"]

    def test_a_file_has_to_be_named(self, capsys):
        with pytest.raises(SystemExit, match="2"):
            main(["report", "-o"])
        assert "--output/-o" in capsys.readouterr().err


class TestInAShell:
    def test_the_same_figures_give_the_same_bytes(self, tmp_path):
        """In another process, with other hashes, in another time zone."""
        for number, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
            done = shell(
                *("-m", "fedliq.cli", *COMMANDS["project"]),
                *("--format", "html", "-o", str(tmp_path / number)),
                PYTHONHASHSEED=number,
                TZ=zone,
            )
            assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        one, other = ((tmp_path / number).read_bytes() for number in "12")
        assert one == other
        assert b"<svg" in one

    def test_into_a_pipe_that_the_shell_names(self):
        done = shell("-m", "fedliq.cli", *COMMANDS["report"], "-o", "/dev/stdout")
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(b"US DOLLAR LIQUIDITY")

    def test_only_html_loads_matplotlib_and_none_its_windows(self, tmp_path):
        code = (
            "import sys\nfrom fedliq.cli import main\n"
            "def loaded(): return {one for one in sys.modules if one.startswith('matplotlib')}\n"
            f"commands = {list(COMMANDS.values())!r}\n"
            "for forms in (['text', 'markdown', 'json'], ['html']):\n"
            "    for words in commands:\n"
            "        for form in forms:\n"
            "            main([*words, '--format', form, '-o', sys.argv[1]])\n"
            "            print(form, bool(loaded()), 'matplotlib.pyplot' in loaded())\n"
        )
        done = shell("-c", code, str(tmp_path / "out"))
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().splitlines() == [
            *["text False False", "markdown False False", "json False False"] * 2,
            *["html True False"] * 2,
        ]

    @pytest.mark.parametrize("command", COMMANDS)
    def test_without_matplotlib_html_names_the_extra_and_the_rest_goes_on(self, command, tmp_path):
        """As where fedliq was installed without its extra."""
        code = (
            "import sys\nsys.modules['matplotlib'] = None\nfrom fedliq.cli import main\n"
            "sys.exit(main(sys.argv[1:]))"
        )
        path = str(tmp_path / "out")
        done = shell("-c", code, *COMMANDS[command], "--format", "html", "-o", path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.count(b"\n") == 1
        assert b"fedliq[plot]" in done.stderr
        assert names(tmp_path) == []
        done = shell("-c", code, *COMMANDS[command], "--format", "markdown", "-o", path)
        assert (done.returncode, done.stderr) == (0, b"")
        assert names(tmp_path) == ["out"]
