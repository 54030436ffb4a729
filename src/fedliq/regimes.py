"""Which regime reserves are in, and since when.

Two bands of transition divide three regimes. The bands are reported as such, not hidden
in a single cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fedliq._options import check_span, check_threshold
from fedliq._validate import check_series, check_time_index, same_dates
from fedliq.exceptions import AlignmentError, InputTypeError, InvalidInputError
from fedliq.spec import indicator
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from numpy.typing import NDArray

    from fedliq._validate import Floats

    Codes = NDArray[np.int8]

__all__ = ["REGIMES", "ReserveThresholds", "classify_reserves", "regime_spells"]

#: From the least to the most reserves.
REGIMES = ("scarce", "ample-to-scarce", "ample", "abundant-to-ample", "abundant")
_SCARCE, _TO_SCARCE, _AMPLE, _TO_AMPLE, _ABUNDANT = range(len(REGIMES))
_MISSING = -1


@dataclass(frozen=True, slots=True)
class ReserveThresholds:
    """The two bands that divide scarce, ample and abundant reserves.

    Attributes
    ----------
    abundant : tuple of float [fraction], default (0.12, 0.13)
        Above this band reserves are abundant. The kink of the demand curve at 12 to 13 %
        of bank assets is an estimate [afonso2022]_.
    scarce : tuple of float [fraction], default (0.08, 0.10)
        Below this band reserves are scarce. An assumption: 8 to 10 % is market usage, for
        which no primary source is at hand.

    Raises
    ------
    InvalidInputError
        A band is not a pair, or the four edges are not in order.
    UnitError
        An edge is not a fraction.

    References
    ----------
    .. [afonso2022] G. Afonso, D. Giannone, G. La Spada and J. C. Williams, "Scarce,
       Abundant, or Ample? A Time-Varying Model of the Reserve Demand Curve", Federal
       Reserve Bank of New York Staff Reports 1019, 2022.

    Examples
    --------
    >>> import fedliq as fl
    >>> fl.ReserveThresholds(abundant=(0.11, 0.12))
    ReserveThresholds(abundant=(0.11, 0.12), scarce=(0.08, 0.1))
    """

    abundant: tuple[float, float] = (0.12, 0.13)
    scarce: tuple[float, float] = (0.08, 0.10)

    def __post_init__(self) -> None:
        for name in ("abundant", "scarce"):
            band = getattr(self, name)
            if not isinstance(band, tuple) or len(band) != 2:  # noqa: PLR2004 - two edges
                raise InvalidInputError(
                    f"{name}: expected two edges such as (0.12, 0.13), got {band!r}."
                )
            for edge in band:
                check_threshold(edge, name)
        (scarce_low, scarce_high), (low, high) = self.scarce, self.abundant
        if not scarce_low <= scarce_high < low <= high:
            raise InvalidInputError(
                f"abundant, scarce: edges must rise from the scarce to the abundant band, got "
                f"scarce={self.scarce} and abundant={self.abundant}."
            )


def check_thresholds(thresholds: object) -> None:
    """Refuse anything but the two bands."""
    if not isinstance(thresholds, ReserveThresholds):
        raise InputTypeError(
            f"thresholds: expected ReserveThresholds, got {type(thresholds).__name__}; write "
            "fl.ReserveThresholds(abundant=(0.12, 0.13), scarce=(0.08, 0.10))."
        )


def ordered_labels(codes: NDArray[Any], names: Sequence[str]) -> pd.Categorical[str]:
    """Name each code by its place among the labels, from the lowest; -1 is missing."""
    return pd.Categorical.from_codes(
        codes,  # type: ignore[call-overload]  # the stubs know no int8
        categories=list(names),
        ordered=True,
    )


def _codes(ratio: Floats, thresholds: ReserveThresholds) -> Codes:
    """Number of the label of each value; the edges belong to the band they bound."""
    codes = (ratio >= thresholds.scarce[0]).view(np.int8)
    codes += ratio > thresholds.scarce[1]
    codes += ratio >= thresholds.abundant[0]
    codes += ratio > thresholds.abundant[1]
    codes[np.isnan(ratio)] = _MISSING
    return codes


def _held(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Carry the last value that is not NaN forward."""
    position = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    return values[position]


