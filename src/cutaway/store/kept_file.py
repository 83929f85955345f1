"""Event files of runs that were dropped from memory: what is known of them without their points."""

from collections.abc import Mapping

import numpy as np

from cutaway.store.blobs import BlobPlaces, BlobSeries
from cutaway.store.event_file import EventFile
from cutaway.store.kinds.registry import kind_of
from cutaway.store.loaded_series import LoadedSeries
from cutaway.store.memory import NotReadError
from cutaway.store.series import Series
from cutaway.store.series_table import SeriesFacts


class KeptSeries(LoadedSeries):
    """The tags of a file's scalars, and facts of their points: 32 bytes a tag beside the names."""

    __slots__ = ("_numbers", "_span", "_steps", "not_finite")

    def __init__(
        self,
        places: dict[str, int],
        facts: Mapping[str, SeriesFacts],
        not_finite: Mapping[str, tuple[int, float]],
        span: tuple[int, int],
    ) -> None:
        """``places`` are of the tags, and stay as they are; ``facts`` of those that have points which count."""
        super().__init__(places=places)
        #: Where tags with a value that is not finite have the first: the lowest such step, and the value.
        self.not_finite = dict(not_finite)
        self._span = span
        none = SeriesFacts(0, 0.0, np.nan, np.nan)
        every = [facts.get(tag, none) for tag in places]
        self._steps = np.array([each.last_step for each in every], np.int64)
        self._numbers = np.array([each[1:] for each in every], np.float64).reshape(-1, 3)

    def __getitem__(self, tag: str) -> Series:
        raise NotReadError(tag)

    def facts(self, tag: str) -> SeriesFacts | None:
        """Facts of a tag's points; None without any."""
        place = self.places.get(tag)
        if place is None or np.isnan(self._numbers[place, 1]):
            return None
        return SeriesFacts(int(self._steps[place]), *self._numbers[place].tolist())

    def step_span(self) -> tuple[int, int]:
        """The lowest and the highest step; (0, 0) without any point."""
        return self._span


class KeptValues(BlobSeries):
    """How many values of a kind and tag there were."""

    __slots__ = ("_count",)

    def __init__(self, series: BlobSeries) -> None:
        super().__init__()
        self.metadata = series.metadata
        self._count = len(series)

    def __len__(self) -> int:
        return self._count

    @property
    def places(self) -> BlobPlaces:
        """They are not known any more."""
        raise NotReadError("")


class KeptFile(EventFile):
    """An event file as it was when its run was dropped."""

    def __init__(self, file: EventFile, scalars: KeptSeries) -> None:
        super().__init__(file.path, file.place)
        self._take_known(file)
        self.scalars = scalars
        self.blobs = {
            (kind, tag): series if stays(kind) else KeptValues(series) for (kind, tag), series in file.blobs.items()
        }
        self.size, self.bytes_read, self.modified = file.size, file.bytes_read, file.modified
        self.is_quiet, self.pending = file.is_quiet, False
        self._unfinished, self._trouble, self._is_foreign = file.unfinished_bytes, file.trouble, file.is_foreign

    @property
    def trouble(self) -> str:
        """See EventFile."""
        return self._trouble

    @property
    def is_foreign(self) -> bool:
        """See EventFile."""
        return self._is_foreign

    @property
    def unfinished_bytes(self) -> int:
        """See EventFile."""
        return self._unfinished


def stays(kind: str) -> bool:
    """Whether it stays known where values of a kind are: they are few, and say what the run is."""
    known = kind_of(kind)
    return known.bookkeeping or not known.on_steps
