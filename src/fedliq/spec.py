"""What an indicator takes and gives, in a form a machine can read.

:func:`indicator` marks a function and returns that same function, so that its signature,
help and pickling stay those of a plain one. Reference tables and contract tests are made
from the marks.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from fedliq.exceptions import InputTypeError, InvalidInputError, UnitError
from fedliq.quantities import QUANTITIES, Quantity
from fedliq.units import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = TypeVar("Function", bound=Callable[..., object])

__all__ = ["Spec", "indicator", "own_quantities", "spec_of"]


@dataclass(frozen=True, slots=True)
class Spec:
    """The machine-readable side of an indicator's docstring.

    Attributes
    ----------
    name : str
        Of the function.
    formula : str
        In words of the arguments.
    inputs : mapping of str to Quantity
        For each series it takes, the quantity of that name.
    outputs : mapping of str to (Unit or None)
        The columns it always gives, and their units; None for labels, flags and dates. A
        Series comes back where the only column is named like the function.

    Examples
    --------
    >>> import fedliq as fl
    >>> from fedliq.extend import spec_of
    >>> spec = spec_of(fl.sofr_iorb_spread)
    >>> spec.formula, {name: str(unit) for name, unit in spec.outputs.items()}
    ('sofr - iorb', {'sofr_iorb_spread': 'bp'})
    """

    name: str
    formula: str
    inputs: Mapping[str, Quantity]
    outputs: Mapping[str, Unit | None]


def indicator(
    formula: str,
    *,
    unit: Unit | None = None,
    columns: Mapping[str, Unit | None] | None = None,
    quantities: Iterable[Quantity] = (),
) -> Callable[[Function], Function]:
    """Mark a function as a public indicator.

    Parameters
    ----------
    formula : str
        In words of the arguments.
    unit : Unit, optional
        Of the Series it returns; None where that holds labels.
    columns : mapping of str to (Unit or None), optional
        Instead of ``unit``, for a function that returns a DataFrame.
    quantities : iterable of Quantity, optional
        What the function takes beyond fedliq's own quantities. They hold for this function and
        are registered nowhere; one that no argument is named after is passed over.

    Returns
    -------
    callable
        A decorator that returns the function it is given, with a ``__spec__``.

    Raises
    ------
    InvalidInputError
        ``formula`` is empty, ``unit`` and ``columns`` are both given, or a quantity has no
        possible name or range, or is given twice.
    UnitError
        A unit is unknown, or a quantity has the name of one of fedliq's and another unit.
    InputTypeError
        ``quantities`` holds something other than a Quantity, or ``columns`` is no mapping.

    See Also
    --------
    fedliq.testing.check_indicator : Runs the promises of the house over what is marked.

    Notes
    -----
    An argument named like a quantity is one. A quantity of fedliq's may be given anew with
    another plausible range, never with another unit.

    Examples
    --------
    >>> import fedliq as fl
    >>> from fedliq.extend import Quantity, indicator, spec_of
    >>> m2 = Quantity("m2", fl.Unit.USD_BN, 200, 200_000, "The money stock M2")
    >>> @indicator("reserves / m2", unit=fl.Unit.FRACTION, quantities=(m2,))
    ... def reserves_to_m2(reserves, m2): ...
    >>> [f"{name} [{one.unit}]" for name, one in spec_of(reserves_to_m2).inputs.items()]
    ['reserves [USD bn]', 'm2 [USD bn]']
    """
    if not isinstance(formula, str) or not formula.strip():
        raise InvalidInputError(
            f"formula: expected it in words of the arguments, such as 'sofr - iorb'; got {formula!r}."
        )
    gives = None if unit is None else _as_unit(unit, "unit")
    if gives is not None and columns is not None:
        raise InvalidInputError(
            "unit, columns: give the unit of a Series or the columns of a DataFrame, not both."
        )
    listed = _columns(columns)
    known = QUANTITIES | own_quantities(quantities)

    def mark(function: Function) -> Function:
        parameters = inspect.signature(function).parameters
        function.__spec__ = Spec(  # type: ignore[attr-defined]  # functions take attributes
            name=function.__name__,
            formula=formula,
            inputs=MappingProxyType({name: known[name] for name in parameters if name in known}),
            outputs=MappingProxyType(listed or {function.__name__: gives}),
        )
        return function

    return mark


def _columns(columns: Mapping[str, Unit | None] | None) -> dict[str, Unit | None]:
    if columns is not None and not isinstance(columns, Mapping):
        raise InputTypeError(
            f"columns: expected a mapping of column to unit, got {type(columns).__name__}."
        )
    return {
        name: None if one is None else _as_unit(one, f"columns[{name!r}]")
        for name, one in (columns or {}).items()
    }


def _as_unit(value: object, argument: str) -> Unit:
    try:
        return Unit(value)  # type: ignore[arg-type]  # what is no unit is what is looked for
    except ValueError:
        raise UnitError(f"{argument}: {value!r} is not a unit; fl.Unit lists them.") from None


def own_quantities(
    quantities: Iterable[Quantity], argument: str = "quantities"
) -> dict[str, Quantity]:
    """Check quantities that a caller declares, and return them by name."""
    if not isinstance(quantities, Iterable):
        raise InputTypeError(
            f"{argument}: expected Quantity objects in a tuple, got one "
            f"{type(quantities).__name__}; with one alone write (it,), comma included."
        )
    own: dict[str, Quantity] = {}
    for one in quantities:
        checked = _own_quantity(one, argument)
        if checked.name in own:
            raise InvalidInputError(f"{argument}: {checked.name!r} is given twice.")
        own[checked.name] = checked
    return own


def _own_quantity(one: object, argument: str) -> Quantity:
    if not isinstance(one, Quantity):
        raise InputTypeError(f"{argument}: expected a Quantity, got {type(one).__name__} {one!r}.")
    if not (isinstance(one.name, str) and one.name.isidentifier()):
        raise InvalidInputError(
            f"{argument}: {one.name!r} cannot be the name of an argument; write it like "
            "'bank_assets'."
        )
    finite = all(isinstance(end, (int, float)) and isfinite(end) for end in (one.low, one.high))
    if not finite or not one.low < one.high:
        raise InvalidInputError(
            f"{argument}: the plausible range of {one.name!r} is {one.low!r} to {one.high!r}; give "
            "two finite numbers, the lower one first."
        )
    unit = _as_unit(one.unit, f"{argument}, {one.name!r}")
    known = QUANTITIES.get(one.name)
    if known is not None and known.unit != unit:
        raise UnitError(
            f"{argument}: {one.name!r} is in {known.unit.value} throughout fedliq, and here in "
            f"{unit.value}; one name has one unit: give yours another name."
        )
    return replace(one, unit=unit)


def spec_of(function: Callable[..., object]) -> Spec | None:
    """Return the spec of an indicator, or None for a function that is none.

    Parameters
    ----------
    function : callable
        Any function, fedliq's or another's.

    Returns
    -------
    Spec or None
        What :func:`indicator` wrote down.

    Examples
    --------
    >>> import fedliq as fl
    >>> from fedliq.extend import spec_of
    >>> [f"{name} [{q.unit}]" for name, q in spec_of(fl.sofr_iorb_spread).inputs.items()]
    ['sofr [percent]', 'iorb [percent]']
    """
    spec = getattr(function, "__spec__", None)
    return spec if isinstance(spec, Spec) else None
