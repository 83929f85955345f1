"""A server of S3's protocol on loopback, as far as reading needs it, that counts what it is asked and fails on demand.

Google's stores speak the same one, and of Azure's it speaks the little that differs.

`tests/seaweed.py` starts a real one: whatever holds here is to hold there too.
"""

import contextlib
import hashlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 1000
#: Of Azure's emulators, which have it in front of their paths.
AZURE_ACCOUNT = "devstoreaccount1"


class Stored(NamedTuple):
    """One version of an object."""

    content: bytes
    etag: str
    modified: datetime


@dataclass
class Request:
    """What was asked, and how many bytes of an object were sent for it."""

    method: str
    key: str
    #: Whether it asked for a list.
    is_list: bool
    range: str
    if_match: str
    access_key: str
    sent: int = 0


class Fault(NamedTuple):
    """An answer that says what is wrong."""

    status: int
    code: str


class ObjectServer:
    """One bucket, ``logs``, and the requests that came."""

    bucket = "logs"

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.requests: list[Request] = []
        #: Called before each answer, in the thread of the request: may wait, and returns a fault or None.
        self.before: Callable[[Request], Fault | None] = lambda request: None
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a client's environment says of it."""
        return environment(self.endpoint, "key", "secret")

    def put(self, key: str, content: bytes) -> None:
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        self.objects[key] = Stored(content, etag, datetime.now(UTC))

    def delete(self, key: str) -> None:
        del self.objects[key]

    def get(self, key: str) -> bytes:
        return self.objects[key].content

    @contextmanager
    def counted(self) -> Iterator[list[Request]]:
        """The requests that come meanwhile."""
        before = len(self.requests)
        counted: list[Request] = []
        yield counted
        counted += self.requests[before:]

    def __enter__(self) -> "ObjectServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Listen no more, and end what is connected."""
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()


class _Server(ThreadingHTTPServer):
    """One that can end its connections."""

    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Those who ask may go away."""

    def hang_up(self) -> None:
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def environment(endpoint: str, key: str, secret: str) -> dict[str, str]:
    """The variables by which clients of S3 find a server and its credentials, and no files of the user."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }


def _azure_list(objects: dict[str, Stored], page: list[str], keys: list[str]) -> bytes:
    text = "".join(
        f"<Blob><Name>{escape(key)}</Name><Properties>"
        f"<Last-Modified>{objects[key].modified:%a, %d %b %Y %H:%M:%S} GMT</Last-Modified>"
        # Without the quotation marks that are around it elsewhere.
        f"<Etag>{objects[key].etag[1:-1]}</Etag><Content-Length>{len(objects[key].content)}</Content-Length>"
        "<Content-Type>application/octet-stream</Content-Type></Properties></Blob>"
        for key in page
    )
    more = escape(page[-1]) if len(keys) > len(page) else ""
    return f"<EnumerationResults><Blobs>{text}</Blobs><NextMarker>{more}</NextMarker></EnumerationResults>".encode()


def _handler(server: ObjectServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one piece: the second of two would wait for the client to say that it has the first.
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            bucket, _, key = unquote(url.path).lstrip("/").removeprefix(f"{AZURE_ACCOUNT}/").partition("/")
            query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
            signer = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
            request = Request(
                self.command,
                key,
                "list-type" in query or query.get("comp") == "list",
                self.headers.get("Range", self.headers.get("x-ms-range", "")),
                self.headers.get("If-Match", ""),
                signer[1] if signer else "",
            )
            server.requests.append(request)
            fault = server.before(request)
            if fault is None and bucket != server.bucket:
                fault = Fault(404, "NoSuchBucket")
            if fault is not None:
                self._fail(fault)
            elif request.is_list:
                self._list(query)
            else:
                self._send(request)

        def do_HEAD(self) -> None:
            self.do_GET()

        def _list(self, query: dict[str, str]) -> None:
            is_azure = "comp" in query
            prefix, start = query.get("prefix", ""), query.get("marker" if is_azure else "continuation-token", "")
            keys = sorted(key for key in dict(server.objects) if key.startswith(prefix) and key > start)
            page = keys[:PAGE]
            if is_azure:
                self._answer(200, {"Content-Type": "application/xml"}, _azure_list(server.objects, page, keys))
                return
            text = "".join(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{stored.modified:%Y-%m-%dT%H:%M:%S.%f}Z</LastModified>"
                f"<ETag>{escape(stored.etag)}</ETag><Size>{len(stored.content)}</Size></Contents>"
                for key in page
                for stored in [server.objects[key]]
            )
            is_cut = len(keys) > len(page)
            more = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if is_cut else ""
            body = f"<ListBucketResult><IsTruncated>{str(is_cut).lower()}</IsTruncated>{text}{more}</ListBucketResult>"
            self._answer(200, {"Content-Type": "application/xml"}, body.encode())

        def _send(self, request: Request) -> None:
            stored = server.objects.get(request.key)
            if stored is None:
                self._fail(Fault(404, "NoSuchKey"))
                return
            if request.if_match not in ("", stored.etag):
                self._fail(Fault(412, "PreconditionFailed"))
                return
            headers = {"ETag": stored.etag, "Last-Modified": f"{stored.modified:%a, %d %b %Y %H:%M:%S} GMT"}
            found = re.fullmatch(r"bytes=(\d+)-(\d+)", request.range)
            if found is None:
                self._answer(200, headers, stored.content, request)
                return
            first, last = int(found[1]), min(int(found[2]), len(stored.content) - 1)
            if first > last:
                self._fail(Fault(416, "InvalidRange"))
                return
            headers["Content-Range"] = f"bytes {first}-{last}/{len(stored.content)}"
            self._answer(206, headers, stored.content[first : last + 1], request)

        def _fail(self, fault: Fault) -> None:
            body = f"<Error><Code>{fault.code}</Code><Message>secret-of-the-store</Message></Error>".encode()
            self._answer(fault.status, {"Content-Type": "application/xml"}, body)

        def _answer(self, status: int, headers: dict[str, str], body: bytes, request: Request | None = None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                # Counted before those who asked have it.
                if request is not None:
                    request.sent += len(body)
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests have their own."""

    return Handler
