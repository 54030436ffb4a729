import numpy as np
import pandas as pd

import fedliq as fl


def test_the_pace_counts_weeks_and_not_rows():
    """Thirty rows of business days are six weeks, not thirty days."""
    days = pd.bdate_range("2024-01-01", periods=30)
    elapsed = (days - days[0]).days.to_numpy()
    on_rrp = pd.Series(1000.0 - elapsed, days)  # one billion a calendar day
    last = fl.on_rrp_depletion(on_rrp, weeks=4).iloc[-1]
    assert last["weekly_pace"] == -7
    assert last["weeks_to_zero"] == last["on_rrp"] / 7


def test_empty_is_empty_now_and_rising_never():
    weeks = pd.date_range("2025-01-01", periods=3, freq="7D")
    left = fl.on_rrp_depletion(pd.Series([5.0, 0.0, 3.0], weeks), weeks=1)["weeks_to_zero"]
    np.testing.assert_array_equal(left, [np.nan, 0, np.inf])


def test_the_peak_is_that_of_the_past():
    weeks = pd.date_range("2025-01-01", periods=3, freq="7D")
    share = fl.btfp_runoff(pd.Series([50.0, 100.0, 25.0], weeks))["share_of_peak"]
    assert share.tolist() == [1, 1, 0.25]


def test_a_facility_never_used_has_no_share():
    weeks = pd.date_range("2025-01-01", periods=2, freq="7D")
    assert fl.btfp_runoff(pd.Series([0.0, 0.0], weeks))["share_of_peak"].tolist() == [0, 0]


def test_days_used_are_operation_days_with_take_up(sample):
    """SRF take-up of 6.75, 8.35 and 50.35 bn: New York Fed, October 2025."""
    take_up = fl.srf_take_up(sample["srf"]).loc["2025-10-31"]
    assert take_up["srf"] == take_up["record"] == take_up["window_max"] == 50.35
    window = sample["srf"]["2025-10-04":"2025-10-31"]
    assert take_up["days_used"] == (window > 0).sum()
