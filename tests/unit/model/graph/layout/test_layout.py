"""Layouts: boxes that do not overlap, and edges that run through none. The page's tests are of the same coordinates."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.graph.layout.places import NEAR, overlap, pieces

from cutaway.model.graph.layout.boxes import Boxes, Edges, Layout, Way, plain
from cutaway.model.graph.layout.isotonic import places_in_order
from cutaway.model.graph.layout.lanes import MOST_LANES
from cutaway.model.graph.layout.layout import BETWEEN_ROWS, lay_out
from cutaway.model.graph.layout.nested import OUTSIDE, NestedGroup, NestedLayout, lay_out_nested


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Boxes, Edges]:
    count = draw(st.integers(1, 25))
    sizes = st.lists(st.integers(20, 120), min_size=count, max_size=count)
    box = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(box, box), max_size=2 * count))
    if draw(st.booleans()):
        pairs = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    return plain(
        [*map(float, draw(sizes))], [*map(float, draw(sizes))], [one for one, _ in pairs], [other for _, other in pairs]
    )


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_boxes_do_not_overlap_and_edges_run_through_none(graph: tuple[Boxes, Edges]) -> None:
    boxes, edges = graph
    found = lay_out(boxes, edges)
    rects = [*zip(found.x, found.y, boxes.width, boxes.height, strict=True)]
    for x, y, width, height in rects:
        assert x >= -NEAR
        assert y >= 0
        assert x + width <= found.width + NEAR
        assert y + height <= found.height + NEAR
    for idx, one in enumerate(rects):
        assert not any(overlap(one, other) for other in rects[:idx])
    for edge, route in enumerate(found.routes):
        assert bool(route) == (found.way[edge] != Way.PORTAL)
        if not route:
            continue
        start, end = rects[edges.start[edge]], rects[edges.end[edge]]
        assert route[0][1] == start[1] + start[3]
        assert start[0] < route[0][0] < start[0] + start[2]
        assert route[-1][1] == end[1]
        assert end[0] < route[-1][0] < end[0] + end[2]
        for piece in pieces(route):
            assert not any(overlap(piece, rect) for rect in rects)


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.5, 4), st.floats(0, 30)), min_size=1, max_size=12))
def test_places_are_the_nearest_in_order(things: list[tuple[float, float, float]]) -> None:
    wanted = [each for each, _, _ in things]
    weights = [each for _, each, _ in things]
    gaps = [each for _, _, each in things]
    places = places_in_order(gaps, wanted, weights)
    assert all(other - one >= gap - 1e-9 for one, other, gap in zip(places, places[1:], gaps[1:], strict=False))

    def cost(found: list[float]) -> float:
        return sum(w * (x - d) * (x - d) for x, d, w in zip(found, wanted, weights, strict=True))

    # Whatever else keeps the order and the distances is no nearer: things moved together from each one on.
    for idx in range(len(places)):
        for step in (-0.01, 0.01):
            for end in range(idx + 1, len(places) + 1):
                moved = [x + step if idx <= i < end else x for i, x in enumerate(places)]
                kept = zip(moved, moved[1:], gaps[1:], strict=False)
                if all(other - one >= gap for one, other, gap in kept):
                    assert cost(moved) >= cost(places) - 1e-6


def test_a_long_chain_is_not_deep() -> None:
    count = 20_000
    found = lay_out(*plain([80.0] * count, [24.0] * count, [*range(count - 1)], [*range(1, count)]))
    assert found.y[-1] == (count - 1) * (24 + BETWEEN_ROWS)


@st.composite
def trees(draw: st.DrawFn) -> list[NestedGroup]:
    groups: list[NestedGroup] = []

    def add(depth: int) -> int:
        place, count = len(groups), draw(st.integers(1, 6))
        box = st.integers(0, count - 1)
        pairs = draw(st.lists(st.tuples(box, box, st.integers(0, 2)), max_size=2 * count))
        edges = [(min(one, other), max(one, other), kind) for one, other, kind in pairs if one != other]
        if depth:
            borders = st.lists(st.tuples(st.booleans(), box, st.integers(0, 12)), max_size=12)
            edges += [(OUTSIDE, each, kind) if is_in else (each, OUTSIDE, kind) for is_in, each, kind in draw(borders)]
        size = st.integers(20, 90)
        flags = st.lists(st.integers(0, 9).map(lambda number: number == 0), min_size=count, max_size=count)
        group = NestedGroup(
            [float(draw(size)) for _ in range(count)],
            [float(draw(size)) for _ in range(count)],
            [-1] * count,
            [start for start, _, _ in edges],
            [end for _, end, _ in edges],
            [kind for _, _, kind in edges],
            [float(draw(st.sampled_from((0, 40, 120)))) for _ in edges],
            draw(flags),
            [draw(st.integers(0, 9)) == 0 for _ in edges],
            float(draw(st.integers(40, 160))),
        )
        groups.append(group)
        for each in range(count):
            if depth < 2 and draw(st.integers(0, 2)) == 0:
                group.inside[each] = add(depth + 1)
        return place

    add(0)
    return groups


@given(trees())
@settings(max_examples=100, deadline=None)
def test_groups_in_groups(groups: list[NestedGroup]) -> None:
    for group, found in zip(groups, layouts := lay_out_nested(groups), strict=True):
        rects = [*zip(found.x, found.y, found.box_width, found.box_height, strict=True)]
        for idx, one in enumerate(rects):
            assert 0 < one[0] < one[0] + one[2] < found.width
            assert 0 < one[1] < one[1] + one[3] < found.height
            assert not any(overlap(one, other) for other in rects[:idx])
        for box, inside in enumerate(group.inside):
            if inside >= 0:
                assert found.box_width[box] == layouts[inside].width
        check_edges(group, found, rects)


def check_edges(group: NestedGroup, found: NestedLayout, rects: list[tuple[float, float, float, float]]) -> None:
    for edge, route in enumerate(found.routes):
        start, end = group.start[edge], group.end[edge]
        is_aside = any(box != OUTSIDE and group.is_aside[box] for box in (start, end))
        assert (found.way[edge] == Way.ASIDE) == (group.is_hidden[edge] or is_aside)
        if not route:
            continue
        ports = {(port.is_out, port.y) for port in found.ports}
        first, last = route[0][1], route[-1][1]
        assert (False, first) in ports if start == OUTSIDE else first == rects[start][1] + rects[start][3]
        assert (True, last) in ports if end == OUTSIDE else last == rects[end][1]
        for idx in range(1, len(route), 2):
            (x, top), (_, bottom) = route[idx - 1], route[idx]
            piece = (x, min(top, bottom), 0.0, abs(bottom - top))
            assert not any(overlap(piece, rect) for rect in rects)


def test_a_line_goes_straight_on_into_a_group() -> None:
    inner = NestedGroup(
        [80.0] * 2, [30.0] * 2, [-1, -1],
        [OUTSIDE, OUTSIDE, 0, 1], [0, 1, OUTSIDE, OUTSIDE], [1, 2, 3, 3], [0.0] * 4,
        [False] * 2, [False] * 4, 50.0,
    )  # fmt: skip
    outer = NestedGroup(
        [80.0] * 4,
        [30.0] * 4,
        [-1, -1, 1, -1],
        [0, 1, 2],
        [2, 2, 3],
        [1, 2, 3],
        [0.0] * 3,
        [False] * 4,
        [False] * 3,
        50.0,
    )
    whole, inside = lay_out_nested([outer, inner])
    for edge, kind in ((0, 1), (1, 2)):
        (port,) = [each for each in inside.ports if not each.is_out and each.kind == kind]
        assert abs(whole.routes[edge][-1][0] - (whole.x[2] + port.x)) < NEAR
    assert sum(port.is_out for port in inside.ports) == 1


def test_loops_and_portals() -> None:
    chain = [(idx, idx + 1) for idx in range(99)]
    skips = [(idx, 99 - idx) for idx in range(30)]
    pairs = [*chain, *skips, (50, 40)]
    found: Layout = lay_out(
        *plain([80.0] * 100, [24.0] * 100, [one for one, _ in pairs], [other for _, other in pairs])
    )
    # All lanes are taken where the loop closes.
    assert found.way[-1] == Way.PORTAL
    assert found.way.count(Way.LANE) == MOST_LANES
    alone = lay_out(*plain([80.0] * 3, [24.0] * 3, [0, 1, 2, 1], [1, 2, 1, 1]))
    assert alone.way == [Way.THROUGH, Way.THROUGH, Way.BACK, Way.BACK]
