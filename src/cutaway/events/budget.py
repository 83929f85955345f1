"""What decoding one record may allocate, by the record's own bytes.

Two bytes of a message can ask for a dict of 250: a record that is nothing else would take a hundred times its own size.
Decoders say beforehand how much they are about to allocate, and a record that asks for too much is damage. What real
programs write, many small messages with names and numbers in them, needs a third of what is granted at the most.
"""

from cutaway.events.wire import MalformedError

#: Granted to every record, so that small ones need not be thrifty.
SMALL = 4 << 20
#: Granted for each byte of a record, and for each byte beyond the first `_LARGE`.
_RATIO, _RATIO_BEYOND = 24, 4
_LARGE = 16 << 20


class Budget:
    """The bytes that may still be allocated for one record of ``size`` bytes."""

    __slots__ = ("_size", "left")

    def __init__(self, size: int) -> None:
        self._size = size
        self.left = SMALL + _RATIO * min(size, _LARGE) + _RATIO_BEYOND * max(size - _LARGE, 0)

    def spend(self, size: int) -> None:
        """Take so many bytes. Raises MalformedError when that is more than is left."""
        self.left -= size
        if self.left < 0:
            raise MalformedError(f"a record of {self._size:,} bytes asks for many times its own size in memory")
