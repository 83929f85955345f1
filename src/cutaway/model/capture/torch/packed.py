"""Weights that are not parameters: quantised layers keep them in objects of the kernels' own."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

#: Modules that only hold such an object for the layer around them.
HOLDERS = frozenset({"LinearPackedParams"})


def packed_weights(model: nn.Module) -> Iterator[tuple[str, str, torch.Tensor]]:
    """The name of each module that keeps packed weights, what each is called there, and its values unpacked."""
    for name, module in model.named_modules():
        for value in module.__dict__.values():
            if isinstance(value, torch.ScriptObject):
                holder = name.rpartition(".")[0] if type(module).__name__ in HOLDERS else name
                counts: dict[str, int] = {}
                for tensor in unpacked(value):
                    kind = "weight" if tensor.dim() > 1 else "bias"
                    number = counts[kind] = counts.get(kind, 0) + 1
                    yield holder, kind if number == 1 else f"{kind}_{number}", tensor


def unpacked(packed: Any) -> list[torch.Tensor]:
    """The weights and biases in an object of a kernel's; none where it does not tell."""
    try:
        state = packed.__getstate__()
    except (AttributeError, RuntimeError):
        return []
    found: list[torch.Tensor] = []
    waiting = [state]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, torch.Tensor):
            # Whole numbers in there describe strides and padding.
            if item.is_quantized or item.dtype.is_floating_point:
                found.append(item)
        elif isinstance(item, list | tuple):
            waiting[:0] = item
        elif isinstance(item, torch.ScriptObject):
            waiting[:0] = unpacked(item)
    return found
