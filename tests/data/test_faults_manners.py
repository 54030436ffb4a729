"""How often publishers are asked, how long they are waited for, and who serves in their place."""

import random
import re
import socket
import urllib.request
from email.utils import formatdate

import pytest

import fedliq as fl
from faults import PAGE, PATHS, SERIES, at, down, first, instead
from fedliq.data.fred import FredApi
from fedliq.data.http import Answer, Client, Manners
from loopback import HURRY, KEY

XML_429 = b'<?xml version="1.0"?>\n<error code="429" message="Too Many Requests" />'


# -- waiting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "body"), [("fred", XML_429), ("fredgraph", PAGE)], ids=["XML", "page"]
)
def test_a_short_wait_that_is_asked_for_is_kept(desk, source, body):
    desk.wrongly(first(1, instead(body=body, status=429, headers={"Retry-After": "1"})))
    seen = desk.load(["fed_assets"], source)
    seen.is_quiet()
    assert 1.0 <= seen.times[1] - seen.times[0] < 3.0


@pytest.mark.parametrize("body", [XML_429, PAGE], ids=["XML", "page"])
@pytest.mark.parametrize("source", ["fred", "fredgraph"])
def test_a_long_wait_that_is_asked_for_is_told_and_not_kept(desk, source, body):
    desk.wrongly(instead(body=body, status=429, headers={"Retry-After": "3600"}))
    seen = desk.load(["fed_assets", "tga"], source)
    seen.fails(fl.RateLimitError, "^FRED: WALCL: too many requests; try again in 3600 s")
    assert len(seen.asked) == 1  # nor is the other series asked for
    assert seen.seconds < 3


def test_fred_is_asked_twice_a_second_at_most(desk):
    desk.sources["fred"] = FredApi(KEY, root_url=f"{desk.publisher.root}/fred")
    seen = desk.load(["fed_assets", "tga"], "fred")
    seen.is_quiet()
    gaps = [later - earlier for earlier, later in zip(seen.times, seen.times[1:], strict=False)]
    assert len(gaps) == 3
    assert min(gaps) > 0.45  # half a second, give or take what the loopback takes
    assert seen.times[2] - seen.times[0] > 0.95


class Clockwork:
    """A clock that moves only when someone sleeps, or waits for an answer."""

    def __init__(self):
        self.now, self.slept = 1000.0, []

    def monotonic(self):
        return self.now

    def time(self):
        return 1_800_000_000.0 + self.now

    def sleep(self, seconds):
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    one = Clockwork()
    monkeypatch.setattr("fedliq.data.http.time", one)
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)  # the longest pauses
    return one


MANNERS = {
    "by default": Manners(),
    "of the Board": Manners(timeout=60, patience=300),
    "in a hurry": HURRY,
    "of many tries": Manners(attempts=50, patience=20),
    "of long pauses": Manners(pause=7, patience=20, attempts=10),
    "of few requests": Manners(per_second=0.2, patience=12, attempts=10),
}


@pytest.mark.parametrize("manners", MANNERS.values(), ids=MANNERS)
@pytest.mark.parametrize("wait", ["", "0", "5", "59", "61", "100000", "a date"])
@pytest.mark.parametrize("status", [429, 503, None], ids=["429", "503", "no answer"])
def test_nobody_waits_beyond_his_patience(clock, manners, wait, status):
    if wait == "a date":
        wait = formatdate(clock.time() + 30, usegmt=True)

    def send(_url, timeout, _deadline, _agent):
        if status is None:
            clock.now += timeout
            raise TimeoutError
        return Answer(status, {"retry-after": wait}, PAGE)

    client = Client("A publisher", manners, send=send)
    with pytest.raises(fl.SourceError, match=r"^A publisher: a document: "):
        client.get("http://127.0.0.1/", bytes, "a document")
    assert clock.now - 1000 <= manners.patience + 0.01


def waits(clock, text):
    """Sleep as a client does between an answer 429 and a good one; return the seconds."""
    before = len(clock.slept)
    answers = [Answer(429, {"retry-after": text}, PAGE), Answer(200, {}, b"good")]
    client = Client("A publisher", Manners(), send=lambda *_: answers.pop(0))
    assert client.get("http://127.0.0.1/", bytes, "a document") == b"good"
    return sum(clock.slept[before:])


