"""A float64 by its bits, as int64, where JSON would lose some: the sign of a NaN."""

from struct import Struct

_BITS, _FLOAT = Struct("<q"), Struct("<d")


def float_of(bits: int) -> float:
    """The number of some bits. struct.error for bits of another number of digits."""
    number: float
    (number,) = _FLOAT.unpack(_BITS.pack(bits))
    return number


def bits_of(number: float) -> int:
    """The bits of a number."""
    bits: int
    (bits,) = _BITS.unpack(_FLOAT.pack(number))
    return bits
