"""Columns as tables of pandas, polars and Arrow: the user has the library, and none is a requirement."""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_LIBRARIES = ("pandas", "polars")


class Names(NamedTuple):
    """A column of few different texts."""

    #: Each text once.
    words: list[str]
    #: int32[n]: the place of each row's text among the words.
    codes: NDArray[np.int32]

    def texts(self) -> NDArray[np.object_]:
        """The text of each row: object[n]."""
        return np.array(self.words, object)[self.codes]


def plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with their texts written out."""
    return {name: column.texts() if isinstance(column, Names) else column for name, column in columns.items()}


def to_dataframe(columns: Mapping[str, Any], library: str | None = None) -> Any:
    """A table of ``library`` (``pandas`` or ``polars``); by default the one that is imported, else installed.

    Names are categories in pandas, which keep each text once, and strings in polars.

    Raises ValueError for another name, and ImportError that says what to install.
    """
    if library is None:
        library = next((name for name in _LIBRARIES if name in sys.modules), None) or next(
            (name for name in _LIBRARIES if find_spec(name)), None
        )
        if library is None:
            raise ImportError("to_dataframe needs pandas or polars: pip install pandas, or pip install polars")
    if library not in _LIBRARIES:
        raise ValueError(f"library must be one of {', '.join(_LIBRARIES)}, got {library!r}")
    module = _import(library)

    def column(found: Any) -> Any:
        if not isinstance(found, Names):
            return found
        if library == "polars":
            return module.Series(found.words, dtype=module.String).gather(found.codes)
        return module.Categorical.from_codes(found.codes, found.words)

    return module.DataFrame({name: column(found) for name, found in columns.items()})


def to_arrow(columns: Mapping[str, Any]) -> Any:
    """An Arrow table. Raises ImportError that says what to install."""
    arrow = _import("pyarrow")

    def column(found: Any) -> Any:
        return arrow.array(found.words, arrow.string()).take(found.codes) if isinstance(found, Names) else found

    return arrow.table({name: column(found) for name, found in columns.items()})


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"this needs {name}: pip install {name}") from error
