"""Memory for arrays that stay: apart from that of arrays that are soon gone.

Reading makes large arrays for a moment and small ones that are kept. In one heap, what is kept lies scattered among
what is gone, whose room then fits nothing.
"""

import mmap
import threading
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

_Array = TypeVar("_Array", bound=NDArray[Any])

#: Bytes of a slab; pages that nothing was written to take no memory.
_SLAB = 4 << 20
#: Larger arrays have memory of their own.
_LARGEST = _SLAB // 4
_ALIGNMENT = 8

_thread = threading.local()


def kept(array: _Array) -> _Array:
    """A copy of an array for good. Arrays that one thread keeps lie side by side; their memory is free again when
    none of a slab is in use any more."""
    size = array.nbytes
    if size > _LARGEST or not size:
        return array.copy()
    room: NDArray[np.uint8] | None = getattr(_thread, "room", None)
    if room is None or len(room) < size:
        room = np.frombuffer(_memory(), np.uint8)
    _thread.room = room[size + -size % _ALIGNMENT :]
    copy = room[:size].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return cast("_Array", copy)


def apart() -> None:
    """What this thread keeps from now on lies apart from what it kept before, so that either can be freed alone."""
    _thread.room = None


def _memory() -> mmap.mmap:
    if hasattr(mmap, "MAP_PRIVATE"):
        # A child that is forked has its own.
        return mmap.mmap(-1, _SLAB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, _SLAB)
