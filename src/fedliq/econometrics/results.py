"""What every estimator of reserve demand returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BANDS", "QUANTILES", "DemandEstimate"]

#: Columns of both bands, the wider first.
BANDS = ("lower_95", "upper_95", "lower_68", "upper_68")
#: Of an estimate's distribution: the median, then the ends of the bands.
QUANTILES = (0.5, 0.025, 0.975, 0.16, 0.84)


@dataclass(frozen=True, slots=True, eq=False)
class DemandEstimate:
    """An estimate of reserve demand: figures, intervals, and how they were made.

    Attributes
    ----------
    method : str
        Name of the estimator.
    estimates : pandas.DataFrame
        Of an elasticity [bp per pp], by week: ``median``, ``lower_95``, ``upper_95``,
        ``lower_68``, ``upper_68``, the columns of ``fl.load_reserve_demand_elasticity``. Of a
        curve, by parameter: ``estimate`` instead of ``median``, and ``unit``.
    first, last : pandas.Timestamp
        First and last complete observation of the sample.
    observations : int
        Complete observations between them.
    specification : mapping of str to object
        Every choice that made the estimate.
    diagnostics : pandas.DataFrame
        What to look at before believing it; see the estimator.
    """

    method: str
    estimates: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp
    observations: int
    specification: Mapping[str, object]
    diagnostics: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the estimates as a frame of its own.

        Returns
        -------
        pandas.DataFrame
            As ``estimates``.
        """
        return self.estimates.copy()

    def summary(self) -> str:
        """Put the estimate into a few lines of text.

        Returns
        -------
        str
            Method, sample, specification, the last estimate (of a curve, all of them), and the
            diagnostics that go with it.
        """
        chosen = ", ".join(f"{name} {value}" for name, value in self.specification.items())
        shown, beside = self.estimates, self.diagnostics
        if isinstance(shown.index, pd.DatetimeIndex):
            shown = shown.dropna().tail(1)
            beside = beside.reindex(shown.index)
        if shown.empty:
            return f"{self.method}\nno estimate on the dates asked for"
        return "\n".join(
            (
                self.method,
                (
                    f"sample: {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}, "
                    f"{self.observations} observations"
                ),
                f"specification: {chosen}",
                shown.to_string(float_format="{:.3f}".format),
                "diagnostics:",
                beside.to_string(float_format="{:.3f}".format),
            )
        )

    def _row(self, parameter: str) -> dict[str, float]:
        """Return the estimate of a parameter and its bands."""
        return {name: float(self.estimates[name].loc[parameter]) for name in ("estimate", *BANDS)}
