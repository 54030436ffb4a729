"""Every source reads its publisher's real format: the loopback server publishes the sample."""

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept
from fedliq.data.sources import Request, check_once, dated_values
from redirected import assert_same, new_publisher

NOW = pd.Timestamp("2026-11-21 12:00")

# What each publisher's service has, and the unit it publishes in (Board, H.4.1 and H.8: USD
# millions and billions; New York Fed, Markets API: percent and USD; Treasury: USD millions).
WHO_SERVES = {
    "nyfed": {"sofr", "tgcr", "bgcr", "effr", "obfr", "on_rrp", "on_rrp_rate", "srf"},
    "treasury": {"tga_close"},
    "fred": {name for name, info in fl.catalog().items() if info.fred},
    "fredgraph": {name for name, info in fl.catalog().items() if info.fred},
    "board": {name for name, info in fl.catalog().items() if info.board},
}


@pytest.fixture(scope="module")
def publisher():
    with new_publisher().running() as one:
        yield one


@pytest.mark.parametrize("name", WHO_SERVES)
def test_a_source_says_which_series_it_has(publisher, name):
    source = publisher.sources()[name]
    assert {one for one, info in fl.catalog().items() if source.serves(info)} == WHO_SERVES[name]


@pytest.mark.parametrize("name", WHO_SERVES)
def test_a_source_delivers_the_published_values_of_all_it_has(publisher, sample, name):
    wanted = [Request(fl.catalog()[one]) for one in sorted(WHO_SERVES[name] & set(sample))]
    seen = set()
    for request, delivery in publisher.sources()[name].deliver(wanted):
        series = request.info.name
        accepted = accept(delivery, request.info, NOW)
        assert_same(accepted, sample[series])
        assert len(delivery.sha256) == 64
        seen.add(series)
    assert seen == WHO_SERVES[name] & set(sample)


def test_native_units_are_thousands_apart_on_the_wire(publisher):
    """Board, H.4.1 of 2022-12-29: total assets 8,551,169 USD mn on 2022-12-28."""
    sources, info = publisher.sources(), fl.catalog()["fed_assets"]
    for name in ("fred", "fredgraph", "board"):
        ((_, delivery),) = sources[name].deliver([Request(info)])
        assert delivery.figures[pd.Timestamp("2022-12-28")] == 8_551_169


def test_two_answers_that_differ_have_different_hashes(publisher):
    graph, sofr = publisher.sources()["fredgraph"], fl.catalog()["sofr"]
    whole, since = (Request(sofr, since) for since in (None, pd.Timestamp("2026-01-01")))
    hashes = [delivery.sha256 for _, delivery in graph.deliver([whole, since, whole])]
    assert hashes[0] != hashes[1]
    assert hashes[0] == hashes[2]


@pytest.mark.parametrize("name", ["fred", "fredgraph", "board"])
def test_what_a_source_does_not_list_is_not_available_and_the_rest_still_comes(name):
    wanted = [Request(fl.catalog()[one]) for one in ("tga", "fed_assets")]
    publisher = new_publisher()
    del publisher.figures["tga"]
    with publisher.running():
        outcomes = dict(publisher.sources()[name].deliver(wanted))
    assert isinstance(outcomes[wanted[0]], fl.NotAvailableError)
    assert len(outcomes[wanted[1]].figures)


@pytest.mark.parametrize("mark", [".", "", "null", "NA", "ND", "NC", None, " . "])
def test_every_publishers_mark_for_missing_is_missing_and_not_zero(mark):
    values = dated_values(["2026-08-19", "2026-08-26"], ["1", mark])
    assert values.iloc[0] == 1
    assert np.isnan(values.iloc[1])


@pytest.mark.parametrize(
    ("date", "value"),
    [
        ("2026-08-19", "six"),
        ("2026-08-19", "6,745,699"),
        ("2026-08-19", True),
        ("2026-08-19", [1]),
        ("2026-08-19", "inf"),
        ("08/19/2026", "1"),
        ("2026-02-30", "1"),
        ("", "1"),
        (None, "1"),
    ],
)
def test_what_is_no_date_or_no_figure_is_refused(date, value):
    with pytest.raises(fl.MalformedAnswerError, match=r"date|figure"):
        dated_values(["2026-08-12", date], ["1", value])


def test_the_first_row_that_cannot_be_read_is_named():
    with pytest.raises(fl.MalformedAnswerError, match="'2026-08-19', 'six'"):
        dated_values(["2026-08-12", "2026-08-19"], ["5", "six"])


def test_a_date_that_comes_twice_is_refused_by_name():
    twice = dated_values(["2026-08-19", "2026-08-12", "2026-08-19"], [1, 2, 1])
    with pytest.raises(fl.DataError, match="2026-08-19 more than once"):
        check_once(twice)
    check_once(twice.iloc[:2])
