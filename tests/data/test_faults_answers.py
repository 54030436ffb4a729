"""What a reader gets when an answer is cut short, another thing, or not what it was before."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from faults import (
    PAGE,
    SERIES,
    archived,
    at,
    edit,
    instead,
    refused_twice,
    rows,
    without_end,
    without_last,
)

# -- not to be read ------------------------------------------------------------------------

UNREADABLE = {
    "cut in the middle": without_end(0.5),
    "without its last three bytes": without_last(3),
    "without its last byte": without_last(1),
    "a page with HTTP 200": instead(body=PAGE),
    "a page of one long line": instead(body=b"<html>" + b"x" * 200_000 + b"</html>\n"),
    "a page of old Macintosh lines": instead(body=PAGE.replace(b">", b">\r")),
    "nothing": instead(body=b""),
    "zeros": instead(body=bytes(5000)),
    "an empty list": instead(body=b"[]"),
    "the word null": instead(body=b"null"),
    "text of another encoding": instead(body="\u00dcn\u00efc\u00f6d\u00e9\n".encode("utf-16")),
    "the start of an archive": instead(body=b"PK\x03\x04"),
    "XML of another encoding": instead(body=b'<?xml version="1.0" encoding="utf-7"?><a/>'),
    "XML of no encoding": instead(body=b'<?xml version="1.0" encoding="none"?><a/>'),
}
SAYS = {
    "nyfed": r"^New York Fed: SOFR: the answer has no refRates",
    "treasury": r"^Treasury: operating cash balance, page 1: the answer is not the page",
    "fred": r"^FRED: WALCL: ",
    "fredgraph": r"^FRED: WALCL: the (answer is not a CSV|CSV is cut short)",
    "board": r"^Board: H\.4\.1: the answer is not the archive of the H\.4\.1",
}


@pytest.mark.parametrize("source", SERIES)
@pytest.mark.parametrize("fault", UNREADABLE)
def test_an_answer_that_cannot_be_read(desk, source, fault):
    refused_twice(
        desk,
        source,
        SERIES[source],
        fl.MalformedAnswerError,
        SAYS[source],
        faults=[UNREADABLE[fault]],
    )


@pytest.mark.parametrize("place", [110, 120, 150, 200, 300, 500, 1000, -200])
def test_an_archive_with_damaged_bytes(desk, place):
    def fault(_, reply):
        body, start = bytearray(reply.body), place % len(reply.body)
        body[start : start + 8] = b"\xff" * 8
        return replace(reply, body=bytes(body))

    text = r"^Board: H\.4\.1: the a\w+ is "
    refused_twice(desk, "board", "fed_assets", fl.MalformedAnswerError, text, faults=[fault])


# -- read, and without what is needed ------------------------------------------------------

RENAMED = [
    ("nyfed", "sofr", edit("refRates", "rates"), "has no refRates"),
    ("nyfed", "sofr", edit("percentRate", "rate"), "lacks one of effectiveDate, percentRate"),
    ("nyfed", "sofr", edit("effectiveDate", "date", 1), "lacks one of effectiveDate, percentRate"),
    ("nyfed", "on_rrp", edit('"repo"', '"rp"'), "has no repo.operations"),
    ("nyfed", "on_rrp", edit("totalAmtAccepted", "amount"), "a row of repo.operations lacks one"),
    ("treasury", "tga_close", edit('"data"', '"rows"'), "is not the page .*KeyError"),
    ("treasury", "tga_close", edit("open_today_bal", "open"), "is not the page .*KeyError"),
    ("treasury", "tga_close", edit("record_date", "day", 1), "is not the page .*KeyError"),
    ("treasury", "tga_close", edit("total-pages", "pages"), "is not the page .*KeyError"),
    ("fred", "fed_assets", at("/series?", edit("units=", "unit=")), "no unit or frequency"),
    ("fred", "fed_assets", at("/series?", edit("frequency_short=", "f=")), "no unit or frequency"),
    ("fred", "fed_assets", at("/observations", edit(" value=", " v=")), "a date or a figure"),
    ("fred", "fed_assets", at("/observations", edit(" date=", " d=")), "holds a (date|row)"),
    ("fredgraph", "fed_assets", edit("WALCL", "VALUE", 1), "columns observation_date and WALCL"),
    ("fredgraph", "fed_assets", edit("observation_date", "day"), "columns observation_date and"),
    ("fredgraph", "fed_assets", edit("WALCL\n", "WALCL,TREAST\n", 1), "columns observation_date"),
    ("fredgraph", "fed_assets", edit(",", ";"), "columns observation_date and WALCL; it begins"),
    ("board", "fed_assets", archived(edit("TIME_PERIOD", "TIME")), "a date or a figure|a date"),
]


@pytest.mark.parametrize(("source", "name", "fault", "text"), RENAMED)
def test_a_field_of_another_name(desk, source, name, fault, text):
    refused_twice(desk, source, name, fl.MalformedAnswerError, text, faults=[fault])


ODD_KINDS = [
    ("nyfed", "sofr", "effectiveDate"),
    ("nyfed", "on_rrp", "operationDate"),
    ("treasury", "tga_close", "record_date"),
]


@pytest.mark.parametrize("odd", [None, 20260820, [], {}, True, "soon"], ids=repr)
@pytest.mark.parametrize(("source", "name", "field"), ODD_KINDS)
def test_a_date_of_another_kind_is_refused_in_words_of_our_own(desk, source, name, field, odd):
    desk.patience(attempts=1)
    desk.wrongly(rows(lambda found: [found[0] | {field: odd}, *found[1:]]))
    seen = desk.load([name], source)
    assert isinstance(seen.error, fl.FedliqError)
    assert not desk.held()


@pytest.mark.parametrize("odd", [["x"], {"a": 1}, "x", [[]], 5], ids=repr)
def test_details_of_another_kind_are_refused_in_words_of_our_own(desk, odd):
    desk.patience(attempts=1)
    desk.wrongly(rows(lambda found: [found[0] | {"details": odd}, *found[1:]]))
    desk.load(["on_rrp_rate"], "nyfed").fails(fl.MalformedAnswerError, r"^New York Fed: ")
    assert not desk.held()


def test_a_line_of_the_statement_of_another_name(desk):
    fault = edit("Treasury General Account \\(TGA\\) Closing Balance", "TGA, end of day")
    text = r"^Treasury: the statement of \d\d\d\d-\d\d-\d\d has no line with the closing balance of the TGA"
    refused_twice(desk, "treasury", "tga_close", fl.DataError, text, faults=[fault])


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (edit("RESPPMA_N.WW", "RESPPMA_N"), r"^Board: the H\.4\.1 has no line RESPPMA_N\.WW"),
        (edit("OBS_VALUE", "VALUE"), "the answer holds no figure"),
        (edit('OBS_STATUS="A"', 'OBS_STATUS="ND"'), "the answer holds no figure"),
    ],
)
def test_a_line_of_the_release_that_is_gone(desk, fault, text):
    faults = [archived(fault)]
    refused_twice(desk, "board", "fed_assets", fl.NotAvailableError, text, faults=faults)


@pytest.mark.parametrize("source", SERIES)
def test_an_answer_without_observations(desk, source):
    name = SERIES[source]
    none = desk.publisher.figures[name][:0]
    text = f"^{name}: .*the answer holds no figure"
    refused_twice(desk, source, name, fl.NotAvailableError, text, figures=none)


# -- missing figures -----------------------------------------------------------------------


@pytest.mark.parametrize("source", SERIES)
def test_a_figure_that_is_missing_is_left_out_and_not_made_up(desk, source):
    name = SERIES[source]
    figures = desk.publisher.figures[name].copy()
    figures.iloc[[3, -1]] = np.nan
    desk.publisher.figures[name] = figures
    seen = desk.load([name], source)
    seen.is_quiet()
    assert seen.dataset[name].index.equals(figures.dropna().index)


@pytest.mark.parametrize("word", ["", ".", "ND"])
def test_every_word_for_missing_at_fred_is_missing(desk, word):
    desk.wrongly(edit(r"2026-08-19,\S+", f"2026-08-19,{word}"))
    seen = desk.load(["fed_assets"], "fredgraph")
    seen.is_quiet()
    assert seen.dataset["fed_assets"].index[-1] == pd.Timestamp("2026-08-12")


@pytest.mark.parametrize("source", SERIES)
def test_a_figure_that_goes_missing_does_not_take_the_cached_one_away(desk, source):
    name = SERIES[source]
    desk.load([name], source).is_quiet()
    held = desk.held()
    figures = desk.publisher.figures[name].copy()
    figures.iloc[-3] = np.nan
    desk.publisher.figures[name] = figures
    desk.later("30h")
    day = f"{figures.index[-3]:%Y-%m-%d}"
    seen = desk.load([name], source)
    seen.warns(fl.StaleDataWarning, "1 of .* observations are missing", f"the first of {day}")
    assert day in seen.dataset[name].index
    assert desk.held() == held
