"""What of the kernel works before NumPy is imported: listing directories, and loading files ahead.

NumPy and the modules around it take longer to import than a usual log takes to read. Reading can begin at once, on
another core, with what is here; :mod:`cutaway.events.core` has the rest.
"""

import os
from typing import TYPE_CHECKING, Protocol, cast

from cutaway.events.listing import Listing

if TYPE_CHECKING:
    from cutaway.events.tables import Loaded


class RawFiles(Protocol):
    """Files that were loaded, in memory of the kernel's own."""

    def large(self) -> list[tuple[int, str, int, int]]:
        """Of the files that are larger than was asked for: their places among all, and as FileStatus has them their
        identities, sizes in bytes and when they were last written to, in nanoseconds since the epoch."""

    def loaded(self) -> "Loaded":
        """All of them, up to the one at which it was stopped, as ``core.load`` gives them; imports NumPy.

        Of a file with data other than scalars the outcome is OTHERS, and everything else is undefined.
        """


class AheadLoader(Protocol):
    """Loads files outside the interpreter's lock, until it has read enough or another thread says so."""

    def __init__(self, most: int) -> None:
        """``most``: bytes of files with which it is enough."""

    def load(self, groups: list[list[bytes]], largest: int) -> list[RawFiles]:
        """Load groups of files by their paths, one after the other, as ``core.load`` does with ``largest``.

        It ends behind the file with which it is enough: later groups have no files. Raises MemoryError.
        """

    def stop(self) -> None:
        """Let a call of ``load`` end behind the file at hand, and any later one at once. Any thread."""


class _Early(Protocol):
    AheadLoader: type[AheadLoader]

    def list_directories(self, paths: list[bytes], parts: list[bytes]) -> list[Listing]: ...

    def connect(self) -> None: ...


def _native() -> _Early | None:
    if os.environ.get("CUTAWAY_PURE") == "1":
        return None
    try:
        from cutaway.events import _core  # type: ignore[attr-defined, unused-ignore]
    except ImportError:
        return None
    return cast("_Early", _core)


_kernel = _native()


def native_kernel() -> object | None:
    """The native twin, complete; None where it could not be built, or is not wanted. Imports NumPy."""
    if _kernel is not None:
        _kernel.connect()
    return _kernel


def ahead_loader(most: int) -> AheadLoader | None:
    """Makes one; None without the native twin."""
    return None if _kernel is None else _kernel.AheadLoader(most)


def list_directories(paths: list[bytes], parts: list[bytes]) -> list[Listing]:
    """What is in some directories of this machine, outside the interpreter's lock; of files those whose names have one
    of the ``parts`` in them.

    A path that is no directory, and a directory that cannot be read, has its error instead.
    """
    if _kernel is not None:
        return _kernel.list_directories(paths, parts)
    from cutaway.events import _pure_listing

    return _pure_listing.list_directories(paths, parts)
