"""Trainings that were started several times into one directory: what is another attempt, and its points alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cutaway.store.attempts import Attempts, attempts_of
from cutaway.store.log_directory import LogDirectory


@dataclass
class File:
    """An event file that began and ended at some times, with steps of some tags."""

    first_wall_time: float | None
    ended: float | None
    step_span: tuple[int, int] = (0, 0)
    tags: str = "ab"
    session_starts: Sequence[int] = field(default_factory=list)

    @property
    def scalars(self) -> dict[str, object]:
        return dict.fromkeys(self.tags)


FIRST = File(0, 10, (0, 1000))


@pytest.mark.parametrize(
    ("second", "is_attempt"),
    [
        (File(10, 20, (0, 50)), True),
        (File(11, 20, (100, 200)), True),
        # From a checkpoint, and a file of a writer that begins new ones as it goes.
        (File(11, 20, (101, 2000)), False),
        (File(11, 20, (1001, 2000)), False),
        # At work at the same time.
        (File(9, 20, (0, 50)), False),
        # A result beside the training, and half of its tags.
        (File(11, 20, (0, 0), tags="cd"), False),
        (File(11, 20, (0, 0), tags="ac"), True),
        # It says itself what it supersedes.
        (File(11, 20, (0, 50), session_starts=[0]), False),
        (File(11, 20, tags=""), False),
        (File(None, None, (0, 50)), False),
    ],
)
def test_what_begins_again_is_another_attempt(second: File, is_attempt: bool) -> None:
    assert attempts_of([FIRST, second]) == (Attempts(2, 1) if is_attempt else Attempts(1, 0))


def test_of_several_the_last_has_what_goes_on_from_it() -> None:
    nothing = File(-5, -4, tags="")
    files = [nothing, FIRST, File(11, 20, (0, 30)), File(21, 30, (20, 90)), File(31, 40, (0, 0), tags="c")]
    assert attempts_of(files) == Attempts(2, 2)
    assert attempts_of([]) == attempts_of(files[:2]) == Attempts(1, 0)
    # The third goes on far beyond the steps of the second alone.
    assert attempts_of([*files, File(41, 50, (9, 50))]) == Attempts(3, 5)


def test_the_points_and_the_clock_of_the_last(tmp_path: Path, write: Callable[..., Path]) -> None:
    write("a", range(20), start=1000.0)
    write("a", range(5), start=5000.0, name="events.out.tfevents.5000.host.2.0")
    write("b", range(20), start=1000.0)
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert [run.attempts for run in log.catalogue().runs] == [2, 1]

    def steps(**options: Any) -> list[list[list[int]]]:
        found = log.scalars("t0", ["r0", "r1"], **options)
        return [[part.points.step.tolist() for part in parts] for parts in found.values()]

    every = list(range(20))
    assert steps() == [[every, [0, 1, 2, 3, 4]], [every]]
    assert steps(last_attempt=True) == [[[0, 1, 2, 3, 4]], [every]]
    assert log.clocks(["r0"])["r0"].start == 1000.0
    assert log.clocks(["r0"], last_attempt=True)["r0"].start == 5000.0
    # A file that is still being written may turn out to be another attempt, and its clock goes with it.
    write("b", range(3), start=9000.0, name="events.out.tfevents.9000.host.3.0")
    log.refresh()
    assert log.catalogue().runs[1].attempts == 2
    assert log.clocks(["r1"], last_attempt=True)["r1"].start == 9000.0
