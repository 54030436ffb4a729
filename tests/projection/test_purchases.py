import numpy as np
import pandas as pd
import pytest

import fedliq as fl

# Nothing is redeemed and nothing bought; agency principal goes into bills.
QUIET = fl.policy_schedule().as_known_on("2025-12-03")
OPENING = fl.OpeningSheet(
    date="2025-12-03", treasuries=4200, mbs=2050, other_assets=300, tga=900, on_rrp=100,
    reserves=2900, bank_assets=24_500,
)  # fmt: skip
DAYS = fl.projection_dates("2025-12-03", "2026-12-31")
A_MONTH = 1461 / 48  # days, over four years
PERCENT_12 = 2940 / 24_500


def project(schedule=QUIET, **lines) -> fl.Projection:
    return fl.project_balance_sheet(
        OPENING,
        schedule,
        "2026-12-31",
        fl.Assumptions(prepayment=fl.PrepaymentModel(0.06), lines=lines),
    )


def drained(by: float = 130, since: str = "2026-06-03") -> pd.Series:
    return pd.Series(np.where(since <= DAYS, 900.0 + by, 900.0), DAYS)


def test_the_pace_is_what_is_missing_over_the_days_there_were_to_buy_it():
    # 2940 are wanted and 2900 held: 40 by the first Wednesday, after seven days.
    needed = fl.required_purchases(project(), PERCENT_12)
    assert needed.per_month == pytest.approx(40 / 7 * A_MONTH)
    assert needed.binding == pd.Timestamp("2025-12-10")
    assert needed.start == pd.Timestamp("2025-12-04")
    assert needed.target_ratio == PERCENT_12


def test_a_later_day_to_hold_from_leaves_time():
    # From 4 December to 3 June are 182 days, both included.
    needed = fl.required_purchases(project(), PERCENT_12, hold_from="2026-06-01")
    assert needed.per_month == pytest.approx(40 / 182 * A_MONTH)
    assert needed.binding == pd.Timestamp("2026-06-03")
    assert needed.monthly[needed.monthly > 0].to_dict() == {
        pd.Timestamp("2026-06-01"): pytest.approx(40)
    }


@pytest.mark.parametrize(
    ("wanted", "floor", "missing"),
    [
        (2890, 0, 20),  # the drain of 130 has emptied ON RRP and left 2870
        (2890, 25, 45),
        (2900, 0, 30),
        # 30 bring reserves back to their opening, 100 refill ON RRP, 40 go above.
        (2940, 0, 170),
        (2940, 25, 170),
        (2890, 150, 120),  # it is below its floor, and gives nothing
        (2800, 0, 0),
    ],
)
def test_purchases_first_spare_on_rrp_a_drain(wanted, floor, missing):
    projection = project(tga=drained(), on_rrp=fl.AbsorbsDrains(floor))
    needed = fl.required_purchases(
        projection,
        wanted / 24_500,
        start="2026-01-01",
        hold_from="2026-06-03",
    )
    assert needed.monthly.sum() == pytest.approx(missing, abs=1e-9)
    assert needed.per_month == pytest.approx(missing / 154 * A_MONTH, abs=1e-9)  # to 3 June


CASES = {
    "growing banks": ({"bank_assets": fl.Growth(0.05)}, 0.118),
    "below the target": ({"bank_assets": fl.Growth(0.03)}, 0.125),
    "a drain": ({"tga": drained()}, 0.119),
    "a drain that ON RRP takes": ({"tga": drained(90), "bank_assets": fl.Growth(0.02)}, 0.119),
    "a drain that passes": ({"tga": fl.DebtLimit("2026-03-04", 1300, 100, 10)}, 0.117),
}
case = pytest.mark.parametrize(("lines", "target"), CASES.values(), ids=CASES)


@case
@pytest.mark.parametrize("already", [0, 12])
def test_projected_again_with_the_pace_the_target_holds_and_with_less_it_does_not(
    lines, target, already
):
    start, hold = "2026-01-01", "2026-03-04"
    schedule = QUIET.with_purchases(start, already)
    needed = fl.required_purchases(project(schedule, **lines), target, start=start, hold_from=hold)
    assert needed.per_month > 0.5

    def lowest(pace: float) -> float:
        again = project(QUIET.with_purchases(start, already + pace), **lines).weekly
        return again["reserves_to_bank_assets"][hold:].min()

    assert lowest(needed.per_month) == pytest.approx(target, abs=1e-12)
    assert lowest(needed.per_month - 0.5) < target - 1e-6


