"""Names in a graph: cleaned and made unique as TensorFlow 1 does it.

A summary's name becomes a scope of the graph, and its tag is that scope; so two summaries of one name get the tags
``name`` and ``name_1``. Names that differ only in case count as the same.
"""

import re

_INVALID = re.compile(r"[^-/\w\.]")
#: What TensorFlow takes as an operation's name, and as that of a scope below another one.
_OPERATION = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*")
_INNER_SCOPE = re.compile(r"[A-Za-z0-9_.\\/>-]*")


def clean(name: str) -> str:
    """A name with ``_`` for each character that TensorFlow does not take in tags, and without leading slashes."""
    return _INVALID.sub("_", name).lstrip("/")


def check_operation_name(name: object) -> None:
    """Raise TypeError or ValueError for what cannot be an operation's name, or that of an outermost scope."""
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {name!r} ({type(name).__name__})")
    if not _OPERATION.fullmatch(name):
        raise ValueError(
            f"name must be letters, digits and . _ \\ / > -, and begin with a letter, a digit or ., got {name!r}"
        )


def check_inner_scope(name: object) -> None:
    """Raise TypeError or ValueError for what cannot be the name of a scope within another one."""
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, got {name!r} ({type(name).__name__})")
    if not _INNER_SCOPE.fullmatch(name):
        raise ValueError(f"name must be letters, digits and . _ \\ / > -, got {name!r}")


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
