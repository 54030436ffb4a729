"""H.4.1 lines from the Board's Data Download Program.

Endpoint
--------
``federalreserve.gov/datadownload/Output.aspx?rel=H41&filetype=zip``: the whole release as one
ZIP with ``H41_data.xml`` (SDMX). Each ``Series`` carries ``SERIES_NAME``, ``UNIT``,
``UNIT_MULT`` and ``CURRENCY``, each ``Obs`` ``TIME_PERIOD``, ``OBS_VALUE`` and ``OBS_STATUS``
(``A`` is a figure, ``NA`` and ``ND`` are none).
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from fedliq.data.http import Client, Manners
from fedliq.data.sources import Delivery, check_once, dated_values
from fedliq.exceptions import FedliqError, MalformedAnswerError, NotAvailableError, UnitError
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Request

__all__ = ["BoardDownload"]

_UNITS = {
    ("USD", "1"): Unit.USD,
    ("USD", "1000000"): Unit.USD_MN,
    ("USD", "1000000000"): Unit.USD_BN,
}
# The release is some 100 MB of XML; a bomb would be more.
_LARGEST = 2_000_000_000


@dataclass(slots=True)
class _Line:
    attributes: Mapping[str, str]
    dates: list[str]
    values: list[str]


class BoardDownload:
    """The Board's Data Download Program; no key, one request for the whole H.4.1.

    Parameters
    ----------
    root_url : str, optional
        Of the program.
    manners : Manners, optional
        Limits, time-outs and retries; the file is large.
    """

    name = "board"
    remote = True
    keeps_vintages = False
    overlap_days = None

    def __init__(
        self,
        *,
        root_url: str = "https://www.federalreserve.gov/datadownload",
        manners: Manners = Manners(timeout=60, patience=300),  # noqa: B008 - frozen
    ) -> None:
        self._url = f"{root_url}/Output.aspx?rel=H41&filetype=zip"
        # The site turns away libraries that give their own name.
        self._client = Client("Board", manners, agent="Mozilla/5.0 (compatible; fedliq)")

    def serves(self, info: SeriesInfo) -> bool:
        """Whether it is a line of the H.4.1 with a code of the Board's."""
        return info.board is not None

    def deliver(
        self, wanted: Sequence[Request]
    ) -> Iterator[tuple[Request, Delivery | FedliqError]]:
        """Yield each request with what came of it, all of them from one download."""
        codes = {request.info.board for request in wanted if request.info.board}

        def parse(body: bytes) -> tuple[dict[str, _Line], str]:
            return _lines(body, codes), hashlib.sha256(body).hexdigest()

        try:
            lines, sha256 = self._client.get(self._url, parse, "H.4.1")
        except FedliqError as error:
            for request in wanted:
                yield request, error
            return
        for request in wanted:
            try:
                yield request, _delivery(request.info, lines, sha256)
            except FedliqError as error:
                yield request, error


def _lines(body: bytes, codes: Collection[str]) -> dict[str, _Line]:
    """Read the lines asked for out of the archive, without holding the others."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        (entry,) = (one for one in archive.infolist() if one.filename.endswith("H41_data.xml"))
        if entry.file_size > _LARGEST:
            raise MalformedAnswerError("the archive is larger than a release can be.")
        with archive.open(entry) as xml:
            return _read_xml(ET.iterparse(xml, events=("start", "end")), codes)  # noqa: S314
    # Whatever damaged bytes make of zipfile, zlib and expat.
    except (zipfile.BadZipFile, zlib.error, EOFError, ET.ParseError, ValueError, LookupError,
            NotImplementedError, RuntimeError, OSError):  # fmt: skip
        raise MalformedAnswerError("the answer is not the archive of the H.4.1.") from None


def _read_xml(
    events: Iterator[tuple[str, ET.Element]], codes: Collection[str]
) -> dict[str, _Line]:
    found: dict[str, _Line] = {}
    line: _Line | None = None
    for event, element in events:
        tag = element.tag.rpartition("}")[2]
        if event == "start" and tag == "Series":
            code = element.get("SERIES_NAME", "")
            line = _Line(dict(element.attrib), [], []) if code in codes else None
            if line is not None:
                found[code] = line
        elif event == "end" and tag == "Obs" and line is not None:
            stated = element.get("OBS_STATUS", "A") == "A"
            line.dates.append(element.get("TIME_PERIOD", ""))
            line.values.append(element.get("OBS_VALUE", "") if stated else "")
        elif event == "end" and tag == "Series":
            element.clear()
    return found


def _delivery(info: SeriesInfo, lines: Mapping[str, _Line], sha256: str) -> Delivery:
    line = lines.get(info.board or "")
    if line is None:
        raise NotAvailableError(f"Board: the H.4.1 has no line {info.board} ({info.name}).")
    declared = (line.attributes.get("CURRENCY", ""), line.attributes.get("UNIT_MULT", ""))
    if declared not in _UNITS:
        raise UnitError(
            f"Board: {info.board} is declared in {' '.join(declared).strip() or 'no unit'}, which "
            "fedliq does not know; nothing was converted."
        )
    what = f"Board: {info.board}"
    values = dated_values(line.dates, line.values, what)
    check_once(values, what)
    return Delivery(
        values, _UNITS[declared], None, f"Board Data Download: H.4.1 {info.board}", sha256
    )
