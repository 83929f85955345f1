"""``GET ./api/files`` and ``./api/file``: the event files, how far each was read, its faults, and their bytes."""

from collections.abc import Iterator

from starlette.concurrency import iterate_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cutaway.events.open_file import OpenFile
from cutaway.server.context import Context
from cutaway.server.responses import NO_STORE, as_json, attachment, fail, json_body
from cutaway.server.routing import Asked, get, get_revised
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.place import OutsideError
from cutaway.store.places.reason import reason

#: Bytes that are read at a time: of an object with one request.
_AT_ONCE = 4 << 20
#: And that are sent at a time.
_PIECE = 1 << 18


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
    """The file as it is now; bytes that are added while it is sent are not in it."""
    try:
        found = log.open_file(file_id)
    except OutsideError as error:
        fail(403, f"the file is not sent: {error}")
    except OSError as error:
        # Not its path, which is nobody's business but the server's.
        fail(404, f"the file cannot be read: {reason(error)}")
    if found is None:
        fail(404, f"there is no event file with the id {file_id[:50]!r}")
    name, opened = found
    size = opened.status().size
    headers = NO_STORE | attachment(name) | {"Content-Length": str(size)}
    content = iterate_in_threadpool(_content(opened, size))
    return StreamingResponse(content, media_type="application/octet-stream", headers=headers)


def _content(opened: OpenFile, size: int) -> Iterator[bytes]:
    with opened:
        buffer, offset = memoryview(bytearray(min(size, _AT_ONCE))), 0
        while offset < size and (count := opened.read_at(offset, buffer[: size - offset])):
            for start in range(0, count, _PIECE):
                yield bytes(buffer[start : min(start + _PIECE, count)])
            offset += count
