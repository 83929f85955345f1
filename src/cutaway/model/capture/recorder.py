"""Record one forward: a patched `nn.Module.__call__` for the calls, two modes for functions and ops.

The recorder never holds activations: it knows tensors by weak reference. What other threads do passes through.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

from cutaway.model.capture.op_names import OpNames
from cutaway.model.capture.paths import ModulePaths
from cutaway.model.capture.values import describe, describe_call, shortened, tensor_type
from cutaway.model.trace import Failure, ModuleCall, Op, OpInput, OpOutput, Value

#: Bookkeeping of the framework that is no operation of the model; a detached tensor stands for its original.
_TRANSPARENT = frozenset({"aten.detach.default", "aten.lift_fresh.default", "aten.alias.default"})
_IGNORED_PREFIXES = ("prim.", "profiler.", "aten.sym_", "aten._assert")

#: Only one recorder at a time may have replaced `nn.Module.__call__`, or the last to leave would not find the original.
_PATCH = threading.RLock()


class Recorder:
    """What one forward did.

    `names` maps the id of each parameter and buffer to its path. `before_write` is shown every tensor that an op is
    about to change in place.
    """

    def __init__(
        self, paths: ModulePaths, names: dict[int, str], before_write: Callable[[torch.Tensor], None] | None = None
    ) -> None:
        self.ops: list[Op] = []
        self.failure: Failure | None = None
        self._paths = paths
        self._names = names
        self._before_write = before_write
        self._calls: list[ModuleCall] = []
        self._numbers: dict[str, int] = {}
        self._stack: list[int] = []
        self._producers: Any = WeakTensorKeyDictionary()
        # Parameters by another tensor object, as `detach` makes them.
        self._parameter_views: Any = WeakTensorKeyDictionary()
        self._functions: dict[Any, str] = {}
        self._function: str | None = None
        self._raised_in: tuple[BaseException | None, str] = (None, "")
        self._op_names = OpNames()
        self._thread = threading.get_ident()
        self._failing: BaseException | None = None

    @property
    def calls(self) -> tuple[ModuleCall, ...]:
        """The calls in the order in which they began."""
        return tuple(self._calls)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Everything that this thread runs inside is recorded; an exception that leaves is noted as the failure."""
        with _PATCH:
            original = nn.Module.__call__
            nn.Module.__call__ = self._patched(original)  # type: ignore[method-assign]
            try:
                with _Functions(self), _Ops(self):
                    yield
            except Exception as error:
                self._note(error, None)
                raise
            else:
                # What the model itself caught was no failure.
                self.failure = None
            finally:
                nn.Module.__call__ = original  # type: ignore[method-assign]

    def _patched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            if threading.get_ident() != self._thread or self._paths.is_wrapper(module):
                return original(module, *arguments, **keywords)
            idx = self._enter(module, arguments, keywords)
            try:
                result = original(module, *arguments, **keywords)
            except Exception as error:
                self._note(error, idx)
                self._leave(idx, None, failed=True)
                raise
            except BaseException:
                self._leave(idx, None, failed=True)
                raise
            self._leave(idx, result, failed=False)
            return result

        return call

    def _enter(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> int:
        idx = len(self._calls)
        parent = self._stack[-1] if self._stack else None
        path = self._paths.path(module, "" if parent is None else self._calls[parent].path)
        number = self._numbers[path] = self._numbers.get(path, 0) + 1
        with torch._C.DisableTorchFunction():
            inputs = describe_call(arguments, keywords, self.producer)
        self._calls.append(ModuleCall(idx, path, type(module).__name__, number, parent, inputs, None, failed=True))
        self._stack.append(idx)
        return idx

    def _leave(self, idx: int, result: Any, *, failed: bool) -> None:
        self._stack.pop()
        outputs: Value | None = None
        if not failed:
            with torch._C.DisableTorchFunction():
                outputs = describe(result, self.producer)
        call = self._calls[idx]
        self._calls[idx] = ModuleCall(
            idx, call.path, call.type, call.number, call.parent, call.inputs, outputs, failed=failed
        )

    def _note(self, error: Exception, call: int | None) -> None:
        """The innermost call that an exception passes names the failure; the calls around it pass the same one on."""
        if error is self._failing:
            return
        self._failing = error
        raised, function = self._raised_in
        self.failure = Failure(call, function if raised is error else None, type(error).__name__, str(error))

    def producer(self, tensor: torch.Tensor) -> tuple[int, int] | None:
        """Which op's which output the tensor is."""
        made: tuple[int, int] | None = self._producers.get(tensor)
        return made

    def run_function(self, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Run what the user wrote; ops that it runs carry its name."""
        name = self._functions.get(function)
        if name is None:
            name = self._functions[function] = _function_name(function)
        if name == "":
            return function(*arguments, **keywords)
        outer, self._function = self._function, name
        try:
            return function(*arguments, **keywords)
        except Exception as error:
            self._raised_in = (error, name)
            raise
        finally:
            self._function = outer

    def run_op(self, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Run and record one operation."""
        name = self._op_names.name(op)
        if threading.get_ident() != self._thread or name.startswith(_IGNORED_PREFIXES):
            return op(*arguments, **keywords)
        if name in _TRANSPARENT:
            result = op(*arguments, **keywords)
            self._stand_for(result, arguments)
            return result
        # Read before the op runs: an in-place op makes its input its own output.
        inputs, others = self._read(op, arguments, keywords)
        source = _source()
        if self._before_write is not None:
            self._announce_writes(op, arguments, keywords)
        result = op(*arguments, **keywords)
        made = _tensors(result)
        aliases = self._op_names.aliases(op)
        idx = len(self.ops)
        outputs = []
        for position, tensor in enumerate(made):
            kind = tensor_type(tensor)
            alias = aliases[position] if position < len(aliases) else None
            outputs.append(OpOutput(kind.shape, kind.dtype, kind.device, kind.bytes, alias))
            self._producers[tensor] = (idx, position)
        call = self._stack[-1] if self._stack else None
        self.ops.append(Op(idx, call, "forward", name, self._function, inputs, tuple(outputs), others, source=source))
        return result

    def _announce_writes(self, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        assert self._before_write is not None
        for idx, name in self._op_names.writes(op):
            value = arguments[idx] if idx < len(arguments) else keywords.get(name)
            for tensor in _tensors(value):
                self._before_write(tensor)

    def _stand_for(self, result: Any, arguments: tuple[Any, ...]) -> None:
        if not (isinstance(result, torch.Tensor) and arguments and isinstance(arguments[0], torch.Tensor)):
            return
        made = self.producer(arguments[0])
        if made is not None:
            self._producers[result] = made
        name = self._names.get(id(arguments[0]))
        if name is not None:
            self._parameter_views[result] = name

    def _read(
        self, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[tuple[OpInput, ...], tuple[tuple[str, Any], ...]]:
        inputs: list[OpInput] = []
        others: list[tuple[str, Any]] = []
        names = self._op_names.arguments(op)
        pairs = [(names[idx] if idx < len(names) else str(idx), item) for idx, item in enumerate(arguments)]
        for name, item in (*pairs, *keywords.items()):
            if isinstance(item, torch.Tensor):
                inputs.append(self._input(name, item))
            elif isinstance(item, list | tuple) and any(isinstance(part, torch.Tensor) for part in item):
                parts = ((idx, part) for idx, part in enumerate(item) if isinstance(part, torch.Tensor))
                inputs.extend(self._input(f"{name}[{idx}]", part) for idx, part in parts)
            else:
                others.append((name, _json_value(item)))
        return tuple(inputs), tuple(others)

    def _input(self, name: str, tensor: torch.Tensor) -> OpInput:
        kind = tensor_type(tensor)
        made = self.producer(tensor)
        parameter = None
        if made is None:
            parameter = self._names.get(id(tensor)) or self._parameter_views.get(tensor)
        producer, output = made if made is not None else (None, 0)
        return OpInput(name, kind.shape, kind.dtype, producer, output, parameter)


class _Functions(TorchFunctionMode):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._recorder.run_function(func, args, kwargs or {})


class _Ops(TorchDispatchMode):  # type: ignore[no-untyped-call]
    supports_higher_order_operators = True

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._recorder = recorder

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        """A compiled model stays compiled outside this forward."""
        return True

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._recorder.run_op(func, args, kwargs or {})


def _function_name(function: Any) -> str:
    """The public name, or the empty string for reading an attribute such as `tensor.shape`."""
    if getattr(function, "__name__", "") in ("__get__", "__set__"):
        return ""
    return resolve_name(function) or getattr(function, "__name__", "") or ""


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    return []


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < float("inf") else str(value)  # JSON has no infinity, and NaN fails this too.
    if isinstance(value, list | tuple):
        return tuple(_json_value(item) for item in value)
    if isinstance(value, torch.dtype | torch.device | torch.layout | torch.memory_format):
        return str(value).removeprefix("torch.")
    return shortened(value)


_TORCH = str(torch.__path__[0])
_OURS = __file__.rpartition("/model/")[0]


def _source() -> str | None:
    """Where the user's code is: the innermost frame outside PyTorch and this package."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_TORCH, _OURS, "<")):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return None
