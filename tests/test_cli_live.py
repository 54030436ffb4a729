"""The command line on live figures: publishers on the loopback, the clock stopped."""

import json
import logging
import shutil

import pytest

import fedliq as fl
from fedliq.cli import main
from fedliq.data.cache import Cache, default_directory
from loopback import KEY
from redirected import freeze, live, paths, serve

GRAPH = "/graph/fredgraph.csv"


def run(capsys, *arguments):
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err.splitlines()


def rows(text):
    """Lines of a table by their first word."""
    return {line.split()[0]: line for line in text.splitlines() if line.strip()}


# -- fetch ---------------------------------------------------------------------------------


def test_fetch_names_what_it_fetched(publishers, capsys):
    code, out, err = run(capsys, "fetch", "fed_assets", "sofr", "tga_close")
    assert (code, err) == (0, [])
    listed = rows(out)
    assert listed["fed_assets"].split()[1:3] == ["USD", "bn"]
    for name, last in (
        ("fed_assets", "2026-08-19"),
        ("sofr", "2026-08-20"),
        ("tga_close", "2026-06-23"),
    ):
        assert last in listed[name]
    assert out.endswith("3 of 3 series.\n")
    assert Cache(default_directory()).names() == ("fed_assets", "sofr", "tga_close")
    assert len(publishers.asked) == 3


def test_fetch_asks_though_nothing_is_due(publishers, capsys):
    for _ in range(2):
        run(capsys, "fetch", "fed_assets")
    assert paths(publishers) == [GRAPH, GRAPH]


def test_fetch_of_everything_says_in_one_line_what_is_not_to_be_had(publishers, capsys, sample):
    code, out, (warning,) = run(capsys, "fetch")
    assert code == 1  # for cron: not everything was had
    assert warning.startswith("fedliq: not at hand, and left out: remittances_due (FRED: ")
    assert out.endswith(f"{len(sample)} of {len(fl.catalog())} series.\n")
    assert set(rows(out)) >= set(sample)
    assert len(publishers.asked) > 30


def test_fetch_asks_the_source_that_is_named(publishers, capsys):
    code, _, err = run(capsys, "fetch", "fed_assets", "--source", "board")
    assert (code, err) == (0, [])
    assert paths(publishers) == ["/datadownload/Output.aspx"]
    code, _, _ = run(
        capsys, "fetch", "fed_assets", "sofr", "--source", "nyfed", "--source", "fredgraph"
    )
    assert code == 0
    assert set(paths(publishers)[1:]) == {GRAPH, "/api/rates/secured/sofr/search.json"}


def test_fetch_since_asks_for_the_last_of_what_is_cached(publishers, capsys):
    run(capsys, "fetch", "sofr")
    code, out, err = run(capsys, "fetch", "sofr", "--since", "2026-08-03")
    assert (code, err) == (0, [])
    assert publishers.asked[-1].endswith("startDate=2026-08-03&endDate=2026-10-20")
    assert "2026-08-03" in rows(out)["sofr"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fetch", "gold"], "fedliq: name: there is no series 'gold'; "),
        (["fetch", "WALCL"], "fedliq: name: there is no series 'WALCL'; did you mean"),
        (["fetch", "sofr", "--since", "monday"], "fedliq: since: expected a day"),
        (["fetch", "tga_close", "--source", "fredgraph"], "fedliq: tga_close: no source that"),
        (["fetch", "remittances_due"], "fedliq: FRED: RESPPLLOPNWW: not published there"),
        (["report", "--data", "live", "--as-of", "2031-01-01"], "fedliq: as_of: "),
        (["report", "--data", "live", "--offline"], "fedliq: fed_assets: not in the cache"),
        (["series", "--data", "live", "--offline"], "fedliq: fed_assets: not in the cache"),
    ],
)
def test_what_is_refused_is_one_line_and_exit_code_two(publishers, capsys, arguments, message):
    code, out, (line,) = run(capsys, *arguments)
    assert code == 2
    assert line.startswith(message)
    assert out == ""
    assert len(publishers.asked) < 2


def test_an_unknown_source_explains_itself(publishers, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["fetch", "--source", "bloomberg"])
    assert stopped.value.code == 2
    assert "nyfed" in capsys.readouterr().err
    assert publishers.asked == []


def test_a_failed_refresh_is_one_line_and_what_is_held_serves(publishers, clock, capsys):
    run(capsys, "fetch", "fed_assets", "mbs")
    serve(publishers, GRAPH, "<html>\nmoved\n</html>", 404)
    serve(publishers, "/datadownload/Output.aspx", "<html>\nmoved\n</html>", 404)
    clock.set("2026-10-23 18:00")
    code, out, err = run(capsys, "fetch", "fed_assets", "mbs")
    assert code == 1
    assert {line.split()[1] for line in err} == {"fed_assets:", "mbs:"}
    assert all("the refresh failed" in line and "3 days ago serves" in line for line in err)
    assert "2026-08-19" in rows(out)["fed_assets"]


