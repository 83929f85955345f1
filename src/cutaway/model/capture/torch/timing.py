"""How long each call of a module takes: the forward is run for real, again and again, with clocks around the calls.

The forward runs on a copy that shares the weights, so nothing of the model changes; weights that the forward itself
writes into are put back. The device is waited for before each reading of the clock. The time of the backward is not
measured: its parts belong to no call that a clock could be put around.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from typing import Any

import torch
from torch import nn

from cutaway.model.capture.torch.arguments import clone, made, maker, rebatched, repeated, uniform
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.protect import copy_sharing_weights, framework_flags, random_states
from cutaway.model.capture.torch.values import first_line
from cutaway.model.capture_options import CaptureOptions
from cutaway.model.costs.traffic import writes_in_place
from cutaway.model.inputs import ForwardInputs
from cutaway.model.records import Timing
from cutaway.model.trace import Trace

WARM_UP = 3
#: A model that takes long is not run more often than this many seconds allow, but at least three times.
MOST_SECONDS = 20.0
_LEAST_RUNS = 3


class TimingError(RuntimeError):
    """The model cannot be timed, and why."""


def add_times(
    trace: Trace, model: nn.Module, inputs: ForwardInputs, options: CaptureOptions, runs: int, device: str | None
) -> Trace:
    """The trace with the time of every call, the median of `runs` after a warm-up. Raises TimingError."""
    if not trace.has_calls or trace.failure is not None:
        raise TimingError(trace.reason or "the forward fails")
    if any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
        raise TimingError("the weights are on the device meta and have no values")
    if options.dtype is not None:
        raise TimingError("the weights are of another dtype than the one asked for; convert the model")
    with framework_flags(), random_states(model), _weights_kept(model, trace):
        running = copy_sharing_weights(model)
        if running is None:
            raise TimingError("the model cannot be copied, and its own state is not to change")
        if options.mode != "same":
            running.train(options.mode == "train")
        make = maker(model, device, uniform)
        convert = rebatched(inputs, options.batch, repeated, lambda value: _cloned(value))
        arguments, keywords = made(inputs, make, convert)
        place = _device(running, (*arguments, *keywords.values()))
        clock = _Clock(ModulePaths(running), _waiter(place))
        with torch.set_grad_enabled(options.gradients and options.backward):
            try:
                times, whole = _measured(clock, running, arguments, keywords, runs)
            except Exception as error:
                raise TimingError(f"the forward failed on real tensors: {first_line(error)}") from error
    flops, bandwidth = device_limits(place, _dtype(model))
    timing = Timing(len(whole), int(median(whole)), flops, bandwidth, str(place))
    medians = {
        key: tuple(int(median(run[key][idx] for run in times if key in run)) for idx in (0, 1)) for key in times[0]
    }
    calls = tuple(
        replace(call, nanoseconds=found[0], own_nanoseconds=found[1])
        if (found := medians.get((call.path, call.number))) is not None
        else call
        for call in trace.calls
    )
    return replace(trace, calls=calls, timing=timing)


def _measured(
    clock: "_Clock", model: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any], runs: int
) -> tuple[list[dict[tuple[str, int], tuple[int, int]]], list[int]]:
    """For each run the time of every call with and without those in it, and that of the whole without clocks inside."""
    start = time.perf_counter()
    for _ in range(WARM_UP):
        model(*arguments, **keywords)
    times: list[dict[tuple[str, int], tuple[int, int]]] = []
    whole: list[int] = []
    while len(whole) < runs and (len(whole) < _LEAST_RUNS or time.perf_counter() - start < MOST_SECONDS):
        clock.wait()
        begin = time.perf_counter_ns()
        model(*arguments, **keywords)
        clock.wait()
        whole.append(time.perf_counter_ns() - begin)
        with clock.running():
            model(*arguments, **keywords)
        times.append(clock.times)
    return times, whole


class _Clock:
    """Reads the time at the begin and the end of every call of this thread."""

    def __init__(self, paths: ModulePaths, wait: Callable[[], None]) -> None:
        self.wait = wait
        self.times: dict[tuple[str, int], tuple[int, int]] = {}
        self._paths = paths
        self._thread = threading.get_ident()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Calls that run inside are timed."""
        self.times = {}
        numbers: dict[str, int] = {}
        # For each call that is running, its path and the time of the calls in it.
        stack: list[tuple[str, list[int]]] = []
        original = nn.Module.__call__

        def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            if threading.get_ident() != self._thread or self._paths.is_wrapper(module):
                return original(module, *arguments, **keywords)
            path = self._paths.path(module, stack[-1][0] if stack else "")
            number = numbers[path] = numbers.get(path, 0) + 1
            inner = [0]
            stack.append((path, inner))
            self.wait()
            begin = time.perf_counter_ns()
            try:
                result = original(module, *arguments, **keywords)
                self.wait()
                taken = time.perf_counter_ns() - begin
            finally:
                stack.pop()
            self.times[path, number] = (taken, taken - inner[0])
            if stack:
                stack[-1][1][0] += taken
            return result

        nn.Module.__call__ = call  # type: ignore[method-assign]
        try:
            yield
        finally:
            nn.Module.__call__ = original  # type: ignore[method-assign]


