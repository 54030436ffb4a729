"""What 30-day federal funds futures price for the next meetings of the FOMC."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import floor, isnan, nan
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from fedliq._options import check_amount, check_choice
from fedliq._validate import check_time_index
from fedliq.calendar import ONE_DAY, ONE_MONTH, day_of
from fedliq.exceptions import InputTypeError, InvalidInputError, NotAvailableError, UnitError
from fedliq.markets.fed_funds import KnownEffr, prices_of
from fedliq.markets.rate_path import RatePath, days_at_each_rate, solve_rates
from fedliq.units import Unit, convert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from fedliq._validate import Floats

    Days = NDArray[np.datetime64]

__all__ = ["FedWatch", "meeting_probabilities"]

Distribution = dict[int, float]  # of moves of 25 bp
NewRateFrom = Literal["next day", "announcement day"]

MOVE = 25.0
_PERCENT_PER_MOVE = convert(MOVE, Unit.BASIS_POINT, Unit.PERCENT)
# The EFFR has been this far from the target range, in late 2008; a fraction for a percent is farther.
_FARTHEST = 1.0
_SMALLEST = 1e-9
_DIRECTIONS = {-1: "lower", 0: "unchanged", 1: "higher"}
_PATH = pd.Index(["before", "after", "change", "share"])
_CONTRACTS = pd.Index(["price", "implied", "path", "difference"])


@dataclass(frozen=True, slots=True, eq=False)
class FedWatch:
    """What is priced for each meeting ahead; see :func:`meeting_probabilities`.

    Attributes
    ----------
    as_of : pandas.Timestamp
        The day of the prices.
    target_range : tuple of float [percent]
        In force on it.
    path : pandas.DataFrame
        By day of announcement: ``before`` and ``after`` [percent], the expected EFFR; ``change``
        [bp]; ``share`` [fraction], of its days that the month which tells ``after`` spends at it:
        the smaller, the more a tick of the price moves the rate. NaN where the curve does not tell.
    contracts : pandas.DataFrame
        By first day of the month: ``price``; ``implied`` and ``path`` [percent], the month's
        average by the price and by the expected path; ``difference`` [bp] of the two. ``path``
        is NaN where a rate is not known, and in a month that saw the one before ``as_of``'s.
    not_told : mapping of Timestamp to str
        Meetings that the curve does not tell, and why. Those beyond its end are here alone.
    """

    as_of: pd.Timestamp
    target_range: tuple[float, float]
    path: pd.DataFrame
    contracts: pd.DataFrame
    not_told: Mapping[pd.Timestamp, str]

    @property
    def moves(self) -> pd.DataFrame:
        """Probabilities of each change at one meeting.

        Returns
        -------
        pandas.DataFrame [fraction]
            A row a meeting, NaN where it is not told; columns are changes in basis points.
        """
        rows = [_split(change) for change in self.path["change"].tolist()]
        return self._frame(rows, lambda move: int(MOVE * move))

    @property
    def ranges(self) -> pd.DataFrame:
        """Probabilities of the target range after each meeting, moves taken as independent.

        Returns
        -------
        pandas.DataFrame [fraction]
            A row a meeting, NaN from the first that is not told on; columns are ranges in
            percent such as ``"3.75-4.00"``.
        """
        return self._frame(self._reached(), self._label)

    @property
    def nearest_ranges(self) -> pd.DataFrame:
        """Probabilities of the target range, where only those next to the expected rate can be.

        Returns
        -------
        pandas.DataFrame [fraction]
            As ``ranges``.
        """
        changes = self.path["change"].cumsum(skipna=False)
        return self._frame([_split(change) for change in changes.tolist()], self._label)

    @property
    def directions(self) -> pd.DataFrame:
        """Probabilities that the range after each meeting is lower, unchanged or higher.

        Returns
        -------
        pandas.DataFrame [fraction]
            ``lower``, ``unchanged``, ``higher`` than the range in force on ``as_of``; sums of
            ``ranges``.
        """
        rows = []
        for reached in self._reached():
            row = dict.fromkeys(_DIRECTIONS, 0.0 if reached else nan)
            for move, part in reached.items():
                row[(move > 0) - (move < 0)] += part
            rows.append(row)
        return pd.DataFrame(rows, self.path.index).rename(columns=_DIRECTIONS)

    def to_frame(self) -> pd.DataFrame:
        """Lay out ``ranges`` in rows.

        Returns
        -------
        pandas.DataFrame
            ``meeting``, ``range`` [percent], ``probability`` [fraction]; ranges that cannot
            occur are left out.
        """
        rows = self.ranges.rename_axis(columns="range").reset_index()
        long = rows.melt("meeting", value_name="probability")
        likely = long[long["probability"] > 0]
        return likely.sort_values("meeting", kind="stable").reset_index(drop=True)

    def _reached(self) -> list[Distribution]:
        """Return the moves since ``as_of`` after each meeting, nothing where one is not told."""
        return list(accumulate(map(_split, self.path["change"].tolist()), _followed_by))

    def _label(self, move: int) -> str:
        low, high = (bound + move * _PERCENT_PER_MOVE for bound in self.target_range)
        return f"{low:.2f}-{high:.2f}"

    def _frame(
        self, rows: Sequence[Distribution], label: Callable[[int], int | str]
    ) -> pd.DataFrame:
        possible = [move for row in rows for move in row]
        first, last = min(possible, default=0), max(possible, default=-1)
        values = np.zeros((len(rows), last + 1 - first))
        for at, row in enumerate(rows):
            values[at, [move - first for move in row]] = list(row.values())
            if not row:
                values[at] = np.nan
        return pd.DataFrame(
            values, self.path.index, [label(move) for move in range(first, last + 1)]
        )


def meeting_probabilities(
    futures: pd.Series[float],
    meetings: pd.DatetimeIndex,
    effr: pd.Series[float],
    *,
    as_of: str | date | pd.Timestamp,
    target_range: tuple[float, float],
    new_rate_from: NewRateFrom = "next day",
) -> FedWatch:
    """Read the probabilities of target ranges off 30-day federal funds futures.

    Parameters
    ----------
    futures : pandas.Series [price]
        Settlement prices of one day, by month: a ``PeriodIndex``, or a ``DatetimeIndex`` with
        one day a month; ``fl.contract_months`` makes one of symbols. NaN counts as not priced.
    meetings : pandas.DatetimeIndex
        Days of announcement, without a gap from at least one meeting before ``as_of`` on: every
        month between two of them counts as one without a meeting.
    effr : pandas.Series [percent]
        Daily, up to the day before ``as_of``; what comes later is not used. Tells the rate
        before the first meeting where no contract does.
    as_of : str, date or Timestamp
        The day of the prices. A meeting on it is still ahead: its old rate holds until midnight.
    target_range : (float, float) [percent]
        In force on ``as_of``; of any width.
    new_rate_from : {"next day", "announcement day"}, default "next day"
        The first day of the new rate. On the day after the announcement decisions take effect;
        the CME's tool counts so, while its older worksheets count the day of the announcement.

    Returns
    -------
    FedWatch
        Moves of each meeting, target ranges after it, the expected path, and how the contracts
        fit it.

    Raises
    ------
    InvalidInputError
        No meeting lies before, or none after, ``as_of``; a month has two prices; the range is
        upside down.
    NotAvailableError
        No month from that of the next meeting on has a price.
    UnitError
        A price is none, or the range lies far from the EFFR.
    TimeIndexError, InputTypeError
        An index holds no months, or something is of the wrong kind.

    Notes
    -----
    A price is 100 less the average EFFR of its month, and every change is a multiple of 25 bp
    that the EFFR follows in full [cme]_. A month at one rate tells it. From there the months with
    a meeting are solved backward, each for the rate before its meeting; only where no later month
    helps, forward for the rate after it. Where this month's meeting is ahead and the month before
    had none, its realised average is the rate before, as its contract was settled. Where no month
    tells the rate before the first meeting, the last EFFR does.

    The contract of a meeting between two months at one rate is then not needed: ``contracts``
    shows by how much it differs. A month that saw the rate before the last meeting is not used,
    nor are months after the last meeting given, which may have one.

    An expected change is split between the two neighbouring multiples of 25 bp. ``moves`` holds
    these splits, ``ranges`` their convolution (the CME's "conditional" view), ``nearest_ranges``
    the split of the whole change since ``as_of`` (its "aggregated" view [cme2024]_). In all of
    them the expected rate is that of the futures. Prices hold premia for risk, so these are the
    probabilities of a market that asks for none.

    NaN: a meeting whose rate before or after is not told; ``ranges`` also after it.

    Timing: prices of the day ``as_of`` and the EFFR of the days before it.

    References
    ----------
    .. [cme] CME Group, "Fed Funds Futures Probability Tree Calculator".
    .. [cme2024] CME Group, "The CME FedWatch Tool Aggregated Enhancement Explained", 2024.

    Examples
    --------
    The CME's own example of its two views: half a move in June, another half in July, both on
    the first of the month, so that each contract is at one rate.

    >>> import pandas as pd
    >>> import fedliq as fl
    >>> watch = fl.meeting_probabilities(
    ...     pd.Series([94.875, 94.75, 94.625], pd.period_range("2024-05", "2024-07", freq="M")),
    ...     pd.DatetimeIndex(["2024-03-20", "2024-06-01", "2024-07-01"]),
    ...     pd.Series([5.12], pd.DatetimeIndex(["2024-04-30"])),
    ...     as_of="2024-05-01",
    ...     target_range=(5.0, 5.25),
    ...     new_rate_from="announcement day",
    ... )
    >>> watch.ranges.loc["2024-07-01"].to_dict()
    {'5.00-5.25': 0.25, '5.25-5.50': 0.5, '5.50-5.75': 0.25}
    >>> watch.nearest_ranges.loc["2024-07-01"].to_dict()
    {'5.00-5.25': 0.0, '5.25-5.50': 1.0}
    """
    check_choice(new_rate_from, get_args(NewRateFrom), "new_rate_from")
    day = day_of(as_of, "as_of")
    announced = check_time_index(meetings, "meetings").to_numpy().astype("datetime64[D]")
    known = KnownEffr.on(effr, day)
    bounds = _check_range(target_range, known)
    past, ahead = _past_and_ahead(announced, day)
    months, prices = _curve(prices_of(futures), day, ahead)
    on_curve = ahead.astype("datetime64[M]") <= months[-1]
    beyond, ahead = ahead[~on_curve], ahead[on_curve]
    lag = ONE_DAY * (new_rate_from == "next day")
    days = days_at_each_rate(months, ahead + lag)
    clean = months.astype("datetime64[D]") >= past[-1] + lag
    averages = np.where(clean, 100.0 - prices, nan).tolist()
    # Where this month's meeting is ahead, last month's contract tells the rate before it: it was
    # settled by the EFFR as it came, which changes on the day after a meeting.
    in_force_since = past[-1] + ONE_DAY
    last_month = months[0] - ONE_MONTH
    settled = len(days[0]) > 1 and last_month.astype("datetime64[D]") >= in_force_since
    solved = solve_rates(
        [known.month_average(last_month) if settled else nan, *averages],
        [{0: 1}, *days],
        len(ahead),
        known.in_force(day, in_force_since),
    )
    return FedWatch(
        as_of=pd.Timestamp(day),
        target_range=bounds,
        path=_path(ahead, solved),
        contracts=_contracts(months, prices, days, clean, solved.rates),
        not_told=_not_told(ahead, months, prices, solved.rates)
        | {pd.Timestamp(meeting): f"the prices end with {months[-1]}" for meeting in beyond},
    )


def _curve(contracts: tuple[Days, Floats], day: np.datetime64, ahead: Days) -> tuple[Days, Floats]:
    """Return this month and those after it up to the end of curve or calendar, and the prices."""
    priced, given = contracts
    meeting_months = ahead.astype("datetime64[M]")
    if not len(priced) or priced[-1] < meeting_months[0]:
        raise NotAvailableError(
            f"futures: no month from {meeting_months[0]} on has a price, so that the meeting of "
            f"{ahead[0]} is not told."
        )
    last = min(priced[-1], meeting_months[-1])
    months = np.arange(day.astype("datetime64[M]"), last + ONE_MONTH)
    prices = np.full(len(months), nan)
    inside = np.isin(priced, months)
    prices[np.searchsorted(months, priced[inside])] = given[inside]
    return months, prices


def _past_and_ahead(announced: Days, day: np.datetime64) -> tuple[Days, Days]:
    past, ahead = announced[announced < day], announced[announced >= day]
    if not len(past):
        raise InvalidInputError(
            f"meetings: none lies before {day}, so it is not known which months before the first "
            "had none. Give the one before as well."
        )
    if not len(ahead):
        raise InvalidInputError(
            f"meetings: none lies on {day} or after it; the last is {past[-1]}."
        )
    return past, ahead


def _check_range(target_range: object, known: KnownEffr) -> tuple[float, float]:
    if not isinstance(target_range, (tuple, list)) or len(target_range) != 2:  # noqa: PLR2004
        raise InputTypeError(
            f"target_range: expected (low, high) in percent, such as (3.75, 4.0); got "
            f"{target_range!r}."
        )
    low, high = (check_amount(bound, "rate", "target_range") for bound in target_range)
    if low > high:
        raise InvalidInputError(f"target_range: {low:g} lies above {high:g}; give (low, high).")
    if len(known.rates) and not low - _FARTHEST <= known.rates[-1] <= high + _FARTHEST:
        raise UnitError(
            f"target_range: ({low:g}, {high:g}) lies far from the EFFR of {known.rates[-1]:g} "
            f"percent on {known.days[-1]}; expected the range in force on as_of, in percent."
        )
    return low, high


def _path(ahead: Days, solved: RatePath) -> pd.DataFrame:
    before, after = np.array(solved.rates[:-1]), np.array(solved.rates[1:])
    change = convert(after - before, Unit.PERCENT, Unit.BASIS_POINT)
    return pd.DataFrame(
        np.column_stack([before, after, change, solved.shares[1:]]),
        pd.DatetimeIndex(ahead.astype("datetime64[ns]"), name="meeting"),
        _PATH,
    )


def _contracts(
    months: Days,
    prices: Floats,
    days: Sequence[Mapping[int, int]],
    clean: NDArray[np.bool_],
    rates: Sequence[float],
) -> pd.DataFrame:
    """Compare what each contract implies with the average of the expected path."""
    averages = [
        sum(rates[rate] * held for rate, held in month.items()) / sum(month.values())
        for month in days
    ]
    implied, path = 100.0 - prices, np.where(clean, averages, nan)
    # Of a month that was solved the difference is the rounding of a machine.
    difference = convert(implied - path, Unit.PERCENT, Unit.BASIS_POINT).round(9)
    return pd.DataFrame(
        np.column_stack([prices, implied, path, difference]),
        pd.DatetimeIndex(months.astype("datetime64[ns]"), name="month"),
        _CONTRACTS,
    )


def _not_told(
    ahead: Days, months: Days, prices: Floats, rates: Sequence[float]
) -> dict[pd.Timestamp, str]:
    """Say of each meeting whose change the curve does not tell why that is so."""
    reasons = {}
    for at, (before, after) in enumerate(pairwise(rates)):
        if not isnan(before) and not isnan(after):
            continue
        span = ahead[[at, min(at + 1, len(ahead) - 1)]].astype("datetime64[M]")
        lacking = months[(months >= span[0]) & (months <= span[1]) & np.isnan(prices)]
        if isnan(before):
            reason = "the rate before it is not told"
        elif len(lacking):
            reason = f"no price for {', '.join(lacking.astype(str))}"
        else:
            reason = "no month with a price tells the rate after it from those around it"
        reasons[pd.Timestamp(ahead[at])] = reason
    return reasons


def _split(change: float) -> Distribution:
    """Share a change [bp] out between the two neighbouring multiples of 25 bp; of NaN, nothing."""
    if isnan(change):
        return {}
    moves = change / MOVE
    lower = floor(moves + _SMALLEST)
    upper_part = moves - lower
    if upper_part < _SMALLEST:
        return {lower: 1.0}
    return {lower: 1.0 - upper_part, lower + 1: upper_part}


def _followed_by(reached: Distribution, step: Distribution) -> Distribution:
    """Add an independent move to those before it; where either is not known, neither is the sum."""
    total: Distribution = {}
    for before, likely in reached.items():
        for move, part in step.items():
            total[before + move] = total.get(before + move, 0.0) + likely * part
    return total
