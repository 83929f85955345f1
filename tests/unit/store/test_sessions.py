"""What a resumed run supersedes: a rule for one series, and runs of several files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.core import frame
from cutaway.events.messages import SESSION_START, session_log
from cutaway.store.log_directory import LogDirectory
from cutaway.store.sessions import superseded

Write = Callable[..., Path]

small = st.integers(-4, 4) | st.sampled_from([-(2**63), 2**63 - 1])


@given(st.lists(st.tuples(st.booleans(), small), max_size=20), st.none() | small)
def test_the_rule_said_plainly(records: list[tuple[bool, int]], later_start: int | None) -> None:
    """A record is (whether it starts a session, its step)."""
    steps: list[int] = []
    sessions: list[tuple[int, int]] = []
    starts: list[int] = []
    expected: list[bool] = []
    for i, (is_start, step) in enumerate(records):
        if is_start:
            starts.append(step)
            continue
        if len(starts) != (sessions[-1][1] if sessions else 0):
            sessions.append((len(steps), len(starts)))
        steps.append(step)
        following = [other for is_later_start, other in records[i:] if is_later_start]
        following += [] if later_start is None else [later_start]
        expected.append(any(step >= other for other in following))
    found = superseded(np.array(steps, np.int64), sessions, starts, later_start)
    assert (found is None) == (not starts and later_start is None)
    assert (found if found is not None else np.zeros(len(steps), bool)).tolist() == expected


def start(step: int, time: float = 1000.0) -> bytes:
    return frame(session_log(time, SESSION_START, step))


def steps_of(log: LogDirectory) -> list[int]:
    found = log.scalars("t0", ["r0"])
    return [step for part in found["r0"] for step in part.points.step.tolist()]


def test_a_start_within_a_file(tmp_path: Path, write: Write) -> None:
    write("a", range(6), raw=start(4))
    write("a", range(4, 8))
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_start_in_a_later_file(tmp_path: Path, write: Write) -> None:
    write("a", range(6), start=1000.0)
    write("a", [], start=2000.0, raw=start(3, 2000.0))
    write("a", range(3, 5), start=2000.0)
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4]


def test_a_start_in_the_very_second_in_which_the_first_file_ended(tmp_path: Path, write: Write) -> None:
    write("a", range(6), start=1000.0)
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    (run,) = log.runs()
    (ended,) = [file.last_wall_time for file in run.files.values()]
    assert ended is not None
    write("a", [], start=ended, raw=start(3, ended))
    write("a", range(3, 5), start=ended)
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4]


def test_a_parallel_writer_is_not_superseded(tmp_path: Path, write: Write) -> None:
    write("a", range(6), start=1000.0)
    write("a", [], start=1003.0, raw=start(3, 1003.0))
    write("a", range(3, 5), start=1003.0)
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert steps_of(log) == [*range(6), 3, 4]


def test_a_start_that_comes_while_reading(tmp_path: Path, write: Write) -> None:
    write("a", range(6))
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    before = steps_of(log)
    write("a", [], raw=start(2))
    log.refresh()
    assert (before, steps_of(log)) == ([0, 1, 2, 3, 4, 5], [0, 1])
