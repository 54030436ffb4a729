"""Links to prices: correlations by lead, and changes around events."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from charts import (
    CHARTS,
    EVENT_STUDY,
    LEAD_LAG,
    MISSING,
    area,
    areas,
    curve,
    event_study,
    key,
    last_stated,
    lead_lag,
    line,
    over,
    title,
)
from liquidity_and_price import independent, returning, searched
from plain_event_study import by_loop, walk

SHADING, DOTS, BEST = "95 % of searches by chance", "correlation, 95 % band", "stands out most"


def whiskers(ax) -> dict[int, tuple[float, float]]:
    (found,) = areas(
        ax, next(one.get_label() for one in areas(ax) if hasattr(one, "get_segments"))
    )
    drawn = (one for one in found.get_segments() if len(one))
    return {int(x): (low, high) for (x, low), (_, high) in drawn}


class TestLeadLag:
    def test_dots_are_the_correlations_by_lead(self, ax):
        fl.plot.lead_lag(LEAD_LAG, ax=ax)
        drawn = curve(line(ax, DOTS))
        assert dict(zip(drawn.index, drawn, strict=True)) == {
            -1: -0.05, 0: 0.10, 1: -0.30, 2: 0.15, 3: 0.02,
        }  # fmt: skip

    def test_whiskers_are_the_bands_of_single_leads(self, ax):
        fl.plot.lead_lag(LEAD_LAG, ax=ax)
        assert whiskers(ax) == {
            -1: (-0.20, 0.11), 0: (-0.05, 0.24), 1: (-0.44, -0.12), 2: (-0.02, 0.31), 3: (-0.15, 0.18),
        }  # fmt: skip

    def test_the_shading_is_what_searches_by_chance_stay_within_on_both_sides(self, ax):
        fl.plot.lead_lag(LEAD_LAG, ax=ax)
        drawn = over(area(ax, SHADING), pd.Index([-1, 0, 1, 2, 3]))
        critical = [0.25, 0.22, 0.26, 0.24, 0.28]
        np.testing.assert_allclose(drawn["upper"], critical, atol=1e-5)
        np.testing.assert_allclose(drawn["lower"], np.negative(critical), atol=1e-5)

    def test_the_best_lead_is_marked(self, ax):
        fl.plot.lead_lag(LEAD_LAG, ax=ax)
        assert line(ax, BEST).get_xydata().tolist() == [[1, -0.30]]
        assert line(ax, BEST).get_marker() != line(ax, DOTS).get_marker()

    def test_the_p_value_is_that_after_the_search(self, ax):
        fl.plot.lead_lag(
            lead_lag(corrected_p_value=[1, 1, 0.47, 1, 1], p_value=[0, 0, 0, 0, 0]), ax=ax
        )
        assert title(ax) == "Lead 1: -0.30, p = 0.47 after the search"

    def test_a_search_of_the_library(self, ax):
        found = searched(*independent(1), leads=range(-2, 5))
        fl.plot.lead_lag(found, ax=ax)
        assert curve(line(ax, DOTS)).tolist() == found.profile["correlation"].tolist()
        assert whiskers(ax)[4] == tuple(found.profile.loc[4, ["lower_95", "upper_95"]])
        assert line(ax, BEST).get_xydata()[0, 0] == found.best
        # None stood out beyond what chance gives, or the p-value says so.
        beyond = found.profile["correlation"].abs() > found.profile["critical"]
        assert beyond.any() == (found.profile["corrected_p_value"].min() <= 0.05)

    @pytest.fixture
    def wandering(self):
        with pytest.warns(fl.TrendingLevelsWarning):
            return searched(*independent(2), horizon=0, leads=range(4))

    def test_levels_that_wander_have_neither_shading_nor_whiskers_nor_p_value(self, ax, wandering):
        fl.plot.lead_lag(wandering, ax=ax)
        assert key(ax) == [DOTS, BEST]
        assert whiskers(ax) == {}
        assert title(ax).endswith(", levels wander")
        assert "p =" not in title(ax)
        assert curve(line(ax, DOTS)).tolist() == wandering.profile["correlation"].tolist()
        ax.figure.draw_without_rendering()

    def test_levels_are_not_called_changes(self, ax):
        fl.plot.lead_lag(searched(*returning(1), horizon=0, leads=range(4)), ax=ax)
        assert "changes" not in ax.get_ylabel()

    def test_one_lead(self, ax):
        fl.plot.lead_lag(searched(*returning(1), leads=[3]), ax=ax)
        ax.figure.draw_without_rendering()
        assert list(whiskers(ax)) == [3]

    def test_the_last_observation_is_that_of_the_last_part(self, ax):
        found = searched(*independent(1), leads=[0])
        fl.plot.lead_lag(found, ax=ax)
        assert last_stated(ax) == f"{found.parts['last'].iloc[-1]:%Y-%m-%d}"

    def test_refusals_name_the_argument(self, ax):
        for wrong in (LEAD_LAG.profile, EVENT_STUDY, None):
            with pytest.raises(
                fl.InputTypeError, match=r"^result: expected the LeadLag .*fl\.lead_lag"
            ):
                fl.plot.lead_lag(wrong, ax=ax)
        with pytest.raises(fl.InvalidInputError, match=r"^result: nothing to draw"):
            fl.plot.lead_lag(lead_lag(correlation=[MISSING] * 5), ax=ax)
        assert not ax.lines


class TestEventStudy:
    def test_the_average_is_the_cumulative_one(self, ax):
        fl.plot.event_study(EVENT_STUDY, ax=ax)
        drawn = curve(line(ax, "average"))
        assert dict(zip(drawn.index, drawn, strict=True)) == {
            -1: 0.01,
            0: -0.01,
            1: -0.04,
            2: -0.035,
        }

    def test_the_shading_is_that_of_quiet_days(self, ax):
        fl.plot.event_study(EVENT_STUDY, ax=ax)
        drawn = over(area(ax, "95 % on quiet days"), pd.Index([-1, 0, 1, 2]))
        np.testing.assert_allclose(drawn["lower"], [-0.015, -0.02, -0.025, -0.03], atol=1e-6)
        np.testing.assert_allclose(drawn["upper"], [0.012, 0.018, 0.022, 0.028], atol=1e-6)

    def test_thin_lines_are_single_events_summed_up(self, ax):
        fl.plot.event_study(EVENT_STUDY, ax=ax)
        thin = [one for one in ax.lines if one.get_linewidth() < 0.7]
        np.testing.assert_allclose(
            [one.get_ydata() for one in thin],
            [[0.02, 0.03, -0.02, -0.01], [0.0, -0.03, -0.05, -0.03], [0.01, -0.03, -0.05, -0.065]],
        )
        assert {tuple(one.get_xdata()) for one in thin} == {(-1, 0, 1, 2)}

    def test_the_day_of_the_event_and_no_change_are_marked(self, ax):
        fl.plot.event_study(EVENT_STUDY, ax=ax)
        marks = [one.get_xydata().tolist() for one in ax.lines[-2:]]
        assert marks == [[[0, 0], [1, 0]], [[0, 0], [0, 1]]]

    @pytest.mark.parametrize(
        ("chosen", "unit"),
        [
            ({}, "cumulative log change"),
            ({"changes": "difference"}, "cumulative change"),
            ({"standardised": True}, "cumulative standard deviations"),
            ({"standardised": True, "changes": "difference"}, "cumulative standard deviations"),
        ],
    )
    def test_the_unit_is_that_of_the_changes(self, ax, chosen, unit):
        fl.plot.event_study(event_study(**chosen), ax=ax)
        assert ax.get_ylabel() == unit

    @pytest.mark.parametrize("chosen", [{}, {"changes": "difference"}, {"standardised": True}])
    def test_a_study_of_the_library_by_a_plain_loop(self, ax, chosen):
        price = walk(3)
        days = price.index[[10, 200, 350, 500]]
        found = fl.event_study(price, days, window=(-2, 3), draws=200, **chosen)
        fl.plot.event_study(found, ax=ax)
        abnormal, _, deviation = by_loop(
            price, days, (-2, 3), 120, changes=chosen.get("changes", "log")
        )
        expected = (
            abnormal.iloc[1:].cumsum(axis=1).to_numpy()
        )  # the first has too few days before it
        if "standardised" in chosen:
            expected = expected / np.array(deviation[1:])[:, None]
        thin = [one.get_ydata() for one in ax.lines if one.get_linewidth() < 0.7]
        np.testing.assert_allclose(thin, expected, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(curve(line(ax, "average")), expected.mean(axis=0), atol=1e-12)
        assert title(ax).startswith("3 events: ")
        assert last_stated(ax) == f"{days[-1]:%Y-%m-%d}"

    def test_an_event_that_is_left_out_is_neither_drawn_nor_the_last_observation(self, ax):
        study = event_study()
        study.events["left_out"] = ["", "", "too few", "too few"]
        fl.plot.event_study(study, ax=ax)
        assert title(ax).startswith("2 events: ")
        assert len([one for one in ax.lines if one.get_linewidth() < 0.7]) == 2
        assert last_stated(ax) == "2024-05-02"

    def test_a_window_of_one_day_is_said_in_the_title(self, ax):
        price = walk(3)
        study = fl.event_study(price, price.index[[200, 400]], window=(0, 0), draws=200)
        fl.plot.event_study(study, ax=ax)
        ax.figure.draw_without_rendering()
        assert "by day 0, p = " in title(ax)

    def test_refusals_name_the_argument(self, ax):
        for wrong in (EVENT_STUDY.average, LEAD_LAG, "study"):
            with pytest.raises(
                fl.InputTypeError, match=r"^study: expected the EventStudy .*fl\.event_study"
            ):
                fl.plot.event_study(wrong, ax=ax)
        none = event_study()
        none.events["left_out"] = "too few quiet days before it"
        with pytest.raises(fl.InvalidInputError, match=r"^study: no event .*left_out"):
            fl.plot.event_study(none, ax=ax)
        assert not ax.lines


@pytest.mark.parametrize("name", ["lead_lag", "event_study"])
def test_leads_and_days_are_counted_in_whole_numbers(name):
    ax = CHARTS[name].draw()
    ax.figure.draw_without_rendering()
    assert all(float(place).is_integer() for place in ax.get_xticks())
    assert {"0", "1", "2"} <= {one.get_text() for one in ax.get_xticklabels()}


@pytest.mark.parametrize("name", ["lead_lag", "event_study"])
def test_a_small_p_value_is_not_written_as_none(name):
    study = event_study()
    study.average["p_value"] = 0.001
    given = {"lead_lag": lead_lag(corrected_p_value=[0.001] * 5), "event_study": study}[name]
    ax = CHARTS[name]._replace(given=(given,)).draw()
    assert "p = 0.00" not in title(ax)
