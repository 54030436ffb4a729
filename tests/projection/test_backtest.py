import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.prepayment import payment_days

WEEKS = pd.date_range("2023-01-04", periods=130, freq="7D")
LINES = ["treasuries", "mbs", "fed_assets", "tga", "on_rrp", "reserves", "net_liquidity"]


def schedule(*rows: tuple) -> fl.PolicySchedule:
    """Nothing is redeemed and nothing bought, but for the rows added."""
    quiet = [
        ("2020-01-01", "2020-01-01", None, "treasury_cap", 0.0),
        ("2020-01-01", "2020-01-01", None, "agency_cap", 0.0),
        ("2020-01-01", "2020-01-01", None, "mbs_ceiling", np.inf),
        ("2020-01-01", "2020-01-01", None, "agency_into_bills", 0.0),
    ]
    frame = pd.DataFrame(
        [*quiet, *rows], columns=["announced", "effective", "until", "decision", "value"]
    )
    frame = frame.assign(
        unit=frame["decision"].map(dict(fl.DECISIONS)), confidence="primary", source="a test"
    )
    return fl.PolicySchedule(frame, "2020-01-01", "2026-12-31")


def weekly(**a_week: float) -> pd.DataFrame:
    """Lines that move by so much each week."""
    levels = {
        "fed_assets": 8000.0,
        "treasuries": 5000.0,
        "mbs": 2500.0,
        "tga": 500.0,
        "on_rrp": 300.0,
        "reserves": 3200.0,
        "bank_assets": 23_000.0,
    }
    steps = np.arange(len(WEEKS))
    return pd.DataFrame(
        {name: level + a_week.get(name, 0.0) * steps for name, level in levels.items()}, WEEKS
    )


def quietly(history: pd.DataFrame, known: fl.PolicySchedule) -> fl.Assumptions:  # noqa: ARG001
    return fl.Assumptions(prepayment=fl.PrepaymentModel(0.06))


def run(history=None, decided=None, starts=WEEKS[60:62], weeks=(4, 13), assume=quietly):
    return fl.backtest_projection(
        weekly() if history is None else history,
        schedule() if decided is None else decided,
        starts,
        weeks=weeks,
        assume=assume,
    )


class TestErrors:
    def test_they_are_projected_less_actual(self):
        # Treasuries rise by 2 a week, and reserves with them; the projection holds them.
        errors = run(weekly(treasuries=2, fed_assets=2, reserves=2)).errors
        for line, a_week in (("fed_assets", 2), ("reserves", 2), ("net_liquidity", 2), ("tga", 0)):
            for (_, weeks), row in errors[line].iterrows():
                assert row["projection"] == pytest.approx(-a_week * weeks)
                assert row["no_change"] == pytest.approx(-a_week * weeks)
                assert row["pace"] == pytest.approx(0, abs=1e-9)

    def test_each_line_is_compared_with_itself(self):
        # Agency principal is paid on 25 March, 25 April and 28 May 2024 and goes into Treasuries.
        errors = run(weekly(treasuries=2), starts=pd.DatetimeIndex(["2024-02-28"])).errors
        months = pd.date_range("2024-03-01", periods=3, freq="MS")
        paid = fl.mbs_principal(2500, months, fl.PrepaymentModel(0.06))["principal"].cumsum()
        np.testing.assert_allclose(errors["mbs"]["projection"], [-paid.iloc[0], -paid.iloc[2]])
        np.testing.assert_allclose(
            errors["treasuries"]["projection"], [paid.iloc[0] - 8, paid.iloc[2] - 26]
        )

    def test_the_pace_is_that_of_the_last_thirteen_weeks(self):
        history = weekly()
        history.loc[WEEKS[47] :, "tga"] += 26.0  # 13 weeks before the 61st
        history.loc[WEEKS[61] :, "tga"] += 100.0
        errors = run(history, starts=WEEKS[[59, 60, 61]], weeks=(4,)).errors["tga"]
        # From the 60th on, 26 in 13 weeks, or 8 in 4; 100 more come after the 61st ...
        assert errors["pace"].tolist() == pytest.approx([8 - 100, 0 - 100, 100 * 4 / 13])
        assert errors["no_change"].tolist() == [-100, -100, 0]

    def test_their_table_has_a_row_for_each_start_and_horizon(self):
        errors = run().errors
        assert errors.index.tolist() == [(day, weeks) for day in WEEKS[60:62] for weeks in (4, 13)]
        assert errors.index.names == ["start", "weeks"]
        methods = ["projection", "no_change", "pace"]
        assert errors.columns.tolist() == [(line, one) for line in LINES for one in methods]

    def test_a_horizon_beyond_the_history_is_left_out(self):
        errors = run(starts=WEEKS[[120]], weeks=(4, 9, 10)).errors
        assert errors.index.get_level_values("weeks").tolist() == [4, 9]

    def test_an_actual_figure_that_is_missing_leaves_no_error(self):
        history = weekly()
        history.loc[WEEKS[64], "tga"] = np.nan
        errors = run(history).errors
        assert errors.loc[(WEEKS[60], 4), "tga"].isna().all()
        assert errors.loc[(WEEKS[60], 13), "tga"].notna().all()
        assert errors.loc[(WEEKS[60], 4), "reserves"].notna().all()


