"""When a file begins is what its first record says now, whatever was there when it was looked at."""

from pathlib import Path

import pytest
from tests.unit.store.conftest import Write

from cutaway.events.core import encode
from cutaway.store.log_directory import LogDirectory

pytestmark = pytest.mark.usefixtures("read_in_turn")
#: Before the next look at the files, or after it.
WHEN = pytest.mark.parametrize("when", ["before it is looked at again", "before it is read"])


def begins(log: LogDirectory) -> list[float | None]:
    return [file.first_wall_time for run in log.runs() for file in run.files.values()]


def read_with(content: bytes, path: Path, when: str) -> LogDirectory:
    """A log whose only file gets another content once its first record has been looked at."""
    log = LogDirectory(path.parent)
    log.discover()
    assert begins(log) == [1000.0]
    if when == "before it is looked at again":
        log.check(log.looked_at())
    path.write_bytes(content)
    for _ in range(2):
        log.check(log.looked_at())
        log.read()
    return log


@WHEN
def test_a_file_that_was_written_anew_begins_when_it_says_now(when: str, write: Write) -> None:
    path = write("a", range(3))
    log = read_with(encode(2000.0, 0, ["loss"], [1.0]) * 20, path, when)
    assert begins(log) == [2000.0]
    assert log.runs()[0].points == 20


@WHEN
def test_a_file_that_was_emptied_does_not_begin(when: str, write: Write) -> None:
    assert begins(read_with(b"", write("a", range(3)), when)) == [None]


@WHEN
def test_a_file_that_grew_begins_when_it_began(when: str, write: Write) -> None:
    path = write("a", range(3))
    log = read_with(path.read_bytes() + encode(2000.0, 3, ["loss"], [1.0]), path, when)
    assert begins(log) == [1000.0]
    assert log.runs()[0].points == 4
