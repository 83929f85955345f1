"""Precision–recall curves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.record.arrays import describe, real_numbers
from cutaway.record.tensor import plugin, tensor_message

_ALMOST_ZERO = 1e-7


def pr_curve_value(tag: str, labels: Any, predictions: Any, num_thresholds: int, weights: Any) -> bytes:
    """The Summary.Value of the curve over ``num_thresholds`` thresholds from 0 to 1, as TensorBoard counts it.

    ``labels`` are 0 or 1, ``predictions`` in [0, 1], ``weights`` None or one each, all of one size. Raises TypeError or
    ValueError.
    """
    truth = real_numbers(labels, "labels").reshape(-1).astype(np.float64)
    scores = real_numbers(predictions, "predictions").reshape(-1).astype(np.float64)
    if len(truth) != len(scores):
        raise ValueError(f"labels and predictions must be equally many, got {len(truth)} and {len(scores)}")
    if not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("predictions must be in [0, 1]")
    if not np.isin(truth, (0, 1)).all():
        raise ValueError("labels must be 0 or 1")
    count = _thresholds(num_thresholds)
    weight = np.ones(len(truth))
    if weights is not None:
        weight = np.broadcast_to(real_numbers(weights, "weights").reshape(-1).astype(np.float64), truth.shape)
    buckets = np.floor(scores * (count - 1)).astype(np.int64)

    def at_least(share: NDArray[np.float64]) -> NDArray[np.float64]:
        """The weight of what is predicted, by threshold."""
        return np.cumsum(np.bincount(buckets, share * weight, count)[::-1])[::-1].astype(np.float64)

    true_positives, false_positives = at_least(truth), at_least(1 - truth)
    true_negatives = false_positives[0] - false_positives
    false_negatives = true_positives[0] - true_positives
    precision = true_positives / np.maximum(_ALMOST_ZERO, true_positives + false_positives)
    recall = true_positives / np.maximum(_ALMOST_ZERO, true_positives + false_negatives)
    rows = [true_positives, false_positives, true_negatives, false_negatives, precision, recall]
    return _value(tag, np.stack(rows).astype(np.float32))


def raw_pr_curve_value(tag: str, columns: dict[str, Any], num_thresholds: int) -> bytes:
    """The Summary.Value of a curve that was counted elsewhere: six columns of ``num_thresholds`` numbers each."""
    count = _thresholds(num_thresholds)
    rows = []
    for name, column in columns.items():
        numbers = real_numbers(column, name).reshape(-1)
        if len(numbers) != count:
            raise ValueError(f"{name} must have num_thresholds numbers, {count}, got {describe(column)}")
        rows.append(numbers.astype(np.float32))
    return _value(tag, np.stack(rows))


def _thresholds(count: Any) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 2:
        raise ValueError(f"num_thresholds must be an integer of at least 2, got {count!r}")
    return count


def _value(tag: str, rows: NDArray[np.float32]) -> bytes:
    content = encode(messages.PR_CURVE_PLUGIN, {"version": 0, "num_thresholds": rows.shape[1]})
    return encode(
        messages.VALUE, {"tag": tag, "tensor": tensor_message(rows), "metadata": plugin("pr_curves", content)}
    )
