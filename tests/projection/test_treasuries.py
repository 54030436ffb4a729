import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.treasuries import OFFERING_SIZES, TreasuryFlows, treasury_flows

START = np.datetime64("2025-12-03")
# As known on that day: nothing is redeemed, nothing is bought.
QUIET = fl.policy_schedule().as_known_on("2025-12-03")


def profile(*rows: tuple, as_of: str = "2025-12-03") -> fl.MaturityProfile:
    """Rows of maturity date, notes, tips, bills."""
    dates, *amounts = zip(*rows, strict=True)
    table = pd.DataFrame(
        dict(zip(("notes", "tips", "bills"), amounts, strict=True)), pd.DatetimeIndex(dates)
    )
    return fl.MaturityProfile(pd.Timestamp(as_of), table, "made up")


def run(
    held: fl.MaturityProfile | None,
    cap: float,
    months: int,
    *,
    ratio=lambda days: np.ones(len(days)),
    bills: float = 0.0,
    coupons: float = 0.0,
) -> TreasuryFlows:
    after = START.astype("datetime64[M]") + np.timedelta64(months, "M")
    return treasury_flows(
        held,
        QUIET.with_caps("2025-12-01", treasury=cap),
        START,
        after.astype("datetime64[D]") - np.timedelta64(1, "D"),
        ratio,
        (np.full(months, bills), np.full(months, coupons)),
    )


def on(flows: TreasuryFlows, of: str = "redeemed") -> dict[str, float]:
    """What is redeemed, by settlement day."""
    amounts = pd.Series(getattr(flows, of), flows.days).groupby(level=0).sum()
    return {str(day.date()): one for day, one in amounts.items() if one}


def test_coupons_are_redeemed_pro_rata_to_the_dates_of_the_month():
    held = profile(("2025-12-15", 20.0, 0.0, 0.0), ("2025-12-31", 40.0, 0.0, 0.0))
    assert on(run(held, 45, 1)) == {"2025-12-15": 15, "2025-12-31": 30}


def test_bills_are_redeemed_only_where_coupons_fall_short_of_the_cap():
    held = profile(
        ("2025-12-11", 0.0, 0.0, 80.0),
        ("2025-12-15", 70.0, 0.0, 0.0),
        ("2026-01-08", 0.0, 0.0, 80.0),
        ("2026-01-15", 10.0, 0.0, 0.0),
    )
    flows = run(held, 60, 2)
    assert flows.months["bills_redeemed"].tolist() == [0, 50]
    assert flows.months["coupons_redeemed"].tolist() == [60, 10]


