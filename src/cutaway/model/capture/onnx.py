"""Read an ONNX file into a `Trace`: shapes by ONNX's own inference, weights by their descriptions alone.

Modules are those that PyTorch's exporters leave: names of scopes among the metadata of nodes, or in front of their
names. Sizes that the file leaves open are 1 unless the inputs say something else. Functions are put in where they are
called. Raises SourceError for a file that is not ONNX, and where a file with weights is missing.
"""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

from cutaway.model.capture.captured import Captured, SourceError
from cutaway.model.capture.graph_trace import Graph, GraphNode, Scope, graph_trace
from cutaway.model.costs.traffic import element_bytes
from cutaway.model.inputs import ForwardInputs, TensorSpec
from cutaway.model.records import Parameter, Shape, Tensor

_SCOPES = "pkg.torch.onnx.name_scopes"
_CLASSES = "pkg.torch.onnx.class_hierarchy"
#: Attributes of nodes that are kept: numbers and texts.
_PLAIN = (1, 2, 3, 6, 7, 8)


def capture_onnx(path: Path, inputs: ForwardInputs, *, trust: bool = False) -> Captured:
    """The trace of a file. ONNX files hold no code, so `trust` changes nothing."""
    try:
        import onnx
        from onnx import inliner, shape_inference
    except ModuleNotFoundError as error:
        raise SourceError(f"reading {path} needs the package onnx: pip install onnx") from error
    library: Any = onnx
    try:
        model = library.load(str(path), load_external_data=False)
    except Exception as error:
        raise SourceError(f"{path} is not an ONNX file, or it is damaged: {type(error).__name__}") from error
    if not model.graph.node and not model.graph.initializer:
        raise SourceError(f"{path} is not an ONNX file: it has no graph")
    _check_external(path, model.graph)
    reason = _set_sizes(path, model.graph, inputs)
    try:
        if model.functions:
            model = inliner.inline_local_functions(model)
        # The shapes that an exporter has noted may be of other sizes.
        del model.graph.value_info[:]
        model = shape_inference.infer_shapes(model, check_type=False, data_prop=True)
    except Exception as error:
        raise SourceError(f"{path} is an ONNX file whose shapes cannot be inferred: {_line(error)}") from error
    return Captured(graph_trace(_graph(library, path, model.graph, reason)))


def _check_external(path: Path, graph: Any) -> None:
    """Every file that weights are said to be in must be beside the model."""
    names = {entry.value for tensor in graph.initializer for entry in tensor.external_data if entry.key == "location"}
    for name in sorted(names):
        place = Path(name)
        if place.is_absolute() or ".." in place.parts:
            raise SourceError(f"{path} says that its weights are in {name!r}, which is not beside it")
        if not (path.parent / place).is_file():
            raise SourceError(f"{path} keeps its weights in {name}, which is not there")


def _set_sizes(path: Path, graph: Any, inputs: ForwardInputs) -> str:
    """Give sizes to the graph's inputs; what was done, for the line that says how it was captured."""
    weights = {tensor.name for tensor in graph.initializer}
    given = [value for value in graph.input if value.name not in weights]
    asked: dict[str, Shape] = {}
    if len(inputs.arguments) > len(given):
        raise SourceError(f"{path} takes {len(given)} inputs, and {len(inputs.arguments)} were given")
    pairs = [*zip((value.name for value in given), inputs.arguments, strict=False), *inputs.keywords.items()]
    for name, spec in pairs:
        if name not in {value.name for value in given}:
            raise SourceError(f"{path} has no input {name!r}; it has {', '.join(value.name for value in given)}")
        asked[name] = spec.shape if isinstance(spec, TensorSpec) else tuple(spec.shape)
    opened: dict[str, None] = {}
    for value in given:
        dims = value.type.tensor_type.shape.dim
        shape = asked.get(value.name)
        if shape is not None and len(shape) != len(dims):
            raise SourceError(f"{path}: its input {value.name} has {len(dims)} axes, not the {len(shape)} of {shape}")
        for axis, dim in enumerate(dims):
            if shape is not None:
                if dim.HasField("dim_value") and dim.dim_value not in (0, shape[axis]):
                    raise SourceError(
                        f"{path}: axis {axis} of its input {value.name} is {dim.dim_value}, and {shape[axis]} was given"
                    )
                dim.dim_value = shape[axis]
            elif not dim.HasField("dim_value") or not dim.dim_value:
                opened.setdefault(dim.dim_param or f"axis {axis} of {value.name}")
                dim.dim_value = 1
    return f"what the file leaves open is 1: {', '.join(opened)}" if opened else ""


