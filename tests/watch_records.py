"""What a watch recorded, as TensorBoard's own loader reads it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util.tensor_util import make_ndarray

from cutaway.events.watch_layout import WatchLayout


@dataclass
class Recorded:
    """Layouts by tag, arrays by tag and step, and scalars by tag and step."""

    layouts: dict[str, WatchLayout] = field(default_factory=dict)
    arrays: dict[str, dict[int, NDArray[Any]]] = field(default_factory=dict)
    scalars: dict[str, dict[int, float]] = field(default_factory=dict)
    #: How many events had something of a watch, by step.
    events: dict[int, int] = field(default_factory=dict)

    def row(self, tag: str, name: str, step: int) -> dict[str, float]:
        """The columns of a row at a step."""
        layout = self.layouts[tag]
        row = self.arrays[tag][step][layout.rows.index(name)]
        return dict(zip(layout.columns, row.tolist(), strict=True))


def recorded(path: Path) -> Recorded:
    """Everything in the event files of a directory."""
    found = Recorded()
    for file in sorted(path.glob("*tfevents*")):
        for event in EventFileLoader(str(file)).Load():
            has_watch = False
            for value in event.summary.value:
                plugin = value.metadata.plugin_data
                if plugin.plugin_name == "cutaway_watch":
                    found.layouts[value.tag] = WatchLayout.from_json(plugin.content)
                array = make_ndarray(value.tensor)
                if value.tag in found.layouts:
                    found.arrays.setdefault(value.tag, {})[event.step] = array
                    has_watch = True
                elif array.ndim == 0:
                    found.scalars.setdefault(value.tag, {})[event.step] = float(array)
            if has_watch:
                found.events[event.step] = found.events.get(event.step, 0) + 1
    return found
