"""The watches in the runs of a log: which there are, and where their values lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from cutaway.events.core import natural_key
from cutaway.events.kind_names import CUTAWAY_WATCH
from cutaway.events.watch_layout import MAGNITUDE, WATCHED_KINDS
from cutaway.events.wire import MalformedError
from cutaway.store.layers.contents import WatchContents
from cutaway.store.layers.series import Chosen, LayerSeries
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import RecordedPart, Run

#: Where a change of rows is told in a tag: ``watch/gradient~2``.
_CHANGE = "~"


@dataclass(frozen=True)
class RunLayers:
    """What one run's watches recorded, at one moment."""

    #: By prefix, then in the order of WATCHED_KINDS.
    series: tuple[LayerSeries, ...]
    magnitudes: tuple[LayerSeries, ...]
    #: Tags that have no layout, and why.
    problems: Mapping[str, str]

    def find(self, prefix: str, kind: str) -> LayerSeries | None:
        """The statistics of one kind; None where there are none."""
        return _found(self.series, prefix, kind)

    def find_magnitudes(self, prefix: str, kind: str) -> LayerSeries | None:
        """The magnitudes of one kind; None where there are none."""
        return _found(self.magnitudes, prefix, kind)


class LogLayers:
    """The watches of a log directory. Any thread asks; what was known of a file stays while it grows."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._lock = Lock()
        self._known: dict[str, KnownContents] = {}
        self._last: dict[str, tuple[int, RunLayers]] = {}

    def of(self, run_id: str) -> tuple[int, RunLayers]:
        """The revision of the log, and a run's watches. Raises KeyError for an unknown id, and OSError."""
        revision, changed, parts = self._log.recorded(CUTAWAY_WATCH, run_id)
        with self._lock:
            at, layers = self._last.get(run_id, (-1, None))
            if layers is None or at != changed:
                layers = layers_of(parts, self._known.setdefault(run_id, {}))
                self._last[run_id] = changed, layers
        return revision, layers


#: By the path of a file and the tag: where the values lie, as far as that is known.
KnownContents = dict[tuple[str, str], WatchContents]


def layers_of_run(run: Run) -> RunLayers:
    """A run's watches, for programs that have the run to themselves. Raises OSError."""
    return layers_of(run.recorded(CUTAWAY_WATCH), {})


def layers_of(tags: Mapping[str, Sequence[RecordedPart]], known: KnownContents) -> RunLayers:
    """The watches in some tags' values; ``known`` keeps what was found out of each file. Raises OSError."""
    for key in known.keys() - {(part.file.path, tag) for tag, parts in tags.items() for part in parts}:
        del known[key]
    pieces: dict[tuple[bool, str, str], list[Chosen]] = {}
    problems: dict[str, str] = {}
    for tag in sorted(tags, key=natural_key):
        prefix, kind, is_magnitudes = _parsed(tag)
        for part in tags[tag]:
            try:
                contents = _contents(part, tag, known)
            except MalformedError as error:
                problems[tag] = str(error)
                continue
            places = contents.grow()
            # Those that were read after the run was looked at are left for the next time. Values with metadata of their
            # own are taken in apart from the others of a batch.
            order = np.argsort(places.offset, kind="stable")
            which = order[np.searchsorted(places.offset, np.sort(part.valid.offset), sorter=order)]
            pieces.setdefault((is_magnitudes, prefix, kind or contents.layout.kind), []).append((contents, which))
    rank = {kind: number for number, kind in enumerate(WATCHED_KINDS)}
    found = [
        LayerSeries(prefix, kind, each, is_magnitudes=is_magnitudes)
        for (is_magnitudes, prefix, kind), each in pieces.items()
    ]
    found.sort(key=lambda series: (natural_key(series.prefix), rank.get(series.kind, len(rank)), series.kind))
    return RunLayers(
        tuple(each for each in found if not each.is_magnitudes),
        tuple(each for each in found if each.is_magnitudes),
        problems,
    )


def _found(series: Sequence[LayerSeries], prefix: str, kind: str) -> LayerSeries | None:
    return next((each for each in series if (each.prefix, each.kind) == (prefix, kind)), None)


def _contents(part: RecordedPart, tag: str, known: KnownContents) -> WatchContents:
    """What is known of a tag in a file; a file that was written anew has another series. Raises MalformedError."""
    key = part.file.path, tag
    found = known.get(key)
    if found is None or found.series is not part.series:
        found = known[key] = WatchContents(part.file, tag, part.series)
    return found


def _parsed(tag: str) -> tuple[str, str, bool]:
    """The prefix and the kind in a tag, and whether it is of magnitudes: ``watch/gradient~2/magnitude``."""
    head, slash, last = tag.rpartition("/")
    is_magnitudes = bool(slash) and last == MAGNITUDE
    if is_magnitudes:
        head, _, last = head.rpartition("/")
    return head, last.split(_CHANGE)[0], is_magnitudes
