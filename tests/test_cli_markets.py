"""Futures and prices of one's own on the command line. All prices are made up."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from fedliq import cli
from fedliq.cli import main

DAY = "2022-08-10"  # FOMC range 2.25-2.50; the next meeting on 21 September, none in October
PRICED, LINKED = "WHAT FUTURES PRICE FOR THE FOMC", "NET LIQUIDITY AND PRICES"
# Half a rise, in force from 22 September on: nine days of its month.
FUTURES = f"date,symbol,close\n{DAY},ZQQ22,97.67\n{DAY},ZQU22,97.6325\n{DAY},ZQV22,97.545\n"


def closes(column="made up", days=140, seed=1) -> str:
    """Write a walk that ends on the day; of 140 rows, too short for a lead, so that it is quick."""
    steps = np.random.default_rng(seed).normal(0, 0.01, days)
    price = pd.Series(100 * np.exp(steps.cumsum()), pd.bdate_range(end=DAY, periods=days))
    lines = "".join(f"{day:%Y-%m-%d},{close:.4f}\n" for day, close in price.items())
    return f"date,{column}\n{lines}"


@pytest.fixture
def file(tmp_path):
    def write(content: str, name: str = "mine.csv") -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def report(capsys):
    def run(*arguments: str) -> str:
        assert main(["report", "--as-of", DAY, *arguments]) == 0
        out, err = capsys.readouterr()
        assert not err
        return out

    return run


@pytest.fixture
def refused(capsys):
    def run(*arguments: str) -> str:
        """Return the one line that is said of it."""
        assert main(["report", *arguments]) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith("fedliq: ")
        assert err.count("\n") == 1
        return err.removeprefix("fedliq: ").rstrip("\n")

    return run


class TestSections:
    def test_without_files_there_are_none(self, report):
        lines = report().splitlines()
        assert PRICED not in lines
        assert LINKED not in lines

    def test_futures_are_laid_out_by_meeting(self, file, report):
        lines = report("--futures", file(FUTURES)).splitlines()
        assert LINKED not in lines
        section = lines[lines.index(PRICED) :]
        assert "Settlements of 2022-08-10." in section[1]
        (row,) = (line.split() for line in section if line.startswith("  2022-09-21  "))
        assert row[:7] == ["2022-09-21", "2.455", "0.0", "%", "50.0", "%", "50.0"]

    def test_prices_are_laid_beside_net_liquidity_in_the_order_given(self, file, report):
        first, second = (file(closes(name, 400), f"{name}.csv") for name in ("zinc", "apples"))
        lines = report("--price", first, "--price", second).splitlines()
        assert PRICED not in lines
        table = [line.split()[0] for line in lines[lines.index(LINKED) :] if line.endswith(DAY)]
        assert table == ["zinc", "apples"]

    def test_a_price_without_a_name_is_named_by_its_file(self, file, report):
        data = json.loads(report("--format", "json", "--price", file(closes("close"), "gold.csv")))
        assert [one["price"] for one in data["linked"]["links"]] == ["gold"]
        assert data["priced"] is None

    @pytest.mark.parametrize(
        ("form", "titles"),
        [
            ("text", [PRICED, LINKED]),
            ("markdown", [f"## {PRICED.capitalize()}", f"## {LINKED.capitalize()}"]),
        ],
    )
    def test_both_stand_in_every_format(self, file, report, form, titles):
        files = ("--futures", file(FUTURES, "f.csv"), "--price", file(closes(), "p.csv"))
        out = report("--format", form, *files)
        lines = [line.lower() for line in out.splitlines()]
        one, other = (lines.index(title.lower()) for title in titles)
        assert one < other
        assert "made up" in out

    def test_json_holds_both(self, file, report):
        files = ("--futures", file(FUTURES, "f.csv"), "--price", file(closes(), "p.csv"))
        data = json.loads(report("--format", "json", *files))
        (meeting,) = data["priced"]["meetings"]
        assert (meeting["date"], meeting["higher"]) == ("2022-09-21", pytest.approx(0.5))
        assert data["linked"]["links"][0]["last"] == DAY

    def test_the_rest_of_the_brief_is_as_without_them(self, file, report):
        files = ("--futures", file(FUTURES, "f.csv"), "--price", file(closes(), "p.csv"))
        plain, full = (json.loads(report("--format", "json", *one)) for one in ((), files))
        assert {name for name in full if full[name] != plain[name]} == {"priced", "linked"}

    def test_prices_of_later_days_change_nothing(self, file, report):
        later = "".join(f"2022-08-11,{symbol},80\n" for symbol in ("ZQQ22", "ZQU22", "ZQV22"))
        said = {
            report("--futures", file(FUTURES + more), "--price", file(closes() + last, "p.csv"))
            for more, last in (("", ""), (later, "2022-08-11,1\n"))
        }
        assert len(said) == 1

    def test_prices_of_other_names_are_both_there(self, file, report):
        files = ("--price", file(closes("a"), "1.csv"), "--price", file(closes("A"), "2.csv"))
        links = json.loads(report("--format", "json", *files))["linked"]["links"]
        assert [one["price"] for one in links] == ["a", "A"]

    def test_a_price_of_a_month_is_a_note(self, file, report):
        out = " ".join(report("--price", file(closes(days=22))).split())
        assert "No lead could be looked for. made up: " in out
        assert "made up after policy announcements: n/a, 22 rows are fewer" in out

    def test_in_the_first_weeks_of_the_record_of_meetings_there_is_a_brief(self, file, capsys):
        futures = file("date,symbol,close\n2021-01-11,ZQF21,99.9\n")
        code = main(["report", "--as-of", "2021-01-11", "--futures", futures])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        assert "n/a: the record of target ranges or meetings does not cover the day." in out


class TestRefusals:
    @pytest.mark.parametrize("option", ["futures", "price"])
    def test_a_file_that_is_not_there(self, tmp_path, refused, option):
        path = str(tmp_path / "nowhere.csv")
        said = refused(f"--{option}", path)
        assert said.startswith(f"{option}: {path!r} cannot be read: No such file")

    @pytest.mark.parametrize(
        ("option", "content", "said"),
        [
            ("price", "date,open,close\n2022-08-10,1,2\n", "expected a date and a price"),
            ("futures", closes(), "expected the columns date, symbol, close; got date, made up."),
            ("price", "date,made up\n", "is not a CSV of equal lines"),
            ("price", closes() + "2022-08-11,high\n", "'2022-08-11', 'high'"),
            ("futures", FUTURES + FUTURES.splitlines()[1], "2022-08-10 more than once"),
            ("futures", FUTURES.replace("ZQV22", "ESV22"), "'ESV22' is not a symbol"),
            (
                "futures",
                FUTURES.replace("ZQV22", "ZQV2"),
                "'ZQV2' is not a symbol such as 'ZQZ26'",
            ),
            ("futures", FUTURES.replace(",97.", ",2."), "is no price, which is 100 less a rate"),
        ],
    )
    def test_a_file_that_is_wrong_is_said_in_one_line(self, file, refused, option, content, said):
        assert said in refused("--as-of", DAY, f"--{option}", file(content))

    @pytest.mark.parametrize(
        ("column", "name"), [("close", "mine"), ("SP500", "SP500"), (" SP500 ", "SP500")]
    )
    def test_of_two_prices_of_one_name_none_is_lost(
        self, file, refused, monkeypatch, column, name
    ):
        """Nor is anybody asked for figures before."""
        monkeypatch.setattr(cli, "_dataset", lambda *_: pytest.fail("figures were asked for"))
        one, other = file(closes(name)), file(closes(column, seed=2), "other/mine.csv")
        said = refused("--format", "json", "--price", one, "--price", other)
        assert said == (
            f"--price: two files are named '{name}'; name the column of one differently."
        )

    def test_a_file_given_twice_is_two_of_one_name(self, file, refused):
        path = file(closes())
        assert "two files are named 'made up'" in refused("--price", path, "--price", path)

    @pytest.mark.parametrize("option", ["futures", "price"])
    def test_the_second_file_is_looked_at_too(self, file, tmp_path, refused, option):
        other = "price" if option == "futures" else "futures"
        good = file(FUTURES if option == "futures" else closes())
        assert "nowhere" in refused(f"--{option}", good, f"--{other}", str(tmp_path / "nowhere"))

    @pytest.mark.parametrize("option", ["futures", "price"])
    def test_nobody_is_asked_for_figures_before_the_files_are_read(
        self, file, refused, monkeypatch, option
    ):
        monkeypatch.setattr(cli, "_dataset", lambda *_: pytest.fail("figures were asked for"))
        refused("--data", "live", f"--{option}", file(""))

    def test_a_symbol_that_is_none_is_said_on_every_day(self, file, refused):
        said = refused("--futures", file(FUTURES.replace("ZQV22", "ESV22")))
        assert said.startswith("futures: symbols: 'ESV22' is not a symbol")

    @pytest.mark.parametrize("option", ["--futures", "--price"])
    def test_a_file_has_to_be_named(self, capsys, option):
        with pytest.raises(SystemExit, match="2"):
            main(["report", option])
        assert f"argument {option}: expected one argument" in capsys.readouterr().err

    def test_a_projection_takes_none(self, file, capsys):
        with pytest.raises(SystemExit, match="2"):
            main(["project", "--futures", file(FUTURES)])
        assert "unrecognized arguments: --futures" in capsys.readouterr().err


def test_help_says_what_the_files_hold(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["report", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "--futures FILE a CSV of date, symbol (such as ZQZ26) and close" in said
    assert "--price FILE a CSV of date and close" in said
    assert "may be given again" in said


def shell(*files, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "fedliq.cli", "report", "--as-of", DAY, *files],
        capture_output=True,
        check=False,
        env=os.environ | environment,
    )


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", "?"), ("utf-8", "\u91d1")])
def test_from_a_shell_nothing_is_warned_of(file, encoding, shown):
    """Nor is a name that the terminal cannot show a failure."""
    price = file(closes("\u91d1"), "p.csv")
    done = shell("--futures", file(FUTURES, "f.csv"), "--price", price, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    out = done.stdout.decode(encoding)
    assert PRICED in out
    assert LINKED in out
    assert f"\n{shown} after policy announcements" in out
