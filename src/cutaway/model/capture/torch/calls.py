"""The tree of module calls of one forward, while it grows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.model.capture.torch.ledger import Ledger, Origin
from cutaway.model.capture.torch.paths import ModulePaths, class_name
from cutaway.model.capture.torch.values import describe, describe_call, named_tensors
from cutaway.model.records import ModuleCall, OpInput, Value


@dataclass(slots=True)
class _Call:
    path: str
    type: str
    number: int
    parent: int | None
    inputs: Value
    outputs: Value | None = None
    failed: bool = True


@dataclass(slots=True)
class Calls:
    """Calls are entered and left; what is running is a stack of their numbers."""

    paths: ModulePaths
    ledger: Ledger
    #: The innermost call that the latest exception has passed.
    failed: int | None = None
    #: The module that `failed` is a call of.
    failed_module: nn.Module | None = None
    _calls: list[_Call] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _firsts: dict[str, int] = field(default_factory=dict)
    _stack: list[int] = field(default_factory=list)
    _modules: list[nn.Module] = field(default_factory=list)
    #: Modules that are not a part of the model: the path of a call, and how many trainable parameters are not either.
    outside: dict[int, tuple[str, int]] = field(default_factory=dict)
    #: The call and the path of each module in a script that was seen to run.
    _unseen: dict[tuple[int, str], int] = field(default_factory=dict)
    #: Ops that made other forms of weights in a script, with the paths of those.
    _weights: dict[int, str] = field(default_factory=dict)
    _error: BaseException | None = None

    def current(self) -> int | None:
        """The innermost call that is running."""
        return self._stack[-1] if self._stack else None

    def is_outermost(self) -> bool:
        """Whether the running call is not inside of another one."""
        return len(self._stack) == 1

    def in_script(self) -> bool:
        """Whether the running call is one of a script, which calls the modules in it unseen."""
        return bool(self._modules) and isinstance(self._modules[-1], torch.jit.ScriptModule)

    def of_weights(self, op: int, inputs: Sequence[OpInput], made: Sequence[torch.Tensor]) -> int:
        """The call in the running script that an op belongs to: that of the module whose weights it reads.

        `made` are its outputs, the latest of which are those of the call.
        """
        outer = self._stack[-1]
        owners = [self._owner(item) for item in inputs]
        path = next((owner for owner in owners if owner is not None), self._calls[outer].path)
        if owners and None not in owners:
            # A weight in another form.
            self._weights[op] = path
        if path == self._calls[outer].path:
            return outer
        idx = self._unseen.get((outer, path))
        if idx is None:
            idx = self._unseen[outer, path] = len(self._calls)
            number = self._numbers[path] = self._numbers.get(path, 0) + 1
            kind = self.paths.type_of(path)
            self._calls.append(_Call(path, kind, number, outer, Value("group", "arguments"), failed=False))
        if made:
            self._calls[idx].outputs = describe(made[0], self._origin)
        return idx

    def _owner(self, item: OpInput) -> str | None:
        """The path of the module whose weight an operand is."""
        if item.parameter is not None:
            return item.parameter.rpartition(".")[0]
        return None if item.producer is None else self._weights.get(item.producer)

    def is_wrapper(self, module: nn.Module) -> bool:
        """Whether calls of the module are not recorded: it only stands around another one."""
        return self.paths.is_wrapper(module)

    def given(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Note which tensors the model is called with."""
        for place, tensor in named_tensors(arguments, keywords):
            if self.ledger.get(tensor) is None:
                self.ledger.set(tensor, Origin(given=place))

    def enter(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any], *, again: bool) -> int:
        """A call begins. `again`: it repeats one of before, for a checkpoint in the backward, and is that one."""
        parent = self.current()
        outer = "" if parent is None else self._calls[parent].path
        path = self.paths.path(module, outer)
        if not self.paths.has(module) and "<" not in outer:
            self._note_outside(module, path)
        if again and path in self._firsts:
            idx = self._firsts[path]
        else:
            idx = len(self._calls)
            number = self._numbers[path] = self._numbers.get(path, 0) + 1
            self._firsts.setdefault(path, idx)
            inputs = describe_call(arguments, keywords, self._origin)
            self._calls.append(_Call(path, class_name(module), number, parent, inputs))
        self._stack.append(idx)
        self._modules.append(module)
        return idx

    def _note_outside(self, module: nn.Module, path: str) -> None:
        own = {id(weight): weight for weight in module.parameters() if weight.requires_grad}
        count = sum(weight.numel() for weight in own.values() if self._is_foreign(weight))
        if count:
            self.outside[id(module)] = path, count

    def _is_foreign(self, weight: Tensor) -> bool:
        origin = self.ledger.get(weight)
        return origin is None or origin.parameter is None

    def leave(self, idx: int, result: Any) -> None:
        """The innermost call returns."""
        self._stack.pop()
        self._modules.pop()
        call = self._calls[idx]
        if call.failed:
            call.outputs = describe(result, self._origin)
            call.failed = False

    def fail(self, idx: int, error: BaseException | None) -> None:
        """The innermost call is left by an exception; those around it pass the same one on. None: any."""
        self._stack.pop()
        module = self._modules.pop()
        if error is not None and error is not self._error:
            self._error, self.failed, self.failed_module = error, idx, module

    def finished(self, saved: dict[int | None, int] | None) -> tuple[ModuleCall, ...]:
        """All calls, with the bytes that each one keeps, which are None if they were not measured."""
        return tuple(
            ModuleCall(
                idx,
                call.path,
                call.type,
                call.number,
                call.parent,
                call.inputs,
                call.outputs,
                failed=call.failed,
                saved_bytes=None if saved is None else saved.get(idx, 0),
            )
            for idx, call in enumerate(self._calls)
        )

    def _origin(self, tensor: Tensor) -> tuple[int, int] | None:
        origin = self.ledger.get(tensor)
        return None if origin is None or origin.op is None else (origin.op, origin.output)
