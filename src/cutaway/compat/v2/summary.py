"""``tf.summary`` of TensorFlow 2, eagerly and without TensorFlow.

A function records with the writer of its thread, and returns whether it did: without a writer, or where ``record_if``
says so, nothing is recorded. Values are numbers, lists, arrays and tensors of any framework. A bad argument raises
TypeError or ValueError that names it, and a step that is nowhere given ValueError; then nothing is recorded.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from cutaway.compat.v2 import encode
from cutaway.compat.v2.writer import SummaryWriter, current_step, should_record, state
from cutaway.events import core, messages, schema
from cutaway.events.wire import MalformedError, bytes_field
from cutaway.record.protobuf import serialised
from cutaway.record.recorder import check_tag
from cutaway.record.scalar import to_number
from cutaway.record.tensor import described_value

__all__ = [
    "SummaryWriter",
    "audio",
    "create_file_writer",
    "create_noop_writer",
    "experimental",
    "flush",
    "histogram",
    "image",
    "record_if",
    "scalar",
    "should_record_summaries",
    "text",
    "write",
]


def create_file_writer(
    logdir: str | os.PathLike[str],
    max_queue: int | None = None,
    flush_millis: int | None = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
) -> SummaryWriter:
    """A writer of an event file of its own in ``logdir``, to be used by ``as_default()``.

    ``filename_suffix`` ends the file's name, by default ``.v2``. The other arguments are accepted and change nothing:
    records are with the operating system when a call returns. Raises OSError when the file cannot be created, and
    ValueError for a URL.
    """
    return SummaryWriter(logdir, ".v2" if filename_suffix is None else filename_suffix)


def create_noop_writer() -> SummaryWriter:
    """A writer that records nothing."""
    return SummaryWriter(None)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Record one number, exactly."""
    tag, number = check_tag(name), to_number(data, "data")
    if not should_record():
        return False
    at = current_step(step)
    assert state.writer is not None
    if description:
        return state.writer.write(bytes_field(1, described_value(tag, number, "", description)), at)
    events = state.writer.events()
    if events is not None:
        events.write(core.encode(time.time(), at, (tag,), (number,)))
    return events is not None


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: str | None = None) -> bool:
    """Record up to ``max_outputs`` pictures: [batch, height, width, channels], uint8 or floats in [0, 1]."""
    return _record(encode.image(check_tag(name), data, _count(max_outputs, "max_outputs"), description or ""), step)


def audio(
    name: str,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: int = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> bool:
    """Record up to ``max_outputs`` sounds: [batch, frames, channels], floats in [-1, 1]. ``sample_rate`` in hertz.

    ``encoding`` is None or ``wav``.
    """
    if encoding not in (None, "wav"):
        raise ValueError(f"encoding must be None or 'wav', got {encoding!r}")
    rate = to_number(sample_rate, "sample_rate")
    if not rate >= 1:
        raise ValueError(f"sample_rate must be a number of samples a second, got {sample_rate!r}")
    count = _count(max_outputs, "max_outputs")
    return _record(encode.audio(check_tag(name), data, float(rate), count, description or ""), step)


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None, description: str | None = None
) -> bool:
    """Record how numbers of any shape are distributed, in ``buckets`` of one width, 30 by default."""
    if buckets is not None:
        _count(buckets, "buckets")
    return _record(encode.histogram(check_tag(name), data, buckets, description or ""), step)


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Record a text (Markdown), or texts of any shape, which are shown as a table."""
    return _record(encode.text(check_tag(name), data, description or ""), step)


def write(tag: str, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None) -> bool:
    """Record numbers or texts of any shape. ``metadata``: a SummaryMetadata of any protobuf package, or its bytes."""
    given = b"" if metadata is None else serialised(metadata, "metadata")
    return _record(encode.tensor(check_tag(tag), tensor, given), step)


@contextmanager
def record_if(condition: bool | Callable[[], Any]) -> Iterator[None]:
    """Within the block, the thread records only if ``condition``, a bool or a function that returns one, is true."""
    before, state.records = state.records, condition
    try:
        yield
    finally:
        state.records = before


def should_record_summaries() -> bool:
    """Whether a call would record: there is a writer, and ``record_if`` says nothing else."""
    return should_record()


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> bool:
    """Flush a writer, or that of the thread; whether nothing waits."""
    found = state.writer if writer is None else writer
    return found is None or found.flush()


def _set_step(step: Any) -> None:
    """The step of the thread's calls that give none; a variable is read at each call."""
    state.step = step


def _get_step() -> Any:
    """The step that was set, or None."""
    return state.step


def _write_raw_pb(tensor: Any, step: Any = None, name: str | None = None) -> bool:
    """Record a Summary of any protobuf package, or its bytes."""
    content = serialised(tensor, "tensor")
    try:
        schema.decode(messages.SUMMARY, content)
    except MalformedError as error:
        raise ValueError(f"tensor must be a serialised Summary, got {len(content)} bytes that are none") from error
    if not should_record():
        return False
    at = current_step(step)
    assert state.writer is not None
    return state.writer.write(content, at)


experimental = SimpleNamespace(get_step=_get_step, set_step=_set_step, write_raw_pb=_write_raw_pb)


def __getattr__(name: str) -> Any:
    """AttributeError that says what there is."""
    known = ", ".join(__all__)
    raise AttributeError(f"tf.summary.{name} is TensorFlow's: install tensorflow to use it; Cutaway has {known}")


def _record(value: bytes, step: Any) -> bool:
    if not should_record():
        return False
    at = current_step(step)
    assert state.writer is not None
    return state.writer.write(bytes_field(1, value), at)


def _count(number: Any, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(f"{name} must be a positive integer, got {number!r}")
    return number
