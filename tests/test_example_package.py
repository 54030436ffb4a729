"""The example package stands on fedliq's public names alone, and keeps its own tests."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "docs" / "example_package"
PUBLIC_MODULES = {"fedliq", "fedliq.extend", "fedliq.testing", "fedliq.data.sources"}

pytestmark = pytest.mark.skipif(
    not HERE.is_dir(), reason="docs/example_package is not beside the tests"
)


def sources():
    return sorted(HERE.rglob("*.py")) if HERE.is_dir() else []


def test_there_is_something_to_look_at():
    assert {path.name for path in sources()} >= {"__init__.py", "test_target_range.py"}


def test_its_own_tests_doctests_and_readme():
    """As where it is installed: by its own settings, from its own directory, without a network."""
    ran = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("--disable-socket", "--doctest-modules", "--doctest-glob=*.md"),
            *("tests", "src", "README.md"),
        ],
        cwd=HERE,
        env=os.environ | {"PYTHONPATH": str(HERE / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "skipped" not in ran.stdout


def taken_from_fedliq(tree: ast.AST):
    """Yield each module of fedliq that a source names, with the name it takes from it."""
    aliases = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "fedliq":
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "fedliq":
                    aliases[alias.asname or alias.name] = alias.name
                    yield alias.name, None
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in aliases:
            yield aliases[ast.unparse(node.value)], node.attr


def not_public(tree: ast.AST) -> list[tuple[str, str | None]]:
    return [
        (module, name)
        for module, name in taken_from_fedliq(tree)
        if module not in PUBLIC_MODULES
        or (name is not None and name not in import_module(module).__all__)
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_it_uses_public_names_alone(path):
    assert not_public(ast.parse(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "from fedliq._validate import check_inputs",
        "import fedliq._validate",
        "from fedliq import _validate",
        "from fedliq.spec import indicator",
        "from fedliq.extend import own_quantities",
        "import fedliq as fl\nfl._validate.check_inputs({})",
        "import fedliq\nfedliq.extended",
        "def f():\n    from fedliq.alignment import lagged",
    ],
)
def test_what_is_not_public_would_be_seen(source):
    assert not_public(ast.parse(source))


def test_it_declares_what_it_imports():
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    declared = {one.split(">")[0] for one in project["dependencies"]}
    package = ast.parse((HERE / "src" / "fedliq_target_range" / "__init__.py").read_text())
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(package)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert imported - {"__future__"} == declared
