"""A PyTorch module as what a user asks a summary of: checked, captured on the device asked for, and timed."""

from typing import Any

import torch
from torch import nn

from cutaway.model.capture.captured import Captured
from cutaway.model.capture.torch.capture import capture, unwrapped
from cutaway.model.capture.torch.protect import no_garbage_collection
from cutaway.model.capture.torch.timing import TimingError, add_times
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs


def capture_module(
    model: nn.Module, inputs: ForwardInputs, options: CaptureOptions, *, device: Any = None, runs: int = 0
) -> Captured:
    """The trace of `model` on `device`, by default its own, with `runs` timed forwards.

    Raises ValueError for a device that is not there, and where calls cannot be timed.
    """
    place = None if device is None else _device(device)
    with no_garbage_collection():
        found = capture(model, inputs, options, device=place)
    if not runs or found.error is not None:
        return found
    try:
        return Captured(add_times(found.trace, unwrapped(model), inputs, options, runs, place))
    except TimingError as error:
        raise ValueError(f"profile is not possible: {error}") from error


def _device(device: Any) -> str:
    try:
        found = torch.device(device)
    except (RuntimeError, TypeError):
        raise ValueError(f"device is {device!r}; a torch.device or its name is expected") from None
    if found.type not in ("cpu", "meta"):
        try:
            module = torch.get_device_module(found)
            there = module.is_available() and (found.index or 0) < module.device_count()
        except (AttributeError, RuntimeError):
            there = False
        if not there:
            raise ValueError(
                f"device is {device!r}, which is not there; cpu, meta or a device of this machine is expected"
            )
    return str(found)
