"""At which steps data other than scalars was recorded: of each kind, over all of its tags and some runs."""

from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cutaway.store.log_directory import LogDirectory

#: Of one kind so many steps are told; of more, one for each of so many equal parts of their range.
MOST_STEPS = 2000

_NO_STEPS = np.empty(0, np.int64)


class KindSteps(NamedTuple):
    """The steps of one kind of data."""

    kind: str
    #: How many different ones there are.
    number: int
    #: int64[n], rising; the first and the last among them.
    steps: NDArray[np.int64]


class RecordedSteps:
    """The steps in a log directory. Any thread may ask; what did not change is not looked at again."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._lock = Lock()
        #: By the ids of the runs, then by kind: the kind's revision in that run, and its steps, rising.
        self._known: dict[str, dict[str, tuple[int, NDArray[np.int64]]]] = {}

    def of(self, run_ids: Iterable[str]) -> tuple[int, list[KindSteps]]:
        """The revision, and the steps of each kind that lies on steps and that one of the runs has, by their names.

        Raises KeyError with the id of a run that is unknown.
        """
        with self._lock:
            known = {run: {kind: at for kind, (at, _) in kinds.items()} for run, kinds in self._known.items()}
            revision, found = self._log.steps(run_ids, known)
            together: dict[str, list[NDArray[np.int64]]] = {}
            for run, kinds in found.items():
                before = self._known.get(run, {})
                self._known[run] = {
                    kind: before[kind] if parts is None else (at, _union(parts)) for kind, (at, parts) in kinds.items()
                }
                for kind, (_, steps) in self._known[run].items():
                    together.setdefault(kind, []).append(steps)
        return revision, [_told(kind, _union(together[kind])) for kind in sorted(together)]


def _union(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All steps of some arrays, rising, each once. Tags that are recorded together have the same ones."""
    last = _NO_STEPS
    different = []
    for part in parts:
        if len(part) != len(last) or not np.array_equal(part, last):
            different.append(part)
            last = part
    return np.unique(np.concatenate(different)) if different else _NO_STEPS


def _told(kind: str, steps: NDArray[np.int64]) -> KindSteps:
    if len(steps) <= MOST_STEPS:
        return KindSteps(kind, len(steps), steps)
    # As floats: the range of int64 is larger than an int64.
    along = (steps.astype(np.float64) - float(steps[0])) / max(1.0, float(steps[-1]) - float(steps[0]))
    _, first = np.unique(np.floor(along * (MOST_STEPS - 1)), return_index=True)
    return KindSteps(kind, len(steps), np.unique(np.append(steps[first], steps[-1])))
