"""Opaque ids of runs and tags: given once and kept for life, also when a run is deleted and written anew."""

from cutaway.events.kind_names import SCALARS


class Identities:
    """Ids are assigned under the log directory's lock; any thread looks them up."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[str, int]] = {}
        self._tags: dict[tuple[str, str], str] = {}
        self._scalars = 0
        #: Names of runs by their ids.
        self.run_name: dict[str, str] = {}
        #: (tag, kind) by its id.
        self.tag_name: dict[str, tuple[str, str]] = {}

    def run(self, name: str) -> tuple[str, int]:
        """A run's id, and its colour: its place in the order of appearance."""
        if name not in self._runs:
            self._runs[name] = (f"r{len(self._runs)}", len(self._runs))
            self.run_name[self._runs[name][0]] = name
        return self._runs[name]

    def give(self, tag: str, kind: str) -> None:
        """Give a tag of a kind an id, where it has none."""
        if (tag, kind) in self._tags:
            return
        is_scalar = kind == SCALARS
        tag_id = f"t{self._scalars}" if is_scalar else f"v{len(self._tags) - self._scalars}"
        self._scalars += is_scalar
        self._tags[tag, kind] = tag_id
        self.tag_name[tag_id] = (tag, kind)

    def tag(self, tag: str, kind: str) -> str:
        """The id of a tag of a kind. Raises KeyError."""
        return self._tags[tag, kind]