class TestWhatWasKnown:
    STARTS = WEEKS[[59, 70]]

    def test_what_came_after_a_start_changes_no_projection(self):
        history, other = weekly(tga=1.5), weekly(tga=1.5)
        rng = np.random.default_rng(8)
        other.iloc[71:] *= rng.uniform(0.97, 1.03, other.iloc[71:].shape)
        both = [
            run(one, starts=self.STARTS, assume=fl.standard_assumptions)
            for one in (history, other)
        ]
        net = [one["fed_assets"] - one["tga"] - one["on_rrp"] for one in (history, other)]
        for line in LINES:
            guesses = []
            for table, one, liquidity in zip(both, (history, other), net, strict=True):
                actual = liquidity if line == "net_liquidity" else one[line]
                came = [actual.iloc[WEEKS.get_loc(d) + w] for d, w in table.errors.index]
                guesses.append(table.errors[line].add(came, axis=0))
            pd.testing.assert_frame_equal(*guesses)
            assert (both[0].errors[line] != both[1].errors[line]).any(axis=None)

    def test_assumptions_are_made_from_the_past_alone(self):
        seen = []

        def look(history, known):
            seen.append((history.index[-1], known.last, known.to_frame()["announced"].max()))
            return quietly(history, known)

        later = schedule(("2024-02-28", "2024-02-29", "2024-03-28", "bill_purchases", 40.0))
        run(decided=later, starts=self.STARTS, assume=look)
        assert [one[:2] for one in seen] == [(day, day) for day in self.STARTS]
        assert [one[2].year for one in seen] == [2020, 2024]

    def test_only_what_had_been_announced_is_bought_and_then_held(self):
        # Four weeks from Thursday 29 February, announced the day before, a Wednesday.
        later = schedule(("2024-02-28", "2024-02-29", "2024-03-27", "bill_purchases", 40.0))
        starts = pd.DatetimeIndex(["2024-02-21", "2024-02-28"])
        before, after = (
            run(decided=later, starts=starts, weeks=(4, 8))
            .errors["fed_assets"]["projection"]
            .to_numpy()
            .reshape(2, 2)
        )
        assert before.tolist() == pytest.approx([0, 0])
        # Then 40 a month for another four weeks.
        assert after.tolist() == pytest.approx([40, 40 + 40 * 28 / (1461 / 48)])

    def test_a_run_off_is_projected_as_it_is_decided(self):
        # 60 a month from March: 30 on the 15th and 30 on Sunday the 31st, paid on 1 April.
        capped = schedule(("2024-02-01", "2024-03-01", None, "treasury_cap", 60.0))
        rows = capped.to_frame()
        rows = rows.sort_values("effective", kind="stable")
        capped = fl.PolicySchedule(rows, capped.first, capped.last)
        errors = run(decided=capped, starts=WEEKS[[60]], weeks=(2, 3, 5))
        assert errors.errors["fed_assets"]["projection"].tolist() == pytest.approx([0, -30, -60])


