"""The rows of activations, which the first forwards find, and what one forward has measured of them."""

import numpy as np
import torch
from numpy.typing import NDArray

from cutaway.events import core
from cutaway.events.watch_layout import ACTIVATION, COLUMNS, COUNT, MAGNITUDE_BINS, WatchLayout
from cutaway.record.watch import host
from cutaway.record.watch.device import Devices
from cutaway.record.watch.tensors import TYPES, dense, is_measurable, local, on_host

#: A model whose calls differ from forward to forward has no more rows than this.
MOST_ROWS = 20_000


class Activations:
    """A table that grows: a row for each output of each call, in the order in which the calls ended."""

    def __init__(self, devices: Devices, model_tag: str, world: int) -> None:
        self._devices = devices
        self._model_tag, self._world = model_tag, world
        self.keys: list[str] = []
        self._types: list[str] = []
        self._numel: list[int] = []
        self._sampled: list[int] = []
        self._dtypes: list[str] = []
        # The rows in the order of execution; a row keeps its number when another is found between others.
        self._order: list[int] = []
        self._last = -1
        self._statistics = np.full((64, len(COLUMNS)), np.nan)
        self._counts = np.full(64, np.nan)
        self._magnitudes = np.zeros((0, MAGNITUDE_BINS), np.uint16)
        self._has_magnitudes = False
        self._layout: WatchLayout | None = None
        #: Whether some output could not get a row.
        self.is_full = False

    def begin(self, *, with_magnitudes: bool) -> None:
        """A forward begins: nothing of it has been measured."""
        self._statistics.fill(np.nan)
        self._counts.fill(np.nan)
        self._has_magnitudes = with_magnitudes
        if with_magnitudes:
            self._magnitudes = np.zeros((len(self._counts), MAGNITUDE_BINS), np.uint16)
        self._last = -1

    def add(self, key: str, type_name: str, tensor: torch.Tensor) -> int | None:
        """A new row behind the one that was measured last; None for a tensor that is not measured."""
        if not is_measurable(local(tensor)):
            return None
        row = len(self.keys)
        if row >= MOST_ROWS:
            self.is_full = True
            return None
        if row == len(self._counts):
            self._grow()
        self.keys.append(key)
        self._types.append(type_name)
        self._numel.append(tensor.numel())
        self._sampled.append(tensor.numel() if on_host(tensor) else min(tensor.numel(), host.SAMPLE))
        self._dtypes.append(str(tensor.dtype).removeprefix("torch."))
        self._order.insert(self._order.index(self._last) + 1 if self._last >= 0 else 0, row)
        self._layout = None
        return row

    def measure(self, row: int, tensor: torch.Tensor) -> None:
        """Measure a row's tensor of this forward."""
        self._last = row
        if type(tensor) is not torch.Tensor or tensor.layout is not torch.strided or not tensor.is_contiguous():
            tensor = local(tensor)
            if not is_measurable(tensor):
                return
            tensor = dense(tensor)
        elif tensor.dtype not in TYPES:
            return
        if not on_host(tensor):
            self._devices.add(ACTIVATION, [row], [tensor])
            self._counts[row] = min(tensor.numel(), host.SAMPLE)
            return
        host.measure_one(tensor, self._statistics, row)
        self._counts[row] = tensor.numel()
        if self._has_magnitudes:
            place = np.array([tensor.data_ptr()]), np.array([tensor.numel()]), np.array([TYPES[tensor.dtype]], np.uint8)
            core.count_magnitudes(*place, host.SAMPLE, self._magnitudes[row : row + 1])

    @property
    def order(self) -> list[int]:
        """The numbers of the rows in the order of execution."""
        return list(self._order)

    @property
    def names(self) -> list[str]:
        """The keys in the order of execution."""
        return [self.keys[row] for row in self._order]

    def layout(self) -> WatchLayout:
        """The rows as they are by now."""
        if self._layout is None:
            order = self._order
            numel, sampled = (tuple(each[row] for row in order) for each in (self._numel, self._sampled))
            self._layout = WatchLayout(
                kind=ACTIVATION,
                rows=tuple(self.names),
                classes=tuple(self._types[row] for row in order),
                numel=numel,
                sampled=sampled,
                exact_extremes=numel == sampled,
                dtypes=tuple(self._dtypes[row] for row in order),
                columns=(*COLUMNS, COUNT),
                model_tag=self._model_tag,
                world=self._world,
            )
        return self._layout

    def statistics(self) -> NDArray[np.float64]:
        """float64[rows, 9]: what this forward has measured."""
        order = np.array(self._order, np.int64)
        found = np.empty((len(order), len(COLUMNS) + 1))
        found[:, :-1], found[:, -1] = self._statistics[order], self._counts[order]
        return found

    def magnitudes(self) -> NDArray[np.uint16] | None:
        """uint16[rows, 64], where this forward has counted them."""
        return self._magnitudes[np.array(self._order, np.int64)] if self._has_magnitudes else None

    def _grow(self) -> None:
        size = len(self._counts)
        self._statistics = np.concatenate((self._statistics, np.full_like(self._statistics, np.nan)))
        self._counts = np.concatenate((self._counts, np.full(size, np.nan)))
        if self._has_magnitudes:
            self._magnitudes = np.concatenate((self._magnitudes, np.zeros_like(self._magnitudes)))
