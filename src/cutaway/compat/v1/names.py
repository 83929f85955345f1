"""Names of summaries: cleaned and made unique as TensorFlow 1 does it.

A summary's name becomes a scope of the graph, and its tag is that scope; so two summaries of one name get the tags
``name`` and ``name_1``. Names that differ only in case count as the same.
"""

import re

_INVALID = re.compile(r"[^-/\w\.]")


def clean(name: str) -> str:
    """A name with ``_`` for each character that TensorFlow does not take in tags, and without leading slashes."""
    return _INVALID.sub("_", name).lstrip("/")


class UniqueNames:
    """The names in use in one graph."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """``name``, or with ``_1``, ``_2`` and so on behind it when it is taken."""
        key = name.lower()
        number = self._uses.get(key, 0)
        self._uses[key] = number + 1
        if not number:
            return name
        base = key
        while key in self._uses:
            key = f"{base}_{number}"
            number += 1
        self._uses[key] = 1
        return f"{name}_{number - 1}"
