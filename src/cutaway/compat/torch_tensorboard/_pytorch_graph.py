"""``torch.utils.tensorboard._pytorch_graph``: a model's graph as messages."""

from typing import Any, ClassVar

from cutaway.compat.v1.messages import Message, TensorProto, TensorShapeProto
from cutaway.events.graph_messages import ATTR_VALUE, GRAPH_DEF, NODE_DEF, RUN_METADATA, VERSION_DEF

__all__ = ["AttrValue", "GraphDef", "NodeDef", "RunMetadata", "VersionDef", "graph"]


class AttrValue(Message):
    """The value of an attribute."""

    class ListValue(Message):
        """Several values."""

        _table = ATTR_VALUE.fields["list"].type  # type: ignore[assignment]
        _kinds: ClassVar = {"shape": TensorShapeProto, "tensor": TensorProto}

    _table = ATTR_VALUE
    _kinds: ClassVar = {"shape": TensorShapeProto, "tensor": TensorProto, "list": ListValue}


class _Attribute(Message):
    _table = NODE_DEF.fields["attr"].type  # type: ignore[assignment]
    _kinds: ClassVar = {"value": AttrValue}


class NodeDef(Message):
    """A node: its name, operation and inputs."""

    _table = NODE_DEF
    _kinds: ClassVar = {"attr": _Attribute}

    @property
    def attr(self) -> dict[str, AttrValue]:
        """The attributes by their names, to be read."""
        return {item.key: item.value for item in self._fields.get("attr", [])}


class VersionDef(Message):
    """The version of the writer, and the lowest that can read it."""

    _table = VERSION_DEF


class GraphDef(Message):
    """The nodes of a graph."""

    _table = GRAPH_DEF
    _kinds: ClassVar = {"node": NodeDef, "versions": VersionDef}


class RunMetadata(Message):
    """The bytes that each node allocates."""

    _table = RUN_METADATA


def graph(model: Any, args: Any, verbose: bool = False, use_strict_trace: bool = True) -> tuple[GraphDef, RunMetadata]:
    """The graph of a model that is called with ``args``, a tensor or a tuple of arguments, and the bytes of its nodes.

    ``verbose`` prints the model's summary. ``use_strict_trace`` is accepted and changes nothing. Raises ForwardError,
    a RuntimeError, when the forward raises.
    """
    from cutaway.model.summary import summary
    from cutaway.record.trace_graph import trace_graph_and_metadata

    data, metadata = trace_graph_and_metadata(summary(model, input_data=args, verbose=verbose).trace)
    return GraphDef.FromString(data), RunMetadata.FromString(metadata)
