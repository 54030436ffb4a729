"""Thirds of the sample, a few lines of text, and what is refused and why."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from liquidity_and_price import (
    band,
    holed,
    independent,
    laid_together,
    moved,
    searched,
    thursday_afternoons,
    walks,
    wednesdays,
)


def thirds(liquidity, price, leads, best, *, horizon=4, every=1, fewest=10):
    """The search in thirds of the observations at ``best``, by plain pandas."""
    one, other = (moved(series, horizon).to_numpy() for series in (liquidity, price))
    rows = laid_together(one, other, best, every).index
    parts = []
    for part in np.array_split(rows, 3):
        kept = pd.Series(one).where(np.isin(np.arange(len(one)), part))
        at_best = laid_together(kept, other, best)
        pairs = {lead: laid_together(kept, other, lead) for lead in leads}
        own = {lead: pair.corr().iloc[0, 1] for lead, pair in pairs.items() if len(pair) >= fewest}
        largest = max(own, key=lambda lead: abs(own[lead]))
        ends = band(at_best["one"], at_best["other"])
        parts.append(
            {
                "first": liquidity.index[part[0]],
                "last": liquidity.index[part[-1]],
                "at_best": at_best.corr().iloc[0, 1],
                "lower_95": ends.lower,
                "upper_95": ends.upper,
                "own_best": largest,
                "own_correlation": own[largest],
            }
        )
    return pd.DataFrame(parts)


class TestParts:
    @pytest.mark.parametrize("overlapping", [True, False])
    def test_each_third_is_searched_by_its_own_observations(self, overlapping):
        series, leads = holed(*independent(1, 401)), range(-6, 13)
        found = searched(*series, leads=leads, overlapping=overlapping)
        wanted = thirds(*series, leads, found.best, every=1 if overlapping else 4)
        pd.testing.assert_frame_equal(found.parts, wanted, rtol=1e-8)

    def test_a_lead_that_leaves_a_third_less_than_ten_is_not_its_own_best(self):
        """A third of 39 changes has 13 at lead 0, of which 8 are followed to lead 5, or -5."""
        told_apart, leads = np.zeros(3), [-5, -3, 0, 3, 5]
        for seed in range(30):
            series = independent([2, seed], 40)
            found = searched(*series, leads=leads, horizon=1)
            wanted = thirds(*series, leads, found.best, horizon=1)
            pd.testing.assert_frame_equal(found.parts, wanted, rtol=1e-8)
            careless = thirds(*series, leads, found.best, horizon=1, fewest=8)
            told_apart += careless["own_best"] != wanted["own_best"]
        assert told_apart[0] > 0
        assert told_apart[2] > 0

    def test_a_third_in_which_liquidity_stood_still_has_none(self):
        liquidity, price = independent(7, 300)
        liquidity.iloc[:130] = 6000.0
        found = searched(liquidity, price, leads=range(4))
        missing = found.parts[["at_best", "lower_95", "upper_95", "own_correlation"]].isna()
        assert missing.all(axis=1).tolist() == missing.any(axis=1).tolist() == [True, False, False]

    def test_leads_at_which_a_third_stands_still_are_passed_over(self):
        """Of the price's first 68 weeks nothing moves; some of its third meets later ones."""
        liquidity, price = independent(0, 200)
        price.iloc[:68] = 50.0
        found = searched(liquidity, price, leads=range(-3, 3))
        assert found.parts["own_correlation"].notna().all()

    def test_a_lead_of_one_third_alone_shows_there(self):
        rng = np.random.default_rng(3)
        one, noise = rng.standard_normal((2, 360))
        followed = np.where(np.arange(360) < 120, 2 * np.roll(one, 2), 0) + noise
        parts = searched(*walks(one, followed), leads=range(9)).parts
        assert parts["own_best"].iloc[0] == 2
        assert parts["at_best"].iloc[0] > 0.7
        assert parts["at_best"].iloc[1:].abs().max() < 0.4


