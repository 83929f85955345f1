"""The valid records of a finished file, one after the other: for rewriting files, not for following them."""

import os
from collections.abc import Callable, Iterator

from cutaway.events import core
from cutaway.events.open_file import OpenFile, open_regular
from cutaway.events.wire import bytes_field, fields

_CHUNK_BYTES = 4 << 20


def payloads(path: str | os.PathLike[str], opens: Callable[[str], OpenFile] = open_regular) -> Iterator[bytes]:
    """Each record's payload, a serialised Event. What is damaged is passed over, also at the file's end.

    ``opens`` opens the file, wherever it lies. Raises OSError.
    """
    with opens(os.fspath(path)) as file:
        size = file.status().size
        offset, wanted, in_gap = 0, _CHUNK_BYTES, False
        while offset < size:
            data = bytearray(min(wanted, size - offset))
            count = file.read_at(offset, memoryview(data))
            at_end = offset + count >= size or not count
            found = core.scan(memoryview(data)[:count], in_gap=in_gap, inside_tail=at_end)
            for start, length in zip(found.offsets.tolist(), found.lengths.tolist(), strict=True):
                yield bytes(data[start : start + length])
            if at_end:
                return
            if not found.searched:
                # One record is larger than what was read.
                wanted *= 2
                continue
            in_gap = found.searched > found.consumed or (in_gap and not len(found.offsets))
            offset += found.searched
            wanted = _CHUNK_BYTES


def without_tags(payload: bytes, keep: frozenset[str]) -> bytes:
    """An Event with only those values of its summary whose tags are to be kept; other events as they are.

    Raises MalformedError when it is not an Event.
    """
    parts = []
    start = 0
    for key, value, end in fields(payload, 0, len(payload)):
        if key == 0x2A:
            kept = b"".join(
                bytes_field(1, payload[position:value_end])
                for value_key, position, value_end in fields(payload, value, end)
                if value_key == 0x0A and _tag(payload, position, value_end) in keep
            )
            parts.append(bytes_field(5, kept))
        else:
            parts.append(payload[start:end])
        start = end
    return b"".join(parts)


def _tag(payload: bytes, start: int, end: int) -> str:
    tag = ""
    for key, value, value_end in fields(payload, start, end):
        if key == 0x0A:
            tag = payload[value:value_end].decode("utf-8", "replace")
    return tag
