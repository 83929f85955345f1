"""The scopes of TorchScript's ops with the lists of modules that they leave out.

The tracer names the scopes of ops by the modules that are called, and a list as ``nn.ModuleList`` is not: the ops of
its first block are in ``Network/Block[0]``, and so may be those of another list. Weights are in the scopes of modules
as they are held, ``Network/ModuleList[blocks]/Block[0]``, and tell of the ops that read them which module each is in.
An op that reads none is in the module of its scope that was last before it.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cutaway.model.graph.graph_def import NodeColumns

#: Behind the scope of a weight's module: the weight's name, and the node's.
_OF_A_WEIGHT = 2


def scopes_with_lists(
    columns: NodeColumns, scopes: Sequence[str], is_weight: NDArray[np.bool_], is_constant: NDArray[np.bool_]
) -> list[str]:
    """The scope of each node; ``scopes`` are those in the nodes' names.

    A list whose modules take turns with other ops, as in a U-Net, would be a box in a loop: its modules have the list's
    name in theirs instead, as ``Network/Block[blocks.0]``.
    """
    modules = _Modules(columns, scopes, is_weight.tolist())
    if not modules.lists:
        return list(scopes)
    constant = is_constant.tolist()
    found = [modules.scope_at(node, scope, is_next=constant[node]) for node, scope in enumerate(scopes)]
    ops = ~is_weight & ~is_constant
    dissolved = {held for held in modules.lists if _is_in_loop(columns, found, f"{held}/", ops)}
    renamed: dict[str, str] = {}
    return [renamed.setdefault(scope, _without_lists(scope, dissolved)) for scope in found]


class _Modules:
    """Which modules the ops of each scope are in, by the weights that they read."""

    def __init__(self, columns: NodeColumns, scopes: Sequence[str], is_weight: list[bool]) -> None:
        #: Per scope, or part of one from its beginning: at which nodes it was found to be a module, and that.
        self.places: dict[str, list[int]] = {}
        self.held: dict[str, list[str]] = {}
        #: The lists, as they are in scopes of weights.
        self.lists: dict[str, None] = {}
        starts, producer = columns.starts.tolist(), columns.producer.tolist()
        for node, scope in enumerate(scopes):
            if is_weight[node] or not scope:
                continue
            for each in producer[starts[node] : starts[node + 1]]:
                if each >= 0 and is_weight[each]:
                    held = columns.names[each].split("/")[:-_OF_A_WEIGHT]
                    if self._learn(node, scope.split("/"), held):
                        break

    def _learn(self, node: int, called: list[str], held: list[str]) -> bool:
        """Note that a node's scope is a module; False where the one is not the other with lists left out."""
        if held[-1:] != called[-1:]:
            return False
        ends: list[int] = []
        at = len(held)
        for part in reversed(called):
            at = next((before for before in range(at - 1, -1, -1) if held[before] == part), -1)
            if at < 0:
                return False
            ends.append(at + 1)
        before = 0
        for count, end in enumerate(reversed(ends), 1):
            scope, module = "/".join(called[:count]), "/".join(held[:end])
            self.lists.update(dict.fromkeys("/".join(held[:stop]) for stop in range(before + 1, end)))
            self.places.setdefault(scope, []).append(node)
            self.held.setdefault(scope, []).append(module)
            before = end
        return True

    def scope_at(self, node: int, scope: str, *, is_next: bool) -> str:
        """The scope of a node with lists: by what was known of it last, or for ``is_next`` will be known next."""
        known, rest = scope, ""
        while known and known not in self.places:
            known, _, part = known.rpartition("/")
            rest = f"/{part}{rest}"
        if not known:
            return scope
        places, held = self.places[known], self.held[known]
        at = bisect_right(places, node) - (0 if is_next else 1)
        return held[min(max(at, 0), len(held) - 1)] + rest


def _is_in_loop(columns: NodeColumns, scopes: list[str], prefix: str, ops: NDArray[np.bool_]) -> bool:
    """Whether an op outside of a list reads what its modules made, and these what became of that."""
    inside = [bool(is_op) and scope.startswith(prefix) for is_op, scope in zip(ops.tolist(), scopes, strict=True)]
    if True not in inside:
        return False
    starts, producer = columns.starts.tolist(), columns.producer.tolist()
    behind: set[int] = set()
    for node in range(inside.index(True), len(inside)):
        read = [each for each in producer[starts[node] : starts[node + 1]] if each >= 0]
        if inside[node]:
            if not behind.isdisjoint(read):
                return True
        elif ops[node] and any(inside[each] or each in behind for each in read):
            behind.add(node)
    return False


def _without_lists(scope: str, dissolved: set[str]) -> str:
    """The scope, with the names of some lists in those of the modules behind them."""
    parts: list[str] = []
    before = path = ""
    for part in scope.split("/"):
        path = f"{path}/{part}" if path else part
        opening = part.find("[") + 1
        if path in dissolved and opening:
            before += f"{part[opening:-1]}."
        else:
            parts.append(f"{part[:opening]}{before}{part[opening:]}" if opening else f"{before}{part}")
            before = ""
    return "/".join(parts)
