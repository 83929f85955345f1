"""The memory that a run used, each block with the ops between which it was there.

Blocks are known by weak reference, so what is seen to be freed is what the run itself lets go of. On fake tensors,
which live and die as real ones do, this tells the memory of a real run without having it.
"""

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch

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
            storage = _storage(tensor)
            if storage is not None:
                self._live[storage._cdata] = (None, storage)

    def add(self, tensor: torch.Tensor, op: int | None, device: str, kind: AllocationKind = "temporary") -> None:
        """Note the tensor's memory, if it is new; `op` has made it."""
        storage = _storage(tensor)
        if storage is None:
            return
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
        block = self._block(tensor)
        if block is not None and block.kind == "temporary":
            block.kind = "activation"

    def is_gradient(self, tensor: torch.Tensor) -> None:
        """The tensor's memory is a gradient of a weight."""
        block = self._block(tensor)
        if block is not None:
            block.kind = "gradient"

    def is_weight(self, tensor: torch.Tensor) -> None:
        """The tensor is a weight, which the forward itself has made: a lazy layer's."""
        block = self._block(tensor)
        if block is not None:
            block.bytes = 0

    def finished(self) -> tuple[Allocation, ...]:
        """All blocks. What is freed from now on was there at the end."""
        self._closed = True
        return tuple(
            Allocation(block.op, block.freed, block.bytes, block.kind, block.device)
            for block in self._blocks
            if block.bytes
        )

    def _block(self, tensor: torch.Tensor) -> _Block | None:
        storage = _storage(tensor)
        idx, _ = (None, None) if storage is None else self._live.get(storage._cdata, (None, None))
        return None if idx is None else self._blocks[idx]

    def _free(self, watch: "_Watch") -> None:
        if not self._closed:
            self._blocks[watch.idx].freed = self._now()
            del self._live[watch.key]


class _Watch(weakref.ref[Any]):
    """Tells of the end of a block, and which one it is."""

    __slots__ = ("idx", "key")
    idx: int
    key: int


def _storage(tensor: torch.Tensor) -> Any:
    """The memory of a tensor; None for one that has none of its own (sparse, nested, lazy)."""
    try:
        return tensor.untyped_storage()
    except (NotImplementedError, RuntimeError, ValueError):
        return None
