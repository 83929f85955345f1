"""Writing an event file: every record is handed to the operating system before ``write`` returns.

So what was acknowledged survives the death of the process, and there is no thread, queue or timer. When the disk
fails or is slow, training goes on: that is said once as a warning, records wait in a queue (see ``write_queue``) that
a thread writes, and when nothing waits any more, records go directly to the file again. What is lost in the end,
because it did not fit into the queue or because the disk did not take it until the writer was closed, is counted.
A file that somebody removed is created anew, with all that was in it.

A signal's handler may record, flush and close at any time. What it records while the call that it interrupts is
dealing with trouble, that call brings on its way, behind its own record and exactly once.
"""

import os
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from cutaway.events import recording_warning
from cutaway.events.core import ScalarFile, frame, new_lock, open_direct
from cutaway.events.kernel_objects import DirectFile
from cutaway.events.messages import SESSION_STOP, file_version, session_log
from cutaway.events.new_file import copy_removed, create_event_file, is_unlinked, sync_file
from cutaway.events.open_writers import PATIENCE, close_at_exit_of_child, register
from cutaway.events.recording_warning import RecordingWarning, joined, warn
from cutaway.events.write_queue import REMOVED, WriteQueue, describe
from cutaway.events.write_trouble import Trouble

__all__ = ["EventFileWriter", "RecordingWarning"]

#: A file of nobody: what is handed to it comes back.
_NO_FILE: DirectFile = open_direct(-1)


