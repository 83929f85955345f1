"""The C library's heap while a large log is read: the room of one batch is kept for the next.

glibc gives the top of a heap back to the system when more is free there than the largest piece that it has seen come
and go. As the arrays that stay have memory of their own (`slabs`), that would be after every batch, and the next one
would have each page mapped anew, which takes as long as decoding it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

#: Bytes to read below which it makes no difference.
_MUCH = 32 << 20
#: glibc learns from pieces of less than 32 MiB, and keeps twice as much from then on.
_PIECE = 24 << 20


@contextmanager
def room_kept(waiting: int) -> Iterator[None]:
    """Within the block room is kept, if so many bytes are much to read; at its end what is free is given back."""
    if waiting < _MUCH:
        yield
        return
    # Nothing is written to it, so that it costs no memory.
    np.empty(_PIECE, np.uint8)
    try:
        yield
    finally:
        _give_back()


def _give_back() -> None:
    import ctypes

    trim = getattr(ctypes.pythonapi, "malloc_trim", None)
    if trim is not None:
        trim(0)
