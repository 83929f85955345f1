"""The columns of many lines, joined and put in order."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.drawn import columns_of

from cutaway.store.line_columns import NO_COLUMNS, Columns, Lines


@st.composite
def some_lines(draw: st.DrawFn) -> list[Columns]:
    """Lines of some points, buckets and marks; details and smoothed values are there or not."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    has_details, is_smoothed = draw(st.booleans()), draw(st.booleans())
    found = []
    for _ in range(draw(st.integers(0, 6))):
        points, buckets, marks = (draw(st.integers(0, 3)) for _ in range(3))
        columns: dict[str, Any] = {}
        for name, column in NO_COLUMNS._asdict().items():
            size = points if name.startswith("point") else marks if name.startswith("mark") else buckets
            is_there = (
                is_smoothed if "smooth" in name else has_details or name not in ("count_in_bucket", "first", "last")
            )
            size = size if is_there else 0
            columns[name] = random.integers(0, 99, size).astype(column.dtype)
        found.append(Columns(**columns))
    return found


def check(lines: Lines, expected: list[Columns]) -> None:
    for found, right in zip(columns_of(lines), expected, strict=True):
        for name, column in right._asdict().items():
            np.testing.assert_array_equal(getattr(found, name), column, err_msg=name)


@given(some_lines(), st.integers(0, 6), st.randoms(use_true_random=False))
def test_lines_are_joined_and_put_in_order(every: list[Columns], first: int, random: Any) -> None:
    parts = [part for part in (every[:first], every[first:]) if part]
    if not parts:
        return
    joined = Lines.joined([Lines.of(part) for part in parts])
    check(joined, every)
    order = list(range(len(every)))
    random.shuffle(order)
    check(joined.in_order(np.array(order, np.int64)), [every[place] for place in order])
