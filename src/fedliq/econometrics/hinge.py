"""The demand curve as two straight lines: flat where reserves satiate, falling below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from fedliq._options import check_negative
from fedliq._validate import check_inputs, check_length
from fedliq.econometrics.least_squares import beside_the_fit, fit
from fedliq.econometrics.levels import in_reserves
from fedliq.econometrics.results import BANDS, QUANTILES, DemandEstimate
from fedliq.econometrics.samples import FEWEST_FOR_A_CURVE, check_spread
from fedliq.exceptions import NotAvailableError, SampleError
from fedliq.long_run import usual_cosines
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Callable

    from fedliq._validate import Floats
    from fedliq.econometrics.least_squares import Fit

__all__ = ["HingeCurve", "reserve_demand_hinge"]

# Percentage points between the kinks that are tried.
_STEP = 0.01
# On either side of a kink there must be some observations to draw a line through.
_LEAST_SHARE, _FEWEST = 0.05, 10
_FEWEST_KINKS = 3


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
        NotAvailableError
            The estimated curve does not fall below its kink.
        UnitError, InvalidInputError, InputTypeError
            ``bank_assets`` are impossible in USD billions, or no finite number.
        """
        self._falls()
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
            The curve is nowhere as steep, or does not fall.
        InvalidInputError
            ``slope`` is not negative.
        UnitError, InputTypeError
            As in :meth:`satiation`.
        """
        check_negative(slope, "slope", "bp per pp")
        steepest = self._falls()
        if slope < steepest:
            raise NotAvailableError(
                f"slope: this curve falls by {-steepest:.2f} bp per pp at most, nowhere by {-slope:g}."
            )
        return self.satiation(bank_assets)

    def _falls(self) -> float:
        """Return the slope below the kink; refuse one that rises."""
        slope = self._row("slope_below")["estimate"]
        if slope >= 0:
            raise NotAvailableError(
                f"slope: below its kink this curve rises by {slope:.2f} bp per pp, so it shows no "
                "satiation."
            )
        return slope


def reserve_demand_hinge(
    spread: pd.Series[float], ratio: pd.Series[float], *, cosines: int | None = None
) -> HingeCurve:
    """Fit a curve that is flat above a kink and linear below it.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Federal funds rate less IORB.
    ratio : pandas.Series [fraction]
        Reserves over bank assets, on the same dates.
    cosines : int, optional
        Degrees of freedom of the bands: how many slow cosines measure how long errors stay. By
        default 0.4 times the observations to the power of 2/3.

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
    InvalidInputError
        ``cosines`` are not from 1 to half the observations.
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    See Also
    --------
    reserve_demand_elasticity : The slope without the assumption of one curve.

    Notes
    -----
    spread = level_above + slope_below * min(ratio - kink, 0) + error.

    The kink is where least squares is least, with at least 5 % of the observations, and ten,
    on either side. Its band is the hull of the kinks that a likelihood ratio does not reject,
    scaled for errors that stay: as wide as the sample is vague, and NaN on a side on which
    the last kink tried will do too. Level and slope are those that go with any of these kinks, with
    the error that each has given the kink. Long-run variances are averages of squared cosine
    sums of the scores, their distribution Student's with as many degrees of freedom
    [lazarus2018]_. With errors that stay for months, bands of 95 % cover somewhat less.

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
    >>> figures = curve.to_frame().drop(columns="unit")
    >>> figures.loc["kink", ["lower_95", "estimate", "upper_95"]].round(3).tolist()
    [0.128, 0.132, 0.136]
    """
    index, (values, fraction) = check_inputs({"spread": spread, "ratio": ratio})
    there = ~(np.isnan(values) | np.isnan(fraction))
    values, points = values[there], convert(fraction[there], Unit.FRACTION, Unit.PERCENT)
    check_length(len(values), FEWEST_FOR_A_CURVE, "spread, ratio")
    check_spread(values)
    terms = usual_cosines(len(values), cosines)
    kinks = _tried(points)
    lines = _lines(values, points, kinks)
    best = int(np.argmin(lines.squares))
    kink, level, slope = kinks[best], lines.levels[best], lines.slopes[best]
    below = points < kink
    bent = np.minimum(points - kink, 0.0)
    residuals = values - level - slope * bent
    gradient = np.column_stack([np.where(below, -slope, 0.0), np.ones(len(points)), bent])
    whole = fit(residuals, gradient, terms)

    def errors(kink: float) -> Floats:
        given = np.column_stack([np.ones(len(points)), np.minimum(points - kink, 0.0)])
        return np.asarray(np.sqrt(np.diag(fit(values, given, terms).covariance)))

    estimates = _bands(kinks, lines, whole, errors, terms)
    estimates.insert(0, "estimate", [kink, level, slope])
    in_percent = estimates.loc["kink"].to_numpy(float)
    estimates.loc["kink"] = convert(in_percent, Unit.PERCENT, Unit.FRACTION)
    estimates["unit"] = ["fraction", "bp", "bp per pp"]
    return HingeCurve(
        method="reserve demand, hinge",
        estimates=estimates,
        first=index[there][0],
        last=index[there][-1],
        observations=len(values),
        specification={"kinks_tried": f"{kinks[0]:.2f} to {kinks[-1]:.2f} %", "cosines": terms},
        diagnostics=beside_the_fit(values, residuals, observations_below=float(below.sum())),
    )


class _Lines(NamedTuple):
    """For each kink tried, the two lines fitted to it."""

    squares: Floats
    levels: Floats
    slopes: Floats


def _tried(points: Floats) -> Floats:
    """List the kinks to try, with enough observations on either side."""
    ordered = np.sort(points)
    margin = max(int(np.ceil(_LEAST_SHARE * len(points))), _FEWEST)
    # Below a kink there must be two ratios at least: one alone has no slope.
    low, high = max(ordered[margin - 1], np.unique(points)[:2].max()), ordered[-margin]
    kinks = np.arange(np.floor(low / _STEP) + 1, np.ceil(high / _STEP)) * _STEP
    if len(kinks) < _FEWEST_KINKS:
        raise SampleError(
            f"ratio: between {low:.2f} and {high:.2f} % there is no room for a kink with {margin} "
            "observations on either side; give a sample in which reserves moved more."
        )
    return kinks


def _lines(spread: Floats, points: Floats, kinks: Floats) -> _Lines:
    """Fit the level above each kink and the slope below it, from running sums."""
    order = np.argsort(points, kind="stable")
    # About their means, so that sums of squares do not drown in the levels.
    middle = points.mean()
    ordered, centred = points[order] - middle, (spread - spread.mean())[order]
    moved = kinks - middle
    sums = np.cumsum(
        np.column_stack([np.ones(len(order)), ordered, ordered**2, centred, ordered * centred]),
        axis=0,
    )
    count, first, second, mixed, crossed = sums[np.searchsorted(ordered, moved) - 1].T
    bent = first - count * moved
    width = second - 2 * moved * first + count * moved**2 - bent**2 / len(points)
    together = crossed - moved * mixed
    slopes = together / width
    return _Lines(
        np.maximum(centred @ centred - together * slopes, 0.0),
        spread.mean() - slopes * bent / len(points),
        slopes,
    )


def _bands(
    kinks: Floats,
    lines: _Lines,
    whole: Fit,
    errors: Callable[[float], Floats],
    freedom: int,
) -> pd.DataFrame:
    """Hull of what is not rejected: kinks, and with them level and slope.

    The error of the kink is that of the ``whole`` curve, those of level and slope are the
    ``errors`` given the kink they go with. A bound of the kink is NaN where the hull runs into
    the end of those tried.
    """
    least = float(lines.squares.min())
    variance = least / (len(whole.residuals) - 3)
    robust, plain = whole.covariance[0, 0], whole.plain_covariance[0, 0]
    # Errors that stay make a sample tell less, never more.
    inflated = max(robust / plain, 1.0) if plain > 0 else 1.0
    columns: dict[str, list[float]] = {}
    for upper, names in zip(QUANTILES[2::2], (BANDS[:2], BANDS[2:]), strict=True):
        reach = float(stdtrit(freedom, upper))
        kept = np.flatnonzero(lines.squares - least <= reach**2 * inflated * variance)
        lower = [kinks[kept[0]] if kept[0] > 0 else np.nan]
        higher = [kinks[kept[-1]] if kept[-1] < len(kinks) - 1 else np.nan]
        for place, values in enumerate((lines.levels, lines.slopes)):
            least_at, most_at = kept[np.argmin(values[kept])], kept[np.argmax(values[kept])]
            lower.append(values[least_at] - reach * errors(kinks[least_at])[place])
            higher.append(values[most_at] + reach * errors(kinks[most_at])[place])
        columns |= dict(zip(names, (lower, higher), strict=True))
    return pd.DataFrame(
        columns, index=pd.Index(["kink", "level_above", "slope_below"], name="parameter")
    )
