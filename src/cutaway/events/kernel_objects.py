"""Objects of the kernel that hold a state, as both twins have them: see :mod:`cutaway.events.core`."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buckets, Packed, Selection, Summary, Values
from cutaway.events.write_trouble import Trouble

Values1D = NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]


class MappedFile(Protocol):
    """A buffer of a file's bytes. The file must not become shorter while anybody reads them."""

    def __buffer__(self, flags: int, /) -> memoryview: ...

    def let_go(self) -> None:
        """Its pages need not stay in this process's memory: what is asked for again comes from the file."""


class DirectFile(Protocol):
    """A file that is open for appending: each record is handed to it with one write, which is timed.

    The methods return None when the whole record is with the operating system and the disk is quick, else what
    the trouble is. From then on nothing is written any more: every further record comes back with nothing written
    and no error, and so does every record when the descriptor is negative. The descriptor is not closed by this
    object. Code that shares it among threads has a lock around the calls; a signal's handler may call them at any time.

    Time waited for the disk is told from time waited for the processor. What a write takes beyond the time of its
    bytes (at 20 MB a second) it has waited. A wait of over 50 ms, or of over 1 ms on average of the last ten writes,
    where none counts for more than 5 ms, is no trouble yet: it makes the thread's voluntary context switches be
    counted during the following 10,000 writes, or from the start when ``watches``. A write without any was not
    blocked, at most preempted, and has not waited at all. With some, the next such wait is the disk's: the disk is
    slow. (A wait for memory, when the disk does not take what fills it, is the disk's too; so is one for the file's
    lock, which nobody else who only reads holds for long, and no other writer has this file.) Where nobody counts
    switches, the third stall without a quick write in between is the disk's, or the second such average.
    The pure twin measures waiting for the interpreter too.

    About once a second it is looked whether the file has been removed.

    ``measure`` replaces clock and counter, for tests: called around each write, with whether switches count, it
    returns nanoseconds and the switches so far, or 0 when nobody counts them.
    """

    def __init__(
        self, descriptor: int, *, watches: bool = False, measure: Callable[[bool], tuple[int, int]] | None = None
    ) -> None: ...

    @property
    def descriptor(self) -> int:
        """The open file; negative for none."""

    @property
    def records(self) -> int:
        """How many records were written as a whole."""

    @property
    def trouble(self) -> Trouble | None:
        """The error that ended the writing; None while there was none."""

    def append(self, record: bytes) -> Trouble | None:
        """Write a framed record."""

    def append_scalar(self, wall_time: float, step: int, tag: str, value: float) -> Trouble | None:
        """Write the record of one number. Raises what ``encode`` does; then nothing is written."""

    def release(self) -> int:
        """Write nothing any more; the descriptor, which is the caller's now."""


class Reduction(Protocol):
    """Sorts points into buckets whose edges are given: bucket i is from ``edges[i]`` up to ``edges[i + 1]``.

    Points are added in ascending order of x; those in front of the first edge are counted in `before`, those behind
    the last are passed over. ``huge`` says that values may be beyond 2**900 in magnitude. The means are of the finite
    values; they do not overflow, and their error does not grow with the number of points.
    """

    def __init__(self, edges: NDArray[np.float64], *, huge: bool = False) -> None: ...

    @property
    def before(self) -> int:
        """Points added so far that are in front of the first edge."""

    @property
    def low(self) -> float:
        """The first edge."""

    @property
    def high(self) -> float:
        """The last edge."""

    def skip(self, count: int) -> None:
        """Count points that are in front of the first edge, before any that is not."""

    def add(self, x: NDArray[np.float64] | NDArray[np.int64], value: Values1D) -> None:
        """Add points: x[n], which float64 holds or is rounded to, and value[n]."""

    def add_packed(
        self, packed: Packed, value: Values, summaries: tuple[Summary, Summary], start: int, stop: int
    ) -> None:
        """Add the points from ``start`` up to ``stop`` of a packed column and its values.

        ``summaries`` are those of ``value`` in blocks of 64 and of 4,096: what lies within one bucket is taken as a
        whole, so that the time is that of the edges rather than that of the points.
        """

    def buckets(self) -> Buckets:
        """The buckets of all points added so far."""

    def selection(self, most: int, length: int) -> Selection:
        """The buckets of all points added so far, those of up to ``most`` points as their points.

        Positions are among the ``length`` points of the line: those that were in front, those in the buckets, and more
        behind the last edge.
        """
