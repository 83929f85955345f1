"""Where each tensor of a forward came from."""

from typing import Any, NamedTuple, Protocol

import torch
from torch.utils.weak import WeakTensorKeyDictionary


class Origin(NamedTuple):
    """An op's output, or a parameter's or buffer's path, or the place among the model's arguments."""

    op: int | None = None
    output: int = 0
    parameter: str | None = None
    given: str | None = None


class Ledger(Protocol):
    """What is known of tensors. A tensor without an entry is a constant."""

    def get(self, tensor: torch.Tensor) -> Origin | None:
        """The tensor's origin."""

    def set(self, tensor: torch.Tensor, origin: Origin) -> None:
        """Note it, in place of what was noted before."""


class StrongLedger:
    """For tensors without memory: they are kept, so that an id names one of them for good."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[torch.Tensor, Origin]] = {}

    def get(self, tensor: torch.Tensor) -> Origin | None:
        """The tensor's origin."""
        known = self._known.get(id(tensor))
        return None if known is None else known[1]

    def set(self, tensor: torch.Tensor, origin: Origin) -> None:
        """Note it, in place of what was noted before."""
        self._known[id(tensor)] = (tensor, origin)


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
