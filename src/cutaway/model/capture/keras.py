"""Trace a Keras 3 model on any backend: the backend's own inference of shapes runs it, and nothing is computed.

NumPy alone has no such inference: there the model runs on zeros.

Calls of layers are seen where Keras makes them, and products where layers ask `keras.ops` for them, whatever the
backend does then; recurrent layers are one operation. What a layer computes with the backend's own operators
(``x @ y``) is not seen, and element-wise work is not recorded. Without inputs, those that the model was built with are
taken, with 1 for every size that they leave open.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import keras
from keras.src import backend, ops

from cutaway.model.capture.captured import Captured, SourceError, needs_trust
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.costs.keras_ops import PRODUCTS
from cutaway.model.costs.traffic import element_bytes
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.records import Module, ModuleCall, Op, OpInput, OpOutput, Parameter, Tensor, Value
from cutaway.model.trace import Trace

_keras: Any = keras
_backend: Any = backend


def capture_keras(model: Any, inputs: ForwardInputs, options: CaptureOptions) -> Captured:
    """The trace of a model or a layer. Raises SourceError where it has no inputs, or its call fails."""
    arguments, keywords, reason = _specs(model, inputs)
    if arguments is None:
        if not model.built:
            raise SourceError(f"{type(model).__name__} is not built and has no weights; give input_size or input_data")
        paths = _Paths(model)
        return Captured(_trace(model, paths, "modules", "no inputs were given", [], []))
    if not model.built:
        model = _built_copy(model, arguments, keywords)
    paths = _Paths(model)
    recorder = _Recorder(paths)
    # NumPy infers shapes by computing with any bytes in memory, on which look-ups fail.
    on_shapes = _keras.backend.backend() != "numpy"
    if options.mode != "same":
        keywords = {**keywords, "training": options.mode == "train"}
    try:
        with recorder.recording():
            if on_shapes:
                _backend.compute_output_spec(lambda *args, **kwargs: model(*args, **kwargs), *arguments, **keywords)
            else:
                model(*_keras.tree.map_structure(_zeros, arguments), **_keras.tree.map_structure(_zeros, keywords))
    except Exception as error:
        text = " ".join(str(error).split())
        raise SourceError(f"{type(model).__name__} failed: {type(error).__name__}: {text[:300]}") from error
    trace = _trace(model, paths, "fake" if on_shapes else "real", reason, recorder.calls, recorder.ops)
    return Captured(trace)


def capture_keras_file(path: Path, inputs: ForwardInputs, *, trust: bool = False) -> Captured:
    """The trace of a ``.keras`` file. Without `trust` code in it is not run: a model with lambdas is refused.

    Raises SourceError.
    """
    try:
        model = _keras.saving.load_model(path, compile=False, safe_mode=not trust)
    except Exception as error:
        text = " ".join(str(error).split())
        if not trust and ("safe_mode" in text or "unsafe" in text):
            raise needs_trust(path, "it holds functions") from error
        raise SourceError(f"{path} is not a Keras file, or it cannot be read: {text[:200]}") from error
    return capture_keras(model, inputs, CaptureOptions())


def _specs(model: Any, inputs: ForwardInputs) -> tuple[list[Any] | None, dict[str, Any], str]:
    """The arguments as tensors without values, and what is said about them."""
    if inputs:
        keywords = {name: _spec(value) for name, value in inputs.keywords.items()}
        return [_spec(value) for value in inputs.arguments], keywords, ""
    built_with = getattr(model, "_inputs_struct", None)
    if built_with is None and getattr(model, "_functional", None) is not None:
        built_with = getattr(model._functional, "_inputs_struct", None)
    if built_with is None:
        return None, {}, ""
    opened = False

    def closed(tensor: Any) -> Any:
        nonlocal opened
        opened |= None in tensor.shape
        return _keras.KerasTensor([1 if size is None else size for size in tensor.shape], tensor.dtype)

    made = _keras.tree.map_structure(closed, built_with)
    return [made], {}, "sizes that its inputs leave open are 1" if opened else ""


def _spec(value: Any) -> Any:
    if isinstance(value, TensorSpec):
        return _keras.KerasTensor(value.shape, value.dtype or "float32")

    def each(leaf: Any) -> Any:
        return (
            _keras.KerasTensor(leaf.shape, _backend.standardize_dtype(leaf.dtype)) if hasattr(leaf, "shape") else leaf
        )

    return _keras.tree.map_structure(each, value)


def _zeros(leaf: Any) -> Any:
    return _keras.ops.zeros(leaf.shape, leaf.dtype) if isinstance(leaf, _keras.KerasTensor) else leaf


def _built_copy(model: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """A copy with weights: to build the user's own would change it."""
    try:
        copy = type(model).from_config(model.get_config())
        copy(*arguments, **keywords)
    except Exception as error:
        raise SourceError(
            f"{type(model).__name__} is not built, and a copy of it cannot be: {' '.join(str(error).split())[:200]}; "
            "call it once first"
        ) from error
    return copy


