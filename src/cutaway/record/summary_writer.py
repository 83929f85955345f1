"""``SummaryWriter``, the object that training code holds: a drop-in for the one of ``torch.utils.tensorboard``."""

import itertools
import json
import math
import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from cutaway.events.core import encode, encode_mapping, frame, usually
from cutaway.events.local_path import local_path
from cutaway.events.messages import SESSION_START, file_version, session_log
from cutaway.events.no_event_file import NoEventFile
from cutaway.events.writer import EventFileWriter
from cutaway.record.data_methods import DataMethods
from cutaway.record.file_writer import FileWriter
from cutaway.record.hparams import hparams_values
from cutaway.record.media_methods import MediaMethods
from cutaway.record.recorder import Recorder, check_tag
from cutaway.record.scalar import flatten, to_number, to_seconds, to_step
from cutaway.record.tensor import described_value
from cutaway.record.watch_methods import WatchMethods


class SummaryWriter(MediaMethods, DataMethods, WatchMethods, Recorder):
    """Records training into an event file that Cutaway, TensorBoard and their relatives read.

    ``log_dir``: the run's directory (str or path, ``~`` is the home directory), created where needed; by default
    ``runs/<date>_<time>_<host><comment>``, where ``comment`` is a suffix for the name. A relative one is below the
    working directory of this moment, for all files that are opened later too. ``purge_step``: a run
    resumed from a checkpoint starts at this step again, and what was recorded from it on is superseded.
    ``filename_suffix`` ends the file's name. ``write_to_disk=False`` checks what it is given and records nothing, for
    all processes but one of many. ``logdir`` is tensorboardX's name of ``log_dir``. ``max_queue`` and ``flush_secs``
    bound how long records may stay in memory; here they don't while the disk is well: each call hands its record to
    the operating system before it returns, so that it survives the death of the process.

    Threads may share a writer; a forked child that records, or a process that gets a pickled copy, has a file of its
    own. After ``close()`` the next call opens a new file in the same directory, as PyTorch's writer does. Once there is
    a writer, trouble with the disk does not raise: it is a RecordingWarning, once, records wait in memory until the
    disk takes them, and ``close()`` says how much was lost. What is written beside the event file (embeddings, runs of
    hyper-parameters) does not raise either; the warning says what became of it.

    Raises OSError when the directory or the file cannot be created, and ValueError for a URL.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        *,
        write_to_disk: bool = True,
        logdir: str | os.PathLike[str] | None = None,
    ) -> None:
        """Open the event file."""
        Recorder.__init__(self)
        DataMethods.__init__(self)
        WatchMethods.__init__(self)
        if log_dir and logdir:
            raise TypeError(f"log_dir and logdir mean the same, got both: {log_dir!r} and {logdir!r}")
        name = "log_dir" if log_dir else "logdir"
        log_dir = log_dir or logdir
        if not log_dir:
            now = datetime.now().strftime("%b%d_%H-%M-%S")
            log_dir = os.path.join("runs", f"{now}_{platform.node()}{comment}")  # noqa: PTH118
        self._directory = local_path(log_dir, name)
        self.log_dir = os.fspath(log_dir)
        self.purge_step = purge_step
        self.max_queue = max_queue
        self.flush_secs = flush_secs
        self.filename_suffix = filename_suffix
        purge = None if purge_step is None else to_step(purge_step, "purge_step")
        self._events = (EventFileWriter if write_to_disk else NoEventFile)(self._directory, filename_suffix)
        self._file_writer = FileWriter.of(self._events, self.log_dir)
        self._steps = itertools.count()
        self._choose_way()
        if purge is not None:
            self._events.write(frame(file_version(time.time(), purge)))
            self._events.write(frame(session_log(time.time(), SESSION_START, purge)))

    def __getstate__(self) -> dict[str, Any]:
        """A copy for another process opens a file of its own when it records, and counts steps from 0."""
        return {**self.__dict__, "_steps": None, "_waiting": [], "_watches": [], "_failed": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """See ``__getstate__``."""
        self.__dict__.update(state, _steps=itertools.count())
        self._choose_way()

    def _choose_way(self) -> None:
        """Numbers go straight into the file, unless there is none, or ``use_metadata`` has something to say of them."""
        is_usual = self._events.is_on_disk and self._default_step is None and self._default_time is None
        self._scalar_file = self._events if is_usual else None

    @property
    def file_writer(self) -> FileWriter:
        """What writes whole events and summaries of protobuf into this run; its ``path`` is the event file."""
        return self._file_writer

    @property
    def all_writers(self) -> dict[str, FileWriter]:
        """The ``file_writer`` by the directory, as PyTorch's writer has it."""
        return {self.log_dir: self._file_writer}

    def _get_file_writer(self) -> FileWriter:
        """The ``file_writer``, by the name that other libraries call."""
        return self._file_writer

    def get_logdir(self) -> str:
        """The run's directory."""
        return self.log_dir

    @usually
    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Record one number.

        ``scalar_value``: a number, a bool, or an array, a tensor or a list of one element, of any framework and
        device, or a text that is a number; NaN and infinities are recorded as well. ``global_step``: an integer in any
        of these forms, or None for 0. ``walltime``: seconds since the epoch, by default now. ``new_style`` and
        ``double_precision`` are accepted and change nothing: float64 and int64 are always stored exactly, in a form
        that every reader takes. ``display_name`` and ``summary_description`` (Markdown) are what viewers show for the
        tag and beside it.

        Raises TypeError or ValueError that says which argument was not accepted and why; then nothing is
        recorded.
        """
        number, step = to_number(scalar_value, "scalar_value"), self._step(global_step)
        now, tag = self._time(walltime), check_tag(tag)
        if display_name or summary_description:
            value = described_value(tag, number, display_name, summary_description)
            self._events.write(self._record([value], step, now))
        else:
            self._events.write(encode(now, step, (tag,), (number,)))

    def log(self, values: Mapping[str, Any], step: Any = None, walltime: float | None = None) -> None:
        """Record many numbers at one step and time, as one record: all of them are there later, or none.

        ``values`` maps tags to what ``add_scalar`` takes; nested mappings are joined by ``/``. Without a
        ``step`` it is one more than that of the call before, and 0 at first.

        Raises TypeError or ValueError that says which value was not accepted and why; then nothing is
        recorded.
        """
        if step is None:
            step = self._default_step
        if step is not None:
            step = to_step(step, "step")
            self._steps = itertools.count(step + 1)
        now = self._time(walltime)
        number = next(self._steps) if step is None else step
        try:
            if type(values) is dict and values:
                record = encode_mapping(now, number, values)
                if record is not None:
                    self._events.write(record)
                    return
            if not isinstance(values, Mapping):
                raise TypeError(f"values must be a mapping of tags to numbers, got {type(values).__name__}")
            pairs = list(flatten(values, "values"))
        except (TypeError, ValueError):
            if step is None:
                self._steps = itertools.count(number)
            raise
        if pairs:
            self._events.write(encode(now, number, *zip(*pairs, strict=True)))

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record several numbers under the tags ``main_tag/key``, in one record.

        PyTorch's writer makes a run of its own for each key instead, with a file and a thread.
        """
        main_tag = check_tag(main_tag)
        if not isinstance(tag_scalar_dict, Mapping):
            raise TypeError(
                f"tag_scalar_dict must be a mapping of keys to numbers, got {type(tag_scalar_dict).__name__}"
            )
        pairs = list(flatten({main_tag: tag_scalar_dict}, "tag_scalar_dict"))
        step = self._step(global_step)
        if pairs:
            self._events.write(encode(self._time(walltime), step, *zip(*pairs, strict=True)))

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, list[Any]] | None = None,
        run_name: str | None = None,
        global_step: Any = None,
    ) -> None:
        """Record what this run was made with, and what came out.

        ``hparam_dict``: names and texts, bools or numbers; anything else is recorded as its text, and nested mappings
        are joined by ``/``. ``metric_dict``: tags and numbers, which are recorded as scalars too.
        ``hparam_domain_discrete``: the values that some hyper-parameters may have. All of it belongs to this run; with
        a ``run_name`` it goes to the run of that name below this one.
        """
        step, now = self._step(global_step), self._time(None)
        values = hparams_values(hparam_dict, metric_dict, hparam_domain_discrete)
        records = [self._record(values, self._step(None), now)]
        pairs = list(flatten(metric_dict, "metric_dict"))
        if pairs:
            records.append(encode(now, step, *zip(*pairs, strict=True)))
        if not self._events.is_on_disk:
            return
        if not run_name:
            self._write(records)
            return
        name = str(run_name)

        def write() -> None:
            events = EventFileWriter(self._directory / name)
            for record in records:
                events.write(record)
            events.close()

        if not self._beside(write, name, "runs of hyper-parameters", "and they are recorded in this run"):
            self._write(records)

    @contextmanager
    def use_metadata(self, *, global_step: Any = None, walltime: float | None = None) -> Iterator[None]:
        """Within the block, this step and this time (seconds since the epoch) are those of calls that give none."""
        before = self._default_step, self._default_time
        self._default_step = None if global_step is None else to_step(global_step, "global_step")
        self._default_time = None if walltime is None else to_seconds(walltime)
        self._choose_way()
        try:
            yield
        finally:
            self._default_step, self._default_time = before
            self._choose_way()

    def export_scalars_to_json(self, path: str | os.PathLike[str]) -> None:
        """Write the scalars that are in this writer's file as JSON: tags and [wall time, step, value] of each point.

        NaN and infinities become null. ``cutaway export`` does so for whole log directories, in more formats. Raises
        OSError when the file cannot be written: it is the only copy of what was asked for.
        """
        target = local_path(path, "path")
        self._events.flush()
        points: dict[str, list[list[float | int | None]]] = {}
        if self._events.is_on_disk:
            from cutaway.events.reader import EventFileReader

            for columns in EventFileReader(self._events.path).read().scalars:
                values = (value if math.isfinite(value) else None for value in columns.value.tolist())
                rows = zip(columns.wall_time.tolist(), columns.step.tolist(), values, strict=True)
                points.setdefault(columns.tag, []).extend(map(list, rows))
        target.write_text(json.dumps(points), encoding="utf-8")

    def flush(self, sync: bool = False) -> bool:
        """Wait for records that wait in memory because the disk fails or is slow; else there are none.

        ``sync`` also waits until the disk has everything. Waits at most 5 s for a disk that takes nothing. Returns
        whether nothing waits any more, and with ``sync``, whether the disk has everything; if not, it warns.
        """
        return self._events.flush(sync)

    def close(self) -> None:
        """End the file, and the watches that record here; warns when records were lost."""
        self._finish_watches()
        self._finish_models()
        self._events.close()
        self._sum_up()

    def __enter__(self) -> Self:
        """The writer itself; it is closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file, whatever happened in the block."""
        self.close()
