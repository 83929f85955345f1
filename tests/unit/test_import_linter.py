"""The rules about imports fail where they should: each arrow that must not be is put into a copy of the sources."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: The file, and what it imports. Each makes a circle, and made one once.
CIRCLES = [
    ("model/trace_columns.py", "cutaway.model.trace"),
    ("model/view.py", "cutaway.model.result"),
    ("model/formulas.py", "cutaway.model.summary"),
    ("model/diff/text.py", "cutaway.model.diff.result"),
    ("store/tables.py", "cutaway.store.scalars"),
]
#: The file, what it imports, and the rule that this breaks.
ARROWS = [
    ("events/wire.py", "cutaway.store.run", "imports point one way"),
    ("model/rows.py", "cutaway.record.scalar", "imports point one way"),
    ("store/run.py", "cutaway.server.queries", "imports point one way"),
    ("server/routes/values.py", "cutaway.logs.model", "imports point one way"),
    ("logs/model.py", "cutaway.server.responses", "imports point one way"),
    ("store/run.py", "cutaway.logs.logs", "imports point one way"),
    ("server/routes/runs.py", "cutaway.model.trace", "the server asks the store, and no model"),
    ("server/queries.py", "cutaway.model.graph.graph", "the server asks the store, and no model"),
    ("store/kinds/model.py", "cutaway.model.trace_bytes", "the server asks the store, and no model"),
    ("store/kinds/text.py", "cutaway.store.event_file", "a kind of data is decoded without the rest of the store"),
    ("store/run.py", "cutaway.record.scalar", "reading and recording know nothing of each other"),
    ("model/costs/flops.py", "cutaway.model.capture.captured", "costs are functions of records"),
    ("integrations/values.py", "cutaway.compat.sub_runs", "imports point one way"),
    ("integrations/keras.py", "cutaway.store.run", "integrations only record"),
    ("record/recorder.py", "transformers", "frameworks that train are known to the integrations alone"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(
        ROOT / "src" / "cutaway", tmp_path / "cutaway", ignore=shutil.ignore_patterns("_static", "*.c", "*.so")
    )
    return tmp_path


def broken(copy: Path) -> tuple[int, str]:
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, env={"PYTHONPATH": str(copy)}, check=False)
    return done.returncode, done.stdout + done.stderr


def inject(copy: Path, file: str, imported: str) -> None:
    path = copy / "cutaway" / file
    path.write_text(f"{path.read_text('utf-8')}\n\nimport {imported}\n", "utf-8")


def test_as_it_is(copy: Path) -> None:
    status, output = broken(copy)
    assert status == 0, output


@pytest.mark.parametrize(("file", "imported"), CIRCLES)
def test_an_arrow_that_closes_a_circle(copy: Path, file: str, imported: str) -> None:
    """Each by itself: of a circle the linter says how many arrows would have to go, and not which one is new."""
    inject(copy, file, imported)
    status, output = broken(copy)
    assert status == 1, output
    assert "no circles BROKEN" in output


def test_each_arrow_that_must_not_be_is_named_under_its_rule(copy: Path) -> None:
    for file, imported, _ in ARROWS:
        inject(copy, file, imported)
    status, output = broken(copy)
    assert status == 1, output
    for file, imported, rule in ARROWS:
        module = "cutaway." + file.removesuffix(".py").replace("/", ".")
        assert f"{module} -> {imported} (l." in section(output, rule), output


def section(output: str, rule: str) -> str:
    """What the linter says of one rule: its heading, underlined, and all up to the next heading."""
    _, _, after = output.partition(f"\n{rule}\n{'-' * len(rule)}\n")
    return re.split(r"\n[^\n]+\n-{3,}\n", after, maxsplit=1)[0]
