"""Notes from where each tensor of a forward came."""

from typing import Any, NamedTuple, Protocol

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils.weak import WeakTensorKeyDictionary

_ORIGIN = "_cutaway_origin"


class Origin(NamedTuple):
    """An op's output, or a parameter's or buffer's path, or the place among the model's arguments."""

    op: int | None = None
    output: int = 0
    parameter: str | None = None
    given: str | None = None


class Ledger(Protocol):
    """The notes about tensors. A tensor without an entry is a constant."""

    def get(self, tensor: torch.Tensor) -> Origin | None:
        """The tensor's origin."""

    def set(self, tensor: torch.Tensor, origin: Origin) -> None:
        """Note it, in place of what was noted before."""


class FakeLedger:
    """For tensors without memory: what is known of one is kept in itself, and goes with it."""

    def __init__(self) -> None:
        #: Of the user's own tensors, in which nothing is to be written.
        self._others = WeakLedger()

    def get(self, tensor: torch.Tensor) -> Origin | None:
        """The tensor's origin."""
        if type(tensor) is FakeTensor:
            origin: Origin | None = tensor.__dict__.get(_ORIGIN)
            return origin
        return self._others.get(tensor)

    def set(self, tensor: torch.Tensor, origin: Origin) -> None:
        """Note it, in place of what was noted before."""
        if type(tensor) is FakeTensor:
            tensor.__dict__[_ORIGIN] = origin
        else:
            self._others.set(tensor, origin)


class WeakLedger:
    """For real tensors, none of which is kept."""

    def __init__(self) -> None:
        self._known: Any = WeakTensorKeyDictionary()

    def get(self, tensor: torch.Tensor) -> Origin | None:
        """The tensor's origin."""
        origin: Origin | None = self._known.get(tensor)
        return origin

    def set(self, tensor: torch.Tensor, origin: Origin) -> None:
        """Note it, in place of what was noted before."""
        self._known[tensor] = origin
