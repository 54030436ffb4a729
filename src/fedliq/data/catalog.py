"""The catalog: every series fedliq knows, defined once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from fedliq.exceptions import DataError, UnknownSeriesError
from fedliq.quantities import QUANTITIES
from fedliq.releases import ReleaseRule
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fedliq.quantities import Quantity

__all__ = ["FREQUENCIES", "SeriesInfo", "catalog", "series_info"]

_IN_SHORT = {
    "Board of Governors of the Federal Reserve System": "Fed Board",
    "Federal Reserve Bank of New York": "NY Fed",
    "U.S. Department of the Treasury": "US Treasury",
}
FREQUENCIES = ("daily", "business daily", "weekly", "quarterly")


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What a series is, whoever delivers it.

    Attributes
    ----------
    name : str
        As it is asked for.
    title : str
        As the publisher calls it.
    unit, native_unit : Unit
        What fedliq holds, and what the publisher declares.
    frequency : str
        ``"daily"``, ``"business daily"``, ``"weekly"`` or ``"quarterly"``.
    observation : str
        What a value is: ``"Wednesday level"``, ``"week average"`` and so on.
    release_rule : str
        When it becomes public, see :func:`fedliq.releases.release_times`.
    release, publisher : str
        Where it is published, and by whom.
    quantity : str
        What it measures, where its own name is not that of a quantity.
    fred, board, nyfed, treasury : str or None
        Its id at FRED, its code in the Board's Data Download Program, and the key under which
        fedliq asks the New York Fed or the Treasury for it.
    ended : date or None
        The last day there is a figure for, where the series has ended.
    """

    name: str
    title: str
    unit: Unit
    native_unit: Unit
    frequency: str
    observation: str
    release_rule: ReleaseRule
    release: str
    publisher: str
    quantity: str = ""
    fred: str | None = None
    board: str | None = None
    nyfed: str | None = None
    treasury: str | None = None
    ended: date | None = None

    @property
    def measures(self) -> Quantity:
        """The quantity whose unit and plausible range hold for it."""
        return QUANTITIES[self.quantity or self.name]

    @property
    def series_id(self) -> str:
        """The id under which the publisher or FRED lists it; its own name where none is."""
        return self.fred or self.board or self.name

    @property
    def publisher_in_short(self) -> str:
        """The publisher as tables and charts name it."""
        return _IN_SHORT.get(self.publisher, self.publisher)

    def __post_init__(self) -> None:
        known = QUANTITIES.get(self.quantity or self.name)
        wrong = {
            "quantity": known is None,
            "frequency": self.frequency not in FREQUENCIES,
            "release_rule": self.release_rule not in get_args(ReleaseRule),
            "unit": known is not None and known.unit != self.unit,
        }
        for field, bad in wrong.items():
            if bad:
                raise DataError(f"catalog: {self.name}: {getattr(self, field)!r} as {field}.")


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, SeriesInfo]:
    """Return the whole catalog.

    Returns
    -------
    mapping of str to SeriesInfo
        Read-only, in the order of the catalog file.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.catalog()["tga"].fred, fl.catalog()["tga_week_average"].fred
    ('WDTGAL', 'WTREGEN')
    """
    text = files("fedliq.data").joinpath("catalog.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: SeriesInfo(
                **{
                    "name": name,
                    **entry,
                    "unit": Unit(entry["unit"]),
                    "native_unit": Unit(entry["native_unit"]),
                }
            )
            for name, entry in tomllib.loads(text).items()
        }
    )


def series_info(name: str) -> SeriesInfo:
    """Return the catalog's entry, or refuse the name and offer the nearest ones."""
    known = catalog()
    if name not in known:
        raise UnknownSeriesError(unknown_series(name, known))
    return known[name]


def unknown_series(name: object, known: Mapping[str, object]) -> str:
    """Return the text of an error for a name that is not known."""
    # difflib is needed only when something went wrong.
    from difflib import get_close_matches  # noqa: PLC0415

    # A user of FRED tries its ids first.
    listed = {one.fred: one.name for one in catalog().values() if one.fred == name}
    near = [one for one in listed.values() if one in known] or get_close_matches(str(name), known)
    hint = (
        f"did you mean {' or '.join(repr(one) for one in near)}?"
        if near
        else (f"known are {', '.join(sorted(known))}.")
    )
    return f"name: there is no series {name!r}; {hint}"
