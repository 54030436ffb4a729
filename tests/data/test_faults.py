"""What a reader gets when a publisher cannot be reached, stalls, breaks off, or refuses."""

import contextlib
import socket
import struct
import threading
from dataclasses import replace

import pytest

import fedliq as fl
from faults import PAGE, SERIES, at, broken_off, first, instead
from fedliq.data.fred import FredApi, FredGraph
from loopback import HURRY, KEY, Publisher

XML_429 = b'<?xml version="1.0"?>\n<error code="429" message="Too Many Requests" />'
FRED_XML = '<?xml version="1.0"?>\n<error code="{}" message="Bad Request.  {}" />'


# -- one fault at a time, at every publisher -----------------------------------------------

# A fault, the error it ends in, and what the error says.
FAULTS = {
    "broken off in mid-body": (broken_off, fl.SourceError, "the connection broke while"),
    "stalled before the answer": (instead(delay=1.0), fl.SourceError, r"no answer within 0\.15 s"),
    "stalled in mid-body": (instead(stall_after=40), fl.SourceError, r"no answer within 0\.15 s"),
    "trickling": (instead(trickle=0.01), fl.SourceError, r"the answer took more than 0\.4 s"),
    "too many requests, in XML": (
        instead(body=XML_429, status=429),
        fl.RateLimitError,
        "too many requests; try again in some minutes",
    ),
    "too many requests, as a page": (
        instead(body=PAGE, status=429),
        fl.RateLimitError,
        "too many requests; try again in some minutes",
    ),
    "always out of order": (
        instead(body=PAGE, status=500),
        fl.SourceError,
        r"the publisher's own fault \(HTTP 500\)",
    ),
    "another refusal": (instead(body=PAGE, status=451), fl.SourceError, "HTTP 451; it answered"),
    "not there any more": (
        instead(body=PAGE, status=404),
        fl.NotAvailableError,
        r"not published there \(HTTP 404\); it answered with a web page",
    ),
}
# How long each is waited for, where it matters.
SHORT = {
    "stalled before the answer": {"timeout": 0.15},
    "stalled in mid-body": {"timeout": 0.15},
    "trickling": {"patience": 0.4},
}
NAMES = {
    "nyfed": "New York Fed: SOFR",
    "treasury": "Treasury: operating cash balance, page 1",
    "fred": "FRED: WALCL",
    "fredgraph": "FRED: WALCL",
    "board": "Board: H.4.1",
}


