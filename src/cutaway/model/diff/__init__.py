"""`diff`: what is different between two models, or between a model and a checkpoint.

Two models are compared row by row: which layers were added, removed, moved or changed, in what, and what that makes of
the totals. Where one side is a file, the names and shapes of its tensors are compared with what a state dict of the
other side would have (`cutaway.model.diff.checkpoints`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cutaway.model.diff.checkpoints import compare_tensors
from cutaway.model.diff.models import compare_layers
from cutaway.model.diff.records import Renaming, RowDiff
from cutaway.model.diff.result import CheckpointDiff, ModelDiff
from cutaway.model.inputs import InputSize, forward_inputs
from cutaway.model.result import ForwardError, ModelSummary, failure_message
from cutaway.model.summary import make_options, summarise_partial
from cutaway.model.trace import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    Comparable = nn.Module | ModelSummary | Trace | str | Path | Mapping[str, Any]

__all__ = ["CheckpointDiff", "ModelDiff", "Renaming", "RowDiff", "compare", "diff"]


def diff(
    before: "Comparable",
    after: "Comparable",
    input_size: InputSize | None = None,
    input_data: Any = None,
    *,
    dtypes: Any = None,
    mode: str | None = None,
    trust: bool = False,
    **forward_kwargs: Any,
) -> ModelDiff | CheckpointDiff:
    """Compare two models, or a model and a checkpoint.

    Each side is a model, a `ModelSummary`, a `Trace`, the name of a file as `cutaway.summary` takes it, or a state
    dict. Models are captured with the inputs given, as `cutaway.summary` does it; without inputs their modules and
    parameters are compared. `trust=True` opens files that run code of their own too. The result prints as what is
    different, and has all of it as data. Raises what `cutaway.summary` raises.
    """
    inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
    options = make_options(mode)

    def read(model: Any) -> ModelSummary:
        if isinstance(model, ModelSummary):
            return model
        if isinstance(model, Trace):
            return ModelSummary(model)
        if isinstance(model, Mapping):
            return ModelSummary(_of_state_dict(model))
        result, error = summarise_partial(model, inputs, options=options, trust=trust)
        if error is not None:
            raise ForwardError(failure_message(result), result) from error
        return result

    return compare(read(before), read(after))


def compare(before: ModelSummary, after: ModelSummary) -> ModelDiff | CheckpointDiff:
    """`diff` of what is already captured."""
    if "file" in (before.trace.method, after.trace.method):
        return compare_tensors(before.trace, after.trace)
    return compare_layers(before, after)


def _of_state_dict(state: Mapping[str, Any]) -> Trace:
    from cutaway.model.capture.checkpoint import capture_state_dict

    return capture_state_dict(state)
