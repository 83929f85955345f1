"""A logging step that is measured: its tables, and what is still on its way to them from other devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cutaway.events.watch_layout import COLUMNS, GRADIENT, MAGNITUDE_BINS, UPDATE
from cutaway.record.watch.device import Arriving, Late
from cutaway.record.watch.records import Content

_SUM, _SQUARES, _LEAST, _MOST = (COLUMNS.index(name) for name in ("sum", "sum_sq", "min", "max"))


@dataclass
class LoggingStep:
    """What is known of a step, and recorded when all of it is."""

    step: int
    #: Seconds since the epoch.
    now: float
    contents: dict[str, Content]
    #: Scalars that are not made of the tables.
    scalars: dict[str, float]
    arriving: Sequence[Arriving] = ()
    #: What gradients on another device are multiplied by, and whether the optimizer skips its step.
    scaling: Sequence[Late] = ()
    #: By kind, the place in the table of the rows that are not at their number.
    places: Mapping[str, Sequence[int]] = field(default_factory=dict)
    #: Whether the optimizer has skipped the step, as has turned out.
    is_skipped: bool = False

    def arrive(self) -> None:
        """Put into the tables what has come from other devices; waits for it where it has not."""
        for arriving in self.arriving:
            statistics = arriving.statistics.read()
            magnitudes = None if arriving.magnitudes is None else arriving.magnitudes.read()
            for idx, (kind, row) in enumerate(arriving.keys):
                content = self.contents.get(kind)
                if content is None:
                    continue
                place = self.places[kind].index(row) if kind in self.places else row
                content.statistics[place, : len(COLUMNS)] = statistics[idx]
                if magnitudes is not None and kind != UPDATE:
                    if content.magnitudes is None:
                        bins = np.zeros((len(content.statistics), MAGNITUDE_BINS), np.uint16)
                        content = self.contents[kind] = Content(content.layout, content.statistics, bins)
                        assert content.magnitudes is not None
                    content.magnitudes[place] = magnitudes[idx]
        for late in self.scaling:
            scale, found = late.read()
            self.is_skipped = self.is_skipped or bool(found)
            if GRADIENT in self.contents and scale:
                unscale(self.contents[GRADIENT].statistics, float(scale))
        if self.is_skipped:
            for kind in (GRADIENT, UPDATE):
                self.contents.pop(kind, None)


def unscale(statistics: np.ndarray[tuple[int, int], np.dtype[np.float64]], scale: float) -> None:
    """Divide what was measured of multiplied elements."""
    if scale != 1:
        statistics[:, [_SUM, _LEAST, _MOST]] /= scale
        statistics[:, _SQUARES] /= scale * scale