def _graph(onnx: Any, path: Path, graph: Any, reason: str) -> Graph:
    tensors: dict[str, Tensor] = {}
    for value in (*graph.input, *graph.output, *graph.value_info):
        kind = value.type.tensor_type
        shape = tuple(dim.dim_value if dim.HasField("dim_value") else -1 for dim in kind.shape.dim)
        tensors[value.name] = _tensor(onnx, shape, kind.elem_type)
    parameters: dict[str, Parameter] = {}
    for idx, weight in enumerate(graph.initializer):
        tensor = tensors[weight.name] = _tensor(onnx, tuple(weight.dims), weight.data_type)
        # Constants of the graph (shapes, axes) stand beside the weights, as whole numbers.
        if tensor.dtype.startswith(("int", "bool")) and not weight.external_data:
            continue
        parameters[weight.name] = _parameter(weight.name, tensor, idx)
    nodes = [_node(onnx, node, idx) for idx, node in enumerate(graph.node)]
    _place(parameters, nodes)
    given = [value.name for value in graph.input if value.name not in {weight.name for weight in graph.initializer}]
    results = [value.name for value in graph.output]
    name = graph.name or path.stem
    return Graph("onnx", name, nodes, tensors, parameters, given, results, reason, knows_trainable=False)


def _place(parameters: dict[str, Parameter], nodes: list[GraphNode]) -> None:
    """A weight without a name of its own stands where it is read first."""
    modules = {scope.path for node in nodes for scope in node.scope}
    for node in nodes:
        for _, value in node.inputs:
            parameter = parameters.get(value)
            if parameter is not None and node.scope and parameter.module not in modules:
                holder = node.scope[-1].path
                name = f"{holder}.{parameter.path.rpartition('.')[2]}"
                parameters[value] = replace(parameter, path=name, module=holder)


def _node(onnx: Any, node: Any, idx: int) -> GraphNode:
    name = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else f"onnx.{node.op_type}"
    arguments = tuple(
        (item.name, _plain(onnx.helper.get_attribute_value(item))) for item in node.attribute if item.type in _PLAIN
    )
    inputs = tuple((str(at), value) for at, value in enumerate(node.input) if value)
    outputs = tuple(value or f"(no name {idx}.{at})" for at, value in enumerate(node.output))
    return GraphNode(name, _scope(node), inputs, outputs, arguments, node.name or None)


def _scope(node: Any) -> tuple[Scope, ...]:
    """The modules around a node, from what an exporter of PyTorch's has noted."""
    notes = {entry.key: entry.value for entry in node.metadata_props}
    if _SCOPES in notes:
        try:
            paths = [str(path) for path in ast.literal_eval(notes[_SCOPES])]
            kinds = [str(kind).rpartition(".")[2] for kind in ast.literal_eval(notes.get(_CLASSES, "[]"))]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return ()
        # The first is the model, the last the operation itself.
        return tuple(Scope(path, kind) for path, kind in zip(paths[1:-1], kinds[1:-1], strict=False) if path)
    segments = node.name.strip("/").split("/")[:-1] if node.name.startswith("/") else []
    scope: list[Scope] = []
    for segment in segments:
        # A segment may have its parent's name in front: /layer/layer.0/Conv.
        outer = scope[-1].path if scope else ""
        last = outer.rpartition(".")[2]
        name = segment.removeprefix(f"{last}.") if last and segment.startswith(f"{last}.") else segment
        scope.append(Scope(f"{outer}.{name}" if outer else name, ""))
    # Classes are not noted: where one operation is all that there is, its name says the most.
    return (*scope[:-1], Scope(scope[-1].path, node.op_type)) if scope else ()


def _parameter(name: str, tensor: Tensor, idx: int) -> Parameter:
    holder = name.rpartition(".")[0]
    return Parameter(name, (), holder, tensor.shape, tensor.dtype, tensor.bytes, idx, 0, trainable=False)


def _tensor(onnx: Any, shape: Shape, kind: int) -> Tensor:
    try:
        dtype = str(onnx.helper.tensor_dtype_to_np_dtype(kind))
    except (KeyError, ValueError, TypeError):
        dtype = "float32" if not kind else "unknown"
    dtype = {"bfloat16": "bfloat16", "object": "string"}.get(dtype, dtype)
    size = element_bytes(dtype)
    for each in shape:
        size *= max(each, 0)
    return Tensor(shape, dtype, "cpu", size)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    return value if isinstance(value, int | float | str) else str(value)


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 160 else text[:159] + "…"
