"""Numbers counted between edges, for the pure twin: see ``core.histogram`` and ``core.histogram_value``."""

import numpy as np
from numpy.typing import NDArray

from cutaway.events.histogram_message import counted_apart, histogram_message
from cutaway.events.kernel_types import Tallies


def histogram(value: NDArray[np.float32] | NDArray[np.float64], edges: NDArray[np.float64]) -> Tallies:
    """See ``core.histogram``."""
    numbers = value.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    places = np.searchsorted(edges, finite, "right")
    with np.errstate(over="ignore"):
        return Tallies(
            np.bincount(places, minlength=len(edges) + 1).astype(np.int64),
            float(finite.min()) if len(finite) else float("nan"),
            float(finite.max()) if len(finite) else float("nan"),
            float(finite.sum()),
            float((finite * finite).sum()),
            int(np.isnan(numbers).sum()),
            int((numbers == np.inf).sum()),
            int((numbers == -np.inf).sum()),
        )


def histogram_value(tag: str, value: NDArray[np.float32] | NDArray[np.float64], edges: NDArray[np.float64]) -> bytes:
    """See ``core.histogram_value``."""
    found = histogram(value, edges)
    return histogram_message(tag, found, edges, counted_apart(value, edges, found))
