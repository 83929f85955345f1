"""What names are sorted by, for the pure twin: see ``core.natural_key``."""

import re

# A decimal fraction, unless another dot is beside it as in the module path blocks.0.10; else a whole number.
_NUMBER = re.compile(r"((?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])|[0-9]+)")
#: A number of fewer digits than this has their count as one character in front.
_COUNTED = 0xD000
#: Parts of names that are remembered, and characters of such a part: a hundred thousand tags are made of few.
_MOST_PARTS, _LONGEST_PART = 1 << 16, 100


class _Parts(dict[str, str]):
    """What stands in a key for a part of a name between slashes."""

    def __missing__(self, part: str) -> str:
        pieces = _NUMBER.split(part)
        key = "".join([_of_number(piece) if place % 2 else _of_text(piece) for place, piece in enumerate(pieces)])
        if len(part) <= _LONGEST_PART:
            if len(self) >= _MOST_PARTS:
                self.clear()
            self[part] = key
        return key


def _of_text(text: str) -> str:
    # Two zeros are behind each text, before a number or at the end of the name: they come before all that goes on.
    return text.casefold().replace("\0", "\0\1")


def _of_number(number: str) -> str:
    whole, _, fraction = number.partition(".")
    digits = whole.lstrip("0")
    # By length, then by digits, so that a number of thousands of digits costs nothing.
    length = len(digits)
    count = chr(length + 1) if length < _COUNTED else f"{chr(_COUNTED + 1)}{length:020d}"
    return f"\0\0{count}{digits}{fraction}\0"


_PART = _Parts().__getitem__


def natural_key(name: str) -> str:
    """See ``core.natural_key``."""
    return f"{'/'.join(map(_PART, name.split('/')))}\0\0\0{name}"
