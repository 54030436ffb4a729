import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.projection.inflation import index_ratio


def days(*dates: str) -> np.ndarray:
    return np.asarray(dates, dtype="datetime64[D]")


def cpi(*levels: float, first: str = "2005-10-01") -> pd.Series:
    return pd.Series(levels, pd.date_range(first, periods=len(levels), freq="MS"))


START = np.datetime64("2006-01-01")


def test_a_constant_rate_compounds():
    ratio = index_ratio(2.5, START)
    # Four years are 1461 days.
    np.testing.assert_allclose(
        ratio(days("2006-01-01", "2010-01-01", "2002-01-01")), [1, 1.025**4, 1.025**-4]
    )


def test_prices_may_fall():
    assert index_ratio(-1.0, START)(days("2010-01-01")) == pytest.approx(0.99**4)


# Reference CPI of January to March 2006, as Treasury published them for each day, from the
# CPI-U of October 2005 to January 2006 (BLS: 199.2, 197.6, 196.8, 198.3).
@pytest.mark.parametrize(
    ("day", "reference"),
    [
        ("2006-01-01", 199.20000),
        ("2006-01-02", 199.14839),
        ("2006-01-15", 198.47742),
        ("2006-02-01", 197.60000),
        ("2006-02-15", 197.20000),
        ("2006-03-02", 196.84839),
        ("2006-03-15", 197.47742),
    ],
)
def test_the_reference_index_of_a_day(day, reference):
    ratio = index_ratio(cpi(199.2, 197.6, 196.8, 198.3), START)
    assert 199.2 * ratio(days(day))[0] == pytest.approx(reference, abs=6e-6)


def test_the_ratio_is_one_on_the_base_day():
    base = np.datetime64("2006-02-15")
    ratio = index_ratio(cpi(199.2, 197.6, 196.8, 198.3), base)
    assert ratio(np.asarray([base])) == 1
    assert ratio(days("2006-03-15"))[0] == pytest.approx(197.47742 / 197.2, abs=1e-7)


def test_an_index_to_may_serves_to_the_end_of_july():
    ratio = index_ratio(cpi(100, 101, 102, 103, first="2026-02-01"), np.datetime64("2026-05-01"))
    assert 1.029 < ratio(days("2026-07-31"))[0] < 1.03
    with pytest.raises(fl.InvalidInputError, match="needs the index from 2026-05 to 2026-06"):
        ratio(days("2026-08-01"))


@pytest.mark.parametrize(
    ("inflation", "error", "message"),
    [
        (250.0, fl.UnitError, "inflation: expected percent per year, such as 2.0, got 250"),
        (np.nan, fl.InvalidInputError, "inflation: expected a finite number"),
        ("2 %", fl.InputTypeError, "inflation: expected a number, got str"),
        (cpi(), fl.InvalidInputError, "an index level above 0 for each month"),
        (cpi(199.2, 0, 196.8), fl.InvalidInputError, "an index level above 0 for each month"),
        (cpi(199.2, np.nan, 196.8), fl.InvalidInputError, "an index level above 0"),
        (cpi(1, 2, 3, 4).drop(pd.Timestamp("2005-12-01")), fl.InvalidInputError, "without gaps"),
        (cpi(1, 2, 3, 4)[::-1], fl.TimeIndexError, "inflation: dates are not in order"),
        (cpi(199.2, 197.6, 196.8, first="2005-11-01"), fl.InvalidInputError, "it covers 2005-11"),
    ],
)
def test_what_is_refused(inflation, error, message):
    with pytest.raises(error, match=message):
        index_ratio(inflation, START)
