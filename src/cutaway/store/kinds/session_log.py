"""Where sessions of training start and stop."""

from dataclasses import dataclass

from cutaway.events import messages
from cutaway.events.schema import decode

_STATUS = {1: "start", 2: "stop", 3: "checkpoint"}


@dataclass(frozen=True)
class SessionLog:
    """``start``, ``stop`` or ``checkpoint``."""

    status: str
    checkpoint_path: str
    message: str

    def describe(self) -> str:
        """In a few words."""
        return f"session {self.status} {self.checkpoint_path or self.message}".rstrip()


def decode_session_log(data: bytes) -> SessionLog:
    """From the event's field."""
    message = decode(messages.SESSION_LOG, data)
    status = _STATUS.get(message.get("status", 0), "unknown")
    return SessionLog(status, message.get("checkpoint_path", ""), message.get("msg", ""))
