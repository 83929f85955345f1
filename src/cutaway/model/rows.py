"""The rows of a model's table and their totals, added up once from a `Trace`, in time linear in its length.

A row is one call of a module, or a module that was not called: a container such as `ModuleList` around the calls of
its children, or one that the forward left out. Rows come in the order of execution, each before what it contains.
"""

from collections import Counter
from dataclasses import dataclass, field

from cutaway.model.costs.flops import FLOPS_PER_MAC, macs
from cutaway.model.trace import Parameter, Trace, Value


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Counts without `own_` include everything below the row.

    A parameter counts in the first row that holds it; every later one has it among `shared_parameters`. `macs` are
    those of this call, `uncounted_ops` the ops in it whose MACs are not known.
    """

    path: str
    type: str
    #: 0 for the model itself.
    depth: int
    #: The index of the row that contains this one.
    parent: int | None
    #: 1 for the first call; 0 for a module without a call.
    call_number: int
    #: The id of the call in the trace.
    call: int | None
    inputs: Value | None
    outputs: Value | None
    own: tuple[Parameter, ...]
    own_parameters: int
    parameters: int
    trainable_parameters: int
    shared_parameters: int
    macs: int
    uncounted_ops: int
    aliases: tuple[str, ...]
    #: Whether an op read a parameter that the module itself holds.
    weights_used: bool
    #: Whether the module contains one that was called.
    contains_calls: bool
    failed: bool

    @property
    def key(self) -> str:
        """The path, with ``#number`` from the second call on."""
        return self.path if self.call_number < 2 else f"{self.path}#{self.call_number}"

    @property
    def flops(self) -> int:
        """Two for every MAC."""
        return FLOPS_PER_MAC * self.macs


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the whole model. Parameters are elements, shared ones counted once; bytes count shared memory once."""

    parameters: int
    trainable_parameters: int
    macs: int
    parameter_bytes: int
    buffers: int
    buffer_bytes: int
    #: Ops that may have MACs and have no formula, by name.
    uncounted_ops: dict[str, int]

    @property
    def frozen_parameters(self) -> int:
        """Those that take no gradient."""
        return self.parameters - self.trainable_parameters

    @property
    def flops(self) -> int:
        """Two for every MAC."""
        return FLOPS_PER_MAC * self.macs


@dataclass(slots=True)
class _Node:
    path: str
    type: str
    call: int | None = None
    children: list["_Node"] = field(default_factory=list)
    macs: int = 0
    uncounted: int = 0


def build_rows(trace: Trace) -> tuple[tuple[Row, ...], Totals]:
    """The rows, in order, and the totals."""
    root, called = _tree(trace)
    uncounted = _add_costs(trace, called)
    order, parents, depths = _in_order(root)
    holders: dict[str, list[int]] = {}
    for idx, parameter in enumerate(trace.parameters):
        if not parameter.buffer:
            for name in (parameter.path, *parameter.aliases):
                holders.setdefault(name.rpartition(".")[0], []).append(idx)
    used = {item.parameter for op in trace.ops for item in op.inputs}
    aliases = {module.path: module.aliases for module in trace.modules}

    own = [tuple(trace.parameters[idx] for idx in dict.fromkeys(holders.get(node.path, ()))) for node in order]
    counted: set[str] = set()
    sums = [[0, 0, 0, node.macs, node.uncounted, node.call is not None] for node in order]
    own_counts = []
    for parameters, total in zip(own, sums, strict=True):
        for parameter in parameters:
            if parameter.path in counted:
                total[2] += parameter.count
            else:
                counted.add(parameter.path)
                total[0] += parameter.count
                total[1] += parameter.count if parameter.trainable else 0
        own_counts.append(total[0])
    for idx in range(len(order) - 1, 0, -1):
        parent = parents[idx]
        assert parent is not None
        sums[parent] = [mine + below for mine, below in zip(sums[parent], sums[idx], strict=True)]

    rows = []
    for idx, node in enumerate(order):
        call = None if node.call is None else trace.calls[node.call]
        rows.append(
            Row(
                path=node.path,
                type=node.type,
                depth=depths[idx],
                parent=parents[idx],
                call_number=0 if call is None else call.number,
                call=node.call,
                inputs=None if call is None else call.inputs,
                outputs=None if call is None else call.outputs,
                own=own[idx],
                own_parameters=own_counts[idx],
                parameters=sums[idx][0],
                trainable_parameters=sums[idx][1],
                shared_parameters=sums[idx][2],
                macs=sums[idx][3],
                uncounted_ops=sums[idx][4],
                aliases=aliases.get(node.path, ()),
                weights_used=any(parameter.path in used for parameter in own[idx]),
                contains_calls=sums[idx][5] > (node.call is not None),
                failed=call is not None and call.failed,
            )
        )
    return tuple(rows), _totals(trace, rows[0], uncounted)


def _tree(trace: Trace) -> tuple[_Node, dict[int, _Node]]:
    """The calls below the calls that made them, with containers between and uncalled modules at the end."""
    types = {module.path: module.type for module in trace.modules}
    root = _Node("", types.get("", trace.model))
    first = {"": root}
    called: dict[int, _Node] = {}
    groups: dict[tuple[int, str], _Node] = {}
    for call in trace.calls:
        if call.parent is None and root.call is None and call.path == "":
            root.call = call.id
            called[call.id] = root
            continue
        parent = root if call.parent is None else called[call.parent]
        holder = call.parent if call.parent is not None else -1
        for path in _between(parent.path, call.path):
            if path not in types:
                continue
            group = groups.get((holder, path))
            if group is None:
                group = groups[holder, path] = _Node(path, types[path])
                first.setdefault(path, group)
                parent.children.append(group)
            parent = group
        node = called[call.id] = _Node(call.path, call.type, call.id)
        first.setdefault(call.path, node)
        parent.children.append(node)
    for module in trace.modules:
        if module.path not in first:
            node = first[module.path] = _Node(module.path, module.type)
            first.get(module.path.rpartition(".")[0], root).children.append(node)
    return root, called


def _between(outer: str, inner: str) -> list[str]:
    """The paths strictly between: a.b and a.b.c for a module a that calls a.b.c.d."""
    prefix = f"{outer}." if outer else ""
    if not inner.startswith(prefix):
        return []
    segments = inner[len(prefix) :].split(".")[:-1]
    paths: list[str] = []
    for segment in segments:
        paths.append(f"{paths[-1]}.{segment}" if paths else prefix + segment)
    return paths


def _add_costs(trace: Trace, called: dict[int, _Node]) -> dict[str, int]:
    uncounted: Counter[str] = Counter()
    for op in trace.ops:
        if op.phase != "forward" or op.call is None:
            continue
        count = macs(op)
        if count is None:
            uncounted[op.name] += 1
            called[op.call].uncounted += 1
        else:
            called[op.call].macs += count
    return dict(uncounted.most_common())


def _in_order(root: _Node) -> tuple[list[_Node], list[int | None], list[int]]:
    """Every node before its children, with the index of its parent and its depth."""
    order: list[_Node] = []
    parents: list[int | None] = []
    depths: list[int] = []
    waiting: list[tuple[_Node, int | None, int]] = [(root, None, 0)]
    while waiting:
        node, parent, depth = waiting.pop()
        waiting.extend((child, len(order), depth + 1) for child in reversed(node.children))
        order.append(node)
        parents.append(parent)
        depths.append(depth)
    return order, parents, depths


def _totals(trace: Trace, root: Row, uncounted: dict[str, int]) -> Totals:
    buffers = [parameter for parameter in trace.parameters if parameter.buffer]
    return Totals(
        parameters=root.parameters,
        trainable_parameters=root.trainable_parameters,
        macs=root.macs,
        parameter_bytes=_bytes([parameter for parameter in trace.parameters if not parameter.buffer]),
        buffers=sum(buffer.count for buffer in buffers),
        buffer_bytes=_bytes(buffers),
        uncounted_ops=uncounted,
    )


def _bytes(parameters: list[Parameter]) -> int:
    """The memory covered, where parameters overlap only once."""
    total = 0
    storage, end = -1, 0
    for parameter in sorted(parameters, key=lambda each: (each.storage, each.offset)):
        if parameter.storage != storage:
            storage, end = parameter.storage, 0
        last = parameter.offset + parameter.bytes
        total += max(0, last - max(parameter.offset, end))
        end = max(end, last)
    return total
