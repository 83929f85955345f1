"""Buckets against a plain loop with exact sums."""

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events import core
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import Buckets, LineInParts, LinePart, Packed, Summary
from cutaway.store.packed import pack, pack_values


def reduced(kernel: Kernel, x: Any, value: Any, edges: Any) -> Buckets:
    reduction = kernel.Reduction(np.array(edges, np.float64), huge=True)
    reduction.add(np.array(x, np.float64), np.array(value, np.float64))
    return reduction.buckets()


def test_a_bucket_is_from_its_edge_up_to_the_next(kernel: Kernel) -> None:
    found = reduced(kernel, [-0.1, 0, 7.9, 8, 15, 16, 23.9, 24], range(8), [0, 8, 16, 24])
    assert found.count.tolist() == [2, 2, 2]
    assert found.min.tolist() == [1, 3, 5]
    assert found.max.tolist() == [2, 4, 6]
    assert found.mean.tolist() == [1.5, 3.5, 5.5]
    assert found.count.dtype == found.nan.dtype == found.pos_inf.dtype == found.neg_inf.dtype == np.uint32
    assert found.mean.dtype == found.min.dtype == found.max.dtype == np.float64


def test_points_in_front_of_the_first_edge_are_counted(kernel: Kernel) -> None:
    reduction = kernel.Reduction(np.array([0.0, 1.0]))
    for part in ([-3.0, -2.0], [-1.0, 0.0], [0.5, 1.0], [2.0]):
        reduction.add(np.array(part), np.array(part))
    assert reduction.before == 3
    assert reduction.buckets().count.tolist() == [2]


def test_values_that_are_not_finite_are_counted_apart(kernel: Kernel) -> None:
    values = [math.nan, math.inf, math.inf, -math.inf, 2.0, math.nan]
    found = reduced(kernel, [0, 0, 0, 0, 0, 1], values, [0, 1, 2])
    assert found.count.tolist() == [1, 0]
    assert found.nan.tolist() == [1, 1]
    assert found.pos_inf.tolist() == [2, 0]
    assert found.neg_inf.tolist() == [1, 0]
    assert (found.mean[0], found.min[0], found.max[0]) == (2, 2, 2)
    assert np.isnan([found.mean[1], found.min[1], found.max[1]]).all()


def test_the_ends_of_the_axis(kernel: Kernel) -> None:
    x = [-math.inf, -1.7e308, 0.0, 5e-324, 1.7e308, math.inf, math.nan]
    found = reduced(kernel, x, [1.0] * 7, [-math.inf, -1e308, 5e-324, 1e308, math.inf])
    assert found.count.tolist() == [2, 1, 1, 1]


@pytest.mark.parametrize(
    "values",
    [
        [1.7e308, 1.7e308, 1.7e308],
        [1.7e308, -1.7e308, 1.0],
        [-1.7976931348623157e308] * 1000,
        [1e16, 1.0, -1e16] * 100,
        [0.1] * 10_000,
        [5e-324, 5e-324],
        [1e300, 1e-300],
    ],
)
def test_the_mean_neither_overflows_nor_drifts(kernel: Kernel, values: list[float]) -> None:
    found = reduced(kernel, [0.0] * len(values), values, [0, 1])
    scaled = math.fsum(value / 2**64 for value in values) / len(values) * 2**64
    exact = math.fsum(values) / len(values) if max(map(abs, values)) < 1e290 else scaled
    assert found.mean[0] == pytest.approx(exact, rel=1e-13, abs=max(map(abs, values)) * 1e-15)
    assert found.min[0] <= found.mean[0] <= found.max[0]


def test_the_error_of_the_mean_does_not_grow_with_the_number_of_points(kernel: Kernel) -> None:
    value = np.tile([0.1, 0.3], 250_000)
    reduction = kernel.Reduction(np.array([0.0, 1.0]))
    reduction.add(np.zeros(len(value)), value)
    assert reduction.buckets().mean[0] == pytest.approx(0.2, rel=4e-16)


