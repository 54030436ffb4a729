"""What a reader gets when an answer reads well, and is not what it was: its unit, its dates."""

import pandas as pd
import pytest

import fedliq as fl
from faults import SERIES, archived, at, edit, refused_twice, rows

# -- units ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cached", [False, True], ids=["first", "cached"])
def test_a_unit_that_fred_declares_anew_is_converted(desk, cached):
    """Board, H.4.1 of 2026-08-20: total assets 6,745,699 USD mn on 2026-08-19."""
    if cached:
        desk.load(["fed_assets"], "fred").is_quiet()
        desk.later("30h")
    desk.publisher.units["fed_assets"] = "Billions of U.S. Dollars"
    desk.publisher.figures["fed_assets"] = desk.publisher.figures["fed_assets"] / 1000
    seen = desk.load(["fed_assets"], "fred")
    seen.is_quiet()
    assert len(seen.asked) == 2
    assert seen.dataset["fed_assets"]["2026-08-19"] == 6745.699


def test_a_unit_that_the_board_declares_anew_is_converted(desk):
    desk.publisher.figures["fed_assets"] = desk.publisher.figures["fed_assets"] / 1000
    desk.wrongly(archived(edit('UNIT_MULT="1000000"', 'UNIT_MULT="1000000000"')))
    seen = desk.load(["fed_assets"], "board")
    seen.is_quiet()
    assert seen.dataset["fed_assets"]["2026-08-19"] == 6745.699


@pytest.mark.parametrize(
    ("source", "fault", "text"),
    [
        ("fred", edit("Millions of U.S. Dollars", "Index 2017=100"), "unit 'Index 2017=100'"),
        ("fred", edit("Millions of U.S. Dollars", ""), "unit ''"),
        ("fred", edit("Millions of U.S. Dollars", "Percent"), "they measure different things"),
        ("board", archived(edit('UNIT_MULT="1000000"', 'UNIT_MULT="1000"')), "in USD 1000, which"),
        ("board", archived(edit('CURRENCY="USD"', 'CURRENCY="EUR"')), "in EUR 1000000, which"),
        ("board", archived(edit(' CURRENCY="USD"', "")), "is declared in 1000000, which"),
    ],
)
def test_a_declared_unit_that_is_not_known_is_refused(desk, source, fault, text):
    fault = at("/series?", fault) if source == "fred" else fault
    refused_twice(desk, source, "fed_assets", fl.UnitError, text, faults=[fault])


ANOTHER_SIZE = "times those held of the same .* the publisher has changed the unit without declar"
# Source, series, factor from the old unit to the new one, what is said.
UNDECLARED = [
    ("fredgraph", "fed_assets", 1e-3, "impossible"),
    ("fredgraph", "tga", 1e-3, ANOTHER_SIZE),
    ("fredgraph", "tga", 1e3, "impossible"),
    ("fredgraph", "mbs", 1e-3, ANOTHER_SIZE),
    ("fredgraph", "bank_assets", 1e-3, "impossible"),
    ("fred", "tga", 1e-3, ANOTHER_SIZE),
    ("board", "reserves", 1e-3, ANOTHER_SIZE),
    ("treasury", "tga_close", 1e-3, ANOTHER_SIZE),
    ("nyfed", "on_rrp", 1e-6, ANOTHER_SIZE),
    ("nyfed", "sofr", 1e-2, ANOTHER_SIZE),
    ("nyfed", "sofr", 1e2, "impossible"),
]


@pytest.mark.parametrize(("source", "name", "factor", "text"), UNDECLARED)
def test_a_unit_that_changes_without_a_word_is_refused_by_size(desk, source, name, factor, text):
    figures = desk.publisher.figures[name] * factor
    refused_twice(desk, source, name, fl.UnitError, f"^{name}: .*{text}", figures=figures)


# -- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "word"), [("M", "monthly"), ("D", "daily"), ("BW", "BW"), ("Q", "quarterly")]
)
def test_a_frequency_that_is_declared_to_be_another_is_refused(desk, letter, word):
    text = f"^fed_assets: FRED: WALCL: it is declared {word}, and the catalog has it as weekly"
    fault = at("/series?", edit('frequency_short="W"', f'frequency_short="{letter}"'))
    refused_twice(desk, "fred", "fed_assets", fl.DataError, text, faults=[fault])


OTHER_DAYS = {
    "the first of each month": lambda one: one.resample("MS").last(),
    "Thursdays": lambda one: one.set_axis(one.index + pd.Timedelta(1, unit="D")),
    "Wednesdays and a Friday": lambda one: pd.concat(
        [one, one[-1:].set_axis([pd.Timestamp("2026-08-21")])]
    ),
}


