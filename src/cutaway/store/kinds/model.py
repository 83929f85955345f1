"""A model as `SummaryWriter.add_model` records it."""

from dataclasses import dataclass
from functools import cached_property

from cutaway.events.wire import MalformedError
from cutaway.model.summary import ModelSummary
from cutaway.model.trace import Trace, TraceError
from cutaway.model.trace_bytes import from_bytes


@dataclass(frozen=True)
class Model:
    """A recorded trace; read when it is first asked for."""

    tag: str
    data: bytes

    @cached_property
    def trace(self) -> Trace:
        """Calls, ops and parameters. Raises MalformedError."""
        try:
            return from_bytes(self.data)
        except TraceError as error:
            raise MalformedError(str(error)) from error

    @cached_property
    def summary(self) -> ModelSummary:
        """Rows and totals, as `cutaway.summary` has returned them. Raises MalformedError."""
        trace = self.trace
        try:
            return ModelSummary(trace)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Columns that no capture has made: a call inside one that is not there, a text for a size.
            raise MalformedError(f"the trace's columns do not fit together: {type(error).__name__}: {error}") from error

    def describe(self) -> str:
        """In a few words."""
        totals = self.summary.totals
        return f"model {self.trace.model}: {totals.parameters:,} parameters, {totals.macs:,} MACs"
