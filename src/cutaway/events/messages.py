"""The events that a writer itself needs: which format this is, and where a session starts and ends."""

from cutaway.events.wire import bytes_field, double_field, varint_field

#: SessionLog.SessionStatus.
SESSION_START, SESSION_STOP = 1, 2

_FILE_VERSION = b"brain.Event:2"
_WRITER = b"cutaway"


def file_version(wall_time: float, step: int = 0) -> bytes:
    """The event that a file starts with: the format's version and who writes."""
    source_metadata = bytes_field(1, _WRITER)
    return _event(wall_time, step) + bytes_field(3, _FILE_VERSION) + bytes_field(10, source_metadata)


def session_log(wall_time: float, status: int, step: int = 0) -> bytes:
    """SESSION_START at ``step`` supersedes what was recorded from there on; SESSION_STOP is an orderly end."""
    return _event(wall_time, step) + bytes_field(7, varint_field(1, status))


def _event(wall_time: float, step: int) -> bytes:
    return double_field(1, wall_time) + varint_field(2, step)
