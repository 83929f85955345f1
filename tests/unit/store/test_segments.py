"""Where a line goes on and where a new one starts."""

import numpy as np

from cutaway.store.segments import MOST_SEGMENTS, FilePoints, join
from cutaway.store.series import Series


def part(steps: list[int], start: float = 0.0, value: type[np.generic] = np.float32) -> FilePoints:
    """A file whose first event is at ``start`` and whose points follow a second apart."""
    series = Series()
    wall = start + np.arange(len(steps), dtype=np.float64)
    series.append(np.array(steps, np.int64), wall, np.array(steps).astype(value))
    return FilePoints(series.points, start, float(wall[-1]) if steps else None)


def steps(files: list[FilePoints]) -> list[list[int]]:
    return [segment.step.tolist() for segment in join(files)]


def test_one_file_is_one_line() -> None:
    file = part([0, 1, 1, 2])
    (segment,) = join([file])
    assert segment.step.tolist() == [0, 1, 1, 2]
    assert segment.value.tolist() == [0, 1, 1, 2]


def test_a_step_that_goes_back_breaks_the_line() -> None:
    assert steps([part([0, 1, 2, 1, 2, 3, 0])]) == [[0, 1, 2], [1, 2, 3], [0]]


def test_a_later_file_goes_on() -> None:
    assert steps([part([0, 1, 2]), part([3, 4], 100)]) == [[0, 1, 2, 3, 4]]
    assert steps([part([0, 1, 2]), part([2, 3], 100)]) == [[0, 1, 2, 2, 3]]


def test_a_restart_from_a_checkpoint_is_a_new_line() -> None:
    assert steps([part([0, 1, 2]), part([1, 2, 3], 100)]) == [[0, 1, 2], [1, 2, 3]]


def test_a_later_file_goes_on_with_the_last_segment() -> None:
    assert steps([part([0, 5, 1, 2]), part([3, 0, 1], 100)]) == [[0, 5], [1, 2, 3], [0, 1]]


def test_parallel_writers_have_their_own_lines() -> None:
    assert steps([part([0, 1, 2], 100), part([10, 11], 101)]) == [[0, 1, 2], [10, 11]]


def test_a_file_that_begins_within_an_earlier_one_is_parallel_though_another_lies_between() -> None:
    long, short, later = part(list(range(50)), 0), part([60], 10), part([70, 71], 20)
    assert steps([long, short, later]) == [list(range(50)), [60], [70, 71]]


def test_values_of_joined_files_stay_exact() -> None:
    (segment,) = join([part([0, 1], 0, np.float32), part([2, 3], 100, np.float64)])
    assert segment.value.dtype == np.float64
    assert segment.value.tolist() == [0, 1, 2, 3]


def test_empty_files_are_nothing() -> None:
    assert join([]) == []
    assert steps([part([]), part([1])]) == [[1]]


def test_a_mixture_is_one_segment() -> None:
    mixed = [step for i in range(MOST_SEGMENTS + 1) for step in (i, 1000 + i)]
    (segment,) = join([part(mixed)])
    assert segment.step.tolist() == mixed
    assert not segment.step_ascending
    assert len(join([part(mixed[: 2 * MOST_SEGMENTS])])) == MOST_SEGMENTS
