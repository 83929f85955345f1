"""Opaque ids of runs and tags: given once and kept for life, also when a run is deleted and written anew."""

from collections.abc import Iterable

from cutaway.events.kind_names import SCALARS


class Identities:
    """Ids are assigned under the log directory's lock; any thread looks them up."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[str, int]] = {}
        #: Names of runs by their ids.
        self.run_name: dict[str, str] = {}
        #: The numbers of tags of scalars, and the tags by their numbers; the same of (tag, kind) of other data.
        self._scalars: dict[str, int] = {}
        self._scalar_names: list[str] = []
        self._others: dict[tuple[str, str], int] = {}
        self._other_names: list[tuple[str, str]] = []

    def give_runs(self, names: Iterable[str]) -> None:
        """Give ids to runs, in this order, that have none; there may be tens of thousands."""
        known = self._runs
        new = list(dict.fromkeys(name for name in names if name not in known) if known else dict.fromkeys(names))
        numbers = range(len(known), len(known) + len(new))
        ids = [f"r{number}" for number in numbers]
        known.update(zip(new, zip(ids, numbers, strict=True), strict=True))
        self.run_name.update(zip(ids, new, strict=True))

    def run(self, name: str) -> tuple[str, int]:
        """A run's id, and its colour: its place in the order of appearance. Raises KeyError."""
        return self._runs[name]

    def give_scalars(self, tags: Iterable[str]) -> None:
        """Give ids to tags of scalars that have none; there may be a hundred thousand."""
        known, names = self._scalars, self._scalar_names
        new = dict.fromkeys(tag for tag in tags if tag not in known) if known else dict.fromkeys(tags)
        known.update(zip(new, range(len(names), len(names) + len(new)), strict=True))
        names += new

    def give(self, tag: str, kind: str) -> None:
        """Give a tag of a kind an id, where it has none."""
        if kind == SCALARS:
            self.give_scalars((tag,))
        elif (tag, kind) not in self._others:
            self._others[tag, kind] = len(self._other_names)
            self._other_names.append((tag, kind))

    def tag(self, tag: str, kind: str) -> str:
        """The id of a tag of a kind. Raises KeyError."""
        return f"t{self._scalars[tag]}" if kind == SCALARS else f"v{self._others[tag, kind]}"

    def scalar_tags(self, tags: Iterable[str]) -> list[str]:
        """The ids of tags of scalars. Raises KeyError."""
        return [f"t{number}" for number in map(self._scalars.__getitem__, tags)]

    def tag_of(self, tag_id: str) -> tuple[str, str]:
        """(tag, kind) by its id. Raises KeyError."""
        names = self._scalar_names if tag_id[:1] == "t" else self._other_names
        digits = tag_id[1:]
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 10
        number = int(digits) if is_number else -1
        # An id is written in one way.
        if not 0 <= number < len(names) or tag_id not in (f"t{number}", f"v{number}"):
            raise KeyError(tag_id)
        return (self._scalar_names[number], SCALARS) if tag_id[0] == "t" else self._other_names[number]
