"""The writer as training code uses it, read back from its file."""

import json
import math
import os
import re
import socket
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.event_pb2 import Event, SessionLog  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway import SummaryWriter
from cutaway.events import core
from cutaway.events.reader import EventFileReader
from cutaway.events.recording_warning import RecordingWarning


def points(writer: SummaryWriter) -> dict[str, list[tuple[int, float, float]]]:
    """{tag: [(step, value, wall time)]} of the writer's file."""
    batch = EventFileReader(writer.file_writer.path).read()
    assert batch.damage == []
    return {
        columns.tag: list(zip(columns.step.tolist(), columns.value.tolist(), columns.wall_time.tolist(), strict=True))
        for columns in batch.scalars
    }


def events(writer: SummaryWriter) -> list[Event]:
    data = writer.file_writer.path.read_bytes()
    found = core.scan(data)
    return [Event.FromString(data[i : i + n]) for i, n in zip(found.offsets, found.lengths, strict=True)]


def test_the_public_name() -> None:
    assert cutaway.SummaryWriter is SummaryWriter


def test_the_default_directory_is_that_of_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with SummaryWriter(comment="-x") as writer:
        assert writer.get_logdir() == writer.log_dir
    assert re.fullmatch(rf"runs/[A-Z][a-z]{{2}}\d\d_\d\d-\d\d-\d\d_{re.escape(socket.gethostname())}-x", writer.log_dir)
    assert Path(writer.log_dir).is_dir()


def test_a_path_and_a_suffix(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "a", filename_suffix=".mine") as writer:
        pass
    assert writer.log_dir == str(tmp_path / "a")
    assert writer.file_writer.path.name.endswith(".mine")


def test_the_positions_of_torch(tmp_path: Path) -> None:
    with SummaryWriter(str(tmp_path), "", None, 5, 30, "") as writer:
        writer.add_scalar("t", 1.0, 7, 50.5, True, True)
    assert (writer.max_queue, writer.flush_secs) == (5, 30)
    assert points(writer) == {"t": [(7, 1.0, 50.5)]}


@pytest.mark.parametrize(
    "value",
    [0.1, 1e300, 2**60 + 1, -(2**63), 3, True, np.float32(0.1), torch.tensor(0.1), math.inf, -math.inf, 5e-324],
)
def test_every_value_comes_back_exactly(tmp_path: Path, value: Any) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("t", value, 1)
        writer.log({"l": value}, 1)
    found = points(writer)
    assert found["t"][0][1] == found["l"][0][1] == (value.item() if hasattr(value, "item") else value)


