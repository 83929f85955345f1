"""Run the recorded ops of a trace again, on real tensors: a trace that says everything gives the model's outputs."""

import re
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.model.capture.torch.values import named_tensors
from cutaway.model.records import Op, OpInput, Value
from cutaway.model.trace import Trace


class UnknownConstantError(Exception):
    """An op reads a tensor that came from nowhere: its type is recorded, its values are not."""


def replay(trace: Trace, model: nn.Module, inputs: dict[str, Any]) -> list[Tensor]:
    """The tensors that the model returns, in the order of `Value.tensors`."""
    with torch.no_grad():
        known = {
            name: tensor.detach().clone()
            for name, tensor in (
                *model.named_parameters(remove_duplicate=False),
                *model.named_buffers(remove_duplicate=False),
            )
        }
        given = dict(named_tensors((), inputs))
        made: list[list[Any]] = []
        for op in trace.ops:
            result = _overload(op.name)(**_arguments(op, known, given, made))
            made.append(
                [item for item in (result if isinstance(result, tuple | list) else [result]) if item is not None]
            )
        outputs = trace.calls[0].outputs
        assert outputs is not None
        return [made[value.op][value.output] for value in _leaves(outputs) if value.op is not None]


def _leaves(value: Value) -> list[Value]:
    own = [value] if value.kind == "tensor" else []
    return own + [leaf for _, item in value.items for leaf in _leaves(item)]


def _overload(name: str) -> Any:
    found: Any = torch.ops
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _arguments(op: Op, known: dict[str, Tensor], given: dict[str, Tensor], made: list[list[Any]]) -> dict[str, Any]:
    types = {argument.name: str(argument.type) for argument in _overload(op.name)._schema.arguments}
    arguments: dict[str, Any] = {name: _value(value, types[name]) for name, value in op.arguments}
    for item in op.inputs:
        tensor = _tensor(item, known, given, made)
        inner = re.fullmatch(r"(\w+)\[(\d+)\]", item.argument)
        if inner is None:
            arguments[item.argument] = tensor
            continue
        items = arguments.setdefault(inner[1], [])
        items.extend([None] * (int(inner[2]) + 1 - len(items)))
        items[int(inner[2])] = tensor
    return arguments


def _tensor(item: OpInput, known: dict[str, Tensor], given: dict[str, Tensor], made: list[list[Any]]) -> Tensor:
    if item.producer is not None:
        tensor = made[item.producer][item.output]
    elif item.parameter is not None:
        tensor = known[item.parameter]
    elif item.given is not None:
        tensor = given[item.given]
    else:
        raise UnknownConstantError(item)
    assert tuple(tensor.shape) == item.shape
    return tensor  # type: ignore[no-any-return]


def _value(value: Any, kind: str) -> Any:
    """An argument as the op takes it: its type's name says what a text stands for."""
    if isinstance(value, tuple):
        return [_value(item, kind) for item in value]
    if not isinstance(value, str) or "str" in kind:
        return value
    if value in ("inf", "-inf", "nan"):
        return float(value)
    if value.partition(":")[0] in ("cpu", "cuda", "meta"):
        return torch.device(value)
    return getattr(torch, value)
