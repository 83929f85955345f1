"""The rows of a model's table and their totals, added up once from a `Trace`, in time linear in its length.

A row is one call of a module, or a module that was not called: a container such as `ModuleList` around the calls of
its children, or one that the forward left out. Rows come in the order of execution, each before what it contains.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cutaway.model.costs.flops import FLOPS_PER_MAC, element_operations, macs
from cutaway.model.costs.memory import Memory
from cutaway.model.costs.traffic import bytes_moved
from cutaway.model.polynomial import Polynomial
from cutaway.model.records import Parameter, Timing, Value
from cutaway.model.trace import Trace
from cutaway.model.tree import Node, build_tree, in_order


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Counts without `own_` include everything below the row.

    A parameter counts in the first row that holds it; every later one has it among `shared_parameters`. `macs` are
    those of this call, `uncounted_ops` the ops in it whose MACs are not known. Counts that were not measured are None.
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
    #: The parameters that the module itself holds.
    own: tuple[Parameter, ...]
    own_parameters: int
    parameters: int
    trainable_parameters: int
    shared_parameters: int
    parameter_bytes: int
    buffers: int
    buffer_bytes: int
    macs: int
    #: Element-wise operations and reductions: see `cutaway.model.costs.flops.element_operations`.
    element_operations: int
    backward_macs: int | None
    uncounted_ops: int
    #: The bytes that the call returned, whether or not they share memory.
    output_bytes: int
    #: Memory that autograd keeps for the backward, counted where it is first kept.
    saved_bytes: int | None
    #: Whether that is the least: of a loop one round is known.
    saved_is_least: bool
    #: The most memory in use, by everything, at any time while the call or its backward ran.
    peak_bytes: int | None
    #: The bytes that the ops of the call read and write.
    bytes_moved: int
    #: How long the call took, None where it was not timed.
    nanoseconds: int | None
    #: The same without the calls in it.
    own_nanoseconds: int | None
    #: How it was timed.
    timing: Timing | None
    #: In the letters of the inputs' sizes, of those numbers that have one; None where there are no letters.
    formulas: Mapping[str, Polynomial] | None
    #: The shapes of what it returned, with letters.
    symbolic: str | None
    aliases: tuple[str, ...]
    #: How the module describes itself.
    config: str
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
    def in_script(self) -> bool:
        """Whether it is a part of a script, which PyTorch runs unseen; it is known by how it describes itself."""
        return self.config.startswith("original_name=")

    @property
    def flops(self) -> int:
        """Two for every MAC."""
        return FLOPS_PER_MAC * self.macs

    @property
    def backward_flops(self) -> int | None:
        """Two for every MAC."""
        return None if self.backward_macs is None else FLOPS_PER_MAC * self.backward_macs

    @property
    def trainable(self) -> str:
        """``yes``, ``no`` or ``partly``; empty without parameters."""
        if not self.parameters:
            return ""
        return {0: "no", self.parameters: "yes"}.get(self.trainable_parameters, "partly")


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the whole model. Parameters are elements, shared ones counted once; bytes count shared memory once."""

    parameters: int
    trainable_parameters: int
    #: Where the sizes that values decide are assumed, those with everything chosen.
    macs: int
    #: Those with nothing chosen; None where nothing is assumed.
    fewest_macs: int | None
    element_operations: int
    backward_macs: int | None
    parameter_bytes: int
    buffers: int
    buffer_bytes: int
    saved_bytes: int | None
    saved_is_least: bool
    #: Ops that may have MACs and have no formula, or sizes that only values decide, by name.
    uncounted_ops: dict[str, int]

    @property
    def frozen_parameters(self) -> int:
        """The number of parameters that take no gradient."""
        return self.parameters - self.trainable_parameters

    @property
    def flops(self) -> int:
        """Two for every MAC."""
        return FLOPS_PER_MAC * self.macs

    @property
    def backward_flops(self) -> int | None:
        """Two for every MAC."""
        return None if self.backward_macs is None else FLOPS_PER_MAC * self.backward_macs