def test_nan_comes_back(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("t", math.nan)
    step, value, wall_time = points(writer)["t"][0]
    assert step == 0
    assert math.isnan(value)
    assert wall_time > 1.7e9


def test_log_counts_steps_and_keeps_a_call_together(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.log({"a": 1, "b": {"c": 2}})
        writer.log({"a": 3})
        writer.log({"a": 4}, step=10, walltime=5.0)
        writer.log({"a": 5})
        writer.log({})
        writer.log({"a": 6})
    found = points(writer)
    assert [(step, value) for step, value, _ in found["a"]] == [(0, 1), (1, 3), (10, 4), (11, 5), (13, 6)]
    assert found["a"][2][2] == 5.0
    together = [event for event in events(writer) if len(event.summary.value) == 2]
    assert [[value.tag for value in event.summary.value] for event in together] == [["a", "b/c"]]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"tag": 3, "scalar_value": 1.0}, TypeError, r"tag must be a string, got 3 \(int\)"),
        ({"tag": "t", "scalar_value": None}, TypeError, "scalar_value must be a real number, got None"),
        ({"tag": "t", "scalar_value": torch.zeros(2)}, ValueError, "scalar_value must be one number"),
        ({"tag": "t", "scalar_value": 1.0, "global_step": 2**63}, ValueError, "global_step must be a number within"),
        ({"tag": "t", "scalar_value": 1.0, "global_step": "x"}, TypeError, "global_step must be a real number"),
        ({"tag": "t", "scalar_value": 1.0, "walltime": "now"}, TypeError, "walltime must be a number of seconds"),
        ({"tag": "t", "scalar_value": 10**400}, ValueError, "scalar_value must be within the range of float64"),
    ],
)
def test_bad_arguments_are_named_and_nothing_is_written(
    tmp_path: Path, arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(error, match=message):
            writer.add_scalar(**arguments)
        writer.add_scalar("good", 1.0)
    assert list(points(writer)) == ["good"]


@pytest.mark.parametrize(
    ("values", "step", "walltime", "message"),
    [
        ([1, 2], None, None, "values must be a mapping of tags to numbers, got list"),
        ({"a": 1, "b": "x"}, None, None, r"values\['b'\] must be a real number, got 'x'"),
        ({3: 1}, None, None, "the keys of values must be strings, got 3"),
        ({"a": 1}, "x", None, "step must be a real number, got 'x'"),
        ({"a": 1}, 1, "x", "walltime must be a number of seconds"),
    ],
)
def test_a_bad_log_is_refused_as_a_whole(tmp_path: Path, values: Any, step: Any, walltime: Any, message: str) -> None:
    with SummaryWriter(tmp_path) as writer, pytest.raises(TypeError, match=message):
        writer.log(values, step, walltime)
    assert points(writer) == {}


def test_use_after_close_opens_a_new_file(tmp_path: Path) -> None:
    """As torch's writer does: a late call loses nothing."""
    writer = SummaryWriter(tmp_path)
    writer.add_scalar("t", 1.0, 1)
    writer.close()
    first = writer.file_writer.path
    writer.close()
    assert len(list(tmp_path.iterdir())) == 1
    writer.add_scalar("t", 2.0, 2)
    writer.close()
    assert sorted(tmp_path.iterdir()) == sorted({first, writer.file_writer.path})
    assert [(step, value) for step, value, _ in points(writer)["t"]] == [(2, 2.0)]


def test_the_block_closes_even_when_it_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyError), SummaryWriter(tmp_path) as writer:
        raise KeyError
    assert events(writer)[-1].session_log.status == SessionLog.STOP


def test_purge_step_is_written_as_torch_does(tmp_path: Path) -> None:
    from torch.utils.tensorboard import SummaryWriter as TorchWriter

    with SummaryWriter(tmp_path / "ours", purge_step=42) as writer:
        pass
    with TorchWriter(tmp_path / "theirs", purge_step=42):
        pass
    (path,) = (tmp_path / "theirs").iterdir()
    data = path.read_bytes()
    found = core.scan(data)
    theirs = [Event.FromString(data[i : i + n]) for i, n in zip(found.offsets, found.lengths, strict=True)]

    def shape(event: Event) -> tuple[int, str, int]:
        return event.step, event.file_version, event.session_log.status

    assert [shape(event) for event in events(writer)][:3] == [shape(event) for event in theirs][:3]
    assert shape(events(writer)[2]) == (42, "", SessionLog.START)


def test_a_bad_purge_step_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="purge_step must be a real number"):
        SummaryWriter(tmp_path / "run", purge_step="x")  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


