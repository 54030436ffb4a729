import pandas as pd
import pytest

import fedliq as fl
from fedliq.calendar import business_days
from fedliq.releases import latest_due, release_times, upcoming_releases


def released(day: str, rule: str) -> str:
    return release_times(pd.DatetimeIndex([day]), rule).strftime("%Y-%m-%d %H:%M")[0]


@pytest.mark.parametrize(
    ("rule", "day", "public"),
    [
        ("h41", "2022-12-28", "2022-12-29 16:30"),
        ("h41", "2025-11-26", "2025-11-28 16:30"),  # Thanksgiving
        ("h41", "2024-07-03", "2024-07-05 16:30"),  # Independence Day
        ("h8", "2026-08-12", "2026-08-21 16:15"),
        # "If Friday is a federal holiday, then the data are released on Thursday" (H.8, About).
        ("h8", "2026-06-10", "2026-06-18 16:15"),
        ("h8", "2021-12-15", "2021-12-23 16:15"),  # Christmas on Saturday: the Board is closed
        ("repo_rate", "2025-12-31", "2026-01-02 08:00"),
        ("repo_rate", "2026-04-02", "2026-04-06 08:00"),  # Good Friday: no repo rates
        ("fed_funds_rate", "2026-04-02", "2026-04-03 09:00"),
        ("on_rrp", "2022-12-30", "2022-12-30 13:15"),
        ("dts", "2026-07-02", "2026-07-03 16:00"),
        # The FOMC announces at 14:00 for the next day; an unchanged rate is as good as known then.
        ("in_force", "2025-12-11", "2025-12-10 14:00"),
        ("in_force", "2026-04-06", "2026-04-03 14:00"),  # a Monday; Good Friday is a business day
        # Statement of Sunday 15 March 2020, 17:00, "effective March 16".
        ("in_force", "2020-03-16", "2020-03-15 17:00"),
        ("in_force", "2020-03-17", "2020-03-16 14:00"),
        ("gdp", "2026-01-01", "2026-04-30 08:30"),
        # Put off by a lapse of appropriations (Bureau of Economic Analysis).
        ("gdp", "2013-07-01", "2013-11-07 08:30"),
        ("gdp", "2018-10-01", "2019-02-28 08:30"),
        ("gdp", "2025-07-01", "2025-12-23 08:30"),
        ("gdp", "2025-10-01", "2026-02-20 08:30"),
    ],
)
def test_the_timetable(rule, day, public):
    assert released(day, rule) == public


def test_an_unknown_rule():
    with pytest.raises(fl.InvalidInputError, match="rule: 'h15' is not one of 'h41', 'h8'"):
        release_times(pd.DatetimeIndex(["2026-08-19"]), "h15")


def test_upcoming_releases_lie_ahead():
    times = upcoming_releases("h41", "2026-11-19", count=2)
    assert times.strftime("%Y-%m-%d").tolist() == ["2026-11-27", "2026-12-03"]
    with pytest.raises(fl.InvalidInputError, match="rule: 'gdp' is not one of 'h41', 'h8'"):
        upcoming_releases("gdp", "2026-11-19")


STEPS = {"h41": "W-WED", "h8": "W-WED", "gdp": "QS"}


def business_days_after(day: pd.Timestamp, rule: str) -> pd.DatetimeIndex:
    office = "repo" if rule in ("repo_rate", "on_rrp") else "banks"
    after = day + pd.Timedelta(1, unit="D")
    return business_days(after, after + pd.Timedelta(10, unit="D"), office=office)[:1]


def following(day: pd.Timestamp, rule: str) -> pd.DatetimeIndex:
    """The next day the rule has a figure for."""
    if rule in ("h41", "h8"):
        return pd.DatetimeIndex([day + pd.Timedelta(7, unit="D")])
    if rule == "gdp":
        return pd.DatetimeIndex([day + pd.DateOffset(months=3)])
    office = "repo" if rule in ("repo_rate", "on_rrp") else "banks"
    after = day + pd.Timedelta(1, unit="D")
    return business_days(after, after + pd.Timedelta(10, unit="D"), office=office)[:1]


@pytest.mark.parametrize(
    "rule", ["h41", "h8", "repo_rate", "fed_funds_rate", "on_rrp", "dts", "gdp"]
)
def test_what_is_due_is_public_and_what_follows_is_not(rule):
    for day in pd.date_range("2025-12-20", "2026-07-10"):
        due = latest_due(rule, day)
        assert release_times(pd.DatetimeIndex([due]), rule)[0].normalize() <= day
        assert release_times(following(due, rule), rule)[0].normalize() > day


# Series and the rule they are published by.
SEEN = {
    "WALCL": "h41",
    "TREAST": "h41",
    "WRESBAL": "h41",
    "SOFR": "repo_rate",
    "EFFR": "fed_funds_rate",
    "RRPONTSYD": "on_rrp",
}


@pytest.mark.parametrize(("series", "rule"), SEEN.items())
def test_nothing_is_dated_after_it_was_seen(shared, series, rule):
    """first_seen: when observations of 2026 in fact appeared at FRED."""
    seen = pd.read_csv(shared("data", "first_seen_2026-03_2026-08.csv"))
    seen = seen[seen["series"] == series].assign(
        obs_date=lambda one: pd.to_datetime(one["obs_date"])
    )
    first = pd.to_datetime(seen["first_seen_utc"]).dt.tz_convert("America/New_York")
    public = release_times(pd.DatetimeIndex(seen["obs_date"]), rule)
    assert (public <= first.dt.tz_localize(None).to_numpy()).all()
    if rule == "h41":
        # Watched from 24 March on; to the day in all weeks but those seen late.
        watched = (first >= "2026-03-25").to_numpy()
        late = (first.dt.tz_localize(None).dt.normalize().to_numpy() - public.normalize()).days
        assert (late[watched] == 0).mean() > 0.8
