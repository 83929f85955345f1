"""stable-baselines3: an output format for its Logger, in place of TensorBoardOutputFormat."""

import os
from typing import Any

from cutaway.events.wire import bytes_field
from cutaway.integrations.hooks import hooks_of, require_methods
from cutaway.integrations.values import record_values
from cutaway.record.hparams import hparams_values
from cutaway.record.summary_writer import SummaryWriter

#: The version of stable-baselines3 in our tests.
TESTED = "2.9.2"

with hooks_of("stable_baselines3", TESTED, "stable-baselines3"):
    from stable_baselines3.common.logger import Figure, HParam, Image, KVWriter, TensorBoardOutputFormat, Video

    require_methods(KVWriter, "write", "close")

__all__ = ["CutawayOutputFormat"]


class CutawayOutputFormat(TensorBoardOutputFormat):
    """A KVWriter that records each dump of a Logger into the run ``folder``.

    Numbers of one dump are one record; texts, arrays (as histograms), Video, Figure, Image and HParam are recorded as
    such. Keys that are excluded for ``tensorboard`` or ``cutaway`` are left out. ``kwargs`` are arguments of
    `cutaway.SummaryWriter`, which is ``writer``. It is a TensorBoardOutputFormat too, since programs look for one to
    get at its writer.
    """

    def __init__(self, folder: str | os.PathLike[str], **kwargs: Any) -> None:
        """Open the run. The format of stable-baselines3 asks for tensorboard here."""
        self.writer = SummaryWriter(folder, **kwargs)

    def write(self, key_values: dict[str, Any], key_excluded: dict[str, tuple[str, ...]], step: int = 0) -> None:
        """Record what was collected since the last dump."""
        values = {}
        for key, value in key_values.items():
            if {"tensorboard", "cutaway"}.isdisjoint(key_excluded.get(key) or ()) and not self._rich(key, value, step):
                values[key] = value
        record_values(self.writer, values, step)

    def _rich(self, key: str, value: Any, step: int) -> bool:
        """Record a value that is more than a number or a text; False for those."""
        if isinstance(value, Video):
            self.writer.add_video(key, value.frames, step, value.fps)
        elif isinstance(value, Figure):
            self.writer.add_figure(key, value.figure, step, close=value.close)
        elif isinstance(value, Image):
            self.writer.add_image(key, value.image, step, dataformats=value.dataformats)
        elif isinstance(value, HParam):
            # Its metrics name tags that are recorded elsewhere; their values here are not measured.
            messages = hparams_values(value.hparam_dict, value.metric_dict, None)
            self.writer.file_writer.add_summary(b"".join(bytes_field(1, message) for message in messages), step)
        elif len(getattr(value, "shape", ())) > 0:
            self.writer.add_histogram(key, value, step)
        else:
            return False
        return True

    def close(self) -> None:
        """Close the file."""
        self.writer.close()
