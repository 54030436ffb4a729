"""Trust at the edge: units converted where declared, and what cannot be is refused."""

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.data.edge import accept, check_not_shorter, check_same_size
from fedliq.data.sources import Delivery
from fedliq.units import Unit

NOW = pd.Timestamp("2026-08-21 18:00")  # Eastern, a Friday
WEDNESDAYS = ["2026-08-05", "2026-08-12", "2026-08-19"]
# Board, H.4.1: total assets, USD mn.
ASSETS = [6_748_567.0, 6_759_955.0, 6_745_699.0]


def sent(values, days=WEDNESDAYS, unit=None, frequency=None):
    figures = pd.Series(values, pd.DatetimeIndex(np.array(days, "datetime64[ns]")), dtype=float)
    return Delivery(figures, unit, frequency, "FRED: X", "0" * 64)


def take(delivery, name="fed_assets", now=NOW):
    return accept(delivery, fl.catalog()[name], now)


# -- units ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "size"),
    [(Unit.USD, 1e6), (Unit.USD_MN, 1), (Unit.USD_BN, 1e-3), (Unit.USD_TN, 1e-6)],
)
def test_whatever_unit_is_declared_the_catalogs_comes_out(unit, size):
    accepted = take(sent([value * size for value in ASSETS], unit=unit))
    np.testing.assert_allclose(accepted, [6748.567, 6759.955, 6745.699], rtol=1e-15)
    assert (accepted.name, accepted.index.name) == ("fed_assets", "date")


def test_without_a_declared_unit_the_publishers_own_is_taken():
    assert take(sent(ASSETS)).tolist() == [6748.567, 6759.955, 6745.699]
    # RRPONTSYD is published in billions.
    assert take(sent([0.2], ["2026-08-21"]), "on_rrp").tolist() == [0.2]


def test_a_rate_declared_as_a_fraction_becomes_percent():
    days = ["2026-08-20"]
    assert take(sent([0.0365], days, Unit.FRACTION), "sofr").tolist() == [3.65]


@pytest.mark.parametrize("unit", [Unit.PERCENT, Unit.FRACTION, Unit.WEEKS])
def test_a_unit_of_another_kind_is_refused(unit):
    with pytest.raises(fl.UnitError, match=r"fed_assets: FRED: X: .*measure different things"):
        take(sent(ASSETS, unit=unit))


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("fed_assets", 6745.699, None),  # billions taken for millions
        ("fed_assets", 6_745_699_000_000, None),  # dollars
        ("fed_assets", 6_745_699, Unit.USD_BN),  # millions declared as billions
        ("bank_assets", 25_000_000, None),  # millions taken for billions
        ("iorb", 0.0365, None),  # a fraction taken for percent
        ("sofr", 365, None),  # basis points
        ("tga", -1, None),
    ],
)
def test_an_impossible_magnitude_is_refused_and_the_source_named(name, value, unit):
    with pytest.raises(fl.UnitError, match=f"{name}: FRED: X: .* is impossible") as refused:
        take(sent([value], ["2026-08-19"], unit), name)
    assert str(unit or fl.catalog()[name].native_unit) in str(refused.value)
    assert "2026-08-19" in str(refused.value)


def test_one_impossible_figure_refuses_them_all():
    """The plausible range of the TGA ends at 5,000 bn."""
    with pytest.raises(fl.UnitError, match="on 2026-08-12"):
        take(sent([900_000, 900_000_000, 900_000]), "tga")


# -- dates ---------------------------------------------------------------------------------


def test_what_comes_out_is_sorted_and_without_gaps_marked_missing():
    accepted = take(sent([6_745_699, np.nan, 6_748_567], WEDNESDAYS[::-1]))
    assert accepted.to_dict() == {
        pd.Timestamp("2026-08-05"): 6748.567,
        pd.Timestamp("2026-08-19"): 6745.699,
    }
    assert accepted.index.is_monotonic_increasing


@pytest.mark.parametrize("values", [[], [np.nan] * 3])
def test_no_figure_at_all_is_not_available(values):
    with pytest.raises(fl.NotAvailableError, match=r"fed_assets: FRED: X: .*no figure"):
        take(sent(values, WEDNESDAYS[: len(values)]))


@pytest.mark.parametrize("second", [6_745_699, 6_745_700, np.nan])
def test_a_date_that_comes_twice_is_refused_even_with_one_value(second):
    days = ["2026-08-12", "2026-08-19", "2026-08-19"]
    with pytest.raises(fl.DataError, match=r"fed_assets: FRED: X: .*2026-08-19 more than once"):
        take(sent([6_759_955, 6_745_699, second], days))


def test_a_figure_of_a_day_to_come_is_refused():
    with pytest.raises(fl.DataError, match="2026-08-26, which is in the future"):
        take(sent(ASSETS, ["2026-08-12", "2026-08-19", "2026-08-26"]))
    # A row that says "missing" gives no figure, whatever its day.
    days = [*WEDNESDAYS[:2], "2026-08-26"]
    assert len(take(sent([*ASSETS[:2], np.nan], days))) == 2


def test_a_figure_of_today_is_not_of_the_future():
    accepted = take(sent([0.2], ["2026-08-21"]), "on_rrp", pd.Timestamp("2026-08-21 00:00"))
    assert accepted.index[-1] == pd.Timestamp("2026-08-21")


