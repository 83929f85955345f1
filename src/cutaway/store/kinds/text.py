"""Texts: a string, or a table of strings."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, each, text_of


def decode_text(value: Mapping[str, Any], budget: Budget) -> str | NDArray[np.object_]:
    """One string as str; several as an object array of str in their shape, which is shown as a table."""
    strings = decode_tensor(value.get("tensor", {}), budget)
    if strings.dtype != object:
        raise MalformedError("a text must be a tensor of strings")
    if strings.size == 1:
        return text_of(strings.reshape(-1)[0])
    return each(text_of, strings)
