"""The messages of TensorFlow's graphs as tables, as far as somebody reads or writes them."""

from cutaway.events.messages import TENSOR, TENSOR_SHAPE
from cutaway.events.schema import Field, Message

_FUNCTION_NAME = Message(name=Field(1, "string"))
ATTR_VALUE = Message(
    s=Field(2, "bytes"),
    i=Field(3, "int64"),
    f=Field(4, "float"),
    b=Field(5, "bool"),
    type=Field(6, "enum"),
    shape=Field(7, TENSOR_SHAPE),
    tensor=Field(8, TENSOR),
    placeholder=Field(9, "string"),
    func=Field(10, _FUNCTION_NAME),
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
            func=Field(9, _FUNCTION_NAME, repeated=True),
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
_ARGUMENT = Message(name=Field(1, "string"), type=Field(3, "enum"))
OP_DEF = Message(
    name=Field(1, "string"),
    input_arg=Field(2, _ARGUMENT, repeated=True),
    output_arg=Field(3, _ARGUMENT, repeated=True),
)
#: An entry of the maps of a FunctionDef: what it returns by its names; and the attributes of its arguments by places.
RETURNED = Message(key=Field(1, "string"), value=Field(2, "string"))
ARGUMENT_ATTRIBUTES = Message(
    key=Field(1, "uint32"),
    value=Field(2, Message(attr=Field(1, Message(key=Field(1, "string"), value=Field(2, ATTR_VALUE)), repeated=True))),
)
META_GRAPH_DEF = Message(graph_def=Field(2, "bytes"))
_MEMORY = Message(allocator_name=Field(1, "string"), total_bytes=Field(2, "int64"))
_NODE_STATS = Message(
    node_name=Field(1, "string"),
    all_start_micros=Field(2, "int64"),
    op_start_rel_micros=Field(3, "int64"),
    op_end_rel_micros=Field(4, "int64"),
    all_end_rel_micros=Field(5, "int64"),
    memory=Field(6, _MEMORY, repeated=True),
    op_start_rel_nanos=Field(14, "int64"),
    op_end_rel_nanos=Field(15, "int64"),
)
_DEVICE_STATS = Message(device=Field(1, "string"), node_stats=Field(2, _NODE_STATS, repeated=True))
STEP_STATS = Message(dev_stats=Field(1, _DEVICE_STATS, repeated=True))
_FUNCTION_GRAPHS = Message(
    partition_graphs=Field(1, "bytes", repeated=True),
    pre_optimization_graph=Field(2, "bytes"),
    post_optimization_graph=Field(3, "bytes"),
)
#: What one run of a graph cost; and the graphs that ran, in the same message.
RUN_METADATA = Message(step_stats=Field(1, STEP_STATS))
GRAPHS_THAT_RAN = Message(
    partition_graphs=Field(3, "bytes", repeated=True),
    function_graphs=Field(4, _FUNCTION_GRAPHS, repeated=True),
)
