"""What holds of every projection, over sheets, decisions and paths that hypothesis makes up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import fedliq as fl

settings.register_profile("fedliq", deadline=None, max_examples=60)
settings.load_profile("fedliq")
FEW = settings(max_examples=25)

RECORD = fl.policy_schedule()
# Nothing is redeemed and nothing bought; agency principal goes into bills.
QUIET = RECORD.as_known_on("2025-12-03")
START, END = "2025-12-03", "2026-12-31"
DAYS = fl.projection_dates(START, END)
LIABILITIES = [
    "currency_in_circulation", "tga", "on_rrp", "reverse_repo_foreign", "unlisted_liabilities",
    "reserves",
]  # fmt: skip


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_subnormal=False)


CAPS = amounts(0, 60)
SPEEDS = amounts(0, 0.5)


@st.composite
def sheets(draw, *, whole: bool | None = None):
    """Opening sheets with reserves that nothing below can exhaust."""
    listed = draw(st.booleans()) if whole is None else whole
    liabilities = {
        "tga": draw(amounts(0, 1500)),
        "on_rrp": draw(amounts(0, 2000)),
        "reserves": draw(amounts(3200, 4000)),
    }
    if listed:
        liabilities |= {
            "currency_in_circulation": draw(amounts(2000, 3000)),
            "reverse_repo_foreign": draw(amounts(0, 500)),
        }
    mbs, other, unlisted = (
        draw(amounts(0, 3000)),
        draw(amounts(-100, 800)),
        draw(amounts(900, 2000)),
    )
    return fl.OpeningSheet(
        date=START,
        treasuries=sum(liabilities.values()) + unlisted - mbs - other,
        mbs=mbs,
        other_assets=other,
        bank_assets=draw(amounts(20_000, 30_000)) if listed else None,
        **liabilities,
    )


@st.composite
def profiles(draw, total: float):
    """Holdings of about a total, maturing on any days."""
    days = draw(st.lists(st.integers(1, 6000), min_size=1, max_size=12, unique=True).map(sorted))
    parts = draw(arrays(float, (len(days), 3), elements=amounts(0.01, 1)))
    dates = pd.Timestamp(START) + pd.to_timedelta(days, unit="D")
    table = pd.DataFrame(
        parts * (total / parts.sum()), pd.DatetimeIndex(dates), ["notes", "tips", "bills"]
    )
    return fl.MaturityProfile(pd.Timestamp(START), table, "made up")


@st.composite
def decisions(draw):
    """Caps in two steps, and purchases."""
    schedule = QUIET
    for month in sorted(draw(st.lists(st.integers(1, 12), min_size=0, max_size=2, unique=True))):
        schedule = schedule.with_caps(
            f"2026-{month:02}-01",
            treasury=draw(st.none() | CAPS),
            agency=draw(st.none() | CAPS),
        )
    if draw(st.booleans()):
        day = draw(st.dates(pd.Timestamp("2025-12-04").date(), pd.Timestamp(END).date()))
        schedule = schedule.with_purchases(day, draw(amounts(0, 80)))
    return schedule


@st.composite
def paths(draw, opening: fl.OpeningSheet):
    lines = {
        "tga": st.sampled_from(
            [fl.Target(850), fl.Target(300, 0), fl.Seasonal(fl.Target(700), {(4, 1): 90.0})]
        ),
        "on_rrp": st.sampled_from([fl.AbsorbsDrains(), fl.AbsorbsDrains(150), fl.Target(50)]),
        "unlisted_liabilities": st.sampled_from([fl.Drift(60), fl.Drift(-60)]),
        "other_assets": st.just(fl.Drift(-40)),
    }
    if opening.bank_assets is not None:
        lines |= {
            "currency_in_circulation": st.just(fl.Growth(0.03)),
            "bank_assets": st.just(fl.Growth(0.05)),
        }
    chosen = draw(st.sets(st.sampled_from(sorted(lines))))
    return {name: draw(lines[name]) for name in sorted(chosen)}


@st.composite
def cases(draw, *, whole: bool | None = None):
    """All that a projection takes."""
    opening = draw(sheets(whole=whole))
    return {
        "opening": opening,
        "schedule": draw(decisions()),
        "end": END,
        "assumptions": fl.Assumptions(
            prepayment=fl.PrepaymentModel(draw(SPEEDS)),
            maturities=draw(st.none() | profiles(opening.treasuries)),
            lines=draw(paths(opening)),
            inflation=draw(amounts(-1, 8)),
        ),
    }


def close(left, right, tolerance=1e-9):
    np.testing.assert_allclose(
        np.asarray(left, float), np.asarray(right, float), rtol=1e-12, atol=tolerance
    )


class TestRedemptions:
    PARTS = st.integers(1, 24).flatmap(
        lambda n: st.tuples(*(arrays(float, n, elements=amounts(0, 200)) for _ in range(3)))
    )

    @given(PARTS)
    def test_what_matures_is_redeemed_or_rolled_over(self, one):
        coupons, bills, cap = one
        month = fl.redemptions(coupons, bills, cap)
        close(month.coupon_redemptions + month.coupon_rollovers, coupons)
        close(month.bill_redemptions + month.bill_rollovers, bills)
        redeemed = month.coupon_redemptions + month.bill_redemptions
        close(redeemed, np.minimum(cap, coupons + bills))
        assert all((getattr(month, name) >= 0).all() for name in month.to_frame())

    @given(PARTS)
    def test_bills_are_redeemed_only_where_no_coupon_is_rolled_over(self, one):
        month = fl.redemptions(*one)
        assert ((month.bill_redemptions == 0) | (month.coupon_rollovers == 0)).all()

    @given(PARTS, amounts(0, 50))
    def test_a_higher_cap_redeems_no_less(self, one, more):
        coupons, bills, cap = one
        low, high = (fl.redemptions(coupons, bills, at) for at in (cap, cap + more))
        assert (high.coupon_redemptions >= low.coupon_redemptions).all()
        assert (high.bill_redemptions + high.coupon_redemptions + 1e-9
                >= low.bill_redemptions + low.coupon_redemptions).all()  # fmt: skip

    @given(arrays(float, st.integers(1, 10), elements=amounts(0, 80)), st.floats(0, 1))
    def test_an_amount_is_spread_in_the_proportions_of_what_matures(self, maturing, part):
        dates = pd.date_range("2026-01-01", periods=len(maturing), freq="3D")
        series = pd.Series(maturing, dates)
        amount = part * maturing.sum()
        spread = fl.split_over_dates(amount, series)
        assert spread.sum() == pytest.approx(amount, rel=1e-12, abs=1e-12)
        close(spread * maturing.sum(), amount * series, 1e-6)

    @given(
        st.integers(0, 10**9), st.lists(st.integers(0, 120), min_size=1, max_size=7).filter(any)
    )
    def test_add_ons_sum_to_the_amount_and_stray_from_their_share_by_hundreds(self, lots, sizes):
        add_ons = fl.rollover_add_ons(
            lots / 1e7, {f"security {number}": size for number, size in enumerate(sizes)}
        )
        awarded = [round(one * 1e7) for one in add_ons.values()]
        assert sum(awarded) == lots
        for one, size in zip(awarded, sizes, strict=True):
            assert abs(one - lots * size / sum(sizes)) <= len(sizes)


class TestProjections:
    @given(cases())
    def test_every_row_closes(self, case):
        projection = fl.project_balance_sheet(**case)
        rows = projection.weekly
        close(rows["fed_assets"], rows["treasuries"] + rows["mbs"] + rows["other_assets"])
        close(rows["fed_assets"], rows[LIABILITIES].fillna(0.0).sum(axis=1))
        flows = rows.iloc[1:]
        close(
            rows["treasuries"].diff().iloc[1:],
            flows["agency_into_treasuries"] + flows["purchases_announced"]
            + flows["purchases_assumed"] + flows["tips_accrual"] - flows["treasuries_redeemed"],
        )  # fmt: skip
        # Agency principal leaves, or goes into Treasuries; nothing goes into MBS.
        close(rows["mbs"].diff().iloc[1:], -flows["mbs_runoff"] - flows["agency_into_treasuries"])

    @given(cases())
    def test_flows_have_the_direction_their_names_say(self, case):
        rows = fl.project_balance_sheet(**case).weekly
        for name in ("treasuries_redeemed", "mbs_runoff", "agency_into_treasuries",
                     "purchases_announced", "purchases_assumed"):  # fmt: skip
            assert (rows[name] >= -1e-9).all()
        assert (rows[["treasuries", "mbs", "tga", "on_rrp"]] >= -1e-9).all(axis=None)

    @FEW
    @given(cases(), CAPS, amounts(0, 50))
    def test_raising_a_cap_never_raises_holdings(self, case, cap, more):
        assume(case["assumptions"].inflation >= 0)
        for kind, line in (("treasury", "treasuries"), ("agency", "fed_assets")):
            low, high = (
                fl.project_balance_sheet(
                    **case | {"schedule": QUIET.with_caps("2026-01-01", **{kind: at})}
                ).weekly[line]
                for at in (cap, cap + more)
            )
            assert (high <= low + 1e-6).all()

    @FEW
    @given(cases(whole=True), CAPS)
    def test_no_more_is_redeemed_in_a_month_than_its_cap(self, case, cap):
        schedule = QUIET.with_caps("2025-12-01", treasury=cap, agency=cap)
        rows = fl.project_balance_sheet(**case | {"schedule": schedule}).weekly
        # Principal of month-ends may be paid days later: count from the 8th to the 7th.
        month = (rows.index - pd.Timedelta(7, unit="D")).to_period("M")
        for name in ("treasuries_redeemed", "mbs_runoff"):
            assert (
                rows[name].groupby(month).sum().cumsum() <= cap * np.arange(1, 15) + 1e-9
            ).all()

    @FEW
    @given(cases(whole=True), SPEEDS)
    def test_prepayment_without_a_cap_changes_composition_alone(self, case, speed):
        kept = case["assumptions"]
        faster = fl.Assumptions(
            prepayment=fl.PrepaymentModel(speed), lines=kept.lines, inflation=kept.inflation
        )
        slower = fl.Assumptions(
            prepayment=kept.prepayment, lines=kept.lines, inflation=kept.inflation
        )
        one, other = (
            fl.project_balance_sheet(
                **case | {"schedule": QUIET, "assumptions": assumed}
            ).weekly.drop(columns=["treasuries", "mbs", "agency_into_treasuries", "regime"])
            for assumed in (faster, slower)
        )
        close(one, other, 1e-8)

    @given(
        sheets(whole=True),
        arrays(float, len(DAYS) - 1, elements=amounts(0, 2000)),
        amounts(0, 300),
    )
    def test_on_rrp_gives_way_before_reserves(self, opening, tga, floor):
        assumptions = fl.Assumptions(
            prepayment=fl.PrepaymentModel(0.06),
            lines={
                "tga": pd.Series([opening.tga, *tga], DAYS),
                "on_rrp": fl.AbsorbsDrains(floor),
            },
        )
        rows = fl.project_balance_sheet(opening, QUIET, END, assumptions).weekly
        drained = rows["tga"] - opening.tga
        room = max(opening.on_rrp - floor, 0.0)
        close(rows["on_rrp"], opening.on_rrp - np.clip(drained, 0, room), 1e-8)
        close(rows["reserves"], opening.reserves - np.minimum(drained, 0)
              - np.maximum(drained - room, 0), 1e-8)  # fmt: skip

    @FEW
    @given(
        st.dates(pd.Timestamp("2018-01-01").date(), pd.Timestamp("2026-10-01").date()),
        st.floats(0, 5),
        sheets(whole=True),
    )
    def test_what_is_announced_later_changes_nothing(self, day, factor, sheet):
        known = pd.Timestamp(day)
        rows = RECORD.to_frame()
        late = rows["announced"] > known
        in_dollars = rows["unit"].str.startswith("USD") & np.isfinite(rows["value"])
        rows.loc[late & in_dollars, "value"] *= factor
        other = fl.PolicySchedule(rows, RECORD.first, RECORD.last)
        pd.testing.assert_frame_equal(
            other.as_known_on(known).to_frame(), RECORD.as_known_on(known).to_frame()
        )
        opening = fl.OpeningSheet(
            date=known, treasuries=sheet.treasuries, mbs=sheet.mbs, other_assets=300,
            tga=sheet.tga, on_rrp=sheet.on_rrp, reserves=sheet.reserves,
        )  # fmt: skip
        assumptions = fl.Assumptions(prepayment=fl.PrepaymentModel(0.06))
        one, two = (
            fl.project_balance_sheet(
                opening,
                schedule.as_known_on(known),
                known + pd.Timedelta(200, unit="D"),
                assumptions,
            )
            for schedule in (RECORD, other)
        )
        pd.testing.assert_frame_equal(one.weekly, two.weekly)
        assert one.notes == two.notes

    @given(st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-11-30").date()),
           amounts(0.1, 80))  # fmt: skip
    def test_purchases_are_spread_evenly_over_days(self, day, pace):
        schedule = QUIET.with_purchases(day, pace)
        opening = fl.OpeningSheet(
            date=START, treasuries=4000, mbs=0, other_assets=0, tga=0, on_rrp=0, reserves=3000
        )
        rows = fl.project_balance_sheet(
            opening, schedule, END, fl.Assumptions(prepayment=fl.PrepaymentModel(0.06))
        ).weekly
        days = np.clip((rows.index - pd.Timestamp(day)).days + 1, 0, None)
        close(rows["reserves"] - 3000, pace * 48 / 1461 * days)


class TestRequiredPurchases:
    @FEW
    @given(cases(whole=True), amounts(0.09, 0.16), amounts(0.2, 1))
    def test_with_the_pace_the_target_holds_and_with_less_it_does_not(self, case, target, when):
        start = "2026-01-01"
        hold = DAYS[start <= DAYS][int(when * 51)]
        case = case | {"schedule": QUIET}
        projection = fl.project_balance_sheet(**case)
        needed = fl.required_purchases(projection, target, start=start, hold_from=hold)
        table = needed.to_frame()
        assert (table["smallest"].cumsum() <= table["constant"].cumsum() + 1e-6).all()
        assert (table["smallest"] >= 0).all()

        def lowest(pace: float) -> float:
            schedule = QUIET.with_purchases(start, pace)
            rows = fl.project_balance_sheet(**case | {"schedule": schedule}).weekly
            return rows["reserves_to_bank_assets"][hold:].min()

        if needed.per_month == 0:
            assert lowest(0) >= target - 1e-12
        else:
            assert lowest(needed.per_month) == pytest.approx(target, abs=1e-9)
            if needed.per_month > 0.5:
                assert lowest(needed.per_month - 0.5) < target


class TestFans:
    SIZES = st.fixed_dictionaries(
        {
            "prepayment": amounts(0, 1),
            "tga": amounts(0, 200),
            "on_rrp": amounts(0, 1),
            "currency_in_circulation": amounts(0, 0.02),
            "unlisted_liabilities": amounts(0, 40),
            "bank_assets": amounts(0, 0.02),
        }
    )

    @FEW
    @given(cases(), SIZES, st.integers(0, 2**32))
    def test_every_path_closes(self, case, sizes, seed):
        fan = fl.simulate_balance_sheet(**case, shocks=fl.ShockModel(sizes), seed=seed, paths=20)
        rows = fan.central.weekly.loc[fan.dates]
        lines = set(LIABILITIES) - {"reverse_repo_foreign"}
        owed = sum(np.nan_to_num(fan.line(name)) for name in lines)
        foreign = rows["reverse_repo_foreign"].fillna(0.0).to_numpy()[:, None]
        close(fan.line("fed_assets"), owed + foreign, 1e-8)
        securities = fan.line("treasuries") + fan.line("mbs")
        close(fan.line("fed_assets"), securities + rows["other_assets"].to_numpy()[:, None], 1e-8)
        assert (fan.line("tga") >= 0).all()
        assert (fan.line("mbs") >= -1e-9).all()

    @FEW
    @given(cases(whole=True), SIZES, amounts(0.08, 0.16))
    def test_crossing_dates_and_probabilities_agree(self, case, sizes, threshold):
        fan = fl.simulate_balance_sheet(**case, shocks=fl.ShockModel(sizes), seed=1, paths=30)
        dates = fan.crossing_dates(threshold)
        for day, share in fan.crossing_probability(threshold).items():
            assert share == pytest.approx((dates <= day).mean())
