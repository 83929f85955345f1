"""Training time: what a run spent, without what lies between its sessions."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_clock import RunClock
from cutaway.store.series import Series


def series(wall: Any, sessions: Any = None) -> Series:
    found = Series()
    wall = np.asarray(wall, np.float64)
    sessions = np.zeros(len(wall), int) if sessions is None else np.asarray(sessions)
    for session in np.unique(sessions):
        (kept,) = np.nonzero(sessions == session)
        found.append(kept.astype(np.int64), wall[kept], kept.astype(np.float32), int(session))
    return found


def spent(clock: RunClock, *wall: float) -> list[float]:
    return list(map(float, clock.training_time(np.array(wall))))


def test_a_run_that_never_stopped_has_the_time_since_its_start() -> None:
    clock = RunClock(1000.0, [[series(np.arange(1000, 1100))]])
    assert not clock.is_interrupted
    assert spent(clock, 1000, 1050.5, 1099) == [0, 50.5, 99]
    assert not RunClock(5.0).is_interrupted
    assert math.isnan(spent(clock, math.nan)[0])


def test_files_are_sessions_however_short_the_time_between_them_is() -> None:
    clock = RunClock(0.0, [[series(np.arange(0, 101))], [series(np.arange(130, 231))]])
    assert clock.is_interrupted
    # What was recorded while nothing ran would be at the place of the restart.
    assert spent(clock, 0, 100, 115, 130, 131, 230) == [0, 100, 100, 100, 101, 200]


def test_writers_at_the_same_time_are_no_sessions() -> None:
    clock = RunClock(0.0, [[series(np.arange(0, 101))], [series(np.arange(50, 301))]])
    assert not clock.is_interrupted


def test_sessions_within_a_file() -> None:
    wall = [*range(11), *range(60, 71)]
    clock = RunClock(0.0, [[series(wall, [1] * 11 + [2] * 11), series([5, 65], [1, 2])]])
    assert spent(clock, 5, 10, 60, 65, 70) == [5, 10, 10, 15, 20]
    # The first START of a file is no interruption.
    assert not RunClock(0.0, [[series(range(11), [1] * 11)]]).is_interrupted


def test_a_gap_without_any_mark_is_of_all_tags() -> None:
    train = np.concatenate([np.arange(0, 1000, 10), np.arange(20_000, 21_000, 10)])
    clock = RunClock(0.0, [[series(train), series([500, 990, 20_500])]])
    assert spent(clock, 0, 990, 20_000, 20_990) == [0, 990, 990, 1980]
    # While another tag goes on the run is at work.
    clock = RunClock(0.0, [[series(train), series(np.arange(0, 21_000, 100))]])
    assert not clock.is_interrupted


def test_times_that_go_back_are_sorted() -> None:
    clock = RunClock(0.0, [[series([0, 10, 5, 20, 9000, 9010, math.nan])]])
    assert spent(clock, 20, 9000, 9010) == [20, 20, 30]


def test_the_first_step_is_that_of_any_tag(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("a", [700, 701])
    write("a", [500], tag="other")
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    (clock,) = log.clocks(["r0"]).values()
    assert clock.first_step == 500
    step, wall = np.array([500, 710]), np.array([0.0, 1.0])
    assert clock.places("aligned", step, wall).tolist() == [0, 210]
    assert clock.places("step", step, wall).tolist() == [500, 710]
    assert clock.places("wall", step, wall).tolist() == [0, 1]
    # Of a series that was made and grew since as well.
    log.scalars("t0", ["r0"])
    write("a", [300, 301])
    log.refresh()
    assert [clock.first_step for clock in log.clocks(["r0"]).values()] == [300]
    assert RunClock(0.0).first_step == 0


def test_a_file_whose_times_are_not_finite_has_no_part_in_it() -> None:
    clock = RunClock(1000.0, [[series([math.inf, math.nan])], [series(np.arange(1000, 1011))]])
    assert not clock.is_interrupted
    assert spent(clock, 1000, 1010) == [0, 10]
