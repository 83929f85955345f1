"""What a watch measured of a model's layers at one step: statistics of each row, or its magnitudes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.schema import decode
from cutaway.events.watch_layout import MAGNITUDE, MAGNITUDE_BINS, WatchLayout
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, is_fill

#: Bytes that the objects of a JSON text may take, for each of its own.
_JSON_RATIO = 24


@dataclass(frozen=True)
class WatchedLayers:
    """One kind of data of all layers at one step."""

    layout: WatchLayout
    #: float32[rows, columns] of the layout; of magnitudes uint16[rows, MAGNITUDE_BINS].
    values: NDArray[Any]

    def describe(self) -> str:
        """In a few words."""
        what = "magnitudes" if self.values.dtype == np.uint16 else "statistics"
        return f"{what} of {len(self.layout.rows):,} rows, {self.layout.kind or 'of no kind'}"


def decode_watch(data: bytes, metadata: bytes) -> WatchedLayers:
    """From the tensor of a Summary.Value, and the layout in its metadata or in that of its tag's first value."""
    budget = Budget(len(data) + len(metadata))
    value = decode(messages.VALUE, data, budget)
    content = content_of(value.get("metadata", {}))
    layout = layout_of(content or content_of(decode(messages.SUMMARY_METADATA, metadata, budget)), budget)
    return WatchedLayers(layout, tensor_of(value, layout, budget))


def tensor_of(value: Mapping[str, Any], layout: WatchLayout, budget: Budget) -> NDArray[Any]:
    """The numbers of a decoded Summary.Value. Raises MalformedError for others than its tag and a layout say."""
    if "tensor" not in value:
        raise MalformedError("the value of a watch holds no tensor")
    tensor = decode_tensor(value["tensor"], budget)
    dtype, shape = expected(value.get("tag", ""), layout)
    if tensor.dtype != dtype or tensor.shape != shape or is_fill(tensor):
        raise MalformedError(
            f"the tensor of a watch must be {dtype}{list(shape)} in full by its layout, "
            f"not {tensor.dtype}{list(tensor.shape)}"
        )
    return tensor


def expected(tag: str, layout: WatchLayout) -> tuple[np.dtype[Any], tuple[int, int]]:
    """The dtype and the shape of a tag's tensors."""
    rows = len(layout.rows)
    if tag.endswith(f"/{MAGNITUDE}"):
        return np.dtype(np.uint16), (rows, MAGNITUDE_BINS)
    return np.dtype(np.float32), (rows, len(layout.columns))


def layout_of(content: bytes, budget: Budget) -> WatchLayout:
    """The layout of a plug-in's content. Raises MalformedError."""
    if not content:
        raise MalformedError("the layout of a watch is missing")
    budget.spend(_JSON_RATIO * len(content))
    return WatchLayout.from_json(content)


def content_of(metadata: Mapping[str, Any]) -> bytes:
    """The content of the plug-in in a decoded SummaryMetadata."""
    content: bytes = metadata.get("plugin_data", {}).get("content", b"")
    return content
