"""Where the numbers of a watch lie in an event file, so that any of them are read without decoding the others."""

from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.budget import Budget
from cutaway.events.open_file import OpenFile
from cutaway.events.schema import decode
from cutaway.events.wire import LENGTH_DELIMITED, MalformedError, fields, key
from cutaway.store.blobs import BlobPlaces, BlobSeries
from cutaway.store.event_file import EventFile
from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.watch import content_of, expected, layout_of, tensor_of

_TENSOR = key(8, LENGTH_DELIMITED)
_CONTENT = key(4, LENGTH_DELIMITED)
#: Records of so many different forms are told apart without decoding each: a writer has two, with a layout and without.
_MOST_FORMS = 8


class _Form(NamedTuple):
    """The bytes before and behind the numbers, which records of one tag and length have in common."""

    head: bytes
    tail: bytes


class WatchContents:
    """The tensors of one tag in one event file. One thread at a time grows it; any thread reads what is there."""

    def __init__(self, file: EventFile, tag: str, series: BlobSeries) -> None:
        """Raises MalformedError where the tag's first value has no layout."""
        self.file = file
        self.tag = tag
        self.series = series
        with decoding("the layout of a watch"):
            budget = Budget(len(series.metadata))
            self._content = content_of(decode(messages.SUMMARY_METADATA, series.metadata, budget))
            self.layout = layout_of(self._content, budget)
        self.dtype, self.shape = expected(tag, self.layout)
        #: Bytes of one tensor.
        self.size = self.dtype.itemsize * self.shape[0] * self.shape[1]
        #: From the start of the file to each tensor's numbers; -1 where the record is not as the layout says.
        self._starts = np.empty(0, np.int64)
        self._forms: dict[int, _Form] = {}
        self._lock = Lock()

    @property
    def starts(self) -> NDArray[np.int64]:
        """int64[n]: where the numbers of each value are, or -1; grown by :meth:`grow`."""
        return self._starts

    def grow(self) -> BlobPlaces:
        """Take in the values that the file has by now, and return where all of them are. Raises OSError."""
        places = self.series.places
        with self._lock:
            known = len(self._starts)
            if known < len(places.step):
                new = np.empty(len(places.step) - known, np.int64)
                pairs = zip(places.offset[known:].tolist(), places.length[known:].tolist(), strict=True)
                with self.file.place.open(self.file.path) as opened:
                    for number, (offset, length) in enumerate(pairs):
                        new[number] = self._start(opened, offset, length)
                self._starts = np.concatenate([self._starts, new])
        return places

    def read(self, which: NDArray[np.int64]) -> NDArray[Any]:
        """[n, rows, columns] of some values by their numbers; NaN, or zeros of counts, where one is damaged or gone."""
        found = np.zeros((len(which), *self.shape), self.dtype)
        self._read(found.reshape(len(which), -1), self._starts[which], 0)
        return found

    def read_row(self, which: NDArray[np.int64], row: int) -> NDArray[Any]:
        """[n, columns] of one row of some values."""
        found = np.zeros((len(which), self.shape[1]), self.dtype)
        self._read(found, self._starts[which], row * self.shape[1] * self.dtype.itemsize)
        return found

    def _read(self, found: NDArray[Any], starts: NDArray[np.int64], skipped: int) -> None:
        """Fill each row of an array from a place of the file."""
        missing = np.nan if self.dtype.kind == "f" else 0
        if not found.size:
            return
        try:
            with self.file.place.open(self.file.path) as opened:
                view = found.data.cast("B")
                size = found.shape[1] * self.dtype.itemsize
                for number, start in enumerate(starts.tolist()):
                    part = view[number * size : (number + 1) * size]
                    if start < 0 or opened.read_at(start + skipped, part) != size:
                        found[number] = missing
        except OSError:
            # A file that is gone keeps no other from being shown.
            found[...] = missing

    def _start(self, opened: OpenFile, offset: int, length: int) -> int:
        """Where the numbers of one value are in the file; -1 for one that is not as the layout says."""
        form = self._forms.get(length)
        if form is not None and _has(opened, offset, form.head):
            behind = offset + len(form.head) + self.size
            if not form.tail or _has(opened, behind, form.tail):
                return offset + len(form.head)
        data = bytearray(length)
        if opened.read_at(offset, memoryview(data)) != length:
            return -1
        try:
            start = self._checked(bytes(data))
        except MalformedError:
            return -1
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        self._forms[length] = _Form(bytes(data[:start]), bytes(data[start + self.size :]))
        return offset + start

    def _checked(self, data: bytes) -> int:
        """Where the numbers of a value's bytes start. Raises MalformedError."""
        with decoding("the value of a watch"):
            budget = Budget(len(data))
            value = decode(messages.VALUE, data, budget)
            if content_of(value.get("metadata", {})) not in (b"", self._content):
                raise MalformedError("a watch has another layout than the first value of its tag")
            tensor_of(value, self.layout, budget)
            starts = [
                inner
                for this, start, end in fields(data, 0, len(data))
                if this == _TENSOR
                for field, inner, _ in fields(data, start, end)
                if field == _CONTENT
            ]
            if len(starts) != 1:
                raise MalformedError("the numbers of a watch are not in one piece")
        return starts[0]


def _has(opened: OpenFile, offset: int, expected_bytes: bytes) -> bool:
    there = bytearray(len(expected_bytes))
    return opened.read_at(offset, memoryview(there)) == len(there) and there == expected_bytes
