"""Where published figures meet the projection: opening sheets, histories, the outlook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_threshold
from fedliq._validate import check_time_index
from fedliq.alignment import align, no_figures
from fedliq.calendar import day_of
from fedliq.data.dataset import check_dataset
from fedliq.data.sample import load_sample_holdings, load_sample_maturities
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.policy.schedule import PolicySchedule
from fedliq.projection.backtest import standard_assumptions
from fedliq.projection.maturities import (
    MATURITY_BUCKETS,
    MaturityProfile,
    maturity_profile,
    maturity_profile_from_buckets,
)
from fedliq.projection.opening import OpeningSheet
from fedliq.projection.plan import projection_dates
from fedliq.projection.purchases import RequiredPurchases, required_purchases
from fedliq.projection.scenarios import Fan, simulate_balance_sheet
from fedliq.projection.shocks import calibrate_shocks

if TYPE_CHECKING:
    from datetime import date

    from fedliq.data.dataset import Dataset
    from fedliq.projection.balance_sheet import Projection

    Day = str | date | pd.Timestamp

__all__ = [
    "Outlook",
    "balance_sheet_history",
    "make_outlook",
    "opening_sheet",
    "sample_maturity_profile",
]

_AVERAGES = {
    "fed_assets": "fed_assets",
    "treasuries": "treasuries",
    "mbs": "mbs",
    "tga": "tga_week_average",
    "reserves": "reserves_week_average",
}
# The H.8 comes nine days after its Wednesday, and holidays can add a few.
_BANK_ASSETS_MAX_STALE = "20D"
_HOLDINGS_DAY = pd.Timestamp("2022-02-16")
_YEAR = pd.Timedelta(364, unit="D")
_HALF_A_YEAR = pd.Timedelta(182, unit="D")
_FEWEST_WEEKS = 4


def balance_sheet_history(dataset: Dataset) -> pd.DataFrame:
    """Return the lines of a projection week by week, on one footing.

    Parameters
    ----------
    dataset : Dataset
        With ``fed_assets``, ``treasuries``, ``mbs``, ``tga_week_average``,
        ``reserves_week_average``, ``on_rrp`` and ``bank_assets``.

    Returns
    -------
    pandas.DataFrame [USD bn]
        By the Wednesdays of the H.4.1 ``fed_assets``, ``treasuries`` and ``mbs`` as Wednesday
        levels; ``tga``, ``reserves`` and ``on_rrp`` as averages of the week to that Wednesday,
        since reserves are mostly published so; ``bank_assets`` as last published, up to 20
        days old.

    Raises
    ------
    UnknownSeriesError
        The dataset lacks one of the H.4.1 series.
    InputTypeError
        ``dataset`` is no Dataset.

    Notes
    -----
    ON RRP: the average of the seven days, a day without an operation counting as the one
    before, as the H.4.1 does.

    NaN: where a figure is missing.

    Timing: by observation date; cut with ``dataset.known_on`` first for what was public.

    Examples
    --------
    >>> import fedliq as fl
    >>> history = fl.balance_sheet_history(fl.load_sample())
    >>> history.loc["2022-12-28", ["tga", "reserves"]].round(1).tolist()
    [427.9, 3017.9]
    """
    held = check_dataset(dataset)
    on = check_time_index(held["fed_assets"].index, "fed_assets")
    lines = {line: align(held[name], on=on)[0] for line, name in _AVERAGES.items()}
    operations = held.get("on_rrp", no_figures("on_rrp"))
    if len(operations) and len(on):
        every_day = pd.date_range(operations.index[0], on[-1])
        daily = align(operations, on=every_day)[0]
        lines["on_rrp"] = daily.rolling(7).mean().reindex(on)
    else:
        lines["on_rrp"] = no_figures("on_rrp").reindex(on)
    bank_assets = held.get("bank_assets", no_figures("bank_assets"))
    lines["bank_assets"] = align(bank_assets, on=on, max_stale=_BANK_ASSETS_MAX_STALE)[0]
    return pd.DataFrame(lines, index=on)


def opening_sheet(dataset: Dataset, day: Day | None = None) -> OpeningSheet:
    """Take the opening sheet of a projection from published figures.

    Parameters
    ----------
    dataset : Dataset
        As in :func:`balance_sheet_history`; where it has them also ``reserves``,
        ``currency_in_circulation`` and ``reverse_repo_foreign``.
    day : str, date or Timestamp, optional
        A Wednesday; by default the last one that has every line.

    Returns
    -------
    OpeningSheet
        Wednesday levels where the dataset has ``reserves`` on that Wednesday, else week
        averages of the TGA, ON RRP and reserves; its ``basis`` says which.

    Raises
    ------
    InvalidInputError
        A line is missing on that day, or on every day.
    UnknownSeriesError, InputTypeError
        As in :func:`balance_sheet_history`.

    Notes
    -----
    NaN: refused.

    Timing: by observation date; cut with ``dataset.known_on`` first for what was public.

    Examples
    --------
    >>> import fedliq as fl
    >>> opening = fl.opening_sheet(fl.load_sample(), "2022-12-28")
    >>> opening.basis, round(opening.reserves, 1), round(opening.currency_in_circulation, 1)
    ('Wednesday levels', 2979.7, 2307.3)
    """
    history = balance_sheet_history(dataset)
    lines = history.drop(columns="bank_assets")
    when = _opening_day(lines, day)
    level, on = _on(dataset, "reserves", when), pd.DatetimeIndex([when])
    if level is None:
        basis = "week averages of the TGA, ON RRP and reserves, Wednesday levels of the rest"
        return OpeningSheet.from_history(history, when, basis)
    wednesday = history.loc[on].assign(
        reserves=level,
        **{name: align(dataset[name], on=on)[0] for name in ("tga", "on_rrp")},
        **{
            name: _on(dataset, name, when)
            for name in ("currency_in_circulation", "reverse_repo_foreign")
        },
    )
    return OpeningSheet.from_history(wednesday, when, "Wednesday levels")


def _opening_day(lines: pd.DataFrame, day: Day | None) -> pd.Timestamp:
    whole = lines.index[lines.notna().all(axis=1)]
    if day is None:
        if not len(whole):
            raise InvalidInputError("dataset: there is no week with every line of the sheet.")
        return pd.Timestamp(whole[-1])
    when = pd.Timestamp(day_of(day, "day"))
    if when not in whole:
        if when not in lines.index:
            reason = "is no Wednesday of the H.4.1 at hand"
        else:
            absent = [str(name) for name, one in lines.loc[when].items() if pd.isna(one)]
            reason = f"lacks {', '.join(absent)}"
        near = whole[whole <= when]
        remedy = (
            f"; the last week before it with every line is {near[-1].date()}" if len(near) else ""
        )
        raise InvalidInputError(f"day: {when.date()} {reason}{remedy}.")
    return when


def _on(dataset: Dataset, name: str, when: pd.Timestamp) -> float | None:
    series = dataset.get(name, no_figures(name))
    return float(series.to_numpy()[series.index.get_loc(when)]) if when in series.index else None


def sample_maturity_profile(
    day: Day, schedule: PolicySchedule, mbs: pd.Series[float]
) -> MaturityProfile | None:
    """Take what the sample has on maturities: the last profile on or before a day.

    Parameters
    ----------
    day : str, date or Timestamp
        Opening day of the projection.
    schedule : PolicySchedule
        For the bills bought since they were last published.
    mbs : pandas.Series [USD bn]
        Weekly levels, for the agency principal that went into bills.

    Returns
    -------
    MaturityProfile or None
        Holdings by CUSIP of 2022-02-16, from 2026-07-01 on the buckets of the H.4.1; None
        before both. A projection rolls either forward to its opening.

    Raises
    ------
    InvalidInputError
        ``day`` is no day.

    Examples
    --------
    >>> import fedliq as fl
    >>> mbs = fl.load_sample()["mbs"]
    >>> fl.sample_maturity_profile("2022-06-01", fl.policy_schedule(), mbs).basis
    'holdings by CUSIP of 2022-02-16'
    """
    opened = pd.Timestamp(day_of(day, "day"))
    if opened < _HOLDINGS_DAY:
        return None
    table = load_sample_maturities()
    amounts = table.set_index("item")["amount_bn"]
    dates = table.set_index("item")["date"]
    published = dates[next(iter(MATURITY_BUCKETS))]
    if opened < published:
        return maturity_profile(load_sample_holdings(), _HOLDINGS_DAY)
    # Bills since they were last published: what was bought, and what agency principal went into.
    since = pd.date_range(dates["bills"] + pd.Timedelta(1, unit="D"), published)
    days = since.to_numpy().astype("datetime64[D]")
    bought = float(schedule.purchased(days)["bills"].sum())
    into_bills = schedule.in_force("agency_into_bills", days)
    falls = -align(mbs.diff(), on=since)[0].where(since.isin(mbs.index), 0.0).to_numpy()
    bought += float(np.nansum(falls * into_bills))
    return maturity_profile_from_buckets(
        {name: float(amounts[name]) for name in MATURITY_BUCKETS},
        published,
        bills=float(amounts["bills"]) + bought,
        tips=float(amounts["tips"] + amounts["tips_compensation"]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What the schedule implies for the next year.

    Attributes
    ----------
    projection : Projection
    fan : Fan
        Around it, with shocks as large as in the three years before.
    target_ratio : float [fraction]
    required : RequiredPurchases or None
        What keeps the ratio at the target, bought from the first day that the schedule has
        free; where it is below now, what brings it there within half a year, or half of a
        shorter horizon, and keeps it. None where no bank assets are at hand, where bills bought
        would run off in turn, or over a few weeks.
    """

    projection: Projection
    fan: Fan
    target_ratio: float
    required: RequiredPurchases | None


