"""What the nodes of a GraphDef are, by the words in them: inputs, variables, constants, what stands beside the graph.

Beside it are summaries, savers with all in their scopes, the nodes that start variables, and what only such nodes read.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph import NodeKind
from cutaway.model.graph.graph_def import NodeColumns

_KINDS = {
    **dict.fromkeys(("Variable", "VariableV2", "VarHandleOp", "Parameter", "Buffer"), NodeKind.PARAMETER),
    **dict.fromkeys(("Const", "HostConst", "prim::Constant"), NodeKind.CONSTANT),
    **dict.fromkeys(("Placeholder", "PlaceholderWithDefault", "_Arg", "IO Node"), NodeKind.INPUT),
    **dict.fromkeys(("Output", "_Retval"), NodeKind.OUTPUT),
    "prim::GetAttr": NodeKind.PARAMETER,
}
#: TorchScript's: a weight; lists, which are constants when all in them are; what goes in or out.
WEIGHT, _LIST, _IN_OR_OUT = "prim::GetAttr", "prim::ListConstruct", "IO Node"
#: Savers; and the op of a node that only waits for others, and the beginning of its name where these start variables.
_SAVERS = frozenset({"SaveV2", "RestoreV2", "Save", "Restore", "SaveSlices", "RestoreSlice", "MergeV2Checkpoints"})
_WAITS, _STARTS = "NoOp", "init"


def is_script(columns: NodeColumns) -> bool:
    """Whether it is a graph of TorchScript, as PyTorch and tensorboardX write it."""
    return any(word.startswith(("aten::", "prim::")) for word in columns.words)


def kinds_of(columns: NodeColumns) -> NDArray[np.uint8]:
    """uint8[n] of `NodeKind`."""
    kinds = np.array([_kind(word) for word in columns.words] or [NodeKind.OP], np.uint8)[columns.op]
    # Constants that read something are none, whatever they are called; but for lists of them.
    kinds[(kinds == NodeKind.CONSTANT) & (np.diff(columns.starts) > 0)] = NodeKind.OP
    if is_script(columns):
        _know_script(columns, kinds)
    else:
        _know_beside(columns, kinds)
    return kinds


def _kind(op: str) -> NodeKind:
    if op.endswith(("Summary", "SummaryV2")):
        return NodeKind.AUXILIARY
    return _KINDS.get(op, NodeKind.OP)


def _know_script(columns: NodeColumns, kinds: NDArray[np.uint8]) -> None:
    """Tell lists of constants, and outputs."""
    words = columns.words
    starts, producer = columns.starts.tolist(), columns.producer.tolist()
    for node, op in enumerate(columns.op.tolist()):
        if words[op] == _IN_OR_OUT and starts[node + 1] > starts[node]:
            kinds[node] = NodeKind.OUTPUT
        elif words[op] == _LIST:
            read = producer[starts[node] : starts[node + 1]]
            if all(each >= 0 and kinds[each] == NodeKind.CONSTANT for each in read):
                kinds[node] = NodeKind.CONSTANT


def _know_beside(columns: NodeColumns, kinds: NDArray[np.uint8]) -> None:
    """Tell savers, what starts variables, and what only these read."""
    words, names = columns.words, columns.names
    saves = np.array([word in _SAVERS for word in words] or [False])[columns.op]
    waits = np.array([word == _WAITS for word in words] or [False])[columns.op]
    starts_variables = [node for node in np.flatnonzero(waits).tolist() if _last(names[node]).startswith(_STARTS)]
    scopes = {names[node].rpartition("/")[0] for node in np.flatnonzero(saves).tolist()} - {""}
    beside = saves.copy()
    beside[starts_variables] = True
    if scopes:
        beside |= np.array([name.rpartition("/")[0] in scopes for name in names])
    beside &= kinds == NodeKind.OP
    if not beside.any():
        return
    known = columns.producer >= 0
    end = np.repeat(np.arange(len(names)), np.diff(columns.starts))[known]
    producer = columns.producer[known]
    # What has readers, all of which are beside the graph, is too.
    readers = np.bincount(producer, minlength=len(names)).tolist()
    order = np.argsort(end, kind="stable")
    reads, bounds = producer[order].tolist(), np.searchsorted(end[order], np.arange(len(names) + 1)).tolist()
    is_op = (kinds == NodeKind.OP).tolist()
    waiting = deque(np.flatnonzero(beside).tolist())
    while waiting:
        node = waiting.popleft()
        for each in reads[bounds[node] : bounds[node + 1]]:
            readers[each] -= 1
            if not readers[each] and is_op[each] and not beside[each]:
                beside[each] = True
                waiting.append(each)
    kinds[beside] = NodeKind.AUXILIARY


def _last(name: str) -> str:
    return name.rpartition("/")[2]
