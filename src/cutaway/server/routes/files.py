"""``GET ./api/files`` and ``./api/file``: the event files, how far each was read, what is wrong, and their bytes."""

import io
import os
from collections.abc import Iterator

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.responses import NO_STORE, as_json, attachment, fail, json_body
from cutaway.server.routing import Asked, get, get_revised
from cutaway.store.discovery import OutsideError
from cutaway.store.event_file import reason
from cutaway.store.log_directory import LogDirectory

_AT_ONCE = 1 << 18


def routes(context: Context) -> list[Route]:
    """The routes of this group."""

    def encode(asked: Asked) -> tuple[int, bytes]:
        revision, files = context.log.file_list()
        return revision, json_body({"revision": revision, "files": [as_json(file) for file in files]})

    return [
        get_revised(context, "/api/files", encode),
        get("/api/file", lambda asked: _download(context.log, asked["id"]), ("id",)),
    ]


def _download(log: LogDirectory, file_id: str) -> Response:
    """The file as it is now; what is added while it is sent is not in it."""
    try:
        found = log.open_file(file_id)
    except OutsideError as error:
        fail(403, f"the file is not sent: {error}")
    except OSError as error:
        # Not its path, which is nobody's business but the server's.
        fail(404, f"the file cannot be read: {reason(error)}")
    if found is None:
        fail(404, f"there is no event file with the id {file_id[:50]!r}")
    name, stream = found
    size = os.fstat(stream.fileno()).st_size
    headers = NO_STORE | attachment(name) | {"Content-Length": str(size)}
    content = iterate_in_threadpool(_content(stream, size))
    return StreamingResponse(content, media_type="application/octet-stream", headers=headers)


def _content(stream: io.FileIO, size: int) -> Iterator[bytes]:
    with stream:
        while size > 0 and (part := stream.read(min(size, _AT_ONCE))):
            size -= len(part)
            yield part
