"""Tables of the New York Fed, through the cache: percentiles, operations, holdings."""

import json

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.cache import Cache, default_directory
from newyork import HEADER, publish_holdings, soma_row
from redirected import live, paths, serve

SUMMARY, ELASTICITY = "/api/soma/summary.json", "/elasticity-data.csv"
FIRST_ESTIMATES = HEADER + "1/20/2010,-0.1,-0.5,0.3,-0.3,0.15\n1/27/2010,-0.2,-0.6,0.2,-0.4,0.1\n"


def summary(*days):
    rows = [
        {"asOfDate": day, "bills": "242958086000", "frn": "", "total": "661091816000.00"}
        for day in days
    ]
    return json.dumps({"soma": {"summary": rows}})


@pytest.fixture
def publishers(monkeypatch, tmp_path, clock):  # noqa: ARG001 - the clock stands before it runs
    with live(monkeypatch, tmp_path / "cache") as one:
        serve(one, SUMMARY, summary("2003-11-19", "2003-11-12"))
        serve(one, ELASTICITY, FIRST_ESTIMATES)
        yield one


# Each table, where it is asked for, and under which name it is kept.
TABLES = {
    "reference-rate-sofr": (
        lambda **options: fl.load_reference_rate("sofr", **options),
        "/api/rates/secured/sofr/search.json",
    ),
    "reference-rate-obfr": (
        lambda **options: fl.load_reference_rate("obfr", **options),
        "/api/rates/unsecured/obfr/search.json",
    ),
    "operations-repo": (
        lambda **options: fl.load_operations("Repo", **options),
        "/api/rp/results/search.json",
    ),
    "operations-reverse-repo": (
        lambda **options: fl.load_operations("Reverse Repo", **options),
        "/api/rp/results/search.json",
    ),
    "soma-summary": (fl.load_soma_summary, SUMMARY),
    "reserve-demand-elasticity": (fl.load_reserve_demand_elasticity, ELASTICITY),
}
each = pytest.mark.parametrize(
    ("key", "load", "path"), [(key, *one) for key, one in TABLES.items()]
)


@each
def test_a_table_is_asked_for_once_and_then_cached(publishers, key, load, path):
    first, again = load(), load()
    assert paths(publishers) == [path]
    pd.testing.assert_frame_equal(first, again)
    assert Cache(default_directory()).names() == (key,)
    assert len(first)
    assert first.index.name == "date"
    assert first.index.is_monotonic_increasing


@each
def test_a_table_is_asked_for_anew_after_twelve_hours(publishers, clock, key, load, path):
    load()
    clock.set("2026-10-21 05:59")
    load()
    assert len(publishers.asked) == 1
    clock.set("2026-10-21 06:00")
    load()
    assert paths(publishers) == [path, path]
    told = Cache(default_directory()).read(key).origin
    assert told.retrieved == clock.now
    assert told.source == "nyfed"


@each
def test_offline_serves_what_is_cached_and_asks_nobody(publishers, clock, key, load, path):
    with pytest.raises(fl.NotAvailableError, match=f"{key}: not in the cache"):
        load(offline=True)
    first = load()
    clock.set("2031-01-02 12:00")
    pd.testing.assert_frame_equal(load(offline=True), first)
    assert paths(publishers) == [path]


@each
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "gone"),
        (200, "<html>maintenance</html>"),
        (200, '{"refRates": [], "repo": {"operations": []}, "soma": {"summary": []}}'),
        (200, HEADER),
    ],
    ids=["gone", "a page", "no rows", "a header alone"],
)
def test_what_fails_or_is_empty_never_replaces_what_is_held(
    publishers, clock, key, load, path, status, body
):
    first = load()
    held = Cache(default_directory()).read(key)
    serve(publishers, path, body, status)
    clock.set("2026-10-23 18:00")
    with pytest.warns(
        fl.StaleDataWarning, match=f"{key}: the refresh failed .*3 days ago"
    ) as told:
        again = load()
    pd.testing.assert_frame_equal(again, first)
    assert Cache(default_directory()).read(key) == held
    assert told[0].filename == __file__


@each
def test_without_anything_held_a_failure_is_raised(publishers, key, load, path):
    serve(publishers, path, "gone", 404)
    with pytest.raises(fl.NotAvailableError, match="New York Fed: "):
        load()
    assert Cache(default_directory()).names() == ()
    assert key not in paths(publishers)


