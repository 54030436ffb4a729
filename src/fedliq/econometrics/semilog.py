"""The demand curve in logarithms: the spread on log reserves and log deposits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fedliq._options import check_amount, check_negative, check_number
from fedliq._validate import check_inputs, check_length
from fedliq.econometrics.least_squares import beside_the_fit, fit, intervals
from fedliq.econometrics.levels import in_reserves
from fedliq.econometrics.results import BANDS, DemandEstimate
from fedliq.econometrics.samples import (
    FEWEST_FOR_A_CURVE,
    check_spread,
    check_varied,
)
from fedliq.exceptions import InvalidInputError, NotAvailableError
from fedliq.long_run import usual_cosines
from fedliq.units import Unit, convert

__all__ = ["SemilogCurve", "reserve_demand_semilog"]

_FALL = np.log(0.95)
# The logarithm of more dollars, in billions, than there can be.
_MOST_LOG = 20.0
_SWAPPED = ("estimate", "upper_95", "lower_95", "upper_68", "lower_68")
_PARAMETERS = ("constant", "log_reserves", "log_deposits")


@dataclass(frozen=True, slots=True, eq=False)
class SemilogCurve(DemandEstimate):
    """A demand curve in logarithms; see :func:`reserve_demand_semilog`.

    Beside the attributes of :class:`DemandEstimate`:

    Attributes
    ----------
    covariance : pandas.DataFrame
        Of ``constant``, ``log_reserves`` and ``log_deposits``, robust.
    freedom : int
        Degrees of freedom of the bands.
    """

    covariance: pd.DataFrame
    freedom: int

    def reserves_at_slope(self, slope: float, bank_assets: float) -> pd.DataFrame:
        """Return the reserves at which the curve has a slope.

        Parameters
        ----------
        slope : float [bp per pp]
            Negative, per percentage point of reserves over bank assets.
        bank_assets : float [USD bn]
            At which to state it.

        Returns
        -------
        pandas.DataFrame
            ``ratio`` [fraction] and ``reserves`` [USD bn], each with ``estimate`` and both
            bands. A bound is NaN where the slope of the logarithm may be zero, or so flat
            that reserves would exceed all bank assets.

        Raises
        ------
        InvalidInputError
            ``slope`` is not negative.
        NotAvailableError
            The estimated curve does not fall, or is so flat only beyond all bank assets.
        UnitError, InputTypeError
            ``bank_assets`` are impossible in USD billions, or something is no number.

        Notes
        -----
        The slope by the ratio r in percent is log_reserves / r. Where the curve was fitted to
        reserves and ON RRP, both ``ratio`` and ``reserves`` hold ON RRP too. A slope that the
        sample never had is read off the shape of the logarithm.
        """
        check_negative(slope, "slope", "bp per pp")
        row = self._row("log_reserves")
        if row["estimate"] >= 0:
            raise NotAvailableError("slope: the estimated curve does not fall, so it has none.")
        reached = {
            name: convert(value / slope, Unit.PERCENT, Unit.FRACTION)
            for name, value in row.items()
        }
        if reached["estimate"] >= 1:
            raise NotAvailableError(
                f"slope: this curve is as flat as {slope:g} bp per pp only where reserves exceed all "
                "bank assets."
            )
        # A steeper logarithm has a given slope at more reserves: the bounds change places.
        bounded = {
            name: reached[other] if 0 < reached[other] < 1 else np.nan
            for name, other in zip(("estimate", *BANDS), _SWAPPED, strict=True)
        }
        return in_reserves(bounded, bank_assets)

    def reserves_at_spread(self, spread: float, deposits: float) -> pd.DataFrame:
        """Return the reserves at which the rate stands at a spread to IORB.

        Parameters
        ----------
        spread : float [bp]
            Zero asks where the federal funds rate meets IORB.
        deposits : float [USD bn]
            At which to state them.

        Returns
        -------
        pandas.DataFrame
            ``reserves`` [USD bn], ON RRP among them where the curve was fitted to both, with
            ``estimate`` and both bands.

        Raises
        ------
        NotAvailableError
            The estimated curve does not fall.
        InvalidInputError
            The spread is so far off that the curve has no such level.
        UnitError, InputTypeError
            ``deposits`` are impossible in USD billions, or something is no number.

        Notes
        -----
        exp((spread - constant - log_deposits * log(deposits)) / log_reserves); bands to first
        order in the logarithm.
        """
        check_amount(deposits, "bank_deposits", "deposits")
        constant, by_reserves, by_deposits = (self._row(name)["estimate"] for name in _PARAMETERS)
        if by_reserves >= 0:
            raise NotAvailableError(
                "spread: the estimated curve does not fall, so it has no level."
            )
        explained = constant + by_deposits * np.log(deposits)
        level = (check_number(spread, "spread") - explained) / by_reserves
        if not abs(level) < _MOST_LOG:
            raise InvalidInputError(
                f"spread: {spread:g} bp is so far off that this curve has no such level of reserves."
            )
        gradient = -np.array([1.0, level, np.log(deposits)]) / by_reserves
        error = float(np.sqrt(gradient @ self.covariance.to_numpy() @ gradient))
        logs = intervals(np.array([level]), np.array([error]), self.freedom)
        table = pd.DataFrame(np.exp(logs.to_numpy()), ["reserves"], logs.columns)
        table["unit"] = str(Unit.USD_BN)
        return table


def reserve_demand_semilog(
    spread: pd.Series[float],
    reserves: pd.Series[float],
    bank_deposits: pd.Series[float],
    *,
    on_rrp: pd.Series[float] | None = None,
    cosines: int | None = None,
) -> SemilogCurve:
    """Regress the spread on log reserves and log deposits.

    Parameters
    ----------
    spread : pandas.Series [bp]
        Federal funds rate less IORB, by month in the source.
    reserves : pandas.Series [USD bn]
        Reserve balances, on the same dates.
    bank_deposits : pandas.Series [USD bn]
        Deposits of commercial banks, on the same dates.
    on_rrp : pandas.Series [USD bn], optional
        Added to reserves: what money funds hold at the facility would else be deposits with
        reserves behind them.
    cosines : int, optional
        Degrees of freedom of the bands: how many slow cosines measure how long errors stay. By
        default 0.4 times the observations to the power of 2/3.

    Returns
    -------
    SemilogCurve
        ``estimates``: ``constant`` [bp], ``log_reserves`` and ``log_deposits`` [bp per log
        point], ``minus_5_percent`` [bp]: by how much the spread rises where reserves fall by
        5 % against what deposits demand. ``diagnostics``: ``r_squared``, first-order
        ``autocorrelation`` of the residuals.

    Raises
    ------
    SampleError
        Fewer than 40 complete observations, no variation, or collinear regressors.
    InvalidInputError
        Reserves are zero somewhere, which has no logarithm, or ``cosines`` are not from 1 to half
        the observations.
    UnitError, AlignmentError, TimeIndexError, InputTypeError
        As in :func:`net_liquidity`.

    Notes
    -----
    spread = constant + log_reserves * log(reserves + on_rrp) + log_deposits * log(deposits) +
    error, by least squares [lopezsalido2023]_. The slope by the ratio is log_reserves over the
    ratio: a logarithm never flattens, so it knows no satiation. Long-run variances are averages
    of squared cosine sums of the scores, their distribution Student's with as many degrees of
    freedom [lazarus2018]_. With errors that stay for months, bands of 95 % cover somewhat less.

    NaN: dates that miss a figure are left out.

    Timing: uses the whole sample given. For an estimate as of a day, give what was known.

    References
    ----------
    .. [lopezsalido2023] D. Lopez-Salido and A. Vissing-Jorgensen, "Reserve Demand, Interest
       Rate Control, and Quantitative Tightening", Federal Reserve Board, 2023.
    .. [lazarus2018] E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson, "HAR Inference:
       Recommendations for Practice", Journal of Business & Economic Statistics 36(4), 2018.

    Examples
    --------
    By month from 2009 to 2022, a fall of 5 % against deposits raises the spread by about a
    basis point, as published:

    >>> import fedliq as fl
    >>> data = fl.reserve_demand_data(fl.load_sample())["2009":"2022"].resample("MS").mean()
    >>> curve = fl.reserve_demand_semilog(
    ...     data["spread"], data["reserves"], data["bank_deposits"], on_rrp=data["on_rrp"]
    ... )
    >>> fall = curve.to_frame().drop(columns="unit").loc["minus_5_percent"]
    >>> fall[["lower_95", "estimate", "upper_95"]].round(1).tolist()
    [0.8, 0.9, 1.0]
    """
    series = {"spread": spread, "reserves": reserves, "bank_deposits": bank_deposits}
    index, (values, supply, deposits, *rest) = check_inputs(
        series if on_rrp is None else series | {"on_rrp": on_rrp}
    )
    supply = supply + rest[0] if rest else supply
    there = ~(np.isnan(values) | np.isnan(supply) | np.isnan(deposits))
    names = ", ".join((*series, "on_rrp") if rest else series)
    check_length(int(there.sum()), FEWEST_FOR_A_CURVE, names)
    empty = index[there & (supply <= 0)]
    if len(empty):
        raise InvalidInputError(f"reserves: zero on {empty[0].date()}, which has no logarithm.")
    values = values[there]
    check_spread(values)
    logs = np.log(np.column_stack([supply, deposits])[there])
    check_varied(logs, "reserves, bank_deposits")
    terms = usual_cosines(len(values), cosines)
    fitted = fit(values, np.column_stack([np.ones(len(logs)), logs]), terms)
    errors = np.sqrt(np.diag(fitted.covariance))
    estimates = intervals(
        np.append(fitted.coefficients, _FALL * fitted.coefficients[1]),
        np.append(errors, -_FALL * errors[1]),
        terms,
    )
    estimates.index = pd.Index([*_PARAMETERS, "minus_5_percent"], name="parameter")
    estimates["unit"] = ["bp", "bp per log point", "bp per log point", "bp"]
    return SemilogCurve(
        method="reserve demand, semi-logarithmic",
        estimates=estimates,
        first=index[there][0],
        last=index[there][-1],
        observations=len(values),
        specification={"on_rrp": "left out" if on_rrp is None else "added", "cosines": terms},
        diagnostics=beside_the_fit(values, fitted.residuals),
        covariance=pd.DataFrame(fitted.covariance, _PARAMETERS, _PARAMETERS),
        freedom=terms,
    )
