import pandas as pd
import pytest

import fedliq as fl
from fedliq.policy.tables import _frame


@pytest.mark.parametrize("name", fl.POLICY_TABLES)
def test_every_row_has_a_source_that_is_named(name):
    table = fl.policy_table(name)
    assert set(table.rows["source"]) == set(table.sources)
    assert table.title
    assert len(table.rows)


@pytest.mark.parametrize("name", fl.POLICY_TABLES)
def test_amounts_and_rates_have_units(name):
    table = fl.policy_table(name)
    numbers = table.rows.select_dtypes("number").columns
    assert set(numbers) == set(table.units)


@pytest.mark.parametrize("name", ["administered_rates", "runoff_caps", "bill_purchases"])
def test_nothing_takes_effect_before_it_is_announced(name):
    rows = fl.policy_table(name).rows
    start = "effective" if "effective" in rows else "period_start"
    assert (rows["announced"] <= rows[start]).all()


def test_purchase_periods_follow_each_other():
    rows = fl.policy_table("bill_purchases").rows
    rows = rows[rows["programme"] == "reserve management 2025-26"]
    days_between = (rows["period_start"] - rows["period_end"].shift()).dropna().dt.days
    assert (days_between == 1).all()


def test_amounts_read_in_the_press_are_marked():
    rows = fl.policy_table("bill_purchases").rows
    assert set(rows["confidence"]) == {"primary", "secondary"}


def test_administered_rates_agree_with_the_daily_ones(sample):
    rows = fl.policy_table("administered_rates").rows
    for column, name in (
        ("iorb_pct", "iorb"),
        ("target_low_pct", "target_low"),
        ("target_high_pct", "target_high"),
    ):
        daily = sample[name]
        known = rows[rows["effective"].isin(daily.index)]
        assert len(known) > 15
        assert daily[known["effective"]].tolist() == known[column].tolist()


def test_a_copy_is_your_own():
    mine = fl.policy_table("events").rows
    mine.loc[0, "event"] = "something else"
    assert fl.policy_table("events").rows.loc[0, "event"] != "something else"


def test_an_unknown_table():
    with pytest.raises(fl.InvalidInputError, match="name: 'caps' is not one of"):
        fl.policy_table("caps")


def test_a_damaged_table_is_refused():
    day = pd.Timestamp("2026-01-01").date()
    good = {"date": day, "event": "x", "kind": "y", "source": "s"}
    with pytest.raises(fl.DataError, match="events: row 2 lacks kind"):
        _frame(
            "events", [good, {key: good[key] for key in ("date", "event", "source")}], {"s": ""}
        )
    with pytest.raises(fl.DataError, match="row 1 points to an unknown source"):
        _frame("events", [good], {})
    earlier = good | {"date": pd.Timestamp("2025-01-01").date()}
    with pytest.raises(fl.DataError, match="not in order of date"):
        _frame("events", [good, earlier], {"s": ""})
