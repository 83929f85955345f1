"""Kills and forks at full speed while 16 busy loops want the processors: a healthy disk is not taken for a slow one."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from cutaway.events.reader import EventFileReader

LOOPS, KILLS, FORKS = 16, 200, 40

_KILLS = """
import itertools, mmap, os, random, signal, struct, sys, time
from cutaway import SummaryWriter
folder, kills = sys.argv[1], int(sys.argv[2])
# Shared memory outlives the process that writes it.
acknowledged = mmap.mmap(-1, 8)
rng = random.Random(0)
for number in range(kills):
    acknowledged[:] = bytes(8)
    child = os.fork()
    if child == 0:
        writer = SummaryWriter(os.path.join(folder, str(number)))
        for step in itertools.count(1):
            writer.add_scalar("t", 1.0, step)
            acknowledged[:] = struct.pack("<q", step)
    while acknowledged[:] == bytes(8):
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.6))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(*struct.unpack("<q", acknowledged[:]))
"""

_FORKS = """
import os, sys
from cutaway import SummaryWriter
folder, forks, records = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
writer = SummaryWriter(folder)
def record(start):
    for step in range(start, start + records):
        writer.add_scalar("t", 1.0, step)
children = []
for number in range(forks):
    record(2 * number * records)
    child = os.fork()
    if child == 0:
        record((2 * number + 1) * records)
        os._exit(0)
    children.append(child)
print(sum(os.waitpid(child, 0)[1] == 0 for child in children), flush=True)
os._exit(0)
"""


@pytest.fixture
def busy_loops() -> Iterator[None]:
    """Processes that want all the time there is."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(LOOPS)]
    yield
    for loop in loops:
        loop.kill()
    for loop in loops:
        loop.wait()


def run(code: str, *arguments: object) -> str:
    """What a script prints; it warns of nothing."""
    command = [sys.executable, "-W", "always::RuntimeWarning", "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def steps(path: Path) -> list[int]:
    """The steps in a file, in their order; nothing in it is damaged."""
    reader = EventFileReader(path)
    found: list[int] = []
    is_read = False
    while not is_read:
        batch = reader.read()
        assert batch.damage == []
        found += [step for columns in batch.scalars for step in columns.step.tolist()]
        is_read = batch.at_end
    return found


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.usefixtures("busy_loops")
def test_nothing_acknowledged_is_lost_by_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    acknowledged = [int(line) for line in run(_KILLS, tmp_path, KILLS).split()]
    for number, count in enumerate(acknowledged):
        (path,) = (tmp_path / str(number)).iterdir()
        # The last one may have been written and not acknowledged yet.
        assert steps(path) in (list(range(1, count + 1)), list(range(1, count + 2)))
    assert len(acknowledged) == KILLS
    with capsys.disabled():
        print(f"\n{KILLS} kills beside {LOOPS} busy loops, {sum(acknowledged):,} acknowledged records, none lost")


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.usefixtures("busy_loops")
def test_nothing_acknowledged_is_lost_by_forks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the children nor the parent close their files."""
    records = 2_500
    assert run(_FORKS, tmp_path, FORKS, records) == f"{FORKS}\n"
    files = [steps(path) for path in tmp_path.iterdir()]
    assert len(files) == FORKS + 1
    assert sorted(chain(*files)) == list(range(2 * FORKS * records))
    with capsys.disabled():
        print(f"\n{FORKS} forks beside {LOOPS} busy loops, {2 * FORKS * records:,} acknowledged records, none lost")
