"""Messages of protobuf, of any package's classes."""

from typing import Any


def serialised(message: Any, name: str) -> bytes:
    """The bytes of a message, or bytes as they are. Raises TypeError that begins with ``name`` for anything else."""
    if isinstance(message, bytes):
        return message
    serialise = getattr(message, "SerializeToString", None)
    if serialise is None:
        raise TypeError(f"{name} must be a message of protobuf or its bytes, got {type(message).__name__}")
    return bytes(serialise())
