"""``POST ./api/pictures``: many in one answer, each as ``GET ./api/value`` has it, and none harmed by another."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as PillowImage
from tests.server.routes.test_values_at_a_place import record, text_event

import cutaway
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.server.routes import pictures
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
SAMPLES = RNG.integers(0, 255, (3, 12, 10, 3), np.uint8)


def picture_event(tag: str, data: bytes, step: int) -> bytes:
    value = {"tag": tag, "image": {"width": 1, "height": 1, "encoded_image_string": data}}
    event = {"wall_time": 1000.0 + step, "step": step, "summary": {"value": [value]}}
    return bytes(frame(encode(messages.EVENT, event)))


def bmp(width: int, height: int) -> bytes:
    file = io.BytesIO()
    PillowImage.new("RGB", (width, height), "red").save(file, "BMP")
    return file.getvalue()


def batch_event(tag: str, step: int) -> bytes:
    """A record of all samples, as TensorFlow 2 writes it."""
    encoded = []
    for sample in SAMPLES:
        file = io.BytesIO()
        PillowImage.fromarray(sample).save(file, "PNG")
        encoded.append(file.getvalue())
    strings = [b"10", b"12", *encoded]
    tensor = {"dtype": 7, "tensor_shape": {"dim": [{"size": len(strings)}]}, "string_val": strings}
    value = {"tag": tag, "metadata": {"plugin_data": {"plugin_name": "images"}}, "tensor": tensor}
    return bytes(frame(encode(messages.EVENT, {"wall_time": 1000.0, "step": step, "summary": {"value": [value]}})))


@pytest.fixture
def filled(log: LogDirectory) -> LogDirectory:
    record(Path(log.path), "a", batch_event("batch", 7))
    with cutaway.SummaryWriter(Path(log.path) / "a") as writer:
        for step in (3, 5):
            writer.add_image("fine", SAMPLES[0] + np.uint8(step), step, dataformats="HWC")
    record(
        Path(log.path),
        "b",
        picture_event("page", b"<!doctype html><script>alert(1)</script>", 1),
        picture_event("cut", b"\x89PNG\r\n\x1a\n", 2),
        picture_event("wide", bmp(100, 10), 4),
        picture_event("huge", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60_000, 60_000), 5),
        picture_event("none", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 0, 60_000), 6),
        text_event("note", "no picture", 3, 1003.0),
    )
    log.refresh()
    return log


def ids(client: Any) -> dict[str, str]:
    return {tag["name"]: tag["id"] for tag in client.get("/api/kinds").json()["tags"]}


def ask(client: Any, *asked: dict[str, Any]) -> Any:
    return client.post("/api/pictures", json={"pictures": asked})


def parts_of(frame_: Any) -> list[tuple[dict[str, Any], bytes]]:
    """Each entry with its bytes, which end where the column does."""
    data, start, found = frame_.columns["data"].tobytes(), 0, []
    for entry in frame_.header["pictures"]:
        found.append((entry, data[start : start + entry["length"]]))
        start += entry["length"]
    assert start == len(data)
    return found


@pytest.mark.usefixtures("filled")
def test_each_is_what_it_is_alone(client: Any, decode: Callable[[bytes], Any]) -> None:
    tags = ids(client)
    asked = [
        {"tag": tags["fine"], "run": "r0", "index": 1},
        {"tag": tags["batch"], "run": "r0", "index": 0, "part": 2},
        {"tag": tags["fine"], "run": "r0", "index": 0, "part": 0},
    ]
    response = ask(client, *asked)
    # Whatever is in it, it is no page.
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["cache-control"] == "no-store"
    found = parts_of(decode(response.content))
    assert len(found) == len(asked)
    for place, (entry, data) in zip(asked, found, strict=True):
        alone = client.get("/api/value", params={**place, "format": "media"})
        assert data == alone.content
        assert (entry["status"], entry["problem"]) == (200, "")
        assert entry["media_type"] == alone.headers["content-type"] == "image/png"
        told = {name: int(alone.headers[f"cutaway-{name}"]) for name in ("step", "parts", "width", "height")}
        assert {name: entry[name] for name in told} == told


@pytest.mark.usefixtures("filled")
def test_what_cannot_be_sent_harms_nothing(client: Any, decode: Callable[[bytes], Any]) -> None:
    tags = ids(client)
    fine = {"tag": tags["fine"], "run": "r0", "index": 0}
    asked = [
        {"tag": tags["page"], "run": "r1", "index": 0},
        {"tag": tags["note/text_summary"] if "note/text_summary" in tags else tags["note"], "run": "r1", "index": 0},
        {"tag": "v99", "run": "r0", "index": 0},
        {"tag": tags["fine"], "run": "r99", "index": 0},
        {"tag": tags["fine"], "run": "r0", "index": 2},
        {"tag": tags["batch"], "run": "r0", "index": 0, "part": 3},
    ]
    found = parts_of(decode(ask(client, fine, *asked, fine).content))
    assert [entry["status"] for entry, _ in found] == [200, 415, 400, 404, 404, 404, 404, 200]
    assert found[0] == found[-1]
    for entry, data in found[1:-1]:
        assert (data, entry["media_type"], entry["length"], entry["step"]) == (b"", "", 0, None)
        assert entry["problem"]
    # A header that ends early says no size; made smaller, it is damaged.
    cut = {"tag": tags["cut"], "run": "r1", "index": 0}
    found = parts_of(decode(ask(client, cut, cut | {"width": 16}).content))
    assert [entry["status"] for entry, _ in found] == [415, 422]


@pytest.mark.usefixtures("filled")
def test_a_width(client: Any, decode: Callable[[bytes], Any]) -> None:
    wide = {"tag": ids(client)["wide"], "run": "r1", "index": 0}
    (whole, data), (smaller, png) = parts_of(decode(ask(client, wide, wide | {"width": 16}).content))
    assert (whole["media_type"], data[:2]) == ("image/bmp", b"BM")
    assert (smaller["media_type"], smaller["width"], smaller["height"]) == ("image/png", 100, 10)
    assert png == client.get("/api/value", params={**wide, "format": "media", "width": 16}).content
    assert PillowImage.open(io.BytesIO(png)).width == 16


@pytest.mark.usefixtures("filled")
def test_more_pixels_than_a_page_has_room_for(client: Any, decode: Callable[[bytes], Any]) -> None:
    """A few bytes may promise any number of pixels."""
    huge, none = ({"tag": ids(client)[name], "run": "r1", "index": 0} for name in ("huge", "none"))
    found = parts_of(decode(ask(client, huge, none, huge | {"width": 16}, none | {"width": 16}).content))
    assert [entry["status"] for entry, _ in found] == [413, 413, 422, 422]
    assert "60000 x 60000 pixels" in found[0][0]["problem"]


def test_a_damaged_and_a_lost_one(filled: LogDirectory, client: Any, decode: Callable[[bytes], Any]) -> None:
    # A tensor of numbers where pictures should be.
    tensor = {"dtype": 1, "tensor_shape": {"dim": [{"size": 1}]}, "float_val": [1.0]}
    value = {"tag": "odd", "metadata": {"plugin_data": {"plugin_name": "images"}}, "tensor": tensor}
    event = {"wall_time": 1.0, "step": 9, "summary": {"value": [value]}}
    path = record(Path(filled.path), "b", bytes(frame(encode(messages.EVENT, event))))
    filled.refresh()
    tags = ids(client)
    asked = [{"tag": tags["odd"], "run": "r1", "index": 0}, {"tag": tags["fine"], "run": "r0", "index": 0}]
    found = parts_of(decode(ask(client, *asked).content))
    assert [entry["status"] for entry, _ in found] == [422, 200]
    assert "damaged" in found[0][0]["problem"]
    path.unlink()
    found = parts_of(decode(ask(client, {"tag": tags["page"], "run": "r1", "index": 0}).content))
    assert found[0][0]["status"] == 404
    assert str(filled.path) not in found[0][0]["problem"]


@pytest.mark.usefixtures("filled")
def test_a_full_answer(client: Any, decode: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One for which there is no room is asked for by itself; a smaller one behind it may have room."""
    tags = ids(client)
    fine, batch = ({"tag": tags[name], "run": "r0", "index": 0} for name in ("fine", "batch"))
    read = int(client.get("/api/value", params={**fine, "format": "raw"}).headers["content-length"])
    monkeypatch.setattr(pictures, "MOST_BYTES_TOGETHER", 2 * read)
    found = parts_of(decode(ask(client, fine, batch, fine, fine).content))
    assert [entry["status"] for entry, _ in found] == [200, 413, 200, 413]
    assert "no room" in found[1][0]["problem"]
    # The first is read whatever its size is, up to what is sent at all.
    assert [entry["status"] for entry, _ in parts_of(decode(ask(client, batch, fine).content))] == [200, 413]
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    assert [entry["status"] for entry, _ in parts_of(decode(ask(client, fine).content))] == [413]