@pytest.mark.parametrize("source", ["fred", "fredgraph", "board"])
@pytest.mark.parametrize("days", OTHER_DAYS)
def test_a_frequency_that_changes_without_a_word_is_refused(desk, source, days):
    figures = OTHER_DAYS[days](desk.publisher.figures["fed_assets"])
    text = r"^fed_assets: .*\d\d\d\d-\d\d-\d\d"
    refused_twice(desk, source, "fed_assets", fl.TimeIndexError, text, figures=figures)


# The last figures of the sample: the last day, and what is given for it.
LAST = {"nyfed": "2026-08-20", "treasury": "2026-06-23"}
BOTH = r"\g<1>\g<2>\g<3>\g<1>{}\g<3>"


def twice(source, other):
    """Give the last day a second time, with this figure."""
    match source:
        case "nyfed":
            return rows(lambda found: [found[0] | {"percentRate": float(other)}, *found])
        case "treasury":
            return rows(lambda found: [*found, found[-1] | {"open_today_bal": other}])
        case "fred":
            line = r'(<observation [^>]*date="2026-08-19" value=")(6745699)("/>)'
            return at("/observations", edit(line, BOTH.format(other)))
        case "fredgraph":
            return edit(r"(2026-08-19,)(6745699)(\n)", BOTH.format(other))
    line = r'(<frb:Obs OBS_STATUS="A" OBS_VALUE=")(6745699)(" TIME_PERIOD="2026-08-19"/>)'
    return archived(edit(line, BOTH.format(other)))


SENDER = {
    "nyfed": "New York Fed: SOFR",
    "treasury": "Treasury",
    "fred": "FRED: WALCL",
    "fredgraph": "FRED: WALCL",
    "board": "Board: RESPPMA_N.WW",
}


@pytest.mark.parametrize("source", SERIES)
@pytest.mark.parametrize("same", [True, False], ids=["same", "another"])
def test_a_day_that_is_given_twice_is_refused(desk, source, same):
    name = SERIES[source]
    figures = desk.publisher.figures[name]
    other = f"{figures.iloc[-1] * (1 if same else 1.01):.10g}"
    text = rf"{SENDER[source]}.*the answer gives {figures.index[-1]:%Y-%m-%d} more than once"
    refused_twice(desk, source, name, fl.DataError, text, faults=[twice(source, other)])


@pytest.mark.parametrize("order", [1, -1], ids=["after", "before"])
def test_a_revised_rate_beside_a_first_one_is_the_one_that_holds(desk, order):
    def both(found):
        first = found[0] | {"percentRate": found[0]["percentRate"] + 0.02}
        revised = found[0] | {"revisionIndicator": "[r]"}
        return [*[first, revised][::order], *found[1:]]

    desk.wrongly(rows(both))
    seen = desk.load(["sofr"], "nyfed")
    seen.is_quiet()
    assert seen.dataset["sofr"].equals(desk.published("sofr")[0])


def test_an_operation_that_is_listed_twice_is_not_counted_twice(desk):
    fault = rows(lambda found: [found[0], *found])
    text = "more than once"
    refused_twice(desk, "nyfed", "on_rrp", fl.DataError, text, faults=[fault])


def test_two_operations_of_one_day_are_added(desk):
    def halves(found):
        half = {"totalAmtAccepted": found[0]["totalAmtAccepted"] / 2}
        return [found[0] | half, found[0] | half | {"operationId": "RP 082126 2"}, *found[1:]]

    desk.wrongly(rows(halves))
    seen = desk.load(["on_rrp"], "nyfed")
    seen.is_quiet()
    assert seen.dataset["on_rrp"].equals(desk.published("on_rrp")[0])


@pytest.mark.parametrize("source", SERIES)
@pytest.mark.parametrize("day", ["2026-10-28", "2027-10-20", "2099-01-07"])
def test_a_figure_for_a_day_to_come_is_refused(desk, source, day):
    name = SERIES[source]
    figures = desk.publisher.figures[name]
    ahead = pd.concat([figures, figures[-1:].set_axis([pd.Timestamp(day)])])
    text = rf"^{name}: .*for {day}, which is in the future at 2026-10-20 16:00 Eastern"
    refused_twice(desk, source, name, fl.DataError, text, figures=ahead)


def test_a_rate_in_force_is_known_from_its_announcement_on(desk):
    figures = desk.publisher.figures["iorb"]
    tomorrow = figures[-1:].set_axis([pd.Timestamp("2026-10-21")])
    desk.publish("iorb", pd.concat([figures, tomorrow]))
    desk.clock.set("2026-10-20 13:59")
    desk.load(["iorb"], "fredgraph").fails(fl.DataError, "for 2026-10-21, which is in the future")
    desk.clock.set("2026-10-20 14:00")
    desk.load(["iorb"], "fredgraph").is_quiet()


LOOSE = ["2026", "2026-08", "today", "20260820", "2026-08-20T00:00Z", "08/20/2026", "2026-8-20"]
BEYOND = "3026-08-20"


