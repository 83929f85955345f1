"""Precision–recall curves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor


@dataclass(frozen=True)
class PrCurve:
    """float32[n] each, by ascending threshold; thresholds are i / (n - 1)."""

    true_positives: NDArray[np.float32]
    false_positives: NDArray[np.float32]
    true_negatives: NDArray[np.float32]
    false_negatives: NDArray[np.float32]
    precision: NDArray[np.float32]
    recall: NDArray[np.float32]

    @property
    def thresholds(self) -> NDArray[np.float64]:
        """float64[n] in [0, 1]."""
        return np.linspace(0.0, 1.0, len(self.precision))

    def describe(self) -> str:
        """In a few words."""
        return f"precision-recall curve of {len(self.precision)} thresholds"


def decode_pr_curve(value: Mapping[str, Any]) -> PrCurve:
    """From the tensor of six rows."""
    rows = decode_tensor(value.get("tensor", {}))
    if rows.ndim != 2 or rows.shape[0] != 6 or rows.dtype.kind not in "fiu":
        raise MalformedError(f"a precision-recall curve must have the shape [6, thresholds], not {list(rows.shape)}")
    return PrCurve(*rows.astype(np.float32))
