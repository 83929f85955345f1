"""Values that stay in their files until somebody looks at them: images, texts, histograms and so on."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from cutaway.events.wire import MalformedError
from cutaway.store.blobs import BlobPlaces
from cutaway.store.event_file import EventFile
from cutaway.store.places.place import ReplacedError


class RecordedValues(Sequence[Any]):
    """The values of one tag and kind, in the order of the files. Indexing reads and decodes."""

    def __init__(
        self, run: str, kind: str, tag: str, parts: Sequence[tuple[EventFile, BlobPlaces]], metadata: bytes
    ) -> None:
        self.run = run
        self.kind = kind
        self.tag = tag
        #: The SummaryMetadata of the first value that has one, serialised.
        self.metadata = metadata
        self._parts = list(parts)
        self._ends = np.cumsum([len(places.step) for _, places in self._parts])

    @property
    def step(self) -> NDArray[np.int64]:
        """int64[n]."""
        return np.concatenate([np.empty(0, np.int64), *(places.step for _, places in self._parts)])

    @property
    def wall_time(self) -> NDArray[np.float64]:
        """float64[n], seconds since the epoch."""
        return np.concatenate([np.empty(0), *(places.wall_time for _, places in self._parts)])

    @property
    def length(self) -> NDArray[np.int64]:
        """int64[n]: the bytes of each in its file."""
        return np.concatenate([np.empty(0, np.int64), *(places.length for _, places in self._parts)])

    def raw(self, index: int) -> bytes:
        """One value's bytes: its Summary.Value, or the field of an Event that is not a summary.

        Raises IndexError, and OSError when the file cannot be read any more or has become shorter.
        """
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(f"there are {len(self)} values of tag {self.tag!r}, got index {index}")
        part = int(np.searchsorted(self._ends, place, "right"))
        file, places = self._parts[part]
        local = place - (int(self._ends[part - 1]) if part else 0)
        what = f"value {index} of tag {self.tag!r} in run {self.run!r} cannot be read"
        return bytes(read_place(what, file, int(places.offset[local]), int(places.length[local])))

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        """One value, decoded, or a list of them. Raises MalformedError when it isn't what its kind says."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self.decode(self.raw(index))

    def decode(self, data: bytes) -> Any:
        """Decode one value's bytes, see :meth:`raw`. Raises MalformedError for bytes that don't fit the kind."""
        # The decoders of all kinds, which a start does without.
        from cutaway.store.kinds.decode import decode_value

        return decode_value(self.kind, data, self.metadata)

    def readable(self, places: Iterable[int] | None = None) -> Iterator[Any]:
        """The values at some places, by default all, without those that are damaged or cannot be read any more."""
        for place in range(len(self)) if places is None else places:
            try:
                yield self[place]
            except (MalformedError, OSError, IndexError):
                continue

    def __iter__(self) -> Iterator[Any]:
        """One value after the other, decoded. After a MalformedError it goes on behind the value that raised it."""
        return _EachValue(self)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def __repr__(self) -> str:
        number = f"{len(self):,} value{'' if len(self) == 1 else 's'}"
        steps = f", steps {self.step.min():,} to {self.step.max():,}" if len(self) else ""
        return f"<{self.kind} {self.tag!r} of {self.run!r}: {number}{steps}>"


def read_place(what: str, file: EventFile, offset: int, length: int) -> bytearray:
    """So many bytes of an event file. Raises OSError, which begins with ``what``, when they are not there any more."""
    data = bytearray(length)
    try:
        try:
            count = _fill(data, file, offset)
        except ReplacedError:
            # By a longer one, as every version of a log that grows.
            count = _fill(data, file, offset)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{what}: {file.path} is gone") from error
    if count != length:
        raise OSError(f"{what}: {file.path} has become shorter")
    return data


def _fill(data: bytearray, file: EventFile, offset: int) -> int:
    with file.place.open(file.path) as opened:
        return opened.read_at(offset, memoryview(data))


class _EachValue(Iterator[Any]):
    """An iterator that an exception does not end, as it would end a generator."""

    def __init__(self, values: RecordedValues) -> None:
        self._values = values
        self._next = 0

    def __next__(self) -> Any:
        if self._next >= len(self._values):
            raise StopIteration
        self._next += 1
        return self._values[self._next - 1]
