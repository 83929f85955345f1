"""Everything that is no scalar: ``GET ./api/kinds``, ``./api/values`` and ``./api/value``.

Values stay in their files, and are read when they are asked for, one at a time. Pictures and sounds are sent as such
only when their first bytes say that they are; everything else is a download, so that nothing from a log is ever a page.
"""

import io
import json
from typing import Any

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.wire import MalformedError
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.frames import frame_response
from cutaway.server.queries import number, values_of
from cutaway.server.responses import NO_STORE, attachment, fail, json_body, json_response
from cutaway.server.routing import Asked, get, get_revised
from cutaway.store.kinds.audio import Audio
from cutaway.store.kinds.image import Image
from cutaway.store.kinds.plain import JsonText
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import Values

#: A larger value is not sent.
MOST_BYTES = 256 << 20
#: Items of a value that are sent as JSON (numbers, strings, lists, objects), and characters of its strings.
MOST_ITEMS, MOST_CHARACTERS = 250_000, 4_000_000
NARROWEST, WIDEST = 16, 2048
_FORMATS = ("json", "media", "raw")
#: What a browser shows without running anything.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp"})


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = context.log

    def encode_kinds(asked: Asked) -> tuple[int, bytes]:
        revision, tags = log.value_tags()
        listed = [{"id": tag.id, "name": tag.name, "kind": tag.kind, "runs": counts} for tag, counts in tags]
        return revision, json_body({"revision": revision, "tags": listed})

    return [
        get_revised(context, "/api/kinds", encode_kinds),
        get("/api/values", lambda asked: _places(log, asked), ("tag", "run")),
        get(
            "/api/value",
            lambda asked: _answer(log, asked),
            ("tag", "run", "index"),
            ("part", "width", "format"),
            threads=run_decoding,
        ),
    ]


def _places(log: LogDirectory, asked: Asked) -> Response:
    revision, found = values_of(log, asked)
    columns = {
        "step": found.step,
        "wall_time": found.wall_time,
        # As numbers that JavaScript has: a file of more than 2^53 bytes there is none.
        "bytes": found.length.astype(np.float64),
    }
    header = {"revision": revision, "tag": asked["tag"], "run": asked["run"], "kind": found.kind, "name": found.tag}
    return frame_response(header, columns)


def _answer(log: LogDirectory, asked: Asked) -> Response:
    _, found = values_of(log, asked)
    index, part = number(asked, "index", 0, len(found) - 1), number(asked, "part", 0, 10**6, "0")
    kind = asked.get("format", "json")
    if kind not in _FORMATS:
        fail(400, f"format must be one of {', '.join(_FORMATS)}")
    if found.length[index] > MOST_BYTES:
        fail(413, f"the value has {int(found.length[index]):,} bytes; at most {MOST_BYTES:,} are sent")
    name = f"{found.tag}-step{int(found.step[index])}"
    try:
        if kind == "raw":
            return _download(found.raw(index), name)
        decoded = found[index]
        if kind == "json":
            return json_response(_json(found, index, decoded))
        return _media(decoded, part, asked, name)
    except MalformedError as error:
        fail(422, f"the value is damaged: {error}")
    except OSError as error:
        # Not its path, which is nobody's business but the server's.
        fail(404, f"the value cannot be read any more: {error.strerror or 'its file has changed'}")


def _json(found: Values, index: int, decoded: Any) -> str:
    """A decoded value, as far as there is room for it, and how much is left out."""
    text = JsonText(MOST_ITEMS, MOST_CHARACTERS)
    value = "".join(text.pieces(decoded))
    step, kind = int(found.step[index]), json.dumps(found.kind)
    return f'{{"step": {step}, "kind": {kind}, "value": {value}, "left_out": {json.dumps(text.left_out())}}}'


def _media(decoded: Any, part: int, asked: Asked, name: str) -> Response:
    """A picture, perhaps made smaller, or a sound."""
    if not isinstance(decoded, Image | Audio):
        fail(400, "format media is for images and audio")
    if part >= len(decoded.encoded):
        fail(404, f"there are {len(decoded.encoded)} parts, not part {part}")
    if isinstance(decoded, Audio):
        data = decoded.encoded[part]
        if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
            return Response(data, headers=NO_STORE, media_type="audio/wav")
        return _download(data, f"{name}-{part}")
    if "width" in asked:
        return _thumbnail(decoded, part, number(asked, "width", NARROWEST, WIDEST))
    mime = decoded.mime_type(part)
    if mime in _SHOWN:
        return Response(decoded.encoded[part], headers=NO_STORE, media_type=mime)
    return _download(decoded.encoded[part], f"{name}-{part}")


def _thumbnail(image: Image, part: int, width: int) -> Response:
    data = io.BytesIO()
    image.thumbnail(part, width).save(data, "PNG")
    return Response(data.getvalue(), headers=NO_STORE, media_type="image/png")


def _download(data: bytes, name: str) -> Response:
    return Response(data, headers=NO_STORE | attachment(name, ".bin"), media_type="application/octet-stream")
