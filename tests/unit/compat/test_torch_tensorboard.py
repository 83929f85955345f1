"""The drop-in for torch.utils.tensorboard: signatures, sub-runs, attributes, aliasing."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from torch.utils.tensorboard import FileWriter as TorchFileWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import cutaway
from cutaway.compat.torch_tensorboard import FileWriter, SummaryWriter

NOT_THERE_YET = {"add_onnx_graph"}


@pytest.mark.parametrize("ours", [cutaway.SummaryWriter, SummaryWriter])
def test_every_method_has_the_same_arguments_and_defaults(ours: Any) -> None:
    for name, method in inspect.getmembers(TorchWriter, inspect.isfunction):
        if name.startswith("_") or name in NOT_THERE_YET:
            continue
        theirs = inspect.signature(method).parameters
        found = inspect.signature(getattr(ours, name)).parameters
        assert list(found)[: len(theirs)] == list(theirs), name
        for argument, parameter in theirs.items():
            assert found[argument].default == parameter.default, (name, argument)


def test_file_writer_has_the_same_methods() -> None:
    for name, method in inspect.getmembers(TorchFileWriter, inspect.isfunction):
        if name in ("add_onnx_graph", "__init__"):
            continue
        assert list(inspect.signature(getattr(FileWriter, name)).parameters) == list(
            inspect.signature(method).parameters
        )


def runs_of(writer_class: Any, folder: Path) -> dict[str, list[str]]:
    with writer_class(str(folder)) as writer:
        writer.add_scalar("loss", 1.0, 1)
        writer.add_scalars("both/metrics", {"train": 1.0, "val": torch.tensor(2.0)}, 1)
        writer.add_hparams({"lr": 0.1}, {"score": 0.5}, run_name="hparams")
        writers = {Path(path).name for path in writer.all_writers}
        assert writers == {folder.name, "both_metrics_train", "both_metrics_val"}
        assert len(writer.default_bins) == 1549
        assert writer.get_logdir() == str(folder)
    assert writer.file_writer is None
    assert writer.all_writers is None
    logs = cutaway.open(folder)
    return {name: logs[name].tags() for name in logs}


def test_the_runs_are_those_of_torch(tmp_path: Path) -> None:
    assert runs_of(SummaryWriter, tmp_path / "ours") == runs_of(TorchWriter, tmp_path / "torch")


def test_the_switches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SummaryWriter, "scalars_in_runs", False)
    monkeypatch.setattr(SummaryWriter, "hparams_in_runs", False)
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalars("both", {"train": 1.0, "val": 2.0}, 1)
        writer.add_hparams({"lr": 0.1}, {})
    logs = cutaway.open(tmp_path)
    assert logs.runs == ["."]
    assert logs["."].tags() == ["both/train", "both/val"]


def test_hparams_get_a_run_of_their_own(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_hparams({"lr": 0.1}, {"score": 0.5})
    (name,) = set(cutaway.open(tmp_path).runs) - {"."}
    assert float(name) > 1e9


def test_events_and_summaries_as_messages_or_bytes(tmp_path: Path) -> None:
    writer = FileWriter(tmp_path)
    summary = Summary(value=[Summary.Value(tag="t", simple_value=2.0)])
    writer.add_summary(summary, 3, walltime=100.0)
    writer.add_summary(summary.SerializeToString(), 4)
    writer.add_event(Event(wall_time=1.0, step=9, summary=summary), 5)
    writer.add_event(Event(wall_time=1.0, step=9, summary=summary))
    assert writer.flush()
    writer.close()
    scalars = cutaway.open(tmp_path)["."].scalars("t")
    assert scalars.step.tolist() == [3, 4, 5, 9]
    assert scalars.wall_time[0] == 100
    assert scalars.wall_time[2] > 1e9
    with pytest.raises(TypeError, match="summary must be a message of protobuf or its bytes, got int"):
        writer.add_summary(5)
