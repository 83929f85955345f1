"""The order in which people expect names with numbers: ``layer2`` before ``layer10``, ``lr=0.05`` before ``lr=0.3``."""

import re
from bisect import insort
from collections.abc import Collection
from functools import lru_cache

# A decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else a whole number.
_NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")


@lru_cache(1 << 16)
def natural_key(name: str) -> tuple[object, ...]:
    """A sort key that compares numbers by value and the rest without regard to case.

    Whole numbers are compared by length, then by digits, so that a name of thousands of digits costs nothing.
    The name itself comes last, which makes the order total.
    """
    parts: list[object] = []
    for place, part in enumerate(_NUMBER.split(name)):
        if place % 2:
            whole, _, fraction = part.partition(".")
            digits = whole.lstrip("0")
            parts.append((len(digits), digits, fraction))
        else:
            parts.append(part.casefold())
    return (parts, name)


#: The names of a list of which at most so many parts are new are put in their places one by one.
_FEW = 50


class NaturalOrder:
    """Puts the same names in order again and again, most of which it knows already."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._known: set[str] = set()

    def of(self, names: Collection[str]) -> list[str]:
        """The names, each of which is there once, in natural order."""
        new = [name for name in names if name not in self._known]
        if len(new) * _FEW > len(names):
            self._names = sorted(names, key=natural_key)
        else:
            for name in new:
                insort(self._names, name, key=natural_key)
            if len(self._names) > len(names):
                self._names = [name for name in self._names if name in names]
        self._known = set(self._names)
        return self._names