@pytest.mark.parametrize(
    ("key", "shorter"),
    [
        ("soma-summary", summary("2003-11-19")),
        ("reserve-demand-elasticity", FIRST_ESTIMATES.rpartition("1/27")[0]),
    ],
)
def test_a_shorter_table_never_replaces_the_one_held(publishers, clock, key, shorter):
    load, path = TABLES[key]
    first = load()
    serve(publishers, path, shorter)
    clock.set("2026-10-21 18:00")
    with pytest.warns(fl.StaleDataWarning, match="1 rows, fewer than the 2 held"):
        pd.testing.assert_frame_equal(load(), first)


def test_a_longer_table_replaces_the_one_held(publishers, clock):
    fl.load_soma_summary()
    serve(publishers, SUMMARY, summary("2003-11-12", "2003-11-19", "2003-11-26"))
    clock.set("2026-10-21 18:00")
    assert len(fl.load_soma_summary()) == 3
    assert len(fl.load_soma_summary(offline=True)) == 3


def test_damage_is_told_and_mended(publishers):
    first = fl.load_soma_summary()
    next(default_directory().glob("soma-summary.*.csv")).write_text("date\n")
    with pytest.warns(fl.CacheWarning, match="'soma-summary' .* is damaged"):
        pd.testing.assert_frame_equal(fl.load_soma_summary(), first)
    assert len(publishers.asked) == 2
    pd.testing.assert_frame_equal(fl.load_soma_summary(), first)


