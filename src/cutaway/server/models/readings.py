"""What is asked of the graphs of a log: readings of graphs, kept for the next question about the same graph."""

from collections.abc import Callable
from typing import Any

from cutaway.model.graph import answers
from cutaway.model.graph.details import details
from cutaway.model.graph.reading import GraphReading, Thing
from cutaway.model.graph.short_text import short
from cutaway.server.models.contents import Phase
from cutaway.server.models.kept import Kept
from cutaway.server.models.recorded_graphs import RecordedGraph, RecordedGraphs
from cutaway.store.kinds.door import decoding
from cutaway.store.log_directory import LogDirectory

#: An answer without what all answers have, and how it is made.
Fields = dict[str, Any]
Answer = Callable[[GraphReading], Fields]


class Readings:
    """The graphs of one log directory, as they are asked for. Any thread asks."""

    def __init__(self, log: LogDirectory) -> None:
        self._graphs = RecordedGraphs(log)
        self._kept = Kept()

    def all(self) -> tuple[int, list[RecordedGraph]]:
        """The log's revision, and its graphs."""
        return self._graphs.all()

    def find(self, run: str, digest: str) -> tuple[int, RecordedGraph | None]:
        """The log's revision, and one graph; None when there is none."""
        revision, graphs = self._graphs.all()
        return revision, next((graph for graph in graphs if (graph.run, graph.digest) == (run, digest)), None)

    def of(self, graph: RecordedGraph, phase: Phase, place: int | None = None) -> GraphReading:
        """The reading of a graph's phase, with what was measured at a ``place`` of `RecordedGraph.measured`.

        By default that is the newest. Raises MalformedError, and OSError when its files are gone.
        """

        def make() -> GraphReading:
            drawn, trace, measured = graph.graph(phase), graph.trace, graph.costs(place)
            with decoding("the graph"):
                return GraphReading(drawn, trace, measured)

        # Runs of one graph share its reading, but for what each measured in it.
        measured_in = (graph.run, len(graph.measured), place) if graph.measured else ()
        return self._kept.get((graph.facts.digest, phase, measured_in), make, lambda reading: reading.nbytes)


def answered(reading: GraphReading, thing: Thing, answer: Answer) -> Fields:
    """An answer about a group or a node: IndexError for numbers that are none, MalformedError for a broken graph."""
    reading.check(thing)
    # Columns may hold values that no capture makes.
    with decoding("the graph"):
        return answer(reading)


def told(graph: RecordedGraph) -> Fields:
    """What the list has of a graph."""
    return {
        "run": graph.run,
        "graph": graph.digest,
        "source": graph.source,
        "title": short(graph.title),
        "tag": graph.tag,
        "nodes": graph.nodes,
        "bytes": graph.bytes,
        "recorded": graph.recorded,
        "steps": graph.steps,
        "phases": graph.phases,
        "problem": short(graph.problem),
    }


def outline(graph: RecordedGraph) -> Answer:
    """Its groups, with what is known of the graph as a whole."""

    def answer(reading: GraphReading) -> Fields:
        return {
            "run": graph.run,
            "graph": graph.digest,
            "source": graph.source,
            "title": short(graph.title),
            "framework": "" if reading.trace is None else reading.trace.framework,
            "recorded": graph.recorded,
            "phases": graph.phases,
            "measured": [
                {"tag": short(record.tag), "step": record.step}
                for record in (graph.measured if reading.trace is None and graph.source != "keras" else ())
            ],
            **answers.outline(reading),
        }

    return answer


def part(thing: Thing, *, fold: bool) -> Answer:
    """The boxes of a group."""
    return lambda reading: answers.part(reading, thing.group, fold=fold)


def details_of(graph: RecordedGraph, thing: Thing) -> Answer:
    """All that is known of a group or node; what its source says of it is read for this one alone."""

    def answer(reading: GraphReading) -> Fields:
        source = reading.source_number(thing)
        if reading.trace is not None or source < 0:
            return details(reading, thing)
        facts = graph.node_facts(source)
        return details(reading, thing, device=facts.device, attributes=facts.attributes)

    return answer


def found(query: str) -> Answer:
    """What meets a query."""
    return lambda reading: answers.found(reading, query)


def reached(thing: Thing, direction: Any) -> Answer:
    """What a group or node depends on, and what depends on it."""
    return lambda reading: answers.reached(reading, thing, direction)
