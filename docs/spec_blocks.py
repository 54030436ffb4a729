"""What a function's mark says, as a table on its page of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fedliq.panel import PANEL_COLUMNS
from fedliq.spec import Spec, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

__all__ = ["setup", "spec_block"]

_AFTER_NUMPYDOC = 600  # whose hook has Sphinx's usual 500


def _rows(spec: Spec) -> Iterator[tuple[str, str, str]]:
    # What a range means, the glossary says; a quantity's meaning stands under Parameters.
    for one in spec.inputs.values():
        yield f"takes ``{one.name}``", str(one.unit), f"{one.low:g} to {one.high:g}"
    for name, unit in spec.outputs.items():
        # A frame's columns go into the panel under names of their own, or not at all.
        in_panel = name == spec.name and name in PANEL_COLUMNS
        yield f"gives ``{name}``", str(unit or "no unit"), "in :doc:`/panel`" if in_panel else ""


def spec_block(spec: Spec) -> list[str]:
    """Set a spec as lines of reStructuredText."""
    lines = [f"**Formula:** {spec.formula}", "", ".. list-table::", "   :header-rows: 1"]
    lines += ["   :class: spec", ""]
    for first, *others in (("series", "unit", "plausible range"), *_rows(spec)):
        lines += [f"   * - {first}", *(f"     - {cell}".rstrip() for cell in others)]
    return [*lines, ""]


def _show(
    _app: Sphinx, what: str, _name: str, obj: object, _options: object, lines: list[str]
) -> None:
    """Lay the block between the summary and the parameters."""
    spec = spec_of(obj) if what == "function" and callable(obj) else None
    if spec:
        at = next(i for i, line in enumerate(lines) if line.startswith(":Parameters:"))
        lines[at:at] = spec_block(spec)


def setup(app: Sphinx) -> dict[str, bool]:
    """Hook the block into autodoc."""
    app.connect("autodoc-process-docstring", _show, priority=_AFTER_NUMPYDOC)
    return {"parallel_read_safe": True}
