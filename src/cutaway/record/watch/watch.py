"""A watch: the statistics of every layer of one model, from the first step that is logged to `Watch.close`."""

from types import TracebackType
from typing import Any, Self

import torch
from torch import nn

from cutaway.record.scalar import to_step
from cutaway.record.watch.measuring import Measuring
from cutaway.record.watch.trouble import say


class Watch(Measuring):
    """Measures a model while it trains. `step` may be set: it is the step that the next record is of.

    Used as a context manager it is closed at the end of the block. An exception in a hook of the watch ends the watch
    with a RecordingWarning, and never the training.
    """

    @property
    def step(self) -> int:
        """The step of the next record: how many steps the optimizer has made, or what the program has set."""
        return self._step

    @step.setter
    def step(self, step: Any) -> None:
        number = to_step(step, "step")
        if self._last_step is not None and number <= self._last_step and not self._is_closed:
            say(f"step is set from {self._step:,} back to {number:,}; what was recorded beyond it stays")
            self._last_step = None
        self._step = number

    @property
    def model(self) -> nn.Module:
        """The model."""
        return self._watched.root

    @property
    def tag(self) -> str:
        """What its tags begin with."""
        return self._recording.tag

    def log_tensor(self, name: str, tensor: torch.Tensor) -> None:
        """Measure a tensor, on logging steps, as a row ``<path>.<name>`` of the activations.

        The path is that of the module whose method calls. Nothing is kept of the tensor.
        """
        if self._is_closed or torch.compiler.is_compiling():
            return
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(f"tensor must be a torch.Tensor, got {type(tensor).__name__}")
        self._forward.log(str(name), tensor)

    def pause(self) -> None:
        """Measure nothing, until `resume`. Steps are counted on."""
        self._is_paused = True
        self._forward.disarm()

    def resume(self) -> None:
        """Measure again, from the next step on."""
        self._is_paused = False

    def __enter__(self) -> Self:
        """The watch itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close it, whatever happened in the block."""
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else f"every {self.interval:,} steps, {self.cost:.1%} of the time"
        return f"<Watch of {type(self._watched.root).__name__}: step {self._step:,}, {state}>"


def check_model(model: Any) -> None:
    """Raise TypeError for an object that is not a PyTorch module."""
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
