"""Data that is not scalar: ``GET ./api/kinds``, ``./api/values`` and ``./api/value``, ``POST ./api/values``.

Values stay in their files, and are read when they are asked for: one at a time, or those of many tags and runs that
were there at one place. Pictures and sounds are sent with their media type only when their first bytes say that they
are; everything else is a download, so that nothing from a log is ever a page.
"""

import json
import urllib.parse
from typing import Any

import numpy as np
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.wire import MalformedError
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import number, problem_of, values_of
from cutaway.server.recorded_media import MOST_BYTES, NARROWEST, SHOWN, WIDEST, smaller_png
from cutaway.server.responses import NO_STORE, as_json, attachment, fail, json_body, json_response
from cutaway.server.routing import Asked, get, get_revised, post
from cutaway.server.values_request import ValuesRequest, columns_of, parse_values_request, pending_of, series_of
from cutaway.store.kinds.audio import Audio
from cutaway.store.kinds.image import Image
from cutaway.store.kinds.picture_size import picture_size
from cutaway.store.kinds.plain import JsonText
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import RecordedValues

#: Items of a value that are sent as JSON (numbers, strings, lists, objects), and characters of its strings.
MOST_ITEMS, MOST_CHARACTERS = 250_000, 4_000_000
#: Of one answer about many tags and runs: bytes of values that are read, and of their JSON.
MOST_BYTES_TOGETHER = 64 << 20
MOST_ITEMS_TOGETHER, MOST_CHARACTERS_TOGETHER = 2 * MOST_ITEMS, 2 * MOST_CHARACTERS
#: Characters of a label that a header has; the JSON of the value has all.
MOST_LABEL = 500
_FORMATS = ("json", "media", "raw")


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = context.log

    def encode_kinds(asked: Asked) -> tuple[int, bytes]:
        revision, tags = log.value_tags()
        listed = [{"id": tag.id, "name": tag.name, "kind": tag.kind, "runs": counts} for tag, counts in tags]
        return revision, json_body({"revision": revision, "kinds": list(map(as_json, log.kinds())), "tags": listed})

    return [
        get_revised(context, "/api/kinds", encode_kinds),
        get("/api/values", lambda asked: _places(log, asked), ("tag", "run")),
        post(
            "/api/values",
            lambda body: _series(log, parse_values_request(log, body, ValuesRequest._fields)),
            threads=run_decoding,
        ),
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


def _series(log: LogDirectory, asked: ValuesRequest) -> Response:
    """The frame for some tags and runs. Fails with 404 for an unknown id."""
    revision, every = log.revision, series_of(log, asked)
    room = _Room()
    described = []
    for tag, run, found, index in every:
        value, problem = "null", ""
        if asked.values and index is not None:
            value, problem = room.value(found, index, int(found.length[index]))
        series = {"tag": tag, "run": run, "kind": found.kind, "length": len(found), "at": index, "problem": problem}
        described.append(b'%s,"value":%s}' % (json_body(series)[:-1], value.encode("ascii")))
    header = {"revision": revision} | pending_of(log, asked)
    return frame_response(header, columns_of(every), {"series": b"[%s]" % b",".join(described)})


class _Room:
    """The room that is left within an answer's bounds."""

    def __init__(self) -> None:
        self._bytes = MOST_BYTES_TOGETHER
        self._items, self._characters = MOST_ITEMS_TOGETHER, MOST_CHARACTERS_TOGETHER
        self._is_full = False

    def value(self, found: RecordedValues, index: int, length: int) -> tuple[str, str]:
        """The JSON of one value of so many bytes; ``null``, and why, for one that cannot be sent."""
        if length > self._bytes:
            return "null", (
                f"the value has {length:,} bytes, and the values of one answer have at most {MOST_BYTES_TOGETHER:,} "
                "together: ask for it by itself"
            )
        if not self._is_full:
            self._bytes -= length
            items, characters = min(self._items, MOST_ITEMS), min(self._characters, MOST_CHARACTERS)
            text = JsonText(items, characters)
            try:
                value = _json(found, index, found[index], text)
            except (MalformedError, OSError) as error:
                return "null", problem_of(error)
            # One that is larger than an answer about it alone may be is cut off as it is there.
            if not (text.items_left_out and items < MOST_ITEMS) and not (
                text.characters_left_out and characters < MOST_CHARACTERS
            ):
                self._items -= items - max(text.items, 0)
                self._characters -= characters - max(text.characters, 0)
                return value, ""
            # So that no value is made into text for nothing again and again.
            self._is_full = True
        return "null", "the answer is full: ask for the value by itself, or for fewer at a time"


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
            return json_response(_json(found, index, decoded, JsonText(MOST_ITEMS, MOST_CHARACTERS)))
        return _media(decoded, part, asked, name, int(found.step[index]))
    except MalformedError as error:
        fail(422, problem_of(error))
    except OSError as error:
        fail(404, problem_of(error))


def _json(found: RecordedValues, index: int, decoded: Any, text: JsonText) -> str:
    """A decoded value, as far as there is room for it, and how much is left out."""
    value = "".join(text.pieces(decoded))
    step, kind = int(found.step[index]), json.dumps(found.kind)
    return f'{{"step": {step}, "kind": {kind}, "value": {value}, "left_out": {json.dumps(text.left_out())}}}'


def _media(decoded: Any, part: int, asked: Asked, name: str, step: int) -> Response:
    """A picture, perhaps made smaller, or a sound; its headers say what a page has to know before it decodes it."""
    if not isinstance(decoded, Image | Audio):
        fail(400, "format media is for images and audio")
    if part >= len(decoded.encoded):
        fail(404, f"there are {len(decoded.encoded)} parts, not part {part}")
    data = decoded.encoded[part]
    headers = NO_STORE | {"Cutaway-Step": str(step), "Cutaway-Parts": str(len(decoded.encoded))}
    if isinstance(decoded, Audio):
        if part < len(decoded.labels) and decoded.labels[part]:
            headers["Cutaway-Label"] = urllib.parse.quote(decoded.labels[part][:MOST_LABEL])
        if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
            return Response(data, headers=headers, media_type="audio/wav")
        return _download(data, f"{name}-{part}", headers)
    size = picture_size(data)
    if size is not None:
        headers |= {"Cutaway-Width": str(size[0]), "Cutaway-Height": str(size[1])}
    if "width" in asked:
        small = smaller_png(decoded, part, number(asked, "width", NARROWEST, WIDEST))
        return Response(small, headers=headers, media_type="image/png")
    mime = decoded.mime_type(part)
    if mime in SHOWN:
        return Response(data, headers=headers, media_type=mime)
    return _download(data, f"{name}-{part}", headers)


def _download(data: bytes, name: str, headers: dict[str, str] = NO_STORE) -> Response:
    return Response(data, headers=headers | attachment(name, ".bin"), media_type="application/octet-stream")
