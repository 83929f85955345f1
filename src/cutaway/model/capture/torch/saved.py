"""The memory that autograd keeps for the backward pass, by the module call that made it keep it."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.multiprocessing.reductions import StorageWeakRef

from cutaway.model.capture.torch.parts import is_dense, parts
from cutaway.model.capture.torch.paths import is_lazy, storage_key
from cutaway.model.capture.torch.values import tensor_type


class SavedTensors:
    """Hooks that count storages where they are first kept, without those of `weights`.

    `call` says in which call something is being kept, `keep` is shown every tensor that is. Nothing is kept here: what
    autograd lets go of is freed.
    """

    def __init__(
        self,
        weights: Iterable[torch.Tensor],
        call: Callable[[], int | None],
        keep: Callable[[torch.Tensor], None],
    ) -> None:
        self.bytes: dict[int | None, int] = {}
        self._weights = {storage_key(part) for tensor in weights for part in _parts_of_weight(tensor)}
        self._call = call
        self._keep = keep
        self._seen: dict[int, Any] = {}

    def hooks(self) -> Any:
        """To be active while the forward runs."""
        return torch.autograd.graph.saved_tensors_hooks(self._pack, self._unpack)

    def _pack(self, tensor: torch.Tensor) -> torch.Tensor:
        with torch._C.DisableTorchFunction():
            size = self._new_bytes(tensor)
            if size:
                call = self._call()
                self.bytes[call] = self.bytes.get(call, 0) + size
                self._keep(tensor)
            # A graph that holds its own output is never freed; autograd without hooks keeps a detached one too.
            return tensor if tensor.grad_fn is None else tensor.detach()

    def _unpack(self, packed: torch.Tensor) -> torch.Tensor:
        return packed

    def _new_bytes(self, tensor: torch.Tensor) -> int:
        return self._of_dense(tensor) if is_dense(tensor) else sum(map(self._of_dense, parts(tensor)))

    def _of_dense(self, tensor: torch.Tensor) -> int:
        try:
            storage = tensor.untyped_storage()
        except (NotImplementedError, RuntimeError):
            return tensor_type(tensor).bytes
        key = int(storage._cdata)
        if key in self._weights:
            return 0
        seen = self._seen.get(key)
        if seen is not None and not seen.expired():
            return 0
        self._seen[key] = StorageWeakRef(storage)  # type: ignore[no-untyped-call]
        size: Any = storage.nbytes()
        # Symbolic where values decide about it.
        return size if isinstance(size, int) else size.node.maybe_as_int() or 0


def _parts_of_weight(tensor: torch.Tensor) -> list[torch.Tensor]:
    return [tensor] if is_lazy(tensor) else parts(tensor)
