"""The columns that a table of rows can have: what each shows, and how a cell reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from cutaway.model.rows import Row
from cutaway.model.values_text import dtype_text, shape_text, si

Cell = int | str | None
Kind = Literal["text", "count", "bytes", "bar"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` gives a row's cell; numbers of folded rows are added up, texts are the first one's.

    `is_most`: a row's number is the largest of those in it, not their sum.
    """

    name: str
    heading: str
    kind: Kind
    read: Callable[[Row], Cell]
    is_most: bool = False

    @property
    def is_number(self) -> bool:
        """Whether cells can be added up and compared."""
        return self.kind in ("count", "bytes")

    def text(self, cell: Cell, *, short: bool = False) -> str:
        """How a cell reads: whole numbers in full or, `short`, with a prefix; bytes always with one."""
        if cell is None or cell == "":
            return "–" if self.is_number else ""
        if self.kind == "bytes":
            return si(int(cell), "B") if cell else "–"
        if self.kind == "count":
            return "–" if not cell else si(int(cell)) if short else f"{int(cell):,}"
        return str(cell)


def _columns(columns: Iterable[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


COLUMNS = _columns(
    (
        Column("inputs", "Input", "text", lambda row: shape_text(row.inputs) if row.inputs is not None else ""),
        Column("outputs", "Output", "text", lambda row: shape_text(row.outputs) if row.call is not None else ""),
        Column("dtype", "Dtype", "text", lambda row: dtype_text(row.outputs)),
        Column("parameters", "Parameters", "count", lambda row: row.parameters),
        Column("trainable", "Trainable", "text", lambda row: row.trainable),
        Column("parameter_bytes", "Param size", "bytes", lambda row: row.parameter_bytes),
        Column("buffers", "Buffers", "count", lambda row: row.buffers),
        Column("buffer_bytes", "Buffer size", "bytes", lambda row: row.buffer_bytes),
        Column("macs", "MACs", "count", lambda row: row.macs),
        Column("flops", "FLOPs", "count", lambda row: row.flops),
        Column("backward_macs", "Backward MACs", "count", lambda row: row.backward_macs),
        Column("backward_flops", "Backward FLOPs", "count", lambda row: row.backward_flops),
        Column("element_operations", "Element ops", "count", lambda row: row.element_operations),
        Column("output_bytes", "Output size", "bytes", lambda row: row.output_bytes),
        Column("saved_bytes", "Saved", "bytes", lambda row: row.saved_bytes),
        Column("peak_bytes", "Peak", "bytes", lambda row: row.peak_bytes, is_most=True),
        Column("config", "Configuration", "text", lambda row: row.config),
        # A bar: its text is made from the cost that is chosen.
        Column("share", "Share", "bar", lambda row: None),
    )
)

DEFAULT_COLUMNS = ("outputs", "parameters", "macs", "saved_bytes", "share")
#: Without a forward.
MODULES_COLUMNS = ("parameters", "trainable", "parameter_bytes", "share")
#: Of a file.
FILE_COLUMNS = ("parameters", "parameter_bytes", "share")

#: What a share can be of, and what rows can be sorted by.
COSTS = tuple(name for name, column in COLUMNS.items() if column.is_number)
#: Columns that the backward is recorded for.
NEED_BACKWARD = ("backward_macs", "backward_flops")
