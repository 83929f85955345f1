"""The records of a log that hold graphs, and what their runs measured in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from cutaway.events import kind_names as names
from cutaway.store.event_file import EventFile
from cutaway.store.run import Run
from cutaway.store.values import read_place

#: In the order in which their graphs are told.
GRAPHS = (
    names.CUTAWAY_MODEL,
    names.GRAPH_KERAS_MODEL,
    names.GRAPH,
    names.META_GRAPH,
    names.GRAPH_RUN_METADATA_GRAPH,
    names.GRAPH_RUN_METADATA,
    names.RUN_METADATA,
)
#: Those of them that have what nodes cost.
COSTS = (names.RUN_METADATA, names.GRAPH_RUN_METADATA)


@dataclass(frozen=True, slots=True)
class Record:
    """One value of such a kind: where it is, and when it was recorded (seconds since the epoch)."""

    run: str
    kind: str
    tag: str
    file: EventFile
    offset: int
    length: int
    step: int
    wall_time: float
    #: The SummaryMetadata of its series, serialised.
    metadata: bytes

    @property
    def identity(self) -> tuple[int, int, float, int]:
        """What tells it from the other records of its file."""
        return self.offset, self.length, self.wall_time, self.step

    def read(self) -> bytearray:
        """Its bytes. Raises OSError when they are not there any more."""
        return read_place(f"the {self.kind} of run {self.run!r} cannot be read", self.file, self.offset, self.length)

    def read_span(self, start: int, length: int) -> bytearray:
        """Some of its bytes. Raises OSError."""
        what = f"the {self.kind} of run {self.run!r} cannot be read"
        return read_place(what, self.file, self.offset + start, length)


def revision_of(run: Run, kinds: tuple[str, ...]) -> tuple[int, ...]:
    """Another one where a run has other records of some kinds. Under the log's lock."""
    return tuple(run.kind_revisions.get(kind, -1) for kind in kinds)


def records_of(run: Run, kinds: tuple[str, ...]) -> Iterator[Record]:
    """The run's records of some kinds, kind by kind, in the order of the files. Under the log's lock."""
    if not any(kind in run.kind_revisions for kind in kinds):
        return
    tags = run.kinds()
    for kind in kinds:
        for tag in tags.get(kind, []):
            metadata = run.metadata(kind, tag)
            for file, places in run.blobs(kind, tag):
                columns = (places.offset, places.length, places.step, places.wall_time)
                for offset, length, step, wall_time in zip(*(column.tolist() for column in columns), strict=True):
                    yield Record(run.id, kind, tag, file, offset, length, step, wall_time, metadata)
