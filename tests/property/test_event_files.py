"""What must hold for any event file: the twins agree with each other and with protobuf, and damage stays local."""

import math
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata  # type: ignore[import-untyped, unused-ignore]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util import tensor_util  # type: ignore[import-untyped, unused-ignore]

from cutaway.events import _core, _pure, _pure_crc32c  # type: ignore[attr-defined, unused-ignore]
from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import INT64, Blobs, Buckets, Decoded
from cutaway.events.reader import EventFileReader

NATIVE, PURE = cast("Kernel", _core), cast("Kernel", _pure)

int64 = st.integers(-(2**63), 2**63 - 1)
tags = st.text(max_size=12) | st.sampled_from(["loss", "train/accuracy", "x" * 130])
values = st.floats() | st.floats(width=32) | int64 | st.booleans()
records = st.tuples(st.floats(), int64, st.lists(st.tuples(tags, values), max_size=4))


def framed(kernel: Kernel, record: tuple[float, int, list[tuple[str, float]]]) -> bytes:
    wall_time, step, pairs = record
    return kernel.encode(wall_time, step, [tag for tag, _ in pairs], [value for _, value in pairs])


def everything(kernel: Kernel, data: bytes) -> Decoded:
    found = kernel.scan(data)
    assert found.consumed == len(data)
    return kernel.decode(data, found.offsets, found.lengths)


def assert_equal(left: Any, right: Any) -> None:
    """Field by field, arrays with their dtypes, NaN equal to NaN."""
    for one, other in zip(left, right, strict=True):
        if isinstance(one, Blobs):
            assert_equal(one, other)
        elif isinstance(one, np.ndarray):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other


def rows(decoded: Decoded) -> list[tuple[str, int, float, float]]:
    """(tag, step, wall time, exact value) of each point, by tag in order of appearance."""
    found = []
    for i, tag in enumerate(decoded.tags):
        column: Any = decoded.integer if decoded.kinds[i] == INT64 else decoded.value
        for k in range(int(decoded.starts[i]), int(decoded.starts[i + 1])):
            found.append((tag, int(decoded.step[k]), float(decoded.wall_time[k]), column[k].item()))
    return found


def same(left: float, right: float) -> bool:
    return left == right or (math.isnan(left) and math.isnan(right))


@given(records)
def test_both_twins_write_the_same_bytes(record: Any) -> None:
    assert framed(NATIVE, record) == framed(PURE, record)


one_element = values | values.map(lambda value: np.array(value)[()]) | st.floats(width=32).map(torch.tensor)
no_number = st.none() | st.text(max_size=3) | st.just(np.zeros(2)) | st.just({"nested": 1.0}) | st.just(10**400)


@given(st.floats(), int64, st.dictionaries(tags | st.just("\ud800"), one_element))
def test_a_mapping_is_its_tags_and_numbers(wall_time: float, step: int, mapping: dict[str, Any]) -> None:
    numbers = [value if isinstance(value, (int, float)) else value.item() for value in mapping.values()]
    expected = NATIVE.encode(wall_time, step, tuple(mapping), numbers)
    assert NATIVE.encode_mapping(wall_time, step, mapping) == expected
    assert PURE.encode_mapping(wall_time, step, mapping) == expected


@given(st.dictionaries(tags, one_element), st.dictionaries(tags | st.integers(), no_number, min_size=1))
def test_a_mapping_of_anything_else_is_left_alone(mapping: dict[Any, Any], other: dict[Any, Any]) -> None:
    for kernel in (NATIVE, PURE):
        assert kernel.encode_mapping(1.0, 1, {**mapping, **other}) is None


@given(st.lists(records, max_size=8))
def test_what_was_written_is_read_by_both(written: list[Any]) -> None:
    data = b"".join(framed(NATIVE, record) for record in written)
    decoded = everything(NATIVE, data)
    assert_equal(decoded, everything(PURE, data))
    expected: dict[str, list[tuple[int, float, float]]] = {}
    for wall_time, step, pairs in written:
        for tag, value in pairs:
            expected.setdefault(tag, []).append((step, wall_time, value))
    found: dict[str, list[tuple[int, float, float]]] = {tag: [] for tag in decoded.tags}
    for tag, row_step, row_wall_time, row_value in rows(decoded):
        found[tag].append((row_step, row_wall_time, row_value))
    assert list(found) == list(expected)
    for tag, points in expected.items():
        # One column has one dtype: with a fraction beside an integer beyond 2**53 that is float64.
        mixed = any(float(point[2]) != point[2] for point in points) and decoded.kinds[decoded.tags.index(tag)] != INT64
        for (step, wall_time, value), (found_step, found_wall_time, found_value) in zip(
            points, found[tag], strict=True
        ):
            assert found_step == step
            assert same(found_wall_time, wall_time)
            assert same(found_value, float(value) if mixed else value)


