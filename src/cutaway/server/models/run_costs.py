"""What nodes cost when a graph ran, as TensorFlow measured it: the time and the memory of each, by its name."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cutaway.events import graph_messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.model.graph.graph import Graph, NodeCosts
from cutaway.server.models.records import Record
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.door import decoding

#: The names of the costs: seconds, and bytes.
TIME, MEMORY = "seconds", "memory_bytes"
_MICROSECOND, _NANOSECOND = 1e-6, 1e-9
#: What is kept of a node.
_BYTES_OF_NODE = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds and bytes by the names of nodes, as far as they are known."""

    seconds: Mapping[str, float]
    memory: Mapping[str, float]

    @property
    def nbytes(self) -> int:
        """About how much memory they take."""
        return _BYTES_OF_NODE * (len(self.seconds) + len(self.memory))

    def of(self, graph: Graph) -> NodeCosts:
        """The costs of a graph's nodes by their keys; none for a graph of which no node was measured."""
        found: NodeCosts = {}
        for name, numbers in ((TIME, self.seconds), (MEMORY, self.memory)):
            column = np.array([numbers.get(key, np.nan) for key in graph.nodes.key], np.float64)
            if not np.isnan(column).all():
                found[name] = column
        return found


def read_measured(record: Record, data: bytearray) -> Measured:
    """From a record of run metadata. Raises MalformedError."""
    content = decode_value(record.kind, bytes(data), record.metadata).data
    with decoding("the run metadata"):
        stats = decode(graph_messages.RUN_METADATA, content, Budget(len(content))).get("step_stats", {})
        seconds: dict[str, float] = {}
        memory: defaultdict[str, float] = defaultdict(float)
        for device in stats.get("dev_stats", []):
            # A node in a loop runs again and again; what a device does is told again by each of its streams.
            here: defaultdict[str, float] = defaultdict(float)
            for node in device.get("node_stats", []):
                name = node.get("node_name", "").partition(":")[0]
                duration = _seconds(node)
                if duration > 0:
                    here[name] += duration
                for allocated in node.get("memory", []):
                    memory[name] += max(allocated.get("total_bytes", 0), 0)
            for name, duration in here.items():
                seconds[name] = max(seconds.get(name, 0), duration)
        return Measured(seconds, {name: size for name, size in memory.items() if size})


def _seconds(node: Mapping[str, int]) -> float:
    nanoseconds = node.get("op_end_rel_nanos", 0) - node.get("op_start_rel_nanos", 0)
    if nanoseconds > 0:
        return nanoseconds * _NANOSECOND
    return node.get("all_end_rel_micros", 0) * _MICROSECOND
