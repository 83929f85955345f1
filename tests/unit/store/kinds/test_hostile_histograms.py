"""Histograms that no numbers give, and those of numbers that are not finite."""

from typing import Any

import numpy as np
import pytest
from tests.unit.store.kinds.hostile import INFINITY, NAN, histogram, value

from cutaway.events import messages
from cutaway.events.schema import encode
from cutaway.events.wire import MalformedError
from cutaway.record.histogram import histogram_value
from cutaway.store.kinds.decode import decode_value, describe


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 1, -5)],
        [(0, 1, 3), (1, 2, NAN)],
        [(0, 1, INFINITY)],
        [(1, 0, 3)],
        [(0, 1, 3), (-1, 0, 3)],
        [(0, 2, 3), (1, 3, 3)],
        [(0, 1, 3), (1, NAN, 3)],
        [(0, 1, 3), (1, INFINITY, 0)],
        [(NAN, 1, 2), (1, INFINITY, -5)],
    ],
)
def test_histograms_that_no_numbers_give(rows: list[tuple[float, float, float]]) -> None:
    with pytest.raises(MalformedError, match="a histogram"):
        decode_value("histograms", histogram(*rows))


@pytest.mark.parametrize("rows", [[(NAN, NAN, 0)] * 30, [(NAN, INFINITY, 9), (INFINITY, INFINITY, 0)]])
def test_numbers_that_are_not_finite_are_no_empty_histogram(rows: list[tuple[float, float, float]]) -> None:
    """As TensorFlow 2 writes weights with NaN, and with infinities, among them."""
    found = decode_value("histograms", histogram(*rows))
    assert (found.not_finite, len(found.counts), len(found.edges)) == (True, 0, 0)
    assert np.isnan(found.count)
    assert describe(found) == "histogram of values that are not finite, number unknown"
    empty = decode_value("histograms", histogram(*[(0, 0, 0)] * 30))
    assert (empty.not_finite, empty.count, describe(empty)) == (False, 0, "histogram of 0 values in 0 bins")


def test_nothing_is_between_bins_that_do_not_touch() -> None:
    found = decode_value("histograms", histogram((0, 1, 3), (1, 2, 4), (5, 6, 7)))
    assert (found.edges.tolist(), found.counts.tolist()) == ([0, 1, 2, 5, 6], [3, 4, 0, 7])


def test_edges_that_were_computed_twice_touch() -> None:
    third = 1 / 3
    found = decode_value("histograms", histogram((0, third, 1), (third * (1 + 1e-15), 1, 2)))
    assert (len(found.edges), found.counts.tolist()) == (3, [1, 2])


@pytest.mark.parametrize(
    "message",
    [
        {"bucket_limit": [1.0, 2.0], "bucket": [3.0, -1.0], "max": 2.0},
        {"bucket_limit": [1.0, 2.0], "bucket": [3.0, NAN], "max": 2.0},
        {"bucket_limit": [2.0, 1.0], "bucket": [3.0, 1.0], "max": 2.0},
        {"bucket_limit": [1.0, NAN], "bucket": [3.0, 1.0], "max": 2.0},
        {"bucket_limit": [1.0, 2.0], "bucket": [3.0, 1.0], "min": 2.0, "max": 1.0},
        {"bucket_limit": [1.0, INFINITY], "bucket": [3.0, 1.0], "max": -5.0},
    ],
)
def test_messages_of_histograms_that_no_numbers_give(message: dict[str, Any]) -> None:
    with pytest.raises(MalformedError, match="a histogram"):
        decode_value("histograms", value("histograms", histo=message))


def test_ends_that_are_not_said_are_not_invented() -> None:
    message = {"min": 1.5, "sum": NAN, "bucket_limit": [1.0, 2.0, 3.0], "bucket": [0.0, 3.0, 4.0]}
    found = decode_value("histograms", value("histograms", histo=message))
    assert (found.edges.tolist(), found.counts.tolist(), found.min, found.max) == ([1.5, 2, 3], [3, 4], 1.5, None)
    assert np.isnan(found.sum)
    huge = {"min": 0.5, "max": 2.5, "bucket_limit": [1.0, 1.8e308], "bucket": [2.0**60, 2.0**53 + 2]}
    assert decode_value("histograms", value("histograms", histo=huge)).count == 2.0**60 + 2.0**53 + 2


@pytest.mark.parametrize(
    ("least", "most", "counts", "edges"),
    [
        (0.5, 2.5, [3.0, 1.0, 2.0], [0.5, 1, 2, 2.5]),
        # Rounded, behind the end of the bin that it should be in.
        (1 + 1e-12, 2.5, [3.0, 1.0, 2.0], [1, 1, 2, 2.5]),
        # Outside of the outermost bins that have something in them: the edges are right, and none goes back.
        (0.5, 2.5, [0.0, 1.0, 2.0], [1, 2, 2.5]),
        (2.1, 2.5, [0.0, 1.0, 2.0], [1, 2, 2.5]),
        (0.5, 9.0, [3.0, 1.0, 2.0], [0.5, 1, 2, 3]),
        (0.5, 1.5, [3.0, 1.0, 2.0], [0.5, 1, 2, 3]),
    ],
)
def test_ends_are_the_numbers_own_where_they_lie_in_the_outermost_bins(
    least: float, most: float, counts: list[float], edges: list[float]
) -> None:
    message = {"min": least, "max": most, "bucket_limit": [1.0, 2.0, 3.0], "bucket": counts}
    assert decode_value("histograms", value("histograms", histo=message)).edges.tolist() == edges


def test_a_smallest_number_behind_the_first_bin_makes_no_edge_that_goes_back() -> None:
    message = {"min": 1.5, "max": 2.5, "bucket_limit": [1.0, 2.0, 3.0], "bucket": [3.0, 1.0, 2.0]}
    with pytest.raises(MalformedError, match=r"outermost bins have no ends: its numbers go from 1\.5 to 2\.5"):
        decode_value("histograms", value("histograms", histo=message))


@pytest.mark.parametrize(
    ("numbers", "zeros"),
    [
        ([0.0, -0.0, 3.0], 2),
        ([1.0, -1.0], 0),
        ([-1e-13, 1e-13, 2.0], 0),
        ([0.0, 1e-13], 1),
        ([-3.0, -1.0], 0),
        ([0], 1),
    ],
)
@pytest.mark.parametrize("bins", ["tensorflow", [-4.0, 0.0], [-4.0, -0.5, 0.5, 4.0]])
def test_zeros_are_counted_or_unknown(numbers: list[float], zeros: int, bins: Any) -> None:
    """Bins at 0 that hold other numbers alone leave open whether these are zeros: of none the file says nothing."""
    found = decode_value("histograms", histogram_value("h", np.array(numbers), bins, None))
    holding = ((found.edges[:-1] <= 0) & (found.edges[1:] >= 0) & (found.counts > 0)).any()
    assert found.zero_count == (zeros or (None if holding else 0))
    assert found.count == len(numbers)


def test_more_zeros_than_the_bin_of_zero_holds_are_not_believed() -> None:
    histo = {"min": -1.0, "max": 1.0, "bucket_limit": np.array([-0.5, 0.5, 1.0]), "bucket": np.array([1.0, 2.0, 3.0])}
    data = encode(messages.VALUE, {"tag": "h", "histo": histo, "exact": {"zero_count": 3}})
    assert decode_value("histograms", data).zero_count is None
