"""The costs of a trace by kind of operation, over all layers."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cutaway.model.costs.flops import element_operations, macs
from cutaway.model.costs.op_table import base_name
from cutaway.model.costs.traffic import bytes_moved
from cutaway.model.trace import Trace
from cutaway.model.values_text import si


@dataclass(slots=True)
class OperatorCosts:
    """All runs of one kind of operation: its overloads together, in place or not.

    `count`, `macs`, `element_operations` and `bytes_moved` are those of the forward; what checkpointing computes again
    is in the numbers of the backward. `uncounted` runs have no formula, or sizes that are not known.
    """

    name: str
    count: int = 0
    macs: int = 0
    element_operations: int = 0
    bytes_moved: int = 0
    backward_count: int = 0
    backward_macs: int = 0
    uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Operators:
    """The kinds of operations of a model, those with the most MACs first."""

    costs: tuple[OperatorCosts, ...]

    def __iter__(self) -> Iterator[OperatorCosts]:
        return iter(self.costs)

    def __len__(self) -> int:
        return len(self.costs)

    def __getitem__(self, name: str) -> OperatorCosts:
        """The costs of a kind by its name, as ``aten.convolution``; KeyError names those that there are."""
        for each in self.costs:
            if each.name == name:
                return each
        raise KeyError(f"{name!r} did not run; there are {', '.join(each.name for each in self.costs)}")

    def to_dict(self) -> list[dict[str, Any]]:
        """Plain JSON values, one record for each kind."""
        return [asdict(each) for each in self.costs]

    def __str__(self) -> str:
        headings = ("Operation", "Runs", "MACs", "Element ops", "Moved", "Backward runs", "Backward MACs")
        lines = [headings, *(_cells(each) for each in self.costs)]
        widths = [max(len(line[idx]) for line in lines) for idx in range(len(headings))]
        return "\n".join(_line(line, widths) for line in lines)


def by_operator(trace: Trace) -> Operators:
    """The costs of all recorded operations but those of an optimizer."""
    found: dict[str, OperatorCosts] = {}
    for op in trace.ops:
        if op.phase == "optimizer":
            continue
        name = base_name(op.name)
        costs = found.setdefault(name, OperatorCosts(name))
        count = macs(op)
        if count is None:
            costs.uncounted += op.times
        if op.phase == "forward":
            costs.count += op.times
            costs.macs += count or 0
            costs.element_operations += element_operations(op)
            costs.bytes_moved += bytes_moved(op)
        else:
            costs.backward_count += op.times
            costs.backward_macs += count or 0
    ranked = sorted(found.values(), key=lambda each: (-each.macs - each.backward_macs, -each.bytes_moved, each.name))
    return Operators(tuple(ranked))


def _cells(costs: OperatorCosts) -> tuple[str, ...]:
    bound = "≥ " if costs.uncounted else ""
    numbers = (costs.element_operations, costs.backward_count, costs.backward_macs)
    elements, runs, backward = (f"{number:,}" if number else "–" for number in numbers)
    return (
        costs.name,
        f"{costs.count:,}" if costs.count else "–",
        f"{bound}{costs.macs:,}" if costs.macs or bound else "–",
        elements,
        si(costs.bytes_moved, "B") if costs.bytes_moved else "–",
        runs,
        backward,
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    numbers = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join((cells[0].ljust(widths[0]), *numbers)).rstrip()
