"""A log directory while it is written, deleted, moved, damaged and forbidden. No test waits: one poll is one call."""

import errno
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.log_events import files_of

from cutaway import SummaryWriter
from cutaway.events import early
from cutaway.events.core import encode, frame
from cutaway.events.listing import Listing
from cutaway.events.reader import Batch, EventFileReader
from cutaway.events.tables import Loaded
from cutaway.store import files_of_run
from cutaway.store.catalogue import Catalogue
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace

Write = Callable[..., Path]


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    return LogDirectory(tmp_path / "log")


def refreshed(log: LogDirectory) -> Catalogue:
    log.refresh()
    return log.catalogue()


def steps_of(log: LogDirectory, tag: str = "t0") -> dict[str, list[int]]:
    runs = [run.id for run in log.catalogue().runs]
    found = log.scalars(tag, runs)
    return {run: [step for part in parts for step in part.points.step.tolist()] for run, parts in found.items()}


@pytest.mark.parametrize("steps", [(7, 2), (2, 7)])
def test_of_values_of_one_time_the_last_step_is_the_greatest(
    log: LogDirectory, write: Write, steps: tuple[int, int]
) -> None:
    write("a", [], raw=b"".join(encode(1000.0, step, [tag], [0.5]) for tag, step in zip("xy", steps, strict=True)))
    (run,) = refreshed(log).runs
    assert (run.last_wall_time, run.last_step) == (1000.0, 7)


