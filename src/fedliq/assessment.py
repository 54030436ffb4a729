"""How close run-off is to its end: four factors, each with its figure and its threshold.

The verdict is a count. What it would have said before each decision of the past is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._validate import (
    check_columns,
    check_number,
    check_positive_int,
    check_threshold,
    check_time_index,
)
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.regimes import ordered_labels
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from fedliq._validate import Floats

__all__ = [
    "QT_DECISIONS",
    "QT_STAGES",
    "QtEndAssessment",
    "QtEndThresholds",
    "assess_qt_end",
    "score_qt_end",
]

#: From no factor or one that is met, by two and three, to all four.
QT_STAGES = ("far", "approaching", "near", "reached")
_STAGE_OF_COUNT = (0, 0, 1, 2, 3)

#: What the reading is judged by: decisions on run-off and reserves, and the spike of 2019. FOMC
#: statements and implementation notes; New York Fed, reference rates.
QT_DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "2019-03-20": "slower run-off from May 2019 and its end announced",
        "2019-09-17": "repo spike",
        "2024-05-01": "slower run-off from June 2024",
        "2025-03-19": "slower run-off from April 2025",
        "2025-10-29": "end of run-off announced",
        "2025-12-10": "reserve management purchases announced",
    }
)

# Board of Governors, press releases of 12 March 2023 and 24 January 2024: loans of a year at
# most, none new after 2024-03-11.
_BTFP_OPENED, _BTFP_GONE = pd.Timestamp("2023-03-12"), pd.Timestamp("2025-03-11")

_WEEK = pd.Timedelta(7, unit="D")
_OLDEST_EVE = 4 * _WEEK

# Each factor: its column in the panel and its unit.
_FACTORS = MappingProxyType(
    {
        "on_rrp": ("on_rrp", Unit.USD_BN),
        "btfp": ("btfp", Unit.USD_BN),
        "spread": ("spread_outside_turns_28d", Unit.BASIS_POINT),
        "ratio": ("reserves_to_bank_assets", Unit.FRACTION),
    }
)


@dataclass(frozen=True, slots=True)
class QtEndThresholds:
    """From where on each factor says that run-off is near its end.

    Attributes
    ----------
    on_rrp : float [USD bn], default 50
        At or below, the facility is exhausted and further run-off falls on reserves. An
        assumption: 2 % of its peak.
    btfp : float [USD bn], default 10
        At or below, the programme is exhausted. An assumption.
    spread : float [bp], default -2
        Mean of SOFR - IORB outside turns over four weeks, at or above: near zero. An
        assumption.
    ratio : float [fraction], default 0.13
        Reserves over bank assets, at or below: the upper edge of the band in which the
        demand curve bends (New York Fed Staff Report 1019).

    Raises
    ------
    InvalidInputError
        An amount is negative.
    UnitError
        ``ratio`` is not a fraction.
    """

    on_rrp: float = 50.0
    btfp: float = 10.0
    spread: float = -2.0
    ratio: float = 0.13

    def __post_init__(self) -> None:
        for name in ("on_rrp", "btfp"):
            if check_number(getattr(self, name), name) < 0:
                raise InvalidInputError(
                    f"{name}: expected USD bn from 0 up, got {getattr(self, name)}."
                )
        check_number(self.spread, "spread")
        check_threshold(self.ratio, "ratio")


@dataclass(frozen=True, slots=True, eq=False)
class QtEndAssessment:
    """The reading of the four factors, now and at every date before.

    Attributes
    ----------
    factors : pandas.DataFrame
        By factor, ``on_rrp``, ``btfp``, ``spread`` and ``ratio``: ``value``, ``threshold``,
        ``unit``, ``state`` (``met``, ``not met`` or ``not available``) and ``date``.
    met : int
        Factors that are met.
    stage : str or None
        ``far`` (none or one met), ``approaching`` (two), ``near`` (three) or ``reached``
        (four); None where a factor is not available.
    history : pandas.DataFrame
        By date: the four values, ``met``, ``known`` (how many factors have a figure) and
        ``stage``.
    """

    factors: pd.DataFrame
    met: int
    stage: str | None
    history: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the history as a frame of its own.

        Returns
        -------
        pandas.DataFrame
            As ``history``.
        """
        return self.history.copy()


