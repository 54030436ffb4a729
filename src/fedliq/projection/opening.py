"""The sheet a projection starts from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from fedliq._options import check_number
from fedliq._validate import check_columns
from fedliq.calendar import day_of
from fedliq.exceptions import InvalidInputError, UnitError
from fedliq.quantities import QUANTITIES

if TYPE_CHECKING:
    from datetime import date

    Day = str | date | pd.Timestamp

__all__ = ["ASSETS", "LIABILITIES", "OpeningSheet"]

ASSETS = ("treasuries", "mbs", "other_assets")
#: Liabilities and capital but for reserves, which are what is left.
LIABILITIES = (
    "currency_in_circulation",
    "tga",
    "on_rrp",
    "reverse_repo_foreign",
    "unlisted_liabilities",
)
# Published figures are rounded to the million, and a sheet sums a dozen of them.
_ROUNDING = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningSheet:
    """The Federal Reserve's balance sheet on the opening day of a projection.

    Parameters
    ----------
    date : str, date or Timestamp
        A Wednesday of the H.4.1, or any other day.
    treasuries, mbs, other_assets : float [USD bn]
        Securities held outright, and everything else among the assets.
    tga, on_rrp, reserves : float [USD bn]
    currency_in_circulation, reverse_repo_foreign : float [USD bn], optional
        Where one is not at hand it is part of ``unlisted_liabilities``.
    unlisted_liabilities : float [USD bn], optional
        All other liabilities and capital, net of what supplies reserves beyond the assets. By
        default what makes the sheet balance.
    bank_assets : float [USD bn], optional
        Total assets of commercial banks, for the ratio.
    basis : str, default "Wednesday levels"
        What kind of figures these are; a projection repeats it in its notes.

    Raises
    ------
    InvalidInputError
        The sheet does not balance, or a holding is negative.
    UnitError
        An amount is impossible in USD bn.

    Examples
    --------
    >>> import fedliq as fl
    >>> opening = fl.OpeningSheet(
    ...     date="2026-07-15", treasuries=4512, mbs=1960, other_assets=270,
    ...     tga=796, on_rrp=2, reserves=3143, bank_assets=25_700,
    ... )
    >>> opening.fed_assets, opening.unlisted_liabilities
    (6742.0, 2801.0)
    """

    date: Day
    treasuries: float
    mbs: float
    other_assets: float
    tga: float
    on_rrp: float
    reserves: float
    currency_in_circulation: float | None = None
    reverse_repo_foreign: float | None = None
    unlisted_liabilities: float | None = None
    bank_assets: float | None = None
    basis: str = "Wednesday levels"

    def __post_init__(self) -> None:
        object.__setattr__(self, "date", pd.Timestamp(day_of(self.date, "date")))
        for field in fields(self):
            absent = getattr(self, field.name) is None and field.default is None
            if field.name in ("date", "basis") or absent:
                continue
            object.__setattr__(self, field.name, _amount(getattr(self, field.name), field.name))
        listed = sum(
            getattr(self, name) or 0.0 for name in LIABILITIES if name != "unlisted_liabilities"
        )
        rest = self.fed_assets - listed - self.reserves
        if (
            self.unlisted_liabilities is not None
            and abs(rest - self.unlisted_liabilities) > _ROUNDING
        ):
            raise InvalidInputError(
                f"unlisted_liabilities: the sheet of {self.day.date()} does not balance: assets of "
                f"{self.fed_assets:,.3f} less liabilities and reserves leave "
                f"{rest - self.unlisted_liabilities:+,.3f} USD bn; leave unlisted_liabilities out and "
                "it closes the sheet."
            )
        object.__setattr__(self, "unlisted_liabilities", _amount(rest, "unlisted_liabilities"))

    @classmethod
    def from_history(
        cls, history: pd.DataFrame, day: Day, basis: str = "history given"
    ) -> OpeningSheet:
        """Take the sheet from a row of a history such as ``fl.balance_sheet_history`` returns.

        Parameters
        ----------
        history : pandas.DataFrame [USD bn]
            With ``fed_assets``, ``treasuries``, ``mbs``, ``tga``, ``on_rrp`` and ``reserves``;
            ``currency_in_circulation``, ``reverse_repo_foreign`` and ``bank_assets`` where it
            has them.
        day : str, date or Timestamp
            One of its dates.
        basis : str
            What kind of figures these are.

        Returns
        -------
        OpeningSheet

        Raises
        ------
        InvalidInputError
            A column, the day or a figure on it is missing.
        """
        needed = ("fed_assets", "treasuries", "mbs", "tga", "on_rrp", "reserves")
        check_columns(history, needed, "history")
        when = pd.Timestamp(day_of(day, "day"))
        if when not in history.index:
            raise InvalidInputError(f"day: {when.date()} is none of the dates of the history.")
        figures = history.loc[when].to_numpy(dtype=float).tolist()
        row = dict(zip(history.columns, figures, strict=True))
        absent = [name for name in needed if pd.isna(row[name])]
        if absent:
            raise InvalidInputError(f"day: {when.date()} lacks {', '.join(absent)}.")
        apart = {
            name: row[name]
            for name in ("currency_in_circulation", "reverse_repo_foreign", "bank_assets")
            if name in row and not pd.isna(row[name])
        }
        return cls(
            date=when,
            treasuries=row["treasuries"],
            mbs=row["mbs"],
            other_assets=row["fed_assets"] - row["treasuries"] - row["mbs"],
            tga=row["tga"],
            on_rrp=row["on_rrp"],
            reserves=row["reserves"],
            basis=basis,
            **apart,
        )

    @property
    def day(self) -> pd.Timestamp:
        """The date as a Timestamp."""
        return pd.Timestamp(self.date)

    @property
    def fed_assets(self) -> float:
        """Total assets [USD bn]."""
        return self.treasuries + self.mbs + self.other_assets

    def level(self, line: str) -> float:
        """Return a line [USD bn]; 0 for one that is part of the unlisted liabilities."""
        return float(getattr(self, line) or 0.0)


def _amount(value: object, line: str) -> float:
    amount = check_number(value, line)
    known = QUANTITIES[line]
    if amount < 0 <= known.low:
        raise InvalidInputError(f"{line}: expected USD bn from 0, got {amount:g}.")
    if not known.low <= amount <= known.high:
        raise UnitError(
            f"{line}: {amount:.6g} is impossible in {known.unit.value}, where it lies between "
            f"{known.low:g} and {known.high:g}; see fl.convert."
        )
    return amount
