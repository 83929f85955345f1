"""Places of values that stay in their files."""

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.core import frame
from cutaway.events.messages import EVENT, SESSION_START, session_log
from cutaway.events.schema import encode
from cutaway.store.blobs import BlobSeries
from cutaway.store.event_file import EventFile
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.local import LocalPlace


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), max_size=30))
def test_everything_appended_is_there(batches: list[tuple[int, int]]) -> None:
    series = BlobSeries()
    seen, offset, session = [], 0, 0
    sessions: list[tuple[int, int]] = []
    for count, starts in batches:
        session += starts
        if count and session != (sessions[-1][1] if sessions else 0):
            sessions.append((offset, session))
        numbers = np.arange(offset, offset + count)
        series.append(numbers * 2, numbers / 4, numbers * 10, numbers + 1, session)
        offset += count
        seen.append((series.places, offset))
    for places, count in seen:
        assert places.step.tolist() == list(range(0, 2 * count, 2))
        assert places.wall_time.tolist() == [number / 4 for number in range(count)]
        assert places.offset.tolist() == list(range(0, 10 * count, 10))
        assert places.length.tolist() == list(range(1, count + 1))
    assert series.places.sessions == tuple(sessions)


def event(step: int, **what: Any) -> bytes:
    return frame(encode(EVENT, {"wall_time": 1000.0 + step, "step": step, **what}))


def text(step: int, content: bytes, plugin: str | None) -> bytes:
    value = {"tag": "note", "tensor": {"dtype": 7, "string_val": [content]}}
    if plugin:
        value["metadata"] = {"plugin_data": {"plugin_name": plugin}}
    return event(step, summary={"value": [value]})


def read(path: Path) -> EventFile:
    file = EventFile(str(path), LocalPlace(path))
    file.check()
    while file.pending:
        batch = file.read()
        assert batch is not None
        file.apply(batch)
    return file


def test_only_the_first_value_names_the_plugin(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(text(0, b"zero", "text") + text(1, b"one", None) + text(2, b"two", None))
    file = read(path)
    assert list(file.blobs) == [("text", "note")]
    with path.open("ab") as more:
        more.write(text(3, b"three", None))
    file.check()
    batch = file.read()
    assert batch is not None
    file.apply(batch)
    series = file.blobs["text", "note"]
    assert series.places.step.tolist() == [0, 1, 2, 3]
    assert series.metadata == b"\n\x06\n\x04text"
    data = path.read_bytes()
    contents = [data[start : start + n] for start, n in zip(series.places.offset, series.places.length, strict=True)]
    assert [word in content for word, content in zip([b"zero", b"one", b"two", b"three"], contents, strict=True)] == [
        True
    ] * 4


def test_events_that_are_no_summary(tmp_path: Path) -> None:
    path = tmp_path / "log" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.write_bytes(
        event(0, graph_def=b"graph")
        + event(1, tagged_run_metadata={"tag": "step 1", "run_metadata": b"x"})
        + event(2, log_message={"level": 20, "message": "hello"})
        + event(5, session_log={"status": 2})
    )
    log = LogDirectory(path.parent)
    log.refresh()
    shown = {kind.name: kind.records for kind in log.kinds()}
    assert shown == {"graph": 1, "log_message": 1, "run_metadata": 1}
    # The orderly end is no data, so it is not what the run was last seen at.
    (run,) = log.catalogue().runs
    assert (run.last_step, run.last_wall_time) == (2, 1002.0)


def test_values_that_a_session_supersedes(tmp_path: Path) -> None:
    path = tmp_path / "log" / "events.out.tfevents.1"
    path.parent.mkdir()
    path.write_bytes(
        b"".join(text(step, b"old", "text") for step in range(4))
        + frame(session_log(1010.0, SESSION_START, 2))
        + text(2, b"new", "text")
    )
    log = LogDirectory(path.parent)
    log.refresh()
    run = log._runs["."]
    ((_, places),) = run.blobs("text", "note")
    assert places.step.tolist() == [0, 1, 2]
    ((_, every),) = run.blobs("text", "note", with_superseded=True)
    assert every.step.tolist() == [0, 1, 2, 3, 2]
