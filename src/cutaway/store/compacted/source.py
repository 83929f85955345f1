"""The log directory that a compacted directory is made of."""

import os
from typing import NamedTuple

from cutaway.events.local_path import local_path
from cutaway.store.places.chosen import place_at
from cutaway.store.places.object_url import is_object_url, object_url
from cutaway.store.places.place import Place, name_of


class Source(NamedTuple):
    """A log directory, whose event files are named by their paths below it."""

    #: An absolute path or a URL, without a slash at its end.
    root: str
    place: Place

    def name(self, path: str) -> str:
        """The path below the log directory, with ``/``; of a log directory that is one file, the file's own name."""
        below = path.removeprefix(self.root)
        return name_of(path) if below == "" else below.lstrip("/").replace(os.sep, "/")

    def path(self, name: str) -> str:
        """The path of a file in the storage place."""
        return self.root if name_of(self.root) == name and self.place.is_file else f"{self.root}/{name}"


def source_at(logdir: str) -> Source:
    """The same for all ways that lead to a directory. Raises ValueError as :func:`place_at`."""
    root = str(object_url(logdir) if is_object_url(logdir) else local_path(logdir, "logdir").resolve())
    return Source(root, place_at(root))
