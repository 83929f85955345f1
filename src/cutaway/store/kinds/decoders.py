"""How the values of each kind are decoded, a line each.

They lie apart from the properties of kinds, which every log needs at once: these modules are imported with the first
value that is decoded.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from cutaway.events import kind_names as names
from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
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

#: From a value's bytes and the SummaryMetadata of its series to the decoded value. Raises MalformedError.
Decoder = Callable[[bytes, bytes], Any]


def of_value(decode_value: Callable[[Mapping[str, Any], Budget], Any]) -> Decoder:
    """The decoder of a kind whose values are Summary.Values: from the decoded message, within a budget."""

    def decoder(data: bytes, metadata: bytes) -> Any:
        budget = Budget(len(data) + len(metadata))
        value = decode(messages.VALUE, data, budget)
        if "metadata" not in value and metadata:
            value["metadata"] = decode(messages.SUMMARY_METADATA, metadata, budget)
        return decode_value(value, budget)

    return decoder


def of_event(decode_event: Callable[[bytes], Any]) -> Decoder:
    """The decoder of a kind whose values are events that are not summaries: from the bytes of the event's field."""
    return lambda data, _: decode_event(data)


#: By the names of the kinds; scalars, which the kernel decodes, all of a file at once, have none.
DECODERS: dict[str, Decoder] = {
    names.IMAGES: of_value(decode_image),
    names.AUDIO: of_value(decode_audio),
    names.HISTOGRAMS: of_value(decode_histogram),
    names.TEXT: of_value(decode_text),
    names.PR_CURVES: of_value(decode_pr_curve),
    names.MESH: of_value(decode_mesh),
    names.TENSOR: of_value(decode_tensor_value),
    names.TENSORS: of_value(decode_tensor_value),
    names.HPARAMS: of_value(decode_hparams),
    names.CUSTOM_SCALARS: of_value(decode_layout),
    names.CUTAWAY_MODEL: of_value(decode_model),
    names.CUTAWAY_WATCH: decode_watch,
    names.GRAPH: of_event(Graph),
    names.META_GRAPH: of_event(MetaGraph),
    names.RUN_METADATA: of_event(decode_tagged_run_metadata),
    names.GRAPH_RUN_METADATA: of_value(decode_run_metadata),
    names.GRAPH_RUN_METADATA_GRAPH: of_value(decode_run_metadata),
    names.GRAPH_KERAS_MODEL: of_value(decode_keras_model),
    names.LOG_MESSAGE: of_event(decode_log_message),
    names.SESSION_LOG: of_event(decode_session_log),
    names.EMPTY: of_value(decode_empty),
}


def decoder_of(kind: str) -> Decoder:
    """The decoder of a kind; for one that Cutaway does not know, one that keeps its values as they are.

    Raises ValueError for scalars.
    """
    if kind == names.SCALARS:
        raise ValueError(f"{kind} are columns, and no values that are decoded one by one")
    return DECODERS.get(kind) or of_value(partial(_decode_unknown, kind))


def _decode_unknown(plugin: str, value: Mapping[str, Any], budget: Budget) -> Unknown:
    return Unknown(plugin, value)
