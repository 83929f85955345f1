"""The tree of module calls of one forward, while it grows."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from cutaway.model.capture.torch.ledger import Ledger, Origin
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.values import describe, describe_call, named_tensors
from cutaway.model.records import ModuleCall, Value


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
    _error: BaseException | None = None

    def current(self) -> int | None:
        """The innermost call that is running."""
        return self._stack[-1] if self._stack else None

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
        path = self.paths.path(module, "" if parent is None else self._calls[parent].path)
        if again and path in self._firsts:
            idx = self._firsts[path]
        else:
            idx = len(self._calls)
            number = self._numbers[path] = self._numbers.get(path, 0) + 1
            self._firsts.setdefault(path, idx)
            inputs = describe_call(arguments, keywords, self._origin)
            self._calls.append(_Call(path, type(module).__name__, number, parent, inputs))
        self._stack.append(idx)
        self._modules.append(module)
        return idx

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
