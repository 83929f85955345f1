"""Comparing a file with the bytes that were read of it, some blocks at a time.

A file that changed without growing is compared at once: somebody wrote into it. One that has grown is compared once in
a while, and so are damaged places, which may heal: the disk has other things to do.
"""

import math
import time
from collections.abc import Callable, Sequence

from cutaway.events.block_checksums import BLOCK
from cutaway.events.reader import Damage, EventFileReader

#: Bytes up to which a file is compared as a whole before anything else is done with it.
WHOLE = 64 << 20
#: Seconds from the end of one pass over a file to the next, and at least so many times as long as the pass took.
AGAIN = 30.0
_REST = 10
#: Seconds between two looks at damaged places.
DAMAGE_AGAIN = 60.0
#: So many damaged places are looked at again.
_MOST_DAMAGE = 50


class Verification:
    """The blocks of one file that are to be compared, and when. Not for several threads at once."""

    def __init__(self, reader: EventFileReader, *, is_needed: bool = True) -> None:
        """``is_needed`` False: the bytes that were read cannot become others, and nothing is ever compared."""
        self._reader = reader
        self._is_needed = is_needed
        # The blocks left in the pass under way.
        self._blocks: list[int] = []
        self._began = 0.0
        self._is_wanted = False
        # When the next pass may begin, and when damage is looked at again: monotonic seconds.
        self._due = 0.0
        self._damage_due = math.inf
        #: Whether the file changed without growing.
        self.is_urgent = False

    @property
    def is_wanted(self) -> bool:
        """Whether there is something to compare, now or later."""
        return self._is_wanted or bool(self._blocks) or self._damage_due < math.inf

    def want(self, *, at_once: bool = False) -> None:
        """The file may be another one; ``at_once``: though it has not grown."""
        if not self._is_needed:
            return
        self._is_wanted = True
        if at_once:
            self.is_urgent = True
            self._due = 0.0
            self._blocks = []

    def watch_damage(self) -> None:
        """There are places without records that may heal."""
        if self._is_needed and self._damage_due == math.inf:
            self._damage_due = time.monotonic() + DAMAGE_AGAIN

    def is_due(self) -> bool:
        """Whether there is something to compare by now."""
        now = time.monotonic()
        return bool(self._blocks) or (self._is_wanted and now >= self._due) or now >= self._damage_due

    def run(self, should_stop: Callable[[], bool], damage: Sequence[Damage]) -> bool:
        """Compare until the pass is done or must stop; whether everything was as it had been.

        If it was not, the file's reader begins anew. ``damage`` are places that may heal.
        """
        if not self._blocks:
            self._began = time.monotonic()
            if self._is_wanted:
                self._blocks = list(range(self._reader.checksums.count))
                self._is_wanted = self.is_urgent = False
            else:
                self._blocks = self._damaged(damage)
                self._damage_due = self._began + DAMAGE_AGAIN if self._blocks else math.inf
        while self._blocks:
            try:
                is_same = self._reader.verify(self._blocks[-1:])
            except OSError:
                # Reading it says what is wrong.
                self._blocks = []
                break
            if not is_same:
                self._blocks = []
                return False
            self._blocks.pop()
            if self._blocks and should_stop():
                return True
        ended = time.monotonic()
        self._due = ended + max(AGAIN, _REST * (ended - self._began))
        return True

    def _damaged(self, damage: Sequence[Damage]) -> list[int]:
        """The blocks at both ends of damaged places, and at both ends of an unfinished record."""
        edges = {edge for place in damage[:_MOST_DAMAGE] for edge in (place.offset, place.offset + place.length - 1)}
        if self._reader.offset < self._reader.checksums.length:
            edges |= {self._reader.offset, self._reader.checksums.length - 1}
        return sorted({edge // BLOCK for edge in edges})
