"""What a capture returns, whatever it is of."""

from dataclasses import dataclass

from cutaway.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Captured:
    """The trace, and the exception that ended the forward, after which the trace is partial."""

    trace: Trace
    error: Exception | None = None


class SourceError(ValueError):
    """A file or an object that no model can be read from, in one line that names it and says why."""
