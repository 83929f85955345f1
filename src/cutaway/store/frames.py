"""Columns as tables of pandas, polars and Arrow, for whoever has them: none is a requirement."""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from cutaway.store.scalars import Scalars

_LIBRARIES = ("pandas", "polars")


def long_form(series: Iterable[tuple[str, str, Scalars]]) -> dict[str, Any]:
    """run, tag, step, wall_time and value of all points, one behind the other.

    Values keep their dtype where all have the same, else they become float64.
    """
    found = list(series)
    lengths = [len(scalars) for _, _, scalars in found]

    def names(which: int) -> Any:
        return np.repeat(np.array([item[which] for item in found], object), lengths)

    def column(name: str, empty: Any) -> Any:
        parts = [getattr(scalars, name) for _, _, scalars in found if len(scalars)]
        if not parts:
            return np.empty(0, empty)
        same = len({part.dtype for part in parts}) == 1
        return np.concatenate(parts if same else [part.astype(np.float64) for part in parts])

    return {
        "run": names(0),
        "tag": names(1),
        "step": column("step", np.int64),
        "wall_time": column("wall_time", np.float64),
        "value": column("value", np.float32),
    }


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
