"""Records of 40 MB, more of them than the queue would hold: whatever writer they go through, all are there."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cutaway import SummaryWriter
from cutaway.compat import torch_tensorboard
from cutaway.compat.v1 import summary as tf_summary
from cutaway.events.reader import EventFileReader
from cutaway.events.wire import bytes_field, varint_field

BYTES, RECORDS = 40_000_000, 12


def summary() -> bytes:
    """A Summary with one tensor of 40 MB."""
    shape = bytes_field(2, varint_field(1, BYTES))
    tensor = varint_field(1, 4) + bytes_field(2, shape) + bytes_field(4, bytes(BYTES))
    return bytes_field(1, bytes_field(1, b"t") + bytes_field(8, tensor))


def through_summary_writer(directory: Path) -> None:
    values = np.zeros(BYTES, np.uint8)
    with SummaryWriter(directory) as writer:
        for step in range(RECORDS):
            writer.add_tensor("t", values, step)


def through_drop_in(directory: Path) -> None:
    values = np.zeros(BYTES, np.uint8)
    with torch_tensorboard.SummaryWriter(directory) as writer:
        for step in range(RECORDS):
            writer.add_tensor("t", values, step)


def through_file_writer_of_drop_in(directory: Path) -> None:
    data = summary()
    writer = torch_tensorboard.FileWriter(str(directory))
    for step in range(RECORDS):
        writer.add_summary(data, step)
    writer.close()


def through_v1_file_writer(directory: Path) -> None:
    data = summary()
    with tf_summary.FileWriter(directory) as writer:
        for step in range(RECORDS):
            writer.add_summary(data, step)


@pytest.mark.slow
@pytest.mark.parametrize(
    "record_all",
    [through_summary_writer, through_drop_in, through_file_writer_of_drop_in, through_v1_file_writer],
)
def test_all_are_there(tmp_path: Path, record_all: Callable[[Path], None]) -> None:
    with warnings.catch_warnings():
        # A disk that is busy with other things may be slow; that costs no record.
        warnings.filterwarnings("ignore", "writing to .* is slow")
        record_all(tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size > RECORDS * BYTES
    reader = EventFileReader(path)
    found: list[int] = []
    is_read = False
    while not is_read:
        batch = reader.read()
        assert batch.damage == []
        found += [step for blobs in batch.blobs if blobs.tag == "t" for step in blobs.step.tolist()]
        is_read = batch.at_end
    path.unlink()
    assert found == list(range(RECORDS))
