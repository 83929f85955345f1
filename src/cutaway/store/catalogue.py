"""The content of a log directory at one moment, as plain immutable data: named tuples, which are defined in a seventh
of the time that frozen dataclasses take. A start defines all of them.

``docs/http-api.md`` says what each field means.
"""

from typing import NamedTuple


class LogdirState(NamedTuple):
    """The directory itself: ``missing``, ``unreadable`` (``detail`` says why), ``empty`` or ``ready``."""

    path: str
    state: str
    detail: str


class Loading(NamedTuple):
    """How far reading has come; ``done`` when every file has been read to its end.

    ``stalled_since``: when the log was last looked at (seconds since the epoch), if reading has stood still since.
    """

    done: bool
    files: int
    bytes: int
    bytes_read: int
    points: int
    stalled_since: float | None = None
    #: Runs whose points are not in memory, and the bytes that all points may take there; None for no limit.
    unread: int = 0
    budget: int | None = None


class RunInfo(NamedTuple):
    """One run; times in seconds since the epoch."""

    id: str
    name: str
    color: int
    points: int
    revision: int
    #: The revision at which the run's line in the table of runs last changed by more than its size and its newest
    #: value: its scalars, hyper-parameters, sessions, files or damage.
    table_revision: int
    #: The revision at which the run's data of each kind that it has last changed, without bookkeeping.
    kinds: dict[str, int]
    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None
    #: How often it was started, as far as its files tell.
    attempts: int
    damaged_bytes: int
    #: Whether its points are not in memory: the other fields are as they were when it was read, if it ever was.
    unread: bool


class TagInfo(NamedTuple):
    """One tag of one kind, and the ids of the runs that have it."""

    id: str
    name: str
    kind: str
    runs: tuple[str, ...]


class DamageInfo(NamedTuple):
    """A range of bytes that was skipped."""

    run: str
    file: str
    offset: int
    bytes: int


class MalformedInfo(NamedTuple):
    """Records of a file whose checksums are right and whose content is not an event."""

    run: str
    file: str
    records: int


class UnfinishedInfo(NamedTuple):
    """Bytes at a file's end, from an offset on, that are not a complete record.

    ``modified``: when the file was last written to, in seconds since the epoch; ``is_quiet``: for a minute nobody has.
    """

    run: str
    file: str
    offset: int
    bytes: int
    modified: float
    is_quiet: bool


class UnreadableInfo(NamedTuple):
    """A file that cannot be read or is not an event file, or with ``run`` None a directory that cannot be read."""

    run: str | None
    file: str
    reason: str
    #: Whether it can be read, and is not an event file.
    is_foreign: bool


class FileInfo(NamedTuple):
    """One event file; times in seconds since the epoch.

    ``values`` are those that are not scalars, by kind, and ``unknown`` those kinds of them that Cutaway does not know.
    """

    id: str
    run: str
    name: str
    bytes: int
    bytes_read: int
    points: int
    values: dict[str, int]
    unknown: tuple[str, ...]
    damaged_bytes: int
    malformed: int
    unreadable: str
    first_wall_time: float | None
    last_wall_time: float | None
    modified: float


class KindInfo(NamedTuple):
    """A kind of which there are data, and how many records of it each run has; of scalars the points.

    The other fields are those of ``store.kinds.kind.Kind``; ``known`` says whether Cutaway knows the kind.
    """

    name: str
    title: str
    plugin: str
    of_run: bool
    on_steps: bool
    media: bool
    known: bool
    records: int
    runs: dict[str, int]


class Catalogue(NamedTuple):
    """Everything but the points."""

    revision: int
    logdir: LogdirState
    loading: Loading
    runs: tuple[RunInfo, ...]
    tags: tuple[TagInfo, ...]
    damage: tuple[DamageInfo, ...]
    malformed: tuple[MalformedInfo, ...]
    unfinished: tuple[UnfinishedInfo, ...]
    unreadable: tuple[UnreadableInfo, ...]


class Change(NamedTuple):
    """What became different since an earlier revision."""

    revision: int
    #: Names of runs or tags, the directory, damage or the unreadable files changed: the catalogue is worth fetching
    #: again. More data under known names do not change the structure.
    structure: bool
    loading: Loading
    #: Those that changed.
    runs: tuple[RunInfo, ...]
