"""Answers about the values of one tag over its steps: which rows are sent, and which of them cannot be read."""

from typing import Any

import numpy as np

from cutaway.events.wire import MalformedError
from cutaway.server.queries import number, problem_of
from cutaway.server.routing import Asked
from cutaway.store.values import RecordedValues

#: More values of one tag are thinned out evenly, the first and the last among them.
MOST = 2000
USUAL = 500
#: Damaged values that an answer names; further ones are counted.
MOST_DAMAGED = 20
#: The parameters that say which rows are asked for.
PARAMETERS = ("most", "from")


def rows_asked(asked: Asked, values: RecordedValues) -> list[int]:
    """The rows to send: those from ``from`` on, at most ``most`` of them. Fails with 400."""
    most = number(asked, "most", 2, MOST, str(USUAL))
    first = number(asked, "from", 0, 2**53, "0")
    count = len(values) - first
    chosen = first + np.unique(np.linspace(0, count - 1, max(0, min(most, count))).round())
    return [int(row) for row in chosen.tolist()]


class Damaged:
    """The rows that cannot be read."""

    def __init__(self, values: RecordedValues) -> None:
        self._step = values.step
        self._named: list[dict[str, Any]] = []
        self._count = 0

    def add(self, row: int, error: MalformedError | OSError) -> None:
        """Note a row, and why it cannot be read."""
        self.add_problem(row, problem_of(error))

    def add_problem(self, row: int, problem: str) -> None:
        """Note a row that is not read, and why."""
        self._count += 1
        if len(self._named) < MOST_DAMAGED:
            self._named.append({"row": row, "step": int(self._step[row]), "problem": problem})

    def header(self) -> dict[str, Any]:
        """The members of an answer's header that tell of them."""
        return {"damaged": self._named, "damaged_count": self._count}
