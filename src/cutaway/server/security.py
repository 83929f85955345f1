"""Who may ask: an ASGI middleware in front of everything else.

The token is the first segment of the path. It is compared with the bytes that came in, not with anything that was
decoded or put together from headers. The application behind it sees the path without the token.
"""

import hmac
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cutaway.server.names import host_name, is_address
from cutaway.server.proof import NONCE_HEADER, PROOF_HEADER, proof_of
from cutaway.server.responses import json_body

UNAUTHORIZED = (
    b"This is a Cutaway viewer. Its address has a secret in it: open the URL that was printed where it was started.\n"
)
_PLAIN_TEXT = b"text/plain; charset=utf-8"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_FRAME_ANCESTORS = (
    "'self'", "http://localhost:*", "http://127.0.0.1:*", "https://localhost:*", "https://127.0.0.1:*",
    "vscode-webview:", "vscode-file:", "https://*.vscode-cdn.net",
)  # fmt: skip


class SecurityMiddleware:
    """Checks token, Host and Origin, and adds the headers that every answer has.

    ``token`` None lets every path through. ``hosts`` are names as `names.host_name` returns them;
    ``any_address`` accepts every IP address as the Host too, for a server that listens on all of them
    (a name that was made to point here is still refused). ``trusted_origins`` are names whose pages may send requests
    although they are not at the address that was asked: those of proxies. ``path_prefix``, as
    `names.path_prefix` returns it, may be in front of every path. ``proof_key`` is the key with which the server
    proves itself (`cutaway.server.proof`) to a process that has a note of it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str | None,
        hosts: Iterable[str] = (),
        any_address: bool = False,
        trusted_origins: Iterable[str] = (),
        frame_origins: Iterable[str] = (),
        path_prefix: str = "",
        proof_key: bytes | None = None,
    ) -> None:
        self._app = app
        self._proof_key = proof_key
        self._path_prefix = path_prefix.encode("ascii")
        self._token = token.encode("ascii") if token is not None else None
        self._hosts = LOCAL_NAMES | set(hosts)
        self._any_address = any_address
        self._trusted_origins = frozenset(trusted_origins)
        self._headers = _security_headers(frame_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            # No lifespan and no WebSocket: uvicorn is configured to send neither.
            raise RuntimeError(f"a request of type {scope['type']} is not served")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        raw_path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
        if self._path_prefix and raw_path.startswith(self._path_prefix + b"/"):
            # Not every proxy takes away the prefix that it has put in front.
            raw_path = raw_path.removeprefix(self._path_prefix)
        rest = raw_path
        if self._token is not None:
            first, slash, rest = raw_path.removeprefix(b"/").partition(b"/")
            if not hmac.compare_digest(first, self._token):
                await _respond(send_with_headers, 401, UNAUTHORIZED, _PLAIN_TEXT, self._proof(scope))
                return
            rest = b"/" + rest
        reason = self._refusal(scope)
        if reason is not None:
            await _respond(send_with_headers, 403, json_body({"error": reason}), b"application/json")
        elif any(name == b"transfer-encoding" for name, _ in scope["headers"]):
            # Nobody reads a body of which nobody knows how long it gets: see `cutaway.server.protocol`.
            reason = "a body must come with its Content-Length, not in chunks"
            await _respond(send_with_headers, 411, json_body({"error": reason}), b"application/json")
        elif self._token is not None and not slash:
            # Links of the page are relative to the token's folder, so its address has to end with a slash.
            location = self._token + b"/"
            await _respond(send_with_headers, 307, b"", b"text/plain", [(b"location", location)])
        else:
            path = unquote_to_bytes(rest).decode("utf-8", "replace")
            inner = {**scope, "path": path, "raw_path": rest, "root_path": ""}
            await self._app(inner, receive, send_with_headers)

    def _proof(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The header that proves the server to who asks for it; none to who does not."""
        given = [value for name, value in scope["headers"] if name == NONCE_HEADER]
        if self._proof_key is None or len(given) != 1 or not scope.get("server"):
            return []
        proof = proof_of(self._proof_key, scope["server"][1], given[0])
        return [(PROOF_HEADER, proof)] if proof is not None else []

    def _refusal(self, scope: Scope) -> str | None:
        """Why the request is refused although it has the token; None when it is not."""
        given = [value for name, value in scope["headers"] if name == b"host"]
        name = host_name(given[0].decode("latin-1")) if len(given) == 1 else None
        if name is None or not self._is_own(name):
            return "the Host header names another server; --allow-host NAME accepts it"
        if scope["method"] in _SAFE_METHODS:
            return None
        for header, value in scope["headers"]:
            if header == b"origin" and not self._is_trusted(value.decode("latin-1"), given[0].decode("latin-1")):
                return "the Origin header names a page of another server; --allow-host NAME accepts it"
        return None

    def _is_own(self, name: str) -> bool:
        return name in self._hosts or (self._any_address and is_address(name))

    def _is_trusted(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https"):
            return False
        return parts.netloc.lower() == host.lower() or host_name(parts.netloc) in self._trusted_origins


def _security_headers(frame_origins: Iterable[str]) -> list[tuple[bytes, bytes]]:
    policy = "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors " + " ".join([*_FRAME_ANCESTORS, *frame_origins]),
        ]
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
    }
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


async def _respond(
    send: Send, status: int, body: bytes, media_type: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    fixed = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})