@pytest.mark.parametrize("text", [*LOOSE, BEYOND])
def test_a_day_that_is_not_written_as_one_is_refused(desk, text):
    desk.patience(attempts=1)
    desk.wrongly(edit("2026-08-20,", f"{text},"))
    desk.load(["sofr"], "fredgraph").fails(fl.MalformedAnswerError, "^FRED: SOFR: .*that is none")
    assert not desk.held()


# -- figures -------------------------------------------------------------------------------


def last_figure(source, text):
    """Give the last figure as this text."""
    match source:
        case "nyfed":
            return rows(lambda found: [found[0] | {"percentRate": text}, *found[1:]])
        case "treasury":
            return rows(lambda found: [*found[:-1], found[-1] | {"open_today_bal": text}])
        case "fred":
            return at("/observations", edit('value="6745699"', f'value="{text}"'))
        case "fredgraph":
            return edit("2026-08-19,6745699", f"2026-08-19,{text}")
    return archived(edit('OBS_VALUE="6745699"', f'OBS_VALUE="{text}"'))


@pytest.mark.parametrize("source", SERIES)
@pytest.mark.parametrize("text", ["Infinity", "-inf", "1e999", "n/a", "3.6.3", "0x4", "1_0", "-"])
def test_a_figure_that_is_none_is_refused(desk, source, text):
    desk.patience(attempts=1)
    desk.wrongly(last_figure(source, text))
    seen = desk.load([SERIES[source]], source)
    assert isinstance(seen.error, (fl.MalformedAnswerError, fl.UnitError)), seen
    assert not desk.held()


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), 1e300, True], ids=repr)
def test_a_number_that_no_rate_can_be_is_refused(desk, number):
    desk.patience(attempts=1)
    desk.wrongly(last_figure("nyfed", number))
    seen = desk.load(["sofr"], "nyfed")
    assert isinstance(seen.error, (fl.MalformedAnswerError, fl.UnitError))
    assert not desk.held()


# -- histories -----------------------------------------------------------------------------

SHORTER = {
    "without its first days": lambda one: one[5:],
    "without its last days": lambda one: one[:-5],
    "with a hole": lambda one: one.drop(one.index[[-4, -9]]),
    "of one day": lambda one: one[-1:],
}


@pytest.mark.parametrize("source", ["fred", "fredgraph", "board"])
@pytest.mark.parametrize("shorter", SHORTER)
def test_a_history_shorter_than_the_cached_one_does_not_replace_it(desk, source, shorter):
    whole = desk.load(["fed_assets"], source)
    whole.is_quiet()
    held = desk.held()
    desk.publisher.figures["fed_assets"] = SHORTER[shorter](desk.publisher.figures["fed_assets"])
    desk.later("30h")
    seen = desk.load(["fed_assets"], source)
    seen.warns(
        fl.StaleDataWarning,
        r"the history sent is shorter than the one held: \d+ of 120 observations are missing",
        "clear the cache of 'fed_assets'",
        "30 hours ago",
    )
    assert seen.dataset["fed_assets"].equals(whole.dataset["fed_assets"])
    assert desk.held() == held


@pytest.mark.parametrize(("source", "name"), [("nyfed", "sofr"), ("treasury", "tga_close")])
def test_where_only_the_last_weeks_are_asked_for_the_rest_stays(desk, source, name):
    desk.load([name], source).is_quiet()
    whole = desk.published(name)[0]
    desk.publisher.figures[name] = desk.publisher.figures[name][-60:]
    desk.later("30h")
    seen = desk.load([name], source)
    seen.is_quiet()
    assert seen.dataset[name].equals(whole)
    desk.publisher.figures[name] = desk.publisher.figures[name][:-5]
    desk.later("30h")
    seen = desk.load([name], source)
    seen.warns(fl.StaleDataWarning, "5 of .* observations are missing")
    assert seen.dataset[name].equals(whole)


def test_lines_that_are_cut_off_do_not_shorten_the_cached_history(desk):
    desk.load(["fed_assets"], "fredgraph").is_quiet()
    held = desk.held()
    desk.later("30h")
    desk.wrongly(edit(r"2026-07-(.|\n)*", ""))  # a whole CSV, to the last line break
    seen = desk.load(["fed_assets"], "fredgraph")
    seen.warns(fl.StaleDataWarning, "8 of 120 observations are missing, the first of 2026-07-01")
    assert desk.held() == held


@pytest.mark.parametrize("source", SERIES)
def test_a_revision_replaces_what_is_cached(desk, source):
    name = SERIES[source]
    desk.load([name], source).is_quiet()
    desk.revise(name)
    desk.later("30h")
    for offline in (False, True):
        seen = desk.load([name], source, offline=offline)
        seen.is_quiet()
        assert seen.dataset[name].equals(desk.published(name)[1])
