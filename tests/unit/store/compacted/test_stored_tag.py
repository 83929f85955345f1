"""Lines that are drawn together of their buckets are those of their points."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.drawn import columns_of

from cutaway.events import core
from cutaway.store.bucket_rows import BucketRows, rows_of
from cutaway.store.compacted.layout import END_POINTS
from cutaway.store.compacted.stored_tag import EndPoints, StoredTag
from cutaway.store.selection_grid import Grid

#: Of numbers that are this near a mean is the same.
NEAR = 1e-12
MOST = 4


class Chunk(NamedTuple):
    """See BucketChunk, and the points."""

    number: int
    start: int
    row: int
    finest: int
    is_single: bool
    step: np.ndarray
    value: np.ndarray

    def __len__(self) -> int:
        return len(self.step)


class Rows:
    """All chunks of a tag."""

    def __init__(self, chunks: list[Chunk], *, has_ends: bool) -> None:
        self.chunks, self.has_ends = chunks, has_ends

    def buckets(self, width: int) -> BucketRows | None:
        chunks = [chunk for chunk in self.chunks if 0 < chunk.finest <= width]
        number = np.concatenate([np.full(len(chunk), chunk.number) for chunk in chunks])
        position = np.concatenate([chunk.start + np.arange(len(chunk)) for chunk in chunks])
        step, value = (np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in ("step", "value"))
        return rows_of(number, position, step, np.zeros(len(step)), value, width)

    def ends(self) -> EndPoints | None:
        if not self.has_ends:
            return None
        kept = [sorted(_ends(len(chunk))) for chunk in self.chunks]
        row = np.concatenate([chunk.row + np.array(at) for chunk, at in zip(self.chunks, kept, strict=True)])
        columns = [
            np.concatenate([getattr(chunk, name)[at] for chunk, at in zip(self.chunks, kept, strict=True)])
            for name in ("step", "value")
        ]
        return EndPoints(row, *columns)


def _ends(length: int) -> set[int]:
    return {at for at in range(length) if at < END_POINTS or at >= length - END_POINTS}


@st.composite
def tags(draw: st.DrawFn) -> list[list[Chunk]]:
    """Lines of one chunk or more; between their chunks in the shard there may be others."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    lines: list[list[Chunk]] = []
    number = row = 0
    for _ in range(draw(st.integers(1, 6))):
        line: list[Chunk] = []
        step = draw(st.sampled_from([0, 3, -500, 2**40]))
        single = draw(st.booleans())
        scale = 1.0 if single else draw(st.sampled_from([1.0, 1e307, 1e-300]))
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
            length = draw(st.sampled_from([1, 2, 5, 40, 300]))
            change = np.full(length, draw(st.sampled_from([1, 1, 3, 50])))
            change[rng.integers(length, size=length // 7)] = draw(st.sampled_from([0, 1, 1000]))
            steps = step + np.cumsum(change)
            step = int(steps[-1])
            value = rng.normal(0, 1, length) * scale
            value = value.astype(np.float32).astype(np.float64) if single else value
            for odd in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 1e6]), max_size=3)):
                value[rng.integers(length)] = odd
            number += draw(st.integers(0, 1))
            start, row = draw(st.sampled_from([0, 70])), row + draw(st.sampled_from([0, 9]))
            finest = draw(st.sampled_from([16, 16, 16, 64, 0]))
            line.append(Chunk(number, start, row, finest, single, steps, value))
            number, row = number + 1, row + length
        lines.append(line)
    return lines


GRIDS = st.builds(
    Grid,
    width=st.sampled_from([8, 16, 32, 64, 256, 1024]),
    first=st.integers(-20, 40),
    size=st.integers(1, 60),
    most=st.just(MOST),
)


