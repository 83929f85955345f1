"""What a report says of one tensor: how many elements are not finite, its extremes, its shape."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from cutaway.events import core
from cutaway.model.capture.torch.values import dtype_name
from cutaway.record.watch.tensors import TYPES, is_measurable

#: Sums of these overflow where no element does.
_NARROW = (torch.float16, torch.bfloat16)
#: Elements of a tensor that are looked at on every step.
_SAMPLE = 256


class Counts(NamedTuple):
    """How many elements of a tensor are not finite."""

    nan: int
    pos_inf: int
    neg_inf: int

    def text(self, numel: int) -> str:
        """As ``3 NaN and 1 -Inf of 64``."""
        named = [(self.nan, "NaN"), (self.pos_inf, "+Inf"), (self.neg_inf, "-Inf")]
        return f"{' and '.join(f'{number:,} {name}' for number, name in named if number)} of {numel:,}"


def count(tensor: Tensor) -> Counts | None:
    """The counts of a tensor on any device; None where all elements are finite, or it has no numbers that may not be.

    It waits for the device.
    """
    values = _numbers(tensor)
    # A sum is far quicker than to look at every element, and not finite where one of them is not.
    if values is None or bool(torch.isfinite(values.sum())) or bool(torch.isfinite(values).all()):
        return None
    found = (torch.isnan(values), values == torch.inf, values == -torch.inf)
    return Counts(*(int(each.sum()) for each in found))


def is_sample_finite(tensors: Sequence[Tensor]) -> bool | None:
    """Whether a sample of each tensor is finite; None where one does not lie in plain memory, or there is none.

    It takes microseconds.
    """
    if not tensors or any(
        type(tensor) is not Tensor
        or tensor.device.type != "cpu"
        or not is_measurable(tensor)
        or not tensor.is_contiguous()
        for tensor in tensors
    ):
        return None
    addresses = np.array([tensor.data_ptr() for tensor in tensors], np.int64)
    counts = np.array([tensor.numel() for tensor in tensors], np.int64)
    types = np.array([TYPES[tensor.dtype] for tensor in tensors], np.uint8)
    return core.first_not_finite(addresses, counts, types, _SAMPLE) < 0


def described(tensor: Tensor) -> str:
    """As ``from -2.5 to 3 with 2 zeros``; empty for a tensor without floating-point numbers."""
    values = _numbers(tensor)
    if values is None:
        return ""
    counts = count(tensor)
    finite = values if counts is None else values[torch.isfinite(values)]
    texts = [] if counts is None else [f"with {counts.text(values.numel())}"]
    if finite.numel():
        zeros = int((finite == 0).sum())
        least, most = float(finite.min()), float(finite.max())
        texts.append(f"all {least:.4g}" if least == most else f"from {least:.4g} to {most:.4g}")
        if zeros and least != most:
            texts.append(f"with {zeros:,} zero{'s' * (zeros > 1)}")
    return " ".join(texts)


def shape_text(tensor: Tensor) -> str:
    """As ``float32 [32, 64]``."""
    return f"{dtype_name(tensor.dtype)} {list(tensor.shape)}"


def _numbers(tensor: Tensor) -> Tensor | None:
    """A tensor's floating-point numbers as a plain tensor that adds up without overflow; None where it has none."""
    if not (tensor.is_floating_point() or tensor.is_complex()) or tensor.is_meta or tensor.is_nested:
        return None
    values = tensor.detach()
    if values.layout is torch.sparse_coo:
        values = values._values()
    elif values.layout is not torch.strided:
        values = values.values()
    if values.is_complex():
        values = torch.view_as_real(values.resolve_conj())
    if values.element_size() == 1 or values.dtype in _NARROW:
        values = values.float()
    return values if values.numel() else None