class _Paths:
    """The path of every layer: the names of those around it and its own."""

    def __init__(self, model: Any) -> None:
        self.layers: dict[str, Any] = {}
        #: The path of every variable, by its id.
        self.variables: dict[int, str] = {}
        self._paths: dict[int, str] = {}
        waiting = [("", model)]
        while waiting:
            path, layer = waiting.pop()
            if id(layer) in self._paths:
                continue
            self._paths[id(layer)] = path
            self.layers[path] = layer
            for variable in (*layer._trainable_variables, *layer._non_trainable_variables):
                self.variables.setdefault(id(variable), f"{path}.{variable.name}" if path else variable.name)
            # An input is a place, and no layer that could be called.
            inner = [each for each in getattr(layer, "_layers", []) if not isinstance(each, _keras.layers.InputLayer)]
            waiting += [(f"{path}.{each.name}" if path else each.name, each) for each in reversed(inner)]

    def of(self, layer: Any, outer: str) -> str:
        """The path of a layer; for a layer that is not part of the model, its name below its caller's."""
        known = self._paths.get(id(layer))
        return known if known is not None else f"{outer}.<{layer.name}>"


class _Recorder:
    """Layers' calls and products, while they are made."""

    def __init__(self, paths: _Paths) -> None:
        self.calls: list[ModuleCall] = []
        self.ops: list[Op] = []
        self._paths = paths
        self._stack: list[int] = []
        self._numbers: dict[str, int] = {}
        self._hidden = 0

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Everything that runs inside is recorded."""
        layer = _keras.layers.Layer
        original = layer.__call__
        layer.__call__ = self._call(original)
        originals = [
            (place, name, getattr(place, name))
            for place in (ops, _keras.ops)
            for name in PRODUCTS
            if hasattr(place, name)
        ]
        for place, name, function in originals:
            setattr(place, name, self._product(name, function))
        try:
            yield
        finally:
            layer.__call__ = original
            for place, name, function in originals:
                setattr(place, name, function)

    def _call(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
            if self._hidden:
                return original(layer, *args, **kwargs)
            parent = self._stack[-1] if self._stack else None
            path = self._paths.of(layer, self.calls[parent].path if parent is not None else "")
            number = self._numbers[path] = self._numbers.get(path, 0) + 1
            idx = len(self.calls)
            inputs = Value("group", "arguments", items=tuple(_items(args, kwargs)))
            self.calls.append(ModuleCall(idx, path, type(layer).__name__, number, parent, inputs, None))
            self._stack.append(idx)
            recurrent = isinstance(layer, _keras.layers.RNN)
            self._hidden += recurrent
            try:
                result = original(layer, *args, **kwargs)
            finally:
                self._hidden -= recurrent
                self._stack.pop()
            self.calls[idx] = ModuleCall(idx, path, type(layer).__name__, number, parent, inputs, _value(result))
            if recurrent:
                self._recurrent(idx, layer, args[0] if args else next(iter(kwargs.values())), result)
            return result

        return call

    def _product(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def product(*args: Any, **kwargs: Any) -> Any:
            # One that asks for another, as some do, is one.
            self._hidden += 1
            try:
                result = function(*args, **kwargs)
            finally:
                self._hidden -= 1
            if not self._hidden and self._stack:
                self._record(self._stack[-1], f"keras.{name}", [*args, *kwargs.values()], result, kwargs)
            return result

        return product

    def _recurrent(self, call: int, layer: Any, sequence: Any, result: Any) -> None:
        """The cell's matrices, each of which meets every step of every sample once."""
        cell = layer.cell
        weights = [getattr(cell, name, None) for name in ("kernel", "recurrent_kernel")]
        name = (
            "keras.rnn"
            if all(weight is not None and len(weight.shape) == 2 for weight in weights)
            else "keras.custom_rnn"
        )
        self._record(call, name, [sequence, *(weight for weight in weights if weight is not None)], result, {})

    def _record(self, call: int, name: str, operands: list[Any], result: Any, keywords: dict[str, Any]) -> None:
        tensors = [operand for operand in operands if hasattr(operand, "shape") and hasattr(operand, "dtype")]
        inputs = tuple(
            OpInput(str(at), _tensor(each).shape, _tensor(each).dtype, parameter=self._paths.variables.get(id(each)))
            for at, each in enumerate(tensors)
        )
        outputs = tuple(OpOutput(each.shape, each.dtype, each.device, each.bytes) for each in _value(result).tensors())
        plain = [(key, value) for key, value in keywords.items() if isinstance(value, bool | int | float | str)]
        plain += [("equation", operand) for operand in operands[:1] if isinstance(operand, str)]
        self.ops.append(Op(len(self.ops), call, "forward", name, None, inputs, outputs, tuple(plain)))


