"""Search in a graph: every kind of term, and why a query cannot be read."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.graph.graphs import graphs
from torch import nn
from torch.nn import functional

from cutaway.model.graph.graph import Graph
from cutaway.model.graph.of_trace import graph_of_trace
from cutaway.model.graph.reading import GraphReading
from cutaway.model.graph.search import QueryError
from cutaway.model.summary import summary


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(8, 16)
        self.second = nn.Linear(16, 16)
        self.norm = nn.LayerNorm(16)

    def forward(self, x: torch.Tensor) -> Any:
        return self.norm(functional.relu(self.second(self.first(x))).double().float()).unsqueeze(0)


@pytest.fixture(scope="module")
def reading() -> GraphReading:
    trace = summary(Model(), (4, 8), verbose=False).trace
    return GraphReading(graph_of_trace(trace), trace)


def keys(reading: GraphReading, query: str) -> list[str]:
    found = []
    for group, node in reading.search(query):
        found.append(reading.graph.groups.key[group] if group >= 0 else reading.node_key(node))
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("FIRST class:linear", ["first"]),
        ("class:linear", ["first", "second"]),
        ("relu", ["relu"]),
        ("op:aten.relu", ["relu"]),
        ("class:relu", []),
        ("key:second kind:parameter", ["second.weight", "second.bias"]),
        ("name:norm kind:group", ["norm"]),
        ("kind:input", ["input"]),
        ('"no such thing"', []),
        ("parameters>=272 kind:group class:linear", ["second"]),
        ("params=144", ["first", "first/linear@0"]),
        ("parameters<0.1k kind:group parameters>0", ["norm"]),
        ("flops=2048 class:linear", ["second"]),
        ("macs=1.024e3 class:linear", ["second"]),
        ("shape:[4,8]", ["input"]),
        ("shape:[*,16] class:linear", ["first", "second"]),
        ("shape:1×…", ["", "unsqueeze", "output"]),
        ("shape:[...,4,16] kind:group", ["", "first", "first/linear@0", "second", "second/linear@2", "norm"]),
        ("shape:[1,...,4,16] kind:group", [""]),
        ("shape:[]", []),
        ("dtype:float64", ["double"]),
        ("source:test_search.py op:aten.relu", ["relu"]),
        ("", []),
        ("   ", []),
    ],
)
def test_queries(reading: GraphReading, query: str, expected: list[str]) -> None:
    found = keys(reading, query)
    assert found == expected


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ('"open', "a quotation mark is not closed"),
        ("name:", "name: needs something behind it"),
        ("shape:[a]", "sizes, \\* and ... are accepted"),
        ("shape:[...,...]", "has ... twice"),
        ("kind:box", "kind:box is none; op, input, output, auxiliary, parameter, constant, group are accepted"),
        ("macs>many", "macs> needs a number behind it such as 1e9 or 2.5M, not 'many'"),
        ("weight>1", "there is no cost 'weight' here; parameters, "),
        ("x" * 1001, "the query has 1,001 characters; at most 1,000 are accepted"),
        ("a " * 21, "the query has 21 terms; at most 20 are accepted"),
    ],
)
def test_queries_that_cannot_be_read(reading: GraphReading, query: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem):
        reading.search(query)


@given(graphs(), st.text(alphabet='ab:[]"*,.<>=shape namedtyokxmc1e9', max_size=20))
def test_any_query(graph: Graph, query: str) -> None:
    """It is read or refused; and what is found is in order, each once."""
    reading = GraphReading(graph)
    try:
        found = list(reading.search(query))
    except QueryError:
        return
    assert len(set(found)) == len(found)
    assert [thing.node for thing in found if thing.node >= 0] == sorted(
        thing.node for thing in found if thing.node >= 0
    )


@given(graphs())
def test_everything_is_found_by_nothing_but_kinds(graph: Graph) -> None:
    reading = GraphReading(graph)
    kinds = ("op", "input", "output", "auxiliary", "parameter", "constant", "group")
    found = [thing for kind in kinds for thing in reading.search(f"kind:{kind}")]
    assert len(found) == len(set(found)) == len(graph.groups.name) + len(graph.nodes.op)
