import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.paths import values_of

START = np.datetime64("2026-01-07")  # ten weeks before 2026-03-18


def later(*days: int) -> np.ndarray:
    return START + np.asarray([0, *days]).astype("timedelta64[D]")


def weeks(*numbers: float) -> np.ndarray:
    return later(*(round(7 * one) for one in numbers))


# Four years are 1461 days.
@pytest.mark.parametrize(
    ("path", "opening", "days", "expected"),
    [
        (fl.Constant(), 800, later(7, 1461), [800, 800, 800]),
        (fl.Growth(0.03), 2000, later(1461), [2000, 2000 * 1.03**4]),
        (fl.Growth(-0.5), 2000, later(1461, 2922), [2000, 125, 7.8125]),
        (fl.Drift(-30), 100, later(1461), [100, -20]),
        (fl.Target(850, 13), 450, weeks(13, 26, 39), [450, 650, 750, 800]),
        (fl.Target(850), 1250, weeks(13), [1250, 1050]),  # 13 weeks unless told otherwise
        (fl.Target(850, 0), 450, later(1, 7), [450, 850, 850]),
        # Half of the way down in five weeks, then half of the way up in five.
        (fl.DebtLimit("2026-03-18", 850, 50, 10), 800, weeks(5, 10, 15, 20, 30),
         [800, 425, 50, 450, 850, 850]),
        (fl.DebtLimit("2026-03-18", 850), 800, weeks(10, 16, 22), [800, 50, 450, 850]),
        # Resolved before the opening, what is left of the rebuilding; a week where it is over.
        (fl.DebtLimit("2025-12-03", 850, 50, 15), 250, weeks(5, 10, 11), [250, 550, 850, 850]),
        (fl.DebtLimit("2025-10-01", 850, 50, 10), 250, weeks(1, 2), [250, 850, 850]),
        (fl.DebtLimit("2026-01-07", 850, 50, 10), 250, weeks(5), [250, 550]),
        # What is below the low is not raised to it.
        (fl.DebtLimit("2026-03-18", 850, 50, 10), 30, weeks(5, 10, 15), [30, 30, 30, 440]),
    ],
)  # fmt: skip
def test_a_path_by_hand(path, opening, days, expected):
    np.testing.assert_allclose(path.values(opening, days), expected, rtol=1e-12)


class TestSeasonal:
    # The tax date of 15 April 2026 is a Wednesday: the 22nd is one week after it.
    DAYS = np.asarray(["2026-04-22", "2026-04-29", "2026-05-06"], dtype="datetime64[D]")
    PATTERN = {(4, 0): 7.0, (4, 1): 100.0, (4, 2): 40.0}  # noqa: RUF012

    def test_the_season_comes_on_top_of_the_way_to_the_target(self):
        path = fl.Seasonal(fl.Target(800, 1), self.PATTERN)
        # Without its season of 100 the opening is at 900; half of the gap is closed each week.
        assert path.values(1000, self.DAYS).tolist() == [1000, 850 + 40, 825]

    def test_the_season_of_a_tax_date_begins_on_that_day(self):
        days = np.asarray(["2026-04-08", "2026-04-15"], dtype="datetime64[D]")
        path = fl.Seasonal(fl.Target(800, 0), {(4, 0): 7.0, (1, 11): -50.0, (1, 12): -60.0})
        # 8 April is eleven full weeks after the tax date of 15 January; its season is in 600.
        assert path.values(600, days).tolist() == [600, 807]

    def test_it_does_not_fall_below_zero(self):
        path = fl.Seasonal(fl.Target(800, 0), {(4, 2): -900.0})
        assert path.values(700, self.DAYS).tolist() == [700, 0, 800]

    def test_without_a_pattern_it_is_the_target(self):
        target = fl.Target(800, 3)
        np.testing.assert_array_equal(
            fl.Seasonal(target).values(500, self.DAYS), target.values(500, self.DAYS)
        )


class TestSeasonalPattern:
    INDEX = pd.date_range("2015-01-07", "2019-12-25", freq="7D")

    def levels(self, bump: float) -> pd.Series:
        """500, and more in the second week after each April tax date."""
        due = pd.DatetimeIndex(
            ["2015-04-15", "2016-04-18", "2017-04-18", "2018-04-17", "2019-04-15"]  # IRS
        )
        after = pd.Series(500.0, self.INDEX)
        for day in due:
            after[(day + pd.Timedelta(7, unit="D") <= self.INDEX)
                  & (day + pd.Timedelta(14, unit="D") > self.INDEX)] += bump  # fmt: skip
        return after

    def test_it_finds_the_weeks_that_stand_out(self):
        pattern = fl.seasonal_pattern(self.levels(106))
        # A year's mean holds one such week, or two of 53: 2 or 4 above 500.
        assert 102 <= pattern[4, 1] <= 104
        others = [one for key, one in pattern.items() if key != (4, 1)]
        assert len(others) > 48
        assert all(-4 <= one <= 0 for one in others)

    def test_a_single_odd_year_is_no_season(self):
        tga = self.levels(0)
        tga["2017-02-01":"2017-03-15"] = 20.0  # as in an episode of the debt limit
        pattern = fl.seasonal_pattern(tga)
        # Means of a year with those seven weeks in it are at most 7 * 480 / 40 lower.
        assert all(0 <= one <= 84 for one in pattern.values())

    def test_it_leaves_its_input_alone_and_passes_over_gaps(self):
        tga = self.levels(106)
        tga["2016-08-03"] = np.nan
        before = tga.copy()
        assert 102 <= fl.seasonal_pattern(tga)[4, 1] <= 104
        pd.testing.assert_series_equal(tga, before)

    def test_two_years_are_needed(self):
        with pytest.raises(fl.InvalidInputError, match="tga: expected at least two years"):
            fl.seasonal_pattern(self.levels(0).iloc[:103])

    def test_millions_are_refused(self):
        with pytest.raises(fl.UnitError, match="USD mn"):
            fl.seasonal_pattern(self.levels(0) * 1000)


