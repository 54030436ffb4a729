"""What a package builds on: quantities of its own, held nowhere but where they are given."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import fedliq as fl
from fedliq import extend
from fedliq.extend import Quantity, Spec, check_inputs, check_series, indicator, spec_of
from fedliq.quantities import QUANTITIES

M2 = Quantity("m2", fl.Unit.USD_BN, 200, 200_000, "The money stock M2")
DAYS = pd.DatetimeIndex(["2022-01-05", "2022-01-12", "2022-01-19"])


def series(*values):
    return pd.Series(values, DAYS[: len(values)], dtype=float)


@indicator("reserves / m2", unit=fl.Unit.FRACTION, quantities=(M2,))
def reserves_to_m2(reserves, m2, *, scale=1.0):
    """Marked, and otherwise a plain function."""
    return reserves, m2, scale


class TestIndicator:
    def test_it_returns_the_function_it_was_given(self):
        assert reserves_to_m2(1, 2, scale=3) == (1, 2, 3)
        assert reserves_to_m2.__doc__ == "Marked, and otherwise a plain function."
        assert pickle.loads(pickle.dumps(reserves_to_m2)) is reserves_to_m2  # noqa: S301 - made here

    def test_the_spec_holds_own_quantities_beside_those_of_fedliq(self):
        spec = spec_of(reserves_to_m2)
        assert isinstance(spec, Spec)
        assert (spec.name, spec.formula) == ("reserves_to_m2", "reserves / m2")
        assert dict(spec.inputs) == {"reserves": QUANTITIES["reserves"], "m2": M2}
        assert dict(spec.outputs) == {"reserves_to_m2": fl.Unit.FRACTION}

    def test_nothing_is_registered(self):
        before = dict(QUANTITIES)
        indicator("m2", unit=fl.Unit.USD_BN, quantities=(M2,))(lambda m2: m2)
        check_inputs({"m2": series(20_000)}, quantities=(M2,))
        assert before == QUANTITIES
        other = indicator("m2", unit=fl.Unit.USD_BN)(lambda m2: m2)
        assert not spec_of(other).inputs
        with pytest.raises(fl.InvalidInputError, match="'m2' is no quantity of fedliq"):
            check_inputs({"m2": series(20_000)})

    def test_two_packages_may_mean_different_things_by_one_name(self):
        theirs = Quantity("m2", fl.Unit.USD_TN, 0.2, 200, "The money stock M2, in trillions")
        mark = indicator("m2", unit=fl.Unit.USD_TN, quantities=(theirs,))
        assert spec_of(mark(lambda m2: m2)).inputs["m2"].unit is fl.Unit.USD_TN
        assert spec_of(reserves_to_m2).inputs["m2"].unit is fl.Unit.USD_BN

    def test_a_range_of_fedliqs_may_be_given_anew_but_not_its_unit(self):
        narrow = Quantity("tga", fl.Unit.USD_BN, 100, 1000, "Of the years since 2021")
        marked = indicator("tga", unit=fl.Unit.USD_BN, quantities=(narrow,))(lambda tga: tga)
        assert spec_of(marked).inputs["tga"] is not QUANTITIES["tga"]
        assert spec_of(marked).inputs["tga"] == narrow
        assert check_inputs({"tga": series(99)})
        with pytest.raises(fl.UnitError, match=r"^tga: 99 .* \(plausible: 100 to 1000\)"):
            check_inputs({"tga": series(99)}, quantities=(narrow,))
        with pytest.raises(fl.UnitError, match=r"^quantities: 'tga' is in USD bn .* in USD mn"):
            indicator("tga", quantities=(Quantity("tga", fl.Unit.USD_MN, 0, 5e6, ""),))

    def test_units_may_be_given_as_their_text(self):
        rough = Quantity("m2", "USD bn", 200, 200_000, "The money stock M2")
        marked = indicator("m2", columns={"m2": "USD bn", "label": None}, quantities=(rough,))
        spec = spec_of(marked(lambda m2: m2))
        assert spec.inputs["m2"].unit is spec.outputs["m2"] is fl.Unit.USD_BN
        assert spec.outputs["label"] is None
        alone = indicator("m2", unit="bp")(lambda m2: m2)
        assert list(spec_of(alone).outputs.values()) == [fl.Unit.BASIS_POINT]
        with pytest.raises(fl.UnitError, match="It looks like USD mn"):
            check_inputs({"m2": series(20e6)}, quantities=(rough,))

    def test_labels_have_no_unit(self):
        marked = indicator("label of sofr")(lambda sofr: sofr)
        assert list(spec_of(marked).outputs.values()) == [None]

    @pytest.mark.parametrize(
        ("given", "error", "how"),
        [
            ({"formula": ""}, fl.InvalidInputError, "^formula: "),
            ({"formula": " "}, fl.InvalidInputError, "^formula: "),
            ({"formula": len}, fl.InvalidInputError, "^formula: .*; got <built-in"),
            ({"unit": "bn"}, fl.UnitError, "^unit: 'bn' is not a unit; fl.Unit lists them"),
            ({"columns": {"m2": "bn"}}, fl.UnitError, r"^columns\['m2'\]: 'bn'"),
            ({"columns": ["m2"]}, fl.InputTypeError, "^columns: expected a mapping .* list"),
            (
                {"unit": fl.Unit.DAYS, "columns": {}},
                fl.InvalidInputError,
                "^unit, columns: .* not both",
            ),
        ],
    )
    def test_what_cannot_be_marked(self, given, error, how):
        with pytest.raises(error, match=how):
            indicator(**{"formula": "m2"} | given)


BAD_QUANTITIES = [
    (
        M2,
        fl.InputTypeError,
        r"^quantities: expected Quantity objects in a tuple, got one Quantity",
    ),
    (None, fl.InputTypeError, "^quantities: expected .* NoneType"),
    ("m2", fl.InputTypeError, "^quantities: expected a Quantity, got str 'm'"),
    ({"m2": M2}, fl.InputTypeError, "^quantities: expected a Quantity, got str 'm2'"),
    ([M2, M2], fl.InvalidInputError, "^quantities: 'm2' is given twice"),
    ([Quantity("money stock", "USD bn", 0, 1, "")], fl.InvalidInputError, "'money stock' cannot"),
    ([Quantity(2, "USD bn", 0, 1, "")], fl.InvalidInputError, "^quantities: 2 cannot"),
    ([Quantity("m2", "bn", 0, 1, "")], fl.UnitError, "^quantities, 'm2': 'bn' is not a unit"),
    ([Quantity("m2", "USD bn", 1, 1, "")], fl.InvalidInputError, "range of 'm2' is 1 to 1"),
    ([Quantity("m2", "USD bn", 2, 1, "")], fl.InvalidInputError, "range of 'm2' is 2 to 1"),
    (
        [Quantity("m2", "USD bn", 0, np.inf, "")],
        fl.InvalidInputError,
        "is 0 to inf; give two finite",
    ),
    ([Quantity("m2", "USD bn", np.nan, 1, "")], fl.InvalidInputError, "is nan to 1"),
    ([Quantity("m2", "USD bn", None, 1, "")], fl.InvalidInputError, "is None to 1"),
]


@pytest.mark.parametrize(("bad", "error", "how"), BAD_QUANTITIES)
def test_bad_quantities_are_refused_where_they_are_given(bad, error, how):
    with pytest.raises(error, match=how):
        indicator("m2", quantities=bad)
    with pytest.raises(error, match=how):
        check_inputs({"tga": series(500)}, quantities=bad)


class TestCheckInputs:
    def test_what_comes_back(self):
        given = {"m2": series(20_000, np.nan), "reserves": series(4000, 4100)}
        index, (whole, part) = check_inputs(given, quantities=(M2,))
        assert index.equals(DAYS[:2])
        np.testing.assert_array_equal(whole, [20_000, np.nan])
        np.testing.assert_array_equal(part, [4000, 4100])
        index.name = "mine"
        assert given["m2"].index.name is None

    def test_a_slip_of_unit_in_an_own_quantity(self):
        with pytest.raises(fl.UnitError) as caught:
            check_inputs({"m2": series(20e6)}, quantities=(M2,))
        assert str(caught.value) == (
            "m2: 20000000 on 2022-01-05 is impossible in USD bn (plausible: 200 to 200000). It "
            "looks like USD mn: use fl.convert(m2, 'USD mn', 'USD bn')."
        )

    def test_a_part_too_large_for_an_own_whole(self):
        given = {"m2": series(5000, 5000), "reserves": series(2500, 2501)}
        check_inputs(given, quantities=(M2,))
        with pytest.raises(fl.UnitError) as caught:
            check_inputs(given, quantities=(M2,), whole="m2")
        assert str(caught.value) == (
            "reserves: 2501 on 2022-01-12 is more than half of m2 (5000). One of the two is in "
            "another unit: both must be in USD bn; see fl.convert."
        )

    def test_series_that_do_not_share_an_index(self):
        with pytest.raises(
            fl.AlignmentError, match=r"m2, reserves = fl\.align\(m2, reserves, on="
        ):
            check_inputs({"m2": series(5000, 5000), "reserves": series(4000)}, quantities=(M2,))

    @pytest.mark.parametrize(
        ("given", "options", "error", "how"),
        [
            ([series(1)], {}, fl.InputTypeError, "^series: expected a mapping .* list"),
            ({}, {}, fl.InvalidInputError, "^series: .* empty"),
            (
                {"m3": series(1)},
                {"quantities": (M2,)},
                fl.InvalidInputError,
                "^series: 'm3' is no",
            ),
            ({"tga": series(1)}, {"whole": "m2"}, fl.InvalidInputError, "^whole: 'm2' .* 'tga'"),
            ({"tga": [1.0]}, {}, fl.InputTypeError, "^tga: expected a pandas Series"),
            ({"tga": series(1)[:0]}, {"whole": 3}, fl.InvalidInputError, "^whole: 3"),
        ],
    )
    def test_wrong_use(self, given, options, error, how):
        with pytest.raises(error, match=how):
            check_inputs(given, **options)

    def test_options_go_by_name(self):
        with pytest.raises(TypeError, match="positional"):
            check_inputs({"m2": series(1)}, (M2,))


class TestCheckSeries:
    @pytest.mark.parametrize("quantity", [M2, "reserves", None])
    def test_what_comes_back(self, quantity):
        given = series(5000, np.nan)
        index, values = check_series(given, "mine", quantity)
        assert index.equals(DAYS[:2])
        np.testing.assert_array_equal(values, given)

    @pytest.mark.parametrize("quantity", [M2, "reserves"])
    def test_the_size_is_that_of_the_quantity_and_the_name_that_of_the_argument(self, quantity):
        with pytest.raises(fl.UnitError, match=r"^mine: 5e\+06|^mine: 5000000 on 2022-01-05"):
            check_series(series(5e6), "mine", quantity)
        check_series(series(5e6), "mine")

    def test_a_bad_index(self):
        with pytest.raises(fl.TimeIndexError, match=r"^mine: dates are not in order"):
            check_series(series(1, 2)[::-1], "mine")

    @pytest.mark.parametrize(
        ("quantity", "error", "how"),
        [
            ("m2", fl.InvalidInputError, r"^quantity: 'm2' is no quantity .*Quantity\('m2', "),
            (3, fl.InputTypeError, "^quantity: expected a Quantity, got int 3"),
            (Quantity("m2", "bn", 0, 1, ""), fl.UnitError, "^quantity, 'm2': 'bn' is"),
        ],
    )
    def test_a_quantity_that_is_none(self, quantity, error, how):
        with pytest.raises(error, match=how):
            check_series(series(1), "mine", quantity)


def test_every_public_name_says_what_it_is():
    for name in extend.__all__:
        assert getattr(extend, name).__doc__, name


def test_a_function_that_is_no_indicator_has_no_spec():
    assert spec_of(len) is None
    assert spec_of(extend) is None  # a module's __spec__ is another thing
