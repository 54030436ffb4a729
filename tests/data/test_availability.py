"""When each figure was public: the calendar against the record, and what follows from it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.tseries.holiday import USFederalHolidayCalendar

import fedliq as fl

CATALOG = fl.catalog()
QUICK = settings(deadline=None, derandomize=True, max_examples=25)
DAY = pd.Timedelta(1, unit="D")
INSTANT = pd.Timedelta(1, unit="ns")

# The hour by METHODS, section 8. It does not name two: the first estimate of GDP comes out at
# 8:30 (Bureau of Economic Analysis), a standing repo operation closes at 13:45 (New York Fed).
HOUR = {
    "H.4.1": "16:30",
    "H.8": "16:15",
    "Repo reference rates": "08:00",
    "Unsecured reference rates": "09:00",
    "Reverse repo operations": "13:15",
    "Repo operations": "13:45",
    "Daily Treasury Statement": "16:00",
    "FOMC implementation notes": "14:00",
    "National accounts": "08:30",
}
# Days from the observation to its publication: usually, at least, at most.
LAG = {
    "H.4.1": (1, 1, 5),
    "H.8": (9, 7, 12),
    "Repo reference rates": (1, 1, 5),
    "Unsecured reference rates": (1, 1, 5),
    "Reverse repo operations": (0, 0, 0),
    "Repo operations": (0, 0, 0),
    "Daily Treasury Statement": (1, 1, 5),
    "FOMC implementation notes": (-1, -5, 0),
}
STEPS = {"weekly": "W-WED", "business daily": "B", "daily": "D", "quarterly": "QS"}
# Rates dated by the day of the decision itself, and the cut of a Sunday (FOMC statements).
DECIDED = {
    "2008-10-29": "2008-10-29 14:15",
    "2008-12-16": "2008-12-16 14:15",
    "2015-12-16": "2015-12-16 14:00",
    "2016-12-14": "2016-12-14 14:00",
    "2020-03-16": "2020-03-15 17:00",
}
# From this meeting on the FOMC announced at 14:00, before at 14:15 (Board, 13 March 2013).
AT_TWO = pd.Timestamp("2013-03-20")
IN_FORCE = [name for name in CATALOG if CATALOG[name].observation == "rate in force"]

every_series = pytest.mark.parametrize("name", CATALOG)
every_rate_in_force = pytest.mark.parametrize("name", IN_FORCE)


def release(name: str) -> str:
    return CATALOG[name].release.split(",")[0]


def dates(name: str, first: str = "1986-01-01", last: str = "2099-12-31") -> pd.DatetimeIndex:
    return pd.date_range(first, last, freq=STEPS[CATALOG[name].frequency])


def at(hour: str) -> pd.Timedelta:
    return pd.Timedelta(f"{hour}:00")


def public_on(name: str, day: str) -> str:
    return fl.release_time(name, pd.DatetimeIndex([day])).strftime("%Y-%m-%d %H:%M")[0]


class TestReleaseTime:
    @every_series
    def test_a_figure_comes_out_at_the_hour_of_its_release(self, name):
        observed = dates(name)
        if name in IN_FORCE:
            observed = observed[observed >= AT_TWO].difference(pd.DatetimeIndex(list(DECIDED)))
        public = fl.release_time(name, observed)
        assert set((public - public.normalize()).unique()) == {
            pd.Timedelta(f"{HOUR[release(name)]}:00")
        }

    @every_rate_in_force
    def test_a_rate_is_announced_before_its_day_and_at_the_hour_of_the_statement(self, name):
        own = fl.release_time(name, pd.DatetimeIndex(list(DECIDED)))
        assert own.strftime("%Y-%m-%d %H:%M").tolist() == list(DECIDED.values())
        others = dates(name).difference(pd.DatetimeIndex(list(DECIDED)))
        public = fl.release_time(name, others)
        assert (public < others).all()
        early = others < AT_TWO - 7 * DAY
        assert (public[early] - public[early].normalize() == at("14:15")).all()

    @every_series
    def test_it_comes_out_as_long_after_its_day_as_the_timetable_says(self, name):
        observed = dates(name)
        days = (fl.release_time(name, observed).normalize() - observed).days
        if release(name) == "National accounts":
            # "About 30 days after its end", or later where it was put off.
            days = (fl.release_time(name, observed) - (observed + pd.offsets.QuarterEnd(0))).days
            assert np.isin(days, range(28, 36)).mean() > 0.99
            assert days.min() >= 28
            return
        usual, least, most = LAG[release(name)]
        values, counts = np.unique(days, return_counts=True)
        assert values[counts.argmax()] == usual
        assert least <= days.min() <= days.max() <= most

    @every_series
    def test_only_a_rate_in_force_is_known_before_its_day(self, name):
        observed = dates(name)
        public = fl.release_time(name, observed)
        if name in IN_FORCE:
            assert (public < observed).mean() > 0.999
        elif CATALOG[name].observation == "operation":
            assert (public.normalize() == observed).all()
        else:
            assert (public.normalize() > observed).all()

    @every_series
    def test_no_figure_comes_out_before_an_earlier_one(self, name):
        public = fl.release_time(name, dates(name))
        assert len(public) == len(dates(name))
        assert public.is_monotonic_increasing
        if CATALOG[name].frequency in ("weekly", "quarterly"):
            assert public.is_unique

    @every_series
    def test_it_does_not_depend_on_the_other_rows(self, name):
        observed = dates(name, "2025-11-19", "2026-01-07")
        together = fl.release_time(name, observed)
        alone = [fl.release_time(name, observed[row : row + 1])[0] for row in range(len(observed))]
        assert together.tolist() == alone

    @pytest.mark.parametrize("name", ["fed_assets", "bank_assets"])
    def test_the_board_publishes_on_no_weekend_and_no_federal_holiday(self, name):
        """From 2022, the first year with all eleven holidays."""
        public = fl.release_time(name, dates(name, "2022-01-01")).normalize()
        holidays = USFederalHolidayCalendar().holidays("2022-01-01", "2100-12-31")
        assert (public.day_of_week < 5).all()
        assert not public.isin(holidays).any()

    @pytest.mark.parametrize(
        ("wednesday", "public"),
        # The date that the H.4.1 for the Wednesday bears (Board of Governors, releases/h41).
        [
            ("2004-12-29", "2004-12-30"),
            ("2008-11-19", "2008-11-20"),
            ("2019-12-25", "2019-12-26"),  # a holiday, but not on Thursday
            ("2014-12-24", "2014-12-29"),  # closed on the 26th by executive order
            ("2020-12-23", "2020-12-28"),  # closed on the 24th by executive order
            ("2024-06-19", "2024-06-20"),  # Juneteenth itself
            ("2024-07-03", "2024-07-05"),  # Independence Day on Thursday
            ("2024-12-25", "2024-12-26"),
            ("2025-01-01", "2025-01-02"),
            ("2025-06-18", "2025-06-20"),  # Juneteenth on Thursday
            ("2025-11-26", "2025-11-28"),  # Thanksgiving
            ("2025-12-10", "2025-12-11"),
            # Christmas, and the 26th closed by executive order: "Release Date: December 29, 2025".
            ("2025-12-24", "2025-12-29"),
            ("2025-12-31", "2026-01-02"),  # New Year's Day on Thursday
            ("2026-01-07", "2026-01-08"),
        ],
    )
    def test_the_h41_came_out_on_the_date_it_bears(self, wednesday, public):
        assert public_on("fed_assets", wednesday) == f"{public} 16:30"

    @pytest.mark.parametrize(
        ("wednesday", "public"),
        # The date that the H.8 bears whose last column is the Wednesday (releases/h8).
        [
            ("2005-12-14", "2005-12-23"),
            ("2005-12-28", "2006-01-06"),
            ("2009-06-24", "2009-07-02"),  # 3 July was the holiday: Thursday
        ],
    )
    def test_the_h8_came_out_on_the_date_it_bears(self, wednesday, public):
        assert public_on("bank_assets", wednesday) == f"{public} 16:15"

    @pytest.mark.parametrize(
        ("name", "day", "public"),
        [
            ("sofr", "2025-11-26", "2025-11-28 08:00"),  # over Thanksgiving
            ("effr", "2025-11-26", "2025-11-28 09:00"),
            ("tga_close", "2025-11-26", "2025-11-28 16:00"),
            ("sofr", "2025-12-31", "2026-01-02 08:00"),
            ("sofr", "2024-07-03", "2024-07-05 08:00"),
            ("effr", "2026-06-18", "2026-06-22 09:00"),  # over Juneteenth, a Friday
            ("sofr", "2026-07-02", "2026-07-06 08:00"),  # no repo on the Friday before 4 July
            ("effr", "2026-07-02", "2026-07-03 09:00"),  # on which the Banks open
            # Put off by a lapse of appropriations (Bureau of Economic Analysis, 2025-12-23).
            ("gdp", "2025-07-01", "2025-12-23 08:30"),
        ],
    )
    def test_other_figures_over_holidays_and_closures(self, name, day, public):
        assert public_on(name, day) == public

    def test_an_unknown_series_is_refused_and_the_nearest_offered(self):
        wednesday = pd.DatetimeIndex(["2026-08-19"])
        with pytest.raises(fl.UnknownSeriesError, match="did you mean 'fed_assets'"):
            fl.release_time("WALCL", wednesday)

    @pytest.mark.parametrize(
        "observed",
        [
            ["2026-08-19"],
            pd.DatetimeIndex(["2026-08-19", "2026-08-12"]),
            pd.DatetimeIndex(["2026-08-19", "2026-08-19"]),
            pd.DatetimeIndex(["2026-08-19 16:30"]),
            pd.DatetimeIndex(["2026-08-19"], tz="UTC"),
            pd.DatetimeIndex([pd.NaT]),
        ],
    )
    def test_what_are_no_observation_dates(self, observed):
        with pytest.raises(fl.TimeIndexError, match="observed: "):
            fl.release_time("fed_assets", observed)

    @pytest.mark.parametrize("day", ["1985-12-31", "2100-01-06"])
    def test_outside_the_years_of_the_holiday_rules(self, day):
        with pytest.raises(fl.InvalidInputError, match="the holiday rules hold from 1986-01-01"):
            fl.release_time("fed_assets", pd.DatetimeIndex([day]))

    def test_no_dates(self):
        assert fl.release_time("sofr", pd.DatetimeIndex([])).empty


SEEN_AS = {
    "WALCL": "fed_assets",
    "TREAST": "treasuries",
    "WSHOMCB": "mbs",
    "WRESBAL": "reserves_week_average",
    "SOFR": "sofr",
    "EFFR": "effr",
    "RRPONTSYD": "on_rrp",
    "IORB": "iorb",
    "DFEDTARU": "target_high",
}
H41 = ["WALCL", "TREAST", "WSHOMCB", "WRESBAL"]
# Weeks whose release day nobody watched after 16:30: the watch began on Tuesday 24 March, and
# on Thursday 9 July last looked at 14:17.
UNWATCHED = {"2026-03-04", "2026-03-11", "2026-03-18", "2026-07-08"}
# Evenings on which FRED itself was behind: on 16 April it had brought one of the lines of the
# release, on 4 June not even the ON RRP operation of 13:15. All were there the next evening.
FRED_WAS_LATE = {
    ("TREAST", "2026-04-15"),
    ("WALCL", "2026-04-15"),
    ("TREAST", "2026-06-03"),
    ("WALCL", "2026-06-03"),
    ("WRESBAL", "2026-06-03"),
}
# Federal holidays of March to August 2026 (5 U.S.C. 6103), each with the Wednesday of its week:
# Memorial Day, Juneteenth, Independence Day, which the Board keeps on the Friday before.
HOLIDAY_WEEKS = {
    "2026-05-25": "2026-05-27",
    "2026-06-19": "2026-06-17",
    "2026-07-03": "2026-07-01",
}


@pytest.fixture(scope="module")
def seen(shared):
    """When each observation was first visible on FRED, in Eastern time."""
    table = pd.read_csv(shared("data", "first_seen_2026-03_2026-08.csv"))
    when = pd.to_datetime(table["first_seen_utc"]).dt.tz_convert("America/New_York")
    return table.assign(
        observed=pd.to_datetime(table["obs_date"]), seen=when.dt.tz_localize(None)
    ).sort_values(["series", "observed"], ignore_index=True)


@pytest.fixture(scope="module")
def watched(seen):
    """Rows of the H.4.1 on whose release day the poller ran after 16:30."""
    evening = seen["seen"][seen["seen"] - seen["seen"].dt.normalize() >= pd.Timedelta("16:30:00")]
    rows = seen[seen["series"].isin(H41)].copy()
    wednesdays = pd.DatetimeIndex(rows["observed"].unique()).sort_values()
    days = fl.release_time("fed_assets", wednesdays).normalize()
    rows["due"] = rows["observed"].map(dict(zip(wednesdays, days, strict=True)))
    # A series' first look found what had come out before it was watched at all.
    first_look = rows.groupby("series")["seen"].transform("min")
    return rows[rows["due"].isin(evening.dt.normalize()) & (rows["due"] >= first_look)]


class TestTheRecordOf2026:
    def test_the_series_are_those_of_the_catalog(self, seen):
        assert set(seen["series"]) == set(SEEN_AS)
        assert {CATALOG[name].fred: name for name in SEEN_AS.values()} == SEEN_AS

    @pytest.mark.parametrize(("listed", "name"), SEEN_AS.items())
    def test_the_calendar_never_says_later_than_it_was_seen(self, seen, listed, name):
        rows = seen[seen["series"] == listed]
        public = fl.release_time(name, pd.DatetimeIndex(rows["observed"]))
        too_late = rows.assign(public=public)[public.to_numpy() > rows["seen"].to_numpy()]
        assert too_late[["obs_date", "public", "seen"]].to_dict("records") == []

    def test_every_week_is_checked_but_those_that_nobody_watched(self, seen, watched):
        weeks = set(seen.loc[seen["series"] == "WALCL", "obs_date"])
        assert weeks - set(watched["obs_date"]) == UNWATCHED
        assert len(weeks) == 25

    def test_the_h41_was_seen_on_the_day_it_was_due(self, watched):
        other_day = watched[watched["seen"].dt.normalize() != watched["due"]]
        found = set(other_day[["series", "obs_date"]].itertuples(index=False, name=None))
        assert found == FRED_WAS_LATE
        assert (other_day["seen"].dt.normalize() == other_day["due"] + DAY).all()

    def test_where_fred_was_late_other_figures_say_so(self, seen, watched):
        evening = watched.set_index(["series", "obs_date"])["seen"]
        assert evening["WRESBAL", "2026-04-15"].normalize() == pd.Timestamp("2026-04-16")
        operation = seen[(seen["series"] == "RRPONTSYD") & (seen["obs_date"] == "2026-06-04")]
        assert operation["seen"].item().normalize() == pd.Timestamp("2026-06-05")

    def test_weeks_with_a_holiday_are_among_them(self, watched):
        holidays = USFederalHolidayCalendar().holidays("2026-03-01", "2026-08-31")
        assert holidays.strftime("%Y-%m-%d").tolist() == list(HOLIDAY_WEEKS)
        assert set(HOLIDAY_WEEKS.values()) <= set(watched["obs_date"])
        assert not set(HOLIDAY_WEEKS.values()) & {week for _, week in FRED_WAS_LATE}


# A series or two of each release, and all that carry a rate in force.
NAMES = [
    "fed_assets",
    "tga",
    "reserves_week_average",
    "bank_assets",
    "sofr",
    "effr",
    "on_rrp",
    "srf",
    "tga_close",
    "iorb",
    "target_high",
    "gdp",
]


@pytest.fixture(scope="module")
def few(sample):
    return fl.Dataset({name: sample[name] for name in NAMES}, as_of="2026-08-21", source="sample")


def same(one: fl.Dataset, other: fl.Dataset) -> None:
    assert list(one) == list(other)
    for name in one:
        pd.testing.assert_series_equal(one[name], other[name], check_exact=True)


MINUTES = st.integers(0, 1439).map(lambda minute: pd.Timedelta(minute, unit="min"))
DAYS = st.integers(0, 3880).map(lambda day: pd.Timestamp("2016-01-04") + day * DAY)
MOMENTS = st.builds(lambda day, minutes: day + minutes, DAYS, MINUTES)


class TestAsKnown:
    @pytest.mark.parametrize(
        ("name", "observed", "instant"),
        [
            ("fed_assets", "2023-03-15", "2023-03-16 16:30"),
            ("bank_assets", "2023-03-08", "2023-03-17 16:15"),
            ("sofr", "2023-03-15", "2023-03-16 08:00"),
            ("effr", "2023-03-17", "2023-03-20 09:00"),
            ("on_rrp", "2023-03-15", "2023-03-15 13:15"),
            ("srf", "2023-03-15", "2023-03-15 13:45"),
            ("tga_close", "2023-03-15", "2023-03-16 16:00"),
            ("gdp", "2022-10-01", "2023-01-30 08:30"),
            # Announced on 2023-03-22 at 14:00, but a rate of days to come is none of the day.
            ("iorb", "2023-03-23", "2023-03-23 00:00"),
        ],
    )
    def test_the_instant_of_release_is_included(self, few, name, observed, instant):
        moment = pd.Timestamp(instant)
        assert fl.as_known(few, moment)[name].index[-1] == pd.Timestamp(observed)
        assert fl.as_known(few, moment - INSTANT)[name].index[-1] < pd.Timestamp(observed)

    @pytest.mark.parametrize(
        "when",
        [
            "2023-03-16 16:30",
            "2023-03-16T16:30",
            "2023-03-16 16:30:00",
            pd.Timestamp("2023-03-16 16:30"),
            datetime(2023, 3, 16, 16, 30),  # noqa: DTZ001 - Eastern, as documented
            pd.Timestamp("2023-03-16 16:30", tz="America/New_York"),
            pd.Timestamp("2023-03-16 20:30", tz="UTC"),  # summer time since 12 March
            datetime(2023, 3, 16, 20, 30, tzinfo=UTC),
            pd.Timestamp("2023-03-17 05:30", tz="Asia/Tokyo"),
        ],
    )
    def test_a_moment_in_whatever_spelling(self, few, when):
        known = fl.as_known(few, when)
        assert known.moment == pd.Timestamp("2023-03-16 16:30")
        assert known.as_of == pd.Timestamp("2023-03-16")
        assert known["fed_assets"].index[-1] == pd.Timestamp("2023-03-15")

    def test_in_winter_eastern_time_is_five_hours_behind(self, few):
        for minute, last in ((29, "2022-12-28"), (30, "2023-01-04")):
            known = fl.as_known(few, pd.Timestamp(f"2023-01-05 21:{minute}", tz="UTC"))
            assert known["fed_assets"].index[-1] == pd.Timestamp(last)

    def test_evening_in_new_york_is_the_next_day_in_utc(self, few):
        known = fl.as_known(few, pd.Timestamp("2023-03-17 00:30", tz="UTC"))
        assert known.as_of == pd.Timestamp("2023-03-16")
        assert known["fed_assets"].index[-1] == pd.Timestamp("2023-03-15")

    @pytest.mark.parametrize("day", ["2023-03-16", date(2023, 3, 16)])
    def test_a_day_is_its_end(self, few, day):
        known = fl.as_known(few, day)
        assert known.moment == pd.Timestamp("2023-03-17") - INSTANT
        assert known["fed_assets"].index[-1] == pd.Timestamp("2023-03-15")
        same(known, few.known_on(day))

    @pytest.mark.parametrize("midnight", [pd.Timestamp("2023-03-16"), "2023-03-16 00:00"])
    def test_midnight_knows_nothing_of_the_day_it_begins(self, few, midnight):
        known = fl.as_known(few, midnight)
        last = {name: f"{known[name].index[-1]:%m-%d}" for name in ("fed_assets", "sofr", "iorb")}
        assert last == {"fed_assets": "03-08", "sofr": "03-14", "iorb": "03-16"}
        eve = fl.as_known(few, "2023-03-15")
        for name in set(NAMES) - {"iorb", "target_high"}:
            pd.testing.assert_series_equal(known[name], eve[name])

    @pytest.mark.parametrize("midnight", [pd.Timestamp("2023-03-16"), "2023-03-16 00:00"])
    def test_midnight_is_the_moment_of_what_is_known_then(self, few, midnight):
        known = fl.as_known(few, midnight)
        assert known.moment == pd.Timestamp("2023-03-16")
        assert known.as_of == pd.Timestamp("2023-03-16")

    @pytest.mark.parametrize(
        "when",
        [
            "16:30",
            "2023-03-16 4:30",
            "2023-03-16 24:00",
            "2023-03-16 16:30 UTC",
            "2023-02-30 09:00",
            "2023-02-30",
            "16/03/2023",
            "now",
            "",
            20230316,
            16.5,
            None,
            pd.NaT,
            ["2023-03-16"],
        ],
    )
    def test_what_is_neither_a_day_nor_a_moment(self, few, when):
        with pytest.raises(fl.InvalidInputError, match="when: expected a day"):
            fl.as_known(few, when)

    def test_what_is_no_dataset(self, few):
        with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset, got dict"):
            fl.as_known(dict(few), "2023-03-16")

    @QUICK
    @given(day=DAYS)
    def test_a_day_is_known_on(self, few, day):
        known = fl.as_known(few, f"{day:%Y-%m-%d}")
        same(known, few.known_on(day))
        assert known.as_of == few.known_on(day).as_of == day

    @QUICK
    @given(moment=MOMENTS)
    def test_what_is_held_was_public_and_what_is_not_was_not(self, few, moment):
        known = fl.as_known(few, moment)
        assert known.as_of == moment.normalize()
        for name in few:
            whole, held = few[name], len(known[name])
            pd.testing.assert_series_equal(known[name], whole.iloc[:held])
            public = fl.release_time(name, pd.DatetimeIndex(whole.index))
            assert (whole.index[:held] <= moment).all()
            assert (public[:held] <= moment).all()
            assert ((public[held:] > moment) | (whole.index[held:] > moment)).all()

    @QUICK
    @given(moments=st.tuples(MOMENTS, MOMENTS).map(sorted))
    def test_later_more_is_known_and_nothing_else(self, few, moments):
        earlier, later = (fl.as_known(few, moment) for moment in moments)
        for name in few:
            pd.testing.assert_series_equal(earlier[name], later[name].iloc[: len(earlier[name])])

    @QUICK
    @given(moments=st.tuples(MOMENTS, MOMENTS).map(sorted))
    def test_knowing_later_then_earlier_is_knowing_earlier(self, few, moments):
        earlier, later = moments
        once = fl.as_known(few, earlier)
        twice = fl.as_known(fl.as_known(few, later), earlier)
        same(twice, once)
        assert twice.moment == once.moment

    def test_provenance_goes_along(self, sample):
        known = fl.as_known(sample, "2023-03-16 16:29").provenance("fed_assets")
        before = sample.provenance("fed_assets")
        assert (known.info, known.source, known.vintage, known.sha256) == (
            before.info,
            before.source,
            before.vintage,
            before.sha256,
        )
        assert known.last == pd.Timestamp("2023-03-08")
        assert known.observations == before.observations - len(sample["fed_assets"]["2023-03-15":])

    def test_when_it_was_fetched_goes_along(self):
        fetched = pd.Timestamp("2023-03-17 12:00", tz="UTC")
        mine = fl.Dataset(
            {"fed_assets": pd.Series([8342.283], pd.DatetimeIndex(["2023-03-08"]))},
            as_of="2023-03-17",
            source="mine",
            retrieved_at={"fed_assets": fetched},
        )
        assert fl.as_known(mine, "2023-03-10").provenance("fed_assets").retrieved_at == fetched

    def test_the_dataset_itself_is_left_alone(self, sample):
        dataset = fl.Dataset({"sofr": sample["sofr"]}, as_of="2026-08-21", source="sample")
        fl.as_known(dataset, "2020-03-16 09:00")
        pd.testing.assert_series_equal(dataset["sofr"], sample["sofr"])
        assert dataset.as_of == pd.Timestamp("2026-08-21")


HOURS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
FRAMES = st.lists(DAYS, min_size=1, max_size=12, unique=True).map(sorted).map(pd.DatetimeIndex)
COLUMNS = ["row", "column", "value", "observed", "public", "early_by"]
# Rates in force are announced ahead; what is known of them at a moment is their own day's.
PUBLISHED = [name for name in NAMES if name not in IN_FORCE]


def of_public_values(dataset: fl.Dataset, days: pd.DatetimeIndex, hour: str) -> pd.DataFrame:
    """By known_at: each day holds the last value that was public at the hour."""
    return pd.DataFrame(
        {
            name: fl.known_at(
                dataset[name],
                fl.release_time(name, pd.DatetimeIndex(dataset[name].index)),
                days + at(hour),
                max_stale="200D",
            )["value"].set_axis(days)
            for name in PUBLISHED
        }
    )


class TestAuditLookAhead:
    @QUICK
    @given(days=FRAMES, hour=HOURS)
    def test_a_frame_of_public_values_is_clean(self, few, days, hour):
        mine = of_public_values(few, days, hour)
        assert fl.audit_look_ahead(mine, few, hour=hour).empty

    @settings(QUICK, max_examples=8)
    @given(days=FRAMES, hour=HOURS)
    def test_a_frame_of_the_last_values_as_known_is_clean(self, few, days, hour):
        rows = []
        for day in days:
            known = fl.as_known(few, day + at(hour))
            rows.append(
                {name: known[name].iloc[-1] if len(known[name]) else np.nan for name in few}
            )
        mine = pd.DataFrame(rows, index=days).astype(float)
        assert fl.audit_look_ahead(mine, few, hour=hour).empty

    def test_a_frame_of_values_that_were_public_the_day_before_is_clean(self, few):
        """Held back for a day on purpose: rates repeat, and the day's own may be the same."""
        days = pd.bdate_range("2018-06-01", "2026-07-31")
        held_back = of_public_values(few, days, "09:00").shift(1)
        found = fl.audit_look_ahead(held_back, few, hour="09:00")
        assert found["column"].value_counts().to_dict() == {}

    @pytest.mark.parametrize(
        ("name", "row", "hour", "public", "early_by"),
        [
            # 8,639.300 on the Wednesday: a day, to Thursday 16:30.
            ("fed_assets", "2023-03-15", "16:00", "2023-03-16 16:30", "1 days 00:30:00"),
            # Nine days, to the Friday of the following week.
            ("bank_assets", "2023-03-08", "16:00", "2023-03-17 16:15", "9 days 00:15:00"),
            # 5.25 percent, the highest there had been: the next morning at 8.
            ("sofr", "2019-09-17", "09:00", "2019-09-18 08:00", "0 days 23:00:00"),
            ("tga_close", "2023-03-15", "16:00", "2023-03-16 16:00", "1 days 00:00:00"),
            ("on_rrp", "2023-03-15", "13:00", "2023-03-15 13:15", "0 days 00:15:00"),
        ],
    )
    def test_a_figure_joined_to_its_own_day_is_caught(
        self, few, name, row, hour, public, early_by
    ):
        mine = few.frame([name]).loc[row:row]
        found = fl.audit_look_ahead(mine, few, hour=hour)
        assert found.columns.tolist() == COLUMNS
        assert found.to_dict("records") == [
            {
                "row": pd.Timestamp(row),
                "column": name,
                "value": few[name][row],
                "observed": pd.Timestamp(row),
                "public": pd.Timestamp(public),
                "early_by": pd.Timedelta(early_by),
            }
        ]

    def test_every_week_of_a_joined_year_is_caught(self, few):
        year = few["fed_assets"]["2023"]
        found = fl.audit_look_ahead(year.to_frame(), few, hour="12:00")
        assert found["row"].tolist() == year.index.tolist()
        public = fl.release_time("fed_assets", pd.DatetimeIndex(year.index))
        assert found["public"].tolist() == public.tolist()
        assert found["early_by"].tolist() == (public - year.index - at("12:00")).tolist()

    @pytest.mark.parametrize(("hour", "early"), [("16:29", 1), ("16:30", 0), ("16:31", 0)])
    def test_from_the_minute_of_release_on_it_may_be_used(self, few, hour, early):
        thursday = pd.DatetimeIndex(["2023-03-16"])
        mine = pd.DataFrame({"fed_assets": [few["fed_assets"]["2023-03-15"]]}, index=thursday)
        found = fl.audit_look_ahead(mine, few, hour=hour)
        assert found["early_by"].tolist() == [pd.Timedelta(1, unit="min")] * early

    def test_a_row_acts_at_the_end_of_its_day_unless_told_otherwise(self, few):
        own_days = few.frame(["on_rrp", "sofr"]).loc["2019-09-17":"2019-09-17"]
        found = fl.audit_look_ahead(own_days, few)
        assert found["column"].tolist() == ["sofr"]
        # From 23:59 to 8 in the morning.
        assert found["early_by"].tolist() == [pd.Timedelta("0 days 08:01:00")]

    def test_a_value_that_repeats_the_last_one_public_claims_nothing(self):
        weeks = pd.date_range("2026-07-01", periods=4, freq="7D")
        mine = fl.Dataset(
            {"fed_assets": pd.Series([6700.0, 6700.0, 6710.0, 6710.0], weeks)},
            as_of="2026-08-21",
            source="made up",
        )
        found = fl.audit_look_ahead(mine.frame(["fed_assets"]), mine)
        # The first has none before it, the third is new; the second and fourth repeat.
        assert found["row"].tolist() == [weeks[0], weeks[2]]

    def test_of_figures_that_are_alike_the_one_for_the_nearest_day_is_meant(self):
        weeks = pd.date_range("2026-07-01", periods=4, freq="7D")
        mine = fl.Dataset(
            {"fed_assets": pd.Series([6710.0, 6720.0, 6710.0, 6730.0], weeks)},
            as_of="2026-08-21",
            source="made up",
        )
        # On the Thursday, before the first of the two is out at 16:30.
        row = pd.DataFrame({"fed_assets": [6710.0]}, weeks[:1] + DAY)
        found = fl.audit_look_ahead(row, mine, hour="16:00")
        assert found["row"].tolist() == [weeks[0] + DAY]
        assert found["observed"].tolist() == [weeks[0]]
        assert found["early_by"].tolist() == [pd.Timedelta(30, unit="min")]

    @pytest.mark.parametrize(("weeks_before", "claimed"), [(2, 0), (4, 0), (6, 1), (10, 1)])
    def test_a_value_public_within_35_days_repeats_and_an_older_one_does_not(
        self, weeks_before, claimed
    ):
        weeks = pd.date_range("2026-05-06", periods=12, freq="7D")
        levels = pd.Series(6700.0 + np.arange(12), weeks)
        levels.iloc[11 - weeks_before] = levels.iloc[11]
        mine = fl.Dataset({"fed_assets": levels}, as_of="2026-08-21", source="made up")
        found = fl.audit_look_ahead(mine.frame(["fed_assets"]).iloc[11:], mine)
        assert len(found) == claimed

    def test_values_that_equal_no_figure_are_not_audited(self, few):
        changes = few.frame(["fed_assets"]).diff().loc["2023"]
        assert fl.audit_look_ahead(changes, few).empty

    def test_missing_values_are_passed_over(self, few):
        mine = few.frame(["fed_assets"]).loc["2023-03-01":"2023-03-15"]
        mine.iloc[1] = np.nan
        found = fl.audit_look_ahead(mine, few)
        assert found["row"].dt.strftime("%m-%d").tolist() == ["03-01", "03-15"]
        mine[:] = np.nan
        assert fl.audit_look_ahead(mine, few).empty

    def test_columns_may_have_names_of_their_own(self, few):
        mine = few.frame(["fed_assets", "tga"]).loc["2023-03-15":"2023-03-15"]
        mine.columns = ["assets", "account"]
        mine["sofr"] = few["sofr"]["2023-03-15"]
        found = fl.audit_look_ahead(
            mine, few, columns={"assets": "fed_assets", "account": "tga"}, hour="16:00"
        )
        assert found["column"].tolist() == ["account", "assets"]
        assert (found["public"] == pd.Timestamp("2023-03-16 16:30")).all()

    def test_columns_that_are_no_series_are_left_out(self, few):
        mine = few.frame(["fed_assets"]).loc["2023-03-15":"2023-03-15"]
        mine["a_note"] = "not a number"
        assert fl.audit_look_ahead(mine, few)["column"].tolist() == ["fed_assets"]

    def test_rows_come_in_order_and_columns_within_them(self, few):
        mine = few.frame(["tga", "fed_assets"]).loc["2023-03-01":"2023-03-15"]
        found = fl.audit_look_ahead(mine, few)
        pairs = list(found[["row", "column"]].itertuples(index=False, name=None))
        assert pairs == sorted(pairs)
        assert len(pairs) == 6
        assert found.index.tolist() == list(range(6))

    @pytest.mark.parametrize("clean", ["on_rrp", "srf"])
    def test_a_clean_column_beside_does_not_make_dates_objects(self, few, clean):
        mine = few.frame(["fed_assets", clean]).loc["2023-03-15":"2023-03-15"]
        found = fl.audit_look_ahead(mine, few)
        kinds = {name: found[name].dtype.kind for name in ("row", "observed", "public")}
        assert kinds == {"row": "M", "observed": "M", "public": "M"}
        assert found["early_by"].dtype.kind == "m"
        assert found["value"].dtype.kind == "f"

    def test_without_findings_the_columns_are_the_same(self, few):
        thursday = pd.DatetimeIndex(["2023-03-16"])
        mine = pd.DataFrame({"fed_assets": [few["fed_assets"]["2023-03-15"]]}, index=thursday)
        assert fl.audit_look_ahead(mine, few).columns.tolist() == COLUMNS

    def test_the_frame_is_left_alone(self, few):
        mine = few.frame(["fed_assets", "sofr"]).loc["2023"]
        before = mine.copy(deep=True)
        fl.audit_look_ahead(mine, few, hour="16:00")
        pd.testing.assert_frame_equal(mine, before)

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"hour": "24:00"}, fl.InvalidInputError, "hour: expected a time of day"),
            ({"hour": "9:00"}, fl.InvalidInputError, "hour: expected a time of day"),
            ({"hour": 9}, fl.InvalidInputError, "hour: expected a time of day"),
            ({"columns": {"assets": "fed_assets"}}, fl.InvalidInputError, "columns: 'assets' is"),
            ({"columns": {"fed_assets": "WALCL"}}, fl.UnknownSeriesError, "no series 'WALCL'"),
            ({"columns": {"fed_assets": "obfr"}}, fl.UnknownSeriesError, "no series 'obfr'"),
            ({"columns": {}}, fl.InvalidInputError, "columns: no column of the frame is named"),
        ],
    )
    def test_what_cannot_be_audited(self, few, options, error, message):
        mine = few.frame(["fed_assets"]).loc["2023-03-15":"2023-03-15"]
        with pytest.raises(error, match=message):
            fl.audit_look_ahead(mine, few, **options)

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            (lambda one: one["fed_assets"], fl.InputTypeError, "frame: expected a DataFrame"),
            (lambda one: one.add_prefix("my_"), fl.InvalidInputError, "no column of the frame"),
            (lambda one: one.iloc[::-1], fl.TimeIndexError, "frame: dates are not in order"),
            (lambda one: one.reset_index(drop=True), fl.TimeIndexError, "frame: expected a Date"),
            (lambda one: one.tz_localize("UTC"), fl.TimeIndexError, "frame: expected dates with"),
            (lambda one: one.shift(freq="h"), fl.TimeIndexError, "frame: expected dates, got"),
            (lambda one: one.astype(str), fl.InputTypeError, r"frame\['fed_assets'\]: expected n"),
        ],
    )
    def test_frames_that_are_none(self, few, change, error, message):
        mine = few.frame(["fed_assets"]).loc["2023-03-08":"2023-03-15"]
        with pytest.raises(error, match=message):
            fl.audit_look_ahead(change(mine), few)

    def test_what_is_no_dataset(self, few):
        with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset, got dict"):
            fl.audit_look_ahead(few.frame(["fed_assets"]), dict(few))
