"""Configurations of Keras models."""

import json
from hashlib import blake2b

from cutaway.model.graph.graph import Graph
from cutaway.model.graph.keras_config import Layer, Model, read_model
from cutaway.model.graph.of_keras import graph_of_keras
from cutaway.server.models.contents import Facts
from cutaway.server.models.records import Record
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.node_def import NodeFacts


def facts(record: Record, data: bytearray) -> list[Facts]:
    """Of the one model in a record. Raises MalformedError."""
    document = decode_value(record.kind, bytes(data), record.metadata)
    with decoding("the Keras model"):
        model = read_model(document)
        # With its keys in one order: the same model is the same text.
        text = json.dumps(document, sort_keys=True).encode()
        return [Facts(blake2b(text).hexdigest(), "keras", model.name, len(data), len(_layers(model)))]


def graph(record: Record, data: bytearray) -> Graph:
    """The graph. Raises MalformedError."""
    with decoding("the Keras model"):
        return graph_of_keras(_model(record, data))


def layer(record: Record, data: bytearray, source: int) -> NodeFacts:
    """What a layer is configured to, by its number in the source. Raises MalformedError; IndexError without it."""
    with decoding("the Keras model"):
        found = _layers(_model(record, data))
    each = found[source] if source >= 0 else found[len(found)]
    settings = [(name, value) for name, value in each.config.items() if name not in ("name", "layers")]
    return NodeFacts(each.class_name, "", [(name, _text(value)) for name, value in settings])


def _model(record: Record, data: bytearray) -> Model:
    return read_model(decode_value(record.kind, bytes(data), record.metadata))


def _layers(model: Model) -> list[Layer]:
    """All layers by their numbers."""
    found: list[Layer] = []
    waiting = list(reversed(model.layers))
    while waiting:
        layer = waiting.pop()
        found.append(layer)
        waiting.extend(reversed(layer.inner.layers if layer.inner is not None else []))
    return found


def _text(value: object) -> str:
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        settings = value.get("config")
        named = settings.get("name") if isinstance(settings, dict) else None
        return f"{value['class_name']}({named})" if isinstance(named, str) else value["class_name"]
    return value if isinstance(value, str) else json.dumps(value)