class TestSummary:
    def test_it_says_what_stands_out_and_what_that_is_worth(self):
        rng = np.random.default_rng(4)
        one, noise = rng.standard_normal((2, 300))
        found = searched(*walks(one, np.roll(one, 2) + noise), leads=range(9))
        lines = found.summary().splitlines()
        row = found.profile.loc[2]
        assert lines[0] == (
            f"of 9 correlations {row['correlation']:+.2f} at lead 2 stands out most, 294 observations"
        )
        assert lines[1].endswith(
            "horizon 4, changes log, overlapping True, draws 199, block 4, seed 0"
        )
        assert lines[2] == (
            f"p-value {row['p_value']:.3f} for this lead alone, 0.005 after a search over all, which "
            f"by chance stays within {row['critical']:.2f} here in 95 % of cases"
        )
        assert len(lines) == 6
        for line, part in zip(lines[3:], found.parts.itertuples(), strict=True):
            assert line == (
                f"{part.first.date()} to {part.last.date()}: {part.at_best:+.2f} at lead 2, "
                f"largest {part.own_correlation:+.2f} at lead {part.own_best}"
            )

    def test_every_choice_is_kept(self):
        found = searched(
            *independent(5, 200),
            horizon=2,
            changes="difference",
            overlapping=False,
            bootstrap=fl.BlockBootstrap(150, block=7, seed=9),
        )
        assert found.specification == {
            "horizon": 2,
            "changes": "difference",
            "overlapping": False,
            "draws": 150,
            "block": 7,
            "seed": 9,
        }

    @pytest.mark.parametrize(("weeks", "block"), [(200, 4), (550, 5), (1040, 6)])
    def test_a_block_is_by_default_the_fourth_root_of_the_steps(self, weeks, block):
        assert searched(*independent(5, weeks), leads=[0]).specification["block"] == block


def refused(error, message, **changed):
    liquidity, price = independent(6, 120)
    given = {"liquidity": liquidity, "price": price, "leads": range(5)} | changed
    with pytest.raises(error, match=message):
        searched(given.pop("liquidity"), given.pop("price"), **given)


class TestRefusals:
    @pytest.mark.parametrize("leads", [4, "ab", [1.5], [True], [0, "1"], None, [np.nan]])
    def test_leads_that_are_no_whole_numbers(self, leads):
        refused(
            fl.InputTypeError, r"leads: expected whole numbers such as range\(27\)", leads=leads
        )

    @pytest.mark.parametrize("leads", [[], [1, 2, 1], range(0)])
    def test_no_leads_or_one_twice(self, leads):
        message = re.escape(f"leads: expected each lead once and at least one, got {list(leads)}")
        refused(fl.InvalidInputError, message, leads=leads)

    @pytest.mark.parametrize("horizon", [-1, -4])
    def test_a_horizon_that_goes_back(self, horizon):
        refused(fl.InvalidInputError, "horizon: .* a lead is given by leads", horizon=horizon)

    @pytest.mark.parametrize("horizon", [4.0, "4W", True, None])
    def test_a_horizon_that_is_no_whole_number(self, horizon):
        refused(fl.InputTypeError, "horizon: expected a whole number", horizon=horizon)

    @pytest.mark.parametrize("changes", ["percent", None, "Log"])
    def test_changes_of_another_kind(self, changes):
        refused(
            fl.InvalidInputError, "changes: .* is not one of 'log', 'difference'", changes=changes
        )

    @pytest.mark.parametrize("overlapping", [1, "no", None])
    def test_overlapping_that_is_neither(self, overlapping):
        refused(fl.InputTypeError, "overlapping: expected True or False", overlapping=overlapping)

    @pytest.mark.parametrize("bootstrap", [199, None, {"draws": 199}])
    def test_a_bootstrap_that_is_none(self, bootstrap):
        refused(fl.InputTypeError, "bootstrap: expected a BlockBootstrap", bootstrap=bootstrap)

    @pytest.mark.parametrize("value", [0.0, -3.0])
    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_what_has_no_logarithm(self, name, value):
        series = dict(zip(("liquidity", "price"), independent(6, 120), strict=True))
        series[name].iloc[60] = value
        day = series[name].index[60].date()
        message = f"{name}: not above zero on {day}, .*use changes='difference'"
        refused(fl.InvalidInputError, message, **series)
        plain = searched(**series, leads=[0], changes="difference").profile
        assert plain.loc[0, "observations"] == 116

    def test_a_level_without_a_logarithm_is_compared_as_it_is(self):
        liquidity, price = independent(6, 120)
        liquidity.iloc[60] = 0.0
        message = "'difference', which leaves levels as they are"
        refused(fl.InvalidInputError, message, liquidity=liquidity, price=price, horizon=0)

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_what_is_infinite(self, name):
        series = dict(zip(("liquidity", "price"), independent(6, 120), strict=True))
        series[name].iloc[60] = np.inf
        for changes in ("log", "difference"):
            message = f"{name}: infinite on {series[name].index[60].date()}"
            refused(fl.InvalidInputError, message, **series, changes=changes)

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_a_series_that_stands_still(self, name):
        series = dict(zip(("liquidity", "price"), independent(6, 120), strict=True))
        series[name][:] = 50.0
        message = "liquidity, price: one of them stands still, so nothing correlates"
        refused(fl.SampleError, message, **series)

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_a_series_that_grows_evenly_but_for_rounding(self, name):
        series = dict(zip(("liquidity", "price"), independent(6, 120), strict=True))
        series[name][:] = 100 * 1.01 ** np.arange(120)
        message = "liquidity, price: one of them stands still, so nothing correlates"
        refused(fl.SampleError, message, **series)

    def test_thirty_observations_at_each_lead_are_enough_and_fewer_are_not(self):
        """Of 37 weeks 33 have a change over four, and 30 of these one three weeks later."""
        series = independent(6, 37)
        assert searched(*series, leads=[-3, 0, 3]).profile["observations"].tolist() == [30, 33, 30]
        for lead in (-4, 4):
            with pytest.raises(
                fl.SampleError, match=f"at lead {lead}: 29 complete observations; .* takes 30"
            ):
                searched(*series, leads=[0, lead])

    @pytest.mark.parametrize("leads", [[120], [-120], [500], [10**30]])
    def test_leads_beyond_the_sample(self, leads):
        refused(fl.SampleError, f"at lead {leads[0]}: 0 complete observations", leads=leads)

    def test_no_price_at_all(self):
        refused(
            fl.SampleError, "0 complete", price=pd.Series([], pd.DatetimeIndex([]), dtype=float)
        )
        refused(fl.SampleError, "0 complete", price=pd.Series(np.nan, wednesdays(120)))

    def test_a_week_that_is_missing_from_liquidity(self):
        liquidity, price = independent(6, 120)
        message = r"liquidity: .* are 14 days apart, .* fl\.align\(\.\.\., on=\.\.\.\)"
        refused(
            fl.AlignmentError,
            message,
            liquidity=liquidity.drop(liquidity.index[50]),
            price=price,
            available=thursday_afternoons(120).delete(50),
        )

    def test_times_of_publication_of_other_rows(self):
        public = thursday_afternoons(120)
        refused(fl.AlignmentError, "available: expected 120 dates", available=public[1:])
        refused(
            fl.AlignmentError,
            "available: 2016-01-06 would be public before it was observed",
            available=public - pd.Timedelta(days=2),
        )
        refused(
            fl.AlignmentError, "available: dates of publication go back", available=public[::-1]
        )
        refused(fl.TimeIndexError, "available: expected a DatetimeIndex", available=list(public))

    @pytest.mark.parametrize("name", ["liquidity", "price"])
    def test_what_is_no_series_by_date(self, name):
        refused(fl.InputTypeError, f"{name}: expected a pandas Series", **{name: np.arange(120.0)})
        refused(
            fl.TimeIndexError, f"{name}: expected a DatetimeIndex", **{name: pd.Series([1.0, 2])}
        )


