"""The New York Fed: reference rates, operations, holdings, and its reserve demand elasticity.

Endpoints
---------
``markets.newyorkfed.org/api``, JSON:

- ``/rates/{secured|unsecured}/{rate}/search.json?startDate=&endDate=``: ``refRates`` with
  ``effectiveDate``, ``percentRate``, ``percentPercentile1``, ``25``, ``75``, ``99``,
  ``volumeInBillions``, ``revisionIndicator``. A revised rate can stand beside the first one.
- ``/rp/results/search.json?startDate=&endDate=&operationTypes=``: ``repo.operations`` with
  ``operationDate``, ``operationType``, ``term``, ``note``, ``totalAmtAccepted`` in USD and
  ``details`` by ``securityType``. Small value exercises are tests, no take-up.
- ``/soma/asofdates/list.json``, ``/soma/summary.json``, ``/soma/tsy/get/asof/{day}.json``,
  ``/soma/agency/get/asof/{day}.json``: holdings, in USD as text.

``newyorkfed.org/medialibrary/research/interactives/data/elasticity/elasticity-data.csv``: the
published reserve demand elasticity.

Use of the New York Fed's figures is subject to its terms of use. The New York Fed does not
sanction or endorse this package and has no liability for its use.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd

from fedliq.calendar import eastern
from fedliq.data.clock import utc_now
from fedliq.data.http import Client, Manners
from fedliq.data.sources import Delivery, OneByOne, check_once, dated_values
from fedliq.exceptions import DataError, MalformedAnswerError, NotAvailableError
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from fedliq._validate import Floats
    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Request

    Row = dict[str, Any]

__all__ = ["NewYorkFed"]

_SECURED = frozenset({"sofr", "tgcr", "bgcr"})
# Before these days the interface has nothing of the kind.
_FIRST_RATE = pd.Timestamp("2000-07-03")
_FIRST_OPERATION = pd.Timestamp("2013-09-23")


@dataclass(frozen=True, slots=True)
class _Operation:
    """Which operations make up a series, and which of their fields."""

    kind: str
    first: pd.Timestamp
    rate: bool = False


_OPERATIONS: Mapping[str, _Operation] = MappingProxyType(
    {
        "on_rrp": _Operation("Reverse Repo", _FIRST_OPERATION),
        "on_rrp_rate": _Operation("Reverse Repo", _FIRST_OPERATION, rate=True),
        # Since the standing facility opened, the Desk's repo operations are its.
        "srf": _Operation("Repo", pd.Timestamp("2021-07-29")),
    }
)


class NewYorkFed(OneByOne):
    """The New York Fed's Markets interface; no key.

    Parameters
    ----------
    root_url, elasticity_url : str, optional
        Of the interface, and of the file of the elasticity.
    manners : Manners, optional
        Limits, time-outs and retries.
    """

    name = "nyfed"
    # A reference rate is revised on its day of publication, if ever.
    overlap_days = 45

    def __init__(
        self,
        *,
        root_url: str = "https://markets.newyorkfed.org/api",
        elasticity_url: str = (
            "https://www.newyorkfed.org/medialibrary/research/interactives/data/elasticity/"
            "elasticity-data.csv"
        ),
        manners: Manners = Manners(),  # noqa: B008 - frozen
    ) -> None:
        self._root_url = root_url
        self._elasticity_url = elasticity_url
        self._client = Client("New York Fed", manners)

    def serves(self, info: SeriesInfo) -> bool:
        """Whether the interface has the series."""
        return info.nyfed is not None

    def fetch(self, request: Request) -> Delivery:
        """Fetch one series."""
        key = request.info.nyfed or ""
        if key in _OPERATIONS:
            return self._operation_series(key, request.since)
        rows, sha256 = self._rate_rows(key, request.since or _FIRST_RATE)
        values = dated_values(
            (row["effectiveDate"] for row in rows),
            (row.get("percentRate") for row in rows),
            f"New York Fed: {key.upper()}",
        )
        return Delivery(values, Unit.PERCENT, None, f"New York Fed: {key.upper()}", sha256)

    def _rate_rows(self, rate: str, since: pd.Timestamp) -> tuple[list[Row], str]:
        path = f"rates/{'secured' if rate in _SECURED else 'unsecured'}/{rate}/search.json"
        rows, sha256 = self._json(path, ("refRates",), rate.upper(), **_span(since))
        return _one_a_day(rows, rate.upper()), sha256

    def _operation_series(self, key: str, since: pd.Timestamp | None) -> Delivery:
        operation = _OPERATIONS[key]
        rows, sha256 = self.operations(
            operation.kind, max(since or operation.first, operation.first)
        )
        held = [row for row in rows if row["term"] == "Overnight"]
        values = _award_rates(held) if operation.rate else _amounts(held)
        unit = Unit.PERCENT if operation.rate else Unit.USD
        return Delivery(values, unit, None, f"New York Fed: {operation.kind} operations", sha256)

    def operations(self, kind: str, since: pd.Timestamp) -> tuple[list[Row], str]:
        """Results of repo or reverse repo operations, small value exercises left out."""
        rows, sha256 = self._json(
            "rp/results/search.json",
            ("repo", "operations"),
            f"{kind} operations",
            operationTypes=kind,
            **_span(since),
        )
        return [
            row
            for row in rows
            if row["operationType"] == kind
            and row.get("auctionStatus", "Results") == "Results"
            and "small value" not in str(row.get("note", "")).lower()
        ], sha256

    def _json(
        self, path: str, fields: tuple[str, ...], what: str, **query: str
    ) -> tuple[list[Row], str]:
        """Fetch a list of rows that lies under some fields of the answer."""

        def parse(body: bytes) -> tuple[list[Row], str]:
            try:
                found = json.loads(body)
                for field in fields:
                    found = found[field]
            except (ValueError, KeyError, TypeError):
                raise MalformedAnswerError(
                    f"the answer has no {'.'.join(fields)}: it is cut short, or another thing."
                ) from None
            date, *others = _NEEDED[fields[-1]]
            if not isinstance(found, list) or not all(_is_row(row, date, others) for row in found):
                raise MalformedAnswerError(
                    f"a row of {'.'.join(fields)} lacks one of {', '.join((date, *others))}, or "
                    "holds another thing in its place."
                )
            return found, hashlib.sha256(body).hexdigest()

        address = f"{self._root_url}/{quote(path)}" + (f"?{urlencode(query)}" if query else "")
        return self._client.get(address, parse, what)

    def rate_table(self, rate: str, since: pd.Timestamp | None = None) -> pd.DataFrame:
        """A reference rate with its percentiles [percent] and volume [USD bn], by value date."""
        rows, _ = self._rate_rows(rate, since or _FIRST_RATE)
        return _frame(rows, "effectiveDate", _RATE_COLUMNS)

    def operation_table(self, kind: str, since: pd.Timestamp | None = None) -> pd.DataFrame:
        """Operations, a row each; amounts [USD bn], rates [percent]."""
        rows, _ = self.operations(kind, since or _FIRST_OPERATION)
        flat = [row | _only_detail(row) for row in rows]
        table = _frame(flat, "operationDate", _OPERATION_COLUMNS, text=("operationId", "term"))
        return table.assign(**{name: _in_billions(table[name]) for name in _OPERATION_AMOUNTS})

    def summary_table(self) -> pd.DataFrame:
        """Holdings of the System Open Market Account by type [USD bn], by Wednesday."""
        rows, _ = self._json("soma/summary.json", ("soma", "summary"), "SOMA summary")
        table = _frame(rows, "asOfDate", {name: name for name in _SUMMARY} | _SUMMARY_RENAMED)
        return _in_billions(table)

    def holdings_table(self, day: pd.Timestamp) -> pd.DataFrame:
        """Treasury and agency securities by CUSIP on a Wednesday, agency MBS included."""
        rows: list[Row] = []
        for kind in ("tsy", "agency"):
            path = f"soma/{kind}/get/asof/{_iso(day)}.json"
            part, _ = self._json(path, ("soma", "holdings"), f"SOMA holdings of {_iso(day)}")
            rows += part
        if not rows:
            raise NotAvailableError(
                f"New York Fed: no holdings of {_iso(day)}; they are published for Wednesdays."
            )
        return _holdings(rows)

    def elasticity_table(self) -> pd.DataFrame:
        """The published reserve demand elasticity [bp per pp] with its bands."""
        return self._client.get(self._elasticity_url, _elasticity, "reserve demand elasticity")


# What each kind of row cannot do without, its date first.
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "refRates": ("effectiveDate", "percentRate"),
        "operations": ("operationDate", "operationType", "term", "totalAmtAccepted"),
        "summary": ("asOfDate", "total"),
        "holdings": ("asOfDate", "cusip", "securityType"),
    }
)


def _is_row(row: object, date: str, others: Iterable[str]) -> bool:
    """Whether a row has a date, the fields it needs, and details that are rows themselves."""
    if not isinstance(row, dict) or not isinstance(row.get(date), str):
        return False
    details = row.get("details") or []
    listed = isinstance(details, list) and all(isinstance(one, dict) for one in details)
    return listed and all(field in row for field in others)


def _span(since: pd.Timestamp) -> dict[str, str]:
    return {"startDate": _iso(since), "endDate": _iso(eastern(utc_now()))}


def _iso(day: pd.Timestamp) -> str:
    return f"{day:%Y-%m-%d}"


def _one_a_day(rows: Sequence[Row], what: str) -> list[Row]:
    """Keep one row a day: of a first and a revised one, the revised."""
    kept: dict[str, Row] = {}
    for row in rows:
        day = row["effectiveDate"]
        other = kept.get(day)
        if other is None or (row.get("revisionIndicator") and not other.get("revisionIndicator")):
            kept[day] = row
        elif bool(row.get("revisionIndicator")) == bool(other.get("revisionIndicator")):
            raise DataError(f"New York Fed: {what}: the answer gives {day} more than once.")
    return [kept[day] for day in sorted(kept)]


def _amounts(rows: Sequence[Row]) -> pd.Series[float]:
    """Sum the operations of each day."""
    listed = [row.get("operationId") for row in rows if row.get("operationId")]
    if len(listed) != len(set(listed)):
        raise DataError("New York Fed: operations: the answer lists an operation more than once.")
    each = dated_values(
        (row["operationDate"] for row in rows),
        (row["totalAmtAccepted"] for row in rows),
        "New York Fed: operations",
    )
    return each.groupby(level=0).sum(min_count=1)


def _award_rates(rows: Sequence[Row]) -> pd.Series[float]:
    details = [_only_detail(row) for row in rows]
    rates = (one.get("percentAwardRate", one.get("percentOfferingRate")) for one in details)
    what = "New York Fed: award rates"
    values = dated_values((row["operationDate"] for row in rows), rates, what)
    check_once(values, what)
    return values


def _only_detail(row: Row) -> Row:
    """Return the part of an operation that states its rate; operations of several have none."""
    details = row.get("details") or []
    return dict(details[0]) if len(details) == 1 else {}


_RATE_COLUMNS = {
    "percentRate": "rate",
    "percentPercentile1": "percentile_1",
    "percentPercentile25": "percentile_25",
    "percentPercentile75": "percentile_75",
    "percentPercentile99": "percentile_99",
    "volumeInBillions": "volume_bn",
}
_OPERATION_COLUMNS = {
    "operationId": "operation",
    "term": "term",
    "totalAmtSubmitted": "submitted_bn",
    "totalAmtAccepted": "accepted_bn",
    "acceptedCpty": "counterparties",
    "percentOfferingRate": "offering_rate_pct",
    "percentAwardRate": "award_rate_pct",
}
_OPERATION_AMOUNTS = ("submitted_bn", "accepted_bn")
_SUMMARY = ("bills", "frn", "tips", "agencies", "mbs", "cmbs", "total")
_SUMMARY_RENAMED = {
    "notesbonds": "notes_and_bonds",
    "tipsInflationCompensation": "tips_inflation_compensation",
}


def _frame(
    rows: Sequence[Row], date: str, columns: Mapping[str, str], text: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Make a frame of rows, with the columns named; a field that a row lacks is NaN."""
    dates = [row[date] for row in rows]
    read = {
        name: [row.get(field) for row in rows]
        if field in text
        else dated_values(dates, [row.get(field) for row in rows]).to_numpy()
        for field, name in columns.items()
    }
    index = dated_values(dates, [0] * len(dates)).index.rename("date")
    return pd.DataFrame(read, index=index).sort_index(kind="stable")


