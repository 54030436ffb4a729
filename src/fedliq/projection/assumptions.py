"""What a projection assumes, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.projection.maturities import MaturityProfile
from fedliq.projection.opening import LIABILITIES
from fedliq.projection.prepayment import PrepaymentModel
from fedliq.regimes import ReserveThresholds, check_thresholds

if TYPE_CHECKING:
    from fedliq.projection.paths import AbsorbsDrains, Path

__all__ = ["PATH_LINES", "Assumptions"]

#: The lines for which a path can be given; all others follow from rules.
PATH_LINES = (*LIABILITIES, "other_assets", "bank_assets")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assumptions:
    """What a projection assumes beyond the schedule of decisions.

    Parameters
    ----------
    prepayment : PrepaymentModel
        Speed of agency MBS, given or fitted with ``fl.fit_prepayment``.
    maturities : MaturityProfile, optional
        What matures when. Without one every Treasury cap is taken to bind and TIPS accrue
        nothing.
    lines : mapping of str to path, optional
        How lines move that no rule decides: for any of ``fl.PATH_LINES`` a path
        (``fl.Growth(0.03)``, ``fl.Target(850)``, ...) or a Series by date [USD bn]. A line
        left out stays at its opening level; ON RRP left out is ``fl.AbsorbsDrains()``.
    inflation : float or pandas.Series, default 2.0 [percent per year]
        What TIPS accrue: a rate (the default is the FOMC's longer-run goal, for another
        price index), or the CPI-U itself, not seasonally adjusted, by month.
    thresholds : ReserveThresholds, default ``ReserveThresholds()``
        Bands of the regimes.

    Examples
    --------
    >>> import fedliq as fl
    >>> assumptions = fl.Assumptions(
    ...     prepayment=fl.PrepaymentModel(0.06),
    ...     lines={"tga": fl.Target(850), "bank_assets": fl.Growth(0.04)},
    ... )
    >>> sorted(assumptions.lines)
    ['bank_assets', 'tga']
    """

    prepayment: PrepaymentModel
    maturities: MaturityProfile | None = None
    lines: Mapping[str, Path | AbsorbsDrains | pd.Series[float]] = field(default_factory=dict)
    inflation: float | pd.Series[float] = 2.0
    thresholds: ReserveThresholds = ReserveThresholds()  # noqa: RUF009 - frozen

    def __post_init__(self) -> None:
        if not isinstance(self.prepayment, PrepaymentModel):
            raise InputTypeError(
                f"prepayment: expected a PrepaymentModel, got {type(self.prepayment).__name__}; use "
                "fl.PrepaymentModel(cpr=0.06) or fl.fit_prepayment(mbs)."
            )
        if self.maturities is not None and not isinstance(self.maturities, MaturityProfile):
            raise InputTypeError(
                f"maturities: expected a MaturityProfile, got {type(self.maturities).__name__}; use "
                "fl.maturity_profile(holdings, as_of)."
            )
        if not isinstance(self.lines, Mapping):
            raise InputTypeError(
                "lines: expected a mapping from lines to paths, such as {'tga': fl.Target(850)}, "
                f"got {type(self.lines).__name__}."
            )
        unknown = [name for name in self.lines if name not in PATH_LINES]
        if unknown:
            raise InvalidInputError(
                f"lines: {', '.join(unknown)} follow from rules or are unknown; a path can be given "
                f"for {', '.join(PATH_LINES)}."
            )
        check_thresholds(self.thresholds)
        # Series are copied: what the caller does to his own does not reach an assumption.
        own = {
            name: path.copy() if isinstance(path, pd.Series) else path
            for name, path in self.lines.items()
        }
        object.__setattr__(self, "lines", MappingProxyType(own))
        if isinstance(self.inflation, pd.Series):
            object.__setattr__(self, "inflation", self.inflation.copy())

    def with_lines(self, **lines: Path | AbsorbsDrains | pd.Series[float]) -> Assumptions:
        """Return the same assumptions with other paths for some lines.

        Parameters
        ----------
        **lines : path or pandas.Series
            By name, such as ``tga=fl.Target(850)``.

        Returns
        -------
        Assumptions
        """
        return replace(self, lines={**self.lines, **lines})
