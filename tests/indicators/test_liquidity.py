import numpy as np
import pandas as pd
import pytest

import fedliq as fl

WEEKS = pd.date_range("2023-01-04", periods=6, freq="7D")


def level(value: float, index: pd.DatetimeIndex = WEEKS) -> pd.Series:
    return pd.Series(value, index)


def test_a_part_that_exceeds_the_whole_is_refused():
    """A TGA of 1,592 million given as billions is plausible alone, not beside 732 bn."""
    with pytest.raises(
        fl.UnitError, match="tga: 1592 on 2023-01-04 is more than half of fed_assets"
    ):
        fl.net_liquidity(level(732.059), level(1592.0), level(0.0))


def test_a_row_never_adds_up_to_part_of_the_change():
    tga = level(400.0)
    tga.iloc[2] = np.nan
    moved = fl.net_liquidity_contributions(level(8000.0), tga, level(2000.0))
    assert moved.isna().all(axis=1).tolist() == [True, False, True, True, False, False]


def test_counting_rows_over_a_missing_week_is_refused():
    gap = WEEKS.delete(3)
    with pytest.raises(fl.AlignmentError, match="2023-01-18 and 2023-02-01 are 14 days apart"):
        fl.net_liquidity_contributions(level(8000, gap), level(400, gap), level(2000, gap))


def test_business_days_have_no_gaps_to_speak_of():
    days = pd.bdate_range("2023-01-02", periods=30)
    moved = fl.net_liquidity_contributions(level(8000, days), level(400, days), level(2000, days))
    assert moved.iloc[1:].eq(0).all().all()


@pytest.mark.parametrize(
    ("periods", "error"), [(0, fl.InvalidInputError), (1.5, fl.InputTypeError)]
)
def test_periods_that_are_none(periods, error):
    with pytest.raises(error, match="periods: expected"):
        fl.net_liquidity_contributions(level(8000), level(400), level(2000), periods=periods)


class TestBridge:
    def test_a_line_that_is_missing_is_named(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=WEEKS).drop(columns="term_deposits")
        with pytest.raises(fl.InvalidInputError, match="also needs the columns term_deposits"):
            fl.bridge_to_reserves(lines)

    def test_an_unknown_layout(self):
        with pytest.raises(fl.InvalidInputError, match="layout: 'table1' is not one of 'factors'"):
            fl.bridge_to_reserves(pd.DataFrame(), layout="table1")

    def test_what_is_no_frame(self):
        with pytest.raises(fl.InputTypeError, match="lines: expected a DataFrame"):
            fl.bridge_to_reserves(level(1.0))

    def test_lines_in_millions_are_refused(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=WEEKS)
        with pytest.raises(fl.UnitError, match=r"fed_assets: .* looks like USD mn"):
            fl.bridge_to_reserves(lines * 1000)

    def test_the_frame_given_is_not_changed(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=WEEKS)
        before = lines.copy()
        fl.bridge_to_reserves(lines)
        pd.testing.assert_frame_equal(lines, before)

    def test_nan_in_any_line_gives_nan_reserves_there_alone(self, sample):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=WEEKS)
        for name in lines:
            holed = lines.copy()
            holed.loc[WEEKS[2], name] = np.nan
            missing = fl.bridge_to_reserves(holed)["reserves"].isna()
            assert missing.tolist() == [False, False, True, False, False, False], name

    @pytest.mark.parametrize("name", ["treasury_cash_holdings", "foreign_official_deposits"])
    def test_one_small_line_in_millions_is_refused(self, sample, name):
        lines = sample.frame(fl.BRIDGE_LINES["factors"], on=WEEKS)
        lines[name] = lines[name] * 1000
        with pytest.raises(fl.UnitError, match=f"{name}: .* looks like USD mn"):
            fl.bridge_to_reserves(lines)


def test_a_stray_row_among_weeks_is_refused():
    stray = WEEKS.insert(1, WEEKS[0] + pd.Timedelta(2, unit="D"))
    with pytest.raises(fl.AlignmentError, match="2023-01-04 and 2023-01-06 are 2 days apart"):
        fl.net_liquidity_contributions(level(8000, stray), level(400, stray), level(2000, stray))


def test_the_remedy_names_the_weekly_series_even_where_it_has_one_row():
    day = WEEKS[:1]
    days = pd.bdate_range("2022-12-01", "2023-01-10")
    with pytest.raises(fl.AlignmentError, match=r"on=fed_assets\.index\)$"):
        fl.net_liquidity(level(8000, day), level(400, day), level(2000, days))


def test_gdp_is_never_the_index_to_align_on():
    """Its dates are those of quarters that were not over."""
    quarters = pd.date_range("2023-01-01", periods=2, freq="QS")
    with pytest.raises(fl.AlignmentError) as caught:
        fl.reserves_to_gdp(level(3000), level(26_000, quarters))
    assert "date it by publication" in str(caught.value)
    assert str(caught.value).endswith("on=reserves.index)")


def test_the_bridge_of_a_history_cut_short_is_the_same(sample):
    lines = sample.frame(fl.BRIDGE_LINES["factors"], on=sample["reserves"].index)
    whole = fl.bridge_to_reserves(lines)
    pd.testing.assert_frame_equal(
        fl.bridge_to_reserves(lines.iloc[:40]), whole.iloc[:40], check_freq=False
    )


def test_half_of_assets_is_the_most_a_part_can_be():
    assert fl.net_liquidity(level(3000), level(1499), level(0)).iloc[0] == 1501
    with pytest.raises(fl.UnitError, match=r"tga: 1501 .* is more than half of fed_assets"):
        fl.net_liquidity(level(3000), level(1501), level(0))
