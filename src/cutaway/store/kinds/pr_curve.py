"""Precision–recall curves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, written_out

_Numbers = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True)
class PrCurve:
    """float32[n] each (float64[n] when they were recorded as anything else), by ascending threshold: i / (n - 1)."""

    true_positives: _Numbers
    false_positives: _Numbers
    true_negatives: _Numbers
    false_negatives: _Numbers
    precision: _Numbers
    recall: _Numbers

    @property
    def thresholds(self) -> NDArray[np.float64]:
        """float64[n] in [0, 1]."""
        return np.linspace(0.0, 1.0, len(self.precision))

    def describe(self) -> str:
        """In a few words."""
        return f"precision-recall curve of {len(self.precision)} thresholds"


def decode_pr_curve(value: Mapping[str, Any], budget: Budget) -> PrCurve:
    """From the tensor of six rows."""
    rows = decode_tensor(value.get("tensor", {}), budget)
    if rows.ndim != 2 or rows.shape[0] != 6 or rows.dtype.kind not in "fiu":
        raise MalformedError(f"a precision-recall curve must have the shape [6, thresholds], not {list(rows.shape)}")
    # float32 does not hold counts beyond 2^24.
    return PrCurve(*written_out(rows, np.float32 if rows.dtype == np.float32 else np.float64, budget))