def _in_billions(values: Any) -> Any:  # noqa: ANN401 - a Series or a DataFrame, as convert takes
    return convert(values, Unit.USD, Unit.USD_BN)


def _holdings(rows: Sequence[Row]) -> pd.DataFrame:
    """Lay holdings out like those of the sample: a row a CUSIP."""

    def column(read: Callable[[Row], object]) -> Floats:
        dates = [row["asOfDate"] for row in rows]
        return np.asarray(dated_values(dates, [read(row) for row in rows]), dtype=np.float64)

    par = column(lambda row: row.get("currentFaceValue") or row.get("parValue"))
    table = pd.DataFrame(
        {
            "cusip": [row["cusip"] for row in rows],
            "security_type": [row["securityType"] for row in rows],
            "maturity": _maturities(rows),
            "coupon_pct": column(lambda row: row.get("coupon")),
            "frn_spread_pct": column(lambda row: row.get("spread")),
            "par_bn": _in_billions(par),
            "inflation_compensation_bn": _in_billions(
                column(lambda row: row.get("inflationCompensation"))
            ),
        }
    )
    if table["par_bn"].isna().any():
        lacking = table.loc[table["par_bn"].isna(), "cusip"].iloc[0]
        raise DataError(f"New York Fed: the holding {lacking} has no par or face value.")
    return table


