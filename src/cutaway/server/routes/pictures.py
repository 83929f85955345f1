"""``POST ./api/pictures``: many pictures in one answer.

A grid shows dozens of them and a browser asks for six at a time, so one answer has them all. Each has a status of its
own: one that is damaged, gone, large or no picture harms none of the others. The bytes of a picture are sent with its
media type, and only when they say themselves that they are of it.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.kind_names import IMAGES
from cutaway.events.wire import MalformedError
from cutaway.server.column_frames import frame_response
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import check_names, parse_object, problem_of, values_of
from cutaway.server.recorded_media import MOST_BYTES, NARROWEST, SHOWN, WIDEST, smaller_png
from cutaway.server.responses import fail
from cutaway.server.routing import post
from cutaway.server.values_request import Place, clocks_of, index_at, parse_place
from cutaway.store.kinds.image import Image, mime_type
from cutaway.store.kinds.picture_size import picture_size
from cutaway.store.log_directory import LogDirectory
from cutaway.store.values import RecordedValues

#: Of one answer: pictures, and bytes of all records that are read for it; the first is read however large it is.
MOST_PICTURES = 256
MOST_BYTES_TOGETHER = 16 << 20
#: A picture of more pixels is sent only when it is asked for with a width.
MOST_PIXELS = 1 << 25
#: The largest index and part that can be asked for.
_MOST_NUMBER = 2**53


@dataclass(frozen=True)
class PictureRequest:
    """Which picture is asked for: ids, its row among the values of both or a place, and its part of the record."""

    tag: str
    run: str
    #: None for the one at a place.
    index: int | None
    #: The place; None for the newest.
    at: Place | None
    part: int
    #: At most so many pixels wide; None for the picture as it was recorded.
    width: int | None


@dataclass(frozen=True)
class Answered:
    """What is said of one picture; without ``data`` where its status is not 200."""

    status: int
    problem: str
    #: Of the record: where it is among the values of its tag and run, and how many bytes it has.
    index: int | None = None
    step: int | None = None
    wall_time: float | None = None
    record_bytes: int | None = None
    parts: int = 0
    media_type: str = ""
    size: tuple[int, int] | None = None
    data: bytes = b""


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    return [post("/api/pictures", lambda body: _answer(context.log, *_parse(body)), threads=run_decoding)]


def _parse(body: bytes) -> tuple[list[PictureRequest], int | None]:
    """Check a request: the pictures, and how many bytes of records are read for them.

    Fails with 400 and a reason for anything that the documentation does not accept.
    """
    document = parse_object(body, ("pictures", "most_bytes"))
    asked, most = document.get("pictures"), document.get("most_bytes")
    if most is not None:
        most = _whole("most_bytes", most, 0, MOST_BYTES_TOGETHER)
    if not isinstance(asked, list) or not all(isinstance(picture, dict) for picture in asked):
        fail(400, "pictures must be a list of objects")
    if len(asked) > MOST_PICTURES:
        fail(413, f"{len(asked):,} pictures are asked for; at most {MOST_PICTURES} are accepted")
    return [_parse_picture(picture) for picture in asked], most


def _parse_picture(asked: dict[str, Any]) -> PictureRequest:
    check_names(asked, tuple(field.name for field in fields(PictureRequest)), "a picture")
    tag, run = asked.get("tag"), asked.get("run")
    if not isinstance(tag, str) or not isinstance(run, str):
        fail(400, "tag and run of a picture must be ids")
    is_placed, width = "at" in asked, asked.get("width")
    if is_placed and "index" in asked:
        fail(400, "a picture must be asked for by its index or by a place, at: not by both")
    return PictureRequest(
        tag,
        run,
        None if is_placed else _whole("index of a picture", asked.get("index"), 0, _MOST_NUMBER),
        parse_place(asked.get("at")),
        _whole("part of a picture", asked.get("part", 0), 0, _MOST_NUMBER),
        None if width is None else _whole("width of a picture", width, NARROWEST, WIDEST),
    )


def _whole(name: str, given: Any, low: int, high: int) -> int:
    # A bool is an int, and means none.
    if type(given) is not int or not low <= given <= high:
        fail(400, f"{name} must be a whole number from {low} to {high:,}")
    return given


def _answer(log: LogDirectory, asked: list[PictureRequest], most: int | None) -> Response:
    room = _Room(most)
    found: list[Answered] = []
    for picture in asked:
        try:
            found.append(_read(log, picture, room))
        except HTTPException as error:
            found.append(Answered(error.status_code, error.detail))
    described = [
        {
            "status": picture.status,
            "problem": picture.problem,
            "index": picture.index,
            "step": picture.step,
            "wall_time": picture.wall_time,
            "bytes": picture.record_bytes,
            "parts": picture.parts,
            "media_type": picture.media_type,
            "width": picture.size and picture.size[0],
            "height": picture.size and picture.size[1],
            "length": len(picture.data),
        }
        for picture in found
    ]
    data = np.frombuffer(b"".join(picture.data for picture in found), np.uint8)
    return frame_response({"pictures": described}, {"data": data})


class _Room:
    """What is left of an answer's bytes."""

    def __init__(self, most: int | None) -> None:
        #: Without a bound of the request's own the first record is read whatever its size is.
        self._has_first = most is None
        self._left = MOST_BYTES_TOGETHER if most is None else most

    def take(self, length: int) -> None:
        """Fails with 413 for a record of so many bytes that has no room."""
        if length > MOST_BYTES:
            fail(413, f"the value has {length:,} bytes; at most {MOST_BYTES:,} are sent")
        if length > self._left and not self._has_first:
            fail(413, f"the value has {length:,} bytes, for which this answer has no room: ask for it in another")
        self._left -= length
        self._has_first = False


