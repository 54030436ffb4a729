"""The panel as known is the panel of what was public: the same, and to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.releases import release_times

# What the panel is made of, and the timetable of each by METHODS, section 8; not the catalog's.
RULES = {
    "fed_assets": "h41",
    "tga": "h41",
    "on_rrp": "on_rrp",
    "securities": "h41",
    "reverse_repo_total": "h41",
    "reserves_week_average": "h41",
    "bank_assets": "h8",
    "gdp": "gdp",
    "sofr": "repo_rate",
    "effr": "fed_funds_rate",
    "tgcr": "repo_rate",
    "ioer": "in_force",
    "iorb": "in_force",
    "on_rrp_rate": "on_rrp",
    "btfp": "h41",
    "srf": "repo",
}
# Days on which one of the offices was closed, a release was put off or a rule changed.
HOLIDAYS = [
    "2016-11-24",  # Thanksgiving
    "2018-12-05",  # the repo market closed
    "2020-03-15",  # a cut on a Sunday
    "2020-03-16",
    "2021-07-29",  # the first day of IORB
    "2021-12-24",  # the Board closed, the Banks open
    "2023-03-16",
    "2024-07-04",  # Thursday: the H.4.1 a day later
    "2024-07-05",
    "2025-01-01",
    "2025-11-27",  # Thanksgiving
    "2025-11-28",
    "2025-12-23",  # GDP, put off by a lapse of appropriations
    "2026-01-01",
    "2026-04-03",  # Good Friday
    "2026-06-19",  # Juneteenth, Friday: the H.8 a day earlier
    "2026-07-03",  # the Board closed, the Banks open
]
DRAWN = np.random.default_rng(20160101).choice(
    pd.date_range("2016-01-01", "2026-08-20").strftime("%Y-%m-%d"), 25, replace=False
)
DAYS = sorted({*HOLIDAYS, *DRAWN.tolist()})

on_days = pytest.mark.parametrize("day", DAYS)
# The end of the day, and a morning after the rates and before the rest.
at_hours = pytest.mark.parametrize("hour", ["", " 09:00"], ids=["end", "09:00"])


@pytest.fixture(scope="module")
def inputs(sample):
    return fl.Dataset({name: sample[name] for name in RULES}, as_of="2026-08-21", source="sample")


def moment_of(day: str, hour: str) -> pd.Timestamp:
    return pd.Timestamp(day + (hour or " 23:59:59"))


def truncated(inputs: fl.Dataset, moment: pd.Timestamp) -> fl.Dataset:
    """Cut each series by hand: out by then, and not for a day to come."""
    cut = {}
    for name, rule in RULES.items():
        whole = inputs[name]
        public = release_times(pd.DatetimeIndex(whole.index), rule)
        cut[name] = whole[(public <= moment) & (whole.index <= moment)]
    return fl.Dataset(cut, as_of=moment.normalize(), source="cut by hand")


def test_the_panel_is_made_of_these_series_alone(inputs, panel):
    pd.testing.assert_frame_equal(fl.indicator_panel(inputs), panel, check_exact=True)


@on_days
@at_hours
def test_the_panel_as_known_is_that_of_what_was_public(inputs, day, hour):
    known = fl.indicator_panel(fl.as_known(inputs, day + hour))
    by_hand = fl.indicator_panel(truncated(inputs, moment_of(day, hour)))
    pd.testing.assert_frame_equal(known, by_hand, check_exact=True)


@on_days
@at_hours
def test_its_last_row_is_of_the_last_h41_out(inputs, day, hour):
    """Known on a Thursday from 16:30 on, or on the first day after it that the Board works."""
    known = fl.indicator_panel(fl.as_known(inputs, day + hour))
    public = release_times(pd.DatetimeIndex(inputs["fed_assets"].index), "h41")
    assert known.index[-1] == inputs["fed_assets"].index[public <= moment_of(day, hour)][-1]


@on_days
def test_rows_that_were_complete_never_change(inputs, panel, day):
    """A fortnight on every release has passed: rows so old are those of today's panel."""
    known = fl.indicator_panel(fl.as_known(inputs, day))
    settled = known[: pd.Timestamp(day) - pd.Timedelta(14, unit="D")]
    assert len(settled) > 600
    pd.testing.assert_frame_equal(
        settled, panel.loc[settled.index], check_exact=True, check_freq=False
    )


def test_the_last_rows_do_change(inputs, panel):
    """The H.8 for Wednesday 2023-03-08, 22,857.2, came out on Friday the 17th."""
    known = fl.indicator_panel(fl.as_known(inputs, "2023-03-15 09:00"))
    assert known.index[-1] == pd.Timestamp("2023-03-08")
    assert np.isnan(known.loc["2023-03-08", "bank_assets"])
    assert panel.loc["2023-03-08", "bank_assets"] == 22_857.2
