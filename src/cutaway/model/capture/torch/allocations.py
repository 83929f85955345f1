"""The memory that a run used, each block with the ops between which it was there.

Blocks are known by weak reference, so what is seen to be freed is what the run itself lets go of. On fake tensors,
which live and die as real ones do, this tells the memory of a real run without having it.
"""

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch

from cutaway.model.capture.torch.parts import is_dense, parts
from cutaway.model.capture.torch.paths import is_lazy
from cutaway.model.records import Allocation, AllocationKind


@dataclass(slots=True)
class _Block:
    op: int | None
    bytes: int
    kind: AllocationKind
    device: str
    freed: int | None = None


class Allocations:
    """The blocks of memory behind the tensors that it is shown. `now` says how many ops have run."""

    def __init__(self, weights: Iterable[torch.Tensor], now: Callable[[], int]) -> None:
        self._now = now
        self._blocks: list[_Block] = []
        #: By the address of the storage: the block's index (None: of a weight) and what tells of its end.
        self._live: dict[int, tuple[int | None, Any]] = {}
        self._closed = False
        for tensor in weights:
            for storage in _storages(tensor):
                self._live[storage._cdata] = (None, storage)

    def add(self, tensor: torch.Tensor, op: int | None, device: str, kind: AllocationKind = "temporary") -> None:
        """Note the tensor's memory, if it is new; `op` has made it."""
        for storage in _storages(tensor):
            self._add(storage, op, device, kind)

    def _add(self, storage: Any, op: int | None, device: str, kind: AllocationKind) -> None:
        key = storage._cdata
        if key in self._live:
            return
        size: Any = storage.nbytes()
        if type(size) is not int:  # Symbolic where values decide about it.
            size = size.node.maybe_as_int() or 0
        watch = _Watch(storage, self._free)
        watch.key, watch.idx = key, len(self._blocks)
        self._live[key] = (watch.idx, watch)
        self._blocks.append(_Block(op, size, kind, device))

    def keep(self, tensor: torch.Tensor) -> None:
        """Autograd keeps the tensor's memory for the backward."""
        for block in self._blocks_of(tensor):
            if block.kind == "temporary":
                block.kind = "activation"

    def is_gradient(self, tensor: torch.Tensor) -> None:
        """The tensor's memory is a gradient of a weight."""
        for block in self._blocks_of(tensor):
            block.kind = "gradient"

    def is_weight(self, tensor: torch.Tensor) -> None:
        """The tensor is a weight, which the forward itself has made: a lazy layer's."""
        for block in self._blocks_of(tensor):
            block.bytes = 0

    def finished(self) -> tuple[Allocation, ...]:
        """All blocks. One that went after the last op, or goes from now on, was there at the end."""
        self._closed = True
        end = self._now()
        return tuple(
            Allocation(
                block.op,
                block.freed if block.freed is not None and block.freed < end else None,
                block.bytes,
                block.kind,
                block.device,
            )
            for block in self._blocks
            if block.bytes
        )

    def _blocks_of(self, tensor: torch.Tensor) -> list[_Block]:
        places = (self._live.get(storage._cdata, (None, None))[0] for storage in _storages(tensor))
        return [self._blocks[idx] for idx in places if idx is not None]

    def _free(self, watch: "_Watch") -> None:
        if not self._closed:
            self._blocks[watch.idx].freed = self._now()
            del self._live[watch.key]


class _Watch(weakref.ref[Any]):
    """Tells of the end of a block, and which one it is."""

    __slots__ = ("idx", "key")
    idx: int
    key: int


def _storages(tensor: torch.Tensor) -> list[Any]:
    """The memory of a tensor, of each of its parts if it has some; none for a lazy one, and of classes of their own."""
    try:
        if is_dense(tensor):
            return [tensor.untyped_storage()]
        return [] if is_lazy(tensor) else [part.untyped_storage() for part in parts(tensor)]
    except (NotImplementedError, RuntimeError, ValueError):
        return []
