"""Values of hostile logs through HTTP: bounded answers that say what they leave out, 422 for damage, never a 500."""

import io
import json
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.schema import encode
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import RecordedValues

NAN = float("nan")
MANY = 1 << 24


@pytest.fixture
def record(log: LogDirectory) -> Callable[..., None]:
    """``record(tag, plugin, value, run=…)`` appends a value to a run."""
    steps = iter(range(1000))

    def append(tag: str, plugin: str, run: str = "a", content: bytes = b"", **fields: Any) -> None:
        path = Path(log.path) / run / "events.out.tfevents.1000.host.1.0"
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"plugin_data": {"plugin_name": plugin, "content": content}} if plugin else None
        value = {"tag": tag, "metadata": metadata, **fields}
        event = {"wall_time": 1000.0, "step": next(steps), "summary": {"value": [value]}}
        with path.open("ab") as file:
            file.write(frame(encode(messages.EVENT, event)))
        log.refresh()

    return append


def tensor(dtype: int, *sizes: int, **elements: Any) -> dict[str, Any]:
    return {"dtype": dtype, "tensor_shape": {"dim": [{"size": size} for size in sizes]}, **elements}


def histogram(*rows: tuple[float, float, float]) -> dict[str, Any]:
    return tensor(2, len(rows), 3, tensor_content=np.array(rows, np.float64).tobytes())


def get(client: Any, tag: str, index: int = 0, route: str = "value", **params: Any) -> Any:
    known = {found["name"]: found["id"] for found in client.get("/api/kinds").json()["tags"]}
    place = {"index": index} if route == "value" else {}
    return client.get(f"/api/{route}", params={"tag": known[tag], "run": "r0", **place, **params})


