"""``add_scalar`` in one call of the kernel records, or refuses, just what it does with all its checks in Python."""

import tempfile
import time
from decimal import Decimal
from enum import IntEnum
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from cutaway import SummaryWriter
from cutaway.events.core import is_native

pytestmark = pytest.mark.skipif(not is_native, reason="the pure twin has one way")


class Fraction(float):
    """A float that says something else of itself, which only a call of Python's finds out."""


class Word(str):
    """A str, and not only that."""


class Level(IntEnum):
    """An int, and not only that."""

    HIGH = 3


class Unwilling:
    """What has an ``item()`` that raises."""

    def item(self) -> float:
        raise ValueError("no")


class OfText:
    """What has an ``item()`` that gives a text."""

    def item(self) -> str:
        return "2.5"


DTYPES = st.sampled_from(["f2", "f4", "f8", "g", "i1", "i4", "i8", "u1", "u8", "?", "c8", "U3", "M8[s]"])
shapes = st.sampled_from([(), (1,), (1, 1), (0,), (2,)])


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    array = np.zeros(draw(shapes), draw(DTYPES))
    if array.dtype.kind in "fiu?":
        array[...] = draw(st.sampled_from([0, 1, 0.1, 100, 2**60 + 1])) % 2 ** (8 * array.itemsize - 1)
    return array[()] if draw(st.booleans()) else array


def tensors() -> st.SearchStrategy[torch.Tensor]:
    dtypes = [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool, torch.complex64]
    return st.builds(lambda dtype, shape: torch.ones(shape).to(dtype), st.sampled_from(dtypes), shapes)


integers = st.integers() | st.sampled_from([2**63, 2**63 - 1, -(2**63), -(2**63) - 1, 2**53 + 1, 10**400])
numbers = st.floats() | integers | st.booleans() | arrays() | tensors()
others = st.sampled_from(
    [
        *(None, "0.5", "half", b"1", "", [1.5], [], (2,), [[3]], [1, 2], {}, {"a": 1}, 1j, float, object),
        *(Decimal("0.1"), Fraction(0.1), Level.HIGH, Unwilling(), OfText()),
    ]
)
tags = st.text() | st.sampled_from(["", "\ud800", "é/x", Word("w"), b"b", b"\xff", None, 3, Path("a/b"), "t" * 5000])
usual = st.tuples(st.text(), st.floats(), st.integers(-(2**63), 2**63 - 1), st.none() | st.floats())
unusual = st.tuples(tags, numbers | others, numbers | others, numbers | others)
NAMES = ("tag", "scalar_value", "global_step", "walltime")


@st.composite
def calls(draw: st.DrawFn) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by position and by name, sometimes too few, too many, or two for one parameter."""
    values = draw(usual | unusual)
    by_position = draw(st.integers(0, 4))
    named = dict(zip(NAMES[by_position:], values[by_position:], strict=True))
    for name in draw(st.sets(st.sampled_from(NAMES[2:]))):
        named.pop(name, None)
    more = st.dictionaries(st.sampled_from([*NAMES, "new_style", "double_precision", "x"]), st.just(1.0), max_size=1)
    text = st.dictionaries(st.sampled_from(["display_name", "summary_description"]), st.text(max_size=2), max_size=1)
    return values[:by_position], named | draw(st.just({}) | more | text)


def outcome(quickly: bool, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[bytes, str]:
    """What is in the file behind its first record, and the error."""
    with tempfile.TemporaryDirectory() as folder:
        writer = SummaryWriter(folder)
        assert writer._scalar_file is not None
        if not quickly:
            writer._scalar_file = None
        path = writer.file_writer.path
        before, error = path.stat().st_size, ""
        with mock.patch.object(time, "time", return_value=1234.5):
            try:
                writer.add_scalar(*args, **named)
            except Exception as raised:
                error = f"{type(raised).__name__}: {raised}"
        recorded = path.read_bytes()[before:]
        writer.close()
    return recorded, error


@given(calls())
@example(((), {}))
@example((("t", 1.0, 1, 2.0, False, False, "name"), {}))
@example((("t", 1.0, 1, 2.0, False, True), {}))
@example((("t", 1.0, 1, 2.0, False, False, "", "", "more"), {}))
def test_both_ways_record_the_same_bytes_or_refuse_alike(call: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    args, named = call
    assert outcome(True, args, named) == outcome(False, args, named)


def test_the_time_is_that_after_the_value_was_waited_for(tmp_path: Path) -> None:
    now = 1.0

    class Late:
        def item(self) -> float:
            nonlocal now
            now = 2.0
            return 0.5

    def clock() -> float:
        return now

    with mock.patch.object(time, "time", clock), SummaryWriter(tmp_path) as writer:
        before = writer.file_writer.path.stat().st_size
        writer.add_scalar("t", Late())
        assert writer.file_writer.path.read_bytes()[before + 13 :].startswith(np.float64(2.0).tobytes())


def test_what_use_metadata_says_holds_for_the_quick_way_too(tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        with writer.use_metadata(global_step=7, walltime=3.0):
            assert writer._scalar_file is None
        assert writer._scalar_file is not None
