"""The Daily Treasury Statement, through the Treasury's Fiscal Data interface.

Endpoint
--------
``api.fiscaldata.treasury.gov/services/api/fiscal_service/v1/accounting/dts/operating_cash_balance``:
``record_date``, ``account_type``, ``open_today_bal`` and ``close_today_bal`` in USD millions, as
text with ``"null"`` for nothing; in pages, of which ``meta["total-pages"]`` says how many.

The closing balance has stood in three places:

- to 2021-09-30 in ``close_today_bal`` of "Federal Reserve Account",
- from 2021-10-01 in ``close_today_bal`` of "Treasury General Account (TGA)",
- from 2022-04-18 in ``open_today_bal`` of "Treasury General Account (TGA) Closing Balance".
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pandas as pd

from fedliq.data.http import Client, Manners
from fedliq.data.sources import Delivery, OneByOne, check_once, dated_values
from fedliq.exceptions import DataError, MalformedAnswerError
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Request

__all__ = ["FiscalData", "closing_balances"]

# The first statement that the interface holds.
_FIRST = pd.Timestamp("2005-10-03")
_PAGE = 10_000
_MOST_PAGES = 100  # a million rows; there are some six a day

# Line, the column its closing balance stands in, first and last day (both included).
_LAYOUTS = (
    ("Federal Reserve Account", "close_today_bal", None, "2021-09-30"),
    ("Treasury General Account (TGA)", "close_today_bal", "2021-10-01", "2022-04-17"),
    ("Treasury General Account (TGA) Closing Balance", "open_today_bal", "2022-04-18", None),
)


def closing_balances(rows: Sequence[dict[str, str]]) -> pd.Series[float]:
    """Read the closing balance of the TGA from rows of the statement, whatever their layout.

    Parameters
    ----------
    rows : sequence of dict
        With ``record_date``, ``account_type``, ``open_today_bal``, ``close_today_bal``.

    Returns
    -------
    pandas.Series [USD mn]
        By day, in the order of the layouts.

    Raises
    ------
    DataError
        A day has rows but none that states the balance: the layout has changed again. A
        balance of zero, which one project published for a quarter, is never made up.
    """
    days: list[str] = []
    amounts: list[str] = []
    for line, column, first, last in _LAYOUTS:
        for row in rows:
            day = row["record_date"]
            within = (first is None or day >= first) and (last is None or day <= last)
            if row["account_type"] == line and within:
                days.append(day)
                amounts.append(row[column])
    missing = sorted({row["record_date"] for row in rows} - set(days))
    if missing:
        lines = sorted({row["account_type"] for row in rows if row["record_date"] == missing[0]})
        raise DataError(
            f"Treasury: the statement of {missing[0]} has no line with the closing balance of the "
            f"TGA; its lines are {', '.join(lines)}. Its layout has changed again: fedliq must "
            "learn it before it can read on."
        )
    what = "Treasury: operating cash balance"
    values = dated_values(days, amounts, what)
    check_once(values, what)
    return values


class FiscalData(OneByOne):
    """The Treasury's Fiscal Data interface; no key.

    Parameters
    ----------
    root_url : str, optional
        Of the interface.
    manners : Manners, optional
        Limits, time-outs and retries.
    """

    name = "treasury"
    overlap_days = 45

    def __init__(
        self,
        *,
        root_url: str = "https://api.fiscaldata.treasury.gov/services/api/fiscal_service",
        manners: Manners = Manners(),  # noqa: B008 - frozen
    ) -> None:
        self._url = f"{root_url}/v1/accounting/dts/operating_cash_balance"
        self._client = Client("Treasury", manners)

    def serves(self, info: SeriesInfo) -> bool:
        """Whether it is the balance of the Daily Treasury Statement."""
        return info.treasury is not None

    def fetch(self, request: Request) -> Delivery:
        """Fetch one series."""
        since = _FIRST if request.since is None else request.since
        rows: list[dict[str, str]] = []
        digest = hashlib.sha256()
        page, pages = 1, 1
        while page <= pages:
            query = {
                "fields": "record_date,account_type,open_today_bal,close_today_bal",
                "filter": f"record_date:gte:{since:%Y-%m-%d}",
                "sort": "record_date",
                "page[number]": page,
                "page[size]": _PAGE,
            }
            what = f"operating cash balance, page {page}"
            part, pages, raw = self._client.get(f"{self._url}?{urlencode(query)}", _page, what)
            rows += part
            digest.update(raw)
            page += 1
        return Delivery(
            closing_balances(rows),
            Unit.USD_MN,
            None,
            "Treasury Fiscal Data: operating cash balance",
            digest.hexdigest(),
        )


def _page(body: bytes) -> tuple[list[dict[str, str]], int, bytes]:
    """Read a page: its rows, how many pages there are, and the raw bytes."""
    try:
        answer = json.loads(body)
        rows, pages = answer["data"], int(answer["meta"]["total-pages"])
        if pages > _MOST_PAGES:
            raise ValueError(pages)  # noqa: TRY301 - told as malformed below
        for row in rows:
            for field in ("record_date", "account_type", "open_today_bal", "close_today_bal"):
                if not isinstance(row[field], str):
                    raise TypeError(field)  # noqa: TRY301 - told as malformed below
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedAnswerError(
            f"the answer is not the page of the statement it should be ({type(error).__name__})."
        ) from None
    return rows, pages, body
