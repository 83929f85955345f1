"""The graph of a `Trace`: calls of modules are groups, and so are functions that consist of several ops.

A group's key is the call's: the module's path, from the second call on with ``#number``. Parameters, buffers and
constants are nodes of their own kinds in the group of the op that first reads them. Of several phases the first one's
ops stand in the groups of their calls, and those of another in a group of their own in there. A function that failed is
a node without inputs. Of a trace without a forward the modules are groups, with their parameters.
"""

from collections.abc import Iterator
from math import prod

from cutaway.model.costs.traffic import element_bytes
from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.graph import Graph, GraphFailure, NodeKind, TensorType
from cutaway.model.records import Op, OpInput, Phase, Value
from cutaway.model.trace import Trace
from cutaway.model.tree import Node, build_tree

#: What is shown as one: the backward with what it computes again, and the step of the optimizer behind it.
PHASES: dict[str, frozenset[Phase]] = {
    "forward": frozenset({"forward"}),
    "backward": frozenset({"backward", "recompute", "optimizer"}),
    "both": frozenset({"forward", "backward", "recompute", "optimizer"}),
}


def graph_of_trace(trace: Trace, phases: frozenset[Phase] = frozenset({"forward"})) -> Graph:
    """The graph of the ops of some phases."""
    return _Reading(trace, phases).graph()


class _Reading:
    def __init__(self, trace: Trace, phases: frozenset[Phase]) -> None:
        self.trace = trace
        self.phases = phases
        root, _ = build_tree(trace)
        self.builder = GraphBuilder(trace.model, root.type)
        #: The group of each call; and of each module, where no forward was captured.
        self.of_call: dict[int, int] = {}
        self.of_path: dict[str, int] = {}
        #: The phase whose ops stand in the groups of their calls, and the groups of the others in them.
        self.main: Phase = "forward" if "forward" in phases else "backward"
        self.of_phase: dict[tuple[int, Phase], int] = {}
        self.seeds = _seeds(trace)
        #: The ops of the forward in each call.
        self.of_calls: dict[int | None, list[int]] = {}
        for op in trace.ops:
            if op.phase == "forward":
                self.of_calls.setdefault(op.call, []).append(op.id)
        self._add_groups(root)
        #: Nodes: of ops by their ids, of parameters by their paths, of what was given by its place.
        self.ops: dict[int, int] = {}
        self.parameters: dict[str, int] = {}
        given = dict.fromkeys(
            item.given for op in trace.ops if self._phase(op) in phases for item in op.inputs if item.given is not None
        )
        self.given = {
            name: self.builder.node(0, NodeKind.INPUT, _input_name(name, len(given)), "input") for name in given
        }
        self.bytes = {
            name: parameter.bytes for parameter in trace.parameters for name in (parameter.path, *parameter.aliases)
        }

    def _add_groups(self, root: Node) -> None:
        """Of calls and of what holds them; modules that are not called have no place in the graph."""
        waiting = [(root, 0)]
        while waiting:
            node, group = waiting.pop()
            if node.call is not None:
                self.of_call[node.call] = group
            self.of_path.setdefault(node.path, group)
            below = []
            for child in self._without_loops(node.children) if self.trace.has_calls else node.children:
                key = child.path if child.call is None else self.trace.calls[child.call].key
                below.append((child, self.builder.group(group, _last_part(key, node.path), key, child.type)))
            waiting.extend(reversed(below))

    def _without_loops(self, nodes: list[Node]) -> Iterator[Node]:
        """Those with calls; a container that other ops read from and write to has its children in its place.

        The lists ``down`` and ``up`` of a U-Net, whose modules are called in turn, would be boxes in a loop.
        """
        for node in nodes:
            calls = _calls_below(node)
            if node.call is None and self._is_in_loop(calls):
                yield from self._without_loops(node.children)
            elif calls:
                yield node

    def _is_in_loop(self, calls: set[int]) -> bool:
        """Whether an op of other calls reads what these made, and these what became of that."""
        ops = self.trace.ops
        inside = sorted(op for call in calls for op in self.of_calls.get(call, ()))
        behind: set[int] = set()
        for op in ops[inside[0] : inside[-1] + 1] if inside else ():
            if op.phase != "forward":
                continue
            read = [item.producer for item in op.inputs if item.producer is not None]
            if op.call in calls:
                if not behind.isdisjoint(read):
                    return True
            elif any(each in behind or ops[each].call in calls for each in read):
                behind.add(op.id)
        return False

    def graph(self) -> Graph:
        functions: dict[int, _Function] = {}
        several = _ops_of_functions(self.trace.ops, self.phases)
        for op in self.trace.ops:
            if self._phase(op) not in self.phases:
                continue
            around = group = self._group_of(op)
            if several[op.id] > 1:
                function = functions.get(group)
                if function is None or function.first != op.id - function.count or function.left == 0:
                    name = short_name(op.function or "")
                    number = self.builder.group(group, name, f"{self.builder.keys[group]}/{name}@{op.id}", "function")
                    function = functions[group] = _Function(number, op.id, several[op.id])
                function.count += 1
                function.left -= 1
                group = function.group
            self._op(op, group, is_alone=op.function is not None and group == around)
        self._returned()
        if not self.trace.has_calls:
            for parameter in self.trace.parameters:
                self._parameter(parameter.path, self.of_path.get(parameter.module, 0))
        self._failed()
        return self.builder.graph()

    def _phase(self, op: Op) -> Phase:
        return "backward" if op.id in self.seeds else op.phase

    def _group_of(self, op: Op) -> int:
        """The group of an op's call, or of its phase in there."""
        group, phase = 0 if op.call is None else self.of_call[op.call], self._phase(op)
        if phase == self.main:
            return group
        if (group, phase) not in self.of_phase:
            key = f"{self.builder.keys[group]}/{phase}"
            self.of_phase[group, phase] = self.builder.group(group, phase, key, "phase")
        return self.of_phase[group, phase]

    def _failed(self) -> None:
        """Mark where the model failed: in which call, and with the function that failed as a node."""
        failure = self.trace.failure
        if failure is None:
            return
        group = 0 if failure.call is None else self.of_call.get(failure.call, 0)
        node = -1
        if failure.function is not None and "forward" in self.phases:
            node = self.builder.node(group, NodeKind.OP, short_name(failure.function), failure.function)
        self.builder.failure = GraphFailure(group, node, f"{failure.type}: {' '.join(failure.message.split())}")

    def _op(self, op: Op, group: int, *, is_alone: bool) -> None:
        name = short_name(op.function or "") if is_alone else op_name(op.name)
        starts = [self._start(item, group) for item in op.inputs]
        node = self.ops[op.id] = self.builder.node(group, NodeKind.OP, name, op.name, op.id)
        for item, (start, size) in zip(op.inputs, starts, strict=True):
            self.builder.edge(start, item.output, node, TensorType(item.shape, item.dtype, size))

    def _start(self, item: OpInput, group: int) -> tuple[int, int]:
        """The node that an input comes from, and the bytes that it brings; -1 where nobody knows them."""
        if item.producer is not None and item.producer in self.ops:
            return self.ops[item.producer], self.trace.ops[item.producer].outputs[item.output].bytes
        if item.parameter is not None:
            return self._parameter(item.parameter, group), self.bytes.get(item.parameter, -1)
        if item.given is not None:
            is_known = min(item.shape, default=0) >= 0
            return self.given[item.given], prod(item.shape) * element_bytes(item.dtype) if is_known else -1
        # A constant; or what an op of another phase made.
        return self.builder.node(group, NodeKind.CONSTANT, "constant", "constant"), -1

    def _parameter(self, path: str, group: int) -> int:
        """The node of a parameter, in the group of what first reads it."""
        if path not in self.parameters:
            self.parameters[path] = self.builder.node(group, NodeKind.PARAMETER, path, "parameter", key=path)
        return self.parameters[path]

    def _returned(self) -> None:
        for call in self.trace.calls:
            if call.parent is None and call.outputs is not None:
                for name, value in _leaves(call.outputs):
                    if value.op is None or value.op not in self.ops or value.tensor is None:
                        continue
                    node = self.builder.node(0, NodeKind.OUTPUT, name or "output", "output")
                    tensor = TensorType(value.tensor.shape, value.tensor.dtype, value.tensor.bytes)
                    self.builder.edge(self.ops[value.op], value.output, node, tensor)


