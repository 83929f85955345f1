"""The door through which every value of a log is decoded: every failure behind it is a MalformedError."""

import struct
import wave
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from cutaway.events.wire import MalformedError

#: What libraries say with an exception of these is meant for people.
_IN_WORDS = (OSError, ValueError, SyntaxError, wave.Error)
#: What others mean, whatever they say.
_MEANING: tuple[tuple[type[Exception], str], ...] = (
    (EOFError, "it ends too early"),
    (struct.error, "it ends too early"),
    (zlib.error, "its compressed data is damaged"),
    (RecursionError, "it is nested too deep"),
    (MemoryError, "there is not enough memory for it"),
)
_UNSAID = "its content is not what its format says"


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """A failure within becomes a MalformedError that begins with ``what``, for example "the picture".

    The bytes are anybody's, and libraries that decode them raise any exception: ``struct.error``, ``zlib.error``,
    RecursionError, MemoryError. Nothing within may read files: a disk that fails does not damage a value.
    """
    try:
        yield
    except MalformedError:
        raise
    except Exception as error:
        raise MalformedError(f"{what} cannot be decoded: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """In words, for people who have the file and not the program: no class, and no name of a key or an index."""
    for kind, meaning in _MEANING:
        if isinstance(error, kind):
            return meaning
    text = str(error).strip() if isinstance(error, _IN_WORDS) else ""
    return text or _UNSAID