def test_bills_leave_evenly_over_the_thursdays_of_the_month():
    held = profile(("2026-01-08", 0.0, 0.0, 70.0), ("2026-01-15", 10.0, 0.0, 0.0))
    flows = run(held, 45, 2)
    # 45 less 10 of coupons over five Thursdays; New Year's Day is paid on the 2nd.
    thursdays = ["2026-01-02", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-29"]
    assert on(flows, "bills_redeemed") == pytest.approx(dict.fromkeys(thursdays, 7))
    assert on(flows)["2026-01-15"] == pytest.approx(7 + 10)


# 15 February 2026 is a Sunday before Washington's Birthday; 31 January 2026 is a Saturday.
@pytest.mark.parametrize(
    ("maturity", "paid"),
    [
        ("2026-01-15", "2026-01-15"),
        ("2026-01-31", "2026-02-02"),
        ("2026-02-15", "2026-02-17"),
        ("2026-02-28", "2026-03-02"),
    ],
)
def test_principal_due_on_a_holiday_is_paid_on_the_next_business_day(maturity, paid):
    assert on(run(profile((maturity, 5.0, 0.0, 0.0)), 60, 4)) == {paid: 5}


def test_what_is_paid_in_february_counts_against_the_cap_of_january():
    held = profile(("2026-01-31", 50.0, 0.0, 0.0), ("2026-02-15", 50.0, 0.0, 0.0))
    flows = run(held, 40, 3)
    assert flows.months["redeemed"].tolist() == [0, 40, 40]


@pytest.mark.parametrize("cap", [0, 5, 17, 60, 1000])
def test_what_matures_is_redeemed_or_rolled_over(cap):
    rng = np.random.default_rng(7)
    dates = pd.date_range("2025-12-04", periods=60, freq="11D")
    rows = ((day, *rng.uniform(0, 12, 3)) for day in dates)
    held = profile(*rows)
    months = 30
    table = run(held, cap, months).months
    maturing = table["coupons_maturing"] + table["bills_maturing"]
    np.testing.assert_allclose(table["redeemed"], np.minimum(cap, maturing), rtol=1e-12)
    np.testing.assert_allclose(
        table["coupons_redeemed"], np.minimum(cap, table["coupons_maturing"])
    )
    # What is not redeemed is bought back: the bills outstanding fall by what left.
    before = np.concatenate([[held.principal["bills"].sum()], table["bills"][:-1]])
    np.testing.assert_allclose(table["bills"], before - table["bills_redeemed"], atol=1e-9)
    assert run(held, cap, months).redeemed.sum() == pytest.approx(table["redeemed"].sum())


# What is rolled over in December comes back by the terms it was bought in.
@pytest.mark.parametrize(
    ("maturity", "mix", "share"),
    [
        ("2025-12-15", "mid_month", 1.0),
        # At month-end TIPS are on offer too; theirs mature on the 15th.
        ("2025-12-31", "month_end", (97 + 70 + 44 + 14) / (97 + 70 + 44 + 14 + 8 + 9 + 1.5)),
    ],
)
def test_coupons_are_rolled_over_pro_rata_to_offering_sizes(maturity, mix, share):
    sizes = OFFERING_SIZES[mix]
    terms = sorted(sizes)[:2]
    flows = run(profile((maturity, 100.0, 0.0, 0.0)), 0, terms[1] + 1)
    matured = flows.months["coupons_maturing"]
    for term in terms:
        # TIPS come back in the same month.
        linked = OFFERING_SIZES["month_end_tips"].get(term, 0.0) if mix == "month_end" else 0.0
        linked *= (1 - share) / 18.5
        expected = 100 * (share * sizes[term] / sum(sizes.values()) + linked)
        assert matured[term] == pytest.approx(expected, rel=1e-12)
    assert matured[1 : terms[0]].sum() == 0


def test_what_was_redeemed_does_not_come_back():
    flows = run(profile(("2025-12-15", 100.0, 0.0, 0.0)), 40, 37)
    assert flows.months["coupons_maturing"][36] == pytest.approx(60 * 58 / 121)


def test_tips_bought_at_month_end_mature_in_mid_month():
    held = profile(("2025-12-31", 243.5, 0.0, 0.0))
    months = 61
    flows = treasury_flows(
        held,
        QUIET.with_caps("2030-12-01", treasury=1000),
        START,
        np.datetime64("2030-12-31"),
        lambda days: np.ones(len(days)),
        (np.zeros(months), np.zeros(months)),
    )
    # Five years on, 8 of TIPS and 70 of notes, and what two-year notes and bought since: on the
    # 16th, a Monday, nothing but TIPS.
    assert on(flows)["2030-12-16"] == pytest.approx(8)
    assert on(flows)["2030-12-31"] >= 70


def test_bills_are_rolled_over_into_bills():
    flows = run(profile(("2025-12-18", 0.0, 0.0, 100.0)), 0, 4)
    sizes = OFFERING_SIZES["bills"]
    part = {term: size / sum(sizes.values()) for term, size in sizes.items()}
    assert sum(part.values()) == pytest.approx(1)
    matured = flows.months["bills_maturing"]
    # A month later the one-month bills; then those bought for two, and for one a month ago.
    assert matured[1] == pytest.approx(100 * part[1])
    assert matured[2] == pytest.approx(100 * (part[2] + part[1] ** 2))
    np.testing.assert_allclose(flows.months["bills"], 100)
    assert not flows.months["coupons_maturing"].any()


def test_bills_bought_outright_stay_bills():
    flows = run(profile(("2045-05-15", 900.0, 0.0, 0.0)), 0, 5, bills=10.0)
    np.testing.assert_allclose(flows.months["bills"], [10, 20, 30, 40, 50])


def test_coupons_bought_outright_mature_as_those_of_the_month_end():
    flows = run(profile(("2045-05-15", 900.0, 0.0, 0.0)), 0, 25, coupons=10.0)
    assert flows.months["bills_maturing"].sum() == 0
    # The two-year notes of the first month: 97 of the 243.5 on offer.
    assert flows.months["coupons_maturing"][-1] == pytest.approx(10 * 97 / 243.5)
    # And TIPS: 18.5 of them, month after month.
    assert flows.real_tips[-1] == pytest.approx(25 * 10 * 18.5 / 243.5, rel=0.05)


class TestTips:
    RISE = staticmethod(lambda days: 1.0 + 0.001 * (days - START).astype(int))

    def test_their_compensation_is_part_of_what_matures(self):
        flows = run(profile(("2026-01-15", 0.0, 100.0, 0.0)), 500, 2, ratio=self.RISE)
        assert on(flows) == pytest.approx({"2026-01-15": 100 * 1.043})  # 43 days on
        # After it nothing is left that could accrue.
        by_day = dict(zip(flows.tips_days.astype(str), flows.real_tips, strict=True))
        assert by_day["2025-12-31"] == 100
        assert by_day["2026-01-15"] == 0

    def test_the_cap_binds_on_principal_with_compensation(self):
        flows = run(profile(("2026-01-15", 0.0, 100.0, 0.0)), 104, 2, ratio=self.RISE)
        assert flows.months["coupons_maturing"][1] == pytest.approx(104.3)
        assert flows.months["redeemed"][1] == 104

    def test_new_tips_start_at_the_index_of_their_day(self):
        flows = run(profile(("2025-12-31", 243.5, 0.0, 0.0)), 0, 2, ratio=self.RISE)
        # 18.5 of TIPS at a ratio of 1.028 are less at the ratio of the first day.
        np.testing.assert_allclose(flows.real_tips[1:], 18.5 / 1.028)


def test_without_a_profile_the_cap_binds_half_in_mid_month_and_half_at_its_end():
    flows = run(None, 60, 2)
    assert on(flows) == {"2025-12-15": 30, "2025-12-31": 30, "2026-01-15": 30, "2026-02-02": 30}
    assert not flows.real_tips.any()


def test_without_a_profile_a_month_that_has_begun_keeps_its_second_half():
    later = np.datetime64("2025-12-17")
    ones = np.zeros(1)
    flows = treasury_flows(
        None,
        QUIET.with_caps("2025-12-01", treasury=60),
        later,
        np.datetime64("2025-12-31"),
        lambda days: np.ones(len(days)),
        (ones, ones),
    )
    assert sum(one for day, one in on(flows).items() if day > "2025-12-17") == 30


def test_without_a_profile_and_without_a_cap_nobody_knows_what_leaves():
    with pytest.raises(fl.InvalidInputError, match="maturities: where no cap limits redemptions"):
        run(None, np.inf, 1)
    held = profile(("2025-12-15", 70.0, 0.0, 0.0), ("2026-01-08", 0.0, 0.0, 80.0))
    assert run(held, np.inf, 2).months["redeemed"].tolist() == [70, 80]


# Of the Thursdays of December 2025 the 25th is paid on the 26th.
@pytest.mark.parametrize(
    ("as_of", "paid"),
    [
        ("2025-12-17", ["2025-12-18", "2025-12-26"]),
        ("2025-12-18", ["2025-12-26"]),
        ("2025-12-26", ["2025-12-31"]),  # no Thursday is left
    ],
)
def test_in_the_first_month_bills_leave_on_the_thursdays_still_to_come(as_of, paid):
    held = profile(("2025-12-30", 0.0, 0.0, 12.0), ("2045-05-15", 900.0, 0.0, 0.0), as_of=as_of)
    assert on(run(held, 24, 1)) == pytest.approx(dict.fromkeys(paid, 12 / len(paid)))


def test_a_cap_has_room_where_less_matures():
    held = profile(("2025-12-15", 70.0, 0.0, 0.0), ("2026-01-15", 70.0, 0.0, 0.0))
    assert not run(held, 70, 2).slack
    assert run(held, 71, 2).slack
    assert run(held, 70, 3).slack  # nothing but what was rolled over matures in February


@pytest.mark.parametrize(
    ("as_of", "redeemed"),
    [("2025-12-12", 60), ("2025-12-15", 30), ("2025-12-17", 30)],
)
def test_the_cap_of_a_month_that_has_begun_is_for_the_dates_still_to_come(as_of, redeemed):
    held = profile(("2025-12-31", 100.0, 0.0, 0.0), as_of=as_of)
    assert run(held, 60, 1).months["redeemed"].tolist() == [redeemed]


def test_before_the_first_cap_of_the_record_all_was_rolled_over():
    held = profile(
        ("2017-09-30", 50.0, 0.0, 0.0), ("2017-10-15", 50.0, 0.0, 0.0), as_of="2017-09-27"
    )
    flows = treasury_flows(
        held,
        QUIET,
        np.datetime64("2017-10-04"),
        np.datetime64("2017-10-31"),
        lambda days: np.ones(len(days)),
        (np.zeros(2), np.zeros(2)),
    )
    # Six billion a month from October 2017 (FOMC, 20 September 2017).
    assert flows.months["redeemed"].tolist() == [0, 6]


def test_a_cap_holds_for_the_month_in_which_principal_matures():
    held = profile(*((f"2026-{month:02}-15", 100.0, 0.0, 0.0) for month in range(1, 5)))
    schedule = QUIET.with_caps("2026-02-01", treasury=30).with_caps("2026-04-01", treasury=7)
    months = 5
    flows = treasury_flows(
        held,
        schedule,
        START,
        np.datetime64("2026-04-30"),
        lambda days: np.ones(len(days)),
        (np.zeros(months), np.zeros(months)),
    )
    assert flows.months["redeemed"].tolist() == [0, 0, 30, 30, 7]
