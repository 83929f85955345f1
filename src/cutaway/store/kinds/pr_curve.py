"""Precision–recall curves."""

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.budget import Budget
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.tensor import decode_tensor, written_out

_Numbers = NDArray[np.float32] | NDArray[np.float64]
#: The rows of counts, those of shares, and by how much float32 may be above 1 in one of them.
_COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
_SHARES = ("precision", "recall")
_ROUNDING = 1e-5


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

    @property
    def is_usable(self) -> NDArray[np.bool_]:
        """bool[n]: where the counts are finite and not negative, and precision and recall in [0, 1]."""
        counts = np.stack([self._row(name) for name in _COUNTS])
        shares = np.stack([self._row(name) for name in _SHARES])
        usable = (np.isfinite(counts) & (counts >= 0)).all(axis=0)
        usable &= ((shares >= 0) & (shares <= 1 + _ROUNDING)).all(axis=0)
        return np.asarray(usable)

    @property
    def problem(self) -> str:
        """How many thresholds are not usable, and why the first of them is not; empty where all are."""
        usable = self.is_usable
        if usable.all():
            return ""
        first = int(np.argmin(usable))
        numbers = {name: float(self._row(name)[first]) for name in (*_COUNTS, *_SHARES)}
        most = {name: 1 + _ROUNDING if name in _SHARES else sys.float_info.max for name in numbers}
        name = next(name for name, number in numbers.items() if not 0 <= number <= most[name])
        word = name.replace("_", " ")
        return (
            f"{np.sum(~usable):,} of {len(usable):,} thresholds have impossible numbers, as {word} of {numbers[name]:g}"
        )

    @property
    def average_precision(self) -> float:
        """The area below the steps of precision over recall: the sum of (recall[i] - recall[i + 1]) * precision[i].

        It is the sum of scikit-learn's ``average_precision_score`` over the recorded thresholds, and equal to it for
        scores that are rounded down to them. A threshold above which nothing is predicted adds nothing. NaN where
        there are no positives, or where a threshold is not usable.
        """
        predicted = self._sum("true_positives", "false_positives")
        positives = self._sum("true_positives", "false_negatives")
        if not self.is_usable.all() or not (positives > 0).all() or not (predicted > 0).any():
            return math.nan
        recall, precision = self._row("recall")[predicted > 0], self._row("precision")[predicted > 0]
        return float(np.sum((recall - np.append(recall[1:], 0.0)) * precision))

    @property
    def roc_auc(self) -> float:
        """The area below the straight lines of true-positive rate over false-positive rate, from (0, 0) to (1, 1).

        It is scikit-learn's ``roc_auc_score`` for scores that are rounded down to the recorded thresholds. NaN where
        there are no positives or no negatives, or where a threshold is not usable.
        """
        positives = self._sum("true_positives", "false_negatives")
        negatives = self._sum("false_positives", "true_negatives")
        if not self.is_usable.all() or not ((positives > 0) & (negatives > 0)).all():
            return math.nan
        true = np.concatenate([[1.0], self._row("true_positives") / positives, [0.0]])
        false = np.concatenate([[1.0], self._row("false_positives") / negatives, [0.0]])
        return float(np.sum((false[:-1] - false[1:]) * (true[:-1] + true[1:]) / 2))

    def _row(self, name: str) -> NDArray[np.float64]:
        return np.asarray(getattr(self, name), np.float64)

    def _sum(self, one: str, other: str) -> NDArray[np.float64]:
        """The sum of two rows, of which float32 might lose the last count; infinite beyond float64."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self._row(one) + self._row(other)

    def describe(self) -> str:
        """In a few words."""
        return f"precision-recall curve of {len(self.precision)} thresholds"


def decode_pr_curve(value: Mapping[str, Any], budget: Budget) -> PrCurve:
    """From the tensor of six rows."""
    rows = decode_tensor(value.get("tensor", {}), budget)
    if rows.ndim != 2 or rows.shape[0] != 6 or not rows.size or rows.dtype.kind not in "fiu":
        raise MalformedError(f"a precision-recall curve must have the shape [6, thresholds], not {list(rows.shape)}")
    # float32 does not hold counts beyond 2^24.
    return PrCurve(*written_out(rows, np.float32 if rows.dtype == np.float32 else np.float64, budget))
