"""The graph of a Keras model's configuration: calls of layers are nodes, and models in it are groups.

A layer that is called again has another node, with ``#2``, and so has a model another group. The op of a node is the
layer's class.
"""

from dataclasses import dataclass, field

from cutaway.model.graph.builder import GraphBuilder
from cutaway.model.graph.execution_order import in_execution_order
from cutaway.model.graph.graph import Graph, NodeKind, TensorType
from cutaway.model.graph.keras_config import INPUT_LAYER, Layer, Model, Read

#: Layers of models in models, and what they read; more calls of such a model are nodes.
MOST_OPENED = 200_000


def graph_of_keras(model: Model) -> Graph:
    """The graph of a model."""
    builder = GraphBuilder(model.name, model.class_name)
    reading = _Reading(builder)
    inside = reading.place(model, 0, "")
    if model.is_sequential and model.layers and model.layers[0].class_name != INPUT_LAYER:
        first = model.layers[0]
        given = builder.node(0, NodeKind.INPUT, "input", "input")
        for target in reading.targets(inside, first, 0):
            builder.edge(given, 0, target, first.input_type)
    outputs = [made for read in model.outputs for made in reading.made(inside, read)[:1]]
    for place, (node, output) in enumerate(outputs):
        name = "output" if len(outputs) == 1 else f"output_{place}"
        builder.edge(node, output, builder.node(0, NodeKind.OUTPUT, name, "output"), None)
    reading.note(model)
    return in_execution_order(builder.graph())


@dataclass(eq=False, slots=True)
class _Inside:
    """A model in its place: its layers by name, and the node or the inside of each of their calls."""

    model: Model
    layers: dict[str, Layer] = field(default_factory=dict)
    calls: dict[str, list["int | _Inside"]] = field(default_factory=dict)
    #: How far the calls of a layer are numbered beyond those that there are: Keras 2 counts the making of a model.
    shifts: dict[str, int] = field(default_factory=dict)


class _Reading:
    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self.left = MOST_OPENED
        self.missing = self.unopened = self.loose = 0

    def place(self, model: Model, group: int, prefix: str) -> _Inside:
        """Make the nodes and edges of a model in a group."""
        inside = _Inside(model, {layer.name: layer for layer in reversed(model.layers)})
        if model.layers and not model.is_joined:
            self.loose += len(model.layers)
        for layer in model.layers:
            placed = inside.calls.setdefault(layer.name, [])
            placed += [self._call(layer, group, prefix, number) for number in range(1, max(len(layer.calls), 1) + 1)]
        self._count(inside)
        for layer in model.layers:
            for number, call in enumerate(layer.calls):
                self._join(inside, layer, number, call)
        return inside

    def _call(self, layer: Layer, group: int, prefix: str, number: int) -> "int | _Inside":
        name = layer.name if number == 1 else f"{layer.name}#{number}"
        key = f"{prefix}{name}"
        if layer.inner is not None:
            size = sum(1 + sum(map(len, each.calls)) for each in layer.inner.layers)
            if size and size <= self.left:
                self.left -= size
                inner = self.builder.group(group, name, key, layer.class_name, layer.number)
                return self.place(layer.inner, inner, f"{key}/")
            self.unopened += bool(size)
        kind = NodeKind.INPUT if layer.class_name == INPUT_LAYER else NodeKind.OP
        return self.builder.node(group, kind, name, layer.class_name, layer.number, key)

    def _count(self, inside: _Inside) -> None:
        reads = [read for layer in inside.model.layers for call in layer.calls for read in call]
        for read in (*reads, *inside.model.outputs):
            known = len(inside.calls.get(read.layer, ()))
            if read.call >= known > 0:
                inside.shifts[read.layer] = max(inside.shifts.get(read.layer, 0), read.call - known + 1)

    def _join(self, inside: _Inside, layer: Layer, number: int, call: list[Read]) -> None:
        targets = self.targets(inside, layer, number)
        for place, read in enumerate(call):
            made = self.made(inside, read)
            self.missing += not made
            tensor = read.tensor or (layer.input_type if len(call) == 1 else None)
            # A model's inputs take what it is given, one after the other.
            ends = targets if len(targets) == 1 else targets[place : place + 1] or targets[-1:]
            for node, output in made:
                for end in ends:
                    self.builder.edge(node, output, end, tensor or self._given(inside, read))

    def _given(self, inside: _Inside, read: Read) -> TensorType | None:
        """The type of a model's input, which says it itself."""
        layer = inside.layers.get(read.layer)
        return layer.input_type if layer is not None and layer.class_name == INPUT_LAYER else None

    def targets(self, inside: _Inside, layer: Layer, number: int) -> list[int]:
        """The nodes that take what a call of a layer reads: of a model its inputs, or the first of its layers."""
        placed = inside.calls[layer.name][min(number, len(inside.calls[layer.name]) - 1)]
        if isinstance(placed, int):
            return [placed]
        inner = placed.model
        inputs = [each for each in inner.layers if each.class_name == INPUT_LAYER] or inner.layers[:1]
        return [node for each in inputs for node in self.targets(placed, each, 0)]

    def made(self, inside: _Inside, read: Read) -> list[tuple[int, int]]:
        """The node, and which of its outputs, that is read; nothing where there is none."""
        while True:
            placed = inside.calls.get(read.layer, [])
            if not placed:
                return []
            number = max(read.call - inside.shifts.get(read.layer, 0), 0)
            one = placed[min(number, len(placed) - 1)]
            if isinstance(one, int):
                return [(one, min(max(read.output, 0), 1 << 20))]
            if not one.model.outputs:
                return []
            outputs = one.model.outputs
            inside, read = one, outputs[min(max(read.output, 0), len(outputs) - 1)]

    def note(self, model: Model) -> None:
        """Say what is not there."""
        counts = (
            (self.missing, "inputs are of layers that are not in the model"),
            (self.loose, "layers stand alone: the configuration does not say what they read"),
            (self.unopened, "calls of models are not opened: they are too many"),
        )
        self.builder.notes += [f"{count:,} {text}" for count, text in counts if count]
        if not model.layers:
            self.builder.notes.append(f"0 layers are shown: the configuration of {model.class_name} names none")
