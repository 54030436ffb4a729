"""The Board's Data Download Program: one archive for every line of the H.4.1."""

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.board import BoardDownload
from fedliq.data.edge import accept
from fedliq.data.sources import Request
from loopback import board_archive
from redirected import new_publisher, serve

PATH = "/datadownload/Output.aspx"
CODE = "RESPPMA_N.WW"  # total assets
NOW = pd.Timestamp("2026-11-21 12:00")


@pytest.fixture
def publisher():
    with new_publisher().running() as one:
        yield one


def deliver(publisher, *names):
    wanted = [Request(fl.catalog()[name]) for name in names]
    return {
        request.info.name: outcome
        for request, outcome in publisher.sources()["board"].deliver(wanted)
    }


def fetch(publisher, name="fed_assets"):
    outcome = deliver(publisher, name)[name]
    if isinstance(outcome, fl.FedliqError):
        raise outcome
    return outcome


def series(observations, code=CODE, **attributes):
    stated = {"CURRENCY": "USD", "UNIT": "Currency", "UNIT_MULT": "1000000"} | attributes
    text = " ".join(f'{key}="{value}"' for key, value in stated.items() if value is not None)
    return f'<kf:Series SERIES_NAME="{code}" {text}>{observations}</kf:Series>'


def observation(day, value, status="A"):
    return f'<frb:Obs OBS_STATUS="{status}" OBS_VALUE="{value}" TIME_PERIOD="{day}"/>'


def test_all_lines_come_from_one_download(publisher, sample):
    names = [name for name, info in fl.catalog().items() if info.board]
    outcomes = deliver(publisher, *names)
    assert len(publisher.asked) == 1
    assert urlsplit(publisher.asked[0]).path == PATH
    assert parse_qs(urlsplit(publisher.asked[0]).query) == {"rel": ["H41"], "filetype": ["zip"]}
    assert {name for name, one in outcomes.items() if not isinstance(one, fl.FedliqError)} == (
        set(names) & set(sample)
    )
    assert len({one.sha256 for one in outcomes.values()}) == 1


@pytest.mark.parametrize(
    ("multiple", "unit", "value"),
    # H.4.1 of 2026-08-20: 6,745,699 USD mn on 2026-08-19.
    [
        ("1", "USD", 6_745_699_000_000),
        ("1000000", "USD mn", 6_745_699),
        ("1000000000", "USD bn", 6745.699),
    ],
)
def test_the_unit_is_the_declared_one(publisher, multiple, unit, value):
    line = series(observation("2026-08-19", value), UNIT_MULT=multiple)
    serve(publisher, PATH, board_archive(line))
    delivery = fetch(publisher)
    assert delivery.unit == unit
    assert accept(delivery, fl.catalog()["fed_assets"], NOW).tolist() == [6745.699]


@pytest.mark.parametrize(
    "declared",
    [
        {"UNIT_MULT": "1000"},
        {"UNIT_MULT": None},
        {"CURRENCY": "EUR"},
        {"CURRENCY": None, "UNIT": "Percent"},
        {"CURRENCY": None, "UNIT_MULT": None},
    ],
)
def test_an_unknown_unit_is_refused_by_name_of_the_line(publisher, declared):
    serve(publisher, PATH, board_archive(series(observation("2026-08-19", 1), **declared)))
    with pytest.raises(fl.UnitError, match=f"{CODE} is declared in .*nothing was converted"):
        fetch(publisher)


@pytest.mark.parametrize("status", ["ND", "NA", "NC"])
def test_an_observation_that_is_none_is_missing_whatever_its_value(publisher, status):
    line = series(observation("2026-08-12", -9999, status) + observation("2026-08-19", 6_745_699))
    serve(publisher, PATH, board_archive(line))
    read = accept(fetch(publisher), fl.catalog()["fed_assets"], NOW)
    assert read.to_dict() == {pd.Timestamp("2026-08-19"): 6745.699}


def test_zero_is_a_figure(publisher):
    """No loans of the Bank Term Funding Program: "A" and 0 is a statement, not a gap."""
    code = fl.catalog()["btfp"].board
    serve(publisher, PATH, board_archive(series(observation("2023-03-08", 0), code)))
    read = accept(fetch(publisher, "btfp"), fl.catalog()["btfp"], NOW)
    assert read.to_dict() == {pd.Timestamp("2023-03-08"): 0.0}


def test_one_bad_line_does_not_spoil_the_others(publisher):
    other = fl.catalog()["tga"].board
    serve(
        publisher,
        PATH,
        board_archive(
            series(observation("2026-08-19", 1), UNIT_MULT="7"),
            series(observation("2026-08-19", 900_000), other),
        ),
    )
    outcomes = deliver(publisher, "fed_assets", "tga", "mbs")
    assert isinstance(outcomes["fed_assets"], fl.UnitError)
    assert outcomes["tga"].figures.tolist() == [900_000]
    assert isinstance(outcomes["mbs"], fl.NotAvailableError)


def test_a_line_that_was_not_asked_for_is_passed_over(publisher):
    """Each line's observations are its own, whatever stands between them."""
    line = series(observation("2026-08-19", 6_745_699))
    stranger = series(observation("2026-08-19", 7), "RESPPALG_N.WW")
    serve(publisher, PATH, board_archive(stranger, line, stranger))
    assert fetch(publisher).figures.tolist() == [6_745_699]


@pytest.mark.parametrize(
    ("line", "error", "text"),
    [
        (series(observation("2026-08-19", 1) * 2), fl.DataError, "more than once"),
        (series(observation("2026-08-19", "many")), fl.MalformedAnswerError, "'many'"),
        (series(observation("", 1)), fl.MalformedAnswerError, "date"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(publisher, line, error, text):
    serve(publisher, PATH, board_archive(line))
    with pytest.raises(error, match=f"{CODE}: .*{text}"):
        fetch(publisher)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>down for maintenance</html>",
        b"",
        board_archive(name="H8_data.xml"),
        board_archive(series(observation("2026-08-19", 1)))[:-40],
        board_archive("<kf:Series>"),
    ],
)
def test_what_is_no_archive_of_the_h41_is_refused(publisher, body):
    serve(publisher, PATH, body)
    with pytest.raises(fl.MalformedAnswerError, match=r"Board: H\.4\.1: .*archive of the H\.4\.1"):
        fetch(publisher)


def test_a_failed_download_is_the_answer_to_every_request(publisher):
    serve(publisher, PATH, b"gone", status=403)
    outcomes = deliver(publisher, "fed_assets", "tga", "mbs")
    assert {type(one) for one in outcomes.values()} == {fl.SourceError}
    assert len(publisher.asked) == 1


def test_the_address_by_default_is_the_publishers():
    assert BoardDownload()._url == (
        "https://www.federalreserve.gov/datadownload/Output.aspx?rel=H41&filetype=zip"
    )
