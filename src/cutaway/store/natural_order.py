"""The order in which people expect names with numbers: ``layer2`` before ``layer10``."""

import re

_DIGITS = re.compile(r"([0-9]+)")


def natural_key(name: str) -> tuple[object, ...]:
    """A sort key that compares runs of digits as numbers and the rest without regard to case.

    Numbers are compared by length, then by digits, so that a name of thousands of digits costs nothing.
    The name itself comes last, which makes the order total.
    """
    parts: list[object] = []
    for place, part in enumerate(_DIGITS.split(name)):
        if place % 2:
            digits = part.lstrip("0")
            parts.append((len(digits), digits))
        else:
            parts.append(part.casefold())
    return (parts, name)
