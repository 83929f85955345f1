"""Data that is not scalar, through HTTP: the same as from Python, and never a page."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

import cutaway
from cutaway.events.core import frame
from cutaway.store.log_directory import LogDirectory

RNG = np.random.default_rng(0)
PICTURE = RNG.integers(0, 255, (40, 60, 3), np.uint8)
SOUND = RNG.uniform(-1, 1, 800).astype(np.float32)


@pytest.fixture
def filled(log: LogDirectory) -> LogDirectory:
    with cutaway.SummaryWriter(Path(log.path) / "a") as writer:
        writer.add_scalar("loss", 1.0, 0)
        for step in (3, 5):
            writer.add_image("picture", PICTURE, step, dataformats="HWC")
        writer.add_audio("sound", SOUND, 1, sample_rate=8000)
        writer.add_histogram("weights", RNG.normal(size=1000), 2)
        writer.add_text("note", "<script>alert(1)</script>", 4)
        writer.add_hparams({"lr": 0.1}, {}, run_name=".")
        writer.add_pr_curve("curve", RNG.integers(0, 2, 50), RNG.uniform(0, 1, 50), 6)
        writer.add_tensor("tensor", np.arange(6.0).reshape(2, 3), 7)
    log.refresh()
    return log


def tags(client: Any) -> dict[str, dict[str, Any]]:
    return {tag["name"]: tag for tag in client.get("/api/kinds").json()["tags"]}


def value(client: Any, name: str, **params: Any) -> Any:
    return client.get("/api/value", params={"tag": tags(client)[name]["id"], "run": "r0", "index": 0, **params})


@pytest.mark.usefixtures("filled")
def test_kinds(client: Any) -> None:
    found = {name: (tag["kind"], tag["runs"]) for name, tag in tags(client).items()}
    assert found["picture"] == ("images", {"r0": 2})
    assert found["sound"] == ("audio", {"r0": 1})
    assert found["weights"] == ("histograms", {"r0": 1})
    assert found["note/text_summary"][0] == "text"
    assert "loss" not in found
    assert not any(kind == "session_log" for kind, _ in found.values())


@pytest.mark.usefixtures("filled")
def test_kinds_as_such(client: Any) -> None:
    found = {kind["name"]: kind for kind in client.get("/api/kinds").json()["kinds"]}
    assert found["images"] == {
        "name": "images", "title": "Images", "plugin": "images", "of_run": False, "on_steps": True, "media": True,
        "known": True, "records": 2, "runs": {"r0": 2},
    }  # fmt: skip
    assert (found["scalars"]["records"], found["hparams"]["on_steps"]) == (1, False)
    assert "session_log" not in found


@pytest.mark.usefixtures("filled")
def test_places(client: Any, decode: Callable[[bytes], Any]) -> None:
    response = client.get("/api/values", params={"tag": tags(client)["picture"]["id"], "run": "r0"})
    header, columns = decode(response.content)
    assert (header["kind"], header["name"], header["run"]) == ("images", "picture", "r0")
    assert columns["step"].tolist() == [3, 5]
    assert (columns["bytes"] > 100).all()


def test_the_same_as_from_python(filled: LogDirectory, client: Any) -> None:
    run = cutaway.open(filled.path)["a"]
    histogram = run.histograms("weights")[0]
    found = value(client, "weights").json()
    assert found["step"] == 2
    np.testing.assert_allclose(found["value"]["edges"], histogram.edges)
    np.testing.assert_allclose(found["value"]["counts"], histogram.counts)
    assert value(client, "note/text_summary").json()["value"] == run.texts("note/text_summary")[0]
    assert value(client, "tensor").json()["value"] == [[0, 1, 2], [3, 4, 5]]
    assert value(client, "weights", format="raw").content == run.histograms("weights").raw(0)
    for tag in tags(client).values():
        for index in range(tag["runs"]["r0"]):
            response = client.get("/api/value", params={"tag": tag["id"], "run": "r0", "index": index})
            assert response.status_code == 200
            assert response.json()["kind"] == tag["kind"]


@pytest.mark.usefixtures("filled")
def test_pictures_and_sounds(client: Any) -> None:
    picture = value(client, "picture", format="media")
    assert picture.headers["content-type"] == "image/png"
    np.testing.assert_array_equal(np.asarray(PillowImage.open(io.BytesIO(picture.content))), PICTURE)
    said = {"cutaway-step": "3", "cutaway-parts": "1", "cutaway-width": "60", "cutaway-height": "40"}
    assert said.items() <= picture.headers.items()
    small = value(client, "picture", format="media", width=30)
    assert said.items() <= small.headers.items()
    assert PillowImage.open(io.BytesIO(small.content)).size == (30, 20)
    # Nothing is made larger.
    assert PillowImage.open(io.BytesIO(value(client, "picture", format="media", width=600).content)).size == (60, 40)
    sound = value(client, "sound", format="media")
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.content[:4] == b"RIFF"
    assert (sound.headers["cutaway-step"], sound.headers["cutaway-parts"]) == ("1", "1")
    assert "cutaway-width" not in sound.headers


@pytest.mark.usefixtures("filled")
def test_nothing_is_a_page(client: Any) -> None:
    for name in tags(client):
        for kind in ("json", "raw"):
            response = value(client, name, format=kind)
            if kind == "raw":
                assert response.headers["content-type"] == "application/octet-stream"
                named = r'attachment; filename="[\w.-]+-step\d+\.bin";'
                assert re.match(named, response.headers["content-disposition"])
            else:
                assert response.headers["content-type"] == "application/json"


def test_a_picture_that_is_none_is_a_download(log: LogDirectory, client: Any) -> None:
    from cutaway.events import messages
    from cutaway.events.schema import encode

    picture = {"height": 1, "width": 1, "colorspace": 3, "encoded_image_string": b"<svg onload=alert(1)>"}
    event = {"wall_time": 1.0, "step": 1, "summary": {"value": [{"tag": "svg", "image": picture}]}}
    path = Path(log.path) / "events.out.tfevents.1"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(frame(encode(messages.EVENT, event)))
    log.refresh()
    response = value(client, "svg", format="media")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment")
    assert value(client, "svg", format="media", width=20).status_code == 422


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("route", "params", "status", "reason"),
    [
        ("values", {"tag": "v0"}, 400, "the parameter run must be given"),
        ("values", {"tag": "v99", "run": "r0"}, 404, "there is no tag or run with the id 'v99'"),
        ("values", {"tag": "v0", "run": "../.."}, 404, "there is no tag or run with the id '../..'"),
        ("values", {"tag": "t0", "run": "r0"}, 404, "tag 't0' holds scalars"),
        ("values", {"tag": "v0", "run": "r0", "path": "/etc"}, 400, "there is no parameter 'path'"),
        ("value", {"tag": "v0", "run": "r0", "index": "2"}, 404, "there are 2 values, not value 2"),
        ("value", {"tag": "v0", "run": "r0", "index": "-1"}, 400, "index must be a whole number"),
        ("value", {"tag": "v0", "run": "r0", "index": "9" * 400}, 400, "index must be a whole number"),
        ("value", {"tag": "v0", "run": "r0", "index": "0", "format": "html"}, 400, "format must be one of"),
        ("value", {"tag": "v0", "run": "r0", "index": "0", "format": "media", "part": "1"}, 404, "there are 1 parts"),
        (
            "value",
            {"tag": "v0", "run": "r0", "index": "0", "format": "media", "width": "9"},
            400,
            "width must be from 16",
        ),
        ("kinds", {"tag": "v0"}, 400, "there is no parameter 'tag'; none is accepted"),
    ],
)
def test_what_is_refused(client: Any, route: str, params: dict[str, str], status: int, reason: str) -> None:
    if route != "kinds" and params.get("tag") == "v0":
        params = params | {"tag": tags(client)["picture"]["id"]}
    response = client.get(f"/api/{route}", params=params)
    assert response.status_code == status
    assert reason in response.json()["error"]


def test_a_file_that_is_gone(filled: LogDirectory, client: Any) -> None:
    known = tags(client)["picture"]["id"]
    for path in (Path(filled.path) / "a").iterdir():
        path.unlink()
    response = client.get("/api/value", params={"tag": known, "run": "r0", "index": 0})
    assert response.status_code == 404
    assert str(filled.path) not in response.text
