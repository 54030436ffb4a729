"""What docs/compatibility.md promises beside the public names: signatures, options, columns, keys."""

from __future__ import annotations

import contextlib
import inspect
import json
import re
from enum import Enum
from pathlib import Path

import pytest

import fedliq as fl
from fedliq import extend, plot, testing
from fedliq.cli import main

PROMISED = Path(__file__).with_name("promised.txt")
TABLES = {"panel": fl.PANEL_COLUMNS, "projection": fl.PROJECTION_COLUMNS}


def said(capsys, *arguments):
    """What the command prints, where ``--help`` leaves Python."""
    with contextlib.suppress(SystemExit):
        main(arguments)
    return capsys.readouterr().out


def options(capsys):
    commands = re.findall(r"^ {4}(\w+) ", said(capsys, "--help"), re.MULTILINE)
    for command in commands:
        for option in set(re.findall(r"--[a-z-]+", said(capsys, command, "--help"))) - {"--help"}:
            yield f"option: {command} {option}"


def columns():
    for table, held in TABLES.items():
        for name, (unit, _) in held.items():
            yield f"column: {table} {name} [{unit or 'label'}]"


def keys(facts, path):
    """Name every key of a JSON, at whatever depth; those of a list's items once."""
    if isinstance(facts, list):
        for one in facts:
            yield from keys(one, f"{path}[]")
    elif isinstance(facts, dict):
        for name, one in facts.items():
            yield f"key: {path} {name}"
            yield from keys(one, f"{path}.{name}")


def plain(parameter):
    """Leave out annotations, and defaults that are objects with a content of their own."""
    written = isinstance(parameter.default, (bool, int, float, str, tuple, type(None), type))
    default = parameter.default if written else ...
    return parameter.replace(annotation=parameter.empty, default=default)


def signatures():
    """Name the arguments of every public function and class, their order and their defaults."""
    modules = {"fl": fl, "fl.plot": plot, "fl.extend": extend, "fl.testing": testing}
    for home, module in modules.items():
        for name in module.__all__:
            one = getattr(module, name)
            if callable(one) and not (
                isinstance(one, type) and issubclass(one, (Enum, Exception))
            ):
                parameters = inspect.signature(one).parameters.values()
                written = inspect.Signature([plain(each) for each in parameters])
                yield f"signature: {home}.{name}{written}"


@pytest.mark.parametrize("kind", ["signature", "option", "column", "key"])
def test_signatures_options_columns_and_keys_are_those_promised(kind, capsys):
    """A change here is a change of interface: make it on purpose, and note it."""
    if kind == "signature":
        found = [*signatures()]
    elif kind == "key":
        found = [
            key
            for command in ("report", "project")
            for key in keys(json.loads(said(capsys, command, "--format", "json")), command)
        ]
    else:
        found = [*options(capsys)] if kind == "option" else [*columns()]
    promised = PROMISED.read_text(encoding="utf-8").splitlines()
    assert sorted(set(found)) == [one for one in promised if one.startswith(f"{kind}: ")]
