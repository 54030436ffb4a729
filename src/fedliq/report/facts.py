"""What the brief says, as plain values. Nothing here knows how it will look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fedliq.report.page import READ_OFF

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from fedliq.data.dataset import Dataset
    from fedliq.report.ahead import Ahead
    from fedliq.report.ample import Ample
    from fedliq.report.linked import Linked
    from fedliq.report.priced import Priced
    from fedliq.report.week import Week

__all__ = [
    "Background",
    "Brief",
    "Change",
    "Direction",
    "Distance",
    "Facility",
    "Figure",
    "Reading",
    "Spell",
    "SpreadWindow",
    "Upcoming",
    "Verdict",
]

Verdict = Literal["adds", "neutral", "drains", "not counted"]
Direction = Literal["rises", "falls"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its date, its age and its origin.

    ``value`` and ``date`` are None where nothing is at hand; ``note`` then says why. A rate
    in force has no age: ``date`` is its first day. ``overdue`` marks a figure that a later
    one should have replaced by now. ``retrieved_at``, in UTC, is when it was fetched, if it was.
    """

    name: str
    label: str
    unit: str
    source: str
    value: float | None = None
    date: pd.Timestamp | None = None
    age_days: int | None = None
    overdue: bool = False
    note: str = ""
    retrieved_at: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator read by its printed rule."""

    label: str
    change: float | None
    unit: str
    neutral_within: float
    adds_when: Direction
    date: pd.Timestamp | None
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Change of net liquidity over some weeks, and what drove it, in USD bn."""

    weeks: int
    since: pd.Timestamp
    total: float | None
    fed_assets: float | None
    tga: float | None
    on_rrp: float | None
    unit: str = "USD bn"


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the ratio stands from one edge of a band."""

    edge: float
    of: str
    percentage_points: float
    usd_bn: float


@dataclass(frozen=True, slots=True)
class Spell:
    """A regime and how long it lasted."""

    regime: str
    first: pd.Timestamp
    last: pd.Timestamp
    weeks: float
    lowest: float
    highest: float
    unit: str = "fraction"


@dataclass(frozen=True, slots=True)
class SpreadWindow:
    """SOFR - IORB over the last so many days, in basis points."""

    days: int
    mean: float | None
    mean_outside_turns: float | None
    highest: float | None
    highest_on: pd.Timestamp | None
    share_at_or_above: float | None
    unit: str = "bp"


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility, with the sentence that sums it up."""

    figure: Figure
    summary: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Something that comes next."""

    date: pd.Timestamp
    what: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The series that a brief was read off, as known at its moment."""

    moment: pd.Timestamp
    known: Dataset
    panel: pd.DataFrame
    rates: Mapping[str, pd.Series[float]]

    def credit(self, *names: str) -> str:
        """Word where those of the series that are at hand come from."""
        held = [name for name in names if name in self.known]
        return self.known.credit(*held) if held else ""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything the brief says; what futures and prices say only where these were given."""

    version: str
    as_of: pd.Timestamp
    at: str
    data: str
    week: Week
    readings: tuple[Reading, ...]
    tally: dict[str, int]
    net_liquidity: Figure
    nowcast: Figure
    changes: tuple[Change, ...]
    ratio: Figure
    regime: str | None
    thresholds: dict[str, tuple[float, float]]
    distances: tuple[Distance, ...]
    spells: tuple[Spell, ...]
    spread: Figure
    spread_outside_turns: Figure
    spread_windows: tuple[SpreadWindow, ...]
    corridor: tuple[Figure, ...]
    facilities: tuple[Facility, ...]
    policy: tuple[str, ...]
    ample: Ample
    components: tuple[Figure, ...]
    missing: tuple[str, ...]
    upcoming: tuple[Upcoming, ...]
    ahead: Ahead
    priced: Priced | None = None
    linked: Linked | None = None
    background: Background | None = field(
        default=None, compare=False, repr=False, metadata=READ_OFF
    )