def test_from_missing_to_ready(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    assert not log.catalogue().loading.done
    assert refreshed(log).logdir.state == "missing"
    assert log.catalogue().loading.done
    (tmp_path / "log").mkdir()
    assert refreshed(log).logdir.state == "empty"
    write("a", range(3))
    catalogue = refreshed(log)
    assert (catalogue.logdir.path, catalogue.logdir.state) == (str(tmp_path / "log"), "ready")
    (run,) = catalogue.runs
    assert (run.id, run.name, run.color, run.points, run.first_wall_time) == ("r0", "a", 0, 3, 1000.0)
    assert (run.last_wall_time, run.last_step, run.damaged_bytes) == (1002.0, 2, 0)
    (tag,) = catalogue.tags
    assert (tag.id, tag.name, tag.kind, tag.runs) == ("t0", "loss", "scalars", ("r0",))
    loading = catalogue.loading
    assert (loading.done, loading.files, loading.points) == (True, 1, 3)
    assert loading.bytes == loading.bytes_read > 0


def test_growth_is_a_change_of_that_run_only(log: LogDirectory, write: Write) -> None:
    write("a", range(3))
    write("b", range(3))
    revision = refreshed(log).revision
    log.refresh()
    assert log.revision == revision
    write("b", range(3, 5))
    log.refresh()
    change = log.changes_since(revision)
    assert [(run.name, run.points) for run in change.runs] == [("b", 5)]
    assert not change.structure
    assert change.revision == log.revision > revision
    assert steps_of(log) == {"r0": [0, 1, 2], "r1": [0, 1, 2, 3, 4]}
    write("b", [5], tag="accuracy")
    log.refresh()
    assert log.changes_since(change.revision).structure
    assert [tag.name for tag in log.catalogue().tags] == ["accuracy", "loss"]


def test_run_names_and_the_root(log: LogDirectory, write: Write) -> None:
    write(".", [0])
    write("x/lr=0.1", [0])
    write("run10", [0])
    write("run2", [0], name="my.tfevents")
    assert [run.name for run in refreshed(log).runs] == [".", "run2", "run10", "x/lr=0.1"]


def test_other_files_are_nothing(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    write("a", [0])
    (tmp_path / "log" / "a" / "checkpoint.pt").write_bytes(b"x")
    (tmp_path / "log" / "a" / "events.out.tfevents.5.host.profile-empty").write_bytes(b"")
    (tmp_path / "log" / "tfevents").mkdir()
    (tmp_path / "log" / "broken.tfevents").symlink_to(tmp_path / "nowhere")
    assert refreshed(log).loading.files == 1


def test_colours_are_those_of_the_first_event_and_stay(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    write("c", [0], start=10)
    write("a", [0], start=30)
    write("b", [0], start=20)
    assert {run.name: run.color for run in refreshed(log).runs} == {"c": 0, "b": 1, "a": 2}
    write("0", [0], start=5)
    shutil.rmtree(tmp_path / "log" / "b")
    assert {run.name: run.color for run in refreshed(log).runs} == {"0": 3, "c": 0, "a": 2}
    write("b", [0], start=40)
    assert {run.name: (run.id, run.color) for run in refreshed(log).runs}["b"] == ("r1", 1)


def test_a_deleted_file_takes_its_points_with_it(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    write("a", range(3), start=1000)
    second = write("a", range(3, 5), start=2000)
    assert refreshed(log).runs[0].points == 5
    revision = log.revision
    second.unlink()
    catalogue = refreshed(log)
    assert [run.points for run in catalogue.runs] == [3]
    change = log.changes_since(revision)
    assert change.structure
    assert [run.points for run in change.runs] == [3]
    shutil.rmtree(tmp_path / "log")
    catalogue = refreshed(log)
    assert (catalogue.logdir.state, catalogue.runs, catalogue.tags) == ("missing", (), ())
    assert log.scalars("t0", ["r0"]) == {}


def test_a_file_that_vanishes_between_walk_and_read(log: LogDirectory, write: Write) -> None:
    path = write("a", range(3))
    log.discover()
    path.unlink()
    log.check(log.looked_at())
    log.read()
    assert refreshed(log).runs == ()


def test_files_of_a_run_are_ordered_by_their_first_event(log: LogDirectory, write: Write) -> None:
    write("a", range(5, 8), start=2000, name="1.tfevents")
    write("a", range(5), start=1000, name="2.tfevents")
    log.refresh()
    assert steps_of(log) == {"r0": list(range(8))}


def test_a_replaced_file_is_read_anew(log: LogDirectory, write: Write) -> None:
    path = write("a", range(10))
    write("a", range(10), tag="other")
    log.refresh()
    revision = log.revision
    path.unlink()
    write("a", range(2))
    catalogue = refreshed(log)
    assert steps_of(log) == {"r0": [0, 1]}
    assert [tag.name for tag in catalogue.tags] == ["loss"]
    assert log.changes_since(revision).structure


def test_damage_is_reported_where_it_is(log: LogDirectory, write: Write) -> None:
    path = write("a", range(3))
    start = path.stat().st_size
    write("a", [3], raw=b"\xff" * 40)
    write("a", range(4, 6))
    catalogue = refreshed(log)
    (damage,) = catalogue.damage
    end = start + (path.stat().st_size - start - 40) // 3
    assert (damage.run, damage.file, damage.offset, damage.bytes) == ("r0", path.name, end, 40)
    assert catalogue.runs[0].damaged_bytes == 40
    assert steps_of(log) == {"r0": list(range(6))}


def test_a_record_that_is_not_finished_is_no_damage(log: LogDirectory, write: Write) -> None:
    path = write("a", range(3))
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    catalogue = refreshed(log)
    assert (catalogue.runs[0].points, catalogue.damage, catalogue.loading.done) == (2, (), True)
    with path.open("ab") as file:
        file.write(whole[-5:])
    catalogue = refreshed(log)
    assert (catalogue.runs[0].points, catalogue.damage) == (3, ())


@pytest.mark.parametrize(("age", "is_quiet"), [(-3600, False), (0, False), (30, False), (3600, True)])
def test_what_is_not_finished_is_said_when_nobody_writes_any_more(
    log: LogDirectory, write: Write, monkeypatch: pytest.MonkeyPatch, age: float, is_quiet: bool
) -> None:
    """A clock that stands still; a file may be of the future, by the clock of another machine."""
    path = write("a", range(3))
    path.write_bytes(path.read_bytes()[:-5])
    now = 2_000_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    os.utime(path, (now - age, now - age))
    unfinished = refreshed(log).unfinished
    assert [item.is_quiet for item in unfinished] == [True] * is_quiet
    assert [item.is_quiet for run in log.runs() for item in files_of_run.unfinished(run)] == [is_quiet]


def test_other_kinds_are_counted(log: LogDirectory, write: Write) -> None:
    # Event: wall_time 1.0, and a summary of one value with the tag "i" and an image of one byte.
    image = frame(bytes.fromhex("09 000000000000f03f 2a 08 0a 06 0a 01 69 22 01 00"))
    write("a", [0], raw=image * 4)
    log.refresh()
    _, item = log.kinds()
    assert (item.name, item.runs) == ("images", {"r0": 4})


def test_what_may_not_be_read_is_said(log: LogDirectory, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user of the tests may be root, for whom nothing is forbidden: the refusal is made."""
    path = write("a", [0])
    write("b", [0])
    log.refresh()
    revision = log.revision
    write("a", [1])
    forbidden = True
    original = EventFileReader.read

    def read(self: EventFileReader, max_bytes: int) -> Batch:
        if forbidden and self.path == str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(self, max_bytes)

    monkeypatch.setattr(EventFileReader, "read", read)
    catalogue = refreshed(log)
    (item,) = catalogue.unreadable
    assert (item.run, item.file, item.reason) == ("r0", path.name, "permission denied")
    assert catalogue.loading.done
    assert log.changes_since(revision).structure
    settled = log.revision
    log.refresh()
    assert log.revision == settled
    assert steps_of(log) == {"r0": [0], "r1": [0]}
    forbidden = False
    assert refreshed(log).unreadable == ()
    assert steps_of(log)["r0"] == [0, 1]


def test_what_may_be_read_at_last_has_no_trouble(
    log: LogDirectory, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a", [0, 1])
    forbidden = True
    load, read = LocalPlace.load, EventFileReader.read

    def loaded(self: LocalPlace, paths: list[str], *limits: Any) -> Loaded:
        return load(self, [f"{path}.none" if forbidden else path for path in paths], *limits)

    def refused(self: EventFileReader, max_bytes: int) -> Batch:
        if forbidden:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return read(self, max_bytes)

    monkeypatch.setattr(LocalPlace, "load", loaded)
    monkeypatch.setattr(EventFileReader, "read", refused)
    assert [item.reason for item in refreshed(log).unreadable] == ["permission denied"]
    forbidden = False
    assert refreshed(log).unreadable == ()
    assert steps_of(log) == {"r0": [0, 1]}


def test_a_directory_that_may_not_be_listed_keeps_its_runs(
    log: LogDirectory, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a/b", [0])
    write("c", [0])
    log.refresh()
    original = early.list_directories

    def listed(paths: list[bytes], parts: list[bytes]) -> list[Listing]:
        # The user root may list every directory.
        refused = os.fsencode(tmp_path / "log" / "a")
        found = zip(paths, original(paths, parts), strict=True)
        return [Listing(errno.EACCES, each.identity, [], [], []) if path == refused else each for path, each in found]

    monkeypatch.setattr(early, "list_directories", listed)
    catalogue = refreshed(log)
    assert [run.name for run in catalogue.runs] == ["a/b", "c"]
    (item,) = catalogue.unreadable
    assert (item.run, item.file, item.reason) == (None, "a", "permission denied")


def test_one_file_is_a_log_of_one_run(log: LogDirectory, write: Write) -> None:
    path = write("a", range(3))
    write("a", range(5), name="events.out.tfevents.2")
    other = path.with_name("whatever it is called")
    path.rename(other)
    catalogue = refreshed(LogDirectory(other))
    assert (catalogue.logdir.state, [run.name for run in catalogue.runs], catalogue.loading.points) == (
        "ready",
        ["."],
        3,
    )
    catalogue = refreshed(LogDirectory({"one": other, "dir": other.parent}))
    assert {run.name: run.points for run in catalogue.runs} == {"one": 3, "dir": 5}
    other.unlink()
    assert refreshed(LogDirectory(other)).logdir.state == "missing"


def test_each_directory_is_visited_once(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    write("real/run", [0])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "log" / "0-link-to-real").symlink_to(tmp_path / "log" / "real")
    (tmp_path / "log" / "real" / "loop").symlink_to(tmp_path / "log")
    (tmp_path / "log" / "outside").symlink_to(elsewhere)
    shutil.copytree(tmp_path / "log" / "real" / "run", elsewhere / "copied")
    assert [run.name for run in refreshed(log).runs] == ["outside/copied", "real/run"]


def test_names_that_are_not_utf8(log: LogDirectory, tmp_path: Path, write: Write) -> None:
    source = write("a", [0])
    target = tmp_path / "log" / "b\udcff"
    target.mkdir()
    shutil.copy(source, target / source.name)
    assert [run.name for run in refreshed(log).runs] == ["a", "b\ufffd"]


@pytest.mark.usefixtures("read_in_turn")
def test_a_large_file_does_not_keep_the_others_waiting(
    log: LogDirectory, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are read some megabytes at a time in turn, and a stop is obeyed between two of them."""
    write("large", range(2000))
    write("small", range(3))
    original, read = EventFileReader.read, list[str]()

    def reading(reader: EventFileReader, _: int) -> Batch:
        read.append(str(reader.path))
        return original(reader, 4096)

    monkeypatch.setattr(EventFileReader, "read", reading)
    log.discover()
    log.check(log.looked_at())
    log.read(lambda: len(read) >= 2)
    catalogue = log.catalogue()
    points = {run.name: run.points for run in catalogue.runs}
    assert points["small"] == 3
    assert 0 < points["large"] < 2000
    assert not catalogue.loading.done
    assert catalogue.loading.bytes_read < catalogue.loading.bytes
    log.read()
    assert log.catalogue().loading.done
    assert steps_of(log)["r0"] == list(range(2000))


def test_unknown_ids(log: LogDirectory, write: Write) -> None:
    write("a", [0])
    log.refresh()
    for tag, run in (("t9", "r0"), ("t0", "r9")):
        with pytest.raises(KeyError):
            log.scalars(tag, [run])
    with pytest.raises(KeyError):
        log.tag_name("t9")


@pytest.mark.usefixtures("read_in_turn")
def test_what_was_written_last_is_read_first(tmp_path: Path, write: Write) -> None:
    paths = [write(name, range(3)) for name in "abc"]
    for path, time in zip(paths, (3000, 1000, 2000), strict=True):
        os.utime(path, (time, time))
    log, seen = LogDirectory(tmp_path / "log"), []

    def stop() -> bool:
        seen.append([run.name for run in log.catalogue().runs if run.points])
        return False

    log.discover()
    log.check(log.looked_at())
    log.read(stop)
    assert seen[-1] == ["a", "b", "c"]
    assert ["b"] not in seen


def test_a_replaced_file_with_other_tags(log: LogDirectory, tmp_path: Path) -> None:
    """As many as before, but others: each has an id."""
    for tag in ("first", "second"):
        with SummaryWriter(tmp_path / "new") as writer:
            writer.add_text(tag, "hello")
        (source,) = (tmp_path / "new").iterdir()
        path = tmp_path / "log" / "a" / "events.out.tfevents.1.host"
        path.parent.mkdir(parents=True, exist_ok=True)
        source.replace(path)
        log.refresh()
        assert [each.name for each, _ in log.value_tags()[1]] == [f"{tag}/text_summary"]


def test_a_run_starts_with_its_earliest_value(log: LogDirectory, write: Write) -> None:
    """Not with the file's own first record, which was made later where old values are recorded anew."""
    write("a", range(5, 8), start=1000.0)
    write("a", range(3), start=100.0, name="events.out.tfevents.5000.host", raw=encode(math.nan, 9, ["loss"], [1.0]))
    write("b", [], start=100.0)
    log.refresh()
    ids = {run.name: run.id for run in log.catalogue().runs}
    assert {run: clock.start for run, clock in log.clocks(ids.values()).items()} == {ids["a"]: 100.0}


@pytest.mark.usefixtures("read_in_turn")
def test_a_file_that_is_being_taken_in_is_not_unfinished(tmp_path: Path, write: Write) -> None:
    path = write("run", range(5))
    os.utime(path, (1000, 1000))
    log = LogDirectory(tmp_path / "log")
    log.discover()
    log.check(log.looked_at())
    (file,) = files_of(log)
    batch = file.read()
    assert batch is not None
    assert batch.at_end
    # As a page may ask between the two.
    assert log.catalogue().unfinished == ()
    assert not log.catalogue().loading.done
    file.apply(batch)
    assert not file.pending
    assert file.unfinished_bytes == 0


def test_files_of_the_same_second_are_in_the_order_of_their_numbers(tmp_path: Path, write: Write) -> None:
    """TensorFlow counts its files, and writes the time of their first records in whole seconds."""
    for number, steps in ((9, range(5, 8)), (11, range(15, 17))):
        write("a", steps, name=f"events.out.tfevents.1000.host.7.{number}.v2")
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    (run,) = log.runs()
    assert [part.points.step.tolist() for part in run.scalars("loss")] == [[5, 6, 7], [15, 16]]
    assert [path[-4:] for path in run.paths()] == ["9.v2", "1.v2"]
