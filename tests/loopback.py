"""A server on 127.0.0.1 that speaks the publishers' formats, and misbehaves on request.

What it publishes is the bundled sample, laid out as each interface lays it out: the XML of
FRED, the CSV of its graphs, the JSON of the New York Fed, the pages of Fiscal Data, the
archive of the Board. A *fault* stands between a request and its answer.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pandas as pd

import fedliq as fl
from fedliq.data.board import BoardDownload
from fedliq.data.fred import FredApi, FredGraph
from fedliq.data.http import Manners
from fedliq.data.nyfed import NewYorkFed
from fedliq.data.treasury import FiscalData

KEY = "0123456789abcdef0123456789abcdef"
# As fast as a test may be, and as short of patience.
HURRY = Manners(per_second=1000, timeout=0.5, patience=5, attempts=3, pause=0.01)


@dataclass
class Reply:
    """An answer before it is sent: ``body`` may be cut, ``status`` changed, and so on."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stated_length: int | None = None  # a Content-Length that is not true
    delay: float = 0.0  # seconds before anything is sent
    stall_after: int | None = None  # bytes, and then nothing more while the client waits
    reset: bool = False  # close in mid-body
    trickle: float = 0.0  # seconds between one byte and the next


Fault = Callable[[str, Reply], Reply]