@given(st.integers(0, 2**32), st.integers(8, 5000), st.sampled_from([0.0, 1e-6, 1.0, 15.0]), st.booleans())
def test_sums_of_float32_lose_nothing_that_those_of_float64_keep(
    kernel: Kernel, seed: int, count: int, spread: float, has_zeros: bool
) -> None:
    """They are added up otherwise where their sum has no rounding: the result is the same to the last bit."""
    random = np.random.default_rng(seed)
    value = (random.normal(size=count) * np.exp(spread * random.normal(size=count))).astype(np.float32)
    value[random.random(count) < 0.1 * has_zeros] = 0
    found = []
    for column in (value, value.astype(np.float64)):
        reduction = kernel.Reduction(np.array([0.0, 1.0]))
        reduction.add(np.zeros(count), column)
        found.append(reduction.buckets())
    for name, array in vars(found[0]).items():
        assert array.tobytes() == getattr(found[1], name).tobytes(), name


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_values_of_other_dtypes(kernel: Kernel, dtype: Any) -> None:
    reduction = kernel.Reduction(np.array([0.0, 2.0, 4.0]))
    value = np.array([1, 2, 2**60, 2**60], dtype)
    reduction.add(np.arange(4), value)
    found = reduction.buckets()
    assert found.min.tolist() == [1, 2**60]
    assert found.mean.tolist() == [1.5, 2**60]


def test_nothing(kernel: Kernel) -> None:
    assert reduced(kernel, [], [], [0, 1, 2, 3]).count.tolist() == [0, 0, 0]
    assert reduced(kernel, [1.0], [1.0], [0]).count.tolist() == []


def test_strided_and_read_only_columns(kernel: Kernel) -> None:
    x, value = np.arange(20.0)[::2], np.arange(20.0)[::-2]
    x.flags.writeable = value.flags.writeable = False
    reduction = kernel.Reduction(np.arange(0.0, 24.0, 4.0))
    reduction.add(x, value)
    assert reduction.buckets().count.tolist() == [2] * 5


def test_bad_input_is_refused(kernel: Kernel) -> None:
    with pytest.raises(ValueError, match="equally long, got 2 and 1"):
        reduced(kernel, [1, 2], [1], [0, 1])
    with pytest.raises(ValueError, match="edges must not be empty"):
        kernel.Reduction(np.empty(0))
    value = np.zeros(100)
    packed, summaries = pack(np.arange(100) ** 2), summaries_of(kernel, value)
    reduction = kernel.Reduction(np.array([0.0, 1.0]))
    for start, stop in ((0, 101), (5, 4)):
        with pytest.raises(ValueError, match="not within 100 values"):
            reduction.add_packed(packed, value, summaries, start, stop)
    for position in (-1, 100):
        with pytest.raises(ValueError, match="not within 100 numbers"):
            kernel.take(packed, 100, np.array([position]))
    for width in (0, 65536):
        with pytest.raises(ValueError, match="width must be from 1 to 65,535"):
            kernel.summarize(value, width)


def summaries_of(kernel: Kernel, value: Any) -> tuple[Summary, Summary]:
    return kernel.summarize(value, 64), kernel.summarize(value, 4096)


