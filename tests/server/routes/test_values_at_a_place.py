"""``POST ./api/values``: of many tags and runs, where their values are, and those at one place."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cutaway
from cutaway.events import messages
from cutaway.events.core import encode as encode_scalars
from cutaway.events.core import frame
from cutaway.events.messages import file_version
from cutaway.events.schema import encode
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.store.log_directory import LogDirectory

STEPS = (0, 10, 20)
STRING = 7


def text_event(tag: str, text: str, step: int, wall_time: float) -> bytes:
    """A record of one text."""
    tensor = {"dtype": STRING, "tensor_shape": {"dim": [{"size": 1}]}, "string_val": [text.encode()]}
    value = {"tag": tag, "metadata": {"plugin_data": {"plugin_name": "text"}}, "tensor": tensor}
    return bytes(frame(encode(messages.EVENT, {"wall_time": wall_time, "step": step, "summary": {"value": [value]}})))


def record(folder: Path, run: str, *records: bytes) -> Path:
    path = folder / run / "events.out.tfevents.1000.host.1.0"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if not file.tell():
            file.write(frame(file_version(1000.0)))
        file.write(b"".join(records))
    return path


@pytest.fixture
def filled(log: LogDirectory) -> LogDirectory:
    """Texts of two runs: a step is a second, and run b begins 1000 seconds later."""
    for run, start in (("a", 1000.0), ("b", 2000.0)):
        for step in STEPS:
            record(Path(log.path), run, text_event("note", f"{run}{step}", step, start + step))
    record(Path(log.path), "b", text_event("other", "o", 7, 2007.0), encode_scalars(2001.0, 1, ["loss"], [0.5]))
    log.refresh()
    return log


def ids(client: Any) -> dict[str, str]:
    return {tag["name"]: tag["id"] for tag in client.get("/api/kinds").json()["tags"]}


def ask(client: Any, **body: Any) -> Any:
    return client.post("/api/values", json=body)


def test_places_and_newest_values(filled: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    tags = ids(client)
    response = ask(client, tags=[tags["note"], tags["other"]], runs=["r1", "r0"], at=None, values=True)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["cache-control"] == "no-store"
    header, columns = decode(response.content)
    assert header["revision"] == filled.revision
    # Run a has no "other".
    assert [(series["tag"], series["run"]) for series in header["series"]] == [
        (tags["note"], "r1"),
        (tags["note"], "r0"),
        (tags["other"], "r1"),
    ]
    assert columns["step"].tolist() == [*STEPS, *STEPS, 7]
    assert columns["step"].dtype == np.int64
    assert columns["wall_time"].tolist() == [2000.0, 2010.0, 2020.0, 1000.0, 1010.0, 1020.0, 2007.0]
    assert columns["bytes"].dtype == np.float64
    start = 0
    for series in header["series"]:
        single = client.get("/api/values", params={"tag": series["tag"], "run": series["run"]})
        single_header, single_columns = decode(single.content)
        assert series["kind"] == single_header["kind"] == "text"
        for name, column in single_columns.items():
            assert columns[name][start : start + series["length"]].tolist() == column.tolist()
        start += series["length"]
        place = {"tag": series["tag"], "run": series["run"], "index": series["at"]}
        assert series["value"] == client.get("/api/value", params=place).json()
        assert series["problem"] == ""
    assert [series["value"]["value"] for series in header["series"]] == ["b20", "a20", "o"]


@pytest.mark.usefixtures("filled")
def test_values_are_sent_only_if_asked_for(client: Any, decode: Callable[[bytes], Any]) -> None:
    tag = ids(client)["note"]
    for body in ({}, {"values": False, "at": None}):
        (series,) = decode(ask(client, tags=[tag, tag], runs=["r0", "r0"], **body).content).header["series"]
        assert (series["at"], series["value"], series["problem"], series["length"]) == (2, None, "", 3)
    assert decode(ask(client, tags=[], runs=[]).content).columns["step"].tolist() == []
    by_words = decode(ask(client, tags=[tag], runs={"matching": "B"}).content).header["series"]
    assert [series["run"] for series in by_words] == ["r1"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("axis", "x", "found"),
    [
        ("step", 0, ["a0", "b0"]),
        ("step", 19.5, ["a10", "b10"]),
        ("step", 20, ["a20", "b20"]),
        ("step", -1, [None, None]),
        ("step", 2**80, ["a20", "b20"]),
        ("step", -(2**80), [None, None]),
        ("wall", 1015.0, ["a10", None]),
        ("wall", 2000, ["a20", "b0"]),
        ("relative", 10, ["a10", "b10"]),
        ("relative", 1e300, ["a20", "b20"]),
        ("relative", -0.5, [None, None]),
        ("training", 10, ["a10", "b10"]),
        ("training", -0.5, [None, None]),
        # The first step of b's scalars is 1.
        ("aligned", 19.5, ["a10", "b20"]),
    ],
)
def test_a_place(client: Any, decode: Callable[[bytes], Any], axis: str, x: float, found: list[str | None]) -> None:
    place = {"axis": axis, "x": x}
    header, _ = decode(ask(client, tags=[ids(client)["note"]], runs=["r0", "r1"], at=place, values=True).content)
    assert [series["value"] and series["value"]["value"] for series in header["series"]] == found
    assert [series["at"] is None for series in header["series"]] == [text is None for text in found]
    assert {series["problem"] for series in header["series"]} == {""}


def test_steps_beyond_what_a_float_holds(log: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    big = 2**53
    record(Path(log.path), "a", *(text_event("note", str(step), step, 1.0) for step in (big, big + 1, big + 2)))
    log.refresh()
    for step in (big, big + 1, big + 2):
        at = {"axis": "step", "x": step}
        (series,) = decode(ask(client, tags=[ids(client)["note"]], runs=["r0"], at=at, values=True).content).header[
            "series"
        ]
        assert series["value"]["step"] == step


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(st.tuples(st.integers(-3, 6), st.integers(0, 6)), min_size=1, max_size=12),
    axis=st.sampled_from(["step", "wall", "relative"]),
    x=st.one_of(st.integers(-4, 7), st.floats(-4, 7)),
)
def test_any_order_of_steps_and_times(
    client_of: Any, decode: Callable[[bytes], Any], places: list[tuple[int, int]], axis: str, x: float
) -> None:
    """The greatest x at or before the place, and of several there the last in the file."""
    with TemporaryDirectory() as folder:
        record(Path(folder), "a", *(text_event("note", str(i), *place) for i, place in enumerate(places)))
        log = LogDirectory(folder)
        log.refresh()
        client = client_of(create_application(log, Closing(), {}))
        body = {"tags": [ids(client)["note"]], "runs": ["r0"], "at": {"axis": axis, "x": x}, "values": True}
        (series,) = decode(client.post("/api/values", json=body).content).header["series"]
    first = min(wall for _, wall in places)
    along = [{"step": step, "wall": wall, "relative": wall - first}[axis] for step, wall in places]
    best = max((value for value in along if value <= x), default=None)
    expected = None if best is None else len(along) - 1 - along[::-1].index(best)
    assert series["at"] == expected
    assert (series["value"] and series["value"]["value"]) == (None if expected is None else str(expected))


def test_what_a_resumed_run_superseded_is_left_out(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any]
) -> None:
    restart = frame(encode(messages.EVENT, {"wall_time": 1003.0, "step": 1, "session_log": {"status": 1}}))
    before = (text_event("note", f"old{step}", step, 1000.0 + step) for step in range(3))
    record(Path(log.path), "a", *before, bytes(restart), text_event("note", "new1", 1, 1004.0))
    log.refresh()
    header, columns = decode(ask(client, tags=[ids(client)["note"]], runs=["r0"], values=True).content)
    assert columns["step"].tolist() == [0, 1]
    assert header["series"][0]["value"]["value"] == "new1"


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"runs": []}, 400, "tags must be a list of ids of tags"),
        ({"tags": [1], "runs": []}, 400, "tags must be a list of ids of tags"),
        ({"tags": [], "runs": "r0"}, 400, "runs must be a list of ids of runs"),
        ({"tags": [], "runs": [], "values": 1}, 400, "values must be true or false"),
        ({"tags": [], "runs": [], "at": 3}, 400, "at must be null or an object with an axis and an x"),
        (
            {"tags": [], "runs": [], "at": {"axis": "tag", "x": 3}},
            400,
            "at.axis must be one of step, aligned, wall, relative, training",
        ),
        ({"tags": [], "runs": [], "at": {"axis": "step"}}, 400, "at.x must be a finite number"),
        ({"tags": [], "runs": [], "at": {"axis": "step", "x": True}}, 400, "at.x must be a finite number"),
        ({"tags": [], "runs": [], "at": {"axis": "step", "x": 10**400}}, 400, "at.x must be a finite number"),
        ({"tags": ["v99"], "runs": ["r0"]}, 404, "there is no tag or run with the id 'v99'"),
        ({"tags": ["note"], "runs": ["r99"]}, 404, "there is no tag or run with the id 'r99'"),
        ({"tags": ["note"], "runs": ["r9"], "at": {"axis": "relative", "x": 0}}, 404, "no run with the id 'r9'"),
        ({"tags": ["t0"], "runs": ["r1"]}, 404, "holds scalars: see api/scalars"),
        (
            {"tags": [f"v{i}" for i in range(101)], "runs": [f"r{i}" for i in range(100)]},
            413,
            "101 tags of 100 runs are asked for; at most 10,000 pairs are accepted",
        ),
    ],
)
def test_what_is_refused(client: Any, body: dict[str, Any], status: int, reason: str) -> None:
    if body.get("tags") == ["note"]:
        body = body | {"tags": [ids(client)["note"]]}
    if body.get("tags") == ["t0"]:
        body = body | {"tags": [tag["id"] for tag in client.get("/api/catalogue").json()["tags"]][:1]}
    response = client.post("/api/values", json=body)
    assert response.status_code == status
    assert reason in response.json()["error"]


@pytest.mark.usefixtures("filled")
def test_more_places_than_one_answer_has(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = ids(client)["note"]
    monkeypatch.setattr("cutaway.server.values_request.MOST_PLACES", 6)
    assert ask(client, tags=[tag], runs=["r0", "r1"]).status_code == 200
    monkeypatch.setattr("cutaway.server.values_request.MOST_PLACES", 5)
    response = ask(client, tags=[tag], runs=["r0", "r1"])
    assert response.status_code == 413
    assert response.json()["error"] == "there are more than 5 values in these tags and runs; ask for fewer"


def newest(client: Any, decode: Callable[[bytes], Any]) -> list[tuple[Any, str]]:
    """(value, problem) of the newest value of every tag."""
    series = decode(ask(client, tags=sorted(ids(client).values()), runs=["r0"], values=True).content).header["series"]
    return [(each["value"] and each["value"]["value"], each["problem"]) for each in series]


def test_bytes_that_are_read_together(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that is too large leaves room for those behind it."""
    texts = ["a" * 100, "b" * 1000, "c" * 100]
    record(Path(log.path), "a", *(text_event(f"note{i}", text, 0, 1.0) for i, text in enumerate(texts)))
    log.refresh()
    monkeypatch.setattr("cutaway.server.routes.values.MOST_BYTES_TOGETHER", 800)
    (first, large, last) = newest(client, decode)
    assert (first, last) == ((texts[0], ""), (texts[2], ""))
    assert large[0] is None
    assert large[1].endswith("the values of one answer have at most 800 together: ask for it by itself")


