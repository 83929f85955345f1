"""Files that other libraries write are read in full."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import (  # type: ignore[import-untyped, unused-ignore]
    Summary,
    SummaryMetadata,
)
from tensorboard.summary.writer.event_file_writer import (  # type: ignore[import-untyped, unused-ignore]
    EventFileWriter,
)
from tensorboard.util import tensor_util  # type: ignore[import-untyped, unused-ignore]
from tensorboardX import SummaryWriter as XWriter
from torch.utils.tensorboard import SummaryWriter as TorchWriter

from cutaway.events import core
from cutaway.events.reader import Batch, EventFileReader, ScalarColumns

STEPS = range(50)


def read(directory: Path) -> Batch:
    (path,) = (path for path in directory.iterdir() if path.is_file())
    reader = EventFileReader(path)
    batch = reader.read()
    assert (batch.damage, batch.at_end) == ([], True)
    assert reader.offset == path.stat().st_size
    return batch


def by_tag(batch: Batch) -> dict[str, ScalarColumns]:
    return {columns.tag: columns for columns in batch.scalars}


@pytest.mark.parametrize("writer_class", [TorchWriter, XWriter])
def test_scalars_of_torch_and_tensorboard_x(tmp_path: Path, writer_class: Any) -> None:
    values = np.random.default_rng(0).normal(size=len(STEPS)).astype(np.float32)
    writer = writer_class(str(tmp_path))
    for step in STEPS:
        writer.add_scalar("loss/train", values[step], step, walltime=1000.5 + step)
        writer.add_scalar("accuracy", torch.tensor(values[step] * 2), step, walltime=1000.5 + step)
    writer.close()
    batch = read(tmp_path)
    assert batch.blobs == []
    assert batch.events == 2 * len(STEPS) + 1
    found = by_tag(batch)
    assert list(found) == ["loss/train", "accuracy"]
    for tag, factor in (("loss/train", 1), ("accuracy", 2)):
        assert found[tag].value.dtype == np.float32
        np.testing.assert_array_equal(found[tag].value, values * factor)
        np.testing.assert_array_equal(found[tag].step, np.array(STEPS))
        np.testing.assert_array_equal(found[tag].wall_time, 1000.5 + np.array(STEPS))


def test_the_tensor_forms_of_torch(tmp_path: Path) -> None:
    with TorchWriter(str(tmp_path)) as writer:
        for step in STEPS:
            writer.add_scalar("new", 0.1 * step, step, new_style=True)
            writer.add_scalar("double", 0.1 * step, step, new_style=True, double_precision=True)
    found = by_tag(read(tmp_path))
    np.testing.assert_array_equal(found["new"].value, (0.1 * np.array(STEPS)).astype(np.float32))
    assert found["double"].value.dtype == np.float64
    np.testing.assert_array_equal(found["double"].value, 0.1 * np.array(STEPS))


@pytest.mark.parametrize("writer_class", [TorchWriter, XWriter])
def test_everything_else_is_found(tmp_path: Path, writer_class: Any) -> None:
    writer = writer_class(str(tmp_path))
    writer.add_scalar("s", 1.0, 1)
    writer.add_histogram("h", np.arange(100.0), 1)
    writer.add_image("i", np.zeros((3, 8, 8), np.float32), 1)
    writer.add_text("t", "hello", 1)
    writer.add_pr_curve("p", np.array([0, 1, 1]), np.array([0.1, 0.8, 0.9]), 1)
    writer.add_graph(torch.nn.Linear(2, 2), torch.zeros(1, 2))
    writer.close()
    batch = read(tmp_path)
    assert by_tag(batch)["s"].value.tolist() == [1.0]
    found = {(blobs.kind, blobs.tag): len(blobs.step) for blobs in batch.blobs}
    assert found == {
        ("histograms", "h"): 1,
        ("images", "i"): 1,
        ("text", "t/text_summary"): 1,
        ("pr_curves", "p"): 1,
        ("graph", ""): 1,
        ("run_metadata", "step1" if writer_class is TorchWriter else "profiler"): 1,
    }
    assert batch.malformed == 0


def test_hyper_parameters_of_torch_are_found(tmp_path: Path) -> None:
    with TorchWriter(str(tmp_path)) as writer:
        writer.add_hparams({"lr": 0.1}, {"score": 0.9}, run_name="run")
    batch = read(tmp_path / "run")
    assert [blobs.tag for blobs in batch.blobs if blobs.kind == "hparams"] == [
        "_hparams_/experiment",
        "_hparams_/session_start_info",
        "_hparams_/session_end_info",
    ]
    assert by_tag(batch)["score"].value.tolist() == [np.float32(0.9)]


def test_tensorboards_own_writer_and_every_number_type(tmp_path: Path) -> None:
    """What tf.summary.scalar writes, for each dtype that it may be given."""
    dtypes = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    writer = EventFileWriter(str(tmp_path))
    for step, dtype in enumerate(dtypes):
        tensor = tensor_util.make_tensor_proto(np.array(1, dtype))
        value = Summary.Value(tag=dtype, metadata=metadata, tensor=tensor)
        writer.add_event(Event(wall_time=2.0, step=step, summary=Summary(value=[value])))
    writer.close()
    found = by_tag(read(tmp_path))
    assert {tag: (int(columns.step[0]), float(columns.value[0])) for tag, columns in found.items()} == {
        dtype: (step, 1.0) for step, dtype in enumerate(dtypes)
    }


def test_metadata_only_with_the_first_value_of_a_tag(tmp_path: Path) -> None:
    """TensorFlow 1's FileWriter leaves it out after that."""
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    writer = EventFileWriter(str(tmp_path))
    for step in STEPS:
        value = Summary.Value(tag="t", tensor=tensor_util.make_tensor_proto(np.float32(step)))
        if step == 0:
            value.metadata.CopyFrom(metadata)
        writer.add_event(Event(wall_time=2.0, step=step, summary=Summary(value=[value])))
    writer.close()
    assert by_tag(read(tmp_path))["t"].value.tolist() == list(STEPS)


def test_a_file_of_another_writer_with_damage_in_its_middle(tmp_path: Path) -> None:
    with TorchWriter(str(tmp_path)) as writer:
        for step in STEPS:
            writer.add_scalar("loss", step, step)
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    spans = core.scan(data)
    for hit in (10, 30):
        data[spans.offsets[hit] + 5] ^= 0xFF
    struct.pack_into("<Q", data, int(spans.offsets[20]) - 12, 2**63)
    path.write_bytes(data)
    batch = EventFileReader(path).read()
    # The first record is the file's version.
    assert by_tag(batch)["loss"].step.tolist() == [step for step in STEPS if step + 1 not in (10, 20, 30)]
    assert [(damage.offset, damage.length) for damage in batch.damage] == [
        (spans.offsets[hit] - 12, spans.lengths[hit] + 16) for hit in (10, 20, 30)
    ]
