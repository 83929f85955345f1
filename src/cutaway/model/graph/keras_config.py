"""A Keras model by its configuration, in the JSON of Keras 2 and 3: layers, and which outputs each call of one reads.

JSON is anybody's: what is not as Keras writes it is passed over, and counted where it leaves something out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cutaway.model.graph.graph import TensorType

#: Models whose layers follow each other.
_SEQUENTIAL = "Sequential"
#: The class of a model's inputs.
INPUT_LAYER = "InputLayer"
_TENSOR = "__keras_tensor__"


class Read(NamedTuple):
    """An output that a call reads: of which layer, which of its calls, which output; and its type."""

    layer: str
    call: int
    output: int
    tensor: TensorType | None


@dataclass(slots=True)
class Layer:
    """A layer; `inner` has its layers where it is a model itself."""

    name: str
    class_name: str
    config: dict[str, Any]
    #: What each of its calls reads; empty for inputs.
    calls: list[list[Read]]
    inner: "Model | None"
    #: What goes into it, where it has one input.
    input_type: TensorType | None
    #: Its place among all layers of the whole model, as they are in the JSON.
    number: int


@dataclass(slots=True)
class Model:
    """A model: its layers in the order of the JSON, and what it returns."""

    name: str
    class_name: str
    layers: list[Layer] = field(default_factory=list)
    outputs: list[Read] = field(default_factory=list)
    is_sequential: bool = False
    #: Whether its configuration says what its layers read.
    is_joined: bool = False


def read_model(document: Any) -> Model:
    """The model of a JSON document. Raises ValueError for one that is none."""
    if not isinstance(document, dict) or not isinstance(document.get("class_name"), str):
        raise ValueError("the JSON is no configuration of a Keras model")
    return _Numbering().model(document)


class _Numbering:
    """Numbers the layers as they come."""

    def __init__(self) -> None:
        self.count = 0

    def model(self, document: dict[str, Any]) -> Model:
        class_name, config = _text(document.get("class_name")), document.get("config")
        given = config if isinstance(config, list) else _mapping(config).get("layers")
        settings = _mapping(config)
        found = Model(_text(settings.get("name")) or class_name, class_name, is_sequential=class_name == _SEQUENTIAL)
        entries = [entry for entry in given if isinstance(entry, dict)] if isinstance(given, list) else []
        found.layers = [self.layer(entry) for entry in entries]
        if found.is_sequential:
            _chain(found)
        else:
            found.outputs = list(_reads(settings.get("output_layers")))
            found.is_joined = bool(found.outputs) or any(read for layer in found.layers for read in layer.calls)
        return found

    def layer(self, entry: dict[str, Any]) -> Layer:
        class_name, config = _text(entry.get("class_name")), _mapping(entry.get("config"))
        number = self.count
        self.count += 1
        given = entry["config"] if isinstance(entry.get("config"), list) else config.get("layers")
        inner = self.model(entry) if isinstance(given, list) else None
        name = _text(entry.get("name")) or _text(config.get("name")) or class_name
        wrapped = _mapping(config.get("layer")).get("class_name")
        if isinstance(wrapped, str):
            class_name = f"{class_name}({wrapped})"
        nodes = entry.get("inbound_nodes")
        calls = [list(_reads_of_call(node)) for node in nodes] if isinstance(nodes, list) else []
        return Layer(name, class_name, config, calls, inner, _input_type(entry, config), number)


def _chain(model: Model) -> None:
    """What each layer of a sequential model reads: the one before it."""
    before: Layer | None = None
    for layer in model.layers:
        layer.calls = [] if before is None else [[Read(before.name, 0, 0, layer.input_type)]]
        before = layer
    model.outputs = [] if before is None else [Read(before.name, 0, 0, None)]
    model.is_joined = True


def _reads_of_call(node: Any) -> Iterator[Read]:
    """Of one inbound node: a list of reads in Keras 2, arguments with tensors in Keras 3."""
    if isinstance(node, dict):
        yield from _tensors_in([node.get("args"), node.get("kwargs")])
    else:
        yield from _reads(node)


def _reads(value: Any) -> Iterator[Read]:
    """Every ``[layer, call, output]`` in nested lists and mappings, with more reads among the keyword arguments."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(reversed(each.values()))
        elif isinstance(each, list) and _is_read(each):
            yield Read(each[0], each[1], each[2], None)
            waiting.extend(reversed(each[3:]))
        elif isinstance(each, list):
            waiting.extend(reversed(each))


def _is_read(value: list[Any]) -> bool:
    return len(value) >= 3 and isinstance(value[0], str) and type(value[1]) is int and type(value[2]) is int


def _tensors_in(value: Any) -> Iterator[Read]:
    """Every tensor of Keras 3 in nested lists and mappings."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict) and each.get("class_name") == _TENSOR:
            config = _mapping(each.get("config"))
            history = config.get("keras_history")
            if isinstance(history, list) and _is_read(history):
                yield Read(history[0], history[1], history[2], _type(config.get("shape"), config.get("dtype")))
        elif isinstance(each, dict):
            waiting.extend(reversed(each.values()))
        elif isinstance(each, list):
            waiting.extend(reversed(each))


def _input_type(entry: dict[str, Any], config: dict[str, Any]) -> TensorType | None:
    build = _mapping(entry.get("build_config"))
    for shape in (config.get("batch_shape"), config.get("batch_input_shape"), build.get("input_shape")):
        found = _type(shape, config.get("dtype"))
        if found is not None:
            return found
    return None


def _type(shape: Any, dtype: Any) -> TensorType | None:
    if not isinstance(shape, list) or not all(size is None or type(size) is int for size in shape):
        return None
    # A policy of Keras 3, or the name.
    name = _mapping(_mapping(dtype).get("config")).get("name") if isinstance(dtype, dict) else dtype
    return TensorType(tuple(-1 if size is None else size for size in shape), _text(name), -1)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
