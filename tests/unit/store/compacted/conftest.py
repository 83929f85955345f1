"""A log directory of some runs, and what is in a compacted directory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store.compacted.layout import POINTS, SERIES, SHARDS
from cutaway.store.compacted.manifest import Manifest, read_newest
from cutaway.store.compacted.objects import LocalObjects

Record = Callable[..., Path]
Rows = list[tuple[str, str, int, float, float]]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Empty."""
    path = tmp_path / "log"
    path.mkdir()
    return path


@pytest.fixture
def record(logdir: Path) -> Record:
    """``record(run, steps, tags=…, name=…)`` appends scalars to an event file of the log directory."""

    def append(run: str, steps: Any, *, tags: tuple[str, ...] = ("loss", "lr"), name: str = "a") -> Path:
        path = logdir / run / f"events.out.tfevents.{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            if not file.tell():
                file.write(frame(file_version(1000.0)))
            for step in steps:
                values = [float(np.float32(np.sin(step / 30) + number)) for number in range(len(tags))]
                file.write(encode(1000.0 + step * 0.37, step, tags, values))
        return path

    return append


def points_of(target: Path) -> Rows:
    """Every point of all shards that count, as (run, tag, step, wall time, value), in the order of the names."""
    manifest = manifest_of(target)
    rows: Rows = []
    for shard in manifest.shards:
        directory = target / SHARDS / shard.name
        series = parquet.read_table(directory / SERIES).to_pylist()
        table = parquet.read_table(directory / POINTS)
        wall = table["wall_time_bits"].to_numpy().view(np.float64).tolist()
        columns = [table[name].to_pylist() for name in ("series", "step", "value", "value_float64", "value_int64")]
        for number, step, single, double, integer, at in zip(*columns, wall, strict=True):
            exact = integer if integer is not None else double if double is not None else single
            rows.append((series[number]["run"], series[number]["tag"], step, at, exact))
    return sorted(rows, key=lambda row: row[:2])


def manifest_of(target: Path) -> Manifest:
    manifest = read_newest(LocalObjects(target))
    assert manifest is not None
    return manifest


def recorded(logdir: Path) -> Rows:
    """Every point of the event files, in the same order."""
    import cutaway

    logs = cutaway.open(logdir)
    return sorted(
        (
            (name, tag, *point)
            for name, run in logs.items()
            for tag in run.tags()
            for scalars in [run.scalars(tag, superseded=True)]
            for point in zip(scalars.step.tolist(), scalars.wall_time.tolist(), scalars.value.tolist(), strict=True)
        ),
        key=lambda row: row[:2],
    )
