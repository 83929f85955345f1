"""Models: the trace that `SummaryWriter.add_model` records, as bytes. Only code above the store knows their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutaway.events.budget import Budget
from cutaway.store.kinds.tensor import decode_string


@dataclass(frozen=True)
class RecordedTrace:
    """A trace, in the form of ``docs/event-files.md``."""

    tag: str
    data: bytes

    def describe(self) -> str:
        """In a few words."""
        return f"model of {len(self.data):,} bytes"


def decode_model(value: Mapping[str, Any], budget: Budget) -> RecordedTrace:
    """From the one string of the tensor."""
    return RecordedTrace(value.get("tag", ""), decode_string(value, budget))
