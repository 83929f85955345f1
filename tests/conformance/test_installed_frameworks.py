"""Frameworks with a TensorBoard logger of their own, unchanged: under ``install()`` they record what they do without.

Each program of tests/fixtures/frameworks, which does not know Cutaway, is run with TensorBoard's writers, by
``python -m cutaway.run``, and with ``install()`` after the framework was imported. All values are read back and compared.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.patience import LONG_PATIENCE

import cutaway
from cutaway.events import kind_names
from cutaway.events.records import payloads

ROOT = Path(__file__).resolve().parents[2]
#: A Python with the frameworks, which `make test-all` makes.
FRAMEWORKS_PYTHON = ROOT / ".venv" / "integrations" / "bin" / "python"
PROGRAMS = ROOT / "tests" / "fixtures" / "frameworks"
#: What each program imports first where ``install()`` comes late.
FIRST = {
    "accelerate": "accelerate.tracking",
    "ignite": "ignite.handlers.tensorboard_logger",
    "lightning": "lightning.pytorch.loggers",
    "stable_baselines3": "stable_baselines3.common.logger",
    "transformers": "transformers.integrations.integration_utils",
}
LATE = """
import importlib, runpy, sys
importlib.import_module(sys.argv.pop(1))
from cutaway.compat import install
install()
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
#: Scalars that are times.
TIMES = re.compile("runtime|per_second|time/fps")
#: Kinds that only Cutaway records, and those whose content is another one on purpose.
OURS = {kind_names.CUTAWAY_MODEL, kind_names.SESSION_LOG, kind_names.RUN_METADATA, kind_names.GRAPH}

pytestmark = pytest.mark.slow


def run(logdir: Path, *arguments: str) -> None:
    if not FRAMEWORKS_PYTHON.exists():
        assert not os.environ.get("CUTAWAY_THOROUGH"), "make test-all installs the frameworks"
        pytest.skip("make test-all installs the frameworks, in .venv/integrations")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "CUDA_VISIBLE_DEVICES": ""}
    command = [str(FRAMEWORKS_PYTHON), "-W", "error:cutaway:RuntimeWarning", *arguments, str(logdir)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=LONG_PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def plain(value: Any) -> Any:
    """A value of any kind, so that it can be compared."""
    if isinstance(value, str | float | np.ndarray):
        return value.tolist() if isinstance(value, np.ndarray) else value
    if hasattr(value, "to_array"):
        return value.to_array().tolist()
    return value


def everything(logdir: Path) -> dict[str, Any]:
    """All that is in a log, by its run, kind and tag; runs whose names are times are called by their place."""
    found: dict[str, Any] = {}
    logs = cutaway.open(logdir)
    assert logs.damage == []
    assert logs.malformed == []
    times = 0
    for name in logs:
        run_name = re.sub(r"\w{3}\d\d_\d\d-\d\d-\d\d_[^/]*", "<time>", name)
        if re.search(r"\d{10}\.\d+", run_name):
            times += 1
            run_name = re.sub(r"\d{10}\.\d+", f"<time {times}>", run_name)
        run = logs[name]
        for tag in run.tags():
            if not TIMES.search(tag):
                columns = run.scalars(tag)
                found[f"{run_name} scalars {tag}"] = columns.step.tolist(), columns.value.tolist()
        if run.hparams():
            found[f"{run_name} hparams"] = run.hparams()
        for kind, tags in run.kinds.items():
            if kind in OURS or kind in (kind_names.SCALARS, kind_names.HPARAMS):
                continue
            for tag in tags:
                values = run.values(kind, tag)
                found[f"{run_name} {kind} {tag}"] = values.step.tolist(), [values[i] for i in range(len(values))]
    return found


def written_by_cutaway(logdir: Path) -> bool:
    files = list(logdir.rglob("*tfevents*"))
    return bool(files) and all(b"cutaway" in next(iter(payloads(file))) for file in files)


@pytest.mark.parametrize("framework", FIRST)
def test_everything_is_recorded_as_with_tensorboard(framework: str, tmp_path: Path) -> None:
    program = str(PROGRAMS / f"train_with_{framework}.py")
    logs = {name: tmp_path / name / "log" for name in ("tensorboard", "run", "late")}
    run(logs["tensorboard"], program)
    run(logs["run"], "-m", "cutaway.run", program)
    run(logs["late"], "-c", LATE, FIRST[framework], program)
    expected = everything(logs["tensorboard"])
    assert expected
    assert not written_by_cutaway(logs["tensorboard"])
    for name in ("run", "late"):
        assert written_by_cutaway(logs[name])
        compare(everything(logs[name]), expected)


def compare(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert sorted(found) == sorted(expected)
    for place, value in expected.items():
        print(place, str(value)[:100], str(found[place])[:100])
