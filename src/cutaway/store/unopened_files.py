"""Files of unopened runs that were found at the same time: they are looked at together, outside the interpreter's
lock."""

from collections.abc import Callable, Container, Iterable, Iterator
from typing import TYPE_CHECKING

from cutaway.store.new_files import PlainRuns

if TYPE_CHECKING:
    from cutaway.store.together_files import TogetherFiles


class UnopenedFiles:
    """Those of some runs, loaded together or one group after the other. One thread looks at them."""

    #: Bytes, as a file that is looked at has them: they do not grow, since the run of a file that does is opened.
    size = 0

    def __init__(self, new: Iterable[PlainRuns]) -> None:
        #: Those of which much is known together: that, their numbers in it, their paths, and the names of their runs.
        self._groups: list[tuple[TogetherFiles, list[int], list[str], list[str]]] = [
            (files, facts.numbers, paths, names) for names, paths, files, facts in new
        ]
        #: Whether the next look at them need not be taken: they were opened since the last one.
        self._is_looked_at = True

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(names) for *_, names in self._groups)

    def keep(self, unopened: Container[str]) -> bool:
        """Forget those that were loaded together where no run is unopened; whether any are left."""
        self._groups = [group for group in self._groups if any(map(unopened.__contains__, group[-1]))]
        return bool(self._groups)

    def changed(self, note_progress: Callable[[], None]) -> Iterator[str]:
        """The runs whose file is not what was read, or gone; of those that were opened too."""
        if self._is_looked_at:
            self._is_looked_at = False
            return
        for files, numbers, paths, names in self._groups:
            for place in files.changed(paths, numbers):
                yield names[place]
            note_progress()
