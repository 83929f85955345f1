"""What PyTorch's own allocator gives out while something runs on the CPU: the oracle for predicted memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile


@dataclass(frozen=True)
class Peak:
    """The most bytes that were alive beyond those of before.

    `tensors` leaves out what a kernel takes from the allocator and returns before it is done: a library's scratch.
    """

    tensors: int
    with_scratch: int


def allocator_peak(run: Callable[[], Any]) -> Peak:
    """Run it once, with the profiler noting every block."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        run()
    assert profiler.profiler is not None
    events: list[tuple[int, int, bool]] = []
    for event in profiler.profiler.kineto_results.experimental_event_tree():
        if _is_block(event):  # Python itself let go of a tensor.
            events.append((event.start_time_ns, event.extra_fields.alloc_size, False))
        else:
            _collect(event, events)
    events.sort(key=lambda each: each[0])
    live = with_scratch = peak = peak_with_scratch = 0
    for _, size, scratch in events:
        with_scratch += size
        live += 0 if scratch else size
        peak, peak_with_scratch = max(peak, live), max(peak_with_scratch, with_scratch)
    return Peak(peak, peak_with_scratch)


def storage_bytes(tensors: Iterable[torch.Tensor]) -> int:
    """The memory behind tensors, each block once."""
    storages = {tensor.untyped_storage()._cdata: tensor.untyped_storage() for tensor in tensors}
    return sum(storage.nbytes() for storage in storages.values())


def step_peak(
    model: torch.nn.Module, arguments: dict[str, Any], loss: Callable[[Any], torch.Tensor], optimizer: Any
) -> Peak:
    """The second step of training, with all that lives through it: weights, inputs and the optimizer's state."""

    def step() -> None:
        result = model(**arguments)
        torch.autograd.backward(loss(result))
        optimizer.step()

    step()
    optimizer.zero_grad(set_to_none=True)
    state = [value for each in optimizer.state.values() for value in each.values() if isinstance(value, torch.Tensor)]
    return _plus(allocator_peak(step), _lasting(model, arguments) + storage_bytes(state))


def inference_peak(model: torch.nn.Module, arguments: dict[str, Any]) -> Peak:
    """A forward without gradients, with weights and inputs."""

    def forward() -> None:
        with torch.no_grad():
            model(**arguments)

    return _plus(allocator_peak(forward), _lasting(model, arguments))


def _lasting(model: torch.nn.Module, arguments: dict[str, Any]) -> int:
    tensors = [value for value in arguments.values() if isinstance(value, torch.Tensor)]
    return storage_bytes([*model.parameters(), *model.buffers(), *tensors])


def _plus(peak: Peak, size: int) -> Peak:
    return Peak(peak.tensors + size, peak.with_scratch + size)


def _collect(event: Any, events: list[tuple[int, int, bool]]) -> None:
    """Time and size of every block taken and returned below an event, and whether it is scratch of one kernel."""
    own = [child for child in event.children if _is_block(child)]
    own.sort(key=lambda child: child.start_time_ns)
    taken: dict[int, int] = {}
    blocks: list[list[Any]] = []
    for child in own:
        size, address = child.extra_fields.alloc_size, child.extra_fields.ptr
        blocks.append([child.start_time_ns, size, False])
        if size > 0:
            taken[address] = len(blocks) - 1
        elif address in taken:
            blocks[taken.pop(address)][2] = blocks[-1][2] = True
    events += [(time, size, scratch) for time, size, scratch in blocks]
    for child in event.children:
        if not _is_block(child):
            _collect(child, events)


def _is_block(event: Any) -> bool:
    return str(event.tag).endswith("Allocation")
