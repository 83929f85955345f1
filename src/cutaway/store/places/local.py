"""Log directories on the file systems of this machine."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cutaway.events import core
from cutaway.events.open_file import FileStatus, RegularFile, open_regular, status_of
from cutaway.events.tables import Loaded
from cutaway.store.places.local_roots import local_roots
from cutaway.store.places.place import Found, Links, OutsideError
from cutaway.store.places.walk import find_event_files


class LocalPlace:
    """One directory or several by their names, or one event file. Paths are absolute."""

    has_versions = False
    pause = 2.0

    def __init__(self, logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]]) -> None:
        """A later change of the working directory changes nothing. See :func:`local_roots`, also for what is raised."""
        self.roots = local_roots(logdir)
        if isinstance(logdir, Mapping):
            self.name = ", ".join(f"{name}={os.fspath(each)}" for name, each in logdir.items())
        else:
            self.name = os.fspath(logdir)

    @property
    def identity(self) -> str:
        """The real path, or as JSON those of several by their names."""
        real = {name: os.path.realpath(path) for name, path in self.roots.items()}
        return real[""] if "" in real else json.dumps(real, sort_keys=True)

    @property
    def is_file(self) -> bool:
        """Whether it is one event file."""
        return "" in self.roots and not self.roots[""].is_dir()

    def readers(self, size: int) -> int | None:
        """A disk next door does not make anybody wait."""
        return None

    def find(self, note_progress: Callable[[], None] = lambda: None) -> Found:
        """Walk the directories; ``note_progress`` is called at each of them."""
        return find_event_files({name: str(root) for name, root in self.roots.items()}, note_progress)

    def stat(self, path: str) -> FileStatus:
        """One ``stat``."""
        return status_of(os.stat(path))  # noqa: PTH116 - a Path costs as much as this

    def open(self, path: str, *, links: Links = "followed") -> RegularFile:
        """A regular file; NotRegularError names the kind of file it is instead."""
        file = open_regular(path, follow=links != "refused")
        try:
            if links == "inside":
                self._check_inside(file, Path(path))
        except BaseException:
            file.close()
            raise
        return file

    def follow(self, path: str) -> Callable[[str], RegularFile]:
        """A file is known by its identity and its size, whatever is added to it."""
        return self.open

    def load(
        self, paths: Sequence[str], largest: int, widest: int = 0, note_piece: Callable[[], None] | None = None
    ) -> Loaded:
        """Some files at once, each as a whole: see ``core.load``."""
        return core.load([os.fsencode(path) for path in paths], largest, widest, note_piece=note_piece)

    def resolve(self, directory: str, name: str) -> str:
        """Links are followed as the file system follows them."""
        try:
            path = (Path(directory) / name).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            # A NUL, a name that is too long, links in a circle.
            raise PermissionError(f"{name[:100]!r}, which is no file's name") from error
        insides = (root.resolve() for root in self.roots.values())
        if any(path.is_relative_to(inside.parent if inside.is_file() else inside) for inside in insides):
            return str(path)
        roots = ", ".join(repr(str(root)) for root in self.roots.values())
        raise PermissionError(f"{name!r}, which is outside the log directory {roots}")

    def _check_inside(self, file: RegularFile, path: Path) -> None:
        real = path.resolve(strict=True)
        # The opened file must be the one that is there: the name may lead elsewhere by now.
        is_inside = any(real.is_relative_to(root.resolve()) for root in self.roots.values())
        if not is_inside or file.status().identity != status_of(real.lstat()).identity:
            raise OutsideError("it is a link to a file outside the log directory")
