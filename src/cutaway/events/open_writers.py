"""The event file writers of this process: closed when it ends, detached from their files in a forked child."""

import atexit
import os
import sys
import time
import weakref
from typing import Protocol

from cutaway.events.recording_warning import warn

#: How long ``flush``, ``close`` and the interpreter's exit wait for a disk that does not take records, in seconds.
PATIENCE = 5.0


class OpenWriter(Protocol):
    """The calls that a writer must answer."""

    def close_until(self, deadline: float) -> str:
        """Close the file, by ``deadline`` (``time.monotonic``); return the warning, or nothing."""

    def detach(self) -> None:
        """Let go of the parent process's file."""


_writers: "weakref.WeakSet[OpenWriter]" = weakref.WeakSet()
#: The process that multiprocessing makes close its writers.
_closing_process = 0


def register(writer: OpenWriter) -> None:
    """Close a writer at the end, as long as anybody holds it."""
    _writers.add(writer)


def close_at_exit_of_child() -> None:
    """Processes that multiprocessing forked leave without the interpreter's exit: let them close their writers."""
    global _closing_process
    processes, util = sys.modules.get("multiprocessing.process"), sys.modules.get("multiprocessing.util")
    if processes is None or util is None or processes.parent_process() is None or _closing_process == os.getpid():
        return
    _closing_process = os.getpid()
    util.Finalize(None, _close_all, exitpriority=0)


def _close_all() -> None:
    """Close every writer, all within one patience."""
    deadline = time.monotonic() + PATIENCE
    for message in [writer.close_until(deadline) for writer in list(_writers)]:
        warn(message)


def _detach_all() -> None:
    for writer in list(_writers):
        writer.detach()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_detach_all)
