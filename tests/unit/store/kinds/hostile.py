"""Values built field by field, as no program writes them."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from cutaway.events import messages
from cutaway.events.schema import encode

#: As many elements as one may stand for.
MANY = 1 << 24
NAN, INFINITY = float("nan"), float("inf")


def value(plugin: str, content: bytes = b"", **fields: Any) -> bytes:
    metadata = {"plugin_data": {"plugin_name": plugin, "content": content}}
    return encode(messages.VALUE, {"tag": "t", "metadata": metadata, **fields})


def shaped(dtype: int, *sizes: int) -> dict[str, Any]:
    return {"dtype": dtype, "tensor_shape": {"dim": [{"size": size} for size in sizes]}}


def tensor(dtype: int, sizes: tuple[int, ...], plugin: str = "tensor", content: bytes = b"", **elements: Any) -> bytes:
    return value(plugin, content, tensor=shaped(dtype, *sizes) | elements)


def histogram(*rows: tuple[float, float, float]) -> bytes:
    return tensor(2, (len(rows), 3), "histograms", tensor_content=np.array(rows, np.float64).tobytes())


def peak_of(read: Callable[[], Any]) -> int:
    """The bytes that Python and NumPy allocate at most."""
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
