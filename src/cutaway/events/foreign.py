"""The format of a file that is not an event file, by its first bytes."""

import struct

from cutaway.events import core
from cutaway.events._pure_crc32c import mask

#: How much of a file is enough to tell.
HEAD_BYTES = 512
_HEADER_BYTES = 12
#: The length of a record takes eight bytes, of which so many are ever used: a terabyte.
_LENGTH_BYTES = 5

_SIGNATURES = (
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer (git lfs pull fetches the file)"),
    (b"\x1f\x8b", "gzip (it must be unpacked first)"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x28\xb5\x2f\xfd", "zstd (it must be unpacked first)"),
    (b"\xfd7zXZ\x00", "xz (it must be unpacked first)"),
    (b"BZh", "bzip2 (it must be unpacked first)"),
    (b"\x78\x9c", "zlib"),
    (b"\x78\x01", "zlib"),
    (b"\x78\xda", "zlib"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89HDF", "HDF5"),
    (b"\x89PNG", "a PNG picture"),
    (b"PAR1", "Parquet"),
    (b"\x80\x02", "a pickle"),
    (b"\x7fELF", "a program"),
)
_TEXTS = ((b"<!doctype html", "an HTML page"), (b"<html", "an HTML page"), (b"<?xml", "XML"), (b"{", "JSON"))


def what_it_is(head: bytes) -> str:
    """The format of a file whose first record's length does not check, by its first :data:`HEAD_BYTES`.

    Empty when the length checks, and for what may be the beginning of an event file of which more is to come.
    """
    if _may_begin(head):
        return ""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    for signature, name in _TEXTS:
        if start.startswith(signature):
            return name
    if not head.strip(b"\0"):
        return "zeros"
    return "text" if _is_text(head) else "other data"


def _may_begin(head: bytes) -> bool:
    """Whether an event file may begin so: with the length of a record, and the checksum that belongs to it."""
    length, checksum = head[:8], head[8:_HEADER_BYTES]
    if len(length) == 8 and not struct.pack("<I", mask(core.crc32c(length))).startswith(checksum):
        return False
    # As long as not all of that is there, what lies in the high bytes says that it is none.
    return len(head) >= _HEADER_BYTES or not any(length[_LENGTH_BYTES:])


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut.
        text = head[:-3].decode("utf-8") if len(head) == HEAD_BYTES else head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
