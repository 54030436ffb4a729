"""How the brief words leads and announcements. Prices and liquidity are made up."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.report import linked as module
from fedliq.report.brief import make_brief
from fedliq.report.document import document
from fedliq.report.formats import FORMATS, as_json, as_text, render
from fedliq.report.linked import Around, Link, Linked, linked_section
from fedliq.report.page import Document

TITLE = "Net liquidity and prices"
DAY = pd.Timestamp("2022-06-10")
DAYS = pd.bdate_range("2020-06-01", DAY)
STEPS = np.random.default_rng(2).normal(0, 0.01, len(DAYS))
PRICE = pd.Series(1000 * np.exp(STEPS.cumsum()), DAYS)


@pytest.fixture(scope="module")
def dataset(sample):
    names = ("fed_assets", "tga", "on_rrp")
    return fl.Dataset({name: sample[name] for name in names}, as_of=sample.as_of, source="a test")


@pytest.fixture(scope="module")
def evening(dataset):
    """Of two prices, one too short for anything."""
    return make_brief(dataset, DAY, prices={"long": PRICE, "short": PRICE["2022-01-03":]})


LINK = Link("one", DAY, 4, 0.2512, 0.0009, 0.04, 447)
AROUND = Around("one", 6, 1.26, -3.45, 3.31, 0.4251)


def shown(**changed) -> tuple[str, ...]:
    """The row of a link with some of its values changed."""
    return linked_section(Linked((replace(LINK, **changed),), ())).table.rows[0]


class TestTheTable:
    def test_a_row_a_lead_and_below_it_why_there_is_no_other(self):
        links = (LINK, Link("two", None, note="too short"))
        section = linked_section(Linked(links, (AROUND,)))
        assert section.title == TITLE
        assert section.table.columns == (
            *("price", "lead", "correlation", "n", "p alone", "p of search", "last close"),
        )
        assert section.table.rows == (
            ("one", "4 weeks", "+0.25", "447", "<0.001", "0.040", "2022-06-10"),
        )
        assert section.table.text_columns == {0, 6}
        how, why, line = section.notes
        assert "Correlation of 4-week changes" in how
        assert "Past correlations are no forecast." in how
        assert why == "two: too short."
        assert line.startswith("one, 20 closes from each of 6 policy announcements")

    def test_without_a_lead_there_is_none_and_nothing_explains_it(self):
        links = (Link("one", DAY, note="too short"), Link("two", None, note="none at all"))
        section = linked_section(Linked(links, (Around("one", note="no announcement yet"),)))
        assert section.lines == ("No lead could be looked for.",)
        assert section.table is None
        assert section.notes == (
            "one: too short.",
            "two: none at all.",
            "one after policy announcements: n/a, no announcement yet.",
        )

    def test_a_lead_of_an_old_price_is_shown_and_so_is_its_age(self):
        old = replace(LINK, last=pd.Timestamp("2022-01-03"), note="its last close is of long ago")
        section = linked_section(Linked((old,), ()))
        assert section.table.rows[0][-1] == "2022-01-03"
        assert section.notes[1:] == ("one: its last close is of long ago.",)

    @pytest.mark.parametrize(
        ("weeks", "said"), [(0, "0 weeks"), (1, "1 week"), (2, "2 weeks"), (26, "26 weeks")]
    )
    def test_weeks_are_counted_as_they_are_spoken(self, weeks, said):
        assert shown(lead_weeks=weeks)[1] == said

    @pytest.mark.parametrize(
        ("p_value", "said"),
        [
            (0.0, "<0.001"),
            (0.0009999, "<0.001"),
            (0.001, "0.001"),
            (0.0496, "0.050"),
            (1.0, "1.000"),
            (None, "n/a"),
        ],
    )
    def test_no_p_value_is_shown_as_zero(self, p_value, said):
        assert shown(p_value=p_value)[4] == said
        assert shown(corrected_p_value=p_value)[5] == said
        (_, line) = linked_section(Linked((LINK,), (replace(AROUND, p_value=p_value),))).notes
        assert line.endswith(f"in 95 % of cases (p {said}).")

    def test_a_correlation_has_its_sign(self):
        assert shown(correlation=-0.126)[2] == "-0.13"


TRIED = "prices were tried, which no p-value here allows for."


def of(name) -> str:
    return f"{name} (4 weeks, +0.30)"


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("p_values", "verdict"),
        [
            ([0.05], "No lead of 0 to 26 weeks survives the search for it."),
            ([None, 0.05], "No lead of 0 to 26 weeks survives the search for it."),
            ([0.0499], f"A lead survives the search for it in {of(0)}."),
            ([0.0499, None], f"A lead survives the search for it in {of(0)}."),
            (
                [0.2, 0.01, 0.04, None],
                f"A lead survives the search for it in {of(1)}, {of(2)}; 3 {TRIED}",
            ),
            (
                [0.2, 0.01],
                f"A lead survives the search for it in {of(1)}; 2 {TRIED}",
            ),
            ([None], "No lead could be looked for."),
        ],
    )
    def test_it_is_that_of_the_search(self, p_values, verdict):
        """Whatever a lead is worth alone; prices that could not be looked at are not counted."""
        links = tuple(
            Link(str(at), DAY) if p is None else Link(str(at), DAY, 4, 0.3, 0.0001, p, 400)
            for at, p in enumerate(p_values)
        )
        assert linked_section(Linked(links, ())).lines == (verdict,)

    def test_it_tells_the_lead_and_the_sign(self):
        link = Link("gold", DAY, 1, -0.424, 0.0001, 0.001, 400)
        (verdict,) = linked_section(Linked((link,), ())).lines
        assert verdict == "A lead survives the search for it in gold (1 week, -0.42)."


class TestTheAnnouncements:
    def test_a_line_each_below_the_table(self):
        section = linked_section(Linked((LINK,), (AROUND, replace(AROUND, price="two"))))
        assert len(section.lines) == 1
        _, line, other = section.notes
        assert line == (
            "one, 20 closes from each of 6 policy announcements of the record: +1.3 % beyond its "
            "trend; quiet days give -3.5 to +3.3 % in 95 % of cases (p 0.425)."
        )
        assert other == "two" + line.removeprefix("one")
        text = as_text(Document("", (), (section,)))
        assert text.index("p of search") < text.index("one, 20 closes")

    def test_they_are_as_long_as_they_say(self):
        assert module._EVENT_DAYS == 20


class TestTheBrief:
    def test_it_stands_before_the_sources(self, evening):
        titles = [section.title for section in document(evening).sections]
        at = titles.index(TITLE)
        assert titles[at - 1 : at + 2] == ["The year ahead", TITLE, "Figures and their sources"]

    @pytest.mark.parametrize("form", FORMATS)
    def test_nothing_that_is_none_is_printed(self, evening, form):
        text = render(evening, document(evening), form)
        assert TITLE.upper() in text.upper() or form == "json"
        assert not re.findall(r"\bnan\b|\binf\b|\bNaN\b|\bNaT\b|\bNone\b", text)

    def test_a_program_can_read_it(self, evening):
        told = json.loads(as_json(evening))["linked"]
        link, one = told["links"][0], told["around"][0]
        assert (link["price"], link["last"], link["note"]) == ("long", "2022-06-10", "")
        assert link["lead_weeks"] == evening.linked.links[0].lead_weeks
        assert type(link["lead_weeks"]) is type(link["observations"]) is int
        assert link["correlation"] == pytest.approx(evening.linked.links[0].correlation)
        assert one["cumulative"] == pytest.approx(evening.linked.around[0].cumulative)
        # Those of 3 November 2021 and 4 May 2022.
        assert (one["events"], one["unit"]) == (2, "percent")

    def test_what_is_missing_is_null(self, evening):
        told = json.loads(as_json(evening))["linked"]
        link, one = told["links"][1], told["around"][1]
        for name in ("lead_weeks", "correlation", "p_value", "corrected_p_value", "observations"):
            assert link[name] is None
        for name in ("events", "cumulative", "lower_95", "upper_95", "p_value"):
            assert one[name] is None
        assert link["note"]
        assert one["note"]
