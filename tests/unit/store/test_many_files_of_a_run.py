"""A run that was started very often has very many files: what is asked of each does not grow with their number."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cutaway.events.core import encode, frame
from cutaway.events.messages import SESSION_START, file_version, session_log
from cutaway.store import polling, run
from cutaway.store.event_file import EventFile
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunTable

FILES = 40


def write_file(folder: Path, number: int, *, is_marked: bool) -> Path:
    """A file that goes on where the one before ended; ``is_marked``: it says so, so that it is read by records."""
    path = folder / f"events.out.tfevents.{1000 + 10 * number}.host.1.{number}"
    folder.mkdir(parents=True, exist_ok=True)
    start = 1000.0 + 10 * number
    mark = frame(session_log(start, number, SESSION_START)) if is_marked else b""
    path.write_bytes(frame(file_version(start)) + mark + encode(start + 1, number, ["loss"], [float(number)]))
    return path


class Asked:
    """How often some facts of files were asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[str] = Counter()
        for name in ("counts", "ended", "trouble", "left_bytes"):
            monkeypatch.setattr(EventFile, name, property(self._counted(name, getattr(EventFile, name).fget)))
        monkeypatch.setattr(run, "_start", self._counted("_start", run._start))

    def _counted(self, name: str, fact: Callable[[EventFile], Any]) -> Callable[[EventFile], Any]:
        def asked(file: EventFile) -> Any:
            self.counts[name] += 1
            return fact(file)

        return asked

    def during(self, act: Callable[[], object]) -> Counter[str]:
        """The counts of one action."""
        self.counts = Counter()
        act()
        return self.counts


def look_at_all(log: LogDirectory) -> None:
    """The list of runs, a chart and the table."""
    catalogue = log.catalogue()
    ids = [each.id for each in catalogue.runs]
    (parts,) = log.scalars(catalogue.tags[0].id, ids).values()
    assert parts
    log.clocks(ids)
    log.file_list()
    RunTable(log).rows()


@pytest.mark.parametrize("is_marked", [False, True])
@pytest.mark.parametrize("memory", [None, 1 << 30, 1])
def test_twice_as_many_files_are_asked_twice_as_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_marked: bool, memory: int | None
) -> None:
    monkeypatch.setattr(polling, "_ADDED", 10)
    asked = Asked(monkeypatch)
    found = []
    for files in (FILES, 2 * FILES):
        folder = tmp_path / str(files)
        for number in range(files):
            write_file(folder / "run", number, is_marked=is_marked)
        log = LogDirectory(folder, memory=memory)
        reading, looking = asked.during(log.refresh), asked.during(lambda log=log: look_at_all(log))  # type: ignore[misc]
        assert log.catalogue().runs[0].points == files
        last = folder / "run" / "events.out.tfevents.1000.host.1.0"
        last.write_bytes(last.read_bytes() + encode(1001.5, 0, ["loss"], [0.0]))
        growing = asked.during(log.refresh)
        write_file(folder / "run", files, is_marked=is_marked)
        coming = asked.during(log.refresh)
        found.append([reading, looking, growing, coming])
        assert log.catalogue().runs[0].points == files + 2
    for few, many in zip(*found, strict=True):
        for name, count in many.items():
            assert count <= 2 * few[name] + FILES // 2, name


def test_what_was_recorded_before_a_session_of_a_file_that_came_later_is_superseded(tmp_path: Path) -> None:
    log = LogDirectory(tmp_path)
    for number in (0, 2, 1):
        write_file(tmp_path / "run", number, is_marked=True)
        log.refresh()
    again = write_file(tmp_path / "run", 3, is_marked=False)
    start = 1030.0
    mark = frame(session_log(start, 1, SESSION_START))
    again.write_bytes(frame(file_version(start)) + mark + encode(start + 1, 1, ["loss"], [7.0]))
    log.refresh()
    catalogue = log.catalogue()
    (parts,) = log.scalars(catalogue.tags[0].id, [catalogue.runs[0].id]).values()
    assert [part.points.step.tolist() for part in parts] == [[0], [], [], [1]]