def test_stopped_by_hand_keeps_what_had_been_fetched(publishers, capsys, monkeypatch):
    run(capsys, "fetch", "fed_assets")

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("fedliq.data.load.load", stop)
    code, out, err = run(capsys, "fetch")
    assert (code, out, err) == (130, "", ["fedliq: stopped; what had been fetched is kept."])
    assert Cache(default_directory()).names() == ("fed_assets",)
    assert len(publishers.asked) == 1


# -- the key -------------------------------------------------------------------------------


def test_the_key_is_used_and_never_shown(publishers, capsys, caplog, monkeypatch, tmp_path):
    monkeypatch.setenv("FRED_API_KEY", KEY)
    with caplog.at_level(logging.DEBUG):
        shown = [
            *run(capsys, "fetch", "fed_assets"),
            *run(capsys, "cache"),
            *run(capsys, "fetch", "remittances_due"),
            *run(capsys, "series", "--data", "live", "--offline"),
        ]
    assert any(KEY in one for one in publishers.asked)
    assert KEY not in str(shown)
    assert KEY not in caplog.text
    assert not [path for path in tmp_path.rglob("*.*") if KEY.encode() in path.read_bytes()]


def test_a_key_that_fred_refuses_is_one_line_without_it(publishers, capsys, monkeypatch):
    wrong = "f" * 32
    monkeypatch.setenv("FRED_API_KEY", wrong)
    code, out, (line,) = run(capsys, "fetch", "fed_assets")
    assert (code, out) == (2, "")
    assert "the key is not accepted (HTTP 400); check FRED_API_KEY" in line
    assert wrong not in line
    assert len(publishers.asked) == 1


def test_what_cannot_be_a_key_is_one_line_without_it(publishers, capsys, monkeypatch):
    monkeypatch.setenv("FRED_API_KEY", "hunter2")
    code, _, (line,) = run(capsys, "fetch", "fed_assets")
    assert code == 2
    assert line.startswith("fedliq: api_key: a key of FRED has 32 ")
    assert "hunter2" not in line
    assert publishers.asked == []


# -- cache ---------------------------------------------------------------------------------


def test_an_empty_cache_says_so_and_where_it_is(publishers, capsys):
    assert run(capsys, "cache") == (0, f"0 in {default_directory()}, 0.0 MB.\n", [])
    assert publishers.asked == []


def test_the_cache_shows_what_it_holds_how_old_and_from_where(publishers, clock, capsys):
    run(capsys, "fetch", "fed_assets")
    clock.set("2026-10-23 19:00")
    run(capsys, "fetch", "sofr")
    publishers.vintages["fed_assets", "2023-03-16"] = publishers.figures["fed_assets"].loc[
        :"2023-03"
    ]
    fl.load(["fed_assets"], as_of="2023-03-16")
    del publishers.asked[:]
    code, out, err = run(capsys, "cache")
    assert (code, err) == (0, [])
    held = rows(out)
    for part in ("fredgraph", "3 days ago", "as last revised", "FRED graph CSV: WALCL"):
        assert part in held["fed_assets"]
    for part in ("nyfed", "0 minutes ago", "New York Fed: SOFR"):
        assert part in held["sofr"]
    assert "ALFRED vintage of 2023-03-16" in held["fed_assets@2023-03-16"]
    assert out.splitlines()[-1].startswith(f"3 in {default_directory()}, ")
    assert publishers.asked == []


def test_the_cache_shows_what_is_damaged(publishers, capsys):
    run(capsys, "fetch", "fed_assets", "mbs")
    next(default_directory().glob("mbs.*.csv")).write_text("")
    code, out, err = run(capsys, "cache")
    assert (code, err) == (0, [])
    assert "damaged" in rows(out)["mbs"]
    assert "damaged" not in rows(out)["fed_assets"]
    assert len(publishers.asked) == 2


def test_clearing_some_of_the_cache_leaves_the_rest(publishers, capsys):
    run(capsys, "fetch", "fed_assets", "mbs", "sofr")
    code, out, err = run(capsys, "cache", "--clear", "mbs", "sofr")
    assert (code, out, err) == (0, f"Removed 2 from {default_directory()}.\n", [])
    assert Cache(default_directory()).names() == ("fed_assets",)
    assert len(publishers.asked) == 3


