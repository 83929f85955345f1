"""An optimizer for a copy of a model: made by name, by the user's function, or as the user's own one is set up."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

#: Makes an optimizer of some parameters; the dict maps the id of the user's own to those of the copy.
OptimizerMaker = Callable[[list[nn.Parameter], dict[int, Any]], torch.optim.Optimizer]

#: Optimizers that hold whole tensors of a parameter's size at once, where PyTorch itself chooses it.
_FOREACH_DEVICES = ("cuda", "xpu")


def optimizer_maker(optimizer: Any) -> OptimizerMaker:
    """A function that makes the optimizer that a user names.

    That is a name out of `torch.optim` in any case, with its usual settings; a class or function that takes the
    parameters; or an optimizer, whose groups and settings are taken over and which stays as it is. ValueError or
    TypeError for anything else.
    """
    if isinstance(optimizer, str):
        kinds = _kinds()
        kind: Any = kinds.get(optimizer.lower())
        if kind is None:
            near = get_close_matches(optimizer.lower(), kinds, 1)
            guess = f" (did you mean {near[0]!r}?)" if near else ""
            raise ValueError(f"optimizer is {optimizer!r}{guess}; one of {', '.join(kinds)} is expected")
        return lambda parameters, _: kind(parameters)
    if isinstance(optimizer, torch.optim.Optimizer):
        return lambda _, copies: _copy(optimizer, copies)
    if callable(optimizer):
        return lambda parameters, _: _checked(optimizer(parameters))
    raise TypeError(
        f"optimizer is of type {type(optimizer).__name__}; a name such as 'adamw', an optimizer of torch.optim, "
        "or a function that makes one of parameters is expected"
    )


def prepare(optimizer: torch.optim.Optimizer) -> Iterator[torch.Tensor]:
    """Make the state that the optimizer has after its first step, and give its tensors. There are no gradients then."""
    for group in optimizer.param_groups:
        devices = {parameter.device.type for parameter in group["params"]}
        # It looks at the class of the parameters too, which is another one on shapes alone.
        if (
            group.get("foreach", False) is None
            and not group.get("fused")
            and devices
            and devices <= {*_FOREACH_DEVICES}
        ):
            group["foreach"] = True
        for parameter in group["params"]:
            if parameter.requires_grad:
                parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    for state in optimizer.state.values():
        yield from _tensors(state)


def _kinds() -> dict[str, type[torch.optim.Optimizer]]:
    found = {name.lower(): kind for name, kind in vars(torch.optim).items() if isinstance(kind, type)}
    return {
        name: kind
        for name, kind in sorted(found.items())
        if issubclass(kind, torch.optim.Optimizer) and kind is not torch.optim.Optimizer
    }


def _checked(made: Any) -> torch.optim.Optimizer:
    if not isinstance(made, torch.optim.Optimizer):
        raise TypeError(f"optimizer made an object of type {type(made).__name__}; a torch.optim.Optimizer is expected")
    return made


def _copy(optimizer: torch.optim.Optimizer, copies: dict[int, Any]) -> torch.optim.Optimizer:
    """An optimizer of the same class and settings on the copies, without state and without hooks."""
    made: Any = object.__new__(type(optimizer))
    for name, value in vars(optimizer).items():
        # A scheduler puts a `step` of its own there, which counts.
        if name != "step":
            made.__dict__[name] = OrderedDict() if name.endswith("_hooks") else value
    groups = []
    for group in optimizer.param_groups:
        parameters = [copies.get(id(parameter)) for parameter in group["params"]]
        if any(parameter is None for parameter in parameters):
            raise ValueError("optimizer has parameters that the model does not have")
        groups.append({**group, "params": parameters})
    made.param_groups = groups
    made.state = defaultdict(dict)
    return made  # type: ignore[no-any-return]


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict | list | tuple):
        items: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for item in items:
            yield from _tensors(item)
