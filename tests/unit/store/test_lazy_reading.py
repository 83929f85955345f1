"""A log directory with less memory than its points need."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.log_events import files_of
from tests.patience import PATIENCE

from cutaway import SummaryWriter
from cutaway.events.core import encode
from cutaway.events.messages import SESSION_START, session_log
from cutaway.store import read_runs
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.memory import NotReadError
from cutaway.store.rules.log_findings import LogFindings
from cutaway.store.run_table import RunTable

Write = Callable[..., Path]


@pytest.fixture
def written(write: Write) -> list[Path]:
    """Five runs of the same size, of which the last one is the newest."""
    paths = [write(name, range(2000), start=1000.0 * (place + 1)) for place, name in enumerate("abcde")]
    for place, path in enumerate(paths):
        os.utime(path, (1000 + place, 1000 + place))
    return paths


@pytest.fixture(params=["together", "in turn"])
def log(request: pytest.FixtureRequest, tmp_path: Path, written: list[Path]) -> LogDirectory:
    """Small files are read together as soon as they are found, so that all are known; large ones in turn."""
    if request.param == "in turn":
        request.getfixturevalue("read_in_turn")
    whole = LogDirectory(tmp_path / "log")
    whole.refresh()
    one = max(file.nbytes for file in files_of(whole))
    # For two of the runs, and not for three.
    log = LogDirectory(tmp_path / "log", memory=int(2.5 * one))
    log.refresh()
    return log


def in_memory(log: LogDirectory) -> str:
    return "".join(run.name for run in log.catalogue().runs if not run.unread)


def looked_at(log: LogDirectory, *names: str) -> str:
    """The runs in memory after somebody has looked at some."""
    log.want([run.id for run in log.catalogue().runs if run.name in names])
    log.refresh()
    return in_memory(log)


def points(log: LogDirectory, *names: str) -> dict[str, int]:
    by_id = {run.id: run.name for run in log.catalogue().runs}
    (tag,) = (tag.id for tag in log.catalogue().tags if tag.name == "loss")
    found = log.scalars(tag, [run for run, name in by_id.items() if not names or name in names])
    return {by_id[run]: sum(len(part.points) for part in parts) for run, parts in found.items()}


def test_all_runs_are_listed_and_the_newest_are_read(log: LogDirectory) -> None:
    catalogue = log.catalogue()
    assert "".join(run.name for run in catalogue.runs) == "abcde"
    assert in_memory(log) == "de"
    loading = catalogue.loading
    assert (loading.done, loading.unread) == (True, 3)
    assert loading.points == sum(run.points for run in catalogue.runs) >= 4000
    assert not log.is_behind


def test_without_a_budget_everything_is_read(tmp_path: Path, written: list[Path]) -> None:
    log = LogDirectory(tmp_path / "log")
    log.refresh()
    assert in_memory(log) == "abcde"
    assert (log.catalogue().loading.unread, log.catalogue().loading.budget) == (0, None)


def test_a_run_that_is_looked_at_is_read_in_the_place_of_another(log: LogDirectory) -> None:
    assert looked_at(log, "b") == "be"
    assert points(log) == {"b": 2000, "e": 2000}
    assert looked_at(log, "a", "b") == "ab"


def test_more_runs_than_there_is_room_for_stay_as_they_are(log: LogDirectory) -> None:
    assert looked_at(log, *"abcde") == "de"
    assert looked_at(log, *"abcde") == "de"
    # A question for points is one as well.
    assert points(log) == {"d": 2000, "e": 2000}
    log.refresh()
    assert in_memory(log) == "de"


def test_a_question_for_points_reads_a_run(log: LogDirectory) -> None:
    assert points(log, "a") == {}
    log.refresh()
    assert in_memory(log) == "ae"
    assert points(log, "a") == {"a": 2000}


def test_what_is_known_of_a_run_stays_when_it_is_dropped(log: LogDirectory) -> None:
    table = RunTable(log)
    before = {run.name: run for run in log.catalogue().runs}
    rows = {row.name: row for _, row in table.rows()[1]}
    assert looked_at(log, "a", "b") == "ab"
    after = {run.name: run for run in log.catalogue().runs}
    for name in "de":
        assert (after[name].points, after[name].kinds, after[name].last_step) == (2000, before[name].kinds, 1999)
        assert after[name].table_revision == before[name].table_revision
        assert after[name].revision > before[name].revision
    (tag,) = log.catalogue().tags
    assert {run.id for run in before.values() if run.points} <= set(tag.runs)
    for again in (table, RunTable(log)):
        for _, row in again.rows()[1]:
            if row.name in "de":
                assert row.scalars == rows[row.name].scalars
                assert (row.start, row.end, row.has_curves) == (rows[row.name].start, rows[row.name].end, True)


def test_a_run_that_comes_back_is_drawn_anew(log: LogDirectory) -> None:
    looked_at(log, "a", "b")
    revision = log.revision
    assert looked_at(log, "e") == "be"
    change = {run.name: run for run in log.changes_since(revision).runs}
    assert change["e"].kinds["scalars"] > revision
    assert change["a"].kinds["scalars"] <= revision


def test_what_grows_and_is_held_stays_current(log: LogDirectory, write: Write) -> None:
    write("e", range(2000, 2100), start=5000.0)
    write("a", range(2000, 2100), start=1000.0)
    log.refresh()
    assert points(log, "d", "e") == {"d": 2000, "e": 2100}
    assert looked_at(log, "a") == "ae"
    assert points(log, "a") == {"a": 2100}


def test_a_run_that_grows_is_kept_while_others_are_looked_at(log: LogDirectory, write: Write) -> None:
    write("d", range(2000, 2100), start=4000.0)
    log.refresh()
    assert looked_at(log, "a") == "ad"
    write("d", range(2100, 2200), start=4000.0)
    log.refresh()
    assert looked_at(log, "b") == "bd"


def test_a_new_run_takes_the_place_of_the_oldest(log: LogDirectory, write: Write) -> None:
    write("f", range(2000), start=9000.0)
    log.refresh()
    assert in_memory(log) == "ef"


def test_runs_that_are_deleted_make_room(log: LogDirectory, written: list[Path]) -> None:
    for path in written[3:]:
        path.unlink()
        path.parent.rmdir()
    log.refresh()
    log.refresh()
    assert in_memory(log) == "bc"
    written[0].unlink()
    written[0].parent.rmdir()
    log.refresh()
    assert [run.name for run in log.catalogue().runs] == ["b", "c"]


def test_a_file_that_was_replaced_while_its_run_was_dropped(
    log: LogDirectory, written: list[Path], write: Write
) -> None:
    looked_at(log, "a", "b")
    written[4].unlink()
    write("e", range(10), start=5000.0)
    assert looked_at(log, "e") == "abe"
    assert points(log, "e") == {"e": 10}


def test_another_file_of_a_run_that_was_dropped(log: LogDirectory, write: Write) -> None:
    looked_at(log, "a", "b")
    write("e", range(2000, 2010), start=8000.0)
    log.refresh()
    assert points(log, "e") == {}
    assert looked_at(log, "e") == "be"
    assert points(log, "e") == {"e": 2010}


def test_large_files_come_back_by_their_index(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in enumerate("ab"):
        os.utime(write(name, range(20_000), start=1000.0 * (place + 1)), (1000 + place, 1000 + place))
    whole = LogDirectory(tmp_path / "log")
    whole.refresh()
    one = max(file.nbytes for file in files_of(whole))
    log = LogDirectory(tmp_path / "log", IndexCache(tmp_path / "index"), memory=int(1.5 * one))
    log.refresh()
    assert looked_at(log, "a") == "a"
    loaded = []
    load = IndexCache.load

    def noted(self: IndexCache, file: object) -> object:
        found = load(self, file)  # type: ignore[arg-type]
        loaded.append(found is not None)
        return found

    monkeypatch.setattr(IndexCache, "load", noted)
    assert looked_at(log, "b") == "b"
    assert loaded == [True]
    assert points(log, "b") == {"b": 20_000}


def test_superseded_and_not_finite_values_of_a_dropped_run(tmp_path: Path, write: Write) -> None:
    start = session_log(3000.0, 1000, SESSION_START)
    write("a", range(2000), start=1000.0, raw=start)
    path = write("a", [1000, 1001], start=1000.0)
    os.utime(path, (1, 1))
    with SummaryWriter(tmp_path / "log" / "b") as writer:
        for step in range(2000):
            writer.add_scalar("loss", float("nan") if step == 7 else 1.0, step)
    whole, log = LogDirectory(tmp_path / "log"), LogDirectory(tmp_path / "log", memory=1000)
    for each in (whole, log):
        each.refresh()
    looked_at(log, "a")
    assert looked_at(log, "b") == "b"
    assert looked_at(log, "a") == "a"
    # NaN is not equal to itself.
    one, other = (repr([(row.scalars, row.not_finite) for _, row in RunTable(each).rows()[1]]) for each in (log, whole))
    assert one == other


def test_other_values_of_a_dropped_run(tmp_path: Path) -> None:
    for name in "ab":
        with SummaryWriter(tmp_path / "log" / name) as writer:
            writer.add_hparams({"lr": 0.1}, {"best": 1.0}, run_name=".")
            for step in range(500):
                writer.add_text("note", "text", step)
    log = LogDirectory(tmp_path / "log", memory=1000)
    log.refresh()
    looked_at(log, "a")
    assert looked_at(log, "b") == "b"
    _, tags = log.value_tags()
    assert next(counts for tag, counts in tags if tag.name.startswith("note")) == {"r0": 500, "r1": 500}
    note = next(tag.id for tag, _ in tags if tag.name.startswith("note"))
    with pytest.raises(NotReadError, match="a"):
        log.values(note, "r0")
    assert len(log.values(note, "r1")[1]) == 500
    assert [row.hparams for _, row in RunTable(log).rows()[1]] == [{"lr": 0.1}] * 2


def test_rules_say_which_runs_they_did_not_judge(log: LogDirectory) -> None:
    findings = LogFindings(log)
    answer = findings.ask(PATIENCE)
    names = {run.id: run.name for run in log.catalogue().runs}
    assert [names[each.run] for each in answer.runs] == ["d", "e"]
    assert [names[run] for run in answer.unread] == ["a", "b", "c"]
    looked_at(log, "a", "b")
    answer = findings.ask(PATIENCE)
    # What was found in a run holds when it is dropped.
    assert [names[each.run] for each in answer.runs] == ["a", "b", "d", "e"]
    assert [names[run] for run in answer.unread] == ["c"]


def test_a_run_that_cannot_be_read_again(
    log: LogDirectory, written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at(log, "a", "b")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(EventFile, "read", refuse)
        patch.setattr(read_runs, "load_whole", refuse)
        assert looked_at(log, "e") == "be"
    assert "PermissionError" in next(each.reason for each in log.catalogue().unreadable)
    with written[4].open("ab") as file:
        file.write(encode(9000.0, 2000, ["loss"], [0.0]))
    log.refresh()
    assert points(log, "e") == {"e": 2001}
