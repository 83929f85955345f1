"""Precision–recall curves."""

import operator
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.kind_names import PR_CURVES
from cutaway.events.schema import encode
from cutaway.events.writer import RecordingWarning
from cutaway.record.arrays import describe, real_numbers
from cutaway.record.tensor import plugin, tensor_message

_ALMOST_ZERO = 1e-7


def pr_curve_value(tag: str, labels: Any, predictions: Any, num_thresholds: int, weights: Any) -> bytes:
    """The Summary.Value of the curve over ``num_thresholds`` thresholds from 0 to 1, as TensorBoard counts it.

    ``labels``: what share of each sample is positive, usually 0 or 1; ``predictions`` in [0, 1]; ``weights`` None, or
    one each. As with PyTorch's writer, samples whose predictions are elsewhere, or NaN, are not counted;
    a RecordingWarning says how many. Raises TypeError or ValueError.
    """
    truth = real_numbers(labels, "labels").reshape(-1).astype(np.float64)
    scores = real_numbers(predictions, "predictions").reshape(-1).astype(np.float64)
    if len(truth) != len(scores):
        raise ValueError(f"labels and predictions must be equally many, got {len(truth)} and {len(scores)}")
    if ((truth < 0) | (truth > 1)).any():
        least, most = np.nanmin(truth), np.nanmax(truth)
        raise ValueError(f"labels must be in [0, 1], got numbers from {least:g} to {most:g}: counts would be negative")
    count = _thresholds(num_thresholds)
    weight = np.ones(len(truth))
    if weights is not None:
        weight = np.broadcast_to(real_numbers(weights, "weights").reshape(-1).astype(np.float64), truth.shape)
    counted = (scores >= 0) & (scores <= 1)
    if not counted.all():
        truth, scores, weight = truth[counted], scores[counted], weight[counted]
        message = f"{np.sum(~counted):,} of {len(counted):,} predictions are not in [0, 1], and not counted in {tag!r}"
        warnings.warn(message, RecordingWarning, stacklevel=3)
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


def raw_pr_curve_value(tag: str, columns: dict[str, Any]) -> bytes:
    """The Summary.Value of a curve that was counted elsewhere: six columns, a number for each threshold.

    Raises TypeError or ValueError.
    """
    rows: list[NDArray[np.float32]] = []
    for name, column in columns.items():
        numbers = np.atleast_1d(real_numbers(column, name).squeeze()).astype(np.float32)
        if numbers.ndim != 1 or not numbers.size:
            raise ValueError(f"{name} must be one column with a number for each threshold, got {describe(column)}")
        if rows and len(numbers) != len(rows[0]):
            raise ValueError(
                f"{name} must have as many numbers as the columns before, {len(rows[0])}, got {len(numbers)}"
            )
        rows.append(numbers)
    return _value(tag, np.stack(rows))


def _thresholds(count: Any) -> int:
    try:
        number = operator.index(count)
    except TypeError:
        number = 0
    if number < 1:
        raise ValueError(f"num_thresholds must be an integer of at least 1, got {count!r}")
    return number


def _value(tag: str, rows: NDArray[np.float32]) -> bytes:
    content = encode(messages.PR_CURVE_PLUGIN, {"version": 0, "num_thresholds": rows.shape[1]})
    return encode(messages.VALUE, {"tag": tag, "tensor": tensor_message(rows), "metadata": plugin(PR_CURVES, content)})
