"""Writing an event file: every record is handed to the operating system before ``write`` returns.

So what was acknowledged survives the death of the process, and there is no thread, queue or timer. Trouble
with the disk never raises into the training loop: it is said once as a warning, records that could not be
written are counted, a record of which only a part was written is completed before anything follows, and
writing goes on as soon as it works again.
"""

import itertools
import os
import socket
import threading
import time
import warnings
import weakref
from pathlib import Path

from cutaway.events.core import frame
from cutaway.events.messages import SESSION_STOP, file_version, session_log

_write = os.write


class RecordingWarning(RuntimeWarning):
    """Something could not be recorded; training goes on."""


class EventFileWriter:
    """Appends framed records to an event file of its own in ``directory``, which is created where needed.

    Threads may share a writer. A forked child that writes, and a write after ``close()``, get a file of their
    own. Raises OSError when the directory or the file cannot be created, and ValueError for a suffix with a
    path separator.
    """

    def __init__(self, directory: str | os.PathLike[str], suffix: str = "") -> None:
        """Create the file and write its first record."""
        if os.sep in suffix or "\0" in suffix:
            raise ValueError(f"suffix must be the end of a file's name, without {os.sep!r}, got {suffix!r}")
        # Absolute, so that a file that is opened later lies beside the first one.
        self.directory = Path(directory).absolute()
        self.suffix = suffix
        #: The file that was opened last.
        self.path = self.directory
        self._descriptor = -1
        # What is missing of the record that was written last.
        self._rest = b""
        # Records that were lost, and why.
        self._lost = 0
        self._reason = ""
        self._warned = False
        self._lock = threading.Lock()
        self._open()
        _writers.add(self)

    @property
    def is_open(self) -> bool:
        """Whether there is a file to write to; without one, the next record opens a new one."""
        return self._descriptor >= 0

    def write(self, framed: bytes) -> None:
        """Append one framed record. Warns, once, when that is not possible; counts what was lost."""
        with self._lock:
            if self._descriptor >= 0 and not self._rest:
                try:
                    written = _write(self._descriptor, framed)
                except OSError as error:
                    self._count_lost(error)
                else:
                    if written == len(framed):
                        return
                    self._rest = framed[written:]
                    self._complete()
            else:
                self._write_after_trouble(framed)
        self._warn_once()

    def flush(self, sync: bool = False) -> None:
        """Complete what was begun; ``sync`` also waits until the disk has it, to survive a power cut."""
        with self._lock:
            if self._descriptor >= 0:
                self._complete()
                if sync and not self._rest:
                    try:
                        os.fsync(self._descriptor)
                    except OSError as error:
                        self._reason = self._reason or _describe(error)
        self._warn_once()

    def close(self) -> None:
        """End the file with SessionLog STOP; warns when records were lost. Closing twice does nothing."""
        message = ""
        with self._lock:
            if self._descriptor >= 0:
                self._append(frame(session_log(time.time(), SESSION_STOP)), counts=False)
                try:
                    os.close(self._descriptor)
                except OSError as error:
                    # Network file systems report here what they could not store before.
                    message = f"the end of {self.path} may be lost: {_describe(error)}"
                self._descriptor = -1
            lost = self._lost + bool(self._rest)
            if lost:
                records = "1 record" if lost == 1 else f"{lost} records"
                message = f"{records} could not be written to {self.path}: {self._reason}"
            self._forget()
        if message:
            warnings.warn(message, RecordingWarning, stacklevel=3)

    def _open(self) -> None:
        """Create a file that nobody else has, and begin it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        now = time.time()
        host = socket.gethostname().replace(os.sep, "_")
        start = f"events.out.tfevents.{int(now):010d}.{host}.{os.getpid()}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        for n in itertools.count():
            path = self.directory / f"{start}.{n}{self.suffix}"
            try:
                self._descriptor = os.open(path, flags, 0o666)
            except FileExistsError:
                continue
            break
        self.path = path
        # Never given up, also when the disk is full just now: every file starts with it.
        self._rest = frame(file_version(now))
        self._complete()

    def _write_after_trouble(self, framed: bytes) -> None:
        if self._descriptor < 0:
            try:
                self._open()
            except OSError as error:
                self._count_lost(error)
                return
        self._append(framed)

    def _append(self, framed: bytes, *, counts: bool = True) -> None:
        """Write a record behind what is missing of the one before it; without that, this one is lost."""
        self._complete()
        if self._rest:
            self._lost += counts
            return
        self._rest = framed
        if not self._complete() and self._rest == framed:
            # Nothing of it is in the file.
            self._rest = b""
            self._lost += counts

    def _complete(self) -> bool:
        """Write what is missing of the last record; False when that isn't possible now."""
        while self._rest:
            try:
                self._rest = self._rest[os.write(self._descriptor, self._rest) :]
            except OSError as error:
                self._reason = _describe(error)
                return False
        return True

    def _forget(self) -> None:
        """Begin anew, without the troubles of the file before."""
        self._rest = b""
        self._lost = 0
        self._reason = ""
        self._warned = False

    def _count_lost(self, error: OSError) -> None:
        self._lost += 1
        self._reason = _describe(error)

    def _warn_once(self) -> None:
        # Outside the lock: whoever shows warnings may well record something with this writer.
        if self._reason and not self._warned:
            self._warned = True
            warnings.warn(
                f"cannot write to {self.path}: {self._reason}; training goes on, records may be lost",
                RecordingWarning,
                stacklevel=4,
            )

    def _after_fork_in_child(self) -> None:
        """Let go of the parent's file and of a lock that another thread of the parent may have held."""
        self._lock = threading.Lock()
        self._forget()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _describe(error: OSError) -> str:
    return error.strerror or str(error)


#: Writers that a forked child has to detach from its parent's files.
_writers: "weakref.WeakSet[EventFileWriter]" = weakref.WeakSet()


def _detach_all() -> None:
    for writer in list(_writers):
        writer._after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_detach_all)
