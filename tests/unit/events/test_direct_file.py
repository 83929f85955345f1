"""Direct writing on both twins, with a faked clock and faked counters around each write, and on real files."""

import errno
import itertools
import mmap
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import TOO_LARGE
from cutaway.events.write_trouble import (
    LAST_WRITES,
    LOOK_NANOSECONDS,
    NANOSECONDS_PER_BYTE,
    OUTLIER_NANOSECONDS,
    SLOW_NANOSECONDS,
    STALL_NANOSECONDS,
    STALLS_IN_A_ROW,
    WATCHED_WRITES,
    Trouble,
)

if TYPE_CHECKING:
    from cutaway.events.kernel_objects import DirectFile

RECORD = b"record"
STALL = STALL_NANOSECONDS + len(RECORD) * NANOSECONDS_PER_BYTE + 1


class Machine:
    """A file on a disk, and a clock and counters that say what is told to them about each write."""

    def __init__(self, kernel: Kernel, descriptor: int, *, counts: bool = True) -> None:
        self.now = 0
        self.switches = 1 if counts else 0
        self.counts = counts
        #: Whether switches were asked for around the last write.
        self.was_watched = False
        self._next = (0, 0)
        self._is_after = False
        self.file: DirectFile = kernel.DirectFile(descriptor, measure=self._measure)
        self._is_after = False

    def _measure(self, watches: bool) -> tuple[int, int]:
        if self._is_after:
            nanoseconds, switches = self._next
            self.now += nanoseconds
            self.switches += switches if self.counts else 0
        self._is_after = not self._is_after
        self.was_watched = watches
        return self.now, self.switches if watches else 0

    def write(self, nanoseconds: int = 1000, switches: int = 0, record: bytes = RECORD) -> Trouble | None:
        """A write that takes so long, in which the thread gives up the processor so often."""
        self._next = (nanoseconds, switches)
        self._is_after = False
        return self.file.append(record)


@pytest.fixture
def nowhere() -> Iterator[int]:
    descriptor = os.open(os.devnull, os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def slow(record: bytes = RECORD) -> Trouble:
    return Trouble(record, written=len(record))


def test_the_first_stall_makes_switches_be_counted_and_nothing_else(kernel: Kernel, nowhere: int) -> None:
    machine = Machine(kernel, nowhere)
    assert machine.write() is None
    assert not machine.was_watched
    assert machine.write(STALL, switches=1) is None
    assert machine.write() is None
    assert machine.was_watched
    assert machine.file.records == 3


def test_a_second_stall_in_which_the_thread_was_blocked_is_the_disk(kernel: Kernel, nowhere: int) -> None:
    machine = Machine(kernel, nowhere)
    machine.write(STALL)
    for _ in range(WATCHED_WRITES - 1):
        assert machine.write() is None
    assert machine.write(STALL, switches=1) == slow()
    assert machine.file.trouble == slow()
    assert machine.write() == Trouble(RECORD)


def test_a_thread_that_is_only_preempted_waits_for_the_processor(kernel: Kernel, nowhere: int) -> None:
    machine = Machine(kernel, nowhere)
    for _ in range(100):
        assert machine.write(20 * STALL) is None
        assert machine.write() is None
    assert machine.file.records == 200


def test_quick_writes_end_the_counting(kernel: Kernel, nowhere: int) -> None:
    machine = Machine(kernel, nowhere)
    machine.write(STALL)
    for _ in range(WATCHED_WRITES):
        assert machine.write() is None
        assert machine.was_watched
    assert machine.write() is None
    assert not machine.was_watched
    # So the next stall is a first one again.
    assert machine.write(STALL, switches=1) is None


def test_where_nobody_counts_some_stalls_in_a_row_are_the_disk(kernel: Kernel, nowhere: int) -> None:
    machine = Machine(kernel, nowhere, counts=False)
    for _ in range(STALLS_IN_A_ROW - 1):
        assert machine.write(STALL) is None
    assert machine.write() is None
    for _ in range(STALLS_IN_A_ROW - 1):
        assert machine.write(STALL) is None
    assert machine.write(STALL) == slow()


@pytest.mark.parametrize("counts", [True, False])
def test_a_disk_that_is_slow_on_average_is_slow_the_second_time(kernel: Kernel, nowhere: int, counts: bool) -> None:
    machine = Machine(kernel, nowhere, counts=counts)
    taking = SLOW_NANOSECONDS + len(RECORD) * NANOSECONDS_PER_BYTE
    for _ in range(10 * LAST_WRITES):
        assert machine.write(taking, switches=1) is None
    assert not machine.was_watched
    results = [machine.write(taking * 2, switches=1) for _ in range(2 * LAST_WRITES)]
    first = results.index(slow())
    assert results[:first] == [None] * first


def test_one_write_is_not_an_average(kernel: Kernel, nowhere: int) -> None:
    """Preempted now and then, by less than a stall: no outlier makes the disk a slow one."""
    machine = Machine(kernel, nowhere)
    for _ in range(100):
        assert machine.write(10 * OUTLIER_NANOSECONDS - 1000) is None
        for _ in range(LAST_WRITES):
            assert machine.write() is None
    assert not machine.was_watched


@pytest.mark.parametrize("counts", [True, False])
def test_large_records_may_take_the_time_of_their_bytes(kernel: Kernel, nowhere: int, counts: bool) -> None:
    record = bytes(2_000_000)
    machine = Machine(kernel, nowhere, counts=counts)
    for _ in range(100):
        assert machine.write(len(record) * NANOSECONDS_PER_BYTE, switches=20, record=record) is None
    assert not machine.was_watched
    # At 10 MB a second the disk is slow.
    results = [machine.write(2 * len(record) * NANOSECONDS_PER_BYTE, 20, record) for _ in range(STALLS_IN_A_ROW)]
    assert slow(record) in results
    assert results[0] is None


writes = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from([0, SLOW_NANOSECONDS, OUTLIER_NANOSECONDS, STALL_NANOSECONDS, STALL]),
            st.integers(0, 3 * STALL_NANOSECONDS),
        ),
        st.sampled_from([0, 0, 0, 1, 7]),
        st.sampled_from([1, 50, 5000, 2_000_000]),
    ),
    max_size=60,
)