@pytest.mark.parametrize("source", SERIES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_costs_nothing_that_is_held(desk, source, fault):
    misbehave, kind, text = FAULTS[fault]
    name, told = SERIES[source], f"{NAMES[source]}: {text}"
    desk.patience(attempts=2, **SHORT.get(fault, {}))

    desk.wrongly(misbehave)
    desk.load([name], source).fails(kind, f"^{told}")
    assert not desk.held()

    desk.wrongly()
    desk.patience()
    whole = desk.load([name], source)
    whole.is_quiet()
    held = desk.held()
    assert len(held) == 2

    desk.later("30h")
    desk.patience(attempts=2, **SHORT.get(fault, {}))
    desk.wrongly(misbehave)
    seen = desk.load([name], source)
    refusal = rf"^{name}: the refresh failed \({told}"
    seen.warns(fl.StaleDataWarning, refusal, r"what was retrieved 30 hours ago serves\.$")
    assert seen.dataset[name].equals(whole.dataset[name])
    assert seen.dataset.provenance(name) == whole.dataset.provenance(name)
    assert seen.seconds < 4
    assert desk.held() == held


@pytest.mark.parametrize("source", SERIES)
def test_a_refused_connection(desk, source):
    with Publisher().running() as gone:
        pass
    name = SERIES[source]
    desk.load([name], source).is_quiet()
    held, desk.sources = desk.held(), gone.sources()
    desk.later("30h")
    text = f"{NAMES[source]}: could not be reached; check the connection"
    desk.load([name], source).warns(fl.StaleDataWarning, text, "30 hours ago")
    assert desk.held() == held
    desk.folder = desk.folder / "another"
    desk.load([name], source).fails(fl.SourceError, f"^{text}")


# What is worth another try, and what is not.
PASSING = {
    **{
        f"HTTP {one}": instead(body=PAGE, status=one)
        for one in (408, 425, 429, 500, 502, 503, 504)
    },
    "broken off": broken_off,
    "a page with HTTP 200": instead(body=PAGE),
    "nothing with HTTP 200": instead(body=b""),
}
LASTING = {
    "fred": (400, 404, 451),
    "fredgraph": (400, 401, 403, 404, 451),
    "nyfed": (400, 404, 451),
}


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("source", ["nyfed", "fredgraph"])
def test_a_passing_fault_is_tried_again_and_not_told(desk, source, fault):
    desk.wrongly(first(1, PASSING[fault]))
    seen = desk.load([SERIES[source]], source)
    seen.is_quiet()
    assert len(seen.asked) == 2


def test_either_document_of_fred_is_tried_again(desk):
    out_of_order = instead(body=PAGE, status=500)
    desk.wrongly(at("/series?", first(1, out_of_order)), at("observations", first(2, broken_off)))
    seen = desk.load(["fed_assets"], "fred")
    seen.is_quiet()
    assert len(seen.asked) == 2 + 3


@pytest.mark.parametrize(
    ("source", "status"), [(one, status) for one, several in LASTING.items() for status in several]
)
def test_a_lasting_refusal_is_not_tried_again(desk, source, status):
    desk.wrongly(instead(body=PAGE, status=status))
    seen = desk.load([SERIES[source]], source)
    kind = fl.NotAvailableError if status in (400, 404) else fl.SourceError
    seen.fails(kind, f"HTTP {status}.*it answered with a web page")
    assert len(seen.asked) == 1


def test_there_are_no_more_tries_than_the_manners_allow(desk):
    desk.wrongly(instead(body=PAGE, status=500))
    assert len(desk.load(["fed_assets"], "fredgraph").asked) == HURRY.attempts


# -- what is hardly HTTP -------------------------------------------------------------------


@contextlib.contextmanager
def speaking(*words: bytes, pause: float = 0.0, hard: bool = False):
    """Serve something that may be no HTTP at all, word by word; yield the address."""
    stop = threading.Event()

    def answer(listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                for word in words:
                    connection.sendall(word)
                    if stop.wait(pause):
                        break
                if hard:  # a reset, and no orderly end
                    lingering = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


MADE = {
    "fred": lambda root, manners: FredApi(KEY, root_url=root, manners=manners),
    "fredgraph": lambda root, manners: FredGraph(root_url=root, manners=manners),
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
BROKE = "the connection broke while the answer came"
ODD = {
    "silence, and an end": ([], False, f"^FRED: WALCL: {BROKE}"),
    "another protocol": ([b"SSH-2.0-OpenSSH_9.6\r\n"], False, "^FRED: WALCL: "),
    "a reset in the headers": ([HEAD], True, "^FRED: WALCL: "),
    "a reset in mid-body": (
        [HEAD + b"Content-Length: 99\r\n\r\nobservation_date"],
        True,
        f"^FRED: WALCL: {BROKE}",
    ),
    "a chunk that does not come": (
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nobservation_date"],
        False,
        f"^FRED: WALCL: {BROKE}",
    ),
    "a body that is not packed as it says": (
        [HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"],
        False,
        "^FRED: WALCL: ",
    ),
}


@pytest.mark.parametrize("source", MADE)
@pytest.mark.parametrize("odd", ODD)
def test_what_is_hardly_http_is_a_publisher_at_fault(desk, source, odd):
    words, hard, text = ODD[odd]
    with speaking(*words, hard=hard) as root:
        desk.sources[source] = MADE[source](root, HURRY)
        seen = desk.load(["fed_assets"], source)
    assert isinstance(seen.error, fl.SourceError)
    seen.fails(type(seen.error), text)
    assert seen.seconds < 3


@pytest.mark.parametrize("source", MADE)
def test_headers_that_trickle_are_not_waited_for_beyond_patience(desk, source):
    words = [HEAD, *[b"x"] * 120]
    with speaking(*words, pause=0.05) as root:
        desk.sources[source] = MADE[source](root, replace(HURRY, patience=0.3, attempts=1))
        seen = desk.load(["fed_assets"], source)
    seen.fails(fl.SourceError, "^FRED: WALCL: ")
    assert seen.seconds < 3


# -- keys and unknown series ---------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "The value for variable api_key is not registered.",
        f"The value {KEY} for variable api_key is not a 32 character alpha-numeric string.",
    ],
)
def test_a_key_that_is_refused_is_told_at_once_and_nobody_else_is_asked(desk, message):
    desk.wrongly(at("/fred/", instead(body=FRED_XML.format(400, message).encode(), status=400)))
    seen = desk.load(["fed_assets", "tga", "mbs"], "fred", "fredgraph", "board")
    seen.fails(
        fl.ApiKeyError, r"^FRED: WALCL: the key is not accepted \(HTTP 400\); check FRED_API_KEY"
    )
    assert len(seen.asked) == 1
    assert KEY in seen.asked[0]  # so that there was something to keep quiet about
    assert not desk.held()


@pytest.mark.parametrize("status", [404, 451])
def test_what_a_publisher_says_of_the_request_is_quoted_without_the_key(desk, status):
    echo = f"{KEY} asked in vain for /fred/series?series_id=WALCL&key={KEY}"
    desk.wrongly(instead(body=echo.encode(), status=status))
    kind = fl.NotAvailableError if status == 404 else fl.SourceError
    text = r"^FRED: WALCL: .*\*\*\* asked in vain for /fred/series\?series_id=WALCL&key=\*\*\*"
    desk.load(["fed_assets"], "fred").fails(kind, text)


def test_a_key_that_is_refused_is_told_even_where_the_cache_could_serve(desk):
    desk.load(["fed_assets"], "fred").is_quiet()
    held = desk.held()
    desk.later("30h")
    desk.sources["fred"] = FredApi("f" * 32, root_url=f"{desk.publisher.root}/fred", manners=HURRY)
    seen = desk.load(["fed_assets"], "fred", "fredgraph")
    seen.fails(fl.ApiKeyError, "the key is not accepted")
    assert len(seen.asked) == 1
    assert desk.held() == held


@pytest.mark.parametrize("key", ["", "too short", KEY.upper(), f"{KEY}0", f"{KEY}\n", None])
def test_a_key_that_cannot_be_one_is_refused_before_anyone_is_asked(key):
    with pytest.raises(fl.ApiKeyError, match="32 lower-case letters and digits") as refused:
        FredApi(key)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "fred",
            r"^FRED: WALCL: not published there \(HTTP 400\); Bad Request. The series does not",
        ),
        (
            "fredgraph",
            r"^FRED: WALCL: not published there \(HTTP 404\); it answered with a web page",
        ),
    ],
)
def test_a_series_that_the_publisher_does_not_know(desk, source, text):
    del desk.publisher.figures["fed_assets"]
    seen = desk.load(["fed_assets", "tga"], source)
    seen.fails(fl.NotAvailableError, text)
    # The others are asked for all the same: it is not the publisher that is down.
    assert any("WDTGAL" in path for path in seen.asked)
    seen = desk.load(["fed_assets", "tga"], source, "board")
    seen.fails(fl.NotAvailableError, text)
