"""``torch.utils.tensorboard.writer``: SummaryWriter and FileWriter.

The files are written by Cutaway, so nothing is queued and nothing is lost when the process is killed. What programs
may rely on is as in PyTorch, also where Cutaway's own SummaryWriter does better; two switches turn that off.
"""

import os
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from cutaway.compat.sub_runs import SubRuns
from cutaway.events.core import encode
from cutaway.record.file_writer import FileWriter
from cutaway.record.recorder import check_tag
from cutaway.record.scalar import to_number, to_tag
from cutaway.record.summary_writer import SummaryWriter as _SummaryWriter

__all__ = ["FileWriter", "SummaryWriter"]


class SummaryWriter(_SummaryWriter):
    """Cutaway's SummaryWriter with what programs may know of PyTorch's."""

    #: ``add_scalars`` gives each key a run of its own, ``<main_tag>_<key>``, as PyTorch's does.
    scalars_in_runs: ClassVar[bool] = True
    #: ``add_hparams`` makes a run of its own, named by the time, as PyTorch's does.
    hparams_in_runs: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Arguments are those of Cutaway's SummaryWriter."""
        super().__init__(*args, **kwargs)
        self._sub_runs = SubRuns(self._directory, self.filename_suffix)

    @property
    def file_writer(self) -> FileWriter | None:  # type: ignore[override]
        """The FileWriter; None when this writer is closed."""
        return self._file_writer if self._events.is_open else None

    @property
    def all_writers(self) -> dict[str, FileWriter] | None:  # type: ignore[override]
        """The FileWriters of this run and of those that ``add_scalars`` made, by directory; None when closed."""
        if not self._events.is_open:
            return None
        writers = {self.log_dir: self._file_writer}
        for name, file in self._sub_runs.files().items():
            path = os.path.join(self.log_dir, name)  # noqa: PTH118
            writers[path] = FileWriter.of(file, path)
        return writers

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Record several numbers under one tag, each in a run of its own (see ``scalars_in_runs``).

        When one of them is not a number, none is recorded. Where the disk refuses a run's file, its number goes into
        this run under ``main_tag/key``, and a RecordingWarning says so.
        """
        if not self.scalars_in_runs:
            super().add_scalars(main_tag, tag_scalar_dict, global_step, walltime)
            return
        main_tag = check_tag(main_tag)
        if not isinstance(tag_scalar_dict, Mapping):
            kind = type(tag_scalar_dict).__name__
            raise TypeError(f"tag_scalar_dict must be a mapping of keys to numbers, got {kind}")
        step, now = self._step(global_step), self._time(walltime)
        numbers = {
            to_tag(key, "the keys of tag_scalar_dict", "strings"): to_number(value, f"tag_scalar_dict[{key!r}]")
            for key, value in tag_scalar_dict.items()
        }
        if not self._events.is_on_disk:
            return
        for key, number in numbers.items():
            name = self._sub_run(main_tag, key)
            in_run = self._beside(
                partial(self._sub_runs.write, name, encode(now, step, (main_tag,), (number,))),
                name,
                "the runs of add_scalars",
                "and their numbers are recorded in this run, under main_tag/key",
            )
            if not in_run:
                self._events.write(encode(now, step, (f"{main_tag}/{key}",), (number,)))

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, list[Any]] | None = None,
        run_name: str | None = None,
        global_step: Any = None,
    ) -> None:
        """Record hyper-parameters, in a run of their own (see ``hparams_in_runs``)."""
        if self.hparams_in_runs and not run_name:
            run_name = str(time.time())
        super().add_hparams(hparam_dict, metric_dict, hparam_domain_discrete, run_name, global_step)

    def flush(self, sync: bool = False) -> bool:
        """Flush this writer and those of ``add_scalars``; whether nothing waits in any."""
        return all([super().flush(sync), self._sub_runs.flush(sync)])

    def close(self) -> None:
        """Close this writer and those of ``add_scalars``."""
        super().close()
        self._sub_runs.close()

    def _sub_run(self, main_tag: str, key: str) -> str:
        """The name of the run of a key of ``add_scalars``."""
        return f"{main_tag.replace('/', '_')}_{key}"

    def _spare_descriptor(self) -> bool:
        return self._sub_runs.put_one_aside()
