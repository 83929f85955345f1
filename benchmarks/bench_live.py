"""From one process to another: a scalar is recorded, and the other one knows it

The time from before `add_scalar` in one process until `refresh()` of another has the point, both polling without a
pause. The peer's writer hands its records to a thread, so that is what its reader waits for.
"""

import subprocess
import sys
import tempfile
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import cutaway
from benchmarks.harness import Rows, compare_figures

POINTS = 20

_WRITE = """
import sys, time
kind, folder = sys.argv[1:]
if kind == "ours":
    from cutaway import SummaryWriter
else:
    from torch.utils.tensorboard import SummaryWriter
writer = SummaryWriter(folder)
writer.add_scalar("t", 0.0, 0)
writer.flush()
print("ready", flush=True)
for line in sys.stdin:
    writer.add_scalar("t", time.perf_counter(), int(line))
    if kind != "ours":
        writer.flush()
"""


def benchmarks() -> Rows:
    """Twenty points, one at a time."""
    yield compare_figures(
        "`add_scalar` in one process to the point in `refresh()` of another",
        lambda: _latency("ours"),
        lambda: _latency("peer"),
        peer_name="torch.utils.tensorboard with `flush()`, `EventAccumulator.Reload`",
        unit="a point",
    )


def _latency(kind: str) -> float:
    """Mean seconds. The clock is the machine's, the same in both processes."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITE, kind, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        logs = cutaway.open(folder) if kind == "ours" else None
        accumulator = EventAccumulator(folder)
        total = 0.0
        for number in range(1, POINTS + 1):
            start = time.perf_counter()
            print(number, file=process.stdin, flush=True)
            count = 0
            while count <= number:
                if logs is not None:
                    logs.refresh()
                    count = len(logs["."].scalars("t"))
                else:
                    accumulator.Reload()
                    count = len(accumulator.Scalars("t"))
            total += time.perf_counter() - start
        process.stdin.close()
        process.wait()
    return total / POINTS
