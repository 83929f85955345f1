"""What the store asks of the place where a log lies: to find its files, to say how one is, and to open one.

Whatever the store reads of a log it reads by these calls. A file is known by its path within the place, a text;
:func:`directory_of` and :func:`name_of` are its parts. Every call may come from any thread, and raises OSError
(FileNotFoundError for what is not there) where the place cannot do what is asked:
:func:`~cutaway.store.places.reason.reason` puts that into words.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from cutaway.events.open_file import FileStatus, OpenFile

#: What is done with links: they are followed; they are followed to a file within the place; a path that is one is not
#: opened. A place without links has nothing to do about it.
Links = Literal["followed", "inside", "refused"]


@dataclass
class Found:
    """What one look for event files saw."""

    #: Paths of event files by their run: the log directory's name and the directory relative to it, with ``/``; a log
    #: directory without a name is ``.``.
    files: dict[str, list[str]] = field(default_factory=dict)
    #: Directories that could not be listed, by the same names, and why.
    unreadable: dict[str, str] = field(default_factory=dict)
    #: ``missing``, ``unreadable``, ``empty`` or ``ready``; a detail says why it is unreadable, or what is there
    #: instead of event files.
    state: str = "empty"
    detail: str = ""
    #: What profilers have left there.
    captures: int = 0


class OutsideError(OSError):
    """A file that can be reached from the log directory, by a link, but is not in it."""


@runtime_checkable
class Place(Protocol):
    """One log directory or several, or one event file, wherever they lie; they need not exist yet."""

    @property
    def name(self) -> str:
        """What it is called when it is shown: what the user gave."""

    def find(self, note_progress: Callable[[], None] = lambda: None) -> Found:
        """Look for event files. Raises nothing: what cannot be read is in the answer.

        Each directory is visited once, however many ways lead to it. ``note_progress`` is called whenever the look has
        got any further.
        """

    def stat(self, path: str) -> FileStatus:
        """How a file is, without opening it: what ``open(path).status()`` would say. Raises OSError."""

    def open(self, path: str, *, links: Links = "followed") -> OpenFile:
        """Open a file to read it; never waits for whoever may write it.

        Raises OutsideError where links must lead to a file inside and this one does not, and OSError.
        """

    def resolve(self, directory: str, name: str) -> str:
        """The path of the file that something in a directory calls ``name``, with no links in it; need not exist.

        Raises PermissionError for a name that leads out of the log directory, and for what is no name of a file: the
        message begins with the name.
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
