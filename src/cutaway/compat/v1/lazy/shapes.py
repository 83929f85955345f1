"""Shapes of tensors, as far as they are known before the graph is run, and those of operations' results."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np


class Shape:
    """The sizes of a tensor: None for a size that is not known, and ``dims`` None where even their number is not."""

    def __init__(self, dims: Iterable[int | None] | None) -> None:
        self.dims = None if dims is None else tuple(dims)

    @property
    def ndims(self) -> int | None:
        """The number of dimensions, None when it is not known."""
        return None if self.dims is None else len(self.dims)

    rank = ndims

    def as_list(self) -> list[int | None]:
        """The sizes. Raises ValueError when their number is not known."""
        return list(self._sizes())

    def is_fully_defined(self) -> bool:
        """Whether all sizes are known."""
        return self.dims is not None and None not in self.dims

    def takes(self, sizes: Sequence[int | None] | None) -> bool:
        """Whether a tensor of these sizes may have this shape."""
        if self.dims is None or sizes is None or self.dims == sizes:
            return True
        return len(self.dims) == len(sizes) and all(
            mine is None or size is None or mine == size for mine, size in zip(self.dims, sizes, strict=True)
        )

    def message(self) -> dict[str, Any]:
        """The shape as a TensorShapeProto."""
        if self.dims is None:
            return {"unknown_rank": True}
        return {"dim": [{"size": -1 if size is None else size} for size in self.dims]}

    def _sizes(self) -> tuple[int | None, ...]:
        if self.dims is None:
            raise ValueError("the shape must have a known number of dimensions, got <unknown>")
        return self.dims

    def __iter__(self) -> Iterator[int | None]:
        return iter(self._sizes())

    def __len__(self) -> int:
        return len(self._sizes())

    def __getitem__(self, place: int) -> int | None:
        return self._sizes()[place]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Shape):
            return self.dims == other.dims
        return isinstance(other, list | tuple) and self.dims == tuple(other)

    def __hash__(self) -> int:
        return hash(self.dims)

    def __str__(self) -> str:
        return "<unknown>" if self.dims is None else str(self.dims)

    def __repr__(self) -> str:
        return f"TensorShape({None if self.dims is None else list(self.dims)})"


UNKNOWN = Shape(None)
SCALAR = Shape(())


def as_shape(value: Any) -> Shape:
    """A shape from one, sizes in a list, or None. Raises TypeError or ValueError for another value."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Shape):
        return value
    sizes = [value] if isinstance(value, int | np.integer) else value
    if not isinstance(sizes, list | tuple | np.ndarray):
        raise TypeError(f"shape must be a list of sizes, got {value!r} ({type(value).__name__})")
    known = []
    for size in sizes:
        if size is not None and (isinstance(size, bool) or not isinstance(size, int | np.integer)):
            raise TypeError(f"shape must be sizes or None, got {value!r}")
        if size is not None and size < 0:
            raise ValueError(f"shape must not have negative sizes, got {value!r}")
        known.append(None if size is None else int(size))
    return Shape(known)


def broadcast(name: str, left: Shape, right: Shape) -> Shape:
    """The shape of an operation on elements. Raises ValueError for shapes that do not fit."""
    if left.dims is None or right.dims is None:
        return UNKNOWN
    sizes: list[int | None] = []
    for one, two in zip_longest(reversed(left.dims), reversed(right.dims), fillvalue=1):
        if one is not None and two is not None and one != two and 1 not in (one, two):
            raise ValueError(f"the operands of {name} must have shapes that fit each other, got {left} and {right}")
        # A size that is not known may be 1, and is the other one then, unless that is 1.
        known = [size for size in (one, two) if size not in (None, 1)]
        sizes.append(known[0] if known else 1 if one == two == 1 else None)
    return Shape(reversed(sizes))


def product(name: str, left: Shape, right: Shape, transpose_left: bool, transpose_right: bool) -> Shape:
    """The shape of a product of matrices, or of stacks of them. Raises ValueError for shapes that do not fit."""
    if left.dims is None or right.dims is None:
        return UNKNOWN
    if len(left) < 2 or len(right) < 2:
        raise ValueError(f"the operands of {name} must be matrices, got shapes {left} and {right}")
    *outer, rows, inner = (*left.dims[:-2], left[-1], left[-2]) if transpose_left else left.dims
    *others, inner_too, columns = (*right.dims[:-2], right[-1], right[-2]) if transpose_right else right.dims
    if None not in (inner, inner_too) and inner != inner_too:
        raise ValueError(
            f"the operands of {name} must have equal inner sizes, got {inner} of {left} and {inner_too} of {right}"
        )
    return Shape((*broadcast(name, Shape(outer), Shape(others)), rows, columns))


def reduced(name: str, shape: Shape, axes: Any, keep: bool) -> Shape:
    """The shape without some dimensions, or with size 1 there; ``axes`` None: not known. Raises ValueError."""
    if shape.dims is None or axes is None:
        return Shape([None] * len(shape)) if keep and shape.dims is not None else UNKNOWN
    rank, chosen = len(shape), set()
    for axis in np.asarray(axes).reshape(-1).tolist():
        if not -rank <= axis < rank:
            raise ValueError(f"axis of {name} must be a dimension of shape {shape}, got {axis}")
        chosen.add(axis % rank)
    if keep:
        return Shape(1 if place in chosen else size for place, size in enumerate(shape))
    return Shape(size for place, size in enumerate(shape) if place not in chosen)


def reshaped(name: str, shape: Shape, sizes: Sequence[int] | None) -> Shape:
    """The new shape of a tensor; ``sizes`` None: not known. Raises ValueError for sizes that hold another number."""
    if sizes is None:
        return UNKNOWN
    if sum(size == -1 for size in sizes) > 1 or any(size < -1 for size in sizes):
        raise ValueError(f"shape of {name} must be sizes, at most one of them -1, got {list(sizes)}")
    if not shape.is_fully_defined():
        return Shape(None if size == -1 else size for size in sizes)
    elements = int(np.prod([size or 0 for size in shape], dtype=np.int64))
    others = int(np.prod([size for size in sizes if size != -1], dtype=np.int64))
    fits = elements == others if -1 not in sizes else others and elements % others == 0
    if not fits:
        raise ValueError(f"shape of {name} must hold the {elements} elements of shape {shape}, got {list(sizes)}")
    return Shape(elements // others if size == -1 else size for size in sizes)