@case
def test_the_smallest_schedule_never_runs_ahead_of_the_constant_pace(lines, target):
    projection = project(**lines)
    needed = fl.required_purchases(projection, target, start="2026-01-20", hold_from="2026-03-01")
    table = needed.to_frame()
    assert (table["smallest"] >= 0).all()
    assert (table["smallest"].cumsum() <= table["constant"].cumsum() + 1e-9).all()
    assert table.index.equals(pd.date_range("2026-01-01", "2026-12-01", freq="MS"))
    # From the 20th, January has twelve days left; the year 346.
    assert table["constant"].iloc[0] == pytest.approx(needed.per_month * 12 / A_MONTH)
    assert table["constant"].sum() == pytest.approx(needed.per_month * 346 / A_MONTH)


def test_the_smallest_schedule_buys_when_it_is_needed():
    growth = {"bank_assets": fl.Growth(0.05)}
    needed = fl.required_purchases(project(**growth), PERCENT_12, hold_from="2026-03-01")
    ratio = project(**growth).weekly["bank_assets"] * PERCENT_12 - 2900
    # By the last Wednesdays of February, of March and of December.
    assert needed.monthly[:"2026-02-01"].sum() == 0
    assert needed.monthly["2026-03-01"] == pytest.approx(ratio["2026-03-25"])
    assert needed.monthly.sum() == pytest.approx(ratio["2026-12-30"])


def test_where_on_rrp_follows_a_path_of_its_own_purchases_raise_reserves_one_for_one():
    projection = project(tga=drained(), on_rrp=fl.Target(40, 0))
    needed = fl.required_purchases(
        projection, PERCENT_12, start="2026-01-01", hold_from="2026-06-03"
    )
    # 60 came out of ON RRP and 130 went to the TGA: 2830 against 2940.
    assert needed.monthly.sum() == pytest.approx(110)


def test_where_caps_have_room_bills_bought_would_run_off_in_turn():
    table = pd.DataFrame(
        {"notes": [20.0, 4180.0], "tips": 0.0, "bills": 0.0},
        pd.DatetimeIndex(["2026-02-15", "2040-05-15"]),
    )
    held = fl.MaturityProfile(pd.Timestamp("2025-12-03"), table, "made up")
    assumptions = fl.Assumptions(prepayment=fl.PrepaymentModel(0.06), maturities=held)
    for cap, room in ((0, False), (30, True)):
        projection = fl.project_balance_sheet(
            OPENING, QUIET.with_caps("2026-02-01", treasury=cap), "2026-06-30", assumptions
        )
        assert projection.caps_have_room is room
    with pytest.raises(fl.InvalidInputError, match=r"projection: .* bills bought would run off"):
        fl.required_purchases(projection, 0.12)


def test_where_the_target_holds_nothing_is_needed():
    needed = fl.required_purchases(project(), 0.11)
    assert (needed.per_month, needed.monthly.sum()) == (0, 0)
    assert needed.binding is pd.NaT
    assert not needed.to_frame().to_numpy().any()


def test_nothing_given_is_changed():
    projection = project()
    before = projection.to_frame()
    fl.required_purchases(projection, PERCENT_12)
    pd.testing.assert_frame_equal(projection.weekly, before)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"target_ratio": 12}, fl.UnitError, "target_ratio: .* for 12 % write 0.12"),
        ({"start": "2025-12-03"}, fl.InvalidInputError, "start: .* after the opening"),
        ({"start": "2027-01-01"}, fl.InvalidInputError, "start: .* up to 2026-12-30"),
        ({"start": "2026-03-01", "hold_from": "2026-02-28"}, fl.InvalidInputError, "hold_from"),
        ({"hold_from": "2026-12-31"}, fl.InvalidInputError, "hold_from: .* to 2026-12-30"),
        ({"start": "at once"}, fl.InvalidInputError, "start: expected a day"),
        ({"projection": QUIET}, fl.InputTypeError, r"projection: .* fl\.project_balance_sheet"),
    ],
)
def test_what_is_refused(options, error, message):
    given = {"projection": project(), "target_ratio": 0.12} | options
    with pytest.raises(error, match=message):
        fl.required_purchases(given.pop("projection"), given.pop("target_ratio"), **given)


def test_without_bank_assets_there_is_no_ratio_to_keep():
    opening = fl.OpeningSheet(
        date="2025-12-03", treasuries=4200, mbs=2050, other_assets=300, tga=900, on_rrp=100,
        reserves=2900,
    )  # fmt: skip
    projection = fl.project_balance_sheet(
        opening, QUIET, "2026-12-31", fl.Assumptions(prepayment=fl.PrepaymentModel(0.06))
    )
    with pytest.raises(fl.InvalidInputError, match="projection: has no bank assets"):
        fl.required_purchases(projection, 0.12)
