"""The indicators against published figures, and against the promises of the house."""

from __future__ import annotations

import fedliq as fl
import pandas as pd
import pytest
from fedliq.testing import PROMISES, check_indicator, typical_series

from fedliq_target_range import target_range_drift, target_range_position

LEVELS = {"effr": 3.63, "target_low": 3.50, "target_high": 3.75}


@pytest.mark.parametrize("promise", PROMISES)
def test_the_position_keeps(promise):
    check_indicator(target_range_position, typical_series(LEVELS), promises=[promise])


@pytest.mark.parametrize("promise", PROMISES)
def test_the_drift_keeps(promise):
    levels = {name: LEVELS[name] for name in ("effr", "target_low")}
    check_indicator(
        target_range_drift, typical_series(levels), looks_back=True, promises=[promise]
    )


@pytest.fixture(scope="module")
def rates():
    """EFFR and the target range, as the New York Fed and the Board publish them."""
    data = fl.load_sample()
    return fl.align(data["effr"], data["target_low"], data["target_high"])


def test_september_2019_as_the_board_tells_it(rates):
    """FEDS Notes, 27 February 2020, "What Happened in Money Markets in September 2019?".

    On 16 September EFFR printed "11 basis points above the Friday print and at the top of the
    FOMC's target range"; on the 17th it "moved above the top".
    """
    effr, low, high = rates
    position = target_range_position(effr, low, high)
    assert position["2019-09-16"] == pytest.approx(1)
    assert position["2019-09-17"] > 1
    assert target_range_drift(effr, low, days=3)["2019-09-16"] == 11


def test_the_last_day_of_2015_below_the_range(rates):
    """Reuters, 4 January 2016: 0.20 percent on 31 December, in a range of 0.25 to 0.50."""
    assert target_range_position(*rates)["2015-12-31"] == pytest.approx(-0.2)


def test_inside_from_2017_to_september_2019(rates):
    """The same FEDS Note: since December 2015 EFFR had been outside on one day, that one."""
    position = target_range_position(*rates)["2017-01-01":"2019-09-16"]
    assert position.round(9).between(0, 1).all()


def test_a_decision_of_the_fomc_leaves_no_trace():
    """On 2019-09-19 the range fell by 25 bp (FOMC, 18 September 2019), and the rate with it."""
    days = pd.DatetimeIndex(["2019-09-18", "2019-09-19"])
    effr, low = pd.Series([2.13, 1.88], days), pd.Series([2.00, 1.75], days)
    assert target_range_drift(effr, low, days=1).tolist()[-1] == 0


def test_the_drift_looks_back_by_days_and_not_by_rows():
    """Four weeks of a rate that rises by a basis point a week, on rows of whatever number."""
    for freq in ("7D", "D"):
        days = pd.date_range("2025-10-01", "2025-11-26", freq=freq)
        risen = (days - days[0]).days / 7
        effr = pd.Series(4.10 + risen.to_numpy() // 1 / 100, days)
        drift = target_range_drift(effr, pd.Series(4.0, days))
        assert drift["2025-11-26"] == pytest.approx(4)
        assert drift[:"2025-10-28"].isna().all()


def test_exchanged_limits_are_refused():
    day = pd.DatetimeIndex(["2019-09-17"])
    effr, low, high = (pd.Series([one], day) for one in (2.30, 2.00, 2.25))
    with pytest.raises(fl.InvalidInputError, match=r"^target_high: .* 2019-09-17"):
        target_range_position(effr, high, low)


@pytest.mark.parametrize("days", [0, -28, 2.5, "28", None, True])
def test_an_impossible_span_is_refused(days):
    day = pd.DatetimeIndex(["2019-09-17"])
    with pytest.raises(fl.InvalidInputError, match=r"^days: "):
        target_range_drift(pd.Series([2.30], day), pd.Series([2.00], day), days=days)


def test_a_column_beside_the_panel(rates):
    panel = fl.indicator_panel(fl.load_sample())
    (position,) = fl.align(target_range_position(*rates), on=panel.index)
    wider = panel.assign(target_range_position=position)
    assert list(wider.columns) == [*fl.PANEL_COLUMNS, "target_range_position"]
    # Of Tuesday 2019-12-31, the last value date before the holiday: EFFR 1.55 in 1.50 to 1.75.
    assert wider.loc["2020-01-01", "target_range_position"] == pytest.approx(0.2)


def test_as_known_before_and_after_the_rate_was_out():
    """EFFR of 17 September 2019 was published on the 18th at 9:00."""
    data = fl.load_sample()
    last = {}
    for hour in ("08:59", "09:00"):
        known = fl.as_known(data, f"2019-09-18 {hour}")
        rates = fl.align(known["effr"], known["target_low"], known["target_high"])
        last[hour] = target_range_position(*rates).index[-1]
    assert last == {"08:59": pd.Timestamp("2019-09-16"), "09:00": pd.Timestamp("2019-09-17")}
