"""Event files of a shard that are as they were when it was made, and hold nothing but scalars. A run that is one of
them is not opened before somebody asks for it."""

import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.store.compacted.coverage import Covered
from cutaway.store.compacted.stored_table import StoredTable
from cutaway.store.event_file import EventFile
from cutaway.store.index_cache import Indexed
from cutaway.store.loaded_file import PlainFiles, plain_files
from cutaway.store.places.place import Place


class StoredFiles:
    """See TogetherFiles."""

    def __init__(
        self,
        files: Sequence[Covered],
        table: NDArray[np.void],
        series: StoredTable,
        place: Place,
        load: Callable[[EventFile], Indexed | None],
    ) -> None:
        """``table`` is FILE[n], of the files, and ``load`` is what the compacted directory has of one."""
        self._files, self.table, self.series, self._place, self._load = files, table, series, place, load

    def chosen(self, numbers: Sequence[int]) -> "StoredFiles":
        """Some of them."""
        files = [self._files[number] for number in numbers]
        return StoredFiles(files, self.table[list(numbers)], self.series, self._place, self._load)

    def plain(self) -> PlainFiles:
        """See TogetherFiles: all of them."""
        found = [self.series.places_of(file.file) for file in self._files]
        first = np.array([row for row, _ in found], np.int64)
        places = [places for _, places in found]
        count = np.array(list(map(len, places)), np.int64)
        return plain_files(np.arange(len(found)), self.table, first, places, self.series.nbytes_each(count))

    def metadata(self, number: int) -> Mapping[str, bytes]:
        """See TogetherFiles."""
        return self._files[number].metadata()

    def changed(self, paths: Sequence[str], numbers: Sequence[int]) -> list[int]:
        """See TogetherFiles."""
        if not self._place.has_versions:
            return core.changed_files(list(map(os.fsencode, paths)), self.table[list(numbers)])
        pairs = zip(paths, numbers, strict=True)
        return [at for at, (path, number) in enumerate(pairs) if not self._is_same(path, self._files[number])]

    def take_into(self, file: EventFile, number: int) -> None:
        """See TogetherFiles."""
        status = self._files[number].status
        assert status is not None
        file.take_status(status)
        indexed = self._load(file)
        if indexed is not None:
            file.take_over(*indexed)

    def _is_same(self, path: str, file: Covered) -> bool:
        try:
            return file.is_as_it_was(self._place, self._place.stat(path))
        except OSError:
            return False