@st.composite
def packed_columns(draw: st.DrawFn) -> tuple[Any, Any]:
    """x and values of a few thousand points: evenly or not, as steps or as times, NaN and infinities among them."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    length = draw(st.sampled_from([1, 2, 63, 64, 65, 128, 1000, 4096, 4097, 9000]))
    gaps = draw(st.sampled_from([[1], [0], [0, 1, 3], [0, 0, 0, 40_000], [1, 2**40]]))
    x: Any = np.cumsum(random.choice(gaps, length)) + draw(st.sampled_from([0, -5, 1_700_000_000]))
    if draw(st.booleans()):
        x = x * 0.1
    value = random.normal(size=length).astype(draw(st.sampled_from([np.float32, np.float64])))
    if draw(st.booleans()):
        value[random.random(length) < 0.05] = draw(st.sampled_from([math.nan, math.inf, -math.inf]))
        value[: length // 3] = math.nan
    elif draw(st.booleans()):
        value = (value * 1e6).astype(np.int64)
    return x, value


@given(packed_columns(), st.data())
def test_packed_points_are_reduced_as_others(kernel: Kernel, columns: tuple[Any, Any], data: st.DataObject) -> None:
    x, value = columns
    packed = pack(x)
    start = data.draw(st.integers(0, len(x)))
    stop = data.draw(st.integers(start, len(x)))
    low, high = float(x[0]), float(x[-1])
    fractions = st.lists(st.floats(-0.1, 1.1), min_size=1, max_size=12, unique=True)
    edges = np.unique([low + fraction * (high - low) for fraction in data.draw(fractions)])
    found = kernel.Reduction(edges)
    found.add_packed(packed, value, summaries_of(kernel, value), start, stop)
    expected = kernel.Reduction(edges)
    expected.add(x[start:stop], value[start:stop])
    assert found.before == expected.before == np.count_nonzero(x[start:stop] < edges[0])
    for name, column in vars(found.buckets()).items():
        if name == "mean":
            np.testing.assert_allclose(column, expected.buckets().mean, rtol=1e-12, atol=1e-6)
        else:
            np.testing.assert_array_equal(column, getattr(expected.buckets(), name))
    packed_values = kernel.Reduction(edges)
    packed_values.add_packed(packed, pack_values(value), summaries_of(kernel, value), start, stop)
    assert packed_values.before == found.before
    for name, column in vars(packed_values.buckets()).items():
        np.testing.assert_array_equal(column, getattr(found.buckets(), name))
    for number, (left, right) in enumerate(pairwise(edges)):
        inside = value[start:stop][(x[start:stop] >= left) & (x[start:stop] < right)]
        assert found.buckets().count[number] == np.isfinite(inside).sum()


@given(packed_columns(), st.integers(0, 200), st.integers(1, 40), st.integers(0, 6))
def test_what_is_sent_of_a_line(
    kernel: Kernel, columns: tuple[Any, Any], skipped: int, buckets: int, most: int
) -> None:
    x, value = columns
    low, high = float(x[0]), float(x[-1]) + 1
    edges = np.unique(np.linspace(low + 0.2 * (high - low), high - 0.1 * (high - low), buckets + 1))
    reduction = kernel.Reduction(edges)
    reduction.skip(skipped)
    reduction.add(x, value)
    found, whole = reduction.selection(most, skipped + len(x)), reduction.buckets()
    place = np.searchsorted(edges, x, "right") - 1
    start, stop = int((place < 0).sum()), int((place < len(edges) - 1).sum())
    inside = [np.flatnonzero(place == number) for number in range(len(edges) - 1)]
    assert reduction.before == start + skipped
    assert found.stop == stop + skipped
    few = [position for points in inside if len(points) <= most for position in points.tolist()]
    before = [-1] if skipped and not start else [start - 1] if start else []
    sent = [*before, *few, *([stop] if stop < len(x) else [])]
    assert found.sent.tolist() == [position + skipped for position in sent]
    many = [number for number, points in enumerate(inside) if len(points) > most]
    finite = [number for number in many if np.isfinite(value[inside[number]]).any()]
    marked = [number for number in many if not np.isfinite(value[inside[number]]).all()]
    assert found.bucket.tolist() == finite
    for name in ("mean", "min", "max"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name)[finite])
    assert found.mark.tolist() == marked
    for name in ("nan", "pos_inf", "neg_inf"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name)[marked])
    assert found.total.tolist() == [len(inside[number]) for number in finite]
    assert found.first.tolist() == [inside[number][0] + skipped for number in finite]
    assert found.last.tolist() == [inside[number][-1] + skipped for number in finite]


def test_a_bucket_without_finite_values_is_a_mark_alone(kernel: Kernel) -> None:
    reduction = kernel.Reduction(np.array([0.0, 1.0]))
    reduction.add(np.zeros(3), np.array([math.nan, math.inf, math.nan]))
    found = reduction.selection(2, 3)
    assert (found.bucket.tolist(), found.mark.tolist(), found.nan.tolist(), found.pos_inf.tolist()) == (
        [],
        [0],
        [2],
        [1],
    )
    assert found.sent.tolist() == []


@pytest.mark.parametrize("stop", [64, 832, 4096, 8192])
def test_numbers_that_go_back_behind_a_range_are_not_looked_at(kernel: Kernel, stop: int) -> None:
    """A range may end where blocks of the column do."""
    x = np.arange(stop + 5000)
    x[stop:] -= stop // 2
    value = x.astype(np.float32)
    reduction = kernel.Reduction(np.array([0.0, stop - 30.0]))
    reduction.add_packed(pack(x), value, summaries_of(kernel, value), 0, stop)
    found = reduction.buckets()
    assert (found.count.tolist(), found.max.tolist()) == ([stop - 30], [stop - 31])


@given(st.sampled_from([2**53, -(2**53), 0, 2**60]), st.integers(-200, 0), st.lists(st.integers(-150, 150), min_size=1))
def test_steps_that_float64_rounds(kernel: Kernel, center: int, start: int, edges: list[int]) -> None:
    """A packed step is in the bucket that its float64 is in."""
    x = center + start + np.cumsum(np.resize([1, 1, 2], 300))
    value = np.arange(300, dtype=np.float32)
    places = np.unique(np.array([float(center + edge) for edge in edges] + [center + 0.5 * edges[0]]))
    found, expected = kernel.Reduction(places), kernel.Reduction(places)
    found.add_packed(pack(x), value, summaries_of(kernel, value), 0, 300)
    expected.add(x, value)
    assert found.before == expected.before
    for name, column in vars(found.buckets()).items():
        np.testing.assert_array_equal(column, getattr(expected.buckets(), name), err_msg=name)


@given(packed_columns(), st.data())
def test_the_first_number_from_an_edge_on(kernel: Kernel, columns: tuple[Any, Any], data: st.DataObject) -> None:
    x, _ = columns
    packed = pack(x)
    start = data.draw(st.integers(0, len(x)))
    stop = data.draw(st.integers(start, len(x)))
    low, high = float(x[0]), float(x[-1])
    edge = data.draw(st.sampled_from([float(number) for number in x[:: max(1, len(x) // 50)]]) | st.floats(low, high))
    for number in (edge, math.nextafter(edge, math.inf), -math.inf, math.inf):
        expected = start + int(np.searchsorted(x[start:stop].astype(np.float64), number))
        assert kernel.first_from(packed, len(x), start, stop, number) == expected
    with pytest.raises(ValueError, match=f"not within {len(x)} numbers"):
        kernel.first_from(packed, len(x), start, len(x) + 1, 0.0)


@given(packed_columns(), st.data())
def test_numbers_taken_out_of_a_packed_column(kernel: Kernel, columns: tuple[Any, Any], data: st.DataObject) -> None:
    x, _ = columns
    positions = np.array(data.draw(st.lists(st.integers(0, len(x) - 1), max_size=20)), np.int64)
    found = kernel.take(pack(x), len(x), positions)
    assert found.view(x.dtype).tolist() == x[positions].tolist()


def test_a_packed_column_that_is_too_short_is_refused() -> None:
    if not core.is_native:
        pytest.skip("the twin reads no memory")
    value = np.zeros(200)
    good = pack(np.arange(200) ** 2)
    assert not isinstance(good.changes, int)
    short = [
        good._replace(changes=good.changes[:50]),
        good._replace(marks=good.marks[:1]),
        good._replace(places=good.places[:1]),
    ]
    for packed in short:
        with pytest.raises(ValueError, match="shorter than its values"):
            core.new_reduction(np.array([0.0])).add_packed(packed, value, summaries_of(core._kernel, value), 0, 200)
        with pytest.raises(ValueError, match="shorter than its values"):
            core.first_from(packed, 200, 0, 200, 1e9)
    singles = core.pack_values(np.zeros(200, np.float32))
    assert singles is not None
    for values in (replace(singles, data=singles.data[:20]), replace(singles, places=singles.places[:2])):
        with pytest.raises(ValueError, match="shorter than their number"):
            core.new_reduction(np.array([0.0])).add_packed(good, values, summaries_of(core._kernel, value), 0, 200)
    nothing = core.summarize(value[:0], 64)
    with pytest.raises(ValueError, match="summary of 64 values each is shorter"):
        core.new_reduction(np.array([0.0])).add_packed(good, value, (nothing, nothing), 0, 200)


@given(packed_columns(), st.sampled_from([1, 7, 64]))
def test_summaries_are_of_full_blocks(kernel: Kernel, columns: tuple[Any, Any], width: int) -> None:
    _, value = columns
    found = kernel.summarize(value, width)
    assert found.counts.shape == (4, len(value) // width)
    for number in range(len(value) // width):
        block = value[number * width : (number + 1) * width]
        finite = block[np.isfinite(block)].astype(np.float64)
        counts = (len(finite), np.isnan(block).sum(), (block == np.inf).sum(), (block == -np.inf).sum())
        assert found.counts[:, number].tolist() == list(counts)
        if len(finite):
            mean, lowest, highest = found.statistics[:, number]
            assert (lowest, highest) == (finite.min(), finite.max())
            assert mean == pytest.approx(math.fsum(finite) / len(finite), rel=1e-13, abs=1e-13 * abs(finite).max())
        else:
            assert np.isnan(found.statistics[:, number]).all()


@st.composite
def lines_in_parts(draw: st.DrawFn, kernel: Kernel) -> tuple[LineInParts, list[LinePart], np.ndarray, np.ndarray]:
    """A line, its parts without columns that are opened, and x and the values of the points that are in them."""
    x, value = draw(packed_columns())
    skipped, behind = (draw(st.integers(0, 3)) for _ in range(2))
    cuts = sorted(draw(st.integers(0, len(x))) for _ in range(draw(st.integers(0, 3))))
    parts: list[LinePart] = []
    plain: list[LinePart] = []
    for first, last in pairwise([0, *cuts, len(x)]):
        # Within more points than are drawn.
        start, stop = max(0, first - 100), min(len(x), last + 100)
        if draw(st.booleans()) and stop > start:
            values = np.ascontiguousarray(value[start:stop])
            kept = pack_values(values) if draw(st.booleans()) else values
            summaries = summaries_of(kernel, values)
            packed = pack(x[start:stop])
            column = kernel.opened(packed, kept, summaries) if draw(st.booleans()) else packed
            parts.append((column, kept, summaries, first - start, last - start))
            plain.append((packed, kept, summaries, first - start, last - start))
        else:
            parts.append((x, value, None, first, last))
            plain.append(parts[-1])
    offset = draw(st.sampled_from([0.0, 0.0, 1234.5, -3.25]))
    return (parts, skipped + len(x) + behind, skipped, offset, False), plain, x, value


@given(st.data(), st.integers(0, 4), st.integers(0, 40), st.integers(0, 6), st.booleans(), st.booleans())
def test_lines_are_drawn_as_their_parts_are_reduced(
    kernel: Kernel, data: st.DataObject, number: int, buckets: int, most: int, single: bool, details: bool
) -> None:
    lines = [data.draw(lines_in_parts(kernel)) for _ in range(number)]
    ends = [end - line[3] for line, _, x, _ in lines for end in (float(x[0]), float(x[-1]) + 1)] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    edges = np.unique(np.linspace(low + data.draw(st.sampled_from([0.2, -0.1])) * (high - low), high, buckets + 1))
    left, right = sorted(data.draw(st.floats(low, high)) for _ in range(2))
    inputs = [line for line, *_ in lines]
    drawn = kernel.draw_lines(inputs, edges, most, single=single, details=details, low=left, high=right)
    assert drawn.y.dtype == (np.float32 if single else np.float64)
    assert len(drawn.before) == len(drawn.point_edges) - 1 == number
    for at, (line, plain, x, value) in enumerate(lines):
        _, length, skipped, offset, _ = line
        reduction = kernel.Reduction(edges + offset)
        reduction.skip(skipped)
        for column, values, summaries, first, last in plain:
            if summaries is None or not isinstance(column, Packed):
                reduction.add(x[first:last], value[first:last])
            else:
                reduction.add_packed(column, values, summaries, first, last)
        expected = reduction.selection(most, length)
        assert (drawn.before[at], drawn.stop[at]) == (reduction.before, expected.stop)
        in_range = (x >= left + offset) & (x < math.nextafter(right + offset, math.inf))
        assert drawn.inside[at] == in_range.sum()
        of_points, of_buckets, of_marks = (
            slice(*edges_of[at : at + 2].tolist())
            for edges_of in (drawn.point_edges, drawn.bucket_edges, drawn.mark_edges)
        )
        np.testing.assert_array_equal(drawn.sent[of_points], expected.sent)
        for name in ("bucket", "mean", "min", "max"):
            np.testing.assert_array_equal(getattr(drawn, name)[of_buckets], getattr(expected, name))
        for name in ("mark", "nan", "pos_inf", "neg_inf"):
            np.testing.assert_array_equal(getattr(drawn, name)[of_marks], getattr(expected, name))
        places = expected.sent - skipped
        assert drawn.is_known[at] == (not len(places) or (places[0] >= 0 and places[-1] < len(x)))
        if drawn.is_known[at]:
            np.testing.assert_array_equal(drawn.x[of_points], x[places].astype(np.float64) - offset)
            np.testing.assert_array_equal(drawn.y[of_points], value[places].astype(drawn.y.dtype))
        if details:
            np.testing.assert_array_equal(drawn.total[of_buckets], expected.total)
            for name in ("first", "last"):
                values = value[getattr(expected, name) - skipped].astype(np.float64)
                np.testing.assert_array_equal(getattr(drawn, name)[of_buckets], values)
    if not details:
        assert len(drawn.total) == len(drawn.first) == len(drawn.last) == 0
    columns = (drawn.sent, drawn.bucket, drawn.mark)
    of_edges = (drawn.point_edges, drawn.bucket_edges, drawn.mark_edges)
    assert [len(column) for column in columns] == [edges_of[-1] for edges_of in of_edges]


def test_values_of_lines_that_are_huge_do_not_overflow(kernel: Kernel) -> None:
    """Each line has a scale of its own."""
    x = np.arange(10.0)
    values = [1e308, 3e-300, -1e308]
    lines: list[LineInParts] = [
        ([(x, np.full(10, value), None, 0, 10)], 10, 0, 0.0, abs(value) > 1) for value in values
    ]
    assert kernel.draw_lines(lines, np.array([0.0, 10.0]), 4).mean.tolist() == values


def test_parts_of_a_line_are_within_their_values(kernel: Kernel) -> None:
    with pytest.raises(ValueError, match="not within 2 values"):
        kernel.draw_lines([([(np.arange(2.0), np.zeros(2), None, 1, 3)], 2, 0, 0.0, False)], np.arange(3.0), 4)
    for length, skipped in ((1, 0), (2, 1), (5, -1)):
        with pytest.raises(ValueError, match="not within a line of"):
            kernel.draw_lines(
                [([(np.arange(2.0), np.zeros(2), None, 0, 2)], length, skipped, 0.0, False)], np.arange(3.0), 4
            )
    value = np.zeros(200)
    nothing = kernel.summarize(np.empty(0), 64)
    # The twin reads no memory.
    if not core.is_native:
        return
    packed = pack(np.arange(200) ** 2)
    parts: list[LinePart] = [(packed, value, (nothing, nothing), 0, 200)]
    with pytest.raises(ValueError, match="shorter than"):
        core.draw_lines([(parts, 200, 0, 0.0, False)], np.array([0.0]), 4)
    with pytest.raises(ValueError, match="shorter than"):
        core.opened(packed, value, (nothing, nothing))
    opened = core.opened(packed, value, summaries_of(core._kernel, value))
    more = np.zeros(300)
    parts = [(opened, more, summaries_of(core._kernel, more), 0, 300)]
    with pytest.raises(ValueError, match="not within 200 values"):
        core.draw_lines([(parts, 300, 0, 0.0, False)], np.array([0.0]), 4)
