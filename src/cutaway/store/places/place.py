"""A storage place is where a log lies. The store asks it to find files, to say how one is, and to open one.

The store reads a log by these calls alone. A file is known by its path within the storage place, a text;
:func:`directory_of` and :func:`name_of` are its parts. Every call may come from any thread, and raises OSError
(FileNotFoundError for a missing file) where the storage place cannot do it;
:func:`~cutaway.store.places.reason.reason` puts that into words.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from cutaway.events.open_file import FileStatus, OpenFile

#: How links are treated: they are followed; they are followed to a file within the storage place; a path that is a
#: link is not opened. A storage place without links treats all three alike.
Links = Literal["followed", "inside", "refused"]


@dataclass
class Found:
    """The result of one look for event files."""

    #: Paths of event files by their run: the log directory's name and the directory relative to it, with ``/``; a log
    #: directory without a name is ``.``.
    files: dict[str, list[str]] = field(default_factory=dict)
    #: Directories that could not be listed, by the same names, and why.
    unreadable: dict[str, str] = field(default_factory=dict)
    #: ``missing``, ``unreadable``, ``empty`` or ``ready``; a detail says why it is unreadable, or which
    #: other files are there.
    state: str = "empty"
    detail: str = ""
    #: How many captures of profilers are there.
    captures: int = 0


class PlaceError(OSError):
    """The storage place does not give it. The message says why in words, and has no path in it."""


class ReplacedError(PlaceError):
    """A file has another version than the one that was opened: what there is now is had by opening it again."""


class OutsideError(OSError):
    """A file that can be reached from the log directory, by a link, but is not in it."""


@runtime_checkable
class Place(Protocol):
    """A storage place: one log directory or several, or one event file; they need not exist yet."""

    #: Whether a file of one version (:attr:`FileStatus.version`) never changes: it is only ever replaced as a whole.
    has_versions: bool

    @property
    def name(self) -> str:
        """The name that is shown: the one that the user gave."""

    @property
    def identity(self) -> str:
        """One text for the same log, by whatever name it is reached."""

    @property
    def is_file(self) -> bool:
        """Whether the name is that of a file, not of a directory."""

    @property
    def pause(self) -> float:
        """Seconds from one look for event files to the next, at the least."""

    def readers(self, size: int) -> int | None:
        """How many files of ``size`` bytes are read at the same time, where that waits for answers rather than for a
        core: it may change. None where it does not wait: as many as there are cores.
        """

    def find(self, note_progress: Callable[[], None] = lambda: None) -> Found:
        """Look for event files. Raises nothing: directories that cannot be read are in the answer.

        Each directory is visited once, however many ways lead to it. ``note_progress`` is called whenever the look has
        got any further.
        """

    def stat(self, path: str) -> FileStatus:
        """How a file is, as ``open(path).status()`` would say, without opening it. Raises OSError."""

    def open(self, path: str, *, links: Links = "followed") -> OpenFile:
        """Open a file to read it; never waits for a process that may write it.

        Raises OutsideError where links must lead to a file inside and this one does not, and OSError.
        """

    def follow(self, path: str) -> Callable[[str], OpenFile]:
        """What opens a file for the one who reads it from its start on, and then whatever is added to it.

        Where files have versions it sees to it that a version goes on from the one before; where one does not, the
        file's identity becomes another one. The call is as :meth:`open`, and may raise ReplacedError, as may reading.
        A :class:`~cutaway.store.places.open_object.Followed` has all of a file with one request.
        """

    def resolve(self, directory: str, name: str) -> str:
        """The path of the file that something in a directory calls ``name``, with no links in it; need not exist.

        Raises PermissionError for a name that leads out of the log directory, and for a text that cannot name a file:
        the message begins with the name.
        """


def name_of(path: str) -> str:
    """A file's name, without its directory."""
    return os.path.split(path)[1]


def directory_of(path: str) -> str:
    """The path of a file's directory."""
    return os.path.split(path)[0]


def is_event_file(name: str) -> bool:
    """Whether a file of that name, without its directory, is taken to be an event file."""
    # TensorFlow's profiler leaves `….profile-empty` behind: a mark without any data.
    return "tfevents" in name and not name.endswith(".profile-empty")