class TestBootstrap:
    @pytest.mark.parametrize("draws", [99, 0, -5, 10**6])
    def test_draws_out_of_range(self, draws):
        with pytest.raises(fl.InvalidInputError, match="draws: expected"):
            fl.BlockBootstrap(draws)

    def test_a_hundred_draws_will_do(self):
        found = searched(*independent(6, 120), bootstrap=fl.BlockBootstrap(100))
        assert len(found.largest) == 100

    def test_fewer_than_ten_blocks_are_no_chance(self):
        """Of nine blocks one draw in 256 turns none or all, and is the search itself."""
        series = independent(6, 120)
        searched(*series, bootstrap=fl.BlockBootstrap(100, block=12))
        with pytest.raises(
            fl.InvalidInputError,
            match="block: 13 leaves fewer than 10 blocks of 120 steps; give at most 12",
        ):
            searched(*series, bootstrap=fl.BlockBootstrap(100, block=13))

    def test_the_search_itself_among_the_draws_counts_as_reached(self):
        """With ten blocks it comes up, turned or not, once in 512 draws: thirty of these."""
        found = searched(
            *walks(*2 * (np.random.default_rng(1).standard_normal(120),)),
            leads=[0],
            horizon=1,
            bootstrap=fl.BlockBootstrap(15_000, block=12),
        )
        assert found.profile.loc[0, "correlation"] == pytest.approx(1)
        assert found.profile.loc[0, "corrected_p_value"] > 10 / 15_000
        assert found.profile.loc[0, "p_value"] == pytest.approx(0)

    @pytest.mark.parametrize("wrong", [{"block": 0}, {"block": -2}, {"seed": -1}, {"jobs": 0}])
    def test_numbers_out_of_range(self, wrong):
        with pytest.raises(fl.InvalidInputError, match=f"{next(iter(wrong))}: expected"):
            fl.BlockBootstrap(**wrong)

    @pytest.mark.parametrize("name", ["draws", "block", "seed", "jobs"])
    @pytest.mark.parametrize("value", [500.0, "500", True])
    def test_numbers_that_are_not_whole(self, name, value):
        with pytest.raises(fl.InputTypeError, match=f"{name}: expected a whole number"):
            fl.BlockBootstrap(**{name: value})

    def test_ten_thousand_draws_of_seed_zero_in_one_thread_are_the_default(self):
        assert dataclasses.astuple(fl.BlockBootstrap()) == (10_000, None, 0, None)
