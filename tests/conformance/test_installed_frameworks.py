"""Frameworks with a TensorBoard logger of their own, unchanged: under ``install()`` they record what they do without.

Each program of tests/fixtures/frameworks, which does not know Cutaway, is run with TensorBoard's writers, by
``python -m cutaway.run``, and with ``install()`` after the framework was imported. All values are read back.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.patience import LONG_PATIENCE

import cutaway
from cutaway.events import kind_names
from cutaway.events.records import payloads
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.kinds.image import Image

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
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONG_PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


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
        compare(everything(logs[name]), dict(expected))


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    # PyTorch's writer records a tag without a picture for a video, where moviepy is missing.
    for place in [place for place in expected if f" {kind_names.EMPTY} " in place]:
        del expected[place]
        assert found.pop(place.replace(f" {kind_names.EMPTY} ", f" {kind_names.IMAGES} "))
    assert sorted(found) == sorted(expected)
    for place, value in expected.items():
        if " scalars " in place:
            assert found[place][0] == value[0], place
            # TensorBoard's are rounded to float32.
            np.testing.assert_array_equal(np.float32(found[place][1]), np.float32(value[1]), place)
        elif place.endswith(" hparams"):
            assert found[place] == value
        else:
            assert found[place][0] == value[0], place
            assert [plain(item) for item in found[place][1]] == [plain(item) for item in value[1]], place


def plain(value: Any) -> Any:
    """A value of any kind, so that it can be compared: without the directory that it may tell."""
    if isinstance(value, str):
        return re.sub(r'"[^"]*/log(?=["/])|\w{3}\d\d_\d\d-\d\d-\d\d', "", value)
    if isinstance(value, Histogram):
        return value.edges.tolist(), value.counts.tolist(), value.min, value.max, pytest.approx(value.sum)
    assert isinstance(value, Image), value
    return value.to_array().tolist()
