"""Traces that `add_model` recorded."""

from hashlib import blake2b

from cutaway.model.graph.graph import Graph
from cutaway.model.graph.of_trace import PHASES, graph_of_trace
from cutaway.model.trace import Trace
from cutaway.model.trace_bytes import from_bytes, glance
from cutaway.server.models.contents import Facts, Phase
from cutaway.server.models.records import Record
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.door import decoding

#: What the objects of an op take in memory, with its part of the calls and parameters.
_BYTES_OF_OP = 4000


def facts(record: Record, data: bytearray) -> list[Facts]:
    """Of the one trace in a record. Raises MalformedError."""
    content = _content(record, data)
    with decoding("the model"):
        name, ops = glance(content)
    digest = blake2b(content).hexdigest()
    backward: tuple[Phase, ...] = ("backward", "both") if any(ops[phase] for phase in PHASES["backward"]) else ()
    return [Facts(digest, "trace", name, len(content), ops["forward"], ("forward", *backward))]


def read(record: Record, data: bytearray) -> Trace:
    """The trace. Raises MalformedError."""
    content = _content(record, data)
    with decoding("the model"):
        return from_bytes(content)


def graph(trace: Trace, phase: Phase) -> Graph:
    """Its graph. Raises MalformedError."""
    # Columns may hold values that no capture makes: a call inside one that is not there, a text for a size.
    with decoding("the model"):
        return graph_of_trace(trace, PHASES[phase])


def nbytes(trace: Trace) -> int:
    """About how much memory a trace takes."""
    return _BYTES_OF_OP * (len(trace.ops) + len(trace.calls) + len(trace.parameters) + len(trace.allocations))


def _content(record: Record, data: bytearray) -> bytes:
    found: bytes = decode_value(record.kind, bytes(data), record.metadata).data
    return found