def _with_hysteresis(codes: Codes) -> Codes:
    """Inside a band keep the regime the ratio came from.

    A band is left for good only at its far edge, so the last value outside the band
    decides. Before there is one, the label of the band stands.
    """
    known = codes != _MISSING
    upper = _held(np.where(known & (codes != _TO_AMPLE), codes > _TO_AMPLE, np.nan))
    lower = _held(np.where(known & (codes != _TO_SCARCE), codes > _TO_SCARCE, np.nan))
    result = codes.copy()
    for band, below, above, side in (
        (_TO_AMPLE, _AMPLE, _ABUNDANT, upper),
        (_TO_SCARCE, _SCARCE, _AMPLE, lower),
    ):
        inside = (codes == band) & ~np.isnan(side)
        result[inside] = np.where(side[inside] == 1, above, below)
    return result


def _with_min_spell(codes: Codes, index: pd.DatetimeIndex, span: pd.Timedelta) -> Codes:
    """Adopt a new label only once it has held for the span; the first one at once."""
    known = np.flatnonzero(codes != _MISSING)
    if not len(known):
        return codes
    labels, dates = codes[known], index[known]
    starts = np.r_[True, labels[1:] != labels[:-1]]
    began = dates[np.maximum.accumulate(np.where(starts, np.arange(len(labels)), 0))]
    settled = np.asarray(dates - began >= span) | (np.cumsum(starts) == 1)
    result = codes.copy()
    result[known] = _held(np.where(settled, labels.astype(float), np.nan)).astype(np.int8)
    return result


@indicator("label of ratio between the edges of the bands", unit=None)
def classify_reserves(
    ratio: pd.Series[float],
    thresholds: ReserveThresholds = ReserveThresholds(),
    *,
    hysteresis: bool = False,
    min_spell: str | timedelta | None = None,
) -> pd.Series[str]:
    """Label each date with the regime its ratio of reserves to bank assets belongs to.

    Parameters
    ----------
    ratio : pandas.Series [fraction]
        Reserves over bank assets, see :func:`reserves_to_bank_assets`.
    thresholds : ReserveThresholds, default ``ReserveThresholds()``
        The two bands, 12-13 % and 8-10 %.
    hysteresis : bool, default False
        Inside a band keep the regime the ratio came from, so that a regime is entered at
        one edge of the band and left at the other. The labels of the bands then stand
        only until the ratio has left a band for the first time.
    min_spell : str or timedelta, optional
        A new label counts only once it has held for this long, for instance ``"28D"``;
        until then the old one stands. Nothing is dated back.

    Returns
    -------
    pandas.Series of ordered categorical
        ``scarce < ample-to-scarce < ample < abundant-to-ample < abundant``, on the index
        of the input, named ``classify_reserves``.

    Raises
    ------
    UnitError
        The ratio is impossible as a fraction: it looks like percent, or like a ratio of
        different units.
    InvalidInputError
        ``min_spell`` is negative or not a span.
    TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    See Also
    --------
    regime_spells : The spells of each regime as a table.

    Notes
    -----
    Above the abundant band: abundant. Within it, edges included: abundant-to-ample.
    Between the bands: ample. Within the scarce band, edges included: ample-to-scarce.
    Below it: scarce.

    NaN: where the ratio is NaN. It neither ends nor begins a spell.

    Timing: by the past only; cutting the history short never changes an earlier label.

    References
    ----------
    As in :class:`ReserveThresholds`.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.date_range("2025-01-01", periods=4, freq="7D")
    >>> ratio = pd.Series([0.131, 0.125, 0.119, 0.125], weeks)
    >>> fl.classify_reserves(ratio).tolist()
    ['abundant', 'abundant-to-ample', 'ample', 'abundant-to-ample']
    >>> fl.classify_reserves(ratio, hysteresis=True).tolist()
    ['abundant', 'abundant', 'ample', 'ample']
    """
    check_thresholds(thresholds)
    index, values = check_series(ratio, "ratio", "ratio")
    codes = _codes(values, thresholds)
    if hysteresis:
        codes = _with_hysteresis(codes)
    if min_spell is not None:
        codes = _with_min_spell(codes, index, check_span(min_spell, "min_spell"))
    return pd.Series(
        ordered_labels(codes, REGIMES), index=index, name="classify_reserves", copy=False
    )


