"""The record of a logging step: how large it is, where its layout is, and what happens to the file."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.watch_records import recorded
from torch import nn

import cutaway
from cutaway.events.recording_warning import RecordingWarning
from cutaway.events.watch_layout import ACTIVATION, COLUMNS, COUNT, UPDATE, WATCHED_KINDS, WatchLayout
from cutaway.record.watch.records import Content, WatchRecords


def layout(kind: str, rows: int) -> WatchLayout:
    return WatchLayout(
        kind=kind,
        rows=tuple(f"layers.{row}.linear" for row in range(rows)),
        classes=("Linear",) * rows,
        numel=(100,) * rows,
        sampled=(100,) * rows,
        dtypes=("float32",) * rows,
        columns=(*COLUMNS, COUNT) if kind == ACTIVATION else COLUMNS,
    )


def test_300_layers_of_four_kinds_take_less_than_55_kb_a_logging_step(tmp_path: Path) -> None:
    layouts = {kind: layout(kind, 300) for kind in WATCHED_KINDS}
    scalars = {f"scalar_{idx}": 0.5 for idx in range(9)}
    with cutaway.SummaryWriter(tmp_path) as writer:
        records = WatchRecords(writer._events, "watch")
        sizes = []
        for step in range(20):
            contents = {
                kind: Content(
                    each,
                    np.random.default_rng(step).normal(size=(300, len(each.columns))),
                    np.full((300, 64), 7, np.uint16) if step % 10 == 0 and kind != UPDATE else None,
                )
                for kind, each in layouts.items()
            }
            sizes.append(records.write(step, 0.0, contents, scalars))
    # The second ten: the layouts are in the first record alone.
    assert sum(sizes[10:]) / 10 < 55_000


def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    loss: Any = model(torch.randn(4, 8)).sum()
    loss.backward()
    optimizer.step()


def test_a_file_that_is_created_anew_has_the_layouts(tmp_path: Path) -> None:
    model = nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    writer = cutaway.SummaryWriter(tmp_path)
    writer.watch(model, every=1)
    train(model, optimizer)
    (first,) = tmp_path.iterdir()
    # As a program does that tidies up: the file is created anew, with all that was in it.
    os.unlink(first)  # noqa: PTH108
    with pytest.warns(RecordingWarning, match="was removed"):
        writer.flush()
    train(model, optimizer)
    writer.close()
    (second,) = tmp_path.iterdir()
    assert second != first
    found = recorded(tmp_path)
    assert sorted(found.arrays["watch/gradient"]) == [0, 1]


def test_a_copy_of_the_writer_has_no_watch(tmp_path: Path) -> None:
    model = nn.Linear(8, 4)
    writer = cutaway.SummaryWriter(tmp_path)
    writer.watch(model)
    copy = pickle.loads(pickle.dumps(writer))
    assert copy._watches == []
    copy.close()
    writer.close()


def test_nothing_is_written_where_another_process_writes(tmp_path: Path) -> None:
    model = nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path, write_to_disk=False) as writer:
        writer.watch(model, every=1)
        train(model, optimizer)
    assert list(tmp_path.iterdir()) == []


def test_the_layout_names_the_trace_of_the_model(tmp_path: Path) -> None:
    model = nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_model(model, torch.zeros(1, 8), tag="net")
        writer.watch(model, every=1)
        train(model, optimizer)
    for each in recorded(tmp_path).layouts.values():
        assert each.model_tag == "net"
