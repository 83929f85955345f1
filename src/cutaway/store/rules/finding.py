"""A finding: what a rule says of a run."""

from dataclasses import dataclass
from typing import Literal

#: ``error``: the training is lost or will be; ``warning``: somebody should look; ``info``: worth knowing;
#: ``unknown``: there is not enough data to say.
Severity = Literal["error", "warning", "info", "unknown"]


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found in one run."""

    #: The rule's name, as ``dead``; empty where it is said of several that there is not enough data.
    rule: str
    severity: Severity
    #: One sentence in plain words, with the figures that matter.
    sentence: str
    #: The steps of the first and of the last logging step, or point, at which it holds.
    first_step: int
    last_step: int
    #: What is wrong: rows of a watch in the order of execution, or tags. The first is the one that was wrong first.
    rows: tuple[str, ...] = ()
    #: The kind of the watch (``gradient``) that shows it, or empty.
    kind: str = ""
    #: The figure at ``first_step`` of the first row, and the threshold that it crossed.
    value: float | None = None
    threshold: float | None = None
    #: When the first of these steps was recorded, in seconds since the epoch; None where nothing says it.
    wall_time: float | None = None
    #: Whether it is what went wrong first of the run's layers: one finding of a run, none that is a mere note.
    is_first_of_layers: bool = False
