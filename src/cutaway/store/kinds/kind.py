"""A kind of data, and the two ways in which its values are decoded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode

#: From a value's bytes and the SummaryMetadata of its series to the decoded value. Raises MalformedError.
Decoder = Callable[[bytes, bytes], Any]


@dataclass(frozen=True)
class Kind:
    """One kind of data: all that the store, the server and the page know of it as such."""

    name: str
    #: The plug-in that its values name; empty for values that name none.
    plugin: str
    #: None for scalars, which the kernel decodes, all of a file at once.
    decode: Decoder | None
    #: The name that people use for such data, in the plural.
    title: str
    #: Whether it belongs to the run as a whole, at any step: no resumed session supersedes it.
    of_run: bool = False
    #: Whether it says only how the file was written.
    bookkeeping: bool = False
    #: Whether a value's step says when in training it was.
    on_steps: bool = True
    #: Whether its values are pictures or sounds.
    media: bool = False


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
