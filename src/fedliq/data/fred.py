"""FRED, with a key through fredapi, and without one through the CSV of its graphs.

Endpoints
---------
``api.stlouisfed.org/fred/series`` (title, ``units``, ``frequency_short``) and
``/fred/series/observations`` (``date``, ``value``; ``"."`` is missing), XML, key needed. With
``realtime_start`` and ``realtime_end`` on one day both answer as of that day, one row a date,
however many vintages there are; asked for all vintages, more than 2,000 are refused.

``fred.stlouisfed.org/graph/fredgraph.csv?id=`` and, as of a day,
``alfred.stlouisfed.org/graph/alfredgraph.csv?id=&vintage_date=``: ``observation_date`` and a
column named by the id, in the second with ``_YYYYMMDD``. No unit is declared.
"""

from __future__ import annotations

import hashlib
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fedliq.data.http import Client, Manners, send_quietly
from fedliq.data.sources import Delivery, OneByOne, check_once, dated_values, rows_of
from fedliq.exceptions import (
    ApiKeyError,
    MalformedAnswerError,
    NotAvailableError,
    SourceError,
    UnitError,
)
from fedliq.units import Unit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import pandas as pd

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Request

__all__ = ["FredApi", "FredGraph"]

_KEY = re.compile(r"[0-9a-z]{32}")
_DOLLARS = re.compile(r"(mil|bil|tril)[a-z.]* of (?:u\.?s\.? )?(?:dollars|\$)", re.IGNORECASE)
_SIZES = {"mil": Unit.USD_MN, "bil": Unit.USD_BN, "tril": Unit.USD_TN}
_FREQUENCIES = {"D": "daily", "W": "weekly", "M": "monthly", "Q": "quarterly", "A": "annual"}


def unit_of(declared: str, series_id: str) -> Unit:
    """Read a unit as FRED spells it, or refuse it."""
    if declared.strip().lower() in ("percent", "%"):
        return Unit.PERCENT
    if dollars := _DOLLARS.fullmatch(declared.strip()):
        return _SIZES[dollars[1].lower()]
    raise UnitError(
        f"FRED: {series_id}: the unit {declared!r} is not one fedliq knows; nothing was converted."
    )


class _Fred(OneByOne):
    """What both ways to FRED have in common."""

    keeps_vintages = True

    def serves(self, info: SeriesInfo) -> bool:
        """Whether FRED lists the series."""
        return info.fred is not None


class FredApi(_Fred):
    """FRED's interface for programs, which wants a key.

    Parameters
    ----------
    api_key : str
        Of FRED; free of charge from its site.
    root_url : str, optional
        Of the interface.
    manners : Manners, default ``Manners()``
        Limits, time-outs and retries; FRED wants two requests a second at most.
    """

    name = "fred"

    def __init__(
        self,
        api_key: str,
        *,
        root_url: str = "https://api.stlouisfed.org/fred",
        manners: Manners = Manners(),  # noqa: B008 - frozen
    ) -> None:
        if not isinstance(api_key, str) or not _KEY.fullmatch(api_key):
            raise ApiKeyError(
                "api_key: a key of FRED has 32 lower-case letters and digits; what came has not. "
                "Check FRED_API_KEY or api_key=, or leave it out: FRED's graphs need none."
            )
        client = Client("FRED", manners, send=send_quietly, secret=api_key)
        self._fred = _fredapi(api_key, root_url, client)
        self._turn = threading.Lock()

    def __repr__(self) -> str:
        return "FredApi(api_key='***')"

    def fetch(self, request: Request) -> Delivery:
        """Fetch one series."""
        with self._turn:  # fredapi's object holds the answer between two calls of ours
            return self._ask(_id_of(request), request)

    def _ask(self, series_id: str, request: Request) -> Delivery:
        root, raw = self._fred.info(series_id, request.vintage)
        declared = root[0].attrib if len(root) else {}
        if not {"units", "frequency_short"} <= set(declared):
            raise MalformedAnswerError(f"FRED: {series_id}: no unit or frequency is declared.")
        values, data = self._fred.observations(series_id, request)
        return Delivery(
            values,
            unit_of(declared["units"], series_id),
            _FREQUENCIES.get(declared["frequency_short"], declared["frequency_short"]),
            f"FRED: {series_id}",
            hashlib.sha256(raw + data).hexdigest(),
        )


