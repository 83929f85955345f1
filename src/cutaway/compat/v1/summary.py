"""``tf.summary`` of TensorFlow 1: operations that are defined once and evaluated at every step.

A summary of a TensorFlow graph's tensor is TensorFlow's own operation. A summary of anything else that has a value
(tensors and parameters of PyTorch, arrays of NumPy and JAX, eager variables of TensorFlow, functions without arguments)
holds it by reference; calling the operation, or ``Session().run``, gives the serialised Summary of what it is then.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from cutaway.compat.v1 import encode
from cutaway.compat.v1.file_writer import FileWriter, FileWriterCache
from cutaway.compat.v1.graph import SUMMARIES, default_graph
from cutaway.compat.v1.messages import MESSAGES, TaggedRunMetadata
from cutaway.compat.v1.operations import MergedSummary, SummaryOperation, define
from cutaway.compat.v1.tensorflow import belongs_to_graph, builds_graph, tensorflow_in_use
from cutaway.events import messages, schema
from cutaway.events.kind_names import TEXT

__all__ = [
    "FileWriter",
    "FileWriterCache",
    "SummaryDescription",
    "audio",
    "get_summary_description",
    "histogram",
    "image",
    "merge",
    "merge_all",
    "scalar",
    "tensor_summary",
    "text",
]

Collections = Sequence[str] | None
#: A summary of ours, or a tensor of TensorFlow that is one.
Defined = Any


class SummaryDescription(NamedTuple):
    """The facts that a node has about its summary."""

    type_hint: str = ""


def scalar(name: str, tensor: Any, collections: Collections = None, family: str | None = None) -> Defined:
    """A summary of one real number; NaN is recorded as NaN.

    ``name``: the tag, made unique in the graph. ``collections``: names of the lists that it is added to, by default
    ``summaries``. ``family``: a prefix of the tag.
    """
    if belongs_to_graph(tensor):
        return _tensorflow().scalar(name, tensor, collections=collections, family=family)
    return define(
        "ScalarSummary", name, tensor, encode.check_scalar, encode.scalar, collections=collections, family=family
    )


def image(
    name: str, tensor: Any, max_outputs: int = 3, collections: Collections = None, family: str | None = None
) -> Defined:
    """A summary of pictures: [batch, height, width, channels] with 1, 3 or 4 channels, uint8 or floats.

    Of ``max_outputs`` pictures, tags are ``name/image/0`` and so on; of one, ``name/image``. Floats of each picture are
    scaled to what can be seen: by the largest one, and around the middle when there are negative ones.
    """
    if belongs_to_graph(tensor):
        return _tensorflow().image(name, tensor, max_outputs=max_outputs, collections=collections, family=family)
    make = partial(encode.image, max_outputs=_count(max_outputs))
    return define(
        "ImageSummary",
        name,
        tensor,
        encode.check_image,
        make,
        collections=collections,
        family=family,
        attributes={"max_images": max_outputs, "bad_color": encode.BAD_COLOR},
    )


def audio(
    name: str,
    tensor: Any,
    sample_rate: float,
    max_outputs: int = 3,
    collections: Collections = None,
    family: str | None = None,
) -> Defined:
    """A summary of sounds: floats in [-1, 1], [batch, frames] or [batch, frames, channels].

    ``sample_rate`` in hertz. Of ``max_outputs`` sounds, tags are ``name/audio/0`` and so on; of one, ``name/audio``.
    """
    if belongs_to_graph(tensor) or (belongs_to_graph(sample_rate) and not isinstance(sample_rate, int | float)):
        return _tensorflow().audio(name, tensor, sample_rate, max_outputs, collections=collections, family=family)
    if isinstance(sample_rate, bool) or not isinstance(sample_rate, int | float) or not sample_rate >= 1:
        raise ValueError(f"sample_rate must be a number of samples a second, got {sample_rate!r}")
    make = partial(encode.audio, sample_rate=float(sample_rate), max_outputs=_count(max_outputs))
    return define(
        "AudioSummaryV2",
        name,
        tensor,
        encode.check_audio,
        make,
        collections=collections,
        family=family,
        arguments={"sample_rate": float(sample_rate)},
        attributes={"max_outputs": max_outputs},
    )


def histogram(name: str, values: Any, collections: Collections = None, family: str | None = None) -> Defined:
    """A summary of how numbers of any shape are distributed. NaN and infinities are counted apart."""
    if belongs_to_graph(values):
        return _tensorflow().histogram(name, values, collections=collections, family=family)
    return define(
        "HistogramSummary",
        name,
        values,
        encode.check_histogram,
        encode.histogram,
        collections=collections,
        family=family,
    )


def text(name: str, tensor: Any, collections: Collections = None) -> Defined:
    """A summary of texts (Markdown), of any shape."""
    if belongs_to_graph(tensor):
        return _tensorflow().text(name, tensor, collections=collections)
    metadata = schema.encode(messages.SUMMARY_METADATA, {"plugin_data": {"plugin_name": TEXT}})
    return define(
        "TensorSummaryV2",
        name,
        tensor,
        encode.check_text,
        partial(encode.text, metadata=metadata),
        collections=collections,
        arguments={"serialized_summary_metadata": metadata},
    )


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Collections = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Defined:
    """A summary of numbers or strings of any shape. ``summary_metadata``: a SummaryMetadata, or its bytes."""
    if belongs_to_graph(tensor):
        return _tensorflow().tensor_summary(
            name, tensor, summary_description, collections, summary_metadata, family, display_name
        )
    given = b"" if summary_metadata is None else summary_metadata
    metadata = bytes(given if isinstance(given, bytes) else given.SerializeToString())
    more = {"display_name": display_name, "summary_description": summary_description}
    metadata += schema.encode(messages.SUMMARY_METADATA, {key: text for key, text in more.items() if text is not None})
    return define(
        "TensorSummaryV2",
        name,
        tensor,
        None,
        partial(encode.tensor, metadata=metadata),
        collections=collections,
        family=family,
        arguments={"serialized_summary_metadata": metadata},
    )


def merge(inputs: Any, collections: Collections = None, name: str | None = None) -> Defined:
    """One summary of several: operations, or serialised summaries."""
    items = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if not items:
        raise ValueError("inputs must be at least one summary, got none")
    ours = [isinstance(item, SummaryOperation | MergedSummary | bytes) for item in items]
    if not all(ours):
        if any(ours):
            raise ValueError(
                f"inputs must be all summaries of a TensorFlow graph or none, got {', '.join(map(repr, items))}"
            )
        if not builds_graph():
            item = items[ours.index(False)]
            raise TypeError(f"inputs must be summaries, got {item!r} ({type(item).__name__})")
        return _tensorflow().merge(items, collections=collections, name=name)
    merged = MergedSummary(items, name)
    for collection in collections or ():
        merged.graph.add_to_collection(collection, merged)
    return merged


def merge_all(key: str = SUMMARIES, scope: str | None = None, name: str | None = None) -> Defined:
    """One summary of all of a collection that are defined by now; None when there are none.

    ``scope``: only those whose names match this regular expression at their start.
    """
    found = default_graph().get_collection(key, scope)
    theirs = tensorflow_in_use().compat.v1.get_collection(key, scope) if builds_graph() else []
    if found and theirs:
        raise ValueError(
            f"the collection {key!r} must hold summaries of a TensorFlow graph or of values, got both: "
            f"{', '.join(item.name for item in [*theirs, *found])}; collections= keeps them apart"
        )
    if theirs:
        return _tensorflow().merge_all(key, scope, name)
    return merge(found, name=name) if found else None


def get_summary_description(node_def: Any) -> SummaryDescription:
    """The facts of a TensorSummary node of a GraphDef. Raises ValueError for other nodes."""
    if getattr(node_def, "op", None) != "TensorSummary":
        raise ValueError(
            f"node_def must be a node of the operation TensorSummary, got {getattr(node_def, 'op', node_def)!r}"
        )
    description = json.loads(node_def.attr["description"].s or b"{}")
    return SummaryDescription(description.get("typeHint", ""))


def __getattr__(name: str) -> Any:
    """``tf.summary.Summary`` and so on, messages; where TensorFlow is in use they and all other names are its own."""
    if not name.startswith("_") and tensorflow_in_use() is not None:
        return getattr(_tensorflow(), name)
    if name == "TaggedRunMetadata":
        return TaggedRunMetadata
    if name in ("Event", "SessionLog", "Summary"):
        return MESSAGES[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _count(max_outputs: int) -> int:
    if isinstance(max_outputs, bool) or not isinstance(max_outputs, int) or max_outputs < 1:
        raise ValueError(f"max_outputs must be a positive integer, got {max_outputs!r}")
    return max_outputs


def _tensorflow() -> Any:
    return tensorflow_in_use().compat.v1.summary
