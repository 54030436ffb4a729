"""How far lines stray from their paths: volatility, persistence and correlation of shocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number, check_positive_int
from fedliq._validate import check_columns, check_series
from fedliq.calendar import ONE_DAY, index_of
from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError
from fedliq.projection.speeds import monthly_principal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["SHOCKS", "ShockModel", "calibrate_shocks"]

#: What is shocked, in order.
SHOCKS = (
    "prepayment",
    "tga",
    "on_rrp",
    "currency_in_circulation",
    "unlisted_liabilities",
    "bank_assets",
)
# These wander off for good; the others return.
_RANDOM_WALKS = ("currency_in_circulation", "unlisted_liabilities", "bank_assets")
# These stray by an amount in USD bn, all others by a factor.
_IN_USD = ("tga", "unlisted_liabilities")
_MOST_PERSISTENT = 0.98
_FEWEST_MONTHS = 18
# The largest volatilities of a month that can be meant: in USD bn, and in logarithms.
_MOST_USD, _MOST_LOG = 1_000.0, 2.0
# USD bn; below it the logarithm of ON RRP is that of noise.
_ON_RRP_FLOOR = 100.0
# Part of MBS holdings a month; where they fell by less, principal was reinvested in them.
_SLOWEST_FALL = 0.0045


@dataclass(frozen=True, slots=True, eq=False)
class ShockModel:
    """Monthly shocks to the lines of a projection.

    Parameters
    ----------
    volatility : mapping of str to float
        Standard deviation of a month's shock: of ``tga`` and ``unlisted_liabilities`` in USD
        bn, of ``prepayment``, ``on_rrp``, ``currency_in_circulation`` and ``bank_assets`` in
        logarithms (0.01 is 1 %). One left out does not stray.
    persistence : mapping of str to float, optional
        What is left of a deviation a month later: 0 nothing, 1 all of it, as by default for
        currency, unlisted liabilities and bank assets; 0.8 for the others.
    correlation : pandas.DataFrame, optional
        Of the shocks, by name. None by default.

    Raises
    ------
    InvalidInputError
        A name is unknown, a number out of range, or the correlations contradict each other.
    """

    volatility: Mapping[str, float]
    persistence: Mapping[str, float] | None = None
    correlation: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        sizes = _row(self.volatility, "volatility", dict.fromkeys(SHOCKS, 0.0))
        usual = {name: 1.0 if name in _RANDOM_WALKS else 0.8 for name in SHOCKS}
        kept = _row(self.persistence or {}, "persistence", usual)
        for name, one in sizes.items():
            most = _MOST_USD if name in _IN_USD else _MOST_LOG
            if not 0 <= one <= most:
                raise UnitError(
                    f"volatility[{name!r}]: expected 0 to {most:g}, got {one:g}; those of "
                    f"{' and '.join(_IN_USD)} are in USD bn, all others in logarithms: for 1 % "
                    "write 0.01."
                )
        if not all(0 <= one <= 1 for one in kept.values()):
            raise InvalidInputError(f"persistence: expected fractions from 0 to 1, got {kept}.")
        if self.correlation is not None and not isinstance(self.correlation, pd.DataFrame):
            raise InputTypeError(
                f"correlation: expected a DataFrame, got {type(self.correlation).__name__}."
            )
        given = pd.DataFrame(np.eye(len(SHOCKS)), SHOCKS, SHOCKS)
        if self.correlation is not None:
            names = list(self.correlation.index)
            if names != list(self.correlation.columns) or not set(names) <= set(SHOCKS):
                raise InvalidInputError(
                    f"correlation: expected rows and columns among {', '.join(SHOCKS)}; got {names}."
                )
            given.loc[names, names] = self.correlation.astype(float)
        matrix = given.to_numpy(copy=True)
        if (
            not np.allclose(matrix, matrix.T)
            or not np.allclose(np.diag(matrix), 1.0)
            or np.linalg.eigvalsh(matrix).min() < -1e-8  # noqa: PLR2004 - rounding
        ):
            raise InvalidInputError(
                "correlation: expected a symmetric matrix with ones on its diagonal and no negative "
                "eigenvalue; fl.calibrate_shocks makes one."
            )
        object.__setattr__(self, "volatility", MappingProxyType(sizes))
        object.__setattr__(self, "persistence", MappingProxyType(kept))
        matrix.flags.writeable = False
        object.__setattr__(self, "correlation", pd.DataFrame(matrix, SHOCKS, SHOCKS, copy=False))

    def factor(self) -> Floats:
        """Return the matrix that turns independent normals into a month's shocks."""
        assert self.correlation is not None  # noqa: S101 - set above
        values, vectors = np.linalg.eigh(self.correlation.to_numpy())
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        sizes = np.asarray([self.volatility[name] for name in SHOCKS])
        return sizes[:, None] * root

    def kept(self) -> Floats:
        """Return the persistence of each of ``SHOCKS``."""
        assert self.persistence is not None  # noqa: S101 - set above
        return np.asarray([self.persistence[name] for name in SHOCKS])


def _row(given: object, argument: str, default: dict[str, float]) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise InputTypeError(
            f"{argument}: expected a mapping from names to numbers, such as {{'tga': 100}}, got "
            f"{type(given).__name__}."
        )
    unknown = [name for name in given if name not in SHOCKS]
    if unknown:
        raise InvalidInputError(
            f"{argument}: {', '.join(unknown)} is not among {', '.join(SHOCKS)}."
        )
    return default | {
        name: check_number(one, f"{argument}[{name!r}]") for name, one in given.items()
    }


