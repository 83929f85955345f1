"""The operation itself as the judge of what its shape function refuses.

A shape function can be stricter than the operation that it speaks for. Before an error counts as the model's, the
operation runs once on real tensors of the same sizes, strides and types.
"""

from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import _disable_current_modes
from torch.utils._pytree import tree_leaves, tree_map_only

from cutaway.model.capture.torch.fake import FakeMaker, limitation

#: The classes of tensors that can be made for a check.
_MADE = (FakeTensor, torch.Tensor, nn.Parameter)
#: Operands of more bytes are not made for a check.
MOST_BYTES = 1 << 30


class EagerCheck:
    """Runs refused operations for real. `maker` makes the fake tensors that stand for what they return."""

    def __init__(self, maker: FakeMaker) -> None:
        self._maker = maker
        #: The latest error that an operation raised on shapes, and was not found to be wrong.
        self.error: BaseException | None = None
        #: Why the operation itself could not be asked about it; empty when it was, and refused too.
        self.unchecked = ""

    def outputs(self, op: Any, arguments: Any, keywords: Any, error: Exception) -> Any:
        """What `op` returns, on fake tensors, although its shape function raised `error`; else `error` is raised."""
        if limitation(error) is not None:
            raise error
        self.error, self.unchecked = error, ""
        given = [leaf for leaf in tree_leaves((arguments, keywords)) if isinstance(leaf, torch.Tensor)]
        if not all(type(each) in _MADE and each.layout is torch.strided for each in given):
            self.unchecked = f"{op} takes tensors that cannot be made for it"
            raise error
        if len({str(tensor.device) for tensor in given if tensor.dim()}) > 1:
            raise error  # No operation takes them together.
        if sum(tensor.untyped_storage().nbytes() for tensor in given) > MOST_BYTES:
            self.unchecked = f"the operands of {op} are too large to be made for it"
            raise error
        made: dict[int, torch.Tensor] = {}
        with _disable_current_modes():
            try:
                real = tree_map_only(
                    torch.Tensor, lambda each: made.setdefault(id(each), _real(each)), (arguments, keywords)
                )
            except Exception as failed:
                self.unchecked = f"the operands of {op} cannot be made: {failed}"
                raise error from None
            try:
                result = op(*real[0], **real[1])
            except Exception:
                raise error from None
            known = {id(made[id(each)]): each for each in given}
            storages = {tensor.untyped_storage()._cdata for tensor in made.values()}
            fakes = tree_map_only(torch.Tensor, lambda each: self._fake(each, known, storages), result)
        if any(leaf is NotImplemented for leaf in tree_leaves(fakes)):
            self.unchecked = f"{op} returns views, whose memory is not followed"
            raise error
        self.error = None
        return fakes

    def _fake(self, tensor: torch.Tensor, known: dict[int, Any], storages: set[int]) -> Any:
        if id(tensor) in known:
            return known[id(tensor)]
        if tensor.layout is not torch.strided or tensor.untyped_storage()._cdata in storages:
            return NotImplemented
        return self._maker.fresh(tuple(tensor.size()), tensor.stride(), tensor.dtype, tensor.device)


def _real(fake: torch.Tensor) -> torch.Tensor:
    """A tensor of the same type with values that every operation takes: numbers below one, and indices of zero.

    One that has values is copied, so that the operation cannot write into it.
    """
    if not isinstance(fake, FakeTensor):
        return fake.detach().clone()
    reach = sum((size - 1) * stride for size, stride in zip(fake.size(), fake.stride(), strict=True)) + 1
    make = torch.rand if fake.dtype.is_floating_point or fake.dtype.is_complex else torch.zeros
    flat = make(int(reach) if fake.numel() else 0, dtype=torch.float32 if _is_small(fake.dtype) else fake.dtype)
    return flat.to(fake.dtype).to(fake.fake_device).as_strided(fake.size(), fake.stride())


def _is_small(dtype: torch.dtype) -> bool:
    """Whether random numbers of the type can only be made of larger ones."""
    return dtype.is_floating_point and dtype.itemsize == 1