@given(records)
def test_protobuf_reads_what_is_written(record: Any) -> None:
    data = framed(NATIVE, record)
    event = Event.FromString(data[12:-4])
    assert event.SerializeToString() == data[12:-4]
    assert event.step == record[1]
    assert same(event.wall_time, record[0])
    assert [value.tag for value in event.summary.value] == [tag for tag, _ in record[2]]
    for found, (_, value) in zip(event.summary.value, record[2], strict=True):
        with np.errstate(over="ignore"):
            assert same(found.simple_value, float(np.float32(float(value))))


@st.composite
def summary_values(draw: st.DrawFn) -> Any:
    """A Summary.Value of any form, and the number that it stands for (None when it is not a scalar)."""
    tag = draw(tags)
    form = draw(st.sampled_from(["simple", "tensor", "vector", "image", "text", "nothing"]))
    if form == "simple":
        number = draw(st.floats(width=32))
        return Summary.Value(tag=tag, simple_value=number), number
    if form == "image":
        return Summary.Value(tag=tag, image={"height": 1}), None
    if form == "nothing":
        return Summary.Value(tag=tag), None
    value = Summary.Value(tag=tag)
    if draw(st.booleans()):
        value.metadata.plugin_data.plugin_name = "scalars"
    if form == "text":
        value.tensor.CopyFrom(tensor_util.make_tensor_proto(draw(st.text(max_size=5))))
        return value, None
    dtype = draw(st.sampled_from(["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]))
    bits = draw(st.binary(min_size=8, max_size=8))
    array = np.frombuffer(bits, f"<{dtype}", 1) if dtype != "?" else np.array([bits[0] & 1 == 1])
    array = array.reshape(()) if form == "tensor" else np.repeat(array, 2)
    value.tensor.CopyFrom(tensor_util.make_tensor_proto(array))
    if draw(st.booleans()) and form == "tensor":
        for field in ("half_val", "float_val", "double_val", "int_val", "int64_val", "bool_val"):
            value.tensor.ClearField(field)
        value.tensor.ClearField("uint32_val")
        value.tensor.ClearField("uint64_val")
        value.tensor.tensor_content = array.tobytes()
    return value, array.item() if form == "tensor" else None


@given(int64, st.floats(), st.lists(summary_values(), max_size=4))
def test_any_event_is_read_as_protobuf_has_it(step: int, wall_time: float, generated: list[Any]) -> None:
    event = Event(step=step, wall_time=wall_time, summary=Summary(value=[value for value, _ in generated]))
    data = event.SerializeToString()
    span = np.array([0], np.int64), np.array([len(data)], np.int64)
    decoded = NATIVE.decode(data, *span)
    assert_equal(decoded, PURE.decode(data, *span))
    expected: dict[str, list[float]] = {}
    for value, number in generated:
        if number is not None:
            expected.setdefault(value.tag, []).append(number)
    assert decoded.tags == list(expected)
    assert decoded.step.tolist() == [step] * len(decoded.step)
    assert all(same(found, wall_time) for found in decoded.wall_time.tolist())
    found = [row[3] for row in rows(decoded)]
    numbers = [number for of_tag in expected.values() for number in of_tag]
    assert len(found) == len(numbers)
    assert all(same(float(one), float(other)) for one, other in zip(found, numbers, strict=True))
    assert (len(decoded.blobs.step), decoded.empty) == (len(generated) - len(numbers), 0 if generated else 1)
    for i, (kind, tag) in enumerate(decoded.blobs.keys):
        for k in range(int(decoded.blobs.starts[i]), int(decoded.blobs.starts[i + 1])):
            start, length = int(decoded.blobs.offset[k]), int(decoded.blobs.length[k])
            value = Summary.Value.FromString(data[start : start + length])
            assert value.tag == tag
            if kind == "empty":
                assert value.WhichOneof("value") is None
            else:
                assert kind in ("images", "tensors", value.metadata.plugin_data.plugin_name)


whole_events = (
    st.builds(Event, graph_def=st.binary(max_size=3))
    | st.builds(Event, step=int64, session_log=st.builds(SessionLog, status=st.sampled_from([0, 1, 2, 3])))
    | st.builds(Event, tagged_run_metadata=st.builds(TaggedRunMetadata, tag=st.text(max_size=2)))
    | st.builds(Event, file_version=st.text(max_size=3))
    | st.builds(lambda values: Event(summary=Summary(value=[value for value, _ in values])), st.lists(summary_values()))
)


@given(st.lists(whole_events, max_size=8))
def test_both_twins_read_whole_files_alike(written: list[Any]) -> None:
    payloads = [event.SerializeToString() for event in written]
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    span = np.cumsum(lengths) - lengths, lengths
    native = NATIVE.decode(b"".join(payloads), *span)
    assert_equal(native, PURE.decode(b"".join(payloads), *span))
    starts = [event.session_log.status == SessionLog.START for event in written]
    assert native.records == (starts.index(True) + 1 if True in starts else len(written))
    assert native.session_start == (written[starts.index(True)].step if True in starts else None)


@given(st.lists(records, min_size=1, max_size=3), st.data())
def test_both_twins_take_any_payload_alike(written: list[Any], data: st.DataObject) -> None:
    """Bytes changed, put in and taken out at random: no crash, no difference."""
    payload = bytearray(b"".join(framed(NATIVE, record)[12:-4] for record in written))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(payload)))
        removed = data.draw(st.integers(0, 2))
        payload[place : place + removed] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b"\x42\x02\x08\x01", b"\x4a\x03\x0a\x01\x0a", b"\xff" * 10])
        )
    span = np.array([0], np.int64), np.array([len(payload)], np.int64)
    assert_equal(NATIVE.decode(payload, *span), PURE.decode(payload, *span))