def calibrate_shocks(history: pd.DataFrame, *, months: int = 36) -> ShockModel:
    """Measure how far the lines strayed in the past.

    Parameters
    ----------
    history : pandas.DataFrame [USD bn]
        As ``fl.balance_sheet_history`` returns: weekly figures with any of the columns ``mbs``,
        ``tga``, ``on_rrp``, ``currency_in_circulation`` and ``bank_assets``, up to the day of
        the calibration; with ``fed_assets`` and ``reserves`` also what the sheet does not list.
    months : int, default 36
        How many of the last months of each line to use.

    Returns
    -------
    ShockModel
        Without volatility for a line that has fewer than 18 months.

    Raises
    ------
    InvalidInputError
        No line has 18 months, or fewer are asked for.
    InputTypeError
        ``history`` is no DataFrame.
    UnitError, TimeIndexError
        As in ``fl.net_liquidity``.

    Notes
    -----
    Read on the last Wednesday of each month, of a month that is over. The TGA and the
    logarithm of ON RRP, where it is above 100 USD bn: residuals of a first-order
    autoregression about their mean. Prepayment: the same of the logarithm of the monthly fall
    of MBS over their level, where it is at least 0.45 %: where it was less, principal was
    reinvested. Unlisted liabilities: changes, about their mean, of what fed_assets hold beyond
    the other lines, currency among it where it has no column. Currency and bank assets: such
    changes of the logarithm. Correlations are those of the months both lines have, and none
    where they share fewer than 18.

    NaN: months without a figure are left out.

    Timing: uses nothing after the last row of ``history``.

    Examples
    --------
    >>> import fedliq as fl
    >>> sample = fl.load_sample()
    >>> history = sample.frame(("mbs", "tga", "on_rrp", "bank_assets"), on=sample["tga"].index)
    >>> shocks = fl.calibrate_shocks(history[:"2026-07-15"])
    >>> shocks.volatility["currency_in_circulation"]  # not in the history given
    0.0
    """
    check_columns(history, (), "history")
    if check_positive_int(months, "months", 600) < _FEWEST_MONTHS:
        raise InvalidInputError(f"months: expected at least {_FEWEST_MONTHS}, got {months}.")
    size, kept, left = {}, {}, {}
    for name in SHOCKS:
        observed = _observed(history, name).iloc[-months - 1 :]
        away = observed - (0.0 if name in _RANDOM_WALKS else observed.mean())
        persistence = 1.0 if name in _RANDOM_WALKS else _persistence(away)
        residual = (away - persistence * away.shift()).dropna()
        if len(residual) < _FEWEST_MONTHS - 1:
            continue
        left[name] = residual - residual.mean()
        size[name], kept[name] = float(residual.std()), persistence
    if not left:
        raise InvalidInputError(
            f"history: no line has {_FEWEST_MONTHS} months of figures; give a longer history, or the "
            "volatilities to fl.ShockModel."
        )
    table = pd.DataFrame(left)
    matrix = table.corr(min_periods=_FEWEST_MONTHS).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(matrix, 1.0)
    names = list(table.columns)
    return ShockModel(size, kept, pd.DataFrame(_nearest(matrix), names, names))


def _observed(history: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return a line by month, in the terms in which it is shocked."""
    column = "mbs" if name == "prepayment" else name
    if name == "unlisted_liabilities":
        series = _unlisted(history)
    elif column in history:
        series = history[column]
    else:
        return pd.Series(dtype=float)
    index, values = check_series(series, column, column)
    known = pd.Series(values, index).dropna()
    if name == "prepayment":
        falls = monthly_principal(known)
        part = falls / known.reindex(falls.index, method="ffill")
        return _log(part.where(part >= _SLOWEST_FALL))
    days = known.index.to_numpy().astype("datetime64[D]")
    # The last week of a month is the one whose next week is in another.
    monthly = known[(days + 7 * ONE_DAY).astype("datetime64[M]") > days.astype("datetime64[M]")]
    monthly.index = index_of(monthly.index.to_numpy().astype("datetime64[M]"))
    if len(monthly):
        # A month without a figure stays one: two months' change is not a month's.
        monthly = monthly.reindex(pd.date_range(monthly.index[0], monthly.index[-1], freq="MS"))
    if name in _IN_USD:
        return monthly
    return _log(monthly.where(monthly >= _ON_RRP_FLOOR) if name == "on_rrp" else monthly)


def _unlisted(history: pd.DataFrame) -> pd.Series[float]:
    needed = ["tga", "on_rrp", "reserves"]
    if not {"fed_assets", *needed} <= set(history):
        return pd.Series(dtype=float, index=history.index)
    listed = [*needed, *(name for name in ("currency_in_circulation",) if name in history)]
    return history["fed_assets"] - history[listed].sum(axis=1, skipna=False)


def _log(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(np.log(values.to_numpy()), index=values.index)


def _persistence(away: pd.Series[float]) -> float:
    both = pd.DataFrame({"now": away, "before": away.shift()}).dropna().to_numpy()
    if not len(both) or not (both[:, 1] != 0).any():
        return 0.0
    slope = float(both[:, 0] @ both[:, 1] / (both[:, 1] @ both[:, 1]))
    return min(max(slope, 0.0), _MOST_PERSISTENT)


def _nearest(matrix: Floats) -> Floats:
    """Pairwise correlations can contradict each other: cut the negative eigenvalues off."""
    if not len(matrix):
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    psd = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(psd))
    mended = psd / np.outer(scale, scale)
    np.fill_diagonal(mended, 1.0)
    return (mended + mended.T) / 2