@given(lines=tags(), grid=GRIDS, has_ends=st.booleans())
def test_lines_drawn_together_are_those_of_their_points(lines: list[list[Chunk]], grid: Grid, has_ends: bool) -> None:
    """All but the means bit for bit; a line is passed over only where its buckets are too wide, or a point that is sent
    is neither at the end of one nor at that of a chunk."""
    rows = Rows([chunk for line in lines for chunk in line], has_ends=has_ends)
    places, drawn = StoredTag(rows, 256).draw(lines, grid, details=True)
    width = next((width for width in (256, 64, 16) if width <= grid.width), 0)
    for place, line in enumerate(lines):
        assert (place in places) == _is_known(line, grid, width, has_ends)
    assert (drawn.columns.point_y.dtype == np.float32) == all(line.is_single for at in places for line in lines[at])
    for place, found in zip(places, columns_of(drawn), strict=True):
        step, value = _joined(lines[place])
        expected = _selection(step, value, grid)
        np.testing.assert_array_equal(found.point_x, step[expected.sent].astype(np.float64))
        np.testing.assert_array_equal(found.point_y, value[expected.sent])
        columns: dict[str, Any] = {
            "bucket": expected.bucket, "min": expected.min, "max": expected.max, "mark_bucket": expected.mark,
            "mark_nan": expected.nan, "mark_pos_inf": expected.pos_inf, "mark_neg_inf": expected.neg_inf,
            "count_in_bucket": expected.total, "first": value[expected.first], "last": value[expected.last],
        }  # fmt: skip
        right: Any
        for name, right in columns.items():
            np.testing.assert_array_equal(getattr(found, name), right, err_msg=name)
            assert getattr(found, name).dtype == right.dtype, name
        largest = np.maximum(np.abs(expected.min), np.abs(expected.max))
        assert (np.abs(found.mean / 2 - expected.mean / 2) <= NEAR * largest).all()


@given(lines=tags(), grid=GRIDS)
def test_without_details_their_columns_are_empty(lines: list[list[Chunk]], grid: Grid) -> None:
    rows = Rows([chunk for line in lines for chunk in line], has_ends=True)
    places, plain = StoredTag(rows, 256).draw(lines, grid, details=False)
    same, detailed = StoredTag(rows, 256).draw(lines, grid, details=True)
    assert places == same
    assert not any(len(getattr(plain.columns, name)) for name in ("count_in_bucket", "first", "last"))
    for found, right in zip((*plain.columns[:10], *plain[1:]), (*detailed.columns[:10], *detailed[1:]), strict=True):
        np.testing.assert_array_equal(np.asarray(found), np.asarray(right))


@given(lines=tags(), grid=GRIDS)
def test_lines_reduced_together_have_the_buckets_of_their_points(lines: list[list[Chunk]], grid: Grid) -> None:
    rows = Rows([chunk for line in lines for chunk in line], has_ends=False)
    places, every = StoredTag(rows, 256).reduce(lines, grid)
    width = next((width for width in (256, 64, 16) if width <= grid.width), 0)
    assert places == [at for at, line in enumerate(lines) if all(0 < chunk.finest <= width for chunk in line)]
    for place, found in zip(places, every, strict=True):
        expected = _reduction(*_joined(lines[place]), grid).buckets()
        for name in ("count", "nan", "pos_inf", "neg_inf", "min", "max"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)
            assert getattr(found, name).dtype == getattr(expected, name).dtype
        np.testing.assert_array_equal(np.isnan(found.mean), expected.count == 0)
        some = expected.count > 0
        largest = np.maximum(np.abs(expected.min), np.abs(expected.max))[some]
        assert (np.abs(found.mean[some] / 2 - expected.mean[some] / 2) <= NEAR * largest).all()


def _joined(line: list[Chunk]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([chunk.step for chunk in line]), np.concatenate([chunk.value for chunk in line])


def _selection(step: np.ndarray, value: np.ndarray, grid: Grid) -> Any:
    return _reduction(step, value, grid).selection(MOST, len(step))


def _reduction(step: np.ndarray, value: np.ndarray, grid: Grid) -> Any:
    edges = (grid.first + np.arange(grid.size + 1, dtype=np.float64)) * grid.width
    finite = value[np.isfinite(value)]
    huge = bool(len(finite)) and float(np.abs(finite).max()) > 2.0**900
    reduction = core.new_reduction(edges, huge=huge)
    reduction.add(step.astype(np.float64), value)
    return reduction


def _is_known(line: list[Chunk], grid: Grid, width: int, has_ends: bool) -> bool:
    if not width or any(not 0 < chunk.finest <= width for chunk in line):
        return False
    known: list[bool] = []
    for chunk in line:
        bucket = chunk.step // width
        at_edge = np.diff(bucket, prepend=bucket[0] - 1) > 0
        at_edge |= np.diff(bucket, append=bucket[-1] + 1) > 0
        at_end = np.isin(np.arange(len(chunk)), [*_ends(len(chunk))])
        known += (at_edge | (at_end & has_ends)).tolist()
    step, value = _joined(line)
    return all(known[at] for at in _selection(step, value, grid).sent.tolist())
