import pandas as pd
import pytest

import fedliq as fl

DAY = pd.DatetimeIndex(["2003-01-01"])


def test_reserves_in_millions_beside_small_bank_assets_are_refused():
    """2,795 million is a plausible number of billions; against 6,948 bn it is not."""
    with pytest.raises(fl.UnitError, match="reserves, bank_assets: on 2003-01-01 they give"):
        fl.reserves_to_bank_assets(pd.Series([2795.0], DAY), pd.Series([6947.9], DAY))


@pytest.mark.parametrize("threshold", [12, 0, 1.5, -0.1, "12 %", True, float("nan")])
def test_a_threshold_that_is_no_fraction(threshold):
    with pytest.raises(fl.FedliqError, match="threshold: expected a"):
        fl.reserves_gap(pd.Series([3000.0], DAY), pd.Series([24_000.0], DAY), threshold)
