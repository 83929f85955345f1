"""Records as protobuf sees them, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[import-untyped, unused-ignore]

from cutaway.events.kernel import Kernel


def payload(kernel: Kernel, framed: bytes) -> bytes:
    found = kernel.scan(framed)
    assert (len(found.offsets), found.consumed) == (1, len(framed))
    return framed[found.offsets[0] : found.offsets[0] + found.lengths[0]]


def test_protobuf_reads_it(kernel: Kernel) -> None:
    event = Event.FromString(payload(kernel, kernel.encode(1.25, -7, ["a/b", "ü"], [0.5, 3])))
    assert (event.wall_time, event.step) == (1.25, -7)
    assert [(value.tag, value.simple_value) for value in event.summary.value] == [("a/b", 0.5), ("ü", 3.0)]


def test_it_is_what_protobuf_would_write(kernel: Kernel) -> None:
    written = payload(kernel, kernel.encode(0.0, 0, ["", "t"], [0.0, -0.0]))
    assert Event.FromString(written).SerializeToString() == written


def test_exact_values_are_an_unknown_field_to_others(kernel: Kernel) -> None:
    written = payload(kernel, kernel.encode(1.0, 1, ["t"] * 3, [0.1, 2**60 + 1, 1e300]))
    event = Event.FromString(written)
    simple = [value.simple_value for value in event.summary.value]
    assert simple == [np.float32(0.1), np.float32(2**60), math.inf]
    assert event.SerializeToString() == written


@pytest.mark.parametrize("value", [0.0, -0.0, 1.5, math.nan, math.inf, -math.inf, 2**24, True, -3])
def test_float32_values_take_no_extra_bytes(kernel: Kernel, value: float) -> None:
    assert len(kernel.encode(1.0, 1, ["t"], [value])) == len(kernel.encode(1.0, 1, ["t"], [0.5]))


def test_many_values_and_long_tags(kernel: Kernel) -> None:
    tags = [f"{'x' * 300}/{i}" for i in range(1000)]
    event = Event.FromString(payload(kernel, kernel.encode(1.0, 1, tags, range(1000))))
    assert [value.tag for value in event.summary.value] == tags
    assert [value.simple_value for value in event.summary.value] == list(range(1000))


def test_a_tag_that_is_not_unicode_is_still_recorded(kernel: Kernel) -> None:
    event = Event.FromString(payload(kernel, kernel.encode(1.0, 1, ["a\ud800"], [1.0])))
    assert event.summary.value[0].tag == "a?"


def test_bad_input_is_refused(kernel: Kernel) -> None:
    with pytest.raises(ValueError, match="equally many, got 2 and 1"):
        kernel.encode(1.0, 1, ["a", "b"], [1.0])
    for step in (2**63, -(2**63) - 1):
        with pytest.raises(OverflowError, match="step must fit into a signed 64-bit integer"):
            kernel.encode(1.0, step, ["a"], [1.0])
    with pytest.raises(OverflowError):
        kernel.encode(1.0, 1, ["a"], [10**400])


@pytest.mark.parametrize(
    "arguments",
    [
        ("1", 1, ["a"], [1.0]),
        (1.0, "1", ["a"], [1.0]),
        (1.0, 1.5, ["a"], [1.0]),
        (1.0, 1, [b"a"], [1.0]),
        (1.0, 1, [None], [1.0]),
        (1.0, 1, ["a"], ["1"]),
        (1.0, 1, ["a"], [None]),
    ],
)
def test_wrong_types_are_refused(kernel: Kernel, arguments: Any) -> None:
    with pytest.raises(TypeError):
        kernel.encode(*arguments)


def test_numbers_of_numpy_are_numbers(kernel: Kernel) -> None:
    step: Any = np.int64(3)
    values: list[Any] = [np.float32(0.5), np.float64(0.1)]
    record = kernel.encode(np.float64(1.5), step, ["a", "b"], values)
    assert record == kernel.encode(1.5, 3, ["a", "b"], [0.5, 0.1])
