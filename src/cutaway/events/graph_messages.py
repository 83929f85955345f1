"""The messages of TensorFlow's graphs as tables, as far as somebody reads or writes them."""

from cutaway.events.messages import TENSOR, TENSOR_SHAPE
from cutaway.events.schema import Field, Message

ATTR_VALUE = Message(
    s=Field(2, "bytes"),
    i=Field(3, "int64"),
    f=Field(4, "float"),
    b=Field(5, "bool"),
    type=Field(6, "enum"),
    shape=Field(7, TENSOR_SHAPE),
    tensor=Field(8, TENSOR),
    placeholder=Field(9, "string"),
)
ATTR_VALUE.add(
    list=Field(
        1,
        Message(
            s=Field(2, "bytes", repeated=True),
            i=Field(3, "int64", repeated=True),
            f=Field(4, "float", repeated=True),
            b=Field(5, "bool", repeated=True),
            type=Field(6, "enum", repeated=True),
            shape=Field(7, TENSOR_SHAPE, repeated=True),
            tensor=Field(8, TENSOR, repeated=True),
        ),
    )
)
NODE_DEF = Message(
    name=Field(1, "string"),
    op=Field(2, "string"),
    input=Field(3, "string", repeated=True),
    device=Field(4, "string"),
    attr=Field(5, Message(key=Field(1, "string"), value=Field(2, ATTR_VALUE)), repeated=True),
)
VERSION_DEF = Message(producer=Field(1, "int32"), min_consumer=Field(2, "int32"))
GRAPH_DEF = Message(
    node=Field(1, NODE_DEF, repeated=True),
    library=Field(2, "bytes"),
    versions=Field(4, VERSION_DEF),
)
META_GRAPH_DEF = Message(graph_def=Field(2, "bytes"))
_MEMORY = Message(allocator_name=Field(1, "string"), total_bytes=Field(2, "int64"))
_NODE_STATS = Message(node_name=Field(1, "string"), memory=Field(6, _MEMORY, repeated=True))
_DEVICE_STATS = Message(device=Field(1, "string"), node_stats=Field(2, _NODE_STATS, repeated=True))
#: The costs of a run, as far as they are written here: the bytes of each node.
RUN_METADATA = Message(step_stats=Field(1, Message(dev_stats=Field(1, _DEVICE_STATS, repeated=True))))
