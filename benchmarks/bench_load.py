"""Loading a log directory: every point kept, checksums verified

Ours is a fresh process that reads everything with `LogDirectory.refresh`; the peer is TensorBoard's own data server,
with `--checksum` and every point kept, which says itself how long its load took. Pages of the files are in memory.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorboard_data_server  # type: ignore[import-untyped, unused-ignore]
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from benchmarks.harness import Result, compare_figures, duration, seconds
from cutaway.events import core
from cutaway.events.messages import file_version
from cutaway.store.log_directory import LogDirectory

TAGS = 10
PEER = "`tensorboard-data-server`"

_OURS = """
import sys, time
from cutaway.store.log_directory import LogDirectory
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
before, start = resident(), time.perf_counter()
log = LogDirectory(sys.argv[1])
log.refresh()
elapsed = time.perf_counter() - start
assert log.catalogue().loading.points == int(sys.argv[2])
print(elapsed, resident() - before)
"""


def benchmarks() -> Iterator[Result]:
    """10 M scalars in 100 runs, and 1 M in one."""
    for runs, points in ((100, 100_000), (1, 1_000_000)):
        with tempfile.TemporaryDirectory() as folder:
            size = _write(Path(folder), runs, points)
            yield from _of(
                Path(folder), f"{runs * points / 1e6:.0f} M scalars, {runs} run{'s'[: runs > 1]}", runs * points, size
            )


def _of(folder: Path, what: str, points: int, size: int) -> Iterator[Result]:
    limit = seconds(lambda: _copy_and_check(folder))
    note = f"{size / 1e6:.0f} MB; copying and checksumming the files on one core: {duration(limit)}"
    yield compare_figures(
        f"load {what}",
        lambda: _ours(folder, points)[0],
        lambda: _data_server(folder)[0],
        peer_name=PEER,
        unit="",
        rounds=3,
        note=note,
    )
    if points > 1_000_000:
        yield compare_figures(
            f"growth of memory by loading {what}",
            lambda: _ours(folder, points)[1],
            lambda: _data_server(folder)[1],
            peer_name=PEER,
            unit="",
            rounds=1,
            measure="B",
        )
    else:
        yield compare_figures(
            f"load {what}",
            lambda: seconds(lambda: LogDirectory(folder).refresh()),
            lambda: seconds(lambda: _accumulator(folder)),
            peer_name="TensorBoard's `EventAccumulator`",
            unit="",
            rounds=1,
        )


def _write(folder: Path, runs: int, points: int) -> int:
    """The log directory; returns its bytes."""
    values = np.random.default_rng(0).random(points, dtype=np.float32).tolist()
    size = 0
    for run in range(runs):
        path = folder / f"run{run:03d}" / f"events.out.tfevents.{1_700_000_000 + run}.host.1.0"
        path.parent.mkdir()
        start = 1.7e9 + run
        with path.open("wb") as file:
            size += file.write(core.frame(file_version(start)))
            for i, value in enumerate(values):
                tag = f"train/metric{i % TAGS}"
                size += file.write(core.encode(start + 0.013 * i, i // TAGS, (tag,), (value,)))
    return size


def _ours(folder: Path, points: int) -> tuple[float, float]:
    """(seconds, bytes of resident memory gained)."""
    command = [sys.executable, "-c", _OURS, str(folder), str(points)]
    elapsed, gained = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(elapsed), float(gained)


def _data_server(folder: Path) -> tuple[float, float]:
    """(seconds that its log tells, bytes of resident memory when it is done; it starts with less than 10 MB)."""
    with tempfile.TemporaryDirectory() as place:
        command = [
            str(tensorboard_data_server.server_binary()), "--verbose", "--checksum", "--samples-per-plugin=scalars=all",
            "--reload=once", "--logdir", str(folder), "--port=0", "--port-file", f"{place}/port",
        ]  # fmt: skip
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        try:
            for line in process.stderr:
                found = re.search(r"Finished load cycle \(([\d.]+)(ms|s)\)", line)
                if found:
                    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
                    return float(found[1]) * (1e-3 if found[2] == "ms" else 1), pages * os.sysconf("SC_PAGE_SIZE")
        finally:
            process.terminate()
            process.wait()
    raise RuntimeError("the data server ended without loading")


def _accumulator(folder: Path) -> None:
    (run,) = folder.iterdir()
    EventAccumulator(str(run), size_guidance={"scalars": 0}).Reload()


def _copy_and_check(folder: Path) -> None:
    """What no reader can do without: the bytes out of the page cache, and their checksums."""
    buffer = bytearray(1 << 20)
    for path in folder.rglob("*tfevents*"):
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                core.frame(memoryview(buffer)[:count])
