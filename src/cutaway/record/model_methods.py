"""The methods of SummaryWriter for models."""

import time
from typing import TYPE_CHECKING, Any

from cutaway.events.core import frame
from cutaway.events.wire import bytes_field, double_field
from cutaway.record.recorder import Recorder
from cutaway.record.trace_graph import trace_graph

if TYPE_CHECKING:
    from torch import nn


class ModelMethods(Recorder):
    """The graph of a model."""

    def add_graph(
        self,
        model: "nn.Module",
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
    ) -> None:
        """Record a PyTorch model's graph: its modules as boxes, the ops in them, parameters, shapes.

        ``input_to_model``: a tensor, a list or tuple of arguments, or a dict of keyword arguments. Nothing is computed
        with it where the forward runs on shapes alone, and the model stays as it is. ``verbose`` prints the model's
        summary. ``use_strict_trace`` is accepted and changes nothing.

        Raises ValueError without an input, TypeError for what is no model, and ForwardError when the forward raises.
        """
        if input_to_model is None:
            raise ValueError("input_to_model must be what the model's forward takes, got None")
        from cutaway.model.summary import summary

        trace = summary(model, input_data=input_to_model, verbose=verbose).trace
        self._events.write(frame(double_field(1, time.time()) + bytes_field(4, trace_graph(trace))))
