"""The areas below precision–recall and ROC curves, against scikit-learn's, and what keeps a curve from having any."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score  # type: ignore[import-untyped, unused-ignore]

from cutaway.record.pr_curve import pr_curve_value
from cutaway.store.kinds.decode import decode_value
from cutaway.store.kinds.pr_curve import PrCurve


def curve_of(labels: NDArray[np.bool_], scores: NDArray[np.float64], count: int, weights: object = None) -> PrCurve:
    curve = decode_value("pr_curves", pr_curve_value("t", labels, scores, count, weights), b"")
    assert isinstance(curve, PrCurve)
    return curve


def curve_from(*rows: list[float]) -> PrCurve:
    return PrCurve(*np.array(rows, np.float32))


SAMPLES = st.lists(
    st.tuples(st.booleans(), st.floats(0, 1, allow_subnormal=False), st.sampled_from([0.25, 1.0, 3.0])),
    min_size=2,
    max_size=60,
)


@given(SAMPLES, st.integers(2, 200), st.booleans())
def test_areas_are_those_of_scores_rounded_down(
    samples: list[tuple[bool, float, float]], count: int, is_weighted: bool
) -> None:
    labels = np.array([label for label, *_ in samples])
    scores = np.array([score for _, score, _ in samples])
    weights = np.array([weight for *_, weight in samples]) if is_weighted else None
    assume(labels.any() and not labels.all())
    curve = curve_of(labels, scores, count, weights)
    rounded = np.floor(scores * (count - 1))
    expected = average_precision_score(labels, rounded, sample_weight=weights)
    assert curve.average_precision == pytest.approx(expected, abs=1e-5)
    assert curve.roc_auc == pytest.approx(roc_auc_score(labels, rounded, sample_weight=weights), abs=1e-5)
    assert curve.is_usable.all()
    assert curve.problem == ""


def test_they_come_to_the_exact_ones_with_thresholds() -> None:
    rng = np.random.default_rng(0)
    labels = rng.random(2000) < 0.3
    scores = np.clip(rng.normal(0.4 + 0.2 * labels, 0.15), 0, 1)
    exact = average_precision_score(labels, scores), roc_auc_score(labels, scores)
    errors = []
    for count in (5, 50, 5000):
        curve = curve_of(labels, scores, count)
        errors.append(max(abs(curve.average_precision - exact[0]), abs(curve.roc_auc - exact[1])))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-3


def test_by_hand() -> None:
    # At the thresholds 0, 1/2 and 1: all three, the two best and none is predicted.
    curve = curve_of(np.array([True, False, True]), np.array([0.9, 0.2, 0.6]), 3)
    assert curve.true_positives.tolist() == [2, 2, 0]
    assert curve.precision.tolist() == pytest.approx([2 / 3, 1, 0])
    assert (curve.average_precision, curve.roc_auc) == pytest.approx((1, 1))


def test_a_precision_of_one_where_nothing_is_predicted_adds_nothing() -> None:
    """Writers differ in what they record there: 0 as TensorBoard, or 1 as scikit-learn."""
    rows: list[list[float]] = [[2, 1, 0], [2, 0, 0], [0, 2, 2], [0, 1, 2]]
    for undefined in (0, 1):
        curve = curve_from(*rows, [0.5, 1, undefined], [1, 0.5, 0])
        assert curve.average_precision == pytest.approx(0.5 * 0.5 + 0.5 * 1)


def test_one_threshold() -> None:
    curve = curve_of(np.array([True, False]), np.array([0.9, 0.1]), 1)
    assert curve.thresholds.tolist() == [0]
    assert (curve.average_precision, curve.roc_auc) == (0.5, 0.5)


@pytest.mark.parametrize(("label", "area"), [(True, 1.0), (False, math.nan)])
def test_labels_of_one_class(label: bool, area: float) -> None:
    curve = curve_of(np.full(4, label), np.array([0.1, 0.5, 0.7, 1.0]), 11)
    assert curve.average_precision == pytest.approx(area, nan_ok=True)
    assert math.isnan(curve.roc_auc)
    assert curve.problem == ""


@pytest.mark.parametrize(
    ("row", "number", "said"),
    [
        (0, -1.0, "true positives of -1"),
        (3, math.inf, "false negatives of inf"),
        (1, math.nan, "false positives of nan"),
        (4, 50.0, "precision of 50"),
        (5, math.nan, "recall of nan"),
    ],
)
def test_impossible_numbers(row: int, number: float, said: str) -> None:
    rows = np.array([[2, 1], [2, 0], [0, 2], [0, 1], [0.5, 1], [1, 0.5]], np.float32)
    assert curve_from(*rows.tolist()).problem == ""
    rows[row, 1] = number
    curve = curve_from(*rows.tolist())
    assert curve.is_usable.tolist() == [True, False]
    assert curve.problem == f"1 of 2 thresholds have impossible numbers, as {said}"
    assert math.isnan(curve.average_precision)
    assert math.isnan(curve.roc_auc)


@given(st.lists(st.lists(st.floats(width=32), min_size=3, max_size=3), min_size=6, max_size=6))
def test_any_numbers_have_areas_or_none(rows: list[list[float]]) -> None:
    curve = curve_from(*rows)
    assert (curve.problem == "") == bool(curve.is_usable.all())
    if curve.problem != "":
        assert math.isnan(curve.average_precision)
    assert not math.isinf(curve.roc_auc)
