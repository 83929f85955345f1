"""How much memory a captured step uses at each moment, what for, and where the most.

Memory is the bytes of live tensors, as PyTorch's allocator would give them out: blocks on a GPU are multiples of 512 B.
Memory that libraries use inside one operation (workspaces of convolutions, caches of the allocator) is not in it.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, get_args

from cutaway.model.records import AllocationKind, Phase
from cutaway.model.trace import Trace

Use = Literal["parameters", "buffers", "inputs", "gradients", "optimizer", "activations", "temporary"]
USES: tuple[Use, ...] = get_args(Use)

_USE_OF_KIND: dict[AllocationKind, Use] = {
    "input": "inputs",
    "activation": "activations",
    "temporary": "temporary",
    "gradient": "gradients",
    "optimizer": "optimizer",
}
#: CUDA's caching allocator rounds a block up to a multiple of this; others are taken to do the same.
_GPU_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of a step, in bytes.

    `by_use` has, for each use, the bytes after every op of the trace; their sum is `total`. `parameters` and `buffers`
    are there from the beginning, `activations` are what autograd keeps for the backward, `temporary` is all else that
    the run holds: results that are used once, and what the model returned.
    """

    by_use: dict[Use, tuple[int, ...]]
    total: tuple[int, ...]
    phases: tuple[Phase, ...]
    #: The op at which the most is in use; the first one of several.
    peak_op: int
    #: The key of the call that it belongs to; None for what belongs to no layer: a loss, an optimizer.
    peak_layer: str | None

    @property
    def peak(self) -> int:
        """The most that is in use at once."""
        return self.total[self.peak_op]

    @property
    def peak_phase(self) -> Phase:
        """When that is."""
        return self.phases[self.peak_op]

    @property
    def at_peak(self) -> dict[Use, int]:
        """The bytes at the peak by their use, without those that are zero."""
        return {use: amounts[self.peak_op] for use, amounts in self.by_use.items() if amounts[self.peak_op]}

    def most(self, use: Use) -> int:
        """The most that is in use for one thing at any time."""
        return max(self.by_use[use])


def memory(trace: Trace) -> Memory | None:
    """The memory of what was captured; None where no op was, or where its memory was not seen."""
    count = len(trace.ops)
    if not count or not trace.allocations:
        return None
    changes: dict[Use, list[int]] = {use: [0] * count for use in USES}
    for use, amount in _weights(trace).items():
        changes[use][0] += amount
    for block in trace.allocations:
        change = changes[_USE_OF_KIND[block.kind]]
        size = _rounded(block.bytes, block.device)
        if (block.op or 0) < count:
            change[block.op or 0] += size
            if block.freed is not None and block.freed < count:
                change[block.freed] -= size
    by_use = {use: tuple(accumulate(change)) for use, change in changes.items()}
    total = tuple(map(sum, zip(*by_use.values(), strict=True)))
    peak = max(range(count), key=total.__getitem__)
    if total[peak] <= 0:
        return None
    call = trace.ops[peak].call
    return Memory(
        by_use=by_use,
        total=total,
        phases=tuple(op.phase for op in trace.ops),
        peak_op=peak,
        peak_layer=None if call is None else trace.calls[call].key,
    )


def _weights(trace: Trace) -> dict[Use, int]:
    """Each block once, as long as what is in it reaches."""
    ends: dict[int, tuple[int, bool]] = {}
    for parameter in trace.parameters:
        end, buffer = ends.get(parameter.storage, (0, parameter.buffer))
        ends[parameter.storage] = (max(end, parameter.offset + parameter.bytes), buffer and parameter.buffer)
    uses: dict[Use, int] = {"parameters": 0, "buffers": 0}
    for end, buffer in ends.values():
        uses["buffers" if buffer else "parameters"] += end
    return uses


def _rounded(size: int, device: str) -> int:
    return size if device == "cpu" else -(-size // _GPU_BLOCK) * _GPU_BLOCK