def board_archive(*lines, name="H41_data.xml"):
    """Pack lines as the Board's Data Download does."""
    xml = (
        '<message:MessageGroup xmlns:message="http://www.SDMX.org/resources/SDMXML/message" '
        'xmlns:frb="http://www.federalreserve.gov/structure/compact/common" '
        'xmlns:kf="http://www.federalreserve.gov/structure/compact/H41_H41">'
        f'<frb:DataSet id="H41">{"".join(lines)}</frb:DataSet></message:MessageGroup>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("H41_struct.xml", "<Structure/>")
        file.writestr(name, xml)
    return packed.getvalue()


class Publisher:
    """All publishers in one server; ``faults`` are applied in turn to every answer.

    ``figures`` is what it publishes, in native units and by catalog name; ``asked`` are the
    paths asked for, with their query; ``times`` when (monotonic seconds).
    """

    def __init__(self) -> None:
        sample = fl.load_sample()
        self.figures = {
            name: fl.convert(sample[name], info.unit, info.native_unit).round(6)
            for name, info in fl.catalog().items()
            if name in sample
        }
        self.units = {name: _FRED_UNITS[str(i.native_unit)] for name, i in fl.catalog().items()}
        self.frequencies = {name: i.frequency[0].upper() for name, i in fl.catalog().items()}
        self.frequencies |= {
            name: "D" for name, i in fl.catalog().items() if i.frequency == "business daily"
        }
        self.vintages: dict[tuple[str, str], pd.Series] = {}
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.times: list[float] = []
        self.page_size: int | None = None
        self._server: ThreadingHTTPServer | None = None

    # -- to be asked -----------------------------------------------------------------------

    @property
    def root(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def sources(self, manners: Manners = HURRY) -> dict[str, object]:
        """Return every source, pointed here."""
        return {
            "nyfed": NewYorkFed(
                root_url=f"{self.root}/api",
                elasticity_url=f"{self.root}/elasticity-data.csv",
                manners=manners,
            ),
            "treasury": FiscalData(root_url=f"{self.root}/fiscal", manners=manners),
            "fred": FredApi(KEY, root_url=f"{self.root}/fred", manners=manners),
            "fredgraph": FredGraph(
                root_url=f"{self.root}/graph/fredgraph.csv",
                vintage_url=f"{self.root}/graph/alfredgraph.csv",
                manners=manners,
            ),
            "board": BoardDownload(root_url=f"{self.root}/datadownload", manners=manners),
        }

    def keyless(self, manners: Manners = HURRY) -> list[object]:
        """Return the sources of the default order without a key."""
        every = self.sources(manners)
        return [every[name] for name in ("nyfed", "treasury", "fredgraph", "board")]

    # -- what it publishes -----------------------------------------------------------------

    def answer(self, path: str, query: dict[str, str]) -> Reply:
        routes: dict[str, Callable[[dict[str, str]], Reply]] = {
            "/fred/series": self._fred_series,
            "/fred/series/observations": self._fred_observations,
            "/graph/fredgraph.csv": self._graph,
            "/graph/alfredgraph.csv": self._graph,
            "/api/rp/results/search.json": self._operations,
            "/fiscal/v1/accounting/dts/operating_cash_balance": self._statement,
            "/datadownload/Output.aspx": self._archive,
        }
        if path in routes:
            return routes[path](query)
        if path.startswith("/api/rates/"):
            return self._rates(path.split("/")[4], query)
        return Reply(b"<html><body>Not Found</body></html>", 404)

    def _named(self, query: dict[str, str]) -> str | None:
        ids = {info.fred: name for name, info in fl.catalog().items() if info.fred}
        wanted = ids.get(query.get("series_id", query.get("id")))
        return wanted if wanted in self.figures else None

    def _values(self, name: str, vintage: str | None) -> pd.Series:
        return self.figures[name] if vintage is None else self.vintages[name, vintage]

    def _fred_refusal(self, query: dict[str, str]) -> Reply | None:
        if query.get("api_key") != KEY:
            return _fred_error(
                400, "Bad Request.  The value for variable api_key is not registered."
            )
        name = self._named(query)
        if name is None:
            return _fred_error(400, "Bad Request.  The series does not exist.")
        vintage = query.get("realtime_start")
        if vintage is not None and (name, vintage) not in self.vintages:
            return _fred_error(
                400, "Bad Request.  The series does not exist in ALFRED but may exist in FRED."
            )
        if vintage is not None and vintage != query.get("realtime_end"):
            return _fred_error(
                400,
                "Bad Request.  There are 2841 vintage dates in the specified real-time period. This "
                "exceeds the maximum number of vintage dates allowed for this file type (2000).",
            )
        return None

    def _fred_series(self, query: dict[str, str]) -> Reply:
        if refused := self._fred_refusal(query):
            return refused
        name = self._named(query)
        assert name is not None
        info = fl.catalog()[name]
        return _xml(
            '<seriess realtime_start="2026-11-21" realtime_end="2026-11-21">'
            f'<series id="{info.fred}" title="{info.title}" units="{self.units[name]}" '
            f'units_short="" frequency="" frequency_short="{self.frequencies[name]}" '
            'last_updated="2026-11-19 15:33:02-06"/></seriess>'
        )

    def _fred_observations(self, query: dict[str, str]) -> Reply:
        if refused := self._fred_refusal(query):
            return refused
        name = self._named(query)
        assert name is not None
        values = self._values(name, query.get("realtime_start"))
        rows = "".join(
            f'<observation realtime_start="2026-11-21" realtime_end="2026-11-21" date="{day}" '
            f'value="{value}"/>'
            for day, value in _rows(values, query.get("observation_start"))
        )
        return _xml(f'<observations units="lin" count="{len(values)}">{rows}</observations>')

    def _graph(self, query: dict[str, str]) -> Reply:
        name, vintage = self._named(query), query.get("vintage_date")
        if name is None or (vintage is not None and (name, vintage) not in self.vintages):
            return Reply(b"<!DOCTYPE html><html><body>404</body></html>", 404)
        stamp = "" if vintage is None else f"_{vintage.replace('-', '')}"
        rows = _rows(self._values(name, vintage), query.get("cosd"))
        text = f"observation_date,{query['id']}{stamp}\n"
        text += "".join(f"{day},{value}\n" for day, value in rows)
        return Reply(text.encode(), headers={"Content-Type": "application/csv"})

    def _rates(self, rate: str, query: dict[str, str]) -> Reply:
        rows = [
            {
                "effectiveDate": day,
                "type": rate.upper(),
                "percentRate": float(value),
                "percentPercentile1": float(value) - 0.05,
                "percentPercentile25": float(value) - 0.02,
                "percentPercentile75": float(value) + 0.03,
                "percentPercentile99": float(value) + 0.09,
                "volumeInBillions": 3011,
                "revisionIndicator": "",
            }
            for day, value in _rows(self.figures[rate], query.get("startDate"))
            if value != "."
        ]
        return _json({"refRates": rows[::-1]})

    def _operations(self, query: dict[str, str]) -> Reply:
        kind = query["operationTypes"]
        name = "srf" if kind == "Repo" else "on_rrp"
        values = self.figures[name]
        dollars = values * (1 if name == "srf" else 1e9)
        rates = self.figures["on_rrp_rate"].reindex(values.index)
        rows = [
            {
                "operationId": f"RP {day:%m%d%y} 1",
                "auctionStatus": "Results",
                "operationDate": f"{day:%Y-%m-%d}",
                "operationType": kind,
                "operationMethod": "Fixed Rate",
                "termCalenderDays": 1,
                "term": "Overnight",
                "note": "",
                "participatingCpty": 26,
                "acceptedCpty": 26,
                "totalAmtSubmitted": round(amount),
                "totalAmtAccepted": round(amount),
                "details": [
                    {
                        "securityType": "Treasury",
                        "amtSubmitted": round(amount),
                        "amtAccepted": round(amount),
                        "percentOfferingRate": None if pd.isna(rate) else rate,
                        "percentAwardRate": None if pd.isna(rate) else rate,
                    }
                ],
            }
            for day, amount, rate in zip(dollars.index, dollars, rates, strict=True)
            if f"{day:%Y-%m-%d}" >= query["startDate"]
        ]
        return _json({"repo": {"operations": rows[::-1]}})

    def _statement(self, query: dict[str, str]) -> Reply:
        since = query["filter"].removeprefix("record_date:gte:")
        rows = []
        for day, value in _rows(self.figures["tga_close"], since):
            line, open_, close = "Federal Reserve Account", "1", value
            if day >= "2021-10-01":
                line = "Treasury General Account (TGA)"
            if day >= "2022-04-18":
                rows.append(_line(day, "Treasury General Account (TGA) Opening Balance", "1"))
                rows.append(_line(day, "Total TGA Deposits (Table II)", "2"))
                line, open_, close = (
                    "Treasury General Account (TGA) Closing Balance",
                    value,
                    "null",
                )
            rows.append(_line(day, line, open_, close))
        size = self.page_size or int(query["page[size]"])
        page = int(query["page[number]"])
        return _json(
            {
                "data": rows[(page - 1) * size : page * size],
                "meta": {"total-count": len(rows), "total-pages": -(-len(rows) // size)},
                "links": {},
            }
        )

    def _archive(self, _: dict[str, str]) -> Reply:
        lines = []
        for name, info in fl.catalog().items():
            if info.board is None or name not in self.figures:
                continue
            observations = "".join(
                f'<frb:Obs OBS_STATUS="A" OBS_VALUE="{value}" TIME_PERIOD="{day}"/>'
                for day, value in _rows(self.figures[name])
            )
            lines.append(
                f'<kf:Series CURRENCY="USD" FREQ="19" SERIES_NAME="{info.board}" UNIT="Currency" '
                f'UNIT_MULT="1000000">{observations}</kf:Series>'
            )
        return Reply(board_archive(*lines), headers={"Content-Type": "application/zip"})

    # -- the server ------------------------------------------------------------------------

    @contextlib.contextmanager
    def running(self) -> Iterator[Publisher]:
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher.times.append(time.monotonic())
                publisher.asked.append(self.path)
                parts = urlsplit(self.path)
                query = {key: one[0] for key, one in parse_qs(parts.query).items()}
                reply = publisher.answer(parts.path, query)
                for fault in list(publisher.faults):
                    reply = fault(self.path, reply)
                with contextlib.suppress(OSError):
                    self._send(reply)

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.delay)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                length = len(reply.body) if reply.stated_length is None else reply.stated_length
                self.send_header("Content-Length", str(length))
                self.end_headers()
                body = reply.body if reply.stall_after is None else reply.body[: reply.stall_after]
                step = 1 if reply.trickle else max(len(body), 1)
                for at in range(0, len(body), step):
                    self.wfile.write(body[at : at + step])
                    self.wfile.flush()
                    time.sleep(reply.trickle)
                if reply.stall_after is not None:
                    time.sleep(2)
                if reply.reset or reply.stall_after is not None:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


_FRED_UNITS = {
    "USD": "Dollars",
    "USD mn": "Millions of U.S. Dollars",
    "USD bn": "Billions of U.S. Dollars",
    "percent": "Percent",
}


def _rows(values: pd.Series, since: str | None = None) -> list[tuple[str, str]]:
    return [
        (f"{day:%Y-%m-%d}", "." if pd.isna(value) else f"{value:.10g}")
        for day, value in values.items()
        if since is None or f"{day:%Y-%m-%d}" >= since
    ]


def _line(day: str, account: str, open_: str, close: str = "null") -> dict[str, str]:
    return {
        "record_date": day,
        "account_type": account,
        "open_today_bal": open_,
        "close_today_bal": close,
    }


def _json(content: object) -> Reply:
    return Reply(json.dumps(content).encode(), headers={"Content-Type": "application/json"})


def _xml(text: str) -> Reply:
    prolog = '<?xml version="1.0" encoding="utf-8" ?>\n'
    return Reply((prolog + text).encode(), headers={"Content-Type": "text/xml; charset=UTF-8"})


def _fred_error(status: int, message: str) -> Reply:
    reply = _xml(f'<error code="{status}" message="{message}" />')
    reply.status = status
    return reply
