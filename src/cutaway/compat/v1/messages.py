"""``tf.Summary``, ``tf.Event``, ``tf.SessionLog`` and ``tf.HistogramProto`` for programs without TensorFlow.

They are filled, read and serialised as protobuf's messages are: ``Summary(value=[Summary.Value(tag="loss",
simple_value=0.5)])``, ``summary.value.add(tag="loss", simple_value=0.5)``, ``Summary.FromString(data)``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np

from cutaway.events import messages, schema
from cutaway.events.wire import MalformedError


class Repeated(list[Any]):
    """The messages of a repeated field."""

    def __init__(self, kind: "type[Message]", items: Any = ()) -> None:
        super().__init__(items)
        self._kind = kind

    def add(self, **fields: Any) -> Any:
        """Append a new message of these fields, and return it."""
        self.append(self._kind(**fields))
        return self[-1]


class Message:
    """A message: its fields are attributes, and have protobuf's defaults where they are not set."""

    _table: ClassVar[schema.Message]
    #: The classes of the fields that hold messages.
    _kinds: ClassVar[Mapping[str, "type[Message]"]] = MappingProxyType({})

    def __init__(self, **fields: Any) -> None:
        """Set fields. Raises ValueError for one that the message does not have."""
        self._fields: dict[str, Any] = {}
        for name, value in fields.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        """A field that is not set: its default. A message or a list is kept, so that it can be filled."""
        field = self._table.fields.get(name)
        if field is None or name.startswith("_"):
            raise AttributeError(f"{type(self).__qualname__} has no field {name!r}")
        if name in self._fields:
            return self._fields[name]
        if name in self._kinds:
            kind = self._kinds[name]
            self._fields[name] = Repeated(kind) if field.repeated else kind()
            return self._fields[name]
        if field.repeated:
            self._fields[name] = []
            return self._fields[name]
        return {"string": "", "bytes": b""}.get(str(field.type), 0)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        field = self._table.fields.get(name)
        if field is None:
            known = ", ".join(self._table.fields)
            raise ValueError(f"{type(self).__qualname__} has no field {name!r}; it has {known}")
        kind = self._kinds.get(name)
        if kind is not None and field.repeated:
            value = Repeated(kind, value)
        for item in value if isinstance(value, Repeated) else [value]:
            if kind is not None and not isinstance(item, kind):
                raise TypeError(f"{name} must be {kind.__qualname__}, got {item!r} ({type(item).__name__})")
        self._fields[name] = value

    def HasField(self, name: str) -> bool:  # noqa: N802
        """Whether a field is set."""
        return name in self._plain()

    def SerializeToString(self) -> bytes:  # noqa: N802
        """The message as protobuf's bytes. Raises TypeError, ValueError or OverflowError for what no field can hold."""
        return schema.encode(self._table, self._plain())

    def ParseFromString(self, data: bytes) -> int:  # noqa: N802
        """Read the message anew from bytes, and return how many. Raises ValueError when they are none."""
        try:
            decoded = schema.decode(self._table, data)
        except MalformedError as error:
            raise ValueError(f"data must be a serialised {type(self).__qualname__}: {error}") from error
        self._fields = {}
        for name, value in decoded.items():
            self._fields[name] = self._filled(name, value)
        return len(data)

    @classmethod
    def FromString(cls, data: bytes) -> Self:  # noqa: N802
        """The message in bytes. Raises ValueError when they are none."""
        message = cls()
        message.ParseFromString(data)
        return message

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._plain() == other._plain()

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{key}={value!r}' for key, value in self._fields.items())})"

    def _plain(self) -> dict[str, Any]:
        """The fields that are set, as the tables take them."""
        plain: dict[str, Any] = {}
        for name, value in self._fields.items():
            if isinstance(value, Message):
                if inner := value._plain():
                    plain[name] = inner
            elif isinstance(value, Repeated):
                if value:
                    plain[name] = [item._plain() for item in value]
            elif not isinstance(value, list) or value:
                plain[name] = value
        return plain

    def _filled(self, name: str, value: Any) -> Any:
        kind = self._kinds.get(name)
        if kind is None:
            return value.tolist() if isinstance(value, np.ndarray) else value
        if isinstance(value, list):
            return Repeated(kind, [kind._of(item) for item in value])
        return kind._of(value)

    @classmethod
    def _of(cls, fields: dict[str, Any]) -> Self:
        message = cls()
        message._fields = {name: message._filled(name, value) for name, value in fields.items()}
        return message


class HistogramProto(Message):
    """Counts between edges."""

    _table = messages.HISTOGRAM


class SessionLog(Message):
    """A mark of a session: its start, its end or a checkpoint."""

    _table = messages.SESSION_LOG
    STATUS_UNSPECIFIED, START, STOP, CHECKPOINT = range(4)


class SummaryMetadata(Message):
    """The plug-in of a value, and the name and text that viewers show for it."""

    class PluginData(Message):
        """The plug-in, and what it keeps."""

        _table = messages.PLUGIN_DATA

    _table = messages.SUMMARY_METADATA
    _kinds: ClassVar = {"plugin_data": PluginData}


class TensorShapeProto(Message):
    """The sizes of a tensor."""

    class Dim(Message):
        """One size."""

        _table = messages.TENSOR_SHAPE.fields["dim"].type  # type: ignore[assignment]

    _table = messages.TENSOR_SHAPE
    _kinds: ClassVar = {"dim": Dim}


class TensorProto(Message):
    """An array of numbers or strings."""

    _table = messages.TENSOR
    _kinds: ClassVar = {"tensor_shape": TensorShapeProto}


class Summary(Message):
    """Values by their tags."""

    class Image(Message):
        """An encoded picture."""

        _table = messages.IMAGE

    class Audio(Message):
        """An encoded sound."""

        _table = messages.AUDIO

    class Value(Message):
        """One value."""

        _table = messages.VALUE

    _table = messages.SUMMARY
    _kinds: ClassVar = {"value": Value}


# Behind the class: the classes beside Value have no names within it.
Summary.Value._kinds = MappingProxyType(
    {
        "image": Summary.Image,
        "audio": Summary.Audio,
        "histo": HistogramProto,
        "tensor": TensorProto,
        "metadata": SummaryMetadata,
    }
)


class LogMessage(Message):
    """A line of a log."""

    _table = messages.LOG_MESSAGE
    UNKNOWN, DEBUGGING, INFO, WARN, ERROR, FATAL = 0, 10, 20, 30, 40, 50


class TaggedRunMetadata(Message):
    """The costs of one run of a graph, by its tag."""

    _table = messages.TAGGED_RUN_METADATA


class SourceMetadata(Message):
    """Who wrote a file."""

    _table = messages.EVENT.fields["source_metadata"].type  # type: ignore[assignment]


class Event(Message):
    """A record of an event file."""

    _table = messages.EVENT
    _kinds: ClassVar = {
        "summary": Summary,
        "session_log": SessionLog,
        "log_message": LogMessage,
        "tagged_run_metadata": TaggedRunMetadata,
        "source_metadata": SourceMetadata,
    }


#: The messages by their names in ``tf``.
MESSAGES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (Event, HistogramProto, LogMessage, SessionLog, Summary, SummaryMetadata, TensorProto, TensorShapeProto)
}
