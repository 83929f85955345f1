"""The C library's heap while a large log is read: the room of one batch is kept for the next.

glibc gives the top of a heap back to the system when more is free there than the largest piece that it has seen come
and go. As the arrays that stay have memory of their own (`slabs`), that would be after every batch, and the next one
would have each page mapped anew, which takes as long as decoding it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

#: Bytes to read below which it makes no difference.
_MUCH = 32 << 20
#: The name of glibc's option.
_MOST_HEAPS = -8
#: glibc learns from pieces of less than 32 MiB, and keeps twice as much from then on.
_PIECE = 24 << 20

#: Whether room is kept that was not given back.
_is_kept = False


@contextmanager
def room_kept(waiting: int) -> Iterator[None]:
    """Within the block room is kept, if so many bytes are much to read; at its end what is free is given back, also
    where it was kept before."""
    global _is_kept
    if waiting >= _MUCH:
        keep_room()
    try:
        yield
    finally:
        if _is_kept:
            _is_kept = False
            give_back()


def keep_room() -> None:
    """Keep the room of a batch for the next one from now on, up to the end of a block of :func:`room_kept`."""
    global _is_kept
    _is_kept = True
    # The system gives the zeros of a piece as large when they are read, so that it costs no memory.
    bytes(_PIECE)


def share_one_heap() -> None:
    """Have all threads of this process use one heap, of a process that does nothing but show logs.

    glibc gives each thread a heap of its own, and never gives back the room at the top of one: what threads needed for
    a moment, to read files of some megabytes, would stay as large as what they read.
    """
    import ctypes

    set_option = getattr(ctypes.pythonapi, "mallopt", None)
    if set_option is not None:
        set_option(_MOST_HEAPS, 1)


def give_back() -> None:
    """Give what is free back to the system, without the interpreter's lock: it takes milliseconds."""
    import ctypes

    if os.name == "posix":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