@dataclass(slots=True)
class _Costs:
    """The numbers that are added up from the leaves to the root."""

    parameters: int = 0
    trainable: int = 0
    shared: int = 0
    parameter_bytes: int = 0
    buffers: int = 0
    buffer_bytes: int = 0
    macs: int = 0
    elements: int = 0
    backward: int = 0
    uncounted: int = 0
    saved: int = 0
    loops: int = 0
    calls: int = 0
    peak: int = 0
    moved: int = 0
    nanoseconds: int | None = None

    def add(self, other: "_Costs") -> None:
        self.parameters += other.parameters
        self.trainable += other.trainable
        self.shared += other.shared
        self.parameter_bytes += other.parameter_bytes
        self.buffers += other.buffers
        self.buffer_bytes += other.buffer_bytes
        self.macs += other.macs
        self.elements += other.elements
        self.backward += other.backward
        self.uncounted += other.uncounted
        self.saved += other.saved
        self.loops += other.loops
        self.calls += other.calls
        self.moved += other.moved
        self.peak = max(self.peak, other.peak)


@dataclass(slots=True)
class _Sheet:
    """The costs of every row, and what belongs to none."""

    costs: list[_Costs]
    own: list[tuple[Parameter, ...]]
    own_counts: list[int] = field(default_factory=list)
    uncounted: Counter[str] = field(default_factory=Counter)


def build_rows(trace: Trace, memory: Memory | None = None) -> tuple[tuple[Row, ...], Totals]:
    """The rows, in order, and the totals. `memory` is that of the trace."""
    root, called = build_tree(trace)
    order, parents, depths = in_order(root)
    sheet = _Sheet([_Costs(calls=node.call is not None) for node in order], [])
    _add_parameters(trace, order, sheet)
    positions = {id(node): idx for idx, node in enumerate(order)}
    row_of_call = {call: positions[id(node)] for call, node in called.items()}
    _add_ops(trace, row_of_call, sheet, memory)
    for call in trace.calls:
        sheet.costs[row_of_call[call.id]].saved += call.saved_bytes or 0
    for idx in range(len(order) - 1, 0, -1):
        parent = parents[idx]
        assert parent is not None
        sheet.costs[parent].add(sheet.costs[idx])
    _add_times(trace, order, parents, sheet)
    rows = _rows(trace, order, parents, depths, sheet)
    return rows, _totals(trace, rows[0], sheet)


def children_of(rows: Sequence[Row]) -> list[list[int]]:
    """The rows in each row, by index."""
    below: list[list[int]] = [[] for _ in rows]
    for idx in range(1, len(rows)):
        parent = rows[idx].parent
        assert parent is not None
        below[parent].append(idx)
    return below


def _rows(
    trace: Trace, order: list[Node], parents: list[int | None], depths: list[int], sheet: _Sheet
) -> tuple[Row, ...]:
    used = {item.parameter for op in trace.ops for item in op.inputs}
    modules = {module.path: module for module in trace.modules}
    measured = any(call.saved_bytes is not None for call in trace.calls)
    rows = []
    for idx, node in enumerate(order):
        call = None if node.call is None else trace.calls[node.call]
        module = modules.get(node.path)
        costs = sheet.costs[idx]
        outputs = None if call is None else call.outputs
        rows.append(
            Row(
                path=node.path,
                type=node.type,
                depth=depths[idx],
                parent=parents[idx],
                call_number=0 if call is None else call.number,
                call=node.call,
                inputs=None if call is None else call.inputs,
                outputs=outputs,
                own=sheet.own[idx],
                own_parameters=sheet.own_counts[idx],
                parameters=costs.parameters,
                trainable_parameters=costs.trainable,
                shared_parameters=costs.shared,
                parameter_bytes=costs.parameter_bytes,
                buffers=costs.buffers,
                buffer_bytes=costs.buffer_bytes,
                macs=costs.macs,
                element_operations=costs.elements,
                backward_macs=costs.backward if trace.backward == "" else None,
                uncounted_ops=costs.uncounted,
                output_bytes=0 if outputs is None else sum(tensor.bytes for tensor in outputs.tensors()),
                saved_bytes=costs.saved if measured else None,
                saved_is_least=measured and costs.loops > 0,
                peak_bytes=costs.peak or None,
                bytes_moved=costs.moved,
                nanoseconds=costs.nanoseconds,
                own_nanoseconds=None if call is None else call.own_nanoseconds,
                timing=trace.timing,
                formulas=None,
                symbolic=None,
                aliases=() if module is None else module.aliases,
                config="" if module is None else module.config,
                weights_used=any(parameter.path in used for parameter in sheet.own[idx]),
                contains_calls=costs.calls > (node.call is not None),
                failed=call is not None and call.failed,
            )
        )
    return tuple(rows)


