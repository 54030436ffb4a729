"""What an indicator takes and gives, in a form a machine can read.

:func:`indicator` marks a function and returns that same function, so that its signature,
help and pickling stay those of a plain one. Reference tables and contract tests are made
from the marks.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from fedliq.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fedliq.units import Unit

    Function = TypeVar("Function", bound=Callable[..., object])

__all__ = ["Spec", "indicator", "spec_of"]


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
    """

    name: str
    formula: str
    inputs: Mapping[str, Quantity]
    outputs: Mapping[str, Unit | None]


def indicator(
    formula: str, *, unit: Unit | None = None, columns: Mapping[str, Unit | None] | None = None
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

    Returns
    -------
    callable
        A decorator that returns the function it is given, with a ``__spec__``.
    """

    def mark(function: Function) -> Function:
        parameters = inspect.signature(function).parameters
        function.__spec__ = Spec(  # type: ignore[attr-defined]  # functions take attributes
            name=function.__name__,
            formula=formula,
            inputs=MappingProxyType(
                {name: QUANTITIES[name] for name in parameters if name in QUANTITIES}
            ),
            outputs=MappingProxyType(dict(columns or {function.__name__: unit})),
        )
        return function

    return mark


def spec_of(function: Callable[..., object]) -> Spec | None:
    """Return the spec of an indicator, or None for a function that is none.

    Examples
    --------
    >>> import fedliq as fl
    >>> from fedliq.spec import spec_of
    >>> [f"{name} [{q.unit}]" for name, q in spec_of(fl.sofr_iorb_spread).inputs.items()]
    ['sofr [percent]', 'iorb [percent]']
    """
    spec = getattr(function, "__spec__", None)
    return spec if isinstance(spec, Spec) else None
