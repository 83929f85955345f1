"""The buckets of a window cover the range that it was made for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.window import Scale, window_over

FINITE = st.floats(-1e300, 1e300)


@pytest.mark.parametrize("scale", ["linear", "symlog"])
@given(ends=st.tuples(FINITE, FINITE), limit=st.integers(4, 2000))
def test_both_ends_are_in_buckets(scale: Scale, ends: tuple[float, float], limit: int) -> None:
    shown = min(ends), max(ends)
    window = window_over(shown, scale, None, limit)
    edges = window.edges()
    assert edges[0] <= shown[0]
    assert edges[-1] > shown[1]
    if scale == "linear" or shown[1] - shown[0] > 1e-9 * max(abs(shown[0]), abs(shown[1])):
        assert window.size <= limit


@pytest.mark.parametrize(
    ("low", "high", "limit"), [(-158.11230186958906, 0.001, 400), (88913.97049913454, 177827.94199826906, 4)]
)
def test_an_end_whose_coordinate_is_rounded_over_an_edge(low: float, high: float, limit: int) -> None:
    """The coordinate of the first x is that of an edge, and the edge's own x is greater."""
    edges = window_over((low, high), "symlog", None, limit).edges()
    assert edges[0] <= low < edges[1]
    assert math.isfinite(edges[1])
