"""One kind of a watch of one run, over all of its files and layouts, at one moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.watch_layout import COLUMNS, COUNT, MAGNITUDE_BINS, WatchLayout
from cutaway.store.layers.contents import WatchContents
from cutaway.store.layers.row_order import united
from cutaway.store.layers.statistics import LayerColumns

#: Bytes of columns that are read at a time.
_CHUNK_BYTES = 8 << 20
#: Of more rows than these all rows are read.
_FEW_ROWS = 8


#: The tensors of a tag in a file, and which of them count, by their numbers: int64[n].
Chosen = tuple[WatchContents, NDArray[np.int64]]


@dataclass(frozen=True)
class Piece:
    """The values of one tag in one file that count: those that no later session has superseded."""

    contents: WatchContents
    #: int64[n]: their numbers there, in the order of the file.
    which: NDArray[np.int64]
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    #: int64[rows of the piece]: which rows of the whole they are.
    rows: NDArray[np.int64]

    def read(self, start: int, stop: int) -> LayerColumns:
        """Its values from one number to another, with the piece's own layout."""
        layout = self.contents.layout
        values = self.contents.read(self.which[start:stop])
        return LayerColumns(layout, self.step[start:stop], self.wall_time[start:stop], values)


class LayerSeries:
    """The columns of every row over the logging steps, which stay in the event files until they are asked for."""

    def __init__(self, prefix: str, kind: str, pieces: Sequence[Chosen], *, is_magnitudes: bool = False) -> None:
        """``pieces``: those of each tag and file, in the order of the files; one at least."""
        self.prefix = prefix
        self.kind = kind
        self.is_magnitudes = is_magnitudes
        self.layout, rows = united([contents.layout for contents, _ in pieces])
        self.pieces = [
            Piece(contents, which, contents.series.places.step[which], contents.series.places.wall_time[which], each)
            for (contents, which), each in zip(pieces, rows, strict=True)
        ]
        steps = np.concatenate([piece.step for piece in self.pieces])
        #: Of all values in the order of the pieces: which is first, second and so on by its step.
        self._order = np.argsort(steps, kind="stable")
        #: int64[n], ascending, and float64[n]: the logging steps, and seconds since the epoch.
        self.steps: NDArray[np.int64] = steps[self._order]
        self.wall_time: NDArray[np.float64] = np.concatenate([piece.wall_time for piece in self.pieces])[self._order]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def damaged(self) -> int:
        """How many values are not as their layout says."""
        return sum(int((piece.contents.starts[piece.which] < 0).sum()) for piece in self.pieces)

    def columns(self, start: int = 0, stop: int | None = None) -> LayerColumns:
        """The columns of every row at the logging steps ``start`` to ``stop`` (by their numbers, as in a slice).

        They take 32 bytes a row and step: :meth:`chunks` goes through a long training with little memory.
        """
        chosen = self._order[start:stop]
        rows = len(self.layout.rows)
        names = self.layout.columns
        values = np.full((len(chosen), rows, len(names)), np.nan, np.float32)
        for piece, which, targets in self._by_piece(chosen):
            read = piece.contents.read(piece.which[which])
            values[targets[:, None], piece.rows[None, :]] = _known_columns(piece.contents.layout, read, names)
        return LayerColumns(self.layout, self.steps[start:stop], self.wall_time[start:stop], values)

    def chunks(self) -> Iterator[LayerColumns]:
        """All columns in the order of the steps, some logging steps at a time."""
        size = 4 * len(self.layout.columns) * max(1, len(self.layout.rows))
        count = max(1, _CHUNK_BYTES // size)
        for start in range(0, len(self), count):
            yield self.columns(start, start + count)

    def of_rows(self, rows: Sequence[int], start: int = 0, stop: int | None = None) -> LayerColumns:
        """The columns of some rows, with the layout of those alone."""
        layout = _only(self.layout, rows)
        if len(rows) > _FEW_ROWS:
            every = self.columns(start, stop)
            return replace(every, layout=layout, values=every.values[:, rows])
        chosen = self._order[start:stop]
        names = self.layout.columns
        values = np.full((len(chosen), len(rows), len(names)), np.nan, np.float32)
        for number, row in enumerate(rows):
            for piece, own, which, targets in self._with_row(chosen, row):
                read = piece.contents.read_row(piece.which[which], own)
                known = _known_columns(_only(piece.contents.layout, [own]), read[:, None], names)
                values[targets, number] = known[:, 0]
        return LayerColumns(layout, self.steps[start:stop], self.wall_time[start:stop], values)

    def magnitudes(self, row: int, start: int = 0, stop: int | None = None) -> NDArray[np.uint16]:
        """uint16[n, MAGNITUDE_BINS] of one row, for series of magnitudes; zeros where it was not measured."""
        chosen = self._order[start:stop]
        counts = np.zeros((len(chosen), MAGNITUDE_BINS), np.uint16)
        for piece, own, which, targets in self._with_row(chosen, row):
            counts[targets] = piece.contents.read_row(piece.which[which], own)
        return counts

    def all_magnitudes(self, start: int = 0, stop: int | None = None) -> NDArray[np.uint16]:
        """uint16[n, rows, MAGNITUDE_BINS], for series of magnitudes; zeros where a row was not measured."""
        chosen = self._order[start:stop]
        counts = np.zeros((len(chosen), len(self.layout.rows), MAGNITUDE_BINS), np.uint16)
        for piece, which, targets in self._by_piece(chosen):
            counts[targets[:, None], piece.rows[None, :]] = piece.contents.read(piece.which[which])
        return counts

    def _with_row(
        self, chosen: NDArray[np.int64], row: int
    ) -> Iterator[tuple[Piece, int, NDArray[np.int64], NDArray[np.int64]]]:
        """As `_by_piece`, of the pieces that have a row, with its number there."""
        for piece, which, targets in self._by_piece(chosen):
            own = np.flatnonzero(piece.rows == row)
            if len(own):
                yield piece, int(own[0]), which, targets

    def _by_piece(self, chosen: NDArray[np.int64]) -> Iterator[tuple[Piece, NDArray[np.int64], NDArray[np.int64]]]:
        """Of some values, by their places in all pieces: each piece, which of its values, and where those stand."""
        begin = 0
        for piece in self.pieces:
            targets = np.flatnonzero((chosen >= begin) & (chosen < begin + len(piece.step)))
            if len(targets):
                yield piece, chosen[targets] - begin, targets
            begin += len(piece.step)


def _only(layout: WatchLayout, rows: Sequence[int]) -> WatchLayout:
    """The layout of some rows."""
    names = ("rows", "classes", "numel", "sampled", "dtypes")
    some: dict[str, Any] = {name: tuple(getattr(layout, name)[row] for row in rows) for name in names}
    return replace(layout, **some)


def _known_columns(layout: WatchLayout, values: NDArray[Any], names: Sequence[str]) -> NDArray[Any]:
    """[n, rows, columns] in the columns of the whole: without those that nobody knows, with counts where they lack."""
    known = values[..., : len(COLUMNS)]
    if COUNT not in names:
        return known
    if COUNT in layout.columns:
        place = layout.columns.index(COUNT)
        return np.concatenate([known, values[..., place : place + 1]], axis=-1)
    counts = LayerColumns(layout, np.empty(0, np.int64), np.empty(0), values).measured()
    return np.concatenate([known, counts[..., None].astype(np.float32)], axis=-1)