@indicator(
    "one row for each unbroken run of a label",
    columns={
        "regime": None,
        "first": None,
        "last": None,
        "weeks": Unit.WEEKS,
        "lowest": Unit.FRACTION,
        "highest": Unit.FRACTION,
        "mean": Unit.FRACTION,
    },
)
def regime_spells(regime: pd.Series[str], ratio: pd.Series[float]) -> pd.DataFrame:
    """List the spells of each regime.

    Parameters
    ----------
    regime : pandas.Series of categorical
        Labels, see :func:`classify_reserves`.
    ratio : pandas.Series [fraction]
        The ratio they were made from, on the same index.

    Returns
    -------
    pandas.DataFrame
        A row for each spell, in order: ``regime``; ``first`` and ``last`` date; ``weeks``
        it lasted, the last observation's own week included; ``lowest``, ``highest`` and
        ``mean`` ratio [fraction].

    Raises
    ------
    AlignmentError
        The two do not share one index.
    UnitError, TimeIndexError, InputTypeError
        As in :func:`classify_reserves`.

    Notes
    -----
    NaN: dates without a label or a ratio are passed over; they end no spell.

    Timing: the last spell is open; more data can lengthen it.

    References
    ----------
    As in :class:`ReserveThresholds`.

    Examples
    --------
    >>> import pandas as pd
    >>> import fedliq as fl
    >>> weeks = pd.date_range("2025-01-01", periods=4, freq="7D")
    >>> ratio = pd.Series([0.131, 0.125, 0.124, 0.119], weeks)
    >>> spells = fl.regime_spells(fl.classify_reserves(ratio), ratio)
    >>> list(zip(spells["regime"], spells["weeks"]))
    [('abundant', 1.0), ('abundant-to-ample', 2.0), ('ample', 1.0)]
    """
    index, values = check_series(ratio, "ratio", "ratio")
    if not isinstance(regime, pd.Series) or not isinstance(regime.dtype, pd.CategoricalDtype):
        raise InputTypeError(
            "regime: expected the categorical Series that fl.classify_reserves returns, got "
            f"{type(regime).__name__}."
        )
    if not same_dates(check_time_index(regime.index, "regime"), index):
        raise AlignmentError(
            "regime, ratio: they do not share one index; use regime = fl.classify_reserves(ratio)."
        )
    known = regime.notna().to_numpy() & ~np.isnan(values)
    table = pd.DataFrame({"regime": regime, "ratio": values, "date": index})[known]
    labels = table["regime"].cat.codes
    spell = (labels != labels.shift()).cumsum()
    spells = (
        table.groupby(spell.to_numpy())
        .agg(
            regime=("regime", "first"),
            first=("date", "first"),
            last=("date", "last"),
            lowest=("ratio", "min"),
            highest=("ratio", "max"),
            mean=("ratio", "mean"),
        )
        .reset_index(drop=True)
    )
    step = np.median(np.diff(index)) if len(index) > 1 else np.timedelta64(7, "D")
    lasted = (spells["last"] - spells["first"]).to_numpy() + step
    spells.insert(3, "weeks", lasted / np.timedelta64(7, "D"))
    return spells
