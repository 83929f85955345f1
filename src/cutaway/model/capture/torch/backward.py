"""Run a backward behind a forward, from its loss or from everything that it returned."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._pytree import tree_leaves

from cutaway.model.capture.torch.values import first_line, named_tensors


def run_backward(result: Any, loss: Callable[[Any], Any] | None) -> str:
    """Run the backward from the loss or the outputs that take part in it; why it was not possible, or nothing."""
    try:
        outputs = _starts(result, loss)
    except Exception as error:
        return f"the loss failed: {type(error).__name__}: {first_line(error)}"
    if not outputs:
        return "no output of the forward depends on a weight that takes a gradient"
    outside = [(leaf, leaf.grad) for leaf in _leaves(outputs) if type(leaf) is not FakeTensor]
    try:
        with torch._C.DisableTorchFunction():
            torch.autograd.backward(outputs, [torch.ones_like(output) for output in outputs])
    except Exception as error:
        return f"{type(error).__name__}: {first_line(error)}"
    finally:
        for leaf, gradient in outside:
            leaf.grad = gradient
    return ""


def _starts(result: Any, loss: Callable[[Any], Any] | None) -> list[torch.Tensor]:
    """The tensor or tensors that the backward starts from."""
    found = getattr(result, "loss", None) if loss is None else loss(result)
    if loss is not None and not (isinstance(found, torch.Tensor) and found.requires_grad):
        raise TypeError("it did not return a tensor that depends on a weight")
    if isinstance(found, torch.Tensor) and found.requires_grad:
        if found.numel() == 1:
            return [found]
        if loss is not None:
            raise ValueError(f"it returned a tensor of {tuple(found.shape)}; a single number is expected")
    return list(dict.fromkeys(_differentiable(result)))


def _leaves(outputs: list[torch.Tensor]) -> Iterator[torch.Tensor]:
    """The tensors that the backward will leave gradients in, some of which may be the user's own, outside the model."""
    waiting: list[Any] = [output.grad_fn for output in outputs]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if hasattr(node, "variable"):
            yield node.variable
        following = {each for each, _ in node.next_functions} - seen
        seen |= following
        waiting.extend(following)


def _differentiable(result: Any) -> Iterator[torch.Tensor]:
    leaves = [leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)]
    found = leaves or [tensor for _, tensor in named_tensors((result,), {})]
    return (tensor for tensor in found if tensor.requires_grad)
