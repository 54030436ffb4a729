"""Ask a publisher for a document, with manners: limits, time-outs, retries, typed errors.

A request that carries a key goes by the standard library (:func:`send_quietly`), as fredapi's
own do: urllib3 writes the whole address to its log at level DEBUG.
"""

from __future__ import annotations

import http.client
import math
import queue
import random
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from fedliq.exceptions import (
    ApiKeyError,
    FedliqError,
    MalformedAnswerError,
    NotAvailableError,
    RateLimitError,
    SourceError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Parsed = TypeVar("Parsed")

__all__ = ["Answer", "Client", "Manners", "send_plainly", "send_quietly"]

_TOO_MANY = 429
_TRY_AGAIN = frozenset({408, 425, _TOO_MANY, 500, 502, 503, 504})
_SUCCESS = 200
_CHUNK = 1 << 16
_LARGEST = 500_000_000  # bytes; the whole H.4.1 is a twentieth of it
_LONGER = 10  # pauses, after "too many requests" that does not say how long to wait
_STATED = re.compile(r'<error[^>]* message="([^"]*)"')  # as FRED words it
_PAGE = "it answered with a web page."
_LONGEST = 200  # characters of a publisher's own words


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name, and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _TooSlowError(Exception):
    """The body trickled in beyond the deadline."""


class _TooLargeError(Exception):
    """The body is larger than any document here can be."""


def _read(chunks: Callable[[int], bytes], deadline: float) -> bytes:
    """Read a body to its end, or to the deadline, past which nobody waits for it."""
    parts, size = [], 0
    while part := chunks(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise _TooLargeError
        if time.monotonic() > deadline:
            raise _TooSlowError
    return b"".join(parts)


def send_plainly(url: str, timeout: float, deadline: float, agent: str | None) -> Answer:
    """Send a request that holds no secret, through requests."""
    import requests  # noqa: PLC0415 - a warm cache must not load it
    import urllib3  # noqa: PLC0415

    headers = {"User-Agent": agent} if agent else {}
    with requests.get(url, headers=headers, timeout=timeout, stream=True) as response:
        response.raw.decode_content = True
        try:
            body = _read(response.raw.read1, deadline)
        except urllib3.exceptions.HTTPError as error:  # which requests hands on as it is
            raise ConnectionError(error) from error
        return Answer(
            response.status_code, {k.lower(): v for k, v in response.headers.items()}, body
        )


def send_quietly(url: str, timeout: float, deadline: float, agent: str | None) -> Answer:
    """Send a request whose address holds a key, through an opener of our own."""
    request = urllib.request.Request(url, headers={"User-Agent": agent} if agent else {})  # noqa: S310 - https by default
    opener = urllib.request.build_opener()  # of our own: installing one is for the whole process
    try:
        response = opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        body = _read(response.read1, deadline)
        missing = response.length
        if missing:
            raise http.client.IncompleteRead(body, missing)
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, body)


@dataclass(frozen=True, slots=True)
class Manners:
    """How often a publisher is asked, and how long it is waited for.

    Attributes
    ----------
    per_second : float
        The most requests in a second, retries included.
    timeout : float [seconds]
        For connecting, and for each read.
    patience : float [seconds]
        For one document with all its retries.
    attempts : int
        The most tries for one document.
    pause : float [seconds]
        Before the first retry; it doubles from try to try, with jitter.
    """

    per_second: float = 2.0
    timeout: float = 15.0
    patience: float = 60.0
    attempts: int = 4
    pause: float = 0.5


class Client:
    """One publisher, asked one request after another.

    Parameters
    ----------
    publisher : str
        For messages.
    manners : Manners, default ``Manners()``
        Limits, time-outs and retries.
    send : callable, default ``send_plainly``
        How a single request is made.
    agent : str, optional
        How to introduce ourselves; by default as the HTTP library does.
    secret : str, optional
        A key that the addresses hold, to be struck out of what the publisher says.

    Notes
    -----
    Retried are failed connections, time-outs, bodies cut short, answers that cannot be read,
    and the statuses 408, 425, 429, 500, 502, 503, 504. ``Retry-After`` is honoured where it
    ends within ``patience``; a longer wait is left to the caller, who is told of it.

    Errors name the publisher and never the address, which may hold a key; they are raised
    outside the handling of their cause, so that no traceback holds it either.
    """

    def __init__(
        self,
        publisher: str,
        manners: Manners = Manners(),
        *,
        send: Callable[[str, float, float, str | None], Answer] = send_plainly,
        agent: str | None = None,
        secret: str = "",
    ) -> None:
        self._publisher = publisher
        self._manners = manners
        self._send = send
        self._agent = agent
        self._secret = secret
        self._turn = threading.Lock()
        self._next = 0.0

    def get(self, url: str, parse: Callable[[bytes], Parsed], what: str) -> Parsed:
        """Fetch a document and read it.

        Parameters
        ----------
        url : str
            With its query.
        parse : callable
            Of the body; raises MalformedAnswerError for what it cannot read.
        what : str
            The document, for messages.

        Returns
        -------
        object
            What ``parse`` returned.

        Raises
        ------
        SourceError, RateLimitError, MalformedAnswerError
            It cannot be had now.
        NotAvailableError
            The publisher does not have it.
        ApiKeyError
            The publisher refuses the key.
        """
        deadline = time.monotonic() + self._manners.patience
        failure: FedliqError = SourceError(f"{self._publisher}: {what}: was not asked.")
        for attempt in range(1, self._manners.attempts + 1):
            # The first try is always made.
            if not self._wait_turn(deadline if attempt > 1 else math.inf):
                break
            outcome, wait = self._try(url, parse, what, deadline)
            if not isinstance(outcome, FedliqError):
                return outcome
            failure = outcome
            # 1, 2, 4 pauses, each between half and the whole of itself.
            pause = self._manners.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311 - jitter
            pause = max(pause, wait or 0.0)
            last = attempt == self._manners.attempts or time.monotonic() + pause > deadline
            if wait is None or last:
                break
            time.sleep(pause)
        raise failure

    def _wait_turn(self, latest: float) -> bool:
        """Wait until the publisher may be asked again; say no where that is too late."""
        with self._turn:
            now = time.monotonic()
            start = max(now, self._next)
            if start > latest:
                return False
            self._next = start + 1 / self._manners.per_second
        time.sleep(start - now)
        return True

    def _try(
        self, url: str, parse: Callable[[bytes], Parsed], what: str, deadline: float
    ) -> tuple[Parsed | FedliqError, float | None]:
        """Return what was read, or the error and the least wait before a retry (None: none)."""
        answer, reason = self._ask(url, deadline)
        if answer is None:
            return SourceError(f"{self._publisher}: {what}: {reason}"), 0.0
        if answer.status != _SUCCESS:
            return self._refusal(answer, what)
        try:
            return parse(answer.body), None
        except MalformedAnswerError as malformed:
            return MalformedAnswerError(f"{self._publisher}: {what}: {malformed}"), 0.0

    def _ask(self, url: str, deadline: float) -> tuple[Answer | None, str]:
        timeout = max(min(self._manners.timeout, deadline - time.monotonic()), 0.001)
        try:
            return _within(
                deadline - time.monotonic(),
                lambda: self._send(url, timeout, deadline, self._agent),
            ), ""
        except TimeoutError:
            return None, f"no answer within {self._manners.timeout:g} seconds; try again later."
        except _TooSlowError:
            return (
                None,
                f"the answer took more than {self._manners.patience:g} seconds; try again later.",
            )
        except _TooLargeError:
            return None, f"the answer is larger than {_LARGEST / 1e6:.0f} MB."
        except (OSError, http.client.HTTPException) as error:  # those of requests are OSError
            return None, _reason(error, self._manners.timeout)

    def _refusal(self, answer: Answer, what: str) -> tuple[FedliqError, float | None]:
        status, start = answer.status, f"{self._publisher}: {what}: "
        said = self._said(answer.body)
        if status == _TOO_MANY:
            asked = _retry_after(answer.headers)
            later = f"in {asked:.0f} s" if asked else "in some minutes"
            wait = asked or _LONGER * self._manners.pause
            return RateLimitError(f"{start}too many requests; try again {later}."), wait
        if status in _TRY_AGAIN:
            asked = _retry_after(answer.headers)
            later = f"in {asked:.0f} s" if asked else "later"
            text = f"{start}the publisher's own fault (HTTP {status}); try again {later}."
            return SourceError(text), asked
        # A page comes from something in between, such as a firewall.
        of_the_key = "api_key" in said or (status in (401, 403) and said != _PAGE)
        if self._secret and of_the_key:
            return ApiKeyError(
                f"{start}the key is not accepted (HTTP {status}); check FRED_API_KEY or api_key=, "
                "or leave it out: FRED's graphs need none."
            ), None
        if status in (400, 404):
            return NotAvailableError(f"{start}not published there (HTTP {status}); {said}"), None
        return SourceError(f"{start}HTTP {status}; {said}"), None

    def _said(self, body: bytes) -> str:
        """Quote the publisher, short; a web page says nothing to a reader of messages."""
        text = " ".join(body[:2000].decode("utf-8", "replace").split())
        if "<html" in text.lower() or "<!doctype" in text.lower():
            return _PAGE
        if stated := _STATED.search(text):
            text = stated[1]
        if self._secret:
            text = text.replace(self._secret, "***")
        return text[:_LONGEST] or "it gave no reason."


def _within(seconds: float, call: Callable[[], Answer]) -> Answer:
    """Wait for a call so long and no longer.

    The time-outs of sockets hold for each read, and looking up a name has none at all.
    """
    inbox: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            inbox.put(call())
        except BaseException as error:  # noqa: BLE001 - raised again below
            inbox.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        outcome = inbox.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise _TooSlowError from None
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _reason(error: Exception, timeout: float) -> str:
    """Say in words of our own what went wrong: those of the library hold the address."""
    kinds = " ".join(type(one).__name__ for one in _causes(error))
    if "Timeout" in kinds:
        return f"no answer within {timeout:g} seconds; try again later."
    if any(name in kinds for name in ("Incomplete", "Protocol", "Chunked", "Reset", "Disconnect")):
        return "the connection broke while the answer came; try again later."
    if any(name in kinds for name in ("SSL", "Certificate")):
        return "the connection is not secure (TLS failed); check proxies and certificates."
    return "could not be reached; check the connection, or use offline=True for the cache."


def _causes(error: BaseException | None) -> list[BaseException]:
    """An error with all it came from and all it wraps."""
    found: list[BaseException] = []
    todo = [error]
    while todo:
        one = todo.pop()
        if one is None or any(one is seen for seen in found):
            continue
        found.append(one)
        wrapped = [arg for arg in (*one.args, getattr(one, "reason", None)) if arg is not None]
        todo += [one.__cause__, one.__context__]
        todo += [arg for arg in wrapped if isinstance(arg, BaseException)]
    return found


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that ``Retry-After`` asks for, as a number or as a date; 0 where it says nothing."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(until.timestamp() - time.time(), 0.0)  # noqa: TID251 - the header names a time
