"""The methods of SummaryWriter for models."""

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from cutaway.events import messages
from cutaway.events.core import frame
from cutaway.events.kind_names import CUTAWAY_MODEL
from cutaway.events.schema import encode
from cutaway.events.wire import bytes_field, double_field, varint_field
from cutaway.record.recorder import Recorder, check_tag
from cutaway.record.tensor import plugin, strings_message

if TYPE_CHECKING:
    from torch import nn

    from cutaway.model.capture.torch.next_step import NextStep
    from cutaway.model.inputs import InputSize
    from cutaway.model.result import ModelSummary
    from cutaway.model.trace import Trace


class ModelMethods(Recorder):
    """Structure, costs and graph of a model."""

    def __init__(self) -> None:
        #: Models whose next step is waited for.
        self._waiting: list[NextStep] = []
        #: The tags of models by their ids, for what is recorded of them later.
        self._model_tags: dict[int, str] = {}

    def add_model(
        self,
        model: "nn.Module",
        input_data: Any = None,
        *,
        input_size: "InputSize | None" = None,
        dtypes: Any = None,
        tag: str = "model",
        global_step: Any = None,
        walltime: float | None = None,
        mode: str = "same",
        backward: bool = False,
        **forward_kwargs: Any,
    ) -> "ModelSummary | None":
        """Record what a model is: every call and op with shapes and costs, and its graph for TensorBoard.

        ``input_data``, ``input_size``, ``dtypes``, ``mode``, ``backward`` and ``forward_kwargs`` are those of
        `cutaway.summary`, whose result is returned: the model is captured on shapes alone where that is possible, and
        stays as it is. Without any input the next real forward of a PyTorch module is recorded, and the backward behind
        it, and None is returned; it is written when the backward is over, or at `close`. Other frameworks' models are
        captured without one, as by `cutaway.summary`.

        Raises TypeError or ValueError for bad arguments, and ForwardError when the forward raises; the part up to
        there is recorded then.
        """
        tag = check_tag(tag)
        step, now = self._step(global_step), self._time(walltime)
        self._model_tags[id(model)] = tag
        from cutaway.model.capture.sources import check_module, is_of_another_framework

        without_input = input_data is None and input_size is None and not forward_kwargs
        if without_input and not is_of_another_framework(model):
            check_module(model)
            from cutaway.model.capture.torch.next_step import NextStep

            def done(trace: "Trace") -> None:
                if waiting in self._waiting:
                    self._waiting.remove(waiting)
                self._add_trace(trace, tag, step, time.time())

            waiting = NextStep(model, done)
            self._waiting.append(waiting)
            return None
        from cutaway.model.result import ForwardError
        from cutaway.model.summary import summary

        try:
            result = summary(
                model,
                input_size,
                input_data,
                dtypes=dtypes,
                mode=mode,
                backward=backward,
                verbose=False,
                **forward_kwargs,
            )
        except ForwardError as error:
            self._add_trace(error.summary.trace, tag, step, now)
            raise
        self._add_trace(result.trace, tag, step, now)
        return result

    def add_graph(
        self,
        model: "nn.Module",
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """Record a PyTorch model, by PyTorch's name for `add_model`.

        ``input_to_model``: a tensor, a list or tuple of arguments, or a dict of keyword arguments; without it the
        model's next real forward is recorded. ``verbose`` prints the model's summary. ``use_strict_trace`` is accepted
        and changes nothing.
        """
        result = self.add_model(model, input_to_model)
        if verbose and result is not None:
            print(result)

    def _finish_models(self) -> None:
        """Record the models whose next step was waited for: it does not come any more."""
        while self._waiting:
            self._waiting.pop().finish()

    def _add_trace(self, trace: "Trace", tag: str, step: int, now: float) -> None:
        """A graph for every reader, the bytes of its nodes, and the trace itself."""
        from cutaway.model.trace_bytes import to_bytes
        from cutaway.record.trace_graph import trace_graph_and_metadata

        head = double_field(1, now) + varint_field(2, step)
        graph, metadata = trace_graph_and_metadata(trace)
        value = {
            "tag": tag,
            "tensor": strings_message(np.array([to_bytes(trace)], dtype=object)),
            "metadata": plugin(CUTAWAY_MODEL, b"1"),
        }
        run = {"tag": f"{tag} at step {step}", "run_metadata": metadata}
        self._events.write(frame(head + bytes_field(4, graph)))
        self._events.write(frame(head + bytes_field(8, encode(messages.TAGGED_RUN_METADATA, run))))
        self._events.write(frame(head + bytes_field(5, bytes_field(1, encode(messages.VALUE, value)))))
