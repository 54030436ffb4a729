"""Figures from a folder of your own, as a source like the others."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from fedliq.data.sources import Delivery, OneByOne, check_once, dated_values, rows_of
from fedliq.exceptions import DataError, InvalidInputError, MalformedAnswerError, NotAvailableError

if TYPE_CHECKING:
    import pandas as pd

    from fedliq.data.catalog import SeriesInfo
    from fedliq.data.sources import Request

__all__ = ["LocalFiles"]


class LocalFiles(OneByOne):
    r"""CSV files in a folder, one a series: a date, then a figure, under a line of names.

    Parameters
    ----------
    folder : str or pathlib.Path
        With files named by the catalog (``fed_assets.csv``), which hold the catalog's unit,
        or by FRED's id (``WALCL.csv``), as downloaded there, which hold the publisher's unit.

    Raises
    ------
    InvalidInputError
        There is no such folder.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import fedliq as fl
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "WALCL.csv").write_text("observation_date,WALCL\n2026-08-19,6745699\n")
    >>> dataset = fl.load(["fed_assets"], source=fl.LocalFiles(folder))
    >>> dataset["fed_assets"].tolist()
    [6745.699]
    """

    name = "files"
    remote = False

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        if not self._folder.is_dir():
            raise InvalidInputError(f"folder: there is no folder {str(folder)!r}.")

    def __repr__(self) -> str:
        return f"LocalFiles({str(self._folder)!r})"

    def _path(self, info: SeriesInfo) -> tuple[Path, bool] | None:
        """Return the file, and whether it holds the catalog's unit."""
        named, listed = self._folder / f"{info.name}.csv", self._folder / f"{info.fred}.csv"
        if named.is_file():
            return named, True
        return (listed, False) if info.fred and listed.is_file() else None

    def serves(self, info: SeriesInfo) -> bool:
        """Whether the folder has a file of the series."""
        return self._path(info) is not None

    def fetch(self, request: Request) -> Delivery:
        """Fetch one series."""
        found = self._path(request.info)
        if found is None:
            raise NotAvailableError(
                f"{request.info.name}: the folder {str(self._folder)!r} has no file of it."
            )
        path, canonical = found
        body = path.read_bytes()
        try:
            values = _read_csv(body)
        except (MalformedAnswerError, DataError) as error:
            raise DataError(f"{path.name}: {str(error).replace('answer', 'file')}") from None
        return Delivery(
            values,
            request.info.unit if canonical else request.info.native_unit,
            None,
            f"files: {path.name}",
            hashlib.sha256(body).hexdigest(),
        )


def _read_csv(body: bytes) -> pd.Series[float]:
    rows = rows_of(body.decode("utf-8-sig", "replace"))
    if not rows or any(len(row) != 2 for row in rows):  # noqa: PLR2004 - two columns
        raise MalformedAnswerError("the answer is not a CSV of two columns, a date and a figure.")
    values = dated_values((row[0] for row in rows[1:]), (row[1] for row in rows[1:]))
    check_once(values)
    return values
