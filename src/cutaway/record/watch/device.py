"""Tensors on other devices: samples copied on the device, measured all at once, and read one step later.

Each tensor costs one strided copy into a row of a buffer, all rows together a dozen reductions, and a logging step one
copy to this machine's memory, which nothing waits for: it is read at the optimizer's next step. No GPU has run this:
its tests take the CPU for such a device.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cutaway.events.watch_layout import COLUMNS, LOWEST_EXPONENT, MAGNITUDE_BINS
from cutaway.record.watch.tensors import dense, is_measurable, local, on_host

#: Rows are as long as one of these, so that small tensors do not cost what large ones do.
SIZES = (256, 1024, 4096)
#: Neighbours that are taken together.
_RUN = 64

#: The kind and the row that a sample is of.
Key = tuple[str, int]


class Late:
    """Numbers on their way from a device."""

    def __init__(self, numbers: Tensor) -> None:
        self._event: Any = None
        if numbers.is_cuda:
            self._numbers = torch.empty(numbers.shape, dtype=numbers.dtype, pin_memory=True)
            self._numbers.copy_(numbers, non_blocking=True)
            event: Any = torch.cuda.Event
            self._event = event()
            self._event.record()
        else:
            self._numbers = numbers

    def read(self) -> NDArray[Any]:
        """The numbers; waits for the device where it has not come so far."""
        if self._event is not None:
            self._event.synchronize()
        return np.asarray(self._numbers.cpu().numpy())


@dataclass(frozen=True)
class Arriving:
    """The statistics of a logging step on one device."""

    keys: list[Key]
    #: float32[keys, 8], and int32[keys, 64] on steps with magnitudes.
    statistics: Late
    magnitudes: Late | None


class DeviceSamples:
    """The samples of one logging step on one device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._buffers = {size: torch.empty((16, size), device=device) for size in SIZES}
        self._keys: dict[int, list[Key]] = {size: [] for size in SIZES}
        self._counts: dict[int, list[int]] = {size: [] for size in SIZES}
        # Where the sample of each key is.
        self._places: dict[Key, tuple[int, int]] = {}

    def begin(self) -> None:
        """Forget the samples of the step before."""
        self._places.clear()
        for size in SIZES:
            self._keys[size].clear()
            self._counts[size].clear()

    def add(self, keys: Sequence[Key], tensors: Sequence[Tensor]) -> None:
        """Copy a sample of each tensor."""
        targets: list[Tensor] = []
        sources: list[Tensor] = []
        for key, tensor in zip(keys, tensors, strict=True):
            source = sample_of(dense(tensor.detach()))
            count = source.numel()
            size = next(size for size in SIZES if count <= size)
            place = len(self._keys[size])
            if place == len(self._buffers[size]):
                self._grow(size, targets, sources)
            self._keys[size].append(key)
            self._counts[size].append(count)
            self._places[key] = size, place
            targets.append(self._buffers[size][place, :count].view(source.shape))
            sources.append(source)
        _copy(targets, sources)

    def subtract(self, keys: Sequence[Key], others: Sequence[Key]) -> None:
        """Subtract, from the samples of some keys, those of other ones, where both are there."""
        for key, other in zip(keys, others, strict=True):
            if key in self._places and other in self._places:
                (size, place), (_, before) = self._places[key], self._places[other]
                self._buffers[size][place].sub_(self._buffers[size][before])

    def finish(self, *, with_magnitudes: bool) -> Arriving | None:
        """Measure all samples and send the result on its way; None where there are none."""
        keys = [key for size in SIZES for key in self._keys[size]]
        if not keys:
            return None
        statistics, magnitudes = [], []
        for size in SIZES:
            used = len(self._keys[size])
            if used:
                samples = self._buffers[size][:used]
                counts = torch.tensor(self._counts[size]).to(self._device, non_blocking=True)
                valid = torch.arange(size, device=self._device) < counts[:, None]
                statistics.append(columns_of(samples, valid))
                if with_magnitudes:
                    magnitudes.append(magnitudes_of(samples, valid))
        late = Late(torch.cat(magnitudes)) if with_magnitudes else None
        return Arriving(keys, Late(torch.cat(statistics)), late)

    def _grow(self, size: int, targets: list[Tensor], sources: list[Tensor]) -> None:
        # What is to be copied has its place in the buffer that is left behind.
        _copy(targets, sources)
        targets.clear()
        sources.clear()
        self._buffers[size] = torch.cat((self._buffers[size], torch.empty_like(self._buffers[size])))


