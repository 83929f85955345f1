"""A model's trace as TensorFlow's GraphDef, which TensorBoard's graph page and others draw.

Names are paths, so that modules are boxes that open: ``Net/layer1/conv/convolution`` is an op called inside the module
``layer1.conv``. Parameters are nodes in the boxes of their modules. Edges are what the trace knows for certain:
constants, of which it knows no more, are one node for each shape and dtype.
"""

import re
from collections.abc import Iterator
from typing import Any

from cutaway.events.graph_messages import GRAPH_DEF, RUN_METADATA
from cutaway.events.schema import encode
from cutaway.model.records import ModuleCall, Op, OpInput, Parameter, Shape, Value
from cutaway.model.trace import Trace

#: TensorFlow's DataType of dtypes by their names.
_DATA_TYPES = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "complex64": 8, "int64": 9, "bool": 10,
    "bfloat16": 14, "uint16": 17, "complex128": 18, "float16": 19, "uint32": 22, "uint64": 23,
}  # fmt: skip
#: The version of the writer that readers are told; the lowest that knows all that is used here.
_PRODUCER = 22
_ALLOCATOR = "cutaway"


def trace_graph(trace: Trace) -> bytes:
    """A serialised GraphDef of a trace: nodes with shapes, dtypes, devices, the function and line that made them."""
    return trace_graph_and_metadata(trace)[0]


def trace_graph_and_metadata(trace: Trace) -> tuple[bytes, bytes]:
    """The GraphDef, and a RunMetadata with the bytes that each node allocates: outputs of an op that are not views."""
    graph = _Nodes(trace)
    nodes = list(graph.nodes())
    stats: dict[str, list[dict[str, Any]]] = {}
    for device, name, size in graph.sizes:
        memory = [{"allocator_name": _ALLOCATOR, "total_bytes": size}]
        stats.setdefault(device, []).append({"node_name": name, "memory": memory})
    devices = [{"device": device, "node_stats": found} for device, found in stats.items()]
    return (
        encode(GRAPH_DEF, {"node": nodes, "versions": {"producer": _PRODUCER}}),
        encode(RUN_METADATA, {"step_stats": {"dev_stats": devices}}),
    )


class _Nodes:
    """The nodes of one graph, and the names that are taken."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.root = _clean(trace.model) or "model"
        self.taken: set[str] = {"output"}
        self.ops: list[str] = []
        self.parameters: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.constants: dict[tuple[Shape, str], str] = {}
        #: Device, node and bytes.
        self.sizes: list[tuple[str, str, int]] = []
        made = (output.device for op in trace.ops for output in op.outputs)
        #: Where parameters are, which do not say it.
        self.device = _device(next(made, "cpu"))

    def nodes(self) -> Iterator[dict[str, Any]]:
        """All of them, each behind those that it reads."""
        for parameter in self.trace.parameters:
            yield self._parameter(parameter)
        for op in self.trace.ops:
            for item in op.inputs:
                yield from self._from_outside(item)
            yield self._op(op)
        made = [f"{self.ops[value.op]}:{value.output}" for value in self._made() if value.op is not None]
        if made:
            yield _node("output", "Output", made, [])

    def _from_outside(self, item: OpInput) -> Iterator[dict[str, Any]]:
        """The node of an argument or a constant, when it is first read."""
        kind = item.shape, item.dtype
        if item.given is not None:
            if item.given not in self.given:
                name = self.given[item.given] = self._take(f"input/{_clean(item.given)}")
                yield _node(name, "Placeholder", [], [kind])
        elif item.producer is None and item.parameter is None and kind not in self.constants:
            name = self.constants[kind] = self._take("constant")
            yield _node(name, "Const", [], [kind])

    def _made(self) -> Iterator[Value]:
        """The tensors that the model returned."""
        waiting = [call.outputs for call in self.trace.calls if call.parent is None and call.outputs is not None]
        while waiting:
            value = waiting.pop(0)
            if value.kind == "tensor":
                yield value
            waiting[:0] = [item for _, item in value.items]

    def _parameter(self, parameter: Parameter) -> dict[str, Any]:
        name = self._take("/".join([self.root, *map(_clean, parameter.path.split("."))]))
        for path in (parameter.path, *parameter.aliases):
            self.parameters[path] = name
        kinds = [] if parameter.shape is None else [(parameter.shape, parameter.dtype)]
        self.sizes.append((self.device, name, parameter.bytes))
        return _node(name, "Buffer" if parameter.buffer else "Parameter", [], kinds, self.device)

    def _op(self, op: Op) -> dict[str, Any]:
        calls = self.trace.calls
        scope = self._scope(calls[op.call]) if op.call is not None else self.root
        if op.phase != "forward":
            scope = f"{op.phase}/{scope}"
        # aten.native_batch_norm.default is native_batch_norm.
        parts = op.name.split(".")
        name = self._take(f"{scope}/{_clean(parts[1] if len(parts) > 1 else op.name)}")
        self.ops.append(name)
        kinds = [(output.shape, output.dtype) for output in op.outputs]
        more = {"function": op.function, "source": op.source}
        device = _device(op.outputs[0].device) if op.outputs else self.device
        self.sizes.append((device, name, sum(output.bytes for output in op.outputs if output.alias_of is None)))
        return _node(name, op.name, [self._input(item) for item in op.inputs], kinds, device, more)

    def _input(self, item: OpInput) -> str:
        if item.producer is not None:
            return f"{self.ops[item.producer]}:{item.output}" if item.output else self.ops[item.producer]
        if item.parameter is not None:
            return self.parameters[item.parameter]
        if item.given is not None:
            return self.given[item.given]
        return self.constants[item.shape, item.dtype]

    def _scope(self, call: ModuleCall) -> str:
        parts = [_clean(part) for part in call.path.split(".")] if call.path else []
        if parts and call.number > 1:
            # A module's later calls are boxes of their own.
            parts[-1] += f".call{call.number}"
        return "/".join([self.root, *parts])

    def _take(self, name: str) -> str:
        unique, number = name, 0
        while unique in self.taken:
            number += 1
            unique = f"{name}_{number}"
        self.taken.add(unique)
        return unique


def _node(
    name: str,
    op: str,
    inputs: list[str],
    kinds: list[tuple[Shape, str]],
    device: str = "",
    more: dict[str, str | None] | None = None,
) -> dict[str, Any]:
    attributes: list[dict[str, Any]] = []
    if kinds:
        shapes = [{"dim": [{"size": size} for size in shape]} for shape, _ in kinds]
        attributes.append({"key": "_output_shapes", "value": {"list": {"shape": shapes}}})
        if kinds[0][1] in _DATA_TYPES:
            attributes.append({"key": "dtype", "value": {"type": _DATA_TYPES[kinds[0][1]]}})
    for key, text in (more or {}).items():
        if text:
            attributes.append({"key": key, "value": {"s": text.encode()}})
    return {"name": name, "op": op, "input": inputs, "device": device, "attr": attributes}


def _device(name: str) -> str:
    """TensorFlow's name of PyTorch's ``cuda:1``: TensorBoard counts no bytes on a device with another one."""
    kind, _, number = name.partition(":")
    kind = {"cuda": "GPU", "xpu": "GPU", "mps": "GPU"}.get(kind, kind.upper())
    return f"/device:{kind}:{number or 0}"


def _clean(name: str) -> str:
    """A part of a name, of letters that TensorBoard takes in one."""
    cleaned = re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII)
    return cleaned if cleaned[:1].isalnum() or not cleaned else f".{cleaned}"
