"""The record of decisions as one schedule that can be asked, cut and added to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_choice, check_number
from fedliq.calendar import ONE_DAY, day_of
from fedliq.exceptions import InvalidInputError
from fedliq.policy.rows import DECISIONS, PERIODS, checked_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    Day = str | date | pd.Timestamp
    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]

__all__ = ["DAYS_IN_MONTH", "PolicySchedule"]

DAYS_IN_MONTH = 365.25 / 12


class PolicySchedule:
    """Decisions on the balance sheet and the administered rates, in order of time.

    Build it from the record with ``fl.policy_schedule()`` and change it with the methods
    below: each returns a new schedule.

    Parameters
    ----------
    decisions : pandas.DataFrame
        A row for each decision: ``announced`` and ``effective`` day, ``until`` (the last day
        of a purchase period), ``decision`` (one of ``fl.DECISIONS``), ``value``, ``unit``,
        ``confidence`` ("primary", "secondary", "inferred" or "assumed") and ``source``. Rows of
        one decision are in order of their effective day.
    first, last : str, date or Timestamp
        Between these days the schedule is complete: what it does not say did not happen.

    Raises
    ------
    InvalidInputError
        A row is not what its decision needs, rows are out of order, or purchase periods
        overlap.
    InputTypeError
        ``decisions`` is no DataFrame.

    Notes
    -----
    A decision holds until the next of its kind, a purchase period until its last day. What a
    user assumes has no announcement (NaT), and :meth:`as_known_on` drops it.

    ``treasury_cap`` and ``agency_cap`` are what may leave the balance sheet in a calendar
    month; that of Treasuries is read on the first day of the month. MBS may fall by at most
    ``mbs_ceiling``; what they fall by beyond the agency cap goes into Treasuries, the share
    ``agency_into_bills`` of it into bills. ``treasury_pace`` is what net purchases add until
    further notice, the share ``pace_into_bills`` of it in bills; ``purchases_without_amount``
    is 1 where purchases run whose amount was not announced.

    A schedule does not change: what it hands out is a copy.

    Examples
    --------
    >>> import fedliq as fl
    >>> schedule = fl.policy_schedule()
    >>> schedule.at("2024-07-01")[["treasury_cap", "agency_cap"]].tolist()
    [25.0, 35.0]
    >>> schedule.as_known_on("2024-04-30").at("2024-07-01")["treasury_cap"].item()
    60.0

    What if run-off returned in January 2027, or 20 billion a month were bought from November?

    >>> what_if = schedule.with_caps("2027-01-01", treasury=25, agency=35)
    >>> what_if.at("2027-03-01")["treasury_cap"].item()
    25.0
    >>> schedule.with_purchases("2026-11-01", 20).at("2027-03-01")["assumed_purchases"].item()
    20.0
    """

    __slots__ = ("_first", "_held", "_last", "_rows")

    def __init__(self, decisions: pd.DataFrame, first: Day, last: Day) -> None:
        self._rows = rows = checked_rows(decisions)
        self._first, self._last = (
            pd.Timestamp(day_of(day, name)) for day, name in ((first, "first"), (last, "last"))
        )
        if self._last < self._first:
            raise InvalidInputError(f"last: expected a day from {first}, got {last}.")
        # Each decision's days and values, ready to be searched.
        days = (rows[name].to_numpy().astype("datetime64[D]") for name in ("effective", "until"))
        effective, until, values = (*days, rows["value"].to_numpy())
        self._held: dict[str, tuple[Days, Days, Floats]] = {}
        for name in DECISIONS:
            of = rows["decision"].to_numpy() == name
            self._held[name] = effective[of], until[of], values[of]

    def __repr__(self) -> str:
        return (
            f"PolicySchedule({len(self._rows)} decisions, complete from {self._first.date()} to "
            f"{self._last.date()})"
        )

    @property
    def first(self) -> pd.Timestamp:
        """First day on which the schedule is complete."""
        return self._first

    @property
    def last(self) -> pd.Timestamp:
        """Last day on which the schedule is complete."""
        return self._last

    @property
    def decisions(self) -> pd.DataFrame:
        """The decisions, as a table of your own."""
        return self._rows.copy()

    def to_frame(self) -> pd.DataFrame:
        """Return the decisions as a table of your own."""
        return self._rows.copy()

    def at(self, day: Day) -> pd.Series[float]:
        """Return what is in force on a day.

        Parameters
        ----------
        day : str, date or Timestamp

        Returns
        -------
        pandas.Series
            A value for each of ``fl.DECISIONS``, in its unit; NaN for what is not in force.
        """
        when = np.asarray([day_of(day, "day")])
        values = {name: float(self.in_force(name, when)[0]) for name in DECISIONS}
        return pd.Series(values, name=pd.Timestamp(when[0]))

    def between(self, start: Day, end: Day) -> pd.DataFrame:
        """Return the decisions that take effect from ``start`` to ``end``, both included."""
        first, last = (
            pd.Timestamp(day_of(day, name)) for day, name in ((start, "start"), (end, "end"))
        )
        effective = self._rows["effective"]
        return self._rows[(effective >= first) & (effective <= last)].reset_index(drop=True)

    def as_known_on(self, day: Day) -> PolicySchedule:
        """Return the schedule as it had been announced by the end of a day.

        Parameters
        ----------
        day : str, date or Timestamp

        Returns
        -------
        PolicySchedule
            Without what was announced later, and without what a user assumed.

        Raises
        ------
        InvalidInputError
            The day lies before the schedule.
        """
        when = pd.Timestamp(day_of(day, "day"))
        if when < self.first:
            raise InvalidInputError(
                f"day: {when.date()} lies before the schedule, which begins on {self.first.date()}."
            )
        known = self._rows[self._rows["announced"] <= when]
        return PolicySchedule(known, self._first, min(self._last, when))

    def with_caps(
        self, effective: Day, *, treasury: float | None = None, agency: float | None = None
    ) -> PolicySchedule:
        """Assume other redemption caps from a day on.

        Parameters
        ----------
        effective : str, date or Timestamp
            First day of a month; what the schedule says of caps from then on is dropped.
        treasury, agency : float [USD bn per month], optional
            One left out stays as it is. Agency principal above its cap goes into
            Treasuries, as since June 2024. Infinity: no cap.

        Returns
        -------
        PolicySchedule

        Raises
        ------
        InvalidInputError
            The day is not the first of a month, or a cap is negative.
        """
        when = day_of(effective, "effective")
        if when != when.astype("datetime64[M]"):
            raise InvalidInputError(
                f"effective: caps are for calendar months, so expected the first day of one, got "
                f"{when}."
            )
        for name, cap in (("treasury", treasury), ("agency", agency)):
            if cap is not None and not (isinstance(cap, float) and cap == np.inf):
                check_number(cap, name)
        caps = {"treasury_cap": treasury, "agency_cap": agency}
        if agency is not None:
            caps |= {"mbs_ceiling": np.inf}
        return self._assume(
            effective, {name: one for name, one in caps.items() if one is not None}
        )

    def with_purchases(self, start: Day, per_month: float) -> PolicySchedule:
        """Assume purchases of Treasury bills from a day on, until further notice.

        Parameters
        ----------
        start : str, date or Timestamp
            First day, after the last announced period in which something is bought; what was
            assumed from then on is dropped.
        per_month : float [USD bn per month]

        Returns
        -------
        PolicySchedule

        Raises
        ------
        InvalidInputError
            A period in which something is bought is announced for the day or later.
        """
        check_number(per_month, "per_month")
        return self._assume(pd.Timestamp(day_of(start, "start")), {"assumed_purchases": per_month})

    def holding_purchases(self) -> PolicySchedule:
        """Assume that purchases go on at the pace of the last announced period.

        Nothing is added where purchases are assumed already, or a pace announced later has
        taken the place of periods.
        """
        begun, ended, amounts = self._held[PERIODS]
        paced = self._held["treasury_pace"][0]
        if (
            not len(begun)
            or len(self._held["assumed_purchases"][0])
            or (len(paced) and paced[-1] > begun[-1])
        ):
            return self
        # A period is about a month; one of two holds two months' purchases.
        months = max(round(((ended[-1] - begun[-1]) / ONE_DAY + 1) / DAYS_IN_MONTH), 1)
        after = pd.Timestamp(ended[-1] + ONE_DAY)
        return self.with_purchases(after, float(amounts[-1]) / months)

    def _assume(self, effective: Day, values: Mapping[str, float]) -> PolicySchedule:
        when = pd.Timestamp(day_of(effective, "effective"))
        rows = self._rows
        for name, value in values.items():
            dropped = (rows["decision"] == name) & (rows["effective"] >= when)
            new = pd.DataFrame(
                {
                    "announced": [pd.NaT],
                    "effective": [when],
                    "until": [pd.NaT],
                    "decision": [name],
                    "value": [float(value)],
                    "unit": [DECISIONS[name]],
                    "confidence": ["assumed"],
                    "source": ["assumed"],
                }
            ).astype({"announced": rows["announced"].dtype, "until": rows["until"].dtype})
            rows = pd.concat([rows[~dropped], new], ignore_index=True)
        return PolicySchedule(rows, self._first, self._last)

    def in_force(self, decision: str, days: Days | pd.DatetimeIndex) -> Floats:
        """Return a decision on each day of an index; NaN where none is in force.

        Parameters
        ----------
        decision : str
            One of ``fl.DECISIONS``.
        days : pandas.DatetimeIndex or numpy.ndarray of datetime64

        Returns
        -------
        numpy.ndarray
            In the decision's unit.
        """
        check_choice(decision, tuple(DECISIONS), "decision")
        days = np.asarray(days, dtype="datetime64[D]")
        effective, until, values = self._held[decision]
        if not len(effective):
            return np.full(len(days), np.nan)
        position = np.searchsorted(effective, days, side="right") - 1
        in_force = (position >= 0) & ~np.isnat(days)
        if decision == PERIODS:
            in_force &= days <= until[position]
        return np.where(in_force, values[position], np.nan)

    def purchased(self, days: Days) -> dict[str, Floats]:
        """Split purchases evenly over calendar days: what each of the days given adds.

        Returns
        -------
        dict of str to numpy.ndarray [USD bn a day]
            ``treasuries_announced`` (periods and paces), ``treasuries_assumed``,
            ``mbs_announced``; and the Treasuries once more as ``bills`` and ``coupons``.
        """
        periods = np.zeros(len(days))
        for first, last, amount in zip(*self._held[PERIODS], strict=True):
            length = (last - first) / ONE_DAY + 1
            periods[(days >= first) & (days <= last)] += amount / length
        pace, mbs, assumed = (
            np.nan_to_num(self.in_force(name, days)) / DAYS_IN_MONTH
            for name in ("treasury_pace", "mbs_pace", "assumed_purchases")
        )
        paced_bills = pace * np.nan_to_num(self.in_force("pace_into_bills", days))
        return {
            "treasuries_announced": periods + pace,
            "treasuries_assumed": assumed,
            "mbs_announced": mbs,
            "bills": periods + assumed + paced_bills,
            "coupons": pace - paced_bills,
        }
