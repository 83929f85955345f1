"""The graphs of a log: every graph once in its run, whenever it was recorded again.

A record is read once for the facts of its graphs, and they are kept by its place in its file: a second question costs
what has changed since. Graphs and traces are decoded when they are asked for, and kept by their content, within a
bound of bytes; so runs of one model share them. Any thread asks.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from cutaway.events import kind_names as names
from cutaway.events.wire import MalformedError
from cutaway.model.graph.graph import Graph, NodeCosts
from cutaway.model.trace import Trace
from cutaway.server.models import graph_defs, keras, traces
from cutaway.server.models.contents import Facts, Phase, Source
from cutaway.server.models.kept import Kept
from cutaway.server.models.records import COSTS, GRAPHS, Record, records_of, revision_of
from cutaway.server.models.run_costs import Measured, read_measured
from cutaway.store.kinds.node_def import NodeFacts
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run import Run

if TYPE_CHECKING:
    from cutaway.store.event_file import EventFile

#: Hex digits of a graph's digest, as it is told.
DIGITS = 12
#: Which come first, of one run.
_ORDER: dict[Source, int] = {"trace": 0, "keras": 1, "graph_def": 2, "meta_graph": 2, "function_graph": 2}
_PARTS = {graph_defs.BEFORE: 0, graph_defs.AFTER: 1, graph_defs.DIVIDED: 2}
#: Of what cannot be read.
_SOURCES: dict[str, Source] = {
    names.CUTAWAY_MODEL: "trace",
    names.GRAPH_KERAS_MODEL: "keras",
    names.GRAPH: "graph_def",
    names.META_GRAPH: "meta_graph",
}
#: How the facts of a kind are read, where it is no graph of TensorFlow's.
_FACTS = {names.CUTAWAY_MODEL: traces.facts, names.GRAPH_KERAS_MODEL: keras.facts}
_Found = TypeVar("_Found")


@dataclass(frozen=True)
class RecordedGraph:
    """A graph of a run, with all the times at which it was recorded there."""

    #: The run's id.
    run: str
    facts: Facts
    #: In the order of recording.
    records: list[Record]
    _kept: Kept = field(repr=False)
    #: The run's records of what nodes cost, in the order of recording.
    measured: list[Record]

    @property
    def digest(self) -> str:
        """What the graph is known by in its run."""
        return self.facts.digest[:DIGITS]

    @property
    def source(self) -> Source:
        """What it was recorded as first."""
        return self.facts.source

    @property
    def title(self) -> str:
        """What people call it: the model's class, or what kind of graph it is."""
        return self.facts.title

    @property
    def tag(self) -> str:
        """The tag under which it was recorded first."""
        return self.records[0].tag

    @property
    def bytes(self) -> int:
        """Those of its content."""
        return self.facts.bytes

    @property
    def nodes(self) -> int:
        """How many nodes its first phase has; 0 where it cannot be read."""
        return self.facts.nodes

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Those that :meth:`graph` takes."""
        return self.facts.phases

    @property
    def problem(self) -> str:
        """Why it cannot be read, as a sentence; else nothing."""
        return self.facts.problem

    @property
    def recorded(self) -> list[float]:
        """When, in seconds since the epoch."""
        return [record.wall_time for record in self.records]

    @property
    def steps(self) -> list[int]:
        """At which steps."""
        return [record.step for record in self.records]

    @property
    def trace(self) -> Trace | None:
        """The trace, where it is one. Raises MalformedError, and OSError when its files are gone."""
        if self.source != "trace":
            return None
        return self._kept.get((self.facts.digest, "trace"), lambda: self._read(traces.read), traces.nbytes)

    def graph(self, phase: Phase = "forward") -> Graph:
        """The graph of a phase, one of `phases`. Raises MalformedError, and OSError when its files are gone."""
        return self._kept.get((self.facts.digest, phase), lambda: self._graph(phase), lambda graph: graph.nbytes)

    def _graph(self, phase: Phase) -> Graph:
        trace = self.trace
        if trace is not None:
            return traces.graph(trace, phase)
        if self.source == "keras":
            return self._read(keras.graph)
        return self._read(lambda record, data: graph_defs.graph(record, data, self.facts))

    def costs(self, place: int | None = None) -> NodeCosts:
        """What the nodes of a graph that is no trace cost, ``seconds`` and ``memory_bytes``, as far as it was measured.

        ``place``: that of a record in `measured`; by default the newest one in which one of the nodes is. Records that
        cannot be read are passed over.
        """
        if self.source in ("trace", "keras") or not self.measured:
            return {}
        graph = self.graph()
        for record in reversed(self.measured) if place is None else [self.measured[place]]:
            with contextlib.suppress(MalformedError, OSError):
                key = (record.file.path, record.identity)
                costs = self._kept.get(key, partial(_measured, record), lambda found: found.nbytes).of(graph)
                if costs:
                    return costs
        return {}

    def node_facts(self, source: int) -> NodeFacts:
        """The op, the device and the attributes of a node or a group that is one, by its number in the source.

        Of a graph that is no trace. Raises IndexError when there is none, MalformedError and OSError.
        """
        if self.source == "keras":
            return self._read(lambda record, data: keras.layer(record, data, source))
        defs = self._kept.get((self.facts.digest, "nodes"), self._node_defs, lambda found: found.nbytes)
        return defs.facts(source)

    def _node_defs(self) -> graph_defs.NodeDefs:
        return self._read(lambda record, data: graph_defs.node_defs(record, data, self.facts))

    def _read(self, decode: Callable[[Record, bytearray], _Found]) -> _Found:
        """What one of the records gives: the newest one that can still be read."""
        for record in reversed(self.records[1:]):
            try:
                return decode(record, record.read())
            except OSError:
                continue
        return decode(self.records[0], self.records[0].read())


@dataclass
class _OfRun:
    revision: tuple[int, ...]
    records: list[Record]
    graphs: list[RecordedGraph] | None = None


class RecordedGraphs:
    """The graphs of one log directory."""

    def __init__(self, log: LogDirectory) -> None:
        self._log = log
        self._kept = Kept()
        self._runs: dict[str, _OfRun] = {}
        #: By the place and the identity of a record.
        self._facts: WeakKeyDictionary[EventFile, dict[tuple[object, ...], list[Facts]]] = WeakKeyDictionary()
        self._lock = Lock()

    def all(self) -> tuple[int, list[RecordedGraph]]:
        """The log's revision, and the graphs, run by run in the order of the catalogue.

        Of a run traces come first, then Keras models, then the others, those with most nodes first.
        """
        with self._lock:
            revision, order, changed = self._log.of_runs(self._changes, {})
            self._runs = {run: changed[run] or self._runs[run] for run in order}
            found = [graph for run in self._runs.values() for graph in self._graphs(run)]
        return revision, found

    def find(self, run: str, digest: str) -> RecordedGraph | None:
        """One graph, by its run and what it is known by there; None when there is none."""
        return next((graph for graph in self.all()[1] if (graph.run, graph.digest) == (run, digest)), None)

    def _changes(self, run: Run) -> _OfRun | None:
        """A run's records of graphs; None where they are as they were."""
        known, revision = self._runs.get(run.id), revision_of(run, GRAPHS)
        if known is not None and known.revision == revision:
            return None
        return _OfRun(revision, list(records_of(run, GRAPHS)))

    def _graphs(self, run: _OfRun) -> list[RecordedGraph]:
        if run.graphs is None:
            found: dict[str, RecordedGraph] = {}
            measured = [record for record in run.records if record.kind in COSTS]
            measured.sort(key=lambda record: record.wall_time)
            for record in run.records:
                for facts in self._facts_of(record):
                    graph = found.get(facts.digest)
                    if graph is None:
                        graph = found[facts.digest] = RecordedGraph(record.run, facts, [], self._kept, measured)
                    graph.records.append(record)
            for graph in found.values():
                graph.records.sort(key=lambda record: record.wall_time)
            run.graphs = sorted(found.values(), key=_order)
        return run.graphs

    def _facts_of(self, record: Record) -> list[Facts]:
        known = self._facts.setdefault(record.file, {})
        found = known.get(record.identity)
        if found is None:
            try:
                found = _read_facts(record, record.read())
            except OSError as error:
                # It may be there again at the next question.
                return [_unreadable(record, b"", str(error))]
            known[record.identity] = found
        return found


def _order(graph: RecordedGraph) -> tuple[int, int, int]:
    return _ORDER[graph.source], _PARTS.get(graph.facts.part, 0), -graph.nodes


def _read_facts(record: Record, data: bytearray) -> list[Facts]:
    try:
        return _FACTS.get(record.kind, graph_defs.facts)(record, data)
    except MalformedError as error:
        # What nodes cost is asked for when they are drawn.
        return [] if record.kind == names.RUN_METADATA else [_unreadable(record, data, str(error))]


def _measured(record: Record) -> Measured:
    return read_measured(record, record.read())


def _unreadable(record: Record, data: bytes | bytearray, problem: str) -> Facts:
    digest = blake2b(data or repr(record.identity).encode()).hexdigest()
    source = _SOURCES.get(record.kind, "function_graph")
    return Facts(digest, source, record.tag or "graph", len(data), 0, problem=problem)
