"""Gradients, weights and updates: what is measured of a model's parameters around an optimizer's step."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from cutaway.events.watch_layout import COLUMNS, GRADIENT, MAGNITUDE_BINS, UPDATE, WEIGHT, WatchLayout
from cutaway.record.watch import host
from cutaway.record.watch.device import Devices
from cutaway.record.watch.host import Expected, Kept, Located
from cutaway.record.watch.logging_step import unscale
from cutaway.record.watch.ranks import contributes, sampled_of
from cutaway.record.watch.records import Content
from cutaway.record.watch.rows import WatchedModel, WatchedParameter
from cutaway.record.watch.tensors import on_host

#: Samples of weights before the optimizer's change, which are recorded as a part of updates alone.
_BEFORE = "before"
#: The rows that each look at gradients begins with.
_FIRST = 8


class TrainedRows:
    """The rows of gradients and updates that one optimizer changes."""

    def __init__(self, places: Sequence[int], parameters: Sequence[WatchedParameter]) -> None:
        #: int64[n]: the rows.
        self.places = np.array(places, np.int64)
        self.parameters = parameters
        # A gradient is as its parameter is.
        self._expected = Expected([row.parameter for row in parameters])
        self._parts: list[TrainedRows] = []

    def __len__(self) -> int:
        return len(self.parameters)

    def part(self, count: int, parts: int) -> "TrainedRows":
        """The first rows, and of the others one part of so many: another one as ``count`` grows.

        An element that is not finite spreads, in the backward, to the gradients of all layers that ran before.
        """
        parts = min(parts, max(len(self) - _FIRST, 1))
        if parts == 1:
            return self
        if len(self._parts) != parts:
            self._parts = [self._every(parts, start) for start in range(parts)]
        return self._parts[count % parts]

    def _every(self, parts: int, start: int) -> "TrainedRows":
        chosen = [*range(_FIRST), *range(_FIRST + start, len(self), parts)]
        return TrainedRows(self.places[chosen].tolist(), [self.parameters[place] for place in chosen])

    def gradients(self) -> Located:
        """Where the gradients are; some may be absent."""
        return self._expected.locate([row.gradient() for row in self.parameters])

    def weights(self) -> Located:
        """Where the parameters are."""
        return self._expected.locate([row.parameter for row in self.parameters])


class Parameters:
    """The rows of a model's parameters. Gradients and updates have those that are trained alone."""

    def __init__(
        self, watched: WatchedModel, kinds: Sequence[str], devices: Devices, model_tag: str, world: int
    ) -> None:
        self._devices = devices
        self._watched = watched
        self._model_tag, self._world = model_tag, world
        self._kinds = kinds
        self._with_magnitudes = False
        # Where all weights were found to be, for the length of a hook.
        self._located: Located | None = None
        self._found: dict[str, NDArray[np.float64]] = {}
        self._magnitudes: dict[str, NDArray[np.uint16]] = {}
        self._kept: list[tuple[TrainedRows, Kept]] = []
        self.arrange([])

    def arrange(self, keys: Sequence[str]) -> None:
        """Take the model's parameters as they are now, in the order in which their modules ran.

        ``keys``: the rows of activations, as far as they are known.
        """
        self._all = self._watched.in_order(keys)
        self._expected = Expected([row.parameter for row in self._all])
        self._trained = [row for row in self._all if row.parameter.requires_grad]
        self._places = {id(row.parameter): place for place, row in enumerate(self._trained)}
        self._layouts = {kind: self._layout(kind) for kind in (GRADIENT, WEIGHT, UPDATE) if kind in self._kinds}

    def __len__(self) -> int:
        """How many parameters are trained."""
        return len(self._trained)

    @property
    def first(self) -> torch.nn.Parameter | None:
        """The parameter that is trained and was used first, whose gradient comes last; None where none is trained."""
        return self._trained[0].parameter if self._trained else None

    def is_changed(self) -> bool:
        """Whether other parameters are trained than before, or parameters were replaced."""
        places = self._places
        return self._watched.is_changed() or any(
            row.parameter.requires_grad != (id(row.parameter) in places) for row in self._all
        )

    def rows_of(self, parameters: Iterable[torch.Tensor]) -> TrainedRows:
        """The rows that some parameters have; parameters of other models have none."""
        places = sorted({self._places[id(each)] for each in parameters if id(each) in self._places})
        return TrainedRows(places, [self._trained[place] for place in places])

    def begin(self, *, with_magnitudes: bool) -> None:
        """A step is measured: nothing of it has been so far."""
        self._with_magnitudes = with_magnitudes
        self._found.clear()
        self._magnitudes.clear()
        self._kept.clear()

    def before(self, rows: TrainedRows, scale: float) -> None:
        """Measure the gradients of some rows, and all weights the first time; ``scale`` is what gradients have."""
        if GRADIENT in self._kinds:
            self._measure_gradients(rows, scale)
        if WEIGHT in self._kinds and WEIGHT not in self._found:
            located = self._located = self._expected.locate([row.parameter for row in self._all])
            if len(located.places) < len(self._all):
                self._devices.add(WEIGHT, range(len(self._all)), [row.parameter for row in self._all])
            self._found[WEIGHT] = host.measure(located, len(self._all), host.SAMPLE)
            if self._with_magnitudes:
                self._magnitudes[WEIGHT] = host.magnitudes(located, len(self._all))

    def keep(self, rows: TrainedRows) -> None:
        """Keep the weights of some rows, which the optimizer changes now."""
        if UPDATE in self._kinds:
            # Where one optimizer trains all parameters they were looked for just now.
            is_all = self._located is not None and len(rows) == len(self._all)
            located = self._located if is_all and self._located else rows.weights()
            self._kept.append((rows, Kept(located)))
            self._located = None
            self._sample_weights(_BEFORE, rows, located)

    def after(self) -> None:
        """Measure what has become of the weights that were kept."""
        for rows, kept in self._kept:
            located = rows.weights()
            self._rows_of_kind(UPDATE)[rows.places] = kept.changes(located, len(rows))
            self._sample_weights(UPDATE, rows, located)
            self._devices.subtract(UPDATE, _BEFORE, rows.places.tolist())
        self._kept.clear()

    def forget(self) -> None:
        """The gradients are not a step's: the optimizer was told to skip it."""
        self._kept.clear()
        for kind in (GRADIENT, UPDATE):
            self._found.pop(kind, None)
            self._magnitudes.pop(kind, None)

    def owned(self, kind: str, rank: int) -> NDArray[np.bool_]:
        """bool[rows]: the rows whose elements on this rank are no other rank's."""
        rows = self._all if kind == WEIGHT else self._trained
        return np.array([contributes(row.parameter, rank) for row in rows], bool)

    def layouts(self) -> dict[str, WatchLayout]:
        """What the rows of each kind are."""
        return dict(self._layouts)

    def statistics(self) -> dict[str, NDArray[np.float64]]:
        """By kind, float64[rows, 8] of what was measured so far."""
        return {kind: self._found[kind] for kind in self._layouts if kind in self._found}

    def contents(self) -> dict[str, Content]:
        """What is recorded of the step."""
        return {
            kind: Content(self._layouts[kind], found, self._magnitudes.get(kind))
            for kind, found in self.statistics().items()
        }

    def _sample_weights(self, kind: str, rows: TrainedRows, located: Located) -> None:
        """Take samples of the weights that are on other devices."""
        if len(located.places) < len(rows):
            self._devices.add(kind, rows.places.tolist(), [row.parameter for row in rows.parameters])

    def _measure_gradients(self, rows: TrainedRows, scale: float) -> None:
        located = rows.gradients()
        if len(located.places) < len(rows):
            self._devices.add(GRADIENT, rows.places.tolist(), [row.gradient() for row in rows.parameters])
        found = host.measure(located, len(rows))
        unscale(found, scale)
        self._rows_of_kind(GRADIENT)[rows.places] = found
        if self._with_magnitudes:
            counted = host.magnitudes(located, len(rows))
            if GRADIENT not in self._magnitudes:
                self._magnitudes[GRADIENT] = np.zeros((len(self), MAGNITUDE_BINS), np.uint16)
            bins = -round(np.log2(scale))
            self._magnitudes[GRADIENT][rows.places] = shifted(counted, bins) if bins else counted

    def _rows_of_kind(self, kind: str) -> NDArray[np.float64]:
        if kind not in self._found:
            self._found[kind] = np.full((len(self), len(COLUMNS)), np.nan)
        return self._found[kind]

    def _layout(self, kind: str) -> WatchLayout:
        rows = self._all if kind == WEIGHT else self._trained
        numel = tuple(row.parameter.numel() for row in rows)
        has_doubles = any(row.parameter.dtype == torch.float64 for row in rows)
        most = host.SAMPLE // 2 if kind == UPDATE and has_doubles else host.SAMPLE
        # Gradients in this machine's memory are measured in full.
        sampled = tuple(
            size if kind == GRADIENT and on_host(row.parameter) else sampled_of(row.parameter, most)
            for row, size in zip(rows, numel, strict=True)
        )
        return WatchLayout(
            kind=kind,
            rows=tuple(row.path for row in rows),
            classes=tuple(row.type for row in rows),
            numel=numel,
            sampled=sampled,
            dtypes=tuple(str(row.parameter.dtype).removeprefix("torch.") for row in rows),
            exact_extremes=numel == sampled,
            model_tag=self._model_tag,
            world=self._world,
        )


def shifted(magnitudes: NDArray[np.uint16], bins: int) -> NDArray[np.uint16]:
    """Magnitudes of numbers that are multiplied by a power of 2; what leaves the bins is in the outermost ones."""
    wide = np.zeros(magnitudes.shape, np.int64)
    places = np.clip(np.arange(MAGNITUDE_BINS) + bins, 0, MAGNITUDE_BINS - 1)
    for source, target in enumerate(places):
        wide[:, target] += magnitudes[:, source]
    return np.minimum(wide, 65535).astype(np.uint16)
