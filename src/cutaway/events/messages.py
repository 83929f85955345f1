"""The messages of event files as tables, and the few events that a writer itself needs.

Names and numbers are those of TensorFlow's and TensorBoard's ``.proto`` files; ``docs/event-files.md`` lists the hot
ones. Only fields that somebody reads or writes are here.
"""

from cutaway.events.schema import Field, Message
from cutaway.events.wire import bytes_field, double_field, varint_field

# -- event.proto, summary.proto ------------------------------------------------------------------------------------

#: SessionLog.SessionStatus.
SESSION_START, SESSION_STOP = 1, 2

PLUGIN_DATA = Message(plugin_name=Field(1, "string"), content=Field(2, "bytes"))
SUMMARY_METADATA = Message(
    plugin_data=Field(1, PLUGIN_DATA),
    display_name=Field(2, "string"),
    summary_description=Field(3, "string"),
    data_class=Field(4, "enum"),
)
HISTOGRAM = Message(
    min=Field(1, "double"),
    max=Field(2, "double"),
    num=Field(3, "double"),
    sum=Field(4, "double"),
    sum_squares=Field(5, "double"),
    bucket_limit=Field(6, "double", repeated=True),
    bucket=Field(7, "double", repeated=True),
)
IMAGE = Message(
    height=Field(1, "int32"),
    width=Field(2, "int32"),
    colorspace=Field(3, "int32"),
    encoded_image_string=Field(4, "bytes"),
)
AUDIO = Message(
    sample_rate=Field(1, "float"),
    num_channels=Field(2, "int64"),
    length_frames=Field(3, "int64"),
    encoded_audio_string=Field(4, "bytes"),
    content_type=Field(5, "string"),
)
TENSOR_SHAPE = Message(
    dim=Field(2, Message(size=Field(1, "int64"), name=Field(2, "string")), repeated=True),
    unknown_rank=Field(3, "bool"),
)
TENSOR = Message(
    dtype=Field(1, "enum"),
    tensor_shape=Field(2, TENSOR_SHAPE),
    tensor_content=Field(4, "bytes"),
    float_val=Field(5, "float", repeated=True),
    double_val=Field(6, "double", repeated=True),
    int_val=Field(7, "int32", repeated=True),
    string_val=Field(8, "bytes", repeated=True),
    scomplex_val=Field(9, "float", repeated=True),
    int64_val=Field(10, "int64", repeated=True),
    bool_val=Field(11, "bool", repeated=True),
    dcomplex_val=Field(12, "double", repeated=True),
    half_val=Field(13, "int32", repeated=True),
    uint32_val=Field(16, "uint32", repeated=True),
    uint64_val=Field(17, "uint64", repeated=True),
)
#: Cutaway's own field of a value: what float32 could not hold, and of a histogram what its bins do not tell.
EXACT = Message(
    double=Field(1, "double"),
    integer=Field(2, "uint64"),  # zigzag
    nan_count=Field(3, "uint64"),
    positive_infinity_count=Field(4, "uint64"),
    negative_infinity_count=Field(5, "uint64"),
    zero_count=Field(6, "uint64"),
)
VALUE = Message(
    tag=Field(1, "string"),
    simple_value=Field(2, "float"),
    obsolete_old_style_histogram=Field(3, "bytes"),
    image=Field(4, IMAGE),
    histo=Field(5, HISTOGRAM),
    audio=Field(6, AUDIO),
    node_name=Field(7, "string"),
    tensor=Field(8, TENSOR),
    metadata=Field(9, SUMMARY_METADATA),
    exact=Field(1000, EXACT),
)
SUMMARY = Message(value=Field(1, VALUE, repeated=True))
SESSION_LOG = Message(status=Field(1, "enum"), checkpoint_path=Field(2, "string"), msg=Field(3, "string"))
LOG_MESSAGE = Message(level=Field(1, "enum"), message=Field(2, "string"))
TAGGED_RUN_METADATA = Message(tag=Field(1, "string"), run_metadata=Field(2, "bytes"))
EVENT = Message(
    wall_time=Field(1, "double"),
    step=Field(2, "int64"),
    file_version=Field(3, "string"),
    graph_def=Field(4, "bytes"),
    summary=Field(5, SUMMARY),
    log_message=Field(6, LOG_MESSAGE),
    session_log=Field(7, SESSION_LOG),
    tagged_run_metadata=Field(8, TAGGED_RUN_METADATA),
    meta_graph_def=Field(9, "bytes"),
    source_metadata=Field(10, Message(writer=Field(1, "string"))),
)

