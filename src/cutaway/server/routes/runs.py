"""``GET ./api/runs``: the table of runs."""

from threading import Lock

from starlette.responses import Response
from starlette.routing import Route

from cutaway.server.chart_request import ATTEMPTS, one_of
from cutaway.server.context import Context
from cutaway.server.responses import as_json, fail, json_body, json_response
from cutaway.server.routing import Asked, get
from cutaway.store.collection import collection_held
from cutaway.store.run_row import RunRow
from cutaway.store.run_table import MOST_CHOICES, Choice, RunTable

_SHOWN = (
    "id",
    "revision",
    "start",
    "end",
    "points",
    "bytes",
    "damaged_bytes",
    "hparams",
    "hparams_left_out",
    "joined",
    "joined_to",
    "not_finite",
)
#: Rows as JSON, by the ids of the runs: each with the row and the state that it is of.
_Texts = dict[str, tuple[RunRow, str, bytes]]


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    table = RunTable(context.log)
    lock, known = Lock(), dict[Choice, _Texts]()

    @collection_held()
    def answer(asked: Asked) -> Response:
        last_attempt = one_of(asked.get("attempts", "all"), ATTEMPTS, "attempts") == "last"
        choice = Choice(_tags(asked), last_attempt)
        try:
            revision, rows = table.rows(choice)
        except KeyError as error:
            fail(404, f"there is no tag of scalars with the id {str(error.args[0])[:50]!r}")
        with lock:
            before = known.pop(choice, {})
            known[choice] = texts = {row.id: _text(state, row, before) for state, row in rows}
            if len(known) > MOST_CHOICES:
                del known[next(iter(known))]
        body = b",".join(text for _, _, text in texts.values())
        # A run stalls without any change: no ETag could tell.
        experiment = json_body(as_json(table.experiment()))
        return json_response(b'{"revision":%d,"runs":[%s],"experiment":%s}' % (revision, body, experiment))

    return [get("/api/runs", answer, (), ("tags", "attempts"))]


def _tags(asked: Asked) -> tuple[str, ...] | None:
    """The ids of the tags whose scalars are asked for; None for those of all."""
    if "tags" not in asked:
        return None
    return tuple(dict.fromkeys(tag for tag in asked["tags"].split(",") if tag))


def _text(state: str, row: RunRow, known: _Texts) -> tuple[RunRow, str, bytes]:
    """A row as JSON: the text of an earlier answer while it is the same row in the same state."""
    same = known.get(row.id)
    if same is not None and same[0] is row and same[1] == state:
        return same
    scalars = {tag: [facts.step, facts.last, facts.min, facts.max] for tag, facts in row.scalars.items()}
    shown = {name: getattr(row, name) for name in _SHOWN}
    session = None if row.session is None else as_json(row.session)
    return row, state, json_body({**shown, "state": state, "session": session, "scalars": scalars})