class TestSkipped:
    def test_a_start_without_figures_is_told(self):
        history = weekly()
        history.loc[WEEKS[50], "on_rrp"] = np.nan
        result = run(history, starts=WEEKS[[5, 50, 55, 63]])
        assert [one[:10] for one in result.skipped] == [
            f"{day.date()}" for day in WEEKS[[5, 50, 63]]  # 63 is 13 weeks after 50
        ]  # fmt: skip
        assert result.errors.index.unique("start").tolist() == [WEEKS[55]]

    def test_thirteen_weeks_are_enough(self):
        result = run(starts=WEEKS[[12, 13]])
        assert [one[:10] for one in result.skipped] == [f"{WEEKS[12].date()}"]

    def test_every_start_may_be(self):
        result = run(starts=WEEKS[:3])
        assert len(result.skipped) == 3
        assert result.errors.empty
        assert result.errors.columns.nlevels == 2

    def test_a_projection_that_is_refused_is_told(self):
        late = schedule(("2024-02-01", "2024-03-01", None, "mbs_pace", 0.0))
        late = fl.PolicySchedule(late.to_frame(), "2024-03-01", "2026-12-31")
        result = run(decided=late, starts=WEEKS[[60, 61]])
        assert len(result.skipped) == 1
        assert result.skipped[0].startswith("2024-02-28: ")
        assert result.errors.index.unique("start").tolist() == [WEEKS[61]]

    def test_bank_assets_are_not_needed(self):
        history = weekly().drop(columns="bank_assets")
        pd.testing.assert_frame_equal(run(history).errors, run().errors)


class TestMeanAbsoluteErrors:
    def test_by_line_and_horizon(self):
        # Errors of -8 and 26 weeks' worth by each method, on both starts.
        table = run(weekly(tga=2, reserves=-2)).mean_absolute_errors()
        assert table.loc[("tga", 4)].to_dict() == pytest.approx(
            {"starts": 2, "projection": 8, "no_change": 8, "pace": 0, "to_no_change": 1,
             "to_pace": np.inf}
        )  # fmt: skip
        assert table.loc[("tga", 13), "no_change"] == pytest.approx(26)
        assert table.index.get_level_values("line").unique().tolist() == LINES

    def test_misses_of_either_sign_add_up(self):
        history = weekly()
        history.loc[WEEKS[64], "tga"] += 30  # four weeks after the first start
        history.loc[WEEKS[65], "tga"] -= 10
        row = run(history).mean_absolute_errors().loc[("tga", 4)]
        assert row["no_change"] == pytest.approx(20)
        assert row["to_no_change"] == pytest.approx(1)

    def test_starts_count_what_was_scored(self):
        result = run(starts=WEEKS[[60, 125]], weeks=(4, 13))
        assert result.mean_absolute_errors().loc["reserves", "starts"].tolist() == [2, 1]

    def test_the_table_handed_out_is_your_own(self):
        result = run()
        table = result.to_frame()
        table.iloc[:] = 0.0
        assert (result.errors["treasuries"] != 0).any(axis=None)


class TestStandardAssumptions:
    def test_the_tga_returns_to_the_mean_of_a_year(self):
        history = weekly(tga=2)
        target = fl.standard_assumptions(history, schedule()).lines["tga"]
        # The mean of the last 52 of 130 weeks is that of the 78th and the 129th step.
        assert target == fl.Target(500 + 2 * (78 + 129) / 2, 26)

    def test_the_rest_drifts_as_over_two_years_and_banks_grow_as_over_one(self):
        history = weekly()
        # What is not listed grows by 3 a week in one year and by 5 in the next: 104 weeks before
        # the last of 130 rows is that of number 25, 52 weeks before it that of number 77.
        unlisted = np.interp(np.arange(130), [0, 24, 25, 77, 129], [0, 900, 0, 156, 416])
        history["fed_assets"] += unlisted
        history["bank_assets"] = np.repeat([19_000.0, 20_000, 20_500, 21_000], [77, 1, 51, 1])
        lines = fl.standard_assumptions(history, schedule()).lines
        assert lines["unlisted_liabilities"].per_year == pytest.approx(4 * 365.25 / 7)
        assert lines["bank_assets"].per_year == pytest.approx(0.05)
        assert set(lines) == {"tga", "unlisted_liabilities", "bank_assets"}

    def test_only_what_is_at_hand_gets_a_path(self):
        history = weekly()[["mbs", "tga"]]
        assumed = fl.standard_assumptions(history, schedule())
        assert set(assumed.lines) == {"tga"}
        assert assumed.maturities is None

    @staticmethod
    def falling(months: int) -> pd.DataFrame:
        """MBS that fell by 20 with each of the last payments, and stood still before."""
        history = weekly()
        paid = payment_days(np.arange("2023-01", "2025-07", dtype="datetime64[M]"))
        for day in paid[paid <= np.datetime64(WEEKS[-1])][-months:]:
            history.loc[day <= WEEKS, "mbs"] -= 20
        return history

    @pytest.mark.parametrize(("falls", "used"), [(14, 12), (5, 3)])
    def test_prepayment_is_fitted_to_the_months_without_reinvestment(self, falls, used):
        history = self.falling(falls)
        assumed = fl.standard_assumptions(history, schedule())
        assert assumed.prepayment == fl.fit_prepayment(history["mbs"], months=used)

    @pytest.mark.parametrize(
        ("falls", "ceiling"),
        [
            (2, np.inf),  # too few
            (14, 20.0),  # holdings fell by the ceiling: what was paid above it was reinvested
            (14, 0.0),
        ],
    )
    def test_else_a_usual_speed_is_taken(self, falls, ceiling):
        rows = schedule().to_frame()
        rows.loc[rows["decision"] == "mbs_ceiling", "value"] = ceiling
        decided = fl.PolicySchedule(rows, "2020-01-01", "2026-12-31")
        assumed = fl.standard_assumptions(self.falling(falls), decided)
        assert assumed.prepayment == fl.PrepaymentModel(0.10)

    @pytest.mark.parametrize(
        ("history", "message"),
        [
            (weekly()[["mbs"]], "history: the columns tga are missing"),
            (weekly().iloc[:51], "history: expected at least 52 weeks of tga .* got 51"),
        ],
    )
    def test_what_is_too_little(self, history, message):
        with pytest.raises(fl.InvalidInputError, match=message):
            fl.standard_assumptions(history, schedule())


