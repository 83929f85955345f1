"""Python's collection of garbage, held while a log is read: what reading makes is nearly all kept, and each look for
garbage among it costs more than the one before.

Such a look holds the interpreter's lock: among fifty thousand series for a tenth of a second, in which no request is
answered. A process that shows a log and does nothing else leaves what it has read out of all later ones.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
#: How many threads hold it, and whether it was at work before the first of them.
_holders = 0
_was_enabled = False
#: New objects from which on they are left out, where that is wished for.
MANY = 20_000
_leaves_out = False


def leave_out_what_is_kept() -> None:
    """Look for no garbage any more among many objects that are made while it is held.

    Whatever else there is at that moment is left out too, so this is for a process that is a viewer and nothing else.
    """
    global _leaves_out
    _leaves_out = True


@contextmanager
def collection_held() -> Iterator[None]:
    """Within the block nothing is collected, in no thread; then again, if it was before."""
    global _holders, _was_enabled
    with _lock:
        if not _holders:
            _was_enabled = gc.isenabled()
            gc.disable()
        _holders += 1
    try:
        yield
    finally:
        with _lock:
            _holders -= 1
            if not _holders and _was_enabled:
                if gc.get_count()[0] > MANY:
                    _put_aside()
                gc.enable()


def _put_aside() -> None:
    """Look for no garbage among many new objects at once."""
    if _leaves_out:
        gc.freeze()
    elif not gc.get_freeze_count():
        # Together these make all objects old ones. What a program has left out itself would come back with them.
        gc.freeze()
        gc.unfreeze()