def make_outlook(
    dataset: Dataset,
    schedule: PolicySchedule,
    *,
    end: Day | None = None,
    target_ratio: float = 0.12,
    paths: int = 2_000,
    seed: int = 0,
) -> Outlook:
    """Project the balance sheet from the last published week.

    Parameters
    ----------
    dataset : Dataset
        Published figures; ``dataset.known_on(day)`` for what was public on a day.
    schedule : PolicySchedule
        Decisions, announced and assumed; ``schedule.as_known_on(day)`` for what had been
        announced then: a dataset that is cut does not cut the schedule.
    end : str, date or Timestamp, optional
        By default a year after the opening.
    target_ratio : float, default 0.12 [fraction]
        For the purchases required.
    paths, seed : int
        Of the fan.

    Returns
    -------
    Outlook

    Raises
    ------
    InvalidInputError
        The figures do not reach, or the opening lies outside the schedule.
    UnknownSeriesError, InputTypeError
        As in :func:`balance_sheet_history`.

    Notes
    -----
    Assumes by the rules of ``fl.standard_assumptions``, with the last maturities of the sample
    before the opening, rolled forward. No purchases beyond those of the schedule.

    NaN: none.

    Timing: opens on the last Wednesday for which every line is at hand.

    Examples
    --------
    >>> import fedliq as fl
    >>> outlook = fl.make_outlook(fl.load_sample(), fl.policy_schedule())
    >>> print(outlook.projection.opening.day.date())
    2026-08-12
    >>> outlook.projection.notes[3][:64]
    'Treasury principal: maturity buckets of the H.4.1 of 2026-07-01,'
    """
    if not isinstance(schedule, PolicySchedule):
        raise InputTypeError(
            f"schedule: expected a PolicySchedule, got {type(schedule).__name__}."
        )
    check_threshold(target_ratio, "target_ratio")
    opening = opening_sheet(dataset)
    history = balance_sheet_history(dataset)[: opening.day]
    last = opening.day + _YEAR if end is None else end
    if len(projection_dates(opening.day, last)) == 1:
        raise InvalidInputError(
            f"end: expected at least the first Wednesday after the opening, {opening.day.date()}; "
            f"got {end}."
        )
    assumed = standard_assumptions(history, schedule)
    lines = {
        name: path for name, path in assumed.lines.items() if getattr(opening, name) is not None
    }
    assumptions = replace(
        assumed,
        lines=lines,
        maturities=sample_maturity_profile(opening.day, schedule, history["mbs"]),
    )
    shocks = calibrate_shocks(history)
    fan = simulate_balance_sheet(
        opening, schedule, last, assumptions, shocks=shocks, seed=seed, paths=paths
    )
    projection = fan.central
    return Outlook(projection, fan, target_ratio, _required(projection, target_ratio))


def _required(projection: Projection, target_ratio: float) -> RequiredPurchases | None:
    weekly, opening = projection.weekly, projection.opening.day
    # The first day on which the schedule would take them.
    rows = projection.schedule.to_frame()
    busy = rows[(rows["decision"] == "bill_purchases") & (rows["value"] > 0)]["until"]
    start = max([opening, *busy]) + pd.Timedelta(1, unit="D")
    below = not weekly["reserves_to_bank_assets"].iloc[0] >= target_ratio
    soon = min(opening + _HALF_A_YEAR, weekly.index[len(weekly) // 2])
    first = weekly.index.searchsorted(start)
    if (
        projection.opening.bank_assets is None
        or projection.caps_have_room
        or len(weekly) < _FEWEST_WEEKS
        or first >= len(weekly)
    ):
        return None
    hold_from = max(soon, start) if below else None
    return required_purchases(projection, target_ratio, start=start, hold_from=hold_from)