class EventFileWriter(ScalarFile):
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
        register(self)
        warn(message)

    def _set_up(self, directory: Path, suffix: str) -> None:
        self.directory = directory
        self.suffix = suffix
        #: The file that was opened last.
        self.path = directory
        # A signal's handler may record something while the same thread does: the lock lets it in again.
        self._lock = new_lock()
        # Directories with names that the disk may not have yet.
        self._unsynced: set[Path] = set()
        # Troubles to be dealt with, and whether a call is at it: it holds the lock all the while.
        self._arrived: deque[Trouble] = deque()
        self._is_busy = False
        # The warnings to be given, as soon as a call can.
        self._notes: list[str] = []
        self._forget()

    def _forget(self) -> None:
        """Begin anew, without a file and the troubles of the one before."""
        self._direct = _NO_FILE
        self._queue: WriteQueue | None = None
        # Records in the file that ``_direct`` has not written itself.
        self._records = 0
        # Records that were lost, and why.
        self._lost = 0
        self._reason = ""
        self._warned = False

    def __getstate__(self) -> tuple[Path, str]:
        return self.directory, self.suffix

    def __setstate__(self, state: tuple[Path, str]) -> None:
        self._set_up(*state)
        register(self)

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
        warn(message)

    def flush(self, sync: bool = False) -> bool:
        """Wait until nothing waits in memory, but no longer than the disk fails or 5 s; whether nothing waits then.

        ``sync`` also waits until the disk has everything, to survive a power cut, the file's name included. Warns
        when it returns False.
        """
        deadline = time.monotonic() + PATIENCE
        if not self._lock.acquire(timeout=PATIENCE):
            warn(f"{self.path} is not flushed: another thread's write does not return")
            return False
        reason, duplicate = "", -1
        try:
            message = self._look()
            if self._is_busy:
                reason = f"{self.path} is not flushed: this interrupts a call that records"
            elif self._queue is not None:
                reason = self._wait(self._queue, deadline)
            descriptor = self._direct.descriptor if self._queue is None else self._queue.descriptor
            if sync and descriptor >= 0:
                duplicate = os.dup(descriptor)
        finally:
            self._lock.release()
        if duplicate >= 0:
            # Without the lock: others may record while the disk takes its time.
            try:
                sync_file(duplicate, self._unsynced)
            except OSError as error:
                reason = joined(reason, f"cannot write {self.path} to the disk: {describe(error)}; training goes on")
            finally:
                os.close(duplicate)
        warn(joined(message, reason))
        return not reason

    def _wait(self, queue: WriteQueue, deadline: float) -> str:
        """Wait until nothing waits; why something does."""
        if queue.wait(deadline):
            return ""
        reason = queue.reason or self._reason or "the disk does not take them"
        return recording_warning.waiting(self.path, queue.waiting, reason)

    def close(self) -> None:
        """End the file with SessionLog STOP; warns when records were lost. Closing twice does nothing.

        Waits at most 5 s for records that the disk did not take so far.
        """
        warn(self.close_until(time.monotonic() + PATIENCE))

    def close_until(self, deadline: float) -> str:
        """``close``, by ``deadline`` (``time.monotonic``); what is to be said."""
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return f"{self.path} was not closed: another thread's write does not return"
        try:
            if self._is_busy:
                # It is closed by the next call, or at the interpreter's exit.
                return f"{self.path} was not closed: this interrupts a call that records"
            message = self._look()
            stop = frame(session_log(time.time(), SESSION_STOP))
            if self._direct is not _NO_FILE:
                trouble = self._direct.append(stop)
                if trouble is not None and trouble.written < len(stop):
                    self._resolve(trouble)
            elif self._queue is not None:
                self._queue.put(stop, is_last=True)
            if self._queue is not None:
                self._queue.wait(deadline)
            # From here on a signal's handler writes to the next file.
            self._is_busy = True
            try:
                message = joined(message, *self._take_notes(), self._end(stop))
                self._forget()
            finally:
                self._is_busy = False
            return joined(message, self._bring_on_its_way())
        finally:
            self._lock.release()

    def _end(self, stop: bytes) -> str:
        """Let go of the file, and count what did not get into it."""
        message = ""
        if self._queue is not None:
            remaining = self._queue.abandon()
            self._lost += self._queue.lost + sum(record != stop for record in remaining)
            self._reason = self._queue.reason or self._reason or "the disk did not take them in time"
        elif self._direct is not _NO_FILE:
            try:
                os.close(self._direct.release())
            except OSError as error:
                # Network file systems report here what they could not store before.
                message = f"the end of {self.path} may be lost: {describe(error)}"
        if self._lost:
            return joined(message, recording_warning.lost(self.path, self._lost, self._reason))
        return message

    def _resolve(self, trouble: Trouble) -> str:
        """Bring the record of a trouble on its way, with the lock held; what is to be said."""
        self._arrived.append(trouble)
        return self._bring_on_its_way()

    def _bring_on_its_way(self) -> str:
        """Deal with the troubles that have arrived, unless this interrupts a call that does; return the warning."""
        messages = []
        while self._arrived and not self._is_busy:
            queue, arrived = self._queue, tuple(self._arrived)
            if queue is not None and arrived:
                # This gives up the lock. The thread that comes back first goes on with the troubles that have arrived.
                queue.wait_for_room(len(arrived[0].record))
            self._is_busy = True
            try:
                if self._arrived:
                    messages.append(self._deal_with(self._arrived.popleft()))
            finally:
                self._is_busy = False
        return joined(*messages, *self._take_notes())

    def _take_notes(self) -> list[str]:
        """The warnings since the last time."""
        notes, self._notes = self._notes, []
        return notes

    def _deal_with(self, trouble: Trouble) -> str:
        """Bring a record on its way, with the lock held and nobody else at it; what is to be said."""
        if trouble.is_resolved:
            # A handler came between the write and this, and had to clear the way for a record of its own.
            return ""
        trouble.is_resolved = True
        direct = self._direct
        if self._queue is not None or (direct is not _NO_FILE and direct.trouble is None and not trouble.unlinked):
            return self._append(trouble.record)
        if direct is _NO_FILE:
            return joined(self._open_anew(), self._append(trouble.record))
        # The file's own trouble: this one's record may only have come back because of it.
        first = direct.trouble or trouble
        first.is_resolved = True
        self._direct = _NO_FILE
        self._records += direct.records
        descriptor = direct.release()
        if first.unlinked:
            message = joined(self._replace(descriptor), self._append(first.record))
        else:
            queue = self._start_queue(descriptor, first)
            if first.written < len(first.record):
                queue.put(first.record, first.written)
            message = self._say(first)
        return message if first is trouble else joined(message, self._append(trouble.record))

    def _append(self, record: bytes) -> str:
        """Hand a record to the queue or to the file, as it is now; what is to be said."""
        if self._queue is not None:
            self._queue.put(record)
            return ""
        trouble = self._direct.append(record) if record else None
        return "" if trouble is None else self._deal_with(trouble)

    def _open(self) -> str:
        """Create a file and begin it. Raises OSError; returns what is to be said."""
        descriptor, beginning = self._create()
        return self._begin(descriptor, beginning or b"")

    def _create(self, removed: int = -1, records: int = 0) -> tuple[int, bytes | None]:
        """A new file, and the record that it begins with; None when it has what was in the removed one. Raises OSError.

        ``records`` are in the removed one. The queue's thread calls this as well, without the lock.
        """
        close_at_exit_of_child()
        path, descriptor, directories = create_event_file(self.directory, self.suffix)
        try:
            is_copied = removed >= 0 and copy_removed(removed, descriptor)
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._unsynced.update(directories)
        if removed >= 0:
            self._notes.append(recording_warning.removed(self.path, records, path, is_copied))
        self.path = path
        return descriptor, None if is_copied else frame(file_version(time.time()))

    def _begin(self, descriptor: int, beginning: bytes) -> str:
        """Write to a new file from now on; what is to be said."""
        trouble = open_direct(descriptor).append(beginning) if beginning else None
        if trouble is None:
            self._direct = open_direct(descriptor)
            return ""
        # Never given up, also when the disk is full just now: every file starts with it.
        self._start_queue(descriptor, trouble).begin(beginning[trouble.written :])
        return self._say(trouble)

    def _open_anew(self) -> str:
        """Open a new file, or let the queue do so later; what is to be said."""
        try:
            return self._open()
        except OSError as error:
            trouble = Trouble(b"", error=error.errno or 0)
            self._start_queue(-1, trouble)
            return self._say(trouble)

    def _look(self) -> str:
        """Catch up after a handler's exception, and replace a file that was removed with records in it."""
        message = self._bring_on_its_way()
        if self._is_busy:
            return message
        direct = self._direct
        if self._queue is not None:
            self._queue.look()
        elif self._records + direct.records and is_unlinked(direct.descriptor):
            message = joined(message, self._resolve(direct.trouble or Trouble(b"", unlinked=True)))
        return message

    def _replace(self, removed: int) -> str:
        """Go on in a new file that has what was in the removed one; what is to be said."""
        path, records = self.path, self._records
        try:
            descriptor, beginning = self._create(removed, records)
        except OSError as error:
            self._start_queue(removed, Trouble(b"", error=error.errno or 0), is_removed=True)
            self._warned = True
            return recording_warning.not_replaced(path, records, describe(error))
        with suppress(OSError):
            os.close(removed)
        if beginning is not None:
            self._lost += records
            self._reason = REMOVED
            self._records = 0
        return self._begin(descriptor, beginning or b"")

    def _start_queue(self, descriptor: int, trouble: Trouble, is_removed: bool = False) -> WriteQueue:
        """Let records wait from now on."""
        self._direct = _NO_FILE
        self._queue = WriteQueue(
            self._lock,
            descriptor,
            self._create,
            self._go_on,
            records=self._records,
            is_slow=not trouble.error,
            is_removed=is_removed,
        )
        if trouble.error:
            self._reason = os.strerror(trouble.error)
        return self._queue

    def _go_on(self, descriptor: int) -> None:
        """The queue is through: records go directly to the file again."""
        assert self._queue is not None
        self._lost += self._queue.lost
        self._records = self._queue.records
        self._reason = self._queue.reason or self._reason
        self._queue = None
        self._direct = open_direct(descriptor, watches=True)

    def _say(self, trouble: Trouble) -> str:
        """The warning when records begin to wait: once for each file."""
        if self._warned:
            return ""
        self._warned = True
        return recording_warning.begun(self.path, trouble)

    def detach(self) -> None:
        """In a forked child: let go of the parent's file and queue, and of a lock that one of its threads may hold."""
        self._lock = new_lock()
        descriptor = self._direct.descriptor if self._queue is None else self._queue.descriptor
        self._forget()
        self._arrived.clear()
        self._is_busy = False
        self._notes = []
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        """A writer that nobody holds any more is closed; at the interpreter's end that has been done."""
        if hasattr(self, "_warned") and not sys.is_finalizing() and self.is_on_disk and self.is_open:
            warn(self.close_until(time.monotonic() + PATIENCE))
