"""A viewer of a bucket: its files, their bytes and their pictures, by ranges of the objects."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.object_server import Fault, ObjectServer
from tests.patience import until

pytest.importorskip("obstore", reason="obstore is not installed: pip install 'cutaway[cloud]'")

from cutaway import SummaryWriter, launch
from cutaway.server.launch import stop_all
from cutaway.server.viewer import Viewer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    with ObjectServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """An event file with a curve and a picture, larger than what is read at a time."""
    with SummaryWriter(tmp_path / "made") as writer:
        for step in range(1000):
            writer.add_scalar("loss", step, step)
        noise = np.random.default_rng(0).integers(0, 256, (1300, 1300, 3), np.uint8)
        writer.add_image("noise", noise, 0, dataformats="HWC")
        writer.add_image("small", noise[:4, :4], 0, dataformats="HWC")
    (path,) = (tmp_path / "made").iterdir()
    return path.read_bytes()


def test_files_and_pictures(server: ObjectServer, content: bytes, http: httpx.Client) -> None:
    server.put("logs/a/events.out.tfevents.1000.host", content)
    with Viewer("s3://logs/logs", port=0) as viewer:

        def loaded() -> bool:
            catalogue = http.get(f"{viewer.url}api/catalogue").json()
            return bool(catalogue["loading"]["done"] and catalogue["runs"])

        until("the log", loaded)
        catalogue = http.get(f"{viewer.url}api/catalogue").json()
        assert (catalogue["logdir"]["path"], catalogue["logdir"]["state"]) == ("s3://logs/logs", "ready")
        (file,) = http.get(f"{viewer.url}api/files").json()["files"]
        assert (file["bytes"], file["bytes_read"], file["points"]) == (len(content), len(content), 1000)
        with server.counted() as requests:
            assert http.get(f"{viewer.url}api/file", params={"id": file["id"]}).content == content
        assert sum(not request.is_list for request in requests) == -(-len(content) // (4 << 20))
        (tag,) = [tag["id"] for tag in catalogue["tags"] if tag["name"] == "small"]
        with server.counted() as requests:
            asked = {"tag": tag, "run": catalogue["runs"][0]["id"], "index": 0, "format": "media"}
            answer = http.get(f"{viewer.url}api/value", params=asked)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        (request,) = [request for request in requests if not request.is_list]
        assert request.sent < 1000
        server.before = lambda request: Fault(403, "AccessDenied") if not request.is_list else None
        answer = http.get(f"{viewer.url}api/value", params=asked | {"index": 0})
        assert (answer.status_code, "access is denied" in answer.text) == (404, True)
        assert "secret" not in answer.text


def test_launched_once(server: ObjectServer) -> None:
    server.put("logs/a/events.out.tfevents.1000.host", b"")
    try:
        assert launch("s3://logs/logs") == launch("s3://logs/logs/")
    finally:
        stop_all()
