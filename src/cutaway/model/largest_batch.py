"""`largest_batch`: how many samples fit into a given memory at once, found without running the model."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cutaway.model.capture_options import CaptureOptions
from cutaway.model.inputs import ForwardInputs, InputSize, TensorSpec, forward_inputs
from cutaway.model.result import ForwardError, failure_message
from cutaway.model.summary import make_options, summarise_partial
from cutaway.model.values_text import byte_count, si

if TYPE_CHECKING:
    from torch import nn

_MOST = 1 << 30


@dataclass(frozen=True, slots=True)
class BatchFit:
    """The largest `batch` that needs at most `limit` bytes. It needs `peak`, and `next_batch` needs `next_peak`."""

    batch: int
    peak: int
    next_batch: int
    next_peak: int
    limit: int

    def __str__(self) -> str:
        return (
            f"a batch of {self.batch:,} fits into {si(self.limit, 'B')} and needs {si(self.peak, 'B')}; "
            f"one of {self.next_batch:,} needs {si(self.next_peak - self.limit, 'B')} too much"
        )


def largest_batch(
    model: "nn.Module",
    input_size: InputSize | None = None,
    input_data: Any = None,
    *,
    memory: int | float | str,
    train: bool = True,
    dtypes: Any = None,
    dtype: Any = None,
    loss: "Callable[[Any], Any] | None" = None,
    optimizer: Any = None,
    **forward_kwargs: Any,
) -> BatchFit:
    """The largest batch of a training step (`train=False`: of inference) that needs at most `memory`.

    `memory` is a number of bytes or a text such as ``"24 GB"`` (10^9) or ``"24 GiB"`` (2^30). The other arguments are
    those of `cutaway.summary`; the batch given in `input_size` or `input_data` only matters where the forward needs a
    multiple of it: then multiples of it are tried. Both the batch that fits and the next one are captured, nothing is
    extrapolated. Raises ValueError where not even the smallest batch fits, where no batch needs as much
    or where it is not known without running the model, and ForwardError when the forward raises.
    """
    limit = byte_count(memory, "memory")
    inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
    if not inputs:
        raise ValueError("largest_batch needs an input_size or input_data")
    options = make_options(train=train, dtype=dtype, loss=loss, optimizer=optimizer)
    return fit_batch(model, inputs, options, limit)


def fit_batch(model: "nn.Module", inputs: ForwardInputs, options: CaptureOptions, limit: int) -> BatchFit:
    """`largest_batch` of arguments that are already read."""

    def peak(batch: int) -> int:
        result, error = summarise_partial(model, inputs, options=replace(options, batch=batch))
        if error is not None:
            raise ForwardError(f"with a batch of {batch}, {failure_message(result)}", result) from error
        why = result.trace.backward or result.trace.optimizer
        if result.trace.method != "fake":
            why = result.trace.reason
        if why or result.memory is None:
            raise ValueError(f"the memory of a step is not known without running the model: {why or 'it has no ops'}")
        return result.memory.peak

    try:
        return _search(peak, 1, limit)
    except ForwardError:
        # A forward that takes only multiples: the batch that was given must be one.
        own = _batch(inputs)
        if own < 2:
            raise
        return _search(peak, own, limit)


def _search(peak: Callable[[int], int], unit: int, limit: int) -> BatchFit:
    """Between what fits and what does not; a peak is about linear in the batch, so the next guess is on a line."""
    fits, low = 1, peak(unit)
    if low > limit:
        raise ValueError(f"no batch fits into {si(limit, 'B')}: one of {unit} needs {si(low, 'B')}")
    too_many, high = 2, peak(2 * unit)
    while high <= limit:
        if too_many * unit > _MOST:
            raise ValueError(f"the memory of a step does not reach {si(limit, 'B')} with any batch")
        slope = (high - low) / (too_many - fits)
        fits, low = too_many, high
        # Level where the most is needed by what no batch changes: an optimizer's step.
        further = int((limit - low) / slope) + 1 if slope > 0 else fits
        too_many = fits + min(further, 99 * fits)
        high = peak(too_many * unit)
    halves = False
    while too_many - fits > 1:
        width = too_many - fits
        # Where the curve bends, guesses on the line would come close in steps that hardly get any further.
        guess = fits + (width // 2 if halves else int((limit - low) / (high - low) * width))
        guess = min(max(guess, fits + 1), too_many - 1)
        found = peak(guess * unit)
        if found <= limit:
            fits, low = guess, found
        else:
            too_many, high = guess, found
        halves = too_many - fits > width // 2
    return BatchFit(fits * unit, low, too_many * unit, high, limit)


def _batch(inputs: ForwardInputs) -> int:
    """The first size of the first tensor."""
    for value in (*inputs.arguments, *inputs.keywords.values()):
        shape = value.shape if isinstance(value, TensorSpec) else getattr(value, "shape", ())
        if len(shape):
            return int(shape[0])
    return 0
