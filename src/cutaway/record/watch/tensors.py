"""Which tensors are measured, and how they lie in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import islice
from typing import Any

import torch

from cutaway.events.kernel_types import ELEMENT_TYPES

#: The numbers of the types that are measured.
TYPES: dict[torch.dtype, int] = {
    getattr(torch, name): number for number, name in enumerate(ELEMENT_TYPES) if hasattr(torch, name)
}
#: Outputs are opened so deep, and so many tensors of one are measured.
_MOST_DEPTH, _MOST_TENSORS = 4, 64


#: Whose memory the kernel reads.
HOST_TYPES = {"cpu"}


def on_host(tensor: torch.Tensor) -> bool:
    """Whether a tensor lies in this machine's memory."""
    return tensor.device.type in HOST_TYPES


def is_measurable(tensor: torch.Tensor) -> bool:
    """Whether a tensor has real numbers of a known type in memory that can be read."""
    return (
        tensor.dtype in TYPES
        and tensor.layout is torch.strided
        and tensor.device.type != "meta"
        and not tensor.is_nested
        and not torch._C._functorch.is_functorch_wrapped_tensor(tensor)
        and not torch._is_functional_tensor(tensor)
    )


def outputs_of(output: Any) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors that a module returned, each with its place: ```` for the first of a sequence, ``[1]``, ``[key]``."""
    return islice(_opened(output, "", 0), _MOST_TENSORS)


def _opened(value: Any, place: str, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield place, value
    elif depth >= _MOST_DEPTH:
        return
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _opened(item, f"{place}[{key}]", depth + 1)
    elif isinstance(value, list | tuple):
        for idx, item in enumerate(value):
            yield from _opened(item, f"{place}[{idx}]" if idx else place, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _opened(getattr(value, field.name, None), f"{place}[{field.name}]", depth + 1)


def local(tensor: torch.Tensor) -> torch.Tensor:
    """This process's part of a tensor that is spread over several; any other tensor as it is."""
    if hasattr(tensor, "to_local"):
        part = tensor.to_local()
        return part.wait() if hasattr(part, "wait") else part  # type: ignore[no-any-return]
    return tensor


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor, or a copy of it, whose elements lie one behind the other in any order."""
    if tensor.is_contiguous() or _fills_its_memory(tensor):
        return tensor.resolve_neg()
    return tensor.detach().contiguous()


def _fills_its_memory(tensor: torch.Tensor) -> bool:
    """Whether the elements are those of one stretch of memory, as of a transposed or a channels-last tensor."""
    expected = 1
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size != 1:
            if stride != expected:
                return False
            expected *= size
    return True
