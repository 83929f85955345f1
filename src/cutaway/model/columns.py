"""The columns that a table of rows can have: what each shows, and how a cell reads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cutaway.model.layer_settings import groups, kernel_size, stride
from cutaway.model.rates import bound, bytes_per_second, flops_per_second, macs_formula, most_of, saved_formula
from cutaway.model.rows import Row
from cutaway.model.values_text import dtype_text, shape_text, si, time_text

Cell = int | float | str | None
Kind = Literal["text", "count", "bytes", "time", "rate", "bar"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `read` gives a row's cell.

    Of folded rows, numbers are added up and texts are the first one's, unless `together` says something else.
    """

    name: str
    heading: str
    kind: Kind
    read: Callable[[Row], Cell]
    together: Callable[[Sequence[Row]], Cell] | None = None
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether cells can be added up and compared."""
        return self.kind not in ("text", "bar")

    @property
    def adds_up(self) -> bool:
        """Whether a row's number is the sum of those in it and of its own."""
        return self.is_number and self.together is None

    def over(self, rows: Sequence[Row]) -> Cell:
        """The cell of several rows in one line."""
        if self.together is not None:
            return self.together(rows)
        if not self.is_number:
            return self.read(rows[0])
        numbers = [number for number in map(self.read, rows) if isinstance(number, int)]
        return sum(numbers) if numbers else None

    def text(self, cell: Cell, *, short: bool = False) -> str:
        """How a cell reads: whole numbers in full or, `short`, with a prefix; bytes always with one."""
        if cell is None or cell == "":
            return "–" if self.is_number else ""
        if self.kind == "bytes":
            return si(int(cell), "B") if cell else "–"
        if self.kind == "time":
            return time_text(int(cell))
        if self.kind == "rate":
            return si(float(cell), self.unit) if cell else "–"
        if self.kind == "count":
            return "–" if not cell else si(int(cell)) if short else f"{int(cell):,}"
        return str(cell)


def _one(together: Callable[[Sequence[Row]], Cell]) -> Callable[[Row], Cell]:
    return lambda row: together((row,))


def _outputs(row: Row) -> str:
    if row.call is None:
        return ""
    return row.symbolic if row.symbolic is not None else shape_text(row.outputs)


def _columns(columns: Iterable[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


COLUMNS = _columns(
    (
        Column("inputs", "Input", "text", lambda row: shape_text(row.inputs) if row.inputs is not None else ""),
        Column("outputs", "Output", "text", _outputs),
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
        Column("peak_bytes", "Peak", "bytes", lambda row: row.peak_bytes, most_of),
        Column("macs_formula", "MACs as formula", "text", _one(macs_formula), macs_formula),
        Column("saved_formula", "Saved as formula", "text", _one(saved_formula), saved_formula),
        Column("bytes_moved", "Moved", "bytes", lambda row: row.bytes_moved),
        Column("time", "Time", "time", lambda row: row.nanoseconds),
        Column("own_time", "Own time", "time", lambda row: row.own_nanoseconds),
        Column("flops_per_second", "FLOP/s", "rate", _one(flops_per_second), flops_per_second, "FLOP/s"),
        Column("bytes_per_second", "B/s", "rate", _one(bytes_per_second), bytes_per_second, "B/s"),
        Column("bound", "Bound by", "text", _one(bound), bound),
        Column("kernel_size", "Kernel", "text", kernel_size),
        Column("stride", "Stride", "text", stride),
        Column("groups", "Groups", "text", groups),
        Column("config", "Configuration", "text", lambda row: row.config),
        # A bar: its text is made from the cost that is chosen.
        Column("share", "Share", "bar", lambda row: None),
    )
)

DEFAULT_COLUMNS = ("outputs", "parameters", "macs", "saved_bytes", "share")
#: With times.
TIMED_COLUMNS = ("outputs", "macs", "time", "own_time", "flops_per_second", "bytes_per_second", "bound", "share")
#: Without a forward.
MODULES_COLUMNS = ("parameters", "trainable", "parameter_bytes", "share")
#: The default for a file of tensors.
FILE_COLUMNS = ("parameters", "parameter_bytes", "share")

#: Columns that a share can be of, and that rows can be sorted by.
COSTS = tuple(name for name, column in COLUMNS.items() if column.adds_up or name == "peak_bytes")
#: Columns that the backward is recorded for.
NEED_BACKWARD = ("backward_macs", "backward_flops")
