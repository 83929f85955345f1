"""The dense tensors that a tensor of another layout or class consists of: what of it takes memory."""

from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import _disable_current_modes, is_traceable_wrapper_subclass

_DENSE = frozenset({torch.Tensor, torch.nn.Parameter, FakeTensor})
_BY_ROWS = (torch.sparse_csr, torch.sparse_bsr)
_BY_COLUMNS = (torch.sparse_csc, torch.sparse_bsc)


def is_dense(tensor: torch.Tensor) -> bool:
    """Whether the tensor is its own and only part. It is for nearly all, so that this is quick."""
    return type(tensor) in _DENSE and tensor.layout is torch.strided


def parts(tensor: torch.Tensor) -> list[torch.Tensor]:
    """Indices and values of a sparse tensor, what a tensor class holds, or the tensor itself."""
    if is_dense(tensor):
        return [tensor]
    with _disable_current_modes():
        if is_traceable_wrapper_subclass(tensor):
            names, _ = tensor.__tensor_flatten__()
            return [part for name in names for part in parts(getattr(tensor, name))]
        if tensor.layout is torch.sparse_coo:
            return [tensor._indices(), tensor._values()]
        if tensor.layout in _BY_ROWS:
            return [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
        if tensor.layout in _BY_COLUMNS:
            return [tensor.ccol_indices(), tensor.row_indices(), tensor.values()]
    return [tensor]


def like(tensor: torch.Tensor, made: list[torch.Tensor]) -> torch.Tensor:
    """A sparse tensor such as `tensor` out of other parts."""
    make: Any = torch.sparse_compressed_tensor
    facts: dict[str, Any] = {"layout": tensor.layout}
    if tensor.layout is torch.sparse_coo:
        make, facts = torch.sparse_coo_tensor, {"is_coalesced": tensor.is_coalesced()}
    result: torch.Tensor = make(*made, tensor.shape, check_invariants=False, **facts)
    return result


def is_sparse(tensor: torch.Tensor) -> bool:
    """Whether only some elements are stored, in one of the layouts for that."""
    return tensor.layout is torch.sparse_coo or tensor.layout in _BY_ROWS or tensor.layout in _BY_COLUMNS


def stored_bytes(tensor: torch.Tensor) -> int:
    """The memory that the elements take, with the indices of a sparse tensor, whether or not it is shared."""
    return sum(int(part.numel() * part.element_size()) for part in parts(tensor))
