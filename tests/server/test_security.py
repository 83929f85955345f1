"""Who may ask. The attempts are sent as raw bytes, as no well-behaved client would send them."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from tests.patience import PATIENCE

from cutaway.server.names import host_name, is_frame_origin
from cutaway.server.security import SecurityMiddleware
from cutaway.server.viewer import Viewer

TOKEN = "0123456789abcdef0123456789abcdef"


def exchange(viewer: Viewer, target: str, *headers: str, method: str = "GET", host: str | None = "localhost") -> str:
    """The whole answer to a request line with exactly this target."""
    lines = [f"{method} {target} HTTP/1.1", "Connection: close", *headers]
    if host is not None:
        lines.append(f"Host: {host}")
    with socket.create_connection(("127.0.0.1", viewer.port), timeout=PATIENCE) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        with connection.makefile("rb") as answer:
            return answer.read().decode("utf-8")


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


def test_the_way_in_and_every_way_around_it(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    folder = urlsplit(viewer.url).path
    token = folder.strip("/")
    assert len(token) == 32
    assert status(exchange(viewer, f"{folder}api/catalogue")) == 200
    for target in (
        "/",
        "//",
        "/api/catalogue",
        "/index.html",
        "/assets/",
        "/favicon.ico",
        f"/{token[:-1]}/api/catalogue",
        f"/{token}0/api/catalogue",
        f"/{token.upper()}x/api/catalogue",
        f"/{'0' * 32}/api/catalogue",
        f"/./{token}/api/catalogue",
        f"/x/../{token}/api/catalogue",
        f"//{token}/api/catalogue",
        f"/?/{token}/api/catalogue",
        f"/api/catalogue?{token}",
        f"/%2f{token}/api/catalogue",
        f"/%{ord(token[0]):x}{token[1:]}/api/catalogue",
    ):
        answer = exchange(viewer, target)
        assert status(answer) == 401, target
        assert token not in answer
        assert "open the URL that was printed" in answer
    for target in (
        f"{folder}../api/catalogue",
        f"{folder}assets/../../../../etc/passwd",
        f"{folder}assets/..%2f..%2f..%2fetc%2fpasswd",
        f"{folder}%2e%2e/%2e%2e/etc/passwd",
        f"{folder}/etc/passwd",
        f"{folder}assets/%00",
        f"{folder}{token}/api/catalogue",
    ):
        assert status(exchange(viewer, target)) == 404, target


def test_the_folder_without_its_slash_leads_to_the_folder(serve: Callable[..., Viewer]) -> None:
    viewer = serve()
    folder = urlsplit(viewer.url).path
    answer = exchange(viewer, folder.removesuffix("/"), host="evil.example")
    assert status(answer) == 403
    answer = exchange(viewer, folder.removesuffix("/"))
    assert status(answer) == 307
    assert f"\r\nlocation: {folder.strip('/')}/\r\n" in answer.lower()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("localhost.", 200),
        ("127.0.0.1:6006", 200),
        ("[::1]:6006", 200),
        ("proxy.example", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("evil.example:6006", 403),
        ("127.0.0.1.evil.example", 403),
        ("192.168.0.1", 403),
        ("localhost@evil.example", 403),
        ("localhost:6006:6006", 403),
        ("", 403),
        (None, 400),
    ],
)
def test_host(shared: Viewer, host: str | None, expected: int) -> None:
    answer = exchange(shared, f"{urlsplit(shared.url).path}api/catalogue", host=host)
    assert status(answer) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, 400),
        ("http://localhost:6006", 400),
        ("https://proxy.example", 400),
        ("https://proxy.example:8443", 400),
        ("http://localhost:6007", 403),
        ("http://evil.example", 403),
        ("http://localhost.evil.example:6006", 403),
        ("file://localhost:6006", 403),
        ("http://[", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_origin(shared: Viewer, origin: str | None, expected: int) -> None:
    """400 is the answer to a body that is empty: the request got through."""
    headers = [] if origin is None else [f"Origin: {origin}"]
    target = f"{urlsplit(shared.url).path}api/scalars"
    answer = exchange(shared, target, "Content-Length: 0", *headers, method="POST", host="localhost:6006")
    assert status(answer) == expected


@pytest.mark.parametrize("target", ["", "api/catalogue", "api/nothing", "../"])
def test_every_answer_has_the_headers(shared: Viewer, target: str) -> None:
    head = exchange(shared, urlsplit(shared.url).path + target).partition("\r\n\r\n")[0]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert "https://hub.example" in policy["frame-ancestors"].split()
    assert "http://localhost:*" in policy["frame-ancestors"].split()
    assert "server" not in headers


@pytest.fixture
def shared(serve: Callable[..., Viewer]) -> Viewer:
    return serve(allow_hosts=["proxy.example"], allow_frame_origins=["https://hub.example"])


def test_nothing_is_logged(
    serve: Callable[..., Viewer], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    viewer = serve()
    token = urlsplit(viewer.url).path.strip("/")
    for target in (f"/{token}/api/catalogue", f"/{token}/nothing", f"/{token}", "/wrong", f"/{token}/%ff", "* *"):
        exchange(viewer, target)
    viewer.stop()
    captured = capfd.readouterr()
    assert token not in captured.out + captured.err + caplog.text


def test_a_prefix_is_whole_parts_of_a_path(serve: Callable[..., Viewer]) -> None:
    viewer = serve(path_prefix="/board")
    target = f"{urlsplit(viewer.url).path}api/catalogue"
    assert target.startswith("/board/")
    assert status(exchange(viewer, target)) == status(exchange(viewer, target.removeprefix("/board"))) == 200
    for wrong in ("/board" + target.removeprefix("/board/"), "/boards" + target, "/board" + target):
        assert status(exchange(viewer, wrong)) == 401


def test_without_a_token_host_and_origin_still_count(serve: Callable[..., Viewer]) -> None:
    viewer = serve(token=False)
    assert urlsplit(viewer.url).path == "/"
    assert status(exchange(viewer, "/api/catalogue")) == 200
    assert status(exchange(viewer, "/api/catalogue", host="evil.example")) == 403
    post = exchange(viewer, "/api/scalars", "Content-Length: 0", "Origin: http://evil.example", method="POST")
    assert status(post) == 403


def test_all_addresses_take_any_address_but_no_foreign_name(serve: Callable[..., Viewer]) -> None:
    viewer = serve(host="0.0.0.0")
    target = f"{urlsplit(viewer.url).path}api/catalogue"
    assert urlsplit(viewer.url).hostname == socket.gethostname().lower()
    assert status(exchange(viewer, target, host="10.1.2.3:6006")) == 200
    assert status(exchange(viewer, target, host=socket.gethostname())) == 200
    assert status(exchange(viewer, target, host="evil.example")) == 403


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.ORG:80", "example.org"),
        ("a_b-c.d.", "a_b-c.d"),
        ("::1", "[::1]"),
        ("[::1]:80", "[::1]"),
        ("[::1", None),
        ("[evil]", None),
        ("[::1]x", None),
        ("a b", None),
        ("a/b", None),
        ("a:b", None),
        ("a\n", "a"),
        ("", None),
        (".", None),
        ("1:2:3", None),
        ("a:٣", None),
    ],
)
def test_host_name(host: str, name: str | None) -> None:
    assert host_name(host) == name


def test_frame_origins_cannot_hold_another_directive() -> None:
    for good in ("https://example.org", "http://localhost:8888", "https://*.example.org:*", "vscode-webview:"):
        assert is_frame_origin(good)
    for bad in ("", "example.org", "https://a; script-src *", "https://a b", "https://a,b", "https://a/b\n", "'none'"):
        assert not is_frame_origin(bad)


@settings(max_examples=3 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.binary(max_size=60) | st.text(max_size=20).map(lambda text: f"/{TOKEN}/{text}".encode()),
    headers=st.lists(st.tuples(st.sampled_from([b"host", b"origin", b"x"]), st.binary(max_size=20)), max_size=4),
    method=st.sampled_from(["GET", "POST", "BREW"]),
)
def test_no_bytes_get_past_or_break_it(path: bytes, headers: list[tuple[bytes, bytes]], method: str) -> None:
    """What is let through starts with the token, has an own Host, and a trusted Origin where that counts."""
    let_through: list[Scope] = []
    sent: list[Message] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        let_through.append(scope)

    async def receive() -> Message:
        raise AssertionError("nothing of the body is needed")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": method, "raw_path": path, "path": "/", "headers": headers}
    coroutine = SecurityMiddleware(inside, token=TOKEN)(scope, receive, send)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    if let_through:
        assert path.removeprefix(b"/").startswith(TOKEN.encode() + b"/")
        assert next(host_name(value.decode("latin-1")) for name, value in headers if name == b"host") is not None
        assert not sent
    else:
        assert sent[0]["status"] in (307, 401, 403)
