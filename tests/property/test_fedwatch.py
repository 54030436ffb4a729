"""What holds of meeting probabilities, over calendars and curves that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import fedliq as fl
from fedliq.markets.rate_path import days_at_each_rate

settings.register_profile("fedliq", deadline=None, max_examples=60)
settings.load_profile("fedliq")

DAY = pd.Timedelta(days=1)
CONVENTIONS = st.sampled_from(["next day", "announcement day"])
TABLES = ("path", "contracts", "moves", "ranges", "nearest_ranges", "directions")


@st.composite
def calendars(draw, least: int = 31):
    """Meetings so many days apart that no month has two, and a day between the first and second."""
    first = pd.Timestamp("2015-01-01") + DAY * draw(st.integers(0, 3000))
    gaps = draw(st.lists(st.integers(least, 75), min_size=2, max_size=6))
    meetings = pd.DatetimeIndex(first + DAY * np.cumsum([0, *gaps]))
    as_of = first + DAY * draw(st.integers(2, gaps[0]))
    return meetings, as_of


@st.composite
def true_paths(draw):
    """A calendar, the true rate on every day of it, and its curve up to before the last meeting."""
    meetings, as_of = draw(calendars())
    convention = draw(CONVENTIONS)
    moves = draw(st.lists(st.floats(-1, 1), min_size=len(meetings), max_size=len(meetings)))
    days = pd.date_range(meetings[0] - 100 * DAY, meetings[-1] + 100 * DAY)
    lag = int(convention == "next day")
    starts = days.get_indexer(meetings + lag * DAY)
    steps = np.zeros(len(days))
    steps[0], steps[starts] = 5.0, moves
    rates = pd.Series(np.cumsum(steps), days)
    prices = 100 - rates.groupby(days.to_period("M")).mean()
    prices = prices[as_of.to_period("M") : meetings[-1].to_period("M") - 1]
    assume(len(prices))
    assume(prices.index[-1] >= meetings[1].to_period("M"))
    low = float(np.floor(rates[as_of] * 4) / 4)
    return rates, {
        "futures": prices,
        "meetings": meetings,
        "effr": rates[: as_of - DAY],
        "as_of": as_of,
        "target_range": (low, low + 0.25),
        "new_rate_from": convention,
    }


@st.composite
def any_curves(draw):
    """Prices that fit no path, some of them missing, and an EFFR that may lag behind."""
    meetings, as_of = draw(calendars(least=draw(st.sampled_from([9, 31, 40]))))
    months = pd.period_range(meetings[0], meetings[-1] + 60 * DAY, freq="M")
    rates = draw(
        st.lists(
            st.floats(3, 5).map(lambda rate: round(rate, 4)) | st.just(np.nan),
            min_size=len(months),
            max_size=len(months),
        )
    )
    prices = 100 - pd.Series(rates, months)
    ahead = meetings[meetings >= as_of]
    assume(prices[ahead[0].to_period("M") :].notna().any())
    known = pd.date_range(
        meetings[0] - 70 * DAY, as_of + 20 * DAY, freq=draw(st.sampled_from("DB"))
    )
    effr = pd.Series(np.linspace(4.2, 4.3, len(known)), known)
    return {
        "futures": prices,
        "meetings": meetings,
        "effr": effr if draw(st.booleans()) else effr[:-30],
        "as_of": as_of,
        "target_range": (4.0, 4.25),
        "new_rate_from": draw(CONVENTIONS),
    }


def probabilities(case, **changed):
    return fl.meeting_probabilities(**case | changed)


def close(left, right, tolerance=1e-9):
    np.testing.assert_allclose(
        np.asarray(left, float), np.asarray(right, float), rtol=1e-9, atol=tolerance
    )


class TestTruePath:
    @given(true_paths())
    def test_it_is_found(self, one):
        rates, case = one
        found = probabilities(case)
        lag = DAY * int(case["new_rate_from"] == "next day")
        told = found.path.dropna()
        assume(len(told))
        # The change may fall on the first day after the curve.
        assert len(told) >= len(found.path) - 1
        after = rates[told.index + lag]
        before = rates[told.index + lag - DAY]
        close(told["after"], after, 1e-4)
        close(told["before"], before, 1e-4)
        close(found.contracts["difference"].dropna(), 0, 1e-2)

    @given(true_paths())
    def test_the_last_effr_and_the_months_agree(self, one):
        _, case = one
        found = probabilities(case)
        without = probabilities(case, effr=case["effr"].iloc[:0])
        told = without.path.dropna()
        close(told, found.path.loc[told.index], 1e-2)


class TestTables:
    @given(any_curves())
    def test_where_told_they_sum_to_one_and_elsewhere_nothing_is_there(self, case):
        found = probabilities(case)
        told = found.path["change"].notna()
        through = told.cummin()
        for table, rows in (
            (found.moves, told),
            (found.ranges, through),
            (found.nearest_ranges, through),
            (found.directions, through),
        ):
            assert table.index.equals(found.path.index)
            close(table[rows].sum(axis=1), 1)
            assert (table[rows] >= 0).all(axis=None)
            assert table[~rows].isna().all(axis=None)

    @given(any_curves())
    def test_the_expected_rate_is_that_of_the_futures(self, case):
        """Whichever way it is shared out."""
        found = probabilities(case)
        told = found.path["change"].notna()
        through = told.cummin()
        moves = found.moves[told]
        scale = 1 + found.path.abs().max(axis=None)
        close(moves @ moves.columns.to_numpy(float) / scale, found.path["change"][told] / scale)
        for table in (found.ranges[through], found.nearest_ranges[through]):
            lows = np.array([float(label[: label.index("-", 1)]) for label in table.columns])
            expected = table @ (lows - case["target_range"][0])
            start = found.path["before"].iloc[0]
            close(expected / scale, (found.path["after"][through] - start) / scale, 1e-8)

    @given(any_curves())
    def test_a_single_move_is_shared_by_two_neighbours(self, case):
        found = probabilities(case)
        for table in (found.moves, found.nearest_ranges):
            for row in table.to_numpy():
                places = np.flatnonzero(row > 0)
                assert len(places) <= 2
                assert np.ptp(places) <= 1 if len(places) else True

    @given(any_curves())
    def test_directions_are_sums_of_ranges(self, case):
        found = probabilities(case)
        through = found.path["change"].notna().cummin()
        ranges, directions = found.ranges[through], found.directions[through]
        lows = np.array([float(label[: label.index("-", 1)]) for label in ranges.columns])
        for name, sign in (("lower", -1), ("unchanged", 0), ("higher", 1)):
            of_sign = np.sign(lows - case["target_range"][0]) == sign
            close(directions[name], ranges.loc[:, of_sign].sum(axis=1))

    @given(any_curves())
    def test_to_frame_is_the_ranges_that_can_occur(self, case):
        found = probabilities(case)
        frame = found.to_frame()
        ranges = found.ranges
        assert len(frame) == int((ranges.to_numpy() > 0).sum())
        for row in frame.itertuples():
            assert ranges.loc[row.meeting, row.range] == row.probability

    @given(any_curves())
    def test_every_meeting_ahead_is_told_or_a_reason_is_given(self, case):
        found = probabilities(case)
        told = set(found.path.index[found.path["change"].notna()])
        ahead = case["meetings"][case["meetings"] >= case["as_of"]]
        assert told | set(found.not_told) == set(ahead)
        assert not told & set(found.not_told)


class TestContracts:
    @given(any_curves())
    def test_a_rate_is_told_by_a_contract_that_the_path_then_reproduces(self, case):
        """By the only one for a rate seen for part of a month; by the mean of whole months."""
        found = probabilities(case)
        months = found.contracts.index.to_numpy().astype("datetime64[M]")
        lag = np.timedelta64(int(case["new_rate_from"] == "next day"), "D")
        meetings = found.path.index.to_numpy().astype("datetime64[D]")
        seen = days_at_each_rate(months, meetings + lag)
        scale = 1 + found.contracts["path"].abs().max()
        differences = found.contracts["difference"].to_numpy() / scale
        for rate, share in enumerate(found.path["share"], start=1):
            if np.isnan(share):
                continue
            fits = [
                differences[at]
                for at, month in enumerate(seen)
                if month.get(rate, 0) / sum(month.values()) == share
            ]
            if share == 1:
                close(np.nansum(fits), 0, 1e-6)
            else:
                close(np.nanmin(np.abs(fits)), 0, 1e-6)

    @given(any_curves())
    def test_path_and_difference_are_what_they_say(self, case):
        """Once more by days: each at the rate after the last change up to it."""
        found = probabilities(case)
        lag = DAY * int(case["new_rate_from"] == "next day")
        months = found.contracts.index
        days = pd.date_range(months[0], months[-1] + pd.offsets.MonthEnd())
        rates = pd.Series(np.nan, days)
        steps = zip(found.path.index, found.path["before"], found.path["after"], strict=True)
        for at, (meeting, before, after) in enumerate(steps):
            if at == 0:
                rates[:] = before
            rates[meeting + lag :] = after
        average = rates.groupby(days.to_period("M")).mean().to_numpy().copy()
        average[rates.isna().groupby(days.to_period("M")).any()] = np.nan
        past = case["meetings"][case["meetings"] < case["as_of"]][-1] + lag
        average[months < past] = np.nan
        scale = 1 + np.nanmax(np.abs(np.append(average, 0)))
        close(found.contracts["path"] / scale, average / scale)
        implied = 100 - found.contracts["price"]
        close(found.contracts["implied"], implied)
        close(found.contracts["difference"] / scale, 100 * (implied - average) / scale, 1e-7)


class TestInvariance:
    @given(any_curves(), st.integers(-4, 8))
    def test_rates_that_are_all_higher_shift_the_labels_alone(self, case, moves):
        shift = 0.25 * moves
        low, high = case["target_range"]
        found = probabilities(case)
        moved = probabilities(
            case,
            futures=case["futures"] - shift,
            effr=case["effr"] + shift,
            target_range=(low + shift, high + shift),
        )
        tolerance = 1e-10 * (1 + found.path.abs().max(axis=None))
        close(moved.path["change"], found.path["change"], tolerance * 100)
        told = found.path["change"].notna().cummin()
        for name in ("ranges", "nearest_ranges"):
            table = getattr(found, name)
            lows = [float(label[: label.index("-", 1)]) + shift for label in table.columns]
            shifted = table.set_axis([f"{low:.2f}-{low + 0.25:.2f}" for low in lows], axis=1)
            one, other = getattr(moved, name)[told].align(shifted[told], fill_value=0)
            close(one, other, max(1e-6, tolerance * 100))

    @given(any_curves(), st.floats(0, 9))
    def test_the_effr_of_the_day_and_later_is_not_used(self, case, rate):
        effr = case["effr"][: case["as_of"] - DAY]
        later = pd.date_range(case["as_of"], periods=40)
        same(
            probabilities(case, effr=effr),
            probabilities(case, effr=pd.concat([effr, pd.Series(rate, later)])),
        )

    @given(any_curves())
    def test_contracts_before_this_month_and_after_the_last_meeting_are_not_used(self, case):
        this_month = case["as_of"].to_period("M")
        last = case["meetings"][-1].to_period("M")
        assume(np.isfinite(case["futures"][last]))
        same(probabilities(case), probabilities(case, futures=case["futures"][this_month:last]))

    @given(any_curves())
    def test_behind_a_month_at_one_rate_later_contracts_change_nothing(self, case):
        """Up to a month at one rate that a month with a meeting follows at once."""
        whole = probabilities(case)
        lag = np.timedelta64(int(case["new_rate_from"] == "next day"), "D")
        months = whole.contracts.index.to_numpy().astype("datetime64[M]")
        meetings = whole.path.index.to_numpy().astype("datetime64[D]")
        seen = days_at_each_rate(months, meetings + lag)
        priced = whole.contracts["path"].notna() & whole.contracts["price"].notna()
        anchors = [
            at
            for at in range(len(seen) - 1)
            if len(seen[at]) == 1 and len(seen[at + 1]) > 1 and priced.iloc[at] and max(seen[at])
        ]
        for at in anchors:
            cut = probabilities(case, futures=case["futures"][: pd.Period(str(months[at]))])
            known = max(seen[at])
            pd.testing.assert_frame_equal(cut.path.iloc[:known], whole.path.iloc[:known])

    @given(any_curves(), st.randoms())
    def test_the_order_of_contracts_does_not_matter(self, case, chance):
        order = list(range(len(case["futures"])))
        chance.shuffle(order)
        same(probabilities(case), probabilities(case, futures=case["futures"].iloc[order]))


def same(one, other):
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)
    assert one.not_told == other.not_told
