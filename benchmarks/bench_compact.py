"""Compacting a log directory to Parquet, and charts from it

Ours writes the points and buckets of many widths, and takes one process. A chart is that of one tag of all runs, by
step, from the call that opens the directory on; ours reads the compacted directory, and its peer, which is ours too,
the event files, all of which are read first. Of a directory that is open it is made of the buckets there, and the
peer's of the points there.
"""

import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench_start import words
from benchmarks.harness import Row, Rows, compare, compare_figures, seconds, within_bound
from benchmarks.logs import scalars, tag_name
from cutaway.store.compacted.compact import compact
from cutaway.store.compacted.opened import open_log_directory
from cutaway.store.compacted.stored_chunk import StoredChunk
from cutaway.store.compacted.stored_tag import StoredTag
from cutaway.store.line_columns import NO_LINES
from cutaway.store.log_directory import LogDirectory
from cutaway.store.reduce import reduce_chart

TBPARSE = "tbparse, and pandas' `to_parquet`"
EVENT_FILES = "Cutaway from the event files"
POINTS = "from the points of the compacted directory"


#: Prints seconds of the processor, and the most bytes of memory.
_COMPACT = """
import sys, time
import pyarrow.parquet
from cutaway.store.compacted.compact import compact
start = time.process_time()
compact(sys.argv[1], sys.argv[2])
used = time.process_time() - start
with open("/proc/self/status") as status:
    (memory,) = (int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
print(used, memory)
"""


def benchmarks() -> Rows:
    """Against another converter on a small log; many points; many runs."""
    yield _converted(20, 10, 2000)
    yield _processor_time(100, 10, 10_000)
    yield _charts(100, 10, 10_000)
    yield _charts(1000, 10, 1000)
    yield _charts(1000, 1, 10_000)


def _converted(*size: int) -> Iterator[Row]:
    logs = scalars(*size)
    with tempfile.TemporaryDirectory() as folder:
        target, other = Path(folder) / "ours", Path(folder) / "peer.parquet"

        def mine() -> None:
            shutil.rmtree(target, ignore_errors=True)
            compact(str(logs), str(target))

        yield compare(f"compacting {words(*size)}", mine, lambda: _tbparse(logs, other), peer_name=TBPARSE)
        yield compare_figures(
            f"the compacted directory of {words(*size)}",
            lambda: _bytes(target),
            lambda: float(other.stat().st_size),
            peer_name=TBPARSE,
            measure="B",
            note="ours has buckets as well",
        )


def _processor_time(*size: int) -> Row:
    """The bound is two million points a second."""
    logs = scalars(*size)
    points = math.prod(size)
    memory: list[float] = []

    def ours() -> float:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", _COMPACT, str(logs), str(Path(folder) / "to")]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        used, most = map(float, done.stdout.split())
        memory.append(most)
        return used

    return within_bound(
        f"processor time to compact {words(*size)}",
        ours,
        points / 2e6,
        note=lambda: f"at most {max(memory) / 1e6:.0f} MB of memory",
    )


def _tbparse(logs: Path, target: Path) -> None:
    from tbparse import SummaryReader

    frame = SummaryReader(str(logs), pivot=False, extra_columns={"dir_name", "wall_time"}).scalars
    frame.to_parquet(target)


def _charts(*size: int) -> Iterator[Row]:
    logs = scalars(*size)
    runs, tags, points = size
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        compact(str(logs), str(target))
        yield compare_figures(
            f"the compacted directory of {words(*size)}",
            lambda: _bytes(target),
            lambda: _bytes(logs),
            peer_name="the event files",
            measure="B",
            note=f"{_bytes(target) / (runs * tags * points):.1f} bytes a point, of the event files "
            f"{_bytes(logs) / (runs * tags * points):.1f}",
        )

        def chart(directory: Path) -> Callable[[], object]:
            return lambda: _chart(_opened(directory), tag_name(tags - 1))

        yield compare(
            f"opening it, and a chart of {runs:,} runs, of {words(*size)}",
            chart(target),
            chart(logs),
            peer_name=EVENT_FILES,
        )
        yield from _when_open(target, tag_name(tags - 1), f"of {runs:,} runs, of {words(*size)}")


def _when_open(directory: Path, tag: str, what: str) -> Iterator[Row]:
    def first() -> float:
        log = _opened(directory)
        return seconds(lambda: _chart(log, tag))

    def again() -> float:
        log = _opened(directory)
        _chart(log, tag)
        return seconds(lambda: _chart(log, tag))

    for name, measured in (("the first chart", first), ("that chart again", again)):
        yield compare_figures(f"{name} {what}", measured, by_points(measured), peer_name=POINTS)


def by_points(work: Callable[[], float]) -> Callable[[], float]:
    """The same without buckets: by the points in the compacted directory."""

    def done() -> float:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StoredTag, "draw_chunks", lambda *_, **__: ([], NO_LINES))
            patch.setattr(StoredChunk, "add_buckets", lambda *_: False)
            return work()

    return done


def _opened(directory: Path) -> LogDirectory:
    log = open_log_directory(directory)
    log.refresh()
    return log


def _chart(log: LogDirectory, tag: str) -> Any:
    runs = [run.id for run in log.catalogue().runs]
    return reduce_chart(log.tag_points(log.tag_id(tag), runs))


def _bytes(directory: Path) -> float:
    return float(sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()))