def test_flush(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("t", 1.0)
        writer.flush()
        writer.flush(sync=True)
        assert points(writer)["t"][0][1] == 1.0


def test_recording_leaves_the_random_state_and_gradients_alone(tmp_path: Path) -> None:
    weight = torch.ones(1, requires_grad=True)
    loss = (weight * 2).sum()
    state = torch.get_rng_state()
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", loss, 0)
    assert torch.equal(torch.get_rng_state(), state)
    loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
    assert weight.grad is not None
    assert weight.grad.item() == 2


def test_a_relative_directory_outlives_a_change_of_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is opened later belongs where the first one is."""
    monkeypatch.chdir(tmp_path)
    writer = SummaryWriter("run")
    writer.close()
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    writer.add_scalar("t", 1.0)
    writer.close()
    assert len(list((tmp_path / "run").iterdir())) == 2


def test_a_log_that_failed_counts_for_nothing(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.log({"a": 1.0})
        with pytest.raises(TypeError, match=r"the keys of values must be strings, got 3 \(int\)"):
            writer.log({3: 1.0})  # type: ignore[dict-item]
        with pytest.raises(ValueError, match="step must be a number within the range of int64"):
            writer.log({"a": 1.0}, 2**63)
        with pytest.raises(TypeError, match="walltime must be a number"):
            writer.log({"a": 1.0}, walltime="now")  # type: ignore[arg-type]
        writer.log({"a": 2.0})
    assert cutaway.open(tmp_path)["."].scalars("a").step.tolist() == [0, 1]


def test_a_name_and_a_description_for_viewers(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step, value in enumerate((0.5, 0.1, 2**60 + 1, math.nan, 10**30)):
            writer.add_scalar("t", value, step, display_name="Loss", summary_description="of *training*")
    metadata = events(writer)[1].summary.value[0].metadata
    assert (metadata.display_name, metadata.summary_description) == ("Loss", "of *training*")
    run = cutaway.open(tmp_path)["."]
    assert run.scalars("t").display_name == "Loss"
    found = [value for _, value, _ in points(writer)["t"]]
    assert found[:2] == [0.5, 0.1]
    loader = EventFileLoader(str(writer.file_writer.path))
    theirs = [event.summary.value[0] for event in loader.Load() if event.summary.value]
    assert [make_ndarray(value.tensor).item() for value in theirs[:3]] == [0.5, 0.1, 2**60 + 1]
    assert math.isnan(make_ndarray(theirs[3].tensor).item())


def test_an_integer_with_a_description_stays_exact(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("t", 2**60 + 1, 0, summary_description="many")
    assert points(writer)["t"][0][1] == 2**60 + 1


def test_the_step_and_time_of_a_block(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        with writer.use_metadata(global_step=7, walltime=50.5):
            writer.add_scalar("a", 1.0)
            writer.add_scalar("a", 1.0, 8, 60.0)
            writer.log({"b": 1.0})
            writer.add_scalars("c", {"d": 1.0})
            writer.add_text("e", "text")
            with writer.use_metadata(global_step=9):
                writer.add_scalar("a", 1.0, walltime=70.0)
        writer.add_scalar("a", 1.0, walltime=80.0)
        with pytest.raises(TypeError, match="global_step"), writer.use_metadata(global_step="x"):
            pass
    found = points(writer)
    assert found["a"] == [(7, 1.0, 50.5), (8, 1.0, 60.0), (9, 1.0, 70.0), (0, 1.0, 80.0)]
    assert found["b"] == found["c/d"] == [(7, 1.0, 50.5)]
    text = next(event for event in events(writer) if event.summary.value and event.summary.value[0].tag[0] == "e")
    assert (text.step, text.wall_time) == (7, 50.5)


def test_scalars_as_json(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "run") as writer:
        writer.add_scalar("a", 0.1, 1, 10.0)
        writer.add_scalar("a", math.nan, 2, 11.0)
        writer.log({"b": 2**60}, 3, 12.0)
        writer.export_scalars_to_json(tmp_path / "scalars.json")
    found = json.loads((tmp_path / "scalars.json").read_text())
    assert found == {"a": [[10.0, 1, 0.1], [11.0, 2, None]], "b": [[12.0, 3, 2**60]]}


def test_a_writer_that_is_not_to_write(tmp_path: Path) -> None:
    with SummaryWriter(logdir=tmp_path / "run", write_to_disk=False) as writer:
        writer.add_scalar("a", 1.0)
        writer.log({"a": 1.0})
        writer.add_hparams({"lr": 0.1}, {"loss": 1.0}, run_name="below")
        writer.add_embedding(np.zeros((3, 2)))
        writer.flush(sync=True)
        with pytest.raises(TypeError, match="scalar_value"):
            writer.add_scalar("a", "text")
        writer.export_scalars_to_json(tmp_path / "scalars.json")
    assert [path.name for path in tmp_path.iterdir()] == ["scalars.json"]
    with pytest.raises(TypeError, match="log_dir and logdir mean the same"):
        SummaryWriter("a", logdir="b")


def test_a_warning_of_a_number_is_about_the_line_of_the_program(tmp_path: Path) -> None:
    writer = cutaway.SummaryWriter(tmp_path)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._events._direct.descriptor)
    os.close(full)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        writer.add_scalar("loss", 1.0, 0)
    assert [(warning.category, Path(warning.filename)) for warning in caught] == [(RecordingWarning, Path(__file__))]
    with pytest.warns(RecordingWarning):
        writer.close()


def test_a_clock_that_stands_still_is_the_writers_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1234.5)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 0)
    monkeypatch.undo()
    before = time.time()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 1)
    first, second = cutaway.open(tmp_path)["."].scalars("loss").wall_time.tolist()
    assert first == 1234.5
    assert before <= second <= time.time()
