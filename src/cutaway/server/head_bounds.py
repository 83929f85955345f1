"""Bounds of the head of a request, counted while it comes in and before anything parses it.

h11 finds the end of a head in linear time, but takes some ten microseconds a line then, and a time quadratic in their
number for a line of spaces with a character in it that no header has: 40 kB of them stop the server for half a minute.
"""

import re
from typing import NamedTuple

#: Of the first line, which may name as many runs as a body may: one tag of 10,000 of them is a download.
LONGEST_TARGET = 1 << 20
#: Of all others together.
MOST_HEADER_BYTES = 1 << 16
MOST_HEADERS = 256
#: Characters that no line of a head has; h11 refuses them too, once it has come to them.
_END = re.compile(rb"\n\r?\n")
_FORBIDDEN = re.compile(rb"[\x00\x0b\x0c]|\r(?!\n|\Z)")


class Refusal(NamedTuple):
    """The status of the answer, and why."""

    status: int
    reason: str


class HeadBounds:
    """Counts the bytes of heads as they come, one head after the other."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        #: Bytes of the head so far.
        self.size: int = 0
        self._lines: int = 0
        self._header_bytes: int = 0
        #: The last bytes, in which the blank line may have begun.
        self._last: bytes = b""
        self._is_complete: bool = False

    def restart(self, rest: bytes) -> Refusal | None:
        """Count a new head, of which there is `rest` already; as `take`."""
        self._forget()
        return self.take(rest)

    def take(self, part: bytes) -> Refusal | None:
        """Count some more bytes: why the head is refused, None while it is not. Bytes behind the head are ignored."""
        if self._is_complete or not part:
            return None
        seen = len(self._last)
        found = _END.search(self._last + part)
        if found is not None:
            part = part[: found.end() - seen]
            self._is_complete = True
        forbidden = _FORBIDDEN.search(self._last[-1:] + part)
        self._last = (self._last + part)[-2:]
        if forbidden:
            return Refusal(400, "the head of the request holds characters that none has")
        is_first_line = self._lines == 0
        _, line_end, headers = part.partition(b"\n") if is_first_line else (b"", b"", part)
        self.size += len(part)
        self._lines += len(line_end) + headers.count(b"\n")
        self._header_bytes += len(headers)
        if is_first_line and self.size - len(line_end) - len(headers) > LONGEST_TARGET:
            return Refusal(414, f"the address is longer than {LONGEST_TARGET:,} bytes")
        # The first line and the blank one are none.
        if self._lines > MOST_HEADERS + 2 or self._header_bytes > MOST_HEADER_BYTES:
            reason = f"at most {MOST_HEADERS} headers of {MOST_HEADER_BYTES:,} bytes together are accepted"
            return Refusal(431, reason)
        return None
