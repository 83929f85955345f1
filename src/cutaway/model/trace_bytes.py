"""A trace as bytes, for event files: the columns of `Trace.to_dict` as JSON, compressed.

The layout, which ``docs/event-files.md`` states for other readers: the letters ``CTRC``, one byte with the version of
the columns, and the JSON in the zlib format (RFC 1950). Bytes from a file are hostile until they are a trace: what they
would grow to is bounded, and everything else is a TraceError.
"""

import json
import re
import zlib
from collections import Counter

from cutaway.model.records import SCHEMA_VERSION, TraceError
from cutaway.model.trace import Trace
from cutaway.model.trace_versions import check_version

MAGIC = b"CTRC"
#: The bytes that an unpacked trace may have: that of a million ops has about half of them; and by its packed bytes, of
#: which it has 25 times as many.
MOST_BYTES = 1 << 30
_SMALL, _RATIO = 8 << 20, 100
#: The memory that its objects, lists and elements may take, by its unpacked bytes: they take 6 times as much.
_MEMORY_RATIO = 16
_CONTAINER_BYTES, _ELEMENT_BYTES = 80, 32
_LEVEL = 6
#: The first of their names: within a text of JSON there is no quotation mark that is not escaped.
_NAME = re.compile(rb'"model": ?("(?:[^"\\]|\\.)*")')
_PHASES = re.compile(rb'"phase": ?(\[[^\]]*\])')


def to_bytes(trace: Trace) -> bytes:
    """The trace; 10,000 ops of a deep network take about 150 kB."""
    columns = json.dumps(trace.to_dict(), separators=(",", ":"), allow_nan=False)
    return MAGIC + bytes([SCHEMA_VERSION]) + zlib.compress(columns.encode(), _LEVEL)


def from_bytes(data: bytes) -> Trace:
    """Read what `to_bytes` wrote, in this version or a readable older one; TraceError says why it cannot be read."""
    text = _unpacked(data)
    try:
        columns = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"the trace cannot be read: {error}") from error
    return Trace.from_dict(columns)


def glance(data: bytes) -> tuple[str, Counter[str]]:
    """The model's name, and how many ops each phase has, of what `to_bytes` wrote, many times sooner than the trace.

    TraceError says why it cannot be read; a trace that passes may still be none.
    """
    text = _unpacked(data)
    name, phases = _NAME.search(text), _PHASES.search(text)
    if name is None or phases is None:
        raise TraceError("these columns are not a trace")
    try:
        return json.loads(name[1]), Counter(map(str, json.loads(phases[1])))
    except (ValueError, RecursionError) as error:
        raise TraceError(f"the trace cannot be read: {error}") from error


def _unpacked(data: bytes) -> bytes:
    if data[:4] != MAGIC or len(data) < 6:
        raise TraceError("these bytes are not a trace")
    check_version(data[4])
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data[5:], min(MOST_BYTES, _SMALL + _RATIO * len(data)))
    except zlib.error as error:
        raise TraceError(f"the trace cannot be read: {error}") from error
    if reader.unconsumed_tail or not reader.eof:
        raise TraceError("the trace is cut off or larger than any model's")
    memory = _CONTAINER_BYTES * (text.count(b"{") + text.count(b"[")) + _ELEMENT_BYTES * text.count(b",")
    if memory > _SMALL + _MEMORY_RATIO * len(text):
        raise TraceError("the trace has more columns in fewer bytes than any model's")
    return text
