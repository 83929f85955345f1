"""Costs and shapes as formulas in sizes that are given as letters, such as ``("B", 3, 224, 224)``.

The model is captured at three sizes of each letter, at every combination of them. Through each number that is found
there goes one polynomial of at most the second power of each letter, which every product, convolution and attention is
within. It is kept only where it says what a further capture, at a fourth size of every letter, finds: a
number that follows no polynomial (a peak that moves from layer to layer, a size that is rounded) has no formula.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from cutaway.model.counted import Formulas
from cutaway.model.polynomial import Polynomial, fit
from cutaway.model.records import Value
from cutaway.model.result import ForwardError, ModelSummary
from cutaway.model.rows import Row
from cutaway.model.values_text import shape_text

#: The size that a letter has when nothing else is said.
USUAL_SIZE = 8
MOST_LETTERS = 3
#: Multiples of a size at which the model is captured, the last one to verify; and those for a size that is the largest.
_MULTIPLES = ((4, 8, 12, 16), (4, 2, 1, 3))

#: Numbers that have formulas: of the model as a whole, and of a row.
TOTALS = ("parameters", "macs", "backward_macs", "element_operations", "saved_bytes")
ROWS = ("macs", "backward_macs", "element_operations", "saved_bytes", "output_bytes", "peak_bytes", "bytes_moved")


def with_formulas(
    capture: Callable[[Mapping[str, int]], ModelSummary], letters: Sequence[str], sizes: Mapping[str, int] | None
) -> ModelSummary:
    """The summary at `sizes` with the formulas of its totals and rows.

    `capture` makes the summary at given sizes. Raises ForwardError where the forward fails at those asked for, and
    ValueError for bad sizes and where it fails at too many others.
    """
    chosen = _chosen(letters, sizes)
    found: dict[tuple[int, ...], ModelSummary] = {}

    def at(values: tuple[int, ...]) -> ModelSummary:
        if values not in found:
            found[values] = capture(dict(zip(letters, values, strict=True)))
        return found[values]

    result = at(tuple(chosen.values()))
    failed: ForwardError | None = None
    for multiples in _MULTIPLES:
        points = [[size * multiple // 4 for multiple in multiples] for size in chosen.values()]
        if any(len({0, *point}) <= len(multiples) for point in points):
            continue
        try:
            grid = {values: at(values) for values in product(*(point[:3] for point in points))}
            check = tuple(point[3] for point in points)
            last = at(check)
        except ForwardError as error:
            failed = failed or error
            continue
        return _attached(result, _Fits(letters, [point[:3] for point in points], grid, (check, last)), chosen)
    assert failed is not None
    raise ValueError(f"formulas need other sizes beside {_text(chosen)}, and with those {failed}") from failed


class _Fits:
    """Fits any number that can be read from each of the captures."""

    def __init__(
        self,
        letters: Sequence[str],
        points: list[list[int]],
        grid: dict[tuple[int, ...], ModelSummary],
        check: tuple[tuple[int, ...], ModelSummary],
    ) -> None:
        self.letters, self.points = tuple(letters), points
        self.grid, self.check = grid, check
        self._known: dict[tuple[int | None, ...], Polynomial | None] = {}
        self.rows = {values: {row.key: row for row in found.rows} for values, found in (*grid.items(), check)}

    def total(self, read: Callable[[ModelSummary], int | None]) -> Polynomial | None:
        return self._fit({values: read(found) for values, found in self.grid.items()}, read(self.check[1]))

    def row(self, key: str, read: Callable[[Row], int | None]) -> Polynomial | None:
        rows = {values: self.rows[values].get(key) for values in self.rows}
        numbers = {values: None if row is None else read(row) for values, row in rows.items()}
        expected = numbers.pop(self.check[0])
        return self._fit(numbers, expected)

    def _fit(self, numbers: dict[tuple[int, ...], int | None], expected: int | None) -> Polynomial | None:
        # Blocks that are alike have the same numbers.
        key = (*numbers.values(), expected)
        if key not in self._known:
            self._known[key] = self._fresh(numbers, expected)
        return self._known[key]

    def _fresh(self, numbers: dict[tuple[int, ...], int | None], expected: int | None) -> Polynomial | None:
        known = {values: number for values, number in numbers.items() if number is not None}
        if len(known) < len(numbers) or expected is None:
            return None
        found = fit(self.letters, self.points, known)
        return found if found(**dict(zip(self.letters, self.check[0], strict=True))) == expected else None


def _attached(result: ModelSummary, fits: _Fits, chosen: dict[str, int]) -> ModelSummary:
    def total(name: str) -> Callable[[ModelSummary], int | None]:
        return lambda found: getattr(found.totals, name)

    totals = {name: fits.total(total(name)) for name in TOTALS}
    totals["peak_bytes"] = fits.total(lambda found: None if found.memory is None else found.memory.peak)
    captured = [dict(zip(fits.letters, values, strict=True)) for values in fits.grid]
    check = dict(zip(fits.letters, fits.check[0], strict=True))
    result.formulas = Formulas(chosen, tuple(captured), check, totals)
    result.rows = tuple(_row(row, fits) for row in result.rows)
    return result


def _row(row: Row, fits: _Fits) -> Row:
    def number(name: str) -> Callable[[Row], int | None]:
        return lambda found: getattr(found, name)

    formulas = {name: fits.row(row.key, number(name)) for name in ROWS}
    symbolic = None if row.outputs is None else _symbolic(row, fits)
    return replace(row, formulas={name: each for name, each in formulas.items() if each is not None}, symbolic=symbolic)


def _symbolic(row: Row, fits: _Fits) -> str:
    """The shapes of the outputs with letters; ? for a size that is not a polynomial."""
    assert row.outputs is not None
    tensors = list(row.outputs.tensors())
    texts = []
    for idx, tensor in enumerate(tensors):
        sizes = []
        for axis, size in enumerate(tensor.shape):
            found = None if size < 0 else fits.row(row.key, _size(idx, axis))
            text = "?" if found is None else found.text(short=False).replace(",", "")
            sizes.append(f"({text})" if " " in text or "·" in text else text)
        texts.append("×".join(sizes) if sizes else "()")
    waiting = iter(texts)
    return shape_text(row.outputs, lambda _: next(waiting))


def _size(idx: int, axis: int) -> Callable[[Row], int | None]:
    def read(row: Row) -> int | None:
        tensors = _tensors(row.outputs)
        if idx >= len(tensors) or axis >= len(tensors[idx].shape):
            return None
        return int(tensors[idx].shape[axis])

    return read


def _tensors(value: Value | None) -> list[Any]:
    return [] if value is None else list(value.tensors())


def _chosen(letters: Sequence[str], sizes: Mapping[str, int] | None) -> dict[str, int]:
    if len(letters) > MOST_LETTERS:
        raise ValueError(f"input_size has the letters {', '.join(letters)}; at most {MOST_LETTERS} are expected")
    unknown = [name for name in sizes or () if name not in letters]
    if unknown:
        raise ValueError(f"sizes has {unknown[0]!r}, which input_size does not have")
    chosen = {letter: (sizes or {}).get(letter, USUAL_SIZE) for letter in letters}
    for letter, size in chosen.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"sizes has {size!r} for {letter}; a whole number from 1 is expected")
    return chosen


def _text(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{letter}={size}" for letter, size in sizes.items())
