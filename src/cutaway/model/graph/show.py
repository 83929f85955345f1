"""`graph`: how a model's modules and operations hang together, as something to look at."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cutaway.model.graph.configured_file import SOURCE, graph_of_configured_file, is_configured_file
from cutaway.model.graph.graph import NodeKind
from cutaway.model.graph.of_trace import PHASES, graph_of_trace
from cutaway.model.graph.reading import GraphReading
from cutaway.model.graph.result import GraphView, ModelGraph, make_view
from cutaway.model.inputs import ForwardInputs, InputSize, forward_inputs
from cutaway.model.summary import make_options, summarise_partial
from cutaway.model.trace import Trace

if TYPE_CHECKING:
    import torch


def graph(
    model: Any,
    input_size: InputSize | None = None,
    input_data: Any = None,
    *,
    dtypes: Any = None,
    device: "str | torch.device | None" = None,
    batch: int | None = None,
    dtype: Any = None,
    trust: bool = False,
    phase: str = "forward",
    depth: int | None = None,
    open: Sequence[str] | str = (),  # noqa: A002
    fold: bool = True,
    cost: str | None = None,
    **forward_kwargs: Any,
) -> ModelGraph:
    """The graph of a model: modules as boxes in boxes, operations in them, and the tensors between them as lines.

    `model` and its inputs are those of `cutaway.summary`, `input_size` and `dtypes`, `input_data`, `device`, `batch`,
    `dtype`, `trust` and `forward_kwargs` among them; an input is needed. `phase` is ``forward``, ``backward`` or
    ``both``; those with a backward are PyTorch's alone.

    What is drawn: `depth`, the levels of boxes, by default as many as can be read; `open`, names of groups that are
    open instead, as ``"layers.0"``, or patterns such as ``"*"``; `fold=False` draws blocks in a row that are the same
    one by one; `cost`, the name of a number that boxes show with a bar, as ``"parameters"`` or ``"macs"``.

    A notebook shows the picture; ``.save("model.svg")`` and ``.save("model.json")`` write files.

    No weights are computed with if the forward runs on shapes alone. A forward that fails is a warning, and the graph
    goes up to the layer that failed, which is marked. Raises TypeError or ValueError for bad arguments, and ValueError
    for a model whose graph nobody can know: without an input, or of a file that has weights alone.
    """
    view = make_view(depth, open, fold=fold, cost=cost)
    if phase not in PHASES:
        raise ValueError(f"phase is {phase!r}; one of {', '.join(PHASES)} is expected")
    inputs = forward_inputs(input_size, input_data, dtypes, forward_kwargs)
    found, failed = graph_of_model(model, inputs, phase, view, device=device, batch=batch, dtype=dtype, trust=trust)
    if failed is not None:
        warnings.warn(f"the graph ends where {failed}", stacklevel=2)
    return found


def graph_of_model(
    model: Any,
    inputs: ForwardInputs,
    phase: str,
    view: GraphView | None = None,
    *,
    device: "str | torch.device | None" = None,
    batch: int | None = None,
    dtype: Any = None,
    trust: bool = False,
) -> tuple[ModelGraph, str | None]:
    """`graph` with checked arguments; and where the forward failed, a line that says how."""
    from cutaway.model.result import failure_message

    # Inputs, and phases, are those of the calls that a capture sees; a configuration has its own.
    if is_configured_file(model) and not inputs and phase == "forward":
        read = graph_of_configured_file(Path(model))
        if read is not None:
            name, drawn = read
            return ModelGraph(GraphReading(drawn), name, view, source=SOURCE), None
    options = make_options(backward=phase != "forward", batch=batch, dtype=dtype)
    result, error = summarise_partial(model, inputs, None, options, device=device, trust=trust)
    found = ModelGraph(reading_of_trace(result.trace, phase), result.trace.model, view)
    return found, None if error is None else failure_message(result)


def reading_of_trace(trace: Trace, phase: str = "forward") -> GraphReading:
    """The graph of a phase of a trace. ValueError where it has no operations."""
    found = GraphReading(graph_of_trace(trace, PHASES[phase]), trace)
    if not (found.graph.nodes.kind < NodeKind.PARAMETER).any():
        if phase != "forward" and trace.has_calls:
            raise ValueError(f"phase is {phase!r}, and no operation of it is known of {trace.model}")
        reason = f": {trace.reason}" if trace.reason else ""
        raise ValueError(f"{trace.model} has no graph, as no forward of it is known{reason}")
    return found
