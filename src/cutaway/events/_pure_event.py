"""The Event message for the pure twin: one record to its scalar points and to where everything else is.

Field numbers are those of event.proto, summary.proto and tensor.proto; ``docs/event-files.md`` lists them.
"""

import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cutaway.events.messages import SESSION_START
from cutaway.events.wire import MalformedError, fields, int32, read_varint, signed, unzigzag

#: (start, end) of bytes in the buffer.
Range = tuple[int, int]


class Point(NamedTuple):
    """A scalar."""

    tag: bytes
    value: float | int
    metadata: Range


class Blob(NamedTuple):
    """Anything else."""

    kind: bytes
    tag: bytes
    content: Range
    metadata: Range


@dataclass
class ParsedEvent:
    """One record."""

    wall_time: float = 0.0
    step: int = 0
    points: list[Point] = field(default_factory=list)
    blobs: list[Blob] = field(default_factory=list)
    #: Whether it holds nothing.
    is_empty: bool = False
    starts_session: bool = False


#: Values of Event's oneof by key, except the summary and the file's version.
_EVENT_KINDS = {0x22: b"graph", 0x32: b"log_message", 0x3A: b"session_log", 0x42: b"run_metadata", 0x4A: b"meta_graph"}
_WALL_TIME, _STEP, _FILE_VERSION, _SUMMARY, _SESSION_LOG, _RUN_METADATA = 0x09, 0x10, 0x1A, 0x2A, 0x3A, 0x42

#: Values of Summary.Value's oneof by key, except simple_value and tensor.
_VALUE_KINDS = {0x1A: b"histograms", 0x22: b"images", 0x2A: b"histograms", 0x32: b"audio"}
_VALUE_TAG, _SIMPLE_VALUE, _TENSOR, _METADATA = 0x0A, 0x15, 0x42, 0x4A
#: Field 1000, Cutaway's own: the exact value where simple_value is rounded.
_EXACT = 0x1F42
_NO_BYTES = (0, 0)

#: How a scalar of each TensorFlow DataType is stored: (typed field, format in tensor_content).
_DATA_TYPES = {
    1: (5, "<f"),
    2: (6, "<d"),
    3: (7, "<i"),
    4: (7, "<B"),
    5: (7, "<h"),
    6: (7, "<b"),
    9: (10, "<q"),
    10: (11, "<B"),
    14: (13, "<H"),
    17: (7, "<H"),
    19: (13, "<e"),
    22: (16, "<I"),
    23: (17, "<Q"),
}
_BOOL, _BFLOAT16, _HALF = 10, 14, 19
#: The bounds of an element, of data types that are stored in a field for larger numbers.
_LIMITS = {
    4: (0, 255),
    5: (-(1 << 15), (1 << 15) - 1),
    6: (-128, 127),
    14: (0, 0xFFFF),
    17: (0, 0xFFFF),
    19: (0, 0xFFFF),
}
#: Wire form of the elements of a typed field: 4 or 8 bytes, else varint.
_ELEMENT_FORMATS = {5: "<f", 6: "<d"}


def parse_event(data: bytes, start: int, end: int) -> ParsedEvent:
    """Raises MalformedError when the record is not an Event."""
    event = ParsedEvent()
    has_file_version = False
    for key, value, value_end in fields(data, start, end):
        if key == _WALL_TIME:
            (event.wall_time,) = struct.unpack_from("<d", data, value)
        elif key == _STEP:
            event.step = signed(value)
        elif key == _SUMMARY:
            for value_key, position, position_end in fields(data, value, value_end):
                if value_key == 0x0A:
                    _parse_value(event, data, position, position_end)
        elif key == _FILE_VERSION:
            has_file_version = True
        elif key in _EVENT_KINDS:
            tag = b""
            if key == _SESSION_LOG:
                event.starts_session = _last_varint(data, value, value_end, event.starts_session)
            elif key == _RUN_METADATA:
                tag = _last_bytes(data, value, value_end, 0x0A) or b""
            event.blobs.append(Blob(_EVENT_KINDS[key], tag, (value, value_end), _NO_BYTES))
    event.is_empty = not (event.points or event.blobs or has_file_version)
    return event


def _last_varint(data: bytes, start: int, end: int, starts_session: bool) -> bool:
    """Whether a SessionLog's status is START."""
    for key, value, _ in fields(data, start, end):
        if key == 0x08:
            starts_session = value == SESSION_START
    return starts_session


def _last_bytes(data: bytes, start: int, end: int, wanted: int) -> bytes | None:
    found: bytes | None = None
    for key, value, value_end in fields(data, start, end):
        if key == wanted:
            found = data[value:value_end]
    return found


