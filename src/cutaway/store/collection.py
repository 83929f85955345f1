"""Python's collection of garbage, held while a log is read: what reading makes is nearly all kept, and each look for
garbage among it costs more than the one before.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
#: How many threads hold it, and whether it was at work before the first of them.
_holders = 0
_was_enabled = False


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
                gc.enable()
