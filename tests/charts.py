"""Charts for the tests of fedliq.plot: what is drawn, written by hand, and how to read it back."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.dates import date2num
from matplotlib.figure import Figure

import fedliq as fl
from fedliq.econometrics.hinge import HingeCurve
from fedliq.econometrics.results import DemandEstimate
from fedliq.markets.event_study import EventStudy
from fedliq.markets.fedwatch import FedWatch
from fedliq.markets.lead_lag import LeadLag
from fedliq.projection.scenarios import Fan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.axes import Axes

MISSING = float("nan")


# What is drawn.


def weekly(*values: float, first: str = "2024-01-03") -> pd.Series:
    return pd.Series(values, pd.date_range(first, periods=len(values), freq="7D"), dtype=float)


def daily(*values: float, first: str = "2025-12-29") -> pd.Series:
    return pd.Series(values, pd.bdate_range(first, periods=len(values)), dtype=float)


def dates(*days: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(days)


FED_ASSETS = weekly(7000, 6990, 6970, 6980, 6950, 6940)
TGA = weekly(700, 1720, 1690, 750, 800, 770)
ON_RRP = weekly(600, 580, 1560, 1500, 450, 420)

CONTRIBUTIONS = pd.DataFrame(
    {
        "fed_assets": weekly(10, -20, 15, -5, 0, 30),
        "tga": weekly(-30, 40, 20, -25, 10, -15),
        "on_rrp": weekly(5, 8, -12, -6, 20, 3),
    }
)

RATIO = weekly(0.075, 0.09, 0.11, 0.125, 0.14, 0.115)


def regimes(*names: str | None, first: str = "2024-01-03") -> pd.Series:
    index = pd.date_range(first, periods=len(names), freq="7D")
    return pd.Series(pd.Categorical(names, categories=fl.REGIMES, ordered=True), index)


REGIME = regimes("scarce", "ample-to-scarce", "ample", "abundant-to-ample", "abundant", "ample")

SPREAD = daily(-4, -3, 12, 9, -2, -1, 5, -3)
FLOOR = daily(-15, -15, -15, -15, -15, -15, -10, -10)
CEILING = daily(10, 10, 10, 10, 10, 10, 15, 15)
TURNS = pd.DataFrame(
    {
        "quarter_end": [False, False, True, True, False, False, False, False],
        "month_end": [False, False, True, False, False, False, False, False],
        "tax_date": [False, False, False, False, False, False, True, False],
    },
    SPREAD.index,
)

# Each on days of its own.
FACILITIES = {
    "on_rrp": daily(2000, 300, 40, 5, 0.5, 0),
    "btfp": weekly(12, 54, 64, 79, first="2025-12-17"),
    "srf": daily(0, 0, 50, 75, 3, 0, first="2025-12-30"),
}


def schedule(*rows: tuple[str | None, str, str | None, str, float], last: str = "2025-12-31"):
    """Decide: announced, effective, until, what and how much; read first-hand."""
    names = ["announced", "effective", "until", "decision", "value"]
    frame = pd.DataFrame(rows, columns=names)
    units = frame["decision"].map(dict(fl.DECISIONS))
    frame = frame.assign(confidence="primary", source="a test", unit=units)
    return fl.PolicySchedule(frame, "2024-01-01", last)


ADDED = "2025-04-01"
SCHEDULE = schedule(
    ("2024-01-02", "2024-02-01", None, "treasury_cap", 60),
    ("2024-01-02", "2024-02-01", None, "agency_cap", 35),
    ("2024-06-02", "2024-07-01", None, "treasury_cap", 25),
    ("2024-12-02", "2025-01-01", None, "treasury_cap", 0),
    ("2024-12-02", "2025-01-01", None, "agency_cap", 0),
    ("2024-12-02", "2025-02-01", None, "treasury_pace", 80),
    ("2024-12-02", "2025-02-01", None, "mbs_pace", 40),
    ("2024-12-02", ADDED, None, "treasury_pace", 0),
    ("2024-12-02", ADDED, None, "mbs_pace", 0),
    last="2025-04-30",
).with_purchases("2025-05-01", 20)  # fmt: skip

THRESHOLDS = fl.ReserveThresholds()
STEPS = np.arange(-10, 11)  # so that each twentieth is a path


def fan(*, bank_assets: float = 25_000, thresholds: fl.ReserveThresholds = THRESHOLDS) -> Fan:
    """Make 21 paths of reserves, evenly apart, on four dates; every other line stands still."""
    days = dates("2026-01-07", "2026-01-28", "2026-02-25", "2026-03-25")
    still = {
        "treasuries": 4000.0, "mbs": 2000.0, "currency_in_circulation": 2300.0, "tga": 800.0,
        "on_rrp": 10.0, "unlisted_liabilities": 200.0, "bank_assets": bank_assets,
    }  # fmt: skip
    order = (
        "treasuries", "mbs", "currency_in_circulation", "tga", "on_rrp", "unlisted_liabilities",
        "reserves", "bank_assets",
    )  # fmt: skip
    reserves = np.array([[3000.0], [2900], [2700], [2600]]) + np.outer([0, 20, 40, 30], STEPS)
    reserves[3, 0] = 2900  # below on the date before, and back
    drawn = np.array(
        [np.full((4, 21), still[name]) if name in still else reserves for name in order]
    )
    weeks = pd.date_range(days[0], days[-1], freq="7D")
    central = {name: np.full(len(weeks), level) for name, level in still.items()}
    central |= {
        "reserves": 3000.0 - 30 * np.arange(len(weeks)),
        "other_assets": np.full(len(weeks), 300.0),
    }
    frame = pd.DataFrame(central, weeks)
    frame["reserves_to_bank_assets"] = frame["reserves"] / frame["bank_assets"]
    frame["fed_assets"] = frame["treasuries"] + frame["mbs"] + frame["other_assets"]
    frame["net_liquidity"] = frame["fed_assets"] - frame["tga"] - frame["on_rrp"]
    return Fan(
        central=SimpleNamespace(
            weekly=frame,
            assumptions=SimpleNamespace(thresholds=thresholds),
            opening=SimpleNamespace(day=days[0]),
        ),
        dates=days,
        notes=(),
        _drawn=drawn,
    )  # fmt: skip


FAN = fan()
HISTORY = weekly(0.128, 0.125, 0.122, first="2025-12-17")


def hinge(
    lower: float = 0.115, upper: float = 0.13, slope: float = -2.0, last: str = "2024-02-07"
):
    estimates = pd.DataFrame(
        {
            "estimate": [0.12, -5.0, slope],
            "lower_95": [lower, -5.5, -3.0],
            "upper_95": [upper, -4.5, -1.0],
            "lower_68": [0.118, -5.2, -2.4],
            "upper_68": [0.124, -4.8, -1.6],
            "unit": ["fraction", "bp", "bp per pp"],
        },
        index=pd.Index(["kink", "level_above", "slope_below"], name="parameter"),
    )
    days = pd.Timestamp("2024-01-03"), pd.Timestamp(last)
    return HingeCurve("by hand", estimates, *days, 6, {}, pd.DataFrame())


HINGE = hinge()
DEMAND = {
    "spread": weekly(-1, -2.5, -5.2, -4.8, -5, -4),
    "ratio": weekly(0.10, 0.11, 0.12, 0.13, 0.14, 0.115),
}

ELASTICITY = DemandEstimate(
    method="by hand",
    estimates=pd.DataFrame(
        {
            "median": weekly(-1, -1.5, -2, -1.2, -0.8, -0.6),
            "lower_95": weekly(-3, -3.2, -3.5, -2.4, -1.6, -1.5),
            "upper_95": weekly(1, 0.5, -0.4, -0.2, 0.1, 0.2),
            "lower_68": weekly(-2, -2.2, -2.7, -1.8, -1.1, -1.0),
            "upper_68": weekly(0, -0.5, -1.2, -0.7, -0.4, -0.3),
        }
    ),
    first=pd.Timestamp("2024-01-03"),
    last=pd.Timestamp("2024-02-07"),
    observations=6,
    specification={},
    diagnostics=pd.DataFrame(),
)


def lead_lag(**columns: list[float]) -> LeadLag:
    profile = {
        "correlation": [-0.05, 0.10, -0.30, 0.15, 0.02],
        "lower_95": [-0.20, -0.05, -0.44, -0.02, -0.15],
        "upper_95": [0.11, 0.24, -0.12, 0.31, 0.18],
        "p_value": [0.50, 0.20, 0.01, 0.08, 0.80],
        "critical": [0.25, 0.22, 0.26, 0.24, 0.28],
        "corrected_p_value": [0.99, 0.90, 0.03, 0.60, 1.0],
        "observations": [99, 100, 99, 98, 97],
    } | columns
    days = dates("2021-01-06", "2022-01-05", "2023-01-04", "2023-12-27")
    return LeadLag(
        profile=pd.DataFrame(profile, pd.Index([-1, 0, 1, 2, 3], name="lead")),
        best=1,
        largest=pd.Series([1.0, 2.0]),
        parts=pd.DataFrame({"first": days[:3], "last": days[1:]}),
        specification={"horizon": 4},
    )


LEAD_LAG = lead_lag()


def event_study(**specification: object) -> EventStudy:
    days = pd.RangeIndex(-1, 3, name="day")
    events = dates("2024-03-20", "2024-05-01", "2024-06-12", "2024-07-31").rename("date")
    used = events[[0, 1, 3]]
    return EventStudy(
        average=pd.DataFrame(
            {
                "abnormal": [0.01, -0.02, -0.03, 0.005],
                "cumulative": [0.01, -0.01, -0.04, -0.035],
                "lower_95": [-0.015, -0.02, -0.025, -0.03],
                "upper_95": [0.012, 0.018, 0.022, 0.028],
                "p_value": [0.2, 0.3, 0.004, 0.014],
            },
            days,
        ),
        by_event=pd.DataFrame(
            [[0.02, 0.01, -0.05, 0.01], [0.0, -0.03, -0.02, 0.02], [0.01, -0.04, -0.02, -0.015]],
            used,
            days,
        ),
        events=pd.DataFrame(
            {
                "event": "FOMC",
                "day_0": dates("2024-03-20", "2024-05-02", "2024-06-12", "2024-08-01"),
                "left_out": ["", "", "too few quiet days before it", ""],
            },
            events,
        ),
        placebo=pd.Series([0.01, -0.01]),
        specification={"changes": "log", "standardised": False} | specification,
    )


EVENT_STUDY = event_study()


def watch(*changes: float, target_range: tuple[float, float] = (4.25, 4.5)) -> FedWatch:
    """Expect changes in basis points at meetings, from an EFFR of 4.33."""
    meetings = dates("2025-09-17", "2025-10-29", "2025-12-10", "2026-01-28")
    later = pd.date_range("2026-03-18", periods=40, freq="42D")
    meetings = meetings.append(later)[: len(changes)]
    after = 4.33 + np.cumsum(changes) / 100
    path = pd.DataFrame(
        {
            "before": np.append(4.33, after[:-1]),
            "after": after,
            "change": changes,
            "share": 0.5,
        },
        meetings.rename("meeting"),
    )
    return FedWatch(pd.Timestamp("2025-08-15"), target_range, path, pd.DataFrame(), {})


# After the first, 60 and 40 percent; after the second 0.12, 0.48 + 0.08 and 0.32; then two down.
WATCH = watch(10, -5, -50)


class Chart(NamedTuple):
    """A call of fl.plot, and what has to stand on what comes back."""

    name: str
    given: tuple[Any, ...]
    options: Mapping[str, Any]
    title: str
    unit: str
    last: str
    key: tuple[str, ...]

    @property
    def function(self) -> Callable[..., Axes]:
        return getattr(fl.plot, self.name)

    def draw(self, **options: Any) -> Axes:
        """Draw it on a figure of its own, which no pyplot knows, unless told otherwise."""
        own = {} if "ax" in options else {"ax": new_axes()}
        return self.function(*self.given, **{**self.options, **own, **options})


CHARTS = {
    one.name: one
    for one in (
        Chart(
            "net_liquidity", (FED_ASSETS, TGA, ON_RRP), {},
            "Net liquidity 5,750 USD bn on 2024-02-07", "USD bn", "2024-02-07",
            ("net liquidity", "TGA", "ON RRP", "Fed assets"),
        ),
        Chart(
            "net_liquidity_contributions", (CONTRIBUTIONS,), {},
            "What moved net liquidity", "USD bn", "2024-02-07",
            ("Fed assets", "TGA", "ON RRP", "sum"),
        ),
        Chart(
            "reserves_to_bank_assets", (RATIO, REGIME), {},
            "Reserves 11.50 % of bank assets: ample", "percent of bank assets", "2024-02-07",
            ("abundant", "abundant-to-ample", "ample", "ample-to-scarce", "scarce"),
        ),
        Chart(
            "sofr_iorb_spread", (SPREAD, TURNS), {"floor": FLOOR, "ceiling": CEILING},
            "SOFR - IORB -3 bp on 2026-01-07", "bp over IORB", "2026-01-07",
            ("other days", "quarter-end", "other turn", "ON RRP rate - IORB", "SRF rate - IORB"),
        ),
        Chart(
            "facilities", (), FACILITIES,
            "Facilities", "USD bn, logarithmic above 1", "2026-01-07", ("ON RRP", "BTFP", "SRF"),
        ),
        Chart(
            "caps_and_purchases", (SCHEDULE, "2024-01-01", "2025-07-31"), {},
            "Redemption caps (down) and purchases (up)", "USD bn per month", "2025-04-30",
            (
                "cap on Treasuries", "cap on agency securities", "Treasuries bought",
                "MBS bought, net", "Treasuries bought, assumed",
            ),
        ),
        Chart(
            "projection_fan", (FAN,), {"history": HISTORY},
            "Reserves over bank assets, projected", "percent of bank assets",
            "2026-01-07", ("90 % of paths", "50 % of paths", "median", "projection", "history"),
        ),
        Chart(
            "crossing_dates", (FAN, 0.10), {},
            "Below 10 % by 2026-03-25: 33 % of paths", "percent of paths",
            "2026-01-07", ("below by then", "first below on this date"),
        ),
        Chart(
            "reserve_demand_curve", (HINGE, *DEMAND.values()), {},
            "Reserve demand: flat from 12.0 % on", "bp over IORB", "2024-02-07",
            ("kink, 95 % band", "observations", "fitted"),
        ),
        Chart(
            "reserve_demand_elasticity", (ELASTICITY,), {},
            "Slope of reserve demand -0.6 on 2024-02-07", "bp per pp of bank assets", "2024-02-07",
            ("95 % band", "68 % band", "median"),
        ),
        Chart(
            "lead_lag", (LEAD_LAG,), {},
            "Lead 1: -0.30, p = 0.03 after the search", "correlation of changes", "2023-12-27",
            ("95 % of searches by chance", "correlation, 95 % band", "stands out most"),
        ),
        Chart(
            "event_study", (EVENT_STUDY,), {},
            "3 events: -0.035 by day 2, p = 0.01", "cumulative log change", "2024-08-01",
            ("95 % on quiet days", "average"),
        ),
        Chart(
            "meeting_probabilities", (WATCH,), {},
            "Priced on 2025-08-15, percent", "target range, percent",
            "2025-08-15", (),
        ),
        Chart(
            "rate_path", (WATCH,), {},
            "Expected EFFR, priced on 2025-08-15", "percent", "2025-08-15",
            ("target range in force", "expected EFFR"),
        ),
    )
}  # fmt: skip


# How to read it back.


def new_axes() -> Axes:
    return Figure(figsize=(7.2, 4.2), layout="constrained").subplots()


def title(ax: Axes) -> str:
    return ax.get_title(loc="left")


def foot(ax: Axes) -> str:
    return " ".join(ax.get_xlabel().split())


def last_stated(ax: Axes) -> str:
    return foot(ax).partition("Last observation ")[2][:10]


def key(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def line(ax: Axes, label: str):
    (found,) = (one for one in ax.lines if one.get_label() == label)
    return found


def curve(one) -> pd.Series:
    """Return what a line was given: y by x."""
    x = np.asarray(one.get_xdata(orig=True))
    of_dates = np.issubdtype(x.dtype, np.datetime64)
    index = pd.DatetimeIndex(x).as_unit("ns") if of_dates else pd.Index(x)
    return pd.Series(np.asarray(one.get_ydata(orig=True), dtype=float), index)


def same_days(one: pd.Series, index: pd.DatetimeIndex) -> bool:
    return one.index.equals(index.as_unit("ns"))


def areas(ax: Axes, label: str | None = None) -> list:
    return [one for one in ax.collections if label is None or one.get_label() == label]


def area(ax: Axes, label: str):
    (found,) = areas(ax, label)
    return found


def number(when: object) -> float:
    return (
        float(date2num(pd.Timestamp(when)))
        if isinstance(when, (str, pd.Timestamp))
        else float(when)
    )


def at(shape, when: object, aside: float = 1e-6) -> tuple[float, float]:
    """Return how far down and up a shape reaches at a place, or a hair to its right; NaN if nowhere."""
    x, reached = number(when) + aside, []
    for path in shape.get_paths():
        for polygon in path.to_polygons(closed_only=True):
            for (x0, y0), (x1, y1) in pairwise(polygon):
                if (x0 - x) * (x1 - x) < 0:
                    reached.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return (min(reached), max(reached)) if reached else (MISSING, MISSING)


def over(shape, index: pd.Index) -> pd.DataFrame:
    """Read the lower and the upper edge of a shape at every place; the last one from its left."""
    places = list(index)
    rows = [at(shape, one) for one in places[:-1]] + [at(shape, places[-1], -1e-6)]
    return pd.DataFrame(rows, index, ["lower", "upper"])


def box(patch) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a patch, whichever kind a version of matplotlib makes."""
    bounds = patch.get_path().transformed(patch.get_patch_transform()).get_extents()
    return tuple(float(one) for one in bounds.extents)


def colour(one) -> tuple[float, ...]:
    """Return the one colour of a line or of an area, opacity included."""
    if hasattr(one, "get_facecolor"):
        (found,) = np.atleast_2d(one.get_facecolor())
        return tuple(float(part) for part in found)
    return to_rgba(one.get_color(), one.get_alpha())


def picture(ax: Axes) -> list[np.ndarray]:
    """Return everything drawn in numbers, so that two charts can be compared."""
    shapes = [path.vertices for one in ax.collections for path in one.get_paths()]
    shapes += [one.get_offsets() for one in ax.collections]
    return [
        *(np.column_stack(one.get_data(orig=False)).astype(float) for one in ax.lines),
        *(np.asarray(one, dtype=float) for one in shapes),
        *(np.array(box(one)) for one in ax.patches),
    ]


def same_picture(one: Axes, other: Axes) -> None:
    first, second = picture(one), picture(other)
    assert len(first) == len(second)
    for drawn, again in zip(first, second, strict=True):
        np.testing.assert_allclose(drawn, again, rtol=1e-6, atol=1e-9)
    assert [text.get_text() for text in one.texts] == [text.get_text() for text in other.texts]
    assert (title(one), foot(one), key(one)) == (title(other), foot(other), key(other))
