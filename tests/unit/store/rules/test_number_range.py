"""Magnitudes at the ends of a dtype's range."""

import numpy as np
from tests.layers import columns, found, judged, magnitudes, unknown

from cutaway.events.watch_layout import LOWEST_EXPONENT, MAGNITUDE_BINS


def counts(exponent: int, share: float) -> np.ndarray:
    """A part of the magnitudes at an exponent, the others at 1."""
    bins = np.zeros((1, MAGNITUDE_BINS))
    bins[0, -LOWEST_EXPONENT] = 1000 * (1 - share)
    bins[0, exponent - LOWEST_EXPONENT] += 1000 * share
    return bins


def find(dtype: str, exponent: int, share: float) -> list[str]:
    gradient = columns("gradient", ["a.weight"], dtype=dtype)
    judge = judged(gradient, magnitudes={"gradient": magnitudes(gradient, counts(exponent, share))})
    return [finding.sentence for finding in judge.findings() if finding.rule == "number-range"]


def test_float16_is_narrow() -> None:
    assert "20% of the elements of the gradient of a.weight are below" in find("float16", -20, 0.2)[0]
    assert "above half the greatest number of float16" in find("float16", 15, 0.2)[0]
    assert find("float16", -10, 0.9) == []
    assert find("float16", -20, 0.05) == []


def test_float8_is_narrower() -> None:
    assert find("float8_e4m3fn", -7, 0.2) != []
    assert find("float8_e5m2", -7, 0.2) == []


def test_wide_dtypes_are_not_judged() -> None:
    assert find("float32", -30, 0.9) == []
    assert find("bfloat16", -30, 0.9) == []


def test_without_magnitudes_there_is_not_enough_data() -> None:
    assert "number-range" in unknown(columns("gradient", ["a.weight"], dtype="float16"))
    assert "number-range" not in unknown(columns("gradient", ["a.weight"]))
    assert found("number-range", columns("gradient", ["a.weight"], dtype="float16")) == []
