"""Everything that is private about PyTorch's FakeTensor: a copy of a model that has shapes and no memory."""

import copy
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeCopyMode,
    FakeTensor,
    FakeTensorMode,
    MetadataMismatchError,
    UnsupportedFakeTensorException,
    UnsupportedOperatorException,
)
from torch.utils._pytree import tree_map_only

_NEEDS_VALUES = (DataDependentOutputException, DynamicOutputShapeException)
_UNSUPPORTED = (
    MetadataMismatchError,
    NotImplementedError,
    UnsupportedFakeTensorException,
    UnsupportedOperatorException,
)
#: How errors that only shapes without values can cause begin or read.
_TELLTALES = ("faketensor", "fake tensor", "for tensor subclasses", "data pointer", "uninitialized", "data-dependent")


class FakeModel:
    """A copy of `model` without memory. Making it changes nothing of the model."""

    def __init__(self, model: nn.Module) -> None:
        self.mode = FakeTensorMode(allow_non_fake_inputs=True)
        memo: dict[int, Any] = {}
        for tensor in (*model.parameters(), *model.buffers()):
            if type(tensor) in (nn.Parameter, torch.Tensor) and tensor.layout is torch.strided and tensor.is_leaf:
                memo[id(tensor)] = self._weight(tensor)
        with FakeCopyMode(self.mode):
            self.model: nn.Module = copy.deepcopy(model, memo)

    def inputs(self, values: Any) -> Any:
        """The same containers, with fake tensors for the real ones."""
        return tree_map_only(torch.Tensor, self._input, values)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Ops on fake tensors compute shapes only. PyTorch's own log of a failing op is kept quiet: we report it."""
        logger = logging.getLogger("torch._subclasses.fake_tensor")
        disabled = logger.disabled
        logger.disabled = True
        try:
            with self.mode:
                yield
        finally:
            logger.disabled = disabled

    def _input(self, tensor: torch.Tensor) -> torch.Tensor:
        return self._weight(tensor) if tensor.is_meta else self.mode.from_tensor(tensor.detach(), static_shapes=True)

    def _weight(self, tensor: torch.Tensor) -> torch.Tensor:
        """A fake tensor without a detour over `from_tensor` and `Parameter`, which take five times as long.

        A tensor on "meta" takes part as if it were on the CPU, or it would not mix with what the forward creates.
        """
        device = torch.device("cpu") if tensor.is_meta else tensor.device
        shape = torch.empty_strided(tensor.size(), tensor.stride(), dtype=tensor.dtype, device="meta")
        fake: Any = FakeTensor(self.mode, shape, device)
        if isinstance(tensor, nn.Parameter):
            # What makes a tensor of another class a parameter.
            fake._is_param = True
        fake.requires_grad_(tensor.requires_grad)
        fake.__dict__.update({name: value for name, value in tensor.__dict__.items() if name not in fake.__dict__})
        return fake  # type: ignore[no-any-return]


def limitation(error: BaseException) -> str | None:
    """Why a forward that failed on fake tensors may work on real ones; None when it is the forward's own error."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _NEEDS_VALUES):
            return f"the forward depends on values ({seen.args[0] if seen.args else type(seen).__name__})"
        if isinstance(seen, _UNSUPPORTED) or any(word in str(seen).lower() for word in _TELLTALES):
            return f"the forward does not run on shapes alone ({_first_line(seen)})"
        seen = seen.__cause__
    return None


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    line = text.splitlines()[0]
    return line if len(line) <= 90 else line[:89] + "…"
