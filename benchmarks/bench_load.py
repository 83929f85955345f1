"""Loading a log directory into memory, without a server

Ours is a fresh process that reads everything with `LogDirectory.refresh`, keeps every point and verifies checksums; the
peer is TensorBoard's own data server, which says itself how long its load took. Pages of the files are in memory.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tensorboard_data_server  # type: ignore[import-untyped, unused-ignore]
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from benchmarks.harness import Row, Rows, compare, compare_together, duration, seconds
from benchmarks.logs import run_names, scalars
from cutaway.events import core
from cutaway.store.log_directory import LogDirectory

PEER = "`tensorboard-data-server`"
WITH_ALL = f"{PEER}, told to keep all points and to verify checksums"
FLAGS = ("--checksum", "--samples-per-plugin=scalars=all")

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
assert log.catalogue().loading.points >= int(sys.argv[2])
print(elapsed, resident() - before)
"""


def benchmarks() -> Rows:
    """10 M scalars in 100 runs, 1 M in one, the memory of shorter series, and TensorBoard's reader in Python."""
    for runs, tags, points in ((100, 10, 10_000), (1, 10, 100_000)):
        yield _of(runs, tags, points)
    for runs, tags, points in ((100, 10, 10_000), (100, 100, 1000), (2000, 20, 100)):
        yield _memory(runs, tags, points)
    yield _in_python()


def _of(runs: int, tags: int, points: int) -> Iterator[Row]:
    folder = scalars(runs, tags, points)
    what = f"{runs * tags * points / 1e6:.0f} M scalars, {runs} run{'s'[: runs > 1]}"
    size = sum(path.stat().st_size for path in folder.rglob("*tfevents*"))
    limit = seconds(lambda: _copy_and_check(folder))
    note = f"{size / 1e6:.0f} MB; copying and checksumming the files on one core: {duration(limit)}"
    for peer_name, flags in ((PEER, ()), (WITH_ALL, FLAGS)):
        yield from compare_together(
            [(f"load {what}", "s"), (f"growth of memory by loading {what}", "B")],
            lambda: _ours(folder, runs * tags * points),
            lambda flags=flags: _data_server(folder, *flags),  # type: ignore[misc]
            peer_name=peer_name,
            note=note,
        )


def _memory(runs: int, tags: int, points: int) -> Iterator[Row]:
    """What a point takes, everything that is kept for its run and its series included."""
    folder = scalars(runs, tags, points)
    total = runs * tags * points
    yield from compare_together(
        [(f"memory a point: {runs:,} runs x {tags} tags x {points:,} points", "B")],
        lambda: (_ours(folder, total)[1] / total,),
        lambda: (_data_server(folder, *FLAGS)[1] / total,),
        peer_name=WITH_ALL,
        note="resident memory gained by loading; a point is 20 bytes as columns",
    )


def _in_python() -> Iterator[Row]:
    folder = scalars(1, 10, 10_000)
    (run,) = run_names(1)
    yield compare(
        "load 100,000 scalars, 1 run, in Python",
        lambda: LogDirectory(folder).refresh(),
        lambda: EventAccumulator(str(folder / run), size_guidance={"scalars": 0}).Reload(),
        peer_name="TensorBoard's `EventAccumulator`, told to keep all points",
    )


def _ours(folder: Path, points: int) -> tuple[float, float]:
    """(seconds, bytes of resident memory gained)."""
    command = [sys.executable, "-c", _OURS, str(folder), str(points)]
    elapsed, gained = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(elapsed), float(gained)


def _data_server(folder: Path, *flags: str) -> tuple[float, float]:
    """(seconds that its log tells, bytes of resident memory when it is done; it starts with less than 10 MB)."""
    with tempfile.TemporaryDirectory() as place:
        command = [
            str(tensorboard_data_server.server_binary()), "--verbose", *flags,
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


def _copy_and_check(folder: Path) -> None:
    """What no reader can do without: the bytes out of the page cache, and their checksums."""
    buffer = bytearray(1 << 20)
    for path in folder.rglob("*tfevents*"):
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                core.frame(memoryview(buffer)[:count])
