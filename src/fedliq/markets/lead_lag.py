"""Does liquidity lead a price? Correlations at every lead, and what a search over them finds by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_whole
from fedliq._validate import check_length, check_regular, check_series
from fedliq.alignment import check_available
from fedliq.exceptions import InputTypeError, InvalidInputError, SampleError
from fedliq.markets.changes import (
    LATEST,
    Changes,
    changes_over,
    check_horizon,
    levels_of,
    warn_if_wandering,
)
from fedliq.markets.correlation import correlate
from fedliq.markets.search import BlockBootstrap, Search, correlations_by_chance, pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = ["LeadLag", "lead_lag"]

FEWEST_PAIRS = 30
_PARTS = 3
_LEVEL = 0.95
_ALL_BUT_ONE = 1 - 1e-9
_PROFILE = ["correlation", "lower_95", "upper_95", "p_value", "critical"]
_BY_PART = ["first", "last", "at_best", "lower_95", "upper_95", "own_best", "own_correlation"]


@dataclass(frozen=True, slots=True, eq=False)
class LeadLag:
    """Correlations at every lead, and how they stand up; see :func:`lead_lag`.

    Attributes
    ----------
    profile : pandas.DataFrame
        By lead, in observations of liquidity, positive where it comes first: ``correlation``;
        ``lower_95``, ``upper_95`` and ``p_value``, as if this lead alone had been looked at;
        ``critical``: 95 % of searches over series without any correlation stay within it at every
        lead; ``corrected_p_value``, for the search; ``observations``.
    best : int
        The lead whose correlation stands out farthest from chance.
    largest : pandas.Series
        Of each draw, the correlation that stands out farthest, in standard deviations of chance.
    parts : pandas.DataFrame
        By third of the sample: ``first``, ``last``, ``at_best`` with ``lower_95`` and
        ``upper_95``: the correlation at ``best``; ``own_best`` and ``own_correlation``: the
        largest of the third, and its lead.
    specification : mapping of str to object
        Every choice that made it.
    """

    profile: pd.DataFrame
    best: int
    largest: pd.Series[float]
    parts: pd.DataFrame
    specification: Mapping[str, object]

    def to_frame(self) -> pd.DataFrame:
        """Return the profile as a frame of its own.

        Returns
        -------
        pandas.DataFrame
            As ``profile``.
        """
        return self.profile.copy()

    def summary(self) -> str:
        """Put the search into a few lines of text.

        Returns
        -------
        str
            The largest correlation, what it is worth after the search, and how it did in thirds
            of the sample.
        """
        row = self.profile.loc[self.best]
        chosen = ", ".join(f"{name} {value}" for name, value in self.specification.items())
        lines = [
            (
                f"of {len(self.profile)} correlations {row['correlation']:+.2f} at lead {self.best} "
                f"stands out most, {row['observations']:.0f} observations"
            ),
            f"specification: {chosen}",
            (
                f"p-value {row['p_value']:.3f} for this lead alone, "
                f"{row['corrected_p_value']:.3f} after a search over all, which by chance stays "
                f"within {row['critical']:.2f} here in 95 % of cases"
            )
            if len(self.largest)
            else "levels that wander: no significance can be given",
        ]
        lines += [
            f"{part.first:%Y-%m-%d} to {part.last:%Y-%m-%d}: {part.at_best:+.2f} at lead {self.best}, "
            f"largest {part.own_correlation:+.2f} at lead {part.own_best}"
            for part in self.parts.itertuples()
        ]
        return "\n".join(lines)


def lead_lag(
    liquidity: pd.Series[float],
    price: pd.Series[float],
    *,
    leads: Iterable[int],
    available: pd.DatetimeIndex,
    horizon: int = 4,
    changes: Changes = "log",
    overlapping: bool = True,
    bootstrap: BlockBootstrap = BlockBootstrap(),  # noqa: B008 - frozen
) -> LeadLag:
    """Correlate changes of liquidity with later changes of a price, and correct for the search.

    Parameters
    ----------
    liquidity : pandas.Series [any unit]
        By week, or on another regular index; for instance :func:`net_liquidity`.
    price : pandas.Series [any unit]
        By day, at its close.
    leads : iterable of int
        Observations of liquidity by which it comes first; negative, by which the price does.
        Give all that were looked at: the correction is for these.
    available : pandas.DatetimeIndex
        When each observation of liquidity became public, as :func:`release_time` gives it.
    horizon : int, default 4
        Observations of liquidity over which changes are taken. 0 compares levels.
    changes : {"log", "difference"}, default "log"
        Changes of logarithms, or of the values as they are. For one of each, take the logarithm
        of one yourself.
    overlapping : bool, default True
        Use the change up to every observation; else only every ``horizon``-th, back from the last
        that has one. Where blocks begin matters: other beginnings are as good.
    bootstrap : BlockBootstrap, default ``BlockBootstrap()``
        How the distribution of the largest correlation is drawn.

    Returns
    -------
    LeadLag
        The correlation at each lead, its significance alone and after the search, the largest
        of them, and how that did in thirds of the sample.

    Raises
    ------
    SampleError
        A lead leaves fewer than 30 observations, or one of the two stands still.
    InvalidInputError
        A value has no logarithm, a lead is given twice or none is, or a number is out of range.
    AlignmentError
        ``available`` does not belong to the rows, or the dates of liquidity are not regular.
    MissingExtraError
        ``jobs`` are asked for without joblib.
    TimeIndexError, InputTypeError
        As in :func:`align`.

    Warns
    -----
    TrendingLevelsWarning
        ``horizon`` is 0 and a level wanders; no significance is given then.

    Notes
    -----
    Each figure meets the first close after the day on which it came out, so that nothing is known
    before it was; ``lead`` rows later the price's change up to its own close is taken, over as
    many weeks. ``p_value`` and bands are those of one correlation, with a long-run variance by
    slow cosines [lazarus2018]_, which allows for the overlap. Whoever looks at many leads and
    quotes the best finds a correlation where there is none. ``corrected_p_value`` is the share
    of searches over the same leads, with the signs of blocks of the price's steps drawn at
    random [shao2010]_, in which some correlation stands out as far, each in standard deviations
    of what chance does at its lead. It holds where the price's steps have no memory beyond a
    block, whatever memory liquidity has, and where storms hit both at once.

    NaN: an observation without a figure, or without a price within a week of it, is left out.

    Timing: by ``available``. Figures as last revised were not known as such.

    References
    ----------
    .. [lazarus2018] E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson, "HAR Inference:
       Recommendations for Practice", Journal of Business & Economic Statistics 36(4), 2018.
    .. [shao2010] X. Shao, "The Dependent Wild Bootstrap", Journal of the American Statistical
       Association 105(489), 2010.

    Examples
    --------
    A price that follows liquidity by two weeks, and noise:

    >>> import numpy as np, pandas as pd
    >>> import fedliq as fl
    >>> rng = np.random.default_rng(1)
    >>> weeks = pd.date_range("2020-01-01", periods=300, freq="W-WED")
    >>> steps = rng.normal(0, 0.01, 300)
    >>> liquidity = pd.Series(6000 * np.exp(steps.cumsum()), weeks)
    >>> followed = np.roll(steps, 2) + rng.normal(0, 0.01, 300)
    >>> price = pd.Series(100 * np.exp(followed.cumsum()), weeks + pd.Timedelta(days=2))
    >>> found = fl.lead_lag(
    ...     liquidity, price, leads=range(9), available=weeks + pd.Timedelta("1D 16:30:00")
    ... )
    >>> found.best, bool(found.profile.loc[2, "corrected_p_value"] < 0.001)
    (2, True)
    """
    wanted = _check_leads(leads)
    horizon = check_horizon(horizon)
    if not isinstance(overlapping, bool):
        raise InputTypeError(f"overlapping: expected True or False, got {overlapping!r}.")
    if not isinstance(bootstrap, BlockBootstrap):
        raise InputTypeError(
            f"bootstrap: expected a BlockBootstrap, got {type(bootstrap).__name__}."
        )
    index, figures = check_series(liquidity, "liquidity")
    check_regular(index, "liquidity")
    dates, closes = check_series(price, "price")
    public = check_available(available, index).normalize()
    closes = levels_of(closes, dates, "price", changes, horizon)
    levels = {
        "liquidity": levels_of(figures, index, "liquidity", changes, horizon),
        "price": _first_after(public, dates, closes),
    }
    wanders = horizon == 0 and warn_if_wandering(levels)
    one, other = (changes_over(level, horizon) for level in levels.values())
    rows = np.flatnonzero(~np.isnan(one))
    if not overlapping and len(rows):
        rows = np.arange(rows[-1], -1, -max(horizon, 1))[::-1]
    shared = horizon if overlapping else 1
    profile = _profile(one, other, rows, wanted, shared, significance=not wanders)
    stands_out, largest = profile["correlation"].abs().to_numpy(), np.empty(0)
    if not wanders:
        search = Search.over(one, ~np.isnan(other), rows, wanted)
        drawn = _by_chance(search, levels["price"], horizon, bootstrap)
        # The search as it came is one of those that chance could have made.
        by_chance = np.sqrt((np.vstack([drawn, stands_out]) ** 2).mean(axis=0))
        largest = np.abs(drawn / by_chance).max(axis=1)
        stands_out = stands_out / by_chance
        profile["critical"] = np.quantile(largest, _LEVEL) * by_chance
        # Draws that turn no sign, or all, are the search as it came, but for the last bits.
        reached = largest >= stands_out[:, None] * _ALL_BUT_ONE
        profile["corrected_p_value"] = (1 + reached.sum(axis=1)) / (1 + len(largest))
    best = wanted[int(stands_out.argmax())]
    return LeadLag(
        profile=profile,
        best=best,
        largest=pd.Series(largest, name="largest"),
        parts=_parts(index, one, other, rows, wanted, best, shared, significance=not wanders),
        specification={
            "horizon": horizon,
            "changes": changes,
            "overlapping": overlapping,
            "draws": bootstrap.draws,
            "block": bootstrap.block_of(len(index)),
            "seed": bootstrap.seed,
        },
    )


def _check_leads(leads: Iterable[int]) -> list[int]:
    try:
        wanted = [check_whole(lead, "leads") for lead in leads]
    except TypeError as error:
        raise InputTypeError(
            f"leads: expected whole numbers such as range(27), got {leads!r}."
        ) from error
    if not wanted or len(set(wanted)) < len(wanted):
        raise InvalidInputError(f"leads: expected each lead once and at least one, got {wanted}.")
    return sorted(wanted)


def _first_after(public: pd.DatetimeIndex, dates: pd.DatetimeIndex, closes: Floats) -> Floats:
    """Return the first close after each day, NaN where none follows within a week."""
    there = ~np.isnan(closes)
    dates, closes = dates[there], closes[there]
    first = dates.searchsorted(public, side="right")
    found = np.full(len(public), np.nan)
    inside = first < len(dates)
    inside[inside] = dates[first[inside]] - public[inside] <= LATEST
    found[inside] = closes[first[inside]]
    return found


def _profile(
    one: Floats,
    other: Floats,
    rows: NDArray[np.int64],
    leads: list[int],
    shared: int,
    *,
    significance: bool,
) -> pd.DataFrame:
    profile, counted = [], []
    for lead in leads:
        within = abs(lead) < len(one)
        mine = pairs(one, ~np.isnan(other), rows, lead) if within else rows[:0]
        check_length(len(mine), FEWEST_PAIRS, f"liquidity, price, at lead {lead}")
        found = correlate(one[mine], other[mine + lead], shared)
        if np.isnan(found.estimates):
            raise SampleError("liquidity, price: one of them stands still, so nothing correlates.")
        alone = (*found.bounds(), found.p_values()) if significance else (np.nan,) * 3
        profile.append((found.estimates, *alone, np.nan))
        counted.append(len(mine))
    frame = pd.DataFrame(profile, pd.Index(leads, name="lead"), _PROFILE, dtype=float)
    return frame.assign(corrected_p_value=np.nan, observations=counted)


def _by_chance(search: Search, price: Floats, horizon: int, bootstrap: BlockBootstrap) -> Floats:
    """Draw the correlations of the same search with a price whose steps turn at random."""
    steps = changes_over(price, min(horizon, 1))
    known = ~np.isnan(steps)
    steps = np.where(known, steps - steps[known].mean(), 0.0)
    return correlations_by_chance(search, steps, max(horizon, 1), bootstrap)


def _parts(
    index: pd.DatetimeIndex,
    one: Floats,
    other: Floats,
    rows: NDArray[np.int64],
    leads: list[int],
    best: int,
    shared: int,
    *,
    significance: bool,
) -> pd.DataFrame:
    """Look at the search again in thirds of the sample, each by its own observations."""
    there, moves = ~np.isnan(other), np.nan_to_num(other)
    parts = []
    for part in np.array_split(pairs(one, there, rows, best), _PARTS):
        found = correlate(one[part], other[part + best], shared)
        bounds = found.bounds() if significance else (np.nan, np.nan)
        enough = [
            lead for lead in leads if len(pairs(one, there, part, lead)) * _PARTS >= FEWEST_PAIRS
        ]
        own = Search.over(one, there, part, enough).correlations(moves)
        # Where one of the two stands still in a third, nothing is found there.
        at = int(np.nan_to_num(np.abs(own)).argmax())
        parts.append(
            (index[part[0]], index[part[-1]], found.estimates, *bounds, enough[at], own[at])
        )
    return pd.DataFrame(parts, columns=_BY_PART)
