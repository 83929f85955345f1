"""The nodes of a graph as columns, for the pure twin: see ``core.graph_nodes``."""

import numpy as np

from cutaway.events.kernel_types import CONTROL, NO_NODE, Buffer, GraphNodes
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, fields, key

_NAME, _OP, _INPUT, _DEVICE, _ATTRIBUTE = (key(number, LENGTH_DELIMITED) for number in (1, 2, 3, 4, 5))
_SHAPES = b"_output_shapes"
#: Outputs of larger numbers are none.
_MOST_DIGITS = 9

Span = tuple[int, int]


def graph_nodes(data: Buffer, field: int, most: int) -> GraphNodes:
    """See ``core.graph_nodes``."""
    content = bytes(data)
    names: list[Span] = []
    wholes: list[Span] = []
    shapes: list[Span] = []
    words: dict[bytes, int] = {}
    ops: list[int] = []
    devices: list[int] = []
    starts: list[int] = []
    texts: list[Span] = []
    first: dict[bytes, int] = {}
    for this, start, end in _fields(content, 0, len(content)):
        if this != key(field, LENGTH_DELIMITED):
            continue
        node = {_NAME: (start, start), _OP: (start, start), _DEVICE: (start, start)}
        starts.append(len(texts))
        node_shapes = (0, 0)
        for inner, inner_start, inner_end in _fields(content, start, end):
            if inner == _INPUT:
                texts.append((inner_start, inner_end - inner_start))
            elif inner == _ATTRIBUTE:
                node_shapes = _shapes(content, inner_start, inner_end) or node_shapes
            elif inner in node:
                node[inner] = (inner_start, inner_end)
        name, op, device = (content[slice(*node[part])] for part in (_NAME, _OP, _DEVICE))
        first.setdefault(name, len(names))
        names.append((node[_NAME][0], len(name)))
        wholes.append((start, end - start))
        shapes.append(node_shapes)
        ops.append(words.setdefault(op, len(words)))
        devices.append(words.setdefault(device, len(words)))
        if len(names) + len(texts) > most:
            raise MalformedError(f"the graph has more than {most:,} nodes and inputs")
    sources = [_source(content[start : start + length], first) for start, length in texts]
    return GraphNodes(
        [word.decode("utf-8", "replace") for word in words],
        _spans(names),
        np.array(ops, np.int32),
        np.array(devices, np.int32),
        _spans(wholes),
        _spans(shapes),
        np.array([*starts, len(texts)], np.int64),
        np.array([producer for producer, _ in sources], np.int32),
        np.array([output for _, output in sources], np.int32),
        _spans(texts),
    )


def _fields(content: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    try:
        return list(fields(content, start, end))
    except MalformedError as error:
        raise MalformedError("the nodes of the graph are cut short or no messages") from error


def _shapes(content: bytes, start: int, end: int) -> Span | None:
    """Where the shapes of the outputs are, when the attribute has them."""
    name, value = b"", (start, 0)
    for this, inner_start, inner_end in _fields(content, start, end):
        if this == key(1, LENGTH_DELIMITED):
            name = content[inner_start:inner_end]
        elif this == key(2, LENGTH_DELIMITED):
            value = (inner_start, inner_end - inner_start)
    return value if name == _SHAPES else None


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
