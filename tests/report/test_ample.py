"""How ample reserves are, as the brief says it, from the published figures of the day."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import fedliq as fl
from fedliq.report import ample
from fedliq.report.ample import ample_section
from fedliq.report.brief import make_brief
from fedliq.report.formats import as_json, as_text
from fedliq.report.page import Document

EVE = "2025-10-28"  # of the FOMC that ended run-off


@pytest.fixture(scope="module")
def eve(sample):
    return make_brief(sample, EVE).ample


def factor(one, name):
    return next(each for each in one.factors if each.name == name)


def words(one):
    text = as_text(Document("", (), (ample_section(one),)))
    return " ".join(text.split())


def test_the_factors_are_those_published_by_the_evening(sample, eve):
    on_rrp, ratio = factor(eve, "on_rrp"), factor(eve, "ratio")
    assert (on_rrp.value, on_rrp.date) == (sample["on_rrp"][EVE], pd.Timestamp(EVE))
    # The H.8 of Friday 24 October has the Wednesday nine days before.
    week = pd.Timestamp("2025-10-15")
    published = sample["reserves_week_average"][week] / sample["bank_assets"][week]
    assert (ratio.value, ratio.date) == (pytest.approx(published), week)
    # The last loan under the BTFP fell due on 11 March 2025.
    assert (factor(eve, "btfp").value, factor(eve, "btfp").state) == (0.0, "met")


def test_the_spread_is_the_mean_of_four_weeks_outside_turns(sample, eve):
    days = pd.date_range("2025-09-30", "2025-10-27")  # SOFR of the 28th is out the day after
    spread = fl.rate_spread(*fl.align(sample["sofr"][days[0] : days[-1]], sample["iorb"]))
    off = fl.turn_flags(spread.index).any(axis=1).to_numpy()
    assert factor(eve, "spread").value == pytest.approx(spread[~off].mean())
    assert factor(eve, "spread").date == days[-1]


def test_all_four_were_met_before_run_off_was_ended(eve):
    assert (eve.met, eve.stage) == (4, "reached")
    assert "Run-off is under way, its caps those of 2025-04-01." in words(eve)
    assert "4 of 4 factors of the end of run-off are met: reached." in words(eve)


def test_none_but_what_is_missing_was_met_when_run_off_was_slowed(sample):
    """On 1 May 2024 the sample has no figure of the BTFP, and says so instead of a stage."""
    slowed = make_brief(sample, "2024-05-01").ample
    assert [one.state for one in slowed.factors].count("not met") == 3
    assert factor(slowed, "btfp").state == "not available"
    assert "0 of 4 factors of the end of run-off are met, 1 not available." in words(slowed)


def test_after_run_off_the_section_says_that_there_is_none(sample):
    assert make_brief(sample, "2026-08-21").ample.run_off == (
        "No run-off is under way: caps are zero since 2025-12-01."
    )


def test_the_slope_is_that_of_the_figures_known_then(sample, eve):
    data = fl.reserve_demand_data(sample.known_on(EVE))
    known = fl.reserve_demand_elasticity(data["spread"], data["ratio"]).estimates.dropna()
    assert eve.slope.date == known.index[-1] == pd.Timestamp("2025-10-15")
    assert eve.slope.median == known["median"].iloc[-1]
    assert (eve.slope.lower_95, eve.slope.upper_95) == tuple(
        known[["lower_95", "upper_95"]].iloc[-1]
    )


def test_the_regimes_stand_beside_each_other(sample):
    """On 28 November 2025 the ratio was below 12 %, while the band of the slope held zero."""
    one = make_brief(sample, "2025-11-28").ample
    assert (one.slope.by_ratio, one.slope.by_slope, one.slope.agree) == (
        "ample",
        "abundant",
        False,
    )
    assert one.slope.upper_95 >= 0
    assert "By the ratio ample: they disagree." in words(one)


def test_too_short_a_history_has_no_slope_and_says_why(sample):
    early = make_brief(sample, "2009-06-01").ample
    assert early.slope.median is None
    assert "Slope of reserve demand: n/a, " in words(early)
    assert "complete observations; the estimate takes 52." in words(early)


def test_a_dataset_without_the_rate_has_no_slope_and_names_it(sample):
    held = {name: sample[name] for name in sample if name != "effr"}
    without = fl.Dataset(held, as_of=sample.as_of, source="a test")
    slope = make_brief(without).ample.slope
    assert slope.median is None
    assert slope.note == "has no effr"


def test_a_week_that_is_missing_far_back_changes_no_brief_into_an_error(sample):
    """It is a week without figures, no hole: H.4.1 of 24 September 2014 taken out."""
    reserves = sample["reserves_week_average"]
    gone = reserves.drop(pd.Timestamp("2014-09-24"))
    held = dict(sample) | {"reserves_week_average": gone}
    one = make_brief(fl.Dataset(held, as_of=sample.as_of, source="a test"), EVE).ample
    assert one.slope.date == pd.Timestamp("2025-10-15")


def test_what_cannot_be_estimated_is_said_in_the_words_of_the_error(sample):
    """EFFR that stands at IORB throughout has no slope."""
    held = dict(sample) | {"effr": fl.splice_iorb(sample["ioer"], sample["iorb"])}
    one = make_brief(fl.Dataset(held, as_of=sample.as_of, source="a test"), EVE).ample
    assert one.slope.note == "spread: stands at 0 throughout, so it tells no slope."


def test_an_old_figure_meets_no_factor(sample):
    """Without figures for three weeks a factor is not available, whatever the last one was."""
    held = dict(sample) | {"on_rrp": sample["on_rrp"][:"2025-10-07"]}
    old = fl.Dataset(held, as_of=sample.as_of, source="a test")
    assert factor(make_brief(old, EVE).ample, "on_rrp").state == "not available"


def test_a_weak_instrument_is_said_and_not_warned_of(sample, monkeypatch):
    monkeypatch.setattr(ample, "WEAK_STRENGTH", 1e9)
    one = make_brief(sample, EVE).ample
    assert "Weak: errors of reserves hardly move reserves" in words(one)


def test_a_program_can_read_it(sample, eve):
    told = json.loads(as_json(make_brief(sample, EVE)))["ample"]
    assert [one["state"] for one in told["factors"]] == ["met"] * 4
    assert told["slope"]["median"] == pytest.approx(eve.slope.median)
    assert told["slope"]["unit"] == "bp per pp"
