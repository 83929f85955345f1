"""What is compressed, for whom, and that it is the same."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from cutaway import SummaryWriter
from cutaway.server.application import create_application
from cutaway.server.closing import Closing
from cutaway.server.compression import RemoteCompression
from cutaway.store.log_directory import LogDirectory


def get(app: object, path: str, client: str, accepted: str = "gzip, br") -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 50_000))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as session:
            return await session.get(path, headers={"Accept-Encoding": accepted})

    return asyncio.run(ask())


@pytest.fixture
def app(tmp_path: Path) -> RemoteCompression:
    with SummaryWriter(tmp_path / "run") as writer:
        writer.log({f"layer{number}/norm": 0.5 for number in range(200)}, 0)
        writer.add_image("noise", [[[7, 200, 3]] * 64] * 64, 0, dataformats="HWC")
    log = LogDirectory(tmp_path)
    log.refresh()
    return RemoteCompression(create_application(log, Closing(), {}))


@pytest.mark.parametrize("client", ["10.0.0.5", "192.168.1.7", "2001:db8::1", "fe80::1%eth0", "::ffff:10.0.0.5"])
def test_of_another_machine(app: RemoteCompression, client: str) -> None:
    plain = get(app, "/api/catalogue", client, accepted="identity")
    packed = get(app, "/api/catalogue", client)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "testclient"])
def test_of_this_machine(app: RemoteCompression, client: str) -> None:
    assert "content-encoding" not in get(app, "/api/catalogue", client).headers


def test_pictures_stay(app: RemoteCompression) -> None:
    tag = next(tag["id"] for tag in get(app, "/api/catalogue", "::1").json()["tags"] if tag["name"] == "noise")
    picture = get(app, f"/api/value?tag={tag}&run=r0&index=0&format=media", "10.0.0.5")
    assert picture.headers["content-type"] == "image/png"
    assert "content-encoding" not in picture.headers


def test_small_answers_stay(app: RemoteCompression) -> None:
    assert "content-encoding" not in get(app, "/api/layouts", "10.0.0.5").headers


def test_live_events_are_not_held_back() -> None:
    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"data: " + b"1" * 2000, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    sent: list[bytes] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message.get("body", b""))  # type: ignore[arg-type]

    scope = {"type": "http", "client": ("10.0.0.5", 1), "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(RemoteCompression(events)(scope, None, send))  # type: ignore[arg-type]
    assert [len(body) for body in sent] == [0, 2006, 2006, 2006, 0]