def _parse_value(event: ParsedEvent, data: bytes, start: int, end: int) -> None:
    tag = plugin = kind = b""
    simple: float | None = None
    exact: float | int | None = None
    tensor: Range | None = None
    metadata = _NO_BYTES
    for key, value, value_end in fields(data, start, end):
        if key == _VALUE_TAG:
            tag = data[value:value_end]
        elif key == _SIMPLE_VALUE:
            (simple,) = struct.unpack_from("<f", data, value)
            tensor = None
        elif key == _TENSOR:
            tensor, simple = (value, value_end), None
        elif key in _VALUE_KINDS:
            kind, simple, tensor = _VALUE_KINDS[key], None, None
        elif key == _METADATA:
            metadata = (value, value_end)
            for metadata_key, position, position_end in fields(data, value, value_end):
                if metadata_key == 0x0A:
                    name = _last_bytes(data, position, position_end, 0x0A)
                    plugin = plugin if name is None else name
        elif key == _EXACT:
            exact = _exact_value(data, value, value_end)
    number: float | int | None = None
    if simple is not None:
        number = simple if exact is None or not _rounds_to(exact, simple) else exact
    elif tensor is not None:
        number = _tensor_number(data, *tensor, plugin)
        kind = b"tensors" if plugin in (b"", b"scalars") else b""
    if number is not None:
        event.points.append(Point(tag, number, metadata))
    else:
        # A plug-in may keep what it has to say in the metadata; a scalar cannot.
        if not kind and tensor is None and plugin in (b"", b"scalars"):
            kind = b"empty"
        event.blobs.append(Blob(kind or plugin, tag, (start, end), metadata))


def _exact_value(data: bytes, start: int, end: int) -> float | int | None:
    exact: float | int | None = None
    for key, value, _ in fields(data, start, end):
        if key == 0x09:
            (exact,) = struct.unpack_from("<d", data, value)
        elif key == 0x10:
            exact = unzigzag(value)
    return exact


def _rounds_to(exact: float | int, simple: float) -> bool:
    """Whether ``simple`` is ``exact`` as float32; if not, somebody changed one and not the other."""
    return bool(struct.unpack("<f", float_bits(float(exact)))[0] == simple)


def float_bits(value: float) -> bytes:
    """The float32 nearest to a double, as 4 bytes; beyond its range infinity."""
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return struct.pack("<f", float("inf") if value > 0 else float("-inf"))


def _tensor_number(data: bytes, start: int, end: int, plugin: bytes) -> float | int | None:
    """The scalar that a TensorProto holds; None when it is none, or not for a plug-in that has scalars."""
    data_type, element_count, rank = 0, 1, 0
    content: tuple[int, int] = (0, 0)
    typed: dict[int, Any] = {}
    for key, value, value_end in fields(data, start, end):
        field, wire_type = key >> 3, key & 7
        if key == 0x08:
            data_type = value & 0xFFFFFFFF
        elif key == 0x12:
            for shape_key, position, position_end in fields(data, value, value_end):
                if shape_key == 0x12:
                    rank += 1
                    element_count = element_count if _dimension(data, position, position_end) == 1 else 0
                elif shape_key == 0x18 and position:
                    element_count = 0
        elif key == 0x22:
            content = (value, value_end)
        elif field not in typed:
            element = _first_element(data, field, wire_type, value, value_end)
            if element is not None:
                typed[field] = element
    if plugin not in (b"", b"scalars"):
        return None
    if element_count == 0 or (rank and plugin != b"scalars") or data_type not in _DATA_TYPES:
        return None
    number: Any
    field, content_format = _DATA_TYPES[data_type]
    if content[1] > content[0]:
        if content[1] - content[0] != struct.calcsize(content_format):
            raise MalformedError("tensor_content is not one element")
        (number,) = struct.unpack_from(content_format, data, content[0])
    else:
        number = typed.get(field, 0)
        if data_type in _LIMITS:
            least, most = _LIMITS[data_type]
            if not least <= int32(number) <= most:
                return None
        number = _from_varint(number, data_type)
    if data_type == _BOOL:
        number = int(number != 0)
    elif data_type == _BFLOAT16:
        (number,) = struct.unpack("<f", struct.pack("<I", number << 16))
    return number  # type: ignore[no-any-return]


def _dimension(data: bytes, start: int, end: int) -> int:
    size = 0
    for key, value, _ in fields(data, start, end):
        if key == 0x08:
            size = value
    return size


def _first_element(data: bytes, field: int, wire_type: int, value: int, end: int) -> Any:
    """The first element of a repeated numeric field, packed or not; None when there is none."""
    if field in _ELEMENT_FORMATS:
        element_format = _ELEMENT_FORMATS[field]
        size = struct.calcsize(element_format)
        if wire_type == (5 if size == 4 else 1):
            return struct.unpack_from(element_format, data, value)[0]
        if wire_type != 2 or end == value:
            return None
        if (end - value) % size:
            raise MalformedError("a packed field ends within an element")
        return struct.unpack_from(element_format, data, value)[0]
    if field not in (7, 10, 11, 13, 16, 17):
        return None
    if wire_type == 0:
        return value
    if wire_type != 2 or end == value:
        return None
    return read_varint(data, value, end)[0]


def _from_varint(number: Any, data_type: int) -> Any:
    """A typed field's element as a number of its data type; floats come as they are."""
    if data_type == _HALF:
        return struct.unpack("<e", struct.pack("<H", number & 0xFFFF))[0]
    if data_type == _BFLOAT16:
        return number & 0xFFFF
    if data_type == 22:
        return number & 0xFFFFFFFF
    if data_type in (3, 4, 5, 6, 17):
        return int32(number)
    return signed(number) if data_type == 9 else number
