"""Every kind of data, a line each; all other code asks here for a kind's properties."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cutaway.events import kind_names as names
from cutaway.events.budget import Budget
from cutaway.store.kinds.audio import decode_audio
from cutaway.store.kinds.empty import decode_empty
from cutaway.store.kinds.graph import (
    Graph,
    MetaGraph,
    decode_keras_model,
    decode_run_metadata,
    decode_tagged_run_metadata,
)
from cutaway.store.kinds.histogram import decode_histogram
from cutaway.store.kinds.hparams import decode_hparams
from cutaway.store.kinds.image import decode_image
from cutaway.store.kinds.kind import Kind, of_event, of_value
from cutaway.store.kinds.layout import decode_layout
from cutaway.store.kinds.log_message import decode_log_message
from cutaway.store.kinds.mesh import decode_mesh
from cutaway.store.kinds.model import decode_model
from cutaway.store.kinds.pr_curve import decode_pr_curve
from cutaway.store.kinds.session_log import decode_session_log
from cutaway.store.kinds.tensor import decode_tensor_value
from cutaway.store.kinds.text import decode_text
from cutaway.store.kinds.unknown import Unknown
from cutaway.store.kinds.watch import decode_watch

#: By their names, in the order in which people are told of them.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(names.SCALARS, names.SCALARS, None, "Scalars"),
        Kind(names.IMAGES, names.IMAGES, of_value(decode_image), "Images", media=True),
        Kind(names.AUDIO, names.AUDIO, of_value(decode_audio), "Audio", media=True),
        Kind(names.HISTOGRAMS, names.HISTOGRAMS, of_value(decode_histogram), "Histograms"),
        Kind(names.TEXT, names.TEXT, of_value(decode_text), "Texts"),
        Kind(names.PR_CURVES, names.PR_CURVES, of_value(decode_pr_curve), "PR curves"),
        Kind(names.MESH, names.MESH, of_value(decode_mesh), "Meshes"),
        Kind(names.TENSOR, names.TENSOR, of_value(decode_tensor_value), "Tensors"),
        Kind(names.TENSORS, "", of_value(decode_tensor_value), "Tensors without a plug-in"),
        Kind(names.HPARAMS, names.HPARAMS, of_value(decode_hparams), "Hyper-parameters", on_steps=False),
        Kind(names.CUSTOM_SCALARS, names.CUSTOM_SCALARS, of_value(decode_layout), "Layouts of charts", on_steps=False),
        Kind(names.CUTAWAY_MODEL, names.CUTAWAY_MODEL, of_value(decode_model), "Models", on_steps=False),
        Kind(names.CUTAWAY_WATCH, names.CUTAWAY_WATCH, decode_watch, "Statistics of layers"),
        Kind(names.GRAPH, "", of_event(Graph), "Graphs", of_run=True, on_steps=False),
        Kind(names.META_GRAPH, "", of_event(MetaGraph), "Meta graphs", of_run=True, on_steps=False),
        Kind(
            names.RUN_METADATA,
            "",
            of_event(decode_tagged_run_metadata),
            "Run metadata",
            of_run=True,
            on_steps=False,
        ),
        Kind(
            names.GRAPH_RUN_METADATA,
            names.GRAPH_RUN_METADATA,
            of_value(decode_run_metadata),
            "Run metadata of TensorFlow 2",
            on_steps=False,
        ),
        Kind(
            names.GRAPH_RUN_METADATA_GRAPH,
            names.GRAPH_RUN_METADATA_GRAPH,
            of_value(decode_run_metadata),
            "Graphs of TensorFlow 2",
            on_steps=False,
        ),
        Kind(
            names.GRAPH_KERAS_MODEL,
            names.GRAPH_KERAS_MODEL,
            of_value(decode_keras_model),
            "Keras models",
            on_steps=False,
        ),
        Kind(names.LOG_MESSAGE, "", of_event(decode_log_message), "Log messages", of_run=True),
        Kind(
            names.SESSION_LOG,
            "",
            of_event(decode_session_log),
            "Starts and stops of sessions",
            of_run=True,
            bookkeeping=True,
        ),
        Kind(names.EMPTY, "", of_value(decode_empty), "Empty values"),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of a name; for one that Cutaway does not know, a kind with the properties of any plug-in."""
    return KINDS.get(name) or Kind(name, name, of_value(partial(_decode_unknown, name)), name)


def is_data(name: str) -> bool:
    """Whether records of a kind are data, not bookkeeping."""
    return not kind_of(name).bookkeeping


def _decode_unknown(plugin: str, value: Mapping[str, Any], budget: Budget) -> Unknown:
    return Unknown(plugin, value)
