import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.panel import rate_in_force


def test_the_columns_are_those_documented(panel):
    assert list(panel.columns) == list(fl.PANEL_COLUMNS)
    for name, (unit, meaning) in fl.PANEL_COLUMNS.items():
        assert meaning
        assert (unit is None) == (not pd.api.types.is_numeric_dtype(panel[name])), name


def test_the_rows_are_the_wednesdays_of_the_h41(panel, sample):
    assert panel.index.equals(sample["fed_assets"].index)


@pytest.mark.parametrize("weeks", [1, 4, 13, 52])
def test_contributions_add_up_on_every_row(panel, weeks):
    parts = [f"{name}_contribution_{weeks}w" for name in ("fed_assets", "tga", "on_rrp")]
    change = panel[f"net_liquidity_change_{weeks}w"]
    assert change.notna().sum() > 500
    np.testing.assert_allclose(panel[parts].sum(axis=1, skipna=False), change, atol=1e-9)
    np.testing.assert_allclose(panel["net_liquidity"].diff(weeks), change, atol=1e-9)


def test_a_row_uses_only_what_had_been_published(sample, panel):
    """GDP is the one series taken by publication: no quarter shows before its end."""
    gdp_used = panel["reserves"] / panel["reserves_to_gdp"]
    first_quarter = sample["gdp"].loc["2026-01-01"]
    used = gdp_used[np.isclose(gdp_used, first_quarter)]
    assert used.index[0] == pd.Timestamp("2026-05-06")  # the first Wednesday after 30 April


@pytest.mark.parametrize(
    "day", ["2010-06-30", "2018-04-10", "2019-09-20", "2023-03-17", "2026-01-02"]
)
def test_the_past_is_the_same_however_much_is_known(sample, panel, day):
    """As known on a day, but for the weeks whose figures were not all out yet."""
    known = fl.indicator_panel(sample.known_on(day))
    settled = panel.index[: len(known) - 3]
    pd.testing.assert_frame_equal(known.loc[settled], panel.loc[settled], check_freq=False)


@pytest.mark.parametrize(
    "day", ["2010-06-30", "2018-04-10", "2021-07-28", "2024-12-31", "2025-01-01"]
)
def test_cutting_the_data_short_gives_the_same_past_exactly(sample, panel, day):
    cut = {name: sample[name][:day] for name in sample}
    short = fl.indicator_panel(fl.Dataset(cut, as_of=day, source="cut short"))
    pd.testing.assert_frame_equal(short, panel[:day], check_freq=False)


def test_thresholds_move_the_regime_and_the_gaps(sample, panel):
    bands = fl.ReserveThresholds(abundant=(0.10, 0.11), scarce=(0.06, 0.07))
    moved = fl.indicator_panel(sample, bands)
    assert moved.loc["2026-08-12", "regime"] == "abundant"
    shift = moved["gap_to_abundant_lower"] - panel["gap_to_abundant_lower"]
    np.testing.assert_allclose(shift, 0.02 * panel["bank_assets"], rtol=1e-9)


def test_what_the_dataset_lacks_is_nan_and_the_rest_is_computed(sample):
    three = {name: sample[name] for name in ("fed_assets", "tga", "on_rrp")}
    dataset = fl.Dataset(three, as_of=sample.as_of, source="three series")
    panel = fl.indicator_panel(dataset)
    assert panel.loc["2022-12-28", "net_liquidity"] == pytest.approx(5848.357)
    for name in ("reserves", "regime", "sofr_iorb_spread", "srf", "reserves_to_gdp"):
        assert panel[name].isna().all(), name


def test_without_fed_assets_there_are_no_rows(sample):
    dataset = fl.Dataset({"tga": sample["tga"]}, as_of=sample.as_of, source="one series")
    with pytest.raises(fl.UnknownSeriesError, match="has no 'fed_assets'"):
        fl.indicator_panel(dataset)


def test_a_frame_is_no_dataset():
    with pytest.raises(fl.InputTypeError, match="dataset: expected a Dataset"):
        fl.indicator_panel(pd.DataFrame())


def test_a_missing_week_is_refused(sample):
    holed = {"fed_assets": sample["fed_assets"].drop(pd.Timestamp("2020-01-01"))}
    dataset = fl.Dataset(holed, as_of=sample.as_of, source="with a hole")
    with pytest.raises(fl.AlignmentError, match="no row a week before 2020-01-08"):
        fl.indicator_panel(dataset)


def test_rates_do_not_wait_for_sofr(sample, panel):
    """EFFR - IOER is there from October 2008, though SOFR began in 2018."""
    assert panel["iorb"].first_valid_index() == pd.Timestamp("2008-10-15")
    assert panel["effr_iorb_spread"].first_valid_index() == pd.Timestamp("2008-10-15")
    two = {name: sample[name] for name in ("fed_assets", "effr", "ioer", "iorb")}
    alone = fl.indicator_panel(fl.Dataset(two, as_of=sample.as_of, source="no SOFR"))
    pd.testing.assert_series_equal(alone["effr_iorb_spread"], panel["effr_iorb_spread"])


def test_no_administered_rate_beyond_the_record():
    days = pd.DatetimeIndex(["2017-03-15", "2025-12-11", "2029-01-03"])
    rate = rate_in_force("iorb_pct", days)
    assert rate.isna().tolist() == [True, False, True]
    assert rate.iloc[1] == 3.65


def test_thresholds_of_another_kind(sample):
    with pytest.raises(fl.InputTypeError, match="thresholds: expected ReserveThresholds"):
        fl.indicator_panel(sample, None)
