"""One layout in two languages: the same boxes have the same places in Python and on the page.

``layouts.json`` and ``nested_layouts.json`` have graphs with the coordinates that Python gives them; the page's half
(``web/src/charts/graph/layout_contract.test.ts``) lays the same graphs out. Where a layout is meant to become another,
``CUTAWAY_REWRITE_CONTRACT=1`` writes the coordinates anew.
"""

import json
import os
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from cutaway.model.graph.layout.boxes import plain
from cutaway.model.graph.layout.layout import lay_out
from cutaway.model.graph.layout.nested import OUTSIDE, NestedGroup, lay_out_nested

FILE = Path(__file__).with_name("layouts.json")
NESTED = FILE.with_name("nested_layouts.json")
REWRITE = os.environ.get("CUTAWAY_REWRITE_CONTRACT") == "1"
#: Digits behind the point.
DIGITS = 7


def chain(count: int) -> list[tuple[int, int]]:
    return [(idx, idx + 1) for idx in range(count - 1)]


def cases() -> dict[str, tuple[int, list[tuple[int, int]]]]:
    """Numbers of boxes, and their edges, by names."""
    found = {
        "nothing": (0, []),
        "boxes without edges": (30, []),
        "a chain": (5, chain(5)),
        "a residual block": (6, [*chain(6), (0, 4)]),
        "a long skip in a lane": (31, [*chain(31), (0, 30), (2, 29)]),
        "skips beyond the last lane": (44, [*chain(44), *((idx, 43 - idx) for idx in range(16))]),
        "loops": (6, [*chain(6), (3, 1), (4, 4), (5, 0)]),
        "not in the order of execution": (5, [(4, 2), (2, 0), (0, 3), (3, 1), (4, 1)]),
        "experts": (12, [*((0, idx) for idx in range(1, 11)), *((idx, 11) for idx in range(1, 11)), (0, 11)]),
        "dense": (9, [(one, other) for other in range(9) for one in range(other)]),
        "several edges between two": (3, [(0, 1), (0, 1), (0, 1), (1, 2), (0, 2)]),
    }
    for seed in range(14):
        numbers = random.Random(seed)
        count = numbers.randint(2, 24)
        pairs = [(numbers.randrange(count), numbers.randrange(count)) for _ in range(numbers.randint(1, 2 * count))]
        is_acyclic = seed % 3 != 0
        edges = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]] if is_acyclic else pairs
        found[f"at random, {seed}"] = (count, edges)
    return found


def graph_of(name: str, count: int, pairs: list[tuple[int, int]]) -> dict[str, list[Any]]:
    numbers = random.Random(name)
    return {
        "widths": [numbers.randint(40, 180) for _ in range(count)],
        "heights": [numbers.choice((24, 24, 40, 90)) for _ in range(count)],
        "starts": [start for start, _ in pairs],
        "ends": [end for _, end in pairs],
    }


def laid_out(graph: dict[str, list[Any]]) -> dict[str, Any]:
    found = lay_out(*plain(graph["widths"], graph["heights"], graph["starts"], graph["ends"]))
    return {
        "x": rounded(found.x),
        "y": rounded(found.y),
        "size": rounded([found.width, found.height]),
        "way": [int(way) for way in found.way],
        "routes": [rounded([each for point in route for each in point]) for route in found.routes],
    }


def trees() -> dict[str, list[NestedGroup]]:
    """Groups in groups, by names; the first of each is the whole."""
    return {f"groups in groups, {seed}": tree_of(random.Random(seed)) for seed in range(10)}


def tree_of(numbers: random.Random) -> list[NestedGroup]:
    groups: list[NestedGroup] = []

    def add(depth: int) -> int:
        place, count = len(groups), numbers.randint(1, 6)
        edges = []
        for _ in range(numbers.randrange(2 * count)):
            one, other = numbers.randrange(count), numbers.randrange(count)
            pair = (one, other) if numbers.random() < 0.1 else (min(one, other), max(one, other))
            edges.append((*pair, numbers.randrange(3)))
        for _ in range(numbers.randrange(6) if depth else 0):
            box, kind = numbers.randrange(count), numbers.randrange(12)
            edges.append((OUTSIDE, box, kind) if numbers.random() < 0.5 else (box, OUTSIDE, kind))
        group = NestedGroup(
            [float(numbers.randint(40, 120)) for _ in range(count)],
            [float(numbers.choice((24, 40))) for _ in range(count)],
            [-1] * count,
            [start for start, _, _ in edges],
            [end for _, end, _ in edges],
            [kind for _, _, kind in edges],
            [float(numbers.choice((0, 0, 30, 90))) for _ in edges],
            [numbers.random() < 0.1 for _ in range(count)],
            [numbers.random() < 0.1 for _ in edges],
            float(numbers.randint(60, 160)),
        )
        groups.append(group)
        for box in range(count):
            if depth < 2 and numbers.random() < 0.3:
                group.inside[box] = add(depth + 1)
        return place

    add(0)
    return groups


def nested_laid_out(groups: list[NestedGroup]) -> list[dict[str, Any]]:
    return [
        {
            "x": rounded(found.x),
            "y": rounded(found.y),
            "size": rounded([found.width, found.height]),
            "way": [int(way) for way in found.way],
            "routes": [rounded([each for point in route for each in point]) for route in found.routes],
            "ports": [[int(port.is_out), port.kind, *rounded([port.x, port.y])] for port in found.ports],
        }
        for found in lay_out_nested(groups)
    ]


def rounded(numbers: list[float]) -> list[float]:
    return [round(number, DIGITS) + 0.0 for number in numbers]


def write(file: Path, cases: list[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    file.write_text(f"[\n{lines}\n]\n", "utf-8")


def rewrite() -> None:
    written = []
    for name, (count, pairs) in cases().items():
        graph = graph_of(name, count, pairs)
        written.append({"name": name, "graph": graph, "layout": laid_out(graph)})
    write(FILE, written)
    write(
        NESTED,
        [
            {"name": name, "groups": [asdict(group) for group in groups], "layouts": nested_laid_out(groups)}
            for name, groups in trees().items()
        ],
    )


def test_the_file_has_the_cases() -> None:
    if REWRITE:
        rewrite()
    written = {case["name"]: case["graph"] for case in json.loads(FILE.read_text("utf-8"))}
    assert written == {name: graph_of(name, *case) for name, case in cases().items()}


@pytest.mark.parametrize("name", cases())
def test_layout(name: str) -> None:
    (case,) = [each for each in json.loads(FILE.read_text("utf-8")) if each["name"] == name]
    found, expected = laid_out(case["graph"]), case["layout"]
    assert found["way"] == expected["way"]
    for key in ("x", "y", "size"):
        assert found[key] == pytest.approx(expected[key], abs=1e-6)
    assert [len(route) for route in found["routes"]] == [len(route) for route in expected["routes"]]
    for one, other in zip(found["routes"], expected["routes"], strict=True):
        assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("name", trees())
def test_nested_layout(name: str) -> None:
    (case,) = [each for each in json.loads(NESTED.read_text("utf-8")) if each["name"] == name]
    assert case["groups"] == [asdict(group) for group in trees()[name]]
    found = nested_laid_out([NestedGroup(**group) for group in case["groups"]])
    for one, other in zip(found, case["layouts"], strict=True):
        assert one["way"] == other["way"]
        for key in ("x", "y", "size"):
            assert one[key] == pytest.approx(other[key], abs=1e-6)
        for key in ("routes", "ports"):
            for mine, expected in zip(one[key], other[key], strict=True):
                assert mine == pytest.approx(expected, abs=1e-6)
