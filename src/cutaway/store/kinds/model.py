"""A model as `SummaryWriter.add_model` records it."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cutaway.events.wire import MalformedError

# What a summary needs is imported when one is read: a log without any model is looked at more quickly.
if TYPE_CHECKING:
    from cutaway.model.result import ModelSummary
    from cutaway.model.trace import Trace


@dataclass(frozen=True)
class Model:
    """A recorded trace; read when it is first asked for."""

    tag: str
    data: bytes

    @cached_property
    def trace(self) -> "Trace":
        """Calls, ops and parameters. Raises MalformedError."""
        from cutaway.model.records import TraceError
        from cutaway.model.trace_bytes import from_bytes

        try:
            return from_bytes(self.data)
        except TraceError as error:
            raise MalformedError(str(error)) from error

    @cached_property
    def summary(self) -> "ModelSummary":
        """Rows and totals, as `cutaway.summary` has returned them. Raises MalformedError."""
        from cutaway.model.result import ModelSummary

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
