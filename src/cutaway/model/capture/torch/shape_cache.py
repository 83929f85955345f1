"""The outputs of an op that ran before with the same types of inputs, made without asking PyTorch again.

A model runs the same few ops on the same few shapes over and over, and deriving shapes is most of what a capture on
fake tensors costs. An op is remembered only where its outputs follow from the types of its inputs and its other
arguments, and where what is made here equals in every property what PyTorch has made. What is remembered are types, no
tensors, for all captures of the process (PyTorch's own cache of fake ops does the same).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor

from cutaway.model.capture.torch.fake import FakeMaker
from cutaway.model.capture.torch.op_names import OpFacts
from cutaway.model.records import OpOutput, Shape

_PLAIN = frozenset({bool, int, float, str, type(None), torch.dtype, torch.device, torch.layout, torch.memory_format})


@dataclass(slots=True)
class Signature:
    """The facts that all runs of an op with equal arguments have in common."""

    name: str
    #: Argument, shape and dtype of every tensor read.
    inputs: tuple[tuple[str, Shape, str], ...]
    arguments: tuple[tuple[str, Any], ...]
    outputs: tuple[OpOutput, ...]


#: Makes an output from the tensors that the op reads.
_Output = Callable[[FakeMaker, list[torch.Tensor]], torch.Tensor]


@dataclass(slots=True)
class Known:
    """An op's signature, and how to make each output (None for a None) from the tensors that it reads."""

    signature: Signature
    makers: tuple[_Output | None, ...]
    container: Callable[[list[Any]], Any] | None

    def outputs(self, maker: FakeMaker, tensors: list[torch.Tensor]) -> tuple[Any, list[torch.Tensor]]:
        """The value that the op returns, and the tensors in it."""
        if self.container is None:
            output = self.makers[0]
            assert output is not None
            tensor = output(maker, tensors)
            return tensor, [tensor]
        result = [None if output is None else output(maker, tensors) for output in self.makers]
        return self.container(result), [tensor for tensor in result if tensor is not None]


_SAME_DTYPES = frozenset(
    f"aten.{name}.default" for name in ("mm", "addmm", "bmm", "baddbmm", "mv", "addmv", "dot", "convolution")
)
#: Known results, up to a limit that few models reach.
_KNOWN: dict[Any, Known] = {}
_MOST = 20_000


class ShapeCache:
    """The view that one capture has of the known results; `maker` makes its tensors."""

    def __init__(self, maker: FakeMaker) -> None:
        self.maker = maker
        # Further settings that the layout of an output can depend on.
        self._flags = (
            torch.get_default_dtype(),
            torch.backends.mkldnn.enabled,
            torch.are_deterministic_algorithms_enabled(),
        )

    def key(
        self, facts: OpFacts, arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[Any, list[torch.Tensor]]:
        """The key that decides about the outputs, None if it is not known, and the tensors among the arguments."""
        tensors: list[torch.Tensor] = []
        parts: list[Any] = [facts.name, self._flags]
        if not _add(parts, tensors, arguments, facts.is_view):
            return None, tensors
        for name, value in keywords.items():
            parts.append(name)
            if not _add(parts, tensors, (value,), facts.is_view):
                return None, tensors
        # A tensor computed from numbers in the forward's own text alone has a value even without memory, which PyTorch
        # keeps beside the tensor and which a branch may ask for.
        constants = sum(tensor.constant is not None for tensor in tensors)  # type: ignore[attr-defined]
        if constants and (facts.writes or facts.is_view or constants == len(tensors)):
            return None, tensors
        return tuple(parts), tensors

    def check(self, facts: OpFacts, tensors: list[torch.Tensor]) -> None:
        """Raise what PyTorch raises for real tensors where it lets fake ones pass: products of different dtypes."""
        if facts.name in _SAME_DTYPES and len({tensor.dtype for tensor in tensors}) > 1:
            dtypes = " and ".join(str(tensor.dtype).removeprefix("torch.") for tensor in tensors)
            raise RuntimeError(f"the operands of a product must have the same dtype, got {dtypes}")

    def get(self, key: Any) -> Known | None:
        """The known result for `key`."""
        return _KNOWN.get(key)

    def learn(self, key: Any, facts: OpFacts, signature: Signature, tensors: list[torch.Tensor], result: Any) -> None:
        """Remember what the op made, if it can be made here."""
        items = list(result) if type(result) in (tuple, list) else [result]
        makers: list[Any] = []
        for item in items:
            if item is None and items is not result:
                makers.append(None)
                continue
            maker = self._output(facts, tensors, items, item)
            if maker is None:
                return
            makers.append(maker)
        container: Any = type(result) if type(result) in (tuple, list) else None
        if container is not None or makers[0] is not None:
            if len(_KNOWN) >= _MOST:
                _KNOWN.clear()
            _KNOWN[key] = Known(signature, tuple(makers), container)

    def _output(self, facts: OpFacts, tensors: list[torch.Tensor], items: list[Any], item: Any) -> _Output | None:
        for idx, tensor in enumerate(tensors):
            if item is tensor:
                return lambda maker, tensors: tensors[idx]
        if type(item) is not FakeTensor or item.layout is not torch.strided or item.constant is not None:
            return None
        if item.is_conj() or item.is_neg():
            return None
        size, stride, dtype, device = item.size(), item.stride(), item.dtype, item.fake_device
        offset = int(item.storage_offset())
        storage = item.untyped_storage()
        for idx, tensor in enumerate(tensors):
            if tensor.untyped_storage()._cdata == storage._cdata:
                if not facts.is_view or device != tensor.device:
                    return None
                return lambda maker, tensors: maker.view(tensors[idx], size, stride, offset, dtype)
        shared = sum(each.untyped_storage()._cdata == storage._cdata for each in items if each is not None)
        if offset or shared > 1:
            return None
        made = self.maker.fresh(size, stride, dtype, device)
        if made.untyped_storage().nbytes() != storage.nbytes():
            return None
        return lambda maker, tensors: maker.fresh(size, stride, dtype, device)


def _add(parts: list[Any], tensors: list[torch.Tensor], values: Any, offsets: bool) -> bool:
    """Add what decides about outputs; False for a value that cannot be part of a key."""
    for value in values:
        kind = type(value)
        if kind is FakeTensor:
            if value.layout is not torch.strided:
                return False
            tensors.append(value)
            layout = value.size(), value.stride(), value.is_conj(), value.is_neg()
            parts.append((*layout, value.dtype, value.fake_device))
            if offsets:
                parts.append(value.storage_offset())
        elif kind in _PLAIN:
            # 1, 1.0 and True are equal and make outputs of different types.
            parts.append(kind)
            parts.append(value)
        elif kind is list or kind is tuple or kind is torch.Size:
            parts.append(len(value))
            if not _add(parts, tensors, value, offsets):
                return False
        else:
            return False
    return True
