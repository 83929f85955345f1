"""What frameworks log at one step."""

from pathlib import Path

import numpy as np
import pytest
import torch

import cutaway
from cutaway.events.records import payloads
from cutaway.events.writer import RecordingWarning
from cutaway.integrations.values import record_values


def test_numbers_of_one_step_are_one_record(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        values = {"a": 0.1, "b": torch.tensor(3), "c": {"d": np.float32(0.5), "e": {"f": True}}}
        record_values(writer, values, 7, 12.5)
    (record,) = [payload for payload in payloads(writer.file_writer.path) if b"c/e/f" in payload]
    run = cutaway.open(tmp_path)["."]
    assert {tag: run.scalars(tag).value.tolist() for tag in run.tags()} == {
        "a": [0.1],
        "b": [3.0],
        "c/d": [0.5],
        "c/e/f": [1.0],
    }
    assert run.scalars("a").step.tolist() == [7]
    assert run.scalars("a").wall_time.tolist() == [12.5]
    assert all(tag.encode() in record for tag in run.tags())


def test_texts_are_texts_also_where_they_are_numbers(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        record_values(writer, {"note": "17"}, 2)
    run = cutaway.open(tmp_path)["."]
    assert run.tags() == []
    assert run.texts("note/text_summary").step.tolist() == [2]


@pytest.mark.parametrize("value", [None, [1, 2], np.zeros(3), object(), 1j, b"word"])
def test_other_values_are_named_and_left_out(tmp_path: Path, value: object) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer, pytest.warns(RecordingWarning, match="^odd is not recorded: "):
        record_values(writer, {"odd": value, "good": 1.0}, 0)
    assert cutaway.open(tmp_path)["."].tags() == ["good"]
