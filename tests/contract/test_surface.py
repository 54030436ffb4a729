"""The public surface: what is there, what importing it costs, and that it holds together."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import fedliq as fl

NAMES = Path(__file__).with_name("public_names.txt")


def test_the_public_names_are_those_promised():
    """A change here is a change of interface: make it on purpose, and note it."""
    assert sorted(fl.__all__) == NAMES.read_text().split()


def test_the_stub_shows_editors_the_same_names():
    stub = Path(fl.__file__).with_suffix(".pyi").read_text()
    tree = ast.parse(stub)
    imported = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    (exported,) = (node.value for node in tree.body if isinstance(node, ast.Assign))
    assert imported == {*ast.literal_eval(exported), *fl._MODULES}
    assert set(ast.literal_eval(exported)) == set(fl.__all__)


def test_each_name_is_what_its_home_defines_and_no_module_hides_it():
    for name in fl.__all__:
        assert type(getattr(fl, name)).__name__ != "module", name
    assert set(fl.__all__) <= set(dir(fl))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'net_liquidty'"):
        _ = fl.net_liquidty


@pytest.mark.parametrize("heavy", ["pandas", "numpy", "scipy", "fredapi", "matplotlib"])
def test_importing_fedliq_loads_nothing_heavy(heavy):
    code = f"import sys, fedliq; fedliq.__version__; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_using_an_indicator_loads_neither_scipy_nor_fredapi():
    code = (
        "import sys, fedliq as fl; fl.net_liquidity; fl.load_sample(); "
        "sys.exit(any(name in sys.modules for name in ('scipy', 'fredapi', 'requests')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_star_import_gives_every_name():
    code = "from fedliq import *; net_liquidity, align, UnitError"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


RAISED = [
    one
    for one in (getattr(fl, name) for name in fl.__all__)
    if isinstance(one, type) and issubclass(one, Exception)
]
WARNINGS = [one for one in RAISED if issubclass(one, Warning)]
ERRORS = [one for one in RAISED if one not in WARNINGS]
BUILTINS = (ValueError, TypeError, LookupError, OSError, ImportError)


@pytest.mark.parametrize("error", ERRORS, ids=lambda one: one.__name__)
def test_each_error_is_also_the_builtin_a_caller_would_catch(error):
    assert issubclass(error, fl.FedliqError)
    if error is not fl.FedliqError:
        assert issubclass(error, BUILTINS)
    again = pickle.loads(pickle.dumps(error("what is wrong")))  # noqa: S301 - made here
    assert str(again) == "what is wrong"


@pytest.mark.parametrize("warning", WARNINGS, ids=lambda one: one.__name__)
def test_each_warning_can_be_silenced_alone_or_with_the_others(warning):
    assert issubclass(warning, fl.FedliqWarning)
    assert issubclass(warning, UserWarning)


def test_indicators_pickle_as_plain_functions():
    assert pickle.loads(pickle.dumps(fl.net_liquidity)) is fl.net_liquidity  # noqa: S301
