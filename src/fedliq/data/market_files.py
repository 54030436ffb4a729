"""Prices of your own, from CSV files: of federal funds futures, and of anything else by day."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fedliq.data.sources import check_once, dated_values, rows_of
from fedliq.exceptions import DataError, InvalidInputError, MalformedAnswerError

__all__ = ["read_futures", "read_price"]

_FUTURES = ["date", "symbol", "close"]
# Names of a column that say nothing of the series.
_NAMELESS = frozenset({"", "value", "close", "price"})


def _rows(path: str | Path, argument: str) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns and the lines below them, all of one length."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise InvalidInputError(
            f"{argument}: {str(path)!r} cannot be read: {error.strerror}."
        ) from None
    try:
        cells = [[" ".join(cell.split()) for cell in row] for row in rows_of(text)]
    except MalformedAnswerError:
        raise DataError(f"{argument}: {str(path)!r} is not a CSV.") from None
    head, *rows = [row for row in cells if any(row)] or [[]]
    if not rows or any(len(row) != len(head) for row in rows):
        raise DataError(
            f"{argument}: {str(path)!r} is not a CSV of equal lines under their names."
        )
    if head[0][:4].isdecimal():
        raise DataError(
            f"{argument}: {str(path)!r} begins with {head[0]!r} where the names of its columns "
            "belong."
        )
    return head, rows


def _series(dates: list[str], values: list[str], what: str) -> pd.Series[float]:
    try:
        series = dated_values(dates, values, what)
        check_once(series, what)
    except (MalformedAnswerError, DataError) as error:
        raise DataError(str(error).replace("the answer", "the file")) from None
    return series.sort_index()


def read_futures(path: str | Path) -> pd.DataFrame:
    """Read prices of 30-day federal funds futures.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV of ``date``, ``symbol`` (such as ``ZQZ26``) and ``close``.

    Returns
    -------
    pandas.DataFrame [price]
        By day, a column a symbol.

    Raises
    ------
    InvalidInputError
        The file cannot be read.
    DataError
        The columns are others, a date or a price is none, or a day has two prices of a symbol.
    """
    head, rows = _rows(path, "futures")
    if [name.lower() for name in head] != _FUTURES:
        raise DataError(
            f"futures: {str(path)!r}: expected the columns {', '.join(_FUTURES)}; got "
            f"{', '.join(head)}."
        )
    by_symbol: dict[str, list[tuple[str, str]]] = {}
    for date, symbol, close in rows:
        by_symbol.setdefault(symbol, []).append((date, close))
    columns = {
        symbol: _series(
            [date for date, _ in own], [close for _, close in own], f"futures {symbol}"
        )
        for symbol, own in by_symbol.items()
    }
    return pd.concat(columns, axis=1, sort=True)


def read_price(path: str | Path) -> pd.Series[float]:
    """Read a price by day.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV of a date and the price, as FRED's downloads are.

    Returns
    -------
    pandas.Series
        In order of date, named by its column, or by the file where the column says nothing.

    Raises
    ------
    InvalidInputError
        The file cannot be read.
    DataError
        There are not two columns, a date or a price is none, or a date stands twice.
    """
    head, rows = _rows(path, "price")
    if len(head) != 2:  # noqa: PLR2004 - a date and a price
        raise DataError(
            f"price: {str(path)!r}: expected a date and a price; got {', '.join(head)}."
        )
    name = Path(path).stem if head[1].lower() in _NAMELESS else head[1]
    return _series([row[0] for row in rows], [row[1] for row in rows], f"price {name}").rename(
        name
    )
