"""The order in which people expect names with numbers: ``layer2`` before ``layer10``, ``lr=0.05`` before ``lr=0.3``."""

import re
from functools import lru_cache

# A decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else a whole number.
_NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")


@lru_cache(1 << 16)
def natural_key(name: str) -> tuple[object, ...]:
    """A sort key that compares numbers by value and the rest without regard to case.

    Whole numbers are compared by length, then by digits, so that a name of thousands of digits costs nothing.
    The name itself comes last, which makes the order total.
    """
    parts: list[object] = []
    for place, part in enumerate(_NUMBER.split(name)):
        if place % 2:
            whole, _, fraction = part.partition(".")
            digits = whole.lstrip("0")
            parts.append((len(digits), digits, fraction))
        else:
            parts.append(part.casefold())
    return (parts, name)
