"""The event file that several ``FileWriter``s of one session share, each directory's its own."""

import threading
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakKeyDictionary, WeakSet

from cutaway.events.writer import EventFileWriter


class SharedFile:
    """An event file that is open as long as one of its users is."""

    _files: ClassVar[WeakKeyDictionary[Any, dict[Path, "SharedFile"]]] = WeakKeyDictionary()
    _lock = threading.Lock()

    def __init__(self, directory: Path, suffix: str) -> None:
        self.writer = EventFileWriter(directory, suffix)
        self._users: WeakSet[Any] = WeakSet()

    def __getstate__(self) -> EventFileWriter:
        """In another process the file is another one."""
        return self.writer

    def __setstate__(self, writer: EventFileWriter) -> None:
        self.writer = writer
        self._users = WeakSet()

    @staticmethod
    def of(session: Any, directory: Path, suffix: str) -> "SharedFile":
        """The file of a session in a directory; without a session, a file of its own.

        The suffix is that of the first user, as in TensorFlow. Raises OSError when a file cannot be created.
        """
        if session is None:
            return SharedFile(directory, suffix)
        with SharedFile._lock:
            files = SharedFile._files.setdefault(session, {})
            if directory not in files:
                files[directory] = SharedFile(directory, suffix)
            return files[directory]

    def join(self, user: Any) -> None:
        """Begin to use the file."""
        self._users.add(user)

    def leave(self, user: Any) -> None:
        """Use it no more; the last user closes it, and the next record begins a new file."""
        self._users.discard(user)
        if not self._users:
            self.writer.close()
