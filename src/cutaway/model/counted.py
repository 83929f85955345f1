"""A capture that is counted: its rows, totals and memory, as every reading of it takes them.

Tables, pictures and files are made from this record, which knows none of them; see `cutaway.model.result`.
"""

from dataclasses import dataclass
from functools import cached_property

from cutaway.model.costs.memory import Memory, memory
from cutaway.model.noticed import Finding, noticed
from cutaway.model.operators import Operators, by_operator
from cutaway.model.polynomial import Polynomial
from cutaway.model.rows import Row, Totals, build_rows
from cutaway.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Formulas:
    """`sizes` are those that the plain numbers are of; `fitted` and `verified` those that were captured besides.

    `totals` has for the names of `Totals`, and for ``peak_bytes``, the polynomial, or None where there is none.
    """

    sizes: dict[str, int]
    fitted: tuple[dict[str, int], ...]
    verified: dict[str, int]
    totals: dict[str, Polynomial | None]


class Counted:
    """The rows and totals of a trace, with its memory and, where sizes were given as letters, its formulas."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        #: The memory of what was captured, None where that is not known.
        self.memory: Memory | None
        self.rows: tuple[Row, ...]
        self.totals: Totals
        self.memory = memory(trace)
        #: In the letters of the inputs' sizes; None where there are none.
        self.formulas: Formulas | None = None
        self.rows, self.totals = build_rows(trace, self.memory)

    def by_operator(self) -> Operators:
        """MACs, bytes and counts by kind of operation, those with the most MACs first; `str()` of it is a table."""
        return by_operator(self.trace)

    @cached_property
    def noticed(self) -> tuple[Finding, ...]:
        """What is unusual about the model, and often a mistake."""
        return noticed(self.trace, self.rows)
