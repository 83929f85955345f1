"""Record a forward and its backward: a patched `nn.Module.__call__` for the calls, two modes for functions and ops.

The recorder never holds activations: real tensors are known by weak reference. What other threads do passes through.
"""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._python_dispatch import TorchDispatchMode

from cutaway.model.capture.torch.allocations import Allocations
from cutaway.model.capture.torch.calls import Calls
from cutaway.model.capture.torch.ledger import FakeLedger, Ledger, Origin, WeakLedger
from cutaway.model.capture.torch.op_names import OpFacts, OpNames
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.saved import SavedTensors
from cutaway.model.capture.torch.shape_cache import ShapeCache, Signature
from cutaway.model.capture.torch.values import dtype_name, json_value, named_tensors, tensor_type
from cutaway.model.records import Allocation, ModuleCall, Op, OpInput, OpOutput, Phase, Tensor

#: Only one recorder at a time may have replaced `nn.Module.__call__`, or the last to leave would not find the original.
_PATCH = threading.RLock()
_QUIET = torch._C.DisableTorchFunction


class Recorder:
    """Records one forward, and a backward behind it.

    `paths` are those of the model that runs. `shapes` makes outputs of fake tensors quickly. `real`: tensors have
    memory. `before_write` is shown every tensor that an op is about to change in place.
    """

    def __init__(
        self,
        paths: ModulePaths,
        *,
        shapes: ShapeCache | None = None,
        real: bool = True,
        before_write: Callable[[torch.Tensor], None] | None = None,
    ) -> None:
        self.ops: list[Op] = []
        self._shapes = shapes
        self._before_write = before_write
        self._ledger: Ledger = WeakLedger() if real else FakeLedger()
        self._weights = []
        for tensor, names, _ in paths.tensors():
            self._weights.append(tensor)
            self._ledger.set(tensor, Origin(parameter=names[0]))
        self._calls = Calls(paths, self._ledger)
        self._memory = Allocations(self._weights, lambda: len(self.ops))
        for gradient in self._gradients():
            self._memory.add(gradient, None, str(gradient.device), "gradient")
        self._saved = SavedTensors(self._weights, self._calls.current, self._memory.keep)
        self._functions: dict[Any, str] = {}
        self._function: str | None = None
        self._op_names = OpNames()
        self._outputs: dict[Any, OpOutput] = {}
        # The latest exception, and the function that it came out of.
        self._raised_in: tuple[BaseException | None, str, list[Tensor]] = (None, "", [])
        #: Which forward op made the autograd node of this number.
        self._sequence: dict[int, int] = {}
        self._thread = threading.get_ident()
        self._measured = False
        self._optimizing = False

    @property
    def calls(self) -> tuple[ModuleCall, ...]:
        """The calls in the order in which they began."""
        return self._calls.finished(self._saved.bytes if self._measured else None)

    @property
    def failed_call(self) -> int | None:
        """The innermost call that the exception has passed which ended the forward."""
        return self._calls.failed

    def allocations(self) -> tuple[Allocation, ...]:
        """The memory that was used beside the weights, to be asked for at the end: what it was for is known then."""
        for weight in self._weights:
            self._memory.is_weight(weight)
        for gradient in self._gradients():
            self._memory.is_gradient(gradient)
        return self._memory.finished()

    def given(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Note what the model is called with."""
        self._calls.given(arguments, keywords)
        for _, tensor in named_tensors(arguments, keywords):
            self._memory.add(tensor, None, str(tensor.device), "input")

    def note_optimizer_state(self, tensors: Iterable[torch.Tensor]) -> None:
        """Note the state that an optimizer has from earlier steps."""
        for tensor in tensors:
            self._memory.add(tensor, None, str(tensor.device), "optimizer")

    @contextmanager
    def optimizing(self) -> Iterator[None]:
        """Ops that are recorded inside belong to the step of an optimizer."""
        self._optimizing = True
        try:
            yield
        finally:
            self._optimizing = False

    def enter(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Note a call that began before the recording."""
        with _QUIET():
            self._calls.enter(module, arguments, keywords, again=False)

    def leave(self, result: Any) -> None:
        """It returns."""
        with _QUIET():
            self._calls.leave(0, result)

    @contextmanager
    def recording(self, *, measure: bool) -> Iterator[None]:
        """Everything that this thread runs inside is recorded. `measure`: also what autograd keeps."""
        self._measured |= measure
        with _PATCH:
            original = nn.Module.__call__
            nn.Module.__call__ = self._patched(original)  # type: ignore[method-assign]
            try:
                with _Functions(self), _Ops(self):
                    if measure:
                        with self._saved.hooks():
                            yield
                    else:
                        yield
            finally:
                nn.Module.__call__ = original  # type: ignore[method-assign]

    @property
    def failed_module(self) -> nn.Module | None:
        """The module that `failed_call` is a call of."""
        return self._calls.failed_module

    def failed_function(self, error: BaseException) -> tuple[str | None, list[Tensor]]:
        """The function of the user's that raised `error`, and its tensors."""
        raised, function, operands = self._raised_in
        return (function, operands) if raised is error else (None, [])

    def _patched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        calls = self._calls

        def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            if threading.get_ident() != self._thread or calls.is_wrapper(module):
                return original(module, *arguments, **keywords)
            with _QUIET():
                idx = calls.enter(module, arguments, keywords, again=_in_backward())
            try:
                result = original(module, *arguments, **keywords)
            except BaseException as error:
                # A checkpoint ends what it repeats by an exception, which would keep all that it has made.
                calls.fail(idx, None if _in_backward() else error)
                raise
            with _QUIET():
                calls.leave(idx, result)
            return result

        return call

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
            # The innermost function that the user can have written: `linear`, not the product in it.
            if outer is None and not _in_backward():
                with _QUIET():
                    tensors = [tensor for item in (*arguments, *keywords.values()) for tensor in _tensors(item)]
                    self._raised_in = (error, name, [tensor_type(tensor) for tensor in tensors])
            raise
        finally:
            self._function = outer

    def run_op(self, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Run and record one operation."""
        facts = self._op_names.facts(op)
        if facts.ignored or threading.get_ident() != self._thread:
            if facts.name == "prim.device.default" and type(arguments[0]) is FakeTensor:
                return arguments[0].fake_device  # Autograd asks for it again and again.
            return op(*arguments, **keywords)
        shapes, key = self._shapes, None
        tensors: list[torch.Tensor] = []
        if shapes is not None and facts.cacheable:
            with _QUIET():
                key, tensors = shapes.key(facts, arguments, keywords)
                shapes.check(facts, tensors)
                known = None if key is None else shapes.get(key)
                if known is not None:
                    result, made = known.outputs(shapes.maker, tensors)
                    self._record(facts, known.signature, tensors, made)
                    return result
        with _QUIET():
            # Read before the op runs: an in-place op makes its input its own output.
            named, others = _read(facts, arguments, keywords)
            if self._before_write is not None:
                self._announce_writes(facts, arguments, keywords)
            inputs = tuple((name, *_shape_and_dtype(tensor)) for name, tensor in named)
        result = op(*arguments, **keywords)
        with _QUIET():
            made = _tensors(result)
            aliases = facts.aliases
            outputs = tuple(
                self._output(tensor, aliases[idx] if idx < len(aliases) else None) for idx, tensor in enumerate(made)
            )
            signature = Signature(facts.name, inputs, others, outputs)
            if key is not None:
                assert shapes is not None
                shapes.learn(key, facts, signature, tensors, result)
            self._record(facts, signature, [tensor for _, tensor in named], made)
        return result

    def _record(
        self, facts: OpFacts, signature: Signature, tensors: list[torch.Tensor], made: list[torch.Tensor]
    ) -> None:
        ledger = self._ledger
        if facts.transparent:
            origin = ledger.get(tensors[0]) if tensors else None
            if origin is not None:
                for tensor in made:
                    ledger.set(tensor, origin)
            return
        idx = len(self.ops)
        inputs = []
        for (argument, shape, dtype), tensor in zip(signature.inputs, tensors, strict=True):
            origin = ledger.get(tensor)
            if origin is None:
                inputs.append(OpInput(argument, shape, dtype))
            else:
                inputs.append(OpInput(argument, shape, dtype, *origin))
        for position, tensor in enumerate(made):
            ledger.set(tensor, Origin(idx, position))
            if signature.outputs[position].alias_of is None:
                self._memory.add(tensor, idx, signature.outputs[position].device)
        call, phase, forward = self._place()
        self.ops.append(
            Op(
                idx,
                call,
                phase,
                signature.name,
                self._function,
                tuple(inputs),
                signature.outputs,
                signature.arguments,
                forward,
                _source() if phase == "forward" else None,
            )
        )

    def _place(self) -> tuple[int | None, Phase, int | None]:
        """The call that the op belongs to, what it is a part of, and its forward op if it is of the backward."""
        if self._optimizing:
            return None, "optimizer", None
        call = self._calls.current()
        node: Any = torch._C._current_autograd_node()
        # A backward computes no gradients of gradients, a forward that is repeated in it does.
        if node is None or torch.is_grad_enabled():
            # The node that autograd made for this op, when it made one, is the latest.
            self._sequence.setdefault(torch._C._autograd._get_sequence_nr() - 1, len(self.ops))
        if node is None:
            return call, "forward", None
        forward = self._sequence.get(node._sequence_nr())
        if call is None and forward is not None:
            call = self.ops[forward].call
        return call, "recompute" if torch.is_grad_enabled() else "backward", forward

    def _gradients(self) -> Iterator[torch.Tensor]:
        return (weight.grad for weight in self._weights if weight.is_leaf and weight.grad is not None)

    def _announce_writes(self, facts: OpFacts, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        assert self._before_write is not None
        for idx, name in facts.writes:
            value = arguments[idx] if idx < len(arguments) else keywords.get(name)
            for tensor in _tensors(value):
                self._before_write(tensor)

    def _output(self, tensor: torch.Tensor, alias: str | None) -> OpOutput:
        kind = tensor_type(tensor)
        output = self._outputs.get((kind, alias))
        if output is None:
            output = OpOutput(kind.shape, kind.dtype, kind.device, kind.bytes, alias)
            self._outputs[kind, alias] = output
        return output


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

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled while this mode is active, and to say so again for every op takes as long as the op."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._recorder.run_op(func, args, kwargs or {})


def _in_backward() -> bool:
    return torch._C._current_autograd_node() is not None


def _read(
    facts: OpFacts, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[list[tuple[str, torch.Tensor]], tuple[tuple[str, Any], ...]]:
    """The tensors among the arguments, in order, with their names, and the other arguments."""
    tensors: list[tuple[str, torch.Tensor]] = []
    others: list[tuple[str, Any]] = []
    names = facts.arguments
    pairs = [(names[idx] if idx < len(names) else str(idx), item) for idx, item in enumerate(arguments)]
    for name, item in (*pairs, *keywords.items()):
        if isinstance(item, torch.Tensor):
            tensors.append((name, item))
        elif isinstance(item, list | tuple) and any(isinstance(part, torch.Tensor) for part in item):
            parts = ((idx, part) for idx, part in enumerate(item) if isinstance(part, torch.Tensor))
            tensors.extend((f"{name}[{idx}]", part) for idx, part in parts)
        else:
            others.append((name, json_value(item)))
    return tensors, tuple(others)


def _shape_and_dtype(tensor: torch.Tensor) -> tuple[tuple[int, ...], str]:
    kind = tensor_type(tensor)
    return kind.shape, dtype_name(tensor.dtype)


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


_TORCH = str(torch.__path__[0])
_OURS = __file__.rpartition("/model/")[0]
#: Whether a file is the user's, by its name.
_USERS: dict[str, bool] = {}


def is_users(file: str) -> bool:
    """Whether code of this file is neither PyTorch's nor of this package."""
    users = _USERS.get(file)
    if users is None:
        users = _USERS[file] = not file.startswith((_TORCH, _OURS, "<"))
    return users


def _source() -> str | None:
    """The place in the user's code: the innermost frame outside PyTorch and this package."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if is_users(name):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return None
