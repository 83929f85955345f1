"""A model as `SummaryWriter.add_model` records it."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cutaway.store.kinds.door import decoding
from cutaway.store.kinds.model import RecordedTrace
from cutaway.store.values import RecordedValues

# The modules that a summary needs are imported when one is read: a log without any model opens more quickly.
if TYPE_CHECKING:
    from cutaway.model.result import ModelSummary
    from cutaway.model.trace import Trace


@dataclass(frozen=True)
class Model(RecordedTrace):
    """A recorded trace; read when it is first asked for."""

    @cached_property
    def trace(self) -> "Trace":
        """Calls, ops and parameters. Raises MalformedError."""
        from cutaway.model.trace_bytes import from_bytes

        with decoding("the model"):
            return from_bytes(self.data)

    @cached_property
    def summary(self) -> "ModelSummary":
        """Rows and totals, as `cutaway.summary` has returned them. Raises MalformedError."""
        from cutaway.model.result import ModelSummary

        # Columns may hold values that no capture makes: a call inside one that is not there, a text for a size.
        with decoding("the model"):
            return ModelSummary(self.trace)

    def describe(self) -> str:
        """In a few words."""
        totals = self.summary.totals
        # Of columns whose types nothing has compared with the schema.
        with decoding("the model"):
            return f"model {self.trace.model}: {totals.parameters:,} parameters, {totals.macs:,} MACs"


class Models(RecordedValues):
    """The models of one tag: a sequence of :class:`Model`."""

    def decode(self, data: bytes) -> Model:
        """The model that one value's bytes are. Raises MalformedError."""
        recorded = super().decode(data)
        return Model(recorded.tag, recorded.data)