def test_clearing_the_whole_cache(publishers, capsys):
    run(capsys, "fetch", "fed_assets", "mbs")
    code, out, _ = run(capsys, "cache", "--clear")
    assert (code, out) == (0, f"Removed 2 from {default_directory()}.\n")
    assert Cache(default_directory()).names() == ()
    assert run(capsys, "cache")[1].startswith("0 in ")
    assert len(publishers.asked) == 2


# -- report, series, project ---------------------------------------------------------------


def withhold(publishers):
    """Nothing is published that was not yet known on the sample's last day."""
    publishers.figures["bank_assets"] = publishers.figures["bank_assets"].loc[:"2026-08-12"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Everything fetched once at the end of that day."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as patch:
        freeze(patch, "2026-08-21 22:55")
        with live(patch, folder) as publishers:
            withhold(publishers)
            assert main(["fetch"]) == 1  # the deferred asset is not to be had
            assert len(publishers.asked) > 30
    return folder


@pytest.fixture
def on_the_day(publishers, clock, filled):
    clock.set("2026-08-21 23:00")
    withhold(publishers)
    shutil.copytree(filled, default_directory())
    return publishers


def test_the_brief_on_live_figures_is_the_one_on_the_sample(on_the_day, capsys):
    """The same figures, by way of the publishers' formats and the cache."""
    code, live_brief, (warning,) = run(capsys, "report", "--data", "live", "--format", "json")
    assert code == 0
    assert "remittances_due" in warning
    _, of_sample, _ = run(capsys, "report", "--format", "json")
    fetched, bundled = json.loads(live_brief), json.loads(of_sample)
    for part in ("as_of", "net_liquidity", "reserves", "spreads"):
        assert fetched.get(part) == bundled.get(part), part
    assert on_the_day.asked


def test_the_brief_says_which_day_it_stands_on(on_the_day, capsys):
    code, out, _ = run(capsys, "report", "--data", "live")
    assert code == 0
    assert out.startswith("US DOLLAR LIQUIDITY\nAs known on Friday 2026-08-21 at 23:00 (Eastern)")
    assert on_the_day.asked


def test_offline_the_brief_is_the_same_and_nobody_is_asked(on_the_day, capsys):
    _, fetched, _ = run(capsys, "report", "--data", "live")
    asked = len(on_the_day.asked)
    code, again, (warning,) = run(capsys, "report", "--data", "live", "--offline")
    assert (code, again) == (0, fetched)
    assert "remittances_due" in warning
    assert len(on_the_day.asked) == asked


def test_the_brief_of_an_earlier_day_knows_what_was_known_then(on_the_day, capsys):
    """Net liquidity on 2022-12-28: 5,848.4 bn (H.4.1 of 2022-12-29, TGA and ON RRP)."""
    figures = on_the_day.figures
    for name in ("fed_assets", "tga", "on_rrp"):
        on_the_day.vintages[name, "2022-12-29"] = figures[name].loc[:"2022-12-29"]
    code, out, err = run(
        capsys, "report", "--data", "live", "--as-of", "2022-12-29", "--format", "json"
    )
    assert code == 0
    assert round(json.loads(out)["net_liquidity"]["value"], 1) == 5848.4
    asked = [one for one in on_the_day.asked if "vintage_date=2022-12-29" in one]
    assert len(asked) >= 3
    assert any("no vintage of 2022-12-29" in line for line in err)
    assert all(line.startswith("fedliq: ") for line in err)


def test_the_series_at_hand_are_the_live_ones(on_the_day, capsys, sample):
    code, out, (warning,) = run(capsys, "series", "--data", "live")
    assert code == 0
    assert "remittances_due" in warning
    _, of_sample, _ = run(capsys, "series")
    listed = rows(out)
    assert set(listed) == set(rows(of_sample))
    assert listed["sofr"] == rows(of_sample)["sofr"]
    assert len(out.splitlines()) == 1 + len(sample)
    assert on_the_day.asked


def test_the_projection_on_live_figures_is_the_one_on_the_sample(on_the_day, capsys):
    arguments = ("project", "--from", "2022-12-29", "--to", "2023-06-30")
    code, projected, _ = run(capsys, *arguments, "--data", "live", "--offline")
    assert code == 0
    assert projected == run(capsys, *arguments)[1]
    assert on_the_day.asked == []


def test_without_live_nothing_is_asked_and_nothing_cached(publishers, capsys):
    for command in ("report", "series"):
        assert run(capsys, command)[0] == 0
    assert publishers.asked == []
    assert not default_directory().exists()


def test_help_names_the_key_and_the_folder(capsys):
    for command, word in (("fetch", "FRED_API_KEY"), ("cache", "FEDLIQ_CACHE_DIR")):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
        assert word in capsys.readouterr().out
