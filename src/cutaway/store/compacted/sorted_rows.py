"""Writing Parquet rows that are sorted by series, in row groups that suit their readers."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cutaway.store.compacted.layout import writer_options


class SortedRows:
    """One Parquet file that is being written. A row group has up to so many rows, and those of one tag are not mixed
    with others once they fill half of one: so the rows of a tag are read with few others."""

    def __init__(self, path: Path, schema: Any, most: int) -> None:
        from pyarrow import parquet

        self._schema, self._most = schema, most
        self._writer = parquet.ParquetWriter(path, schema, **writer_options(schema))
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, columns: dict[str, Any]) -> None:
        """Add rows: arrays by the names of the schema."""
        import pyarrow as pa

        table = pa.table([columns[name] for name in self._schema.names], schema=self._schema)
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows >= self._most:
            self._write(self._rows - self._rows % self._most)

    def end_tag(self) -> None:
        """The rows that follow are of another tag."""
        if self._rows >= self._most // 2:
            self._write(self._rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._rows:
            self._write(self._rows)
        self._writer.close()

    def _write(self, rows: int) -> None:
        import pyarrow as pa

        table = pa.concat_tables(self._waiting)
        # Whatever they were added in, each group is one piece: the same rows are the same bytes.
        self._writer.write_table(table.slice(0, rows).combine_chunks(), row_group_size=self._most)
        self._waiting, self._rows = [table.slice(rows)], self._rows - rows
