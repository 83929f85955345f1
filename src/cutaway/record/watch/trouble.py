"""What a watch says of trouble: a warning at the line of the program that it comes from, and training goes on."""

import sys
import warnings

from cutaway.events.recording_warning import RecordingWarning


def say(message: str) -> None:
    """Warn at the innermost line that is neither ours nor PyTorch's."""
    level, caller = 2, sys._getframe(1)
    while caller.f_back is not None and caller.f_globals["__name__"].startswith(("cutaway.", "torch.")):
        level, caller = level + 1, caller.f_back
    warnings.warn(message, RecordingWarning, stacklevel=level)


def first_line(error: Exception) -> str:
    """An exception's class, and its message in one line."""
    return f"{type(error).__name__}: {(str(error).strip() or 'without a message').splitlines()[0]}"