def _maturities(rows: Sequence[Row]) -> pd.Series[pd.Timestamp]:
    stated = pd.Series([row.get("maturityDate") or None for row in rows], dtype=object)
    try:
        return pd.to_datetime(stated, format="%Y-%m-%d")
    except (ValueError, TypeError):
        raise MalformedAnswerError(
            "New York Fed: a maturity of SOMA holdings is no date."
        ) from None


_ELASTICITY_COLUMNS = {
    "Elasticity - 50th percentile (main)": "median",
    "Elasticity - 2.5th percentile": "lower_95",
    "Elasticity - 97.5th percentile": "upper_95",
    "Elasticity - 16th percentile": "lower_68",
    "Elasticity - 84th percentile": "upper_68",
}


def _elasticity(body: bytes) -> pd.DataFrame:
    try:
        table = pd.read_csv(io.BytesIO(body))
        dates = pd.to_datetime(table["Date"], format="%m/%d/%Y")
        values = table[list(_ELASTICITY_COLUMNS)].astype(float)
    except (KeyError, ValueError):
        raise MalformedAnswerError(
            "the answer is not the CSV of the elasticity: a column is missing, or not a number."
        ) from None
    renamed = values.rename(columns=_ELASTICITY_COLUMNS)
    return renamed.set_axis(pd.DatetimeIndex(dates, name="date")).sort_index()
