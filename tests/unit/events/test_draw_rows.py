"""Lines that are series of tables are drawn as their points are."""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.core import encode
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import FLOAT64, LineInParts
from cutaway.events.tables import LOADED, Loaded

#: A table and its arena, and the steps and values of each series.
Table = tuple[Loaded, list[tuple[NDArray[np.int64], Any]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A file with some series whose steps ascend, in a table: even steps and others, of any type of values."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns: list[tuple[NDArray[np.int64], Any]] = []
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.sampled_from([1, 2, 63, 64, 65, 300, 5000]))
        change = np.full(length, draw(st.sampled_from([0, 1, 3])))
        if draw(st.booleans()):
            change[random.integers(length, size=1 + length // 9)] = draw(st.sampled_from([0, 2, 2**35]))
        value: Any = random.normal(0, draw(st.sampled_from([1, 1e-30, 1e305])), length)
        if draw(st.booleans()):
            value = np.float32(np.clip(value, -1e30, 1e30)).astype(np.float64)
        for odd in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 0.0]), max_size=4)):
            value[random.integers(length)] = odd
        columns.append((draw(st.sampled_from([0, -(2**40), 7])) + np.cumsum(change), value))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tfevents"
        with path.open("wb") as file:
            for number, (step, value) in enumerate(columns):
                jitter = random.normal(0, 1e-3, len(step)).tolist()
                for at, late, each in zip(step.tolist(), jitter, value.tolist(), strict=True):
                    file.write(encode(1e9 + late, at, [f"tag{number}"], [each]))
        loaded = core.load([os.fsencode(path)], 1 << 30)
    assert loaded.files["outcome"].tolist() == [LOADED]
    return loaded, columns


def drawn_of_points(
    kernel: Kernel, columns: list[tuple[NDArray[np.int64], Any]], edges: NDArray[np.float64], most: int, **view: Any
) -> Any:
    lines: list[LineInParts] = []
    for step, value in columns:
        finite = np.abs(value[np.isfinite(value)])
        lines.append(
            ([(step, value, None, 0, len(step))], len(step), 0, 0.0, bool((finite > 2.0**900).any())),
        )
    return kernel.draw_lines(lines, edges, most, **view)


@given(st.lists(tables(), max_size=3), st.integers(0, 50), st.integers(0, 5), st.booleans(), st.data())
def test_rows_are_drawn_as_their_points_are(
    kernel: Kernel, every: list[Table], buckets: int, most: int, details: bool, data: st.DataObject
) -> None:
    """Of some of the series of several tables, in any order."""
    chosen: list[tuple[Any, Any]] = []
    columns = []
    for loaded, of_table in every:
        rows = np.array(data.draw(st.lists(st.integers(0, len(of_table) - 1), max_size=4)), np.int64)
        chosen.append((loaded.series[rows], loaded.arena))
        columns += [of_table[row] for row in rows.tolist()]
    ends = [float(end) for step, _ in columns for end in (step[0], step[-1] + 1)] or [0.0]
    low, high = min(ends), max(ends)
    edges = np.unique(np.linspace(low + data.draw(st.sampled_from([0, 0.3, -0.2])) * (high - low), high, buckets + 1))
    left, right = sorted(data.draw(st.floats(low, high)) for _ in range(2))
    single = not any((rows["kind"] == FLOAT64).any() for rows, _ in chosen)
    view: dict[str, Any] = {"single": single, "details": details, "low": left, "high": right}
    found = kernel.draw_rows(chosen, edges, most, **view)
    expected = drawn_of_points(kernel, columns, edges, most, **view)
    for name, one, other in zip(found._fields, found, expected, strict=True):
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, err_msg=name)
    assert found.is_known.all()


def test_a_series_is_within_its_arena(kernel: Kernel, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    path = tmp_path / "tfevents"
    steps = np.cumsum(random.integers(1, 9, 1000)).tolist()
    path.write_bytes(b"".join(encode(random.normal(), step, ["a"], [random.normal()]) for step in steps))
    loaded = core.load([os.fsencode(path)], 1 << 30)
    edges = np.array([0.0, 1e9])
    assert kernel.draw_rows([(loaded.series, loaded.arena)], edges, 4).bucket.tolist() == [0]
    for size in (0, 8, 100, len(loaded.arena) // 2, int(loaded.series["place"][0]) + 1):
        with pytest.raises(ValueError, match=r"arena|buffer"):
            kernel.draw_rows([(loaded.series, loaded.arena[:size].copy())], edges, 4)
    beyond = loaded.series.copy()
    beyond["place"] = -8
    with pytest.raises(ValueError, match=r"arena|offset"):
        kernel.draw_rows([(beyond, loaded.arena)], edges, 4)
