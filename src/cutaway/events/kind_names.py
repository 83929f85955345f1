"""The names of kinds of data, as the reader gives them and recording writes them.

The kind of a value is the name of its plug-in. Values and events that name none have the names in the second part,
which the kernel gives them.
"""

# -- plug-ins ------------------------------------------------------------------------------------------------------

SCALARS = "scalars"
IMAGES = "images"
AUDIO = "audio"
HISTOGRAMS = "histograms"
TEXT = "text"
PR_CURVES = "pr_curves"
MESH = "mesh"
TENSOR = "tensor"
HPARAMS = "hparams"
CUSTOM_SCALARS = "custom_scalars"
CUTAWAY_MODEL = "cutaway_model"
CUTAWAY_WATCH = "cutaway_watch"
GRAPH_KERAS_MODEL = "graph_keras_model"
GRAPH_RUN_METADATA = "graph_run_metadata"
GRAPH_RUN_METADATA_GRAPH = "graph_run_metadata_graph"

# -- what names no plug-in -----------------------------------------------------------------------------------------

#: Tensors whose plug-in nobody has named.
TENSORS = "tensors"
#: Values and events that hold nothing.
EMPTY = "empty"
#: Events that are not summaries.
GRAPH = "graph"
META_GRAPH = "meta_graph"
RUN_METADATA = "run_metadata"
LOG_MESSAGE = "log_message"
SESSION_LOG = "session_log"
