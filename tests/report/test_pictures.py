"""The charts of the brief: which there are, what they know, and what is said of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.report.ahead import look_ahead, summarise
from fedliq.report.brief import make_brief
from fedliq.report.pictures import draw
from made_up_futures import DAY, settled

if TYPE_CHECKING:
    from fedliq.report.page import Picture

SVG = "{http://www.w3.org/2000/svg}"
UNIT = re.compile(r"\b(USD bn|percent|bp|correlation|log change)\b")


class Chart:
    """What a chart tells those who see it, and those who do not."""

    def __init__(self, picture: Picture):
        self.section, root = picture.section, ET.fromstring(picture.svg)  # noqa: S314 - our own
        self.key = root[0].get("id").removesuffix("-title")
        self.title, self.described = root[0].text, root[1].text
        self.words = [" ".join("".join(one.itertext()).split()) for one in root.iter(f"{SVG}text")]
        self.foot = " ".join(self.words).partition("Last observation ")[2]


def charts(facts) -> dict[str, Chart]:
    made = [Chart(one) for one in draw(facts) if one.svg]
    assert len({one.key for one in made}) == len(made)
    return {one.key: one for one in made}


@pytest.fixture(scope="module")
def march(sample):
    return make_brief(sample, "2023-03-17")


@pytest.fixture(scope="module")
def drawn(march):
    return charts(march)


@pytest.fixture(scope="module")
def given(sample):
    """A brief of little but futures and two prices, and its charts."""
    names = ("fed_assets", "tga", "on_rrp", "effr")
    dataset = fl.Dataset({name: sample[name] for name in names}, as_of=sample.as_of, source="x")
    days = pd.bdate_range("2019-01-01", DAY)
    prices = {
        name: pd.Series(
            100 * np.exp(np.random.default_rng(seed).normal(0, 0.01, len(days)).cumsum()), days
        )
        for seed, name in enumerate(("gold", "copper"))
    }
    brief = make_brief(dataset, DAY, futures=settled(DAY), prices=prices)
    return brief, charts(brief)


class TestWhich:
    def test_of_a_brief(self, drawn):
        sections = {key: one.section for key, one in drawn.items()}
        assert sections == {
            "net-liquidity": "Net liquidity",
            "contributions": "Net liquidity",
            "ratio": "Reserves over bank assets",
            "spread": "SOFR - IORB",
            "facilities": "Facilities and the Desk",
            "policy": "Facilities and the Desk",
            "elasticity": "How ample are reserves?",
            "fan": "The year ahead",
            "crossing": "The year ahead",
        }

    def test_of_futures_and_prices(self, given):
        _, drawn = given
        titles = ("What futures price for the FOMC", "Net liquidity and prices")
        added = {key: one.section for key, one in drawn.items() if one.section in titles}
        assert added == {
            "priced": "What futures price for the FOMC",
            "rate-path": "What futures price for the FOMC",
            "lead-0": "Net liquidity and prices",
            "events-0": "Net liquidity and prices",
            "lead-1": "Net liquidity and prices",
            "events-1": "Net liquidity and prices",
        }
        for key, price in (("lead-0", "gold"), ("events-0", "gold"), ("lead-1", "copper")):
            assert price in drawn[key].described
            assert price in drawn[key].foot

    def test_of_a_projection(self, sample):
        ahead = summarise(fl.make_outlook(sample, fl.policy_schedule().as_known_on(sample.as_of)))
        made = charts(ahead)
        assert set(made) == {"fan", *(["crossing"] if ahead.crossings else [])}
        assert {one.section for one in made.values()} == {"The path"}

    def test_of_what_has_none(self, sample):
        missing = look_ahead(sample, pd.Timestamp("2010-01-01"))
        assert missing.missing
        assert draw(missing) == ()
        assert draw({}) == ()

    def test_what_cannot_be_drawn_is_named_with_a_reason(self, given):
        brief, _ = given
        missing = [one for one in draw(brief) if one.missing]
        assert [one.section for one in missing] == [
            "Reserves over bank assets", "SOFR - IORB", "How ample are reserves?",
        ]  # fmt: skip
        for one in missing:
            assert not one.svg
            assert len(one.missing.split()) > 3

    def test_a_mistake_in_a_chart_is_not_taken_for_a_missing_figure(self, march, monkeypatch):
        def broken(**_):
            raise ZeroDivisionError

        monkeypatch.setattr("fedliq.plot.facilities", broken)
        with pytest.raises((ZeroDivisionError, TypeError)):
            draw(march)


@pytest.fixture(scope="module", params=["drawn", "given"])
def each(request):
    made = request.getfixturevalue(request.param)
    return made if request.param == "drawn" else made[1]


class TestWords:
    def test_unit_last_day_and_source_stand_on_each(self, each):
        for one in each.values():
            assert UNIT.search(" ".join(one.words)), one.key
            assert re.match(r"\d{4}-\d\d-\d\d\. Source: \w", one.foot), one.key
            assert "not stated" not in one.foot

    def test_who_cannot_see_it_is_told_more_than_its_title(self, each):
        for one in each.values():
            assert one.title
            assert one.described.endswith(".")
            assert one.described not in one.title
            assert not re.search(r"\bnan\b|no date|\{|_", f"{one.title} {one.described}"), one.key

    def test_who_cannot_see_it_is_told_of_when(self, drawn):
        for key in ("net-liquidity", "contributions", "ratio", "spread", "facilities", "fan"):
            assert re.search(r"\d{4}-\d\d-\d\d", drawn[key].described), key

    def test_the_sources_are_those_of_the_figures(self, drawn):
        """Publishers and releases as the catalog has them."""
        for key, sources in {
            "net-liquidity": ("Fed Board (H.4.1)", "NY Fed (Reverse repo operations)"),
            "contributions": ("Fed Board (H.4.1)", "NY Fed (Reverse repo operations)"),
            "ratio": ("Fed Board (H.4.1, H.8)",),
            "spread": ("NY Fed (Repo reference rates)", "Fed Board (FOMC implementation notes)"),
            "facilities": ("NY Fed (Reverse repo operations, Repo operations)",),
            "policy": ("FOMC", "New York Fed"),
            "elasticity": ("NY Fed (Unsecured reference rates)", "H.8"),
        }.items():
            for source in sources:
                assert source in drawn[key].foot, key

    @pytest.mark.parametrize(
        ("key", "last"),
        [
            ("net-liquidity", "2023-03-15"),  # H.4.1 of 16 March 2023
            ("contributions", "2023-03-15"),
            ("ratio", "2023-03-08"),  # H.8 of 17 March 2023
            ("spread", "2023-03-16"),  # SOFR of the 17th, 8:00
            ("facilities", "2023-03-17"),  # operations of the day
            ("policy", "2023-03-17"),
            ("elasticity", "2023-03-08"),
        ],
    )
    def test_each_ends_with_the_last_figure_that_was_public(self, drawn, key, last):
        assert drawn[key].foot.startswith(last)

    def test_titles_have_the_published_figures(self, drawn):
        """H.4.1 of 16 March 2023: 8,639.300 - 277.643 - 2,055.823; 2,999.720 over 22,857.2."""
        assert "6,306 USD bn" in drawn["net-liquidity"].title
        assert "13.12 %" in drawn["ratio"].title
        # SOFR 4.57, IORB 4.65
        assert "-8 bp" in drawn["spread"].title

    @pytest.mark.parametrize(
        ("key", "first"),
        [
            ("net-liquidity", "2018-03"),  # five years
            ("contributions", "2022-03"),  # one
            ("ratio", "2015-03"),  # eight
            ("spread", "2022-02"),  # 1.1
        ],
    )
    def test_the_spans_are_those_said(self, drawn, key, first):
        since, _, last = re.search(r"(\S+) (to) (\S+?)[,;]", drawn[key].described).groups()
        assert since.startswith(first)
        assert drawn[key].foot.startswith(last)

    def test_the_year_ahead_is_told_by_its_ends(self, march, drawn):
        first, last = march.ahead.rows[0], march.ahead.rows[-1]
        told = re.findall(r"(?<![\d-])\d+\.\d", drawn["fan"].described)
        ends = (first.ratio, last.ratio, last.ratio_low, last.ratio_high)
        assert [float(one) for one in told] == pytest.approx([100 * one for one in ends], abs=0.05)
        assert f"{last.date:%Y-%m-%d}" in drawn["fan"].described

    def test_futures_are_dated_by_their_settlement(self, given):
        """Settlements of 10 August 2022."""
        brief, drawn = given
        assert f"{brief.priced.date:%Y-%m-%d}" == "2022-08-10"
        for key in ("priced", "rate-path"):
            assert "2022-08-11" not in drawn[key].title


class TestWhatIsDrawn:
    @pytest.fixture
    def given_to(self, march, monkeypatch):
        """Return what the brief hands to a chart."""

        def caught(name):
            held, chart = [], getattr(fl.plot, name)

            def catch(*given, **named):
                held.append((given, named))
                return chart(*given, **named)

            monkeypatch.setattr(fl.plot, name, catch)
            draw(march)
            ((given, named),) = held
            return given, named

        return caught

    def test_the_corridor_around_the_spread(self, given_to):
        """Implementation note of 1 February 2023: 4.55, 4.65 and 4.75 percent."""
        (spread, _), named = given_to("sofr_iorb_spread")
        assert spread.iloc[-1] == pytest.approx(-8)  # SOFR of 16 March: 4.57
        for side, height in (("floor", -10), ("ceiling", 10)):
            assert named[side].iloc[-1] == pytest.approx(height)

    def test_what_moved_net_liquidity_in_four_weeks(self, given_to):
        """H.4.1 of 16 March and 16 February 2023: 254.533 and 162.060 of assets and TGA.

        ON RRP of 15 March less that of 15 February (New York Fed): 2,055.823 less 2,011.998.
        """
        (moved,), _ = given_to("net_liquidity_contributions")
        last = moved.loc["2023-03-15", ["fed_assets", "tga", "on_rrp"]]
        assert last.tolist() == pytest.approx([254.533, 162.060, -43.825], abs=1e-6)


class TestWhatIsKnown:
    def test_a_purchase_is_not_drawn_before_it_is_announced(self, sample, monkeypatch):
        """New York Fed, 10 December 2025: 40 billion of bills from the 12th on."""
        names = ("fed_assets", "sofr")
        dataset = fl.Dataset({one: sample[one] for one in names}, as_of=sample.as_of, source="x")
        record = fl.policy_schedule()

        def drawn_on(day):
            return next(
                one.svg for one in draw(make_brief(dataset, day)) if "policy-title" in one.svg
            )

        days = ("2025-12-09", "2025-12-10")
        plain = [drawn_on(day) for day in days]
        monkeypatch.setattr(
            "fedliq.report.pictures.policy_schedule", lambda: record.as_known_on("2025-12-09")
        )
        cut = [drawn_on(day) for day in days]
        assert plain[0] == cut[0]
        assert plain[1] != cut[1]

    def test_later_figures_change_no_chart(self, sample):
        end = pd.Timestamp("2023-03-17 23:59:59")
        changed = {
            name: one.where(fl.release_time(name, one.index) <= end, 1.01 * one + 0.01)
            for name, one in sample.items()
            if name not in ("gdp", "total_capital")
        }
        left = {name: sample[name] for name in changed}
        other, plain = (
            draw(make_brief(fl.Dataset(one, as_of=sample.as_of, source="x"), "2023-03-17"))
            for one in (changed, left)
        )
        assert other == plain

    @pytest.mark.parametrize(("day", "there"), [("2022-08-10", False), ("2023-03-17", True)])
    def test_a_facility_is_not_drawn_before_it_is_opened(self, sample, drawn, day, there):
        """The Bank Term Funding Program was made on 12 March 2023 (Board, press release)."""
        if there:
            shown = drawn["facilities"]
        else:
            names = ("fed_assets", "on_rrp", "srf", "btfp")
            some = fl.Dataset({one: sample[one] for one in names}, as_of=sample.as_of, source="x")
            shown = charts(make_brief(some, day))["facilities"]
        assert ("BTFP" in shown.words) == there
        assert ("BTFP" in shown.described) == there
        assert {"ON RRP", "SRF"} <= set(shown.words)