@pytest.mark.parametrize(
    ("last", "now", "known"),
    [
        # FRED shows Friday's to Monday's IORB on Friday afternoon: announced at 14:00.
        ("2026-08-24", "2026-08-21 14:00", True),
        ("2026-08-24", "2026-08-21 13:59", False),
        ("2026-08-25", "2026-08-21 18:00", False),
        # The Board cut on Sunday 2020-03-15 at 17:00 for the Monday.
        ("2020-03-16", "2020-03-15 17:00", True),
        ("2020-03-16", "2020-03-15 16:59", False),
    ],
)
def test_a_rate_in_force_is_known_ahead_as_far_as_it_is_announced(last, now, known):
    delivery = sent([0.10], [last])
    if known:
        assert len(take(delivery, "ioer", pd.Timestamp(now))) == 1
    else:
        with pytest.raises(fl.DataError, match="in the future"):
            take(delivery, "ioer", pd.Timestamp(now))


def test_the_message_of_a_future_figure_names_the_clock():
    """The likely cause is the machine's own clock."""
    with pytest.raises(fl.DataError, match="2019-01-01 00:00 Eastern; check the clock"):
        take(sent(ASSETS), now=pd.Timestamp("2019-01-01"))


def test_weekly_figures_of_another_weekday_are_refused():
    with pytest.raises(fl.TimeIndexError, match=r"for Wednesdays.*Friday 2026-08-21"):
        take(sent([6_745_699], ["2026-08-21"]))


def test_a_time_of_day_is_refused():
    with pytest.raises(fl.TimeIndexError, match="times of day"):
        take(sent([6_745_699], ["2026-08-19T16:30"]))


# -- frequency -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "declared", "fits"),
    [
        ("fed_assets", "weekly", True),
        ("fed_assets", "monthly", False),
        ("fed_assets", "daily", False),
        ("sofr", "daily", True),  # FRED's "Daily" says nothing of weekends
        ("iorb", "daily", True),
        ("sofr", "weekly", False),
        ("gdp", "quarterly", True),
        ("gdp", "annual", False),
    ],
)
def test_a_declared_frequency_must_be_the_catalogs(name, declared, fits):
    values = {"fed_assets": 6_745_699, "gdp": 30_000, "sofr": 3.65, "iorb": 3.65}[name]
    delivery = sent([values], ["2026-04-01" if name == "gdp" else "2026-08-19"], None, declared)
    if fits:
        assert len(take(delivery, name)) == 1
    else:
        with pytest.raises(fl.DataError, match=f"{name}: FRED: X: .*declared {declared}"):
            take(delivery, name)


# -- beside what is held -------------------------------------------------------------------


def series(values, days=WEDNESDAYS):
    return pd.Series(values, pd.DatetimeIndex(days), dtype=float, name="fed_assets")


@pytest.mark.parametrize("factor", [1e3, 1e-3, 1e6, 1e-6, 100, 0.01, -1e3])
def test_a_change_of_unit_that_is_not_declared_is_refused(factor):
    held = series([900.0, 950.0, 980.0])
    with pytest.raises(fl.UnitError, match="changed the unit without declaring it"):
        check_same_size(held * factor, held, "tga: FRED")


@pytest.mark.parametrize("factor", [1, 1.0067, 0.5, 2, 9.9, 0.11])
def test_a_revision_is_no_change_of_unit(factor):
    """Bank assets have been revised by up to 0.67 % (METHODS, trap 9)."""
    held = series([900.0, 950.0, 980.0])
    check_same_size(held * factor, held, "tga: FRED")


def test_the_message_says_how_many_times_and_on_how_many_days():
    held = series([900.0, 0.0, 980.0])
    with pytest.raises(fl.UnitError, match="1000 times those held of the same 2 days"):
        check_same_size(held * 1000, held, "tga: FRED")


def test_zeros_and_days_of_one_side_only_say_nothing_of_the_unit():
    held, later = series([5.0, 0.0, 3.0]), series([7e3, 8e3], ["2026-08-26", "2026-09-02"])
    check_same_size(later, held, "on_rrp: FRED")
    check_same_size(series([0.0, 9.0, 0.0]), held, "on_rrp: FRED")


def test_one_odd_day_is_no_change_of_unit():
    """A slip of one row is for the plausible range to catch; the median is of the unit."""
    check_same_size(series([900.0, 950_000.0, 980.0]), series([900.0, 950.0, 980.0]), "x")


@pytest.mark.parametrize("gone", range(3))
def test_a_history_that_lacks_a_day_held_is_refused(gone):
    held = series(ASSETS)
    fresh = held.drop(held.index[gone])
    with pytest.raises(fl.DataError, match="1 of 3 observations are missing") as refused:
        check_not_shorter(fresh, held, None, "fed_assets: FRED")
    assert WEDNESDAYS[gone] in str(refused.value)
    assert "fedliq cache --clear" in str(refused.value)


def test_what_was_not_asked_for_is_not_missed():
    held = series(ASSETS)
    check_not_shorter(held.iloc[1:], held, pd.Timestamp("2026-08-12"), "x")
    with pytest.raises(fl.DataError, match="1 of 2 observations"):
        check_not_shorter(held.iloc[2:], held, pd.Timestamp("2026-08-12"), "x")


def test_a_longer_history_is_welcome():
    held = series(ASSETS)
    check_not_shorter(held, held.iloc[:2], None, "x")
    check_not_shorter(held, held, None, "x")
