"""How close run-off is to its end: four factors, each with its figure and its threshold.

The verdict is a count. What it would have said before each decision of the past is part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fedliq._options import check_number, check_positive_int, check_span, check_threshold
from fedliq._validate import check_columns, check_series, check_time_index
from fedliq.calendar import day_of
from fedliq.exceptions import InputTypeError, InvalidInputError
from fedliq.quantities import QUANTITIES
from fedliq.regimes import ReserveThresholds, ordered_labels

if TYPE_CHECKING:
    from datetime import timedelta

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
_MOST_WEEKS = 520

# Each factor: its column in the panel and what it is.
_FACTORS = MappingProxyType(
    {
        "on_rrp": ("on_rrp", "on_rrp"),
        "btfp": ("btfp", "btfp"),
        "spread": ("spread_outside_turns_28d", "sofr_iorb_spread"),
        "ratio": ("reserves_to_bank_assets", "ratio"),
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
        An amount is negative, or a number not finite.
    UnitError
        ``ratio`` is not a fraction.
    InputTypeError
        Something is no number.
    """

    on_rrp: float = 50.0
    btfp: float = 10.0
    spread: float = -2.0
    ratio: float = ReserveThresholds().abundant[1]

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
    *,
    max_stale: str | timedelta = "20D",
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
    max_stale : str or timedelta, default "20D"
        Oldest age, against the last row, at which a factor's last figure still counts. The
        H.8 of a week is out nine days after it, the next one at most sixteen.

    Returns
    -------
    QtEndAssessment
        ``factors`` are each by the last row that has a figure, ``history`` row by row.

    Raises
    ------
    InvalidInputError
        A column is missing, the panel has no row, or ``max_stale`` is no span.
    UnitError
        A figure is impossible in its unit.
    TimeIndexError, InputTypeError
        The panel is not a frame of numbers on sorted, unique, naive dates.

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
    values = {
        name: check_series(panel[column], column, quantity)[1]
        for name, (column, quantity) in _FACTORS.items()
    }
    away = np.asarray((index < _BTFP_OPENED) | (index >= _BTFP_GONE))
    values["btfp"] = np.where(away, 0.0, values["btfp"])
    met = np.column_stack([_met(name, values[name], thresholds) for name in _FACTORS])
    known = np.column_stack([~np.isnan(values[name]) for name in _FACTORS])
    counts = met.sum(axis=1)
    history = pd.DataFrame(values, index=index)
    history["met"], history["known"] = counts, known.sum(axis=1)
    codes = np.where(known.all(axis=1), np.asarray(_STAGE_OF_COUNT)[counts], -1)
    history["stage"] = ordered_labels(codes, QT_STAGES)
    recent = index >= index[-1] - check_span(max_stale, "max_stale")
    factors = _factors(history, met, known & np.asarray(recent)[:, None], thresholds)
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
    for place, (name, (_, quantity)) in enumerate(_FACTORS.items()):
        last = int(np.flatnonzero(known[:, place])[-1]) if known[:, place].any() else None
        rows[name] = {
            "value": np.nan if last is None else float(history[name].iloc[last]),
            "threshold": getattr(thresholds, name),
            "unit": str(QUANTITIES[quantity].unit),
            "state": "not available" if last is None else "met" if met[last, place] else "not met",
            "date": pd.NaT if last is None else history.index[last],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def score_qt_end(
    history: pd.DataFrame,
    decisions: Mapping[str, str] = QT_DECISIONS,
    *,
    min_met: int = 4,
    within_weeks: int = 26,
) -> pd.DataFrame:
    """Score the count of factors against what was decided.

    Parameters
    ----------
    history : pandas.DataFrame
        Of :func:`assess_qt_end` over :func:`qt_end_panel`, so that each row holds what was
        known by then.
    decisions : mapping of str to str, default ``QT_DECISIONS``
        Date of each decision, and what it was.
    min_met : int, default 4
        How many factors give the alarm.
    within_weeks : int, default 26
        An alarm is false if no decision falls into it or into these weeks after its end, 520
        at most.

    Returns
    -------
    pandas.DataFrame
        A row for each decision and each false alarm, by date: ``what``; ``outcome``
        (``called``, ``missed``, ``not available``, ``false alarm``); ``met``, factors on the
        eve, of a false alarm their most; ``since``, first date of the alarm; ``lead_weeks``
        from then to the decision, of a false alarm how long it lasted.

    Raises
    ------
    InvalidInputError
        A column is missing, a number is out of range, or a decision's date cannot be read.
    TimeIndexError, InputTypeError
        The history is not a frame on sorted, unique, naive dates, ``decisions`` no mapping.

    Notes
    -----
    Called: the alarm stood on the last row before the day of the decision on which nothing
    that is missing could make the difference, four weeks old at most. An alarm that still
    stands at the end of the history, or ended fewer than ``within_weeks`` before it, is not
    judged. What was known then is the figures: thresholds were chosen knowing what came.

    NaN: a row on which what is missing could make the difference ends an alarm without making
    it false; a hole of more than four weeks ends it. A decision with no other row in the four
    weeks before it is not available.

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
    check_positive_int(min_met, "min_met", len(_FACTORS))
    after = check_positive_int(within_weeks, "within_weeks", _MOST_WEEKS) * _WEEK
    met, known = (check_series(history[name], name)[1] for name in ("met", "known"))
    alarm = met >= min_met
    certain = alarm | (met + len(_FACTORS) - known < min_met)
    runs = _runs(alarm, index)
    days = _days(decisions)
    rows = [
        {"date": day, "what": what} | _judged(day, index, met, certain, runs)
        for day, what in days.items()
    ]
    for first, last in runs:
        begun, ended = index[first], index[last]
        answered = any(begun < day <= ended + after for day in days)
        cut_off = last + 1 < len(index) and not certain[last + 1]
        if not (answered or cut_off) and ended + after <= index[-1]:
            rows.append(
                {
                    "date": begun,
                    "what": f"until {ended.date()}",
                    "outcome": "false alarm",
                    "met": int(met[first : last + 1].max()),
                    "since": begun,
                    "lead_weeks": (ended - begun) / _WEEK,
                }
            )
    columns = ["date", "what", "outcome", "met", "since", "lead_weeks"]
    table = pd.DataFrame(rows, columns=columns).set_index("date").sort_index(kind="stable")
    table.index = pd.DatetimeIndex(table.index).as_unit("ns")
    return table.astype({"met": "Int64", "since": "datetime64[ns]", "lead_weeks": float})


def _days(decisions: Mapping[str, str]) -> dict[pd.Timestamp, str]:
    """Read the dates of decisions."""
    if not isinstance(decisions, Mapping):
        raise InputTypeError(
            "decisions: expected a mapping from dates to what was decided, such as "
            f"fl.QT_DECISIONS, got {type(decisions).__name__}."
        )
    return {
        pd.Timestamp(day_of(day, "decisions")).as_unit("ns"): what
        for day, what in decisions.items()
    }


def _runs(alarm: NDArray[np.bool_], index: pd.DatetimeIndex) -> list[tuple[int, int]]:
    """Return first and last row of each alarm that neither a row nor a hole of weeks breaks."""
    rows = np.flatnonzero(alarm)
    if not len(rows):
        return []
    apart = (np.diff(rows) > 1) | np.asarray(np.diff(index[rows]) > _OLDEST_EVE)
    return [(int(one[0]), int(one[-1])) for one in np.split(rows, np.flatnonzero(apart) + 1)]


def _judged(
    day: pd.Timestamp,
    index: pd.DatetimeIndex,
    met: Floats,
    certain: NDArray[np.bool_],
    runs: list[tuple[int, int]],
) -> dict[str, object]:
    """Say what the last certain row before a day said."""
    before = np.flatnonzero(certain[: int(index.searchsorted(day))])
    if not len(before) or day - index[before[-1]] > _OLDEST_EVE:
        return {"outcome": "not available", "met": pd.NA, "since": pd.NaT, "lead_weeks": np.nan}
    eve = int(before[-1])
    judged = {"met": int(met[eve]), "since": pd.NaT, "lead_weeks": np.nan}
    for first, last in runs:
        if first <= eve <= last:
            since = index[first]
            return judged | {
                "outcome": "called",
                "since": since,
                "lead_weeks": (day - since) / _WEEK,
            }
    return judged | {"outcome": "missed"}
