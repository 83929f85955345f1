"""What of a run changed, by kind: revisions, structure, and what else a change reaches."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.store.conftest import Write

from cutaway import SummaryWriter
from cutaway.events.core import encode, frame
from cutaway.events.messages import EVENT, SESSION_START, session_log
from cutaway.events.schema import encode as encode_message
from cutaway.store.catalogue import Catalogue, RunInfo
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
PICTURE = np.zeros((2, 2, 3), np.uint8)


@pytest.fixture
def log(tmp_path: Path) -> LogDirectory:
    return LogDirectory(tmp_path / "log")


def run_of(log: LogDirectory, number: int = 0) -> RunInfo:
    log.refresh()
    return log.catalogue().runs[number]


def text(step: int, wall_time: float, tag: str = "note") -> bytes:
    value = {"tag": tag, "tensor": {"dtype": 7, "string_val": [b"x"]}}
    metadata = {"plugin_data": {"plugin_name": "text"}}
    event = {"wall_time": wall_time, "step": step, "summary": {"value": [value | {"metadata": metadata}]}}
    return frame(encode_message(EVENT, event))


def named(catalogue: Catalogue) -> Any:
    """What is there by name, and what is wrong."""
    troubles = (catalogue.damage, catalogue.malformed, catalogue.unfinished, catalogue.unreadable)
    return catalogue.logdir, [run.name for run in catalogue.runs], catalogue.tags, troubles


def test_more_under_known_tags_is_no_change_of_structure(log: LogDirectory, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        for step in range(101):
            writer.add_histogram("weights", RNG.normal(size=10), step)
            writer.add_image("picture", PICTURE, step, dataformats="HWC")
            writer.add_text("note", "hello", step)
            if step == 0:
                log.refresh()
                before = log.catalogue()
                continue
            log.refresh()
            change = log.changes_since(before.revision)
            assert not change.structure
        after = log.catalogue()
        kinds, earlier = after.runs[0].kinds, before.runs[0].kinds
        assert kinds.keys() == {"scalars", "histograms", "images", "text"}
        assert {name for name in kinds if kinds[name] > earlier[name]} == {"histograms", "images", "text"}
        assert after.runs[0].table_revision == before.runs[0].table_revision
        assert named(after) == named(before)
        writer.add_text("another", "hello", 0)
        log.refresh()
        assert log.changes_since(after.revision).structure
        assert "another/text_summary" in {tag.name for tag in log.catalogue().tags}


def test_a_run_that_goes_on_in_another_file_has_no_new_tags(log: LogDirectory, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_text("note", "hello", 0)
    with SummaryWriter(tmp_path / "log" / "a") as writer:
        log.refresh()
        before = log.catalogue()
        writer.add_scalar("loss", 1.0, 1)
        writer.add_text("note", "hello", 1)
        log.refresh()
        assert not log.changes_since(before.revision).structure
        assert log.catalogue().tags == before.tags
        writer.add_scalar("accuracy", 1.0, 1)
        log.refresh()
        assert log.changes_since(before.revision).structure
        before = log.catalogue()
        # A name of scalars is none of texts.
        writer.add_text("accuracy", "good", 1)
        log.refresh()
        assert log.changes_since(before.revision).structure


def test_each_kind_has_the_revision_of_its_own_last_change(log: LogDirectory, write: Write) -> None:
    write("a", [0], raw=text(0, 1000.5))
    first = run_of(log)
    write("a", [1])
    second = run_of(log)
    assert second.kinds == {"scalars": second.revision, "text": first.kinds["text"]}
    assert second.table_revision == second.revision
    write("a", [], raw=text(1, 1001.5))
    third = run_of(log)
    assert third.kinds == {"scalars": second.revision, "text": third.revision}
    assert third.table_revision == second.revision
    assert log.unchanged_since(second.revision, [first.id]) == {first.id}
    assert log.unchanged_since(first.revision, [first.id]) == set()


def test_what_values_are_seen_by_changes_all_kinds(log: LogDirectory, write: Write) -> None:
    write("a", [0, 1], raw=text(0, 1000.5))
    before = run_of(log)
    # A session that starts supersedes values of every kind.
    write("a", [], raw=frame(session_log(1002.0, SESSION_START, 1)))
    started = run_of(log)
    assert started.kinds == dict.fromkeys(before.kinds, started.revision)
    # A text from before everything else moves the start that relative times count from.
    write("a", [], raw=text(2, 900.0))
    moved = run_of(log)
    assert moved.kinds == dict.fromkeys(before.kinds, moved.revision)


def test_a_text_may_put_a_file_beyond_the_beginning_of_another(log: LogDirectory, write: Write) -> None:
    """Then the other is no continuation any more, but a second writer."""
    write("a", [0, 1])
    write("a", [5], start=1100.0)
    before = run_of(log)
    write("a", [], raw=text(2, 1050.0))
    assert run_of(log).kinds["scalars"] == before.kinds["scalars"]
    write("a", [], raw=text(3, 1200.0))
    after = run_of(log)
    assert after.kinds == {"scalars": after.revision, "text": after.revision}


def test_kinds_that_are_gone(log: LogDirectory, write: Write) -> None:
    path = write("a", [0], raw=text(0, 1000.5))
    write("a", [1], start=2000.0)
    before = run_of(log)
    assert before.kinds.keys() == {"scalars", "text"}
    path.unlink()
    after = run_of(log)
    assert after.kinds == {"scalars": after.revision}
    assert [tag.name for tag in log.catalogue().tags] == ["loss"]


def test_a_run_without_scalars_is_never_taken_to_have_the_same(log: LogDirectory, write: Write) -> None:
    write("a", [], raw=text(0, 1000.5))
    run = run_of(log)
    assert log.unchanged_since(run.revision, [run.id, "r9"]) == set()


def test_tags_of_every_kind_scalars_first(log: LogDirectory, write: Write) -> None:
    stop = frame(session_log(1009.0, 2))
    write("b", [0], tag="layer10", raw=text(0, 1000.0, "layer2") + text(0, 1000.0, "layer10") + stop)
    write("a", [0], tag="layer2", raw=text(0, 1000.0, "layer10"))
    log.refresh()
    catalogue = log.catalogue()
    names = {run.id: run.name for run in catalogue.runs}
    assert [(tag.kind, tag.name, "".join(names[run] for run in tag.runs)) for tag in catalogue.tags] == [
        ("scalars", "layer2", "a"),
        ("scalars", "layer10", "b"),
        ("text", "layer2", "b"),
        ("text", "layer10", "ab"),
    ]
    assert len({tag.id for tag in catalogue.tags}) == 4


def test_kinds_are_counted_known_or_not(log: LogDirectory, write: Write) -> None:
    unknown = {"tag": "x", "metadata": {"plugin_data": {"plugin_name": "heat_maps"}}}
    event = frame(encode_message(EVENT, {"wall_time": 1000.0, "summary": {"value": [unknown]}}))
    write("a", [0, 1], raw=event + text(0, 1000.0) * 2)
    write("b", [0], raw=text(0, 1000.0))
    log.refresh()
    found = [(kind.name, kind.title, kind.known, kind.records, kind.runs) for kind in log.kinds()]
    assert found == [
        ("scalars", "Scalars", True, 3, {"r0": 2, "r1": 1}),
        ("text", "Texts", True, 3, {"r0": 2, "r1": 1}),
        ("heat_maps", "heat_maps", False, 1, {"r0": 1}),
    ]


def test_a_record_that_is_no_event_is_damage(log: LogDirectory, write: Write) -> None:
    """Its checksums are right: no bytes are skipped, and no plug-in has written it."""
    write("a", [0])
    log.refresh()
    before = log.revision
    path = write("a", [1], raw=frame(b"\xff\xff\xff\xff") + encode(1002.0, 2, ["loss"], [1.0]))
    log.refresh()
    assert log.changes_since(before).structure
    (malformed,) = log.catalogue().malformed
    assert (malformed.run, malformed.file, malformed.records) == ("r0", path.name, 1)
    ((_, (file,)), run) = log.file_list(), log.catalogue().runs[0]
    assert (file.malformed, file.values, file.unknown, file.damaged_bytes) == (1, {}, (), 0)
    assert (run.points, log.catalogue().damage) == (3, ())