# -- what plug-ins keep in their metadata's content ----------------------------------------------------------------

TEXT_PLUGIN = Message(version=Field(1, "int32"))
PR_CURVE_PLUGIN = Message(version=Field(1, "int32"), num_thresholds=Field(2, "uint32"))
MESH_PLUGIN = Message(
    version=Field(1, "int32"),
    name=Field(2, "string"),
    content_type=Field(3, "enum"),
    json_config=Field(5, "string"),
    shape=Field(6, "int32", repeated=True),
    components=Field(7, "uint32"),
)

# -- google.protobuf.Value, hparams/api.proto, hparams/plugin_data.proto --------------------------------------------

LIST_VALUE = Message()
JSON_VALUE = Message(
    null_value=Field(1, "enum"),
    number_value=Field(2, "double"),
    string_value=Field(3, "string"),
    bool_value=Field(4, "bool"),
    list_value=Field(6, LIST_VALUE),
)
LIST_VALUE.add(values=Field(1, JSON_VALUE, repeated=True))
_INTERVAL = Message(min_value=Field(1, "double"), max_value=Field(2, "double"))
HPARAM_INFO = Message(
    name=Field(1, "string"),
    display_name=Field(2, "string"),
    description=Field(3, "string"),
    type=Field(4, "enum"),
    domain_discrete=Field(5, LIST_VALUE),
    domain_interval=Field(6, _INTERVAL),
    differs=Field(7, "bool"),
)
METRIC_INFO = Message(
    name=Field(1, Message(group=Field(1, "string"), tag=Field(2, "string"))),
    display_name=Field(3, "string"),
    description=Field(4, "string"),
    dataset_type=Field(5, "enum"),
)
EXPERIMENT = Message(
    description=Field(1, "string"),
    user=Field(2, "string"),
    time_created_secs=Field(3, "double"),
    hparam_infos=Field(4, HPARAM_INFO, repeated=True),
    metric_infos=Field(5, METRIC_INFO, repeated=True),
    name=Field(6, "string"),
)
SESSION_START_INFO = Message(
    hparams=Field(1, Message(key=Field(1, "string"), value=Field(2, JSON_VALUE)), repeated=True),
    model_uri=Field(2, "string"),
    monitor_url=Field(3, "string"),
    group_name=Field(4, "string"),
    start_time_secs=Field(5, "double"),
)
SESSION_END_INFO = Message(status=Field(1, "enum"), end_time_secs=Field(2, "double"))
HPARAMS_PLUGIN = Message(
    version=Field(1, "int32"),
    experiment=Field(2, EXPERIMENT),
    session_start_info=Field(3, SESSION_START_INFO),
    session_end_info=Field(4, SESSION_END_INFO),
)

# -- custom_scalar/layout.proto ------------------------------------------------------------------------------------

_MARGIN_SERIES = Message(value=Field(1, "string"), lower=Field(2, "string"), upper=Field(3, "string"))
LAYOUT = Message(
    version=Field(1, "int32"),
    category=Field(
        2,
        Message(
            title=Field(1, "string"),
            chart=Field(
                2,
                Message(
                    title=Field(1, "string"),
                    multiline=Field(2, Message(tag=Field(1, "string", repeated=True))),
                    margin=Field(3, Message(series=Field(1, _MARGIN_SERIES, repeated=True))),
                ),
                repeated=True,
            ),
            closed=Field(3, "bool"),
        ),
        repeated=True,
    ),
)

# -- what a writer itself needs ------------------------------------------------------------------------------------

_FILE_VERSION = b"brain.Event:2"
_WRITER = b"cutaway"


def file_version(wall_time: float, step: int = 0) -> bytes:
    """The event that a file starts with: the format's version and who writes."""
    source_metadata = bytes_field(1, _WRITER)
    return _event(wall_time, step) + bytes_field(3, _FILE_VERSION) + bytes_field(10, source_metadata)


def session_log(wall_time: float, status: int, step: int = 0) -> bytes:
    """SESSION_START at ``step`` supersedes what was recorded from there on; SESSION_STOP is an orderly end."""
    return _event(wall_time, step) + bytes_field(7, varint_field(1, status))


def _event(wall_time: float, step: int) -> bytes:
    return double_field(1, wall_time) + varint_field(2, step)