def _read(log: LogDirectory, asked: PictureRequest, room: _Room) -> Answered:
    """One picture. Fails with the status that it has."""
    _, found = values_of(log, {"tag": asked.tag, "run": asked.run})
    if found.kind != IMAGES:
        fail(400, f"tag {asked.tag[:50]!r} holds {found.kind}, not {IMAGES}")
    index = _index(log, asked, found)
    length = int(found.length[index])
    room.take(length)
    try:
        image: Image = found[index]
        if asked.part >= len(image.encoded):
            fail(404, f"there are {len(image.encoded)} parts, not part {asked.part}")
        media_type, data = _sent(image, asked.part, asked.width)
    except MalformedError as error:
        fail(422, problem_of(error))
    except OSError as error:
        fail(404, problem_of(error))
    return Answered(
        200,
        "",
        index,
        int(found.step[index]),
        float(found.wall_time[index]),
        length,
        len(image.encoded),
        media_type,
        picture_size(image.encoded[asked.part]),
        data,
    )


def _index(log: LogDirectory, asked: PictureRequest, found: RecordedValues) -> int:
    """The row of the record that is asked for. Fails with 404 where there is none."""
    if asked.index is None:
        clock = clocks_of(log, asked.at, (asked.run,)).get(asked.run)
        index = index_at(asked.at, found, clock) if len(found) else None
        if index is None:
            fail(404, "nothing was recorded up to the place")
        return index
    if asked.index >= len(found):
        fail(404, f"there are {len(found)} values, not value {asked.index}")
    return asked.index


def _sent(image: Image, part: int, width: int | None) -> tuple[str, bytes]:
    """The media type and bytes of a picture as it was recorded, or made smaller."""
    if width is not None:
        return "image/png", smaller_png(image, part, width)
    data = image.encoded[part]
    media_type, size = mime_type(data), picture_size(data)
    if media_type not in SHOWN or size is None:
        fail(415, "the value is no picture that browsers show: ask for it with a width")
    if not 0 < size[0] * size[1] <= MOST_PIXELS:
        fail(413, f"the picture says that it has {size[0]} x {size[1]} pixels: ask for it with a width")
    return media_type, data