def test_a_wait_is_understood_as_a_number_and_as_a_date(clock):
    assert waits(clock, "30") == pytest.approx(30)
    assert waits(clock, formatdate(clock.time() + 30, usegmt=True)) == pytest.approx(30, abs=1)


SQUARED = "\xb2"


@pytest.mark.parametrize(
    "text", ["-5", "1.5", "soon", ", , ,", "0", "Fri, 31 Dec 1999 23:59:59 GMT", SQUARED]
)
def test_a_wait_that_means_nothing_is_as_good_as_none(clock, text):
    assert waits(clock, text) == pytest.approx(waits(clock, ""))


# -- nothing for the whole process ---------------------------------------------------------


def test_fred_changes_nothing_for_the_whole_process(desk, monkeypatch):
    """As fredapi does: it installs an opener where the environment names a proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", desk.publisher.root)
    opener, timeout = urllib.request._opener, socket.getdefaulttimeout()
    desk.sources["fred"] = FredApi(KEY, root_url="http://fred.invalid/fred", manners=HURRY)
    seen = desk.load(["fed_assets"], "fred")
    seen.is_quiet()
    assert all(path.startswith("http://fred.invalid/fred/") for path in seen.asked)  # by proxy
    assert urllib.request._opener is opener
    assert socket.getdefaulttimeout() is timeout


# -- the next in order ---------------------------------------------------------------------

# Who is down, in which order they are asked, and who serves the series in the end.
NEXT = [
    ("sofr", ["nyfed", "fred", "fredgraph"], ["nyfed"], "FRED: SOFR"),
    ("sofr", ["nyfed", "fred", "fredgraph"], ["nyfed", "fred"], "FRED graph CSV: SOFR"),
    ("on_rrp", ["nyfed", "fredgraph"], ["nyfed"], "FRED graph CSV: RRPONTSYD"),
    ("fed_assets", ["fred", "fredgraph", "board"], ["fred"], "FRED graph CSV: WALCL"),
    (
        "fed_assets",
        ["fred", "fredgraph", "board"],
        ["fred", "fredgraph"],
        "Board Data Download: H.4.1 RESPPMA_N.WW",
    ),
    ("fed_assets", ["board", "fredgraph"], ["board"], "FRED graph CSV: WALCL"),
]


@pytest.mark.parametrize(("name", "order", "ill", "served"), NEXT)
def test_where_a_publisher_is_down_the_next_in_order_serves(desk, name, order, ill, served):
    desk.wrongly(down(*ill))
    seen = desk.load([name], *order)
    seen.is_quiet()
    assert seen.dataset.provenance(name).source == served
    assert seen.dataset[name].equals(desk.published(name)[0])


@pytest.mark.parametrize("fault", [instead(body=PAGE), instead(body=b"")], ids=["page", "empty"])
def test_where_an_answer_cannot_be_read_the_next_in_order_serves(desk, fault):
    desk.wrongly(at("/api/", fault))
    seen = desk.load(["sofr"], "nyfed", "fredgraph")
    seen.is_quiet()
    assert seen.dataset.provenance("sofr").source == "FRED graph CSV: SOFR"


def test_the_next_in_order_carries_on_what_another_one_began(desk):
    desk.load(["sofr"], "nyfed").is_quiet()
    desk.later("30h")
    desk.revise("sofr")
    desk.wrongly(down("nyfed"))
    seen = desk.load(["sofr"], "nyfed", "fredgraph")
    seen.is_quiet()
    assert seen.dataset["sofr"].equals(desk.published("sofr")[1])
    # FRED was asked for the whole, and has it: nothing of the other is left.
    assert seen.dataset.provenance("sofr").source == "FRED graph CSV: SOFR"


RATES = ["sofr", "tgcr", "bgcr", "effr", "obfr", "on_rrp_rate", "on_rrp", "srf"]
LINES = ["fed_assets", "tga", "treasuries", "mbs", "bank_assets", "gdp", "iorb"]


@pytest.mark.parametrize(
    ("names", "source"),
    [(RATES, "nyfed"), (LINES, "fred"), (LINES, "fredgraph"), (LINES, "board")],
)
@pytest.mark.parametrize("refused", [503, 429, 451])
def test_a_publisher_that_is_down_is_not_asked_once_a_series(desk, names, source, refused):
    desk.wrongly(instead(body=PAGE, status=refused))
    seen = desk.load(names[:4], source)
    assert isinstance(seen.error, fl.SourceError)
    assert len(seen.asked) == (1 if refused == 451 else HURRY.attempts)


def test_a_publisher_that_goes_down_on_the_way_is_asked_no_more(desk):
    desk.wrongly(at("WDTGAL", down("fredgraph")))
    seen = desk.load(LINES, "fredgraph")
    seen.fails(fl.SourceError, "^FRED: WDTGAL: .*HTTP 503")
    assert [path.partition("id=")[2].partition("&")[0] for path in seen.asked] == [
        "WALCL",
        *["WDTGAL"] * HURRY.attempts,
    ]
    # What came before is kept.
    seen = desk.load(["fed_assets"], "fredgraph", offline=True)
    seen.is_quiet()


ALL = ("nyfed", "treasury", "fred", "fredgraph", "board")
SOME = ["sofr", "effr", "on_rrp", "tga_close", "fed_assets", "tga", "reserves", "bank_assets"]


def test_with_everything_down_each_is_asked_a_few_times_and_not_once_a_series(desk):
    desk.wrongly(down(*ALL))
    seen = desk.load(SOME, *ALL)
    assert isinstance(seen.error, fl.SourceError)
    asked = {name: sum(path.startswith(PATHS[name]) for path in seen.asked) for name in ALL}
    assert asked["nyfed"] == asked["treasury"] == HURRY.attempts
    # One round for the series whose first source it is, one for those that another one left.
    assert all(HURRY.attempts <= asked[name] <= 2 * HURRY.attempts for name in ALL)
    assert not desk.held()


def test_with_everything_down_what_is_cached_serves_and_its_age_is_told(desk):
    before = desk.load(SOME, *ALL)
    before.is_quiet()
    held = desk.held()
    desk.later("3D")
    desk.wrongly(down(*ALL))
    seen = desk.load(SOME, *ALL)
    assert seen.error is None
    assert {one.category for one in seen.warned} == {fl.StaleDataWarning}
    told = " ".join(str(one.message) for one in seen.warned)
    assert all(re.search(rf"\b{name}\b", told) for name in SOME)
    assert all(str(one.message).endswith("retrieved 3 days ago serves.") for one in seen.warned)
    # One warning for each publisher that is down, and not one for each series.
    assert len(seen.warned) == 3
    assert all(seen.dataset[name].equals(before.dataset[name]) for name in SOME)
    assert all(seen.dataset.provenance(one) == before.dataset.provenance(one) for one in SOME)
    assert desk.held() == held


def test_with_everything_down_what_is_not_cached_is_left_out_of_the_whole_catalog(desk):
    desk.load(["sofr", "fed_assets"], "nyfed", "fredgraph").is_quiet()
    desk.later("30h")
    desk.wrongly(down(*ALL))
    seen = desk.load(None, "nyfed", "fredgraph")
    assert set(seen.dataset) == {"sofr", "fed_assets"}
    kinds = {one.category for one in seen.warned}
    assert kinds == {fl.MissingDataWarning, fl.StaleDataWarning}
    missing = [one for one in seen.warned if one.category is fl.MissingDataWarning]
    assert any("not at hand, and left out: tga" in str(one.message) for one in missing)


def test_with_everything_down_a_named_series_that_is_not_cached_is_an_error(desk):
    desk.load(["sofr"], "nyfed").is_quiet()
    held = desk.held()
    desk.wrongly(down(*ALL))
    desk.load(["sofr", "effr"], "nyfed").fails(fl.SourceError, r"^New York Fed: EFFR: .*HTTP 503")
    assert desk.held() == held


def test_with_everything_down_and_nothing_cached_the_whole_catalog_is_an_error(desk):
    desk.wrongly(down(*ALL))
    desk.load(None, *ALL).fails(fl.SourceError, r"HTTP 503")
    assert not desk.held()


@pytest.mark.parametrize("source", SERIES)
def test_offline_nobody_is_asked(desk, source):
    name = SERIES[source]
    refused = desk.load([name], source, offline=True)
    refused.fails(fl.NotAvailableError, f"^{name}: not in the cache, and nobody is asked")
    desk.load([name], source).is_quiet()
    desk.later("400D")
    seen = desk.load([name], source, offline=True)
    seen.is_quiet()
    assert seen.asked == refused.asked == []