def test_nothing_given_is_changed():
    history = weekly(tga=1)
    before = history.copy()
    run(history, assume=fl.standard_assumptions)
    pd.testing.assert_frame_equal(history, before)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"history": weekly()["tga"]}, fl.InputTypeError, "history: expected a DataFrame"),
        ({"decided": {}}, fl.InputTypeError, "schedule: expected a PolicySchedule, got dict"),
        ({"history": weekly().drop(columns="mbs")}, fl.InvalidInputError, "columns mbs are miss"),
        ({"history": weekly().drop(WEEKS[9])}, fl.AlignmentError, f"before {WEEKS[10].date()}"),
        ({"history": weekly() * 1000}, fl.UnitError, "looks like USD mn"),
        (
            {"starts": WEEKS[60:62].shift(1, "D")},
            fl.InvalidInputError,
            "starts: 2024-02-29 is no w",
        ),
        ({"starts": list(WEEKS[:2])}, fl.TimeIndexError, "starts: expected a DatetimeIndex"),
        ({"history": weekly().shift(1, "D")}, fl.TimeIndexError, "Thursday 2023-01-05"),
        ({"weeks": ()}, fl.InvalidInputError, r"weeks: expected horizons such as \(13, 26\)"),
        ({"weeks": (0,)}, fl.InvalidInputError, "weeks: expected 1 to 520"),
        ({"weeks": (1.5,)}, fl.InputTypeError, "weeks: expected a whole number"),
    ],
)
def test_what_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        run(**options)


def test_what_is_refused_at_a_far_horizon_is_scored_at_the_nearer_one():
    """Reserves of 3,200 that lose 300 a week are gone in eleven weeks."""

    def draining(history, known):  # noqa: ARG001
        return fl.Assumptions(
            prepayment=fl.PrepaymentModel(0.06), lines={"unlisted_liabilities": fl.Drift(15_650)}
        )

    result = run(starts=WEEKS[60:61], weeks=(4, 26), assume=draining)
    assert result.errors.index.get_level_values("weeks").tolist() == [4]
    (why,) = result.skipped
    assert "26 weeks: end: reserves would be negative" in why


def test_where_nothing_can_be_scored_it_says_so():
    with pytest.raises(fl.InvalidInputError, match="starts: there is nothing to score"):
        run(starts=WEEKS[:1]).mean_absolute_errors()
    with pytest.raises(fl.InvalidInputError, match="no horizon ends within the history"):
        run(starts=WEEKS[120:121], weeks=(52,)).mean_absolute_errors()


def test_a_start_without_bank_assets_is_projected_without_a_ratio():
    history = weekly()
    history.loc[WEEKS[60], "bank_assets"] = np.nan
    result = run(history, starts=WEEKS[60:61], assume=fl.standard_assumptions)
    assert not result.skipped
    assert len(result.errors) == 2
