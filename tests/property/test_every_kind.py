"""Writing and reading is the identity, whatever is recorded, and TensorBoard's reader finds the same."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader  # type: ignore[import-untyped, unused-ignore]
from tensorboard.util.tensor_util import make_ndarray  # type: ignore[import-untyped, unused-ignore]

import cutaway
from cutaway import SummaryWriter

steps = st.integers(-(2**63), 2**63 - 1)
tags = st.text(max_size=5)
shapes = arrays.array_shapes(min_dims=0, max_dims=3, max_side=4)
numbers = st.sampled_from(["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", "c8"])
tensors = numbers.flatmap(lambda dtype: arrays.arrays(np.dtype(dtype), shapes))
pictures = st.sampled_from([1, 2, 3, 4]).flatmap(
    lambda channels: arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(channels)))
)
sounds = arrays.arrays(np.int16, st.tuples(st.integers(1, 2), st.integers(2, 20)))
finite = arrays.arrays(np.float64, st.integers(0, 20), elements=st.floats(-1e6, 1e6))

calls = (
    st.tuples(st.just("scalars"), st.floats() | st.integers(-(2**63), 2**63 - 1))
    | st.tuples(st.just("tensor"), tensors)
    | st.tuples(st.just("text"), st.text(max_size=20))
    | st.tuples(st.just("images"), pictures)
    | st.tuples(st.just("audio"), sounds)
    | st.tuples(st.just("histograms"), finite)
)


def record(writer: SummaryWriter, kind: str, tag: str, value: Any, step: int, walltime: float) -> None:
    if kind == "scalars":
        writer.add_scalar(tag, value, step, walltime)
    elif kind == "tensor":
        writer.add_tensor(tag, value, step, walltime)
    elif kind == "text":
        writer.add_text(tag, value, step, walltime)
    elif kind == "images":
        writer.add_image(tag, value, step, walltime, "HWC")
    elif kind == "audio":
        writer.add_audio(tag, value, step, 8000, walltime)
    else:
        writer.add_histogram(tag, value, step, walltime=walltime)


def check(kind: str, found: Any, value: Any) -> None:
    if kind == "text":
        assert found == value
    elif kind == "tensor":
        assert found.dtype == value.dtype
        np.testing.assert_array_equal(found, value)
    elif kind == "images":
        np.testing.assert_array_equal(found.to_array(), value)
    elif kind == "audio":
        assert found.sample_rate() == 8000
        np.testing.assert_array_equal(found.to_array() * 32768, value.T)
    else:
        assert found.counts.sum() == len(value)
        if len(value):
            assert (found.min, found.max) == (value.min(), value.max())


@given(st.lists(st.tuples(tags, steps, st.floats(1, 1e12), calls), max_size=8))
@settings(max_examples=settings().max_examples // 2)
def test_what_is_recorded_is_read(recorded: list[tuple[str, int, float, tuple[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with SummaryWriter(folder) as writer:
            for tag, step, walltime, (kind, value) in recorded:
                record(writer, kind, tag, value, step, walltime)
        run = cutaway.open(Path(folder))["."]
        expected: dict[tuple[str, str], list[tuple[int, float, Any]]] = {}
        for tag, step, walltime, (kind, value) in recorded:
            name = f"{tag}/text_summary" if kind == "text" else tag
            expected.setdefault((kind, name), []).append((step, walltime, value))
        assert {(kind, tag) for kind, tags in run.kinds.items() for tag in tags} - {("session_log", "")} == set(
            expected
        )
        for (kind, tag), points in expected.items():
            series: Any = run.scalars(tag) if kind == "scalars" else run.values(kind, tag)
            assert series.step.tolist() == [step for step, _, _ in points]
            assert series.wall_time.tolist() == [walltime for _, walltime, _ in points]
            for i, (_, _, value) in enumerate(points):
                if kind != "scalars":
                    check(kind, series[i], value)
        path = writer.file_writer.path
        theirs = [event for event in EventFileLoader(str(path)).Load() if event.summary.value]
        assert [event.step for event in theirs] == [step for _, step, _, _ in recorded]
        for event, (tag, _, walltime, (kind, value)) in zip(theirs, recorded, strict=True):
            (summary,) = event.summary.value
            assert event.wall_time == walltime
            assert summary.tag == (f"{tag}/text_summary" if kind == "text" else tag)
            # TensorBoard takes all values of a tag for what the first one is.
            if len({name for other, _, _, (name, _) in recorded if other == tag}) > 1:
                continue
            if kind == "tensor":
                np.testing.assert_array_equal(make_ndarray(summary.tensor), value)
            elif kind == "text":
                assert make_ndarray(summary.tensor)[0].decode() == value