@pytest.mark.usefixtures("filled")
def test_a_bound_of_bytes(client: Any, decode: Callable[[bytes], Any]) -> None:
    """With one of the request's own the first record has to have room as well."""
    tags = ids(client)
    fine, batch = ({"tag": tags[name], "run": "r0", "at": None} for name in ("fine", "batch"))
    params = {"tag": tags["fine"], "run": "r0", "index": 1, "format": "raw"}
    read = int(client.get("/api/value", params=params).headers["content-length"])
    body = {"pictures": [batch, fine, fine], "most_bytes": 2 * read - 1}
    found = parts_of(decode(client.post("/api/pictures", json=body).content))
    assert [entry["status"] for entry, _ in found] == [413, 200, 413]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    axis=st.sampled_from(["step", "aligned", "relative", "training", "wall"]),
    x=st.one_of(st.integers(-2, 8), st.floats(-2, 8), st.just(2**70)),
    is_newest=st.booleans(),
)
def test_at_a_place(
    filled: LogDirectory, client: Any, decode: Callable[[bytes], Any], axis: str, x: float, is_newest: bool
) -> None:
    """The picture of the value that ``api/values`` finds there, with what that says of it."""
    tags = ids(client)
    at = (
        None
        if is_newest
        else {"axis": axis, "x": x + (filled.catalogue().runs[0].first_wall_time or 0) * (axis == "wall")}
    )
    names, runs = [tags["fine"], tags["batch"], tags["wide"]], ["r0", "r1"]
    header, columns = decode(client.post("/api/values", json={"tags": names, "runs": runs, "at": at}).content)
    asked = [{"tag": tag, "run": run, "at": at} for tag in names for run in runs]
    found = {
        (place["tag"], place["run"]): each
        for place, each in zip(asked, parts_of(decode(ask(client, *asked).content)), strict=True)
    }
    start = 0
    for series in header["series"]:
        entry, data = found.pop((series["tag"], series["run"]))
        if series["at"] is None:
            assert (entry["status"], entry["problem"]) == (404, "nothing was recorded up to the place")
        else:
            row = start + series["at"]
            assert entry["index"] == series["at"]
            for name in ("step", "wall_time", "bytes"):
                assert entry[name] == columns[name][row]
            place = {"tag": series["tag"], "run": series["run"], "index": series["at"]}
            assert parts_of(decode(ask(client, place).content)) == [(entry, data)]
        start += series["length"]
    # A run that has none of a tag's values has none at any place.
    assert {entry["status"] for entry, _ in found.values()} == {404}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 400, "must be a list"),
        ({"pictures": {}}, 400, "must be a list"),
        ({"pictures": [1]}, 400, "must be a list of objects"),
        ({"pictures": [{"tag": 1, "run": "r0", "index": 0}]}, 400, "must be ids"),
        ({"pictures": [{"tag": "v0", "run": "r0"}]}, 400, "index of a picture"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": -1}]}, 400, "index of a picture"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": True}]}, 400, "index of a picture"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": 0, "part": 0.5}]}, 400, "part of a picture"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": 0, "width": 8}]}, 400, "width of a picture"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": 0}] * 257}, 413, "at most 256"),
        ({"pictures": [{"tag": "v0", "run": "r0", "index": 0, "at": None}]}, 400, "not by both"),
        ({"pictures": [{"tag": "v0", "run": "r0", "at": 3}]}, 400, "an axis and an x"),
        ({"pictures": [{"tag": "v0", "run": "r0", "at": {"axis": "tag", "x": 3}}]}, 400, "at.axis"),
        ({"pictures": [], "most_bytes": -1}, 400, "most_bytes must be a whole number"),
        ({"pictures": [], "most_bytes": 2**30}, 400, "most_bytes must be a whole number"),
    ],
)
def test_refused(client: Any, body: Any, status: int, words: str) -> None:
    response = client.post("/api/pictures", json=body)
    assert response.status_code == status
    assert words in response.json()["error"]


@pytest.mark.usefixtures("filled")
def test_left_out(client: Any, decode: Callable[[bytes], Any]) -> None:
    fine = {"tag": ids(client)["fine"], "run": "r0", "index": 0}
    found = parts_of(decode(ask(client, fine, {**fine, "part": 0, "width": None}).content))
    assert found[0] == found[1]


@pytest.mark.usefixtures("filled")
def test_nothing_asked_for(client: Any, decode: Callable[[bytes], Any]) -> None:
    frame_ = decode(ask(client).content)
    assert (frame_.header["pictures"], len(frame_.columns["data"])) == ([], 0)