def test_what_stands_for_many_is_cut_off_and_counted(record: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cutaway.server.routes.values.MOST_ITEMS", 10_000)
    monkeypatch.setattr("cutaway.server.routes.values.MOST_CHARACTERS", 100_000)
    record("numbers", "tensor", tensor=tensor(2, MANY, double_val=[1.5]))
    record("rows", "tensor", tensor=tensor(2, 1 << 12, 1 << 12, double_val=[NAN]))
    record("nothing", "tensor", tensor=tensor(2, MANY, 0))
    record("texts", "text", tensor=tensor(7, MANY, string_val=[b"x" * 1000]))
    for tag, element in (("numbers", 1.5), ("rows", ["NaN"] * (1 << 12)), ("nothing", []), ("texts", "x" * 1000)):
        tracemalloc.start()
        response = get(client, tag)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 16 << 20
        body = response.json()
        assert body["value"][0] == element
        assert body["left_out"]["items"] > 0
        shown = len(body["value"])
        if tag != "rows":
            assert shown + body["left_out"]["items"] == MANY
        assert shown <= 10_000
    texts = get(client, "texts").json()
    assert sum(map(len, texts["value"])) == 100_000
    assert texts["left_out"]["characters"] == (len(texts["value"]) - 100) * 1000


def test_a_long_text_is_cut_off(record: Any, client: Any) -> None:
    record("text", "text", tensor=tensor(7, string_val=[b"\x01" * 5_000_000]))
    body = get(client, "text").json()
    assert (len(body["value"]), body["left_out"]) == (4_000_000, {"items": 0, "characters": 1_000_000})
    record("short", "text", tensor=tensor(7, string_val=[b"all of it"]))
    assert get(client, "short").json()["left_out"] == {"items": 0, "characters": 0}


@pytest.mark.parametrize(
    "value",
    [
        tensor(1, 1 << 62, 1 << 62, 0),
        tensor(1, *[1] * 40, float_val=[1.0]),
        tensor(1, 3, tensor_content=bytes(8)),
        tensor(-1, 1),
    ],
)
@pytest.mark.parametrize(
    "plugin", ["tensor", "images", "audio", "histograms", "text", "pr_curves", "mesh", "custom_scalars"]
)
def test_damage_is_422_with_a_reason(record: Any, client: Any, plugin: str, value: dict[str, Any]) -> None:
    record("bad", plugin, tensor=value)
    record("bad", plugin, tensor=tensor(1, 2, float_val=[1.0, 2.0]))
    response = get(client, "bad")
    assert response.status_code == 422
    assert response.json()["error"].startswith("the value is damaged: ")
    assert get(client, "bad", format="raw").status_code == 200
    if plugin == "tensor":
        assert get(client, "bad", 1).json()["value"] == [1, 2]
    assert client.get("/api/layouts").status_code == client.get("/api/runs").status_code == 200


def test_histograms_whose_numbers_are_not_finite(record: Any, client: Any, decode: Any) -> None:
    record("weights", "histograms", tensor=histogram((0, 1, 5)))
    record("weights", "histograms", tensor=histogram(*[(NAN, NAN, 0)] * 30))
    record("weights", "histograms", tensor=histogram((0, 1, -5)))
    record("weights", "histograms", tensor=tensor(2, 30, 3))
    _, columns = decode(get(client, "weights", route="histograms").content)
    assert columns["row"].tolist() == [0, 1, 3]
    assert columns["bins"].tolist() == [1, 0, 0]
    assert columns["not_finite"].tolist() == [0, 1, 0]
    assert get(client, "weights", 1).json()["value"]["not_finite"] is True


def test_a_histogram_of_too_many_bytes_is_not_even_read_and_harms_no_other(
    record: Any, client: Any, decode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cutaway.server.routes.histograms.MOST_BINS", 100)
    monkeypatch.setattr("cutaway.server.routes.histograms._OTHER_BYTES", 1000)
    # By its bins, and by what a plug-in may keep beside them.
    record("weights", "histograms", tensor=histogram(*[(i, i + 1, 1) for i in range(100)]))
    record("weights", "histograms", content=b"x" * 2000, tensor=histogram((0, 1, 5)))
    record("weights", "histograms", tensor=histogram((0, 1, 7)))
    read: list[int] = []
    original = RecordedValues.raw

    def noted(self: RecordedValues, index: int) -> Any:
        read.append(index)
        return original(self, index)

    monkeypatch.setattr(RecordedValues, "raw", noted)
    header, columns = decode(get(client, "weights", route="histograms").content)
    assert (read, columns["row"].tolist(), columns["count"].tolist()) == ([2], [2], [7])
    assert [(item["row"], item["step"]) for item in header["damaged"]] == [(0, 0), (1, 1)]
    for item in header["damaged"]:
        assert item["problem"].endswith(" bytes; at most 1,600 are read")
    # Together they may have no more bins than these, either.
    monkeypatch.setattr("cutaway.server.routes.histograms.MOST_BINS", 0)
    assert get(client, "weights", route="histograms").status_code == 413


def test_metadata_of_megabytes_takes_nothing_from_its_value(record: Any, client: Any, decode: Any) -> None:
    large = b"x" * (3 << 20)
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 32)).save(file, "PNG")
    curve = np.array([[2, 1], [1, 0], [0, 1], [0, 1], [2 / 3, 1], [1, 0.5]], np.float32)
    record("weights", "histograms", content=large, tensor=histogram((0, 1, 5)))
    record("pictures", "images", content=large, tensor=tensor(7, 3, string_val=[b"64", b"32", file.getvalue()]))
    record("texts", "text", content=large, tensor=tensor(7, string_val=[b"all of it"]))
    record("curves", "pr_curves", content=large, tensor=tensor(1, 6, 2, tensor_content=curve.tobytes()))
    record("arrays", "tensor", content=large, tensor=tensor(1, 2, float_val=[1.0, 2.0]))
    record("_hparams_", "hparams", content=hparams({"note": "x" * (3 << 20)}))
    header, columns = decode(get(client, "weights", route="histograms").content)
    assert (columns["count"].tolist(), header["damaged_count"]) == ([5], 0)
    header, columns = decode(get(client, "curves", route="pr_curves").content)
    assert (columns["average_precision"].round(4).tolist(), header["damaged_count"]) == ([0.8333], 0)
    assert get(client, "texts").json()["value"] == "all of it"
    assert get(client, "arrays").json()["value"] == [1, 2]
    assert PillowImage.open(io.BytesIO(get(client, "pictures", format="media", width=16).content)).size == (16, 8)
    # Of hyper-parameters it is the value itself: what is left out is counted.
    (row,) = client.get("/api/runs").json()["runs"]
    assert (row["hparams"], row["hparams_left_out"]) == ({}, 1)
    assert len(client.get("/api/catalogue").content) < 10_000


def layout(*titles: str, pattern: str = "loss") -> dict[str, Any]:
    charts = [{"title": title, "multiline": {"tag": [pattern]}} for title in titles]
    return tensor(7, string_val=[encode(messages.LAYOUT, {"category": [{"title": "all", "chart": charts}]})])