class Devices:
    """The samples of one logging step on all devices but this machine's memory."""

    def __init__(self) -> None:
        self._samples: dict[torch.device, DeviceSamples] = {}

    def begin(self) -> None:
        """A logging step begins."""
        for samples in self._samples.values():
            samples.begin()

    def add(self, kind: str, rows: Sequence[int], tensors: Sequence[Tensor | None]) -> None:
        """Take a sample of each tensor that is on such a device."""
        chosen: dict[torch.device, tuple[list[Key], list[Tensor]]] = {}
        for row, tensor in zip(rows, tensors, strict=True):
            if tensor is None:
                continue
            part = local(tensor)
            if not on_host(part) and is_measurable(part) and part.numel():
                keys, parts = chosen.setdefault(part.device, ([], []))
                keys.append((kind, row))
                parts.append(part)
        for device, (keys, parts) in chosen.items():
            if device not in self._samples:
                self._samples[device] = DeviceSamples(device)
            self._samples[device].add(keys, parts)

    def subtract(self, kind: str, before: str, rows: Sequence[int]) -> None:
        """Make changes of the samples of a kind, by those of the same rows that were taken before."""
        for samples in self._samples.values():
            samples.subtract([(kind, row) for row in rows], [(before, row) for row in rows])

    def finish(self, *, with_magnitudes: bool) -> list[Arriving]:
        """What is on its way from each device."""
        found = [samples.finish(with_magnitudes=with_magnitudes) for samples in self._samples.values()]
        return [arriving for arriving in found if arriving is not None]


def glance_at(tensors: Sequence[Tensor | None]) -> Late | None:
    """A number that is finite where the norms of all tensors on such devices are; None where there are none."""
    parts: dict[torch.device, list[Tensor]] = {}
    for tensor in tensors:
        if tensor is not None:
            part = local(tensor)
            if not on_host(part) and is_measurable(part):
                parts.setdefault(part.device, []).append(part.detach())
    sums = [torch.stack([norm.float() for norm in torch._foreach_norm(each)]).sum() for each in parts.values()]
    return Late(sum((each.to(sums[0].device) for each in sums[1:]), sums[0])) if sums else None


def sample_of(tensor: Tensor) -> Tensor:
    """A view of runs of neighbours, evenly over a dense tensor: [n, 64], or all elements where there are few."""
    count, most = tensor.numel(), SIZES[-1]
    if count <= most:
        return tensor.as_strided((count,), (1,))
    runs = most // _RUN
    return tensor.as_strided((runs, _RUN), ((count - _RUN) // (runs - 1), 1))


def columns_of(samples: Tensor, valid: Tensor) -> Tensor:
    """float32[rows, 8] of float32[rows, size]: the columns of a watch, of the elements that ``valid`` marks."""
    finite = samples.isfinite() & valid
    plain = torch.where(finite, samples, 0)
    infinity = torch.tensor(float("inf"), device=samples.device)
    least = torch.where(finite, samples, infinity).amin(1)
    most = torch.where(finite, samples, -infinity).amax(1)
    is_empty = ~finite.any(1)
    columns = {
        "sum": plain.sum(1),
        "sum_sq": plain.square().sum(1),
        "min": least.masked_fill(is_empty, float("nan")),
        "max": most.masked_fill(is_empty, float("nan")),
        "zeros": ((samples == 0) & valid).sum(1),
        "nan": (samples.isnan() & valid).sum(1),
        "pos_inf": ((samples == infinity) & valid).sum(1),
        "neg_inf": ((samples == -infinity) & valid).sum(1),
    }
    return torch.stack([columns[name].float() for name in COLUMNS], 1)


def magnitudes_of(samples: Tensor, valid: Tensor) -> Tensor:
    """int32[rows, 64]: how many elements have each magnitude."""
    exponents = (samples.view(torch.int32) >> 23) & 255
    bins = (exponents - 127 - LOWEST_EXPONENT).clamp_(0, MAGNITUDE_BINS - 1).long()
    counted = (valid & samples.isfinite() & (samples != 0)).int()
    found = torch.zeros((len(samples), MAGNITUDE_BINS), dtype=torch.int32, device=samples.device)
    return found.scatter_add_(1, bins, counted)


def _copy(targets: list[Tensor], sources: list[Tensor]) -> None:
    if targets:
        torch._foreach_copy_(targets, sources)
