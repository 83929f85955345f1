"""The door through which every value of a log is decoded: every failure behind it is a MalformedError."""

from collections.abc import Iterator
from contextlib import contextmanager

from cutaway.events.wire import MalformedError


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
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise MalformedError(f"{what} cannot be decoded: {reason}") from error
