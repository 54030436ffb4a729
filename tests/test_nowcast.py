"""Net liquidity day by day: published figures, and what follows from the definition."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fedliq as fl
from fedliq.calendar import business_days

QUICK = settings(deadline=None, derandomize=True, max_examples=40)
DAY = pd.Timedelta(1, unit="D")
PARTS = ["fed_assets", "tga", "on_rrp"]
COLUMNS = ["net_liquidity", *PARTS, "fed_assets_observed", "tga_observed", "on_rrp_observed"]
# How old a figure may be and still serve: a weekly one, a daily one.
WEEKLY, DAILY = 13 * DAY, 6 * DAY


@pytest.fixture(scope="module")
def parts(sample):
    """Assets, both measures of the TGA and ON RRP, and nothing else."""
    names = ["fed_assets", "tga", "tga_close", "on_rrp"]
    return fl.Dataset({name: sample[name] for name in names}, as_of="2026-08-21", source="sample")


def without(dataset: fl.Dataset, *names: str, **changes: pd.Series) -> fl.Dataset:
    held = {name: dataset[name] for name in dataset if name not in names}
    return fl.Dataset(held | changes, as_of=dataset.as_of, source="sample")


def days(*text: str) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(text)


def nowcast(dataset: fl.Dataset, day: str, hour: str = "17:00") -> pd.Series:
    """One row, as an object for each part."""
    return fl.net_liquidity_nowcast(dataset, days(day), hour=hour).iloc[0]


class TestPublishedFigures:
    def test_wednesday_28_december_2022(self, sample):
        """8,551.2 - 409.8 - 2,293.0 = 5,848.4 (H.4.1 of 29 December 2022, New York Fed)."""
        wednesday = nowcast(sample, "2022-12-28")
        thursday = nowcast(sample, "2022-12-29")
        assert thursday["fed_assets"] == pytest.approx(8551.2, abs=0.05)
        assert thursday["tga"] == pytest.approx(409.8, abs=0.05)
        assert wednesday["on_rrp"] == pytest.approx(2293.0, abs=0.05)
        of_wednesday = [
            thursday["fed_assets_observed"],
            thursday["tga_observed"],
            wednesday["on_rrp_observed"],
        ]
        assert of_wednesday == [pd.Timestamp("2022-12-28")] * 3
        standard = thursday["fed_assets"] - thursday["tga"] - wednesday["on_rrp"]
        assert standard == pytest.approx(5848.4, abs=0.05)

    def test_where_all_parts_are_of_wednesday_it_is_the_standard_figure(self, parts):
        """Without the operation of Thursday itself, the last is that of Wednesday."""
        cut = without(parts, on_rrp=parts["on_rrp"][:"2022-12-28"])
        row = nowcast(cut, "2022-12-29")
        assert row["net_liquidity"] == pytest.approx(5848.4, abs=0.05)
        assert {row[f"{name}_observed"] for name in PARTS} == {pd.Timestamp("2022-12-28")}

    @pytest.mark.parametrize("statement", [True, False])
    def test_every_wednesday_is_the_standard_figure_once_all_is_out(self, parts, panel, statement):
        """Each part on the evening on which it came out: the release day, and Wednesday."""
        dataset = parts if statement else without(parts, "tga_close")
        standard = panel["net_liquidity"]["2014":].dropna()
        wednesdays = pd.DatetimeIndex(standard.index)
        released = fl.release_time("fed_assets", wednesdays).normalize()
        weekly = fl.net_liquidity_nowcast(dataset, released).set_axis(wednesdays)
        daily = fl.net_liquidity_nowcast(dataset, wednesdays)
        assert (weekly["fed_assets_observed"] == wednesdays).all()
        assert (weekly["fed_assets"] == panel["fed_assets"][wednesdays]).all()
        assert (daily["on_rrp"] == panel["on_rrp"][wednesdays]).all()
        if statement:
            # A release put off over a business day would find a later statement.
            of_wednesday = weekly["tga_observed"] == wednesdays
            assert of_wednesday.mean() > 0.99
            assert (weekly["tga_observed"] >= wednesdays).all()
            weekly, daily = weekly[of_wednesday], daily[of_wednesday]
        else:
            assert (weekly["tga_observed"] == wednesdays).all()
        found = weekly["fed_assets"] - weekly["tga"] - daily["on_rrp"]
        # Of a Wednesday the statement and the H.4.1 say the same, to the million.
        np.testing.assert_allclose(found, standard[found.index], rtol=0, atol=1e-9)

    def test_the_297_billion_of_march_2023_enter_on_thursday_at_half_past_four(self, sample):
        """Assets of 8,342.283 and 8,639.300, H.4.1 of 9 and 16 March 2023."""
        before, after = (nowcast(sample, "2023-03-16", hour) for hour in ("16:29", "16:30"))
        assert before["fed_assets"] == 8342.283
        assert after["fed_assets"] == 8639.300
        assert before["fed_assets_observed"] == pd.Timestamp("2023-03-08")
        assert after["fed_assets_observed"] == pd.Timestamp("2023-03-15")
        # The other parts are those of a minute earlier.
        entered = after["net_liquidity"] - before["net_liquidity"]
        assert entered == pytest.approx(297.017, abs=1e-6)

    def test_it_does_not_enter_the_day_before(self, sample):
        assert nowcast(sample, "2023-03-15", "23:59")["fed_assets"] == 8342.283

    def test_on_rrp_enters_at_a_quarter_past_one(self, sample):
        """2,553.7 on Friday 2022-12-30, the record (New York Fed)."""
        before, after = (nowcast(sample, "2022-12-30", hour) for hour in ("13:14", "13:15"))
        assert before["on_rrp_observed"] == pd.Timestamp("2022-12-29")
        assert after["on_rrp"] == pytest.approx(2553.7, abs=0.05)

    def test_on_a_holiday_the_operation_of_the_day_before_serves(self, sample):
        """Wednesday 2025-01-01: no operation; 473.46 the day before."""
        row = nowcast(sample, "2025-01-01")
        assert row["on_rrp"] == 473.46
        assert row["on_rrp_observed"] == pd.Timestamp("2024-12-31")


MOMENTS = st.tuples(
    st.dates(pd.Timestamp("2014-01-02").date(), pd.Timestamp("2026-08-21").date()),
    st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)),
)


def last_known(known: fl.Dataset, name: str, moment: pd.Timestamp, limit: pd.Timedelta):
    """The last value of a series and its day; none where there is none or it is too old."""
    series = known[name] if name in known else pd.Series(dtype=float)
    if not len(series) or moment - series.index[-1] > limit:
        return np.nan, pd.NaT
    return series.iloc[-1], series.index[-1]


def later(statement, weekly):
    """The one for the later day, the statement where both are for the same."""
    if pd.isna(statement[1]) or (not pd.isna(weekly[1]) and weekly[1] > statement[1]):
        return weekly
    return statement


class TestParts:
    @QUICK
    @given(moment=MOMENTS, dropped=st.sampled_from([(), ("tga",), ("tga_close",)]))
    def test_they_are_those_known_at_the_moment(self, parts, moment, dropped):
        day, hour = moment
        dataset = without(parts, *dropped)
        when = pd.Timestamp(f"{day} {hour}")
        known = fl.as_known(dataset, f"{day} {hour}")
        expected = {
            "fed_assets": last_known(known, "fed_assets", when, WEEKLY),
            "tga": later(
                last_known(known, "tga_close", when, DAILY),
                last_known(known, "tga", when, WEEKLY),
            ),
            "on_rrp": last_known(known, "on_rrp", when, DAILY),
        }
        row = nowcast(dataset, str(day), hour)
        for name, (value, observed) in expected.items():
            assert row[name] == value or (np.isnan(row[name]) and np.isnan(value)), name
            assert row[f"{name}_observed"] is observed or row[f"{name}_observed"] == observed

    def test_it_is_assets_less_the_account_less_on_rrp(self, parts):
        table = fl.net_liquidity_nowcast(parts)
        assert table.columns.tolist() == COLUMNS
        expected = table["fed_assets"] - table["tga"] - table["on_rrp"]
        pd.testing.assert_series_equal(table["net_liquidity"], expected, check_names=False)
        assert table["net_liquidity"].isna().equals(table[PARTS].isna().any(axis=1))
        assert table["net_liquidity"]["2023"].notna().all()

    def test_no_part_is_of_a_later_day_and_each_has_a_day(self, parts):
        table = fl.net_liquidity_nowcast(parts)
        for name in PARTS:
            observed = table[f"{name}_observed"]
            assert (observed.isna() == table[name].isna()).all()
            assert (observed.dropna() <= observed.dropna().index).all()

    def test_without_a_statement_the_weekly_account_serves(self, parts):
        """Thursday 2023-03-16, 17:00: that of the H.4.1, 277.643 on Wednesday."""
        row = nowcast(without(parts, "tga_close"), "2023-03-16")
        assert row["tga"] == 277.643
        assert row["tga_observed"] == pd.Timestamp("2023-03-15")

    def test_without_the_weekly_account_the_statement_serves(self, parts):
        row = nowcast(without(parts, "tga"), "2023-03-17", "16:00")
        assert row["tga"] == parts["tga_close"]["2023-03-16"]
        assert row["tga_observed"] == pd.Timestamp("2023-03-16")

    @pytest.mark.parametrize(
        ("last_statement", "hour", "source", "observed"),
        [
            ("2023-03-15", "17:00", "tga_close", "2023-03-15"),  # both: the statement
            ("2023-03-14", "17:00", "tga", "2023-03-15"),  # that of Wednesday is missing
            ("2023-03-14", "16:29", "tga_close", "2023-03-14"),  # the H.4.1 is not out yet
            ("2023-03-07", "16:29", "tga", "2023-03-08"),  # the last statement is too old
        ],
    )
    def test_of_two_measures_the_one_for_the_later_day_serves(
        self, parts, last_statement, hour, source, observed
    ):
        """Made to differ by 100, so that it shows which of them serves."""
        apart = without(parts, tga_close=parts["tga_close"][:last_statement] + 100)
        row = nowcast(apart, "2023-03-16", hour)
        assert row["tga_observed"] == pd.Timestamp(observed)
        assert row["tga"] == apart[source][observed]

    @pytest.mark.parametrize(
        ("name", "limit"),
        [("fed_assets", WEEKLY), ("tga", WEEKLY), ("tga_close", DAILY), ("on_rrp", DAILY)],
    )
    def test_a_figure_that_is_too_old_is_not_used(self, parts, name, limit):
        """The last is of Wednesday 2023-03-08: thirteen days or six to the minute, then none."""
        other = {"tga": ("tga_close",), "tga_close": ("tga",)}.get(name, ())
        cut = without(parts, *other, **{name: parts[name][:"2023-03-08"]})
        column = "tga" if name == "tga_close" else name
        last = f"{pd.Timestamp('2023-03-08') + limit:%Y-%m-%d}"
        fresh, old = nowcast(cut, last, "00:00"), nowcast(cut, last, "00:01")
        assert fresh[column] == parts[name]["2023-03-08"]
        assert fresh[f"{column}_observed"] == pd.Timestamp("2023-03-08")
        assert np.isnan(old[column])
        assert pd.isna(old[f"{column}_observed"])
        assert np.isnan(old["net_liquidity"])
        assert sum(np.isnan(old[one]) for one in PARTS) == 1

    @pytest.mark.parametrize("hour", ["00:00", "09:00", "16:29", "23:59"])
    def test_until_the_next_one_is_out_the_last_one_serves(self, parts, hour):
        """Also where closed offices put the H.4.1 off to a Monday: 2014, 2020, 2025."""
        every_day = pd.date_range("2014-01-02", "2026-07-15")
        table = fl.net_liquidity_nowcast(without(parts, "tga_close"), every_day, hour=hour)
        holes = table.index[table[["fed_assets", "tga"]].isna().any(axis=1)]
        assert holes.strftime("%Y-%m-%d").tolist() == []

    @pytest.mark.parametrize("name", ["fed_assets", "on_rrp", "tga"])
    def test_a_part_without_a_figure_is_missing(self, parts, name):
        nothing = pd.Series(dtype=float, index=days())
        row = nowcast(without(parts, "tga_close", **{name: nothing}), "2023-03-16")
        assert np.isnan(row["net_liquidity"])
        assert [one for one in PARTS if np.isnan(row[one])] == [name]

    def test_before_the_facility_there_is_no_figure(self, parts):
        """The first operation was that of 2013-09-23."""
        assert np.isnan(nowcast(parts, "2013-09-20")["net_liquidity"])
        assert nowcast(parts, "2013-09-23")["on_rrp_observed"] == pd.Timestamp("2013-09-23")


class TestDays:
    def test_by_default_the_business_days_of_the_banks_to_the_day_it_stands_on(self, parts):
        """Thanksgiving 2023 was Thursday the 23rd; the Banks opened on the Friday."""
        short = {name: parts[name]["2023-11-15":] for name in parts}
        dataset = fl.Dataset(short, as_of="2023-11-28", source="sample")
        table = fl.net_liquidity_nowcast(dataset)
        assert table.index.strftime("%m-%d").tolist() == [
            "11-15", "11-16", "11-17", "11-20", "11-21", "11-22", "11-24", "11-27", "11-28",
        ]  # fmt: skip

    def test_the_whole_sample(self, parts):
        table = fl.net_liquidity_nowcast(parts)
        assert table.index.equals(business_days("2002-12-18", "2026-08-21"))

    def test_a_day_without_business_is_allowed(self, parts):
        saturday, friday = nowcast(parts, "2023-03-18"), nowcast(parts, "2023-03-17")
        assert saturday.equals(friday)

    @pytest.mark.parametrize("given_days", [None, days()])
    def test_without_figures_or_days_there_are_no_rows(self, parts, given_days):
        none = pd.Series(dtype=float, index=days())
        empty = fl.Dataset(dict.fromkeys(parts, none), as_of="2023-03-16", source="none")
        table = fl.net_liquidity_nowcast(empty, given_days)
        assert table.empty
        assert table.columns.tolist() == COLUMNS

    @pytest.mark.parametrize(
        "wrong",
        [
            ["2023-03-16"],
            days("2023-03-17", "2023-03-16"),
            days("2023-03-16", "2023-03-16"),
            days("2023-03-16 17:00"),
            days("2023-03-16").tz_localize("UTC"),
            pd.PeriodIndex(["2023-03-16"], freq="D"),
        ],
    )
    def test_what_are_no_days(self, parts, wrong):
        with pytest.raises(fl.TimeIndexError, match="days: "):
            fl.net_liquidity_nowcast(parts, wrong)

    @pytest.mark.parametrize("hour", ["24:00", "9:00", "5 pm", "17:00:00", "", 17, None])
    def test_what_is_no_hour(self, parts, hour):
        with pytest.raises(fl.InvalidInputError, match="hour: expected a time of day"):
            fl.net_liquidity_nowcast(parts, days("2023-03-16"), hour=hour)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        (("fed_assets",), "has no 'fed_assets', a part"),
        (("on_rrp",), "has no 'on_rrp', a part"),
        (("tga", "tga_close"), "has no 'tga_close' or 'tga', a part"),
    ],
)
def test_a_missing_part_is_refused(parts, missing, message):
    with pytest.raises(fl.UnknownSeriesError, match=message):
        fl.net_liquidity_nowcast(without(parts, *missing))


def test_what_is_no_dataset(parts):
    with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset, got dict"):
        fl.net_liquidity_nowcast(dict(parts))


def in_nanoseconds(table: pd.DataFrame) -> pd.DataFrame:
    """Where a part has no figure at all, pandas may keep its days in another unit."""
    return table.astype({f"{name}_observed": "datetime64[ns]" for name in PARTS})


@QUICK
@given(moment=MOMENTS)
def test_what_came_later_changes_no_row(parts, moment):
    """Cut at the hour of the last row, the dataset gives the same rows up to it."""
    day, hour = moment
    until = business_days(pd.Timestamp(day) - 40 * DAY, pd.Timestamp(day))
    whole = fl.net_liquidity_nowcast(parts, until, hour=hour)
    cut = fl.net_liquidity_nowcast(fl.as_known(parts, f"{day} {hour}"), until, hour=hour)
    pd.testing.assert_frame_equal(in_nanoseconds(cut), in_nanoseconds(whole), check_exact=True)


@QUICK
@given(moment=MOMENTS)
def test_a_row_does_not_depend_on_the_others(parts, moment):
    day, hour = moment
    around = pd.date_range(pd.Timestamp(day) - 10 * DAY, pd.Timestamp(day))
    together = fl.net_liquidity_nowcast(parts, around, hour=hour).iloc[-1]
    assert together.equals(nowcast(parts, str(day), hour))


def test_what_is_given_is_left_alone(parts):
    before = {name: parts[name] for name in parts}
    given_days = days("2023-03-15", "2023-03-16").rename("mine")
    table = fl.net_liquidity_nowcast(parts, given_days)
    table.index.name = "day"
    table.loc[:, "fed_assets"] = 0.0
    assert given_days.name == "mine"
    assert given_days.equals(days("2023-03-15", "2023-03-16"))
    for name, one in before.items():
        pd.testing.assert_series_equal(parts[name], one)
