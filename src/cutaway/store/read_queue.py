"""The files that have more to read, in the order in which it is read."""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from cutaway.store.event_file import EventFile
from cutaway.store.load_sizes import FILES


class ReadQueue:
    """Files with the names of their runs. Any thread."""

    def __init__(self, files: Sequence[tuple[str, EventFile]], together: int = 0) -> None:
        """``together``: the bytes of files that are read at a time, where nothing was read of them."""
        self._files = deque(files)
        self._together = together
        self._lock = Lock()
        small = [file.size for _, file in files if self._is_small(file)]
        waiting = sum(file.size - file.bytes_read for _, file in files)
        steps = len(files) - len(small) + (-(-sum(small) // together) if small else 0)
        #: Bytes to read of all of them, and about how many of these are read at a time.
        self.waiting, self.step = waiting, waiting // max(1, steps)

    def __len__(self) -> int:
        return len(self._files)

    def take(self) -> list[tuple[str, EventFile]]:
        """The next file, or some small ones that are to be read together; empty when there is none."""
        with self._lock:
            if not self._files:
                return []
            taken = [self._files.popleft()]
            left = self._together - taken[0][1].size
            if not self._is_small(taken[0][1]):
                return taken
            while self._files and len(taken) < FILES and self._is_small(self._files[0][1]):
                left -= self._files[0][1].size
                if left < 0:
                    break
                taken.append(self._files.popleft())
            return taken

    def put(self, name: str, file: EventFile) -> None:
        """A file has more: it comes last."""
        with self._lock:
            self._files.append((name, file))

    def _is_small(self, file: EventFile) -> bool:
        return 0 < file.size <= self._together // 2 and file.is_new
