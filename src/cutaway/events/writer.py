"""Writing an event file: every record is handed to the operating system before ``write`` returns.

So what was acknowledged survives the death of the process, and there is no thread, queue or timer. When the disk
fails or is slow, training goes on: that is said once as a warning, records wait in a queue (see ``write_queue``) that
a thread writes, and when nothing waits any more, records go directly to the file again. What is lost in the end,
because it did not fit into the queue or because the disk did not take it until the writer was closed, is counted.
"""

import atexit
import os
import sys
import threading
import time
import warnings
import weakref
from pathlib import Path

from cutaway.events.core import DirectFile, encode, frame, open_direct
from cutaway.events.kernel_types import Trouble
from cutaway.events.messages import SESSION_STOP, file_version, session_log
from cutaway.events.new_file import create_event_file
from cutaway.events.write_queue import WriteQueue, describe

#: How long ``flush``, ``close`` and the interpreter's exit wait for a disk that does not take records, in seconds.
PATIENCE = 5.0

#: A file of nobody: what is handed to it comes back.
_NO_FILE: DirectFile = open_direct(-1)


class RecordingWarning(RuntimeWarning):
    """Something could not be recorded, or not at once; training goes on."""


class EventFileWriter:
    """Appends framed records to an event file of its own in ``directory``, which is created where needed.

    Threads may share a writer. A forked child that writes, a pickled copy, and a write after ``close()``, get a file of
    their own. Writers that are open at the interpreter's exit are closed. Raises OSError when the directory or the file
    cannot be created, and ValueError for a suffix with a path separator.
    """

    #: Whether there are files; :class:`NoEventFile` has none.
    is_on_disk = True

    def __init__(self, directory: str | os.PathLike[str], suffix: str = "") -> None:
        """Create the file and write its first record."""
        if os.sep in suffix or "\0" in suffix:
            raise ValueError(f"suffix must be the end of a file's name, without {os.sep!r}, got {suffix!r}")
        # Absolute, so that a file that is opened later lies beside the first one.
        self._set_up(Path(directory).absolute(), suffix)
        message = self._open()
        _writers.add(self)
        _warn(message)

    def _set_up(self, directory: Path, suffix: str) -> None:
        self.directory = directory
        self.suffix = suffix
        #: The file that was opened last.
        self.path = directory
        # A signal's handler may record something while the same thread does: the lock lets it in again.
        self._lock = threading.RLock()
        self._direct = _NO_FILE
        self._queue: WriteQueue | None = None
        # The trouble that was dealt with last.
        self._resolved: Trouble | None = None
        # Records that were lost, and why.
        self._lost = 0
        self._reason = ""
        self._warned = False

    def __getstate__(self) -> tuple[Path, str]:
        return self.directory, self.suffix

    def __setstate__(self, state: tuple[Path, str]) -> None:
        self._set_up(*state)
        _writers.add(self)

    @property
    def is_open(self) -> bool:
        """Whether there is a file to write to; without one, the next record opens a new one."""
        return self._direct is not _NO_FILE or self._queue is not None

    @property
    def is_direct(self) -> bool:
        """Whether records are with the operating system when ``write`` returns; False while they are queued."""
        return self._queue is None

    def write(self, framed: bytes) -> None:
        """Append one framed record. Warns, once, when that is not possible, or not at once."""
        lock = self._lock
        lock.acquire()
        try:
            trouble = self._direct.append(framed)
            if trouble is None:
                return
            message = self._resolve(trouble)
        finally:
            lock.release()
        _warn(message)

    def write_scalar(self, wall_time: float, step: int, tag: str, value: float) -> None:
        """``write`` the record of one number; the fastest way to do so. Raises what ``core.encode`` does."""
        lock = self._lock
        lock.acquire()
        try:
            trouble = self._direct.append_scalar(wall_time, step, tag, value)
            if trouble is None:
                return
            message = self._resolve(trouble)
        finally:
            lock.release()
        _warn(message)

    def flush(self, sync: bool = False) -> None:
        """Wait until nothing waits in memory, but no longer than the disk fails or 5 s.

        ``sync`` also waits until the disk has everything, to survive a power cut.
        """
        deadline = time.monotonic() + PATIENCE
        if not self._lock.acquire(timeout=PATIENCE):
            # Another thread's write has stalled: that one says so.
            return
        message, duplicate = "", -1
        try:
            queue = self._queue
            if queue is not None:
                queue.wait(deadline)
            descriptor = self._direct.descriptor if self._queue is None else self._queue.descriptor
            if sync and descriptor >= 0:
                duplicate = os.dup(descriptor)
        finally:
            self._lock.release()
        if duplicate >= 0:
            # Without the lock: others may record while the disk takes its time.
            try:
                os.fsync(duplicate)
            except OSError as error:
                message = f"cannot write {self.path} to the disk: {describe(error)}; training goes on"
            finally:
                os.close(duplicate)
        _warn(message)

    def close(self) -> None:
        """End the file with SessionLog STOP; warns when records were lost. Closing twice does nothing.

        Waits at most 5 s for records that the disk did not take so far.
        """
        _warn(self._close(time.monotonic() + PATIENCE))

    def _close(self, deadline: float) -> str:
        """Close the file; what is to be said about it."""
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return f"{self.path} was not closed: another thread's write does not return"
        try:
            message = ""
            stop = frame(session_log(time.time(), SESSION_STOP))
            if self._queue is not None:
                self._queue.put(stop, is_last=True)
            elif self._direct is not _NO_FILE:
                trouble = self._direct.append(stop)
                if trouble is not None and not trouble.unlinked and trouble.written < len(stop):
                    self._resolve(trouble)
            if self._queue is not None:
                self._queue.wait(deadline)
            if self._queue is not None:
                remaining = self._queue.abandon()
                self._lost += self._queue.dropped + sum(record != stop for record in remaining)
                self._reason = self._queue.reason or self._reason or "the disk did not take them in time"
            elif self._direct is not _NO_FILE:
                try:
                    os.close(self._direct.descriptor)
                except OSError as error:
                    # Network file systems report here what they could not store before.
                    message = f"the end of {self.path} may be lost: {describe(error)}"
            if self._lost:
                records = "1 record" if self._lost == 1 else f"{self._lost:,} records"
                message = f"{records} could not be written to {self.path}: {self._reason}"
            self._forget()
        finally:
            self._lock.release()
        return message

    def _open(self) -> str:
        """Create a file and begin it. Raises OSError; returns what is to be said."""
        descriptor, beginning = self._create()
        direct = open_direct(descriptor)
        trouble = direct.append(beginning)
        if trouble is None:
            self._direct = direct
            return ""
        # Never given up, also when the disk is full just now: every file starts with it.
        self._start_queue(descriptor, trouble).begin(beginning[trouble.written :])
        return self._say(trouble)

    def _create(self) -> tuple[int, bytes]:
        """A new file and the record that it begins with. Raises OSError."""
        _close_at_exit_of_child()
        self.path, descriptor = create_event_file(self.directory, self.suffix)
        return descriptor, frame(file_version(time.time()))

    def _append(self, record: bytes) -> str:
        """Bring a record on its way; what is to be said."""
        if self._queue is not None:
            self._queue.put(record)
            return ""
        trouble = self._direct.append(record)
        return "" if trouble is None else self._resolve(trouble)

    def _resolve(self, trouble: Trouble) -> str:
        """Deal with trouble and bring its record on its way, with the lock held; what is to be said."""
        if trouble is self._resolved:
            # A signal's handler that recorded something has done so.
            return ""
        if self._queue is not None:
            self._queue.put(trouble.record)
            return ""
        direct, self._direct = self._direct, _NO_FILE
        first = direct.trouble
        if first is None:
            return self._open_anew() + self._append(trouble.record)
        self._resolved = first
        if first.unlinked:
            message = self._say(first)
            os.close(direct.descriptor)
            message = self._open_anew() + message + self._append(first.record)
        else:
            now = _complete(direct.descriptor, first)
            queue = self._start_queue(direct.descriptor, now)
            if now.written < len(now.record):
                queue.put(now.record, now.written)
            message = self._say(now)
        if trouble is not first:
            # Another call came in between, before this one's trouble could be dealt with.
            self._append(trouble.record)
        return message

    def _open_anew(self) -> str:
        """Open a new file, or let the queue do so later; what is to be said."""
        try:
            return self._open()
        except OSError as error:
            trouble = Trouble(b"", error=error.errno or 0)
            self._start_queue(-1, trouble)
            return self._say(trouble)

    def _start_queue(self, descriptor: int, trouble: Trouble) -> WriteQueue:
        """Let records wait from now on."""
        is_slow = descriptor >= 0 and trouble.written == len(trouble.record)
        self._direct = _NO_FILE
        self._queue = WriteQueue(self._lock, descriptor, self._create, self._go_on, has_stalled=is_slow)
        if trouble.error:
            self._reason = os.strerror(trouble.error)
        return self._queue

    def _go_on(self, descriptor: int) -> None:
        """The queue is through: records go directly to the file again."""
        assert self._queue is not None
        self._lost += self._queue.dropped
        self._reason = self._queue.reason or self._reason
        self._queue = None
        self._direct = open_direct(descriptor)

    def _say(self, trouble: Trouble) -> str:
        """What the user is told about trouble: once for each file."""
        if self._warned:
            return ""
        self._warned = True
        if trouble.unlinked:
            return f"{self.path} was removed; recording goes on in a new file"
        if trouble.error or trouble.written < len(trouble.record):
            reason = os.strerror(trouble.error) if trouble.error else "records are torn"
            return (
                f"cannot write to {self.path}: {reason}; training goes on, and records wait in memory, "
                "where a killed process loses them"
            )
        return (
            f"writing to {self.path} is slow; training goes on, and records wait in memory for the disk, "
            "where a killed process loses them"
        )

    def _forget(self) -> None:
        """Begin anew, without a file and the troubles of the one before."""
        self._direct = _NO_FILE
        self._queue = None
        self._resolved = None
        self._lost = 0
        self._reason = ""
        self._warned = False

    def _after_fork_in_child(self) -> None:
        """Let go of the parent's file and queue, and of a lock that another thread of the parent may have held."""
        self._lock = threading.RLock()
        descriptor = self._direct.descriptor if self._queue is None else self._queue.descriptor
        self._forget()
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        """A writer that nobody holds any more is closed."""
        if hasattr(self, "_warned") and self.is_on_disk and self.is_open:
            _warn(self._close(time.monotonic() + PATIENCE))