def _add_parameters(trace: Trace, order: list[Node], sheet: _Sheet) -> None:
    """Each parameter and buffer to the first row of a module that holds it."""
    holders: dict[str, list[int]] = {}
    for idx, parameter in enumerate(trace.parameters):
        for name in (parameter.path, *parameter.aliases):
            holders.setdefault(name.rpartition(".")[0], []).append(idx)
    covered = _covered(trace.parameters)
    counted: set[int] = set()
    for node, costs in zip(order, sheet.costs, strict=True):
        own = []
        for idx in dict.fromkeys(holders.get(node.path, ())):
            parameter = trace.parameters[idx]
            first = idx not in counted
            counted.add(idx)
            if parameter.buffer:
                costs.buffers += parameter.count if first else 0
                costs.buffer_bytes += covered[idx] if first else 0
                continue
            own.append(parameter)
            if first:
                costs.parameters += parameter.count
                costs.trainable += parameter.count if parameter.trainable else 0
                costs.parameter_bytes += covered[idx]
            else:
                costs.shared += parameter.count
        sheet.own.append(tuple(own))
        sheet.own_counts.append(costs.parameters)


def _covered(parameters: tuple[Parameter, ...]) -> list[int]:
    """The bytes of each, without those that one before it in the same memory has, so that the sum is the memory."""
    covered = [0] * len(parameters)
    storage, end = -1, 0
    for idx in sorted(range(len(parameters)), key=lambda each: (parameters[each].storage, parameters[each].offset)):
        parameter = parameters[idx]
        if parameter.storage != storage:
            storage, end = parameter.storage, 0
        last = parameter.offset + parameter.bytes
        covered[idx] = max(0, last - max(parameter.offset, end))
        end = max(end, last)
    return covered


def _add_ops(trace: Trace, row_of_call: dict[int, int], sheet: _Sheet, memory: Memory | None) -> None:
    for op in trace.ops:
        # Ops that belong to no call are the model's.
        costs = sheet.costs[0 if op.call is None else row_of_call[op.call]]
        if memory is not None:
            costs.peak = max(costs.peak, memory.total[op.id])
        if op.phase == "optimizer":
            continue
        count = macs(op)
        if op.phase != "forward":
            costs.backward += count or 0
        else:
            costs.macs += count or 0
            costs.elements += element_operations(op)
            costs.moved += bytes_moved(op)
        # Names of loops and branches of the framework's own have no namespace.
        if op.times != 1 or (count is None and "." not in op.name):
            costs.loops += 1
        if count is None:
            sheet.uncounted[op.name] += 1
            costs.uncounted += 1


def _add_times(trace: Trace, order: list[Node], parents: list[int | None], sheet: _Sheet) -> None:
    """The time of a call; of what holds calls and is none, that of the calls."""
    for idx in range(len(order) - 1, -1, -1):
        call, parent, costs = order[idx].call, parents[idx], sheet.costs[idx]
        if call is not None:
            costs.nanoseconds = trace.calls[call].nanoseconds
        if parent is not None and costs.nanoseconds is not None:
            sheet.costs[parent].nanoseconds = (sheet.costs[parent].nanoseconds or 0) + costs.nanoseconds


def _totals(trace: Trace, root: Row, sheet: _Sheet) -> Totals:
    return Totals(
        parameters=root.parameters,
        trainable_parameters=root.trainable_parameters,
        macs=root.macs,
        fewest_macs=trace.fewest_macs,
        element_operations=root.element_operations,
        backward_macs=root.backward_macs,
        parameter_bytes=root.parameter_bytes,
        buffers=root.buffers,
        buffer_bytes=root.buffer_bytes,
        saved_bytes=root.saved_bytes,
        saved_is_least=root.saved_is_least,
        uncounted_ops=dict(sheet.uncounted.most_common()),
    )
