"""What the kernel has, in both of its twins."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_objects import DirectFile, MappedFile, Reduction
from cutaway.events.kernel_types import (
    Buffer,
    Decoded,
    DrawnLines,
    GraphNodes,
    LineInParts,
    Numbers,
    Opened,
    Packed,
    PackedValues,
    Scan,
    Summary,
    Tags,
    Tallies,
    Values,
)
from cutaway.events.tables import PIECE, Loaded

if TYPE_CHECKING:
    from threading import RLock

_Function = TypeVar("_Function", bound=Callable[..., None])


class Kernel(Protocol):
    """What both twins have."""

    def crc32c(self, data: Buffer, *, before: int = 0) -> int:
        """The checksum of a buffer; ``before`` is that of the bytes in front of it, where there are any."""

    def scan(self, data: Buffer, *, inside_tail: bool = False, in_gap: bool = False) -> Scan:
        """Find the valid records of a buffer that starts where a record does.

        A record is 8 bytes of length, the length's checksum, the payload and its checksum; all checksums are
        verified. A header that promises 2 GiB or more, which no protobuf message has, is none. Where a record
        does not fit: if the payload's checksum is wrong but a valid header follows, that record is skipped;
        else the search goes on from the next byte for an offset where header and payload both check. What was
        passed over is damage once a valid record follows. A record at the end that is short, or wrong with
        less than a header behind it, may still be being written and ends the scan, unless ``inside_tail`` lets
        the search go on in it. ``in_gap`` says that the bytes before ``data`` were passed over already, so
        that damage may start at offset 0.

        Time is O(n) for n bytes, hostile ones included: payloads that fail their checksum while searching are
        checked until they add up to 8 n bytes; after that the rest of the buffer counts as damage.
        """

    def decode(self, data: Buffer, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> Decoded:
        """Decode the records that ``scan`` found: payloads at ``offsets`` of ``lengths``, int64[n] in bytes.

        Decoding ends behind a record with a SessionLog START, since that changes what the records before it mean.
        Raises ValueError for a record that is not within ``data``. A record that is not an Event counts as
        ``malformed`` and gives nothing else. Tags that are not UTF-8 get U+FFFD where they are not.
        """

    def load(
        self,
        paths: list[bytes],
        largest: int,
        widest: int = 0,
        piece: int = PIECE,
        note_piece: Callable[[], None] | None = None,
    ) -> Loaded:
        """Read files of this machine to their ends, where nothing in them is unusual, outside the interpreter's lock.

        Of a file of more than ``largest`` bytes only the first record is looked at, unless it has up to ``widest``
        bytes and begins with few points of each of its tags, so few that none will have too many. What is unusual is
        left: what cannot be read, has no record, ends within one, is damaged, starts a session, has integers beyond
        float64's, or very many points of one tag. The tables have the columns and facts of ``decode`` and ``facts_of``,
        packed as the store packs them.

        Such a wide file is read in pieces of ``piece`` bytes, and ``note_piece`` is called behind each; what it raises
        is raised here. Until all was read, each of its points takes 24 bytes of memory. Of other files no more is read
        at a time either.
        """

    def load_contents(self, contents: list[Buffer]) -> Loaded:
        """``load`` of whole files that are in memory, whatever their size: of their bytes, which nobody changes
        meanwhile. The tables say nothing of where they are from: device, inode and times are 0.
        """

    def changed_files(self, paths: list[bytes], files: NDArray[np.void]) -> list[int]:
        """Which of some files are not as they were when they were loaded, by their places: another file has the path,
        or its size or a time differs, or it cannot be looked at. ``files``: FILE[n], a row for each path.

        Raises ValueError for another number of rows.
        """

    def natural_key(self, name: str) -> str:
        """A sort key that compares the numbers in a name by value and the rest without regard to case: ``layer2`` comes
        before ``layer10``, ``lr=0.05`` before ``lr=0.3``. The name itself comes last, which makes the order total.

        A number is a decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else it is a
        whole number.
        """

    def map_file(self, path: bytes) -> MappedFile:
        """A regular file's bytes in memory, which are read from it when they are asked for; it is not kept open.

        Where the pure twin cannot do that they are read. Raises OSError, and ValueError for an empty file.
        """

    def encode(self, wall_time: float, step: int, tags: Tags, values: Numbers) -> bytes:
        """One framed record with one value per tag.

        ``wall_time`` is in seconds since the epoch. A value that float32 cannot hold is stored exactly as
        well, as int64 or double. Raises OverflowError for a step that int64 cannot hold and for an int beyond
        float64's range, and ValueError when there are not as many tags as values, or for 2 GiB and more.
        """

    def encode_mapping(self, wall_time: float, step: int, values: dict[str, Any]) -> bytes | None:
        """``encode`` for the usual case, in half the time: numbers by their tags.

        A number is a float, an int, or what has an ``item()`` that gives one, as arrays and tensors of one element
        do. None when there is anything else, or an int beyond float64's range: the caller then names it.
        Raises OverflowError for a step that int64 cannot hold.
        """

    #: Makes a :class:`DirectFile` of a descriptor.
    DirectFile: "type[DirectFile]"

    #: As `threading.RLock`, also for `threading.Condition`; the kernel takes it without a call of Python's.
    ReentrantLock: "type[RLock]"

    #: What a writer is below its troubles: see :class:`ScalarFile`.
    ScalarFile: type[Any]

    #: What records numbers: see :class:`ScalarRecorder`.
    ScalarRecorder: type[Any]

    def usually(self, function: _Function) -> _Function:
        """A method ``add_scalar`` of ScalarRecorder that does the same in one call of the kernel where it can.

        It can with a ``_scalar_file``, for a tag that is a str; as the value a float, a bool, an int that int64 holds,
        or what has an ``item()`` that gives one, as arrays and tensors of one element do; of these also an int as the
        step, or None for 0; and as the wall time a float, or None for now. Else ``function`` is called.
        """

    def frame(self, payload: Buffer) -> bytes:
        """A record: the payload between its length and its checksum.

        Raises ValueError for a payload of 2 GiB or more, which no reader takes.
        """

    #: Makes a :class:`Reduction`.
    Reduction: "type[Reduction]"

    def opened(self, packed: Packed, value: Values, summaries: tuple[Summary, Summary]) -> Packed | Opened:
        """x of a part of a line, to be drawn again and again with these values and their summaries."""

    def draw_lines(
        self,
        lines: list[LineInParts],
        edges: NDArray[np.float64],
        most: int,
        *,
        single: bool = False,
        details: bool = False,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> DrawnLines:
        """Lines reduced, each as with a ``Reduction`` and its ``selection``, and the points of that.

        x of a line less its offset is what lies between the ``edges``, and is sent. y is float32 where ``single``.
        ``low`` and ``high`` are the range whose points are counted, both ends included. ``details`` asks for what is
        empty otherwise.
        """

    def draw_rows(
        self,
        tables: list[tuple[NDArray[np.void], NDArray[np.uint8]]],
        edges: NDArray[np.float64],
        most: int,
        *,
        single: bool = False,
        details: bool = False,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> DrawnLines:
        """The same of lines by step, each of which is a series with ascending steps: of SERIES[n] and its arena, and so
        on. Raises ValueError where a series is not within its arena.
        """

    def summarize(self, value: Values, width: int) -> Summary:
        """Each full block of ``width`` (to 65,535) values, from the first on, as one."""

    def pack(self, numbers: NDArray[np.int64], is_float: bool) -> Packed:
        """A column of one number or more, int64[n]; ``is_float``: these are the bits of float64."""

    def pack_values(self, values: NDArray[np.float32]) -> PackedValues | None:
        """A column of values; None where it takes as much as they do."""

    def unpack(self, packed: Packed, start: int, target: NDArray[np.int64]) -> None:
        """Fill an array with the numbers from ``start`` on, which must be there."""

    def unpack_values(self, values: PackedValues, start: int, target: NDArray[np.float32]) -> None:
        """Fill an array with the values from ``start`` on."""

    def take_values(self, values: PackedValues, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The values at some positions."""

    def take(self, packed: Packed, length: int, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """The numbers of a packed column of ``length`` at some positions: int64[k]; quick for ascending positions."""

    def first_from(self, packed: Packed, length: int, start: int, stop: int, edge: float) -> int:
        """The first position from ``start`` on whose number, as float64, is at or beyond ``edge``; else ``stop``.

        The numbers of the packed column of ``length`` must ascend from ``start`` up to ``stop``.
        """

    def decayed_means(
        self, value: NDArray[np.float32] | NDArray[np.float64], keep: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """For each number the mean of it and of those before it, whose weights fade: float64[n].

        At each place all weights before it are multiplied by ``keep`` (from 0 to 1), then its own, 1, is added. A
        number that is not finite takes no part and stands in the result as it is.
        """

    def windowed_means(
        self, value: NDArray[np.float32] | NDArray[np.float64], reaches: Sequence[int]
    ) -> NDArray[np.float64]:
        """Running means of n numbers, one after the other: float64[n]. Each is of as many numbers on each side.

        Towards the ends, and where numbers are not finite, they are of fewer: sums are divided by sums of weights. A
        number that is not finite stands in the result as it is. The time does not depend on the ``reaches``.
        """

    def graph_nodes(self, data: Buffer, field: int, most: int) -> GraphNodes:
        """The nodes of a graph: the NodeDefs in a field of a message, 1 of a GraphDef or 3 of a FunctionDef.

        Nodes are joined by names: an input is ``name``, ``name:1``, ``^name``, or ``name:output:1`` in a function.
        Of nodes with one name the first is meant. The dtype is that of the attribute ``DstT``, ``out_type`` or
        ``output_type``, else ``dtype``, else ``T``. Raises MalformedError for bytes that are no such message, and for
        more than ``most`` nodes, inputs, outputs, sizes, functions that are named, and other fields: a node takes 84
        bytes, and what else there is 24 or less.
        """

    def histogram(self, value: NDArray[np.float32] | NDArray[np.float64], edges: NDArray[np.float64]) -> Tallies:
        """Count numbers between ``edges``, float64[k] in ascending order; non-finite ones are counted apart."""

    def histogram_value(
        self, tag: str, value: NDArray[np.float32] | NDArray[np.float64], edges: NDArray[np.float64]
    ) -> bytes:
        """The Summary.Value of numbers that are counted between ``edges``, the last bin up to the largest number."""

    # Tensors of a watch are told by where they lie in memory: int64[n] addresses of their first elements, int64[n]
    # counts of elements, which lie one behind the other, and uint8[n] types, numbers in `ELEMENT_TYPES`. ``sample`` is
    # how many elements are taken of a larger tensor, a multiple of 64; 0 for all. They are runs of 64 neighbours, the
    # first at the tensor's start and the last at its end. The GIL is released. A wrong address is not found out.

    def measure_tensors(
        self,
        addresses: NDArray[np.int64],
        counts: NDArray[np.int64],
        types: NDArray[np.uint8],
        sample: int,
        statistics: NDArray[np.float64],
    ) -> None:
        """Set the first n rows of ``statistics``, float64[m, 8], to the columns of `watch_layout.COLUMNS`.

        Least and greatest are NaN where no element is finite.
        """

    def measure_tensor(
        self,
        address: int,
        count: int,
        kind: int,
        sample: int,
        statistics: NDArray[np.float64],
        row: int,
    ) -> None:
        """``measure_tensors`` for one tensor and one row."""

    def count_magnitudes(
        self,
        addresses: NDArray[np.int64],
        counts: NDArray[np.int64],
        types: NDArray[np.uint8],
        sample: int,
        magnitudes: NDArray[np.uint16],
    ) -> None:
        """Set the first n rows of ``magnitudes``, uint16[m, 64], as `watch_layout` says; counts end at 65,535."""

    def keep_samples(
        self,
        addresses: NDArray[np.int64],
        counts: NDArray[np.int64],
        types: NDArray[np.uint8],
        sample: int,
        offsets: NDArray[np.int64],
        kept: NDArray[np.uint8],
    ) -> None:
        """Copy each tensor's sample to its offset in ``kept``."""

    def measure_changes(
        self,
        addresses: NDArray[np.int64],
        counts: NDArray[np.int64],
        types: NDArray[np.uint8],
        sample: int,
        offsets: NDArray[np.int64],
        kept: NDArray[np.uint8],
        statistics: NDArray[np.float64],
    ) -> None:
        """``measure_tensors`` of what each sample has changed by since ``keep_samples`` kept it."""

    def first_not_finite(
        self, addresses: NDArray[np.int64], counts: NDArray[np.int64], types: NDArray[np.uint8], sample: int
    ) -> int:
        """The first tensor with an element in its sample that is not finite; -1 for none."""