@given(st.lists(records, max_size=12), st.data(), st.booleans(), st.booleans())
def test_both_twins_find_the_same_records_in_any_bytes(
    written: list[Any], data: st.DataObject, inside_tail: bool, in_gap: bool
) -> None:
    buffer = bytearray(b"".join(framed(NATIVE, record) for record in written))
    header = struct.pack("<Q", data.draw(st.integers(0, 200) | st.integers(0, 2**64 - 1)))
    valid_header = header + struct.pack("<I", _pure_crc32c.mask(_pure_crc32c.crc32c(header)))
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(buffer)))
        removed = data.draw(st.integers(0, 60))
        buffer[place : place + removed] = data.draw(
            st.binary(max_size=20) | st.integers(0, 60).map(bytes) | st.just(valid_header)
        )
    native = NATIVE.scan(buffer, inside_tail=inside_tail, in_gap=in_gap)
    assert_equal(native, PURE.scan(buffer, inside_tail=inside_tail, in_gap=in_gap))
    # Records and damage cover what was consumed, once and in order.
    spans = [(int(i) - 12, int(n) + 16) for i, n in zip(native.offsets, native.lengths, strict=True)]
    place = 0
    for start, length in sorted([*spans, *native.damage]):
        assert start == place
        place += length
    assert place == native.consumed <= native.searched <= len(buffer)


SMALL_FILE = [NATIVE.encode(100.0 + i, i, ["loss", "accuracy"], [i / 10, i]) for i in range(6)]


