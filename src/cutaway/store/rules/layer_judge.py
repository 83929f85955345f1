"""The rules of layers over one watch, kept up to date as its logging steps come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from cutaway.events.first_bad import FirstBad
from cutaway.events.watch_layout import ACTIVATION, GRADIENT, WatchLayout
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules import (
    all_zero,
    dead,
    depth_trend,
    exploding,
    initialisation,
    large_updates,
    moved,
    non_finite,
    not_updating,
    number_range,
    outliers,
    saturated,
    vanishing,
)
from cutaway.store.rules.episodes import Episode, Episodes, Marks
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.rule import LayerRule, findings_of
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.usual import STRIDE
from cutaway.store.rules.window import Magnitudes, Window

#: In the order in which people are told of them.
LAYER_RULES: tuple[LayerRule, ...] = (
    exploding.RULE,
    vanishing.RULE,
    depth_trend.RULE,
    dead.RULE,
    saturated.RULE,
    all_zero.RULE,
    not_updating.RULE,
    large_updates.RULE,
    number_range.RULE,
    outliers.RULE,
    initialisation.RULE,
)
#: Logging steps that are judged at a time: their statistics stay in the processor's cache.
_BLOCK = 512


@dataclass
class _Stream:
    """The logging steps of one kind: the last of them, and what holds of its rows."""

    #: Those that are looked back to, the last.
    kept: LayerColumns
    #: The number of the first of those, counted from the stream's first.
    first: int = 0
    episodes: dict[str, Episodes] = field(default_factory=dict)

    @property
    def layout(self) -> WatchLayout:
        """What its rows are."""
        return self.kept.layout


class LayerJudge:
    """What the rules find in one watch. Kinds come in any order; each kind's logging steps ascend."""

    def __init__(self, settings: RuleSettings) -> None:
        self._settings = settings
        self._history = -(-settings.history // STRIDE) * STRIDE
        self._streams: dict[str, _Stream] = {}
        self._magnitudes: dict[str, dict[str, Episodes]] = {}
        self._resting: set[int] = set()
        #: Names of rules that can be meant: there are rows that they judge.
        self._meant: set[str] = set()
        #: The steps of all logging steps that were judged, by kind.
        self.steps: dict[str, list[int]] = {}

    @property
    def kinds(self) -> set[str]:
        """The kinds that were seen."""
        return set(self._streams)

    def add(
        self,
        layers: Mapping[str, LayerColumns],
        magnitudes: Mapping[str, Magnitudes] | None = None,
        resting: Iterable[int] = (),
    ) -> None:
        """Take in new logging steps, by kind. ``resting``: steps at which the learning rate was zero."""
        self._resting.update(resting)
        layers = {kind: columns for kind, columns in layers.items() if columns.layout.rows}
        # A block whose statistics overflow is what rules are for.
        with np.errstate(all="ignore"):
            for low, high in self._stretches(layers):
                self._judge({kind: _between(columns, low, high) for kind, columns in layers.items()})
            for kind, found in (magnitudes or {}).items():
                self._judge_magnitudes(kind, found)

    def findings(self, reports: Sequence[FirstBad] = ()) -> list[Finding]:
        """What holds or held. ``reports``: what the recording itself found of the first number that was not finite."""
        of_rule = partial(self._episodes, non_finite.ABOUT.name)
        streams = self._streams.items()
        of_kinds = {kind: (stream.layout, of_rule(kind)) for kind, stream in streams}
        found = non_finite.findings(of_kinds, reports, set(self.steps.get(ACTIVATION, ())))
        for rule in LAYER_RULES:
            for kind in rule.kinds:
                if kind in self._streams:
                    layout = self._streams[kind].layout
                    found += findings_of(rule, layout, self._episodes(rule.about.name, kind), self._settings)
        return found

    def unknown(self) -> list[LayerRule]:
        """The rules that cannot say anything yet, of those that have rows to judge."""
        return [
            rule
            for rule in LAYER_RULES
            if self._judged(rule) < rule.least(self._settings)
            and (rule.about.name in self._meant or not self._streams.keys() & set(rule.kinds))
        ]

    def moved(self, first_step: int, last_step: int) -> list[tuple[str, str, Episode]]:
        """Kind, row and episode of the layers that moved between two steps, earliest first, then the furthest."""
        found = [
            (kind, self._streams[kind].layout.rows[episode.row], episode)
            for kind in (GRADIENT, ACTIVATION)
            if kind in self._streams
            for episode in self._episodes("moved", kind)
            if first_step <= episode.first_step <= last_step
        ]
        return sorted(found, key=lambda each: (each[2].first_step, -each[2].worst))

    def _judged(self, rule: LayerRule) -> int:
        stored = self._magnitudes if rule.of_magnitudes and self._magnitudes else None
        counts = [
            (stored.get(kind, {}) if stored else self._streams[kind].episodes).get(rule.about.name)
            for kind in rule.kinds
            if kind in self._streams
        ]
        return max((episodes.judged for episodes in counts if episodes is not None), default=0)

    def _episodes(self, name: str, kind: str) -> list[Episode]:
        found: list[Episode] = []
        for episodes in (self._streams[kind].episodes, self._magnitudes.get(kind, {})):
            if name in episodes:
                found += episodes[name].all()
        return found

    def _stretches(self, layers: Mapping[str, LayerColumns]) -> list[tuple[int, int]]:
        """Steps from the first to before the second, in which no kind has more logging steps than a block."""
        steps = np.unique(np.concatenate([np.empty(0, np.int64), *(columns.steps for columns in layers.values())]))
        if not len(steps):
            return []
        edges = [*steps[::_BLOCK].tolist(), int(steps[-1]) + 1]
        return list(pairwise(edges))

    def _judge(self, layers: Mapping[str, LayerColumns]) -> None:
        for kind, columns in layers.items():
            stream = self._streams.get(kind)
            if stream is None:
                self._streams[kind] = _Stream(columns)
            else:
                stream.kept = _joined(stream.kept, columns)
        windows: dict[str, Window] = {}
        for kind, stream in self._streams.items():
            context = len(stream.kept.steps) - (len(layers[kind].steps) if kind in layers else 0)
            windows[kind] = Window(stream.kept, context, windows, None, frozenset(self._resting))
        for kind, columns in layers.items():
            if len(columns.steps):
                self._judge_kind(kind, windows[kind], columns)
        for stream in self._streams.values():
            self._forget(stream)

    def _judge_kind(self, kind: str, window: Window, new: LayerColumns) -> None:
        stream = self._streams[kind]
        index = stream.first + window.context
        self.steps.setdefault(kind, []).extend(new.steps.tolist())

        def note(name: str, consecutive: int, marks: Marks) -> None:
            self._meant.add(name)
            episodes = stream.episodes.setdefault(name, Episodes(consecutive, self._settings.together))
            part = marks.after(window.context)
            episodes.add(part, new.steps, new.wall_time, index)

        note(non_finite.ABOUT.name, 1, non_finite.marks(window, self._settings))
        if kind in (GRADIENT, ACTIVATION):
            note("moved", 1, moved.marks(window, self._settings))
        for rule in LAYER_RULES:
            if kind in rule.kinds:
                marks = rule.marks(window, self._settings)
                if marks is not None:
                    note(rule.about.name, rule.consecutive or self._settings.consecutive, marks)

    def _judge_magnitudes(self, kind: str, found: Magnitudes) -> None:
        empty = np.empty((*found.counts.shape[:2], 0), np.float32)
        window = Window(LayerColumns(found.layout, found.steps, found.wall_time, empty), 0, {}, found.counts)
        of_kind = self._magnitudes.setdefault(kind, {})
        for rule in LAYER_RULES:
            if rule.of_magnitudes and kind in rule.kinds and len(found.steps):
                marks = rule.marks(window, self._settings)
                if marks is not None:
                    episodes = of_kind.setdefault(
                        rule.about.name, Episodes(rule.consecutive or 1, self._settings.together)
                    )
                    episodes.add(marks, found.steps, found.wall_time, 0)

    def _forget(self, stream: _Stream) -> None:
        """Keep what later steps look back to, from the beginning of a block of the usual on."""
        count = len(stream.kept.steps)
        gone = max(0, (stream.first + count) // STRIDE * STRIDE - self._history - stream.first)
        if gone:
            kept = stream.kept
            stream.kept = LayerColumns(kept.layout, kept.steps[gone:], kept.wall_time[gone:], kept.values[gone:])
            stream.first += gone


def _between(columns: LayerColumns, low: int, high: int) -> LayerColumns:
    start, stop = np.searchsorted(columns.steps, [low, high]).tolist()
    part = slice(start, stop)
    return LayerColumns(columns.layout, columns.steps[part], columns.wall_time[part], columns.values[part])


def _joined(before: LayerColumns, after: LayerColumns) -> LayerColumns:
    if not len(after.steps):
        return before
    return LayerColumns(
        before.layout,
        np.concatenate([before.steps, after.steps]),
        np.concatenate([before.wall_time, after.wall_time]),
        np.concatenate([before.values, after.values]),
    )
