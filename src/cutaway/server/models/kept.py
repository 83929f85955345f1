"""What was decoded a short time ago, for the next request for the same thing.

It holds at most so many bytes; what was not asked for the longest goes first. What is too large to be held is made
again each time. Two threads that ask for the same thing at the same time make it once.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

MOST_BYTES = 512 << 20

_Thing = TypeVar("_Thing")


class Kept:
    """Shared by all threads that answer requests."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.nbytes = 0
        self._things: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()
        #: Of what is being made now.
        self._makers: dict[Hashable, Lock] = {}

    def get(self, key: Hashable, make: Callable[[], _Thing], size: Callable[[_Thing], int]) -> _Thing:
        """What ``make`` makes, which takes so many bytes. What it raises is raised, and nothing is kept."""
        with self._lock:
            if key in self._things:
                return cast("_Thing", self._found(key))
            maker = self._makers.setdefault(key, Lock())
        with maker:
            with self._lock:
                if key in self._things:
                    return cast("_Thing", self._found(key))
            try:
                made = make()
                self._keep(key, made, size(made))
            finally:
                with self._lock:
                    self._makers.pop(key, None)
        return made

    def _found(self, key: Hashable) -> Any:
        self._things.move_to_end(key)
        return self._things[key][0]

    def _keep(self, key: Hashable, made: object, size: int) -> None:
        if size > self.most_bytes:
            return
        with self._lock:
            self._things[key] = made, size
            self.nbytes += size
            while self.nbytes > self.most_bytes:
                _, (_, gone) = self._things.popitem(last=False)
                self.nbytes -= gone

    def __len__(self) -> int:
        return len(self._things)
