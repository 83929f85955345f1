"""The arguments of the forward: tensors made from shapes, and the user's own, perhaps with another batch."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.values import named_tensors
from cutaway.model.inputs import ForwardInputs, TensorSpec


def maker(model: nn.Module, device: str | None, make: Callable[..., torch.Tensor]) -> Callable[[TensorSpec], Any]:
    """Makes the tensor that a spec describes, on the model's device and by default of its floating-point type."""
    dtypes = (tensor.dtype for tensor in model.parameters())
    floating = (dtype for dtype in dtypes if dtype.is_floating_point or dtype.is_complex)
    default = next(floating, torch.get_default_dtype())
    place = device
    if place is None:
        first = next(model.parameters(), None)
        place = "cpu" if first is None or first.is_meta else str(first.device)

    def tensor(spec: TensorSpec) -> torch.Tensor:
        dtype = default if spec.dtype is None else getattr(torch, spec.dtype)
        return make(spec.shape, dtype=dtype, device=place)

    return tensor


def made(
    inputs: ForwardInputs, make: Callable[[TensorSpec], Any], convert: Callable[[Any], Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, with `make` for inputs that are to be made and `convert` for all other values."""

    def each(value: Any) -> Any:
        return make(value) if isinstance(value, TensorSpec) else convert(value)

    return tuple(map(each, inputs.arguments)), {name: each(value) for name, value in inputs.keywords.items()}


def uniform(shape: tuple[int, ...], *, dtype: torch.dtype, device: str) -> torch.Tensor:
    """Uniform numbers; zeros where only whole numbers fit, which every embedding has."""
    if dtype.is_floating_point or dtype.is_complex:
        return torch.rand(shape, dtype=dtype, device=device)
    return torch.zeros(shape, dtype=dtype, device=device)


def rebatched(
    inputs: ForwardInputs,
    batch: int | None,
    resize: Callable[[torch.Tensor, tuple[int, ...]], torch.Tensor],
    convert: Callable[[Any], Any],
) -> Callable[[Any], Any]:
    """`convert`, with `batch` in place of the first size of all tensors that have that of the first one."""
    if batch is None:
        return convert
    sizes = [len(tensor) for _, tensor in named_tensors(inputs.arguments, inputs.keywords) if tensor.dim()]

    def resized(tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.dim() or len(tensor) != sizes[0]:
            return tensor
        return resize(tensor, (batch, *tensor.shape[1:])).requires_grad_(tensor.requires_grad)

    return lambda values: convert(tree_map_only(torch.Tensor, resized, values))


def empty_like(tensor: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """A tensor of a shape and a type, without values."""
    return torch.empty(shape, dtype=tensor.dtype, device="cpu" if tensor.is_meta else tensor.device)


def repeated(tensor: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Rows again and again."""
    if not len(tensor):
        return tensor.new_zeros(shape)
    return tensor.detach()[[idx % len(tensor) for idx in range(shape[0])]]


def clone(tensor: torch.Tensor) -> torch.Tensor:
    """A copy without a history."""
    return tensor.detach().clone()
