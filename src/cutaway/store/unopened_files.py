"""Files of unopened runs that were found at the same time: they are looked at together, outside the interpreter's
lock."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from cutaway.events import core
from cutaway.store.runs import Unopened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class UnopenedFiles:
    """Those of some runs, loaded together or one group after the other. One thread looks at them."""

    #: Bytes, as a file that is looked at has them: they do not grow, since the run of a file that does is opened.
    size = 0

    def __init__(self, runs: Sequence[tuple[str, Unopened]]) -> None:
        """``runs`` with their names."""
        #: FILE[n] of those that were loaded together, and of each the path and the name of its run.
        self._groups: list[tuple[NDArray[np.void], list[bytes], list[str]]] = []
        for files, group in groupby(runs, key=lambda each: each[1].file.files):
            of_files = list(group)
            numbers = [run.file.number for _, run in of_files]
            table = files.table if len(numbers) == len(files.table) else files.table[numbers]
            self._groups.append((table, [os.fsencode(run.path) for _, run in of_files], [name for name, _ in of_files]))
        #: Whether the next look at them need not be taken: they were opened since the last one.
        self._is_looked_at = True

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(names) for _, _, names in self._groups)

    def keep(self, is_unopened: Callable[[str], bool]) -> bool:
        """Forget those that were loaded together where every run was opened; whether any are left."""
        self._groups = [group for group in self._groups if any(map(is_unopened, group[-1]))]
        return bool(self._groups)

    def changed(self, note_progress: Callable[[], None]) -> Iterator[str]:
        """The runs whose file is not what was read, or gone; of those that were opened too."""
        if self._is_looked_at:
            self._is_looked_at = False
            return
        for table, paths, names in self._groups:
            for place in core.changed_files(paths, table):
                yield names[place]
            note_progress()