@contextmanager
def _weights_kept(model: nn.Module, trace: Trace) -> Iterator[None]:
    """Put back the weights that the forward writes into, as the trace has seen it."""
    names = {
        item.parameter
        for op in trace.ops
        if writes_in_place(op)
        for item in op.inputs
        if item.argument == "self" and item.parameter is not None
    }
    paths = ModulePaths(model)
    kept = [
        (tensor, tensor.detach().clone())
        for tensor, found, buffer in paths.tensors()
        if not buffer and found[0] in names
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in kept:
                tensor.data.copy_(value)


def device_limits(device: torch.device, dtype: torch.dtype) -> tuple[float, float]:
    """The rates of the device: FLOP/s in a square matrix product, and B/s in a copy, each the best of several tries."""
    known = _LIMITS.get((str(device), dtype))
    if known is None:
        on_cpu = device.type == "cpu"
        size, length = (1024, 1 << 26) if on_cpu else (4096, 1 << 29)
        left = torch.ones(size, size, dtype=dtype, device=device)
        product = _best(lambda: left @ left, device)
        source = torch.ones(length, dtype=torch.uint8, device=device)
        target = torch.empty_like(source)
        copy = _best(lambda: target.copy_(source), device)
        known = _LIMITS[str(device), dtype] = (2 * size**3 / product, 2 * length / copy)
    return known


_LIMITS: dict[tuple[str, torch.dtype], tuple[float, float]] = {}


def _best(run: Callable[[], Any], device: torch.device) -> float:
    """Seconds of the fastest of at least five runs, within a fifth of a second."""
    wait = _waiter(device)
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < 0.2:
        wait()
        begin = time.perf_counter()
        run()
        wait()
        times.append(time.perf_counter() - begin)
    return min(times)


def _waiter(device: torch.device) -> Callable[[], None]:
    """Waits until the device has done what it was given."""
    if device.type == "cpu":
        return lambda: None
    module: Any = torch.get_device_module(device)
    return lambda: module.synchronize()


def _device(model: nn.Module, given: Sequence[Any]) -> torch.device:
    tensors = [*model.parameters(), *model.buffers(), *(each for each in given if isinstance(each, torch.Tensor))]
    return tensors[0].device if tensors else torch.device("cpu")


def _dtype(model: nn.Module) -> torch.dtype:
    return next((each.dtype for each in model.parameters() if each.is_floating_point()), torch.float32)


def _cloned(value: Any) -> Any:
    return torch.utils._pytree.tree_map_only(torch.Tensor, clone, value)