class NoEventFile(EventFileWriter):
    """A writer without a file, for processes that are not to write: what it is given is gone."""

    is_on_disk = False

    def __init__(self, directory: str | os.PathLike[str], suffix: str = "") -> None:
        """Nothing is created."""
        self._set_up(Path(directory).absolute(), suffix)

    @property
    def is_open(self) -> bool:
        """Always."""
        return True

    def write(self, framed: bytes) -> None:
        """Do nothing."""

    def write_scalar(self, wall_time: float, step: int, tag: str, value: float) -> None:
        """Raise what ``core.encode`` does."""
        encode(wall_time, step, (tag,), (value,))

    def flush(self, sync: bool = False) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def _complete(descriptor: int, trouble: Trouble) -> Trouble:
    """Trouble after one more attempt at a torn record: the first one does not say why it was."""
    if trouble.error or trouble.written == len(trouble.record):
        return trouble
    try:
        written = os.write(descriptor, trouble.record[trouble.written :])
    except OSError as error:
        return trouble._replace(error=error.errno or 0)
    return trouble._replace(written=trouble.written + written)


def _warn(message: str) -> None:
    # Without a writer's lock: whoever shows warnings may well record something with this writer.
    if message:
        warnings.warn(message, RecordingWarning, stacklevel=4)


#: Writers that are closed at exit, and that a forked child has to detach from its parent's files.
_writers: "weakref.WeakSet[EventFileWriter]" = weakref.WeakSet()


def _detach_all() -> None:
    for writer in list(_writers):
        writer._after_fork_in_child()


def _close_all() -> None:
    """Close every writer, all within one patience."""
    deadline = time.monotonic() + PATIENCE
    for message in [writer._close(deadline) for writer in list(_writers)]:
        _warn(message)


def _close_at_exit_of_child() -> None:
    """Processes that multiprocessing forked leave without the interpreter's exit: let them close their writers."""
    global _closing_process
    processes, util = sys.modules.get("multiprocessing.process"), sys.modules.get("multiprocessing.util")
    if processes is None or util is None or processes.parent_process() is None or _closing_process == os.getpid():
        return
    _closing_process = os.getpid()
    util.Finalize(None, _close_all, exitpriority=0)


#: The process that multiprocessing makes close its writers.
_closing_process = 0
atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_detach_all)