class TestAbsorbsDrains:
    @pytest.mark.parametrize(
        ("floor", "change", "expected"),
        [
            (0, [0, -40, -100, -130], [100, 60, 0, 0]),
            (25, [-40, -75, -130], [60, 25, 25]),
            (0, [30, 500], [100, 100]),  # what comes in goes to reserves
            (150, [0, -40, 60], [100, 100, 100]),  # already below its floor, it stays
        ],
    )
    def test_on_rrp_gives_way_first(self, floor, change, expected):
        share = fl.AbsorbsDrains(floor).share(100, np.asarray(change, dtype=float))
        assert share.tolist() == expected


class TestSeriesAsPath:
    DAYS = weeks(1, 2)

    def test_it_is_read_on_the_dates_of_the_projection(self):
        own = pd.Series(
            [1.0, 2.0, 3.0, 4.0],
            pd.DatetimeIndex(["2026-01-07", "2026-01-14", "2026-01-20", "2026-01-21"]),
        )
        # The opening keeps the level of the sheet.
        assert values_of(own, "tga", 800, self.DAYS).tolist() == [800, 2, 4]

    @pytest.mark.parametrize("hole", [None, np.nan])
    def test_it_must_have_a_level_on_each(self, hole):
        own = pd.Series([2.0, hole], pd.DatetimeIndex(["2026-01-14", "2026-01-21"]), dtype=float)
        own = own.dropna() if hole is None else own
        with pytest.raises(fl.AlignmentError, match=r"'tga'.* no level on 2026-01-21; .*dates"):
            values_of(own, "tga", 800, self.DAYS)

    def test_no_path_holds_the_level(self):
        assert values_of(None, "tga", 800, self.DAYS).tolist() == [800, 800, 800]

    @pytest.mark.parametrize(
        ("path", "error", "message"),
        [
            (850, fl.InputTypeError, "tga.*: expected a path such as .* got 850"),
            ([1, 2, 3], fl.InputTypeError, "expected a path"),
            ({"2026-01-14": 850}, fl.InputTypeError, "expected a path"),
            (fl.Target, fl.InputTypeError, "expected a path"),
            (
                fl.Drift(-60_000),
                fl.UnitError,
                "tga.*: .* on 2026-01-14 is outside what is possible in USD bn",
            ),
            (pd.Series(850_000.0, DAYS), fl.UnitError, "850000 on 2026-01-14 is outside"),
            (fl.AbsorbsDrains(), fl.InputTypeError, "expected a path .* AbsorbsDrains"),
            (pd.Series([1.0, 2.0]), fl.TimeIndexError, "tga: expected a DatetimeIndex"),
        ],
    )
    def test_what_is_no_path(self, path, error, message):
        with pytest.raises(error, match=message):
            values_of(path, "tga", 800, self.DAYS)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: fl.Growth(3), fl.UnitError, r"per_year: .* for 3 % write 0\.03"),
        (lambda: fl.Growth(-1), fl.UnitError, "per_year: expected a fraction"),
        (lambda: fl.Growth("3 %"), fl.InputTypeError, "per_year: expected a number"),
        (lambda: fl.Drift(np.inf), fl.InvalidInputError, "per_year: expected a finite number"),
        (lambda: fl.Target(-850), fl.InvalidInputError, "level: expected USD bn from 0"),
        (lambda: fl.Target(850, -1), fl.InvalidInputError, "half_life_weeks: expected weeks"),
        (lambda: fl.DebtLimit("2026-06-01", -1), fl.InvalidInputError, "target: expected USD bn"),
        (lambda: fl.DebtLimit("2026-06-01", 850, -1), fl.InvalidInputError, "low: expected USD"),
        (lambda: fl.DebtLimit("2026-06-01", 850, 50, 0), fl.InvalidInputError, "rebuild_weeks"),
        (lambda: fl.DebtLimit("in June", 850), fl.InvalidInputError, "resolved: expected a day"),
        (lambda: fl.AbsorbsDrains(-1), fl.InvalidInputError, "floor: expected USD bn from 0"),
        (lambda: fl.Seasonal(850), fl.InputTypeError, "target, pattern: expected a fl.Target"),
        (lambda: fl.Seasonal(fl.Target(850), [1]), fl.InputTypeError, "target, pattern: expected"),
    ],
)
def test_paths_that_make_no_sense(make, error, message):
    with pytest.raises(error, match=message):
        make()