class _Function:
    """A function whose ops follow each other: how many were there, and how many are to come."""

    def __init__(self, group: int, first: int, left: int) -> None:
        self.group = group
        self.first = first
        self.count = 0
        self.left = left


def _seeds(trace: Trace) -> frozenset[int]:
    """What begins the backward: ops of the forward outside of every call that the backward alone reads."""
    if not trace.calls or trace.calls[0].path:
        return frozenset()
    outside = {op.id for op in trace.ops if op.call is None and op.phase == "forward"}
    read: set[int] = set()
    for op in trace.ops if outside else ():
        producers = {item.producer for item in op.inputs if item.producer in outside}
        if op.phase == "forward":
            outside -= producers
        else:
            read |= {producer for producer in producers if producer is not None}
    return frozenset(outside & read)


def _input_name(place: str, count: int) -> str:
    """``input`` for what is given without a name."""
    if not place.partition(".")[0].isdecimal():
        return place
    return "input" if count == 1 else f"input {place}"


def _ops_of_functions(ops: tuple[Op, ...], phases: frozenset[Phase]) -> list[int]:
    """For each op how many ops the call of its function has.

    Those that follow each other with one function in one call of a module are one call of it, or several, where their
    names are the same again and again.
    """
    found = [1] * len(ops)
    start = 0
    while start < len(ops):
        first = ops[start]
        end = start + 1
        if first.function is not None and first.phase in phases:
            what = first.function, first.call, first.phase
            while end < len(ops) and (ops[end].function, ops[end].call, ops[end].phase) == what:
                end += 1
            found[start:end] = [_period([op.name for op in ops[start:end]])] * (end - start)
        start = end
    return found


def _period(names: list[str]) -> int:
    """After how many names all of them come again; their number where they do not."""
    size = len(names)
    return next(
        period for period in range(1, size + 1) if size % period == 0 and names[period:] == names[: size - period]
    )


def _calls_below(node: Node) -> set[int]:
    """The call of a node, and all below it."""
    found = set()
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.call is not None:
            found.add(each.call)
        waiting.extend(each.children)
    return found


def _leaves(value: Value) -> list[tuple[str, Value]]:
    """The tensors of a tree with their keys joined by dots."""
    found: list[tuple[str, Value]] = []
    waiting = [("", value)]
    while waiting:
        name, each = waiting.pop()
        if each.kind == "tensor":
            found.append((name, each))
        waiting.extend((f"{name}.{key}" if name else key, item) for key, item in reversed(each.items))
    return found


def _last_part(key: str, above: str) -> str:
    return key[len(above) + 1 :] if above and key.startswith(f"{above}.") else key


def short_name(function: str) -> str:
    """``linear`` of ``torch.nn.functional.linear``."""
    return function.rpartition(".")[2]


def op_name(name: str) -> str:
    """``native_batch_norm`` of ``aten.native_batch_norm.default``."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else name
