"""The result of a capture, of any framework."""

from dataclasses import dataclass
from pathlib import Path

from cutaway.model.trace import Trace


@dataclass(frozen=True, slots=True)
class Captured:
    """The trace, and the exception that ended the forward, after which the trace is partial."""

    trace: Trace
    error: Exception | None = None


class SourceError(ValueError):
    """A file or an object that no model can be read from, in one line that names it and says why."""


def needs_trust(path: Path, why: str) -> SourceError:
    """The error of a file that runs code of its own when it is opened, and was given without trust."""
    text = f"{path} runs code when it is opened, since {why}; if you trust who made it, --trust (trust=True) opens it"
    return SourceError(text)