@given(writes, st.booleans())
def test_both_twins_decide_alike(sequence: list[tuple[int, int, int]], counts: bool) -> None:
    descriptor = os.open(os.devnull, os.O_WRONLY)
    records = {size: bytes(size) for _, _, size in sequence}
    try:
        machines = [
            Machine(cast("Kernel", import_module(f"cutaway.events.{name}")), descriptor, counts=counts)
            for name in ("_core", "_pure")
        ]
        for nanoseconds, switches, size in sequence:
            results = [machine.write(nanoseconds, switches, records[size]) for machine in machines]
            assert results[0] == results[1]
            assert machines[0].was_watched == machines[1].was_watched
            assert machines[0].file.records == machines[1].file.records
    finally:
        os.close(descriptor)


def test_an_error_ends_the_writing_at_once(kernel: Kernel) -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    file = kernel.DirectFile(descriptor)
    assert file.append(RECORD) == Trouble(RECORD, error=errno.ENOSPC)
    assert file.append(b"other") == Trouble(b"other")
    assert file.records == 0
    os.close(descriptor)


def test_a_torn_record_says_how_much_of_it_is_there_and_why(kernel: Kernel) -> None:
    reading, descriptor = os.pipe2(os.O_NONBLOCK)
    file = kernel.DirectFile(descriptor)
    record = bytes(1 << 20)
    trouble = file.append(record)
    assert trouble is not None
    assert 0 < trouble.written < len(record)
    assert trouble == Trouble(record, trouble.written, errno.EAGAIN)
    os.close(reading)
    os.close(descriptor)


def test_a_removed_file_is_seen_after_a_while(kernel: Kernel, tmp_path: Path) -> None:
    path = tmp_path / "file"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    machine = Machine(kernel, descriptor)
    assert machine.write() is None
    path.unlink()
    machine.now = LOOK_NANOSECONDS
    assert machine.write() is None
    machine.now = 2 * LOOK_NANOSECONDS
    assert machine.write() == Trouble(RECORD, unlinked=True)
    assert os.fstat(descriptor).st_size == 2 * len(RECORD)
    os.close(descriptor)


def test_what_is_released_is_not_written_to(kernel: Kernel, nowhere: int) -> None:
    file = kernel.DirectFile(nowhere)
    assert file.append(RECORD) is None
    assert file.release() == nowhere
    assert file.descriptor == -1
    assert file.append(RECORD) == Trouble(RECORD)
    assert file.append_scalar(1.0, 2, "t", 0.5) == Trouble(kernel.encode(1.0, 2, ["t"], [0.5]))


def test_a_real_clock_and_real_counters(kernel: Kernel, nowhere: int) -> None:
    """A disk that takes everything at once is never slow, whatever else the machine does."""
    for watches in (False, True):
        file = kernel.DirectFile(nowhere, watches=watches)
        assert all(file.append(RECORD) is None for _ in itertools.repeat(None, 2 * WATCHED_WRITES))
        assert file.records == 2 * WATCHED_WRITES


def test_a_record_of_two_gibibytes_is_refused(kernel: Kernel) -> None:
    # Pages of it that nobody touches take no memory.
    with mmap.mmap(-1, TOO_LARGE) as payload, pytest.raises(ValueError, match=r"smaller than 2 GiB, got 2,147,483,648"):
        kernel.frame(payload)
