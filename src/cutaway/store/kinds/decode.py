"""From the bytes of a value to what it is: the one function that decodes, with a budget, and fails in one way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.audio import decode_audio
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.graph import Graph, MetaGraph, RunMetadata
from cutaway.store.kinds.histogram import decode_histogram
from cutaway.store.kinds.hparams import decode_hparams
from cutaway.store.kinds.image import decode_image
from cutaway.store.kinds.json_text import parse_json
from cutaway.store.kinds.layout import decode_layout
from cutaway.store.kinds.mesh import decode_mesh
from cutaway.store.kinds.model import Model
from cutaway.store.kinds.pr_curve import decode_pr_curve
from cutaway.store.kinds.tensor import decode_tensor, text_of
from cutaway.store.kinds.text import decode_text

_LEVELS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "fatal"}
#: Characters of a description.
_LONGEST = 500
_SESSION = {1: "start", 2: "stop", 3: "checkpoint"}


@dataclass(frozen=True)
class LogMessage:
    """A line of a log."""

    level: str
    message: str

    def describe(self) -> str:
        """In a few words."""
        return f"{self.level}: {self.message}"


@dataclass(frozen=True)
class SessionLog:
    """``start``, ``stop`` or ``checkpoint``."""

    status: str
    checkpoint_path: str
    message: str

    def describe(self) -> str:
        """In a few words."""
        return f"session {self.status} {self.checkpoint_path or self.message}".rstrip()


@dataclass(frozen=True)
class Unknown:
    """A value of a plug-in that nobody here knows: its Summary.Value, decoded as far as its tables go."""

    plugin: str
    value: dict[str, Any]

    def describe(self) -> str:
        """In a few words."""
        return f"value of the plug-in {self.plugin!r}"


def decode_value(kind: str, data: bytes, metadata: bytes = b"") -> Any:
    """What a value is, for the kinds that ``docs/reading.md`` lists; :class:`Unknown` for others.

    ``data``: the Summary.Value, or the field of an Event that is no summary. ``metadata``: the SummaryMetadata of the
    series' first value, for values that have none of their own. Raises MalformedError, and nothing else, whatever
    the bytes are; allocates what :class:`~cutaway.events.budget.Budget` grants for them.
    """
    with decoding("the value"):
        if kind in _EVENTS:
            return _EVENTS[kind](data)
        budget = Budget(len(data) + len(metadata))
        value = decode(messages.VALUE, data, budget)
        if "metadata" not in value and metadata:
            value["metadata"] = decode(messages.SUMMARY_METADATA, metadata, budget)
        if kind in _VALUES:
            return _VALUES[kind](value, budget)
        return Unknown(kind, value)


def _decode_tensors(value: Mapping[str, Any], budget: Budget) -> Any:
    if "tensor" not in value:
        raise MalformedError("a tensor's value holds none")
    return decode_tensor(value["tensor"], budget)


def _decode_blob(value: Mapping[str, Any], budget: Budget) -> bytes:
    """The one string of a tensor: a graph, run metadata, a Keras model."""
    strings = decode_tensor(value.get("tensor", {}), budget)
    if strings.dtype != object or strings.size != 1:
        raise MalformedError("the value must be one string")
    return bytes(strings.reshape(-1)[0])


def _decode_keras_model(value: Mapping[str, Any], budget: Budget) -> Any:
    return parse_json(_decode_blob(value, budget), "a Keras model")


def _decode_run_metadata(value: Mapping[str, Any], budget: Budget) -> RunMetadata:
    return RunMetadata(value.get("tag", ""), _decode_blob(value, budget))


def _decode_model(value: Mapping[str, Any], budget: Budget) -> Model:
    return Model(value.get("tag", ""), _decode_blob(value, budget))


def _decode_tagged_run_metadata(data: bytes) -> RunMetadata:
    message = decode(messages.TAGGED_RUN_METADATA, data)
    return RunMetadata(message.get("tag", ""), message.get("run_metadata", b""))


def _decode_log_message(data: bytes) -> LogMessage:
    message = decode(messages.LOG_MESSAGE, data)
    return LogMessage(_LEVELS.get(message.get("level", 0), "unknown"), message.get("message", ""))


def _decode_session_log(data: bytes) -> SessionLog:
    message = decode(messages.SESSION_LOG, data)
    status = _SESSION.get(message.get("status", 0), "unknown")
    return SessionLog(status, message.get("checkpoint_path", ""), message.get("msg", ""))


_VALUES: dict[str, Callable[[Mapping[str, Any], Budget], Any]] = {
    "images": decode_image,
    "audio": decode_audio,
    "histograms": decode_histogram,
    "text": decode_text,
    "pr_curves": decode_pr_curve,
    "hparams": decode_hparams,
    "mesh": decode_mesh,
    "custom_scalars": decode_layout,
    "tensors": _decode_tensors,
    "tensor": _decode_tensors,
    "graph_keras_model": _decode_keras_model,
    "cutaway_model": _decode_model,
    "graph_run_metadata": _decode_run_metadata,
    "graph_run_metadata_graph": _decode_run_metadata,
}
_EVENTS: dict[str, Callable[[bytes], Any]] = {
    "graph": Graph,
    "meta_graph": MetaGraph,
    "run_metadata": _decode_tagged_run_metadata,
    "log_message": _decode_log_message,
    "session_log": _decode_session_log,
}


def describe(value: Any) -> str:
    """A decoded value in a few words, on one line: at most so many characters of a text. Raises MalformedError."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, np.ndarray) and value.dtype == object:
        firsts = (text_of(item[:_LONGEST]) for item in value.flat[:8])
        text = f"table of {value.size} texts: " + ", ".join(firsts)
    elif isinstance(value, np.ndarray):
        text = f"tensor {value.dtype}{list(value.shape)}"
        text += f" {value.reshape(-1).tolist()}" if value.size <= 8 else ""
    elif hasattr(value, "describe"):
        text = value.describe()
    elif isinstance(value, dict):
        text = f"JSON object of {', '.join(list(map(repr, value))[:8])}"
    else:
        text = f"JSON {type(value).__name__}"
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… ({len(text):,} characters)"
    return " ".join(text.split())
