"""Record a forward and its backward: a patched `nn.Module.__call__` for the calls, two modes for functions and ops.

The recorder never holds activations: real tensors are known by weak reference. What other threads do passes through.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import GeneratorType
from typing import Any

import torch
from torch import nn
from torch._ops import HigherOrderOperator
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import resolve_name

from cutaway.model.capture.torch.allocations import Allocations
from cutaway.model.capture.torch.by_values import ByValues
from cutaway.model.capture.torch.calls import Calls
from cutaway.model.capture.torch.control_flow import ControlFlow
from cutaway.model.capture.torch.eager import EagerCheck
from cutaway.model.capture.torch.ledger import FakeLedger, Ledger, Origin, WeakLedger
from cutaway.model.capture.torch.modes import FunctionMode, OpMode
from cutaway.model.capture.torch.op_names import OpFacts, facts_of
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.saved import SavedTensors
from cutaway.model.capture.torch.shape_cache import ShapeCache, Signature
from cutaway.model.capture.torch.users_code import source
from cutaway.model.capture.torch.values import dtype_name, json_value, named_tensors, tensor_type
from cutaway.model.costs.flops import macs
from cutaway.model.records import Allocation, ModuleCall, Op, OpInput, OpOutput, Phase, Tensor

#: Only one recorder at a time may have replaced `nn.Module.__call__`, or the last to leave would not find the original.
_PATCH = threading.RLock()
_QUIET = torch._C.DisableTorchFunction


class Recorder:
    """Records one forward, and a backward behind it.

    `paths` are those of the model that runs. `shapes` makes outputs of fake tensors quickly. `check` judges what a
    shape function refuses, `by_values` gives what only values decide. `real`: tensors have memory. `before_write` is
    shown every tensor that an op is about to change in place.
    """

    def __init__(
        self,
        paths: ModulePaths,
        *,
        shapes: ShapeCache | None = None,
        check: EagerCheck | None = None,
        by_values: ByValues | None = None,
        real: bool = True,
        before_write: Callable[[torch.Tensor], None] | None = None,
    ) -> None:
        self.ops: list[Op] = []
        self._shapes = shapes
        self.check = check
        self.real = real
        self._by_values = by_values
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
        self._outputs: dict[Any, OpOutput] = {}
        # The latest exception, and the function that it came out of.
        self._raised_in: tuple[BaseException | None, str, list[Tensor]] = (None, "", [])
        #: Which forward op made the autograd node of this number.
        self._sequence: dict[int, int] = {}
        self._thread = threading.get_ident()
        self._measured = False
        self._optimizing = False
        self._control_flow = ControlFlow(self._counted, self._repeating, self._open_ended)
        #: The number of rounds that an op stands for.
        self._times = 1
        #: The MACs of a call that leaves no record, while it runs.
        self._macs: int | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was assumed of branches and loops."""
        return tuple(self._control_flow.notes)

    @property
    def calls(self) -> tuple[ModuleCall, ...]:
        """The calls in the order in which they began."""
        return self._calls.finished(self._saved.bytes if self._measured else None)

    @property
    def unregistered(self) -> tuple[tuple[str, int], ...]:
        """Calls of modules that are not a part of the model, and how many trainable parameters those have."""
        return tuple(self._calls.outside.values())

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
                with FunctionMode(self.run_function), OpMode(self.run_op):
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
            if threading.get_ident() != self._thread or calls.is_wrapper(module) or self._macs is not None:
                return original(module, *arguments, **keywords)
            with _QUIET():
                idx = calls.enter(module, arguments, keywords, again=_in_backward())
            try:
                result = original(module, *arguments, **keywords)
                if isinstance(result, GeneratorType) and calls.is_outermost():
                    # Nothing of its body has run yet.
                    result = tuple(result)
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
        if isinstance(function, HigherOrderOperator):
            way = self._control_flow.way(function)
            if way is not None:
                return way(*arguments, **keywords)
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
        facts = facts_of(op)
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
        try:
            if facts.by_values and self._by_values is not None:
                result = self._by_values.run(facts.name, op, arguments, keywords)
            else:
                result = op(*arguments, **keywords)
        except Exception as error:
            if self.check is None or facts.by_values:
                raise
            result = self.check.outputs(op, arguments, keywords, error)
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
        if self._macs is not None:
            read = tuple(OpInput(*item) for item in signature.inputs)
            op = Op(0, None, "forward", signature.name, None, read, signature.outputs, signature.arguments)
            self._macs += macs(op) or 0
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
        if phase == "forward" and self._calls.in_script():
            call = self._calls.of_weights(idx, inputs, made)
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
                source() if phase == "forward" else None,
                self._times if forward is None else self.ops[forward].times,
            )
        )

    def _counted(self, function: Callable[[], Any]) -> int:
        """The MACs of a call that leaves nothing behind."""
        outer, self._macs = self._macs, 0
        try:
            with torch.no_grad():
                function()
            return self._macs
        finally:
            self._macs = outer

    @contextmanager
    def _repeating(self, times: int) -> Iterator[None]:
        outer, self._times = self._times, self._times * times
        try:
            yield
        finally:
            self._times = outer

    def _open_ended(self, name: str) -> None:
        if self._macs is None:
            self.ops.append(Op(len(self.ops), self._calls.current(), "forward", name, None, (), ()))

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
