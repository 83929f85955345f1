"""kill -9 at random moments: every record whose call had returned is in the file. Peers are measured beside."""

import mmap
import os
import random
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.patience import until

import cutaway
from cutaway.events.reader import EventFileReader

_CHILD = """
import mmap, os, struct, sys, time
writer_name, folder, place, pause = sys.argv[1:]
if writer_name == "ours":
    from cutaway import SummaryWriter
elif writer_name == "torch":
    from torch.utils.tensorboard import SummaryWriter
else:
    from tensorboardX import SummaryWriter
with open(place, "r+b") as file:
    acknowledged = mmap.mmap(file.fileno(), 8)
writer = SummaryWriter(folder)
step = 0
while True:
    step += 1
    writer.add_scalar("t", 1.0, step)
    # Shared memory outlives the process that writes it.
    acknowledged[:] = struct.pack("<q", step)
    if pause == "yes":
        time.sleep(0.001)
"""


def killed_run(writer_name: str, folder: Path, pause: bool, least: int) -> int:
    """Start a process that records, kill it once ``least`` records are acknowledged; returns how many were."""
    place = folder.with_suffix(".acknowledged")
    place.write_bytes(bytes(8))
    command = [sys.executable, "-c", _CHILD, writer_name, str(folder), str(place), "yes" if pause else "no"]
    with place.open("r+b") as file, mmap.mmap(file.fileno(), 8) as acknowledged:
        process = subprocess.Popen(command)

        def count() -> int:
            assert process.poll() is None
            return int(struct.unpack("<q", acknowledged[:])[0])

        until(f"{least} acknowledged records", count, lambda found: found >= least)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return int(struct.unpack("<q", acknowledged[:])[0])


def check_kills(tmp_path: Path, kills: int, report: Callable[[str], None]) -> None:
    rng = random.Random(0)
    records = 0
    for number in range(kills):
        pause = number % 4 == 0
        folder = tmp_path / f"run{number}"
        acknowledged = killed_run("ours", folder, pause, rng.randrange(1, 40 if pause else 3000))
        records += acknowledged
        logs = cutaway.open(folder)
        steps = logs["."].scalars("t").step.tolist()
        # The last one may have been written and not acknowledged yet.
        assert steps in (list(range(1, acknowledged + 1)), list(range(1, acknowledged + 2)))
        if number % 10 == 0:
            (path,) = folder.iterdir()
            with cutaway.SummaryWriter(folder) as writer:
                writer.add_scalar("t", 2.0, 10**6)
            logs.refresh()
            assert logs["."].scalars("t").step.tolist() == [*steps, 10**6]
            assert EventFileReader(path).read().damage == []
    report(f"{kills} kills, {records:,} acknowledged records, none lost")


def test_nothing_acknowledged_is_lost(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    check_kills(tmp_path, 12, lambda text: record_property("kills", text))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_two_hundred_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def report(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    check_kills(tmp_path, 200, report)
    for name in ("torch", "tensorboardX"):
        lost = []
        for number in range(5):
            folder = tmp_path / f"{name}{number}"
            acknowledged = killed_run(name, folder, False, 500)
            kept = sum(
                len(columns.step) for path in folder.iterdir() for columns in EventFileReader(path).read().scalars
            )
            lost.append(acknowledged - kept)
        report(f"{name}: of its acknowledged records {lost} were lost by {len(lost)} kills")
