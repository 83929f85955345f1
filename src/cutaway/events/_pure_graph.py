"""The nodes of a graph as columns, for the pure twin: see ``core.graph_nodes``."""

import numpy as np

from cutaway.events._pure_crc32c import crc32c
from cutaway.events.kernel_types import CONTROL, NO_NODE, Buffer, GraphNodes
from cutaway.events.wire import LENGTH_DELIMITED, VARINT, MalformedError, fields, int32, key, signed

_NAME, _OP, _INPUT, _DEVICE, _ATTRIBUTE = (key(number, LENGTH_DELIMITED) for number in (1, 2, 3, 4, 5))
_SHAPES = b"_output_shapes"
#: How much the attribute of a name says of the dtype of the outputs.
_DTYPE_RANKS = {b"T": 1, b"dtype": 2, b"DstT": 3, b"out_type": 3, b"output_type": 3}
#: Outputs of larger numbers are none.
_MOST_DIGITS = 9

Span = tuple[int, int]


def graph_nodes(data: Buffer, field: int, most: int) -> GraphNodes:
    """See ``core.graph_nodes``."""
    content = bytes(data)
    names: list[Span] = []
    wholes: list[Span] = []
    dtypes: list[int] = []
    output_starts: list[int] = []
    outputs: list[tuple[list[int], bool]] = []
    calls: list[tuple[int, int]] = []
    call_starts: list[int] = []
    marks: list[int] = []
    others: list[tuple[int, int, int]] = []
    sizes = 0
    words: dict[bytes, int] = {}
    ops: list[int] = []
    devices: list[int] = []
    starts: list[int] = []
    texts: list[Span] = []
    first: dict[bytes, int] = {}
    for this, start, end in _fields(content, 0, len(content)):
        if this != key(field, LENGTH_DELIMITED):
            if this & 7 == LENGTH_DELIMITED:
                others.append((this >> 3, start, end - start))
            continue
        node = {_NAME: (start, start), _OP: (start, start), _DEVICE: (start, start)}
        starts.append(len(texts))
        output_starts.append(len(outputs))
        call_starts.append(len(calls))
        shapes, dtype = (start, start), (0, 0)
        ordered = unordered = 0
        begin = start
        for inner, inner_start, inner_end in _fields(content, start, end):
            encoded, begin = content[begin:inner_end], inner_end
            if inner == _ATTRIBUTE:
                unordered += crc32c(encoded)
                word, value = _attribute(content, inner_start, inner_end)
                if word == _SHAPES:
                    shapes = value
                dtype = _dtype(content, value, _DTYPE_RANKS.get(word, 0), dtype)
                for function in _functions(content, value):
                    calls.append((words.setdefault(word, len(words)), words.setdefault(function, len(words))))
                continue
            ordered = crc32c(encoded, before=ordered)
            if inner == _INPUT:
                texts.append((inner_start, inner_end - inner_start))
            elif inner in node:
                node[inner] = (inner_start, inner_end)
        marks.append(ordered << 32 | unordered & 0xFFFFFFFF)
        name, op, device = (content[slice(*node[part])] for part in (_NAME, _OP, _DEVICE))
        first.setdefault(name, len(names))
        names.append((node[_NAME][0], len(name)))
        wholes.append((start, end - start))
        dtypes.append(dtype[1])
        found = _shapes(content, shapes)
        outputs += found
        sizes += sum(len(shape) for shape, _ in found)
        ops.append(words.setdefault(op, len(words)))
        devices.append(words.setdefault(device, len(words)))
    if len(names) + len(texts) + len(outputs) + sizes + len(calls) + len(others) > most:
        raise MalformedError(f"the graph has more than {most:,} nodes, inputs, sizes and calls")
    sources = [_source(content[start : start + length], first) for start, length in texts]
    return GraphNodes(
        [word.decode("utf-8", "replace") for word in words],
        _spans(names),
        np.array(ops, np.int32),
        np.array(devices, np.int32),
        np.array(dtypes, np.int32),
        _spans(wholes),
        np.array([*starts, len(texts)], np.int64),
        np.array([producer for producer, _ in sources], np.int32),
        np.array([output for _, output in sources], np.int32),
        _spans(texts),
        np.array([*output_starts, len(outputs)], np.int64),
        np.cumsum([0, *(len(shape) for shape, _ in outputs)], dtype=np.int64),
        np.array([is_known for _, is_known in outputs], np.bool_),
        np.array([size for shape, _ in outputs for size in shape], np.int64),
        np.array([*call_starts, len(calls)], np.int64),
        np.array([attribute for attribute, _ in calls], np.int32),
        np.array([function for _, function in calls], np.int32),
        np.array(marks, np.uint64),
        np.ascontiguousarray(np.array(others, np.int64).reshape(-1, 3).T),
    )


