"""The order in which people expect names with numbers: ``layer2`` before ``layer10``, ``lr=0.05`` before ``lr=0.3``."""

import re
from bisect import insort
from collections.abc import Collection
from functools import lru_cache

# A decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else a whole number.
_NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")
#: A number of fewer digits than this has their count as one character in front.
_COUNTED = 0xD000
#: Parts of names that are remembered, and characters of such a part: a hundred thousand tags are made of few.
_MOST_PARTS, _LONGEST_PART = 1 << 16, 100


class _Parts(dict[str, str]):
    """What stands in a key for a part of a name between slashes."""

    def __missing__(self, part: str) -> str:
        pieces = _NUMBER.split(part)
        key = "".join([_of_number(piece) if place % 2 else _of_text(piece) for place, piece in enumerate(pieces)])
        if len(part) <= _LONGEST_PART:
            if len(self) >= _MOST_PARTS:
                self.clear()
            self[part] = key
        return key


def _of_text(text: str) -> str:
    # Two zeros are behind each text, before a number or at the end of the name: they come before all that goes on.
    return text.casefold().replace("\0", "\0\1")


def _of_number(number: str) -> str:
    whole, _, fraction = number.partition(".")
    digits = whole.lstrip("0")
    # By length, then by digits, so that a number of thousands of digits costs nothing.
    length = len(digits)
    count = chr(length + 1) if length < _COUNTED else f"{chr(_COUNTED + 1)}{length:020d}"
    return f"\0\0{count}{digits}{fraction}\0"


_PART = _Parts().__getitem__


def _key(name: str) -> str:
    return f"{'/'.join(map(_PART, name.split('/')))}\0\0\0{name}"


@lru_cache(1 << 16)
def natural_key(name: str) -> str:
    """A sort key that compares numbers by value and the rest without regard to case.

    The name itself comes last, which makes the order total.
    """
    return _key(name)


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
            # There may be more of them than keys are kept for.
            self._names = sorted(names, key=_key)
        else:
            for name in new:
                insort(self._names, name, key=natural_key)
            if len(self._names) > len(names):
                self._names = [name for name in self._names if name in names]
        self._known = set(self._names)
        return self._names
