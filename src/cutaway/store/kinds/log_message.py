"""Lines of a log, as TensorFlow's events may hold them."""

from dataclasses import dataclass

from cutaway.events import messages
from cutaway.events.schema import decode

_LEVELS = {10: "debug", 20: "info", 30: "warning", 40: "error", 50: "fatal"}


@dataclass(frozen=True)
class LogMessage:
    """A line of a log."""

    level: str
    message: str

    def describe(self) -> str:
        """In a few words."""
        return f"{self.level}: {self.message}"


def decode_log_message(data: bytes) -> LogMessage:
    """From the event's field."""
    message = decode(messages.LOG_MESSAGE, data)
    return LogMessage(_LEVELS.get(message.get("level", 0), "unknown"), message.get("message", ""))
