"""``tensorboardX.crc32c``."""

from cutaway.events import core

__all__ = ["crc32c"]


def crc32c(data: bytes) -> int:
    """The CRC-32C of some bytes."""
    return core.crc32c(data)