@pytest.mark.parametrize("hit", range(len(SMALL_FILE)))
def test_a_flipped_bit_costs_one_record(hit: int) -> None:
    """Every single bit of every record but the last: that one may still be written."""
    start = sum(map(len, SMALL_FILE[:hit]))
    for bit in range(8 * len(SMALL_FILE[hit])):
        data = bytearray(b"".join(SMALL_FILE))
        data[start + bit // 8] ^= 1 << bit % 8
        found = NATIVE.scan(data)
        kept = [i for i in range(len(SMALL_FILE)) if i != hit]
        decoded = NATIVE.decode(data, found.offsets, found.lengths)
        if hit == len(SMALL_FILE) - 1:
            assert (found.consumed, found.damage) == (start, [])
        elif found.searched == len(data):
            assert found.damage == [(start, len(SMALL_FILE[hit]))]
        else:
            pytest.fail(f"bit {bit}: the scan stopped at {found.searched}")
        assert decoded.step[: decoded.starts[1]].tolist() == kept


@pytest.mark.parametrize("kernel", [NATIVE, PURE])
def test_every_truncation_keeps_what_is_whole(kernel: Kernel) -> None:
    data = b"".join(SMALL_FILE)
    ends = np.cumsum([len(record) for record in SMALL_FILE])
    for cut in range(len(data) + 1):
        found = kernel.scan(data[:cut])
        whole = int(np.sum(ends <= cut))
        assert len(found.offsets) == whole
        assert found.consumed == (ends[whole - 1] if whole else 0)
        assert found.damage == []


@settings(max_examples=60)
@given(
    written=st.lists(records, min_size=1, max_size=10),
    cuts=st.lists(st.integers(0, 600), max_size=6),
    size=st.integers(1, 300),
)
def test_a_file_read_while_it_grows_is_the_file_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, written: list[Any], cuts: list[int], size: int
) -> None:
    path: Path = tmp_path_factory.mktemp("growing") / "events.out.tfevents.1"
    data = b"".join(framed(NATIVE, record) for record in written)
    reader = EventFileReader(path)
    events = 0
    points: dict[str, list[float]] = {}
    for cut in [*sorted(cuts), len(data)]:
        path.write_bytes(data[:cut]) if not path.exists() else _append(path, data[path.stat().st_size : cut])
        batch = reader.read(size)
        while True:
            assert batch.damage == []
            assert not batch.restarted
            events += batch.events
            for columns in batch.scalars:
                points.setdefault(columns.tag, []).extend(columns.value.tolist())
            if batch.at_end:
                break
            batch = reader.read(size)
    assert events == len(written)
    assert reader.offset == len(data)
    whole = EventFileReader(path).read()
    assert list(points) == [columns.tag for columns in whole.scalars]
    for columns in whole.scalars:
        np.testing.assert_array_equal(np.array(points[columns.tag], np.float64), columns.value.astype(np.float64))


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats()), max_size=60),
    st.integers(-4, 20),
    st.integers(-50, 50),
    st.integers(0, 64),
    st.booleans(),
)
def test_reduction_is_a_plain_loop(
    points: list[tuple[float, float]], level: int, origin: int, size: int, single: bool
) -> None:
    points = sorted(points, key=lambda point: point[0])
    coordinate = np.array([point[0] for point in points])
    with np.errstate(over="ignore"):
        value: Any = np.array([point[1] for point in points], np.float32 if single else np.float64)
    edges = np.ldexp(np.arange(origin, origin + size + 1.0), level)
    buckets: list[list[float]] = [[] for _ in range(size)]
    for x, y in zip(coordinate.tolist(), value.tolist(), strict=True):
        for k, (low, high) in enumerate(pairwise(edges.tolist())):
            if low <= x < high:
                buckets[k].append(y)
    reductions = [kernel.Reduction(edges, huge=True) for kernel in (NATIVE, PURE)]
    for reduction in reductions:
        reduction.add(coordinate, value)
    native, pure = (reduction.buckets() for reduction in reductions)
    for name in ("count", "nan", "pos_inf", "neg_inf", "min", "max"):
        np.testing.assert_array_equal(getattr(native, name), getattr(pure, name))
    for k, inside in enumerate(buckets):
        _check_bucket(native, k, inside)
        _check_bucket(pure, k, inside)


def _check_bucket(found: Buckets, k: int, inside: list[float]) -> None:
    finite = [y for y in inside if math.isfinite(y)]
    assert found.count[k] == len(finite)
    assert found.nan[k] == sum(map(math.isnan, inside))
    assert found.pos_inf[k] == inside.count(math.inf)
    assert found.neg_inf[k] == inside.count(-math.inf)
    if not finite:
        assert math.isnan(found.mean[k])
        assert math.isnan(found.min[k])
        return
    assert (found.min[k], found.max[k]) == (min(finite), max(finite))
    # Exact but for one rounding: halves of the terms cannot overflow.
    exact = math.fsum(y / 2 / len(finite) for y in finite) * 2
    largest = max(map(abs, finite))
    assert abs(found.mean[k] - exact) <= largest * 4e-16 + 1e-300
