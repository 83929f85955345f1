"""From the bytes of a value to the decoded value, and to a few words that describe it."""

from typing import Any

import numpy as np

from cutaway.store.kinds.decoders import decoder_of
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.tensor import text_of

#: Characters of a description.
_LONGEST = 500


def decode_value(kind: str, data: bytes, metadata: bytes = b"") -> Any:
    """Decode a value of a kind that ``docs/reading.md`` lists; ``Unknown`` for other kinds.

    ``data``: the Summary.Value, or the field of an Event that is not a summary. ``metadata``: the SummaryMetadata of
    the series' first value, for values that have none of their own. Raises MalformedError, and nothing else, for
    any bytes; allocates the memory that :class:`~cutaway.events.budget.Budget` grants for them. Raises ValueError
    for scalars, which are columns.
    """
    decoder = decoder_of(kind)
    with decoding("the value"):
        return decoder(data, metadata)


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
