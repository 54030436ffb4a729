"""The demand curve as two straight lines: flat where reserves satiate, falling below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fedliq._validate import check_inputs, check_number
from fedliq.econometrics.hac import beside_the_fit, fit, intervals, usual_lags
from fedliq.econometrics.levels import in_reserves
from fedliq.econometrics.results import BANDS, QUANTILES, DemandEstimate
from fedliq.exceptions import InvalidInputError, NotAvailableError, SampleError
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from fedliq._validate import Floats
    from fedliq.econometrics.hac import Fit

__all__ = ["HingeCurve", "reserve_demand_hinge"]

_PERCENT = 100
# Percentage points between the kinks that are tried.
_STEP = 0.01
# On either side of a kink there must be some observations to draw a line through.
_LEAST_SHARE, _FEWEST = 0.05, 10
_FEWEST_OBSERVATIONS = 40


@dataclass(frozen=True, slots=True, eq=False)
class HingeCurve(DemandEstimate):
    """A demand curve of two straight lines; see :func:`reserve_demand_hinge`.

    Attributes are those of :class:`DemandEstimate`.
    """

    def satiation(self, bank_assets: float) -> pd.DataFrame:
        """Return the reserves from which on the curve is flat.

        Parameters
        ----------
        bank_assets : float [USD bn]
            At which to state them.

        Returns
        -------
        pandas.DataFrame
            ``ratio`` [fraction] and ``reserves`` [USD bn], each with ``estimate`` and both
            bands. A bound is NaN where the sample does not set one.

        Raises
        ------
        UnitError
            ``bank_assets`` are impossible in USD billions.
        """
        return in_reserves(self._row("kink"), bank_assets)

    def reserves_at_slope(self, slope: float, bank_assets: float) -> pd.DataFrame:
        """Return the reserves at which the curve turns through a slope.

        Parameters
        ----------
        slope : float [bp per pp]
            Negative.
        bank_assets : float [USD bn]
            At which to state them.

        Returns
        -------
        pandas.DataFrame
            As :meth:`satiation`: a hinge has all slopes between zero and that of its falling
            side at its kink.

        Raises
        ------
        NotAvailableError
            The curve is nowhere as steep.
        InvalidInputError
            ``slope`` is not negative.
        """
        if check_number(slope, "slope") >= 0:
            raise InvalidInputError(
                f"slope: expected a negative number of bp per pp, got {slope}."
            )
        steepest = self._row("slope_below")["estimate"]
        if slope < steepest:
            raise NotAvailableError(
                f"slope: this curve falls by {-steepest:.2f} bp per pp at most, nowhere by {-slope:g}."
            )
        return self.satiation(bank_assets)


def reserve_demand_hinge(
    spread: pd.Series[float], ratio: pd.Series[float], *, hac_lags: int | None = None
) -> HingeCurve:
    """Fit a curve that is flat above a kink and linear below it.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Federal funds rate less IORB.
    ratio : pandas.Series [fraction]
        Reserves over bank assets, on the same dates.
    hac_lags : int, optional
        Observations over which errors may be related; 1.3 times the root of their number by
        default.

    Returns
    -------
    HingeCurve
        ``estimates``: ``kink`` [fraction], ``level_above`` [bp] and ``slope_below`` [bp per
        pp]. ``diagnostics``: ``r_squared``, first-order ``autocorrelation`` of the residuals,
        ``observations_below`` the kink.

    Raises
    ------
    SampleError
        Fewer than 40 complete observations, no variation, or no kink in reach.
    MissingExtraError
        ``fedliq[econometrics]`` is not installed.
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    See Also
    --------
    reserve_demand_elasticity : The slope without the assumption of one curve.

    Notes
    -----
    spread = level_above + slope_below * min(ratio - kink, 0) + error.

    The kink is where least squares is least, with at least 5 % of the observations on either
    side. Its bands are the hull of the kinks that a likelihood ratio scaled for
    autocorrelation does not reject: errors may stay, and the band is as wide as the sample is
    vague, NaN on a side on which every kink tried will do. The other bands are those of
    Newey and West, given that the kink is estimated too. All are Student's with 1.5 times
    observations over ``hac_lags`` degrees of freedom [lazarus2018]_.

    One curve for the sample: where demand has moved, shorten it. Slopes of levels hold all
    that has moved both series over the years, and are steeper than the response to a surprise.

    NaN: dates that miss either figure are left out.

    Timing: uses the whole sample given. For an estimate as of a day, give what was known.

    References
    ----------
    .. [lazarus2018] E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson, "HAR Inference:
       Recommendations for Practice", Journal of Business & Economic Statistics 36(4), 2018.

    Examples
    --------
    >>> import fedliq as fl
    >>> data = fl.reserve_demand_data(fl.load_sample())["2022-01-01":]
    >>> curve = fl.reserve_demand_hinge(data["spread"], data["ratio"])
    >>> curve.to_frame().loc["kink", ["lower_95", "estimate", "upper_95"]].round(3).tolist()
    [0.128, 0.132, 0.136]
    """
    index, (values, fraction) = check_inputs({"spread": spread, "ratio": ratio})
    there = ~(np.isnan(values) | np.isnan(fraction))
    values, points = values[there], convert(fraction[there], Unit.FRACTION, Unit.PERCENT)
    if len(values) < _FEWEST_OBSERVATIONS:
        raise SampleError(
            f"spread, ratio: {len(values)} complete observations; a kink takes at least "
            f"{_FEWEST_OBSERVATIONS}."
        )
    if np.ptp(values) == 0 or np.ptp(points) == 0:
        raise SampleError("spread, ratio: one of them stands still, so there is no curve.")
    lags = usual_lags(len(values), hac_lags)
    kinks = _tried(points)
    squares = _squares(values, points, kinks)
    best = int(np.argmin(squares))
    level, slope = _lines(values, points, kinks[best])
    below = points < kinks[best]
    bent = np.minimum(points - kinks[best], 0.0)
    residuals = values - level - slope * bent
    gradient = np.column_stack([np.where(below, -slope, 0.0), np.ones(len(points)), bent])
    fitted = fit(residuals, gradient, lags)
    errors = np.sqrt(np.diag(fitted.covariance))
    estimates = intervals(np.array([kinks[best], level, slope]), errors, fitted.freedom)
    estimates.index = pd.Index(["kink", "level_above", "slope_below"], name="parameter")
    estimates.loc["kink", list(BANDS)] = _kink_bands(kinks, squares, fitted)
    estimates.loc["kink"] /= _PERCENT
    estimates["unit"] = ["fraction", "bp", "bp per pp"]
    return HingeCurve(
        method="reserve demand, hinge",
        estimates=estimates,
        first=index[there][0],
        last=index[there][-1],
        observations=len(values),
        specification={"kinks_tried": f"{kinks[0]:.2f} to {kinks[-1]:.2f} %", "hac_lags": lags},
        diagnostics=beside_the_fit(values, residuals, observations_below=float(below.sum())),
    )


def _tried(points: Floats) -> Floats:
    """List the kinks to try, with enough observations on either side."""
    ordered = np.sort(points)
    margin = max(int(np.ceil(_LEAST_SHARE * len(points))), _FEWEST)
    low, high = ordered[margin], ordered[-margin - 1]
    if high - low < 2 * _STEP:
        raise SampleError(
            f"ratio: between {low:.2f} and {high:.2f} % there is no room for a kink with {margin} "
            "observations on either side; give a sample in which reserves moved more."
        )
    return np.arange(np.ceil(low / _STEP), np.floor(high / _STEP) + 1) * _STEP


def _squares(spread: Floats, points: Floats, kinks: Floats) -> Floats:
    """Sum of squared residuals for each kink, the two lines fitted to it."""
    order = np.argsort(points, kind="stable")
    ordered, centred = points[order], (spread - spread.mean())[order]
    sums = np.cumsum(
        np.column_stack([np.ones(len(order)), ordered, ordered**2, centred, ordered * centred]),
        axis=0,
    )
    count, first, second, mixed, crossed = sums[np.searchsorted(ordered, kinks) - 1].T
    bent = first - count * kinks
    width = second - 2 * kinks * first + count * kinks**2 - bent**2 / len(points)
    return centred @ centred - (crossed - kinks * mixed) ** 2 / width


def _lines(spread: Floats, points: Floats, kink: float) -> tuple[float, float]:
    """Fit the level above a kink and the slope below it."""
    bent = np.minimum(points - kink, 0.0)
    away = bent - bent.mean()
    slope = float(away @ spread / (away @ away))
    return float(spread.mean() - slope * bent.mean()), slope


def _kink_bands(kinks: Floats, squares: Floats, fitted: Fit) -> list[float]:
    """Hull of the kinks that are not rejected, NaN where it runs into the end of those tried."""
    inflated = fitted.covariance[0, 0] / fitted.plain_covariance[0, 0]
    variance = squares.min() / (len(fitted.residuals) - 3)
    ratio = (squares - squares.min()) / (variance * inflated)
    bounds = []
    for upper in QUANTILES[2::2]:
        kept = kinks[ratio <= stdtrit(fitted.freedom, upper) ** 2]
        bounds += [
            kept[0] if kept[0] > kinks[0] else np.nan,
            kept[-1] if kept[-1] < kinks[-1] else np.nan,
        ]
    return bounds