def test_characters_that_are_sent_together(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One value alone is cut off as `GET ./api/value` does it; one for which no room is left is not sent."""
    texts = ["a" * 70, "b" * 120, "c" * 70, "d" * 10]
    record(Path(log.path), "a", *(text_event(f"note{i}", text, 0, 1.0) for i, text in enumerate(texts)))
    log.refresh()
    monkeypatch.setattr("cutaway.server.routes.values.MOST_CHARACTERS", 100)
    monkeypatch.setattr("cutaway.server.routes.values.MOST_CHARACTERS_TOGETHER", 200)
    full = "the answer is full: ask for the value by itself, or for fewer at a time"
    assert newest(client, decode) == [("a" * 70, ""), ("b" * 100, ""), (None, full), (None, full)]
    tag = ids(client)["note1"]
    (series,) = decode(ask(client, tags=[tag], runs=["r0"], values=True).content).header["series"]
    assert series["value"] == client.get("/api/value", params={"tag": tag, "run": "r0", "index": 0}).json()
    assert series["value"]["left_out"] == {"items": 0, "characters": 20}


def test_items_that_are_sent_together(
    log: LogDirectory, client: Any, decode: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with cutaway.SummaryWriter(Path(log.path) / "a") as writer:
        for name, length in (("x", 6), ("y", 8), ("z", 1)):
            writer.add_tensor(name, np.arange(float(length)), 0)
    log.refresh()
    monkeypatch.setattr("cutaway.server.routes.values.MOST_ITEMS", 10)
    monkeypatch.setattr("cutaway.server.routes.values.MOST_ITEMS_TOGETHER", 15)
    (first, second, third) = newest(client, decode)
    assert first == ([0, 1, 2, 3, 4, 5], "")
    assert second[0] is None
    assert third[0] is None
    assert second[1].startswith("the answer is full")


def test_damage_is_the_problem_of_one_series(filled: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    picture = {"height": 1, "width": 1, "colorspace": 3, "encoded_image_string": b"<svg/>"}
    broken = {"dtype": 1, "tensor_shape": {"dim": [{"size": 2}]}, "tensor_content": b"12345"}
    event = {
        "wall_time": 1030.0,
        "step": 30,
        "summary": {"value": [{"tag": "broken", "tensor": broken}, {"tag": "picture", "image": picture}]},
    }
    record(Path(filled.path), "a", bytes(frame(encode(messages.EVENT, event))))
    filled.refresh()
    tags = ids(client)
    body = {"tags": [tags["broken"], tags["note"], tags["picture"]], "runs": ["r0", "r1"], "values": True}
    header, _ = decode(ask(client, **body).content)
    found = {(series["tag"], series["run"]): series for series in header["series"]}
    assert found[tags["broken"], "r0"]["value"] is None
    assert found[tags["broken"], "r0"]["problem"].startswith("the value is damaged: ")
    assert found[tags["broken"], "r0"]["at"] == 0
    assert found[tags["note"], "r0"]["value"]["value"] == "a20"
    # Of pictures JSON has no more than their size.
    assert found[tags["picture"], "r0"]["value"]["value"]["encoded"] == [{"bytes": 6}]
    for path in (Path(filled.path) / "a").iterdir():
        path.unlink()
    header, columns = decode(ask(client, **body).content)
    gone = [series["problem"] for series in header["series"] if series["run"] == "r0"]
    assert len(gone) == 3
    assert all(problem.startswith("the value cannot be read any more: ") for problem in gone)
    assert not any(str(filled.path) in problem for problem in gone)
    assert [series["value"]["value"] for series in header["series"] if series["run"] == "r1"] == ["b20"]
    assert len(columns["step"]) == sum(series["length"] for series in header["series"])
