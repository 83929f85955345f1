"""``tensorboardX.writer``: SummaryWriter and FileWriter with tensorboardX's arguments and runs."""

import os
from collections.abc import Mapping
from typing import Any

from cutaway.compat import torch_tensorboard
from cutaway.record import file_writer

__all__ = ["FileWriter", "SummaryWriter"]


class FileWriter(file_writer.FileWriter):
    """Writes events and summaries, given as messages of protobuf or as their bytes, to an event file."""

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        """Open an event file in ``logdir``. ``max_queue`` and ``flush_secs`` are accepted: nothing is ever queued.

        Raises OSError when the file cannot be created, and ValueError for a URL.
        """
        super().__init__(logdir, max_queue, flush_secs, filename_suffix)


class SummaryWriter(torch_tensorboard.SummaryWriter):
    """Cutaway's SummaryWriter with what programs may know of tensorboardX's."""

    def __init__(
        self,
        logdir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
        write_to_disk: bool = True,
        log_dir: str | os.PathLike[str] | None = None,
        comet_config: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Open the event file. See Cutaway's SummaryWriter for the arguments; ``log_dir`` is PyTorch's for ``logdir``.

        ``comet_config`` must not turn Comet on, which Cutaway does not send to. Raises TypeError for arguments that
        tensorboardX would pass on.
        """
        if comet_config is not None and not comet_config.get("disabled", False):
            raise ValueError(f"comet_config must be None or disabled: Cutaway records into files, got {comet_config!r}")
        if kwargs:
            raise TypeError(f"SummaryWriter has no arguments {', '.join(kwargs)}")
        super().__init__(
            logdir if logdir is not None else log_dir,
            comment,
            purge_step,
            max_queue,
            flush_secs,
            filename_suffix,
            write_to_disk=write_to_disk,
        )

    @property
    def logdir(self) -> str:
        """The run's directory, as it was given."""
        return self.log_dir

    def add_scalar(  # type: ignore[override]
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Record one number; see Cutaway's SummaryWriter."""
        super().add_scalar(
            tag,
            scalar_value,
            global_step,
            walltime,
            display_name=display_name,
            summary_description=summary_description,
        )

    def add_hparams(  # type: ignore[override]
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        name: str | None = None,
        global_step: Any = None,
    ) -> None:
        """Record hyper-parameters, in a run of their own that is called ``name``, or by the time."""
        super().add_hparams(hparam_dict, metric_dict, None, name, global_step)

    def add_image_with_boxes(  # type: ignore[override]
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
        labels: Any = None,
        rescale: float = 1,
    ) -> None:
        """Record a picture with red boxes; see Cutaway's SummaryWriter."""
        super().add_image_with_boxes(tag, img_tensor, box_tensor, global_step, walltime, rescale, dataformats, labels)

    def _sub_run(self, main_tag: str, key: str) -> str:
        return f"{main_tag}/{key}"
