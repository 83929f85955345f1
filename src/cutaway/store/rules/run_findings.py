"""The findings of one run of a log, kept up to date with what was read of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cutaway.events.first_bad import FirstBad
from cutaway.events.wire import MalformedError
from cutaway.store.kinds.histogram import Histogram
from cutaway.store.layers.log_layers import KnownContents, layers_of
from cutaway.store.layers.series import LayerSeries
from cutaway.store.layers.statistics import LayerColumns
from cutaway.store.rules.finding import Finding
from cutaway.store.rules.layer_judge import LayerJudge
from cutaway.store.rules.losses import is_validation
from cutaway.store.rules.other_writers import histograms_as_layers, norms_as_layers
from cutaway.store.rules.run_judge import RULES, RunJudge, RunScalars
from cutaway.store.rules.run_record import RunRecord, curve_of
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Magnitudes
from cutaway.store.values import RecordedValues

#: Logging steps that are read at a time.
_CHUNK = 1024
#: Histograms of a tag that are decoded: of more of them every second, fourth and so on.
_MOST_HISTOGRAMS = 200
#: Reports of one tag that are read, the first.
_MOST_REPORTS = 20


@dataclass
class _Taken:
    """How far the logging steps of one source were taken in, by kind."""

    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def holds(self, kind: str, rows: tuple[str, ...], steps: NDArray[np.int64]) -> bool:
        """Whether what was taken in is the beginning of what there is now."""
        count = self.counts.get(kind, 0)
        return not count or (
            self.rows[kind] == rows and len(steps) >= count and int(steps[count - 1]) == self.last[kind]
        )

    def take(self, kind: str, rows: tuple[str, ...], steps: NDArray[np.int64]) -> None:
        """All steps of a kind were taken in."""
        if len(steps):
            self.rows[kind], self.counts[kind], self.last[kind] = rows, len(steps), int(steps[-1])


class RunFindings:
    """Takes in what is new of a run and says what the rules find. For one thread at a time."""

    def __init__(self, settings: RuleSettings | None = None) -> None:
        self._judge = RunJudge(settings)
        self._known: KnownContents = {}
        self._taken: dict[str, _Taken] = {}
        #: What other libraries recorded, by source, then by kind.
        self._others: dict[str, dict[str, LayerColumns]] = {}
        #: The sources of this update.
        self._seen: set[str] = set()
        self._series: tuple[LayerSeries, ...] = ()
        self._histograms: dict[str, dict[int, Histogram | None]] = {}

    def update(self, record: RunRecord, now: float) -> list[Finding]:
        """The findings. ``now``: seconds since the epoch. What cannot be read is passed over."""
        resting = _resting(record)
        try:
            layers = layers_of(record.watches, self._known)
        except OSError:
            layers = None
            self._seen.update(self._taken)
        if layers is not None:
            self._series = layers.series
            for prefix in dict.fromkeys(series.prefix for series in layers.series):
                self._take_watch(
                    prefix,
                    [series for series in layers.series if series.prefix == prefix],
                    [series for series in layers.magnitudes if series.prefix == prefix],
                    resting,
                )
        norms = norms_as_layers([curve_of(tag, files) for tag, files in record.norms.items()])
        self._take_others("norms", norms)
        self._take_others("histograms", histograms_as_layers(dict(self._decoded(record))))
        self._forget_others()
        losses = [curve_of(tag, files) for tag, files in record.losses.items()]
        scalars = RunScalars(
            [curve for curve in losses if len(curve.step)],
            list(_reports(record.reports)),
            _going_on(record),
            is_validation(record.name),
        )
        return self._judge.findings(scalars, now)

    def history(self, finding: Finding, record: RunRecord) -> NDArray[np.floating]:
        """float64[n]: what is wrong over the steps: a statistic of the first row, or the points of a loss."""
        statistic = next((about.statistic for about in RULES if about.name == finding.rule), "rms")
        row = finding.rows[0] if finding.rows else ""
        if row in record.losses:
            return curve_of(row, record.losses[row]).value
        for series in self._series:
            if series.kind == finding.kind and row in series.layout.rows:
                return _statistic(series.of_rows([series.layout.rows.index(row)]), statistic)[:, 0]
        for kinds in self._others.values():
            found = kinds.get(finding.kind)
            if found is not None and row in found.layout.rows:
                return _statistic(found, statistic)[:, found.layout.rows.index(row)]
        return np.empty(0)

    def _take_watch(
        self, prefix: str, series: Sequence[LayerSeries], magnitudes: Sequence[LayerSeries], resting: Sequence[int]
    ) -> None:
        every = [*series, *magnitudes]
        judge, taken = self._begun(f"watch {prefix}", [(_key(each), each.layout.rows, each.steps) for each in every])
        starts = [each.steps[taken.counts.get(_key(each), 0) :][::_CHUNK] for each in series]
        edges = np.unique(np.concatenate([np.empty(0, np.int64), *starts])).tolist()
        for low, high in zip(edges, [*edges[1:], None], strict=True):
            new = {}
            for each in series:
                start, stop = _range(each.steps, low, high, taken.counts.get(_key(each), 0))
                if stop > start:
                    new[each.kind] = each.columns(start, stop)
            judge.add(new, {}, resting)
        # They are of few logging steps.
        counts = {
            each.kind: Magnitudes(each.layout, each.steps[start:], each.wall_time[start:], each.all_magnitudes(start))
            for each in magnitudes
            if (start := taken.counts.get(_key(each), 0)) < len(each.steps)
        }
        judge.add({}, counts)
        for each in every:
            taken.take(_key(each), each.layout.rows, each.steps)

    def _take_others(self, source: str, layers: dict[str, LayerColumns]) -> None:
        if not layers:
            return
        self._others[source] = layers
        facts = [(kind, columns.layout.rows, columns.steps) for kind, columns in layers.items()]
        judge, taken = self._begun(source, facts)
        new = {}
        for kind, columns in layers.items():
            rest = slice(taken.counts.get(kind, 0), None)
            new[kind] = LayerColumns(columns.layout, columns.steps[rest], columns.wall_time[rest], columns.values[rest])
            taken.take(kind, columns.layout.rows, columns.steps)
        judge.add(new)

    def _begun(
        self, source: str, facts: Sequence[tuple[str, tuple[str, ...], NDArray[np.int64]]]
    ) -> tuple[LayerJudge, _Taken]:
        """The judge of a source, which begins anew where its rows are others or its steps went back."""
        self._seen.add(source)
        taken = self._taken.setdefault(source, _Taken())
        if not all(taken.holds(*each) for each in facts):
            self._judge.forget(source)
            taken = self._taken[source] = _Taken()
        return self._judge.layers(source), taken

    def _forget_others(self) -> None:
        """Forget sources that are gone: another attempt has begun in the run's directory."""
        for source in self._taken.keys() - self._seen:
            del self._taken[source]
            self._others.pop(source, None)
            self._judge.forget(source)
        self._seen.clear()

    def _decoded(
        self, record: RunRecord
    ) -> Iterator[tuple[str, tuple[NDArray[np.int64], NDArray[np.float64], list[Histogram | None]]]]:
        for tag, values in record.histograms.items():
            step, wall_time = values.step, values.wall_time
            stride = 1 << max(0, (len(step) - 1) // _MOST_HISTOGRAMS).bit_length()
            chosen = np.arange(0, len(step), stride)
            # In the order of the steps, each once.
            _, first = np.unique(step[chosen], return_index=True)
            chosen = chosen[first]
            known = self._histograms.get(tag, {})
            found = {place: known[place] if place in known else _read(values, place) for place in chosen.tolist()}
            self._histograms[tag] = found
            yield tag, (step[chosen], wall_time[chosen], list(found.values()))


def _statistic(columns: LayerColumns, name: str) -> NDArray[np.floating]:
    # A ratio has two rows: what is left of it is the size of the first.
    found: NDArray[np.floating] = getattr(columns, name, columns.rms)()
    return found


def _key(series: LayerSeries) -> str:
    return f"{series.kind} magnitude" if series.is_magnitudes else series.kind


def _range(steps: NDArray[np.int64], low: int, high: int | None, taken: int) -> tuple[int, int]:
    """The numbers of the steps from ``low`` on and below ``high``, without those that were taken in."""
    start = max(taken, int(np.searchsorted(steps, low)))
    return start, len(steps) if high is None else int(np.searchsorted(steps, high))


def _read(values: RecordedValues, place: int) -> Histogram | None:
    return next((each for each in values.readable([place]) if isinstance(each, Histogram)), None)


def _resting(record: RunRecord) -> list[int]:
    """The steps at which every learning rate is zero."""
    rates = [curve_of(tag, files) for tag, files in record.rates.items()]
    zero = [set(curve.step[curve.value == 0].tolist()) for curve in rates]
    return sorted(set.intersection(*zero)) if zero else []


def _reports(texts: Mapping[str, RecordedValues]) -> Iterator[FirstBad]:
    for values in texts.values():
        for text in values.readable(range(min(_MOST_REPORTS, len(values)))):
            try:
                yield FirstBad.from_markdown(str(text))
            except MalformedError:
                continue


def _going_on(record: RunRecord) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Steps and wall times of a run whose end would be marked and is not; none of another."""
    none = np.empty(0, np.int64), np.empty(0)
    sessions = record.sessions
    # A writer that watches marks its end, and so does one that marks its beginning.
    is_marked = bool(record.watches) or (sessions is not None and len(sessions) > 0)
    if not is_marked or not record.busiest:
        return none
    last = [] if sessions is None or not len(sessions) else [int(np.argmax(sessions.wall_time))]
    if sessions is not None and any(getattr(each, "status", "") == "stop" for each in sessions.readable(last)):
        return none
    curve = curve_of("", record.busiest)
    known = np.isfinite(curve.wall_time)
    return curve.step[known], curve.wall_time[known]
