"""What is in a log directory at one moment, as plain immutable data.

``docs/http-api.md`` says what each field means.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LogdirState:
    """The directory itself: ``missing``, ``unreadable`` (``detail`` says why), ``empty`` or ``ready``."""

    path: str
    state: str
    detail: str


@dataclass(frozen=True)
class Loading:
    """How far reading has come; ``done`` when every file has been read to its end.

    ``stalled_since``: when the log was last looked at (seconds since the epoch), if reading has stood still since.
    """

    done: bool
    files: int
    bytes: int
    bytes_read: int
    points: int
    stalled_since: float | None = None


@dataclass(frozen=True)
class RunInfo:
    """One run; times in seconds since the epoch."""

    id: str
    name: str
    color: int
    points: int
    revision: int
    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None
    damaged_bytes: int


@dataclass(frozen=True)
class TagInfo:
    """One tag of one kind, and the ids of the runs that have it."""

    id: str
    name: str
    kind: str
    runs: tuple[str, ...]


@dataclass(frozen=True)
class DamageInfo:
    """A range of bytes that was skipped."""

    run: str
    file: str
    offset: int
    bytes: int


@dataclass(frozen=True)
class UnfinishedInfo:
    """Bytes at a file's end, from an offset on, that are no complete record.

    ``modified``: when the file was last written to, in seconds since the epoch; ``is_quiet``: for a minute nobody has.
    """

    run: str
    file: str
    offset: int
    bytes: int
    modified: float
    is_quiet: bool


@dataclass(frozen=True)
class UnreadableInfo:
    """A file that cannot be read or is no event file, or with ``run`` None a directory that cannot be read."""

    run: str | None
    file: str
    reason: str


@dataclass(frozen=True)
class FileInfo:
    """One event file; times in seconds since the epoch. ``values`` are those that are no scalars, by kind."""

    id: str
    run: str
    name: str
    bytes: int
    bytes_read: int
    points: int
    values: dict[str, int]
    damaged_bytes: int
    unreadable: str
    first_wall_time: float | None
    last_wall_time: float | None
    modified: float


@dataclass(frozen=True)
class NotShownInfo:
    """Records of a kind that is counted and not read."""

    run: str
    kind: str
    records: int


@dataclass(frozen=True)
class Catalogue:
    """Everything but the points."""

    revision: int
    logdir: LogdirState
    loading: Loading
    runs: tuple[RunInfo, ...]
    tags: tuple[TagInfo, ...]
    damage: tuple[DamageInfo, ...]
    unfinished: tuple[UnfinishedInfo, ...]
    unreadable: tuple[UnreadableInfo, ...]
    not_shown: tuple[NotShownInfo, ...]


@dataclass(frozen=True)
class Change:
    """What became different since an earlier revision."""

    revision: int
    #: Runs, tags, directory, damage or counts of what is not shown changed: the catalogue is worth fetching again.
    structure: bool
    loading: Loading
    #: Those that changed.
    runs: tuple[RunInfo, ...]
