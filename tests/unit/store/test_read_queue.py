"""Which files are read at a time, and in which order."""

from pathlib import Path

import pytest

from cutaway.store.event_file import EventFile
from cutaway.store.places.local import LocalPlace
from cutaway.store.read_queue import ReadQueue


@pytest.fixture
def place(tmp_path: Path) -> LocalPlace:
    return LocalPlace(tmp_path)


def queue_of(place: LocalPlace, sizes: list[int], together: int, read: int = 0) -> ReadQueue:
    """Files of some sizes, of which so many bytes were read."""
    files = []
    for number, size in enumerate(sizes):
        file = EventFile(f"{number}", place)
        file.size, file.bytes_read = size, read
        files.append(("run", file))
    return ReadQueue(files, together)


def sizes_in_turn(queue: ReadQueue) -> list[list[int]]:
    taken = []
    while part := queue.take():
        taken.append([file.size for _, file in part])
    return taken


@pytest.mark.parametrize(
    ("sizes", "together", "turns"),
    [
        ([], 100, []),
        ([10, 20, 30], 100, [[10, 20, 30]]),
        ([50, 50, 50], 100, [[50, 50], [50]]),
        ([10, 60, 10, 20], 100, [[10], [60], [10, 20]]),
        ([10, 0, 10], 100, [[10], [0], [10]]),
        ([40, 40, 40], 0, [[40], [40], [40]]),
        ([1] * 600, 10_000, [[1] * 256, [1] * 256, [1] * 88]),
    ],
)
def test_small_new_files_that_come_together_are_taken_together(
    place: LocalPlace, sizes: list[int], together: int, turns: list[list[int]]
) -> None:
    assert sizes_in_turn(queue_of(place, sizes, together)) == turns


def test_files_of_which_something_was_read_are_taken_one_by_one(place: LocalPlace) -> None:
    assert sizes_in_turn(queue_of(place, [10, 20], 100, read=5)) == [[10], [20]]


def test_a_file_that_has_more_comes_last(place: LocalPlace) -> None:
    queue = queue_of(place, [60, 70], 100)
    ((name, file),) = queue.take()
    queue.put(name, file)
    assert len(queue) == 2
    assert sizes_in_turn(queue) == [[70], [60]]


@pytest.mark.parametrize(
    ("sizes", "together", "read", "waiting", "step"),
    [
        ([], 100, 0, 0, 0),
        ([20] * 50, 100, 0, 1000, 100),
        ([20] * 50, 0, 0, 1000, 20),
        ([20] * 50, 100, 15, 250, 5),
        ([20, 20, 160], 100, 0, 200, 100),
    ],
)
def test_how_much_is_read_at_a_time(
    place: LocalPlace, sizes: list[int], together: int, read: int, waiting: int, step: int
) -> None:
    queue = queue_of(place, sizes, together, read)
    assert (queue.waiting, queue.step) == (waiting, step)
