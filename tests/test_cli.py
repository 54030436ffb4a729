import json
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import fedliq as fl
from fedliq.cli import main


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "fedliq.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_report(capsys):
    assert main(["report"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("US DOLLAR LIQUIDITY\nAs known at the end of Friday 2026-08-21")
    assert not err


def test_report_of_an_earlier_day_as_json(capsys):
    assert main(["report", "--as-of", "2022-12-29", "--format", "json"]) == 0
    assert round(json.loads(capsys.readouterr().out)["net_liquidity"]["value"], 1) == 5848.4


def test_series_lists_the_sample(capsys, sample):
    assert main(["series"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(sample)
    assert lines[1].split()[:3] == ["fed_assets", "USD", "bn"]


@pytest.mark.parametrize("day", ["yesterday's", "2002-01-01", "1980-01-01"])
def test_a_refused_day_is_one_line_and_not_a_traceback(day):
    done = run("report", "--as-of", day)
    assert done.returncode == 2
    assert done.stderr.startswith("fedliq: as_of: ")
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_version_and_help_load_no_pandas():
    code = (
        "import sys\nfrom fedliq.cli import main\n"
        "try: main(['--version'])\nexcept SystemExit: pass\n"
        "sys.exit('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout == f"fedliq {fl.__version__}\n"


def test_no_command_explains_itself():
    done = run()
    assert done.returncode == 2
    assert "usage: fedliq" in done.stderr


def test_a_reader_that_goes_away_is_no_error():
    process = subprocess.Popen(
        [sys.executable, "-m", "fedliq.cli", "report"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_the_command_is_installed():
    (entry,) = entry_points(group="console_scripts", name="fedliq")
    assert entry.value == "fedliq.cli:main"
