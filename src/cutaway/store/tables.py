"""Columns as tables of pandas, polars and Arrow: the user has the library, and none is a requirement."""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

_LIBRARIES = ("pandas", "polars")


def to_dataframe(columns: Mapping[str, Any], library: str | None = None) -> Any:
    """A table of ``library`` (``pandas`` or ``polars``); by default the one that is imported, else installed.

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
    if library == "polars":
        # Polars takes object arrays as opaque objects.
        columns = {name: column.tolist() if column.dtype == object else column for name, column in columns.items()}
    return module.DataFrame(dict(columns))


def to_arrow(columns: Mapping[str, Any]) -> Any:
    """An Arrow table. Raises ImportError that says what to install."""
    return _import("pyarrow").table(dict(columns))


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"this needs {name}: pip install {name}") from error
