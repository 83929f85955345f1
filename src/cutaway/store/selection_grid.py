"""The buckets of a chart by step whose edges are whole steps."""

from typing import NamedTuple


class Grid(NamedTuple):
    """Buckets of equal widths, a power of two, that begin at multiples of it."""

    #: Steps.
    width: int
    #: The number of the first bucket, counted from step 0, and how many there are.
    first: int
    size: int
    #: A bucket of up to so many points is sent as those points.
    most: int
