"""Scopes of TorchScript's ops: the lists that the tracer leaves out, by the weights of what is in them."""

import re

import numpy as np
import pytest
from tests.unit.model.graph.test_of_graph_def import Node, columns_of, graph_of

from cutaway.model.graph.graph import NodeKind
from cutaway.model.graph.list_scopes import scopes_with_lists


def script(*lines: str) -> list[Node]:
    """Nodes of lines as ``Net/y = aten::conv Net/x Net/weight/w``: what has no line is a weight."""
    nodes: list[Node] = []
    places: dict[str, int] = {}
    for line in lines:
        name, op, *inputs = re.split(r" = | ", line)
        for each in inputs:
            if each not in places:
                places[each] = len(nodes)
                nodes.append((each, "prim::GetAttr", []))
        places[name] = len(nodes)
        nodes.append((name, op, [(places[each], 0) for each in inputs]))
    return nodes


def scopes(*lines: str) -> list[str]:
    """The scopes of the nodes that are no weights."""
    nodes = script(*lines)
    columns = columns_of(nodes)
    is_weight = np.array([node[1] == "prim::GetAttr" for node in nodes])
    is_constant = np.array([node[1] == "prim::Constant" for node in nodes])
    found = scopes_with_lists(columns, [name.rpartition("/")[0] for name in columns.names], is_weight, is_constant)
    return [scope for scope, weight in zip(found, is_weight.tolist(), strict=True) if not weight]


def test_a_list_is_in_the_scopes_of_its_modules() -> None:
    found = scopes(
        "Net/Block[0]/Conv[c]/1 = prim::Constant",
        "Net/Block[0]/Conv[c]/a = aten::conv Net/ModuleList[blocks]/Block[0]/Conv[c]/weight/w0",
        "Net/Block[0]/b = aten::relu Net/Block[0]/Conv[c]/a",
        "Net/Block[1]/Conv[c]/c = aten::conv Net/Block[0]/b Net/ModuleList[blocks]/Block[1]/Conv[c]/weight/w1",
        "Net/Head[head]/d = aten::linear Net/Block[1]/Conv[c]/c Net/Head[head]/weight/w2",
        "Net/e = aten::relu Net/Head[head]/d",
    )
    blocks = "Net/ModuleList[blocks]"
    assert found == [
        f"{blocks}/Block[0]/Conv[c]", f"{blocks}/Block[0]/Conv[c]", f"{blocks}/Block[0]", f"{blocks}/Block[1]/Conv[c]",
        "Net/Head[head]", "Net",
    ]  # fmt: skip


def test_lists_in_lists() -> None:
    found = scopes("Net/Block[1]/a = aten::conv Net/ModuleList[stages]/ModuleDict[0]/Block[1]/weight/w")
    assert found == ["Net/ModuleList[stages]/ModuleDict[0]/Block[1]"]


def test_modules_of_two_lists_with_one_scope_are_told_apart() -> None:
    """And lists that take turns are no boxes, which would be in a loop."""
    found = scopes(
        "Net/Block[0]/1 = prim::Constant",
        "Net/Block[0]/a = aten::conv Net/ModuleList[down]/Block[0]/weight/w0",
        "Net/Block[0]/2 = prim::Constant",
        "Net/Block[0]/b = aten::conv Net/Block[0]/a Net/ModuleList[up]/Block[0]/weight/w1",
        "Net/Block[0]/c = aten::relu Net/Block[0]/b",
        "Net/Block[1]/d = aten::conv Net/Block[0]/c Net/ModuleList[down]/Block[1]/weight/w2",
        "Net/Block[1]/e = aten::conv Net/Block[1]/d Net/ModuleList[up]/Block[1]/weight/w3",
    )
    assert found == [
        "Net/Block[down.0]", "Net/Block[down.0]", "Net/Block[up.0]", "Net/Block[up.0]", "Net/Block[up.0]",
        "Net/Block[down.1]", "Net/Block[up.1]",
    ]  # fmt: skip
    drawn = graph_of(
        script(
            "Net/Block[0]/a = aten::conv Net/ModuleList[down]/Block[0]/weight/w0",
            "Net/Block[0]/b = aten::conv Net/Block[0]/a Net/ModuleList[up]/Block[0]/weight/w1",
            "Net/Block[1]/c = aten::conv Net/Block[0]/b Net/ModuleList[down]/Block[1]/weight/w2",
            "Net/Block[1]/d = aten::conv Net/Block[1]/c Net/ModuleList[up]/Block[1]/weight/w3",
        )
    )
    assert drawn.groups.name[2:] == ["down.0", "up.0", "down.1", "up.1"]
    assert drawn.groups.type[2:] == ["Block"] * 4
    assert drawn.nodes.kind.tolist().count(NodeKind.PARAMETER) == 4


@pytest.mark.parametrize(
    "weight",
    [
        # Of a module within that is not called; shared with another module; and with names as nobody writes them.
        "Net/Block[0]/Linear[out]/weight/w",
        "Net/ModuleList[blocks]/Block[7]/weight/w",
        "w",
        "/",
    ],
)
def test_weights_that_tell_nothing(weight: str) -> None:
    assert scopes(f"Net/Block[0]/a = aten::conv {weight}") == ["Net/Block[0]"]
