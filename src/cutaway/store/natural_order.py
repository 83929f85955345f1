"""Names in natural order, as people expect those with numbers: ``core.natural_key`` says which that is."""

from bisect import insort
from collections.abc import Collection

from cutaway.events.core import natural_key

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