def assess_qt_end(
    panel: pd.DataFrame,
    thresholds: QtEndThresholds = QtEndThresholds(),
) -> QtEndAssessment:
    """Read the four factors of how close run-off is to its end.

    Parameters
    ----------
    panel : pandas.DataFrame
        With ``on_rrp``, ``btfp`` [USD bn], ``spread_outside_turns_28d`` [bp] and
        ``reserves_to_bank_assets`` [fraction]: by observation date as
        :func:`indicator_panel` gives them, or by when they were known as
        :func:`qt_end_panel` does.
    thresholds : QtEndThresholds, default ``QtEndThresholds()``
        All are judgements, with their origin.

    Returns
    -------
    QtEndAssessment
        ``factors`` are each by the last row that has a figure, ``history`` row by row.

    Raises
    ------
    InvalidInputError
        A column is missing, or the panel has no row.
    TimeIndexError, InputTypeError
        The panel is not a frame on sorted, unique, naive dates.

    Notes
    -----
    Met: ON RRP and BTFP at or below their threshold, the spread at or above, the ratio at or
    below. A facility that was not open yet, or was closed, holds no buffer: the BTFP is
    met before 2023-03-12, and from 2025-03-11, when its last loan fell due, with a value of
    zero.

    NaN: a factor without a figure is not available and not counted; the stage then is None.

    Timing: row by row. By observation date rows hold what was published days later; for a
    back-test give :func:`qt_end_panel`.

    References
    ----------
    Board of Governors, FOMC, "Plans for Reducing the Size of the Federal Reserve's Balance Sheet",
    4 May 2022: run-off slows and stops "when reserve balances are somewhat above the level it
    judges to be consistent with ample reserves".

    Examples
    --------
    >>> import fedliq as fl
    >>> reading = fl.assess_qt_end(fl.indicator_panel(fl.load_sample())[:"2025-10-29"])
    >>> reading.met, reading.stage
    (4, 'reached')
    >>> reading.factors["state"].tolist()
    ['met', 'met', 'met', 'met']
    """
    check_columns(panel, [column for column, _ in _FACTORS.values()], "panel")
    index = check_time_index(panel.index, "panel")
    if not len(index):
        raise InvalidInputError("panel: has no row; give at least one date.")
    if not isinstance(thresholds, QtEndThresholds):
        raise InputTypeError(
            f"thresholds: expected QtEndThresholds, got {type(thresholds).__name__}; write "
            "fl.QtEndThresholds(on_rrp=50)."
        )
    values = {name: panel[column].to_numpy(float) for name, (column, _) in _FACTORS.items()}
    away = np.asarray((index < _BTFP_OPENED) | (index >= _BTFP_GONE))
    values["btfp"] = np.where(away, 0.0, values["btfp"])
    met = np.column_stack([_met(name, values[name], thresholds) for name in _FACTORS])
    known = np.column_stack([~np.isnan(values[name]) for name in _FACTORS])
    counts = met.sum(axis=1)
    history = pd.DataFrame(values, index=index)
    history["met"], history["known"] = counts, known.sum(axis=1)
    codes = np.where(known.all(axis=1), np.asarray(_STAGE_OF_COUNT)[counts], -1)
    history["stage"] = ordered_labels(codes, QT_STAGES)
    factors = _factors(history, met, known, thresholds)
    count = int((factors["state"] == "met").sum())
    whole = not (factors["state"] == "not available").any()
    return QtEndAssessment(
        factors, count, QT_STAGES[_STAGE_OF_COUNT[count]] if whole else None, history
    )


def _met(name: str, values: Floats, thresholds: QtEndThresholds) -> NDArray[np.bool_]:
    limit = getattr(thresholds, name)
    return values >= limit if name == "spread" else values <= limit


