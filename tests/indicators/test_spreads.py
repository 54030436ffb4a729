import numpy as np
import pandas as pd
import pytest

import fedliq as fl


def daily(value: float, first: str, periods: int = 3) -> pd.Series:
    return pd.Series(value, pd.date_range(first, periods=periods))


def test_there_is_no_sofr_before_april_2018():
    early = daily(1.8, "2018-03-31", 4)
    with pytest.raises(fl.InvalidInputError, match="sofr: 2 values before 2018-04-02"):
        fl.sofr_iorb_spread(early, early)
    early.iloc[:2] = np.nan
    assert fl.sofr_iorb_spread(early, daily(1.75, "2018-03-31", 4)).tolist()[2:] == [5, 5]


def test_a_fraction_beside_percent_is_refused():
    with pytest.raises(fl.UnitError, match=r"iorb: 0.0365 .* looks like fraction"):
        fl.sofr_iorb_spread(daily(0.0363, "2026-08-18"), daily(0.0365, "2026-08-18"))
    with pytest.raises(fl.UnitError, match="One of them is in another unit"):
        fl.sofr_iorb_spread(daily(0.0363, "2023-08-18"), daily(5.40, "2023-08-18"))


def test_spreads_are_free_of_binary_noise():
    assert fl.rate_spread(daily(4.45, "2025-01-01"), daily(4.40, "2025-01-01")).tolist() == [5] * 3


class TestSplice:
    def test_each_rate_keeps_to_its_time(self):
        ioer, iorb = daily(0.15, "2021-07-26"), daily(0.15, "2021-07-29")
        with pytest.raises(
            fl.InvalidInputError, match="ioer: there was no such rate after 2021-07-28"
        ):
            fl.splice_iorb(daily(0.15, "2021-07-27"), iorb)
        with pytest.raises(
            fl.InvalidInputError, match="iorb: there was no such rate before 2021-07-29"
        ):
            fl.splice_iorb(ioer, daily(0.15, "2021-07-28"))

    def test_columns_of_one_frame_padded_with_nan_are_welcome(self):
        days = pd.date_range("2021-07-27", "2021-07-30")
        ioer = pd.Series([0.15, 0.15, np.nan, np.nan], days)
        iorb = pd.Series([np.nan, np.nan, 0.15, 0.15], days)
        spliced = fl.splice_iorb(ioer, iorb)
        assert spliced.index.equals(days)
        assert spliced.tolist() == [0.15] * 4
        assert spliced.name == "iorb"


def test_weekends_do_not_make_a_window_longer():
    fridays_twice = pd.DatetimeIndex(["2025-10-02", "2025-10-03", "2025-10-06", "2025-10-07"])
    spread = pd.Series([1.0, -1.0, 1.0, 1.0], fridays_twice)
    # Of the four days to Monday only Friday and Monday were business days.
    assert fl.share_at_or_above(spread, days=4)["2025-10-06"] == 0.5


def test_a_window_of_no_days():
    with pytest.raises(fl.InvalidInputError, match="days: expected 1 to"):
        fl.share_at_or_above(daily(1.0, "2025-01-01"), days=0)


def test_floor_and_ceiling_exchanged():
    day = "2025-10-31"
    with pytest.raises(fl.InvalidInputError, match="srf_rate: must lie above on_rrp_rate"):
        fl.corridor_position(daily(3.9, day), daily(4.0, day), daily(3.75, day))


def test_turns_are_blanked_and_the_rest_kept(sample):
    sofr, iorb = fl.align(sample["sofr"]["2025"], sample["iorb"])
    spread = fl.sofr_iorb_spread(sofr, iorb)
    outside = fl.spread_outside_turns(spread)
    on_turn = fl.turn_flags(spread.index).any(axis=1)
    assert outside[on_turn].isna().all()
    pd.testing.assert_series_equal(outside[~on_turn], spread[~on_turn], check_names=False)
    assert on_turn["2025-10-31"]
    assert on_turn["2025-12-31"]


@pytest.mark.parametrize("level", [float("nan"), "0", None])
def test_a_level_that_is_none(level):
    with pytest.raises(fl.FedliqError, match="level: expected a"):
        fl.share_at_or_above(daily(1.0, "2025-01-01"), level)


def test_sofr_as_a_fraction_beside_iorb_in_percent_is_refused():
    with pytest.raises(fl.UnitError, match="One of them is in another unit"):
        fl.sofr_iorb_spread(daily(0.0366, "2026-01-05"), daily(3.65, "2026-01-05"))
