"""Every kind of data, a line each; all other code asks here for a kind's properties, and `decoders` decodes it."""

from cutaway.events import kind_names as names
from cutaway.store.kinds.kind import Kind

#: By their names, in the order in which people are told of them.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(names.SCALARS, names.SCALARS, "Scalars"),
        Kind(names.IMAGES, names.IMAGES, "Images", media=True),
        Kind(names.AUDIO, names.AUDIO, "Audio", media=True),
        Kind(names.HISTOGRAMS, names.HISTOGRAMS, "Histograms"),
        Kind(names.TEXT, names.TEXT, "Texts"),
        Kind(names.PR_CURVES, names.PR_CURVES, "PR curves"),
        Kind(names.MESH, names.MESH, "Meshes"),
        Kind(names.TENSOR, names.TENSOR, "Tensors"),
        Kind(names.TENSORS, "", "Tensors without a plug-in"),
        Kind(names.HPARAMS, names.HPARAMS, "Hyper-parameters", on_steps=False),
        Kind(names.CUSTOM_SCALARS, names.CUSTOM_SCALARS, "Layouts of charts", on_steps=False),
        Kind(names.CUTAWAY_MODEL, names.CUTAWAY_MODEL, "Models", on_steps=False),
        Kind(names.CUTAWAY_WATCH, names.CUTAWAY_WATCH, "Statistics of layers"),
        Kind(names.GRAPH, "", "Graphs", of_run=True, on_steps=False),
        Kind(names.META_GRAPH, "", "Meta graphs", of_run=True, on_steps=False),
        Kind(names.RUN_METADATA, "", "Run metadata", of_run=True, on_steps=False),
        Kind(names.GRAPH_RUN_METADATA, names.GRAPH_RUN_METADATA, "Run metadata of TensorFlow 2", on_steps=False),
        Kind(names.GRAPH_RUN_METADATA_GRAPH, names.GRAPH_RUN_METADATA_GRAPH, "Graphs of TensorFlow 2", on_steps=False),
        Kind(names.GRAPH_KERAS_MODEL, names.GRAPH_KERAS_MODEL, "Keras models", on_steps=False),
        Kind(names.LOG_MESSAGE, "", "Log messages", of_run=True),
        Kind(names.SESSION_LOG, "", "Starts and stops of sessions", of_run=True, bookkeeping=True),
        Kind(names.EMPTY, "", "Empty values"),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of a name; for one that Cutaway does not know, a kind with the properties of any plug-in."""
    return KINDS.get(name) or Kind(name, name, name)


def is_data(name: str) -> bool:
    """Whether records of a kind are data, not bookkeeping."""
    return not kind_of(name).bookkeeping