def _factors(
    history: pd.DataFrame,
    met: NDArray[np.bool_],
    known: NDArray[np.bool_],
    thresholds: QtEndThresholds,
) -> pd.DataFrame:
    """Take each factor by the last row that has a figure of it."""
    rows = {}
    for place, (name, (_, unit)) in enumerate(_FACTORS.items()):
        last = int(np.flatnonzero(known[:, place])[-1]) if known[:, place].any() else None
        rows[name] = {
            "value": np.nan if last is None else float(history[name].iloc[last]),
            "threshold": getattr(thresholds, name),
            "unit": str(unit),
            "state": "not available" if last is None else "met" if met[last, place] else "not met",
            "date": pd.NaT if last is None else history.index[last],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def score_qt_end(
    history: pd.DataFrame,
    decisions: Mapping[str, str] = QT_DECISIONS,
    *,
    least: int = 4,
    weeks: int = 26,
) -> pd.DataFrame:
    """Score the count of factors against what was decided.

    Parameters
    ----------
    history : pandas.DataFrame
        Of :func:`assess_qt_end` over :func:`qt_end_panel`, so that each row holds what was
        known by then.
    decisions : mapping of str to str, default ``QT_DECISIONS``
        Date of each decision, and what it was.
    least : int, default 4
        How many factors give the alarm.
    weeks : int, default 26
        An alarm that ends is false if no decision falls into it or these weeks after it.

    Returns
    -------
    pandas.DataFrame
        A row for each decision and each false alarm, by date: ``what``; ``outcome``
        (``called``, ``missed``, ``not available``, ``false alarm``); ``met``, factors on the
        eve, of a false alarm their most; ``since``, first date of the unbroken alarm;
        ``lead_weeks`` from then to the decision, of a false alarm how long it lasted.

    Raises
    ------
    InvalidInputError
        A column is missing, a number is out of range, or a decision's date cannot be read.
    TimeIndexError, InputTypeError
        The history is not a frame on sorted, unique, naive dates.

    Notes
    -----
    Called: the alarm stood on the last row before the decision. An alarm that still stands
    at the end of the history, or ended fewer than ``weeks`` before it, is not judged.

    NaN: a row on which factors have no figure is passed over, unless those that have one
    decide. A decision with no other row in the four weeks before it is not judged.

    Timing: a decision is judged by rows before its day.

    Examples
    --------
    >>> import fedliq as fl
    >>> known = fl.assess_qt_end(fl.qt_end_panel(fl.load_sample()))
    >>> score = fl.score_qt_end(known.history)
    >>> score.loc["2025-10-29", "outcome"], score.loc["2025-10-29", "lead_weeks"].round(1).item()
    ('called', 5.7)
    """
    check_columns(history, ("met", "known"), "history")
    index = check_time_index(history.index, "history")
    check_positive_int(least, "least", len(_FACTORS))
    check_positive_int(weeks, "weeks")
    met, known = history["met"].to_numpy(), history["known"].to_numpy()
    alarm = met >= least
    # Where what is missing could make the difference, nothing can be said.
    certain = alarm | (met + len(_FACTORS) - known < least)
    rows, alarm, dates = history[certain], alarm[certain], index[certain]
    days = _days(decisions)
    scored = [
        _judged(day, what, rows, alarm, dates)
        for day, what in zip(days, decisions.values(), strict=True)
    ]
    scored += _false_alarms(rows, alarm, dates, days, weeks * _WEEK)
    table = pd.DataFrame(scored).set_index("date").sort_index()
    table["met"] = table["met"].astype("Int64")
    return table[["what", "outcome", "met", "since", "lead_weeks"]]


def _days(decisions: Iterable[str]) -> pd.DatetimeIndex:
    try:
        return pd.DatetimeIndex(list(decisions)).as_unit("ns")
    except ValueError as error:
        raise InvalidInputError(
            f"decisions: expected dates such as '2025-10-29': {error}."
        ) from None


def _run_start(alarm: NDArray[np.bool_], last: int) -> int:
    """Return where the unbroken alarm that stands at a row began."""
    off = np.flatnonzero(~alarm[: last + 1])
    return int(off[-1]) + 1 if len(off) else 0


def _judged(
    day: pd.Timestamp,
    what: str,
    rows: pd.DataFrame,
    alarm: NDArray[np.bool_],
    dates: pd.DatetimeIndex,
) -> dict[str, object]:
    eve = int(dates.searchsorted(day)) - 1
    if eve < 0 or day - dates[eve] > _OLDEST_EVE:
        empty = {"met": pd.NA, "since": pd.NaT, "lead_weeks": np.nan}
        return {"date": day, "what": what, "outcome": "not available", **empty}
    judged = {"date": day, "what": what, "met": int(rows["met"].iloc[eve])}
    if not alarm[eve]:
        return judged | {"outcome": "missed", "since": pd.NaT, "lead_weeks": np.nan}
    since = dates[_run_start(alarm, eve)]
    return judged | {"outcome": "called", "since": since, "lead_weeks": (day - since) / _WEEK}


def _false_alarms(
    rows: pd.DataFrame,
    alarm: NDArray[np.bool_],
    dates: pd.DatetimeIndex,
    days: pd.DatetimeIndex,
    after: pd.Timedelta,
) -> list[dict[str, object]]:
    edges = np.flatnonzero(np.diff(np.r_[False, alarm, False]))
    found: list[dict[str, object]] = []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        begun, ended = dates[first], dates[end - 1]
        answered = ((days >= begun) & (days <= ended + after)).any()
        open_still = end == len(alarm) or ended + after > dates[-1]
        if not answered and not open_still:
            found.append(
                {
                    "date": begun,
                    "what": f"until {ended.date()}",
                    "outcome": "false alarm",
                    "met": int(rows["met"].iloc[first:end].max()),
                    "since": begun,
                    "lead_weeks": (ended - begun) / _WEEK,
                }
            )
    return found