def test_layouts_beyond_their_bounds_are_counted(record: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        record("custom_scalars__config__", "custom_scalars", f"same{number}", tensor=layout("one"))
    record("custom_scalars__config__", "custom_scalars", "many", tensor=layout(*map(str, range(20_000))))
    answer = client.get("/api/layouts").json()
    assert answer["left_out"] == {"layouts": 0, "charts": 15_001}
    assert len(answer["categories"][0]["charts"]) == 5000
    record("custom_scalars__config__", "custom_scalars", "large", tensor=layout("x" * (1 << 20)))
    assert client.get("/api/layouts").json()["left_out"]["layouts"] == 1
    monkeypatch.setattr("cutaway.server.routes.layouts.MOST_BYTES_TOGETHER", 150)
    record("custom_scalars__config__", "custom_scalars", "other", tensor=layout("two"))
    answer = client.get("/api/layouts").json()
    assert [chart["title"] for chart in answer["categories"][0]["charts"]] == ["two"]
    # Those of the same bytes count once each: nobody knows that they are the same.
    assert answer["left_out"]["layouts"] == 6


def hparams(values: dict[str, Any]) -> bytes:
    kinds = {str: "string_value", float: "number_value", bool: "bool_value", list: "list_value"}
    pairs = [{"key": name, "value": {kinds[type(value)]: value}} for name, value in values.items()]
    return encode(messages.HPARAMS_PLUGIN, {"session_start_info": {"hparams": pairs}})


def test_hyper_parameters_beyond_their_bounds_are_counted(record: Any, client: Any) -> None:
    def row() -> Any:
        return client.get("/api/runs").json()["runs"][0]

    record("_hparams_/session_start_info", "hparams", content=hparams({"lr": 0.5, "text": "x" * 5000}))
    assert row()["hparams"] == {"lr": 0.5, "text": "x" * 1000 + "…"}
    assert row()["hparams_left_out"] == 0
    record("_hparams_/session_start_info", "hparams", content=b"\x1a\x05not a")
    assert row()["hparams"]["lr"] == 0.5
    record("_hparams_/session_start_info", "hparams", content=hparams({f"p{i}": 1.0 for i in range(1500)}))
    assert (len(row()["hparams"]), row()["hparams_left_out"]) == (1000, 502)
    record("_hparams_/session_start_info", "hparams", content=hparams({"huge": "x" * (1 << 20)}))
    assert row()["hparams_left_out"] == 503
    deep: list[Any] = {"values": [{"list_value": {"values": [{"number_value": 1.0}] * 2000}}]}  # type: ignore[assignment]
    start = {"hparams": [{"key": "deep", "value": {"list_value": deep}}]}
    record("_hparams_", "hparams", "b", content=encode(messages.HPARAMS_PLUGIN, {"session_start_info": start}))
    (value,) = client.get("/api/runs").json()["runs"][1]["hparams"].values()
    assert len(value) == 1001


def test_pictures(record: Any, client: Any) -> None:
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 32)).save(file, "PNG")
    fine = file.getvalue()
    huge = fine[:16] + struct.pack(">II", 50_000, 50_000) + fine[24:]
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 32)).save(file, "TIFF")
    for data in (huge, file.getvalue(), b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", fine[:50], fine):
        record("pictures", "", image={"width": 64, "height": 32, "encoded_image_string": data})
    for index in range(4):
        response = get(client, "pictures", index, format="media", width=16)
        assert response.status_code == 422, index
        assert "the picture" in response.json()["error"] or "a picture" in response.json()["error"]
    # Nothing but the four bytes that browsers show is anything but a download.
    assert get(client, "pictures", 1, format="media").headers["content-type"] == "application/octet-stream"
    assert get(client, "pictures", 2, format="media").headers["content-type"] == "application/octet-stream"
    assert PillowImage.open(io.BytesIO(get(client, "pictures", 4, format="media", width=16).content)).size == (16, 8)


def test_sizes_of_pictures_are_told_before_they_are_decoded(record: Any, client: Any) -> None:
    """As the header says, whatever that is; where nothing can be made of it, the answer says why."""
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 32)).save(file, "PNG")
    fine = file.getvalue()
    gif = b"GIF89a" + bytes(7)
    sized = [(fine[:16] + struct.pack(">II", *size) + fine[24:], size) for size in ((0, 0), (0, 7), (60_000, 60_000))]
    for data, (width, height) in [*sized, (gif, (0, 0))]:
        record("pictures", "", image={"width": 64, "height": 32, "encoded_image_string": data})
        index = int(client.get("/api/kinds").json()["tags"][0]["runs"]["r0"]) - 1
        response = get(client, "pictures", index, format="media")
        told = (response.headers["cutaway-width"], response.headers["cutaway-height"])
        assert (response.status_code, told) == (200, (str(width), str(height)))
        response = get(client, "pictures", index, format="media", width=16)
        assert response.status_code == 422
        assert " 0x" not in response.json()["error"]
        assert f"{width:,} x {height:,} pixels" in response.json()["error"]
    record("pictures", "", image={"width": 64, "height": 32, "encoded_image_string": b"BM" + bytes(5)})
    response = get(client, "pictures", 4, format="media")
    assert "cutaway-width" not in response.headers
    error = get(client, "pictures", 4, format="media", width=16).json()["error"]
    assert error == "the value is damaged: the picture cannot be decoded: its header is damaged"


def test_json_of_every_value_is_json(record: Any, client: Any) -> None:
    record("complex", "tensor", tensor=tensor(18, 2, dcomplex_val=[1.0, NAN, float("inf"), 2.0]))
    record("unknown", "fancy", content=b"abc", tensor=tensor(1, 2, float_val=[float("-inf"), 1.0]))
    assert get(client, "complex").json()["value"] == [[1, "NaN"], ["Infinity", 2]]
    body = json.loads(get(client, "unknown").text)
    assert body["value"]["value"]["tensor"]["float_val"] == ["-Infinity", 1]
    assert body["value"]["value"]["metadata"]["plugin_data"]["content"] == {"bytes": 3}
