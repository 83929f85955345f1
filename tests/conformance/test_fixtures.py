"""Files of PyTorch, tensorboardX, TensorFlow 1 and 2 and Keras: read completely, and as protobuf has them."""

import io
import wave
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util import tensor_util  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway.events.records import payloads
from cutaway.store.kinds.decode import describe
from cutaway.store.kinds.unknown import Unknown

FOLDER = Path(__file__).parent.parent / "fixtures"
LOGS = cutaway.open(FOLDER)


def test_every_fixture_is_there() -> None:
    names = ["cutaway_trace_2", "keras/train", "keras/validation", "pytorch", "pytorch_graph"]
    names += ["tensorboardx", "tensorboardx_graph", "tensorboardx_sounds", "tensorflow1", "tensorflow1_pr_curves"]
    names += ["tensorflow2", "tensorflow2_graphs", "tensorflow2_graphs/keras/train"]
    assert (LOGS.runs, LOGS.damage, LOGS.unreadable) == (names, [], [])


@pytest.mark.parametrize("name", LOGS.runs)
def test_every_value_is_found(name: str) -> None:
    """As many under each tag as protobuf finds."""
    run = LOGS[name]
    expected: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for path in run.files():
        for payload in payloads(path):
            event = Event.FromString(payload)
            expected.update(value.tag for value in event.summary.value)
            what = event.WhichOneof("what")
            if what not in ("summary", "file_version", None):
                others[what] += 1
    found: Counter[str] = Counter()
    found_others: Counter[str] = Counter()
    event_kinds = {
        "graph": "graph_def",
        "meta_graph": "meta_graph_def",
        "run_metadata": "tagged_run_metadata",
        "session_log": "session_log",
        "log_message": "log_message",
    }
    for kind, tags in run.kinds.items():
        for tag in tags:
            count = len(run.scalars(tag) if kind == "scalars" else run.values(kind, tag))
            if kind in event_kinds:
                found_others[event_kinds[kind]] += count
            else:
                found[tag] += count
    assert (found, found_others) == (expected, others)


@pytest.mark.parametrize("name", LOGS.runs)
def test_every_value_is_what_its_kind_says(name: str) -> None:
    run = LOGS[name]
    for kind, tags in run.kinds.items():
        if kind == "scalars":
            continue
        for tag in tags:
            for value in run.values(kind, tag):
                assert not isinstance(value, Unknown)
                assert describe(value)
                if kind == "images":
                    assert value.to_array().shape[:2] == (value.height, value.width)
                elif kind == "audio":
                    with wave.open(io.BytesIO(value.encoded[0])) as sound:
                        shape = sound.getnframes(), sound.getnchannels()
                        assert (value.sample_rate(), value.to_array().shape) == (sound.getframerate(), shape)
                elif kind in ("graph", "meta_graph"):
                    assert len((value if kind == "graph" else value.graph).nodes) > 1


@pytest.mark.parametrize("name", LOGS.runs)
def test_numbers_are_those_of_protobuf(name: str) -> None:
    run = LOGS[name]
    expected: dict[str, list[tuple[int, float, float]]] = {tag: [] for tag in run.tags()}
    tensors: dict[str, list[Any]] = {}
    for path in run.files():
        for payload in payloads(path):
            event = Event.FromString(payload)
            for value in event.summary.value:
                if value.WhichOneof("value") == "simple_value":
                    expected[value.tag].append((event.step, event.wall_time, value.simple_value))
                elif value.tag in expected:
                    number = tensor_util.make_ndarray(value.tensor).item()
                    expected[value.tag].append((event.step, event.wall_time, number))
                elif value.HasField("tensor"):
                    tensors.setdefault(value.tag, []).append(tensor_util.make_ndarray(value.tensor))
    for tag, rows in expected.items():
        scalars = run.scalars(tag)
        np.testing.assert_array_equal(scalars.step, [row[0] for row in rows])
        np.testing.assert_array_equal(scalars.wall_time, [row[1] for row in rows])
        np.testing.assert_array_equal(scalars.value, [row[2] for row in rows])
    for kind in ("tensor", "tensors"):
        for tag in run.tags(kind):
            for found, theirs in zip(run.values(kind, tag), tensors[tag], strict=True):
                np.testing.assert_array_equal(found, theirs)


def test_tensorflow_1() -> None:
    run = LOGS["tensorflow1"]
    assert run.tags() == ["family/family/y", "nan", "y"]
    assert run.scalars("y").value.tolist() == [1, 0, 1]
    assert np.isnan(run.scalars("nan").value).all()
    assert run.texts("note")[:] == ["hello"] * 3
    assert run.histograms("numbers")[2].count == 10
    assert any(node.op == "Placeholder" and node.name == "x" for node in run.graphs()[0].nodes)
    assert [log.status for log in run.values("session_log")] == ["start", "checkpoint", "stop"]


def test_tensorflow_2() -> None:
    run = LOGS["tensorflow2"]
    assert run.scalars("double").value.tolist() == np.array([0, 1 / 3, 2 / 3], np.float32).tolist()
    assert run.scalars("float").description == "a *third*"
    assert run.hparams() == {"lr": 0.1, "optimizer": "adam", "nesterov": True}
    assert run.texts("table")[0].tolist() == [["a", "b"], ["c", "d"]]
    assert run.histograms("numbers")[2].counts.tolist() == [2, 2, 2, 2, 2]
    assert run.histograms("nothing")[0].count == 0
    assert len(run.images("picture")[0].encoded) == 2
    assert run.pr_curves("curve/pr_curves")[0].true_positives[0] == 2
    assert run.values("custom_scalars", "custom_scalars__config__")[0].categories[0].charts[0].tags == ("float",)


def test_keras() -> None:
    run = LOGS["keras/train"]
    assert len(run.scalars("epoch_loss")) == 3
    (tag,) = run.tags("graph_keras_model")
    model = run.values("graph_keras_model", tag)[0]
    assert [layer["config"]["name"] for layer in model["config"]["layers"]][1] == "hidden"


def test_tensorboard_x_names_and_describes_its_scalars() -> None:
    scalars = LOGS["tensorboardx"].scalars("loss")
    assert (scalars.display_name, scalars.description) == ("Loss", "a third")