def test_a_cache_that_cannot_be_written_is_told_and_the_table_comes(
    publishers, monkeypatch, tmp_path
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FEDLIQ_CACHE_DIR", str(tmp_path / "file"))
    with pytest.warns(fl.CacheWarning):
        assert len(fl.load_soma_summary()) == 2
    assert len(publishers.asked) == 1


# -- what they hold ------------------------------------------------------------------------


def test_the_table_of_a_rate_is_the_series_with_its_distribution(publishers, sample):
    table = fl.load_reference_rate("sofr")
    assert list(table.columns) == [
        "rate", "percentile_1", "percentile_25", "percentile_75", "percentile_99", "volume_bn",
    ]  # fmt: skip
    pd.testing.assert_series_equal(
        table["rate"], sample["sofr"], check_names=False, check_freq=False, check_index_type=False
    )
    assert (table["percentile_1"] < table["percentile_25"]).all()
    assert (table["percentile_25"] < table["rate"]).all()
    assert (table["rate"] < table["percentile_75"]).all()
    assert (table["percentile_75"] < table["percentile_99"]).all()
    assert len(publishers.asked) == 1


def test_the_table_of_operations_has_the_amounts_of_the_series(publishers, sample):
    table = fl.load_operations("Reverse Repo")
    assert list(table.columns) == [
        "operation", "term", "submitted_bn", "accepted_bn", "counterparties",
        "offering_rate_pct", "award_rate_pct",
    ]  # fmt: skip
    pd.testing.assert_series_equal(
        table["accepted_bn"], sample["on_rrp"],
        check_names=False, check_freq=False, check_index_type=False, check_exact=True,
    )  # fmt: skip
    assert table["operation"].str.startswith("RP ").all()
    assert len(publishers.asked) == 1


def test_the_summary_is_in_billions_by_wednesday(publishers):
    table = fl.load_soma_summary()
    assert list(table.columns) == [
        "bills", "frn", "tips", "agencies", "mbs", "cmbs", "total", "notes_and_bonds",
        "tips_inflation_compensation",
    ]  # fmt: skip
    assert table.index.day_of_week.tolist() == [2, 2]
    assert table["total"].tolist() == [661.091816, 661.091816]
    assert table["frn"].isna().all()
    assert len(publishers.asked) == 1


def test_the_bands_of_the_elasticity_lie_in_each_other(publishers):
    table = fl.load_reserve_demand_elasticity()
    assert set(table.columns) == {"median", "lower_95", "upper_95", "lower_68", "upper_68"}
    assert (table["lower_95"] < table["lower_68"]).all()
    assert (table["upper_68"] < table["upper_95"]).all()
    assert len(publishers.asked) == 1


# -- holdings by CUSIP ---------------------------------------------------------------------


@pytest.fixture
def bundled():
    held = fl.load_sample_holdings()
    return held[held["security_type"] != "CMBS"].reset_index(drop=True)


@pytest.fixture
def held(publishers, bundled):
    rows = [soma_row(one) for one in bundled.itertuples()]
    kinds = {one["cusip"]: one["securityType"] == "Agency Debts" for one in rows}
    publish_holdings(
        publishers,
        [one for one in rows if not kinds[one["cusip"]]],
        [one for one in rows if kinds[one["cusip"]]],
    )
    return publishers


def test_holdings_come_back_from_the_cache_as_they_were_published(held, bundled):
    first = fl.load_soma_holdings("2022-02-16")
    again = fl.load_soma_holdings("2022-02-16")
    pd.testing.assert_frame_equal(first, again)
    assert paths(held) == [
        "/api/soma/tsy/get/asof/2022-02-16.json",
        "/api/soma/agency/get/asof/2022-02-16.json",
    ]
    by_cusip = [one.set_index("cusip").sort_index() for one in (first, bundled)]
    pd.testing.assert_frame_equal(*by_cusip, rtol=1e-12, check_dtype=False)


def test_the_maturity_profile_takes_what_is_loaded(held, bundled):
    loaded = fl.maturity_profile(fl.load_soma_holdings("2022-02-16"), "2022-02-16")
    expected = fl.maturity_profile(bundled, "2022-02-16")
    pd.testing.assert_frame_equal(loaded.to_frame(), expected.to_frame())
    assert len(held.asked) == 2


def test_holdings_of_a_past_day_are_never_asked_for_again(held, clock):
    first = fl.load_soma_holdings("2022-02-16")
    clock.set("2031-01-02 12:00")
    for day in ("2022-02-16", pd.Timestamp("2022-02-16"), pd.Timestamp("2022-02-16").date()):
        pd.testing.assert_frame_equal(fl.load_soma_holdings(day), first)
    assert len(held.asked) == 2


def test_each_day_is_kept_by_itself(held, bundled):
    fl.load_soma_holdings("2022-02-16")
    row = soma_row(bundled.iloc[0]) | {"asOfDate": "2022-02-23"}
    publish_holdings(held, [row], [], day="2022-02-23")
    assert len(fl.load_soma_holdings("2022-02-23")) == 1
    assert Cache(default_directory()).names() == (
        "soma-holdings-2022-02-16",
        "soma-holdings-2022-02-23",
    )


def test_a_day_without_holdings_is_not_available_and_not_cached(publishers):
    publish_holdings(publishers, [], [], day="2022-02-17")
    with pytest.raises(fl.NotAvailableError, match="Wednesdays"):
        fl.load_soma_holdings("2022-02-17")
    assert Cache(default_directory()).names() == ()


def test_offline_holdings_that_are_not_cached_are_not_available(held):
    with pytest.raises(fl.NotAvailableError, match="soma-holdings-2022-02-16: not in the cache"):
        fl.load_soma_holdings("2022-02-16", offline=True)
    assert held.asked == []


@pytest.mark.parametrize("digits", ["313586103", "31418E123", "000000001"])
def test_a_cusip_is_text_though_it_looks_like_a_number(publishers, bundled, digits):
    row = soma_row(bundled.iloc[0]) | {"cusip": digits}
    publish_holdings(publishers, [row], [])
    for _ in range(2):
        assert fl.load_soma_holdings("2022-02-16")["cusip"].tolist() == [digits]


@pytest.mark.parametrize("day", ["2022-02-31", "31-02-2022", "soon"])
def test_a_maturity_that_is_no_date_is_refused(publishers, bundled, day):
    publish_holdings(publishers, [soma_row(bundled.iloc[0]) | {"maturityDate": day}], [])
    with pytest.raises(fl.FedliqError):
        fl.load_soma_holdings("2022-02-16")


# -- input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: fl.load_reference_rate("SOFR"), "rate"),
        (lambda: fl.load_reference_rate("iorb"), "rate"),
        (lambda: fl.load_operations("repo"), "kind"),
        (lambda: fl.load_soma_holdings("last Wednesday"), "day"),
        (lambda: fl.load_soma_holdings("2/16/2022"), "day"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anyone_is_asked(publishers, call, argument):
    with pytest.raises(fl.InvalidInputError, match=f"{argument}: "):
        call()
    assert publishers.asked == []
