"""What is said on stderr of the first bad layer: once, however many ranks have found it.

Where ranks watch together each looks at its own part, and mostly all find a failure. Rank 0 says it at once. Another
rank waits until rank 0 has ended the step, and says it where that has found nothing. A rank that only knows that a
gradient came from elsewhere waits longer. Ranks ask the store that they have met in, so that none waits for another.
"""

import sys
from typing import Any

from cutaway.events.first_bad import FirstBad
from cutaway.record.watch.report import report

#: Ends of steps that others, and those who know little, wait for: that of the failure is the first.
_OTHERS, _VAGUE = 2, 4


class Voice:
    """Says what was found first, on this rank or on another. All ranks have ``store`` and ``key`` in common."""

    def __init__(self, rank: int = 0, store: Any = None, key: str = "") -> None:
        self._rank, self._store, self._key = rank, store, key
        self._failures = 0
        #: What waits to be said, the number of its failure, and the ends of steps until then.
        self._waiting: tuple[str, int, int] | None = None

    def say(self, found: FirstBad) -> None:
        """Say it, or have it said by another rank."""
        self._failures += 1
        text = report(found)
        if self._rank:
            text += f"\n  {'rank':<13}  {self._rank}"
        patience = _OTHERS if self._rank else 0
        if self._store is not None and found.phase == "after the backward":
            patience += _VAGUE
        self._waiting = text, self._failures, patience
        if not patience:
            self.close()

    def step_done(self) -> None:
        """A step has ended on this rank."""
        if self._waiting is None:
            return
        text, number, patience = self._waiting
        self._waiting = text, number, patience - 1
        if patience <= 1:
            self.close()

    def close(self) -> None:
        """Say what waits, unless another rank has."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._is_first(waiting[1]):
            print(waiting[0], file=sys.stderr)

    def _is_first(self, failure: int) -> bool:
        if self._store is None:
            return True
        try:
            return bool(self._store.add(f"{self._key}/said/{failure}", 1) == 1)
        except RuntimeError:
            # The process that keeps the store has ended.
            return True
