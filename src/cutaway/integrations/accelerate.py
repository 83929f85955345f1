"""Accelerate: a tracker, for `Accelerator(log_with=...)`, in place of its TensorBoardTracker.

Importing this module also makes ``log_with="cutaway"`` known, where Accelerate has a way to register trackers.
"""

import os
from pathlib import Path
from typing import Any

from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.values import record_values
from cutaway.record.summary_writer import SummaryWriter

#: The version of Accelerate in our tests.
TESTED = "1.15.0"

with hooks_of("accelerate", TESTED):
    from accelerate import tracking
    from accelerate.tracking import GeneralTracker, on_main_process

    require_methods(GeneralTracker, "start", "store_init_configuration", "log", "finish")

__all__ = ["CutawayTracker"]


class CutawayTracker(GeneralTracker):
    """Records what an Accelerator logs into the run ``<logging_dir>/<run_name>``.

    ``kwargs`` are arguments of `cutaway.SummaryWriter`. Only the main process records. ``tracker`` (also
    ``accelerator.get_tracker("cutaway", unwrap=True)``) is the writer, with every kind of data, and `add_model`.
    """

    name = "cutaway"
    requires_logging_directory = True

    def __init__(self, run_name: str, logging_dir: str | os.PathLike[str] = "runs", **kwargs: Any) -> None:
        """Nothing is opened before `Accelerator.init_trackers`."""
        super().__init__()
        self.run_name = run_name
        self.logging_dir = Path(logging_dir, run_name)
        self._arguments = kwargs
        self._writer: SummaryWriter | None = None

    @on_main_process
    def start(self) -> None:
        """Open the run."""
        self._writer = SummaryWriter(self.logging_dir, **self._arguments)

    @property
    def tracker(self) -> SummaryWriter:
        """The writer. Raises RuntimeError before `Accelerator.init_trackers`."""
        if self._writer is None:
            raise RuntimeError("the tracker is not started; call accelerator.init_trackers(...) first")
        return self._writer

    @on_main_process
    def store_init_configuration(self, values: dict[str, Any]) -> None:
        """Record the configuration as hyper-parameters."""
        self.tracker.add_hparams(values, {})

    @on_main_process
    def log(self, values: dict[str, Any], step: int | None = None, walltime: float | None = None) -> None:
        """Record numbers, texts and mappings of numbers. Without a step it counts up by itself."""
        record_values(self.tracker, values, step, walltime)

    @on_main_process
    def log_images(self, values: dict[str, Any], step: int | None = None, **kwargs: Any) -> None:
        """Record several pictures for each tag; ``kwargs`` are arguments of `SummaryWriter.add_images`."""
        for tag, pictures in values.items():
            self.tracker.add_images(tag, pictures, step, **kwargs)

    @on_main_process
    def finish(self) -> None:
        """Close the file."""
        self.tracker.close()


if hasattr(tracking, "register_tracker_class") and "cutaway" not in tracking.LOGGER_TYPE_TO_CLASS:
    tracking.register_tracker_class(CutawayTracker)
