"""Trace JAX functions and Flax modules: what `jax.make_jaxpr` finds on shapes alone, with nothing computed.

Flax's modules (Linen and NNX) are known by marks that their calls leave in the name stack of every equation; a plain
function is one call. What a `scan` repeats is in the trace once, with how often it runs (``times``); the body of a
`while` is in it once, and the loop itself is listed as uncounted, since its length is not known; branches of a `cond`
are not entered.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import jax
import jax.numpy as jnp

from cutaway.model.capture.captured import Captured, SourceError
from cutaway.model.capture.graph_trace import Graph, GraphNode, Scope, graph_trace
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.records import Parameter, Tensor
from cutaway.model.trace import Trace

_jax: Any = jax
_jnp: Any = jnp
_MARK = re.compile(r"cutaway:(\d+)")
#: Equations that only stand around others.
_INLINED = {"jit", "pjit", "closed_call", "core_call", "remat", "checkpoint", "custom_lin", "run_state"}
#: Collections of Flax that are learned.
_LEARNED = {"params", "Param"}
_RANDOM = {"RngKey", "RngCount", "RngState"}


def capture_jax(model: Any, inputs: ForwardInputs, options: CaptureOptions) -> Captured:
    """The trace of a Flax module or of a function of arrays. Raises SourceError where there is no input."""
    kind = _kind(model)
    if not inputs:
        if kind == "function":
            raise SourceError("a JAX function has no shapes without inputs; give input_size or input_data")
        if kind == "linen":
            raise SourceError("a Linen module has no parameters before it is called; give input_size or input_data")
        return Captured(_nnx_parameters(model))
    arguments = tuple(map(_abstract, inputs.arguments))
    keywords = {name: _abstract(value) for name, value in inputs.keywords.items()}
    try:
        if kind == "linen":
            return Captured(_linen(model, arguments, keywords))
        if kind == "nnx":
            return Captured(_nnx(model, arguments, keywords))
        return Captured(_function(model, arguments, keywords))
    except SourceError:
        raise
    except Exception as error:
        text = " ".join(str(error).split())
        raise SourceError(f"{_name(model)} failed: {type(error).__name__}: {text[:300]}") from error


@dataclass
class _Scopes:
    """Calls of modules that are running, each with a mark."""

    known: list[Scope] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def entered(self, path: str, kind: str) -> Iterator[None]:
        number = self.numbers[path] = self.numbers.get(path, 0) + 1
        self.known.append(Scope(path, kind, number))
        with _jax.named_scope(f"cutaway:{len(self.known) - 1}"):
            yield

    def of(self, stack: str) -> tuple[int, ...]:
        """The marks in a name stack."""
        return tuple(int(mark) for mark in _MARK.findall(stack))


def _function(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Trace:
    jaxpr, names = _traced(function, (arguments, keywords), lambda given: function(*given[0], **given[1]))
    return _trace("jax", _name(function), jaxpr, names, {}, _Scopes())


def _linen(model: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Trace:
    import flax.linen as linen

    library: Any = linen
    scopes = _Scopes()
    random = {name: _jax.random.key(0) for name in ("params", "dropout")}
    plain = {name: value for name, value in keywords.items() if not hasattr(value, "shape")}
    arrays = {name: value for name, value in keywords.items() if name not in plain}
    variables = _jax.eval_shape(lambda given, named: model.init(random, *given, **named, **plain), arguments, arrays)
    mutable = [name for name in variables if name not in _LEARNED]

    def mark(following: Callable[..., Any], args: Any, kwargs: Any, context: Any) -> Any:
        if context.method_name != "__call__" or not context.module.path:
            return following(*args, **kwargs)
        with scopes.entered(".".join(context.module.path), type(context.module).__name__):
            return following(*args, **kwargs)

    def run(given: Any) -> Any:
        with library.intercept_methods(mark):
            made = model.apply(given[0], *given[1], **given[2], **plain, rngs=random, mutable=mutable)
        return made[0]

    jaxpr, names = _traced(model, (variables, arguments, arrays), run)
    parameters: dict[str, Parameter] = {}
    for path, leaf in _jax.tree_util.tree_flatten_with_path(variables)[0]:
        keys = [_key(each) for each in path]
        parameters[".".join(["0", *keys])] = _parameter(".".join(keys[1:]), leaf, keys[0] in _LEARNED, len(parameters))
    return _trace("flax.linen", type(model).__name__, jaxpr, names, parameters, scopes)


def _nnx(model: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Trace:
    from flax import nnx

    library: Any = nnx
    scopes = _Scopes()
    definition, state = library.split(model)
    plain = {name: value for name, value in keywords.items() if not hasattr(value, "shape")}
    arrays = {name: value for name, value in keywords.items() if name not in plain}

    def run(given: Any) -> Any:
        copy = library.merge(definition, given[0])
        paths = {id(module): ".".join(map(str, path)) for path, module in library.iter_modules(copy)}
        with _marked_calls(copy, paths, scopes, library):
            return copy(*given[1], **given[2], **plain)

    jaxpr, names = _traced(model, (_abstract_state(state), arguments, arrays), run)
    parameters: dict[str, Parameter] = {}
    for path, kind, leaf in _variables(library, state):
        name = ".".join(map(str, path))
        parameters[name] = _parameter(name, leaf, kind in _LEARNED, len(parameters))
    by_place = {f"0.{name}": parameter for name, parameter in parameters.items()}
    return _trace("flax.nnx", type(model).__name__, jaxpr, names, by_place, scopes)


@contextmanager
def _marked_calls(model: Any, paths: Mapping[int, str], scopes: _Scopes, nnx: Any) -> Iterator[None]:
    """Every call of a module of the copy leaves its mark; the classes are as they were afterwards."""
    kinds = {type(module) for _, module in nnx.iter_modules(model)}
    originals = {kind: kind.__call__ for kind in kinds if "__call__" in vars(kind)}

    def marked(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(module: Any, *args: Any, **kwargs: Any) -> Any:
            path = paths.get(id(module))
            if not path:
                return original(module, *args, **kwargs)
            with scopes.entered(path, type(module).__name__):
                return original(module, *args, **kwargs)

        return call

    try:
        for kind, original in originals.items():
            kind.__call__ = marked(original)
        yield
    finally:
        for kind, original in originals.items():
            kind.__call__ = original


def _nnx_parameters(model: Any) -> Trace:
    from flax import nnx

    library: Any = nnx
    _, state = library.split(model)
    parameters: dict[str, Parameter] = {}
    for path, kind, leaf in _variables(library, state):
        name = ".".join(map(str, path))
        parameters[name] = _parameter(name, leaf, kind in _LEARNED, len(parameters))
    graph = Graph("flax.nnx", type(model).__name__, (), {}, parameters, (), ())
    made = graph_trace(graph)
    types = {".".join(map(str, path)): type(module).__name__ for path, module in library.iter_modules(model)}
    modules = tuple(replace(module, type=types.get(module.path, module.type)) for module in made.modules)
    return replace(made, method="modules", reason="no inputs were given", calls=(), modules=modules)


def _variables(nnx: Any, state: Any) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    for path, variable in nnx.to_flat_state(state):
        kind = type(variable).__name__
        if kind not in _RANDOM:
            yield path, kind, variable


def _traced(model: Any, given: Any, run: Callable[[Any], Any]) -> tuple[Any, list[str]]:
    """The equations of a run, and the names of its arguments: places in `given`."""
    jaxpr = _jax.make_jaxpr(run)(given)
    leaves = _jax.tree_util.tree_flatten_with_path(given)[0]
    return jaxpr, [".".join(_key(each) for each in path) for path, _ in leaves]


class _Walk:
    """Equations, those inside others in their place, as nodes."""

    def __init__(self, scopes: _Scopes) -> None:
        self.scopes = scopes
        self.nodes: list[GraphNode] = []
        self.tensors: dict[str, Tensor] = {}
        self.count = 0

    def name(self, variable: Any, known: dict[Any, str]) -> str:
        """The name of a variable or of a constant in the text."""
        if hasattr(variable, "val"):
            self.count += 1
            name = f"constant {self.count}"
            self.tensors[name] = _tensor(variable.aval)
            return name
        return known[variable]

    def define(self, variable: Any, known: dict[Any, str], name: str | None = None) -> str:
        """A new variable."""
        if name is None:
            self.count += 1
            name = f"value {self.count}"
        known[variable] = name
        self.tensors[name] = _tensor(variable.aval)
        return name

    def run(self, jaxpr: Any, known: dict[Any, str], around: tuple[int, ...], times: int) -> None:
        """All equations of `jaxpr`, whose arguments are in `known`."""
        for equation in jaxpr.eqns:
            own = self.scopes.of(str(equation.source_info.name_stack))
            marks = own if own[: len(around)] == around else around + own
            inner, repeats = _inside(equation)
            if inner is None:
                self._node(equation, known, marks, times)
                continue
            if equation.primitive.name == "while":
                self._node(equation, known, marks, times)
                self._enter(inner, equation, [], marks, times)
                continue
            names = [self.name(variable, known) for variable in equation.invars]
            made = self._enter(inner, equation, names, marks, times * repeats)
            for variable, name in zip(equation.outvars, made, strict=False):
                if equation.primitive.name == "scan":
                    # Stacked: of another shape than what one round makes.
                    self.define(variable, known)
                    self._link(name, known[variable], marks)
                else:
                    known[variable] = name

    def _link(self, one: str, stacked: str, marks: tuple[int, ...]) -> None:
        scope = tuple(self.scopes.known[mark] for mark in marks)
        self.nodes.append(GraphNode("jax.stack", scope, (("0", one),), (stacked,)))

    def _enter(self, inner: Any, equation: Any, names: list[str], marks: tuple[int, ...], times: int) -> list[str]:
        jaxpr = getattr(inner, "jaxpr", inner)
        known: dict[Any, str] = {}
        for variable in jaxpr.constvars:
            self.define(variable, known)
        for position, variable in enumerate(jaxpr.invars):
            name = names[position] if position < len(names) else None
            if name is not None and self.tensors[name] == _tensor(variable.aval):
                known[variable] = name
            elif name is not None:
                # A slice of what a scan goes through.
                self.define(variable, known)
                scope = tuple(self.scopes.known[mark] for mark in marks)
                self.nodes.append(GraphNode("jax.unstack", scope, (("0", name),), (known[variable],)))
            else:
                self.define(variable, known)
        self.run(jaxpr, known, marks, times)
        return [self.name(variable, known) for variable in jaxpr.outvars]

    def _node(self, equation: Any, known: dict[Any, str], marks: tuple[int, ...], times: int) -> None:
        inputs = tuple((str(at), self.name(each, known)) for at, each in enumerate(equation.invars))
        outputs = tuple(self.define(each, known) for each in equation.outvars)
        arguments = tuple((name, _plain(value)) for name, value in equation.params.items() if _kept(value))
        scope = tuple(self.scopes.known[mark] for mark in marks)
        self.nodes.append(GraphNode(f"jax.{equation.primitive.name}", scope, inputs, outputs, arguments, times=times))


def _inside(equation: Any) -> tuple[Any, int]:
    """The equations in an equation, and how often they run; None where it is an operation of its own."""
    name, params = equation.primitive.name, equation.params
    if name == "scan":
        return params["jaxpr"], int(params["length"])
    if name == "while":
        return params["body_jaxpr"], 1
    if name in _INLINED or name.startswith(("custom_jvp", "custom_vjp", "remat")):
        for key in ("jaxpr", "call_jaxpr", "fun_jaxpr"):
            if key in params:
                return params[key], 1
    return None, 1


def _trace(
    framework: str, model: str, jaxpr: Any, names: list[str], parameters: Mapping[str, Parameter], scopes: _Scopes
) -> Trace:
    walk = _Walk(scopes)
    known: dict[Any, str] = {}
    for variable in jaxpr.jaxpr.constvars:
        walk.define(variable, known)
    for name, variable in zip(names, jaxpr.jaxpr.invars, strict=True):
        walk.define(variable, known, name)
    walk.run(jaxpr.jaxpr, known, (), 1)
    results = [walk.name(variable, known) for variable in jaxpr.jaxpr.outvars]
    given = [name for name in names if name not in parameters and walk.tensors[name].bytes]
    return graph_trace(Graph(framework, model, walk.nodes, walk.tensors, parameters, given, results))


def _kind(model: Any) -> str:
    names = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(model).__mro__}
    if "flax.Module" in names:
        return "linen" if hasattr(model, "init") and hasattr(model, "apply") else "nnx"
    return "function"


def _name(model: Any) -> str:
    return getattr(model, "__name__", None) or type(model).__name__


def _abstract(value: Any) -> Any:
    """A shape in place of numbers; a value that is not an array stays the same."""
    if isinstance(value, TensorSpec):
        return _jax.ShapeDtypeStruct(value.shape, _jnp.dtype(value.dtype or "float32"))
    return _jax.tree.map(
        lambda leaf: _jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) if hasattr(leaf, "shape") else leaf, value
    )


def _abstract_state(state: Any) -> Any:
    return _jax.tree.map(lambda leaf: _jax.ShapeDtypeStruct(leaf.shape, leaf.dtype), state)


def _key(entry: Any) -> str:
    for name in ("key", "idx", "name"):
        if hasattr(entry, name):
            return str(getattr(entry, name))
    return str(entry)


def _parameter(name: str, leaf: Any, learned: bool, idx: int) -> Parameter:
    tensor = _tensor(leaf)
    holder = name.rpartition(".")[0]
    return Parameter(
        name, (), holder, tensor.shape, tensor.dtype, tensor.bytes, idx, 0, trainable=learned, buffer=not learned
    )


def _tensor(value: Any) -> Tensor:
    shape = tuple(size if isinstance(size, int) else -1 for size in getattr(value, "shape", ()))
    dtype = getattr(value, "dtype", None)
    size = getattr(dtype, "itemsize", 0)
    return Tensor(shape, str(dtype), "", 0 if -1 in shape else prod(shape) * size)


def _kept(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | str | tuple)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return tuple(_plain(item) for item in value)
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
