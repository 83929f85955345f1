"""The results of the kernel's functions: the same tuples from the native twin and from the pure one."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

#: Column kinds of :class:`Decoded`: the narrowest dtype that holds every value of a tag exactly.
FLOAT32, FLOAT64, INT64 = 0, 1, 2


class Scan(NamedTuple):
    """Where the valid records of a buffer are. All positions are bytes from the start of the buffer."""

    #: int64[n], where each payload starts.
    offsets: NDArray[np.int64]
    #: int64[n], the size of each payload in bytes.
    lengths: NDArray[np.int64]
    #: Bytes that need not be looked at again. What is behind them is not written yet, or damage without an
    #: end yet.
    consumed: int
    #: (start, length) of the bytes that no valid record covers and behind which a valid record follows.
    damage: list[tuple[int, int]]
    #: No record starts in [consumed, searched), also when more bytes come: a search may go on from here.
    searched: int


class Blobs(NamedTuple):
    """Records that are not scalars, grouped by kind and tag; those of one kind and tag are in file order. They stay
    where they are: here is only where that is, in bytes from the start of the buffer."""

    #: (kind, tag) in the order of their first blobs. The kind is a plug-in's name, or for what names none
    #: ``images``, ``histograms``, ``audio`` or ``tensors``, and ``empty`` for a value that holds nothing; for events
    #: that are not summaries ``graph``, ``run_metadata``, ``meta_graph``, ``log_message`` or ``session_log``.
    keys: list[tuple[str, str]]
    #: int64[len(keys) + 1]: the blobs of key i are [starts[i], starts[i + 1]) in the columns.
    starts: NDArray[np.int64]
    #: int64[n].
    step: NDArray[np.int64]
    #: float64[n], seconds since the epoch.
    wall_time: NDArray[np.float64]
    #: int64[n] each: the Summary.Value, or the field of the Event that holds what it is.
    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    #: int64[n] each: the value's SummaryMetadata; length 0 when it has none.
    metadata_offset: NDArray[np.int64]
    metadata_length: NDArray[np.int64]

    def metadata_spans(self) -> list[tuple[int, int]]:
        """Of each key, where the first SummaryMetadata begins and its length; (0, 0) where there is none."""
        spans = []
        for start, stop in pairwise(self.starts.tolist()):
            having = np.flatnonzero(self.metadata_length[start:stop])
            first = start + int(having[0]) if len(having) else -1
            spans.append(
                (int(self.metadata_offset[first]), int(self.metadata_length[first])) if len(having) else (0, 0)
            )
        return spans

    @classmethod
    def none(cls) -> "Blobs":
        """No blobs."""
        nothing = np.empty(0, np.int64)
        return cls([], np.zeros(1, np.int64), nothing, np.empty(0), nothing, nothing, nothing, nothing)


class Decoded(NamedTuple):
    """The content of some records. Points of one tag are in file order."""

    #: Tags that have scalars, in the order of their first points.
    tags: list[str]
    #: int64[len(tags) + 1]: the points of tag i are [starts[i], starts[i + 1]) in the columns.
    starts: NDArray[np.int64]
    #: int64[n].
    step: NDArray[np.int64]
    #: float64[n], seconds since the epoch.
    wall_time: NDArray[np.float64]
    #: float64[n].
    value: NDArray[np.float64]
    #: uint8[len(tags)]: FLOAT32, FLOAT64 or INT64.
    kinds: NDArray[np.uint8]
    #: int64[n], exact at the points of the tags of kind INT64 and undefined elsewhere; int64[0] if there are
    #: none.
    integer: NDArray[np.int64]
    blobs: Blobs
    #: The first SummaryMetadata of the scalars of a tag, serialised, for tags that have one.
    metadata: dict[str, bytes]
    #: How many records these are: decoding ends behind one that starts a session.
    records: int
    #: The step at which the last record starts a session; None when it does not.
    session_start: int | None
    #: Records that are not Events.
    malformed: int
    #: Events that hold nothing.
    empty: int


def group_keys(keys: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """(order, distinct keys, starts): how to sort by key, keys in the order of their first places, stable."""
    distinct, first, number = np.unique(keys, return_index=True, return_inverse=True)
    by_first = np.argsort(first)
    rank = np.empty(len(distinct), np.int64)
    rank[by_first] = np.arange(len(distinct))
    rank_of_each = rank[number.reshape(-1)]
    counts = np.bincount(rank_of_each, minlength=len(distinct))
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return np.argsort(rank_of_each, kind="stable"), distinct[by_first], starts


#: The payload of a record is smaller: protobuf's messages are.
TOO_LARGE = 1 << 31


@dataclass(frozen=True)
class Buckets:
    """A series reduced to ``size`` buckets; ``count`` is of finite values only."""

    count: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]
    #: float64[size], NaN where count is 0; so are min and max.
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]


class Selection(NamedTuple):
    """What is sent of a reduced line: the points of buckets with few, and buckets with more."""

    #: The position of the first point behind the last edge.
    stop: int
    #: int64[p]: positions of the points of buckets with few, between the last one before the first edge and the first
    #: one behind the last edge, where there are any.
    sent: NDArray[np.int64]
    #: uint32[b]: the buckets with more points, and float64[b]: mean, smallest and largest of their finite values.
    #: Those without any finite value are left out.
    bucket: NDArray[np.uint32]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    #: uint32[m]: the buckets with more points that have values which are not finite, and how many of each.
    mark: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]
    #: uint32[b]: points in each of ``bucket``, finite or not; int64[b]: positions of the first and the last.
    total: NDArray[np.uint32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


class DrawnLines(NamedTuple):
    """What is sent of n lines: their points, buckets and marks one line behind the other."""

    #: int64[n] each: points in front of the first edge; the position of the first point behind the last edge; points
    #: within the range that was asked for.
    before: NDArray[np.int64]
    stop: NDArray[np.int64]
    inside: NDArray[np.int64]
    #: bool[n]: whether all points at ``sent`` are among those that were given; else x and y there are anything.
    is_known: NDArray[np.bool_]
    #: int64[n + 1]: where the points, the buckets and the marks of each line begin, and where those of the last end.
    point_edges: NDArray[np.int64]
    bucket_edges: NDArray[np.int64]
    mark_edges: NDArray[np.int64]
    #: int64[p], float64[p] and float32[p] or float64[p]: as ``Selection.sent``, and these points.
    sent: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float32] | NDArray[np.float64]
    #: As those of ``Selection``.
    bucket: NDArray[np.uint32]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    mark: NDArray[np.uint32]
    nan: NDArray[np.uint32]
    pos_inf: NDArray[np.uint32]
    neg_inf: NDArray[np.uint32]
    #: Empty without ``details``: as ``Selection.total``; float64[b] twice: the first and the last value of each bucket.
    total: NDArray[np.uint32]
    first: NDArray[np.float64]
    last: NDArray[np.float64]


NO_PLACES = np.empty(0, np.uint32)
NO_FLOATS = np.empty(0)


class Packed(NamedTuple):
    """A column of integers, or of float64 by their bits, as its first number and the changes from each to the next."""

    first: int
    #: One number when all changes are equal, else uint8: blocks of 64 numbers as `packed.h` has them. Changes wrap
    #: around at the ends of int64, and so does what they add up to.
    changes: int | NDArray[np.uint8]
    #: int64: every 64th number, at which a block begins; empty when `changes` is one number.
    marks: NDArray[np.int64]
    is_float: bool
    #: uint32: where the block of each mark begins, in units of 8 bytes, times 128, and the bits of its numbers.
    places: NDArray[np.uint32] = NO_PLACES


@dataclass(frozen=True, slots=True)
class PackedValues:
    """A column of ``length`` float32 in blocks of 64, as `packed.h` has them."""

    length: int
    #: uint32: as those of ``Packed``, of each block.
    places: NDArray[np.uint32]
    #: uint8.
    data: NDArray[np.uint8]

    def __len__(self) -> int:
        return self.length


#: The values of a series, packed or not.
Values = PackedValues | NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]


class Summary(NamedTuple):
    """Blocks of equally many values, each as one."""

    #: uint16[4, m]: how many are finite, NaN, +Inf and -Inf.
    counts: NDArray[np.uint16]
    #: float64[3, m]: mean, smallest and largest of the finite ones; NaN without any.
    statistics: NDArray[np.float64]


#: A packed column with values and their summaries, as ``core.opened`` makes it.
Opened = NewType("Opened", object)

#: Points side by side in a line: x, packed, opened or plain; the values of all points of x; the summaries of these in
#: blocks of 64 and of 4,096, or None where x is plain; and the points from the first up to the last position.
LinePart = tuple[
    Packed | Opened | NDArray[np.float64] | NDArray[np.int64],
    Values,
    tuple[Summary, Summary] | None,
    int,
    int,
]


#: A line: its parts, of which x ascends without NaN; how many points it has, and how many of them are in front of the
#: first part, below the first edge (more may be behind the last one, beyond the last edge); what is subtracted from x;
#: and whether values may be beyond 2**900 in magnitude.
LineInParts = tuple[list[LinePart], int, int, float, bool]


class Tallies(NamedTuple):
    """Numbers counted between edges; the rest is of finite numbers only, lowest and highest NaN without any."""

    #: int64[k + 1]: below the first edge, between one edge (inclusive) and the next, and from the last edge on.
    counts: NDArray[np.int64]
    lowest: float
    highest: float
    sum: float
    sum_squares: float
    nan: int
    pos_inf: int
    neg_inf: int


#: Instead of a node's number: no node of the graph has the name. Instead of an output's: the input brings no value.
NO_NODE = CONTROL = -1


class GraphNodes(NamedTuple):
    """The nodes of a graph in the order of the file, n of them with m inputs.

    Spans are int64[2, n], where something starts, in bytes from the start of the message, and how long it is.
    """

    #: Names of ops, devices, functions and the attributes that name these, each once.
    words: list[str]
    #: Spans of the nodes' names.
    name: NDArray[np.int64]
    #: int32[n] each: places among the words.
    op: NDArray[np.int32]
    device: NDArray[np.int32]
    #: int32[n]: TensorFlow's number of the dtype that the node says it computes in; 0 where it says none.
    dtype: NDArray[np.int32]
    #: Spans of the whole NodeDefs, whose attributes are read when somebody asks for them.
    whole: NDArray[np.int64]
    #: int64[n + 1]: the inputs of node i are [starts[i], starts[i + 1]).
    starts: NDArray[np.int64]
    #: int32[m]: the node that an input comes from, the first one of its name; NO_NODE when there is none.
    producer: NDArray[np.int32]
    #: int32[m]: which of the node's outputs it is; CONTROL for a mere dependency.
    output: NDArray[np.int32]
    #: int64[2, m]: spans of the inputs' texts.
    texts: NDArray[np.int64]
    #: int64[n + 1]: the outputs of node i whose shapes it says are [output_starts[i], output_starts[i + 1]).
    output_starts: NDArray[np.int64]
    #: int64[k + 1]: the sizes of output j are [size_starts[j], size_starts[j + 1]), -1 for one that is not known.
    size_starts: NDArray[np.int64]
    #: bool[k]: whether it is known how many axes the output has.
    rank_known: NDArray[np.bool_]
    sizes: NDArray[np.int64]
    #: int64[n + 1]: the functions that node i names in its attributes are [call_starts[i], call_starts[i + 1]).
    call_starts: NDArray[np.int64]
    #: int32[c] each: places among the words.
    call_attribute: NDArray[np.int32]
    call_function: NDArray[np.int32]
    #: uint64[n]: a checksum of the node, which stays the same when its attributes come in another order.
    mark: NDArray[np.uint64]
    #: int64[3, r]: the number, and the span, of each field of the message that is a message, or a text, and no node.
    others: NDArray[np.int64]


@lru_cache(maxsize=4)
def first_edges(edges: bytes) -> tuple[NDArray[np.float64], NDArray[np.int32], int]:
    """Where the search for a number's bin between ``edges`` (float64[k], as bytes) starts, and how far it goes.

    Returns the edges and an infinity behind them; for the 18 highest bits of a float64, how many edges are at most the
    smallest number that begins with them; and how many edges lie at most among the numbers of one such beginning.
    """
    bounded = np.append(np.frombuffer(edges), np.inf)
    prefixes = np.arange(1 << 18, dtype=np.uint64) << np.uint64(46)
    negative = prefixes >> np.uint64(63) == 1
    others = np.uint64((1 << 46) - 1)
    # Of a negative number the smallest is the one with the largest magnitude.
    smallest = np.where(negative, prefixes | others, prefixes).view(np.float64)
    largest = np.where(negative, prefixes, prefixes | others).view(np.float64)
    finite = np.isfinite(smallest) & np.isfinite(largest)
    first = np.zeros(len(prefixes), np.int32)
    last = first.copy()
    first[finite] = np.searchsorted(bounded, smallest[finite], "right")
    last[finite] = np.searchsorted(bounded, largest[finite], "right")
    return bounded, first, int((last - first).max())


#: The types of elements that watches measure, by their numbers.
ELEMENT_TYPES = (
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
)


@lru_cache(maxsize=1)
def float8_values() -> NDArray[np.float32]:
    """float32[4, 256]: what each byte is in the types of one byte, in the order of `ELEMENT_TYPES`."""
    bits = np.arange(256)
    values = np.empty((4, 256), np.float32)
    for row, (mantissa_bits, bias) in enumerate(((3, 7), (2, 15), (3, 8), (2, 16))):
        exponent, mantissa = (bits & 0x7F) >> mantissa_bits, bits & (1 << mantissa_bits) - 1
        fraction = mantissa + ((exponent > 0) << mantissa_bits)
        values[row] = np.ldexp(
            np.where(bits & 0x80, -fraction, fraction), np.maximum(exponent, 1) - bias - mantissa_bits
        )
    # e4m3fn has no infinity; e5m2 has what IEEE 754 says; the others have one NaN in the place of -0.
    values[0, [0x7F, 0xFF]] = np.nan
    for sign, infinity in ((0, np.inf), (0x80, -np.inf)):
        values[1, sign + 0x7C] = infinity
        values[1, sign + 0x7D : sign + 0x80] = np.nan
    values[2:, 0x80] = np.nan
    # The minus of -0, which an integer lacks.
    values[:2, 0x80] = -0.0
    return values


#: The objects that the kernel reads bytes from.
Buffer = bytes | bytearray | memoryview | mmap.mmap
Tags = Sequence[str]
Numbers = Sequence[float | int]
