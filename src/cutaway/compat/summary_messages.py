"""What Cutaway's encoders make, as messages that programs look into, change and serialise."""

from cutaway.compat.v1.messages import Event, Summary
from cutaway.events.core import encode
from cutaway.events.wire import bytes_field

#: The bytes of a record before its payload and behind it.
_HEADER, _FOOTER = 12, 4


def summary_of(*values: bytes) -> Summary:
    """The Summary of serialised Summary.Values."""
    return Summary.FromString(b"".join(bytes_field(1, value) for value in values))


def summary_of_number(tag: str, number: float | int) -> Summary:
    """The Summary of a number, as ``add_scalar`` records it: float32, and the exact value where it differs."""
    record = encode(0.0, 0, (tag,), (number,))
    summary = Event.FromString(record[_HEADER:-_FOOTER]).summary
    assert isinstance(summary, Summary)
    return summary
