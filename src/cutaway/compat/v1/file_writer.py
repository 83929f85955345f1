"""``FileWriter`` of TensorFlow 1: serialised summaries and graphs into an event file, each at once with the OS."""

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from cutaway.compat.v1.graph_def import to_graph_def
from cutaway.compat.v1.meta_graph import to_meta_graph_def
from cutaway.compat.v1.shared_file import SharedFile
from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.local_path import local_path
from cutaway.events.schema import decode, encode
from cutaway.events.wire import MalformedError, bytes_field, double_field, fields, varint_field, without_fields
from cutaway.events.writer import EventFileWriter
from cutaway.record.protobuf import serialised
from cutaway.record.scalar import to_step

#: Summary.value, and Summary.Value.metadata.
_VALUE_KEY, _METADATA = 0x0A, 9


class FileWriter:
    """Writes what ``sess.run(merged)`` or ``merged()`` gave, and graphs, into a file of its own in ``logdir``.

    ``graph``: what ``add_graph`` takes, recorded at once; of TensorFlow's graphs the MetaGraphDef too. ``graph_def`` is
    its old name. ``max_queue`` and ``flush_secs`` are accepted: records wait only while the disk fails. ``session``:
    writers of one session share the file of a directory. ``filename_suffix`` ends the file's name. Raises OSError when
    the file cannot be created, and ValueError for a URL, or for both ``graph`` and ``graph_def``.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        graph: Any = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        """Open the file, and record the graph."""
        given, name = _given(graph, graph_def)
        recorded = None if given is None else to_graph_def(given, name)
        meta_graph = to_meta_graph_def(given)
        self._logdir = os.fspath(logdir)
        self._closed = False
        # Tags whose metadata is in the file, and tags of run metadata.
        self._described: set[str] = set()
        self._tagged_runs: set[str] = set()
        self._file = SharedFile.of(session, local_path(logdir, "logdir"), filename_suffix or "")
        self._file.join(self)
        if recorded is not None:
            self._write(bytes_field(4, recorded), None)
        if meta_graph is not None:
            self._write(bytes_field(9, meta_graph), None)

    @property
    def event_writer(self) -> EventFileWriter:
        """What writes the file."""
        return self._file.writer

    def get_logdir(self) -> str:
        """The directory, as it was given."""
        return self._logdir

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Record a Summary: its bytes, or a message of any protobuf package. Without a step it is at step 0.

        Raises TypeError for a value that is not a Summary, and ValueError for bytes that are not one.
        """
        data = serialised(summary, "summary")
        try:
            values = decode(messages.SUMMARY, data).get("value", [])
        except MalformedError as error:
            raise ValueError(
                f"summary must be a serialised Summary, got {len(data)} bytes that are none: {error}"
            ) from error
        if any("metadata" in value for value in values):
            data = self._without_repeated_metadata(data)
        self._write(bytes_field(5, data), global_step)

    def add_graph(self, graph: Any, global_step: Any = None, graph_def: Any = None) -> None:
        """Record a graph: a ``tf.Graph``, a GraphDef, its bytes, or its text (``.pbtxt``).

        Raises ValueError for both ``graph`` and ``graph_def``, its old name.
        """
        given, name = _given(graph, graph_def)
        self._write(bytes_field(4, to_graph_def(given, name)), global_step)

    def add_meta_graph(self, meta_graph_def: Any, global_step: Any = None) -> None:
        """Record a MetaGraphDef, or its bytes."""
        self._write(bytes_field(9, serialised(meta_graph_def, "meta_graph_def")), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Record what a run of the graph took, a RunMetadata. Raises ValueError for a tag that was used before."""
        if tag in self._tagged_runs:
            raise ValueError(f"tag must be new for each run metadata, got {tag!r} again")
        data = serialised(run_metadata, "run_metadata")
        self._write(
            bytes_field(8, encode(messages.TAGGED_RUN_METADATA, {"tag": tag, "run_metadata": data})), global_step
        )
        self._tagged_runs.add(tag)

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Record a SessionLog: that a session started, stopped or wrote a checkpoint."""
        self._write(bytes_field(7, serialised(session_log, "session_log")), global_step)

    def add_event(self, event: Any) -> None:
        """Record an Event as it is, or its bytes."""
        self._check_open()
        data = serialised(event, "event")
        try:
            decode(messages.EVENT, data)
        except MalformedError as error:
            raise ValueError(
                f"event must be a serialised Event, got {len(data)} bytes that are none: {error}"
            ) from error
        self.event_writer.write(frame(data))

    def flush(self) -> bool:
        """Everything is with the operating system already, unless the disk is in trouble: wait for it, at most 5 s.

        Returns whether nothing waits any more; warns when it returns False.
        """
        return self.event_writer.flush()

    def close(self) -> None:
        """End the file, unless another writer shares it. What is recorded now raises ValueError, until ``reopen``."""
        self._file.leave(self)
        self._closed = True

    def reopen(self) -> None:
        """Record again, into a new file in the same directory. Does nothing when the writer is open.

        Where another writer shares the file and is open, recording goes on in that file.
        The file is opened by the first record, so that trouble with the disk does not raise.
        """
        if self._closed:
            self._described.clear()
            self._tagged_runs.clear()
            self._file.join(self)
            self._closed = False

    def __enter__(self) -> Self:
        """The writer itself; it is closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the file, whatever happened in the block."""
        self.close()

    def _write(self, what: bytes, global_step: Any) -> None:
        self._check_open()
        step = b"" if global_step is None else varint_field(2, to_step(global_step, "global_step"))
        self.event_writer.write(frame(double_field(1, time.time()) + step + what))

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError(f"the FileWriter of {self._logdir!r} is closed; reopen() opens a new file")

    def _without_repeated_metadata(self, data: bytes) -> bytes:
        """A serialised Summary, each tag's metadata only where it is recorded for the first time."""
        parts = []
        for key, start, end in fields(data, 0, len(data)):
            if key != _VALUE_KEY:
                continue
            value = data[start:end]
            message = decode(messages.VALUE, value)
            tag = message.get("tag", "")
            if "metadata" in message and tag in self._described:
                value = without_fields(value, _METADATA)
            elif "metadata" in message:
                self._described.add(tag)
            parts.append(bytes_field(1, value))
        return b"".join(parts)


def _given(graph: Any, graph_def: Any) -> tuple[Any, str]:
    """The graph, and the name of its argument."""
    if graph is not None and graph_def is not None:
        raise ValueError("graph and graph_def must not both be given: graph_def is the old name of graph")
    return (graph, "graph") if graph is not None else (graph_def, "graph_def")


class FileWriterCache:
    """A FileWriter for each directory."""

    _writers: ClassVar[dict[Path, FileWriter]] = {}
    _lock = threading.Lock()

    @staticmethod
    def get(logdir: str | os.PathLike[str]) -> FileWriter:
        """The writer of a directory, always the same."""
        place = local_path(logdir, "logdir")
        with FileWriterCache._lock:
            if place not in FileWriterCache._writers:
                FileWriterCache._writers[place] = FileWriter(logdir)
            return FileWriterCache._writers[place]

    @staticmethod
    def clear() -> None:
        """Close and forget all writers."""
        with FileWriterCache._lock:
            for writer in FileWriterCache._writers.values():
                writer.close()
            FileWriterCache._writers.clear()