def _items(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    yield from ((str(idx), _value(item)) for idx, item in enumerate(args))
    yield from ((name, _value(item)) for name, item in kwargs.items())


def _value(value: Any) -> Value:
    name = type(value).__name__
    if value is None:
        return Value("none", "None")
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return Value("tensor", "Tensor", tensor=_tensor(value))
    if isinstance(value, bool | int | float | str):
        return Value("scalar", name, text=repr(value))
    if isinstance(value, dict):
        return Value("group", name, items=tuple((str(key), _value(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return Value("group", name, items=tuple((str(idx), _value(item)) for idx, item in enumerate(value)))
    return Value("object", name)


def _tensor(value: Any) -> Tensor:
    shape = tuple(-1 if size is None else int(size) for size in value.shape)
    dtype = str(_backend.standardize_dtype(value.dtype))
    return Tensor(shape, dtype, "", 0 if -1 in shape else prod(shape) * element_bytes(dtype))


def _trace(model: Any, paths: _Paths, method: Any, reason: str, calls: list[ModuleCall], made: list[Op]) -> Trace:
    parameters: dict[int, Parameter] = {}
    for layer in paths.layers.values():
        learned = {id(each) for each in layer._trainable_variables}
        frozen = not layer.trainable
        for variable in (*layer._trainable_variables, *layer._non_trainable_variables):
            if id(variable) not in parameters:
                parameters[id(variable)] = _parameter(
                    paths.variables[id(variable)],
                    variable,
                    len(parameters),
                    buffer=id(variable) not in learned,
                    trainable=id(variable) in learned and not frozen and variable.trainable,
                )
    modules = tuple(Module(path, type(layer).__name__) for path, layer in paths.layers.items())
    return Trace(
        framework="keras",
        model=type(model).__name__,
        method=method,
        reason=reason,
        modules=modules,
        calls=tuple(calls),
        ops=tuple(made),
        parameters=tuple(parameters.values()),
        # Layers are seen from outside: of what is in them only products are recorded.
        counts_element_operations=False,
    )


def _parameter(name: str, variable: Any, idx: int, *, buffer: bool, trainable: bool) -> Parameter:
    tensor = _tensor(variable)
    holder = name.rpartition(".")[0]
    return Parameter(
        name, (), holder, tensor.shape, tensor.dtype, tensor.bytes, idx, 0, trainable=trainable, buffer=buffer
    )
