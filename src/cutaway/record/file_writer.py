"""The layer below a SummaryWriter by PyTorch's name: whole events and summaries, made by any library with protobuf."""

import os
import time
from pathlib import Path
from typing import Any, Self

from cutaway.events.core import frame
from cutaway.events.local_path import local_path
from cutaway.events.wire import bytes_field, double_field, varint_field, without_fields
from cutaway.events.writer import EventFileWriter
from cutaway.record.protobuf import serialised
from cutaway.record.scalar import to_seconds, to_step


class FileWriter:
    """Writes events and summaries, given as messages of protobuf or as their bytes, to an event file."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        """Open an event file in ``log_dir``. ``max_queue`` and ``flush_secs`` are accepted: nothing is ever queued.

        Raises OSError when the file cannot be created, and ValueError for a URL.
        """
        self.event_writer = EventFileWriter(local_path(log_dir, "log_dir"), filename_suffix)
        self._log_dir = os.fspath(log_dir)

    @classmethod
    def of(cls, event_writer: EventFileWriter, log_dir: str) -> Self:
        """A FileWriter of an event file that somebody else opens and closes."""
        writer = cls.__new__(cls)
        writer.event_writer = event_writer
        writer._log_dir = log_dir
        return writer

    @property
    def path(self) -> Path:
        """The event file that was opened last."""
        return self.event_writer.path

    @property
    def is_direct(self) -> bool:
        """Whether records are with the operating system when a call returns; False while the disk is in trouble."""
        return self.event_writer.is_direct

    def get_logdir(self) -> str:
        """The directory, as it was given."""
        return self._log_dir

    def add_event(self, event: Any, step: Any = None, walltime: float | None = None) -> None:
        """Record an Event, with this step and this time (by default now) in place of its own."""
        rest = without_fields(serialised(event, "event"), 1, *([] if step is None else [2]))
        head = double_field(1, time.time() if walltime is None else to_seconds(walltime))
        if step is not None:
            head += varint_field(2, to_step(step, "step"))
        self.event_writer.write(frame(head + rest))

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Record a Summary."""
        self.add_event(bytes_field(5, serialised(summary, "summary")), global_step, walltime)

    def add_graph(self, graph_profile: Any, walltime: float | None = None) -> None:
        """Record a graph: (GraphDef, RunMetadata), as PyTorch's tracer gives them."""
        graph, run_metadata = graph_profile
        self.add_event(bytes_field(4, serialised(graph, "graph_profile[0]")), None, walltime)
        tagged = bytes_field(1, b"step1") + bytes_field(2, serialised(run_metadata, "graph_profile[1]"))
        self.add_event(bytes_field(8, tagged), None, walltime)

    def flush(self) -> bool:
        """Everything is with the operating system already; whether it is, also when the disk is in trouble."""
        return self.event_writer.flush()

    def close(self) -> None:
        """End the file."""
        self.event_writer.close()

    def reopen(self) -> None:
        """Nothing to do: the next record opens a new file where this one is closed."""
