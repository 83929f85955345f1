"""The numbers of one tag of one run, as columns."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cutaway.events import messages
from cutaway.events.schema import decode
from cutaway.events.wire import MalformedError
from cutaway.store.recorded_rows import rows
from cutaway.store.segments import FilePoints, Segment, join
from cutaway.store.series import NumberColumn
from cutaway.store.tables import Names, to_arrow, to_dataframe


class Scalars:
    """Columns in the order of the files: a step may go back where a run was restarted or has several writers."""

    def __init__(self, run: str, tag: str, files: list[FilePoints], metadata: bytes) -> None:
        self.run = run
        self.tag = tag
        self._files = files
        self._metadata = metadata

    @cached_property
    def step(self) -> NDArray[np.int64]:
        """int64[n]."""
        return _joined([file.points.step for file in self._files], np.int64)

    @cached_property
    def wall_time(self) -> NDArray[np.float64]:
        """float64[n], seconds since the epoch."""
        return _joined([file.points.wall_time for file in self._files], np.float64)

    @cached_property
    def value(self) -> NumberColumn:
        """float32[n], float64[n] or int64[n]: the narrowest that is exact."""
        values = [file.points.value for file in self._files if len(file.points)]
        dtypes = {value.dtype for value in values}
        dtype = dtypes.pop() if len(dtypes) == 1 else np.dtype(np.float64 if dtypes else np.float32)
        return cast("NumberColumn", _joined(values, dtype))

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Step, wall time and value of each point as text, floats with the fewest digits that give them back."""
        return rows(file.points for file in self._files)

    @property
    def segments(self) -> list[Segment]:
        """The unbroken parts, oldest first, which a chart draws as lines."""
        return join(self._files)

    @property
    def display_name(self) -> str:
        """The name to show, by default the tag."""
        return summary_metadata(self._metadata).get("display_name") or self.tag

    @property
    def description(self) -> str:
        """The description that was recorded with the tag (`summary_description`), often empty."""
        return str(summary_metadata(self._metadata).get("summary_description", ""))

    def to_dataframe(self, library: str | None = None) -> Any:
        """Columns step, wall_time and value. ``library``: ``pandas`` or ``polars``."""
        return to_dataframe(self.columns(), library)

    def to_arrow(self) -> Any:
        """Columns step, wall_time and value."""
        return to_arrow(self.columns())

    def columns(self) -> dict[str, Any]:
        """step, wall_time and value."""
        return {"step": self.step, "wall_time": self.wall_time, "value": self.value}

    def __len__(self) -> int:
        return sum(len(file.points) for file in self._files)

    def __repr__(self) -> str:
        if not len(self):
            return f"<Scalars {self.tag!r} of {self.run!r}: no points>"
        steps = f"steps {self.step.min():,} to {self.step.max():,}"
        return f"<Scalars {self.tag!r} of {self.run!r}: {len(self):,} points, {steps}, last {self.value[-1]:g}>"


def long_form(series: Iterable[tuple[str, str, Scalars]]) -> dict[str, Any]:
    """run, tag (:class:`Names`), step, wall_time and value of all points, one behind the other.

    Values keep their dtype where all have the same, else they become float64.
    """
    found = list(series)
    lengths = [len(scalars) for _, _, scalars in found]

    def names(which: int) -> Names:
        places: dict[str, int] = {}
        codes = [places.setdefault(str(item[which]), len(places)) for item in found]
        return Names(list(places), np.repeat(np.array(codes, np.int32), lengths))

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


def _joined(parts: list[Any], dtype: Any) -> NDArray[Any]:
    if len(parts) == 1:
        return cast("NDArray[Any]", parts[0])
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


def summary_metadata(data: bytes) -> dict[str, Any]:
    """The decoded SummaryMetadata of a tag; an empty one for bytes that are malformed."""
    try:
        return decode(messages.SUMMARY_METADATA, data)
    except MalformedError:
        return {}
