"""Tensors in this machine's memory, measured by the kernel where they lie; large ones by several threads."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.watch_layout import COLUMNS, MAGNITUDE_BINS
from cutaway.record.watch.tensors import TYPES, dense, is_measurable, local, on_host

#: How many elements of a weight are measured, and compared before and after the optimizer: at most 16 kB a tensor.
SAMPLE = 4096
#: So many elements are measured by several threads: one is at work on fewer for a millisecond at most.
_LARGE = 1 << 21
_PIECE = 1 << 19
_MOST_THREADS = 8


class Located(NamedTuple):
    """Tensors as the kernel takes them; of some lists only a part can be measured."""

    #: int64[n]: which of the list's tensors these are.
    places: NDArray[np.int64]
    addresses: NDArray[np.int64]
    counts: NDArray[np.int64]
    types: NDArray[np.uint8]
    #: Elements that are zero and not stored, by place: of sparse tensors.
    unstored: dict[int, int]
    #: What must live as long as the addresses are used.
    kept: Sequence[torch.Tensor | None]


class Expected:
    """What tensors of a list are as a rule, so that only where they are has to be asked."""

    def __init__(self, like: Sequence[torch.Tensor]) -> None:
        self.dtypes = [tensor.dtype for tensor in like]
        self.sizes = [tensor.numel() for tensor in like]
        self.is_known = all(tensor.dtype in TYPES and on_host(tensor) for tensor in like)
        self.places = np.arange(len(like))
        self.counts = np.array(self.sizes, np.int64)
        self.types = np.array([TYPES.get(dtype, 0) for dtype in self.dtypes], np.uint8)

    def locate(self, tensors: Sequence[torch.Tensor | None]) -> Located:
        """Where the tensors are."""
        if self.is_known:
            addresses: list[int] = []
            add = addresses.append
            try:
                for tensor, dtype, size in zip(tensors, self.dtypes, self.sizes, strict=True):
                    if (
                        tensor is None
                        or tensor.dtype is not dtype
                        or tensor.numel() != size
                        or not tensor.is_contiguous()
                        or not tensor.is_cpu
                    ):
                        break
                    add(tensor.data_ptr())
            except (RuntimeError, NotImplementedError):
                # Sparse tensors and the like have no address.
                pass
            # Nor have tensors that stand for others, as those that are spread over processes do: theirs is 0.
            if len(addresses) == len(self.sizes) and (0 not in addresses or self._are_empty(addresses)):
                return Located(self.places, np.array(addresses, np.int64), self.counts, self.types, {}, tensors)
        return locate(tensors)

    def _are_empty(self, addresses: list[int]) -> bool:
        """Whether the tensors without an address have no elements."""
        return not any(size for address, size in zip(addresses, self.sizes, strict=True) if not address)


def locate(tensors: Sequence[torch.Tensor | None]) -> Located:
    """Where some tensors are; what is absent or cannot be read is left out."""
    places, addresses, counts, types = [], [], [], []
    unstored: dict[int, int] = {}
    kept: list[torch.Tensor] = []
    for place, tensor in enumerate(tensors):
        if tensor is None:
            continue
        tensor = local(tensor)
        if tensor.layout is torch.sparse_coo:
            values = tensor.detach().coalesce().values()
            unstored[place] = tensor.numel() - values.numel()
            tensor = values
        if not is_measurable(tensor) or not on_host(tensor):
            continue
        tensor = dense(tensor)
        places.append(place)
        addresses.append(tensor.data_ptr())
        counts.append(tensor.numel())
        types.append(TYPES[tensor.dtype])
        kept.append(tensor)
    return Located(
        np.array(places, np.int64),
        np.array(addresses, np.int64),
        np.array(counts, np.int64),
        np.array(types, np.uint8),
        unstored,
        kept,
    )


def measure(located: Located, size: int, sample: int = 0) -> NDArray[np.float64]:
    """float64[size, 8]: the columns of each tensor of the list, NaN for those that were left out."""
    found = np.empty((len(located.places), len(COLUMNS)))
    _measure(located, sample, found)
    for place, zeros in located.unstored.items():
        row = found[np.searchsorted(located.places, place)]
        row[4] += zeros
        row[2:4] = np.fmin(row[2], 0), np.fmax(row[3], 0)
    return _spread(located, size, found)


def magnitudes(located: Located, size: int) -> NDArray[np.uint16]:
    """uint16[size, 64]: the magnitudes of a sample of each tensor."""
    found = np.zeros((size, MAGNITUDE_BINS), np.uint16)
    counted = np.empty((len(located.places), MAGNITUDE_BINS), np.uint16)
    core.count_magnitudes(located.addresses, located.counts, located.types, SAMPLE, counted)
    found[located.places] = counted
    return found


def measure_one(tensor: torch.Tensor, statistics: NDArray[np.float64], row: int) -> None:
    """The columns of one dense tensor, into a row of ``statistics``, float64[m, 8]."""
    count = tensor.numel()
    if count < _LARGE:
        core.measure_tensor(tensor.data_ptr(), count, TYPES[tensor.dtype], 0, statistics, row)
    else:
        statistics[row] = measure(locate([tensor]), 1)[0]


class Kept:
    """The samples of some tensors before a change."""

    def __init__(self, located: Located) -> None:
        sizes = np.array([_ITEM_SIZES[kind] for kind in located.types], np.int64)
        # Doubles take twice the room, and so are half as many.
        self._sample = SAMPLE // 2 if (sizes == 8).any() else SAMPLE
        lengths = np.minimum(located.counts, self._sample) * sizes
        self._offsets = np.cumsum(lengths) - lengths
        self._kept = np.empty(int(lengths.sum()), np.uint8)
        self._places, self._counts, self._types = located.places, located.counts, located.types
        core.keep_samples(located.addresses, located.counts, located.types, self._sample, self._offsets, self._kept)

    def changes(self, located: Located, size: int) -> NDArray[np.float64]:
        """float64[size, 8]: the columns of what has changed; NaN where a tensor is not what it was."""
        found = np.empty((len(located.places), len(COLUMNS)))
        same = np.array_equal(self._places, located.places) and np.array_equal(self._types, located.types)
        if not same or not np.array_equal(self._counts, located.counts):
            found[:] = np.nan
        else:
            core.measure_changes(
                located.addresses, located.counts, located.types, self._sample, self._offsets, self._kept, found
            )
        return _spread(located, size, found)


def _spread(located: Located, size: int, found: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(located.places) == size:
        return found
    spread = np.full((size, len(COLUMNS)), np.nan)
    spread[located.places] = found
    return spread


def _measure(located: Located, sample: int, found: NDArray[np.float64]) -> None:
    threads = min(torch.get_num_threads(), _MOST_THREADS)
    if sample or threads < 2 or located.counts.sum() < _LARGE:
        core.measure_tensors(located.addresses, located.counts, located.types, sample, found)
        return
    pieces = np.maximum(-(-located.counts // _PIECE), 1)
    firsts = np.cumsum(pieces) - pieces
    of = np.repeat(np.arange(len(pieces)), pieces)
    starts = (np.arange(len(of)) - firsts[of]) * _PIECE
    sizes = np.array([_ITEM_SIZES[kind] for kind in located.types], np.int64)
    addresses = located.addresses[of] + starts * sizes[of]
    counts, types = np.minimum(located.counts[of] - starts, _PIECE), located.types[of]
    parts = np.empty((len(of), len(COLUMNS)))

    def work(start: int, stop: int) -> None:
        core.measure_tensors(addresses[start:stop], counts[start:stop], types[start:stop], 0, parts[start:stop])

    limits = np.linspace(0, len(of), 4 * threads + 1).astype(int).tolist()
    list(_pool().map(work, limits[:-1], limits[1:]))
    found[:] = np.add.reduceat(parts, firsts)
    found[:, 2] = np.fmin.reduceat(parts[:, 2], firsts)
    found[:, 3] = np.fmax.reduceat(parts[:, 3], firsts)


_ITEM_SIZES = {number: dtype.itemsize for dtype, number in TYPES.items()}
_pools: dict[int, ThreadPoolExecutor] = {}


def _pool() -> ThreadPoolExecutor:
    """The threads of this process: those of a parent are not there in a child that was forked."""
    process = os.getpid()
    if process not in _pools:
        _pools.clear()
        _pools[process] = ThreadPoolExecutor(min(torch.get_num_threads(), _MOST_THREADS), "cutaway-watch")
    return _pools[process]
