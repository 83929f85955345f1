"""``torch.utils.tensorboard`` by its own names: SummaryWriter and FileWriter.

The files are written by Cutaway, so nothing is queued and nothing is lost when the process is killed. What programs
may rely on is as in PyTorch, also where Cutaway's own SummaryWriter does better; two switches turn that off.
"""

import os
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from cutaway.compat.protobuf import serialised
from cutaway.events.core import frame
from cutaway.events.wire import bytes_field, double_field, varint_field, without_fields
from cutaway.events.writer import EventFileWriter
from cutaway.record.histogram import tensorflow_edges
from cutaway.record.scalar import to_step
from cutaway.record.summary_writer import SummaryWriter as _SummaryWriter

__all__ = ["FileWriter", "SummaryWriter"]


class FileWriter:
    """Writes events and summaries, given as messages of protobuf or as their bytes, to an event file."""

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        """Open an event file in ``log_dir``. ``max_queue`` and ``flush_secs`` are accepted: nothing is ever queued."""
        self.event_writer = EventFileWriter(log_dir, filename_suffix)
        self._log_dir = os.fspath(log_dir)

    def get_logdir(self) -> str:
        """The directory."""
        return self._log_dir

    def add_event(self, event: Any, step: Any = None, walltime: float | None = None) -> None:
        """Record an Event, with this step and this time (by default now) in place of its own."""
        rest = without_fields(serialised(event, "event"), 1, *([] if step is None else [2]))
        head = double_field(1, time.time() if walltime is None else float(walltime))
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
        """Wait for records that wait because the disk is in trouble, else there are none; whether none waits then."""
        return self.event_writer.flush()

    def close(self) -> None:
        """End the file."""
        self.event_writer.close()

    def reopen(self) -> None:
        """Nothing to do: the next record opens a new file where this one is closed."""


class SummaryWriter(_SummaryWriter):
    """Cutaway's SummaryWriter with what programs may know of PyTorch's."""

    #: ``add_scalars`` gives each key a run of its own, ``<main_tag>_<key>``, as PyTorch's does.
    scalars_in_runs: ClassVar[bool] = True
    #: ``add_hparams`` makes a run of its own, named by the time, as PyTorch's does.
    hparams_in_runs: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Arguments are those of Cutaway's SummaryWriter."""
        super().__init__(*args, **kwargs)
        self.default_bins = tensorflow_edges().tolist()
        self._of_runs: dict[str, _SummaryWriter] = {}

    @property
    def file_writer(self) -> FileWriter | None:
        """The FileWriter; None when this writer is closed."""
        return _wrap(self._events, self.log_dir) if self._events.is_open else None

    @property
    def all_writers(self) -> dict[str, FileWriter] | None:
        """The FileWriters of this run and of those that ``add_scalars`` made, by directory; None when closed."""
        if not self._events.is_open:
            return None
        others = {path: _wrap(writer._events, path) for path, writer in self._of_runs.items()}
        return {self.log_dir: _wrap(self._events, self.log_dir), **others}

    def _get_file_writer(self) -> FileWriter:
        return _wrap(self._events, self.log_dir)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record several numbers under one tag, each in a run of its own (see ``scalars_in_runs``)."""
        if not self.scalars_in_runs:
            super().add_scalars(main_tag, tag_scalar_dict, global_step, walltime)
            return
        now = time.time() if walltime is None else walltime
        for key, value in tag_scalar_dict.items():
            path = self._path(f"{main_tag.replace('/', '_')}_{key}")
            if path not in self._of_runs:
                writes = self._events.is_on_disk
                self._of_runs[path] = _SummaryWriter(path, filename_suffix=self.filename_suffix, write_to_disk=writes)
            self._of_runs[path].add_scalar(main_tag, value, global_step, now)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, list[Any]] | None = None,
        run_name: str | None = None,
        global_step: Any = None,
    ) -> None:
        """Record hyper-parameters, in a run of their own (see ``hparams_in_runs``)."""
        if self.hparams_in_runs and run_name is None:
            run_name = str(time.time())
        super().add_hparams(hparam_dict, metric_dict, hparam_domain_discrete, run_name, global_step)

    def flush(self, sync: bool = False) -> bool:
        """Flush this writer and those of ``add_scalars``; whether nothing waits in any."""
        return all([super().flush(sync), *(writer.flush(sync) for writer in self._of_runs.values())])

    def close(self) -> None:
        """Close this writer and those of ``add_scalars``."""
        super().close()
        for writer in self._of_runs.values():
            writer.close()
        self._of_runs = {}


def _wrap(events: EventFileWriter, log_dir: str) -> FileWriter:
    writer = FileWriter.__new__(FileWriter)
    writer.event_writer = events
    writer._log_dir = log_dir
    return writer
