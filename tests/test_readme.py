"""The README's code runs and prints what its comments say."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_python_of_the_readme(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # it saves a chart
    text = (ROOT / "README.md").read_text()
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    promised = re.findall(r"print\(.*\)\s+# (.+)$", code, flags=re.MULTILINE)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert capsys.readouterr().out.split() == promised
    assert (tmp_path / "reserves.png").stat().st_size


def test_the_gates_call_the_command_of_the_readme():
    text = (ROOT / "README.md").read_text()
    assert re.search(
        r"^python3 -m venv --clear \.venv-test && .*pytest -n auto$", text, flags=re.MULTILINE
    )
    assert r"'^python3 -m venv --clear \.venv-test' README.md" in (ROOT / ".ci/run").read_text()
