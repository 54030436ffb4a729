"""Each promise of the house is seen to break, by an indicator that breaks that one alone."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import count

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq.extend import Quantity, check_inputs, indicator
from fedliq.testing import BAD_INDEXES, PROMISES, check_indicator, typical_series

M2 = Quantity("m2", fl.Unit.USD_BN, 200, 200_000, "The money stock M2")
TYPICAL = typical_series({"reserves": 3000, "m2": 22_000})
DOCSTRING = """Reserves over M2.

    Parameters
    ----------
    reserves : pandas.Series [USD bn]
        Reserve balances.
    m2 : pandas.Series [USD bn]
        The money stock.

    Returns
    -------
    pandas.Series [fraction]
        Named ``share``.

    Raises
    ------
    UnitError
        A value is impossible in USD billions.

    Notes
    -----
    NaN: where either input is NaN.

    Timing: element by element.

    References
    ----------
    Board of Governors, H.6.

    Examples
    --------
    >>> 2 + 2
    4
    """


def parts(reserves, m2, quantities=(M2,)):
    return check_inputs({"reserves": reserves, "m2": m2}, quantities=quantities)


def named(values, index):
    return pd.Series(values, index=index, name="share")


def kept(reserves, m2):
    index, (part, whole) = parts(reserves, m2)
    return named(part / whole, index)


def made(compute=kept, *, doc=DOCSTRING, quantity=M2, **given):
    """An indicator that keeps every promise, but for what is asked for."""

    def share(reserves: pd.Series[float], m2: pd.Series[float]) -> pd.Series[float]:
        return compute(reserves, m2)

    share.__doc__ = doc
    outputs = given or {"unit": fl.Unit.FRACTION}
    return indicator("reserves / m2", quantities=(quantity,), **outputs)(share)


def without_annotations():
    def share(reserves, m2):
        return kept(reserves, m2)

    share.__doc__ = DOCSTRING
    return indicator("reserves / m2", unit=fl.Unit.FRACTION, quantities=(M2,))(share)


def under_another_name():
    one = made()
    one.__name__ = "part"
    return one


def of_another_name(reserves, m2):
    return kept(reserves, m2).rename("ratio")


def of_nothing(reserves, m2):
    return kept(reserves, m2) * np.nan


def as_a_frame(reserves, m2):
    return kept(reserves, m2).to_frame("ratio")


def renaming_its_input(reserves, m2):
    share = kept(reserves, m2)
    reserves.name = "mine"
    return share


def handing_its_input_on(reserves, m2):
    index, (part, other) = parts(reserves, m2)
    level = np.where(np.isnan(other), np.nan, part) if np.isnan(other).any() else part
    return pd.Series(level, index=index, name="share", copy=False)


def handing_its_input_on_in_a_frame(reserves, m2):
    return handing_its_input_on(reserves, m2).to_frame()


CALLS = count()


def counting_its_calls(reserves, m2):
    return kept(reserves, m2) * (1 + 1e-14 * next(CALLS))


def wanting_a_row(reserves, m2):
    share = kept(reserves, m2)
    share.iloc[0]
    return share


def dropping_a_lone_row(reserves, m2):
    share = kept(reserves, m2)
    return share.iloc[:0] if len(share) == 2 else share


def filling_with_zero(reserves, m2):
    return kept(reserves, m2).fillna(0)


def filling_with_the_last(reserves, m2):
    return kept(reserves, m2).ffill()


def averaging_two_rows(reserves, m2):
    share = kept(reserves, m2)
    return share.rolling(2, min_periods=1).mean().where(share.notna())


def of_its_highest(reserves, m2):
    share = kept(reserves, m2)
    return share / share.max()


def wanting_doubles(reserves, m2):
    share = kept(reserves, m2)
    if "float64" not in {str(reserves.dtype), *(["float64"] if share.empty else [])}:
        raise ValueError(reserves.dtype)
    return share


def rounding_what_is_no_double(reserves, m2):
    share = kept(reserves, m2)
    return share if reserves.dtype == np.float64 or share.empty else share.round(1)


def wanting_numpy(reserves, m2):
    share = kept(reserves, m2)
    if str(reserves.dtype) == "Float64":
        raise ValueError(reserves.dtype)
    return share


def counting_in_seconds(reserves, m2):
    index, (part, whole) = parts(reserves, m2)
    return named(part / whole * (2 if index.unit == "s" else 1), index)


def counting_the_other_in_seconds(reserves, m2):
    share = kept(reserves, m2)
    both = {reserves.index.unit, m2.index.unit}
    return share * (2 if "s" in both and len(both) == 2 else 1)


def sorting(reserves, m2):
    if isinstance(reserves, pd.Series):
        reserves = reserves.sort_index()
    return kept(reserves, m2)


def instead(error, raised):
    """Refuse in other words, or with another error."""

    def compute(reserves, m2):
        try:
            return kept(reserves, m2)
        except error:
            raise raised from None

    return compute


def taking_lists(reserves, m2):
    if isinstance(reserves, list):
        reserves = pd.Series(reserves, index=m2.index)
    return kept(reserves, m2)


def joining(reserves, m2):
    try:
        return kept(reserves, m2)
    except fl.AlignmentError:
        return named(reserves / m2, (reserves / m2).index)


def wide(reserves, m2):
    index, (part, whole) = parts(reserves, m2, (WIDE,))
    return named(part / whole, index)


def passing_over(infinity):
    def compute(reserves, m2):
        if isinstance(reserves, pd.Series) and reserves.dtype == float:
            reserves = reserves.replace(infinity, np.nan)
        return kept(reserves, m2)

    return compute


WIDE = Quantity("m2", fl.Unit.USD_BN, 200, 1e8, "The money stock M2")
NO_REMEDY = fl.AlignmentError("reserves, m2: the series do not share one index.")
NO_SUCH = fl.AlignmentError("reserves, m2: use reserves, m2 = fl.align(reserves, m2, on=m1.index)")
NO_UNIT = fl.UnitError("reserves, m2: inf? -inf? impossible.")
BROKEN = [
    ("signature", without_annotations(), r"annotated .* are \[\], .* \['reserves', 'm2'\]"),
    ("signature", under_another_name(), "the spec is that of 'share'"),
    *(
        ("docstring", made(doc=DOCSTRING.replace(old, new)), how)
        for old, new, how in [
            ("Reserves over M2.", "", "no section Summary"),
            ("Parameters\n    ----------", "", "no section Parameters"),
            ("Returns\n    -------", "", "no section Returns"),
            ("Raises\n    ------", "", "no section Raises"),
            ("Notes\n    -----", "", "no section Notes"),
            ("References\n    ----------", "", "no section References"),
            ("Examples\n    --------", "", "no section Examples"),
            ("    m2 : pandas", "    m1 : pandas", r"documented are \['reserves', 'm1'\]"),
            (
                "m2 : pandas.Series [USD bn]",
                "m2 : pandas.Series",
                r"m2 does not state .*\[USD bn\]",
            ),
            (
                "reserves : pandas.Series [USD bn]",
                "reserves : pandas.Series [USD mn]",
                "reserves ",
            ),
            ("NaN:", "Gaps:", "'NaN:'"),
            ("Timing:", "Time:", "'Timing:'"),
            (">>> 2 + 2", "2 + 2", "no doctest"),
            (">>> 2 + 2", ">>> 2 + 2  # doctest: +SKIP", "no doctest"),
        ]
    ),
    ("docstring", made(doc=None), "no section Summary"),
    ("result", made(of_another_name), r"gives \['share'\]; .* named \['ratio'\]"),
    ("result", made(as_a_frame), r"gives \['share'\]; .* named \['ratio'\]"),
    ("result", made(kept, columns={"part": None}), r"gives \['part'\]"),
    ("result", made(of_another_name, columns={"ratio": None}), "named after its function"),
    ("result", made(of_nothing), "share: NaN throughout"),
    ("inputs unchanged", made(renaming_its_input), "reserves is changed"),
    ("inputs unchanged", made(handing_its_input_on), "share .* is the memory of reserves"),
    ("inputs unchanged", made(handing_its_input_on_in_a_frame), "is the memory of reserves"),
    ("same again", made(counting_its_calls), "second call"),
    ("few rows", made(wanting_a_row), "0 rows: raised IndexError"),
    ("few rows", made(dropping_a_lone_row), "2 rows in give 0 rows out"),
    ("NaN", made(filling_with_zero), "give something other than NaN"),
    ("NaN", made(filling_with_the_last), r"NaN in reserves on 2022-10-12 gives \{'share': 0"),
    ("NaN", made(averaging_two_rows), "changes what is after it.*looks_back=True"),
    (
        "no look-ahead",
        made(of_its_highest),
        "a history that ends on 2022-01-05 gives another past",
    ),
    ("kinds of floats", made(wanting_doubles), "series of float32: raised ValueError: float32"),
    ("kinds of floats", made(rounding_what_is_no_double), "series of float32 give another"),
    ("kinds of floats", made(wanting_numpy), "series of Float64: raised ValueError: Float64"),
    ("resolutions", made(counting_in_seconds), "m2, reserves with dates in 's' give another"),
    ("resolutions", made(counting_the_other_in_seconds), "^share[^:]*: m2 with dates in 's' give"),
    ("bad indexes", made(sorting), "an index of reserves unsorted: .* but it is taken"),
    (
        "bad indexes",
        made(instead(fl.TimeIndexError, ValueError("no"))),
        "expected TimeIndexError, got ValueError: no",
    ),
    (
        "bad indexes",
        made(instead(fl.TimeIndexError, fl.TimeIndexError("an index is bad"))),
        r"should match \^reserves: +but is: an index is bad",
    ),
    ("no numbers", made(taking_lists), "a list as reserves: .* but it is taken"),
    ("no numbers", made(instead(fl.InputTypeError, TypeError("no"))), "got TypeError: no"),
    ("misaligned", made(joining), "reserves without its first row: .* but it is taken"),
    (
        "misaligned",
        made(instead(fl.AlignmentError, NO_REMEDY)),
        r"should match .*fl.*align.* but is: reserves, m2: the series",
    ),
    ("misaligned", made(instead(fl.AlignmentError, NO_SUCH)), "aligns on 'm1'"),
    ("slips of unit", made(wide, quantity=WIDE), r"m2 times 1000 \(.* 200 to 1e\+08 USD bn\)"),
    ("infinity", made(passing_over(np.inf)), ": inf in reserves: expected UnitError, but"),
    ("infinity", made(passing_over(-np.inf)), ": -inf in reserves: expected UnitError, but"),
]


@pytest.mark.parametrize(("promise", "broken", "how"), BROKEN)
def test_what_breaks_a_promise_is_told_so_and_keeps_the_others(promise, broken, how):
    with pytest.raises(AssertionError) as caught:
        check_indicator(broken, TYPICAL)
    text = str(caught.value)
    assert text.startswith(f"{broken.__name__} breaks the promise {promise!r}: ")
    assert re.search(how, text, flags=re.DOTALL), text
    check_indicator(broken, TYPICAL, promises=PROMISES.keys() - {promise})


def test_every_promise_is_broken_by_something_here():
    assert {promise for promise, _, _ in BROKEN} == set(PROMISES)


def test_an_indicator_that_keeps_them_all():
    check_indicator(made(), TYPICAL)
    check_indicator(made(averaging_two_rows), TYPICAL, looks_back=True)


@pytest.mark.parametrize("kind", BAD_INDEXES)
def test_each_bad_index_is_tried_on_each_argument(kind):
    """An indicator that lets this one pass, for its second argument alone."""

    def lenient(reserves, m2):
        bad = BAD_INDEXES[kind](TYPICAL["m2"].index)
        if isinstance(m2, pd.Series) and type(m2.index) is type(bad) and m2.index.equals(bad):
            return None
        return kept(reserves, m2)

    with pytest.raises(AssertionError, match=f"an index of m2 {kind}: .* but it is taken"):
        check_indicator(made(lenient), TYPICAL)


@pytest.mark.parametrize("rows", [1, 13, 41, 59])
def test_histories_of_several_lengths_are_tried(rows):
    def another_past(reserves, m2):
        return kept(reserves, m2) * (1.01 if len(reserves) == rows else 1)

    with pytest.raises(AssertionError, match="'no look-ahead'"):
        check_indicator(made(another_past), TYPICAL, promises=["no look-ahead"])


def test_nan_that_shows_before_its_day():
    def counting_gaps(reserves, m2):
        share = kept(reserves, m2)
        return share * (1 + share.isna().sum())

    with pytest.raises(AssertionError, match=r"'NaN': .* changes what is before it"):
        check_indicator(made(counting_gaps), TYPICAL, looks_back=True)


def test_the_call_that_mends_has_to_mend():
    def wanting_the_first_row(reserves, m2):
        share = kept(reserves, m2)
        if np.isnan(share.iloc[0]):
            raise fl.SampleError("no first row")
        return share

    with pytest.raises(AssertionError, match="mended as the refusal says: raised SampleError"):
        check_indicator(made(wanting_the_first_row), TYPICAL, promises=["misaligned"])


def test_a_refusal_that_does_not_name_the_unit():
    vague = made(instead(fl.UnitError, NO_UNIT))
    with pytest.raises(AssertionError, match=r"'slips of unit': .* does not name the unit"):
        check_indicator(vague, TYPICAL)


def test_naming_the_index_of_the_result_may_not_name_that_of_an_input():
    same = []

    class Indexed(pd.Series):
        """A Series that hands out the very index it was given, as every one did before pandas 3."""

        @property
        def index(self):
            return same[0]

    def on_the_same_index(reserves, m2):
        same[:] = [reserves.index]
        return Indexed(kept(reserves, m2))

    with pytest.raises(AssertionError, match="naming the index"):
        check_indicator(made(on_the_same_index), TYPICAL, promises=["inputs unchanged"])


@pytest.mark.parametrize("compute", [lambda *_: None, lambda *_: 1.0, lambda *_: [1.0]])
def test_what_is_no_series_is_told_so(compute):
    with pytest.raises(AssertionError, match=r"'result': .* not a Series or DataFrame"):
        check_indicator(made(compute), TYPICAL)


def test_what_is_not_indexed_by_dates_is_told_so():
    def by_number(reserves, m2):
        return kept(reserves, m2).reset_index(drop=True)

    with pytest.raises(AssertionError, match=r"'result': .* not indexed by dates"):
        check_indicator(made(by_number), TYPICAL)


def test_another_index_is_told_so():
    def a_week_later(reserves, m2):
        share = kept(reserves, m2)
        return share.set_axis(share.index + pd.Timedelta(7, unit="D"))

    for promise in ("result", "few rows"):
        with pytest.raises(AssertionError, match=promise):
            check_indicator(made(a_week_later), TYPICAL, promises=[promise])


def test_dates_of_a_cut_history_count_like_its_values():
    def dated_from_the_end(reserves, m2):
        share = kept(reserves, m2)
        if len(share) == len(TYPICAL["m2"]):
            return share
        return share.set_axis(share.index + pd.Timedelta(7, unit="D"))

    with pytest.raises(AssertionError, match="no look-ahead"):
        check_indicator(made(dated_from_the_end), TYPICAL, promises=["no look-ahead"])


def test_more_than_four_arguments_by_position():
    @indicator("reserves", unit=fl.Unit.USD_BN)
    def crowded(reserves: pd.Series[float], one=1, two=2, three=3, four=4): ...

    with pytest.raises(AssertionError, match=r"'signature': takes 5 .* no|after a \*"):
        check_indicator(crowded, {}, promises=["signature"])


def test_a_quantity_that_is_not_declared():
    def share(reserves: pd.Series[float], m2: pd.Series[float]): ...

    forgotten = indicator("reserves / m2", unit=fl.Unit.FRACTION)(share)
    with pytest.raises(
        AssertionError, match=r"\['reserves', 'm2'\], .* \['reserves'\].*quantities="
    ):
        check_indicator(forgotten, TYPICAL)


def test_labels_and_a_series_of_labels():
    """A column of labels is compared as it is; an argument that holds labels is no quantity."""

    def share(reserves: pd.Series[float], m2: pd.Series[float]) -> pd.DataFrame:
        ratio = kept(reserves, m2)
        label = np.where(ratio > 0.13, "high", "low")
        return pd.DataFrame(
            {"ratio": ratio, "label": pd.Series(label, ratio.index).where(ratio > 0)}
        )

    share.__doc__ = DOCSTRING
    marked = indicator(
        "reserves / m2", columns={"ratio": fl.Unit.FRACTION, "label": None}, quantities=(M2,)
    )
    check_indicator(marked(share), TYPICAL)

    def late(reserves: pd.Series[float], m2: pd.Series[float]) -> pd.Series:
        """Give no label for twenty weeks, and so a column without text where history is short."""
        labels = ["some" if row >= 20 else np.nan for row in range(len(kept(reserves, m2)))]
        return pd.Series(labels, reserves.index, name="late")

    marked = indicator("label", quantities=(M2,))(late)
    check_indicator(marked, TYPICAL, promises=["result", "no look-ahead"])

    @indicator("labels", columns={"label": None})
    def spells(regime: pd.Series[str], ratio: pd.Series[float]): ...

    check_indicator(spells, {}, promises=["signature"])


def test_arguments_beyond_the_series():
    check_indicator(
        fl.reserves_gap,
        typical_series({"reserves": 3000, "bank_assets": 24_000}),
        arguments={"threshold": 0.12},
    )


def test_whole_numbers_and_any_order_are_taken():
    given = {name: one.round().astype(int) for name, one in reversed(TYPICAL.items())}
    check_indicator(made(), given)
    assert list(given) == ["m2", "reserves"]
    assert {one.dtype.kind for one in given.values()} == {"i"}


def test_what_is_given_is_not_changed():
    def careless(reserves, m2):
        share = kept(reserves, m2)
        reserves.iloc[:] = 0.0
        reserves.index.name = "mine"
        return share

    given = {name: one.copy() for name, one in TYPICAL.items()}
    with pytest.raises(AssertionError, match="reserves is changed"):
        check_indicator(made(careless), given)
    for name, one in given.items():
        pd.testing.assert_series_equal(one, TYPICAL[name])


@pytest.mark.parametrize(
    ("change", "error", "how"),
    [
        ({"series": [1.0]}, fl.InputTypeError, "^series: expected a mapping .* list"),
        ({"series": {}}, fl.InvalidInputError, r"^series: share takes \['reserves', 'm2'\]"),
        ({"series": {"m2": TYPICAL["m2"]}}, fl.InvalidInputError, r"given are \['m2'\]"),
        ({"series": TYPICAL | {"sofr": TYPICAL["m2"]}}, fl.InvalidInputError, "'sofr'"),
        ({"series": TYPICAL | {"m2": TYPICAL["m2"] * 1e6}}, fl.UnitError, "^m2: "),
        ({"series": TYPICAL | {"m2": TYPICAL["m2"][1:]}}, fl.AlignmentError, "m2"),
        ({"series": TYPICAL | {"m2": TYPICAL["m2"][::-1]}}, fl.TimeIndexError, "^m2: "),
        (
            {"series": TYPICAL | {"m2": TYPICAL["m2"].where(lambda one: one > 22_000)}},
            fl.InvalidInputError,
            "^series: m2 holds NaN",
        ),
        ({"series": TYPICAL | {"reserves": TYPICAL["m2"] * 0}}, fl.InvalidInputError, "zeros"),
        (
            {"series": {name: one[:11] for name, one in TYPICAL.items()}},
            fl.InvalidInputError,
            "^series: 11 rows are too few; give 12",
        ),
        ({"function": fl.align}, fl.InputTypeError, "^function: 'align' is not marked"),
        ({"function": None}, fl.InputTypeError, "^function: None is not marked"),
        ({"promises": ["beauty"]}, fl.InvalidInputError, "^promises: 'beauty' .* 'no look-ahead'"),
        ({"promises": "NaN"}, fl.InputTypeError, r"^promises: .* \['NaN'\]; got str"),
        ({"promises": 3}, fl.InputTypeError, "^promises: .* got int"),
    ],
)
def test_wrong_use_is_refused(change, error, how):
    given = {"function": made(), "series": TYPICAL} | change
    with pytest.raises(error, match=how):
        check_indicator(**given)


def test_twelve_rows_are_enough():
    check_indicator(made(), {name: one[:12] for name, one in TYPICAL.items()})


def test_promises_of_the_function_alone_want_no_series():
    check_indicator(made(), {}, promises=["signature", "docstring"])


def test_typical_series():
    made_up = typical_series({"sofr": 4, "iorb": 3.9, "on_rrp_rate": 3.5}, rows=100)
    frame = pd.DataFrame(made_up)
    assert len(frame) == 100
    assert (frame.index.day_name() == "Wednesday").all()
    assert frame.max().tolist() == pytest.approx([4.12, 4.017, 3.605], rel=1e-3)
    assert frame.min().tolist() == pytest.approx([3.88, 3.783, 3.395], rel=1e-3)
    assert frame.corr().min().min() < 0.6
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame(typical_series({"sofr": 4, "iorb": 3.9, "on_rrp_rate": 3.5}, rows=100))
    )


@pytest.mark.parametrize(
    ("levels", "rows", "error", "how"),
    [
        ([4.0], 60, fl.InputTypeError, "^levels: expected a mapping .* list"),
        ({"sofr": "4"}, 60, fl.InputTypeError, r"^levels\['sofr'\]: "),
        ({"sofr": np.nan}, 60, fl.InvalidInputError, r"^levels\['sofr'\]: "),
        ({"sofr": 4.0}, 0, fl.InvalidInputError, "^rows: "),
        ({"sofr": 4.0}, 2.5, fl.InputTypeError, "^rows: "),
    ],
)
def test_levels_that_cannot_be(levels, rows, error, how):
    with pytest.raises(error, match=how):
        typical_series(levels, rows=rows)


@pytest.mark.parametrize("absent", ["pytest", "hypothesis", "numpydoc", "scipy", "requests"])
def test_it_ships_with_the_package_and_so_wants_nothing_of_the_tests(absent):
    code = f"import sys, fedliq.testing; sys.exit({absent!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
