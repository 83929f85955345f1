"""Keras 3 models say the same on every backend, and what Keras itself counts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: TensorFlow has a venv of its own.
BACKENDS = {
    "jax": Path(sys.executable),
    "torch": Path(sys.executable),
    "numpy": Path(sys.executable),
    "tensorflow": ROOT / ".venv" / "tensorflow" / "bin" / "python",
}


@pytest.fixture(scope="module", params=BACKENDS)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {**os.environ, "KERAS_BACKEND": request.param, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [
        str(BACKENDS[request.param]),
        "-m",
        "tests.conformance.keras_models",
        str(tmp_path_factory.mktemp("keras")),
    ]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told


def test_images(found: dict[str, Any]) -> None:
    images = found["images"]
    rows = images["rows"]
    assert rows["conv2d"] == ["Conv2D", 14 * 14 * 8 * 27, 216]
    assert rows["separable_conv2d"][1] == 12 * 12 * 8 * 9 + 12 * 12 * 8 * 4
    assert rows["depthwise_conv2d"][1] == 10 * 10 * 4 * 9
    assert rows["conv2d_1"][1] == 8 * 8 * 8 * 2 * 9
    assert rows["conv2d_transpose"][1] == 8 * 8 * 8 * 6 * 4
    assert rows["dense"][1] == 60
    assert images["macs"] == sum(macs for key, (_, macs, _) in rows.items() if key)
    assert images["parameters"] + images["buffers"] == found["counted"]
    assert images["reason"] == "sizes that its inputs leave open are 1"
    assert images["output"] == [[1, 10]]
    assert found["unchanged"]


def test_other_sizes(found: dict[str, Any]) -> None:
    assert found["images of 4"]["macs"] == 4 * found["images"]["macs"]
    assert found["letters"] == f"{found['images']['macs']:,}·B"


def test_frozen(found: dict[str, Any]) -> None:
    assert found["frozen"]["trainable"] == found["images"]["trainable"] - 216


def test_words(found: dict[str, Any]) -> None:
    rows = {key: (kind, macs) for key, (kind, macs, _) in found["words"]["rows"].items()}
    attention = next(macs for kind, macs in rows.values() if kind == "MultiHeadAttention")
    assert attention == 12 * 16 * 16 * 4 + 2 * 2 * 12 * 12 * 8
    assert sum(macs for kind, macs in rows.values() if kind == "LSTM") == 2 * 12 * 28 * (16 + 7)
    assert next(macs for kind, macs in rows.values() if kind == "GRU") == 12 * 15 * (14 + 5)
    assert found["words"]["uncounted"] == {}


def test_a_class_of_ones_own(found: dict[str, Any]) -> None:
    rows = found["own"]["rows"]
    assert [kind for key, (kind, _, _) in rows.items() if key] == ["Dense", "Dense", "Dense"]
    assert found["own"]["macs"] == 2 * 5 * 4 * 4 + 5 * 4 * 3 + 5 * 4 * 5
    assert sorted(map(tuple, found["own"]["output"])) == [(5, 3), (5, 5)]
    assert not found["own is built"]


def test_code_in_a_file_is_run_with_trust_only(found: dict[str, Any]) -> None:
    assert "lambda.keras runs code when it is opened, since it holds functions" in found["lambda"]
    assert "--trust (trust=True)" in found["lambda"]
    assert not found["run without trust"]
    assert found["with trust"]["rows"]


def test_files(found: dict[str, Any]) -> None:
    assert found["file"]["macs"] == found["images"]["macs"]
    assert "broken.keras is not a Keras file, or it cannot be read" in found["broken"]


def test_what_is_refused(found: dict[str, Any]) -> None:
    assert "Own is not built and has no weights" in found["not built"]
    assert "Sequential failed" in found["wrong"]
