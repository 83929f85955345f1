"""Everything that is private about PyTorch's FakeTensor: a copy of a model that has shapes and no memory."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch._subclasses import fake_tensor
from torch._subclasses.fake_tensor import (
    DataDependentOutputException,
    DynamicOutputShapeException,
    FakeCopyMode,
    FakeTensor,
    FakeTensorMode,
    UnsupportedFakeTensorException,
    UnsupportedOperatorException,
)
from torch.utils._pytree import tree_map_only

from cutaway.model.capture.torch.module_copy import copy_module
from cutaway.model.capture.torch.parts import is_sparse, like, parts
from cutaway.model.capture.torch.paths import ModulePaths

_NEEDS_VALUES = (DataDependentOutputException, DynamicOutputShapeException)
_UNSUPPORTED: tuple[type[BaseException], ...] = (
    NotImplementedError,
    UnsupportedFakeTensorException,
    UnsupportedOperatorException,
)
if hasattr(fake_tensor, "MetadataMismatchError"):  # Since PyTorch 2.6.
    _UNSUPPORTED += (fake_tensor.MetadataMismatchError,)
#: How errors that only shapes without values can cause begin or read.
_TELLTALES = (
    "faketensor",
    "fake tensor",
    "for tensor subclasses",
    "data pointer",
    "uninitialized",
    "data-dependent",
    "unbacked",
    "symbolic",
    # Jagged tensors have a size that is a symbol.
    "shape_env must not be none",
)


#: How errors read that only a forward with gradients raises.
_GRADIENTS = ("grad", "leaf", "derivative", "differentiable", "inference", "saved tensor hooks")


class FakeMaker:
    """Makes fake tensors of one mode from their description, several times faster than their constructor does."""

    def __init__(self, mode: FakeTensorMode) -> None:
        self.mode = mode
        self._states: dict[torch.device, dict[str, Any]] = {}

    def fresh(
        self, size: tuple[int, ...], stride: tuple[int, ...], dtype: torch.dtype, device: torch.device
    ) -> FakeTensor:
        """A tensor with memory of its own."""
        with torch._C._DisableTorchDispatch():
            meta = torch.empty_strided(size, stride, dtype=dtype, device="meta")
        return self._fake(meta, device)

    def view(
        self, base: torch.Tensor, size: tuple[int, ...], stride: tuple[int, ...], offset: int, dtype: torch.dtype
    ) -> FakeTensor:
        """A tensor that shares the memory of `base`, which is a fake one."""
        assert isinstance(base, FakeTensor)
        with torch._C._DisableTorchDispatch():
            meta = torch.empty(0, dtype=dtype, device="meta")
            meta.set_(base.untyped_storage(), offset, size, stride)
        return self._fake(meta, base.fake_device)

    def _fake(self, meta: torch.Tensor, device: torch.device) -> FakeTensor:
        state = self._states.get(device)
        if state is None:
            # Attributes that the constructor itself gives to a new tensor.
            state = self._states[device] = dict(FakeTensor(self.mode, meta, device).__dict__)
        fake: FakeTensor = torch.Tensor._make_subclass(
            FakeTensor, meta, False, dispatch_device=True, device_for_backend_keys=device
        )
        torch._C._set_throw_on_mutable_data_ptr(fake)
        fake.__dict__.update(state)
        return fake


class FakeModel:
    """A copy of `model` without memory. Making it changes nothing of the model.

    `unbacked`: sizes that depend on values are symbols, where without it they are errors. `dtype` is that of all
    floating-point weights and inputs, in place of their own. `copies` has the copy of each weight by the weight's id.
    """

    def __init__(self, model: nn.Module, *, unbacked: bool = False, dtype: torch.dtype | None = None) -> None:
        self.unbacked = unbacked
        self.dtype = dtype
        self.mode = FakeTensorMode(allow_non_fake_inputs=True, shape_env=_shape_env() if unbacked else None)
        self.maker = FakeMaker(self.mode)
        memo: dict[int, Any] = {}
        for tensor, _, _ in ModulePaths(model).tensors():
            if type(tensor) in (nn.Parameter, torch.Tensor) and tensor.is_leaf:
                if tensor.layout is torch.strided:
                    memo[id(tensor)] = self._weight(tensor)
                elif is_sparse(tensor):
                    memo[id(tensor)] = self._sparse(tensor)
        with FakeCopyMode(self.mode):
            self.model: nn.Module = copy_module(model, memo)
        self.copies = memo

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
            # A user who summarises inside `inference_mode` wants to know what training saves none the less.
            with torch.inference_mode(False), self.mode:
                yield
        finally:
            logger.disabled = disabled

    def _input(self, tensor: torch.Tensor) -> torch.Tensor:
        if is_sparse(tensor):
            return self._sparse(tensor)
        other_dtype = self.dtype is not None and tensor.is_floating_point()
        if tensor.is_meta or other_dtype or type(tensor) is FakeTensor or _has_plain_memory(tensor):
            return self._weight(tensor)
        fake = self.mode.from_tensor(tensor.detach(), static_shapes=True)
        return fake.requires_grad_(tensor.requires_grad)

    def _sparse(self, tensor: torch.Tensor) -> torch.Tensor:
        """A sparse tensor with as many elements as the real one, which `from_tensor` would leave out."""
        made = [self._weight(part.detach()) for part in parts(tensor)]
        with self.mode:
            fake = like(tensor, made)
        return fake.requires_grad_(tensor.requires_grad)

    def _weight(self, tensor: torch.Tensor) -> torch.Tensor:
        """A fake tensor without a detour over `from_tensor` and `Parameter`, which take ten times as long.

        A tensor on "meta" takes part as if it were on the CPU, or it would not mix with what the forward creates.
        """
        device = torch.device("cpu") if tensor.is_meta else tensor.device
        dtype = tensor.dtype if self.dtype is None or not tensor.is_floating_point() else self.dtype
        fake: Any = self.maker.fresh(tensor.size(), tensor.stride(), dtype, device)
        if isinstance(tensor, nn.Parameter):
            # The mark by which a tensor of another class is a parameter.
            fake._is_param = True
        if tensor.requires_grad:
            fake.requires_grad_()
        if tensor.__dict__:
            fake.__dict__.update({name: value for name, value in tensor.__dict__.items() if name not in fake.__dict__})
        return fake  # type: ignore[no-any-return]


def _has_plain_memory(tensor: torch.Tensor) -> bool:
    """Whether sizes, strides and dtype say all of a tensor, which is no part of a larger one."""
    return (
        type(tensor) is torch.Tensor
        and tensor.layout is torch.strided
        and not (tensor.is_nested or tensor.is_quantized or tensor.is_conj() or tensor.is_neg())
        and tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    )


def needs_values(error: BaseException) -> bool:
    """Whether the forward failed on fake tensors because it asked for a value, or for sizes that values decide."""
    return any(isinstance(each, _NEEDS_VALUES) for each in chain(error))


def about_gradients(error: BaseException) -> bool:
    """Whether the forward may work without gradients, for which parameters may be written in place, for example."""
    text = str(error).lower()
    return any(word in text for word in _GRADIENTS)


def limitation(error: BaseException) -> str | None:
    """Why a forward that failed on fake tensors may work on real ones; None when it is the forward's own error."""
    for seen in chain(error):
        if isinstance(seen, _NEEDS_VALUES):
            return f"the forward depends on values: {seen.args[0] if seen.args else type(seen).__name__}"
        name = type(seen).__name__
        if (
            isinstance(seen, _UNSUPPORTED)
            or "DataDependent" in name
            or any(word in str(seen).lower() for word in _TELLTALES)
        ):
            return f"the forward does not run on shapes alone: {_first_line(seen)}"
    return None


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it was raised from."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def _shape_env() -> Any:
    from torch.fx.experimental.symbolic_shapes import ShapeEnv

    return ShapeEnv(allow_scalar_outputs=True, allow_dynamic_output_shape_ops=True)


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    line = text.splitlines()[0]
    return line if len(line) <= 90 else line[:89] + "…"
