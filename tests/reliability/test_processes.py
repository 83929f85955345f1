"""Writers and processes: forks, spawned workers, DataLoaders, threads, signals, and an exit without ``close()``."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import warnings
from itertools import chain
from pathlib import Path

import pytest
import torch
from tests.patience import PATIENCE
from torch.utils.data import DataLoader, Dataset

import cutaway
from cutaway import SummaryWriter
from cutaway.events.reader import EventFileReader


def files(directory: Path) -> list[list[int]]:
    """The steps in each file of a directory, by their first; nothing in them is damaged, and each was closed."""
    found = []
    for path in directory.iterdir():
        batch = EventFileReader(path).read()
        assert batch.damage == []
        assert path.read_bytes().rfind(b"\x08\x02", -12) > 0, "no SessionLog STOP at the end"
        found.append([step for columns in batch.scalars for step in columns.step.tolist()])
    return sorted(found)


def _record(writer: SummaryWriter, start: int) -> None:
    for step in range(start, start + 100):
        writer.add_scalar("t", 0.5, step)


@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_processes_that_share_a_writer_have_files_of_their_own(tmp_path: Path, method: str) -> None:
    writer = SummaryWriter(tmp_path)
    _record(writer, 0)
    context = multiprocessing.get_context(method)
    with warnings.catch_warnings():
        # Newer Pythons warn about any fork of a process with threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        children = [context.Process(target=_record, args=(writer, 1000 * (i + 1))) for i in range(3)]  # type: ignore[attr-defined]
        for child in children:
            child.start()
    for child in children:
        child.join(timeout=PATIENCE)
        assert child.exitcode == 0
    _record(writer, 100)
    writer.close()
    expected = [list(range(200)), *(list(range(start, start + 100)) for start in (1000, 2000, 3000))]
    assert files(tmp_path) == expected
    assert sorted(cutaway.open(tmp_path)["."].scalars("t").step.tolist()) == sorted(chain(*expected))


def test_a_pool_of_forked_processes_can_be_killed(tmp_path: Path) -> None:
    writer = SummaryWriter(tmp_path)
    child = os.fork()
    if child == 0:
        _record(writer, 1000)
        os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    writer.close()
    assert sorted(cutaway.open(tmp_path)["."].scalars("t").step.tolist()) == list(range(1000, 1100))


class _Recording(Dataset[int]):
    """Records each item that it gives, as data sets that are debugged do."""

    def __init__(self, writer: SummaryWriter) -> None:
        self.writer = writer

    def __len__(self) -> int:
        return 40

    def __getitem__(self, index: int) -> int:
        self.writer.add_scalar("item", index, index)
        return index


@pytest.mark.parametrize("method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_workers_of_a_data_loader_may_record(tmp_path: Path, method: str) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("item", -1.0, -1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            loader = DataLoader(_Recording(writer), batch_size=4, num_workers=2, multiprocessing_context=method)
            assert torch.cat(list(loader)).tolist() == list(range(40))
    item = cutaway.open(tmp_path)["."].scalars("item")
    assert sorted(item.step.tolist()) == list(range(-1, 40))
    assert len(list(tmp_path.iterdir())) == 3


def test_an_exit_without_close_ends_the_file(tmp_path: Path) -> None:
    code = """
import sys
from cutaway import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for step in range(100):
    writer.add_scalar("t", 0.5, step)
"""
    for ending in ("", "raise SystemExit(3)", "1 / 0"):
        directory = tmp_path / (ending or "end")[:5]
        subprocess.run([sys.executable, "-c", code + ending, directory], capture_output=True, timeout=PATIENCE)
        assert files(directory) == [list(range(100))]


def test_eight_threads_share_a_writer(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:

        def work(number: int) -> None:
            for step in range(500):
                writer.add_scalar(f"thread{number}", step, step)
                writer.log({f"a{number}": step, f"b{number}": step}, step)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    run = cutaway.open(tmp_path)["."]
    for number in range(8):
        for tag in (f"thread{number}", f"a{number}", f"b{number}"):
            assert run.scalars(tag).step.tolist() == list(range(500))


def test_two_writers_on_one_directory(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as first, SummaryWriter(tmp_path) as second:
        for step in range(100):
            first.add_scalar("first", step, step)
            second.add_scalar("second", step, step)
    run = cutaway.open(tmp_path)["."]
    assert run.scalars("first").step.tolist() == run.scalars("second").step.tolist() == list(range(100))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_handler_of_signals_may_record(tmp_path: Path) -> None:
    code = """
import signal, sys
from cutaway import SummaryWriter
writer = SummaryWriter(sys.argv[1])
handled = 0
def handle(number, frame):
    global handled
    handled += 1
    writer.add_scalar("handled", handled, handled)
signal.signal(signal.SIGALRM, handle)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
step = 0
while handled < 300:
    step += 1
    writer.add_scalar("t", step, step)
signal.setitimer(signal.ITIMER_REAL, 0)
print(step, handled)
"""
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=PATIENCE)
    step, handled = map(int, done.stdout.split())
    run = cutaway.open(tmp_path)["."]
    assert run.scalars("t").step.tolist() == list(range(1, step + 1))
    # A handler may be interrupted by the next signal's.
    assert sorted(run.scalars("handled").step.tolist()) == list(range(1, handled + 1))
    assert done.stderr == ""