def _fields(content: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    try:
        return list(fields(content, start, end))
    except MalformedError as error:
        raise MalformedError("the nodes of the graph are cut short or no messages") from error


def _attribute(content: bytes, start: int, end: int) -> tuple[bytes, Span]:
    """The key of an attribute, and where its value starts and ends."""
    word, value = b"", (start, start)
    for this, inner_start, inner_end in _fields(content, start, end):
        if this == key(1, LENGTH_DELIMITED):
            word = content[inner_start:inner_end]
        elif this == key(2, LENGTH_DELIMITED):
            value = (inner_start, inner_end)
    return word, value


def _dtype(content: bytes, value: Span, rank: int, before: tuple[int, int]) -> tuple[int, int]:
    """The rank and the number of a dtype, unless the one before says more."""
    for this, number, _ in _fields(content, *value):
        if this == key(6, VARINT) and rank and rank >= before[0]:
            before = rank, int32(number)
    return before


def _functions(content: bytes, value: Span) -> list[bytes]:
    """The names of the functions in an AttrValue, alone or in its list."""
    found = []
    for this, start, end in _fields(content, *value):
        if this == key(10, LENGTH_DELIMITED):
            found.append(_function(content, start, end))
        elif this == key(1, LENGTH_DELIMITED):
            found += [
                _function(content, inner_start, inner_end)
                for inner, inner_start, inner_end in _fields(content, start, end)
                if inner == key(9, LENGTH_DELIMITED)
            ]
    return found


def _function(content: bytes, start: int, end: int) -> bytes:
    name = b""
    for this, inner_start, inner_end in _fields(content, start, end):
        if this == key(1, LENGTH_DELIMITED):
            name = content[inner_start:inner_end]
    return name


def _shapes(content: bytes, value: Span) -> list[tuple[list[int], bool]]:
    """Sizes, and whether it is known how many there are, of each shape in an AttrValue."""
    found = []
    for this, list_start, list_end in _fields(content, *value):
        if this != key(1, LENGTH_DELIMITED):
            continue
        for inner, shape_start, shape_end in _fields(content, list_start, list_end):
            if inner == key(7, LENGTH_DELIMITED):
                found.append(_shape(content, shape_start, shape_end))
    return found


def _shape(content: bytes, start: int, end: int) -> tuple[list[int], bool]:
    sizes, is_known = [], True
    for this, value, value_end in _fields(content, start, end):
        if this == key(3, VARINT):
            is_known = value == 0
        elif this == key(2, LENGTH_DELIMITED):
            size = 0
            for inner, number, _ in _fields(content, value, value_end):
                if inner == key(1, VARINT):
                    size = signed(number)
            sizes.append(size)
    return sizes, is_known


def _source(text: bytes, first: dict[bytes, int]) -> tuple[int, int]:
    """The node that an input comes from, and which of its outputs it is."""
    output = 0
    if text.startswith(b"^"):
        text, output = text[1:], CONTROL
    if text in first:
        return first[text], output
    name, colon, place = text.partition(b":")
    producer = first.get(name, NO_NODE) if colon else NO_NODE
    digits = place.rpartition(b":")[2]
    if output == CONTROL or not (digits.isdigit() or not digits):
        return producer, output
    digits = digits.lstrip(b"0") or b"0"
    return producer, int(digits) if len(digits) <= _MOST_DIGITS else 0


def _spans(found: list[Span]) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    return np.ascontiguousarray(np.array(found, np.int64).reshape(-1, 2).T)
