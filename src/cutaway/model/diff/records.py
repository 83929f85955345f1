"""The differences of two models or checkpoints, as plain data that knows no way to show itself."""

from dataclasses import dataclass
from typing import Literal

from cutaway.model.columns import Cell
from cutaway.model.counted import Counted
from cutaway.model.records import Shape
from cutaway.model.trace import Trace

Status = Literal["same", "changed", "added", "removed", "moved"]


@dataclass(frozen=True, slots=True)
class RowDiff:
    """A layer of one model, of the other or of both.

    `before` and `after` are indices of rows in the two summaries, None where there is none. `changes` has for each
    column that differs what it was and is; ``type`` is one of them. A layer that ``moved`` has another path, and may
    have changed too.
    """

    status: Status
    path: str
    before: int | None
    after: int | None
    changes: dict[str, tuple[Cell, Cell]]


@dataclass(frozen=True, slots=True)
class LayerDifferences:
    """The rows of both models in the order of the second, with what is only in the first where it stood.

    Its truth value says whether there is any difference.
    """

    before: Counted
    after: Counted
    rows: tuple[RowDiff, ...]
    totals: dict[str, tuple[int | None, int | None]]

    def __bool__(self) -> bool:
        return any(row.status != "same" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Renaming:
    """`names` pairs of tensors that are likely the same: in each the segments `old` of the name became `new`.

    A star stands for a number that is the same on both sides.
    """

    old: str
    new: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TensorDifferences:
    """Names of tensors on both sides, `before` and `after`.

    `matched`: the same name and shape; `wrong_shape`: the same name, by which it is known after, with both shapes;
    `other_dtype` likewise.
    `missing` are only in `after`, `unexpected` only in `before`, both without those that were likely renamed. When a
    model is given second, these are PyTorch's words for loading the first into it. Its truth value says whether there
    is any difference in names or shapes.
    """

    before: Trace
    after: Trace
    matched: tuple[str, ...]
    wrong_shape: dict[str, tuple[Shape, Shape]]
    other_dtype: dict[str, tuple[str, str]]
    renamed: tuple[Renaming, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.wrong_shape or self.renamed or self.missing or self.unexpected)
