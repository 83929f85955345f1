"""The graphs of models: ``./api/models``, and ``./api/model`` with what is below it."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from cutaway.events.wire import MalformedError
from cutaway.server.chart_request import one_of
from cutaway.server.context import Context
from cutaway.server.decoding import run_decoding
from cutaway.server.queries import number
from cutaway.server.responses import fail, json_body, json_response
from cutaway.server.routing import Asked, get, get_revised

# What knows models is imported at the first question: a viewer starts more quickly, and one without models needs none.
if TYPE_CHECKING:
    from cutaway.model.graph.reading import Thing
    from cutaway.server.models.readings import Answer, Readings
    from cutaway.server.models.recorded_graphs import RecordedGraph

#: Above any number of groups or nodes.
_MOST = 999_999_999
_DIRECTIONS = ("inputs", "outputs", "both")
#: What is asked, of which group or node.
Question = Callable[["RecordedGraph", Asked], "tuple[Thing, Answer]"]


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    models = _Models(context)

    def of(path: str, question: Question, needed: tuple[str, ...] = (), also: tuple[str, ...] = ()) -> Route:
        answer = partial(models.answer, question)
        return get(path, answer, ("run", "graph", *needed), ("phase", "measured", *also), threads=run_decoding)

    return [
        get_revised(context, "/api/models", lambda asked: models.listed(), threads=run_decoding),
        of("/api/model", _outline),
        of("/api/model/part", _part, ("group",), ("fold",)),
        of("/api/model/details", _details, (), ("group", "node")),
        of("/api/model/search", _search, ("query",)),
        of("/api/model/reach", _reach, (), ("group", "node", "direction")),
    ]


class _Models:
    def __init__(self, context: Context) -> None:
        self._log = context.log

    @cached_property
    def _readings(self) -> "Readings":
        from cutaway.server.models.readings import Readings

        return Readings(self._log)

    def listed(self) -> tuple[int, bytes]:
        from cutaway.server.models.readings import told

        revision, graphs = self._readings.all()
        return revision, json_body({"revision": revision, "models": [told(graph) for graph in graphs]})

    def answer(self, question: Question, asked: Asked) -> Response:
        from cutaway.server.models.readings import answered

        revision, graph = self._readings.find(asked["run"], asked["graph"])
        if graph is None:
            fail(404, f"run {asked['run'][:50]!r} has no graph {asked['graph'][:50]!r}")
        phase = one_of(asked.get("phase", "forward"), graph.phases, "phase")
        place = number(asked, "measured", 0, _MOST) if "measured" in asked else None
        if place is not None and place >= len(graph.measured):
            fail(404, f"there is no measurement {place} among {len(graph.measured):,}")
        thing, answer = question(graph, asked)
        try:
            found = answered(self._readings.of(graph, phase, place), thing, answer)
        except IndexError as error:
            fail(404, str(error))
        except MalformedError as error:
            fail(422, f"the graph is damaged: {error}"[:500])
        except OSError as error:
            # Not its path, which is nobody's business but the server's.
            fail(404, f"the graph cannot be read any more: {error.strerror or 'its file has changed'}")
        return json_response(json_body({"revision": revision, **found}))


def _outline(graph: "RecordedGraph", asked: Asked) -> "tuple[Thing, Answer]":
    from cutaway.model.graph.reading import Thing
    from cutaway.server.models.readings import outline

    return Thing(0, -1), outline(graph)


def _part(graph: "RecordedGraph", asked: Asked) -> "tuple[Thing, Answer]":
    from cutaway.model.graph.reading import Thing
    from cutaway.server.models.readings import part

    thing = Thing(number(asked, "group", 0, _MOST), -1)
    return thing, part(thing, fold=one_of(asked.get("fold", "false"), ("true", "false"), "fold") == "true")


def _details(graph: "RecordedGraph", asked: Asked) -> "tuple[Thing, Answer]":
    from cutaway.server.models.readings import details_of

    thing = _thing(asked)
    return thing, details_of(graph, thing)


def _search(graph: "RecordedGraph", asked: Asked) -> "tuple[Thing, Answer]":
    from cutaway.model.graph.reading import Thing
    from cutaway.server.models.readings import found

    return Thing(0, -1), found(asked["query"])


def _reach(graph: "RecordedGraph", asked: Asked) -> "tuple[Thing, Answer]":
    from cutaway.server.models.readings import reached

    thing = _thing(asked)
    return thing, reached(thing, one_of(asked.get("direction", "both"), _DIRECTIONS, "direction"))


def _thing(asked: Asked) -> "Thing":
    """The group or the node that is named; fails with 400 where both or neither is."""
    from cutaway.model.graph.reading import Thing

    if ("group" in asked) == ("node" in asked):
        fail(400, "one of group and node must be given")
    if "group" in asked:
        return Thing(number(asked, "group", 0, _MOST), -1)
    return Thing(-1, number(asked, "node", 0, _MOST))