def _fredapi(api_key: str, root_url: str, client: Client):  # type: ignore[no-untyped-def]  # noqa: ANN202 - fredapi has no types
    """Return a fredapi client whose requests go through ours.

    fredapi waits for ever, asks without pause, puts a proxy of the environment in place for
    the whole process, and names an HTML page a parse error. Its one method that fetches is
    replaced here, and its constructor, which does no more than keep the key.
    """
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - heavy, and needed only here

    import fredapi  # noqa: PLC0415

    if not hasattr(fredapi.Fred, "_Fred__fetch_data"):
        raise SourceError(
            "FRED: this version of fredapi fetches in another way than fedliq can watch over; "
            "install fredapi 0.5.2, or leave the key out."
        )

    def parse(body: bytes) -> tuple[Element, bytes]:
        try:
            return ET.fromstring(body), body  # noqa: S314 - expat of today limits entities
        except (ET.ParseError, ValueError, LookupError):  # the latter two: of its encoding
            raise MalformedAnswerError("the answer is not the XML it should be.") from None

    class Fred(fredapi.Fred):  # type: ignore[misc]  # fredapi has no types
        def __init__(self) -> None:
            self.root_url = root_url

        def __repr__(self) -> str:
            return "<fredapi.Fred>"

        def _Fred__fetch_data(self, url: str) -> Element:  # noqa: N802 - fredapi's own name
            what = url.partition("series_id=")[2].partition("&")[0]
            self.root, self.raw = client.get(f"{url}&api_key={api_key}", parse, what)
            return self.root

        def info(self, series_id: str, vintage: pd.Timestamp | None) -> tuple[Element, bytes]:
            at = "" if vintage is None else f"&{urlencode(_on(vintage))}"
            self._Fred__fetch_data(f"{self.root_url}/series?series_id={series_id}{at}")
            return self.root, self.raw

        def observations(self, series_id: str, request: Request) -> tuple[pd.Series[float], bytes]:
            at = {} if request.vintage is None else _on(request.vintage)
            try:
                values = self.get_series(series_id, observation_start=request.since, **at)
            except (ValueError, TypeError):
                raise MalformedAnswerError(
                    f"FRED: {series_id}: the answer holds a date or a figure that is none."
                ) from None
            # fredapi keeps the last of several rows of one date, and says nothing.
            dates = [row.get("date") for row in self.root]
            what = f"FRED: {series_id}"
            check_once(dated_values(dates, [None] * len(dates), what), what)
            return values.astype(float), self.raw

    return Fred()


def _on(day: pd.Timestamp) -> dict[str, str]:
    return {"realtime_start": f"{day:%Y-%m-%d}", "realtime_end": f"{day:%Y-%m-%d}"}


def _id_of(request: Request) -> str:
    if request.info.fred is None:
        raise NotAvailableError(f"FRED: it has no {request.info.name}.")
    return request.info.fred


class FredGraph(_Fred):
    """FRED without a key: the CSV behind its graphs.

    Parameters
    ----------
    root_url, vintage_url : str, optional
        Of FRED's and of ALFRED's graph CSV.
    manners : Manners, default ``Manners()``
        Limits, time-outs and retries; FRED wants two requests a second at most.
    """

    name = "fredgraph"

    def __init__(
        self,
        *,
        root_url: str = "https://fred.stlouisfed.org/graph/fredgraph.csv",
        vintage_url: str = "https://alfred.stlouisfed.org/graph/alfredgraph.csv",
        manners: Manners = Manners(),  # noqa: B008 - frozen
    ) -> None:
        self._root_url = root_url
        self._vintage_url = vintage_url
        self._client = Client("FRED", manners)

    def fetch(self, request: Request) -> Delivery:
        """Fetch one series."""
        series_id = _id_of(request)
        query, column, url = {"id": series_id}, series_id, self._root_url
        if request.since is not None:
            query["cosd"] = f"{request.since:%Y-%m-%d}"
        if request.vintage is not None:
            query["vintage_date"] = f"{request.vintage:%Y-%m-%d}"
            column, url = f"{series_id}_{request.vintage:%Y%m%d}", self._vintage_url

        def parse(body: bytes) -> Delivery:
            values = _graph_csv(body, column)
            return Delivery(
                values,
                None,
                None,
                f"FRED graph CSV: {column}",
                hashlib.sha256(body).hexdigest(),
            )

        return self._client.get(f"{url}?{urlencode(query)}", parse, series_id)


def _graph_csv(body: bytes, column: str) -> pd.Series[float]:
    """Read the two columns of a graph CSV; the first was named DATE until 2024."""
    text = body.decode("utf-8-sig", "replace")
    rows = rows_of(text)
    header = rows[0] if rows else []
    if header not in (["observation_date", column], ["DATE", column]):
        raise MalformedAnswerError(
            f"the answer is not a CSV with the columns observation_date and {column}; it begins "
            f"{text[:60]!r}."
        )
    # The last line of a whole file ends with a line break: one without it may be cut short.
    if not text.endswith("\n") or any(len(row) != 2 for row in rows):  # noqa: PLR2004 - two columns
        raise MalformedAnswerError("the CSV is cut short.")
    values = dated_values((row[0] for row in rows[1:]), (row[1] for row in rows[1:]))
    check_once(values, f"FRED: {column}")
    return values
