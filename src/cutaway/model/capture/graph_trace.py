"""A `Trace` of a graph of operations that know in which scopes they stand: the operations of a scope are a call.

For files and frameworks whose modules are gone when the graph is there, and only their names are left. A call
takes the values that its operations read from outside, and returns those that others read, or the graph returns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cutaway.model.records import Module, ModuleCall, Op, OpInput, OpOutput, Parameter, Tensor, Value
from cutaway.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Scope:
    """The `number`-th call of the module of a path and a class."""

    path: str
    type: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One operation. `scope` has the call of every module around it, from the outermost one below the model.

    `inputs` are pairs of argument and name of a value, `outputs` are names of values.
    """

    name: str
    scope: tuple[Scope, ...]
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    arguments: tuple[tuple[str, Any], ...] = ()
    function: str | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in the order of execution; `tensors` are the types of values, where they are known.

    `knows_trainable`: that of the trace.
    """

    framework: str
    model: str
    nodes: Sequence[GraphNode]
    tensors: Mapping[str, Tensor]
    #: Names of values that are parameters, by the name of the value.
    parameters: Mapping[str, Parameter]
    given: Sequence[str]
    results: Sequence[str]
    reason: str = ""
    knows_trainable: bool = True


_UNKNOWN = Tensor((-1,), "", "", 0)


def graph_trace(graph: Graph) -> Trace:
    """The trace of a graph."""
    calls, call_of = _calls(graph)
    producers: dict[str, tuple[int, int]] = {}
    ops: list[Op] = []
    for idx, node in enumerate(graph.nodes):
        inputs = tuple(_input(graph, producers, argument, value) for argument, value in node.inputs)
        outputs = tuple(_output(graph, value) for value in node.outputs)
        producers.update({value: (idx, position) for position, value in enumerate(node.outputs)})
        ops.append(
            Op(
                idx,
                call_of[idx],
                "forward",
                node.name,
                node.function,
                inputs,
                outputs,
                node.arguments,
                times=node.times,
            )
        )
    return Trace(
        framework=graph.framework,
        model=graph.model,
        method="fake",
        reason=graph.reason,
        knows_trainable=graph.knows_trainable,
        modules=_modules(graph, calls),
        calls=_with_values(graph, calls, call_of, producers),
        ops=tuple(ops),
        parameters=tuple(dict.fromkeys(graph.parameters.values())),
    )


def _calls(graph: Graph) -> tuple[list[ModuleCall], list[int]]:
    """One call for each scope, in the order in which they begin, and the call of each node."""
    nothing = Value("none", "None")
    calls = [ModuleCall(0, "", graph.model, 1, None, nothing, None)]
    by_scope: dict[tuple[str, int], int] = {}
    call_of = []
    for node in graph.nodes:
        current = 0
        for scope in node.scope:
            key = (scope.path, scope.number)
            if key not in by_scope:
                by_scope[key] = len(calls)
                calls.append(ModuleCall(len(calls), scope.path, scope.type, scope.number, current, nothing, None))
            current = by_scope[key]
        call_of.append(current)
    return calls, call_of


def _with_values(
    graph: Graph, calls: list[ModuleCall], call_of: list[int], producers: Mapping[str, tuple[int, int]]
) -> tuple[ModuleCall, ...]:
    around = [_around(calls, call.id) for call in calls]
    taken: list[dict[str, None]] = [{} for _ in calls]
    returned: list[dict[str, None]] = [{} for _ in calls]
    results = set(graph.results)
    for idx, node in enumerate(graph.nodes):
        inside = around[call_of[idx]]
        for _, value in node.inputs:
            made = around[call_of[producers[value][0]]] if value in producers else set()
            if value in graph.parameters or (value not in producers and value not in graph.given):
                continue
            for call in inside - made:
                taken[call].setdefault(value)
            for call in made - inside:
                returned[call].setdefault(value)
        for value in node.outputs:
            if value in results:
                for call in inside:
                    returned[call].setdefault(value)
    taken[0] = dict.fromkeys(graph.given)
    returned[0] = dict.fromkeys(graph.results)

    def typed(name: str) -> Value:
        op, output = producers.get(name, (None, 0))
        return Value("tensor", "Tensor", tensor=graph.tensors.get(name, _UNKNOWN), op=op, output=output)

    return tuple(
        ModuleCall(
            call.id,
            call.path,
            call.type,
            call.number,
            call.parent,
            Value("group", "arguments", items=tuple((str(at), typed(name)) for at, name in enumerate(taken[call.id]))),
            _together([typed(name) for name in returned[call.id]]),
        )
        for call in calls
    )


def _together(values: list[Value]) -> Value:
    if len(values) == 1:
        return values[0]
    return Value("group", "tuple", items=tuple((str(idx), value) for idx, value in enumerate(values)))


def _around(calls: list[ModuleCall], idx: int) -> set[int]:
    """The call and those around it."""
    found = {idx}
    parent = calls[idx].parent
    while parent is not None:
        found.add(parent)
        parent = calls[parent].parent
    return found


def _input(graph: Graph, producers: Mapping[str, tuple[int, int]], argument: str, value: str) -> OpInput:
    tensor = graph.tensors.get(value, _UNKNOWN)
    if value in producers:
        return OpInput(argument, tensor.shape, tensor.dtype, *producers[value])
    if value in graph.parameters:
        return OpInput(argument, tensor.shape, tensor.dtype, parameter=graph.parameters[value].path)
    given = value if value in graph.given else None
    return OpInput(argument, tensor.shape, tensor.dtype, given=given)


def _output(graph: Graph, value: str) -> OpOutput:
    tensor = graph.tensors.get(value, _UNKNOWN)
    return OpOutput(tensor.shape, tensor.dtype, tensor.device, tensor.bytes)


def _modules(graph: Graph, calls: Iterable[ModuleCall]) -> tuple[Module, ...]:
    """Modules with calls, and modules with parameters alone, whose class is not known any more."""
    found = {call.path: Module(call.path, call.type) for call in calls}
    for parameter in graph.parameters.values():
        segments = parameter.module.split(".") if parameter.module else []
        for idx in range(len(segments)):
            path = ".".join(segments[: idx + 1])
            found.setdefault(path, Module(path, ""))
    return tuple(found.values())
